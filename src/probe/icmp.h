/* SPDX-License-Identifier: MIT */
/* What the methods that send ICMP queries share: an identifier, a number, and a checksum that is the flow's own. */
#ifndef SN_PROBE_ICMP_H
#define SN_PROBE_ICMP_H

#include "probe/method.h"

/* The sequence number made from a key. */
static inline uint16_t sn_icmp_seq_of(uint64_t key)
{
	return (uint16_t)(key >> 16);
}

/* The header's fields that every ICMP probe has to show. */
void sn_icmp_expect(const struct sn_probe *probe, uint32_t seq, struct sn_ident *ident);
/* Fills up as sn_probe_finish does; the word of zeros at balance_at becomes what makes the checksum come out as the flow's own. */
void sn_icmp_finish(const struct sn_probe *probe, struct sn_writer *w, const struct sn_ip *ip, size_t upper_bytes, size_t balance_at);
/* What the ICMP header of a quoted query, or of an answer, shows. */
void sn_icmp_see_quote(const struct sn_quote *quote, const struct sn_seen *seen, struct sn_ident *out);
void sn_icmp_see_reply(const struct sn_packet *packet, const struct sn_seen *seen, struct sn_ident *out);

#endif
