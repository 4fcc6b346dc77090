/* SPDX-License-Identifier: MIT */
/* The pure parts of the unprivileged wire: whose answer it is, and what a rebuilt packet says and claims to have seen. */
#include "test.h"

#include "io/wire_dgram.h"
#include "packet/packet.h"

#include <errno.h>
#include <string.h>

enum { ROOM_BYTES = 512 };

/* ---- whose answer ---- */

static void add(struct sn_dgram_flow *flow, uint64_t token, const char *text, sonde_at_ns at_ns)
{
	struct sonde_tx tx = {.token = token, .bytes = (const uint8_t *)text, .length_bytes = strlen(text)};
	assert_non_null(sn_dgram_flow_add(flow, &tx, (uint32_t)token, at_ns));
}

static uint64_t match(struct sn_dgram_flow *flow, const char *text, bool *ambiguous)
{
	const struct sn_dgram_probe *probe = sn_dgram_flow_match(flow, 2, (const uint8_t *)text, strlen(text), ambiguous);
	return probe ? probe->token : 0;
}

static void content_tells(void **state)
{
	(void)state;
	struct sn_dgram_flow flow = {0};
	bool ambiguous;
	assert_int_equal(match(&flow, "x", &ambiguous), 0);
	assert_false(ambiguous);
	add(&flow, 1, "H:alpha", 0);
	add(&flow, 2, "H:beta", 0);
	add(&flow, 3, "H:alpine", 0);
	const struct {
		const char *text;
		uint64_t token;
		bool ambiguous;
	} rows[] = {
		{"alpha", 1, false}, {"alphaPADDING", 1, false}, /* what is behind the probe's end is the answer's own */
		{"beta", 2, false},  {"b", 2, false},
		{"alp", 0, true},    {"", 0, true},
		{"gamma", 0, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(match(&flow, rows[i].text, &ambiguous), rows[i].token);
		assert_int_equal(ambiguous, rows[i].ambiguous);
	}
	sn_dgram_flow_finish(&flow);
}

static void the_only_open_one_tells(void **state)
{
	(void)state;
	struct sn_dgram_flow flow = {0};
	bool ambiguous;
	add(&flow, 1, "H:alpha", 0);
	assert_int_equal(match(&flow, "", &ambiguous), 1);
	assert_true(sn_dgram_flow_busy(&flow));
	flow.probes[0].answered = true;
	assert_false(sn_dgram_flow_busy(&flow));
	assert_int_equal(match(&flow, "", &ambiguous), 1); /* a duplicate */
	add(&flow, 2, "H:beta", 0);
	assert_int_equal(match(&flow, "", &ambiguous), 2);
	assert_false(ambiguous);
	add(&flow, 3, "H:gamma", 0);
	assert_int_equal(match(&flow, "", &ambiguous), 0);
	assert_true(ambiguous);
	flow.probes[1].answered = flow.probes[2].answered = true;
	assert_int_equal(match(&flow, "", &ambiguous), 0); /* a duplicate of any of them */
	assert_true(ambiguous);
	sn_dgram_flow_finish(&flow);
}

static void forgetting(void **state)
{
	(void)state;
	struct sn_dgram_flow flow = {0};
	for (uint64_t token = 1; token <= 20; token++)
		add(&flow, token, "H:x", (sonde_at_ns)token * SONDE_S);
	sn_dgram_flow_forget(&flow, 15 * SONDE_S);
	assert_int_equal(flow.count, 6);
	assert_null(sn_dgram_flow_by_stamp(&flow, 14));
	assert_int_equal(sn_dgram_flow_by_stamp(&flow, 15)->token, 15);
	sn_dgram_flow_forget(&flow, 100 * SONDE_S);
	assert_int_equal(flow.count, 1);
	assert_int_equal(flow.probes[0].token, 20);
	sn_dgram_flow_undo(&flow);
	assert_int_equal(flow.count, 0);
	sn_dgram_flow_finish(&flow);
	sn_dgram_flow_finish(&flow);
}

/* ---- rebuilt packets ---- */

struct built {
	uint8_t bytes[ROOM_BYTES];
	struct sonde_rx rx;
	struct sn_packet packet;
};

static struct sonde_addr addr(const char *text)
{
	struct sonde_addr a = {0};
	assert_true(sonde_addr_parse(text, &a));
	return a;
}

static size_t make_probe(uint8_t version, uint8_t protocol, const char *payload, uint8_t out[ROOM_BYTES])
{
	struct sn_writer w;
	sn_writer_init(&w, out, ROOM_BYTES);
	bool v4 = version == 4;
	size_t header_bytes = v4 ? 20 : 40, upper_bytes = (protocol == SN_PROTO_TCP ? 20 : 8) + strlen(payload);
	struct sn_ip ip = {.version = version,
	                   .protocol = protocol,
	                   .ttl = 3,
	                   .id = 77,
	                   .df = true,
	                   .header_bytes = (uint16_t)header_bytes,
	                   .total_bytes = (uint32_t)(header_bytes + upper_bytes),
	                   .src = addr(v4 ? "10.0.0.1" : "fd00::1"),
	                   .dst = addr(v4 ? "192.0.2.1" : "2001:db8::1")};
	sn_ip_write(&w, &ip);
	if (sn_dgram_is_udp(protocol))
		sn_udp_write(&w, &(struct sn_udp){.sport = 1000, .dport = 2000, .length_bytes = (uint16_t)upper_bytes});
	else if (protocol == SN_PROTO_TCP)
		sn_tcp_write(&w, &(struct sn_tcp){.sport = 1000, .dport = 2000, .seq = 5, .header_bytes = 20, .flags = SN_TCP_SYN}, NULL);
	else
		sn_echo_write(&w, &(struct sn_echo){.type = v4 ? 8 : 128, .id = 1000, .seq = 2000});
	sn_write_bytes(&w, (const uint8_t *)payload, strlen(payload));
	size_t at = protocol == SN_PROTO_TCP ? 16 : sn_dgram_is_udp(protocol) ? 6 : 2;
	sn_write_u16_at(&w, header_bytes + at, sn_transport_checksum(&ip, out + header_bytes, upper_bytes));
	assert_false(w.bad);
	return w.at_bytes;
}

static bool build_icmp(const struct sn_dgram_message *m, const uint8_t *probe, size_t probe_bytes, bool id_kept, struct built *out)
{
	struct sn_writer w;
	*out = (struct built){0};
	sn_writer_init(&w, out->bytes, SN_DGRAM_ANSWER_BYTES(m->length_bytes));
	return sn_dgram_build_icmp(m, probe, probe_bytes, id_kept, &w, &out->rx) &&
	       sn_packet_parse(out->rx.bytes, out->rx.length_bytes, &out->packet);
}

static bool seen(const struct built *b, const uint8_t *at, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t where = (size_t)(at - b->rx.bytes) + i;
		bool covered = false;
		for (size_t k = 0; k < b->rx.seen_count; k++)
			covered |=
				where >= b->rx.seen[k].from_bytes && where < (size_t)b->rx.seen[k].from_bytes + b->rx.seen[k].length_bytes;
		if (!covered)
			return false;
	}
	return true;
}

/* A short answer becomes that of its probe once its sender is known to answer that TTL, and of no other. */
static void doubts_settle(void **state)
{
	(void)state;
	struct sn_dgram_flow flow = {0};
	for (uint8_t ttl = 1; ttl <= 3; ttl++) {
		uint8_t packet[ROOM_BYTES];
		size_t count = make_probe(4, SN_PROTO_UDP, "key", packet);
		packet[8] = ttl;
		struct sonde_tx tx = {.token = ttl, .bytes = packet, .length_bytes = count};
		assert_non_null(sn_dgram_flow_add(&flow, &tx, ttl, 100));
	}
	struct sn_dgram_message doubt = {.from = addr("10.0.0.2"), .type = 11, .at_ns = 150}, early = doubt, known = doubt, out;
	early.at_ns = 50; /* nothing had been sent by then */
	sn_dgram_flow_doubt(&flow, &early);
	sn_dgram_flow_doubt(&flow, &doubt);
	known.from = addr("10.0.0.9");
	assert_null(sn_dgram_flow_settle(&flow, &known, 2, &out));
	known.from = addr("10.0.0.2");
	known.type = 3;
	assert_null(sn_dgram_flow_settle(&flow, &known, 2, &out));
	known.type = 11;
	assert_null(sn_dgram_flow_settle(&flow, &known, 4, &out));
	struct sn_dgram_probe *probe = sn_dgram_flow_settle(&flow, &known, 2, &out);
	assert_non_null(probe);
	assert_int_equal(probe->token, 2);
	assert_int_equal(out.at_ns, 150);
	assert_int_equal(flow.doubt_count, 1);
	assert_null(sn_dgram_flow_settle(&flow, &known, 2, &out));
	/* Two open ones of a TTL: nobody can tell after all. */
	sn_dgram_flow_doubt(&flow, &doubt);
	flow.probes[0].packet[8] = 3;
	assert_null(sn_dgram_flow_settle(&flow, &known, 3, &out));
	/* What it brought stays with it, in memory of the flow. */
	uint8_t bytes[] = {1, 2, 3, 4};
	doubt.bytes = bytes;
	doubt.length_bytes = sizeof bytes;
	for (int i = 0; i < 3 * SN_DGRAM_DOUBTS_MAX; i++)
		sn_dgram_flow_doubt(&flow, &doubt);
	assert_int_equal(flow.doubt_count, SN_DGRAM_DOUBTS_MAX);
	bytes[0] = 9;
	flow.probes[0].packet[8] = 7;
	for (int i = 0; i < 2; i++) {
		assert_non_null(sn_dgram_flow_settle(&flow, &known, 7, &out));
		assert_int_equal(out.length_bytes, 4);
		assert_int_equal(out.bytes[0], 1);
	}
	sn_dgram_flow_finish(&flow);
}

/* Every length the kernel may hand back, for each protocol and family: sound packets, and never a byte seen that was not told. */
static void every_quote_length(void **state)
{
	(void)state;
	const uint8_t versions[] = {4, 6};
	for (size_t v = 0; v < 2; v++) {
		uint8_t icmp = versions[v] == 4 ? SN_PROTO_ICMP : SN_PROTO_ICMP6;
		const uint8_t protocols[] = {SN_PROTO_UDP, SN_PROTO_UDPLITE, SN_PROTO_TCP, icmp};
		for (size_t i = 0; i < sizeof protocols; i++) {
			uint8_t probe[ROOM_BYTES];
			size_t probe_bytes = make_probe(versions[v], protocols[i], protocols[i] == SN_PROTO_TCP ? "" : "a payload", probe);
			size_t hidden_bytes = (versions[v] == 4 ? 20u : 40u) + (sn_dgram_is_udp(protocols[i]) ? 8u : 0u);
			size_t least_bytes = sn_dgram_is_udp(protocols[i]) ? 0 : 8;
			for (size_t told = least_bytes; told <= 140; told++) {
				uint8_t kernel[140] = {0};
				size_t rest = probe_bytes - hidden_bytes;
				memcpy(kernel, probe + hidden_bytes, told < rest ? told : rest);
				struct sn_dgram_message m = {.kind = SN_DGRAM_ICMP,
				                             .from = addr(versions[v] == 4 ? "10.9.9.9" : "fd00:9::9"),
				                             .type = versions[v] == 4 ? 11 : 3,
				                             .bytes = kernel,
				                             .length_bytes = told};
				struct built b;
				assert_true(build_icmp(&m, probe, probe_bytes, true, &b));
				assert_int_equal(b.packet.checksum, SN_CHECKSUM_GOOD);
				assert_true(b.packet.has_quote);
				assert_int_equal(b.packet.ip.total_bytes, b.rx.length_bytes);
				assert_false(seen(&b, b.packet.quote.bytes, 1));
				assert_int_equal(b.packet.ip.ttl, 0); /* not told */
				size_t seen_bytes = 0;
				for (size_t k = 0; k < b.rx.seen_count; k++)
					seen_bytes += b.rx.seen[k].length_bytes;
				assert_true(seen_bytes <= 16u + 2 + 4 + told);
			}
		}
	}
}

/* A quote of another destination (ping sockets hear them) shows it, and only the destination that was told. */
static void told_destination(void **state)
{
	(void)state;
	uint8_t probe[ROOM_BYTES];
	size_t probe_bytes = make_probe(4, SN_PROTO_ICMP, "key", probe);
	struct sn_dgram_message m = {.from = addr("10.9.9.9"), .type = 11, .bytes = probe + 20, .length_bytes = probe_bytes - 20};
	m.quoted_dst = addr("192.0.2.99");
	struct built b;
	assert_true(build_icmp(&m, probe, probe_bytes, true, &b));
	struct sonde_addr other = addr("192.0.2.99");
	assert_true(sonde_addr_equal(&b.packet.quote.ip.dst, &other));
	assert_true(seen(&b, b.packet.quote.bytes + 16, 4));
	assert_false(seen(&b, b.packet.quote.bytes + 12, 4));
	assert_int_equal(b.packet.quote.ip.odd & SN_ODD_HEADER_CHECKSUM, 0);
}

static void second_words(void **state)
{
	(void)state;
	uint8_t probe[ROOM_BYTES];
	struct built b;
	size_t probe_bytes = make_probe(4, SN_PROTO_UDP, "key", probe);
	struct sn_dgram_message m = {
		.from = addr("10.9.9.9"), .type = 3, .code = 4, .info = 1400, .bytes = probe + 28, .length_bytes = probe_bytes - 28};
	assert_true(build_icmp(&m, probe, probe_bytes, true, &b));
	assert_int_equal(b.packet.icmp.mtu_bytes, 1400);
	m.type = 12;
	m.code = 0;
	m.info = 9;
	assert_true(build_icmp(&m, probe, probe_bytes, true, &b));
	assert_int_equal(b.packet.icmp.pointer, 9);
	probe_bytes = make_probe(6, SN_PROTO_UDP, "key", probe);
	m = (struct sn_dgram_message){
		.from = addr("fd00::9"), .type = 4, .info = 41, .bytes = probe + 48, .length_bytes = probe_bytes - 48};
	assert_true(build_icmp(&m, probe, probe_bytes, true, &b));
	assert_int_equal(b.packet.icmp.pointer, 41);
	assert_true(seen(&b, b.packet.upper + 4, 4));
}

/* An extension where no length field tells of it, behind the kernel's own, longer SYN. */
static void compatible_extension(void **state)
{
	(void)state;
	static const uint8_t mpls[] = {0x20, 0x00, 0x98, 0x5a, 0x00, 0x08, 0x01, 0x01, 0x45, 0x9b, 0x01, 0x01};
	uint8_t probe[ROOM_BYTES], kernel[128 - 20 + sizeof mpls] = {0};
	memset(kernel, 0xee, 40);
	memcpy(kernel + 108, mpls, sizeof mpls);
	size_t probe_bytes = make_probe(4, SN_PROTO_TCP, "", probe);
	struct sn_dgram_message m = {.from = addr("10.9.9.9"), .type = 11, .bytes = kernel, .length_bytes = sizeof kernel};
	struct built b;
	assert_true(build_icmp(&m, probe, probe_bytes, false, &b));
	assert_int_equal(b.packet.icmp.extension_bytes, sizeof mpls);
	assert_memory_equal(b.packet.icmp.extension, mpls, sizeof mpls);
	assert_false(b.packet.icmp.extension_by_length);
	/* nobody told the TTL: it is not that of the probe, which would look like an oddity, and is not seen */
	assert_int_equal(b.packet.quote.ip.ttl, 1);
	assert_false(seen(&b, b.packet.quote.bytes + 8, 1));
	assert_memory_equal(b.packet.quote.bytes + 12, probe + 12, probe_bytes - 12);
	assert_int_equal(b.packet.quote.bytes[probe_bytes], 0); /* nothing left of the kernel's SYN */
	assert_false(seen(&b, b.packet.quote.upper, 1));
}

static void refusals(void **state)
{
	(void)state;
	uint8_t probe[ROOM_BYTES];
	struct built b;
	struct sn_dgram_packet read;
	size_t probe_bytes = make_probe(4, SN_PROTO_UDP, "key", probe);
	assert_int_equal(sn_dgram_packet_read(probe, probe_bytes, &read), 0);
	assert_int_equal(read.sport, 1000);
	assert_int_equal(read.dport, 2000);
	assert_int_equal(read.body_bytes, 3);
	assert_int_equal(read.covered_bytes, 0);
	for (size_t count = 0; count < probe_bytes; count++)
		assert_int_equal(sn_dgram_packet_read(probe, count, &read), EINVAL);
	/* What the checksum covers is the socket's to know. */
	probe_bytes = make_probe(6, SN_PROTO_UDPLITE, "key", probe);
	probe[40 + 5] = 8;
	assert_int_equal(sn_dgram_packet_read(probe, probe_bytes, &read), 0);
	assert_int_equal(read.covered_bytes, 8);
	/* SCTP, DCCP and any other have no ordinary sockets here. */
	for (unsigned protocol = 0; protocol < 256; protocol++) {
		bool known = protocol == 1 || protocol == 6 || protocol == 17 || protocol == 136;
		probe_bytes = make_probe(4, SN_PROTO_TCP, "", probe);
		probe[9] = (uint8_t)protocol;
		assert_int_equal(sn_dgram_packet_read(probe, probe_bytes, &read), known ? 0 : EPROTONOSUPPORT);
	}
	/* A plain socket opens connections and can do nothing else with a segment of our making. */
	for (unsigned flags = 0; flags < 64; flags++) {
		probe_bytes = make_probe(4, SN_PROTO_TCP, "", probe);
		probe[20 + 13] = (uint8_t)flags;
		assert_int_equal(sn_dgram_packet_read(probe, probe_bytes, &read), flags == SN_TCP_SYN ? 0 : EPROTONOSUPPORT);
	}
	probe_bytes = make_probe(4, SN_PROTO_UDP, "key", probe);
	/* An answer of the other family is none. */
	struct sn_dgram_message m = {.from = addr("fd00::9"), .type = 11, .bytes = probe, .length_bytes = 0};
	assert_false(build_icmp(&m, probe, probe_bytes, true, &b));
	/* An echo reply without a whole header is none. */
	struct sn_writer w;
	struct sonde_rx rx = {0};
	probe_bytes = make_probe(4, SN_PROTO_ICMP, "key", probe);
	m = (struct sn_dgram_message){.from = addr("10.9.9.9"), .bytes = probe + 20, .length_bytes = 7};
	sn_writer_init(&w, b.bytes, sizeof b.bytes);
	assert_false(sn_dgram_build_echo(&m, probe, probe_bytes, true, &w, &rx));
	probe[20] = 0; /* more of a fragment than of a probe */
	probe[6] = 0x20;
	assert_int_not_equal(sn_dgram_packet_read(probe, probe_bytes, &read), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content_tells),
		cmocka_unit_test(the_only_open_one_tells),
		cmocka_unit_test(forgetting),
		cmocka_unit_test(doubts_settle),
		cmocka_unit_test(every_quote_length),
		cmocka_unit_test(told_destination),
		cmocka_unit_test(second_words),
		cmocka_unit_test(compatible_extension),
		cmocka_unit_test(refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
