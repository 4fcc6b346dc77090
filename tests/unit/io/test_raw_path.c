/* SPDX-License-Identifier: MIT */
/* The raw wire through two real routers: answers, stamps, services, and targets of this machine's own. */
#include "raw_lab.h"

#include "io/wire_raw_sent.h"

#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct kind {
	const char *name, *server;
	uint8_t protocol;
	const char *hops[2];
} kinds[] = {
	{"icmp over IPv4", "10.3.0.2", IPPROTO_ICMP, {"10.1.0.2", "10.2.0.2"}},
	{"udp over IPv4", "10.3.0.2", IPPROTO_UDP, {"10.1.0.2", "10.2.0.2"}},
	{"tcp over IPv4", "10.3.0.2", IPPROTO_TCP, {"10.1.0.2", "10.2.0.2"}},
	{"icmp over IPv6", "fd03::2", IPPROTO_ICMPV6, {"fd01::2", "fd02::2"}},
	{"udp over IPv6", "fd03::2", IPPROTO_UDP, {"fd01::2", "fd02::2"}},
	{"tcp over IPv6", "fd03::2", IPPROTO_TCP, {"fd01::2", "fd02::2"}},
};
enum { KIND_COUNT = sizeof kinds / sizeof kinds[0], CLOSED_PORT = 33434, OPEN_PORT = 443 };

static struct probe probe_of(const struct kind *kind, uint8_t ttl, uint64_t identity)
{
	return (struct probe){.dst = addr_of(kind->server), .protocol = kind->protocol, .ttl = ttl, .sport = 4711, .dport = CLOSED_PORT,
			      .identity = identity};
}

static void assert_from(const struct outer *outer, const char *text)
{
	char got[SONDE_ADDR_TEXT];
	assert_string_equal(sonde_addr_text(&outer->src, got), text);
}

/* Bytes that the kernel told in another way are seen; length and next header are not, for extension headers are taken off. */
static void assert_seen(const struct sonde_rx *rx, uint8_t family)
{
	if (family == 4) {
		assert_false(rx->rebuilt);
		assert_int_equal(rx->seen_count, 0);
		return;
	}
	bool seen[2048] = {0};
	assert_true(rx->rebuilt);
	for (size_t i = 0; i < rx->seen_count; i++) {
		for (size_t at = 0; at < rx->seen[i].length_bytes; at++)
			seen[rx->seen[i].from_bytes + at] = true;
	}
	for (size_t at = 0; at < rx->length_bytes; at++)
		assert_int_equal(seen[at], at < 4 || at >= 7);
}

static void routers_answer(void **state)
{
	(void)state;
	for (size_t k = 0; k < KIND_COUNT; k++) {
		struct sonde_wire *wire = open_wire();
		for (uint8_t ttl = 1; ttl <= 2; ttl++) {
			struct probe probe = probe_of(&kinds[k], ttl, 0x1234567800000100 + ttl);
			struct sonde_route route = ask_route(wire, &probe);
			struct sonde_rx stamp, answer;
			sonde_at_ns sent_at_ns;
			assert_string_equal(route.device, "c0");
			assert_int_equal(route.mtu_bytes, 1500);
			assert_false(route.policy_routed);
			assert_int_equal(probe_send(wire, &probe, 1000 + ttl, &sent_at_ns), 0);
			next_rx(wire, &stamp);
			assert_int_equal(stamp.kind, SONDE_RX_STAMP);
			assert_int_equal(stamp.token, 1000 + ttl);
			next_rx(wire, &answer);
			struct outer outer = outer_of(&answer);
			assert_from(&outer, kinds[k].hops[ttl - 1]);
			assert_int_equal(outer.type, probe.dst.family == 4 ? 11 : 3);
			assert_int_equal(outer.ttl, 65 - ttl);
			assert_true(sonde_addr_equal(&outer.dst, &probe.src));
			assert_seen(&answer, probe.dst.family);
			struct sn_ip quoted;
			assert_true(sn_raw_ip_read(outer.quote, outer.quote_bytes, &quoted));
			assert_true(sonde_addr_equal(&quoted.dst, &probe.dst));
			/* before the call <= left <= answered <= now */
			assert_true(sent_at_ns <= stamp.at_ns);
			assert_true(stamp.at_ns <= answer.at_ns);
			assert_true(answer.at_ns <= mono_now());
		}
		wire->ops->close(wire);
	}
}

/* Read late, an answer still has the instant at which it came: another wire saw it before that. */
static void stamps_are_the_kernels(void **state)
{
	(void)state;
	for (size_t k = 0; k < KIND_COUNT; k++) {
		struct sonde_wire *wire = open_wire(), *witness = open_wire();
		struct probe probe = probe_of(&kinds[k], 1, 31);
		struct sonde_rx rx;
		(void)ask_route(wire, &probe);
		assert_int_equal(probe_send(wire, &probe, 1, NULL), 0);
		next_rx_of(witness, SONDE_RX_PACKET, &rx);
		sonde_at_ns seen_at_ns = mono_now();
		next_rx(wire, &rx);
		assert_int_equal(rx.kind, SONDE_RX_STAMP);
		assert_true(rx.at_ns < seen_at_ns);
		next_rx(wire, &rx);
		assert_int_equal(rx.kind, SONDE_RX_PACKET);
		assert_true(rx.at_ns < seen_at_ns);
		wire->ops->close(wire);
		witness->ops->close(witness);
	}
}

/* A hundred in flight: each stamp comes before the answer that quotes its probe. */
static void stamps_come_first(void **state)
{
	(void)state;
	enum { COUNT = 100 };
	struct sonde_wire *wire = open_wire();
	struct probe probe = probe_of(&kinds[1], 1, 0);
	(void)ask_route(wire, &probe);
	for (uint64_t i = 1; i <= COUNT; i++) {
		probe.identity = i;
		assert_int_equal(probe_send(wire, &probe, i, NULL), 0);
	}
	bool stamped[COUNT + 1] = {0}, answered[COUNT + 1] = {0};
	for (size_t i = 0; i < 2 * (size_t)COUNT; i++) {
		struct sonde_rx rx;
		next_rx(wire, &rx);
		if (rx.kind == SONDE_RX_STAMP) {
			assert_in_range(rx.token, 1, COUNT);
			assert_false(stamped[rx.token]);
			stamped[rx.token] = true;
			continue;
		}
		struct outer outer = outer_of(&rx);
		struct sn_ip quoted;
		assert_true(sn_raw_ip_read(outer.quote, outer.quote_bytes, &quoted));
		assert_in_range(quoted.id, 1, COUNT);
		assert_true(stamped[quoted.id]);
		assert_false(answered[quoted.id]);
		answered[quoted.id] = true;
	}
	struct sonde_wire_stats stats;
	wire->ops->stats(wire, &stats);
	assert_int_equal(stats.dropped_count, 0);
	wire->ops->close(wire);
}

static void targets_answer(void **state)
{
	(void)state;
	for (size_t k = 0; k < KIND_COUNT; k++) {
		struct sonde_wire *wire = open_wire();
		struct probe probe = probe_of(&kinds[k], 9, 77);
		struct sonde_rx rx;
		(void)ask_route(wire, &probe);
		assert_int_equal(probe_send(wire, &probe, 1, NULL), 0);
		next_rx_of(wire, SONDE_RX_PACKET, &rx);
		struct outer outer = outer_of(&rx);
		assert_from(&outer, kinds[k].server);
		assert_int_equal(outer.ttl, 62);
		if (probe.protocol == IPPROTO_ICMP)
			assert_int_equal(outer.type, 0);
		else if (probe.protocol == IPPROTO_ICMPV6)
			assert_int_equal(outer.type, 129);
		else if (probe.protocol == IPPROTO_UDP)
			assert_int_equal(outer.type << 8 | outer.code, probe.dst.family == 4 ? 0x0303 : 0x0104);
		else
			assert_int_equal(outer.protocol, IPPROTO_TCP); /* RST */
		wire->ops->close(wire);
	}
}

/* This machine's own addresses are targets like any other. */
static void own_addresses_answer(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint8_t protocol;
	} own[] = {{"127.0.0.1", IPPROTO_ICMP}, {"10.1.0.1", IPPROTO_TCP}, {"127.0.0.1", IPPROTO_UDP},
		   {"::1", IPPROTO_ICMPV6}, {"fd01::1", IPPROTO_TCP}, {"::1", IPPROTO_UDP}};
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
		struct sonde_wire *wire = open_wire();
		struct probe probe = {
			.dst = addr_of(own[i].text), .protocol = own[i].protocol, .ttl = 1, .sport = 7, .dport = CLOSED_PORT};
		struct sonde_rx rx;
		struct sonde_route route = ask_route(wire, &probe);
		assert_string_equal(route.device, "lo");
		assert_int_equal(route.mtu_bytes, 65535);
		assert_int_equal(probe_send(wire, &probe, 1, NULL), 0);
		next_rx(wire, &rx);
		assert_int_equal(rx.kind, SONDE_RX_STAMP);
		next_rx(wire, &rx);
		struct outer outer = outer_of(&rx);
		assert_from(&outer, own[i].text);
		wire->ops->close(wire);
	}
}

static int server_socket(uint8_t family, int type, int protocol)
{
	netns_enter(&raw_lab, SERVER);
	int fd = socket(family == 4 ? AF_INET : AF_INET6, type | SOCK_CLOEXEC, protocol);
	netns_enter(&raw_lab, CLIENT);
	assert_true(fd >= 0);
	return fd;
}

static void bind_port(int fd, uint8_t family)
{
	struct sockaddr_in6 name6 = {.sin6_family = AF_INET6, .sin6_port = htons(OPEN_PORT)};
	struct sockaddr_in name4 = {.sin_family = AF_INET, .sin_port = htons(OPEN_PORT)};
	if (family == 4)
		assert_int_equal(bind(fd, (struct sockaddr *)&name4, sizeof name4), 0);
	else
		assert_int_equal(bind(fd, (struct sockaddr *)&name6, sizeof name6), 0);
}

static size_t read_within(int fd, uint8_t *bytes, size_t capacity_bytes)
{
	struct pollfd readable = {.fd = fd, .events = POLLIN};
	assert_int_equal(poll(&readable, 1, ANSWER_WAIT_MS), 1);
	ssize_t got = recv(fd, bytes, capacity_bytes, 0);
	assert_true(got > 0);
	return (size_t)got;
}

/* A service's answer arrives here, and the held port keeps the kernel from calling it unreachable: the next ICMP message that the server
 * sees is the echo request sent after it. */
static void services_are_heard_and_not_refused(void **state)
{
	(void)state;
	for (size_t k = 1; k < KIND_COUNT; k += 3) {
		struct sonde_wire *wire = open_wire();
		struct probe probe = probe_of(&kinds[k], 9, 5);
		uint8_t family = probe.dst.family, bytes[256];
		int service = server_socket(family, SOCK_DGRAM, 0);
		int icmp = server_socket(family, SOCK_RAW, family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
		struct sockaddr_storage peer;
		socklen_t peer_bytes = sizeof peer;
		bind_port(service, family);
		probe.dport = OPEN_PORT;
		(void)ask_route(wire, &probe);
		assert_int_equal(probe_send(wire, &probe, 1, NULL), 0);
		assert_int_equal(recvfrom(service, bytes, sizeof bytes, 0, (struct sockaddr *)&peer, &peer_bytes), 8);
		for (int i = 0; i < 3; i++)
			assert_int_equal(sendto(service, "pong", 4, 0, (struct sockaddr *)&peer, peer_bytes), 4);
		for (int i = 0; i < 3; i++) {
			struct sonde_rx rx;
			next_rx_of(wire, SONDE_RX_PACKET, &rx);
			struct outer outer = outer_of(&rx);
			assert_int_equal(outer.protocol, IPPROTO_UDP);
			assert_memory_equal(outer.quote, "pong", 4);
		}
		struct probe echo = probe_of(&kinds[k - 1], 9, 6);
		(void)ask_route(wire, &echo);
		assert_int_equal(probe_send(wire, &echo, 2, NULL), 0);
		uint8_t type = 0;
		do { /* neighbour discovery is ICMPv6, too */
			(void)read_within(icmp, bytes, sizeof bytes);
			type = family == 4 ? bytes[20] : bytes[0];
		} while (type >= 133);
		assert_int_equal(type, family == 4 ? 8 : 128);
		close(service);
		close(icmp);
		wire->ops->close(wire);
	}
}

/* The half-open connection is closed by this machine's kernel: the server gets its RST without any help of ours. */
static void the_kernel_resets_half_open_connections(void **state)
{
	(void)state;
	for (size_t k = 2; k < KIND_COUNT; k += 3) {
		struct sonde_wire *wire = open_wire();
		struct probe probe = probe_of(&kinds[k], 9, 0x11223344);
		uint8_t family = probe.dst.family, bytes[256], flags = 0;
		int listener = server_socket(family, SOCK_STREAM, 0);
		int sniffer = server_socket(family, SOCK_RAW, IPPROTO_TCP);
		struct sonde_rx rx;
		bind_port(listener, family);
		assert_int_equal(listen(listener, 1), 0);
		probe.dport = OPEN_PORT;
		(void)ask_route(wire, &probe);
		assert_int_equal(probe_send(wire, &probe, 1, NULL), 0);
		next_rx_of(wire, SONDE_RX_PACKET, &rx);
		struct sn_ip head;
		assert_true(sn_raw_ip_read(rx.bytes, rx.length_bytes, &head));
		assert_int_equal(head.protocol, IPPROTO_TCP);
		assert_int_equal(rx.bytes[head.header_bytes + 13] & 0x3f, 0x12); /* SYN and ACK */
		do {
			(void)read_within(sniffer, bytes, sizeof bytes);
			flags = bytes[(family == 4 ? 20 : 0) + 13];
		} while (!(flags & 4));
		assert_int_equal(flags & 0x3f, 4); /* RST alone */
		close(listener);
		close(sniffer);
		wire->ops->close(wire);
	}
}

/* What the filters keep away is not counted as lost, what did not fit is. */
static void overflow_is_counted(void **state)
{
	(void)state;
	static const uint8_t protocols[] = {IPPROTO_ICMP, IPPROTO_UDP};
	struct sn_wire_open_cfg cfg = {.ip4 = true, .protocols = protocols, .protocol_count = 2, .receive_buffer_bytes = 2048};
	struct sonde_wire *small = NULL, *sender = open_wire();
	assert_int_equal(sn_wire_raw_open(&small, &cfg, NULL), 0);
	struct probe probe = probe_of(&kinds[1], 1, 0);
	(void)ask_route(sender, &probe);
	struct sonde_rx rx;
	for (uint64_t i = 1; i <= 200; i++) {
		probe.identity = i;
		assert_int_equal(probe_send(sender, &probe, i, NULL), 0);
	}
	for (size_t i = 0; i < 200; i++)
		next_rx_of(sender, SONDE_RX_PACKET, &rx); /* all answers are there, for both wires */
	struct sonde_wire_stats stats;
	uint64_t got_count = 0;
	while (small->ops->recv(small, &rx) > 0)
		got_count++;
	small->ops->stats(small, &stats);
	assert_true(got_count > 0);
	assert_int_equal(stats.dropped_count + got_count, 200);
	sender->ops->stats(sender, &stats);
	assert_int_equal(stats.dropped_count, 0);
	small->ops->close(small);
	sender->ops->close(sender);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routers_answer),
		cmocka_unit_test(stamps_are_the_kernels),
		cmocka_unit_test(stamps_come_first),
		cmocka_unit_test(targets_answer),
		cmocka_unit_test(own_addresses_answer),
		cmocka_unit_test(services_are_heard_and_not_refused),
		cmocka_unit_test(the_kernel_resets_half_open_connections),
		cmocka_unit_test(overflow_is_counted),
	};
	if (!raw_lab_begin((const char *const[]){"ip", "ethtool", NULL}))
		return NETNS_SKIP;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	netns_end(&raw_lab);
	return failed;
}
