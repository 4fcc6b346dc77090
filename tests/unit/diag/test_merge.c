/* SPDX-License-Identifier: MIT */
/* What several methods show alike of one place is one finding about all, which says who shows it, who does not, and who cannot. */
#include "copies.h"

enum { PATHS_MAX = 4 };

static struct judged all[PATHS_MAX];
static size_t count;
static struct sonde_findings findings;

static void forget(void)
{
	for (size_t i = 0; i < count; i++)
		judged_finish(&all[i]);
	sonde_findings_finish(&findings);
	count = 0;
}

/* A path of four routers; "c": a copy in which the field changed, "u": as it was sent, "-": one that does not show it, "*": no answer,
 * "b": changed, by a router of another branch. */
static void path(const char *method, enum sonde_field field, uint32_t sent, uint32_t seen, const char *hops)
{
	struct judged *j = &all[count++];
	struct sonde_quote blind = true_copy();
	uint8_t ttl = 0;
	char other[SONDE_ADDR_TEXT];
	blind.visible &= ~(UINT32_C(1) << field);
	judged_start(j, method, 1);
	for (; *hops; hops++) {
		ttl++;
		snprintf(other, sizeof other, "10.0.%u.2", (unsigned)ttl);
		if (*hops == '*')
			made_lost(&j->m, ttl);
		else if (*hops == 'b')
			copied_by(j, ttl, other, SONDE_M_TIME_EXCEEDED, changed(field, sent, seen), false);
		else
			copied(j, ttl, *hops == 'c' ? changed(field, sent, seen) : *hops == 'u' ? true_copy() : blind);
	}
	made_lost(&j->m, (uint8_t)(ttl + 1));
	struct sonde_event_end end = {.stop = SONDE_STOP_GAP, .last_answering_ttl = ttl, .last_ttl = (uint8_t)(ttl + 1)};
	end.probe_count = (uint32_t)j->m.next_token;
	made_end(&j->m, end);
}

static void dscp(const char *method, const char *hops)
{
	path(method, SONDE_FIELD_DSCP, 46, 0, hops);
}

static void judge(void)
{
	const struct sonde_path *paths[PATHS_MAX];
	for (size_t i = 0; i < count; i++)
		paths[i] = all[i].path;
	const struct sonde_case about = {.paths = paths, .path_count = count, .host = "host"};
	assert_int_equal(sonde_diagnose(&about, &findings), SONDE_OK);
}

/* The findings of that id: all are about all paths. */
static size_t found(const char *id, const struct sonde_finding **first)
{
	size_t number = 0;
	for (size_t i = 0; i < findings.count; i++) {
		const struct sonde_finding *f = &findings.items[i];
		if (strcmp(f->rule->id, id) != 0)
			continue;
		assert_true(f->path == SONDE_PATH_ALL && f->seen_by);
		*first = number++ ? *first : f;
	}
	return number;
}

static const struct sonde_finding *is_one(const char *id, uint64_t seen_by, const char *stands)
{
	const struct sonde_finding *f = NULL;
	assert_int_equal(found(id, &f), 1);
	assert_int_equal(f->seen_by, seen_by);
	if (!strstr(f->sentence, stands) || strcmp(strstr(f->sentence, stands), stands) != 0)
		fail_msg("%s", f->sentence);
	return f;
}

static void who_shows_it_and_who_does_not(void **unused)
{
	(void)unused;
	forget();
	dscp("icmp", "uucc");
	dscp("udp", "uuuu");
	dscp("tcp", "uucc");
	dscp("tcp-ack", "uu**");
	judge();
	const struct sonde_finding *f = is_one("dscp-rewritten", 5,
	                                       " Seen by icmp and tcp/443; udp/33434 passes unchanged; not visible by tcp-ack/443.");
	assert_int_equal(f->first_ttl, 2);
	assert_int_equal(f->last_ttl, 3);
	assert_int_equal(f->confidence, SONDE_CONFIDENCE_CERTAIN);
}

static void who_shows_it_all_alike(void **unused)
{
	(void)unused;
	forget();
	dscp("icmp", "uucc");
	dscp("udp", "uucc");
	judge();
	is_one("dscp-rewritten", 3, " Seen by all methods.");
}

/* A hop that was silent to one method widens its place alone: it is the same rewriting, with the narrower one. */
static void places_that_overlap_are_one(void **unused)
{
	(void)unused;
	forget();
	dscp("udp", "u-cc");
	dscp("icmp", "uuc-");
	judge();
	const struct sonde_finding *f = is_one("dscp-rewritten", 3, " Seen by all methods.");
	assert_int_equal(f->first_ttl, 2);
	/* the surest word is taken */
	assert_int_equal(f->confidence, SONDE_CONFIDENCE_CERTAIN);
	assert_string_equal(f->otherwise, "");
}

static void what_differs_is_told_apart(void **unused)
{
	(void)unused;
	const struct sonde_finding *f = NULL;
	forget();
	dscp("icmp", "uucc");
	path("udp", SONDE_FIELD_DSCP, 46, 10, "uucc");
	judge();
	assert_int_equal(found("dscp-rewritten", &f), 2);
	/* the one says nothing of the other */
	assert_non_null(strstr(f[0].sentence, " Seen by icmp."));
	assert_non_null(strstr(f[1].sentence, " Seen by udp/33434."));
	/* other routers on another branch */
	forget();
	dscp("icmp", "uucc");
	dscp("udp", "uubb");
	judge();
	assert_int_equal(found("dscp-rewritten", &f), 2);
	/* another place */
	forget();
	dscp("icmp", "uccc");
	dscp("udp", "uuuc");
	judge();
	assert_int_equal(found("dscp-rewritten", &f), 2);
}

static void only_tcp_has_an_mss(void **unused)
{
	(void)unused;
	forget();
	path("icmp", SONDE_FIELD_MSS, 1460, 1400, "uuuu");
	path("tcp", SONDE_FIELD_MSS, 1460, 1400, "uucc");
	judge();
	is_one("mss-clamped", 2, " Seen by tcp/443.");
}

/* At hop 3 one method shows it and the other does not, at hop 4 it is the other way round: it is neither the hop nor the method. */
static void methods_that_cross_show_a_share(void **unused)
{
	(void)unused;
	forget();
	dscp("icmp", "uucuc");
	dscp("udp", "uuucu");
	dscp("tcp", "uuuuu");
	judge();
	const struct sonde_finding *f = is_one("dscp-rewritten", 3,
	                                       " Seen by icmp (2 of 3 copies), udp/33434 (1 of 3 copies) and tcp/443 (0 of 3 copies).");
	assert_non_null(strstr(f->sentence, "The DSCP of some of the probes, 46"));
	assert_int_equal(f->confidence, SONDE_CONFIDENCE_LIKELY);
}

/* A translator may put its work back: copies that do not show it are no proof that it is not there. */
static void copies_without_a_translator_prove_nothing(void **unused)
{
	(void)unused;
	forget();
	path("udp", SONDE_FIELD_SPORT, 50000, 1024, "uucc");
	path("icmp", SONDE_FIELD_SPORT, 0, 0, "uuuu");
	judge();
	is_one("nat", 1, " Seen by udp/33434; the copies of icmp show nothing of it.");
}

static int finish(void **unused)
{
	(void)unused;
	forget();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_shows_it_and_who_does_not),
		cmocka_unit_test(who_shows_it_all_alike),
		cmocka_unit_test(places_that_overlap_are_one),
		cmocka_unit_test(what_differs_is_told_apart),
		cmocka_unit_test(only_tcp_has_an_mss),
		cmocka_unit_test(methods_that_cross_show_a_share),
		cmocka_unit_test(copies_without_a_translator_prove_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
