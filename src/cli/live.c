/* SPDX-License-Identifier: MIT */
/* When which rows are written. Knows cursor movement and the order of tables; what a row looks like is text.c's. */
#include "cli/live.h"

#include "cli/frame.h"
#include "out/findings.h"
#include "out/line.h"
#include "out/lost.h"
#include "out/mtu.h"

#include <stdlib.h>
#include <string.h>

struct trace {
	struct sonde_path *path;
	struct sonde_findings findings;                /* after its end */
	struct sn_text_about about;
	bool headed;                                   /* the header is written */
	uint8_t written_ttl;                           /* rows up to here are written for good */
	uint32_t written_answered[SONDE_TTL_LAST + 1]; /* answers in a row when it was written */
	sonde_at_ns written_newest_at_ns[SONDE_TTL_LAST + 1]; /* … and when the newest of them came */
	sonde_at_ns ready_at_ns[SONDE_TTL_LAST + 1];   /* when a row could have been written but for its names; 0: not yet */
};

struct sn_live {
	struct sn_live_cfg cfg;
	struct trace **traces; /* NULL once forgotten */
	size_t trace_count, trace_capacity;
	size_t current; /* the trace whose table is being written */
	bool dirty;     /* something happened in the current trace since the last frame */
	bool known;     /* … more is known of addresses since then */
	bool redraw;          /* the terminal has changed under the frame */
	sonde_at_ns next_frame_at_ns;
	sonde_at_ns next_known_at_ns;   /* the same where names alone have changed: they hold up no row */
	sonde_at_ns names_until_at_ns;  /* what is ready waits for names until then; SONDE_NEVER: nothing does */
	struct sn_frame frame; /* what stands below the written rows on the terminal */
};

int sn_live_new(struct sn_live **out, const struct sn_live_cfg *cfg)
{
	*out = calloc(1, sizeof **out);
	if (!*out)
		return SONDE_E_NOMEM;
	(*out)->cfg = *cfg;
	(*out)->next_frame_at_ns = (*out)->next_known_at_ns = INT64_MIN;
	(*out)->names_until_at_ns = SONDE_NEVER;
	return SONDE_OK;
}

static void trace_free(struct trace *trace)
{
	if (!trace)
		return;
	sonde_path_free(trace->path);
	sonde_findings_finish(&trace->findings);
	free(trace);
}

void sn_live_free(struct sn_live *live)
{
	if (!live)
		return;
	for (size_t i = 0; i < live->trace_count; i++)
		trace_free(live->traces[i]);
	free(live->traces);
	sn_frame_finish(&live->frame);
	free(live);
}

int sn_live_add(struct sn_live *live, const struct sn_text_about *about)
{
	if (live->trace_count == live->trace_capacity) {
		size_t wanted = live->trace_capacity ? live->trace_capacity * 2 : 4;
		struct trace **grown = reallocarray(live->traces, wanted, sizeof *grown);
		if (!grown)
			return SONDE_E_NOMEM;
		live->traces = grown;
		live->trace_capacity = wanted;
	}
	struct trace *trace = calloc(1, sizeof *trace);
	int code = trace ? sonde_path_new(&trace->path) : SONDE_E_NOMEM;
	if (code != SONDE_OK) {
		free(trace);
		return code;
	}
	trace->about = *about;
	live->traces[live->trace_count++] = trace;
	return SONDE_OK;
}

size_t sn_live_done_count(const struct sn_live *live)
{
	return live->current;
}

void sn_live_forget(struct sn_live *live, uint32_t trace_id)
{
	if (trace_id >= live->current)
		return;
	trace_free(live->traces[trace_id]);
	live->traces[trace_id] = NULL;
}

/* NULL: unknown, or forgotten. */
static struct trace *trace_of(const struct sn_live *live, uint32_t trace_id)
{
	return trace_id < live->trace_count ? live->traces[trace_id] : NULL;
}

static int diagnose(const struct sn_live *live, struct trace *trace)
{
	const struct sonde_path *path = trace->path;
	const struct sonde_case about = {.paths = &path, .path_count = 1, .host = trace->about.host, .repeat = trace->about.repeat,
	                                 .investigated = live->cfg.investigated};
	return sonde_diagnose(&about, &trace->findings);
}

int sn_live_event(struct sn_live *live, const struct sonde_event *event)
{
	struct trace *trace = trace_of(live, event->trace_id);
	if (!trace)
		return SONDE_OK;
	live->dirty |= event->trace_id == live->current;
	int code = sonde_path_apply(trace->path, event);
	return code == SONDE_OK && event->type == SONDE_EV_TRACE_END ? diagnose(live, trace) : code;
}

const struct sonde_path *sn_live_path(const struct sn_live *live, uint32_t trace_id)
{
	const struct trace *trace = trace_of(live, trace_id);
	return trace ? trace->path : NULL;
}

const struct sn_text_about *sn_live_about(const struct sn_live *live, uint32_t trace_id)
{
	const struct trace *trace = trace_of(live, trace_id);
	return trace ? &trace->about : NULL;
}

const struct sonde_findings *sn_live_findings(const struct sn_live *live, uint32_t trace_id)
{
	const struct trace *trace = trace_of(live, trace_id);
	return trace ? &trace->findings : NULL;
}

uint16_t sn_live_width(const struct sn_live_cfg *cfg)
{
	return cfg->width_columns ? cfg->width_columns : cfg->style.width_columns;
}

void sn_live_resize(struct sn_live *live, uint16_t width_columns, uint16_t height_rows)
{
	if (live->cfg.width_columns)
		live->cfg.width_columns = width_columns;
	else
		live->cfg.style.width_columns = width_columns;
	live->cfg.height_rows = height_rows;
	live->dirty = live->redraw = true;
}

void sn_live_known(struct sn_live *live)
{
	live->known = true;
}

void sn_live_hurry(struct sn_live *live)
{
	live->cfg.resolve_wait_ns = 0;
	live->dirty = true;
}

bool sn_live_done(const struct sn_live *live)
{
	return live->current >= live->trace_count;
}

/* When the newest answer of a row came. */
static sonde_at_ns newest_at_ns(const struct sonde_row *row)
{
	sonde_at_ns newest = INT64_MIN;
	for (size_t i = 0; i < row->query_count; i++) {
		const struct sonde_query *query = row->queries[i];
		if (sonde_query_is_answered(query) && query->answer.at_ns > newest)
			newest = query->answer.at_ns;
	}
	return newest;
}

/* The rows up to last_ttl are written for good now. */
static void note_written(struct trace *trace, uint8_t last_ttl, struct sn_buf *out)
{
	struct sonde_row row = {0};
	for (; trace->written_ttl < last_ttl; trace->written_ttl++) {
		if (sonde_path_row(trace->path, (uint8_t)(trace->written_ttl + 1), &row) < 0)
			out->bad = true;
		trace->written_answered[trace->written_ttl + 1] = row.answered_count;
		trace->written_newest_at_ns[trace->written_ttl + 1] = newest_at_ns(&row);
	}
	sonde_row_finish(&row);
}

/* Late answers of one sender, to probes of neighbouring hops. */
struct late {
	struct sonde_event_answer answer; /* the first of them */
	uint8_t first_ttl, last_ttl;
	sonde_ns least_ns, most_ns;
};

static void put_late(struct sn_buf *text, const struct late *late)
{
	char addr[SONDE_ADDR_TEXT];
	if (!late->first_ttl)
		return;
	sn_buf_puts(text, text->length_bytes ? ";" : "Answered after the row was written:");
	if (late->first_ttl == late->last_ttl)
		sn_buf_printf(text, " hop %u", (unsigned)late->first_ttl);
	else
		sn_buf_printf(text, " hops %u to %u", (unsigned)late->first_ttl, (unsigned)late->last_ttl);
	sn_buf_printf(text, " by %s", sonde_addr_text(&late->answer.from, addr));
	if (late->least_ns >= 0) {
		sn_buf_puts(text, " after ");
		sn_text_ms(text, late->least_ns);
		if (late->least_ns < late->most_ns) {
			sn_buf_puts(text, " to ");
			sn_text_ms(text, late->most_ns);
		}
		sn_buf_puts(text, " ms");
	}
	if (*sonde_meaning_mark(late->answer.meaning))
		sn_buf_putc(text, ' ');
	sn_text_mark(text, &late->answer);
}

/* Adds a late answer to the run before it, or writes that and starts anew. */
static void add_late(struct sn_buf *text, struct late *late, uint8_t ttl, const struct sonde_event_answer *answer)
{
	bool same = late->first_ttl && ttl <= late->last_ttl + 1 && answer->meaning == late->answer.meaning &&
	            answer->mtu_bytes == late->answer.mtu_bytes && sonde_addr_equal(&answer->from, &late->answer.from);
	if (!same) {
		put_late(text, late);
		*late = (struct late){.answer = *answer, .first_ttl = ttl, .least_ns = answer->rtt_ns, .most_ns = answer->rtt_ns};
	}
	late->last_ttl = ttl;
	late->least_ns = answer->rtt_ns < late->least_ns ? answer->rtt_ns : late->least_ns;
	late->most_ns = answer->rtt_ns > late->most_ns ? answer->rtt_ns : late->most_ns;
}

/* What came to rows that could not be written again. */
static void put_changes(const struct sn_live *live, const struct trace *trace, struct sn_buf *out)
{
	struct sonde_row row = {0};
	struct sn_buf text = {0};
	struct late late = {.first_ttl = 0};
	for (unsigned ttl = sonde_path_first_ttl(trace->path); ttl <= trace->written_ttl; ttl++) {
		if (sonde_path_row(trace->path, (uint8_t)ttl, &row) < 0)
			out->bad = true;
		if (row.answered_count <= trace->written_answered[ttl])
			continue;
		for (size_t i = 0; i < row.query_count; i++)
			if (row.queries[i]->state == SONDE_QUERY_LATE && row.queries[i]->answer.at_ns > trace->written_newest_at_ns[ttl])
				add_late(&text, &late, (uint8_t)ttl, &row.queries[i]->answer);
	}
	put_late(&text, &late);
	if (text.length_bytes) {
		sn_buf_putc(&text, '.');
		sn_text_wrap(out, live->cfg.style.width_columns, text.text);
	}
	out->bad |= text.bad;
	sn_buf_finish(&text);
	sonde_row_finish(&row);
}

/* How the table looks. */
static const struct sn_text_look *look_of(const struct sn_live *live)
{
	static const struct sn_text_look own = {.header = sn_text_header, .rows = sn_text_rows};
	return live->cfg.look ? live->cfg.look : &own;
}

/* A search for the path's MTU has no rows that grow: its table is made at its end. */
static bool is_measured(const struct sn_live *live, const struct trace *trace)
{
	return !live->cfg.look && sonde_path_cfg(trace->path)->plan == SONDE_PLAN_PMTU;
}

static void put_header(struct sn_live *live, struct trace *trace, struct sn_buf *out)
{
	if (trace->headed)
		return;
	if (live->current > 0 && !live->cfg.look)
		sn_buf_putc(out, '\n');
	size_t bytes = out->length_bytes;
	if (is_measured(live, trace))
		sn_mtu_header(out, &live->cfg.style, &trace->about, sonde_path_cfg(trace->path));
	else
		look_of(live)->header(out, &live->cfg.style, &trace->about, trace->path);
	trace->headed = out->bad || out->length_bytes > bytes;
	trace->written_ttl = (uint8_t)(sonde_path_first_ttl(trace->path) - 1);
}

/* Writes rows for good, up to last_ttl. */
static void put_rows(struct sn_live *live, struct trace *trace, uint8_t last_ttl, bool fold_tail, struct sn_buf *out)
{
	if (last_ttl <= trace->written_ttl)
		return;
	look_of(live)->rows(out, &live->cfg.style, trace->path, (uint8_t)(trace->written_ttl + 1), last_ttl, fold_tail);
	note_written(trace, last_ttl, out);
}

/* The rest of a table whose trace has ended. */
static void put_tail(struct sn_live *live, struct trace *trace, struct sn_buf *out)
{
	bool fold = live->cfg.terminal && !sonde_path_end(trace->path)->reached;
	if (is_measured(live, trace))
		sn_mtu_table(out, &live->cfg.style, trace->path);
	else
		put_rows(live, trace, sonde_path_last_ttl(trace->path), fold, out);
	if (live->cfg.look)
		return;
	if (!is_measured(live, trace))
		put_changes(live, trace, out);
	sn_text_verdict(out, &live->cfg.style, &trace->findings, 0);
	const struct sonde_path *path = trace->path;
	if (live->cfg.lost)
		sn_text_lost(out, &live->cfg.style, &path, 1, live->cfg.wall_zero_ns);
	if (live->cfg.findings)
		sn_findings_lines(out, &trace->findings, &path, 1);
}

/* The rows that may still change, as they are now. Silence that stands is one line. */
static void make_frame(const struct sn_live *live, const struct trace *trace, uint8_t last_ttl, struct sn_buf *frame)
{
	sn_buf_clear(frame);
	if (last_ttl > trace->written_ttl)
		sn_text_rows(frame, &live->cfg.style, trace->path, (uint8_t)(trace->written_ttl + 1), last_ttl,
		             sonde_path_settled_ttl(trace->path) >= last_ttl);
}

/* Draws the rows that may still change, as many as the screen has room for; the oldest that stand make room for newer ones. */
static void draw_frame(struct sn_live *live, struct trace *trace, struct sn_buf *out)
{
	size_t room = sn_frame_room(live->cfg.height_rows), width = sn_live_width(&live->cfg);
	uint8_t last = sonde_path_last_ttl(trace->path), settled = sonde_path_settled_ttl(trace->path);
	struct sn_buf written = {0}, next = {0};
	make_frame(live, trace, last, &next);
	while (sn_frame_lines(sn_buf_text(&next), width) > room && trace->written_ttl < settled) {
		put_rows(live, trace, (uint8_t)(trace->written_ttl + 1), false, &written);
		make_frame(live, trace, last, &next);
	}
	while (sn_frame_lines(sn_buf_text(&next), width) > room && last > trace->written_ttl)
		make_frame(live, trace, --last, &next);
	if (live->redraw || written.length_bytes || strcmp(sn_buf_text(&next), sn_buf_text(&live->frame.text)) != 0)
		sn_frame_draw(&live->frame, width, sn_buf_text(&written), sn_buf_text(&next), out);
	live->redraw = false;
	out->bad |= written.bad || next.bad;
	sn_buf_finish(&written);
	sn_buf_finish(&next);
}

/* A late answer showed that the row's other probes were given up too early: they may still be answered as well. */
static bool is_awaited(const struct trace *trace, const struct sonde_row *row)
{
	return row->dropped_count > 0 && row->answered_count < sonde_path_cfg(trace->path)->queries;
}

/* Up to which row a pipe can be told for good: silence behind the last answer may still become somebody's late "unreachable". */
static uint8_t certain_ttl(const struct trace *trace, struct sn_buf *out)
{
	struct sonde_row row = {0};
	unsigned settled = sonde_path_settled_ttl(trace->path), last = sonde_path_last_ttl(trace->path), answered = trace->written_ttl;
	for (unsigned ttl = trace->written_ttl + 1u; ttl <= last; ttl++) {
		if (sonde_path_row(trace->path, (uint8_t)ttl, &row) < 0)
			out->bad = true;
		if (row.answered_count)
			answered = ttl;
		if (is_awaited(trace, &row) && ttl <= settled)
			settled = ttl - 1;
	}
	sonde_row_finish(&row);
	return (uint8_t)(settled < answered ? settled : answered);
}

static bool is_named(const struct sn_live *live, const struct sonde_row *row)
{
	for (size_t i = 0; i < row->responder_count; i++)
		if (sn_who_of(live->cfg.style.who, &row->responders[i].addr)->pending)
			return false;
	return true;
}

/* Up to which of the rows that are ready names are known, or have been waited for long enough. */
static uint8_t named_ttl(struct sn_live *live, struct trace *trace, uint8_t ready_ttl, sonde_at_ns now, struct sn_buf *out)
{
	struct sonde_row row = {0};
	unsigned named = trace->written_ttl;
	bool waits = false;
	live->names_until_at_ns = SONDE_NEVER;
	for (unsigned ttl = trace->written_ttl + 1u; ttl <= ready_ttl; ttl++) {
		if (!trace->ready_at_ns[ttl])
			trace->ready_at_ns[ttl] = now;
		sonde_at_ns until_at_ns = trace->ready_at_ns[ttl] + live->cfg.resolve_wait_ns;
		if (sonde_path_row(trace->path, (uint8_t)ttl, &row) < 0)
			out->bad = true;
		bool holds = now < until_at_ns && !is_named(live, &row);
		if (holds && until_at_ns < live->names_until_at_ns)
			live->names_until_at_ns = until_at_ns;
		waits |= holds;
		named = waits ? named : ttl;
	}
	sonde_row_finish(&row);
	return (uint8_t)named;
}

/* Writes what is new of the current table. True: the table is complete. */
static bool advance(struct sn_live *live, sonde_at_ns now, struct sn_buf *out)
{
	struct trace *trace = live->traces[live->current];
	if (!sonde_path_cfg(trace->path))
		return false;
	bool ended = sonde_path_end(trace->path) != NULL, draws = live->cfg.terminal && !ended;
	put_header(live, trace, out);
	if (!trace->headed)
		return false;
	bool grows = !is_measured(live, trace) && !draws;
	uint8_t ready_ttl = !grows ? 0 : ended ? sonde_path_last_ttl(trace->path) : certain_ttl(trace, out);
	uint8_t named = named_ttl(live, trace, ready_ttl, now, out);
	bool complete = ended && named >= ready_ttl;
	if (complete) {
		sn_frame_erase(&live->frame, out);
		put_tail(live, trace, out);
	} else if (is_measured(live, trace)) {
		return false;
	} else if (live->cfg.terminal) {
		draw_frame(live, trace, out);
	} else {
		put_rows(live, trace, named, false, out);
	}
	return complete;
}

sonde_at_ns sn_live_turn(struct sn_live *live, sonde_at_ns now, struct sn_buf *out)
{
	live->dirty |= now >= live->names_until_at_ns;
	while ((live->dirty || live->known) && live->current < live->trace_count) {
		bool ended = sonde_path_end(live->traces[live->current]->path) != NULL, rows = live->dirty;
		sonde_at_ns due_at_ns = rows ? live->next_frame_at_ns : live->next_known_at_ns;
		if (live->cfg.terminal && !ended && now < due_at_ns)
			return due_at_ns;
		live->known = false;
		live->dirty = advance(live, now, out);
		if (live->frame.text.length_bytes) /* a header alone does not make the first row wait */
			live->next_known_at_ns = now + SN_FRAME_NS;
		if (live->frame.text.length_bytes && rows)
			live->next_frame_at_ns = now + SN_FRAME_NS;
		live->current += live->dirty;
	}
	return live->names_until_at_ns;
}
