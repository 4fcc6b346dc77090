/* SPDX-License-Identifier: MIT */
/* THE LAYOUTS: where each protocol keeps its fields. Everything that compares or shows a packet field by field reads them here. */
#include "packet/fields.h"

#include "base/checksum.h"
#include "base/cursor.h"
#include "packet/transport.h"

#include <string.h>

/* A field of a header: `size` bytes from `at_bytes` on, of which it has the bits `mask` after the shift. size 16: an address. */
struct place {
	uint8_t field, at_bytes, size, shift;
	uint32_t mask;
};

#define WHOLE UINT32_MAX
#define PLACES(array) (array), sizeof(array) / sizeof *(array)

/* RFC 791 section 3.1, RFC 2474 section 3, RFC 3168 section 5. */
static const struct place ip4_places[] = {
    {SONDE_FIELD_DSCP, 1, 1, 2, 0x3f},      {SONDE_FIELD_ECN, 1, 1, 0, 3},          {SONDE_FIELD_LENGTH, 2, 2, 0, WHOLE},
    {SONDE_FIELD_IP_ID, 4, 2, 0, WHOLE},    {SONDE_FIELD_DF, 6, 2, 14, 1},          {SONDE_FIELD_FRAGMENT, 6, 2, 0, 0x3fff},
    {SONDE_FIELD_TTL, 8, 1, 0, WHOLE},      {SONDE_FIELD_PROTOCOL, 9, 1, 0, WHOLE}, {SONDE_FIELD_IP_CHECKSUM, 10, 2, 0, WHOLE},
    {SONDE_FIELD_SRC, 12, 4, 0, 0},         {SONDE_FIELD_DST, 16, 4, 0, 0},
};

/* RFC 8200 section 3. */
static const struct place ip6_places[] = {
    {SONDE_FIELD_DSCP, 0, 2, 6, 0x3f},      {SONDE_FIELD_ECN, 0, 2, 4, 3},      {SONDE_FIELD_FLOW_LABEL, 0, 4, 0, 0xfffff},
    {SONDE_FIELD_LENGTH, 4, 2, 0, WHOLE},   {SONDE_FIELD_TTL, 7, 1, 0, WHOLE},  {SONDE_FIELD_SRC, 8, 16, 0, 0},
    {SONDE_FIELD_DST, 24, 16, 0, 0},
};

/* RFC 768. */
static const struct place udp_places[] = {
    {SONDE_FIELD_SPORT, 0, 2, 0, WHOLE},
    {SONDE_FIELD_DPORT, 2, 2, 0, WHOLE},
    {SONDE_FIELD_UDP_LENGTH, 4, 2, 0, WHOLE},
    {SONDE_FIELD_CHECKSUM, 6, 2, 0, WHOLE},
};

/* RFC 3828 section 3.1. */
static const struct place udplite_places[] = {
    {SONDE_FIELD_SPORT, 0, 2, 0, WHOLE},
    {SONDE_FIELD_DPORT, 2, 2, 0, WHOLE},
    {SONDE_FIELD_CHECKSUM, 6, 2, 0, WHOLE},
};

/* RFC 4340 sections 5.1 and 5.2, of a Request: the lower 32 bits of its number, the service code. */
static const struct place dccp_places[] = {
    {SONDE_FIELD_SPORT, 0, 2, 0, WHOLE},
    {SONDE_FIELD_DPORT, 2, 2, 0, WHOLE},
    {SONDE_FIELD_CHECKSUM, 6, 2, 0, WHOLE},
    {SONDE_FIELD_SEQ, 12, 4, 0, WHOLE},
    {SONDE_FIELD_TAG, 16, 4, 0, WHOLE},
};

/* RFC 9260 section 3.1. */
static const struct place sctp_places[] = {
    {SONDE_FIELD_SPORT, 0, 2, 0, WHOLE},
    {SONDE_FIELD_DPORT, 2, 2, 0, WHOLE},
    {SONDE_FIELD_TAG, 4, 4, 0, WHOLE},
    {SONDE_FIELD_CHECKSUM, 8, 4, 0, WHOLE},
};

/* RFC 9293 section 3.1. The header's length stands with the flags. */
static const struct place tcp_places[] = {
    {SONDE_FIELD_SPORT, 0, 2, 0, WHOLE},      {SONDE_FIELD_DPORT, 2, 2, 0, WHOLE},   {SONDE_FIELD_SEQ, 4, 4, 0, WHOLE},
    {SONDE_FIELD_ACK, 8, 4, 0, WHOLE},        {SONDE_FIELD_TCP_FLAGS, 12, 2, 0, WHOLE}, {SONDE_FIELD_WINDOW, 14, 2, 0, WHOLE},
    {SONDE_FIELD_CHECKSUM, 16, 2, 0, WHOLE},
};
enum { TCP_OFFSET_AT = 12 };

/* RFC 792, RFC 4443 section 4.1. */
static const struct place icmp_places[] = {
    {SONDE_FIELD_ICMP_TYPE, 0, 2, 0, WHOLE},
    {SONDE_FIELD_CHECKSUM, 2, 2, 0, WHOLE},
    {SONDE_FIELD_ICMP_ID, 4, 2, 0, WHOLE},
    {SONDE_FIELD_SEQ, 6, 2, 0, WHOLE},
};

/* A row for each transport protocol. version 0: over both. */
static const struct layer {
	uint8_t version, protocol;
	const struct place *places;
	size_t place_count;
	uint8_t header_bytes;  /* least */
} layers[] = {
    {0, SN_PROTO_UDP, PLACES(udp_places), SN_UDP_BYTES},
    {0, SN_PROTO_UDPLITE, PLACES(udplite_places), SN_UDP_BYTES},
    {0, SN_PROTO_DCCP, PLACES(dccp_places), 20},
    {0, SN_PROTO_TCP, PLACES(tcp_places), SN_TCP_MIN_BYTES},
    {0, SN_PROTO_SCTP, PLACES(sctp_places), SN_SCTP_BYTES},
    {4, SN_PROTO_ICMP, PLACES(icmp_places), SN_ECHO_BYTES},
    {6, SN_PROTO_ICMP6, PLACES(icmp_places), SN_ECHO_BYTES},
};

/* TCP options that are compared, by kind: how long their value is, how much of it counts. size 0: only whether it is there. */
static const struct option {
	uint8_t kind, field, value_bytes, size;
} options[] = {
    {2, SONDE_FIELD_MSS, 2, 2},     /* RFC 9293 section 3.2 */
    {3, SONDE_FIELD_WSCALE, 1, 1},  /* RFC 7323 section 2.2 */
    {4, SONDE_FIELD_SACK, 0, 0},    /* RFC 2018 section 2 */
    {8, SONDE_FIELD_STAMP, 8, 4},   /* RFC 7323 section 3.2: the value, not its echo */
    {34, SONDE_FIELD_TFO, 0, 0},    /* RFC 7413 section 4.1.1 */
    {30, SONDE_FIELD_MPTCP, 0, 0},  /* RFC 8684 section 3 */
};
enum { OPTION_END = 0, OPTION_NOP = 1 };

static uint32_t number_at(const uint8_t *bytes, size_t count)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, count);
	uint32_t value = 0;
	while (sn_reader_left(&r) > 0)
		value = value << 8 | sn_read_u8(&r);
	return value;
}

static void note(struct sn_fields *out, size_t field, size_t at_bytes, size_t count_bytes, uint32_t value)
{
	out->visible |= UINT32_C(1) << field;
	out->value[field] = value;
	out->at_bytes[field] = (uint16_t)at_bytes;
	out->count_bytes[field] = (uint16_t)count_bytes;
}

static void places_read(const struct place *places, size_t count, size_t from_bytes, struct sn_fields *out)
{
	for (size_t i = 0; i < count; i++) {
		const struct place *p = &places[i];
		size_t at = from_bytes + p->at_bytes;
		if (at + p->size <= out->length_bytes)
			note(out, p->field, at, p->size, p->mask ? number_at(out->bytes + at, p->size) >> p->shift & p->mask : 0);
	}
}

static const struct layer *layer_of(const struct sn_ip *ip)
{
	for (size_t i = 0; i < sizeof layers / sizeof *layers; i++)
		if (layers[i].protocol == ip->protocol && (!layers[i].version || layers[i].version == ip->version))
			return &layers[i];
	return NULL;
}

/* An option of which seen_bytes are there: what counts of it must be. */
static void option_read(const uint8_t *bytes, size_t option_bytes, size_t seen_bytes, size_t at, struct sn_fields *out)
{
	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		const struct option *o = &options[i];
		if (o->kind == bytes[at] && (!o->value_bytes || option_bytes == o->value_bytes + 2u) && seen_bytes >= o->size + 2u)
			note(out, o->field, at, seen_bytes, o->size ? number_at(bytes + at + 2, o->size) : 1);
	}
}

/* Options as far as they were seen; those that were not found are absent where all were. One that runs over the end hides the rest. */
static void options_read(size_t from_bytes, size_t end_bytes, struct sn_fields *out)
{
	bool all = end_bytes <= out->length_bytes;
	size_t seen_end = all ? end_bytes : out->length_bytes, at = from_bytes;
	while (at < seen_end && out->bytes[at] != OPTION_END) {
		size_t option_bytes = out->bytes[at] == OPTION_NOP ? 1 : at + 1 < seen_end ? out->bytes[at + 1] : 0;
		if (option_bytes == 0 || at + option_bytes > end_bytes || (option_bytes == 1 && out->bytes[at] != OPTION_NOP)) {
			all = false;
			break;
		}
		size_t seen_bytes = at + option_bytes <= seen_end ? option_bytes : seen_end - at;
		option_read(out->bytes, option_bytes, seen_bytes, at, out);
		at += option_bytes;
	}
	for (size_t i = 0; all && i < sizeof options / sizeof *options; i++)
		if (!(out->visible & UINT32_C(1) << options[i].field))
			note(out, options[i].field, 0, 0, SONDE_FIELD_ABSENT);
}

/* Where the payload starts; past the end: not to be seen. */
static size_t transport_read(const struct sn_ip *ip, struct sn_fields *out)
{
	const struct layer *layer = layer_of(ip);
	size_t from = ip->header_bytes;
	if (!layer)
		return from;
	places_read(layer->places, layer->place_count, from, out);
	if (layer->protocol != SN_PROTO_TCP)
		return from + layer->header_bytes;
	if (from + TCP_OFFSET_AT >= out->length_bytes)
		return out->length_bytes;
	size_t end = from + (size_t)(out->bytes[from + TCP_OFFSET_AT] >> 4) * 4;
	if (end >= from + layer->header_bytes)
		options_read(from + layer->header_bytes, end, out);
	return end;
}

/* RFC 791 section 3.1: over the header, without the field itself. */
static uint16_t right_checksum(const uint8_t *bytes, size_t header_bytes)
{
	enum { CHECKSUM_AT = 10, BEHIND_AT = 12 };
	return sn_sum_finish(sn_sum_bytes(sn_sum_bytes(0, bytes, CHECKSUM_AT), bytes + BEHIND_AT, header_bytes - BEHIND_AT));
}

void sn_fields_read(const struct sn_ip *ip, const uint8_t *bytes, size_t length_bytes, struct sn_fields *out)
{
	enum { MORE_FRAGMENTS = 0x2000 };
	size_t fixed_bytes = ip->version == 4 ? 20 : 40;
	out->bytes = bytes;
	out->length_bytes = (uint16_t)(length_bytes < UINT16_MAX ? length_bytes : UINT16_MAX);
	out->visible = 0;
	out->src = ip->src;
	out->dst = ip->dst;
	if (ip->version == 4) {
		places_read(PLACES(ip4_places), 0, out);
		/* As they were read: a quote may have them in host order (packet/quote.c). */
		out->value[SONDE_FIELD_DF] = ip->df;
		out->value[SONDE_FIELD_FRAGMENT] = (ip->mf ? MORE_FRAGMENTS : 0u) | ip->fragment_offset_bytes / 8u;
	} else {
		places_read(PLACES(ip6_places), 0, out);
	}
	if (ip->version == 6 && out->visible & SONDE_DIFF_LENGTH)
		out->value[SONDE_FIELD_LENGTH] = ip->total_bytes;
	out->right_ip_checksum = (uint16_t)out->value[SONDE_FIELD_IP_CHECKSUM];
	if (ip->odd & SN_ODD_HEADER_CHECKSUM)
		out->right_ip_checksum = right_checksum(bytes, ip->header_bytes);
	if (ip->header_bytes < fixed_bytes || ip->odd & SN_ODD_CHAIN || ip->fragment_offset_bytes)
		return;
	note(out, SONDE_FIELD_EXTENSIONS, fixed_bytes, ip->header_bytes - fixed_bytes, (uint32_t)(ip->header_bytes - fixed_bytes));
	if (ip->version == 6) {
		note(out, SONDE_FIELD_PROTOCOL, 6, 1, ip->protocol);
		note(out, SONDE_FIELD_FRAGMENT, 0, 0, ip->mf ? MORE_FRAGMENTS : 0);
	}
	size_t payload_at = transport_read(ip, out);
	if (payload_at < out->length_bytes)
		note(out, SONDE_FIELD_PAYLOAD, payload_at, out->length_bytes - payload_at, 0);
}

bool sn_seen_covers(const struct sn_seen *seen, const uint8_t *at, size_t length_bytes)
{
	if (!seen->rebuilt)
		return true;
	size_t from = (size_t)(at - seen->packet);
	for (size_t i = 0; i < seen->span_count; i++) {
		const struct sonde_span *span = &seen->spans[i];
		if (from >= span->from_bytes && from + length_bytes <= (size_t)span->from_bytes + span->length_bytes)
			return true;
	}
	return false;
}

/* What has no bytes, such as an option that is not there, shows where all was seen: on a raw socket of IPv6 only the header around the
 * answer is put together. */
void sn_fields_hide(const struct sn_seen *seen, struct sn_fields *fields)
{
	for (uint32_t left = seen->rebuilt ? fields->visible : 0; left; left &= left - 1) {
		size_t field = (size_t)__builtin_ctz(left), count = fields->count_bytes[field];
		const uint8_t *at = fields->bytes + (count ? fields->at_bytes[field] : 0);
		if (!sn_seen_covers(seen, at, count ? count : fields->length_bytes))
			fields->visible &= ~(UINT32_C(1) << field);
	}
}

/* The number of the first byte of the payload that differs, as far as both are there; -1: none does. */
static long payload_differs_at(const struct sn_fields *sent, const struct sn_fields *seen)
{
	const uint8_t *a = sent->bytes + sent->at_bytes[SONDE_FIELD_PAYLOAD], *b = seen->bytes + seen->at_bytes[SONDE_FIELD_PAYLOAD];
	size_t count = sent->count_bytes[SONDE_FIELD_PAYLOAD];
	if (count > seen->count_bytes[SONDE_FIELD_PAYLOAD])
		count = seen->count_bytes[SONDE_FIELD_PAYLOAD];
	if (memcmp(a, b, count) == 0)
		return -1;
	for (size_t i = 0;; i++)
		if (a[i] != b[i])
			return (long)i;
}

/* What a field that does not differ by its number differs in. */
struct apart {
	bool differs;
	uint32_t sent, seen;
};

static struct apart differ_apart(const struct sn_fields *sent, const struct sn_fields *seen, size_t field)
{
	uint32_t was, is;
	long at;
	switch (field) {
	case SONDE_FIELD_TTL:
		return (struct apart){.differs = false};
	case SONDE_FIELD_IP_CHECKSUM:
		was = seen->right_ip_checksum;
		is = seen->value[field];
		return (struct apart){.differs = was != is, .sent = was, .seen = is};
	case SONDE_FIELD_SRC:
		return (struct apart){.differs = !sonde_addr_equal(&sent->src, &seen->src)};
	case SONDE_FIELD_DST:
		return (struct apart){.differs = !sonde_addr_equal(&sent->dst, &seen->dst)};
	case SONDE_FIELD_PAYLOAD:
		at = payload_differs_at(sent, seen);
		return (struct apart){.differs = at >= 0, .seen = (uint32_t)at};
	default:
		was = sent->value[field];
		is = seen->value[field];
		return (struct apart){.differs = was != is, .sent = was, .seen = is};
	}
}

void sn_fields_compare(const struct sn_fields *sent, const struct sn_fields *seen, struct sonde_quote *out)
{
	size_t count = 0;
	*out = (struct sonde_quote){.visible = sent->visible & seen->visible};
	for (uint32_t left = out->visible; left; left &= left - 1) {
		size_t field = (size_t)__builtin_ctz(left);
		struct apart apart = differ_apart(sent, seen, field);
		if (!apart.differs)
			continue;
		out->diff |= UINT32_C(1) << field;
		if (field != SONDE_FIELD_SRC && field != SONDE_FIELD_DST && count < SONDE_CHANGES_MAX) {
			out->changes[count].sent = apart.sent;
			out->changes[count++].seen = apart.seen;
		}
	}
	if (out->visible & SONDE_DIFF_TTL) {
		out->sent_ttl = (uint8_t)sent->value[SONDE_FIELD_TTL];
		out->seen_ttl = (uint8_t)seen->value[SONDE_FIELD_TTL];
	}
	if (out->diff & SONDE_DIFF_SRC)
		out->src = seen->src;
	if (out->diff & SONDE_DIFF_DST)
		out->dst = seen->dst;
}
