/* SPDX-License-Identifier: MIT */
/* Whether a SYN left this machine: what connect() does not say is told by the counters of device and queue. */
#include "io/wire_dgram.h"

#include "io/route.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <unistd.h>

/* Which device SYNs to a target leave by, asked once. */
static void find_way(int netlink_fd, struct sn_dgram_silence *silence, const struct sn_dgram_wish *wish)
{
	struct sonde_route_ask ask = {
		.dst = wish->dst,
		.src = wish->src,
		.protocol = SN_PROTO_TCP,
		.dport = silence->dport,
		.device = wish->device,
		.mark = wish->mark,
	};
	struct sn_way way;
	struct sn_queue queue;
	if (silence->way_known)
		return;
	silence->way_known = true;
	if (sn_way_find(netlink_fd, &ask, NULL, &way, NULL) != 0 || way.reply.type == RTN_LOCAL)
		return;
	silence->ifindex = way.reply.ifindex;
	silence->queues = sn_queue_lookup(netlink_fd, silence->ifindex, &queue) == 0;
}

/* ---- whose refusal it is ----
 *
 * A firewall's `reject with tcp reset` speaks in the target's name, and unprivileged sockets show nothing of a reset but that it came. Of
 * this machine's own it is known that it is there before connect() has returned, and that nothing was sent for it. So what is refused at
 * once is tried again while the device's counter is watched. A real reset comes at once by virtual devices only, whose counters are
 * exact. Somebody else's packet may move the counter meanwhile: hence more than one trial. */

enum { TRIALS = 2 };

/* False: an attempt was refused at once, and no packet had left by the device. Where it cannot be told: true. */
static bool left_by(int netlink_fd, uint32_t ifindex, const struct sn_dgram_wish *wish, const struct sn_dgram_packet *packet)
{
	struct sn_link before, after;
	struct sn_dgram_socket trial;
	if (sn_link_lookup(netlink_fd, "", ifindex, &before) != 0 || sn_dgram_socket_open(wish, packet, false, &trial) != 0)
		return true;
	bool refused = sn_dgram_socket_send(&trial, wish, packet) == 0 && sn_dgram_socket_is_closed(&trial);
	bool counted = sn_link_lookup(netlink_fd, "", ifindex, &after) == 0 && before.counts && after.counts;
	close(trial.fd);
	return !refused || !counted || before.sent_count != after.sent_count;
}

static bool refused_here(int netlink_fd, struct sn_dgram_silence *silence, const struct sn_dgram_wish *wish,
                         const struct sn_dgram_packet *packet)
{
	if (silence->resets_are_real || !silence->ifindex)
		return false;
	for (int i = 0; i < TRIALS; i++)
		if (!left_by(netlink_fd, silence->ifindex, wish, packet))
			return true;
	silence->resets_are_real = true;
	return false;
}

/* ---- whether the queue had room ----
 *
 * connect() does not say either that the device's queue dropped the SYN. It does so within the call, so that its counter tells. Another
 * packet dropped in the same microseconds makes this one count as not sent: then it is sent again, which does no harm. */

int sn_dgram_tcp_send(struct sn_wire_dgram *w, const struct sn_dgram_socket *s, const struct sn_dgram_wish *wish,
                      const struct sn_dgram_packet *packet)
{
	struct sn_dgram_silence *silence = sn_dgram_tcp_silence(w, s);
	struct sn_queue before = {0}, after = {0};
	if (!silence)
		return ENOMEM;
	find_way(w->netlink_fd, silence, wish);
	bool counted = silence->queues && sn_queue_lookup(w->netlink_fd, silence->ifindex, &before) == 0;
	int sys_errno = sn_dgram_socket_send(s, wish, packet);
	if (sys_errno)
		return sys_errno;
	if (counted && sn_queue_lookup(w->netlink_fd, silence->ifindex, &after) == 0 && before.dropped_count != after.dropped_count)
		return ENOBUFS;
	return sn_dgram_socket_is_closed(s) && refused_here(w->netlink_fd, silence, wish, packet) ? EPERM : 0;
}
