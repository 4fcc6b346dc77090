/* SPDX-License-Identifier: MIT */
/* Matching of answers that routers, translators and targets changed: what was rewritten, padded, left out or added. */
#include "enginelab.h"
#include "test.h"

#include <string.h>

enum { SYN_ACK = 0x12, RST_ACK = 0x14, ROUTER = 9 };

static const char *const methods[] = {"icmp", "udp", "udp-classic", "tcp"};
enum { METHODS = 4 };

static struct lab lab;

/* A fresh bench with one trace; its probe at TTL 2. */
static const struct lab_sent *begin(const struct sonde_trace_cfg *cfg)
{
	lab_finish(&lab);
	lab_init(&lab);
	return lab_sent_at(&lab, lab_add(&lab, cfg), 2);
}

static const struct lab_sent *begin_plain(const char *method, uint8_t family)
{
	struct sonde_trace_cfg cfg = lab_cfg(method, family);
	return begin(&cfg);
}

static const struct sonde_event *expect(enum sonde_event_type type, const struct lab_sent *sent)
{
	const struct sonde_event *event = &lab.events[lab.event_count - 1];
	/* What the answer carried beside its quote follows it. */
	while (event->type == SONDE_EV_EXTENSION)
		event--;
	assert_int_equal(event->type, type);
	assert_true(event->probe.token == sent->token);
	return event;
}

static const struct sonde_event *expect_reply(struct made_packet *answer, const struct lab_sent *sent, enum sonde_meaning meaning)
{
	lab_give(&lab, answer, lab.now + SONDE_MS);
	const struct sonde_event *event = expect(SONDE_EV_REPLY, sent);
	assert_int_equal(event->as.answer.meaning, meaning);
	return event;
}

static void expect_stray(struct made_packet *answer)
{
	size_t events = lab.event_count;
	uint64_t strays = lab_stats(&lab).stray_count;
	lab_give(&lab, answer, lab.now + SONDE_MS);
	assert_int_equal(lab.event_count, events);
	assert_int_equal(lab_stats(&lab).stray_count, strays + 1);
}

/* A router that knows a shorter way says so (RFC 792), or that it is busy (RFC 6633), and passes the packet on all the same. */
static void what_does_not_end_a_probe_is_no_answer(void **unused)
{
	(void)unused;
	static const uint8_t types[] = {4, 5};
	for (size_t m = 0; m < METHODS; m++)
		for (size_t t = 0; t < 2; t++) {
			const struct lab_sent *sent = begin_plain(methods[m], 4);
			struct made_packet answer;
			made_error(&answer, &(struct made_ip){.version = 4, .ttl = 60, .src_host = ROUTER},
			           &(struct made_error){.type = types[t], .code = t ? 1 : 0, .quote_bytes = 28}, &sent->packet);
			expect_stray(&answer);
			lab_exceeded(&answer, sent, ROUTER, 28);
			expect_reply(&answer, sent, SONDE_M_TIME_EXCEEDED);
		}
}

/* Some routers quote eight bytes, and zeros up to where an extension may stand (RFC 4884 section 5): those zeros are no payload. */
static void padding_is_no_payload(void **unused)
{
	(void)unused;
	static const struct made_frame frame = {.object_bytes = 4};
	for (size_t m = 0; m < METHODS; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			const struct lab_sent *sent = begin_plain(methods[m], family);
			struct made_packet answer;
			struct made_error error = {.type = family == 4 ? 11 : 3, .quote_bytes = family == 4 ? 28 : 48, .frame = &frame};
			made_error(&answer, &(struct made_ip){.version = family, .ttl = 60, .src_host = ROUTER}, &error, &sent->packet);
			expect_reply(&answer, sent, SONDE_M_TIME_EXCEEDED);
		}
}

/* Eight bytes with another source address: the checksum that a translator mended for it is undone before probes are told apart by it. */
static void short_translated_quotes_are_found(void **unused)
{
	(void)unused;
	for (size_t m = 0; m < METHODS; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			const struct lab_sent *sent = begin_plain(methods[m], family);
			struct lab_sent other = *sent;
			struct made_packet answer;
			other.packet.bytes[family == 4 ? 15 : 23] = 0x77;
			made_rechecksum(&other.packet);
			lab_exceeded(&answer, &other, ROUTER, family == 4 ? 28 : 48);
			const struct sonde_event *event = expect_reply(&answer, sent, SONDE_M_TIME_EXCEEDED);
			assert_int_equal(event->as.answer.diff, SONDE_DIFF_SRC);
			bool weak = family == 6 && strncmp(methods[m], "udp", 3) == 0;
			assert_int_equal(event->as.answer.weak, weak);
		}
}

/* A translator that sends port 53 elsewhere: the request in the quote is still the one that was sent. */
static void a_translated_port_hides_no_request(void **unused)
{
	(void)unused;
	static const uint16_t ports[] = {53, 123, 33434};
	for (size_t p = 0; p < 3; p++) {
		struct sonde_trace_cfg cfg = lab_cfg("udp", 4);
		cfg.dport = ports[p];
		const struct lab_sent *sent = begin(&cfg);
		for (size_t quote_bytes = 28; quote_bytes <= sent->packet.count; quote_bytes++) {
			struct lab_sent other = *sent;
			struct made_packet answer;
			other.packet.bytes[22] ^= 0x15;
			made_rechecksum(&other.packet);
			lab_exceeded(&answer, &other, ROUTER, quote_bytes);
			lab_give(&lab, &answer, lab.now);
			assert_int_equal(lab_stats(&lab).stray_count, 0);
			enum sonde_event_type type = quote_bytes == 28 ? SONDE_EV_REPLY : SONDE_EV_DUPLICATE;
			assert_int_equal(expect(type, sent)->as.answer.diff, SONDE_DIFF_DPORT);
		}
	}
}

/* Over IPv4 a translator may leave the checksum out (RFC 768), and so may a forger, who then would have to guess nothing but the IP id of
 * whose port he knows: the rest of the quote must leave no doubt. */
static void a_checksum_that_was_left_out_proves_nothing(void **unused)
{
	(void)unused;
	static const uint8_t checksum[] = {26, 27};
	for (size_t quote_bytes = 28; quote_bytes <= 60; quote_bytes += 32) {
		const struct lab_sent *sent = begin_plain("udp", 4);
		struct lab_sent other = *sent;
		struct made_packet answer;
		other.packet.bytes[checksum[0]] = other.packet.bytes[checksum[1]] = 0;
		lab_exceeded(&answer, &other, ROUTER, quote_bytes);
		if (quote_bytes == 28) {
			expect_stray(&answer);
			continue;
		}
		const struct sonde_event *event = expect_reply(&answer, sent, SONDE_M_TIME_EXCEEDED);
		assert_int_equal(event->as.answer.diff, SONDE_DIFF_CHECKSUM);
		assert_false(event->as.answer.weak);
	}
}

/* A closed port acknowledges what a SYN carries as well (RFC 9293 section 3.10.7.1), an open one the SYN alone or all of it. */
static void a_segment_may_acknowledge_the_data(void **unused)
{
	(void)unused;
	static const uint8_t flags[] = {RST_ACK, SYN_ACK};
	enum { SIZE = 200, DATA = SIZE - 60, ACK_AT = 28 };
	for (size_t i = 0; i < 4; i++) {
		struct sonde_trace_cfg cfg = lab_cfg("tcp", 4);
		cfg.size_bytes = SIZE;
		const struct lab_sent *sent = begin(&cfg);
		struct made_packet answer;
		lab_segment(&answer, sent, 1, flags[i % 2]);
		uint32_t ack = 0, more = i < 2 ? DATA : 0;
		for (size_t at = 0; at < 4; at++)
			ack = ack << 8 | answer.bytes[ACK_AT + at];
		for (size_t off = 0; off < 3; off++) {
			/* One byte less or more is nobody's. */
			uint32_t wrong = ack + more + (off == 0 ? 1 : off == 1 ? UINT32_MAX : 0);
			for (size_t at = 0; at < 4; at++)
				answer.bytes[ACK_AT + at] = (uint8_t)(wrong >> (24 - 8 * at));
			made_rechecksum(&answer);
			if (off < 2)
				expect_stray(&answer);
		}
		expect_reply(&answer, sent, flags[i % 2] == RST_ACK ? SONDE_M_RST : SONDE_M_SYN_ACK);
	}
}

static int finish(void **unused)
{
	(void)unused;
	lab_finish(&lab);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_does_not_end_a_probe_is_no_answer),
		cmocka_unit_test(padding_is_no_payload),
		cmocka_unit_test(short_translated_quotes_are_found),
		cmocka_unit_test(a_translated_port_hides_no_request),
		cmocka_unit_test(a_checksum_that_was_left_out_proves_nothing),
		cmocka_unit_test(a_segment_may_acknowledge_the_data),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
