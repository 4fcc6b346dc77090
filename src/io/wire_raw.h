/* SPDX-License-Identifier: MIT */
/* The raw wire's insides, shared by its own files only. */
#ifndef SN_IO_WIRE_RAW_H
#define SN_IO_WIRE_RAW_H

#include "io/bpf.h"
#include "io/hold.h"
#include "io/route.h"
#include "io/stamp.h"
#include "io/wire_raw_sent.h"
#include "io/wires.h"

enum {
	SN_RAW_SENDERS = 2,       /* one per family */
	SN_RAW_RECEIVERS_MAX = 24, /* ICMP and the protocols with ports, per family, in two lanes */
	SN_RAW_BATCH = 16,        /* packets per recvmmsg */
	SN_RAW_PREFIX_BYTES = 40, /* room for an IPv6 header in front of what a raw IPv6 socket gives */
	SN_RAW_SLOT_BYTES = SN_RAW_PREFIX_BYTES + 65535,
	SN_RAW_REST_TURN = 128,   /* packets without a seal that are told at once, before the caller may do something else */
	SN_RAW_NOTES = 32,        /* stamps and local errors per look into an error queue */
};

/* The socket probes of one family leave by. Answers never come in here; its error queue gives send stamps and local errors. */
struct sn_raw_sender {
	int fd;                   /* -1: family not open */
	uint8_t family;
	uint32_t told_count;      /* local errors in its queue that a send() has told already */
};

struct sn_raw_receiver {
	int fd;
	uint8_t family;
	uint8_t protocol;
	enum sn_lane lane;
};

struct sn_raw_flow {
	struct sonde_addr src, dst;
	uint8_t protocol;
	uint16_t sport;  /* 0: a protocol without ports */
};

/* A flow that the kernel would not route like an application's: it goes by this device and next hop. */
struct sn_raw_detour {
	struct sn_raw_flow flow;
	uint32_t ifindex;
	struct sonde_addr next_hop;  /* family 0: as the kernel routes over that device */
};

/* {.fd = -1} is a closed one. */
struct sn_raw_ear {
	int fd;
	int ends[2];     /* a pair of sockets to send it away by, as it is closed slowly; -1: there are none */
	bool missed;     /* its queue was full at some time */
	uint8_t packet[SN_BPF_SNAP_BYTES];
};

struct sn_wire_raw {
	struct sonde_wire base;
	int epoll_fd, netlink_fd;
	uint32_t mark;
	struct sonde_seal seal;
	char device[SN_DEVICE_NAME_BYTES];
	uint32_t device_ifindex;        /* 0: sockets bound to none */
	char vrf[SN_DEVICE_NAME_BYTES];
	struct sn_raw_sender senders[SN_RAW_SENDERS];
	struct sn_raw_receiver receivers[SN_RAW_RECEIVERS_MAX];
	size_t receiver_count;
	struct sn_raw_ear ear;
	struct sn_holds holds;
	struct sn_raw_detour *detours;
	size_t detour_count;
	struct sn_raw_sent sent;
	uint8_t piece[65535];           /* what is being sent */
	struct sn_stamp_base stamps;

	/* What was read and not yet given away: first the notes, then the packets they may belong to. */
	bool notes_left;                /* the error queues may hold more */
	struct sonde_rx notes[SN_RAW_NOTES];
	size_t note_at, note_count;
	struct sonde_rx packets[SN_RAW_BATCH];
	size_t packet_at, packet_count;
	size_t rest_count;              /* of the lane without a seal, since something else could be done */
	uint8_t *slots;                 /* SN_RAW_BATCH x SN_RAW_SLOT_BYTES */
};

/* wire_raw_open.c */
int sn_raw_open_sockets(struct sn_wire_raw *raw, const struct sn_wire_open_cfg *cfg, struct sonde_error *err);

/* wire_raw_ear.c: without one the wire works as well. resets: our own TCP resets are of interest. */
void sn_raw_ear_open(struct sn_raw_ear *ear, bool resets);
void sn_raw_ear_close(struct sn_raw_ear *ear);
/* For good. 0 or an errno; one that takes no filter is closed, and that is no error. */
int sn_raw_ear_filter(struct sn_raw_ear *ear, const uint16_t *ports, size_t count);
/* As far as what was read up to the end of the queue tells. */
enum sonde_ear sn_raw_ear_state(const struct sn_raw_ear *ear);
int sn_raw_overheard(struct sonde_wire *wire, struct sonde_overheard *out);
void sn_raw_way_in(struct sonde_wire *wire, const struct sonde_overheard *heard, struct sonde_way_in *out);

/* wire_raw_send.c */
int sn_raw_send(struct sonde_wire *wire, const struct sonde_tx *tx, sonde_at_ns *sent_at_ns);
int sn_raw_route(struct sonde_wire *wire, const struct sonde_route_ask *ask, struct sonde_route *out, struct sonde_error *err);

/* wire_raw_recv.c */
int sn_raw_recv(struct sonde_wire *wire, struct sonde_rx *out);
/* Reads what the error queues hold into raw->notes; clears notes_left when they are empty. */
void sn_raw_read_notes(struct sn_wire_raw *raw);
/* Takes one entry of a queue into raw->notes, which has room: its control messages, and count bytes of the packet it is about.
 * Pure. */
void sn_raw_take_note(struct sn_wire_raw *raw, struct sn_raw_sender *sender, struct msghdr *message, const uint8_t *looped, size_t count);

#endif
