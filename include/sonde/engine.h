/* SPDX-License-Identifier: MIT */
/* The engine: instants and packets in, packets and events out. It does no I/O, reads no clock and no random device. */
#ifndef SONDE_ENGINE_H
#define SONDE_ENGINE_H

#include <sonde/base.h>
#include <sonde/event.h>
#include <sonde/probe.h>
#include <sonde/wire.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sonde_engine;

struct sonde_engine_cfg {
	uint8_t secret[16];       /* key of all identities of this run; from a good random source */
	struct sonde_seal seal;   /* what probes bear, for a wire that looks for it; must come from the secret */
	uint32_t inflight_max;    /* most probes remembered at once; 0: 4,000,000 */
	uint32_t responder_burst; /* answers asked of one responder at once; 0: 5 (Linux gives 6, then one a second) */
	sonde_ns responder_refill_ns;   /* one more after this time; 0: 1 s */
	uint32_t per_second_max;  /* probes of all traces, evenly; 1 % and one more where sending was late. 0: no cap */
};

/* Counters since the engine was made. */
struct sonde_engine_stats {
	uint64_t received_count;       /* packets given to the engine */
	uint64_t stray_count;          /* fitted no probe: foreign, or forged */
	uint64_t forged_count;         /* of these: named the flow and the target of a trace, and did not fit its secret */
	uint64_t bad_checksum_count;
	uint64_t malformed_count;
	uint64_t duplicate_count;
	uint64_t late_count;
	uint64_t weak_count;
	uint64_t lost_count;           /* probes and events that there was no memory for: what was told is not all that happened */
};

/* Makes an engine whose time starts at now. *out is the caller's to free. SONDE_E_NOMEM. */
SONDE_API int sonde_engine_new(struct sonde_engine **out, const struct sonde_engine_cfg *cfg, sonde_at_ns now) SONDE_MUST_USE;
/* NULL is fine. */
SONDE_API void sonde_engine_free(struct sonde_engine *engine);
/* Starts a trace. *trace_id counts from 0. SONDE_E_NOMEM, SONDE_E_RANGE (cfg out of range). */
SONDE_API int sonde_engine_add(struct sonde_engine *engine, const struct sonde_trace_cfg *cfg, uint32_t *trace_id) SONDE_MUST_USE;
/* Ends a trace now with stop reason `stop`; its rows and its TRACE_END are emitted as events. */
SONDE_API void sonde_engine_stop(struct sonde_engine *engine, uint32_t trace_id, enum sonde_stop stop);
/* Frees what an ended trace holds; its id is never used again. */
SONDE_API void sonde_engine_forget(struct sonde_engine *engine, uint32_t trace_id);
/* True: *out is a packet to send now. out->bytes is the engine's until its next call. Call sonde_engine_sent for each. */
SONDE_API bool sonde_engine_next_tx(struct sonde_engine *engine, sonde_at_ns now, struct sonde_tx *out);
/* The probe left at sent_at_ns (sys_errno 0), or did not leave. A second call with 0 corrects the instant (kernel stamp). */
SONDE_API void sonde_engine_sent(struct sonde_engine *engine, uint64_t token, sonde_at_ns sent_at_ns, int sys_errno);
/* A packet came in (kind PACKET), or a stamp or a local error (the same as sonde_engine_sent). rx is only read during the call. */
SONDE_API void sonde_engine_received(struct sonde_engine *engine, const struct sonde_rx *rx);
/* A packet was seen at an interface. True: *out is the OVERHEARD event that it is worth, but for as.overheard.way: an answer to a
 * probe that has none yet, a SYN-ACK, or our own reset to one. The caller puts it among the events, before the next that it takes.
 * Nothing is decided by it: no probe is settled, no plan told, nothing counted. */
SONDE_API bool sonde_engine_overheard(struct sonde_engine *engine, const struct sonde_overheard *heard, struct sonde_event *out);
/* Time has passed. */
SONDE_API void sonde_engine_tick(struct sonde_engine *engine, sonde_at_ns now);
/* The next instant at which tick or next_tx would do something; SONDE_NEVER: idle. */
SONDE_API sonde_at_ns sonde_engine_deadline(const struct sonde_engine *engine);
/* True: *out is the oldest event not yet taken. */
SONDE_API bool sonde_engine_next_event(struct sonde_engine *engine, struct sonde_event *out);
SONDE_API void sonde_engine_stats(const struct sonde_engine *engine, struct sonde_engine_stats *out);

#ifdef __cplusplus
}
#endif
#endif
