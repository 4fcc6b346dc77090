/* SPDX-License-Identifier: MIT */
/* Shaping: for each method that stops where others pass, its probe once more for each field of the table of variations. */
#ifndef SN_SESSION_SHAPE_H
#define SN_SESSION_SHAPE_H

#include <sonde/session.h>
#include <sonde/shape.h>

struct sn_shape;

/* session is borrowed. SONDE_E_NOMEM. */
int sn_shape_new(struct sn_shape **out, struct sonde_session *session) SONDE_MUST_USE;
/* NULL is fine. */
void sn_shape_free(struct sn_shape *shape);
/* The next method of the comparison: holds what ports its variations may need, which may take a right that is given up later.
 * SONDE_E_NOMEM. */
int sn_shape_add(struct sn_shape *shape, const struct sonde_trace_cfg *cfg, const struct sonde_session_wish *wish) SONDE_MUST_USE;
/* All paths have ended: finds out what is to be tried. until_ns: nothing is sent after that. SONDE_E_NOMEM. */
int sn_shape_begin(struct sn_shape *shape, const struct sonde_case *about, sonde_ns rtt_most_ns, sonde_at_ns until_ns) SONDE_MUST_USE;
/* Takes an event of a trace that shaping added; others are ignored. SONDE_E_NOMEM. */
int sn_shape_event(struct sn_shape *shape, const struct sonde_event *event) SONDE_MUST_USE;
/* Starts what may start now; *wake becomes the instant at which that may be again, where nothing happens before. SONDE_E_NOMEM. */
int sn_shape_turn(struct sn_shape *shape, sonde_at_ns now, sonde_at_ns *wake) SONDE_MUST_USE;
/* The trials, *count of them; the shape's memory, never NULL. */
const struct sonde_trial *sn_shape_trials(const struct sn_shape *shape, size_t *count);

#endif
