/* SPDX-License-Identifier: MIT */
/* DCCP as a listening kernel answers a Request (RFC 4340 section 8.1): each by itself, as a server with Init Cookies (section 8.1.4). */
#include "packet/transport.h"
#include "sim/world.h"

enum { REFUSED = 3, CHECKSUM_AT = 6, ANSWER_BYTES = 28 };

static void answer(struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet, const struct sn_dccp *request, bool open)
{
	struct sn_dccp header = {
		.sport = request->dport,
		.dport = request->sport,
		.header_bytes = ANSWER_BYTES,
		.type = open ? SN_DCCP_RESPONSE : SN_DCCP_RESET,
		/* Section 8.3.1: who has no number of its own begins at zero. */
		.seq = open ? sn_rng_next(&sim->nodes[node].rng) >> 16 : 0,
		.ack = request->seq,
		.service = request->service,
		.reset_code = REFUSED,
	};
	struct sn_writer w;
	sn_writer_init(&w, sim->scratch, sizeof sim->scratch);
	sn_dccp_write(&w, &header);
	struct sn_sim_own own = sn_sim_back(sim, node, packet, SN_PROTO_DCCP);
	own.df = true;
	own.checksum_at_bytes = CHECKSUM_AT;
	sn_sim_say(sim, &own, w.bytes, w.at_bytes);
}

void sn_sim_dccp_deliver(struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *packet)
{
	const struct sn_sim_node *n = &sim->net.nodes[node];
	const uint8_t *upper = NULL;
	size_t upper_bytes = sn_sim_upper(packet, &upper);
	struct sn_dccp header;
	(void)iface;
	/* A reset is never answered (section 8.3.1); the rest of what connections exchange does not occur here. */
	if (sn_dccp_parse(upper, upper_bytes, &header) && header.has_seq && header.type == SN_DCCP_REQUEST)
		answer(sim, node, packet, &header, sn_sim_ports_hold(&n->dccp_open, header.dport));
}
