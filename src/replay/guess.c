/* SPDX-License-Identifier: MIT */
/* What a trace was asked to do, told from its probes: no capture says it. */
#include "replay/internal.h"

/* What speaks the protocol, where its row names nothing else; the last of the table speaks any. */
static size_t method_of(const struct sn_ask *ask, bool flow_constant)
{
	const struct sn_replay_protocol *row = sn_replay_protocol(ask->protocol);
	const struct sn_method *speaks = sn_method_of_protocol(ask->protocol);
	const char *name = row->method ? row->method(ask, flow_constant) : speaks ? speaks->info.name : NULL;
	int id = name ? sonde_method_find(name) : (int)sonde_method_count() - 1;
	return id < 0 ? 0 : (size_t)id;
}

/* What a TTL got. */
struct hop {
	unsigned sent;
	const struct sn_ask *first;
	bool exceeded;
	bool again;  /* its second probe was sent because the first had been silent for long */
};

static void look_at_hops(const struct sn_replay *replay, const struct sn_replay_trace *trace, struct hop hops[256])
{
	const sonde_ns silent_ns = 20 * SONDE_MS; /* no sweep of several queries spaces them so, but for routers that ration */
	for (size_t i = 0; i < trace->ask_count; i++) {
		const struct sn_ask *ask = &replay->asks[replay->by_trace[trace->ask_from + i]];
		struct hop *hop = &hops[ask->ttl];
		if (ask->again)
			continue;
		hop->first = hop->first ? hop->first : ask;
		hop->exceeded |= ask->exceeded;
		hop->sent++;
		sonde_at_ns at_ns = sn_ask_heard(replay, ask)->at_ns;
		bool silent = !hop->first->answered || hop->first->answered_at_ns >= at_ns;
		hop->again = hop->sent == 2 && silent && at_ns - sn_ask_heard(replay, hop->first)->at_ns >= silent_ns;
	}
}

/* How many probes each hop was meant to get: as most of the hops that let one run out have got; where none did, the most that any has. The
 * target's own row tells little: what was sent past it is answered as well. Single probes may have been sent again into silence. */
static uint8_t queries_of(const struct sn_replay *replay, const struct sn_replay_trace *trace, bool *asked_again)
{
	struct hop hops[256] = {{0}};
	unsigned hops_with[256] = {0}, most = 1, best = 0;
	bool single = true;
	look_at_hops(replay, trace, hops);
	for (unsigned ttl = 1; ttl < SONDE_TTL_LAST; ttl++) {
		most = hops[ttl].sent > most ? hops[ttl].sent : most;
		single &= hops[ttl].sent < 2 || hops[ttl].again;
		if (hops[ttl].exceeded)
			hops_with[hops[ttl].sent]++;
	}
	for (unsigned count = 1; count < 256; count++)
		if (hops_with[count] > hops_with[best])
			best = count;
	best = single ? 1 : best ? best : most;
	*asked_again = most > best;
	return (uint8_t)(best < UINT8_MAX ? best : UINT8_MAX);
}

/* Where nothing is between, the lone probe at TTL 255 is none of the hops. */
static void range_of(const struct sn_replay *replay, const struct sn_replay_trace *trace, struct sonde_trace_cfg *cfg)
{
	uint8_t least = UINT8_MAX, most = 0;
	for (size_t i = 0; i < trace->ask_count; i++) {
		uint8_t ttl = replay->asks[replay->by_trace[trace->ask_from + i]].ttl;
		least = ttl < least ? ttl : least;
		most = ttl > most && ttl != SONDE_TTL_LAST ? ttl : most;
	}
	cfg->first_ttl = least ? least : 1; /* a probe with TTL 0 never left */
	cfg->max_ttl = most >= cfg->first_ttl ? most : SONDE_TTL_LAST;
}

static void ports_of(const struct sn_replay *replay, const struct sn_replay_trace *trace, struct sonde_trace_cfg *cfg)
{
	for (size_t i = 0; i < trace->ask_count; i++) {
		const struct sn_ask *ask = &replay->asks[replay->by_trace[trace->ask_from + i]];
		cfg->dport = !cfg->dport || ask->dport < cfg->dport ? ask->dport : cfg->dport;
		if (ask->flow < SONDE_FLOWS_MAX && cfg->sport_count <= ask->flow)
			cfg->sport_count = (uint8_t)(ask->flow + 1);
		if (ask->flow < SONDE_FLOWS_MAX && !cfg->sport[ask->flow])
			cfg->sport[ask->flow] = ask->sport;
	}
}

void sn_replay_guess(const struct sn_replay *replay, struct sn_replay_trace *trace)
{
	const struct sn_ask *first = &replay->asks[replay->by_trace[trace->ask_from]];
	const struct sn_heard *heard = sn_ask_heard(replay, first);
	struct sonde_trace_cfg *cfg = &trace->cfg;
	struct sn_packet packet;
	bool asked_again;
	uint16_t most_bytes;
	sonde_trace_cfg_init(cfg);
	cfg->src = first->src;
	cfg->dst = first->dst;
	cfg->method = method_of(first, trace->flow_constant);
	cfg->queries = queries_of(replay, trace, &asked_again);
	cfg->no_retry = !(cfg->queries == 1 && asked_again);
	range_of(replay, trace, cfg);
	if (sonde_method_info(cfg->method)->takes_port)
		ports_of(replay, trace, cfg);
	else if (sonde_method_info(cfg->method)->takes_protocol)
		cfg->dport = first->protocol;
	if (!sn_heard_parse(replay, heard, &packet))
		return;
	cfg->tos = packet.ip.tos;
	cfg->no_df = packet.ip.version == 4 && !packet.ip.df;
	cfg->no_df |= first->whole_bytes != 0;
	cfg->flow_label = packet.ip.flow_label;
	cfg->size_bytes = sn_ask_bytes(first, &packet);
	if (sn_replay_measures(replay, trace, &most_bytes)) {
		cfg->plan = SONDE_PLAN_PMTU;
		cfg->mtu_bytes = most_bytes;
		cfg->size_bytes = 0; /* each has its own */
	}
	cfg->tcp_flags = packet.is_tcp ? (uint8_t)(packet.tcp.flags & (SONDE_TCP_FIN | SONDE_TCP_SYN | SONDE_TCP_ACK)) : 0;
}
