/* SPDX-License-Identifier: MIT */
/* Any bytes as calls of the engine, in any order, with answers that a stranger wrote, or spoiled. Whatever is called: time of events goes
 * on, a trace starts before all and ends behind all of its events, and they fit a path. */
#include "fuzz.h"
#include "packets.h"

#include "base/cursor.h"

#include <sonde/engine.h>
#include <sonde/path.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRACES_MAX = 4, CALLS_MAX = 400, SENT_MAX = 64, HEARD_BYTES = 512 };

struct probe {
	uint64_t token;
	struct made_packet packet;
};

struct lab {
	struct sonde_engine *engine;
	struct sonde_path *paths[TRACES_MAX];
	bool started[TRACES_MAX], ended[TRACES_MAX];
	uint32_t trace_count;
	struct probe sent[SENT_MAX];
	size_t sent_count;
	sonde_at_ns now, event_at_ns;
	uint64_t received_count;
	struct sn_reader calls;
};

static void holds(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "does not hold: %s\n", what);
	abort();
}

static void take_event(struct lab *lab, const struct sonde_event *event)
{
	uint32_t id = event->trace_id;
	holds(id < lab->trace_count, "an event is of a trace");
	holds(event->at_ns >= lab->event_at_ns, "events never go back");
	lab->event_at_ns = event->at_ns;
	holds((event->type == SONDE_EV_TRACE_START) == !lab->started[id], "a trace begins with its start");
	holds(!lab->ended[id], "nothing comes behind the end");
	lab->started[id] = true;
	lab->ended[id] = event->type == SONDE_EV_TRACE_END;
	if (event->type == SONDE_EV_REPLY || event->type == SONDE_EV_LATE || event->type == SONDE_EV_DUPLICATE) {
		holds(event->as.answer.rtt_ns >= -1, "a time is none, or not negative");
		holds(event->as.answer.match_bits > 0 && event->as.answer.from.family, "an answer is somebody's, by something");
	}
	if (event->type != SONDE_EV_EXTENSION || lab->paths[id])
		holds(sonde_path_apply(lab->paths[id], event) == SONDE_OK, "an event fits its path");
}

static void drain(struct lab *lab)
{
	struct sonde_event event;
	while (sonde_engine_next_event(lab->engine, &event))
		take_event(lab, &event);
}

static void add(struct lab *lab)
{
	struct sonde_trace_cfg cfg;
	uint32_t id;
	sonde_trace_cfg_init(&cfg);
	uint8_t family = sn_read_u8(&lab->calls) & 1 ? 6 : 4;
	cfg.method = sn_read_u8(&lab->calls) % sonde_method_count();
	uint8_t bits = sn_read_u8(&lab->calls);
	cfg.plan = bits % 3;
	cfg.queries = (uint8_t)(1 + (bits >> 2) % 4);
	cfg.first_ttl = (uint8_t)(1 + (bits >> 4) % 3);
	cfg.max_ttl = (uint8_t)(cfg.first_ttl + sn_read_u8(&lab->calls) % 12);
	cfg.payload = sn_read_u8(&lab->calls) % SONDE_PAYLOAD_COUNT;
	cfg.size_bytes = sn_read_u16(&lab->calls) % 1600;
	cfg.tcp_flags = sn_read_u8(&lab->calls);
	cfg.tcp_options = sn_read_u8(&lab->calls);
	cfg.mtu_bytes = 1500;
	cfg.ask_ttls[0] = 2;
	cfg.ask_ttls[1] = 9;
	cfg.ask_ttl_count = 2;
	cfg.ask_count = cfg.queries;
	(void)sonde_addr_parse(family == 4 ? "198.51.100.2" : "2001:db8::2", &cfg.src);
	(void)sonde_addr_parse(family == 4 ? "192.0.2.1" : "2001:db8::1", &cfg.dst);
	for (cfg.sport_count = 0; cfg.sport_count < SONDE_FLOWS_MAX; cfg.sport_count++)
		cfg.sport[cfg.sport_count] = (uint16_t)(32769 + cfg.sport_count);
	if (lab->trace_count == TRACES_MAX || sonde_engine_add(lab->engine, &cfg, &id) < 0)
		return;
	holds(id == lab->trace_count, "traces are counted");
	lab->trace_count++;
}

static void send_next(struct lab *lab)
{
	struct sonde_tx tx;
	uint8_t how = sn_read_u8(&lab->calls);
	if (!sonde_engine_next_tx(lab->engine, lab->now, &tx))
		return;
	holds(tx.token && tx.length_bytes >= 28 && tx.trace_id < lab->trace_count, "what is sent is a packet of a trace");
	struct probe *probe = &lab->sent[lab->sent_count++ % SENT_MAX];
	probe->token = tx.token;
	probe->packet.count = tx.length_bytes < PACKET_MAX_BYTES ? tx.length_bytes : PACKET_MAX_BYTES;
	memcpy(probe->packet.bytes, tx.bytes, probe->packet.count);
	/* 0: the wire never says what became of it. */
	static const int errnos[16] = {[1] = ENOBUFS, [2] = EPERM, [3] = EMSGSIZE};
	if (how % 16)
		sonde_engine_sent(lab->engine, tx.token, lab->now, errnos[how % 16]);
}

static const struct probe *some_probe(struct lab *lab)
{
	size_t known = lab->sent_count < SENT_MAX ? lab->sent_count : SENT_MAX;
	uint8_t which = sn_read_u8(&lab->calls);
	return known ? &lab->sent[which % known] : NULL;
}

static void give(struct lab *lab, const uint8_t *bytes, size_t count, uint64_t token)
{
	struct sonde_rx rx = {.kind = SONDE_RX_PACKET, .at_ns = lab->now, .length_bytes = count, .token = token,
	                      .token_bits = token ? 15 : 0};
	uint8_t how = sn_read_u8(&lab->calls);
	uint8_t *exact = made_exact(bytes, count);
	rx.bytes = exact;
	rx.at_ns -= how & 1 ? 20 * SONDE_MS : 0;
	if (how & 2) {
		rx.rebuilt = true;
		rx.seen_count = 2;
		rx.seen[0] = (struct sonde_span){.from_bytes = 12, .length_bytes = 4};
		rx.seen[1] = (struct sonde_span){.from_bytes = sn_read_u8(&lab->calls), .length_bytes = sn_read_u8(&lab->calls)};
	}
	sonde_engine_received(lab->engine, &rx);
	lab->received_count++;
	free(exact);
}

/* What a router, or the target, says of a probe; up to four of its bytes spoiled. */
static void answer(struct lab *lab)
{
	const struct probe *probe = some_probe(lab);
	uint8_t kind = sn_read_u8(&lab->calls), code = sn_read_u8(&lab->calls), spoil = sn_read_u8(&lab->calls);
	if (!probe)
		return;
	static const struct made_frame frame = {.object_bytes = 8};
	struct made_packet p;
	uint8_t version = probe->packet.bytes[0] >> 4;
	struct made_error error = {.type = (uint8_t)(kind & 3 ? (version == 4 ? 11 : 3) : kind >> 4), .code = (uint8_t)(code & 15),
	                           .quote_bytes = code & 16 ? SIZE_MAX : 48, .frame = code & 32 ? &frame : NULL};
	const struct made_ip from = {.version = version, .ttl = 60, .src_host = code & 64 ? 1 : 77, .dst_host = 2};
	made_error(&p, &from, &error, &probe->packet);
	for (unsigned i = 0; i < spoil % 5u; i++)
		p.bytes[sn_read_u8(&lab->calls) % p.count] ^= sn_read_u8(&lab->calls);
	if (spoil & 64)
		made_rechecksum(&p);
	give(lab, p.bytes, p.count, spoil & 128 ? probe->token : 0);
}

static void give_any(struct lab *lab)
{
	size_t count = sn_read_u8(&lab->calls), left = sn_reader_left(&lab->calls);
	const uint8_t *bytes = sn_read_view(&lab->calls, count < left ? count : left);
	if (bytes)
		give(lab, bytes, count < left ? count : left, 0);
}

static void tell(struct lab *lab)
{
	const struct probe *probe = some_probe(lab);
	uint8_t how = sn_read_u8(&lab->calls);
	struct sonde_rx rx = {.kind = how & 1 ? SONDE_RX_STAMP : SONDE_RX_ERROR, .at_ns = lab->now - (how & 2 ? SONDE_MS : 0),
	                      .token = probe && how & 4 ? probe->token : how * UINT64_C(0x100000001),
	                      .sys_errno = how & 1 ? 0 : ENETUNREACH};
	sonde_engine_received(lab->engine, &rx);
}

static void overhear(struct lab *lab)
{
	const struct probe *probe = some_probe(lab);
	struct sonde_event event;
	if (!probe)
		return;
	struct sonde_overheard heard = {.rx = {.at_ns = lab->now, .bytes = probe->packet.bytes, .length_bytes = probe->packet.count},
	                                .ifindex = 1, .outgoing = sn_read_u8(&lab->calls) & 1};
	drain(lab);
	if (sonde_engine_overheard(lab->engine, &heard, &event))
		holds(event.type == SONDE_EV_OVERHEARD && event.trace_id < lab->trace_count, "what is overheard is of a trace");
}

static void call(struct lab *lab)
{
	uint8_t which = sn_read_u8(&lab->calls);
	switch (which % 12) {
	case 0:
		add(lab);
		break;
	case 1:
	case 2:
		send_next(lab);
		break;
	case 3:
	case 4:
		answer(lab);
		break;
	case 5:
		give_any(lab);
		break;
	case 6:
		lab->now += (which / 12 + 1) * (sonde_ns)(10 * SONDE_MS);
		sonde_engine_tick(lab->engine, lab->now);
		break;
	case 7:
		drain(lab);
		break;
	case 8:
		tell(lab);
		break;
	case 9:
		overhear(lab);
		break;
	case 10: {
		sonde_at_ns next = sonde_engine_deadline(lab->engine);
		lab->now = next != SONDE_NEVER && next > lab->now ? next : lab->now;
		sonde_engine_tick(lab->engine, lab->now);
		break;
	}
	default:
		if (which & 128)
			sonde_engine_forget(lab->engine, sn_read_u8(&lab->calls) % 6);
		else
			sonde_engine_stop(lab->engine, sn_read_u8(&lab->calls) % 6, SONDE_STOP_INTERRUPTED);
		break;
	}
}

/* Each trace that is stopped ends, at once or when what it waits for is over. */
static void end(struct lab *lab)
{
	struct sonde_tx tx;
	struct sonde_engine_stats stats;
	drain(lab);
	for (uint32_t id = 0; id < lab->trace_count; id++)
		sonde_engine_stop(lab->engine, id, SONDE_STOP_INTERRUPTED);
	while (sonde_engine_next_tx(lab->engine, lab->now, &tx))
		sonde_engine_sent(lab->engine, tx.token, lab->now, EPERM);
	sonde_engine_tick(lab->engine, lab->now);
	drain(lab);
	sonde_engine_stats(lab->engine, &stats);
	holds(stats.received_count == lab->received_count, "what came in is counted");
	for (uint32_t id = 0; id < lab->trace_count; id++) {
		struct sonde_row row = {0};
		holds(lab->ended[id], "what is stopped ends");
		for (unsigned ttl = sonde_path_first_ttl(lab->paths[id]); ttl && ttl <= sonde_path_last_ttl(lab->paths[id]); ttl++)
			holds(sonde_path_row(lab->paths[id], (uint8_t)ttl, &row) == SONDE_OK, "a row can be made");
		sonde_row_finish(&row);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	static struct lab lab;
	const struct sonde_engine_cfg cfg = {.secret = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, .inflight_max = 64};
	memset(&lab, 0, sizeof lab);
	lab.now = SONDE_S;
	sn_reader_init(&lab.calls, bytes, count);
	if (sonde_engine_new(&lab.engine, &cfg, lab.now) < 0)
		return 0;
	bool room = true;
	for (size_t i = 0; i < TRACES_MAX; i++)
		room = sonde_path_new(&lab.paths[i]) == SONDE_OK && room;
	for (unsigned i = 0; room && i < CALLS_MAX && sn_reader_left(&lab.calls); i++)
		call(&lab);
	if (room)
		end(&lab);
	for (size_t i = 0; i < TRACES_MAX; i++)
		sonde_path_free(lab.paths[i]);
	sonde_engine_free(lab.engine);
	return 0;
}
