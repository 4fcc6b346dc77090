/* SPDX-License-Identifier: MIT */
/* The comparison of what was sent with what was seen: each field's part in it, translators undone, thresholds, rebuilt bytes. */
#include "probes.h"
#include "test.h"

#include <string.h>

enum { ALL = (1 << SN_ID_FIELD_COUNT) - 1 };

static const struct sn_secret_bits secret = {
	.sport = 15, .ip_id = 16, .checksum = 16, .icmp_id = 16, .seq = 32, .stamp = 16, .payload = 64,
};

static struct sn_ident sent_udp(uint32_t have)
{
	return (struct sn_ident){
	    .have = have,
	    .version = 4,
	    .protocol = SN_PROTO_UDP,
	    .tos = 0x20,
	    .sport = 0x8001,
	    .dport = 33434,
	    .ip_id = 0xcdef,
	    .checksum = 0x3ceb,
	    .icmp_id = 0xbeef,
	    .length_bytes = 60,
	    .seq = 0x89ab,
	    .stamp = 0x905f6afc,
	    .flow_label = 0x54321,
	    .payload = {0x0123456789abcdef, 0x1123456789abcdef, 0x2123456789abcdef},
	    .src = {.family = 4, .bytes = {198, 51, 100, 2}},
	    .dst = {.family = 4, .bytes = {192, 0, 2, 1}},
	};
}

static void change(struct sn_ident *ident, uint32_t field)
{
	ident->src.bytes[3] = (uint8_t)(ident->src.bytes[3] ^ (field & SN_ID_SRC ? 0x80 : 0));
	ident->dst.bytes[3] = (uint8_t)(ident->dst.bytes[3] ^ (field & SN_ID_DST ? 0x80 : 0));
	ident->sport ^= field & SN_ID_SPORT ? 1 : 0;
	ident->dport ^= field & SN_ID_DPORT ? 1 : 0;
	ident->ip_id ^= field & SN_ID_IP_ID ? 1 : 0;
	ident->checksum ^= field & SN_ID_CHECKSUM ? 1 : 0;
	ident->icmp_id ^= field & SN_ID_ICMP_ID ? 1 : 0;
	ident->seq ^= field & SN_ID_SEQ ? 1 : 0;
	ident->stamp ^= field & SN_ID_STAMP ? 1 : 0;
	for (enum sn_key_place place = 0; place < SN_KEY_PLACES; place++)
		ident->payload[place] ^= field & sn_id_payload(place) ? 1 : 0;
	ident->tos ^= field & SN_ID_TOS ? 1 : 0;
	ident->length_bytes ^= field & SN_ID_LENGTH ? 1 : 0;
	ident->flow_label ^= field & SN_ID_FLOW_LABEL ? 1 : 0;
}

/* What a sighting of the fields in `have` gives when those in `changed` differ. */
static struct sn_fit fit_of(uint32_t have, uint32_t changed, const struct sn_secret_bits *bits, uint8_t extra_bits)
{
	struct sn_ident sent = sent_udp(ALL), seen = sent_udp(have);
	change(&seen, changed);
	return sn_ident_compare(&sent, &seen, bits, extra_bits);
}

/* A field that is not visible plays no part; a visible one that agrees gives its bits; one that differs leaves a difference, or refuses. */
static void each_field_plays_its_part(void **unused)
{
	(void)unused;
	static const struct {
		uint32_t field, diff;  /* diff 0: refuses */
		uint8_t bits;
	} rows[] = {
		{SN_ID_SRC, SONDE_DIFF_SRC, 0},
		{SN_ID_DST, SONDE_DIFF_DST, 0},
		{SN_ID_SPORT, SONDE_DIFF_SPORT, 15},
		{SN_ID_DPORT, SONDE_DIFF_DPORT, 0},
		{SN_ID_IP_ID, SONDE_DIFF_IP_ID, 16},
		{SN_ID_CHECKSUM, SONDE_DIFF_CHECKSUM, 16},
		{SN_ID_ICMP_ID, SONDE_DIFF_ICMP_ID, 16},
		{SN_ID_STAMP, SONDE_DIFF_STAMP, 16},
		{SN_ID_TOS, SONDE_DIFF_ECN, 0},
		{SN_ID_LENGTH, SONDE_DIFF_LENGTH, 0},
		{SN_ID_FLOW_LABEL, SONDE_DIFF_FLOW_LABEL, 0},
		{SN_ID_SEQ, 0, 32},
		{SN_ID_PAYLOAD, 0, 64},
		{SN_ID_PAYLOAD_DNS, 0, 64},
		{SN_ID_PAYLOAD_NTP, 0, 64},
		{SN_ID_PAYLOAD_QUIC, 0, 64},
	};
	assert_int_equal(sizeof rows / sizeof *rows, SN_ID_FIELD_COUNT);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		/* Together with a field that leaves no doubt: the number and the timestamp, or the payload. */
		uint32_t sure = rows[i].field & (SN_ID_SEQ | SN_ID_STAMP) ? SN_ID_PAYLOAD : SN_ID_SEQ | SN_ID_STAMP;
		uint8_t sure_bits = sure == SN_ID_PAYLOAD ? 64 : 48;
		struct sn_fit same = fit_of(sure | rows[i].field, 0, &secret, 0);
		unsigned bits = sure_bits + rows[i].bits;
		assert_true(same.fits);
		assert_int_equal(same.bits, bits > SN_BITS_MAX ? SN_BITS_MAX : bits);
		assert_int_equal(same.diff, 0);
		struct sn_fit other = fit_of(sure | rows[i].field, rows[i].field, &secret, 0);
		assert_int_equal(other.fits, rows[i].diff != 0);
		assert_int_equal(other.diff, rows[i].diff);
		assert_int_equal(other.bits, rows[i].diff ? sure_bits : 0);
		/* Out of sight it does not matter what it is. */
		struct sn_fit hidden = fit_of(sure, rows[i].field, &secret, 0);
		assert_true(hidden.fits);
		assert_int_equal(hidden.diff, 0);
		assert_int_equal(hidden.bits, sure_bits);
	}
}

/* Where the payload is fixed, the checksum proves nothing, and the flow label does: weak, and only with it or the IP id. */
static void a_fixed_payload_is_known_by_ip_id_or_label(void **unused)
{
	(void)unused;
	static const struct {
		uint32_t have, differing;
		uint8_t bits;  /* 0: does not fit */
		uint32_t diff;
	} rows[] = {
		{SN_ID_SPORT | SN_ID_IP_ID | SN_ID_CHECKSUM, 0, 31, 0},
		{SN_ID_SPORT | SN_ID_FLOW_LABEL | SN_ID_CHECKSUM, 0, 35, 0},
		{SN_ID_SPORT | SN_ID_IP_ID | SN_ID_CHECKSUM, SN_ID_CHECKSUM, 31, SONDE_DIFF_CHECKSUM},
		{SN_ID_SPORT | SN_ID_IP_ID | SN_ID_CHECKSUM, SN_ID_IP_ID, 0, 0},
		{SN_ID_SPORT | SN_ID_FLOW_LABEL | SN_ID_CHECKSUM, SN_ID_FLOW_LABEL, 0, 0},
		{SN_ID_SPORT | SN_ID_IP_ID, SN_ID_SPORT, 0, 0},
		{SN_ID_SPORT | SN_ID_CHECKSUM, 0, 0, 0},
		{SN_ID_SPORT | SN_ID_IP_ID | SN_ID_DST, SN_ID_DST, 0, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sn_ident sent = sent_udp(ALL), seen = sent_udp(rows[i].have);
		sent.fixed = true;
		change(&seen, rows[i].differing);
		struct sn_fit fit = sn_ident_compare(&sent, &seen, &secret, 0);
		assert_int_equal(fit.fits, rows[i].bits > 0);
		assert_int_equal(fit.fits ? fit.bits : 0, rows[i].bits);
		assert_int_equal(fit.fits ? fit.diff : 0, rows[i].diff);
	}
}

static void another_family_or_protocol_never_fits(void **unused)
{
	(void)unused;
	struct sn_ident sent = sent_udp(ALL), seen = sent_udp(ALL);
	assert_true(sn_ident_compare(&sent, &seen, &secret, 0).fits);
	seen.protocol = SN_PROTO_TCP;
	assert_false(sn_ident_compare(&sent, &seen, &secret, 0).fits);
	seen = sent_udp(ALL);
	seen.version = 6;
	assert_false(sn_ident_compare(&sent, &seen, &secret, 15).fits);
}

static void thirty_bits_are_the_least(void **unused)
{
	(void)unused;
	struct sn_secret_bits bits = {.sport = 14, .ip_id = 16};
	struct sn_fit fit = fit_of(SN_ID_SPORT | SN_ID_IP_ID, 0, &bits, 0);
	assert_true(fit.fits);
	assert_int_equal(fit.bits, SN_BITS_WEAK);
	bits.sport = 13;
	assert_false(fit_of(SN_ID_SPORT | SN_ID_IP_ID, 0, &bits, 0).fits);
}

/* Another destination, another IP id or another checksum: only what leaves no doubt may differ there. */
static void doubtful_differences_need_all_the_rest(void **unused)
{
	(void)unused;
	static const uint32_t doubtful[] = {SN_ID_DST, SN_ID_IP_ID, SN_ID_CHECKSUM};
	for (size_t i = 0; i < sizeof doubtful / sizeof *doubtful; i++) {
		struct sn_secret_bits bits = {.seq = SN_BITS_STRONG, .ip_id = 1, .checksum = 1};
		assert_true(fit_of(SN_ID_SEQ | doubtful[i], doubtful[i], &bits, 0).fits);
		bits.seq = SN_BITS_STRONG - 1;
		assert_false(fit_of(SN_ID_SEQ | doubtful[i], doubtful[i], &bits, 0).fits);
		assert_true(fit_of(SN_ID_SEQ | doubtful[i], 0, &bits, 0).fits);
		/* The wire's attribution does not help here. */
		assert_false(fit_of(doubtful[i], doubtful[i], &secret, 15).fits);
	}
	/* What translators and routers do every day raises no doubt. */
	static const uint32_t usual[] = {SN_ID_SRC, SN_ID_SPORT, SN_ID_DPORT, SN_ID_ICMP_ID, SN_ID_TOS, SN_ID_LENGTH, SN_ID_FLOW_LABEL};
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		assert_true(fit_of(SN_ID_SEQ | usual[i], usual[i], &secret, 0).fits);
	/* A guess at one of two 16-bit fields of a short UDP quote. */
	assert_true(fit_of(SN_ID_SPORT | SN_ID_IP_ID | SN_ID_CHECKSUM, 0, &secret, 0).fits);
	assert_false(fit_of(SN_ID_SPORT | SN_ID_IP_ID | SN_ID_CHECKSUM, SN_ID_IP_ID, &secret, 0).fits);
	assert_false(fit_of(SN_ID_SPORT | SN_ID_IP_ID | SN_ID_CHECKSUM, SN_ID_CHECKSUM, &secret, 0).fits);
}

/* However much of the flow agrees: without a field of the probe's own it could be any probe of the flow. */
static void the_flow_alone_is_no_probe(void **unused)
{
	(void)unused;
	const struct sn_secret_bits bits = {.sport = 60, .icmp_id = 60};
	assert_false(fit_of(SN_ID_SPORT | SN_ID_ICMP_ID, 0, &bits, 0).fits);
	/* A public field (no bits) of the probe is none of its own either. */
	assert_false(fit_of(SN_ID_SPORT | SN_ID_IP_ID, 0, &(struct sn_secret_bits){.sport = 60}, 0).fits);
}

static void the_wires_attribution_counts(void **unused)
{
	(void)unused;
	struct sn_fit fit = fit_of(0, 0, &secret, 15);
	assert_true(fit.fits);
	assert_int_equal(fit.bits, 15);
	fit = fit_of(SN_ID_SPORT, 0, &secret, 15);
	assert_int_equal(fit.bits, 30);
	/* A payload or a number that was seen and differs refuses all the same. */
	assert_false(fit_of(SN_ID_PAYLOAD, SN_ID_PAYLOAD, &secret, 15).fits);
	assert_false(fit_of(SN_ID_SEQ, SN_ID_SEQ, &secret, 15).fits);
	assert_false(fit_of(0, 0, &secret, 0).fits);
}

static void a_sum_of_zero_has_two_names(void **unused)
{
	(void)unused;
	for (unsigned i = 0; i < 4; i++) {
		struct sn_ident sent = sent_udp(SN_ID_CHECKSUM | SN_ID_SEQ), seen = sent;
		sent.checksum = i & 1 ? 0xffff : 0;
		seen.checksum = i & 2 ? 0xffff : 0;
		struct sn_fit fit = sn_ident_compare(&sent, &seen, &secret, 0);
		assert_int_equal(fit.diff, 0);
		assert_int_equal(fit.bits, 48);
	}
}

/* ---- translators ---- */

/* A quote in which a translator wrote another source address and port (echo id), and mended the checksum or not. */
static struct sn_fit translated(const struct sn_method *method, uint8_t family, bool mend, size_t quote_bytes)
{
	static struct built b;
	struct sn_probe probe = probe_of(method, family);
	probe_build(&b, method, &probe);
	struct made_packet packet = {.count = b.count, .upper_at = b.header_bytes, .protocol = b.ident.protocol};
	memcpy(packet.bytes, b.bytes, b.count);
	packet.bytes[family == 4 ? 15 : 23] = 0x77;
	packet.bytes[b.header_bytes + (b.ident.have & SN_ID_ICMP_ID ? 5 : 1)] ^= 0x55;
	if (mend)
		made_rechecksum(&packet);
	struct sn_ident seen;
	struct built quoted = b;
	memcpy(quoted.bytes, packet.bytes, packet.count);
	assert_true(probe_quoted(&quoted, quote_bytes ? quote_bytes : b.count, &seen));
	return sn_ident_compare(&b.ident, &seen, &method->secret, 0);
}

static void translators_are_undone(void **unused)
{
	(void)unused;
	/* Bits that are left when the port or the echo id is gone. */
	static const struct {
		const struct sn_method *method;
		uint8_t bits4, bits6;
	} rows[] = {{&sn_method_icmp, 96, 96}, {&sn_method_udp, 96, 80}, {&sn_method_udp_classic, 96, 80}, {&sn_method_tcp, 64, 48}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			const struct sn_method *method = rows[i].method;
			uint32_t diff = SONDE_DIFF_SRC | (method->info.takes_port ? SONDE_DIFF_SPORT : SONDE_DIFF_ICMP_ID);
			struct sn_fit whole = translated(method, family, true, 0);
			assert_true(whole.fits);
			assert_int_equal(whole.diff, diff);
			assert_int_equal(whole.bits, family == 4 ? rows[i].bits4 : rows[i].bits6);
			/* Not every translator mends the quote's checksum: left as it was it fits too. */
			struct sn_fit lazy = translated(method, family, false, 0);
			assert_true(lazy.fits);
			assert_int_equal(lazy.diff, diff);
			assert_int_equal(lazy.bits, whole.bits);
		}
}

/* 8 bytes over IPv4 with the secret port gone: 32 bits of UDP are left, which is weak. */
static void a_short_translated_quote_is_weak(void **unused)
{
	(void)unused;
	struct sn_fit fit = translated(&sn_method_udp, 4, true, 28);
	assert_true(fit.fits);
	assert_int_equal(fit.bits, 32);
	/* Over IPv6 only the checksum would be left. */
	assert_false(translated(&sn_method_udp, 6, true, 48).fits);
	fit = translated(&sn_method_tcp, 6, true, 48);
	assert_true(fit.fits);
	assert_int_equal(fit.bits, 32);
}

/* ICMPv4 has no pseudo header: a new address leaves its checksum alone, and one that changed with it is no mending. */
static void the_icmp_checksum_knows_no_addresses(void **unused)
{
	(void)unused;
	struct sn_ident sent = sent_udp(SN_ID_SRC | SN_ID_CHECKSUM | SN_ID_SEQ | SN_ID_IP_ID), seen;
	sent.protocol = SN_PROTO_ICMP;
	seen = sent;
	seen.src.bytes[3] = (uint8_t)(seen.src.bytes[3] + 1);
	assert_int_equal(sn_ident_compare(&sent, &seen, &secret, 0).diff, SONDE_DIFF_SRC);
	seen.checksum = (uint16_t)(seen.checksum - 1);
	assert_int_equal(sn_ident_compare(&sent, &seen, &secret, 0).diff, SONDE_DIFF_SRC | SONDE_DIFF_CHECKSUM);
	/* With a pseudo header the same is one translator's work. */
	sent.protocol = seen.protocol = SN_PROTO_ICMP6;
	assert_int_equal(sn_ident_compare(&sent, &seen, &secret, 0).diff, SONDE_DIFF_SRC);
}

/* ---- what was really seen ---- */

static void spans_cover_what_lies_in_one_of_them(void **unused)
{
	(void)unused;
	const uint8_t packet[100] = {0};
	const struct sonde_span spans[] = {{10, 5}, {15, 5}, {40, 1}};
	struct sn_seen seen = {.packet = packet, .spans = spans, .span_count = 3, .rebuilt = true};
	assert_true(sn_seen_covers(&seen, packet + 10, 5));
	assert_true(sn_seen_covers(&seen, packet + 12, 2));
	assert_true(sn_seen_covers(&seen, packet + 19, 1));
	assert_true(sn_seen_covers(&seen, packet + 40, 1));
	assert_false(sn_seen_covers(&seen, packet + 9, 2));
	assert_false(sn_seen_covers(&seen, packet + 10, 6));
	assert_false(sn_seen_covers(&seen, packet + 19, 2));
	assert_false(sn_seen_covers(&seen, packet + 40, 2));
	assert_false(sn_seen_covers(&seen, packet, 1));
	seen.span_count = 2;
	assert_false(sn_seen_covers(&seen, packet + 40, 1));
	seen.span_count = 0;
	assert_false(sn_seen_covers(&seen, packet + 10, 1));
	/* Not rebuilt: all of it was seen. */
	seen.rebuilt = false;
	assert_true(sn_seen_covers(&seen, packet + 99, 1));
}

/* Offsets of RFC 791 section 3.1 and RFC 8200 section 3, from the quote's first byte, which stands 8 bytes into the packet. */
static void a_rebuilt_quote_tells_only_what_was_seen(void **unused)
{
	(void)unused;
	static const struct {
		uint8_t family;
		struct sonde_span span;
		uint32_t have;
	} rows[] = {
	    {4, {8 + 12, 4}, SN_ID_SRC},
	    {4, {8 + 16, 4}, SN_ID_DST},
	    {4, {8 + 12, 8}, SN_ID_SRC | SN_ID_DST},
	    {4, {8 + 2, 2}, SN_ID_LENGTH},
	    {4, {8 + 4, 2}, SN_ID_IP_ID},
	    {4, {8 + 0, 3}, SN_ID_TOS},
	    {4, {8 + 13, 3}, 0},
	    {4, {8 + 5, 2}, 0},
	    {4, {0, 8}, 0},
	    {4, {8, 20}, SN_ID_SRC | SN_ID_DST | SN_ID_TOS | SN_ID_LENGTH | SN_ID_IP_ID},
	    {6, {8 + 8, 16}, SN_ID_SRC},
	    {6, {8 + 24, 16}, SN_ID_DST},
	    {6, {8 + 4, 2}, SN_ID_LENGTH},
	    {6, {8 + 0, 2}, SN_ID_TOS},
	    {6, {8 + 0, 4}, SN_ID_TOS | SN_ID_FLOW_LABEL},
	    {6, {8 + 9, 15}, 0},
	    {6, {8 + 24, 15}, 0},
	    {6, {8, 40}, SN_ID_SRC | SN_ID_DST | SN_ID_TOS | SN_ID_LENGTH | SN_ID_FLOW_LABEL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		static struct built b;
		struct sn_probe probe = probe_of(&sn_method_udp, rows[i].family);
		probe_build(&b, &sn_method_udp, &probe);
		uint8_t packet[8 + 128];
		memcpy(packet + 8, b.bytes, b.count);
		struct sn_quote quote;
		assert_true(sn_quote_parse(packet + 8, b.count, &quote));
		struct sn_seen some = {.packet = packet, .spans = &rows[i].span, .span_count = 1, .rebuilt = true};
		struct sn_ident seen;
		sn_ident_of_quote(&quote, &some, &seen);
		assert_int_equal(seen.have, rows[i].have);
		assert_int_equal(seen.version, rows[i].family);
		assert_int_equal(seen.protocol, SN_PROTO_UDP);
	}
}

static void an_answer_comes_from_the_destination(void **unused)
{
	(void)unused;
	struct made_packet answer;
	made_udp(&answer, &(struct made_ip){.version = 4, .ttl = 60}, 53, 0x8001, 8);
	struct sn_packet packet;
	struct sn_seen all = {.packet = answer.bytes};
	struct sn_ident seen;
	assert_true(sn_packet_parse(answer.bytes, answer.count, &packet));
	sn_ident_of_reply(&packet, &all, &seen);
	struct sn_ident sent = sent_udp(ALL);
	assert_true(sonde_addr_equal(&seen.src, &sent.src));
	assert_true(sonde_addr_equal(&seen.dst, &sent.dst));
	assert_int_equal(seen.have, SN_ID_SRC | SN_ID_DST);
}

static void tags_are_the_fields_they_name(void **unused)
{
	(void)unused;
	struct sn_ident ident = sent_udp(ALL);
	assert_int_equal(sn_ident_tag(&ident, SN_ID_CHECKSUM), 0x3ceb);
	assert_int_equal(sn_ident_tag(&ident, SN_ID_SEQ), 0x89ab);
}

/* RFC 1624 both ways: what a translator mended for another source, undone, is what was sent; a sum of zero is sent as 0xffff. */
static void the_tag_that_was_sent_is_told_from_what_was_seen(void **unused)
{
	(void)unused;
	struct sn_ident sent = sent_udp(ALL), seen = sent_udp(ALL);
	assert_int_equal(sn_ident_sent_tag(&sent, &seen, SN_ID_CHECKSUM), 0x3ceb);
	/* 2 became 0x82 in the address, and 0x8001 became 0x8000: the sum is 0x80 - 1 more, its complement so much less. */
	change(&seen, SN_ID_SRC | SN_ID_SPORT);
	seen.checksum = 0x3ceb - 0x80 + 1;
	assert_int_equal(sn_ident_sent_tag(&sent, &seen, SN_ID_CHECKSUM), 0x3ceb);
	for (unsigned i = 0; i < 2; i++) {
		seen.checksum = i ? 0x7f : 0xff7f;
		unsigned undone = (seen.checksum + 0x7fU) % 0xffff;
		assert_int_equal(sn_ident_sent_tag(&sent, &seen, SN_ID_CHECKSUM), undone ? undone : 0xffff);
	}
	seen.checksum = 0xffff - 0x7f;
	assert_int_equal(sn_ident_sent_tag(&sent, &seen, SN_ID_CHECKSUM), 0xffff);
	/* Data is taken off a number that was acknowledged, and off no quoted one. */
	sent.data_bytes = 140;
	assert_int_equal(sn_ident_sent_tag(&sent, &seen, SN_ID_SEQ), 0x89ab);
	seen.by_ack = true;
	seen.seq = 0x89ab + 140;
	assert_int_equal(sn_ident_sent_tag(&sent, &seen, SN_ID_SEQ), 0x89ab);
	assert_true(sn_ident_compare(&sent, &seen, &secret, 0).fits);
	seen.by_ack = false;
	assert_false(sn_ident_compare(&sent, &seen, &secret, 0).fits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_field_plays_its_part),
		cmocka_unit_test(a_fixed_payload_is_known_by_ip_id_or_label),
		cmocka_unit_test(another_family_or_protocol_never_fits),
		cmocka_unit_test(thirty_bits_are_the_least),
		cmocka_unit_test(doubtful_differences_need_all_the_rest),
		cmocka_unit_test(the_flow_alone_is_no_probe),
		cmocka_unit_test(the_wires_attribution_counts),
		cmocka_unit_test(a_sum_of_zero_has_two_names),
		cmocka_unit_test(translators_are_undone),
		cmocka_unit_test(a_short_translated_quote_is_weak),
		cmocka_unit_test(the_icmp_checksum_knows_no_addresses),
		cmocka_unit_test(spans_cover_what_lies_in_one_of_them),
		cmocka_unit_test(a_rebuilt_quote_tells_only_what_was_seen),
		cmocka_unit_test(an_answer_comes_from_the_destination),
		cmocka_unit_test(tags_are_the_fields_they_name),
		cmocka_unit_test(the_tag_that_was_sent_is_told_from_what_was_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
