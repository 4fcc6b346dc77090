/* SPDX-License-Identifier: MIT */
/* What the program and the process that asks name servers for it say to each other: one message a datagram, each of one size. */
#ifndef SN_BASE_LOOKUP_H
#define SN_BASE_LOOKUP_H

#include <sonde/base.h>

enum sn_lookup_kind {
	SN_LOOKUP_NAME = 1,  /* an address: its name (RFC 1035 section 3.5, RFC 3596 section 2.5) */
	SN_LOOKUP_ORIGIN,    /* an address: the TXT records of its reversed form under "origin.ZONE", "origin6.ZONE" */
	SN_LOOKUP_AS,        /* a number: the TXT records of "AS64500.ZONE" */
	SN_LOOKUP_KINDS
};

enum sn_lookup_result {
	SN_LOOKUP_FOUND = 1,
	SN_LOOKUP_NONE,      /* there is none */
	SN_LOOKUP_FAILED,    /* nobody answered, or not so that it could be read */
	SN_LOOKUP_RESULTS
};

enum { SN_LOOKUP_TEXT_BYTES = 512, SN_LOOKUP_ZONE_BYTES = 128, SN_LOOKUPS_AT_ONCE = 32 };

struct sn_lookup_ask {
	uint32_t id;
	uint32_t kind;           /* enum sn_lookup_kind */
	struct sonde_addr addr;
	uint32_t asn;
};

struct sn_lookup_told {
	uint32_t id;             /* of what was asked */
	uint32_t kind;           /* … and its kind */
	uint32_t result;         /* enum sn_lookup_result */
	uint32_t text_bytes;     /* FOUND: so many of text; records are separated by a newline */
	char text[SN_LOOKUP_TEXT_BYTES];  /* as a stranger wrote it */
};

/* Whom to ask. */
struct sn_lookup_cfg {
	struct sonde_addr server;  /* family 0: those of this machine, and its /etc/hosts */
	uint16_t port;
	char zone[SN_LOOKUP_ZONE_BYTES];
};

#endif
