/* SPDX-License-Identifier: MIT */
/* A trace through a simulated network, live and replayed from its own packets, and what differs between the two. */
#ifndef SONDE_TESTS_REPLAYED_H
#define SONDE_TESTS_REPLAYED_H

#include "replay/replay.h"

#include <sonde/finding.h>
#include <sonde/path.h>
#include <sonde/probe.h>

/* What is run. */
struct replayed_run {
	const char *net;              /* text of a .net file; its "target" is traced */
	size_t net_bytes;
	uint64_t seed;
	uint8_t family;
	struct sonde_trace_cfg cfg;   /* dst is filled in */
};

/* The table of one, and what is found. */
struct replayed {
	struct sonde_path *path;
	struct sonde_findings findings;
	bool weak;   /* an answer fitted the run's secret by so few bits that it decides nothing alone: a replay knows no secret */
};

void replayed_init(struct replayed *r);
void replayed_finish(struct replayed *r);
/* Runs, and gives the replay what was sent and received. */
void replayed_live(struct replayed_run *run, struct sn_replay *replay, struct replayed *out);
/* Plays a trace of a replay that is paired. */
void replayed_play(struct sn_replay *replay, size_t trace, struct replayed *out);
/* NULL, or what differs, at which TTL. */
const char *replayed_rows_differ(const struct replayed *a, const struct replayed *b, unsigned *at);
/* but: a finding that is not looked at, NULL: none. */
bool replayed_same_findings(const struct replayed *a, const struct replayed *b, const char *but);
/* Prints rows and findings. */
void replayed_show(const char *title, const struct replayed *r);

#endif
