/* SPDX-License-Identifier: MIT */
/* What people who write firewall rules have to know of each ICMP message. */
#ifndef SN_PACKET_ICMP_TEXT_H
#define SN_PACKET_ICMP_TEXT_H

#include "packet/icmp.h"

/* Whole sentences each; never NULL, never empty. */
struct sn_icmp_text {
	uint8_t type;
	int16_t code;         /* -1: every other code of that type */
	const char *means;    /* what happened, and what follows from it */
	const char *sender;   /* who sends it to whom, and when */
	const char *dropped;  /* what breaks when a firewall drops it */
	const char *advice;   /* whether to allow it */
	const char *source;   /* RFCs, with their sections */
};

/* The text of the row that sn_icmp_lookup gives for that message; never NULL: what is unassigned has a text that says so. */
const struct sn_icmp_text *sn_icmp_text(uint8_t version, uint8_t type, uint8_t code);

/* icmp_text4.c, icmp_text6.c: the tables, in the order of sn_icmp_table. */
extern const struct sn_icmp_text sn_icmp_texts4[], sn_icmp_texts6[];
extern const size_t sn_icmp_texts4_count, sn_icmp_texts6_count;

#endif
