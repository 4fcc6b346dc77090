/* SPDX-License-Identifier: MIT */
/* Where, among packets of many sizes, those that fared alike end. */
#include "base/sizes.h"

#include <string.h>

struct sn_size *sn_sizes_at(struct sn_sizes *sizes, uint16_t bytes)
{
	size_t at = sizes->count;
	while (at > 0 && sizes->items[at - 1].bytes >= bytes)
		at--;
	if (at < sizes->count && sizes->items[at].bytes == bytes)
		return &sizes->items[at];
	if (sizes->count == SN_SIZES_MAX)
		return NULL;
	memmove(&sizes->items[at + 1], &sizes->items[at], (sizes->count - at) * sizeof *sizes->items);
	sizes->count++;
	sizes->items[at] = (struct sn_size){.bytes = bytes};
	return &sizes->items[at];
}

static bool is_said(enum sn_size_fate fate)
{
	return fate == SN_SIZE_DOUBTED || fate == SN_SIZE_REFUSED || fate == SN_SIZE_TOO_BIG;
}

void sn_size_learn(struct sn_size *size, enum sn_size_fate fate, const struct sn_size_word *word)
{
	if (fate <= size->fate)
		return;
	size->fate = (uint8_t)fate;
	size->word = is_said(fate) ? *word : (struct sn_size_word){0};
}

bool sn_size_is_alike(const struct sn_size *a, const struct sn_size *b)
{
	return a->fate == b->fate && a->word.meaning == b->word.meaning && sonde_addr_equal(&a->word.by, &b->word.by);
}

/* The next known size in a direction that is not silent; NULL: none. */
static const struct sn_size *next_heard(const struct sn_sizes *sizes, size_t at, int step)
{
	for (size_t i = at + (size_t)step; i < sizes->count; i += (size_t)step) /* below 0 it wraps, and ends */
		if (sizes->items[i].fate > SN_SIZE_SILENT)
			return &sizes->items[i];
	return NULL;
}

/* What is known of a size is worth being looked at. */
static bool counts(const struct sn_sizes *sizes, size_t at, uint16_t passed_bytes)
{
	const struct sn_size *size = &sizes->items[at];
	if (size->fate == SN_SIZE_OPEN || size->bytes < passed_bytes)
		return false;
	if (size->fate != SN_SIZE_SILENT)
		return true;
	const struct sn_size *below = next_heard(sizes, at, -1), *above = next_heard(sizes, at, 1);
	return !below || !above || !sn_size_is_alike(below, above);
}

size_t sn_sizes_steps(const struct sn_sizes *sizes, struct sn_size_step steps[SN_SIZE_STEPS_MAX])
{
	const struct sn_size *larger = NULL;
	uint16_t passed_bytes = 0;
	size_t count = 0;
	for (size_t i = 0; i < sizes->count; i++)
		if (sizes->items[i].fate == SN_SIZE_PASSED)
			passed_bytes = sizes->items[i].bytes;
	for (size_t i = sizes->count; i-- > 0 && count < SN_SIZE_STEPS_MAX;) {
		const struct sn_size *size = &sizes->items[i];
		if (!counts(sizes, i, passed_bytes))
			continue;
		if (larger && !sn_size_is_alike(size, larger))
			steps[count++] = (struct sn_size_step){.refused = larger, .got = size};
		larger = size;
	}
	if (larger && larger->fate != SN_SIZE_PASSED && count < SN_SIZE_STEPS_MAX)
		steps[count++] = (struct sn_size_step){.refused = larger};
	return count;
}
