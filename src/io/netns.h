/* SPDX-License-Identifier: MIT */
/* A network namespace of one's own, without privilege where need be. */
#ifndef SN_IO_NETNS_H
#define SN_IO_NETNS_H

#include <sonde/base.h>

/* Moves this process into new network and mount namespaces, and first, where it may not otherwise, into a user namespace in which it is
 * root. The loopback device is up, ping sockets are open to all, IPv6 addresses need no probation. The process must have one thread.
 * SONDE_E_PRIVILEGE: this machine does not allow it. */
int sn_netns_enter(struct sonde_error *err) SONDE_MUST_USE;
/* Lets this process's mount namespace see `text` as /etc/hosts. */
int sn_netns_hosts(const char *text, size_t text_bytes, struct sonde_error *err) SONDE_MUST_USE;

#endif
