/* SPDX-License-Identifier: MIT */
/* A probe in a document: what of its header is a fact, and what is null. Whole documents are held against their schemas by
 * tests/golden/documents.py. */
#include "test.h"

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
	check(&(struct sonde_event_probe){.ttl = 2, .sport = 40000, .dport = 443, .ip_id = 1, .unsure = SONDE_DIFF_SPORT | SONDE_DIFF_IP_ID},
	      "source_port=null destination_port=443 icmp_id=null icmp_sequence=null ip_id=null ");
	check(&(struct sonde_event_probe){.ttl = 2, .icmp_id = 8, .icmp_seq = 9, .ip_id = 1, .unsure = SONDE_DIFF_ICMP_ID},
	      "source_port=null destination_port=null icmp_id=null icmp_sequence=9 ip_id=1 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_was_sent_is_told),
	    cmocka_unit_test(test_what_the_kernel_chose_is_null),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
