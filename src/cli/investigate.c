/* SPDX-License-Identifier: MIT */
/* Driving the questions to a limiter: which hops, and one ask after the other. */
#include "cli/investigate.h"

#include "diag/loss.h"

/* A probe is waited for so much longer than the hop's slowest answer took. */
#define WAIT_MORE_NS (100 * SONDE_MS)
/* ---- what comes in ---- */

static size_t index_of(const struct sn_investigation *inv, uint64_t token)
{
	size_t i = inv->first;
	while (i < inv->count && inv->tokens[i] != token)
		i++;
	return i;
}

static void forget(struct sn_investigation *inv, size_t index)
{
	inv->count--;
	for (size_t i = index; i < inv->count; i++) {
		inv->probes[i] = inv->probes[i + 1];
		inv->tokens[i] = inv->tokens[i + 1];
	}
}

static void note(struct sn_investigation *inv, const struct sonde_event *event)
{
	size_t i = index_of(inv, event->probe.token);
	if (event->type == SONDE_EV_SENT && i < sizeof inv->probes / sizeof *inv->probes) {
		inv->tokens[i] = event->probe.token;
		inv->probes[i] = (struct sn_bucket_probe){.sent_at_ns = event->probe.sent_at_ns};
		inv->count += i == inv->count;
	}
	if (i >= inv->count)
		return;
	inv->probes[i].sent_at_ns = event->probe.sent_at_ns;
	bool answer = event->type == SONDE_EV_REPLY || event->type == SONDE_EV_LATE;
	/* another router answered: nothing that this one did */
	if (event->type == SONDE_EV_LOCAL_ERROR || (answer && !sonde_addr_equal(&event->as.answer.from, &inv->hop)))
		forget(inv, i);
	else
		inv->probes[i].answered |= answer;
}

void sn_investigation_event(struct sn_investigation *inv, const struct sonde_event *event)
{
	if (!inv->asking || event->trace_id != inv->trace_id)
		return;
	if (event->type == SONDE_EV_TRACE_END)
		inv->cut |= event->as.end.stop != SONDE_STOP_ASKED;
	else if (event->type >= SONDE_EV_SENT && event->type <= SONDE_EV_LOCAL_ERROR)
		note(inv, event);
}

/* ---- what goes out ---- */

/* The trace itself has taken from the bucket. */
static void take_row(struct sn_investigation *inv, const struct sonde_row *row)
{
	inv->count = 0;
	inv->hop = row->responders[0].addr;
	for (size_t i = 0; i < row->query_count && inv->count < SONDE_TTL_LAST; i++) {
		const struct sonde_query *query = row->queries[i];
		bool answered = sonde_query_is_answered(query);
		if (!answered && query->state != SONDE_QUERY_LOST && query->state != SONDE_QUERY_CROWDED)
			continue;
		inv->tokens[inv->count] = 0;
		inv->probes[inv->count++] = (struct sn_bucket_probe){query->probe.sent_at_ns, answered};
	}
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
	inv->first = inv->count;
	if (sonde_session_add(inv->session, &cfg, &wish, &inv->trace_id, &route, err) < 0)
		return err->code;
	inv->asking = true;
	int code = sonde_session_run(inv->session, err);
	inv->asking = false;
	return code;
}

static int ask_hop(struct sn_investigation *inv, const struct sonde_path *path, const struct sonde_row *row, struct sonde_limiter *limiter,
                   struct sonde_error *err)
{
	struct sn_bucket_run run = {.count = 0};
	struct sn_bucket_ask next;
	take_row(inv, row);
	size_t own_count = inv->count;
	while (!inv->cut && sn_bucket_next(&run, &next)) {
		if (ask(inv, path, row, &next, err) < 0)
			return err->code;
		run.asks[run.count] = (struct sn_bucket_ask){(uint8_t)(inv->count - inv->first), next.gap_ns};
		for (size_t i = inv->first; i < inv->count; i++)
			run.answered[run.count] = (uint8_t)(run.answered[run.count] + inv->probes[i].answered);
		run.count++;
	}
	sn_bucket_estimate(inv->probes, own_count, inv->count, limiter);
	limiter->ttl = row->ttl;
	limiter->by = inv->hop;
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
