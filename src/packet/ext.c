/* SPDX-License-Identifier: MIT */
/* Walks the objects of an RFC 4884 extension structure. Knows their headers; what is in them is known to the rows of its table. */
#include "packet/ext.h"

#include <string.h>

/* RFC 4884 sections 7 and 8: the structure's header, the objects' headers. */
enum { STRUCTURE_HEADER_BYTES = 4, OBJECT_HEADER_BYTES = 4, WORD_BYTES = 4 };

/* By class (IANA, ICMP Extension Object Classes). */
static const struct sn_ext_row rows[] = {
	{1, sn_ext_mpls, true, "RFC 4950 section 4"},
	{2, sn_ext_interface, false, "RFC 5837 section 4"},
	{3, sn_ext_interface_id, false, "RFC 8335 section 2.1"},
	{4, sn_ext_pointer, false, "RFC 8883 section 3.1"},
	{5, sn_ext_node, false, "draft-ietf-intarea-extended-icmp-nodeid section 3"},
};

const struct sn_ext_row *sn_ext_table(size_t *count)
{
	*count = sizeof rows / sizeof *rows;
	return rows;
}

const char *sonde_extension_kind_name(enum sonde_extension_kind kind)
{
	static const char *const names[] = {
#define X(id, name) [SONDE_EXTENSION_##id] = (name),
	    SONDE_EXTENSION_KINDS(X)
#undef X
	};
	return names[(unsigned)kind < SONDE_EXTENSION_COUNT ? kind : SONDE_EXTENSION_RAW];
}

static const struct sn_ext_row *row_of(uint8_t class_num)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].class_num == class_num)
			return &rows[i];
	return NULL;
}

void sn_ext_begin(struct sn_ext_walk *walk, const uint8_t *bytes, size_t length_bytes)
{
	*walk = (struct sn_ext_walk){0};
	sn_reader_init(&walk->frame, bytes, length_bytes);
	sn_read_skip(&walk->frame, STRUCTURE_HEADER_BYTES);
}

/* The next object's header. Length counts header and payload, in whole words (RFC 4884 sections 7 and 8); where it cannot be so, nobody
 * knows where the object ends, and it takes all that is left. False: nothing is left. */
static bool object_begin(struct sn_ext_walk *walk)
{
	struct sn_reader *frame = &walk->frame;
	if (frame->bad || sn_reader_left(frame) == 0)
		return false;
	size_t left_bytes = sn_reader_left(frame);
	walk->object++;
	walk->piece = 0;
	walk->class_num = walk->c_type = 0;
	size_t length_bytes = 0;
	if (left_bytes >= OBJECT_HEADER_BYTES) {
		length_bytes = sn_read_u16(frame);
		walk->class_num = sn_read_u8(frame);
		walk->c_type = sn_read_u8(frame);
	}
	walk->malformed = length_bytes < OBJECT_HEADER_BYTES || length_bytes > left_bytes || length_bytes % WORD_BYTES != 0;
	walk->row = walk->malformed ? NULL : row_of(walk->class_num);
	size_t payload_bytes = walk->malformed ? sn_reader_left(frame) : length_bytes - OBJECT_HEADER_BYTES;
	sn_reader_init(&walk->payload, sn_read_view(frame, payload_bytes), payload_bytes);
	return true;
}

static void read_raw(struct sn_reader *payload, struct sonde_extension *out)
{
	size_t left_bytes = sn_reader_left(payload);
	struct sonde_extension_raw *raw = &out->as.raw;
	out->kind = SONDE_EXTENSION_RAW;
	raw->count = (uint8_t)(left_bytes < sizeof raw->bytes ? left_bytes : sizeof raw->bytes);
	sn_read_bytes(payload, raw->bytes, raw->count);
}

/* True: the object has another piece. */
static bool object_read(struct sn_ext_walk *walk, struct sonde_extension *out)
{
	struct sn_reader start = walk->payload;
	enum sn_ext_reading reading = walk->row ? walk->row->read(walk->c_type, &walk->payload, out) : SN_EXT_FOREIGN;
	if (reading == SN_EXT_READ)
		return walk->row->in_pieces && sn_reader_left(&walk->payload) > 0;
	walk->malformed |= reading == SN_EXT_MALFORMED;
	walk->row = NULL;
	walk->payload = start;
	memset(&out->as, 0, sizeof out->as);
	read_raw(&walk->payload, out);
	return sn_reader_left(&walk->payload) > 0;
}

bool sn_ext_next(struct sn_ext_walk *walk, struct sonde_extension *out)
{
	if (walk->told == SONDE_EXTENSION_PIECES_MAX || (!walk->more && !object_begin(walk)))
		return false;
	memset(out, 0, sizeof *out);
	walk->more = object_read(walk, out);
	walk->told++;
	out->class_num = walk->class_num;
	out->c_type = walk->c_type;
	out->malformed = walk->malformed;
	out->more = walk->more;
	out->cut = walk->told == SONDE_EXTENSION_PIECES_MAX && (walk->more || sn_reader_left(&walk->frame) > 0);
	out->object = walk->object;
	out->piece = ++walk->piece;
	return true;
}
