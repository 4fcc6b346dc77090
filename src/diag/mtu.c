/* SPDX-License-Identifier: MIT */
/* How the rules about the path's MTU name a link, a place and what to try. */
#include "diag/diag.h"

#include <stdio.h>
#include <string.h>

void sn_say_mtu_hop(struct sonde_finding *f, const struct sn_view *view, uint8_t ttl)
{
	const struct sonde_mtu *mtu = view->mtu;
	char addr[SONDE_ADDR_TEXT];
	if (!ttl)
		sn_say(f, "this machine");
	else if (mtu->reached && ttl == mtu->aim_ttl)
		sn_say(f, "the target, hop %u", (unsigned)ttl);
	else
		sn_say(f, "hop %u", (unsigned)ttl);
	if (mtu->hops[ttl].family)
		sn_say(f, " (%s)", sonde_addr_text(&mtu->hops[ttl], addr));
}

void sn_say_mtu_place(struct sonde_finding *f, const struct sn_view *view, const struct sonde_narrowing *n)
{
	if (!n->after_ttl && n->before_ttl) {
		sn_say(f, n->before_ttl == 1 ? "on the link of this machine, at or before " : "between this machine and ");
		sn_say_mtu_hop(f, view, n->before_ttl);
		return;
	}
	sn_say(f, n->before_ttl ? "after " : "somewhere behind ");
	sn_say_mtu_hop(f, view, n->after_ttl);
	if (n->before_ttl <= n->after_ttl + 1)
		return;
	sn_say(f, ", at or before ");
	sn_say_mtu_hop(f, view, n->before_ttl);
}

void sn_say_sizes(struct sonde_finding *f, unsigned from_bytes, unsigned to_bytes)
{
	if (from_bytes == to_bytes)
		sn_say(f, "%u bytes", from_bytes);
	else
		sn_say(f, "%u to %u bytes", from_bytes, to_bytes);
}

void sn_say_vanish(struct sonde_finding *f, const struct sn_view *view, const struct sonde_narrowing *n)
{
	if (sonde_narrowing_is_measured(n))
		sn_say(f, "larger than %u bytes vanish ", (unsigned)n->got_bytes);
	else
		sn_say(f, "larger than some size between %u and %u bytes vanish ", (unsigned)n->got_bytes, n->refused_bytes - 1u);
	sn_say_mtu_place(f, view, n);
}

void sn_next_mtu(struct sn_case *c, struct sonde_finding *f)
{
	/* echo requests first where few bits are quoted, UDP where replies are as large as the requests; each is no other's repetition */
	static const char *const others[] = {"icmp", "udp", "tcp"};
	bool echo = strcmp(c->view->method->name, others[0]) == 0;
	for (size_t i = echo; i < sizeof others / sizeof *others; i++) {
		char option[SN_OPTION_BYTES];
		bool made = strcmp(others[i], c->view->method->name) == 0 || (c->about->asked && strcmp(others[i], c->about->asked) == 0);
		snprintf(option, sizeof option, "-M %s", others[i]);
		if (made)
			continue;
		sn_next(c, f, "mtu", option);
		return;
	}
}

/* Adjacent hops leave one link; else what is between them did not tell. */
void sn_say_link(struct sonde_finding *f, const struct sn_view *view, const struct sonde_narrowing *n)
{
	char addr[SONDE_ADDR_TEXT];
	if (n->cause == SONDE_MTU_LOCAL) {
		sn_say(f, "this machine's own link");
		if (view->cfg->device[0])
			sn_say(f, " (%s)", view->cfg->device);
	} else if (n->before_ttl && n->before_ttl == n->after_ttl + 1) {
		sn_say(f, "the link behind ");
		sn_say_mtu_hop(f, view, n->after_ttl);
	} else if (n->before_ttl) {
		sn_say(f, "a link between ");
		sn_say_mtu_hop(f, view, n->after_ttl);
		sn_say(f, " and ");
		sn_say_mtu_hop(f, view, n->before_ttl);
	} else {
		sn_say(f, "a link somewhere behind ");
		sn_say_mtu_hop(f, view, n->after_ttl);
	}
	if (n->cause == SONDE_MTU_SAID && !sonde_addr_equal(&n->by, &view->mtu->hops[n->after_ttl]))
		sn_say(f, ", which %s speaks of,", sonde_addr_text(&n->by, addr));
}
