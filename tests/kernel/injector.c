/* SPDX-License-Identifier: MIT */
/* Forges answers to somebody's traces as fast as one core can: injector DEVICE MAC CLIENT TARGET FROM SPORT SECONDS. All that an off-path
 * attacker can find out is right (addresses, kinds of probes and their lengths, ports but the client's own), all that he cannot is guessed.
 * Nothing of sonde is used here. The TTL of every forgery is FORGED_TTL, by which a test knows one that was believed. Prints what
 * was sent when the time is over, or standard input ends. */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef PACKET_QDISC_BYPASS
#define PACKET_QDISC_BYPASS 20
#endif

enum {
	BATCH = 64, PACKET_BYTES = 256, FORGED_TTL = 77, PROBE_BYTES4 = 60, PROBE_BYTES6 = 80,
	UDP_PORT = 33434, TCP_PORT = 443, GUESSED_FROM = 32768, GUESSED_PORTS = 28232, /* Linux's range for ports of its own choice */
	TEMPLATES = 256, /* drawn once; then only what is secret is drawn anew for each packet */
};
enum kind { TIME_EXCEEDED, UNREACHABLE, ECHO_REPLY, SYN_ACK, RST, KINDS };
static const char *const names[KINDS] = {"time-exceeded", "unreachable", "echo-reply", "syn-ack", "rst"};

struct guess {
	uint8_t at, count;
};
struct packet {
	enum kind kind;
	uint8_t bytes[PACKET_BYTES];
	size_t count;
	struct guess guesses[6];   /* what is secret; port_at stands apart, for ports have a range */
	size_t guess_count;
	uint8_t port_at;           /* 0: no port to guess */
	uint8_t upper_at, checksum_at;
};

static struct {
	int family;
	uint8_t client[16], target[16], from[16];
	size_t address_bytes;
	uint16_t sport;
} world;

static uint64_t state = 88172645463325252u;
static uint64_t draw(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * 2685821657736338717u;
}

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static uint32_t sum(uint32_t sum, const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i + 1 < count; i += 2)
		sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	return count & 1 ? sum + (uint32_t)(bytes[count - 1] << 8) : sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* An IP header; its length. */
static size_t ip_header(uint8_t *p, uint8_t protocol, const uint8_t *src, const uint8_t *dst, size_t upper_bytes, uint8_t ttl)
{
	if (world.family == 4) {
		memcpy(p, (uint8_t[20]){0x45, [6] = 0x40, [8] = ttl, protocol}, 20);
		put16(p + 2, (unsigned)(20 + upper_bytes));
		memcpy(p + 12, src, 4);
		memcpy(p + 16, dst, 4);
		put16(p + 10, fold(sum(0, p, 20)));
		return 20;
	}
	memcpy(p, (uint8_t[40]){0x60, [6] = protocol, ttl}, 40);
	put16(p + 4, (unsigned)upper_bytes);
	memcpy(p + 8, src, 16);
	memcpy(p + 24, dst, 16);
	return 40;
}

static void guess(struct packet *p, size_t at, size_t count)
{
	p->guesses[p->guess_count++] = (struct guess){(uint8_t)at, (uint8_t)count};
}

/* A probe as its router got it, at byte `at`; its length. long_quote: all of it, else eight bytes. */
static size_t quoted_probe(struct packet *p, size_t at, uint8_t protocol, bool long_quote)
{
	bool v4 = world.family == 4;
	size_t header = v4 ? 20 : 40, whole = (v4 ? PROBE_BYTES4 : PROBE_BYTES6) - header;
	uint8_t *upper = p->bytes + at + header;
	ip_header(p->bytes + at, protocol, world.client, world.target, whole, 1);
	if (v4)
		guess(p, at + 4, 2); /* IP id */
	else
		guess(p, at + 2, 2); /* most of the flow label */
	if (protocol == 17) {
		p->port_at = (uint8_t)(at + header);
		put16(upper + 2, UDP_PORT);
		put16(upper + 4, (unsigned)whole);
		guess(p, at + header + 6, 2);
		if (long_quote)
			guess(p, at + header + 8, 8);
		memcpy(upper + 16, "sonde path probe sonde path probe", whole - 16);
	} else if (protocol == 6) {
		p->port_at = (uint8_t)(at + header);
		put16(upper + 2, TCP_PORT);
		upper[12] = 0xa0;
		upper[13] = 2;
		guess(p, at + header + 4, 4);
		if (long_quote)
			guess(p, at + header + 28, 4); /* the timestamp option is somewhere there */
	} else {
		upper[0] = v4 ? 8 : 128;
		guess(p, at + header + 2, 6);
		if (long_quote)
			guess(p, at + header + 8, 8);
	}
	return header + (long_quote ? whole : 8);
}

static void make_error(struct packet *p, size_t header)
{
	static const uint8_t protocols[2][3] = {{1, 17, 6}, {58, 17, 6}};
	bool v4 = world.family == 4, exceeded = p->kind == TIME_EXCEEDED;
	uint8_t protocol = protocols[!v4][draw() % 3];
	/* over IPv6 eight bytes of UDP show less than 47 bits: such a quote is weak, and none is sent here */
	bool long_quote = !v4 || draw() % 2;
	uint8_t *icmp = p->bytes + header;
	icmp[0] = v4 ? (exceeded ? 11 : 3) : exceeded ? 3 : 1;
	icmp[1] = exceeded ? 0 : v4 ? (uint8_t[]){3, 1, 13}[draw() % 3] : (uint8_t[]){4, 3, 1}[draw() % 3];
	size_t upper = 8 + quoted_probe(p, header + 8, protocol, long_quote);
	p->count = header + upper;
	p->checksum_at = (uint8_t)(header + 2);
	ip_header(p->bytes, v4 ? 1 : 58, !exceeded && draw() % 2 ? world.target : world.from, world.client, upper, FORGED_TTL);
}

static void make_reply(struct packet *p, size_t header)
{
	bool v4 = world.family == 4;
	size_t upper = (v4 ? PROBE_BYTES4 : PROBE_BYTES6) - header;
	p->count = header + upper;
	p->checksum_at = (uint8_t)(header + 2);
	p->bytes[header] = v4 ? 0 : 129;
	guess(p, header + 4, 12); /* id, number, payload */
	ip_header(p->bytes, v4 ? 1 : 58, world.target, world.client, upper, FORGED_TTL);
}

static void make_segment(struct packet *p, size_t header)
{
	uint8_t *tcp = p->bytes + header;
	size_t upper = 20;
	p->count = header + upper;
	p->checksum_at = (uint8_t)(header + 16);
	p->port_at = (uint8_t)(header + 2);
	put16(tcp, TCP_PORT);
	tcp[12] = 0x50;
	tcp[13] = p->kind == SYN_ACK ? 0x12 : 0x14;
	put16(tcp + 14, p->kind == SYN_ACK ? 64240 : 0);
	guess(p, header + 8, 4);
	ip_header(p->bytes, 6, world.target, world.client, upper, FORGED_TTL);
}

static void make(struct packet *p, enum kind kind)
{
	size_t header = world.family == 4 ? 20 : 40;
	*p = (struct packet){.kind = kind, .upper_at = (uint8_t)header};
	if (kind <= UNREACHABLE)
		make_error(p, header);
	else if (kind == ECHO_REPLY)
		make_reply(p, header);
	else
		make_segment(p, header);
}

static void guess_again(struct packet *p)
{
	for (size_t i = 0; i < p->guess_count; i++)
		for (size_t at = 0; at < p->guesses[i].count; at += 8) {
			uint64_t word = draw();
			size_t left = p->guesses[i].count - at;
			memcpy(p->bytes + p->guesses[i].at + at, &word, left < 8 ? left : 8);
		}
	if (p->port_at)
		put16(p->bytes + p->port_at, world.sport ? world.sport : GUESSED_FROM + (unsigned)(draw() % GUESSED_PORTS));
	if (world.family == 4 && p->kind <= UNREACHABLE) {
		uint8_t *quote = p->bytes + p->upper_at + 8;
		put16(quote + 10, 0);
		put16(quote + 10, fold(sum(0, quote, 20)));
	}
	size_t upper_bytes = p->count - p->upper_at;
	put16(p->bytes + p->checksum_at, 0);
	uint32_t pseudo = 0;
	if (world.family == 6 || p->kind >= SYN_ACK) {
		size_t addresses_at = world.family == 4 ? 12 : 8;
		pseudo = sum((uint32_t)upper_bytes, p->bytes + addresses_at, 2 * world.address_bytes);
		pseudo += world.family == 4 ? p->bytes[9] : p->bytes[6];
	}
	put16(p->bytes + p->checksum_at, fold(sum(pseudo, p->bytes + p->upper_at, upper_bytes)));
}

static int64_t now_ns(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static bool is_over(int64_t end_ns)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	return now_ns() >= end_ns || (poll(&input, 1, 0) > 0 && input.revents);
}

static int open_device(const char *device, const char *mac, struct sockaddr_ll *to)
{
	unsigned octets[6];
	int fd = socket(AF_PACKET, SOCK_DGRAM, 0), on = 1;
	if (fd < 0 || sscanf(mac, "%x:%x:%x:%x:%x:%x", &octets[0], &octets[1], &octets[2], &octets[3], &octets[4], &octets[5]) != 6)
		return -1;
	*to = (struct sockaddr_ll){.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(device), .sll_halen = 6,
	                           .sll_protocol = htons(world.family == 4 ? ETH_P_IP : ETH_P_IPV6)};
	for (size_t i = 0; i < 6; i++)
		to->sll_addr[i] = (uint8_t)octets[i];
	(void)setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on);
	return to->sll_ifindex ? fd : -1;
}

static void shoot(int fd, struct sockaddr_ll *to, int64_t end_ns, uint64_t sent[KINDS])
{
	static struct packet packets[TEMPLATES];
	struct mmsghdr messages[BATCH];
	struct iovec data[BATCH];
	for (size_t i = 0; i < TEMPLATES; i++)
		make(&packets[i], (enum kind)(i % KINDS));
	for (size_t next = 0; !is_over(end_ns);) {
		size_t first = next;
		for (size_t i = 0; i < BATCH; i++, next = (next + 1) % TEMPLATES) {
			struct packet *p = &packets[next];
			guess_again(p);
			data[i] = (struct iovec){.iov_base = p->bytes, .iov_len = p->count};
			messages[i] = (struct mmsghdr){
			    .msg_hdr = {.msg_name = to, .msg_namelen = sizeof *to, .msg_iov = &data[i], .msg_iovlen = 1}};
		}
		int count = sendmmsg(fd, messages, BATCH, 0);
		for (int i = 0; i < count; i++)
			sent[packets[(first + (size_t)i) % TEMPLATES].kind]++;
	}
}

int main(int argc, char **argv)
{
	if (argc != 8)
		return 2;
	world.family = strchr(argv[3], ':') ? 6 : 4;
	world.address_bytes = world.family == 4 ? 4 : 16;
	int domain = world.family == 4 ? AF_INET : AF_INET6;
	bool good = inet_pton(domain, argv[3], world.client) == 1 && inet_pton(domain, argv[4], world.target) == 1 &&
	            inet_pton(domain, argv[5], world.from) == 1;
	world.sport = (uint16_t)atoi(argv[6]);
	struct sockaddr_ll to;
	int fd = good ? open_device(argv[1], argv[2], &to) : -1;
	if (fd < 0) {
		perror("injector");
		return 1;
	}
	uint64_t sent[KINDS] = {0}, all = 0;
	int64_t begin_ns = now_ns();
	shoot(fd, &to, begin_ns + (int64_t)(atof(argv[7]) * 1e9), sent);
	double seconds = (double)(now_ns() - begin_ns) / 1e9;
	printf("{\"seconds\": %.3f", seconds);
	for (size_t i = 0; i < KINDS; i++) {
		printf(", \"%s\": %llu", names[i], (unsigned long long)sent[i]);
		all += sent[i];
	}
	printf(", \"sent\": %llu}\n", (unsigned long long)all);
	return 0;
}
