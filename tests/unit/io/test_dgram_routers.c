/* SPDX-License-Identifier: MIT */
/* The unprivileged wire through two real Linux routers to a real Linux host.
 *
 *   client --10.9.1/fd09:1-- first router --10.9.2/fd09:2-- second router --10.9.3/fd09:3-- host
 *
 * The left end of each link is .1 (::1), the right one .2 (::2). Behind the second router all of 10.9.9/fd09:9 is prohibited. */
#include "test.h"

#include "netns.h"
#include "test_dgram_net.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CLIENT, FIRST, SECOND, HOST, NODE_COUNT, HOP_COUNT = 3, LAST = 2 };
enum { OPEN_PORT = 80, CLOSED_PORT = 81, ECHO_PORT = 7, REFUSED_PORT = 4444 };

static const struct {
	int node;
	const char *command;
} setup[] = {
	{CLIENT, "ip route add default via 10.9.1.2"},
	{CLIENT, "ip route add default via fd09:1::2"},
	{FIRST, "ip route add default via 10.9.2.2"},
	{FIRST, "ip route add default via fd09:2::2"},
	{SECOND, "ip route add 10.9.1.0/24 via 10.9.2.1"},
	{SECOND, "ip route add fd09:1::/64 via fd09:2::1"},
	{SECOND, "ip route add default via 10.9.3.2"},
	{SECOND, "ip route add default via fd09:3::2"},
	{SECOND, "nft add table inet t"},
	{SECOND, "nft add chain inet t f { type filter hook forward priority 0 ; }"},
	{SECOND, "nft add rule inet t f ip daddr 10.9.9.0/24 reject with icmp type admin-prohibited"},
	{SECOND, "nft add rule inet t f ip6 daddr fd09:9::/64 reject with icmpv6 type admin-prohibited"},
	{CLIENT, "nft add table inet t"},
	{CLIENT, "nft add chain inet t o { type filter hook output priority 0 ; }"},
	{CLIENT, "nft add rule inet t o tcp dport 4444 drop"},
	{HOST, "ip route add default via 10.9.3.1"},
	{HOST, "ip route add default via fd09:3::1"},
};

static int echo_fd;

/* A socket belongs to the namespace it was opened in, whatever namespace its process enters later. */
static int server(int type, uint16_t port)
{
	int fd = socket(AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	if (fd < 0 || bind(fd, (struct sockaddr *)&name, sizeof name) != 0 || (type == SOCK_STREAM && listen(fd, 64) != 0))
		return -1;
	return fd;
}

static bool build(struct netns_lab *lab)
{
	for (int i = 0; i < NODE_COUNT; i++)
		(void)netns_new(lab);
	for (int i = 0; i + 1 < NODE_COUNT; i++) {
		char left[8], right[8], address[32];
		snprintf(left, sizeof left, "r%d", i);
		snprintf(right, sizeof right, "l%d", i + 1);
		netns_link(lab, i, left, i + 1, right);
		for (int end = 1; end <= 2; end++) {
			snprintf(address, sizeof address, "10.9.%d.%d/24", i + 1, end);
			netns_address(lab, i + end - 1, end == 1 ? left : right, address);
			snprintf(address, sizeof address, "fd09:%d::%d/64", i + 1, end);
			netns_address(lab, i + end - 1, end == 1 ? left : right, address);
		}
	}
	for (size_t i = 0; i < sizeof setup / sizeof *setup; i++)
		netns_run(lab, setup[i].node, "%s", setup[i].command);
	netns_enter(lab, HOST);
	echo_fd = server(SOCK_DGRAM, ECHO_PORT);
	bool serving = server(SOCK_STREAM, OPEN_PORT) >= 0 && echo_fd >= 0;
	netns_enter(lab, CLIENT);
	return serving;
}

static void serve_echo(void)
{
	char bytes[PACKET_BYTES];
	struct sockaddr_in6 from;
	socklen_t from_bytes = sizeof from;
	ssize_t got;
	while ((got = recvfrom(echo_fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_bytes)) >= 0)
		assert_int_equal(sendto(echo_fd, bytes, (size_t)got, 0, (struct sockaddr *)&from, from_bytes), got);
}

static const struct chain {
	uint8_t version, icmp;
	const char *our, *hops[HOP_COUNT], *prohibited;
	uint8_t exceeded, unreachable, port_code, prohibited_code, echo_reply;
} chains[] = {
	{4, SN_PROTO_ICMP, "10.9.1.1", {"10.9.1.2", "10.9.2.2", "10.9.3.2"}, "10.9.9.9", 11, 3, 3, 13, 0},
	{6, SN_PROTO_ICMP6, "fd09:1::1", {"fd09:1::2", "fd09:2::2", "fd09:3::2"}, "fd09:9::9", 3, 1, 4, 1, 129},
};
#define EACH_CHAIN(f) for (const struct chain *f = chains; f < chains + 2; f++)

/* Sends one probe per TTL at once and gives the answers in order of TTL. */
static void sweep(const struct chain *f, const struct spec *like, struct sn_packet answers[HOP_COUNT], struct bytes room[HOP_COUNT])
{
	struct sonde_wire *wire = wire_new();
	struct bytes sent[HOP_COUNT];
	sonde_at_ns first_at_ns = SONDE_NEVER;
	char payload[] = "key-0000";
	for (size_t i = 0; i < HOP_COUNT; i++) {
		struct spec spec = *like;
		spec.src = f->our;
		spec.ttl = (uint8_t)(i + 1);
		payload[7]++;
		if (spec.protocol != SN_PROTO_TCP)
			spec.payload = payload;
		if (spec.protocol == f->icmp)
			spec.dport = (uint16_t)(100 + i);
		sent[i] = probe(&spec);
		sonde_at_ns at_ns = wire_send(wire, i + 1, &sent[i]);
		first_at_ns = i ? first_at_ns : at_ns;
	}
	serve_echo();
	for (size_t i = 0; i < HOP_COUNT; i++) {
		struct sonde_rx rx;
		assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
		assert_in_range(rx.token, 1, HOP_COUNT);
		assert_true(rx.at_ns >= first_at_ns && rx.at_ns < first_at_ns + 2 * SONDE_S);
		struct bytes *mine = &room[rx.token - 1];
		assert_int_equal(mine->count, 0);
		assert_true(rx.length_bytes <= sizeof mine->bytes);
		(void)parsed(&rx);
		memcpy(mine->bytes, rx.bytes, rx.length_bytes);
		mine->count = rx.length_bytes;
		assert_true(sn_packet_parse(mine->bytes, mine->count, &answers[rx.token - 1]));
		/* What is quoted is the probe the token names. */
		if (answers[rx.token - 1].has_quote)
			expect_quoted(&answers[rx.token - 1].quote, &sent[rx.token - 1], answers[rx.token - 1].quote.length_bytes);
	}
	wire->ops->close(wire);
}

static void assert_from(const struct sn_packet *p, const char *text)
{
	struct sonde_addr from = addr(text);
	char got[SONDE_ADDR_TEXT];
	assert_string_equal(sonde_addr_text(&p->ip.src, got), text);
	assert_true(sonde_addr_equal(&p->ip.src, &from));
}

static void assert_transit(const struct chain *f, const struct sn_packet answers[HOP_COUNT])
{
	for (size_t i = 0; i < LAST; i++) {
		assert_from(&answers[i], f->hops[i]);
		assert_int_equal(answers[i].icmp.type, f->exceeded);
		assert_int_equal(answers[i].ip.ttl, 64 - i);
	}
	assert_from(&answers[LAST], f->hops[LAST]);
}

static void udp(void **state)
{
	(void)state;
	EACH_CHAIN(f) {
		struct sn_packet answers[HOP_COUNT];
		struct bytes room[HOP_COUNT] = {0};
		sweep(f,
		      &(struct spec){.version = f->version, .protocol = SN_PROTO_UDP, .sport = 41000, .dport = 33434, .dst = f->hops[LAST]},
		      answers, room);
		assert_transit(f, answers);
		assert_int_equal(answers[LAST].icmp.type, f->unreachable);
		assert_int_equal(answers[LAST].icmp.code, f->port_code);
		assert_int_equal(answers[LAST].ip.ttl, 62);
	}
}

static void udp_echo_service(void **state)
{
	(void)state;
	EACH_CHAIN(f) {
		struct sn_packet answers[HOP_COUNT];
		struct bytes room[HOP_COUNT] = {0};
		sweep(f,
		      &(struct spec){
		          .version = f->version, .protocol = SN_PROTO_UDP, .sport = 41000, .dport = ECHO_PORT, .dst = f->hops[LAST]},
		      answers, room);
		assert_transit(f, answers);
		assert_true(answers[LAST].is_udp);
		assert_memory_equal(answers[LAST].payload, "key-0003", 8);
	}
}

static void icmp(void **state)
{
	(void)state;
	EACH_CHAIN(f) {
		assert_true(sn_wire_dgram_can_ping(f->version));
		struct sn_packet answers[HOP_COUNT];
		struct bytes room[HOP_COUNT] = {0};
		sweep(f, &(struct spec){.version = f->version, .protocol = f->icmp, .sport = 0x7b7b, .dst = f->hops[LAST]}, answers, room);
		assert_transit(f, answers);
		assert_int_equal(answers[LAST].icmp.type, f->echo_reply);
		assert_int_equal(answers[LAST].icmp.id, 0x7b7b);
	}
}

static void tcp(void **state)
{
	(void)state;
	EACH_CHAIN(f) {
		for (int open = 0; open < 2; open++) {
			struct sn_packet answers[HOP_COUNT];
			struct bytes room[HOP_COUNT] = {0};
			sweep(f,
			      &(struct spec){.version = f->version,
			                     .protocol = SN_PROTO_TCP,
			                     .sport = 42000,
			                     .dport = open ? OPEN_PORT : CLOSED_PORT,
			                     .seq = 9,
			                     .dst = f->hops[LAST]},
			      answers, room);
			assert_transit(f, answers);
			assert_true(answers[LAST].is_tcp);
			assert_int_equal(answers[LAST].tcp.flags, open ? SN_TCP_SYN | SN_TCP_ACK : SN_TCP_RST | SN_TCP_ACK);
			assert_int_equal(answers[LAST].tcp.ack, 10);
		}
	}
}

/* The second router forbids the way: its answer to the probes that get so far has the exact code, whatever the protocol. */
static void prohibited(void **state)
{
	(void)state;
	EACH_CHAIN(f) {
		uint8_t protocols[] = {SN_PROTO_UDP, SN_PROTO_TCP, f->icmp};
		for (size_t i = 0; i < sizeof protocols; i++) {
			struct sn_packet answers[HOP_COUNT];
			struct bytes room[HOP_COUNT] = {0};
			sweep(f,
			      &(struct spec){
			          .version = f->version, .protocol = protocols[i], .sport = 43000, .dport = 443, .dst = f->prohibited},
			      answers, room);
			assert_from(&answers[0], f->hops[0]);
			assert_int_equal(answers[0].icmp.type, f->exceeded);
			assert_from(&answers[LAST], f->hops[1]);
			assert_int_equal(answers[LAST].icmp.type, f->unreachable);
			assert_int_equal(answers[LAST].icmp.code, f->prohibited_code);
		}
	}
}

/* This machine's own firewall drops the SYNs, which no call reports: told as an error of this machine all the same, for each probe. */
static void refused_here(void **state)
{
	(void)state;
	struct sonde_wire *wire = wire_new();
	uint64_t token = 0;
	for (uint8_t ttl = 1; ttl <= HOP_COUNT; ttl++) {
		EACH_CHAIN(f) {
			struct spec spec = {.version = f->version, .protocol = SN_PROTO_TCP, .ttl = ttl, .dport = REFUSED_PORT};
			spec.sport = 42000;
			spec.src = f->our;
			spec.dst = f->hops[LAST];
			struct bytes one = probe(&spec);
			wire_send(wire, ++token, &one);
		}
	}
	uint64_t told = 0;
	for (; token; token--) {
		struct sonde_rx rx;
		assert_true(wire_next(wire, SONDE_RX_ERROR, &rx));
		assert_int_equal(rx.sys_errno, EPERM);
		assert_in_range(rx.token, 1, 2 * HOP_COUNT);
		assert_false(told & UINT64_C(1) << rx.token);
		told |= UINT64_C(1) << rx.token;
	}
	assert_true(wire_silent(wire));
	wire->ops->close(wire);
}

/* Runs where ping_group_range is closed: the exit status tells the test that started it. */
static int closed_range(void)
{
	struct sonde_wire *wire = NULL;
	struct sonde_error err = {0};
	struct sonde_route route;
	if (!net_drop() || sn_wire_dgram_can_ping(4) || sn_wire_dgram_can_ping(6))
		return 1;
	if (sn_wire_dgram_open(&wire, &(struct sn_wire_open_cfg){.ip4 = true, .ip6 = true}, &err) != 0)
		return 2;
	struct sonde_route_ask ask = {.protocol = IPPROTO_ICMP};
	if (!sonde_addr_parse(chains[0].hops[LAST], &ask.dst) || wire->ops->route(wire, &ask, &route, &err) != SONDE_E_PRIVILEGE ||
		!strstr(err.hint, "ping_group_range"))
		return 3;
	wire->ops->close(wire);
	return 0;
}

static int closed_range_status;

static void ping_refused(void **state)
{
	(void)state;
	assert_int_equal(closed_range_status, 0);
}

static int run_unprivileged(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(closed_range());
	if (pid < 0 || waitpid(pid, &closed_range_status, 0) != pid)
		closed_range_status = -1;
	if (!net_open_ping() || !net_drop())
		return NETNS_SKIP;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ping_refused),
		cmocka_unit_test(udp),
		cmocka_unit_test(udp_echo_service),
		cmocka_unit_test(icmp),
		cmocka_unit_test(tcp),
		cmocka_unit_test(prohibited),
		cmocka_unit_test(refused_here),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
	static const char *const tools[] = {"ip", "ethtool", "nft", NULL};
	struct netns_lab lab = {0};
	if (!netns_begin(&lab, tools))
		return NETNS_SKIP;
	if (!build(&lab)) {
		fprintf(stderr, "the host's servers cannot be opened\n");
		return 1;
	}
	int status = run_unprivileged();
	netns_end(&lab);
	return status;
}
