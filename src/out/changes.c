/* SPDX-License-Identifier: MIT */
/* What a hop's copies of the probes show that changed on the way, in the fewest words. */
#include "out/text.h"

#include <inttypes.h>
#include <string.h>

/* Different copies of one responder that are shown; a hop that writes nonsense makes as many as there are probes. */
enum { COPIES_SHOWN = 2 };
/* Each probe has its own: the values say nothing of the path. */
enum { OF_EACH = SONDE_DIFF_IP_ID | SONDE_DIFF_SEQ | SONDE_DIFF_ACK | SONDE_DIFF_STAMP };

static void put_value(struct sn_buf *buf, uint8_t base, uint32_t value)
{
	sn_buf_printf(buf, base == 16 ? "0x%" PRIx32 : "%" PRIu32, value);
}

static void put_change(struct sn_buf *buf, const struct sonde_quote *quote, size_t field, const char *arrow)
{
	const struct sonde_field_info *info = sonde_field_info(field);
	char addr[SONDE_ADDR_TEXT];
	uint32_t sent, seen;
	sn_buf_puts(buf, info->words);
	bool bytes = field == SONDE_FIELD_PAYLOAD || field == SONDE_FIELD_OTHER;
	if (bytes && sonde_quote_change(quote, (enum sonde_field)field, &sent, &seen))
		sn_buf_printf(buf, " from byte %" PRIu32, seen + 1);
	else if (field == SONDE_FIELD_SRC || field == SONDE_FIELD_DST)
		sn_buf_printf(buf, " %s", sonde_addr_text(field == SONDE_FIELD_SRC ? &quote->src : &quote->dst, addr));
	else if (!info->base || UINT32_C(1) << field & OF_EACH || !sonde_quote_change(quote, (enum sonde_field)field, &sent, &seen))
		sn_buf_puts(buf, " changed");
	else if (seen == SONDE_FIELD_ABSENT || sent == SONDE_FIELD_ABSENT)
		sn_buf_puts(buf, seen == SONDE_FIELD_ABSENT ? " gone" : " added");
	else {
		sn_buf_putc(buf, ' ');
		put_value(buf, info->base, sent);
		sn_buf_puts(buf, arrow);
		put_value(buf, info->base, seen);
	}
}

/* "[DSCP 46→10, TTL 3 left]" of one copy, nothing where nothing changed; "[weak]" of an answer that shows too little to be told from a
 * forged one. */
static void put_copy(struct sn_buf *buf, const struct sonde_query *query, const char *arrow)
{
	const struct sonde_quote *quote = &query->answer.quote;
	const char *before = "[";
	uint32_t changes = sonde_query_changes(query);
	if (query->answer.weak) {
		sn_buf_puts(buf, "[weak");
		before = ", ";
	}
	for (size_t field = 0; field < SONDE_FIELD_COUNT; field++) {
		if (!(changes & UINT32_C(1) << field))
			continue;
		sn_buf_puts(buf, before);
		if (field == SONDE_FIELD_TTL)
			sn_buf_printf(buf, "TTL %u left", (unsigned)quote->seen_ttl);
		else
			put_change(buf, quote, field, arrow);
		before = ", ";
	}
	if (changes || query->answer.weak)
		sn_buf_putc(buf, ']');
}

void sn_text_changes(struct sn_buf *buf, const struct sonde_row *row, size_t responder, bool ascii)
{
	struct sn_buf copy = {0};
	size_t shown = 0, start = buf->length_bytes;
	for (size_t i = 0; i < row->query_count && shown < COPIES_SHOWN; i++) {
		const struct sonde_query *query = row->queries[i];
		if (!sonde_query_is_answered(query) || !sonde_addr_equal(&query->answer.from, &row->responders[responder].addr))
			continue;
		sn_buf_clear(&copy);
		put_copy(&copy, query, ascii ? "->" : "→");
		if (!copy.length_bytes || strstr(sn_buf_text(buf) + start, sn_buf_text(&copy)))
			continue;
		sn_buf_puts(buf, shown ? " " : "");
		sn_buf_add(buf, copy.text, copy.length_bytes);
		shown++;
	}
	buf->bad |= copy.bad;
	sn_buf_finish(&copy);
}
