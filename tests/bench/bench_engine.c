/* SPDX-License-Identifier: MIT */
/* What one probe costs the engine (plan, key, build, settle, event), and what ten thousand traces at once weigh. */
#include "packet/packet.h"

#include <sonde/engine.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HOPS = 15, RTT_MS = 75, PACKET_BYTES = 256, BATCH = 256 };

/* A tiny network of its own: it must cost little next to what is measured, so it answers in a fixed delay from a ring. */
struct answer {
	sonde_at_ns at_ns;
	uint8_t bytes[PACKET_BYTES];
	uint16_t length_bytes;
};

struct net {
	struct answer *ring;
	size_t first, count, capacity;
};

static void fail(const char *what)
{
	fprintf(stderr, "bench_engine: %s\n", what);
	exit(2);
}

/* Time exceeded from a router, echo reply from the target; all after the same delay, so that the ring stays in order. */
static void net_send(struct net *net, const struct sonde_tx *tx, sonde_at_ns now)
{
	struct answer *a = &net->ring[(net->first + net->count++) % net->capacity];
	if (net->count > net->capacity)
		fail("the ring of answers is full");
	struct sn_ip probe;
	if (!sn_ip_parse(tx->bytes, tx->length_bytes, &probe))
		fail("a probe is no packet");
	bool target = probe.ttl >= HOPS;
	struct sn_writer w;
	sn_writer_init(&w, a->bytes, sizeof a->bytes);
	uint8_t hops_back = probe.ttl < HOPS ? probe.ttl : HOPS;
	struct sn_ip ip = {.version = 4, .ttl = (uint8_t)(65 - hops_back), .protocol = SN_PROTO_ICMP, .dst = probe.src, .src = probe.dst};
	if (!target)
		ip.src = (struct sonde_addr){.family = 4, .bytes = {10, 0, probe.ttl, 1}};
	size_t body = target ? tx->length_bytes - 20 : 8 + tx->length_bytes;
	ip.total_bytes = (uint32_t)(20 + body);
	sn_ip_write(&w, &ip);
	if (target) {
		sn_write_u8(&w, 0);
		sn_write_bytes(&w, tx->bytes + 21, tx->length_bytes - 21);
	} else {
		sn_write_u32(&w, 11u << 24);
		sn_write_u32(&w, 0);
		sn_write_bytes(&w, tx->bytes, tx->length_bytes);
	}
	sn_write_u16_at(&w, 22, sn_transport_checksum(&ip, w.bytes + 20, body));
	if (w.bad)
		fail("an answer does not fit");
	a->at_ns = now + RTT_MS * SONDE_MS;
	a->length_bytes = (uint16_t)w.at_bytes;
}

static double cpu_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct result {
	uint64_t probes, events, reached;
	double cpu_s, net_cpu_s;
	size_t peak_bytes;
};

static size_t heap_bytes(void)
{
	struct mallinfo2 info = mallinfo2();
	return info.uordblks + info.hblkhd;
}

static struct sonde_engine *engine_with(uint32_t traces, uint8_t queries)
{
	struct sonde_engine *engine;
	struct sonde_engine_cfg cfg = {.secret = "bench", .responder_burst = 1u << 30};
	if (sonde_engine_new(&engine, &cfg, 0))
		fail("out of memory");
	for (uint32_t i = 0; i < traces; i++) {
		struct sonde_trace_cfg trace;
		uint32_t id;
		sonde_trace_cfg_init(&trace);
		trace.queries = queries;
		trace.src = (struct sonde_addr){.family = 4, .bytes = {192, 0, 2, 1}};
		trace.dst = (struct sonde_addr){.family = 4, .bytes = {20, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i}};
		if (sonde_engine_add(engine, &trace, &id))
			fail("a trace cannot be added");
	}
	return engine;
}

/* As a session does: probes, answers and events are taken so many at a time. */
static void turn(struct sonde_engine *engine, struct net *net, sonde_at_ns now, uint32_t *ended, struct result *out)
{
	struct sonde_tx tx;
	struct sonde_event event;
	for (int n = 0; n < BATCH && sonde_engine_next_tx(engine, now, &tx); n++) {
		net_send(net, &tx, now);
		sonde_engine_sent(engine, tx.token, now, 0);
		out->probes++;
	}
	for (int n = 0; n < BATCH && net->count && net->ring[net->first].at_ns <= now; n++) {
		struct answer *a = &net->ring[net->first];
		struct sonde_rx rx = {.kind = SONDE_RX_PACKET, .at_ns = a->at_ns, .bytes = a->bytes, .length_bytes = a->length_bytes};
		sonde_engine_received(engine, &rx);
		net->first = (net->first + 1) % net->capacity;
		net->count--;
	}
	while (sonde_engine_next_event(engine, &event)) {
		out->events++;
		*ended += event.type == SONDE_EV_TRACE_END;
		out->reached += event.type == SONDE_EV_TRACE_END && event.as.end.reached;
	}
}

/* What the tiny network costs by itself, cold memory included: to be taken off. */
static double net_cpu_seconds(struct net *net, uint64_t probes)
{
	double start = cpu_seconds();
	uint8_t bytes[60] = {0x45, 0, 0, 60, 0, 1, 0, 0, 7, 1, 0, 0, 192, 0, 2, 1, 20, 0, 0, 1, 8};
	struct sonde_tx tx = {.bytes = bytes, .length_bytes = sizeof bytes};
	for (uint64_t i = 0; i < probes; i++) {
		net_send(net, &tx, 0);
		net->first = (net->first + 1) % net->capacity;
		net->count = 0;
	}
	return cpu_seconds() - start;
}

static void run(uint32_t traces, uint8_t queries, struct result *out)
{
	struct net net = {.capacity = (size_t)traces * 90 + 64};
	net.ring = calloc(net.capacity, sizeof *net.ring);
	if (!net.ring)
		fail("out of memory");
	memset(net.ring, 1, net.capacity * sizeof *net.ring);
	size_t before = heap_bytes();
	struct sonde_engine *engine = engine_with(traces, queries);
	uint64_t probes_before = out->probes;
	sonde_at_ns now = 0;
	uint32_t ended = 0;
	double start = cpu_seconds();
	while (ended < traces) {
		turn(engine, &net, now, &ended, out);
		/* All queries are out when the first trace ends: that is the moment of most memory. */
		if (ended && !out->peak_bytes) {
			double paused = cpu_seconds();
			out->peak_bytes = heap_bytes() - before;
			start += cpu_seconds() - paused;
		}
		sonde_at_ns due = sonde_engine_deadline(engine);
		if (net.count && net.ring[net.first].at_ns < due)
			due = net.ring[net.first].at_ns;
		if (due == SONDE_NEVER && ended < traces)
			fail("the engine is idle before its traces have ended");
		now = due > now ? due : now;
	}
	out->cpu_s += cpu_seconds() - start;
	out->net_cpu_s += net_cpu_seconds(&net, out->probes - probes_before);
	sonde_engine_free(engine);
	free(net.ring);
}

#define BAR_US 2.0

int main(int argc, char **argv)
{
	/* Memory is the same on every machine and can be held to its bar; of the time it is only said where it is above its own. */
	bool check = argc > 1 && strcmp(argv[1], "--check") == 0;
	static const uint32_t sizes[] = {1, 100, 10000};
	int status = 0;
	for (size_t i = check ? 2 : 0; i < sizeof sizes / sizeof *sizes; i++)
		for (uint8_t queries = 1; queries <= 3; queries += 2) {
			struct result r = {0};
			uint32_t repeat = sizes[i] < 1000 ? 2000 / sizes[i] : 1;
			for (uint32_t n = 0; n < repeat; n++)
				run(sizes[i], queries, &r);
			double us = (r.cpu_s - r.net_cpu_s) * 1e6 / (double)r.probes;
			double each = (double)r.peak_bytes / sizes[i];
			if (r.reached != (uint64_t)sizes[i] * repeat)
				fail("a trace did not reach its target");
			printf("%5u traces, %u queries: %.3f us of CPU a probe%s, %.0f bytes a trace, %.1f probes a trace\n", sizes[i],
			       queries, us, us < BAR_US ? "" : " (bar 2: missed)", each, (double)r.probes / sizes[i] / repeat);
			if (sizes[i] == 10000 && each >= 4096)
				status = 1;
		}
	return check ? status : 0;
}
