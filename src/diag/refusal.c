/* SPDX-License-Identifier: MIT */
/* What the rules about ICMP unreachable messages have in common: who said it, and where that stands on the way. */
#include "diag/diag.h"

/* By another method a router answers at the hop where the target is one farther. */
static bool is_last_router(const struct sn_case *c, uint8_t ttl)
{
	for (size_t i = 0; i < c->view_count; i++)
		if (ttl && c->views[i].end->reached && c->views[i].end->distance == ttl + 1 && sn_same_way(c->view, &c->views[i], ttl))
			return true;
	return false;
}

/* Which place on the way the sender has; NULL: not known. */
static const char *place(const struct sn_case *c, uint8_t ttl)
{
	const struct sonde_event_end *end = c->view->end;
	if (sonde_addr_equal(&end->by, &c->view->cfg->dst))
		return NULL; /* said already */
	if (is_last_router(c, ttl))
		return "the last router";
	return ttl ? "a router on the way" : NULL;
}

void sn_find_refusal(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	const struct sonde_event_end *end = view->end;
	bool host = end->why == SONDE_M_HOST_UNREACHABLE || end->why == SONDE_M_NET_UNREACHABLE;
	char target[SONDE_ADDR_TEXT], by[SONDE_ADDR_TEXT];
	uint8_t ttl = sn_nearest_ttl(view, &end->by, end->by_ttl ? end->by_ttl : end->last_answering_ttl);
	const char *where = place(c, ttl);
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	sonde_addr_text(&view->cfg->dst, target);
	sn_say(f, host ? "Host %s is unreachable, says " : "Packets to %s are not let through, says ", target);
	sn_say_who(f, view, &end->by, end->by_ttl ? end->by_ttl : end->last_answering_ttl);
	if (where && c->view_count > 1)
		sn_say(f, ", %s", where);
	sn_say(f, " (%s: %s)", sonde_meaning_name(end->why), sonde_meaning_sentence(end->why));
	if (sonde_meaning_is_final(end->ttl255) || !end->by_ttl)
		sn_say_ttl255(f, view);
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
		sn_next(c, f, "compare", "");
}
