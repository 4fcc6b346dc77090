/* SPDX-License-Identifier: MIT */
/* mtu-message-wrong: a packet-too-big names an MTU that is not what the link takes. */
#include "diag/diag.h"

/* The least link MTU that there may be of IPv4 (RFC 791 section 3.2). */
enum { IP4_LEAST_BYTES = 68 };

/* What is wrong with it; NULL: nothing, or nothing that is known. */
static const char *wrong(const struct sonde_narrowing *n, uint8_t family)
{
	if (n->cause != SONDE_MTU_SAID)
		return NULL;
	if (family == 6 && n->said_bytes < SN_IP6_LEAST_BYTES)
		return "less than IPv6 asks of every link, so that hosts have to discard the message (RFC 8201 section 4)";
	if (family == 4 && !n->said_bytes)
		return NULL; /* no value, as routers of old: no wrong one */
	if (family == 4 && n->said_bytes < IP4_LEAST_BYTES)
		return "less than any IPv4 link may have, so that hosts do not believe it (RFC 1191 section 3)";
	if (n->said_bytes >= n->refused_bytes)
		return "more than gets through, so that senders who believe it keep losing packets";
	if (n->said_bytes < n->got_bytes)
		return "less than gets through, so that senders who believe it send smaller packets than they could";
	return NULL;
}

static void tell(struct sn_case *c, const struct sonde_narrowing *n, const char *why)
{
	char addr[SONDE_ADDR_TEXT];
	/* of more that gets through another way may be the reason, where few were asked */
	bool certain = c->view->mtu->ways.proved || n->said_bytes >= n->refused_bytes;
	struct sonde_finding *f = sn_find(c, certain ? SONDE_CONFIDENCE_CERTAIN : SONDE_CONFIDENCE_POSSIBLE);
	if (!certain)
		sn_otherwise(f, "a way is drawn for each packet, and what got through took another one");
	sn_say(f, "%s says that the next link takes %u bytes. Measured were ", sonde_addr_text(&n->by, addr), (unsigned)n->said_bytes);
	if (sonde_narrowing_is_exact(n))
		sn_say(f, "%u: ", (unsigned)n->got_bytes);
	else
		sn_say(f, "%u to %u: ", (unsigned)n->got_bytes, n->refused_bytes - 1u);
	sn_say(f, "what it names is %s.", why);
	f->first_ttl = n->after_ttl;
	f->last_ttl = n->before_ttl;
	f->by = n->by;
	f->who = "router";
	sn_evidence(f, "said", "bytes", n->said_bytes);
	sn_evidence(f, "passed", "bytes", n->got_bytes);
	sn_evidence(f, "refused", "bytes", n->refused_bytes);
}

static void eval(struct sn_case *c)
{
	const struct sonde_mtu *mtu = c->view->mtu;
	/* what another way takes is no word against who speaks of his own */
	for (size_t i = 0; !mtu->ways.several && i < mtu->narrowing_count; i++) {
		const char *why = wrong(&mtu->narrowings[i], c->view->cfg->dst.family);
		if (why)
			tell(c, &mtu->narrowings[i], why);
	}
}

const struct sn_rule sn_rule_mtu_message_wrong = {
	.info = {
		.id = "mtu-message-wrong",
		.summary = "a packet-too-big names an MTU that is not what the link takes",
		.severity = SONDE_SEVERITY_WARNING,
		.exit_status = 0,
		.meaning = "A router named the MTU of its next link, and probes of other sizes showed that the link takes more, or less. "
		           "Senders believe the message: they send packets that are needlessly small, or keep sending ones that are too "
		           "large.",
		.otherwise = "The link may have changed while it was measured. A translator between the families may have reckoned "
		             "wrongly with the length of its headers (RFC 7915 section 4.2).",
		.advice = "Tell who runs that router. A tunnel that ends there is the usual place: its device needs the MTU that is left "
		          "for what it carries.",
		.source = "RFC 1191 section 4, RFC 8201 section 4",
	},
	.of = SN_OF_SIZES,
	.eval = eval,
};
