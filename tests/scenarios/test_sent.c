/* SPDX-License-Identifier: MIT */
/* Traces whose probes carry what was chosen, or leave in fragments: each hop is found, and as surely as it can be. */
#include "net.h"
#include "scenario.h"
#include "test.h"

enum { HOPS = 6 };

static struct scenario s;

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

static void prepare(const char *method, uint8_t family, uint8_t queries)
{
	scenario_init(&s);
	s.method = method;
	s.family = family;
	s.cfg.queries = queries;
}

static void expect_all_hops(const struct scenario_trace *t, uint8_t family, bool weak)
{
	assert_int_equal(t->end.stop, SONDE_STOP_REACHED);
	assert_int_equal(t->end.distance, HOPS);
	for (uint8_t ttl = 1; ttl <= HOPS; ttl++) {
		const struct scenario_answer *a = scenario_first(t, ttl);
		struct sonde_addr wanted = sn_net_hop_addr(ttl, family);
		assert_non_null(a);
		assert_true(sonde_addr_equal(&a->answer.from, &wanted));
		assert_int_equal(a->answer.weak, weak);
		assert_int_equal(a->answer.diff, 0);
		/* Of the target enough answer that were sent farther. */
		assert_true(t->timeouts[ttl] == 0 || ttl == HOPS);
	}
	assert_int_equal(s.stats.stray_count, 0);
}

/* Bytes that are the same in each probe: known by IP id or flow label, and only weakly, however little is quoted. With room for a key
 * behind them IPv4 is as sure as ever. */
static void given_bytes_are_known_as_far_as_can_be(void **unused)
{
	(void)unused;
	static const struct sonde_carried carried = {.bytes = (const uint8_t *)"the same in each", .count = 16};
	static const char *const quotes[] = {"quote=8", "quote=full"};
	for (size_t q = 0; q < 2; q++)
		for (uint8_t family = 4; family <= 6; family += 2)
			for (uint8_t queries = 1; queries <= 3; queries += 2)
				for (uint16_t more = 0; more <= 2; more = (uint16_t)(more + 2)) {
					const struct sn_net_chain chain = {.hops = HOPS, .routers = quotes[q], .target = quotes[q]};
					prepare("udp", family, queries);
					s.cfg.payload = SONDE_PAYLOAD_BYTES;
					s.cfg.carried = &carried;
					s.cfg.size_bytes = (uint16_t)(more ? (family == 4 ? 28 : 48) + carried.count + more : 0);
					expect_all_hops(run_chain(&chain), family, !more || family == 6);
				}
}

/* An open port takes a SYN with data, whatever it makes of it, and routers quote it as any other. */
static void data_of_a_syn_changes_nothing(void **unused)
{
	(void)unused;
	static const struct sonde_carried carried = {.bytes = (const uint8_t *)"hello", .count = 5, .server_name = "target"};
	for (uint8_t payload = SONDE_PAYLOAD_TLS; payload <= SONDE_PAYLOAD_BYTES; payload++)
		for (uint8_t family = 4; family <= 6; family += 2)
			for (unsigned open = 0; open <= 1; open++) {
				const struct sn_net_chain chain = {.hops = HOPS, .target = open ? "tcp-open=443" : ""};
				prepare("tcp", family, 1);
				s.cfg.payload = payload;
				s.cfg.carried = &carried;
				const struct scenario_trace *t = run_chain(&chain);
				expect_all_hops(t, family, false);
				assert_int_equal(scenario_first(t, HOPS)->answer.meaning, open ? SONDE_M_SYN_ACK : SONDE_M_RST);
			}
}

/* Longer than the first link: in pieces, each hop quotes the first, the target what it put together. */
static void fragments_reach_like_the_whole(void **unused)
{
	(void)unused;
	static const char *const methods[] = {"udp", "udp-classic", "tcp"};
	static const struct sn_net_chain chain = {.hops = HOPS, .target = "tcp-open=443"};
	for (size_t m = 0; m < sizeof methods / sizeof *methods; m++)
		for (uint8_t family = 4; family <= 6; family += 2)
			for (uint16_t size = 1501; size < 6000; size = (uint16_t)(size * 2)) {
				prepare(methods[m], family, 1);
				s.cfg.no_df = true;
				s.cfg.size_bytes = size;
				expect_all_hops(run_chain(&chain), family, false);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(given_bytes_are_known_as_far_as_can_be),
		cmocka_unit_test(data_of_a_syn_changes_nothing),
		cmocka_unit_test(fragments_reach_like_the_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
