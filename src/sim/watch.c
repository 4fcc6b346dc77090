/* SPDX-License-Identifier: MIT */
/* What becomes of packets, counted and told to whoever watches. Nothing that happens depends on it. */
#include "sim/world.h"

void sn_sim_watch(struct sn_sim *sim, void (*seen)(void *ctx, const struct sn_sim_sight *sight), void *ctx)
{
	sim->seen = seen;
	sim->seen_ctx = ctx;
}

void sn_sim_note(struct sn_sim *sim, enum sn_sim_fate fate, uint32_t node, const struct sn_sim_packet *packet)
{
	uint64_t *const counts[] = {
		[SN_SIM_FORWARDED] = &sim->counts.forwarded,
		[SN_SIM_LOST] = &sim->counts.lost_on_link,
		[SN_SIM_FILTERED] = &sim->counts.filtered,
		[SN_SIM_UNROUTED] = &sim->counts.no_route,
		[SN_SIM_EXPIRED] = &sim->counts.ttl_expired,
		[SN_SIM_OVERSIZED] = &sim->counts.too_big,
		[SN_SIM_KEPT_SILENT] = &sim->counts.silent,
		[SN_SIM_RATE_LIMITED] = &sim->counts.rate_limited,
	};
	uint64_t *count = fate < sizeof counts / sizeof *counts ? counts[fate] : NULL;
	if (count)
		++*count;
	if (!sim->seen)
		return;
	struct sn_sim_sight sight = {
		.fate = fate,
		.node = sim->net.nodes[node].name,
		.number = packet->number,
		.is_answer = packet->is_answer,
		.at_ns = sim->now_at_ns,
	};
	sim->seen(sim->seen_ctx, &sight);
}
