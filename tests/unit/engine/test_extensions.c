/* SPDX-License-Identifier: MIT */
/* Objects behind a quote become events, right behind their answer's and only where they were really seen. */
#include "enginelab.h"
#include "frames.h"
#include "test.h"

enum { WHOLE = PACKET_MAX_BYTES, ROUTER = 9 };

static struct lab lab;

static const struct lab_sent *begin(const char *method, uint8_t family, uint8_t ttl)
{
	lab_finish(&lab);
	lab_init(&lab);
	struct sonde_trace_cfg cfg = lab_cfg(method, family);
	return lab_sent_at(&lab, lab_add(&lab, &cfg), ttl);
}

static void exceeded(struct made_packet *out, const struct lab_sent *sent, const char *vector, enum made_frame_checksum checksum)
{
	struct made_ip ip = {.version = sent->family, .ttl = 63, .src_host = ROUTER};
	struct made_frame frame = {
	    .checksum = checksum, .objects = frame_vector(vector)->objects, .objects_bytes = frame_vector(vector)->count};
	struct made_error error = {.type = sent->family == 4 ? 11 : 3, .quote_bytes = WHOLE, .frame = &frame};
	made_error(out, &ip, &error, &sent->packet);
}

static void objects_follow_their_answer(void **unused)
{
	(void)unused;
	static const char *const methods[] = {"icmp", "udp", "tcp"};
	for (size_t i = 0; i < 6; i++) {
		const struct lab_sent *sent = begin(methods[i / 2], i % 2 ? 4 : 6, 3);
		struct made_packet answer;
		exceeded(&answer, sent, "several", FRAME_CHECKSUM_RIGHT);
		lab_give(&lab, &answer, sent->at_ns + SONDE_MS);
		const struct sonde_event *event = &lab.events[lab.event_count - 4];
		assert_int_equal(event[0].type, SONDE_EV_REPLY);
		for (size_t k = 1; k <= 3; k++) {
			assert_int_equal(event[k].type, SONDE_EV_EXTENSION);
			assert_int_equal(event[k].as.extension.of, SONDE_EV_REPLY);
			assert_int_equal(event[k].as.extension.object.object, k);
			assert_memory_equal(&event[k].probe, &event[0].probe, sizeof event->probe);
		}
		assert_int_equal(event[1].as.extension.object.as.mpls.labels[0].label, 24001);
		assert_string_equal(event[2].as.extension.object.as.node.name.bytes, "pe1");
		assert_int_equal(event[3].as.extension.object.class_num, 0xf7);
	}
}

static void further_and_late_answers_have_theirs(void **unused)
{
	(void)unused;
	const struct lab_sent *sent = begin("udp", 4, 1);
	while (!lab_last(&lab, SONDE_EV_TIMEOUT))
		lab_until(&lab, lab.now + SONDE_MS);
	assert_true(lab_last(&lab, SONDE_EV_TIMEOUT)->probe.token == sent->token);
	struct made_packet answer;
	exceeded(&answer, sent, "mpls_nine", FRAME_CHECKSUM_RIGHT);
	lab_give(&lab, &answer, lab.now + SONDE_MS);
	assert_int_equal(lab_count(&lab, SONDE_EV_LATE), 1);
	assert_int_equal(lab_count(&lab, SONDE_EV_EXTENSION), 2);
	assert_int_equal(lab_last(&lab, SONDE_EV_EXTENSION)->as.extension.of, SONDE_EV_LATE);
	assert_int_equal(lab_last(&lab, SONDE_EV_EXTENSION)->as.extension.object.as.mpls.labels[0].label, 108);
	lab_give(&lab, &answer, lab.now + SONDE_MS);
	assert_int_equal(lab_count(&lab, SONDE_EV_DUPLICATE), 1);
	assert_int_equal(lab_count(&lab, SONDE_EV_EXTENSION), 4);
	assert_int_equal(lab_last(&lab, SONDE_EV_EXTENSION)->as.extension.of, SONDE_EV_DUPLICATE);
}

static void a_frame_that_does_not_verify_is_none(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2) {
		const struct lab_sent *sent = begin("icmp", family, 2);
		struct made_packet answer;
		exceeded(&answer, sent, "several", FRAME_CHECKSUM_WRONG);
		lab_give(&lab, &answer, sent->at_ns + SONDE_MS);
		assert_int_equal(lab_count(&lab, SONDE_EV_REPLY), 1);
		assert_int_equal(lab_count(&lab, SONDE_EV_EXTENSION), 0);
	}
}

/* A wire that rebuilds packets says which bytes it has from the network: nothing else is a router's word. */
static void only_what_was_seen_is_told(void **unused)
{
	(void)unused;
	for (unsigned missing = 0; missing <= 1; missing++) {
		const struct lab_sent *sent = begin("udp", 4, 2);
		struct made_packet answer;
		exceeded(&answer, sent, "mpls_one", FRAME_CHECKSUM_RIGHT);
		struct sonde_rx rx = {.at_ns = sent->at_ns + SONDE_MS, .token = sent->token, .token_bits = 15, .bytes = answer.bytes,
		                      .length_bytes = answer.count, .rebuilt = true, .seen_count = 2};
		/* the outer source; type and code; … and the frame, but for its last byte */
		rx.seen[0] = (struct sonde_span){12, 4};
		rx.seen[1] = (struct sonde_span){20, (uint16_t)(answer.count - 20 - missing)};
		lab_give_rx(&lab, &rx);
		assert_int_equal(lab_count(&lab, SONDE_EV_REPLY), 1);
		assert_int_equal(lab_count(&lab, SONDE_EV_EXTENSION), !missing);
	}
}

static void an_answer_without_any_has_none(void **unused)
{
	(void)unused;
	const struct lab_sent *sent = begin("icmp", 4, 2);
	struct made_packet answer;
	lab_exceeded(&answer, sent, ROUTER, WHOLE);
	lab_give(&lab, &answer, sent->at_ns + SONDE_MS);
	assert_int_equal(lab_count(&lab, SONDE_EV_REPLY), 1);
	assert_int_equal(lab_count(&lab, SONDE_EV_EXTENSION), 0);
}

static int after(void **unused)
{
	(void)unused;
	lab_finish(&lab);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_follow_their_answer),
		cmocka_unit_test(further_and_late_answers_have_theirs),
		cmocka_unit_test(a_frame_that_does_not_verify_is_none),
		cmocka_unit_test(only_what_was_seen_is_told),
		cmocka_unit_test(an_answer_without_any_has_none),
	};
	return cmocka_run_group_tests(tests, NULL, after);
}
