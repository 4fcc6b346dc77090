/* SPDX-License-Identifier: MIT */
/* How traces end when the network is not kind: who refused, what is late, what failed on this machine, what is only weakly known. */
#include "net.h"
#include "scenario.h"
#include "test.h"

#include "base/rng.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const methods[] = {"icmp", "udp", "udp-classic", "tcp"};
enum { METHODS = sizeof methods / sizeof *methods };

static struct scenario s;

static void prepare(const char *method, uint8_t family, uint8_t queries)
{
	scenario_init(&s);
	s.method = method;
	s.family = family;
	s.cfg.queries = queries;
}

static const struct scenario_trace *run_chain(const struct sn_net_chain *chain)
{
	struct sn_buf text = {0};
	sn_net_chain_text(chain, &text);
	assert_false(text.bad);
	s.net = sn_buf_text(&text);
	scenario_run(&s);
	s.net = NULL;
	sn_buf_finish(&text);
	return &s.traces[0];
}

/* A line about the target: each %s of the format becomes its prefix. */
static const char *about_target(char line[160], const char *format, unsigned hops, uint8_t family)
{
	struct sonde_addr addr = sn_net_hop_addr(hops, family);
	char text[SONDE_ADDR_TEXT], prefix[SONDE_ADDR_TEXT + 8], before[80];
	const char *mark = strstr(format, "TARGET");
	snprintf(prefix, sizeof prefix, "%s/%d", sonde_addr_text(&addr, text), family == 4 ? 32 : 128);
	snprintf(before, sizeof before, "%.*s", mark ? (int)(mark - format) : 0, format);
	snprintf(line, 160, "%s%s%s", before, mark ? prefix : "", mark ? mark + strlen("TARGET") : format);
	return line;
}

static void for_each_method(void (*check)(const char *method, uint8_t family, uint8_t queries))
{
	for (int m = 0; m < METHODS; m++)
		for (uint8_t family = 4; family <= 6; family += 2)
			for (uint8_t queries = 1; queries <= 3; queries += 2)
				check(methods[m], family, queries);
}

/* The last router asks for the host's link address for three seconds, then says so. */
static void check_host_down(const char *method, uint8_t family, uint8_t queries)
{
	struct sn_net_chain chain = {.hops = 6, .target = "down"};
	prepare(method, family, queries);
	const struct scenario_trace *t = run_chain(&chain);
	struct sonde_addr last = sn_net_hop_addr(5, family);
	assert_int_equal(t->end.stop, SONDE_STOP_UNREACHABLE);
	assert_false(t->end.reached);
	assert_int_equal(t->end.why, SONDE_M_HOST_UNREACHABLE);
	assert_true(sonde_addr_equal(&t->end.by, &last));
	assert_int_equal(t->end.by_ttl, 6);
	assert_in_range(t->end_at_ns - t->started_at_ns, 3 * SONDE_S, 3300 * SONDE_MS);
}

static void a_host_that_is_down_is_reported_by_its_router(void **unused)
{
	(void)unused;
	for_each_method(check_host_down);
}

static void no_wait_ends_when_the_rows_stand(void **unused)
{
	(void)unused;
	struct sn_net_chain chain = {.hops = 6, .target = "down"};
	prepare("icmp", 4, 1);
	s.cfg.no_wait = true;
	const struct scenario_trace *t = run_chain(&chain);
	assert_int_equal(t->end.stop, SONDE_STOP_GAP);
	assert_in_range(t->end_at_ns - t->started_at_ns, 0, SONDE_S);
}

/* The client's RST comes late: the port stays half open and answers further SYNs with bare ACKs, one per half second. */
static void a_half_open_port_shows_no_loss(void **unused)
{
	(void)unused;
	static const char *const observers[] = {NULL, "rst-delay=5ms", "rst-delay=300ms", "rst-delay=10s"};
	for (size_t o = 0; o < sizeof observers / sizeof *observers; o++)
		for (uint8_t family = 4; family <= 6; family += 2)
			for (uint8_t queries = 1; queries <= 5; queries += 2) {
				struct sn_net_chain chain = {.hops = 4, .target = "tcp-open=443", .observer = observers[o]};
				prepare("tcp", family, queries);
				const struct scenario_trace *t = run_chain(&chain);
				assert_int_equal(t->end.stop, SONDE_STOP_REACHED);
				assert_int_equal(t->end.distance, 4);
				unsigned timed = 0, answered = 0;
				for (size_t i = 0; i < t->answer_count; i++) {
					const struct scenario_answer *a = &t->answers[i];
					if (a->type == SONDE_EV_DUPLICATE || !a->answer.in_targets_name)
						continue;
					answered++;
					timed += a->answer.rtt_ns >= 0;
					assert_true(a->answer.rtt_ns >= 0 || a->answer.meaning == SONDE_M_BARE_ACK);
				}
				assert_in_range(timed, queries, answered);
			}
}

static void check_limited_target(const char *method, uint8_t family, uint8_t queries)
{
	struct sn_net_chain chain = {.hops = 3, .target = "icmp-rate=1/s icmp-burst=6 tcp-open=443"};
	prepare(method, family, queries);
	const struct scenario_trace *t = run_chain(&chain);
	unsigned answered = 0;
	for (unsigned ttl = 3; ttl < 256; ttl++)
		answered += scenario_answers(t, (uint8_t)ttl);
	assert_int_equal(t->end.stop, SONDE_STOP_REACHED);
	assert_int_equal(t->end.distance, 3);
	assert_true(answered >= queries);
	assert_in_range(t->end_at_ns - t->started_at_ns, 0, 100 * SONDE_MS);
}

static void a_limited_target_answers_often_enough(void **unused)
{
	(void)unused;
	for_each_method(check_limited_target);
}

/* Routers that quote no more than RFC 792 asks for. */
static void check_short_quotes(const char *method, uint8_t family, uint8_t queries)
{
	struct sn_net_chain chain = {.hops = 8, .routers = "quote=8", .target = "quote=8 tcp-open=443"};
	prepare(method, family, queries);
	const struct scenario_trace *t = run_chain(&chain);
	bool weak = family == 6 && strncmp(method, "udp", 3) == 0;
	for (uint8_t ttl = 1; ttl <= 8; ttl++) {
		const struct scenario_answer *a = scenario_first(t, ttl);
		struct sonde_addr expected = sn_net_hop_addr(ttl, family);
		assert_non_null(a);
		assert_true(sonde_addr_equal(&a->answer.from, &expected));
		assert_int_equal(a->answer.weak, weak);
	}
	/* Weak answers decide nothing alone, but several that agree do. */
	assert_int_equal(t->end.stop, SONDE_STOP_REACHED);
	assert_int_equal(t->end.distance, 8);
}

static void short_quotes_are_enough(void **unused)
{
	(void)unused;
	for_each_method(check_short_quotes);
}

/* What eight bytes show of the further methods: all that is needed, too little for one alone, or nothing. */
static void short_quotes_of_further_methods(void **unused)
{
	(void)unused;
	enum shown { STRONG, WEAK, NOTHING };
	static const struct {
		const char *method;
		uint8_t family;
		enum shown shown;
	} rows[] = {
		{"udplite", 4, STRONG}, {"udplite", 6, WEAK}, {"tcp-ack", 4, STRONG}, {"tcp-ack", 6, STRONG}, {"dccp", 4, STRONG},
		{"dccp", 6, WEAK}, {"raw", 4, STRONG}, {"raw", 6, WEAK}, {"icmp-timestamp", 4, STRONG},
		{"sctp", 4, WEAK}, {"sctp", 6, NOTHING},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sn_net_chain chain = {.hops = 8, .routers = "quote=8", .target = "quote=8 tcp-open=443"};
		prepare(rows[i].method, rows[i].family, 3);
		const struct scenario_trace *t = run_chain(&chain);
		bool shown = rows[i].shown != NOTHING;
		for (uint8_t ttl = 1; ttl < 8; ttl++) {
			const struct scenario_answer *a = scenario_first(t, ttl);
			assert_int_equal(a != NULL, shown);
			if (a)
				assert_int_equal(a->answer.weak, rows[i].shown == WEAK);
		}
		assert_int_equal(t->end.stop, shown ? SONDE_STOP_REACHED : SONDE_STOP_GAP);
		assert_int_equal(t->end.distance, shown ? 8 : 0);
	}
}

/* Where -m ends before the target, nothing was asked that could have been silent, however little the last answer proves. */
static void check_short_m(const char *method, uint8_t family, uint8_t queries)
{
	struct sn_net_chain chain = {.hops = 8, .routers = "quote=8", .target = "quote=8 tcp-open=443"};
	prepare(method, family, queries);
	s.cfg.max_ttl = 4;
	const struct scenario_trace *t = run_chain(&chain);
	assert_int_equal(t->end.stop, SONDE_STOP_MAX_TTL);
	assert_int_equal(t->end.last_answering_ttl, 4);
}

static void a_short_m_is_no_silence(void **unused)
{
	(void)unused;
	for_each_method(check_short_m);
}

static void check_duplicates(const char *method, uint8_t family, uint8_t queries)
{
	struct sn_net_chain chain = {.hops = 10, .links = "duplicate=10% reorder=20% reorder-by=3ms", .target = "tcp-open=443"};
	prepare(method, family, queries);
	const struct scenario_trace *t = run_chain(&chain);
	unsigned asked = 0, answered = 0;
	for (unsigned ttl = 1; ttl < 256; ttl++) {
		asked += t->sent[ttl];
		answered += scenario_answers(t, (uint8_t)ttl);
	}
	assert_int_equal(t->end.stop, SONDE_STOP_REACHED);
	assert_int_equal(t->end.distance, 10);
	assert_true(s.stats.duplicate_count > 0);
	assert_true(answered <= asked);
}

static void duplicates_and_disorder_are_counted_once(void **unused)
{
	(void)unused;
	for_each_method(check_duplicates);
}

static void check_loop(const char *method, uint8_t family, uint8_t queries)
{
	char line[160];
	struct sn_net_chain chain = {.hops = 6, .more = about_target(line, "route r3 TARGET via r2\n", 6, family)};
	prepare(method, family, queries);
	const struct scenario_trace *t = run_chain(&chain);
	assert_int_equal(t->end.stop, SONDE_STOP_MAX_TTL);
	assert_false(t->end.reached);
	assert_int_equal(t->settled_count, 30);
}

static void a_loop_ends_at_the_longest_ttl(void **unused)
{
	(void)unused;
	for_each_method(check_loop);
}

static void missing_routes_are_told_by_who_misses_them(void **unused)
{
	(void)unused;
	static const struct {
		const char *more;
		enum sonde_stop stop;
		enum sonde_meaning why4, why6;
	} cases[] = {
		{"route r3 TARGET unreachable\n", SONDE_STOP_UNREACHABLE, SONDE_M_NET_UNREACHABLE, SONDE_M_NET_UNREACHABLE},
		{"route r3 TARGET prohibit\n", SONDE_STOP_UNREACHABLE, SONDE_M_ADMIN_PROHIBITED, SONDE_M_ADMIN_PROHIBITED},
		{"route r3 TARGET blackhole\n", SONDE_STOP_GAP, SONDE_M_NONE, SONDE_M_NONE},
		{"filter r3 reject=port-unreachable\n", SONDE_STOP_REFUSED, SONDE_M_PORT_UNREACHABLE, SONDE_M_PORT_UNREACHABLE},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			char line[160];
			struct sn_net_chain chain = {.hops = 8, .more = about_target(line, cases[i].more, 8, family)};
			prepare("udp", family, 1);
			const struct scenario_trace *t = run_chain(&chain);
			struct sonde_addr r3 = sn_net_hop_addr(3, family);
			assert_int_equal(t->end.stop, cases[i].stop);
			assert_false(t->end.reached);
			assert_true(t->end.last_answering_ttl >= 2);
			assert_int_equal(t->end.why, family == 4 ? cases[i].why4 : cases[i].why6);
			if (cases[i].stop != SONDE_STOP_GAP)
				assert_true(sonde_addr_equal(&t->end.by, &r3));
		}
}

static void a_packet_too_big_names_its_router_and_mtu(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2) {
		prepare("icmp", family, 1);
		s.cfg.size_bytes = 1450;
		s.net = "observer me\nrouter r1 r2\nhost target\nlink me r1 10.0.0.2/24 10.0.0.1/24 2001:db8::2/64 2001:db8::1/64\n"
		        "link r1 r2 10.0.1.1/24 10.0.1.2/24 2001:db8:1::1/64 2001:db8:1::2/64 mtu=1400\n"
		        "link r2 target 10.0.2.1/24 10.0.2.2/24 2001:db8:2::1/64 2001:db8:2::2/64\n";
		scenario_run(&s);
		const struct scenario_trace *t = &s.traces[0];
		assert_int_equal(t->end.stop, SONDE_STOP_UNREACHABLE);
		assert_int_equal(t->end.why, SONDE_M_PACKET_TOO_BIG);
		assert_int_equal(scenario_first(t, 2)->answer.mtu_bytes, 1400);
	}
}

static void what_fails_here_is_no_loss(void **unused)
{
	(void)unused;
	static const struct {
		const char *link;
		uint16_t size_bytes;
		int sys_errno;
	} cases[] = {{"mtu=1300", 1400, EMSGSIZE}, {"down", 0, ENETDOWN}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char net[400];
		snprintf(
		    net, sizeof net,
		    "observer me\nrouter r1\nhost target\nlink me r1 10.0.0.2/24 10.0.0.1/24 %s\nlink r1 target 10.0.1.1/24 10.0.1.2/24\n",
		    cases[i].link);
		prepare("icmp", 4, 3);
		s.net = net;
		s.cfg.size_bytes = cases[i].size_bytes;
		scenario_run(&s);
		const struct scenario_trace *t = &s.traces[0];
		assert_int_equal(t->end.stop, SONDE_STOP_LOCAL_ERROR);
		assert_int_equal(t->end.sys_errno, cases[i].sys_errno);
		assert_int_equal(t->end.probe_count, 0);
		for (unsigned ttl = 0; ttl < 256; ttl++)
			assert_int_equal(t->timeouts[ttl], 0);
		s.net = NULL;
	}
}

/* A router that answers after its probes were given up: its row is completed, and the sweep goes on behind it. */
static void late_answers_count(void **unused)
{
	(void)unused;
	struct sn_net_chain chain = {.hops = 6, .routers = "answer-delay=700ms", .target = "echo=off"};
	prepare("icmp", 4, 1);
	const struct scenario_trace *t = run_chain(&chain);
	assert_true(s.stats.late_count > 0);
	for (uint8_t ttl = 1; ttl <= 5; ttl++)
		assert_non_null(scenario_first(t, ttl));
	assert_int_equal(t->end.last_answering_ttl, 5);
}

/* Random chains with random faults: every trace ends in bounded time, and never says "reached" of what cannot be, nor the contrary. */
static void random_faults_never_mislead(void **unused)
{
	(void)unused;
	struct sn_rng rng;
	sn_rng_init(&rng, 11, 0);
	static const char *const filters[] = {"", "filter r2 drop dst=TARGET\n", "filter r2 reject=admin-prohibited dst=TARGET\n",
	                                      "filter target drop\n"};
	unsigned reached = 0, runs = 600;
	for (unsigned i = 0; i < runs; i++) {
		size_t filter = sn_rng_below(&rng, 4);
		char links[80];
		snprintf(links, sizeof links, "jitter=%ums loss=%u%% duplicate=%u%%", (unsigned)sn_rng_below(&rng, 8),
		         (unsigned)sn_rng_below(&rng, 3), (unsigned)sn_rng_below(&rng, 5));
		sonde_ns delays[SN_NET_HOPS_MAX];
		unsigned hops = 3 + (unsigned)sn_rng_below(&rng, 20);
		uint8_t family = sn_rng_below(&rng, 2) ? 4 : 6;
		char line[160];
		struct sn_net_chain chain = {.hops = hops, .link_delay_ns = delays, .links = links, .target = "tcp-open=443",
		                             .silent = sn_rng_next(&rng) & sn_rng_next(&rng) & sn_rng_next(&rng),
		                             .more = about_target(line, filters[filter], hops, family)};
		for (unsigned h = 0; h < chain.hops; h++)
			delays[h] = (sonde_ns)sn_rng_below(&rng, 8) * SONDE_MS;
		prepare(methods[sn_rng_below(&rng, METHODS)], family, (uint8_t)(1 + sn_rng_below(&rng, 4)));
		s.seed = i + 1;
		const struct scenario_trace *t = run_chain(&chain);
		assert_in_range(t->end_at_ns - t->started_at_ns, 0, 5 * SONDE_S);
		reached += t->end.reached;
		if (filter) {
			assert_false(t->end.reached);
		} else if (t->end.reached && t->end.distance) {
			/* Loss may hide the target at its own TTL, never bring it nearer. */
			assert_true(t->end.distance >= chain.hops);
		}
		for (size_t a = 0; a < t->answer_count; a++)
			if (t->answers[a].answer.meaning == SONDE_M_TIME_EXCEEDED) {
				struct sonde_addr expected = sn_net_hop_addr(t->answers[a].probe.ttl, s.family);
				assert_true(sonde_addr_equal(&t->answers[a].answer.from, &expected));
			}
	}
	print_message("%u of %u random chains reached\n", reached, runs);
	assert_in_range(reached, runs / 6, runs / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_that_is_down_is_reported_by_its_router),
		cmocka_unit_test(no_wait_ends_when_the_rows_stand),
		cmocka_unit_test(a_half_open_port_shows_no_loss),
		cmocka_unit_test(a_limited_target_answers_often_enough),
		cmocka_unit_test(short_quotes_are_enough),
		cmocka_unit_test(short_quotes_of_further_methods),
		cmocka_unit_test(a_short_m_is_no_silence),
		cmocka_unit_test(duplicates_and_disorder_are_counted_once),
		cmocka_unit_test(a_loop_ends_at_the_longest_ttl),
		cmocka_unit_test(missing_routes_are_told_by_who_misses_them),
		cmocka_unit_test(a_packet_too_big_names_its_router_and_mtu),
		cmocka_unit_test(what_fails_here_is_no_loss),
		cmocka_unit_test(late_answers_count),
		cmocka_unit_test(random_faults_never_mislead),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
