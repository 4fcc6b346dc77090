/* SPDX-License-Identifier: MIT */
/* Whole traces over the simulated internet: every method and family, the right hop at every TTL, and how each trace ends. */
#include "net.h"
#include "scenario.h"
#include "test.h"

#include "base/rng.h"

#include <stdio.h>
#include <string.h>

static const char *const methods[] = {"icmp", "udp", "udp-classic", "tcp"};
enum { METHODS = sizeof methods / sizeof *methods };

static struct scenario s;

static void run_chain(const struct sn_net_chain *chain)
{
	struct sn_buf text = {0};
	sn_net_chain_text(chain, &text);
	assert_false(text.bad);
	s.net = sn_buf_text(&text);
	scenario_run(&s);
	sn_buf_finish(&text);
}

static void assert_hop(const struct scenario_trace *t, uint8_t ttl, const struct sn_net_chain *chain)
{
	const struct scenario_answer *a = scenario_first(t, ttl);
	struct sonde_addr expected = sn_net_hop_addr(ttl, s.family);
	char is[SONDE_ADDR_TEXT], wanted[SONDE_ADDR_TEXT];
	if (!a)
		fail_msg("hop %u is silent", ttl);
	if (!sonde_addr_equal(&a->answer.from, &expected))
		fail_msg("hop %u is %s, not %s", ttl, sonde_addr_text(&a->answer.from, is), sonde_addr_text(&expected, wanted));
	assert_int_equal(a->answer.rtt_ns, sn_net_rtt_ns(chain, ttl));
	assert_false(a->answer.weak);
	assert_int_equal(a->answer.diff, 0);
}

static bool is_of_ipv6(const char *method)
{
	return sonde_method_info((size_t)sonde_method_find(method))->protocol6;
}

static void every_method_finds_every_hop(void **unused)
{
	(void)unused;
	static const unsigned lengths[] = {1, 2, 8, 20, 30};
	for (size_t id = 0; id < sonde_method_count(); id++)
		for (uint8_t family = 4; family <= (sonde_method_info(id)->protocol6 ? 6 : 4); family += 2)
			for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++)
				for (uint8_t queries = 1; queries <= 3; queries += 2) {
					struct sn_net_chain chain = {.hops = lengths[l], .target = "tcp-open=443"};
					scenario_init(&s);
					s.method = sonde_method_info(id)->name;
					s.family = family;
					s.cfg.queries = queries;
					run_chain(&chain);
					const struct scenario_trace *t = &s.traces[0];
					assert_int_equal(t->end.stop, SONDE_STOP_REACHED);
					assert_int_equal(t->end.distance, lengths[l]);
					assert_int_equal(t->settled_count, lengths[l]);
					for (uint8_t ttl = 1; ttl <= lengths[l]; ttl++)
						assert_hop(t, ttl, &chain);
					assert_int_equal(s.stats.stray_count, 0);
					assert_int_equal(s.stats.malformed_count + s.stats.bad_checksum_count, 0);
				}
}

/* Round trip 4 to 200 ms over links of unequal delay. */
static unsigned random_links(struct sn_rng *rng, sonde_ns links[SN_NET_HOPS_MAX])
{
	unsigned hops = 2 + (unsigned)sn_rng_below(rng, 29);
	for (unsigned i = 0; i < hops; i++)
		links[i] = 100 * SONDE_US + (sonde_ns)sn_rng_below(rng, (uint64_t)(100 * SONDE_MS / (int)hops));
	return hops;
}

/* The bars of probes and time through the whole engine, for each method and family; the plan's own test says which paths no plan can
 * keep within both. */
static void bars_hold_through_the_engine(void **unused)
{
	(void)unused;
	struct sn_rng rng;
	sn_rng_init(&rng, 7, 0);
	unsigned slow = 0, runs = 0;
	for (unsigned round = 0; round < 40; round++)
		for (int m = 0; m < METHODS; m++)
			for (uint8_t family = 4; family <= 6; family += 2)
				for (uint8_t queries = 1; queries <= 3; queries += 2) {
					sonde_ns links[SN_NET_HOPS_MAX];
					struct sn_net_chain chain = {.link_delay_ns = links, .target = "tcp-open=443"};
					chain.hops = random_links(&rng, links);
					scenario_init(&s);
					s.method = methods[m];
					s.family = family;
					s.cfg.queries = queries;
					s.seed = round + 1;
					run_chain(&chain);
					const struct scenario_trace *t = &s.traces[0];
					sonde_ns r = sn_net_rtt_ns(&chain, chain.hops), took = t->end_at_ns - t->started_at_ns;
					double rtts = queries == 1 ? 1.25 : 1.5;
					unsigned least = queries * chain.hops, spare = queries == 1 ? 12 : 20;
					assert_int_equal(t->end.distance, chain.hops);
					assert_in_range(t->end.probe_count, 1, least + least / 2 + spare);
					slow += took > (sonde_ns)(rtts * (double)r) + (queries == 1 ? 30 : 40) * SONDE_MS;
					runs++;
				}
	print_message("%u of %u traces above their time bar, none above its probe bar\n", slow, runs);
	assert_in_range(slow, 0, runs / 50);
}

static void silent_hops_cost_one_retry_each(void **unused)
{
	(void)unused;
	for (int m = 0; m < METHODS; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			sonde_ns links[15];
			for (int i = 0; i < 15; i++)
				links[i] = 2500 * SONDE_US;
			struct sn_net_chain chain = {.hops = 15, .link_delay_ns = links, .silent = 7 << 6, .target = "tcp-open=443"};
			scenario_init(&s);
			s.method = methods[m];
			s.family = family;
			run_chain(&chain);
			const struct scenario_trace *t = &s.traces[0];
			assert_int_equal(t->end.distance, 15);
			for (uint8_t ttl = 6; ttl <= 8; ttl++) {
				assert_int_equal(t->sent[ttl], 2);
				assert_int_equal(t->timeouts[ttl], 2);
			}
			assert_in_range(t->end_at_ns - t->started_at_ns, 0, 2 * 75 * SONDE_MS + 75 * SONDE_MS / 2 + 100 * SONDE_MS);
		}
}

static void a_filtered_target_is_no_loss_of_a_hop(void **unused)
{
	(void)unused;
	for (int m = 0; m < METHODS; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			sonde_ns links[15];
			for (int i = 0; i < 15; i++)
				links[i] = 2500 * SONDE_US;
			struct sn_net_chain chain = {.hops = 15, .link_delay_ns = links, .more = "filter target drop\n"};
			scenario_init(&s);
			s.method = methods[m];
			s.family = family;
			run_chain(&chain);
			const struct scenario_trace *t = &s.traces[0];
			assert_int_equal(t->end.stop, SONDE_STOP_GAP);
			assert_false(t->end.reached);
			assert_int_equal(t->end.last_answering_ttl, 14);
			assert_true(t->end.ttl255_asked);
			assert_int_equal(t->end.ttl255, SONDE_M_NONE);
			/* The rows stand within 0.6 s; the wait for a late host-unreachable ends at 3.2 s + 2 R at the latest. */
			assert_in_range(t->settled_at_ns[24] - t->started_at_ns, 1, 600 * SONDE_MS);
			assert_in_range(t->end_at_ns - t->started_at_ns, 3200 * SONDE_MS, 3200 * SONDE_MS + 3 * 75 * SONDE_MS);
		}
}

static void closed_ports_and_services_mean_reached(void **unused)
{
	(void)unused;
	static const struct {
		const char *method;
		uint16_t dport;
		enum sonde_meaning meaning;
		const char *target;
	} cases[] = {
	    {"tcp", 81, SONDE_M_RST, ""},
	    {"tcp", 443, SONDE_M_SYN_ACK, "tcp-open=443"},
	    {"tcp-ack", 81, SONDE_M_RST_TO_ACK, ""},
	    {"tcp-ack", 443, SONDE_M_RST_TO_ACK, "tcp-open=443"},
	    {"udp", 33434, SONDE_M_PORT_UNREACHABLE, ""},
	    {"udp", 53, SONDE_M_UDP_REPLY, "udp-open=53"},
	    {"udp", 123, SONDE_M_UDP_REPLY, "udp-open=123"},
	    {"icmp", 0, SONDE_M_ECHO_REPLY, ""},
	    {"udplite", 33434, SONDE_M_PROTOCOL_UNREACHABLE, ""},
	    {"udplite", 33434, SONDE_M_PORT_UNREACHABLE, "udplite-open=7"},
	    {"sctp", 3868, SONDE_M_PROTOCOL_UNREACHABLE, ""},
	    {"sctp", 3868, SONDE_M_INIT_ACK, "sctp-open=3868"},
	    {"sctp", 36412, SONDE_M_ABORT, "sctp-open=3868"},
	    {"dccp", 5004, SONDE_M_PROTOCOL_UNREACHABLE, ""},
	    {"dccp", 5004, SONDE_M_DCCP_RESPONSE, "dccp-open=5004"},
	    {"dccp", 5005, SONDE_M_DCCP_RESET, "dccp-open=5004"},
	    {"raw", 0, SONDE_M_PROTOCOL_UNREACHABLE, ""},
	    {"raw", 47, SONDE_M_PROTOCOL_UNREACHABLE, ""},
	    {"icmp-timestamp", 0, SONDE_M_TIMESTAMP_REPLY, ""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (uint8_t family = 4; family <= (is_of_ipv6(cases[i].method) ? 6 : 4); family += 2) {
			struct sn_net_chain chain = {.hops = 5, .target = cases[i].target};
			scenario_init(&s);
			s.method = cases[i].method;
			s.dport = cases[i].dport;
			s.family = family;
			s.cfg.queries = 3;
			run_chain(&chain);
			const struct scenario_trace *t = &s.traces[0];
			assert_int_equal(t->end.stop, SONDE_STOP_REACHED);
			assert_int_equal(t->end.distance, 5);
			assert_int_equal(scenario_first(t, 5)->answer.meaning, cases[i].meaning);
		}
}

static void an_open_udp_port_is_silent(void **unused)
{
	(void)unused;
	struct sn_net_chain chain = {.hops = 5, .target = "udp-open=4444"};
	scenario_init(&s);
	s.method = "udp";
	s.dport = 4444;
	run_chain(&chain);
	assert_int_equal(s.traces[0].end.stop, SONDE_STOP_GAP);
	assert_int_equal(s.traces[0].end.last_answering_ttl, 4);
}

static void rejections_say_who_and_what(void **unused)
{
	(void)unused;
	static const struct {
		const char *kind;
		enum sonde_meaning meaning;
	} cases[] = {
	    {"admin-prohibited", SONDE_M_ADMIN_PROHIBITED},
	    {"host-unreachable", SONDE_M_HOST_UNREACHABLE},
	    {"net-unreachable", SONDE_M_NET_UNREACHABLE},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (uint8_t family = 4; family <= 6; family += 2)
			for (uint8_t queries = 1; queries <= 3; queries += 2) {
				char more[80];
				snprintf(more, sizeof more, "filter r4 reject=%s\n", cases[i].kind);
				struct sn_net_chain chain = {.hops = 10, .more = more};
				scenario_init(&s);
				s.method = "udp";
				s.family = family;
				s.cfg.queries = queries;
				run_chain(&chain);
				const struct scenario_trace *t = &s.traces[0];
				assert_int_equal(t->end.stop, SONDE_STOP_UNREACHABLE);
				assert_false(t->end.reached);
				assert_int_equal(t->end.why, cases[i].meaning);
				struct sonde_addr who = sn_net_hop_addr(4, family);
				assert_true(sonde_addr_equal(&t->end.by, &who));
				assert_in_range(t->end.by_ttl, 4, 5);
				assert_in_range(t->end_at_ns - t->started_at_ns, 0, 300 * SONDE_MS);
			}
}

/* Whoever refuses only the probe at TTL 255 has no place among the hops; where the way was followed as far as asked, it ends there. */
static void a_refusal_at_ttl_255_is_no_hop(void **unused)
{
	(void)unused;
	for (unsigned i = 0; i < 8; i++) {
		bool far = i & 4;
		struct sn_net_chain chain = {
		    .hops = 30, .silent = far ? UINT64_C(0x1fffff) << 6 : 0, .more = "filter r27 reject=admin-prohibited\n"};
		struct sonde_addr who = sn_net_hop_addr(27, 4);
		scenario_init(&s);
		s.method = i & 1 ? "tcp" : "icmp";
		s.cfg.queries = i & 2 ? 3 : 1;
		s.cfg.max_ttl = far ? 30 : 8;
		run_chain(&chain);
		const struct scenario_trace *t = &s.traces[0];
		assert_int_equal(t->end.stop, far ? SONDE_STOP_UNREACHABLE : SONDE_STOP_MAX_TTL);
		assert_int_equal(t->end.last_ttl, far ? 15 : 8);
		assert_int_equal(t->end.by_ttl, 0);
		if (far)
			assert_true(sonde_addr_equal(&t->end.by, &who));
	}
}

/* Several hosts side by side share their first routers, whose limiters give six answers and then one a second. */
static void shared_routers_show_no_false_loss(void **unused)
{
	(void)unused;
	scenario_init(&s);
	s.cfg.queries = 3;
	s.net = "observer me\nrouter r1 r2 icmp-rate=1/s icmp-burst=6\nhost a b c d e\n"
	        "link me r1 10.0.0.2/24 10.0.0.1/24\nlink r1 r2 10.0.1.1/24 10.0.1.2/24 delay=5ms\n"
	        "link r2 a 10.1.0.1/24 10.1.0.2/24\nlink r2 b 10.2.0.1/24 10.2.0.2/24\nlink r2 c 10.3.0.1/24 10.3.0.2/24\n"
	        "link r2 d 10.4.0.1/24 10.4.0.2/24\nlink r2 e 10.5.0.1/24 10.5.0.2/24\n";
	static const char *const hosts[] = {"a", "b", "c", "d", "e"};
	for (int i = 0; i < 5; i++)
		s.targets[i] = hosts[i];
	scenario_run(&s);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(s.traces[i].end.stop, SONDE_STOP_REACHED);
		assert_int_equal(s.traces[i].end.distance, 3);
		/* Each hears each router at least once; what the limiters did not give is known to say nothing. */
		for (uint8_t ttl = 1; ttl <= 3; ttl++) {
			assert_true(scenario_answers(&s.traces[i], ttl) >= 1);
			assert_int_equal(s.traces[i].crowded[ttl], s.traces[i].timeouts[ttl]);
		}
	}
}

static void the_same_seed_gives_the_same_trace(void **unused)
{
	(void)unused;
	static struct scenario first;
	struct sn_net_chain chain = {.hops = 12, .links = "jitter=2ms loss=10%"};
	for (int i = 0; i < 2; i++) {
		scenario_init(&s);
		s.cfg.queries = 3;
		run_chain(&chain);
		s.net = NULL;
		if (i == 0)
			first = s;
	}
	assert_int_equal(first.traces[0].answer_count, s.traces[0].answer_count);
	assert_memory_equal(&first.traces[0].answers, &s.traces[0].answers, sizeof s.traces[0].answers);
	assert_int_equal(first.traces[0].end_at_ns, s.traces[0].end_at_ns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_method_finds_every_hop),
		cmocka_unit_test(bars_hold_through_the_engine),
		cmocka_unit_test(silent_hops_cost_one_retry_each),
		cmocka_unit_test(a_filtered_target_is_no_loss_of_a_hop),
		cmocka_unit_test(closed_ports_and_services_mean_reached),
		cmocka_unit_test(an_open_udp_port_is_silent),
		cmocka_unit_test(rejections_say_who_and_what),
		cmocka_unit_test(a_refusal_at_ttl_255_is_no_hop),
		cmocka_unit_test(shared_routers_show_no_false_loss),
		cmocka_unit_test(the_same_seed_gives_the_same_trace),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
