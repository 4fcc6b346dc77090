/* SPDX-License-Identifier: MIT */
/* A network of one's own for the tests of the unprivileged wire: a TUN device whose far side is the test itself, so that it sees every
 * packet the wire really sends and answers with whatever it likes. */
#ifndef SONDE_TESTS_DGRAM_NET_H
#define SONDE_TESTS_DGRAM_NET_H

#include "io/wires.h"
#include "netns.h"
#include "packet/packet.h"

enum { PACKET_BYTES = 2048 };

#define OUR4 "10.77.0.1"
#define ROUTER4 "10.77.9.1"
#define TARGET4 "192.0.2.7"
#define OUR6 "fd77::1"
#define ROUTER6 "fd77:9::1"
#define TARGET6 "2001:db8::7"

struct sonde_addr addr(const char *text);

/* Enters a network namespace and makes the TUN device there, with a default route over it and none to 198.51.100.0/24. Its descriptor,
 * or -1 with the reason on stderr. */
int net_enter(struct netns_lab *lab);
/* Everybody may open ping sockets in this namespace. False with the reason on stderr. */
bool net_open_ping(void);
/* Gives up every privilege for good. False with the reason on stderr. */
bool net_drop(void);

/* What differs between the families. */
struct family {
	uint8_t version, icmp;
	const char *our, *router, *target;
	uint8_t exceeded, unreachable, port_code, prohibited_code; /* ICMP types, and the codes of a closed port and of a filter */
	size_t header_bytes;
};
enum { FAMILY_COUNT = 2 };
extern const struct family families[FAMILY_COUNT];
#define EACH_FAMILY(f) for (const struct family *f = families; f < families + FAMILY_COUNT; f++)

/* A packet and its length. */
struct bytes {
	uint8_t bytes[PACKET_BYTES];
	size_t count;
};

struct spec {
	uint8_t version, protocol, ttl;
	uint16_t sport, dport;       /* ICMP: id, sequence number */
	const char *payload;         /* NULL: none */
	uint8_t tos;
	uint32_t seq;                /* TCP */
	const char *src, *dst;       /* NULL: ours, the target */
	size_t payload_bytes;        /* 0: the text's length */
};
/* A probe as an engine builds it: DF, checksums, flow label 0x12345. */
struct bytes probe(const struct spec *spec);

struct bytes udp_probe(const struct family *f, uint8_t ttl, const char *payload);
struct bytes echo_probe(const struct family *f, uint8_t ttl, uint16_t seq, const char *payload);

/* An ICMP error of a router, quoting the first quoted_bytes of a packet (0: all). second_word: behind the checksum. */
struct error_spec {
	const char *from;
	uint8_t type, code;
	uint32_t second_word;
	size_t quoted_bytes;
	const uint8_t *extension;
	size_t pad_bytes, extension_bytes;  /* the quote is padded with zeros to pad_bytes, then the extension follows */
};
struct bytes icmp_error(const struct error_spec *spec, const struct bytes *quoted);
/* The router's time exceeded, quoting so much (0: all). */
struct bytes exceeded(const struct family *f, const struct bytes *quoted, size_t quoted_bytes);
/* The target's answers to a packet that was seen on the device. */
struct bytes udp_answer(const struct bytes *request, const char *payload);
struct bytes echo_answer(const struct bytes *request);
struct bytes tcp_answer(const struct bytes *syn, uint8_t flags);

/* The next packet to that destination that leaves by the device, waiting up to two seconds. False: none. */
bool tun_read(int tun, const char *dst, struct bytes *out);
/* The same without waiting. */
bool tun_read_now(int tun, const char *dst, struct bytes *out);
void tun_write(int tun, const struct bytes *packet);

/* The next thing of that kind the wire tells, waiting up to two seconds; stamps are passed over unless asked for. False: none. */
bool wire_next(struct sonde_wire *wire, enum sonde_rx_kind kind, struct sonde_rx *out);
/* True: the wire has nothing more to tell now (stamps apart). */
bool wire_silent(struct sonde_wire *wire);
/* Sends and fails the test where the wire refuses. The instant of sending. */
sonde_at_ns wire_send(struct sonde_wire *wire, uint64_t token, const struct bytes *packet);
struct sonde_wire *wire_new(void);

/* Fails the test unless a quote has the first count bytes of a packet that was sent, with the TTL that such a quote commonly has: none is
 * told. */
void expect_quoted(const struct sn_quote *quote, const struct bytes *sent, size_t count);
/* True: every one of these bytes was seen. */
bool seen(const struct sonde_rx *rx, const uint8_t *at, size_t count);
/* Parses a received packet and fails the test where it is not whole and sound. */
struct sn_packet parsed(const struct sonde_rx *rx);

#endif
