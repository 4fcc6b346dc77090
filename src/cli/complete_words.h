/* SPDX-License-Identifier: MIT */
/* What the completions of all shells offer, from the tables. Pure. */
#ifndef SN_CLI_COMPLETE_WORDS_H
#define SN_CLI_COMPLETE_WORDS_H

#include "base/buf.h"
#include "cli/cmds.h"

#include <sonde/probe.h>

enum { SN_COMPLETE_WORD = 24 };

/* A command line that is completed: sonde's own, or that of the program called as traceroute. */
struct sn_complete_set {
	const char *program;        /* stands in the script for "sonde": no help text of another program's options may say that */
	const char *made_by;        /* the command that prints the script, without the shell */
	const char *preset_method;  /* what probes are where the line says nothing */
	size_t opt_count, command_count, method_count; /* one command: there are no subcommands */
	const struct sn_opt *(*opt)(size_t index);
	const struct sn_command *(*command)(size_t index);
	const char *(*method_name)(size_t index);
	const char *(*method_summary)(size_t index);
	const struct sonde_method_info *(*method)(size_t index); /* its name and summary are sonde's */
	const char *(*method_of)(const struct sn_opt *opt);      /* the method that an option stands for; NULL: none */
	/* The nth option of a method, with an equals sign where it takes a value. False: no more. NULL function: methods have none. */
	bool (*method_option)(size_t index, size_t nth, char word[SN_COMPLETE_WORD]);
};
struct sn_complete_set sn_complete_set(void);

/* The lines, up to a NULL. */
void sn_complete_lines(struct sn_buf *buf, const char *const *lines);
/* Adds a script as it is written for sonde, with the words of the set in place of sonde, <method> and <made by>. */
void sn_complete_add(struct sn_buf *buf, const struct sn_complete_set *set, struct sn_buf *script);
/* "-q --queries": every spelling of it, added to what is there. */
void sn_complete_spell(struct sn_buf *buf, const struct sn_opt *opt);
/* True: one on the line, `other`, excludes it: both of the same clash, or the same, which may be given once only. */
bool sn_complete_excludes(const struct sn_opt *other, const struct sn_opt *opt);
/* The spellings of all that do. */
void sn_complete_excluded(struct sn_buf *buf, const struct sn_complete_set *set, const struct sn_opt *opt);
/* True: the subcommand takes it only with another option, opt->needs. */
bool sn_complete_needs(const struct sn_complete_set *set, const struct sn_opt *opt, const struct sn_command *command);
/* True: its operands are hosts; a profile of the configuration files may stand in front of them. */
bool sn_complete_takes_hosts(const struct sn_command *command);
bool sn_complete_takes_profile(const struct sn_command *command);
/* The names of the methods that it is for; "": all. */
void sn_complete_methods(struct sn_buf *buf, const struct sn_complete_set *set, const struct sn_opt *opt);

/* Where the numbers behind a method's name are looked up: "tcp", "udp" (services(5) of that protocol), "*" (of any), "protocol"
 * (protocols(5)), "none". */
const char *sn_complete_services(const struct sonde_method_info *method);
/* Suffixes of the files that are meant: "pcap pcapng cap"; "": all. */
const char *sn_complete_suffixes(enum sn_opt_words words);

/* What may stand behind "sonde explain icmp" (version 4) or icmp6 (6): first the names, then types with codes. False: no more. */
bool sn_complete_message(uint8_t version, size_t index, char word[SN_COMPLETE_WORD], const char **what);

#endif
