/* SPDX-License-Identifier: MIT */
/* From the copies that hops quote to the places where something was rewritten. */
#include "diag/rewrites.h"

enum {
	/* Their values differ from probe to probe: only that they changed can be compared. */
	OF_EACH = SONDE_DIFF_IP_ID | SONDE_DIFF_STAMP | SONDE_DIFF_PAYLOAD | SONDE_DIFF_SEQ | SONDE_DIFF_ACK | SONDE_DIFF_IP_CHECKSUM,
};

/* A field as one hop saw it. */
struct sight {
	bool changed;
	uint64_t value;                  /* tells changed ones apart */
	uint16_t copy_count;
	const struct sonde_query *query; /* NULL: it did not show, or not alike in all copies */
};

/* Where the copy was taken: somebody said that the packet was still on its way, or the target refused it. */
static bool shows_hop(const struct sn_view *view, uint8_t ttl, const struct sonde_query *query)
{
	bool by_target = view->rows[ttl].is_target && sn_answered(query) && query->answer.in_targets_name;
	bool own_flow = query->probe.flow == 0 && !query->answer.weak;
	return own_flow && (sn_is_transit(query) || (by_target && query->answer.quote.quoted_bytes));
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

/* How a hop saw the field; all copies of it that count must agree. */
static struct sight sight_at(const struct sn_view *view, uint8_t ttl, enum sonde_field field)
{
	const struct sonde_row *row = &view->rows[ttl];
	uint32_t bit = UINT32_C(1) << field;
	struct sight sight = {.query = NULL};
	for (size_t i = 0; i < row->query_count; i++) {
		const struct sonde_query *query = row->queries[i];
		if (!shows_hop(view, ttl, query) || !(sonde_query_visible(query) & bit))
			continue;
		bool changed = sonde_query_diff(query) & bit;
		if (changed && field == SONDE_FIELD_CHECKSUM && !(sonde_query_changes(query) & bit))
			continue;
		uint64_t value = 0;
		if (changed && !value_of(query, field, &value))
			continue;
		if (sight.query && (changed != sight.changed || value != sight.value))
			return (struct sight){.query = NULL};
		sight = (struct sight){.changed = changed, .value = value, .copy_count = sight.copy_count + 1, .query = query};
	}
	return sight;
}

static bool same(const struct sight *a, const struct sight *b)
{
	return a->changed == b->changed && a->value == b->value;
}

/* The next hop, behind ttl, that shows the field; its ttl, 0: none. */
static uint8_t next_sight(const struct sn_view *view, uint8_t ttl, enum sonde_field field, struct sight *out)
{
	for (unsigned next = ttl + 1u; next <= view->last_ttl; next++) {
		*out = sight_at(view, (uint8_t)next, field);
		if (out->query)
			return (uint8_t)next;
	}
	return 0;
}

static void set_values(struct sn_rewrite *rewrite, const struct sight *before, const struct sight *now)
{
	const struct sonde_query *shows = now->changed ? now->query : before->query;
	uint32_t sent = 0, seen = 0;
	sonde_quote_change(&shows->answer.quote, rewrite->field, &sent, &seen);
	bool moved = rewrite->field == SONDE_FIELD_CHECKSUM;
	rewrite->from = before->changed ? (uint32_t)before->value : moved ? 0 : sent;
	rewrite->to = now->changed ? (moved ? (uint32_t)now->value : seen) : moved ? 0 : sent;
}

size_t sn_rewrites(const struct sn_view *view, enum sonde_field field, struct sn_rewrite out[SN_REWRITES_MAX])
{
	struct sight is = {.changed = false}, seen, after;
	size_t count = 0;
	uint8_t last = 0;
	for (uint8_t ttl = next_sight(view, 0, field, &seen); ttl; ttl = next_sight(view, ttl, field, &seen)) {
		if (same(&is, &seen)) {
			if (count && is.query) {
				out[count - 1].hop_count++;
				out[count - 1].copy_count = (uint16_t)(out[count - 1].copy_count + seen.copy_count);
			}
			is.query = seen.query;
			last = ttl;
			continue;
		}
		bool alone = next_sight(view, ttl, field, &after) && same(&is, &after);
		if (alone)
			continue;
		if (count == SN_REWRITES_MAX)
			break;
		out[count] = (struct sn_rewrite){.field = field, .after_ttl = last, .at_ttl = ttl, .hop_count = 1,
		                                 .copy_count = seen.copy_count, .was_sent = !is.changed, .query = seen.query};
		set_values(&out[count++], &is, &seen);
		is = seen;
		last = ttl;
	}
	return count;
}

static uint8_t first_ttl(const struct sn_rewrite *rewrite)
{
	return rewrite->after_ttl ? rewrite->after_ttl : rewrite->at_ttl;
}

bool sn_rewrite_is_told(const struct sn_case *c, const struct sn_rewrite *rewrite)
{
	return sn_is_told(c, first_ttl(rewrite), rewrite->at_ttl);
}

struct sonde_finding *sn_find_rewrite(struct sn_case *c, const struct sn_rewrite *rewrite)
{
	bool certain = rewrite->hop_count > 1;
	struct sonde_finding *f = sn_find(c, certain ? SONDE_CONFIDENCE_CERTAIN : SONDE_CONFIDENCE_LIKELY);
	f->first_ttl = first_ttl(rewrite);
	f->last_ttl = rewrite->at_ttl;
	if (!certain)
		sn_otherwise(f, "hop %u, which alone shows it, does not copy what it got", (unsigned)rewrite->at_ttl);
	return f;
}

void sn_say_between(struct sonde_finding *f, const struct sn_view *view, const struct sn_rewrite *rewrite)
{
	if (rewrite->after_ttl) {
		sn_say(f, "between ");
		sn_say_hop(f, view, rewrite->after_ttl);
		sn_say(f, " and ");
		sn_say_hop(f, view, rewrite->at_ttl);
	} else {
		sn_say(f, "at ");
		sn_say_hop(f, view, rewrite->at_ttl);
		sn_say(f, " or before");
	}
}

static void say_value(struct sonde_finding *f, enum sonde_field field, const char *(*name)(uint32_t value), uint32_t value)
{
	if (name)
		sn_say(f, "%s", name(value));
	else
		sn_say(f, sonde_field_info(field)->base == 16 ? "0x%x" : "%u", (unsigned)value);
}

void sn_find_values(struct sn_case *c, enum sonde_field field, bool (*accepts)(const struct sn_rewrite *rewrite),
                    const char *(*name)(uint32_t value))
{
	struct sn_rewrite all[SN_REWRITES_MAX];
	size_t count = sn_rewrites(c->view, field, all);
	for (size_t i = 0; i < count; i++) {
		const struct sn_rewrite *r = &all[i];
		if (!accepts(r) || sn_rewrite_is_told(c, r))
			continue;
		struct sonde_finding *f = sn_find_rewrite(c, r);
		sn_say(f, "The %s of the probes, ", sonde_field_info(field)->words);
		say_value(f, field, name, r->from);
		sn_say(f, r->was_sent ? " when they were sent, is " : " before, is ");
		say_value(f, field, name, r->to);
		sn_say(f, " from ");
		sn_say_hop(f, c->view, r->at_ttl);
		sn_say(f, " on: it was rewritten ");
		sn_say_between(f, c->view, r);
		sn_say(f, ".");
		sn_evidence(f, "from", "", r->from);
		sn_evidence(f, "to", "", r->to);
		sn_evidence(f, "hops_showing", "hops", r->hop_count);
	}
}

const char *sn_ecn_name(uint32_t codepoint)
{
	static const char *const names[] = {"Not-ECT", "ECT(1)", "ECT(0)", "CE"};
	return names[codepoint & 3];
}
