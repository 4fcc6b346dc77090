/* SPDX-License-Identifier: MIT */
/* The wire's sockets: which one a packet leaves through, and when one is closed. There are never more than descriptors, so that a list
 * does. */
#include "io/wire_dgram.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void sn_dgram_pool_close(struct sn_wire_dgram *w, struct sn_dgram_socket *s)
{
	size_t i = 0;
	while (w->sockets[i] != s)
		i++;
	w->socket_count--;
	memmove(w->sockets + i, w->sockets + i + 1, (w->socket_count - i) * sizeof *w->sockets);
	close(s->fd);
	sn_dgram_socket_finish(s);
	free(s);
}

/* True: nothing is lost by closing it, since every answer came or will not come any more. */
static bool recyclable(const struct sn_dgram_socket *s, sonde_at_ns now)
{
	return !sn_dgram_flow_busy(&s->flow) || s->flow.probes[s->flow.count - 1].sent_at_ns < now - SN_DGRAM_RECYCLE_NS;
}

bool sn_dgram_pool_recycle(struct sn_wire_dgram *w, sonde_at_ns now)
{
	for (size_t i = 0; i < w->socket_count; i++) {
		if (recyclable(w->sockets[i], now)) {
			sn_dgram_pool_close(w, w->sockets[i]);
			return true;
		}
	}
	return false;
}

/* Closes what nobody will hear of any more. A flow that met short quotes stays: it has learned something. */
static void sweep(struct sn_wire_dgram *w, sonde_at_ns now)
{
	for (size_t i = w->socket_count; i-- > 0;) {
		struct sn_dgram_socket *s = w->sockets[i];
		bool old = s->flow.probes[s->flow.count - 1].sent_at_ns <= now - SN_DGRAM_KEEP_NS;
		if (old && !s->short_quotes)
			sn_dgram_pool_close(w, s);
	}
}

static bool same_flow(const struct sn_dgram_socket *a, const struct sn_dgram_socket *b)
{
	return a->protocol == b->protocol && a->sport == b->sport && a->dport == b->dport && sonde_addr_equal(&a->dst, &b->dst) &&
	       sonde_addr_equal(&a->src, &b->src);
}

struct sn_dgram_socket *sn_dgram_pool_flow_of(const struct sn_wire_dgram *w, const struct sn_dgram_socket *s)
{
	for (size_t i = 0; i < w->socket_count; i++)
		if (!w->sockets[i]->own_port && same_flow(w->sockets[i], s))
			return w->sockets[i];
	return NULL;
}

static struct sn_dgram_socket *socket_find(const struct sn_wire_dgram *w, const struct sn_dgram_packet *packet)
{
	if (packet->ip.protocol == SN_PROTO_TCP)
		return NULL;
	const struct sn_dgram_socket like = {
		.protocol = packet->ip.protocol,
		.src = packet->ip.src,
		.dst = packet->ip.dst,
		.sport = packet->sport,
		.dport = packet->dport,
	};
	return sn_dgram_pool_flow_of(w, &like);
}

static bool room_for_socket(struct sn_wire_dgram *w)
{
	if (w->socket_count < w->socket_capacity)
		return true;
	size_t capacity = w->socket_capacity ? w->socket_capacity * 2 : 16;
	struct sn_dgram_socket **sockets = realloc(w->sockets, capacity * sizeof(struct sn_dgram_socket *));
	if (!sockets)
		return false;
	w->sockets = sockets;
	w->socket_capacity = capacity;
	return true;
}

static int socket_new(struct sn_wire_dgram *w, const struct sn_dgram_wish *wish, const struct sn_dgram_packet *packet, bool own_port,
                      struct sn_dgram_socket **out)
{
	sonde_at_ns now = sn_dgram_now();
	sweep(w, now);
	struct sn_dgram_socket *s = calloc(1, sizeof *s);
	if (!s || !room_for_socket(w)) {
		free(s);
		return ENOMEM;
	}
	int sys_errno = sn_dgram_socket_open(wish, packet, own_port, s);
	while ((sys_errno == EMFILE || sys_errno == ENFILE) && sn_dgram_pool_recycle(w, now))
		sys_errno = sn_dgram_socket_open(wish, packet, own_port, s);
	if (sys_errno) {
		free(s);
		return sys_errno;
	}
	w->ids_chosen |= !sn_dgram_is_udp(packet->ip.protocol) && packet->ip.protocol != SN_PROTO_TCP && !s->id_kept;
	w->sockets[w->socket_count++] = s;
	*out = s;
	return 0;
}

int sn_dgram_pool_for(struct sn_wire_dgram *w, const struct sn_dgram_wish *wish, const struct sn_dgram_packet *packet,
                      struct sn_dgram_socket **out)
{
	struct sn_dgram_socket *s = socket_find(w, packet);
	if (!s)
		return socket_new(w, wish, packet, false, out);
	sn_dgram_flow_forget(&s->flow, sn_dgram_now() - SN_DGRAM_KEEP_NS);
	if (s->short_quotes && sn_dgram_flow_busy(&s->flow))
		return socket_new(w, wish, packet, true, out);
	*out = s;
	return 0;
}
