/* SPDX-License-Identifier: MIT */
/* What the parser sees in packets, as lines for a foreign judge to compare: describe FILE… A field is "-" where the packet has none. */
#include "packet/packet.h"
#include "packet/transport.h"

#include <stdio.h>
#include <stdlib.h>

enum { INPUT_MAX_BYTES = 65536 };

static void put_number(const char *name, bool there, unsigned long value)
{
	if (there)
		printf(" %s=%lu", name, value);
	else
		printf(" %s=-", name);
}

static void put_addr(const char *name, const struct sonde_addr *addr)
{
	char text[SONDE_ADDR_TEXT];
	printf(" %s=%s", name, sonde_addr_text(addr, text));
}

static void describe(const char *path, const struct sn_packet *p)
{
	static const char *const states[] = {"good", "bad", "none", "offloaded"};
	const struct sn_ip *inner = &p->quote.ip;
	const uint8_t *ports = p->has_quote ? p->quote.upper : p->upper;
	bool has_ports = sn_has_ports(p->has_quote ? inner->protocol : p->ip.protocol);
	bool echo = p->has_quote && (inner->protocol == SN_PROTO_ICMP || inner->protocol == SN_PROTO_ICMP6);
	printf("%s", path);
	put_addr("src", &p->ip.src);
	put_addr("dst", &p->ip.dst);
	put_number("ttl", true, p->ip.ttl);
	put_number("type", p->is_icmp, p->icmp.type);
	put_number("code", p->is_icmp, p->icmp.code);
	printf(" checksum=%s", states[p->checksum]);
	put_addr("inner_src", &inner->src);
	put_addr("inner_dst", &inner->dst);
	put_number("inner_ttl", inner->version != 0, inner->ttl);
	put_number("sport", has_ports, has_ports ? (unsigned long)(ports[0] << 8 | ports[1]) : 0);
	put_number("dport", has_ports, has_ports ? (unsigned long)(ports[2] << 8 | ports[3]) : 0);
	put_number("inner_id", echo, p->quote.echo.id);
	put_number("inner_seq", echo, p->quote.echo.seq);
	put_number("extension", true, p->icmp.extension != NULL);
	printf("\n");
}

int main(int argc, char **argv)
{
	static uint8_t bytes[INPUT_MAX_BYTES];
	for (int i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "rb");
		if (!file) {
			perror(argv[i]);
			return EXIT_FAILURE;
		}
		size_t count = fread(bytes, 1, sizeof bytes, file);
		fclose(file);
		struct sn_packet packet;
		if (sn_packet_parse(bytes, count, &packet))
			describe(argv[i], &packet);
		else
			printf("%s refused\n", argv[i]);
	}
	return EXIT_SUCCESS;
}
