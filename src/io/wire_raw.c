/* SPDX-License-Identifier: MIT */
/* The raw wire: whole IP packets out by header-included raw sockets, whole IP packets in by raw sockets for ICMP and for each protocol
 * with ports. It stays an IP socket, so that this machine's routes, rules and errors apply to probes as they do to any application. */
#include "io/wire_raw.h"

#include "io/sockaddr.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static int raw_poll_fd(const struct sonde_wire *wire)
{
	return ((const struct sn_wire_raw *)wire)->epoll_fd;
}

/* The kernel's counters as they stand: packets tell of those that were lost before them, but nobody of the last. */
static uint64_t lost_count(const struct sn_raw_receiver *receiver)
{
	uint32_t info[SK_MEMINFO_VARS] = {0};
	socklen_t info_bytes = sizeof info;
	return getsockopt(receiver->fd, SOL_SOCKET, SO_MEMINFO, info, &info_bytes) == 0 ? info[SK_MEMINFO_DROPS] : 0;
}

static void raw_stats(const struct sonde_wire *wire, struct sonde_wire_stats *out)
{
	const struct sn_wire_raw *raw = (const struct sn_wire_raw *)wire;
	*out = (struct sonde_wire_stats){.ear = sn_raw_ear_state(&raw->ear)};
	for (size_t i = 0; i < raw->receiver_count; i++) {
		const struct sn_raw_receiver *receiver = &raw->receivers[i];
		*(receiver->lane == SN_LANE_REST ? &out->unread_count : &out->dropped_count) += lost_count(receiver);
	}
}

static bool raw_serial(const struct sonde_wire *wire, uint8_t protocol)
{
	(void)wire;
	(void)protocol;
	return false;
}

static bool raw_flow_constant(const struct sonde_wire *wire, uint8_t protocol)
{
	(void)wire;
	(void)protocol;
	return true;
}

static void raw_close(struct sonde_wire *wire)
{
	struct sn_wire_raw *raw = (struct sn_wire_raw *)wire;
	if (!raw)
		return;
	for (size_t i = 0; i < SN_RAW_SENDERS; i++) {
		if (raw->senders[i].fd >= 0)
			close(raw->senders[i].fd);
	}
	for (size_t i = 0; i < raw->receiver_count; i++)
		close(raw->receivers[i].fd);
	sn_raw_ear_close(&raw->ear);
	if (raw->epoll_fd >= 0)
		close(raw->epoll_fd);
	if (raw->netlink_fd >= 0)
		close(raw->netlink_fd);
	sn_holds_finish(&raw->holds);
	free(raw->detours);
	free(raw->slots);
	free(raw);
}

static const struct sonde_wire_ops raw_ops = {
	.name = "raw",
	.send = sn_raw_send,
	.recv = sn_raw_recv,
	.route = sn_raw_route,
	.poll_fd = raw_poll_fd,
	.stats = raw_stats,
	.overheard = sn_raw_overheard,
	.way_in = sn_raw_way_in,
	.serial = raw_serial,
	.flow_constant = raw_flow_constant,
	.close = raw_close,
};

static int open_netlink(struct sn_wire_raw *raw, struct sonde_error *err)
{
	raw->netlink_fd = sn_netlink_open();
	return raw->netlink_fd < 0 ? sonde_fail(err, raw->netlink_fd, errno, "opening a socket for routes") : 0;
}

static int find_device(struct sn_wire_raw *raw, const char *name, struct sonde_error *err)
{
	struct sn_link link;
	if (!name || !name[0])
		return 0;
	int result = sn_link_lookup(raw->netlink_fd, name, 0, &link);
	if (result != 0)
		return sonde_fail(err, result < 0 ? result : SONDE_E_DEVICE, result > 0 ? result : 0, "interface \"%s\"", name);
	memcpy(raw->device, link.name, sizeof raw->device);
	raw->device_ifindex = link.ifindex;
	sn_link_vrf(raw->netlink_fd, &link, raw->vrf);
	return 0;
}

/* Opens the sockets with the capability raised, and only these. */
static int open_privileged(struct sn_wire_raw *raw, const struct sn_wire_open_cfg *cfg, struct sonde_error *err)
{
	int code = cfg->privilege ? cfg->privilege(cfg->privilege_ctx, true) : 0;
	if (code != 0)
		return sonde_fail(err, code, EPERM, "the raw wire needs the capability cap_net_raw");
	code = sn_raw_open_sockets(raw, cfg, err);
	int lowered = cfg->privilege ? cfg->privilege(cfg->privilege_ctx, false) : 0;
	if (code == 0 && lowered != 0)
		return sonde_fail(err, lowered, 0, "the capability cap_net_raw could not be given up");
	return code;
}

static int watch(struct sn_wire_raw *raw, struct sonde_error *err)
{
	raw->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (raw->epoll_fd < 0)
		return sonde_fail(err, sn_socket_error_code(errno), errno, "opening an epoll descriptor");
	/* A sender is watched for its error queue alone, which epoll tells unasked. */
	for (size_t i = 0; i < SN_RAW_SENDERS + raw->receiver_count; i++) {
		bool is_sender = i < SN_RAW_SENDERS;
		int fd = is_sender ? raw->senders[i].fd : raw->receivers[i - SN_RAW_SENDERS].fd;
		struct epoll_event event = {.events = is_sender ? 0 : EPOLLIN, .data.u32 = (uint32_t)i};
		if (fd >= 0 && epoll_ctl(raw->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
			return sonde_fail(err, SONDE_E_WIRE, errno, "watching a raw socket");
	}
	return 0;
}

int sn_wire_raw_open(struct sonde_wire **out, const struct sn_wire_open_cfg *cfg, struct sonde_error *err)
{
	*out = NULL;
	struct sn_wire_raw *raw = calloc(1, sizeof *raw);
	if (!raw)
		return sonde_fail(err, SONDE_E_NOMEM, ENOMEM, "opening the raw wire");
	raw->base.ops = &raw_ops;
	raw->epoll_fd = raw->netlink_fd = -1;
	raw->ear.fd = -1;
	raw->mark = cfg->mark;
	raw->seal = cfg->seal;
	raw->senders[0] = (struct sn_raw_sender){.fd = -1, .family = 4};
	raw->senders[1] = (struct sn_raw_sender){.fd = -1, .family = 6};
	raw->slots = calloc(SN_RAW_BATCH, SN_RAW_SLOT_BYTES);
	int code = raw->slots ? open_netlink(raw, err) : sonde_fail(err, SONDE_E_NOMEM, ENOMEM, "opening the raw wire");
	if (code == 0)
		code = find_device(raw, cfg->device, err);
	if (code == 0)
		code = open_privileged(raw, cfg, err);
	if (code == 0)
		code = watch(raw, err);
	if (code != 0) {
		raw_close(&raw->base);
		return code;
	}
	sn_stamp_base_read(&raw->stamps);
	*out = &raw->base;
	return 0;
}
