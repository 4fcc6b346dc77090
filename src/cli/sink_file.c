/* SPDX-License-Identifier: MIT */
/* Where a document is written to, and how it comes to lie there whole. */
#include "cli/sink_file.h"

#include "ext/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MODE = 0666 };

/* … or will be: what is there is no device, nor a pipe, that takes more than one. */
static bool is_plain(const char *file)
{
	struct stat status;
	return lstat(file, &status) < 0 || S_ISREG(status.st_mode);
}

/* The way to a file without links and dots; NULL: there is no such folder. The caller's to free. */
static char *way_to(const char *file)
{
	char *whole = realpath(file, NULL), *way = NULL;
	if (whole)
		return whole;
	const char *slash = strrchr(file, '/');
	char *name = slash ? strndup(file, (size_t)(slash - file) + 1) : strdup(".");
	char *folder = name ? realpath(name, NULL) : NULL;
	if (folder && asprintf(&way, "%s/%s", folder, slash ? slash + 1 : file) < 0)
		way = NULL;
	free(folder);
	free(name);
	return way;
}

bool sn_sink_file_is_same(const char *a, const char *b)
{
	if (!is_plain(b))
		return false;
	char *way_a = way_to(a), *way_b = way_to(b);
	bool same = way_a && way_b && strcmp(way_a, way_b) == 0;
	free(way_a);
	free(way_b);
	return same;
}

/* This user may put a file in the place of that one (NULL: none) in that folder, also when privileges have been given up. */
static bool may_put(const struct stat *folder, const struct stat *old)
{
	uid_t user = geteuid();
	if (folder->st_uid == user)
		return folder->st_mode & S_IWUSR;
	if (!(folder->st_mode & (folder->st_gid == getegid() ? S_IWGRP : S_IWOTH)))
		return false;
	return !(folder->st_mode & S_ISVTX) || !old || old->st_uid == user;
}

/* A document is put in its place when it is whole, so that who reads it meanwhile sees the one before. What is no plain file, or lies
 * where root may write only with privileges, is written to as it is. SONDE_E_NOMEM. */
static int is_replaced(const char *file)
{
	struct stat old, folder;
	const char *slash = strrchr(file, '/');
	char *path = slash ? strndup(file, (size_t)(slash - file) + 1) : strdup(".");
	if (!path)
		return SONDE_E_NOMEM;
	bool there = lstat(file, &old) == 0, found = stat(path, &folder) == 0;
	free(path);
	return (!there || S_ISREG(old.st_mode)) && (!found || may_put(&folder, there ? &old : NULL));
}

/* Those of the file that it replaces, so that nobody reads the new one who could not read the old; else those of any new file. Where it
 * cannot be its group's, the group has no part in it. */
static void take_permissions(const char *file, int fd)
{
	struct stat old;
	mode_t mask = umask(0), mode;
	umask(mask);
	mode = FILE_MODE & ~mask;
	if (stat(file, &old) == 0) {
		mode = old.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
		if (fchown(fd, old.st_uid, old.st_gid) < 0 && fchown(fd, (uid_t)-1, old.st_gid) < 0)
			mode &= ~(mode_t)S_IRWXG;
	}
	(void)fchmod(fd, mode);
}

int sn_sink_file_open(struct sn_sink_file *out, const char *file, bool whole, struct sn_placer *placer, struct sonde_error *err)
{
	char *temporary = NULL;
	*out = (struct sn_sink_file){.file = file, .fd = -1};
	int replaced = whole ? is_replaced(file) : false;
	if (replaced < 0)
		return sonde_fail(err, replaced, 0, "writing '%.120s'", file);
	out->whole = replaced;
	if (!out->whole) {
		out->fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_MODE);
		return out->fd < 0 ? sn_file_failed("writing", file, err) : SONDE_OK;
	}
	if (asprintf(&temporary, "%s.XXXXXX", file) < 0)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "writing '%.120s'", file);
	out->fd = mkostemp(temporary, O_CLOEXEC);
	if (out->fd < 0) {
		int code = sn_file_failed("writing", file, err);
		free(temporary);
		return code;
	}
	take_permissions(file, out->fd);
	out->place = sn_placer_add(placer, temporary, file);
	return SONDE_OK;
}

int sn_sink_file_put(struct sn_sink_file *out, struct sn_placer *placer, struct sonde_error *err)
{
	if (!out->whole || out->fd < 0)
		return SONDE_OK;
	int failed = close(out->fd) < 0 ? errno : sn_placer_put(placer, out->place);
	out->fd = -1;
	errno = failed;
	return failed ? sn_file_failed("writing", out->file, err) : SONDE_OK;
}

void sn_sink_file_finish(struct sn_sink_file *out)
{
	if (out->fd >= 0)
		close(out->fd);
	*out = (struct sn_sink_file){.fd = -1};
}
