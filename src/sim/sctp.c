/* SPDX-License-Identifier: MIT */
/* SCTP as a listening kernel answers before anything is set up (RFC 9260 sections 5.1 and 8.4): an INIT gets a cookie or is refused, and
 * nothing is remembered of it. */
#include "packet/transport.h"
#include "sim/world.h"

enum {
	ABORT_REFLECTS = 1, /* the T bit: the verification tag is the packet's own */
	CHECKSUM_AT = 8, CHUNK_BYTES = 4, INIT_BYTES = 20,
	COOKIE = 7, COOKIE_BYTES = 32, WINDOW = 106496, STREAMS = 10,
};

/* What of a packet its answer depends on. */
struct asked {
	struct sn_sctp header;
	bool is_init;
};

/* RFC 9260 section 3.3.3: a tag of its own, what it offers, and all it wants to know again in a cookie. */
static void write_offer(struct sn_sim *sim, uint32_t node, struct sn_writer *w)
{
	sn_write_u32(w, (uint32_t)sn_rng_next(&sim->nodes[node].rng) | 1);
	sn_write_u32(w, WINDOW);
	sn_write_u16(w, STREAMS);
	sn_write_u16(w, STREAMS);
	sn_write_u32(w, (uint32_t)sn_rng_next(&sim->nodes[node].rng));
	sn_write_u16(w, COOKIE);
	sn_write_u16(w, CHUNK_BYTES + COOKIE_BYTES);
	for (int i = 0; i < COOKIE_BYTES / 4; i++)
		sn_write_u32(w, (uint32_t)sn_rng_next(&sim->nodes[node].rng));
}

static void answer(struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet, const struct asked *asked, bool open)
{
	bool accepts = asked->is_init && open;
	struct sn_sctp header = {
		.sport = asked->header.dport,
		.dport = asked->header.sport,
		.tag = asked->is_init ? asked->header.initiate_tag : asked->header.tag,
		.chunk_type = accepts ? SN_SCTP_INIT_ACK : SN_SCTP_ABORT,
		.chunk_flags = asked->is_init ? 0 : ABORT_REFLECTS,
		.chunk_bytes = accepts ? INIT_BYTES + CHUNK_BYTES + COOKIE_BYTES : CHUNK_BYTES,
	};
	struct sn_writer w;
	sn_writer_init(&w, sim->scratch, sizeof sim->scratch);
	sn_sctp_write(&w, &header);
	if (accepts)
		write_offer(sim, node, &w);
	uint32_t checksum = sn_sctp_checksum(w.bytes, w.at_bytes);
	sn_write_u16_at(&w, CHECKSUM_AT, (uint16_t)(checksum >> 16));
	sn_write_u16_at(&w, CHECKSUM_AT + 2, (uint16_t)checksum);
	struct sn_sim_own own = sn_sim_back(sim, node, packet, SN_PROTO_SCTP);
	own.df = true;
	sn_sim_say(sim, &own, w.bytes, w.at_bytes);
}

void sn_sim_sctp_deliver(struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *packet)
{
	const struct sn_sim_node *n = &sim->net.nodes[node];
	const uint8_t *upper = NULL;
	size_t upper_bytes = sn_sim_upper(packet, &upper);
	struct asked asked = {.is_init = false};
	(void)iface;
	if (!sn_sctp_parse(upper, upper_bytes, &asked.header) || !asked.header.has_chunk || asked.header.chunk_type == SN_SCTP_ABORT)
		return;
	asked.is_init = asked.header.chunk_type == SN_SCTP_INIT;
	/* Section 8.5.1: an INIT whose tag is not 0, or that names no tag (section 3.3.2), is dropped. */
	if (asked.is_init && (asked.header.tag || !asked.header.has_initiate_tag || !asked.header.initiate_tag ||
	                      asked.header.chunk_bytes < INIT_BYTES))
		return;
	answer(sim, node, packet, &asked, sn_sim_ports_hold(&n->sctp_open, asked.header.dport));
}
