/* SPDX-License-Identifier: MIT */
/* What a replay knows of each protocol: one row of a table. */
#ifndef SN_REPLAY_PROTOCOLS_H
#define SN_REPLAY_PROTOCOLS_H

#include "probe/method.h"

struct sn_ask;
struct sn_reply;

/* How tools use the ports of a trace's probes. */
enum sn_replay_flows { SN_FLOWS_ONE, SN_FLOWS_TCP, SN_FLOWS_UDP, SN_FLOWS_COUNT };

/* Numbers by which direct answers may name one probe. */
enum { SN_REPLY_NUMBERS_MAX = 3 };

struct sn_replay_protocol {
	uint8_t protocol;            /* 0, the last row: any other */
	enum sn_replay_flows flows;
	uint8_t number_at, number_bytes; /* in the upper layer: what tells apart the probes of one flow, where a short quote shows it */
	uint32_t own;                /* enum sonde_diff: what other programs' packets do not share by chance, beside the IP id */
	/* Whether such a packet may be a probe. */
	bool (*may_ask)(const struct sn_packet *packet);
	/* Answers to it, by what they show of it (struct sn_ident's seq); how many. NULL: ports are all that they show. */
	size_t (*numbers)(const struct sn_ask *ask, uint32_t out[SN_REPLY_NUMBERS_MAX]);
	/* Bits that fit of a reply, which has its addresses, ports and number; NULL: that is all there is. */
	unsigned (*fit)(const struct sn_packet *sent, const struct sn_reply *reply);
	/* What probes of one method to one target have in common. */
	uint32_t (*group)(const struct sn_ask *ask);
	/* The name of the method that sends it; NULL: the one that speaks the protocol. */
	const char *(*method)(const struct sn_ask *ask, bool flow_constant);
};

/* Never NULL. */
const struct sn_replay_protocol *sn_replay_protocol(uint8_t protocol);

static inline bool sn_is_icmp(uint8_t protocol)
{
	return protocol == SN_PROTO_ICMP || protocol == SN_PROTO_ICMP6;
}

#endif
