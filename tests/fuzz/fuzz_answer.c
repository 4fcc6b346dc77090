/* SPDX-License-Identifier: MIT */
/* Any bytes as a received IP packet of one family: everything that looks at such a packet before anybody has said that it belongs to a
 * probe. VERSION is 4 or 6: whatever stands there, the packet says it is of that version. */
#include "fuzz.h"
#include "invariants.h"
#include "packets.h"

#include "packet/blank.h"
#include "packet/fields.h"
#include "packet/fragment.h"
#include "packet/xecho.h"
#include "probe/method.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void holds(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "does not hold: %s\n", what);
	abort();
}

/* What each method sees in it. */
static void sight(const struct sn_packet *packet, const struct sn_seen *seen)
{
	for (size_t id = 0; sn_method(id); id++) {
		const struct sn_method *method = sn_method(id);
		struct sn_ident ident;
		enum sonde_meaning meaning = SONDE_M_COUNT;
		if (packet->has_quote && method->key_of_quote(&packet->quote, seen, &ident))
			holds(ident.version == packet->quote.ip.version && ident.have, "a quote of a probe shows something of it");
		if (!packet->has_quote && method->key_of_reply(packet, seen, &ident, &meaning))
			holds(ident.version == VERSION && ident.have && meaning < SONDE_M_COUNT, "an answer means something");
		if (method->key_of_own)
			method->key_of_own(packet, seen, &ident);
	}
}

static void look_at_fields(const struct sn_ip *ip, const uint8_t *bytes, size_t count)
{
	struct sn_fields fields;
	sn_fields_read(ip, bytes, count, &fields);
	for (size_t i = 0; i < SONDE_FIELD_COUNT; i++)
		if (fields.visible & 1u << i)
			holds((size_t)fields.at_bytes[i] + fields.count_bytes[i] <= count, "fields are within the packet");
}

static void parse(const uint8_t *bytes, size_t count)
{
	struct sn_packet packet;
	struct sn_fragment piece;
	struct sn_xecho_reply reply;
	const struct sn_seen seen = {.packet = bytes};
	if (sn_fragment_read(bytes, count, &piece))
		holds(piece.end_bytes <= 40u + UINT16_MAX + 0xfff8u, "a fragment ends where one can");
	if (!sn_packet_parse(bytes, count, &packet))
		return;
	look_at_fields(&packet.ip, bytes, count);
	if (packet.is_icmp)
		sn_xecho_read(VERSION, packet.upper, packet.upper_bytes, &reply);
	sight(&packet, &seen);
	if (packet.has_quote)
		look_at_fields(&packet.quote.ip, packet.quote.bytes, packet.quote.ip.header_bytes + packet.quote.upper_bytes);
	if (sn_packet_unpad(&packet))
		sight(&packet, &seen);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	if (count == 0 || count > 65535)
		return 0;
	uint8_t *own = made_exact(bytes, count);
	own[0] = (uint8_t)(VERSION << 4 | (own[0] & 15));
	const char *broken = packet_broken(own, count);
	holds(!broken, broken);
	parse(own, count);
	sn_blank_answer(own, count, SONDE_DIFF_IP_ID | SONDE_DIFF_SPORT | SONDE_DIFF_ICMP_ID);
	broken = packet_broken(own, count);
	holds(!broken, broken);
	free(own);
	return 0;
}
