/* SPDX-License-Identifier: MIT */
/* Landlock by its system calls, which libc does not know: landlock(7). */
#include "io/landlock.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Rights that came with each version of the interface, for headers that are older than the kernel. */
enum { RIGHTS_1 = 13, RIGHTS_2 = 14, RIGHTS_3 = 15 };

static uint64_t all_rights(long version)
{
	return (UINT64_C(1) << (version >= 3 ? RIGHTS_3 : version == 2 ? RIGHTS_2 : RIGHTS_1)) - 1;
}

static void allow(int rules, const char *path)
{
	struct stat status;
	int fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return;
	bool folder = fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
	const struct landlock_path_beneath_attr beneath = {
	    .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | (folder ? LANDLOCK_ACCESS_FS_READ_DIR : 0), .parent_fd = fd};
	(void)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0); /* what is not allowed is refused */
	close(fd);
}

bool sn_landlock_read_only(const char *const *paths)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	if (version < 1)
		return false;
	const struct landlock_ruleset_attr handled = {.handled_access_fs = all_rights(version)};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled.handled_access_fs, 0);
	if (rules < 0)
		return false;
	for (; *paths; paths++)
		allow(rules, *paths);
	bool done = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	close(rules);
	return done;
}
