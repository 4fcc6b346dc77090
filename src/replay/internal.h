/* SPDX-License-Identifier: MIT */
/* What the files of a replay share: the packets that were kept, what was asked, what answered, and the traces. */
#ifndef SN_REPLAY_INTERNAL_H
#define SN_REPLAY_INTERNAL_H

#include "replay/protocols.h"
#include "replay/replay.h"

/* A timestamp request (RFC 792). */
enum { SN_REPLAY_TIMESTAMP = 13 };

/* What a packet may be. A datagram of UDP may be either. */
enum {
	SN_HEARD_ASK = 1,
	SN_HEARD_ANSWER = 2,
	SN_HEARD_TAIL = 4,    /* the last piece of a packet, for its length */
	SN_HEARD_DAMAGED = 8, /* it would be an answer, were its checksum right */
};

/* A packet that was kept. */
struct sn_heard {
	sonde_at_ns at_ns;
	size_t offset_bytes;   /* in the replay's bytes; grows with the order of reading */
	uint16_t length_bytes;
	uint8_t kinds;         /* SN_HEARD_… */
	bool paired;           /* an answer: what it answers is known */
	bool own_checksum;     /* its transport checksum is what was on the wire: not left to hardware, not cut off */
};

enum sn_ask_state { SN_ASK_PENDING, SN_ASK_ANSWERED, SN_ASK_EXPIRED, SN_ASK_UNSENT };
#define SN_NO_TRACE UINT32_MAX

/* A packet that asks: a probe, or ordinary traffic. */
struct sn_ask {
	uint32_t heard;
	uint32_t trace;        /* SN_NO_TRACE: none */
	uint32_t serial;       /* within its trace, from 1 */
	uint8_t version, protocol, ttl, query, flow;
	uint8_t state;         /* enum sn_ask_state, while it is played */
	uint16_t damaged_count; /* answers to it whose checksum was wrong */
	bool answered;         /* by something … */
	sonde_at_ns answered_at_ns; /* … for the first time then */
	bool exceeded;         /* its TTL ran out on the way */
	bool repeated;         /* the same packet had been sent before, by a kernel that had no answer */
	bool again;            /* it was asked again beside a comparison's sweep, which does not count it */
	bool connected;        /* it goes on with a connection that an earlier one began */
	uint16_t sport, dport; /* ICMP: id and sequence number */
	uint32_t seq, ack;     /* TCP; seq: SCTP's initiate tag, DCCP's number */
	uint16_t data_bytes;   /* TCP, cut off or not */
	uint8_t tcp_flags, icmp_type;
	uint16_t size_bytes;   /* as captured: of the whole packet, or of its first piece */
	bool may_be_cut;       /* IPv4: DF is not set */
	uint32_t whole_bytes;  /* it is the first piece of a packet so long; 0: it is whole, or its last piece is missing */
	struct sonde_addr src, dst;
};

/* An answer that quotes nothing, and what it shows of the question. */
struct sn_reply {
	const struct sn_packet *packet;
	struct sn_ident ident;
	enum sonde_meaning meaning;
};

/* An answer and what it answers. */
struct sn_pairing {
	uint32_t heard, ask;
	enum sonde_meaning meaning;
	uint8_t bits;          /* that fitted */
	bool untimed;          /* which of several probes it answers cannot be told */
};

struct sn_replay_trace {
	struct sonde_trace_cfg cfg;
	size_t ask_from, ask_count;          /* in by_trace */
	size_t pairing_from, pairing_count;
	bool flow_constant;
	bool asked_again;                    /* some of its probes were */
	bool once_per_flow;                  /* its main flow has further ones beside it, for an open port */
};

struct sn_replay {
	struct sn_heard *heard;              /* in order of time, once paired */
	size_t heard_count, heard_capacity;
	uint8_t *bytes;
	size_t bytes_count, bytes_capacity;
	sonde_at_ns until_ns;
	struct sn_ask *asks;                 /* in order of time */
	size_t ask_count;
	struct sn_pairing *pairings;         /* in order of time; sorted by trace before they are played */
	size_t pairing_count, pairing_capacity;
	struct sn_replay_trace *traces;
	size_t trace_count, trace_capacity;
	uint32_t *by_trace;                  /* asks, trace by trace, in order of time */
	sonde_at_ns *rounds;                 /* when the run began again; in order of time, once paired */
	size_t round_count, round_capacity;
	uint64_t work_count;                 /* probes that were looked at for an answer: what a made-up capture may cost */
	size_t orphan_count;                 /* errors that quote a probe which the capture does not hold */
	size_t cut_count;                    /* errors that a snap length cut before what would tell the probe */
};

static inline const uint8_t *sn_heard_bytes(const struct sn_replay *replay, const struct sn_heard *heard)
{
	return replay->bytes + heard->offset_bytes;
}
static inline const struct sn_heard *sn_ask_heard(const struct sn_replay *replay, const struct sn_ask *ask)
{
	return &replay->heard[ask->heard];
}
/* Bytes of the whole packet that asked, whatever it was cut into. */
static inline uint16_t sn_ask_bytes(const struct sn_ask *ask, const struct sn_packet *packet)
{
	uint32_t bytes = ask->whole_bytes ? ask->whole_bytes : packet->ip.total_bytes;
	return (uint16_t)(bytes < UINT16_MAX ? bytes : UINT16_MAX);
}
/* Reads a kept packet. */
bool sn_heard_parse(const struct sn_replay *replay, const struct sn_heard *heard, struct sn_packet *out);

/* Makes room for one more item; the count is the caller's. */
int sn_replay_reserve(void **items, size_t count, size_t *capacity, size_t item_bytes);

/* asks.c: the packets that ask, in order of time. SONDE_E_NOMEM. */
int sn_replay_find_asks(struct sn_replay *replay);

/* protocols.c: both ports of a transport header, or of an ICMP query id and sequence number; 0 of other protocols. */
void sn_read_ports(uint8_t protocol, const uint8_t *upper, size_t upper_bytes, uint16_t *sport, uint16_t *dport);
/* The number that tells apart the probes of one flow. False: cut off. */
bool sn_read_number(uint8_t protocol, const uint8_t *upper, size_t upper_bytes, uint32_t *out);
/* What a quote of all of a packet would show, as the method that speaks its protocol reads it. */
bool sn_ask_shows(const struct sn_packet *sent, struct sn_ident *out);
/* The same for a reply. False: no method takes it for an answer. */
bool sn_reply_read(const struct sn_packet *packet, struct sn_reply *out);

/* pair.c: what each answer answers. SONDE_E_NOMEM. */
int sn_replay_find_answers(struct sn_replay *replay);

/* fit.c: how well an answer fits what may have been asked: bits that fit, 0: it does not. */
unsigned sn_fit_quote(const struct sn_replay *replay, const struct sn_ask *ask, const struct sn_packet *answer);
/* The same for an answer that quotes nothing. */
unsigned sn_fit_reply(const struct sn_replay *replay, const struct sn_ask *ask, const struct sn_reply *reply);

/* What the quote of an answer shows of what was asked. False: nothing. */
bool sn_fit_compare(const struct sn_replay *replay, const struct sn_ask *ask, const struct sn_packet *answer, struct sonde_quote *out);

/* When the first and the last probe of a trace were sent. */
sonde_at_ns sn_replay_began_at_ns(const struct sn_replay *replay, const struct sn_replay_trace *trace);
sonde_at_ns sn_replay_last_at_ns(const struct sn_replay *replay, const struct sn_replay_trace *trace);

/* rounds.c: puts them in order; whether one begins after before_ns and not after at_ns. */
void sn_replay_sort_rounds(struct sn_replay *replay);
bool sn_replay_begins_between(const struct sn_replay *replay, sonde_at_ns before_ns, sonde_at_ns at_ns);

/* traces.c: which of what was asked are probes of a trace. SONDE_E_NOMEM, SONDE_E_RANGE. */
int sn_replay_find_traces(struct sn_replay *replay);

/* again.c: what comparisons asked again joins the traces that it is about. SONDE_E_NOMEM. */
int sn_replay_find_again(struct sn_replay *replay);

/* sizes.c: its probes look for the path's MTU, and the largest of them. */
bool sn_replay_measures(const struct sn_replay *replay, const struct sn_replay_trace *trace, uint16_t *most_bytes);

/* guess.c: what a trace was asked to do, from its probes and their answers. */
void sn_replay_guess(const struct sn_replay *replay, struct sn_replay_trace *trace);

#endif
