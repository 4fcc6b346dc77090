/* SPDX-License-Identifier: MIT */
/* Sending on the raw wire, and finding the way probes go: the way an application's packets would. The kernel routes a header-included
 * packet without reading its ports, so that a rule such as `ip rule ipproto tcp dport 443` passes it by. Where that matters the packet
 * takes a detour: it is handed over with the device and the next hop that the rule leads to. */
#include "io/wire_raw.h"

#include "io/sockaddr.h"
#include "packet/fragment.h"
#include "packet/transport.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* The source goes along for rules of the kind `ip rule from ADDRESS`; ifindex 0 leaves the device to the kernel. */
static void put_pktinfo(struct msghdr *message, const struct sonde_addr *src, uint32_t ifindex)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(message);
	if (src->family == 4) {
		struct in_pktinfo info = {.ipi_ifindex = (int)ifindex};
		memcpy(&info.ipi_spec_dst, src->bytes, sizeof info.ipi_spec_dst);
		*control = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof info), .cmsg_level = IPPROTO_IP, .cmsg_type = IP_PKTINFO};
		memcpy(CMSG_DATA(control), &info, sizeof info);
		message->msg_controllen = CMSG_SPACE(sizeof info);
	} else {
		struct in6_pktinfo info = {.ipi6_ifindex = ifindex};
		memcpy(&info.ipi6_addr, src->bytes, sizeof info.ipi6_addr);
		*control = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof info), .cmsg_level = IPPROTO_IPV6, .cmsg_type = IPV6_PKTINFO};
		memcpy(CMSG_DATA(control), &info, sizeof info);
		message->msg_controllen = CMSG_SPACE(sizeof info);
	}
}

/* 0 or an errno. The address the socket call gets is only where the kernel routes to; the packet's own destination stays in its header. */
static int transmit(int fd, const struct sn_writer *packet, const struct sonde_addr *src, const struct sonde_addr *to, uint32_t ifindex)
{
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(struct in6_pktinfo))] = {0};
	struct sockaddr_storage name;
	struct iovec data = {.iov_base = packet->bytes, .iov_len = packet->at_bytes};
	struct msghdr message = {
		.msg_name = &name,
		.msg_namelen = sn_sockaddr_write(to, 0, &name),
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof control,
	};
	put_pktinfo(&message, src, ifindex);
	return sendmsg(fd, &message, 0) < 0 ? errno : 0;
}

static struct sn_raw_detour *find_detour(struct sn_wire_raw *raw, const struct sn_raw_flow *flow)
{
	for (size_t i = 0; i < raw->detour_count; i++) {
		const struct sn_raw_flow *f = &raw->detours[i].flow;
		if (f->protocol == flow->protocol && f->sport == flow->sport && sonde_addr_equal(&f->dst, &flow->dst) &&
		    sonde_addr_equal(&f->src, &flow->src))
			return &raw->detours[i];
	}
	return NULL;
}

/* A piece, or the whole. Of the pieces only the first is known again: it alone is quoted, and its stamp is the probe's. */
static int send_piece(struct sn_wire_raw *raw, const struct sonde_tx *tx, size_t nth, const struct sonde_addr *src,
                      const struct sonde_addr *to, uint32_t ifindex)
{
	struct sn_raw_sender *sender = &raw->senders[src->family == 6];
	struct sn_writer piece;
	sn_writer_init(&piece, raw->piece, sizeof raw->piece);
	sn_fragment_write(tx->bytes, tx->length_bytes, tx->piece_bytes, nth, &piece);
	if (piece.bad)
		return EMSGSIZE;
	int sys_errno = transmit(sender->fd, &piece, src, to, ifindex);
	if (sys_errno == 0 && nth == 0)
		sn_raw_sent_put(&raw->sent, piece.bytes, piece.at_bytes, tx->token);
	else if (sys_errno == EMSGSIZE)
		sender->told_count++; /* the kernel puts this one into the error queue as well */
	return sys_errno;
}

static sonde_at_ns mono_now(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (sonde_at_ns)ts.tv_sec * SONDE_S + ts.tv_nsec;
}

int sn_raw_send(struct sonde_wire *wire, const struct sonde_tx *tx, sonde_at_ns *sent_at_ns)
{
	struct sn_wire_raw *raw = (struct sn_wire_raw *)wire;
	struct sn_ip ip;
	*sent_at_ns = mono_now();
	if (!sn_raw_ip_read(tx->bytes, tx->length_bytes, &ip))
		return EINVAL;
	if (raw->senders[ip.version == 6].fd < 0)
		return EAFNOSUPPORT;
	struct sn_raw_flow flow = {
		.src = ip.src, .dst = ip.dst, .protocol = ip.protocol, .sport = sn_raw_sport(&ip, tx->bytes, tx->length_bytes)};
	const struct sn_raw_detour *detour = find_detour(raw, &flow);
	struct sonde_addr to = detour && detour->next_hop.family ? detour->next_hop : ip.dst;
	uint32_t ifindex = detour ? detour->ifindex : 0;
	to.scope_id = ifindex;
	/* The earliest instant it can have left: an answer may be here before the call returns. */
	*sent_at_ns = mono_now();
	size_t count = sn_fragment_count(ip.version, tx->length_bytes, tx->piece_bytes);
	int sys_errno = count ? 0 : EMSGSIZE;
	for (size_t nth = 0; nth < count && sys_errno == 0; nth++)
		sys_errno = send_piece(raw, tx, nth, &ip.src, &to, ifindex);
	return sys_errno;
}

static bool same_way(const struct sn_route_reply *a, const struct sn_route_reply *b)
{
	return a->ifindex == b->ifindex && a->gateway.family == b->gateway.family && sonde_addr_equal(&a->gateway, &b->gateway);
}

static int add_detour(struct sn_wire_raw *raw, const struct sn_raw_detour *detour, struct sonde_error *err)
{
	struct sn_raw_detour *known = find_detour(raw, &detour->flow);
	if (known) {
		*known = *detour;
		return 0;
	}
	struct sn_raw_detour *grown = realloc(raw->detours, (raw->detour_count + 1) * sizeof *grown);
	if (!grown)
		return sonde_fail(err, SONDE_E_NOMEM, ENOMEM, "remembering a route");
	grown[raw->detour_count++] = *detour;
	raw->detours = grown;
	return 0;
}

/* Whether a header-included packet would leave as the application's do, asked of the kernel; where not, makes it. */
static int follow(struct sn_wire_raw *raw, const struct sn_way *way, struct sonde_route *out, struct sonde_error *err)
{
	struct sn_route_query bare = way->query;
	struct sn_route_reply reply;
	bare.protocol = 0;
	out->policy_routed = sn_route_lookup(raw->netlink_fd, &bare, &reply) != 0 || !same_way(&reply, &way->reply);
	out->rebound = false;
	if (!out->policy_routed && bare.ifindex == raw->device_ifindex)
		return 0;
	struct sn_raw_detour detour = {
		.flow = {.src = way->src, .dst = way->query.dst, .protocol = way->query.protocol, .sport = out->sport},
		.ifindex = way->reply.ifindex,
	};
	bare.ifindex = way->reply.ifindex;
	bool device_is_enough = sn_route_lookup(raw->netlink_fd, &bare, &reply) == 0 && same_way(&reply, &way->reply);
	if (!device_is_enough && way->reply.gateway.family == way->query.dst.family) {
		detour.next_hop = way->reply.gateway;
		device_is_enough = true;
	}
	out->rebound = out->policy_routed && device_is_enough;
	return add_detour(raw, &detour, err);
}

static int hold_port(struct sn_wire_raw *raw, const struct sonde_route_ask *ask, struct sn_way *way, struct sonde_route *out,
		     struct sonde_error *err)
{
	struct sn_hold_ask hold = {.src = way->src, .protocol = ask->protocol, .port = ask->sport, .vrf = way->vrf};
	int code = sn_holds_take(&raw->holds, &hold, &out->sport, err);
	if (code != 0)
		return code;
	if (out->sport == ask->sport)
		return 0;
	/* Rules may look at the source port, which is known only now; the source stays what it is. */
	struct sonde_route_ask again = *ask;
	again.src = way->src;
	again.sport = out->sport;
	return sn_way_find(raw->netlink_fd, &again, raw->device, way, err);
}

/* Answers of ICMP always come; those to a port need a receiver of their own. */
static int check_open(const struct sn_wire_raw *raw, const struct sonde_route_ask *ask, struct sonde_error *err)
{
	if (raw->senders[ask->dst.family == 6].fd < 0)
		return sonde_fail(err, SONDE_E_FAMILY, EAFNOSUPPORT, "the raw wire is not open for IPv%u", ask->dst.family);
	bool heard = !sn_has_ports(ask->protocol);
	for (size_t i = 0; !heard && i < raw->receiver_count; i++)
		heard = raw->receivers[i].family == ask->dst.family && raw->receivers[i].protocol == ask->protocol;
	if (!heard)
		return sonde_fail(err, SONDE_E_INTERNAL, 0, "the raw wire was not opened for IP protocol %u", ask->protocol);
	return 0;
}

int sn_raw_route(struct sonde_wire *wire, const struct sonde_route_ask *ask, struct sonde_route *out, struct sonde_error *err)
{
	struct sn_wire_raw *raw = (struct sn_wire_raw *)wire;
	struct sn_way way;
	*out = (struct sonde_route){0};
	if (ask->mark != raw->mark)
		return sonde_fail(err, SONDE_E_UNSUPPORTED, 0, "mark %u: the sockets carry mark %u",
				  (unsigned)ask->mark, (unsigned)raw->mark);
	int code = sn_way_find(raw->netlink_fd, ask, raw->device, &way, err);
	if (code == 0)
		code = check_open(raw, ask, err);
	if (code == 0 && ask->hold_port)
		code = hold_port(raw, ask, &way, out, err);
	if (code != 0)
		return code;
	sn_way_tell(&way, out);
	return follow(raw, &way, out, err);
}
