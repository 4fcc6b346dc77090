/* SPDX-License-Identifier: MIT */
/* Rows of several traces to one target, added up. */
#include <sonde/series.h>

#include <stdlib.h>

static void count_in(struct sonde_series *s, const struct sonde_path *path)
{
	const struct sonde_event_end *end = sonde_path_end(path);
	uint8_t first = sonde_path_first_ttl(path), last = sonde_path_last_ttl(path), distance = sonde_path_distance(path);
	s->first_ttl = first < s->first_ttl ? first : s->first_ttl;
	s->last_ttl = last > s->last_ttl ? last : s->last_ttl;
	if (!end || !end->reached || !distance)
		return;
	s->least_distance = !s->reached_count || distance < s->least_distance ? distance : s->least_distance;
	s->most_distance = distance > s->most_distance ? distance : s->most_distance;
	s->reached_count++;
}

static int add_up(struct sonde_row *sum, const struct sonde_series *s, uint8_t ttl)
{
	struct sonde_row row = {0};
	int code = SONDE_OK;
	for (size_t i = 0; code == SONDE_OK && i < s->path_count; i++) {
		if (ttl > sonde_path_last_ttl(s->paths[i]))
			continue;
		code = sonde_path_row(s->paths[i], ttl, &row);
		if (code == SONDE_OK)
			code = sonde_row_add(sum, &row);
	}
	sonde_row_finish(&row);
	return code;
}

/* The target and nobody else: a trace whose probes of that hop were lost has it farther away than it is. */
static bool is_end(const struct sonde_row *row, const struct sonde_addr *dst)
{
	return row->is_target && row->responder_count == 1 && sonde_addr_equal(&row->responders[0].addr, dst);
}

int sonde_series_init(struct sonde_series *series, const struct sonde_path *const *paths, size_t path_count)
{
	int code = SONDE_OK;
	*series = (struct sonde_series){.paths = paths, .path_count = path_count, .first_ttl = SONDE_TTL_LAST};
	for (size_t i = 0; i < path_count; i++)
		count_in(series, paths[i]);
	series->rows = calloc(SONDE_TTL_LAST + 1, sizeof *series->rows);
	if (!series->rows)
		return SONDE_E_NOMEM;
	for (unsigned ttl = series->first_ttl; code == SONDE_OK && ttl <= series->last_ttl; ttl++) {
		struct sonde_row *row = &series->rows[ttl];
		row->ttl = (uint8_t)ttl;
		code = add_up(row, series, (uint8_t)ttl);
		if (is_end(row, &sonde_path_cfg(paths[0])->dst))
			series->last_ttl = series->most_distance = (uint8_t)ttl;
	}
	return code;
}

void sonde_series_finish(struct sonde_series *series)
{
	for (size_t ttl = 0; series->rows && ttl <= SONDE_TTL_LAST; ttl++)
		sonde_row_finish(&series->rows[ttl]);
	free(series->rows);
	*series = (struct sonde_series){0};
}
