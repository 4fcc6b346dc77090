/* SPDX-License-Identifier: MIT */
/* Writes .net texts. Link k joins hop k-1 (10.k.0.2, 2001:db8:k::2) and hop k (10.k.0.1, 2001:db8:k::1): a router's way back is the link
 * a packet came in by, so each hop answers from its .1 in both families. */
#include "net.h"

#include <inttypes.h>

static sonde_ns delay_ns(const struct sn_net_chain *chain, unsigned link)
{
	return chain->link_delay_ns ? chain->link_delay_ns[link - 1] : SONDE_MS;
}

static const char *text_of(const char *attributes)
{
	return attributes ? attributes : "";
}

static void name_of(const struct sn_net_chain *chain, unsigned k, struct sn_buf *out)
{
	if (k == 0)
		sn_buf_puts(out, "me");
	else if (k == chain->hops)
		sn_buf_puts(out, "target");
	else
		sn_buf_printf(out, "r%u", k);
}

void sn_net_chain_text(const struct sn_net_chain *chain, struct sn_buf *out)
{
	sn_buf_printf(out, "observer me %s\n", text_of(chain->observer));
	for (unsigned k = 1; k < chain->hops; k++)
		sn_buf_printf(out, "router r%u %s%s\n", k, k < 64 && chain->silent >> k & 1 ? "silent " : "", text_of(chain->routers));
	sn_buf_printf(out, "host target %s\n", text_of(chain->target));
	for (unsigned k = 1; k <= chain->hops; k++) {
		sn_buf_puts(out, "link ");
		name_of(chain, k - 1, out);
		sn_buf_putc(out, ' ');
		name_of(chain, k, out);
		if (!chain->only6)
			sn_buf_printf(out, " 10.%u.0.2/24 10.%u.0.1/24", k, k);
		if (!chain->only4)
			sn_buf_printf(out, " 2001:db8:%x::2/64 2001:db8:%x::1/64", k, k);
		sn_buf_printf(out, " delay=%" PRId64 "ns %s\n", delay_ns(chain, k), text_of(chain->links));
	}
	sn_buf_puts(out, text_of(chain->more));
	sn_buf_putc(out, '\n');
}

struct sonde_addr sn_net_hop_addr(unsigned k, uint8_t family)
{
	uint8_t link = (uint8_t)(k ? k : 1), end = k ? 1 : 2;
	if (family == 4)
		return (struct sonde_addr){.family = 4, .bytes = {10, link, 0, end}};
	return (struct sonde_addr){.family = 6, .bytes = {0x20, 0x01, 0x0d, 0xb8, 0, link, [15] = end}};
}

sonde_ns sn_net_rtt_ns(const struct sn_net_chain *chain, unsigned k)
{
	sonde_ns sum_ns = 0;
	for (unsigned link = 1; link <= k; link++)
		sum_ns += 2 * delay_ns(chain, link);
	return sum_ns;
}
