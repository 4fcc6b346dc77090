/* SPDX-License-Identifier: MIT */
/* Whether large probes can have got through in pieces: from the copies that hops quote of them. */
#include "path/mtu.h"

/* Of SONDE_FIELD_FRAGMENT (RFC 791 section 3.1). */
enum { MORE_FRAGMENTS = 0x2000 };

static uint32_t seen_value(const struct sonde_query *q, enum sonde_field field, uint32_t otherwise)
{
	uint32_t sent = 0, seen = otherwise;
	sonde_quote_change(&q->answer.quote, field, &sent, &seen);
	return seen;
}

/* It was there, and arrived in pieces. */
static bool is_piece(const struct sonde_query *q)
{
	return sonde_query_diff(q) & SONDE_DIFF_FRAGMENT && seen_value(q, SONDE_FIELD_FRAGMENT, 0) & MORE_FRAGMENTS;
}

/* … or without the bit that forbids that. */
static bool is_cleared(const struct sonde_query *q)
{
	return sonde_query_diff(q) & SONDE_DIFF_DF && !seen_value(q, SONDE_FIELD_DF, 1);
}

static bool shows_hop(const struct sonde_query *q)
{
	return !q->answer.weak && (sn_mtu_is_transit(q) || sn_mtu_is_final(q)) && sonde_query_visible(q) & SONDE_DIFF_DF;
}

static void take(struct sonde_mtu_cut *cut, const struct sonde_query *q, unsigned ttl)
{
	bool piece = is_piece(q), may_be = piece || is_cleared(q);
	if (!may_be)
		*cut = (struct sonde_mtu_cut){.after_ttl = (uint8_t)ttl}; /* whole here: what was nearer was a bad copy */
	else if (!cut->before_ttl)
		cut->before_ttl = (uint8_t)ttl;
	cut->seen_ttl = (uint8_t)ttl;
	if (piece && !cut->pieces_ttl) {
		cut->pieces_ttl = (uint8_t)ttl;
		cut->piece_bytes = (uint16_t)seen_value(q, SONDE_FIELD_LENGTH, q->probe.size_bytes);
	}
}

void sn_mtu_look_at_pieces(const struct sn_mtu_reading *r)
{
	for (unsigned ttl = r->cfg->first_ttl; ttl <= SONDE_TTL_LAST; ttl++)
		SN_MTU_EACH (r, ttl, q)
			if (shows_hop(q.at))
				take(&r->out->cut, q.at, ttl);
	/* the target itself answered those that were sent over the whole way */
	struct sonde_mtu_cut *cut = &r->out->cut;
	cut->before_ttl = cut->before_ttl == SONDE_TTL_LAST ? r->out->aim_ttl : cut->before_ttl;
	cut->pieces_ttl = cut->pieces_ttl == SONDE_TTL_LAST ? r->out->aim_ttl : cut->pieces_ttl;
	cut->seen_ttl = cut->seen_ttl == SONDE_TTL_LAST ? r->out->aim_ttl : cut->seen_ttl;
}
