/* SPDX-License-Identifier: MIT */
/* The layout of Debian's traceroute, byte for byte: header, rows, several responders, marks, what is left out. */
#include "events.h"

#include "out/traceroute.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
	struct sonde_path *path;
	struct sn_buf out;
	struct sn_text_style style;
	struct made m;
};

static void take(void *ctx, const struct sonde_event *event)
{
	assert_int_equal(sonde_path_apply(((struct fixture *)ctx)->path, event), SONDE_OK);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	assert_non_null(f);
	assert_int_equal(sonde_path_new(&f->path), SONDE_OK);
	f->m = (struct made){.take = take, .ctx = f};
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	sn_buf_finish(&f->out);
	sonde_path_free(f->path);
	free(f);
	return 0;
}

static const char *rows(struct fixture *f, uint8_t first, uint8_t last)
{
	sn_buf_clear(&f->out);
	sn_traceroute_rows(&f->out, &f->style, f->path, first, last, false);
	assert_false(f->out.bad);
	return sn_buf_text(&f->out);
}

static const char *header(struct fixture *f, const char *host)
{
	const struct sn_text_about about = {.host = host};
	sn_buf_clear(&f->out);
	sn_traceroute_header(&f->out, &f->style, &about, f->path);
	return sn_buf_text(&f->out);
}

static void the_header_names_host_address_hops_and_bytes(void **state)
{
	struct fixture *f = *state;
	assert_string_equal(header(f, "too.early"), "");
	made_start(&f->m, "192.0.2.9", 3);
	assert_string_equal(header(f, "target.example"), "");
	struct sonde_event event = {.type = SONDE_EV_SENT, .probe = {.token = 1, .serial = 1, .ttl = 1, .size_bytes = 1234}};
	made_event(&f->m, event);
	assert_string_equal(header(f, "target.example"), "traceroute to target.example (192.0.2.9), 30 hops max, 1234 byte packets\n");
	assert_string_equal(header(f, "192.0.2.9"), "traceroute to 192.0.2.9 (192.0.2.9), 30 hops max, 1234 byte packets\n");
	/* what no host name may have makes parsers take the line for something else */
	assert_string_equal(header(f, "a_b (10.0.0.1)"), "traceroute to 192.0.2.9 (192.0.2.9), 30 hops max, 1234 byte packets\n");
}

static void a_trace_of_no_probe_has_a_header_without_a_scope(void **state)
{
	struct fixture *f = *state;
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TRACE_START,
	                                       .as.start = {.dst = {.family = 6, .bytes = {0xfe, 0x80, [15] = 1}, .scope_id = 3},
	                                                    .first_ttl = 1, .max_ttl = 9, .queries = 1}});
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_INTERRUPTED});
	assert_string_equal(header(f, "fe80::1%eth0"), "traceroute to fe80::1 (fe80::1), 9 hops max, 80 byte packets\n");
}

static void an_address_stands_once_before_its_times(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	for (int i = 0; i < 3; i++)
		made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 412 + i);
	made_hop(&f->m, 2, "10.0.0.2", SONDE_M_TIME_EXCEEDED, 1000);
	made_hop(&f->m, 2, "10.0.0.3", SONDE_M_TIME_EXCEEDED, 12345678);
	made_hop(&f->m, 2, "10.0.0.2", SONDE_M_TIME_EXCEEDED, 0);
	assert_string_equal(rows(f, 1, 2),
	                    " 1  10.0.0.1 (10.0.0.1)  0.412 ms  0.413 ms  0.414 ms\n"
	                    " 2  10.0.0.2 (10.0.0.2)  1.000 ms 10.0.0.3 (10.0.0.3)  12345.678 ms 10.0.0.2 (10.0.0.2)  0.000 ms\n");
	f->style.numeric = true;
	assert_string_equal(rows(f, 1, 1), " 1  10.0.0.1  0.412 ms  0.413 ms  0.414 ms\n");
}

static const struct sn_who *knows_one(void *ctx, const struct sonde_addr *addr)
{
	static const struct sn_who one = {.asn = 4200000000u, .as_name = "EXAMPLE"}, other = {0};
	return sonde_addr_equal(addr, ctx) ? &one : &other;
}

static void systems_are_shown_where_they_are_asked_for(void **state)
{
	struct fixture *f = *state;
	struct sonde_addr known = addr_of("10.0.0.2");
	const struct sn_who_source source = {.of = knows_one, .ctx = &known, .networks = true};
	made_start(&f->m, "192.0.2.9", 3);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 412);
	made_hop(&f->m, 1, "10.0.0.2", SONDE_M_TIME_EXCEEDED, 413);
	made_hop(&f->m, 1, "10.0.0.2", SONDE_M_TIME_EXCEEDED, 414);
	f->style = (struct sn_text_style){.who = &source, .numeric = true};
	assert_string_equal(rows(f, 1, 1), " 1  10.0.0.1  0.412 ms 10.0.0.2  0.413 ms  0.414 ms\n");
	f->style.systems = true;
	assert_string_equal(rows(f, 1, 1), " 1  10.0.0.1 [*]  0.412 ms 10.0.0.2 [AS4200000000]  0.413 ms  0.414 ms\n");
	f->style.numeric = false;
	assert_string_equal(rows(f, 1, 1),
	                    " 1  10.0.0.1 (10.0.0.1) [*]  0.412 ms 10.0.0.2 (10.0.0.2) [AS4200000000]  0.413 ms  0.414 ms\n");
}

static void silence_is_a_star_and_does_not_repeat_the_address(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 412);
	made_lost(&f->m, 1);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 500);
	made_lost(&f->m, 2);
	made_lost(&f->m, 2);
	made_lost(&f->m, 2);
	made_lost(&f->m, 10);
	made_hop(&f->m, 10, "10.0.0.9", SONDE_M_TIME_EXCEEDED, 700);
	made_lost(&f->m, 10);
	f->style.numeric = true;
	assert_string_equal(rows(f, 1, 2), " 1  10.0.0.1  0.412 ms *  0.500 ms\n"
	                                   " 2  * * *\n");
	assert_string_equal(rows(f, 10, 10), "10  * 10.0.0.9  0.700 ms *\n");
}

static void as_many_as_were_asked_for_and_the_answered_ones_first(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 2);
	made_lost(&f->m, 1);
	made_lost(&f->m, 1);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 1);
	for (int i = 0; i < 4; i++)
		made_hop(&f->m, 2, "10.0.0.2", SONDE_M_TIME_EXCEEDED, i);
	f->style.numeric = true;
	assert_string_equal(rows(f, 1, 2), " 1  * 10.0.0.1  0.001 ms\n"
	                                   " 2  10.0.0.2  0.000 ms  0.001 ms\n");
}

static void reply(struct fixture *f, uint8_t ttl, enum sonde_meaning meaning, uint8_t code, bool is_icmp)
{
	struct sonde_event event = {.type = SONDE_EV_REPLY, .probe = made_sent(&f->m, ttl)};
	event.as.answer = (struct sonde_event_answer){
	    .from = addr_of("10.0.5.1"), .meaning = meaning, .icmp_code = code, .is_icmp = is_icmp, .mtu_bytes = 1400, .rtt_ns = SONDE_MS};
	made_event(&f->m, event);
}

static void only_marks_that_parsers_know(void **state)
{
	static const struct {
		enum sonde_meaning meaning;
		uint8_t code;
		const char *mark;
	} cases[] = {
	    {SONDE_M_NET_UNREACHABLE, 0, " !N"},      {SONDE_M_HOST_UNREACHABLE, 1, " !H"}, {SONDE_M_PROTOCOL_UNREACHABLE, 2, " !P"},
	    {SONDE_M_ADMIN_PROHIBITED, 13, " !X"},    {SONDE_M_PACKET_TOO_BIG, 4, " !F"},   {SONDE_M_SOURCE_ROUTE_FAILED, 5, " !S"},
	    {SONDE_M_PRECEDENCE_VIOLATION, 14, " !<14>"}, {SONDE_M_PRECEDENCE_CUTOFF, 15, " !<15>"}, {SONDE_M_UNREACHABLE, 8, " !<8>"},
	    {SONDE_M_REASSEMBLY_EXCEEDED, 1, " !<1>"}, {SONDE_M_PORT_UNREACHABLE, 3, ""},   {SONDE_M_TIME_EXCEEDED, 0, ""},
	};
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 1);
	f->style.numeric = true;
	for (uint8_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char wanted[64];
		reply(f, (uint8_t)(i + 1), cases[i].meaning, cases[i].code, true);
		snprintf(wanted, sizeof wanted, "%2d  10.0.5.1  1.000 ms%s\n", i + 1, cases[i].mark);
		assert_string_equal(rows(f, (uint8_t)(i + 1), (uint8_t)(i + 1)), wanted);
	}
	reply(f, 29, SONDE_M_OTHER, 7, false); /* a code is ICMP's */
	assert_string_equal(rows(f, 29, 29), "29  10.0.5.1  1.000 ms\n");
}

static void a_star_behind_a_mark_has_two_blanks(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	f->style.numeric = true;
	reply(f, 5, SONDE_M_HOST_UNREACHABLE, 1, true);
	made_lost(&f->m, 5);
	reply(f, 5, SONDE_M_HOST_UNREACHABLE, 1, true);
	assert_string_equal(rows(f, 5, 5), " 5  10.0.5.1  1.000 ms !H  *  1.000 ms !H\n");
}

static void refusals_of_farther_probes_fill_a_row_and_stars_do_not(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	f->style.numeric = true;
	reply(f, 5, SONDE_M_HOST_UNREACHABLE, 1, true);
	assert_string_equal(rows(f, 5, 5), " 5  10.0.5.1  1.000 ms !H\n");
	reply(f, 6, SONDE_M_ADMIN_PROHIBITED, 13, true);
	made_lost(&f->m, 7);
	for (uint8_t ttl = 7; ttl < 10; ttl++)
		reply(f, ttl, SONDE_M_HOST_UNREACHABLE, 1, true);
	assert_string_equal(rows(f, 5, 5), " 5  10.0.5.1  1.000 ms !H  1.000 ms !H  1.000 ms !H\n");
	made_hop(&f->m, 2, "10.0.5.1", SONDE_M_TIME_EXCEEDED, 5);
	made_hop(&f->m, 3, "10.0.5.1", SONDE_M_TIME_EXCEEDED, 6);
	assert_string_equal(rows(f, 1, 2), " 1  *\n 2  10.0.5.1  0.005 ms\n"); /* nobody is refused there */
}

static void an_answer_without_a_time_is_no_star(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 2);
	f->style.numeric = true;
	made_hop(&f->m, 6, "192.0.2.9", SONDE_M_BARE_ACK, -1);
	made_hop(&f->m, 6, "192.0.2.9", SONDE_M_SYN_ACK, 300);
	assert_string_equal(rows(f, 6, 6), " 6  192.0.2.9  0.300 ms\n");
}

static void extension(struct fixture *f, struct sonde_event_probe probe, struct sonde_extension object)
{
	struct sonde_event event = {.type = SONDE_EV_EXTENSION, .probe = probe};
	event.as.extension = (struct sonde_event_extension){.of = SONDE_EV_REPLY, .object = object};
	made_event(&f->m, event);
}

static void extensions_are_shown_where_they_are_asked_for(void **state)
{
	static const char shown[] =
	    " 1  10.0.0.1 <MPLS:L=16,E=5,S=0,T=1/L=17,E=0,S=1,T=2;200/9:00ff>  0.412 ms 10.0.0.1  0.413 ms 10.0.0.1 <MPLS:L=3,E=0,S=1,T=1>"
	    "  0.414 ms\n";
	struct fixture *f = *state;
	f->style.numeric = true;
	made_start(&f->m, "192.0.2.9", 3);
	struct sonde_event_probe probe = made_sent(&f->m, 1);
	made_answer(&f->m, SONDE_EV_REPLY, probe, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 412);
	extension(f, probe, (struct sonde_extension){.kind = SONDE_EXTENSION_MPLS, .class_num = 1, .c_type = 1, .object = 1, .piece = 1,
	                                             .more = true, .as.mpls = {.count = 1, .labels = {{.label = 16, .tc = 5, .ttl = 1}}}});
	extension(f, probe, (struct sonde_extension){.kind = SONDE_EXTENSION_MPLS, .class_num = 1, .c_type = 1, .object = 1, .piece = 2,
	                                             .as.mpls = {.count = 1, .labels = {{.label = 17, .ttl = 2, .bottom = true}}}});
	extension(f, probe, (struct sonde_extension){.kind = SONDE_EXTENSION_RAW, .class_num = 200, .c_type = 9, .object = 2, .piece = 1,
	                                             .as.raw = {.count = 2, .bytes = {0, 0xff}}});
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 413);
	probe = made_sent(&f->m, 1);
	made_answer(&f->m, SONDE_EV_REPLY, probe, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 414);
	extension(f, probe, (struct sonde_extension){.kind = SONDE_EXTENSION_MPLS, .class_num = 1, .c_type = 1, .object = 1, .piece = 1,
	                                             .as.mpls = {.count = 1, .labels = {{.label = 3, .ttl = 1, .bottom = true}}}});
	assert_string_equal(rows(f, 1, 1), " 1  10.0.0.1  0.412 ms  0.413 ms  0.414 ms\n");
	f->style.extensions = true;
	assert_string_equal(rows(f, 1, 1), shown);
}

static void a_longer_way_back_is_told_where_it_is_asked_for(void **state)
{
	struct fixture *f = *state;
	f->style.numeric = true;
	made_start(&f->m, "192.0.2.9", 2);
	made_hop(&f->m, 3, "10.0.0.3", SONDE_M_TIME_EXCEEDED, 100); /* as many hops back */
	struct sonde_event event = {.type = SONDE_EV_REPLY, .probe = made_sent(&f->m, 3)};
	event.as.answer = (struct sonde_event_answer){
	    .from = addr_of("10.0.0.3"), .meaning = SONDE_M_TIME_EXCEEDED, .reply_ttl = 250, .is_icmp = true, .rtt_ns = SONDE_MS};
	made_event(&f->m, event);
	assert_string_equal(rows(f, 3, 3), " 3  10.0.0.3  0.100 ms  1.000 ms\n");
	f->style.way_back = true;
	assert_string_equal(rows(f, 3, 3), " 3  10.0.0.3  0.100 ms 10.0.0.3 '-6'  1.000 ms\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_header_names_host_address_hops_and_bytes, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_trace_of_no_probe_has_a_header_without_a_scope, setup, teardown),
	    cmocka_unit_test_setup_teardown(an_address_stands_once_before_its_times, setup, teardown),
	    cmocka_unit_test_setup_teardown(systems_are_shown_where_they_are_asked_for, setup, teardown),
	    cmocka_unit_test_setup_teardown(silence_is_a_star_and_does_not_repeat_the_address, setup, teardown),
	    cmocka_unit_test_setup_teardown(as_many_as_were_asked_for_and_the_answered_ones_first, setup, teardown),
	    cmocka_unit_test_setup_teardown(only_marks_that_parsers_know, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_star_behind_a_mark_has_two_blanks, setup, teardown),
	    cmocka_unit_test_setup_teardown(refusals_of_farther_probes_fill_a_row_and_stars_do_not, setup, teardown),
	    cmocka_unit_test_setup_teardown(an_answer_without_a_time_is_no_star, setup, teardown),
	    cmocka_unit_test_setup_teardown(extensions_are_shown_where_they_are_asked_for, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_longer_way_back_is_told_where_it_is_asked_for, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
