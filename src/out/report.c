/* SPDX-License-Identifier: MIT */
/* The rows of a trace of the report, be it one or the sum of many. */
#include "out/report.h"

unsigned sn_report_first_ttl(const struct sn_report_trace *trace)
{
	return trace->series ? trace->series->first_ttl : sonde_path_first_ttl(trace->path);
}

unsigned sn_report_last_ttl(const struct sn_report_trace *trace)
{
	return trace->series ? trace->series->last_ttl : sonde_path_last_ttl(trace->path);
}

int sn_report_row(const struct sn_report_trace *trace, unsigned ttl, struct sonde_row *row)
{
	if (!trace->series)
		return sonde_path_row(trace->path, (uint8_t)ttl, row);
	sonde_row_finish(row);
	return sonde_row_add(row, &trace->series->rows[ttl]);
}

const struct sonde_path *const *sn_report_paths(const struct sn_report_trace *trace, size_t *count)
{
	*count = trace->series ? trace->series->path_count : 1;
	return trace->series ? trace->series->paths : &trace->path;
}

bool sn_report_reached(const struct sn_report_trace *trace)
{
	return trace->series ? trace->series->reached_count != 0 : sonde_path_distance(trace->path) != 0;
}
