/* SPDX-License-Identifier: MIT */
/* The drive loop: drain what is to be sent, receive, let time pass, deliver events, wait. */
#include <sonde/finding.h>
#include <sonde/session.h>

#include "probe/method.h"

#include <stdlib.h>
#include <string.h>

/* Packets handled before events are delivered, so that a flood cannot keep the screen waiting. */
enum { BATCH = 256, FLOOD_TURNS = 16, USES_STEP = 64 };

/* What a trace sends with. */
struct use {
	uint8_t protocol, family, sport_count;
	uint16_t sport[SONDE_FLOWS_MAX];
	struct sonde_wire_stats before;  /* what the wire had lost when it began */
};

struct sonde_session {
	struct sonde_session_cfg cfg;
	struct sonde_engine *engine;
	uint32_t trace_count, ended_count;
	struct use *uses;         /* [trace id] */
	uint32_t *idle;           /* reuse_ports: traces that have ended and whose ports nobody has taken yet */
	uint32_t idle_count;
	enum sonde_stop stop;
	bool stopped;
	bool expects;             /* further traces will be added */
	bool more;                /* the wire may have more to tell at once */
	unsigned more_turns;      /* … for so many turns already */
	int wire_error;
	int error;                /* an event was lost: even the end of a trace may never be told */
	sonde_at_ns turn_at_ns;   /* when on_turn wants to be called again */
};

int sonde_session_new(struct sonde_session **out, const struct sonde_session_cfg *cfg)
{
	struct sonde_session *s = calloc(1, sizeof *s);
	if (!s)
		return SONDE_E_NOMEM;
	s->cfg = *cfg;
	int error = sonde_engine_new(&s->engine, &cfg->engine, cfg->clock->ops->now(cfg->clock));
	if (error) {
		free(s);
		return error;
	}
	*out = s;
	return 0;
}

void sonde_session_free(struct sonde_session *s)
{
	if (!s)
		return;
	sonde_engine_free(s->engine);
	free(s->uses);
	free(s->idle);
	free(s);
}

void sonde_session_stats(const struct sonde_session *s, struct sonde_engine_stats *out)
{
	sonde_engine_stats(s->engine, out);
}

/* ---- starting a trace ---- */

/* Further flows are only of use where an open port answers one probe a flow and is to be timed more than once; an ask keeps its one. */
static unsigned flows_wanted(const struct sn_method *method, const struct sonde_trace_cfg *cfg)
{
	if (!method->once_per_flow || cfg->queries < 2 || cfg->plan != SONDE_PLAN_SWEEP)
		return 1;
	return cfg->queries < SONDE_FLOWS_MAX ? cfg->queries : SONDE_FLOWS_MAX;
}

/* What a kernel that opens a connection leaves to nobody; NULL: nothing of it is asked for. */
static const char *crafted_of(uint8_t protocol, const struct sonde_trace_cfg *cfg)
{
	enum { ECN_MASK = 3 };
	if (protocol != SN_PROTO_TCP)
		return NULL;
	bool carries = cfg->payload == SONDE_PAYLOAD_TLS || cfg->payload == SONDE_PAYLOAD_BYTES ||
	               (cfg->attribution && sn_probe_takes_attribution(cfg));
	return cfg->tos & ECN_MASK ? "ECN" : cfg->tcp_options ? "options of their own" : carries ? "data" : NULL;
}

static struct sonde_route_ask route_ask(const struct sn_method *method, const struct sonde_session_wish *wish,
                                        const struct sonde_trace_cfg *cfg)
{
	return (struct sonde_route_ask){
	    .dst = cfg->dst,
	    .protocol = sonde_trace_protocol(cfg),
	    .raw_method = method->info.needs_raw ? method->info.name : NULL,
	    .hold_port = method->info.takes_port && !cfg->sport_count,
	    .src = cfg->src,
	    .dport = method->info.takes_port ? cfg->dport : 0,
	    .sport = cfg->sport[0],
	    .device = wish->device,
	    .mark = wish->mark,
	    .size_bytes = cfg->size_bytes,
	    .crafted = crafted_of(sonde_trace_protocol(cfg), cfg),
	    .broadcast = wish->broadcast,
	};
}

/* The ports of an ended trace, which the wire still holds. NULL: there are none. */
static const struct use *take_idle(struct sonde_session *s, uint8_t protocol, uint8_t family)
{
	for (uint32_t i = s->idle_count; i-- > 0;) {
		const struct use *use = &s->uses[s->idle[i]];
		if (use->protocol != protocol || use->family != family)
			continue;
		s->idle[i] = s->idle[--s->idle_count];
		return use;
	}
	return NULL;
}

/* A port that is held from another source, or that this wire cannot share, is no reason not to take a new one. */
static int ask_route(struct sonde_session *s, struct sonde_route_ask *ask, uint16_t idle_sport, struct sonde_route *route,
                     struct sonde_error *err)
{
	struct sonde_wire *wire = s->cfg.wire;
	struct sonde_error unused;
	struct sonde_route_ask again = *ask;
	again.sport = idle_sport;
	if (idle_sport && wire->ops->route(wire, &again, route, &unused) == SONDE_OK)
		return SONDE_OK;
	return wire->ops->route(wire, ask, route, err);
}

static int ask_routes(struct sonde_session *s, const struct sn_method *method, const struct sonde_session_wish *wish,
                      struct sonde_trace_cfg *cfg, struct sonde_route *route, struct sonde_error *err)
{
	struct sonde_route_ask ask = route_ask(method, wish, cfg);
	unsigned wanted = ask.hold_port ? flows_wanted(method, cfg) : 1;
	bool may_reuse = s->cfg.reuse_ports && ask.hold_port && !ask.sport;
	const struct use *idle = may_reuse ? take_idle(s, ask.protocol, cfg->dst.family) : NULL;
	for (unsigned i = 0; i < wanted; i++) {
		struct sonde_route further;
		int error = ask_route(s, &ask, idle && i < idle->sport_count ? idle->sport[i] : 0, i ? &further : route, err);
		/* The trace works with one port; only fewer times of an open port are lost where more cannot be held. */
		if (error && i)
			break;
		if (error)
			return error;
		if (ask.hold_port)
			cfg->sport[cfg->sport_count++] = i ? further.sport : route->sport;
		ask.sport = 0;
	}
	cfg->src = route->src;
	memcpy(cfg->device, route->device, sizeof cfg->device);
	cfg->policy_routed = route->policy_routed;
	cfg->rebound = route->rebound;
	/* Who measures the path's MTU does not ask the kernel what it remembers of it. */
	bool own = cfg->plan == SONDE_PLAN_PMTU && route->device_mtu_bytes;
	uint32_t mtu_bytes = own ? route->device_mtu_bytes : route->mtu_bytes;
	cfg->mtu_bytes = (uint16_t)(mtu_bytes < UINT16_MAX ? mtu_bytes : UINT16_MAX);
	return 0;
}

static struct sonde_wire_stats stats_of(const struct sonde_session *s)
{
	struct sonde_wire_stats stats = {0};
	s->cfg.wire->ops->stats(s->cfg.wire, &stats);
	return stats;
}

static int note_use(struct sonde_session *s, uint32_t trace_id, uint8_t protocol, const struct sonde_trace_cfg *cfg)
{
	if (trace_id % USES_STEP == 0) {
		struct use *grown = reallocarray(s->uses, trace_id + USES_STEP, sizeof *grown);
		if (!grown)
			return SONDE_E_NOMEM;
		s->uses = grown;
		uint32_t *idle = reallocarray(s->idle, trace_id + USES_STEP, sizeof *idle);
		if (!idle)
			return SONDE_E_NOMEM;
		s->idle = idle;
	}
	struct use *use = &s->uses[trace_id];
	*use = (struct use){.protocol = protocol, .family = cfg->dst.family, .sport_count = cfg->sport_count,
	                    .before = stats_of(s)};
	memcpy(use->sport, cfg->sport, sizeof use->sport);
	return 0;
}

/* A method that this family has not, or not with that protocol. */
static int not_there(const struct sonde_trace_cfg *cfg, struct sonde_error *err)
{
	char label[SONDE_LABEL_BYTES];
	unsigned family = cfg->dst.family, other = family == 6 ? 4 : 6;
	sonde_fail(err, SONDE_E_USAGE, 0, "method %s does not exist over IPv%u", sonde_label(cfg, label), family);
	return sonde_hint(err, SONDE_E_USAGE, "give an IPv%u address, or -%u", other, other);
}

int sonde_session_add(struct sonde_session *s, const struct sonde_trace_cfg *wanted, const struct sonde_session_wish *wish,
                      uint32_t *trace_id, struct sonde_route *route, struct sonde_error *err)
{
	const struct sn_method *method = sn_method(wanted->method);
	if (!method)
		return sonde_fail(err, SONDE_E_RANGE, 0, "method %zu does not exist", wanted->method);
	struct sonde_trace_cfg cfg = *wanted;
	uint8_t protocol = sonde_trace_protocol(&cfg);
	if (!protocol)
		return not_there(&cfg, err);
	if (method->info.takes_port && cfg.dport == 0)
		cfg.dport = method->info.default_port;
	int error = ask_routes(s, method, wish, &cfg, route, err);
	if (error)
		return error;
	cfg.serial = s->cfg.wire->ops->serial(s->cfg.wire, protocol);
	error = note_use(s, s->trace_count, protocol, &cfg); /* trace ids count up from 0 */
	if (!error)
		error = sonde_engine_add(s->engine, &cfg, trace_id);
	if (error)
		return sonde_fail(err, error, 0, "a trace cannot be started: %s", sonde_err_sentence(error));
	s->trace_count++;
	return 0;
}

int sonde_session_hold(struct sonde_session *s, const struct sonde_trace_cfg *cfg, const struct sonde_session_wish *wish, uint16_t sport,
                       uint16_t *held, struct sonde_error *err)
{
	const struct sn_method *method = sn_method(cfg->method);
	struct sonde_route route = {0};
	if (!method || !method->info.takes_port)
		return sonde_fail(err, SONDE_E_RANGE, 0, "method %zu has no ports", cfg->method);
	struct sonde_route_ask ask = route_ask(method, wish, cfg);
	ask.hold_port = true;
	ask.sport = sport;
	int code = s->cfg.wire->ops->route(s->cfg.wire, &ask, &route, err);
	*held = code == SONDE_OK ? route.sport : 0;
	return code;
}

void sonde_session_expect(struct sonde_session *s, bool more)
{
	s->expects = more;
}

/* ---- the loop ---- */

static sonde_at_ns now(const struct sonde_session *s)
{
	return s->cfg.clock->ops->now(s->cfg.clock);
}

/* read_at_ns: everything that came in before that instant was given to the engine. */
static void send_due(struct sonde_session *s, sonde_at_ns read_at_ns)
{
	struct sonde_tx tx;
	for (int i = 0; i < BATCH && sonde_engine_next_tx(s->engine, read_at_ns, &tx); i++) {
		sonde_at_ns sent_at_ns = now(s);
		int sys_errno = s->cfg.wire->ops->send(s->cfg.wire, &tx, &sent_at_ns);
		sonde_engine_sent(s->engine, tx.token, sent_at_ns, sys_errno);
	}
}

static void receive(struct sonde_session *s)
{
	struct sonde_rx rx;
	int got = 0;
	for (int i = 0; i < BATCH && (got = s->cfg.wire->ops->recv(s->cfg.wire, &rx)) > 0; i++)
		sonde_engine_received(s->engine, &rx);
	s->more = got > 0;
	if (got < 0)
		s->wire_error = got;
}

/* What is missing may have come as far as an interface. With more to read from the sockets it may wait there as well. */
static void listen_at_interfaces(struct sonde_session *s)
{
	const struct sonde_wire_ops *ops = s->cfg.wire->ops;
	struct sonde_overheard heard;
	struct sonde_event event;
	unsigned count = 0;
	if (!ops->overheard || s->more)
		return;
	/* a flood of strangers' packets must not keep us here: what is left then stays unheard */
	while (count < FLOOD_TURNS * BATCH && ops->overheard(s->cfg.wire, &heard) > 0) {
		count++;
		if (!sonde_engine_overheard(s->engine, &heard, &event))
			continue;
		if (!heard.outgoing)
			ops->way_in(s->cfg.wire, &heard, &event.as.overheard.way);
		s->cfg.on_event(s->cfg.ctx, &event);
	}
}

static void complete_end(const struct sonde_session *s, const struct sonde_wire_stats *before, struct sonde_event_end *end)
{
	struct sonde_wire_stats stats = stats_of(s);
	uint64_t unread = stats.unread_count - before->unread_count, dropped = stats.dropped_count - before->dropped_count;
	end->dropped_count = (uint32_t)dropped;
	end->unread_count = (uint32_t)unread;
	end->ear = s->more && stats.ear == SONDE_EAR_OPEN ? SONDE_EAR_DEAF : stats.ear;
}

/* What the wire knows of an event and the engine does not. */
static void complete(const struct sonde_session *s, struct sonde_event *event)
{
	const struct sonde_wire *wire = s->cfg.wire;
	if (event->probe.token && wire->ops->unsure)
		event->probe.unsure = wire->ops->unsure(wire, s->uses[event->trace_id].protocol);
	if (event->type == SONDE_EV_TRACE_END)
		complete_end(s, &s->uses[event->trace_id].before, &event->as.end);
}

static void deliver(struct sonde_session *s)
{
	struct sonde_event event;
	bool listened = false;
	while (sonde_engine_next_event(s->engine, &event)) {
		bool ends = event.type == SONDE_EV_TRACE_END;
		if (!listened && (ends || event.type == SONDE_EV_TIMEOUT))
			listen_at_interfaces(s);
		listened |= ends || event.type == SONDE_EV_TIMEOUT;
		complete(s, &event);
		s->ended_count += ends;
		if (ends && s->cfg.reuse_ports && s->uses[event.trace_id].sport_count)
			s->idle[s->idle_count++] = event.trace_id;
		s->cfg.on_event(s->cfg.ctx, &event);
		if (ends)
			sonde_engine_forget(s->engine, event.trace_id);
	}
	struct sonde_engine_stats stats;
	sonde_engine_stats(s->engine, &stats);
	if (stats.lost_count)
		s->error = SONDE_E_NOMEM;
}

bool sonde_session_turn(struct sonde_session *s)
{
	sonde_at_ns read_at_ns = now(s);
	receive(s);
	if (s->stopped)
		for (uint32_t id = 0; id < s->trace_count; id++)
			sonde_engine_stop(s->engine, id, s->stop);
	/* With more to read nothing is decided yet; but a flood of strangers' packets must not keep us from sending. */
	s->more_turns = s->more ? s->more_turns + 1 : 0;
	if (s->more_turns % FLOOD_TURNS == 0)
		send_due(s, read_at_ns);
	deliver(s);
	s->turn_at_ns = s->cfg.on_turn ? s->cfg.on_turn(s->cfg.ctx, now(s)) : SONDE_NEVER;
	return s->ended_count < s->trace_count || (s->expects && !s->stopped);
}

int sonde_session_run(struct sonde_session *s, struct sonde_error *err)
{
	for (;;) {
		bool goes_on = sonde_session_turn(s);
		if (s->error)
			return sonde_fail(err, s->error, 0, "no room for what happens to a trace");
		if (!goes_on)
			return 0;
		if (s->wire_error)
			return sonde_fail(err, s->wire_error, 0, "the %s wire stopped receiving", s->cfg.wire->ops->name);
		sonde_at_ns until = sonde_engine_deadline(s->engine);
		const int fds[] = {s->cfg.wire->ops->poll_fd(s->cfg.wire), s->cfg.wake_fd};
		if (s->stopped || s->more)
			continue;
		s->cfg.clock->ops->wait(s->cfg.clock, until < s->turn_at_ns ? until : s->turn_at_ns, fds, sizeof fds / sizeof *fds);
	}
}

void sonde_session_stop(struct sonde_session *s, enum sonde_stop stop)
{
	s->stopped = true;
	s->stop = stop;
}
