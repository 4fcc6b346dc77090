/* SPDX-License-Identifier: MIT */
/* A made path and what is found about it. */
#ifndef SONDE_TESTS_JUDGED_H
#define SONDE_TESTS_JUDGED_H

#include "madepath.h"

#include <sonde/finding.h>

#include <stdio.h>
#include <string.h>

struct judged {
	struct sonde_path *path;
	struct made m;
	struct sonde_findings findings;
};

static inline void judged_take(void *ctx, const struct sonde_event *event)
{
	assert_int_equal(sonde_path_apply(((struct judged *)ctx)->path, event), SONDE_OK);
}

static inline void judged_finish(struct judged *j)
{
	sonde_findings_finish(&j->findings);
	sonde_path_free(j->path);
	j->path = NULL;
}

/* A trace to 192.0.2.9 by that method begins; one that was judged before is forgotten. */
static inline void judged_start(struct judged *j, const char *method, uint8_t queries)
{
	judged_finish(j);
	assert_int_equal(sonde_path_new(&j->path), SONDE_OK);
	j->m = (struct made){.take = judged_take, .ctx = j};
	made_start(&j->m, "192.0.2.9", queries);
	struct sonde_trace_cfg cfg = *sonde_path_cfg(j->path);
	cfg.method = (size_t)sonde_method_find(method);
	made_event(&j->m, (struct sonde_event){.type = SONDE_EV_TRACE_START, .as.start = cfg});
}

/* The router at a TTL. */
static inline const char *judged_router(uint8_t ttl, char text[SONDE_ADDR_TEXT])
{
	snprintf(text, SONDE_ADDR_TEXT, "10.0.%u.1", (unsigned)ttl);
	return text;
}

/* A router, or with another meaning the target, answers some probes and leaves those after them, as who limits its answers does. */
static inline void judged_hop(struct judged *j, uint8_t ttl, enum sonde_meaning meaning, unsigned answered, unsigned lost)
{
	char router[SONDE_ADDR_TEXT];
	for (unsigned i = 0; i < answered; i++)
		made_hop(&j->m, ttl, meaning == SONDE_M_TIME_EXCEEDED ? judged_router(ttl, router) : "192.0.2.9", meaning, 400);
	for (unsigned i = 0; i < lost; i++)
		made_lost(&j->m, ttl);
}

/* It ends so. */
static inline void judged_by_end(struct judged *j, struct sonde_event_end end)
{
	const struct sonde_case about = {.paths = (const struct sonde_path *const *)&j->path, .path_count = 1, .host = "host"};
	end.probe_count = (uint32_t)j->m.next_token;
	made_end(&j->m, end);
	assert_int_equal(sonde_diagnose(&about, &j->findings), SONDE_OK);
	for (size_t i = 0; i < j->findings.count; i++) {
		const struct sonde_finding *f = &j->findings.items[i];
		/* nothing was cut, and all are sentences */
		assert_true(strlen(f->sentence) < sizeof f->sentence - 1 && f->sentence[strlen(f->sentence) - 1] == '.');
		assert_true(strlen(f->otherwise) < sizeof f->otherwise - 1 && strlen(f->next) < sizeof f->next - 1);
		assert_true(f->confidence != SONDE_CONFIDENCE_UNDECIDED || !f->otherwise[0]);
	}
}

/* It ends: distance 0 is a way that fell silent. */
static inline void judged_end(struct judged *j, uint8_t distance, uint8_t last_answering_ttl)
{
	struct sonde_event_end end = {.stop = distance ? SONDE_STOP_REACHED : SONDE_STOP_GAP, .reached = distance != 0,
	                              .distance = distance, .last_answering_ttl = last_answering_ttl};
	end.last_ttl = distance ? distance : (uint8_t)(last_answering_ttl + 1);
	judged_by_end(j, end);
}

/* The only finding of that id. */
static inline const struct sonde_finding *judged_only(const struct judged *j, const char *id)
{
	const struct sonde_finding *f = sonde_findings_get(&j->findings, 0, id);
	if (!f)
		fail_msg("no %s", id);
	for (const struct sonde_finding *g = f + 1; g < j->findings.items + j->findings.count; g++)
		assert_string_not_equal(g->rule->id, id);
	return f;
}

static inline void judged_none(const struct judged *j, const char *id)
{
	const struct sonde_finding *f = sonde_findings_get(&j->findings, 0, id);
	if (f)
		fail_msg("%s: %s", id, f->sentence);
}

/* Nothing but how it ended. */
static inline void judged_well(const struct judged *j)
{
	for (size_t i = 1; i < j->findings.count; i++)
		fail_msg("%s: %s", j->findings.items[i].rule->id, j->findings.items[i].sentence);
}

#endif
