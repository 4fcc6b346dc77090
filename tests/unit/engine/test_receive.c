/* SPDX-License-Identifier: MIT */
/* Receiving: what an answer's event says, first, further and late answers, broken packets, instants in any order. */
#include "enginelab.h"
#include "test.h"

#include "base/rng.h"

#include <errno.h>
#include <string.h>

enum { WHOLE = PACKET_MAX_BYTES, ROUTER = 9, SYN_ACK = 0x12, RST_ACK = 0x14 };

static struct lab lab;

static const struct lab_sent *begin(const char *method, uint8_t family, uint8_t ttl)
{
	lab_finish(&lab);
	lab_init(&lab);
	struct sonde_trace_cfg cfg = lab_cfg(method, family);
	return lab_sent_at(&lab, lab_add(&lab, &cfg), ttl);
}

static const struct sonde_event *newest(enum sonde_event_type type)
{
	const struct sonde_event *event = &lab.events[lab.event_count - 1];
	assert_int_equal(event->type, type);
	return event;
}

static void a_reply_says_what_came(void **unused)
{
	(void)unused;
	const struct lab_sent *sent = begin("udp", 4, 3);
	struct made_packet answer;
	lab_exceeded(&answer, sent, ROUTER, 28);
	answer.bytes[28 + 8] = 1;  /* the quoted TTL */
	made_rechecksum(&answer);
	lab_give(&lab, &answer, sent->at_ns + 12345678);
	const struct sonde_event *event = newest(SONDE_EV_REPLY);
	const struct sonde_event_answer *a = &event->as.answer;
	assert_int_equal(event->at_ns, sent->at_ns + 12345678);
	assert_int_equal(a->at_ns, event->at_ns);
	assert_int_equal(a->rtt_ns, 12345678);
	assert_int_equal(a->meaning, SONDE_M_TIME_EXCEEDED);
	assert_true(a->is_icmp && !a->in_targets_name && !a->from_self && !a->offloaded);
	assert_int_equal(a->icmp_type, 11);
	assert_int_equal(a->icmp_code, 0);
	assert_int_equal(a->from.bytes[3], ROUTER);
	assert_int_equal(a->reply_ttl, 62);
	assert_true(a->quote.visible & SONDE_DIFF_TTL);
	assert_int_equal(a->quote.seen_ttl, 1);
	assert_int_equal(a->mtu_bytes, 0);
	assert_int_equal(event->probe.ttl, 3);
	assert_int_equal(event->probe.sent_at_ns, sent->at_ns);
	assert_int_equal(event->probe.size_bytes, sent->packet.count);
}

/* RFC 1191 section 4: the next-hop MTU stands in bytes 6 and 7; RFC 4443 section 3.2: in bytes 4 to 7. */
static void too_big_says_the_mtu(void **unused)
{
	(void)unused;
	static const struct {
		uint8_t family, type, code;
		uint32_t mtu;
		uint16_t shown;
	} rows[] = {{4, 3, 4, 1400, 1400}, {4, 3, 4, 0, 0}, {6, 2, 0, 1280, 1280}, {6, 2, 0, 100000, 65535}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct lab_sent *sent = begin("icmp", rows[i].family, 2);
		struct made_packet answer;
		struct made_ip ip = {.version = rows[i].family, .ttl = 63, .src_host = ROUTER};
		struct made_error says = {.type = rows[i].type, .code = rows[i].code, .rest = rows[i].mtu, .quote_bytes = WHOLE};
		made_error(&answer, &ip, &says, &sent->packet);
		lab_give(&lab, &answer, lab.now + SONDE_MS);
		assert_int_equal(newest(SONDE_EV_REPLY)->as.answer.meaning, SONDE_M_PACKET_TOO_BIG);
		assert_int_equal(newest(SONDE_EV_REPLY)->as.answer.mtu_bytes, rows[i].shown);
	}
}

/* An ICMP error in the name of the probe's own source. */
static void own_error(struct made_packet *out, const struct lab_sent *sent, uint8_t type, uint8_t code)
{
	struct made_ip ip = {.version = sent->family, .ttl = 64, .src_host = 2};
	struct made_error says = {.type = type, .code = code, .quote_bytes = WHOLE};
	made_error(out, &ip, &says, &sent->packet);
	if (sent->family == 6)
		return;
	memcpy(out->bytes + 12, (uint8_t[]){198, 51, 100, 2}, 4);
	out->bytes[10] = out->bytes[11] = 0;
	unsigned sum = 0;
	for (size_t i = 0; i < 20; i += 2)
		sum += (unsigned)out->bytes[i] << 8 | out->bytes[i + 1];
	sum = 0xffff & ~((sum >> 16) + (sum & 0xffff));
	out->bytes[10] = (uint8_t)(sum >> 8);
	out->bytes[11] = (uint8_t)sum;
}

/* A next hop that does not answer is an answer about the way, and so is a way that leads back to us. */
static void this_machines_own_word_is_marked(void **unused)
{
	(void)unused;
	static const struct {
		uint8_t family, type, code;
		enum sonde_meaning meaning;
	} rows[] = {{4, 3, 1, SONDE_M_HOST_UNREACHABLE}, {6, 1, 3, SONDE_M_HOST_UNREACHABLE},
	            {4, 11, 0, SONDE_M_TIME_EXCEEDED}, {6, 3, 0, SONDE_M_TIME_EXCEEDED}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct lab_sent *sent = begin("udp", rows[i].family, 2);
		struct made_packet answer;
		own_error(&answer, sent, rows[i].type, rows[i].code);
		lab_give(&lab, &answer, lab.now);
		assert_true(newest(SONDE_EV_REPLY)->as.answer.from_self);
		assert_int_equal(newest(SONDE_EV_REPLY)->as.answer.meaning, rows[i].meaning);
	}
}

/* What this machine refuses with an ICMP error did not leave it: no answer of the way, and no loss. */
static void this_machines_refusal_is_a_failed_send(void **unused)
{
	(void)unused;
	static const struct {
		uint8_t family, type, code;
		int sys_errno;
	} rows[] = {
		{4, 3, 0, EPERM}, {4, 3, 2, EPERM}, {4, 3, 3, EPERM}, {4, 3, 9, EPERM}, {4, 3, 10, EPERM}, {4, 3, 13, EPERM},
		{4, 3, 4, EMSGSIZE},
		{6, 1, 0, EPERM}, {6, 1, 1, EPERM}, {6, 1, 4, EPERM}, {6, 1, 5, EPERM}, {6, 1, 6, EPERM}, {6, 2, 0, EMSGSIZE},
	};
	static const char *const methods[] = {"icmp", "udp", "tcp"};
	for (size_t i = 0; i < 3 * sizeof rows / sizeof *rows; i++) {
		const struct lab_sent *sent = begin(methods[i % 3], rows[i / 3].family, 2);
		struct made_packet answer;
		own_error(&answer, sent, rows[i / 3].type, rows[i / 3].code);
		lab_give(&lab, &answer, lab.now);
		assert_int_equal(newest(SONDE_EV_LOCAL_ERROR)->as.sys_errno, rows[i / 3].sys_errno);
		assert_true(newest(SONDE_EV_LOCAL_ERROR)->probe.token == sent->token);
		assert_int_equal(lab_count(&lab, SONDE_EV_REPLY), 0);
		assert_int_equal(lab_stats(&lab).stray_count, 0);
	}
}

/* Who traces himself is told by himself. */
static void the_target_may_be_this_machine(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2) {
		lab_finish(&lab);
		lab_init(&lab);
		struct sonde_trace_cfg cfg = lab_cfg("udp", family);
		cfg.dst = cfg.src;
		const struct lab_sent *sent = lab_sent_at(&lab, lab_add(&lab, &cfg), 1);
		struct made_packet answer;
		own_error(&answer, sent, family == 4 ? 3 : 1, family == 4 ? 3 : 4);
		lab_give(&lab, &answer, lab.now);
		assert_true(newest(SONDE_EV_REPLY)->as.answer.from_self && newest(SONDE_EV_REPLY)->as.answer.in_targets_name);
	}
}

static void the_second_answer_is_a_duplicate(void **unused)
{
	(void)unused;
	const struct lab_sent *sent = begin("icmp", 4, 2);
	struct made_packet answer;
	lab_exceeded(&answer, sent, ROUTER, 28);
	lab_give(&lab, &answer, lab.now + SONDE_MS);
	newest(SONDE_EV_REPLY);
	for (unsigned i = 1; i <= 3; i++) {
		lab_exceeded(&answer, sent, (uint8_t)(ROUTER + i), 28);
		lab_give(&lab, &answer, lab.now + SONDE_MS);
		assert_int_equal(newest(SONDE_EV_DUPLICATE)->as.answer.from.bytes[3], ROUTER + i);
		assert_int_equal(newest(SONDE_EV_DUPLICATE)->as.answer.rtt_ns, lab.now - sent->at_ns);
		assert_int_equal(lab_stats(&lab).duplicate_count, i);
	}
	assert_int_equal(lab_stats(&lab).stray_count, 0);
}

static void an_answer_behind_its_time_is_late_and_then_a_duplicate(void **unused)
{
	(void)unused;
	const struct lab_sent *sent = begin("icmp", 6, 1);
	while (!lab_last(&lab, SONDE_EV_TIMEOUT))
		lab_until(&lab, lab.now + SONDE_MS);
	assert_true(lab_last(&lab, SONDE_EV_TIMEOUT)->probe.token == sent->token);
	struct made_packet answer;
	lab_exceeded(&answer, sent, ROUTER, 48);
	lab_give(&lab, &answer, lab.now + SONDE_MS);
	assert_int_equal(newest(SONDE_EV_LATE)->as.answer.rtt_ns, lab.now - sent->at_ns);
	lab_give(&lab, &answer, lab.now + SONDE_MS);
	newest(SONDE_EV_DUPLICATE);
	struct sonde_engine_stats stats = lab_stats(&lab);
	assert_int_equal(stats.late_count, 1);
	assert_int_equal(stats.duplicate_count, 1);
	assert_int_equal(stats.received_count, 2);
}

/* The first SYN-ACK may have been lost: what comes after a second may be its repetition, whose time is the host's timer. */
static void a_syn_ack_after_a_second_is_not_timed(void **unused)
{
	(void)unused;
	static const struct {
		uint8_t flags;
		sonde_ns after_ns, rtt_ns;
	} rows[] = {{SYN_ACK, 999 * SONDE_MS, 999 * SONDE_MS}, {SYN_ACK, 1012 * SONDE_MS, -1}, {RST_ACK, 1012 * SONDE_MS, 1012 * SONDE_MS}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct lab_sent *sent = begin("tcp", 4, 2);
		struct made_packet answer;
		lab_segment(&answer, sent, 1, rows[i].flags);
		lab_give(&lab, &answer, sent->at_ns + rows[i].after_ns);
		assert_int_equal(lab.events[lab.event_count - 1].as.answer.rtt_ns, rows[i].rtt_ns);
	}
}

static void after_the_end_nothing_is_said(void **unused)
{
	(void)unused;
	const struct lab_sent *sent = begin("icmp", 4, 2);
	struct made_packet answer;
	lab_exceeded(&answer, sent, ROUTER, 28);
	sonde_engine_stop(lab.engine, 0, SONDE_STOP_INTERRUPTED);
	lab_turn(&lab);
	newest(SONDE_EV_TRACE_END);
	size_t events = lab.event_count;
	lab_give(&lab, &answer, lab.now + SONDE_MS);
	assert_int_equal(lab.event_count, events);
	assert_int_equal(lab_stats(&lab).late_count, 1);
	/* Forgotten, it is nobody's. */
	sonde_engine_forget(lab.engine, 0);
	lab_give(&lab, &answer, lab.now + SONDE_MS);
	assert_int_equal(lab.event_count, events);
	assert_int_equal(lab_stats(&lab).stray_count, 1);
}

/* Nothing has happened for seconds when a router gives up on its neighbour. It tells all that waited; those that were read first hold
 * back what would be sent for the others, from when they came on, not from when the engine was asked last. */
static void a_late_word_counts_from_when_it_came(void **unused)
{
	(void)unused;
	lab_finish(&lab);
	lab_init(&lab);
	struct sonde_trace_cfg cfg = lab_cfg("udp", 4);
	cfg.queries = 3;
	cfg.sport_count = 1;
	lab_add(&lab, &cfg);
	sonde_at_ns began = lab.now, came = began + 3050 * SONDE_MS;
	lab_until(&lab, began + 2 * SONDE_S);
	size_t sent_count = lab.sent_count;
	bool told[256] = {false};
	for (size_t i = 0; i < sent_count; i++) {
		struct made_packet answer;
		const struct lab_sent *sent = &lab.sent[i];
		if (told[sent->ttl] || sent->ttl == 255)
			continue;
		told[sent->ttl] = true;
		lab_host_unreachable(&answer, sent, ROUTER, WHOLE);
		lab_give(&lab, &answer, came);
	}
	assert_true(lab_count(&lab, SONDE_EV_LATE) >= 10);
	lab_turn(&lab);
	lab_until(&lab, came + 29 * SONDE_MS);
	assert_int_equal(lab.sent_count, sent_count);
}

/* ---- broken and foreign packets ---- */

static void bad_checksums_are_counted_and_no_evidence(void **unused)
{
	(void)unused;
	static const char *const methods[] = {"icmp", "udp", "tcp"};
	for (size_t m = 0; m < 3; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			const struct lab_sent *sent = begin(methods[m], family, 2);
			struct made_packet good[2], answer;
			lab_exceeded(&good[0], sent, ROUTER, WHOLE);
			lab_target_answer(&good[1], sent);
			size_t events = lab.event_count, count = 0;
			for (size_t g = 0; g < 2; g++)
				for (size_t at = good[g].upper_at + 8; at < good[g].count; at += 11, count++) {
					answer = good[g];
					answer.bytes[at] ^= 0x10;
					lab_give(&lab, &answer, lab.now);
				}
			assert_int_equal(lab_stats(&lab).bad_checksum_count, count);
			assert_int_equal(lab.event_count, events);
			if (family == 4) {
				/* The IPv4 header's own. */
				answer = good[0];
				answer.bytes[10] ^= 1;
				lab_give(&lab, &answer, lab.now);
				assert_int_equal(lab_stats(&lab).bad_checksum_count, count + 1);
			}
			assert_int_equal(lab.event_count, events);
			lab_give(&lab, &good[0], lab.now);
			newest(SONDE_EV_REPLY);
		}
}

/* A probe's answer that only its checksum condemns is told when the trace ends, with the row that looks silent for it. One that fits no
 * probe is nobody's. */
static void damaged_answers_are_told_at_the_end(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2) {
		const struct lab_sent *sent = begin("icmp", family, 3);
		struct made_packet answer;
		lab_exceeded(&answer, sent, ROUTER, WHOLE);
		answer.bytes[answer.upper_at + 2] ^= 1;
		lab_give(&lab, &answer, lab.now);
		lab_give(&lab, &answer, lab.now);
		answer.bytes[answer.count - 1] ^= 1; /* of the payload, which has a part of the key */
		answer.bytes[answer.upper_at + 8 + (family == 4 ? 20u : 40u) + 8u] ^= 1;
		lab_give(&lab, &answer, lab.now);
		assert_int_equal(lab_stats(&lab).bad_checksum_count, 3);
		sonde_engine_stop(lab.engine, 0, SONDE_STOP_INTERRUPTED);
		lab_turn(&lab);
		assert_int_equal(lab.traces[0].end.damaged.count, 2);
		assert_int_equal(lab.traces[0].end.damaged.first_ttl, sent->ttl);
		assert_int_equal(lab.traces[0].end.damaged.last_ttl, sent->ttl);
	}
}

/* What a stack leaves to its hardware: the folded sum of the pseudo header (RFC 9293 section 3.1) in the place of the checksum. */
static void offloaded_checksums_are_accepted_and_marked(void **unused)
{
	(void)unused;
	static const struct {
		const char *method;
		size_t checksum_at;
	} rows[] = {{"tcp", 16}, {"udp", 6}};
	for (size_t i = 0; i < 2; i++) {
		const struct lab_sent *sent = begin(rows[i].method, 4, 2);
		struct made_packet answer;
		if (i == 0)
			lab_segment(&answer, sent, 1, 0x12);
		else
			lab_udp_echo(&answer, sent, 1);
		size_t upper_bytes = answer.count - 20;
		unsigned sum = answer.protocol + (unsigned)upper_bytes;
		for (size_t at = 12; at < 20; at += 2)
			sum += (unsigned)answer.bytes[at] << 8 | answer.bytes[at + 1];
		sum = (sum >> 16) + (sum & 0xffff);
		answer.bytes[20 + rows[i].checksum_at] = (uint8_t)(sum >> 8);
		answer.bytes[20 + rows[i].checksum_at + 1] = (uint8_t)sum;
		lab_give(&lab, &answer, lab.now);
		assert_true(newest(SONDE_EV_REPLY)->as.answer.offloaded);
		assert_int_equal(lab_stats(&lab).bad_checksum_count, 0);
	}
}

static void every_packet_is_counted_once(void **unused)
{
	(void)unused;
	const struct lab_sent *sent = begin("icmp", 4, 2);
	struct sn_rng rng;
	sn_rng_init(&rng, 21, 0);
	struct made_packet answer, packet;
	lab_exceeded(&answer, sent, ROUTER, WHOLE);
	/* 64 random strings, then answers with random bytes changed or cut off. */
	for (unsigned i = 0; i < 5000; i++) {
		packet = answer;
		if (i < 64) {
			packet.count = sn_rng_below(&rng, 200);
			for (size_t at = 0; at < packet.count; at++)
				packet.bytes[at] = (uint8_t)sn_rng_next(&rng);
		} else {
			for (unsigned n = 0; n <= i % 3; n++)
				packet.bytes[sn_rng_below(&rng, packet.count)] = (uint8_t)sn_rng_next(&rng);
			if (i % 4 == 0)
				packet.count = sn_rng_below(&rng, packet.count);
			else if (i % 4 == 1)
				made_rechecksum(&packet);
		}
		lab_give(&lab, &packet, lab.now);
		struct sonde_engine_stats s = lab_stats(&lab);
		unsigned answers = lab_count(&lab, SONDE_EV_REPLY) + lab_count(&lab, SONDE_EV_DUPLICATE);
		assert_int_equal(s.received_count, i + 1);
		assert_int_equal(s.received_count, s.malformed_count + s.bad_checksum_count + s.stray_count + answers);
	}
	struct sonde_engine_stats s = lab_stats(&lab);
	assert_true(s.malformed_count > 0 && s.bad_checksum_count > 0 && s.stray_count > 0);
}

/* ---- instants ---- */

static void stamp(uint64_t token, sonde_at_ns at_ns)
{
	lab_give_rx(&lab, &(struct sonde_rx){.kind = SONDE_RX_STAMP, .at_ns = at_ns, .token = token});
}

static void a_stamp_corrects_the_instant_of_sending(void **unused)
{
	(void)unused;
	const struct lab_sent *sent = begin("icmp", 4, 2);
	unsigned sent_events = lab_count(&lab, SONDE_EV_SENT);
	stamp(sent->token, sent->at_ns + 100 * SONDE_US);
	struct made_packet answer;
	lab_exceeded(&answer, sent, ROUTER, 28);
	lab_give(&lab, &answer, sent->at_ns + SONDE_MS);
	assert_int_equal(newest(SONDE_EV_REPLY)->as.answer.rtt_ns, 900 * SONDE_US);
	assert_int_equal(newest(SONDE_EV_REPLY)->probe.sent_at_ns, sent->at_ns + 100 * SONDE_US);
	/* After the answer it says nothing more, nor does one for a probe that nobody knows. */
	size_t events = lab.event_count;
	stamp(sent->token, sent->at_ns + 200 * SONDE_US);
	stamp(UINT64_MAX, sent->at_ns);
	stamp(0, sent->at_ns);
	assert_int_equal(lab.event_count, events);
	assert_int_equal(lab_count(&lab, SONDE_EV_SENT), sent_events);
}

static void a_round_trip_is_never_negative(void **unused)
{
	(void)unused;
	const struct lab_sent *sent = begin("icmp", 4, 2);
	struct made_packet answer;
	lab_exceeded(&answer, sent, ROUTER, 28);
	stamp(sent->token, sent->at_ns + 5 * SONDE_MS);
	lab_give(&lab, &answer, sent->at_ns + SONDE_MS);
	const struct sonde_event *event = newest(SONDE_EV_REPLY);
	assert_int_equal(event->as.answer.rtt_ns, 0);
	/* Its own instant is what the wire said; the event's does not go back. */
	assert_int_equal(event->as.answer.at_ns, sent->at_ns + SONDE_MS);
	assert_true(event->at_ns >= sent->at_ns + 5 * SONDE_MS);
}

static void time_never_goes_back(void **unused)
{
	(void)unused;
	const struct lab_sent *sent = begin("icmp", 4, 4);
	struct made_packet answer;
	sonde_at_ns now = lab.now;
	/* Receive and send instants in an order of their own: the bench checks that events do not go back. */
	static const int64_t offsets_us[] = {5000, -3000, 4000, -100000, 0, 7000};
	for (size_t i = 0; i < sizeof offsets_us / sizeof *offsets_us; i++) {
		lab_exceeded(&answer, sent, ROUTER, 28);
		lab_give(&lab, &answer, now + offsets_us[i] * SONDE_US);
		stamp(sent->token, now + offsets_us[i] * SONDE_US);
	}
	struct sonde_tx tx;
	sonde_engine_tick(lab.engine, 0);
	sonde_engine_next_tx(lab.engine, 0, &tx);
	assert_true(sonde_engine_deadline(lab.engine) > now);
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
		cmocka_unit_test(a_reply_says_what_came),
		cmocka_unit_test(too_big_says_the_mtu),
		cmocka_unit_test(this_machines_own_word_is_marked),
		cmocka_unit_test(this_machines_refusal_is_a_failed_send),
		cmocka_unit_test(the_target_may_be_this_machine),
		cmocka_unit_test(the_second_answer_is_a_duplicate),
		cmocka_unit_test(an_answer_behind_its_time_is_late_and_then_a_duplicate),
		cmocka_unit_test(a_syn_ack_after_a_second_is_not_timed),
		cmocka_unit_test(after_the_end_nothing_is_said),
		cmocka_unit_test(bad_checksums_are_counted_and_no_evidence),
		cmocka_unit_test(a_late_word_counts_from_when_it_came),
		cmocka_unit_test(damaged_answers_are_told_at_the_end),
		cmocka_unit_test(offloaded_checksums_are_accepted_and_marked),
		cmocka_unit_test(every_packet_is_counted_once),
		cmocka_unit_test(a_stamp_corrects_the_instant_of_sending),
		cmocka_unit_test(a_round_trip_is_never_negative),
		cmocka_unit_test(time_never_goes_back),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
