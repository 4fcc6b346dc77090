/* SPDX-License-Identifier: MIT */
/* Asking the kernel for routes and links, and saying in words why there is none. All goes over one netlink socket, which was opened while
 * that was still allowed. */
#include "io/route.h"

#include "base/addr.h"
#include "io/sockaddr.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { QUESTION_BYTES = 256, ANSWER_BYTES = 16384, SEQUENCE = 1, STALE_MOST = 64 };
enum { IP_PACKET_MAX_BYTES = 65535 }; /* the loopback device's MTU is larger than any length field (RFC 791 section 3.1) */

int sn_netlink_open(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	return fd < 0 ? sn_socket_error_code(errno) : fd;
}

/* Sends a question and reads its one answer. The length of the answer, or a negative enum sonde_err. The kernel answers within send(),
 * or, of a device without a queue, not at all: nothing is waited for. */
static int talk(int fd, const uint8_t *question, size_t question_bytes, uint8_t *answer, size_t capacity_bytes)
{
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	ssize_t got = -1;
	/* The kernel answers while it is asked: what waits from before is an answer to nobody's question any more. */
	for (int i = 0; i < STALE_MOST && recv(fd, answer, capacity_bytes, MSG_TRUNC | MSG_DONTWAIT) >= 0; i++)
		continue;
	if (question_bytes && sendto(fd, question, question_bytes, 0, (struct sockaddr *)&kernel, sizeof kernel) >= 0)
		got = recv(fd, answer, capacity_bytes, MSG_TRUNC | MSG_DONTWAIT);
	if (got < 0)
		return SONDE_E_WIRE;
	return (size_t)got <= capacity_bytes ? (int)got : SONDE_E_FORMAT;
}

int sn_route_lookup(int netlink_fd, const struct sn_route_query *query, struct sn_route_reply *out)
{
	uint8_t question[QUESTION_BYTES], answer[ANSWER_BYTES];
	size_t question_bytes = sn_route_query_write(query, SEQUENCE, question, sizeof question);
	int got = talk(netlink_fd, question, question_bytes, answer, sizeof answer);
	int result = got < 0 ? got : sn_route_reply_parse(answer, (size_t)got, out);
	/* What is ours goes by the loopback device; but a link-local address can only be named, and bound, on its own link. */
	if (result == 0 && out->type == RTN_LOCAL && query->dst.scope_id)
		out->ifindex = query->dst.scope_id;
	return result;
}

int sn_link_lookup(int netlink_fd, const char *name, uint32_t ifindex, struct sn_link *out)
{
	if (!ifindex && strlen(name) >= SN_DEVICE_NAME_BYTES)
		return ENODEV;
	uint8_t question[QUESTION_BYTES], answer[ANSWER_BYTES];
	size_t question_bytes = sn_link_query_write(name, ifindex, SEQUENCE, question, sizeof question);
	int got = talk(netlink_fd, question, question_bytes, answer, sizeof answer);
	return got < 0 ? got : sn_link_reply_parse(answer, (size_t)got, out);
}

int sn_queue_lookup(int netlink_fd, uint32_t ifindex, struct sn_queue *out)
{
	uint8_t question[QUESTION_BYTES], answer[ANSWER_BYTES];
	size_t question_bytes = sn_queue_query_write(ifindex, SEQUENCE, question, sizeof question);
	int got = talk(netlink_fd, question, question_bytes, answer, sizeof answer);
	return got < 0 ? got : sn_queue_reply_parse(answer, (size_t)got, out);
}

/* What stands there and cannot be asked for counts as off. */
static uint32_t rp_filter_of(int netlink_fd, int ifindex)
{
	uint8_t question[QUESTION_BYTES], answer[ANSWER_BYTES];
	uint32_t rp_filter = 0;
	size_t question_bytes = sn_conf_query_write(ifindex, SEQUENCE, question, sizeof question);
	int got = talk(netlink_fd, question, question_bytes, answer, sizeof answer);
	return got >= 0 && sn_conf_reply_parse(answer, (size_t)got, &rp_filter) == 0 ? rp_filter : 0;
}

/* What the kernel would do with a packet that comes in so: 0 or an errno. */
static int ask_way_in(int netlink_fd, const struct sonde_addr *from, const struct sonde_addr *to, uint32_t ifindex)
{
	uint8_t question[QUESTION_BYTES], answer[ANSWER_BYTES];
	struct sn_route_query query = {.dst = *to, .src = *from, .uid = (uint32_t)geteuid(), .ifindex = ifindex, .incoming = true};
	struct sn_route_reply reply;
	size_t question_bytes = sn_route_query_write(&query, SEQUENCE, question, sizeof question);
	int got = talk(netlink_fd, question, question_bytes, answer, sizeof answer);
	return got < 0 ? got : sn_route_reply_parse(answer, (size_t)got, &reply);
}

void sn_input_check(int netlink_fd, const struct sonde_addr *from, const struct sonde_addr *to, uint32_t ifindex, struct sonde_way_in *out)
{
	uint8_t question[QUESTION_BYTES], answer[ANSWER_BYTES];
	struct sn_link link = {0};
	*out = (struct sonde_way_in){0};
	size_t question_bytes = sn_link_query_write("", ifindex, SEQUENCE, question, sizeof question);
	int got = talk(netlink_fd, question, question_bytes, answer, sizeof answer);
	if (got >= 0 && sn_link_reply_parse(answer, (size_t)got, &link) == 0)
		memcpy(out->device, link.name, sizeof out->device);
	struct sn_queue queue = {0};
	question_bytes = sn_queue_query_write(ifindex, SEQUENCE, question, sizeof question);
	got = talk(netlink_fd, question, question_bytes, answer, sizeof answer);
	if (got >= 0 && sn_queue_reply_parse(answer, (size_t)got, &queue) == 0)
		out->waiting_count = queue.waiting_count;
	/* IPv6 has no such setting. */
	int result = from->family == 4 ? ask_way_in(netlink_fd, from, to, ifindex) : 0;
	out->gone = result == EHOSTUNREACH; /* this machine is no router, and it is not for us */
	/* A source that the check refuses gives EXDEV, since Linux 6.13 EINVAL, as do sources that no packet may have. */
	if ((result != EXDEV && result != EINVAL) || sn_addr_kind(from) != SN_ADDR_UNICAST)
		return;
	uint32_t own = rp_filter_of(netlink_fd, (int)ifindex), all = rp_filter_of(netlink_fd, SN_ALL_DEVICES);
	out->rp_filter = (uint8_t)(own > all ? own : all);
}

/* Whether an address is ours, of the VRF of that index (0: none): packets to it stay here. IPv6 that is switched off has not even its
 * loopback address. */
static bool is_ours(int netlink_fd, const struct sonde_addr *addr, uint32_t vrf_ifindex)
{
	struct sn_route_query query = {.dst = *addr, .uid = (uint32_t)geteuid(), .ifindex = addr->scope_id ? addr->scope_id : vrf_ifindex};
	struct sn_route_reply reply;
	return sn_route_lookup(netlink_fd, &query, &reply) == 0 && reply.type == RTN_LOCAL;
}

static bool family_absent(int netlink_fd, uint8_t family)
{
	struct sonde_addr loopback = {.family = 6, .bytes = {[15] = 1}};
	return family == 6 && !is_ours(netlink_fd, &loopback, 0);
}

static int fail_route(int netlink_fd, const struct sn_route_query *query, int result, struct sonde_error *err)
{
	char text[SONDE_ADDR_TEXT];
	const char *dst = sonde_addr_text(&query->dst, text);
	if (result < 0)
		return sonde_fail(err, result, result == SONDE_E_FDS ? errno : 0, "asking the kernel for the route to %s", dst);
	switch (result) {
	case EHOSTUNREACH:
		return sonde_fail(err, SONDE_E_ROUTE, result, "a route of type 'unreachable' covers %s", dst);
	case EACCES:
		return sonde_fail(err, SONDE_E_ROUTE, result, "a route of type 'prohibit' covers %s", dst);
	case EINVAL:
		return sonde_fail(err, SONDE_E_ROUTE, result, "a route of type 'blackhole' covers %s", dst);
	case ENODEV:
		return sonde_fail(err, SONDE_E_DEVICE, result, "the route to %s", dst);
	case ENETDOWN:
		return sonde_fail(err, SONDE_E_DOWN, result, "the route to %s", dst);
	default:
		if (family_absent(netlink_fd, query->dst.family) || result == EOPNOTSUPP || result == EAFNOSUPPORT)
			return sonde_fail(err, SONDE_E_FAMILY, result, "IPv%u is off: no way to %s", query->dst.family, dst);
		return sonde_fail(err, SONDE_E_ROUTE, result, "the kernel has no route to %s", dst);
	}
}

/* The wanted device: that of the link-local target, of the question, or of the wire. *index 0: none wanted. */
static int wanted_link(int netlink_fd, const struct sonde_route_ask *ask, const char *device, struct sn_link *out, struct sonde_error *err)
{
	const char *name = ask->device && ask->device[0] ? ask->device : device ? device : "";
	*out = (struct sn_link){0};
	if (!name[0] && !ask->dst.scope_id)
		return 0;
	int result = sn_link_lookup(netlink_fd, name, ask->dst.scope_id, out);
	if (result < 0)
		return sonde_fail(err, result, result == SONDE_E_FDS ? errno : 0, "asking the kernel for the interface");
	if (result > 0 && ask->dst.scope_id)
		return sonde_fail(err, SONDE_E_DEVICE, result, "interface number %u", (unsigned)ask->dst.scope_id);
	if (result > 0)
		return sonde_fail(err, SONDE_E_DEVICE, result, "interface \"%s\"", name);
	if (!out->up)
		return sonde_fail(err, SONDE_E_DOWN, ENETDOWN, "interface \"%s\"", out->name);
	return 0;
}

void sn_link_vrf(int netlink_fd, const struct sn_link *link, char vrf[SN_DEVICE_NAME_BYTES])
{
	struct sn_link master;
	vrf[0] = '\0';
	if (link->is_vrf)
		memcpy(vrf, link->name, SN_DEVICE_NAME_BYTES);
	else if (link->master_ifindex && sn_link_lookup(netlink_fd, "", link->master_ifindex, &master) == 0 && master.is_vrf)
		memcpy(vrf, master.name, SN_DEVICE_NAME_BYTES);
}

static int check_source(int netlink_fd, const struct sonde_addr *src, uint32_t vrf_ifindex, struct sonde_error *err)
{
	char text[SONDE_ADDR_TEXT];
	if (is_ours(netlink_fd, src, vrf_ifindex))
		return 0;
	int code = family_absent(netlink_fd, src->family) ? SONDE_E_FAMILY : SONDE_E_SOURCE;
	return sonde_fail(err, code, EADDRNOTAVAIL, "source address %s", sonde_addr_text(src, text));
}

/* The source an application's packet would carry, and the device it would leave by. */
static int settle(int netlink_fd, struct sn_way *way, struct sonde_error *err)
{
	char text[SONDE_ADDR_TEXT];
	way->src = way->query.src.family ? way->query.src : way->reply.src;
	if (!way->src.family)
		return sonde_fail(err, SONDE_E_SOURCE, EADDRNOTAVAIL, "this machine has no source address towards %s",
				  sonde_addr_text(&way->query.dst, text));
	int result = sn_link_lookup(netlink_fd, "", way->reply.ifindex, &way->link);
	if (result != 0)
		return sonde_fail(err, result < 0 ? result : SONDE_E_DEVICE, result > 0 ? result : 0, "interface number %u",
				  (unsigned)way->reply.ifindex);
	if (way->src.family == 6 && sn_addr_kind(&way->src) == SN_ADDR_LINK_LOCAL)
		way->src.scope_id = way->link.ifindex;
	if (!way->vrf[0])
		sn_link_vrf(netlink_fd, &way->link, way->vrf);
	return 0;
}

/* What the kernel would answer wrongly or with an errno that says nothing. */
static int check_ask(const struct sonde_route_ask *ask, uint32_t ifindex, struct sonde_error *err)
{
	char text[SONDE_ADDR_TEXT];
	if (ask->src.family && ask->src.family != ask->dst.family)
		return sonde_fail(err, SONDE_E_SOURCE, EADDRNOTAVAIL, "the source address is not of the target's family");
	if (ask->dst.family == 6 && sn_addr_kind(&ask->dst) == SN_ADDR_LINK_LOCAL && !ifindex)
		return sonde_fail(err, SONDE_E_ROUTE, 0, "%s is link-local: its interface must be known",
				  sonde_addr_text(&ask->dst, text));
	return 0;
}

/* A broadcast address of a link looks like any other: only the routing table knows. */
static int check_kind(const struct sonde_route_ask *ask, uint8_t type, struct sonde_error *err)
{
	char text[SONDE_ADDR_TEXT];
	const char *kind = type == RTN_BROADCAST ? "broadcast" : type == RTN_MULTICAST ? "multicast" : NULL;
	if (!kind || ask->broadcast)
		return 0;
	int code = sonde_fail(err, SONDE_E_TARGET, 0, "%s is a %s address", sonde_addr_text(&ask->dst, text), kind);
	if (err)
		snprintf(err->hint, sizeof err->hint, "--force traces it all the same");
	return code;
}

int sn_way_find(int netlink_fd, const struct sonde_route_ask *ask, const char *device, struct sn_way *out, struct sonde_error *err)
{
	struct sn_link wanted;
	*out = (struct sn_way){0};
	int code = wanted_link(netlink_fd, ask, device, &wanted, err);
	if (code != 0 || (code = check_ask(ask, wanted.ifindex, err)) != 0)
		return code;
	sn_link_vrf(netlink_fd, &wanted, out->vrf);
	out->query = (struct sn_route_query){
		.dst = ask->dst,
		.src = ask->src,
		.protocol = ask->protocol,
		.sport = ask->sport,
		.dport = ask->dport,
		.mark = ask->mark,
		.uid = (uint32_t)geteuid(),
		.ifindex = wanted.ifindex,
	};
	uint32_t vrf_ifindex = wanted.is_vrf ? wanted.ifindex : out->vrf[0] ? wanted.master_ifindex : 0;
	if (out->query.src.family == 6 && sn_addr_kind(&out->query.src) == SN_ADDR_LINK_LOCAL && !out->query.src.scope_id)
		out->query.src.scope_id = wanted.ifindex;
	if (ask->src.family && (code = check_source(netlink_fd, &out->query.src, vrf_ifindex, err)) != 0)
		return code;
	for (;;) {
		int result = sn_route_lookup(netlink_fd, &out->query, &out->reply);
		code = result != 0 ? fail_route(netlink_fd, &out->query, result, err) : check_kind(ask, out->reply.type, err);
		if (code == 0)
			code = settle(netlink_fd, out, err);
		if (code != 0 || out->query.src.family)
			return code;
		/* As connect() does: the route chose the source, now rules about the source choose the route. */
		out->query.src = out->src;
	}
}

void sn_way_tell(const struct sn_way *way, struct sonde_route *out)
{
	out->src = way->src;
	out->ifindex = way->link.ifindex;
	memcpy(out->device, way->link.name, sizeof out->device);
	uint32_t mtu_bytes = way->reply.mtu_bytes ? way->reply.mtu_bytes : way->link.mtu_bytes;
	out->device_mtu_bytes = way->link.mtu_bytes < IP_PACKET_MAX_BYTES ? way->link.mtu_bytes : IP_PACKET_MAX_BYTES;
	out->mtu_bytes = mtu_bytes < IP_PACKET_MAX_BYTES ? mtu_bytes : IP_PACKET_MAX_BYTES;
}
