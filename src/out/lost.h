/* SPDX-License-Identifier: MIT */
/* The probes that were left unanswered, as somebody looks for them in a firewall's log. */
#ifndef SN_OUT_LOST_H
#define SN_OUT_LOST_H

#include "out/text.h"

/* Adds a line of heads and one for each probe of the paths that was waited for in vain, in order of sending, or a sentence that there is
 * none; and how many were not waited for. wall_zero_ns: the wall clock, in nanoseconds since 1970, at the instant 0 of the events. */
void sn_text_lost(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_path *const *paths, size_t path_count,
                  int64_t wall_zero_ns);

#endif
