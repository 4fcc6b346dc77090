/* SPDX-License-Identifier: MIT */
/* Which way packets leave this machine, as the kernel's routing tables and rules say. Needs no privilege. */
#ifndef SN_IO_ROUTE_H
#define SN_IO_ROUTE_H

#include "io/route_msg.h"

#include <sonde/wire.h>

/* The socket that all questions go over: they are asked when nothing may be opened any more. A negative enum sonde_err; the caller's to
 * close. */
int sn_netlink_open(void) SONDE_MUST_USE;

/* The way of one flow. */
struct sn_way {
	struct sn_route_query query;  /* what was asked; ask again with another sport by sn_route_lookup */
	struct sn_route_reply reply;
	struct sonde_addr src;        /* the flow's source; scope_id set where it is link-local */
	struct sn_link link;          /* the device it leaves by */
	char vrf[SN_DEVICE_NAME_BYTES];  /* what that device (or the wanted one) is or belongs to, "": none */
};

/* Finds the way of the packets that `ask` describes. device: the wire's own device or VRF, NULL or "": none; ask->device wins.
 * SONDE_E_ROUTE (none, unreachable, prohibited or blackhole), _TARGET (broadcast or multicast, and not meant), _DEVICE (missing), _DOWN,
 * _FAMILY (absent), _SOURCE (not ours), _FDS, _WIRE. */
int sn_way_find(int netlink_fd, const struct sonde_route_ask *ask, const char *device, struct sn_way *out,
                struct sonde_error *err) SONDE_MUST_USE;
/* Source, device and MTU into *out; its other fields stay. */
void sn_way_tell(const struct sn_way *way, struct sonde_route *out);

/* One bare question. 0, a positive errno of the kernel, or a negative enum sonde_err. */
int sn_route_lookup(int netlink_fd, const struct sn_route_query *query, struct sn_route_reply *out) SONDE_MUST_USE;
/* By index, or, index 0, by name. Results as above; ENODEV: there is none. */
int sn_link_lookup(int netlink_fd, const char *name, uint32_t ifindex, struct sn_link *out) SONDE_MUST_USE;
/* The queue that packets leave by that device through. Results as above; EINVAL: it has none. */
int sn_queue_lookup(int netlink_fd, uint32_t ifindex, struct sn_queue *out) SONDE_MUST_USE;
/* How the kernel takes a packet from there to here that came in by that device. */
void sn_input_check(int netlink_fd, const struct sonde_addr *from, const struct sonde_addr *to, uint32_t ifindex, struct sonde_way_in *out);
/* The VRF that a link is or belongs to, "": none. */
void sn_link_vrf(int netlink_fd, const struct sn_link *link, char vrf[SN_DEVICE_NAME_BYTES]);

#endif
