/* SPDX-License-Identifier: MIT */
/* ping-and-ports: what ping says and what the ports say differ, and answer different questions. */
#include "diag/diag.h"

#include <string.h>

static bool ended_by(const struct sn_case *c, const struct sn_view *view, const char *id)
{
	const struct sonde_finding *f = sn_end_of(c, view);
	return f && strcmp(f->rule->id, id) == 0;
}

static bool says(const struct sn_view *view, const bool meanings[SONDE_M_COUNT])
{
	const struct sonde_query *query = view->method->takes_port && view->passes ? sn_target_answer(view) : NULL;
	return query && meanings[query->answer.meaning];
}

static bool is_open(const struct sn_case *c, const struct sn_view *view)
{
	static const bool open[SONDE_M_COUNT] = {
		[SONDE_M_SYN_ACK] = true, [SONDE_M_BARE_ACK] = true, [SONDE_M_UDP_REPLY] = true, [SONDE_M_INIT_ACK] = true,
		[SONDE_M_DCCP_RESPONSE] = true, [SONDE_M_DCCP_OTHER_SERVICE] = true};
	(void)c;
	return says(view, open);
}

/* A closed UDP port, which an ICMP error tells of, is what a host has by the thousand: that somebody refuses a connection is news. */
static bool is_closed(const struct sn_case *c, const struct sn_view *view)
{
	static const bool closed[SONDE_M_COUNT] = {[SONDE_M_RST] = true, [SONDE_M_ABORT] = true, [SONDE_M_DCCP_RESET] = true};
	(void)c;
	return says(view, closed);
}

/* Only where a filter is likely: UDP may be open and silent. */
static bool is_filtered(const struct sn_case *c, const struct sn_view *view)
{
	const struct sonde_finding *f = sn_end_of(c, view);
	bool silent = ended_by(c, view, "stops-silent") || ended_by(c, view, "target-silent");
	return view->method->takes_port && silent && f->confidence >= SONDE_CONFIDENCE_LIKELY && c->view_count > 1;
}

static bool is_rejected(const struct sn_case *c, const struct sn_view *view)
{
	static const char *const ids[] = {"admin-prohibited", "port-unreachable-by-middlebox", "tcp-reset-by-middlebox", "unreachable"};
	bool rejected = false;
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		rejected |= ended_by(c, view, ids[i]);
	return view->method->takes_port && rejected;
}

static size_t count(const struct sn_case *c, bool (*is)(const struct sn_case *c, const struct sn_view *view))
{
	size_t found = 0;
	for (size_t i = 0; i < c->view_count; i++)
		found += is(c, &c->views[i]);
	return found;
}

static const struct {
	bool ping_works;
	bool (*is)(const struct sn_case *c, const struct sn_view *view);
	const char *before, *one, *many;
} differences[] = {
	{false, is_open, "", " is open", " are open"},
	{false, is_closed, "packets get to ", ": the target says that it is closed", ": the target says that they are closed"},
	{true, is_closed, "nobody listens on ", ", as the target itself says", ", as the target itself says"},
	{true, is_filtered, "", " seems filtered: silence, not a closed port", " seem filtered: silence, not closed ports"},
	{true, is_rejected, "", " is refused on the way", " are refused on the way"},
};

/* The path ended it, in silence or in somebody's words. */
static bool ended_on_the_way(const struct sn_case *c, const struct sn_view *view)
{
	static const char *const ids[] = {"stops-silent", "target-silent", "admin-prohibited", "net-unreachable", "host-unreachable",
	                                  "unreachable"};
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		if (ended_by(c, view, ids[i]))
			return true;
	return false;
}

/* As sure as the least sure of the ends that it rests on. */
static void weigh(struct sonde_finding *f, const struct sn_case *c, bool (*is)(const struct sn_case *c, const struct sn_view *view))
{
	for (size_t i = 0; i < c->view_count; i++) {
		const struct sonde_finding *end = is(c, &c->views[i]) ? sn_end_of(c, &c->views[i]) : NULL;
		if (end && end->confidence < f->confidence)
			f->confidence = end->confidence;
	}
}

static void eval(struct sn_case *c)
{
	const struct sn_view *ping = NULL;
	struct sonde_finding *f = NULL;
	for (size_t i = 0; i < c->view_count && !ping; i++)
		ping = strcmp(c->views[i].method->name, "icmp") == 0 ? &c->views[i] : NULL;
	/* A ping that this machine kept, or that was cut short or not followed to the end, says nothing of what it would get. */
	if (!ping || (!ping->passes && !ended_on_the_way(c, ping)))
		return;
	bool works = ping->passes;
	for (size_t i = 0; i < sizeof differences / sizeof *differences; i++) {
		size_t labels = differences[i].ping_works == works ? count(c, differences[i].is) : 0;
		if (!labels)
			continue;
		f = f ? f : sn_find(c, SONDE_CONFIDENCE_CERTAIN);
		sn_say(f, "%s%s", f->sentence[0] ? "; " : works ? "Ping works, yet " : "Ping fails, yet ", differences[i].before);
		sn_say_labels(f, c, differences[i].is);
		weigh(f, c, differences[i].is);
		sn_say(f, "%s", labels == 1 ? differences[i].one : differences[i].many);
	}
	if (f)
		sn_say(f, works ? "." : ": ping is no test of a port.");
}

const struct sn_rule sn_rule_ping_and_ports = {
	.info = {
		.id = "ping-and-ports",
		.summary = "what ping says and what the ports say differ",
		.severity = SONDE_SEVERITY_INFO,
		.meaning = "An echo reply says that packets get to the target and back; whether a port is open, closed or filtered "
		           "only a probe to that port says. Firewalls treat the two apart.",
		.otherwise = "Where something answers in the target's name, either may be that device's word.",
		.advice = "To learn whether a service is reachable ask for its port; to learn whether the way works ask by several "
		          "methods.",
		.source = "RFC 792, RFC 9293 section 3.10.7",
	},
	.about_case = true,
	.eval = eval,
};
