/* SPDX-License-Identifier: MIT */
/* Texts of simulated networks for tests: a chain of routers with a target at its end, and the addresses a trace must show. */
#ifndef SONDE_TESTS_NET_H
#define SONDE_TESTS_NET_H

#include "base/buf.h"

#include <sonde/base.h>

enum { SN_NET_HOPS_MAX = 250 };

/* "me" - r1 - r2 … - r(hops-1) - "target". {.hops = N} is a good chain of 1 ms links in both families. */
struct sn_net_chain {
	unsigned hops;                   /* TTL at which the target answers, 1 … SN_NET_HOPS_MAX */
	const sonde_ns *link_delay_ns;   /* one-way delay of each of the `hops` links; NULL: 1 ms each */
	bool only4, only6;               /* one family instead of both */
	uint64_t silent;                 /* bit k: router k (1 …) sends no ICMP errors */
	const char *observer;            /* attributes of the observer, such as "rst-delay=300ms"; NULL: none */
	const char *routers;             /* attributes of all routers */
	const char *target;              /* attributes of the target, such as "tcp-open=443"; NULL: none */
	const char *links;               /* attributes of all links, such as "jitter=1ms loss=1%" */
	const char *more;                /* further lines: filters, routes, other attributes */
};

/* Appends the .net text of a chain. */
void sn_net_chain_text(const struct sn_net_chain *chain, struct sn_buf *out);
/* The address at which hop k of a chain answers (k = hops: the target), k = 0: the observer. family 4 or 6. */
struct sonde_addr sn_net_hop_addr(unsigned k, uint8_t family);
/* Round trip to hop k of a chain without jitter. */
sonde_ns sn_net_rtt_ns(const struct sn_net_chain *chain, unsigned k);

#endif
