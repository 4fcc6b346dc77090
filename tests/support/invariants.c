/* SPDX-License-Identifier: MIT */
/* Views inside their bytes, lengths that add up, flags that go together. */
#include "invariants.h"

#include "packet/ext.h"


/* Ends the caller with the sentence where it does not hold. */
#define HOLDS(sentence) \
	do { \
		if (!(sentence)) \
			return #sentence; \
	} while (0)

static bool inside(const uint8_t *view, size_t view_bytes, const uint8_t *bytes, size_t count)
{
	if (!view)
		return view_bytes == 0;
	return view >= bytes && (size_t)(view - bytes) <= count && view_bytes <= count - (size_t)(view - bytes);
}

static const char *ip_broken(const struct sn_ip *ip, size_t count)
{
	HOLDS(ip->version == 4 || ip->version == 6);
	HOLDS(ip->src.family == ip->version && ip->dst.family == ip->version);
	HOLDS(ip->header_bytes >= (ip->version == 4 ? 20 : 40) && ip->header_bytes <= count);
	HOLDS(ip->version == 6 || ip->header_bytes == 20 + ip->options_bytes);
	HOLDS(ip->version == 6 ? ip->options_bytes == 0 : ip->extension_count == 0 && ip->flow_label == 0);
	HOLDS(ip->extension_count <= 8 && ip->flow_label <= 0xfffff);
	HOLDS((ip->total_bytes > count) <= ((ip->odd & SN_ODD_TRUNCATED) != 0));
	HOLDS((ip->mf || ip->fragment_offset_bytes > 0) == ((ip->odd & SN_ODD_FRAGMENT) != 0));
	HOLDS(ip->fragment_offset_bytes % 8 == 0);
	return NULL;
}

static const char *tcp_broken(const struct sn_tcp *tcp, size_t upper_bytes)
{
	HOLDS(tcp->header_bytes <= 60 && tcp->header_bytes % 4 == 0);
	HOLDS(tcp->seen_bytes >= 8 && tcp->seen_bytes <= 60 && tcp->seen_bytes <= upper_bytes);
	HOLDS(tcp->header_bytes < 20 || tcp->seen_bytes <= tcp->header_bytes);
	HOLDS(tcp->has_mss || tcp->mss == 0);
	HOLDS(tcp->has_timestamps || (tcp->ts_value == 0 && tcp->ts_echo == 0));
	return NULL;
}

static const char *name_broken(const struct sonde_extension_name *name)
{
	HOLDS(name->length_bytes <= SONDE_EXTENSION_NAME_BYTES && name->bytes[name->length_bytes] == 0);
	HOLDS(name->length_bytes == 0 || name->bytes[name->length_bytes - 1] != 0);
	return NULL;
}

static const char *object_broken(const struct sonde_extension *e)
{
	HOLDS((unsigned)e->kind < SONDE_EXTENSION_COUNT);
	HOLDS(!e->malformed || e->kind == SONDE_EXTENSION_RAW);
	HOLDS(!e->more || e->kind == SONDE_EXTENSION_RAW || e->kind == SONDE_EXTENSION_MPLS);
	switch (e->kind) {
	case SONDE_EXTENSION_RAW:
		HOLDS(e->as.raw.count <= SONDE_EXTENSION_RAW_BYTES && (!e->more || e->as.raw.count == SONDE_EXTENSION_RAW_BYTES));
		break;
	case SONDE_EXTENSION_MPLS:
		HOLDS(e->class_num == 1 && e->as.mpls.count >= 1 && e->as.mpls.count <= SONDE_EXTENSION_LABELS);
		for (size_t i = 0; i < e->as.mpls.count; i++)
			HOLDS(e->as.mpls.labels[i].label <= 0xfffff && e->as.mpls.labels[i].tc <= 7);
		break;
	case SONDE_EXTENSION_INTERFACE:
		HOLDS(e->class_num == 2 && (unsigned)e->as.interface.role <= SONDE_ROLE_NEXT_HOP);
		return name_broken(&e->as.interface.name);
	case SONDE_EXTENSION_INTERFACE_ID:
		HOLDS(e->class_num == 3 && (unsigned)e->as.interface_id.by == e->c_type);
		return name_broken(&e->as.interface_id.name);
	case SONDE_EXTENSION_POINTER:
		HOLDS(e->class_num == 4);
		break;
	case SONDE_EXTENSION_NODE:
		HOLDS(e->class_num == 5);
		return name_broken(&e->as.node.name);
	case SONDE_EXTENSION_COUNT:
		break;
	}
	return NULL;
}

/* The bytes that an object or a piece of it stands for at least, its header included. */
static size_t bytes_of(const struct sonde_extension *e)
{
	size_t header_bytes = e->piece == 1 && !(e->malformed && e->class_num == 0 && e->c_type == 0) ? 4 : 0;
	size_t entries_bytes = e->kind == SONDE_EXTENSION_MPLS ? e->as.mpls.count * 4u : 0;
	return header_bytes + (e->kind == SONDE_EXTENSION_RAW ? e->as.raw.count : entries_bytes);
}

const char *extension_broken(const uint8_t *bytes, size_t count)
{
	struct sn_ext_walk walk;
	struct sonde_extension e, last = {0};
	size_t told = 0, told_bytes = 0;
	sn_ext_begin(&walk, bytes, count);
	while (sn_ext_next(&walk, &e)) {
		const char *broken = object_broken(&e);
		if (broken)
			return broken;
		HOLDS(!last.cut && ++told <= SONDE_EXTENSION_PIECES_MAX);
		HOLDS(last.more ? e.object == last.object && e.piece == last.piece + 1 : e.object == last.object + 1 && e.piece == 1);
		HOLDS(!last.more || (e.kind == last.kind && e.class_num == last.class_num && e.c_type == last.c_type));
		HOLDS(!last.more || e.malformed == last.malformed);
		told_bytes += bytes_of(&e);
		last = e;
	}
	HOLDS(last.cut || !last.more);
	HOLDS(told == 0 || 4 + told_bytes <= count);
	return NULL;
}

static const char *icmp_broken(const struct sn_icmp *icmp, const uint8_t *upper, size_t upper_bytes)
{
	HOLDS(icmp->row && icmp->row->name && icmp->row->source);
	/* Source quench and redirect (RFC 792) alone say nothing about what became of the packet. */
	HOLDS((icmp->row->meaning == SONDE_M_NONE) == (icmp->version == 4 && (icmp->type == 4 || icmp->type == 5)));
	HOLDS(icmp->row->meaning < SONDE_M_COUNT);
	HOLDS(inside(icmp->quote, icmp->quote_bytes, upper, upper_bytes));
	HOLDS(inside(icmp->extension, icmp->extension_bytes, upper, upper_bytes));
	HOLDS(inside(icmp->payload, icmp->payload_bytes, upper, upper_bytes));
	HOLDS(!icmp->quote || 8 + icmp->quote_bytes + icmp->extension_bytes == upper_bytes);
	HOLDS(!icmp->extension || (icmp->quote_bytes >= 128 && icmp->extension == icmp->quote + icmp->quote_bytes));
	HOLDS(!icmp->told_bytes || (icmp->row->may_extend && icmp->told_bytes >= 128 && icmp->told_bytes <= icmp->quote_bytes));
	HOLDS(!icmp->extension || (icmp->row->may_extend && icmp->extension_bytes >= 4));
	HOLDS(!icmp->quote || (icmp->row->is_error && !icmp->payload));
	HOLDS(icmp->row->is_error || !icmp->quote);
	return icmp->extension ? extension_broken(icmp->extension, icmp->extension_bytes) : NULL;
}

static const char *quote_holds(const struct sn_quote *quote, const uint8_t *bytes, size_t count)
{
	const char *broken = ip_broken(&quote->ip, count);
	if (broken)
		return broken;
	HOLDS(quote->bytes == bytes && quote->length_bytes == count);
	HOLDS(quote->upper == bytes + quote->ip.header_bytes && quote->upper_bytes >= 8);
	HOLDS(inside(quote->upper, quote->upper_bytes, bytes, count));
	HOLDS(inside(quote->payload, quote->payload_bytes, quote->upper, quote->upper_bytes));
	HOLDS(!quote->payload || quote->payload + quote->payload_bytes == quote->upper + quote->upper_bytes);
	HOLDS(quote->ip.fragment_offset_bytes == 0);
	return quote->ip.protocol == SN_PROTO_TCP ? tcp_broken(&quote->tcp, quote->upper_bytes) : NULL;
}

const char *quote_broken(const uint8_t *bytes, size_t count)
{
	struct sn_quote quote;
	return sn_quote_parse(bytes, count, &quote) ? quote_holds(&quote, bytes, count) : NULL;
}

const char *packet_broken(const uint8_t *bytes, size_t count)
{
	struct sn_packet packet;
	if (!sn_packet_parse(bytes, count, &packet))
		return NULL;
	const char *broken = ip_broken(&packet.ip, count);
	if (!broken && packet.is_icmp)
		broken = icmp_broken(&packet.icmp, packet.upper, packet.upper_bytes);
	if (!broken && packet.is_tcp)
		broken = tcp_broken(&packet.tcp, packet.upper_bytes);
	if (!broken && packet.has_quote)
		broken = quote_holds(&packet.quote, packet.icmp.quote, packet.quote.length_bytes);
	/* What is left out of a quote is filling: zeros of the datagram, and what stands behind it. */
	HOLDS(!packet.has_quote || packet.quote.length_bytes <= packet.icmp.quote_bytes);
	size_t datagram_bytes = packet.quote.ip.header_bytes + packet.quote.upper_bytes;
	for (size_t i = packet.quote.length_bytes; packet.has_quote && i < datagram_bytes && i < packet.icmp.quote_bytes; i++)
		HOLDS(packet.icmp.quote[i] == 0);
	if (broken)
		return broken;
	HOLDS(packet.upper_bytes >= 8 && inside(packet.upper, packet.upper_bytes, bytes, count));
	HOLDS(inside(packet.payload, packet.payload_bytes, packet.upper, packet.upper_bytes));
	HOLDS(packet.is_icmp + packet.is_udp + packet.is_tcp <= 1);
	HOLDS(!packet.has_quote || packet.is_icmp);
	HOLDS((packet.checksum == SN_CHECKSUM_BAD) == ((packet.odd & SN_ODD_CHECKSUM) != 0));
	HOLDS((packet.checksum == SN_CHECKSUM_OFFLOADED) == ((packet.odd & SN_ODD_OFFLOADED) != 0));
	HOLDS(packet.checksum != SN_CHECKSUM_OFFLOADED || !packet.is_icmp);
	HOLDS((packet.odd & packet.ip.odd) == packet.ip.odd);
	return NULL;
}
