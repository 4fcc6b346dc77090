/* SPDX-License-Identifier: MIT */
/* Packets under way: bytes and their reading kept together. */
#include "base/checksum.h"
#include "sim/world.h"

#include <stdlib.h>
#include <string.h>

struct sn_sim_packet *sn_sim_packet_new(struct sn_sim *sim, const uint8_t *bytes, size_t length_bytes, int *result)
{
	struct sn_ip ip;
	*result = SONDE_E_FORMAT;
	if (!sn_ip_parse(bytes, length_bytes, &ip) || ip.total_bytes > length_bytes || ip.total_bytes < ip.header_bytes)
		return NULL;
	/* What stands behind the packet's own length is the link's padding. */
	struct sn_sim_packet *packet = malloc(sizeof *packet + ip.total_bytes);
	*result = packet ? 0 : SONDE_E_NOMEM;
	sim->starved |= !packet;
	if (!packet)
		return NULL;
	packet->ip = ip;
	packet->dst_address = sn_sim_address_find(&sim->net, &ip.dst);
	packet->dst_prefix = sn_sim_prefix_find(&sim->net, &ip.dst);
	packet->length_bytes = ip.total_bytes;
	packet->number = 0;
	packet->is_answer = false;
	packet->is_back = false;
	memcpy(packet->bytes, bytes, ip.total_bytes);
	return packet;
}

void sn_sim_packet_reread(const struct sn_sim *sim, struct sn_sim_packet *packet)
{
	struct sonde_addr dst = packet->ip.dst;
	sn_ip_parse(packet->bytes, packet->length_bytes, &packet->ip);
	packet->length_bytes = packet->ip.total_bytes;
	if (sonde_addr_equal(&dst, &packet->ip.dst))
		return;
	packet->dst_address = sn_sim_address_find(&sim->net, &packet->ip.dst);
	packet->dst_prefix = sn_sim_prefix_find(&sim->net, &packet->ip.dst);
}

size_t sn_sim_upper(const struct sn_sim_packet *packet, const uint8_t **bytes)
{
	*bytes = packet->bytes + packet->ip.header_bytes;
	return packet->length_bytes - packet->ip.header_bytes;
}

void sn_sim_packet_age(struct sn_sim_packet *packet)
{
	/* RFC 791 section 3.1: TTL and protocol share the word at 8, the checksum is at 10. RFC 8200 section 3: hop limit at 7. */
	struct sn_reader r;
	struct sn_writer w;
	packet->ip.ttl--;
	if (packet->ip.version == 6) {
		packet->bytes[7] = packet->ip.ttl;
		return;
	}
	sn_reader_init(&r, packet->bytes + 8, 4);
	uint16_t word = sn_read_u16(&r), checksum = sn_read_u16(&r), aged = (uint16_t)(word - 0x0100);
	sn_writer_init(&w, packet->bytes + 8, 4);
	sn_write_u16(&w, aged);
	sn_write_u16(&w, sn_checksum_update(checksum, word, aged));
}
