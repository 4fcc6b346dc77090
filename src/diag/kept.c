/* SPDX-License-Identifier: MIT */
/* Answers that came to this machine and not to us: what the rules about that have in common. */
#include "diag/diag.h"

struct sn_kept sn_kept(const struct sn_view *view, bool rp_filter)
{
	struct sn_kept kept = {.asked_count = view->end->probe_count};
	for (unsigned ttl = 1; ttl <= SONDE_TTL_LAST; ttl++)
		for (size_t i = 0; i < view->rows[ttl].query_count; i++) {
			const struct sonde_query *query = view->rows[ttl].queries[i];
			kept.asked_count += query->asked && query->probe.ttl == ttl;
			if (query->state != SONDE_QUERY_OVERHEARD || (query->way.rp_filter > 0) != rp_filter)
				continue;
			kept.first = kept.first ? kept.first : query;
			kept.count++;
			kept.farthest_ttl = (uint8_t)ttl;
			if (ttl > view->cfg->max_ttl)
				continue; /* the lone probe at TTL 255 is no hop */
			kept.first_ttl = kept.first_ttl ? kept.first_ttl : (uint8_t)ttl;
			kept.last_ttl = (uint8_t)ttl;
		}
	kept.ruinous = !view->end->reached && kept.farthest_ttl > view->end->last_answering_ttl;
	return kept;
}

struct sonde_finding *sn_find_kept(struct sn_case *c, const struct sn_kept *kept, enum sonde_confidence confidence)
{
	struct sonde_finding *f = sn_find(c, confidence);
	f->first_ttl = kept->first_ttl;
	f->last_ttl = kept->last_ttl;
	f->by = kept->first->answer.from;
	sn_evidence(f, "answers_kept", "probes", kept->count);
	sn_evidence(f, "probes_sent", "probes", kept->asked_count);
	if (kept->ruinous)
		sn_headline(f, "Kept by this machine on the way back");
	else
		f->exit_status = 0;
	c->ended |= kept->ruinous;
	return f;
}
