/* SPDX-License-Identifier: MIT */
/* The IPv6 header and its chain of extension headers (RFC 8200 sections 3 and 4), walked up to the upper layer. */
#include "packet/ip_family.h"

/* Real chains have one to three headers; whoever sends more wants a parser to be busy (RFC 8504 section 5.3 lets hosts refuse them). */
enum { CHAIN_MAX = 8 };

enum { PROTO_MOBILITY = 135, PROTO_HIP = 139, PROTO_SHIM6 = 140 };

/* The extension headers of IANA's registry whose end can be found. ESP hides what follows, 59 has nothing behind. */
bool sn_ip6_is_extension(uint8_t protocol)
{
	switch (protocol) {
	case SN_PROTO_HOPOPTS:
	case SN_PROTO_ROUTING:
	case SN_PROTO_FRAGMENT:
	case SN_PROTO_AH:
	case SN_PROTO_DSTOPTS:
	case PROTO_MOBILITY:
	case PROTO_HIP:
	case PROTO_SHIM6:
		return true;
	default:
		return false;
	}
}

static size_t extension_bytes(uint8_t protocol, uint8_t length_field)
{
	if (protocol == SN_PROTO_FRAGMENT)  /* RFC 8200 section 4.5: fixed, the byte is reserved */
		return 8;
	if (protocol == SN_PROTO_AH)        /* RFC 4302 section 2.2: 32-bit words minus 2 */
		return ((size_t)length_field + 2u) * 4u;
	return ((size_t)length_field + 1u) * 8u;    /* RFC 8200 section 4.3: 64-bit words, not counting the first */
}

/* RFC 8200 section 4.5: offset in 8-byte units, two reserved bits, M. Offset 0 without M is whole: an "atomic" fragment (RFC 6946).
 * A second fragment header takes nothing back. */
static void read_fragment(const uint8_t *header, struct sn_ip *out)
{
	struct sn_reader r;
	sn_reader_init(&r, header, 8);
	sn_read_skip(&r, 2);
	uint16_t field = sn_read_u16(&r);
	out->fragment_offset_bytes = field & 0xfff8;
	out->mf = out->mf || (field & 1);
	if (out->mf || out->fragment_offset_bytes > 0)
		out->odd |= SN_ODD_FRAGMENT;
}

/* Steps over one extension header and takes its next-header byte as the protocol. False: it is not there as a whole. */
static bool step(struct sn_reader *r, struct sn_ip *out)
{
	struct sn_reader peek = *r;
	uint8_t next = sn_read_u8(&peek);
	uint8_t length_field = sn_read_u8(&peek);
	const uint8_t *header = peek.bad ? NULL : sn_read_view(r, extension_bytes(out->protocol, length_field));
	if (!header)
		return false;
	if (out->protocol == SN_PROTO_FRAGMENT)
		read_fragment(header, out);
	out->protocol = next;
	out->extension_count++;
	out->header_bytes = (uint16_t)r->at_bytes;
	return true;
}

/* Each turn consumes a header or ends the walk. Behind a fragment that is not the first there is no header, only data. */
static void walk(struct sn_reader *r, struct sn_ip *out)
{
	while (sn_ip6_is_extension(out->protocol) && out->fragment_offset_bytes == 0) {
		if (out->extension_count == CHAIN_MAX || !step(r, out)) {
			out->odd |= SN_ODD_CHAIN;
			return;
		}
	}
}

static void read_addr(struct sn_reader *r, struct sonde_addr *out)
{
	out->family = 6;
	sn_read_bytes(r, out->bytes, 16);
}

bool sn_ip6_parse(const uint8_t *bytes, size_t length_bytes, struct sn_ip *out)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, length_bytes);
	uint32_t first = sn_read_u32(&r);
	out->total_bytes = SN_IP6_BYTES + (uint32_t)sn_read_u16(&r);
	out->protocol = sn_read_u8(&r);
	out->ttl = sn_read_u8(&r);
	read_addr(&r, &out->src);
	read_addr(&r, &out->dst);
	if (r.bad)
		return false;
	out->tos = (uint8_t)(first >> 20);
	out->flow_label = first & 0xfffff;
	out->header_bytes = SN_IP6_BYTES;
	walk(&r, out);
	return true;
}
