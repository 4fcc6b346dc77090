/* SPDX-License-Identifier: MIT */
/* THE TABLE of system calls. A row that tells no arguments lets the call through with any; rows of one call add up. */
#include "ext/seccomp.h"

#if SONDE_WITH_SECCOMP

#include <asm/termbits.h> /* struct termios2 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

const bool sn_seccomp_there = true;

enum {
	RAW = 1 << SN_SECCOMP_RAW,
	DGRAM = 1 << SN_SECCOMP_DGRAM,
	OFFLINE = 1 << SN_SECCOMP_OFFLINE,
	RESOLVER = 1 << SN_SECCOMP_RESOLVER,
	FILES = 1 << SN_SECCOMP_FILES,
	WIRES = RAW | DGRAM,
	PROGRAM = WIRES | OFFLINE,
	ALL = PROGRAM | RESOLVER | FILES,
	CHECKS_MAX = 2,
	SOCKET_KIND = 0xf, /* of a socket's type: the rest are flags */
};

/* The argument of that index, and with the mask, must equal the value. */
struct check {
	uint8_t argument;
	bool own_pid;    /* the value is the process id */
	uint64_t mask, value;
};
#define ANY {{0, false, 0, 0}, {0, false, 0, 0}}
#define IS(argument, value) {argument, false, UINT64_MAX, value}
#define HAS(argument, mask, value) {argument, false, mask, value}
#define NONE {0, false, 0, 0}

struct row {
	int call;
	uint8_t lists;
	struct check checks[CHECKS_MAX];
};

static const struct row rows[] = {
    /* memory: never any that can be run */
    {SCMP_SYS(brk), ALL, ANY},
    {SCMP_SYS(mmap), ALL & ~RESOLVER, {HAS(2, PROT_EXEC, 0), NONE}},
    {SCMP_SYS(mprotect), ALL & ~RESOLVER, {HAS(2, PROT_EXEC, 0), NONE}},
    {SCMP_SYS(mremap), ALL, ANY},
    {SCMP_SYS(munmap), ALL, ANY},
    {SCMP_SYS(madvise), PROGRAM | RESOLVER, ANY},
    {SCMP_SYS(futex), PROGRAM | RESOLVER, ANY},
    {SCMP_SYS(getrandom), PROGRAM | RESOLVER, ANY},
    {SCMP_SYS(sysinfo), PROGRAM | RESOLVER, ANY}, /* qsort() asks how much memory there is */

    /* what is open */
    {SCMP_SYS(read), ALL, ANY},
    {SCMP_SYS(write), PROGRAM | RESOLVER, ANY},
    {SCMP_SYS(writev), PROGRAM, ANY},
    {SCMP_SYS(lseek), PROGRAM | RESOLVER, ANY},
    {SCMP_SYS(ftruncate), PROGRAM, ANY}, /* the part of a line on a full disk */
    {SCMP_SYS(close), ALL, ANY},
    {SCMP_SYS(fstat), PROGRAM | RESOLVER, ANY},
    {SCMP_SYS(newfstatat), PROGRAM, {HAS(3, AT_EMPTY_PATH, AT_EMPTY_PATH), NONE}}, /* fstat() of newer libraries; files are Landlock's */
    {SCMP_SYS(prlimit64), DGRAM, {IS(1, RLIMIT_NOFILE), IS(2, 0)}}, /* to tell how many may be open, never to change it */
    {SCMP_SYS(fcntl), PROGRAM, {IS(1, F_GETFL), NONE}},
    {SCMP_SYS(fcntl), PROGRAM, {IS(1, F_SETFL), NONE}},
    {SCMP_SYS(ioctl), PROGRAM, {IS(1, TIOCGWINSZ), NONE}},
    {SCMP_SYS(ioctl), PROGRAM, {IS(1, TCGETS), NONE}},
#ifdef TCGETS2
    {SCMP_SYS(ioctl), PROGRAM, {IS(1, TCGETS2), NONE}}, /* the same of newer libraries */
#endif

    /* waiting */
    {SCMP_SYS(ppoll), PROGRAM | RESOLVER, ANY},
    {SCMP_SYS(poll), PROGRAM | RESOLVER, ANY},
    {SCMP_SYS(epoll_create1), PROGRAM, ANY},
    {SCMP_SYS(epoll_ctl), PROGRAM, ANY},
    {SCMP_SYS(epoll_wait), PROGRAM, ANY},
    {SCMP_SYS(epoll_pwait), PROGRAM, ANY},
    {SCMP_SYS(timerfd_settime), DGRAM, ANY},
    {SCMP_SYS(clock_gettime), PROGRAM | RESOLVER, ANY},
    {SCMP_SYS(gettimeofday), RESOLVER, ANY},
    {SCMP_SYS(restart_syscall), ALL, ANY},

    /* signals: to itself alone */
    {SCMP_SYS(rt_sigaction), ALL, ANY},
    {SCMP_SYS(rt_sigprocmask), ALL, ANY},
    {SCMP_SYS(rt_sigreturn), ALL, ANY},
    {SCMP_SYS(signalfd4), PROGRAM, ANY},
    {SCMP_SYS(getpid), ALL, ANY},
    {SCMP_SYS(gettid), ALL, ANY},
    {SCMP_SYS(tgkill), ALL, {{0, true, UINT64_MAX, 0}, NONE}},
    {SCMP_SYS(geteuid), PROGRAM | RESOLVER, ANY},
    {SCMP_SYS(exit), ALL, ANY},
    {SCMP_SYS(exit_group), ALL, ANY},
    {SCMP_SYS(prctl), ALL, {IS(0, PR_GET_SECCOMP), NONE}},

    /* sockets that are open */
    {SCMP_SYS(sendto), ALL, ANY},
    {SCMP_SYS(sendmsg), WIRES | RESOLVER, ANY},
    {SCMP_SYS(sendmmsg), RESOLVER, ANY},
    {SCMP_SYS(recvfrom), ALL, ANY},
    {SCMP_SYS(recvmsg), WIRES | RESOLVER, ANY},
    {SCMP_SYS(recvmmsg), WIRES, ANY},
    {SCMP_SYS(getsockopt), WIRES | RESOLVER, ANY},
    {SCMP_SYS(setsockopt), DGRAM | RESOLVER, ANY},
    {SCMP_SYS(getsockname), DGRAM | RESOLVER, ANY},

    /* new sockets */
    {SCMP_SYS(socket), DGRAM | RESOLVER, {IS(0, AF_INET), HAS(1, SOCKET_KIND, SOCK_DGRAM)}},
    {SCMP_SYS(socket), DGRAM | RESOLVER, {IS(0, AF_INET), HAS(1, SOCKET_KIND, SOCK_STREAM)}},
    {SCMP_SYS(socket), DGRAM | RESOLVER, {IS(0, AF_INET6), HAS(1, SOCKET_KIND, SOCK_DGRAM)}},
    {SCMP_SYS(socket), DGRAM | RESOLVER, {IS(0, AF_INET6), HAS(1, SOCKET_KIND, SOCK_STREAM)}},
    {SCMP_SYS(socket), RESOLVER, {IS(0, AF_UNIX), NONE}},    /* nscd, systemd-resolved and their like */
    {SCMP_SYS(socket), RESOLVER, {IS(0, AF_NETLINK), NONE}}, /* which families this machine has (RFC 6724) */
    {SCMP_SYS(bind), DGRAM | RESOLVER, ANY},
    {SCMP_SYS(connect), DGRAM | RESOLVER, ANY},
    {SCMP_SYS(getpeername), RESOLVER, ANY},

    /* the parts of the system's resolver, which its configuration names: what it may read is Landlock's */
    {SCMP_SYS(openat), RESOLVER, {HAS(2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY), NONE}},
    {SCMP_SYS(newfstatat), RESOLVER, ANY},
    {SCMP_SYS(statx), RESOLVER, ANY},
    {SCMP_SYS(access), RESOLVER, ANY},
    {SCMP_SYS(faccessat), RESOLVER, ANY},
    {SCMP_SYS(faccessat2), RESOLVER, ANY},
    {SCMP_SYS(readlink), RESOLVER, ANY},
    {SCMP_SYS(readlinkat), RESOLVER, ANY},
    {SCMP_SYS(getdents64), RESOLVER, ANY},
    {SCMP_SYS(pread64), RESOLVER, ANY},
    {SCMP_SYS(mmap), RESOLVER, ANY},
    {SCMP_SYS(mprotect), RESOLVER, ANY},
    {SCMP_SYS(fcntl), RESOLVER, ANY},
    {SCMP_SYS(ioctl), RESOLVER, {IS(1, FIONREAD), NONE}},
    {SCMP_SYS(uname), RESOLVER, ANY},
    {SCMP_SYS(getuid), RESOLVER, ANY},
    {SCMP_SYS(getgid), RESOLVER, ANY},
    {SCMP_SYS(getegid), RESOLVER, ANY},
    {SCMP_SYS(clock_nanosleep), RESOLVER, ANY},
    {SCMP_SYS(sched_yield), RESOLVER, ANY},

    /* its keeper starts it again: a plain copy */
    {SCMP_SYS(clone), RESOLVER, {HAS(0, ~(uint64_t)(CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID), SIGCHLD), NONE}},
    {SCMP_SYS(set_robust_list), RESOLVER, ANY},
    {SCMP_SYS(rseq), RESOLVER, ANY},
    {SCMP_SYS(wait4), RESOLVER, ANY},
    {SCMP_SYS(getppid), RESOLVER, ANY},
    {SCMP_SYS(prctl), RESOLVER, {IS(0, PR_SET_PDEATHSIG), NONE}},
    {SCMP_SYS(prctl), RESOLVER, {IS(0, PR_SET_NAME), NONE}},

    /* putting files in their place */
    {SCMP_SYS(rename), FILES, ANY},
    {SCMP_SYS(renameat), FILES, ANY},
    {SCMP_SYS(renameat2), FILES, ANY},
    {SCMP_SYS(unlink), FILES, ANY},
    {SCMP_SYS(unlinkat), FILES, ANY},

    /* the same by the names that 32-bit machines have for them */
    {SCMP_SYS(mmap2), ALL & ~RESOLVER, {HAS(2, PROT_EXEC, 0), NONE}},
    {SCMP_SYS(mmap2), RESOLVER, ANY},
    {SCMP_SYS(_llseek), PROGRAM | RESOLVER, ANY},
    {SCMP_SYS(fstat64), PROGRAM | RESOLVER, ANY},
    {SCMP_SYS(fstatat64), PROGRAM, {HAS(3, AT_EMPTY_PATH, AT_EMPTY_PATH), NONE}},
    {SCMP_SYS(fstatat64), RESOLVER, ANY},
    {SCMP_SYS(fcntl64), PROGRAM, {IS(1, F_GETFL), NONE}},
    {SCMP_SYS(fcntl64), PROGRAM, {IS(1, F_SETFL), NONE}},
    {SCMP_SYS(fcntl64), RESOLVER, ANY},
    {SCMP_SYS(ftruncate64), PROGRAM, ANY},
    {SCMP_SYS(ppoll_time64), PROGRAM | RESOLVER, ANY},
    {SCMP_SYS(clock_gettime64), PROGRAM | RESOLVER, ANY},
    {SCMP_SYS(clock_nanosleep_time64), RESOLVER, ANY},
    {SCMP_SYS(futex_time64), PROGRAM | RESOLVER, ANY},
    {SCMP_SYS(timerfd_settime64), DGRAM, ANY},
    {SCMP_SYS(recvmmsg_time64), WIRES, ANY},
    {SCMP_SYS(sigreturn), ALL, ANY},
    {SCMP_SYS(geteuid32), PROGRAM | RESOLVER, ANY},
    {SCMP_SYS(getuid32), RESOLVER, ANY},
    {SCMP_SYS(getgid32), RESOLVER, ANY},
    {SCMP_SYS(getegid32), RESOLVER, ANY},
    {SCMP_SYS(send), ALL, ANY},
    {SCMP_SYS(recv), ALL, ANY},
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

static int add(scmp_filter_ctx filter, const struct row *row)
{
	struct scmp_arg_cmp compared[CHECKS_MAX];
	unsigned count = 0;
	for (size_t i = 0; i < CHECKS_MAX; i++) {
		const struct check *check = &row->checks[i];
		uint64_t value = check->own_pid ? (uint64_t)getpid() : check->value;
		if (check->mask)
			compared[count++] = SCMP_CMP(check->argument, SCMP_CMP_MASKED_EQ, check->mask, value);
	}
	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, row->call, count, compared);
}

size_t sn_seccomp_count(enum sn_seccomp_list list)
{
	size_t count = 0;
	for (size_t i = 0; i < ROW_COUNT; i++) {
		bool seen = rows[i].call < 0 || !(rows[i].lists & 1u << list); /* below 0: not on this machine */
		for (size_t before = 0; !seen && before < i; before++)
			seen = rows[before].call == rows[i].call && rows[before].lists & 1u << list;
		count += !seen;
	}
	return count;
}

int sn_seccomp(enum sn_seccomp_list list, struct sonde_error *err)
{
	if (!SONDE_CONFINED)
		return SONDE_OK;
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int result = filter ? seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) : -ENOMEM; /* a tree: fewer steps for each call */
	for (size_t i = 0; result == 0 && i < ROW_COUNT; i++)
		if (rows[i].call >= 0 && rows[i].lists & 1u << list)
			result = add(filter, &rows[i]);
	if (result == 0)
		result = seccomp_load(filter);
	seccomp_release(filter);
	if (result == 0 && prctl(PR_GET_SECCOMP, 0UL, 0UL, 0UL, 0UL) == SECCOMP_MODE_FILTER)
		return SONDE_OK;
	return sonde_fail(err, SONDE_E_PRIVILEGE, result < 0 ? -result : EPERM, "system calls could not be given up (seccomp)");
}

#else

const bool sn_seccomp_there = false;

size_t sn_seccomp_count(enum sn_seccomp_list list)
{
	(void)list;
	return 0;
}

int sn_seccomp(enum sn_seccomp_list list, struct sonde_error *err)
{
	(void)list;
	(void)err;
	return SONDE_OK;
}

#endif

int sn_seccomp_resolver(struct sonde_error *err)
{
	return sn_seccomp(SN_SECCOMP_RESOLVER, err);
}

int sn_seccomp_files(struct sonde_error *err)
{
	return sn_seccomp(SN_SECCOMP_FILES, err);
}
