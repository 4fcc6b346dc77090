/* SPDX-License-Identifier: MIT */
/* An engine on a bench: instants and hand-made packets in, what it sends and says out. Every event it ever gives is held against the
 * grammar of events. */
#ifndef SONDE_TESTS_ENGINELAB_H
#define SONDE_TESTS_ENGINELAB_H

#include "packets.h"

#include <sonde/engine.h>

enum { LAB_SENT_MAX = 2048, LAB_EVENTS_MAX = 8192, LAB_TRACES_MAX = 32, LAB_SERIALS_MAX = 2048 };

/* What may come next for a probe. */
enum lab_state { LAB_NEW, LAB_SENT, LAB_ANSWERED, LAB_EXPIRED, LAB_UNSENT };

/* A packet the engine sent. */
struct lab_sent {
	uint64_t token;
	uint32_t trace_id;
	uint8_t ttl;
	uint8_t family;
	sonde_at_ns at_ns;
	struct made_packet packet;
};

struct lab_trace {
	bool started, stood, ended;
	unsigned next_settled;  /* the row that must settle next */
	enum lab_state states[LAB_SERIALS_MAX];
	struct sonde_trace_cfg cfg;
	struct sonde_event_end end;
};

struct lab {
	struct sonde_engine *engine;
	sonde_at_ns now;
	int send_errno;   /* each send fails with it; 0: they succeed */
	struct lab_sent sent[LAB_SENT_MAX];
	size_t sent_count;
	struct sonde_event events[LAB_EVENTS_MAX];
	size_t event_count;
	struct lab_trace traces[LAB_TRACES_MAX];
};

/* An engine with a fixed secret whose time begins at 1 s. */
void lab_init(struct lab *lab);
void lab_finish(struct lab *lab);
/* A trace from 198.51.100.2 (2001:db8::2) to 192.0.2.1 (2001:db8::1), ports 32769 and on: what packets.h makes by itself comes from its
 * target. One query. */
struct sonde_trace_cfg lab_cfg(const char *method, uint8_t family);
uint32_t lab_add(struct lab *lab, const struct sonde_trace_cfg *cfg);

/* Sends what is due now, confirms it, takes all events. */
void lab_turn(struct lab *lab);
/* Turns at every deadline up to then, and then; fails where a deadline does not move on. */
void lab_until(struct lab *lab, sonde_at_ns at_ns);
/* Goes on until the trace has ended. */
void lab_until_end(struct lab *lab, uint32_t trace_id);
/* Goes on until a probe of that TTL has been sent; the last such. */
const struct lab_sent *lab_sent_at(struct lab *lab, uint32_t trace_id, uint8_t ttl);

/* Gives the engine a packet that arrived at at_ns, and takes the events. */
void lab_give(struct lab *lab, const struct made_packet *packet, sonde_at_ns at_ns);
void lab_give_rx(struct lab *lab, const struct sonde_rx *rx);

/* Answers to a probe. host: last byte of who answers, 1 is the target. quote_bytes: how much an error quotes of the probe's packet. */
void lab_exceeded(struct made_packet *out, const struct lab_sent *sent, uint8_t host, size_t quote_bytes);
void lab_port_unreachable(struct made_packet *out, const struct lab_sent *sent, uint8_t host, size_t quote_bytes);
void lab_host_unreachable(struct made_packet *out, const struct lab_sent *sent, uint8_t host, size_t quote_bytes);
void lab_echo_reply(struct made_packet *out, const struct lab_sent *sent, uint8_t host);
/* flags: with ACK, the acknowledged number is one more than the probe's. */
void lab_segment(struct made_packet *out, const struct lab_sent *sent, uint8_t host, uint8_t flags);
/* An echo service (RFC 862). */
void lab_udp_echo(struct made_packet *out, const struct lab_sent *sent, uint8_t host);
/* What a target says whose port is closed, by the probe's protocol. */
void lab_target_answer(struct made_packet *out, const struct lab_sent *sent);

/* Events so far of that type (of any trace), and the last of them, NULL: none. */
unsigned lab_count(const struct lab *lab, enum sonde_event_type type);
const struct sonde_event *lab_last(const struct lab *lab, enum sonde_event_type type);
struct sonde_engine_stats lab_stats(const struct lab *lab);

#endif
