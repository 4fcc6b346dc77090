/* SPDX-License-Identifier: MIT */
/* The objects of an RFC 4884 extension structure, one after the other. */
#ifndef SN_PACKET_EXT_H
#define SN_PACKET_EXT_H

#include "base/cursor.h"

#include <sonde/extension.h>

enum sn_ext_reading {
	SN_EXT_READ,       /* filled; what the reader has left is the rest of the object */
	SN_EXT_FOREIGN,    /* well-formed as far as one can tell, of a kind that is not known */
	SN_EXT_MALFORMED,  /* not what its class says */
};

/* THE DECODER TABLE: a row per class. read fills out->kind and out->as (zeroed before) from an object's payload. */
struct sn_ext_row {
	uint8_t class_num;
	enum sn_ext_reading (*read)(uint8_t c_type, struct sn_reader *payload, struct sonde_extension *out);
	bool in_pieces;      /* where it leaves something, it is called again for the next piece; else that is ignored */
	const char *source;  /* "RFC 4950 section 4" */
};
/* *count rows, static storage. */
const struct sn_ext_row *sn_ext_table(size_t *count);

/* Where the reading of a structure stands. */
struct sn_ext_walk {
	struct sn_reader frame;      /* behind the object begun last */
	struct sn_reader payload;    /* what is left of that object */
	const struct sn_ext_row *row;  /* that reads it; NULL: kept raw */
	uint8_t class_num, c_type;
	bool malformed, more;
	uint16_t object, piece, told;
};

/* bytes: a structure whose version and checksum were verified (struct sn_icmp.extension). They must outlive the walk. */
void sn_ext_begin(struct sn_ext_walk *walk, const uint8_t *bytes, size_t length_bytes);
/* True: *out is the next object or piece. At most SONDE_EXTENSION_PIECES_MAX are told. Any bytes are fine: what cannot be read comes raw,
 * marked, and behind an object that does not fit its structure nothing is looked for. */
bool sn_ext_next(struct sn_ext_walk *walk, struct sonde_extension *out);

/* The decoders, in ext_*.c. */
enum sn_ext_reading sn_ext_mpls(uint8_t c_type, struct sn_reader *payload, struct sonde_extension *out);
enum sn_ext_reading sn_ext_interface(uint8_t c_type, struct sn_reader *payload, struct sonde_extension *out);
enum sn_ext_reading sn_ext_interface_id(uint8_t c_type, struct sn_reader *payload, struct sonde_extension *out);
enum sn_ext_reading sn_ext_pointer(uint8_t c_type, struct sn_reader *payload, struct sonde_extension *out);
enum sn_ext_reading sn_ext_node(uint8_t c_type, struct sn_reader *payload, struct sonde_extension *out);

/* Parts that several classes share (ext_parts.c). */

/* bytes of an address whose family the IANA's number tells: 4, 16, 0 for any other. */
size_t sn_ext_addr_bytes(uint16_t afi);
/* count: what sn_ext_addr_bytes gave. */
void sn_ext_addr(struct sn_reader *payload, size_t count, struct sonde_addr *out);
/* AFI, reserved, address: RFC 5837 section 4.2. */
enum sn_ext_reading sn_ext_addr_part(struct sn_reader *payload, struct sonde_addr *out);
/* Length, name, zeroes up to a whole word: RFC 5837 section 4.3. */
enum sn_ext_reading sn_ext_name_part(struct sn_reader *payload, struct sonde_extension_name *out);
/* A name of so many bytes, at most SONDE_EXTENSION_NAME_BYTES of them beside the zeroes. False: longer. */
bool sn_ext_name(const uint8_t *bytes, size_t count, struct sonde_extension_name *out);

#endif
