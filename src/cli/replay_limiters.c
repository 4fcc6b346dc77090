/* SPDX-License-Identifier: MIT */
/* The traces behind a trace, hop by hop, as if they had been asked just now. */
#include "cli/replay_limiters.h"

#include "diag/loss.h"

/* One that is played, for whoever else listens. */
struct playing {
	struct sn_hop_asked hop;
	int (*on_event)(void *ctx, const struct sonde_event *event);
	void *ctx;
};

static int on_asked(void *ctx, const struct sonde_event *event)
{
	struct playing *p = ctx;
	sn_hop_asked_event(&p->hop, event);
	return p->on_event(p->ctx, event);
}

/* The trace asks that hop of the path. */
static bool asks(const struct sn_replay *replay, size_t trace, const struct sonde_path *path, uint8_t ttl)
{
	const struct sonde_trace_cfg *cfg = sn_replay_cfg(replay, trace), *told = sonde_path_cfg(path);
	return cfg->first_ttl == ttl && cfg->method == told->method && sonde_addr_equal(&cfg->dst, &told->dst);
}

int sn_replay_asks_limiters(const struct sn_replay *replay, const struct sonde_path *const *paths, size_t told_count, bool *out)
{
	size_t count = sn_replay_count(replay), known = told_count;
	for (size_t i = 0; i < told_count; i++) {
		uint8_t ttls[SN_INVESTIGATED_MOST];
		int hops = sn_limiter_suspects(paths[i], ttls, SN_INVESTIGATED_MOST);
		if (hops < 0)
			return hops;
		for (int h = 0; h < hops; h++) {
			size_t ask_count = 0, probe_count = 0;
			for (size_t k = told_count; k < count; k++)
				if (asks(replay, k, paths[i], ttls[h])) {
					ask_count++;
					probe_count += sn_replay_probe_count(replay, k);
				}
			if (ask_count <= SN_BUCKET_ASKS_MAX && probe_count <= SN_BUCKET_PROBES_MAX)
				known += ask_count;
		}
	}
	*out = known == count;
	return SONDE_OK;
}

/* What one hop was asked. *any: something; *whole: as much as says enough of it. */
static int play_hop(struct playing *p, struct sn_replay *replay, const struct sonde_path *path, size_t told_count, bool *any, bool *whole)
{
	struct sn_bucket_ask next;
	int code = SONDE_OK;
	for (size_t k = told_count; code == SONDE_OK && k < sn_replay_count(replay); k++)
		if (asks(replay, k, path, p->hop.ttl) && sn_hop_asked_next(&p->hop, &next)) {
			*any = true;
			code = sn_replay_play(replay, k, on_asked, p);
			sn_hop_asked_over(&p->hop, next.gap_ns);
		}
	*whole = !sn_hop_asked_next(&p->hop, &next);
	return code;
}

static int play_path(struct playing *p, struct sn_replay *replay, const struct sonde_path *path, size_t told_count,
                     struct sn_replay_limiters *out)
{
	struct sonde_row row = {0};
	uint8_t ttls[SN_INVESTIGATED_MOST];
	int hops = sn_limiter_suspects(path, ttls, SN_INVESTIGATED_MOST), code = hops < 0 ? hops : SONDE_OK;
	for (int h = 0; code == SONDE_OK && h < hops; h++) {
		bool whole = false;
		code = sonde_path_row(path, ttls[h], &row);
		if (code < 0)
			break;
		sn_hop_asked_begin(&p->hop, &row);
		code = play_hop(p, replay, path, told_count, &out->asked, &whole);
		if (code < 0 || !whole)
			continue;
		sn_hop_asked_estimate(&p->hop, &out->items[out->count]);
		out->items[out->count++].shared = told_count > 1;
	}
	sonde_row_finish(&row);
	return code;
}

int sn_replay_limiters(struct sn_replay *replay, const struct sonde_path *const *paths, size_t told_count,
                       int (*on_event)(void *ctx, const struct sonde_event *event), void *ctx, struct sn_replay_limiters *out)
{
	struct playing p = {.on_event = on_event, .ctx = ctx};
	int code = SONDE_OK;
	for (size_t i = 0; code == SONDE_OK && i < told_count; i++)
		code = play_path(&p, replay, paths[i], told_count, &out[i]);
	return code;
}
