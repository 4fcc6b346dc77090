/* SPDX-License-Identifier: MIT */
/* The line that tells how far a list of hosts is. */
#include "cli/progress.h"

#include "cli/output.h"
#include "cli/terminal.h"

#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#define AGAIN_NS (200 * SONDE_MS)
/* A filter behind a pipe may write what it got to the same terminal: so long the line stays away for it, but not for longer in all. */
#define SETTLE_NS (30 * SONDE_MS)
#define AWAY_NS SONDE_S

static void put_time(struct sn_buf *buf, int64_t seconds)
{
	enum { HOUR_S = 3600, MINUTE_S = 60 };
	if (seconds >= HOUR_S)
		sn_buf_printf(buf, "%" PRId64 ":%02" PRId64 ":%02" PRId64, seconds / HOUR_S, seconds % HOUR_S / MINUTE_S,
		              seconds % MINUTE_S);
	else
		sn_buf_printf(buf, "%" PRId64 ":%02" PRId64, seconds / MINUTE_S, seconds % MINUTE_S);
}

/* The parts of the line, of which those behind the first may be left out. */
enum { RATE = 1, LEFT = 2 };

static void put_parts(struct sn_buf *buf, size_t done, size_t total, const char *what, double a_second, unsigned parts)
{
	sn_buf_clear(buf);
	sn_buf_printf(buf, "%zu of %zu %s", done, total, what);
	if (parts & RATE)
		sn_buf_printf(buf, ", %.*f a second", a_second < 10 ? 2 : a_second < 100 ? 1 : 0, a_second);
	if (parts & LEFT) {
		sn_buf_puts(buf, ", ");
		put_time(buf, (int64_t)((double)(total - done) / a_second + 0.5));
		sn_buf_puts(buf, " left");
	}
}

void sn_progress_text(struct sn_buf *buf, size_t done, size_t total, const char *what, sonde_ns elapsed_ns, size_t width_columns)
{
	static const unsigned choices[] = {RATE | LEFT, LEFT, 0};
	bool known = done && elapsed_ns > 0;
	double a_second = known ? (double)done * (double)SONDE_S / (double)elapsed_ns : 0;
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
		put_parts(buf, done, total, what, a_second, known ? choices[i] : 0);
		if (buf->length_bytes <= width_columns)
			return;
	}
	sn_buf_cut(buf, width_columns);
}

static bool is_pipe(int fd)
{
	struct stat about;
	return fstat(fd, &about) == 0 && (S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode));
}

void sn_progress_begin(struct sn_progress *progress, size_t total, const char *what, sonde_at_ns now)
{
	*progress = (struct sn_progress){.terminal = isatty(STDERR_FILENO),
	                                 .filtered = is_pipe(STDOUT_FILENO),
	                                 .what = what,
	                                 .total = total,
	                                 .begin_at_ns = now,
	                                 .drawn_at_ns = now,
	                                 .next_at_ns = now};
}

sonde_at_ns sn_progress_show(struct sn_progress *progress, size_t done, sonde_at_ns now)
{
	struct sn_buf text = {0};
	if (!progress->terminal || done >= progress->total)
		return SONDE_NEVER;
	if (progress->shown && now < progress->next_at_ns)
		return progress->next_at_ns;
	if (progress->hidden && progress->filtered)
		progress->settled_at_ns = now + SETTLE_NS;
	progress->hidden = false;
	if (now < progress->settled_at_ns && now < progress->drawn_at_ns + AWAY_NS)
		return progress->settled_at_ns;
	/* the last column stays free: some terminals go on to the next line with it */
	size_t columns = sn_terminal_columns(STDERR_FILENO);
	sn_progress_text(&text, done, progress->total, progress->what, now - progress->begin_at_ns, columns - 1);
	sn_output_passing(sn_buf_text(&text));
	sn_buf_finish(&text);
	progress->shown = true;
	progress->drawn_at_ns = now;
	progress->next_at_ns = now + AGAIN_NS;
	return progress->next_at_ns;
}

void sn_progress_hide(struct sn_progress *progress)
{
	if (progress->shown)
		sn_output_passing("");
	progress->shown = false;
	progress->hidden = true;
}
