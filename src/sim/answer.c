/* SPDX-License-Identifier: MIT */
/* What nodes write themselves: IP packets of their own, ICMP errors with their quotes and sources. */
#include "base/addr.h"
#include "packet/transport.h"
#include "sim/world.h"

#include <stdlib.h>
#include <string.h>

/* RFC 792, RFC 1812 section 5.2.7.1, RFC 4443 section 3. */
static const struct sn_sim_message messages[] = {
	[SN_SIM_SAY_TIME_EXCEEDED] = {11, 0, 3, 0},
	[SN_SIM_SAY_NO_ROUTE] = {3, 0, 1, 0},
	[SN_SIM_SAY_PROHIBITED] = {3, 13, 1, 1},
	[SN_SIM_SAY_HOST_UNREACHABLE] = {3, 1, 1, 3},
	[SN_SIM_SAY_PORT_UNREACHABLE] = {3, 3, 1, 4},
	[SN_SIM_SAY_PROTOCOL_UNREACHABLE] = {3, 2, 4, 1},
	[SN_SIM_SAY_TOO_BIG] = {3, 4, 2, 0},
};

enum { ICMP_BYTES = 8, ICMP_CHECKSUM_AT_BYTES = 2 };

const struct sn_sim_message *sn_sim_message(enum sn_sim_saying saying)
{
	return &messages[saying];
}

struct sn_sim_own sn_sim_back(const struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *about, uint8_t protocol)
{
	return (struct sn_sim_own){
		.node = node,
		.src = about->ip.dst,
		.dst = about->ip.src,
		.protocol = protocol,
		.number = about->number,
		.delay_ns = sim->net.nodes[node].answer_delay_ns,
	};
}

void sn_sim_say(struct sn_sim *sim, const struct sn_sim_own *own, const uint8_t *upper, size_t upper_bytes)
{
	uint8_t bytes[SN_SIM_PACKET_MAX_BYTES];
	struct sn_ip ip = {
		.version = own->src.family,
		.tos = own->tos,
		.ttl = sim->net.nodes[own->node].reply_ttl,
		.protocol = own->protocol,
		.df = own->df,
		.src = own->src,
		.dst = own->dst,
	};
	ip.header_bytes = ip.version == 4 ? 20 : 40;
	ip.total_bytes = (uint32_t)(ip.header_bytes + upper_bytes);
	/* A packet that is never cut needs no id (RFC 6864 section 4.1). */
	if (ip.version == 4 && !ip.df)
		ip.id = sim->nodes[own->node].ip_id++;
	struct sn_writer w;
	sn_writer_init(&w, bytes, sizeof bytes);
	sn_ip_write(&w, &ip);
	sn_write_bytes(&w, upper, upper_bytes);
	if (own->checksum_at_bytes)
		sn_write_u16_at(&w, ip.header_bytes + own->checksum_at_bytes, sn_transport_checksum(&ip, upper, upper_bytes));
	int result = 0;
	struct sn_sim_packet *packet = w.bad ? NULL : sn_sim_packet_new(sim, bytes, w.at_bytes, &result);
	if (!packet)
		return;
	packet->number = own->number;
	packet->is_answer = true;
	sn_sim_note(sim, SN_SIM_SAID, own->node, packet);
	struct sn_sim_event event = {.kind = SN_SIM_EV_SEND, .node = own->node, .iface = SN_SIM_NONE, .packet = packet};
	if (own->delay_ns)
		sn_sim_at(sim, sim->now_at_ns + own->delay_ns, &event);
	else
		sn_sim_originate(sim, own->node, packet);
}

/* RFC 1122 section 3.2.2, RFC 4443 section 2.4 e: no error about an error, a later fragment, or a sender that is no single host. */
static bool may_complain(const struct sn_sim_packet *about)
{
	static const uint8_t errors[] = {3, 4, 5, 11, 12};
	const uint8_t *upper = NULL;
	size_t upper_bytes = sn_sim_upper(about, &upper);
	if (about->ip.fragment_offset_bytes || sn_addr_kind(&about->ip.src) != SN_ADDR_UNICAST)
		return false;
	if (about->ip.version == 6)
		return about->ip.protocol != SN_PROTO_ICMP6 || (upper_bytes > 0 && upper[0] >= 128);
	return about->ip.protocol != SN_PROTO_ICMP || (upper_bytes > 0 && !memchr(errors, upper[0], sizeof errors));
}

static bool has_token(struct sn_sim *sim, uint32_t node, const struct sonde_addr *to)
{
	static const struct sonde_addr all = {0};
	const struct sn_sim_node *n = &sim->net.nodes[node];
	if (n->icmp_cost_ns == 0)
		return true;
	struct sn_sim_bucket *bucket = sn_sim_limiter_bucket(&sim->nodes[node].limiter, n->icmp_per_node ? &all : to);
	sim->starved |= !bucket;
	return bucket && sn_sim_bucket_take(bucket, sim->now_at_ns, n->icmp_cost_ns, n->icmp_burst);
}

static const struct sonde_addr *source(const struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *about)
{
	const struct sn_sim_net *net = &sim->net;
	const struct sn_sim_node *n = &net->nodes[node];
	uint8_t family = about->ip.version;
	enum sn_sim_answer_from from = n->answer_from;
	if (n->answer_as.family == family)
		return &n->answer_as;
	if (about->dst_address != SN_SIM_NONE && net->addresses[about->dst_address].node == node)
		return &about->ip.dst;
	if (from == SN_SIM_FROM_LINUX)
		from = family == 4 ? SN_SIM_FROM_BACK : SN_SIM_FROM_IN;
	struct sn_sim_hop hop = {.iface = iface};
	bool known = iface != SN_SIM_NONE;
	if (from == SN_SIM_FROM_BACK)
		known = sn_sim_route_to(sim, node, &about->ip.src, &hop) && hop.kind == SN_SIM_ROUTE_VIA;
	if (from != SN_SIM_FROM_ADDRESS && known && net->ifaces[hop.iface].addr[family == 6].family)
		return &net->ifaces[hop.iface].addr[family == 6];
	return sn_sim_node_addr(net, node, family);
}

static size_t quoted_bytes(const struct sn_sim_node *node, const struct sn_sim_packet *about, const struct sn_sim_extension *extension)
{
	/* Headers of the error itself included. */
	size_t limit = about->ip.version == 4 ? 576 - 20 - ICMP_BYTES : 1280 - 40 - ICMP_BYTES;
	if (node->quote_bytes == SN_SIM_QUOTE_FULL)
		limit = 1500 - (about->ip.version == 4 ? 20 : 40) - ICMP_BYTES;
	else if (node->quote_bytes != SN_SIM_QUOTE_LINUX)
		limit = about->ip.header_bytes + node->quote_bytes;
	size_t quote_bytes = about->length_bytes < limit ? about->length_bytes : limit;
	return extension ? sn_sim_extended_quote(extension, quote_bytes, limit) : quote_bytes;
}

/* The quote shows whose packet it was, but not which one: the IPv4 id and what stands behind the ports, or an echo's id, are others. */
static void garble(uint8_t *quote, size_t quote_bytes, const struct sn_ip *ip)
{
	enum { ID4_AT_BYTES = 4, KEPT_BYTES = 6 };
	for (size_t i = 0; ip->version == 4 && i < 2; i++)
		quote[ID4_AT_BYTES + i] ^= 0xff;
	for (size_t i = ip->header_bytes + KEPT_BYTES; i < quote_bytes; i++)
		quote[i] ^= 0xff;
}

static void write_error(struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *about, const struct sn_sim_message *message,
                        uint32_t value, struct sn_writer *w)
{
	const struct sn_sim_node *n = &sim->net.nodes[node];
	uint8_t version = about->ip.version, type = version == 4 ? message->type4 : message->type6;
	const struct sn_sim_extension *extension = sn_sim_extends(&n->extension, version, type) ? &n->extension : NULL;
	size_t quote_bytes = quoted_bytes(n, about, extension);
	sn_write_u8(w, type);
	sn_write_u8(w, version == 4 ? message->code4 : message->code6);
	sn_write_u16(w, 0);
	sn_write_u32(w, extension ? sn_sim_extended_rest(extension, version, quote_bytes, value) : value);
	sn_write_bytes(w, about->bytes, quote_bytes);
	if (n->garble_ppm && sn_rng_below(&sim->nodes[node].rng, 1000000) < n->garble_ppm)
		garble(w->bytes + ICMP_BYTES, quote_bytes, &about->ip);
	sn_sim_quote_spoil(n, w->bytes + ICMP_BYTES, quote_bytes, &about->ip);
	if (extension)
		sn_sim_extension_write(extension, version, quote_bytes, w);
	else if (quote_bytes < n->quote_pad_bytes)
		sn_write_zeros(w, n->quote_pad_bytes - quote_bytes);
}

void sn_sim_complain(struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *about,
                     const struct sn_sim_message *message, uint32_t value)
{
	const struct sn_sim_node *n = &sim->net.nodes[node];
	bool is4 = about->ip.version == 4;
	if (!may_complain(about))
		return;
	const struct sonde_addr *src = source(sim, node, iface, about);
	if (n->silent || !src) {
		sn_sim_note(sim, SN_SIM_KEPT_SILENT, node, about);
		return;
	}
	/* Like Linux, the limit spares path MTU discovery. */
	bool too_big = message == sn_sim_message(SN_SIM_SAY_TOO_BIG);
	if (!too_big && !has_token(sim, node, &about->ip.src)) {
		sn_sim_note(sim, SN_SIM_RATE_LIMITED, node, about);
		return;
	}
	struct sn_sim_own own = sn_sim_back(sim, node, about, is4 ? SN_PROTO_ICMP : SN_PROTO_ICMP6);
	own.src = *src;
	own.checksum_at_bytes = ICMP_CHECKSUM_AT_BYTES;
	/* RFC 1812 section 4.3.2.5: precedence 6, the rest as the packet had it. */
	own.tos = is4 ? (uint8_t)(0xc0 | (about->ip.tos & 0x1e)) : 0;
	struct sn_writer w;
	sn_writer_init(&w, sim->scratch, sizeof sim->scratch);
	write_error(sim, node, about, message, value, &w);
	if (!w.bad)
		sn_sim_say(sim, &own, w.bytes, w.at_bytes);
}
