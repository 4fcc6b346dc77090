/* SPDX-License-Identifier: MIT */
/* What the raw wire sees at the interfaces, through real routers: answers that the firewall drops behind them, the kernel's own resets, and
 * that it knows when it has missed some. */
#include "raw_lab.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLOSED_PORT = 33434, OPEN_PORT = 443 };

static const char *const servers[] = {"10.3.0.2", "fd03::2"}, *const routers[] = {"10.1.0.2", "fd01::2"};

static struct probe udp_to(size_t family, uint8_t ttl, uint64_t identity)
{
	return (struct probe){
	    .dst = addr_of(servers[family]), .protocol = IPPROTO_UDP, .ttl = ttl, .dport = CLOSED_PORT, .identity = identity};
}

/* What is seen at an interface next. It may still be on its way there, for microseconds. */
static bool hear(struct sonde_wire *wire, struct sonde_overheard *out)
{
	sonde_at_ns until_at_ns = mono_now() + ANSWER_WAIT_MS * SONDE_MS;
	while (wire->ops->overheard(wire, out) == 0)
		if (mono_now() > until_at_ns)
			return false;
	return true;
}

static enum sonde_ear ear_of(struct sonde_wire *wire)
{
	struct sonde_wire_stats stats;
	wire->ops->stats(wire, &stats);
	return stats.ear;
}

static void an_answer_is_seen_where_it_came_in(void **state)
{
	(void)state;
	netns_run(&raw_lab, CLIENT, "nft add table inet t");
	netns_run(&raw_lab, CLIENT, "nft add chain inet t i { type filter hook input priority 0 ; }");
	netns_run(&raw_lab, CLIENT, "nft add rule inet t i icmp type time-exceeded drop");
	netns_run(&raw_lab, CLIENT, "nft add rule inet t i icmpv6 type time-exceeded drop");
	for (size_t i = 0; i < 2; i++) {
		struct sonde_wire *wire = open_wire();
		struct probe probe = udp_to(i, 1, 7);
		struct sonde_overheard heard;
		struct sonde_way_in way;
		char text[SONDE_ADDR_TEXT];
		struct sonde_route route = ask_route(wire, &probe);
		sonde_at_ns before_at_ns = mono_now();
		assert_int_equal(probe_send(wire, &probe, 1, NULL), 0);
		assert_true(hear(wire, &heard));
		struct outer outer = outer_of(&heard.rx);
		assert_string_equal(sonde_addr_text(&outer.src, text), routers[i]);
		assert_int_equal(outer.type, i ? 3 : 11);
		assert_false(heard.outgoing);
		assert_false(heard.rx.rebuilt);
		assert_int_equal(heard.ifindex, route.ifindex);
		assert_true(heard.rx.at_ns >= before_at_ns - SONDE_MS && heard.rx.at_ns <= mono_now());
		wire->ops->way_in(wire, &heard, &way);
		assert_string_equal(way.device, "c0");
		assert_int_equal(way.rp_filter, 0);
		assert_int_equal(wire->ops->overheard(wire, &heard), 0);
		assert_int_equal(ear_of(wire), SONDE_EAR_OPEN);
		wire->ops->close(wire);
	}
	netns_run(&raw_lab, CLIENT, "nft delete table inet t");
}

/* A SYN-ACK comes in, and the kernel's reset goes out; both by the port that is held, and no other. */
static void a_reset_is_seen_leaving(void **state)
{
	(void)state;
	netns_enter(&raw_lab, SERVER);
	int listener = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_port = htons(OPEN_PORT)};
	netns_enter(&raw_lab, CLIENT);
	assert_int_equal(bind(listener, (struct sockaddr *)&name, sizeof name), 0);
	assert_int_equal(listen(listener, 2), 0);
	for (size_t i = 0; i < 2; i++) {
		struct sonde_wire *wire = open_wire();
		struct probe probe = udp_to(i, 64, 0x12345678);
		struct sonde_overheard heard;
		probe.protocol = IPPROTO_TCP;
		probe.dport = OPEN_PORT;
		(void)ask_route(wire, &probe);
		assert_int_equal(probe_send(wire, &probe, 1, NULL), 0);
		assert_true(hear(wire, &heard));
		assert_false(heard.outgoing);
		struct outer syn_ack = outer_of(&heard.rx);
		assert_true(sonde_addr_equal(&syn_ack.src, &probe.dst));
		assert_true(hear(wire, &heard));
		assert_true(heard.outgoing);
		struct outer reset = outer_of(&heard.rx);
		assert_true(sonde_addr_equal(&reset.dst, &probe.dst));
		wire->ops->close(wire);
	}
	close(listener);
}

/* Nobody reads it: at some time its queue is full. Then it is known that what was not overheard may have been there. */
static void a_full_queue_is_known(void **state)
{
	(void)state;
	static const uint8_t protocols[] = {IPPROTO_ICMP, IPPROTO_UDP};
	struct sn_wire_open_cfg cfg = {.ip4 = true, .protocols = protocols, .protocol_count = 2, .receive_buffer_bytes = 2048};
	struct sonde_wire *small = NULL, *sender = open_wire();
	struct probe probe = udp_to(0, 1, 1);
	struct sonde_overheard heard;
	struct sonde_rx rx;
	size_t kept = 0;
	enum { SENT = 200 };
	assert_int_equal(sn_wire_raw_open(&small, &cfg, NULL), 0);
	(void)ask_route(sender, &probe);
	for (uint64_t i = 1; i <= SENT; i++) {
		probe.identity = i;
		assert_int_equal(probe_send(sender, &probe, i, NULL), 0);
	}
	for (size_t i = 0; i < SENT; i++)
		next_rx_of(sender, SONDE_RX_PACKET, &rx); /* all answers are there, for both wires */
	while (small->ops->overheard(small, &heard) > 0)
		kept++;
	assert_in_range(kept, 1, SENT - 1);
	/* it stays so: what was missed does not come back */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(ear_of(small), SONDE_EAR_DEAF);
		assert_int_equal(small->ops->overheard(small, &heard), 0);
	}
	for (kept = 0; sender->ops->overheard(sender, &heard) > 0; kept++)
		;
	assert_int_equal(kept, SENT);
	assert_int_equal(ear_of(sender), SONDE_EAR_OPEN);
	small->ops->close(small);
	sender->ops->close(sender);
}

/* Packet sockets of the namespace, by lines of their table. */
static size_t packet_socket_count(void)
{
	char line[512];
	size_t count = 0;
	FILE *table = fopen("/proc/self/net/packet", "r");
	assert_non_null(table);
	while (fgets(line, sizeof line, table))
		count++;
	fclose(table);
	return count - 1;
}

/* The kernel closes it beside us, but it does close it, and no descriptor of ours is left. */
static void nothing_is_left_behind(void **state)
{
	(void)state;
	int first = dup(0), again;
	close(first);
	for (int i = 0; i < 20; i++) {
		struct sonde_wire *wire = open_wire();
		assert_true(packet_socket_count() > 0);
		wire->ops->close(wire);
	}
	again = dup(0);
	close(again);
	assert_int_equal(again, first);
	sonde_at_ns until_at_ns = mono_now() + ANSWER_WAIT_MS * SONDE_MS;
	while (packet_socket_count() > 0)
		assert_true(mono_now() < until_at_ns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_is_seen_where_it_came_in),
		cmocka_unit_test(a_reset_is_seen_leaving),
		cmocka_unit_test(a_full_queue_is_known),
		cmocka_unit_test(nothing_is_left_behind),
	};
	if (!raw_lab_begin((const char *const[]){"ip", "nft", "ethtool", NULL}))
		return NETNS_SKIP;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	netns_end(&raw_lab);
	return failed;
}
