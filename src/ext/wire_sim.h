/* SPDX-License-Identifier: MIT */
/* The simulated internet as a wire, with the clock that belongs to it: virtual time, or paced by the real one. */
#ifndef SN_EXT_WIRE_SIM_H
#define SN_EXT_WIRE_SIM_H

#include <sonde/wire.h>

struct sn_sim;

/* Opens a network from the text of a .net file. The wire owns the clock and the network; wire->ops->close frees all. In virtual time
 * (realtime false) waiting costs nothing: the clock jumps. Instants count from the opening; the wall clock starts at 2026-01-01T00:00:00Z.
 * file_name is for messages. SONDE_E_FORMAT, SONDE_E_NOMEM. */
int sn_wire_sim_open_text(struct sonde_wire **wire, struct sonde_clock **clock, const char *text, size_t text_bytes, const char *file_name,
                          uint64_t seed, bool realtime, struct sonde_error *err) SONDE_MUST_USE;
/* The same from a file. SONDE_E_FILE where it can't be read. */
int sn_wire_sim_open(struct sonde_wire **wire, struct sonde_clock **clock, const char *file, uint64_t seed, bool realtime,
                     struct sonde_error *err) SONDE_MUST_USE;
/* The address of a name or node of the .net file; family 0: of any; nth counts those that fit from 0. 0 or
 * SONDE_E_HOST. */
int sn_wire_sim_resolve(const struct sonde_wire *wire, const char *name, uint8_t family, size_t nth, struct sonde_addr *out);
/* The name that the .net file gives an address, NULL: none. The wire's memory. */
const char *sn_wire_sim_name(const struct sonde_wire *wire, const struct sonde_addr *addr);
/* The network behind the wire, for tests that want to know what really happened. */
struct sn_sim *sn_wire_sim_net(struct sonde_wire *wire);

#endif
