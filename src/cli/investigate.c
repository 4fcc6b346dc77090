/* SPDX-License-Identifier: MIT */
/* Driving the questions to a limiter: which hops, and one ask after the other. */
#include "cli/investigate.h"

#include "diag/loss.h"

/* A probe is waited for so much longer than the hop's slowest answer took. */
#define WAIT_MORE_NS (100 * SONDE_MS)

void sn_investigation_event(struct sn_investigation *inv, const struct sonde_event *event)
{
	if (!inv->asking || event->trace_id != inv->trace_id)
		return;
	if (event->type == SONDE_EV_TRACE_END)
		inv->cut |= event->as.end.stop != SONDE_STOP_ASKED;
	else
		sn_hop_asked_event(&inv->hop, event);
}

static int ask(struct sn_investigation *inv, const struct sonde_path *path, const struct sonde_row *row, const struct sn_bucket_ask *what,
               struct sonde_error *err)
{
	struct sonde_trace_cfg cfg = *sonde_path_cfg(path);
	struct sonde_session_wish wish = sn_reach_wish(inv->reach);
	struct sonde_route route;
	cfg.plan = SONDE_PLAN_ASK;
	cfg.unpaced = true;
	cfg.ask_ttls[0] = row->ttl;
	cfg.ask_ttl_count = 1;
	cfg.ask_count = what->count;
	cfg.send_gap_ns = what->gap_ns;
	cfg.wait_max_ns = row->responders[0].worst_ns + WAIT_MORE_NS;
	cfg.window = 0;
	if (sonde_session_add(inv->session, &cfg, &wish, &inv->trace_id, &route, err) < 0)
		return err->code;
	sn_capture_round(&inv->reach->capture);
	inv->asking = true;
	int code = sonde_session_run(inv->session, err);
	inv->asking = false;
	return code;
}

static int ask_hop(struct sn_investigation *inv, const struct sonde_path *path, const struct sonde_row *row, struct sonde_limiter *limiter,
                   struct sonde_error *err)
{
	struct sn_bucket_ask next;
	sn_hop_asked_begin(&inv->hop, row);
	while (!inv->cut && sn_hop_asked_next(&inv->hop, &next)) {
		if (ask(inv, path, row, &next, err) < 0)
			return err->code;
		sn_hop_asked_over(&inv->hop, next.gap_ns);
	}
	sn_hop_asked_estimate(&inv->hop, limiter);
	return SONDE_OK;
}

int sn_investigate(struct sn_investigation *inv, const struct sonde_path *path, struct sonde_limiter found[SN_INVESTIGATED_MOST],
                   size_t *found_count, struct sonde_error *err)
{
	uint8_t ttls[SN_INVESTIGATED_MOST];
	int count = sn_limiter_suspects(path, ttls, SN_INVESTIGATED_MOST), code = SONDE_OK;
	struct sonde_row row = {0};
	*found_count = 0;
	if (count < 0)
		return sonde_fail(err, count, 0, "no room for an investigation");
	for (int i = 0; code == SONDE_OK && i < count && !inv->cut; i++) {
		struct sonde_limiter limiter;
		code = sonde_path_row(path, ttls[i], &row);
		if (code < 0)
			sonde_fail(err, code, 0, "no room for an investigation");
		else
			code = ask_hop(inv, path, &row, &limiter, err);
		if (code == SONDE_OK && !inv->cut)
			found[(*found_count)++] = limiter;
	}
	sonde_row_finish(&row);
	return code;
}
