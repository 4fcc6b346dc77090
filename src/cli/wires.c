/* SPDX-License-Identifier: MIT */
/* THE WIRE TABLE: what --wire offers. */
#include "cli/wires.h"

#include <stddef.h>

const char *const sn_wire_choices[] = {"auto", "raw", "dgram", NULL};
