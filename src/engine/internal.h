/* SPDX-License-Identifier: MIT */
/* What the engine's files share: the trace with its probes, and the engine itself. */
#ifndef SN_ENGINE_INTERNAL_H
#define SN_ENGINE_INTERNAL_H

#include "engine/index.h"
#include "engine/pacer.h"
#include "engine/ring.h"
#include "engine/wakes.h"
#include "plan/plan.h"
#include "probe/method.h"

#include <sonde/engine.h>

enum sn_probe_state {
	SN_PROBE_PENDING,
	SN_PROBE_ANSWERED,
	SN_PROBE_EXPIRED,  /* a tombstone: an answer now is late */
	SN_PROBE_UNSENT,   /* failed on this machine */
};

/* All that is remembered of a probe: what it showed is told again from its key. Ten thousand traces keep some ninety each, and each packet,
 * out or in, goes through those of its trace: what is looked at then stands by itself. */
struct sn_probe_rec {
	uint32_t tag;          /* its method's tag field */
	uint8_t ttl;           /* 0: the plan's probe at TTL 255 */
	uint8_t query;
	uint8_t flow;
	uint8_t state : 2, retry : 1, confirmed : 1, crowded : 1, fixed : 1; /* fixed: as in its ident */
};

/* … and what is read of one probe alone. */
struct sn_probe_kept {
	uint64_t key;
	sonde_at_ns sent_at_ns;
};

/* What copies of a trace's probes show that a device on the way made of them all: see agree.c. */
struct sn_agreed {
	uint32_t field;      /* SONDE_DIFF_SEQ or SONDE_DIFF_SPORT; 0: none showed such a thing */
	uint32_t value;      /* by how much the number moved, or the port */
	uint32_t serial;     /* of the probe that showed it */
	bool known, never;   /* two agreed; somebody guesses: none is asked any more */
};

struct sn_trace {
	struct sonde_trace_cfg cfg;
	const struct sn_method *method;
	const struct sn_plan_ops *plan;
	uint32_t id;
	struct sn_flow flow;          /* of cfg, and its secrets: every packet asks for it */
	uint32_t probe_count, probe_capacity;
	struct sn_probe_rec *probes;  /* [serial - 1] */
	struct sn_probe_kept *kept;   /* the same */
	uint16_t *sizes;              /* the same, what its plan wanted of each; NULL: no plan of other sizes than the trace's */
	struct sn_wake wake;
	struct sn_trace *next_due;    /* in the engine's list of traces whose plan has news */
	struct sn_index_node by_dst, by_flow;
	uint32_t forged_count;        /* packets that named its flow and showed none of its secrets */
	struct sonde_damaged damaged; /* answers with a wrong checksum */
	uint8_t transit_top;          /* highest TTL answered as transit */
	struct sn_agreed agreed;
	bool is_due, started, ended;
	_Alignas(8) uint8_t plan_state[];
};

/* A packet that nearly fits, until another agrees with it. */
enum { SN_HELD_COUNT = 8, SN_HELD_BYTES = 1500 };
struct sn_held {
	struct sonde_rx rx;  /* bytes NULL: none, or too long */
	uint32_t trace_id;
	bool forged;         /* it was counted as such */
	uint8_t bytes[SN_HELD_BYTES];
};

struct sonde_engine {
	struct sonde_engine_cfg cfg;
	sonde_at_ns now_ns;           /* up to this instant everything that came in was given to us: what plans decide by */
	sonde_at_ns event_at_ns;      /* of the newest event: events never go back */
	struct sn_trace **traces;     /* [trace id]; NULL once forgotten */
	uint32_t trace_count, trace_capacity, live_count;
	struct sn_index index;
	struct sn_wakes wakes;
	struct sn_trace *due, *due_last; /* whose plans have news: at once, without a way through the heap, in the order of the news */
	struct sn_ring ring;
	struct sn_pacer pacer;
	struct sn_rate rate;
	struct sonde_engine_stats stats;
	struct sn_held held[SN_HELD_COUNT];
	uint8_t *packet;              /* SN_PACKET_MAX bytes: the packet handed out last; as many behind it to cut it in */
};

/* Tokens: trace id in the upper half, serial number (from 1) in the lower one. */
static inline uint64_t sn_token(const struct sn_trace *trace, uint32_t serial)
{
	return (uint64_t)trace->id << 32 | serial;
}

/* The probe of a token, NULL: unknown or forgotten. */
struct sn_probe_rec *sn_engine_probe(const struct sonde_engine *engine, uint64_t token, struct sn_trace **trace);
static inline uint32_t sn_serial(const struct sn_trace *trace, const struct sn_probe_rec *rec)
{
	return (uint32_t)(rec - trace->probes) + 1;
}
static inline struct sn_probe_kept *sn_kept(const struct sn_trace *trace, const struct sn_probe_rec *rec)
{
	return &trace->kept[rec - trace->probes];
}
static inline uint8_t sn_real_ttl(const struct sn_probe_rec *rec)
{
	return rec->ttl ? rec->ttl : SONDE_TTL_LAST;
}

/* Adds a probe for a plan's SEND step, builds its packet into engine->packet. Its length, 0: out of memory or too large. */
size_t sn_engine_add_probe(struct sonde_engine *engine, struct sn_trace *trace, const struct sn_plan_step *step, sonde_at_ns now,
                           struct sn_probe_rec **out);
/* What a probe must show. */
void sn_engine_expect(const struct sn_trace *trace, const struct sn_probe_rec *rec, struct sn_ident *ident);

/* Builds the packet of a probe that was sent once more into engine->packet; piece: its first fragment, where it left in several. Returns
 * its length. */
size_t sn_engine_rebuild(struct sonde_engine *engine, const struct sn_trace *trace, const struct sn_probe_rec *rec, bool piece);

/* A quote that fits no probe, but would fit this one were it not for one field that a device on the way may have rewritten. */
struct sn_near {
	struct sn_trace *trace;
	struct sn_probe_rec *rec;  /* NULL: there is none such */
	uint32_t field;            /* SONDE_DIFF_SEQ or SONDE_DIFF_SPORT */
	uint32_t value;            /* by how much the number moved; the port */
};

/* What a received packet was found to be. */
struct sn_match {
	struct sn_trace *trace;
	struct sn_probe_rec *rec;
	struct sn_fit fit;
	enum sonde_meaning meaning;
	bool untimed;      /* answers some probe of the flow, nobody can tell which */
	const struct sn_packet *packet;
	bool of_unsent;    /* fits a probe that did not leave */
	struct sn_trace *forged;  /* not found: it names this trace's flow all the same */
	struct sn_near near;      /* not found: what it nearly fits */
	struct sn_trace *guessed; /* not found: another port, and a number that none of this trace's fixed probes has */
};
/* Finds the probe that a parsed packet answers. False: none of ours. */
bool sn_engine_match(struct sonde_engine *engine, const struct sonde_rx *rx, const struct sn_packet *packet, struct sn_match *out);

/* The same for a packet of this machine's own: which probe it takes back. False: none of ours. */
bool sn_engine_match_own(struct sonde_engine *engine, const struct sonde_rx *rx, const struct sn_packet *packet, struct sn_match *out);
/* What was not found is near a probe, and an earlier one, near another probe, shows the same change: both will be found now, the first one,
 * if it is still there, first. Else it is held in the place of that. */
bool sn_engine_agrees(struct sonde_engine *engine, const struct sn_match *match, const struct sonde_rx *rx, struct sn_held **first);
/* Takes back in what was seen what copies of this trace agree about; the field, 0: nothing. */
uint32_t sn_engine_undo_agreed(const struct sn_trace *trace, struct sn_ident *seen);
/* A packet that was broken on its way (or forged carelessly) is no evidence of anything. */
bool sn_engine_is_broken(const struct sn_packet *packet);
/* What an answer says, for its event. Writes over engine->packet. */
void sn_engine_answer(struct sonde_engine *e, const struct sn_match *m, const struct sonde_rx *rx, struct sonde_event_answer *a);
/* What the quote of a match shows of its probe. Writes over engine->packet. */
void sn_engine_quote(struct sonde_engine *engine, const struct sn_match *match, const struct sn_seen *seen, struct sonde_quote *out);

/* The objects behind its quote, each as an event: right behind the answer's own, `of`. */
void sn_engine_extensions(struct sonde_engine *engine, const struct sn_match *match, const struct sonde_rx *rx, enum sonde_event_type of);

/* Keys under which a trace is found in the index. */
uint64_t sn_engine_key_of_dst(const struct sonde_engine *engine, const struct sonde_addr *dst);
uint64_t sn_engine_key_of_flow(const struct sonde_engine *engine, uint8_t protocol, uint16_t flow);

/* The plan of a trace has news: it is asked before time passes. */
void sn_engine_due(struct sonde_engine *engine, struct sn_trace *trace);
/* Something happened at at_ns: later events are not earlier. */
void sn_engine_happened(struct sonde_engine *engine, sonde_at_ns at_ns);
/* Starts an event; with a probe, fills its part. */
void sn_engine_event(const struct sonde_engine *engine, const struct sn_trace *trace, const struct sn_probe_rec *rec,
                     enum sonde_event_type type, struct sonde_event *out);

#endif
