/* SPDX-License-Identifier: MIT */
/* Filters' shapes through simulated networks: the field that a filter looks at is named, and no other. */
#include "net.h"
#include "test.h"

#include "ext/wire_sim.h"

#include <sonde/compare.h>

#include <stdio.h>
#include <string.h>

enum { METHODS_MAX = 4, FILTER_HOP = 3, HOPS = 6 };

struct asked {
	const char *method;
	uint16_t port;
};

struct lab {
	struct sonde_compare *compare;
	struct sonde_session *session;
	struct sonde_wire *wire;
	struct sonde_clock *clock;
	struct sonde_findings findings;
	size_t path_count;
	sonde_at_ns shaping_at_ns, end_at_ns;   /* shaping_at_ns: the first trial was sent */
	unsigned sent, answered;                /* … trials' probes */
	unsigned stop_after;                    /* so many trials' probes; 0: never */
};

static void on_event(void *ctx, const struct sonde_event *event)
{
	struct lab *lab = ctx;
	bool trial = sonde_compare_index(lab->compare, event->trace_id) == SIZE_MAX;
	lab->sent += trial && event->type == SONDE_EV_SENT;
	lab->answered += trial && event->type == SONDE_EV_REPLY;
	if (trial && !lab->shaping_at_ns)
		lab->shaping_at_ns = event->at_ns;
	assert_int_equal(sonde_compare_event(lab->compare, event), SONDE_OK);
	if (lab->stop_after && lab->sent == lab->stop_after)
		sonde_session_stop(lab->session, SONDE_STOP_INTERRUPTED);
}

static sonde_at_ns on_turn(void *ctx, sonde_at_ns now)
{
	struct lab *lab = ctx;
	sonde_at_ns wake = SONDE_NEVER;
	if (!lab->stop_after || lab->sent < lab->stop_after)
		assert_int_equal(sonde_compare_turn(lab->compare, now, &wake), SONDE_OK);
	lab->end_at_ns = now;
	return wake;
}

static void add(struct lab *lab, const struct asked *asked, uint8_t family, sonde_ns deadline_ns)
{
	struct sonde_trace_cfg cfg;
	struct sonde_session_wish wish = {0};
	struct sonde_route route;
	struct sonde_error err = {0};
	sonde_trace_cfg_init(&cfg);
	cfg.method = (size_t)sonde_method_find(asked->method);
	cfg.dport = asked->port;
	cfg.deadline_ns = deadline_ns;
	assert_int_equal(sn_wire_sim_resolve(lab->wire, "target", family, 0, &cfg.dst), 0);
	assert_int_equal(sonde_compare_add(lab->compare, &cfg, &wish, &route, &err), SONDE_OK);
}

/* lab: zero, but for stop_after. */
static void run_text(struct lab *lab, const char *text, const struct asked *asked, size_t count, uint8_t family, uint64_t seed,
                     sonde_ns deadline_ns)
{
	struct sonde_error err = {0};
	if (sn_wire_sim_open_text(&lab->wire, &lab->clock, text, strlen(text), "test.net", seed, false, &err))
		fail_msg("%s\n%s", err.what, text);
	struct sonde_session_cfg cfg = {
	    .wire = lab->wire, .clock = lab->clock, .ctx = lab, .on_event = on_event, .on_turn = on_turn, .wake_fd = -1};
	memcpy(cfg.engine.secret, &seed, sizeof seed);
	assert_int_equal(sonde_session_new(&lab->session, &cfg), SONDE_OK);
	assert_int_equal(sonde_compare_new(&lab->compare, lab->session), SONDE_OK);
	for (size_t i = 0; i < count; i++)
		add(lab, &asked[i], family, deadline_ns);
	assert_int_equal(sonde_compare_shape(lab->compare), SONDE_OK);
	assert_int_equal(sonde_session_run(lab->session, &err), 0);
	struct sonde_case about = {.paths = sonde_compare_paths(lab->compare, &lab->path_count), .host = "target"};
	about.path_count = lab->path_count;
	about.trials = sonde_compare_trials(lab->compare, &about.trial_count);
	assert_int_equal(sonde_diagnose(&about, &lab->findings), SONDE_OK);
}

/* icmp, which passes, and one more method through a chain of six hops. */
static void run(struct lab *lab, const struct sn_net_chain *chain, struct asked asked, uint8_t family, uint64_t seed)
{
	struct sn_buf text = {0};
	const struct asked both[] = {{"icmp", 0}, asked};
	sn_net_chain_text(chain, &text);
	run_text(lab, sn_buf_text(&text), both, 2, family, seed, 0);
	sn_buf_finish(&text);
}

static void close_lab(struct lab *lab)
{
	sonde_findings_finish(&lab->findings);
	sonde_compare_free(lab->compare);
	sonde_session_free(lab->session);
	lab->wire->ops->close(lab->wire);
}

static const struct sonde_finding *shape_of(const struct lab *lab, size_t path)
{
	return sonde_findings_get(&lab->findings, path, "filter-shape");
}

/* The fields that a finding says decide, "" where it says that none does. */
static const char *fields_of(const struct sonde_finding *f, char text[64])
{
	text[0] = 0;
	for (size_t i = 0; i < f->evidence_count; i++)
		for (unsigned field = 1; field < SONDE_VARY_COUNT; field++)
			if (strcmp(f->evidence[i].key, sonde_vary_name((enum sonde_vary)field)) == 0)
				snprintf(text + strlen(text), 64 - strlen(text), "%s%s", *text ? " " : "", f->evidence[i].key);
	return text;
}

static const struct {
	const char *filters[3];   /* of router 3 */
	struct asked asked;
	const char *fields;
	bool not6;
} cases[] = {
	/* Exactly one field each. */
	{{"drop proto=udp dport=33434"}, {"udp", 33434}, "dport"},
	{{"accept proto=udp dport=500", "drop proto=udp"}, {"udp", 33434}, "dport"},
	{{"drop proto=tcp dport=443"}, {"tcp", 443}, "dport"},
	{{"reject=admin-prohibited proto=tcp dport=22"}, {"tcp", 22}, "dport"},
	{{"reject=tcp-reset proto=tcp dport=23"}, {"tcp", 23}, "dport"},
	{{"reject=port-unreachable proto=udp dport=33434"}, {"udp", 33434}, "dport"},
	{{"accept proto=udp sport=53", "drop proto=udp"}, {"udp", 33434}, "sport"},
	{{"accept proto=udp sport=53", "drop proto=udp"}, {"udp", 53}, "sport"},
	{{"drop proto=tcp sport=1024-65535"}, {"tcp", 80}, "sport"},
	{{"drop proto=tcp flags=syn,!ack"}, {"tcp", 443}, "flags"},
	{{"reject=admin-prohibited proto=tcp flags=syn"}, {"tcp", 443}, "flags"},
	{{"accept proto=udp payload=dns", "drop proto=udp"}, {"udp", 33434}, "payload"},
	{{"accept proto=udp payload=ntp", "drop proto=udp"}, {"udp", 53}, "payload"},
	{{"drop proto=udp payload=dns"}, {"udp", 53}, "payload"},
	{{"drop proto=udp payload=quic"}, {"udp", 443}, "payload"},
	{{"accept proto=udp payload=quic", "drop proto=udp"}, {"udp", 33434}, "payload"},
	{{"accept proto=udp length=1000-1500", "drop proto=udp"}, {"udp", 33434}, "length"},
	{{"drop proto=udp length=1-90"}, {"udp", 33434}, "length", true},
	{{"drop proto=tcp length=1-100"}, {"tcp", 443}, "length"},
	{{"drop proto=udp df=on"}, {"udp", 33434}, "df", true},
	{{"drop proto=tcp df=on"}, {"tcp", 443}, "df", true},
	{{"accept proto=tcp dscp=46", "drop proto=tcp"}, {"tcp", 443}, "dscp"},
	{{"drop proto=udp dscp=0"}, {"udp", 33434}, "dscp"},
	/* Two, each of which alone lets packets pass. */
	{{"accept proto=tcp flags=ack", "accept proto=tcp dscp=46", "drop proto=tcp"}, {"tcp", 443}, "dscp flags"},
	{{"drop proto=udp dport=33434 sport=1024-65535"}, {"udp", 33434}, "dport sport"},
	/* None that is tried. */
	{{"drop proto=udp"}, {"udp", 33434}, ""},
	{{"drop proto=tcp"}, {"tcp", 443}, ""},
	{{"reject=admin-prohibited proto=udp"}, {"udp", 53}, ""},
	{{"reject=tcp-reset proto=tcp"}, {"tcp", 443}, ""},
	{{"drop proto=udp dport=1-65535 length=1-1400"}, {"udp", 33434}, ""},
	{{"accept proto=tcp sport=4000", "drop proto=tcp"}, {"tcp", 443}, ""},
	{{"drop proto=17 dst=0/0 family=4", "drop proto=17 dst=::/0 family=6"}, {"udp", 33434}, ""},
};

static void chain_with(char more[512], const char *const filters[3], unsigned router)
{
	more[0] = 0;
	for (size_t i = 0; i < 3 && filters[i]; i++)
		snprintf(more + strlen(more), 512 - strlen(more), "filter r%u %s\n", router, filters[i]);
}

static void the_field_is_named_and_no_other(void **unused)
{
	(void)unused;
	unsigned judged = 0;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (uint8_t family = 4; family <= (cases[i].not6 ? 4 : 6); family += 2) {
			char more[512], fields[64];
			chain_with(more, cases[i].filters, FILTER_HOP);
			struct sn_net_chain chain = {.hops = HOPS, .target = "tcp-open=80 udp-open=53", .more = more};
			struct lab lab = {0};
			run(&lab, &chain, cases[i].asked, family, i + 1);
			const struct sonde_finding *f = shape_of(&lab, 1);
			if (!f || strcmp(fields_of(f, fields), cases[i].fields) != 0)
				fail_msg("%s, IPv%u: '%s' wanted, got '%s': %s", cases[i].filters[0], (unsigned)family, cases[i].fields,
				         f ? fields : "nothing", f ? f->sentence : "");
			assert_int_equal(f->first_ttl, FILTER_HOP);
			assert_int_equal(f->last_ttl, FILTER_HOP + 1);
			assert_int_equal(f->confidence, SONDE_CONFIDENCE_LIKELY);
			assert_int_equal(f->exit_status, 0);
			assert_null(shape_of(&lab, 0));
			assert_in_range(strlen(f->sentence), 20, sizeof f->sentence - 2);
			judged++;
			close_lab(&lab);
		}
	print_message("%u filters, each with its fields\n", judged);
}

/* Where the last router filters, the target's own answers are the proof. */
static void the_target_shows_it_as_well(void **unused)
{
	(void)unused;
	static const struct {
		const char *filters[3];
		struct asked asked;
		const char *fields;
	} last[] = {
		{{"drop proto=tcp dport=443"}, {"tcp", 443}, "dport"},
		{{"drop proto=tcp flags=syn,!ack"}, {"tcp", 443}, "flags"},
		{{"accept proto=udp sport=53", "drop proto=udp"}, {"udp", 33434}, "sport"},
		{{"drop proto=udp dport=33434"}, {"udp", 33434}, "dport"},
		{{"drop proto=tcp"}, {"tcp", 443}, ""},
		{{"drop proto=udp"}, {"udp", 33434}, ""},
	};
	for (size_t i = 0; i < sizeof last / sizeof *last; i++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			char more[512], fields[64];
			chain_with(more, last[i].filters, HOPS - 1);
			struct sn_net_chain chain = {.hops = HOPS, .target = "tcp-open=80", .more = more};
			struct lab lab = {0};
			run(&lab, &chain, last[i].asked, family, i + 1);
			const struct sonde_finding *f = shape_of(&lab, 1);
			assert_non_null(f);
			assert_string_equal(fields_of(f, fields), last[i].fields);
			assert_int_equal(f->last_ttl, HOPS);
			close_lab(&lab);
		}
}

/* A port that somebody listens on in silence is no filter, and nothing is said to be sure. */
static void a_silent_service_is_never_sure(void **unused)
{
	(void)unused;
	struct sn_net_chain chain = {.hops = HOPS, .target = "udp-open=5000"};
	struct lab lab = {0};
	run(&lab, &chain, (struct asked){"udp", 5000}, 4, 1);
	assert_int_equal(shape_of(&lab, 1)->confidence, SONDE_CONFIDENCE_POSSIBLE);
	assert_non_null(strstr(shape_of(&lab, 1)->otherwise, "a service took some in silence"));
	close_lab(&lab);
}

static void nothing_is_said_where_nothing_is_blocked(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct sn_net_chain chain = {.hops = HOPS, .target = "tcp-open=443"};
		struct lab lab = {0};
		run(&lab, &chain, (struct asked){"tcp", 443}, family, 1);
		assert_null(shape_of(&lab, 0));
		assert_null(shape_of(&lab, 1));
		assert_int_equal(lab.sent, 0);
		close_lab(&lab);
	}
}

/* No other method got farther: it is told, and nothing is sent for it. */
static void without_a_hop_behind_it_cannot_be_told(void **unused)
{
	(void)unused;
	struct sn_net_chain chain = {.hops = HOPS, .more = "filter r3 drop\n"};
	struct lab lab = {0};
	run(&lab, &chain, (struct asked){"udp", 33434}, 4, 1);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(shape_of(&lab, i)->confidence, SONDE_CONFIDENCE_UNDECIDED);
		assert_non_null(strstr(shape_of(&lab, i)->sentence, "no method got farther"));
	}
	assert_int_equal(lab.sent, 0);
	close_lab(&lab);
}

/* The filter goes while it is looked at. */
static void what_passes_now_decides_nothing(void **unused)
{
	(void)unused;
	char fields[64];
	for (unsigned s = 3; s <= 9; s++) {
		char more[64];
		snprintf(more, sizeof more, "filter r3 drop proto=udp at=0-%us", s);
		struct sn_net_chain chain = {.hops = HOPS, .more = more};
		struct lab lab = {0};
		run(&lab, &chain, (struct asked){"udp", 33434}, 4, s);
		const struct sonde_finding *f = shape_of(&lab, 1);
		assert_non_null(f);
		assert_string_equal(fields_of(f, fields), "");
		if (lab.end_at_ns > (s + 1) * SONDE_S)
			assert_int_equal(f->confidence, SONDE_CONFIDENCE_UNDECIDED);
		close_lab(&lab);
	}
}

/* Linux's own limits: what passes is seen to pass, and no field is called the same because its answer was withheld. */
static void limiters_hide_nothing(void **unused)
{
	(void)unused;
	char fields[64];
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct sn_net_chain chain = {
		    .hops = HOPS, .routers = "icmp-rate=1/s icmp-burst=6", .more = "filter r3 drop proto=udp dport=33434"};
		struct lab lab = {0};
		run(&lab, &chain, (struct asked){"udp", 33434}, family, 1);
		const struct sonde_finding *f = shape_of(&lab, 1);
		assert_string_equal(fields_of(f, fields), "dport");
		assert_non_null(strstr(f->sentence, "to port 53, 123 and 500 pass"));
		close_lab(&lab);
	}
}

/* Loss on every link: never another field than the right one. */
static void loss_names_no_wrong_field(void **unused)
{
	(void)unused;
	static const char *const filters[][3] = {{"drop proto=udp dport=33434"}, {"drop proto=udp"}};
	static const char *const wanted[] = {"dport", ""};
	unsigned right[2] = {0}, runs = 0;
	for (uint64_t seed = 1; seed <= 100; seed++, runs++)
		for (size_t i = 0; i < 2; i++) {
			char more[512], fields[64];
			chain_with(more, filters[i], FILTER_HOP);
			struct sn_net_chain chain = {.hops = HOPS, .links = "loss=2%", .more = more};
			struct lab lab = {0};
			run(&lab, &chain, (struct asked){"udp", 33434}, 4, seed);
			const struct sonde_finding *f = shape_of(&lab, 1);
			if (f && *fields_of(f, fields) && strcmp(fields, wanted[i]) != 0)
				fail_msg("seed %u: %s", (unsigned)seed, f->sentence);
			right[i] += f && f->confidence >= SONDE_CONFIDENCE_POSSIBLE && strcmp(fields_of(f, fields), wanted[i]) == 0;
			close_lab(&lab);
		}
	print_message("2 %% loss on each link: port named in %u of %u, none in %u of %u\n", right[0], runs, right[1], runs);
	assert_true(right[0] * 10 >= runs * 9 && right[1] * 10 >= runs * 9);
}

/* A diamond of which one side drops UDP, whatever its ports: no port decides anything. */
static void a_balancer_is_no_port_filter(void **unused)
{
	(void)unused;
	static const char diamond[] =
	    "observer me\nrouter r1 a b c r3 r4\nhost target tcp-open=80\n"
	    "link me r1 10.1.0.2/24 10.1.0.1/24 delay=1ms\nlink r1 a 10.2.0.1/24 10.2.0.2/24 delay=1ms\n"
	    "link r1 b 10.3.0.1/24 10.3.0.2/24 delay=1ms\nlink r1 c 10.8.0.1/24 10.8.0.2/24 delay=1ms\n"
	    "link a r3 10.4.0.1/24 10.4.0.2/24 delay=1ms\nlink b r3 10.5.0.1/24 10.5.0.2/24 delay=1ms\n"
	    "link c r3 10.9.0.1/24 10.9.0.2/24 delay=1ms\n"
	    "link r3 r4 10.6.0.1/24 10.6.0.2/24 delay=1ms\nlink r4 target 10.7.0.1/24 10.7.0.2/24 delay=1ms\n"
	    "route r1 10.7.0.0/24 via a,b,c balance=flow\nfilter a drop proto=udp before-ttl\n%s";
	static const char *const others[] = {"", "filter b drop proto=udp before-ttl\n"};
	static const struct asked asked[] = {{"icmp", 0}, {"tcp", 80}, {"udp", 33434}};
	unsigned named = 0, runs = 0, blocked = 0;
	for (uint64_t seed = 1; seed <= 200; seed++)
		for (size_t i = 0; i < 2; i++, runs++) {
			char text[2048], fields[64];
			struct lab lab = {0};
			snprintf(text, sizeof text, diamond, others[i]);
			run_text(&lab, text, asked, 3, 4, seed, 0);
			const struct sonde_finding *f = shape_of(&lab, 2);
			blocked += f != NULL;
			if (f && *fields_of(f, fields) && strcmp(fields, "flow") != 0)
				fail_msg("seed %u, %u ways dropped: %s", (unsigned)seed, (unsigned)i + 1, f->sentence);
			named += f && strcmp(fields_of(f, fields), "flow") == 0;
			close_lab(&lab);
		}
	print_message("balanced over three ways: udp blocked in %u of %u, the flow named in %u, a port never\n", blocked, runs, named);
	assert_true(blocked > 50 && named * 2 > blocked);
}

static void it_is_bounded(void **unused)
{
	(void)unused;
	struct sn_net_chain chain = {.hops = HOPS, .more = "filter r3 drop proto=udp\nfilter r3 drop proto=tcp"};
	static const struct asked five[] = {{"icmp", 0}, {"udp", 33434}, {"udp", 53}, {"tcp", 80}, {"tcp", 443}};
	struct sn_buf text = {0};
	sn_net_chain_text(&chain, &text);
	struct lab lab = {0};
	run_text(&lab, sn_buf_text(&text), five, 5, 4, 1, 0);
	print_message("four methods blocked by protocol: %u probes in %u ms\n", lab.sent,
	              (unsigned)((lab.end_at_ns - lab.shaping_at_ns) / SONDE_MS));
	assert_in_range(lab.end_at_ns - lab.shaping_at_ns, 0, 6 * SONDE_S);
	assert_in_range(lab.sent, 4 * 20, 4 * 45);
	close_lab(&lab);
	/* A deadline ends it, with what is known; so does a user. */
	struct lab late = {0};
	run_text(&late, sn_buf_text(&text), five, 5, 4, 1, 5 * SONDE_S);
	assert_in_range(late.end_at_ns, 0, 5 * SONDE_S);
	close_lab(&late);
	for (unsigned after = 1; after < 100; after += 7) {
		struct lab stopped = {.stop_after = after};
		char fields[64];
		run_text(&stopped, sn_buf_text(&text), five, 5, 4, 1, 0);
		for (size_t i = 1; i < 5; i++)
			assert_string_equal(fields_of(shape_of(&stopped, i), fields), "");
		close_lab(&stopped);
	}
	sn_buf_finish(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_field_is_named_and_no_other),
	    cmocka_unit_test(the_target_shows_it_as_well),
	    cmocka_unit_test(a_silent_service_is_never_sure),
	    cmocka_unit_test(nothing_is_said_where_nothing_is_blocked),
	    cmocka_unit_test(without_a_hop_behind_it_cannot_be_told),
	    cmocka_unit_test(what_passes_now_decides_nothing),
	    cmocka_unit_test(limiters_hide_nothing),
	    cmocka_unit_test(loss_names_no_wrong_field),
	    cmocka_unit_test(a_balancer_is_no_port_filter),
	    cmocka_unit_test(it_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
