/* SPDX-License-Identifier: MIT */
/* Error codes to words: readers of the one table in base.h. */
#include <sonde/base.h>

#include <stdarg.h>
#include <stdio.h>

struct row {
	int exit_status;
	const char *sentence;
	const char *hint;
};

static const struct row rows[SONDE_ROW_COUNT] = {
	[SONDE_ROW_OK] = {0, "success", ""},
#define X(name, exit_status, sentence, hint) [SONDE_ROW_##name] = {exit_status, sentence, hint},
	SONDE_ERRORS(X)
#undef X
};

static const struct row *row_of(int code)
{
	if (code > 0 || code <= -(int)SONDE_ROW_COUNT)
		return &rows[SONDE_ROW_INTERNAL];
	return &rows[-code];
}

const char *sonde_err_sentence(int code)
{
	return row_of(code)->sentence;
}

const char *sonde_err_hint(int code)
{
	return row_of(code)->hint;
}

int sonde_err_exit_status(int code)
{
	return row_of(code)->exit_status;
}

int sonde_fail(struct sonde_error *err, int code, int sys_errno, const char *format, ...)
{
	if (!err)
		return code;
	*err = (struct sonde_error){.code = code, .sys_errno = sys_errno};
	va_list args;
	va_start(args, format);
	vsnprintf(err->what, sizeof err->what, format, args);
	va_end(args);
	return code;
}

int sonde_hint(struct sonde_error *err, int code, const char *format, ...)
{
	if (!err)
		return code;
	va_list args;
	va_start(args, format);
	vsnprintf(err->hint, sizeof err->hint, format, args);
	va_end(args);
	return code;
}
