/* SPDX-License-Identifier: MIT */
/* Draws a way of routers, what is odd about it, and one fault; then writes it down. Link i has the prefix 10.i.0.0/24 or
 * 2001:db8:i::/64, its near end .2, its far end .1. */
#include "randomnet.h"

#include "test.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const fault_names[] = {
#define X(id, name) [FAULT_##id] = name,
	RANDOMNET_FAULTS(X)
#undef X
};

const char *randomnet_fault_name(enum randomnet_fault fault)
{
	return fault_names[fault];
}

static const struct randomnet_method methods[] = {
	{"icmp", 0, true, "proto=echo", "", "echo=off"},
	{"udp", 33434, true, "proto=udp dport=33434", "", "udp-filtered=33434"},
	{"udp", 53, true, "proto=udp dport=53", "udp-open=53", "udp-filtered=53"},
	{"tcp", 443, true, "proto=tcp dport=443", "tcp-open=443", "tcp-filtered=443"},
	{"tcp", 80, true, "proto=tcp dport=80", "", "tcp-filtered=80"},
	{"tcp-ack", 25, true, "proto=tcp dport=25", "", "tcp-filtered=25"},
	{"sctp", 3868, true, "proto=sctp dport=3868", "sctp-open=3868", "sctp-filtered=3868"},
	{"udp-classic", 0, false, "proto=udp", "", "udp-filtered=all"},
};
enum { METHODS = sizeof methods / sizeof *methods, COMPARED = METHODS - 1, ICMP = 0, TCP_OPEN = 3, TCP_CLOSED = 4 };

/* RFC 1812 section 5.2.7.1 and RFC 4443 section 3.1 name what each says. */
static const struct randomnet_refusal refusals[] = {
	{"net-unreachable", "net-unreachable", "net-unreachable"},
	{"host-unreachable", "host-unreachable", "host-unreachable"},
	{"port-unreachable", "port-unreachable-by-middlebox", "port-unreachable-by-middlebox"},
	{"net-prohibited", "admin-prohibited", "admin-prohibited"},
	{"host-prohibited", "admin-prohibited", "admin-prohibited"},
	{"admin-prohibited", "admin-prohibited", "admin-prohibited"},
	{"policy-fail", "admin-prohibited", "admin-prohibited"},
};
enum { REFUSALS = sizeof refusals / sizeof *refusals };

/* How often each fault is drawn. */
static const uint8_t weights[FAULT_COUNT] = {
	[FAULT_HEALTHY] = 16, [FAULT_DROP] = 10, [FAULT_DROP_EARLY] = 5, [FAULT_BLACKHOLE] = 3, [FAULT_REJECT] = 12,
	[FAULT_REJECT_EARLY] = 4,
	[FAULT_RESET] = 6, [FAULT_HOST_DOWN] = 6, [FAULT_NO_ROUTE] = 5, [FAULT_PROHIBIT] = 3, [FAULT_LOOP] = 8, [FAULT_SHORT] = 5,
	[FAULT_TARGET_SILENT] = 8, [FAULT_LOCAL] = 2, [FAULT_DEADLINE] = 4, [FAULT_LIMITED] = 6, [FAULT_LOSS] = 8, [FAULT_SLOW] = 5,
	[FAULT_STEP] = 5, [FAULT_LONGER_BACK] = 5,
};

struct draw {
	struct randomnet *net;
	struct sn_rng rng;
	struct sn_buf rules;      /* lines behind the links */
	char target[SONDE_ADDR_TEXT + 8], observer[SONDE_ADDR_TEXT + 8];  /* with their prefix length */
};

static unsigned below(struct draw *d, unsigned bound)
{
	return (unsigned)sn_rng_below(&d->rng, bound);
}

static unsigned between(struct draw *d, unsigned least, unsigned most)
{
	return least + below(d, most - least + 1);
}

static bool percent(struct draw *d, unsigned share)
{
	return below(d, 100) < share;
}

static sonde_ns time_between(struct draw *d, sonde_ns least_ns, sonde_ns most_ns)
{
	return least_ns + (sonde_ns)sn_rng_below(&d->rng, (uint64_t)(most_ns - least_ns));
}

/* ---- nodes and links ---- */

static uint8_t add_node(struct draw *d, uint8_t hop, const char *suffix)
{
	static const uint8_t reply_ttls[] = {64, 64, 255, 255, 128};
	struct randomnet *net = d->net;
	assert_true(net->node_count < RANDOMNET_NODES_MAX);
	struct randomnet_node *node = &net->nodes[net->node_count];
	*node = (struct randomnet_node){.hop = hop, .reply_ttl = reply_ttls[below(d, sizeof reply_ttls)]};
	if (hop == 0)
		snprintf(node->name, sizeof node->name, "me");
	else if (hop == net->hops)
		snprintf(node->name, sizeof node->name, "target");
	else
		snprintf(node->name, sizeof node->name, "r%u%s", (unsigned)hop, suffix);
	return (uint8_t)net->node_count++;
}

static void join(struct draw *d, uint8_t near, uint8_t far)
{
	struct randomnet *net = d->net;
	assert_true(net->link_count < RANDOMNET_LINKS_MAX);
	sonde_ns there_ns = time_between(d, SONDE_MS / 10, percent(d, 20) ? 15 * SONDE_MS : 4 * SONDE_MS);
	sonde_ns back_ns = percent(d, 20) ? time_between(d, SONDE_MS / 10, 4 * SONDE_MS) : there_ns;
	sonde_ns jitter_ns = percent(d, 70) ? there_ns / 4 : 0;
	net->links[net->link_count++] = (struct randomnet_link){near, far, there_ns, back_ns, jitter_ns, 0, 0};
}

static struct sonde_addr end_of(const struct randomnet *net, unsigned link, bool far)
{
	uint8_t number = (uint8_t)(link + 1), host = far ? 1 : 2;
	if (net->family == 4)
		return (struct sonde_addr){.family = 4, .bytes = {10, number, 0, host}};
	return (struct sonde_addr){.family = 6, .bytes = {0x20, 0x01, 0x0d, 0xb8, 0, number, [15] = host}};
}

int randomnet_node_of(const struct randomnet *net, const struct sonde_addr *addr)
{
	for (unsigned i = 0; i < net->link_count; i++)
		for (unsigned far = 0; far < 2; far++) {
			struct sonde_addr end = end_of(net, i, far);
			if (sonde_addr_equal(&end, addr))
				return far ? net->links[i].far : net->links[i].near;
		}
	return -1;
}

int randomnet_node_named(const struct randomnet *net, const char *name)
{
	for (unsigned i = 0; i < net->node_count; i++)
		if (strcmp(net->nodes[i].name, name) == 0)
			return (int)i;
	return -1;
}

static const char *name_at(const struct draw *d, unsigned hop)
{
	return d->net->nodes[d->net->way[hop]].name;
}

static void host_prefix(const struct randomnet *net, unsigned link, bool far, char *out, size_t bytes)
{
	struct sonde_addr addr = end_of(net, link, far);
	char text[SONDE_ADDR_TEXT];
	snprintf(out, bytes, "%s/%d", sonde_addr_text(&addr, text), net->family == 4 ? 32 : 128);
}

/* The way, with several routers at one hop where `wide` is not 0. */
static void draw_way(struct draw *d, unsigned wide, unsigned width)
{
	struct randomnet *net = d->net;
	net->width_at = (uint8_t)wide;
	net->width = (uint8_t)width;
	for (unsigned hop = 0; hop <= net->hops; hop++) {
		net->way[hop] = add_node(d, (uint8_t)hop, "");
		if (hop)
			join(d, net->way[hop - 1], net->way[hop]);
	}
	host_prefix(net, 0, false, d->observer, sizeof d->observer);
	host_prefix(net, net->hops - 1u, true, d->target, sizeof d->target);
	for (unsigned i = 1; wide && i < width; i++) {
		uint8_t branch = add_node(d, (uint8_t)wide, i == 1 ? "b" : "c"), last = branch;
		join(d, net->way[wide - 1], branch);
		if (i == 1 && net->extra_hops) {
			last = add_node(d, (uint8_t)(wide + 1), "x");
			join(d, branch, last);
		}
		join(d, last, net->way[wide + 1]);
	}
	if (!wide)
		return;
	static const char *const balances[] = {"flow", "flow", "label", "packet"};
	sn_buf_printf(&d->rules, "route %s %s via %s,r%ub", name_at(d, wide - 1), d->target, name_at(d, wide), wide);
	if (width > 2)
		sn_buf_printf(&d->rules, ",r%uc", wide);
	sn_buf_printf(&d->rules, " balance=%s\n", balances[below(d, 4)]);
}

/* From hop `from` on answers take a way of their own that joins the other again at hop `to`. */
static void draw_longer_back(struct draw *d, unsigned from, unsigned to)
{
	struct randomnet *net = d->net;
	unsigned count = from - to + between(d, 1, 4);
	uint8_t last = net->way[from];
	for (unsigned i = 0; i < count; i++) {
		char suffix[16];
		snprintf(suffix, sizeof suffix, "back%u", i);
		uint8_t node = add_node(d, (uint8_t)from, suffix);
		net->nodes[node].off_way = true;
		join(d, last, node);
		sn_buf_printf(&d->rules, "route %s %s via %s\n", net->nodes[last].name, d->observer, net->nodes[node].name);
		last = node;
	}
	join(d, last, net->way[to]);
	sn_buf_printf(&d->rules, "route %s %s via %s\n", net->nodes[last].name, d->observer, name_at(d, to));
	net->back_from = (uint8_t)from;
	net->back_to = (uint8_t)to;
	net->back_extra = (uint8_t)(count + 1 - (from - to));
}

/* ---- the fault ---- */

static void refuse_or_drop(struct draw *d, const char *action, const char *when)
{
	const struct randomnet *net = d->net;
	bool all = !net->first_only && percent(d, 50);
	const char *which = all ? "" : net->asks[0]->filter;
	sn_buf_printf(&d->rules, "filter %s %s %s dst=%s %s\n", name_at(d, net->at), action, which, d->target, when);
}

static void draw_reject(struct draw *d, const char *when)
{
	char action[40];
	d->net->refusal = &refusals[below(d, REFUSALS)];
	snprintf(action, sizeof action, "reject=%s", d->net->refusal->kind);
	refuse_or_drop(d, action, when);
}

static void draw_loop(struct draw *d)
{
	struct randomnet *net = d->net;
	const char *first = name_at(d, net->at), *before = name_at(d, net->at - 1u);
	net->circle_nodes[0] = net->way[net->at - 1];
	net->circle_nodes[1] = net->way[net->at];
	net->circle = 2;
	if (percent(d, 50)) {
		sn_buf_printf(&d->rules, "route %s %s via %s\n", first, d->target, before);
		return;
	}
	uint8_t third = add_node(d, net->at, "third");
	net->circle = 3;
	net->circle_nodes[2] = third;
	join(d, net->way[net->at], third);
	join(d, third, net->way[net->at - 1]);
	const char *name = net->nodes[third].name;
	sn_buf_printf(&d->rules, "route %s %s via %s\nroute %s %s via %s\n", first, d->target, name, name, d->target, before);
}

static void draw_limit(struct draw *d)
{
	unsigned seconds = percent(d, 20) ? 1 : between(d, 20, 60), burst = between(d, 1, 4);
	sn_buf_printf(&d->rules, "router %s icmp-rate=1/%us icmp-burst=%u\n", name_at(d, d->net->at), seconds, burst);
}

static void draw_loss(struct draw *d)
{
	struct randomnet_link *link = &d->net->links[d->net->at - 1];
	unsigned where = below(d, 3), share = between(d, 20, 60);
	link->loss_there_percent = where == 1 ? 0 : share;
	link->loss_back_percent = where == 0 ? 0 : where == 1 ? share : share / 2;
}

static void draw_fault(struct draw *d)
{
	struct randomnet *net = d->net;
	const char *router = name_at(d, net->at);
	switch (net->fault) {
	case FAULT_DROP:
		refuse_or_drop(d, "drop", "");
		break;
	case FAULT_DROP_EARLY:
		refuse_or_drop(d, "drop", "before-ttl");
		break;
	case FAULT_REJECT:
		draw_reject(d, "");
		break;
	case FAULT_REJECT_EARLY:
		draw_reject(d, "before-ttl");
		break;
	case FAULT_RESET:
		sn_buf_printf(&d->rules, "filter %s reject=tcp-reset %s dst=%s\n", router, net->asks[0]->filter, d->target);
		break;
	case FAULT_BLACKHOLE:
		sn_buf_printf(&d->rules, "route %s %s blackhole\n", router, d->target);
		break;
	case FAULT_NO_ROUTE:
		sn_buf_printf(&d->rules, "route %s %s unreachable\n", router, d->target);
		break;
	case FAULT_PROHIBIT:
		sn_buf_printf(&d->rules, "route %s %s prohibit\n", router, d->target);
		break;
	case FAULT_LOOP:
		draw_loop(d);
		break;
	case FAULT_HOST_DOWN:
		sn_buf_puts(&d->rules, "host target down\n");
		break;
	case FAULT_SHORT:
		net->max_ttl = (uint8_t)between(d, 1, net->hops - 1u);
		break;
	case FAULT_LOCAL:
		sn_buf_printf(&d->rules, "filter me drop %s dst=%s\n", net->asks[0]->filter, d->target);
		break;
	case FAULT_DEADLINE:
		net->deadline_ns = time_between(d, SONDE_MS, 40 * SONDE_MS);
		break;
	case FAULT_LIMITED:
		draw_limit(d);
		break;
	case FAULT_LOSS:
		draw_loss(d);
		break;
	case FAULT_SLOW:
		net->slow_ns = time_between(d, 40 * SONDE_MS, 400 * SONDE_MS);
		sn_buf_printf(&d->rules, "router %s answer-delay=%" PRId64 "ns\n", router, net->slow_ns);
		break;
	case FAULT_STEP:
		net->slow_ns = time_between(d, 30 * SONDE_MS, 200 * SONDE_MS);
		net->links[net->at - 1].there_ns += net->slow_ns;
		net->links[net->at - 1].back_ns += net->slow_ns;
		break;
	case FAULT_HEALTHY:
	case FAULT_LONGER_BACK:
	case FAULT_TARGET_SILENT:
	case FAULT_COUNT:
		break;
	}
}

/* The router that has the fault: one that all packets pass and that does not balance; where the link before it matters, one that has no
 * other. */
static uint8_t draw_place(struct draw *d)
{
	const struct randomnet *net = d->net;
	bool behind = net->fault == FAULT_LOOP || net->fault == FAULT_LOSS || net->fault == FAULT_STEP;
	unsigned least = net->fault == FAULT_LOOP ? 2 : 1, most = net->hops - 1u, hop;
	do
		hop = between(d, least, most);
	while (net->width_at && (hop == net->width_at || hop + 1 == net->width_at || (behind && hop - 1 == net->width_at)));
	return (uint8_t)hop;
}

/* ---- what is asked ---- */

static enum randomnet_fault draw_kind(struct draw *d)
{
	unsigned sum = 0, at, fault = 0;
	for (unsigned i = 0; i < FAULT_COUNT; i++)
		sum += weights[i];
	for (at = below(d, sum); at >= weights[fault]; fault++)
		at -= weights[fault];
	return (enum randomnet_fault)fault;
}

static bool may_be_compared(enum randomnet_fault fault)
{
	return fault != FAULT_SHORT && fault != FAULT_LOCAL && fault != FAULT_DEADLINE;
}

static bool concerns_all(enum randomnet_fault fault)
{
	static const enum randomnet_fault by_method[] = {FAULT_DROP,  FAULT_DROP_EARLY,    FAULT_REJECT, FAULT_REJECT_EARLY,
	                                                 FAULT_RESET, FAULT_TARGET_SILENT, FAULT_LOCAL};
	for (size_t i = 0; i < sizeof by_method / sizeof *by_method; i++)
		if (fault == by_method[i])
			return false;
	return true;
}

static bool is_statistical(enum randomnet_fault fault)
{
	return fault == FAULT_LIMITED || fault == FAULT_LOSS;
}

/* How well a path does shows by many queries only. */
static bool shows_by_queries(enum randomnet_fault fault)
{
	return is_statistical(fault) || fault == FAULT_SLOW || fault == FAULT_STEP;
}

static unsigned draw_first_ask(struct draw *d, bool compare)
{
	enum randomnet_fault fault = d->net->fault;
	if (fault == FAULT_RESET)
		return percent(d, 50) ? TCP_OPEN : TCP_CLOSED;
	/* a target that answers all it gets tells most */
	if (is_statistical(fault) && percent(d, 50))
		return percent(d, 50) ? ICMP : TCP_CLOSED;
	return below(d, compare ? COMPARED : METHODS);
}

static uint8_t draw_queries(struct draw *d, bool compare)
{
	static const uint8_t queries[] = {1, 3, 3, 10};
	uint8_t drawn = queries[below(d, compare ? 3 : 4)];
	if (is_statistical(d->net->fault))
		return percent(d, 50) ? 10 : 40;
	return shows_by_queries(d->net->fault) && drawn == 1 && percent(d, 80) ? 3 : drawn;
}

static void draw_asks(struct draw *d)
{
	struct randomnet *net = d->net;
	/* what a reset is worth shows only beside other methods */
	unsigned share = net->fault == FAULT_RESET ? 85 : shows_by_queries(net->fault) ? 10 : 25;
	bool compare = may_be_compared(net->fault) && percent(d, share);
	unsigned first = draw_first_ask(d, compare), step = between(d, 1, COMPARED - 1);
	if (compare && first >= COMPARED)
		first = 0;
	net->ask_count = compare ? between(d, 2, RANDOMNET_ASKS_MAX) : 1;
	for (unsigned i = 0; i < net->ask_count; i++)
		net->asks[i] = &methods[i ? (first + i * step) % COMPARED : first];
	net->first_only = compare && !concerns_all(net->fault);
	net->queries = draw_queries(d, compare);
	net->max_ttl = 30;
}

/* ---- writing it down ---- */

static void write_node(struct draw *d, const struct randomnet_node *node)
{
	static const char *const quotes[] = {"8", "28", "full"};
	struct randomnet *net = d->net;
	struct sn_buf *out = &net->text;
	bool is_target = strcmp(node->name, "target") == 0;
	sn_buf_printf(out, "%s %s", is_target ? "host" : node->hop ? "router" : "observer", node->name);
	if (node->hop) {
		sn_buf_printf(out, " reply-ttl=%u", (unsigned)node->reply_ttl);
		if (percent(d, 20))
			sn_buf_printf(out, " quote=%s", quotes[below(d, 3)]);
	}
	if (node->hop && net->limits)
		sn_buf_puts(out, " icmp-rate=1/s");
	if (node->silent)
		sn_buf_puts(out, " silent");
	for (unsigned i = 0; is_target && i < net->ask_count; i++) {
		bool ignores = net->fault == FAULT_TARGET_SILENT && randomnet_concerns(net, i);
		sn_buf_printf(out, " %s", ignores ? net->asks[i]->ignores : net->asks[i]->answers);
	}
	sn_buf_putc(out, '\n');
}

static void write_link(struct randomnet *net, unsigned i)
{
	const struct randomnet_link *link = &net->links[i];
	struct sonde_addr near = end_of(net, i, false), far = end_of(net, i, true);
	char a[SONDE_ADDR_TEXT], b[SONDE_ADDR_TEXT];
	unsigned length = net->family == 4 ? 24 : 64;
	sn_buf_printf(&net->text, "link %s %s", net->nodes[link->near].name, net->nodes[link->far].name);
	sn_buf_printf(&net->text, " %s/%u %s/%u", sonde_addr_text(&near, a), length, sonde_addr_text(&far, b), length);
	sn_buf_printf(&net->text, " delay=%" PRId64 "ns,%" PRId64 "ns", link->there_ns, link->back_ns);
	sn_buf_printf(&net->text, " jitter=%" PRId64 "ns", link->jitter_ns);
	if (link->loss_there_percent || link->loss_back_percent)
		sn_buf_printf(&net->text, " loss=%u%%,%u%%", link->loss_there_percent, link->loss_back_percent);
	sn_buf_putc(&net->text, '\n');
}

static void write_down(struct draw *d)
{
	struct randomnet *net = d->net;
	for (unsigned i = 0; i < net->node_count; i++)
		write_node(d, &net->nodes[i]);
	for (unsigned i = 0; i < net->link_count; i++)
		write_link(net, i);
	sn_buf_puts(&net->text, sn_buf_text(&d->rules));
	assert_false(net->text.bad || d->rules.bad);
	sn_buf_finish(&d->rules);
}

void randomnet_init(struct randomnet *net, uint64_t seed)
{
	struct draw d = {.net = net};
	*net = (struct randomnet){.seed = seed};
	sn_rng_init(&d.rng, seed, 0x7e57);
	net->family = percent(&d, 50) ? 4 : 6;
	net->hops = (uint8_t)between(&d, 2, RANDOMNET_HOPS_MAX);
	net->fault = draw_kind(&d);
	unsigned least = net->fault == FAULT_LOOP ? 3 : net->fault == FAULT_LONGER_BACK ? 5 : 2;
	net->hops = (uint8_t)(net->hops < least ? least : net->hops);
	net->limits = percent(&d, net->fault == FAULT_LIMITED || net->fault == FAULT_LOSS ? 15 : 35);
	draw_asks(&d);
	bool longer_back = net->fault == FAULT_LONGER_BACK || (net->hops >= 4 && percent(&d, 12));
	bool wide = !longer_back && net->hops >= 8 && percent(&d, 25);
	net->extra_hops = wide && net->fault == FAULT_HEALTHY && percent(&d, 30);
	unsigned wide_at = wide ? between(&d, 2, net->hops - 2u) : 0;
	draw_way(&d, wide_at, between(&d, 2, 3));
	if (longer_back) {
		unsigned to = between(&d, 1, net->hops - 3u);
		draw_longer_back(&d, between(&d, to + 1, net->hops - 2u), to);
	}
	net->at = net->fault == FAULT_LONGER_BACK ? net->back_from : draw_place(&d);
	for (unsigned i = 0; i < net->node_count; i++)
		net->nodes[i].silent = net->nodes[i].hop && net->nodes[i].hop < net->hops && percent(&d, 8);
	draw_fault(&d);
	write_down(&d);
}

void randomnet_finish(struct randomnet *net)
{
	sn_buf_finish(&net->text);
}
