/* SPDX-License-Identifier: MIT */
/* The drive loop: an engine, a wire and a clock turned until every trace has ended. */
#ifndef SONDE_SESSION_H
#define SONDE_SESSION_H

#include <sonde/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sonde_session;

struct sonde_session_cfg {
	struct sonde_wire *wire;     /* borrowed: outlives the session */
	struct sonde_clock *clock;   /* borrowed */
	struct sonde_engine_cfg engine;
	void *ctx;                   /* handed to the two callbacks */
	void (*on_event)(void *ctx, const struct sonde_event *event);
	/* Called once per turn, after all events of that turn, before waiting (redraw here). Returns the latest instant at which it
	 * wants to be called again, SONDE_NEVER for none. May be NULL. */
	sonde_at_ns (*on_turn)(void *ctx, sonde_at_ns now);
	bool reuse_ports;            /* a trace takes the source ports of one that has ended: many traces hold few descriptors */
	int wake_fd;                 /* readable: a signal came (signalfd, pipe); -1: none. The session only waits on it. */
};

/* Where the wire must send from; the rest of the wish is in the trace's cfg (src, sport[0], dst, dport, method, size_bytes). */
struct sonde_session_wish {
	const char *device;   /* NULL or "": any */
	uint32_t mark;
	bool broadcast;       /* the target may be a broadcast or multicast address */
};

/* cfg is copied. SONDE_E_NOMEM. */
SONDE_API int sonde_session_new(struct sonde_session **out, const struct sonde_session_cfg *cfg) SONDE_MUST_USE;
/* NULL is fine. Wire and clock stay the caller's. */
SONDE_API void sonde_session_free(struct sonde_session *session);
/* Asks the wire for source, device, MTU and ports and starts the trace. On failure *err says why (no route, privilege, …). */
SONDE_API int sonde_session_add(struct sonde_session *session, const struct sonde_trace_cfg *cfg, const struct sonde_session_wish *wish,
                                uint32_t *trace_id, struct sonde_route *route, struct sonde_error *err) SONDE_MUST_USE;
/* Holds a source port for a trace that is added later with it in its cfg; sport 0: any free one. */
SONDE_API int sonde_session_hold(struct sonde_session *session, const struct sonde_trace_cfg *cfg, const struct sonde_session_wish *wish,
                                 uint16_t sport, uint16_t *held, struct sonde_error *err) SONDE_MUST_USE;
/* While more is true the session goes on without a trace: on_turn will add some, at the instant that it returns. */
SONDE_API void sonde_session_expect(struct sonde_session *session, bool more);
/* One turn without waiting: drain, send, receive, tick, deliver events. False: every trace has ended, and no more are expected. */
SONDE_API bool sonde_session_turn(struct sonde_session *session);
/* Turns and waits until every trace has ended and no more are expected. A negative enum sonde_err when the wire broke. */
SONDE_API int sonde_session_run(struct sonde_session *session, struct sonde_error *err) SONDE_MUST_USE;
/* Ends all traces at the next turn (interrupted, deadline of the caller …); may be called from the callbacks. */
SONDE_API void sonde_session_stop(struct sonde_session *session, enum sonde_stop stop);
SONDE_API void sonde_session_stats(const struct sonde_session *session, struct sonde_engine_stats *out);

#ifdef __cplusplus
}
#endif
#endif
