/* SPDX-License-Identifier: MIT */
/* asymmetric-return: from some hop on the way back is longer than the way there. */
#include "diag/diag.h"

#include "base/hops.h"

/* Where TTLs begin that are not 64, 128 or 255 but are known to be used: as far below those they look like a longer way. */
static bool looks_like_another_start(int start, int more)
{
	static const int known[] = {60, 32, 30, 100, 200};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (start - more == known[i])
			return true;
	return false;
}

/* No way is so much longer: what seems so began elsewhere. */
enum { MORE_MOST = 30 };

struct hop {
	uint8_t ttl;
	uint8_t reply_ttl;
	int more;  /* hops back minus hops there */
};

/* Where all who answer at a TTL say the same distance, and stand there: who refuses may stand nearer. */
static bool read_hop(const struct sn_view *view, uint8_t ttl, struct hop *out)
{
	const struct sonde_row *row = &view->rows[ttl];
	uint8_t back = 0;
	if (!sn_got_there(view, ttl))
		return false;
	for (size_t i = 0; i < row->responder_count; i++) {
		uint8_t its = sn_hops_back(row->responders[i].reply_ttl);
		if (!its || (back && its != back))
			return false;
		back = its;
	}
	if (!back)
		return false;
	*out = (struct hop){.ttl = ttl, .reply_ttl = row->responders[0].reply_ttl, .more = back - ttl};
	return true;
}

/* Where the TTL of such an answer began. */
static int start_of(const struct hop *hop)
{
	return hop->reply_ttl <= 64 ? 64 : hop->reply_ttl <= 128 ? 128 : 255;
}

static void tell(struct sn_case *c, const struct hop *hops, size_t first, size_t count, bool several_starts)
{
	const struct sn_view *view = c->view;
	struct sonde_finding *f = sn_find(c, several_starts ? SONDE_CONFIDENCE_LIKELY : SONDE_CONFIDENCE_POSSIBLE);
	int more = hops[first].more;
	sn_say(f, "From ");
	sn_say_hop(f, view, hops[first].ttl);
	sn_say(f, " on the way back is %d hop%s longer than the way there, by the TTL of %zu hops' answers.", more, more == 1 ? "" : "s",
	       count - first);
	if (several_starts)
		sn_otherwise(f, "all of these hops let their TTL begin at odd values");
	else
		sn_otherwise(f, "these hops let their TTL begin at %d", start_of(&hops[first]) - more);
	f->first_ttl = hops[first].ttl;
	f->last_ttl = hops[count - 1].ttl;
	if (view->rows[hops[first].ttl].responder_count)
		f->by = view->rows[hops[first].ttl].responders[0].addr;
	sn_evidence(f, "first_hop", "hops", hops[first].ttl);
	sn_evidence(f, "hops_more", "hops", more);
	sn_evidence(f, "hops_agreeing", "hops", (double)(count - first));
	sn_evidence(f, "reply_ttl", "", hops[first].reply_ttl);
}

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	struct hop hops[SONDE_TTL_LAST + 1];
	size_t count = 0, first;
	/* a target that may be nearer than its row says nothing of a longer way */
	for (unsigned ttl = view->first_ttl; ttl <= view->last_ttl; ttl++)
		count += read_hop(view, (uint8_t)ttl, &hops[count]);
	if (count == 0)
		return;
	for (first = count; first > 0 && hops[first - 1].more == hops[count - 1].more; first--) {
	}
	/* the hops before must show that ways there and back can be as long, and two at least that the later one is longer */
	if (count - first < 2 || first == 0 || hops[first - 1].more != 0 || hops[first].more <= 0 || hops[first].more > MORE_MOST)
		return;
	bool several_starts = false;
	for (size_t i = first; i < count; i++)
		several_starts |= start_of(&hops[i]) != start_of(&hops[first]);
	if (sn_is_told(c, hops[first].ttl, hops[count - 1].ttl))
		return;
	if (several_starts || !looks_like_another_start(start_of(&hops[first]), hops[first].more))
		tell(c, hops, first, count, several_starts);
}

const struct sn_rule sn_rule_asymmetric_return = {
	.info = {
		.id = "asymmetric-return",
		.summary = "from some hop on the way back is longer than the way there",
		.severity = SONDE_SEVERITY_INFO,
		.exit_status = 0,
		.meaning = "The TTL of the answers shows how many routers they passed. Up to some hop that fits the way there; from it on "
		           "all answers passed more: they come back another way. What is slow or lost may be so on that way only.",
		.otherwise = "TTLs begin at 64, 128 or 255 nearly everywhere; hops that begin at another value look farther away than they "
		             "are.",
		.advice = "Only a trace from the other end shows the way back.",
		.source = "RFC 791 section 3.2, RFC 8200 section 3",
	},
	.of_rows = true,
	.eval = eval,
};
