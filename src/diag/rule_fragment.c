/* SPDX-License-Identifier: MIT */
/* fragment: the probes were cut into fragments on the way. */
#include "diag/rewrites.h"

enum { MORE_FRAGMENTS = 0x2000 }; /* RFC 791 section 3.1, as SONDE_FIELD_FRAGMENT has it */

/* The length of the piece that a hop saw. */
static unsigned piece_bytes(const struct sonde_query *query)
{
	uint32_t sent = query->probe.size_bytes, seen = sent;
	sonde_quote_change(&query->answer.quote, SONDE_FIELD_LENGTH, &sent, &seen);
	return seen;
}

static void tell_cut(struct sn_case *c, const struct sn_rewrite *r)
{
	struct sonde_finding *f = sn_find_rewrite(c, r);
	sn_say(f, "%s of %u bytes arrive at ", r->share ? "Some probes" : "Probes", (unsigned)r->query->probe.size_bytes);
	sn_say_hop(f, c->view, r->at_ttl);
	sn_say(f, " in fragments, the first of %u bytes: they were cut ", piece_bytes(r->query));
	sn_say_between(f, c->view, r);
	sn_say(f, ".");
	sn_evidence(f, "fragment", "bytes", piece_bytes(r->query));
	sn_evidence(f, "packet", "bytes", r->query->probe.size_bytes);
	sn_share_evidence(f, r);
}

static void tell_df(struct sn_case *c, const struct sn_rewrite *r)
{
	struct sonde_finding *f = sn_find_rewrite(c, r);
	sn_say(f, "The bit that forbids fragments is %s", r->to ? "set" : "cleared");
	if (r->share) {
		sn_say(f, " in ");
		sn_say_probes(f, c, r);
	}
	sn_say(f, " from ");
	sn_say_hop(f, c->view, r->at_ttl);
	sn_say(f, " on, changed ");
	sn_say_between(f, c->view, r);
	sn_say(f, r->to ? "." : ": packets that are too large for a link behind it are cut, and nobody says so.");
	sn_evidence(f, "df", "", r->to);
	sn_share_evidence(f, r);
}

static void eval(struct sn_case *c)
{
	struct sn_rewrite all[SN_REWRITES_MAX];
	size_t count = sn_rewrites(c, SONDE_FIELD_FRAGMENT, all);
	for (size_t i = 0; i < count; i++)
		if (all[i].to & MORE_FRAGMENTS)
			tell_cut(c, &all[i]);
	count = sn_rewrites(c, SONDE_FIELD_DF, all);
	for (size_t i = 0; i < count; i++)
		tell_df(c, &all[i]);
}

const struct sn_rule sn_rule_fragment = {
	.info = {
		.id = "fragment",
		.summary = "packets are cut into fragments on the way",
		.severity = SONDE_SEVERITY_NOTICE,
		.meaning = "Some hop got the probes in pieces, or without the bit that forbids to cut them. A router in front of a "
		           "link with a smaller MTU cuts IPv4 packets that allow it. Fragments often do not pass firewalls and "
		           "translators, and one lost piece is the loss of all.",
		.otherwise = "Where the probes were larger than the outgoing link, this machine cut them itself. A copy is what its "
		           "hop says it got: one that shows a change which no hop behind it shows is taken for a bad copy and not "
		           "told.",
		.advice = "sonde mtu shows the link that takes no larger packets.",
		.source = "RFC 791 section 3.2",
	},
	.packets = {.fields = SONDE_DIFF_FRAGMENT | SONDE_DIFF_DF, .between = true, .alike = {"df"}},
	.of_rows = true,
	.eval = eval,
};
