/* SPDX-License-Identifier: MIT */
/* Asks a node about one of its interfaces, again until it answers (RFC 8335). */
#include <sonde/interface.h>

#include "packet/packet.h"
#include "packet/xecho.h"

#include <errno.h>

enum { REQUEST_MAX_BYTES = 256, TTL = 64, CHECKSUM_AT_BYTES = 2, ID_AT_BYTES = 4 };

/* A question under way. */
struct asking {
	struct sonde_wire *wire;
	struct sonde_clock *clock;
	const struct sonde_interface_ask *ask;
	struct sonde_addr src;
	uint8_t seq;                 /* of the newest request, from 1 */
	sonde_at_ns sent_at_ns[UINT8_MAX + 1];
	int sys_errno;               /* this machine says that a request did not leave */
	struct sonde_interface_answer *out;
};

static uint8_t protocol_of(const struct asking *a)
{
	return a->ask->route.dst.family == 4 ? SN_PROTO_ICMP : SN_PROTO_ICMP6;
}

static size_t build(const struct asking *a, uint8_t out[REQUEST_MAX_BYTES])
{
	struct sn_ip ip = {
		.version = a->ask->route.dst.family,
		.ttl = TTL,
		.protocol = protocol_of(a),
		.header_bytes = a->ask->route.dst.family == 4 ? 20 : 40,
		.df = true,
		.src = a->src,
		.dst = a->ask->route.dst,
	};
	struct sn_xecho_request request = {.id = a->ask->id, .seq = a->seq, .local = !a->ask->neighbour, .what = a->ask->what};
	uint8_t message[REQUEST_MAX_BYTES];
	struct sn_writer body, w;
	sn_writer_init(&body, message, sizeof message - ip.header_bytes);
	sn_xecho_write(&body, ip.version, &request);
	ip.total_bytes = (uint32_t)(ip.header_bytes + body.at_bytes);
	sn_write_u16_at(&body, CHECKSUM_AT_BYTES, sn_transport_checksum(&ip, message, body.at_bytes));
	sn_writer_init(&w, out, REQUEST_MAX_BYTES);
	sn_ip_write(&w, &ip);
	sn_write_bytes(&w, message, body.at_bytes);
	return body.bad || w.bad ? 0 : w.at_bytes;
}

static int send_one(struct asking *a, struct sonde_error *err)
{
	uint8_t bytes[REQUEST_MAX_BYTES];
	a->seq++;
	struct sonde_tx tx = {.token = a->seq, .bytes = bytes, .length_bytes = build(a, bytes)};
	if (!tx.length_bytes)
		return sonde_fail(err, SONDE_E_RANGE, 0, "the interface cannot be asked for");
	sonde_at_ns sent_at_ns = a->clock->ops->now(a->clock);
	int sys_errno = a->wire->ops->send(a->wire, &tx, &sent_at_ns);
	a->sent_at_ns[a->seq] = sent_at_ns;
	if (sys_errno)
		return sonde_fail(err, sys_errno == EPERM ? SONDE_E_FIREWALL : SONDE_E_WIRE, sys_errno, "sending a request");
	a->out->sent_count++;
	return 0;
}

static bool is_ours(const struct asking *a, uint16_t id, uint8_t seq)
{
	return id == a->ask->id && seq >= 1 && seq <= a->seq;
}

static bool take_reply(struct asking *a, const struct sonde_rx *rx, const struct sn_packet *packet)
{
	struct sn_xecho_reply reply;
	if (!sonde_addr_equal(&packet->ip.src, &a->ask->route.dst) || packet->checksum == SN_CHECKSUM_BAD ||
	    !sn_xecho_read(packet->ip.version, packet->upper, packet->upper_bytes, &reply) || !is_ours(a, reply.id, reply.seq))
		return false;
	sonde_ns rtt_ns = rx->at_ns - a->sent_at_ns[reply.seq];
	a->out->answered = true;
	a->out->code = reply.code;
	a->out->state = reply.state;
	a->out->active = reply.active;
	a->out->ip4 = reply.ip4;
	a->out->ip6 = reply.ip6;
	a->out->rtt_ns = rtt_ns > 0 ? rtt_ns : 0;
	a->out->by = packet->ip.src;
	return true;
}

/* An error that quotes a request of ours. It is kept, and waited on: the answer may still come to another request. */
static void take_error(struct asking *a, const struct sn_packet *packet)
{
	struct sn_reader r;
	if (!packet->has_quote || packet->checksum == SN_CHECKSUM_BAD || packet->quote.ip.protocol != protocol_of(a) ||
	    !sonde_addr_equal(&packet->quote.ip.dst, &a->ask->route.dst))
		return;
	sn_reader_init(&r, packet->quote.upper, packet->quote.upper_bytes);
	uint8_t type = sn_read_u8(&r);
	sn_read_skip(&r, ID_AT_BYTES - 1);
	uint16_t id = sn_read_u16(&r);
	uint8_t seq = sn_read_u8(&r);
	if (r.bad || type != (a->ask->route.dst.family == 4 ? SN_XECHO_REQUEST4 : SN_XECHO_REQUEST6) || !is_ours(a, id, seq))
		return;
	a->out->refused = true;
	a->out->meaning = packet->icmp.row->meaning;
	a->out->by = packet->ip.src;
}

/* True: answered. */
static bool take(struct asking *a, const struct sonde_rx *rx)
{
	struct sn_packet packet;
	if (rx->kind == SONDE_RX_STAMP && rx->token >= 1 && rx->token <= a->seq)
		a->sent_at_ns[rx->token] = rx->at_ns;
	if (rx->kind == SONDE_RX_ERROR)
		a->sys_errno = rx->sys_errno;
	if (rx->kind != SONDE_RX_PACKET || !sn_packet_parse(rx->bytes, rx->length_bytes, &packet) || !packet.is_icmp)
		return false;
	if (take_reply(a, rx, &packet))
		return true;
	take_error(a, &packet);
	return false;
}

/* 1: answered; 0: not until then; negative: the wire broke. */
static int wait_until(struct asking *a, sonde_at_ns until_at_ns)
{
	for (;;) {
		struct sonde_rx rx;
		sonde_at_ns read_at_ns = a->clock->ops->now(a->clock);
		int got;
		while ((got = a->wire->ops->recv(a->wire, &rx)) > 0)
			if (take(a, &rx))
				return 1;
		if (got < 0 || read_at_ns >= until_at_ns || a->sys_errno)
			return got;
		a->out->interrupted = a->ask->stopped && a->ask->stopped(a->ask->stopped_ctx);
		if (a->out->interrupted)
			return 0;
		const int fds[] = {a->wire->ops->poll_fd(a->wire), a->ask->stop_fd};
		a->clock->ops->wait(a->clock, until_at_ns, fds, a->ask->stopped ? 2 : 1);
	}
}

int sonde_interface_ask(struct sonde_wire *wire, struct sonde_clock *clock, const struct sonde_interface_ask *ask,
                        struct sonde_interface_answer *out, struct sonde_error *err)
{
	struct sonde_route route = {0};
	struct sonde_route_ask route_ask = ask->route;
	struct asking a = {.wire = wire, .clock = clock, .ask = ask, .out = out};
	*out = (struct sonde_interface_answer){0};
	route_ask.protocol = protocol_of(&a);
	int code = wire->ops->route(wire, &route_ask, &route, err);
	a.src = route.src;
	for (unsigned i = 0; code == 0 && i < ask->attempts && !out->interrupted; i++) {
		code = send_one(&a, err);
		if (code == 0)
			code = wait_until(&a, a.sent_at_ns[a.seq] + ask->wait_ns);
		if (code == 0 && a.sys_errno)
			code = sonde_fail(err, SONDE_E_WIRE, a.sys_errno, "a request did not leave");
	}
	if (code < 0 && !err->code)
		sonde_fail(err, code, 0, "the %s wire stopped receiving", wire->ops->name);
	return code < 0 ? code : 0;
}
