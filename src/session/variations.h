/* SPDX-License-Identifier: MIT */
/* Probes that differ from a method's own in one field. */
#ifndef SN_SESSION_VARIATIONS_H
#define SN_SESSION_VARIATIONS_H

#include <sonde/shape.h>

enum { SN_FLOWS_VARIED = 5 };

/* Source ports that are held for a method's variations; 0: that one could not be. */
struct sn_shape_ports {
	uint16_t flow[SN_FLOWS_VARIED];
	uint16_t low;
	int low_code, low_errno;  /* why there is no low one */
};

/* A row of the table. */
struct sn_variation {
	enum sonde_vary field;
	const char *value;      /* of the trial; NULL: the number that was set */
	unsigned number;        /* what it sets, as `set` reads it */
	/* Sets the field in a cfg that is the method's own. False: it is like this already, or there is no such field. */
	bool (*set)(struct sonde_trace_cfg *cfg, unsigned number, const struct sn_shape_ports *ports);
};

/* NULL past the end. In the order in which they are sent: those that others change along come before them. */
const struct sn_variation *sn_variation(size_t index);
/* Makes the trial of a variation for a method. False: it does not apply. With it trial->code may say why it cannot be sent. */
bool sn_variation_apply(const struct sn_variation *v, const struct sn_shape_ports *ports, struct sonde_trace_cfg *cfg,
                        struct sonde_trial *trial);
/* Moves a variation that passed onto another flow, the nth one from 0, so that no balancer is taken for a filter: over another source port,
 * or where that is the very field that is varied, to a neighbouring destination port. An echo request is another flow each time. */
void sn_variation_move(enum sonde_vary field, unsigned nth, const struct sn_shape_ports *ports, struct sonde_trace_cfg *cfg);

#endif
