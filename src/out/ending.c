/* SPDX-License-Identifier: MIT */
/* How a trace ended, in words: one sentence per reason in a table. Says what was observed, never more: silence is silence. */
#include "out/text.h"

#include "base/hops.h"

#include <string.h>

struct ending {
	struct sn_buf *text;
	const struct sn_text_about *about;
	const struct sonde_path *path;
	const struct sonde_event_end *end;
	const struct sonde_trace_cfg *cfg;
	char target[SONDE_ADDR_TEXT];
};

/* "hop 5 (10.0.5.1)", with how many more answered there. */
static void put_hop(struct ending *e, uint8_t ttl)
{
	struct sonde_row row = {0};
	char addr[SONDE_ADDR_TEXT];
	sn_buf_printf(e->text, "hop %u", (unsigned)ttl);
	if (sonde_path_row(e->path, ttl, &row) < 0)
		e->text->bad = true;
	else if (row.responder_count == 1)
		sn_buf_printf(e->text, " (%s)", sonde_addr_text(&row.responders[0].addr, addr));
	else if (row.responder_count > 1)
		sn_buf_printf(e->text, " (%s and %zu more)", sonde_addr_text(&row.responders[0].addr, addr), row.responder_count - 1);
	sonde_row_finish(&row);
}

/* "hops 6 to 15 left 2 probes each unanswered": the rows behind the last answer. Nothing where there are none, nor where one had no time
 * to answer. */
static void put_silent_hops(struct ending *e, const char *before)
{
	unsigned from = e->end->last_answering_ttl + 1u, to = e->end->last_ttl;
	if (from < e->cfg->first_ttl)
		from = e->cfg->first_ttl;
	if (from > to)
		return;
	struct sonde_row row = {0};
	uint32_t least = UINT32_MAX, most = 0;
	for (unsigned ttl = from; ttl <= to; ttl++) {
		if (sonde_path_row(e->path, (uint8_t)ttl, &row) < 0)
			e->text->bad = true;
		uint32_t silent_count = row.lost_count + row.crowded_count;
		least = silent_count < least ? silent_count : least;
		most = silent_count > most ? silent_count : most;
	}
	sonde_row_finish(&row);
	if (least == 0)
		return;
	const char *each = from < to ? " each" : "";
	sn_buf_puts(e->text, before);
	sn_buf_printf(e->text, from < to ? "hops %u to %u" : "hop %u", from, to);
	if (least < most)
		sn_buf_printf(e->text, " left %u to %u probes%s unanswered", least, most, each);
	else
		sn_buf_printf(e->text, " left %u probe%s%s unanswered", most, most == 1 ? "" : "s", each);
}

/* What the target said about its port, where the method has one. */
static void put_port_state(struct ending *e)
{
	struct sonde_row row = {0};
	if (!e->about->method->takes_port || !e->end->distance)
		return;
	if (sonde_path_row(e->path, e->end->distance, &row) < 0)
		e->text->bad = true;
	for (size_t i = 0; i < row.query_count; i++) {
		const struct sonde_query *query = row.queries[i];
		bool answered = query->state == SONDE_QUERY_ANSWERED || query->state == SONDE_QUERY_LATE;
		if (!answered || !query->answer.in_targets_name || !sonde_meaning_is_final(query->answer.meaning))
			continue;
		enum sonde_meaning meaning = query->answer.meaning;
		/* a bare ACK fits an earlier SYN of ours: what it says of the port is the same, and this one need not be explained */
		sn_buf_printf(e->text, "; %s", sonde_meaning_sentence(meaning == SONDE_M_BARE_ACK ? SONDE_M_SYN_ACK : meaning));
		break;
	}
	sonde_row_finish(&row);
}

/* The TTL that the target's answers at a hop arrived with, 0: unknown. */
static uint8_t reply_ttl_of_target(struct ending *e, uint8_t ttl)
{
	struct sonde_row row = {0};
	uint8_t found = 0;
	if (sonde_path_row(e->path, ttl, &row) < 0)
		e->text->bad = true;
	for (size_t i = 0; i < row.responder_count; i++)
		if (sonde_addr_equal(&row.responders[i].addr, &e->cfg->dst))
			found = row.responders[i].reply_ttl;
	sonde_row_finish(&row);
	return found;
}

/* The first of the silent hops right before the target, if its answers' own TTL speaks of a distance among them: it may have been
 * silent there, too. 0: nothing speaks for that. */
static uint8_t silent_before(struct ending *e, uint8_t distance)
{
	struct sonde_row row = {0};
	uint8_t first = distance, back = sn_hops_back(reply_ttl_of_target(e, distance));
	while (first > e->cfg->first_ttl) {
		if (sonde_path_row(e->path, (uint8_t)(first - 1), &row) < 0)
			e->text->bad = true;
		if (row.answered_count || !(row.lost_count + row.crowded_count))
			break;
		first--;
	}
	sonde_row_finish(&row);
	return back >= first && back < distance ? first : 0;
}

/* "in 8 hops"; or fewer, where the hops before were silent or not asked. */
static void put_distance(struct ending *e, uint8_t distance)
{
	uint8_t first = e->cfg->first_ttl, silent = silent_before(e, distance);
	sn_buf_printf(e->text, " in %u hop%s", (unsigned)distance, distance == 1 ? "" : "s");
	if (distance == first && first > 1)
		sn_buf_printf(e->text, " or fewer: -f %u asked no nearer hop", (unsigned)first);
	else if (silent)
		sn_buf_printf(e->text, " or fewer: the hops from %u on were silent, and the TTL of its answers speaks of %u",
		              (unsigned)silent, (unsigned)sn_hops_back(reply_ttl_of_target(e, distance)));
}

static void reached(struct ending *e)
{
	if (e->end->distance) {
		sn_buf_printf(e->text, "Reached %s", e->target);
		put_distance(e, e->end->distance);
	} else {
		sn_buf_printf(e->text, "Reached %s, at a distance that stayed unknown", e->target);
		put_silent_hops(e, ": ");
	}
	put_port_state(e);
	sn_buf_putc(e->text, '.');
}

/* The nearest TTL at which an address answered: a router speaks of probes that went past it. */
static uint8_t nearest_ttl(struct ending *e, const struct sonde_addr *addr, uint8_t last_ttl)
{
	struct sonde_row row = {0};
	uint8_t found = 0;
	for (unsigned ttl = e->cfg->first_ttl; ttl <= last_ttl && !found; ttl++) {
		if (sonde_path_row(e->path, (uint8_t)ttl, &row) < 0)
			e->text->bad = true;
		for (size_t i = 0; i < row.responder_count; i++)
			if (sonde_addr_equal(&row.responders[i].addr, addr))
				found = (uint8_t)ttl;
	}
	sonde_row_finish(&row);
	return found;
}

/* "10.0.7.1 at hop 7" */
static void put_by(struct ending *e)
{
	char by[SONDE_ADDR_TEXT];
	uint8_t ttl = nearest_ttl(e, &e->end->by, e->end->by_ttl ? e->end->by_ttl : e->end->last_answering_ttl);
	if (sonde_addr_equal(&e->end->by, &e->cfg->dst))
		sn_buf_puts(e->text, "the target itself");
	else
		sn_buf_puts(e->text, sonde_addr_text(&e->end->by, by));
	if (ttl)
		sn_buf_printf(e->text, " at hop %u", (unsigned)ttl);
}

static void put_ttl255(struct ending *e)
{
	if (!e->end->ttl255_asked)
		return;
	if (e->end->ttl255 == SONDE_M_NONE)
		sn_buf_puts(e->text, "; the target did not answer a probe at TTL 255 either");
	else if (sonde_meaning_is_final(e->end->ttl255))
		sn_buf_printf(e->text, "; yet the target answers a probe at TTL 255 (%s)", sonde_meaning_name(e->end->ttl255));
	else
		sn_buf_printf(e->text, "; a probe at TTL 255 got %s", sonde_meaning_name(e->end->ttl255));
}

static void unreachable(struct ending *e)
{
	bool host = e->end->why == SONDE_M_HOST_UNREACHABLE || e->end->why == SONDE_M_NET_UNREACHABLE;
	sn_buf_printf(e->text, host ? "Host %s is unreachable, says " : "Packets to %s are not let through, says ", e->target);
	if (sonde_addr_equal(&e->end->by, &e->cfg->src)) {
		/* What the own stack says of its own packets is that neighbour discovery, or ARP, failed (RFC 4861 section 7.2.2). */
		sn_buf_printf(e->text, "this machine (%s): no answer on the link from the next hop.", sonde_meaning_name(e->end->why));
		return;
	}
	put_by(e);
	sn_buf_printf(e->text, " (%s: %s)", sonde_meaning_name(e->end->why), sonde_meaning_sentence(e->end->why));
	if (sonde_meaning_is_final(e->end->ttl255) || !e->end->by_ttl)
		put_ttl255(e);
	sn_buf_putc(e->text, '.');
}

static void refused(struct ending *e)
{
	put_by(e);
	sn_buf_printf(e->text, " refuses what was sent to %s (%s): not the target's own word, so it counts as not reached.", e->target,
	              sonde_meaning_name(e->end->why));
}

/* With what speaks against it: an answer that no router has forwarded, or routers that answer from farther on. */
static void contradicted(struct ending *e)
{
	sn_buf_printf(e->text, "An answer came in the name of %s", e->target);
	if (e->end->by_ttl)
		sn_buf_printf(e->text, " at hop %u", (unsigned)e->end->by_ttl);
	if (e->end->distance)
		sn_buf_printf(e->text, ", but it arrived with TTL %u, which no router has lowered: it was given on this machine's own link",
		              (unsigned)reply_ttl_of_target(e, e->end->distance));
	else
		sn_buf_printf(e->text, ", but the way goes on behind it, as far as hop %u", (unsigned)e->end->last_answering_ttl);
	sn_buf_puts(e->text, ". It counts as not reached.");
}

static void gap(struct ending *e)
{
	if (e->end->last_answering_ttl) {
		sn_buf_puts(e->text, "Answers stop after ");
		put_hop(e, e->end->last_answering_ttl);
	} else {
		sn_buf_puts(e->text, "Nothing answered");
	}
	put_silent_hops(e, ": ");
	put_ttl255(e);
	sn_buf_putc(e->text, '.');
	if (e->end->ttl255 == SONDE_M_NONE && e->about->method->silence && *e->about->method->silence)
		sn_buf_printf(e->text, " %s", e->about->method->silence);
}

/* True: whoever answered last has answered nearer by as well, with others between: more hops would only show more of the same. */
static bool put_circle(struct ending *e)
{
	struct sonde_row row = {0};
	char addr[SONDE_ADDR_TEXT];
	uint8_t last = e->end->last_answering_ttl, nearest = last;
	if (sonde_path_row(e->path, last, &row) < 0)
		e->text->bad = true;
	if (row.responder_count == 1) {
		nearest = nearest_ttl(e, &row.responders[0].addr, last);
		sonde_addr_text(&row.responders[0].addr, addr);
	}
	sonde_row_finish(&row);
	if (nearest + 2 > last)
		return false;
	sn_buf_printf(e->text, " %s answers at hop %u as well as at hop %u: packets seem to go in a circle.", addr, (unsigned)nearest,
	              (unsigned)last);
	return true;
}

static void max_ttl(struct ending *e)
{
	sn_buf_printf(e->text, "%s was not reached within %u hop%s", e->target, (unsigned)e->cfg->max_ttl, e->cfg->max_ttl == 1 ? "" : "s");
	if (e->end->last_answering_ttl) {
		sn_buf_puts(e->text, "; the last answer came from ");
		put_hop(e, e->end->last_answering_ttl);
	}
	put_silent_hops(e, "; ");
	/* that nothing came from there yet when the rows stood says nothing: it is farther than was asked for */
	if (e->end->ttl255 != SONDE_M_NONE)
		put_ttl255(e);
	sn_buf_putc(e->text, '.');
	if (put_circle(e) || e->cfg->max_ttl == SONDE_TTL_LAST)
		return;
	sn_buf_puts(e->text, " -m asks for more hops.");
}

/* What an ending that came from outside leaves known. */
static void put_known(struct ending *e)
{
	if (e->end->reached) {
		reached(e);
	} else if (e->end->last_answering_ttl) {
		sn_buf_puts(e->text, "The last answer came from ");
		put_hop(e, e->end->last_answering_ttl);
		sn_buf_putc(e->text, '.');
	} else {
		sn_buf_puts(e->text, "Nothing had answered yet.");
	}
}

static void deadline(struct ending *e)
{
	/* nobody asked for an end, but the plan has one of its own */
	sn_buf_puts(e->text, e->cfg->deadline_ns ? "Stopped by --deadline before all was known. " :
	                     "Stopped after an hour, the longest that a trace may take, before all was known. ");
	put_known(e);
}

static void interrupted(struct ending *e)
{
	sn_buf_puts(e->text, "Interrupted. ");
	put_known(e);
}

static void local_error(struct ending *e)
{
	sn_buf_puts(e->text, "Stopped: this machine could not send");
	if (e->end->sys_errno)
		sn_buf_printf(e->text, " (%s)", strerror(e->end->sys_errno));
	sn_buf_puts(e->text, ". ");
	put_known(e);
}

static void asked(struct ending *e)
{
	sn_buf_printf(e->text, "%u probe%s sent, as asked. ", (unsigned)e->end->probe_count, e->end->probe_count == 1 ? " was" : "s were");
	if (e->end->reached || e->end->last_answering_ttl)
		put_known(e);
	else
		sn_buf_puts(e->text, "Nothing answered.");
}

/* A new reason to stop is a row here. */
static void (*const endings[])(struct ending *) = {
    [SONDE_STOP_REACHED] = reached,
    [SONDE_STOP_UNREACHABLE] = unreachable,
    [SONDE_STOP_REFUSED] = refused,
    [SONDE_STOP_CONTRADICTED] = contradicted,
    [SONDE_STOP_GAP] = gap,
    [SONDE_STOP_MAX_TTL] = max_ttl,
    [SONDE_STOP_ASKED] = asked,
    [SONDE_STOP_DEADLINE] = deadline,
    [SONDE_STOP_LOCAL_ERROR] = local_error,
    [SONDE_STOP_INTERRUPTED] = interrupted,
};

/* Hops asked too often, by the traces side by side or because they refuse what is sent past them: silence there says nothing. */
static void put_crowded(struct ending *e)
{
	struct sonde_row row = {0};
	unsigned from = 0, to = 0;
	for (unsigned ttl = sonde_path_first_ttl(e->path); ttl <= sonde_path_last_ttl(e->path); ttl++) {
		if (sonde_path_row(e->path, (uint8_t)ttl, &row) < 0)
			e->text->bad = true;
		to = row.crowded_count ? ttl : to;
		from = from || !row.crowded_count ? from : ttl;
	}
	sonde_row_finish(&row);
	if (from && from < to)
		sn_buf_printf(e->text, " Hops %u to %u were", from, to);
	else if (from)
		sn_buf_printf(e->text, " Hop %u was", from);
	if (from)
		sn_buf_puts(e->text, " asked more often than routers commonly answer: silence there counts as no loss.");
}

void sn_text_end(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_text_about *about, const struct sonde_path *path)
{
	const struct sonde_event_end *end = sonde_path_end(path);
	const struct sonde_trace_cfg *cfg = sonde_path_cfg(path);
	if (!end || !cfg)
		return;
	struct sn_buf text = {0};
	struct ending e = {.text = &text, .about = about, .path = path, .end = end, .cfg = cfg};
	sonde_addr_text(&cfg->dst, e.target);
	if ((size_t)end->stop < sizeof endings / sizeof *endings && endings[end->stop])
		endings[end->stop](&e);
	else
		sn_buf_printf(&text, "Ended: %s.", sonde_stop_name(end->stop));
	put_crowded(&e);
	if (end->dropped_count)
		sn_buf_printf(&text, " This machine's receive buffer overflowed and lost %u packet%s: losses above may be its own.",
		              end->dropped_count, end->dropped_count == 1 ? "" : "s");
	sn_text_wrap(buf, style->width_columns, sn_buf_text(&text));
	buf->bad |= text.bad;
	sn_buf_finish(&text);
}
