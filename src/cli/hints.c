/* SPDX-License-Identifier: MIT */
/* THE HINT TABLE: a code's own hint is general; a row here says the same with the values of this run. */
#include "cli/hints.h"

#include "base/addr.h"
#include "io/program.h"

#include <errno.h>
#include <inttypes.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

enum { FILES_WANTED = 4096, NAMES_BYTES = 120 };

/* The interface in question: the one that failed, that of the target, or that of -i. "" for none. */
static const char *device_of(const struct sn_hint_about *about, char name[IF_NAMESIZE])
{
	name[0] = '\0';
	if (about->device && about->device[0])
		return about->device;
	if (about->target && about->target->scope_id && if_indextoname(about->target->scope_id, name))
		return name;
	return about->opts && about->opts->device ? about->opts->device : "";
}

/* "lo, eth0": the interfaces of this machine, as many as have room; and the first that leads anywhere. */
static void list_devices(char names[NAMES_BYTES], char likely[IF_NAMESIZE])
{
	struct if_nameindex *all = if_nameindex();
	size_t at = 0;
	names[0] = likely[0] = '\0';
	for (const struct if_nameindex *one = all; one && one->if_index; one++) {
		if (!likely[0] && strcmp(one->if_name, "lo") != 0)
			snprintf(likely, IF_NAMESIZE, "%s", one->if_name);
		size_t bytes = strlen(one->if_name) + (at ? 2 : 0);
		if (at + bytes + sizeof ", …" > NAMES_BYTES) {
			snprintf(names + at, NAMES_BYTES - at, ", …");
			break;
		}
		at += (size_t)snprintf(names + at, NAMES_BYTES - at, "%s%s", at ? ", " : "", one->if_name);
	}
	if (all)
		if_freenameindex(all);
}

static void route(struct sonde_error *err, const struct sn_hint_about *about)
{
	char text[SONDE_ADDR_TEXT], name[IF_NAMESIZE], names[NAMES_BYTES], mark[24] = "";
	const char *device = device_of(about, name);
	if (!about->target)
		return;
	struct sonde_addr plain = *about->target;
	plain.scope_id = 0;
	sonde_addr_text(&plain, text);
	if (plain.family == 6 && sn_addr_kind(&plain) == SN_ADDR_LINK_LOCAL && !device[0]) {
		list_devices(names, name);
		sonde_hint(err, err->code, "name its interface, as in %s%%%s: this machine has %s", text, name[0] ? name : "lo", names);
		return;
	}
	if (about->opts && about->opts->mark)
		snprintf(mark, sizeof mark, " mark %" PRIu32, about->opts->mark);
	sonde_hint(err, err->code, "'ip route get %s%s%s%s' shows what the kernel knows", text, device[0] ? " oif " : "", device, mark);
}

static void device(struct sonde_error *err, const struct sn_hint_about *about)
{
	char names[NAMES_BYTES], likely[IF_NAMESIZE];
	(void)about;
	list_devices(names, likely);
	if (names[0])
		sonde_hint(err, err->code, "this machine has %s", names);
}

static void down(struct sonde_error *err, const struct sn_hint_about *about)
{
	char name[IF_NAMESIZE];
	const char *device = device_of(about, name);
	if (device[0])
		sonde_hint(err, err->code, "bring it up with 'sudo ip link set %s up'", device);
}

static void family(struct sonde_error *err, const struct sn_hint_about *about)
{
	unsigned is = about->target ? about->target->family : about->opts ? about->opts->family : 0;
	if (is == 6)
		sonde_hint(err, err->code, "'sudo sysctl net.ipv6.conf.all.disable_ipv6=0' switches it on; -4 goes without it");
	else if (is == 4)
		sonde_hint(err, err->code, "-6 goes without it");
}

static void source(struct sonde_error *err, const struct sn_hint_about *about)
{
	unsigned is = about->target ? about->target->family : 0;
	if (is)
		sonde_hint(err, err->code, "'ip -%u -brief address' shows those it has", is);
}

static void privilege(struct sonde_error *err, const struct sn_hint_about *about)
{
	char path[SN_PROGRAM_PATH_BYTES];
	bool mark = about->opts && about->opts->mark;
	sonde_hint(err, err->code, "'sudo setcap cap_net_raw%s+p %s' permits it%s", mark ? ",cap_net_admin" : "", sn_program_path(path),
	           mark ? "" : "; --wire dgram needs no privilege");
}

/* A full table of connections is told with the same errno. */
static void firewall(struct sonde_error *err, const struct sn_hint_about *about)
{
	char text[SONDE_ADDR_TEXT];
	if (err->sys_errno == EACCES && about->opts && about->opts->sport && about->opts->sport < IPPORT_RESERVED)
		sonde_hint(err, err->code, "a source port below %d needs privilege: choose --sport %d or above", IPPORT_RESERVED,
		           IPPORT_RESERVED);
	else if (err->sys_errno == EACCES && about->target)
		sonde_hint(err, err->code, "a rule of 'sudo nft list ruleset' refuses it, or a route: 'ip route get %s'",
		           sonde_addr_text(about->target, text));
	else
		sonde_hint(err, err->code, "'sudo nft list ruleset' shows the rules; a full table of connections refuses as well");
}

static void nobufs(struct sonde_error *err, const struct sn_hint_about *about)
{
	char name[IF_NAMESIZE];
	const char *device = device_of(about, name);
	sonde_ns pause_ns = about->opts && about->opts->pause_ns ? 2 * about->opts->pause_ns : 10 * SONDE_MS;
	sonde_hint(err, err->code, device[0] ? "probe more slowly with -z %" PRId64 "ms; 'tc -s qdisc show dev %s' shows the queue" :
	           "probe more slowly with -z %" PRId64 "ms", (int64_t)(pause_ns / SONDE_MS), device);
}

static void toobig(struct sonde_error *err, const struct sn_hint_about *about)
{
	char name[IF_NAMESIZE];
	const char *device = device_of(about, name);
	unsigned most_bytes = about->mtu_bytes;
	bool sized = !about->opts || about->opts->size_bytes;
	if (most_bytes && device[0] && !sized)
		sonde_hint(err, err->code, "%s takes %u bytes: let probes carry less, or give --no-df to send fragments", device,
		           most_bytes);
	else if (most_bytes && device[0])
		sonde_hint(err, err->code, "%s takes %u bytes: give --size %u or less, or --no-df to send fragments", device, most_bytes,
		           most_bytes);
}

static void fds(struct sonde_error *err, const struct sn_hint_about *about)
{
	struct rlimit limit;
	(void)about;
	if (err->sys_errno == ENFILE)
		sonde_hint(err, err->code, "this machine is at its limit: 'sysctl fs.file-nr' shows it; close other programs");
	else if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		sonde_hint(err, err->code, "the limit is %llu: raise it with 'ulimit -n %llu', or trace fewer hosts at once",
		           (unsigned long long)limit.rlim_cur,
		           limit.rlim_cur < FILES_WANTED ? (unsigned long long)FILES_WANTED : 2ULL * limit.rlim_cur);
}

static void wire(struct sonde_error *err, const struct sn_hint_about *about)
{
	if (about->wire)
		sonde_hint(err, err->code, "try --wire %s", strcmp(about->wire, "raw") == 0 ? "dgram" : "raw");
}

/* Only the unprivileged wire cannot do something that an option asks for. */
static void unsupported(struct sonde_error *err, const struct sn_hint_about *about)
{
	char path[SN_PROGRAM_PATH_BYTES];
	if (about->opts && about->opts->sport)
		sonde_hint(err, err->code, "leave out --sport %u, or get the raw wire with 'sudo setcap cap_net_raw+p %s'",
		           (unsigned)about->opts->sport, sn_program_path(path));
}

static void (*const hints[SONDE_ROW_COUNT])(struct sonde_error *err, const struct sn_hint_about *about) = {
	[SONDE_ROW_ROUTE] = route,
	[SONDE_ROW_DEVICE] = device,
	[SONDE_ROW_DOWN] = down,
	[SONDE_ROW_FAMILY] = family,
	[SONDE_ROW_SOURCE] = source,
	[SONDE_ROW_PRIVILEGE] = privilege,
	[SONDE_ROW_FIREWALL] = firewall,
	[SONDE_ROW_NOBUFS] = nobufs,
	[SONDE_ROW_TOOBIG] = toobig,
	[SONDE_ROW_FDS] = fds,
	[SONDE_ROW_WIRE] = wire,
	[SONDE_ROW_UNSUPPORTED] = unsupported,
};

/* Of the simulated machine the commands of this one say nothing. */
static bool is_simulated(const struct sonde_error *err, const struct sn_hint_about *about)
{
	static const int codes[] = {SONDE_E_ROUTE, SONDE_E_FAMILY, SONDE_E_SOURCE, SONDE_E_DOWN, SONDE_E_FIREWALL};
	if (!about->opts || !about->opts->sim)
		return false;
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i] == err->code)
			return true;
	return false;
}

void sn_hint_fill(struct sonde_error *err, const struct sn_hint_about *about)
{
	if (!err->hint[0] && is_simulated(err, about))
		sonde_hint(err, err->code, "the lines about the observer in %.200s make it so", about->opts->sim);
	if (!err->hint[0] && err->code < 0 && -err->code < (int)SONDE_ROW_COUNT && hints[-err->code])
		hints[-err->code](err, about);
}
