/* SPDX-License-Identifier: MIT */
/* What routers say beside their errors arrives whole: each method, both families, quotes of every length, with the length attribute and
 * without; what is wrong with a structure costs the answer nothing. */
#include "scenario.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

enum { DEEP_LABELS = 260, TEXT_BYTES = 8192 };

static char text[TEXT_BYTES];
static struct scenario s;

/* Six routers with these attributes each, and the target. */
static void chain(const char *const attributes[6])
{
	static const char *const names[] = {"me", "r1", "r2", "r3", "r4", "r5", "r6", "target"};
	size_t at = (size_t)snprintf(text, sizeof text, "observer me\nhost target mpls=7\n");
	for (int i = 0; i < 6; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, "router r%d %s\n", i + 1, attributes[i]);
	for (int i = 0; i < 7; i++)
		at += (size_t)snprintf(text + at, sizeof text - at,
		                       "link %s %s 10.0.%d.1/24 10.0.%d.2/24 2001:db8:%d::1/64 2001:db8:%d::2/64 delay=3ms\n", names[i],
		                       names[i + 1], i, i, i, i);
	assert_true(at < sizeof text);
}

static const struct scenario_answer *answer_at(uint8_t ttl)
{
	const struct scenario_answer *answer = scenario_first(&s.traces[0], ttl);
	if (!answer)
		fail_msg("%s over IPv%u, hop %u: no answer\n%s", s.method, s.family, ttl, s.net);
	return answer;
}

static void deep_stack(char *out, size_t room)
{
	size_t at = (size_t)snprintf(out, room, "mpls=0");
	for (unsigned label = 1; label < DEEP_LABELS; label++)
		at += (size_t)snprintf(out + at, room - at, ",%u", label);
	assert_true(at < room);
}

static void every_object_arrives(void **state)
{
	(void)state;
	static char deep[2048];
	static const char *const quotes[] = {"quote=8", "quote=20", "quote=linux", "quote=full", "quote=8 ext-length=off",
	                                     "quote=linux ext-length=off"};
	deep_stack(deep, sizeof deep);
	for (size_t q = 0; q < sizeof quotes / sizeof *quotes; q++)
		for (size_t m = 0; m < sonde_method_count(); m++)
			for (uint8_t family = 4; family <= (sonde_method_info(m)->protocol6 ? 6 : 4); family += 2) {
				/* Eight bytes of an INIT over IPv6 show nothing of its probe (docs/internals/matching.md). */
				bool tells_nothing = family == 6 && strncmp(quotes[q], "quote=8", 7) == 0;
				if (tells_nothing && strcmp(sonde_method_info(m)->name, "sctp") == 0)
					continue;
				char words[6][2300];
				const char *const objects[6] = {"mpls=24001/3/9,16",
				                                "interface-info=out,index=7,mtu=1500",
				                                "node-id=name=r3",
				                                "pointer=48 ext-raw=0008f70901020304",
				                                "mpls=9 ext-fault=checksum",
				                                deep};
				const char *attributes[6];
				for (size_t i = 0; i < 6; i++) {
					snprintf(words[i], sizeof words[i], "%s %s", objects[i], quotes[q]);
					attributes[i] = words[i];
				}
				chain(attributes);
				scenario_init(&s);
				s.net = text;
				s.method = sonde_method_info(m)->name;
				s.family = family;
				scenario_run(&s);
				static const unsigned counts[] = {1, 1, 1, 2, 0, (DEEP_LABELS + 7) / 8};
				static const enum sonde_extension_kind kinds[] = {SONDE_EXTENSION_MPLS, SONDE_EXTENSION_INTERFACE,
				                                                  SONDE_EXTENSION_NODE, SONDE_EXTENSION_POINTER,
				                                                  SONDE_EXTENSION_RAW, SONDE_EXTENSION_MPLS};
				for (uint8_t ttl = 1; ttl <= 6; ttl++) {
					const struct scenario_answer *answer = answer_at(ttl);
					if (answer->extension_count != counts[ttl - 1])
						fail_msg("%s over IPv%u, %s, hop %u: %u objects", s.method, family, quotes[q], ttl,
						         answer->extension_count);
					assert_int_equal(answer->extension.kind, kinds[ttl - 1]);
					assert_false(answer->extension.malformed);
				}
				assert_int_equal(answer_at(1)->extension.as.mpls.labels[0].label, 24001);
				assert_int_equal(answer_at(1)->extension.as.mpls.labels[0].tc, 3);
				assert_int_equal(answer_at(2)->extension.as.interface.index, 7);
				assert_string_equal(answer_at(3)->extension.as.node.name.bytes, "r3");
				assert_int_equal(s.traces[0].end.stray_count, 0);
				assert_int_equal(s.traces[0].end.reached, true);
			}
}

/* The row stands as if there were none: same times, same end. */
static void faults_cost_nothing(void **state)
{
	(void)state;
	static const struct {
		const char *fault;
		unsigned count;
		bool malformed;
	} rows[] = {{"none", 1, false}, {"checksum", 0, false}, {"no-checksum", 1, false}, {"version", 0, false}, {"length", 0, false},
	            {"below", 1, false}, {"overrun", 1, true}, {"zero", 1, true}, {"odd", 1, true}, {"cut", 1, true}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			char words[64];
			snprintf(words, sizeof words, "mpls=24001 ext-fault=%s", rows[i].fault);
			const char *const attributes[6] = {words, "", words, "", words, ""};
			chain(attributes);
			scenario_init(&s);
			s.net = text;
			s.method = "udp";
			s.family = family;
			scenario_run(&s);
			for (uint8_t ttl = 1; ttl <= 6; ttl++) {
				const struct scenario_answer *answer = answer_at(ttl);
				if (answer->extension_count != (ttl % 2 ? rows[i].count : 0))
					fail_msg("%s over IPv%u, hop %u: %u objects", rows[i].fault, family, ttl, answer->extension_count);
				assert_int_equal(answer->extension.malformed, ttl % 2 && rows[i].malformed);
				assert_int_equal(answer->answer.rtt_ns, ttl * 6 * SONDE_MS);
				assert_false(answer->answer.weak && family == 4);
			}
			assert_int_equal(s.traces[0].end.distance, 7);
			/* The target's own: its port is closed. */
			assert_int_equal(answer_at(7)->extension_count, 1);
			assert_int_equal(answer_at(7)->extension.as.mpls.labels[0].label, 7);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_object_arrives),
		cmocka_unit_test(faults_cost_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
