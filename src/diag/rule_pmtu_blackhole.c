/* SPDX-License-Identifier: MIT */
/* pmtu-blackhole: packets above some size vanish, and nobody says that they are too large. */
#include "diag/diag.h"

/* Who might have said so answers nothing. */
static void say_silent_hops(struct sonde_finding *f, const struct sn_view *view, const struct sonde_narrowing *n)
{
	unsigned first = 0, last = 0;
	for (unsigned ttl = n->after_ttl + 1u; ttl < n->before_ttl; ttl++)
		if (ttl >= view->cfg->first_ttl && !view->mtu->hops[ttl].family) {
			first = first ? first : ttl;
			last = ttl;
		}
	if (first == last && first)
		sn_say(f, ", or hop %u, which answers nothing, does not send it", first);
	else if (first)
		sn_say(f, ", or one of hops %u to %u that answers nothing does not send it", first, last);
}

static void tell(struct sn_case *c, const struct sonde_narrowing *n)
{
	const struct sn_view *view = c->view;
	bool is4 = view->cfg->dst.family == 4;
	struct sonde_finding *f = sn_find(c, sn_is_below_least(view, n) ? SONDE_CONFIDENCE_POSSIBLE : SONDE_CONFIDENCE_LIKELY);
	sn_say(f, "Packets ");
	sn_say_vanish(f, view, n);
	if (!n->after_ttl && n->before_ttl == 1)
		sn_say(f, ": it takes less than the %u bytes of its device here, and in front of it is no router that could say so",
		       (unsigned)view->mtu->device_bytes);
	else
		sn_say(f, " and no packet-too-big came back: something filters %s", is4 ? "ICMP 3/4" : "ICMPv6 type 2");
	say_silent_hops(f, view, n);
	sn_say(f, ". %u probes of ", n->silent_count);
	sn_say_sizes(f, n->refused_bytes, n->largest_bytes);
	sn_say(f, " were not answered, of %u smaller ones between them %u were.",
	       view->mtu->control_answered + view->mtu->control_silent, view->mtu->control_answered);
	if (view->mtu->cut.before_ttl)
		sn_otherwise(f, "what vanishes is fragments: the bit that forbids them is cleared before hop %u",
		             (unsigned)view->mtu->cut.before_ttl);
	else if (sn_may_be_quotes(view, n))
		sn_otherwise(f, "it is the answers that vanish: they quote the probe, and are 48 bytes larger");
	else if (sn_is_echo(view) && !c->about->asked)
		sn_otherwise(f, "pings of that length are filtered, and nothing else");
	else
		sn_otherwise(f, "a router on the way drops packets of that size and kind for another reason");
	if ((sn_is_echo(view) && !c->about->asked) || sn_may_be_quotes(view, n))
		sn_next_mtu(c, f);
	f->first_ttl = n->after_ttl;
	f->last_ttl = n->before_ttl;
	sn_evidence(f, "passed", "bytes", n->got_bytes);
	sn_evidence(f, "vanished", "bytes", n->refused_bytes);
	sn_evidence(f, "probes_unanswered", "probes", n->silent_count);
	sn_evidence(f, "smaller_answered", "probes", view->mtu->control_answered);
	sn_evidence(f, "smaller_unanswered", "probes", view->mtu->control_silent);
}

static void eval(struct sn_case *c)
{
	const struct sonde_mtu *mtu = c->view->mtu;
	for (size_t i = 0; i < mtu->narrowing_count; i++)
		if (mtu->narrowings[i].cause == SONDE_MTU_SILENT && mtu->narrowings[i].sure && mtu->narrowings[i].got_bytes)
			tell(c, &mtu->narrowings[i]);
}

const struct sn_rule sn_rule_pmtu_blackhole = {
	.info = {
		.id = "pmtu-blackhole",
		.summary = "packets above some size vanish, and no packet-too-big comes back",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 1,
		.meaning = "Small packets get through and larger ones do not, and nobody tells the sender. Connections open and then "
		           "hang as soon as one side sends full packets: pages that load halfway, logins that stop, mails that never "
		           "end.",
		.otherwise = "A firewall may drop large packets of this kind alone; ask by another method. Loss that takes large "
		             "packets rather than small ones, such as a bad cable, looks alike where it is nearly total.",
		.advice = "Let packet-too-big through at and behind that place: ICMP 3/4 for IPv4, ICMPv6 type 2 for IPv6. Where it is "
		          "this machine's own link, its device and what it is plugged into need the same MTU. Until then: "
		          "a smaller MTU on this side, clamping of the TCP MSS at the narrow link, or 'sysctl "
		          "net.ipv4.tcp_mtu_probing=1' (RFC 4821).",
		.source = "RFC 2923 section 2.1, RFC 4890 section 4.3.1",
	},
	.of = SN_OF_SIZES,
	.eval = eval,
};
