/* SPDX-License-Identifier: MIT */
/* THE TABLE of probe methods. */
#include "probe/method.h"

#include <string.h>

static const struct sn_method *const methods[] = {
	&sn_method_icmp,
	&sn_method_udp,
	&sn_method_udp_classic,
	&sn_method_udplite,
	&sn_method_tcp,
	&sn_method_tcp_ack,
	&sn_method_sctp,
	&sn_method_dccp,
	&sn_method_icmp_timestamp,
	&sn_method_raw, /* last: it speaks what none before does */
};

const struct sn_method *sn_method(size_t id)
{
	return id < sizeof methods / sizeof *methods ? methods[id] : NULL;
}

const struct sn_method *sn_method_of_protocol(uint16_t protocol)
{
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
		const struct sonde_method_info *info = &methods[i]->info;
		if (!info->takes_protocol && (info->protocol4 == protocol || info->protocol6 == protocol))
			return methods[i];
	}
	return NULL;
}

/* Extension headers belong in front of other protocols (RFC 8200 section 4), and behind "no next header" stands nothing. */
static bool is_upper_layer(uint8_t version, uint16_t protocol)
{
	return version == 4 || !(sn_ip6_is_extension((uint8_t)protocol) || protocol == SN_PROTO_NONE);
}

uint8_t sn_method_protocol_of(const struct sn_method *method, uint8_t version, uint16_t number)
{
	const struct sonde_method_info *info = &method->info;
	if (!info->takes_protocol || number == 0)
		return sn_method_protocol(method, version);
	bool good = number <= UINT8_MAX && !sn_method_of_protocol(number) && is_upper_layer(version, number);
	return good ? (uint8_t)number : 0;
}

uint8_t sonde_trace_protocol(const struct sonde_trace_cfg *cfg)
{
	const struct sn_method *method = sn_method(cfg->method);
	return method ? sn_method_protocol_of(method, cfg->dst.family, cfg->dport) : 0;
}

size_t sonde_method_count(void)
{
	return sizeof methods / sizeof *methods;
}

const struct sonde_method_info *sonde_method_info(size_t id)
{
	const struct sn_method *method = sn_method(id);
	return method ? &method->info : NULL;
}

int sonde_method_find(const char *name)
{
	for (size_t i = 0; i < sonde_method_count(); i++)
		if (strcmp(methods[i]->info.name, name) == 0)
			return (int)i;
	return -1;
}

void sonde_trace_cfg_init(struct sonde_trace_cfg *cfg)
{
	*cfg = (struct sonde_trace_cfg){.first_ttl = 1, .max_ttl = 30, .queries = 3, .gap = 10};
}
