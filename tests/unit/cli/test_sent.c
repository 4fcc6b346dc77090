/* SPDX-License-Identifier: MIT */
/* From words of the command line to the fields of a probe. */
#include "test.h"

#include "cli/sent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 16 };

static size_t carried_bytes; /* of the line read last */

static int read_line(const char *line, struct sonde_trace_cfg *cfg, struct sonde_error *err)
{
	static char text[200];
	static char *argv[WORDS_MAX + 2];
	struct sn_opts opts;
	int argc = 0;
	snprintf(text, sizeof text, "sonde %s", line);
	for (char *word = strtok(text, " "); word && argc < WORDS_MAX; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	*err = (struct sonde_error){0};
	sonde_trace_cfg_init(cfg);
	int code = sn_opts_parse(&opts, SN_FOR_TRACE, "trace", argc, argv, err);
	char *carried = NULL;
	if (code == SONDE_OK)
		code = sn_sent_read(&opts, cfg, &carried, &carried_bytes, err);
	free(carried);
	return code;
}

static void dscp_and_ecn_are_one_byte(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		uint8_t tos;
	} rows[] = {
		{"", 0}, {"-t 16", 16}, {"--tos 0xff", 255}, {"--tos 0", 0},
		{"--dscp ef", 0xb8}, {"--dscp CS1", 0x20}, {"--dscp 63", 0xfc},
		{"--dscp 0x2e", 0xb8}, {"--ecn ect0", 2}, {"--ecn ect1", 1}, {"--ecn ce", 3}, {"--ecn none", 0},
		{"--dscp af11 --ecn ce", 0x2b},
		{"--ecn ect1 --dscp le", 5},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sonde_trace_cfg cfg;
		struct sonde_error err;
		assert_int_equal(read_line(rows[i].line, &cfg, &err), SONDE_OK);
		assert_int_equal(cfg.tos, rows[i].tos);
	}
}

static void what_is_no_value_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		int code;
		const char *what, *hint;
	} rows[] = {
		{"--dscp af99", SONDE_E_USAGE, "option --dscp: 'af99' is no codepoint", "did you mean af11?"},
		{"--dscp expedited", SONDE_E_USAGE, "option --dscp: 'expedited' is no codepoint",
		 "give 0 to 63, or a name such as ef, af41 or cs1"},
		{"--dscp 64", SONDE_E_RANGE, "option --dscp: '64' is out of range", "give 0 to 63, or a name"},
		{"--dscp ef -t 1", SONDE_E_USAGE, "options --dscp and --tos exclude each other", "give one of them"},
		{"--tos 0 --ecn ce", SONDE_E_USAGE, "options --tos and --ecn exclude each other", "give one of them"},
		{"--tos 256", SONDE_E_RANGE, "option --tos (-t): '256' is out of range", "give 0 to 255"},
		{"--ecn ect2", SONDE_E_USAGE, "option --ecn: 'ect2' is none of its values", "give none, ect1, ect0 or ce"},
		{"--df --no-df", SONDE_E_USAGE, "options --df and --no-df exclude each other", "give one of them"},
		{"--flow-label 0x100000", SONDE_E_RANGE, "option --flow-label: '0x100000' is out of range", "give 0 to 1048575"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sonde_trace_cfg cfg;
		struct sonde_error err;
		assert_int_equal(read_line(rows[i].line, &cfg, &err), rows[i].code);
		assert_string_equal(err.what, rows[i].what);
		assert_string_equal(err.hint, rows[i].hint);
	}
}

static void df_is_on_unless_it_is_off(void **state)
{
	(void)state;
	struct sonde_trace_cfg cfg;
	struct sonde_error err;
	assert_int_equal(read_line("", &cfg, &err), SONDE_OK);
	assert_false(cfg.no_df);
	assert_int_equal(read_line("--df", &cfg, &err), SONDE_OK);
	assert_false(cfg.no_df);
	assert_int_equal(read_line("--no-df", &cfg, &err), SONDE_OK);
	assert_true(cfg.no_df);
}

static void tcp_options_are_a_list(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		uint8_t options, wscale;
		uint16_t mss;
	} rows[] = {
		{"", 0, 0, 0},
		{"--tcp-options none", SONDE_TCP_NONE, 7, 0},
		{"--tcp-options mss", SONDE_TCP_MSS, 7, 0},
		{"--tcp-options mss=536,sack,ts,ws=0", SONDE_TCP_MSS | SONDE_TCP_SACK | SONDE_TCP_STAMP | SONDE_TCP_WSCALE, 0, 536},
		{"--tcp-options tfo,mptcp,ws=0xe", SONDE_TCP_TFO | SONDE_TCP_MPTCP | SONDE_TCP_WSCALE, 14, 0},
	};
	static const struct {
		const char *line, *what, *hint;
	} wrong[] = {
		{"--tcp-options md5", "option --tcp-options: 'md5' is no TCP option",
		 "give some of mss=N, sack, ts, ws=N, tfo and mptcp, or none"},
		{"--tcp-options mptpc", "option --tcp-options: 'mptpc' is no TCP option", "did you mean mptcp?"},
		{"--tcp-options sack,", "option --tcp-options: '' is no TCP option",
		 "give some of mss=N, sack, ts, ws=N, tfo and mptcp, or none"},
		{"--tcp-options mss=0", "option --tcp-options: '0' is no value of mss", "give 1 to 65535"},
		{"--tcp-options ws=15", "option --tcp-options: '15' is no value of ws", "give 0 to 14"},
		{"--tcp-options ws=", "option --tcp-options: '' is no value of ws", "give 0 to 14"},
		{"--tcp-options ts=1", "option --tcp-options: '1' is no value of ts", "ts has none"},
		{"--tcp-options none,ts", "option --tcp-options: none stands beside others in 'none,ts'",
		 "give none alone, or leave it out"},
	};
	struct sonde_trace_cfg cfg;
	struct sonde_error err;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(read_line(rows[i].line, &cfg, &err), SONDE_OK);
		assert_int_equal(cfg.tcp_options, rows[i].options);
		assert_int_equal(cfg.wscale, rows[i].wscale);
		assert_int_equal(cfg.mss, rows[i].mss);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_int_equal(read_line(wrong[i].line, &cfg, &err), SONDE_E_USAGE);
		assert_string_equal(err.what, wrong[i].what);
		assert_string_equal(err.hint, wrong[i].hint);
	}
	struct sn_target target = {.host = "web", .addr.family = 4};
	assert_int_equal(read_line("--tcp-options ts", &cfg, &err), SONDE_OK);
	cfg.method = (size_t)sonde_method_find("tcp");
	assert_int_equal(sn_sent_check(&target, &cfg, &err), SONDE_OK);
	cfg.method = (size_t)sonde_method_find("udp");
	assert_int_equal(sn_sent_check(&target, &cfg, &err), SONDE_E_USAGE);
	assert_string_equal(err.what, "option --tcp-options: method udp sends no TCP");
}

static void a_payload_is_a_name_or_a_file(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		enum sonde_payload payload;
		size_t bytes;
		int code;
		const char *what;
	} rows[] = {
		{"", SONDE_PAYLOAD_DEFAULT, 0, SONDE_OK, ""},
		{"--payload dns", SONDE_PAYLOAD_DNS, 0, SONDE_OK, ""},
		{"--payload ntp", SONDE_PAYLOAD_NTP, 0, SONDE_OK, ""},
		{"--payload quic", SONDE_PAYLOAD_QUIC, 0, SONDE_OK, ""},
		{"--payload tls", SONDE_PAYLOAD_TLS, 0, SONDE_OK, ""},
		{"--payload /proc/self/comm", SONDE_PAYLOAD_BYTES, sizeof "test_sent", SONDE_OK, ""}, /* and a line's end */
		{"--payload /dev/null", SONDE_PAYLOAD_BYTES, 0, SONDE_E_FORMAT, "option --payload: '/dev/null' is empty"},
		{"--payload /dev/zero", SONDE_PAYLOAD_BYTES, 0, SONDE_E_FORMAT, "reading '/dev/zero': more than 65435 bytes"},
		{"--payload /nowhere/none", SONDE_PAYLOAD_BYTES, 0, SONDE_E_FILE, "opening '/nowhere/none'"},
		{"--payload /proc", SONDE_PAYLOAD_BYTES, 0, SONDE_E_FILE, "reading '/proc'"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sonde_trace_cfg cfg;
		struct sonde_error err;
		assert_int_equal(read_line(rows[i].line, &cfg, &err), rows[i].code);
		assert_string_equal(err.what, rows[i].what);
		assert_int_equal(cfg.payload, rows[i].payload);
		if (rows[i].code == SONDE_OK)
			assert_int_equal(carried_bytes, rows[i].bytes);
	}
}

/* Which methods carry it, and what IPv6 needs to tell fixed probes apart. */
static void a_payload_needs_its_protocol(void **state)
{
	(void)state;
	static const uint8_t bytes[] = {1, 2, 3};
	static const struct {
		const char *method;
		enum sonde_payload payload;
		uint8_t family;
		bool label;
		uint16_t size_bytes;
		const char *hint; /* NULL: it is carried */
	} rows[] = {
		{"udp", SONDE_PAYLOAD_DNS, 4, false, 0, NULL},
		{"udp-classic", SONDE_PAYLOAD_QUIC, 6, true, 0, NULL},
		{"udp", SONDE_PAYLOAD_TLS, 4, false, 0, "leave it out, or take -T"},
		{"tcp", SONDE_PAYLOAD_TLS, 4, false, 0, NULL},
		{"tcp", SONDE_PAYLOAD_QUIC, 4, false, 0, "leave it out, or take -U"},
		{"icmp", SONDE_PAYLOAD_BYTES, 4, false, 0, "leave it out, or take -U or -T"},
		{"tcp", SONDE_PAYLOAD_BYTES, 6, true, 0, NULL},
		{"udp", SONDE_PAYLOAD_BYTES, 4, false, 0, NULL},
		{"udp", SONDE_PAYLOAD_BYTES, 6, false, 0, NULL},
		{"udp", SONDE_PAYLOAD_BYTES, 6, true, 0, "leave it out, or let --size leave two bytes for a key"},
		{"udp", SONDE_PAYLOAD_BYTES, 6, true, 52, "leave it out, or let --size leave two bytes for a key"},
		{"udp", SONDE_PAYLOAD_BYTES, 6, true, 53, NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sn_target target = {
			.host = "web", .addr.family = rows[i].family, .carried = {.bytes = bytes, .count = sizeof bytes}};
		struct sonde_error err = {0};
		struct sonde_trace_cfg cfg;
		sonde_trace_cfg_init(&cfg);
		cfg.dst = target.addr;
		cfg.method = (size_t)sonde_method_find(rows[i].method);
		cfg.payload = (uint8_t)rows[i].payload;
		cfg.carried = &target.carried;
		cfg.flow_label_given = rows[i].label;
		cfg.size_bytes = rows[i].size_bytes;
		assert_int_equal(sn_sent_check(&target, &cfg, &err), rows[i].hint ? SONDE_E_USAGE : SONDE_OK);
		assert_string_equal(err.hint, rows[i].hint ? rows[i].hint : "");
	}
}

static void a_flow_label_is_of_ipv6_alone(void **state)
{
	(void)state;
	struct sonde_trace_cfg cfg;
	struct sonde_error err;
	struct sn_target four = {.host = "web", .addr.family = 4}, six = {.host = "web", .addr.family = 6};
	assert_int_equal(read_line("", &cfg, &err), SONDE_OK);
	assert_false(cfg.flow_label_given);
	assert_int_equal(sn_sent_check(&four, &cfg, &err), SONDE_OK);
	assert_int_equal(read_line("--flow-label 0", &cfg, &err), SONDE_OK);
	assert_true(cfg.flow_label_given);
	assert_int_equal(cfg.flow_label, 0);
	assert_int_equal(read_line("--flow-label 0xfffff", &cfg, &err), SONDE_OK);
	assert_int_equal(cfg.flow_label, 0xfffff);
	assert_int_equal(sn_sent_check(&six, &cfg, &err), SONDE_OK);
	assert_int_equal(sn_sent_check(&four, &cfg, &err), SONDE_E_USAGE);
	assert_string_equal(err.what, "option --flow-label: 'web' is traced over IPv4, which has no flow label");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dscp_and_ecn_are_one_byte),
		cmocka_unit_test(what_is_no_value_is_named),
		cmocka_unit_test(df_is_on_unless_it_is_off),
		cmocka_unit_test(tcp_options_are_a_list),
		cmocka_unit_test(a_payload_is_a_name_or_a_file),
		cmocka_unit_test(a_payload_needs_its_protocol),
		cmocka_unit_test(a_flow_label_is_of_ipv6_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
