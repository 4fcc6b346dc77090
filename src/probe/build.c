/* SPDX-License-Identifier: MIT */
/* What all methods share when they build a packet, and the keys' way into header fields. */
#include "base/checksum.h"
#include "probe/method.h"

#include <string.h>

enum { SERIALS = 100 }; /* after so many probes a port that counts up begins again */

uint16_t sn_key_ip_id(uint64_t key)
{
	uint16_t id = (uint16_t)key;
	return id ? id : 1;
}

uint16_t sn_sealed_ip_id(const struct sonde_seal *seal, uint32_t tag, uint64_t key)
{
	uint32_t high = (uint32_t)(key >> 8) & 0xff;
	if (!seal->factor)
		return sn_key_ip_id(key);
	uint16_t id = (uint16_t)(high << 8 | sn_seal_byte(seal, high << 16 | (tag & 0xffff)));
	return id ? id : 1;
}

uint64_t sn_key_sealed(uint64_t key, const struct sonde_seal *seal)
{
	const uint64_t byte = UINT64_C(0xff0000);
	return seal->factor ? (key & ~byte) | (uint64_t)sn_seal_byte(seal, (uint32_t)(key >> 24) & 0xffffff) << 16 : key;
}

uint32_t sn_key_flow_label(uint64_t key)
{
	return (uint32_t)key & 0xfffff;
}

static size_t ip_header_bytes(const struct sn_probe *probe)
{
	return probe->flow.dst.family == 4 ? 20 : 40;
}

size_t sn_probe_upper_bytes(const struct sn_probe *probe, size_t least_bytes)
{
	size_t size = probe->size_bytes;
	if (size == 0)
		size = probe->flow.dst.family == 4 ? SN_PROBE_BYTES4 : SN_PROBE_BYTES6;
	size_t header = ip_header_bytes(probe);
	return size < header + least_bytes ? least_bytes : size - header;
}

void sn_flow_init(struct sn_flow *flow, const struct sonde_trace_cfg *cfg)
{
	const struct sonde_method_info *info = &sn_method(cfg->method)->info;
	*flow = (struct sn_flow){
	    .src = cfg->src,
	    .dst = cfg->dst,
	    .sport = info->takes_port ? cfg->sport[0] : 0,
	    .dport = !info->takes_port && !info->takes_protocol ? 0 : cfg->dport ? cfg->dport : info->default_port,
	    .flow_label = cfg->flow_label,
	    .tos = cfg->tos,
	    .tcp_flags = cfg->tcp_flags,
	    .tcp_options = cfg->tcp_options,
	    .wscale = cfg->wscale,
	    .mss = cfg->mss,
	    .payload = cfg->payload,
	    .carried = cfg->carried,
	    .attribution = cfg->attribution,
	    .no_df = cfg->no_df,
	    .piece_bytes = cfg->no_df ? cfg->mtu_bytes : 0,
	};
}

bool sn_probe_is_fixed(const struct sonde_trace_cfg *cfg)
{
	struct sn_probe probe = {.size_bytes = cfg->size_bytes, .serial = 1};
	struct sn_ident ident;
	sn_flow_init(&probe.flow, cfg);
	sn_method(cfg->method)->expect(&probe, 0, &ident);
	return ident.fixed;
}

uint16_t sn_probe_bytes(const struct sonde_trace_cfg *cfg, uint16_t asked_bytes)
{
	struct sn_probe probe = {.size_bytes = asked_bytes};
	sn_flow_init(&probe.flow, cfg);
	for (probe.serial = 1; probe.serial <= SERIALS; probe.serial++) {
		struct sn_ident ident;
		sn_method(cfg->method)->expect(&probe, 0, &ident);
		if (ident.packet_bytes != asked_bytes)
			return ident.packet_bytes;
	}
	return asked_bytes;
}

void sn_probe_ip(const struct sn_probe *probe, uint8_t protocol, size_t upper_bytes, struct sn_ip *ip)
{
	const struct sn_flow *flow = &probe->flow;
	*ip = (struct sn_ip){
	    .version = flow->dst.family,
	    .tos = flow->tos,
	    .ttl = probe->ttl,
	    .protocol = protocol,
	    .df = !flow->no_df,
	    .flow_label = flow->flow_label,
	    .header_bytes = (uint16_t)ip_header_bytes(probe),
	    .src = flow->src,
	    .dst = flow->dst,
	};
	ip->total_bytes = (uint32_t)(ip->header_bytes + upper_bytes);
}

void sn_probe_expect_ip(const struct sn_probe *probe, uint8_t protocol, size_t upper_bytes, uint32_t tag, struct sn_ident *ident)
{
	const struct sn_flow *flow = &probe->flow;
	bool v4 = flow->dst.family == 4;
	size_t packet_bytes = ip_header_bytes(probe) + upper_bytes;
	*ident = (struct sn_ident){
	    .have = SN_ID_SRC | SN_ID_DST | SN_ID_TOS | SN_ID_LENGTH | (v4 ? SN_ID_IP_ID : SN_ID_FLOW_LABEL),
	    .version = flow->dst.family,
	    .protocol = protocol,
	    .tos = flow->tos,
	    .ip_id = v4 ? sn_sealed_ip_id(&flow->seal, tag, probe->key) : 0,
	    .flow_label = v4 ? 0 : flow->flow_label,
	    .packet_bytes = (uint16_t)packet_bytes,
	    /* An error is about the first fragment: who sends one about others has not read RFC 1122 section 3.2.2. */
	    .length_bytes = (uint16_t)sn_fragment_bytes(flow->dst.family, packet_bytes, flow->piece_bytes, 0),
	    .src = flow->src,
	    .dst = flow->dst,
	};
}

/* RFC 791 section 3.1: the header's own checksum is all that covers it. */
void sn_probe_put_id(struct sn_writer *w, const struct sn_ident *ident)
{
	enum { ID_AT = 4, CHECKSUM_AT = 10 };
	if (ident->version != 4 || w->bad)
		return;
	uint16_t checksum = (uint16_t)(w->bytes[CHECKSUM_AT] << 8 | w->bytes[CHECKSUM_AT + 1]);
	sn_write_u16_at(w, ID_AT, ident->ip_id);
	sn_write_u16_at(w, CHECKSUM_AT, sn_checksum_update(checksum, 0, ident->ip_id));
}

/* Letters, so that a person who meets the packet in a capture sees at once that it is no secret tunnel. */
static const char letters[] = "sonde path probe sonde path probe sonde path probe sonde path probe ";
enum { WORD_BYTES = 5 };

bool sn_probe_is_pattern(const uint8_t *bytes, size_t count)
{
	return memcmp(bytes, letters, count < WORD_BYTES ? count : WORD_BYTES) == 0;
}

size_t sn_attribution_bytes(const struct sn_flow *flow, bool begins)
{
	return flow->attribution ? strlen(flow->attribution) + (begins ? 1 : 2) : 0;
}

void sn_probe_attribute(struct sn_writer *w, const struct sn_flow *flow, bool begins)
{
	if (!flow->attribution)
		return;
	if (!begins)
		sn_write_u8(w, 0);
	sn_write_bytes(w, (const uint8_t *)flow->attribution, strlen(flow->attribution) + 1);
}

bool sn_probe_is_attribution(const uint8_t *bytes, size_t count)
{
	static const char *const schemes[] = {"https:", "mailto:", "tel:"};
	if (count < 1 || bytes[0] != 0)
		return false;
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t least = strlen(schemes[i]);
		if (count > least && memcmp(bytes + 1, schemes[i], least) == 0)
			return true;
	}
	return false;
}

/* Where there is a place the least packet grows by it. */
bool sn_probe_takes_attribution(const struct sonde_trace_cfg *cfg)
{
	struct sonde_trace_cfg without = *cfg, with = *cfg;
	without.attribution = NULL;
	with.attribution = "tel:";
	return sn_probe_bytes(&with, 1) > sn_probe_bytes(&without, 1);
}

bool sn_probe_fill(struct sn_writer *w, size_t upper_at, size_t upper_bytes)
{
	w->bad |= w->at_bytes > upper_at + upper_bytes;
	if (w->bad)
		return false;
	for (size_t left; (left = upper_at + upper_bytes - w->at_bytes) > 0 && !w->bad;)
		sn_write_bytes(w, (const uint8_t *)letters, left < sizeof letters - 1 ? left : sizeof letters - 1);
	return !w->bad;
}

uint16_t sn_probe_finish(struct sn_writer *w, const struct sn_ip *ip, size_t upper_at, size_t upper_bytes, size_t checksum_at)
{
	if (!sn_probe_fill(w, upper_at, upper_bytes))
		return 0;
	uint16_t checksum = sn_transport_checksum(ip, w->bytes + upper_at, upper_bytes);
	sn_write_u16_at(w, checksum_at, checksum);
	return checksum;
}
