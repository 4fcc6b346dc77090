/* SPDX-License-Identifier: MIT */
/* Hand-made event streams: a path under test and one call per thing that happens in its trace. */
#ifndef SONDE_TESTS_EVENTS_H
#define SONDE_TESTS_EVENTS_H

#include "test.h"

#include <sonde/event.h>

/* Says what is done with each event made. */
struct made {
	void (*take)(void *ctx, const struct sonde_event *event);
	void *ctx;
	uint32_t trace_id;
	struct sonde_addr target;
	uint64_t next_token;
	sonde_at_ns now;
};

static inline struct sonde_addr addr_of(const char *text)
{
	struct sonde_addr addr;
	assert_true(sonde_addr_parse(text, &addr));
	return addr;
}

static inline void made_event(struct made *m, struct sonde_event event)
{
	event.trace_id = m->trace_id;
	event.at_ns = m->now;
	m->take(m->ctx, &event);
}

/* A trace to target with TTL 1-30, q queries by method 0 and a deadline. */
static inline void made_start(struct made *m, const char *target, uint8_t q)
{
	m->target = addr_of(target);
	made_event(m, (struct sonde_event){.type = SONDE_EV_TRACE_START,
	                                   .as.start = {.dst = m->target, .first_ttl = 1, .max_ttl = 30, .queries = q, .gap = 10,
	                                                .deadline_ns = 60 * SONDE_S}});
}

static inline struct sonde_event_probe made_sent(struct made *m, uint8_t ttl)
{
	struct sonde_event_probe probe = {.token = ++m->next_token, .serial = (uint32_t)m->next_token, .ttl = ttl, .sent_at_ns = m->now};
	made_event(m, (struct sonde_event){.type = SONDE_EV_SENT, .probe = probe});
	return probe;
}

/* An answer of `type` (REPLY, LATE, DUPLICATE) to a probe; rtt_us -1: not timed. */
static inline void made_answer(struct made *m, enum sonde_event_type type, struct sonde_event_probe probe, const char *from,
                               enum sonde_meaning meaning, int64_t rtt_us)
{
	struct sonde_event event = {.type = type, .probe = probe};
	/* as many hops back as there, from where 64 or 255 was given */
	uint8_t reply_ttl = (uint8_t)(probe.ttl <= 64 ? 65 - probe.ttl : 256 - probe.ttl);
	event.as.answer = (struct sonde_event_answer){.from = addr_of(from), .meaning = meaning, .reply_ttl = reply_ttl, .match_bits = 48};
	event.as.answer.rtt_ns = rtt_us < 0 ? -1 : rtt_us * SONDE_US;
	event.as.answer.at_ns = m->now;
	event.as.answer.in_targets_name = sonde_addr_equal(&event.as.answer.from, &m->target);
	made_event(m, event);
}

/* A probe and its answer. */
static inline void made_hop(struct made *m, uint8_t ttl, const char *from, enum sonde_meaning meaning, int64_t rtt_us)
{
	made_answer(m, SONDE_EV_REPLY, made_sent(m, ttl), from, meaning, rtt_us);
}

static inline void made_lost(struct made *m, uint8_t ttl)
{
	struct sonde_event_probe probe = made_sent(m, ttl);
	m->now += SONDE_S; /* waited for long enough */
	made_event(m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = probe});
}

/* An answer to a probe, seen at interface eth0 at at_ns. */
static inline void made_overheard(struct made *m, struct sonde_event_probe probe, const char *from, enum sonde_meaning meaning,
                                  sonde_at_ns at_ns)
{
	struct sonde_event event = {.type = SONDE_EV_OVERHEARD, .probe = probe};
	event.as.overheard.answer =
	    (struct sonde_event_answer){.from = addr_of(from), .at_ns = at_ns, .meaning = meaning, .match_bits = 48};
	event.as.overheard.way = (struct sonde_way_in){.device = "eth0"};
	made_event(m, event);
}

/* A probe that was given up, and whose answer had come as far as the interface. */
static inline void made_kept(struct made *m, uint8_t ttl, const char *from, enum sonde_meaning meaning)
{
	struct sonde_event_probe probe = made_sent(m, ttl);
	sonde_at_ns at_ns = m->now;
	m->now += SONDE_S;
	made_event(m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = probe});
	made_overheard(m, probe, from, meaning, at_ns);
}

static inline void made_settled(struct made *m, uint8_t ttl)
{
	made_event(m, (struct sonde_event){.type = SONDE_EV_HOP_SETTLED, .probe = {.ttl = ttl}});
}

static inline void made_end(struct made *m, struct sonde_event_end end)
{
	made_event(m, (struct sonde_event){.type = SONDE_EV_TRACE_END, .as.end = end});
}

#endif
