/* SPDX-License-Identifier: MIT */
/* Several methods to one target, interleaved in one session: swept once, then asked again only where that decides something. */
#ifndef SONDE_COMPARE_H
#define SONDE_COMPARE_H

#include <sonde/finding.h>
#include <sonde/session.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sonde_compare;

/* session is borrowed; nothing but this comparison may have been added to it. SONDE_E_NOMEM. */
SONDE_API int sonde_compare_new(struct sonde_compare **out, struct sonde_session *session) SONDE_MUST_USE;
/* NULL is fine. */
SONDE_API void sonde_compare_free(struct sonde_compare *compare);
/* Adds a method, one query to each hop whatever cfg says; its path's index is the number of those added before. On failure *err says
 * why, and the other methods go on. */
SONDE_API int sonde_compare_add(struct sonde_compare *compare, const struct sonde_trace_cfg *cfg, const struct sonde_session_wish *wish,
                                struct sonde_route *route, struct sonde_error *err) SONDE_MUST_USE;
/* Takes an event of the session: all of them must be given. SONDE_E_NOMEM. */
SONDE_API int sonde_compare_event(struct sonde_compare *compare, const struct sonde_event *event) SONDE_MUST_USE;
/* To be called once per turn of the session, after its events: asks again what is in doubt, once the rows of all methods stand.
 * SONDE_E_NOMEM. */
SONDE_API int sonde_compare_turn(struct sonde_compare *compare) SONDE_MUST_USE;
/* The paths, *count of them; the comparison's memory, valid until the next add. */
SONDE_API const struct sonde_path *const *sonde_compare_paths(const struct sonde_compare *compare, size_t *count);
/* Which method an event belongs to, SIZE_MAX: none. */
SONDE_API size_t sonde_compare_index(const struct sonde_compare *compare, uint32_t trace_id);

#ifdef __cplusplus
}
#endif
#endif
