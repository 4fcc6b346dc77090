/* SPDX-License-Identifier: MIT */
/* Network namespaces for tests: nameless, held by descriptors of this process alone, so that they end with it however it ends. */
#ifndef SONDE_TESTS_NETNS_H
#define SONDE_TESTS_NETNS_H

#include <stdbool.h>

enum { NETNS_MAX = 32, NETNS_SKIP = 77 };

struct netns_lab {
	int fds[NETNS_MAX];
	int count;
};

/* True: namespaces can be made and the tools (NULL-terminated) are there. False: the reason is on stderr; exit with NETNS_SKIP.
 * Without root it enters a user namespace of its own. */
bool netns_begin(struct netns_lab *lab, const char *const *tools);
/* A new namespace with its loopback up, forwarding on, and nothing that delays or limits: no duplicate address detection, no ICMP rate
 * limit, no reverse path filter. The caller is inside it afterwards. Its number. */
int netns_new(struct netns_lab *lab);
void netns_enter(const struct netns_lab *lab, int ns);
/* Runs a command (words parted by single spaces, no quoting) inside a namespace; the test ends with its output if it fails. */
void netns_run(const struct netns_lab *lab, int ns, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Writes below /proc/sys/net of a namespace. */
void netns_sysctl(const struct netns_lab *lab, int ns, const char *path, const char *value);
/* A veth pair, both ends up, checksums not left to hardware, no waiting for addresses. */
void netns_link(const struct netns_lab *lab, int ns_a, const char *name_a, int ns_b, const char *name_b);
/* IPv4 or IPv6 with prefix length, usable at once. */
void netns_address(const struct netns_lab *lab, int ns, const char *device, const char *address);
void netns_end(struct netns_lab *lab);

#endif
