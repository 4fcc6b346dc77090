/* SPDX-License-Identifier: MIT */
/* pmtu: the path's MTU, or as much of it as can be told. */
#include "diag/diag.h"

#include <stdio.h>
#include <string.h>

/* What may be left to say behind a list of links. */
enum { MORE_BYTES = 200 };

/* Why a link takes no more: who said so. What it names and is not true is no word of what it takes. */
static void say_why(struct sonde_finding *f, const struct sonde_narrowing *n, uint8_t family)
{
	bool fits = sonde_narrowing_fits(n);
	if (n->cause == SONDE_MTU_SAID && n->said_bytes)
		sn_say(f, "; it said so%s (packet too big, MTU %u)", fits ? "" : ", but named another MTU", (unsigned)n->said_bytes);
	else if (n->cause == SONDE_MTU_SAID)
		sn_say(f, "; it said so without naming an MTU%s", family == 4 ? ", as routers did before RFC 1191" : "");
}

/* "10.0.3.2 at hop 3 refuses 1401 bytes and more (admin-prohibited: …)". */
static void say_refusal(struct sonde_finding *f, const struct sn_view *view, const struct sonde_narrowing *n)
{
	const struct sonde_mtu *mtu = view->mtu;
	char addr[SONDE_ADDR_TEXT];
	bool target = sonde_addr_equal(&n->by, &view->cfg->dst);
	sn_say(f, "%s%s", n->cause == SONDE_MTU_DOUBTED ? "who may be anybody, in the name of " : "",
	       target ? "the target itself" : sonde_addr_text(&n->by, addr));
	if (!target && sonde_addr_equal(&n->by, &mtu->hops[n->after_ttl]))
		sn_say(f, " at hop %u", (unsigned)n->after_ttl);
	else if (!target && n->before_ttl && sonde_addr_equal(&n->by, &mtu->hops[n->before_ttl]))
		sn_say(f, " at hop %u", (unsigned)n->before_ttl);
	else if (!target && n->after_ttl)
		sn_say(f, " at or behind hop %u", (unsigned)n->after_ttl);
	sn_say(f, " refuses %u bytes and more (%s: %s)", (unsigned)n->refused_bytes, sonde_meaning_name(n->meaning),
	       sonde_meaning_sentence(n->meaning));
}

/* A link or a filter, nobody says which. */
static void say_silence(struct sonde_finding *f, const struct sn_view *view, const struct sonde_narrowing *n)
{
	if (!n->sure) {
		sn_say(f, "probes of ");
		sn_say_sizes(f, n->refused_bytes, n->largest_bytes);
		sn_say(f, " were not answered, and it is not clear why");
		return;
	}
	sn_say(f, "packets ");
	sn_say_vanish(f, view, n);
	sn_say(f, ", and nobody says so");
}

static void say_narrowing(struct sonde_finding *f, const struct sn_view *view, const struct sonde_narrowing *n)
{
	const char *guess = sonde_narrowing_is_exact(n) ? sonde_mtu_guess(n->got_bytes) : NULL;
	if (n->cause == SONDE_MTU_REFUSED || n->cause == SONDE_MTU_DOUBTED) {
		say_refusal(f, view, n);
		return;
	}
	if (n->cause == SONDE_MTU_SILENT) {
		say_silence(f, view, n);
		return;
	}
	sn_say_link(f, view, n);
	if (sonde_narrowing_is_exact(n))
		sn_say(f, " takes %u bytes", (unsigned)n->got_bytes);
	else
		sn_say(f, " takes between %u and %u bytes", (unsigned)n->got_bytes, n->refused_bytes - 1u);
	say_why(f, n, view->cfg->dst.family);
	if (guess && n->cause != SONDE_MTU_LOCAL)
		sn_say(f, "; that much is usual for %s, which is a guess", guess);
}

/* The narrowing that decides; NULL: the largest that this machine can send gets through. */
static const struct sonde_narrowing *decides(const struct sonde_mtu *mtu)
{
	return mtu->narrowing_count ? &mtu->narrowings[mtu->narrowing_count - 1] : NULL;
}

/* Silence of large packets that is not the path's for sure. */
static bool is_open(const struct sonde_narrowing *n)
{
	return n && n->cause == SONDE_MTU_SILENT && !n->sure;
}

/* Large packets are refused in words that say nothing of a link. */
static bool is_filtered(const struct sonde_narrowing *n)
{
	return n && n->cause == SONDE_MTU_REFUSED;
}

/* Some packets of a size pass and others do not, or in pieces: there is no one MTU to tell. */
static bool is_mixed(const struct sonde_mtu *mtu)
{
	return mtu->ways.several || mtu->ways.uneven || mtu->cut.before_ttl;
}

/* Messages came that nobody has to believe, and the search does not bear them out. */
static bool is_doubted(const struct sonde_narrowing *n)
{
	return n && n->cause == SONDE_MTU_DOUBTED;
}

/* It was ended from outside. */
static bool is_cut(const struct sonde_event_end *end)
{
	return end->stop == SONDE_STOP_DEADLINE || end->stop == SONDE_STOP_INTERRUPTED;
}

/* ended: it is said already how the way ends. */
static void say_how_far(struct sonde_finding *f, const struct sn_view *view, bool ended)
{
	const struct sonde_mtu *mtu = view->mtu;
	char addr[SONDE_ADDR_TEXT];
	if (mtu->reached)
		return;
	if (ended) {
		sn_say(f, "Measured was as far as ");
		sn_say_mtu_hop(f, view, mtu->aim_ttl);
		sn_say(f, ", and no farther. ");
		return;
	}
	sn_say(f, "%s did not answer; what follows holds as far as ", sonde_addr_text(&view->cfg->dst, addr));
	sn_say_mtu_hop(f, view, mtu->aim_ttl);
	sn_say(f, ", the last that does. ");
}

static void say_open(struct sn_case *c, struct sonde_finding *f, const struct sonde_narrowing *n)
{
	const struct sonde_mtu *mtu = c->view->mtu;
	sn_say(f, "The %sMTU is %u or more: %u bytes get through, and larger packets stay without an answer, ",
	       mtu->reached ? "path " : "", (unsigned)n->got_bytes, (unsigned)n->got_bytes);
	if (mtu->reached && mtu->echoes && !n->before_ttl) {
		sn_say(f, "though ");
		if (n->after_ttl) {
			sn_say(f, "%u bytes get to ", (unsigned)n->refused_bytes);
			sn_say_mtu_hop(f, c->view, n->after_ttl);
		} else {
			sn_say(f, "no hop tells how far they get");
		}
		sn_say(f, ". Whether they get to the target cannot be told: its echo replies are as large, and may be what is lost, or it "
		          "does not answer large requests.");
	} else {
		sn_say(f, "and it is not clear why: %u of %u smaller probes were lost as well.", mtu->control_silent,
		       mtu->control_silent + mtu->control_answered);
	}
	sn_next_mtu(c, f);
}

static void say_filtered(struct sn_case *c, struct sonde_finding *f, const struct sonde_narrowing *n)
{
	const struct sonde_mtu *mtu = c->view->mtu;
	sn_say(f, "The %sMTU is %u or more: so much gets through, and ", mtu->reached ? "path " : "", (unsigned)mtu->path_bytes);
	say_refusal(f, c->view, n);
	sn_say(f, ". Smaller packets pass there: something looks at their length, and says nothing of what links take.");
	sn_next_mtu(c, f);
}

static void say_doubted(struct sn_case *c, struct sonde_finding *f, const struct sonde_narrowing *n)
{
	const struct sonde_mtu *mtu = c->view->mtu;
	char addr[SONDE_ADDR_TEXT];
	sn_say(f, "The %sMTU is %u or more: so much gets through. To %u bytes and more came ", mtu->reached ? "path " : "",
	       (unsigned)mtu->path_bytes, (unsigned)n->refused_bytes);
	sn_say(f, "messages in the name of %s (%s: %s", sonde_addr_text(&n->by, addr), sonde_meaning_name(n->meaning),
	       sonde_meaning_sentence(n->meaning));
	if (n->said_bytes)
		sn_say(f, ", MTU %u", (unsigned)n->said_bytes);
	sn_say(f, ") that may be anybody's: they quote too little of a probe%s.",
	       n->meaning == SONDE_M_PACKET_TOO_BIG ? ", and what was measured does not bear them out" : "");
	sn_next_mtu(c, f);
}

/* Of the links before the last one: as many as have room, and what is still to be said behind them. */
static void say_before(struct sonde_finding *f, const struct sn_view *view)
{
	const struct sonde_mtu *mtu = view->mtu;
	size_t count = mtu->narrowing_count ? mtu->narrowing_count - 1 : 0, left = count;
	for (bool room = true; left && room; left -= room) {
		size_t at = strlen(f->sentence);
		sn_say(f, left == count ? " Before it " : "; ");
		say_narrowing(f, view, &mtu->narrowings[count - left]);
		room = strlen(f->sentence) + MORE_BYTES < sizeof f->sentence;
		f->sentence[room ? strlen(f->sentence) : at] = '\0';
	}
	if (left)
		sn_say(f, "%s%zu more, as the table shows", left < count ? "; and " : " Before it ", left);
	if (count)
		sn_say(f, ".");
}

static void say_measured(struct sonde_finding *f, const struct sn_view *view, const struct sonde_narrowing *last)
{
	const struct sonde_mtu *mtu = view->mtu;
	const char *the = mtu->reached ? "Path MTU" : "MTU";
	if (!last) {
		sn_say(f, "%s %u: the link of this machine takes no more, and so much gets through.", the, (unsigned)mtu->path_bytes);
		return;
	}
	if (sonde_narrowing_is_exact(last))
		sn_say(f, "%s %u: ", the, (unsigned)mtu->path_bytes);
	else
		sn_say(f, "%s between %u and %u: ", the, (unsigned)mtu->path_bytes, last->refused_bytes - 1u);
	bool silent = last->cause == SONDE_MTU_SILENT; /* whose place pmtu-blackhole tells */
	if (!silent)
		say_narrowing(f, view, last);
	sn_say(f, "%s%u passed, %u did not", silent ? "" : "; ", (unsigned)last->got_bytes, (unsigned)last->refused_bytes);
	if (sonde_narrowing_is_measured(last) && !sonde_narrowing_is_exact(last))
		sn_say(f, ", and %s has no lengths between", view->method->name);
	sn_say(f, "%s.", silent ? "; nobody says so" : "");
	say_before(f, view);
}

static void say_ways(struct sn_case *c, struct sonde_finding *f)
{
	const struct sonde_mtu *mtu = c->view->mtu;
	const struct sonde_mtu_ways *ways = &mtu->ways;
	char addr[SONDE_ADDR_TEXT];
	sn_say(f, "There is no one path MTU: packets take several ways, or theirs changed meanwhile. One of %u bytes got to ",
	       (unsigned)ways->got_bytes);
	if (ways->got_ttl)
		sn_say_mtu_hop(f, c->view, ways->got_ttl);
	else
		sn_say(f, "the target");
	if (ways->got_bytes == ways->refused_bytes)
		sn_say(f, ", another");
	else
		sn_say(f, ", one of %u", (unsigned)ways->refused_bytes);
	sn_say(f, " was refused by %s (%s: %s", sonde_addr_text(&ways->by, addr), sonde_meaning_name(ways->meaning),
	       sonde_meaning_sentence(ways->meaning));
	if (ways->said_bytes)
		sn_say(f, ", MTU %u", (unsigned)ways->said_bytes);
	sn_say(f, ").");
	if (ways->meaning == SONDE_M_PACKET_TOO_BIG)
		sn_say(f, " The lowest MTU of these ways is %u or less, the highest %u or more.", ways->refused_bytes - 1u,
		       (unsigned)ways->got_bytes);
	sn_next_again(c, f, "-q 10");
}

static void say_pieces(struct sn_case *c, struct sonde_finding *f)
{
	const struct sonde_mtu *mtu = c->view->mtu;
	const struct sonde_mtu_cut *cut = &mtu->cut;
	char size[24];
	sn_say(f, "%u bytes get through, but maybe not in one piece: the bit that forbids fragments is cleared after ",
	       (unsigned)mtu->path_bytes);
	sn_say_mtu_hop(f, c->view, cut->after_ttl);
	sn_say(f, ", at or before ");
	sn_say_mtu_hop(f, c->view, cut->before_ttl);
	if (cut->pieces_ttl) {
		sn_say(f, ", and ");
		sn_say_mtu_hop(f, c->view, cut->pieces_ttl);
		sn_say(f, " got pieces, the first of %u bytes", (unsigned)cut->piece_bytes);
	}
	sn_say(f, ". The MTU of the links behind that cannot be measured: what is too large for them is cut, and nobody says so.");
	snprintf(size, sizeof size, "--size %u", (unsigned)mtu->path_bytes);
	sn_next_again(c, f, size);
}

static void say_uneven(struct sn_case *c, struct sonde_finding *f)
{
	const struct sonde_mtu *mtu = c->view->mtu;
	const struct sonde_mtu_ways *ways = &mtu->ways;
	char size[24];
	sn_say(f, "%u bytes get through, but not always: of %u packets of ", (unsigned)mtu->path_bytes,
	       ways->large_answered + ways->large_silent);
	sn_say_sizes(f, ways->uneven_bytes, mtu->path_bytes);
	sn_say(f, " %u were not answered, of %u smaller ones %u. ", ways->large_silent, ways->small_answered + ways->small_silent,
	       ways->small_silent);
	sn_say(f, "One of several ways swallows the large ones, or a link loses them.");
	snprintf(size, sizeof size, "-q 10 --size %u", (unsigned)mtu->path_bytes); /* small ones are not lost */
	sn_next_again(c, f, size);
}

/* The numbers behind it, and the link that decides. */
static void put_evidence(struct sonde_finding *f, const struct sonde_mtu *mtu, const struct sonde_narrowing *last)
{
	sn_evidence(f, "passed", "bytes", mtu->path_bytes);
	if (!last)
		return;
	f->first_ttl = last->after_ttl;
	f->last_ttl = last->before_ttl;
	f->by = last->by;
	f->who = f->by.family ? "router" : NULL;
	sn_evidence(f, "refused", "bytes", last->refused_bytes);
	if (last->cause == SONDE_MTU_SAID)
		sn_evidence(f, "said", "bytes", last->said_bytes);
}

/* No size stopped anywhere, yet the largest that this machine can send did not get through either: nothing is known of it. */
static bool is_unasked(const struct sonde_mtu *mtu)
{
	return !mtu->narrowing_count && (!mtu->device_bytes || mtu->path_bytes < mtu->device_bytes);
}

static void say_cut(struct sonde_finding *f, const struct sonde_mtu *mtu, const struct sonde_narrowing *last)
{
	char addr[SONDE_ADDR_TEXT];
	sn_say(f, "Ended before all was known: %u bytes get through; ", (unsigned)mtu->path_bytes);
	if (!last)
		sn_say(f, "of larger packets nothing is known.");
	else if (last->cause == SONDE_MTU_LOCAL)
		sn_say(f, "%u are more than the link of this machine takes.", (unsigned)last->refused_bytes);
	else if (last->cause == SONDE_MTU_SAID)
		sn_say(f, "%u were too big, says %s.", (unsigned)last->refused_bytes, sonde_addr_text(&last->by, addr));
	else {
		sn_say(f, "of ");
		sn_say_sizes(f, last->refused_bytes, last->largest_bytes);
		sn_say(f, " nothing is sure.");
	}
}

static void say_unasked(struct sn_case *c, struct sonde_finding *f)
{
	const struct sonde_mtu *mtu = c->view->mtu;
	sn_say(f, "The %sMTU is %u or more: so much gets through. Of larger packets nothing is known: none was sent, or waited for long "
	          "enough.",
	       mtu->reached ? "path " : "", (unsigned)mtu->path_bytes);
}

/* Something keeps it from being the path's MTU, exactly and for sure. */
static bool is_undecided(const struct sonde_mtu *mtu, const struct sonde_narrowing *last)
{
	bool exact = !last || (!is_open(last) && !is_filtered(last) && !is_doubted(last) && sonde_narrowing_is_measured(last));
	exact &= !is_unasked(mtu);
	return !mtu->path_bytes || !mtu->reached || is_mixed(mtu) || !exact;
}

/* What is known to be a link breaks the rule; what swallows packets may as well be a filter. */
static void say_least(struct sonde_finding *f, const struct sonde_narrowing *last)
{
	if (last->cause == SONDE_MTU_SAID || last->cause == SONDE_MTU_LOCAL)
		sn_say(f, " IPv6 asks 1280 bytes of every link (RFC 8200 section 5): this one breaks it, unless it cuts packets itself.");
	else if (last->cause == SONDE_MTU_SILENT)
		sn_say(f, " IPv6 asks 1280 bytes of every link (RFC 8200 section 5): a filter is the likelier reason.");
}

static void tell(struct sn_case *c, struct sonde_finding *f, const struct sonde_narrowing *last, bool open)
{
	const struct sn_view *view = c->view;
	say_how_far(f, view, c->ended);
	if (view->mtu->ways.several)
		say_ways(c, f);
	else if (view->mtu->cut.before_ttl)
		say_pieces(c, f);
	else if (open && is_cut(view->end))
		say_cut(f, view->mtu, last);
	else if (view->mtu->ways.uneven)
		say_uneven(c, f);
	else if (is_unasked(view->mtu))
		say_unasked(c, f);
	else if (is_open(last))
		say_open(c, f, last);
	else if (is_filtered(last))
		say_filtered(c, f, last);
	else if (is_doubted(last))
		say_doubted(c, f, last);
	else
		say_measured(f, view, last);
	bool below = view->cfg->dst.family == 6 && last && last->refused_bytes <= SN_IP6_LEAST_BYTES;
	if (below && !is_mixed(view->mtu))
		say_least(f, last);
	if (!view->mtu->reached && !f->next[0])
		sn_next_compare(c, f);
	put_evidence(f, view->mtu, last);
}

/* Whether routers let probes be cut does not show: no copy has come, or this wire does not get their headers. */
static bool is_whole_unseen(const struct sn_view *view)
{
	return view->cfg->dst.family == 4 && !view->mtu->cut.seen_ttl && view->mtu->aim_ttl != 1;
}

/* What else a measured one could be; sure: it is certain unless nobody says why. */
static void say_otherwise(struct sn_case *c, struct sonde_finding *f, const struct sonde_narrowing *last, bool sure)
{
	if (last && sn_may_be_quotes(c->view, last))
		sn_otherwise(f, "packets of that length are filtered, or it is the answers that are lost: they quote the probe, and are 48 "
		                "bytes larger");
	else if (last && last->cause == SONDE_MTU_SILENT)
		sn_otherwise(f, "%s of that length are filtered, and no link takes so little",
		             sn_is_echo(c->view) && !c->about->asked ? "pings" : "packets");
	else if (!c->view->mtu->ways.proved)
		sn_otherwise(f, "a balancer draws a way for each packet, and not all ways take the same: too few of these sizes were "
		                "answered to tell");
	else if (!sure)
		sn_otherwise(f, "a router lets packets be cut: no copy of a probe shows here whether one does");
}

static void eval(struct sn_case *c)
{
	const struct sonde_mtu *mtu = c->view->mtu;
	const struct sonde_narrowing *last = decides(mtu);
	if (c->view->end->stop == SONDE_STOP_LOCAL_ERROR)
		return;
	bool open = is_undecided(mtu, last);
	bool sure = mtu->ways.proved && !is_whole_unseen(c->view);
	enum sonde_confidence known = sure ? SONDE_CONFIDENCE_CERTAIN : SONDE_CONFIDENCE_LIKELY;
	if (last && sn_is_below_least(c->view, last))
		known = SONDE_CONFIDENCE_POSSIBLE;
	struct sonde_finding *f = sn_find(c, open ? SONDE_CONFIDENCE_UNDECIDED : known);
	f->exit_status = open ? f->exit_status : 0;
	if (!open)
		say_otherwise(c, f, last, sure);
	if (mtu->path_bytes) {
		tell(c, f, last, open);
	} else {
		sn_say(f, is_cut(c->view->end) ? "Nothing had answered yet, so nothing can be told of the path MTU."
		                               : "Nothing answers, so nothing can be told of the path MTU.");
		sn_next_compare(c, f);
	}
}

const struct sn_rule sn_rule_pmtu = {
	.info = {
		.id = "pmtu",
		.summary = "how large a packet gets through in one piece, and which link takes no larger one",
		.severity = SONDE_SEVERITY_INFO,
		.exit_status = 1,
		.meaning = "Probes of many sizes were sent that no router may cut. The path MTU is the largest size that was answered. "
		           "Each link that takes less than those before it is named with the hop in front of it. A kernel's memory of "
		           "the path was not asked, and no value was believed that was not tried.",
		.otherwise = "Echo replies are as large as the requests: where the way back takes less, it is that which was measured. "
		             "A link that cuts and mends packets itself does not show.",
		.advice = "Nothing has to be done as long as packet-too-big messages come. Where they do not, see pmtu-blackhole.",
		.source = "RFC 1191, RFC 8201, RFC 8899",
	},
	.of = SN_OF_SIZES,
	.eval = eval,
};
