/* SPDX-License-Identifier: MIT */
/* The only file that writes to standard output and standard error. */
#include "cli/output.h"

#include "base/clean.h"
#include "cli/dialect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The part of a line that still found room on a full disk is taken back, so that who reads the file finds whole lines: of a plain file
 * that ends where we are, so that nothing of others is cut off. */
static void take_back(int fd, const char *bytes, size_t written_bytes)
{
	struct stat file;
	size_t part_bytes = 0;
	while (part_bytes < written_bytes && bytes[written_bytes - part_bytes - 1] != '\n')
		part_bytes++;
	off_t at = part_bytes ? lseek(fd, 0, SEEK_CUR) : -1;
	if (at < (off_t)part_bytes || fstat(fd, &file) != 0 || !S_ISREG(file.st_mode) || file.st_size != at)
		return;
	if (ftruncate(fd, at - (off_t)part_bytes) == 0)
		(void)lseek(fd, at - (off_t)part_bytes, SEEK_SET);
}

static int write_all(int fd, const char *bytes, size_t count)
{
	size_t at = 0;
	while (at < count) {
		ssize_t written = write(fd, bytes + at, count - at);
		if (written < 0 && errno != EINTR) {
			int failed = errno;
			take_back(fd, bytes, at);
			return failed;
		}
		at += written > 0 ? (size_t)written : 0;
	}
	return 0;
}

/* Writes and empties buf; an errno. */
static int empty_into(int fd, struct sn_buf *buf)
{
	int failed = write_all(fd, sn_buf_text(buf), buf->length_bytes);
	sn_buf_clear(buf);
	return failed;
}

static int cannot_write(const char *where, int failed, struct sonde_error *err)
{
	int code = sonde_fail(err, SONDE_E_FILE, failed, "cannot write to %s", where);
	return sonde_hint(err, code, "%s", failed == ENOSPC ? "make room on that disk" : "check where the output goes");
}

int sn_output(struct sn_buf *buf, struct sonde_error *err)
{
	if (buf->bad)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "the table does not fit into memory");
	int failed = empty_into(STDOUT_FILENO, buf);
	return !failed ? SN_OUTPUT_OK : failed == EPIPE ? SN_OUTPUT_CLOSED : cannot_write("standard output", failed, err);
}

int sn_output_to(int fd, const char *file, struct sn_buf *buf, struct sonde_error *err)
{
	char where[160];
	if (buf->bad)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "what is to be written to '%.120s' does not fit into memory", file);
	int failed = empty_into(fd, buf);
	snprintf(where, sizeof where, "'%.120s'", file);
	return failed ? cannot_write(where, failed, err) : SN_OUTPUT_OK;
}

void sn_output_once(struct sn_buf *buf, struct sonde_error *err)
{
	(void)sn_output(buf, err);
}

/* Of this process: it is called by one name. */
static const struct sn_dialect *dialect;

void sn_output_speak(const struct sn_dialect *spoken)
{
	dialect = spoken;
}

int sn_output_error(const struct sonde_error *err)
{
	char line[1024];
	struct sonde_error told = *err;
	if (dialect)
		sn_dialect_tell(dialect, err, &told);
	const char *what = told.what[0] ? told.what : sonde_err_sentence(err->code);
	const char *hint = told.hint[0] || dialect ? told.hint : sonde_err_hint(err->code);
	snprintf(line, sizeof line, "%s%s%s%s%s", what, err->sys_errno ? ": " : "", err->sys_errno ? strerror(err->sys_errno) : "",
	         *hint ? "; " : "", hint);
	sn_output_notice(line);
	return sonde_err_exit_status(err->code);
}

int sn_output_place(const char *file, unsigned line, struct sonde_error *err)
{
	char what[sizeof err->what];
	memcpy(what, err->what, sizeof what);
	snprintf(err->what, sizeof err->what, "%.80s:%u: %.*s", file, line, (int)(sizeof what - 100), what);
	return err->code;
}

void sn_output_passing(const char *text)
{
	char line[256];
	int bytes = snprintf(line, sizeof line, "\r\033[K%.200s", text);
	(void)write_all(STDERR_FILENO, line, (size_t)bytes);
}

void sn_output_give_way(int fd)
{
	static const char below[] = "\033[J";
	if (isatty(fd))
		(void)write_all(fd, below, sizeof below - 1);
}

void sn_output_notice(const char *text)
{
	struct sn_buf line = {0};
	sn_output_give_way(STDERR_FILENO);
	sn_buf_puts(&line, "sonde: ");
	/* names that were typed, or read from a file, may be in it */
	if (sn_clean_is(text, strlen(text)))
		sn_buf_puts(&line, text);
	else
		sn_clean_plain(&line, text, strlen(text), false);
	sn_buf_putc(&line, '\n');
	static const char no_room[] = "sonde: out of memory\n";
	bool whole = !line.bad; /* what runs out of memory says at least that */
	(void)write_all(STDERR_FILENO, whole ? sn_buf_text(&line) : no_room, whole ? line.length_bytes : sizeof no_room - 1);
	/* there is nowhere left to complain to */
	sn_buf_finish(&line);
}

void sn_output_reserve(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) /* the lowest free number: this one */
			(void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}
