/* SPDX-License-Identifier: MIT */
/* Addresses as the socket calls want them. */
#ifndef SN_IO_SOCKADDR_H
#define SN_IO_SOCKADDR_H

#include <sonde/base.h>

#include <sys/socket.h>

/* AF_INET, AF_INET6, or AF_UNSPEC for no address. */
int sn_sockaddr_domain(uint8_t family);
/* Fills *out and returns its length; port in host order. */
socklen_t sn_sockaddr_write(const struct sonde_addr *addr, uint16_t port, struct sockaddr_storage *out);
/* Reads *in. False: neither IPv4 nor IPv6, *addr is then "no address". scope_id is kept for link-local addresses only. port may be NULL. */
bool sn_sockaddr_read(const struct sockaddr_storage *in, struct sonde_addr *addr, uint16_t *port);
/* The code for an errno of socket(), bind() and setsockopt(). */
int sn_socket_error_code(int sys_errno);

#endif
