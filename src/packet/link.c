/* SPDX-License-Identifier: MIT */
/* One row per link type: how the protocol of a frame is told, and where it begins. Tags and labels in front of it are skipped. */
#include "packet/link.h"

#include "base/cursor.h"

/* EtherTypes (IEEE 802 numbers, IANA). */
enum {
	TYPE_IP4 = 0x0800,
	TYPE_IP6 = 0x86dd,
	TYPE_VLAN = 0x8100,        /* IEEE 802.1Q */
	TYPE_VLAN_SERVICE = 0x88a8,/* IEEE 802.1ad, the outer tag */
	TYPE_VLAN_OLD = 0x9100,    /* the same before it had a number */
	TYPE_MPLS = 0x8847,        /* RFC 3032 section 5 */
	TYPE_MPLS_UPSTREAM = 0x8848,
	TYPE_PPPOE = 0x8864,       /* RFC 2516, session stage */
	TYPE_LENGTH_MOST = 1500,   /* up to here it is a length, and LLC follows (IEEE 802.3) */
};
enum { PPP_IP4 = 0x0021, PPP_IP6 = 0x0057 };
/* Tags and labels in front of one packet: more is no frame that anybody sends. */
enum { TAGS_MAX = 16, MPLS_BOTTOM = 0x100 };

static enum sn_link_found found_ip(struct sn_reader *r, struct sn_link_packet *out)
{
	if (r->bad || sn_reader_left(r) == 0)
		return SN_LINK_CUT;
	unsigned version = r->bytes[r->at_bytes] >> 4;
	if (version != 4 && version != 6)
		return SN_LINK_OTHER;
	*out = (struct sn_link_packet){.bytes = r->bytes + r->at_bytes, .length_bytes = sn_reader_left(r)};
	return SN_LINK_IP;
}

/* The last entry of a label stack has its bottom bit set; what follows says by itself what it is (RFC 3032 section 2.1). */
static enum sn_link_found behind_labels(struct sn_reader *r, struct sn_link_packet *out)
{
	for (unsigned i = 0; i < TAGS_MAX; i++) {
		uint32_t entry = sn_read_u32(r);
		if (r->bad)
			return SN_LINK_CUT;
		if (entry & MPLS_BOTTOM)
			return found_ip(r, out);
	}
	return SN_LINK_OTHER;
}

static enum sn_link_found behind_pppoe(struct sn_reader *r, struct sn_link_packet *out)
{
	sn_read_skip(r, 6); /* version, code, session, length */
	uint16_t protocol = sn_read_u16(r);
	if (r->bad)
		return SN_LINK_CUT;
	return protocol == PPP_IP4 || protocol == PPP_IP6 ? found_ip(r, out) : SN_LINK_OTHER;
}

/* LLC with SNAP names an EtherType as well (RFC 1042). */
static bool is_snap(struct sn_reader *r)
{
	uint32_t llc = sn_read_u32(r), organisation = (uint32_t)sn_read_u16(r);
	return llc == 0xaaaa0300 && organisation == 0;
}

static enum sn_link_found behind_type(struct sn_reader *r, uint16_t type, struct sn_link_packet *out)
{
	for (unsigned tags = 0; !r->bad && tags < TAGS_MAX; tags++) {
		switch (type) {
		case TYPE_IP4:
		case TYPE_IP6:
			return found_ip(r, out);
		case TYPE_MPLS:
		case TYPE_MPLS_UPSTREAM:
			return behind_labels(r, out);
		case TYPE_PPPOE:
			return behind_pppoe(r, out);
		case TYPE_VLAN:
		case TYPE_VLAN_SERVICE:
		case TYPE_VLAN_OLD:
			sn_read_skip(r, 2); /* priority and VLAN */
			break;
		default:
			if (type > TYPE_LENGTH_MOST || !is_snap(r))
				return r->bad ? SN_LINK_CUT : SN_LINK_OTHER;
			break;
		}
		type = sn_read_u16(r);
	}
	return r->bad ? SN_LINK_CUT : SN_LINK_OTHER;
}

static enum sn_link_found ethernet(struct sn_reader *r, struct sn_link_packet *out)
{
	sn_read_skip(r, 12); /* both addresses */
	return behind_type(r, sn_read_u16(r), out);
}

/* https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html: packet type, ARPHRD type, address length, address, protocol. */
static enum sn_link_found cooked(struct sn_reader *r, struct sn_link_packet *out)
{
	sn_read_skip(r, 14);
	return behind_type(r, sn_read_u16(r), out);
}

/* https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html: protocol first, then 18 bytes of interface and address. */
static enum sn_link_found cooked2(struct sn_reader *r, struct sn_link_packet *out)
{
	uint16_t protocol = sn_read_u16(r);
	sn_read_skip(r, 18);
	return behind_type(r, protocol, out);
}

static enum sn_link_found raw_ip(struct sn_reader *r, struct sn_link_packet *out)
{
	return found_ip(r, out);
}

/* A family in the byte order of the machine that captured, or of the network. Its number for IPv6 differs from system to system: the
 * packet's own version decides. */
static enum sn_link_found loopback(struct sn_reader *r, struct sn_link_packet *out)
{
	sn_read_skip(r, 4);
	return found_ip(r, out);
}

static const struct {
	uint32_t link_type;
	enum sn_link_found (*find)(struct sn_reader *r, struct sn_link_packet *out);
} links[] = {
	{0, loopback}, /* BSD loopback */
	{1, ethernet}, /* Ethernet */
	{12, raw_ip}, /* raw IP: DLT_RAW as Linux counts */
	{14, raw_ip}, /* raw IP: … and OpenBSD */
	{101, raw_ip}, /* raw IP: LINKTYPE_RAW, in files */
	{108, loopback}, /* OpenBSD loopback */
	{113, cooked}, /* Linux cooked */
	{228, raw_ip}, /* raw IPv4 */
	{229, raw_ip}, /* raw IPv6 */
	{276, cooked2}, /* Linux cooked v2 */
};
enum { LINK_COUNT = sizeof links / sizeof *links };

static size_t row_of(uint32_t link_type)
{
	size_t i = 0;
	while (i < LINK_COUNT && links[i].link_type != link_type)
		i++;
	return i;
}

enum sn_link_found sn_link_ip(uint32_t link_type, const uint8_t *bytes, size_t length_bytes, struct sn_link_packet *out)
{
	size_t row = row_of(link_type);
	struct sn_reader r;
	if (row == LINK_COUNT)
		return SN_LINK_UNKNOWN;
	sn_reader_init(&r, bytes, length_bytes);
	return links[row].find(&r, out);
}
