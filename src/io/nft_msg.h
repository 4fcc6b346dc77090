/* SPDX-License-Identifier: MIT */
/* nftables over netlink as bytes: questions for chains and rules, and what the answers mean for ICMP of this machine. Pure. */
#ifndef SN_IO_NFT_MSG_H
#define SN_IO_NFT_MSG_H

#include <sonde/base.h>

enum sn_nft_question { SN_NFT_CHAINS, SN_NFT_RULES };

#define SN_NFT_NAME_BYTES 128

/* A chain, as "nft list chain" wants it: three words. {0} is none. Names are what root has given, any bytes, and cut where too long. */
struct sn_nft_place {
	const char *family;        /* "inet", "ip", "ip6", "netdev"; static */
	char table[SN_NFT_NAME_BYTES], chain[SN_NFT_NAME_BYTES];
};

/* What happens to packets that come in to this machine's own sockets, or go out from them. */
struct sn_nft_way {
	uint32_t drop_count;             /* rules that drop or reject, by protocol or by type, ICMP answers that a probe gets; out: ICMP
	                                  * queries that a probe may be */
	bool rest;                       /* what no rule has accepted is dropped, by a chain's policy or by a rule without a condition … */
	bool closed;                     /* … and of such a chain no rule accepts anything, nor of those that it jumps to */
	struct sn_nft_place drop_at, rest_at, closed_at;  /* the first of each */
};

/* Of chains that packets to or from this machine's own sockets pass, those that rules jump to included. What only forwarded packets pass
 * does not count. */
struct sn_nft_summary {
	uint32_t rule_count;
	struct sn_nft_way in, out;
};

/* Writes a question for all tables; its length, or 0 where capacity_bytes is too small. */
size_t sn_nft_query_write(enum sn_nft_question question, uint32_t sequence, uint8_t *bytes, size_t capacity_bytes);
/* Reads the answers to both questions, each a row of whole netlink messages. False: they cannot be read, or are too many. */
bool sn_nft_read(const uint8_t *chains, size_t chains_bytes, const uint8_t *rules, size_t rules_bytes, struct sn_nft_summary *out);
/* 1: bytes end the answer; 0: there is more; negative: minus the errno that the kernel answered with, -EPROTO for none of that. */
int sn_nft_is_end(const uint8_t *bytes, size_t length_bytes);

#endif
