/* SPDX-License-Identifier: MIT */
/* A million forged answers a simulated second while traces run, right in all but the secret: none is believed, no true one is missed, and
 * nothing is remembered of them. */
#include "../support/enginelab.h"
#include "test.h"

#include "base/rng.h"
#include "base/seal.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
	FORGED_A_MS = 1000, HOPS = 12, QUERIES = 3, HIDDEN = 99, /* the last byte of an address that only the forger uses */
	SYN_ACK = 0x12, PROBES_MAX = 512, TEMPLATES = 5, TRACES = 3,
};
#define HOP_NS (5 * SONDE_MS)

/* A probe on its way, and when its answer is there. */
struct waiting {
	struct lab_sent sent;
	sonde_at_ns due_at_ns;
};

static struct {
	struct sonde_engine *engine;
	struct waiting probes[PROBES_MAX];
	size_t sent_count, answered_count;
	unsigned replies, believed;
	bool ended;
	struct sonde_event_end end;
	uint64_t forged_count;
} run;

static void take_events(void)
{
	struct sonde_event event;
	while (sonde_engine_next_event(run.engine, &event)) {
		bool answer = event.type == SONDE_EV_REPLY || event.type == SONDE_EV_LATE || event.type == SONDE_EV_DUPLICATE;
		unsigned hop = event.probe.ttl < HOPS ? event.probe.ttl : HOPS;
		run.replies += event.type == SONDE_EV_REPLY;
		/* True ones take as long as their hop is away, and not a nanosecond less or more. */
		if (answer && event.as.answer.rtt_ns >= 0)
			run.believed += event.as.answer.rtt_ns != (sonde_ns)hop * HOP_NS;
		run.believed += answer && event.as.answer.from.bytes[event.as.answer.from.family == 4 ? 3 : 15] == HIDDEN;
		run.ended |= event.type == SONDE_EV_TRACE_END;
		if (event.type == SONDE_EV_TRACE_END)
			run.end = event.as.end;
	}
}

static void give(const struct made_packet *packet, sonde_at_ns at_ns)
{
	const struct sonde_rx rx = {.kind = SONDE_RX_PACKET, .at_ns = at_ns, .bytes = packet->bytes, .length_bytes = packet->count};
	sonde_engine_received(run.engine, &rx);
}

static void send_due(sonde_at_ns now)
{
	struct sonde_tx tx;
	while (sonde_engine_next_tx(run.engine, now, &tx)) {
		assert_true(run.sent_count < PROBES_MAX);
		struct waiting *w = &run.probes[run.sent_count++];
		uint8_t family = (uint8_t)(tx.bytes[0] >> 4), ttl = family == 4 ? tx.bytes[8] : tx.bytes[7];
		w->sent = (struct lab_sent){.token = tx.token, .ttl = ttl, .family = family};
		memcpy(w->sent.packet.bytes, tx.bytes, tx.length_bytes);
		w->sent.packet.count = tx.length_bytes;
		w->sent.packet.upper_at = family == 4 ? 20 : 40;
		w->sent.packet.protocol = family == 4 ? tx.bytes[9] : tx.bytes[6];
		w->due_at_ns = now + (ttl < HOPS ? ttl : HOPS) * HOP_NS;
		sonde_engine_sent(run.engine, tx.token, now, 0);
	}
}

/* What routers and the target say, when it is time. */
static void answer_due(sonde_at_ns now)
{
	struct made_packet answer;
	for (size_t i = 0; i < run.sent_count; i++) {
		struct waiting *w = &run.probes[i];
		if (w->due_at_ns != now || run.ended)
			continue;
		if (w->sent.ttl < HOPS)
			lab_exceeded(&answer, &w->sent, (uint8_t)(100 + w->sent.ttl), PACKET_MAX_BYTES);
		else
			lab_target_answer(&answer, &w->sent);
		give(&answer, now);
		run.answered_count++;
		take_events();
	}
}

/* What a forger sends: the answers to a probe that he has never seen, but whose every public field he knows. */
static void make_templates(struct made_packet out[TEMPLATES], struct sn_rng *rng)
{
	struct lab_sent guess = run.probes[sn_rng_below(rng, run.sent_count)].sent;
	lab_exceeded(&out[0], &guess, HIDDEN, PACKET_MAX_BYTES);
	lab_port_unreachable(&out[1], &guess, 1, PACKET_MAX_BYTES);
	lab_exceeded(&out[2], &guess, HIDDEN, guess.family == 4 ? guess.packet.upper_at + 8 : PACKET_MAX_BYTES);
	lab_target_answer(&out[3], &guess);
	if (guess.packet.protocol == 6)
		lab_segment(&out[4], &guess, 1, SYN_ACK);
	else
		lab_host_unreachable(&out[4], &guess, HIDDEN, PACKET_MAX_BYTES);
}

static void guess_word(uint8_t *at, struct sn_rng *rng)
{
	uint16_t word = (uint16_t)sn_rng_next(rng);
	memcpy(at, &word, sizeof word);
}

/* All that is secret is drawn anew: of a quote the IP id and everything behind ports, of a direct answer its numbers and payload. Ports are
 * known: this forger knows more than most. */
static void forge(struct made_packet *p, struct sn_rng *rng)
{
	bool icmp = p->protocol == 1 || p->protocol == 58, is_reply = icmp && (p->bytes[p->upper_at] == 0 || p->bytes[p->upper_at] == 129);
	size_t from = p->upper_at + 4;
	if (icmp && !is_reply) {
		uint8_t *quote = p->bytes + p->upper_at + 8;
		bool v4 = quote[0] >> 4 == 4;
		from = p->upper_at + 8 + (v4 ? 20 : 40) + 4;
		if (v4)
			guess_word(quote + 4, rng);
	} else if (!icmp) {
		guess_word(p->bytes + p->upper_at + 8, rng);
		guess_word(p->bytes + p->upper_at + 10, rng);
		from = p->count;
	}
	for (size_t i = from; i + 1 < p->count && i < from + 16; i += 2)
		guess_word(p->bytes + i, rng);
	made_rechecksum(p);
}

/* *seconds: what the engine takes for what is forged. */
static void trace_under_flood(const char *method, uint8_t family, uint8_t nth, double *seconds)
{
	struct sonde_engine_cfg cfg = {.secret = {nth, family}};
	struct sn_rng rng;
	sn_rng_init(&rng, family, nth);
	cfg.seal = sn_seal_of(cfg.secret);
	memset(&run, 0, sizeof run);
	assert_int_equal(sonde_engine_new(&run.engine, &cfg, SONDE_S), 0);
	struct sonde_trace_cfg trace = lab_cfg(method, family);
	trace.queries = QUERIES;
	uint32_t id;
	assert_int_equal(sonde_engine_add(run.engine, &trace, &id), 0);
	struct timespec begin, end;
	static struct made_packet forgeries[FORGED_A_MS];
	for (sonde_at_ns now = SONDE_S; !run.ended && now < 10 * SONDE_S; now += SONDE_MS) {
		struct made_packet templates[TEMPLATES];
		send_due(now);
		take_events();
		answer_due(now);
		take_events();
		if (run.ended)
			break;
		make_templates(templates, &rng);
		size_t heap_bytes = mallinfo2().uordblks;
		for (size_t i = 0; i < FORGED_A_MS; i++) {
			forgeries[i] = templates[i % TEMPLATES];
			forge(&forgeries[i], &rng);
		}
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
		for (size_t i = 0; i < FORGED_A_MS; i++)
			give(&forgeries[i], now);
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
		*seconds += (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
		assert_int_equal(mallinfo2().uordblks, heap_bytes);
		run.forged_count += FORGED_A_MS;
		take_events();
	}
	struct sonde_engine_stats stats;
	sonde_engine_stats(run.engine, &stats);
	assert_true(run.ended && run.end.reached);
	assert_int_equal(run.end.distance, HOPS);
	assert_int_equal(run.believed, 0);
	assert_int_equal(run.replies, run.answered_count);
	assert_true(run.replies >= (HOPS - 1) * QUERIES);
	assert_int_equal(stats.stray_count, run.forged_count);
	assert_true(run.end.forged_count > run.forged_count / 2 || strcmp(method, "icmp") == 0);
	assert_true(run.forged_count > 50000);
	sonde_engine_free(run.engine);
}

static void none_is_believed_and_none_is_missed(void **unused)
{
	(void)unused;
	static const char *const methods[] = {"icmp", "udp", "tcp"};
	for (size_t m = 0; m < 3; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			double seconds = 0, count = 0;
			for (uint8_t nth = 1; nth <= TRACES; nth++) {
				trace_under_flood(methods[m], family, nth, &seconds);
				count += (double)run.forged_count;
			}
			print_message("%s over IPv%u: %.0f forged, %.3f us each\n", methods[m], (unsigned)family, count,
			              seconds * 1e6 / count);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(none_is_believed_and_none_is_missed)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
