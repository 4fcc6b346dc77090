/* SPDX-License-Identifier: MIT */
/* Changing fields of a packet, or of the part of one that a quote shows, with its checksums mended as RFC 1624 does. */
#ifndef SN_SIM_EDIT_H
#define SN_SIM_EDIT_H

#include "packet/ip.h"

/* Bytes that are changed in place. What was cut off is left alone, and a checksum that was wrong stays wrong by as much. */
struct sn_sim_edit {
	uint8_t *bytes;
	size_t length_bytes;
	uint8_t version;
	size_t upper_at_bytes;     /* length_bytes where no upper layer is to be seen */
	size_t checksum_at_bytes;  /* of the upper layer's checksum, from the start of the packet; 0: none, or none to be seen */
	bool covers_addresses;     /* that checksum */
	bool is_udp;               /* or UDP-Lite: 0 in the checksum means that there is none (RFC 768, RFC 6935) */
	bool is_stale;             /* the upper layer's checksum is not mended */
};

/* Fields of a packet whose header(s) are those. */
struct sn_sim_edit sn_sim_edit_open(uint8_t *bytes, size_t length_bytes, const struct sn_ip *ip);
/* A 16-bit word of the IP header, of the upper layer. What stands outside of the bytes is not changed. */
uint16_t sn_sim_edit_read(const struct sn_sim_edit *edit, size_t at_bytes);
void sn_sim_edit_header(struct sn_sim_edit *edit, size_t at_bytes, uint16_t word);
void sn_sim_edit_upper(struct sn_sim_edit *edit, size_t at_bytes, uint16_t word);
void sn_sim_edit_upper_u32(struct sn_sim_edit *edit, size_t at_bytes, uint32_t value);
/* The IP source or destination. */
void sn_sim_edit_addr(struct sn_sim_edit *edit, bool is_source, const struct sonde_addr *addr);
/* Takes out that many bytes of the upper layer, which are zero; both are multiples of 4, so that nothing behind changes its sum. */
void sn_sim_edit_cut(struct sn_sim_edit *edit, size_t at_bytes, size_t cut_bytes);

#endif
