/* SPDX-License-Identifier: MIT */
/* Making namespaces with unshare, and filling them with ip(8). */
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMAND_BYTES = 512, WORDS_MAX = 48 };

static void die(const char *what)
{
	fprintf(stderr, "netns: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	if (fd >= 0)
		close(fd);
	return good;
}

static bool find_tool(const char *name)
{
	static const char *const folders[] = {"/usr/sbin", "/sbin", "/usr/bin", "/bin"};
	char path[256];
	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", folders[i], name);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

/* Root of a user namespace may do inside it what root may. */
static bool become_root(void)
{
	char map[64];
	if (geteuid() == 0)
		return true;
	snprintf(map, sizeof map, "0 %u 1", (unsigned)geteuid());
	return unshare(CLONE_NEWUSER) == 0 && write_file("/proc/self/setgroups", "deny") && write_file("/proc/self/uid_map", map);
}

bool netns_begin(struct netns_lab *lab, const char *const *tools)
{
	*lab = (struct netns_lab){0};
	for (; *tools; tools++) {
		if (!find_tool(*tools)) {
			fprintf(stderr, "SKIP: %s is not installed\n", *tools);
			return false;
		}
	}
	if (!become_root() || unshare(CLONE_NEWNET) != 0) {
		fprintf(stderr, "SKIP: no network namespaces here: %s\n", strerror(errno));
		return false;
	}
	return true;
}

int netns_new(struct netns_lab *lab)
{
	if (lab->count == NETNS_MAX || unshare(CLONE_NEWNET) != 0)
		die("making a namespace");
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die("opening a namespace");
	lab->fds[lab->count] = fd;
	int ns = lab->count++;
	netns_run(lab, ns, "ip link set lo up");
	netns_sysctl(lab, ns, "ipv4/ip_forward", "1");
	netns_sysctl(lab, ns, "ipv4/icmp_ratelimit", "0");
	/* Types in the mask also count against one bucket of the whole namespace: none that is ever sent. */
	netns_sysctl(lab, ns, "ipv4/icmp_ratemask", "0");
	netns_sysctl(lab, ns, "ipv6/icmp/ratemask", "255");
	netns_sysctl(lab, ns, "ipv4/conf/all/rp_filter", "0");
	netns_sysctl(lab, ns, "ipv4/conf/default/rp_filter", "0");
	netns_sysctl(lab, ns, "ipv6/icmp/ratelimit", "0");
	netns_sysctl(lab, ns, "ipv6/conf/all/forwarding", "1");
	netns_sysctl(lab, ns, "ipv6/conf/default/accept_dad", "0");
	return ns;
}

void netns_enter(const struct netns_lab *lab, int ns)
{
	if (setns(lab->fds[ns], CLONE_NEWNET) != 0)
		die("entering a namespace");
}

static void run_words(char *command)
{
	char *words[WORDS_MAX + 1] = {0};
	char *rest = command;
	for (size_t i = 0; i < WORDS_MAX && rest; i++)
		words[i] = strsep(&rest, " ");
	setenv("PATH", "/usr/sbin:/sbin:/usr/bin:/bin", 1);
	execvp(words[0], words);
	die(words[0]);
}

void netns_run(const struct netns_lab *lab, int ns, const char *format, ...)
{
	char command[COMMAND_BYTES];
	va_list args;
	va_start(args, format);
	int length = vsnprintf(command, sizeof command, format, args);
	va_end(args);
	if (length < 0 || (size_t)length >= sizeof command)
		die("a command is too long");
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		netns_enter(lab, ns);
		(void)!freopen("/dev/null", "w", stdout); /* errors are on stderr; a tool's chatter is not ours */
		run_words(command);
	}
	int status = 0;
	if (child < 0 || waitpid(child, &status, 0) != child)
		die("running a command");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "netns: \"%.*s\" failed\n", length, command);
		exit(EXIT_FAILURE);
	}
}

/* Namespaces are entered and left again in a child, so that the caller stays where it is. */
void netns_sysctl(const struct netns_lab *lab, int ns, const char *path, const char *value)
{
	char full[256];
	snprintf(full, sizeof full, "/proc/sys/net/%s", path);
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		netns_enter(lab, ns);
		if (!write_file(full, value))
			die(full);
		_exit(0);
	}
	int status = 0;
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
		die("setting a kernel parameter");
}

void netns_link(const struct netns_lab *lab, int ns_a, const char *name_a, int ns_b, const char *name_b)
{
	const char *names[] = {name_a, name_b};
	const int ns[] = {ns_a, ns_b};
	netns_run(lab, ns_a, "ip link add %s type veth peer name %s netns /proc/%d/fd/%d", name_a, name_b, (int)getpid(), lab->fds[ns_b]);
	for (int i = 0; i < 2; i++) {
		/* Else a quote carries a checksum that nobody has finished. */
		netns_run(lab, ns[i], "ethtool -K %s tx off", names[i]);
		netns_run(lab, ns[i], "ip link set %s up", names[i]);
	}
}

void netns_address(const struct netns_lab *lab, int ns, const char *device, const char *address)
{
	netns_run(lab, ns, "ip address add %s dev %s%s", address, device, strchr(address, ':') ? " nodad" : "");
}

void netns_end(struct netns_lab *lab)
{
	for (int i = 0; i < lab->count; i++)
		close(lab->fds[i]);
	*lab = (struct netns_lab){0};
}
