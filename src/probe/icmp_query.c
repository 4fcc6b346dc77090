/* SPDX-License-Identifier: MIT */
/* The header of ICMP queries, from a probe and back into what is known of it. */
#include "base/checksum.h"
#include "probe/icmp.h"

/* The word that turns a checksum `is` (computed with that word zero) into `wanted`: RFC 1624 solved for the new word. */
static uint16_t balance_word(uint16_t is, uint16_t wanted)
{
	return sn_sum_fold((uint32_t)is + (uint16_t)~wanted);
}

void sn_icmp_expect(const struct sn_probe *probe, uint32_t seq, struct sn_ident *ident)
{
	ident->have |= SN_ID_ICMP_ID | SN_ID_SEQ | SN_ID_CHECKSUM;
	ident->icmp_id = probe->flow.icmp_id;
	ident->seq = seq;
	ident->checksum = probe->flow.checksum;
}

void sn_icmp_finish(const struct sn_probe *probe, struct sn_writer *w, const struct sn_ip *ip, size_t upper_bytes, size_t balance_at)
{
	size_t upper_at = ip->header_bytes, checksum_at = upper_at + 2;
	uint16_t checksum = sn_probe_finish(w, ip, upper_at, upper_bytes, checksum_at);
	sn_write_u16_at(w, balance_at, balance_word(checksum, probe->flow.checksum));
	sn_write_u16_at(w, checksum_at, probe->flow.checksum);
}

void sn_icmp_see_quote(const struct sn_quote *quote, const struct sn_seen *seen, struct sn_ident *out)
{
	sn_ident_of_quote(quote, seen, out);
	out->checksum = quote->echo.checksum;
	out->icmp_id = quote->echo.id;
	out->seq = quote->echo.seq;
	if (sn_seen_covers(seen, quote->upper + 2, 2))
		out->have |= SN_ID_CHECKSUM;
	if (sn_seen_covers(seen, quote->upper + 4, 2))
		out->have |= SN_ID_ICMP_ID;
	if (sn_seen_covers(seen, quote->upper + 6, 2))
		out->have |= SN_ID_SEQ;
}

void sn_icmp_see_reply(const struct sn_packet *packet, const struct sn_seen *seen, struct sn_ident *out)
{
	sn_ident_of_reply(packet, seen, out);
	out->icmp_id = packet->icmp.id;
	out->seq = packet->icmp.seq;
	if (sn_seen_covers(seen, packet->upper + 4, 2))
		out->have |= SN_ID_ICMP_ID;
	if (sn_seen_covers(seen, packet->upper + 6, 2))
		out->have |= SN_ID_SEQ;
}
