/* SPDX-License-Identifier: MIT */
/* struct sonde_wire and struct sonde_clock over the simulated internet. It adds what a host's edge has: ports, errno, waiting. */
#include "ext/wire_sim.h"

#include "base/rng.h"
#include "ext/net_file.h"
#include "packet/fragment.h"
#include "sim/sim.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WALL_EPOCH_NS (INT64_C(1767225600) * SONDE_S)  /* 2026-01-01T00:00:00Z */

enum {
	PORT_FIRST = 49152,  /* RFC 6335 section 6: dynamic ports */
	PORT_COUNT = 65536 - PORT_FIRST,
	PACKET_MAX_BYTES = 65535,
	FDS_MAX = 8,
	IFINDEX = 1,
};

static const char device[] = "sim0";

struct sim_clock {
	struct sonde_clock base;
	const struct sn_sim *sim;
	bool realtime;
	sonde_at_ns now_at_ns;      /* virtual time */
	int64_t opened_at_ns;       /* realtime: the monotonic clock at our zero */
};

struct sim_wire {
	struct sonde_wire base;
	struct sim_clock clock;
	struct sn_sim *sim;
	uint32_t port_next;         /* from PORT_FIRST */
	uint8_t held[2][65536 / 8]; /* a bit per port: UDP, TCP */
	bool refused;               /* what was overheard last was dropped by the check of its source */
	uint8_t bytes[PACKET_MAX_BYTES];
};

static int64_t monotonic_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SONDE_S + now.tv_nsec;
}

static sonde_at_ns clock_now(struct sonde_clock *clock)
{
	struct sim_clock *c = (struct sim_clock *)clock;
	return c->realtime ? monotonic_ns() - c->opened_at_ns : c->now_at_ns;
}

static int64_t clock_wall_ns(struct sonde_clock *clock, sonde_at_ns at_ns)
{
	(void)clock;
	return WALL_EPOCH_NS + at_ns;
}

/* Waits on descriptors for a real time; NEVER: for ever. True: one is readable, or a signal came. */
static bool poll_for(const int *fds, size_t fd_count, sonde_ns time_ns)
{
	struct pollfd polled[FDS_MAX];
	nfds_t count = 0;
	for (size_t i = 0; i < fd_count && count < FDS_MAX; i++)
		if (fds[i] >= 0)
			polled[count++] = (struct pollfd){.fd = fds[i], .events = POLLIN};
	if (count == 0 && (time_ns == 0 || time_ns == SONDE_NEVER))
		return false;
	struct timespec limit = {.tv_sec = time_ns / SONDE_S, .tv_nsec = time_ns % SONDE_S};
	return ppoll(polled, count, time_ns == SONDE_NEVER ? NULL : &limit, NULL) != 0;
}

/* Whatever may happen in the network ends the wait, too: it plays the part of a readable socket. */
static void clock_wait(struct sonde_clock *clock, sonde_at_ns until_at_ns, const int *fds, size_t fd_count)
{
	struct sim_clock *c = (struct sim_clock *)clock;
	sonde_at_ns next_at_ns = sn_sim_next_at(c->sim), now_at_ns = clock_now(clock);
	if (next_at_ns < until_at_ns)
		until_at_ns = next_at_ns;
	sonde_ns left_ns = until_at_ns > now_at_ns ? until_at_ns - now_at_ns : 0;
	if (c->realtime || until_at_ns == SONDE_NEVER)
		poll_for(fds, fd_count, until_at_ns == SONDE_NEVER ? SONDE_NEVER : left_ns);
	else if (!poll_for(fds, fd_count, 0))
		c->now_at_ns += left_ns;
}

static const struct sonde_clock_ops clock_ops = {.now = clock_now, .wall_ns = clock_wall_ns, .wait = clock_wait};

static struct sim_wire *self(struct sonde_wire *wire)
{
	return (struct sim_wire *)wire;
}

/* What Linux would say to the sender. */
static int errno_of(int result)
{
	switch (result) {
	case 0:
		return 0;
	case SONDE_E_TOOBIG:
		return EMSGSIZE;
	case SONDE_E_ROUTE:
		return ENETUNREACH;
	case SONDE_E_DOWN:
		return ENETDOWN;
	case SONDE_E_FIREWALL:
		return EPERM;
	case SONDE_E_NOMEM:
		return ENOBUFS;
	default:
		return EINVAL;
	}
}

static int wire_send(struct sonde_wire *wire, const struct sonde_tx *tx, sonde_at_ns *sent_at_ns)
{
	struct sim_wire *w = self(wire);
	*sent_at_ns = clock_now(&w->clock.base);
	uint8_t version = tx->length_bytes ? tx->bytes[0] >> 4 : 0;
	size_t count = sn_fragment_count(version, tx->length_bytes, tx->piece_bytes);
	int result = count ? SONDE_OK : SONDE_E_TOOBIG;
	for (size_t nth = 0; nth < count && result == SONDE_OK; nth++) {
		struct sn_writer piece;
		sn_writer_init(&piece, w->bytes, sizeof w->bytes);
		sn_fragment_write(tx->bytes, tx->length_bytes, tx->piece_bytes, nth, &piece);
		result = sn_sim_inject(w->sim, piece.bytes, piece.at_bytes, *sent_at_ns);
	}
	return errno_of(result);
}

static int wire_recv(struct sonde_wire *wire, struct sonde_rx *out)
{
	struct sim_wire *w = self(wire);
	*out = (struct sonde_rx){.kind = SONDE_RX_PACKET, .bytes = w->bytes};
	if (sn_sim_is_starved(w->sim))
		return SONDE_E_NOMEM;
	out->length_bytes = sn_sim_pop(w->sim, clock_now(&w->clock.base), w->bytes, sizeof w->bytes, &out->at_ns);
	return out->length_bytes > 0;
}

static bool is_held(const uint8_t *held, uint16_t port)
{
	return held[port / 8] >> port % 8 & 1;
}

static int hold_port(struct sim_wire *w, uint8_t protocol, uint16_t wanted, uint16_t *out, struct sonde_error *err)
{
	uint8_t *held = w->held[protocol == IPPROTO_TCP];
	uint16_t port = wanted;
	for (uint32_t tried = 0; !wanted && tried < PORT_COUNT; tried++) {
		port = (uint16_t)(PORT_FIRST + w->port_next++ % PORT_COUNT);
		if (!is_held(held, port))
			break;
	}
	if (!wanted && is_held(held, port)) /* one that is wanted is shared, as the other wires do */
		return sonde_hint(err, sonde_fail(err, SONDE_E_SOURCE, EADDRINUSE, "all source ports are in use"),
		                  "trace fewer hosts at once");
	held[port / 8] |= (uint8_t)(1 << port % 8);
	*out = port;
	return 0;
}

static int wire_route(struct sonde_wire *wire, const struct sonde_route_ask *ask, struct sonde_route *out, struct sonde_error *err)
{
	struct sim_wire *w = self(wire);
	char text[SONDE_ADDR_TEXT], own[SONDE_ADDR_TEXT];
	*out = (struct sonde_route){.ifindex = IFINDEX, .policy_routed = sn_sim_policy_routed(w->sim)};
	if (ask->device && *ask->device && strcmp(ask->device, device) != 0)
		return sonde_hint(err, sonde_fail(err, SONDE_E_DEVICE, ENODEV, "'%s': the simulated host has only %s", ask->device, device),
		                  "give -i %s, or leave -i out", device);
	if (!sn_sim_source(w->sim, &ask->dst, &out->src, &out->mtu_bytes)) {
		bool has_family = sn_sim_has_family(w->sim, ask->dst.family);
		return sonde_fail(err, has_family ? SONDE_E_ROUTE : SONDE_E_FAMILY, ENETUNREACH, "the simulated host has no %s %s",
		                  has_family ? "route to" : "address to reach", sonde_addr_text(&ask->dst, text));
	}
	if (ask->src.family && !sonde_addr_equal(&ask->src, &out->src))
		return sonde_hint(err,
		                  sonde_fail(err, SONDE_E_SOURCE, EADDRNOTAVAIL, "%s is not what the simulated host sends from",
		                             sonde_addr_text(&ask->src, text)),
		                  "give -s %s, or leave -s out", sonde_addr_text(&out->src, own));
	snprintf(out->device, sizeof out->device, "%s", device);
	return ask->hold_port ? hold_port(w, ask->protocol, ask->sport, &out->sport, err) : 0;
}

static int wire_poll_fd(const struct sonde_wire *wire)
{
	(void)wire;
	return -1;
}

static void wire_stats(const struct sonde_wire *wire, struct sonde_wire_stats *out)
{
	(void)wire;
	*out = (struct sonde_wire_stats){.ear = SONDE_EAR_OPEN};
}

static int wire_overheard(struct sonde_wire *wire, struct sonde_overheard *out)
{
	struct sim_wire *w = self(wire);
	*out = (struct sonde_overheard){.rx = {.kind = SONDE_RX_PACKET, .bytes = w->bytes}, .ifindex = IFINDEX};
	out->rx.length_bytes = sn_sim_overhear(w->sim, w->bytes, sizeof w->bytes, &out->rx.at_ns, &out->outgoing, &w->refused);
	return out->rx.length_bytes > 0;
}

static void wire_way_in(struct sonde_wire *wire, const struct sonde_overheard *heard, struct sonde_way_in *out)
{
	enum { STRICT = 1 };
	(void)heard;
	*out = (struct sonde_way_in){.rp_filter = self(wire)->refused ? STRICT : 0};
	memcpy(out->device, device, sizeof device);
}

static const char *wire_notice(const struct sonde_wire *wire, uint8_t protocol)
{
	(void)wire;
	(void)protocol;
	return NULL;
}

static bool wire_serial(const struct sonde_wire *wire, uint8_t protocol)
{
	(void)wire;
	(void)protocol;
	return false;
}

static bool wire_flow_constant(const struct sonde_wire *wire, uint8_t protocol)
{
	(void)wire;
	(void)protocol;
	return true;
}

static void wire_close(struct sonde_wire *wire)
{
	if (!wire)
		return;
	sn_sim_free(self(wire)->sim);
	free(wire);
}

static const struct sonde_wire_ops wire_ops = {
	.name = "sim",
	.send = wire_send,
	.recv = wire_recv,
	.route = wire_route,
	.poll_fd = wire_poll_fd,
	.stats = wire_stats,
	.overheard = wire_overheard,
	.way_in = wire_way_in,
	.notice = wire_notice,
	.serial = wire_serial,
	.flow_constant = wire_flow_constant,
	.close = wire_close,
};

int sn_wire_sim_open_text(struct sonde_wire **wire, struct sonde_clock **clock, const char *text, size_t text_bytes, const char *file_name,
                          uint64_t seed, bool realtime, struct sonde_error *err)
{
	struct sim_wire *w = calloc(1, sizeof *w);
	if (!w)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "opening the network of %s", file_name);
	int result = sn_sim_new(&w->sim, text, text_bytes, file_name, seed, err);
	if (result) {
		free(w);
		return result;
	}
	struct sn_rng rng;
	sn_rng_init(&rng, seed, UINT64_MAX);
	w->base.ops = &wire_ops;
	w->port_next = (uint32_t)sn_rng_below(&rng, PORT_COUNT);
	w->clock = (struct sim_clock){.base = {&clock_ops}, .sim = w->sim, .realtime = realtime, .opened_at_ns = monotonic_ns()};
	*wire = &w->base;
	*clock = &w->clock.base;
	return 0;
}

int sn_wire_sim_open(struct sonde_wire **wire, struct sonde_clock **clock, const char *file, uint64_t seed, bool realtime,
                     struct sonde_error *err)
{
	char *text = NULL;
	size_t text_bytes = 0;
	int result = sn_net_file_read(file, &text, &text_bytes, err);
	if (!result)
		result = sn_wire_sim_open_text(wire, clock, text, text_bytes, file, seed, realtime, err);
	free(text);
	return result;
}

int sn_wire_sim_resolve(const struct sonde_wire *wire, const char *name, uint8_t family, size_t nth, struct sonde_addr *out)
{
	return sn_sim_lookup(((const struct sim_wire *)wire)->sim, name, family, nth, out) ? 0 : SONDE_E_HOST;
}

const char *sn_wire_sim_name(const struct sonde_wire *wire, const struct sonde_addr *addr)
{
	return sn_sim_name_of(((const struct sim_wire *)wire)->sim, addr);
}

struct sn_sim *sn_wire_sim_net(struct sonde_wire *wire)
{
	return self(wire)->sim;
}
