/* SPDX-License-Identifier: MIT */
/* What the rules about ICMP unreachable messages have in common: who said it, and where that stands on the way. */
#include "diag/diag.h"

#include <string.h>

/* ICMPv4 3/1 (RFC 1812 section 5.2.7.1) and ICMPv6 1/3 (RFC 4443 section 3.1): the router on the target's own link asked for it in vain. */
enum { HOST_UNREACHABLE4 = 1, ADDRESS_UNREACHABLE6 = 3 };

/* Another method, on the same way, got past that hop: its label's view; NULL: none. */
static const struct sn_view *gets_past(const struct sn_case *c, uint8_t ttl)
{
	for (size_t i = 0; ttl && i < c->view_count; i++) {
		const struct sn_view *other = &c->views[i];
		if (other == c->view || !sn_same_way(c->view, other, ttl))
			continue;
		for (unsigned t = ttl + 1u; t <= other->cfg->max_ttl; t++)
			if (sn_got_there(other, t))
				return other;
	}
	return NULL;
}

/* By another method the target is the next hop. */
static bool is_last_router(const struct sn_view *past, uint8_t ttl)
{
	return past && past->passes && past->end->distance == ttl + 1;
}

static bool says_no_such_host(const struct sn_view *view)
{
	const struct sonde_event_end *end = view->end;
	uint8_t code = view->cfg->dst.family == 4 ? HOST_UNREACHABLE4 : ADDRESS_UNREACHABLE6;
	return end->why == SONDE_M_HOST_UNREACHABLE && end->why_code == code;
}

/* Fills who, and what follows from it for how sure the reading is. */
static void place(struct sonde_finding *f, const struct sn_view *view, const struct sn_view *past, uint8_t ttl)
{
	if (sonde_addr_equal(&view->end->by, &view->cfg->dst)) {
		f->who = "target";
		return;
	}
	f->who = ttl ? "router" : NULL;
	if (is_last_router(past, ttl) || (says_no_such_host(view) && !past))
		f->who = "last-router";
	if (!says_no_such_host(view))
		return;
	f->confidence = SONDE_CONFIDENCE_LIKELY;
	sn_otherwise(f, past ? "the host came up or went down meanwhile" : "a filter refuses in these words");
}

static const char *words_of(const char *who)
{
	static const struct {
		const char *who, *words;
	} all[] = {{"router", ", a router on the way"}, {"last-router", ", the last router"}};
	for (size_t i = 0; who && i < sizeof all / sizeof *all; i++)
		if (strcmp(all[i].who, who) == 0)
			return all[i].words;
	return "";
}

void sn_find_refusal(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	const struct sonde_event_end *end = view->end;
	bool host = end->why == SONDE_M_HOST_UNREACHABLE || end->why == SONDE_M_NET_UNREACHABLE;
	char target[SONDE_ADDR_TEXT], by[SONDE_ADDR_TEXT];
	uint8_t last = end->by_ttl ? end->by_ttl : end->last_answering_ttl, ttl = sn_nearest_ttl(view, &end->by, last);
	const struct sn_view *past = gets_past(c, ttl);
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	place(f, view, past, ttl);
	sonde_addr_text(&view->cfg->dst, target);
	sn_say(f, host ? "Host %s is unreachable, says " : "Packets to %s are not let through, says ", target);
	sn_say_who(f, view, &end->by, last);
	sn_say(f, "%s (%s: %s)", words_of(f->who), sonde_meaning_name(end->why), sonde_meaning_sentence(end->why));
	if (sonde_meaning_is_final(end->ttl255) || !end->by_ttl)
		sn_say_ttl255(f, view);
	if (past && host)
		sn_say(f, "; yet %s gets past it: a filter's word for %s, no missing host or route", past->label, view->label);
	sn_say(f, ".");
	sn_headline(f, "Rejected by %s", sonde_addr_text(&end->by, by));
	if (ttl)
		sn_headline(f, " at hop %u", (unsigned)ttl);
	sn_headline(f, " (%s)", sonde_meaning_name(end->why));
	f->by = end->by;
	f->first_ttl = f->last_ttl = ttl;
	sn_evidence(f, "hop", "hops", ttl);
	sn_evidence(f, "icmp_code", "", end->why_code);
	if (c->view_count == 1)
		sn_next_compare(c, f);
}
