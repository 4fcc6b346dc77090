/* SPDX-License-Identifier: MIT */
/* The facts that sonde doctor judges: read from /proc, sockets and the kernel's tables. Nothing is sent. */
#include "cli/cmd_doctor.h"
#include "ext/cap.h"
#include "ext/seccomp.h"
#include "io/landlock.h"
#include "io/nft.h"
#include "io/program.h"
#include "io/route.h"
#include "io/wires.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <inttypes.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef IP_RECVERR_RFC4884
#define IP_RECVERR_RFC4884 26 /* Linux 5.9 */
#endif
#ifndef IPV6_RECVERR_RFC4884
#define IPV6_RECVERR_RFC4884 31
#endif

/* The first numbers in a file of /proc/sys; how many there were. */
static int read_numbers(const char *path, struct sn_doctor_number *a, struct sn_doctor_number *b)
{
	int64_t values[2] = {0};
	FILE *file = fopen(path, "re");
	/* NOLINTNEXTLINE(cert-err34-c): numbers that the kernel prints, each within a long */
	int count = file ? fscanf(file, "%" SCNd64 " %" SCNd64, &values[0], &values[1]) : 0;
	if (file)
		fclose(file);
	*a = (struct sn_doctor_number){.known = count > 0, .value = values[0]};
	if (b)
		*b = (struct sn_doctor_number){.known = count > 1, .value = values[1]};
	return count > 0 ? count : 0;
}

static void look_at_rights(struct sn_doctor_facts *f)
{
	struct sn_cap_state caps;
	gid_t groups[SN_DOCTOR_GROUPS_MAX - 1];
	sn_cap_look(&caps);
	f->cap_effective = caps.effective;
	f->cap_permitted = caps.permitted;
	f->cap_file = caps.file;
	f->file_known = caps.file_known;
	sn_program_path(f->program);
	read_numbers("/proc/sys/net/ipv4/ping_group_range", &f->ping_low, &f->ping_high);
	int count = getgroups(SN_DOCTOR_GROUPS_MAX - 1, groups);
	f->groups[f->group_count++] = getegid();
	for (int i = 0; i < count; i++)
		f->groups[f->group_count++] = groups[i];
	f->can_ping4 = sn_wire_dgram_can_ping(4);
	f->can_ping6 = sn_wire_dgram_can_ping(6);
}

static bool takes(int domain, int level, int option)
{
	int on = 1, fd = socket(domain, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool taken = fd >= 0 && setsockopt(fd, level, option, &on, sizeof on) == 0;
	if (fd >= 0)
		close(fd);
	return taken;
}

static void look_at_sockets(struct sn_doctor_facts *f)
{
	f->recverr4 = takes(AF_INET, IPPROTO_IP, IP_RECVERR);
	f->recverr6 = takes(AF_INET6, IPPROTO_IPV6, IPV6_RECVERR);
	f->rfc4884_4 = takes(AF_INET, IPPROTO_IP, IP_RECVERR_RFC4884);
	f->rfc4884_6 = takes(AF_INET6, IPPROTO_IPV6, IPV6_RECVERR_RFC4884);
}

/* Of addresses that belong to nobody (RFC 5737, RFC 3849): only a default route, or a rule for all, leads there. */
static bool has_default_route(uint8_t family)
{
	struct sn_route_query query = {.dst = {.family = family}, .uid = (uint32_t)geteuid()};
	struct sn_route_reply reply;
	inet_pton(family == 4 ? AF_INET : AF_INET6, family == 4 ? "192.0.2.1" : "2001:db8::1", query.dst.bytes);
	int netlink_fd = sn_netlink_open();
	bool has = netlink_fd >= 0 && sn_route_lookup(netlink_fd, &query, &reply) == 0 && reply.type == RTN_UNICAST;
	if (netlink_fd >= 0)
		close(netlink_fd);
	return has;
}

static void look_at_families(struct sn_doctor_facts *f)
{
	struct sn_doctor_number off;
	bool there = read_numbers("/proc/sys/net/ipv6/conf/all/disable_ipv6", &off, NULL) > 0;
	f->ipv6 = !there ? SN_DOCTOR_IPV6_ABSENT : off.value ? SN_DOCTOR_IPV6_OFF : SN_DOCTOR_IPV6_ON;
	f->route4 = has_default_route(4);
	f->route6 = f->ipv6 == SN_DOCTOR_IPV6_ON && has_default_route(6);
	read_numbers("/proc/sys/net/ipv4/icmp_ratelimit", &f->icmp_ratelimit_ms, NULL);
	read_numbers("/proc/sys/net/ipv4/icmp_msgs_per_sec", &f->icmp_msgs_per_sec, NULL);
	read_numbers("/proc/sys/net/ipv6/icmp/ratelimit", &f->icmp6_ratelimit_ms, NULL);
}

static int64_t rp_filter_of(const char *device)
{
	char path[128];
	struct sn_doctor_number value;
	snprintf(path, sizeof path, "/proc/sys/net/ipv4/conf/%s/rp_filter", device);
	read_numbers(path, &value, NULL);
	return value.value;
}

static void look_at_devices(struct sn_doctor_facts *f)
{
	struct if_nameindex *all = if_nameindex();
	struct ifaddrs *addresses = NULL;
	int64_t of_all = rp_filter_of("all");
	if (getifaddrs(&addresses) != 0)
		addresses = NULL;
	for (const struct if_nameindex *one = all; one && one->if_index && f->device_count < SN_DOCTOR_DEVICES_MAX; one++) {
		const struct ifaddrs *address = addresses;
		while (address && strcmp(address->ifa_name, one->if_name) != 0)
			address = address->ifa_next;
		if (!address || !(address->ifa_flags & IFF_UP) || address->ifa_flags & IFF_LOOPBACK)
			continue;
		struct sn_doctor_device *device = &f->devices[f->device_count++];
		int64_t own = rp_filter_of(one->if_name);
		snprintf(device->name, sizeof device->name, "%s", one->if_name);
		device->rp_filter = own > of_all ? own : of_all; /* ip-sysctl: the larger one is in force */
	}
	if (addresses)
		freeifaddrs(addresses);
	if (all)
		if_freenameindex(all);
}

static void look_at_filters(struct sn_doctor_filter *filter)
{
	struct sn_nft_summary summary = {0};
	char line[64];
	int failed = sn_nft_look(&summary);
	filter->nftables = failed == 0                       ? SN_DOCTOR_VISIBLE
	                   : failed == EPERM || failed == EACCES ? SN_DOCTOR_HIDDEN
	                                                         : SN_DOCTOR_NOT_THERE;
	filter->rule_count = summary.rule_count;
	filter->in = summary.in;
	filter->out = summary.out;
	FILE *tables = fopen("/proc/net/ip_tables_names", "re");
	filter->legacy = !tables && errno == EACCES ? SN_DOCTOR_HIDDEN : SN_DOCTOR_NOT_THERE;
	while (tables && fgets(line, sizeof line, tables))
		if (strcmp(line, "filter\n") == 0)
			filter->legacy = SN_DOCTOR_VISIBLE;
	if (tables)
		fclose(tables);
}

static void look_at_names(struct sn_doctor_facts *f)
{
	char line[256], server[sizeof f->name_server];
	FILE *file = fopen("/etc/resolv.conf", "re");
	f->resolv_conf = file != NULL;
	while (file && fgets(line, sizeof line, file)) {
		if (sscanf(line, " nameserver %63[0-9a-zA-Z.:%]", server) != 1)
			continue;
		if (f->name_server_count++ == 0)
			memcpy(f->name_server, server, sizeof server);
	}
	if (file)
		fclose(file);
}

/* The first of these names in one of the usual folders. */
static void find_database(const char *const *names, char path[SN_DOCTOR_PATH_BYTES])
{
	static const char *const folders[] = {"/usr/share/GeoIP", "/var/lib/GeoIP", "/usr/local/share/GeoIP"};
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		for (const char *const *name = names; *name; name++) {
			snprintf(path, SN_DOCTOR_PATH_BYTES, "%s/%s", folders[i], *name);
			if (access(path, R_OK) == 0)
				return;
		}
	path[0] = '\0';
}

void sn_doctor_look(struct sn_doctor_facts *facts)
{
	static const char *const asn[] = {"GeoLite2-ASN.mmdb", "GeoIP2-ISP.mmdb", "dbip-asn-lite.mmdb", NULL};
	static const char *const place[] = {"GeoLite2-City.mmdb", "GeoIP2-City.mmdb", "GeoLite2-Country.mmdb", "GeoIP2-Country.mmdb",
	                                    "dbip-city-lite.mmdb", "dbip-country-lite.mmdb", NULL};
	*facts = (struct sn_doctor_facts){.program = ""};
	look_at_rights(facts);
	look_at_sockets(facts);
	look_at_families(facts);
	look_at_devices(facts);
	look_at_filters(&facts->filter);
	look_at_names(facts);
	facts->seccomp = sn_seccomp_there;
	facts->landlock = sn_landlock_there();
	find_database(asn, facts->asn_database);
	find_database(place, facts->place_database);
}
