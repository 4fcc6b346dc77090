/* SPDX-License-Identifier: MIT */
/* The path MTU of random networks against the truth: links of any MTU, messages that are filtered, wrong, missing or quote too little,
 * silent hops, rations, loss, other MTUs on the way back, filters by length, balancers that draw a way for each packet, routers that clear
 * the bit that forbids fragments. None of what is found may be wrong, and what is decidable must be found. */
#include "measured.h"
#include "test.h"

#include "base/buf.h"
#include "base/rng.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOPS_MAX = 14, CASES = 1500, NOT_SAID = -1 };

/* Link k leads from hop k - 1 to hop k; hop 0 is the observer, the last the target. */
struct link {
	unsigned there, back;
	int says;             /* NOT_SAID: the truth */
	bool silent;
	unsigned delay_us;
};
/* What else is wrong, at one router. */
enum fault { NO_FAULT, REFUSES, DROPS_PINGS, CLEARS_DF, BALANCES, FAULT_COUNT };
struct net {
	uint64_t seed;
	enum fault fault;
	unsigned at;               /* the router */
	unsigned most;             /* REFUSES, DROPS_PINGS: the largest that it passes; BALANCES: what the other way takes */
	const char *kind;          /* REFUSES: in which words */
	bool other_silent, cuts;   /* BALANCES: that link says nothing; CLEARS_DF: later ones cut */
	bool weak;                 /* all quote eight bytes */
	struct sn_rng rng;
	unsigned hops;
	uint8_t family;
	const char *method;
	uint16_t dport;
	struct link links[HOPS_MAX + 1];
	bool hop_silent[HOPS_MAX + 1];
	unsigned loss_percent;
	bool limits, jitter, target_ignores_large;
	struct sn_buf text;
};

static unsigned below(struct net *n, unsigned bound)
{
	return (unsigned)sn_rng_below(&n->rng, bound);
}

static bool percent(struct net *n, unsigned share)
{
	return below(n, 100) < share;
}

static unsigned some_mtu(struct net *n)
{
	static const unsigned usual[] = {1492, 1480, 1476, 1420, 1400, 1280, 1450, 1340};
	unsigned least = n->family == 4 ? 300 : 1280;
	return percent(n, 50) ? usual[below(n, sizeof usual / sizeof *usual)] : least + below(n, 1499 - least);
}

static void draw_link(struct net *n, unsigned k, unsigned first)
{
	struct link *l = &n->links[k];
	*l = (struct link){.there = 1500, .says = NOT_SAID, .delay_us = 100 + below(n, percent(n, 10) ? 40000 : 5000)};
	if (first > 1500 && k < 3)
		l->there = first;
	if (k > 1 && percent(n, 25))
		l->there = some_mtu(n);
	l->back = percent(n, 4) ? some_mtu(n) : l->there;
	l->silent = percent(n, 25);
	if (percent(n, 15))
		l->says = (int)(percent(n, 40) ? 0 : percent(n, 50) ? 68 + below(n, 1500) : l->there);
}

static void draw_fault(struct net *n)
{
	static const char *const kinds[] = {"admin-prohibited", "host-unreachable", "net-unreachable", "port-unreachable", "policy-fail"};
	n->weak = percent(n, 12);
	if (n->hops < 4 || percent(n, 55))
		return;
	n->fault = (enum fault)(1 + below(n, FAULT_COUNT - 1));
	n->at = 1 + below(n, n->hops - 2);
	n->most = some_mtu(n);
	n->kind = kinds[below(n, sizeof kinds / sizeof *kinds)];
	n->other_silent = percent(n, 25);
	n->cuts = percent(n, 60);
	if (n->fault == DROPS_PINGS && n->method[0] != 'i')
		n->fault = REFUSES;
	if (n->fault == CLEARS_DF && n->family == 6)
		n->fault = BALANCES;
	n->target_ignores_large &= n->fault != CLEARS_DF; /* its pieces are small */
	if (n->fault == BALANCES)
		n->links[n->at + 1].back = n->links[n->at + 1].there; /* the way back is the first one's */
}

static void draw(struct net *n, uint64_t seed)
{
	static const struct {
		const char *name;
		uint16_t dport;
	} methods[] = {{"icmp", 0}, {"icmp", 0}, {"icmp", 0}, {"udp", 33434}, {"tcp", 80}};
	*n = (struct net){.seed = seed};
	sn_rng_init(&n->rng, seed, 7);
	n->family = percent(n, 50) ? 4 : 6;
	unsigned which = below(n, sizeof methods / sizeof *methods), first = percent(n, 15) ? 9000 : percent(n, 5) ? 4000 : 1500;
	n->method = methods[which].name;
	n->dport = methods[which].dport;
	n->hops = 2 + below(n, HOPS_MAX - 1);
	for (unsigned k = 1; k <= n->hops; k++)
		draw_link(n, k, first);
	for (unsigned k = 1; k < n->hops; k++)
		n->hop_silent[k] = percent(n, 12);
	n->hop_silent[n->hops] = false;
	n->loss_percent = percent(n, 20) ? 1 + below(n, 20) : 0;
	n->limits = percent(n, 40);
	n->jitter = percent(n, 40);
	n->target_ignores_large = n->method[0] == 'i' && percent(n, 4);
	draw_fault(n);
}

static void write_node(struct net *n, unsigned k, char name[16])
{
	snprintf(name, 16, k == 0 ? "me" : k == n->hops ? "target" : "r%u", k);
}

/* The other way of a balancer: router b beside router at. */
static void write_balancer(struct net *n)
{
	char near[16], far[16], prefix[32];
	write_node(n, n->at - 1, near);
	write_node(n, n->at + 1, far);
	snprintf(prefix, sizeof prefix, n->family == 4 ? "10.%u.0.0/24" : "2001:db8:%u::/64", n->hops);
	sn_buf_printf(&n->text, "router b%s%s\n", n->limits ? " icmp-rate=1/s" : "", n->weak ? " quote=8" : "");
	for (unsigned i = 0; i < 2; i++) {
		sn_buf_printf(&n->text, "link %s %s ", i ? "b" : near, i ? far : "b");
		sn_buf_printf(&n->text, n->family == 4 ? "10.%u.0.2/24 10.%u.0.1/24" : "2001:db8:%u::2/64 2001:db8:%u::1/64", 200 + i,
		              200 + i);
		sn_buf_printf(&n->text, " delay=1ms mtu=%u,9000%s\n", i ? n->most : n->links[n->at].there,
		              i && n->other_silent ? " mtu-silent" : "");
	}
	write_node(n, n->at, far);
	sn_buf_printf(&n->text, "route %s %s via %s,b balance=packet\n", near, prefix, far);
}

static void write_fault(struct net *n)
{
	char name[16], before[16];
	write_node(n, n->at, name);
	write_node(n, n->at - 1, before);
	if (n->fault == REFUSES)
		sn_buf_printf(&n->text, "filter %s reject=%s length=%u-65535 from=%s\n", name, n->kind, n->most + 1, before);
	else if (n->fault == DROPS_PINGS)
		sn_buf_printf(&n->text, "filter %s drop proto=echo length=%u-65535 from=%s\n", name, n->most + 1, before);
	else if (n->fault == CLEARS_DF)
		sn_buf_printf(&n->text, "rewrite %s df=off from=%s\n", name, before);
	else if (n->fault == BALANCES && n->at > 1)
		write_balancer(n);
}

static void write_down(struct net *n)
{
	char near[16], far[16];
	sn_buf_puts(&n->text, "observer me\n");
	for (unsigned k = 1; k <= n->hops; k++) {
		write_node(n, k, far);
		sn_buf_printf(&n->text, "%s %s%s%s%s%s\n", k < n->hops ? "router" : "host", far, n->hop_silent[k] ? " silent" : "",
		              n->limits ? " icmp-rate=1/s" : "", n->weak ? " quote=8" : "",
		              n->fault == CLEARS_DF && n->cuts && k < n->hops ? " fragments" : "");
	}
	for (unsigned k = 1; k <= n->hops; k++) {
		const struct link *l = &n->links[k];
		write_node(n, k - 1, near);
		write_node(n, k, far);
		sn_buf_printf(&n->text, "link %s %s ", near, far);
		if (n->family == 4)
			sn_buf_printf(&n->text, "10.%u.0.2/24 10.%u.0.1/24", k, k);
		else
			sn_buf_printf(&n->text, "2001:db8:%u::2/64 2001:db8:%u::1/64", k, k);
		sn_buf_printf(&n->text, " delay=%uus mtu=%u,%u", l->delay_us, l->there, l->back);
		if (l->silent)
			sn_buf_puts(&n->text, " mtu-silent");
		if (l->says != NOT_SAID)
			sn_buf_printf(&n->text, " mtu-says=%d", l->says);
		if (n->jitter)
			sn_buf_printf(&n->text, " jitter=%uus", l->delay_us / 4);
		if (n->loss_percent && k == n->hops / 2 + 1)
			sn_buf_printf(&n->text, " loss=%u%% reorder=5%% duplicate=2%%", n->loss_percent);
		sn_buf_puts(&n->text, "\n");
	}
	write_fault(n);
	if (n->target_ignores_large)
		sn_buf_puts(&n->text, "filter target drop proto=echo length=1001-65535\n");
	assert_false(n->text.bad);
}

/* ---- the truth ---- */

static bool echoes(const struct net *n)
{
	return n->method[0] == 'i';
}

/* The first link is not looked at behind which nothing forbids fragments. */
static unsigned links_end(const struct net *n)
{
	return n->fault == CLEARS_DF ? n->at + 1 : n->hops;
}

static bool filters(const struct net *n)
{
	return n->fault == REFUSES || n->fault == DROPS_PINGS;
}

/* The largest size that is answered. */
static unsigned true_mtu(const struct net *n)
{
	unsigned least = filters(n) ? n->most : UINT16_MAX;
	for (unsigned k = 1; k <= links_end(n); k++) {
		least = n->links[k].there < least ? n->links[k].there : least;
		/* IPv4 answers go without DF, and are cut; the target's own link is no matter of a router */
		if (echoes(n) && n->family == 6 && k < n->hops && n->links[k].back < least)
			least = n->links[k].back;
	}
	return n->target_ignores_large && least > 1000 ? 1000 : least;
}

/* The link that a packet of that size does not get past; 0: it gets to the target. */
static unsigned stops_at(const struct net *n, unsigned bytes)
{
	for (unsigned k = 1; k <= links_end(n); k++)
		if (bytes > n->links[k].there || (filters(n) && k == n->at + 1 && bytes > n->most))
			return k;
	return 0;
}

/* It is the filter in front of that link that stops it: who looks at the size of the link comes first. */
static bool is_filtered(const struct net *n, unsigned k, unsigned bytes)
{
	return filters(n) && k == n->at + 1 && bytes <= n->links[k].there;
}

/* The largest that is not stopped there by what stops that size. */
static unsigned takes(const struct net *n, unsigned k, unsigned bytes)
{
	return is_filtered(n, k, bytes) ? n->most : n->links[k].there;
}

/* Nobody says that it is too large. */
static bool is_silent(const struct net *n, unsigned k, unsigned bytes)
{
	bool link = is_filtered(n, k, bytes) ? n->fault == DROPS_PINGS : n->links[k].silent;
	return link || n->hop_silent[k - 1];
}

struct counts {
	unsigned cases, measured, undecided, narrowings, exact, holes, wrong_messages, refusals, doubted, ways, cut, missed, wrong;
	unsigned replayed, unread, otherwise;
};

static const char *check_cause(const struct net *n, const struct sonde_narrowing *r, unsigned k)
{
	bool silent = is_silent(n, k, r->refused_bytes), filtered = is_filtered(n, k, r->refused_bytes);
	if (r->cause != SONDE_MTU_SILENT && silent)
		return "nobody there says so";
	if (r->cause == SONDE_MTU_SILENT && !silent)
		return "somebody there says so";
	if (r->cause == SONDE_MTU_SAID && filtered)
		return "it is a filter, and says so";
	if (r->cause == SONDE_MTU_REFUSED && !filtered)
		return "it is a link, and says so";
	return r->cause == SONDE_MTU_DOUBTED && !n->weak ? "the message proves enough" : NULL;
}

static const char *check_narrowing(const struct net *n, const struct sonde_narrowing *r, struct counts *counts)
{
	unsigned k = stops_at(n, r->refused_bytes);
	if (r->cause == SONDE_MTU_LOCAL)
		return "the local link was never too small";
	if (r->cause == SONDE_MTU_SILENT && !r->sure)
		return NULL;
	counts->narrowings++;
	if (!k)
		return "no link stops that size";
	const char *wrong = check_cause(n, r, k);
	if (wrong)
		return wrong;
	if (r->after_ttl >= k || (r->before_ttl && r->before_ttl < k))
		return "it is elsewhere";
	unsigned most = takes(n, k, r->refused_bytes);
	if (sonde_narrowing_is_exact(r) && r->got_bytes != most)
		return "the link has another MTU";
	if (!sonde_narrowing_is_exact(r) && (most < r->got_bytes || most >= r->refused_bytes))
		return "the link's MTU lies elsewhere";
	counts->exact += sonde_narrowing_is_exact(r) && r->after_ttl + 1u == k && r->before_ttl == k;
	return NULL;
}

static const char *check_message(const struct net *n, const struct measured *m, struct counts *counts)
{
	unsigned must = 0, may = 0;
	for (size_t i = 0; i < m->mtu.narrowing_count; i++) {
		const struct sonde_narrowing *r = &m->mtu.narrowings[i];
		unsigned k = stops_at(n, r->refused_bytes);
		if (r->cause != SONDE_MTU_SAID || !k || n->links[k].says == NOT_SAID)
			continue;
		unsigned said = (unsigned)n->links[k].says;
		bool wrong = said != n->links[k].there && !(n->family == 4 && said == 0);
		may += wrong;
		must += wrong && sonde_narrowing_is_exact(r);
	}
	unsigned found = measured_found(m, "mtu-message-wrong", NULL);
	counts->wrong_messages += found;
	return found < must ? "a wrong message is not" : found > may ? "a message is called wrong" : NULL;
}

/* What larger ones than that must not be said of: a filter breaks no rule of links. */
static const char *check_words(const struct net *n, const struct measured *m, const struct sonde_finding *pmtu)
{
	unsigned k = stops_at(n, m->mtu.path_bytes + 1u);
	bool breaks = strstr(pmtu->sentence, "breaks it") != NULL;
	return breaks && (!k || is_filtered(n, k, m->mtu.path_bytes + 1u)) ? "no link breaks the rule" : NULL;
}

/* Two ways, of which one is drawn for each packet. */
static const char *check_balanced(const struct net *n, const struct measured *m, const struct sonde_finding *pmtu)
{
	struct net other = *n;
	other.links[n->at + 1].there = n->most;
	unsigned one = true_mtu(n), two = true_mtu(&other), low = one < two ? one : two, high = one < two ? two : one;
	const struct sonde_mtu_ways *ways = &m->mtu.ways;
	const struct sonde_finding *found;
	if (m->mtu.path_bytes > high)
		return "so much does not get through";
	if (pmtu->confidence == SONDE_CONFIDENCE_CERTAIN && low != high)
		return "certain, where there are several MTUs";
	if (pmtu->confidence == SONDE_CONFIDENCE_CERTAIN && m->mtu.path_bytes != low)
		return "another MTU";
	if (ways->several && !stops_at(n, ways->refused_bytes) && !stops_at(&other, ways->refused_bytes))
		return "neither way refuses so much";
	if (ways->several && !ways->got_ttl && ways->got_bytes > high)
		return "neither way takes so much";
	if (ways->several && measured_found(m, "mtu-message-wrong", &found))
		return "a message is called wrong for another way's sake";
	return NULL;
}

static bool is_balanced(const struct net *n)
{
	return n->fault == BALANCES && n->at > 1;
}

/* Some hop behind shows that nothing forbids fragments any more. */
static bool shows_pieces(const struct net *n, const struct measured *m)
{
	bool shows = false;
	for (unsigned hop = n->at + 1; n->fault == CLEARS_DF && hop < n->hops; hop++)
		shows |= m->mtu.hops[hop].family != 0;
	return shows;
}

static const char *check_pieces(const struct net *n, const struct measured *m, const struct sonde_finding *pmtu)
{
	if (m->mtu.cut.before_ttl && (n->fault != CLEARS_DF || m->mtu.cut.before_ttl <= n->at || m->mtu.cut.after_ttl > n->at))
		return "it is elsewhere that fragments are allowed, or nowhere";
	if (m->mtu.cut.pieces_ttl && !n->cuts)
		return "nobody cuts";
	if (shows_pieces(n, m) && pmtu->confidence != SONDE_CONFIDENCE_UNDECIDED)
		return "it may have been cut";
	return NULL;
}

static void count(struct counts *counts, const struct measured *m, bool certain)
{
	counts->measured += certain;
	counts->undecided += !certain;
	counts->holes += measured_found(m, "pmtu-blackhole", NULL);
	counts->ways += m->mtu.ways.several || m->mtu.ways.uneven;
	counts->cut += m->mtu.cut.before_ttl != 0;
	for (size_t i = 0; i < m->mtu.narrowing_count; i++) {
		counts->refusals += m->mtu.narrowings[i].cause == SONDE_MTU_REFUSED;
		counts->doubted += m->mtu.narrowings[i].cause == SONDE_MTU_DOUBTED;
	}
}

static const char *check(const struct net *n, const struct measured *m, struct counts *counts)
{
	const struct sonde_finding *pmtu;
	unsigned truth = true_mtu(n);
	if (measured_found(m, "pmtu", &pmtu) != 1)
		return "no pmtu";
	bool certain = pmtu->confidence == SONDE_CONFIDENCE_CERTAIN;
	count(counts, m, certain);
	if (!m->mtu.reached)
		return "the target answers";
	if (m->took_ns > 10 * SONDE_S)
		return "it took more than ten seconds";
	if (is_balanced(n))
		return check_balanced(n, m, pmtu);
	if (m->mtu.ways.several)
		return "there is but one way";
	const char *untrue = check_words(n, m, pmtu);
	if (!untrue)
		untrue = check_pieces(n, m, pmtu);
	if (untrue)
		return untrue;
	if (m->mtu.path_bytes > truth)
		return "so much does not get through";
	if (certain && m->mtu.path_bytes != truth)
		return "another MTU";
	for (size_t i = 0; i < m->mtu.narrowing_count; i++) {
		const char *wrong = check_narrowing(n, &m->mtu.narrowings[i], counts);
		if (wrong)
			return wrong;
	}
	return check_message(n, m, counts);
}

/* Behind it is the target, whose echo replies are as large: no hop tells where large packets stop. */
static bool is_open(const struct net *n, unsigned k)
{
	bool open = is_silent(n, k, true_mtu(n) + 1) && echoes(n);
	for (unsigned hop = k; open && hop < n->hops; hop++)
		open = n->hop_silent[hop];
	return open;
}

/* The hops at both ends of the link answer, and what shows where it is is not rationed. */
static bool is_placeable(const struct net *n, unsigned k)
{
	return !n->hop_silent[k - 1] && !(is_silent(n, k, true_mtu(n) + 1) && (n->hop_silent[k] || n->limits));
}

/* Nothing is lost or rationed, and what is wrong shows by itself. */
static bool is_decidable(const struct net *n, const struct measured *m, unsigned truth)
{
	unsigned k = stops_at(n, truth + 1);
	/* a host answers a dozen UDP probes in ten seconds, a router as many refusals */
	bool out_of_time = m->took_ns > 7400 * SONDE_MS && (strcmp(n->method, "udp") == 0 || n->fault == REFUSES);
	/* what a refusal leaves of silence is asked as rations want it, and time is short */
	bool rationed = n->fault == REFUSES && (n->limits || !is_filtered(n, k, truth + 1));
	bool hidden = n->loss_percent || n->target_ignores_large || n->weak || n->fault == CLEARS_DF || is_balanced(n);
	return !hidden && !out_of_time && !rationed;
}

/* A link that calls larger ones too big is not thought to swallow others. */
static bool is_doubtful(const struct net *n, const struct measured *m, unsigned k, unsigned bytes)
{
	for (size_t i = 0; i + 1 < m->mtu.narrowing_count; i++)
		if (is_filtered(n, k, bytes) && stops_at(n, m->mtu.narrowings[i].refused_bytes) == k)
			return true;
	return false;
}

/* What has to be found: the size that is refused shows its place. */
static const char *check_decidable(const struct net *n, const struct measured *m)
{
	unsigned truth = true_mtu(n), k = stops_at(n, truth + 1);
	if (!is_decidable(n, m, truth))
		return NULL;
	if (m->mtu.path_bytes != truth)
		return "the MTU was not found";
	if (k <= 1)
		return NULL; /* the first link, or the way back */
	const struct sonde_narrowing *r = &m->mtu.narrowings[m->mtu.narrowing_count - 1];
	if (!m->mtu.narrowing_count || r->got_bytes != truth)
		return "the narrow link was not found";
	if (is_open(n, k) || is_doubtful(n, m, k, truth + 1))
		return NULL;
	if (is_silent(n, k, truth + 1) && !measured_found(m, "pmtu-blackhole", NULL))
		return "the black hole was not found";
	if (is_placeable(n, k) && (r->after_ttl != k - 1 || r->before_ttl != k))
		return "its place was not found";
	return NULL;
}

static void show(const struct net *n, const struct measured *m, const char *what)
{
	fprintf(stderr, "seed %" PRIu64 ", %s over IPv%u: %s\n%s", n->seed, n->method, (unsigned)n->family, what, sn_buf_text(&n->text));
	for (size_t i = 0; i < m->mtu.narrowing_count; i++) {
		const struct sonde_narrowing *r = &m->mtu.narrowings[i];
		fprintf(stderr, "  cause %d got %u refused %u after %u before %u said %u silent %u sure %d\n", (int)r->cause,
		        (unsigned)r->got_bytes, (unsigned)r->refused_bytes, (unsigned)r->after_ttl, (unsigned)r->before_ttl,
		        (unsigned)r->said_bytes, r->silent_count, r->sure);
	}
	fprintf(stderr, "  %.1f ms, %u probes\n", (double)m->took_ns / SONDE_MS, m->probe_count);
	for (unsigned ttl = 1; getenv("SONDE_TRUTH_SEED") && ttl <= SONDE_TTL_LAST; ttl++) {
		size_t count;
		const struct sonde_query *q = sonde_path_queries(m->path, (uint8_t)ttl, &count);
		for (size_t i = 0; i < count; i++)
			fprintf(stderr, "  %7.1f ms ttl %u, %u bytes: state %d, %s\n", (double)q[i].probe.sent_at_ns / SONDE_MS, ttl,
			        (unsigned)q[i].probe.size_bytes, (int)q[i].state,
			        sonde_query_is_answered(&q[i]) ? sonde_meaning_name(q[i].answer.meaning) : "-");
	}
	for (size_t i = 0; i < m->findings.count; i++)
		fprintf(stderr, "  %s: %s\n", m->findings.items[i].rule->id, m->findings.items[i].sentence);
}

/* Eight bytes of UDP over IPv6 prove little to the run, which knows its own secret; who replays it does not, and believes them. */
static bool is_unproved(const struct net *n)
{
	return n->weak && n->family == 6 && strcmp(n->method, "udp") == 0;
}

static void show_query(const char *whose, const struct sonde_query *q)
{
	fprintf(stderr, "%s: %.3f ms ttl %u, %u bytes: state %d, %s after %.3f ms\n", whose, (double)q->probe.sent_at_ns / SONDE_MS,
	        (unsigned)q->probe.ttl, (unsigned)q->probe.size_bytes, (int)q->state,
	        sonde_query_is_answered(q) ? sonde_meaning_name(q->answer.meaning) : "-", (double)q->answer.rtt_ns / SONDE_MS);
}

static void show_others(const struct measured *m, const struct measured *again)
{
	for (unsigned ttl = 1; ttl <= SONDE_TTL_LAST; ttl++) {
		size_t count, count_again;
		const struct sonde_query *a = sonde_path_queries(m->path, (uint8_t)ttl, &count);
		const struct sonde_query *b = sonde_path_queries(again->path, (uint8_t)ttl, &count_again);
		for (size_t i = 0; i < count || i < count_again; i++) {
			bool differs = i >= count || i >= count_again || a[i].state != b[i].state;
			differs = differs || a[i].answer.meaning != b[i].answer.meaning || a[i].answer.rtt_ns != b[i].answer.rtt_ns;
			if (differs && i < count)
				show_query("live", &a[i]);
			if (differs && i < count_again)
				show_query("replayed", &b[i]);
		}
	}
}

/* What is found from the run's own packets is the same. */
static const char *check_replayed(const struct measured *m, struct counts *counts)
{
	struct measured again;
	bool differs = false;
	if (!measured_again(m, &again)) {
		counts->unread++;
		return "a replay does not see the search";
	}
	counts->replayed++;
	differs |= m->findings.count != again.findings.count || m->mtu.path_bytes != again.mtu.path_bytes;
	for (size_t i = 0; !differs && i < m->findings.count; i++)
		differs |= strcmp(m->findings.items[i].sentence, again.findings.items[i].sentence) != 0;
	if (differs)
		show_others(m, &again);
	if (differs)
		for (size_t i = 0; i < again.findings.count; i++)
			fprintf(stderr, "replayed: %s: %s\n", again.findings.items[i].rule->id, again.findings.items[i].sentence);
	measured_finish(&again);
	return differs ? "a replay finds something else" : NULL;
}

static void one(uint64_t seed, struct counts *counts, bool loud)
{
	struct net n;
	draw(&n, seed);
	write_down(&n);
	struct measured m = {.net = sn_buf_text(&n.text), .method = n.method, .dport = n.dport, .family = n.family, .seed = seed};
	assert_int_equal(sn_replay_new(&m.replay), SONDE_OK);
	measured_run(&m);
	const char *replayed = is_unproved(&n) ? NULL : check_replayed(&m, counts);
	const char *wrong = check(&n, &m, counts), *missed = wrong ? NULL : check_decidable(&n, &m);
	counts->cases++;
	counts->wrong += wrong != NULL;
	counts->missed += missed != NULL;
	counts->otherwise += replayed != NULL;
	if (wrong || missed || replayed || loud)
		show(&n, &m, wrong ? wrong : missed ? missed : replayed ? replayed : "as it is");
	sn_replay_free(m.replay);
	measured_finish(&m);
	sn_buf_finish(&n.text);
}

static void what_is_measured_is_true(void **unused)
{
	(void)unused;
	struct counts counts = {0};
	const char *seed = getenv("SONDE_TRUTH_SEED"), *cases = getenv("SONDE_TRUTH_CASES");
	uint64_t count = cases ? strtoull(cases, NULL, 10) : CASES;
	for (uint64_t i = 1; !seed && i <= count; i++)
		one(i, &counts, false);
	if (seed)
		one(strtoull(seed, NULL, 10), &counts, true);
	printf("# %u networks: %u measured, %u undecided; %u narrowings, %u of them placed exactly; %u black holes, %u wrong messages; ",
	       counts.cases, counts.measured, counts.undecided, counts.narrowings, counts.exact, counts.holes, counts.wrong_messages);
	printf("%u refusals, %u doubted messages, %u of several ways, %u may be cut; %u wrong, %u missed; ", counts.refusals,
	       counts.doubted, counts.ways, counts.cut, counts.wrong, counts.missed);
	printf("%u replayed, %u no search to a replay, %u otherwise\n", counts.replayed, counts.unread, counts.otherwise);
	assert_int_equal(counts.wrong, 0);
	assert_int_equal(counts.missed, 0);
	assert_int_equal(counts.otherwise, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_measured_is_true)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
