/* SPDX-License-Identifier: MIT */
/* The packets that ask, each with what tells it apart. */
#include "base/hash.h"
#include "packet/fragment.h"
#include "replay/internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- pieces ---- */

/* Nobody waits longer for the rest of a packet (RFC 8200 section 4.5). */
#define TOGETHER_NS (60 * SONDE_S)

struct tail {
	uint64_t key;      /* of its packet */
	uint32_t heard;
	uint32_t end_bytes;
};

struct tails {
	struct tail *items;
	size_t count;
};

static uint64_t packet_key(const struct sn_ip *ip, uint32_t id)
{
	static const uint8_t no_secret[16];
	uint8_t about[2 * sizeof ip->src.bytes + 2];
	memcpy(about, ip->src.bytes, sizeof ip->src.bytes);
	memcpy(about + sizeof ip->src.bytes, ip->dst.bytes, sizeof ip->dst.bytes);
	about[sizeof about - 2] = ip->version;
	about[sizeof about - 1] = ip->version == 4 ? ip->protocol : 0;
	return sn_siphash_u64x2(no_secret, sn_siphash(no_secret, about, sizeof about), id);
}

static int by_packet(const void *left, const void *right)
{
	const struct tail *a = left, *b = right;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->heard < b->heard ? -1 : a->heard > b->heard;
}

static int find_tails(const struct sn_replay *replay, struct tails *tails)
{
	size_t count = 0;
	for (size_t i = 0; i < replay->heard_count; i++)
		count += (replay->heard[i].kinds & SN_HEARD_TAIL) != 0;
	*tails = (struct tails){.items = calloc(count + 1, sizeof *tails->items)};
	if (!tails->items)
		return SONDE_E_NOMEM;
	for (uint32_t i = 0; i < replay->heard_count; i++) {
		const struct sn_heard *heard = &replay->heard[i];
		struct sn_fragment piece;
		struct sn_ip ip;
		if (heard->kinds & SN_HEARD_TAIL && sn_ip_parse(sn_heard_bytes(replay, heard), heard->length_bytes, &ip) &&
		    sn_fragment_read(sn_heard_bytes(replay, heard), heard->length_bytes, &piece))
			tails->items[tails->count++] = (struct tail){packet_key(&ip, piece.id), i, piece.end_bytes};
	}
	qsort(tails->items, tails->count, sizeof *tails->items, by_packet);
	return SONDE_OK;
}

/* How long the packet is of which this is the first piece, 0: nobody knows. Its last piece comes behind it, or, turned round on the way,
 * just before. */
static uint32_t whole_bytes_of(const struct sn_replay *replay, const struct tails *tails, uint32_t heard)
{
	const struct sn_heard *first = &replay->heard[heard];
	struct sn_fragment piece;
	struct sn_ip ip;
	if (!sn_ip_parse(sn_heard_bytes(replay, first), first->length_bytes, &ip) ||
	    !sn_fragment_read(sn_heard_bytes(replay, first), first->length_bytes, &piece))
		return 0;
	const struct tail wanted = {.key = packet_key(&ip, piece.id), .heard = heard};
	size_t from = 0, to = tails->count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (by_packet(&tails->items[middle], &wanted) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	for (size_t i = from + 1; i-- > 0 && i + 1 >= from;) {
		bool same = i < tails->count && tails->items[i].key == wanted.key && tails->items[i].end_bytes >= piece.end_bytes;
		sonde_ns apart_ns = same ? replay->heard[tails->items[i].heard].at_ns - first->at_ns : 0;
		if (same && apart_ns < TOGETHER_NS && apart_ns > -TOGETHER_NS)
			return tails->items[i].end_bytes;
	}
	return 0;
}

/* ---- asks ---- */

static void read_ask(const struct sn_packet *packet, struct sn_ask *ask)
{
	struct sn_ident shown;
	ask->seq = sn_ask_shows(packet, &shown) ? shown.seq : 0;
	ask->version = packet->ip.version;
	ask->protocol = packet->ip.protocol;
	ask->ttl = packet->ip.ttl;
	ask->src = packet->ip.src;
	ask->dst = packet->ip.dst;
	ask->size_bytes = (uint16_t)(packet->ip.total_bytes < UINT16_MAX ? packet->ip.total_bytes : UINT16_MAX);
	ask->may_be_cut = packet->ip.version == 4 && !packet->ip.df;
	ask->ack = packet->tcp.ack;
	ask->tcp_flags = packet->tcp.flags;
	enum { IP6_BYTES = 40 }; /* of a whole packet, which has no fragment header */
	size_t ip_bytes = ask->whole_bytes && ask->version == 6 ? IP6_BYTES : packet->ip.header_bytes;
	size_t headers_bytes = ip_bytes + packet->tcp.header_bytes;
	size_t all_bytes = ask->whole_bytes ? ask->whole_bytes : packet->ip.total_bytes;
	if (packet->is_tcp && all_bytes > headers_bytes)
		ask->data_bytes = (uint16_t)(all_bytes - headers_bytes);
	ask->icmp_type = packet->icmp.type;
	sn_read_ports(ask->protocol, packet->upper, packet->upper_bytes, &ask->sport, &ask->dport);
}

int sn_replay_find_asks(struct sn_replay *replay)
{
	struct tails tails;
	size_t count = 0;
	for (size_t i = 0; i < replay->heard_count; i++)
		count += replay->heard[i].kinds & SN_HEARD_ASK;
	replay->asks = calloc(count + 1, sizeof *replay->asks);
	int code = find_tails(replay, &tails);
	if (!replay->asks || code < 0) {
		free(tails.items);
		return SONDE_E_NOMEM;
	}
	for (uint32_t i = 0; i < replay->heard_count; i++) {
		struct sn_packet packet;
		if (!(replay->heard[i].kinds & SN_HEARD_ASK) || !sn_heard_parse(replay, &replay->heard[i], &packet))
			continue;
		if (packet.ip.ttl == 0) /* it never left */
			continue;
		struct sn_ask *ask = &replay->asks[replay->ask_count++];
		*ask = (struct sn_ask){.heard = i, .trace = SN_NO_TRACE};
		ask->whole_bytes = packet.ip.mf ? whole_bytes_of(replay, &tails, i) : 0;
		read_ask(&packet, ask);
	}
	free(tails.items);
	return SONDE_OK;
}
