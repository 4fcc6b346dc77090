/* SPDX-License-Identifier: MIT */
/* The interfaces and neighbours that a simulated node tells of when it is asked (RFC 8335). It shares no code with those who ask. */
#ifndef SN_SIM_INTERFACE_H
#define SN_SIM_INTERFACE_H

#include <sonde/base.h>

enum { SN_SIM_TOLD_NAME_BYTES = 64, SN_SIM_TOLD_ADDRESSES = 4, SN_SIM_TOLD_MAX = 256 };

struct sn_sim_told_interface {
	char name[SN_SIM_TOLD_NAME_BYTES];
	uint32_t index;                /* 0: none */
	struct sonde_addr addr[SN_SIM_TOLD_ADDRESSES];
	uint8_t addr_count;
	bool down, no_ip4, no_ip6;
};

struct sn_sim_told_neighbour {
	struct sonde_addr addr;
	uint8_t state;                 /* RFC 8335 section 3 */
};

/* {0}: it does not answer such questions. */
struct sn_sim_told {
	struct sn_sim_told_interface *interfaces;
	struct sn_sim_told_neighbour *neighbours;
	size_t interface_count, neighbour_count;
};

void sn_sim_told_finish(struct sn_sim_told *told);
/* Values of attributes, each one more. False: not such a value. */
bool sn_sim_read_interface(const char *text, void *told);
bool sn_sim_read_neighbour(const char *text, void *told);

/* The eight bytes that answer an extended echo request of that family; false: it is none, or such are not answered here. */
bool sn_sim_told_answer(const struct sn_sim_told *told, uint8_t version, const uint8_t *request, size_t request_bytes, uint8_t out[8]);

#endif
