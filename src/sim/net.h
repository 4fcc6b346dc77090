/* SPDX-License-Identifier: MIT */
/* The network as a .net file describes it: nodes, links, addresses, routes, filters and names. Nothing here changes once it is read. */
#ifndef SN_SIM_NET_H
#define SN_SIM_NET_H

#include "sim/extension.h"
#include "sim/interface.h"

#include <sonde/base.h>

#define SN_SIM_NONE UINT32_MAX
#define SN_SIM_ALL_PPM 1000000

/* Bounds: a file beyond them is refused, so that memory has a limit. */
enum {
	SN_SIM_NAME_BYTES = 64,
	SN_SIM_NODES_MAX = 4096,
	SN_SIM_LINKS_MAX = 16384,
	SN_SIM_RULES_MAX = 65536,      /* routes, filters, rewritings, names, addresses: each */
	SN_SIM_FIB_MAX = 16 << 20,     /* nodes x prefixes */
	SN_SIM_RANGES_MAX = 16,        /* ranges in one port list */
	SN_SIM_VIA_MAX = 16,           /* next hops of one route */
};

/* From the first instant up to, not including, the second. {0, 0} is never. */
struct sn_sim_window {
	sonde_at_ns from_at_ns, until_at_ns;
};

struct sn_sim_ports {
	uint8_t count;
	struct {
		uint16_t first, last;
	} range[SN_SIM_RANGES_MAX];
};

struct sn_sim_prefix {
	struct sonde_addr addr;   /* bits behind the length are zero */
	uint8_t length_bits;
};

enum sn_sim_kind {
	SN_SIM_OBSERVER = 1,
	SN_SIM_ROUTER = 2,
	SN_SIM_HOST = 4,
};

/* Which of its addresses a router writes its ICMP errors from. */
enum sn_sim_answer_from {
	SN_SIM_FROM_LINUX,   /* IPv4: BACK, IPv6: IN */
	SN_SIM_FROM_BACK,    /* the interface that the answer leaves by */
	SN_SIM_FROM_IN,      /* the interface that the packet came in by */
	SN_SIM_FROM_ADDRESS, /* the first one of its own `address=` */
};

/* How much of a packet an ICMP error quotes. */
#define SN_SIM_QUOTE_LINUX UINT32_MAX  /* what fits into 576 (RFC 1812 section 4.3.2.3) or 1280 bytes (RFC 4443 section 2.4 c) */
#define SN_SIM_QUOTE_FULL (UINT32_MAX - 1)

/* What became of the length and the checksum of an IPv4 header before it was quoted: what old stacks leave there. */
enum sn_sim_quote_length { SN_SIM_LENGTH_AS_SENT, SN_SIM_LENGTH_HOST_ORDER, SN_SIM_LENGTH_MINUS_HEADER };
enum sn_sim_quote_checksum { SN_SIM_CHECKSUM_MENDED, SN_SIM_CHECKSUM_STALE, SN_SIM_CHECKSUM_ZERO };

struct sn_sim_node {
	char name[SN_SIM_NAME_BYTES];
	unsigned line;                  /* that declares it */
	enum sn_sim_kind kind;
	bool silent;                    /* sends no ICMP errors */
	bool echo;                      /* answers echo requests */
	bool timestamp;                 /* answers ICMP timestamp requests */
	bool kernel;                    /* observer: its own kernel is simulated, too */
	bool rp_filter;                 /* observer: takes IPv4 only by the interface that it sends by to the source (RFC 3704) */
	bool policy_routed;             /* observer: an application's packets take another way than injected ones */
	bool icmp_per_node;             /* the limiter below is one for all destinations */
	uint8_t reply_ttl;              /* TTL of everything it sends itself */
	enum sn_sim_answer_from answer_from;
	struct sonde_addr answer_as;    /* source of its ICMP errors, before answer_from; family 0: none */
	uint32_t garble_ppm;            /* share of its ICMP errors that quote other bytes than it got */
	uint32_t quote_bytes;           /* behind the IP header, or one of SN_SIM_QUOTE_* */
	struct sn_sim_told told;        /* about its interfaces, to who asks */
	struct sn_sim_extension extension;  /* behind the quotes of its ICMP errors */
	uint32_t quote_pad_bytes;       /* quotes are filled up with zeroes to so many bytes */
	enum sn_sim_quote_length quote_length;
	enum sn_sim_quote_checksum quote_checksum;
	bool fragments;                 /* cuts IPv4 packets without DF that are too long; else they pass whole */
	sonde_ns icmp_cost_ns;          /* one ICMP error each so often; 0: no limit */
	uint32_t icmp_burst;
	sonde_ns answer_delay_ns;       /* it thinks so long before it answers */
	sonde_ns rst_delay_ns;          /* observer: its kernel waits so long with a RST */
	struct sn_sim_window down;
	struct sn_sim_ports tcp_open, tcp_filtered, udp_open, udp_filtered;
	struct sn_sim_ports udplite_open, sctp_open, dccp_open;  /* without any the kernel does not know the protocol */
	struct sn_sim_ports udplite_filtered, sctp_filtered, dccp_filtered;
	struct sonde_addr own[2];       /* first IPv4, first IPv6 address on no link; family 0: none */
	uint32_t first_iface, iface_count;    /* in net->ifaces_by_node */
	uint32_t first_route, route_count;    /* in net->routes */
	uint32_t first_filter, filter_count;  /* in net->filters */
	uint32_t first_rewrite, rewrite_count;  /* in net->rewrites */
};

/* One way of a link. */
struct sn_sim_direction {
	sonde_ns delay_ns;
	sonde_ns jitter_ns;             /* up to so much more, uniformly; never overtakes */
	uint32_t loss_ppm;
	uint64_t loss_mask;             /* packet number n is lost where bit n mod 64 is set */
	uint32_t duplicate_ppm;
	uint32_t reorder_ppm;
	sonde_ns reorder_by_ns;         /* a reordered packet is held back so long; 0: the delay, at least 1 ms */
	uint32_t mtu_bytes;
	uint32_t mtu_said_bytes;        /* what who does not get a packet through says of that; SN_SIM_NONE: the truth */
};

/* A link joins two interfaces: number 2 x link is its first end's, 2 x link + 1 its second end's. */
struct sn_sim_link {
	struct sn_sim_direction way[2]; /* way[0]: what the first end sends */
	bool mtu_silent;                /* what is too large for it vanishes without a word */
	struct sn_sim_window down;
};

/* The way that leaves by an interface. */
#define SN_SIM_WAY(net, iface) (&(net)->links[(iface) / 2].way[(iface) & 1u])

struct sn_sim_iface {
	uint32_t node;
	struct sonde_addr addr[2];      /* first IPv4, first IPv6 address; family 0: none */
};

struct sn_sim_address {
	struct sonde_addr addr;
	struct sn_sim_prefix prefix;
	uint32_t node;
	uint32_t iface;                 /* SN_SIM_NONE: the node's own, on no link */
	uint32_t order;                 /* in the file */
};

enum sn_sim_route_kind {
	SN_SIM_ROUTE_VIA,
	SN_SIM_ROUTE_UNREACHABLE,       /* answers net-unreachable */
	SN_SIM_ROUTE_PROHIBIT,          /* answers admin-prohibited */
	SN_SIM_ROUTE_BLACKHOLE,         /* says nothing */
};

enum sn_sim_balance {
	SN_SIM_BALANCE_FLOW,            /* addresses, protocol, ports; ICMP echo: id and checksum */
	SN_SIM_BALANCE_LABEL,           /* the same and the IPv6 flow label */
	SN_SIM_BALANCE_DESTINATION,     /* destination address only */
	SN_SIM_BALANCE_PACKET,          /* each packet anew */
};

struct sn_sim_route {
	uint32_t node, order;
	struct sn_sim_prefix to;
	enum sn_sim_route_kind kind;
	enum sn_sim_balance balance;
	uint8_t via_count;
	uint32_t via[SN_SIM_VIA_MAX];   /* interfaces of this node */
	struct sn_sim_window at;
};

enum sn_sim_action { SN_SIM_ACCEPT, SN_SIM_DROP, SN_SIM_REJECT, SN_SIM_INTERCEPT };

enum sn_sim_payload { SN_SIM_PAYLOAD_ANY, SN_SIM_PAYLOAD_DNS, SN_SIM_PAYLOAD_NTP, SN_SIM_PAYLOAD_QUIC, SN_SIM_PAYLOAD_TLS };

/* Which packets a filter or a rewriting is for. A zero field matches everything. */
struct sn_sim_match {
	bool before_ttl;                /* looks at packets as they come in, before a TTL can run out */
	bool has_protocol, echo_only;   /* echo_only: of ICMP, the echo requests */
	uint8_t protocol4, protocol6;
	uint8_t family;
	uint8_t flags_set, flags_clear; /* TCP */
	struct sn_sim_ports sport, dport;
	struct sn_sim_ports length;     /* of the whole IP packet, in bytes */
	bool has_dscp;
	uint8_t dscp;
	uint8_t df;                     /* IPv4: 1 set, 2 not set */
	enum sn_sim_payload payload;    /* UDP; TLS: TCP */
	struct sn_sim_prefix src, dst;  /* family 0: all */
	uint32_t from_node;             /* neighbour that the packet came from; SN_SIM_NONE: any */
	struct sn_sim_window at;
};

/* Where a rule stands: whose it is, and its number in the file. The first member of each. */
struct sn_sim_place {
	uint32_t node, order;
};

struct sn_sim_filter {
	struct sn_sim_place place;
	enum sn_sim_action action;
	const struct sn_sim_reject *reject;  /* REJECT */
	struct sn_sim_match match;
};

/* What a translator does to the packet that an ICMP error quotes on its way back (RFC 5508 section 4). */
enum sn_sim_nat_quote {
	SN_SIM_NAT_QUOTE_FULL,          /* all as it was sent, as RFC 5508 wants it */
	SN_SIM_NAT_QUOTE_IP_ONLY,       /* the addresses only */
	SN_SIM_NAT_QUOTE_STALE,         /* all but the transport checksum */
	SN_SIM_NAT_QUOTE_NONE,
};

/* What a router changes in the packets that it passes on: a row of the table in rewrite.c with its value. */
struct sn_sim_rewrite {
	struct sn_sim_place place;
	const struct sn_sim_rewrite_kind *kind;
	uint32_t value;                 /* what it means is the kind's own */
	struct sonde_addr addr;         /* translators: the new address; family 0: the old one stays */
	bool masquerade;                /* … the address of the interface it leaves by */
	uint16_t first_port, last_port; /* … the new port or echo id; 0: the old one stays where it can */
	enum sn_sim_nat_quote quote;
	uint32_t share_ppm;             /* so many of the packets that match */
	struct sn_sim_match match;
};

/* What an ICMP error says, in both families. */
struct sn_sim_message {
	uint8_t type4, code4, type6, code6;
};

/* A way to reject: a row of a table. */
struct sn_sim_reject {
	const char *name;
	bool tcp_reset;                 /* else: the message */
	struct sn_sim_message message;
};

struct sn_sim_name {
	char text[256];
	struct sonde_addr addr;
};

struct sn_sim_net {
	struct sn_sim_node *nodes;
	struct sn_sim_link *links;
	struct sn_sim_iface *ifaces;        /* 2 x link_count */
	struct sn_sim_address *addresses;   /* sorted by address once complete */
	struct sn_sim_route *routes;        /* by node, longest prefix first */
	struct sn_sim_filter *filters;      /* by node, in order of the file */
	struct sn_sim_rewrite *rewrites;    /* the same */
	struct sn_sim_name *names;
	size_t node_count, link_count, address_count, route_count, filter_count, rewrite_count, name_count;
	uint32_t observer;
	uint32_t *ifaces_by_node;           /* 2 x link_count interface numbers */
	struct sn_sim_prefix *prefixes;     /* all that anyone has, IPv4 before IPv6, longest first */
	size_t prefix_count;
	uint32_t *fib;                      /* [prefix x node_count + node]: interface to leave by, SN_SIM_NONE */
};

/* Frees what the net holds. */
void sn_sim_net_finish(struct sn_sim_net *net);
/* Appends a zeroed element to an array of a net: *array grows, *count counts. NULL: out of memory, or max elements are there. */
void *sn_sim_grow(void *array, size_t *count, size_t element_bytes, size_t max_count);
/* Sorts, links and computes the routes after the last declaration. 0, SONDE_E_NOMEM, SONDE_E_RANGE (too many nodes times prefixes). */
int sn_sim_net_complete(struct sn_sim_net *net) SONDE_MUST_USE;

/* Order by family, then bytes: negative, 0, positive. */
int sn_sim_addr_compare(const struct sonde_addr *a, const struct sonde_addr *b);
/* Index of a node, SN_SIM_NONE. */
uint32_t sn_sim_node_find(const struct sn_sim_net *net, const char *name);
/* Index of an address in a complete net, SN_SIM_NONE: nobody's. */
uint32_t sn_sim_address_find(const struct sn_sim_net *net, const struct sonde_addr *addr);
/* Index of the longest computed prefix that covers addr in a complete net, SN_SIM_NONE. */
uint32_t sn_sim_prefix_find(const struct sn_sim_net *net, const struct sonde_addr *addr);
/* The node's own address of a family, else the first one on a link; NULL: none. */
const struct sonde_addr *sn_sim_node_addr(const struct sn_sim_net *net, uint32_t node, uint8_t family);

bool sn_sim_prefix_covers(const struct sn_sim_prefix *prefix, const struct sonde_addr *addr);
/* Clears the bits behind the length. */
void sn_sim_prefix_trim(struct sn_sim_prefix *prefix);
bool sn_sim_window_holds(const struct sn_sim_window *window, sonde_at_ns at_ns);
bool sn_sim_ports_hold(const struct sn_sim_ports *ports, uint16_t port);

#endif
