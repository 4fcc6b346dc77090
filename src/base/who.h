/* SPDX-License-Identifier: MIT */
/* What is known of an address besides what the packets say, and how whoever shows addresses asks for it. */
#ifndef SN_BASE_WHO_H
#define SN_BASE_WHO_H

#include <sonde/base.h>

enum { SN_NETWORK_BYTES = 64, SN_AS_NAME_BYTES = 128, SN_COUNTRY_BYTES = 3 };

/* All texts are fit to be shown (base/clean.h): whoever writes a format only quotes them as that format wants it. */
struct sn_who {
	const char *name;       /* its reverse name; NULL: none, or none yet */
	bool name_is_address;   /* … reads as an address itself: it is marked, and never stands where an address is meant */
	bool pending;           /* somebody is still being asked: what is not known may come */
	uint32_t asn;           /* of the autonomous system that announces it; 0: not known */
	const char *as_name;    /* who that is; NULL: not known */
	const char *network;    /* the prefix that is announced, "192.0.2.0/24"; NULL: not known */
	const char *country;    /* ISO 3166 code, "DE"; NULL: not known */
};

/* What somebody said of an address, as it was said. */
struct sn_who_facts {
	const char *name;                     /* borrowed; NULL: none */
	uint32_t asn;
	char as_name[SN_AS_NAME_BYTES];
	char network[SN_NETWORK_BYTES];
	char country[SN_COUNTRY_BYTES];       /* two capital letters, or nothing */
};

/* Who knows. The answer is of() 's memory and stays valid, and where it is, while there is a source; what was pending appears in it. */
struct sn_who_source {
	const struct sn_who *(*of)(void *ctx, const struct sonde_addr *addr);
	void *ctx;
	bool networks;          /* of networks, too: there is a database of them, or name servers are asked */
};

/* Never NULL: without a source, or of no address, nothing is known. Asking for one that is new has it looked up. */
const struct sn_who *sn_who_of(const struct sn_who_source *source, const struct sonde_addr *addr);
/* A name that a program may take for an address: as inet_aton(3) and inet_pton(3) read them, "192.0.2.1", "0x7f.1", "2130706433". */
bool sn_name_is_address(const char *name);
/* Two capital letters are a country; what is anything else becomes "". */
void sn_country_read(const char *text, size_t bytes, char out[static SN_COUNTRY_BYTES]);

#endif
