/* SPDX-License-Identifier: MIT */
/* Drives a plan against a path of delays. */
#include "planpath.h"

#include "test.h"

#include "base/heap.h"

#include <stdlib.h>
#include <string.h>

/* A probe really leaves a little later than it was handed over. */
#define STAMP_NS (30 * SONDE_US)
/* A router asks for a neighbour so long (RFC 4861 section 10), and then tells everybody who waits, one after the other. */
#define GIVES_UP_NS (3 * SONDE_S)
#define TELLS_EACH_NS (20 * SONDE_US)

static unsigned real_ttl(uint8_t ttl)
{
	return ttl ? ttl : 255;
}

struct run {
	const struct planpath *path;
	const struct sonde_trace_cfg *cfg;
	struct sn_heap answers;      /* value: ttl | flow << 8 | timed << 16 */
	bool pending[256][64];
	bool flow_used[SONDE_FLOWS_MAX];
	unsigned target_answered;
	sonde_at_ns gives_up_at_ns;  /* when the absent neighbour was, or will be, given up */
	sonde_at_ns sent_at_ns[256]; /* [ttl]: the last probe */
};

static bool is_denied(const struct planpath *p, unsigned ttl)
{
	return p->denies_from && ttl >= p->denies_from && ttl <= p->denies_to;
}

static void ask(struct run *run, const struct sn_plan_step *step, sonde_at_ns now)
{
	const struct planpath *p = run->path;
	unsigned ttl = real_ttl(step->ttl);
	bool target = ttl >= p->hops;
	run->sent_at_ns[ttl] = now;
	if (is_denied(p, ttl)) {
		assert_int_equal(sn_heap_push(&run->answers, now + p->rtt_ns[p->denies_from], step->ttl | 1u << 16), 0);
		return;
	}
	if (p->gives_up_at && ttl >= p->gives_up_at) {
		if (!run->gives_up_at_ns || now > run->gives_up_at_ns)
			run->gives_up_at_ns = now + GIVES_UP_NS;
		sonde_at_ns at = run->gives_up_at_ns + p->rtt_ns[p->gives_up_at - 1] + (sonde_ns)(256 - ttl) * TELLS_EACH_NS;
		assert_int_equal(sn_heap_push(&run->answers, at, step->ttl | 1u << 16), 0);
		return;
	}
	if (p->refuses_at && ttl >= p->refuses_at) {
		assert_int_equal(sn_heap_push(&run->answers, now + p->rtt_ns[p->refuses_at - 1], step->ttl | 1u << 16), 0);
		return;
	}
	if (target ? p->target_silent : (p->silent >> ttl & 1))
		return;
	if (target && p->target_answers_most && run->target_answered++ >= p->target_answers_most)
		return;
	bool timed = !(target && p->target_open && run->flow_used[step->flow]);
	if (target)
		run->flow_used[step->flow] = true;
	assert_int_equal(sn_heap_push(&run->answers, now + p->rtt_ns[target ? p->hops : ttl], step->ttl | (unsigned)timed << 16), 0);
}

static void answer(struct run *run, const struct sn_plan_ops *plan, void *state, const struct sn_heap_item *item, bool late)
{
	const struct planpath *p = run->path;
	uint8_t ttl = (uint8_t)item->value;
	unsigned real = real_ttl(ttl);
	bool refused = p->refuses_at && real >= p->refuses_at, target = !refused && real >= p->hops;
	struct sonde_addr from = {.family = 4, .bytes = {10, 0, (uint8_t)(refused ? p->refuses_at - 1 : real), 1}};
	if (target)
		from = run->cfg->dst;
	struct sn_plan_answer a = {
	    .ttl = ttl,
	    .class = refused  ? SN_CLASS_UNREACHABLE
	             : target ? SN_CLASS_TARGET
	                      : SN_CLASS_TRANSIT,
	    .late = late,
	    .rtt_ns = item->value >> 16 & 1 ? p->rtt_ns[target    ? p->hops
	                                                : refused ? p->refuses_at - 1
	                                                          : real]
	                                    : -1,
	    .reply_ttl = target && p->target_reply_ttl ? p->target_reply_ttl : (uint8_t)(64 - (target ? p->hops : real) + 1),
	    .meaning = refused  ? SONDE_M_ADMIN_PROHIBITED
	               : target ? (p->target_open            ? SONDE_M_SYN_ACK
	                         : p->target_answers_most ? SONDE_M_PORT_UNREACHABLE
	                                                  : SONDE_M_ECHO_REPLY)
	                        : SONDE_M_TIME_EXCEEDED,
	    .from = &from,
	};
	if (is_denied(p, real)) {
		from = (struct sonde_addr){.family = 4, .bytes = {10, 9, 9, 9}};
		a.class = SN_CLASS_REFUSED;
		a.meaning = SONDE_M_PORT_UNREACHABLE;
		a.rtt_ns = p->rtt_ns[p->denies_from];
	}
	if (p->gives_up_at && real >= p->gives_up_at) {
		from.bytes[2] = (uint8_t)(p->gives_up_at - 1);
		a.class = SN_CLASS_UNREACHABLE;
		a.meaning = SONDE_M_HOST_UNREACHABLE;
		a.rtt_ns = item->at_ns - run->sent_at_ns[real];
	}
	plan->answer(state, &a, item->at_ns);
}

void planpath_run(const struct planpath *path, const struct sonde_trace_cfg *cfg, bool once_per_flow, struct planpath_result *out)
{
	const struct sn_plan_ops *plan = &sn_plan_sweep;
	struct run run = {.path = path, .cfg = cfg};
	*out = (struct planpath_result){0};
	void *state = calloc(1, plan->state_bytes(cfg));
	assert_non_null(state);
	sonde_at_ns now = 0;
	unsigned outstanding[256] = {0};
	out->told_stand_at_ns = -1;
	plan->init(state, cfg, once_per_flow, now);
	for (unsigned turn = 0;; turn++) {
		assert_true(turn < 100000);
		struct sn_plan_step step;
		plan->next(state, now, &step);
		if (step.act == SN_PLAN_DONE) {
			out->end = step.end;
			break;
		} else if (step.act == SN_PLAN_SEND) {
			out->probe_count++;
			outstanding[real_ttl(step.ttl)]++;
			plan->sent(state, &step, now);
			plan->stamped(state, &(struct sn_plan_probe){.ttl = step.ttl, .query = step.query}, now + STAMP_NS);
			ask(&run, &step, now);
		} else if (step.act == SN_PLAN_EXPIRE) {
			out->timeouts[real_ttl(step.ttl)] += outstanding[real_ttl(step.ttl)];
			outstanding[real_ttl(step.ttl)] = 0;
			out->stands_at_ns = now;
		} else if (step.act == SN_PLAN_SETTLED) {
			out->settled_count++;
			assert_int_equal(step.ttl, cfg->first_ttl + out->settled_count - 1);
			out->stands_at_ns = now;
		} else if (step.act == SN_PLAN_STAND) {
			assert_int_equal(out->told_stand_at_ns, -1);
			out->told_stand_at_ns = now;
		} else {
			assert_true(step.until_ns > now);
			struct sn_heap_item item;
			if (sn_heap_next_at(&run.answers) <= step.until_ns && sn_heap_pop(&run.answers, &item)) {
				now = item.at_ns;
				unsigned ttl = real_ttl((uint8_t)item.value);
				out->answers[ttl]++;
				bool late = outstanding[ttl] == 0;
				outstanding[ttl] -= !late;
				answer(&run, plan, state, &item, late);
			} else {
				now = step.until_ns;
			}
		}
	}
	out->end_at_ns = now;
	assert_true(out->told_stand_at_ns >= 0);
	sn_heap_finish(&run.answers);
	free(state);
}
