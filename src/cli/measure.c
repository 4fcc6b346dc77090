/* SPDX-License-Identifier: MIT */
/* One search for the path's MTU, from its options to its table. */
#include "cli/measure.h"

#include "cli/output.h"
#include "out/findings.h"
#include "out/mtu.h"

#include <errno.h>

enum { EXIT_NOT_REACHED = 1, EXIT_LOCAL = 2, SOME_BYTES = 200, SMALL_BYTES = 80 };

void sn_measure_event(struct sn_measure *m, const struct sonde_event *event)
{
	if (!m->path || event->trace_id != m->trace_id)
		return;
	/* a size that this machine's link does not take, or drops, is what was asked, and no failure */
	bool local = event->type == SONDE_EV_LOCAL_ERROR;
	bool for_its_size = local && (event->as.sys_errno == EMSGSIZE ||
	                              (event->as.sys_errno == ENOBUFS && event->probe.size_bytes > SMALL_BYTES));
	if (!for_its_size)
		sn_local_event(&m->local, event);
	if (event->type == SONDE_EV_TRACE_START)
		m->started_at_ns = event->at_ns;
	m->ended_at_ns = event->at_ns;
	int code = sonde_path_apply(m->path, event);
	m->bad = code < 0 ? code : m->bad;
}

/* A request whose length is fixed by its protocol is no probe of sizes. */
static int can_vary(const struct sn_target *target, const struct sonde_trace_cfg *cfg, struct sonde_error *err)
{
	char label[SONDE_LABEL_BYTES];
	if (sn_size_check(target, cfg, err) == SONDE_OK)
		return SONDE_OK;
	sonde_fail(err, SONDE_E_RANGE, 0, "the path MTU cannot be measured by %s: the length of its requests is fixed",
	           sonde_label(cfg, label));
	return sonde_hint(err, SONDE_E_RANGE, "take another port, or leave the method out");
}

int sn_measure_start(struct sn_measure *m, const struct sn_target *target, const struct sonde_trace_cfg *cfg, struct sonde_error *err)
{
	struct sonde_trace_cfg sized = *cfg;
	sn_measure_finish(m);
	sized.plan = SONDE_PLAN_PMTU;
	sized.unpaced = true;
	sized.no_df = false;
	sized.size_bytes = SOME_BYTES; /* each probe has its own; the wire is told that they are not the least */
	if (can_vary(target, &sized, err) < 0)
		return err->code;
	if (sonde_path_new(&m->path) < 0)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for the path MTU");
	m->trace_id = UINT32_MAX;
	m->cfg = sized;
	return sn_reach_start(m->reach, m->session, target, &sized, &m->trace_id, &m->local.route, err);
}

uint16_t sn_measure_most_bytes(const struct sn_measure *m)
{
	const struct sonde_route *route = &m->local.route;
	uint32_t bytes = route->device_mtu_bytes ? route->device_mtu_bytes : route->mtu_bytes;
	return (uint16_t)(bytes < UINT16_MAX ? bytes : UINT16_MAX);
}

int sn_measure_judge(struct sn_measure *m, const struct sn_target *target, struct sonde_error *err)
{
	const struct sonde_path *path = m->path;
	const struct sonde_case about = {
	    .paths = &path, .path_count = 1, .host = target->host, .repeat = sn_buf_text(&m->reach->repeat), .asked = m->asked};
	sonde_findings_finish(&m->findings);
	int code = m->bad ? m->bad : sonde_diagnose(&about, &m->findings);
	return code < 0 ? sonde_fail(err, code, 0, "no room for the findings") : SONDE_OK;
}

void sn_measure_tell(const struct sn_measure *m, const struct sn_text_style *style, bool lines, struct sn_buf *out)
{
	const struct sonde_path *path = m->path;
	sn_mtu_table(out, style, path);
	sn_text_verdict(out, style, &m->findings, 0);
	if (lines)
		sn_findings_lines(out, &m->findings, &path, 1);
}

int sn_measure_status(const struct sn_measure *m)
{
	const struct sonde_event_end *end = m->path ? sonde_path_end(m->path) : NULL;
	struct sonde_error err = {0};
	int failed = 0;
	if (!end)
		return EXIT_NOT_REACHED;
	if (sn_local_error(&m->local, m->path, m->reach->opts, m->reach->net.wire->ops->name, &err))
		failed = sn_output_error(&err);
	int found = sonde_findings_exit_status(&m->findings, 0);
	return end->stop != SONDE_STOP_LOCAL_ERROR ? found : failed > found ? failed : EXIT_LOCAL;
}

void sn_measure_finish(struct sn_measure *m)
{
	sonde_path_free(m->path);
	sonde_findings_finish(&m->findings);
	m->path = NULL;
	m->local = (struct sn_local){0};
	m->bad = SONDE_OK;
}
