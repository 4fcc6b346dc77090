/* SPDX-License-Identifier: MIT */
/* The simulated internet as a wire: ports, routes, errno, virtual time and real time. */
#include "ext/wire_sim.h"
#include "lab.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct opened {
	struct sonde_wire *wire;
	struct sonde_clock *clock;
};

static struct opened open_wire(const struct sn_net_chain *chain, uint64_t seed, bool realtime)
{
	struct opened o = {0};
	struct sn_buf text = {0};
	struct sonde_error err = {0};
	sn_net_chain_text(chain, &text);
	if (sn_wire_sim_open_text(&o.wire, &o.clock, sn_buf_text(&text), text.length_bytes, "chain.net", seed, realtime, &err) != 0)
		fail_msg("%s", err.what);
	sn_buf_finish(&text);
	return o;
}

static struct sonde_route route_to(const struct opened *o, unsigned hop, bool hold_port, int expected)
{
	struct sonde_route_ask ask = {.dst = sn_net_hop_addr(hop, 4), .protocol = SN_PROTO_UDP, .hold_port = hold_port};
	struct sonde_route route;
	struct sonde_error err = {0};
	assert_int_equal(o->wire->ops->route(o->wire, &ask, &route, &err), expected);
	return route;
}

/* An echo request to a hop, sent now; the errno. */
static int send_echo(const struct opened *o, unsigned hop, uint8_t ttl, size_t payload_bytes, sonde_at_ns *sent_at_ns)
{
	uint8_t bytes[4096];
	struct sn_ip ip = {
	    .version = 4, .ttl = ttl, .protocol = SN_PROTO_ICMP, .src = sn_net_hop_addr(0, 4), .dst = sn_net_hop_addr(hop, 4)};
	ip.total_bytes = (uint32_t)(28 + payload_bytes);
	struct sn_writer w;
	sn_writer_init(&w, bytes, sizeof bytes);
	sn_ip_write(&w, &ip);
	sn_echo_write(&w, &(struct sn_echo){.type = 8, .id = 5, .seq = 6});
	sn_write_zeros(&w, payload_bytes);
	sn_write_u16_at(&w, 22, sn_transport_checksum(&ip, bytes + 20, w.at_bytes - 20));
	struct sonde_tx tx = {.token = 1, .bytes = bytes, .length_bytes = w.at_bytes};
	return o->wire->ops->send(o->wire, &tx, sent_at_ns);
}

static void time_is_virtual_and_jumps(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 3};
	struct opened o = open_wire(&chain, 1, false);
	struct sonde_rx rx;
	sonde_at_ns sent_at_ns = -1;
	assert_int_equal(o.clock->ops->now(o.clock), 0);
	assert_int_equal(o.clock->ops->wall_ns(o.clock, 7), INT64_C(1767225600000000007));
	o.clock->ops->wait(o.clock, 10 * SONDE_S, NULL, 0);
	assert_int_equal(o.clock->ops->now(o.clock), 10 * SONDE_S);
	assert_int_equal(send_echo(&o, 3, 64, 4, &sent_at_ns), 0);
	assert_int_equal(sent_at_ns, 10 * SONDE_S);
	assert_int_equal(o.wire->ops->recv(o.wire, &rx), 0);
	int waits = 0;
	for (; o.wire->ops->recv(o.wire, &rx) == 0; waits++)
		o.clock->ops->wait(o.clock, 20 * SONDE_S, NULL, 0);
	assert_int_equal(rx.kind, SONDE_RX_PACKET);
	assert_int_equal(rx.at_ns, 10 * SONDE_S + 6 * SONDE_MS);
	assert_int_equal(rx.length_bytes, 32);
	assert_in_range(waits, 1, 6);
	/* Nothing to come, nothing to wait for: no hang. */
	o.clock->ops->wait(o.clock, SONDE_NEVER, NULL, 0);
	o.wire->ops->close(o.wire);
}

static void a_readable_descriptor_ends_the_wait(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 1};
	struct opened o = open_wire(&chain, 1, false);
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	int waited[2] = {-1, fds[0]};
	o.clock->ops->wait(o.clock, SONDE_S, waited, 2);
	assert_int_equal(o.clock->ops->now(o.clock), 0);
	o.clock->ops->wait(o.clock, SONDE_NEVER, waited, 2);
	close(fds[0]);
	close(fds[1]);
	o.wire->ops->close(o.wire);
}

static void real_time_is_paced(void **state)
{
	(void)state;
	const sonde_ns delay_ns[] = {2 * SONDE_MS};
	struct sn_net_chain chain = {.hops = 1, .link_delay_ns = delay_ns};
	struct opened o = open_wire(&chain, 1, true);
	struct sonde_rx rx;
	sonde_at_ns sent_at_ns = 0;
	assert_int_equal(send_echo(&o, 1, 64, 4, &sent_at_ns), 0);
	while (o.wire->ops->recv(o.wire, &rx) == 0)
		o.clock->ops->wait(o.clock, SONDE_NEVER, NULL, 0);
	/* The network keeps its own exact time; the clock is not before it. */
	assert_int_equal(rx.at_ns - sent_at_ns, 4 * SONDE_MS);
	assert_true(o.clock->ops->now(o.clock) >= rx.at_ns);
	o.wire->ops->close(o.wire);
}

static void ports_are_held_and_follow_the_seed(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 2};
	struct opened a = open_wire(&chain, 3, false), b = open_wire(&chain, 3, false);
	uint16_t first = 0;
	for (int i = 0; i < 20; i++) {
		struct sonde_route in_a = route_to(&a, 2, true, 0), in_b = route_to(&b, 2, true, 0);
		assert_int_equal(in_a.sport, in_b.sport);
		assert_in_range(in_a.sport, 49152, 65535);
		assert_int_not_equal(in_a.sport, first);
		first = first ? first : in_a.sport;
	}
	struct sonde_route_ask ask = {.dst = sn_net_hop_addr(2, 4), .hold_port = true, .sport = first};
	struct sonde_route route;
	struct sonde_error err = {0};
	/* one that the wire holds already is shared, as with the other wires */
	assert_int_equal(a.wire->ops->route(a.wire, &ask, &route, &err), 0);
	assert_int_equal(route.sport, first);
	ask.sport = 2000;
	assert_int_equal(a.wire->ops->route(a.wire, &ask, &route, &err), 0);
	assert_int_equal(route.sport, 2000);
	a.wire->ops->close(a.wire);
	b.wire->ops->close(b.wire);
}

static void routes_and_their_absence(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 2, .only4 = true, .links = "mtu=1400", .more = "route me 10.9.0.0/16 unreachable\n"};
	struct opened o = open_wire(&chain, 1, false);
	struct sonde_route route = route_to(&o, 2, false, 0);
	struct sonde_addr me = sn_net_hop_addr(0, 4);
	assert_true(sonde_addr_equal(&route.src, &me));
	assert_int_equal(route.mtu_bytes, 1400);
	assert_int_equal(route.sport, 0);
	route_to(&o, 9, false, SONDE_E_ROUTE);
	struct sonde_route_ask ask = {.dst = sn_net_hop_addr(2, 6)};
	struct sonde_error err = {0};
	assert_int_equal(o.wire->ops->route(o.wire, &ask, &route, &err), SONDE_E_FAMILY);
	ask = (struct sonde_route_ask){.dst = sn_net_hop_addr(2, 4), .device = "eth0"};
	assert_int_equal(o.wire->ops->route(o.wire, &ask, &route, &err), SONDE_E_DEVICE);
	ask = (struct sonde_route_ask){.dst = sn_net_hop_addr(2, 4), .src = sn_net_hop_addr(2, 4)};
	assert_int_equal(o.wire->ops->route(o.wire, &ask, &route, &err), SONDE_E_SOURCE);
	o.wire->ops->close(o.wire);
}

static void local_failures_have_their_errno(void **state)
{
	(void)state;
	struct sn_net_chain chain = {
	    .hops = 2, .links = "down=1s-2s", .more = "route me 10.9.0.0/16 unreachable\nfilter me drop dst=10.8.0.0/16\n"};
	struct opened o = open_wire(&chain, 1, false);
	sonde_at_ns sent_at_ns = 0;
	assert_int_equal(send_echo(&o, 2, 64, 1473, &sent_at_ns), EMSGSIZE);
	assert_int_equal(send_echo(&o, 9, 64, 4, &sent_at_ns), ENETUNREACH);
	assert_int_equal(send_echo(&o, 8, 64, 4, &sent_at_ns), EPERM);
	o.clock->ops->wait(o.clock, SONDE_S, NULL, 0);
	assert_int_equal(send_echo(&o, 2, 64, 4, &sent_at_ns), ENETDOWN);
	o.wire->ops->close(o.wire);
}

static void names_resolve_both_ways(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 2, .more = "name 10.2.0.1 www.example.net\n"};
	struct opened o = open_wire(&chain, 1, false);
	struct sonde_addr addr = {0}, target = sn_net_hop_addr(2, 4);
	assert_int_equal(sn_wire_sim_resolve(o.wire, "www.example.net", 0, 0, &addr), 0);
	assert_true(sonde_addr_equal(&addr, &target));
	assert_int_equal(sn_wire_sim_resolve(o.wire, "www.example.net", 6, 0, &addr), SONDE_E_HOST);
	assert_string_equal(sn_wire_sim_name(o.wire, &target), "www.example.net");
	const struct sonde_wire_ops *ops = o.wire->ops;
	ops->close(o.wire);
	ops->close(NULL);
}

static void a_file_that_is_not_there(void **state)
{
	(void)state;
	struct opened o = {0};
	struct sonde_error err = {0};
	assert_int_equal(sn_wire_sim_open(&o.wire, &o.clock, "/nonexistent.net", 1, false, &err), SONDE_E_FILE);
	assert_string_equal(err.what, "opening '/nonexistent.net'");
	assert_int_equal(err.sys_errno, ENOENT); /* the caller puts it into words, once */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_is_virtual_and_jumps),
		cmocka_unit_test(a_readable_descriptor_ends_the_wait),
		cmocka_unit_test(real_time_is_paced),
		cmocka_unit_test(ports_are_held_and_follow_the_seed),
		cmocka_unit_test(routes_and_their_absence),
		cmocka_unit_test(local_failures_have_their_errno),
		cmocka_unit_test(names_resolve_both_ways),
		cmocka_unit_test(a_file_that_is_not_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
