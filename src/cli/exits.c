/* SPDX-License-Identifier: MIT */
/* The rows of that table, and which of two is worse. */
#include "cli/exits.h"

const struct sn_exit_status sn_exit_statuses[] = {
    {0, "the target was reached"},
    {1, "the target was not reached"},
    {2, "the command line is wrong, or something failed on this machine"},
    {3, "not permitted without privilege"},
    {130, "interrupted, or nobody read on; what was known has been printed"},
};
const size_t sn_exit_status_count = sizeof sn_exit_statuses / sizeof *sn_exit_statuses;

int sn_exit_worse(int a, int b)
{
	return a > b ? a : b; /* the statuses are numbered by how bad they are */
}
