/* SPDX-License-Identifier: MIT */
/* The network, the packets and the waiting of the raw wire's kernel tests. */
#include "raw_lab.h"

#include "base/cursor.h"
#include "io/stamp.h"
#include "io/wire_raw_sent.h"
#include "packet/transport.h"

#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct netns_lab raw_lab;

static const struct {
	int left, right;
	const char *left_name, *right_name;
	int net;
} links[] = {
	{CLIENT, R1, "c0", "a0", 1},
	{R1, R2, "a1", "b0", 2},
	{R2, SERVER, "b1", "s0", 3},
	{CLIENT, R2, "c1", "b2", 4},
};

static const struct {
	int node;
	const char *route;
} routes[] = {
	{CLIENT, "default via 10.1.0.2"}, {CLIENT, "default via fd01::2"},
	{R1, "10.3.0.0/24 via 10.2.0.2"}, {R1, "fd03::/64 via fd02::2"},
	{R2, "10.1.0.0/24 via 10.2.0.1"}, {R2, "fd01::/64 via fd02::1"},
	{SERVER, "default via 10.3.0.1"}, {SERVER, "default via fd03::1"},
};

/* The kernel starts stamping a little after the first socket asks for it, and stops after the last. This one asks for as long as the test
 * runs; the wait ends when a datagram shows a stamp from before it was read. */
static bool start_stamping(void)
{
	struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t name_bytes = sizeof name;
	int on = 1, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&name, sizeof name) != 0 || getsockname(fd, (struct sockaddr *)&name, &name_bytes) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0)
		return false;
	sonde_at_ns end_at_ns = mono_now() + ANSWER_WAIT_MS * SONDE_MS;
	while (mono_now() < end_at_ns) {
		_Alignas(struct cmsghdr) uint8_t control[64];
		char byte = 0;
		struct iovec data = {.iov_base = &byte, .iov_len = 1};
		struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
		struct sn_stamp_base base = {0};
		int64_t stamp_wall_ns = INT64_MAX;
		if (sendto(fd, "x", 1, 0, (struct sockaddr *)&name, name_bytes) != 1)
			return false;
		sn_stamp_base_read(&base);
		if (recvmsg(fd, &message, 0) == 1 && CMSG_FIRSTHDR(&message))
			(void)sn_stamp_of_control(CMSG_FIRSTHDR(&message), &stamp_wall_ns);
		if (stamp_wall_ns < base.wall_ns)
			return true;
	}
	return false;
}

bool raw_lab_begin(const char *const *tools)
{
	if (!netns_begin(&raw_lab, tools))
		return false;
	for (int i = 0; i < NODE_COUNT; i++)
		(void)netns_new(&raw_lab);
	for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
		char address[64];
		netns_link(&raw_lab, links[i].left, links[i].left_name, links[i].right, links[i].right_name);
		for (int end = 1; end <= 2; end++) {
			int node = end == 1 ? links[i].left : links[i].right;
			const char *device = end == 1 ? links[i].left_name : links[i].right_name;
			snprintf(address, sizeof address, "10.%d.0.%d/24", links[i].net, end);
			netns_address(&raw_lab, node, device, address);
			snprintf(address, sizeof address, "fd0%d::%d/64", links[i].net, end);
			netns_address(&raw_lab, node, device, address);
		}
	}
	for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
		netns_run(&raw_lab, routes[i].node, "ip %s route add %s", strchr(routes[i].route, ':') ? "-6" : "-4", routes[i].route);
	netns_enter(&raw_lab, CLIENT);
	if (start_stamping())
		return true;
	fputs("SKIP: the kernel does not stamp what it receives\n", stderr);
	return false;
}

struct sonde_addr addr_of(const char *text)
{
	struct sonde_addr addr;
	assert_true(sonde_addr_parse(text, &addr));
	return addr;
}

static struct sn_ip header_of(const struct probe *p)
{
	uint16_t id = (uint16_t)p->identity;
	return (struct sn_ip){
		.version = p->dst.family,
		.ttl = p->ttl,
		.protocol = p->protocol,
		.id = id ? id : 1, /* the kernel fills in a zero */
		.df = p->df,
		.flow_label = 0x12345,
		.src = p->src,
		.dst = p->dst,
	};
}

static size_t write_upper(const struct probe *p, uint8_t *out, size_t capacity_bytes)
{
	struct sn_writer w;
	uint16_t payload_bytes = p->payload_bytes ? p->payload_bytes : 8;
	size_t checksum_at = 2;
	sn_writer_init(&w, out, capacity_bytes);
	if (p->protocol == IPPROTO_ICMP || p->protocol == IPPROTO_ICMPV6) {
		sn_write_u32(&w, p->protocol == IPPROTO_ICMP ? 0x08000000 : 0x80000000);
		sn_write_u16(&w, p->sport);
		sn_write_u16(&w, p->dport);
	} else {
		sn_write_u16(&w, p->sport);
		sn_write_u16(&w, p->dport);
	}
	if (p->protocol == IPPROTO_UDP) {
		sn_write_u16(&w, (uint16_t)(8 + payload_bytes));
		sn_write_u16(&w, 0);
		checksum_at = 6;
	}
	if (p->protocol == IPPROTO_TCP) {
		sn_write_u32(&w, (uint32_t)p->identity);
		sn_write_u32(&w, 0);
		sn_write_u32(&w, 0x5002ffff); /* 20 bytes, SYN, window */
		sn_write_u32(&w, 0);
		checksum_at = 16;
	} else {
		sn_write_u64(&w, p->identity);
		sn_write_zeros(&w, payload_bytes - 8u);
	}
	assert_false(w.bad);
	struct sn_ip ip = header_of(p);
	sn_write_u16_at(&w, checksum_at, sn_transport_checksum(&ip, out, w.at_bytes));
	return w.at_bytes;
}

size_t probe_write(const struct probe *probe, uint8_t *out, size_t capacity_bytes)
{
	uint8_t upper[2048];
	struct sn_writer w;
	size_t upper_bytes = write_upper(probe, upper, sizeof upper);
	struct sn_ip ip = header_of(probe);
	ip.total_bytes = (uint32_t)(upper_bytes + (ip.version == 4 ? 20 : 40));
	sn_writer_init(&w, out, capacity_bytes);
	sn_ip_write(&w, &ip);
	sn_write_bytes(&w, upper, upper_bytes);
	assert_false(w.bad);
	return w.at_bytes;
}

int probe_send(struct sonde_wire *wire, const struct probe *probe, uint64_t token, sonde_at_ns *sent_at_ns)
{
	uint8_t bytes[2048];
	sonde_at_ns at_ns;
	struct sonde_tx tx = {.token = token, .bytes = bytes, .length_bytes = probe_write(probe, bytes, sizeof bytes)};
	return wire->ops->send(wire, &tx, sent_at_ns ? sent_at_ns : &at_ns);
}

struct sonde_wire *open_wire(void)
{
	return open_wire_with_port(0);
}

struct sonde_wire *open_wire_with_port(uint16_t port)
{
	static const uint8_t protocols[] = {IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMPV6};
	struct sn_wire_open_cfg cfg = {.ip4 = true, .ip6 = true, .protocols = protocols, .protocol_count = sizeof protocols,
	                               .port_count = 4, .ports = &port, .wanted_count = port != 0};
	struct sonde_wire *wire = NULL;
	struct sonde_error err = {0};
	if (sn_wire_raw_open(&wire, &cfg, &err) != 0)
		fail_msg("%s: %s", sonde_err_sentence(err.code), err.what);
	return wire;
}

struct sonde_route ask_route(struct sonde_wire *wire, struct probe *probe)
{
	bool has_ports = probe->protocol == IPPROTO_TCP || probe->protocol == IPPROTO_UDP;
	struct sonde_route_ask ask = {.dst = probe->dst, .protocol = probe->protocol, .hold_port = has_ports};
	struct sonde_route route;
	struct sonde_error err = {0};
	ask.dport = has_ports ? probe->dport : 0;
	if (wire->ops->route(wire, &ask, &route, &err) != 0)
		fail_msg("%s: %s", sonde_err_sentence(err.code), err.what);
	probe->src = route.src;
	if (has_ports)
		probe->sport = route.sport;
	return route;
}

void next_rx(struct sonde_wire *wire, struct sonde_rx *out)
{
	struct pollfd readable = {.fd = wire->ops->poll_fd(wire), .events = POLLIN};
	sonde_at_ns end_at_ns = mono_now() + ANSWER_WAIT_MS * SONDE_MS;
	for (;;) {
		int got = wire->ops->recv(wire, out);
		assert_true(got >= 0);
		if (got > 0)
			return;
		sonde_ns left_ns = end_at_ns - mono_now();
		if (left_ns <= 0 || poll(&readable, 1, (int)(left_ns / SONDE_MS) + 1) == 0)
			fail_msg("nothing came");
	}
}

void next_rx_of(struct sonde_wire *wire, enum sonde_rx_kind kind, struct sonde_rx *out)
{
	do
		next_rx(wire, out);
	while (out->kind != kind);
}

struct outer outer_of(const struct sonde_rx *rx)
{
	struct sn_ip head;
	assert_int_equal(rx->kind, SONDE_RX_PACKET);
	assert_true(sn_raw_ip_read(rx->bytes, rx->length_bytes, &head));
	assert_int_equal(head.total_bytes, rx->length_bytes);
	assert_true(rx->length_bytes >= head.header_bytes + 8u);
	return (struct outer){
		.src = head.src,
		.dst = head.dst,
		.protocol = head.protocol,
		.ttl = head.ttl,
		.type = rx->bytes[head.header_bytes],
		.code = rx->bytes[head.header_bytes + 1],
		.quote = rx->bytes + head.header_bytes + 8,
		.quote_bytes = rx->length_bytes - head.header_bytes - 8,
	};
}

sonde_at_ns mono_now(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (sonde_at_ns)ts.tv_sec * SONDE_S + ts.tv_nsec;
}
