/* SPDX-License-Identifier: MIT */
/* Answers to UDP and ICMP probes of the unprivileged wire, from a network that answers whatever the test wants: whose they are, and what of
 * them was seen. */
#include "test.h"

#include "test_dgram_net.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int tun;

/* One constant flow, two probes under way, answers in reverse order: told apart by the payload the kernel hands back. */
static void udp_answers_by_content(void **state)
{
	(void)state;
	EACH_FAMILY(f) {
		struct sonde_wire *wire = wire_new();
		struct bytes left, one = udp_probe(f, 1, "key-0001"), two = udp_probe(f, 2, "key-0002");
		wire_send(wire, 11, &one);
		sonde_at_ns sent_at_ns = wire_send(wire, 12, &two);
		struct bytes answers[] = {exceeded(f, &two, 0), exceeded(f, &one, 0)};
		assert_true(tun_read(tun, f->target, &left));
		tun_write(tun, &answers[0]);
		tun_write(tun, &answers[1]);
		for (int i = 0; i < 2; i++) {
			const struct bytes *sent = i ? &one : &two;
			struct sonde_rx rx;
			assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
			assert_int_equal(rx.token, i ? 11 : 12);
			assert_int_equal(rx.token_bits, 15);
			assert_true(rx.at_ns >= sent_at_ns && rx.at_ns < sent_at_ns + 2 * SONDE_S);
			struct sn_packet p = parsed(&rx);
			struct sonde_addr from = addr(f->router);
			assert_true(sonde_addr_equal(&p.ip.src, &from));
			assert_int_equal(p.ip.ttl, 61);
			assert_int_equal(p.icmp.type, f->exceeded);
			assert_true(p.has_quote);
			expect_quoted(&p.quote, sent, sent->count);
			assert_true(seen(&rx, rx.bytes + (f->version == 4 ? 8 : 7), 1));                         /* TTL */
			assert_true(seen(&rx, rx.bytes + (f->version == 4 ? 12 : 8), f->version == 4 ? 4 : 16)); /* source */
			assert_true(seen(&rx, p.upper, 2));                                                      /* type, code */
			assert_true(seen(&rx, p.quote.payload, p.quote.payload_bytes));
			assert_false(seen(&rx, p.quote.upper, 1)); /* ports, checksum: not told */
			assert_false(seen(&rx, p.quote.bytes, 2)); /* TOS, length, id, TTL: not told */
		}
		assert_true(wire_silent(wire));
		assert_true(wire->ops->flow_constant(wire, IPPROTO_UDP));
		assert_false(wire->ops->unsure(wire, IPPROTO_UDP) & SONDE_DIFF_SPORT);
		wire->ops->close(wire);
	}
}

/* Eight bytes behind the header are all that RFC 792 asks for; the kernel hands nothing of them back. */
static void short_quotes_one_under_way(void **state)
{
	(void)state;
	EACH_FAMILY(f) {
		struct sonde_wire *wire = wire_new();
		for (uint64_t token = 21; token < 24; token++) {
			struct bytes left, one = udp_probe(f, 1, "key-0001");
			wire_send(wire, token, &one);
			assert_true(tun_read(tun, f->target, &left));
			struct bytes answer = exceeded(f, &left, f->header_bytes + 8);
			tun_write(tun, &answer);
			struct sonde_rx rx;
			assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
			assert_int_equal(rx.token, token);
			assert_int_equal(rx.token_bits, 15);
			struct sn_packet p = parsed(&rx);
			assert_true(p.has_quote);
			assert_int_equal(p.quote.upper_bytes, 8);
		}
		assert_true(wire->ops->flow_constant(wire, IPPROTO_UDP));
		wire->ops->close(wire);
	}
}

static uint16_t sport_of(const struct bytes *packet)
{
	struct sn_packet p;
	assert_true(sn_packet_parse(packet->bytes, packet->count, &p));
	return p.udp.sport;
}

static void short_quotes_several_under_way(void **state)
{
	(void)state;
	EACH_FAMILY(f) {
		struct sonde_wire *wire = wire_new();
		struct bytes left[5], sent[5];
		char payload[] = "key-0000";
		struct sonde_rx rx;
		for (size_t i = 0; i < 2; i++) {
			payload[7]++;
			sent[i] = udp_probe(f, (uint8_t)(i + 1), payload);
			wire_send(wire, 31 + i, &sent[i]);
			assert_true(tun_read(tun, f->target, &left[i]));
		}
		struct bytes answer = exceeded(f, &left[0], f->header_bytes + 8);
		tun_write(tun, &answer);
		/* It cannot be told whose answer this is, and the wire says so rather than guess. */
		assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
		assert_int_equal(rx.token, 0);
		assert_int_equal(rx.token_bits, 0);
		assert_false(parsed(&rx).quote.payload_bytes);
		assert_false(wire->ops->flow_constant(wire, IPPROTO_UDP));
		assert_true(wire->ops->unsure(wire, IPPROTO_UDP) & SONDE_DIFF_SPORT);
		/* From now on what would make the flow ambiguous leaves from a port of its own … */
		for (size_t i = 2; i < 4; i++) {
			payload[7]++;
			sent[i] = udp_probe(f, (uint8_t)(i + 1), payload);
			wire_send(wire, 31 + i, &sent[i]);
			assert_true(tun_read(tun, f->target, &left[i]));
			assert_int_not_equal(sport_of(&left[i]), 41000);
		}
		/* … and is told apart by the socket, whatever the order. */
		for (size_t i = 3; i > 1; i--) {
			answer = exceeded(f, &left[i], f->header_bytes + 8);
			tun_write(tun, &answer);
			assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
			assert_int_equal(rx.token, 31 + i);
			struct sn_packet p = parsed(&rx);
			expect_quoted(&p.quote, &sent[i], f->header_bytes + 8);
		}
		/* A second probe of the first TTL, answered by the same router: now the doubtful answer can be told, with its own time. */
		struct bytes retry = udp_probe(f, 1, "key-0009");
		sonde_at_ns retried_at_ns = wire_send(wire, 40, &retry);
		assert_true(tun_read(tun, f->target, &left[0]));
		answer = exceeded(f, &left[0], f->header_bytes + 8);
		tun_write(tun, &answer);
		assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
		assert_int_equal(rx.token, 40);
		assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
		assert_int_equal(rx.token, 31);
		assert_true(rx.at_ns < retried_at_ns);
		struct sn_packet p = parsed(&rx);
		expect_quoted(&p.quote, &sent[0], f->header_bytes + 8);
		assert_true(wire_silent(wire));
		assert_non_null(strstr(wire->ops->notice(wire, IPPROTO_UDP), "flow not constant"));
		wire->ops->close(wire);
	}
}

/* Partial payloads tell as much as they show. */
static void partial_quotes(void **state)
{
	(void)state;
	const struct family *f = &families[0];
	struct sonde_wire *wire = wire_new();
	struct bytes left, one = udp_probe(f, 1, "same-a-tail"), two = udp_probe(f, 2, "same-b-tail");
	wire_send(wire, 1, &one);
	wire_send(wire, 2, &two);
	assert_true(tun_read(tun, f->target, &left));
	struct bytes told = exceeded(f, &two, 28 + 6), untold = exceeded(f, &two, 28 + 5);
	struct sonde_rx rx;
	tun_write(tun, &untold);
	assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
	assert_int_equal(rx.token, 0);
	tun_write(tun, &told);
	assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
	assert_int_equal(rx.token, 2);
	tun_write(tun, &told); /* again: a duplicate is the same probe's */
	assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
	assert_int_equal(rx.token, 2);
	wire->ops->close(wire);
}

static void udp_services(void **state)
{
	(void)state;
	EACH_FAMILY(f) {
		struct sonde_wire *wire = wire_new();
		struct bytes left, one = udp_probe(f, 9, "key-0001"), two = udp_probe(f, 10, "key-0002");
		struct sonde_rx rx;
		wire_send(wire, 1, &one);
		assert_true(tun_read(tun, f->target, &left));
		struct bytes other = udp_answer(&left, "something else"), echo = udp_answer(&left, "key-0001");
		tun_write(tun, &other);
		assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
		assert_int_equal(rx.token, 1); /* the only probe there is */
		struct sn_packet p = parsed(&rx);
		assert_true(p.is_udp);
		assert_int_equal(p.udp.sport, 33434);
		assert_int_equal(p.udp.dport, 41000);
		assert_int_equal(p.ip.ttl, 50);
		assert_memory_equal(p.payload, "something else", 14);
		assert_true(seen(&rx, p.payload, p.payload_bytes));
		wire_send(wire, 2, &two);
		struct bytes three = udp_probe(f, 11, "key-0003");
		wire_send(wire, 3, &three);
		tun_write(tun, &other);
		assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
		assert_int_equal(rx.token, 0); /* two are under way */
		tun_write(tun, &echo);
		assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
		assert_int_equal(rx.token, 1); /* an echo service gives the key back */
		wire->ops->close(wire);
	}
}

static void closed_port_and_too_big(void **state)
{
	(void)state;
	EACH_FAMILY(f) {
		struct sonde_wire *wire = wire_new();
		struct bytes left, big = probe(&(struct spec){.version = f->version,
		                                              .protocol = SN_PROTO_UDP,
		                                              .ttl = 64,
		                                              .sport = 41000,
		                                              .dport = 33434,
		                                              .payload = "key-0009",
		                                              .payload_bytes = 1400});
		struct sonde_rx rx;
		wire_send(wire, 9, &big);
		assert_true(tun_read(tun, f->target, &left));
		struct bytes too_big = icmp_error(&(struct error_spec){.from = f->router,
		                                                       .type = f->version == 4 ? 3 : 2,
		                                                       .code = f->version == 4 ? 4 : 0,
		                                                       .second_word = 1300,
		                                                       .quoted_bytes = 100},
		                                  &left);
		tun_write(tun, &too_big);
		assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
		assert_int_equal(rx.token, 9);
		struct sn_packet p = parsed(&rx);
		assert_int_equal(p.icmp.mtu_bytes, 1300);
		assert_true(seen(&rx, p.upper + 6, 2));
		/* The next one of that size leaves all the same: the wire does not learn MTUs. */
		wire_send(wire, 10, &big);
		assert_true(tun_read(tun, f->target, &left));
		struct bytes closed = icmp_error(
			&(struct error_spec){.from = f->target, .type = f->unreachable, .code = f->port_code, .quoted_bytes = 500}, &left);
		tun_write(tun, &closed);
		assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
		p = parsed(&rx);
		assert_int_equal(p.icmp.type, f->unreachable);
		assert_int_equal(p.icmp.code, f->port_code);
		wire->ops->close(wire);
	}
}

static const uint8_t mpls_frame[] = {0x20, 0x00, 0x98, 0x5a, 0x00, 0x08, 0x01, 0x01, 0x45, 0x9b, 0x01, 0x01};

/* An MPLS label behind a padded quote, with the length field of RFC 4884: it comes out byte for byte where the router put it. */
static void extensions_come_through(void **state)
{
	(void)state;
	EACH_FAMILY(f) {
		uint8_t protocols[] = {SN_PROTO_UDP, f->icmp};
		for (size_t i = 0; i < sizeof protocols; i++) {
			struct sonde_wire *wire = wire_new();
			struct bytes left, one = probe(&(struct spec){.version = f->version,
			                                              .protocol = protocols[i],
			                                              .ttl = 1,
			                                              .sport = 41000,
			                                              .dport = 33434,
			                                              .payload = "key-0001"});
			wire_send(wire, 1, &one);
			assert_true(tun_read(tun, f->target, &left));
			struct bytes answer =
				icmp_error(&(struct error_spec){.from = f->router,
			                                    .type = f->exceeded,
			                                    .second_word = f->version == 4 ? 128 / 4 << 16 : 128u / 8 << 24,
			                                    .pad_bytes = 128,
			                                    .extension = mpls_frame,
			                                    .extension_bytes = sizeof mpls_frame},
			               &left);
			tun_write(tun, &answer);
			struct sonde_rx rx;
			assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
			assert_int_equal(rx.token, 1);
			struct sn_packet p = parsed(&rx);
			assert_true(p.icmp.extension_by_length);
			assert_int_equal(p.icmp.extension_bytes, sizeof mpls_frame);
			assert_memory_equal(p.icmp.extension, mpls_frame, sizeof mpls_frame);
			assert_true(seen(&rx, p.icmp.extension, sizeof mpls_frame));
			wire->ops->close(wire);
		}
	}
}

/* Eight bytes of a probe, zeros up to byte 128, and a label behind them: as many routers do it. */
static struct bytes padded(const struct family *f, const struct bytes *left, bool by_length)
{
	uint32_t length = f->version == 4 ? 128 / 4 << 16 : 128u / 8 << 24;
	return icmp_error(&(struct error_spec){.from = f->router, .type = f->exceeded, .second_word = by_length ? length : 0,
	                                       .quoted_bytes = f->header_bytes + 8, .pad_bytes = 128, .extension = mpls_frame,
	                                       .extension_bytes = sizeof mpls_frame},
	                  left);
}

static void expect_padded(struct sonde_wire *wire, uint64_t token)
{
	struct sonde_rx rx;
	assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
	assert_int_equal(rx.token, token);
	struct sn_packet p = parsed(&rx);
	assert_int_equal(p.icmp.extension_bytes, sizeof mpls_frame);
	assert_memory_equal(p.icmp.extension, mpls_frame, sizeof mpls_frame);
	assert_true(seen(&rx, p.icmp.extension, sizeof mpls_frame));
}

/* Padding contradicts no probe: the answer is as good as one that quotes only those eight bytes, and keeps what stands behind it. */
static void padding_contradicts_nothing(void **state)
{
	(void)state;
	EACH_FAMILY(f) {
		for (int by_length = 0; by_length < 2; by_length++) {
			struct sonde_wire *wire = wire_new();
			struct bytes left[4], answer;
			const struct bytes sent[] = {udp_probe(f, 1, "key-0001"), udp_probe(f, 2, "key-0002"), udp_probe(f, 3, "key-0003"),
			                             udp_probe(f, 2, "key-0009")};
			for (size_t i = 0; i < 3; i++) {
				wire_send(wire, 1 + i, &sent[i]);
				assert_true(tun_read(tun, f->target, &left[i]));
				if (i > 0)
					continue;
				/* Alone it can be told whose it is. */
				answer = padded(f, &left[0], by_length);
				tun_write(tun, &answer);
				expect_padded(wire, 1);
			}
			/* Of two it cannot, until a second probe of its TTL is answered by the same router. */
			answer = padded(f, &left[1], by_length);
			tun_write(tun, &answer);
			expect_padded(wire, 0);
			wire_send(wire, 9, &sent[3]);
			assert_true(tun_read(tun, f->target, &left[3]));
			answer = padded(f, &left[3], by_length);
			tun_write(tun, &answer);
			expect_padded(wire, 9);
			expect_padded(wire, 2);
			assert_true(wire_silent(wire));
			wire->ops->close(wire);
		}
	}
}

/* The kernel matches quotes by the connected 4-tuple: what quotes another destination is not heard at all. */
static void foreign_quotes_are_not_heard(void **state)
{
	(void)state;
	const struct family *f = &families[0];
	struct sonde_wire *wire = wire_new();
	struct bytes left, one = udp_probe(f, 1, "key-0001");
	wire_send(wire, 1, &one);
	assert_true(tun_read(tun, f->target, &left));
	struct spec there = {.version = 4, .protocol = SN_PROTO_UDP, .ttl = 1, .sport = 41000, .dport = 33434, .payload = "key-0001"};
	there.dst = "192.0.2.8";
	struct bytes elsewhere = probe(&there);
	struct bytes forged = exceeded(f, &elsewhere, 0), answer;
	tun_write(tun, &forged);
	/* A true answer behind it: when that one is there, the forged one has been looked at. */
	answer = exceeded(f, &left, 0);
	tun_write(tun, &answer);
	struct sonde_rx rx;
	assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
	assert_int_equal(rx.token, 1);
	assert_true(wire_silent(wire));
	wire->ops->close(wire);
}

static void echoes(void **state)
{
	(void)state;
	EACH_FAMILY(f) {
		struct sonde_wire *wire = wire_new();
		struct bytes left, one = echo_probe(f, 1, 1001, "key-0001"), two = echo_probe(f, 9, 1002, "key-0002");
		struct sonde_rx rx;
		wire_send(wire, 1, &one);
		wire_send(wire, 2, &two);
		struct bytes answers[] = {echo_answer(&two), exceeded(f, &one, f->header_bytes + 8)};
		assert_true(tun_read(tun, f->target, &left));
		tun_write(tun, &answers[0]);
		assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
		assert_int_equal(rx.token, 2);
		struct sn_packet p = parsed(&rx);
		assert_int_equal(p.icmp.type, f->version == 4 ? 0 : 129);
		assert_int_equal(p.icmp.id, 0x5a5a);
		assert_int_equal(p.icmp.seq, 1002);
		assert_int_equal(p.ip.ttl, 50);
		assert_memory_equal(p.upper, answers[0].bytes + f->header_bytes, p.upper_bytes);
		assert_true(seen(&rx, p.upper, p.upper_bytes));
		tun_write(tun, &answers[1]);
		assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
		assert_int_equal(rx.token, 1);
		p = parsed(&rx);
		assert_true(p.has_quote);
		assert_int_equal(p.quote.echo.id, 0x5a5a);
		assert_int_equal(p.quote.echo.seq, 1001);
		assert_int_equal(rx.token_bits, 0);       /* the id is seen: it need not count twice */
		assert_true(seen(&rx, p.quote.upper, 8)); /* even the shortest quote shows id, sequence number and checksum */
		wire->ops->close(wire);
	}
}

/* Ping sockets share their ids by default: another program could take ours, and our answers with it. */
static void our_echo_id_is_ours(void **state)
{
	(void)state;
	struct sonde_wire *wire = wire_new();
	struct bytes one = echo_probe(&families[0], 3, 1001, "key-0001");
	wire_send(wire, 1, &one);
	int other = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
	struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(0x5a5a), .sin_addr.s_addr = htonl(0x0a4d0001)};
	assert_int_equal(bind(other, (struct sockaddr *)&name, sizeof name), -1);
	assert_int_equal(errno, EADDRINUSE);
	close(other);
	struct bytes left;
	assert_true(tun_read(tun, TARGET4, &left));
	wire->ops->close(wire);
}

/* Another program has the echo id: the packet leaves with one of the kernel's, and what comes back says so by what `seen` leaves out. */
static void taken_echo_id(void **state)
{
	(void)state;
	const struct family *f = &families[0];
	int other = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP), no = 0;
	struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(0x5a5a), .sin_addr.s_addr = htonl(0x0a4d0001)};
	assert_int_equal(setsockopt(other, SOL_SOCKET, SO_REUSEADDR, &no, sizeof no), 0);
	assert_int_equal(bind(other, (struct sockaddr *)&name, sizeof name), 0);
	struct sonde_wire *wire = wire_new();
	struct bytes left, one = echo_probe(f, 3, 1001, "key-0001");
	struct sonde_rx rx;
	wire_send(wire, 1, &one);
	assert_true(tun_read(tun, f->target, &left));
	struct bytes answers[] = {exceeded(f, &left, 0), echo_answer(&left)};
	for (int i = 0; i < 2; i++) {
		tun_write(tun, &answers[i]);
		assert_true(wire_next(wire, SONDE_RX_PACKET, &rx));
		assert_int_equal(rx.token, 1);
		struct sn_packet p = parsed(&rx);
		assert_int_equal(rx.token_bits, 16);
		const uint8_t *echo = i ? p.upper : p.quote.upper;
		assert_memory_equal(echo + 4, one.bytes + 24, 4); /* id and sequence number as the engine built them */
		assert_false(seen(&rx, echo + 4, 2));
		assert_false(seen(&rx, echo + 2, 2));
		assert_true(seen(&rx, echo + 6, 2 + 8));
	}
	wire->ops->close(wire);
	close(other);
}

int main(void)
{
	struct netns_lab lab;
	tun = net_enter(&lab);
	if (tun < 0 || !net_drop())
		return NETNS_SKIP;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(udp_answers_by_content),
		cmocka_unit_test(short_quotes_one_under_way),
		cmocka_unit_test(short_quotes_several_under_way),
		cmocka_unit_test(partial_quotes),
		cmocka_unit_test(udp_services),
		cmocka_unit_test(closed_port_and_too_big),
		cmocka_unit_test(extensions_come_through),
		cmocka_unit_test(padding_contradicts_nothing),
		cmocka_unit_test(foreign_quotes_are_not_heard),
		cmocka_unit_test(echoes),
		cmocka_unit_test(our_echo_id_is_ours),
		cmocka_unit_test(taken_echo_id),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
