/* SPDX-License-Identifier: MIT */
/* Shares and their intervals: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference (1927). */
#include "base/wilson.h"

#include <stdbool.h>
#include <stddef.h>

/* Newton's; from above it only falls, until it stands. */
static double square_root(double x)
{
	double root = x > 1 ? x : 1, next;
	if (x <= 0)
		return 0;
	while ((next = (root + x / root) / 2) < root)
		root = next;
	return root;
}

struct sn_interval sn_wilson(double share, double count, double z)
{
	if (count <= 0)
		return (struct sn_interval){0, 1};
	double square = z * z, whole = 1 + square / count;
	double middle = (share + square / (2 * count)) / whole;
	double half = z / whole * square_root(share * (1 - share) / count + square / (4 * count * count));
	double low = middle - half, high = middle + half;
	return (struct sn_interval){low > 0 ? low : 0, high < 1 ? high : 1};
}

double sn_z_for(unsigned interval_count)
{
	/* quantiles of the normal distribution at 1 - 0.025 / count */
	static const struct {
		unsigned count;
		double z;
	} steps[] = {{1, SN_Z95}, {2, 2.242}, {3, 2.394}, {4, 2.498}, {6, 2.639}, {8, 2.735}, {12, 2.866},
	             {16, 2.956}, {24, 3.078}, {32, 3.164}, {64, 3.361}, {128, 3.548}};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (interval_count <= steps[i].count)
			return steps[i].z;
	return 3.727; /* 255 hops */
}

static bool are_apart(double lower_share, double higher_share, unsigned count, double z)
{
	return sn_wilson(lower_share, count, z).high < sn_wilson(higher_share, count, z).low;
}

unsigned sn_wilson_least(double lower_share, double higher_share, double z, unsigned most)
{
	/* intervals only shrink: what is apart stays apart */
	unsigned least = 1, enough = most;
	if (!are_apart(lower_share, higher_share, most, z))
		return 0;
	while (least < enough) {
		unsigned count = least + (enough - least) / 2;
		if (are_apart(lower_share, higher_share, count, z))
			enough = count;
		else
			least = count + 1;
	}
	return least;
}

/* Halved or doubled into 3/4 … 3/2, where the series of ln((1 + y) / (1 - y)) is short. */
double sn_ln(double x)
{
	double twos = 0, y, square, power, sum = 0;
	while (x > 1.5) {
		x /= 2;
		twos++;
	}
	while (x < 0.75) {
		x *= 2;
		twos--;
	}
	y = power = (x - 1) / (x + 1);
	square = y * y;
	for (unsigned n = 1; n < 24; n += 2) {
		sum += power / n;
		power *= square;
	}
	return 2 * sum + twos * 0.693147180559945309;
}
