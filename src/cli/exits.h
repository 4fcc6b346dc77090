/* SPDX-License-Identifier: MIT */
/* THE EXIT STATUSES: a number for each way in which a run may end. */
#ifndef SN_CLI_EXITS_H
#define SN_CLI_EXITS_H

#include <stddef.h>

/* Exit statuses and what they mean, for help and manual. */
struct sn_exit_status {
	int status;
	const char *meaning;
};
extern const struct sn_exit_status sn_exit_statuses[];
extern const size_t sn_exit_status_count;
/* Of two statuses the worse: 130 > 3 > 2 > 1 > 0. */
int sn_exit_worse(int a, int b);

#endif
