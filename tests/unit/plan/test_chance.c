/* SPDX-License-Identifier: MIT */
/* The sweep in worlds drawn at random: whatever comes in whatever order, what it asks for makes sense, and it ends. */
#include "test.h"

#include "base/heap.h"
#include "base/rng.h"
#include "plan/plan.h"

#include <errno.h>
#include <stdlib.h>

enum { WORLDS = 4000, PROBES_MAX = 4096, HOPS_MAX = 60, TURNS_MAX = 200000 };

/* What can happen to a probe; the heap's value is probe index << 2 | kind. */
enum what { ANSWER, FAILURE, STAMP, STOP };

enum fate { PENDING, EXPIRED, ANSWERED, UNSENT };

struct probe {
	uint8_t ttl;
	enum fate fate;
	sonde_at_ns sent_at_ns;
};

struct world {
	struct sn_rng rng;
	struct sonde_trace_cfg cfg;
	bool once_per_flow;
	unsigned hops;                  /* the target answers from this TTL on */
	unsigned refuses_at, refuses_to; /* these TTLs are refused; 0: none */
	sonde_ns rtt_ns[HOPS_MAX + 1];
	uint64_t silent;
	bool target_silent, jumps;
	bool untouched;                 /* the target's answers arrive with the TTL they began with */
	enum sn_plan_class refusal;
	double weak, unsent, fails, stamps_late, lost;
	sonde_at_ns stop_at_ns;

	void *plan;
	struct sn_heap heap;
	struct probe probes[PROBES_MAX];
	unsigned probe_count, settled_count, unsent_count;
	unsigned targets, refusals, transits; /* answers told, by what they said; transits: from hop 2 on, and strong ones */
	bool news[256];                 /* [ttl]: something happened since its last expiry */
};

static bool chance(struct world *w, double share)
{
	return sn_rng_unit(&w->rng) < share;
}

static unsigned below(struct world *w, unsigned bound)
{
	return (unsigned)sn_rng_below(&w->rng, bound);
}

static void draw_cfg(struct world *w)
{
	static const uint8_t most[] = {3, 8, 30, 30, 254, 255}, queries[] = {1, 1, 3, 3, 5, 9};
	struct sonde_trace_cfg *cfg = &w->cfg;
	sonde_trace_cfg_init(cfg);
	cfg->dst = (struct sonde_addr){.family = 4, .bytes = {192, 0, 2, 1}};
	cfg->max_ttl = most[below(w, sizeof most)];
	cfg->first_ttl = chance(w, 0.3) ? (uint8_t)(1 + below(w, cfg->max_ttl)) : 1;
	cfg->queries = queries[below(w, sizeof queries)];
	cfg->sport_count = cfg->queries < SONDE_FLOWS_MAX ? cfg->queries : SONDE_FLOWS_MAX;
	cfg->gap = chance(w, 0.2) ? (uint8_t)(1 + below(w, 255)) : 10;
	cfg->window = chance(w, 0.2) ? (uint8_t)(1 + below(w, 255)) : 0;
	cfg->serial = chance(w, 0.1);
	cfg->no_wait = chance(w, 0.5);
	cfg->wait_max_ns = chance(w, 0.2) ? (1 + below(w, 3000)) * SONDE_MS : 0;
	cfg->deadline_ns = chance(w, 0.2) ? (1 + below(w, 5000)) * SONDE_MS : 0;
	w->once_per_flow = chance(w, 0.3);
}

static void draw_faults(struct world *w)
{
	w->target_silent = chance(w, 0.3);
	w->refuses_at = chance(w, 0.3) ? 1 + below(w, w->hops) : 0;
	w->refuses_to = chance(w, 0.5) ? w->refuses_at + below(w, 5) : 255;
	w->refusal = chance(w, 0.5) ? SN_CLASS_REFUSED : SN_CLASS_UNREACHABLE;
	w->untouched = chance(w, 0.2);
	w->weak = chance(w, 0.3) ? sn_rng_unit(&w->rng) : 0;
	w->lost = chance(w, 0.3) ? sn_rng_unit(&w->rng) : 0;
	w->unsent = chance(w, 0.2) ? 0.2 * sn_rng_unit(&w->rng) : 0;
	w->fails = chance(w, 0.2) ? 0.2 * sn_rng_unit(&w->rng) : 0;
	w->stamps_late = chance(w, 0.2) ? sn_rng_unit(&w->rng) : 0;
	w->stop_at_ns = chance(w, 0.2) ? below(w, 4000) * SONDE_MS : SONDE_NEVER;
}

static void draw(struct world *w, uint64_t seed)
{
	*w = (struct world){0};
	sn_rng_init(&w->rng, seed, 0);
	draw_cfg(w);
	w->hops = 1 + below(w, HOPS_MAX);
	sonde_ns step = (1 + below(w, 20000)) * SONDE_US, so_far = 0;
	unsigned jump_at = below(w, 2 * HOPS_MAX);
	w->jumps = jump_at <= w->hops;
	for (unsigned ttl = 1; ttl <= w->hops; ttl++) {
		so_far += step + (ttl == jump_at ? below(w, 1500) * SONDE_MS : 0);
		w->rtt_ns[ttl] = so_far;
	}
	for (unsigned ttl = 1; ttl < 64 && chance(w, 0.5); ttl++)
		w->silent |= (uint64_t)chance(w, 0.5) << (1 + below(w, 63));
	draw_faults(w);
}

static void later(struct world *w, sonde_at_ns at_ns, unsigned probe, enum what what)
{
	assert_int_equal(sn_heap_push(&w->heap, at_ns, (uint64_t)probe << 2 | what), 0);
}

/* The class of what a TTL gets. */
static enum sn_plan_class class_at(const struct world *w, unsigned ttl)
{
	bool refused = w->refuses_at && ttl >= w->refuses_at && ttl <= w->refuses_to;
	return refused ? w->refusal : ttl >= w->hops ? SN_CLASS_TARGET : SN_CLASS_TRANSIT;
}

static bool is_heard(struct world *w, unsigned ttl)
{
	enum sn_plan_class class = class_at(w, ttl);
	bool silent = class == SN_CLASS_TARGET ? w->target_silent : class == SN_CLASS_TRANSIT && (w->silent >> (ttl & 63) & 1);
	return !silent && !chance(w, w->lost);
}

static void sent(struct world *w, const struct sn_plan_step *step, sonde_at_ns now)
{
	unsigned ttl = step->ttl ? step->ttl : 255, index = w->probe_count++;
	assert_true(w->probe_count < PROBES_MAX);
	assert_true(step->ttl == 0 ? w->cfg.max_ttl < 255 : step->ttl >= w->cfg.first_ttl && step->ttl <= w->cfg.max_ttl);
	assert_true(step->flow == 0 || (w->once_per_flow && step->flow < w->cfg.sport_count));
	w->probes[index] = (struct probe){.ttl = step->ttl, .fate = PENDING, .sent_at_ns = now};
	w->news[step->ttl] = true;
	sn_plan_sweep.sent(w->plan, step, now);
	if (chance(w, w->unsent)) {
		w->probes[index].fate = UNSENT;
		w->unsent_count++;
		sn_plan_sweep.failed(w->plan, &(struct sn_plan_probe){.ttl = step->ttl, .query = step->query}, now, EPERM);
		return;
	}
	if (chance(w, w->stamps_late))
		later(w, now + below(w, 300) * SONDE_MS, index, STAMP);
	if (chance(w, w->fails))
		later(w, now + below(w, 4000) * SONDE_MS, index, FAILURE);
	else if (is_heard(w, ttl))
		later(w, now + w->rtt_ns[ttl < w->hops ? ttl : w->hops] + 1, index, ANSWER);
}

static void answered(struct world *w, struct probe *probe, sonde_at_ns now)
{
	unsigned ttl = probe->ttl ? probe->ttl : 255;
	enum sn_plan_class class = class_at(w, ttl);
	bool ends = class != SN_CLASS_TRANSIT;
	struct sonde_addr from = {.family = 4, .bytes = {10, 0, (uint8_t)(ends && w->refuses_at ? w->refuses_at : ttl), 1}};
	if (class == SN_CLASS_TARGET)
		from = w->cfg.dst;
	w->targets += class == SN_CLASS_TARGET;
	w->refusals += class == SN_CLASS_REFUSED;
	struct sn_plan_answer answer = {
	    .ttl = probe->ttl,
	    .class = class,
	    .weak = chance(w, w->weak),
	    .late = probe->fate == EXPIRED,
	    .rtt_ns = now - probe->sent_at_ns,
	    .reply_ttl = class == SN_CLASS_TARGET && w->untouched ? 64 : 60,
	    .meaning = class == SN_CLASS_TARGET    ? (w->once_per_flow ? SONDE_M_SYN_ACK : SONDE_M_ECHO_REPLY)
	               : class == SN_CLASS_TRANSIT ? SONDE_M_TIME_EXCEEDED
	               : class == SN_CLASS_REFUSED ? SONDE_M_PORT_UNREACHABLE
	                                           : SONDE_M_ADMIN_PROHIBITED,
	    .from = &from,
	};
	w->transits += class == SN_CLASS_TRANSIT && ttl > 1 && !answer.weak;
	probe->fate = ANSWERED;
	sn_plan_sweep.answer(w->plan, &answer, now);
}

static void happens(struct world *w, const struct sn_heap_item *item)
{
	struct probe *probe = &w->probes[item->value >> 2];
	const struct sn_plan_probe told = {.ttl = probe->ttl, .expired = probe->fate == EXPIRED};
	for (unsigned ttl = 0; ttl < 256; ttl++)
		w->news[ttl] = true; /* an answer or a stamp may revive any row */
	switch ((enum what)(item->value & 3)) {
	case ANSWER:
		answered(w, probe, item->at_ns);
		break;
	case FAILURE:
		w->unsent_count++;
		sn_plan_sweep.failed(w->plan, &told, item->at_ns, EPERM);
		probe->fate = UNSENT;
		break;
	case STAMP:
		sn_plan_sweep.stamped(w->plan, &told, item->at_ns);
		break;
	case STOP:
		sn_plan_sweep.stop(w->plan, SONDE_STOP_INTERRUPTED);
		break;
	}
}

/* Every EXPIRE has something to expire: probes of that TTL without an answer, and some reason to look at them again. */
static void expired(struct world *w, uint8_t ttl)
{
	unsigned open = 0;
	for (unsigned i = 0; i < w->probe_count; i++)
		if (w->probes[i].ttl == ttl && (w->probes[i].fate == PENDING || w->probes[i].fate == EXPIRED)) {
			w->probes[i].fate = EXPIRED;
			open++;
		}
	assert_true(open > 0);
	assert_true(w->news[ttl]);
	w->news[ttl] = false;
}

/* Nothing gets lost or comes oddly. */
static bool is_calm(const struct world *w)
{
	return w->weak == 0 && w->lost == 0 && w->unsent == 0 && w->fails == 0 && w->stamps_late == 0 && !w->jumps;
}

/* Everybody answers, and the target is asked. */
static bool is_plain(const struct world *w)
{
	bool asked = w->cfg.first_ttl <= w->hops && w->hops <= w->cfg.max_ttl && !w->cfg.wait_max_ns;
	/* Before anything has answered nobody knows that answers take so long. */
	bool soon = asked && w->rtt_ns[w->cfg.first_ttl] < 300 * SONDE_MS;
	return soon && !w->silent && !w->target_silent && !w->refuses_at && !w->untouched;
}

static void check_end(const struct world *w, const struct sonde_event_end *end)
{
	for (unsigned i = 0; i < w->probe_count; i++)
		assert_true(w->probes[i].fate != PENDING);
	assert_int_equal(end->probe_count, w->probe_count - w->unsent_count);
	assert_int_equal(end->last_ttl, w->settled_count ? w->cfg.first_ttl + w->settled_count - 1 : 0);
	if (end->reached)
		assert_true(w->targets > 0 || w->refusals > 1);
	if (w->untouched && !w->refuses_at && w->transits && end->distance >= 5)
		assert_false(end->reached);
	if (end->distance && !w->refuses_at)
		assert_true(end->distance >= w->hops);
	bool stopped = end->stop == SONDE_STOP_INTERRUPTED || end->stop == SONDE_STOP_DEADLINE;
	if (!stopped && is_calm(w) && is_plain(w))
		assert_true(end->reached && end->distance == w->hops);
}

static sonde_at_ns wait_until(struct world *w, sonde_at_ns now, sonde_at_ns until_ns)
{
	struct sn_heap_item item;
	assert_true(until_ns > now && until_ns < SONDE_NEVER);
	if (sn_heap_next_at(&w->heap) > until_ns || !sn_heap_pop(&w->heap, &item))
		return until_ns;
	happens(w, &item);
	return item.at_ns;
}

static void run(struct world *w)
{
	struct sn_plan_step step = {0};
	sonde_at_ns now = 0;
	unsigned stands = 0;
	w->plan = calloc(1, sn_plan_sweep.state_bytes(&w->cfg));
	assert_non_null(w->plan);
	sn_plan_sweep.init(w->plan, &w->cfg, w->once_per_flow, now);
	if (w->stop_at_ns != SONDE_NEVER)
		later(w, w->stop_at_ns, 0, STOP);
	for (unsigned turn = 0; step.act != SN_PLAN_DONE; turn++) {
		assert_true(turn < TURNS_MAX);
		sn_plan_sweep.next(w->plan, now, &step);
		if (step.act == SN_PLAN_SEND) {
			sent(w, &step, now);
		} else if (step.act == SN_PLAN_EXPIRE) {
			expired(w, step.ttl);
		} else if (step.act == SN_PLAN_SETTLED) {
			assert_int_equal(step.ttl, w->cfg.first_ttl + w->settled_count++);
			assert_true(step.ttl <= w->cfg.max_ttl);
		} else if (step.act == SN_PLAN_STAND) {
			stands++;
		} else if (step.act == SN_PLAN_WAIT) {
			now = wait_until(w, now, step.until_ns);
		}
	}
	/* A trace that nobody wakes would end after an hour. */
	assert_true(step.end.stop != SONDE_STOP_DEADLINE || w->cfg.deadline_ns);
	check_end(w, &step.end);
	assert_int_equal(stands, 1);
	sn_heap_finish(&w->heap);
	free(w->plan);
}

static void any_world_is_swept(void **unused)
{
	(void)unused;
	static struct world w;
	for (uint64_t seed = 1; seed <= WORLDS; seed++) {
		draw(&w, seed);
		run(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_world_is_swept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
