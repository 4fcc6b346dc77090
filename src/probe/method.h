/* SPDX-License-Identifier: MIT */
/* What a probe method is: a row of functions over bytes, and nothing else. */
#ifndef SN_PROBE_METHOD_H
#define SN_PROBE_METHOD_H

#include "base/seal.h"
#include "packet/fragment.h"
#include "probe/ident.h"

#include <sonde/event.h>
#include <sonde/probe.h>

/* What stays the same in one trace: chosen once, from the trace's cfg and its secret. */
struct sn_flow {
	struct sonde_addr src, dst;
	uint16_t sport, dport; /* dport: the IP protocol, where the method takes one */
	uint16_t icmp_id;      /* secret */
	uint16_t checksum;     /* ICMP: held constant, since some balancers hash it; secret */
	struct sonde_seal seal;
	uint32_t flow_label;   /* IPv6 */
	uint8_t tos;
	uint8_t tcp_flags;     /* TCP; 0: SYN */
	uint8_t tcp_options, wscale; /* TCP: enum sonde_tcp_option, 0: the usual ones */
	uint16_t mss;
	uint8_t payload;       /* UDP, TCP: enum sonde_payload */
	const struct sonde_carried *carried;  /* BYTES, TLS */
	const char *attribution;  /* NULL: none */
	bool no_df;            /* IPv4 */
	uint16_t piece_bytes;  /* longer probes leave in fragments of this length at most; 0: in one piece */
};

/* One probe. Everything that distinguishes it comes from its key. */
struct sn_probe {
	struct sn_flow flow;
	uint64_t key;          /* secret; a keyed hash over trace and serial number */
	uint32_t serial;       /* 1, 2, … within the trace */
	uint8_t ttl;
	uint16_t size_bytes;   /* whole IP packet; 0: default; never less than the method needs */
};

enum { SN_PACKET_MAX = 65535, SN_PROBE_BYTES4 = 60, SN_PROBE_BYTES6 = 80 };

/* A row of the method table. Adding a method is a file with one of these and its line in methods.c. */
struct sn_method {
	struct sonde_method_info info;
	struct sn_secret_bits secret;
	enum sn_id_field tag_field;   /* SEQ or CHECKSUM: tells the probes of a flow apart, by 8 bytes of a quote wherever that can be */
	uint8_t tcp_flags;     /* TCP: what its segments carry where the trace asks for nothing else */
	bool once_per_flow;    /* an open target answers one probe of a flow only: further queries need a flow of their own */
	/* Writes the whole IP packet and what its quote must show. w->bad: did not fit. */
	void (*build)(const struct sn_probe *probe, struct sn_writer *w, struct sn_ident *ident);
	/* What the quote of a probe built before must show, told from its tag without building it again. */
	void (*expect)(const struct sn_probe *probe, uint32_t tag, struct sn_ident *ident);
	/* What a quote of this protocol shows; false: no probe of this method. Methods that read alike name the same function, and stand
	 * side by side in the table: one search finds the probes of all of them. */
	bool (*key_of_quote)(const struct sn_quote *quote, const struct sn_seen *seen, struct sn_ident *out);
	/* What a packet shows of a probe by which this machine's own kernel takes back, at its answer, what the probe began; NULL: it never
	 * does. */
	bool (*key_of_own)(const struct sn_packet *packet, const struct sn_seen *seen, struct sn_ident *out);
	/* What a direct answer shows, and what it means; false: no answer to this method. */
	bool (*key_of_reply)(const struct sn_packet *packet, const struct sn_seen *seen, struct sn_ident *out, enum sonde_meaning *meaning);
};

/* NULL past the end. */
const struct sn_method *sn_method(size_t id);
/* The IP protocol of its probes where none is named; 0: it does not exist over that version. */
static inline uint8_t sn_method_protocol(const struct sn_method *method, uint8_t version)
{
	return version == 4 ? method->info.protocol4 : method->info.protocol6;
}
/* number: what is asked for behind its name, 0: nothing. 0: it does not exist over that version, or with that number. */
uint8_t sn_method_protocol_of(const struct sn_method *method, uint8_t version, uint16_t number);
/* The first method that speaks this protocol and no other, NULL: none. */
const struct sn_method *sn_method_of_protocol(uint16_t protocol);
/* What was seen of a probe of one could as well be of the other: only what was sent tells them apart. */
static inline bool sn_method_reads_alike(const struct sn_method *a, const struct sn_method *b)
{
	return a->key_of_quote == b->key_of_quote;
}

/* The IP id made from a key (IPv4 probes can be told apart by it, too); never 0, which the kernel would replace. */
uint16_t sn_key_ip_id(uint64_t key);
/* The id of a probe whose first eight bytes end with the lower half of this tag. Sealed its second byte belongs to that and to its first,
 * which is the key's, as the whole is without a seal. */
uint16_t sn_sealed_ip_id(const struct sonde_seal *seal, uint32_t tag, uint64_t key);
/* The key, its byte of bits 16 to 23 made such that it belongs to the three above it: numbers and payloads show all four. */
uint64_t sn_key_sealed(uint64_t key, const struct sonde_seal *seal);
/* The flow label made from a key, of those that have nothing else of it. */
uint32_t sn_key_flow_label(uint64_t key);
/* The 32-bit number made from a key. */
static inline uint32_t sn_key_seq(uint64_t key)
{
	return (uint32_t)(key >> 16);
}

/* The value of a TCP timestamp made from a key. */
static inline uint32_t sn_key_stamp(uint64_t key)
{
	return (uint32_t)(key >> 32 ^ key << 11 ^ key >> 7);
}

/* Shared by the methods: the IP header of a probe whose upper layer is upper_bytes long, and the fields of its ident that every method
 * has. The id depends on the tag, which may be known only when all else stands: it is put in last. */
void sn_probe_ip(const struct sn_probe *probe, uint8_t protocol, size_t upper_bytes, struct sn_ip *ip);
void sn_probe_expect_ip(const struct sn_probe *probe, uint8_t protocol, size_t upper_bytes, uint32_t tag, struct sn_ident *ident);
void sn_probe_put_id(struct sn_writer *w, const struct sn_ident *ident);
/* Bytes behind the IP header that size_bytes asks for, at least least_bytes. */
size_t sn_probe_upper_bytes(const struct sn_probe *probe, size_t least_bytes);
/* The length of the IP packets that a trace sends when asked_bytes are wanted: asked_bytes itself, or the first length that differs
 * because a probe needs more, or is a request that must not be longer. */
uint16_t sn_probe_bytes(const struct sonde_trace_cfg *cfg, uint16_t asked_bytes);
/* What a flow's URI takes of a payload, with a zero behind it and, where it does not begin the payload, one in front; 0: none is sent. */
size_t sn_attribution_bytes(const struct sn_flow *flow, bool begins);
/* Writes these (RFC 9511 section 4). */
void sn_probe_attribute(struct sn_writer *w, const struct sn_flow *flow, bool begins);
/* Whether bytes behind a key begin as sn_probe_attribute writes them there, by the scheme of RFC 9511 section 2.1. */
bool sn_probe_is_attribution(const uint8_t *bytes, size_t count);
/* Probes of that cfg have a place for a URI, whether or not it has one. */
bool sn_probe_takes_attribution(const struct sonde_trace_cfg *cfg);
/* Nothing behind the IP header of its probes depends on their keys. */
bool sn_probe_is_fixed(const struct sonde_trace_cfg *cfg);
/* What a cfg says of the flow; the secrets are left zero. */
void sn_flow_init(struct sn_flow *flow, const struct sonde_trace_cfg *cfg);
/* Whether these bytes, as far as there are any, begin as the pattern of sn_probe_finish does. */
bool sn_probe_is_pattern(const uint8_t *bytes, size_t count);
/* Fills up to upper_bytes behind upper_at with a pattern. False: no room, or more stands there already. */
bool sn_probe_fill(struct sn_writer *w, size_t upper_at, size_t upper_bytes);
/* The same; computes the transport checksum and puts it at checksum_at. Returns it. */
uint16_t sn_probe_finish(struct sn_writer *w, const struct sn_ip *ip, size_t upper_at, size_t upper_bytes, size_t checksum_at);

extern const struct sn_method sn_method_icmp, sn_method_udp, sn_method_udp_classic, sn_method_udplite, sn_method_tcp, sn_method_tcp_ack,
	sn_method_sctp, sn_method_dccp, sn_method_icmp_timestamp, sn_method_raw;

#endif
