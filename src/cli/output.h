/* SPDX-License-Identifier: MIT */
/* Standard output and the one line on standard error. */
#ifndef SN_CLI_OUTPUT_H
#define SN_CLI_OUTPUT_H

#include "base/buf.h"

enum sn_output { SN_OUTPUT_OK, SN_OUTPUT_CLOSED };

/* Writes and empties buf. SN_OUTPUT_CLOSED: nobody reads any more, which is no error. SONDE_E_FILE, or SONDE_E_NOMEM where
 * buf is bad, with *err. */
int sn_output(struct sn_buf *buf, struct sonde_error *err);
/* The same to another descriptor, that of a file: no reader that closed it is fine. */
int sn_output_to(int fd, const char *file, struct sn_buf *buf, struct sonde_error *err);
/* To standard output, for a program that ends behind it: a closed reader is fine. */
void sn_output_once(struct sn_buf *buf, struct sonde_error *err);
struct sn_dialect;
/* From now on errors are told in these words; borrowed for good, NULL: sonde's own. */
void sn_output_speak(const struct sn_dialect *spoken);
/* "sonde: what failed: why; what to do" on standard error. Returns the exit status that goes with it. */
int sn_output_error(const struct sonde_error *err);
/* Puts "file:line: " in front of what err says. Returns its code. */
int sn_output_place(const char *file, unsigned line, struct sonde_error *err);
/* A line on standard error that the next one writes over; "" takes it away. */
void sn_output_passing(const char *text);
/* Clears the terminal, if fd is one, from the cursor on: a table that is still drawn has it at its top, and is drawn again. */
void sn_output_give_way(int fd);
/* "sonde: text" on standard error. */
void sn_output_notice(const char *text);
/* Opens /dev/null in place of closed standard descriptors, so that no socket and no file takes their numbers: the wrong way round, so that
 * reading and writing still fail with EBADF. */
void sn_output_reserve(void);

#endif
