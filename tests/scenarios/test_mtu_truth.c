/* SPDX-License-Identifier: MIT */
/* The path MTU of random networks against the truth: links of any MTU, messages that are filtered, wrong or missing, silent hops, rations,
 * loss, other MTUs on the way back. None of what is found may be wrong, and what is decidable must be found. */
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
struct net {
	uint64_t seed;
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
}

static void write_node(struct net *n, unsigned k, char name[16])
{
	snprintf(name, 16, k == 0 ? "me" : k == n->hops ? "target" : "r%u", k);
}

static void write_down(struct net *n)
{
	char near[16], far[16];
	sn_buf_puts(&n->text, "observer me\n");
	for (unsigned k = 1; k <= n->hops; k++) {
		write_node(n, k, far);
		sn_buf_printf(&n->text, "%s %s%s%s\n", k < n->hops ? "router" : "host", far, n->hop_silent[k] ? " silent" : "",
		              n->limits ? " icmp-rate=1/s" : "");
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
	if (n->target_ignores_large)
		sn_buf_puts(&n->text, "filter target drop proto=echo length=1001-65535\n");
	assert_false(n->text.bad);
}

/* ---- the truth ---- */

static bool echoes(const struct net *n)
{
	return n->method[0] == 'i';
}

/* The largest size that is answered. */
static unsigned true_mtu(const struct net *n)
{
	unsigned least = UINT16_MAX;
	for (unsigned k = 1; k <= n->hops; k++) {
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
	for (unsigned k = 1; k <= n->hops; k++)
		if (bytes > n->links[k].there)
			return k;
	return 0;
}

/* Nobody says that it is too large. */
static bool is_silent(const struct net *n, unsigned k)
{
	return n->links[k].silent || n->hop_silent[k - 1];
}

struct counts {
	unsigned cases, measured, undecided, narrowings, exact, holes, wrong_messages, missed, wrong, replayed, unread, otherwise;
};

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
	if (r->cause == SONDE_MTU_SAID && is_silent(n, k))
		return "nobody there says so";
	if (r->cause == SONDE_MTU_SILENT && !is_silent(n, k))
		return "somebody there says so";
	if (r->after_ttl >= k || (r->before_ttl && r->before_ttl < k))
		return "it is elsewhere";
	if (sonde_narrowing_is_exact(r) && r->got_bytes != n->links[k].there)
		return "the link has another MTU";
	if (!sonde_narrowing_is_exact(r) && (n->links[k].there < r->got_bytes || n->links[k].there >= r->refused_bytes))
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

static const char *check(const struct net *n, const struct measured *m, struct counts *counts)
{
	const struct sonde_finding *pmtu;
	unsigned truth = true_mtu(n);
	if (measured_found(m, "pmtu", &pmtu) != 1)
		return "no pmtu";
	bool certain = pmtu->confidence == SONDE_CONFIDENCE_CERTAIN;
	counts->measured += certain;
	counts->undecided += !certain;
	counts->holes += measured_found(m, "pmtu-blackhole", NULL);
	if (!m->mtu.reached)
		return "the target answers";
	if (m->mtu.path_bytes > truth)
		return "so much does not get through";
	if (certain && m->mtu.path_bytes != truth)
		return "another MTU";
	for (size_t i = 0; i < m->mtu.narrowing_count; i++) {
		const char *wrong = check_narrowing(n, &m->mtu.narrowings[i], counts);
		if (wrong)
			return wrong;
	}
	if (m->took_ns > 10 * SONDE_S)
		return "it took more than ten seconds";
	return check_message(n, m, counts);
}

/* Behind it is the target, whose echo replies are as large: no hop tells where large packets stop. */
static bool is_open(const struct net *n, unsigned k)
{
	bool open = is_silent(n, k) && echoes(n);
	for (unsigned hop = k; open && hop < n->hops; hop++)
		open = n->hop_silent[hop];
	return open;
}

/* The hops at both ends of the link answer, and what shows where it is is not rationed. */
static bool is_placeable(const struct net *n, unsigned k)
{
	return !n->hop_silent[k - 1] && !(is_silent(n, k) && (n->hop_silent[k] || n->limits));
}

/* What has to be found: nothing is lost or rationed, and the size that is refused shows its place by itself. */
static const char *check_decidable(const struct net *n, const struct measured *m)
{
	unsigned truth = true_mtu(n), k = stops_at(n, truth + 1);
	/* a host answers a dozen UDP probes in ten seconds */
	bool out_of_time = m->took_ns > 7400 * SONDE_MS && strcmp(n->method, "udp") == 0;
	if (n->loss_percent || n->target_ignores_large || out_of_time)
		return NULL;
	if (m->mtu.path_bytes != truth)
		return "the MTU was not found";
	if (k <= 1)
		return NULL; /* the first link, or the way back */
	const struct sonde_narrowing *r = &m->mtu.narrowings[m->mtu.narrowing_count - 1];
	if (!m->mtu.narrowing_count || r->got_bytes != truth)
		return "the narrow link was not found";
	if (is_open(n, k))
		return NULL;
	if (is_silent(n, k) && !measured_found(m, "pmtu-blackhole", NULL))
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

/* What is found from the run's own packets is the same. Two sizes and nothing narrow are no search to who only sees them. */
static const char *check_replayed(const struct measured *m, struct counts *counts)
{
	struct measured again;
	bool differs = false;
	if (!measured_again(m, &again)) {
		counts->unread++;
		return m->mtu.narrowing_count ? "a replay does not see the search" : NULL;
	}
	counts->replayed++;
	differs |= m->findings.count != again.findings.count || m->mtu.path_bytes != again.mtu.path_bytes;
	for (size_t i = 0; !differs && i < m->findings.count; i++)
		differs |= strcmp(m->findings.items[i].sentence, again.findings.items[i].sentence) != 0;
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
	const char *replayed = check_replayed(&m, counts);
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
	printf("# %u networks: %u measured, %u undecided; %u narrowings, %u of them placed exactly; %u black holes, %u wrong messages; "
	       "%u wrong, %u missed; %u replayed, %u no search to a replay, %u otherwise\n",
	       counts.cases, counts.measured, counts.undecided, counts.narrowings, counts.exact, counts.holes, counts.wrong_messages,
	       counts.wrong, counts.missed, counts.replayed, counts.unread, counts.otherwise);
	assert_int_equal(counts.wrong, 0);
	assert_int_equal(counts.missed, 0);
	assert_int_equal(counts.otherwise, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_measured_is_true)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
