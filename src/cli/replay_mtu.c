/* SPDX-License-Identifier: MIT */
/* The better search, and below the head of the other why there was a second: what sonde mtu says of both. */
#include "cli/replay_mtu.h"

#include "out/findings.h"
#include "out/lost.h"
#include "out/mtu.h"

enum { BY_ECHO, BY_UDP };

static void put_header(const struct sn_live *live, const struct sn_live_cfg *screen, uint32_t trace_id, struct sn_buf *out)
{
	sn_mtu_header(out, &screen->style, sn_live_about(live, trace_id), sonde_path_cfg(sn_live_path(live, trace_id)));
}

int sn_replay_mtu(const struct sn_live *live, const struct sn_live_cfg *screen, struct sn_replay_mtu *mtu, struct sn_buf *out)
{
	const struct sonde_path *by_echo = sn_live_path(live, BY_ECHO), *by_udp = sn_live_path(live, BY_UDP);
	*mtu = (struct sn_replay_mtu){0};
	if (!sn_echo_is_doubted(by_echo))
		return SONDE_OK;
	sn_asked_again(by_echo, by_udp, false, &mtu->again);
	mtu->told = mtu->again.by_udp ? BY_UDP : BY_ECHO;
	const struct sonde_path *path = mtu->again.by_udp ? by_udp : by_echo;
	const struct sonde_case about = {
	    .paths = &path, .path_count = 1, .host = sn_live_about(live, mtu->told)->host, .asked = mtu->again.method};
	int code = sonde_diagnose(&about, &mtu->findings);
	put_header(live, screen, BY_ECHO, out);
	sn_text_wrap(out, screen->style.width_columns, sn_buf_text(&mtu->again.note));
	if (mtu->again.by_udp)
		put_header(live, screen, BY_UDP, out);
	sn_mtu_table(out, &screen->style, path);
	sn_text_verdict(out, &screen->style, &mtu->findings, 0);
	if (screen->lost)
		sn_text_lost(out, &screen->style, &path, 1, screen->wall_zero_ns);
	if (screen->findings)
		sn_findings_lines(out, &mtu->findings, &path, 1);
	return code;
}

void sn_replay_mtu_finish(struct sn_replay_mtu *mtu)
{
	sn_buf_finish(&mtu->again.note);
	sonde_findings_finish(&mtu->findings);
}
