/* SPDX-License-Identifier: MIT */
/* The seam: whole IP packets with an instant, out and in, and the clock that belongs to them. */
#ifndef SONDE_WIRE_H
#define SONDE_WIRE_H

#include <sonde/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A packet to send. bytes: whole IP packet with right checksums and lengths; the engine's memory, valid until its next call. */
struct sonde_tx {
	uint64_t token;         /* never 0 */
	uint32_t trace_id;
	const uint8_t *bytes;
	size_t length_bytes;
	uint16_t piece_bytes;   /* a longer packet leaves in fragments of this length at most; 0: in one piece or not at all */
};

enum sonde_rx_kind {
	SONDE_RX_PACKET,  /* a packet came in */
	SONDE_RX_STAMP,   /* the instant at which the probe `token` really left */
	SONDE_RX_ERROR,   /* this machine says that the probe `token` did not leave: sys_errno */
};

/* A run of bytes. */
struct sonde_span {
	uint16_t from_bytes;
	uint16_t length_bytes;
};
#define SONDE_SEEN_MAX 6

/* One thing a wire has to tell. bytes are the wire's, valid until its next call. */
struct sonde_rx {
	enum sonde_rx_kind kind;
	sonde_at_ns at_ns;        /* kernel stamp converted to the monotonic clock, or the moment of reading */
	uint64_t token;           /* STAMP, ERROR: the probe. PACKET: the probe the kernel attributed this to, 0: nobody did */
	uint8_t token_bits;       /* PACKET with token: how many secret bits that attribution is worth (a connected socket: its port, 15) */
	int sys_errno;            /* ERROR */
	const uint8_t *bytes;     /* PACKET: whole IP packet */
	size_t length_bytes;
	uint8_t seen_count;                        /* 0: every byte was seen on the wire */
	bool rebuilt;                              /* only the bytes in `seen` were really seen; all others prove nothing */
	struct sonde_span seen[SONDE_SEEN_MAX];
};

/* What a trace asks before it starts. */
struct sonde_route_ask {
	struct sonde_addr dst;
	uint8_t protocol;         /* IP protocol of the probes */
	uint16_t dport;           /* 0 for methods without ports */
	uint16_t sport;           /* wanted source port, 0: any free one */
	const char *raw_method;   /* the name of a method that no ordinary socket sends, NULL: one does */
	bool hold_port;           /* the method has ports: hold a source port until close */
	struct sonde_addr src;    /* wanted source, family 0: any */
	const char *device;       /* wanted device (a VRF, too), NULL or "": any */
	uint32_t mark;            /* fwmark, 0: none */
	uint16_t size_bytes;      /* wanted size of the probes (whole IP packets), 0: any */
	const char *crafted;      /* what of the probes no packet of the kernel's own has, such as "ECN" in a SYN; NULL: nothing */
	bool broadcast;           /* a target that is a broadcast or multicast address is meant, else it is refused */
};

struct sonde_route {
	struct sonde_addr src;
	uint16_t sport;           /* held source port; 0 without hold_port */
	uint32_t ifindex;
	char device[16];
	uint32_t mtu_bytes;
	uint32_t device_mtu_bytes; /* of the device itself, whatever the kernel thinks of the way; 0: the same */
	bool policy_routed;       /* the application's packets leave by another device than a bare header-included packet would */
	bool rebound;             /* … and the wire was bound to the right one */
};

/* Whether a wire sees what comes to this machine's interfaces, beside what comes to its sockets. */
enum sonde_ear {
	SONDE_EAR_NONE,     /* it has no interfaces of this machine */
	SONDE_EAR_REFUSED,  /* it lacks the privilege, or the kernel the means */
	SONDE_EAR_DEAF,     /* it does, but missed some: what was overheard was there, what was not may have been */
	SONDE_EAR_OPEN,     /* it saw all */
};

/* By which a wire can tell unaltered answers to this run's probes from whatever else comes in, before anybody reads it: numbers made
 * from the run's secret, as secret as that. factor 0: there is none. */
struct sonde_seal {
	uint32_t factor, term;
};

struct sonde_wire_stats {
	uint64_t dropped_count;   /* lost to a full socket buffer */
	uint64_t unread_count;    /* … of what bears no seal: no unaltered answer was among them */
	enum sonde_ear ear;
};

/* A packet seen at an interface: one that came in, before this machine's firewall and routing judge it, or one that left behind them. */
struct sonde_overheard {
	struct sonde_rx rx;       /* kind PACKET */
	uint32_t ifindex;         /* the interface */
	bool outgoing;            /* a TCP reset of this machine's own kernel that left; else: what may answer a probe came in */
};

/* The interface a packet came in by, and what the kernel's check of its source (RFC 3704) makes of that. */
struct sonde_way_in {
	char device[16];          /* "": its name is not known any more */
	uint32_t waiting_count;   /* packets that wait to leave by it: what was to be seen leaving may be among them */
	bool gone;                /* the address that it is for is not this machine's any more */
	uint8_t rp_filter;        /* 0: it passes; else it is refused, and this is the rp_filter in force there: 1 strict, 2 loose */
};

struct sonde_wire;

/* The functions of a wire. All but notice, unsure, and overheard with way_in are mandatory. None blocks. */
struct sonde_wire_ops {
	const char *name;  /* "raw", "dgram", "sim" */
	/* Sends one packet. 0, or a positive errno: it did not leave. *sent_at_ns is the instant of handing over. */
	int (*send)(struct sonde_wire *wire, const struct sonde_tx *tx, sonde_at_ns *sent_at_ns);
	/* 1: *out filled; 0: nothing more now; negative enum sonde_err: the wire is broken.
	 * A stamp is delivered before any packet that could answer its probe. */
	int (*recv)(struct sonde_wire *wire, struct sonde_rx *out);
	/* Source, device and MTU towards a target; with hold_port also a source port that stays ours until close. */
	int (*route)(struct sonde_wire *wire, const struct sonde_route_ask *ask, struct sonde_route *out, struct sonde_error *err);
	/* A descriptor that polls readable when recv has something; -1: the wire's clock knows. */
	int (*poll_fd)(const struct sonde_wire *wire);
	void (*stats)(const struct sonde_wire *wire, struct sonde_wire_stats *out);
	/* What this wire cannot do for the given IP protocol, and the command that would give it back: one line, or NULL.
	 * The wire's memory. */
	const char *(*notice)(const struct sonde_wire *wire, uint8_t protocol);
	/* 1: *out is the oldest packet seen at an interface and not told yet, in memory of the wire until its next call; 0: nothing more.
	 * To be asked when something is missing: what was seen waits, and what found no room any more makes the ear a deaf one. */
	int (*overheard)(struct sonde_wire *wire, struct sonde_overheard *out);
	/* Asks the kernel about the packet that was overheard last. */
	void (*way_in)(struct sonde_wire *wire, const struct sonde_overheard *heard, struct sonde_way_in *out);
	/* True: probes of this protocol must go one at a time (answers could not be told apart). */
	bool (*serial)(const struct sonde_wire *wire, uint8_t protocol);
	/* True: a trace with this protocol keeps one flow. */
	bool (*flow_constant)(const struct sonde_wire *wire, uint8_t protocol);
	/* enum sonde_diff: fields of this protocol's probes, handed over up to now, that the kernel may have sent with values of its own.
	 * NULL: none. */
	uint32_t (*unsure)(const struct sonde_wire *wire, uint8_t protocol);
	/* Frees the wire and every held port. NULL is fine. */
	void (*close)(struct sonde_wire *wire);
};

/* First member of every wire. */
struct sonde_wire {
	const struct sonde_wire_ops *ops;
};

struct sonde_clock;
/* Monotonic time and waiting; the simulator brings its own. */
struct sonde_clock_ops {
	sonde_at_ns (*now)(struct sonde_clock *clock);
	/* Wall clock in nanoseconds since 1970 that belongs to `at_ns`. */
	int64_t (*wall_ns)(struct sonde_clock *clock, sonde_at_ns at_ns);
	/* Returns at `until_at_ns`, when a descriptor (ignored if negative) is readable, or when a signal came; never earlier
	 * without cause. */
	void (*wait)(struct sonde_clock *clock, sonde_at_ns until_at_ns, const int *fds, size_t fd_count);
};
struct sonde_clock {
	const struct sonde_clock_ops *ops;
};

#ifdef __cplusplus
}
#endif
#endif
