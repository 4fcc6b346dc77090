/* SPDX-License-Identifier: MIT */
/* What all methods share when they build: sizes, the IP header, the pattern, the checksum's place. */
#include "probes.h"
#include "test.h"

#include "base/checksum.h"

#include <string.h>

static void for_each(void (*check)(const struct sn_method *method, uint8_t family))
{
	for (size_t id = 0; id < sonde_method_count(); id++)
		for (uint8_t family = 4; family <= 6; family += 2)
			if (sn_method_protocol(sn_method(id), family))
				check(sn_method(id), family);
}

/* RFC 9511 section 4: at the first octet of the payload with a zero behind it, or with one in front as well. Where routers quote too little
 * for that it stands behind the key: where each method has it is written down here. 0: it has no place. */
static void check_attribution(const struct sn_method *method, uint8_t family)
{
	static const char uri[] = "mailto:noc@example.net";
	static const struct {
		const struct sn_method *method;
		size_t at_bytes;
	} places[] = {{&sn_method_icmp, 8 + 8 + 2}, {&sn_method_udp, 8 + 8}, {&sn_method_udp_classic, 8 + 8}, {&sn_method_udplite, 8 + 8},
	            {&sn_method_raw, 16}, {&sn_method_tcp, 40}, {&sn_method_tcp_ack, 32}};
	static struct built b;
	size_t at = 0, header = family == 4 ? 20 : 40;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		at = places[i].method == method ? places[i].at_bytes : at;
	struct sn_probe probe = probe_of(method, family);
	probe_build(&b, method, &probe);
	size_t bare = b.count;
	probe.flow.attribution = uri;
	for (unsigned size = 0; size <= 200; size += 100) {
		probe.size_bytes = (uint16_t)size;
		probe_build(&b, method, &probe);
		struct sn_packet packet;
		assert_true(sn_packet_parse(b.bytes, b.count, &packet));
		assert_int_equal(packet.checksum, method->info.takes_protocol ? SN_CHECKSUM_NONE : SN_CHECKSUM_GOOD);
		if (!at) {
			assert_null(memmem(b.bytes, b.count, uri, strlen(uri)));
			continue;
		}
		bool begins = method == &sn_method_tcp || method == &sn_method_tcp_ack;
		const uint8_t *place = b.bytes + header + at;
		if (!begins)
			assert_int_equal(*place++, 0);
		assert_memory_equal(place, uri, sizeof uri);
		size_t least = (size_t)(place - b.bytes) + sizeof uri;
		assert_int_equal(b.count, size > least ? size : size || least > bare ? least : bare);
	}
	struct sonde_trace_cfg cfg;
	sonde_trace_cfg_init(&cfg);
	cfg.dst.family = cfg.src.family = family;
	for (cfg.method = 0; sn_method(cfg.method) != method;)
		cfg.method++;
	assert_int_equal(sn_probe_takes_attribution(&cfg), at != 0);
}

static void probes_say_whom_to_ask(void **unused)
{
	(void)unused;
	for_each(check_attribution);
}

/* The messages of services, and bytes that were given, stay what they are. */
static void a_service_hears_nothing_of_it(void **unused)
{
	(void)unused;
	static const uint16_t ports[] = {53, 123, 443};
	static struct built with, without;
	for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
		struct sn_probe probe = probe_of(&sn_method_udp, 4);
		probe.flow.dport = ports[i];
		probe_build(&without, &sn_method_udp, &probe);
		probe.flow.attribution = "tel:+1-201-555-0123";
		probe_build(&with, &sn_method_udp, &probe);
		assert_int_equal(with.count, without.count);
		assert_memory_equal(with.bytes, without.bytes, with.count);
	}
}

static void ip_ids_are_never_zero(void **unused)
{
	(void)unused;
	assert_int_equal(sn_key_ip_id(0), 1);
	assert_int_equal(sn_key_ip_id(0xffffffffffff0000), 1);
	assert_int_equal(sn_key_ip_id(0x0123456789abcdef), 0xcdef);
	assert_int_equal(sn_key_ip_id(1), 1);
}

/* Behind the IP header, where no size is asked for: as much as a SYN with its options has, but for methods that need less. */
static size_t own_bytes(const struct sn_method *method)
{
	static const struct {
		const struct sn_method *method;
		size_t upper_bytes;
	} rows[] = {{&sn_method_tcp_ack, 20 + 12}, {&sn_method_icmp_timestamp, 8 + 12}, {&sn_method_sctp, 12 + 20},
	          {&sn_method_dccp, 20}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].method == method)
			return rows[i].upper_bytes;
	return 40;
}

/* Sizes are those of whole packets; what is less than the method needs is the least it needs. */
static void check_sizes(const struct sn_method *method, uint8_t family)
{
	static struct built b;
	struct sn_probe probe = probe_of(method, family);
	size_t least = 0;
	for (unsigned size = 28; size <= 1500; size++) {
		probe.size_bytes = (uint16_t)size;
		probe_build(&b, method, &probe);
		least = least ? least : b.count;
		/* SCTP packets are multiples of four bytes long. */
		unsigned step = method == &sn_method_sctp ? 4 : 1;
		assert_int_equal(b.count, size < least ? least : (size + step - 1) / step * step);
		struct sn_packet packet;
		assert_true(sn_packet_parse(b.bytes, b.count, &packet));
		assert_int_equal(packet.odd, 0);
		assert_int_equal(packet.checksum, method->info.takes_protocol ? SN_CHECKSUM_NONE : SN_CHECKSUM_GOOD);
		assert_int_equal(packet.ip.total_bytes, b.count);
		assert_int_equal(b.ident.length_bytes, b.count);
	}
	probe.size_bytes = 0;
	probe_build(&b, method, &probe);
	assert_int_equal(b.count, b.header_bytes + own_bytes(method));
}

static void every_size_from_28_to_1500_is_built(void **unused)
{
	(void)unused;
	for_each(check_sizes);
}

/* The length that is told without building is that of the packet built. */
static void check_told_size(const struct sn_method *method, uint8_t family)
{
	static struct built b;
	struct sn_probe probe = probe_of(method, family);
	for (unsigned size = 1; size <= 1500; size++) {
		probe.size_bytes = (uint16_t)size;
		probe_build(&b, method, &probe);
		struct sonde_trace_cfg cfg = {
			.method = (size_t)sonde_method_find(method->info.name), .dst.family = family, .dport = probe.flow.dport};
		assert_int_equal(sn_probe_bytes(&cfg, (uint16_t)size), b.count);
	}
}

static uint16_t told(const char *method, uint8_t family, uint16_t dport, uint16_t asked_bytes)
{
	struct sonde_trace_cfg cfg = {.method = (size_t)sonde_method_find(method), .dst.family = family, .dport = dport};
	return sn_probe_bytes(&cfg, asked_bytes);
}

static void the_length_of_a_probe_is_told_before_it_is_built(void **unused)
{
	(void)unused;
	for_each(check_told_size);
	/* the ports of udp-classic pass 53, whose DNS request has 42 bytes behind the two headers */
	assert_int_equal(told("udp-classic", 4, 50, 40), 70);
	assert_int_equal(told("udp", 6, 123, 1000), 96);
	assert_int_equal(told("udp", 6, 124, 65535), 65535);
	/* QUIC has 1200 bytes or more (RFC 9000 section 14.1) */
	assert_int_equal(told("udp", 4, 443, 1000), 1228);
	assert_int_equal(told("udp", 6, 443, 1300), 1300);
}

static void the_least_sizes_are_as_the_methods_need_them(void **unused)
{
	(void)unused;
	static const struct {
		const struct sn_method *method;
		size_t upper_bytes;
	} rows[] = {
		{&sn_method_icmp, 8 + 8 + 2},     /* echo header, key, the word that holds the checksum */
		{&sn_method_udp, 8 + 8},          /* header, key */
		{&sn_method_udp_classic, 8 + 8},
		{&sn_method_udplite, 8 + 8},
		{&sn_method_tcp, 20 + 20},        /* header, options */
		{&sn_method_tcp_ack, 20 + 12},    /* header, timestamps */
		{&sn_method_icmp_timestamp, 8 + 12},
		{&sn_method_sctp, 12 + 20},
		{&sn_method_dccp, 20},
		{&sn_method_raw, 16},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			if (!sn_method_protocol(rows[i].method, family))
				continue;
			static struct built b;
			struct sn_probe probe = probe_of(rows[i].method, family);
			probe.size_bytes = 1;
			probe_build(&b, rows[i].method, &probe);
			assert_int_equal(b.count, b.header_bytes + rows[i].upper_bytes);
		}
}

/* RFC 791 section 3.1: DF is bit 1 of byte 6, and nothing else stands in the fragment word. */
static void check_header(const struct sn_method *method, uint8_t family)
{
	static struct built b;
	struct sn_probe probe = probe_of(method, family);
	for (unsigned ttl = 1; ttl <= 255; ttl++) {
		probe.ttl = (uint8_t)ttl;
		probe.key = ttl % 3 ? UINT64_C(0x9e3779b97f4a7c15) * ttl : (uint64_t)ttl << 16;
		probe_build(&b, method, &probe);
		assert_int_equal(b.bytes[family == 4 ? 8 : 7], ttl);
		if (family == 6)
			continue;
		assert_int_equal(b.bytes[6] << 8 | b.bytes[7], 0x4000);
		assert_true((b.bytes[4] | b.bytes[5]) != 0);
		assert_int_equal(b.bytes[4] << 8 | b.bytes[5], b.ident.ip_id);
	}
}

static void ipv4_probes_are_never_fragmented_and_always_have_an_id(void **unused)
{
	(void)unused;
	for_each(check_header);
}

/* What a probe tells of itself is what its own bytes show. */
static void check_ident(const struct sn_method *method, uint8_t family)
{
	static struct built b;
	struct sn_probe probe = probe_of(method, family);
	probe_build(&b, method, &probe);
	struct sn_ident seen;
	assert_true(probe_quoted(&b, b.count, &seen));
	/* A TCP checksum is no identity: nothing to keep. */
	assert_int_equal(b.ident.have & ~(uint32_t)SN_ID_STAMP, seen.have & ~(uint32_t)SN_ID_STAMP);
	assert_int_equal(b.ident.version, family);
	assert_int_equal(b.ident.protocol, sn_method_protocol(method, family));
	struct sn_fit fit = sn_ident_compare(&b.ident, &seen, &method->secret, 0);
	assert_true(fit.fits);
	assert_int_equal(fit.diff, 0);
}

static void a_probe_is_what_its_bytes_show(void **unused)
{
	(void)unused;
	for_each(check_ident);
}

/* The engine keeps a probe's key and tag only: what its quote must show is told from them, not by building it again. */
static void check_expect(const struct sn_method *method, uint8_t family)
{
	static const uint16_t ports[] = {33434, 53, 123, 7}, protocols[] = {253, 47, 4, 89};
	static struct built b;
	for (uint32_t serial = 1; serial <= 120; serial++) {
		struct sn_probe probe = probe_of(method, family);
		probe.key = UINT64_C(0x9e3779b97f4a7c15) * serial;
		probe.serial = serial;
		probe.flow.dport = (method->info.takes_protocol ? protocols : ports)[serial % 4];
		probe.size_bytes = (uint16_t)(serial % 3 ? 0 : serial * 10);
		probe_build(&b, method, &probe);
		struct sn_ident expected;
		method->expect(&probe, sn_ident_tag(&b.ident, method->tag_field), &expected);
		assert_int_equal(expected.have, b.ident.have);
		assert_int_equal(expected.version, b.ident.version);
		assert_int_equal(expected.protocol, b.ident.protocol);
		struct sn_fit fit = sn_ident_compare(&b.ident, &expected, &method->secret, 0);
		assert_true(fit.fits);
		assert_int_equal(fit.diff, 0);
		assert_int_equal(fit.bits, sn_ident_compare(&b.ident, &b.ident, &method->secret, 0).bits);
	}
}

static void what_a_quote_must_show_is_told_from_the_tag(void **unused)
{
	(void)unused;
	for_each(check_expect);
}

static void what_does_not_fit_is_bad_and_writes_nothing_beyond(void **unused)
{
	(void)unused;
	for (size_t id = 0; id < sonde_method_count(); id++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			if (!sn_method_protocol(sn_method(id), family))
				continue;
			struct sn_probe probe = probe_of(sn_method(id), family);
			size_t whole = (family == 4 ? 20 : 40) + own_bytes(sn_method(id));
			for (size_t capacity = 0; capacity < whole; capacity++) {
				uint8_t bytes[SN_PROBE_BYTES6 + 1];
				memset(bytes, 0xa5, sizeof bytes);
				struct sn_writer w;
				struct sn_ident ident;
				sn_writer_init(&w, bytes, capacity);
				sn_method(id)->build(&probe, &w, &ident);
				assert_true(w.bad);
				for (size_t at = capacity; at < sizeof bytes; at++)
					assert_int_equal(bytes[at], 0xa5);
			}
		}
}

static void a_pattern_of_letters_fills_up_and_repeats(void **unused)
{
	(void)unused;
	static struct built b;
	struct sn_probe probe = probe_of(&sn_method_udp, 4);
	probe.size_bytes = 20 + 8 + 8 + 68 + 5;
	probe_build(&b, &sn_method_udp, &probe);
	assert_memory_equal(b.bytes + 36, "sonde path probe ", 17);
	assert_memory_equal(b.bytes + 36 + 17, "sonde path probe ", 17);
	assert_memory_equal(b.bytes + 36 + 68, "sonde", 5);
}

/* An upper layer that is already longer than it should be is refused instead of wrapping around. */
static void an_upper_layer_too_long_is_refused(void **unused)
{
	(void)unused;
	uint8_t bytes[64] = {0};
	struct sn_ip ip = {.version = 4, .protocol = SN_PROTO_UDP, .src = {.family = 4}, .dst = {.family = 4}};
	struct sn_writer w;
	sn_writer_init(&w, bytes, sizeof bytes);
	sn_write_zeros(&w, 30);
	assert_int_equal(sn_probe_finish(&w, &ip, 20, 9, 26), 0);
	assert_true(w.bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(probes_say_whom_to_ask),
		cmocka_unit_test(a_service_hears_nothing_of_it),
		cmocka_unit_test(ip_ids_are_never_zero),
		cmocka_unit_test(every_size_from_28_to_1500_is_built),
		cmocka_unit_test(the_length_of_a_probe_is_told_before_it_is_built),
		cmocka_unit_test(the_least_sizes_are_as_the_methods_need_them),
		cmocka_unit_test(ipv4_probes_are_never_fragmented_and_always_have_an_id),
		cmocka_unit_test(a_probe_is_what_its_bytes_show),
		cmocka_unit_test(what_a_quote_must_show_is_told_from_the_tag),
		cmocka_unit_test(what_does_not_fit_is_bad_and_writes_nothing_beyond),
		cmocka_unit_test(a_pattern_of_letters_fills_up_and_repeats),
		cmocka_unit_test(an_upper_layer_too_long_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
