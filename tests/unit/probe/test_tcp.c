/* SPDX-License-Identifier: MIT */
/* TCP SYN: the bytes of a probe, which segments are answers and what they mean. */
#include "hex.h"
#include "probes.h"
#include "test.h"

#include "probe/tls.h"

enum { SEQ = 0x456789ab };

/* RFC 9293 section 3.1: ports, sequence number, acknowledgment, offset 10 and SYN, window 64240, checksum; MSS, SACK permitted, timestamps,
 * NOP, scale 7. */
static void bytes_are_as_the_rfcs_draw_them(void **unused)
{
	(void)unused;
	static struct built b;
	struct sn_probe probe = probe_of(&sn_method_tcp, 4);
	probe_build(&b, &sn_method_tcp, &probe);
	assert_hex(b.bytes, b.count,
		"4520 003c cdef 4000 0706 b975 c633 6402 c000 0201"
		"8001 01bb 4567 89ab 0000 0000 a002 faf0 14ad 0000"
		"0204 05b4 0402 080a 905f 6afc 0000 0000 0103 0307");
	probe = probe_of(&sn_method_tcp, 6);
	probe_build(&b, &sn_method_tcp, &probe);
	assert_hex(b.bytes, b.count,
		"6205 4321 0028 0607"
		"2001 0db8 0000 0000 0000 0000 0000 0002 2001 0db8 0000 0000 0000 0000 0000 0001"
		"8001 01bb 4567 89ab 0000 0000 a002 faf0 a583 0000"
		"0204 05a0 0402 080a 905f 6afc 0000 0000 0103 0307");
}

/* RFC 9293 section 3.2, RFC 2018 section 2, RFC 7323 sections 2 and 3, RFC 7413 section 4.1.1, RFC 8684 section 3.1 (a SYN of version 1 has
 * no key). */
static void options_are_those_asked_for(void **unused)
{
	(void)unused;
	static const struct {
		uint8_t options, wscale;
		uint16_t mss;
		const char *hex;
	} rows[] = {
		{SONDE_TCP_MSS, 0, 536, "0204 0218"},
		{SONDE_TCP_MSS, 0, 0, "0204 05b4"},
		{SONDE_TCP_SACK, 0, 0, "0402 0101"},
		{SONDE_TCP_STAMP, 0, 0, "0101 080a 905f 6afc 0000 0000"},
		{SONDE_TCP_WSCALE, 14, 0, "0103 030e"},
		{SONDE_TCP_TFO, 0, 0, "2202 0101"},
		{SONDE_TCP_MPTCP, 0, 0, "1e04 0101"},
		{SONDE_TCP_NONE, 0, 0, ""},
		{SONDE_TCP_NONE | SONDE_TCP_MSS, 0, 0, ""},
		{0, 3, 0, "0204 05b4 0402 080a 905f 6afc 0000 0000 0103 0307"},
		{SONDE_TCP_MSS | SONDE_TCP_SACK | SONDE_TCP_WSCALE, 0, 1000, "0204 03e8 0402 0103 0300 0101"},
		{63, 7, 0, "0204 05b4 0402 080a 905f 6afc 0000 0000 0103 0307 2202 1e04 0101 0101"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		static struct built b;
		struct sn_probe probe = probe_of(&sn_method_tcp, 4);
		probe.flow.tcp_options = rows[i].options;
		probe.flow.wscale = rows[i].wscale;
		probe.flow.mss = rows[i].mss;
		probe_build(&b, &sn_method_tcp, &probe);
		assert_hex(b.bytes + 40, b.count - 40, rows[i].hex);
		assert_int_equal(b.bytes[32] >> 4, (b.count - 20) / 4);
		bool has_stamp = !rows[i].options || rows[i].options == 63 || rows[i].options == SONDE_TCP_STAMP;
		assert_int_equal((b.ident.have & SN_ID_STAMP) != 0, has_stamp);
		/* Of what has no SYN only the timestamp is left. */
		probe.flow.tcp_flags = SONDE_TCP_ACK;
		probe_build(&b, &sn_method_tcp, &probe);
		assert_hex(b.bytes + 40, b.count - 40, has_stamp ? "0101 080a 905f 6afc 0000 0000" : "");
	}
}

/* Data of a SYN: a ClientHello exactly, given bytes with letters behind them where a size is asked for. Who acknowledges it may count it
 * (RFC 9293 section 3.10.7.1). */
static void data_is_what_was_chosen(void **unused)
{
	(void)unused;
	static const uint8_t bytes[] = {1, 2, 3};
	static const struct sonde_carried carried = {.bytes = bytes, .count = sizeof bytes, .server_name = "a.example"};
	static struct built b;
	struct sn_probe probe = probe_of(&sn_method_tcp, 4);
	probe.flow.carried = &carried;
	probe.flow.payload = SONDE_PAYLOAD_BYTES;
	probe_build(&b, &sn_method_tcp, &probe);
	assert_hex(b.bytes + 60, b.count - 60, "010203");
	assert_int_equal(b.ident.data_bytes, 3);
	assert_false(b.ident.fixed);
	probe.size_bytes = 66;
	probe_build(&b, &sn_method_tcp, &probe);
	assert_hex(b.bytes + 60, b.count - 60, "010203 736f6e");
	probe.flow.payload = SONDE_PAYLOAD_TLS;
	for (uint16_t size = 0; size <= 1400; size += 1400) {
		probe.size_bytes = size;
		probe_build(&b, &sn_method_tcp, &probe);
		assert_int_equal(b.count, 60 + sn_tls_bytes("a.example"));
		assert_int_equal(b.ident.data_bytes, sn_tls_bytes("a.example"));
		assert_hex(b.bytes + 60, 3, "160301");
	}
	probe.flow.carried = NULL;
	probe_build(&b, &sn_method_tcp, &probe);
	assert_int_equal(b.count, 60 + sn_tls_bytes(NULL));
}

static const struct made_tcp with_timestamps = {
	.ack = SEQ + 1, .flags = SN_TCP_SYN | SN_TCP_ACK, .options = {1, 1, 8, 10, 0, 0, 0, 1, 0x90, 0x5f, 0x6a, 0xfc}, .options_bytes = 12,
};

/* What a segment from the target's port means; NONE: no answer. */
static enum sonde_meaning meaning_of(const struct made_tcp *tcp, size_t payload_bytes, struct sn_ident *seen)
{
	struct made_packet segment;
	enum sonde_meaning meaning = SONDE_M_NONE;
	made_tcp(&segment, &(struct made_ip){.version = 4, .ttl = 60}, 443, 0x8001, tcp, payload_bytes);
	return probe_answered(&sn_method_tcp, &segment, seen, &meaning) ? meaning : SONDE_M_NONE;
}

static void segments_mean_what_their_flags_say(void **unused)
{
	(void)unused;
	static const struct {
		uint8_t flags;
		size_t payload_bytes;
		enum sonde_meaning meaning;
	} rows[] = {
		{SN_TCP_SYN | SN_TCP_ACK, 0, SONDE_M_SYN_ACK},
		{SN_TCP_SYN | SN_TCP_ACK | SN_TCP_ECE, 0, SONDE_M_SYN_ACK},
		{SN_TCP_RST | SN_TCP_ACK, 0, SONDE_M_RST},
		{SN_TCP_RST | SN_TCP_ACK, 12, SONDE_M_RST},            /* with its reason in words (RFC 1122 section 4.2.2.12) */
		{SN_TCP_ACK, 0, SONDE_M_BARE_ACK},
		{SN_TCP_ACK, 1, SONDE_M_NONE},                         /* data of somebody's connection */
		{SN_TCP_ACK | SN_TCP_PSH, 100, SONDE_M_NONE},
		{SN_TCP_ACK | SN_TCP_FIN, 0, SONDE_M_NONE},
		{SN_TCP_ACK | SN_TCP_FIN | SN_TCP_PSH, 3, SONDE_M_NONE},
		{SN_TCP_SYN, 0, SONDE_M_NONE},                         /* without ACK nothing says what it answers */
		{SN_TCP_SYN | SN_TCP_RST, 0, SONDE_M_NONE},
		{0, 0, SONDE_M_NONE},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sn_ident seen;
		assert_int_equal(meaning_of(&(struct made_tcp){.ack = SEQ + 1, .flags = rows[i].flags}, rows[i].payload_bytes, &seen),
		                 rows[i].meaning);
		if (rows[i].meaning == SONDE_M_NONE)
			continue;
		assert_int_equal(seen.have, SN_ID_SRC | SN_ID_DST | SN_ID_SPORT | SN_ID_DPORT | SN_ID_SEQ);
		assert_int_equal(seen.seq, SEQ);
		assert_int_equal(seen.sport, 0x8001);
		assert_int_equal(seen.dport, 443);
	}
}

/* No option but the timestamp, which a SYN alone does not own (RFC 7323 section 3.2), and no data. */
static void a_segment_of_no_connection_is_its_header(void **unused)
{
	(void)unused;
	static const struct {
		uint8_t flags;
		bool no_df;
		const char *hex;
	} rows[] = {
		{SONDE_TCP_ACK, false,
		 "4520 0034 cdef 4000 0706 b97d c633 6402 c000 0201"
		 "8001 01bb 4567 89ab 4567 89ab 8010 faf0 7457 0000 0101 080a 905f 6afc 0000 0000"},
		{SONDE_TCP_FIN, true,
		 "4520 0034 cdef 0000 0706 f97d c633 6402 c000 0201"
		 "8001 01bb 4567 89ab 0000 0000 8001 faf0 4379 0000 0101 080a 905f 6afc 0000 0000"},
		{SONDE_TCP_FIN | SONDE_TCP_ACK, false,
		 "4520 0034 cdef 4000 0706 b97d c633 6402 c000 0201"
		 "8001 01bb 4567 89ab 4567 89ab 8011 faf0 7456 0000 0101 080a 905f 6afc 0000 0000"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		static struct built b;
		struct sn_probe probe = probe_of(&sn_method_tcp, 4);
		probe.flow.tcp_flags = rows[i].flags;
		probe.flow.no_df = rows[i].no_df;
		probe_build(&b, &sn_method_tcp, &probe);
		assert_hex(b.bytes, b.count, rows[i].hex);
		/* A SYN that is told to be one is the same. */
		static struct built syn, told;
		probe = probe_of(&sn_method_tcp, 4);
		probe_build(&syn, &sn_method_tcp, &probe);
		probe.flow.tcp_flags = SONDE_TCP_SYN;
		probe_build(&told, &sn_method_tcp, &probe);
		assert_int_equal(syn.count, told.count);
		assert_memory_equal(syn.bytes, told.bytes, syn.count);
	}
}

static struct sn_fit fit_of(const struct built *b, const struct made_tcp *tcp)
{
	struct sn_ident seen;
	if (meaning_of(tcp, 0, &seen) == SONDE_M_NONE)
		return (struct sn_fit){0};
	return sn_ident_compare(&b->ident, &seen, &sn_method_tcp.secret, 0);
}

/* Without ACK a reset acknowledges all that the segment took of the sequence space, with ACK it has the acknowledged number for its own and
 * no ACK (RFC 9293 section 3.10.7.1): each kind of probe is answered by its own kind of reset, whole and to the last bit. */
static void resets_fit_what_they_answer(void **unused)
{
	(void)unused;
	static const uint8_t flags[] = {0, SONDE_TCP_SYN, SONDE_TCP_FIN, SONDE_TCP_ACK, SONDE_TCP_FIN | SONDE_TCP_ACK,
	                                SONDE_TCP_SYN | SONDE_TCP_ACK};
	static const uint16_t sizes[] = {0, 200};
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
			static struct built b;
			struct sn_probe probe = probe_of(&sn_method_tcp, 4);
			probe.flow.tcp_flags = flags[i];
			probe.size_bytes = sizes[k];
			probe_build(&b, &sn_method_tcp, &probe);
			bool acks = flags[i] & SONDE_TCP_ACK;
			uint32_t header_bytes = 20 + (b.bytes[32] >> 4) * 4u, data_bytes = (uint32_t)b.count - header_bytes;
			assert_int_equal(sizes[k] ? sizes[k] : header_bytes, b.count);
			for (int off = -1; off <= 1; off++) {
				const struct made_tcp bare = {.seq = (uint32_t)(SEQ + off), .flags = SN_TCP_RST};
				const struct made_tcp with_ack = {.ack = (uint32_t)(SEQ + 1 + off) + data_bytes,
				                                  .flags = SN_TCP_RST | SN_TCP_ACK};
				struct sn_fit fit = fit_of(&b, &bare);
				assert_int_equal(fit.fits, acks && off == 0);
				assert_true(!fit.fits || fit.bits == 32 + 15);
				if (!acks)
					assert_int_equal(fit_of(&b, &with_ack).fits, off == 0);
			}
		}
}

static void an_answer_fits_by_the_number_it_acknowledges(void **unused)
{
	(void)unused;
	static struct built b;
	struct sn_probe probe = probe_of(&sn_method_tcp, 4);
	probe_build(&b, &sn_method_tcp, &probe);
	struct sn_ident seen;
	meaning_of(&(struct made_tcp){.ack = SEQ + 1, .flags = SN_TCP_RST | SN_TCP_ACK}, 0, &seen);
	struct sn_fit fit = sn_ident_compare(&b.ident, &seen, &sn_method_tcp.secret, 0);
	assert_true(fit.fits);
	assert_int_equal(fit.bits, 32 + 15);
	for (int off = -1; off <= 2; off++) {
		meaning_of(&(struct made_tcp){.ack = (uint32_t)(SEQ + off), .flags = SN_TCP_RST | SN_TCP_ACK}, 0, &seen);
		assert_int_equal(sn_ident_compare(&b.ident, &seen, &sn_method_tcp.secret, 0).fits, off == 1);
	}
	/* The number after the last is the first. */
	probe.key = UINT64_C(0xffffffff) << 16;
	probe_build(&b, &sn_method_tcp, &probe);
	meaning_of(&(struct made_tcp){.ack = 0, .flags = SN_TCP_RST | SN_TCP_ACK}, 0, &seen);
	assert_true(sn_ident_compare(&b.ident, &seen, &sn_method_tcp.secret, 0).fits);
}

/* RFC 7323 section 3.2: TSecr repeats our value, and only in a segment that answers the SYN it came with. */
static void an_echoed_timestamp_proves_more(void **unused)
{
	(void)unused;
	static struct built b;
	struct sn_probe probe = probe_of(&sn_method_tcp, 4);
	probe_build(&b, &sn_method_tcp, &probe);
	struct made_tcp tcp = with_timestamps;
	struct sn_ident seen;
	assert_int_equal(meaning_of(&tcp, 0, &seen), SONDE_M_SYN_ACK);
	assert_true(seen.have & SN_ID_STAMP);
	struct sn_fit fit = sn_ident_compare(&b.ident, &seen, &sn_method_tcp.secret, 0);
	assert_int_equal(fit.bits, 32 + 15 + 16);
	assert_int_equal(fit.diff, 0);
	/* Another value was rewritten on the way: reported, and the number still decides. */
	tcp.options[11] ^= 1;
	meaning_of(&tcp, 0, &seen);
	fit = sn_ident_compare(&b.ident, &seen, &sn_method_tcp.secret, 0);
	assert_true(fit.fits);
	assert_int_equal(fit.bits, 32 + 15);
	assert_int_equal(fit.diff, SONDE_DIFF_STAMP);
	/* Zero says nothing, and a bare ACK repeats another SYN's. */
	tcp.options[8] = tcp.options[9] = tcp.options[10] = tcp.options[11] = 0;
	meaning_of(&tcp, 0, &seen);
	assert_false(seen.have & SN_ID_STAMP);
	tcp.options[8] = 1;
	tcp.flags = SN_TCP_ACK;
	assert_int_equal(meaning_of(&tcp, 0, &seen), SONDE_M_BARE_ACK);
	assert_false(seen.have & SN_ID_STAMP);
}

static void only_seen_bytes_are_told(void **unused)
{
	(void)unused;
	struct made_packet segment;
	made_tcp(&segment, &(struct made_ip){.version = 4, .ttl = 60}, 443, 0x8001, &with_timestamps, 0);
	struct sn_packet packet;
	assert_true(sn_packet_parse(segment.bytes, segment.count, &packet));
	static const struct {
		struct sonde_span span;
		uint32_t have;
	} rows[] = {
	    {{20, 32}, SN_ID_SEQ | SN_ID_STAMP}, {{20, 31}, SN_ID_SEQ}, {{20 + 8, 4}, SN_ID_SEQ}, {{20 + 9, 4}, 0}, {{20 + 8, 3}, 0}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sn_seen some = {.packet = segment.bytes, .spans = &rows[i].span, .span_count = 1, .rebuilt = true};
		struct sn_ident seen;
		enum sonde_meaning meaning;
		assert_true(sn_method_tcp.key_of_reply(&packet, &some, &seen, &meaning));
		assert_int_equal(seen.have & (SN_ID_SEQ | SN_ID_STAMP), rows[i].have);
	}
}

static void a_quote_shows_what_was_quoted(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2) {
		static struct built b;
		struct sn_probe probe = probe_of(&sn_method_tcp, family);
		probe_build(&b, &sn_method_tcp, &probe);
		uint32_t ip = SN_ID_SRC | SN_ID_DST | SN_ID_TOS | SN_ID_LENGTH | (family == 4 ? SN_ID_IP_ID : SN_ID_FLOW_LABEL);
		for (size_t cut = b.header_bytes + 8; cut <= b.count; cut++) {
			struct sn_ident seen;
			assert_true(probe_quoted(&b, cut, &seen));
			assert_int_equal(seen.have & ~(uint32_t)SN_ID_STAMP, ip | SN_ID_SPORT | SN_ID_DPORT | SN_ID_SEQ);
			assert_int_equal(seen.seq, SEQ);
			/* The timestamp's value ends 32 bytes into the header. */
			if (cut < b.header_bytes + 32)
				assert_false(seen.have & SN_ID_STAMP);
			if (cut == b.count)
				assert_true(seen.have & SN_ID_STAMP && seen.stamp == b.ident.stamp);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_as_the_rfcs_draw_them),
		cmocka_unit_test(options_are_those_asked_for),
		cmocka_unit_test(data_is_what_was_chosen),
		cmocka_unit_test(segments_mean_what_their_flags_say),
		cmocka_unit_test(a_segment_of_no_connection_is_its_header),
		cmocka_unit_test(resets_fit_what_they_answer),
		cmocka_unit_test(an_answer_fits_by_the_number_it_acknowledges),
		cmocka_unit_test(an_echoed_timestamp_proves_more),
		cmocka_unit_test(only_seen_bytes_are_told),
		cmocka_unit_test(a_quote_shows_what_was_quoted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
