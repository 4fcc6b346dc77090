/* SPDX-License-Identifier: MIT */
/* What the path did to the probes: told from the copies of made hops, and not told where they do not show it. */
#include "copies.h"

static struct judged j;

static const struct sonde_finding *is_said(const char *id, enum sonde_confidence confidence, uint8_t first_ttl, uint8_t last_ttl,
                                           const char *sentence)
{
	const struct sonde_finding *f = judged_only(&j, id);
	assert_string_equal(f->sentence, sentence);
	assert_int_equal(f->confidence, confidence);
	assert_int_equal(f->first_ttl, first_ttl);
	assert_int_equal(f->last_ttl, last_ttl);
	assert_int_equal(f->exit_status, 0);
	return f;
}

static void a_new_dscp_is_told_with_its_place(void **unused)
{
	(void)unused;
	judged_start(&j, "udp", 1);
	copied(&j, 1, true_copy());
	copied(&j, 2, true_copy());
	copied(&j, 3, changed(SONDE_FIELD_DSCP, 46, 10));
	copied(&j, 4, changed(SONDE_FIELD_DSCP, 46, 10));
	refused(&j, 5, changed(SONDE_FIELD_DSCP, 46, 10));
	judged_end(&j, 5, 5);
	is_said("dscp-rewritten", SONDE_CONFIDENCE_CERTAIN, 2, 3,
	        "The DSCP of the probes, 46 when they were sent, is 10 from hop 3 (10.0.3.1) on: it was rewritten between hop 2 "
	        "(10.0.2.1) and hop 3 (10.0.3.1).");
}

/* Silent and short copies in between widen the place; the last hop alone makes it likely. */
static void what_was_not_seen_widens_the_place(void **unused)
{
	(void)unused;
	struct sonde_quote without = true_copy();
	without.visible &= ~(uint32_t)SONDE_DIFF_DSCP;
	judged_start(&j, "udp", 1);
	copied(&j, 1, true_copy());
	made_lost(&j.m, 2);
	copied(&j, 3, without);
	refused(&j, 4, changed(SONDE_FIELD_DSCP, 46, 0));
	judged_end(&j, 4, 4);
	const struct sonde_finding *f = is_said("dscp-rewritten", SONDE_CONFIDENCE_LIKELY, 1, 4,
	        "The DSCP of the probes, 46 when they were sent, is 0 from hop 4 (192.0.2.9) on: it was rewritten between hop 1 "
	        "(10.0.1.1) and hop 4 (192.0.2.9).");
	assert_string_equal(f->otherwise, "hop 4, which alone shows it, does not copy what it got");
	/* nobody is nearer */
	judged_start(&j, "udp", 1);
	copied(&j, 1, changed(SONDE_FIELD_DSCP, 46, 0));
	copied(&j, 2, changed(SONDE_FIELD_DSCP, 46, 0));
	refused(&j, 3, without);
	judged_end(&j, 3, 3);
	is_said("dscp-rewritten", SONDE_CONFIDENCE_CERTAIN, 1, 1,
	        "The DSCP of the probes, 46 when they were sent, is 0 from hop 1 (10.0.1.1) on: it was rewritten at hop 1 (10.0.1.1) or "
	        "before.");
}

/* A hop whose copy differs while the next one's does not has written it so itself; copies that disagree or prove little say nothing. */
static void a_bad_copy_is_no_rewriting(void **unused)
{
	(void)unused;
	judged_start(&j, "udp", 2);
	copied(&j, 1, true_copy());
	copied(&j, 2, changed(SONDE_FIELD_DSCP, 46, 10));
	copied(&j, 3, true_copy());
	copied(&j, 4, true_copy());
	copied(&j, 4, changed(SONDE_FIELD_DSCP, 46, 10));
	refused(&j, 5, true_copy());
	judged_end(&j, 5, 5);
	judged_well(&j);
	judged_start(&j, "udp", 1);
	copied(&j, 1, true_copy());
	copied_by(&j, 2, "10.0.2.1", SONDE_M_TIME_EXCEEDED, changed(SONDE_FIELD_DSCP, 46, 10), true);
	refused(&j, 3, true_copy());
	judged_end(&j, 3, 3);
	judged_well(&j);
}

static void each_change_of_several_is_told(void **unused)
{
	(void)unused;
	judged_start(&j, "udp", 1);
	copied(&j, 1, true_copy());
	copied(&j, 2, changed(SONDE_FIELD_DSCP, 46, 10));
	copied(&j, 3, changed(SONDE_FIELD_DSCP, 46, 10));
	copied(&j, 4, true_copy());
	refused(&j, 5, true_copy());
	judged_end(&j, 5, 5);
	const struct sonde_finding *f = sonde_findings_get(&j.findings, 0, "dscp-rewritten");
	assert_non_null(f);
	assert_int_equal(f[0].first_ttl, 1);
	assert_int_equal(f[1].first_ttl, 3);
	assert_string_equal(f[1].sentence,
	                    "The DSCP of the probes, 10 before, is 46 from hop 4 (10.0.4.1) on: it was rewritten between hop 3 (10.0.3.1) "
	                    "and hop 4 (10.0.4.1).");
}

static void ecn_is_told_by_what_became_of_it(void **unused)
{
	(void)unused;
	static const struct {
		const char *id;
		uint32_t sent, seen;
		const char *sentence;
	} rows[] = {
		{"ecn-bleached", 2, 0, "The ECN of the probes, ECT(0) when they were sent, is Not-ECT from hop 2 (10.0.2.1) on: it was "
		                       "rewritten between hop 1 (10.0.1.1) and hop 2 (10.0.2.1)."},
		{"ecn-rewritten", 2, 1, "The ECN of the probes, ECT(0) when they were sent, is ECT(1) from hop 2 (10.0.2.1) on: it was "
		                        "rewritten between hop 1 (10.0.1.1) and hop 2 (10.0.2.1)."},
		{"ecn-rewritten", 0, 2, "The ECN of the probes, Not-ECT when they were sent, is ECT(0) from hop 2 (10.0.2.1) on: it was "
		                        "rewritten between hop 1 (10.0.1.1) and hop 2 (10.0.2.1)."},
		{"ecn-ce-marked", 0, 3, "2 of 2 copies of the probes from hop 2 (10.0.2.1) on are marked CE, congestion experienced, and "
		                        "none at hop 1 (10.0.1.1). They did not say that they know ECN: a device in between sets these "
		                        "bits by mistake."},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		judged_start(&j, "udp", 1);
		copied(&j, 1, true_copy());
		copied(&j, 2, changed(SONDE_FIELD_ECN, rows[i].sent, rows[i].seen));
		refused(&j, 3, changed(SONDE_FIELD_ECN, rows[i].sent, rows[i].seen));
		judged_end(&j, 3, 3);
		assert_string_equal(judged_only(&j, rows[i].id)->sentence, rows[i].sentence);
		assert_int_equal(j.findings.count, 2);
	}
}

/* One hop that marks its copies, none behind it: no router marked the probes. */
static void a_hop_that_marks_its_copies_alone_is_no_queue(void **unused)
{
	(void)unused;
	judged_start(&j, "udp", 1);
	copied(&j, 1, true_copy());
	copied(&j, 2, changed(SONDE_FIELD_ECN, 2, 3));
	copied(&j, 3, true_copy());
	refused(&j, 4, true_copy());
	judged_end(&j, 4, 4);
	judged_well(&j);
}

/* A translator whose work is undone farther on is one, not two. */
static void what_was_put_back_is_no_translator(void **unused)
{
	(void)unused;
	struct sonde_quote translated = changed(SONDE_FIELD_SRC, 0, 0);
	translated.src = addr_of("100.64.0.7");
	judged_start(&j, "udp", 1);
	copied(&j, 1, true_copy());
	copied(&j, 2, translated);
	copied(&j, 3, translated);
	copied(&j, 4, true_copy());
	refused(&j, 5, true_copy());
	judged_end(&j, 5, 5);
	assert_int_equal(judged_only(&j, "nat")->first_ttl, 1);
}

static void stripped_options_are_named_together(void **unused)
{
	(void)unused;
	struct sonde_quote stripped = true_copy();
	stripped.diff = SONDE_DIFF_SACK | SONDE_DIFF_WSCALE;
	stripped.changes[0].sent = 1;
	stripped.changes[1].sent = 7;
	stripped.changes[0].seen = stripped.changes[1].seen = SONDE_FIELD_ABSENT;
	judged_start(&j, "tcp", 1);
	copied(&j, 1, true_copy());
	copied(&j, 2, stripped);
	copied(&j, 3, stripped);
	made_hop(&j.m, 4, "192.0.2.9", SONDE_M_RST, 400);
	judged_end(&j, 4, 4);
	is_said("tcp-options-stripped", SONDE_CONFIDENCE_CERTAIN, 1, 2,
	        "TCP options are taken out of SYNs: SACK and window scale are missing from hop 2 (10.0.2.1) on, taken out between hop 1 "
	        "(10.0.1.1) and hop 2 (10.0.2.1).");
	judged_none(&j, "nat");
}

static void a_clamped_mss_is_told_with_its_value(void **unused)
{
	(void)unused;
	judged_start(&j, "tcp", 1);
	copied(&j, 1, true_copy());
	copied(&j, 2, changed(SONDE_FIELD_MSS, 1460, 1412));
	copied(&j, 3, changed(SONDE_FIELD_MSS, 1460, 1412));
	made_hop(&j.m, 4, "192.0.2.9", SONDE_M_RST, 400);
	judged_end(&j, 4, 4);
	const struct sonde_finding *f = is_said("mss-clamped", SONDE_CONFIDENCE_CERTAIN, 1, 2,
	        "The MSS of the probes, 1460 when they were sent, is 1412 from hop 2 (10.0.2.1) on: it was rewritten between hop 1 "
	        "(10.0.1.1) and hop 2 (10.0.2.1).");
	assert_string_equal(f->evidence[1].key, "to");
	assert_true(f->evidence[1].value > 1411.5 && f->evidence[1].value < 1412.5);
	judged_none(&j, "tcp-options-stripped");
}

/* Two translators, the second one behind the first. */
static void translators_are_told_apart(void **unused)
{
	(void)unused;
	struct sonde_quote first = changed(SONDE_FIELD_SRC, 0, 0), second = first;
	first.src = addr_of("100.64.0.7");
	second.src = addr_of("203.0.113.1");
	second.diff |= SONDE_DIFF_SPORT;
	second.changes[0].sent = 33000;
	second.changes[0].seen = 1025;
	judged_start(&j, "udp", 1);
	copied(&j, 1, true_copy());
	copied(&j, 2, first);
	copied(&j, 3, first);
	copied(&j, 4, second);
	refused(&j, 5, second);
	judged_end(&j, 5, 5);
	const struct sonde_finding *f = sonde_findings_get(&j.findings, 0, "nat");
	assert_non_null(f);
	assert_string_equal(f[0].sentence, "A translator (NAT) works between hop 1 (10.0.1.1) and hop 2 (10.0.2.1): from there on the "
	                                   "probes have source address 100.64.0.7.");
	assert_string_equal(f[1].sentence, "Another translator (NAT) works between hop 3 (10.0.3.1) and hop 4 (10.0.4.1): from there on "
	                                   "the probes have source address 203.0.113.1 and source port 1025.");
	assert_ptr_equal(f[1].rule, f[0].rule);
}

/* Addresses were put back into the copies, the checksum was not: it moved by the same for each probe, past 0xffff, too. */
static void a_checksum_tells_of_a_translator(void **unused)
{
	(void)unused;
	judged_start(&j, "udp", 2);
	copied(&j, 1, true_copy());
	copied(&j, 2, changed(SONDE_FIELD_CHECKSUM, 0x1000, 0x3000));
	copied(&j, 2, changed(SONDE_FIELD_CHECKSUM, 0xf000, 0x1001));
	refused(&j, 3, changed(SONDE_FIELD_CHECKSUM, 0x0001, 0x2001));
	judged_end(&j, 3, 3);
	is_said("nat", SONDE_CONFIDENCE_LIKELY, 1, 2,
	        "A translator (NAT) works between hop 1 (10.0.1.1) and hop 2 (10.0.2.1): from there on the copies of the probes have a "
	        "checksum that their addresses and ports do not explain.");
	/* one that another change explains says nothing by itself */
	struct sonde_quote clamped = changed(SONDE_FIELD_CHECKSUM, 0x1000, 0x3000);
	clamped.diff |= SONDE_DIFF_MSS;
	clamped.changes[1].sent = 1460;
	clamped.changes[1].seen = 1412;
	judged_start(&j, "tcp", 1);
	copied(&j, 1, true_copy());
	copied(&j, 2, clamped);
	copied(&j, 3, clamped);
	made_hop(&j.m, 4, "192.0.2.9", SONDE_M_RST, 400);
	judged_end(&j, 4, 4);
	judged_none(&j, "nat");
	/* nor where options that were not seen may explain it */
	struct sonde_quote cut = changed(SONDE_FIELD_CHECKSUM, 0x1000, 0x3000);
	cut.visible &= ~(uint32_t)SONDE_DIFF_TCP_OPTIONS;
	judged_start(&j, "tcp", 1);
	copied(&j, 1, cut);
	copied(&j, 2, cut);
	made_hop(&j.m, 3, "192.0.2.9", SONDE_M_RST, 400);
	judged_end(&j, 3, 3);
	judged_none(&j, "nat");
}

static void fragments_are_told_with_their_length(void **unused)
{
	(void)unused;
	struct sonde_quote piece = true_copy();
	piece.diff = SONDE_DIFF_LENGTH | SONDE_DIFF_FRAGMENT;
	piece.changes[0].sent = 60;
	piece.changes[0].seen = 44;
	piece.changes[1].seen = 0x2000;
	judged_start(&j, "udp", 1);
	copied(&j, 1, true_copy());
	copied(&j, 2, piece);
	copied(&j, 3, piece);
	made_lost(&j.m, 4);
	judged_end(&j, 0, 3);
	assert_non_null(strstr(judged_only(&j, "fragment")->sentence, "in fragments, the first of 44 bytes: they were cut between hop 1 "
	                                                              "(10.0.1.1) and hop 2 (10.0.2.1)."));
	judged_start(&j, "udp", 1);
	copied(&j, 1, true_copy());
	copied(&j, 2, changed(SONDE_FIELD_DF, 1, 0));
	refused(&j, 3, changed(SONDE_FIELD_DF, 1, 0));
	judged_end(&j, 3, 3);
	is_said("fragment", SONDE_CONFIDENCE_CERTAIN, 1, 2,
	        "The bit that forbids fragments is cleared from hop 2 (10.0.2.1) on, changed between hop 1 (10.0.1.1) and hop 2 "
	        "(10.0.2.1): packets that are too large for a link behind it are cut, and nobody says so.");
}

static struct sonde_quote with_ttl(uint8_t sent, uint8_t seen)
{
	struct sonde_quote quote = true_copy();
	quote.sent_ttl = sent;
	quote.seen_ttl = seen;
	return quote;
}

static void a_ttl_that_was_set_anew_is_told(void **unused)
{
	(void)unused;
	judged_start(&j, "udp", 1);
	copied(&j, 1, true_copy());
	copied(&j, 2, true_copy());
	refused(&j, 3, with_ttl(3, 62));
	refused(&j, 4, with_ttl(4, 62));
	judged_end(&j, 3, 3);
	const struct sonde_finding *f = is_said("ttl-rewritten", SONDE_CONFIDENCE_LIKELY, 2, 3,
	        "The TTL is set anew: whatever they were sent with, the probes arrive at the target with 62. The device that does it is "
	        "hop 2 (10.0.2.1) or stands behind it; how many hops follow cannot be seen.");
	assert_int_equal(f->rule->severity, SONDE_SEVERITY_WARNING);
	/* what is left of each is what it should be */
	judged_start(&j, "udp", 1);
	copied(&j, 1, true_copy());
	refused(&j, 2, with_ttl(2, 1));
	refused(&j, 3, with_ttl(3, 2));
	judged_end(&j, 2, 2);
	judged_well(&j);
}

static void a_router_that_forwards_ttl_0_is_told(void **unused)
{
	(void)unused;
	judged_start(&j, "udp", 1);
	copied(&j, 1, true_copy());
	copied_by(&j, 2, "10.0.3.1", SONDE_M_TIME_EXCEEDED, with_ttl(2, 0), false);
	copied(&j, 3, true_copy());
	refused(&j, 4, true_copy());
	judged_end(&j, 4, 4);
	is_said("zero-ttl-forwarding", SONDE_CONFIDENCE_CERTAIN, 2, 3,
	        "Hops 2 and 3 are the same router, 10.0.3.1, which got the probes to hop 2 with TTL 0: hop 1 (10.0.1.1), or a router "
	        "behind it that has no row here, sends packets on whose TTL has run out.");
	/* a router that copies what it would have sent on */
	judged_start(&j, "udp", 1);
	copied(&j, 1, true_copy());
	copied(&j, 2, with_ttl(2, 0));
	copied(&j, 3, true_copy());
	refused(&j, 4, true_copy());
	judged_end(&j, 4, 4);
	judged_well(&j);
}

static void the_inside_of_a_tunnel_is_told(void **unused)
{
	(void)unused;
	judged_start(&j, "udp", 1);
	copied(&j, 1, true_copy());
	copied(&j, 2, true_copy());
	copied(&j, 3, with_ttl(3, 2));
	copied(&j, 4, with_ttl(4, 3));
	copied(&j, 5, true_copy());
	refused(&j, 6, true_copy());
	judged_end(&j, 6, 6);
	is_said("hidden-hops", SONDE_CONFIDENCE_LIKELY, 3, 4,
	        "Hops 3 to 4 answered probes that still had a TTL of 2 to 3: they are the inside of a tunnel (MPLS) that counts for "
	        "itself.");
	judged_start(&j, "udp", 1);
	copied(&j, 1, true_copy());
	copied(&j, 2, with_ttl(2, 2));
	refused(&j, 3, true_copy());
	judged_end(&j, 3, 3);
	is_said("hidden-hops", SONDE_CONFIDENCE_POSSIBLE, 2, 2,
	        "Hop 2 (10.0.2.1) answered probes that still had a TTL of 2: it is in a tunnel that counts for itself, or answers early.");
}

static int finish(void **unused)
{
	(void)unused;
	judged_finish(&j);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_dscp_is_told_with_its_place),
		cmocka_unit_test(what_was_not_seen_widens_the_place),
		cmocka_unit_test(a_bad_copy_is_no_rewriting),
		cmocka_unit_test(each_change_of_several_is_told),
		cmocka_unit_test(ecn_is_told_by_what_became_of_it),
		cmocka_unit_test(a_hop_that_marks_its_copies_alone_is_no_queue),
		cmocka_unit_test(what_was_put_back_is_no_translator),
		cmocka_unit_test(stripped_options_are_named_together),
		cmocka_unit_test(a_clamped_mss_is_told_with_its_value),
		cmocka_unit_test(translators_are_told_apart),
		cmocka_unit_test(a_checksum_tells_of_a_translator),
		cmocka_unit_test(fragments_are_told_with_their_length),
		cmocka_unit_test(a_ttl_that_was_set_anew_is_told),
		cmocka_unit_test(a_router_that_forwards_ttl_0_is_told),
		cmocka_unit_test(the_inside_of_a_tunnel_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
