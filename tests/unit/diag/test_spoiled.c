/* SPDX-License-Identifier: MIT */
/* A checksum that does not fit from some hop on is told where the target is silent, and explains that silence. */
#include "copies.h"

static struct judged j;

static struct sonde_quote wrong(uint32_t sent, uint32_t seen)
{
	return changed(SONDE_FIELD_CHECKSUM, sent, seen);
}

/* A path of four routers that ends in silence; the copies of the last two have these checksums. */
static void silent(const char *method, struct sonde_quote third, struct sonde_quote fourth)
{
	judged_start(&j, method, 1);
	copied(&j, 1, true_copy());
	copied(&j, 2, true_copy());
	copied(&j, 3, third);
	copied(&j, 4, fourth);
	made_lost(&j.m, 5);
	judged_end(&j, 0, 4);
}

static void it_explains_a_silent_target(void **unused)
{
	(void)unused;
	silent("udp", wrong(0x1234, 0xedcb), wrong(0x2345, 0xdcba));
	const struct sonde_finding *f = judged_only(&j, "checksum-spoiled");
	assert_string_equal(f->sentence,
	                    "From hop 3 (10.0.3.1) on the probes have a checksum that does not fit them: it was spoiled between hop 2 "
	                    "(10.0.2.1) and hop 3 (10.0.3.1). Routers pass such packets on, and hosts drop them without a word: that "
	                    "explains a silent target.");
	assert_int_equal(f->confidence, SONDE_CONFIDENCE_LIKELY);
	assert_int_equal(f->exit_status, 1);
	assert_int_equal(f->first_ttl, 2);
	assert_int_equal(f->last_ttl, 3);
	assert_non_null(strstr(judged_only(&j, "stops-silent")->sentence, "from hop 3 on the checksum of udp/33434 does not fit."));
	judged_none(&j, "nat");
}

/* By the same amount in each, as a translator moves it that does not mend it in the copies: that is one reading. */
static void moved_alike_it_is_a_translator(void **unused)
{
	(void)unused;
	judged_start(&j, "icmp", 2);
	copied(&j, 1, true_copy());
	copied(&j, 2, wrong(0x1000, 0x3000));
	copied(&j, 2, wrong(0x2000, 0x4000));
	made_lost(&j.m, 3);
	judged_end(&j, 0, 2);
	judged_none(&j, "checksum-spoiled");
	const struct sonde_finding *f = judged_only(&j, "nat");
	assert_int_equal(f->confidence, SONDE_CONFIDENCE_POSSIBLE);
	assert_non_null(strstr(f->otherwise, "spoils checksums"));
}

static void what_is_right_or_explained_is_not_told(void **unused)
{
	(void)unused;
	struct sonde_quote clamped = wrong(0x1000, 0x3000);
	clamped.diff |= SONDE_DIFF_MSS;
	clamped.changes[1].sent = 1460;
	clamped.changes[1].seen = 1400;
	silent("tcp", clamped, clamped);
	judged_none(&j, "checksum-spoiled");
	/* a hop's own slip */
	silent("udp", wrong(0x1234, 0xedcb), true_copy());
	judged_none(&j, "checksum-spoiled");
	silent("udp", true_copy(), wrong(0x1234, 0xedcb));
	judged_none(&j, "checksum-spoiled");
	/* the target answers: its probes were right */
	judged_start(&j, "udp", 1);
	copied(&j, 1, true_copy());
	copied(&j, 2, wrong(0x1234, 0xedcb));
	copied(&j, 3, wrong(0x2345, 0xdcba));
	refused(&j, 4, true_copy());
	judged_end(&j, 4, 4);
	judged_none(&j, "checksum-spoiled");
}

/* UDP over IPv4 may go without one, TCP may not. */
static void none_is_wrong_but_for_udp(void **unused)
{
	(void)unused;
	silent("udp", wrong(0x1234, 0), wrong(0x2345, 0));
	judged_none(&j, "checksum-spoiled");
	silent("tcp", wrong(0x1234, 0), wrong(0x2345, 0));
	judged_only(&j, "checksum-spoiled");
}

/* No hop saw it right: this machine may not have finished it. */
static void from_the_first_hop_on_it_may_be_ours(void **unused)
{
	(void)unused;
	judged_start(&j, "udp", 1);
	copied(&j, 1, wrong(0x1234, 0xedcb));
	copied(&j, 2, wrong(0x2345, 0xdcba));
	made_lost(&j.m, 3);
	judged_end(&j, 0, 2);
	const struct sonde_finding *f = judged_only(&j, "checksum-spoiled");
	assert_int_equal(f->confidence, SONDE_CONFIDENCE_POSSIBLE);
	assert_non_null(strstr(f->otherwise, "this machine"));
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
		cmocka_unit_test(it_explains_a_silent_target),
		cmocka_unit_test(moved_alike_it_is_a_translator),
		cmocka_unit_test(what_is_right_or_explained_is_not_told),
		cmocka_unit_test(none_is_wrong_but_for_udp),
		cmocka_unit_test(from_the_first_hop_on_it_may_be_ours),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
