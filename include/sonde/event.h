/* SPDX-License-Identifier: MIT */
/* What happened in a trace, as a stream of plain values: the only thing that tables, findings and renderers read. */
#ifndef SONDE_EVENT_H
#define SONDE_EVENT_H

#include <sonde/base.h>
#include <sonde/extension.h>
#include <sonde/probe.h>
#include <sonde/quote.h>
#include <sonde/wire.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What an answer says, whatever family and protocol it came in (RFC 792, 1122, 1812, 4443, 9293).
 * name: stable id for machine formats. mark: traceroute's annotation behind the time ("" for none,
 * "!F" is followed by -MTU, "!" by <code>). */
#define SONDE_MEANINGS(X) \
	X(NONE, "none", "", "nothing") \
	X(TIME_EXCEEDED, "time-exceeded", "", "the TTL ran out in transit") \
	X(REASSEMBLY_EXCEEDED, "reassembly-exceeded", "!", "fragments were missing at reassembly") \
	X(ECHO_REPLY, "echo-reply", "", "echo reply") \
	X(TIMESTAMP_REPLY, "timestamp-reply", "", "timestamp reply") \
	X(SYN_ACK, "syn-ack", "", "the TCP port is open") \
	X(RST, "rst", "", "the TCP port is closed") \
	X(RST_TO_ACK, "rst-to-ack", "", "the host resets what belongs to no connection, whether the TCP port is open or closed") \
	X(BARE_ACK, "bare-ack", "", "the TCP port is open, this probe was not timed") \
	X(INIT_ACK, "init-ack", "", "the SCTP port is open") \
	X(ABORT, "abort", "", "the SCTP port is closed") \
	X(DCCP_RESPONSE, "dccp-response", "", "the DCCP port is open") \
	X(DCCP_OTHER_SERVICE, "dccp-other-service", "", "the DCCP port is open to another service") \
	X(DCCP_RESET, "dccp-reset", "", "the DCCP port is closed") \
	X(UDP_REPLY, "udp-reply", "", "the service answered") \
	X(PORT_UNREACHABLE, "port-unreachable", "", "the port is closed") \
	X(NET_UNREACHABLE, "net-unreachable", "!N", "no way to the network from there") \
	X(HOST_UNREACHABLE, "host-unreachable", "!H", "no way to the host from there") \
	X(PROTOCOL_UNREACHABLE, "protocol-unreachable", "!P", "the protocol is not served") \
	X(ADMIN_PROHIBITED, "admin-prohibited", "!X", "administratively prohibited") \
	X(PACKET_TOO_BIG, "packet-too-big", "!F", "too big for the next link") \
	X(SOURCE_ROUTE_FAILED, "source-route-failed", "!S", "source route failed") \
	X(UNREACHABLE, "unreachable", "!", "unreachable for another reason") \
	X(PRECEDENCE_VIOLATION, "precedence-violation", "!V", "host precedence violation") \
	X(PRECEDENCE_CUTOFF, "precedence-cutoff", "!C", "precedence cutoff in effect") \
	X(PARAMETER_PROBLEM, "parameter-problem", "!", "a header field was not understood") \
	X(ECHO_REQUEST, "echo-request", "", "echo request") \
	X(OTHER, "other", "!", "another message")

enum sonde_meaning {
#define X(id, name, mark, sentence) SONDE_M_##id,
	SONDE_MEANINGS(X)
#undef X
	SONDE_M_COUNT
};

/* The columns of the table above; an unknown value reads as OTHER. Static storage. */
SONDE_API const char *sonde_meaning_name(enum sonde_meaning meaning);
SONDE_API const char *sonde_meaning_mark(enum sonde_meaning meaning);
SONDE_API const char *sonde_meaning_sentence(enum sonde_meaning meaning);
/* A connection is half open at who says so: a further probe of the flow may get nothing, and the answer be repeated. */
SONDE_API bool sonde_meaning_half_opens(enum sonde_meaning meaning);
/* … or is open there already: what says otherwise of the end of the path leaves it free for the next probe of the flow. */
SONDE_API bool sonde_meaning_holds_flow(enum sonde_meaning meaning);

enum sonde_event_type {
	SONDE_EV_TRACE_START,  /* a trace begins */
	SONDE_EV_SENT,         /* a probe left (or was handed to the wire) */
	SONDE_EV_REPLY,        /* first answer to a probe, in time */
	SONDE_EV_LATE,         /* first answer to a probe, after it had timed out: it counts as answered from now on */
	SONDE_EV_DUPLICATE,    /* a further answer to an answered probe */
	SONDE_EV_EXTENSION,    /* an object that the answer just told carried: they follow it at once, in the order they stood in */
	SONDE_EV_TIMEOUT,      /* a probe is no longer waited for */
	SONDE_EV_OVERHEARD,    /* an answer was seen at an interface of this machine: to a probe that has none yet, or a SYN-ACK; or
	                        * the reset by which this machine's kernel refuses a SYN-ACK was seen leaving. A REPLY or LATE may
	                        * still follow */
	SONDE_EV_LOCAL_ERROR,  /* a probe did not leave this machine; never loss of the path */
	SONDE_EV_HOP_SETTLED,  /* the row of this TTL stands; comes once per TTL, in TTL order */
	SONDE_EV_ROWS_STAND,   /* all rows of a sweep stand, it only waits for what a router may still say late; once a sweep */
	SONDE_EV_TRACE_END,    /* the trace has ended; the last event of its trace */
};

/* How a trace ended. name: stable id for machine formats. */
#define SONDE_STOPS(X) \
	X(NONE, "none") \
	X(REACHED, "reached") \
	X(UNREACHABLE, "unreachable")     /* someone said so, and nothing behind answered */ \
	X(REFUSED, "refused")             /* port-unreachable in a name that is not the target's */ \
	X(CONTRADICTED, "contradicted")   /* answers in the target's name that the evidence speaks against */ \
	X(GAP, "gap-limit")               /* silence from some hop on */ \
	X(MAX_TTL, "max-ttl")             /* the path is longer than -m */ \
	X(ASKED, "asked")               /* what one ask had to send is answered or given up; `reached` says whether by the target */ \
	X(DEADLINE, "deadline") \
	X(LOCAL_ERROR, "local-error") \
	X(INTERRUPTED, "interrupted") \
	X(CAPTURE_END, "capture-end")    /* a capture that was read ends while answers might still come */

enum sonde_stop {
#define X(id, name) SONDE_STOP_##id,
	SONDE_STOPS(X)
#undef X
};
SONDE_API const char *sonde_stop_name(enum sonde_stop stop);

/* The probe an event speaks of. */
struct sonde_event_probe {
	uint64_t token;          /* identifies the probe within its engine, never 0 */
	uint32_t serial;         /* 1, 2, … in order of sending within the trace */
	uint8_t ttl;
	uint8_t query;           /* 1, 2, … within the TTL */
	uint8_t flow;            /* 0: the constant flow */
	bool retry;              /* sent because the TTL had been silent */
	bool crowded;            /* this engine's traces had asked its router for more than routers commonly answer: silence is no loss */
	uint16_t sport, dport;   /* 0 for methods without ports */
	uint16_t icmp_id, icmp_seq;  /* of an echo request; 0 for other methods */
	uint16_t ip_id;          /* IPv4; 0 for IPv6 */
	uint16_t size_bytes;     /* whole IP packet */
	uint32_t unsure;         /* enum sonde_diff: fields above that this machine's kernel may have sent with a value of its own */
	sonde_at_ns sent_at_ns;
};

/* The answer an event speaks of (REPLY, LATE, DUPLICATE, OVERHEARD). */
struct sonde_event_answer {
	struct sonde_addr from;
	sonde_at_ns at_ns;
	sonde_ns rtt_ns;               /* at least 0; -1: answered, not timed (BARE_ACK, a SYN-ACK that may be a repetition) */
	enum sonde_meaning meaning;
	uint8_t icmp_type, icmp_code;  /* valid where is_icmp */
	bool is_icmp;
	bool in_targets_name;          /* from == target */
	bool from_self;                /* from == our own source: this machine says so */
	bool weak;                     /* matched by fewer bits than make forging hopeless: decides nothing alone */
	uint8_t match_bits;            /* secret bits that fitted */
	uint8_t reply_ttl;             /* TTL or hop limit the answer arrived with; 0: unknown */
	bool offloaded;                /* its checksum had been left to hardware */
	uint16_t mtu_bytes;            /* PACKET_TOO_BIG: next-hop MTU, 0 unknown */
	uint32_t diff;                 /* enum sonde_diff: fields of the probe's identity that it shows rewritten; a checksum only where
	                                * what else was rewritten does not explain it */
	struct sonde_quote quote;      /* ICMP errors: the probe as it got there, field by field */
};

/* One object of an answer, or a piece of it (SONDE_EXTENSION_PIECES_MAX at most of one answer). */
struct sonde_event_extension {
	enum sonde_event_type of;          /* REPLY, LATE, DUPLICATE: what it came with */
	struct sonde_extension object;
};

struct sonde_event_overheard {
	struct sonde_event_answer answer;  /* empty where own_reset */
	bool own_reset;                    /* this machine's own reset, leaving */
	struct sonde_way_in way;           /* how the answer came in */
};

/* Answers, and the first and the last row to whose probes they came; 0: to none, or only to the one at TTL 255. */
struct sonde_damaged {
	uint32_t count;
	uint8_t first_ttl, last_ttl;
};

struct sonde_event_end {
	enum sonde_stop stop;
	bool reached;
	uint8_t distance;             /* TTL of the target's row; 0 unknown */
	uint8_t last_ttl;             /* last row that stands, 0 none */
	uint8_t last_answering_ttl;   /* highest TTL at which anything answered, 0 none */
	bool ttl255_asked;            /* the probe at TTL 255 was sent */
	enum sonde_meaning ttl255;    /* what it got, NONE: silence */
	struct sonde_addr by;         /* UNREACHABLE, REFUSED, CONTRADICTED: who said it */
	uint8_t by_ttl;               /* … to the probe of which row, 0: only to the one at TTL 255 */
	enum sonde_meaning why;       /* what it said */
	uint8_t why_code;             /* its ICMP code */
	int sys_errno;                /* LOCAL_ERROR: errno of the last failed send */
	uint32_t probe_count;         /* probes that left */
	uint32_t stray_count;         /* packets since the engine started that quoted nothing of ours, or were forged */
	uint32_t forged_count;        /* … of these: named this trace's flow and target, and showed none of its secrets */
	struct sonde_damaged damaged; /* answers to its probes whose checksum was wrong: not believed */
	uint32_t dropped_count;       /* answers the wire is known to have lost (socket buffer overflow) */
	uint32_t unread_count;        /* packets that it lost likewise, none of them an answer but such as were rewritten on the way */
	enum sonde_ear ear;           /* whether OVERHEARD events can be believed to be all */
};

/* One event. Plain values: may be copied, stored, compared. */
struct sonde_event {
	enum sonde_event_type type;
	uint32_t trace_id;
	sonde_at_ns at_ns;                 /* when it happened; events of one engine never go back */
	struct sonde_event_probe probe;    /* SENT … LOCAL_ERROR; HOP_SETTLED: only ttl */
	union {
		struct sonde_trace_cfg start;      /* TRACE_START */
		struct sonde_event_answer answer;  /* REPLY, LATE, DUPLICATE */
		struct sonde_event_extension extension;
		struct sonde_event_overheard overheard;
		struct sonde_event_end end;        /* TRACE_END */
		int sys_errno;                     /* LOCAL_ERROR */
	} as;
};

#ifdef __cplusplus
}
#endif
#endif
