/* SPDX-License-Identifier: MIT */
/* The packets that ask, each with what tells it apart. */
#include "replay/internal.h"

#include <stdlib.h>

static void read_ask(const struct sn_packet *packet, struct sn_ask *ask)
{
	ask->version = packet->ip.version;
	ask->protocol = packet->ip.protocol;
	ask->ttl = packet->ip.ttl;
	ask->src = packet->ip.src;
	ask->dst = packet->ip.dst;
	if (packet->is_icmp) {
		ask->sport = packet->icmp.id;
		ask->dport = packet->icmp.seq;
	} else if (packet->is_udp) {
		ask->sport = packet->udp.sport;
		ask->dport = packet->udp.dport;
	} else if (packet->is_sctp) {
		ask->sport = packet->sctp.sport;
		ask->dport = packet->sctp.dport;
		ask->seq = packet->sctp.initiate_tag;
	} else {
		ask->sport = packet->tcp.sport;
		ask->dport = packet->tcp.dport;
		ask->seq = packet->tcp.seq;
		ask->ack = packet->tcp.ack;
		ask->tcp_flags = packet->tcp.flags;
	}
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
