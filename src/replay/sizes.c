/* SPDX-License-Identifier: MIT */
/* A captured search for the path's MTU: probes of many sizes that may not be cut, told without a sweep, which knows one size only. */
#include "replay/internal.h"

/* Who discovers an MTU by the way sends a size again where it was too big: two or three in all. Who searches one sends several to one
 * hop, and if it is sonde also to the target itself, be it that the largest gets through at once. */
enum { SIZES_LEAST = 4, SIZES_AT_ONE_LEAST = 3, SIZES_TO_TARGET_LEAST = 2 };

/* As many as are of interest. */
struct sizes {
	uint16_t bytes[SIZES_LEAST];
	unsigned count;
};

static void add_size(struct sizes *sizes, uint16_t bytes)
{
	for (unsigned i = 0; i < sizes->count; i++)
		if (sizes->bytes[i] == bytes)
			return;
	if (sizes->count < SIZES_LEAST)
		sizes->bytes[sizes->count++] = bytes;
}

bool sn_replay_measures(const struct sn_replay *replay, const struct sn_replay_trace *trace, uint16_t *most_bytes)
{
	struct sizes all = {.count = 0}, of_ttl[256] = {{.count = 0}};
	bool several = false;
	*most_bytes = 0;
	for (size_t i = 0; i < trace->ask_count; i++) {
		const struct sn_ask *ask = &replay->asks[replay->by_trace[trace->ask_from + i]];
		if (ask->may_be_cut || ask->whole_bytes)
			return false;
		add_size(&all, ask->size_bytes);
		add_size(&of_ttl[ask->ttl], ask->size_bytes);
		several |= of_ttl[ask->ttl].count >= SIZES_AT_ONE_LEAST;
		*most_bytes = ask->size_bytes > *most_bytes ? ask->size_bytes : *most_bytes;
	}
	return (all.count >= SIZES_LEAST && several) || of_ttl[SONDE_TTL_LAST].count >= SIZES_TO_TARGET_LEAST;
}

/* Whoever asked again did so when the first search was over, and before ten seconds had passed. */
bool sn_replay_is_asked_again(const struct sn_replay *replay)
{
	const struct sn_replay_trace *echo = &replay->traces[0], *udp = &replay->traces[1];
	if (replay->trace_count != 2 || echo->cfg.plan != SONDE_PLAN_PMTU || udp->cfg.plan != SONDE_PLAN_PMTU)
		return false;
	sonde_at_ns began = sn_replay_began_at_ns(replay, udp);
	return sonde_addr_equal(&echo->cfg.dst, &udp->cfg.dst) && sonde_addr_equal(&echo->cfg.src, &udp->cfg.src) &&
	       echo->cfg.method == (size_t)sonde_method_find("icmp") && udp->cfg.method == (size_t)sonde_method_find("udp") &&
	       began > sn_replay_last_at_ns(replay, echo) && began < sn_replay_began_at_ns(replay, echo) + 10 * SONDE_S;
}
