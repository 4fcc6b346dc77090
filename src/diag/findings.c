/* SPDX-License-Identifier: MIT */
/* The list of what was found. */
#include "diag/diag.h"

#include <stdlib.h>
#include <string.h>

const char *sonde_severity_name(enum sonde_severity severity)
{
	static const char *const names[] = {"info", "notice", "warning", "failure"};
	return names[(size_t)severity < sizeof names / sizeof *names ? (size_t)severity : 0];
}

const char *sonde_confidence_name(enum sonde_confidence confidence)
{
	static const char *const names[] = {"undecided", "possible", "likely", "certain"};
	return names[(size_t)confidence < sizeof names / sizeof *names ? (size_t)confidence : 0];
}

struct sonde_finding *sn_find(struct sn_case *c, enum sonde_confidence confidence)
{
	struct sonde_findings *all = c->out;
	struct sonde_finding *f = &c->lost;
	if (all->count == all->capacity) {
		size_t wanted = all->capacity ? all->capacity * 2 : 8;
		struct sonde_finding *grown = reallocarray(all->items, wanted, sizeof *grown);
		if (grown) {
			all->items = grown;
			all->capacity = wanted;
		}
	}
	if (all->count < all->capacity)
		f = &all->items[all->count++];
	c->bad |= f == &c->lost;
	const struct sonde_rule_info *info = &c->rule->info;
	*f = (struct sonde_finding){.rule = info,
	                            .path = c->index,
	                            .exit_status = info->exit_status,
	                            .confidence = confidence,
	                            .advice = c->view_count > 1 && info->advice_compared ? info->advice_compared : info->advice};
	return f;
}

void sonde_findings_finish(struct sonde_findings *findings)
{
	free(findings->items);
	*findings = (struct sonde_findings){0};
}

int sonde_findings_exit_status(const struct sonde_findings *findings, size_t path)
{
	int status = 0;
	for (size_t i = 0; i < findings->count; i++)
		if (findings->items[i].path == path && findings->items[i].exit_status > status)
			status = findings->items[i].exit_status;
	return status;
}

const struct sonde_finding *sonde_findings_get(const struct sonde_findings *findings, size_t path, const char *id)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->items[i].path == path && strcmp(findings->items[i].rule->id, id) == 0)
			return &findings->items[i];
	return NULL;
}
