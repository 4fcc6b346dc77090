/* SPDX-License-Identifier: MIT */
/* What is known of a router's limiter, in words. */
#ifndef SN_OUT_LIMITER_H
#define SN_OUT_LIMITER_H

#include "base/buf.h"

#include <sonde/limiter.h>

/* "Hop 3 (10.0.3.1) answers a burst of 6, then 1 a second: a limit of its own, no loss." Adds no line end. */
void sn_limiter_text(struct sn_buf *text, const struct sonde_limiter *b);
/* A line for each that was asked; of none why there is none. */
void sn_limiter_lines(struct sn_buf *out, const struct sonde_limiter *limiters, size_t count);

#endif
