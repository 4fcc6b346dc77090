/* SPDX-License-Identifier: MIT */
/* What this machine's packet filter does to ICMP, as far as the kernel tells this user. */
#ifndef SN_IO_NFT_H
#define SN_IO_NFT_H

#include "io/nft_msg.h"

/* 0 and *out filled; a positive errno: EPERM where this user may not look, EPROTONOSUPPORT and the like where there is no nftables. */
int sn_nft_look(struct sn_nft_summary *out);

#endif
