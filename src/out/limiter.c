/* SPDX-License-Identifier: MIT */
/* Words for what a router's limiter allows. */
#include "out/limiter.h"

#include "base/roundest.h"

/* Numbers that lie no farther apart than this are told as one. */
#define ONE_NUMBER 1.5

/* So many a second, as roundly as a twentieth allows. */
static double roughly(double rate)
{
	return sn_roundest(rate * 0.95, rate * 1.05);
}

static void say_rate(struct sn_buf *text, const struct sonde_limiter *b)
{
	if (b->rate_low < 0.03)
		sn_buf_printf(text, "fewer than %.4g a second", roughly(b->rate_high));
	else if (b->rate_high >= SONDE_LIMITER_RATE_MOST)
		sn_buf_printf(text, "%.4g a second or more", roughly(b->rate_low));
	else if (b->rate_high > b->rate_low * ONE_NUMBER)
		sn_buf_printf(text, "between %.4g and %.4g a second", roughly(b->rate_low), roughly(b->rate_high));
	else if (sn_roundest(b->rate_low, b->rate_high) >= 1)
		sn_buf_printf(text, "%.4g a second", sn_roundest(b->rate_low, b->rate_high));
	else
		sn_buf_printf(text, "one in %.3g seconds", sn_roundest(1 / b->rate_high, 1 / b->rate_low));
}

void sn_limiter_text(struct sn_buf *text, const struct sonde_limiter *b)
{
	char addr[SONDE_ADDR_TEXT];
	sn_buf_printf(text, "Hop %u (%s) ", (unsigned)b->ttl, sonde_addr_text(&b->by, addr));
	if (!b->limited) {
		sn_buf_printf(text, "answered all of %u probes", b->probe_count);
		if (b->fastest_gap_ns > 0)
			sn_buf_printf(text, ", sent at up to %.4g a second", roughly((double)SONDE_S / (double)b->fastest_gap_ns));
		sn_buf_puts(text, ": no limiter seen.");
	} else if (!b->fits) {
		sn_buf_printf(text, "left %u of %u probes unanswered, and not as a limiter does: ", b->probe_count - b->answered_count,
		              b->probe_count);
		sn_buf_puts(text, "they get lost on the way, or it limits otherwise.");
	} else {
		/* what other traces asked of it was missing from its bucket */
		sn_buf_printf(text, "answers a burst of %s%.0f, then ", b->shared ? "at least " : "",
		              sn_roundest(b->burst_low, b->burst_high));
		say_rate(text, b);
		sn_buf_puts(text, ": a limit of its own, no loss.");
	}
}

void sn_limiter_lines(struct sn_buf *out, const struct sonde_limiter *limiters, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		sn_limiter_text(out, &limiters[i]);
		sn_buf_putc(out, '\n');
	}
	if (!count)
		sn_buf_puts(out, "Nothing to investigate: no hop answered fewer probes than those behind it.\n");
}
