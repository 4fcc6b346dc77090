/* SPDX-License-Identifier: MIT */
/* Every variation of every method, as packets: it changes the field that it names and no other, but for what cannot stay. */
#include "probes.h"
#include "test.h"

#include "packet/packet.h"
#include "session/variations.h"

#include <string.h>

static const struct sn_shape_ports ports = {.flow = {40001, 40002, 40003, 40004, 40005}, .low = 53};

static struct sonde_trace_cfg cfg_of(size_t method, uint8_t family, uint16_t dport)
{
	struct sonde_trace_cfg cfg;
	sonde_trace_cfg_init(&cfg);
	cfg.method = method;
	cfg.dport = dport;
	cfg.sport[0] = 50000;
	cfg.sport_count = 1;
	cfg.flow_label = 0x12345;
	assert_true(sonde_addr_parse(family == 4 ? "192.0.2.1" : "2001:db8::1", &cfg.dst));
	return cfg;
}

/* Its first probe, as the engine makes it. */
static void build(const struct sonde_trace_cfg *cfg, struct built *b, struct sn_packet *packet)
{
	const struct sn_method *method = sn_method(cfg->method);
	struct sn_probe probe = probe_of(method, cfg->dst.family);
	probe.flow.sport = cfg->sport[0];
	probe.flow.dport = cfg->dport;
	probe.flow.tos = cfg->tos;
	probe.flow.tcp_flags = cfg->tcp_flags;
	probe.flow.payload = cfg->payload;
	probe.flow.no_df = cfg->no_df;
	probe.flow.flow_label = cfg->flow_label;
	probe.size_bytes = cfg->size_bytes;
	probe_build(b, method, &probe);
	assert_true(sn_packet_parse(b->bytes, b->count, packet));
}

/* A bit for each field that differs. */
static unsigned differences(const struct sn_packet *a, const struct sn_packet *b)
{
	unsigned bits = 0;
	bool has_ports = sn_has_ports(a->ip.protocol);
	bits |= (unsigned)(has_ports && memcmp(a->upper, b->upper, 2) != 0) << SONDE_VARY_SPORT;
	bits |= (unsigned)(has_ports && memcmp(a->upper + 2, b->upper + 2, 2) != 0) << SONDE_VARY_DPORT;
	bits |= (unsigned)(a->ip.total_bytes != b->ip.total_bytes) << SONDE_VARY_LENGTH;
	bits |= (unsigned)(a->ip.version == 4 && a->ip.df != b->ip.df) << SONDE_VARY_DF;
	bits |= (unsigned)(a->ip.tos != b->ip.tos) << SONDE_VARY_DSCP;
	bits |= (unsigned)(a->is_tcp && a->tcp.flags != b->tcp.flags) << SONDE_VARY_FLAGS;
	size_t shared = a->payload_bytes < b->payload_bytes ? a->payload_bytes : b->payload_bytes;
	bits |= (unsigned)(a->is_udp && memcmp(a->payload, b->payload, shared) != 0) << SONDE_VARY_PAYLOAD;
	return bits;
}

/* What a variation may and must change; a flow that is another by itself shows in nothing that is looked at here. */
static void expect(const struct sn_variation *v, const struct sonde_trace_cfg *own, const struct sonde_trial *trial, unsigned bits)
{
	bool has_ports = sn_method(own->method)->info.takes_port;
	unsigned wanted = v->field == SONDE_VARY_FLOW ? (unsigned)has_ports << SONDE_VARY_SPORT : 1u << v->field;
	unsigned allowed = wanted | (1u << sonde_vary_along(v->field) & ~1u);
	if ((bits & wanted) != wanted || (bits & ~allowed))
		fail_msg("%s %s of %s: changes %x", sonde_vary_name(v->field), trial->value, sn_method(own->method)->info.name, bits);
}

static void each_changes_its_own_field(void **unused)
{
	(void)unused;
	static const uint16_t dports[] = {53, 80, 123, 443, 5000, 33434}, protocols[] = {47, 4, 89, 97, 253, 254};
	unsigned seen[SONDE_VARY_COUNT] = {0};
	for (size_t method = 0; method < sonde_method_count(); method++)
		for (size_t d = 0; d < sizeof dports / sizeof *dports; d++)
			for (uint8_t family = 4; family <= (sn_method(method)->info.protocol6 ? 6 : 4); family += 2) {
				bool takes_protocol = sn_method(method)->info.takes_protocol;
				struct sonde_trace_cfg own = cfg_of(method, family, (takes_protocol ? protocols : dports)[d]);
				struct sn_packet plain, varied;
				struct built a, b;
				const struct sn_variation *v;
				build(&own, &a, &plain);
				for (size_t i = 0; (v = sn_variation(i)); i++) {
					struct sonde_trace_cfg cfg = own;
					struct sonde_trial trial = {0};
					if (!sn_variation_apply(v, &ports, &cfg, &trial))
						continue;
					assert_int_equal(trial.field, v->field);
					assert_int_equal(trial.code, 0);
					build(&cfg, &b, &varied);
					expect(v, &own, &trial, differences(&plain, &varied));
					seen[v->field]++;
				}
			}
	for (unsigned field = 1; field < SONDE_VARY_COUNT; field++)
		assert_true(seen[field]);
}

static size_t count(const struct sonde_trace_cfg *own, enum sonde_vary field)
{
	size_t found = 0;
	const struct sn_variation *v;
	for (size_t i = 0; (v = sn_variation(i)); i++) {
		struct sonde_trace_cfg cfg = *own;
		struct sonde_trial trial = {0};
		found += v->field == field && sn_variation_apply(v, &ports, &cfg, &trial);
	}
	return found;
}

static void three_other_ports_at_most(void **unused)
{
	(void)unused;
	static const struct {
		const char *method;
		uint16_t dport;
		size_t ports;
	} all[] = {{"udp", 33434, 3}, {"udp", 53, 3}, {"udp", 5000, 3}, {"tcp", 443, 2}, {"tcp", 25, 3}, {"icmp", 0, 0},
	           {"sctp", 3868, 3}, {"dccp", 9, 3}, {"udplite", 33434, 3}, {"tcp-ack", 443, 2}, {"raw", 47, 0}};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct sonde_trace_cfg own = cfg_of((size_t)sonde_method_find(all[i].method), 4, all[i].dport);
		assert_int_equal(count(&own, SONDE_VARY_DPORT), all[i].ports);
	}
}

static void what_there_is_not_is_not_varied(void **unused)
{
	(void)unused;
	struct sonde_trace_cfg icmp = cfg_of((size_t)sonde_method_find("icmp"), 6, 0);
	struct sonde_trace_cfg tcp = cfg_of((size_t)sonde_method_find("tcp"), 4, 443);
	struct sonde_trace_cfg udp = cfg_of((size_t)sonde_method_find("udp"), 4, 53);
	assert_int_equal(count(&icmp, SONDE_VARY_SPORT) + count(&icmp, SONDE_VARY_FLAGS) + count(&icmp, SONDE_VARY_DF), 0);
	struct sonde_trace_cfg ack = cfg_of((size_t)sonde_method_find("tcp-ack"), 4, 443);
	assert_int_equal(count(&tcp, SONDE_VARY_FLAGS), 2);
	assert_int_equal(count(&ack, SONDE_VARY_FLAGS), 1);  /* ACK is its own */
	assert_int_equal(count(&tcp, SONDE_VARY_PAYLOAD), 0);
	assert_int_equal(count(&udp, SONDE_VARY_FLAGS), 0);
	assert_int_equal(count(&udp, SONDE_VARY_LENGTH), 0);  /* a DNS query has its own */
}

/* The device's MTU is kept to; what is long already becomes short. */
static void lengths_fit(void **unused)
{
	(void)unused;
	static const struct {
		uint16_t own, mtu, wanted;
	} all[] = {{0, 1500, 1200}, {0, 0, 1200}, {0, 1100, 1000}, {900, 1500, 1200}, {1400, 1500, 60}};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct sonde_trace_cfg cfg = cfg_of((size_t)sonde_method_find("icmp"), 4, 0);
		struct sonde_trial trial = {0};
		const struct sn_variation *v;
		size_t at = 0;
		cfg.size_bytes = all[i].own;
		cfg.mtu_bytes = all[i].mtu;
		while ((v = sn_variation(at)) && v->field != SONDE_VARY_LENGTH)
			at++;
		assert_true(sn_variation_apply(v, &ports, &cfg, &trial));
		assert_int_equal(cfg.size_bytes, all[i].wanted);
	}
}

/* A port that may not be used is a trial that says so. */
static void a_port_without_the_right_is_told(void **unused)
{
	(void)unused;
	const struct sn_shape_ports none = {.flow = {40001}, .low_code = SONDE_E_SOURCE, .low_errno = 13};
	struct sonde_trace_cfg cfg = cfg_of((size_t)sonde_method_find("udp"), 4, 33434);
	struct sonde_trial trial = {0};
	const struct sn_variation *v;
	size_t at = 0;
	while ((v = sn_variation(at)) && v->field != SONDE_VARY_SPORT)
		at++;
	assert_true(sn_variation_apply(v, &none, &cfg, &trial));
	assert_int_equal(trial.code, SONDE_E_SOURCE);
	assert_int_equal(trial.sys_errno, 13);
}

/* To another flow: by the source port, or where that is the field itself by the destination port, and with nothing else changed. */
static void a_move_changes_the_flow_alone(void **unused)
{
	(void)unused;
	static const uint16_t dports[] = {53, 443, 65535};
	for (size_t d = 0; d < sizeof dports / sizeof *dports; d++)
		for (unsigned nth = 0; nth < SN_FLOWS_VARIED; nth++) {
			struct sonde_trace_cfg own = cfg_of((size_t)sonde_method_find("udp"), 4, dports[d]), cfg = own;
			struct sn_packet plain, moved;
			struct built a, b;
			build(&own, &a, &plain);
			sn_variation_move(SONDE_VARY_DSCP, nth, &ports, &cfg);
			build(&cfg, &b, &moved);
			assert_int_equal(differences(&plain, &moved), 1u << SONDE_VARY_SPORT);
			cfg = own;
			sn_variation_move(SONDE_VARY_SPORT, nth, &ports, &cfg);
			build(&cfg, &b, &moved);
			assert_int_equal(differences(&plain, &moved), 1u << SONDE_VARY_DPORT);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_changes_its_own_field),
	    cmocka_unit_test(three_other_ports_at_most),
	    cmocka_unit_test(what_there_is_not_is_not_varied),
	    cmocka_unit_test(lengths_fit),
	    cmocka_unit_test(a_port_without_the_right_is_told),
	    cmocka_unit_test(a_move_changes_the_flow_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
