/* SPDX-License-Identifier: MIT */
/* A simulated network under test: hand-made packets in, what comes back read far enough to compare. */
#ifndef SONDE_TESTS_LAB_H
#define SONDE_TESTS_LAB_H

#include "net.h"
#include "packet/ip.h"
#include "packet/transport.h"
#include "sim/sim.h"
#include "test.h"

struct lab {
	struct sn_sim *sim;
	sonde_at_ns now_at_ns;     /* instant of the next packet in */
	/* The packet that came last. */
	uint8_t bytes[65535];
	size_t length_bytes;
	sonde_at_ns at_ns;
	struct sn_ip ip;
	const uint8_t *upper;
	size_t upper_bytes;
	struct sn_tcp tcp;         /* where it is TCP */
	/* The packet sent last. */
	uint8_t sent[4096];
	size_t sent_bytes;
	struct sn_ip sent_ip;
	/* lab_expect_quote: what the packet that came last quotes. */
	struct sn_ip quoted;
	const uint8_t *quote, *quoted_upper;
	size_t quote_bytes, quoted_upper_bytes;
};

struct lab_segment {
	uint16_t sport, dport;
	uint8_t flags;
	uint32_t seq, ack;
	uint32_t stamp;     /* 0: without the option */
	size_t data_bytes;
};

void lab_open(struct lab *lab, const char *text, uint64_t seed);
void lab_open_chain(struct lab *lab, const struct sn_net_chain *chain);
void lab_close(struct lab *lab);

/* Each sends a packet with right checksums from the observer to `to` now; the result of sn_sim_inject. */
/* The checksum is put at checksum_at_bytes where the protocol is known, else zeros; 0: the bytes stay as they are. */
int lab_upper(struct lab *lab, const struct sonde_addr *to, uint8_t ttl, uint8_t protocol, const uint8_t *upper, size_t upper_bytes,
              size_t checksum_at_bytes);
int lab_echo(struct lab *lab, const struct sonde_addr *to, uint8_t ttl, uint16_t id, uint16_t seq);
int lab_udp(struct lab *lab, const struct sonde_addr *to, uint8_t ttl, uint16_t sport, uint16_t dport, size_t payload_bytes);
int lab_udp_with(struct lab *lab, const struct sonde_addr *to, uint8_t ttl, uint16_t dport, const uint8_t *payload, size_t payload_bytes);
int lab_tcp(struct lab *lab, const struct sonde_addr *to, uint8_t ttl, const struct lab_segment *segment);

/* The same of any upper layer, with these header fields: all but source and lengths. */
int lab_send(struct lab *lab, const struct sn_ip *like, const uint8_t *upper, size_t upper_bytes, size_t checksum_at_bytes);

/* Waits in virtual time for the next packet to the observer. False: none will ever come. */
bool lab_next(struct lab *lab);
/* The same, but only up to an instant. */
bool lab_next_by(struct lab *lab, sonde_at_ns by_at_ns);
/* The next packet is an ICMP error of that type and code from `from`, whose quote begins with the packet sent last. */
void lab_expect_error(struct lab *lab, const struct sonde_addr *from, uint8_t type, uint8_t code);
/* The next packet is an ICMP error from there, and its quote is read into the lab: with a right IP checksum, and a right one behind it. */
void lab_expect_quote(struct lab *lab, const struct sonde_addr *from);
/* … with a checksum behind the IP header of that state. */
void lab_expect_quote_with(struct lab *lab, const struct sonde_addr *from, enum sn_checksum_state checksum);
/* The quote is exactly the packet with that header and upper layer, whose checksums are computed here anew. */
void lab_expect_quoted(struct lab *lab, const struct sn_ip *ip, const uint8_t *upper, size_t upper_bytes, size_t checksum_at_bytes);
void lab_expect_silence(struct lab *lab);

/* Numeric text to address. */
struct sonde_addr lab_addr(const char *text);

#endif
