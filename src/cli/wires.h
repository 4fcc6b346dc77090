/* SPDX-License-Identifier: MIT */
/* THE WIRE TABLE: what --wire offers, and how each is opened together with its clock. */
#ifndef SN_CLI_WIRES_H
#define SN_CLI_WIRES_H

#include "io/wires.h"

struct sn_opts;

/* Values of --wire: "auto" and the names of the table, NULL-terminated. */
extern const char *const sn_wire_choices[];

/* An open wire and its clock. {0} is none. */
struct sn_net {
	struct sonde_wire *wire;
	struct sonde_clock *clock;
	struct sn_clock_system system;  /* the clock of every wire but the simulated one */
};

/* Opens the wire that the options ask for. cfg->ip4 and ip6 together mean "either will do": one that this machine lacks is left
 * out then. *net must stay where it is until sn_net_finish. */
int sn_net_open(struct sn_net *net, const struct sn_opts *opts, const struct sn_wire_open_cfg *cfg, struct sonde_error *err) SONDE_MUST_USE;
void sn_net_finish(struct sn_net *net);

#endif
