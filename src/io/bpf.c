/* SPDX-License-Identifier: MIT */
/* Building classic BPF programs. A raw IPv4 socket shows them the packet from its IP header on, a raw IPv6 socket from the upper-layer
 * header on (raw(7), RFC 3542 section 3). */
#include "io/bpf.h"

#include <errno.h>
#include <sys/socket.h>

enum {
	TAKE_ALL = 0x40000,       /* bytes to keep: more than any packet has */
	ICMP_TYPE_AT = 0,         /* RFC 792, RFC 4443 section 2.1 */
	PORT_DESTINATION_AT = 2,  /* RFC 768, RFC 9293 section 3.1 */
	ICMP6_INFORMATIONAL = 128, /* types below are errors (RFC 4443 section 2.1) */
	ICMP6_ECHO_REPLY = 129,
};

/* Echo reply, and the messages that quote a datagram (RFC 792). */
static const uint8_t icmp4_types[] = {0, 3, 4, 5, 11, 12};

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

static void add_take_equal(struct sn_bpf *p, uint32_t value)
{
	add(p, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
	add_return(p, TAKE_ALL);
}

void sn_bpf_icmp(uint8_t family, struct sn_bpf *out)
{
	*out = (struct sn_bpf){0};
	add_load(out, family, BPF_B, ICMP_TYPE_AT);
	if (family == 4) {
		for (size_t i = 0; i < sizeof icmp4_types; i++)
			add_take_equal(out, icmp4_types[i]);
	} else {
		add_take_equal(out, ICMP6_ECHO_REPLY);
		add(out, BPF_JMP | BPF_JGE | BPF_K, ICMP6_INFORMATIONAL, 1, 0);
		add_return(out, TAKE_ALL);
	}
	add_return(out, 0);
}

static void add_take_range(struct sn_bpf *p, const uint16_t *ports, size_t count)
{
	uint16_t low = ports[0], high = ports[0];
	for (size_t i = 1; i < count; i++) {
		low = ports[i] < low ? ports[i] : low;
		high = ports[i] > high ? ports[i] : high;
	}
	add(p, BPF_JMP | BPF_JGE | BPF_K, low, 0, 2);
	add(p, BPF_JMP | BPF_JGT | BPF_K, high, 1, 0);
	add_return(p, TAKE_ALL);
}

void sn_bpf_ports(uint8_t family, const uint16_t *ports, size_t count, struct sn_bpf *out)
{
	*out = (struct sn_bpf){0};
	if (count > 0)
		add_load(out, family, BPF_H, PORT_DESTINATION_AT);
	if (count > SN_BPF_PORTS_MAX) {
		add_take_range(out, ports, count);
	} else {
		for (size_t i = 0; i < count; i++)
			add_take_equal(out, ports[i]);
	}
	add_return(out, 0);
}

int sn_bpf_attach(int fd, const struct sn_bpf *program)
{
	struct sn_bpf copy = *program; /* the kernel's structure wants a pointer without const */
	struct sock_fprog fprog = {.len = copy.count, .filter = copy.code};
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &fprog, sizeof fprog) != 0 ? errno : 0;
}
