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

/* What larger packets come to; NULL: nobody knows, or they all get through. */
static const struct sonde_narrowing *last_of(const struct sonde_mtu *mtu)
{
	return mtu->narrowing_count ? &mtu->narrowings[mtu->narrowing_count - 1] : NULL;
}

bool sn_measure_doubts_echo(const struct sn_measure *m)
{
	struct sonde_mtu mtu;
	const struct sonde_event_end *end = sonde_path_end(m->path);
	bool whole = end && end->stop != SONDE_STOP_LOCAL_ERROR && end->stop != SONDE_STOP_DEADLINE && end->stop != SONDE_STOP_INTERRUPTED;
	if (!whole || m->cfg.method != (size_t)sonde_method_find("icmp") || sonde_mtu_read(m->path, &mtu) < 0)
		return false;
	const struct sonde_narrowing *last = last_of(&mtu);
	bool vanish = last && (last->cause == SONDE_MTU_SILENT || last->cause == SONDE_MTU_REFUSED || last->cause == SONDE_MTU_DOUBTED);
	/* who takes several ways is known to: few answers, as UDP gets, do not tell more of that */
	return !mtu.ways.several && !mtu.ways.uneven && (!mtu.reached || vanish);
}

void sn_measure_say_doubt(const struct sn_measure *m, struct sn_buf *out)
{
	struct sonde_mtu mtu;
	const struct sonde_narrowing *last = sonde_mtu_read(m->path, &mtu) < 0 ? NULL : last_of(&mtu);
	if (!last || last->cause == SONDE_MTU_DOUBTED)
		sn_buf_puts(out, "Echo requests do not tell");
	else if (!mtu.reached)
		sn_buf_puts(out, "The target answered no echo requests");
	else if (last->cause == SONDE_MTU_REFUSED)
		sn_buf_printf(out, "Echo requests of %u bytes and more were refused", (unsigned)last->refused_bytes);
	else
		sn_buf_printf(out, "Echo requests of more than %u bytes were not answered", (unsigned)last->got_bytes);
	if (mtu.reached && last && last->cause == SONDE_MTU_SILENT && last->sure)
		sn_buf_puts(out, ": asked again by UDP, of which larger packets get through. Large pings are filtered, or take another "
		                 "way.");
	else
		sn_buf_puts(out, ": asked again by UDP.");
}

bool sn_measure_tells_more(const struct sn_measure *m, const struct sn_measure *by_echo)
{
	struct sonde_mtu mtu, echo;
	if (!m->path || sonde_mtu_read(m->path, &mtu) < 0 || sonde_mtu_read(by_echo->path, &echo) < 0 || !mtu.reached)
		return false;
	const struct sonde_narrowing *last = last_of(&mtu), *echo_last = last_of(&echo);
	bool open = echo_last && echo_last->cause == SONDE_MTU_SILENT && !echo_last->sure;
	return !echo.reached || mtu.path_bytes > echo.path_bytes || (open && last && last->cause != SONDE_MTU_SILENT) ||
	       (open && last && last->sure);
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
