/* SPDX-License-Identifier: MIT */
/* Rows of a probe and its answer: every field by name, in the order of the packet, with the bytes that it has there. */
#include "packets.h"
#include "test.h"

#include <sonde/detail.h>

#include <string.h>

static const struct made_tcp syn = {.seq = 0x01020304, .flags = 2, .options_bytes = 8, .options = {2, 4, 0x05, 0xb4, 4, 2, 1, 1}};

static const struct sonde_detail_row *row_of(const struct sonde_detail_row *rows, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	fail_msg("no row %s", name);
	return NULL;
}

/* A SYN, and a copy of it in which the DSCP, the TTL and the MSS are others, and SACK is gone. */
static void make(struct made_packet *probe, struct made_packet *answer, size_t quote_bytes)
{
	struct made_packet copy;
	made_tcp(probe, &(struct made_ip){.version = 4, .ttl = 5, .tos = 0xb8, .id = 7, .df = true}, 33000, 443, &syn, 4);
	copy = *probe;
	copy.bytes[1] = 0;
	copy.bytes[8] = 1;
	copy.bytes[20 + 22] = 0x04;
	copy.bytes[20 + 24] = copy.bytes[20 + 25] = 1;
	made_error(answer, &(struct made_ip){.version = 4, .ttl = 60, .src_host = 9},
	           &(struct made_error){.type = 11, .quote_bytes = quote_bytes}, &copy);
}

static bool take_apart(const struct made_packet *probe, size_t probe_bytes, uint32_t unsure, const struct made_packet *answer,
                       size_t answer_bytes, struct sonde_detail *out)
{
	struct sonde_rx sent = {.bytes = probe->bytes, .length_bytes = probe_bytes};
	struct sonde_rx got = {.bytes = answer->bytes, .length_bytes = answer_bytes};
	return sonde_detail(&sent, unsure, &got, out);
}

/* What no field has gets a row where it differs, and only there. */
static void other_bits_have_a_row_where_they_differ(void **unused)
{
	(void)unused;
	enum { URGENT = 20 + 19 };
	struct made_packet probe, copy, answer;
	struct sonde_detail d;
	make(&probe, &answer, 2048);
	assert_true(take_apart(&probe, probe.count, 0, &answer, answer.count, &d));
	for (size_t i = 0; i < d.probe_count; i++)
		assert_string_not_equal(d.probe[i].name, "other bits");
	copy = probe;
	copy.bytes[URGENT] = 9;
	made_error(&answer, &(struct made_ip){.version = 4, .ttl = 60, .src_host = 9},
	           &(struct made_error){.type = 11, .quote_bytes = 2048}, &copy);
	assert_true(take_apart(&probe, probe.count, 0, &answer, answer.count, &d));
	const struct sonde_detail_row *row = row_of(d.probe, d.probe_count, "other bits");
	assert_int_equal(row->state, SONDE_DETAIL_DIFFERS);
	assert_int_equal(row->sent[0], 0);
	assert_int_equal(row->seen[0], 9);
}

static void each_field_has_its_two_values(void **unused)
{
	(void)unused;
	struct made_packet probe, answer;
	struct sonde_detail d;
	make(&probe, &answer, 2048);
	assert_true(take_apart(&probe, probe.count, 0, &answer, answer.count, &d));
	assert_true(d.quoted);
	assert_int_equal(d.quoted_bytes, probe.count);
	static const struct {
		const char *name, *sent, *seen;
		enum sonde_detail_state state;
		size_t count;
	} rows[] = {
		{"DSCP", "46", "0", SONDE_DETAIL_DIFFERS, 1},
		{"ECN", "0", "0", SONDE_DETAIL_SAME, 1},
		{"TTL", "5", "1", SONDE_DETAIL_DIFFERS, 1},
		{"source port", "33000", "33000", SONDE_DETAIL_SAME, 2},
		{"sequence number", "16909060", "16909060", SONDE_DETAIL_SAME, 4},
		{"MSS", "1460", "1204", SONDE_DETAIL_DIFFERS, 4},
		{"SACK", "1", "missing", SONDE_DETAIL_DIFFERS, 2},
		{"payload", "", "", SONDE_DETAIL_SAME, 4},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct sonde_detail_row *row = row_of(d.probe, d.probe_count, rows[i].name);
		assert_string_equal(row->sent_text, rows[i].sent);
		assert_string_equal(row->seen_text, rows[i].seen);
		assert_int_equal(row->state, rows[i].state);
		assert_int_equal(row->sent_count, rows[i].count);
	}
	/* in the order in which they stand, each inside the packet */
	for (size_t i = 1; i < d.probe_count; i++)
		assert_true(d.probe[i - 1].sent <= d.probe[i].sent);
	assert_string_equal(row_of(d.answer, d.answer_count, "ICMP type and code")->seen_text, "0xb00");
	assert_string_equal(row_of(d.answer, d.answer_count, "source address")->seen_text, "192.0.2.9");
}

/* A short copy: what it does not reach is not visible, whatever it was. */
static void a_short_copy_hides_the_rest(void **unused)
{
	(void)unused;
	struct made_packet probe, answer;
	struct sonde_detail d;
	make(&probe, &answer, 28);
	assert_true(take_apart(&probe, probe.count, 0, &answer, answer.count, &d));
	assert_int_equal(d.quoted_bytes, 28);
	static const char *const hidden[] = {"MSS", "SACK", "window", "payload", "acknowledgement number"};
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
		const struct sonde_detail_row *row = row_of(d.probe, d.probe_count, hidden[i]);
		assert_int_equal(row->state, SONDE_DETAIL_UNSEEN);
		assert_null(row->seen);
		assert_non_null(row->sent);
	}
}

static void an_answer_without_a_copy_stands_alone(void **unused)
{
	(void)unused;
	struct made_packet probe, answer;
	struct sonde_detail d;
	made_echo(&probe, &(struct made_ip){.version = 6, .ttl = 5}, 128, 1, 2, 8);
	made_echo(&answer, &(struct made_ip){.version = 6, .ttl = 60}, 129, 1, 2, 8);
	assert_true(take_apart(&probe, probe.count, 0, &answer, answer.count, &d));
	assert_false(d.quoted);
	assert_int_equal(row_of(d.probe, d.probe_count, "ICMP id")->state, SONDE_DETAIL_ALONE);
	assert_int_equal(row_of(d.answer, d.answer_count, "ICMP id")->seen_count, 2);
	assert_false(take_apart(&probe, 3, 0, &answer, answer.count, &d));
	assert_false(take_apart(&probe, probe.count, 0, &answer, 3, &d));
}

/* What a wire put together itself is not shown as if it had come; what the kernel may have chosen not as if it had been sent. */
static void what_nobody_saw_is_not_shown(void **unused)
{
	(void)unused;
	struct made_packet probe, answer;
	struct sonde_detail d;
	make(&probe, &answer, 2048);
	/* the answer's source, its type and code, and of the copy the ports */
	uint16_t copy_at = (uint16_t)(answer.upper_at + 8 + 20);
	struct sonde_rx sent = {.bytes = probe.bytes, .length_bytes = probe.count};
	struct sonde_rx got = {.bytes = answer.bytes, .length_bytes = answer.count, .rebuilt = true, .seen_count = 3,
	                       .seen = {{12, 4}, {(uint16_t)answer.upper_at, 2}, {copy_at, 4}}};
	assert_true(sonde_detail(&sent, SONDE_DIFF_IP_ID | SONDE_DIFF_SPORT, &got, &d));
	assert_int_equal(d.answer_count, 2);
	assert_int_equal(row_of(d.probe, d.probe_count, "DSCP")->state, SONDE_DETAIL_UNSEEN);
	assert_null(row_of(d.probe, d.probe_count, "DSCP")->seen);
	assert_int_equal(row_of(d.probe, d.probe_count, "destination port")->state, SONDE_DETAIL_SAME);
	const struct sonde_detail_row *sport = row_of(d.probe, d.probe_count, "source port");
	assert_int_equal(sport->state, SONDE_DETAIL_UNSEEN);
	assert_true(sport->seen && !sport->sent);
	for (size_t i = 0; i < d.probe_count; i++)
		assert_string_not_equal(d.probe[i].name, "IP id");
}

/* A raw socket of IPv6 gives no header around the answer, and all of the copy: an option that is missing there is missing. */
static void an_option_is_missing_where_all_was_seen(void **unused)
{
	(void)unused;
	struct made_packet probe, answer;
	struct sonde_detail d;
	make(&probe, &answer, 2048);
	struct sonde_rx sent = {.bytes = probe.bytes, .length_bytes = probe.count};
	struct sonde_rx got = {.bytes = answer.bytes, .length_bytes = answer.count, .rebuilt = true, .seen_count = 1,
	                       .seen = {{(uint16_t)answer.upper_at, (uint16_t)(answer.count - answer.upper_at)}}};
	assert_true(sonde_detail(&sent, 0, &got, &d));
	assert_int_equal(row_of(d.probe, d.probe_count, "SACK")->state, SONDE_DETAIL_DIFFERS);
	assert_string_equal(row_of(d.probe, d.probe_count, "SACK")->seen_text, "missing");
	got.seen[0].length_bytes -= 8;
	assert_true(sonde_detail(&sent, 0, &got, &d));
	assert_int_equal(row_of(d.probe, d.probe_count, "SACK")->state, SONDE_DETAIL_UNSEEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_field_has_its_two_values),
		cmocka_unit_test(other_bits_have_a_row_where_they_differ),
		cmocka_unit_test(a_short_copy_hides_the_rest),
		cmocka_unit_test(an_answer_without_a_copy_stands_alone),
		cmocka_unit_test(what_nobody_saw_is_not_shown),
		cmocka_unit_test(an_option_is_missing_where_all_was_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
