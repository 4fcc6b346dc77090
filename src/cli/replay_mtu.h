/* SPDX-License-Identifier: MIT */
/* A captured sonde mtu that asked again by UDP: two searches, one of which is told. */
#ifndef SN_CLI_REPLAY_MTU_H
#define SN_CLI_REPLAY_MTU_H

#include "cli/asked_again.h"
#include "cli/live.h"

#include <sonde/finding.h>

/* {0}: none. */
struct sn_replay_mtu {
	struct sn_asked_again again;     /* method NULL: the first search told, so that the second is one of its own */
	uint32_t told;                   /* the trace */
	struct sonde_findings findings;  /* … and what it found */
};

/* Reads the first two traces of live, which have ended, and adds what is told of them to out, or nothing. SONDE_E_NOMEM. */
int sn_replay_mtu(const struct sn_live *live, const struct sn_live_cfg *screen, struct sn_replay_mtu *mtu,
                  struct sn_buf *out) SONDE_MUST_USE;
void sn_replay_mtu_finish(struct sn_replay_mtu *mtu);

#endif
