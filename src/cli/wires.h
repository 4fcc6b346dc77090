/* SPDX-License-Identifier: MIT */
/* The wires a user can choose. */
#ifndef SN_CLI_WIRES_H
#define SN_CLI_WIRES_H

/* Names of the wire table in its order, NULL-terminated: values of --wire. */
extern const char *const sn_wire_choices[];

#endif
