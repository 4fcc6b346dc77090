/* SPDX-License-Identifier: MIT */
/* Days and seconds of the Gregorian calendar, without a locale or a time zone's tables. */
#include "base/utc.h"

#include <inttypes.h>

enum { DAY_S = 86400, DECIMALS_MAX = 9 };

/* The day of a count of days since 1970-01-01, in the Gregorian calendar. Years begin in March, so that the leap day is the last. */
static void put_date(struct sn_buf *buf, int64_t days)
{
	enum { ERA_DAYS = 146097, CENTURY_DAYS = 36524, FOUR_YEARS_DAYS = 1461, YEAR_DAYS = 365, MARCH_TO_1970 = 719468 };
	int64_t from_march = days + MARCH_TO_1970, era = (from_march >= 0 ? from_march : from_march - (ERA_DAYS - 1)) / ERA_DAYS;
	int64_t of_era = from_march - era * ERA_DAYS;
	int64_t year = (of_era - of_era / (FOUR_YEARS_DAYS - 1) + of_era / CENTURY_DAYS - of_era / (ERA_DAYS - 1)) / YEAR_DAYS;
	int64_t of_year = of_era - (YEAR_DAYS * year + year / 4 - year / 100);
	int64_t from_month = (5 * of_year + 2) / 153; /* 0 is March; five months have 153 days */
	int64_t day = of_year - (153 * from_month + 2) / 5 + 1, month = from_month < 10 ? from_month + 3 : from_month - 9;
	sn_buf_printf(buf, "%04" PRId64 "-%02" PRId64 "-%02" PRId64, year + era * 400 + (month <= 2), month, day);
}

/* The quotient of a division that rounds down, also below 1970. */
static int64_t floor_of(int64_t value, int64_t by)
{
	return value / by - (value % by < 0);
}

void sn_utc_put(struct sn_buf *buf, int64_t wall_ns, unsigned decimals)
{
	int64_t seconds = floor_of(wall_ns, SONDE_S), days = floor_of(seconds, DAY_S), second = seconds - days * DAY_S;
	int64_t fraction = (wall_ns % SONDE_S + SONDE_S) % SONDE_S;
	put_date(buf, days);
	sn_buf_printf(buf, "T%02" PRId64 ":%02" PRId64 ":%02" PRId64, second / 3600, second / 60 % 60, second % 60);
	for (unsigned cut = DECIMALS_MAX; cut > decimals; cut--)
		fraction /= 10;
	if (decimals)
		sn_buf_printf(buf, ".%0*" PRId64, (int)decimals, fraction);
	sn_buf_putc(buf, 'Z');
}
