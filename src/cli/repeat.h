/* SPDX-License-Identifier: MIT */
/* --repeat: one table of many traces to the same target. */
#ifndef SN_CLI_REPEAT_H
#define SN_CLI_REPEAT_H

#include "cli/live.h"

/* Of the traces that live knows (0 … trace_count - 1), those to dst, of `wanted` that were to be: how often each hop answered, how fast,
 * and how many reached the target. Columns of the report where style has none. Nothing where none of them has begun. */
void sn_repeat_report(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_live *live, uint32_t trace_count,
                      const struct sonde_addr *dst, uint32_t wanted);
/* The best exit status that one of them leads to; no_trace: where none has ended. */
int sn_repeat_status(const struct sn_live *live, uint32_t trace_count, const struct sonde_addr *dst, int no_trace);

#endif
