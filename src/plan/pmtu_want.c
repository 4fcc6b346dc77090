/* SPDX-License-Identifier: MIT */
/* Which probe the search for the path's MTU needs next: controls, sizes, hops, and the place of each narrowing. */
#include "plan/pmtu.h"

enum {
	CONTROLS_FIRST = 2,   /* small probes to the target at once … */
	CONTROLS_LAST = 4,    /* … and so many before it is called silent */
	TRIES = 5,            /* of a size, before silence is more than loss */
	TRIES_MORE = 2,       /* … and so many more for each control that stayed silent */
	TRIES_MOST = 15,
	EXPECTED_TRIES = 2,   /* of a size that is likely to get through, of who is asked one at a time */
	AT_ONCE = 2,          /* of these */
	REFUSAL_TRIES = 2,    /* of a size that somebody refuses … */
	DOUBT_TRIES = 5,      /* … or anybody in his name */
	POINTS = 8,           /* sizes between two neighbours at once */
	ROWS_FIRST = 8,       /* hops asked before anything is known */
	ROW_TRIES = 2,
	PLACE_TRIES = 4,      /* at a hop of a size that vanishes */
	PLACES = 2,           /* hops that are asked so, side by side */
	BURST = 5,            /* answers asked of one hop at once; then one in REFILL_NS */
};
#define REFILL_NS SONDE_S
/* What leaves a little earlier or later than planned is spared all the same. */
#define SPARE_NS (20 * SONDE_MS)
/* Loss explains silence once in so many cases, of a size that is refused, and of one that got past who refuses larger ones. */
#define ONE_IN 1000.0
#define ONE_IN_GOT 10000.0

/* Sizes that links have: the plateaus of RFC 1191 section 7.1, and what tunnels and access lines leave of 1500. */
static const uint16_t likely[] = {9000, 8166, 4352, 2002, 1500, 1492, 1480, 1476, 1460, 1450, 1440, 1420, 1400, 1280, 576};

enum { IP6_LEAST_BYTES = 1280 };

static unsigned at_most(unsigned value, unsigned most)
{
	return value < most ? value : most;
}

/* A bucket of BURST answers that fills by one in REFILL_NS, as who rations has at least. */
struct bucket {
	sonde_at_ns full_at_ns;
};

/* It has one from that instant on. */
static sonde_at_ns has_one_at(const struct bucket *b)
{
	return b->full_at_ns - (BURST - 1) * REFILL_NS;
}

/* One that is empty owes nothing. */
static void take_one(struct bucket *b, sonde_at_ns at_ns)
{
	sonde_at_ns most_ns = at_ns + BURST * REFILL_NS;
	b->full_at_ns = (b->full_at_ns > at_ns ? b->full_at_ns : at_ns) + REFILL_NS;
	b->full_at_ns = b->full_at_ns < most_ns ? b->full_at_ns : most_ns;
}

/* Who answers at that TTL may have had to answer this one. */
static bool took_one(const struct sn_pmtu_probe *p, uint8_t ttl, bool silent_too)
{
	bool takes = p->fate == SN_PMTU_OPEN || p->fate == SN_PMTU_TRANSIT || p->fate == SN_PMTU_TARGET || p->fate == SN_PMTU_REFUSED;
	bool same = p->ttl == ttl || (!ttl && p->fate == SN_PMTU_TARGET);
	return same && (takes || (silent_too && p->fate == SN_PMTU_SILENT));
}

/* From when on one more may be asked at that TTL. What vanishes on the way takes nothing, unless that is in question. */
static sonde_at_ns rationed_until(const struct sn_pmtu *s, uint8_t ttl, bool silent_too)
{
	struct bucket b = {0};
	for (unsigned i = 0; i < s->probe_count; i++)
		if (took_one(&s->probes[i], ttl, silent_too))
			take_one(&b, s->probes[i].sent_at_ns);
	return has_one_at(&b);
}

/* Tries of a size at the aim, silent or under way, that no others can have taken the answer of. */
static unsigned spared_tries(const struct sn_pmtu *s, uint16_t bytes)
{
	struct bucket b = {0};
	unsigned count = 0;
	for (unsigned i = 0; i < s->probe_count; i++) {
		const struct sn_pmtu_probe *p = &s->probes[i];
		bool meant = p->ttl == s->aim && p->size_bytes == bytes && (p->fate == SN_PMTU_SILENT || p->fate == SN_PMTU_OPEN);
		count += meant && (!s->careful || has_one_at(&b) + SPARE_NS <= p->sent_at_ns);
		if (took_one(p, s->aim, true))
			take_one(&b, p->sent_at_ns);
	}
	return count;
}

/* One that may go now. */
static bool offer_from(const struct sn_pmtu *s, sonde_at_ns at_ns, uint8_t ttl, uint16_t size_bytes, sonde_at_ns now,
                       struct sn_plan_step *out, sonde_at_ns *wake)
{
	if (s->query_count[ttl] >= SN_PMTU_QUERIES_MAX || (s->serial && !ttl && s->open_count))
		return false;
	if (now < at_ns) {
		*wake = at_ns < *wake ? at_ns : *wake;
		return false;
	}
	*out = (struct sn_plan_step){.ttl = ttl, .size_bytes = size_bytes};
	return true;
}

bool sn_pmtu_offer(const struct sn_pmtu *s, uint8_t ttl, uint16_t size_bytes, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	return offer_from(s, ttl || s->careful ? rationed_until(s, ttl, false) : now, ttl, size_bytes, now, out, wake);
}

/* ---- controls: small probes all the way ---- */

static struct sn_pmtu_tally controls(const struct sn_pmtu *s)
{
	return sn_pmtu_tally(s, s->aim, s->small_bytes);
}

bool sn_pmtu_target_is_silent(const struct sn_pmtu *s)
{
	struct sn_pmtu_tally t = sn_pmtu_tally(s, 0, s->small_bytes);
	return !t.passed && !t.open && t.silent >= CONTROLS_LAST && !s->distance;
}

/* Tries after which silence would be loss once in so many cases at most, were loss as much as what was answered leaves possible. */
static unsigned tries_for(const struct sn_pmtu *s, double one_in)
{
	unsigned answered = 0, silent = controls(s).silent, tries = 1;
	for (unsigned i = 0; i < s->probe_count; i++)
		answered += s->probes[i].ttl == s->aim && (s->probes[i].fate == SN_PMTU_TARGET || s->probes[i].fate == SN_PMTU_TRANSIT);
	double answered_each = (answered + silent + 2.0) / (silent + 1.0), odds = answered_each;
	for (; odds <= one_in && tries < TRIES_MOST; tries++)
		odds *= answered_each;
	return tries;
}

static unsigned tries_needed(const struct sn_pmtu *s)
{
	unsigned needed = s->careful ? tries_for(s, ONE_IN) : TRIES + TRIES_MORE * controls(s).silent;
	return needed < TRIES_MOST ? needed : TRIES_MOST;
}

/* The two sizes of a step are neighbours, and the larger one got no answer. */
static bool is_silent_edge(const struct sn_size_step *step)
{
	return step->got && step->refused->fate == SN_SIZE_SILENT && step->refused->bytes - step->got->bytes == 1;
}

/* Silent ones of sizes that get through. */
static unsigned lost_of_passed(const struct sn_pmtu *s)
{
	unsigned lost = 0;
	for (size_t i = 0; i < s->sizes.count; i++)
		if (s->sizes.items[i].bytes > s->small_bytes && s->sizes.items[i].bytes <= s->passed_bytes)
			lost += s->sizes.items[i].silent_count;
	return lost;
}

/* As many controls as tries of the size in question, side by side: what loses the one loses the other. */
static unsigned controls_wanted(const struct sn_pmtu *s)
{
	struct sn_pmtu_tally t = controls(s);
	unsigned wanted = CONTROLS_FIRST, most = at_most(lost_of_passed(s), SN_SIZE_PROOFS);
	for (size_t i = 0; i < s->step_count; i++)
		if (is_silent_edge(&s->steps[i]) && s->steps[i].refused->silent_count > most)
			most = s->steps[i].refused->silent_count;
	if (!t.passed)
		return t.silent >= CONTROLS_FIRST ? CONTROLS_LAST : CONTROLS_FIRST;
	return wanted + (s->careful ? 0 : most);
}

static bool want_control(const struct sn_pmtu *s, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	unsigned wanted = s->careful && !s->probe_count ? 1 : controls_wanted(s);
	return controls(s).sent < wanted && sn_pmtu_offer(s, s->aim, s->small_bytes, now, out, wake);
}

/* ---- sizes ---- */

static const struct sn_size *size_at(const struct sn_pmtu *s, uint16_t bytes)
{
	for (size_t i = 0; i < s->sizes.count; i++)
		if (s->sizes.items[i].bytes == bytes)
			return &s->sizes.items[i];
	return NULL;
}

static bool want_size(const struct sn_pmtu *s, uint16_t bytes, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	return !size_at(s, bytes) && sn_pmtu_offer(s, s->aim, bytes, now, out, wake);
}

/* Likely sizes that lie between two others: their number, and that of number nth, from the largest, in *out. */
static unsigned likely_between(const struct sn_pmtu *s, unsigned low, unsigned high, unsigned nth, uint16_t *out)
{
	unsigned count = 0;
	for (size_t i = 0; i < sizeof likely / sizeof *likely; i++) {
		bool sensible = likely[i] > low && likely[i] < high && (s->cfg->dst.family == 4 || likely[i] >= IP6_LEAST_BYTES);
		if (sensible && count++ == nth)
			*out = likely[i];
	}
	return count;
}

/* The least that a message has named before another aim was taken; 0: none. */
static unsigned named_before(const struct sn_pmtu *s)
{
	unsigned least = s->top_bytes;
	for (unsigned i = 0; s->aim && i < s->probe_count; i++) {
		const struct sn_pmtu_probe *p = &s->probes[i];
		if (p->fate == SN_PMTU_TOO_BIG && !p->ttl && p->word.said_bytes > s->small_bytes && p->word.said_bytes < least)
			least = p->word.said_bytes;
	}
	return least < s->top_bytes ? least : 0;
}

/* What links are likely to take, largest first: one answer to each tells nearly all. Who rations is asked the first alone, and what was
 * named before. */
static bool want_likely(const struct sn_pmtu *s, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	unsigned named = named_before(s);
	if (want_size(s, s->top_bytes, now, out, wake))
		return true;
	if (named && (want_size(s, (uint16_t)(named + 1), now, out, wake) || want_size(s, (uint16_t)named, now, out, wake)))
		return true;
	uint16_t bytes = 0;
	unsigned count = s->careful || s->serial ? 0 : likely_between(s, 0, s->top_bytes, 0, &bytes);
	for (unsigned i = 0; i < count; i++) {
		likely_between(s, 0, s->top_bytes, i, &bytes);
		if (want_size(s, bytes, now, out, wake))
			return true;
	}
	return false;
}

/* The one size that is asked of who rations: the middle one of those that links are likely to have; behind such a one the next, which
 * shows whether it was that; else the middle. */
static uint16_t point_between(const struct sn_pmtu *s, unsigned low, unsigned high)
{
	uint16_t point = (uint16_t)(low + (high - low) / 2);
	if (likely_between(s, low - 1, low + 1, 0, &point))
		return (uint16_t)(low + 1);
	unsigned count = likely_between(s, low, high, 0, &point);
	likely_between(s, low, high, count / 2, &point);
	return point;
}

/* The sizes between two neighbours that are asked together, from the first: all, where they are few, else at equal distances. */
static unsigned points_between(const struct sn_pmtu *s, unsigned low, unsigned high, uint16_t out[POINTS])
{
	unsigned gap = high - low, count = gap - 1 < POINTS ? gap - 1 : POINTS;
	if (s->careful || s->serial) {
		out[0] = point_between(s, low, high);
		return 1;
	}
	for (unsigned i = 0; i < count; i++)
		out[i] = (uint16_t)(gap - 1 <= POINTS ? low + i + 1 : low + gap * (i + 1) / (POINTS + 1));
	return count;
}

static bool is_point(const uint16_t *points, unsigned count, uint16_t bytes)
{
	for (unsigned i = 0; i < count; i++)
		if (points[i] == bytes)
			return true;
	return false;
}

/* Something else is under way between the two: what it finds moves them. */
static bool is_moving(const struct sn_size_step *step, const uint16_t *points, unsigned count)
{
	for (const struct sn_size *size = step->got + 1; size < step->refused; size++)
		if (size->fate == SN_SIZE_OPEN && !is_point(points, count, size->bytes))
			return true;
	return false;
}

/* The largest that this machine can send, and what a message names: where one of these is lost, a search among smaller ones takes long, and
 * ends at the wrong place. */
static bool is_expected(const struct sn_pmtu *s, const struct sn_size *size)
{
	bool named = false;
	for (size_t i = 0; i < s->sizes.count; i++)
		named |= s->sizes.items[i].word.meaning == SONDE_M_PACKET_TOO_BIG && s->sizes.items[i].word.said_bytes == size->bytes;
	return (s->careful || s->serial) && (named || size->bytes == s->top_bytes);
}

/* Between two neighbours that fared differently: what the message names, and one more; else points. */
static bool want_between(const struct sn_pmtu *s, const struct sn_size_step *step, sonde_at_ns now, struct sn_plan_step *out,
                         sonde_at_ns *wake)
{
	unsigned low = step->got->bytes, high = step->refused->bytes, said = step->refused->word.said_bytes, count = 0;
	uint16_t points[POINTS];
	bool named = step->refused->word.meaning == SONDE_M_PACKET_TOO_BIG && said >= low && said < high;
	if (step->refused->fate == SN_SIZE_SILENT && is_expected(s, step->refused)) {
		unsigned tries = step->refused->silent_count + step->refused->open_count;
		if (tries < EXPECTED_TRIES)
			return sn_pmtu_offer(s, s->aim, step->refused->bytes, now, out, wake);
		if (step->refused->open_count)
			return false;
	}
	if (named && said > low)
		points[count++] = (uint16_t)said;
	if (named && said + 1 < high)
		points[count++] = (uint16_t)(said + 1);
	if (!count)
		count = points_between(s, low, high, points);
	for (unsigned i = count; i-- > 0 && !is_moving(step, points, count);)
		if (want_size(s, points[i], now, out, wake))
			return true;
	return false;
}

/* The smaller one got farther in silence: so it seems, as long as that was no loss. */
static bool want_again(const struct sn_pmtu *s, const struct sn_size *size, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	bool wanted = size->fate == SN_SIZE_SILENT && size->silent_count + size->open_count < tries_for(s, ONE_IN_GOT);
	return wanted && sn_pmtu_offer(s, s->aim, size->bytes, now, out, wake);
}

static bool want_edge(const struct sn_pmtu *s, const struct sn_size_step *step, sonde_at_ns now, struct sn_plan_step *out,
                      sonde_at_ns *wake)
{
	const struct sn_size *size = step->refused;
	unsigned tried = spared_tries(s, size->bytes);
	bool room = s->careful ? !size->open_count : size->open_count < AT_ONCE;
	sonde_at_ns at_ns = s->careful ? rationed_until(s, s->aim, true) + SPARE_NS : now;
	return is_silent_edge(step) && room && tried < tries_needed(s) && offer_from(s, at_ns, s->aim, size->bytes, now, out, wake);
}

/* What one message refuses may pass the next time, as where an address was just asked for in vain. */
static bool want_refusal(const struct sn_pmtu *s, const struct sn_size *size, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	unsigned tries = size->fate == SN_SIZE_REFUSED ? REFUSAL_TRIES : size->fate == SN_SIZE_DOUBTED ? DOUBT_TRIES : 0;
	bool wanted = sn_pmtu_tally(s, s->aim, size->bytes).sent < tries;
	return wanted && sn_pmtu_offer(s, s->aim, size->bytes, now, out, wake);
}

/* The same two refuse by turns, which is no question of sizes: a way is drawn for each packet. */
static bool takes_turns(const struct sn_pmtu *s, size_t index)
{
	const struct sn_size_step *step = &s->steps[index];
	for (size_t i = 0; step->got && step->got->word.by.family && i < index; i++)
		if (sonde_addr_equal(&s->steps[i].refused->word.by, &step->got->word.by))
			return true;
	return false;
}

static bool want_sizes(const struct sn_pmtu *s, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	if (sn_pmtu_target_is_silent(s) && !s->aim)
		return false;
	if (want_likely(s, now, out, wake))
		return true;
	for (size_t i = 0; controls(s).passed && i < s->step_count; i++) {
		const struct sn_size_step *step = &s->steps[i];
		if (!step->got || takes_turns(s, i))
			continue;
		bool apart = step->refused->bytes - step->got->bytes > 1;
		if (apart ? want_between(s, step, now, out, wake) : want_edge(s, step, now, out, wake))
			return true;
		if (!apart && (want_again(s, step->got, now, out, wake) || want_refusal(s, step->refused, now, out, wake)))
			return true;
	}
	return false;
}

/* ---- hops: small probes ---- */

/* Somebody answers there. */
static bool row_answers(const struct sn_pmtu *s, uint8_t ttl)
{
	return sn_pmtu_tally(s, ttl, s->small_bytes).passed > 0;
}

static bool row_is_known(const struct sn_pmtu *s, uint8_t ttl)
{
	struct sn_pmtu_tally t = sn_pmtu_tally(s, ttl, s->small_bytes);
	return t.passed || (!t.open && t.silent >= ROW_TRIES);
}

/* The last hop that is asked for now. */
static unsigned rows_last(const struct sn_pmtu *s)
{
	unsigned top = s->transit_top, window = top * 3 / 2 + 4;
	if (s->distance)
		return s->distance;
	bool spare = s->careful && !sn_pmtu_target_is_silent(s); /* each hop too far costs one of the target's answers */
	if (spare && !s->hint)
		return 0;
	if (s->hint && s->hint > top)
		window = s->hint;
	else if (spare)
		window = top + 1;
	else
		window = window > ROWS_FIRST ? window : ROWS_FIRST;
	window = at_most(window, s->cfg->max_ttl);
	bool silent = !spare && !controls(s).passed && controls(s).silent >= CONTROLS_FIRST; /* it will have to be known */
	for (unsigned ttl = s->cfg->first_ttl; !silent && ttl <= window; ttl++)
		if (!row_is_known(s, (uint8_t)ttl))
			return window;
	/* all of these are silent behind the last answer: as far as the gap limit goes */
	unsigned last = spare ? window + 1 : at_most((top ? top : s->cfg->first_ttl - 1u) + s->cfg->gap, s->cfg->max_ttl);
	return at_most(last > window ? last : window, s->cfg->max_ttl);
}

bool sn_pmtu_rows_are_known(const struct sn_pmtu *s)
{
	for (unsigned ttl = s->cfg->first_ttl, last = rows_last(s); ttl <= last; ttl++)
		if (!row_is_known(s, (uint8_t)ttl))
			return false;
	return true;
}

static bool want_row(const struct sn_pmtu *s, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	for (unsigned ttl = s->cfg->first_ttl, last = rows_last(s); ttl <= last; ttl++) {
		struct sn_pmtu_tally t = sn_pmtu_tally(s, (uint8_t)ttl, s->small_bytes);
		bool wanted = !t.passed && !t.open && t.sent < ROW_TRIES;
		if (wanted && sn_pmtu_offer(s, (uint8_t)ttl, s->small_bytes, now, out, wake))
			return true;
	}
	return false;
}

/* ---- the place of each narrowing: the size that does not get through, with the TTLs of the hops ---- */

/* The hop whose TTL ran out at that address; 0: none. */
static uint8_t hop_of(const struct sn_pmtu *s, const struct sonde_addr *addr)
{
	for (unsigned i = 0; i < s->probe_count; i++)
		if (s->probes[i].fate == SN_PMTU_TRANSIT && sonde_addr_equal(&s->probes[i].word.by, addr))
			return s->probes[i].ttl;
	return 0;
}

static bool want_at(const struct sn_pmtu *s, unsigned ttl, uint16_t bytes, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	bool wanted = ttl <= SONDE_TTL_LAST && !sn_pmtu_tally(s, (uint8_t)ttl, bytes).sent;
	return wanted && sn_pmtu_offer(s, (uint8_t)ttl, bytes, now, out, wake);
}

/* Last hop that may tell: the aim is asked already. */
static unsigned places_last(const struct sn_pmtu *s)
{
	return s->aim ? s->aim - 1u : s->distance ? s->distance - 1u : rows_last(s);
}

/* Who named it is at that hop where its probe's TTL still runs out there, and is too large with one more. */
static bool want_said_place(const struct sn_pmtu *s, const struct sn_size_step *step, sonde_at_ns now, struct sn_plan_step *out,
                            sonde_at_ns *wake)
{
	uint16_t bytes = step->refused->bytes;
	uint8_t hop = hop_of(s, &step->refused->word.by);
	if (hop && (want_at(s, hop, bytes, now, out, wake) || want_at(s, hop + 1u, bytes, now, out, wake)))
		return true;
	bool elsewhere = hop && (sn_pmtu_tally(s, hop, bytes).refused || sn_pmtu_tally(s, (uint8_t)(hop + 1), bytes).passed);
	for (unsigned ttl = s->cfg->first_ttl; (!hop || elsewhere) && ttl <= places_last(s); ttl++)
		if (want_at(s, ttl, bytes, now, out, wake))
			return true;
	return false;
}

/* One more of the large, one of the small, until so many large ones were silent and the small ones were not, or the hop is known to
 * ration. */
static bool want_silent_hop(const struct sn_pmtu *s, uint8_t ttl, uint16_t bytes, sonde_at_ns now, struct sn_plan_step *out,
                            sonde_at_ns *wake)
{
	struct sn_pmtu_tally large = sn_pmtu_tally(s, ttl, bytes), small = sn_pmtu_tally(s, ttl, s->small_bytes);
	if (large.open || small.open)
		return false;
	if (small.sent <= large.silent)
		return sn_pmtu_offer(s, ttl, s->small_bytes, now, out, wake);
	return large.sent < PLACE_TRIES && sn_pmtu_offer(s, ttl, bytes, now, out, wake);
}

/* The largest of the sizes that are silent with that one. */
static uint16_t largest_silent(const struct sn_pmtu *s, const struct sn_size *size)
{
	uint16_t bytes = size->bytes;
	for (; size < s->sizes.items + s->sizes.count && size->fate <= SN_SIZE_SILENT; size++)
		bytes = size->fate == SN_SIZE_SILENT ? size->bytes : bytes;
	return bytes;
}

static bool want_silent_place(const struct sn_pmtu *s, const struct sn_size_step *step, sonde_at_ns now, struct sn_plan_step *out,
                              sonde_at_ns *wake)
{
	uint16_t bytes = step->refused->bytes;
	unsigned got = 0, side_by_side = 0, first = s->cfg->first_ttl, last = places_last(s);
	for (unsigned ttl = first; ttl <= last; ttl++) {
		if (row_answers(s, (uint8_t)ttl) && want_at(s, ttl, bytes, now, out, wake))
			return true;
		got = sn_pmtu_tally(s, (uint8_t)ttl, bytes).passed ? ttl : got;
	}
	for (unsigned ttl = got + 1 > first ? got + 1 : first; ttl <= last && side_by_side < PLACES; ttl++) {
		struct sn_pmtu_tally large = sn_pmtu_tally(s, (uint8_t)ttl, bytes), small = sn_pmtu_tally(s, (uint8_t)ttl, s->small_bytes);
		if (!small.passed)
			continue;
		if (want_silent_hop(s, (uint8_t)ttl, bytes, now, out, wake))
			return true;
		/* one that is asked often enough and rations does not tell: the next one is asked in its place */
		side_by_side += large.sent < PLACE_TRIES || small.passed >= 3 * small.silent;
	}
	/* what gets as far as any of them */
	return got && want_at(s, got, largest_silent(s, step->refused), now, out, wake);
}

static bool want_place(const struct sn_pmtu *s, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	for (size_t i = 0; i < s->step_count; i++) {
		const struct sn_size_step *step = &s->steps[i];
		bool neighbours = step->got && step->refused->bytes - step->got->bytes == 1;
		bool sure = neighbours && step->refused->silent_count >= SN_PMTU_SURE_TRIES;
		bool said = step->refused->word.by.family;
		if (said && neighbours && want_said_place(s, step, now, out, wake))
			return true;
		if (step->refused->fate == SN_SIZE_SILENT && sure && want_silent_place(s, step, now, out, wake))
			return true;
	}
	return false;
}

/* Where nothing forbids it any more: do hops get the largest that gets through in pieces? */
static bool want_pieces(const struct sn_pmtu *s, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	for (unsigned ttl = s->cut_ttl; s->cut_ttl && s->passed_bytes && ttl <= places_last(s); ttl++)
		if (row_answers(s, (uint8_t)ttl) && want_at(s, ttl, s->passed_bytes, now, out, wake))
			return true;
	return false;
}

bool sn_pmtu_want(const struct sn_pmtu *s, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	return want_control(s, now, out, wake) || want_sizes(s, now, out, wake) || want_row(s, now, out, wake) ||
	       sn_pmtu_want_proof(s, now, out, wake) || want_place(s, now, out, wake) ||
	       want_pieces(s, now, out, wake);
}
