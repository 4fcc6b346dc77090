/* SPDX-License-Identifier: MIT */
/* From the copies that hops quote to the places where something was rewritten. */
#include "diag/rewrites.h"

static bool same(const struct sn_sight *a, const struct sn_sight *b)
{
	return !a->changed_count == !b->changed_count && a->value == b->value;
}

/* The next hop, behind ttl, whose copies agree; its ttl, 0: none. */
static uint8_t next_sight(const struct sn_view *view, uint8_t ttl, enum sonde_field field, struct sn_sight *out)
{
	for (unsigned next = ttl + 1u; next <= view->last_ttl; next++) {
		*out = sn_sight_at(view, (uint8_t)next, field);
		if (sn_sight_is_pure(out))
			return (uint8_t)next;
	}
	return 0;
}

static void set_values(struct sn_rewrite *rewrite, const struct sn_sight *before, const struct sn_sight *now)
{
	const struct sonde_query *shows = now->changed_count ? now->query : before->query;
	uint32_t sent = 0, seen = 0;
	sonde_quote_change(&shows->answer.quote, rewrite->field, &sent, &seen);
	bool moved = rewrite->field == SONDE_FIELD_CHECKSUM;
	rewrite->from = before->changed_count ? (uint32_t)before->value : moved ? 0 : sent;
	rewrite->to = now->changed_count ? (moved ? (uint32_t)now->value : seen) : moved ? 0 : sent;
}

static size_t whole_rewrites(const struct sn_view *view, enum sonde_field field, struct sn_rewrite out[SN_REWRITES_MAX])
{
	struct sn_sight is = {.query = NULL}, seen, after;
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
		                                 .copy_count = seen.copy_count, .was_sent = !is.changed_count, .query = seen.query};
		set_values(&out[count++], &is, &seen);
		is = seen;
		last = ttl;
	}
	return count;
}

size_t sn_rewrites(const struct sn_case *c, enum sonde_field field, struct sn_rewrite out[SN_REWRITES_MAX])
{
	if (!(c->view->changed >> field & 1)) /* as on most ways: nothing to be weighed */
		return 0;
	enum sn_reading reading = sn_read_share(c, field, out);
	return reading == SN_READ_SHARE ? 1 : reading == SN_READ_UNCLEAR ? 0 : whole_rewrites(c->view, field, out);
}

static uint8_t first_ttl(const struct sn_rewrite *rewrite)
{
	return rewrite->after_ttl ? rewrite->after_ttl : rewrite->at_ttl;
}

struct sonde_finding *sn_find_rewrite(struct sn_case *c, const struct sn_rewrite *rewrite)
{
	bool certain = rewrite->hop_count > 1 && !rewrite->share;
	struct sonde_finding *f = sn_find(c, certain ? SONDE_CONFIDENCE_CERTAIN : SONDE_CONFIDENCE_LIKELY);
	f->first_ttl = first_ttl(rewrite);
	f->last_ttl = rewrite->at_ttl;
	if (rewrite->share)
		sn_otherwise(f, "several hops do not copy what they got");
	else if (!certain)
		sn_otherwise(f, "hop %u, which alone shows it, does not copy what it got", (unsigned)rewrite->at_ttl);
	return f;
}

void sn_say_probes(struct sonde_finding *f, const struct sn_case *c, const struct sn_rewrite *rewrite)
{
	sn_say(f, rewrite->share ? "some of the probes" : "the probes");
	/* of several methods each has its own number, in the list of those that show it */
	if (rewrite->share && c->view_count == 1)
		sn_say(f, " (%u of %u copies)", (unsigned)rewrite->copy_count, (unsigned)rewrite->of_count);
}

void sn_share_evidence(struct sonde_finding *f, const struct sn_rewrite *rewrite)
{
	if (!rewrite->share)
		return;
	sn_evidence(f, SN_EVIDENCE_CHANGED, "copies", rewrite->copy_count);
	sn_evidence(f, SN_EVIDENCE_SEEN, "copies", rewrite->of_count);
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
	size_t count = sn_rewrites(c, field, all);
	for (size_t i = 0; i < count; i++) {
		const struct sn_rewrite *r = &all[i];
		if (accepts && !accepts(r))
			continue;
		struct sonde_finding *f = sn_find_rewrite(c, r);
		sn_say(f, "The %s of ", sonde_field_info(field)->words);
		sn_say_probes(f, c, r);
		sn_say(f, ", ");
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
		sn_share_evidence(f, r);
	}
}

const char *sn_ecn_name(uint32_t codepoint)
{
	static const char *const names[] = {"Not-ECT", "ECT(1)", "ECT(0)", "CE"};
	return names[codepoint & 3];
}
