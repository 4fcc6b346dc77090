/* SPDX-License-Identifier: MIT */
/* The cap of all; and pacing by TTL: as long as all traces see the same router there, it is one router with one limiter. */
#include "engine/pacer.h"

/* Nobody waits longer than this for a place: until it is known who answers there, and for that router's second wind. Who would have to wait
 * longer goes at once: most routers bear more than the default of Linux, and where one does not, its silence counts as no loss. */
#define UNKNOWN_MOST_NS (300 * SONDE_MS)
#define KNOWN_MOST_NS (2 * SONDE_S)

#define SLACK_NS (10 * SONDE_MS)

void sn_rate_init(struct sn_rate *rate, uint32_t per_second_max)
{
	*rate = (struct sn_rate){0};
	if (!per_second_max)
		return;
	rate->gap_ns = (SONDE_S + per_second_max - 1) / per_second_max;
	rate->slack_ns = SLACK_NS / rate->gap_ns * rate->gap_ns;
}

sonde_at_ns sn_rate_opens(const struct sn_rate *rate)
{
	return rate->paid_until_ns - rate->slack_ns;
}

void sn_rate_take(struct sn_rate *rate, sonde_at_ns now)
{
	if (rate->gap_ns)
		rate->paid_until_ns = (rate->paid_until_ns > now ? rate->paid_until_ns : now) + rate->gap_ns;
}

void sn_pacer_init(struct sn_pacer *pacer, uint32_t burst, sonde_ns refill_ns)
{
	*pacer = (struct sn_pacer){.burst = burst, .refill_ns = refill_ns};
}

struct sn_pacer_place sn_pacer_take(struct sn_pacer *pacer, uint8_t ttl, bool again, sonde_at_ns now)
{
	struct sn_pacer_ttl *t = &pacer->ttls[ttl];
	if (t->mixed)
		return (struct sn_pacer_place){.at_ns = now, .paid = true};
	sonde_at_ns paid = t->paid_until_ns > now ? t->paid_until_ns : now;
	sonde_at_ns at = paid - (sonde_ns)(pacer->burst - 1) * pacer->refill_ns;
	if (at > now && !t->known)
		return (struct sn_pacer_place){.at_ns = again ? now : now + UNKNOWN_MOST_NS};
	if (at > now + KNOWN_MOST_NS)
		return (struct sn_pacer_place){.at_ns = now};
	t->paid_until_ns = paid + pacer->refill_ns;
	return (struct sn_pacer_place){.at_ns = at > now ? at : now, .paid = true};
}

void sn_pacer_learn(struct sn_pacer *pacer, uint8_t ttl, const struct sonde_addr *responder)
{
	struct sn_pacer_ttl *t = &pacer->ttls[ttl];
	if (t->known && !sonde_addr_equal(&t->responder, responder))
		t->mixed = true;
	t->known = true;
	t->responder = *responder;
}
