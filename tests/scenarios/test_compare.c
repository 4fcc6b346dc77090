/* SPDX-License-Identifier: MIT */
/* Comparisons through simulated networks: what is said of each method, in what time, and that no router's limiter is provoked. */
#include "net.h"
#include "test.h"

#include "ext/wire_sim.h"

#include <sonde/compare.h>

#include <stdio.h>
#include <string.h>

enum { METHODS_MAX = 8 };

struct lab {
	struct sonde_compare *compare;
	struct sonde_session *session;
	struct sonde_wire *wire;
	struct sonde_clock *clock;
	struct sonde_findings findings;
	const struct sonde_path *const *paths;
	size_t path_count;
	sonde_at_ns started_at_ns, end_at_ns;
	unsigned sent[METHODS_MAX][256];
};

static void on_event(void *ctx, const struct sonde_event *event)
{
	struct lab *lab = ctx;
	size_t index = sonde_compare_index(lab->compare, event->trace_id);
	assert_true(index < METHODS_MAX);
	if (event->type == SONDE_EV_SENT)
		lab->sent[index][event->probe.ttl]++;
	assert_int_equal(sonde_compare_event(lab->compare, event), SONDE_OK);
}

static sonde_at_ns on_turn(void *ctx, sonde_at_ns now)
{
	struct lab *lab = ctx;
	sonde_at_ns wake;
	assert_int_equal(sonde_compare_turn(lab->compare, now, &wake), SONDE_OK);
	lab->end_at_ns = now;
	return wake;
}

static void add(struct lab *lab, const char *target, const char *method, uint16_t dport, uint8_t family)
{
	struct sonde_trace_cfg cfg;
	struct sonde_session_wish wish = {0};
	struct sonde_route route;
	struct sonde_error err = {0};
	sonde_trace_cfg_init(&cfg);
	cfg.method = (size_t)sonde_method_find(method);
	cfg.dport = dport;
	assert_int_equal(sn_wire_sim_resolve(lab->wire, target, family, 0, &cfg.dst), 0);
	assert_int_equal(sonde_compare_add(lab->compare, &cfg, &wish, &route, &err), SONDE_OK);
}

/* The usual five through a chain. */
static void run_to(struct lab *lab, const struct sn_net_chain *chain, const char *target, uint8_t family, uint64_t seed)
{
	static const struct {
		const char *method;
		uint16_t port;
	} usual[] = {{"icmp", 0}, {"udp", 33434}, {"udp", 53}, {"tcp", 80}, {"tcp", 443}};
	struct sonde_error err = {0};
	struct sn_buf text = {0};
	*lab = (struct lab){0};
	sn_net_chain_text(chain, &text);
	if (sn_wire_sim_open_text(&lab->wire, &lab->clock, sn_buf_text(&text), text.length_bytes, "test.net", seed, false, &err))
		fail_msg("%s\n%s", err.what, sn_buf_text(&text));
	struct sonde_session_cfg cfg = {
	    .wire = lab->wire, .clock = lab->clock, .ctx = lab, .on_event = on_event, .on_turn = on_turn, .wake_fd = -1};
	memcpy(cfg.engine.secret, &seed, sizeof seed);
	assert_int_equal(sonde_session_new(&lab->session, &cfg), SONDE_OK);
	assert_int_equal(sonde_compare_new(&lab->compare, lab->session), SONDE_OK);
	lab->started_at_ns = lab->clock->ops->now(lab->clock);
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		add(lab, target, usual[i].method, usual[i].port, family);
	assert_int_equal(sonde_session_run(lab->session, &err), 0);
	lab->paths = sonde_compare_paths(lab->compare, &lab->path_count);
	const struct sonde_case about = {.paths = lab->paths, .path_count = lab->path_count, .host = "target"};
	assert_int_equal(sonde_diagnose(&about, &lab->findings), SONDE_OK);
	sn_buf_finish(&text);
}

static void run(struct lab *lab, const struct sn_net_chain *chain, uint8_t family, uint64_t seed)
{
	run_to(lab, chain, "target", family, seed);
}

static void close_lab(struct lab *lab)
{
	sonde_findings_finish(&lab->findings);
	sonde_compare_free(lab->compare);
	sonde_session_free(lab->session);
	lab->wire->ops->close(lab->wire);
}

static const struct sonde_finding *ends(const struct lab *lab, size_t path, const char *id)
{
	const struct sonde_finding *f = sonde_findings_get(&lab->findings, path, id);
	for (size_t i = 0; !f && i < lab->findings.count; i++)
		if (lab->findings.items[i].path == path)
			print_message("path %zu: %s: %s\n", path, lab->findings.items[i].rule->id, lab->findings.items[i].sentence);
	assert_non_null(f);
	return f;
}

/* All answer: 2.5 round trips and 100 ms. */
static void five_methods_are_done_in_time(void **unused)
{
	(void)unused;
	for (unsigned hops = 1; hops <= 25; hops += 4)
		for (uint8_t family = 4; family <= 6; family += 2) {
			struct sn_net_chain chain = {.hops = hops, .target = "tcp-open=80,443 udp-open=53"};
			struct lab lab;
			run(&lab, &chain, family, hops);
			for (size_t i = 0; i < lab.path_count; i++) {
				assert_int_equal(ends(&lab, i, "reached")->first_ttl, hops);
				assert_int_equal(sonde_findings_exit_status(&lab.findings, i), 0);
			}
			assert_in_range(lab.end_at_ns - lab.started_at_ns, 0, sn_net_rtt_ns(&chain, hops) * 5 / 2 + 100 * SONDE_MS);
			close_lab(&lab);
		}
}

/* Linux's own limits: every method is answered by every hop. */
static void no_limiter_is_provoked(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct sn_net_chain chain = {.hops = 12, .routers = "icmp-rate=1/s icmp-burst=6", .target = "tcp-open=80,443 udp-open=53"};
		struct lab lab;
		struct sonde_row row = {0};
		run(&lab, &chain, family, 7);
		for (size_t i = 0; i < lab.path_count; i++)
			for (uint8_t ttl = 1; ttl <= 12; ttl++) {
				assert_int_equal(sonde_path_row(lab.paths[i], ttl, &row), SONDE_OK);
				assert_true(row.answered_count);
				assert_int_equal(row.lost_count + row.crowded_count, 0);
			}
		sonde_row_finish(&row);
		close_lab(&lab);
	}
}

/* UDP dies in a filter: within 4 s, with the hop named, and asked again where it counts. */
static void a_filter_is_located_in_time(void **unused)
{
	(void)unused;
	for (unsigned k = 1; k < 8; k++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			char filter[64];
			snprintf(filter, sizeof filter, "filter r%u drop proto=udp", k);
			struct sn_net_chain chain = {.hops = 8, .target = "tcp-open=80,443", .more = filter};
			struct lab lab;
			run(&lab, &chain, family, k);
			for (size_t i = 1; i <= 2; i++) {
				const struct sonde_finding *f = ends(&lab, i, k == 7 ? "target-silent" : "stops-silent");
				struct sonde_addr by = sn_net_hop_addr(k == 7 ? 8 : k, family);
				assert_int_equal(f->first_ttl, k == 7 ? 8 : k);
				assert_true(sonde_addr_equal(&f->by, &by));
				/* a UDP service may have taken it in silence, and only the target would say otherwise */
				assert_int_equal(f->confidence, k == 7 ? SONDE_CONFIDENCE_POSSIBLE : SONDE_CONFIDENCE_LIKELY);
				assert_true(lab.sent[i][k + 1] == 3 && lab.sent[i][8] == 3);
			}
			for (size_t i = 0; i < lab.path_count; i += i ? 1 : 3)
				assert_int_equal(ends(&lab, i, "reached")->first_ttl, 8);
			assert_in_range(lab.end_at_ns - lab.started_at_ns, 0, 4 * SONDE_S);
			close_lab(&lab);
		}
}

/* A reset in the target's name, two hops in front of it: only the other methods show that it is none of the target's. */
static void a_reset_on_the_way_is_not_the_targets(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct sn_net_chain chain = {
		    .hops = 6, .target = "tcp-open=80,443", .more = "filter r3 reject=tcp-reset proto=tcp dport=443"};
		struct lab lab;
		run(&lab, &chain, family, 3);
		const struct sonde_finding *f = ends(&lab, 4, "tcp-reset-by-middlebox");
		assert_int_equal(f->first_ttl, 4);
		assert_int_equal(sonde_findings_exit_status(&lab.findings, 4), 1);
		assert_int_equal(ends(&lab, 3, "reached")->first_ttl, 6);
		assert_null(sonde_findings_get(&lab.findings, 4, "reached"));
		close_lab(&lab);
	}
}

/* Routers and a target that give fewer ICMP errors than are asked for: UDP, which only these answer, is not called filtered. */
static void rationing_is_no_filter(void **unused)
{
	(void)unused;
	static const char *const bursts[] = {"icmp-rate=1/s icmp-burst=1", "icmp-rate=1/s icmp-burst=2", "icmp-rate=1/s icmp-burst=3"};
	for (size_t b = 0; b < sizeof bursts / sizeof *bursts; b++)
		for (uint64_t seed = 1; seed <= 10; seed++) {
			char target[64];
			snprintf(target, sizeof target, "tcp-open=80,443 %s", bursts[b]);
			struct sn_net_chain chain = {.hops = 6, .routers = bursts[b], .target = target};
			struct lab lab;
			run(&lab, &chain, seed % 2 ? 4 : 6, seed);
			for (size_t i = 0; i < lab.findings.count; i++) {
				const struct sonde_finding *f = &lab.findings.items[i];
				bool silent = strcmp(f->rule->id, "stops-silent") == 0 || strcmp(f->rule->id, "target-silent") == 0;
				assert_false(silent && f->confidence >= SONDE_CONFIDENCE_LIKELY);
				assert_null(strstr(f->sentence, "seem"));
			}
			close_lab(&lab);
		}
}

/* No ICMP error gets back from behind a hop: whether UDP gets there cannot be told, and the open ports are reached. */
static void errors_that_do_not_come_back_are_no_filter_of_probes(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct sn_net_chain chain = {
		    .hops = 7, .target = "tcp-open=80,443", .more = "filter r3 drop proto=icmp from=r4"};
		struct lab lab;
		run(&lab, &chain, family, family);
		assert_int_equal(ends(&lab, 0, "stops-silent")->confidence, SONDE_CONFIDENCE_POSSIBLE);
		for (size_t i = 1; i <= 2; i++) {
			const struct sonde_finding *f = ends(&lab, i, "stops-silent");
			assert_int_equal(f->first_ttl, 3);
			assert_int_equal(f->confidence, SONDE_CONFIDENCE_UNDECIDED);
		}
		for (size_t i = 3; i < 5; i++)
			assert_int_equal(ends(&lab, i, "reached")->first_ttl, 7);
		close_lab(&lab);
	}
}

/* Right before the target a balancer leads some flows a hop farther: both are the target. */
static void a_shorter_branch_is_no_impostor(void **unused)
{
	(void)unused;
	static const char more[] = "router c\n"
	                           "link r3 c 10.90.0.1/24 10.90.0.2/24 delay=1ms\n"
	                           "link c target 10.91.0.1/24 10.91.0.2/24 delay=1ms\n"
	                           "address target 192.0.2.80\n"
	                           "name 192.0.2.80 far\n"
	                           "route r3 192.0.2.80/32 via c,target balance=flow\n"
	                           "route c 192.0.2.80/32 via target";
	for (uint64_t seed = 1; seed <= 40; seed++) {
		const char *target = seed % 2 ? "tcp-open=80,443" : "tcp-open=80,443 udp-filtered=all";
		struct sn_net_chain chain = {.hops = 4, .only4 = true, .target = target, .more = more};
		struct lab lab;
		run_to(&lab, &chain, "far", 4, seed);
		for (size_t i = 0; i < lab.findings.count; i++)
			assert_null(strstr(lab.findings.items[i].sentence, "in the name of"));
		close_lab(&lab);
	}
}

/* Loss makes single probes vanish; what is asked again keeps the filter where it is, or at least not behind it. */
static void loss_does_not_move_a_filter_past_its_place(void **unused)
{
	(void)unused;
	unsigned right = 0, cases = 0;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct sn_net_chain chain = {
		    .hops = 9, .links = "loss=2%", .target = "tcp-open=80,443", .more = "filter r5 drop proto=udp"};
		struct lab lab;
		run(&lab, &chain, 4, seed);
		const struct sonde_finding *f = ends(&lab, 1, "stops-silent");
		assert_in_range(f->first_ttl, 1, 5);
		right += f->first_ttl == 5;
		cases++;
		close_lab(&lab);
	}
	print_message("filter behind hop 5 with 2 %% loss on each link: named in %u of %u\n", right, cases);
	assert_true(right * 10 >= cases * 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(five_methods_are_done_in_time),
	    cmocka_unit_test(no_limiter_is_provoked),
	    cmocka_unit_test(a_filter_is_located_in_time),
	    cmocka_unit_test(a_reset_on_the_way_is_not_the_targets),
	    cmocka_unit_test(rationing_is_no_filter),
	    cmocka_unit_test(errors_that_do_not_come_back_are_no_filter_of_probes),
	    cmocka_unit_test(a_shorter_branch_is_no_impostor),
	    cmocka_unit_test(loss_does_not_move_a_filter_past_its_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
