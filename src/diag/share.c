/* SPDX-License-Identifier: MIT */
/* Whether a field was rewritten in all probes or in a share of them, by the copies of one path, or of several side by side. */
#include "diag/rewrites.h"
#include "base/wilson.h"

/* What is less likely than this did not happen: that a place in front of which a field is untouched is behind the rewriter … */
#define UNTOUCHED_LEAST 0.01
/* … or that a share of the packets is all that the last hops got. */
#define WHOLE_LEAST 0.001
/* The share itself is known from few copies: it may as well be so many standard deviations less. */
#define CAUTIOUS_Z 1.0
/* Fewer changed copies than this show no share where a single hop has both kinds. */
enum { CHANGED_LEAST = 3, HOPS_LEAST = 2 };

/* The copies of a path, from the first that shows a change on. */
struct tally {
	uint8_t first_ttl;               /* 0: none is changed */
	unsigned copy_count, changed_count;
	unsigned hop_count;              /* that show a change in some copy */
	unsigned mixed_count;            /* … and none in another */
	uint8_t mixed_ttl;               /* the last hop that shows one unchanged; 0: none does */
	unsigned tail_count;             /* copies behind that hop */
	unsigned lone_count, turn_count; /* what single copies, one a hop, say: hops that differ from those around them, and changes */
	bool unlike;                     /* there are several new values */
	bool single;                     /* no hop has more than one copy */
	uint64_t value;
	const struct sonde_query *query; /* one that is changed */
};

static void take(struct tally *t, uint8_t ttl, const struct sn_sight *sight)
{
	if (!sight->changed_count && !t->first_ttl)
		return;
	t->first_ttl = t->first_ttl ? t->first_ttl : ttl;
	t->unlike |= sight->unlike || (sight->changed_count && t->changed_count && sight->value != t->value);
	t->copy_count += sight->copy_count;
	t->changed_count += sight->changed_count;
	t->hop_count += sight->changed_count > 0;
	t->mixed_count += sn_sight_is_mixed(sight);
	t->tail_count = sight->changed_count < sight->copy_count ? 0 : t->tail_count + sight->copy_count;
	t->mixed_ttl = sight->changed_count < sight->copy_count ? ttl : t->mixed_ttl;
	t->single &= sight->copy_count <= 1;
	if (sight->changed_count) {
		t->value = sight->value;
		t->query = t->query ? t->query : sight->query;
	}
}

/* How often single copies change, apart from hops that differ from the one before and the one behind. */
static void take_turns(struct tally *t, const struct sn_view *view, enum sonde_field field)
{
	bool is = false, next[SONDE_TTL_LAST + 1];
	unsigned count = 0;
	for (unsigned ttl = t->first_ttl; ttl <= view->last_ttl; ttl++) {
		struct sn_sight sight = sn_sight_at(view, (uint8_t)ttl, field);
		if (sight.copy_count)
			next[count++] = sight.changed_count;
	}
	for (unsigned i = 0; i < count; i++) {
		if (next[i] == is)
			continue;
		bool alone = i + 1 < count && next[i + 1] == is;
		t->lone_count += alone;
		t->turn_count += !alone;
		is = alone ? is : next[i];
	}
}

static struct tally tally_of(const struct sn_view *view, enum sonde_field field)
{
	struct tally t = {.single = true};
	for (unsigned ttl = view->first_ttl; ttl <= view->last_ttl; ttl++) {
		struct sn_sight sight = sn_sight_at(view, (uint8_t)ttl, field);
		if (sight.copy_count && !sight.split)
			take(&t, (uint8_t)ttl, &sight);
	}
	if (t.first_ttl && t.single)
		take_turns(&t, view, field);
	return t;
}

static double power(double base, unsigned exponent)
{
	double result = 1;
	while (exponent--)
		result *= base;
	return result;
}

/* A lone odd hop is commonly one whose copies are not what it got; behind several of them, or behind one that has both kinds, it is the
 * packets that differ. */
static enum sn_reading read_alone(const struct tally *t)
{
	enum { LONE_MOST = 1, TURNS_MOST = 2 };
	if (!t->first_ttl || t->unlike || t->changed_count == t->copy_count)
		return SN_READ_WHOLE;
	if (!t->mixed_count)
		return t->single && (t->lone_count > LONE_MOST || t->turn_count > TURNS_MOST) ? SN_READ_UNCLEAR : SN_READ_WHOLE;
	/* Laplace's rule of succession: what few copies say of a share is not taken at its word. */
	double share = (t->changed_count - t->tail_count + 1.0) / (t->copy_count - t->tail_count + 2.0);
	if (power(share, t->tail_count) < WHOLE_LEAST)
		return SN_READ_WHOLE;
	bool several = t->mixed_count >= HOPS_LEAST || t->changed_count >= CHANGED_LEAST;
	return t->hop_count >= HOPS_LEAST && several ? SN_READ_SHARE : SN_READ_UNCLEAR;
}

/* ---- several paths ---- */

enum { BOTH = 3 };

/* Which of these two paths got changed copies from a hop, as bits, where one router answered both; 0 and BOTH: no or both. */
static unsigned changed_at(const struct sn_view *const pair[2], uint8_t ttl, enum sonde_field field)
{
	struct sn_sight a = sn_sight_at(pair[0], ttl, field), b = sn_sight_at(pair[1], ttl, field);
	bool pure = sn_sight_is_pure(&a) && sn_sight_is_pure(&b);
	if (!pure || !sonde_addr_equal(&a.query->answer.from, &b.query->answer.from))
		return 0;
	return (a.changed_count > 0) | (unsigned)(b.changed_count > 0) << 1;
}

/* At one hop the first of two paths got a changed copy and the other did not, at another hop it is the other way round: neither the hops
 * nor the kind of packet decide. */
static bool cross(const struct sn_view *const pair[2], enum sonde_field field)
{
	unsigned seen = 0;
	for (unsigned ttl = pair[0]->first_ttl; ttl <= pair[0]->last_ttl; ttl++) {
		unsigned changed = changed_at(pair, (uint8_t)ttl, field);
		seen |= changed == BOTH ? 0 : changed;
	}
	return seen == BOTH;
}

static bool any_cross(const struct sn_case *c, enum sonde_field field)
{
	for (size_t i = 0; i < c->view_count; i++)
		for (size_t k = i + 1; k < c->view_count; k++) {
			const struct sn_view *const pair[2] = {&c->views[i], &c->views[k]};
			if (cross(pair, field))
				return true;
		}
	return false;
}

/* ---- the place ---- */

/* The last hop in front of the first change that would hardly have been spared so often, had it stood behind the rewriter. */
static uint8_t untouched_ttl(const struct sn_view *view, enum sonde_field field, const struct tally *t)
{
	double spared = 1, share = sn_wilson((double)t->changed_count / t->copy_count, t->copy_count, CAUTIOUS_Z).low;
	for (unsigned ttl = t->first_ttl; ttl-- > view->first_ttl;) {
		struct sn_sight sight = sn_sight_at(view, (uint8_t)ttl, field);
		spared *= power(1 - share, sight.copy_count);
		if (sight.copy_count && spared <= UNTOUCHED_LEAST)
			return (uint8_t)ttl;
	}
	return 0;
}

enum sn_reading sn_read_share(const struct sn_case *c, enum sonde_field field, struct sn_rewrite *out)
{
	struct tally t = tally_of(c->view, field);
	enum sn_reading reading = read_alone(&t);
	if (t.first_ttl && !t.unlike && any_cross(c, field))
		reading = SN_READ_SHARE;
	if (reading != SN_READ_SHARE)
		return reading;
	*out = (struct sn_rewrite){.field = field, .at_ttl = t.first_ttl, .hop_count = (uint8_t)t.hop_count,
	                           .copy_count = (uint16_t)t.changed_count, .of_count = (uint16_t)t.copy_count, .share = true,
	                           .was_sent = true, .query = t.query};
	out->after_ttl = t.changed_count < t.copy_count ? untouched_ttl(c->view, field, &t) : 0;
	if (field == SONDE_FIELD_CHECKSUM)
		out->to = (uint32_t)t.value;
	else
		sonde_quote_change(&t.query->answer.quote, field, &out->from, &out->to);
	return SN_READ_SHARE;
}
