/* SPDX-License-Identifier: MIT */
/* What the rows of a sweep mean together: where the target is, how far one may ask ahead, how long to wait. Pure functions. */
#include "plan/sweep.h"

/* How far ahead of x hops known to be on the way a sweep asks: first queries up to TTL first_quarters x / 4 + first_more, further ones
 * likewise. Together with the budget below, 1.5 times the least number of probes + 12 (one query) or + 20 (three) is not exceeded even
 * where every probe ahead was one too many. */
struct ahead {
	uint8_t first_quarters, first_more, extra_quarters, extra_more;
};
static const struct ahead ahead_one = {6, 12, 0, 0}, ahead_many = {6, 11, 6, 9};

/* Spare probes in the budget: 12 with one query, 20 with three. */
enum { BUDGET_MORE = 8, BUDGET_EACH = 4 };

/* Waiting: SILENT_* where nothing farther has answered, LATER_* where something has. The first wait is the longer one: a next hop may
 * lie behind an ocean, and nobody is asked twice for that. Answers to either probe still count after the second. */
#define SILENT_FIRST_LEAST_NS (300 * SONDE_MS)
#define SILENT_FIRST_MORE_NS (200 * SONDE_MS)
#define SILENT_AGAIN_LEAST_NS (120 * SONDE_MS)
#define SILENT_AGAIN_MORE_NS (80 * SONDE_MS)
#define NOTHING_NS (300 * SONDE_MS)
#define LATER_MORE_NS SN_SWEEP_WAIT_LEAST_NS
#define WAIT_MAX_NS (3 * SONDE_S)

/* How far the way back by an answer's TTL may differ from its place on the way there. */
enum { BACK_TOLERANCE = 4 };
/* An answer that arrives with an untouched TTL was sent on our own link. In the name of a target so many hops away or more that
 * contradicts its place; nearer, the target may well have an address on our link. Any other difference is the asymmetry of everyday ways
 * and contradicts nothing. */
enum { DOUBT_FROM_TTL = 5 };

sonde_at_ns sn_sweep_at(const struct sn_sweep *s, uint32_t since_us)
{
	return s->started_at_ns + (sonde_at_ns)since_us * SONDE_US;
}

/* Weak answers decide nothing alone: they count where another one says the same kind of thing. */
static uint8_t says(const struct sn_sweep *s, const struct sn_sweep_row *row)
{
	return (uint8_t)(row->says | (row->says_weak & s->weak_agreed));
}

/* From the far end, so that what lies above all transit is known as such. */
static void look_at_answers(const struct sn_sweep *s, struct sn_sweep_view *view)
{
	for (unsigned ttl = s->cfg->max_ttl; ttl >= s->cfg->first_ttl; ttl--) {
		const struct sn_sweep_row *row = &s->rows[ttl];
		if (!row->answered)
			continue;
		uint8_t what = says(s, row);
		bool above = !view->transit_top && !(what & SN_SAYS_TRANSIT);
		view->answer_top = view->answer_top ? view->answer_top : (uint8_t)ttl;
		view->rtt_top_us = row->rtt_us > view->rtt_top_us ? row->rtt_us : view->rtt_top_us;
		if (what & SN_SAYS_TARGET && above)
			view->target = (uint8_t)ttl;
		if (what & SN_SAYS_TARGET && view->transit_top && !view->contradicted)
			view->contradicted = (uint8_t)ttl;
		if (what & (SN_SAYS_REFUSED | SN_SAYS_UNREACHABLE) && above) {
			view->refusal = (uint8_t)ttl;
			view->refusal_top = view->refusal_top ? view->refusal_top : (uint8_t)ttl;
		}
		if (what & SN_SAYS_TRANSIT && !view->transit_top)
			view->transit_top = (uint8_t)ttl;
	}
}

/* A port-unreachable in another name is the target's only if a higher TTL got the same, nothing behind was transit (refusal is above all
 * transit already) nor can be any more, its sender was no hop on the way, and its own TTL fits the place. */
static bool refused_is_target(const struct sn_sweep *s, const struct sn_sweep_view *view)
{
	const struct sn_sweep_row *first = &s->rows[view->refusal];
	if (!view->refusal || view->refusal_top == view->refusal || says(s, first) != SN_SAYS_REFUSED)
		return false;
	for (unsigned ttl = view->refusal + 1u; ttl <= view->refusal_top; ttl++)
		if (s->rows[ttl].answered && (says(s, &s->rows[ttl]) != SN_SAYS_REFUSED || s->rows[ttl].from != first->from))
			return false;
	for (unsigned ttl = s->cfg->first_ttl; ttl < view->refusal; ttl++)
		if (s->rows[ttl].answered && s->rows[ttl].from == first->from)
			return false;
	for (unsigned ttl = view->refusal + 1u; ttl <= s->cfg->max_ttl; ttl++)
		if (s->rows[ttl].pending)
			return false;
	int off = (int)first->back - (int)view->refusal;
	return first->back == 0 || (off <= BACK_TOLERANCE && off >= -BACK_TOLERANCE);
}

/* Whoever ends the path also answers what was sent past it: those answers are the end row's own. */
static void count_end_answers(const struct sn_sweep *s, struct sn_sweep_view *view)
{
	unsigned from = view->target ? view->target : view->refusal;
	uint8_t what = view->target && !view->refused_is_target ? SN_SAYS_TARGET : SN_SAYS_REFUSED | SN_SAYS_UNREACHABLE;
	for (unsigned ttl = from; ttl && ttl <= s->cfg->max_ttl; ttl++)
		if (says(s, &s->rows[ttl]) & what) {
			view->end_answers = (uint16_t)(view->end_answers + s->rows[ttl].answered);
			view->end_timed = (uint16_t)(view->end_timed + s->rows[ttl].timed);
		}
	const struct sn_sweep_row *beyond = &s->rows[SN_SWEEP_TTL255];
	if (from && what & SN_SAYS_TARGET & says(s, beyond)) {
		view->end_answers = (uint16_t)(view->end_answers + beyond->answered);
		view->end_timed = (uint16_t)(view->end_timed + beyond->timed);
	}
}

bool sn_sweep_answers_beyond(const struct sn_sweep *s)
{
	return s->gap_passed && s->rows[SN_SWEEP_TTL255].says & SN_SAYS_TARGET;
}

void sn_sweep_look(const struct sn_sweep *s, struct sn_sweep_view *view)
{
	*view = (struct sn_sweep_view){0};
	look_at_answers(s, view);
	view->target_doubted = view->target >= DOUBT_FROM_TTL && s->rows[view->target].back == 1 && view->transit_top > 1;
	if (!view->target && refused_is_target(s, view)) {
		view->refused_is_target = true;
		view->target = view->refusal;
	}
	/* An unreachable ends the path only when nothing behind it answers otherwise. */
	if (view->target && !view->refused_is_target)
		view->refusal = 0;
	unsigned ahead = sn_sweep_answers_beyond(s) ? SONDE_TTL_LAST : s->cfg->gap;
	unsigned silent_end = (view->answer_top ? view->answer_top : s->cfg->first_ttl - 1u) + ahead;
	unsigned end = view->target ? view->target : view->refusal ? view->refusal : silent_end;
	view->end = end > s->cfg->max_ttl ? s->cfg->max_ttl : (uint8_t)end;
	/* One TTL past a lone refusal tells whether anything behind it answers otherwise. Behind the gap limit all was asked in vain: what
	 * a router says of it late comes for all TTLs, in any order, and asking on would only make it wait for its neighbour again. */
	unsigned past = view->refusal_top == view->refusal && !s->gap_passed ? 1 : 0;
	unsigned top = view->target ? view->target : view->refusal ? view->refusal_top + past : s->cfg->max_ttl;
	view->ask_top = top > s->cfg->max_ttl ? s->cfg->max_ttl : (uint8_t)top;
	count_end_answers(s, view);
}

/* Hops known to be on the way, the next one included. A target that is the very next hop answers before it was asked often: two are
 * taken for granted. */
static unsigned known_hops(const struct sn_sweep *s, const struct sn_sweep_view *view)
{
	unsigned top = view->transit_top > view->answer_top ? view->transit_top : view->answer_top;
	return top < s->cfg->first_ttl ? 2 : top - s->cfg->first_ttl + 2;
}

static const struct ahead *ahead_of(const struct sn_sweep *s)
{
	return s->cfg->queries == 1 ? &ahead_one : &ahead_many;
}

/* The next hop has proved silent, or the target is known to answer somewhere farther on. */
static bool looks_farther(const struct sn_sweep *s, const struct sn_sweep_view *view)
{
	unsigned next = view->answer_top ? view->answer_top + 1u : s->cfg->first_ttl;
	return sn_sweep_answers_beyond(s) || (next <= s->cfg->max_ttl && s->rows[next].expired);
}

/* Then exactly what the gap limit allows is asked, or the whole range. */
static uint8_t window(const struct sn_sweep *s, const struct sn_sweep_view *view, unsigned quarters, unsigned more)
{
	unsigned top = s->cfg->first_ttl - 1u + known_hops(s, view) * quarters / 4 + more;
	/* Who says how many may be in flight wants so many, on a short path, too, but no more hops than the gap limit allows. */
	if (looks_farther(s, view))
		top = sn_sweep_must_ask(view);
	else if (s->cfg->window)
		top = view->ask_top;
	return (uint8_t)(top < view->ask_top ? top : view->ask_top);
}

uint8_t sn_sweep_first_window(const struct sn_sweep *s, const struct sn_sweep_view *view)
{
	return window(s, view, ahead_of(s)->first_quarters, ahead_of(s)->first_more);
}

uint8_t sn_sweep_extra_window(const struct sn_sweep *s, const struct sn_sweep_view *view)
{
	return window(s, view, ahead_of(s)->extra_quarters, ahead_of(s)->extra_more);
}

bool sn_sweep_within_budget(const struct sn_sweep *s, const struct sn_sweep_view *view)
{
	/* With nothing in flight nothing would ever widen the budget: what a row still wants goes one by one. */
	if (s->pending == 0 || s->cfg->window || view->target || view->refusal || looks_farther(s, view))
		return true;
	unsigned budget = s->cfg->queries * known_hops(s, view) * 3 / 2 + BUDGET_MORE + BUDGET_EACH * s->cfg->queries;
	/* Of several queries one is kept for TTL 255, which a single query asks no sooner than it is asked again. */
	unsigned kept = s->cfg->queries > 1 && !s->rows[SN_SWEEP_TTL255].sent;
	return s->probe_count + kept < budget;
}

sonde_ns sn_sweep_wait(const struct sn_sweep *s, const struct sn_sweep_view *view, uint8_t ttl, uint32_t later_us)
{
	sonde_ns own = s->rows[ttl].rtt_us * SONDE_US, top = view->rtt_top_us * SONDE_US, wait;
	/* Nothing is behind the target: its own row counts for it. */
	sonde_ns later = (ttl == view->target && ttl && s->rows[ttl].rtt_us > later_us ? s->rows[ttl].rtt_us : later_us) * SONDE_US;
	if (later) {
		/* A single query is asked again soon; what is not asked again is waited for longer. */
		bool once = s->cfg->queries > 1 || s->cfg->no_retry;
		int spare = once ? 5 : s->rows[ttl].retried ? 10 : 0;
		wait = later + (spare ? later / spare : 0) + LATER_MORE_NS;
	} else if (s->cfg->wait_max_ns) {
		/* Who says how long to wait means it where nothing is known: no guess then. */
		wait = s->cfg->wait_max_ns;
	} else if (top) {
		bool again = ttl == 0 || s->rows[ttl].retried;
		sonde_ns least = again ? SILENT_AGAIN_LEAST_NS : SILENT_FIRST_LEAST_NS;
		wait = top + (again ? SILENT_AGAIN_MORE_NS : SILENT_FIRST_MORE_NS);
		wait = wait < least ? least : wait;
	} else {
		wait = NOTHING_NS;
	}
	if (own && wait < 2 * own + LATER_MORE_NS)
		wait = 2 * own + LATER_MORE_NS;
	sonde_ns most = s->cfg->wait_max_ns ? s->cfg->wait_max_ns : WAIT_MAX_NS;
	return wait < most ? wait : most;
}
