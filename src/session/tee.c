/* SPDX-License-Identifier: MIT */
/* Passes everything on, and keeps what was sent until its stamp has come: its own instant is what the capture must show. */
#include "session/tee.h"

#include "packet/fragment.h"

#include <stdlib.h>
#include <string.h>

/* A stamp that has not come by then will not come. */
#define STAMP_WAIT_NS (500 * SONDE_MS)

/* A packet on its way to the tap. */
struct item {
	struct item *next;
	struct item *same;   /* the next one with the same hash of its token */
	uint64_t token;      /* sent: its probe; 0: received */
	bool done;           /* nothing will be learnt of it any more */
	bool gone;           /* it did not leave */
	uint16_t piece_bytes; /* sent: it left in fragments of this length at most; 0: in one piece */
	struct sonde_rx packet;
	uint8_t bytes[];     /* the packet, and room for a fragment */
};

struct sn_tee {
	struct sonde_wire base;
	struct sonde_wire_ops ops;
	struct sonde_wire *inner;
	struct sn_tap tap;
	struct item *first, **last;
	struct item **awaited; /* those that wait for their stamp, by the hash of their token */
	size_t awaited_count, awaited_size; /* a power of two, 0: none yet */
};

static struct sn_tee *tee_of(const struct sonde_wire *wire)
{
	return (struct sn_tee *)(uintptr_t)wire;
}

/* ---- who waits for a stamp ---- */

static struct item **place_of(struct item **awaited, size_t size, uint64_t token)
{
	const uint64_t golden = 0x9e3779b97f4a7c15; /* 2^64 / the golden ratio: neighbours fall apart (Knuth, volume 3, section 6.4) */
	return &awaited[(token * golden >> 32) & (size - 1)];
}

/* As many places as items, so that a place has hardly more than one. Without memory they become fuller. */
static void make_room(struct sn_tee *tee)
{
	enum { SIZE_LEAST = 64 };
	size_t size = tee->awaited_size ? 2 * tee->awaited_size : SIZE_LEAST;
	if (tee->awaited_count < tee->awaited_size)
		return;
	struct item **grown = calloc(size, sizeof(struct item *));
	if (!grown)
		return;
	for (size_t i = 0; i < tee->awaited_size; i++)
		for (struct item *item = tee->awaited[i], *same; item; item = same) {
			struct item **place = place_of(grown, size, item->token);
			same = item->same;
			item->same = *place;
			*place = item;
		}
	free(tee->awaited);
	tee->awaited = grown;
	tee->awaited_size = size;
}

/* False: no memory. */
static bool await(struct sn_tee *tee, struct item *item)
{
	make_room(tee);
	if (!tee->awaited_size)
		return false;
	struct item **place = place_of(tee->awaited, tee->awaited_size, item->token);
	item->same = *place;
	*place = item;
	tee->awaited_count++;
	return true;
}

/* The one with that token, which does not wait any more; NULL: none. */
static struct item *found(struct sn_tee *tee, uint64_t token)
{
	if (!tee->awaited_size)
		return NULL;
	for (struct item **at = place_of(tee->awaited, tee->awaited_size, token); *at; at = &(*at)->same) {
		struct item *item = *at;
		if (item->token != token)
			continue;
		*at = item->same;
		tee->awaited_count--;
		return item;
	}
	return NULL;
}

/* ---- what is told ---- */

/* A packet as it left: whole, or piece by piece. */
static void tell_packet(const struct sn_tee *tee, struct item *item)
{
	struct sonde_rx piece = item->packet;
	struct sn_writer w;
	size_t length_bytes = item->packet.length_bytes;
	size_t count = item->piece_bytes ? sn_fragment_count(item->bytes[0] >> 4, length_bytes, item->piece_bytes) : 1;
	if (count <= 1)
		tee->tap.packet(tee->tap.ctx, &item->packet);
	for (size_t nth = 0; count > 1 && nth < count; nth++) {
		sn_writer_init(&w, item->bytes + length_bytes, item->piece_bytes);
		sn_fragment_write(item->bytes, length_bytes, item->piece_bytes, nth, &w);
		piece.bytes = w.bytes;
		piece.length_bytes = w.at_bytes;
		if (!w.bad)
			tee->tap.packet(tee->tap.ctx, &piece);
	}
}

/* Tells what stands in front and is done. What has waited too long for its stamp keeps the instant of handing over. */
static void tell(struct sn_tee *tee, sonde_at_ns now)
{
	while (tee->first && (tee->first->done || tee->first->packet.at_ns < now - STAMP_WAIT_NS)) {
		struct item *item = tee->first;
		if (!item->done)
			found(tee, item->token);
		if (!item->gone)
			tell_packet(tee, item);
		tee->first = item->next;
		if (!tee->first)
			tee->last = &tee->first;
		free(item);
	}
}

/* What finds no memory is missing in the capture, and nowhere else. */
static void keep(struct sn_tee *tee, uint64_t token, const struct sonde_rx *packet, uint16_t piece_bytes)
{
	piece_bytes = packet->length_bytes > piece_bytes ? piece_bytes : 0;
	struct item *item = malloc(sizeof *item + packet->length_bytes + piece_bytes);
	if (!item)
		return;
	*item = (struct item){.token = token, .done = token == 0, .piece_bytes = piece_bytes, .packet = *packet};
	memcpy(item->bytes, packet->bytes, packet->length_bytes);
	item->packet.bytes = item->bytes;
	if (token)
		item->done = !await(tee, item);
	*tee->last = item;
	tee->last = &item->next;
	tell(tee, packet->at_ns);
}

static void settle(struct sn_tee *tee, const struct sonde_rx *rx)
{
	struct item *item = found(tee, rx->token);
	if (item) {
		item->packet.at_ns = rx->kind == SONDE_RX_STAMP ? rx->at_ns : item->packet.at_ns;
		item->gone = rx->kind == SONDE_RX_ERROR;
		item->done = true;
	}
	tell(tee, rx->at_ns);
}

static int tee_send(struct sonde_wire *wire, const struct sonde_tx *tx, sonde_at_ns *sent_at_ns)
{
	struct sn_tee *tee = tee_of(wire);
	int sys_errno = tee->inner->ops->send(tee->inner, tx, sent_at_ns);
	if (sys_errno == 0)
		keep(tee, tx->token, &(struct sonde_rx){.at_ns = *sent_at_ns, .bytes = tx->bytes, .length_bytes = tx->length_bytes},
		     tx->piece_bytes);
	return sys_errno;
}

static int tee_recv(struct sonde_wire *wire, struct sonde_rx *out)
{
	struct sn_tee *tee = tee_of(wire);
	int got = tee->inner->ops->recv(tee->inner, out);
	if (got > 0 && out->kind == SONDE_RX_PACKET)
		keep(tee, 0, out, 0);
	else if (got > 0)
		settle(tee, out);
	return got;
}

static int tee_route(struct sonde_wire *wire, const struct sonde_route_ask *ask, struct sonde_route *out, struct sonde_error *err)
{
	struct sonde_wire *inner = tee_of(wire)->inner;
	return inner->ops->route(inner, ask, out, err);
}

static int tee_poll_fd(const struct sonde_wire *wire)
{
	struct sonde_wire *inner = tee_of(wire)->inner;
	return inner->ops->poll_fd(inner);
}

static void tee_stats(const struct sonde_wire *wire, struct sonde_wire_stats *out)
{
	struct sonde_wire *inner = tee_of(wire)->inner;
	inner->ops->stats(inner, out);
}

static const char *tee_notice(const struct sonde_wire *wire, uint8_t protocol)
{
	struct sonde_wire *inner = tee_of(wire)->inner;
	return inner->ops->notice(inner, protocol);
}

static int tee_overheard(struct sonde_wire *wire, struct sonde_overheard *out)
{
	struct sonde_wire *inner = tee_of(wire)->inner;
	return inner->ops->overheard(inner, out);
}

static void tee_way_in(struct sonde_wire *wire, const struct sonde_overheard *heard, struct sonde_way_in *out)
{
	struct sonde_wire *inner = tee_of(wire)->inner;
	inner->ops->way_in(inner, heard, out);
}

static bool tee_serial(const struct sonde_wire *wire, uint8_t protocol)
{
	struct sonde_wire *inner = tee_of(wire)->inner;
	return inner->ops->serial(inner, protocol);
}

static bool tee_flow_constant(const struct sonde_wire *wire, uint8_t protocol)
{
	struct sonde_wire *inner = tee_of(wire)->inner;
	return inner->ops->flow_constant(inner, protocol);
}

static uint32_t tee_unsure(const struct sonde_wire *wire, uint8_t protocol)
{
	struct sonde_wire *inner = tee_of(wire)->inner;
	return inner->ops->unsure(inner, protocol);
}

static void tee_close(struct sonde_wire *wire)
{
	if (wire)
		sn_tee_free(tee_of(wire));
}

/* What the inner wire does not have, the tee does not have either. */
static struct sonde_wire_ops ops_around(const struct sonde_wire_ops *inner)
{
	return (struct sonde_wire_ops){
	    .name = inner->name,
	    .send = tee_send,
	    .recv = tee_recv,
	    .route = tee_route,
	    .poll_fd = tee_poll_fd,
	    .stats = tee_stats,
	    .notice = inner->notice ? tee_notice : NULL,
	    .overheard = inner->overheard ? tee_overheard : NULL,
	    .way_in = inner->way_in ? tee_way_in : NULL,
	    .serial = tee_serial,
	    .flow_constant = tee_flow_constant,
	    .unsure = inner->unsure ? tee_unsure : NULL,
	    .close = tee_close,
	};
}

int sn_tee_new(struct sn_tee **out, struct sonde_wire *inner, const struct sn_tap *tap)
{
	struct sn_tee *tee = calloc(1, sizeof *tee);
	if (!tee)
		return SONDE_E_NOMEM;
	tee->ops = ops_around(inner->ops);
	tee->base.ops = &tee->ops;
	tee->inner = inner;
	tee->tap = *tap;
	tee->last = &tee->first;
	*out = tee;
	return SONDE_OK;
}

struct sonde_wire *sn_tee_wire(struct sn_tee *tee)
{
	return &tee->base;
}

void sn_tee_flush(struct sn_tee *tee)
{
	tell(tee, SONDE_NEVER);
}

void sn_tee_free(struct sn_tee *tee)
{
	if (!tee)
		return;
	tell(tee, SONDE_NEVER);
	free(tee->awaited);
	free(tee);
}
