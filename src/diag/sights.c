/* SPDX-License-Identifier: MIT */
/* From the copies that hops quote to how each of them saw a field. */
#include "diag/sights.h"

enum {
	/* Their values differ from probe to probe: only that they changed can be compared. */
	OF_EACH = SONDE_DIFF_IP_ID | SONDE_DIFF_STAMP | SONDE_DIFF_PAYLOAD | SONDE_DIFF_SEQ | SONDE_DIFF_ACK | SONDE_DIFF_IP_CHECKSUM,
};

/* The copy was taken on the way or by the target, of a probe of the trace's own flow. */
static bool shows_hop(const struct sn_view *view, uint8_t ttl, const struct sonde_query *query)
{
	bool by_target = view->rows[ttl].is_target && sn_answered(query) && query->answer.in_targets_name;
	bool own_flow = query->probe.flow == 0;
	return own_flow && sn_copy_counts(view, ttl, query) && (sn_is_transit(query) || (by_target && query->answer.quote.quoted_bytes));
}

static uint64_t address_value(const struct sonde_addr *addr)
{
	uint64_t value = addr->family;
	for (size_t i = 0; i < sizeof addr->bytes; i++)
		value = (value ^ addr->bytes[i]) * UINT64_C(0x100000001b3); /* FNV-1a: equal addresses are all that counts */
	return value;
}

/* By how much a checksum moved, in one's complement (RFC 1624): the same for all probes that were translated alike. */
static uint64_t moved_by(uint32_t sent, uint32_t seen)
{
	return seen == 0 ? SN_LEFT_OUT : (seen + 0xffff - sent) % 0xffff;
}

/* False: it was not kept. */
static bool value_of(const struct sonde_query *query, enum sonde_field field, uint64_t *value)
{
	const struct sonde_quote *quote = &query->answer.quote;
	uint32_t sent = 0, seen = 0;
	bool known = sonde_quote_change(quote, field, &sent, &seen);
	switch (field) {
	case SONDE_FIELD_SRC:
		*value = address_value(&quote->src);
		return true;
	case SONDE_FIELD_DST:
		*value = address_value(&quote->dst);
		return true;
	case SONDE_FIELD_CHECKSUM:
		*value = moved_by(sent, seen);
		return known;
	default:
		*value = UINT32_C(1) << field & OF_EACH ? seen == SONDE_FIELD_ABSENT : seen;
		return known;
	}
}

/* A segment's options, with all that is commonly changed in them, stand behind its checksum: what that says of them is no translator's. */
static bool hides_options(const struct sonde_query *query)
{
	uint32_t visible = sonde_query_visible(query);
	return visible & SONDE_DIFF_TCP_FLAGS && !(visible & SONDE_DIFF_SACK);
}

/* What one copy shows: false where it shows nothing that counts. */
static bool look_at(const struct sn_view *view, uint8_t ttl, const struct sonde_query *query, enum sonde_field field, bool *changed,
                    uint64_t *value)
{
	uint32_t bit = UINT32_C(1) << field;
	if (!shows_hop(view, ttl, query) || !(sonde_query_visible(query) & bit))
		return false;
	*changed = sonde_query_diff(query) & bit;
	*value = 0;
	if (!*changed)
		return true;
	bool unexplained = sonde_query_changes(query) & bit && !hides_options(query);
	return (field != SONDE_FIELD_CHECKSUM || unexplained) && value_of(query, field, value);
}

/* Each of several routers shows all of its copies alike, and not all routers the same. */
static bool is_split(const struct sn_view *view, uint8_t ttl, enum sonde_field field)
{
	const struct sonde_row *row = &view->rows[ttl];
	bool changed[2];
	uint64_t value;
	for (size_t i = 0; i < row->query_count; i++)
		for (size_t k = i + 1; k < row->query_count; k++)
			if (sonde_addr_equal(&row->queries[i]->answer.from, &row->queries[k]->answer.from) &&
			    look_at(view, ttl, row->queries[i], field, &changed[0], &value) &&
			    look_at(view, ttl, row->queries[k], field, &changed[1], &value) && changed[0] != changed[1])
				return false;
	return true;
}

struct sn_sight sn_sight_at(const struct sn_view *view, uint8_t ttl, enum sonde_field field)
{
	const struct sonde_row *row = &view->rows[ttl];
	struct sn_sight sight = {.query = NULL};
	for (size_t i = 0; i < row->query_count; i++) {
		const struct sonde_query *query = row->queries[i];
		bool changed;
		uint64_t value;
		if (!look_at(view, ttl, query, field, &changed, &value))
			continue;
		sight.unlike |= changed && sight.changed_count && value != sight.value;
		sight.value = changed ? value : sight.value;
		sight.query = changed || !sight.query ? query : sight.query;
		sight.changed_count += changed;
		sight.copy_count++;
	}
	sight.split = sn_sight_is_mixed(&sight) && is_split(view, ttl, field);
	return sight;
}
