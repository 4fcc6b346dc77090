/* SPDX-License-Identifier: MIT */
/* Classic BPF programs for receive sockets: type, port and seal. Near misses and forgeries must reach us, for they are counted; other
 * people's traffic must not, for it costs. The protocol is the socket's own. */
#ifndef SN_IO_BPF_H
#define SN_IO_BPF_H

#include <sonde/wire.h>

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SN_BPF_PORTS_MAX = 64,  /* more ports than these are filtered by their covering range */
	SN_BPF_CODE_MAX = 2 * SN_BPF_PORTS_MAX + 192,
	/* Of a packet seen at an interface: all of an ICMP error (RFC 1812 section 4.3.2.3, RFC 4443 section 2.4). */
	SN_BPF_SNAP_BYTES = 1536,
};

struct sn_bpf {
	uint16_t count;
	struct sock_filter code[SN_BPF_CODE_MAX];
};

/* Which of what comes in one socket takes: with two there is one for what bears the seal, as unaltered answers do (and of 256
 * guesses a few), and one for the rest, whose buffer a flood may fill. */
enum sn_lane { SN_LANE_ALL, SN_LANE_SEALED, SN_LANE_REST };
struct sn_bpf_lane {
	enum sn_lane lane;
	struct sonde_seal seal;
};

/* Errors and echo replies of a raw ICMP (family 4) or ICMPv6 (family 6) socket. */
void sn_bpf_icmp(uint8_t family, const struct sn_bpf_lane *lane, struct sn_bpf *out);
/* A protocol with ports, to one of these. count 0: nothing passes. */
void sn_bpf_ports(uint8_t family, uint8_t protocol, const uint16_t *ports, size_t count, const struct sn_bpf_lane *lane,
                  struct sn_bpf *out);
/* For a packet(7) socket of type SOCK_DGRAM: of what comes in for this machine, what the two above let through, in both families; of what
 * leaves, TCP resets from these ports. ports: held ones of TCP and UDP. */
void sn_bpf_interface(const uint16_t *ports, size_t count, struct sn_bpf *out);
/* Attaches it in place of the one before, without a gap. 0 or an errno. */
int sn_bpf_attach(int fd, const struct sn_bpf *program);
/* Nobody, not even this process, can take it off or change it any more, which is read back. 0 or an errno. */
int sn_bpf_lock(int fd);

#endif
