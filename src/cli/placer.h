/* SPDX-License-Identifier: MIT */
/* Puts documents in their place when they are whole: by a process that can do nothing else, as the program itself can no longer rename a
 * file by then. */
#ifndef SN_CLI_PLACER_H
#define SN_CLI_PLACER_H

#include "io/helper.h"

enum { SN_PLACER_MAX = 32 };

/* {0} has nothing to put anywhere. */
struct sn_placer {
	struct sn_helper helper;
	struct {
		char *from;      /* NULL: it is where it belongs, or gone */
		const char *to;
	} items[SN_PLACER_MAX];
	size_t count;
};

/* Takes `from` over; `to` is borrowed. All are added before the process is started. */
size_t sn_placer_add(struct sn_placer *placer, char *from, const char *to);
/* Starts the process, if there is anything to do. lock: as of struct sn_helper_cfg. SONDE_E_FDS, _INTERNAL. */
int sn_placer_start(struct sn_placer *placer, int (*lock)(struct sonde_error *err), struct sonde_error *err) SONDE_MUST_USE;
/* Puts it in the place of what is there. 0 or an errno. */
int sn_placer_put(struct sn_placer *placer, size_t index) SONDE_MUST_USE;
/* Removes what was not put anywhere, as the process does by itself when the program dies. */
void sn_placer_finish(struct sn_placer *placer);

#endif
