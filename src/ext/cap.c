/* SPDX-License-Identifier: MIT */
/* Capabilities by libcap. Every change is read back: a drop that silently failed is worse than none. */
#include "ext/cap.h"

#include <errno.h>
#include <sys/capability.h>
#include <sys/prctl.h>

static bool has(cap_t caps, cap_value_t value, cap_flag_t set)
{
	cap_flag_value_t state = CAP_CLEAR;
	return cap_get_flag(caps, value, set, &state) == 0 && state == CAP_SET;
}

/* What of the two may be raised. */
static int permitted(cap_t caps, cap_value_t values[2])
{
	int count = 0;
	if (has(caps, CAP_NET_RAW, CAP_PERMITTED))
		values[count++] = CAP_NET_RAW;
	if (has(caps, CAP_NET_ADMIN, CAP_PERMITTED))
		values[count++] = CAP_NET_ADMIN;
	return count;
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

int sn_cap_net_raw(void *ctx, bool raise)
{
	(void)ctx;
	cap_t caps = cap_get_proc();
	cap_value_t values[2] = {0};
	int count = caps ? permitted(caps, values) : 0;
	int result = 0;
	if (count > 0)
		result = cap_set_flag(caps, CAP_EFFECTIVE, count, values, raise ? CAP_SET : CAP_CLEAR);
	if (count > 0 && result == 0)
		result = cap_set_proc(caps);
	if (caps)
		cap_free(caps);
	if (result != 0 || is_effective(CAP_NET_RAW) != raise)
		return SONDE_E_PRIVILEGE;
	return 0;
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

int sn_cap_keep_bind(struct sonde_error *err)
{
	const cap_value_t bind[] = {CAP_NET_BIND_SERVICE};
	const cap_flag_t sets[] = {CAP_PERMITTED, CAP_EFFECTIVE};
	cap_t now = cap_get_proc(), kept = cap_init();
	for (size_t i = 0; now && kept && i < sizeof sets / sizeof *sets; i++)
		if (has(now, bind[0], sets[i]) && cap_set_flag(kept, sets[i], 1, bind, CAP_SET) != 0) {
			cap_free(kept);
			kept = NULL;
		}
	cap_free(now);
	return keep_only(kept, err);
}

int sn_cap_drop_all(struct sonde_error *err)
{
	return keep_only(cap_init(), err);
}
