/* SPDX-License-Identifier: MIT */
/* --investigate: after a trace, bursts and trains to the hops that may have a limiter, and what they say of it. */
#ifndef SN_CLI_INVESTIGATE_H
#define SN_CLI_INVESTIGATE_H

#include "cli/hop_asked.h"
#include "cli/reach.h"

#include <sonde/path.h>

/* {.reach, .session} is one that has not begun. */
struct sn_investigation {
	struct sn_reach *reach;
	struct sonde_session *session;
	bool asking;                 /* … by the trace with that id */
	uint32_t trace_id;
	bool cut;                    /* it was ended from outside, or could not be sent */
	struct sn_hop_asked hop;     /* the one that is asked */
};

/* Takes an event of any trace of the session; those of others are ignored. */
void sn_investigation_event(struct sn_investigation *inv, const struct sonde_event *event);
/* Asks the hops of a path that has ended: none, where no hop answered fewer probes than those behind it. A negative enum sonde_err. */
int sn_investigate(struct sn_investigation *inv, const struct sonde_path *path, struct sonde_limiter found[SN_INVESTIGATED_MOST],
                   size_t *found_count, struct sonde_error *err) SONDE_MUST_USE;

#endif
