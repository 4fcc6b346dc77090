/* SPDX-License-Identifier: MIT */
/* A probe whose every number is known. */
#include "probes.h"

#include "test.h"

#include <string.h>

struct sn_probe probe_of(const struct sn_method *method, uint8_t family)
{
	struct sn_probe probe = {
	    .flow = {.sport = 0x8001,
	             .dport = method->info.default_port,
	             .icmp_id = 0xbeef,
	             .checksum = 0x1234,
	             .flow_label = 0x54321,
	             .tos = 0x20},
	    .key = 0x0123456789abcdef,
	    .serial = 1,
	    .ttl = 7,
	};
	assert_true(sonde_addr_parse(family == 4 ? "198.51.100.2" : "2001:db8::2", &probe.flow.src));
	assert_true(sonde_addr_parse(family == 4 ? "192.0.2.1" : "2001:db8::1", &probe.flow.dst));
	return probe;
}

void probe_build(struct built *b, const struct sn_method *method, const struct sn_probe *probe)
{
	*b = (struct built){.method = method, .probe = *probe, .header_bytes = probe->flow.dst.family == 4 ? 20 : 40};
	struct sn_writer w;
	sn_writer_init(&w, b->bytes, sizeof b->bytes);
	method->build(probe, &w, &b->ident);
	assert_false(w.bad);
	b->count = w.at_bytes;
}

bool probe_quoted(const struct built *b, size_t quote_bytes, struct sn_ident *out)
{
	struct sn_quote quote;
	struct sn_seen all = {.packet = b->bytes};
	if (!sn_quote_parse(b->bytes, quote_bytes, &quote))
		return false;
	b->method->key_of_quote(&quote, &all, out);
	return true;
}

bool probe_answered(const struct sn_method *method, const struct made_packet *answer, struct sn_ident *out, enum sonde_meaning *meaning)
{
	struct sn_packet packet;
	struct sn_seen all = {.packet = answer->bytes};
	assert_true(sn_packet_parse(answer->bytes, answer->count, &packet));
	return method->key_of_reply(&packet, &all, out, meaning);
}

void probe_payload(struct made_packet *answer, size_t header_bytes, const uint8_t *bytes, size_t count)
{
	assert_true(answer->upper_at + header_bytes + count <= answer->count);
	memcpy(answer->bytes + answer->upper_at + header_bytes, bytes, count);
	made_rechecksum(answer);
}
