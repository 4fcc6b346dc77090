/* SPDX-License-Identifier: MIT */
/* Weak answers decide nothing alone: whatever they make be found is not certain, and is told as what forged ones could say. */
#include "judged.h"
#include "test.h"

static struct judged j;

static void answer(uint8_t ttl, const char *from, enum sonde_meaning meaning, bool weak)
{
	struct sonde_event_probe probe = made_sent(&j.m, ttl);
	struct sonde_event event = {.type = SONDE_EV_REPLY, .probe = probe};
	event.as.answer = (struct sonde_event_answer){
	    .from = addr_of(from), .at_ns = j.m.now + 400000, .rtt_ns = 400000, .meaning = meaning, .is_icmp = meaning != SONDE_M_UDP_REPLY,
	    .in_targets_name = strcmp(from, "192.0.2.9") == 0, .weak = weak, .match_bits = weak ? 31 : 64,
	    .reply_ttl = (uint8_t)(65 - ttl)};
	made_event(&j.m, event);
}

/* Five hops, three answers each, to a target that is there. */
static void way(bool weak)
{
	char router[SONDE_ADDR_TEXT];
	judged_start(&j, "udp", 3);
	for (uint8_t ttl = 1; ttl <= 5; ttl++)
		for (unsigned i = 0; i < 3; i++)
			answer(ttl, ttl < 5 ? judged_router(ttl, router) : "192.0.2.9",
			       ttl < 5 ? SONDE_M_TIME_EXCEEDED : SONDE_M_PORT_UNREACHABLE, weak);
}

/* Every finding but what the machine says itself. */
static void all_doubted(bool wanted)
{
	assert_true(j.findings.count > 0);
	for (size_t i = 0; i < j.findings.count; i++) {
		const struct sonde_finding *f = &j.findings.items[i];
		if (f->confidence == SONDE_CONFIDENCE_UNDECIDED)
			continue;
		bool doubted = strstr(f->otherwise, "answers are forged: those that say it are weak");
		if (doubted != wanted || (wanted && f->confidence == SONDE_CONFIDENCE_CERTAIN))
			fail_msg("%s: %s (%s)", f->rule->id, f->sentence, f->otherwise);
	}
}

static void what_only_weak_answers_say_is_not_certain(void **unused)
{
	(void)unused;
	way(false);
	judged_end(&j, 5, 5);
	judged_only(&j, "reached");
	all_doubted(false);
	way(true);
	judged_end(&j, 5, 5);
	judged_only(&j, "reached");
	all_doubted(true);
}

/* Each kind of lie, in one weak answer to a way that is well: if anything more is found, it is that lie, with its doubt; said by a strong
 * one, none has it. */
static void one_weak_answer_among_strong_ones_decides_nothing(void **unused)
{
	(void)unused;
	static const struct {
		uint8_t ttl;
		const char *from;
		enum sonde_meaning meaning;
	} lies[] = {
		{2, "10.0.99.99", SONDE_M_TIME_EXCEEDED},
		{4, "10.0.2.1", SONDE_M_TIME_EXCEEDED},
		{2, "192.0.2.9", SONDE_M_PORT_UNREACHABLE},
		{3, "10.0.3.1", SONDE_M_ADMIN_PROHIBITED},
		{4, "10.0.99.99", SONDE_M_HOST_UNREACHABLE},
		{5, "10.0.99.99", SONDE_M_PORT_UNREACHABLE},
		{3, "10.0.99.99", SONDE_M_NET_UNREACHABLE},
		{1, "192.0.2.9", SONDE_M_UDP_REPLY},
	};
	unsigned found = 0;
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
		for (int weak = 0; weak < 2; weak++) {
			way(false);
			answer(lies[i].ttl, lies[i].from, lies[i].meaning, weak);
			judged_end(&j, 5, 5);
			for (size_t k = 0; k < j.findings.count; k++) {
				const struct sonde_finding *f = &j.findings.items[k];
				bool doubted = strstr(f->otherwise, "those that say it are weak");
				bool well = strcmp(f->rule->id, "reached") == 0;
				if (f->confidence != SONDE_CONFIDENCE_UNDECIDED && doubted != (weak && !well))
					fail_msg("lie %zu, weak %d: %s: %s (%s)", i, weak, f->rule->id, f->sentence, f->otherwise);
				found += !well;
			}
		}
	assert_true(found >= 4);
}

/* Who refuses in weak answers alone. */
static void a_weak_refusal_is_not_certain(void **unused)
{
	(void)unused;
	for (int weak = 0; weak < 2; weak++) {
		char router[SONDE_ADDR_TEXT];
		judged_start(&j, "udp", 3);
		for (uint8_t ttl = 1; ttl <= 2; ttl++)
			for (unsigned i = 0; i < 3; i++)
				answer(ttl, judged_router(ttl, router), SONDE_M_TIME_EXCEEDED, false);
		for (unsigned i = 0; i < 3; i++)
			answer(3, "10.0.2.1", SONDE_M_ADMIN_PROHIBITED, weak);
		judged_by_end(&j, (struct sonde_event_end){.stop = SONDE_STOP_UNREACHABLE, .last_ttl = 3, .last_answering_ttl = 3,
		                                          .by = addr_of("10.0.2.1"), .by_ttl = 3,
		                                          .why = SONDE_M_ADMIN_PROHIBITED, .why_code = 13});
		const struct sonde_finding *f = judged_only(&j, "admin-prohibited");
		assert_int_equal(f->confidence == SONDE_CONFIDENCE_CERTAIN, !weak);
		assert_int_equal(strstr(f->otherwise, "those that say it are weak") != NULL, weak);
	}
}

static int finish(void **unused)
{
	(void)unused;
	judged_finish(&j);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_only_weak_answers_say_is_not_certain),
		cmocka_unit_test(one_weak_answer_among_strong_ones_decides_nothing),
		cmocka_unit_test(a_weak_refusal_is_not_certain),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
