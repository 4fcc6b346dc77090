/* SPDX-License-Identifier: MIT */
/* Which configuration files there are, and whether they may be believed. */
#ifndef SN_CLI_CONFIG_FILES_H
#define SN_CLI_CONFIG_FILES_H

#include "cli/config.h"

/* Reads the file of the system and the user's, or only the one that is named; never one of the current folder. One that is not the user's
 * own, or that everybody may write, is told on standard error and left out; so is one that is the user's own, but closed to him. */
int sn_config_load(struct sn_config *config, const char *named, struct sonde_error *err) SONDE_MUST_USE;

#endif
