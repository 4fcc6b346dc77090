/* SPDX-License-Identifier: MIT */
/* What the completions of all shells offer, from the tables. Pure. */
#ifndef SN_CLI_COMPLETE_WORDS_H
#define SN_CLI_COMPLETE_WORDS_H

#include "base/buf.h"
#include "cli/cmds.h"

#include <sonde/probe.h>

/* The lines, up to a NULL. */
void sn_complete_lines(struct sn_buf *buf, const char *const *lines);
/* "-q --queries": every spelling of it, added to what is there. */
void sn_complete_spell(struct sn_buf *buf, const struct sn_opt *opt);
/* The spellings of those that one on the line excludes it: of the same clash, and itself where it may be given once only. */
void sn_complete_excluded(struct sn_buf *buf, const struct sn_opt *opt);
/* The spellings of the option that it needs; "": none, or the subcommand does not know it. */
void sn_complete_needed(struct sn_buf *buf, const struct sn_opt *opt, const struct sn_command *command);
/* The names of the methods that it is for; "": all. */
void sn_complete_methods(struct sn_buf *buf, const struct sn_opt *opt);
/* The method that an option without a value stands for; NULL: none. */
const char *sn_complete_method_of(const struct sn_opt *opt);

/* Where the numbers behind a method's name are looked up: "tcp", "udp" (services(5) of that protocol), "*" (of any), "protocol"
 * (protocols(5)), "none". */
const char *sn_complete_services(const struct sonde_method_info *method);
/* Suffixes of the files that are meant: "pcap pcapng cap"; "": all. */
const char *sn_complete_suffixes(enum sn_opt_words words);

enum { SN_COMPLETE_WORD = 24 };
/* What may stand behind "sonde explain icmp" (version 4) or icmp6 (6): first the names, then types with codes. False: no more. */
bool sn_complete_message(uint8_t version, size_t index, char word[SN_COMPLETE_WORD], const char **what);

#endif
