/* SPDX-License-Identifier: MIT */
/* One question for each fault: did what it does to packets come back to the observer? */
#include "decidable.h"

#include <stdio.h>

static unsigned count_heard(const struct witness *w, unsigned trace, int node, unsigned ttl, bool surely)
{
	unsigned count = 0;
	for (unsigned i = 0; i < w->probe_count; i++) {
		const struct witness_probe *p = &w->probes[i];
		bool theirs = node == ANYBODY || p->answered_by == node;
		count += p->trace == trace && p->heard && theirs && (ttl == ANY_TTL || p->ttl == ttl) && !(surely && p->weak);
	}
	return count;
}

unsigned heard_from(const struct witness *w, unsigned trace, int node, unsigned ttl)
{
	return count_heard(w, trace, node, ttl, false);
}

unsigned surely_from(const struct witness *w, unsigned trace, int node, unsigned ttl)
{
	return count_heard(w, trace, node, ttl, true);
}

uint8_t nearest_heard(const struct witness *w, unsigned trace, int node)
{
	for (unsigned ttl = 1; ttl < ANY_TTL; ttl++)
		if (heard_from(w, trace, node, ttl))
			return (uint8_t)ttl;
	return 0;
}

/* Of a probe at TTL 255 nobody knows how far it went. */
uint8_t farthest_heard(const struct witness *w, unsigned trace, int node)
{
	for (unsigned ttl = ANY_TTL - 1; ttl > 0; ttl--)
		if (heard_from(w, trace, node, ttl))
			return (uint8_t)ttl;
	return 0;
}

uint8_t nearest_heard_as(const struct witness *w, unsigned trace, const struct sonde_addr *addr)
{
	uint8_t nearest = 0;
	for (unsigned i = 0; i < w->probe_count; i++) {
		const struct witness_probe *p = &w->probes[i];
		if (p->trace == trace && p->heard && sonde_addr_equal(&p->from, addr) && (!nearest || p->ttl < nearest))
			nearest = p->ttl;
	}
	return nearest;
}

unsigned ended_by(const struct witness *w, unsigned trace, enum sn_sim_fate fate, int node)
{
	unsigned count = 0;
	for (unsigned i = 0; i < w->probe_count; i++)
		count += w->probes[i].trace == trace && w->probes[i].fate == fate && w->probes[i].ended_at == node;
	return count;
}

static int target(const struct randomnet *net)
{
	return net->way[net->hops];
}

static int at(const struct randomnet *net)
{
	return net->way[net->at];
}

static void say(struct expected *e, const char *id, const char *or, uint8_t ttl, int by)
{
	e->shown = true;
	e->said[e->count++] = (struct statement){.ids = {id, or}, .ttl = ttl, .by = by};
}

static void say_of_way(struct expected *e, const char *id, uint8_t ttl, int by)
{
	say(e, id, NULL, ttl, by);
	e->said[e->count - 1].of_way = true;
}

/* The target's own answer was heard. Its distance is known where the probe that just gets there was among those answered. */
static void reached(const struct witness *w, unsigned trace, struct expected *e)
{
	const struct randomnet *net = w->net;
	if (!heard_from(w, trace, target(net), ANY_TTL))
		return;
	bool exact = !net->extra_hops && heard_from(w, trace, target(net), net->hops);
	say(e, "reached", NULL, exact ? net->hops : ANY_TTL, target(net));
}

/* Probes vanish right behind hop `last`, which was heard itself. One lost probe may be chance, so it takes two. */
static void silent_behind(const struct witness *w, unsigned trace, unsigned last, unsigned vanished, struct expected *e)
{
	const struct randomnet *net = w->net;
	bool last_router = last + 1 == net->hops;
	if (vanished < 2 || (last && !heard_from(w, trace, net->way[last], last)))
		return;
	/* where another method shows that the target is the next hop, that is said as well */
	say(e, "stops-silent", w->trace_count > 1 && last_router ? "target-silent" : NULL, ANY_TTL, ANYBODY);
	if (!last_router || w->trace_count == 1)
		e->said[0] = (struct statement){
		    .ids = {"stops-silent"}, .ttl = (uint8_t)last, .by = !last ? NOBODY : last == net->width_at ? ANYBODY : net->way[last]};
}

static void drop(const struct witness *w, unsigned trace, struct expected *e)
{
	silent_behind(w, trace, w->net->at, ended_by(w, trace, SN_SIM_FILTERED, at(w->net)), e);
}

static void drop_early(const struct witness *w, unsigned trace, struct expected *e)
{
	silent_behind(w, trace, w->net->at - 1u, ended_by(w, trace, SN_SIM_FILTERED, at(w->net)), e);
}

static void blackhole(const struct witness *w, unsigned trace, struct expected *e)
{
	silent_behind(w, trace, w->net->at - 1u, ended_by(w, trace, SN_SIM_UNROUTED, at(w->net)), e);
}

static void target_silent(const struct witness *w, unsigned trace, struct expected *e)
{
	const struct randomnet *net = w->net;
	unsigned taken = ended_by(w, trace, SN_SIM_TAKEN, target(net)) + ended_by(w, trace, SN_SIM_FILTERED, target(net));
	silent_behind(w, trace, net->hops - 1u, taken, e);
}

static bool has_one_name(const struct witness *w, unsigned trace, int who, const struct sonde_addr *name)
{
	for (unsigned i = 0; i < w->probe_count; i++) {
		const struct witness_probe *p = &w->probes[i];
		if (p->trace == trace && p->heard && p->answered_by == who && !sonde_addr_equal(&p->from, name))
			return false;
	}
	return true;
}

/* Somebody said that the packets go no farther: at the nearest hop where it answers, unless it has an address for each of several. */
static void refused(const struct witness *w, unsigned trace, int who, enum sn_sim_fate fate, const char *id, struct expected *e)
{
	for (unsigned i = 0; i < w->probe_count; i++) {
		const struct witness_probe *p = &w->probes[i];
		if (p->trace != trace || !p->heard || p->weak || p->answered_by != who || p->fate != fate)
			continue;
		say(e, id, NULL, has_one_name(w, trace, who, &p->from) ? nearest_heard(w, trace, who) : ANY_TTL, who);
		return;
	}
}

static void reject(const struct witness *w, unsigned trace, struct expected *e)
{
	const struct randomnet *net = w->net;
	const char *id = net->family == 4 ? net->refusal->finding4 : net->refusal->finding6;
	bool known_as_router = net->fault == FAULT_REJECT && surely_from(w, trace, at(net), net->at);
	for (unsigned other = 0; other < w->trace_count; other++)
		known_as_router |= !randomnet_concerns(net, other) && surely_from(w, other, at(net), net->at);
	/* port-unreachable is what a target says that has several addresses: only who is known as a router on the way is no target */
	if (net->refusal->kind[0] == 'p' && net->refusal->kind[2] == 'r' && !known_as_router)
		return;
	refused(w, trace, at(net), SN_SIM_FILTERED, id, e);
}

static void host_down(const struct witness *w, unsigned trace, struct expected *e)
{
	refused(w, trace, w->net->way[w->net->hops - 1], SN_SIM_UNRESOLVED, "host-unreachable", e);
}

static void no_route(const struct witness *w, unsigned trace, struct expected *e)
{
	refused(w, trace, at(w->net), SN_SIM_UNROUTED, "net-unreachable", e);
}

static void prohibit(const struct witness *w, unsigned trace, struct expected *e)
{
	refused(w, trace, at(w->net), SN_SIM_UNROUTED, "admin-prohibited", e);
}

static unsigned unheard_at(const struct witness *w, unsigned trace, unsigned ttl)
{
	unsigned count = 0;
	for (unsigned i = 0; i < w->probe_count; i++)
		count += w->probes[i].trace == trace && w->probes[i].ttl == ttl && !w->probes[i].heard;
	return count;
}

/* Both traces heard one address at that hop. */
static bool share_name(const struct witness *w, unsigned a, unsigned b, unsigned ttl)
{
	for (unsigned i = 0; i < w->probe_count; i++)
		for (unsigned j = 0; j < w->probe_count; j++) {
			const struct witness_probe *p = &w->probes[i], *q = &w->probes[j];
			bool there = p->trace == a && p->ttl == ttl && p->heard && q->trace == b && q->ttl == ttl && q->heard;
			if (there && sonde_addr_equal(&p->from, &q->from))
				return true;
		}
	return false;
}

/* A router's reset looks like the target's own. That it is not shows where other packets on the same way are still on routers there. */
static void reset(const struct witness *w, unsigned trace, struct expected *e)
{
	const struct randomnet *net = w->net;
	uint8_t where = nearest_heard(w, trace, at(net)) == net->at ? (uint8_t)(net->at + 1) : 0;
	if (!where || !heard_from(w, trace, at(net), where) || where >= net->hops)
		return;
	for (unsigned other = 0; other < w->trace_count; other++) {
		bool same_way = share_name(w, trace, other, net->at);
		bool goes_on = unheard_at(w, other, where) > 1 || surely_from(w, other, ANYBODY, where);
		bool behind = heard_from(w, other, target(net), net->hops) && goes_on;
		if (other == trace || !same_way || !behind)
			continue;
		say(e, "tcp-reset-by-middlebox", NULL, where, target(net));
		return;
	}
}

/* Once more round than a way that grew longer while it was asked could make it seem, as each router of the circle was heard to say. */
static void loop(const struct witness *w, unsigned trace, struct expected *e)
{
	const struct randomnet *net = w->net;
	unsigned first = net->at, length = net->circle;
	for (unsigned ttl = first; ttl < first + 2 * length + 1; ttl++)
		if (!heard_from(w, trace, ANYBODY, ttl))
			return;
	say(e, "loop", NULL, ANY_TTL, ANYBODY);
}

static void cut_short_by_m(const struct witness *w, unsigned trace, struct expected *e)
{
	const struct randomnet *net = w->net;
	bool router_there = heard_from(w, trace, ANYBODY, net->max_ttl) && !heard_from(w, trace, target(net), net->max_ttl);
	if (router_there)
		say(e, "ttl-too-small", NULL, net->max_ttl, ANYBODY);
}

static void own_firewall(const struct witness *w, unsigned trace, struct expected *e)
{
	if (w->traces[trace].local_errors && !heard_from(w, trace, ANYBODY, ANY_TTL))
		say(e, "local-firewall", NULL, ANY_TTL, ANYBODY);
}

/* The target's answer was still on its way, or the question. */
static void deadline(const struct witness *w, unsigned trace, struct expected *e)
{
	const struct witness_trace *t = &w->traces[trace];
	reached(w, trace, e);
	if (e->count || t->end_at_ns - t->started_at_ns < w->net->deadline_ns)
		return;
	say(e, "unfinished", NULL, ANY_TTL, ANYBODY);
	say(e, "cut-short", NULL, ANY_TTL, ANYBODY);
}

/* ---- how well the path does ---- */

struct share {
	unsigned heard, sent;
};

/* Probes with a TTL from `first` to `last`, of the rows that were heard at all. */
static struct share share_of(const struct witness *w, unsigned trace, unsigned first, unsigned last)
{
	struct share s = {0, 0};
	for (unsigned ttl = first; ttl <= last; ttl++) {
		if (!heard_from(w, trace, ANYBODY, ttl))
			continue;
		for (unsigned i = 0; i < w->probe_count; i++) {
			bool meant = w->probes[i].trace == trace && w->probes[i].ttl == ttl;
			s.sent += meant;
			s.heard += meant && w->probes[i].heard;
		}
	}
	return s;
}

/* Bounds that hold with 99.9 % certainty (Wilson 1927), wide enough for one wrong hop in fifty traces of twenty. */
static double bound(struct share s, int direction)
{
	const double z = 3.29, n = s.sent ? s.sent : 1, p = s.heard / n, z2 = z * z / n;
	double square = p * (1 - p) / n + z2 / (4 * n), root = square > 0 ? square : 0, guess = 1;
	for (int i = 0; i < 40; i++)
		guess = (guess + root / guess) / 2;
	return (p + z2 / 2 + direction * z * guess) / (1 + z2);
}

static bool fewer(struct share low, struct share high)
{
	return low.sent && high.sent && bound(low, 1) < bound(high, -1);
}

/* All that was lost at one hop was lost by its own limiter, and it is fewer than any chance would have it beside the hops behind. */
static void limited(const struct witness *w, unsigned trace, struct expected *e)
{
	const struct randomnet *net = w->net;
	struct share own = share_of(w, trace, net->at, net->at);
	bool behind_all = fewer(own, share_of(w, trace, net->at + 1u, net->hops));
	bool target_alone = fewer(own, share_of(w, trace, net->hops, net->hops));
	reached(w, trace, e);
	e->shown = false;
	if (e->count && own.heard && (behind_all || target_alone))
		say(e, "rate-limited-hop", NULL, ANY_TTL, ANYBODY);
}

/* An ICMP error is rationed by whoever sends it, and an open TCP port answers a flow once; other answers are given always. */
static bool target_rations(const struct witness *w, unsigned trace)
{
	for (unsigned i = 0; i < w->probe_count; i++) {
		const struct witness_probe *p = &w->probes[i];
		bool theirs = p->trace == trace && p->heard && p->answered_by == target(w->net);
		if (theirs && (p->meaning == SONDE_M_PORT_UNREACHABLE || p->meaning == SONDE_M_SYN_ACK || p->meaning == SONDE_M_BARE_ACK))
			return true;
	}
	return false;
}

/* From the link on fewer come back than from before it, the target's among them, and nobody else leaves anything out. */
static void loss(const struct witness *w, unsigned trace, struct expected *e)
{
	const struct randomnet *net = w->net;
	struct share near = share_of(w, trace, 1, net->at - 1u), far = share_of(w, trace, net->at, net->hops);
	struct share last = share_of(w, trace, net->hops, net->hops);
	bool tells = !net->limits && !net->back_from && !target_rations(w, trace);
	reached(w, trace, e);
	e->shown = false;
	if (!near.sent)
		near = (struct share){far.sent, far.sent};
	if (e->count && tells && last.heard < last.sent && fewer(far, near))
		say(e, "path-loss", NULL, ANY_TTL, ANYBODY);
}

/* The shortest round trip to hops from `first` to `last`; SONDE_NEVER: none is known. *count, where not NULL: how many there are. */
static sonde_ns shortest(const struct witness *w, unsigned trace, unsigned first, unsigned last, unsigned *count)
{
	sonde_ns least_ns = SONDE_NEVER;
	for (unsigned i = 0; i < w->probe_count; i++) {
		const struct witness_probe *p = &w->probes[i];
		if (p->trace != trace || !p->heard || !p->timed || p->ttl < first || p->ttl > last)
			continue;
		least_ns = p->rtt_ns < least_ns ? p->rtt_ns : least_ns;
		if (count)
			++*count;
	}
	return least_ns;
}

/* As much as chance can add to a round trip. */
static sonde_ns chance_ns(const struct randomnet *net)
{
	sonde_ns sum_ns = 0;
	for (unsigned i = 0; i < net->link_count; i++)
		sum_ns += 2 * net->links[i].jitter_ns;
	return sum_ns;
}

/* Several of its answers came later than some from behind it, by more than chance does. */
static void slow(const struct witness *w, unsigned trace, struct expected *e)
{
	const struct randomnet *net = w->net;
	unsigned count = 0;
	sonde_ns own_ns = shortest(w, trace, net->at, net->at, &count), behind_ns = shortest(w, trace, net->at + 1u, net->hops, NULL);
	reached(w, trace, e);
	e->shown = false;
	if (e->count && count > 1 && behind_ns != SONDE_NEVER && own_ns - behind_ns > chance_ns(net) && own_ns - behind_ns > behind_ns / 2)
		say_of_way(e, "slow-to-answer", net->at, at(net));
}

/* Most of the way's time is spent on that link. */
static void step(const struct witness *w, unsigned trace, struct expected *e)
{
	const struct randomnet *net = w->net;
	unsigned near_count = 0, count = 0;
	unsigned near = net->at - 1u;
	while (near > 1 && !heard_from(w, trace, ANYBODY, near))
		near--;
	sonde_ns near_ns = shortest(w, trace, near, near, &near_count), far_ns = shortest(w, trace, net->at, net->hops, &count);
	sonde_ns whole_ns = shortest(w, trace, net->hops, net->hops, NULL);
	reached(w, trace, e);
	e->shown = false;
	bool spared = net->back_to < net->at && net->at <= net->back_from; /* answers from farther on do not come back over it */
	if (!e->count || !near_count || count < 3 || whole_ns == SONDE_NEVER || spared)
		return;
	if (far_ns - near_ns > whole_ns / 2 && far_ns - near_ns > 2 * chance_ns(net))
		say_of_way(e, "latency-step", ANY_TTL, ANYBODY);
}

/* Two at least of the hops from there on show it, and the one before them that the ways were equal. Four more may as well be a TTL that
 * began at 60. */
static void longer_back(const struct witness *w, unsigned trace, struct expected *e)
{
	const struct randomnet *net = w->net;
	unsigned behind = 0, starts_at_64 = 0;
	for (unsigned hop = net->back_from; hop <= net->hops; hop++) {
		bool heard = surely_from(w, trace, net->way[hop], hop) > 0;
		behind += heard;
		starts_at_64 += heard && net->nodes[net->way[hop]].reply_ttl == 64;
	}
	reached(w, trace, e);
	e->shown = false;
	uint8_t first = net->back_from;
	while (first < net->hops && !surely_from(w, trace, net->way[first], first))
		first++;
	bool odd_start = net->back_extra == 4 && starts_at_64 == behind;
	if (e->count && behind > 1 && !odd_start && surely_from(w, trace, net->way[net->back_from - 1], net->back_from - 1u))
		say_of_way(e, "asymmetric-return", first, ANYBODY);
}

static void (*const questions[FAULT_COUNT])(const struct witness *w, unsigned trace, struct expected *e) = {
	[FAULT_HEALTHY] = reached,
	[FAULT_DROP] = drop,
	[FAULT_DROP_EARLY] = drop_early,
	[FAULT_BLACKHOLE] = blackhole,
	[FAULT_REJECT] = reject,
	[FAULT_REJECT_EARLY] = reject,
	[FAULT_RESET] = reset,
	[FAULT_HOST_DOWN] = host_down,
	[FAULT_NO_ROUTE] = no_route,
	[FAULT_PROHIBIT] = prohibit,
	[FAULT_LOOP] = loop,
	[FAULT_SHORT] = cut_short_by_m,
	[FAULT_TARGET_SILENT] = target_silent,
	[FAULT_LOCAL] = own_firewall,
	[FAULT_DEADLINE] = deadline,
	[FAULT_LIMITED] = limited,
	[FAULT_LOSS] = loss,
	[FAULT_SLOW] = slow,
	[FAULT_STEP] = step,
	[FAULT_LONGER_BACK] = longer_back,
};

struct expected decidable(const struct witness *w, unsigned trace)
{
	struct expected e = {0};
	(randomnet_concerns(w->net, trace) ? questions[w->net->fault] : reached)(w, trace, &e);
	return e;
}
