/* SPDX-License-Identifier: MIT */
/* A quote beside the probe as it was sent: which fields it shows, and which of them changed on the way. */
#include "engine/internal.h"

#include "packet/fields.h"

#include <string.h>

/* Nearly every copy is a true one: byte by byte as sent, but for the TTL and, of IPv4, the checksum that follows it (RFC 791 section 3.1,
 * RFC 8200 section 3). */
static bool is_true_copy(const struct sn_quote *quote, const uint8_t *sent, size_t sent_bytes, size_t quoted_bytes)
{
	enum { TTL4_AT = 8, CHECKSUM4_AT = 10, BEHIND4_AT = 12, TTL6_AT = 7 };
	const uint8_t *seen = quote->bytes;
	if (quoted_bytes > sent_bytes || quote->ip.odd & SN_ODD_HEADER_CHECKSUM)
		return false;
	if (quote->ip.version == 6)
		return memcmp(sent, seen, TTL6_AT) == 0 && memcmp(sent + TTL6_AT + 1, seen + TTL6_AT + 1, quoted_bytes - TTL6_AT - 1) == 0;
	bool header = memcmp(sent, seen, TTL4_AT) == 0 && sent[TTL4_AT + 1] == seen[TTL4_AT + 1];
	return header && memcmp(sent + BEHIND4_AT, seen + BEHIND4_AT, quoted_bytes - BEHIND4_AT) == 0;
}

void sn_engine_quote(struct sonde_engine *engine, const struct sn_match *match, const struct sn_seen *seen, struct sonde_quote *out)
{
	const struct sn_quote *quote = &match->packet->quote;
	struct sn_fields sent_fields, seen_fields;
	struct sn_ip sent_ip;
	size_t quoted_bytes = quote->ip.header_bytes + quote->upper_bytes;
	/* Who put the pieces together, as the target does, quotes the whole. */
	bool piece = quote->ip.odd & SN_ODD_FRAGMENT;
	size_t sent_bytes = sn_engine_rebuild(engine, match->trace, match->rec, piece);
	*out = (struct sonde_quote){0};
	if (!sn_ip_parse(engine->packet, sent_bytes, &sent_ip))
		return;
	if (!seen->rebuilt && is_true_copy(quote, engine->packet, sent_bytes, quoted_bytes)) {
		sn_fields_read(&sent_ip, engine->packet, quoted_bytes, &sent_fields);
		out->quoted_bytes = (uint16_t)quoted_bytes;
		out->visible = sent_fields.visible;
		out->sent_ttl = sent_ip.ttl;
		out->seen_ttl = quote->ip.ttl;
		return;
	}
	quoted_bytes = sn_quote_unfilled_bytes(quote, engine->packet, sent_bytes, sent_bytes);
	sn_fields_read(&sent_ip, engine->packet, sent_bytes, &sent_fields);
	sn_fields_read(&quote->ip, quote->bytes, quoted_bytes, &seen_fields);
	sn_fields_hide(seen, &seen_fields);
	sn_fields_compare(&sent_fields, &seen_fields, out);
	out->quoted_bytes = seen_fields.visible ? (uint16_t)quoted_bytes : 0;
}
