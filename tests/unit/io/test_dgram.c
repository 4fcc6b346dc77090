/* SPDX-License-Identifier: MIT */
/* The unprivileged wire itself: what leaves, when, from where, and what it says when nothing can. */
#include "test.h"

#include "io/program.h"

#include "test_dgram_net.h"

#include <sonde/event.h>

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static int tun;

/* What left is what the engine built, but for the IPv4 id, which is the kernel's. */
static void assert_left_as_built(const struct bytes *built, const struct bytes *left)
{
	struct bytes same = *left;
	if (built->bytes[0] >> 4 == 4) {
		memcpy(same.bytes + 4, built->bytes + 4, 2);
		memcpy(same.bytes + 10, built->bytes + 10, 2);
	}
	assert_int_equal(same.count, built->count);
	assert_memory_equal(same.bytes, built->bytes, built->count);
}

static void leaves_as_built(void **state)
{
	(void)state;
	EACH_FAMILY(f) {
		struct sonde_wire *wire = wire_new();
		uint8_t protocols[] = {SN_PROTO_UDP, f->icmp};
		for (size_t i = 0; i < sizeof protocols; i++) {
			struct bytes left, built = probe(&(struct spec){.version = f->version,
			                                                .protocol = protocols[i],
			                                                .ttl = 7,
			                                                .tos = 0xb8,
			                                                .sport = 41000,
			                                                .dport = 33434,
			                                                .payload = "a payload of odd length"});
			wire_send(wire, 1, &built);
			assert_true(tun_read(tun, f->target, &left));
			assert_left_as_built(&built, &left);
		}
		wire->ops->close(wire);
	}
}

/* Both bits of ECN, and no flow label where none is wanted: by itself the kernel writes one of its own. */
static void ecn_and_no_label_leave_as_built(void **state)
{
	(void)state;
	EACH_FAMILY(f) {
		struct sonde_wire *wire = wire_new();
		uint8_t protocols[] = {SN_PROTO_UDP, f->icmp};
		for (size_t i = 0; i < sizeof protocols; i++) {
			struct spec spec = {
				.version = f->version, .protocol = protocols[i], .ttl = 7, .tos = 3, .sport = 41001, .dport = 33435};
			struct bytes left, built = probe(&spec);
			if (f->version == 6) {
				built.bytes[1] &= 0xf0; /* RFC 8200 section 3: the label's 20 bits end the first word */
				built.bytes[2] = built.bytes[3] = 0;
			}
			wire_send(wire, 1, &built);
			assert_true(tun_read(tun, f->target, &left));
			assert_left_as_built(&built, &left);
		}
		wire->ops->close(wire);
	}
}

/* An answer that has not been read yet must not make the next send fail: Linux reports it there first. */
static void unread_answers_do_not_stop_sending(void **state)
{
	(void)state;
	EACH_FAMILY(f) {
		struct sonde_wire *wire = wire_new();
		struct bytes left, sent;
		char payload[] = "key-0000";
		for (uint64_t token = 1; token < 9; token++) {
			payload[7]++;
			sent = udp_probe(f, 1, payload);
			wire_send(wire, token, &sent);
			assert_true(tun_read(tun, f->target, &left));
			struct bytes answer = exceeded(f, &left, 0);
			tun_write(tun, &answer);
		}
		for (uint64_t token = 1; token < 9; token++) {
			struct sonde_rx rx;
			assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
			assert_int_equal(rx.token, token);
		}
		wire->ops->close(wire);
	}
}

/* When a probe left is told before its answer, and lies between handing over and answer. */
static void stamps(void **state)
{
	(void)state;
	EACH_FAMILY(f) {
		struct sonde_wire *wire = wire_new();
		struct bytes left, one = echo_probe(f, 9, 1001, "key-0001");
		sonde_at_ns sent_at_ns = wire_send(wire, 77, &one);
		assert_true(tun_read(tun, f->target, &left));
		struct bytes answer = echo_answer(&left);
		tun_write(tun, &answer);
		struct sonde_rx stamp, rx;
		assert_true(wire_next(wire, SONDE_RX_STAMP, &stamp));
		assert_int_equal(stamp.token, 77);
		assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
		assert_true(sent_at_ns <= stamp.at_ns && stamp.at_ns <= rx.at_ns);
		wire->ops->close(wire);
	}
}

static int try_send(struct sonde_wire *wire, const struct bytes *packet)
{
	sonde_at_ns sent_at_ns;
	return wire->ops->send(wire, &(struct sonde_tx){.token = 1, .bytes = packet->bytes, .length_bytes = packet->count}, &sent_at_ns);
}

static void local_failures(void **state)
{
	(void)state;
	struct sonde_wire *wire = wire_new();
	struct spec spec = {.version = 4, .protocol = SN_PROTO_UDP, .ttl = 1, .sport = 41000, .dport = 33434, .dst = "198.51.100.1"};
	struct bytes no_way = probe(&spec);
	assert_int_equal(try_send(wire, &no_way), EHOSTUNREACH);
	spec.dst = NULL;
	spec.payload_bytes = 1600;
	EACH_FAMILY(f) {
		spec.version = f->version;
		struct bytes big = probe(&spec);
		assert_int_equal(try_send(wire, &big), EMSGSIZE);
	}
	struct bytes sctp = probe(&(struct spec){.version = 4, .protocol = 132, .ttl = 1});
	assert_int_equal(try_send(wire, &sctp), EPROTONOSUPPORT);
	struct bytes cut = {.bytes = {0x45}, .count = 12};
	assert_int_equal(try_send(wire, &cut), EINVAL);
	assert_true(wire_silent(wire));
	wire->ops->close(wire);
}

/* With few descriptors the sockets of answered probes make room; unanswered ones are kept, and the send says what is missing. */
static void few_descriptors(void **state)
{
	(void)state;
	struct rlimit before, few = {.rlim_cur = 24};
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few.rlim_max = before.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	struct sonde_wire *wire = wire_new();
	struct bytes left, sent;
	uint16_t dport = 33434;
	for (int i = 0; i < 60; i++) {
		sent = probe(&(struct spec){
			.version = 4, .protocol = SN_PROTO_UDP, .ttl = 1, .sport = 41000, .dport = dport++, .payload = "key-0001"});
		wire_send(wire, 1, &sent);
		assert_true(tun_read(tun, TARGET4, &left));
		struct bytes answer = exceeded(&families[0], &left, 0);
		tun_write(tun, &answer);
		struct sonde_rx rx;
		assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
	}
	int sys_errno = 0;
	for (int i = 0; i < 24 && !sys_errno; i++) {
		sent = probe(&(struct spec){
			.version = 4, .protocol = SN_PROTO_UDP, .ttl = 1, .sport = 41000, .dport = dport++, .payload = "key-0001"});
		sys_errno = try_send(wire, &sent);
	}
	assert_int_equal(sys_errno, EMFILE);
	wire->ops->close(wire);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	while (tun_read_now(tun, TARGET4, &left))
		;
}

static void routes(void **state)
{
	(void)state;
	struct sonde_wire *wire = wire_new();
	struct sonde_error err = {0};
	struct sonde_route route;
	EACH_FAMILY(f) {
		struct sonde_route_ask ask = {.dst = addr(f->target), .protocol = IPPROTO_UDP, .dport = 33434, .hold_port = true};
		struct sonde_addr our = addr(f->our);
		assert_int_equal(wire->ops->route(wire, &ask, &route, &err), 0);
		assert_true(sonde_addr_equal(&route.src, &our));
		assert_string_equal(route.device, "sn0");
		assert_int_equal(route.mtu_bytes, 1500);
		assert_true(route.sport != 0);
		/* The flow and its siblings to other ports leave from the held port. */
		for (uint16_t dport = 33434; dport < 33437; dport++) {
			struct bytes left, sent = probe(&(struct spec){.version = f->version,
			                                               .protocol = SN_PROTO_UDP,
			                                               .ttl = 5,
			                                               .sport = route.sport,
			                                               .dport = dport,
			                                               .payload = "x"});
			wire_send(wire, dport, &sent);
			assert_true(tun_read(tun, f->target, &left));
			assert_left_as_built(&sent, &left);
		}
		uint16_t first = route.sport;
		assert_int_equal(wire->ops->route(wire, &ask, &route, &err), 0);
		assert_int_not_equal(route.sport, first);
	}
	struct sonde_route_ask tcp = {.dst = addr(TARGET4), .protocol = IPPROTO_TCP, .dport = 443, .hold_port = true, .sport = 5555};
	assert_int_equal(wire->ops->route(wire, &tcp, &route, &err), SONDE_E_UNSUPPORTED);
	struct sonde_route_ask none = {.dst = addr("198.51.100.1"), .protocol = IPPROTO_UDP, .dport = 1};
	assert_int_equal(wire->ops->route(wire, &none, &route, &err), SONDE_E_ROUTE);
	wire->ops->close(wire);
}

/* A SYN of an ordinary socket has the size that the kernel gives it. */
static void tcp_has_no_size(void **state)
{
	(void)state;
	struct sonde_wire *wire = wire_new();
	struct sonde_error err = {0};
	struct sonde_route route;
	EACH_FAMILY(f) {
		struct sonde_route_ask ask = {.dst = addr(f->target), .protocol = IPPROTO_TCP, .dport = 443, .size_bytes = 1234};
		assert_int_equal(wire->ops->route(wire, &ask, &route, &err), SONDE_E_UNSUPPORTED);
		assert_non_null(strstr(err.what, "1234"));
		assert_non_null(strstr(err.hint, "--wire raw"));
		ask.size_bytes = 0;
		assert_int_equal(wire->ops->route(wire, &ask, &route, &err), 0);
		ask.crafted = "ECN";
		assert_int_equal(wire->ops->route(wire, &ask, &route, &err), SONDE_E_UNSUPPORTED);
		assert_string_equal(err.what, "TCP probes with ECN: without privilege the kernel writes a SYN itself");
		assert_non_null(strstr(err.hint, "--wire raw"));
		ask.crafted = NULL;
		ask.protocol = IPPROTO_UDP;
		ask.size_bytes = 1234;
		assert_int_equal(wire->ops->route(wire, &ask, &route, &err), 0);
	}
	wire->ops->close(wire);
}

static void broadcast_is_meant_or_refused(void **state)
{
	(void)state;
	static const char *const targets[] = {"10.77.0.255", "224.0.0.9", "ff05::9"};
	struct sonde_wire *wire = wire_new();
	struct sonde_error err = {0};
	struct sonde_route route;
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		struct sonde_route_ask ask = {.dst = addr(targets[i]), .protocol = IPPROTO_UDP, .dport = 33434, .device = "sn0"};
		assert_int_equal(wire->ops->route(wire, &ask, &route, &err), SONDE_E_TARGET);
		assert_non_null(strstr(err.what, targets[i]));
		ask.broadcast = true;
		assert_int_equal(wire->ops->route(wire, &ask, &route, &err), 0);
		char src[SONDE_ADDR_TEXT];
		route.src.scope_id = 0;
		struct bytes left, sent = probe(&(struct spec){.version = ask.dst.family,
		                                               .protocol = SN_PROTO_UDP,
		                                               .ttl = 5,
		                                               .sport = 41000,
		                                               .dport = 33434,
		                                               .src = sonde_addr_text(&route.src, src),
		                                               .dst = targets[i],
		                                               .payload = "x"});
		wire_send(wire, i + 1, &sent);
		assert_true(tun_read(tun, targets[i], &left));
		assert_left_as_built(&sent, &left);
	}
	wire->ops->close(wire);
}

static void what_is_lost_is_said(void **state)
{
	(void)state;
	sn_program_look();
	struct sonde_wire *wire = wire_new();
	assert_string_equal(wire->ops->name, "dgram");
	uint8_t protocols[] = {SN_PROTO_UDP, SN_PROTO_TCP, SN_PROTO_ICMP, SN_PROTO_ICMP6};
	char path[400] = "";
	assert_true(readlink("/proc/self/exe", path, sizeof path - 1) > 0);
	for (size_t i = 0; i < sizeof protocols; i++) {
		const char *line = wire->ops->notice(wire, protocols[i]);
		assert_non_null(line);
		assert_null(strchr(line, '\n'));
		assert_non_null(strstr(line, "sudo setcap cap_net_raw+p "));
		assert_non_null(strstr(line, path));
		assert_false(wire->ops->serial(wire, protocols[i]));
		assert_int_equal(wire->ops->flow_constant(wire, protocols[i]), protocols[i] != SN_PROTO_TCP);
		/* the kernel numbers IPv4 packets itself, and chooses the port of a connection */
		uint32_t chosen = protocols[i] == SN_PROTO_TCP ? SONDE_DIFF_IP_ID | SONDE_DIFF_SPORT : SONDE_DIFF_IP_ID;
		assert_int_equal(wire->ops->unsure(wire, protocols[i]), chosen);
	}
	assert_null(wire->ops->notice(wire, 132));
	wire->ops->close(wire);
}

int main(void)
{
	struct netns_lab lab;
	tun = net_enter(&lab);
	if (tun < 0 || !net_drop())
		return NETNS_SKIP;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_as_built),
		cmocka_unit_test(ecn_and_no_label_leave_as_built),
		cmocka_unit_test(unread_answers_do_not_stop_sending),
		cmocka_unit_test(stamps),
		cmocka_unit_test(local_failures),
		cmocka_unit_test(few_descriptors),
		cmocka_unit_test(routes),
		cmocka_unit_test(tcp_has_no_size),
		cmocka_unit_test(broadcast_is_meant_or_refused),
		cmocka_unit_test(what_is_lost_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
