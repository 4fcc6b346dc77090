/* SPDX-License-Identifier: MIT */
/* What is seen at an interface tells of what is missing, and changes nothing. */
#include "enginelab.h"
#include "test.h"

#include <string.h>

enum { WHOLE = PACKET_MAX_BYTES, ROUTER = 9, SYN_ACK = 0x12, RST = 0x04, RST_ACK = 0x14, ACK = 0x10 };

static struct lab lab;

static const struct lab_sent *begin(const char *method, uint8_t family, uint8_t ttl)
{
	lab_finish(&lab);
	lab_init(&lab);
	struct sonde_trace_cfg cfg = lab_cfg(method, family);
	return lab_sent_at(&lab, lab_add(&lab, &cfg), ttl);
}

static bool hear(const struct made_packet *packet, size_t count, bool outgoing, struct sonde_event *out)
{
	struct sonde_overheard heard = {.rx = {.kind = SONDE_RX_PACKET, .bytes = packet->bytes, .length_bytes = count, .at_ns = lab.now},
	                                .ifindex = 3, .outgoing = outgoing};
	return sonde_engine_overheard(lab.engine, &heard, out);
}

static bool hears(const struct made_packet *packet)
{
	struct sonde_event event;
	return hear(packet, packet->count, false, &event);
}

static void a_missing_answer_is_told_and_changes_nothing(void **unused)
{
	(void)unused;
	static const char *const methods[] = {"icmp", "udp", "tcp"};
	for (size_t i = 0; i < 6; i++) {
		const struct lab_sent *sent = begin(methods[i / 2], i % 2 ? 6 : 4, 2);
		struct made_packet answer;
		struct sonde_event event;
		struct sonde_engine_stats before = lab_stats(&lab), after;
		size_t events = lab.event_count;
		lab_exceeded(&answer, sent, ROUTER, WHOLE);
		lab.now += SONDE_MS;
		assert_true(hear(&answer, answer.count, false, &event));
		assert_int_equal(event.type, SONDE_EV_OVERHEARD);
		assert_true(event.probe.token == sent->token);
		assert_false(event.as.overheard.own_reset);
		assert_int_equal(event.as.overheard.answer.meaning, SONDE_M_TIME_EXCEEDED);
		assert_int_equal(event.as.overheard.answer.at_ns, lab.now);
		lab_turn(&lab);
		after = lab_stats(&lab);
		assert_memory_equal(&before, &after, sizeof before);
		/* the socket's copy is still its first answer */
		lab_give(&lab, &answer, lab.now);
		assert_true(lab.event_count > events);
		assert_true(lab_last(&lab, SONDE_EV_REPLY)->probe.token == sent->token);
		assert_false(hears(&answer));
	}
}

static void one_given_up_is_missing_too(void **unused)
{
	(void)unused;
	const struct lab_sent *sent = begin("icmp", 4, 1);
	struct made_packet answer;
	while (!lab_last(&lab, SONDE_EV_TIMEOUT))
		lab_until(&lab, lab.now + SONDE_MS);
	lab_exceeded(&answer, sent, ROUTER, WHOLE);
	assert_true(hears(&answer));
	lab_give(&lab, &answer, lab.now + SONDE_MS);
	assert_int_equal(lab_count(&lab, SONDE_EV_LATE), 1);
	assert_false(hears(&answer));
}

/* Of these the kernel may be right to give us nothing, or they are not ours. */
static void what_proves_nothing_is_not_told(void **unused)
{
	(void)unused;
	const struct lab_sent *sent = begin("udp", 4, 2);
	struct made_packet answer, strange;
	struct sonde_event event;
	lab_exceeded(&answer, sent, ROUTER, WHOLE);
	for (size_t cut = 0; cut < answer.count; cut++)
		assert_false(hear(&answer, cut, false, &event));
	strange = answer;
	strange.bytes[strange.count - 1] ^= 1; /* its checksum is wrong now */
	assert_false(hears(&strange));
	strange = answer;
	strange.bytes[8] ^= 1; /* the checksum of its header is */
	assert_false(hears(&strange));
	strange = answer;
	strange.bytes[28 + 20 + 1] ^= 1; /* another source port, and with that a weaker likeness */
	made_rechecksum(&strange);
	bool told = hear(&strange, strange.count, false, &event);
	assert_true(!told || !event.as.overheard.answer.weak);
	made_echo(&strange, &(struct made_ip){.version = 4}, 0, 4711, 1, 20);
	assert_false(hears(&strange));
	assert_false(hear(&answer, answer.count, true, &event));
	assert_true(hears(&answer));
}

/* Several probes of a flow may be meant by a bare ACK: the socket's copy of it has been credited to one of them already. */
static void a_bare_ack_tells_nothing(void **unused)
{
	(void)unused;
	const struct lab_sent *sent = begin("tcp", 4, 2);
	struct made_packet answer;
	lab_segment(&answer, sent, 1, ACK);
	assert_false(hears(&answer));
}

static void own_reset(struct made_packet *out, const struct lab_sent *sent, uint32_t more)
{
	const uint8_t *syn = sent->packet.bytes + sent->packet.upper_at;
	uint32_t seq = (uint32_t)syn[4] << 24 | (uint32_t)syn[5] << 16 | (uint32_t)syn[6] << 8 | syn[7];
	struct made_ip ip = {.version = sent->family, .ttl = 64, .src_host = 2, .dst_host = 1};
	struct made_tcp tcp = {.seq = seq + more, .flags = RST};
	made_tcp(out, &ip, (uint16_t)(syn[0] << 8 | syn[1]), (uint16_t)(syn[2] << 8 | syn[3]), &tcp, 0);
}

/* RFC 9293 section 3.10.7.1: the reset that answers a SYN-ACK has the number that it acknowledged. */
static void a_syn_ack_and_its_reset_are_told(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2) {
		const struct lab_sent *sent = begin("tcp", family, 3);
		struct made_packet answer, reset;
		struct sonde_event event;
		lab_segment(&answer, sent, 1, SYN_ACK);
		lab_give(&lab, &answer, lab.now + SONDE_MS);
		assert_true(hear(&answer, answer.count, false, &event));
		assert_true(event.probe.token == sent->token);
		assert_int_equal(event.as.overheard.answer.meaning, SONDE_M_SYN_ACK);
		assert_int_equal(event.as.overheard.answer.diff, 0);
		own_reset(&reset, sent, 1);
		/* packets.h makes addresses that mirror ours: made from here to there they are the other way round */
		size_t at = family == 4 ? 12 : 8, addr = family == 4 ? 4 : 16;
		memcpy(reset.bytes + at, sent->packet.bytes + at, 2 * addr);
		if (family == 4) {
			reset.bytes[10] = reset.bytes[11] = 0;
			unsigned sum = 0;
			for (size_t i = 0; i < 20; i += 2)
				sum += (unsigned)reset.bytes[i] << 8 | reset.bytes[i + 1];
			sum = 0xffff & ~((sum >> 16) + (sum & 0xffff));
			reset.bytes[10] = (uint8_t)(sum >> 8);
			reset.bytes[11] = (uint8_t)sum;
		}
		made_rechecksum(&reset);
		assert_true(hear(&reset, reset.count, true, &event));
		assert_true(event.as.overheard.own_reset);
		assert_true(event.probe.token == sent->token);
		/* one that came in, or that has another number, is none of ours */
		assert_false(hear(&reset, reset.count, false, &event));
		reset.bytes[reset.upper_at + 7] ^= 0x40;
		made_rechecksum(&reset);
		assert_false(hear(&reset, reset.count, true, &event));
	}
}

static void what_did_not_leave_has_no_answer(void **unused)
{
	(void)unused;
	lab_finish(&lab);
	lab_init(&lab);
	lab.send_errno = 1;
	struct sonde_trace_cfg cfg = lab_cfg("udp", 4);
	const struct lab_sent *sent = lab_sent_at(&lab, lab_add(&lab, &cfg), 1);
	struct made_packet answer;
	lab_exceeded(&answer, sent, ROUTER, WHOLE);
	assert_false(hears(&answer));
}

static int teardown(void **unused)
{
	(void)unused;
	lab_finish(&lab);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_missing_answer_is_told_and_changes_nothing, teardown),
		cmocka_unit_test_teardown(one_given_up_is_missing_too, teardown),
		cmocka_unit_test_teardown(what_proves_nothing_is_not_told, teardown),
		cmocka_unit_test_teardown(a_bare_ack_tells_nothing, teardown),
		cmocka_unit_test_teardown(a_syn_ack_and_its_reset_are_told, teardown),
		cmocka_unit_test_teardown(what_did_not_leave_has_no_answer, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
