/* SPDX-License-Identifier: MIT */
/* TCP options clamped, blanked and taken out on the way, seen in the quote of the host behind: every byte, with every checksum. */
#include "lab.h"

#include <stdio.h>
#include <string.h>

enum { HOPS = 3, HEADER_BYTES = 20 };

static const uint8_t families[] = {4, 6};

/* What a SYN of Linux with an empty fast-open cookie carries, then one with Multipath TCP's. */
#define MSS "\x02\x04\x05\xb4"
#define SACK "\x04\x02"
#define TS "\x08\x0a\x01\x02\x03\x04\x00\x00\x00\x00"
#define WS "\x01\x03\x03\x07"
#define TFO "\x22\x02\x01\x01"
#define MPTCP "\x1e\x04\x01\x00"

struct stripping {
	const char *rule;
	const char *before, *after;
	size_t before_bytes, after_bytes;
};

#define ROW(rule, before, after) {rule, before, after, sizeof before - 1, sizeof after - 1}

static const struct stripping strippings[] = {
	ROW("mss=1200", MSS SACK TS WS, "\x02\x04\x04\xb0" SACK TS WS),
	ROW("mss=1460", MSS SACK TS WS, MSS SACK TS WS),
	ROW("mss=9000", MSS SACK TS WS, MSS SACK TS WS),
	ROW("mss=1200", "", ""),
	ROW("mss=1200", WS "\x01" MSS "\x01\x01\x01", WS "\x01\x02\x04\x04\xb0\x01\x01\x01"),
	/* Behind the end of the options, and in a broken one, stands nothing that is read. */
	ROW("mss=1200", "\0\x01\x01\x01" MSS, "\0\x01\x01\x01" MSS),
	ROW("mss=1200", "\x08\x3f\x01\x01" MSS, "\x08\x3f\x01\x01" MSS),
	ROW("mss=1200", "\x02\x01\x01\x01" MSS, "\x02\x01\x01\x01" MSS),
	ROW("strip=sack", MSS SACK TS WS, MSS "\x01\x01" TS WS),
	ROW("strip=ts,ws", MSS SACK TS WS, MSS SACK "\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01"),
	ROW("strip=mss", MSS TFO, "\x01\x01\x01\x01" TFO),
	ROW("strip=tfo,mptcp", MSS TFO MPTCP, MSS "\x01\x01\x01\x01\x01\x01\x01\x01"),
	ROW("strip=all", MSS TFO, "\x01\x01\x01\x01\x01\x01\x01\x01"),
	ROW("strip=tfo", MSS SACK TS WS, MSS SACK TS WS),
	ROW("remove=sack", MSS SACK TS WS, MSS TS "\x03\x03\x07\0\0\0"),
	ROW("remove=ts", MSS SACK TS WS, MSS SACK "\x03\x03\x07\0\0\0"),
	ROW("remove=ts,ws,sack", MSS SACK TS WS, MSS),
	ROW("remove=mptcp", MSS MPTCP WS, MSS "\x03\x03\x07\0"),
	ROW("remove=all", MSS SACK TS WS, ""),
	ROW("remove=tfo", MSS SACK TS WS, MSS SACK TS WS),
};

static size_t segment(uint8_t *bytes, size_t capacity_bytes, const char *options, size_t options_bytes, uint16_t window)
{
	struct sn_writer w;
	sn_writer_init(&w, bytes, capacity_bytes);
	sn_tcp_write(&w,
	             &(struct sn_tcp){.sport = 40000,
	                              .dport = 443,
	                              .seq = 0x01020304,
	                              .flags = SN_TCP_SYN,
	                              .window = window,
	                              .header_bytes = (uint8_t)(HEADER_BYTES + options_bytes)},
	             (const uint8_t *)options);
	/* Some data behind, of odd length. */
	sn_write_bytes(&w, (const uint8_t *)"\x16\x03\x01\x02\x00", 5);
	assert_false(w.bad);
	return w.at_bytes;
}

static void expect_changed(const char *rule, const char *before, size_t before_bytes, const char *after, size_t after_bytes,
                           uint16_t window)
{
	char more[128];
	struct lab lab;
	snprintf(more, sizeof more, "rewrite r1 %s\nfilter target reject=port-unreachable\n", rule);
	lab_open_chain(&lab, &(struct sn_net_chain){.hops = HOPS, .target = "quote=full", .more = more});
	for (size_t f = 0; f < 2; f++) {
		uint8_t sent[128], wanted[128];
		struct sonde_addr to = sn_net_hop_addr(HOPS, families[f]);
		size_t sent_bytes = segment(sent, sizeof sent, before, before_bytes, 64240);
		size_t wanted_bytes = segment(wanted, sizeof wanted, after, after_bytes, window);
		lab_send(&lab, &(struct sn_ip){.ttl = 64, .protocol = SN_PROTO_TCP, .id = 7, .df = true, .dst = to}, sent, sent_bytes, 16);
		lab_expect_quote(&lab, &to);
		struct sn_ip ip = lab.sent_ip;
		ip.ttl = 64 - (HOPS - 1);
		ip.total_bytes = (uint32_t)(ip.header_bytes + wanted_bytes);
		lab_expect_quoted(&lab, &ip, wanted, wanted_bytes, 16);
	}
	lab_close(&lab);
}

static void options_are_clamped_blanked_and_taken_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof strippings / sizeof *strippings; i++) {
		const struct stripping *s = &strippings[i];
		expect_changed(s->rule, s->before, s->before_bytes, s->after, s->after_bytes, 64240);
	}
}

static void windows_are_set(void **state)
{
	(void)state;
	expect_changed("window=512", MSS, 4, MSS, 4, 512);
}

/* What an answer brings is changed as well: both ends see the smaller size. */
static void the_answer_is_clamped_too(void **state)
{
	(void)state;
	struct lab lab;
	lab_open_chain(&lab, &(struct sn_net_chain){.hops = HOPS, .target = "tcp-open=443", .more = "rewrite r1 mss=1000 from=r2\n"});
	struct sonde_addr to = sn_net_hop_addr(HOPS, 4);
	lab_tcp(&lab, &to, 64, &(struct lab_segment){.sport = 40000, .dport = 443, .flags = SN_TCP_SYN, .seq = 1});
	assert_true(lab_next(&lab));
	assert_int_equal(lab.tcp.mss, 1000);
	lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_clamped_blanked_and_taken_out),
		cmocka_unit_test(windows_are_set),
		cmocka_unit_test(the_answer_is_clamped_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
