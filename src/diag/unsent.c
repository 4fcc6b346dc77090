/* SPDX-License-Identifier: MIT */
/* Probes that never left this machine, by errno: what the rules about that have in common. */
#include "diag/diag.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What no row names, memory that is out among it, is OTHER. */
static const struct {
	int sys_errno;
	enum sn_unsent why;
} reasons[] = {
	{EPERM, SN_UNSENT_FIREWALL},       {EACCES, SN_UNSENT_FIREWALL},  {ENETUNREACH, SN_UNSENT_NO_ROUTE},
	{EHOSTUNREACH, SN_UNSENT_NO_ROUTE}, {ENETDOWN, SN_UNSENT_LINK_DOWN}, {ENODEV, SN_UNSENT_LINK_DOWN},
	{ENXIO, SN_UNSENT_LINK_DOWN},
};

static enum sn_unsent reason(int sys_errno)
{
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (reasons[i].sys_errno == sys_errno)
			return reasons[i].why;
	return SN_UNSENT_OTHER;
}

static unsigned unsent_count(const struct sn_view *view, enum sn_unsent why, int *which)
{
	unsigned count = 0;
	for (unsigned ttl = 1; ttl <= SONDE_TTL_LAST; ttl++)
		for (size_t i = 0; i < view->rows[ttl].query_count; i++) {
			const struct sonde_query *query = view->rows[ttl].queries[i];
			if (query->state != SONDE_QUERY_LOCAL_ERROR || reason(query->sys_errno) != why)
				continue;
			count++;
			*which = query->sys_errno;
		}
	return count;
}

void sn_find_unsent(struct sn_case *c, enum sn_unsent why)
{
	const struct sn_view *view = c->view;
	bool ended = view->end->stop == SONDE_STOP_LOCAL_ERROR && reason(view->end->sys_errno) == why;
	int which = view->end->sys_errno;
	unsigned count = unsent_count(view, why, &which);
	if (!count && !ended)
		return;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	if (ended)
		sn_say(f, "Stopped: this machine could not send");
	else
		sn_say(f, "%u of %u probes did not leave this machine", count, count + view->end->probe_count);
	if (which)
		sn_say(f, " (%s)", strerror(which));
	sn_say(f, ".");
	sn_evidence(f, "probes_unsent", "probes", count);
	sn_evidence(f, "errno", "", which);
	sn_headline(f, "Does not leave this machine");
	if (!ended) {
		f->exit_status = 0;
		return;
	}
	if (!view->end->reached) {
		sn_say(f, " ");
		sn_say_last_answer(f, view);
	}
	c->ended |= !view->end->reached;
}
