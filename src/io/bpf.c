/* SPDX-License-Identifier: MIT */
/* Building classic BPF programs. A raw IPv4 socket shows them the packet from its IP header on, a raw IPv6 socket from the upper-layer
 * header on (raw(7), RFC 3542 section 3). */
#include "io/bpf.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum {
	TAKE_ALL = 0x40000,       /* bytes to keep: more than any packet has */
	ICMP_TYPE_AT = 0,         /* RFC 792, RFC 4443 section 2.1 */
	PORT_DESTINATION_AT = 2,  /* of every protocol with ports */
	ICMP6_INFORMATIONAL = 128, /* types below are errors (RFC 4443 section 2.1) */
	ICMP6_ECHO_REPLY = 129,
	ICMP6_EXTENDED_ECHO_REPLY = 161, /* RFC 8335 section 3 */
};

/* Echo and timestamp reply, the messages that quote a datagram (RFC 792), and extended echo reply (RFC 8335 section 3). */
static const uint8_t icmp4_types[] = {0, 3, 4, 5, 11, 12, 14, 43};

static void add(struct sn_bpf *p, uint16_t code, uint32_t k, uint8_t jump_true, uint8_t jump_false)
{
	p->code[p->count++] = (struct sock_filter){.code = code, .k = k, .jt = jump_true, .jf = jump_false};
}

static void add_return(struct sn_bpf *p, uint32_t bytes)
{
	add(p, BPF_RET | BPF_K, bytes, 0, 0);
}

/* A := the field of `size` at that byte of the upper-layer header. A packet too short for it is dropped by the machine itself. */
static void add_load(struct sn_bpf *p, uint8_t family, uint16_t size, uint32_t at_bytes)
{
	if (family == 4) {
		add(p, BPF_LDX | BPF_B | BPF_MSH, 0, 0, 0); /* X := IHL x 4 (RFC 791 section 3.1) */
		add(p, (uint16_t)(BPF_LD | size | BPF_IND), at_bytes, 0, 0);
	} else {
		add(p, (uint16_t)(BPF_LD | size | BPF_ABS), at_bytes, 0, 0);
	}
}

/* ---- the seal ---- */

/* Where the key's word may stand, of 32 bits, whose last byte belongs to the three before (sn_key_sealed). */
struct place {
	uint8_t at_bytes;
	uint8_t more;      /* how much more than the key's word it is */
};
enum { PLACES_MAX = 5 };
/* Behind the upper-layer header of what quotes a probe over IPv6: a TCP number or four bytes of the raw method; the payload of an echo, of
 * UDP and UDP-Lite; a DCCP number; an SCTP initiate tag. No need to know which: of others one in 256 looks sealed. */
static const struct place quoted6[PLACES_MAX] = {{52, 0}, {58, 0}, {60, 0}, {64, 0}};
/* The same of direct answers, by their protocol: an echo's number and payload are not together, but the payload has it all. */
static const struct {
	uint8_t protocol;
	struct place places[PLACES_MAX];
} answers[] = {
	{IPPROTO_ICMP, {{10, 0}}},
	{IPPROTO_ICMPV6, {{10, 0}}},
	{IPPROTO_TCP, {{8, 1}, {4, 0}}},       /* what is acknowledged, behind a SYN; a reset's number */
	{IPPROTO_UDP, {{10, 0}}},              /* a payload that was sent back */
	{IPPROTO_UDPLITE, {{10, 0}}},
	{IPPROTO_SCTP, {{4, 0}}},              /* the verification tag */
	{IPPROTO_DCCP, {{20, 0}}},             /* the acknowledged number, its lower part */
};

enum {
	QUOTE_AT = 8,           /* behind the ICMP header (RFC 792, RFC 4443 section 3) */
	ID4_AT = 4, HEADER4_BYTES = 20, TAG4_AT = 6, /* the last two of a quote's first eight bytes */
	WORD = 4,
	TO_SEALED = 0xff,       /* a jump that is not yet known */
};

/* X := where the upper layer begins. */
static void add_base(struct sn_bpf *p, uint8_t family)
{
	if (family == 4)
		add(p, BPF_LDX | BPF_B | BPF_MSH, 0, 0, 0); /* IHL x 4 (RFC 791 section 3.1) */
	else
		add(p, BPF_LDX | BPF_IMM, 0, 0, 0);
}

/* Leaves the next `steps` steps out where the packet has fewer than `bytes` behind its IP header: reading past its end would drop it. */
static void add_long_enough(struct sn_bpf *p, uint8_t family, uint32_t bytes, uint8_t steps)
{
	add_base(p, family);
	add(p, BPF_LD | BPF_W | BPF_LEN, 0, 0, 0);
	add(p, BPF_ALU | BPF_SUB | BPF_X, 0, 0, 0);
	add(p, BPF_JMP | BPF_JGE | BPF_K, bytes, 0, steps);
}

/* A := the byte that belongs to the three in A. */
static void add_belongs(struct sn_bpf *p, const struct sonde_seal *seal)
{
	add(p, BPF_ALU | BPF_MUL | BPF_K, seal->factor, 0, 0);
	/* NOLINTNEXTLINE(misc-redundant-expression): two names of nought, each of which says something */
	add(p, BPF_ALU | BPF_ADD | BPF_K, seal->term, 0, 0);
	add(p, BPF_ALU | BPF_RSH | BPF_K, 24, 0, 0);
}

/* The last byte of the word there belongs to the others. */
static void add_place(struct sn_bpf *p, uint8_t family, const struct place *place, const struct sonde_seal *seal)
{
	enum { STEPS = 11 };
	add_long_enough(p, family, place->at_bytes + (uint32_t)WORD, STEPS);
	add(p, BPF_LD | BPF_W | BPF_IND, place->at_bytes, 0, 0);
	add(p, BPF_ALU | BPF_SUB | BPF_K, place->more, 0, 0);
	add(p, BPF_ST, 0, 0, 0);
	add(p, BPF_ALU | BPF_RSH | BPF_K, 8, 0, 0);
	add_belongs(p, seal);
	add(p, BPF_MISC | BPF_TAX, 0, 0, 0);
	add(p, BPF_LD | BPF_MEM, 0, 0, 0);
	add(p, BPF_ALU | BPF_AND | BPF_K, 0xff, 0, 0);
	add(p, BPF_JMP | BPF_JEQ | BPF_X, 0, TO_SEALED, 0);
}

static void add_places(struct sn_bpf *p, uint8_t family, const struct place *places, const struct sonde_seal *seal)
{
	for (size_t i = 0; i < PLACES_MAX && places[i].at_bytes; i++)
		add_place(p, family, &places[i], seal);
}

/* The second byte of the IP id of a quoted IPv4 probe belongs to its first, and to the last two of the eight that every quote has. */
static void add_quoted4(struct sn_bpf *p, const struct sonde_seal *seal)
{
	enum { TAG_AT = QUOTE_AT + HEADER4_BYTES + TAG4_AT, STEPS = 16, NO_OPTIONS = 0x45 };
	add_long_enough(p, 4, TAG_AT + 2, STEPS);
	add(p, BPF_LD | BPF_B | BPF_IND, QUOTE_AT, 0, 0);
	add(p, BPF_JMP | BPF_JEQ | BPF_K, NO_OPTIONS, 0, STEPS - 2);
	add(p, BPF_LD | BPF_H | BPF_IND, TAG_AT, 0, 0);
	add(p, BPF_ST, 0, 0, 0);
	add(p, BPF_LD | BPF_B | BPF_IND, QUOTE_AT + ID4_AT, 0, 0);
	add(p, BPF_ALU | BPF_LSH | BPF_K, 16, 0, 0);
	add(p, BPF_LDX | BPF_MEM, 0, 0, 0);
	add(p, BPF_ALU | BPF_OR | BPF_X, 0, 0, 0);
	add_belongs(p, seal);
	add(p, BPF_ST, 0, 0, 0);
	add_base(p, 4);
	add(p, BPF_LD | BPF_B | BPF_IND, QUOTE_AT + ID4_AT + 1, 0, 0);
	add(p, BPF_LDX | BPF_MEM, 0, 0, 0);
	add(p, BPF_JMP | BPF_JEQ | BPF_X, 0, TO_SEALED, 0);
}

/* Drops what the other lane takes; what is left goes on behind. */
static void add_lane(struct sn_bpf *p, enum sn_lane lane)
{
	uint16_t tests = p->count;
	if (lane == SN_LANE_REST)
		add(p, BPF_JMP | BPF_JA, 1, 0, 0);
	add_return(p, 0);
	uint16_t sealed = (uint16_t)(lane == SN_LANE_REST ? p->count - 1 : p->count);
	for (uint16_t i = 0; i < tests; i++)
		if (p->code[i].jt == TO_SEALED)
			p->code[i].jt = (uint8_t)(sealed - i - 1);
}

/* Tests of direct answers alone; of ICMP also of those that quote. */
static void add_seal(struct sn_bpf *p, uint8_t family, uint8_t protocol, const struct sn_bpf_lane *lane)
{
	if (lane->lane == SN_LANE_ALL)
		return;
	if (protocol == IPPROTO_ICMP)
		add_quoted4(p, &lane->seal);
	if (protocol == IPPROTO_ICMPV6)
		add_places(p, family, quoted6, &lane->seal);
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
		if (answers[i].protocol == protocol)
			add_places(p, family, answers[i].places, &lane->seal);
	add_lane(p, lane->lane);
}

/* ---- types and ports ---- */

static void add_take_equal(struct sn_bpf *p, uint32_t value, uint32_t take_bytes)
{
	add(p, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
	add_return(p, take_bytes);
}

void sn_bpf_icmp(uint8_t family, const struct sn_bpf_lane *lane, struct sn_bpf *out)
{
	*out = (struct sn_bpf){0};
	add_seal(out, family, family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6, lane);
	add_load(out, family, BPF_B, ICMP_TYPE_AT);
	if (family == 4) {
		for (size_t i = 0; i < sizeof icmp4_types; i++)
			add_take_equal(out, icmp4_types[i], TAKE_ALL);
	} else {
		add_take_equal(out, ICMP6_ECHO_REPLY, TAKE_ALL);
		add_take_equal(out, ICMP6_EXTENDED_ECHO_REPLY, TAKE_ALL);
		add(out, BPF_JMP | BPF_JGE | BPF_K, ICMP6_INFORMATIONAL, 1, 0);
		add_return(out, TAKE_ALL);
	}
	add_return(out, 0);
}

static void add_take_range(struct sn_bpf *p, const uint16_t *ports, size_t count, uint32_t take_bytes)
{
	uint16_t low = ports[0], high = ports[0];
	for (size_t i = 1; i < count; i++) {
		low = ports[i] < low ? ports[i] : low;
		high = ports[i] > high ? ports[i] : high;
	}
	add(p, BPF_JMP | BPF_JGE | BPF_K, low, 0, 2);
	add(p, BPF_JMP | BPF_JGT | BPF_K, high, 1, 0);
	add_return(p, take_bytes);
}

/* The end of a program: takes what has one of the ports in A. */
static void add_ports(struct sn_bpf *p, const uint16_t *ports, size_t count, uint32_t take_bytes)
{
	if (count > SN_BPF_PORTS_MAX) {
		add_take_range(p, ports, count, take_bytes);
	} else {
		for (size_t i = 0; i < count; i++)
			add_take_equal(p, ports[i], take_bytes);
	}
	add_return(p, 0);
}

void sn_bpf_ports(uint8_t family, uint8_t protocol, const uint16_t *ports, size_t count, const struct sn_bpf_lane *lane,
                  struct sn_bpf *out)
{
	*out = (struct sn_bpf){0};
	if (count > 0)
		add_seal(out, family, protocol, lane);
	if (count > 0)
		add_load(out, family, BPF_H, PORT_DESTINATION_AT);
	add_ports(out, ports, count, TAKE_ALL);
}

/* A step of the program for interfaces, with names in place of distances. */
enum label { NEXT, IN6, ICMP4, ICMP6, PORT4, PORT6, OUT, OUT6, DROP, TAKE, PORTS };
struct step {
	uint8_t label;    /* NEXT: nobody jumps here */
	uint16_t code;
	uint32_t k;
	uint8_t yes, no;  /* labels; of JA only yes */
};

enum {
	HEADER6_BYTES = 40,   /* RFC 8200 section 3; behind extension headers nothing is looked for */
	PROTOCOL4_AT = 9, PROTOCOL6_AT = 6,
	PORT_SOURCE_AT = 0, TCP_FLAGS_AT = 13, TCP_RST = 4,
	LOAD_BYTE = BPF_LD | BPF_B | BPF_ABS, LOAD_HALF = BPF_LD | BPF_H | BPF_ABS, LOAD_WORD = BPF_LD | BPF_W | BPF_ABS,
	BEHIND_BYTE = BPF_LD | BPF_B | BPF_IND, BEHIND_HALF = BPF_LD | BPF_H | BPF_IND, HEADER4 = BPF_LDX | BPF_B | BPF_MSH,
	EQUAL = BPF_JMP | BPF_JEQ | BPF_K, LEAST = BPF_JMP | BPF_JGE | BPF_K, BITS = BPF_JMP | BPF_JSET | BPF_K, GO = BPF_JMP | BPF_JA,
	GIVE = BPF_RET | BPF_K,
};

static const struct step interface_steps[] = {
	{NEXT, LOAD_WORD, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE), NEXT, NEXT},
	{NEXT, EQUAL, PACKET_OUTGOING, OUT, NEXT},
	{NEXT, EQUAL, PACKET_HOST, NEXT, DROP},
	{NEXT, LOAD_WORD, (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL), NEXT, NEXT},
	{NEXT, EQUAL, ETH_P_IPV6, IN6, NEXT},
	{NEXT, EQUAL, ETH_P_IP, NEXT, DROP},
	{NEXT, HEADER4, 0, NEXT, NEXT},
	{NEXT, LOAD_BYTE, PROTOCOL4_AT, NEXT, NEXT},
	{NEXT, EQUAL, IPPROTO_ICMP, ICMP4, NEXT},
	{NEXT, EQUAL, IPPROTO_TCP, PORT4, NEXT},
	{NEXT, EQUAL, IPPROTO_UDP, PORT4, NEXT},
	{NEXT, EQUAL, IPPROTO_UDPLITE, PORT4, NEXT},
	{NEXT, EQUAL, IPPROTO_SCTP, PORT4, NEXT},
	{NEXT, EQUAL, IPPROTO_DCCP, PORT4, DROP},
	{PORT4, BEHIND_HALF, PORT_DESTINATION_AT, NEXT, NEXT},
	{NEXT, GO, 0, PORTS, NEXT},
	{ICMP4, BEHIND_BYTE, ICMP_TYPE_AT, NEXT, NEXT},
	{NEXT, EQUAL, 0, TAKE, NEXT}, /* as icmp4_types, but for what no trace asks */
	{NEXT, EQUAL, 11, TAKE, NEXT},
	{NEXT, EQUAL, 12, TAKE, NEXT},
	{NEXT, EQUAL, 14, TAKE, NEXT},
	{NEXT, LEAST, 6, DROP, NEXT},
	{NEXT, LEAST, 3, TAKE, DROP},
	{IN6, LOAD_BYTE, PROTOCOL6_AT, NEXT, NEXT},
	{NEXT, EQUAL, IPPROTO_ICMPV6, ICMP6, NEXT},
	{NEXT, EQUAL, IPPROTO_TCP, PORT6, NEXT},
	{NEXT, EQUAL, IPPROTO_UDP, PORT6, NEXT},
	{NEXT, EQUAL, IPPROTO_UDPLITE, PORT6, NEXT},
	{NEXT, EQUAL, IPPROTO_SCTP, PORT6, NEXT},
	{NEXT, EQUAL, IPPROTO_DCCP, PORT6, DROP},
	{PORT6, LOAD_HALF, HEADER6_BYTES + PORT_DESTINATION_AT, NEXT, NEXT},
	{NEXT, GO, 0, PORTS, NEXT},
	{ICMP6, LOAD_BYTE, HEADER6_BYTES + ICMP_TYPE_AT, NEXT, NEXT},
	{NEXT, EQUAL, ICMP6_ECHO_REPLY, TAKE, NEXT},
	{NEXT, LEAST, ICMP6_INFORMATIONAL, DROP, TAKE},
	{OUT, LOAD_WORD, (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL), NEXT, NEXT},
	{NEXT, EQUAL, ETH_P_IPV6, OUT6, NEXT},
	{NEXT, EQUAL, ETH_P_IP, NEXT, DROP},
	{NEXT, HEADER4, 0, NEXT, NEXT},
	{NEXT, LOAD_BYTE, PROTOCOL4_AT, NEXT, NEXT},
	{NEXT, EQUAL, IPPROTO_TCP, NEXT, DROP},
	{NEXT, BEHIND_BYTE, TCP_FLAGS_AT, NEXT, NEXT},
	{NEXT, BITS, TCP_RST, NEXT, DROP},
	{NEXT, BEHIND_HALF, PORT_SOURCE_AT, NEXT, NEXT},
	{NEXT, GO, 0, PORTS, NEXT},
	{OUT6, LOAD_BYTE, PROTOCOL6_AT, NEXT, NEXT},
	{NEXT, EQUAL, IPPROTO_TCP, NEXT, DROP},
	{NEXT, LOAD_BYTE, HEADER6_BYTES + TCP_FLAGS_AT, NEXT, NEXT},
	{NEXT, BITS, TCP_RST, NEXT, DROP},
	{NEXT, LOAD_HALF, HEADER6_BYTES + PORT_SOURCE_AT, NEXT, NEXT},
	{NEXT, GO, 0, PORTS, NEXT},
	{DROP, GIVE, 0, NEXT, NEXT},
	{TAKE, GIVE, SN_BPF_SNAP_BYTES, NEXT, NEXT},
};
enum { INTERFACE_STEPS = sizeof interface_steps / sizeof *interface_steps };

/* How many instructions to leave out from step `from` to reach a label. PORTS stands behind the table. */
static uint8_t distance(size_t from, uint8_t label)
{
	size_t to = from + 1;
	while (label != NEXT && to < INTERFACE_STEPS && interface_steps[to].label != label)
		to++;
	return (uint8_t)(to - from - 1);
}

void sn_bpf_interface(const uint16_t *ports, size_t count, struct sn_bpf *out)
{
	*out = (struct sn_bpf){0};
	for (size_t i = 0; i < INTERFACE_STEPS; i++) {
		const struct step *step = &interface_steps[i];
		if (step->code == GO)
			add(out, step->code, distance(i, step->yes), 0, 0);
		else
			add(out, step->code, step->k, distance(i, step->yes), distance(i, step->no));
	}
	add_ports(out, ports, count, SN_BPF_SNAP_BYTES);
}

int sn_bpf_attach(int fd, const struct sn_bpf *program)
{
	struct sn_bpf copy = *program; /* the kernel's structure wants a pointer without const */
	struct sock_fprog fprog = {.len = copy.count, .filter = copy.code};
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &fprog, sizeof fprog) != 0 ? errno : 0;
}

int sn_bpf_lock(int fd)
{
	int on = 1, is = 0;
	socklen_t bytes = sizeof is;
	if (setsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &on, sizeof on) != 0 || getsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &is, &bytes) != 0)
		return errno;
	return is ? 0 : EPERM;
}
