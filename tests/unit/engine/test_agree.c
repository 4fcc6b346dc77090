/* SPDX-License-Identifier: MIT */
/* Copies that show too little of a probe, each by itself, and agree about what was done to them; and what forgers make of that. */
#include "enginelab.h"
#include "test.h"

#include <string.h>

enum { DCCP = 33, ROUTER = 9, OTHER_PORT = 1477, WHOLE = PACKET_MAX_BYTES };
static const uint32_t MOVED = 0x9abc1234;

static struct lab lab;
static const uint8_t fixed_bytes[] = "the same in all of them";
static const struct sonde_carried carried = {.bytes = fixed_bytes, .count = sizeof fixed_bytes};

static struct sonde_trace_cfg cfg_of(const char *method, uint8_t family)
{
	struct sonde_trace_cfg cfg = lab_cfg(method, family);
	if (strcmp(method, "udp") == 0) {
		cfg.payload = SONDE_PAYLOAD_BYTES;
		cfg.carried = &carried;
	}
	return cfg;
}

/* A fresh bench with one trace, and copies of its probes at TTL 1 to 3. */
static void begin(const char *method, uint8_t family, struct lab_sent sent[3])
{
	struct sonde_trace_cfg cfg = cfg_of(method, family);
	lab_finish(&lab);
	lab_init(&lab);
	uint32_t id = lab_add(&lab, &cfg);
	for (uint8_t ttl = 1; ttl <= 3; ttl++)
		sent[ttl - 1] = *lab_sent_at(&lab, id, ttl);
}

static uint32_t number_at(const uint8_t *bytes, size_t count)
{
	uint32_t value = 0;
	for (size_t i = 0; i < count; i++)
		value = value << 8 | bytes[i];
	return value;
}

static void put_number(uint8_t *bytes, size_t count, uint32_t value)
{
	for (size_t i = 0; i < count; i++)
		bytes[i] = (uint8_t)(value >> 8 * (count - 1 - i));
}

/* What a device makes of it: its number moved, or sent from another port. */
static void rewrite(struct lab_sent *sent, uint32_t by)
{
	uint8_t *upper = sent->packet.bytes + sent->packet.upper_at;
	if (sent->packet.protocol == 6)
		put_number(upper + 4, 4, number_at(upper + 4, 4) + by);
	else
		put_number(upper, 2, by);
	made_rechecksum(&sent->packet);
	if (sent->packet.protocol == DCCP) /* the address is put back, and not what the checksum has of it */
		put_number(upper + 6, 2, number_at(upper + 6, 2) ^ 0x0101);
}

static void give(const struct lab_sent *sent, uint32_t by)
{
	struct lab_sent other = *sent;
	struct made_packet answer;
	rewrite(&other, by);
	lab_exceeded(&answer, &other, ROUTER, WHOLE);
	lab_give(&lab, &answer, lab.now + SONDE_MS);
}

static const struct {
	const char *method;
	uint8_t family;
	uint32_t by, otherwise, field;
	bool weak;
} rows[] = {
	{"tcp", 4, MOVED, MOVED + 1, SONDE_DIFF_SEQ, false},
	{"tcp", 6, MOVED, MOVED + 1, SONDE_DIFF_SEQ, false},
	{"udp", 4, OTHER_PORT, OTHER_PORT + 1, SONDE_DIFF_SPORT, true},
	{"udp", 6, OTHER_PORT, OTHER_PORT + 1, SONDE_DIFF_SPORT, true},
	{"dccp", 6, OTHER_PORT, OTHER_PORT + 1, SONDE_DIFF_SPORT | SONDE_DIFF_CHECKSUM, false},
};
enum { ROWS = sizeof rows / sizeof *rows };

/* The second proves the first as well, which is told with the time that it took; the third needs no other. Nothing of it was a stray. */
static void copies_that_agree_are_believed(void **unused)
{
	(void)unused;
	for (size_t r = 0; r < ROWS; r++) {
		struct lab_sent sent[3];
		begin(rows[r].method, rows[r].family, sent);
		give(&sent[0], rows[r].by);
		sonde_ns first_ns = lab.now - sent[0].at_ns;
		assert_int_equal(lab_count(&lab, SONDE_EV_REPLY), 0);
		assert_int_equal(lab_stats(&lab).stray_count, 1);
		for (size_t i = 1; i < 3; i++) {
			give(&sent[i], rows[r].by);
			assert_int_equal(lab_count(&lab, SONDE_EV_REPLY), i + 1);
		}
		assert_int_equal(lab_stats(&lab).stray_count, 0);
		assert_int_equal(lab_stats(&lab).forged_count, 0);
		size_t told = 0;
		for (size_t i = 0; i < lab.event_count; i++) {
			const struct sonde_event *event = &lab.events[i];
			if (event->type != SONDE_EV_REPLY)
				continue;
			assert_true(event->probe.token == sent[told].token);
			assert_int_equal(event->as.answer.diff, rows[r].field);
			assert_int_equal(event->as.answer.quote.diff & rows[r].field, rows[r].field);
			assert_int_equal(event->as.answer.weak, rows[r].weak);
			if (told++ == 0)
				assert_true(event->as.answer.rtt_ns == first_ns);
		}
	}
}

/* The same probe again, or another change of another one: no two that agree. */
static void what_does_not_agree_is_not_believed(void **unused)
{
	(void)unused;
	for (size_t r = 0; r < ROWS; r++) {
		struct lab_sent sent[3];
		begin(rows[r].method, rows[r].family, sent);
		give(&sent[0], rows[r].by);
		give(&sent[0], rows[r].by);
		give(&sent[1], rows[r].otherwise);
		assert_int_equal(lab_count(&lab, SONDE_EV_REPLY), 0);
		assert_int_equal(lab_stats(&lab).stray_count, 3);
		/* the newest is the one that may be agreed with */
		give(&sent[2], rows[r].otherwise);
		assert_int_equal(lab_count(&lab, SONDE_EV_REPLY), 2);
		assert_int_equal(lab_stats(&lab).stray_count, 2);
	}
}

/* Another port and an IP id that no probe has: somebody guesses, and no port is learned any more, be the next guesses right. */
static void one_wrong_guess_ends_it(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct lab_sent sent[3], guess;
		begin("udp", family, sent);
		give(&sent[0], OTHER_PORT);
		guess = sent[1];
		guess.packet.bytes[family == 4 ? 5 : 3] ^= 0x11;
		give(&guess, OTHER_PORT);
		give(&sent[1], OTHER_PORT);
		give(&sent[2], OTHER_PORT);
		assert_int_equal(lab_count(&lab, SONDE_EV_REPLY), 0);
		assert_int_equal(lab_stats(&lab).stray_count, 4);
	}
}

/* All of the 65,536 IP ids, from one port. */
static void who_tries_all_ids_is_not_believed(void **unused)
{
	(void)unused;
	struct lab_sent sent[3], guess;
	begin("udp", 4, sent);
	guess = sent[0];
	for (uint32_t id = 0; id <= UINT16_MAX; id++) {
		put_number(guess.packet.bytes + 4, 2, id * 40503 & UINT16_MAX);
		give(&guess, OTHER_PORT);
	}
	assert_int_equal(lab_count(&lab, SONDE_EV_REPLY) + lab_count(&lab, SONDE_EV_LATE), 0);
	assert_int_equal(lab_stats(&lab).stray_count, UINT16_MAX + 1);
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
		cmocka_unit_test(copies_that_agree_are_believed),
		cmocka_unit_test(what_does_not_agree_is_not_believed),
		cmocka_unit_test(one_wrong_guess_ends_it),
		cmocka_unit_test(who_tries_all_ids_is_not_believed),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
