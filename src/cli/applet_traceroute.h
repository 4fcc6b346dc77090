/* SPDX-License-Identifier: MIT */
/* sonde called as traceroute: that program's command line, text and exit status. */
#ifndef SN_CLI_APPLET_TRACEROUTE_H
#define SN_CLI_APPLET_TRACEROUTE_H

#include <stdbool.h>

/* True: by this name (argv[0], with or without folders) the program is traceroute. */
bool sn_applet_is_traceroute(const char *called);
/* Returns the exit status. */
int sn_applet_traceroute(int argc, char **argv);

#endif
