/* SPDX-License-Identifier: MIT */
/* Writes extended echo requests, reads the replies (RFC 8335), and has the words for their numbers. */
#include "packet/xecho.h"

#include "base/checksum.h"

#include <sonde/interface.h>

enum { EXTENSION_VERSION = 2, CLASS_INTERFACE_ID = 3, OBJECT_HEADER_BYTES = 4, AFI_IP4 = 1, AFI_IP6 = 2 };

const char *sonde_interface_code_name(uint8_t code)
{
	static const char *const names[] = {
#define X(number, id, name, sentence) [number] = (name),
	    SONDE_INTERFACE_CODES(X)
#undef X
	};
	return code < sizeof names / sizeof *names ? names[code] : "unassigned";
}

const char *sonde_interface_code_sentence(uint8_t code)
{
	static const char *const sentences[] = {
#define X(number, id, name, sentence) [number] = (sentence),
	    SONDE_INTERFACE_CODES(X)
#undef X
	};
	return code < sizeof sentences / sizeof *sentences ? sentences[code] : "a code that nobody has assigned";
}

const char *sonde_interface_state_name(uint8_t state)
{
	static const char *const names[] = {
#define X(number, id, name) [number] = (name),
	    SONDE_INTERFACE_STATES(X)
#undef X
	};
	return state < sizeof names / sizeof *names ? names[state] : "unassigned";
}

/* Section 2.1: what identifies the interface, up to a whole word. */
static void write_payload(struct sn_writer *w, const struct sonde_extension_interface_id *what)
{
	switch (what->by) {
	case SONDE_BY_NAME:
		sn_write_bytes(w, (const uint8_t *)what->name.bytes, what->name.length_bytes);
		sn_write_zeros(w, (4u - what->name.length_bytes % 4u) % 4u);
		break;
	case SONDE_BY_INDEX:
		sn_write_u32(w, what->index);
		break;
	case SONDE_BY_ADDRESS: {
		bool is4 = what->addr.family == 4;
		sn_write_u16(w, is4 ? AFI_IP4 : AFI_IP6);
		sn_write_u8(w, is4 ? 4 : 16);
		sn_write_u8(w, 0);
		sn_write_bytes(w, what->addr.bytes, is4 ? 4 : 16);
		break;
	}
	}
}

void sn_xecho_write(struct sn_writer *w, uint8_t version, const struct sn_xecho_request *request)
{
	sn_write_u8(w, version == 4 ? SN_XECHO_REQUEST4 : SN_XECHO_REQUEST6);
	sn_write_u8(w, 0);
	sn_write_u16(w, 0);
	sn_write_u16(w, request->id);
	sn_write_u8(w, request->seq);
	sn_write_u8(w, request->local);  /* section 2: the L bit is the last one */
	size_t at = w->at_bytes;
	sn_write_u16(w, EXTENSION_VERSION << 12);
	sn_write_u16(w, 0);
	size_t object_at = w->at_bytes;
	sn_write_u16(w, 0);
	sn_write_u8(w, CLASS_INTERFACE_ID);
	sn_write_u8(w, (uint8_t)request->what.by);
	write_payload(w, &request->what);
	sn_write_u16_at(w, object_at, (uint16_t)(w->at_bytes - object_at));
	if (!w->bad)
		sn_write_u16_at(w, at + 2, sn_sum_finish(sn_sum_bytes(0, w->bytes + at, w->at_bytes - at)));
}

bool sn_xecho_read(uint8_t version, const uint8_t *bytes, size_t length_bytes, struct sn_xecho_reply *out)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, length_bytes);
	uint8_t type = sn_read_u8(&r);
	*out = (struct sn_xecho_reply){.code = sn_read_u8(&r)};
	sn_read_skip(&r, 2);
	out->id = sn_read_u16(&r);
	out->seq = sn_read_u8(&r);
	/* Section 3: three bits state, two reserved, active, IPv4, IPv6. */
	uint8_t bits = sn_read_u8(&r);
	out->state = bits >> 5;
	out->active = bits & 4;
	out->ip4 = bits & 2;
	out->ip6 = bits & 1;
	return !r.bad && type == (version == 4 ? SN_XECHO_REPLY4 : SN_XECHO_REPLY6);
}
