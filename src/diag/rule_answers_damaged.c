/* SPDX-License-Identifier: MIT */
/* answers-damaged: answers came whose checksums are wrong, so that their hops look silent. */
#include "diag/diag.h"

static void eval(struct sn_case *c)
{
	const struct sonde_event_end *end = c->view->end;
	uint32_t count = end->damaged.count;
	uint8_t first = end->damaged.first_ttl, last = end->damaged.last_ttl;
	if (!count)
		return;
	bool one = count == 1;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	sn_say(f, "%u answer%s to probes of this trace came damaged: ", count, one ? "" : "s");
	sn_say(f, one ? "its checksum is wrong, so it was not believed." : "their checksums are wrong, so they were not believed.");
	if (first && first == last)
		sn_say(f, " What was asked of hop %u was answered so: it is not as silent as it looks.", first);
	else if (first)
		sn_say(f, " What was asked of hops %u %s %u was answered so: they are not as silent as they look.", first,
		       last - first == 1 ? "and" : "to", last);
	f->first_ttl = first;
	f->last_ttl = last;
	sn_evidence(f, "answers", "packets", count);
}

const struct sn_rule sn_rule_answers_damaged = {
	.info = {
		.id = "answers-damaged",
		.summary = "answers came whose checksums are wrong",
		.severity = SONDE_SEVERITY_NOTICE,
		.exit_status = 0,
		.meaning = "Something on the way back changes answers and does not mend their checksums: a translator that puts other "
		           "addresses into the packet that an ICMP error quotes, a broken card, or a broken memory. The checksum says that "
		           "what the answer says may be wrong, so nothing of it is shown; but it came, and it quotes what only this "
		           "trace's probe had.",
		.otherwise = "The machine's own network card may leave checksums to be filled in by others, as between virtual machines.",
		.advice = "Other programs of this machine get no such answer either: its kernel throws it away. Look for the translator "
		          "nearest to the first hop that is concerned; a capture taken in front of it shows the answers whole.",
		.source = "RFC 792, RFC 4443 section 2.3, RFC 5508 section 4",
	},
	.of_machine = true,
	.eval = eval,
};
