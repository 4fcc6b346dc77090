/* SPDX-License-Identifier: MIT */
/* Bad luck on demand, between the program and its C library: loaded in front of it (LD_PRELOAD), this lets chosen calls fail as a kernel
 * would, or sets the wall clock as somebody else might, for this process alone. SONDE_FAULTY holds the orders, ';' between them:
 *   send FROM-TO ERRNO    the FROM-th to TO-th packet handed to an internet socket, a connection being opened among them, fails so
 *   clock NTH SECONDS     right behind the NTH packet the wall clock is set by so much: read later it says so, as do packets' stamps
 *   allocate FROM-TO      these allocations fail
 *   sweep once|since      runs the program again and again, with the n-th allocation failing (or all from the n-th on), for all n,
 *                         and writes what came of each run; see sweep.c
 * It makes no system call that the program would not have made. */
#include "faulty.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ORDERS_MAX = 8, FDS_MAX = 4096, NS_PER_S = 1000000000 };

static struct order {
	long from, to;
	int sys_errno;
} send_orders[ORDERS_MAX];
static size_t send_order_count;
static long clock_nth, clock_s;

static long packet_count;
static long long stepped_at_ns; /* by the true wall clock; 0: not yet */
static bool is_inet[FDS_MAX], is_stream[FDS_MAX];

static void obey(const char *order)
{
	char word[16] = "";
	struct order send = {0};
	if (sscanf(order, " send %ld-%ld %d", &send.from, &send.to, &send.sys_errno) == 3 && send_order_count < ORDERS_MAX)
		send_orders[send_order_count++] = send;
	else if (sscanf(order, " sweep %15s", word) == 1)
		faulty_sweep = strcmp(word, "since") == 0 ? FAULTY_SINCE : FAULTY_ONCE;
	else if (sscanf(order, " allocate %ld-%ld", &faulty_from, &faulty_to) != 2 &&
		 sscanf(order, " clock %ld %ld", &clock_nth, &clock_s) != 2) {
		(void)dprintf(STDERR_FILENO, "faulty: what is '%s'?\n", order);
		_exit(99);
	}
}

__attribute__((constructor)) static void begin(void)
{
	const char *orders = getenv("SONDE_FAULTY");
	char text[512], *rest = text, *order;
	if (!orders)
		return;
	(void)snprintf(text, sizeof text, "%s", orders);
	while ((order = strsep(&rest, ";")))
		obey(order);
}

/* The C library's own, whatever its type. */
#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);
	if (!found)
		abort();
	return found;
}

/* ---- packets ---- */

int socket(int domain, int type, int protocol)
{
	int fd = REAL(socket)(domain, type, protocol);
	if (fd >= 0 && fd < FDS_MAX) {
		is_inet[fd] = domain == AF_INET || domain == AF_INET6;
		is_stream[fd] = (type & 0xf) == SOCK_STREAM;
	}
	return fd;
}

static long long wall_ns(void)
{
	struct timespec ts;
	(void)REAL(clock_gettime)(CLOCK_REALTIME, &ts);
	return (long long)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* True: this one fails, errno says how. */
static bool fails(int fd)
{
	if (fd < 0 || fd >= FDS_MAX || !is_inet[fd])
		return false;
	packet_count++;
	for (size_t i = 0; i < send_order_count; i++) {
		if (packet_count < send_orders[i].from || packet_count > send_orders[i].to)
			continue;
		errno = send_orders[i].sys_errno;
		return true;
	}
	return false;
}

static ssize_t left(ssize_t result)
{
	if (clock_nth && packet_count >= clock_nth && !stepped_at_ns)
		stepped_at_ns = wall_ns();
	return result;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	return fails(fd) ? -1 : left(REAL(sendmsg)(fd, message, flags));
}

ssize_t sendto(int fd, const void *bytes, size_t count, int flags, const struct sockaddr *to, socklen_t to_bytes)
{
	return fails(fd) ? -1 : left(REAL(sendto)(fd, bytes, count, flags, to, to_bytes));
}

ssize_t send(int fd, const void *bytes, size_t count, int flags)
{
	return fails(fd) ? -1 : left(REAL(send)(fd, bytes, count, flags));
}

int connect(int fd, const struct sockaddr *to, socklen_t to_bytes)
{
	bool opens = fd >= 0 && fd < FDS_MAX && is_stream[fd];
	if (opens && fails(fd))
		return -1;
	int result = REAL(connect)(fd, to, to_bytes), sys_errno = errno;
	if (opens)
		(void)left(0);
	errno = sys_errno;
	return result;
}

/* ---- the wall clock ---- */

static void shift(struct timespec *ts)
{
	if (stepped_at_ns && (long long)ts->tv_sec * NS_PER_S + ts->tv_nsec >= stepped_at_ns)
		ts->tv_sec += clock_s;
}

int clock_gettime(clockid_t id, struct timespec *ts)
{
	int result = REAL(clock_gettime)(id, ts);
	if (result == 0 && id == CLOCK_REALTIME)
		shift(ts);
	return result;
}

time_t time(time_t *out)
{
	struct timespec ts;
	(void)clock_gettime(CLOCK_REALTIME, &ts);
	if (out)
		*out = ts.tv_sec;
	return ts.tv_sec;
}

static void shift_stamps(struct msghdr *message)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		struct timespec ts;
		if (c->cmsg_level != SOL_SOCKET || (c->cmsg_type != SO_TIMESTAMPNS && c->cmsg_type != SO_TIMESTAMPING) ||
		    c->cmsg_len < CMSG_LEN(sizeof ts))
			continue;
		memcpy(&ts, CMSG_DATA(c), sizeof ts);
		shift(&ts);
		memcpy(CMSG_DATA(c), &ts, sizeof ts);
	}
}

int recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout)
{
	int got = REAL(recvmmsg)(fd, messages, count, flags, timeout);
	for (int i = 0; i < got; i++)
		shift_stamps(&messages[i].msg_hdr);
	return got;
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	ssize_t got = REAL(recvmsg)(fd, message, flags);
	if (got >= 0)
		shift_stamps(message);
	return got;
}
