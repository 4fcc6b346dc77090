/* SPDX-License-Identifier: MIT */
/* Reads /proc/self/exe. Nothing that a shell would take for more than a word is offered to be pasted into one. */
#include "io/program.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *sn_program_path(char path[SN_PROGRAM_PATH_BYTES])
{
	static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+-";
	ssize_t got = readlink("/proc/self/exe", path, SN_PROGRAM_PATH_BYTES - 1);
	path[got > 0 ? got : 0] = '\0';
	if (got <= 0 || got == SN_PROGRAM_PATH_BYTES - 1 || path[strspn(path, harmless)])
		snprintf(path, SN_PROGRAM_PATH_BYTES, "$(command -v sonde)");
	return path;
}
