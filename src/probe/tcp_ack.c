/* SPDX-License-Identifier: MIT */
/* A bare TCP ACK of no connection: any host resets it, whatever its ports are, and a firewall that knows connections drops it. */
#include "probe/tcp.h"

static struct sn_probe with_ack(const struct sn_probe *probe)
{
	struct sn_probe ack = *probe;
	if (!ack.flow.tcp_flags)
		ack.flow.tcp_flags = sn_method_tcp_ack.tcp_flags;
	return ack;
}

static void expect(const struct sn_probe *probe, uint32_t tag, struct sn_ident *ident)
{
	struct sn_probe ack = with_ack(probe);
	sn_tcp_probe_expect(&ack, tag, ident);
}

static void build(const struct sn_probe *probe, struct sn_writer *w, struct sn_ident *ident)
{
	struct sn_probe ack = with_ack(probe);
	sn_tcp_probe_build(&ack, w, ident);
}

const struct sn_method sn_method_tcp_ack = {
	.info = {.name = "tcp-ack", .summary = "TCP ACK of no connection", .protocol4 = SN_PROTO_TCP, .protocol6 = SN_PROTO_TCP,
	         .takes_port = true, .default_port = SN_TCP_DEFAULT_PORT, .flow_constant = true, .needs_raw = true,
	         .silence = "Any host resets an ACK of no connection: where SYNs pass and this is silent, "
	                    "a firewall keeps track of connections."},
	.secret = {.sport = 15, .ip_id = 16, .seq = 32, .stamp = 16},
	.tag_field = SN_ID_SEQ,
	.tcp_flags = SN_TCP_ACK,
	.build = build,
	.expect = expect,
	.key_of_quote = sn_tcp_key_of_quote,
	.key_of_reply = sn_tcp_key_of_reply,
};
