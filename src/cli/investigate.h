/* SPDX-License-Identifier: MIT */
/* --investigate: after a trace, bursts and trains to the hops that may have a limiter, and what they say of it. */
#ifndef SN_CLI_INVESTIGATE_H
#define SN_CLI_INVESTIGATE_H

#include "base/buf.h"
#include "cli/reach.h"
#include "diag/bucket.h"

#include <sonde/path.h>

/* So many hops of a path are asked. */
enum { SN_INVESTIGATED_MOST = 3 };

/* {.reach, .session} is one that has not begun. */
struct sn_investigation {
	const struct sn_reach *reach;
	struct sonde_session *session;
	bool asking;                 /* … by the trace with that id */
	uint32_t trace_id;
	bool cut;                    /* it was ended from outside, or could not be sent */
	struct sonde_addr hop;       /* who is asked */
	struct sn_bucket_probe probes[SN_BUCKET_PROBES_MAX + SONDE_TTL_LAST];
	uint64_t tokens[SN_BUCKET_PROBES_MAX + SONDE_TTL_LAST]; /* 0: of the trace itself */
	size_t count;
	size_t first;                /* of the present ask */
};

/* Takes an event of any trace of the session; those of others are ignored. */
void sn_investigation_event(struct sn_investigation *inv, const struct sonde_event *event);
/* Asks the hops of a path that has ended, and adds a paragraph on each to out. alone: no other trace asked those routers meanwhile.
 * A negative enum sonde_err. */
int sn_investigate(struct sn_investigation *inv, const struct sonde_path *path, bool alone, struct sn_buf *out,
                   struct sonde_error *err) SONDE_MUST_USE;
/* What was found out about one hop, as a sentence or two. */
void sn_investigation_say(struct sn_buf *text, uint8_t ttl, const struct sonde_addr *hop, const struct sn_bucket *bucket, bool alone);

#endif
