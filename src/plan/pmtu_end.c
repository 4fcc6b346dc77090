/* SPDX-License-Identifier: MIT */
/* How the search for the path's MTU ended, in the words in which a trace does. */
#include "plan/pmtu.h"

#include "base/hops.h"

static bool reaches(const struct sn_pmtu *s)
{
	for (unsigned i = 0; i < s->probe_count; i++)
		if (s->probes[i].fate == SN_PMTU_TARGET)
			return true;
	return false;
}

static bool circles(const struct sn_pmtu *s)
{
	return sn_pmtu_farthest(s) < s->transit_top;
}

uint8_t sn_pmtu_farthest(const struct sn_pmtu *s)
{
	struct sonde_addr hops[SONDE_TTL_LAST + 1] = {0};
	for (unsigned i = 0; i < s->probe_count; i++)
		if (s->probes[i].fate == SN_PMTU_TRANSIT && !hops[s->probes[i].ttl].family)
			hops[s->probes[i].ttl] = s->probes[i].word.by;
	return (uint8_t)sn_hops_before_circle(hops, s->cfg->first_ttl, s->transit_top);
}

/* Who refuses even the smallest ones, behind all hops that answer: nearest by, or only those sent over the whole way. NULL: nobody. */
static const struct sn_pmtu_probe *refusal(const struct sn_pmtu *s)
{
	const struct sn_pmtu_probe *found = NULL;
	for (unsigned i = 0; i < s->probe_count; i++) {
		const struct sn_pmtu_probe *p = &s->probes[i];
		bool refused = p->fate == SN_PMTU_REFUSED && p->word.meaning != SONDE_M_TIME_EXCEEDED && p->size_bytes == s->small_bytes;
		bool behind = !p->ttl || p->ttl > s->transit_top;
		if (refused && behind && (!found || !found->ttl || (p->ttl && p->ttl < found->ttl)))
			found = p;
	}
	return found;
}

void sn_pmtu_done(struct sn_pmtu *s, struct sn_plan_step *out)
{
	bool reached = reaches(s), longer = s->transit_top == s->cfg->max_ttl;
	const struct sn_pmtu_probe *refused = reached || circles(s) ? NULL : refusal(s);
	unsigned left = 0;
	for (unsigned i = 0; i < s->probe_count; i++)
		left += s->probes[i].fate != SN_PMTU_UNSENT && s->probes[i].fate != SN_PMTU_NOT_HERE;
	s->done = true;
	*out = (struct sn_plan_step){.act = SN_PLAN_DONE};
	out->end = (struct sonde_event_end){
	    .stop = s->stopped ? s->stopped : reached ? SONDE_STOP_REACHED : refused ? SONDE_STOP_UNREACHABLE
	            : longer ? SONDE_STOP_MAX_TTL : SONDE_STOP_GAP,
	    .reached = reached,
	    .distance = s->distance,
	    .last_ttl = s->distance ? s->distance : s->transit_top,
	    .last_answering_ttl = s->distance ? s->distance : s->transit_top,
	    .sys_errno = s->stopped == SONDE_STOP_LOCAL_ERROR ? s->failures.last_errno : 0,
	    .probe_count = left,
	};
	if (out->end.stop != SONDE_STOP_UNREACHABLE || !refused)
		return;
	out->end.by = refused->word.by;
	out->end.by_ttl = refused->ttl;
	out->end.why = (enum sonde_meaning)refused->word.meaning;
	out->end.why_code = refused->code;
}
