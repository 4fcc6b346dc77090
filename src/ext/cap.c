/* SPDX-License-Identifier: MIT */
/* Capabilities by libcap. Every change is read back: a drop that silently failed is worse than none. */
#include "ext/cap.h"

#include <errno.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

static bool has(cap_t caps, cap_value_t value, cap_flag_t set)
{
	cap_flag_value_t state = CAP_CLEAR;
	return cap_get_flag(caps, value, set, &state) == 0 && state == CAP_SET;
}

void sn_cap_look(struct sn_cap_state *out)
{
	cap_t own = cap_get_proc(), file = cap_get_file("/proc/self/exe");
	out->effective = own && has(own, CAP_NET_RAW, CAP_EFFECTIVE);
	out->permitted = own && has(own, CAP_NET_RAW, CAP_PERMITTED);
	out->file_known = file || errno == ENODATA; /* a file without any has no such attribute */
	out->file = file && has(file, CAP_NET_RAW, CAP_PERMITTED);
	cap_free(own);
	cap_free(file);
}

static bool is_effective(cap_value_t value)
{
	cap_t caps = cap_get_proc();
	bool effective = caps && has(caps, value, CAP_EFFECTIVE);
	cap_free(caps);
	return effective;
}

/* Those of the values that are permitted. False: it did not work; errno tells why. */
static bool set_effective(const cap_value_t *values, size_t count, bool raise)
{
	cap_t caps = cap_get_proc();
	bool done = caps != NULL;
	for (size_t i = 0; done && i < count; i++)
		if (has(caps, values[i], CAP_PERMITTED))
			done = cap_set_flag(caps, CAP_EFFECTIVE, 1, &values[i], raise ? CAP_SET : CAP_CLEAR) == 0;
	done = done && cap_set_proc(caps) == 0;
	int failed = errno;
	cap_free(caps);
	errno = failed;
	return done;
}

int sn_cap_net_raw(void *ctx, bool raise)
{
	static const cap_value_t values[] = {CAP_NET_RAW, CAP_NET_ADMIN, CAP_NET_BIND_SERVICE};
	(void)ctx;
	return set_effective(values, sizeof values / sizeof *values, raise) && is_effective(CAP_NET_RAW) == raise ? 0 : SONDE_E_PRIVILEGE;
}

int sn_cap_own(enum sn_cap_own which, bool raise, struct sonde_error *err)
{
	static const cap_value_t files[] = {CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER, CAP_CHOWN};
	cap_value_t all[CAP_LAST_CAP + 1];
	size_t count = 0;
	if (getuid() != 0)
		return SONDE_OK;
	for (cap_value_t value = 0; value <= CAP_LAST_CAP; value++)
		all[count++] = value;
	bool done = which == SN_CAP_ALL ? set_effective(all, count, raise) : set_effective(files, sizeof files / sizeof *files, raise);
	return done ? SONDE_OK : sonde_fail(err, SONDE_E_PRIVILEGE, errno, "the privileges of the user could not be taken");
}

int sn_cap_lower_all(struct sonde_error *err)
{
	cap_t caps = cap_get_proc(), now = NULL;
	bool done = caps && cap_clear_flag(caps, CAP_EFFECTIVE) == 0 && cap_set_proc(caps) == 0;
	int failed = errno;
	if (done)
		now = cap_get_proc();
	done = now && cap_compare(now, caps) == 0;
	cap_free(caps);
	cap_free(now);
	return done ? SONDE_OK : sonde_fail(err, SONDE_E_PRIVILEGE, failed, "privileges could not be lowered");
}

static bool is_left(cap_t kept)
{
	cap_t now = cap_get_proc();
	bool exact = now && cap_compare(now, kept) == 0;
	cap_free(now);
	for (cap_value_t value = 0; exact && CAP_IS_SUPPORTED(value); value++)
		exact = prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, (unsigned long)value, 0UL, 0UL) == 0;
	return exact && prctl(PR_GET_NO_NEW_PRIVS, 0UL, 0UL, 0UL, 0UL) == 1;
}

/* Frees kept. */
static int keep_only(cap_t kept, struct sonde_error *err)
{
	if (!kept)
		return sonde_fail(err, SONDE_E_NOMEM, ENOMEM, "giving up privileges");
	int result = prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0UL, 0UL, 0UL);
	if (result == 0)
		result = prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL);
	if (result == 0)
		result = cap_set_proc(kept);
	int sys_errno = result != 0 ? errno : 0;
	bool done = result == 0 && is_left(kept);
	cap_free(kept);
	return done ? 0 : sonde_fail(err, SONDE_E_PRIVILEGE, sys_errno, "privileges could not be given up");
}

int sn_cap_drop_all(struct sonde_error *err)
{
	return keep_only(cap_init(), err);
}
