/* SPDX-License-Identifier: MIT */
/* Captures: read from pcap and pcapng files, written as pcap. Behind it: libpcap, which a build may leave out. */
#ifndef SN_EXT_PCAP_H
#define SN_EXT_PCAP_H

#include <sonde/base.h>

/* A record of a capture. bytes are valid until the next record is read. */
struct sn_captured {
	sonde_at_ns at_ns;       /* since 1970; what no such number can hold is its nearest bound */
	uint32_t link_type;      /* libpcap's DLT_ value */
	const uint8_t *bytes;
	size_t captured_bytes;
	size_t whole_bytes;      /* on the link: more than captured where a snap length cut it */
};

struct sn_pcap_in;

/* Opens a capture, "-" for standard input, and reads nothing of it. *out is the caller's to close. SONDE_E_FILE, SONDE_E_UNSUPPORTED (built
 * without libpcap), SONDE_E_NOMEM. */
int sn_pcap_open(struct sn_pcap_in **out, const char *file, struct sonde_error *err) SONDE_MUST_USE;
/* 1: *out filled; 0: the end; SONDE_E_FORMAT: what follows cannot be read, *err says why. */
int sn_pcap_next(struct sn_pcap_in *in, struct sn_captured *out, struct sonde_error *err) SONDE_MUST_USE;
/* NULL is fine. */
void sn_pcap_close(struct sn_pcap_in *in);

struct sn_pcap_out;

/* Creates or empties a file for whole IP packets (link type raw IP, nanoseconds). The same errors. */
int sn_pcap_create(struct sn_pcap_out **out, const char *file, struct sonde_error *err) SONDE_MUST_USE;
/* wall_ns: since 1970. An empty record, with no bytes, says that nothing came up to then. */
void sn_pcap_write(struct sn_pcap_out *out, int64_t wall_ns, const uint8_t *bytes, size_t length_bytes);
/* Writes what is left, and closes. SONDE_E_FILE: not everything was written. NULL is fine. */
int sn_pcap_finish(struct sn_pcap_out *out, struct sonde_error *err) SONDE_MUST_USE;

#endif
