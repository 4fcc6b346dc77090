/* SPDX-License-Identifier: MIT */
/* Opening the two Linux wires and the system's clock. */
#ifndef SN_IO_WIRES_H
#define SN_IO_WIRES_H

#include <sonde/wire.h>

/* Together a filter lists them one by one. */
enum { SN_WIRE_PORTS_MAX = 24, SN_WIRE_WANTED_MAX = 8 };

struct sn_wire_open_cfg {
	bool ip4, ip6;               /* families that will be used */
	const uint8_t *protocols;    /* IP protocols of the probes (1 icmp, 6 tcp, 17 udp, 58 icmp6, …) */
	size_t protocol_count;
	const char *device;          /* -i: device or VRF of all sockets, NULL: none */
	uint32_t mark;               /* fwmark of all sockets, 0: none */
	uint32_t receive_buffer_bytes; /* 0: a good default */
	/* Source ports that traces will take, as none can be bound once the wire is open: raw wire only. Where more are taken than are
	 * held, they are taken again from the first on. */
	uint16_t port_count;         /* of each protocol that has ports, at most SN_WIRE_PORTS_MAX */
	const uint16_t *ports;       /* … and these, of each; one that another program has is told of only when it is asked for */
	size_t wanted_count;         /* … at most SN_WIRE_WANTED_MAX */
	struct sonde_seal seal;      /* that of the engine whose probes will be sent; factor 0: none */
	/* Raises (true) or lowers (false) the capability that raw sockets need; 0 or SONDE_E_PRIVILEGE. NULL: nothing can be raised.
	 * The wire raises it for opening only and has lowered it before it receives the first byte. */
	int (*privilege)(void *ctx, bool raise);
	void *privilege_ctx;
};

/* Raw sockets with the IP header included. SONDE_E_PRIVILEGE without CAP_NET_RAW. *out is closed by ops->close. */
int sn_wire_raw_open(struct sonde_wire **out, const struct sn_wire_open_cfg *cfg, struct sonde_error *err) SONDE_MUST_USE;
/* Ordinary sockets and their error queues: no privilege at all. */
int sn_wire_dgram_open(struct sonde_wire **out, const struct sn_wire_open_cfg *cfg, struct sonde_error *err) SONDE_MUST_USE;
/* True: this user may open ICMP datagram ("ping") sockets of that family (net.ipv4.ping_group_range). */
bool sn_wire_dgram_can_ping(uint8_t family);

/* The system's monotonic clock, waiting by ppoll with nanoseconds. */
struct sn_clock_system {
	struct sonde_clock base;
};
void sn_clock_system_init(struct sn_clock_system *clock);

#endif
