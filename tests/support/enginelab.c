/* SPDX-License-Identifier: MIT */
/* The bench an engine is tried on, and the grammar its events must keep. */
#include "enginelab.h"

#include "test.h"

#include <stdlib.h>
#include <string.h>

enum { WHOLE = PACKET_MAX_BYTES };

void lab_init(struct lab *lab)
{
	memset(lab, 0, sizeof *lab);
	lab->now = SONDE_S;
	struct sonde_engine_cfg cfg = {.secret = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
	assert_int_equal(sonde_engine_new(&lab->engine, &cfg, lab->now), 0);
}

void lab_finish(struct lab *lab)
{
	sonde_engine_free(lab->engine);
	lab->engine = NULL;
}

struct sonde_trace_cfg lab_cfg(const char *method, uint8_t family)
{
	struct sonde_trace_cfg cfg;
	sonde_trace_cfg_init(&cfg);
	int id = sonde_method_find(method);
	assert_true(id >= 0);
	cfg.method = (size_t)id;
	cfg.queries = 1;
	assert_true(sonde_addr_parse(family == 4 ? "198.51.100.2" : "2001:db8::2", &cfg.src));
	assert_true(sonde_addr_parse(family == 4 ? "192.0.2.1" : "2001:db8::1", &cfg.dst));
	for (cfg.sport_count = 0; cfg.sport_count < SONDE_FLOWS_MAX; cfg.sport_count++)
		cfg.sport[cfg.sport_count] = (uint16_t)(32769 + cfg.sport_count);
	return cfg;
}

uint32_t lab_add(struct lab *lab, const struct sonde_trace_cfg *cfg)
{
	uint32_t id = UINT32_MAX;
	assert_int_equal(sonde_engine_add(lab->engine, cfg, &id), 0);
	assert_true(id < LAB_TRACES_MAX);
	lab->traces[id].cfg = *cfg;
	lab->traces[id].next_settled = cfg->first_ttl;
	return id;
}

/* ---- the grammar of events ---- */

static void check_probe(struct lab_trace *trace, const struct sonde_event *event)
{
	const struct sonde_event_probe *probe = &event->probe;
	assert_true(probe->serial >= 1 && probe->serial < LAB_SERIALS_MAX);
	assert_true(probe->token != 0 && probe->ttl >= trace->cfg.first_ttl && probe->query >= 1);
	enum lab_state *state = &trace->states[probe->serial], was = *state;
	switch (event->type) {
	case SONDE_EV_SENT:
		assert_int_equal(was, LAB_NEW);
		*state = LAB_SENT;
		break;
	case SONDE_EV_REPLY:
		assert_int_equal(was, LAB_SENT);
		*state = LAB_ANSWERED;
		break;
	case SONDE_EV_TIMEOUT:
		assert_int_equal(was, LAB_SENT);
		*state = LAB_EXPIRED;
		break;
	case SONDE_EV_LATE:
		assert_int_equal(was, LAB_EXPIRED);
		*state = LAB_ANSWERED;
		break;
	case SONDE_EV_DUPLICATE:
		assert_int_equal(was, LAB_ANSWERED);
		break;
	default:
		assert_int_equal(event->type, SONDE_EV_LOCAL_ERROR);
		assert_true(was == LAB_NEW || was == LAB_SENT || was == LAB_EXPIRED);
		*state = LAB_UNSENT;
		break;
	}
	if (event->type == SONDE_EV_REPLY || event->type == SONDE_EV_LATE || event->type == SONDE_EV_DUPLICATE)
		assert_true(event->as.answer.rtt_ns >= -1 && event->as.answer.from.family && event->as.answer.match_bits > 0);
}

/* At the end every probe has its word, and the count is of those that left. */
static void check_end(struct lab_trace *trace, const struct sonde_event_end *end)
{
	unsigned left = 0;
	for (size_t i = 0; i < LAB_SERIALS_MAX; i++) {
		assert_true(trace->states[i] != LAB_SENT);
		left += trace->states[i] == LAB_ANSWERED || trace->states[i] == LAB_EXPIRED;
	}
	assert_int_equal(end->probe_count, left);
	assert_true(end->stop != SONDE_STOP_NONE);
	assert_int_equal(trace->stood, trace->cfg.plan == SONDE_PLAN_SWEEP);
	assert_int_equal(end->last_ttl, trace->next_settled == trace->cfg.first_ttl ? 0 : trace->next_settled - 1);
	trace->end = *end;
	trace->ended = true;
}

/* It stands right behind its answer, or behind what that answer carried before it. */
static void check_extension(const struct sonde_event *before, const struct sonde_event *event)
{
	const struct sonde_event_extension *e = &event->as.extension, *last = &before->as.extension;
	bool first = before->type != SONDE_EV_EXTENSION;
	assert_int_equal(event->probe.token, before->probe.token);
	assert_int_equal(event->trace_id, before->trace_id);
	assert_int_equal(event->at_ns, before->at_ns);
	assert_int_equal(e->of, first ? before->type : last->of);
	assert_true(e->of == SONDE_EV_REPLY || e->of == SONDE_EV_LATE || e->of == SONDE_EV_DUPLICATE);
	assert_int_equal(e->object.object, first ? 1 : last->object.more ? last->object.object : last->object.object + 1);
	assert_int_equal(e->object.piece, !first && last->object.more ? last->object.piece + 1 : 1);
}

static void check(struct lab *lab, const struct sonde_event *event)
{
	assert_true(event->trace_id < LAB_TRACES_MAX);
	struct lab_trace *trace = &lab->traces[event->trace_id];
	assert_false(trace->ended);
	assert_int_equal(trace->started, event->type != SONDE_EV_TRACE_START);
	if (event->type == SONDE_EV_EXTENSION) {
		check_extension(&lab->events[lab->event_count - 1], event);
		return;
	}
	if (lab->event_count)
		assert_true(event->at_ns >= lab->events[lab->event_count - 1].at_ns);
	if (event->type == SONDE_EV_TRACE_START) {
		trace->started = true;
		assert_memory_equal(&event->as.start.dst, &trace->cfg.dst, sizeof trace->cfg.dst);
	} else if (event->type == SONDE_EV_HOP_SETTLED) {
		assert_int_equal(event->probe.ttl, trace->next_settled);
		trace->next_settled++;
	} else if (event->type == SONDE_EV_ROWS_STAND) {
		assert_false(trace->stood);
		trace->stood = true;
	} else if (event->type == SONDE_EV_TRACE_END) {
		check_end(trace, &event->as.end);
	} else {
		check_probe(trace, event);
	}
}

static void take_events(struct lab *lab)
{
	struct sonde_event event;
	while (sonde_engine_next_event(lab->engine, &event)) {
		check(lab, &event);
		assert_true(lab->event_count < LAB_EVENTS_MAX);
		lab->events[lab->event_count++] = event;
	}
}

/* ---- time ---- */

static void record(struct lab *lab, const struct sonde_tx *tx)
{
	assert_true(lab->sent_count < LAB_SENT_MAX && tx->length_bytes <= PACKET_MAX_BYTES && tx->token != 0);
	struct lab_sent *sent = &lab->sent[lab->sent_count++];
	*sent = (struct lab_sent){.token = tx->token, .trace_id = tx->trace_id, .family = tx->bytes[0] >> 4, .at_ns = lab->now};
	memcpy(sent->packet.bytes, tx->bytes, tx->length_bytes);
	sent->packet.count = tx->length_bytes;
	sent->packet.upper_at = sent->family == 4 ? 20 : 40;
	sent->packet.protocol = tx->bytes[sent->family == 4 ? 9 : 6];
	sent->ttl = tx->bytes[sent->family == 4 ? 8 : 7];
}

void lab_turn(struct lab *lab)
{
	struct sonde_tx tx;
	while (sonde_engine_next_tx(lab->engine, lab->now, &tx)) {
		record(lab, &tx);
		sonde_engine_sent(lab->engine, tx.token, lab->now, lab->send_errno);
	}
	sonde_engine_tick(lab->engine, lab->now);
	take_events(lab);
}

/* One deadline on, but not beyond at_ns. */
static void step(struct lab *lab, sonde_at_ns at_ns)
{
	lab_turn(lab);
	sonde_at_ns next = sonde_engine_deadline(lab->engine);
	assert_true(next > lab->now);
	lab->now = next < at_ns ? next : at_ns;
}

void lab_until(struct lab *lab, sonde_at_ns at_ns)
{
	while (lab->now < at_ns)
		step(lab, at_ns);
	lab_turn(lab);
}

void lab_until_end(struct lab *lab, uint32_t trace_id)
{
	lab_turn(lab);
	for (unsigned turns = 0; !lab->traces[trace_id].ended; turns++) {
		assert_true(turns < 100000);
		step(lab, SONDE_NEVER);
		lab_turn(lab);
	}
}

static const struct lab_sent *find_sent(const struct lab *lab, uint32_t trace_id, uint8_t ttl)
{
	for (size_t i = lab->sent_count; i > 0; i--)
		if (lab->sent[i - 1].trace_id == trace_id && lab->sent[i - 1].ttl == ttl)
			return &lab->sent[i - 1];
	return NULL;
}

const struct lab_sent *lab_sent_at(struct lab *lab, uint32_t trace_id, uint8_t ttl)
{
	const struct lab_sent *sent;
	lab_turn(lab);
	while (!(sent = find_sent(lab, trace_id, ttl))) {
		assert_false(lab->traces[trace_id].ended);
		step(lab, SONDE_NEVER);
		lab_turn(lab);
	}
	return sent;
}

void lab_give_rx(struct lab *lab, const struct sonde_rx *rx)
{
	if (rx->at_ns > lab->now)
		lab->now = rx->at_ns;
	sonde_engine_received(lab->engine, rx);
	take_events(lab);
}

void lab_give(struct lab *lab, const struct made_packet *packet, sonde_at_ns at_ns)
{
	/* A copy that ends where the packet ends. */
	uint8_t *bytes = made_exact(packet->bytes, packet->count);
	struct sonde_rx rx = {.kind = SONDE_RX_PACKET, .at_ns = at_ns, .bytes = bytes, .length_bytes = packet->count};
	lab_give_rx(lab, &rx);
	free(bytes);
}

/* ---- answers ---- */

/* Whoever answers is as many hops away as the probe went, and begins at 64. */
static struct made_ip back(const struct lab_sent *sent, uint8_t host)
{
	return (struct made_ip){.version = sent->family, .ttl = (uint8_t)(sent->ttl < 64 ? 65 - sent->ttl : 50), .src_host = host};
}

static void error(struct made_packet *out, const struct lab_sent *sent, uint8_t host, struct made_error says)
{
	struct made_ip ip = back(sent, host);
	made_error(out, &ip, &says, &sent->packet);
}

/* Types and codes: RFC 792, RFC 4443 sections 3.1 and 3.3. */
void lab_exceeded(struct made_packet *out, const struct lab_sent *sent, uint8_t host, size_t quote_bytes)
{
	error(out, sent, host, (struct made_error){.type = sent->family == 4 ? 11 : 3, .quote_bytes = quote_bytes});
}

void lab_port_unreachable(struct made_packet *out, const struct lab_sent *sent, uint8_t host, size_t quote_bytes)
{
	bool v4 = sent->family == 4;
	error(out, sent, host, (struct made_error){.type = v4 ? 3 : 1, .code = v4 ? 3 : 4, .quote_bytes = quote_bytes});
}

void lab_host_unreachable(struct made_packet *out, const struct lab_sent *sent, uint8_t host, size_t quote_bytes)
{
	bool v4 = sent->family == 4;
	error(out, sent, host, (struct made_error){.type = v4 ? 3 : 1, .code = v4 ? 1 : 3, .quote_bytes = quote_bytes});
}

static unsigned u16_at(const struct lab_sent *sent, size_t at)
{
	const uint8_t *b = sent->packet.bytes + sent->packet.upper_at + at;
	return (unsigned)b[0] << 8 | b[1];
}

/* The answer's bytes behind a header of header_bytes become those behind the probe's. */
static void same_payload(struct made_packet *out, const struct lab_sent *sent, size_t header_bytes)
{
	size_t count = sent->packet.count - sent->packet.upper_at - header_bytes;
	memcpy(out->bytes + out->upper_at + header_bytes, sent->packet.bytes + sent->packet.upper_at + header_bytes, count);
	made_rechecksum(out);
}

void lab_echo_reply(struct made_packet *out, const struct lab_sent *sent, uint8_t host)
{
	struct made_ip ip = back(sent, host);
	size_t payload_bytes = sent->packet.count - sent->packet.upper_at - 8;
	made_echo(out, &ip, sent->family == 4 ? 0 : 129, (uint16_t)u16_at(sent, 4), (uint16_t)u16_at(sent, 6), payload_bytes);
	same_payload(out, sent, 8);
}

void lab_segment(struct made_packet *out, const struct lab_sent *sent, uint8_t host, uint8_t flags)
{
	struct made_ip ip = back(sent, host);
	struct made_tcp tcp = {.seq = 1000, .ack = (uint32_t)(u16_at(sent, 4) << 16 | u16_at(sent, 6)) + 1, .flags = flags};
	made_tcp(out, &ip, (uint16_t)u16_at(sent, 2), (uint16_t)u16_at(sent, 0), &tcp, 0);
}

void lab_udp_echo(struct made_packet *out, const struct lab_sent *sent, uint8_t host)
{
	struct made_ip ip = back(sent, host);
	made_udp(out, &ip, (uint16_t)u16_at(sent, 2), (uint16_t)u16_at(sent, 0), sent->packet.count - sent->packet.upper_at - 8);
	same_payload(out, sent, 8);
}

void lab_target_answer(struct made_packet *out, const struct lab_sent *sent)
{
	enum { TCP = 6, UDP = 17, RST_ACK = 0x14 };
	if (sent->packet.protocol == TCP)
		lab_segment(out, sent, 1, RST_ACK);
	else if (sent->packet.protocol == UDP)
		lab_port_unreachable(out, sent, 1, WHOLE);
	else
		lab_echo_reply(out, sent, 1);
}

/* ---- what it said ---- */

unsigned lab_count(const struct lab *lab, enum sonde_event_type type)
{
	unsigned count = 0;
	for (size_t i = 0; i < lab->event_count; i++)
		count += lab->events[i].type == type;
	return count;
}

const struct sonde_event *lab_last(const struct lab *lab, enum sonde_event_type type)
{
	for (size_t i = lab->event_count; i > 0; i--)
		if (lab->events[i - 1].type == type)
			return &lab->events[i - 1];
	return NULL;
}

struct sonde_engine_stats lab_stats(const struct lab *lab)
{
	struct sonde_engine_stats stats;
	sonde_engine_stats(lab->engine, &stats);
	return stats;
}
