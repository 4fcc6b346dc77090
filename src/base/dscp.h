/* SPDX-License-Identifier: MIT */
/* The names of differentiated services codepoints. */
#ifndef SN_BASE_DSCP_H
#define SN_BASE_DSCP_H

#include <stdbool.h>
#include <stdint.h>

/* The names that sn_dscp_find knows, NULL behind the last. */
extern const char *const sn_dscp_names[];
/* A name, in capitals or not, to its six bits. False: no such name. */
bool sn_dscp_find(const char *name, uint8_t *dscp);

#endif
