/* SPDX-License-Identifier: MIT */
/* THE TABLE of variations: which fields of a probe are tried, and to what. Each changes one field alone, as far as that is possible. */
#include "session/variations.h"

#include "probe/method.h"
#include "probe/service.h"

#include <stdio.h>

enum {
	DSCP_EF = 46, DSCP_CS1 = 8,                      /* RFC 3246, RFC 3662 */
	LONG_BYTES = 1200, LONG_BYTES_NARROW = 1000,
	PORT_DNS = 53, PORT_NTP = 123,
	DPORTS_MOST = 3,
};

static uint8_t protocol_of(const struct sonde_trace_cfg *cfg)
{
	return sonde_trace_protocol(cfg);
}

static uint16_t dport_of(const struct sonde_trace_cfg *cfg)
{
	return cfg->dport ? cfg->dport : sn_method(cfg->method)->info.default_port;
}

static uint16_t own_bytes(const struct sonde_trace_cfg *cfg)
{
	return sn_probe_bytes(cfg, cfg->size_bytes);
}

static enum sonde_payload own_payload(const struct sonde_trace_cfg *cfg)
{
	if (cfg->payload != SONDE_PAYLOAD_DEFAULT)
		return (enum sonde_payload)cfg->payload;
	return sn_service_payload(sn_service(dport_of(cfg)));
}

/* An echo request of another trace has another identifier by itself. Flow label 0: another one, too. */
static bool set_flow(struct sonde_trace_cfg *cfg, unsigned number, const struct sn_shape_ports *ports)
{
	cfg->flow_label = 0;
	cfg->flow_label_given = false;
	if (!sn_method(cfg->method)->info.takes_port)
		return true;
	cfg->sport[0] = ports->flow[number];
	cfg->sport_count = 1;
	return cfg->sport[0] != 0;
}

/* A service's request has the length that its protocol wants. */
static bool set_length(struct sonde_trace_cfg *cfg, unsigned number, const struct sn_shape_ports *ports)
{
	(void)number;
	(void)ports;
	if (protocol_of(cfg) == SN_PROTO_UDP && own_payload(cfg) != SONDE_PAYLOAD_PATTERN)
		return false;
	uint16_t longer = cfg->mtu_bytes && cfg->mtu_bytes < LONG_BYTES ? LONG_BYTES_NARROW : LONG_BYTES;
	uint16_t least = cfg->dst.family == 4 ? SN_PROBE_BYTES4 : SN_PROBE_BYTES6;
	cfg->size_bytes = own_bytes(cfg) < LONG_BYTES_NARROW ? longer : least;
	return own_bytes(cfg) == cfg->size_bytes;
}

static bool set_df(struct sonde_trace_cfg *cfg, unsigned number, const struct sn_shape_ports *ports)
{
	(void)number;
	(void)ports;
	cfg->no_df = !cfg->no_df;
	return cfg->dst.family == 4;
}

static bool set_dscp(struct sonde_trace_cfg *cfg, unsigned number, const struct sn_shape_ports *ports)
{
	(void)ports;
	bool other = cfg->tos >> 2 != number;
	cfg->tos = (uint8_t)(number << 2 | (cfg->tos & 3));
	return other;
}

/* What is no SYN has fewer options: data keeps the length as it was. */
static bool set_flags(struct sonde_trace_cfg *cfg, unsigned number, const struct sn_shape_ports *ports)
{
	(void)ports;
	uint8_t own = cfg->tcp_flags ? cfg->tcp_flags : sn_method(cfg->method)->tcp_flags;
	bool applies = protocol_of(cfg) == SN_PROTO_TCP && own != number;
	cfg->size_bytes = applies ? own_bytes(cfg) : cfg->size_bytes;
	cfg->tcp_flags = (uint8_t)number;
	return applies;
}

static bool set_payload(struct sonde_trace_cfg *cfg, unsigned number, const struct sn_shape_ports *ports)
{
	(void)ports;
	if (protocol_of(cfg) != SN_PROTO_UDP || own_payload(cfg) == number)
		return false;
	cfg->size_bytes = own_bytes(cfg);
	cfg->payload = (uint8_t)number;
	return true;
}

/* The payload stays what it was: by itself it would follow the port. */
static bool set_dport(struct sonde_trace_cfg *cfg, unsigned number, const struct sn_shape_ports *ports)
{
	(void)ports;
	if (protocol_of(cfg) == SN_PROTO_UDP)
		cfg->payload = own_payload(cfg);
	bool other = dport_of(cfg) != number;
	cfg->dport = (uint16_t)number;
	return other;
}

static bool set_tcp_dport(struct sonde_trace_cfg *cfg, unsigned number, const struct sn_shape_ports *ports)
{
	return protocol_of(cfg) == SN_PROTO_TCP && set_dport(cfg, number, ports);
}

static bool set_udp_dport(struct sonde_trace_cfg *cfg, unsigned number, const struct sn_shape_ports *ports)
{
	return protocol_of(cfg) == SN_PROTO_UDP && set_dport(cfg, number, ports);
}

static bool set_other_dport(struct sonde_trace_cfg *cfg, unsigned number, const struct sn_shape_ports *ports)
{
	bool other = protocol_of(cfg) != SN_PROTO_TCP && protocol_of(cfg) != SN_PROTO_UDP;
	return other && sn_method(cfg->method)->info.takes_port && set_dport(cfg, number, ports);
}

static bool set_sport(struct sonde_trace_cfg *cfg, unsigned number, const struct sn_shape_ports *ports)
{
	(void)number;
	cfg->sport[0] = ports->low;
	cfg->sport_count = 1;
	return sn_method(cfg->method)->info.takes_port;
}

static const struct sn_variation variations[] = {
	{SONDE_VARY_FLOW, "", 0, set_flow},
	{SONDE_VARY_FLOW, "", 1, set_flow},
	{SONDE_VARY_FLOW, "", 2, set_flow},
	{SONDE_VARY_FLOW, "", 3, set_flow},
	{SONDE_VARY_FLOW, "", 4, set_flow},
	{SONDE_VARY_LENGTH, NULL, 0, set_length},
	{SONDE_VARY_DF, "off", 0, set_df},
	{SONDE_VARY_DSCP, "EF", DSCP_EF, set_dscp},
	{SONDE_VARY_DSCP, "CS1", DSCP_CS1, set_dscp},
	{SONDE_VARY_FLAGS, "ACK", SONDE_TCP_ACK, set_flags},
	{SONDE_VARY_FLAGS, "FIN", SONDE_TCP_FIN, set_flags},
	{SONDE_VARY_PAYLOAD, "DNS", SONDE_PAYLOAD_DNS, set_payload},
	{SONDE_VARY_PAYLOAD, "NTP", SONDE_PAYLOAD_NTP, set_payload},
	{SONDE_VARY_PAYLOAD, "QUIC", SONDE_PAYLOAD_QUIC, set_payload},
	{SONDE_VARY_PAYLOAD, "a pattern", SONDE_PAYLOAD_PATTERN, set_payload},
	{SONDE_VARY_DPORT, "80", 80, set_tcp_dport},
	{SONDE_VARY_DPORT, "443", 443, set_tcp_dport},
	{SONDE_VARY_DPORT, "22", 22, set_tcp_dport},
	{SONDE_VARY_DPORT, "53", PORT_DNS, set_udp_dport},
	{SONDE_VARY_DPORT, "123", PORT_NTP, set_udp_dport},
	{SONDE_VARY_DPORT, "33434", 33434, set_udp_dport},
	{SONDE_VARY_DPORT, "500", 500, set_udp_dport},
	{SONDE_VARY_DPORT, "443", 443, set_other_dport},
	{SONDE_VARY_DPORT, "9", 9, set_other_dport},
	{SONDE_VARY_DPORT, "33434", 33434, set_other_dport},
	{SONDE_VARY_DPORT, "5060", 5060, set_other_dport},
	{SONDE_VARY_SPORT, NULL, 0, set_sport},
};

const struct sn_variation *sn_variation(size_t index)
{
	return index < sizeof variations / sizeof *variations ? &variations[index] : NULL;
}

void sn_variation_move(enum sonde_vary field, unsigned nth, const struct sn_shape_ports *ports, struct sonde_trace_cfg *cfg)
{
	unsigned own = dport_of(cfg);
	if (field == SONDE_VARY_SPORT)
		(void)set_dport(cfg, own + nth < UINT16_MAX ? own + nth + 1 : own - nth - 1, ports);
	else if (field != SONDE_VARY_FLOW)
		(void)set_flow(cfg, nth % SN_FLOWS_VARIED, ports);
}

uint16_t sonde_shape_port(size_t index)
{
	/* DNS, NTP, and the highest that needs a right on most machines. */
	static const uint16_t low[] = {PORT_DNS, PORT_NTP, 1023};
	return index < sizeof low / sizeof *low ? low[index] : 0;
}

/* A fourth port of the table stands in for one that is the method's own. */
static bool is_spare(const struct sn_variation *v, const struct sonde_trace_cfg *cfg)
{
	unsigned before = 0;
	for (const struct sn_variation *other = variations; other < v; other++) {
		struct sonde_trace_cfg copy = *cfg;
		before += other->field == v->field && other->set(&copy, other->number, &(struct sn_shape_ports){0});
	}
	return v->field == SONDE_VARY_DPORT && before >= DPORTS_MOST;
}

bool sn_variation_apply(const struct sn_variation *v, const struct sn_shape_ports *ports, struct sonde_trace_cfg *cfg,
                        struct sonde_trial *trial)
{
	if (is_spare(v, cfg) || !v->set(cfg, v->number, ports))
		return false;
	trial->field = v->field;
	if (v->value)
		snprintf(trial->value, sizeof trial->value, "%s", v->value);
	else if (v->field == SONDE_VARY_LENGTH)
		snprintf(trial->value, sizeof trial->value, "%u bytes", (unsigned)cfg->size_bytes);
	else
		snprintf(trial->value, sizeof trial->value, "%u", (unsigned)ports->low);
	if (v->field == SONDE_VARY_SPORT && !ports->low) {
		trial->code = ports->low_code;
		trial->sys_errno = ports->low_errno;
	}
	return true;
}
