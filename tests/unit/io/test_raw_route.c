/* SPDX-License-Identifier: MIT */
/* Probes go where an application's packets go: policy rules on protocol, port, source, mark and device, and link-local targets. */
#include "raw_lab.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static struct sonde_wire *open_with(const char *device, uint32_t mark)
{
	static const uint8_t protocols[] = {IPPROTO_TCP, IPPROTO_UDP};
	struct sn_wire_open_cfg cfg = {
		.ip4 = true, .ip6 = true, .protocols = protocols, .protocol_count = sizeof protocols, .device = device, .mark = mark};
	struct sonde_wire *wire = NULL;
	struct sonde_error err = {0};
	if (sn_wire_raw_open(&wire, &cfg, &err) != 0)
		fail_msg("%s: %s", sonde_err_sentence(err.code), err.what);
	return wire;
}

/* The address that answers the probe with TTL 1. */
static void assert_first_hop(struct sonde_wire *wire, struct probe *probe, const char *text)
{
	static uint64_t identity = 100;
	struct sonde_rx rx;
	char got[SONDE_ADDR_TEXT];
	probe->ttl = 1;
	probe->identity = ++identity;
	assert_int_equal(probe_send(wire, probe, identity, NULL), 0);
	next_rx_of(wire, SONDE_RX_PACKET, &rx);
	struct outer outer = outer_of(&rx);
	assert_string_equal(sonde_addr_text(&outer.src, got), text);
}

static const struct way {
	const char *family_option, *server, *straight_hop, *detour_hop, *detour_source;
} ways[] = {
	{"-4", "10.3.0.2", "10.1.0.2", "10.4.0.2", "10.4.0.1"},
	{"-6", "fd03::2", "fd01::2", "fd04::2", "fd04::1"},
};

static void ports_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct way *way = &ways[i];
		netns_run(&raw_lab, CLIENT, "ip %s rule add ipproto tcp dport 443 lookup 100", way->family_option);
		netns_run(&raw_lab, CLIENT, "ip %s route add default via %s dev c1 table 100", way->family_option, way->detour_hop);
		struct sonde_wire *wire = open_wire();
		struct probe https = {.dst = addr_of(way->server), .protocol = IPPROTO_TCP, .dport = 443};
		struct probe http = {.dst = https.dst, .protocol = IPPROTO_TCP, .dport = 80};
		struct sonde_route route = ask_route(wire, &https);
		char source[SONDE_ADDR_TEXT];
		assert_true(route.policy_routed);
		assert_true(route.rebound);
		assert_string_equal(route.device, "c1");
		assert_string_equal(sonde_addr_text(&route.src, source), way->detour_source);
		route = ask_route(wire, &http);
		assert_false(route.policy_routed);
		assert_false(route.rebound);
		assert_string_equal(route.device, "c0");
		assert_first_hop(wire, &https, way->detour_hop);
		assert_first_hop(wire, &http, way->straight_hop);
		assert_first_hop(wire, &https, way->detour_hop);
		wire->ops->close(wire);
		netns_run(&raw_lab, CLIENT, "ip %s rule del ipproto tcp dport 443 lookup 100", way->family_option);
	}
}

/* A rule may look at the source port, which is known only after it is held, and with it the source: r2 answers from its address of the
 * way back to that. */
static void source_port_rule(void **state)
{
	(void)state;
	netns_run(&raw_lab, CLIENT, "ip rule add ipproto udp sport 1024-65534 lookup 100");
	struct sonde_wire *wire = open_wire();
	struct probe probe = {.dst = addr_of("10.3.0.2"), .protocol = IPPROTO_UDP, .dport = 33434};
	struct sonde_route route = ask_route(wire, &probe);
	assert_true(route.policy_routed);
	assert_string_equal(route.device, "c1");
	assert_first_hop(wire, &probe, "10.2.0.2");
	wire->ops->close(wire);
	netns_run(&raw_lab, CLIENT, "ip rule del ipproto udp sport 1024-65534 lookup 100");
}

/* A rule about the source that the kernel itself chose. */
static void chosen_source_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct way *way = &ways[i];
		const char *source = i == 0 ? "10.1.0.1" : "fd01::1";
		struct sonde_wire *wire = open_wire();
		struct probe probe = {.dst = addr_of(way->server), .protocol = i == 0 ? IPPROTO_ICMP : IPPROTO_ICMPV6, .sport = 7};
		netns_run(&raw_lab, CLIENT, "ip %s rule add from %s lookup 100", way->family_option, source);
		struct sonde_route route = ask_route(wire, &probe);
		struct sonde_addr wanted = addr_of(source);
		assert_true(sonde_addr_equal(&route.src, &wanted));
		assert_string_equal(route.device, "c1");
		assert_false(route.policy_routed);
		assert_first_hop(wire, &probe, i == 0 ? "10.2.0.2" : "fd04::2");
		netns_run(&raw_lab, CLIENT, "ip %s rule del from %s lookup 100", way->family_option, source);
		wire->ops->close(wire);
	}
}

/* These rules the kernel applies to header-included packets itself, given source and mark: nothing to undo, nothing to remember. */
static void source_and_mark_rules(void **state)
{
	(void)state;
	netns_run(&raw_lab, CLIENT, "ip rule add from 10.4.0.1 lookup 100");
	netns_run(&raw_lab, CLIENT, "ip rule add fwmark 7 lookup 100");
	struct sonde_wire *wire = open_wire();
	struct probe probe = {.dst = addr_of("10.3.0.2"), .protocol = IPPROTO_UDP, .dport = 33434};
	struct sonde_route_ask ask = {
		.dst = probe.dst, .src = addr_of("10.4.0.1"), .protocol = IPPROTO_UDP, .dport = 33434, .hold_port = true};
	struct sonde_route route;
	struct sonde_error err = {0};
	assert_int_equal(wire->ops->route(wire, &ask, &route, &err), 0);
	assert_false(route.policy_routed);
	assert_string_equal(route.device, "c1");
	probe.src = route.src;
	probe.sport = route.sport;
	assert_first_hop(wire, &probe, "10.4.0.2");
	netns_run(&raw_lab, CLIENT, "ip rule del from 10.4.0.1 lookup 100");
	ask = (struct sonde_route_ask){.dst = probe.dst, .protocol = IPPROTO_UDP, .dport = 33434, .hold_port = true, .mark = 7};
	assert_int_equal(wire->ops->route(wire, &ask, &route, &err), SONDE_E_UNSUPPORTED);
	struct sonde_wire *marked = open_with(NULL, 7); /* not before: it would hear the answer above */
	assert_int_equal(marked->ops->route(marked, &ask, &route, &err), 0);
	assert_false(route.policy_routed);
	assert_string_equal(route.device, "c1");
	probe.src = route.src;
	probe.sport = route.sport;
	assert_first_hop(marked, &probe, "10.4.0.2");
	wire->ops->close(wire);
	marked->ops->close(marked);
	netns_run(&raw_lab, CLIENT, "ip rule del fwmark 7 lookup 100");
}

/* A wanted device: of the whole wire, or of one question. */
static void wanted_device(void **state)
{
	(void)state;
	netns_run(&raw_lab, CLIENT, "ip route add default via 10.4.0.2 dev c1 metric 50000");
	for (int per_wire = 0; per_wire < 2; per_wire++) {
		struct sonde_wire *wire = open_with(per_wire ? "c1" : NULL, 0);
		struct probe probe = {.dst = addr_of("10.3.0.2"), .protocol = IPPROTO_TCP, .dport = 80};
		struct sonde_route_ask ask = {
			.dst = probe.dst, .protocol = IPPROTO_TCP, .dport = 80, .hold_port = true, .device = per_wire ? NULL : "c1"};
		struct sonde_route route;
		struct sonde_error err = {0};
		assert_int_equal(wire->ops->route(wire, &ask, &route, &err), 0);
		assert_string_equal(route.device, "c1");
		assert_false(route.policy_routed);
		probe.src = route.src;
		probe.sport = route.sport;
		assert_first_hop(wire, &probe, "10.4.0.2");
		wire->ops->close(wire);
	}
	netns_run(&raw_lab, CLIENT, "ip route del default via 10.4.0.2 dev c1 metric 50000");
}

/* The routers at both ends of two links carry the same link-local address: only the device tells them apart. */
static void link_local_targets(void **state)
{
	(void)state;
	static const char *const devices[] = {"c0", "c1"};
	netns_address(&raw_lab, CLIENT, "c0", "fe80::c0/64");
	netns_address(&raw_lab, CLIENT, "c1", "fe80::c1/64");
	netns_address(&raw_lab, R1, "a0", "fe80::99/64");
	netns_address(&raw_lab, R2, "b2", "fe80::99/64");
	struct sonde_wire *wire = open_wire();
	for (size_t i = 0; i < 2; i++) {
		struct sonde_route_ask ask = {.dst = addr_of("fe80::99"), .protocol = IPPROTO_ICMPV6};
		struct probe probe = {.protocol = IPPROTO_ICMPV6, .ttl = 1, .sport = 7, .dport = 1, .identity = 500 + i};
		struct sonde_route route;
		struct sonde_error err = {0};
		struct sonde_rx rx;
		netns_run(&raw_lab, CLIENT, "ip -6 neigh flush all");
		ask.device = devices[i];
		assert_int_equal(wire->ops->route(wire, &ask, &route, &err), 0);
		assert_string_equal(route.device, devices[i]);
		assert_int_equal(route.src.scope_id, route.ifindex);
		assert_false(route.policy_routed);
		/* The same by the scope of the address. */
		ask.device = NULL;
		ask.dst.scope_id = route.ifindex;
		assert_int_equal(wire->ops->route(wire, &ask, &route, &err), 0);
		assert_string_equal(route.device, devices[i]);
		probe.src = route.src;
		probe.dst = ask.dst;
		assert_int_equal(probe_send(wire, &probe, 1, NULL), 0);
		next_rx_of(wire, SONDE_RX_PACKET, &rx);
		struct outer outer = outer_of(&rx);
		assert_int_equal(outer.type, 129);
		assert_true(sonde_addr_equal(&outer.dst, &route.src));
	}
	wire->ops->close(wire);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_rule),
		cmocka_unit_test(source_port_rule),
		cmocka_unit_test(chosen_source_rule),
		cmocka_unit_test(source_and_mark_rules),
		cmocka_unit_test(wanted_device),
		cmocka_unit_test(link_local_targets),
	};
	if (!raw_lab_begin((const char *const[]){"ip", "ethtool", NULL}))
		return NETNS_SKIP;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	netns_end(&raw_lab);
	return failed;
}
