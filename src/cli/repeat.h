/* SPDX-License-Identifier: MIT */
/* --repeat: what many traces to the same target come to together. */
#ifndef SN_CLI_REPEAT_H
#define SN_CLI_REPEAT_H

#include "cli/live.h"
#include "out/report.h"

/* {0} is none. Must stay where it is. */
struct sn_repeat {
	struct sn_report_trace told;  /* borrows the rest, and live's memory; series NULL: no trace has ended */
	const struct sonde_path **paths;
	struct sonde_series series;
	struct sonde_findings findings;
	char often[48];
};

/* Of the traces that live knows (0 … trace_count - 1), those to dst that have ended, of `wanted` that were to be. Finished by the caller in
 * any case. SONDE_E_NOMEM. */
int sn_repeat_init(struct sn_repeat *repeat, const struct sn_live *live, uint32_t trace_count, const struct sonde_addr *dst,
                   uint32_t wanted) SONDE_MUST_USE;
/* The tables, one for each target of which a trace has ended; lost and findings as in screen. */
void sn_repeat_text(const struct sn_repeat *repeats, size_t count, const struct sn_live_cfg *screen, struct sn_buf *out);
void sn_repeat_finish(struct sn_repeat *repeat);
/* The best exit status that one of them leads to; no_trace: where none has ended. */
int sn_repeat_status(const struct sn_live *live, uint32_t trace_count, const struct sonde_addr *dst, int no_trace);

#endif
