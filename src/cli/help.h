/* SPDX-License-Identifier: MIT */
/* Documents made from the tables of options, subcommands, methods, columns and marks. Pure. */
#ifndef SN_CLI_HELP_H
#define SN_CLI_HELP_H

#include "base/buf.h"
#include "cli/cmds.h"

/* --help of a subcommand, 80 columns. */
void sn_help(struct sn_buf *buf, const struct sn_command *command);
/* -h: the most used ones, and examples. */
void sn_help_brief(struct sn_buf *buf, const struct sn_command *command);
/* "  left        right …": right is broken at spaces to stand behind left_columns, a line below where left needs more.
 * width_columns 0: no limit. */
void sn_help_entry(struct sn_buf *buf, size_t width_columns, const char *left, size_t left_columns, const char *right);
enum { SN_HELP_MARK = 24 };
/* The marks of the hop table, one by one, and what each says, without a final dot. False: no more. */
bool sn_help_mark(size_t index, char mark[SN_HELP_MARK], const char **says);
/* The words in the row End of sonde compare, one by one, and what each says. False: no more. */
bool sn_help_end(size_t index, const char **word, const char **says);
/* docs/reference.md: everything that the tables know, as Markdown. */
void sn_reference(struct sn_buf *buf);
/* sonde(1) as mdoc(7). */
void sn_manual(struct sn_buf *buf);
/* Completions, one function for each shell. */
struct sn_complete_set;
void sn_complete_bash(struct sn_buf *buf, const struct sn_complete_set *set);
void sn_complete_zsh(struct sn_buf *buf, const struct sn_complete_set *set);
void sn_complete_fish(struct sn_buf *buf, const struct sn_complete_set *set);

#endif
