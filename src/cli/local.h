/* SPDX-License-Identifier: MIT */
/* What failed on this machine while a trace ran: probes that never left. It is told, and never taken for loss of the path. */
#ifndef SN_CLI_LOCAL_H
#define SN_CLI_LOCAL_H

#include "cli/opts.h"

#include <sonde/path.h>
#include <sonde/wire.h>

/* One trace's probes that did not leave. {0} is none. */
struct sn_local {
	struct sonde_route route;  /* the way they were to take */
	uint32_t failed_count;
	int sys_errno;             /* of the last of them */
};

/* Takes an event of the trace. */
void sn_local_event(struct sn_local *local, const struct sonde_event *event);
/* True: there is something to tell of an ended trace, and *err says it: it could not go on (SONDE_STOP_LOCAL_ERROR), or so many of
 * so many probes did not leave. */
bool sn_local_error(const struct sn_local *local, const struct sonde_path *path, const struct sn_opts *opts, const char *wire,
                    struct sonde_error *err);

#endif
