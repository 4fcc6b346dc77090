/* SPDX-License-Identifier: MIT */
/* Matching: whose answer it is, by quotes of every kind, direct answers, the wire's word; and what is nobody's. */
#include "enginelab.h"
#include "test.h"

#include "probe/ident.h"

#include <string.h>

enum { WHOLE = PACKET_MAX_BYTES, SYN_ACK = 0x12, RST_ACK = 0x14, ACK = 0x10, ROUTER = 9 };

static const char *const methods[] = {"icmp", "udp", "udp-classic", "tcp"};
enum { METHODS = 4 };

static struct lab lab;

/* A fresh bench with one trace; its probe of that TTL. */
static const struct lab_sent *begin(const char *method, uint8_t family, uint8_t ttl)
{
	lab_finish(&lab);
	lab_init(&lab);
	struct sonde_trace_cfg cfg = lab_cfg(method, family);
	return lab_sent_at(&lab, lab_add(&lab, &cfg), ttl);
}

static const struct sonde_event *expect(enum sonde_event_type type, const struct lab_sent *sent)
{
	const struct sonde_event *event = &lab.events[lab.event_count - 1];
	assert_int_equal(event->type, type);
	assert_true(event->probe.token == sent->token);
	assert_int_equal(event->trace_id, sent->trace_id);
	return event;
}

static const struct sonde_event *expect_reply(struct made_packet *answer, const struct lab_sent *sent, enum sonde_meaning meaning)
{
	lab_give(&lab, answer, lab.now + SONDE_MS);
	const struct sonde_event *event = expect(SONDE_EV_REPLY, sent);
	assert_int_equal(event->as.answer.meaning, meaning);
	return event;
}

/* forged: it names our flow, at least. */
static void expect_stray(struct made_packet *answer, bool forged)
{
	size_t events = lab.event_count;
	struct sonde_engine_stats before = lab_stats(&lab);
	lab_give(&lab, answer, lab.now + SONDE_MS);
	assert_int_equal(lab.event_count, events);
	assert_int_equal(lab_stats(&lab).stray_count, before.stray_count + 1);
	assert_int_equal(lab_stats(&lab).forged_count, before.forged_count + forged);
}

static void every_method_knows_its_quotes(void **unused)
{
	(void)unused;
	for (size_t m = 0; m < METHODS; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			const size_t cuts[] = {family == 4 ? 28 : 48, WHOLE};
			for (size_t c = 0; c < 2; c++) {
				const struct lab_sent *sent = begin(methods[m], family, 3);
				struct made_packet answer;
				lab_exceeded(&answer, sent, ROUTER, cuts[c]);
				const struct sonde_event *event = expect_reply(&answer, sent, SONDE_M_TIME_EXCEEDED);
				assert_int_equal(event->probe.ttl, 3);
				assert_false(event->as.answer.in_targets_name);
				assert_int_equal(event->as.answer.diff, 0);
				/* 8 bytes of UDP over IPv6 show port and checksum, no more. */
				bool weak = family == 6 && c == 0 && strncmp(methods[m], "udp", 3) == 0;
				assert_int_equal(event->as.answer.weak, weak);
				assert_int_equal(event->as.answer.match_bits < SN_BITS_STRONG, weak);
			}
		}
}

static void every_method_knows_its_targets_answers(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct made_packet answer;
		const struct lab_sent *sent = begin("icmp", family, 4);
		lab_echo_reply(&answer, sent, 1);
		assert_true(expect_reply(&answer, sent, SONDE_M_ECHO_REPLY)->as.answer.in_targets_name);
		sent = begin("tcp", family, 4);
		lab_segment(&answer, sent, 1, SYN_ACK);
		assert_false(expect_reply(&answer, sent, SONDE_M_SYN_ACK)->as.answer.weak);
		sent = begin("tcp", family, 4);
		lab_segment(&answer, sent, 1, RST_ACK);
		assert_true(expect_reply(&answer, sent, SONDE_M_RST)->as.answer.in_targets_name);
		for (size_t m = 1; m <= 2; m++) {
			sent = begin(methods[m], family, 4);
			lab_udp_echo(&answer, sent, 1);
			assert_false(expect_reply(&answer, sent, SONDE_M_UDP_REPLY)->as.answer.weak);
			sent = begin(methods[m], family, 4);
			lab_port_unreachable(&answer, sent, 1, WHOLE);
			assert_true(expect_reply(&answer, sent, SONDE_M_PORT_UNREACHABLE)->as.answer.in_targets_name);
		}
	}
}

/* A packet of ours with bytes changed in it, as a forger or a foreign program would send it. */
static void quoted_with(struct made_packet *answer, const struct lab_sent *sent, size_t quote_bytes, const uint8_t at[], size_t count)
{
	struct lab_sent other = *sent;
	for (size_t i = 0; i < count; i++)
		other.packet.bytes[at[i]] ^= 0x41;
	lab_exceeded(answer, &other, ROUTER, quote_bytes);
}

/* Offsets into the quoted packet that are changed together: none of these may be taken for ours. */
static void forged_quotes_are_strays(void **unused)
{
	(void)unused;
	static const struct {
		const char *method;
		uint8_t family;
		uint8_t quote_bytes;
		uint8_t at[3], count;
		bool forged;
	} rows[] = {
		{"icmp", 4, 28, {26}, 1, true},           /* sequence number */
		{"icmp", 4, 60, {28}, 1, true},           /* key */
		{"icmp", 4, 28, {4, 24}, 2, false},        /* IP id and echo id: some other program's ping */
		{"icmp", 6, 48, {46}, 1, true},
		{"icmp", 6, 48, {44, 42}, 2, false},
		{"udp", 4, 28, {4}, 1, true},             /* IP id */
		{"udp", 4, 28, {26}, 1, true},            /* checksum */
		{"udp", 4, 60, {30}, 1, true},            /* key */
		{"udp", 4, 28, {19, 4}, 2, false},         /* another destination, another id */
		{"udp", 6, 48, {39}, 1, false},            /* another destination */
		{"udp", 6, 48, {46}, 1, true},            /* checksum */
		{"udp", 6, 48, {41}, 1, false},            /* source port: only the checksum is left */
		{"udp-classic", 4, 28, {4, 27}, 2, true},
		{"tcp", 4, 28, {24}, 1, true},            /* sequence number */
		{"tcp", 6, 48, {47}, 1, true},
		{"tcp", 6, 48, {39, 41}, 2, false},        /* another destination from another port */
		{"tcp-ack", 4, 28, {24}, 1, true},        /* sequence number */
		{"udplite", 4, 28, {26}, 1, true},        /* checksum */
		{"udplite", 4, 40, {30}, 1, true},        /* key */
		{"dccp", 4, 28, {26}, 1, true},           /* checksum */
		{"dccp", 6, 56, {55}, 1, true},           /* sequence number */
		{"sctp", 4, 40, {37}, 1, true},           /* initiate tag */
		{"sctp", 4, 28, {4}, 1, false},            /* IP id: nothing else of an INIT's first eight bytes is a secret */
		{"sctp", 6, 60, {59}, 1, true},
		{"raw", 4, 28, {25}, 1, false},            /* the key's part; without ports nobody tells whose flow it names */
		{"raw", 6, 56, {50}, 1, false},            /* the key */
		{"icmp-timestamp", 4, 28, {26}, 1, true}, /* sequence number */
		{"icmp-timestamp", 4, 40, {29}, 1, true}, /* originate timestamp */
		{"icmp-timestamp", 4, 28, {20}, 1, false}, /* another type */
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct lab_sent *sent = begin(rows[i].method, rows[i].family, 2);
		struct made_packet answer;
		quoted_with(&answer, sent, rows[i].quote_bytes, rows[i].at, rows[i].count);
		expect_stray(&answer, rows[i].forged);
		/* The probe is still waited for: the true answer comes through. */
		lab_exceeded(&answer, sent, ROUTER, rows[i].quote_bytes);
		expect_reply(&answer, sent, SONDE_M_TIME_EXCEEDED);
	}
}

static void forged_answers_are_strays(void **unused)
{
	(void)unused;
	struct made_packet answer;
	const struct lab_sent *sent = begin("icmp", 4, 2);
	lab_echo_reply(&answer, sent, 1);
	answer.bytes[26] ^= 1;  /* sequence number */
	made_rechecksum(&answer);
	expect_stray(&answer, true);
	lab_echo_reply(&answer, sent, 1);
	answer.bytes[28] ^= 1;  /* key */
	made_rechecksum(&answer);
	expect_stray(&answer, true);
	/* The reply to another program's ping of the same target. */
	made_echo(&answer, &(struct made_ip){.version = 4, .ttl = 60}, 0, 4711, 1, 32);
	expect_stray(&answer, false);
	/* Somebody pings us. */
	made_echo(&answer, &(struct made_ip){.version = 4, .ttl = 60}, 8, 4711, 1, 32);
	expect_stray(&answer, false);
	sent = begin("tcp", 4, 2);
	for (unsigned at = 28; at < 32; at++) {  /* acknowledgment number */
		lab_segment(&answer, sent, 1, RST_ACK);
		answer.bytes[at] ^= 1;
		made_rechecksum(&answer);
		expect_stray(&answer, true);
	}
	/* What a service says of its own accord. */
	sent = begin("udp", 4, 2);
	lab_udp_echo(&answer, sent, 1);
	answer.bytes[28] ^= 1;  /* key */
	made_rechecksum(&answer);
	expect_stray(&answer, false);
	/* To another port of ours, or from another one of the target. */
	for (unsigned at = 21; at <= 23; at += 2) {
		made_udp(&answer, &(struct made_ip){.version = 4, .ttl = 60}, 33434, 32769, 4);
		answer.bytes[at] ^= 1;
		made_rechecksum(&answer);
		expect_stray(&answer, false);
	}
	/* An error that quotes too little to be a quote. */
	lab_exceeded(&answer, sent, ROUTER, 24);
	expect_stray(&answer, false);
}

/* Each trace is told how many named its flow, when it ends. */
static void forgeries_are_told_to_whose_flow_they_name(void **unused)
{
	(void)unused;
	struct made_packet answer;
	const struct lab_sent *sent = begin("icmp", 4, 2);
	struct sonde_trace_cfg cfg = lab_cfg("udp", 4);
	uint32_t other = lab_add(&lab, &cfg);
	for (unsigned i = 0; i < 3; i++) {
		quoted_with(&answer, sent, 28, (const uint8_t[]){26}, 1);
		expect_stray(&answer, true);
	}
	sonde_engine_stop(lab.engine, 0, SONDE_STOP_INTERRUPTED);
	sonde_engine_stop(lab.engine, other, SONDE_STOP_INTERRUPTED);
	lab_turn(&lab);
	assert_int_equal(lab.traces[0].end.forged_count, 3);
	assert_int_equal(lab.traces[other].end.forged_count, 0);
	assert_int_equal(lab.traces[other].end.stray_count, 3);
}

/* Everything but the sender fits: an answer, and plainly not in the target's name. */
static void an_answer_from_elsewhere_is_shown_as_such(void **unused)
{
	(void)unused;
	struct made_packet answer;
	const struct lab_sent *sent = begin("icmp", 6, 2);
	lab_echo_reply(&answer, sent, ROUTER);
	const struct sonde_event *event = expect_reply(&answer, sent, SONDE_M_ECHO_REPLY);
	assert_false(event->as.answer.in_targets_name);
	assert_int_equal(event->as.answer.diff, SONDE_DIFF_DST);
	assert_int_equal(event->as.answer.from.bytes[15], ROUTER);
	/* As good as any other evidence it does not say where the target is. */
	lab_until_end(&lab, 0);
	assert_false(lab.traces[0].end.reached);
}

/* Source and port rewritten and mended: found by the destination. Destination rewritten: found by our port or echo id. */
static void translated_quotes_are_found(void **unused)
{
	(void)unused;
	for (size_t m = 0; m < METHODS; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			const struct lab_sent *sent = begin(methods[m], family, 2);
			struct lab_sent other = *sent;
			struct made_packet answer;
			bool icmp = m == 0;
			other.packet.bytes[family == 4 ? 15 : 23] = 0x77;
			other.packet.bytes[other.packet.upper_at + (icmp ? 5 : 1)] ^= 0x55;
			made_rechecksum(&other.packet);
			lab_exceeded(&answer, &other, ROUTER, WHOLE);
			const struct sonde_event *event = expect_reply(&answer, sent, SONDE_M_TIME_EXCEEDED);
			assert_int_equal(event->as.answer.diff, SONDE_DIFF_SRC | (icmp ? SONDE_DIFF_ICMP_ID : SONDE_DIFF_SPORT));
			sent = begin(methods[m], family, 2);
			other = *sent;
			other.packet.bytes[family == 4 ? 19 : 39] = 0x77;
			made_rechecksum(&other.packet);
			lab_exceeded(&answer, &other, ROUTER, WHOLE);
			event = expect_reply(&answer, sent, SONDE_M_TIME_EXCEEDED);
			assert_int_equal(event->as.answer.diff, SONDE_DIFF_DST);
		}
}

/* The same target by every method and twice by one: each answer goes home. */
static void traces_do_not_mix(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2) {
		lab_finish(&lab);
		lab_init(&lab);
		enum { TRACES = 6 };
		static const char *const names[TRACES] = {"icmp", "udp", "udp-classic", "tcp", "icmp", "tcp"};
		for (size_t i = 0; i < TRACES; i++) {
			struct sonde_trace_cfg cfg = lab_cfg(names[i], family);
			cfg.sport[0] = (uint16_t)(40000 + i);
			lab_add(&lab, &cfg);
		}
		lab_until(&lab, lab.now + 20 * SONDE_MS);
		size_t sent_count = lab.sent_count;
		assert_true(sent_count > TRACES * 5);
		for (size_t i = 0; i < sent_count; i++) {
			struct made_packet answer;
			/* A stranger's order. */
			const struct lab_sent *sent = &lab.sent[(i * 7919) % sent_count];
			size_t before = lab.event_count;
			if (i % 2)
				lab_exceeded(&answer, sent, ROUTER, family == 4 ? 28 : 48);
			else
				lab_target_answer(&answer, sent);
			lab_give(&lab, &answer, lab.now);
			assert_true(lab.event_count > before);
			const struct sonde_event *event = &lab.events[before];
			assert_true(event->type == SONDE_EV_REPLY || event->type == SONDE_EV_DUPLICATE);
			assert_true(event->probe.token == sent->token && event->trace_id == sent->trace_id);
		}
		assert_int_equal(lab_stats(&lab).stray_count, 0);
	}
}

/* ---- the wire's word ---- */

static void give_rebuilt(struct made_packet *answer, uint64_t token, uint8_t token_bits, const struct sonde_span *seen, uint8_t seen_count)
{
	struct sonde_rx rx = {.kind = SONDE_RX_PACKET,
	                      .at_ns = lab.now + SONDE_MS,
	                      .token = token,
	                      .token_bits = token_bits,
	                      .bytes = answer->bytes,
	                      .length_bytes = answer->count,
	                      .rebuilt = true,
	                      .seen_count = seen_count};
	for (size_t i = 0; i < seen_count; i++)
		rx.seen[i] = seen[i];
	lab_give_rx(&lab, &rx);
}

static void rebuilt_bytes_prove_nothing(void **unused)
{
	(void)unused;
	const struct lab_sent *sent = begin("udp", 4, 2);
	struct made_packet answer;
	lab_exceeded(&answer, sent, ROUTER, WHOLE);
	size_t events = lab.event_count;
	give_rebuilt(&answer, 0, 0, NULL, 0);
	/* Key but for its last byte, IP id but for its first: 28 bytes of outer headers, 20 and 8 of the quote. */
	give_rebuilt(&answer, 0, 0, (struct sonde_span[]){{28 + 28, 7}, {28 + 5, 1}}, 2);
	assert_int_equal(lab.event_count, events);
	assert_int_equal(lab_stats(&lab).stray_count, 2);
	/* The payload alone, seen, is 64 bits. */
	give_rebuilt(&answer, 0, 0, (struct sonde_span[]){{28 + 28, 8}}, 1);
	const struct sonde_event *event = expect(SONDE_EV_REPLY, sent);
	assert_int_equal(event->as.answer.match_bits, 64);
	assert_false(event->as.answer.weak);
}

/* Rebuilt bytes are no difference either. */
static void rebuilt_bytes_show_no_difference(void **unused)
{
	(void)unused;
	const struct lab_sent *sent = begin("udp", 4, 2);
	struct lab_sent other = *sent;
	other.packet.bytes[1] = 0x77;  /* TOS */
	other.packet.bytes[15] = 0x77; /* source */
	struct made_packet answer;
	lab_exceeded(&answer, &other, ROUTER, WHOLE);
	give_rebuilt(&answer, 0, 0, (struct sonde_span[]){{28 + 28, 8}}, 1);
	assert_int_equal(expect(SONDE_EV_REPLY, sent)->as.answer.diff, 0);
}

static void the_wires_word_is_weak(void **unused)
{
	(void)unused;
	for (size_t m = 0; m < METHODS; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			const struct lab_sent *sent = begin(methods[m], family, 2);
			struct made_packet answer;
			lab_exceeded(&answer, sent, ROUTER, WHOLE);
			give_rebuilt(&answer, sent->token, 15, NULL, 0);
			const struct sonde_event *event = expect(SONDE_EV_REPLY, sent);
			assert_int_equal(event->as.answer.match_bits, 15);
			assert_true(event->as.answer.weak);
		}
}

static void the_wires_word_does_not_outweigh_what_was_seen(void **unused)
{
	(void)unused;
	const struct lab_sent *sent = begin("udp", 4, 2), *next = lab_sent_at(&lab, 0, 3);
	struct made_packet answer;
	const struct sonde_span payload = {28 + 28, 8};
	size_t events = lab.event_count;
	/* The socket says one probe, the payload another. */
	lab_exceeded(&answer, next, ROUTER, WHOLE);
	give_rebuilt(&answer, sent->token, 15, &payload, 1);
	assert_int_equal(lab.event_count, events);
	assert_int_equal(lab_stats(&lab).stray_count, 1);
	/* Both say the same: more bits. */
	give_rebuilt(&answer, next->token, 15, &payload, 1);
	assert_int_equal(expect(SONDE_EV_REPLY, next)->as.answer.match_bits, 64 + 15);
	/* A token of another protocol's trace. */
	struct sonde_trace_cfg cfg = lab_cfg("tcp", 4);
	const struct lab_sent *tcp = lab_sent_at(&lab, lab_add(&lab, &cfg), 2);
	events = lab.event_count;
	lab_exceeded(&answer, sent, ROUTER, WHOLE);
	give_rebuilt(&answer, tcp->token, 15, NULL, 0);
	assert_int_equal(lab.event_count, events);
	/* A token nobody knows is no token. */
	give_rebuilt(&answer, UINT64_C(77) << 32 | 1, 15, NULL, 0);
	assert_int_equal(lab.event_count, events);
	assert_int_equal(lab_stats(&lab).stray_count, 3);
}

static void a_probe_that_did_not_leave_is_not_answered(void **unused)
{
	(void)unused;
	const struct lab_sent *sent = begin("udp", 4, 2);
	struct made_packet answer;
	lab_exceeded(&answer, sent, ROUTER, WHOLE);
	lab_give_rx(&lab, &(struct sonde_rx){.kind = SONDE_RX_ERROR, .at_ns = lab.now, .token = sent->token, .sys_errno = 1});
	expect(SONDE_EV_LOCAL_ERROR, sent);
	size_t events = lab.event_count;
	expect_stray(&answer, false);
	give_rebuilt(&answer, sent->token, 15, NULL, 0);
	assert_int_equal(lab.event_count, events);
	assert_int_equal(lab_stats(&lab).stray_count, 2);
}

/* ---- answered, not timed ---- */

static void a_bare_ack_is_credited_to_a_farther_probe(void **unused)
{
	(void)unused;
	const struct lab_sent *third = begin("tcp", 4, 3);
	const struct lab_sent *fourth = lab_sent_at(&lab, 0, 4), *fifth = lab_sent_at(&lab, 0, 5);
	struct made_packet answer;
	/* All three arrived, the fourth one first: it opened the half connection. */
	lab_segment(&answer, fourth, 1, SYN_ACK);
	expect_reply(&answer, fourth, SONDE_M_SYN_ACK);
	lab_segment(&answer, fourth, 1, ACK);
	const struct sonde_event *event = expect_reply(&answer, fifth, SONDE_M_BARE_ACK);
	assert_int_equal(event->as.answer.rtt_ns, -1);
	/* Once all farther probes have their answer it is a duplicate; a nearer one is never credited. */
	for (size_t i = 0; i < lab.sent_count; i++)
		lab_give(&lab, &answer, lab.now);
	expect(SONDE_EV_DUPLICATE, fourth);
	lab_exceeded(&answer, third, ROUTER, 28);
	expect_reply(&answer, third, SONDE_M_TIME_EXCEEDED);
}

/* The probe at TTL 255 is farther than all others. */
static void a_bare_ack_to_the_farthest_probe_comes_from_no_nearer_one(void **unused)
{
	(void)unused;
	const struct lab_sent *far = begin("tcp", 4, 255);
	struct made_packet answer;
	lab_segment(&answer, far, 1, SYN_ACK);
	expect_reply(&answer, far, SONDE_M_SYN_ACK);
	/* Now farther rows are asked. */
	lab_turn(&lab);
	lab_sent_at(&lab, 0, 20);
	lab_segment(&answer, far, 1, ACK);
	lab_give(&lab, &answer, lab.now);
	expect(SONDE_EV_DUPLICATE, far);
}

/* A service that repeats nothing of what it was asked. */
static void an_unknown_udp_answer_is_credited_to_the_nearest_probe_that_can_have_arrived(void **unused)
{
	(void)unused;
	const struct lab_sent *third = begin("udp", 4, 3), *first = lab_sent_at(&lab, 0, 1), *second = lab_sent_at(&lab, 0, 2);
	struct made_packet answer, unknown;
	made_udp(&unknown, &(struct made_ip){.version = 4, .ttl = 60}, 33434, 32769, 4);
	lab_exceeded(&answer, first, ROUTER, 28);
	expect_reply(&answer, first, SONDE_M_TIME_EXCEEDED);
	const struct sonde_event *event = expect_reply(&unknown, second, SONDE_M_UDP_REPLY);
	assert_int_equal(event->as.answer.rtt_ns, -1);
	assert_true(event->as.answer.weak);
	assert_int_equal(event->as.answer.match_bits, 15);
	expect_reply(&unknown, third, SONDE_M_UDP_REPLY);
	/* Once nobody waits there is nobody to credit. */
	while (lab_stats(&lab).stray_count == 0) {
		lab_give(&lab, &unknown, lab.now);
		assert_true(lab.event_count < LAB_EVENTS_MAX / 2);
	}
	size_t events = lab.event_count;
	lab_give(&lab, &unknown, lab.now);
	assert_int_equal(lab.event_count, events);
}

/* However long it is: only an echo would have the probe's own bytes. */
static void a_longer_unknown_udp_answer_is_one_as_well(void **unused)
{
	(void)unused;
	for (size_t payload_bytes = 9; payload_bytes <= 400; payload_bytes += 17) {
		const struct lab_sent *first = begin("udp", 6, 1);
		struct made_packet unknown;
		made_udp(&unknown, &(struct made_ip){.version = 6, .ttl = 60}, 33434, 32769, payload_bytes);
		assert_true(expect_reply(&unknown, first, SONDE_M_UDP_REPLY)->as.answer.weak);
	}
}

static void an_unknown_udp_answer_may_be_to_the_farthest_probe(void **unused)
{
	(void)unused;
	const struct lab_sent *far = begin("udp", 4, 255);
	struct made_packet unknown;
	made_udp(&unknown, &(struct made_ip){.version = 4, .ttl = 60}, 33434, 32769, 4);
	lab_give(&lab, &unknown, lab.now);
	for (size_t i = 0; i < LAB_SERIALS_MAX && lab_last(&lab, SONDE_EV_REPLY)->probe.token != far->token; i++)
		lab_give(&lab, &unknown, lab.now);
	expect(SONDE_EV_REPLY, far);
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
		cmocka_unit_test(every_method_knows_its_quotes),
		cmocka_unit_test(every_method_knows_its_targets_answers),
		cmocka_unit_test(forged_quotes_are_strays),
		cmocka_unit_test(forged_answers_are_strays),
		cmocka_unit_test(forgeries_are_told_to_whose_flow_they_name),
		cmocka_unit_test(an_answer_from_elsewhere_is_shown_as_such),
		cmocka_unit_test(translated_quotes_are_found),
		cmocka_unit_test(traces_do_not_mix),
		cmocka_unit_test(rebuilt_bytes_prove_nothing),
		cmocka_unit_test(rebuilt_bytes_show_no_difference),
		cmocka_unit_test(the_wires_word_is_weak),
		cmocka_unit_test(the_wires_word_does_not_outweigh_what_was_seen),
		cmocka_unit_test(a_probe_that_did_not_leave_is_not_answered),
		cmocka_unit_test(a_bare_ack_is_credited_to_a_farther_probe),
		cmocka_unit_test(a_bare_ack_to_the_farthest_probe_comes_from_no_nearer_one),
		cmocka_unit_test(an_unknown_udp_answer_is_credited_to_the_nearest_probe_that_can_have_arrived),
		cmocka_unit_test(a_longer_unknown_udp_answer_is_one_as_well),
		cmocka_unit_test(an_unknown_udp_answer_may_be_to_the_farthest_probe),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
