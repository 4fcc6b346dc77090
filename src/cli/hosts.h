/* SPDX-License-Identifier: MIT */
/* Names of hosts to addresses, by a process that asks the system's resolver: what it reads, loads and opens is no longer allowed to the
 * program by then. */
#ifndef SN_CLI_HOSTS_H
#define SN_CLI_HOSTS_H

#include "io/helper.h"

#include <sonde/base.h>

enum { SN_HOST_ADDRS_MAX = 256, SN_HOST_NAME_BYTES = 1024 };

/* {0} is one that was not started. */
struct sn_hosts {
	struct sn_helper helper;
};

/* What a name stands for, in the order of RFC 6724. */
struct sn_host_found {
	struct sonde_addr addrs[SN_HOST_ADDRS_MAX];
	size_t count;
	int failure;    /* EAI_… of getaddrinfo(3), 0: none */
	int sys_errno;  /* … with EAI_SYSTEM */
};

/* Starts the process. lock: as of struct sn_helper_cfg. SONDE_E_FDS, _INTERNAL. */
int sn_hosts_start(struct sn_hosts *hosts, int (*lock)(struct sonde_error *err), struct sonde_error *err) SONDE_MUST_USE;
/* Waits for the answer. family 0: any. */
void sn_hosts_ask(struct sn_hosts *hosts, const char *host, uint8_t family, struct sn_host_found *out);
void sn_hosts_finish(struct sn_hosts *hosts);

/* False: neither IPv4 nor IPv6. An IPv4-mapped address (RFC 4291 section 2.5.5.2) is traced as what it stands for. */
struct sockaddr;
bool sn_host_addr(const struct sockaddr *address, struct sonde_addr *out);

#endif
