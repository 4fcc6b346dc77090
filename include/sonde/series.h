/* SPDX-License-Identifier: MIT */
/* Several traces of one kind to one target, one after the other, as one table. */
#ifndef SONDE_SERIES_H
#define SONDE_SERIES_H

#include <sonde/path.h>

#ifdef __cplusplus
extern "C" {
#endif

/* {0} is none. */
struct sonde_series {
	const struct sonde_path *const *paths;  /* borrowed, each after its TRACE_START */
	size_t path_count;
	size_t reached_count;                   /* of them reached the target */
	uint8_t least_distance, most_distance;  /* … in so many hops; 0: none did */
	uint8_t first_ttl, last_ttl;            /* of the rows; last < first: there are none */
	struct sonde_row *rows;                 /* [ttl] to last_ttl: the rows of all traces added up. Their queries are the paths' */
};

/* Adds the rows of these paths up; one that ended nearer says nothing of the hops behind its end. The list and the paths stay the caller's
 * and have to outlive the series. *series is finished by the caller in any case. SONDE_E_NOMEM. */
SONDE_API int sonde_series_init(struct sonde_series *series, const struct sonde_path *const *paths, size_t path_count) SONDE_MUST_USE;
SONDE_API void sonde_series_finish(struct sonde_series *series);

#ifdef __cplusplus
}
#endif
#endif
