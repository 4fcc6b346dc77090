/* SPDX-License-Identifier: MIT */
/* Holding source ports. A UDP port is bound so that the kernel sends no port-unreachable for a service's answer, with a filter that
 * drops everything so that nothing piles up. A TCP port is bound but does not listen, so that the kernel itself answers a SYN-ACK with
 * a RST: half-open connections of ours are closed by it and never by us. */
#include "io/hold.h"

#include "io/bpf.h"
#include "io/sockaddr.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What holds a port. The kernel may have no sockets of the protocol, and to open one may load a module: then a UDP port of the same number
 * stands for it, so that two programs of ours never take the same. */
struct stand_in {
	uint8_t protocol;
	int type, socket_protocol;
	const char *name;
};

static const struct stand_in stand_ins[] = {
	{IPPROTO_TCP, SOCK_STREAM, IPPROTO_TCP, "TCP"},
	{IPPROTO_UDP, SOCK_DGRAM, IPPROTO_UDP, "UDP"},
	{IPPROTO_UDPLITE, SOCK_DGRAM, IPPROTO_UDPLITE, "UDP-Lite"},
	{0, SOCK_DGRAM, IPPROTO_UDP, "UDP"}, /* any other, and what the kernel has not */
};

static const struct stand_in *stand_in_of(uint8_t protocol)
{
	const struct stand_in *s = stand_ins;
	while (s->protocol && s->protocol != protocol)
		s++;
	return s;
}

static int fail_bind(const struct sn_hold_ask *ask, int sys_errno, struct sonde_error *err)
{
	char text[SONDE_ADDR_TEXT];
	const char *protocol = stand_in_of(ask->protocol)->name;
	const char *hint = NULL;
	int code = sn_socket_error_code(sys_errno);
	if (sys_errno == EADDRINUSE && ask->port) {
		sonde_fail(err, code, sys_errno, "%s source port %u is in use on this machine", protocol, ask->port);
		hint = "choose another --sport, or leave it out";
	} else if (sys_errno == EADDRINUSE) {
		sonde_fail(err, code, sys_errno, "no %s source port is free on this machine", protocol);
		hint = "widen 'sysctl net.ipv4.ip_local_port_range' or trace fewer hosts at once";
	} else if (sys_errno == EACCES) {
		sonde_fail(err, code, sys_errno, "%s source port %u may not be used without privilege", protocol, ask->port);
		hint = "choose a --sport from 1024 up";
	} else {
		sonde_fail(err, code, sys_errno, "cannot hold a %s source port on %s", protocol, sonde_addr_text(&ask->src, text));
	}
	return hint ? sonde_hint(err, code, "%s", hint) : code;
}

/* 0 or an errno. */
static int prepare(int fd, const struct sn_hold_ask *ask)
{
	if (ask->vrf && ask->vrf[0] && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, ask->vrf, (socklen_t)strlen(ask->vrf) + 1) != 0)
		return errno;
	struct sn_bpf nothing;
	sn_bpf_ports(ask->src.family, ask->protocol, NULL, 0, &(struct sn_bpf_lane){0}, &nothing);
	int sys_errno = ask->protocol != IPPROTO_TCP ? sn_bpf_attach(fd, &nothing) : 0;
	if (sys_errno != 0)
		return sys_errno;
	struct sockaddr_storage name;
	socklen_t name_bytes = sn_sockaddr_write(&ask->src, ask->port, &name);
	return bind(fd, (struct sockaddr *)&name, name_bytes) != 0 ? errno : 0;
}

static int open_socket(const struct stand_in *s, uint8_t family)
{
	return socket(sn_sockaddr_domain(family), s->type | SOCK_CLOEXEC | SOCK_NONBLOCK, s->socket_protocol);
}

static int open_hold(const struct sn_hold_ask *ask, struct sn_hold *out, struct sonde_error *err)
{
	int fd = open_socket(stand_in_of(ask->protocol), ask->src.family);
	if (fd < 0 && errno == EPROTONOSUPPORT)
		fd = open_socket(stand_in_of(0), ask->src.family);
	if (fd < 0)
		return fail_bind(ask, errno, err);
	int sys_errno = prepare(fd, ask);
	struct sockaddr_storage name = {0};
	socklen_t name_bytes = sizeof name;
	if (sys_errno == 0 && getsockname(fd, (struct sockaddr *)&name, &name_bytes) != 0)
		sys_errno = errno;
	if (sys_errno != 0) {
		close(fd);
		return fail_bind(ask, sys_errno, err);
	}
	struct sonde_addr bound;
	*out = (struct sn_hold){.src = ask->src, .protocol = ask->protocol, .fd = fd};
	(void)sn_sockaddr_read(&name, &bound, &out->port);
	return 0;
}

static const struct sn_hold *find(const struct sn_holds *holds, const struct sn_hold_ask *ask)
{
	for (size_t i = 0; ask->port && i < holds->count; i++) {
		const struct sn_hold *hold = &holds->items[i];
		if (hold->port == ask->port && hold->protocol == ask->protocol && sonde_addr_equal(&hold->src, &ask->src))
			return hold;
	}
	return NULL;
}

static bool grow(struct sn_holds *holds)
{
	if (holds->count < holds->capacity)
		return true;
	size_t capacity = holds->capacity ? holds->capacity * 2 : 8;
	struct sn_hold *items = realloc(holds->items, capacity * sizeof *items);
	if (!items)
		return false;
	holds->items = items;
	holds->capacity = capacity;
	return true;
}

int sn_holds_add(struct sn_holds *holds, const struct sn_hold_ask *ask, uint16_t *port, struct sonde_error *err)
{
	const struct sn_hold *held = find(holds, ask);
	if (!held) {
		if (!grow(holds))
			return sonde_fail(err, SONDE_E_NOMEM, ENOMEM, "holding a source port");
		struct sn_hold *fresh = &holds->items[holds->count];
		int code = open_hold(ask, fresh, err);
		if (code != 0)
			return code;
		holds->count++;
		held = fresh;
	}
	*port = held->port;
	return 0;
}

void sn_holds_finish(struct sn_holds *holds)
{
	for (size_t i = 0; i < holds->count; i++)
		close(holds->items[i].fd);
	free(holds->items);
	*holds = (struct sn_holds){0};
}
