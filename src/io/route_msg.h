/* SPDX-License-Identifier: MIT */
/* rtnetlink(7) messages as bytes: questions for a route and a link, and what the answers mean. Pure. */
#ifndef SN_IO_ROUTE_MSG_H
#define SN_IO_ROUTE_MSG_H

#include <sonde/base.h>

enum { SN_DEVICE_NAME_BYTES = 16 };

struct sn_route_query {
	struct sonde_addr dst;
	struct sonde_addr src;  /* family 0: the kernel chooses */
	uint8_t protocol;       /* 0: as a header-included packet is routed, whose transport header the kernel does not read */
	uint16_t sport, dport;  /* read only with protocol TCP or UDP */
	uint32_t mark;
	uint32_t uid;
	uint32_t ifindex;       /* wanted device, 0: any */
	bool incoming;          /* a packet that came in by that device: the kernel judges it as it does the real one, refusal and all */
};

/* The index in a question about a network setting that stands for all devices. */
enum { SN_ALL_DEVICES = -1 };

struct sn_route_reply {
	uint8_t type;               /* RTN_UNICAST, RTN_LOCAL … */
	struct sonde_addr src;      /* preferred source; family 0: not told (the asked one is good) */
	struct sonde_addr gateway;  /* next hop; family 0: on link. The family may differ from the destination's */
	uint32_t ifindex;
	uint32_t mtu_bytes;         /* the route's own MTU, 0: the link's counts */
};

struct sn_link {
	uint32_t ifindex;
	uint32_t mtu_bytes;
	uint32_t master_ifindex;    /* 0: none */
	uint64_t sent_count;        /* packets that left by it so far; valid where counts */
	bool counts;
	bool up;
	bool is_vrf;
	char name[SN_DEVICE_NAME_BYTES];
};

struct sn_queue {
	uint32_t waiting_count;  /* packets that are in it */
	uint32_t dropped_count;  /* those that it had no room for, so far; wraps */
};

/* Writes the question; its length, or 0 where capacity_bytes is too small. */
size_t sn_route_query_write(const struct sn_route_query *query, uint32_t sequence, uint8_t *bytes, size_t capacity_bytes);
/* The link of that index, or, index 0, of that name. */
size_t sn_link_query_write(const char *name, uint32_t ifindex, uint32_t sequence, uint8_t *bytes, size_t capacity_bytes);
/* The queue that packets leave by that device through. */
size_t sn_queue_query_write(uint32_t ifindex, uint32_t sequence, uint8_t *bytes, size_t capacity_bytes);

/* The IPv4 settings (net.ipv4.conf) of a device, or of SN_ALL_DEVICES. */
size_t sn_conf_query_write(int ifindex, uint32_t sequence, uint8_t *bytes, size_t capacity_bytes);

/* Each reads one answer: 0 and *out filled, a positive errno that the kernel answered with, or SONDE_E_FORMAT. */
int sn_route_reply_parse(const uint8_t *bytes, size_t length_bytes, struct sn_route_reply *out);
int sn_link_reply_parse(const uint8_t *bytes, size_t length_bytes, struct sn_link *out);
/* EINVAL is the kernel's answer for a device without a queue. */
int sn_queue_reply_parse(const uint8_t *bytes, size_t length_bytes, struct sn_queue *out);
/* rp_filter: 0 off, 1 strict, 2 loose; what is in force is the larger one of a device's own and that of all. */
int sn_conf_reply_parse(const uint8_t *bytes, size_t length_bytes, uint32_t *rp_filter);

#endif
