/* SPDX-License-Identifier: MIT */
/* The unprivileged wire over TCP: one connection attempt a probe, and never an answer to a SYN that the kernel repeated. */
#include "test.h"

#include "test_dgram_net.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>

static int tun;

static struct bytes syn_probe(const struct family *f, uint8_t ttl, uint32_t seq)
{
	return probe(&(struct spec){
		.version = f->version, .protocol = SN_PROTO_TCP, .ttl = ttl, .sport = 42000, .dport = 443, .seq = seq, .tos = 0x28});
}

static struct sn_packet left_packet(const struct family *f, struct bytes *left)
{
	struct sn_packet p;
	assert_true(tun_read(tun, f->target, left));
	assert_true(sn_packet_parse(left->bytes, left->count, &p));
	assert_true(p.is_tcp);
	return p;
}

static void leaves_as_asked(void **state)
{
	(void)state;
	EACH_FAMILY(f) {
		struct sonde_wire *wire = wire_new();
		struct bytes left, one = syn_probe(f, 5, 1000), two = syn_probe(f, 6, 2000);
		wire_send(wire, 1, &one);
		struct sn_packet first = left_packet(f, &left);
		assert_int_equal(first.ip.ttl, 5);
		assert_int_equal(first.ip.tos, 0x28);
		assert_int_equal(first.ip.df, f->version == 4);
		assert_int_equal(first.tcp.dport, 443);
		assert_int_equal(first.tcp.flags, SN_TCP_SYN);
		if (f->version == 6)
			assert_int_equal(first.ip.flow_label, 0x12345);
		wire_send(wire, 2, &two);
		struct sn_packet second = left_packet(f, &left);
		assert_int_equal(second.ip.ttl, 6);
		assert_int_not_equal(second.tcp.sport, first.tcp.sport);
		assert_false(wire->ops->flow_constant(wire, IPPROTO_TCP));
		wire->ops->close(wire);
	}
}

/* Two attempts under way, ICMP answers in reverse order: the quote comes back as the engine's own packet, none of it seen. */
static void icmp_answers(void **state)
{
	(void)state;
	EACH_FAMILY(f) {
		const struct {
			uint8_t type, code;
		} answers[] = {{f->exceeded, 0}, {f->unreachable, f->port_code}, {f->unreachable, f->prohibited_code}};
		for (size_t i = 0; i < 3; i++) {
			struct sonde_wire *wire = wire_new();
			struct bytes left[2], sent[] = {syn_probe(f, 1, 1000), syn_probe(f, 2, 2000)};
			sonde_at_ns sent_at_ns = wire_send(wire, 1, &sent[0]);
			left_packet(f, &left[0]);
			wire_send(wire, 2, &sent[1]);
			left_packet(f, &left[1]);
			for (int k = 1; k >= 0; k--) {
				struct bytes answer = icmp_error(&(struct error_spec){.from = f->router,
				                                                      .type = answers[i].type,
				                                                      .code = answers[i].code,
				                                                      .quoted_bytes = k ? 0 : f->header_bytes + 8},
				                                 &left[k]);
				tun_write(tun, &answer);
				struct sonde_rx rx;
				assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
				assert_int_equal(rx.token, k + 1);
				assert_int_equal(rx.token_bits, 46);
				assert_true(rx.at_ns > sent_at_ns && rx.at_ns < sent_at_ns + SONDE_S);
				struct sn_packet p = parsed(&rx);
				struct sonde_addr from = addr(f->router);
				assert_true(sonde_addr_equal(&p.ip.src, &from));
				assert_int_equal(p.icmp.type, answers[i].type);
				assert_int_equal(p.icmp.code, answers[i].code);
				assert_int_equal(p.ip.ttl, 61);
				assert_true(p.has_quote);
				expect_quoted(&p.quote, &sent[k], p.quote.length_bytes);
				assert_false(seen(&rx, p.quote.upper, 1));
			}
			assert_true(wire_silent(wire));
			wire->ops->close(wire);
		}
	}
}

/* The kernel's SYN is longer than the engine's, and the quote is padded: the extension stays where the length field says. */
static void extensions_come_through(void **state)
{
	(void)state;
	static const uint8_t mpls[] = {0x20, 0x00, 0x98, 0x5a, 0x00, 0x08, 0x01, 0x01, 0x45, 0x9b, 0x01, 0x01};
	EACH_FAMILY(f) {
		struct sonde_wire *wire = wire_new();
		struct bytes left, one = syn_probe(f, 1, 1000);
		wire_send(wire, 1, &one);
		left_packet(f, &left);
		struct bytes answer = icmp_error(&(struct error_spec){.from = f->router,
		                                                      .type = f->exceeded,
		                                                      .second_word = f->version == 4 ? 128 / 4 << 16 : 128u / 8 << 24,
		                                                      .pad_bytes = 128,
		                                                      .extension = mpls,
		                                                      .extension_bytes = sizeof mpls},
		                                 &left);
		tun_write(tun, &answer);
		struct sonde_rx rx;
		assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
		struct sn_packet p = parsed(&rx);
		assert_int_equal(p.icmp.extension_bytes, sizeof mpls);
		assert_memory_equal(p.icmp.extension, mpls, sizeof mpls);
		assert_true(seen(&rx, p.icmp.extension, sizeof mpls));
		expect_quoted(&p.quote, &one, one.count);
		wire->ops->close(wire);
	}
}

static void open_and_closed_ports(void **state)
{
	(void)state;
	EACH_FAMILY(f) {
		for (int open = 0; open < 2; open++) {
			struct sonde_wire *wire = wire_new();
			struct bytes left, one = syn_probe(f, 20, 0xfffffffe + (uint32_t)open);
			sonde_at_ns sent_at_ns = wire_send(wire, 1, &one);
			left_packet(f, &left);
			uint8_t flags = open ? SN_TCP_SYN | SN_TCP_ACK : SN_TCP_RST | SN_TCP_ACK;
			struct bytes answer = tcp_answer(&left, flags);
			tun_write(tun, &answer);
			struct sonde_rx rx;
			assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
			assert_int_equal(rx.token, 1);
			assert_int_equal(rx.token_bits, 47);
			assert_true(rx.at_ns > sent_at_ns && rx.at_ns < sent_at_ns + SONDE_S);
			struct sn_packet p = parsed(&rx);
			struct sonde_addr from = addr(f->target);
			assert_true(p.is_tcp);
			assert_true(sonde_addr_equal(&p.ip.src, &from));
			assert_int_equal(p.tcp.flags, flags);
			assert_int_equal(p.tcp.sport, 443);
			assert_int_equal(p.tcp.dport, 42000);
			assert_int_equal(p.tcp.ack, 0xfffffffe + (uint32_t)open + 1); /* wraps for the second */
			assert_false(seen(&rx, p.upper + 8, 4));
			/* An open port's connection ends with a reset: nothing is left behind over there. */
			if (open) {
				struct sn_packet last = left_packet(f, &left);
				while (!(last.tcp.flags & SN_TCP_RST))
					last = left_packet(f, &left);
			}
			wire->ops->close(wire);
		}
	}
}

static sonde_at_ns now(void)
{
	struct sn_clock_system clock;
	sn_clock_system_init(&clock);
	return clock.base.ops->now(&clock.base);
}

/* Waits until poll_fd has woken the caller for the last time, and sees to it that nothing is told. */
static void wait_until_given_up(struct sonde_wire *wire)
{
	struct pollfd ready = {.fd = wire->ops->poll_fd(wire), .events = POLLIN};
	assert_true(wire_silent(wire));
	assert_int_equal(poll(&ready, 1, 2000), 1);
	assert_true(wire_silent(wire));
	assert_int_equal(poll(&ready, 1, 0), 0);
}

/* Linux sends a SYN again after a second. Towards a target that answers, the socket is gone by then and what comes later counts for
 * nothing. */
static void no_retransmission(void **state)
{
	(void)state;
	const struct family *f = &families[0];
	struct sonde_wire *wire = wire_new();
	struct sonde_rx rx;
	struct bytes left, again, known = syn_probe(f, 1, 999), one = syn_probe(f, 20, 1000);
	wire_send(wire, 1, &known);
	left_packet(f, &left);
	struct bytes answer = exceeded(f, &left, 0);
	tun_write(tun, &answer);
	assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
	sonde_at_ns sent_at_ns = wire_send(wire, 2, &one);
	left_packet(f, &left);
	wait_until_given_up(wire);
	struct bytes late = tcp_answer(&left, SN_TCP_SYN | SN_TCP_ACK);
	tun_write(tun, &late);
	/* The kernel's answer to the late one shows that it knows of no such connection any more; no second SYN came before. */
	struct sn_packet p = left_packet(f, &again);
	assert_int_equal(p.tcp.flags & SN_TCP_RST, SN_TCP_RST);
	assert_true(wire_silent(wire));
	assert_true(now() < sent_at_ns + SONDE_S);
	wire->ops->close(wire);
}

/* Where nothing answers at all, the oldest attempt alone is kept until the kernel has repeated its SYN: that leaves, so that the others
 * were lost on the path, and what answers it is no answer to a probe. */
static void one_witness(void **state)
{
	(void)state;
	const struct family *f = &families[0];
	struct sonde_wire *wire = wire_new();
	struct bytes left[3], again;
	uint16_t sport = 0;
	for (size_t i = 0; i < 3; i++) {
		struct bytes one = syn_probe(f, (uint8_t)(i + 1), 1000);
		wire_send(wire, i + 1, &one);
		struct sn_packet p = left_packet(f, &left[i]);
		sport = i ? sport : p.tcp.sport;
	}
	struct sn_packet p = {0};
	struct pollfd ready[] = {{.fd = wire->ops->poll_fd(wire), .events = POLLIN}, {.fd = tun, .events = POLLIN}};
	bool repeated = false;
	while (!repeated) {
		assert_true(poll(ready, 2, 2000) > 0);
		assert_true(wire_silent(wire));
		repeated = tun_read_now(tun, f->target, &again);
	}
	assert_true(sn_packet_parse(again.bytes, again.count, &p));
	assert_int_equal(p.tcp.flags, SN_TCP_SYN);
	assert_int_equal(p.tcp.sport, sport);
	assert_int_equal(p.ip.ttl, 1);
	struct bytes answer = exceeded(f, &again, 0);
	tun_write(tun, &answer);
	assert_true(wire_silent(wire));
	assert_false(tun_read_now(tun, f->target, &again));
	assert_int_equal(poll(ready, 1, 0), 0);
	wire->ops->close(wire);
}

static void out_of_descriptors(void **state)
{
	(void)state;
	struct rlimit before, few = {.rlim_cur = 24};
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few.rlim_max = before.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	struct sonde_wire *wire = wire_new();
	struct bytes one = syn_probe(&families[0], 20, 1000), left;
	struct sonde_tx tx = {.token = 1, .bytes = one.bytes, .length_bytes = one.count};
	int sys_errno = 0;
	sonde_at_ns sent_at_ns;
	for (int i = 0; i < 24 && !sys_errno; i++)
		sys_errno = wire->ops->send(wire, &tx, &sent_at_ns);
	assert_int_equal(sys_errno, EMFILE);
	wire->ops->close(wire);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	while (tun_read_now(tun, TARGET4, &left))
		;
}

int main(void)
{
	struct netns_lab lab;
	tun = net_enter(&lab);
	if (tun < 0 || !net_drop())
		return NETNS_SKIP;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_as_asked),
		cmocka_unit_test(icmp_answers),
		cmocka_unit_test(extensions_come_through),
		cmocka_unit_test(open_and_closed_ports),
		cmocka_unit_test(no_retransmission),
		cmocka_unit_test(one_witness),
		cmocka_unit_test(out_of_descriptors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
