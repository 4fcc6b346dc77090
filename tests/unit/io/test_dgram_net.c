/* SPDX-License-Identifier: MIT */
/* The far side of a TUN device, and the packets that pass it. */
#include "test.h"

#include "test_dgram_net.h"

#include "base/checksum.h"
#include "packet/transport.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { WAIT_MS = 2000, NOBODY = 65534, FLOW_LABEL = 0x12345 };

const struct family families[FAMILY_COUNT] = {
	{4, SN_PROTO_ICMP, OUR4, ROUTER4, TARGET4, 11, 3, 3, 13, 20},
	{6, SN_PROTO_ICMP6, OUR6, ROUTER6, TARGET6, 3, 1, 4, 1, 40},
};

struct sonde_addr addr(const char *text)
{
	struct sonde_addr a = {0};
	assert_true(sonde_addr_parse(text, &a));
	return a;
}

static int open_tun(void)
{
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
	snprintf(request.ifr_name, sizeof request.ifr_name, "sn0");
	if (fd >= 0 && ioctl(fd, TUNSETIFF, &request) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

bool net_open_ping(void)
{
	static const char everybody[] = "0 2147483647";
	int fd = open("/proc/sys/net/ipv4/ping_group_range", O_WRONLY | O_CLOEXEC);
	bool opened = fd >= 0 && write(fd, everybody, strlen(everybody)) == (ssize_t)strlen(everybody);
	if (!opened)
		fprintf(stderr, "SKIP: ping_group_range cannot be opened here: %s\n", strerror(errno));
	if (fd >= 0)
		close(fd);
	return opened;
}

int net_enter(struct netns_lab *lab)
{
	static const char *const tools[] = {"ip", NULL};
	static const char *const routes[] = {"default dev sn0", "unreachable 198.51.100.0/24"};
	if (!netns_begin(lab, tools))
		return -1;
	int ns = netns_new(lab), tun = open_tun();
	if (tun < 0)
		fprintf(stderr, "SKIP: no TUN device here: %s\n", strerror(errno));
	if (tun < 0 || !net_open_ping())
		return -1;
	netns_run(lab, ns, "ip link set sn0 up");
	netns_address(lab, ns, "sn0", OUR4 "/24");
	netns_address(lab, ns, "sn0", OUR6 "/64");
	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
		netns_run(lab, ns, "ip route add %s", routes[i]);
	netns_run(lab, ns, "ip -6 route add default dev sn0");
	return tun;
}

bool net_drop(void)
{
	if (geteuid() == 0 && setgroups(0, NULL) == 0 &&
		(setresgid(NOBODY, NOBODY, NOBODY) != 0 || setresuid(NOBODY, NOBODY, NOBODY) != 0)) {
		fprintf(stderr, "SKIP: cannot become an unprivileged user: %s\n", strerror(errno));
		return false;
	}
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {0};
	if (syscall(SYS_capset, &header, none) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) != 0) {
		fprintf(stderr, "SKIP: cannot give capabilities up: %s\n", strerror(errno));
		return false;
	}
	return true;
}

static struct sn_ip header_of(uint8_t version, uint8_t protocol, uint8_t ttl, const char *src, const char *dst, size_t upper_bytes)
{
	uint16_t header_bytes = version == 4 ? 20 : 40;
	return (struct sn_ip){
		.version = version,
		.protocol = protocol,
		.ttl = ttl,
		.df = version == 4,
		.header_bytes = header_bytes,
		.src = addr(src),
		.dst = addr(dst),
		.total_bytes = (uint32_t)(header_bytes + upper_bytes),
	};
}

static void finish(struct sn_writer *w, const struct sn_ip *ip, size_t checksum_at, struct bytes *out)
{
	uint16_t checksum = sn_transport_checksum(ip, out->bytes + ip->header_bytes, w->at_bytes - ip->header_bytes);
	sn_write_u16_at(w, ip->header_bytes + checksum_at, checksum);
	assert_false(w->bad);
	out->count = w->at_bytes;
}

static size_t upper_header_bytes(uint8_t protocol)
{
	return protocol == SN_PROTO_TCP ? 20 : 8;
}

static size_t checksum_at(uint8_t protocol)
{
	return protocol == SN_PROTO_TCP ? 16 : protocol == SN_PROTO_UDP ? 6 : 2;
}

struct bytes probe(const struct spec *s)
{
	struct bytes out = {0};
	size_t text_bytes = s->payload ? strlen(s->payload) : 0, payload_bytes = s->payload_bytes ? s->payload_bytes : text_bytes;
	bool v4 = s->version == 4;
	struct sn_ip ip = header_of(s->version, s->protocol, s->ttl,
	                            s->src ? s->src
	                            : v4   ? OUR4
	                                   : OUR6,
	                            s->dst ? s->dst
	                            : v4   ? TARGET4
	                                   : TARGET6,
	                            upper_header_bytes(s->protocol) + payload_bytes);
	ip.id = 0x4242;
	ip.tos = s->tos;
	ip.flow_label = v4 ? 0 : FLOW_LABEL;
	struct sn_writer w;
	sn_writer_init(&w, out.bytes, sizeof out.bytes);
	sn_ip_write(&w, &ip);
	if (s->protocol == SN_PROTO_UDP)
		sn_udp_write(&w, &(struct sn_udp){.sport = s->sport, .dport = s->dport, .length_bytes = (uint16_t)(8 + payload_bytes)});
	else if (s->protocol == SN_PROTO_TCP)
		sn_tcp_write(
			&w,
			&(struct sn_tcp){
		        .sport = s->sport, .dport = s->dport, .seq = s->seq, .header_bytes = 20, .flags = SN_TCP_SYN, .window = 1024},
			NULL);
	else
		sn_echo_write(&w, &(struct sn_echo){.type = v4 ? 8 : 128, .id = s->sport, .seq = s->dport});
	sn_write_bytes(&w, (const uint8_t *)(s->payload ? s->payload : ""), text_bytes);
	sn_write_zeros(&w, payload_bytes - text_bytes);
	finish(&w, &ip, checksum_at(s->protocol), &out);
	return out;
}

struct bytes icmp_error(const struct error_spec *s, const struct bytes *quoted)
{
	struct bytes out = {0};
	bool v4 = quoted->bytes[0] >> 4 == 4;
	size_t quoted_bytes = s->quoted_bytes ? s->quoted_bytes : quoted->count;
	size_t padding_bytes = s->pad_bytes > quoted_bytes ? s->pad_bytes - quoted_bytes : 0;
	struct sn_ip ip = header_of(v4 ? 4 : 6, v4 ? SN_PROTO_ICMP : SN_PROTO_ICMP6, 61, s->from, v4 ? OUR4 : OUR6,
	                            8 + quoted_bytes + padding_bytes + s->extension_bytes);
	struct sn_writer w;
	sn_writer_init(&w, out.bytes, sizeof out.bytes);
	sn_ip_write(&w, &ip);
	sn_write_u8(&w, s->type);
	sn_write_u8(&w, s->code);
	sn_write_u16(&w, 0);
	sn_write_u32(&w, s->second_word);
	sn_write_bytes(&w, quoted->bytes, quoted_bytes);
	sn_write_zeros(&w, padding_bytes);
	if (s->extension)
		sn_write_bytes(&w, s->extension, s->extension_bytes);
	finish(&w, &ip, 2, &out);
	return out;
}

struct bytes udp_probe(const struct family *f, uint8_t ttl, const char *payload)
{
	return probe(&(struct spec){
		.version = f->version, .protocol = SN_PROTO_UDP, .ttl = ttl, .sport = 41000, .dport = 33434, .payload = payload});
}

struct bytes echo_probe(const struct family *f, uint8_t ttl, uint16_t seq, const char *payload)
{
	return probe(
		&(struct spec){.version = f->version, .protocol = f->icmp, .ttl = ttl, .sport = 0x5a5a, .dport = seq, .payload = payload});
}

struct bytes exceeded(const struct family *f, const struct bytes *quoted, size_t quoted_bytes)
{
	return icmp_error(&(struct error_spec){.from = f->router, .type = f->exceeded, .quoted_bytes = quoted_bytes}, quoted);
}

struct bytes udp_answer(const struct bytes *request, const char *payload)
{
	struct bytes out = {0};
	struct sn_packet p;
	assert_true(sn_packet_parse(request->bytes, request->count, &p));
	bool v4 = p.ip.version == 4;
	struct sn_ip ip = header_of(p.ip.version, SN_PROTO_UDP, 50, v4 ? TARGET4 : TARGET6, v4 ? OUR4 : OUR6, 8 + strlen(payload));
	struct sn_writer w;
	sn_writer_init(&w, out.bytes, sizeof out.bytes);
	sn_ip_write(&w, &ip);
	sn_udp_write(&w, &(struct sn_udp){.sport = p.udp.dport, .dport = p.udp.sport, .length_bytes = (uint16_t)(8 + strlen(payload))});
	sn_write_bytes(&w, (const uint8_t *)payload, strlen(payload));
	finish(&w, &ip, 6, &out);
	return out;
}

struct bytes echo_answer(const struct bytes *request)
{
	struct bytes out = {0};
	struct sn_packet p;
	assert_true(sn_packet_parse(request->bytes, request->count, &p));
	bool v4 = p.ip.version == 4;
	struct sn_ip ip = header_of(p.ip.version, p.ip.protocol, 50, v4 ? TARGET4 : TARGET6, v4 ? OUR4 : OUR6, p.upper_bytes);
	struct sn_writer w;
	sn_writer_init(&w, out.bytes, sizeof out.bytes);
	sn_ip_write(&w, &ip);
	sn_write_u8(&w, v4 ? 0 : 129);
	sn_write_bytes(&w, p.upper + 1, p.upper_bytes - 1);
	finish(&w, &ip, 2, &out);
	return out;
}

struct bytes tcp_answer(const struct bytes *syn, uint8_t flags)
{
	struct bytes out = {0};
	struct sn_packet p;
	assert_true(sn_packet_parse(syn->bytes, syn->count, &p));
	bool v4 = p.ip.version == 4;
	struct sn_ip ip = header_of(p.ip.version, SN_PROTO_TCP, 50, v4 ? TARGET4 : TARGET6, v4 ? OUR4 : OUR6, 20);
	struct sn_writer w;
	sn_writer_init(&w, out.bytes, sizeof out.bytes);
	sn_ip_write(&w, &ip);
	struct sn_tcp tcp = {.sport = p.tcp.dport, .dport = p.tcp.sport, .ack = p.tcp.seq + 1, .header_bytes = 20, .flags = flags};
	sn_tcp_write(&w, &tcp, NULL);
	finish(&w, &ip, 16, &out);
	return out;
}

bool tun_read_now(int tun, const char *dst, struct bytes *out)
{
	struct sonde_addr to = addr(dst);
	for (;;) {
		ssize_t got = read(tun, out->bytes, sizeof out->bytes);
		if (got <= 0)
			return false;
		out->count = (size_t)got;
		struct sn_ip ip;
		/* The kernel's own neighbour and multicast talk passes here too. */
		if (sn_ip_parse(out->bytes, out->count, &ip) && sonde_addr_equal(&ip.dst, &to))
			return true;
	}
}

bool tun_read(int tun, const char *dst, struct bytes *out)
{
	struct pollfd ready = {.fd = tun, .events = POLLIN};
	while (!tun_read_now(tun, dst, out))
		if (poll(&ready, 1, WAIT_MS) <= 0)
			return false;
	return true;
}

void tun_write(int tun, const struct bytes *packet)
{
	assert_int_equal(write(tun, packet->bytes, packet->count), packet->count);
}

bool wire_next(struct sonde_wire *wire, enum sonde_rx_kind kind, struct sonde_rx *out)
{
	struct pollfd ready = {.fd = wire->ops->poll_fd(wire), .events = POLLIN};
	for (;;) {
		int got = wire->ops->recv(wire, out);
		assert_true(got >= 0);
		if (got > 0 && out->kind == kind)
			return true;
		if (got > 0 && out->kind == SONDE_RX_STAMP)
			continue;
		if (got > 0 || poll(&ready, 1, WAIT_MS) <= 0)
			return false;
	}
}

bool wire_silent(struct sonde_wire *wire)
{
	struct sonde_rx rx;
	int got;
	while ((got = wire->ops->recv(wire, &rx)) > 0 && rx.kind == SONDE_RX_STAMP)
		;
	return got == 0;
}

sonde_at_ns wire_send(struct sonde_wire *wire, uint64_t token, const struct bytes *packet)
{
	struct sonde_tx tx = {.token = token, .bytes = packet->bytes, .length_bytes = packet->count};
	sonde_at_ns sent_at_ns = 0;
	assert_int_equal(wire->ops->send(wire, &tx, &sent_at_ns), 0);
	return sent_at_ns;
}

struct sonde_wire *wire_new(void)
{
	struct sonde_wire *wire = NULL;
	struct sonde_error err = {0};
	assert_int_equal(sn_wire_dgram_open(&wire, &(struct sn_wire_open_cfg){.ip4 = true, .ip6 = true}, &err), 0);
	return wire;
}

void expect_quoted(const struct sn_quote *quote, const struct bytes *sent, size_t count)
{
	enum { TTL4_AT = 8, CHECKSUM4_AT = 10, TTL6_AT = 7 };
	struct bytes wanted = *sent;
	wanted.bytes[sent->bytes[0] >> 4 == 4 ? TTL4_AT : TTL6_AT] = 1;
	if (sent->bytes[0] >> 4 == 4) {
		wanted.bytes[CHECKSUM4_AT] = wanted.bytes[CHECKSUM4_AT + 1] = 0;
		uint16_t checksum = sn_sum_finish(sn_sum_bytes(0, wanted.bytes, 20));
		wanted.bytes[CHECKSUM4_AT] = (uint8_t)(checksum >> 8);
		wanted.bytes[CHECKSUM4_AT + 1] = (uint8_t)checksum;
	}
	assert_memory_equal(quote->bytes, wanted.bytes, count);
}

bool seen(const struct sonde_rx *rx, const uint8_t *at, size_t count)
{
	size_t from = (size_t)(at - rx->bytes);
	for (size_t i = 0; i < rx->seen_count; i++)
		if (from >= rx->seen[i].from_bytes && from + count <= (size_t)rx->seen[i].from_bytes + rx->seen[i].length_bytes)
			return true;
	return false;
}

struct sn_packet parsed(const struct sonde_rx *rx)
{
	struct sn_packet p;
	assert_true(rx->rebuilt);
	assert_true(sn_packet_parse(rx->bytes, rx->length_bytes, &p));
	assert_int_equal(p.ip.total_bytes, rx->length_bytes);
	assert_int_equal(p.ip.odd, 0);
	assert_int_equal(p.checksum, SN_CHECKSUM_GOOD);
	return p;
}
