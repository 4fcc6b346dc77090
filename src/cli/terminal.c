/* SPDX-License-Identifier: MIT */
/* Asks the terminal, the locale and the environment; decides colour, width and characters once. */
#include "cli/terminal.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH_USUAL = 80, WIDTH_LEAST = 20 };

/* POSIX, environment variables: a number is what the user wants; anything else says nothing. */
static uint16_t columns_wanted(void)
{
	const char *text = getenv("COLUMNS");
	uint64_t columns;
	return text && sn_read_uint(text, &columns) && columns >= WIDTH_LEAST && columns <= UINT16_MAX ? (uint16_t)columns : 0;
}

uint16_t sn_terminal_columns(int fd)
{
	struct winsize size = {0};
	uint16_t wanted = columns_wanted();
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	return wanted ? wanted : WIDTH_USUAL;
}

void sn_terminal_size(uint16_t *width_columns, uint16_t *height_rows)
{
	struct winsize size = {0};
	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		size = (struct winsize){0};
	*width_columns = size.ws_col ? size.ws_col : columns_wanted();
	*height_rows = size.ws_row;
}

static bool is_set(const char *name)
{
	const char *value = getenv(name);
	return value && *value;
}

/* https://no-color.org wins over https://bixense.com/clicolors, whose 0 asks for nothing. */
static bool wants_colour(const struct sn_opts *opts, bool terminal)
{
	if (opts->colour != SN_COLOUR_AUTO)
		return opts->colour == SN_COLOUR_ALWAYS;
	const char *force = getenv("CLICOLOR_FORCE");
	bool forced = force && *force && strcmp(force, "0") != 0;
	return (terminal || forced) && !is_set("NO_COLOR");
}

void sn_terminal_resized(struct sn_live_cfg *cfg)
{
	sn_terminal_size(cfg->width_columns ? &cfg->width_columns : &cfg->style.width_columns, &cfg->height_rows);
}

bool sn_terminal_is_ascii(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

struct sn_live_cfg sn_terminal_cfg(const struct sn_opts *opts)
{
	const char *term = getenv("TERM");
	/* a terminal that cannot move its cursor is written to as a pipe is */
	bool terminal = isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0;
	struct sn_live_cfg cfg = {.terminal = terminal, .findings = opts->findings};
	uint16_t width_columns;
	sn_terminal_size(&width_columns, &cfg.height_rows);
	if (terminal && !width_columns)
		width_columns = WIDTH_USUAL;
	*(opts->wide ? &cfg.width_columns : &cfg.style.width_columns) = width_columns;
	cfg.style.colour = wants_colour(opts, terminal);
	cfg.style.ascii = opts->ascii || sn_terminal_is_ascii();
	cfg.style.columns = opts->columns.count ? opts->columns.index : NULL;
	cfg.style.column_count = opts->columns.count;
	return cfg;
}
