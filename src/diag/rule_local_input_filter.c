/* SPDX-License-Identifier: MIT */
/* local-input-filter: answers reach an interface of this machine, and its own firewall drops them. */
#include "diag/diag.h"

#include <stdio.h>


/* "time-exceeded", "time-exceeded and echo-reply": what those answers are. */
static void say_meanings(struct sonde_finding *f, const struct sn_view *view)
{
	bool seen[SONDE_M_COUNT] = {false};
	unsigned count = 0, said = 0;
	for (unsigned ttl = 1; ttl <= SONDE_TTL_LAST; ttl++)
		for (size_t i = 0; i < view->rows[ttl].query_count; i++) {
			const struct sonde_query *query = view->rows[ttl].queries[i];
			if (query->state != SONDE_QUERY_OVERHEARD || query->way.rp_filter || seen[query->answer.meaning])
				continue;
			seen[query->answer.meaning] = true;
			count++;
		}
	for (unsigned meaning = 0; meaning < SONDE_M_COUNT; meaning++)
		if (seen[meaning]) {
			sn_say(f, "%s", said == 0 ? "" : said + 1 == count ? " and " : ", ");
			sn_say(f, "%s", sonde_meaning_name((enum sonde_meaning)meaning));
			said++;
		}
}

/* Not even the first hop answered: then, and only then, is it worth a word that nobody looked at the interface. */
static void find_unheard(struct sn_case *c)
{
	const struct sonde_event_end *end = c->view->end;
	bool unheard = end->ear == SONDE_EAR_REFUSED || end->ear == SONDE_EAR_DEAF;
	bool silent = end->stop == SONDE_STOP_GAP && !end->last_answering_ttl && end->ttl255 == SONDE_M_NONE;
	if (!unheard || !silent || c->view_count > 1 || c->view->cfg->first_ttl > 1)
		return;
	char method[SN_OPTION_BYTES];
	struct sn_buf command = {0};
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_UNDECIDED);
	f->exit_status = 0;
	sn_evidence(f, "probes_sent", "probes", end->probe_count);
	if (end->ear == SONDE_EAR_DEAF) {
		sn_say(f, "Whether a firewall of this machine drops the answers cannot be told: too much came to its interfaces at once.");
		return;
	}
	sn_say(f, "Whether a firewall of this machine drops the answers cannot be told without privilege.");
	sn_buf_printf(&command, "sudo sonde --wire raw %s ", sn_same_method(c->view, method));
	sn_next_is(c, f, &command);
}

static void eval(struct sn_case *c)
{
	struct sn_kept kept = sn_kept(c->view, false);
	if (!kept.count) {
		find_unheard(c);
		return;
	}
	const char *device = kept.first->way.device;
	bool gone = kept.first->way.gone;
	struct sonde_finding *f = sn_find_kept(c, &kept, gone ? SONDE_CONFIDENCE_CERTAIN : SONDE_CONFIDENCE_LIKELY);
	sn_say(f, "The answers to %u of %u probes (", kept.count, kept.asked_count);
	say_meanings(f, c->view);
	sn_say(f, ") came to this machine's interface%s%s and no further: ", *device ? " " : "", device);
	if (gone) {
		char source[SONDE_ADDR_TEXT];
		sn_say(f, "%s, which they are for, is no longer its address.", sonde_addr_text(&c->view->cfg->src, source));
		snprintf(f->next, sizeof f->next, "ip -brief address");
		return;
	}
	sn_say(f, "its own firewall drops them.");
	sn_otherwise(f, "a tc or XDP program, or an IPsec policy");
	snprintf(f->next, sizeof f->next, "sudo nft list ruleset");
}

const struct sn_rule sn_rule_local_input_filter = {
	.info = {
		.id = "local-input-filter",
		.summary = "answers reach this machine, and its own firewall drops them",
		.word = "kept here",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 2,
		.meaning = "Answers were seen whole and right at an interface of this machine, and its kernel did not give them to the "
		           "socket that waited for them, nor does its check of sources refuse them: a rule in one of the firewall's "
		           "hooks on the way in (ingress, prerouting, input) drops them. The path lost nothing of them.",
		.otherwise = "A program attached to the interface (tc, XDP), an IPsec policy or another routing domain may take them.",
		.advice = "'sudo nft list ruleset' shows the rules. Whoever drops ICMP errors breaks more than traceroute: path MTU "
		          "discovery needs packet-too-big.",
		.source = "RFC 4890 section 4.3.1, RFC 2979 section 3.1.1",
	},
	.of_machine = true,
	.eval = eval,
};
