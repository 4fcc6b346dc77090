/* SPDX-License-Identifier: MIT */
/* The token bucket of a limiter: what to ask so that it shows, and which buckets answer as the hop did. */
#include "diag/bucket.h"

/* A burst first: what Linux allows at once fits into it. Then a train: slow enough that a slow bucket gives some, fast enough that a
 * fast one leaves some out; by what that shows, a slower or a faster one. Where the burst got all its answers a greater one, and right
 * after that another: what flowed into a wide bucket meanwhile. */
static const struct sn_bucket_ask burst = {12, 200 * SONDE_US}, great_burst = {54, 200 * SONDE_US}, train = {10, 100 * SONDE_MS},
                                  slow_train = {8, 500 * SONDE_MS}, fast_train = {24, 20 * SONDE_MS}, refill = {20, 200 * SONDE_US};

/* One probe in so many may not fit a bucket: others have asked for answers, too, and some got lost. */
enum { ODD_ONE_IN = 16, DENSEST = 10 };
/* Rates that are tried: each so much more than the one before. */
#define RATE_LEAST 0.02
#define RATE_STEP 1.02
/* How exact the times between probes are when they arrive. */
#define TIME_PART 0.01

bool sn_bucket_next(const struct sn_bucket_run *run, struct sn_bucket_ask *out)
{
	uint8_t asked = run->count ? run->asks[run->count - 1].count : 0, answered = run->count ? run->answered[run->count - 1] : 0;
	bool all = answered == asked, most = answered * 10 >= asked * 9;
	switch (run->count) {
	case 0:
		*out = burst;
		return true;
	case 1:
		*out = all ? great_burst : train;
		return true;
	case 2:
		/* a great burst that got all its answers is no limiter; one that did not is a wide bucket, and those are fast */
		if (run->asks[1].count == great_burst.count)
			*out = refill;
		else
			*out = most ? fast_train : slow_train;
		return run->asks[1].count != great_burst.count || !all;
	default:
		return false;
	}
}

/* Probes that such a bucket would have answered and the hop did not, or the other way round. What is in it is known as a range; what came
 * of a probe says more of that. */
static unsigned odd_count(const struct sn_bucket_probe *probes, size_t count, unsigned size, double rate, unsigned enough)
{
	double least = size, most = size;
	unsigned odd = 0;
	for (size_t i = 0; i < count && odd < enough; i++) {
		double in = i ? (double)(probes[i].sent_at_ns - probes[i - 1].sent_at_ns) / (double)SONDE_S * rate : 0;
		least = least + in * (1 - TIME_PART) < size ? least + in * (1 - TIME_PART) : size;
		most = most + in * (1 + TIME_PART) < size ? most + in * (1 + TIME_PART) : size;
		if (probes[i].answered) {
			odd += most < 1;
			least = least > 1 ? least - 1 : 0;
			most = most > 1 ? most - 1 : 0;
		} else if (least >= 1) {
			/* lost, on its way there or on the way back: in the one case nothing was taken */
			odd++;
			least -= 1;
		} else {
			most = most < 1 ? most : 1;
		}
	}
	return odd;
}

/* What the densest ten probes in a row lie apart. */
static sonde_ns densest_gap(const struct sn_bucket_probe *probes, size_t count)
{
	size_t width = count > DENSEST ? DENSEST : count;
	sonde_ns least = SONDE_NEVER;
	for (size_t i = 0; width > 1 && i + width <= count; i++) {
		sonde_ns span = probes[i + width - 1].sent_at_ns - probes[i].sent_at_ns;
		least = span < least ? span : least;
	}
	return width > 1 ? least / (sonde_ns)(width - 1) : 0;
}

/* The buckets that fit best, as ranges. */
static unsigned fit(const struct sn_bucket_probe *probes, size_t count, struct sonde_limiter *out)
{
	unsigned best = (unsigned)count / ODD_ONE_IN + 2, none = best;
	for (unsigned size = 1; size <= count; size++) {
		double rate, next = 0;
		while ((rate = next) <= SONDE_LIMITER_RATE_MOST) {
			next = rate > 0 ? rate * RATE_STEP : RATE_LEAST;
			unsigned odd = odd_count(probes, count, size, rate, best + 1);
			if (odd > best || odd >= none)
				continue;
			if (odd < best)
				*out = (struct sonde_limiter){.probe_count = out->probe_count, .answered_count = out->answered_count,
				                          .fastest_gap_ns = out->fastest_gap_ns, .limited = true, .burst_low = size,
				                          .rate_low = rate, .rate_high = rate};
			best = odd;
			out->burst_low = size < out->burst_low ? size : out->burst_low;
			out->burst_high = size > out->burst_high ? size : out->burst_high;
			out->rate_low = rate < out->rate_low ? rate : out->rate_low;
			out->rate_high = rate > out->rate_high ? rate : out->rate_high;
		}
	}
	return best;
}

void sn_bucket_estimate(const struct sn_bucket_probe *probes, size_t own_count, size_t count, struct sonde_limiter *out)
{
	*out = (struct sonde_limiter){.probe_count = (unsigned)(count - own_count),
	                          .fastest_gap_ns = densest_gap(probes + own_count, count - own_count)};
	for (size_t i = own_count; i < count; i++)
		out->answered_count += probes[i].answered;
	out->limited = out->answered_count < out->probe_count;
	if (out->limited)
		out->fits = fit(probes, count, out) <= count / ODD_ONE_IN + 1 && out->burst_low > 0;
	/* between the rates that were tried lie others */
	out->rate_low /= RATE_STEP;
	out->rate_high *= RATE_STEP;
	if (out->rate_high > SONDE_LIMITER_RATE_MOST)
		out->rate_high = SONDE_LIMITER_RATE_MOST;
}
