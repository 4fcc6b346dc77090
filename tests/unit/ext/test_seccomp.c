/* SPDX-License-Identifier: MIT */
/* What is left to a process is little, what is not ends it. Each attempt in a process of its own. */
#include "test.h"

#include "ext/seccomp.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
enum { SANITIZED = true };
#else
enum { SANITIZED = false };
#endif
enum { NO_MATTER = 77 };

static void run_a_program(void)
{
	char name[] = "true";
	char *const argv[] = {name, NULL};
	execv("/bin/true", argv);
}

static void open_a_file(void)
{
	(void)!open("/etc/passwd", O_RDONLY);
}

static void open_raw(void)
{
	(void)!socket(AF_INET, SOCK_RAW, 1);
}

static void open_udp(void)
{
	(void)!socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

static void open_tcp6(void)
{
	(void)!socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);
}

static void open_unix(void)
{
	(void)!socket(AF_UNIX, SOCK_DGRAM, 0);
}

static void open_netlink(void)
{
	(void)!socket(AF_NETLINK, SOCK_RAW, 0);
}

static void open_packet(void)
{
	(void)!socket(AF_PACKET, SOCK_DGRAM, 0);
}

static void connect_it(void)
{
	struct sockaddr any = {.sa_family = AF_INET};
	(void)!connect(-1, &any, sizeof any);
}

static void bind_it(void)
{
	struct sockaddr any = {.sa_family = AF_INET};
	(void)!bind(-1, &any, sizeof any);
}

static void trace_a_process(void)
{
	(void)!ptrace(PTRACE_ATTACH, getpid(), 0, 0);
}

static void kill_another(void)
{
	(void)!kill(getppid(), 0);
}

static void fork_one(void)
{
	if (fork() == 0)
		_exit(0);
}

static void map_code(void)
{
	(void)!mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void map_data(void)
{
	(void)!mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void make_code(void)
{
	(void)!mprotect(NULL, 0, PROT_READ | PROT_EXEC);
}

static void type_for_the_user(void)
{
	(void)!ioctl(-1, TIOCSTI, "x");
}

static void ask_the_size(void)
{
	(void)!ioctl(-1, TIOCGWINSZ, NULL);
}

static void write_it(void)
{
	(void)!write(-1, "", 1);
}

static void remove_a_file(void)
{
	(void)!unlink("/nonexistent");
}

static void create_a_file(void)
{
	(void)!open("/nonexistent/file", O_WRONLY | O_CREAT, 0600);
}

#define ON(list) (1u << SN_SECCOMP_##list)
enum { PROGRAM = ON(RAW) | ON(DGRAM) | ON(OFFLINE) };

static const struct {
	const char *name;
	void (*attempt)(void);
	unsigned allowed;
} attempts[] = {
    {"execve", run_a_program, 0},
    {"open", open_a_file, ON(RESOLVER)},
    {"create", create_a_file, 0},
    {"raw socket", open_raw, 0},
    {"packet socket", open_packet, 0},
    {"UDP socket", open_udp, ON(DGRAM) | ON(RESOLVER)},
    {"TCP socket", open_tcp6, ON(DGRAM) | ON(RESOLVER)},
    {"unix socket", open_unix, ON(RESOLVER)},
    {"netlink socket", open_netlink, ON(RESOLVER)},
    {"connect", connect_it, ON(DGRAM) | ON(RESOLVER)},
    {"bind", bind_it, ON(DGRAM) | ON(RESOLVER)},
    {"ptrace", trace_a_process, 0},
    {"kill", kill_another, 0},
    {"fork", fork_one, ON(RESOLVER)},
    {"code", map_code, ON(RESOLVER)},
    {"code by mprotect", make_code, ON(RESOLVER)},
    {"memory", map_data, PROGRAM | ON(RESOLVER) | ON(FILES)},
    {"terminal input", type_for_the_user, 0},
    {"terminal size", ask_the_size, PROGRAM},
    {"write", write_it, PROGRAM | ON(RESOLVER)},
    {"unlink", remove_a_file, ON(FILES)},
};

/* How a process ends that tries it with that list. */
static int end_of(enum sn_seccomp_list list, void (*attempt)(void))
{
	int status = 0;
	pid_t pid = fork();
	if (pid == 0) {
		if (sn_seccomp(list, &(struct sonde_error){0}) < 0)
			_exit(NO_MATTER);
		attempt();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void what_is_not_on_the_list_ends_the_process(void **state)
{
	(void)state;
	if (!sn_seccomp_there || SANITIZED) /* its library makes calls of its own */
		skip();
	for (enum sn_seccomp_list list = 0; list < SN_SECCOMP_LISTS; list++)
		for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
			int status = end_of(list, attempts[i].attempt);
			bool allowed = attempts[i].allowed & 1u << list;
			bool as_wanted = allowed ? WIFEXITED(status) && WEXITSTATUS(status) == 0
			                         : WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
			if (!as_wanted)
				fail_msg("%s with list %d: status %#x", attempts[i].name, (int)list, (unsigned)status);
		}
}

/* What a process may do should be read in a minute. */
static void lists_are_short(void **state)
{
	(void)state;
	static const size_t most[] = {[SN_SECCOMP_RAW] = 45, [SN_SECCOMP_DGRAM] = 52, [SN_SECCOMP_OFFLINE] = 40,
	                              [SN_SECCOMP_RESOLVER] = 70, [SN_SECCOMP_FILES] = 25};
	if (!sn_seccomp_there)
		skip();
	for (enum sn_seccomp_list list = 0; list < SN_SECCOMP_LISTS; list++) {
		assert_in_range(sn_seccomp_count(list), 10, most[list]);
		print_message("list %d: %zu calls\n", (int)list, sn_seccomp_count(list));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_not_on_the_list_ends_the_process),
	    cmocka_unit_test(lists_are_short),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
