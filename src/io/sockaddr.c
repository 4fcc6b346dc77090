/* SPDX-License-Identifier: MIT */
/* Between struct sonde_addr and struct sockaddr, and from errno to our codes. */
#include "io/sockaddr.h"

#include "base/addr.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

int sn_sockaddr_domain(uint8_t family)
{
	return family == 4 ? AF_INET : family == 6 ? AF_INET6 : AF_UNSPEC;
}

socklen_t sn_sockaddr_write(const struct sonde_addr *addr, uint16_t port, struct sockaddr_storage *out)
{
	memset(out, 0, sizeof *out);
	if (addr->family == 4) {
		struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(port)};
		memcpy(&sin.sin_addr, addr->bytes, sizeof sin.sin_addr);
		memcpy(out, &sin, sizeof sin);
		return sizeof sin;
	}
	struct sockaddr_in6 sin6 = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_scope_id = addr->scope_id};
	memcpy(&sin6.sin6_addr, addr->bytes, sizeof sin6.sin6_addr);
	memcpy(out, &sin6, sizeof sin6);
	return sizeof sin6;
}

bool sn_sockaddr_read(const struct sockaddr_storage *in, struct sonde_addr *addr, uint16_t *port)
{
	*addr = (struct sonde_addr){0};
	uint16_t port_be16 = 0;
	if (in->ss_family == AF_INET) {
		struct sockaddr_in sin;
		memcpy(&sin, in, sizeof sin);
		addr->family = 4;
		memcpy(addr->bytes, &sin.sin_addr, sizeof sin.sin_addr);
		port_be16 = sin.sin_port;
	} else if (in->ss_family == AF_INET6) {
		struct sockaddr_in6 sin6;
		memcpy(&sin6, in, sizeof sin6);
		addr->family = 6;
		memcpy(addr->bytes, &sin6.sin6_addr, sizeof sin6.sin6_addr);
		if (sn_addr_kind(addr) == SN_ADDR_LINK_LOCAL)
			addr->scope_id = sin6.sin6_scope_id;
		port_be16 = sin6.sin6_port;
	} else {
		return false;
	}
	if (port)
		*port = ntohs(port_be16);
	return true;
}

int sn_socket_error_code(int sys_errno)
{
	switch (sys_errno) {
	case EMFILE:
	case ENFILE:
		return SONDE_E_FDS;
	case ENOMEM:
	case ENOBUFS:
		return SONDE_E_NOMEM;
	case EPERM:
	case EACCES:
		return SONDE_E_PRIVILEGE;
	case EAFNOSUPPORT:
	case EPROTONOSUPPORT:
		return SONDE_E_FAMILY;
	case EADDRNOTAVAIL:
		return SONDE_E_SOURCE;
	case ENODEV:
		return SONDE_E_DEVICE;
	default:
		return SONDE_E_WIRE;
	}
}
