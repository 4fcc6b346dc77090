/* SPDX-License-Identifier: MIT */
/* Probes as they are built, as lines for a foreign judge: method, family, and the packet in hexadecimal. */
#include "probe/method.h"

#include <stdio.h>
#include <stdlib.h>

enum { PACKET_BYTES = 2048 };

/* The flow that the judge knows. */
static bool flow_of(const struct sn_method *method, uint8_t family, struct sn_flow *out)
{
	*out = (struct sn_flow){
		.sport = 40000, .dport = method->info.default_port, .icmp_id = 4711, .checksum = 0x1234, .flow_label = 0x54321};
	return sonde_addr_parse(family == 4 ? "198.51.100.2" : "2001:db8::2", &out->src) &&
	       sonde_addr_parse(family == 4 ? "192.0.2.1" : "2001:db8::1", &out->dst);
}

static bool put(const struct sn_method *method, uint8_t family, uint64_t key, uint16_t size_bytes)
{
	uint8_t bytes[PACKET_BYTES];
	struct sn_probe probe = {.key = key, .serial = 1, .ttl = 7, .size_bytes = size_bytes};
	struct sn_writer w;
	struct sn_ident ident;
	if (!flow_of(method, family, &probe.flow))
		return false;
	sn_writer_init(&w, bytes, sizeof bytes);
	method->build(&probe, &w, &ident);
	printf("%s %u ", method->info.name, (unsigned)family);
	for (size_t i = 0; i < w.at_bytes; i++)
		printf("%02x", bytes[i]);
	printf("\n");
	return !w.bad;
}

int main(void)
{
	static const uint16_t sizes[] = {0, 100, 1280};
	static const uint64_t keys[] = {UINT64_C(0x0123456789abcdef), UINT64_C(0xfedcba9876543210), 1, UINT64_MAX};
	for (size_t id = 0; id < sonde_method_count(); id++)
		for (uint8_t family = 4; family <= (sonde_method_info(id)->protocol6 ? 6 : 4); family += 2)
			for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
				for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
					if (!put(sn_method(id), family, keys[k], sizes[s]))
						return EXIT_FAILURE;
	return EXIT_SUCCESS;
}
