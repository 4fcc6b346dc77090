/* SPDX-License-Identifier: MIT */
/* Asks the terminal, the locale and the environment; decides colour, width and characters once. */
#include "cli/terminal.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void sn_terminal_size(uint16_t *width_columns, uint16_t *height_rows)
{
	struct winsize size = {0};
	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		size = (struct winsize){0};
	*width_columns = size.ws_col;
	*height_rows = size.ws_row;
}

static bool wants_colour(const struct sn_opts *opts, bool terminal)
{
	const char *no_color = getenv("NO_COLOR"); /* https://no-color.org: set and not empty */
	if (opts->colour != SN_COLOUR_AUTO)
		return opts->colour == SN_COLOUR_ALWAYS;
	return terminal && !(no_color && *no_color);
}

struct sn_live_cfg sn_terminal_cfg(const struct sn_opts *opts)
{
	const char *term = getenv("TERM");
	/* a terminal that cannot move its cursor is written to as a pipe is */
	bool terminal = isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0;
	struct sn_live_cfg cfg = {.terminal = terminal, .findings = opts->findings};
	sn_terminal_size(&cfg.style.width_columns, &cfg.height_rows);
	cfg.style.colour = wants_colour(opts, terminal);
	cfg.style.ascii = opts->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	cfg.style.columns = opts->columns.count ? opts->columns.index : NULL;
	cfg.style.column_count = opts->columns.count;
	return cfg;
}
