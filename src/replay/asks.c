/* SPDX-License-Identifier: MIT */
/* The packets that ask, each with what tells it apart. */
#include "replay/internal.h"

#include <stdlib.h>
#include <string.h>

void sn_read_ports(uint8_t protocol, const uint8_t *upper, size_t upper_bytes, uint16_t *sport, uint16_t *dport)
{
	static const uint8_t with_ports[] = {SN_PROTO_TCP, SN_PROTO_UDP, SN_PROTO_UDPLITE, SN_PROTO_SCTP, SN_PROTO_DCCP};
	struct sn_echo echo;
	struct sn_reader r;
	*sport = *dport = 0;
	if ((protocol == SN_PROTO_ICMP || protocol == SN_PROTO_ICMP6) && sn_echo_parse(upper, upper_bytes, &echo)) {
		*sport = echo.id;
		*dport = echo.seq;
	}
	if (!memchr(with_ports, protocol, sizeof with_ports))
		return;
	sn_reader_init(&r, upper, upper_bytes);
	*sport = sn_read_u16(&r);
	*dport = sn_read_u16(&r);
}

static void read_ask(const struct sn_packet *packet, struct sn_ask *ask)
{
	ask->version = packet->ip.version;
	ask->protocol = packet->ip.protocol;
	ask->ttl = packet->ip.ttl;
	ask->src = packet->ip.src;
	ask->dst = packet->ip.dst;
	ask->seq = packet->is_sctp ? packet->sctp.initiate_tag : packet->tcp.seq;
	ask->ack = packet->tcp.ack;
	ask->tcp_flags = packet->tcp.flags;
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
