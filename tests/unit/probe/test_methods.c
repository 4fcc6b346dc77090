/* SPDX-License-Identifier: MIT */
/* The method table: every row is whole, names are found, defaults are as documented. */
#include "test.h"

#include "probe/method.h"

#include <string.h>

static void rows_are_whole(void **unused)
{
	(void)unused;
	assert_in_range(sonde_method_count(), 4, 255);
	for (size_t id = 0; id < sonde_method_count(); id++) {
		const struct sn_method *method = sn_method(id);
		assert_non_null(method);
		assert_ptr_equal(sonde_method_info(id), &method->info);
		assert_true(method->build && method->expect && method->key_of_quote && method->key_of_reply);
		assert_true(strlen(method->info.summary) > 0 && strlen(method->info.silence) > 0);
		assert_true(method->info.protocol4);
		assert_int_equal(method->info.takes_port || method->info.takes_protocol, method->info.default_port != 0);
		assert_false(method->info.takes_port && method->info.takes_protocol);
		/* What somebody speaks is none of the one that speaks the rest: it is asked last. */
		assert_true(!method->info.takes_protocol || id + 1 == sonde_method_count());
		assert_int_equal(method->info.takes_port, method->secret.sport != 0);
		/* The engine keeps one tag of these two kinds. */
		assert_true(method->tag_field == SN_ID_SEQ || method->tag_field == SN_ID_CHECKSUM);
		assert_true(method->tag_field == SN_ID_SEQ ? method->secret.seq : method->secret.checksum);
	}
}

static void past_the_end_is_nothing(void **unused)
{
	(void)unused;
	assert_null(sn_method(sonde_method_count()));
	assert_null(sonde_method_info(sonde_method_count()));
	assert_null(sonde_method_info(SIZE_MAX));
}

static void names_are_unique_and_found(void **unused)
{
	(void)unused;
	for (size_t id = 0; id < sonde_method_count(); id++) {
		const char *name = sonde_method_info(id)->name;
		assert_int_equal(sonde_method_find(name), id);
		/* A name is followed by :PORT on the command line. */
		assert_true(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name) && strlen(name) > 0);
	}
	assert_int_equal(sonde_method_find("ICMP"), -1);
	assert_int_equal(sonde_method_find("udp-"), -1);
	assert_int_equal(sonde_method_find("ud"), -1);
	assert_int_equal(sonde_method_find(""), -1);
}

static void methods_are_as_documented(void **unused)
{
	(void)unused;
	static const struct sonde_method_info wanted[] = {
		{.name = "icmp", .protocol4 = 1, .protocol6 = 58, .default_port = 0, .flow_constant = true},
		{.name = "udp", .protocol4 = 17, .protocol6 = 17, .default_port = 33434, .flow_constant = true},
		{.name = "udp-classic", .protocol4 = 17, .protocol6 = 17, .default_port = 33434, .flow_constant = false},
		{.name = "tcp", .protocol4 = 6, .protocol6 = 6, .default_port = 443, .flow_constant = true},
		{.name = "tcp-ack", .protocol4 = 6, .protocol6 = 6, .default_port = 443, .flow_constant = true, .needs_raw = true},
		{.name = "udplite", .protocol4 = 136, .protocol6 = 136, .default_port = 33434, .flow_constant = true},
		{.name = "sctp", .protocol4 = 132, .protocol6 = 132, .default_port = 3868, .flow_constant = true, .needs_raw = true},
		{.name = "dccp", .protocol4 = 33, .protocol6 = 33, .default_port = 5004, .flow_constant = true, .needs_raw = true},
		{.name = "raw", .protocol4 = 253, .protocol6 = 253, .default_port = 253, .flow_constant = true, .needs_raw = true},
		{.name = "icmp-timestamp", .protocol4 = 1, .flow_constant = true, .needs_raw = true},
	};
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		int id = sonde_method_find(wanted[i].name);
		assert_true(id >= 0);
		const struct sn_method *method = sn_method((size_t)id);
		assert_int_equal(method->info.protocol4, wanted[i].protocol4);
		assert_int_equal(method->info.protocol6, wanted[i].protocol6);
		assert_int_equal(method->info.default_port, wanted[i].default_port);
		assert_int_equal(method->info.flow_constant, wanted[i].flow_constant);
		assert_int_equal(method->info.needs_raw, wanted[i].needs_raw);
		assert_int_equal(sn_method_protocol(method, 4), wanted[i].protocol4);
		assert_int_equal(sn_method_protocol(method, 6), wanted[i].protocol6);
		/* Only open TCP and DCCP ports answer once a flow. */
		assert_int_equal(method->once_per_flow, strcmp(wanted[i].name, "tcp") == 0 || strcmp(wanted[i].name, "dccp") == 0);
	}
}

/* One search finds the probes of all that read alike: by the same field, of the same protocols, and none of them stands apart. */
static void who_reads_alike_stands_side_by_side(void **unused)
{
	(void)unused;
	for (size_t id = 0; id < sonde_method_count(); id++)
		for (size_t other = 0; other < id; other++) {
			const struct sn_method *a = sn_method(id), *b = sn_method(other);
			if (!sn_method_reads_alike(a, b))
				continue;
			assert_true(a->key_of_reply == b->key_of_reply && a->tag_field == b->tag_field);
			assert_true(a->info.protocol4 == b->info.protocol4 && a->info.protocol6 == b->info.protocol6);
			assert_true(sn_method_reads_alike(a, sn_method(id - 1)));
		}
}

/* In a quote of 8 bytes over IPv4 every method shows enough that guessing it is hopeless. */
static void eight_bytes_of_ipv4_are_enough(void **unused)
{
	(void)unused;
	for (size_t id = 0; id < sonde_method_count(); id++) {
		const struct sn_secret_bits *s = &sn_method(id)->secret;
		unsigned tag = sn_method(id)->tag_field == SN_ID_SEQ ? s->seq : s->checksum;
		unsigned icmp = s->icmp_id ? s->icmp_id + s->checksum : 0;
		assert_in_range(s->ip_id + s->sport + tag + icmp, SN_BITS_STRONG, SN_BITS_MAX);
	}
}

static void a_cfg_begins_with_the_defaults(void **unused)
{
	(void)unused;
	struct sonde_trace_cfg cfg;
	memset(&cfg, 0xff, sizeof cfg);
	sonde_trace_cfg_init(&cfg);
	const struct sonde_trace_cfg wanted = {.first_ttl = 1, .max_ttl = 30, .queries = 3, .gap = 10};
	assert_int_equal(cfg.method, sonde_method_find("icmp"));
	assert_int_equal(cfg.first_ttl, wanted.first_ttl);
	assert_int_equal(cfg.max_ttl, wanted.max_ttl);
	assert_int_equal(cfg.queries, wanted.queries);
	assert_int_equal(cfg.gap, wanted.gap);
	assert_int_equal(
	    cfg.window | cfg.tos | cfg.size_bytes | cfg.mtu_bytes | cfg.dport | cfg.sport_count | cfg.src.family | cfg.dst.family, 0);
	assert_false(cfg.serial || cfg.no_wait);
	assert_int_equal(cfg.send_gap_ns + cfg.wait_max_ns + cfg.deadline_ns, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_whole),
		cmocka_unit_test(past_the_end_is_nothing),
		cmocka_unit_test(names_are_unique_and_found),
		cmocka_unit_test(methods_are_as_documented),
		cmocka_unit_test(who_reads_alike_stands_side_by_side),
		cmocka_unit_test(eight_bytes_of_ipv4_are_enough),
		cmocka_unit_test(a_cfg_begins_with_the_defaults),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
