/* SPDX-License-Identifier: MIT */
/* Picks the roundest number of a range. */
#include "base/roundest.h"

double sn_roundest(double low, double high)
{
	static const double digits[] = {5, 2, 1};
	double power = 1;
	while (power <= high)
		power *= 10;
	for (unsigned i = 0; i < 36; i++) {
		double step = digits[i % 3] * power;
		double times = (double)(long long)(low / step);
		times += times * step < low;
		if (times > 0 && times * step <= high)
			return times * step;
		power = i % 3 == 2 ? power / 10 : power;
	}
	return low;
}
