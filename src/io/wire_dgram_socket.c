/* SPDX-License-Identifier: MIT */
/* Ordinary sockets: what a whole packet becomes when it may only be asked for. Each refusal is an errno; what is merely nice to have
 * (stamps, the RFC 4884 length, the flow label) may be missing. */
#include "io/wire_dgram.h"

#include "io/sockaddr.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/in6.h>
#include <linux/net_tstamp.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

/* Newer than some C libraries. */
#ifndef IP_RECVERR_RFC4884
#define IP_RECVERR_RFC4884 26
#endif
#ifndef IPV6_RECVERR_RFC4884
#define IPV6_RECVERR_RFC4884 31
#endif

#ifndef IPV6_AUTOFLOWLABEL
#define IPV6_AUTOFLOWLABEL 70
#endif

/* No header of the C library has it. */
#ifndef UDPLITE_SEND_CSCOV
#define UDPLITE_SEND_CSCOV 10
#endif

enum { ID_ATTEMPTS = 16 };
enum { RECEIVE_STAMPS = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE };
enum { SEND_STAMPS = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY };

struct option {
	uint8_t version;  /* 0: both */
	uint8_t protocol; /* 0: all */
	bool needed;
	int level, name, value;
};

static const struct option options[] = {
	{6, 0, true, IPPROTO_IPV6, IPV6_V6ONLY, 1},
	{4, 0, true, IPPROTO_IP, IP_RECVERR, 1},
	/* Who did not mean a broadcast address was told so with the route. */
	{4, 0, true, SOL_SOCKET, SO_BROADCAST, 1},
	{6, 0, true, IPPROTO_IPV6, IPV6_RECVERR, 1},
	{4, 0, false, IPPROTO_IP, IP_RECVERR_RFC4884, 1},
	{6, 0, false, IPPROTO_IPV6, IPV6_RECVERR_RFC4884, 1},
	{4, 0, false, IPPROTO_IP, IP_RECVTTL, 1},
	{6, 0, false, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1},
	{6, 0, false, IPPROTO_IPV6, IPV6_FLOWINFO_SEND, 1},
	{0, 0, false, SOL_SOCKET, SO_RXQ_OVFL, 1},
	/* Least retransmission that there is: one, after 1 s, when the socket is closed already. */
	{0, IPPROTO_TCP, true, IPPROTO_TCP, TCP_SYNCNT, 1},
	{0, IPPROTO_TCP, false, SOL_SOCKET, SO_TIMESTAMPING, RECEIVE_STAMPS},
	/* Ping sockets let others take the same echo id, and with it the answers, unless they are told not to. */
	{0, IPPROTO_ICMP, true, SOL_SOCKET, SO_REUSEADDR, 0},
	{0, IPPROTO_ICMPV6, true, SOL_SOCKET, SO_REUSEADDR, 0},
};

static int set(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof value) == 0 ? 0 : errno;
}

static int set_options(int fd, const struct sn_dgram_packet *packet)
{
	const struct sn_ip *ip = &packet->ip;
	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		const struct option *o = &options[i];
		if ((o->version && o->version != ip->version) || (o->protocol && o->protocol != ip->protocol))
			continue;
		int sys_errno = set(fd, o->level, o->name, o->value);
		if (sys_errno && o->needed)
			return sys_errno;
	}
	/* PROBE: the packet leaves in one piece whatever the path's MTU is thought to be, and too-big answers reach the error queue. From
	 * stream sockets it takes DF away; a SYN is small enough for DO. */
	if (ip->version == 6) {
		(void)set(fd, IPPROTO_IPV6, IPV6_DONTFRAG, !packet->cut);
		/* Else the kernel puts a label of its own in place of none (net.ipv6.auto_flowlabels). */
		if (!ip->flow_label)
			(void)set(fd, IPPROTO_IPV6, IPV6_AUTOFLOWLABEL, 0);
		return set(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, packet->cut ? IPV6_PMTUDISC_DONT : IPV6_PMTUDISC_PROBE);
	}
	int with_df = ip->protocol == SN_PROTO_TCP ? IP_PMTUDISC_DO : IP_PMTUDISC_PROBE;
	return set(fd, IPPROTO_IP, IP_MTU_DISCOVER, ip->df ? with_df : IP_PMTUDISC_DONT);
}

int sn_dgram_socket_wish(int fd, const struct sn_dgram_wish *wish)
{
	if (wish->device[0] && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, wish->device, (socklen_t)strlen(wish->device) + 1) != 0)
		return errno;
	if (wish->mark && setsockopt(fd, SOL_SOCKET, SO_MARK, &wish->mark, sizeof wish->mark) != 0)
		return errno;
	if (wish->receive_buffer_bytes)
		(void)set(fd, SOL_SOCKET, SO_RCVBUF, (int)wish->receive_buffer_bytes);
	return 0;
}

static int bind_to(int fd, const struct sonde_addr *addr, uint16_t port)
{
	struct sockaddr_storage name;
	socklen_t name_bytes = sn_sockaddr_write(addr, port, &name);
	return bind(fd, (struct sockaddr *)&name, name_bytes) == 0 ? 0 : errno;
}

/* Where somebody on the machine has a label for himself, all others must be leased to be used; whoever asks gets one that is nobody's. */
static void lease(int fd, const struct sonde_addr *dst, uint32_t flow_label)
{
	struct in6_flowlabel_req request = {
		.flr_label = htonl(flow_label), .flr_action = IPV6_FL_A_GET, .flr_share = IPV6_FL_S_ANY, .flr_flags = IPV6_FL_F_CREATE};
	memcpy(&request.flr_dst, dst->bytes, sizeof request.flr_dst);
	(void)setsockopt(fd, IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, &request, sizeof request);
}

/* With the flow label, unless that very one is somebody's own: then with the one that the machine chooses for this flow. */
static int connect_to(int fd, const struct sonde_addr *addr, uint16_t port, uint32_t flow_label)
{
	struct sockaddr_storage name;
	socklen_t name_bytes = sn_sockaddr_write(addr, port, &name);
	if (addr->family == 6 && flow_label) {
		struct sockaddr_in6 labelled;
		memcpy(&labelled, &name, sizeof labelled);
		labelled.sin6_flowinfo = htonl(flow_label);
		for (int leased = 0; leased < 2; leased++) {
			if (connect(fd, (struct sockaddr *)&labelled, sizeof labelled) == 0)
				return 0;
			if (errno != EINVAL && errno != ENOENT)
				return errno;
			lease(fd, addr, flow_label);
		}
	}
	return connect(fd, (struct sockaddr *)&name, name_bytes) == 0 ? 0 : errno;
}

static int open_udp(const struct sn_dgram_wish *wish, const struct sn_dgram_packet *packet, struct sn_dgram_socket *s)
{
	uint16_t port = s->own_port ? 0 : packet->sport;
	/* The held port is shared with its other flows (udp-classic: one for each destination port). A port the kernel chooses is not. */
	int sys_errno = port ? set(s->fd, SOL_SOCKET, SO_REUSEPORT, 1) : 0;
	if (!sys_errno && packet->covered_bytes)
		sys_errno = set(s->fd, IPPROTO_UDPLITE, UDPLITE_SEND_CSCOV, packet->covered_bytes);
	if (!sys_errno)
		sys_errno = bind_to(s->fd, &wish->src, port);
	/* Connected: else answers that quote packets to anywhere else would be taken as ours. */
	return sys_errno ? sys_errno : connect_to(s->fd, &wish->dst, packet->dport, packet->ip.flow_label);
}

/* Ids that the kernel chooses count up: anybody could guess them. */
static int bind_to_secret_id(int fd, const struct sonde_addr *src)
{
	int sys_errno = EADDRINUSE;
	for (int i = 0; i < ID_ATTEMPTS && sys_errno == EADDRINUSE; i++) {
		uint16_t id = 0;
		if (getrandom(&id, sizeof id, 0) != (ssize_t)sizeof id)
			return errno;
		if (id)
			sys_errno = bind_to(fd, src, id);
	}
	return sys_errno;
}

static int open_icmp(const struct sn_dgram_wish *wish, const struct sn_dgram_packet *packet, struct sn_dgram_socket *s)
{
	/* The "port" of a ping socket is its echo id; 0 would be left to the kernel. */
	int sys_errno = packet->sport ? bind_to(s->fd, &wish->src, packet->sport) : EADDRINUSE;
	s->id_kept = sys_errno == 0;
	if (sys_errno == EADDRINUSE)
		sys_errno = bind_to_secret_id(s->fd, &wish->src);
	return sys_errno ? sys_errno : connect_to(s->fd, &wish->dst, 0, packet->ip.flow_label);
}

static int open_tcp(const struct sn_dgram_wish *wish, const struct sn_dgram_packet *packet, struct sn_dgram_socket *s)
{
	(void)packet;
	/* An open port's connection is reset, not closed in order: nothing lingers on either side. */
	struct linger now = {.l_onoff = 1};
	if (setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now) != 0)
		return errno;
	return bind_to(s->fd, &wish->src, 0);
}

static const struct kind {
	uint8_t protocol;
	int type;
	int stamps; /* of departure: datagrams only */
	int (*open)(const struct sn_dgram_wish *wish, const struct sn_dgram_packet *packet, struct sn_dgram_socket *s);
} kinds[] = {
	{SN_PROTO_UDP, SOCK_DGRAM, SEND_STAMPS, open_udp},
	{SN_PROTO_UDPLITE, SOCK_DGRAM, SEND_STAMPS, open_udp},
	{SN_PROTO_TCP, SOCK_STREAM, 0, open_tcp},
	{SN_PROTO_ICMP, SOCK_DGRAM, SEND_STAMPS, open_icmp},
	{SN_PROTO_ICMP6, SOCK_DGRAM, SEND_STAMPS | SOF_TIMESTAMPING_TX_SCHED, open_icmp},
};

static const struct kind *kind_of(uint8_t protocol)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].protocol == protocol)
			return &kinds[i];
	return NULL;
}

int sn_dgram_socket_open(const struct sn_dgram_wish *wish, const struct sn_dgram_packet *packet, bool own_port, struct sn_dgram_socket *out)
{
	const struct kind *kind = kind_of(packet->ip.protocol);
	if (!kind)
		return EPROTONOSUPPORT;
	*out = (struct sn_dgram_socket){
		.protocol = packet->ip.protocol,
		.src = packet->ip.src,
		.dst = packet->ip.dst,
		.sport = packet->sport,
		.dport = packet->dport,
		.own_port = own_port,
	};
	out->fd = socket(sn_sockaddr_domain(packet->ip.version), kind->type | SOCK_NONBLOCK | SOCK_CLOEXEC, packet->ip.protocol);
	if (out->fd < 0)
		return errno;
	int sys_errno = set_options(out->fd, packet);
	if (!sys_errno)
		sys_errno = sn_dgram_socket_wish(out->fd, wish);
	if (!sys_errno && kind->stamps)
		out->stamps = set(out->fd, SOL_SOCKET, SO_TIMESTAMPING, RECEIVE_STAMPS | kind->stamps) == 0;
	if (!sys_errno)
		sys_errno = kind->open(wish, packet, out);
	if (sys_errno)
		close(out->fd);
	return sys_errno;
}

void sn_dgram_socket_finish(struct sn_dgram_socket *s)
{
	if (s)
		sn_dgram_flow_finish(&s->flow);
}

static int send_syn(const struct sn_dgram_socket *s, const struct sn_dgram_wish *wish, const struct sn_dgram_packet *packet)
{
	bool v4 = packet->ip.version == 4;
	int sys_errno = set(s->fd, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_TTL : IPV6_UNICAST_HOPS, packet->ip.ttl);
	if (!sys_errno)
		sys_errno = set(s->fd, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_TOS : IPV6_TCLASS, packet->ip.tos);
	if (!sys_errno)
		sys_errno = connect_to(s->fd, &wish->dst, packet->dport, packet->ip.flow_label);
	return sys_errno == EINPROGRESS ? 0 : sys_errno;
}

static void put_int(struct msghdr *header, int level, int type, int value)
{
	struct cmsghdr c = {.cmsg_level = level, .cmsg_type = type, .cmsg_len = CMSG_LEN(sizeof value)};
	char *at = (char *)header->msg_control + header->msg_controllen;
	memcpy(at, &c, sizeof c);
	memcpy(at + CMSG_LEN(0), &value, sizeof value);
	header->msg_controllen += CMSG_SPACE(sizeof value);
}

static int send_datagram(const struct sn_dgram_socket *s, const struct sn_dgram_packet *packet)
{
	union {
		struct cmsghdr align;
		char bytes[2 * CMSG_SPACE(sizeof(int))];
	} room = {0};
	/* struct iovec is shared with reading and therefore not const; sendmsg only reads. */
	union {
		const uint8_t *read;
		void *any;
	} body = {.read = packet->body};
	struct iovec part = {.iov_base = body.any, .iov_len = packet->body_bytes};
	struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room.bytes};
	bool v4 = packet->ip.version == 4;
	put_int(&header, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_TTL : IPV6_HOPLIMIT, packet->ip.ttl);
	put_int(&header, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_TOS : IPV6_TCLASS, packet->ip.tos);
	if (sendmsg(s->fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return 0;
	return errno == EAGAIN ? ENOBUFS : errno;
}

int sn_dgram_socket_send(const struct sn_dgram_socket *s, const struct sn_dgram_wish *wish, const struct sn_dgram_packet *packet)
{
	return s->protocol == SN_PROTO_TCP ? send_syn(s, wish, packet) : send_datagram(s, packet);
}

void sn_dgram_socket_stop_stamps(struct sn_dgram_socket *s)
{
	s->stamps = false;
	(void)set(s->fd, SOL_SOCKET, SO_TIMESTAMPING, RECEIVE_STAMPS);
}

bool sn_dgram_socket_is_drained(const struct sn_dgram_socket *s)
{
	uint32_t memory[SK_MEMINFO_VARS] = {0};
	socklen_t memory_bytes = sizeof memory;
	return getsockopt(s->fd, SOL_SOCKET, SO_MEMINFO, memory, &memory_bytes) == 0 && memory[SK_MEMINFO_WMEM_ALLOC] == 0 &&
	       memory[SK_MEMINFO_RMEM_ALLOC] < memory[SK_MEMINFO_RCVBUF] / 2;
}

int sn_dgram_socket_error(const struct sn_dgram_socket *s)
{
	int sys_errno = 0;
	socklen_t count = sizeof sys_errno;
	return getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &sys_errno, &count) == 0 ? sys_errno : errno;
}

bool sn_dgram_socket_is_closed(const struct sn_dgram_socket *s)
{
	struct tcp_info info = {0};
	socklen_t info_bytes = sizeof info;
	return getsockopt(s->fd, IPPROTO_TCP, TCP_INFO, &info, &info_bytes) == 0 && info.tcpi_state == TCP_CLOSE;
}

void sn_dgram_socket_persist(const struct sn_dgram_socket *s)
{
	/* Kernels that double the pause each time would give up after 3 s with one. */
	(void)set(s->fd, IPPROTO_TCP, TCP_SYNCNT, 2);
}

enum sn_dgram_tcp sn_dgram_socket_tcp(const struct sn_dgram_socket *s, sonde_ns *rtt_ns, int *sys_errno)
{
	struct tcp_info info = {0};
	socklen_t info_bytes = sizeof info;
	bool known = getsockopt(s->fd, IPPROTO_TCP, TCP_INFO, &info, &info_bytes) == 0;
	/* After the state: an error between the two questions is seen then. */
	*sys_errno = known ? sn_dgram_socket_error(s) : errno;
	if (!known)
		return SN_DGRAM_TCP_FAILED;
	/* tcpi_total_retrans counts what was to be sent again, tcpi_retrans what of it left. */
	if (info.tcpi_total_retrans)
		return info.tcpi_state == TCP_SYN_SENT && !info.tcpi_retrans ? SN_DGRAM_TCP_REFUSED : SN_DGRAM_TCP_REPEATED;
	*rtt_ns = info.tcpi_rtt * SONDE_US;
	switch (*sys_errno) {
	case 0:
		return info.tcpi_state == TCP_SYN_SENT || info.tcpi_state == TCP_SYN_RECV ? SN_DGRAM_TCP_WAITING : SN_DGRAM_TCP_OPEN;
	case ECONNREFUSED:
		return SN_DGRAM_TCP_RESET;
	case ECONNRESET: /* only a connection that stood already can be reset */
	case EPIPE:
		return SN_DGRAM_TCP_OPEN;
	default:
		return SN_DGRAM_TCP_FAILED;
	}
}
