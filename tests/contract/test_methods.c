/* SPDX-License-Identifier: MIT */
/* Every method x family x random probe: build, cut the quote to header + 8 bytes, rewrite as translators do, identify: the same probe,
 * or an honest weak. */
#include "test.h"

#include "base/addr.h"
#include "base/checksum.h"
#include "base/rng.h"
#include "probe/method.h"

#include <string.h>

enum { RUNS = 300, PACKET_BYTES = 2048 };

/* What may be varied of a probe; each with the methods that know it. */
struct variation {
	uint8_t only_protocol;  /* 0: all */
	uint8_t only_family;
	uint8_t tcp_flags, tcp_options, payload;
	bool no_df;
	const char *attribution;
};
static const struct variation variations[] = {
	{0},
	{.only_family = 4, .no_df = true},
	{.only_protocol = SN_PROTO_TCP, .tcp_flags = SONDE_TCP_SYN},
	{.only_protocol = SN_PROTO_TCP, .tcp_flags = SONDE_TCP_ACK},
	{.only_protocol = SN_PROTO_TCP, .tcp_flags = SONDE_TCP_FIN},
	{.only_protocol = SN_PROTO_TCP, .tcp_flags = SONDE_TCP_SYN | SONDE_TCP_ACK},
	{.only_protocol = SN_PROTO_TCP, .tcp_flags = SONDE_TCP_FIN | SONDE_TCP_ACK},
	{.only_protocol = SN_PROTO_TCP, .tcp_options = SONDE_TCP_NONE},
	{.only_protocol = SN_PROTO_TCP, .tcp_options = SONDE_TCP_MSS | SONDE_TCP_SACK},
	{.only_protocol = SN_PROTO_TCP, .tcp_options = SONDE_TCP_STAMP | SONDE_TCP_TFO | SONDE_TCP_MPTCP},
	{.only_protocol = SN_PROTO_UDP, .payload = SONDE_PAYLOAD_PATTERN},
	{.only_protocol = SN_PROTO_UDP, .payload = SONDE_PAYLOAD_DNS},
	{.only_protocol = SN_PROTO_UDP, .payload = SONDE_PAYLOAD_NTP},
	{.only_protocol = SN_PROTO_UDP, .payload = SONDE_PAYLOAD_QUIC},
	{.only_protocol = SN_PROTO_UDP, .payload = SONDE_PAYLOAD_BYTES},
	{.only_protocol = SN_PROTO_TCP, .payload = SONDE_PAYLOAD_BYTES},
	{.only_protocol = SN_PROTO_TCP, .payload = SONDE_PAYLOAD_TLS},
	{.only_protocol = SN_PROTO_TCP, .tcp_options = SONDE_TCP_SACK, .payload = SONDE_PAYLOAD_TLS},
	{.attribution = "https://probes.example.net/.well-known/probing.txt"},
};
enum { VARIATIONS = sizeof variations / sizeof *variations };

struct built {
	const struct sn_method *method;
	struct sn_probe probe;
	struct sn_ident ident;
	uint8_t bytes[PACKET_BYTES];
	size_t length_bytes, header_bytes;
};

static struct sonde_addr random_addr(struct sn_rng *rng, uint8_t family)
{
	struct sonde_addr addr = {.family = family};
	for (size_t i = 0; i < sn_addr_bytes(&addr); i++)
		addr.bytes[i] = (uint8_t)sn_rng_next(rng);
	addr.bytes[0] = family == 4 ? 10 : 0x20;
	return addr;
}

/* One that the method may be asked for over that version. */
static uint16_t random_protocol(const struct sn_method *method, uint8_t family, struct sn_rng *rng)
{
	for (;;) {
		uint16_t protocol = (uint16_t)(1 + sn_rng_below(rng, 255));
		if (sn_method_protocol_of(method, family, protocol))
			return protocol;
	}
}

static void build_random(struct built *b, size_t id, uint8_t family, const struct variation *v, struct sn_rng *rng)
{
	static const uint16_t ports[] = {33434, 53, 123, 443, 7};
	static const struct sonde_carried carried = {
	    .bytes = (const uint8_t *)"GET / HTTP/1.0\r\n\r\n", .count = 18, .server_name = "www.example.net"};
	*b = (struct built){.method = sn_method(id), .header_bytes = family == 4 ? 20 : 40};
	b->probe = (struct sn_probe){
	    .flow = {.src = random_addr(rng, family),
	             .dst = random_addr(rng, family),
	             .sport = (uint16_t)(32768 + sn_rng_below(rng, 28000)),
	             .dport = b->method->info.takes_protocol ? random_protocol(b->method, family, rng) : ports[sn_rng_below(rng, 5)],
	             .icmp_id = (uint16_t)(1 + sn_rng_below(rng, 65535)),
	             .checksum = (uint16_t)(1 + sn_rng_below(rng, 65534)),
	             .flow_label = (uint32_t)sn_rng_below(rng, 1 << 20),
	             .tos = (uint8_t)sn_rng_next(rng),
	             .tcp_flags = v->tcp_flags,
	             .tcp_options = v->tcp_options,
	             .payload = v->payload,
	             .carried = &carried,
	             .no_df = v->no_df,
	             .attribution = v->attribution},
	    .key = sn_rng_next(rng),
	    .serial = 1 + (uint32_t)sn_rng_below(rng, 90),
	    .ttl = (uint8_t)(1 + sn_rng_below(rng, 255)),
	    .size_bytes = (uint16_t)(sn_rng_below(rng, 2) ? 0 : sn_rng_below(rng, 1500)),
	};
	struct sn_writer w;
	sn_writer_init(&w, b->bytes, sizeof b->bytes);
	b->method->build(&b->probe, &w, &b->ident);
	assert_false(w.bad);
	b->length_bytes = w.at_bytes;
}

static struct sn_fit identify(const struct built *b, const uint8_t *quote_bytes, size_t length_bytes)
{
	struct sn_quote quote;
	struct sn_seen seen = {.packet = quote_bytes};
	struct sn_ident ident;
	assert_true(sn_quote_parse(quote_bytes, length_bytes, &quote));
	b->method->key_of_quote(&quote, &seen, &ident);
	return sn_ident_compare(&b->ident, &ident, &b->method->secret, 0);
}

static void for_each_of(const struct variation *v, void (*check)(struct built *b, struct sn_rng *rng), struct sn_rng *rng)
{
	for (size_t id = 0; id < sonde_method_count(); id++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			uint8_t protocol = sn_method_protocol(sn_method(id), family);
			bool other = !protocol || (v->only_protocol && v->only_protocol != protocol);
			for (int i = 0; !other && (!v->only_family || v->only_family == family) && i < RUNS; i++) {
				static struct built b;
				build_random(&b, id, family, v, rng);
				check(&b, rng);
			}
		}
}

static void for_each(void (*check)(struct built *b, struct sn_rng *rng))
{
	struct sn_rng rng;
	sn_rng_init(&rng, 42, 0);
	for (size_t v = 0; v < VARIATIONS; v++)
		for_each_of(&variations[v], check, &rng);
}

/* What is sent is a sound packet by the parser's measure: lengths, checksums, no oddity. */
static void check_sound(struct built *b, struct sn_rng *rng)
{
	(void)rng;
	struct sn_packet packet;
	assert_true(sn_packet_parse(b->bytes, b->length_bytes, &packet));
	assert_int_equal(packet.odd, 0);
	assert_int_equal(packet.checksum, b->method->info.takes_protocol ? SN_CHECKSUM_NONE : SN_CHECKSUM_GOOD);
	assert_int_equal(packet.ip.total_bytes, b->length_bytes);
	assert_int_equal(packet.ip.protocol, sn_method_protocol_of(b->method, packet.ip.version, b->probe.flow.dport));
	assert_int_equal(packet.ip.ttl, b->probe.ttl);
	assert_int_equal(packet.ip.tos, b->probe.flow.tos);
	if (packet.ip.version == 4) {
		assert_true(packet.ip.id != 0);
		assert_int_equal(packet.ip.df, !b->probe.flow.no_df);
	}
	if (packet.is_tcp)
		assert_int_equal(packet.tcp.flags, b->probe.flow.tcp_flags ? b->probe.flow.tcp_flags : b->method->tcp_flags);
}

static void packets_are_sound(void **unused)
{
	(void)unused;
	for_each(check_sound);
}

/* What so short a quote shows is less than elsewhere, and no more is claimed. */
enum shown { STRONG, WEAK, NOTHING };
static const struct {
	const struct sn_method *method;
	size_t below_bytes;         /* of the upper layer */
	enum shown shown4, shown6;
} short_quotes[] = {
	{&sn_method_udp, SIZE_MAX, STRONG, WEAK},
	{&sn_method_udp_classic, SIZE_MAX, STRONG, WEAK},
	{&sn_method_udplite, 16, STRONG, WEAK},
	{&sn_method_sctp, 20, WEAK, NOTHING},
	{&sn_method_dccp, 16, STRONG, WEAK},
	{&sn_method_raw, 16, STRONG, WEAK},
};

/* The least that a quote of so many bytes behind the IP header shows: 47 secret bits, 30, or too little. */
static enum shown shown_by(const struct built *b, size_t upper_bytes)
{
	for (size_t i = 0; i < sizeof short_quotes / sizeof *short_quotes; i++)
		if (short_quotes[i].method == b->method && upper_bytes < short_quotes[i].below_bytes)
			return b->ident.version == 4 ? short_quotes[i].shown4 : short_quotes[i].shown6;
	return STRONG;
}

/* Any quote from 8 bytes past the header on. */
static void check_every_cut(struct built *b, struct sn_rng *rng)
{
	(void)rng;
	for (size_t cut = b->header_bytes + 8; cut <= b->length_bytes; cut += cut < b->header_bytes + 48 ? 1 : 97) {
		struct sn_fit fit = identify(b, b->bytes, cut);
		enum shown shown = shown_by(b, cut - b->header_bytes);
		assert_int_equal(fit.fits, shown != NOTHING);
		assert_int_equal(fit.diff, 0);
		/* What carries nothing of its key is known by the IP id or the flow label alone, however much is quoted. */
		if (b->ident.fixed)
			assert_in_range(fit.bits, SN_BITS_WEAK, SN_BITS_STRONG - 1);
		else if (shown == STRONG)
			assert_in_range(fit.bits, SN_BITS_STRONG, SN_BITS_MAX);
		if (shown == WEAK)
			assert_in_range(fit.bits, SN_BITS_WEAK, SN_BITS_MAX);
	}
}

static void quotes_of_every_length_are_recognised(void **unused)
{
	(void)unused;
	for_each(check_every_cut);
}

/* A probe that left in pieces is quoted by its first one (RFC 1122 section 3.2.2), which shows a length of its own. */
static void check_first_fragment(struct built *b, struct sn_rng *rng)
{
	size_t piece_bytes = 80 + sn_rng_below(rng, 1400);
	if (b->length_bytes <= piece_bytes)
		return;
	uint8_t piece[PACKET_BYTES];
	struct sn_writer w;
	b->probe.flow.piece_bytes = (uint16_t)piece_bytes;
	b->method->expect(&b->probe, sn_ident_tag(&b->ident, b->method->tag_field), &b->ident);
	sn_writer_init(&w, piece, sizeof piece);
	sn_fragment_write(b->bytes, b->length_bytes, piece_bytes, 0, &w);
	size_t front_bytes = b->ident.version == 4 ? 20 : 48;
	for (size_t cut = front_bytes + 8; cut <= w.at_bytes; cut += cut < front_bytes + 48 ? 1 : 97) {
		struct sn_fit fit = identify(b, piece, cut);
		assert_int_equal(fit.fits, shown_by(b, cut - front_bytes) != NOTHING);
		assert_int_equal(fit.diff, 0);
	}
	assert_int_equal(b->ident.packet_bytes, b->length_bytes);
	/* Whoever put the pieces together quotes the whole. */
	assert_int_equal(identify(b, b->bytes, b->length_bytes).diff, 0);
}

static void first_fragments_are_recognised(void **unused)
{
	(void)unused;
	for_each(check_first_fragment);
}

/* TTL, TOS and the header's checksum change on every way. */
static void check_transit_rewrite(struct built *b, struct sn_rng *rng, uint32_t diff)
{
	size_t cut = b->header_bytes + 8;
	if (b->ident.version == 4) {
		b->bytes[1] = (uint8_t)sn_rng_next(rng);
		b->bytes[8] = 1;
		b->bytes[10] = b->bytes[11] = 0;
	} else {
		b->bytes[7] = 1;
		b->bytes[0] = (uint8_t)(0x60 | sn_rng_below(rng, 16));
	}
	struct sn_fit fit = identify(b, b->bytes, cut);
	assert_int_equal(fit.fits, shown_by(b, 8) != NOTHING);
	if (fit.fits)
		assert_int_equal(fit.diff & ~(uint32_t)SONDE_DIFF_TOS, diff);
}

static void check_transit(struct built *b, struct sn_rng *rng)
{
	check_transit_rewrite(b, rng, 0);
}

static void ttl_tos_and_checksum_may_change(void **unused)
{
	(void)unused;
	for_each(check_transit);
}

/* Where the 16-bit checksum that a translator mends stands behind the IP header; 0: there is none. */
static size_t checksum_offset(const struct built *b)
{
	static const struct {
		uint8_t protocol, at;
	} rows[] = {{SN_PROTO_ICMP, 2}, {SN_PROTO_ICMP6, 2}, {SN_PROTO_UDP, 6}, {SN_PROTO_UDPLITE, 6}, {SN_PROTO_TCP, 16},
	          {SN_PROTO_DCCP, 6}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].protocol == b->ident.protocol)
			return b->header_bytes + rows[i].at;
	return 0;
}

static void put_u16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static uint16_t get_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/* The checksum after the source became another (RFC 1624), where it covers that. */
static void mend_source(struct built *b, const struct sonde_addr *outside)
{
	size_t at = checksum_offset(b);
	if (at && b->ident.protocol != SN_PROTO_ICMP)
		put_u16(b->bytes + at, sn_checksum_update_addr(get_u16(b->bytes + at), &b->probe.flow.src, outside));
}

/* The port, or an echo's id, becomes another. */
static void rewrite_port(struct built *b, uint16_t port)
{
	size_t at = checksum_offset(b), port_at = b->header_bytes + (b->ident.have & SN_ID_ICMP_ID ? 4u : 0u);
	if (!(b->ident.have & (SN_ID_ICMP_ID | SN_ID_SPORT)))
		return;
	if (at)
		put_u16(b->bytes + at, sn_checksum_update(get_u16(b->bytes + at), get_u16(b->bytes + port_at), port));
	put_u16(b->bytes + port_at, port);
}

/* A source NAT: address and port (or echo id) are replaced, the transport checksum is mended by RFC 1624. */
static void check_source_nat(struct built *b, struct sn_rng *rng)
{
	struct sonde_addr inside = b->probe.flow.src, outside = random_addr(rng, inside.family);
	memcpy(b->bytes + (inside.family == 4 ? 12 : 8), outside.bytes, sn_addr_bytes(&outside));
	mend_source(b, &outside);
	rewrite_port(b, (uint16_t)(1024 + sn_rng_below(rng, 60000)));
	for (size_t cut = b->header_bytes + 8; cut <= b->length_bytes; cut = cut < b->length_bytes ? b->length_bytes : cut + 1) {
		struct sn_fit fit = identify(b, b->bytes, cut);
		/* The rewriting is undone: nothing but the rewritten fields differs. What is too little to tell is not accepted at all. */
		bool much = cut == b->length_bytes ? b->ident.have & (SN_ID_PAYLOADS | SN_ID_SEQ)
		                                   : shown_by(b, 8) == STRONG && (b->ident.version == 4 || b->method->secret.seq == 32);
		/* Of these the source port is half of what is known. */
		much &= !b->ident.fixed;
		if (much)
			assert_true(fit.fits);
		if (fit.fits) {
			assert_true(fit.diff & SONDE_DIFF_SRC);
			assert_false(fit.diff & SONDE_DIFF_CHECKSUM);
			assert_in_range(fit.bits, SN_BITS_WEAK, SN_BITS_MAX);
		}
	}
}

static void a_source_nat_is_undone_and_reported(void **unused)
{
	(void)unused;
	for_each(check_source_nat);
}

/* The source alone is replaced, as IPv6 translators do, and all that changes on every way with it: 8 bytes are enough for that. */
static void check_source_rewrite(struct built *b, struct sn_rng *rng)
{
	struct sonde_addr inside = b->probe.flow.src, outside = random_addr(rng, inside.family);
	memcpy(b->bytes + (inside.family == 4 ? 12 : 8), outside.bytes, sn_addr_bytes(&outside));
	mend_source(b, &outside);
	check_transit_rewrite(b, rng, SONDE_DIFF_SRC);
}

static void a_short_quote_with_another_source_is_recognised(void **unused)
{
	(void)unused;
	for_each(check_source_rewrite);
}

/* What balancers look at: addresses, protocol, TOS, flow label (but where it alone can carry the key), the first four bytes behind the
 * header (ports; ICMP type, code and checksum), the echo id. It is the same for every probe of a trace, whatever its key, TTL and
 * number. */
static void check_flow(struct built *b, struct sn_rng *rng)
{
	static struct built other;
	other = *b;
	other.probe.key = sn_rng_next(rng);
	other.probe.ttl = (uint8_t)(other.probe.ttl + 1);
	other.probe.serial++;
	struct sn_writer w;
	sn_writer_init(&w, other.bytes, sizeof other.bytes);
	other.method->build(&other.probe, &w, &other.ident);
	static const struct {
		uint8_t family, at, count;
	} rows[] = {{4, 0, 2}, {4, 6, 2}, {4, 9, 1}, {4, 12, 8}, {6, 0, 4}, {6, 6, 1}, {6, 8, 32}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].family == b->ident.version && !(b->ident.fixed && b->ident.version == 6 && rows[i].at == 0))
			assert_memory_equal(b->bytes + rows[i].at, other.bytes + rows[i].at, rows[i].count);
	const uint8_t *upper = b->bytes + b->header_bytes, *others = other.bytes + b->header_bytes;
	assert_memory_equal(upper, others, b->method->info.flow_constant ? 4 : 2);
	if (b->ident.have & SN_ID_ICMP_ID)
		assert_memory_equal(upper + 4, others + 4, 2);
	assert_int_equal(b->method->info.flow_constant, memcmp(upper, others, 4) == 0);
}

static void the_flow_is_constant_as_the_table_says(void **unused)
{
	(void)unused;
	for_each(check_flow);
}

/* Another probe's packet, or one with a guessed key, does not fit. */
static void check_foreign(struct built *b, struct sn_rng *rng)
{
	static struct built other;
	other = *b;
	other.probe.key = sn_rng_next(rng);
	struct sn_writer w;
	sn_writer_init(&w, other.bytes, sizeof other.bytes);
	other.method->build(&other.probe, &w, &other.ident);
	for (size_t cut = b->header_bytes + 8; cut <= b->length_bytes && cut <= w.at_bytes; cut += 31)
		assert_false(identify(b, other.bytes, cut).fits);
	/* The right key for another destination. */
	other = *b;
	other.probe.flow.dst = random_addr(rng, b->ident.version);
	sn_writer_init(&w, other.bytes, sizeof other.bytes);
	other.method->build(&other.probe, &w, &other.ident);
	if (b->ident.version == 6 && b->ident.protocol == SN_PROTO_UDP)
		assert_false(identify(b, other.bytes, b->header_bytes + 8).fits);
}

static void foreign_packets_do_not_fit(void **unused)
{
	(void)unused;
	for_each(check_foreign);
}

/* A million guesses at what a quote of 8 bytes shows, knowing addresses and ports: none may fit. */
static void guesses_do_not_fit(void **unused)
{
	(void)unused;
	struct sn_rng rng;
	sn_rng_init(&rng, 99, 0);
	for (size_t id = 0; id < sonde_method_count(); id++) {
		static struct built b;
		build_random(&b, id, 4, &variations[0], &rng);
		unsigned fits = 0;
		for (int i = 0; i < 250000; i++) {
			put_u16(b.bytes + 4, (uint16_t)sn_rng_next(&rng));
			for (size_t at = b.header_bytes + 4; at < b.header_bytes + 8; at++)
				b.bytes[at] = (uint8_t)sn_rng_next(&rng);
			if (b.ident.protocol == SN_PROTO_UDP)
				put_u16(b.bytes + b.header_bytes + 4, (uint16_t)(b.length_bytes - b.header_bytes));
			struct sn_fit fit = identify(&b, b.bytes, b.header_bytes + 8);
			fits += fit.fits && (fit.bits >= SN_BITS_STRONG || shown_by(&b, 8) == STRONG);
		}
		/* UDP: 32 secret bits are guessed here (the port is known to the guesser); ICMP and TCP more. */
		assert_in_range(fits, 0, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_are_sound),
		cmocka_unit_test(quotes_of_every_length_are_recognised),
		cmocka_unit_test(first_fragments_are_recognised),
		cmocka_unit_test(ttl_tos_and_checksum_may_change),
		cmocka_unit_test(a_source_nat_is_undone_and_reported),
		cmocka_unit_test(a_short_quote_with_another_source_is_recognised),
		cmocka_unit_test(the_flow_is_constant_as_the_table_says),
		cmocka_unit_test(foreign_packets_do_not_fit),
		cmocka_unit_test(guesses_do_not_fit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
