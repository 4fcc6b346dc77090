/* SPDX-License-Identifier: MIT */
/* Holding source ports. A UDP port is bound so that the kernel sends no port-unreachable for a service's answer, with a filter that
 * drops everything so that nothing piles up. A TCP port is bound but does not listen, so that the kernel itself answers a SYN-ACK with
 * a RST: half-open connections of ours are closed by it and never by us. */
#include "io/hold.h"

#include "io/bpf.h"
#include "io/sockaddr.h"

#include <errno.h>
#include <ifaddrs.h>
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
	const int alone = 1;
	if (ask->src.family == 6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &alone, sizeof alone) != 0)
		return errno;
	struct sockaddr_storage name;
	socklen_t name_bytes = sn_sockaddr_write(&ask->src, ask->port, &name);
	return bind(fd, (struct sockaddr *)&name, name_bytes) != 0 ? errno : 0;
}

static int open_socket(const struct stand_in *s, uint8_t family)
{
	return socket(sn_sockaddr_domain(family), s->type | SOCK_CLOEXEC | SOCK_NONBLOCK, s->socket_protocol);
}

/* 0 or an errno. */
static int open_hold(const struct sn_hold_ask *ask, struct sn_hold *out)
{
	*out = (struct sn_hold){.src = ask->src, .protocol = ask->protocol, .port = ask->port, .fd = -1};
	int fd = open_socket(stand_in_of(ask->protocol), ask->src.family);
	if (fd < 0 && errno == EPROTONOSUPPORT)
		fd = open_socket(stand_in_of(0), ask->src.family);
	if (fd < 0)
		return errno;
	int sys_errno = prepare(fd, ask);
	struct sockaddr_storage name = {0};
	socklen_t name_bytes = sizeof name;
	if (sys_errno == 0 && getsockname(fd, (struct sockaddr *)&name, &name_bytes) != 0)
		sys_errno = errno;
	if (sys_errno != 0) {
		close(fd);
		return sys_errno;
	}
	struct sonde_addr bound;
	out->fd = fd;
	(void)sn_sockaddr_read(&name, &bound, &out->port);
	return 0;
}

static bool is_for(const struct sn_hold *hold, const struct sn_hold_ask *ask)
{
	const struct sonde_addr any = {.family = hold->src.family};
	return hold->protocol == ask->protocol && (sonde_addr_equal(&hold->src, &ask->src) ||
	                                           (ask->src.family == hold->src.family && sonde_addr_equal(&hold->src, &any)));
}

static const struct sn_hold *find(const struct sn_holds *holds, const struct sn_hold_ask *ask)
{
	for (size_t i = 0; ask->port && i < holds->count; i++) {
		const struct sn_hold *hold = &holds->items[i];
		if (hold->port == ask->port && hold->fd >= 0 && is_for(hold, ask))
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
		int sys_errno = open_hold(ask, fresh);
		if (sys_errno != 0)
			return fail_bind(ask, sys_errno, err);
		holds->count++;
		held = fresh;
	}
	*port = held->port;
	return 0;
}

/* ---- ahead ---- */

/* 0 or an errno; what came of it stands in the list. */
static int reserve_one(struct sn_holds *holds, const struct sn_hold_ask *ask)
{
	if (!grow(holds))
		return ENOMEM;
	struct sn_hold *hold = &holds->items[holds->count++];
	int sys_errno = open_hold(ask, hold);
	hold->sys_errno = sys_errno;
	hold->wanted = ask->port != 0;
	return sys_errno;
}

/* A service of this machine may have the port on one address, as a name server has 53 on 127.0.0.53. */
static void reserve_on_each(struct sn_holds *holds, const struct sn_hold_ask *ask)
{
	struct ifaddrs *list = NULL;
	struct sn_hold_ask one = *ask;
	uint16_t port;
	if (getifaddrs(&list) != 0)
		return;
	for (const struct ifaddrs *at = list; at; at = at->ifa_next) {
		struct sockaddr_storage name = {0};
		if (!at->ifa_addr || at->ifa_addr->sa_family != sn_sockaddr_domain(ask->src.family))
			continue;
		memcpy(&name, at->ifa_addr, ask->src.family == 4 ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
		if (sn_sockaddr_read(&name, &one.src, &port))
			(void)reserve_one(holds, &one); /* what is not held here is told of to who asks for it */
	}
	freeifaddrs(list);
}

int sn_holds_reserve(struct sn_holds *holds, const struct sn_hold_ask *ask, struct sonde_error *err)
{
	struct sn_hold_ask any = *ask;
	any.src = (struct sonde_addr){.family = ask->src.family};
	int sys_errno = reserve_one(holds, &any);
	if (sys_errno == EADDRINUSE && ask->port)
		reserve_on_each(holds, &any);
	bool fatal = sys_errno == ENOMEM || sys_errno == EMFILE || sys_errno == ENFILE;
	return fatal ? fail_bind(&any, sys_errno, err) : SONDE_OK;
}

/* Those that are not held come last. */
static bool is_better(const struct sn_hold *hold, const struct sn_hold *best)
{
	if (!best || (hold->fd >= 0) != (best->fd >= 0))
		return !best || hold->fd >= 0;
	return hold->taken_count < best->taken_count;
}

int sn_holds_take(struct sn_holds *holds, const struct sn_hold_ask *ask, uint16_t *port, struct sonde_error *err)
{
	struct sn_hold *best = NULL;
	for (size_t i = 0; i < holds->count; i++) {
		struct sn_hold *hold = &holds->items[i];
		bool suits = ask->port ? hold->port == ask->port : !hold->wanted;
		if (suits && is_for(hold, ask) && is_better(hold, best))
			best = hold;
	}
	if (!best || best->fd < 0)
		return fail_bind(ask, best ? best->sys_errno : EADDRNOTAVAIL, err);
	best->taken_count++;
	*port = best->port;
	return SONDE_OK;
}

void sn_holds_finish(struct sn_holds *holds)
{
	for (size_t i = 0; i < holds->count; i++)
		if (holds->items[i].fd >= 0)
			close(holds->items[i].fd);
	free(holds->items);
	*holds = (struct sn_holds){0};
}
