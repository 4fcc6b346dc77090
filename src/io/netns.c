/* SPDX-License-Identifier: MIT */
/* namespaces(7): entering new ones and setting in them what a simulated host needs. */
#include "io/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool good = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	int cause = errno;
	close(fd);
	errno = cause;
	return good;
}

static int not_permitted(const char *what, struct sonde_error *err)
{
	return sonde_hint(err, sonde_fail(err, SONDE_E_PRIVILEGE, errno, "%s", what), "run it as root");
}

/* user_namespaces(7): without privilege a process may map itself alone, and must give up setgroups first. */
static int become_root(uid_t uid, gid_t gid, struct sonde_error *err)
{
	char user[64], group[64];
	snprintf(user, sizeof user, "0 %" PRIu32 " 1", (uint32_t)uid);
	snprintf(group, sizeof group, "0 %" PRIu32 " 1", (uint32_t)gid);
	if (!write_file("/proc/self/setgroups", "deny") || !write_file("/proc/self/uid_map", user) ||
	    !write_file("/proc/self/gid_map", group))
		return not_permitted("becoming root of a new user namespace", err);
	return 0;
}

static int leave(struct sonde_error *err)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	if (unshare(CLONE_NEWNET | CLONE_NEWNS) == 0)
		return 0;
	if (errno == EPERM && unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) == 0)
		return become_root(uid, gid, err);
	const char *setting = errno == ENOSPC ? "user.max_user_namespaces=10000" : "kernel.unprivileged_userns_clone=1";
	sonde_fail(err, SONDE_E_PRIVILEGE, errno, "making a network namespace");
	return sonde_hint(err, SONDE_E_PRIVILEGE, "run it as root, or allow user namespaces with 'sudo sysctl %s'", setting);
}

static int loopback_up(struct sonde_error *err)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int result = fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) < 0
	                     ? sonde_fail(err, SONDE_E_DEVICE, errno, "starting the loopback device")
	                     : 0;
	if (fd >= 0)
		close(fd);
	return result;
}

int sn_netns_enter(struct sonde_error *err)
{
	int result = leave(err);
	if (result)
		return result;
	/* What is mounted from here on stays here. */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return not_permitted("making mounts private", err);
	/* A user namespace knows one group only: the wide range holds where all groups are known. */
	if (!write_file("/proc/sys/net/ipv4/ping_group_range", "0 2147483647") && !write_file("/proc/sys/net/ipv4/ping_group_range", "0 0"))
		return not_permitted("opening ping sockets", err);
	/* A kernel without IPv6 has no such file, and nothing to set. */
	if (!write_file("/proc/sys/net/ipv6/conf/default/accept_dad", "0") && errno != ENOENT)
		return not_permitted("setting accept_dad", err);
	return loopback_up(err);
}

int sn_netns_hosts(const char *text, size_t text_bytes, struct sonde_error *err)
{
	char path[] = "/tmp/sonde-hosts-XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return sonde_fail(err, SONDE_E_FILE, errno, "making '%s'", path);
	bool good = write(fd, text, text_bytes) == (ssize_t)text_bytes && fchmod(fd, 0444) == 0 &&
	            mount(path, "/etc/hosts", NULL, MS_BIND, NULL) == 0;
	int result = good ? 0 : sonde_fail(err, SONDE_E_FILE, errno, "showing names as /etc/hosts");
	/* The mount keeps it alive. */
	unlink(path);
	close(fd);
	return result;
}
