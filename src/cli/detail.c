/* SPDX-License-Identifier: MIT */
/* Finds the packets of a probe and of its answer again, by the instants that its events have and by whose they are. */
#include "cli/detail.h"

#include "out/detail.h"

#include <stdlib.h>
#include <string.h>

/* So much is kept of one run; what came later cannot be shown. */
enum { KEPT_MAX_BYTES = 64 << 20 };

struct sn_detail_packet {
	struct sn_detail_packet *next;
	struct sonde_rx rx;
	uint8_t bytes[];
};

void sn_detail_take(struct sn_detail *detail, const struct sonde_rx *packet)
{
	if (!detail->ttl || detail->incomplete || !packet->length_bytes)
		return;
	bool fits = detail->kept_bytes + packet->length_bytes <= KEPT_MAX_BYTES;
	struct sn_detail_packet *kept = fits ? malloc(sizeof *kept + packet->length_bytes) : NULL;
	detail->incomplete = !kept;
	if (!kept)
		return;
	*kept = (struct sn_detail_packet){.rx = *packet};
	memcpy(kept->bytes, packet->bytes, packet->length_bytes);
	kept->rx.bytes = kept->bytes;
	detail->kept_bytes += packet->length_bytes;
	if (detail->last)
		detail->last->next = kept;
	else
		detail->first = kept;
	detail->last = kept;
}

/* The packet of that instant from or to that address, where the field stands in each family; NULL: it was not kept. Of several the one that
 * names `within` behind it: a router may answer probes to many targets in one instant. */
static const struct sonde_rx *find(const struct sn_detail *detail, sonde_at_ns at_ns, const struct sonde_addr *addr, size_t at4_bytes,
                                   size_t at6_bytes, const struct sonde_addr *within)
{
	size_t at = addr->family == 4 ? at4_bytes : at6_bytes, count = addr->family == 4 ? 4 : 16;
	const struct sonde_rx *first = NULL;
	for (const struct sn_detail_packet *p = detail->first; p; p = p->next) {
		bool whole = p->rx.length_bytes >= at + count && p->bytes[0] >> 4 == addr->family;
		if (p->rx.at_ns != at_ns || !whole || memcmp(p->bytes + at, addr->bytes, count) != 0)
			continue;
		size_t behind = at + count;
		if (memmem(p->bytes + behind, p->rx.length_bytes - behind, within->bytes, count))
			return &p->rx;
		first = first ? first : &p->rx;
	}
	return first;
}

/* The first answered probe of a row; NULL: none. */
static const struct sonde_query *first_answered(const struct sonde_row *row)
{
	for (size_t i = 0; i < row->query_count; i++)
		if (sonde_query_is_answered(row->queries[i]))
			return row->queries[i];
	return NULL;
}

static void put_head(struct sn_buf *out, uint16_t width_columns, unsigned ttl, const struct sonde_query *query)
{
	char addr[SONDE_ADDR_TEXT];
	struct sn_buf text = {0};
	sn_buf_printf(&text, "Hop %u in detail: probe %u, sent with TTL %u, answered by %s", ttl, (unsigned)query->probe.serial,
	              (unsigned)query->probe.ttl, sonde_addr_text(&query->answer.from, addr));
	if (query->answer.rtt_ns >= 0) {
		sn_buf_puts(&text, " after ");
		sn_text_ms(&text, query->answer.rtt_ns);
		sn_buf_puts(&text, " ms");
	}
	sn_buf_printf(&text, " (%s)", sonde_meaning_name(query->answer.meaning));
	sn_buf_putc(out, '\n');
	sn_text_wrap(out, width_columns, sn_buf_text(&text));
	out->bad |= text.bad;
	sn_buf_finish(&text);
}

void sn_detail_show(const struct sn_detail *detail, const struct sonde_path *path, const struct sn_text_style *style, struct sn_buf *out)
{
	/* RFC 791 section 3.1, RFC 8200 section 3. */
	enum { SRC4_AT = 12, DST4_AT = 16, SRC6_AT = 8, DST6_AT = 24 };
	const struct sonde_trace_cfg *cfg = sonde_path_cfg(path);
	struct sonde_row row = {0};
	if (!detail->ttl || !cfg)
		return;
	out->bad |= sonde_path_row(path, detail->ttl, &row) < 0;
	const struct sonde_query *query = first_answered(&row);
	struct sonde_detail parts;
	const struct sonde_rx *probe = NULL, *answer = NULL;
	if (query) {
		probe = find(detail, query->probe.sent_at_ns, &cfg->dst, DST4_AT, DST6_AT, &cfg->dst);
		answer = find(detail, query->answer.at_ns, &query->answer.from, SRC4_AT, SRC6_AT, &cfg->dst);
	}
	if (!query) {
		const char *what = row.query_count ? "answered" : "asked";
		sn_buf_printf(out, "\nHop %u in detail: nothing was %s there.\n", (unsigned)detail->ttl, what);
	} else if (!probe || !answer || !sonde_detail(probe, query->probe.unsure, answer, &parts)) {
		sn_buf_printf(out, "\nHop %u in detail: its packets were not kept%s.\n", (unsigned)detail->ttl,
		              detail->incomplete ? ", there were too many" : "");
	} else {
		put_head(out, style->width_columns, detail->ttl, query);
		sn_text_detail(out, style, &parts);
	}
	sonde_row_finish(&row);
}

void sn_detail_report(const void *ctx, const struct sonde_path *path, const struct sn_text_style *style, struct sn_buf *out)
{
	sn_detail_show(ctx, path, style, out);
}

void sn_detail_finish(struct sn_detail *detail)
{
	while (detail->first) {
		struct sn_detail_packet *next = detail->first->next;
		free(detail->first);
		detail->first = next;
	}
	*detail = (struct sn_detail){0};
}
