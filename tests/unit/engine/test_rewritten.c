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
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
