/* SPDX-License-Identifier: MIT */
/* Whether the probes of many sizes can have gone one way: what passed and was refused all the same, and what silence chose by size. */
#include "path/mtu.h"

/* How often chance alone chooses the large ones so: seldom, and not often enough to be certain that it did. */
#define CHANCE_UNEVEN_MOST 0.01
#define CHANCE_DOUBTED_MOST 0.2
enum { UNEVEN_LEAST = 2 };

/* The farthest hop that this probe is known to have got to; SONDE_TTL_LAST: the target; 0: none. */
static unsigned got_to(const struct sonde_query *q)
{
	return q->answer.weak ? 0 : sn_mtu_is_final(q) ? SONDE_TTL_LAST : sn_mtu_is_transit(q) ? q->probe.ttl : 0;
}

/* The farthest hop that answers in that name; SONDE_TTL_LAST - 1: none does, so that nobody knows. */
static unsigned last_hop_of(const struct sn_mtu_reading *r, const struct sonde_addr *addr)
{
	unsigned hop = 0;
	for (unsigned ttl = r->cfg->first_ttl; ttl <= r->last_ttl; ttl++)
		SN_MTU_EACH (r, ttl, q)
			if (sn_mtu_is_transit(q.at) && sonde_addr_equal(&q.at->answer.from, addr))
				hop = ttl;
	return hop ? hop : SONDE_TTL_LAST - 1;
}

/* What got to that hop, or farther, was past who refused the other: its TTL says so, or his own place. */
static unsigned past_ttl(const struct sn_mtu_reading *r, const struct sonde_query *refused)
{
	unsigned hop = last_hop_of(r, &refused->answer.from);
	return hop + 1 < refused->probe.ttl ? hop + 1 : refused->probe.ttl;
}

/* The probe that got past who refused another: at least as large, or of the same size where it was no question of the link. NULL: none. */
static const struct sonde_query *contradicts(const struct sn_mtu_reading *r, const struct sonde_query *refused)
{
	const struct sonde_query *found = NULL;
	bool link = sn_mtu_is_too_big(refused);
	unsigned past = link ? past_ttl(r, refused) : r->aim;
	for (unsigned ttl = past; ttl <= SONDE_TTL_LAST; ttl++)
		SN_MTU_EACH (r, ttl, q) {
			uint16_t bytes = q.at->probe.size_bytes, least = refused->probe.size_bytes;
			bool counts = got_to(q.at) >= past && (link ? bytes >= least : bytes == least);
			if (counts && (!found || bytes > found->probe.size_bytes))
				found = q.at;
		}
	return found;
}

static void take_pair(struct sonde_mtu *out, const struct sonde_query *refused, const struct sonde_query *got)
{
	const struct sonde_event_answer *answer = &refused->answer;
	if (out->ways.several && out->ways.refused_bytes <= refused->probe.size_bytes)
		return;
	out->ways = (struct sonde_mtu_ways){
	    .several = true,
	    .got_bytes = got->probe.size_bytes,
	    .got_ttl = (uint8_t)(got_to(got) == SONDE_TTL_LAST ? 0 : got->probe.ttl),
	    .refused_bytes = refused->probe.size_bytes,
	    .by = answer->from,
	    .meaning = answer->meaning,
	    .said_bytes = answer->mtu_bytes,
	};
}

/* On one way the refusals of smaller sizes come from farther on: who refuses again what another, nearer or farther, refused before, is on
 * another way than he. */
static bool takes_turns(const struct sonde_mtu *out)
{
	for (size_t i = 0; i + 2 < out->narrowing_count; i++)
		for (size_t k = i + 2; k < out->narrowing_count; k++) {
			const struct sonde_narrowing *n = out->narrowings;
			bool same = n[i].cause == SONDE_MTU_SAID && n[k].cause == SONDE_MTU_SAID && sonde_addr_equal(&n[i].by, &n[k].by);
			if (same && n[i + 1].cause == SONDE_MTU_SAID && !sonde_addr_equal(&n[i].by, &n[i + 1].by))
				return true;
		}
	return false;
}

/* The smallest that was called too big, beside the largest that got through. */
static void take_turns(const struct sn_mtu_reading *r)
{
	const struct sonde_query *least = NULL;
	SN_MTU_EACH (r, r->aim, q)
		if (sn_mtu_is_too_big(q.at) && (!least || q.at->probe.size_bytes < least->probe.size_bytes))
			least = q.at;
	SN_MTU_EACH (r, r->aim, q)
		if (least && got_to(q.at) && q.at->probe.size_bytes == r->out->path_bytes && !r->out->ways.several)
			take_pair(r->out, least, q.at);
}

/* ---- silence that looks at the size ---- */

/* That so many or more of count are lost, where of others so many were and so many were not, and nothing else is known of the loss: few
 * others leave much possible (the beta-binomial distribution, from Laplace's even prior). */
static double chance_of_least(unsigned count, unsigned least, unsigned others_lost, unsigned others_got)
{
	double lost = others_lost + 1.0, got = others_got + 1.0, term = 1, sum = 0;
	for (unsigned k = 0; k < count; k++)
		term *= (got + k) / (lost + got + k);
	for (unsigned k = 0; k <= count; k++) { /* from none of them on */
		sum += k >= least ? term : 0;
		if (k < count)
			term *= (double)(count - k) / (k + 1) * (lost + k) / (got + count - k - 1);
	}
	return sum;
}

/* Sizes that get through now and then, where smaller ones always do: were the loss of the large ones as that of the small ones, it would
 * seldom be so much. How often it would. */
static double look_at_silence(const struct sn_mtu_reading *r)
{
	struct sonde_mtu *out = r->out;
	struct sonde_mtu_ways *ways = &out->ways;
	uint16_t from_bytes = UINT16_MAX;
	SN_MTU_EACH (r, r->aim, q)
		if (sn_mtu_is_silent(q.at) && q.at->probe.size_bytes < from_bytes && q.at->probe.size_bytes > r->small_bytes)
			from_bytes = q.at->probe.size_bytes;
	SN_MTU_EACH (r, r->aim, q) {
		bool large = q.at->probe.size_bytes >= from_bytes, silent = sn_mtu_is_silent(q.at), got = got_to(q.at) != 0;
		if (q.at->probe.size_bytes > out->path_bytes)
			continue;
		ways->large_silent += large && silent;
		ways->large_answered += large && got;
		ways->small_silent += !large && silent;
		ways->small_answered += !large && got;
	}
	double chance = chance_of_least(ways->large_silent + ways->large_answered, ways->large_silent, ways->small_silent,
	                                ways->small_answered);
	ways->uneven = !r->rations && ways->large_silent >= UNEVEN_LEAST && chance < CHANCE_UNEVEN_MOST;
	ways->uneven_bytes = ways->uneven ? from_bytes : 0;
	return chance;
}

/* ---- how often it was seen ---- */

/* Where a way is drawn for each packet, a few of a size may all have gone the same one. */
static bool is_proved(const struct sn_mtu_reading *r)
{
	const struct sonde_mtu *out = r->out;
	const struct sonde_narrowing *last = out->narrowing_count ? &out->narrowings[out->narrowing_count - 1] : NULL;
	unsigned passed = 0, refused = 0;
	SN_MTU_EACH (r, r->aim, q) {
		passed += q.at->probe.size_bytes == out->path_bytes && got_to(q.at);
		/* of larger sizes another way may refuse more */
		refused += last && q.at->probe.size_bytes == last->refused_bytes && q.at->answer.meaning == SONDE_M_PACKET_TOO_BIG;
	}
	bool larger = !last || last->cause == SONDE_MTU_LOCAL || (last->cause == SONDE_MTU_SAID && refused >= SN_SIZE_PROOFS);
	return passed >= SN_SIZE_PROOFS && larger;
}

void sn_mtu_look_at_ways(const struct sn_mtu_reading *r)
{
	for (unsigned ttl = r->cfg->first_ttl; ttl <= SONDE_TTL_LAST; ttl++)
		SN_MTU_EACH (r, ttl, q) {
			bool refused = sn_mtu_is_too_big(q.at) || (ttl == r->aim && sn_mtu_is_refused(q.at));
			const struct sonde_query *got = refused ? contradicts(r, q.at) : NULL;
			if (got)
				take_pair(r->out, q.at, got);
		}
	if (!r->out->ways.several && takes_turns(r->out))
		take_turns(r);
	double chance = r->out->ways.several ? 0 : look_at_silence(r);
	for (size_t i = 0; (r->out->ways.several || r->out->ways.uneven) && i < r->out->narrowing_count; i++)
		r->out->narrowings[i].sure = false; /* of larger sizes luck chooses the same */
	r->out->ways.proved = chance >= CHANCE_DOUBTED_MOST && is_proved(r);
}
