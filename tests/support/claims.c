/* SPDX-License-Identifier: MIT */
/* A question for each finding, asked of the truth. */
#include "claims.h"

#include "decidable.h"

#include <stdio.h>
#include <string.h>

struct claim {
	const struct witness *w;
	const struct randomnet *net;
	const struct sonde_finding *f;
	unsigned trace;
	bool concerned;   /* the fault is one of this trace's packets */
	int by;           /* node, -1 */
};

static bool fault_is(const struct claim *c, enum randomnet_fault fault)
{
	return c->concerned && c->net->fault == fault;
}

static int target(const struct claim *c)
{
	return c->net->way[c->net->hops];
}

static int at(const struct claim *c)
{
	return c->net->way[c->net->at];
}

/* It answered, at the distance that is told; farther than it is only where the text says so. */
static bool reached(const struct claim *c)
{
	uint8_t said = c->f->first_ttl, nearest = nearest_heard(c->w, c->trace, target(c));
	if (fault_is(c, FAULT_RESET))
		return said == c->net->at + 1; /* the reset is all that was seen */
	if (fault_is(c, FAULT_REJECT_EARLY) || fault_is(c, FAULT_REJECT))
		return strcmp(c->net->refusal->kind, "port-unreachable") == 0 && !heard_from(c->w, c->trace, at(c), ANY_TTL - 1) &&
		       said >= c->net->at;
	if (!heard_from(c->w, c->trace, target(c), ANY_TTL))
		return false;
	if (said == 0)
		return true;
	if (said >= c->net->hops && said <= c->net->hops + c->net->extra_hops)
		return heard_from(c->w, c->trace, target(c), said);
	return said == nearest && strstr(c->f->sentence, "or fewer");
}

static bool stops_silent(const struct claim *c)
{
	uint8_t last = c->f->first_ttl;
	bool beyond = strstr(c->f->sentence, "did not answer a probe at TTL 255") && heard_from(c->w, c->trace, target(c), ANY_TTL);
	return !beyond && !surely_from(c->w, c->trace, target(c), ANY_TTL) && farthest_heard(c->w, c->trace, ANYBODY) == last &&
	       (!last || (c->by >= 0 && heard_from(c->w, c->trace, c->by, last)));
}

/* It, or the last router right before it, drops the packets. */
static bool target_silent(const struct claim *c)
{
	bool by_last_router = fault_is(c, FAULT_DROP) && c->net->at + 1 == c->net->hops;
	return (fault_is(c, FAULT_TARGET_SILENT) || by_last_router) && c->f->first_ttl == c->net->hops;
}

/* That node wrote a refusal, which was heard. */
static bool refused(const struct claim *c)
{
	if (c->by < 0 || c->by == target(c))
		return false;
	for (unsigned i = 0; i < c->w->probe_count; i++) {
		const struct witness_probe *p = &c->w->probes[i];
		bool by_fate = p->fate == SN_SIM_FILTERED || p->fate == SN_SIM_UNROUTED || p->fate == SN_SIM_UNRESOLVED;
		if (p->trace == c->trace && p->heard && p->answered_by == c->by && by_fate)
			return c->f->first_ttl == nearest_heard_as(c->w, c->trace, &c->f->by);
	}
	return false;
}

static bool is_refusal(const struct claim *c, const char *id)
{
	const struct randomnet_refusal *r = c->net->refusal;
	bool rejects = fault_is(c, FAULT_REJECT) || fault_is(c, FAULT_REJECT_EARLY);
	return rejects && strcmp(c->net->family == 4 ? r->finding4 : r->finding6, id) == 0;
}

static bool admin_prohibited(const struct claim *c)
{
	return refused(c) && (fault_is(c, FAULT_PROHIBIT) || is_refusal(c, "admin-prohibited"));
}

static bool net_unreachable(const struct claim *c)
{
	return refused(c) && (fault_is(c, FAULT_NO_ROUTE) || is_refusal(c, "net-unreachable"));
}

static bool host_unreachable(const struct claim *c)
{
	return refused(c) && (fault_is(c, FAULT_HOST_DOWN) || is_refusal(c, "host-unreachable"));
}

static bool port_unreachable(const struct claim *c)
{
	return refused(c) && is_refusal(c, "port-unreachable-by-middlebox");
}

static bool tcp_reset(const struct claim *c)
{
	return fault_is(c, FAULT_RESET) && c->f->first_ttl == c->net->at + 1;
}

static double evidence(const struct claim *c, const char *key)
{
	for (size_t i = 0; i < c->f->evidence_count; i++)
		if (strcmp(c->f->evidence[i].key, key) == 0)
			return c->f->evidence[i].value;
	return -1;
}

/* In the circle, of its length, and not before it. */
static bool loop(const struct claim *c)
{
	bool in_circle = false;
	for (unsigned i = 0; i < c->net->circle; i++)
		in_circle |= c->net->circle_nodes[i] == c->by;
	return fault_is(c, FAULT_LOOP) && in_circle && (unsigned)evidence(c, "cycle_length") == c->net->circle &&
	       c->f->first_ttl + 1 >= c->net->at;
}

static bool ttl_too_small(const struct claim *c)
{
	bool longer = fault_is(c, FAULT_SHORT) || fault_is(c, FAULT_LOOP);
	return longer && c->f->first_ttl == c->net->max_ttl;
}

static bool own_firewall(const struct claim *c)
{
	return fault_is(c, FAULT_LOCAL) && c->w->traces[c->trace].local_errors;
}

static bool by_deadline(const struct claim *c)
{
	const struct witness_trace *t = &c->w->traces[c->trace];
	return fault_is(c, FAULT_DEADLINE) && t->end_at_ns - t->started_at_ns >= c->net->deadline_ns;
}

static bool unfinished(const struct claim *c)
{
	return by_deadline(c) && !heard_from(c->w, c->trace, target(c), ANY_TTL);
}

/* Different addresses were heard at each end of the range. */
static bool many_at(const struct claim *c, unsigned ttl)
{
	const struct sonde_addr *first = NULL;
	for (unsigned i = 0; i < c->w->probe_count; i++) {
		const struct witness_probe *p = &c->w->probes[i];
		if (p->trace != c->trace || !p->heard || p->ttl != ttl)
			continue;
		if (first && !sonde_addr_equal(first, &p->from))
			return true;
		first = &p->from;
	}
	return false;
}

static bool many_responders(const struct claim *c)
{
	return c->net->width_at && many_at(c, c->f->first_ttl) && many_at(c, c->f->last_ttl);
}

/* Linux gives six answers at once: that hop, or who answers probes in its place, was asked at least as often. */
static bool crowded_at(const struct claim *c, unsigned ttl)
{
	unsigned asked[RANDOMNET_NODES_MAX] = {0}, asked_there = 0;
	for (unsigned i = 0; i < c->w->probe_count; i++) {
		asked_there += c->w->probes[i].ttl == ttl;
		if (c->w->probes[i].ended_at >= 0)
			asked[c->w->probes[i].ended_at]++;
	}
	for (unsigned i = 0; i < c->w->probe_count; i++) {
		const struct witness_probe *p = &c->w->probes[i];
		bool often = asked_there >= 6 || (p->ended_at >= 0 && asked[p->ended_at] >= 6);
		if (p->trace == c->trace && p->ttl == ttl && !p->heard && often)
			return true;
	}
	return false;
}

static bool crowded(const struct claim *c)
{
	return crowded_at(c, c->f->first_ttl) && crowded_at(c, c->f->last_ttl);
}

/* Some flows take the shorter branch. */
static bool early(const struct claim *c)
{
	return c->net->extra_hops && heard_from(c->w, c->trace, target(c), c->f->first_ttl);
}

/* ---- how well the path does ---- */

static bool undecided(const struct claim *c)
{
	return c->f->confidence == SONDE_CONFIDENCE_UNDECIDED;
}

struct missing {
	unsigned all, limited, silent, answers_lost, lost_there;
};

/* Probes of that TTL that got no answer, and why. */
static struct missing missing_at(const struct claim *c, unsigned ttl)
{
	struct missing m = {0};
	for (unsigned i = 0; i < c->w->probe_count; i++) {
		const struct witness_probe *p = &c->w->probes[i];
		if (p->trace != c->trace || p->ttl != ttl || p->heard)
			continue;
		m.all++;
		m.limited += p->limited;
		m.silent += p->kept_silent;
		m.answers_lost += p->answer_lost;
		m.lost_there += p->fate == SN_SIM_LOST;
	}
	return m;
}

/* Something that was sent to the target, or its answer, was lost. */
static bool path_loses(const struct claim *c)
{
	for (unsigned t = c->net->hops; t <= c->net->max_ttl; t++) {
		struct missing m = missing_at(c, t);
		if (m.lost_there || m.answers_lost)
			return true;
	}
	return false;
}

/* It did limit its answers. Or what else it is said to be: answers lost on their way back alone, one silent router of several. */
static bool rate_limited(const struct claim *c)
{
	struct missing first = missing_at(c, c->f->first_ttl), last = missing_at(c, c->f->last_ttl);
	if (strstr(c->f->sentence, "loses nothing") && path_loses(c))
		return false;
	if (undecided(c))
		return first.all && last.all;
	if (first.limited && last.limited)
		return true;
	if (c->f->confidence != SONDE_CONFIDENCE_POSSIBLE)
		return false;
	if (strstr(c->f->otherwise, "by chance") && fault_is(c, FAULT_LOSS) && c->f->first_ttl >= c->net->at)
		return true;
	if (strstr(c->f->otherwise, "way back of their own") && c->net->back_from && first.answers_lost && !first.lost_there)
		return true;
	bool silent_one = first.silent && heard_from(c->w, c->trace, ANYBODY, c->f->first_ttl);
	return strstr(c->f->otherwise, "one of several routers there never answers") && silent_one;
}

/* The link that loses lies between the hops that are named. Or, as may be, those hops limit their answers. */
static bool path_loss(const struct claim *c)
{
	if (undecided(c))
		return missing_at(c, c->f->first_ttl).all > 0;
	bool limits = missing_at(c, c->f->first_ttl).limited && missing_at(c, c->f->last_ttl).limited;
	if (c->f->confidence == SONDE_CONFIDENCE_POSSIBLE && limits && strstr(c->f->otherwise, "limits its own answers"))
		return true;
	return fault_is(c, FAULT_LOSS) && evidence(c, "last_good_hop") < c->net->at && c->net->at <= evidence(c, "first_bad_hop");
}

static bool slow(const struct claim *c)
{
	const struct randomnet *net = c->net;
	bool back_over = net->back_to < c->f->first_ttl && c->f->first_ttl < net->back_from;
	bool other_way = back_over || c->f->first_ttl == net->width_at;
	if (c->f->confidence == SONDE_CONFIDENCE_POSSIBLE && strstr(c->f->otherwise, "longer way back") && other_way)
		return true;
	return fault_is(c, FAULT_SLOW) && c->f->first_ttl == c->net->at && c->f->last_ttl == c->net->at;
}

/* A round trip to that hop without chance, and by how much several ways may differ. */
static sonde_ns round_trip_ns(const struct randomnet *net, unsigned hop)
{
	bool other_back = net->back_from && hop >= net->back_from;
	sonde_ns sum_ns = 0;
	for (unsigned i = 0; i < net->link_count; i++) {
		const struct randomnet_link *link = &net->links[i];
		bool on_way = i < net->hops && i < hop, spared = other_back && i >= net->back_to && i < net->back_from;
		bool own_back = net->nodes[link->near].off_way || net->nodes[link->far].off_way;
		sum_ns += on_way ? link->there_ns : 0;
		sum_ns += (on_way && !spared) || (other_back && own_back) ? (own_back ? link->there_ns : link->back_ns) : 0;
	}
	return sum_ns;
}

static sonde_ns inexact_ns(const struct randomnet *net)
{
	sonde_ns sum_ns = 2 * SONDE_MS;
	for (unsigned i = 0; i < net->link_count; i++) {
		const struct randomnet_link *link = &net->links[i];
		bool branch = net->width_at && (net->nodes[link->near].hop == net->width_at || net->nodes[link->far].hop == net->width_at);
		sum_ns += 2 * link->jitter_ns + (branch ? link->there_ns + link->back_ns : 0);
	}
	return sum_ns;
}

static bool latency_step(const struct claim *c)
{
	const struct randomnet *net = c->net;
	if (net->extra_hops) /* nobody can say which way which probe went */
		return evidence(c, "step") * SONDE_MS < (double)(round_trip_ns(net, net->hops) + inexact_ns(net));
	unsigned far = c->f->last_ttl < net->hops ? c->f->last_ttl : net->hops;
	sonde_ns really_ns = round_trip_ns(net, far) - round_trip_ns(net, c->f->first_ttl);
	sonde_ns off_ns = (sonde_ns)(evidence(c, "step") * SONDE_MS) - really_ns;
	return off_ns <= inexact_ns(net) && off_ns >= -inexact_ns(net);
}

/* So much longer, from that hop on and not from one before it that was heard. */
static bool asymmetric(const struct claim *c)
{
	const struct randomnet *net = c->net;
	if (!net->back_from || c->f->first_ttl < net->back_from || evidence(c, "hops_more") != net->back_extra)
		return false;
	for (unsigned hop = net->back_from; hop < c->f->first_ttl; hop++)
		if (surely_from(c->w, c->trace, ANYBODY, hop) && hop != net->width_at)
			return false;
	return true;
}

/* ---- all methods together ---- */

/* What a part of the sentence says of a method. */
static bool port_is(const struct claim *c, unsigned trace, const char *text)
{
	bool answered = heard_from(c->w, trace, target(c), ANY_TTL) > 0, concerned = randomnet_concerns(c->net, trace);
	bool open = strstr(c->net->asks[trace]->answers, "open=") != NULL;
	if (concerned && c->net->fault == FAULT_RESET && !decidable(c->w, trace).shown)
		answered = true, open = false; /* a reset is all that was seen of it */
	if (strstr(text, "filtered"))
		return !answered && concerned && c->net->fault != FAULT_HEALTHY;
	if (strstr(text, "refused"))
		return !answered && concerned && (c->net->refusal || c->net->fault == FAULT_RESET || c->net->fault == FAULT_PROHIBIT);
	return answered && (strstr(text, " open") ? open : !open);
}

/* The fault is one of all kinds of packet, and nobody heard the target. */
static bool nothing_passes(const struct claim *c)
{
	for (unsigned i = 0; i < c->net->ask_count; i++)
		if (!randomnet_concerns(c->net, i) || heard_from(c->w, i, target(c), ANY_TTL))
			return false;
	return c->net->fault != FAULT_HEALTHY;
}

/* A silent router that not all flows pass. */
static bool silent_beside(const struct claim *c, const struct witness_probe *probe)
{
	for (unsigned ttl = 1; ttl <= c->net->hops; ttl++)
		if (c->net->way[ttl] == probe->ended_at)
			return c->net->extra_hops && probe->kept_silent;
	return probe->kept_silent;
}

/* Of an INIT over IPv6 eight bytes tell nothing that depends on the probe. */
static bool may_be_unread(const struct claim *c, const struct witness_probe *probe)
{
	return c->net->family == 6 && strcmp(c->net->asks[probe->trace]->name, "sctp") == 0;
}

/* So many probes of methods that got there were lost, or rationed, or their answers were, at hops that answer otherwise. */
static bool answers_missing(const struct claim *c)
{
	unsigned missing = 0;
	for (unsigned i = 0; i < c->w->probe_count; i++) {
		const struct witness_probe *probe = &c->w->probes[i];
		bool gone = probe->fate == SN_SIM_LOST || probe->limited || probe->answer_lost || silent_beside(c, probe) ||
		            may_be_unread(c, probe);
		missing += !probe->heard && gone && probe->ttl < c->net->hops && heard_from(c->w, probe->trace, target(c), ANY_TTL);
	}
	return missing > 0;
}

static bool ping_and_ports(const struct claim *c)
{
	char text[sizeof c->f->sentence], label[32];
	bool ping_works = false;
	for (unsigned i = 0; i < c->net->ask_count; i++)
		ping_works |= strcmp(c->net->asks[i]->name, "icmp") == 0 && heard_from(c->w, i, target(c), ANY_TTL);
	if (strncmp(c->f->sentence, ping_works ? "Ping works" : "Ping fails", 10) != 0)
		return false;
	strcpy(text, c->f->sentence);
	for (char *rest = NULL, *part = strtok_r(text, ";", &rest); part; part = strtok_r(NULL, ";", &rest))
		for (unsigned i = 0; i < c->net->ask_count; i++) {
			snprintf(label, sizeof label, "%s/%u", c->net->asks[i]->name, (unsigned)c->net->asks[i]->dport);
			if (strstr(part, label) && !port_is(c, i, part))
				return false;
		}
	return true;
}

static const struct {
	const char *id;
	bool (*is_true)(const struct claim *c);
} claims[] = {
	{"reached", reached},
	{"stops-silent", stops_silent},
	{"target-silent", target_silent},
	{"admin-prohibited", admin_prohibited},
	{"net-unreachable", net_unreachable},
	{"host-unreachable", host_unreachable},
	{"port-unreachable-by-middlebox", port_unreachable},
	{"tcp-reset-by-middlebox", tcp_reset},
	{"loop", loop},
	{"ttl-too-small", ttl_too_small},
	{"local-firewall", own_firewall},
	{"cut-short", by_deadline},
	{"unfinished", unfinished},
	{"many-responders", many_responders},
	{"crowded", crowded},
	{"reply-from-target-early", early},
	{"rate-limited-hop", rate_limited},
	{"path-loss", path_loss},
	{"slow-to-answer", slow},
	{"latency-step", latency_step},
	{"asymmetric-return", asymmetric},
	{"ping-and-ports", ping_and_ports},
	{"nothing-passes", nothing_passes},
	{"answers-missing", answers_missing},
};

bool claim_is_true(const struct witness *w, const struct sonde_finding *finding)
{
	struct claim c = {.w = w, .net = w->net, .f = finding, .trace = (unsigned)finding->path};
	c.concerned = finding->path != SONDE_PATH_ALL && randomnet_concerns(w->net, c.trace);
	c.by = finding->by.family ? randomnet_node_of(w->net, &finding->by) : NOBODY;
	for (size_t i = 0; i < sizeof claims / sizeof *claims; i++)
		if (strcmp(claims[i].id, finding->rule->id) == 0)
			return claims[i].is_true(&c);
	return false;
}
