/* SPDX-License-Identifier: MIT */
/* Where on the way a size stops: from the TTLs of its probes to the hops at both ends of the link. */
#include "path/mtu.h"

/* What loss may explain at most: that a hop is silent to a size that is known not to pass. */
#define CHANCE_AT_HOP_MOST 0.002
enum { TRIES_AT_HOP = 4, ANSWERS_EACH = 3, ANSWERS_LEAST = 2 };

struct tally {
	unsigned silent, got;
};

/* Probes of these sizes with that TTL. */
static struct tally tally_at(const struct sn_mtu_reading *r, unsigned ttl, uint16_t from_bytes, uint16_t to_bytes)
{
	struct tally t = {0};
	SN_MTU_EACH(r, ttl, q) {
		if (q.at->probe.size_bytes < from_bytes || q.at->probe.size_bytes > to_bytes)
			continue;
		t.silent += sn_mtu_is_silent(q.at);
		t.got += sn_mtu_is_transit(q.at) || sn_mtu_is_final(q.at);
	}
	return t;
}

/* A hop that answers the small ones reliably, and none of those sizes. */
static bool lacks(const struct sn_mtu_reading *r, unsigned ttl, uint16_t from_bytes, uint16_t to_bytes)
{
	struct tally large = tally_at(r, ttl, from_bytes, to_bytes), small = tally_at(r, ttl, r->small_bytes, r->small_bytes);
	bool lost = sn_mtu_chance_of_loss(r->out, large.silent) >= CHANCE_AT_HOP_MOST;
	bool answers = small.got >= ANSWERS_LEAST && small.got >= ANSWERS_EACH * small.silent;
	return !large.got && !lost && large.silent >= TRIES_AT_HOP && answers;
}

static uint8_t hop_of(const struct sn_mtu_reading *r, const struct sonde_addr *addr)
{
	for (unsigned ttl = r->cfg->first_ttl; ttl <= r->last_ttl; ttl++)
		SN_MTU_EACH(r, ttl, q)
			if (sn_mtu_is_transit(q.at) && sonde_addr_equal(&q.at->answer.from, addr))
				return (uint8_t)ttl;
	return 0;
}

/* The words of who refuses the sizes of a narrowing. */
static bool is_word_of(const struct sonde_query *q, const struct sonde_narrowing *n)
{
	bool said = sn_mtu_is_too_big(q) || sn_mtu_is_refused(q) || sn_mtu_is_doubted(q);
	return said && q->answer.meaning == n->meaning && sonde_addr_equal(&q->answer.from, &n->by);
}

/* Who says that a packet with TTL n is too large has got it with a TTL above 1, so it is nearer than hop n; who lets the TTL of one run out
 * at hop n is not farther than who says so. */
static void place_said(const struct sn_mtu_reading *r, struct sonde_narrowing *n)
{
	for (unsigned ttl = r->cfg->first_ttl; ttl <= r->last_ttl; ttl++)
		SN_MTU_EACH(r, ttl, q) {
			if (q.at->probe.size_bytes < n->refused_bytes)
				continue;
			if (sn_mtu_is_transit(q.at))
				n->after_ttl = (uint8_t)ttl;
			if (is_word_of(q.at, n) && (!n->before_ttl || ttl < n->before_ttl))
				n->before_ttl = (uint8_t)ttl;
		}
	uint8_t hop = hop_of(r, &n->by);
	bool fits = hop && hop >= n->after_ttl && (!n->before_ttl || hop < n->before_ttl);
	if (fits) {
		n->after_ttl = hop;
		n->before_ttl = (uint8_t)(hop + 1);
	}
}

static void place_silent(const struct sn_mtu_reading *r, struct sonde_narrowing *n, uint16_t from_bytes)
{
	const struct sonde_mtu *out = r->out;
	for (unsigned ttl = r->cfg->first_ttl; ttl <= r->last_ttl; ttl++)
		SN_MTU_EACH(r, ttl, q)
			if (sn_mtu_is_transit(q.at) && q.at->probe.size_bytes >= n->refused_bytes)
				n->after_ttl = (uint8_t)ttl;
	unsigned last = out->aim_ttl ? out->aim_ttl - 1u : r->last_ttl;
	for (unsigned ttl = n->after_ttl + 1u; ttl <= last && !n->before_ttl; ttl++)
		if (lacks(r, ttl, from_bytes, n->refused_bytes))
			n->before_ttl = (uint8_t)ttl;
	/* Answers that are small are no question of size: what they do not come for did not get there, wherever that is. */
	bool small_answers = !(out->reached && out->echoes);
	if (!n->before_ttl && small_answers)
		n->before_ttl = out->aim_ttl;
	n->sure &= n->before_ttl || small_answers;
}

void sn_mtu_place(const struct sn_mtu_reading *r, struct sonde_narrowing *n, uint16_t from_bytes)
{
	if (n->by.family)
		place_said(r, n);
	else if (n->cause == SONDE_MTU_SILENT)
		place_silent(r, n, from_bytes);
}
