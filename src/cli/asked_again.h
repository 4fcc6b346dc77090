/* SPDX-License-Identifier: MIT */
/* Two searches for one path's MTU, by echo requests and then by UDP: which of both is told, and what is said of the other. */
#ifndef SN_CLI_ASKED_AGAIN_H
#define SN_CLI_ASKED_AGAIN_H

#include "base/buf.h"

#include <sonde/path.h>

struct sn_asked_again {
	bool by_udp;         /* that is the one that is told */
	const char *method;  /* of the other; static storage */
	const char *result;  /* what came of asking that, as documents say it; static storage */
	struct sn_buf note;  /* … and as text does */
};

/* How echo requests fared does not tell what the path takes: large ones, or all of them, may be filtered, or not be answered. */
bool sn_echo_is_doubted(const struct sonde_path *by_echo);
/* by_udp NULL: it could not be asked. out->note is to be finished. */
void sn_asked_again(const struct sonde_path *by_echo, const struct sonde_path *by_udp, bool interrupted, struct sn_asked_again *out);

#endif
