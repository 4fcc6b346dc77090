/* SPDX-License-Identifier: MIT */
/* Asks over the simulated internet: bursts that show a limiter, side by side with and without the pacer, and what reaches. */
#include "net.h"
#include "scenario.h"
#include "test.h"

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

static void ask(const char *method, uint8_t family, uint8_t ttl, uint8_t count)
{
	scenario_init(&s);
	s.method = method;
	s.family = family;
	s.cfg.plan = SONDE_PLAN_ASK;
	s.cfg.ask_ttls[0] = ttl;
	s.cfg.ask_ttl_count = 1;
	s.cfg.ask_count = count;
}

/* Two rates tell a limiter's burst and its rate: 20 at once get the burst; at two a second half of those behind the burst are answered. */
static void bursts_show_a_limiter(void **unused)
{
	(void)unused;
	static const char *const methods[] = {"icmp", "udp", "udp-classic", "tcp"};
	const struct sn_net_chain chain = {.hops = 4, .routers = "icmp-rate=1/s icmp-burst=6"};
	for (size_t m = 0; m < 4; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			ask(methods[m], family, 2, 20);
			s.cfg.unpaced = true;
			run_chain(&chain);
			const struct scenario_trace *t = &s.traces[0];
			assert_int_equal(t->sent[2], 20);
			assert_int_equal(scenario_answers(t, 2), 6);
			assert_int_equal(t->timeouts[2], 14);
			assert_int_equal(t->crowded[2], 0);
			assert_int_equal(t->end.stop, SONDE_STOP_ASKED);
			assert_false(t->end.reached);
			assert_int_equal(t->end.last_answering_ttl, 2);
			assert_int_equal(t->end.probe_count, 20);
			assert_int_equal(t->stand_at_ns, 0);
			/* 19 gaps of 0.2 ms, and a second. */
			assert_int_equal(t->end_at_ns - t->started_at_ns, SONDE_S + 19 * 200 * SONDE_US);
			ask(methods[m], family, 2, 20);
			s.cfg.send_gap_ns = 500 * SONDE_MS;
			run_chain(&chain);
			/* 9.5 s: six of the burst and nine that were refilled. */
			assert_int_equal(scenario_answers(&s.traces[0], 2), 15);
		}
}

static void the_answers_are_those_of_a_trace(void **unused)
{
	(void)unused;
	const struct sn_net_chain chain = {.hops = 4};
	for (uint8_t family = 4; family <= 6; family += 2) {
		ask("udp", family, 3, 2);
		s.cfg.ask_ttls[1] = 9;
		s.cfg.ask_ttl_count = 2;
		run_chain(&chain);
		const struct scenario_trace *t = &s.traces[0];
		assert_int_equal(t->answer_count, 4);
		struct sonde_addr router = sn_net_hop_addr(3, family), target = sn_net_hop_addr(4, family);
		assert_true(sonde_addr_equal(&scenario_first(t, 3)->answer.from, &router));
		assert_true(sonde_addr_equal(&scenario_first(t, 9)->answer.from, &target));
		assert_int_equal(scenario_first(t, 9)->answer.meaning, SONDE_M_PORT_UNREACHABLE);
		assert_int_equal(scenario_first(t, 3)->answer.rtt_ns, sn_net_rtt_ns(&chain, 3));
		assert_true(t->end.reached);
		/* As soon as the last of them has come. */
		assert_int_equal(t->end_at_ns - t->started_at_ns, 3 * 200 * SONDE_US + sn_net_rtt_ns(&chain, 4));
	}
}

/* Two asks side by side of one router: paced they share what it commonly answers, unpaced each goes as if it were alone. */
static void the_pacer_is_asked_unless_a_burst_is_meant(void **unused)
{
	(void)unused;
	const struct sn_net_chain chain = {.hops = 4, .routers = "icmp-rate=1/s icmp-burst=6"};
	for (int unpaced = 0; unpaced <= 1; unpaced++) {
		ask("icmp", 4, 1, 4);
		s.targets[0] = s.targets[1] = "target";
		s.cfg.unpaced = unpaced;
		run_chain(&chain);
		unsigned answers = scenario_answers(&s.traces[0], 1) + scenario_answers(&s.traces[1], 1);
		unsigned lost = s.traces[0].timeouts[1] + s.traces[1].timeouts[1];
		unsigned crowded = s.traces[0].crowded[1] + s.traces[1].crowded[1];
		assert_int_equal(answers + lost, 8);
		assert_int_equal(lost - crowded, unpaced ? 2 : 0);
		if (unpaced)
			assert_int_equal(answers, 6);
		else
			assert_true(answers > 6);
	}
}

/* What Linux says to segments of no connection (RFC 9293 section 3.10.7): a sweep by them finds every hop, and the port's state shows in
 * which of them is answered. */
static void flags_are_answered_as_the_port_is(void **unused)
{
	(void)unused;
	enum { OPEN = 443, CLOSED = 80, FILTERED = 25 };
	static const struct {
		uint8_t flags;
		uint16_t dport;
		enum sonde_meaning meaning;
	} rows[] = {
		{SONDE_TCP_SYN, OPEN, SONDE_M_SYN_ACK}, {SONDE_TCP_SYN, CLOSED, SONDE_M_RST}, {SONDE_TCP_SYN, FILTERED, SONDE_M_NONE},
		{SONDE_TCP_ACK, OPEN, SONDE_M_RST_TO_ACK}, {SONDE_TCP_ACK, CLOSED, SONDE_M_RST_TO_ACK},
		{SONDE_TCP_ACK, FILTERED, SONDE_M_NONE},
		{SONDE_TCP_FIN, OPEN, SONDE_M_NONE}, {SONDE_TCP_FIN, CLOSED, SONDE_M_RST}, {SONDE_TCP_FIN, FILTERED, SONDE_M_NONE},
		{SONDE_TCP_SYN | SONDE_TCP_ACK, OPEN, SONDE_M_RST_TO_ACK}, {SONDE_TCP_FIN | SONDE_TCP_ACK, OPEN, SONDE_M_RST_TO_ACK},
		{SONDE_TCP_FIN | SONDE_TCP_ACK, CLOSED, SONDE_M_RST_TO_ACK},
	};
	const struct sn_net_chain chain = {.hops = 4, .target = "tcp-open=443 tcp-filtered=25"};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			scenario_init(&s);
			s.method = "tcp";
			s.family = family;
			s.dport = rows[i].dport;
			s.cfg.tcp_flags = rows[i].flags;
			s.cfg.no_wait = true;
			run_chain(&chain);
			const struct scenario_trace *t = &s.traces[0];
			for (uint8_t ttl = 1; ttl < 4; ttl++) {
				struct sonde_addr router = sn_net_hop_addr(ttl, family);
				assert_true(sonde_addr_equal(&scenario_first(t, ttl)->answer.from, &router));
			}
			const struct scenario_answer *a = scenario_first(t, 4);
			assert_int_equal(a ? a->answer.meaning : SONDE_M_NONE, rows[i].meaning);
			assert_int_equal(t->end.stop, a ? SONDE_STOP_REACHED : SONDE_STOP_GAP);
			assert_true(!a || (!a->answer.weak && a->answer.rtt_ns == sn_net_rtt_ns(&chain, 4)));
			assert_int_equal(s.stats.stray_count, 0);
			assert_int_equal(s.stats.bad_checksum_count + s.stats.malformed_count, 0);
		}
}

/* A service answers what it can read, and is known by its key then. */
static void payloads_are_answered_as_services_do(void **unused)
{
	(void)unused;
	static const struct {
		uint8_t payload;
		uint16_t dport;
		enum sonde_meaning meaning;
	} rows[] = {
		{SONDE_PAYLOAD_DEFAULT, 53, SONDE_M_UDP_REPLY}, {SONDE_PAYLOAD_DNS, 53, SONDE_M_UDP_REPLY},
		{SONDE_PAYLOAD_PATTERN, 123, SONDE_M_NONE},     {SONDE_PAYLOAD_DNS, 123, SONDE_M_NONE},
		{SONDE_PAYLOAD_NTP, 123, SONDE_M_UDP_REPLY},    {SONDE_PAYLOAD_DNS, 33434, SONDE_M_PORT_UNREACHABLE},
		{SONDE_PAYLOAD_NTP, 5353, SONDE_M_PORT_UNREACHABLE}, {SONDE_PAYLOAD_DEFAULT, 443, SONDE_M_UDP_REPLY},
		{SONDE_PAYLOAD_QUIC, 443, SONDE_M_UDP_REPLY},   {SONDE_PAYLOAD_PATTERN, 443, SONDE_M_NONE},
		{SONDE_PAYLOAD_QUIC, 33434, SONDE_M_PORT_UNREACHABLE},
	};
	const struct sn_net_chain chain = {.hops = 3, .target = "udp-open=53,123,443"};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			ask("udp", family, 3, 1);
			s.dport = rows[i].dport;
			s.cfg.payload = rows[i].payload;
			run_chain(&chain);
			const struct scenario_answer *a = scenario_first(&s.traces[0], 3);
			assert_int_equal(a ? a->answer.meaning : SONDE_M_NONE, rows[i].meaning);
			assert_int_equal(s.traces[0].end.reached, a != NULL);
			assert_true(!a || (!a->answer.weak && a->answer.rtt_ns == sn_net_rtt_ns(&chain, 3)));
		}
}

/* A name server says of rubbish that it is some (RFC 1035 section 4.1.1, format error), with nothing of ours in it but two bytes: an answer
 * of the flow, to which probe nobody can tell. One alone decides nothing, two say that it is there. */
static void rubbish_is_answered_without_a_key(void **unused)
{
	(void)unused;
	const struct sn_net_chain chain = {.hops = 3, .target = "udp-open=53"};
	for (uint8_t payload = SONDE_PAYLOAD_PATTERN; payload <= SONDE_PAYLOAD_NTP; payload += SONDE_PAYLOAD_NTP - SONDE_PAYLOAD_PATTERN)
		for (uint8_t family = 4; family <= 6; family += 2)
			for (uint8_t count = 1; count <= 16; count += 15) {
				ask("udp", family, 3, count);
				s.dport = 53;
				s.cfg.payload = payload;
				run_chain(&chain);
				const struct scenario_trace *t = &s.traces[0];
				for (size_t i = 0; i < t->answer_count; i++) {
					assert_int_equal(t->answers[i].answer.meaning, SONDE_M_UDP_REPLY);
					assert_true(t->answers[i].answer.weak && t->answers[i].answer.rtt_ns == -1);
				}
				/* A random pattern looks like an answer itself every other time: those get nothing. */
				assert_in_range(scenario_answers(t, 3), count == 1 ? 0 : 2, count);
				assert_int_equal(t->end.reached, count > 1);
				assert_int_equal(s.stats.stray_count, 0);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bursts_show_a_limiter),
		cmocka_unit_test(the_answers_are_those_of_a_trace),
		cmocka_unit_test(flags_are_answered_as_the_port_is),
		cmocka_unit_test(payloads_are_answered_as_services_do),
		cmocka_unit_test(rubbish_is_answered_without_a_key),
		cmocka_unit_test(the_pacer_is_asked_unless_a_burst_is_meant),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
