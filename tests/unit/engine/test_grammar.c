/* SPDX-License-Identifier: MIT */
/* Whatever a network does to a few traces, events keep their grammar (enginelab.c holds each against it), and every trace ends in time. */
#include "enginelab.h"
#include "test.h"

#include "base/rng.h"

#include <errno.h>
#include <string.h>

enum { RUNS = 400, ROUTER = 9, WAITING_MAX = 4096 };

/* Something on its way to the engine. */
struct coming {
	sonde_at_ns at_ns;
	struct sonde_rx rx;
	struct made_packet packet;
};

/* How unkind a network is, in percent. */
struct weather {
	unsigned lost, duplicated, slow, broken, forged, fails_now, fails_later, stamped, unreachable;
	unsigned hops;
	bool quotes_short;
};

static struct lab lab;
static struct coming coming[WAITING_MAX];
static size_t coming_count;

static bool chance(struct sn_rng *rng, unsigned percent)
{
	return sn_rng_below(rng, 100) < percent;
}

static void answer_of(const struct weather *w, const struct lab_sent *sent, struct sn_rng *rng, struct made_packet *out)
{
	size_t quote_bytes = w->quotes_short ? (sent->family == 4 ? 28 : 48) : PACKET_MAX_BYTES;
	if (chance(rng, w->unreachable))
		lab_host_unreachable(out, sent, (uint8_t)(ROUTER + sent->ttl % 100), quote_bytes);
	else if (sent->ttl < w->hops)
		lab_exceeded(out, sent, (uint8_t)(ROUTER + sent->ttl), quote_bytes);
	else
		lab_target_answer(out, sent);
	if (chance(rng, w->forged)) {
		out->bytes[out->count - 1 - sn_rng_below(rng, 16)] ^= 1;
		made_rechecksum(out);
	}
	if (chance(rng, w->broken))
		out->bytes[sn_rng_below(rng, out->count)] ^= 0x20;
}

static struct coming *later(sonde_at_ns at_ns)
{
	assert_true(coming_count < WAITING_MAX);
	struct coming *c = &coming[coming_count++];
	*c = (struct coming){.at_ns = at_ns, .rx = {.at_ns = at_ns}};
	return c;
}

static void travel(const struct weather *w, const struct lab_sent *sent, struct sn_rng *rng)
{
	if (chance(rng, w->stamped)) {
		struct coming *c = later(sent->at_ns + (sonde_ns)sn_rng_below(rng, 50) * SONDE_US);
		c->rx.kind = SONDE_RX_STAMP;
		c->rx.token = sent->token;
	}
	if (chance(rng, w->fails_later)) {
		struct coming *c = later(sent->at_ns + (sonde_ns)sn_rng_below(rng, 900) * SONDE_MS);
		c->rx.kind = SONDE_RX_ERROR;
		c->rx.token = sent->token;
		c->rx.sys_errno = chance(rng, 50) ? ENOBUFS : EHOSTUNREACH;
		return;
	}
	for (unsigned copies = chance(rng, w->lost) ? 0 : chance(rng, w->duplicated) ? 3 : 1; copies > 0; copies--) {
		sonde_ns rtt = (sonde_ns)(1 + sn_rng_below(rng, 40)) * SONDE_MS +
		               (chance(rng, w->slow) ? (sonde_ns)sn_rng_below(rng, 5000) * SONDE_MS : 0);
		struct coming *c = later(sent->at_ns + rtt);
		answer_of(w, sent, rng, &c->packet);
	}
}

static struct coming *next_coming(void)
{
	struct coming *first = NULL;
	for (size_t i = 0; i < coming_count; i++)
		if (!first || coming[i].at_ns < first->at_ns)
			first = &coming[i];
	return first;
}

static void arrive(struct coming *c)
{
	lab.now = c->at_ns > lab.now ? c->at_ns : lab.now;
	if (c->packet.count)
		lab_give(&lab, &c->packet, c->at_ns);
	else
		lab_give_rx(&lab, &c->rx);
	*c = coming[--coming_count];
}

static bool all_ended(uint32_t traces)
{
	for (uint32_t id = 0; id < traces; id++)
		if (!lab.traces[id].ended)
			return false;
	return true;
}

static void run(const struct weather *w, uint32_t traces, struct sn_rng *rng)
{
	size_t seen = 0;
	for (unsigned turns = 0; !all_ended(traces); turns++) {
		assert_true(turns < 100000);
		lab.send_errno = chance(rng, w->fails_now) ? ENOBUFS : 0;
		lab_turn(&lab);
		for (; seen < lab.sent_count; seen++)
			travel(w, &lab.sent[seen], rng);
		struct coming *c = next_coming();
		sonde_at_ns deadline = sonde_engine_deadline(lab.engine);
		if (all_ended(traces))
			break;
		assert_true(deadline > lab.now);
		if (c && c->at_ns <= deadline)
			arrive(c);
		else
			lab.now = deadline;
	}
	/* What still comes is for nobody. */
	for (struct coming *c; (c = next_coming());)
		arrive(c);
}

static struct sonde_trace_cfg random_cfg(struct sn_rng *rng, uint8_t family)
{
	static const char *const methods[] = {"icmp", "udp", "udp-classic", "tcp"};
	struct sonde_trace_cfg cfg = lab_cfg(methods[sn_rng_below(rng, 4)], family);
	cfg.first_ttl = (uint8_t)(chance(rng, 80) ? 1 : 1 + sn_rng_below(rng, 20));
	cfg.max_ttl = (uint8_t)(cfg.first_ttl + sn_rng_below(rng, 30));
	cfg.queries = (uint8_t)(1 + sn_rng_below(rng, 6));
	cfg.gap = (uint8_t)(1 + sn_rng_below(rng, 15));
	cfg.window = (uint8_t)(chance(rng, 70) ? 0 : 1 + sn_rng_below(rng, 10));
	cfg.serial = chance(rng, 15);
	cfg.no_wait = chance(rng, 50);
	cfg.deadline_ns = chance(rng, 20) ? (sonde_ns)(1 + sn_rng_below(rng, 2000)) * SONDE_MS : 0;
	if (chance(rng, 25)) {
		cfg.plan = SONDE_PLAN_ASK;
		cfg.ask_count = (uint8_t)(1 + sn_rng_below(rng, 20));
		cfg.ask_ttl_count = (uint8_t)(1 + sn_rng_below(rng, SONDE_ASK_TTLS_MAX));
		for (uint8_t i = 0; i < cfg.ask_ttl_count; i++)
			cfg.ask_ttls[i] = (uint8_t)(cfg.first_ttl + 3u * i + sn_rng_below(rng, 3));
		cfg.unpaced = chance(rng, 50);
	}
	cfg.sport[0] = (uint16_t)(33000 + sn_rng_below(rng, 20000));
	return cfg;
}

static struct weather random_weather(struct sn_rng *rng)
{
	struct weather w = {.hops = 1 + (unsigned)sn_rng_below(rng, 34), .quotes_short = chance(rng, 50)};
	unsigned *percents[] = {&w.lost,      &w.duplicated,  &w.slow,    &w.broken,     &w.forged,
	                        &w.fails_now, &w.fails_later, &w.stamped, &w.unreachable};
	for (size_t i = 0; i < sizeof percents / sizeof *percents; i++)
		*percents[i] = chance(rng, 60) ? 0 : (unsigned)sn_rng_below(rng, chance(rng, 50) ? 101 : 15);
	return w;
}

static void events_keep_their_grammar_in_every_weather(void **unused)
{
	(void)unused;
	unsigned ends[SONDE_STOP_INTERRUPTED + 1] = {0};
	for (uint64_t seed = 0; seed < RUNS; seed++) {
		struct sn_rng rng;
		sn_rng_init(&rng, 31, seed);
		lab_init(&lab);
		coming_count = 0;
		uint32_t traces = 1 + (uint32_t)sn_rng_below(&rng, 4);
		uint8_t family = chance(&rng, 50) ? 4 : 6;
		for (uint32_t i = 0; i < traces; i++) {
			struct sonde_trace_cfg cfg = random_cfg(&rng, family);
			lab_add(&lab, &cfg);
		}
		struct weather w = random_weather(&rng);
		run(&w, traces, &rng);
		for (uint32_t id = 0; id < traces; id++) {
			assert_in_range(lab.traces[id].end.stop, SONDE_STOP_REACHED, SONDE_STOP_LOCAL_ERROR);
			ends[lab.traces[id].end.stop]++;
		}
		/* At worst one probe at a time, each waited for as long as may be; a trace that nobody wakes would end after an hour. */
		assert_true(lab.now < 1200 * SONDE_S);
		lab_finish(&lab);
	}
	/* The weathers were of every kind. */
	for (unsigned stop = SONDE_STOP_REACHED; stop <= SONDE_STOP_LOCAL_ERROR; stop++)
		if (stop != SONDE_STOP_REFUSED && stop != SONDE_STOP_CONTRADICTED)
			assert_true(ends[stop] > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(events_keep_their_grammar_in_every_weather)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
