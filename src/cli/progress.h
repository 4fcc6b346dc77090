/* SPDX-License-Identifier: MIT */
/* How far a long run is: one line on standard error, on a terminal only. */
#ifndef SN_CLI_PROGRESS_H
#define SN_CLI_PROGRESS_H

#include "base/buf.h"

struct sn_progress {
	bool terminal;           /* somebody looks at it */
	bool filtered;           /* standard output is a pipe: what is written may come to the terminal by another program */
	bool shown;
	bool hidden;             /* … for something that is written since it was asked for last */
	const char *what;        /* "hosts" */
	size_t total;
	sonde_at_ns begin_at_ns, drawn_at_ns, settled_at_ns, next_at_ns;
};

/* In place of what buf has: "120 of 10000 hosts, 45.2 a second, 3:38 left"; where that is too wide without the rate, then without both,
 * and cut at last. Pure. */
void sn_progress_text(struct sn_buf *buf, size_t done, size_t total, const char *what, sonde_ns elapsed_ns, size_t width_columns);

void sn_progress_begin(struct sn_progress *progress, size_t total, const char *what, sonde_at_ns now);
/* Writes the line anew where it is time to. Returns when it wants to be called again, SONDE_NEVER: nobody looks. */
sonde_at_ns sn_progress_show(struct sn_progress *progress, size_t done, sonde_at_ns now);
/* Takes it away: something else is to be written. It comes back with the next show. */
void sn_progress_hide(struct sn_progress *progress);

#endif
