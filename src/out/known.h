/* SPDX-License-Identifier: MIT */
/* What of a probe's header may be told as a fact: the list of unanswered probes and the documents say it alike. */
#ifndef SN_OUT_KNOWN_H
#define SN_OUT_KNOWN_H

#include <sonde/path.h>

/* A field (enum sonde_diff) left this machine with the value that the probe has. False: its kernel may have chosen another. */
static inline bool sn_is_known(const struct sonde_event_probe *probe, uint32_t field)
{
	return !(probe->unsure & field);
}

/* The source ports that a trace was given are those its probes left with. */
bool sn_ports_are_known(const struct sonde_path *path);

#endif
