/* SPDX-License-Identifier: MIT */
/* A probe in a document: what of its header is a fact, and what is null. Whole documents are held against their schemas by
 * tests/golden/documents.py. */
#include "events.h"

#include "out/known.h"
#include "out/tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Writes down the members that were told: "ttl=2 ip_id=null ". */
struct told {
	struct sn_doc doc;
	char text[1024];
};

static void put(struct sn_doc *doc, const char *key, const struct sn_doc_value *value)
{
	struct told *told = (struct told *)doc;
	size_t at = strlen(told->text);
	if (value->kind == SN_DOC_WHOLE)
		snprintf(told->text + at, sizeof told->text - at, "%s=%" PRId64 " ", key, value->as.whole);
	else if (value->kind == SN_DOC_NULL)
		snprintf(told->text + at, sizeof told->text - at, "%s=null ", key);
}

static void check(const struct sonde_event_probe *probe, const char *wanted)
{
	struct told told = {.doc.put = put};
	const struct sonde_trace_cfg cfg = {.dst.family = 4};
	sn_tell_probe(&told.doc, probe, &cfg, 0);
	const char *header = strstr(told.text, "source_port");
	assert_non_null(header);
	assert_string_equal(header, wanted);
}

static void test_what_was_sent_is_told(void **state)
{
	(void)state;
	check(&(struct sonde_event_probe){.ttl = 2, .sport = 40000, .dport = 443, .ip_id = 1},
	      "source_port=40000 destination_port=443 icmp_id=null icmp_sequence=null ip_id=1 ");
	check(&(struct sonde_event_probe){.ttl = 2, .icmp_id = 8, .icmp_seq = 9, .ip_id = 0},
	      "source_port=null destination_port=null icmp_id=8 icmp_sequence=9 ip_id=0 ");
}

static void test_what_the_kernel_chose_is_null(void **state)
{
	(void)state;
	check(&(struct sonde_event_probe){.ttl = 2, .sport = 40000, .dport = 443, .ip_id = 1,
	                                  .unsure = SONDE_DIFF_SPORT | SONDE_DIFF_IP_ID},
	      "source_port=null destination_port=443 icmp_id=null icmp_sequence=null ip_id=null ");
	check(&(struct sonde_event_probe){.ttl = 2, .icmp_id = 8, .icmp_seq = 9, .ip_id = 1, .unsure = SONDE_DIFF_ICMP_ID},
	      "source_port=null destination_port=null icmp_id=null icmp_sequence=9 ip_id=1 ");
}

static void take(void *ctx, const struct sonde_event *event)
{
	assert_int_equal(sonde_path_apply(ctx, event), SONDE_OK);
}

/* One probe whose port the kernel chose is enough: the list stands for all. */
static void test_ports_of_a_trace(void **state)
{
	(void)state;
	struct sonde_path *path;
	assert_int_equal(sonde_path_new(&path), SONDE_OK);
	struct made m = {.take = take, .ctx = path};
	made_start(&m, "192.0.2.9", 1);
	made_sent(&m, 1);
	assert_true(sn_ports_are_known(path));
	made_event(&m, (struct sonde_event){.type = SONDE_EV_SENT, .probe = {.token = 9, .ttl = 2, .unsure = SONDE_DIFF_IP_ID}});
	assert_true(sn_ports_are_known(path));
	made_event(&m, (struct sonde_event){.type = SONDE_EV_SENT, .probe = {.token = 10, .ttl = 2, .unsure = SONDE_DIFF_SPORT}});
	assert_false(sn_ports_are_known(path));
	sonde_path_free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_was_sent_is_told),
	    cmocka_unit_test(test_what_the_kernel_chose_is_null),
	    cmocka_unit_test(test_ports_of_a_trace),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
