/* SPDX-License-Identifier: MIT */
/* The readers of quote.h: fields to words, a field to its two values. */
#include <sonde/quote.h>

static const struct sonde_field_info rows[SONDE_FIELD_COUNT] = {
#define X(id, key, words, base) [SONDE_FIELD_##id] = {key, words, base},
	SONDE_FIELDS(X)
#undef X
};

const struct sonde_field_info *sonde_field_info(size_t field)
{
	return field < SONDE_FIELD_COUNT ? &rows[field] : NULL;
}

bool sonde_quote_change(const struct sonde_quote *quote, enum sonde_field field, uint32_t *sent, uint32_t *seen)
{
	uint32_t bit = UINT32_C(1) << field, valued = quote->diff & ~(uint32_t)(SONDE_DIFF_SRC | SONDE_DIFF_DST);
	size_t rank = (size_t)__builtin_popcount(valued & (bit - 1));
	if (!(valued & bit) || rank >= SONDE_CHANGES_MAX)
		return false;
	*sent = quote->changes[rank].sent;
	*seen = quote->changes[rank].seen;
	return true;
}
