/* SPDX-License-Identifier: MIT */
/* What goes wrong on this machine: each failure has its own errno or error, none shifts a stamp to another probe. */
#include "raw_lab.h"

#include "io/hold.h"
#include "io/route.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BLOCKED_PORT = 9999, OPEN_PORT = 33434 };

static const char *const servers[] = {"10.3.0.2", "fd03::2"};

static struct probe udp_to(const char *server, uint16_t dport)
{
	return (struct probe){.dst = addr_of(server), .protocol = IPPROTO_UDP, .ttl = 1, .dport = dport, .identity = dport};
}

/* Everything the wire still has to tell, errors and stamps counted. */
struct told {
	size_t stamp_count, error_count;
	uint64_t last_token;
};

static struct told until_answer(struct sonde_wire *wire)
{
	struct told told = {0};
	struct sonde_rx rx;
	for (next_rx(wire, &rx); rx.kind != SONDE_RX_PACKET; next_rx(wire, &rx)) {
		told.stamp_count += rx.kind == SONDE_RX_STAMP;
		told.error_count += rx.kind == SONDE_RX_ERROR;
		told.last_token = rx.token;
	}
	return told;
}

/* A send that fails, then one that does not: one stamp, and it is the second one's. */
static void fail_then_pass(struct sonde_wire *wire, struct probe *bad, struct probe *good, int sys_errno)
{
	static uint64_t token;
	(void)ask_route(wire, bad);
	(void)ask_route(wire, good);
	for (int round = 0; round < 3; round++) {
		assert_int_equal(probe_send(wire, bad, ++token, NULL), sys_errno);
		good->identity++;
		assert_int_equal(probe_send(wire, good, ++token, NULL), 0);
		struct told told = until_answer(wire);
		assert_int_equal(told.stamp_count, 1);
		assert_int_equal(told.last_token, token);
		assert_int_equal(told.error_count, 0);
	}
}

static void firewall(void **state)
{
	(void)state;
	netns_run(&raw_lab, CLIENT, "nft add table inet t");
	netns_run(&raw_lab, CLIENT, "nft add chain inet t o { type filter hook output priority 0 ; }");
	netns_run(&raw_lab, CLIENT, "nft add rule inet t o udp dport %d drop", BLOCKED_PORT);
	for (size_t i = 0; i < 2; i++) {
		struct sonde_wire *wire = open_wire();
		struct probe bad = udp_to(servers[i], BLOCKED_PORT), good = udp_to(servers[i], OPEN_PORT);
		fail_then_pass(wire, &bad, &good, EPERM);
		wire->ops->close(wire);
	}
	netns_run(&raw_lab, CLIENT, "nft delete table inet t");
}

static void too_big(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct sonde_wire *wire = open_wire();
		struct probe bad = udp_to(servers[i], OPEN_PORT), good = udp_to(servers[i], OPEN_PORT);
		bad.payload_bytes = 1600;
		fail_then_pass(wire, &bad, &good, EMSGSIZE);
		wire->ops->close(wire);
	}
}

/* The kernel remembers a smaller path MTU; probes of the device's size leave all the same. */
static void remembered_mtu_is_not_believed(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct sonde_wire *wire = open_wire();
		struct probe probe = udp_to(servers[i], OPEN_PORT);
		netns_run(&raw_lab, R1, "ip link set a1 mtu 1300");
		probe.payload_bytes = 1400;
		probe.df = true;
		probe.ttl = 9;
		struct sonde_route route = ask_route(wire, &probe);
		assert_int_equal(route.mtu_bytes, 1500);
		for (uint64_t round = 1; round <= 2; round++) {
			struct sonde_rx rx;
			probe.identity = round;
			assert_int_equal(probe_send(wire, &probe, round, NULL), 0);
			next_rx_of(wire, SONDE_RX_PACKET, &rx);
			struct outer outer = outer_of(&rx);
			assert_int_equal(outer.type << 8 | outer.code, i == 0 ? 0x0304 : 0x0200);
		}
		assert_int_equal(ask_route(wire, &probe).mtu_bytes, 1500);
		netns_run(&raw_lab, R1, "ip link set a1 mtu 1500");
		wire->ops->close(wire);
	}
}

static void full_queue(void **state)
{
	(void)state;
	struct sonde_wire *wire = open_wire();
	struct probe probe = udp_to(servers[0], OPEN_PORT);
	(void)ask_route(wire, &probe);
	netns_run(&raw_lab, CLIENT, "tc qdisc add dev c0 root tbf rate 8kbit burst 100 limit 100");
	int sys_errno = 0;
	size_t sent_count = 0;
	while (sys_errno == 0 && sent_count < 100) {
		probe.identity = sent_count + 1;
		sys_errno = probe_send(wire, &probe, sent_count + 1, NULL);
		sent_count += sys_errno == 0;
	}
	assert_int_equal(sys_errno, ENOBUFS);
	assert_true(sent_count > 0);
	netns_run(&raw_lab, CLIENT, "tc qdisc del dev c0 root");
	probe.identity = 1000;
	assert_int_equal(probe_send(wire, &probe, 1000, NULL), 0);
	struct sonde_rx rx;
	do
		next_rx_of(wire, SONDE_RX_STAMP, &rx);
	while (rx.token != 1000 && rx.token <= sent_count); /* never the one that did not leave */
	assert_int_equal(rx.token, 1000);
	wire->ops->close(wire);
}

/* The next hop does not answer its address resolution: this machine's own stack says so about every probe that waited for it, by messages
 * like those of any router. */
static void silent_next_hop(void **state)
{
	(void)state;
	static const char *const neighbours[] = {"10.1.0.99", "fd01::99"};
	netns_sysctl(&raw_lab, CLIENT, "ipv4/neigh/c0/retrans_time_ms", "10");
	netns_sysctl(&raw_lab, CLIENT, "ipv6/neigh/c0/retrans_time_ms", "10");
	for (size_t i = 0; i < 2; i++) {
		struct sonde_wire *wire = open_wire();
		struct probe probe = udp_to(neighbours[i], OPEN_PORT);
		struct sonde_rx rx;
		uint8_t sent[128];
		(void)ask_route(wire, &probe);
		for (probe.ttl = 1; probe.ttl <= 3; probe.ttl++)
			assert_int_equal(probe_send(wire, &probe, probe.ttl, NULL), 0);
		for (probe.ttl = 1; probe.ttl <= 3; probe.ttl++) {
			next_rx(wire, &rx);
			struct outer outer = outer_of(&rx);
			size_t sent_bytes = probe_write(&probe, sent, sizeof sent);
			assert_true(sonde_addr_equal(&outer.src, &probe.src));
			assert_int_equal(outer.type << 8 | outer.code, i == 0 ? 0x0301 : 0x0103);
			assert_int_equal(outer.quote_bytes, sent_bytes);
			assert_memory_equal(outer.quote, sent, sent_bytes);
		}
		wire->ops->close(wire);
	}
}

static void assert_route_fails(const char *dst, const char *src, const char *device, int code)
{
	struct sonde_wire *wire = open_wire();
	struct sonde_route_ask ask = {.dst = addr_of(dst), .protocol = IPPROTO_UDP, .dport = OPEN_PORT, .device = device};
	struct sonde_route route;
	struct sonde_error err = {0};
	if (src)
		ask.src = addr_of(src);
	assert_int_equal(wire->ops->route(wire, &ask, &route, &err), code);
	assert_int_equal(err.code, code);
	assert_true(err.what[0] != '\0');
	wire->ops->close(wire);
}

static void routes_that_do_not_exist(void **state)
{
	(void)state;
	netns_run(&raw_lab, CLIENT, "ip route add unreachable 10.66.1.0/24");
	netns_run(&raw_lab, CLIENT, "ip route add prohibit 10.66.2.0/24");
	netns_run(&raw_lab, CLIENT, "ip route add blackhole 10.66.3.0/24");
	netns_run(&raw_lab, CLIENT, "ip -6 route add unreachable fd66::/64");
	assert_route_fails("10.66.1.1", NULL, NULL, SONDE_E_ROUTE);
	assert_route_fails("10.66.2.1", NULL, NULL, SONDE_E_ROUTE);
	assert_route_fails("10.66.3.1", NULL, NULL, SONDE_E_ROUTE);
	assert_route_fails("fd66::1", NULL, NULL, SONDE_E_ROUTE);
	assert_route_fails("fe80::1", NULL, NULL, SONDE_E_ROUTE);
	assert_route_fails("10.3.0.2", "10.3.0.9", NULL, SONDE_E_SOURCE);
	assert_route_fails("fd03::2", "fd03::9", NULL, SONDE_E_SOURCE);
	assert_route_fails("10.3.0.2", "fd01::1", NULL, SONDE_E_SOURCE);
	assert_route_fails("10.3.0.2", NULL, "nosuch0", SONDE_E_DEVICE);
	assert_route_fails("10.3.0.2", NULL, "a_name_that_no_device_can_have", SONDE_E_DEVICE);
	netns_enter(&raw_lab, R2); /* it has no default route */
	assert_route_fails("192.0.2.1", NULL, NULL, SONDE_E_ROUTE);
	assert_route_fails("2001:db8::1", NULL, NULL, SONDE_E_ROUTE);
	netns_enter(&raw_lab, CLIENT);
}

/* On a link's own prefix only the routing table knows them. */
static void broadcast_addresses(void **state)
{
	(void)state;
	static const char *const targets[] = {"10.1.0.255", "255.255.255.255", "224.0.0.1", "ff02::1"};
	for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
		assert_route_fails(targets[i], NULL, "c0", SONDE_E_TARGET);
		struct sonde_wire *wire = open_wire();
		struct sonde_route_ask ask = {
			.dst = addr_of(targets[i]), .protocol = IPPROTO_UDP, .dport = OPEN_PORT, .device = "c0", .broadcast = true};
		struct sonde_route route;
		struct probe probe = udp_to(targets[i], OPEN_PORT);
		assert_int_equal(wire->ops->route(wire, &ask, &route, NULL), 0);
		assert_string_equal(route.device, "c0");
		probe.src = route.src;
		assert_int_equal(probe_send(wire, &probe, 1, NULL), 0);
		wire->ops->close(wire);
	}
}

static void family_switched_off(void **state)
{
	(void)state;
	(void)netns_new(&raw_lab);
	netns_sysctl(&raw_lab, raw_lab.count - 1, "ipv6/conf/all/disable_ipv6", "1");
	assert_route_fails("2001:db8::1", NULL, NULL, SONDE_E_FAMILY);
	netns_enter(&raw_lab, CLIENT);
}

static void device_down(void **state)
{
	(void)state;
	struct sonde_wire *wire = open_wire();
	struct probe probe = udp_to("10.4.0.2", OPEN_PORT);
	assert_string_equal(ask_route(wire, &probe).device, "c1");
	netns_run(&raw_lab, CLIENT, "ip link set c1 down");
	netns_run(&raw_lab, CLIENT, "ip route del default");
	assert_route_fails("10.4.0.2", NULL, "c1", SONDE_E_DOWN);
	assert_int_equal(probe_send(wire, &probe, 1, NULL), ENETUNREACH);
	netns_run(&raw_lab, CLIENT, "ip route add default via 10.1.0.2");
	netns_run(&raw_lab, CLIENT, "ip link set c1 up");
	netns_address(&raw_lab, CLIENT, "c1", "fd04::1/64"); /* lost with the link */
	wire->ops->close(wire);
}

static void held_ports(void **state)
{
	(void)state;
	struct sonde_wire *wire = open_wire();
	struct probe probe = udp_to(servers[0], OPEN_PORT), other = udp_to(servers[0], OPEN_PORT);
	uint16_t port = ask_route(wire, &probe).sport;
	assert_true(port >= 1024);
	assert_int_not_equal(ask_route(wire, &other).sport, port);
	struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof name), -1);
	assert_int_equal(errno, EADDRINUSE);
	/* The same port for a second target is shared; another program's is refused in words. */
	struct sonde_route_ask ask = {.dst = probe.dst, .protocol = IPPROTO_UDP, .dport = 53, .sport = port, .hold_port = true};
	struct sonde_route route;
	struct sonde_error err = {0};
	assert_int_equal(wire->ops->route(wire, &ask, &route, &err), 0);
	assert_int_equal(route.sport, port);
	struct sonde_wire *second = open_wire_with_port(port);
	assert_int_equal(second->ops->route(second, &ask, &route, &err), SONDE_E_WIRE);
	assert_int_equal(err.sys_errno, EADDRINUSE);
	assert_non_null(strstr(err.hint, "--sport"));
	wire->ops->close(wire);
	assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
	close(fd);
	second->ops->close(second);
}

static void out_of_descriptors(void **state)
{
	(void)state;
	struct sonde_wire *wire = open_wire(), *second = NULL;
	struct probe probe = udp_to(servers[0], OPEN_PORT);
	struct sonde_route_ask ask = {.dst = probe.dst, .protocol = IPPROTO_UDP, .dport = OPEN_PORT, .hold_port = true};
	struct sonde_route route;
	struct sonde_error err = {0};
	struct sn_wire_open_cfg cfg = {.ip4 = true};
	struct rlimit limit, low;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	low = limit;
	low.rlim_cur = 3;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	int opened = sn_wire_raw_open(&second, &cfg, &err);
	int routed = wire->ops->route(wire, &ask, &route, &err);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(opened, SONDE_E_FDS);
	assert_null(second);
	assert_int_equal(routed, SONDE_OK); /* what it needs has been open since before */
	wire->ops->close(wire);
}

struct watched {
	int raised_count, lowered_count;
	bool is_raised, refuse;
};

static int watch_privilege(void *ctx, bool raise)
{
	struct watched *watched = ctx;
	if (raise && watched->refuse)
		return SONDE_E_PRIVILEGE;
	watched->raised_count += raise;
	watched->lowered_count += !raise;
	watched->is_raised = raise;
	return 0;
}

static void privilege_is_raised_for_opening_only(void **state)
{
	(void)state;
	struct watched watched = {0};
	struct sn_wire_open_cfg cfg = {.ip4 = true, .ip6 = true, .privilege = watch_privilege, .privilege_ctx = &watched};
	struct sonde_wire *wire = NULL;
	struct sonde_error err = {0};
	assert_int_equal(sn_wire_raw_open(&wire, &cfg, &err), 0);
	assert_int_equal(watched.raised_count, 1);
	assert_int_equal(watched.lowered_count, 1);
	assert_false(watched.is_raised);
	wire->ops->close(wire);
	watched.refuse = true;
	assert_int_equal(sn_wire_raw_open(&wire, &cfg, &err), SONDE_E_PRIVILEGE);
	assert_int_equal(err.code, SONDE_E_PRIVILEGE);
	assert_null(wire);
	wire = NULL;
	cfg.privilege = NULL;
	cfg.device = "nosuch0";
	assert_int_equal(sn_wire_raw_open(&wire, &cfg, &err), SONDE_E_DEVICE);
	assert_null(wire);
}

static void odd_packets_to_send(void **state)
{
	(void)state;
	struct sn_wire_open_cfg cfg = {.ip4 = true};
	struct sonde_wire *wire = NULL;
	assert_int_equal(sn_wire_raw_open(&wire, &cfg, NULL), 0);
	uint8_t bytes[60] = {0x60, [6] = 59};
	sonde_at_ns at_ns;
	struct sonde_tx tx = {.token = 1, .bytes = bytes, .length_bytes = 0};
	assert_int_equal(wire->ops->send(wire, &tx, &at_ns), EINVAL);
	tx.length_bytes = sizeof bytes;
	assert_int_equal(wire->ops->send(wire, &tx, &at_ns), EAFNOSUPPORT);
	struct sonde_rx rx;
	assert_int_equal(wire->ops->recv(wire, &rx), 0);
	/* Nor routes for what it was not opened for. */
	struct sonde_route_ask ask = {.dst = addr_of("10.3.0.2"), .protocol = IPPROTO_TCP};
	struct sonde_route route;
	assert_int_equal(wire->ops->route(wire, &ask, &route, NULL), SONDE_E_INTERNAL);
	ask.dst = addr_of("fd03::2");
	assert_int_equal(wire->ops->route(wire, &ask, &route, NULL), SONDE_E_FAMILY);
	const struct sonde_wire_ops *ops = wire->ops;
	ops->close(wire);
	ops->close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(firewall),
		cmocka_unit_test(too_big),
		cmocka_unit_test(remembered_mtu_is_not_believed),
		cmocka_unit_test(full_queue),
		cmocka_unit_test(silent_next_hop),
		cmocka_unit_test(routes_that_do_not_exist),
		cmocka_unit_test(broadcast_addresses),
		cmocka_unit_test(family_switched_off),
		cmocka_unit_test(device_down),
		cmocka_unit_test(held_ports),
		cmocka_unit_test(out_of_descriptors),
		cmocka_unit_test(privilege_is_raised_for_opening_only),
		cmocka_unit_test(odd_packets_to_send),
	};
	if (!raw_lab_begin((const char *const[]){"ip", "ethtool", "nft", "tc", NULL}))
		return NETNS_SKIP;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	netns_end(&raw_lab);
	return failed;
}
