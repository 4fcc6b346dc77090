/* SPDX-License-Identifier: MIT */
/* One step after another. */
#include "cli/confine.h"

#include "ext/cap.h"
#include "io/landlock.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static const struct sn_landlock_rule no_file[] = {{NULL, SN_LANDLOCK_READ}};

/* What is in memory is nobody else's: not in a file, and not by ptrace. */
static int keep_memory(struct sonde_error *err)
{
	const struct rlimit none = {0, 0};
	struct rlimit is = {1, 1};
	bool done = setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) == 0;
	int failed = done ? 0 : errno;
	done = done && getrlimit(RLIMIT_CORE, &is) == 0 && is.rlim_cur == 0 && is.rlim_max == 0 &&
	       prctl(PR_GET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) == 0;
	return done ? SONDE_OK : sonde_fail(err, SONDE_E_PRIVILEGE, failed, "core dumps could not be given up");
}

int sn_confine(enum sn_seccomp_list list, struct sonde_error *err)
{
	int code = sn_cap_drop_all(err);
	if (!SONDE_CONFINED)
		return code;
	if (code == SONDE_OK)
		code = keep_memory(err);
	if (code == SONDE_OK)
		code = sn_landlock(no_file, err);
	return code == SONDE_OK ? sn_seccomp(list, err) : code;
}
