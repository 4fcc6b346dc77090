/* SPDX-License-Identifier: MIT */
/* Finds and opens configuration files, in the name of the real user. Of the environment only HOME and XDG_CONFIG_HOME are asked; of the
 * second nothing but an absolute path counts. */
#include "cli/config_files.h"

#include "cli/environment.h"
#include "cli/output.h"
#include "ext/ini.h"
#include "ext/net_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX_BYTES = 65536, PATH_BYTES = 4096, PASSWD_BYTES = 16384, NOTICE_BYTES = PATH_BYTES + 200 };

static const char system_file[] = "/etc/sonde/config", too_large[] = "a configuration file has 64 KiB at most";

/* The XDG base directory specification: a path that is not absolute counts as none. False: there is no such folder. */
static bool user_file(char path[PATH_BYTES])
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char room[PASSWD_BYTES];
	struct passwd entry, *found = NULL;
	if (config && config[0] == '/')
		return snprintf(path, PATH_BYTES, "%s/sonde/config", config) < PATH_BYTES;
	if (!home && getpwuid_r(getuid(), &entry, room, sizeof room, &found) == 0 && found)
		home = found->pw_dir;
	return home && home[0] == '/' && snprintf(path, PATH_BYTES, "%s/.config/sonde/config", home) < PATH_BYTES;
}

/* Why such a file is not believed; NULL: it is. */
static const char *why_not(const struct stat *about)
{
	if (!S_ISREG(about->st_mode))
		return "it is no ordinary file";
	if (about->st_uid != 0 && about->st_uid != geteuid())
		return "it belongs to another user";
	return about->st_mode & S_IWOTH ? "everybody may write it" : NULL;
}

static bool is_own(const char *path)
{
	struct stat about;
	return stat(path, &about) == 0 && about.st_uid == geteuid();
}

/* fd is taken. */
static int read_whole(struct sn_config *config, int fd, size_t file, struct sonde_error *err)
{
	char text[FILE_MAX_BYTES + 1];
	size_t bytes = 0;
	ssize_t got = 0;
	while (bytes < sizeof text && (got = read(fd, text + bytes, sizeof text - bytes)) > 0)
		bytes += (size_t)got;
	int cause = got < 0 ? errno : 0;
	close(fd);
	if (cause)
		return sonde_fail(err, SONDE_E_FILE, cause, "reading '%.120s'", config->files[file].path);
	if (bytes > FILE_MAX_BYTES) {
		sonde_fail(err, SONDE_E_FORMAT, 0, "reading '%.120s': more than %d bytes", config->files[file].path, (int)FILE_MAX_BYTES);
		return sonde_hint(err, SONDE_E_FORMAT, "%s", too_large);
	}
	return sn_config_read(config, file, text, bytes, err);
}

static int load_usual(struct sn_config *config, const char *path, struct sonde_error *err)
{
	char notice[NOTICE_BYTES];
	struct stat about;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* a FIFO would wait for its writer */
	int cause = fd < 0 ? errno : 0;
	bool absent = cause == ENOENT || cause == ENOTDIR, closed = cause == EACCES && !is_own(path); /* another's folder is no news */
	const char *reason = cause ? strerror(cause) : fstat(fd, &about) == 0 ? why_not(&about) : strerror(errno);
	int file = sn_config_add_file(config, path, absent ? "not there" : closed ? "not open to this user" : reason ? "not read" : "read");
	if (file >= 0 && !reason)
		return read_whole(config, fd, (size_t)file, err);
	if (fd >= 0)
		close(fd);
	if (file < 0)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for '%.120s'", path);
	if (absent || closed)
		return SONDE_OK;
	snprintf(notice, sizeof notice, "%s is not read: %s", path, reason);
	sn_output_notice(notice);
	return SONDE_OK;
}

static int load_named(struct sn_config *config, const char *path, struct sonde_error *err)
{
	char *text;
	size_t text_bytes;
	int file = sn_config_add_file(config, path, "read");
	if (file < 0)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for '%.120s'", path);
	int code = sn_file_read(path, FILE_MAX_BYTES, too_large, &text, &text_bytes, err);
	if (code == SONDE_OK)
		code = sn_config_read(config, (size_t)file, text, text_bytes, err);
	free(text);
	return code;
}

int sn_config_load(struct sn_config *config, const char *named, struct sonde_error *err)
{
	char path[PATH_BYTES];
	config->secure = sn_environment_is_secure();
	if (named)
		return load_named(config, named, err);
	if (!sn_ini_is_there())
		return SONDE_OK;
	/* for tests, which must not depend on the machine they run on */
	const char *none = secure_getenv("SONDE_NO_SYSTEM_CONFIG");
	int code = none && *none ? SONDE_OK : load_usual(config, system_file, err);
	if (code == SONDE_OK && user_file(path))
		code = load_usual(config, path, err);
	return code;
}
