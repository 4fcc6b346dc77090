/* SPDX-License-Identifier: MIT */
/* The path MTU, case by case: what is found, where, how sure, and how long it takes for round trips of 10, 75 and 300 ms. */
#include "mtu_way.h"

static void a_clear_path_takes_what_its_first_link_does(void **unused)
{
	(void)unused;
	EACH_WAY_OF_ASKING (method, family) {
		run(&(struct way){.routers = ""}, method, family);
		assert_int_equal(m.mtu.path_bytes, 1500);
		assert_int_equal(m.mtu.narrowing_count, 0);
		expect("pmtu", most_sure(method), 0);
		assert_int_equal(measured_found(&m, "pmtu-blackhole", NULL), 0);
		for (unsigned ttl = 1; ttl <= HOPS; ttl++)
			assert_int_equal(m.mtu.hop_bytes[ttl], 1500);
	}
}

static void a_router_says_what_its_link_takes(void **unused)
{
	(void)unused;
	EACH_WAY_OF_ASKING (method, family) {
		run(&(struct way){.links = {[3] = "mtu=1400"}}, method, family);
		expect_link(SONDE_MTU_SAID, 1400, 3);
		assert_int_equal(last()->said_bytes, 1400);
		const struct sonde_finding *f = expect("pmtu", most_sure(method), 0);
		expect_words(f, "it said so (packet too big, MTU 1400); 1400 passed, 1401 did not.");
		assert_int_equal(m.findings.count, 1);
		assert_int_equal(m.mtu.hop_bytes[3], 1500);
		assert_int_equal(m.mtu.hop_bytes[4], 1400);
	}
}

static void a_black_hole_is_found_and_placed(void **unused)
{
	(void)unused;
	EACH_WAY_OF_ASKING (method, family) {
		run(&(struct way){.links = {[5] = "mtu=1400 mtu-silent"}}, method, family);
		expect_link(SONDE_MTU_SILENT, 1400, 5);
		const struct sonde_finding *f = expect("pmtu-blackhole", SONDE_CONFIDENCE_LIKELY, 1);
		expect_words(f, "Packets larger than 1400 bytes vanish after hop 5 (");
		expect_words(f, family == 4 ? "something filters ICMP 3/4" : "something filters ICMPv6 type 2");
		expect("pmtu", SONDE_CONFIDENCE_LIKELY, 0);
	}
}

/* A switch that takes less than this machine's device believes: nobody could say so. */
static void no_router_could_speak_of_the_first_link(void **unused)
{
	(void)unused;
	EACH_WAY_OF_ASKING (method, family) {
		run(&(struct way){.more = "filter r1 drop from=me length=1401-65535 before-ttl\n"}, method, family);
		expect_link(SONDE_MTU_SILENT, 1400, 0);
		const struct sonde_finding *f = expect("pmtu-blackhole", SONDE_CONFIDENCE_LIKELY, 1);
		expect_words(f, "Packets larger than 1400 bytes vanish on the link of this machine, at or before hop 1 (");
		expect_words(f, ": it takes less than the 1500 bytes of its device here, and in front of it is no router");
	}
}

static void each_narrowing_has_its_place(void **unused)
{
	(void)unused;
	EACH_WAY_OF_ASKING (method, family) {
		run(&(struct way){.links = {"mtu=9000", "mtu=9000", "mtu=1500", "mtu=1492 mtu-silent", "mtu=1420"}}, method, family);
		assert_int_equal(m.mtu.narrowing_count, 3);
		expect_link(SONDE_MTU_SAID, 1420, 4);
		assert_int_equal(m.mtu.narrowings[0].got_bytes, 1500);
		assert_int_equal(m.mtu.narrowings[0].after_ttl, 2);
		assert_int_equal(m.mtu.narrowings[1].cause, SONDE_MTU_SILENT);
		assert_int_equal(m.mtu.narrowings[1].after_ttl, 3);
		expect("pmtu-blackhole", SONDE_CONFIDENCE_LIKELY, 1);
		expect_words(expect("pmtu", most_sure(method), 0), "WireGuard, which is a guess");
	}
}

static void an_old_router_names_no_mtu(void **unused)
{
	(void)unused;
	run(&(struct way){.links = {[2] = "mtu=1006 mtu-says=0"}}, "icmp", 4);
	expect_link(SONDE_MTU_SAID, 1006, 2);
	expect_words(expect("pmtu", SONDE_CONFIDENCE_CERTAIN, 0), "without naming an MTU");
	assert_int_equal(m.findings.count, 1);
}

static void a_wrong_message_is_told(void **unused)
{
	(void)unused;
	static const struct {
		const char *link;
		unsigned mtu_bytes;
		uint8_t family;
		const char *words;
	} cases[] = {
	    {"mtu=1400 mtu-says=1300", 1400, 4, "less than gets through"},
	    {"mtu=1400 mtu-says=1450", 1400, 6, "more than gets through"},
	    {"mtu=1400 mtu-says=1600", 1400, 4, "more than gets through"},
	    {"mtu=1400 mtu-says=1200", 1400, 6, "have to discard the message"},
	    {"mtu=1400 mtu-says=0", 1400, 6, "have to discard the message"},
	    {"mtu=1400 mtu-says=20", 1400, 4, "do not believe it"},
	    {"mtu=1000", 1000, 6, "have to discard the message"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		run(&(struct way){.links = {[4] = cases[i].link}}, "icmp", cases[i].family);
		expect_link(SONDE_MTU_SAID, cases[i].mtu_bytes, 4);
		expect_words(expect("mtu-message-wrong", SONDE_CONFIDENCE_CERTAIN, 0), cases[i].words);
	}
	expect_words(expect("pmtu", SONDE_CONFIDENCE_CERTAIN, 0), "IPv6 asks 1280 bytes of every link");
}

/* A balancer draws one of two ways for each packet, of which one takes only 1400 bytes. */
static void run_balanced(const char *narrow, const char *method, uint8_t family, uint64_t seed)
{
	struct sn_buf text = {0};
	static const char *const ends[][2] = {{"me", "r1"}, {"r1", "a"}, {"r1", "b"}, {"a", "r2"}, {"b", "r2"}, {"r2", "target"}};
	sn_buf_puts(&text, "observer me\nrouter r1 a b r2\nhost target\n");
	for (unsigned k = 0; k < sizeof ends / sizeof *ends; k++)
		sn_buf_printf(&text, "link %s %s 10.%u.0.2/24 10.%u.0.1/24 2001:db8:%u::2/64 2001:db8:%u::1/64 delay=1ms %s\n", ends[k][0],
		              ends[k][1], k, k, k, k, k == 3 ? narrow : "");
	sn_buf_puts(&text, "route r1 10.5.0.0/24 via a,b balance=packet\nroute r1 2001:db8:5::/64 via a,b balance=packet\n");
	assert_false(text.bad);
	measured_finish(&m);
	m = (struct measured){.net = sn_buf_text(&text), .method = method, .family = family, .seed = seed};
	measured_run(&m);
	sn_buf_finish(&text);
}

static void a_way_drawn_for_each_packet_has_no_one_mtu(void **unused)
{
	unsigned asked = 0, shown = 0;
	(void)unused;
	for (uint64_t seed = 1; seed <= 20; seed++)
		EACH_WAY_OF_ASKING (method, family) {
			const struct sonde_finding *f;
			bool rations = strcmp(method, "udp") == 0;
			run_balanced("mtu=1400,1500", method, family, seed);
			assert_int_equal(measured_found(&m, "pmtu", &f), 1);
			const struct sonde_finding *wrong;
			assert_int_equal(m.findings.count, 1 + measured_found(&m, "mtu-message-wrong", &wrong));
			assert_true(!wrong || (rations && wrong->confidence == SONDE_CONFIDENCE_POSSIBLE));
			if (!rations || m.mtu.ways.several) {
				assert_true(m.mtu.ways.several);
				assert_int_equal(f->confidence, SONDE_CONFIDENCE_UNDECIDED);
				assert_true(m.mtu.ways.got_bytes > 1400);
				assert_true(m.mtu.ways.refused_bytes > 1400);
				assert_int_equal(m.mtu.ways.said_bytes, 1400);
				expect_words(f, "There is no one path MTU");
			}
			if (!rations) {
				assert_int_equal(m.mtu.ways.refused_bytes, 1401);
				expect_words(f, "The lowest MTU of these ways is 1400 or less, the highest 1");
			}
			/* … and where nobody says so */
			run_balanced("mtu=1400,1500 mtu-silent", method, family, seed);
			assert_int_equal(measured_found(&m, "pmtu", &f), 1);
			assert_true(f->confidence != SONDE_CONFIDENCE_CERTAIN);
			assert_true(rations || !measured_found(&m, "pmtu-blackhole", NULL));
			asked += !rations;
			shown += !rations && m.mtu.ways.uneven;
			if (m.mtu.ways.uneven)
				expect_words(f, "bytes get through, but not always");
		}
	/* luck may hide it: then it is likely, and not certain */
	assert_true(shown * 10 >= asked * 9);
}

/* A filter that says that it refuses large packets is no black hole, and no link either. */
static void who_refuses_large_packets_is_named(void **unused)
{
	(void)unused;
	static const struct {
		const char *kind;
		enum sonde_meaning meaning;
	} kinds[] = {{"admin-prohibited", SONDE_M_ADMIN_PROHIBITED}, {"host-unreachable", SONDE_M_HOST_UNREACHABLE},
	             {"net-unreachable", SONDE_M_NET_UNREACHABLE}, {"port-unreachable", SONDE_M_PORT_UNREACHABLE}};
	for (size_t i = 0; i < 2 * sizeof kinds / sizeof *kinds; i++) {
		char more[128];
		snprintf(more, sizeof more, "filter r3 reject=%s length=1401-65535%s\n", kinds[i / 2].kind, i % 2 ? " before-ttl" : "");
		EACH_WAY_OF_ASKING (method, family) {
			run(&(struct way){.more = more}, method, family);
			assert_int_equal(measured_found(&m, "pmtu-blackhole", NULL), 0);
			assert_int_equal(last()->cause, SONDE_MTU_REFUSED);
			assert_int_equal(last()->meaning, kinds[i / 2].meaning);
			assert_int_equal(last()->got_bytes, 1400);
			assert_int_equal(last()->refused_bytes, 1401);
			const struct sonde_finding *f = expect("pmtu", SONDE_CONFIDENCE_UNDECIDED, 1);
			expect_words(f, "1400 or more");
			expect_words(f, "at hop 3 refuses 1401 bytes and more");
			assert_true(m.took_ns <= 10 * SONDE_S);
		}
	}
	/* … nor where it says so once a second */
	EACH_WAY_OF_ASKING (method, family) {
		run(&(struct way){.routers = "icmp-rate=1/s", .more = "filter r3 reject=admin-prohibited length=1401-65535\n"}, method,
		    family);
		assert_int_equal(measured_found(&m, "pmtu-blackhole", NULL), 0);
		assert_int_equal(last()->cause, SONDE_MTU_REFUSED);
		assert_true(last()->got_bytes <= 1400 && last()->refused_bytes >= 1401);
		assert_true(m.took_ns <= 10 * SONDE_S);
	}
}

/* Routers that quote eight bytes, of which UDP over IPv6 keeps nothing: what they name is believed where it was found as well. */
static void messages_that_prove_little_are_no_silence(void **unused)
{
	(void)unused;
	run(&(struct way){.routers = "quote=8", .target = "quote=8", .links = {[3] = "mtu=1400"}}, "udp", 6);
	expect_link(SONDE_MTU_SAID, 1400, 3);
	expect("pmtu", SONDE_CONFIDENCE_LIKELY, 0);
	assert_int_equal(m.findings.count, 1);
	run(&(struct way){.routers = "quote=8", .target = "quote=8", .links = {[3] = "mtu=1400 mtu-says=1300"}}, "udp", 6);
	assert_int_equal(m.mtu.path_bytes, 1400);
	assert_int_equal(last()->cause, SONDE_MTU_DOUBTED);
	expect_words(expect("pmtu", SONDE_CONFIDENCE_UNDECIDED, 1), "in the name of 2001:db8:3::1 (packet-too-big: ");
	assert_int_equal(m.findings.count, 1);
}

/* SCTP's packets have multiples of four bytes: what lies between no probe can tell, and all else was measured. */
static void lengths_between_are_no_question(void **unused)
{
	(void)unused;
	static const char *const links[] = {"mtu=1402", "mtu=1402 mtu-silent"};
	for (size_t i = 0; i < 2 * 2; i++) {
		run(&(struct way){.links = {[3] = links[i / 2]}, .target = "sctp-open=3868", .routers = i % 2 ? "quote=8" : ""}, "sctp", 4);
		assert_int_equal(last()->got_bytes, 1400);
		assert_int_equal(last()->refused_bytes, 1404);
		assert_int_equal(last()->cause, i / 2 ? SONDE_MTU_SILENT : SONDE_MTU_SAID);
		const struct sonde_finding *f = expect("pmtu", SONDE_CONFIDENCE_LIKELY, 0);
		expect_words(f, "Path MTU between 1400 and 1403: ");
		expect_words(f, "1400 passed, 1404 did not, and sctp has no lengths between");
		assert_int_equal(measured_found(&m, "pmtu-blackhole", NULL), i / 2);
	}
}

/* Echo replies are as large as the requests: silence of the target alone is no black hole. */
static void a_target_that_ignores_large_requests_is_no_black_hole(void **unused)
{
	(void)unused;
	static const struct way ways[] = {
	    {.more = "filter target drop proto=echo length=1001-65535\n"},
	    {.links = {[HOPS - 1] = "mtu=1400 mtu-silent"}},
	    {.links = {[3] = "mtu=1500,1400"}},
	};
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		run(&ways[i], "icmp", 6);
		assert_int_equal(measured_found(&m, "pmtu-blackhole", NULL), 0);
		const struct sonde_finding *f = expect("pmtu", SONDE_CONFIDENCE_UNDECIDED, 1);
		expect_words(f, "cannot be told");
		assert_string_equal(f->next, "sonde mtu -M udp HOST");
	}
	/* … which UDP, whose answers are small, tells apart */
	run(&ways[0], "udp", 6);
	assert_int_equal(m.mtu.path_bytes, 1500);
	run(&ways[1], "udp", 6);
	expect_link(SONDE_MTU_SILENT, 1400, HOPS - 1);
	run(&ways[2], "udp", 6);
	assert_int_equal(m.mtu.path_bytes, 1500);
}

/* Who might have said so answers nothing: the place is a range, and the reason is not only a filter. */
static void a_silent_router_in_front_of_the_link_leaves_a_range(void **unused)
{
	(void)unused;
	EACH_WAY_OF_ASKING (method, family) {
		run(&(struct way){.silent = "r3", .links = {[3] = "mtu=1400"}}, method, family);
		assert_int_equal(last()->cause, SONDE_MTU_SILENT);
		assert_int_equal(last()->after_ttl, 2);
		assert_int_equal(last()->before_ttl, 4);
		const struct sonde_finding *f = expect("pmtu-blackhole", SONDE_CONFIDENCE_LIKELY, 1);
		expect_words(f, "vanish after hop 2 (");
		expect_words(f, ", at or before hop 4 (");
		expect_words(f, ", or hop 3, which answers nothing, does not send it.");
	}
}

/* No link of IPv6 takes so little: what swallows more is no link that breaks a rule. */
static void a_filter_breaks_no_rule_of_links(void **unused)
{
	(void)unused;
	run(&(struct way){.more = "filter r3 drop proto=echo length=1001-65535\n"}, "icmp", 6);
	assert_int_equal(m.mtu.path_bytes, 1000);
	const struct sonde_finding *f = expect("pmtu", SONDE_CONFIDENCE_POSSIBLE, 0);
	expect_words(f, "a filter is the likelier reason");
	assert_null(strstr(f->sentence, "breaks it"));
	assert_string_equal(expect("pmtu-blackhole", SONDE_CONFIDENCE_POSSIBLE, 1)->next, "sonde mtu -M udp HOST");
	run(&(struct way){.more = "filter r3 drop proto=udp length=1001-65535\n"}, "udp", 4);
	assert_string_equal(expect("pmtu-blackhole", SONDE_CONFIDENCE_LIKELY, 1)->next, "");
}

/* The errors that answer UDP quote it, up to 1280 bytes over IPv6: below that they are the larger packets. */
static void answers_that_quote_may_be_what_is_lost(void **unused)
{
	(void)unused;
	run(&(struct way){.links = {[2] = "mtu=1006 mtu-says=0"}}, "udp", 6);
	assert_int_equal(m.mtu.path_bytes, 1006 - 48);
	const struct sonde_finding *f = expect("pmtu", SONDE_CONFIDENCE_POSSIBLE, 0);
	assert_non_null(strstr(f->otherwise, "are 48 bytes larger"));
	f = expect("pmtu-blackhole", SONDE_CONFIDENCE_POSSIBLE, 1);
	assert_non_null(strstr(f->otherwise, "the answers that vanish"));
	assert_string_equal(f->next, "sonde mtu -M icmp HOST");
	run(&(struct way){.links = {[2] = "mtu=1006 mtu-says=0"}}, "icmp", 6);
	expect_link(SONDE_MTU_SAID, 1006, 2);
}

static void a_silent_router_does_not_matter(void **unused)
{
	(void)unused;
	EACH_WAY_OF_ASKING (method, family) {
		run(&(struct way){.silent = "r3", .links = {[4] = "mtu=1400"}}, method, family);
		expect_link(SONDE_MTU_SAID, 1400, 4);
		run(&(struct way){.silent = "r3"}, method, family);
		assert_int_equal(m.mtu.narrowing_count, 0);
		expect("pmtu", most_sure(method), 0);
	}
}

static void a_silent_target_is_measured_as_far_as_its_last_router(void **unused)
{
	(void)unused;
	run(&(struct way){.target = "silent echo=off", .links = {[2] = "mtu=1400"}}, "icmp", 4);
	assert_false(m.mtu.reached);
	assert_int_equal(m.mtu.aim_ttl, HOPS - 1);
	expect_link(SONDE_MTU_SAID, 1400, 2);
	expect_words(expect("pmtu", SONDE_CONFIDENCE_UNDECIDED, 1), "did not answer; what follows holds as far as hop 6 (");
}

/* A router that clears the bit that forbids fragments: what gets through may be cut. */
static void what_may_be_cut_is_not_measured(void **unused)
{
	(void)unused;
	static const char *const routers[] = {"fragments", ""}; /* … which those behind it do, or put together again what they cut */
	for (size_t i = 0; i < 2 * sizeof methods / sizeof *methods; i++) {
		run(&(struct way){.more = "rewrite r2 df=off from=r1\n", .links = {"mtu=1500", "mtu=1480", [4] = "mtu=1400"},
		                  .routers = routers[i % 2]}, methods[i / 2], 4);
		assert_int_equal(m.mtu.path_bytes, 1480);
		assert_int_equal(m.mtu.cut.after_ttl, 2);
		assert_int_equal(m.mtu.cut.before_ttl, 3);
		assert_int_equal(m.mtu.cut.pieces_ttl, i % 2 ? 0 : 5);
		const struct sonde_finding *f = expect("pmtu", SONDE_CONFIDENCE_UNDECIDED, 1);
		expect_words(f, "1480 bytes get through, but maybe not in one piece");
		expect_words(f, i % 2 ? "at or before hop 3 (10.3.0.1). " : "and hop 5 (10.5.0.1) got pieces, the first of ");
	}
	/* where such pieces are dropped, they are what vanishes */
	run(&(struct way){.more = "rewrite r2 df=off from=r1\nfilter r6 drop length=1300-1400\n", .links = {[4] = "mtu=1400"},
	                  .routers = "fragments"}, "tcp", 4);
	const struct sonde_finding *hole;
	if (measured_found(&m, "pmtu-blackhole", &hole))
		assert_non_null(strstr(hole->otherwise, "what vanishes is fragments"));
	assert_true(m.mtu.cut.before_ttl == 3);
}

/* Where the way ends is told as a trace tells it, and the MTU is that of the way to there. */
/* Copies of probes would show it. */
static void what_may_be_cut_unseen_is_not_certain(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2) {
		run(&(struct way){.routers = "silent"}, "icmp", family);
		assert_int_equal(m.mtu.path_bytes, 1500);
		assert_int_equal(m.mtu.cut.seen_ttl, 0);
		const struct sonde_finding *f = expect("pmtu", family == 4 ? SONDE_CONFIDENCE_LIKELY : SONDE_CONFIDENCE_CERTAIN, 0);
		assert_true(family == 6 || strstr(f->otherwise, "lets packets be cut"));
	}
	run(&(struct way){.routers = ""}, "icmp", 4);
	assert_int_equal(m.mtu.cut.seen_ttl, HOPS - 1);
}

static void a_way_that_ends_early_is_told(void **unused)
{
	(void)unused;
	static const struct {
		const char *more, *finding;
		uint8_t aim_ttl;
	} cases[] = {
	    {"route r5 10.7.0.0/24 unreachable\nroute r5 2001:db8:7::/64 unreachable\n", "net-unreachable", 4},
	    {"filter r5 reject=admin-prohibited dst=10.7.0.1\nfilter r5 reject=admin-prohibited dst=2001:db8:7::1\n",
	     "admin-prohibited", 5},
	    {"filter r5 reject=host-unreachable dst=10.7.0.1\nfilter r5 reject=host-unreachable dst=2001:db8:7::1\n",
	     "host-unreachable", 5},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		EACH_WAY_OF_ASKING (method, family) {
			run(&(struct way){.more = cases[i].more, .links = {[2] = "mtu=1400"}}, method, family);
			const struct sonde_finding *f;
			if (measured_found(&m, cases[i].finding, &f) != 1)
				fail_msg("%s over IPv%d: %s is not found", method, family, cases[i].finding);
			assert_int_equal(f->exit_status, 1);
			assert_int_equal(m.mtu.aim_ttl, cases[i].aim_ttl);
			assert_int_equal(m.mtu.path_bytes, 1400);
			expect_words(expect("pmtu", SONDE_CONFIDENCE_UNDECIDED, 1), "Measured was as far as hop ");
		}
}

static void a_circle_is_told(void **unused)
{
	(void)unused;
	EACH_WAY_OF_ASKING (method, family) {
		run(&(struct way){.more = "route r5 10.7.0.0/24 via r4\nroute r5 2001:db8:7::/64 via r4\n", .links = {[2] = "mtu=1400"}},
		    method, family);
		assert_int_equal(measured_found(&m, "loop", NULL), 1);
		/* in IPv6 r4 answers from the address that the packet came in by, which is another one the second time */
		assert_int_equal(m.mtu.aim_ttl, family == 4 ? 5 : 6);
		assert_int_equal(m.mtu.path_bytes, 1400);
		expect_words(expect("pmtu", SONDE_CONFIDENCE_UNDECIDED, 1), "Measured was as far as hop ");
		assert_true(m.took_ns <= 10 * SONDE_S);
	}
}

static void routers_that_ration_and_loss_make_no_black_hole(void **unused)
{
	(void)unused;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		char loss[32];
		snprintf(loss, sizeof loss, "loss=%u%%", (unsigned)seed);
		run(&(struct way){.routers = "icmp-rate=1/s icmp-burst=2", .links = {[3] = loss}}, "icmp", seed % 2 ? 4 : 6);
		assert_int_equal(measured_found(&m, "pmtu-blackhole", NULL), 0);
	}
}

/* ---- time ---- */

static void check_time(const char *what, const struct way *way, const char *method, sonde_ns most_ns)
{
	run(way, method, 4);
	printf("# %-28s %-5s R %3u ms: %6.0f ms, %3u probes\n", what, method, way->round_trip_ms, (double)m.took_ns / SONDE_MS,
	       m.probe_count);
	assert_true(m.took_ns <= most_ns);
}

static void it_is_done_in_time(void **unused)
{
	(void)unused;
	static const unsigned round_trips[] = {10, 75, 300};
	for (size_t i = 0; i < sizeof round_trips / sizeof *round_trips; i++) {
		sonde_ns most_ns = 4 * (sonde_ns)round_trips[i] * SONDE_MS + SONDE_S;
		struct way way = {.round_trip_ms = round_trips[i]};
		for (size_t k = 0; k < sizeof methods / sizeof *methods; k++)
			check_time("clear", &way, methods[k], most_ns);
		way.silent = "r3";
		check_time("clear, a silent router", &way, "icmp", most_ns);
		way.more = "filter r4 reject=admin-prohibited length=1438-65535\n";
		check_time("refused by a filter", &way, "icmp", most_ns);
		way.more = NULL;
		way.links[4] = "mtu=1437";
		for (size_t k = 0; k < sizeof methods / sizeof *methods; k++)
			check_time("said, a silent router", &way, methods[k], most_ns);
		way.links[1] = "mtu=1480";
		check_time("said twice", &way, "icmp", most_ns);
		way.links[4] = "mtu=1437 mtu-says=0";
		check_time("said, not named", &way, "icmp", most_ns);
		way.links[4] = "mtu=1437";
		way.more = "filter target drop\n";
		check_time("said, a silent target", &way, "icmp", most_ns);
		check_time("said, a silent target", &way, "udp", most_ns);
		way.more = NULL;
		way.links[4] = "mtu=1437 mtu-silent";
		for (size_t k = 0; k < sizeof methods / sizeof *methods; k++)
			check_time("black hole", &way, methods[k], 10 * SONDE_S);
		way.links[0] = "mtu=9000";
		way.links[1] = "mtu=9000";
		check_time("black hole from jumbo", &way, "icmp", 10 * SONDE_S);
	}
}

/* One packet of twenty is lost on the way there, and one on the way back. */
static void loss_keeps_nobody_from_measuring(void **unused)
{
	(void)unused;
	EACH_WAY_OF_ASKING (method, family) {
		unsigned measured = 0, in_time = 0;
		for (uint64_t seed = 1; seed <= 40; seed++) {
			const char *narrow = seed % 2 ? "mtu=1400" : NULL;
			run(&(struct way){.round_trip_ms = 50, .seed = seed, .links = {[1] = "loss=5%", [3] = narrow}}, method, family);
			const struct sonde_finding *f;
			measured += measured_found(&m, "pmtu", &f) == 1 && f->exit_status == 0;
			in_time += m.took_ns <= 4 * 50 * SONDE_MS + SONDE_S;
			assert_int_equal(measured_found(&m, "pmtu-blackhole", NULL), 0);
			assert_true(f->exit_status || m.mtu.path_bytes == (seed % 2 ? 1400 : 1500));
		}
		printf("# loss of 5 %% each way, %s over IPv%u: %u of 40 measured, %u in time\n", method, family, measured, in_time);
		assert_true(measured >= 39 && in_time >= 38);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_clear_path_takes_what_its_first_link_does, undo),
		cmocka_unit_test_teardown(a_router_says_what_its_link_takes, undo),
		cmocka_unit_test_teardown(a_black_hole_is_found_and_placed, undo),
		cmocka_unit_test_teardown(no_router_could_speak_of_the_first_link, undo),
		cmocka_unit_test_teardown(each_narrowing_has_its_place, undo),
		cmocka_unit_test_teardown(an_old_router_names_no_mtu, undo),
		cmocka_unit_test_teardown(a_wrong_message_is_told, undo),
		cmocka_unit_test_teardown(a_way_drawn_for_each_packet_has_no_one_mtu, undo),
		cmocka_unit_test_teardown(who_refuses_large_packets_is_named, undo),
		cmocka_unit_test_teardown(messages_that_prove_little_are_no_silence, undo),
		cmocka_unit_test_teardown(lengths_between_are_no_question, undo),
		cmocka_unit_test_teardown(a_target_that_ignores_large_requests_is_no_black_hole, undo),
		cmocka_unit_test_teardown(a_silent_router_in_front_of_the_link_leaves_a_range, undo),
		cmocka_unit_test_teardown(a_filter_breaks_no_rule_of_links, undo),
		cmocka_unit_test_teardown(answers_that_quote_may_be_what_is_lost, undo),
		cmocka_unit_test_teardown(a_silent_router_does_not_matter, undo),
		cmocka_unit_test_teardown(a_silent_target_is_measured_as_far_as_its_last_router, undo),
		cmocka_unit_test_teardown(what_may_be_cut_is_not_measured, undo),
		cmocka_unit_test_teardown(what_may_be_cut_unseen_is_not_certain, undo),
		cmocka_unit_test_teardown(a_way_that_ends_early_is_told, undo),
		cmocka_unit_test_teardown(a_circle_is_told, undo),
		cmocka_unit_test_teardown(routers_that_ration_and_loss_make_no_black_hole, undo),
		cmocka_unit_test_teardown(it_is_done_in_time, undo),
		cmocka_unit_test_teardown(loss_keeps_nobody_from_measuring, undo),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
