/* SPDX-License-Identifier: MIT */
/* A list of hosts, one in each line. */
#ifndef SN_CLI_LIST_H
#define SN_CLI_LIST_H

#include <sonde/base.h>

struct sn_list_line {
	const char *host;
	unsigned line;
};

/* {0} is an empty list. */
struct sn_list {
	char *text;    /* of the file; the hosts stand in it */
	struct sn_list_line *items;
	size_t count, capacity;
};

void sn_list_finish(struct sn_list *list);
/* Reads a whole file, "-" for standard input, into list->text. SONDE_E_FILE, _FORMAT (too large), _NOMEM. */
int sn_list_load(struct sn_list *list, const char *file, size_t *text_bytes, struct sonde_error *err) SONDE_MUST_USE;
/* Takes the hosts out of list->text, which has text_bytes and one more behind them. bad is called for each line that names none: *err says
 * why, with file and line. SONDE_E_NOMEM. */
int sn_list_split(struct sn_list *list, const char *file, size_t text_bytes, void (*bad)(void *ctx, struct sonde_error *err), void *ctx,
                  struct sonde_error *err) SONDE_MUST_USE;

#endif
