/* SPDX-License-Identifier: MIT */
/* From a captured frame to the IP packet in it. Knows link layers, tags and labels, nothing of what the packet is. */
#ifndef SN_PACKET_LINK_H
#define SN_PACKET_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a frame held. */
enum sn_link_found {
	SN_LINK_IP,       /* an IP packet, or its beginning */
	SN_LINK_OTHER,    /* another protocol: ARP, a spanning tree, a pseudowire … */
	SN_LINK_CUT,      /* too short to tell */
	SN_LINK_UNKNOWN,  /* a link type that is not read here */
	SN_LINK_COUNT
};

/* A view of the packet within the frame. */
struct sn_link_packet {
	const uint8_t *bytes;
	size_t length_bytes;  /* as captured; padding of the link behind the packet is included */
};

/* Finds the IP packet in a captured frame of a link type (https://www.tcpdump.org/linktypes.html, or libpcap's DLT_ value of it). *out is
 * filled for SN_LINK_IP only. */
enum sn_link_found sn_link_ip(uint32_t link_type, const uint8_t *bytes, size_t length_bytes, struct sn_link_packet *out);

#endif
