/* SPDX-License-Identifier: MIT */
/* From an errno of a file to a sentence that helps. */
#include "ext/file.h"

#include <errno.h>

static const struct {
	int sys_errno;
	const char *hint;
} remedies[] = {
    {ENOENT, "check its name and the folder you are in"},
    {EACCES, "let this user read and write it: 'ls -l' shows who may"},
    {EISDIR, "give a file in it"},
    {ENOSPC, "make room on that disk"},
};

int sn_file_failed(const char *what, const char *file, struct sonde_error *err)
{
	int cause = errno, code = cause == EMFILE || cause == ENFILE ? SONDE_E_FDS : SONDE_E_FILE;
	sonde_fail(err, code, cause, "%s '%s'", what, file);
	for (size_t i = 0; i < sizeof remedies / sizeof remedies[0]; i++)
		if (remedies[i].sys_errno == cause)
			return sonde_hint(err, code, "%s", remedies[i].hint);
	return code;
}
