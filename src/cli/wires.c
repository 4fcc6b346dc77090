/* SPDX-License-Identifier: MIT */
/* THE WIRE TABLE, best first: auto takes the first that this user may open. */
#include "cli/wires.h"

#include "cli/opts.h"
#include "ext/wire_sim.h"

#include <string.h>

static const struct {
	const char *name;
	int (*open)(struct sonde_wire **out, const struct sn_wire_open_cfg *cfg, struct sonde_error *err);
} wires[] = {
    {"raw", sn_wire_raw_open},
    {"dgram", sn_wire_dgram_open},
};
enum { WIRE_COUNT = sizeof wires / sizeof *wires };

const char *const sn_wire_choices[] = {"auto", "raw", "dgram", NULL};

/* Opens row i for both families, or for the one that this machine has. */
static int open_row(struct sn_net *net, size_t i, const struct sn_wire_open_cfg *cfg, struct sonde_error *err)
{
	int code = wires[i].open(&net->wire, cfg, err);
	if (code != SONDE_E_FAMILY || !cfg->ip4 || !cfg->ip6)
		return code;
	struct sn_wire_open_cfg one = *cfg;
	one.ip6 = false;
	code = wires[i].open(&net->wire, &one, err);
	if (code != SONDE_E_FAMILY)
		return code;
	one.ip4 = false;
	one.ip6 = true;
	return wires[i].open(&net->wire, &one, err);
}

int sn_net_open(struct sn_net *net, const struct sn_opts *opts, const struct sn_wire_open_cfg *cfg, struct sonde_error *err)
{
	*net = (struct sn_net){0};
	if (opts->sim)
		return sn_wire_sim_open(&net->wire, &net->clock, opts->sim, opts->seed, opts->realtime, err);
	const char *choice = sn_wire_choices[opts->wire];
	bool automatic = opts->wire == 0;
	int code = SONDE_E_INTERNAL;
	sn_clock_system_init(&net->system);
	net->clock = &net->system.base;
	for (size_t i = 0; i < WIRE_COUNT; i++) {
		if (!automatic && strcmp(wires[i].name, choice) != 0)
			continue;
		code = open_row(net, i, cfg, err);
		if (code != SONDE_E_PRIVILEGE || !automatic)
			break;
	}
	if (code == SONDE_OK)
		*err = (struct sonde_error){0}; /* what auto tried first is no failure */
	return code;
}

void sn_net_finish(struct sn_net *net)
{
	if (net->wire)
		net->wire->ops->close(net->wire);
	*net = (struct sn_net){0};
}
