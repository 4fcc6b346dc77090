/* SPDX-License-Identifier: MIT */
/* Makes TUN devices by tun(4), netdevice(7) and the route calls of the socket ioctls, hears by rtnetlink(7) when they have worked, and
 * moves packets by read and write. */
#include "io/tun.h"

#include "base/addr.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <linux/ipv6.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ADDRESS_BOUND_MS = 5000 }; /* it takes microseconds, and milliseconds on a busy machine */

/* The device is refused for a reason that only sharing a namespace gives, or for lack of privilege. */
static const struct {
	int code;
	const char *hint;
} remedies[] = {
	{SONDE_E_PRIVILEGE, "run it as root, or without --here"},
	{SONDE_E_ROUTE, "this network namespace has such a route: run it without --here"},
	{SONDE_E_DEVICE, "another run may have the device: end it, or run it without --here"},
};

static int refused(struct sonde_error *err, const char *name, const char *what)
{
	int code = errno == EPERM || errno == EACCES ? SONDE_E_PRIVILEGE : errno == EEXIST ? SONDE_E_ROUTE : SONDE_E_DEVICE;
	sonde_fail(err, code, errno, "%s of TUN device '%s'", what, name);
	for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++)
		if (remedies[i].code == code)
			return sonde_hint(err, code, "%s", remedies[i].hint);
	return code;
}

static int create(int *fd, const char *name, struct sonde_error *err)
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	*fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (*fd < 0 && (errno == ENOENT || errno == ENODEV))
		return sonde_hint(err, sonde_fail(err, SONDE_E_UNSUPPORTED, errno, "opening /dev/net/tun"),
		                  "load its driver with 'sudo modprobe tun'");
	if (*fd < 0)
		return sonde_hint(err, sonde_fail(err, SONDE_E_PRIVILEGE, errno, "opening /dev/net/tun"),
		                  "let every user open it with 'sudo chmod 0666 /dev/net/tun', or run it as root");
	/* Without offloads and without a virtio header the kernel hands over finished checksums and no packet above the MTU. */
	if (ioctl(*fd, TUNSETIFF, &request) < 0 || ioctl(*fd, TUNSETOFFLOAD, 0) < 0)
		return refused(err, name, "creation");
	return 0;
}

static int set_up(int control, const struct sn_tun_cfg *cfg, struct sonde_error *err)
{
	struct ifreq request = {.ifr_mtu = (int)cfg->mtu_bytes};
	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", cfg->name);
	if (ioctl(control, SIOCSIFMTU, &request) < 0)
		return refused(err, cfg->name, "MTU");
	if (ioctl(control, SIOCGIFFLAGS, &request) < 0)
		return refused(err, cfg->name, "flags");
	request.ifr_flags |= IFF_UP;
	return ioctl(control, SIOCSIFFLAGS, &request) < 0 ? refused(err, cfg->name, "start") : 0;
}

static struct sockaddr_in address4(const uint8_t bytes[4])
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	memcpy(&addr.sin_addr, bytes, sizeof addr.sin_addr);
	return addr;
}

/* The address alone, without a subnet: everything else lies behind the default route. */
static int give4(int control, const struct sn_tun_cfg *cfg, struct sonde_error *err)
{
	static const uint8_t none[4] = {0}, all[4] = {255, 255, 255, 255};
	char name[IFNAMSIZ];
	struct ifreq request = {0};
	struct sockaddr_in addr = address4(cfg->addr[0].bytes), mask = address4(all), any = address4(none);
	snprintf(name, sizeof name, "%s", cfg->name);
	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", cfg->name);
	memcpy(&request.ifr_addr, &addr, sizeof addr);
	if (ioctl(control, SIOCSIFADDR, &request) < 0)
		return refused(err, cfg->name, "IPv4 address");
	memcpy(&request.ifr_netmask, &mask, sizeof mask);
	if (ioctl(control, SIOCSIFNETMASK, &request) < 0)
		return refused(err, cfg->name, "IPv4 netmask");
	struct rtentry route = {.rt_flags = RTF_UP, .rt_dev = name};
	memcpy(&route.rt_dst, &any, sizeof any);
	memcpy(&route.rt_genmask, &any, sizeof any);
	return ioctl(control, SIOCADDRT, &route) < 0 ? refused(err, cfg->name, "IPv4 default route") : 0;
}

/* A socket that hears of each new IPv6 route, or -1. */
static int hear_of_routes6(void)
{
	struct sockaddr_nl groups = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_IPV6_ROUTE};
	int hearing = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (hearing >= 0 && bind(hearing, (struct sockaddr *)&groups, sizeof groups) < 0) {
		close(hearing);
		return -1;
	}
	return hearing;
}

/* "What is for this address is for us": the last that the kernel does for a new address. */
static bool is_local_route(const uint8_t *message, size_t length_bytes, const uint8_t addr[16])
{
	struct nlmsghdr header;
	struct rtmsg route;
	if (length_bytes < sizeof header + sizeof route)
		return false;
	memcpy(&header, message, sizeof header);
	memcpy(&route, message + sizeof header, sizeof route);
	return header.nlmsg_type == RTM_NEWROUTE && route.rtm_type == RTN_LOCAL && route.rtm_dst_len == 128 &&
	       memmem(message, length_bytes, addr, 16);
}

/* The kernel makes an IPv6 address usable in a thread of its own, even without duplicate detection. Until then probes leave from ::1 or
 * from nowhere, and their answers are for nobody here. 0, or -1 with errno. */
static int await_address6(int hearing, const uint8_t addr[16])
{
	uint8_t message[4096];
	struct pollfd wait = {.fd = hearing, .events = POLLIN};
	int ready;
	while ((ready = poll(&wait, 1, ADDRESS_BOUND_MS)) > 0) {
		ssize_t count = recv(hearing, message, sizeof message, 0);
		if (count < 0)
			return -1;
		if (is_local_route(message, (size_t)count, addr))
			return 0;
	}
	if (ready == 0)
		errno = ETIMEDOUT;
	return -1;
}

static int give6(int control, const struct sn_tun_cfg *cfg, struct sonde_error *err)
{
	int ifindex = (int)if_nametoindex(cfg->name);
	struct in6_ifreq request = {.ifr6_prefixlen = 128, .ifr6_ifindex = ifindex};
	memcpy(&request.ifr6_addr, cfg->addr[1].bytes, sizeof request.ifr6_addr);
	int hearing = hear_of_routes6();
	bool given = hearing >= 0 && ioctl(control, SIOCSIFADDR, &request) == 0 && await_address6(hearing, cfg->addr[1].bytes) == 0;
	int result = given ? 0 : refused(err, cfg->name, "IPv6 address");
	if (hearing >= 0)
		close(hearing);
	if (result)
		return result;
	struct in6_rtmsg route = {.rtmsg_flags = RTF_UP, .rtmsg_metric = 1, .rtmsg_ifindex = ifindex};
	return ioctl(control, SIOCADDRT, &route) < 0 ? refused(err, cfg->name, "IPv6 default route") : 0;
}

/* The kernel would give the device a link-local address and talk to a router that is not there. */
static int keep_quiet(const char *name, struct sonde_error *err)
{
	char path[128];
	snprintf(path, sizeof path, "/proc/sys/net/ipv6/conf/%s/addr_gen_mode", name);
	int file = open(path, O_WRONLY | O_CLOEXEC);
	if (file < 0)
		return sonde_hint(err, sonde_fail(err, SONDE_E_FAMILY, errno, "IPv6 of TUN device '%s'", name),
		                  "switch IPv6 on, or describe a network without IPv6 addresses");
	ssize_t count = write(file, "1", 1);
	close(file);
	return count == 1 ? 0 : refused(err, name, "address mode");
}

static int configure(const struct sn_tun_cfg *cfg, struct sonde_error *err)
{
	int control4 = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int control6 = cfg->addr[1].family ? socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;
	int result = control4 < 0 || (cfg->addr[1].family && control6 < 0) ? refused(err, cfg->name, "socket") : 0;
	if (!result && cfg->addr[1].family)
		result = keep_quiet(cfg->name, err);
	if (!result)
		result = set_up(control4, cfg, err);
	if (!result && cfg->addr[0].family)
		result = give4(control4, cfg, err);
	if (!result && cfg->addr[1].family)
		result = give6(control6, cfg, err);
	if (control4 >= 0)
		close(control4);
	if (control6 >= 0)
		close(control6);
	return result;
}

int sn_tun_open(int *fd, const struct sn_tun_cfg *cfg, struct sonde_error *err)
{
	int result = create(fd, cfg->name, err);
	if (!result)
		result = configure(cfg, err);
	if (result && *fd >= 0) {
		close(*fd);
		*fd = -1;
	}
	return result;
}

size_t sn_tun_read(int fd, uint8_t *bytes, size_t capacity_bytes)
{
	ssize_t count = read(fd, bytes, capacity_bytes);
	return count > 0 ? (size_t)count : 0;
}

bool sn_tun_write(int fd, const uint8_t *bytes, size_t length_bytes)
{
	return write(fd, bytes, length_bytes) == (ssize_t)length_bytes;
}
