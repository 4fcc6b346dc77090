/* SPDX-License-Identifier: MIT */
/* Answers with one bit flipped. Of IPv4 and of what stands behind an IPv6 header a checksum covers each bit: such an answer is counted and
 * becomes nothing. Traffic class, flow label and hop limit of IPv6 are covered by nothing (RFC 8200 sections 3 and 8.1), and what says that
 * it is longer than what is there, as a captured packet that was cut, cannot be verified: the same answer is told of the same probe. */
#include "enginelab.h"
#include "test.h"

#include <string.h>

enum { WHOLE = PACKET_MAX_BYTES };

static void exceeded(struct made_packet *out, const struct lab_sent *sent) { lab_exceeded(out, sent, 77, WHOLE); }
static void exceeded_short(struct made_packet *out, const struct lab_sent *sent) { lab_exceeded(out, sent, 77, sent->packet.upper_at + 8); }
static void unreachable(struct made_packet *out, const struct lab_sent *sent) { lab_host_unreachable(out, sent, 78, WHOLE); }

static const struct {
	const char *method;
	void (*answer)(struct made_packet *out, const struct lab_sent *sent);
} answers[] = {
	{"icmp", exceeded},        {"udp", exceeded},        {"udp-classic", exceeded}, {"udplite", exceeded},
	{"tcp", exceeded},         {"sctp", exceeded},       {"dccp", exceeded},        {"icmp", exceeded_short},
	{"udp", exceeded_short},   {"tcp", exceeded_short},  {"udplite", exceeded_short}, {"dccp", unreachable},
	{"icmp", unreachable},     {"udp", unreachable},     {"udplite", unreachable},  {"tcp", unreachable},
	{"sctp", unreachable},     {"icmp", lab_target_answer}, {"udp", lab_target_answer}, {"tcp", lab_target_answer},
};

static bool is_answer(const struct sonde_event *event)
{
	return event->type == SONDE_EV_REPLY || event->type == SONDE_EV_LATE || event->type == SONDE_EV_DUPLICATE;
}

static unsigned answers_since(const struct lab *lab, size_t first)
{
	unsigned count = 0;
	for (size_t i = first; i < lab->event_count; i++)
		count += is_answer(&lab->events[i]);
	return count;
}

static uint64_t refused(const struct lab *lab)
{
	struct sonde_engine_stats stats = lab_stats(lab);
	return stats.bad_checksum_count + stats.malformed_count + stats.stray_count;
}

static bool is_uncovered(const struct made_packet *good, uint8_t family, size_t bit)
{
	bool grows = bit >= 32 && bit < 48 && !(good->bytes[bit / 8] & 0x80 >> bit % 8);
	return family == 6 && ((bit >= 4 && bit < 32) || (bit >= 56 && bit < 64) || grows);
}

static void check_bit(struct lab *lab, const struct made_packet *good, const struct lab_sent *sent, size_t bit, const char *what)
{
	struct made_packet spoilt = *good;
	uint64_t refused_before = refused(lab);
	size_t first = lab->event_count;
	spoilt.bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
	lab_give(lab, &spoilt, lab->now);
	unsigned told = answers_since(lab, first);
	if (!is_uncovered(good, sent->family, bit)) {
		if (told || refused(lab) != refused_before + 1)
			fail_msg("%s over IPv%u, bit %zu: told %u times, refused %u", what, sent->family, bit, told,
			         (unsigned)(refused(lab) - refused_before));
		return;
	}
	const struct sonde_event *event = &lab->events[lab->event_count - 1];
	while (event > lab->events && !is_answer(event))
		event--;
	if (told != 1 || event->probe.token != sent->token || memcmp(event->as.answer.from.bytes, good->bytes + 8, 16) != 0)
		fail_msg("%s over IPv%u, bit %zu: told %u times, or of another", what, sent->family, bit, told);
}

static void check_answer(size_t which, uint8_t family)
{
	static struct lab lab;
	struct made_packet good;
	lab_init(&lab);
	struct sonde_trace_cfg cfg = lab_cfg(answers[which].method, family);
	cfg.max_ttl = 3;
	const struct lab_sent *sent = lab_sent_at(&lab, lab_add(&lab, &cfg), 2);
	answers[which].answer(&good, sent);
	for (size_t bit = 0; bit < good.count * 8; bit++)
		check_bit(&lab, &good, sent, bit, answers[which].method);
	size_t first = lab.event_count;
	lab_give(&lab, &good, lab.now);
	if (answers_since(&lab, first) != 1)
		fail_msg("%s over IPv%u: the answer itself is not told", answers[which].method, family);
	lab_finish(&lab);
}

static void forty_answers(void **state)
{
	(void)state;
	size_t count = 0;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
		for (uint8_t family = 4; family <= 6; family += 2, count++)
			check_answer(i, family);
	assert_int_equal(count, 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forty_answers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
