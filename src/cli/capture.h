/* SPDX-License-Identifier: MIT */
/* What a run sends and receives, on its way to a file (--write-capture) and to whoever looks at it (--detail). */
#ifndef SN_CLI_CAPTURE_H
#define SN_CLI_CAPTURE_H

#include "cli/detail.h"
#include "ext/pcap.h"
#include "session/tee.h"

/* {0} is none. Must stay where it is until sn_capture_finish. */
struct sn_capture {
	struct sn_tee *tee;
	struct sn_pcap_out *out;  /* NULL: no file */
	struct sn_detail detail;
	const struct sonde_wire *wire; /* the run's own */
	struct sonde_clock *clock;
	int64_t wall_zero_ns;  /* the wall clock, since 1970, at instant 0: one for all packets, or times between them would be off */
};

/* Creates the file. */
int sn_capture_open(struct sn_capture *capture, const char *file, struct sonde_error *err) SONDE_MUST_USE;
/* The wire to be used in place of this one: itself where nothing is captured. NULL: out of memory. wire and clock are borrowed. */
struct sonde_wire *sn_capture_wire(struct sn_capture *capture, struct sonde_wire *wire, struct sonde_clock *clock);
/* What still waits for the kernel's stamp is told: the detail has all packets then. */
void sn_capture_flush(struct sn_capture *capture);
/* Says in the file that all probes up to now were one round of --repeat, or one ask of --investigate: an empty record. */
void sn_capture_round(struct sn_capture *capture);
/* Says in the file until when the run listened, and closes it. A negative enum sonde_err: not all of it was written. */
int sn_capture_finish(struct sn_capture *capture, struct sonde_error *err) SONDE_MUST_USE;

#endif
