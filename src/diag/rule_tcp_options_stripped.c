/* SPDX-License-Identifier: MIT */
/* tcp-options-stripped: options of a SYN were taken out on the way. */
#include "diag/rewrites.h"

static const enum sonde_field options[] = {SONDE_FIELD_MSS, SONDE_FIELD_SACK, SONDE_FIELD_STAMP,
                                           SONDE_FIELD_WSCALE, SONDE_FIELD_TFO, SONDE_FIELD_MPTCP};
enum { OPTION_COUNT = sizeof options / sizeof *options };

/* The place at which an option was taken out; false: it was not. */
static bool stripped(const struct sn_case *c, enum sonde_field field, struct sn_rewrite *out)
{
	struct sn_rewrite all[SN_REWRITES_MAX];
	size_t count = sn_rewrites(c, field, all);
	for (size_t i = 0; i < count; i++)
		if (all[i].to == SONDE_FIELD_ABSENT) {
			*out = all[i];
			return true;
		}
	return false;
}

/* Those that went at the same place, in one finding. */
static void tell(struct sn_case *c, const struct sn_rewrite *places, const bool *gone, size_t first)
{
	const struct sn_rewrite *place = &places[first];
	unsigned count = 0, said = 0;
	for (size_t i = first; i < OPTION_COUNT; i++)
		count += gone[i] && places[i].at_ttl == place->at_ttl;
	struct sonde_finding *f = sn_find_rewrite(c, place);
	sn_say(f, "TCP options are taken out of %s", place->share ? "" : "SYNs");
	if (place->share)
		sn_say_probes(f, c, place);
	sn_say(f, ": ");
	for (size_t i = first; i < OPTION_COUNT; i++)
		if (gone[i] && places[i].at_ttl == place->at_ttl) {
			sn_say(f, "%s%s", said == 0 ? "" : said + 1 == count ? " and " : ", ", sonde_field_info(options[i])->words);
			said++;
		}
	sn_say(f, count == 1 ? " is missing from " : " are missing from ");
	sn_say_hop(f, c->view, place->at_ttl);
	sn_say(f, " on, taken out ");
	sn_say_between(f, c->view, place);
	sn_say(f, ".");
	sn_evidence(f, "options_missing", "options", count);
	sn_evidence(f, "hops_showing", "hops", place->hop_count);
	sn_share_evidence(f, place);
}

static void eval(struct sn_case *c)
{
	struct sn_rewrite places[OPTION_COUNT];
	bool gone[OPTION_COUNT];
	for (size_t i = 0; i < OPTION_COUNT; i++)
		gone[i] = stripped(c, options[i], &places[i]);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		bool told = !gone[i];
		for (size_t k = 0; k < i; k++)
			told |= gone[k] && places[k].at_ttl == places[i].at_ttl;
		if (!told)
			tell(c, places, gone, i);
	}
}

const struct sn_rule sn_rule_tcp_options_stripped = {
	.info = {
		.id = "tcp-options-stripped",
		.summary = "TCP options were taken out on the way",
		.severity = SONDE_SEVERITY_WARNING,
		.meaning = "The SYN left with options that it does not have any more at some hop. Without them connections over this "
		           "path are slower: without window scale no more than 64 KiB are on their way at once, without SACK every "
		           "loss costs more, without timestamps nothing protects against old segments; fast open and multipath do "
		           "not come about at all.",
		.otherwise = "Only options that were to be seen in the whole copy count. A copy is what its hop says it got: one that "
		           "shows a change which no hop behind it shows is taken for a bad copy and not told.",
		.advice = "Tell the operator of the two hops that are named: firewalls and accelerators do it. To see which of them "
		           "pass, try --tcp-options with one at a time.",
		.source = "RFC 9293 section 3.1",
	},
	.packets = {.fields = SONDE_DIFF_TCP_OPTIONS, .between = true, .alike = {"options_missing"}},
	.of_rows = true,
	.eval = eval,
};
