/* SPDX-License-Identifier: MIT */
/* Meanings and stop reasons as words: readers of the tables in event.h. */
#include <sonde/event.h>

static const struct {
	const char *name, *mark, *sentence;
} meanings[SONDE_M_COUNT] = {
#define X(id, name, mark, sentence) [SONDE_M_##id] = {name, mark, sentence},
	SONDE_MEANINGS(X)
#undef X
};

static unsigned known(enum sonde_meaning meaning)
{
	return (unsigned)meaning < SONDE_M_COUNT ? (unsigned)meaning : SONDE_M_OTHER;
}

const char *sonde_meaning_name(enum sonde_meaning meaning)
{
	return meanings[known(meaning)].name;
}

const char *sonde_meaning_mark(enum sonde_meaning meaning)
{
	return meanings[known(meaning)].mark;
}

const char *sonde_meaning_sentence(enum sonde_meaning meaning)
{
	return meanings[known(meaning)].sentence;
}

const char *sonde_stop_name(enum sonde_stop stop)
{
	static const char *const names[] = {
#define X(id, name) [SONDE_STOP_##id] = name,
		SONDE_STOPS(X)
#undef X
	};
	return (unsigned)stop < sizeof names / sizeof *names ? names[stop] : "none";
}
