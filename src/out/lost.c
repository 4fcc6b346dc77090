/* SPDX-License-Identifier: MIT */
/* Unanswered probes as lines: when each left and what its header showed, to be found again in a firewall's log. */
#include "out/lost.h"

#include "base/utc.h"
#include "out/known.h"
#include "out/line.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CONTINUATION_COLUMNS = 5 };

/* One unanswered probe. */
struct entry {
	const struct sonde_query *query;
	const struct sonde_trace_cfg *cfg;
};

struct list {
	struct entry *entries;
	size_t count, capacity;
	size_t spare_count;     /* probes whose fate nobody waited for */
	int64_t wall_zero_ns;
	bool unsure;            /* some cell says that its value is not known */
};

/* ---- which probes ---- */

/* What came for a probe that was waited for in vain; NULL for the others. */
static const char *const got[] = {
    [SONDE_QUERY_LOST] = "nothing",
    [SONDE_QUERY_CROWDED] = "nothing (crowded)",
    [SONDE_QUERY_LOCAL_ERROR] = NULL,
};

static bool add(struct list *list, const struct entry *entry)
{
	if (list->count == list->capacity) {
		size_t wanted = list->capacity ? list->capacity * 2 : 64;
		struct entry *grown = reallocarray(list->entries, wanted, sizeof *grown);
		if (!grown)
			return false;
		list->entries = grown;
		list->capacity = wanted;
	}
	list->entries[list->count++] = *entry;
	return true;
}

static bool add_path(struct list *list, const struct sonde_path *path)
{
	struct entry entry = {.cfg = sonde_path_cfg(path)};
	for (unsigned ttl = 1; entry.cfg && ttl <= SONDE_TTL_LAST; ttl++) {
		size_t count;
		const struct sonde_query *queries = sonde_path_queries(path, (uint8_t)ttl, &count);
		for (size_t i = 0; i < count; i++) {
			entry.query = &queries[i];
			list->spare_count += queries[i].state == SONDE_QUERY_DROPPED;
			if (got[queries[i].state] && !add(list, &entry))
				return false;
		}
	}
	return true;
}

/* In order of sending; probes of one instant as their engine numbered them. */
static int compare_entries(const void *a, const void *b)
{
	const struct sonde_event_probe *p = &((const struct entry *)a)->query->probe, *q = &((const struct entry *)b)->query->probe;
	if (p->sent_at_ns != q->sent_at_ns)
		return p->sent_at_ns < q->sent_at_ns ? -1 : 1;
	return p->token < q->token ? -1 : p->token > q->token;
}

/* ---- cells ---- */

static void put_time(struct sn_buf *cell, struct list *list, const struct entry *entry)
{
	sn_utc_put(cell, list->wall_zero_ns + entry->query->probe.sent_at_ns, 3);
}

static void put_ttl(struct sn_buf *cell, struct list *list, const struct entry *entry)
{
	(void)list;
	sn_buf_printf(cell, "%u", (unsigned)entry->query->probe.ttl);
}

static void put_addr(struct sn_buf *cell, const struct sonde_addr *addr)
{
	char text[SONDE_ADDR_TEXT];
	struct sonde_addr plain = *addr;
	plain.scope_id = 0; /* no header shows it */
	sn_buf_puts(cell, sonde_addr_text(&plain, text));
}

static void put_src(struct sn_buf *cell, struct list *list, const struct entry *entry)
{
	(void)list;
	put_addr(cell, &entry->cfg->src);
}

static void put_dst(struct sn_buf *cell, struct list *list, const struct entry *entry)
{
	(void)list;
	put_addr(cell, &entry->cfg->dst);
}

/* IANA's protocol numbers. */
static const struct {
	uint8_t number;
	const char *name;
} protocols[] = {{1, "icmp"}, {6, "tcp"}, {17, "udp"}, {33, "dccp"}, {58, "icmp6"}, {132, "sctp"}, {136, "udplite"}};

static const struct sonde_method_info *method_of(const struct entry *entry)
{
	return sonde_method_info(entry->cfg->method);
}

static bool is_icmp(const struct entry *entry)
{
	return method_of(entry)->protocol4 == 1;
}

static void put_protocol(struct sn_buf *cell, struct list *list, const struct entry *entry)
{
	(void)list;
	uint8_t number = sonde_trace_protocol(entry->cfg);
	for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
		if (protocols[i].number == number) {
			sn_buf_puts(cell, protocols[i].name);
			return;
		}
	sn_buf_printf(cell, "%u", (unsigned)number);
}

/* A field as it was sent, or "?" where the kernel may have sent another value. */
static void put_field(struct sn_buf *cell, struct list *list, const struct entry *entry, uint32_t field, uint16_t value)
{
	bool known = sn_is_known(&entry->query->probe, field);
	if (known)
		sn_buf_printf(cell, "%u", (unsigned)value);
	else
		sn_buf_putc(cell, '?');
	list->unsure |= !known;
}

static void put_sport(struct sn_buf *cell, struct list *list, const struct entry *entry)
{
	if (method_of(entry)->takes_port)
		put_field(cell, list, entry, SONDE_DIFF_SPORT, entry->query->probe.sport);
}

static void put_dport(struct sn_buf *cell, struct list *list, const struct entry *entry)
{
	if (method_of(entry)->takes_port)
		put_field(cell, list, entry, SONDE_DIFF_DPORT, entry->query->probe.dport);
}

static void put_echo_id(struct sn_buf *cell, struct list *list, const struct entry *entry)
{
	if (is_icmp(entry))
		put_field(cell, list, entry, SONDE_DIFF_ICMP_ID, entry->query->probe.icmp_id);
}

static void put_echo_seq(struct sn_buf *cell, struct list *list, const struct entry *entry)
{
	(void)list;
	if (is_icmp(entry))
		sn_buf_printf(cell, "%u", (unsigned)entry->query->probe.icmp_seq);
}

static void put_ip_id(struct sn_buf *cell, struct list *list, const struct entry *entry)
{
	if (entry->cfg->dst.family == 4)
		put_field(cell, list, entry, SONDE_DIFF_IP_ID, entry->query->probe.ip_id);
}

static void put_size(struct sn_buf *cell, struct list *list, const struct entry *entry)
{
	(void)list;
	sn_buf_printf(cell, "%u", (unsigned)entry->query->probe.size_bytes);
}

static void put_got(struct sn_buf *cell, struct list *list, const struct entry *entry)
{
	(void)list;
	sn_buf_puts(cell, got[entry->query->state]);
}

/* A column in which every cell is empty is left out. */
static const struct column {
	const char *head;
	bool left;
	void (*put)(struct sn_buf *cell, struct list *list, const struct entry *entry);
} columns[] = {
    {"Sent (UTC)", true, put_time}, {"TTL", false, put_ttl},        {"Source", true, put_src},       {"Port", false, put_sport},
    {"Target", true, put_dst},      {"Port", false, put_dport},     {"Protocol", true, put_protocol}, {"Echo id", false, put_echo_id},
    {"Seq", false, put_echo_seq},   {"IP id", false, put_ip_id},    {"Bytes", false, put_size},      {"Got", true, put_got},
};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

/* ---- lines ---- */

static void put_note(struct sn_buf *buf, const struct sn_text_style *style, const struct list *list)
{
	struct sn_buf text = {0};
	if (list->unsure)
		sn_buf_puts(&text, "? was chosen by this machine's kernel: only the raw wire knows every field of what it sends. ");
	if (!list->count)
		sn_buf_puts(&text, "No probe was left unanswered. ");
	if (list->spare_count)
		sn_buf_printf(&text, "%zu %s not needed any more and not waited for: whether %s answered is not known. ", list->spare_count,
		              list->spare_count == 1 ? "probe was" : "probes were", list->spare_count == 1 ? "it was" : "they were");
	if (text.length_bytes) {
		text.text[text.length_bytes - 1] = '\0';
		sn_text_wrap(buf, style->width_columns, text.text);
	}
	buf->bad |= text.bad;
	sn_buf_finish(&text);
}

static void measure(struct list *list, size_t widths[COLUMN_COUNT], struct sn_buf *cell)
{
	for (size_t c = 0; c < COLUMN_COUNT; c++) {
		widths[c] = 0;
		for (size_t i = 0; i < list->count; i++) {
			sn_buf_clear(cell);
			columns[c].put(cell, list, &list->entries[i]);
			widths[c] = cell->length_bytes > widths[c] ? cell->length_bytes : widths[c];
		}
		if (widths[c] && widths[c] < strlen(columns[c].head))
			widths[c] = strlen(columns[c].head);
	}
}

/* The line of an entry; NULL: of the heads. */
static void put_line(struct sn_buf *buf, const struct sn_text_style *style, struct list *list, const struct entry *entry,
                     const size_t widths[COLUMN_COUNT], struct sn_buf *cell)
{
	struct sn_line line = {
	    .buf = buf, .width_columns = style->width_columns, .indent_columns = CONTINUATION_COLUMNS, .colour = style->colour};
	for (size_t c = 0; c < COLUMN_COUNT; c++) {
		if (!widths[c])
			continue;
		sn_buf_clear(cell);
		if (entry)
			columns[c].put(cell, list, entry);
		else
			sn_buf_puts(cell, columns[c].head);
		if (cell->length_bytes)
			sn_line_put(&line, sn_buf_text(cell), widths[c], columns[c].left, entry ? SN_TINT_NONE : SN_TINT_DIM);
		else
			sn_line_skip(&line, widths[c]);
	}
	sn_line_end(&line);
}

void sn_text_lost(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_path *const *paths, size_t path_count,
                  int64_t wall_zero_ns)
{
	struct list list = {.wall_zero_ns = wall_zero_ns};
	struct sn_buf cell = {0};
	size_t widths[COLUMN_COUNT];
	for (size_t i = 0; i < path_count; i++)
		buf->bad |= !add_path(&list, paths[i]);
	if (list.count) {
		qsort(list.entries, list.count, sizeof *list.entries, compare_entries);
		measure(&list, widths, &cell);
		put_line(buf, style, &list, NULL, widths, &cell);
		for (size_t i = 0; i < list.count; i++)
			put_line(buf, style, &list, &list.entries[i], widths, &cell);
	}
	put_note(buf, style, &list);
	buf->bad |= cell.bad;
	sn_buf_finish(&cell);
	free(list.entries);
}
