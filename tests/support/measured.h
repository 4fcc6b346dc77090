/* SPDX-License-Identifier: MIT */
/* The path MTU of a simulated network, measured and judged in virtual time. */
#ifndef SONDE_TESTS_MEASURED_H
#define SONDE_TESTS_MEASURED_H

#include "replay/replay.h"

#include <sonde/finding.h>
#include <sonde/mtu.h>

struct measured {
	/* Set before measured_run. */
	const char *net;      /* text of a .net file with a node "target" */
	const char *method;
	uint16_t dport;
	uint8_t family;
	uint64_t seed;
	sonde_ns deadline_ns, wait_max_ns;  /* 0: none; the plan's own */
	struct sn_replay *replay;  /* gets what is sent and received; NULL: nobody wants it */
	/* Filled by measured_run. */
	struct sonde_path *path;
	struct sonde_mtu mtu;
	struct sonde_findings findings;
	sonde_ns took_ns;
	uint32_t probe_count;
};

/* Anything that cannot be set up fails the test; finished by measured_finish. */
void measured_run(struct measured *m);
/* The same from the packets that m->replay got; *m itself is borrowed. False: they are not read as one search. */
bool measured_again(const struct measured *m, struct measured *again);
void measured_finish(struct measured *m);
/* How many findings of an id there are; *out is the first, may be NULL. */
unsigned measured_found(const struct measured *m, const char *id, const struct sonde_finding **out);

#endif
