/* SPDX-License-Identifier: MIT */
/* The quoted datagram: how much of it there is, and which of its fields can be read. */
#include "packet/quote.h"

#include <string.h>

enum { UPPER_MIN_BYTES = 8 };

/* How long the quoted datagram was; 0: its length fields tell nothing. Odd stacks swap or shorten the total length before they quote
 * (RFC 5508 section 3.1 has translators repair it), but leave UDP's own length alone. */
static size_t datagram_bytes(const struct sn_ip *ip, const struct sn_udp *udp)
{
	if (ip->protocol == SN_PROTO_UDP && !ip->mf && udp->length_bytes >= SN_UDP_BYTES)
		return (size_t)ip->header_bytes + udp->length_bytes;
	return ip->total_bytes >= ip->header_bytes + (size_t)UPPER_MIN_BYTES ? ip->total_bytes : 0;
}

static bool is_echo_protocol(const struct sn_ip *ip)
{
	return ip->protocol == (ip->version == 4 ? SN_PROTO_ICMP : SN_PROTO_ICMP6);
}

/* Reads the transport header. Returns its length, 0 where it was not quoted whole or is not known. */
static size_t transport_read(struct sn_quote *quote)
{
	switch (quote->ip.protocol) {
	case SN_PROTO_UDP:
	case SN_PROTO_UDPLITE:
		sn_udp_parse(quote->upper, quote->upper_bytes, &quote->udp);
		return SN_UDP_BYTES;
	case SN_PROTO_DCCP:
		sn_dccp_parse(quote->upper, quote->upper_bytes, &quote->dccp);
		return quote->upper_bytes < quote->dccp.header_bytes ? 0 : quote->dccp.header_bytes;
	case SN_PROTO_SCTP:
		sn_sctp_parse(quote->upper, quote->upper_bytes, &quote->sctp);
		return quote->upper_bytes < SN_SCTP_BYTES ? 0 : SN_SCTP_BYTES;
	case SN_PROTO_TCP:
		sn_tcp_parse(quote->upper, quote->upper_bytes, &quote->tcp);
		if (quote->tcp.header_bytes < SN_TCP_MIN_BYTES || quote->tcp.seen_bytes < quote->tcp.header_bytes)
			return 0;
		return quote->tcp.header_bytes;
	default:
		if (!is_echo_protocol(&quote->ip))
			return 0;
		sn_echo_parse(quote->upper, quote->upper_bytes, &quote->echo);
		return SN_ECHO_BYTES;
	}
}

/* Stacks that keep the total length in host order keep the offset so as well: DF then looks like the offset 512, of which no router may
 * speak (RFC 1122 section 3.2.2: no error about a fragment that is not the first). */
static void unswap_offset(struct sn_ip *ip)
{
	enum { SWAPPED_DF_BYTES = 0x0040 * 8 };
	if (ip->version != 4 || ip->mf || ip->df || ip->fragment_offset_bytes != SWAPPED_DF_BYTES)
		return;
	ip->fragment_offset_bytes = 0;
	ip->df = true;
	ip->odd = (ip->odd & ~(uint32_t)SN_ODD_FRAGMENT) | SN_ODD_LENGTH;
}

/* True where a transport header starts behind the IP header. */
static bool has_transport(const struct sn_ip *ip, size_t length_bytes)
{
	return ip->fragment_offset_bytes == 0 && !(ip->odd & SN_ODD_CHAIN) && length_bytes >= ip->header_bytes + (size_t)UPPER_MIN_BYTES;
}

bool sn_quote_parse(const uint8_t *bytes, size_t length_bytes, struct sn_quote *out)
{
	*out = (struct sn_quote){.bytes = bytes, .length_bytes = length_bytes};
	if (!sn_ip_parse(bytes, length_bytes, &out->ip))
		return false;
	unswap_offset(&out->ip);
	if (!has_transport(&out->ip, length_bytes))
		return false;
	out->upper = bytes + out->ip.header_bytes;
	out->upper_bytes = length_bytes - out->ip.header_bytes;
	struct sn_udp udp;
	sn_udp_parse(out->upper, out->upper_bytes, &udp);
	size_t whole_bytes = datagram_bytes(&out->ip, &udp);
	if (whole_bytes != out->ip.total_bytes)
		out->ip.odd |= SN_ODD_LENGTH;
	out->whole = whole_bytes > 0 && length_bytes >= whole_bytes;
	if (out->whole)
		out->upper_bytes = whole_bytes - out->ip.header_bytes;
	size_t header_bytes = transport_read(out);
	if (header_bytes > 0) {
		out->payload = out->upper + header_bytes;
		out->payload_bytes = out->upper_bytes - header_bytes;
	}
	return true;
}

/* Checksums that translators mend behind the eight bytes that are there for sure, also where padding has their place: as Linux does.
 * Zeros where no such header has any prove that it is padding. */
static const struct mended {
	uint8_t protocol, checksum_at, checksum_bytes, never_zero_at, never_zero_bytes;
} mended_rows[] = {
    {SN_PROTO_TCP, 16, 2, 12, 1},  /* the header's length (RFC 9293 section 3.1) */
    {SN_PROTO_SCTP, 8, 4, 14, 2},  /* the first chunk's length (RFC 9260 section 3.2) */
};

static bool all_zero(const uint8_t *bytes, size_t count)
{
	while (count > 0 && bytes[count - 1] == 0)
		count--;
	return count == 0;
}

/* The row of a transport header that is none, NULL: there is none such, or the header may be one. */
static const struct mended *mended_padding(const struct sn_quote *quote)
{
	for (size_t i = 0; i < sizeof mended_rows / sizeof *mended_rows; i++) {
		const struct mended *m = &mended_rows[i];
		if (m->protocol == quote->ip.protocol && quote->upper_bytes >= (size_t)m->never_zero_at + m->never_zero_bytes)
			return all_zero(quote->upper + m->never_zero_at, m->never_zero_bytes) ? m : NULL;
	}
	return NULL;
}

static bool is_padding(const struct sn_quote *quote, const struct mended *mended, size_t at)
{
	size_t upper_at = at - quote->ip.header_bytes;
	return quote->bytes[at] == 0 ||
	       (mended && upper_at >= mended->checksum_at && upper_at < (size_t)mended->checksum_at + mended->checksum_bytes);
}

size_t sn_quote_unpadded_bytes(const struct sn_quote *quote)
{
	enum { ZEROS_MIN = 4 };
	size_t quoted_bytes = quote->ip.header_bytes + quote->upper_bytes, end = quoted_bytes;
	size_t least_bytes = quote->ip.header_bytes + (size_t)UPPER_MIN_BYTES;
	const struct mended *mended = mended_padding(quote);
	while (end > least_bytes && is_padding(quote, mended, end - 1))
		end--;
	return quoted_bytes - end < ZEROS_MIN ? quoted_bytes : end;
}

size_t sn_quote_unfilled_bytes(const struct sn_quote *quote, const uint8_t *sent, size_t there_bytes, size_t sent_bytes)
{
	size_t quoted_bytes = quote->ip.header_bytes + quote->upper_bytes, end = sn_quote_unpadded_bytes(quote);
	size_t both = quoted_bytes < there_bytes ? quoted_bytes : there_bytes;
	bool filled = end < both && quoted_bytes <= sent_bytes && memcmp(sent + end, quote->bytes + end, both - end) != 0;
	return filled ? end : quoted_bytes;
}
