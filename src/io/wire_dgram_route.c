/* SPDX-License-Identifier: MIT */
/* Where unprivileged packets leave from: the kernel's own answer, since its sockets will do the sending, and a held source port. */
#include "io/program.h"
#include "io/wire_dgram.h"

#include "base/addr.h"
#include "io/route.h"
#include "io/sockaddr.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool same_bytes(const struct sonde_addr *a, const struct sonde_addr *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

struct sn_dgram_wish sn_dgram_way(const struct sn_wire_dgram *w, const struct sonde_addr *src, const struct sonde_addr *dst)
{
	for (size_t i = 0; i < w->way_count; i++)
		if (same_bytes(&w->ways[i].src, src) && same_bytes(&w->ways[i].dst, dst))
			return w->ways[i];
	struct sn_dgram_wish wish = w->wish;
	wish.src = *src;
	wish.dst = *dst;
	return wish;
}

/* Packets carry neither scope nor device nor mark: what differs from the wire's own is remembered by their addresses. */
static int remember_way(struct sn_wire_dgram *w, const struct sn_way *way, const struct sonde_route_ask *ask)
{
	bool device = ask->device && ask->device[0];
	if (!device && !ask->mark && !way->src.scope_id && !ask->dst.scope_id)
		return 0;
	struct sn_dgram_wish wish = sn_dgram_way(w, &way->src, &ask->dst);
	wish.src = way->src;
	wish.dst = ask->dst;
	if (device)
		snprintf(wish.device, sizeof wish.device, "%s", ask->device);
	if (ask->mark)
		wish.mark = ask->mark;
	for (size_t i = 0; i < w->way_count; i++) {
		if (same_bytes(&w->ways[i].src, &wish.src) && same_bytes(&w->ways[i].dst, &wish.dst)) {
			w->ways[i] = wish;
			return 0;
		}
	}
	if (w->way_count == w->way_capacity) {
		size_t capacity = w->way_capacity ? w->way_capacity * 2 : 4;
		struct sn_dgram_wish *ways = realloc(w->ways, capacity * sizeof *ways);
		if (!ways)
			return SONDE_E_NOMEM;
		w->ways = ways;
		w->way_capacity = capacity;
	}
	w->ways[w->way_count++] = wish;
	return 0;
}

/* The held port's own socket must allow the flow's sockets beside it. They are ours alone: the kernel asks for the same user. */
static int share_port(const struct sn_wire_dgram *w, uint8_t protocol, uint16_t port, struct sonde_error *err)
{
	int yes = 1;
	for (size_t i = 0; i < w->holds.count; i++) {
		const struct sn_hold *hold = &w->holds.items[i];
		if (hold->port == port && hold->protocol == protocol &&
			setsockopt(hold->fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) != 0)
			return sonde_fail(err, SONDE_E_WIRE, errno, "sharing the source port %u", port);
	}
	return 0;
}

static int hold(struct sn_wire_dgram *w, const struct sn_way *way, const struct sonde_route_ask *ask, struct sonde_route *out,
                struct sonde_error *err)
{
	if (ask->protocol == IPPROTO_TCP && ask->sport)
		return sonde_fail(err, SONDE_E_UNSUPPORTED, 0, "TCP from source port %u: unprivileged probes leave from a new port each",
		                  ask->sport);
	struct sn_hold_ask wanted = {.src = way->src, .protocol = ask->protocol, .port = ask->sport, .vrf = way->vrf};
	int code = sn_holds_add(&w->holds, &wanted, &out->sport, err);
	return code || !sn_dgram_is_udp(ask->protocol) ? code : share_port(w, ask->protocol, out->sport, err);
}

static int check_ping(const struct sonde_route_ask *ask, struct sonde_error *err)
{
	bool icmp = ask->protocol == IPPROTO_ICMP || ask->protocol == IPPROTO_ICMPV6;
	if (!icmp || sn_wire_dgram_can_ping(ask->dst.family))
		return 0;
	char path[SN_PROGRAM_PATH_BYTES];
	sonde_fail(err, SONDE_E_PRIVILEGE, EACCES, "ICMP without privilege: net.ipv4.ping_group_range leaves this user out");
	return sonde_hint(err, SONDE_E_PRIVILEGE,
	                  "use -U, or 'sudo sysctl net.ipv4.ping_group_range=\"0 2147483647\"', or 'sudo setcap cap_net_raw+p %s'",
	                  sn_program_path(path));
}

/* A kernel may be built without UDP-Lite. */
static bool has_udplite(uint8_t family)
{
	int fd = socket(sn_sockaddr_domain(family), SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDPLITE);
	if (fd >= 0)
		close(fd);
	return fd >= 0 || errno != EPROTONOSUPPORT;
}

/* Bare ACKs, other protocols and other ICMP: what no ordinary socket sends. */
static int check_sockets(const struct sonde_route_ask *ask, struct sonde_error *err)
{
	bool no_udplite = ask->protocol == IPPROTO_UDPLITE && !has_udplite(ask->dst.family);
	const char *method = no_udplite ? "udplite" : ask->raw_method;
	if (!method)
		return 0;
	char path[SN_PROGRAM_PATH_BYTES];
	sonde_fail(err, SONDE_E_PRIVILEGE, no_udplite ? EPROTONOSUPPORT : EACCES, "method %s without privilege: %s", method,
	           no_udplite ? "this kernel has no UDP-Lite sockets" : "no ordinary socket sends such packets");
	return sonde_hint(err, SONDE_E_PRIVILEGE, "use --wire raw: 'sudo setcap cap_net_raw+p %s' permits it", sn_program_path(path));
}

/* A connection attempt is the kernel's own packet. */
static int check_size(const struct sonde_route_ask *ask, struct sonde_error *err)
{
	if (ask->protocol != IPPROTO_TCP || !ask->size_bytes)
		return 0;
	int code = sonde_fail(err, SONDE_E_UNSUPPORTED, 0, "TCP probes of %u bytes: without privilege a SYN carries no payload",
	                      (unsigned)ask->size_bytes);
	if (err)
		snprintf(err->hint, sizeof err->hint, "leave --size out, or use --wire raw, which can");
	return code;
}

/* Stream sockets keep ECN to themselves (ip(7), IP_TOS), and all of a SYN but its addresses. */
static int check_crafted(const struct sonde_route_ask *ask, struct sonde_error *err)
{
	if (!ask->crafted)
		return 0;
	sonde_fail(err, SONDE_E_UNSUPPORTED, 0, "TCP probes with %s: without privilege the kernel writes a SYN itself", ask->crafted);
	return sonde_hint(err, SONDE_E_UNSUPPORTED, "leave it out, or use --wire raw, which can");
}

static int route_once(struct sn_wire_dgram *w, const struct sonde_route_ask *ask, struct sonde_route *out, struct sonde_error *err)
{
	struct sn_way way;
	*out = (struct sonde_route){0};
	int code = check_sockets(ask, err);
	if (!code)
		code = check_ping(ask, err);
	if (!code)
		code = check_size(ask, err);
	if (!code)
		code = check_crafted(ask, err);
	if (!code)
		code = sn_way_find(w->netlink_fd, ask, w->wish.device, &way, err);
	if (code)
		return code;
	sn_way_tell(&way, out);
	code = remember_way(w, &way, ask);
	if (code)
		return sonde_fail(err, code, ENOMEM, "remembering a route");
	return ask->hold_port ? hold(w, &way, ask, out, err) : 0;
}

/* Flows of traces that have ended keep their sockets as long as late answers may come, but not where a new trace needs one. */
int sn_dgram_route(struct sonde_wire *wire, const struct sonde_route_ask *ask, struct sonde_route *out, struct sonde_error *err)
{
	struct sn_wire_dgram *w = (struct sn_wire_dgram *)wire;
	int code = route_once(w, ask, out, err);
	while (code == SONDE_E_FDS && sn_dgram_pool_recycle(w, sn_dgram_now()))
		code = route_once(w, ask, out, err);
	return code;
}
