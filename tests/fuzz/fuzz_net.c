/* SPDX-License-Identifier: MIT */
/* Any text as a .net file. What is refused is refused with a line of it; in a network that can be built one packet goes to each of its
 * first hosts, in time that goes on. */
#include "fuzz.h"
#include "packets.h"

#include "sim/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Virtual time: nothing a network does to one packet lasts as long. */
enum { STEPS_MAX = 2000, HOSTS_MAX = 4, INPUT_MAX_BYTES = 16384 };

static void holds(bool good, const char *what, const char *more)
{
	if (good)
		return;
	fprintf(stderr, "does not hold: %s: %s\n", what, more);
	abort();
}

static void put_addr(struct made_packet *p, const struct sonde_addr *src, const struct sonde_addr *dst)
{
	size_t size = dst->family == 4 ? 4 : 16, at = dst->family == 4 ? 12 : 8;
	memcpy(p->bytes + at, src->bytes, size);
	memcpy(p->bytes + at + size, dst->bytes, size);
	made_rechecksum(p);
}

static void send_to(struct sn_sim *sim, const struct sonde_addr *dst, sonde_at_ns *now)
{
	uint8_t bytes[65535];
	struct made_packet p;
	struct sonde_addr src;
	uint32_t mtu_bytes;
	sonde_at_ns at_ns;
	if (!sn_sim_source(sim, dst, &src, &mtu_bytes))
		return;
	made_udp(&p, &(struct made_ip){.version = dst->family, .ttl = 4, .id = 7}, 40000, 33434, 24);
	put_addr(&p, &src, dst);
	(void)!sn_sim_inject(sim, p.bytes, p.count, *now);
	for (unsigned i = 0; i < STEPS_MAX && sn_sim_next_at(sim) != SONDE_NEVER; i++) {
		sonde_at_ns next_ns = sn_sim_next_at(sim);
		holds(next_ns >= *now, "time goes on", "");
		*now = next_ns;
		while (sn_sim_pop(sim, *now, bytes, sizeof bytes, &at_ns))
			holds(at_ns <= *now, "nothing comes before its time", "");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct sn_sim *sim = NULL;
	struct sonde_error err = {0};
	struct sonde_addr addr[2];
	const char *name;
	sonde_at_ns now = SONDE_S;
	if (count > INPUT_MAX_BYTES)
		return 0;
	int code = sn_sim_new(&sim, (const char *)bytes, count, "in.net", 1, &err);
	if (code < 0) {
		bool placed = strncmp(err.what, "in.net", 6) == 0;
		holds(code == SONDE_E_NOMEM || placed, "a network that is refused is so with its line", err.what);
		return 0;
	}
	for (size_t i = 0; i < HOSTS_MAX && sn_sim_name_at(sim, i, &name, addr); i++)
		for (int family = 0; family < 2; family++)
			if (addr[family].family)
				send_to(sim, &addr[family], &now);
	sn_sim_free(sim);
	return 0;
}
