/* SPDX-License-Identifier: MIT */
/* Signals as a descriptor that becomes readable. */
#ifndef SN_CLI_SIGNALS_H
#define SN_CLI_SIGNALS_H

#include <sonde/base.h>

struct sn_signals_seen {
	bool interrupted;  /* SIGINT, SIGTERM or SIGHUP */
	bool resized;      /* SIGWINCH; or the program was stopped, and the terminal may be another one now */
};

/* From here on the signals come through *fd, the caller's to close. SONDE_E_FDS or _INTERNAL. */
int sn_signals_open(int *fd, struct sonde_error *err) SONDE_MUST_USE;
/* Takes all signals that came since the last call; never blocks, but stops where SIGTSTP is one of them. */
struct sn_signals_seen sn_signals_take(int fd);

#endif
