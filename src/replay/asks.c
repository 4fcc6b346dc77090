/* SPDX-License-Identifier: MIT */
/* The packets that ask, each with what tells it apart. */
#include "replay/internal.h"

#include <stdlib.h>
#include <string.h>

static void read_ask(const struct sn_packet *packet, struct sn_ask *ask)
{
	struct sn_ident shown;
	ask->seq = sn_ask_shows(packet, &shown) ? shown.seq : 0;
	ask->version = packet->ip.version;
	ask->protocol = packet->ip.protocol;
	ask->ttl = packet->ip.ttl;
	ask->src = packet->ip.src;
	ask->dst = packet->ip.dst;
	ask->ack = packet->tcp.ack;
	ask->tcp_flags = packet->tcp.flags;
	size_t headers_bytes = (size_t)packet->ip.header_bytes + packet->tcp.header_bytes;
	if (packet->is_tcp && packet->ip.total_bytes > headers_bytes)
		ask->data_bytes = (uint16_t)(packet->ip.total_bytes - headers_bytes);
	ask->icmp_type = packet->icmp.type;
	sn_read_ports(ask->protocol, packet->upper, packet->upper_bytes, &ask->sport, &ask->dport);
}

int sn_replay_find_asks(struct sn_replay *replay)
{
	size_t count = 0;
	for (size_t i = 0; i < replay->heard_count; i++)
		count += replay->heard[i].kinds & SN_HEARD_ASK;
	replay->asks = calloc(count + 1, sizeof *replay->asks);
	if (!replay->asks)
		return SONDE_E_NOMEM;
	for (size_t i = 0; i < replay->heard_count; i++) {
		struct sn_packet packet;
		if (!(replay->heard[i].kinds & SN_HEARD_ASK) || !sn_heard_parse(replay, &replay->heard[i], &packet))
			continue;
		if (packet.ip.ttl == 0) /* it never left */
			continue;
		struct sn_ask *ask = &replay->asks[replay->ask_count++];
		*ask = (struct sn_ask){.heard = (uint32_t)i, .trace = SN_NO_TRACE};
		read_ask(&packet, ask);
	}
	return SONDE_OK;
}
