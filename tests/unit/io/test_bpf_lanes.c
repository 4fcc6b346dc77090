/* SPDX-License-Identifier: MIT */
/* The two lanes, run by a machine of the test's own over probes of every method: unaltered answers come by the sealed one, guesses by the
 * other, and nothing that a filter without lanes takes is lost. */
#include "test.h"

#include "base/rng.h"
#include "bpf_machine.h"
#include "io/bpf.h"
#include "probe/method.h"

#include <netinet/in.h>
#include <string.h>

enum { RUNS = 200, PACKET_BYTES = 2048, ICMP_BYTES = 8, TEXT_BYTES = 80 };

static struct sonde_seal seal;
static const struct sn_bpf_lane lane_all = {.lane = SN_LANE_ALL};

struct lanes {
	struct sn_bpf all, sealed, rest;
};

static void make_lanes(uint8_t family, uint8_t protocol, uint16_t port, struct lanes *out)
{
	const struct sn_bpf_lane sealed = {.lane = SN_LANE_SEALED, .seal = seal}, rest = {.lane = SN_LANE_REST, .seal = seal};
	if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6) {
		sn_bpf_icmp(family, &lane_all, &out->all);
		sn_bpf_icmp(family, &sealed, &out->sealed);
		sn_bpf_icmp(family, &rest, &out->rest);
	} else {
		sn_bpf_ports(family, protocol, &port, 1, &lane_all, &out->all);
		sn_bpf_ports(family, protocol, &port, 1, &sealed, &out->sealed);
		sn_bpf_ports(family, protocol, &port, 1, &rest, &out->rest);
	}
}

/* By which lane it comes. It is by one, if at all. */
static enum sn_lane lane_of(const struct lanes *lanes, const uint8_t *bytes, size_t count)
{
	bool all = sn_bpf_run(&lanes->all, bytes, count), sealed = sn_bpf_run(&lanes->sealed, bytes, count);
	bool rest = sn_bpf_run(&lanes->rest, bytes, count);
	assert_int_equal(all, sealed || rest);
	assert_false(sealed && rest);
	return !all ? SN_LANE_ALL : sealed ? SN_LANE_SEALED : SN_LANE_REST;
}

static struct sonde_addr random_addr(struct sn_rng *rng, uint8_t family)
{
	struct sonde_addr addr = {.family = family};
	for (size_t i = 0; i < (family == 4 ? 4u : 16u); i++)
		addr.bytes[i] = (uint8_t)(1 + sn_rng_below(rng, 200));
	return addr;
}

static struct sn_probe random_probe(struct sn_rng *rng, const struct sn_method *method, uint8_t family)
{
	return (struct sn_probe){
	    .flow = {.src = random_addr(rng, family), .dst = random_addr(rng, family),
	             .sport = (uint16_t)(32768 + sn_rng_below(rng, 28000)),
	             .dport = method->info.default_port, .icmp_id = (uint16_t)(1 + sn_rng_below(rng, 65535)),
	             .checksum = (uint16_t)(1 + sn_rng_below(rng, 65534)), .flow_label = (uint32_t)sn_rng_below(rng, 1 << 20),
	             .seal = seal},
	    .key = sn_key_sealed(sn_rng_next(rng), &seal), .serial = 1, .ttl = 3};
}

static size_t built(const struct sn_probe *probe, const struct sn_method *method, uint8_t *bytes)
{
	struct sn_writer w;
	struct sn_ident ident;
	sn_writer_init(&w, bytes, PACKET_BYTES);
	method->build(probe, &w, &ident);
	assert_false(w.bad);
	return w.at_bytes;
}

/* Time exceeded, as a raw socket of that family shows it; options of the outer header are nobody's loss. */
static size_t error_about(uint8_t family, unsigned ihl, const uint8_t *quote, size_t quote_bytes, uint8_t *out)
{
	size_t upper = family == 4 ? 4 * ihl : 0;
	memset(out, 0, upper + ICMP_BYTES);
	if (family == 4)
		out[0] = (uint8_t)(0x40 | ihl);
	out[upper] = family == 4 ? 11 : 3;
	memcpy(out + upper + ICMP_BYTES, quote, quote_bytes);
	return upper + ICMP_BYTES + quote_bytes;
}

/* How many bytes behind the quoted header it takes until the seal shows; 0: it never does. Of SCTP the first eight bytes show nothing of a
 * probe, whatever the family. */
static size_t shows_from(const struct sn_method *method, uint8_t family)
{
	static const struct {
		const struct sn_method *method;
		size_t from4, from6;
	} rows[] = {
		{&sn_method_icmp, 8, 14}, {&sn_method_udp, 8, 14}, {&sn_method_udp_classic, 8, 14}, {&sn_method_udplite, 8, 14},
		{&sn_method_tcp, 8, 8}, {&sn_method_tcp_ack, 8, 8}, {&sn_method_sctp, 0, 20}, {&sn_method_dccp, 8, 16},
		{&sn_method_icmp_timestamp, 8, 0}, {&sn_method_raw, 8, 8},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].method == method)
			return family == 4 ? rows[i].from4 : rows[i].from6;
	fail_msg("a method that this test does not know: %s", method->info.name);
	return 0;
}

static void quotes_of(const struct sn_method *method, uint8_t family, struct sn_rng *rng)
{
	uint8_t bytes[PACKET_BYTES], packet[PACKET_BYTES + 80];
	struct lanes lanes;
	size_t header = family == 4 ? 20 : 40, from = shows_from(method, family), missed = 0;
	make_lanes(family, family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6, 0, &lanes);
	for (int i = 0; i < RUNS; i++) {
		struct sn_probe probe = random_probe(rng, method, family);
		size_t length = built(&probe, method, bytes);
		for (size_t cut = 0; cut <= length; cut++) {
			size_t count = error_about(family, 5 + (unsigned)sn_rng_below(rng, 11), bytes, cut, packet);
			enum sn_lane lane = lane_of(&lanes, packet, count);
			assert_int_not_equal(lane, SN_LANE_ALL);
			missed += from && cut >= header + from && lane != SN_LANE_SEALED;
		}
	}
	/* An id that would be 0 is another, now and then: such an answer comes by the other lane. */
	assert_in_range(missed, 0, RUNS / 4);
}

static void unaltered_quotes_are_sealed(void **unused)
{
	(void)unused;
	struct sn_rng rng;
	sn_rng_init(&rng, 5, 0);
	for (size_t id = 0; sn_method(id); id++)
		for (uint8_t family = 4; family <= 6; family += 2)
			if (sn_method_protocol(sn_method(id), family))
				quotes_of(sn_method(id), family, &rng);
}

/* Direct answers, of which nothing but the key's own word counts here. */
static void answers_are_sealed(void **unused)
{
	(void)unused;
	static const struct {
		uint8_t protocol, type, key_at, more;
	} rows[] = {{IPPROTO_ICMP, 0, 10, 0},  {IPPROTO_ICMPV6, 129, 10, 0}, {IPPROTO_TCP, 0, 8, 1},   {IPPROTO_TCP, 0, 4, 0},
	          {IPPROTO_SCTP, 0, 4, 0},   {IPPROTO_DCCP, 0, 20, 0},     {IPPROTO_UDP, 0, 10, 0},  {IPPROTO_UDPLITE, 0, 10, 0}};
	struct sn_rng rng;
	sn_rng_init(&rng, 6, 0);
	for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
		uint8_t family = i % 2 ? 6 : 4, protocol = rows[i / 2].protocol;
		if ((protocol == IPPROTO_ICMP && family == 6) || (protocol == IPPROTO_ICMPV6 && family == 4))
			continue;
		struct lanes lanes;
		make_lanes(family, protocol, 40000, &lanes);
		for (int run = 0; run < RUNS; run++) {
			uint8_t packet[TEXT_BYTES] = {0x45};
			uint8_t *upper = packet + (family == 4 ? 20 : 0);
			uint32_t word = sn_key_seq(sn_key_sealed(sn_rng_next(&rng), &seal)) + rows[i / 2].more;
			upper[0] = rows[i / 2].type;
			upper[2] = 40000 >> 8;
			upper[3] = 40000 & 255;
			for (size_t b = 0; b < 4; b++)
				upper[rows[i / 2].key_at + b] = (uint8_t)(word >> (24 - 8 * b));
			assert_int_equal(lane_of(&lanes, packet, sizeof packet), SN_LANE_SEALED);
		}
	}
}

/* Guesses at all that is behind the quoted addresses: about one in 256 for each place that is looked at. */
static void guesses_are_not(void **unused)
{
	(void)unused;
	enum { GUESSES = 300000, PLACES_MOST = 5 };
	struct sn_rng rng;
	sn_rng_init(&rng, 7, 0);
	for (uint8_t family = 4; family <= 6; family += 2) {
		uint8_t bytes[PACKET_BYTES], packet[PACKET_BYTES + 80];
		struct lanes lanes;
		make_lanes(family, family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6, 0, &lanes);
		struct sn_probe probe = random_probe(&rng, &sn_method_udp, family);
		size_t length = built(&probe, &sn_method_udp, bytes), header = family == 4 ? 20 : 40;
		unsigned sealed = 0;
		for (int i = 0; i < GUESSES; i++) {
			for (size_t at = header; at < length; at += 8) {
				uint64_t word = sn_rng_next(&rng);
				memcpy(bytes + at, &word, length - at < 8 ? length - at : 8);
			}
			bytes[4] = (uint8_t)sn_rng_next(&rng);
			bytes[5] = (uint8_t)sn_rng_next(&rng);
			sealed += lane_of(&lanes, packet, error_about(family, 5, bytes, length, packet)) == SN_LANE_SEALED;
		}
		assert_in_range(sealed, GUESSES / 512, PLACES_MOST * GUESSES / 256 * 11 / 10);
	}
}

/* What others say, in any bytes: what is taken without lanes is taken by one of them. */
static void nothing_is_lost_between_them(void **unused)
{
	(void)unused;
	static const uint8_t protocols[] = {IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, IPPROTO_DCCP};
	struct sn_rng rng;
	sn_rng_init(&rng, 8, 0);
	for (size_t i = 0; i < sizeof protocols; i++) {
		uint8_t family = protocols[i] == IPPROTO_ICMPV6 ? 6 : 4;
		struct lanes lanes;
		make_lanes(family, protocols[i], 40000, &lanes);
		for (int run = 0; run < 20000; run++) {
			uint8_t packet[120];
			for (size_t b = 0; b < sizeof packet; b++)
				packet[b] = (uint8_t)sn_rng_next(&rng);
			if (family == 4 && run % 2) {
				packet[0] = 0x45;
				packet[20] = 11;
				packet[22] = 40000 >> 8;
				packet[23] = 40000 & 255;
				packet[28] = 0x45;
			}
			(void)lane_of(&lanes, packet, sn_rng_below(&rng, sizeof packet + 1));
		}
	}
}

int main(void)
{
	uint8_t secret[16] = "some secret, as ";
	seal = sn_seal_of(secret);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unaltered_quotes_are_sealed),
		cmocka_unit_test(answers_are_sealed),
		cmocka_unit_test(guesses_are_not),
		cmocka_unit_test(nothing_is_lost_between_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
