/* SPDX-License-Identifier: MIT */
/* sonde called as traceroute: that program's command line, text and exit status. */
#ifndef SN_CLI_APPLET_TRACEROUTE_H
#define SN_CLI_APPLET_TRACEROUTE_H

#include "cli/complete_words.h"

/* True: by this name (argv[0], with or without folders) the program is traceroute. */
bool sn_applet_is_traceroute(const char *called);
/* What completions offer for it. */
struct sn_complete_set sn_applet_complete_set(void);
/* Returns the exit status. */
int sn_applet_traceroute(int argc, char **argv);

#endif
