/* SPDX-License-Identifier: MIT */
/* Varied probes over the raw wire to a real Linux host: what it says to each kind of TCP segment, from low source ports, without DF. */
#include "raw_lab.h"

#include <sonde/session.h>

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { OPEN_PORT = 443, CLOSED_PORT = 80, DISTANCE = 3, FIRST_LOW_PORT = 20 };

/* What came of one ask. */
struct asked {
	struct sonde_event_answer answer;
	struct sonde_event_probe probe;
	struct sonde_event_end end;
	unsigned answers, timeouts, errors;
};

static void on_event(void *ctx, const struct sonde_event *event)
{
	struct asked *asked = ctx;
	if (event->type == SONDE_EV_REPLY) {
		asked->answer = event->as.answer;
		asked->probe = event->probe;
		asked->answers++;
	}
	asked->timeouts += event->type == SONDE_EV_TIMEOUT;
	asked->errors += event->type == SONDE_EV_LOCAL_ERROR;
	if (event->type == SONDE_EV_TRACE_END)
		asked->end = event->as.end;
}

static struct sonde_trace_cfg cfg_of(const char *method, const char *target, uint16_t dport, uint8_t ttl)
{
	struct sonde_trace_cfg cfg;
	sonde_trace_cfg_init(&cfg);
	cfg.method = (size_t)sonde_method_find(method);
	cfg.dst = addr_of(target);
	cfg.dport = dport;
	cfg.plan = SONDE_PLAN_ASK;
	cfg.ask_ttls[0] = ttl;
	cfg.ask_ttl_count = cfg.ask_count = 1;
	cfg.wait_max_ns = 300 * SONDE_MS;
	return cfg;
}

static struct asked ask(const struct sonde_trace_cfg *cfg)
{
	struct asked asked = {0};
	struct sn_clock_system clock;
	struct sonde_wire *wire = open_wire_with_port(cfg->sport[0]);
	sn_clock_system_init(&clock);
	struct sonde_session_cfg session_cfg = {
		.wire = wire, .clock = &clock.base, .engine.secret = "not very secret", .ctx = &asked, .on_event = on_event, .wake_fd = -1};
	struct sonde_session *session;
	struct sonde_session_wish wish = {0};
	struct sonde_route route;
	struct sonde_error err = {0};
	uint32_t id;
	assert_int_equal(sonde_session_new(&session, &session_cfg), 0);
	if (sonde_session_add(session, cfg, &wish, &id, &route, &err))
		fail_msg("%s", err.what);
	assert_true(cfg->sport[0] == 0 || route.sport == cfg->sport[0]);
	assert_int_equal(sonde_session_run(session, &err), 0);
	struct sonde_engine_stats stats;
	sonde_session_stats(session, &stats);
	assert_int_equal(stats.malformed_count + stats.bad_checksum_count, 0);
	sonde_session_free(session);
	wire->ops->close(wire);
	assert_int_equal(asked.errors, 0);
	assert_int_equal(asked.end.stop, SONDE_STOP_ASKED);
	return asked;
}

static int listen_at_server(uint8_t family)
{
	struct sockaddr_in6 name6 = {.sin6_family = AF_INET6, .sin6_port = htons(OPEN_PORT)};
	struct sockaddr_in name4 = {.sin_family = AF_INET, .sin_port = htons(OPEN_PORT)};
	netns_enter(&raw_lab, SERVER);
	int fd = socket(family == 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	netns_enter(&raw_lab, CLIENT);
	assert_true(fd >= 0);
	if (family == 4)
		assert_int_equal(bind(fd, (struct sockaddr *)&name4, sizeof name4), 0);
	else
		assert_int_equal(bind(fd, (struct sockaddr *)&name6, sizeof name6), 0);
	assert_int_equal(listen(fd, 5), 0);
	return fd;
}

static const char *server_of(uint8_t family)
{
	return family == 4 ? "10.3.0.2" : "fd03::2";
}

/* RFC 9293 section 3.10.7 as Linux keeps it; routers on the way answer each alike. */
static void each_kind_of_segment_gets_its_answer(void **state)
{
	(void)state;
	static const struct {
		uint8_t flags;
		enum sonde_meaning open, closed;
	} rows[] = {
		{0, SONDE_M_SYN_ACK, SONDE_M_RST},
		{SONDE_TCP_ACK, SONDE_M_RST_TO_ACK, SONDE_M_RST_TO_ACK},
		{SONDE_TCP_FIN, SONDE_M_NONE, SONDE_M_RST},
		{SONDE_TCP_FIN | SONDE_TCP_ACK, SONDE_M_RST_TO_ACK, SONDE_M_RST_TO_ACK},
		{SONDE_TCP_SYN | SONDE_TCP_ACK, SONDE_M_RST_TO_ACK, SONDE_M_RST_TO_ACK},
	};
	static const uint16_t sizes[] = {0, 400};
	for (uint8_t family = 4; family <= 6; family += 2) {
		int listener = listen_at_server(family);
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
			for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
				for (int open = 0; open <= 1; open++) {
					uint16_t dport = open ? OPEN_PORT : CLOSED_PORT;
					struct sonde_trace_cfg cfg = cfg_of("tcp", server_of(family), dport, DISTANCE);
					cfg.tcp_flags = rows[i].flags;
					cfg.size_bytes = sizes[k];
					struct asked asked = ask(&cfg);
					enum sonde_meaning wanted = open ? rows[i].open : rows[i].closed;
					assert_int_equal(asked.answers ? asked.answer.meaning : SONDE_M_NONE, wanted);
					assert_int_equal(asked.end.reached, wanted != SONDE_M_NONE);
					assert_false(asked.answer.weak);
					cfg.ask_ttls[0] = 2;
					asked = ask(&cfg);
					assert_int_equal(asked.answer.meaning, SONDE_M_TIME_EXCEEDED);
					assert_int_equal(asked.answer.diff, 0);
				}
		close(listener);
	}
}

static void low_source_ports_are_held(void **state)
{
	(void)state;
	static const char *const methods[] = {"udp", "tcp"};
	for (size_t m = 0; m < 2; m++)
		for (uint8_t family = 4; family <= 6; family += 2)
			for (uint16_t sport = FIRST_LOW_PORT; sport <= 1023; sport += 501) {
				struct sonde_trace_cfg cfg = cfg_of(methods[m], server_of(family), CLOSED_PORT, DISTANCE);
				cfg.sport[0] = sport;
				struct asked asked = ask(&cfg);
				assert_int_equal(asked.probe.sport, sport);
				assert_int_equal(asked.answer.meaning, m ? SONDE_M_RST : SONDE_M_PORT_UNREACHABLE);
				assert_true(asked.end.reached);
			}
}

/* The kernel leaves the header as it is: the quote fits to the last bit, IP id and all. */
static void without_df_all_else_stays(void **state)
{
	(void)state;
	static const char *const methods[] = {"icmp", "udp", "tcp"};
	for (size_t m = 0; m < 3; m++)
		for (uint8_t ttl = 1; ttl <= DISTANCE; ttl++) {
			struct sonde_trace_cfg cfg = cfg_of(methods[m], server_of(4), CLOSED_PORT, ttl);
			cfg.no_df = true;
			if (m == 0)
				cfg.dport = 0;
			struct asked asked = ask(&cfg);
			assert_int_equal(asked.answers, 1);
			assert_int_equal(asked.answer.diff, 0);
			assert_false(asked.answer.weak);
			assert_int_equal(asked.end.reached, ttl == DISTANCE);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_segment_gets_its_answer),
		cmocka_unit_test(low_source_ports_are_held),
		cmocka_unit_test(without_df_all_else_stays),
	};
	if (!raw_lab_begin((const char *const[]){"ip", "ethtool", NULL}))
		return NETNS_SKIP;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	netns_end(&raw_lab);
	return failed;
}
