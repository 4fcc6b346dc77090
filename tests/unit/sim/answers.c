/* SPDX-License-Identifier: MIT */
/* What a simulated network answers to UDP probes, for a foreign judge to read: answers FILE.net TARGET HOPS. Of each TTL a line with
 * the whole packet in hex, and one for each object that our own decoder finds in it. */
#include "lab.h"

#include "packet/ext.h"
#include "packet/packet.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_MAX_BYTES = 1 << 20, PAYLOAD_BYTES = 64 };

static void put_hex(const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		printf("%02x", (unsigned)bytes[i]);
}

static void put_addr(const struct sonde_addr *addr)
{
	char text[SONDE_ADDR_TEXT];
	if (addr->family)
		printf(" address=%s", sonde_addr_text(addr, text));
}

static void put_name(bool there, const struct sonde_extension_name *name)
{
	if (!there)
		return;
	printf(" name=");
	put_hex((const uint8_t *)name->bytes, name->length_bytes);
}

static void put_object(const struct sonde_extension *e)
{
	const struct sonde_extension_interface *i = &e->as.interface;
	const struct sonde_extension_interface_id *id = &e->as.interface_id;
	printf("object %u class=%u type=%u %s%s", (unsigned)e->object, (unsigned)e->class_num, (unsigned)e->c_type,
	       sonde_extension_kind_name(e->kind), e->malformed ? " malformed" : "");
	switch (e->kind) {
	case SONDE_EXTENSION_MPLS:
		for (size_t k = 0; k < e->as.mpls.count; k++) {
			const struct sonde_extension_label *l = &e->as.mpls.labels[k];
			printf(" %" PRIu32 "/%u/%d/%u", l->label, (unsigned)l->tc, l->bottom, (unsigned)l->ttl);
		}
		break;
	case SONDE_EXTENSION_INTERFACE:
		printf(" role=%d", (int)i->role);
		if (i->has_index)
			printf(" index=%" PRIu32, i->index);
		put_addr(&i->addr);
		put_name(i->has_name, &i->name);
		if (i->has_mtu)
			printf(" mtu=%" PRIu32, i->mtu_bytes);
		break;
	case SONDE_EXTENSION_INTERFACE_ID:
		if (id->by == SONDE_BY_INDEX)
			printf(" index=%" PRIu32, id->index);
		put_addr(&id->addr);
		put_name(id->by == SONDE_BY_NAME, &id->name);
		break;
	case SONDE_EXTENSION_POINTER:
		printf(" pointer=%" PRIu32, e->as.pointer_bytes);
		break;
	case SONDE_EXTENSION_NODE:
		put_addr(&e->as.node.addr);
		put_name(e->as.node.has_name, &e->as.node.name);
		break;
	case SONDE_EXTENSION_RAW:
	case SONDE_EXTENSION_COUNT:
		printf(" bytes=");
		put_hex(e->as.raw.bytes, e->as.raw.count);
		break;
	}
	printf("\n");
}

static void put_answer(const struct lab *lab, unsigned ttl)
{
	struct sn_packet packet;
	struct sn_ext_walk walk;
	struct sonde_extension e;
	printf("packet %u ", ttl);
	put_hex(lab->bytes, lab->length_bytes);
	printf("\n");
	if (!sn_packet_parse(lab->bytes, lab->length_bytes, &packet) || !packet.is_icmp || !packet.icmp.extension)
		return;
	sn_ext_begin(&walk, packet.icmp.extension, packet.icmp.extension_bytes);
	while (sn_ext_next(&walk, &e))
		put_object(&e);
}

int main(int argc, char **argv)
{
	static char text[FILE_MAX_BYTES];
	static struct lab lab;
	FILE *file = argc == 4 ? fopen(argv[1], "r") : NULL;
	if (!file) {
		fprintf(stderr, "usage: answers FILE.net TARGET HOPS\n");
		return EXIT_FAILURE;
	}
	text[fread(text, 1, sizeof text - 1, file)] = 0;
	fclose(file);
	lab_open(&lab, text, 1);
	struct sonde_addr target = lab_addr(argv[2]);
	unsigned hops = (unsigned)strtoul(argv[3], NULL, 10);
	for (unsigned ttl = 1; ttl <= hops; ttl++) {
		lab_udp(&lab, &target, (uint8_t)ttl, 50000, 33434, PAYLOAD_BYTES);
		if (lab_next(&lab))
			put_answer(&lab, ttl);
	}
	lab_close(&lab);
	return EXIT_SUCCESS;
}
