/* SPDX-License-Identifier: MIT */
/* The meaning table: sorted, complete, and its rows mean what the RFCs say. */
#include "test.h"

#include "packet/icmp.h"

#include <string.h>

static long rank(const struct sn_icmp_row *row)
{
	return row->version * 1000000L + row->type * 1000L + (row->code < 0 ? 999 : row->code);
}

static void rows_are_sorted_and_whole(void **state)
{
	(void)state;
	size_t count;
	const struct sn_icmp_row *rows = sn_icmp_table(&count);
	assert_true(count > 100);
	for (size_t i = 0; i < count; i++) {
		assert_true(i == 0 || rank(&rows[i - 1]) < rank(&rows[i]));
		assert_true(strlen(rows[i].name) > 2 && strlen(rows[i].source) > 3);
		assert_true(rows[i].version == 4 || rows[i].version == 6);
		assert_true(rows[i].is_error || !rows[i].may_extend);
	}
}

static void every_row_is_found_and_every_type_has_a_rest(void **state)
{
	(void)state;
	size_t count;
	const struct sn_icmp_row *rows = sn_icmp_table(&count);
	for (size_t i = 0; i < count; i++) {
		if (rows[i].code >= 0)
			assert_ptr_equal(sn_icmp_lookup(rows[i].version, rows[i].type, (uint8_t)rows[i].code), &rows[i]);
		bool last_of_type = i + 1 == count || rows[i + 1].version != rows[i].version || rows[i + 1].type != rows[i].type;
		assert_int_equal(rows[i].code == -1, last_of_type);
	}
}

/* A slow look at the whole table is the judge of the quick one. */
static void lookup_equals_a_plain_search(void **state)
{
	(void)state;
	size_t count;
	const struct sn_icmp_row *rows = sn_icmp_table(&count);
	for (unsigned i = 0; i < 2 * 65536; i++) {
		uint8_t version = i < 65536 ? 4 : 6, type = (uint8_t)(i >> 8), code = (uint8_t)i;
		const struct sn_icmp_row *want = NULL;
		for (size_t at = 0; at < count && !want; at++) {
			if (rows[at].version == version && rows[at].type == type && (rows[at].code == code || rows[at].code == -1))
				want = &rows[at];
		}
		const struct sn_icmp_row *got = sn_icmp_lookup(version, type, code);
		assert_non_null(got);
		if (want)
			assert_ptr_equal(got, want);
		else
			assert_true(strcmp(got->name, "unassigned") == 0 && got->meaning == SONDE_M_OTHER);
	}
}

static void meanings_are_those_of_the_rfcs(void **state)
{
	(void)state;
	static const struct {
		uint8_t version, type, code;
		enum sonde_meaning meaning;
	} want[] = {
		{4, 0, 0, SONDE_M_ECHO_REPLY}, {4, 8, 0, SONDE_M_ECHO_REQUEST},
		{6, 128, 0, SONDE_M_ECHO_REQUEST}, {6, 129, 0, SONDE_M_ECHO_REPLY},
		{4, 3, 0, SONDE_M_NET_UNREACHABLE}, {4, 3, 1, SONDE_M_HOST_UNREACHABLE}, {4, 3, 2, SONDE_M_PROTOCOL_UNREACHABLE},
		{4, 3, 3, SONDE_M_PORT_UNREACHABLE}, {4, 3, 4, SONDE_M_PACKET_TOO_BIG}, {4, 3, 5, SONDE_M_SOURCE_ROUTE_FAILED},
		{4, 3, 6, SONDE_M_NET_UNREACHABLE}, {4, 3, 7, SONDE_M_HOST_UNREACHABLE}, {4, 3, 9, SONDE_M_ADMIN_PROHIBITED},
		{4, 3, 10, SONDE_M_ADMIN_PROHIBITED}, {4, 3, 11, SONDE_M_NET_UNREACHABLE}, {4, 3, 12, SONDE_M_HOST_UNREACHABLE},
		{4, 3, 13, SONDE_M_ADMIN_PROHIBITED}, {4, 3, 14, SONDE_M_PRECEDENCE_VIOLATION}, {4, 3, 15, SONDE_M_PRECEDENCE_CUTOFF},
		{4, 3, 16, SONDE_M_UNREACHABLE}, {4, 11, 0, SONDE_M_TIME_EXCEEDED}, {4, 11, 1, SONDE_M_REASSEMBLY_EXCEEDED},
		{4, 11, 2, SONDE_M_OTHER}, {4, 12, 0, SONDE_M_PARAMETER_PROBLEM}, {4, 5, 1, SONDE_M_NONE}, {4, 4, 0, SONDE_M_NONE},
		{6, 1, 0, SONDE_M_NET_UNREACHABLE}, {6, 1, 1, SONDE_M_ADMIN_PROHIBITED}, {6, 1, 2, SONDE_M_UNREACHABLE},
		{6, 1, 3, SONDE_M_HOST_UNREACHABLE}, {6, 1, 4, SONDE_M_PORT_UNREACHABLE}, {6, 1, 5, SONDE_M_ADMIN_PROHIBITED},
		{6, 1, 6, SONDE_M_ADMIN_PROHIBITED}, {6, 1, 7, SONDE_M_SOURCE_ROUTE_FAILED}, {6, 1, 200, SONDE_M_UNREACHABLE},
		{6, 2, 0, SONDE_M_PACKET_TOO_BIG}, {6, 2, 1, SONDE_M_PACKET_TOO_BIG}, {6, 3, 0, SONDE_M_TIME_EXCEEDED},
		{6, 3, 1, SONDE_M_REASSEMBLY_EXCEEDED}, {6, 4, 0, SONDE_M_PARAMETER_PROBLEM}, {6, 4, 1, SONDE_M_PROTOCOL_UNREACHABLE},
		{6, 135, 0, SONDE_M_OTHER},
	};
	for (size_t i = 0; i < sizeof want / sizeof want[0]; i++)
		assert_int_equal(sn_icmp_lookup(want[i].version, want[i].type, want[i].code)->meaning, want[i].meaning);
}

/* RFC 4884 section 4 names them: IPv4 unreachable, time exceeded, parameter problem; IPv6 unreachable, time exceeded. */
static void only_five_messages_may_extend(void **state)
{
	(void)state;
	size_t count;
	const struct sn_icmp_row *rows = sn_icmp_table(&count);
	for (size_t i = 0; i < count; i++) {
		uint8_t type = rows[i].type;
		bool may = rows[i].version == 4 ? type == 3 || type == 11 || type == 12 : type == 1 || type == 3;
		assert_int_equal(rows[i].may_extend, may);
	}
}

/* RFC 4443 section 2.1: the high bit of the type tells errors from the rest. */
static void every_icmpv6_type_below_128_is_an_error(void **state)
{
	(void)state;
	for (unsigned type = 0; type < 256; type++)
		assert_int_equal(sn_icmp_lookup(6, (uint8_t)type, 0)->is_error, type < 128);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_sorted_and_whole),
		cmocka_unit_test(every_row_is_found_and_every_type_has_a_rest),
		cmocka_unit_test(lookup_equals_a_plain_search),
		cmocka_unit_test(meanings_are_those_of_the_rfcs),
		cmocka_unit_test(only_five_messages_may_extend),
		cmocka_unit_test(every_icmpv6_type_below_128_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
