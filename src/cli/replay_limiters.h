/* SPDX-License-Identifier: MIT */
/* What a captured --investigate asked single hops, and what that says of their limiters. */
#ifndef SN_CLI_REPLAY_LIMITERS_H
#define SN_CLI_REPLAY_LIMITERS_H

#include "cli/hop_asked.h"
#include "replay/replay.h"

/* Of one trace. {0}: none. */
struct sn_replay_limiters {
	struct sonde_limiter items[SN_INVESTIGATED_MOST];
	size_t count;
	bool asked; /* for any, be it that what came of it was not enough */
};

/* True: each of the traces from told_count on asks a hop of one before it which may have a limiter, and no more than --investigate does.
 * paths: of those before it, which were played. SONDE_E_NOMEM. */
int sn_replay_asks_limiters(const struct sn_replay *replay, const struct sonde_path *const *paths, size_t told_count,
                            bool *out) SONDE_MUST_USE;
/* Plays them: one for each path. What was cut short is left out. on_event gets all events as well. SONDE_E_NOMEM. */
int sn_replay_limiters(struct sn_replay *replay, const struct sonde_path *const *paths, size_t told_count,
                       int (*on_event)(void *ctx, const struct sonde_event *event), void *ctx,
                       struct sn_replay_limiters *out) SONDE_MUST_USE;

#endif
