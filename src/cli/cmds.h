/* SPDX-License-Identifier: MIT */
/* THE SUBCOMMAND TABLE, and the way from argv to a subcommand's exit status. */
#ifndef SN_CLI_CMDS_H
#define SN_CLI_CMDS_H

#include "cli/opts.h"

/* A command line and what it is good for. */
struct sn_example {
	const char *line, *what;
	bool not_brief; /* -h leaves it out */
};

struct sn_command {
	const char *name;
	uint32_t bit;                        /* its column in the option table: SN_FOR_… */
	const char *summary;                 /* one line, no final dot */
	const char *doc;                     /* for the manual: whole sentences */
	const char *operands;                /* as shown: "HOST..." */
	int operands_min, operands_max;      /* operands_max -1: no limit */
	enum sn_opt_words operand_words;     /* what a shell may offer */
	const char *const *operand_choices;  /* the operand is one of these; NULL: anything */
	const struct sn_example *examples;   /* ended by a NULL line; NULL: none */
	bool hidden;                         /* not in help, manual and completions */
	/* Gives the exit status. When it fills *err, the message is printed and the error's status wins. */
	int (*run)(const struct sn_opts *opts, struct sonde_error *err);
};

size_t sn_command_count(void);
/* NULL for an index out of range. Row 0 is what runs when no subcommand is named. Static storage. */
const struct sn_command *sn_command(size_t index);
/* The subcommand that argv[1] names, NULL: none, so row 0 runs and argv[1] is its own. */
const struct sn_command *sn_command_find(const char *name);

/* The whole program: returns the exit status. */
int sn_commands_run(int argc, char **argv);

#endif
