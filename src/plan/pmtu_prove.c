/* SPDX-License-Identifier: MIT */
/* What the search for the path's MTU asks once more when it has found it: as often as shows that all went one way. */
#include "plan/pmtu.h"

/* Nothing of the search is left, as far as it got. */
static bool is_settled(const struct sn_pmtu *s)
{
	for (size_t i = 0; i < s->sizes.count; i++)
		if (s->sizes.items[i].fate == SN_SIZE_OPEN)
			return false;
	const struct sn_size_step *last = s->step_count ? &s->steps[s->step_count - 1] : NULL;
	return !last || (last->got && last->refused->bytes - last->got->bytes == 1);
}

/* Of a size that fares as it should so often; what is lost meanwhile is made up for. */
static bool want_proofs(const struct sn_pmtu *s, uint16_t bytes, unsigned has, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	struct sn_pmtu_tally t = sn_pmtu_tally(s, s->aim, bytes);
	return has + t.open < SN_SIZE_PROOFS && t.sent < 2 * SN_SIZE_PROOFS && sn_pmtu_offer(s, s->aim, bytes, now, out, wake);
}

/* How many that are as large or larger were called too big. */
static unsigned refusals_from(const struct sn_pmtu *s, uint16_t bytes)
{
	unsigned count = 0;
	for (unsigned i = 0; i < s->probe_count; i++)
		count += s->probes[i].ttl == s->aim && s->probes[i].size_bytes >= bytes && s->probes[i].fate == SN_PMTU_TOO_BIG;
	return count;
}

/* Where several ways are: one more than what the smallest refused one names, and just that, each as often as shows whether it is ever
 * refused. */
static bool want_lowest(const struct sn_pmtu *s, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	unsigned said = s->mixed.word.said_bytes;
	for (unsigned bytes = said + 1; said > s->small_bytes && bytes >= said; bytes--)
		if (bytes < s->mixed.bytes &&
		    want_proofs(s, (uint16_t)bytes, sn_pmtu_tally(s, s->aim, (uint16_t)bytes).passed, now, out, wake))
			return true;
	return false;
}

/* Who rations is asked no more than he bears. */
bool sn_pmtu_want_proof(const struct sn_pmtu *s, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	const struct sn_size_step *last = s->step_count ? &s->steps[s->step_count - 1] : NULL;
	bool free = !s->careful && !s->serial && s->passed_bytes > s->small_bytes && sn_pmtu_tally(s, s->aim, s->small_bytes).passed;
	if (!free || !is_settled(s))
		return false;
	if (s->mixed.bytes && want_lowest(s, now, out, wake))
		return true;
	bool said = last && last->refused->fate == SN_SIZE_TOO_BIG;
	if (last && last->refused->fate == SN_SIZE_REFUSED)
		return false; /* a filter's choice is none of links */
	if (want_proofs(s, s->passed_bytes, sn_pmtu_tally(s, s->aim, s->passed_bytes).passed, now, out, wake))
		return true;
	return said && want_proofs(s, last->refused->bytes, refusals_from(s, last->refused->bytes), now, out, wake);
}
