/* SPDX-License-Identifier: MIT */
/* How far a share of so many can be off, and how many it takes to tell two shares apart. */
#ifndef SN_BASE_WILSON_H
#define SN_BASE_WILSON_H

#include <stdbool.h>

/* Two-sided 95 %. */
#define SN_Z95 1.960

struct sn_interval {
	double low, high;
};

/* The interval in which the true share lies when `share` of `count` were seen (Wilson 1927); z as its confidence asks. A count of 0: all is
 * possible. */
struct sn_interval sn_wilson(double share, double count, double z);
/* The z at which so many intervals all hold with 95 % (Bonferroni), rounded up to the next step of a table. */
double sn_z_for(unsigned interval_count);
/* The fewest of each at which the intervals of the two shares are apart; 0: more than `most`. */
unsigned sn_wilson_least(double lower_share, double higher_share, double z, unsigned most);

/* ln of a number above 0: the core links no mathematics library. */
double sn_ln(double x);

#endif
