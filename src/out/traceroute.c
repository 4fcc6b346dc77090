/* SPDX-License-Identifier: MIT */
/* The lines of traceroute(1) 2.1.2, apart from what the parsers of its output are known to fall over. */
#include "out/traceroute.h"

#include "out/foreign.h"

#include <string.h>

enum { BYTES_4 = 60, BYTES_6 = 80 };

/* An interface behind an address is what parsers do not expect. */
static const char *addr_text(const struct sonde_addr *addr, char text[SONDE_ADDR_TEXT])
{
	struct sonde_addr plain = *addr;
	plain.scope_id = 0;
	return sonde_addr_text(&plain, text);
}

/* Letters, digits, hyphens and dots (RFC 952, RFC 1123 section 2.1): of other names parsers make nothing, or something else. */
static bool is_plain_name(const char *name)
{
	return *name && name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.")] == 0;
}

void sn_traceroute_header(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_text_about *about,
                          const struct sonde_path *path)
{
	const struct sonde_trace_cfg *cfg = sonde_path_cfg(path);
	char addr[SONDE_ADDR_TEXT];
	(void)style;
	unsigned bytes = cfg ? sn_foreign_probe_bytes(path) : 0;
	if (!cfg || (!bytes && !sonde_path_end(path)))
		return;
	bytes = bytes ? bytes : cfg->dst.family == 6 ? BYTES_6 : BYTES_4;
	addr_text(&cfg->dst, addr);
	sn_buf_printf(buf, "traceroute to %s (%s), %u hops max, %u byte packets\n", is_plain_name(about->host) ? about->host : addr, addr,
	              (unsigned)cfg->max_ttl, bytes);
}

/* ---- one probe ---- */

/* In words of 32 bits; pieces of a long object end with one. */
static void put_bytes(struct sn_buf *buf, const struct sonde_extension *e)
{
	enum { WORD_BYTES = 4 };
	_Static_assert(SONDE_EXTENSION_RAW_BYTES % WORD_BYTES == 0, "a piece is whole words");
	for (size_t i = 0; i < e->as.raw.count; i++)
		sn_buf_printf(buf, "%s%02x", i % WORD_BYTES == 0 && (i || e->piece > 1) ? "," : "", (unsigned)e->as.raw.bytes[i]);
}

/* RFC 4950 labels in traceroute's form; of other objects class and type, with their bytes where those were kept. */
static void put_object(struct sn_buf *buf, const struct sonde_extension *e)
{
	if (e->kind == SONDE_EXTENSION_MPLS) {
		sn_buf_puts(buf, e->piece > 1 ? "" : "MPLS:");
		for (size_t i = 0; i < e->as.mpls.count; i++) {
			const struct sonde_extension_label *label = &e->as.mpls.labels[i];
			sn_buf_printf(buf, "%sL=%u,E=%u,S=%u,T=%u", i || e->piece > 1 ? "/" : "", (unsigned)label->label,
			              (unsigned)label->tc, (unsigned)label->bottom, (unsigned)label->ttl);
		}
		return;
	}
	if (e->piece <= 1)
		sn_buf_printf(buf, "%u/%u:", (unsigned)e->class_num, (unsigned)e->c_type);
	if (e->kind == SONDE_EXTENSION_RAW)
		put_bytes(buf, e);
}

static void put_extensions(struct sn_buf *buf, const struct sonde_query *query)
{
	for (size_t i = 0; i < query->extension_count; i++) {
		const struct sonde_extension *e = &query->extensions[i];
		sn_buf_puts(buf, i == 0 ? " <" : e->piece > 1 ? "" : ";");
		put_object(buf, e);
	}
	sn_buf_puts(buf, query->extension_count ? ">" : "");
}

/* How many hops the answer came back, on the guess that it left with a TTL of 64, 128 or 255. */
static unsigned hops_back(uint8_t reply_ttl)
{
	return (reply_ttl <= 64 ? 65u : reply_ttl <= 128 ? 129u : 256u) - reply_ttl;
}

static void put_system(struct sn_buf *buf, const struct sn_who *who)
{
	if (who->asn)
		sn_buf_printf(buf, " [AS%u]", (unsigned)who->asn);
	else
		sn_buf_puts(buf, " [*]");
}

/* Without a name traceroute shows the address twice; one of IPv6 stands alone then, as with -n, for Net::Traceroute knows no colons in
 * the place of a name. */
static void put_who(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_query *query)
{
	char addr[SONDE_ADDR_TEXT];
	const struct sn_who *who = sn_who_of(style->numeric ? NULL : style->who, &query->answer.from);
	bool named = who->name && !who->name_is_address && is_plain_name(who->name);
	addr_text(&query->answer.from, addr);
	sn_buf_printf(buf, " %s", named ? who->name : addr);
	if (named || (!style->numeric && query->answer.from.family == 4))
		sn_buf_printf(buf, " (%s)", addr);
	if (style->systems)
		put_system(buf, sn_who_of(style->who, &query->answer.from));
	if (style->extensions)
		put_extensions(buf, query);
	if (style->way_back && query->answer.reply_ttl && hops_back(query->answer.reply_ttl) != query->probe.ttl)
		sn_buf_printf(buf, " '-%u'", hops_back(query->answer.reply_ttl));
}

/* The marks that every parser knows; of other messages their code. */
static void put_mark(struct sn_buf *buf, const struct sonde_event_answer *answer)
{
	const char *mark = sonde_meaning_mark(answer->meaning);
	if (mark[0] && mark[1] && strchr("NHPFSX", mark[1]))
		sn_buf_printf(buf, " %s", mark);
	else if (mark[0] && answer->is_icmp)
		sn_buf_printf(buf, " !<%u>", (unsigned)answer->icmp_code);
}

/* What stands between an address and the next is said of the first of its probes only, and of all of them. */
static bool says_the_same(const struct sn_text_style *style, const struct sonde_query *a, const struct sonde_query *b)
{
	if (!sonde_addr_equal(&a->answer.from, &b->answer.from))
		return false;
	if (style->way_back && a->answer.reply_ttl != b->answer.reply_ttl)
		return false;
	struct sn_buf x = {0}, y = {0};
	if (style->extensions) {
		put_extensions(&x, a);
		put_extensions(&y, b);
	}
	bool same = strcmp(sn_buf_text(&x), sn_buf_text(&y)) == 0;
	sn_buf_finish(&x);
	sn_buf_finish(&y);
	return same;
}

/* ---- one row ---- */

struct line {
	struct sn_buf *buf;
	const struct sn_text_style *style;
	const struct sonde_query *before; /* the last that was answered */
	bool marked;                      /* the last thing written is a mark */
};

/* One blank more behind a mark: Net::Traceroute has taken the one before it, and then finds no star. */
static void put_star(struct line *line)
{
	sn_buf_puts(line->buf, line->marked ? "  *" : " *");
	line->marked = false;
}

static void put_answer(struct line *line, const struct sonde_query *query)
{
	if (!line->before || !says_the_same(line->style, line->before, query))
		put_who(line->buf, line->style, query);
	if (query->answer.rtt_ns >= 0) /* else it was answered, which no star may say, at a time that nobody knows */
		sn_buf_printf(line->buf, "  %.3f ms", sn_doc_ms_of(query->answer.rtt_ns));
	size_t unmarked_bytes = line->buf->length_bytes;
	put_mark(line->buf, &query->answer);
	line->marked = line->buf->length_bytes > unmarked_bytes;
	line->before = query;
}

/* Where a router refuses what goes past it, its answers to probes that were sent farther are worth as much as to those of its row, which
 * then has fewer: they stand there as well. */
static size_t put_farther(struct line *line, const struct sonde_path *path, unsigned ttl, size_t most)
{
	const struct sonde_query *refused = line->before;
	size_t put = 0;
	if (!refused || !*sonde_meaning_mark(refused->answer.meaning))
		return 0;
	while (++ttl <= SONDE_TTL_LAST && put < most) {
		size_t count;
		const struct sonde_query *queries = sonde_path_queries(path, (uint8_t)ttl, &count);
		for (size_t i = 0; i < count && put < most; i++) {
			const struct sonde_event_answer *answer = &queries[i].answer;
			if (!sonde_query_is_answered(&queries[i]) || answer->meaning != refused->answer.meaning ||
			    !sonde_addr_equal(&answer->from, &refused->answer.from))
				continue;
			put_answer(line, &queries[i]);
			put++;
		}
	}
	return put;
}

/* As many as were asked for at most: where more were sent, silent ones are left out first. */
static void put_row(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_path *path, const struct sonde_row *row)
{
	struct line line = {.buf = buf, .style = style};
	size_t queries = sonde_path_cfg(path)->queries;
	size_t stars = row->answered_count < queries ? queries - row->answered_count : 0, put = 0;
	sn_buf_printf(buf, "%2u ", (unsigned)row->ttl);
	for (size_t i = 0; i < row->query_count && put < queries; i++) {
		bool answered = sonde_query_is_answered(row->queries[i]);
		if (answered)
			put_answer(&line, row->queries[i]);
		else if (stars) {
			put_star(&line);
			stars--;
		} else
			continue;
		put++;
	}
	put += put_farther(&line, path, row->ttl, queries - put);
	if (!put) /* a line has something to say */
		put_star(&line);
	sn_buf_putc(buf, '\n');
}

void sn_traceroute_rows(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_path *path, uint8_t first_ttl,
                        uint8_t last_ttl, bool fold_tail)
{
	struct sonde_row row = {0};
	(void)fold_tail;
	for (unsigned ttl = first_ttl; ttl <= last_ttl; ttl++) {
		if (sonde_path_row(path, (uint8_t)ttl, &row) < 0)
			buf->bad = true;
		else
			put_row(buf, style, path, &row);
	}
	sonde_row_finish(&row);
}

const struct sn_text_look sn_traceroute_look = {.header = sn_traceroute_header, .rows = sn_traceroute_rows};

void sn_traceroute_report(struct sn_buf *buf, const struct sn_report *report, const struct sn_text_style *style)
{
	for (size_t i = 0; i < report->trace_count; i++) {
		const struct sn_report_trace *trace = &report->traces[i];
		sn_traceroute_header(buf, style, &trace->about, trace->path);
		sn_traceroute_rows(buf, style, trace->path, sonde_path_first_ttl(trace->path), sonde_path_last_ttl(trace->path), false);
	}
}
