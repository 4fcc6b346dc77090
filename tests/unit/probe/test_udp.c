/* SPDX-License-Identifier: MIT */
/* UDP in one flow and with counted ports: the bytes of probes, the ports, what answers show. */
#include "hex.h"
#include "probes.h"
#include "test.h"

#include <string.h>

#define ADDRESSES4 "c633 6402 c000 0201"
#define ADDRESSES6 "2001 0db8 0000 0000 0000 0000 0000 0002 2001 0db8 0000 0000 0000 0000 0000 0001"
#define NTP_ZEROS "0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000"
#define LETTERS "736f 6e64 6520 7061 7468 2070 726f 6265 2073 6f6e 6465 2070"

/* RFC 768, RFC 1035 sections 4.1.1 and 4.1.2, RFC 5905 section 7.3. */
static const struct {
	const struct sn_method *method;
	uint8_t family;
	uint16_t dport;
	uint32_t serial;
	const char *hex;
} rows[] = {
	/* Ports, length 40, checksum, key, letters. */
	{&sn_method_udp, 4, 33434, 5, "4520 003c cdef 4000 0711 b96a" ADDRESSES4 "8001 829a 0028 3ceb 0123 4567 89ab cdef" LETTERS},
	{&sn_method_udp, 6, 33434, 5, "6205 4321 0028 1107" ADDRESSES6 "8001 829a 0028 cdad 0123 4567 89ab cdef" LETTERS},
	/* The fifth probe goes to the fifth port. */
	{&sn_method_udp_classic, 4, 33434, 5, "4520 003c cdef 4000 0711 b96a" ADDRESSES4 "8001 829e 0028 3ce7 0123 4567 89ab cdef" LETTERS},
	{&sn_method_udp_classic, 6, 33434, 5, "6205 4321 0028 1107" ADDRESSES6 "8001 829e 0028 cda9 0123 4567 89ab cdef" LETTERS},
	/* DNS: id, flags, one question; 16 0123456789abcdef, 7 invalid, 0; A, IN. */
	{&sn_method_udp, 4, 53, 1, "4520 0046 cdef 4000 0711 b960" ADDRESSES4 "8001 0035 0032 5642"
		"4567 0000 0001 0000 0000 0000 10 30313233343536373839616263646566 07 696e76616c6964 00 0001 0001"},
	{&sn_method_udp, 6, 53, 1, "6205 4321 0032 1107" ADDRESSES6 "8001 0035 0032 e704"
		"4567 0000 0001 0000 0000 0000 10 30313233343536373839616263646566 07 696e76616c6964 00 0001 0001"},
	/* NTP: leap 0, version 4, mode 3; the transmit timestamp is the last of 48 bytes. */
	{&sn_method_udp, 4, 123, 1, "4520 004c cdef 4000 0711 b95a" ADDRESSES4 "8001 007b 0038 d1a4 2300" NTP_ZEROS "0123 4567 89ab cdef"},
	{&sn_method_udp, 6, 123, 1, "6205 4321 0038 1107" ADDRESSES6 "8001 007b 0038 6267 2300" NTP_ZEROS "0123 4567 89ab cdef"},
};

static void bytes_are_as_the_rfcs_draw_them(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		static struct built b;
		struct sn_probe probe = probe_of(rows[i].method, rows[i].family);
		probe.flow.dport = rows[i].dport;
		probe.serial = rows[i].serial;
		probe_build(&b, rows[i].method, &probe);
		assert_hex(b.bytes, b.count, rows[i].hex);
	}
}

/* A size that was asked for makes a known service's message no longer: bytes behind it could make it rubbish. */
static void a_service_gets_exactly_its_message(void **unused)
{
	(void)unused;
	static struct built small, large;
	struct sn_probe probe = probe_of(&sn_method_udp, 4);
	probe.flow.dport = 53;
	probe_build(&small, &sn_method_udp, &probe);
	probe.size_bytes = 1400;
	probe_build(&large, &sn_method_udp, &probe);
	assert_int_equal(small.count, large.count);
	assert_memory_equal(small.bytes, large.bytes, small.count);
}

static uint16_t dport_of(const struct sn_method *method, uint16_t first, uint32_t serial)
{
	static struct built b;
	struct sn_probe probe = probe_of(method, 4);
	probe.flow.dport = first;
	probe.serial = serial;
	probe_build(&b, method, &probe);
	assert_int_equal(b.bytes[22] << 8 | b.bytes[23], b.ident.dport);
	return b.ident.dport;
}

/* Filters for traceroute let 33434 … 33533 through. */
static void counted_ports_wrap_inside_their_range(void **unused)
{
	(void)unused;
	for (uint32_t serial = 1; serial <= 1000; serial++) {
		assert_int_equal(dport_of(&sn_method_udp_classic, 33434, serial), 33434 + (serial - 1) % 100);
		assert_int_equal(dport_of(&sn_method_udp, 33434, serial), 33434);
	}
	/* Near the end of all ports there is less room; port 0 is never reached. */
	assert_int_equal(dport_of(&sn_method_udp_classic, 65435, 100), 65534);
	assert_int_equal(dport_of(&sn_method_udp_classic, 65435, 101), 65435);
	assert_int_equal(dport_of(&sn_method_udp_classic, 65436, 100), 65535);
	assert_int_equal(dport_of(&sn_method_udp_classic, 65436, 101), 65436);
	assert_int_equal(dport_of(&sn_method_udp_classic, 65535, 77), 65535);
	assert_int_equal(dport_of(&sn_method_udp_classic, 60000, 101), 60000);
}

static const uint8_t key[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};

/* What an answer from `port` with this payload shows. */
static uint32_t answer_shows(const struct sn_method *method, uint16_t port, const uint8_t *payload, size_t count, struct sn_ident *seen)
{
	struct made_packet answer;
	enum sonde_meaning meaning = SONDE_M_NONE;
	made_udp(&answer, &(struct made_ip){.version = 4, .ttl = 60}, port, 0x8001, count);
	probe_payload(&answer, 8, payload, count);
	assert_true(probe_answered(method, &answer, seen, &meaning));
	assert_int_equal(meaning, SONDE_M_UDP_REPLY);
	assert_int_equal(seen->sport, 0x8001);
	assert_int_equal(seen->dport, port);
	return seen->have;
}

/* The key stands in that place and in no other. */
static void shows_key_in(const struct sn_ident *seen, enum sn_key_place wanted)
{
	for (enum sn_key_place place = 0; place < SN_KEY_PLACES; place++)
		assert_int_equal(seen->have & sn_id_payload(place) && seen->payload[place] == 0x0123456789abcdef, place == wanted);
}

static void answers_of_services_show_the_key(void **unused)
{
	(void)unused;
	enum { PUBLIC = SN_ID_SRC | SN_ID_DST | SN_ID_SPORT | SN_ID_DPORT };
	static const uint16_t ports[] = {7, 53, 123, 33440};
	static const char dns[] = "4567 8003 0001 0000 0000 0000 10 30313233343536373839414243444546 07 696e76616c6964 00 0001 0001";
	static const char ntp[] =
	    "24010000 00000000 00000000 00000000 00000000 00000000 01234567 89abcdef 00000000 00000000 00000000 00000000";
	static const char quic[] = "c0 00000000 08 0c93a7b79aeda89b 08 0123456789abcdef 00000001";
	/* Whatever the port: a service may listen anywhere, and be asked there. */
	for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
		struct sn_ident seen;
		uint8_t bytes[64];
		/* An echo service (RFC 862). */
		assert_int_equal(answer_shows(&sn_method_udp, ports[i], key, sizeof key, &seen), PUBLIC | SN_ID_PAYLOAD);
		shows_key_in(&seen, SN_KEY_PLAIN);
		/* A name server says NXDOMAIN, in capitals. */
		size_t count = hex_bytes(dns, bytes, sizeof bytes);
		answer_shows(&sn_method_udp, ports[i], bytes, count, &seen);
		shows_key_in(&seen, SN_KEY_DNS);
		/* A time server repeats the transmit timestamp as originate timestamp (RFC 5905 section 8). */
		count = hex_bytes(ntp, bytes, sizeof bytes);
		answer_shows(&sn_method_udp, ports[i], bytes, count, &seen);
		shows_key_in(&seen, SN_KEY_NTP);
		/* A QUIC server says which versions it speaks (RFC 9000 section 17.2.1). */
		count = hex_bytes(quic, bytes, sizeof bytes);
		answer_shows(&sn_method_udp, ports[i], bytes, count, &seen);
		shows_key_in(&seen, SN_KEY_QUIC);
		/* Too little for any of them: the flow alone. */
		assert_int_equal(answer_shows(&sn_method_udp_classic, ports[i], key, 7, &seen), PUBLIC);
		assert_int_equal(answer_shows(&sn_method_udp_classic, ports[i], key, 0, &seen), PUBLIC);
	}
}

/* What a probe carries can be chosen: the same bytes as to the service's own port, to any port; the pattern to a service's. */
static void payloads_are_free_of_ports(void **unused)
{
	(void)unused;
	static const struct {
		uint8_t payload;
		uint16_t service_port;
		enum sn_key_place place;
	} chosen[] = {{SONDE_PAYLOAD_PATTERN, 33434, SN_KEY_PLAIN},
	              {SONDE_PAYLOAD_DNS, 53, SN_KEY_DNS},
	              {SONDE_PAYLOAD_NTP, 123, SN_KEY_NTP},
	              {SONDE_PAYLOAD_QUIC, 443, SN_KEY_QUIC}};
	static const uint16_t ports[] = {53, 123, 443, 33434, 5353};
	for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++)
		for (size_t k = 0; k < sizeof ports / sizeof *ports; k++)
			for (uint8_t family = 4; family <= 6; family += 2) {
				static struct built model, b;
				struct sn_probe probe = probe_of(&sn_method_udp, family);
				probe.flow.dport = chosen[i].service_port;
				probe.size_bytes = 300;
				probe_build(&model, &sn_method_udp, &probe);
				probe.flow.dport = ports[k];
				probe.flow.payload = chosen[i].payload;
				probe_build(&b, &sn_method_udp, &probe);
				assert_int_equal(b.count, model.count);
				size_t from = b.header_bytes + 8;
				assert_memory_equal(b.bytes + from, model.bytes + from, b.count - from);
				assert_int_equal(b.ident.have & SN_ID_PAYLOADS, sn_id_payload(chosen[i].place));
				assert_int_equal(b.ident.dport, ports[k]);
				/* The pattern is as long as was asked for. */
				assert_int_equal(b.count == 300, chosen[i].payload == SONDE_PAYLOAD_PATTERN);
			}
}

/* Given bytes stand alone, or with the key behind them as far as --size leaves room: from two bytes on the checksum depends on it. */
static void given_bytes_are_carried_as_they_are(void **unused)
{
	(void)unused;
	static const uint8_t bytes[] = {1, 2, 3, 4, 5};
	static const struct sonde_carried carried = {.bytes = bytes, .count = sizeof bytes};
	static const struct {
		size_t more;  /* than the bytes alone; 0: no size is asked for */
		bool fixed;
		const char *behind;
	} cases[] = {{0, true, ""}, {1, true, "73"}, {2, false, "ab89"}, {5, false, "ab89674523"}, {8, false, "ab8967452301efcd"},
	            {10, false, "ab8967452301efcd 736f"}};
	for (uint8_t family = 4; family <= 6; family += 2)
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
			static struct built b, other;
			struct sn_probe probe = probe_of(&sn_method_udp, family);
			size_t alone = family == 4 ? 33 : 53;
			probe.flow.payload = SONDE_PAYLOAD_BYTES;
			probe.flow.carried = &carried;
			probe.size_bytes = (uint16_t)(cases[i].more ? alone + cases[i].more : 0);
			probe_build(&b, &sn_method_udp, &probe);
			assert_int_equal(b.count, alone + cases[i].more);
			assert_memory_equal(b.bytes + b.header_bytes + 8, bytes, sizeof bytes);
			assert_hex(b.bytes + alone, b.count - alone, cases[i].behind);
			assert_int_equal(b.ident.fixed, cases[i].fixed);
			assert_int_equal(b.ident.have & SN_ID_PAYLOADS, 0);
			/* Another key: where nothing else shows it, IP id and flow label do. */
			probe.key ^= 0x12340000;
			probe_build(&other, &sn_method_udp, &probe);
			/* The checksum does not follow from the IP id: each is a secret of its own. */
			assert_int_equal(b.ident.checksum == other.ident.checksum, cases[i].fixed);
			assert_int_equal(b.ident.ip_id, other.ident.ip_id);
			probe.key ^= 0x1234;
			probe_build(&other, &sn_method_udp, &probe);
			assert_int_equal(b.ident.checksum == other.ident.checksum, cases[i].fixed);
			assert_int_equal(b.ident.ip_id == other.ident.ip_id, family == 6);
			assert_int_equal(b.ident.flow_label == other.ident.flow_label, family == 4 || !cases[i].fixed);
			struct sn_ident seen;
			assert_true(probe_quoted(&b, b.count, &seen));
			assert_false(sn_ident_compare(&other.ident, &seen, &sn_method_udp.secret, 0).fits);
			assert_true(sn_ident_compare(&b.ident, &seen, &sn_method_udp.secret, 0).fits);
		}
}

static void a_quote_shows_what_was_quoted(void **unused)
{
	(void)unused;
	static const struct {
		uint16_t dport;
		size_t key_ends_bytes;  /* behind the UDP header */
		enum sn_key_place place;
	} services[] = {{33434, 8, SN_KEY_PLAIN}, {53, 12 + 1 + 16, SN_KEY_DNS}, {123, 48, SN_KEY_NTP}, {443, 14, SN_KEY_QUIC}};
	for (size_t i = 0; i < sizeof services / sizeof *services; i++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			static struct built b;
			struct sn_probe probe = probe_of(&sn_method_udp, family);
			probe.flow.dport = services[i].dport;
			probe_build(&b, &sn_method_udp, &probe);
			struct sn_ident seen;
			uint32_t ip = SN_ID_SRC | SN_ID_DST | SN_ID_TOS | SN_ID_LENGTH | (family == 4 ? SN_ID_IP_ID : SN_ID_FLOW_LABEL);
			for (size_t cut = b.header_bytes + 8; cut <= b.count; cut++) {
				assert_true(probe_quoted(&b, cut, &seen));
				bool whole = cut >= b.header_bytes + 8 + services[i].key_ends_bytes;
				assert_int_equal(seen.have & ~(uint32_t)SN_ID_PAYLOADS, ip | SN_ID_SPORT | SN_ID_DPORT | SN_ID_CHECKSUM);
				assert_int_equal((seen.have & sn_id_payload(services[i].place)) != 0, whole);
				assert_int_equal(sn_ident_shows_key(&seen, probe.key), whole);
				assert_int_equal(seen.sport, 0x8001);
				assert_int_equal(seen.dport, services[i].dport);
				assert_int_equal(seen.checksum, b.ident.checksum);
				assert_true(!whole || seen.payload[services[i].place] == probe.key);
				/* As other services' messages it may be read as well, but that is never compared. */
				struct sn_fit fit = sn_ident_compare(&b.ident, &seen, &sn_method_udp.secret, 0);
				assert_true(fit.fits && !fit.diff);
			}
		}
}

/* The checksum is what an 8-byte quote over IPv6 has of the key: it must depend on it. */
static void checksums_follow_keys(void **unused)
{
	(void)unused;
	static struct built b;
	static bool used[65536];
	memset(used, 0, sizeof used);
	unsigned distinct = 0;
	for (unsigned i = 0; i < 1000; i++) {
		struct sn_probe probe = probe_of(&sn_method_udp, 6);
		probe.key = UINT64_C(0x9e3779b97f4a7c15) * (i + 1);
		probe_build(&b, &sn_method_udp, &probe);
		assert_true(b.ident.checksum != 0);
		distinct += !used[b.ident.checksum];
		used[b.ident.checksum] = true;
	}
	/* A thousand draws of 65,535 leave about 992 different ones. */
	assert_in_range(distinct, 970, 1000);
}

static void other_protocols_are_no_answers(void **unused)
{
	(void)unused;
	struct made_packet packet;
	struct sn_ident seen;
	enum sonde_meaning meaning;
	made_tcp(&packet, &(struct made_ip){.version = 4, .ttl = 60}, 33434, 0x8001, &(struct made_tcp){.flags = SN_TCP_ACK}, 0);
	assert_false(probe_answered(&sn_method_udp, &packet, &seen, &meaning));
	made_echo(&packet, &(struct made_ip){.version = 4, .ttl = 60}, 0, 1, 1, 8);
	assert_false(probe_answered(&sn_method_udp_classic, &packet, &seen, &meaning));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_as_the_rfcs_draw_them),
		cmocka_unit_test(a_service_gets_exactly_its_message),
		cmocka_unit_test(counted_ports_wrap_inside_their_range),
		cmocka_unit_test(answers_of_services_show_the_key),
		cmocka_unit_test(payloads_are_free_of_ports),
		cmocka_unit_test(given_bytes_are_carried_as_they_are),
		cmocka_unit_test(a_quote_shows_what_was_quoted),
		cmocka_unit_test(checksums_follow_keys),
		cmocka_unit_test(other_protocols_are_no_answers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
