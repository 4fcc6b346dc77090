/* SPDX-License-Identifier: MIT */
/* Other people's packets: a captured traceroute of any tool in, the events that a live run would have given out. */
#ifndef SN_REPLAY_REPLAY_H
#define SN_REPLAY_REPLAY_H

#include <sonde/event.h>

/* Bounds of what a capture may make us remember. Of a packet so many bytes are kept: no router quotes more of a probe that matters, and
 * behind a quote may stand extensions. */
enum {
	SN_REPLAY_PACKETS_MAX = 1 << 20,
	SN_REPLAY_KEPT_BYTES = 512,
	SN_REPLAY_KEPT_ERROR_BYTES = 2048,
	SN_REPLAY_TRACES_MAX = 4096,
	SN_REPLAY_COMPARED_MAX = 32, /* methods in one table: as many as a comparison may be asked for */
};
#define SN_REPLAY_BYTES_MAX ((size_t)256 << 20)
/* In the trace id of an event: the probe was asked again beside a comparison's sweep, as if by a trace of its own. */
#define SN_REPLAY_AGAIN ((uint32_t)1 << 31)

struct sn_replay;

/* *out is the caller's to free. SONDE_E_NOMEM. */
int sn_replay_new(struct sn_replay **out) SONDE_MUST_USE;
/* NULL is fine. */
void sn_replay_free(struct sn_replay *replay);

/* Takes an IP packet, or its beginning where a snap length cut it, in any order of time. Looks at what may be a probe or an answer, and
 * forgets all others. SONDE_E_NOMEM; SONDE_E_RANGE: more than the bounds above, this one was not taken. */
int sn_replay_packet(struct sn_replay *replay, sonde_at_ns at_ns, const uint8_t *bytes, size_t length_bytes) SONDE_MUST_USE;
/* The capture went on at least until then: what is unanswered up to there is silence. */
void sn_replay_until(struct sn_replay *replay, sonde_at_ns at_ns);

/* From then on the run asks everything once more, or a hop for its limiter: no trace goes on past it. SONDE_E_NOMEM. */
int sn_replay_round(struct sn_replay *replay, sonde_at_ns at_ns) SONDE_MUST_USE;

/* Finds answers and traces, once all packets are there. SONDE_E_NOMEM; SONDE_E_RANGE: too many traces, those after them are left out. */
int sn_replay_pair(struct sn_replay *replay) SONDE_MUST_USE;

/* Traces in order of their first probe; trace ids count from 0 in that order. */
size_t sn_replay_count(const struct sn_replay *replay);
/* What a trace was asked to do, as far as its packets show it. NULL for a number out of range; the replay's memory. */
const struct sonde_trace_cfg *sn_replay_cfg(const struct sn_replay *replay, size_t trace);
/* Whether its probes keep one flow. */
bool sn_replay_flow_constant(const struct sn_replay *replay, size_t trace);
/* Its traces ask one target from one address side by side, each by a method or port of its own: a comparison. */
bool sn_replay_is_comparison(const struct sn_replay *replay);
/* Its traces are those of rounds, by one method, each target asked in several: --repeat. */
bool sn_replay_is_repeated(const struct sn_replay *replay);
/* Its traces are two searches for one path's MTU, by echo requests and right behind them by UDP: sonde mtu. */
bool sn_replay_is_asked_again(const struct sn_replay *replay);
/* How many of its traces stand for themselves; those behind them ask single hops of these for their limiters, as --investigate does. */
size_t sn_replay_told_count(const struct sn_replay *replay);
/* How many probes a trace has. */
size_t sn_replay_probe_count(const struct sn_replay *replay, size_t trace);
/* ICMP errors that quote a packet from and to the addresses of a trace which the capture does not hold: who captured missed some. */
size_t sn_replay_orphan_count(const struct sn_replay *replay);
/* ICMP errors of which a snap length left too little to tell what they answer. */
size_t sn_replay_cut_count(const struct sn_replay *replay);
/* Tells from where probes of all traces were answered, once for each answer. */
void sn_replay_responders(const struct sn_replay *replay, void (*on_addr)(void *ctx, const struct sonde_addr *addr), void *ctx);
/* Tells the events of one trace, from its start to its end; to be called once for each. Instants are those of the packets. The first
 * failure of on_event ends it and is returned. SONDE_E_NOMEM. */
int sn_replay_play(struct sn_replay *replay, size_t trace, int (*on_event)(void *ctx, const struct sonde_event *event),
                   void *ctx) SONDE_MUST_USE;

#endif
