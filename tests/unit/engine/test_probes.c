/* SPDX-License-Identifier: MIT */
/* The memory of probes: keys and tags, tokens, and all that a packet showed told again from what is kept. */
#include "enginelab.h"
#include "test.h"

#include "engine/internal.h"

#include <stdlib.h>

static struct lab lab;

static struct sn_trace *begin(const char *method, uint8_t family)
{
	lab_finish(&lab);
	lab_init(&lab);
	struct sonde_trace_cfg cfg = lab_cfg(method, family);
	uint32_t id = lab_add(&lab, &cfg);
	return lab.engine->traces[id];
}

static struct sn_probe_rec *add(struct sn_trace *trace, uint8_t ttl, uint8_t flow, size_t *length_bytes)
{
	struct sn_plan_step step = {.act = SN_PLAN_SEND, .ttl = ttl, .query = 1, .flow = flow};
	struct sn_probe_rec *rec = NULL;
	size_t length = sn_engine_add_probe(lab.engine, trace, &step, lab.now, &rec);
	assert_true(length > 0 && rec);
	if (length_bytes)
		*length_bytes = length;
	return rec;
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

/* In a short quote the tag alone tells the probes of a flow apart: 16 bits, and all different in a trace. */
static void tags_of_a_trace_are_all_different(void **unused)
{
	(void)unused;
	enum { PROBES = 3000 };
	static const char *const methods[] = {"icmp", "udp", "tcp"};
	for (size_t m = 0; m < 3; m++) {
		struct sn_trace *trace = begin(methods[m], 6);
		static uint32_t tags[PROBES];
		for (size_t i = 0; i < PROBES; i++)
			tags[i] = add(trace, 5, 0, NULL)->tag;
		qsort(tags, PROBES, sizeof *tags, by_value);
		for (size_t i = 1; i < PROBES; i++)
			assert_true(tags[i - 1] != tags[i]);
	}
}

/* What is kept of a probe is enough to know all that its packet showed. */
static void what_a_packet_shows_is_told_from_what_is_kept(void **unused)
{
	(void)unused;
	static const char *const methods[] = {"icmp", "udp", "udp-classic", "tcp"};
	for (size_t m = 0; m < 4; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			enum { PROBES = 40 };
			struct sn_trace *trace = begin(methods[m], family);
			static struct sn_ident shown[PROBES];
			for (size_t i = 0; i < PROBES; i++) {
				size_t length;
				add(trace, (uint8_t)(i % 30), (uint8_t)(i % 3), &length);
				struct sn_quote quote;
				struct sn_seen all = {.packet = lab.engine->packet};
				assert_true(sn_quote_parse(lab.engine->packet, length, &quote));
				trace->method->key_of_quote(&quote, &all, &shown[i]);
			}
			for (size_t n = 0; n < PROBES; n++) {
				size_t i = n * 7 % PROBES;
				struct sn_ident expected;
				sn_engine_expect(trace, &trace->probes[i], &expected);
				struct sn_fit fit = sn_ident_compare(&expected, &shown[i], &trace->method->secret, 0);
				assert_true(fit.fits);
				assert_int_equal(fit.diff, 0);
				assert_int_equal(expected.have, shown[i].have);
				assert_int_equal(sn_ident_tag(&shown[i], trace->method->tag_field), trace->probes[i].tag);
			}
		}
}

static void tokens_name_probes_and_nothing_else(void **unused)
{
	(void)unused;
	struct sn_trace *trace = begin("udp", 4);
	struct sn_trace *found = NULL;
	struct sonde_trace_cfg cfg = lab_cfg("icmp", 4);
	uint32_t id = lab_add(&lab, &cfg);
	struct sn_trace *other = lab.engine->traces[id];
	assert_null(sn_engine_probe(lab.engine, sn_token(trace, 1), &found));
	/* The array moves while it grows. */
	for (uint32_t i = 0; i < 100; i++)
		add(trace, 1, 0, NULL);
	add(other, 1, 0, NULL);
	for (uint32_t serial = 1; serial <= 100; serial++) {
		struct sn_probe_rec *rec = sn_engine_probe(lab.engine, sn_token(trace, serial), &found);
		assert_ptr_equal(found, trace);
		assert_int_equal(sn_serial(trace, rec), serial);
	}
	assert_ptr_equal(sn_engine_probe(lab.engine, sn_token(other, 1), &found), &other->probes[0]);
	assert_ptr_equal(found, other);
	assert_null(sn_engine_probe(lab.engine, sn_token(trace, 0), &found));
	assert_null(sn_engine_probe(lab.engine, sn_token(trace, 101), &found));
	assert_null(sn_engine_probe(lab.engine, sn_token(other, 2), &found));
	assert_null(sn_engine_probe(lab.engine, UINT64_C(2) << 32 | 1, &found));
	assert_null(sn_engine_probe(lab.engine, UINT64_MAX, &found));
}

static void an_event_tells_what_the_packet_shows(void **unused)
{
	(void)unused;
	struct sn_trace *trace = begin("udp-classic", 4);
	size_t length;
	for (unsigned i = 0; i < 3; i++)
		add(trace, 0, 0, NULL);
	struct sn_probe_rec *rec = add(trace, 0, 2, &length);
	struct sonde_event event;
	sn_engine_event(lab.engine, trace, rec, SONDE_EV_SENT, &event);
	const uint8_t *b = lab.engine->packet;
	assert_int_equal(event.probe.serial, 4);
	assert_int_equal(event.probe.dport, 33437);
	/* Row 0 is the probe at TTL 255; flow 2 has the third port. */
	assert_int_equal(event.probe.ttl, 255);
	assert_int_equal(b[8], 255);
	assert_int_equal(event.probe.sport, 32769 + 2);
	assert_int_equal(b[20] << 8 | b[21], event.probe.sport);
	assert_int_equal(b[22] << 8 | b[23], event.probe.dport);
	assert_int_equal(b[4] << 8 | b[5], event.probe.ip_id);
	assert_int_equal(event.probe.size_bytes, length);
	assert_int_equal(event.probe.sent_at_ns, lab.now);
	/* Without a probe there is nothing to tell of one. */
	sn_engine_event(lab.engine, trace, NULL, SONDE_EV_TRACE_END, &event);
	assert_true(event.probe.token == 0 && event.probe.ttl == 0);
}

static uint16_t u16_at(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

/* Whoever looks for a probe in a log finds it by what its event says, whatever the method. */
static void an_event_names_the_flow_of_the_packet(void **unused)
{
	(void)unused;
	enum { HEADER4 = 20, HEADER6 = 40, IP_ID_AT = 4, ECHO_ID_AT = 4, ECHO_SEQ_AT = 6 };
	for (size_t m = 0; m < sonde_method_count(); m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			const struct sonde_method_info *info = sonde_method_info(m);
			if (!sn_method_protocol(sn_method(m), family))
				continue;
			struct sn_trace *trace = begin(info->name, family);
			size_t length;
			struct sn_probe_rec *rec = add(trace, 7, 0, &length);
			struct sonde_event event;
			sn_engine_event(lab.engine, trace, rec, SONDE_EV_SENT, &event);
			const uint8_t *packet = lab.engine->packet, *upper = packet + (family == 4 ? HEADER4 : HEADER6);
			assert_int_equal(event.probe.ip_id, family == 4 ? u16_at(packet + IP_ID_AT) : 0);
			assert_int_equal(event.probe.sport, info->takes_port ? u16_at(upper) : 0);
			assert_int_equal(event.probe.dport, info->takes_port ? u16_at(upper + 2) : 0);
			bool icmp = info->protocol4 == SN_PROTO_ICMP;
			assert_int_equal(event.probe.icmp_id, icmp ? u16_at(upper + ECHO_ID_AT) : 0);
			assert_int_equal(event.probe.icmp_seq, icmp ? u16_at(upper + ECHO_SEQ_AT) : 0);
			assert_int_equal(event.probe.size_bytes, length);
			assert_int_equal(event.probe.unsure, 0);
		}
}

static uint64_t key_of_next(struct sn_trace *trace)
{
	return sn_kept(trace, add(trace, 1, 0, NULL))->key;
}

/* Keys come from the secret, the trace and the number: nobody who lacks the first knows them, and a run can be repeated. */
/* A label that nobody asked for is random but constant, and told with the start: who asks the same again gets the same. 0 may be meant. */
static void the_flow_label_is_the_one_asked_for(void **unused)
{
	(void)unused;
	static const struct {
		uint32_t label;
		bool given, as_asked;
	} rows[] = {{0, false, false}, {0, true, true}, {0x12345, false, true}, {0xfffff, true, true}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		lab_finish(&lab);
		lab_init(&lab);
		struct sonde_trace_cfg cfg = lab_cfg("udp", 6);
		cfg.flow_label = rows[i].label;
		cfg.flow_label_given = rows[i].given;
		uint32_t id = lab_add(&lab, &cfg);
		struct sn_trace *trace = lab.engine->traces[id];
		struct sn_ip ip;
		add(trace, 5, 0, NULL);
		assert_true(sn_ip_parse(lab.engine->packet, 80, &ip));
		assert_int_equal(ip.flow_label == rows[i].label, rows[i].as_asked);
		assert_int_equal(trace->cfg.flow_label, ip.flow_label);
		assert_true(trace->cfg.flow_label_given);
	}
	struct sonde_trace_cfg cfg = lab_cfg("udp", 6);
	uint32_t id;
	cfg.flow_label = 0x100000;
	assert_int_equal(sonde_engine_add(lab.engine, &cfg, &id), SONDE_E_RANGE);
}

static void keys_follow_the_secret(void **unused)
{
	(void)unused;
	struct sn_trace *trace = begin("icmp", 4);
	uint64_t first = key_of_next(trace), second = key_of_next(trace);
	assert_true(first != second);
	trace = begin("icmp", 4);
	assert_true(key_of_next(trace) == first);
	trace = begin("icmp", 4);
	lab.engine->cfg.secret[15] ^= 1;
	assert_true(key_of_next(trace) != first);
}

static int finish(void **unused)
{
	(void)unused;
	lab_finish(&lab);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags_of_a_trace_are_all_different),
		cmocka_unit_test(what_a_packet_shows_is_told_from_what_is_kept),
		cmocka_unit_test(tokens_name_probes_and_nothing_else),
		cmocka_unit_test(an_event_tells_what_the_packet_shows),
		cmocka_unit_test(an_event_names_the_flow_of_the_packet),
		cmocka_unit_test(the_flow_label_is_the_one_asked_for),
		cmocka_unit_test(keys_follow_the_secret),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
