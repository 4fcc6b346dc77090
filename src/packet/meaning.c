/* SPDX-License-Identifier: MIT */
/* Meanings and stop reasons to words: readers of the two tables in event.h. */
#include <sonde/event.h>

struct row {
	const char *name, *mark, *sentence;
};

static const struct row rows[SONDE_M_COUNT] = {
#define X(id, name, mark, sentence) [SONDE_M_##id] = {(name), (mark), (sentence)},
	SONDE_MEANINGS(X)
#undef X
};

static const char *const stop_names[] = {
#define X(id, name) [SONDE_STOP_##id] = (name),
	SONDE_STOPS(X)
#undef X
};

static const struct row *row_of(enum sonde_meaning meaning)
{
	size_t at = (size_t)meaning;
	return &rows[at < SONDE_M_COUNT ? at : SONDE_M_OTHER];
}

const char *sonde_meaning_name(enum sonde_meaning meaning)
{
	return row_of(meaning)->name;
}

const char *sonde_meaning_mark(enum sonde_meaning meaning)
{
	return row_of(meaning)->mark;
}

const char *sonde_meaning_sentence(enum sonde_meaning meaning)
{
	return row_of(meaning)->sentence;
}

bool sonde_meaning_half_opens(enum sonde_meaning meaning)
{
	return meaning == SONDE_M_SYN_ACK || meaning == SONDE_M_DCCP_RESPONSE;
}

bool sonde_meaning_holds_flow(enum sonde_meaning meaning)
{
	return sonde_meaning_half_opens(meaning) || meaning == SONDE_M_BARE_ACK;
}

const char *sonde_stop_name(enum sonde_stop stop)
{
	size_t at = (size_t)stop;
	return stop_names[at < sizeof stop_names / sizeof stop_names[0] ? at : SONDE_STOP_NONE];
}
