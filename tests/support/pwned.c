/* SPDX-License-Identifier: MIT */
/* The program as somebody would have it who can run code of his own in it: linked in place of the last step before strangers are heard, it
 * does that step and then what it must not be able to do. The name of its file says what: pwned-ATTEMPT, or early-ATTEMPT for the same
 * before the step. */
#include "cli/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

static bool run_a_program(void)
{
	char name[] = "true";
	char *const argv[] = {name, NULL};
	return execv("/bin/true", argv) == 0;
}

static bool open_a_foreign_file(void)
{
	return open("/etc/passwd", O_RDONLY) >= 0;
}

static bool open_a_raw_socket(void)
{
	return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0;
}

static bool trace_a_process(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
}

static bool connect_somewhere(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	return fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0;
}

/* A descriptor that is there already. */
static bool connect_what_is_open(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	bool any = false;
	for (int fd = STDERR_FILENO + 1; fd < 64; fd++)
		any |= connect(fd, (struct sockaddr *)&to, sizeof to) == 0;
	return any;
}

static const struct {
	const char *name;
	bool (*attempt)(void);
} attempts[] = {
    {"execve", run_a_program}, {"open", open_a_foreign_file}, {"raw", open_a_raw_socket},
    {"ptrace", trace_a_process}, {"connect", connect_somewhere}, {"reconnect", connect_what_is_open},
};

static void attempt_as(const char *when)
{
	const char *dash = strchr(program_invocation_short_name, '-');
	bool now = dash && strncmp(program_invocation_short_name, when, (size_t)(dash - program_invocation_short_name)) == 0;
	for (size_t i = 0; now && i < sizeof attempts / sizeof *attempts; i++)
		if (strcmp(dash + 1, attempts[i].name) == 0) {
			static const char did[] = "it could\n", could_not[] = "it could not\n";
			bool done = attempts[i].attempt();
			(void)!write(STDOUT_FILENO, done ? did : could_not, done ? sizeof did - 1 : sizeof could_not - 1);
			_exit(0);
		}
}

int __real_sn_confine(enum sn_seccomp_list list, struct sonde_error *err);
int __wrap_sn_confine(enum sn_seccomp_list list, struct sonde_error *err);

int __wrap_sn_confine(enum sn_seccomp_list list, struct sonde_error *err)
{
	attempt_as("early");
	int code = __real_sn_confine(list, err);
	attempt_as("pwned");
	return code;
}
