/* SPDX-License-Identifier: MIT */
/* Whoever watches a simulated network is told what became of each packet, and where. */
#include "lab.h"

#include "base/buf.h"

#include <inttypes.h>

/* Each sight as a word: "1 r1 forwarded", an answer in brackets. */
static void write_down(void *ctx, const struct sn_sim_sight *sight)
{
	static const char *const names[] = {
		[SN_SIM_FORWARDED] = "forwarded", [SN_SIM_TAKEN] = "taken", [SN_SIM_LOST] = "lost", [SN_SIM_FILTERED] = "filtered",
		[SN_SIM_UNROUTED] = "unrouted", [SN_SIM_EXPIRED] = "expired", [SN_SIM_OVERSIZED] = "oversized",
		[SN_SIM_UNRESOLVED] = "unresolved", [SN_SIM_SAID] = "said", [SN_SIM_KEPT_SILENT] = "silent",
		[SN_SIM_RATE_LIMITED] = "limited",
	};
	sn_buf_printf(ctx, sight->is_answer ? "(%" PRIu64 " %s %s) " : "%" PRIu64 " %s %s ", sight->number, sight->node,
	              names[sight->fate]);
}

static void expect(struct lab *lab, struct sn_buf *seen, const char *text)
{
	while (lab_next(lab))
		;
	assert_string_equal(sn_buf_text(seen), text);
	sn_buf_clear(seen);
}

static void open_with(struct lab *lab, struct sn_buf *seen, const char *more)
{
	struct sn_net_chain chain = {.hops = 3, .more = more};
	lab_open_chain(lab, &chain);
	sn_sim_watch(lab->sim, write_down, seen);
}

static void a_packet_and_its_answer_are_followed(void **state)
{
	(void)state;
	struct sn_buf seen = {0};
	struct lab lab;
	struct sonde_addr target = sn_net_hop_addr(3, 4);
	open_with(&lab, &seen, NULL);
	lab_echo(&lab, &target, 9, 1, 1);
	expect(&lab, &seen, "1 r1 forwarded 1 r2 forwarded 1 target taken (1 target said) (1 r2 forwarded) (1 r1 forwarded) (1 me taken) ");
	lab_echo(&lab, &target, 2, 1, 2);
	expect(&lab, &seen, "2 r1 forwarded 2 r2 expired (2 r2 said) (2 r1 forwarded) (2 me taken) ");
	sn_sim_watch(lab.sim, NULL, NULL);
	lab_echo(&lab, &target, 2, 1, 3);
	expect(&lab, &seen, "");
	lab_close(&lab);
	sn_buf_finish(&seen);
}

static void every_end_is_told(void **state)
{
	(void)state;
	static const struct {
		const char *more, *seen;
	} cases[] = {
		{"filter r2 drop proto=icmp\n", "1 r1 forwarded 1 r2 filtered "},
		{"filter r1 reject=admin-prohibited\n", "1 r1 filtered (1 r1 said) (1 me taken) "},
		{"router r1 silent\nfilter r1 reject=admin-prohibited\n", "1 r1 filtered 1 r1 silent "},
		{"route r1 10.3.0.1/32 unreachable\n", "1 r1 unrouted (1 r1 said) (1 me taken) "},
		{"route r1 10.3.0.1/32 blackhole\n", "1 r1 unrouted "},
		{"host target down\n", "1 r1 forwarded 1 r2 forwarded 1 r2 unresolved (1 r2 said) (1 r1 forwarded) (1 me taken) "},
		{"filter r1 drop src=10.3.0.1/32\n",
		 "1 r1 forwarded 1 r2 forwarded 1 target taken (1 target said) (1 r2 forwarded) (1 r1 filtered) "},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sn_buf seen = {0};
		struct lab lab;
		struct sonde_addr target = sn_net_hop_addr(3, 4);
		open_with(&lab, &seen, cases[i].more);
		lab_echo(&lab, &target, 9, 1, 1);
		expect(&lab, &seen, cases[i].seen);
		lab_close(&lab);
		sn_buf_finish(&seen);
	}
}

static void a_limit_is_told(void **state)
{
	(void)state;
	struct sn_buf seen = {0};
	struct lab lab;
	struct sonde_addr target = sn_net_hop_addr(3, 6);
	open_with(&lab, &seen, "router r1 icmp-rate=1/s icmp-burst=1\n");
	for (uint16_t i = 1; i <= 2; i++)
		lab_echo(&lab, &target, 1, 1, i);
	expect(&lab, &seen, "1 r1 expired (1 r1 said) 2 r1 expired 2 r1 limited (1 me taken) ");
	lab_close(&lab);
	sn_buf_finish(&seen);
}

static void links_lose_what_they_lose(void **state)
{
	(void)state;
	struct sn_buf seen = {0};
	struct lab lab;
	struct sn_net_chain chain = {.hops = 2, .links = "loss=100%"};
	struct sonde_addr target = sn_net_hop_addr(2, 6);
	lab_open_chain(&lab, &chain);
	sn_sim_watch(lab.sim, write_down, &seen);
	lab_echo(&lab, &target, 9, 1, 1);
	expect(&lab, &seen, "1 me lost ");
	lab_close(&lab);
	sn_buf_finish(&seen);
}

/* A SYN-ACK speaks of the SYN that came last, also when it is sent again; the reset that the observer's kernel gives, too. */
static void answers_of_endpoints_name_their_syn(void **state)
{
	(void)state;
	struct sn_buf seen = {0};
	struct lab lab;
	struct sn_net_chain chain = {.hops = 1, .target = "tcp-open=443", .observer = "rst-delay=1500ms"};
	struct sonde_addr target = sn_net_hop_addr(1, 4);
	lab_open_chain(&lab, &chain);
	sn_sim_watch(lab.sim, write_down, &seen);
	lab_tcp(&lab, &target, 9, &(struct lab_segment){.sport = 50000, .dport = 443, .flags = SN_TCP_SYN, .seq = 7});
	expect(&lab, &seen,
	       "1 target taken (1 target said) (1 me taken) (1 me said) (1 target said) (1 me taken) (1 me said) (1 target taken) "
	       "(1 target taken) ");
	lab_close(&lab);
	sn_buf_finish(&seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packet_and_its_answer_are_followed),
		cmocka_unit_test(every_end_is_told),
		cmocka_unit_test(a_limit_is_told),
		cmocka_unit_test(links_lose_what_they_lose),
		cmocka_unit_test(answers_of_endpoints_name_their_syn),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
