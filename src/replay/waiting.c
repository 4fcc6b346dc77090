/* SPDX-License-Identifier: MIT */
/* A tree of bits over sorted keys: the next one that is in is found without looking at those that are not. */
#include "replay/waiting.h"

#include <sonde/base.h>

#include <stdlib.h>

enum { WORD_BITS = 64 };

static int ascending(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
	return a < b ? -1 : a > b;
}

static size_t words_of(size_t bits)
{
	return bits / WORD_BITS + 1;
}

int sn_waiting_init(struct sn_waiting *w, const uint32_t *keys, size_t count)
{
	*w = (struct sn_waiting){
	    .sorted = calloc(count + 1, sizeof *w->sorted), .place = calloc(count + 1, sizeof *w->place), .count = count};
	bool room = w->sorted && w->place;
	size_t bits = count;
	for (unsigned i = 0; i < SN_WAITING_LEVELS; i++, bits = words_of(bits)) {
		w->level[i] = calloc(words_of(bits), sizeof *w->level[i]);
		room &= w->level[i] != NULL;
	}
	if (!room) {
		sn_waiting_finish(w);
		return SONDE_E_NOMEM;
	}
	for (size_t i = 0; i < count; i++)
		w->sorted[i] = (uint64_t)keys[i] << 32 | i;
	if (count)
		qsort(w->sorted, count, sizeof *w->sorted, ascending);
	for (size_t i = 0; i < count; i++)
		w->place[(uint32_t)w->sorted[i]] = (uint32_t)i;
	return SONDE_OK;
}

void sn_waiting_finish(struct sn_waiting *w)
{
	free(w->sorted);
	free(w->place);
	for (unsigned i = 0; i < SN_WAITING_LEVELS; i++)
		free(w->level[i]);
	*w = (struct sn_waiting){0};
}

void sn_waiting_set(struct sn_waiting *w, uint32_t number, bool in)
{
	size_t bit = w->place[number];
	for (unsigned i = 0; i < SN_WAITING_LEVELS; i++, bit /= WORD_BITS) {
		uint64_t *word = &w->level[i][bit / WORD_BITS], mask = (uint64_t)1 << bit % WORD_BITS;
		*word = in ? *word | mask : *word & ~mask;
		in = *word != 0;
	}
}

static unsigned lowest(uint64_t word)
{
	return (unsigned)__builtin_ctzll(word);
}

/* The first place from this one on that is in; count: none. */
static size_t next_place(const struct sn_waiting *w, size_t at)
{
	for (unsigned level = 0; level < SN_WAITING_LEVELS; level++) {
		uint64_t rest = w->level[level][at / WORD_BITS] >> at % WORD_BITS;
		if (!rest) {
			at = at / WORD_BITS + 1; /* a level up: the next word that has any */
			continue;
		}
		at += lowest(rest);
		while (level-- > 0)
			at = at * WORD_BITS + lowest(w->level[level][at]);
		return at;
	}
	return w->count;
}

/* The first place whose key is not below this one. */
static size_t place_of_key(const struct sn_waiting *w, uint32_t key)
{
	size_t from = 0, to = w->count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (w->sorted[middle] >> 32 < key)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

uint32_t sn_waiting_first(const struct sn_waiting *w, uint32_t from, uint32_t to)
{
	size_t place = next_place(w, place_of_key(w, from));
	bool found = place < w->count && w->sorted[place] >> 32 <= to;
	return found ? (uint32_t)w->sorted[place] : SN_WAITING_NONE;
}
