/* SPDX-License-Identifier: MIT */
/* A file that is written: in the place of the one before when it is whole, or as it is. */
#ifndef SN_CLI_SINK_FILE_H
#define SN_CLI_SINK_FILE_H

#include "cli/placer.h"

/* {.fd = -1} is none. */
struct sn_sink_file {
	const char *file;  /* borrowed */
	int fd;            /* -1: not open */
	bool whole;        /* it is written to another until it is whole, */
	size_t place;      /* … which the placer then puts here */
};

/* Both name one plain file, however they are spelled. */
bool sn_sink_file_is_same(const char *a, const char *b);
/* whole: it is put in its place at the end, where that can be; else it is written to at once. Finished by the caller in any case. */
int sn_sink_file_open(struct sn_sink_file *out, const char *file, bool whole, struct sn_placer *placer,
                      struct sonde_error *err) SONDE_MUST_USE;
/* It is whole. */
int sn_sink_file_put(struct sn_sink_file *out, struct sn_placer *placer, struct sonde_error *err) SONDE_MUST_USE;
/* Closes. A file that was not put in its place is left as it was. */
void sn_sink_file_finish(struct sn_sink_file *out);

#endif
