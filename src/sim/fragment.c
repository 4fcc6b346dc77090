/* SPDX-License-Identifier: MIT */
/* Packets cut into fragments by routers, put together again by the host that they are for (RFC 791 section 3.2, RFC 8200 section 4.5). */
#include "sim/fragment.h"

#include "sim/edit.h"

#include <stdlib.h>
#include <string.h>

enum {
	PIECES_MAX = 256,      /* that wait for the rest of their packets: the oldest makes room */
	LENGTH4_AT_BYTES = 2,
	FLAGS4_AT_BYTES = 6,
	MORE4 = 0x2000,
	LENGTH6_AT_BYTES = 4,
	NEXT6_AT_BYTES = 6,
	HEADER6_BYTES = 40,
	FRAGMENT6_BYTES = 8,   /* next header, reserved, offset and M, identification */
	ID6_AT_BYTES = HEADER6_BYTES + 4,
	UNIT_BYTES = 8,        /* offsets count these */
};

struct piece {
	uint32_t node;
	struct sn_sim_packet *packet;  /* owned */
};

struct sn_sim_pieces {
	struct piece items[PIECES_MAX];
	size_t count;
};

void sn_sim_pieces_finish(struct sn_sim *sim)
{
	for (size_t i = 0; sim->pieces && i < sim->pieces->count; i++)
		free(sim->pieces->items[i].packet);
	free(sim->pieces);
	sim->pieces = NULL;
}

/* --- cut --- */

size_t sn_sim_cut(struct sn_sim *sim, const struct sn_sim_packet *packet, uint32_t mtu_bytes, struct sn_sim_packet **pieces,
                  size_t pieces_max)
{
	size_t header_bytes = packet->ip.header_bytes, upper_bytes = packet->length_bytes - header_bytes, count = 0;
	size_t step_bytes = (mtu_bytes - header_bytes) / UNIT_BYTES * UNIT_BYTES;
	for (size_t at_bytes = 0; at_bytes < upper_bytes && count < pieces_max; at_bytes += step_bytes) {
		uint8_t bytes[UINT16_MAX];
		bool last = upper_bytes - at_bytes <= step_bytes;
		size_t piece_bytes = last ? upper_bytes - at_bytes : step_bytes;
		memcpy(bytes, packet->bytes, header_bytes);
		memcpy(bytes + header_bytes, packet->bytes + header_bytes + at_bytes, piece_bytes);
		struct sn_sim_edit edit = sn_sim_edit_open(bytes, header_bytes + piece_bytes, &packet->ip);
		uint16_t flags = sn_sim_edit_read(&edit, FLAGS4_AT_BYTES);
		sn_sim_edit_header(&edit, LENGTH4_AT_BYTES, (uint16_t)(header_bytes + piece_bytes));
		/* A fragment that is cut again keeps its place, and its last piece the bit that says that more follow. */
		sn_sim_edit_header(&edit, FLAGS4_AT_BYTES, (uint16_t)((flags | (last ? 0 : MORE4)) + at_bytes / UNIT_BYTES));
		int result = 0;
		struct sn_sim_packet *piece = sn_sim_packet_new(sim, bytes, header_bytes + piece_bytes, &result);
		if (!piece)
			break;
		piece->number = packet->number;
		piece->is_answer = packet->is_answer;
		pieces[count++] = piece;
	}
	return count;
}

/* --- and joined --- */

/* The fragmentable part: where it starts, where it belongs. */
static size_t data_at(const struct sn_sim_packet *packet)
{
	return packet->ip.version == 4 ? packet->ip.header_bytes : HEADER6_BYTES + FRAGMENT6_BYTES;
}

static size_t end_of(const struct sn_sim_packet *packet)
{
	return packet->ip.fragment_offset_bytes + packet->length_bytes - data_at(packet);
}

/* IPv6: only where nothing stands before the fragment header. */
static bool is_readable(const struct sn_sim_packet *packet)
{
	return packet->ip.version == 4 ||
	       (packet->bytes[NEXT6_AT_BYTES] == SN_PROTO_FRAGMENT && packet->length_bytes >= HEADER6_BYTES + FRAGMENT6_BYTES);
}

static bool belong_together(const struct sn_sim_packet *a, const struct sn_sim_packet *b)
{
	if (a->ip.version != b->ip.version || !sonde_addr_equal(&a->ip.src, &b->ip.src) || !sonde_addr_equal(&a->ip.dst, &b->ip.dst))
		return false;
	if (a->ip.version == 4)
		return a->ip.id == b->ip.id && a->ip.protocol == b->ip.protocol;
	return memcmp(a->bytes + ID6_AT_BYTES, b->bytes + ID6_AT_BYTES, 4) == 0;
}

static void forget(struct sn_sim_pieces *pieces, size_t at)
{
	free(pieces->items[at].packet);
	pieces->count--;
	memmove(pieces->items + at, pieces->items + at + 1, (pieces->count - at) * sizeof *pieces->items);
}

static bool keep(struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet)
{
	if (!sim->pieces)
		sim->pieces = calloc(1, sizeof *sim->pieces);
	struct sn_sim_packet *copy = sim->pieces ? malloc(sizeof *copy + packet->length_bytes) : NULL;
	sim->starved |= !copy;
	if (!copy)
		return false;
	memcpy(copy, packet, sizeof *copy + packet->length_bytes);
	if (sim->pieces->count == PIECES_MAX)
		forget(sim->pieces, 0);
	sim->pieces->items[sim->pieces->count++] = (struct piece){.node = node, .packet = copy};
	return true;
}

/* The header of the first fragment before the data of all of them. */
static struct sn_sim_packet *whole(struct sn_sim *sim, const struct sn_sim_packet *first, uint8_t *bytes, size_t data_bytes)
{
	size_t header_bytes = first->ip.version == 4 ? first->ip.header_bytes : HEADER6_BYTES, length_bytes = header_bytes + data_bytes;
	memmove(bytes + header_bytes, bytes + UINT16_MAX, data_bytes);
	memcpy(bytes, first->bytes, header_bytes);
	struct sn_sim_edit edit = sn_sim_edit_open(bytes, length_bytes, &first->ip);
	if (first->ip.version == 4) {
		sn_sim_edit_header(&edit, LENGTH4_AT_BYTES, (uint16_t)length_bytes);
		sn_sim_edit_header(&edit, FLAGS4_AT_BYTES, 0);
	} else {
		sn_sim_edit_header(&edit, LENGTH6_AT_BYTES, (uint16_t)data_bytes);
		bytes[NEXT6_AT_BYTES] = first->bytes[HEADER6_BYTES];
	}
	int result = 0;
	struct sn_sim_packet *packet = sn_sim_packet_new(sim, bytes, length_bytes, &result);
	if (packet)
		packet->number = first->number;
	return packet;
}

struct sn_sim_packet *sn_sim_join(struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet)
{
	/* The data lies behind the room that the header will take. */
	uint8_t bytes[2 * UINT16_MAX];
	const struct sn_sim_packet *first = NULL;
	struct sn_sim_packet *joined = NULL;
	size_t have_bytes = 0, end_bytes = 0;
	if (!is_readable(packet) || !keep(sim, node, packet))
		return NULL;
	struct sn_sim_pieces *pieces = sim->pieces;
	/* Fragments of one packet neither overlap nor come twice: their bytes are counted. */
	for (size_t i = 0; i < pieces->count; i++) {
		const struct sn_sim_packet *piece = pieces->items[i].packet;
		size_t most_bytes = UINT16_MAX - (piece->ip.version == 4 ? piece->ip.header_bytes : (size_t)HEADER6_BYTES);
		if (pieces->items[i].node != node || !belong_together(piece, packet) || end_of(piece) > most_bytes)
			continue;
		size_t piece_bytes = piece->length_bytes - data_at(piece);
		memcpy(bytes + UINT16_MAX + piece->ip.fragment_offset_bytes, piece->bytes + data_at(piece), piece_bytes);
		have_bytes += piece_bytes;
		if (piece->ip.fragment_offset_bytes == 0)
			first = piece;
		if (!piece->ip.mf)
			end_bytes = end_of(piece);
	}
	if (first && end_bytes && have_bytes == end_bytes)
		joined = whole(sim, first, bytes, end_bytes);
	for (size_t i = pieces->count; joined && i-- > 0;)
		if (pieces->items[i].node == node && belong_together(pieces->items[i].packet, packet))
			forget(pieces, i);
	return joined;
}
