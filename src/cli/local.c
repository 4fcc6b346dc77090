/* SPDX-License-Identifier: MIT */
/* An errno of a send to a code with its hint, and how many probes it kept here. */
#include "cli/local.h"

#include "cli/hints.h"

#include <errno.h>
#include <inttypes.h>

static const struct {
	int sys_errno, code;
} codes[] = {
	{EPERM, SONDE_E_FIREWALL},      {EACCES, SONDE_E_FIREWALL},   {ENOBUFS, SONDE_E_NOBUFS},     {EAGAIN, SONDE_E_NOBUFS},
	{EMSGSIZE, SONDE_E_TOOBIG},     {ENETUNREACH, SONDE_E_ROUTE}, {EHOSTUNREACH, SONDE_E_ROUTE}, {ENETDOWN, SONDE_E_DOWN},
	/* nothing may be opened any more to list those that there are */
	{ENODEV, SONDE_E_DOWN},         {ENXIO, SONDE_E_DOWN},        {EADDRNOTAVAIL, SONDE_E_SOURCE}, {EAFNOSUPPORT, SONDE_E_FAMILY},
	{EMFILE, SONDE_E_FDS},          {ENFILE, SONDE_E_FDS},        {ENOMEM, SONDE_E_NOMEM},
};

static int code_of(int sys_errno)
{
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i].sys_errno == sys_errno)
			return codes[i].code;
	return SONDE_E_WIRE;
}

void sn_local_event(struct sn_local *local, const struct sonde_event *event)
{
	if (event->type != SONDE_EV_LOCAL_ERROR)
		return;
	local->failed_count++;
	local->sys_errno = event->as.sys_errno;
}

bool sn_local_error(const struct sn_local *local, const struct sonde_path *path, const struct sn_opts *opts, const char *wire,
                    struct sonde_error *err)
{
	const struct sonde_event_end *end = sonde_path_end(path);
	if (!end)
		return false; /* the run failed before it did: that is told */
	bool ended = end->stop == SONDE_STOP_LOCAL_ERROR && end->sys_errno;
	int sys_errno = ended ? end->sys_errno : local->sys_errno;
	const struct sonde_addr *target = &sonde_path_cfg(path)->dst;
	char addr[SONDE_ADDR_TEXT];
	if (!ended && !local->failed_count)
		return false;
	struct sonde_addr plain = *target; /* the interface is named behind it */
	plain.scope_id = 0;
	sonde_addr_text(&plain, addr);
	if (ended)
		sonde_fail(err, code_of(sys_errno), sys_errno, "cannot send to %s through %s", addr, local->route.device);
	else
		sonde_fail(err, code_of(sys_errno), sys_errno,
		           "%" PRIu32 " of %" PRIu32 " probes to %s through %s did not leave this machine", local->failed_count,
		           local->failed_count + end->probe_count, addr, local->route.device);
	struct sn_hint_about about = {
		.opts = opts, .target = target, .device = local->route.device, .wire = wire, .mtu_bytes = local->route.mtu_bytes};
	sn_hint_fill(err, &about);
	return true;
}
