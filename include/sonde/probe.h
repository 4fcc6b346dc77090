/* SPDX-License-Identifier: MIT */
/* Probe methods as a user names them, and what one trace is asked to do. */
#ifndef SONDE_PROBE_H
#define SONDE_PROBE_H

#include <sonde/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A row of the method table as the outside sees it. Static storage. */
struct sonde_method_info {
	const char *name;       /* "icmp", "udp", … */
	const char *summary;    /* one line for help and completions */
	uint8_t protocol4;      /* IP protocol number over IPv4 */
	uint8_t protocol6;      /* next header over IPv6; 0: the method is none of IPv6 */
	bool takes_port;        /* NAME:PORT is allowed, and there are source ports */
	bool takes_protocol;    /* NAME:PROTOCOL is allowed, an IP protocol that no other method speaks */
	uint16_t default_port;  /* the number meant without :NUMBER; 0 where neither is taken */
	uint8_t length_step_bytes;  /* lengths of its packets are so far apart; 0: any length */
	bool needs_raw;         /* no ordinary socket sends it: only a wire that sends whole packets does */
	bool flow_constant;     /* one trace keeps one flow on the raw wire */
	const char *silence;    /* what silence of the target may mean: a sentence, or NULL */
};

/* Number of methods; ids are 0 … count-1 and stay in table order. */
SONDE_API size_t sonde_method_count(void);
/* NULL for an id out of range. */
SONDE_API const struct sonde_method_info *sonde_method_info(size_t id);
/* The id of a name (without :PORT), or -1. */
SONDE_API int sonde_method_find(const char *name);

/* Source ports one trace may use: [0] is the constant flow, the others serve further queries to an open TCP port. */
#define SONDE_FLOWS_MAX 8
#define SONDE_TTL_LAST 255

/* How a trace goes about it. */
enum sonde_plan {
	SONDE_PLAN_SWEEP,  /* from first_ttl to the target, or as far as anything answers */
	SONDE_PLAN_ASK,    /* so many probes to each of a few TTLs, whatever they get */
	SONDE_PLAN_PMTU,   /* probes of many sizes: which get through, and where the others stop; within 10 s */
};
/* Most TTLs that one ASK has, and most probes in all. */
#define SONDE_ASK_TTLS_MAX 8
#define SONDE_ASK_PROBES_MAX 512

/* TCP control bits of a probe (RFC 9293 section 3.1). What carries no SYN, or an ACK, is of no connection: a host resets it, whether the
 * port is open or closed, but for a lone FIN, which an open port ignores (section 3.10.7). There is no probe with SYN and FIN. */
enum sonde_tcp_flags {
	SONDE_TCP_FIN = 1,
	SONDE_TCP_SYN = 2,
	SONDE_TCP_ACK = 16,
};

/* Options of a SYN (IANA "TCP Option Kind Numbers"); without a SYN the timestamp alone. */
enum sonde_tcp_option {
	SONDE_TCP_MSS = 1,     /* RFC 9293 section 3.7.1 */
	SONDE_TCP_SACK = 2,    /* SACK permitted, RFC 2018 section 2 */
	SONDE_TCP_STAMP = 4,   /* RFC 7323 section 3 */
	SONDE_TCP_WSCALE = 8,  /* RFC 7323 section 2 */
	SONDE_TCP_TFO = 16,    /* a request for a fast open cookie, RFC 7413 section 4.1.1 */
	SONDE_TCP_MPTCP = 32,  /* MP_CAPABLE of version 1, RFC 8684 section 3.1 */
	SONDE_TCP_NONE = 128,  /* not one: with this bit the others say nothing */
};

/* What a probe carries behind its UDP or TCP header. There is no empty UDP one: over IPv6 nothing of a probe's identity would be left. */
enum sonde_payload {
	SONDE_PAYLOAD_DEFAULT,  /* TCP: nothing. UDP: by the port: DNS to 53, NTP to 123, QUIC to 443, else the pattern */
	SONDE_PAYLOAD_PATTERN,  /* UDP: a key, then letters up to size_bytes */
	SONDE_PAYLOAD_DNS,      /* UDP: a question of fixed length (RFC 1035) */
	SONDE_PAYLOAD_NTP,      /* UDP: a client's request of fixed length (RFC 5905) */
	SONDE_PAYLOAD_QUIC,     /* UDP: an Initial of 1200 bytes or more, of a version that nobody speaks (RFC 9000 section 6.3) */
	SONDE_PAYLOAD_TLS,      /* TCP: a ClientHello (RFC 8446) as data of the SYN */
	/* carried->bytes as they are, and where size_bytes leaves two bytes or more behind them, a key. Without one UDP probes are
	 * told apart by IP id, over IPv6 by the flow label alone, which then is another in each: their answers are weak. */
	SONDE_PAYLOAD_BYTES,
	SONDE_PAYLOAD_COUNT
};

/* What a payload is made of that is the caller's own. */
struct sonde_carried {
	const uint8_t *bytes;      /* BYTES */
	uint16_t count;            /* … how many, at least one */
	const char *server_name;   /* TLS: whom it asks for (RFC 6066 section 3); NULL: nobody by name */
};

/* Most characters of a URI that probes carry. */
#define SONDE_ATTRIBUTION_MAX 200

/* What one trace is asked to do. {0} is not valid: start from sonde_trace_cfg_init. */
struct sonde_trace_cfg {
	struct sonde_addr src;            /* source address of the probes (from wire->route) */
	struct sonde_addr dst;            /* target */
	size_t method;                    /* id in the method table */
	uint16_t dport;                   /* destination port, or IP protocol where the method takes one; 0: the method's default */
	uint16_t sport[SONDE_FLOWS_MAX];  /* held source ports (from wire->route) */
	uint8_t sport_count;              /* at least 1 for methods with ports. Given to sonde_session_add: so many are held already */
	uint8_t first_ttl;                /* -f, 1 … 255 */
	uint8_t max_ttl;                  /* -m, first_ttl … 255 */
	uint8_t queries;                  /* -q, answers wanted per hop, 1 … 255 */
	uint8_t window;                   /* -N, probes in flight, however long the path; 0: as the plan sees fit */
	uint8_t gap;                      /* --gap, consecutive silent hops after which the sweep stops */
	uint8_t tos;                      /* DSCP and ECN byte */
	uint8_t tcp_flags;                /* TCP: enum sonde_tcp_flags; 0: SYN. Others need the raw wire */
	uint8_t tcp_options;              /* TCP: enum sonde_tcp_option; 0: MSS, SACK, STAMP and scale 7. Others: raw wire */
	uint8_t wscale;                   /* … of WSCALE where tcp_options asks for it */
	uint16_t mss;                     /* … of MSS; 0: what Ethernet leaves, 1460 or 1440 */
	uint8_t payload;                  /* UDP, TCP: enum sonde_payload */
	const struct sonde_carried *carried;  /* BYTES, TLS; the caller's as long as anybody reads this: trace, path, event */
	const char *attribution;          /* a URI in each probe that has a place (RFC 9511), the caller's as carried; NULL */
	bool no_df;                       /* may be fragmented: IPv4 by routers, both here where longer than mtu_bytes */
	uint32_t flow_label;              /* IPv6, 20 bits; constant in one trace. 0: random … */
	bool flow_label_given;            /* … unless this says that 0 is meant */
	uint16_t size_bytes;              /* whole IP packet; 0: the method's own smallest good size */
	uint16_t mtu_bytes;               /* of the outgoing device; 0: unknown */
	char device[16];                  /* the interface they leave by (from wire->route); "": unknown */
	bool policy_routed;               /* the application's packets would leave otherwise than a bare header-included one … */
	bool rebound;                     /* … and the probes take the same way as they (from wire->route) */
	bool serial;                      /* the wire needs one probe in flight at a time */
	bool no_wait;                     /* --no-wait: end when the rows stand */
	bool no_retry;                    /* a row of a single query that stayed silent is not asked again: the caller decides that */
	sonde_ns send_gap_ns;             /* -z, least time between two probes of this trace; 0: default */
	sonde_ns wait_max_ns;             /* -w, longest wait for one probe; 0: default. ASK: the wait for each, default 1 s */
	sonde_ns deadline_ns;             /* --deadline, whole trace; 0: none */
	uint8_t plan;                     /* enum sonde_plan */
	bool unpaced;                     /* the engine's other traces are not considered: for bursts that are meant */
	/* ASK reads no first_ttl, max_ttl, queries and gap, but these: */
	uint8_t ask_ttls[SONDE_ASK_TTLS_MAX];  /* each at least 1, none twice; the first probe of each goes before any second one */
	uint8_t ask_ttl_count;            /* 1 … SONDE_ASK_TTLS_MAX */
	uint8_t ask_count;                /* probes to each TTL, at least 1; in all SONDE_ASK_PROBES_MAX at most */
};

/* The IP protocol of a trace's probes; 0: its method does not exist over that family, or not with that number. */
SONDE_API uint8_t sonde_trace_protocol(const struct sonde_trace_cfg *cfg);

/* Defaults: icmp, TTL 1-30, 3 queries, gap 10. */
SONDE_API void sonde_trace_cfg_init(struct sonde_trace_cfg *cfg);

#ifdef __cplusplus
}
#endif
#endif
