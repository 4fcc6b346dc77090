/* SPDX-License-Identifier: MIT */
/* loop: routers hand packets round in a circle. */
#include "diag/diag.h"

/* A circle is believed when it was seen to close so many times. */
enum { ROUNDS_LEAST = 2, CYCLE_MOST = 16 };

static const struct sonde_addr *only_responder(const struct sn_view *view, unsigned ttl)
{
	return view->rows[ttl].responder_count == 1 ? &view->rows[ttl].responders[0].addr : NULL;
}

/* From first_ttl to the last answer each hop answers as the one `length` hops before; at least ROUNDS_LEAST times round, by different
 * routers. */
static bool repeats(const struct sn_view *view, unsigned first_ttl, unsigned length)
{
	unsigned last = view->end->last_answering_ttl, same = 0;
	for (unsigned ttl = first_ttl; ttl + length <= last; ttl++) {
		const struct sonde_addr *a = only_responder(view, ttl), *b = only_responder(view, ttl + length);
		if (a && b && !sonde_addr_equal(a, b))
			return false;
		same += a && b;
	}
	for (unsigned i = 0; i < length; i++)
		for (unsigned j = 0; j < i; j++) {
			const struct sonde_addr *a = only_responder(view, first_ttl + i), *b = only_responder(view, first_ttl + j);
			if (!a || !b || sonde_addr_equal(a, b))
				return false;
		}
	return same >= ROUNDS_LEAST * length;
}

/* Its length, 0: none; *first_ttl is the hop where it begins. */
static unsigned find_cycle(const struct sn_view *view, unsigned *first_ttl)
{
	for (unsigned first = view->first_ttl; first < view->end->last_answering_ttl; first++)
		for (unsigned length = 2; length <= CYCLE_MOST; length++)
			if (repeats(view, first, length)) {
				*first_ttl = first;
				return length;
			}
	return 0;
}

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	unsigned first = 0;
	bool open = view->end->stop == SONDE_STOP_MAX_TTL || view->end->stop == SONDE_STOP_GAP;
	unsigned length = open && !sonde_meaning_is_final(view->end->ttl255) ? find_cycle(view, &first) : 0;
	if (!length)
		return;
	char addr[SONDE_ADDR_TEXT], target[SONDE_ADDR_TEXT];
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	sn_say(f, "Packets to %s go in a circle of %u routers: ", sonde_addr_text(&view->cfg->dst, target), length);
	for (unsigned i = 0; i < length && i < 4; i++)
		sn_say(f, "%s%s", i == 0 ? "" : i + 1 == length ? " and " : ", ", sonde_addr_text(only_responder(view, first + i), addr));
	if (length > 4)
		sn_say(f, " …");
	sn_say(f, " %s from hop %u to hop %u.", length == 2 ? "alternate" : "repeat", first, (unsigned)view->end->last_answering_ttl);
	sn_headline(f, "Goes in a circle from hop %u on", first);
	f->first_ttl = (uint8_t)first;
	f->last_ttl = (uint8_t)(first + length - 1);
	f->by = *only_responder(view, first);
	sn_evidence(f, "cycle_length", "hops", length);
	sn_evidence(f, "first_hop", "hops", first);
	sn_evidence(f, "last_answering_hop", "hops", view->end->last_answering_ttl);
}

const struct sn_rule sn_rule_loop = {
	.info = {
		.id = "loop",
		.summary = "routers hand the packets round in a circle",
		.word = "loop",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 1,
		.meaning = "The same routers answer again and again, in the same order: each thinks that the next one is nearer to "
		           "the target, until the TTL runs out. Nothing gets to the target.",
		.otherwise = "While routes change, a circle may stand for some seconds and go by itself.",
		.advice = "Tell the operator of the first router of the circle: its route for the target points back to where the "
		          "packet came from.",
		.source = "RFC 1812 section 5.3.1",
	},
	.ends = true,
	.eval = eval,
};
