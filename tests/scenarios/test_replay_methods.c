/* SPDX-License-Identifier: MIT */
/* Whatever probes are made of, a run replayed from its own packets gives the same table and findings. */
#include "net.h"
#include "replayed.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

enum { HOPS = 5 };

/* What targets and routers are like. */
static const struct sn_net_chain chains[] = {
	{.hops = HOPS},
	{.hops = HOPS, .target = "tcp-open=all udp-open=all udplite-open=all sctp-open=all dccp-open=all"},
	{.hops = HOPS, .target = "sctp-open=9 dccp-open=9 udplite-open=9", .routers = "quote=8"}, /* asked is another port */
	{.hops = HOPS, .routers = "quote=full", .target = "silent echo=off timestamp=off tcp-filtered=all udp-filtered=all"},
	{.hops = HOPS, .routers = "quote=8 quote-pad=64"},
	{.hops = HOPS, .more = "filter r3 drop dst=10.0.0.0/8\nfilter r3 drop dst=fd00::/8\n"},
	{.hops = HOPS, .more = "rewrite r2 dscp=10\n", .routers = "quote=full"},
	{.hops = HOPS, .links = "loss=20% duplicate=5%"},
	{.hops = 1}, /* last */
};

/* What probes are made of. */
static const struct ask {
	const char *method;
	uint16_t dport;
	uint8_t payload;
	uint16_t size_bytes;   /* beyond 1500: in fragments */
} asks[] = {
	{"icmp", 0, 0, 0}, {"udp", 0, 0, 0}, {"udp-classic", 0, 0, 0}, {"udplite", 0, 0, 0}, {"tcp", 0, 0, 0}, {"tcp-ack", 0, 0, 0},
	{"sctp", 0, 0, 0}, {"dccp", 0, 0, 0}, {"icmp-timestamp", 0, 0, 0}, {"raw", 0, 0, 0}, {"raw", 47, 0, 0},
	{"udp", 53, SONDE_PAYLOAD_DNS, 0}, {"udp", 5353, SONDE_PAYLOAD_DNS, 0}, {"udp", 123, SONDE_PAYLOAD_NTP, 0},
	{"udp", 443, SONDE_PAYLOAD_QUIC, 0}, {"tcp", 443, SONDE_PAYLOAD_TLS, 0}, {"udp-classic", 0, SONDE_PAYLOAD_DNS, 0},
	{"icmp", 0, 0, 400}, {"udp", 0, 0, 1400}, {"tcp", 0, 0, 200}, {"tcp-ack", 0, 0, 200}, {"icmp", 0, 0, 3000}, {"udp", 0, 0, 3000},
	{"udp-classic", 0, 0, 1501}, {"udplite", 0, 0, 4000}, {"tcp", 0, 0, 1600}, {"tcp-ack", 0, 0, 3000}, {"dccp", 0, 0, 2000},
	{"raw", 47, 0, 3001}, {"udp", 443, SONDE_PAYLOAD_QUIC, 2500}, {"icmp-timestamp", 0, 0, 2900}, {"sctp", 0, 0, 5000},
};

static bool exists(const struct ask *ask, uint8_t family)
{
	const struct sonde_method_info *info = sonde_method_info((size_t)sonde_method_find(ask->method));
	return family == 4 ? info->protocol4 : info->protocol6;
}

/* Of an INIT over IPv6 eight quoted bytes show nothing that depends on the probe (see test_replay.c). And where no TTL runs out on the way
 * nobody learns how many queries were wanted. */
static bool is_shown(const struct sn_net_chain *chain, const struct ask *ask, uint8_t family, uint8_t queries)
{
	bool short_quotes = chain->routers && strstr(chain->routers, "quote=8");
	return !(strcmp(ask->method, "sctp") == 0 && family == 6 && short_quotes) && (chain->hops > 1 || queries == 1);
}

static unsigned judge(const struct sn_net_chain *chain, const struct ask *ask, uint8_t family, uint8_t queries)
{
	struct sn_replay *replay;
	struct replayed live, again;
	struct sn_buf text = {0};
	sn_net_chain_text(chain, &text);
	struct replayed_run run = {.net = sn_buf_text(&text), .net_bytes = text.length_bytes, .seed = 7, .family = family};
	sonde_trace_cfg_init(&run.cfg);
	run.cfg.method = (size_t)sonde_method_find(ask->method);
	run.cfg.dport = ask->dport;
	run.cfg.payload = ask->payload;
	run.cfg.size_bytes = ask->size_bytes;
	run.cfg.no_df = ask->size_bytes > 1500;
	run.cfg.queries = queries;
	replayed_init(&live);
	replayed_init(&again);
	assert_int_equal(sn_replay_new(&replay), SONDE_OK);
	replayed_live(&run, replay, &live);
	assert_int_equal(sn_replay_pair(replay), SONDE_OK);
	const char *differs = "the number of traces";
	unsigned at = 0;
	if (sn_replay_count(replay) == 1) {
		replayed_play(replay, 0, &again);
		differs = replayed_rows_differ(&live, &again, &at);
		differs = differs ? differs : live.weak || replayed_same_findings(&live, &again, NULL) ? NULL : "what is found";
		differs = differs ? differs : sn_replay_cfg(replay, 0)->method == run.cfg.method ? NULL : "the method";
	}
	if (differs) {
		printf("%s:%u payload %u, %u bytes over IPv%u, -q %u: %s differs at %u, in\n%s", ask->method, ask->dport, ask->payload,
		       ask->size_bytes, family, queries, differs, at, run.net);
		replayed_show("live", &live);
		if (sn_replay_count(replay) == 1)
			replayed_show("replayed", &again);
	}
	replayed_finish(&live);
	replayed_finish(&again);
	sn_replay_free(replay);
	sn_buf_finish(&text);
	return differs != NULL;
}

static void each_kind_of_probe_is_read_back(void **state)
{
	(void)state;
	unsigned wrong = 0;
	for (size_t c = 0; c < sizeof chains / sizeof *chains; c++)
		for (size_t a = 0; a < sizeof asks / sizeof *asks; a++)
			for (uint8_t family = 4; family <= 6; family += 2)
				for (uint8_t queries = 1; queries <= 3; queries += 2)
					if (exists(&asks[a], family) && is_shown(&chains[c], &asks[a], family, queries))
						wrong += judge(&chains[c], &asks[a], family, queries);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_probe_is_read_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
