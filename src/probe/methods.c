/* SPDX-License-Identifier: MIT */
/* THE TABLE of probe methods. */
#include "probe/method.h"

#include <string.h>

static const struct sn_method *const methods[] = {
	&sn_method_icmp,
	&sn_method_udp,
	&sn_method_udp_classic,
	&sn_method_tcp,
	&sn_method_tcp_ack,
	&sn_method_icmp_timestamp,
};

const struct sn_method *sn_method(size_t id)
{
	return id < sizeof methods / sizeof *methods ? methods[id] : NULL;
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
