/* SPDX-License-Identifier: MIT */
/* What of the environment is believed where the program has more rights than who starts it. */
#ifndef SN_CLI_ENVIRONMENT_H
#define SN_CLI_ENVIRONMENT_H

#include <stdbool.h>

/* The program's file gives it rights that its user has not (AT_SECURE: a file capability, setuid). */
bool sn_environment_is_secure(void);
/* "NAME=VALUE" can do no harm. */
bool sn_environment_is_harmless(const char *variable);
/* Takes all other variables out of the environment where the program is secure. Before any library looks at it. */
void sn_environment_clean(void);
/* As the program was started with, for what it starts in its user's name. */
char **sn_environment_of_user(void);

#endif
