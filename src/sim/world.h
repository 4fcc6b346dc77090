/* SPDX-License-Identifier: MIT */
/* The running network: packets under way, the state of links, nodes and TCP endpoints, and what the simulator's files ask of each other. */
#ifndef SN_SIM_WORLD_H
#define SN_SIM_WORLD_H

#include "base/heap.h"
#include "base/rng.h"
#include "packet/ip.h"
#include "sim/limit.h"
#include "sim/net.h"
#include "sim/sim.h"

enum {
	SN_SIM_ECHO4 = 8,
	SN_SIM_ECHO_REPLY4 = 0,
	SN_SIM_TIMESTAMP = 13,
	SN_SIM_TIMESTAMP_REPLY = 14,
	SN_SIM_ECHO6 = 128,
	SN_SIM_ECHO_REPLY6 = 129,
	SN_SIM_EVENTS_MAX = 1 << 20,     /* packets and timers under way at once; more are lost */
	SN_SIM_NEIGHBOURS_MAX = 64,      /* unanswered address resolutions at once */
	SN_SIM_PACKET_MAX_BYTES = 65535,
};

/* A packet under way: its bytes and what they say. */
struct sn_sim_packet {
	struct sn_ip ip;        /* as the bytes stand now */
	uint32_t dst_address;   /* index of the address it goes to, SN_SIM_NONE: nobody's */
	uint32_t dst_prefix;    /* longest computed prefix that covers it, SN_SIM_NONE */
	uint64_t number;        /* of the observer's packet that it is or answers, 0: none */
	bool is_answer;
	bool is_back;           /* the translator that has it now has translated it back: it is no packet to translate */
	size_t length_bytes;
	uint8_t bytes[];
};

enum sn_sim_event_kind {
	SN_SIM_EV_ARRIVE,       /* a packet reaches node through iface (SN_SIM_NONE: from itself) */
	SN_SIM_EV_SEND,         /* a packet leaves the node that made it */
	SN_SIM_EV_UNRESOLVED,   /* nobody answered for the packet's next hop */
	SN_SIM_EV_TCP,          /* a TCP endpoint's timer */
};

struct sn_sim_event {
	enum sn_sim_event_kind kind;
	uint32_t node, iface;
	struct sn_sim_packet *packet;    /* owned; NULL for timers */
	uint32_t tcp, generation;        /* TCP */
	uint32_t next_free;
};

/* What one way of a link remembers. */
struct sn_sim_way {
	struct sn_rng rng;
	uint64_t sent_count;
	sonde_at_ns last_at_ns;          /* latest arrival: nothing overtakes without being asked to */
};

struct sn_sim_node_state {
	struct sn_rng rng;
	uint16_t ip_id;                  /* IPv4: one counter for all it sends without DF */
	struct sn_sim_limiter limiter;
};

struct sn_sim_neighbour {
	uint32_t node;
	struct sonde_addr addr;
	sonde_at_ns fails_at_ns;
};

struct sn_sim_tcp_table;
struct sn_sim_nat_table;
struct sn_sim_pieces;

/* What the observer's interfaces have seen: a queue of copies. */
struct sn_sim_glimpse {
	struct sn_sim_packet *packet;  /* owned */
	sonde_at_ns at_ns;
	bool outgoing;
	bool refused;                  /* by the check of its source */
};
struct sn_sim_heard {
	struct sn_sim_glimpse *items;
	size_t first, count, capacity;
};

struct sn_sim {
	struct sn_sim_net net;
	uint64_t seed;
	sonde_at_ns now_at_ns;
	struct sn_heap heap;             /* values are indexes into events */
	struct sn_sim_event *events;
	size_t event_count;
	bool starved;                    /* out of memory: something that should have happened did not */
	uint32_t free_event;
	struct sn_sim_way *ways;         /* by interface */
	struct sn_sim_node_state *nodes;
	struct sn_sim_tcp_table *tcp;
	struct sn_sim_nat_table *nat;    /* NULL: nothing has been translated */
	struct sn_sim_pieces *pieces;    /* fragments; NULL: none have come */
	struct sn_sim_neighbour neighbours[SN_SIM_NEIGHBOURS_MAX];
	size_t neighbour_next;
	struct sn_sim_heard heard;
	struct sn_sim_packet *delivered; /* owned: the packet that the observer has just got */
	struct sn_sim_counts counts;
	void (*seen)(void *ctx, const struct sn_sim_sight *sight);  /* NULL: nobody watches */
	void *seen_ctx;
	uint8_t scratch[SN_SIM_PACKET_MAX_BYTES];
};

/* Where a packet goes from a node. */
struct sn_sim_hop {
	enum sn_sim_route_kind kind;
	uint32_t iface;       /* VIA */
	bool missing;         /* VIA: on the link, but nobody there has that address */
};

/* packet.c. A copy of bytes, read; NULL: no IP packet, or out of memory (*result says which). */
struct sn_sim_packet *sn_sim_packet_new(struct sn_sim *sim, const uint8_t *bytes, size_t length_bytes, int *result);
/* Reads the bytes again after they were changed: where it goes, how long it is. */
void sn_sim_packet_reread(const struct sn_sim *sim, struct sn_sim_packet *packet);
/* The bytes behind the IP header(s), as many as there are. */
size_t sn_sim_upper(const struct sn_sim_packet *packet, const uint8_t **bytes);
/* One hop less in the header, its checksum made right again. */
void sn_sim_packet_age(struct sn_sim_packet *packet);

/* sim.c. Lets something happen at an instant; takes event->packet. When there is no room, the packet is lost, and
 * the simulation is no longer true: starved. */
int sn_sim_at(struct sn_sim *sim, sonde_at_ns at_ns, const struct sn_sim_event *event);

/* watch.c. Counts what became of a packet, and tells who watches. */
void sn_sim_note(struct sn_sim *sim, enum sn_sim_fate fate, uint32_t node, const struct sn_sim_packet *packet);

/* forward.c. The way from node to a packet's destination. False: no route. */
bool sn_sim_route(struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet, struct sn_sim_hop *out);
/* The way to an address without any packet: the first of several next hops. */
bool sn_sim_route_to(const struct sn_sim *sim, uint32_t node, const struct sonde_addr *dst, struct sn_sim_hop *out);
/* Puts a packet on the link behind an interface; takes it. */
void sn_sim_transmit(struct sn_sim *sim, uint32_t iface, struct sn_sim_packet *packet);
/* Hands a packet to its next hop, or finds that nobody is there; takes it. iface_in: SN_SIM_NONE for the node's own packets. */
void sn_sim_pass(struct sn_sim *sim, uint32_t node, uint32_t iface_in, const struct sn_sim_hop *hop, struct sn_sim_packet *packet);
/* Sends a packet that the node made; takes it. */
void sn_sim_originate(struct sn_sim *sim, uint32_t node, struct sn_sim_packet *packet);

/* ear.c. The observer's interface sees a packet; keeps a copy where that may be wanted. */
void sn_sim_see(struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet, bool outgoing, bool refused);
void sn_sim_heard_finish(struct sn_sim_heard *heard);

/* node.c. A packet has come to a node; takes it. */
void sn_sim_arrive(struct sn_sim *sim, uint32_t node, uint32_t iface, struct sn_sim_packet *packet);

/* host.c. A packet is for the node itself: answers as its stack would. */
void sn_sim_deliver(struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *packet);

/* answer.c. */
enum sn_sim_saying {
	SN_SIM_SAY_TIME_EXCEEDED,
	SN_SIM_SAY_NO_ROUTE,
	SN_SIM_SAY_PROHIBITED,
	SN_SIM_SAY_HOST_UNREACHABLE,
	SN_SIM_SAY_PORT_UNREACHABLE,
	SN_SIM_SAY_PROTOCOL_UNREACHABLE,
	SN_SIM_SAY_TOO_BIG,
};
/* The message that says it. */
const struct sn_sim_message *sn_sim_message(enum sn_sim_saying saying);
/* An ICMP error about a packet, if this node gives one now. value: the 32 bits behind the checksum (MTU, pointer). */
void sn_sim_complain(struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *about,
                     const struct sn_sim_message *message, uint32_t value);
/* A packet that a node makes: its upper layer goes behind an IP header from src to dst. */
struct sn_sim_own {
	uint32_t node;
	struct sonde_addr src, dst;
	uint8_t protocol, tos;
	bool df;
	uint64_t number;            /* of the observer's packet that it answers, 0: none */
	sonde_ns delay_ns;
	size_t checksum_at_bytes;   /* in the upper layer; 0: it is written already */
};
/* From the address that `about` was sent to back to its sender. */
struct sn_sim_own sn_sim_back(const struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *about, uint8_t protocol);
/* quote.c. What a node's stack has done to the IP header that it quotes. */
void sn_sim_quote_spoil(const struct sn_sim_node *node, uint8_t *quote, size_t quote_bytes, const struct sn_ip *ip);
void sn_sim_say(struct sn_sim *sim, const struct sn_sim_own *own, const uint8_t *upper, size_t upper_bytes);

/* sctp.c. A kernel that serves SCTP has got a packet. */
void sn_sim_sctp_deliver(struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *packet);

/* dccp.c. The same of DCCP. */
void sn_sim_dccp_deliver(struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *packet);

/* tcp.c. */
void sn_sim_tcp_deliver(struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet);
void sn_sim_tcp_timer(struct sn_sim *sim, uint32_t index, uint32_t generation);
/* The RST that answers a segment when nothing listens (RFC 9293 section 3.10.7.1), also in another's name. */
void sn_sim_tcp_refuse(struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet);
int sn_sim_tcp_new(struct sn_sim *sim) SONDE_MUST_USE;
void sn_sim_tcp_free(struct sn_sim *sim);

#endif
