/* SPDX-License-Identifier: MIT */
/* What the raw wire's kernel tests share: a client behind two real routers and a server, packets made by hand, and waiting for answers.
 *
 *   client --10.1/fd01-- r1 --10.2/fd02-- r2 --10.3/fd03-- server
 *   client --10.4/fd04-------------------- r2               (used by policy routes only)
 *
 * The left end of each link is .1 (::1), the right one .2 (::2); the client's devices are c0 and c1. */
#ifndef SONDE_TESTS_RAW_LAB_H
#define SONDE_TESTS_RAW_LAB_H

#include "test.h"

#include "io/wires.h"
#include "netns.h"

enum raw_node { CLIENT, R1, R2, SERVER, NODE_COUNT };
enum { ANSWER_WAIT_MS = 5000 }; /* an upper bound; an answer takes microseconds */

extern struct netns_lab raw_lab;

/* Builds the network; the process is in the client afterwards. False: it cannot be built here, the reason is on stderr. */
bool raw_lab_begin(const char *const *tools);

struct probe {
	struct sonde_addr src, dst;
	uint8_t protocol;     /* IPPROTO_… of the family */
	uint8_t ttl;
	uint16_t sport, dport;  /* ICMP: identifier and sequence number */
	uint64_t identity;    /* goes into the payload (UDP, ICMP) or the sequence number (TCP SYN); its low 16 bits into the IPv4 id */
	uint16_t payload_bytes; /* at least 8 where there is a payload; 0: 8 */
	bool df;                /* IPv4 */
};

/* Writes the packet with right checksums; its length. */
size_t probe_write(const struct probe *probe, uint8_t *out, size_t capacity_bytes);
/* Builds and sends; the errno of send. */
int probe_send(struct sonde_wire *wire, const struct probe *probe, uint64_t token, sonde_at_ns *sent_at_ns);

struct sonde_addr addr_of(const char *text);
struct sonde_wire *open_wire(void);
/* … which also holds that source port, of each protocol; 0: none. */
struct sonde_wire *open_wire_with_port(uint16_t port);
/* Source and held port of a probe's flow; the test fails where there is no route. */
struct sonde_route ask_route(struct sonde_wire *wire, struct probe *probe);

/* Waits for the next thing the wire tells. Fails the test where nothing comes. */
void next_rx(struct sonde_wire *wire, struct sonde_rx *out);
/* The next thing of that kind; everything before it is looked away from. */
void next_rx_of(struct sonde_wire *wire, enum sonde_rx_kind kind, struct sonde_rx *out);
/* The outer source, protocol, and the first bytes (type and code) behind the outer header. */
struct outer {
	struct sonde_addr src, dst;
	uint8_t protocol, ttl, type, code;
	const uint8_t *quote;  /* behind 8 bytes of upper-layer header */
	size_t quote_bytes;
};
struct outer outer_of(const struct sonde_rx *rx);

sonde_at_ns mono_now(void);

#endif
