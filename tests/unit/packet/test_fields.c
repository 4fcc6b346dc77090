/* SPDX-License-Identifier: MIT */
/* Every field of every protocol: where it stands, from which byte on it can be seen, and that its change alone is told. */
#include "packets.h"
#include "test.h"

#include "packet/fields.h"
#include "packet/transport.h"

#include <stdlib.h>
#include <string.h>

enum kind { ECHO, UDP, TCP, UDPLITE, SCTP, DCCP, KIND_COUNT };

static const uint8_t udplite_bytes[] = {0xc3, 0x50, 0x82, 0x9a, 0, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
static const uint8_t dccp_bytes[] = {0xc3, 0x50, 0x13, 0x8c, 5, 0, 1, 2, 1, 0, 1, 2, 3, 4, 5, 6, 0x73, 0x6f, 0x6e, 0x64, 7, 8};
static const uint8_t sctp_bytes[] = {0xc3, 0x50, 0x0f, 0x1c, 0, 0, 0x12, 0x34, 1, 2, 3, 4, 1, 0, 0, 20, 5, 6, 7, 8};

/* MSS 1460, SACK permitted, timestamps 0x01020304, NOP, window scale 7, fast open, multipath capable. */
static const struct made_tcp syn = {
	.seq = 0xdeadbeef, .flags = SN_TCP_SYN, .options_bytes = 28,
	.options = {2, 4, 0x05, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 1, 3, 3, 7, 34, 2, 30, 4, 0, 1, 0, 0},
};

static void made_probe(struct made_packet *p, uint8_t version, enum kind kind)
{
	struct made_ip ip = {.version = version, .ttl = 7, .tos = 0xb9, .id = 0xbeef, .df = true, .flow_label = 0x54321};
	if (kind == ECHO)
		made_echo(p, &ip, version == 4 ? 8 : 128, 0x4242, 9, 24);
	else if (kind == UDP)
		made_udp(p, &ip, 50000, 33434, 24);
	else if (kind == TCP)
		made_tcp(p, &ip, 50000, 443, &syn, 24);
	else if (kind == UDPLITE)
		made_upper(p, &ip, SN_PROTO_UDPLITE, udplite_bytes, sizeof udplite_bytes);
	else if (kind == SCTP)
		made_upper(p, &ip, SN_PROTO_SCTP, sctp_bytes, sizeof sctp_bytes);
	else
		made_upper(p, &ip, SN_PROTO_DCCP, dccp_bytes, sizeof dccp_bytes);
}

static void read_fields(const uint8_t *bytes, size_t count, struct sn_fields *out)
{
	struct sn_ip ip;
	assert_true(sn_ip_parse(bytes, count, &ip));
	sn_fields_read(&ip, bytes, count, out);
}

/* Where a field stands, worked out from the RFCs' figures: its last byte (in the IP header, or from the upper layer on), a bit of it, and
 * its value. */
struct known {
	enum sonde_field field;
	bool upper;
	uint8_t last_byte, bit;
	uint32_t value;
};

static const struct known ip4[] = {
	{SONDE_FIELD_DSCP, false, 1, 0x04, 46}, {SONDE_FIELD_ECN, false, 1, 0x01, 1}, {SONDE_FIELD_IP_ID, false, 5, 0x10, 0xbeef},
	{SONDE_FIELD_DF, false, 6, 0x40, 1}, {SONDE_FIELD_FRAGMENT, false, 7, 0x01, 0}, {SONDE_FIELD_FRAGMENT, false, 6, 0x20, 0},
	{SONDE_FIELD_TTL, false, 8, 0x01, 7}, {SONDE_FIELD_IP_CHECKSUM, false, 11, 0x01, 0}, {SONDE_FIELD_SRC, false, 15, 0x40, 0},
	{SONDE_FIELD_DST, false, 19, 0x40, 0}, {SONDE_FIELD_COUNT, false, 0, 0, 0},
};
static const struct known ip6[] = {
	{SONDE_FIELD_DSCP, false, 0, 0x01, 46}, {SONDE_FIELD_DSCP, false, 1, 0x40, 46}, {SONDE_FIELD_ECN, false, 1, 0x10, 1},
	{SONDE_FIELD_FLOW_LABEL, false, 3, 0x01, 0x54321}, {SONDE_FIELD_FLOW_LABEL, false, 1, 0x01, 0x54321},
	{SONDE_FIELD_TTL, false, 7, 0x01, 7}, {SONDE_FIELD_SRC, false, 23, 0x40, 0}, {SONDE_FIELD_DST, false, 39, 0x40, 0},
	{SONDE_FIELD_COUNT, false, 0, 0, 0},
};
static const struct known echo[] = {
	{SONDE_FIELD_ICMP_TYPE, true, 1, 0x01, 0}, {SONDE_FIELD_CHECKSUM, true, 3, 0x01, 0}, {SONDE_FIELD_ICMP_ID, true, 5, 0x01, 0x4242},
	{SONDE_FIELD_SEQ, true, 7, 0x01, 9}, {SONDE_FIELD_PAYLOAD, true, 8, 0x01, 0}, {SONDE_FIELD_PAYLOAD, true, 31, 0x80, 0},
	{SONDE_FIELD_COUNT, false, 0, 0, 0},
};
static const struct known udp[] = {
	{SONDE_FIELD_SPORT, true, 1, 0x01, 50000}, {SONDE_FIELD_DPORT, true, 3, 0x01, 33434}, {SONDE_FIELD_UDP_LENGTH, true, 5, 0x01, 32},
	{SONDE_FIELD_CHECKSUM, true, 7, 0x01, 0}, {SONDE_FIELD_PAYLOAD, true, 8, 0x01, 0}, {SONDE_FIELD_COUNT, false, 0, 0, 0},
};
static const struct known tcp[] = {
	{SONDE_FIELD_SPORT, true, 1, 0x01, 50000}, {SONDE_FIELD_DPORT, true, 3, 0x01, 443}, {SONDE_FIELD_SEQ, true, 7, 0x01, 0xdeadbeef},
	{SONDE_FIELD_ACK, true, 11, 0x01, 0}, {SONDE_FIELD_TCP_FLAGS, true, 13, 0x40, 0xc002}, {SONDE_FIELD_WINDOW, true, 15, 0x01, 0},
	{SONDE_FIELD_CHECKSUM, true, 17, 0x01, 0}, {SONDE_FIELD_MSS, true, 23, 0x08, 1460}, {SONDE_FIELD_STAMP, true, 31, 0x01, 0x01020304},
	{SONDE_FIELD_WSCALE, true, 39, 0x01, 7}, {SONDE_FIELD_PAYLOAD, true, 48, 0x01, 0}, {SONDE_FIELD_COUNT, false, 0, 0, 0},
};
static const struct known udplite[] = {
	{SONDE_FIELD_SPORT, true, 1, 0x01, 50000}, {SONDE_FIELD_DPORT, true, 3, 0x01, 33434}, {SONDE_FIELD_CHECKSUM, true, 7, 0x01, 0},
	{SONDE_FIELD_PAYLOAD, true, 8, 0x01, 0}, {SONDE_FIELD_COUNT, false, 0, 0, 0},
};
static const struct known sctp[] = {
	{SONDE_FIELD_SPORT, true, 1, 0x01, 50000}, {SONDE_FIELD_DPORT, true, 3, 0x01, 3868}, {SONDE_FIELD_TAG, true, 7, 0x01, 0x1234},
	{SONDE_FIELD_CHECKSUM, true, 11, 0x01, 0}, {SONDE_FIELD_PAYLOAD, true, 12, 0x01, 0}, {SONDE_FIELD_COUNT, false, 0, 0, 0},
};
static const struct known dccp[] = {
	{SONDE_FIELD_SPORT, true, 1, 0x01, 50000}, {SONDE_FIELD_DPORT, true, 3, 0x01, 5004}, {SONDE_FIELD_CHECKSUM, true, 7, 0x01, 0},
	{SONDE_FIELD_SEQ, true, 15, 0x01, 0x03040506}, {SONDE_FIELD_TAG, true, 19, 0x01, 0x736f6e64},
	{SONDE_FIELD_PAYLOAD, true, 20, 0x01, 0}, {SONDE_FIELD_COUNT, false, 0, 0, 0},
};
static const struct known *const uppers[KIND_COUNT] = {echo, udp, tcp, udplite, sctp, dccp};

/* What has no value of its own in the table above. */
static bool has_value(enum sonde_field field)
{
	uint32_t without = SONDE_DIFF_SRC | SONDE_DIFF_DST | SONDE_DIFF_PAYLOAD | SONDE_DIFF_IP_CHECKSUM | SONDE_DIFF_CHECKSUM |
	                   SONDE_DIFF_ICMP_TYPE | SONDE_DIFF_WINDOW;
	return !(without & UINT32_C(1) << field);
}

/* Its byte is the last one that has to be seen for it; one bit of it, turned, is that field's difference alone. */
static void check_known(const struct made_packet *p, const struct known *known)
{
	size_t at = known->last_byte + (known->upper ? p->upper_at : 0);
	uint32_t bit = UINT32_C(1) << known->field;
	struct sn_fields sent, seen;
	read_fields(p->bytes, p->count, &sent);
	assert_true(sent.visible & bit);
	if (has_value(known->field))
		assert_int_equal(sent.value[known->field], known->value);
	assert_in_range(at, sent.at_bytes[known->field], (size_t)sent.at_bytes[known->field] + sent.count_bytes[known->field] - 1);
	struct made_packet other = *p;
	other.bytes[at] ^= known->bit;
	read_fields(other.bytes, other.count, &seen);
	struct sonde_quote quote;
	sn_fields_compare(&sent, &seen, &quote);
	/* The header's checksum was not written anew, and says so; the hop's own field never counts as a difference. */
	bool in_header = p->bytes[0] >> 4 == 4 && !known->upper;
	uint32_t expected = (known->field == SONDE_FIELD_TTL ? 0 : bit) | (in_header ? SONDE_DIFF_IP_CHECKSUM : 0);
	assert_int_equal(quote.diff, expected);
	if (known->field == SONDE_FIELD_TTL)
		assert_int_equal(quote.seen_ttl, quote.sent_ttl ^ known->bit);
}

static void each_field_stands_where_its_rfc_says(void **unused)
{
	(void)unused;
	for (uint8_t version = 4; version <= 6; version += 2)
		for (enum kind kind = ECHO; kind < KIND_COUNT; kind++) {
			struct made_packet p;
			made_probe(&p, version, kind);
			for (const struct known *k = version == 4 ? ip4 : ip6; k->field != SONDE_FIELD_COUNT; k++)
				check_known(&p, k);
			for (const struct known *k = uppers[kind]; k->field != SONDE_FIELD_COUNT; k++)
				check_known(&p, k);
		}
}

/* How many bytes of a field must be there. Of timestamps the first counts, of multipath that it is there. */
static size_t needed_bytes(const struct sn_fields *sent, size_t field)
{
	switch (field) {
	case SONDE_FIELD_PAYLOAD:
		return 1;
	case SONDE_FIELD_STAMP:
		return sent->count_bytes[field] ? 6 : 0;
	case SONDE_FIELD_MPTCP:
		return sent->count_bytes[field] ? 2 : 0;
	default:
		return sent->count_bytes[field];
	}
}

/* A quote may end anywhere: nothing is read beyond, nothing that was cut is called changed, and what was there is visible. */
static void a_cut_field_is_not_visible(void **unused)
{
	(void)unused;
	for (uint8_t version = 4; version <= 6; version += 2)
		for (enum kind kind = ECHO; kind < KIND_COUNT; kind++) {
			struct made_packet p;
			struct sn_fields sent;
			made_probe(&p, version, kind);
			read_fields(p.bytes, p.count, &sent);
			for (size_t count = p.upper_at; count <= p.count; count++) {
				uint8_t *bytes = made_exact(p.bytes, count);
				struct sn_fields seen;
				struct sonde_quote quote;
				read_fields(bytes, count, &seen);
				sn_fields_compare(&sent, &seen, &quote);
				assert_int_equal(quote.diff, 0);
				for (size_t field = 0; field < SONDE_FIELD_COUNT; field++) {
					bool there = sent.at_bytes[field] + needed_bytes(&sent, field) <= count;
					assert_int_equal(seen.visible >> field & 1, there && sent.visible >> field & 1);
					if (seen.visible >> field & 1 && seen.count_bytes[field])
						assert_true(seen.at_bytes[field] + (size_t)seen.count_bytes[field] <= count);
				}
				free(bytes);
			}
		}
}

/* An option that is gone is told as absent, where the end of the options was seen; over NOPs as well as in a shorter header. */
static void a_stripped_option_is_absent(void **unused)
{
	(void)unused;
	struct made_packet p, other;
	made_probe(&p, 4, TCP);
	other = p;
	memset(other.bytes + 20 + 20 + 4, 1, 2);    /* SACK permitted */
	memset(other.bytes + 20 + 20 + 20, 1, 6);   /* fast open and multipath */
	struct sn_fields sent, seen;
	struct sonde_quote quote;
	uint32_t was, is;
	read_fields(p.bytes, p.count, &sent);
	for (size_t count = 20 + 20; count <= p.count; count++) {
		read_fields(other.bytes, count, &seen);
		sn_fields_compare(&sent, &seen, &quote);
		bool all = count >= 20 + 48;
		assert_int_equal(quote.diff, all ? SONDE_DIFF_SACK | SONDE_DIFF_TFO | SONDE_DIFF_MPTCP : 0);
		assert_int_equal(sonde_quote_change(&quote, SONDE_FIELD_SACK, &was, &is), all);
		if (all) {
			assert_int_equal(was, 1);
			assert_int_equal(is, SONDE_FIELD_ABSENT);
		}
	}
	made_tcp(&other, &(struct made_ip){.version = 4, .ttl = 7, .tos = 0xb9, .id = 0xbeef, .df = true}, 50000, 443,
	         &(struct made_tcp){.seq = 0xdeadbeef, .flags = SN_TCP_SYN, .options_bytes = 4, .options = {2, 4, 0x04, 0xb0}}, 24);
	read_fields(other.bytes, other.count, &seen);
	sn_fields_compare(&sent, &seen, &quote);
	assert_int_equal(quote.diff, SONDE_DIFF_LENGTH | SONDE_DIFF_TCP_FLAGS | SONDE_DIFF_CHECKSUM | SONDE_DIFF_TCP_OPTIONS);
	assert_true(sonde_quote_change(&quote, SONDE_FIELD_MSS, &was, &is));
	assert_int_equal(was, 1460);
	assert_int_equal(is, 1200);
	assert_true(sonde_quote_change(&quote, SONDE_FIELD_WSCALE, &was, &is));
	assert_int_equal(is, SONDE_FIELD_ABSENT);
	assert_false(sonde_quote_change(&quote, SONDE_FIELD_SEQ, &was, &is));
}

/* An option whose length is impossible hides what follows: that is neither there nor absent. */
static void a_broken_option_hides_the_rest(void **unused)
{
	(void)unused;
	static const uint8_t lengths[] = {0, 1, 200};
	struct made_packet p;
	struct sn_fields seen;
	for (size_t i = 0; i < sizeof lengths; i++) {
		made_probe(&p, 6, TCP);
		p.bytes[40 + 20 + 7] = lengths[i];  /* of the timestamps */
		read_fields(p.bytes, p.count, &seen);
		assert_int_equal(seen.visible & SONDE_DIFF_TCP_OPTIONS, SONDE_DIFF_MSS | SONDE_DIFF_SACK);
	}
}

/* Somebody put an extension header in, or cut the packet up. */
static void extensions_and_fragments_are_told(void **unused)
{
	(void)unused;
	struct made_packet p, other;
	struct sn_fields sent, seen;
	struct sonde_quote quote;
	uint32_t was, is;
	made_udp(&p, &(struct made_ip){.version = 6, .ttl = 7}, 50000, 33434, 24);
	made_udp(&other, &(struct made_ip){.version = 6, .ttl = 7, .chain = {SN_PROTO_HOPOPTS}, .chain_count = 1}, 50000, 33434, 24);
	read_fields(p.bytes, p.count, &sent);
	read_fields(other.bytes, other.count, &seen);
	sn_fields_compare(&sent, &seen, &quote);
	assert_int_equal(quote.diff, SONDE_DIFF_EXTENSIONS | SONDE_DIFF_LENGTH);
	assert_true(sonde_quote_change(&quote, SONDE_FIELD_EXTENSIONS, &was, &is));
	assert_int_equal(was, 0);
	assert_int_equal(is, 8);
	made_udp(&other, &(struct made_ip){.version = 6, .ttl = 7, .chain = {SN_PROTO_FRAGMENT}, .chain_count = 1}, 50000, 33434, 24);
	other.bytes[40 + 3] = 1;  /* RFC 8200 section 4.5: more fragments */
	read_fields(other.bytes, other.count, &seen);
	sn_fields_compare(&sent, &seen, &quote);
	assert_int_equal(quote.diff, SONDE_DIFF_EXTENSIONS | SONDE_DIFF_LENGTH | SONDE_DIFF_FRAGMENT);
	assert_true(sonde_quote_change(&quote, SONDE_FIELD_FRAGMENT, &was, &is));
	assert_int_equal(is, 0x2000);
}

/* The table's own words: none is missing or twice there. */
static void every_field_has_a_name_of_its_own(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < SONDE_FIELD_COUNT; i++) {
		assert_non_null(sonde_field_info(i)->key);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(sonde_field_info(i)->key, sonde_field_info(k)->key);
	}
	assert_null(sonde_field_info(SONDE_FIELD_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_field_stands_where_its_rfc_says),
		cmocka_unit_test(a_cut_field_is_not_visible),
		cmocka_unit_test(a_stripped_option_is_absent),
		cmocka_unit_test(a_broken_option_hides_the_rest),
		cmocka_unit_test(extensions_and_fragments_are_told),
		cmocka_unit_test(every_field_has_a_name_of_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
