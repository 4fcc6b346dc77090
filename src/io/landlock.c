/* SPDX-License-Identifier: MIT */
/* Landlock by its system calls, which libc does not know: landlock(7). */
#include "io/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Rights that came with each version of the interface, for headers that are older than the kernel. */
static const uint8_t right_counts[] = {0, 13, 14, 15, 15, 16};
enum { VERSION_MOST = sizeof right_counts / sizeof *right_counts - 1 };

static long version(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

bool sn_landlock_there(void)
{
	return version() >= 1;
}

static uint64_t rights_of(enum sn_landlock_right may, bool folder)
{
	if (may == SN_LANDLOCK_REPLACE)
		return LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG;
	return LANDLOCK_ACCESS_FS_READ_FILE | (folder ? LANDLOCK_ACCESS_FS_READ_DIR : 0);
}

/* What cannot be allowed is refused. */
static void allow(int rules, const struct sn_landlock_rule *rule)
{
	struct stat status;
	int fd = open(rule->path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return;
	bool folder = fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
	const struct landlock_path_beneath_attr beneath = {.allowed_access = rights_of(rule->may, folder), .parent_fd = fd};
	(void)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
	close(fd);
}

/* The root folder can be listed by everybody, and below no rule. */
static bool is_in_force(void)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return fd < 0 && errno == EACCES;
}

int sn_landlock(const struct sn_landlock_rule *rules, struct sonde_error *err)
{
	long known = version();
	if (known < 1)
		return SONDE_OK;
	const struct landlock_ruleset_attr handled = {
	    .handled_access_fs = (UINT64_C(1) << right_counts[known > VERSION_MOST ? VERSION_MOST : known]) - 1};
	int set = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled.handled_access_fs, 0);
	for (; set >= 0 && rules->path; rules++)
		allow(set, rules);
	bool done = set >= 0 && syscall(SYS_landlock_restrict_self, set, 0) == 0;
	int failed = done ? 0 : errno;
	if (set >= 0)
		close(set);
	if (done && is_in_force())
		return SONDE_OK;
	return sonde_fail(err, SONDE_E_PRIVILEGE, failed, "the file system could not be given up (Landlock)");
}
