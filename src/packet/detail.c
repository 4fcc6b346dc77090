/* SPDX-License-Identifier: MIT */
/* From two packets to rows of named fields: the layouts are those of fields.c. */
#include <sonde/detail.h>

#include "packet/fields.h"
#include "packet/packet.h"

#include <stdio.h>

static void value_text(const struct sn_fields *fields, size_t field, char text[SONDE_ADDR_TEXT])
{
	const struct sonde_field_info *info = sonde_field_info(field);
	text[0] = '\0';
	if (field == SONDE_FIELD_SRC || field == SONDE_FIELD_DST)
		sonde_addr_text(field == SONDE_FIELD_SRC ? &fields->src : &fields->dst, text);
	else if (fields->value[field] == SONDE_FIELD_ABSENT && !fields->count_bytes[field])
		snprintf(text, SONDE_ADDR_TEXT, "missing");
	else if (info->base)
		snprintf(text, SONDE_ADDR_TEXT, info->base == 16 ? "0x%x" : "%u", (unsigned)fields->value[field]);
}

static bool is_there(const struct sn_fields *fields, size_t field)
{
	return fields->visible & UINT32_C(1) << field;
}

/* Not even its absence is worth a row. */
static bool is_nowhere(const struct sn_fields *sent, const struct sn_fields *seen, size_t field)
{
	bool in_sent = is_there(sent, field) && sent->count_bytes[field];
	bool in_seen = seen && is_there(seen, field) && seen->count_bytes[field];
	return !in_sent && !in_seen;
}

static enum sonde_detail_state state_of(const struct sn_fields *sent, const struct sn_fields *seen, const struct sonde_quote *quote,
                                        size_t field)
{
	if (!seen)
		return SONDE_DETAIL_ALONE;
	if (!is_there(seen, field) || !is_there(sent, field))
		return SONDE_DETAIL_UNSEEN;
	if (!sent->count_bytes[field])
		return SONDE_DETAIL_ADDED;
	/* The TTL is there to be lowered, and the header's checksum follows it. */
	bool differs = quote->diff & UINT32_C(1) << field || (field == SONDE_FIELD_TTL && quote->seen_ttl != quote->sent_ttl);
	return differs ? SONDE_DETAIL_DIFFERS : SONDE_DETAIL_SAME;
}

static void put_row(const struct sn_fields *sent, const struct sn_fields *seen, const struct sonde_quote *quote, size_t field,
                    struct sonde_detail_row *row)
{
	*row = (struct sonde_detail_row){.name = sonde_field_info(field)->words, .state = state_of(sent, seen, quote, field)};
	if (is_there(sent, field)) {
		row->sent = sent->bytes + sent->at_bytes[field];
		row->sent_count = sent->count_bytes[field];
		value_text(sent, field, row->sent_text);
	}
	if (seen && is_there(seen, field)) {
		row->seen = seen->bytes + seen->at_bytes[field];
		row->seen_count = seen->count_bytes[field];
		value_text(seen, field, row->seen_text);
	}
}

/* Where a field stands, for the order of rows: in the packet that was sent, else in the copy. */
static size_t place_of(const struct sn_fields *sent, const struct sn_fields *seen, size_t field)
{
	return is_there(sent, field) && sent->count_bytes[field] ? sent->at_bytes[field] : seen->at_bytes[field];
}

/* Every field that either packet has, in the order in which they stand there. */
static size_t put_rows(const struct sn_fields *sent, const struct sn_fields *seen, const struct sonde_quote *quote,
                       struct sonde_detail_row rows[SONDE_DETAIL_ROWS_MAX])
{
	size_t order[SONDE_FIELD_COUNT], count = 0;
	for (size_t field = 0; field < SONDE_FIELD_COUNT; field++) {
		if (is_nowhere(sent, seen, field))
			continue;
		size_t at = count++;
		for (; at > 0 && place_of(sent, seen, order[at - 1]) > place_of(sent, seen, field); at--)
			order[at] = order[at - 1];
		order[at] = field;
	}
	for (size_t i = 0; i < count; i++)
		put_row(sent, seen, quote, order[i], &rows[i]);
	return count;
}

static struct sn_seen seen_of(const struct sonde_rx *rx)
{
	return (struct sn_seen){.packet = rx->bytes, .spans = rx->seen, .span_count = rx->seen_count, .rebuilt = rx->rebuilt};
}

/* The answer's own fields stand in the columns seen. */
static void put_answer(const struct sn_packet *packet, const struct sonde_rx *rx, struct sonde_detail *out)
{
	struct sn_fields fields;
	sn_fields_read(&packet->ip, rx->bytes, rx->length_bytes, &fields);
	struct sn_seen really = seen_of(rx);
	sn_fields_hide(&really, &fields);
	if (packet->is_icmp && packet->icmp.row->is_error) {
		/* Behind its checksum an error has no id and number, and what it quotes is no payload. */
		fields.visible &= ~(uint32_t)(SONDE_DIFF_ICMP_ID | SONDE_DIFF_SEQ | SONDE_DIFF_PAYLOAD);
		out->rest = packet->icmp.extension;
		out->rest_count = packet->icmp.extension_bytes;
	}
	out->answer_count = put_rows(&fields, NULL, NULL, out->answer);
	for (size_t i = 0; i < out->answer_count; i++) {
		struct sonde_detail_row *row = &out->answer[i];
		struct sonde_detail_row turned = {.name = row->name, .state = row->state, .seen = row->sent, .seen_count = row->sent_count};
		snprintf(turned.seen_text, sizeof turned.seen_text, "%s", row->sent_text);
		*row = turned;
	}
}

/* The first byte of those that no field has, where some differ. */
static void note_other(const struct sonde_quote *quote, struct sn_fields *sent, struct sn_fields *seen)
{
	uint32_t unused, at;
	if (!sonde_quote_change(quote, SONDE_FIELD_OTHER, &unused, &at))
		return;
	struct sn_fields *both[] = {sent, seen};
	for (size_t i = 0; i < 2; i++) {
		both[i]->visible |= (uint32_t)SONDE_DIFF_OTHER;
		both[i]->at_bytes[SONDE_FIELD_OTHER] = (uint16_t)at;
		both[i]->count_bytes[SONDE_FIELD_OTHER] = 1;
	}
}

bool sonde_detail(const struct sonde_rx *probe, uint32_t unsure, const struct sonde_rx *answer, struct sonde_detail *out)
{
	struct sn_ip ip;
	struct sn_packet packet;
	struct sn_fields sent, seen;
	struct sonde_quote quote;
	*out = (struct sonde_detail){0};
	if (!sn_ip_parse(probe->bytes, probe->length_bytes, &ip) || !sn_packet_parse(answer->bytes, answer->length_bytes, &packet))
		return false;
	sn_fields_read(&ip, probe->bytes, probe->length_bytes, &sent);
	/* A checksum over what may be another one may be another one, too. */
	if (unsure & SONDE_DIFF_IP_ID)
		unsure |= SONDE_DIFF_IP_CHECKSUM;
	if (unsure & (SONDE_DIFF_SPORT | SONDE_DIFF_ICMP_ID))
		unsure |= SONDE_DIFF_CHECKSUM;
	sent.visible &= ~unsure;
	put_answer(&packet, answer, out);
	out->quoted = packet.has_quote && packet.quote.ip.version == ip.version;
	if (!out->quoted) {
		out->probe_count = put_rows(&sent, NULL, NULL, out->probe);
		return true;
	}
	out->quoted_bytes = packet.quote.ip.header_bytes + packet.quote.upper_bytes;
	sn_fields_read(&packet.quote.ip, packet.quote.bytes, out->quoted_bytes, &seen);
	struct sn_seen really = seen_of(answer);
	sn_fields_hide(&really, &seen);
	sn_fields_compare(&sent, &seen, &quote);
	note_other(&quote, &sent, &seen);
	out->probe_count = put_rows(&sent, &seen, &quote, out->probe);
	return true;
}
