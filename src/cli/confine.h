/* SPDX-License-Identifier: MIT */
/* What the program still can do once it has all that it needs: nothing but use it. */
#ifndef SN_CLI_CONFINE_H
#define SN_CLI_CONFINE_H

#include "ext/seccomp.h"

/* Before the first byte from the network, or of a stranger's file, is read: no capability and no way to one, no core, no file that is not
 * open yet, no system call that is not on the list. Each step is read back. SONDE_E_PRIVILEGE: one of them failed; nothing may be sent.
 * Built for a sanitizer, which needs all of this itself, it only gives up capabilities. */
int sn_confine(enum sn_seccomp_list list, struct sonde_error *err) SONDE_MUST_USE;

#endif
