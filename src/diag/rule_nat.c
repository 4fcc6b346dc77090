/* SPDX-License-Identifier: MIT */
/* nat: a translator wrote other addresses or ports into the probes. */
#include "diag/rewrites.h"

static const enum sonde_field fields[] = {SONDE_FIELD_SRC, SONDE_FIELD_DST, SONDE_FIELD_SPORT, SONDE_FIELD_DPORT,
                                          SONDE_FIELD_ICMP_ID, SONDE_FIELD_CHECKSUM};
enum { FIELD_COUNT = sizeof fields / sizeof *fields, CHECKSUM = FIELD_COUNT - 1 };

/* All changes of all these fields along a path. */
struct changes {
	struct sn_rewrite items[FIELD_COUNT][SN_REWRITES_MAX];
	size_t counts[FIELD_COUNT];
};

/* The change of a field at a hop, NULL: none there. */
static const struct sn_rewrite *change_at(const struct changes *changes, size_t field, uint8_t ttl)
{
	for (size_t i = 0; i < changes->counts[field]; i++)
		if (changes->items[field][i].at_ttl == ttl)
			return &changes->items[field][i];
	return NULL;
}

/* What stands at a hop: the change that shows where best, and how many fields of those in the list. */
static const struct sn_rewrite *best_at(const struct changes *changes, uint8_t ttl, unsigned *count)
{
	const struct sn_rewrite *best = NULL;
	*count = 0;
	for (size_t field = 0; field < FIELD_COUNT; field++) {
		const struct sn_rewrite *r = change_at(changes, field, ttl);
		*count += r != NULL;
		if (r && (!best || r->after_ttl > best->after_ttl))
			best = r;
	}
	return best;
}

static void say_field(struct sonde_finding *f, const struct sn_rewrite *r, bool several)
{
	char addr[SONDE_ADDR_TEXT];
	const struct sonde_quote *quote = &r->query->answer.quote;
	bool address = r->field == SONDE_FIELD_SRC || r->field == SONDE_FIELD_DST;
	if (several && !address) {
		sn_say(f, "another %s", sonde_field_info(r->field)->words);
		return;
	}
	sn_say(f, "%s", sonde_field_info(r->field)->words);
	if (address) {
		const struct sonde_addr *seen = r->field == SONDE_FIELD_SRC ? &quote->src : &quote->dst;
		if (seen->family)
			sn_say(f, " %s", sonde_addr_text(seen, addr));
	} else {
		sn_say(f, " %u", (unsigned)r->to);
	}
}

static bool is_address(size_t field)
{
	return fields[field] == SONDE_FIELD_SRC || fields[field] == SONDE_FIELD_DST;
}

/* Of several methods each has its own ports or ids: where an address is new it alone is what they have in common. */
static bool is_said(const struct sn_case *c, const struct changes *changes, uint8_t ttl, size_t field)
{
	bool address = false;
	for (size_t i = 0; i < FIELD_COUNT; i++)
		address |= is_address(i) && change_at(changes, i, ttl);
	return change_at(changes, field, ttl) && (c->view_count == 1 || !address || is_address(field));
}

static void say_fields(struct sonde_finding *f, const struct sn_case *c, const struct changes *changes, uint8_t ttl)
{
	unsigned said = 0, count = 0;
	for (size_t field = 0; field < FIELD_COUNT; field++)
		count += is_said(c, changes, ttl, field);
	for (size_t field = 0; field < FIELD_COUNT; field++) {
		const struct sn_rewrite *r = change_at(changes, field, ttl);
		if (!is_said(c, changes, ttl, field))
			continue;
		sn_say(f, "%s", said == 0 ? "" : said + 1 == count ? " and " : ", ");
		say_field(f, r, c->view_count > 1);
		said++;
	}
}

static void tell(struct sn_case *c, const struct changes *changes, uint8_t ttl, unsigned number)
{
	unsigned count;
	const struct sn_rewrite *best = best_at(changes, ttl, &count);
	bool checksum_alone = count == 1 && best->field == SONDE_FIELD_CHECKSUM;
	struct sonde_finding *f = sn_find_rewrite(c, best);
	sn_say(f, number > 1 ? "Another translator (NAT) works " : "A translator (NAT) works ");
	sn_say_between(f, c->view, best);
	sn_say(f, ": ");
	if (checksum_alone) {
		/* who spoils them keeps the target silent: then it is as good a reading */
		f->confidence = c->view->passes ? SONDE_CONFIDENCE_LIKELY : SONDE_CONFIDENCE_POSSIBLE;
		f->otherwise[0] = '\0';
		sn_otherwise(f, "a device there spoils checksums, or changed data that the copies do not show");
		sn_say(f, "from there on the copies of the probes have a checksum that their addresses and ports do not explain.");
	} else {
		sn_say(f, "from there on ");
		sn_say_probes(f, c, best);
		sn_say(f, " have ");
		say_fields(f, c, changes, ttl);
		sn_say(f, ".");
	}
	const struct sonde_quote *quote = &best->query->answer.quote;
	f->by = quote->diff & SONDE_DIFF_SRC ? quote->src : quote->diff & SONDE_DIFF_DST ? quote->dst : f->by;
	sn_evidence(f, "translator", "", number);
	sn_evidence(f, "fields_changed", "fields", count);
	sn_evidence(f, "hops_showing", "hops", best->hop_count);
	sn_share_evidence(f, best);
}

/* What is as it was sent again was put back, by a translator or into its copies: that is no further one. */
static size_t drop_undone(struct sn_rewrite *items, size_t count)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (sonde_query_diff(items[i].query) & UINT32_C(1) << items[i].field)
			items[kept++] = items[i];
	return kept;
}

static void eval(struct sn_case *c)
{
	struct changes changes = {0};
	unsigned number = 0, count;
	for (size_t field = 0; field < FIELD_COUNT; field++) {
		size_t all_count = sn_rewrites(c, fields[field], changes.items[field]);
		changes.counts[field] = drop_undone(changes.items[field], all_count);
	}
	/* Who leaves a checksum out need not translate anything; and only one that moves by the same in several copies shows a translator:
	 * who spoils them moves each by another amount. That is told where the target is silent. */
	if (sn_spoiled(c, c->view).at_ttl)
		changes.counts[CHECKSUM] = 0;
	for (size_t i = 0; i < changes.counts[CHECKSUM]; i++)
		if (changes.items[CHECKSUM][i].to == SN_LEFT_OUT || changes.items[CHECKSUM][i].copy_count < 2)
			changes.counts[CHECKSUM] = 0;
	for (unsigned ttl = c->view->first_ttl; ttl <= c->view->last_ttl; ttl++)
		if (best_at(&changes, (uint8_t)ttl, &count))
			tell(c, &changes, (uint8_t)ttl, ++number);
}

const struct sn_rule sn_rule_nat = {
	.info = {
		.id = "nat",
		.summary = "addresses or ports are translated on the way (NAT)",
		.severity = SONDE_SEVERITY_INFO,
		.meaning = "From some hop on the copies of the probes carry other addresses, ports or identifiers than were sent, or "
		           "a checksum that fits others: a translator works on the path. What is behind it sees these packets as "
		           "coming from its address. Where several changes stand at different hops, several translators follow each "
		           "other.",
		.otherwise = "Translators put the copies in ICMP errors back to what was sent, and most do it well: then nothing is to "
		           "be seen, and that there is no such finding does not mean that there is no translator. A checksum alone "
		           "may also have been changed by a device that rewrote data behind what the copy shows.",
		.advice = "Behind two translators in a row nothing can be reached from outside by one port forwarding. Compare the "
		           "addresses that a server sees with your own.",
		.source = "RFC 5508 section 4.2",
	},
	.packets = {.fields = SONDE_DIFF_SRC | SONDE_DIFF_DST | SONDE_DIFF_SPORT | SONDE_DIFF_DPORT |
	                      SONDE_DIFF_ICMP_ID | SONDE_DIFF_CHECKSUM,
	            .between = true, .undone = true},
	.of_rows = true,
	.eval = eval,
};
