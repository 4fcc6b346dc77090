/* SPDX-License-Identifier: MIT */
/* Builds and reads packets for tests of the simulator. */
#include "lab.h"

#include <stdio.h>
#include <string.h>

struct sonde_addr lab_addr(const char *text)
{
	struct sonde_addr addr = {0};
	assert_true(sonde_addr_parse(text, &addr));
	return addr;
}

void lab_open(struct lab *lab, const char *text, uint64_t seed)
{
	struct sonde_error err = {0};
	*lab = (struct lab){0};
	if (sn_sim_new(&lab->sim, text, strlen(text), "test.net", seed, &err) != 0)
		fail_msg("%s", err.what);
}

void lab_open_chain(struct lab *lab, const struct sn_net_chain *chain)
{
	struct sn_buf text = {0};
	sn_net_chain_text(chain, &text);
	lab_open(lab, sn_buf_text(&text), 1);
	sn_buf_finish(&text);
}

void lab_close(struct lab *lab)
{
	sn_sim_free(lab->sim);
	lab->sim = NULL;
}

/* The bytes of a packet, its checksums right. */
static size_t write(uint8_t *bytes, size_t capacity_bytes, const struct sn_ip *ip, const uint8_t *upper, size_t upper_bytes,
                    size_t checksum_at_bytes)
{
	struct sn_writer w;
	sn_writer_init(&w, bytes, capacity_bytes);
	sn_ip_write(&w, ip);
	sn_write_bytes(&w, upper, upper_bytes);
	if (checksum_at_bytes)
		sn_write_u16_at(&w, ip->header_bytes + checksum_at_bytes, sn_transport_checksum(ip, upper, upper_bytes));
	assert_false(w.bad);
	return w.at_bytes;
}

int lab_send(struct lab *lab, const struct sn_ip *like, const uint8_t *upper, size_t upper_bytes, size_t checksum_at_bytes)
{
	uint32_t mtu_bytes = 0;
	struct sn_ip *ip = &lab->sent_ip;
	*ip = *like;
	ip->version = like->dst.family;
	ip->header_bytes = ip->version == 4 ? 20 : 40;
	ip->total_bytes = (uint32_t)(ip->header_bytes + upper_bytes);
	if (!sn_sim_source(lab->sim, &ip->dst, &ip->src, &mtu_bytes))
		return SONDE_E_ROUTE;
	lab->sent_bytes = write(lab->sent, sizeof lab->sent, ip, upper, upper_bytes, checksum_at_bytes);
	return sn_sim_inject(lab->sim, lab->sent, lab->sent_bytes, lab->now_at_ns);
}

int lab_upper(struct lab *lab, const struct sonde_addr *to, uint8_t ttl, uint8_t protocol, const uint8_t *upper, size_t upper_bytes,
              size_t checksum_at_bytes)
{
	struct sn_ip ip = {.ttl = ttl, .protocol = protocol, .id = 0x1234, .df = true, .dst = *to};
	return lab_send(lab, &ip, upper, upper_bytes, checksum_at_bytes);
}

int lab_echo(struct lab *lab, const struct sonde_addr *to, uint8_t ttl, uint16_t id, uint16_t seq)
{
	uint8_t upper[16] = {0};
	struct sn_writer w;
	sn_writer_init(&w, upper, sizeof upper);
	sn_echo_write(&w, &(struct sn_echo){.type = to->family == 4 ? 8 : 128, .id = id, .seq = seq});
	return lab_upper(lab, to, ttl, to->family == 4 ? SN_PROTO_ICMP : SN_PROTO_ICMP6, upper, sizeof upper, 2);
}

static int udp(struct lab *lab, const struct sonde_addr *to, uint8_t ttl, uint16_t sport, uint16_t dport, const uint8_t *payload,
               size_t payload_bytes)
{
	uint8_t upper[2048] = {0};
	struct sn_writer w;
	sn_writer_init(&w, upper, sizeof upper);
	sn_udp_write(&w, &(struct sn_udp){.sport = sport, .dport = dport, .length_bytes = (uint16_t)(SN_UDP_BYTES + payload_bytes)});
	if (payload)
		sn_write_bytes(&w, payload, payload_bytes);
	else
		sn_write_zeros(&w, payload_bytes);
	assert_false(w.bad);
	return lab_upper(lab, to, ttl, SN_PROTO_UDP, upper, w.at_bytes, 6);
}

int lab_udp(struct lab *lab, const struct sonde_addr *to, uint8_t ttl, uint16_t sport, uint16_t dport, size_t payload_bytes)
{
	return udp(lab, to, ttl, sport, dport, NULL, payload_bytes);
}

int lab_udp_with(struct lab *lab, const struct sonde_addr *to, uint8_t ttl, uint16_t dport, const uint8_t *payload, size_t payload_bytes)
{
	return udp(lab, to, ttl, 50000, dport, payload, payload_bytes);
}

int lab_tcp(struct lab *lab, const struct sonde_addr *to, uint8_t ttl, const struct lab_segment *segment)
{
	enum { STAMP_BYTES = 12, DATA_MAX_BYTES = 1400 };
	uint8_t upper[SN_TCP_MIN_BYTES + STAMP_BYTES + DATA_MAX_BYTES], options[STAMP_BYTES] = {1, 1, 8, 10};
	for (size_t i = 0; i < 4; i++)
		options[4 + i] = (uint8_t)(segment->stamp >> (24 - 8 * i));
	struct sn_writer w;
	sn_writer_init(&w, upper, sizeof upper);
	sn_tcp_write(&w,
	             &(struct sn_tcp){.sport = segment->sport,
	                              .dport = segment->dport,
	                              .seq = segment->seq,
	                              .ack = segment->ack,
	                              .flags = segment->flags,
	                              .header_bytes = (uint8_t)(SN_TCP_MIN_BYTES + (segment->stamp ? STAMP_BYTES : 0))},
	             options);
	sn_write_zeros(&w, segment->data_bytes);
	assert_false(w.bad);
	return lab_upper(lab, to, ttl, SN_PROTO_TCP, upper, w.at_bytes, 16);
}

bool lab_next_by(struct lab *lab, sonde_at_ns by_at_ns)
{
	while (sn_sim_next_at(lab->sim) <= by_at_ns && sn_sim_next_at(lab->sim) != SONDE_NEVER) {
		sonde_at_ns next_at_ns = sn_sim_next_at(lab->sim);
		if (next_at_ns > lab->now_at_ns)
			lab->now_at_ns = next_at_ns;
		lab->length_bytes = sn_sim_pop(lab->sim, next_at_ns, lab->bytes, sizeof lab->bytes, &lab->at_ns);
		if (lab->length_bytes == 0)
			continue;
		assert_int_equal(lab->at_ns, next_at_ns);
		assert_true(sn_ip_parse(lab->bytes, lab->length_bytes, &lab->ip));
		assert_int_equal(lab->ip.total_bytes, lab->length_bytes);
		assert_false(lab->ip.odd & SN_ODD_HEADER_CHECKSUM);
		lab->upper = lab->bytes + lab->ip.header_bytes;
		lab->upper_bytes = lab->length_bytes - lab->ip.header_bytes;
		assert_int_equal(sn_transport_verify(&lab->ip, lab->upper, lab->upper_bytes), SN_CHECKSUM_GOOD);
		if (lab->ip.protocol == SN_PROTO_TCP)
			assert_true(sn_tcp_parse(lab->upper, lab->upper_bytes, &lab->tcp));
		return true;
	}
	return false;
}

bool lab_next(struct lab *lab)
{
	return lab_next_by(lab, SONDE_NEVER);
}

void lab_expect_error(struct lab *lab, const struct sonde_addr *from, uint8_t type, uint8_t code)
{
	char got[SONDE_ADDR_TEXT], wanted[SONDE_ADDR_TEXT];
	assert_true(lab_next(lab));
	assert_string_equal(sonde_addr_text(&lab->ip.src, got), sonde_addr_text(from, wanted));
	assert_int_equal(lab->ip.protocol, from->family == 4 ? SN_PROTO_ICMP : SN_PROTO_ICMP6);
	assert_int_equal(lab->upper[0], type);
	assert_int_equal(lab->upper[1], code);
	struct sn_ip quoted;
	assert_true(sn_ip_parse(lab->upper + 8, lab->upper_bytes - 8, &quoted));
	assert_true(sonde_addr_equal(&quoted.src, &lab->ip.dst));
}

void lab_expect_quote_with(struct lab *lab, const struct sonde_addr *from, enum sn_checksum_state checksum)
{
	char got[SONDE_ADDR_TEXT], wanted[SONDE_ADDR_TEXT];
	assert_true(lab_next(lab));
	assert_int_equal(lab->ip.protocol, from->family == 4 ? SN_PROTO_ICMP : SN_PROTO_ICMP6);
	assert_string_equal(sonde_addr_text(&lab->ip.src, got), sonde_addr_text(from, wanted));
	lab->quote = lab->upper + 8;
	lab->quote_bytes = lab->upper_bytes - 8;
	assert_true(sn_ip_parse(lab->quote, lab->quote_bytes, &lab->quoted));
	assert_false(lab->quoted.odd & SN_ODD_HEADER_CHECKSUM);
	lab->quoted_upper = lab->quote + lab->quoted.header_bytes;
	lab->quoted_upper_bytes = lab->quote_bytes - lab->quoted.header_bytes;
	assert_int_equal(sn_transport_verify(&lab->quoted, lab->quoted_upper, lab->quoted_upper_bytes), checksum);
}

void lab_expect_quote(struct lab *lab, const struct sonde_addr *from)
{
	lab_expect_quote_with(lab, from, SN_CHECKSUM_GOOD);
}

void lab_expect_quoted(struct lab *lab, const struct sn_ip *ip, const uint8_t *upper, size_t upper_bytes, size_t checksum_at_bytes)
{
	uint8_t bytes[4096];
	size_t count = write(bytes, sizeof bytes, ip, upper, upper_bytes, checksum_at_bytes);
	assert_int_equal(lab->quote_bytes, count);
	assert_memory_equal(lab->quote, bytes, count);
}

void lab_expect_silence(struct lab *lab)
{
	if (lab_next(lab))
		fail_msg("expected silence, got protocol %d of %zu bytes", lab->ip.protocol, lab->length_bytes);
}
