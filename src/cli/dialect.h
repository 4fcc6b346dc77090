/* SPDX-License-Identifier: MIT */
/* Errors in the words of who called: by a link's name other options are typed, and advice names those. Pure. */
#ifndef SN_CLI_DIALECT_H
#define SN_CLI_DIALECT_H

#include <sonde/base.h>

struct sn_dialect {
	const char *program;                          /* whose --help lists the options: "traceroute" */
	/* How sonde's option (without its dashes: "first") is typed there: "-f"; a word without a dash for what is no option there.
	 * NULL: nothing there is it. */
	const char *(*typed)(const char *option);
};

/* *err with what failed and what to do about it in these words, the code's own hint included. Advice that names what cannot be typed
 * there is left out, as far as it does; hint "" then says that there is none. What stands between single quotes is left alone: it was
 * typed so, or is a command. */
void sn_dialect_tell(const struct sn_dialect *dialect, const struct sonde_error *err, struct sonde_error *out);

#endif
