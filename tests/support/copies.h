/* SPDX-License-Identifier: MIT */
/* Made hops that quote the probes they got. */
#ifndef SONDE_TESTS_COPIES_H
#define SONDE_TESTS_COPIES_H

#include "judged.h"

enum { ALL = INT32_MAX }; /* but for OTHER, which is visible where it differs */

/* A whole copy of a probe in which nothing changed. */
static inline struct sonde_quote true_copy(void)
{
	return (struct sonde_quote){.quoted_bytes = 60, .seen_ttl = 1, .visible = ALL};
}

/* … in which one field did. */
static inline struct sonde_quote changed(enum sonde_field field, uint32_t sent, uint32_t seen)
{
	struct sonde_quote quote = true_copy();
	quote.diff = UINT32_C(1) << field;
	quote.changes[0].sent = sent;
	quote.changes[0].seen = seen;
	return quote;
}

/* An answer with a copy: time exceeded of that router, or the target's refusal. */
static inline void copied_by(struct judged *j, uint8_t ttl, const char *from, enum sonde_meaning meaning, struct sonde_quote quote,
                             bool weak)
{
	struct sonde_event event = {.type = SONDE_EV_REPLY, .probe = made_sent(&j->m, ttl)};
	if (!quote.sent_ttl)
		quote.sent_ttl = ttl;
	event.as.answer = (struct sonde_event_answer){.from = addr_of(from), .meaning = meaning, .is_icmp = true, .weak = weak,
	                                              .match_bits = weak ? 32 : 48, .rtt_ns = SONDE_MS, .quote = quote};
	event.as.answer.in_targets_name = sonde_addr_equal(&event.as.answer.from, &j->m.target);
	made_event(&j->m, event);
}

static inline void copied(struct judged *j, uint8_t ttl, struct sonde_quote quote)
{
	char router[SONDE_ADDR_TEXT];
	copied_by(j, ttl, judged_router(ttl, router), SONDE_M_TIME_EXCEEDED, quote, false);
}

/* The target's port is closed. */
static inline void refused(struct judged *j, uint8_t ttl, struct sonde_quote quote)
{
	copied_by(j, ttl, "192.0.2.9", SONDE_M_PORT_UNREACHABLE, quote, false);
}

#endif
