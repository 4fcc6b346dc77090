/* SPDX-License-Identifier: MIT */
/* A question about a router's interface, and its answer, as a document. */
#include "out/tell.h"

/* What the answer says of an interface of the router itself, or of its entry for a neighbour's. */
static void tell_state(struct sn_doc *doc, const struct sonde_interface_ask *ask, const struct sonde_interface_answer *answer)
{
	bool known = answer->code == SONDE_INTERFACE_OK, own = known && !ask->neighbour;
	const struct {
		const char *key;
		bool yes;
	} flags[] = {{"active", answer->active}, {"ipv4", answer->ip4}, {"ipv6", answer->ip6}};
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (own)
			sn_doc_bool(doc, flags[i].key, flags[i].yes);
		else
			sn_doc_null(doc, flags[i].key);
	sn_doc_text(doc, "neighbour_state", known && ask->neighbour ? sonde_interface_state_name(answer->state) : NULL);
}

static void tell_answer(struct sn_doc *doc, const struct sonde_interface_ask *ask, const struct sonde_interface_answer *answer)
{
	if (!answer->answered) {
		sn_doc_null(doc, "answer");
		return;
	}
	sn_doc_object(doc, "answer");
	sn_doc_addr(doc, "address", &answer->by);
	sn_doc_ms(doc, "rtt_ms", answer->rtt_ns);
	sn_doc_text(doc, "code", sonde_interface_code_name(answer->code));
	tell_state(doc, ask, answer);
	sn_doc_end(doc);
}

void sn_tell_interface(struct sn_doc *doc, const struct sn_report *report)
{
	const struct sonde_interface_ask *ask = report->interface_ask;
	const struct sonde_interface_answer *answer = report->interface_answer;
	sn_doc_object(doc, "router");
	sn_doc_text(doc, "host", report->interface_host);
	sn_doc_addr(doc, "address", &ask->route.dst);
	sn_doc_end(doc);
	sn_doc_object(doc, "interface");
	if (ask->what.by == SONDE_BY_NAME)
		sn_doc_strange(doc, "name", ask->what.name.bytes, ask->what.name.length_bytes);
	else
		sn_doc_null(doc, "name");
	if (ask->what.by == SONDE_BY_INDEX)
		sn_doc_whole(doc, "index", ask->what.index);
	else
		sn_doc_null(doc, "index");
	sn_doc_addr(doc, "address", &ask->what.addr);
	sn_doc_bool(doc, "neighbours", ask->neighbour);
	sn_doc_end(doc);
	sn_doc_whole(doc, "requests", answer->sent_count);
	sn_doc_bool(doc, "interrupted", answer->interrupted);
	tell_answer(doc, ask, answer);
	if (answer->refused) {
		sn_doc_object(doc, "refused");
		sn_doc_addr(doc, "by", &answer->by);
		sn_doc_text(doc, "meaning", sonde_meaning_name(answer->meaning));
		sn_doc_end(doc);
	} else {
		sn_doc_null(doc, "refused");
	}
}
