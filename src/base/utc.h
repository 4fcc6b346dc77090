/* SPDX-License-Identifier: MIT */
/* Instants of the wall clock as text. */
#ifndef SN_BASE_UTC_H
#define SN_BASE_UTC_H

#include "base/buf.h"

/* Adds "2026-11-26T21:02:52.123Z" (RFC 3339 section 5.6) for nanoseconds since 1970, cut to so many decimals of a second, 0 … 9. */
void sn_utc_put(struct sn_buf *buf, int64_t wall_ns, unsigned decimals);

#endif
