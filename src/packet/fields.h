/* SPDX-License-Identifier: MIT */
/* The fields of a packet, each with its value and its place, and the differences between two packets. */
#ifndef SN_PACKET_FIELDS_H
#define SN_PACKET_FIELDS_H

#include "packet/ip.h"
#include "packet/seen.h"

#include <sonde/quote.h>

/* What was read of one packet. Arrays are indexed by enum sonde_field. */
struct sn_fields {
	const uint8_t *bytes;
	uint16_t length_bytes;
	uint32_t visible;                          /* enum sonde_diff: fields that the bytes reach; an option that is not there is visible
	                                            * where all options are */
	uint32_t value[SONDE_FIELD_COUNT];         /* of the visible ones, addresses apart; SONDE_FIELD_ABSENT: no such option */
	uint16_t at_bytes[SONDE_FIELD_COUNT];      /* where it stands, from the IP header on; absent: 0 */
	uint16_t count_bytes[SONDE_FIELD_COUNT];   /* how many bytes it has a part of; absent: 0. PAYLOAD: as many as there are */
	struct sonde_addr src, dst;
	uint16_t right_ip_checksum;                /* what the IPv4 header's should be */
	uint16_t front_bytes;                      /* all in front of the payload, as far as it can be told */
	uint8_t version, protocol;
	bool partly;                               /* not every byte was really seen */
};

/* Reads the fields of an IP packet of which length_bytes are there; ip is what sn_ip_parse read of it. */
void sn_fields_read(const struct sn_ip *ip, const uint8_t *bytes, size_t length_bytes, struct sn_fields *out);

/* Takes the fields away that were not really seen. */
void sn_fields_hide(const struct sn_seen *seen, struct sn_fields *fields);

/* Fills *out but for quoted_bytes, which is 0: of the fields that are visible in both, which differ. */
void sn_fields_compare(const struct sn_fields *sent, const struct sn_fields *seen, struct sonde_quote *out);

#endif
