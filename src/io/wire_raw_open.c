/* SPDX-License-Identifier: MIT */
/* The raw wire's sockets and their options. Everything that needs a capability happens in sn_raw_open_sockets. */
#include "io/wire_raw.h"

#include "io/bpf.h"
#include "io/sockaddr.h"
#include "packet/transport.h"

#include <errno.h>
#include <linux/in6.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024, SEND_STAMPS = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE };

struct option {
	uint8_t family;  /* 0: both */
	int level, name, value;
	bool needed;     /* else a kernel without it costs precision only */
};

static const struct option send_options[] = {
	{4, IPPROTO_IP, IP_HDRINCL, 1, true},
	{6, IPPROTO_IPV6, IPV6_HDRINCL, 1, true},
	/* Without this the kernel hides a full queue: ENOBUFS would read as sent. */
	{4, IPPROTO_IP, IP_RECVERR, 1, true},
	{6, IPPROTO_IPV6, IPV6_RECVERR, 1, true},
	/* The kernel's remembered path MTU is not believed: probes are how it is measured. */
	{4, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE, true},
	{6, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE, true},
	{0, SOL_SOCKET, SO_BROADCAST, 1, true},
	{0, SOL_SOCKET, SO_TIMESTAMPING, SEND_STAMPS, false},
};

static const struct option receive_options[] = {
	{0, SOL_SOCKET, SO_TIMESTAMPNS, 1, false},
	/* What the IPv6 header said, for a raw IPv6 socket does not give it (RFC 3542 section 6). */
	{6, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, true},
	{6, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, false},
	{6, IPPROTO_IPV6, IPV6_RECVTCLASS, 1, false},
	{6, IPPROTO_IPV6, IPV6_FLOWINFO, 1, false},
};

/* 0 or an errno. */
static int set_options(int fd, uint8_t family, const struct option *options, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct option *o = &options[i];
		if (o->family && o->family != family)
			continue;
		if (setsockopt(fd, o->level, o->name, &o->value, sizeof o->value) != 0 && o->needed)
			return errno;
	}
	return 0;
}

/* Stamps and errors are charged to the receive buffer, too. */
static void set_buffer(int fd, uint32_t wanted_bytes)
{
	int bytes = wanted_bytes ? (int)wanted_bytes : RECEIVE_BUFFER_BYTES;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

static int bind_device(int fd, const char *name)
{
	if (!name[0])
		return 0;
	return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name) + 1) != 0 ? errno : 0;
}

static int fail_socket(int sys_errno, const char *what, uint8_t family, struct sonde_error *err)
{
	return sonde_fail(err, sn_socket_error_code(sys_errno), sys_errno, "opening a raw IPv%u socket: %s", family, what);
}

static int open_raw(uint8_t family, int protocol)
{
	return socket(sn_sockaddr_domain(family), SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
}

static int open_sender(struct sn_wire_raw *raw, uint8_t family, const struct sn_wire_open_cfg *cfg, struct sonde_error *err)
{
	struct sn_raw_sender *sender = &raw->senders[family == 6];
	sender->fd = open_raw(family, IPPROTO_RAW);
	if (sender->fd < 0)
		return fail_socket(errno, "sending", family, err);
	struct sn_bpf nothing;
	sn_bpf_ports(family, IPPROTO_RAW, NULL, 0, &(struct sn_bpf_lane){0}, &nothing);
	int sys_errno = sn_bpf_attach(sender->fd, &nothing); /* packets of protocol 255 are not for us */
	if (sys_errno == 0)
		sys_errno = set_options(sender->fd, family, send_options, sizeof send_options / sizeof send_options[0]);
	if (sys_errno == 0)
		sys_errno = bind_device(sender->fd, raw->device);
	if (sys_errno != 0)
		return fail_socket(sys_errno, "its options", family, err);
	set_buffer(sender->fd, cfg->receive_buffer_bytes);
	if (cfg->mark && setsockopt(sender->fd, SOL_SOCKET, SO_MARK, &cfg->mark, sizeof cfg->mark) != 0)
		return fail_socket(errno, "setting the mark", family, err);
	return 0;
}

/* A receive socket is bound to a VRF, which has addresses of its own, but never to a plain device: answers may come back another way. */
static int open_lane(struct sn_wire_raw *raw, uint8_t family, uint8_t protocol, enum sn_lane which, const struct sn_wire_open_cfg *cfg,
		     struct sonde_error *err)
{
	const struct sn_bpf_lane lane = {.lane = which, .seal = raw->seal};
	int fd = open_raw(family, protocol);
	if (fd < 0)
		return fail_socket(errno, "receiving", family, err);
	raw->receivers[raw->receiver_count++] = (struct sn_raw_receiver){.fd = fd, .family = family, .protocol = protocol, .lane = which};
	struct sn_bpf filter;
	if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6)
		sn_bpf_icmp(family, &lane, &filter);
	else
		sn_bpf_ports(family, protocol, NULL, 0, &lane, &filter);
	int sys_errno = sn_bpf_attach(fd, &filter);
	if (sys_errno == 0)
		sys_errno = set_options(fd, family, receive_options, sizeof receive_options / sizeof receive_options[0]);
	if (sys_errno == 0)
		sys_errno = bind_device(fd, raw->vrf);
	if (sys_errno != 0)
		return fail_socket(sys_errno, "its options", family, err);
	set_buffer(fd, cfg->receive_buffer_bytes);
	return 0;
}

/* With a seal to look for, what bears it has a socket and a buffer of its own: whatever is sent to us, answers find room there. */
static int open_receiver(struct sn_wire_raw *raw, uint8_t family, uint8_t protocol, const struct sn_wire_open_cfg *cfg,
			 struct sonde_error *err)
{
	if (!raw->seal.factor)
		return open_lane(raw, family, protocol, SN_LANE_ALL, cfg, err);
	int code = open_lane(raw, family, protocol, SN_LANE_SEALED, cfg, err);
	return code ? code : open_lane(raw, family, protocol, SN_LANE_REST, cfg, err);
}

static bool has_protocol(const struct sn_wire_open_cfg *cfg, uint8_t protocol)
{
	return cfg->protocol_count && memchr(cfg->protocols, protocol, cfg->protocol_count) != NULL;
}

static int open_family(struct sn_wire_raw *raw, uint8_t family, const struct sn_wire_open_cfg *cfg, struct sonde_error *err)
{
	int code = open_sender(raw, family, cfg, err);
	if (code == 0)
		code = open_receiver(raw, family, family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6, cfg, err);
	for (size_t i = 0; code == 0 && sn_port_protocol(i); i++)
		if (has_protocol(cfg, sn_port_protocol(i)))
			code = open_receiver(raw, family, sn_port_protocol(i), cfg, err);
	return code;
}

/* ---- ports, and what is let through to them ---- */

static int reserve(struct sn_wire_raw *raw, struct sn_hold_ask *ask, const struct sn_wire_open_cfg *cfg, struct sonde_error *err)
{
	uint16_t count = cfg->port_count < 1 ? 1 : cfg->port_count < SN_WIRE_PORTS_MAX ? cfg->port_count : SN_WIRE_PORTS_MAX;
	int code = SONDE_OK;
	ask->port = 0;
	for (uint16_t i = 0; code == SONDE_OK && i < count; i++)
		code = sn_holds_reserve(&raw->holds, ask, err);
	for (size_t i = 0; code == SONDE_OK && i < cfg->wanted_count; i++) {
		ask->port = cfg->ports[i];
		code = sn_holds_reserve(&raw->holds, ask, err);
	}
	return code;
}

/* Those of the receivers' protocols: one that is heard by two of them has its ports once, and ICMP has none. */
static int reserve_all(struct sn_wire_raw *raw, const struct sn_wire_open_cfg *cfg, struct sonde_error *err)
{
	int code = SONDE_OK;
	for (size_t i = 0; code == SONDE_OK && i < raw->receiver_count; i++) {
		const struct sn_raw_receiver *receiver = &raw->receivers[i];
		struct sn_hold_ask ask = {.src = {.family = receiver->family}, .protocol = receiver->protocol, .vrf = raw->vrf};
		if (sn_has_ports(receiver->protocol) && receiver->lane != SN_LANE_REST)
			code = reserve(raw, &ask, cfg, err);
	}
	return code;
}

static size_t add_port(uint16_t *ports, size_t count, uint16_t port)
{
	for (size_t i = 0; i < count; i++)
		if (ports[i] == port)
			return count;
	ports[count] = port;
	return count + 1;
}

/* receiver NULL: those of all. */
static size_t held_ports(const struct sn_wire_raw *raw, const struct sn_raw_receiver *receiver, uint16_t *ports)
{
	size_t count = 0;
	for (size_t i = 0; i < raw->holds.count; i++) {
		const struct sn_hold *hold = &raw->holds.items[i];
		if (hold->fd >= 0 && (!receiver || (hold->protocol == receiver->protocol && hold->src.family == receiver->family)))
			count = add_port(ports, count, hold->port);
	}
	return count;
}

/* Lets what comes to the held ports through, and that for good. 0 or an errno. */
static int filter(struct sn_wire_raw *raw)
{
	int sys_errno = 0;
	uint16_t *ports = calloc(raw->holds.count + 1, sizeof *ports);
	struct sn_bpf program;
	if (!ports)
		return ENOMEM;
	for (size_t i = 0; sys_errno == 0 && i < raw->receiver_count; i++) {
		const struct sn_raw_receiver *receiver = &raw->receivers[i];
		if (sn_has_ports(receiver->protocol)) {
			const struct sn_bpf_lane lane = {.lane = receiver->lane, .seal = raw->seal};
			sn_bpf_ports(receiver->family, receiver->protocol, ports, held_ports(raw, receiver, ports), &lane, &program);
			sys_errno = sn_bpf_attach(receiver->fd, &program);
		}
		if (sys_errno == 0)
			sys_errno = sn_bpf_lock(receiver->fd);
	}
	for (size_t i = 0; sys_errno == 0 && i < SN_RAW_SENDERS; i++)
		if (raw->senders[i].fd >= 0)
			sys_errno = sn_bpf_lock(raw->senders[i].fd);
	if (sys_errno == 0)
		sys_errno = sn_raw_ear_filter(&raw->ear, ports, held_ports(raw, NULL, ports));
	free(ports);
	return sys_errno;
}

int sn_raw_open_sockets(struct sn_wire_raw *raw, const struct sn_wire_open_cfg *cfg, struct sonde_error *err)
{
	int code = cfg->ip4 ? open_family(raw, 4, cfg, err) : 0;
	if (code == 0 && cfg->ip6)
		code = open_family(raw, 6, cfg, err);
	/* With two families asked for, one that this machine lacks must not stop the other: route() says it for each target. */
	if (code == SONDE_E_FAMILY && cfg->ip4 && cfg->ip6 && raw->senders[0].fd >= 0) {
		if (err)
			*err = (struct sonde_error){0};
		code = 0;
	}
	if (code == 0) {
		sn_raw_ear_open(&raw->ear, has_protocol(cfg, IPPROTO_TCP));
		if (raw->ear.fd >= 0)
			set_buffer(raw->ear.fd, cfg->receive_buffer_bytes);
		code = reserve_all(raw, cfg, err);
	}
	int sys_errno = code == 0 ? filter(raw) : 0;
	return sys_errno == 0 ? code : sonde_fail(err, sn_socket_error_code(sys_errno), sys_errno, "filtering what comes in");
}
