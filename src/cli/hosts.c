/* SPDX-License-Identifier: MIT */
/* One question and its answers, each a message of its own. */
#include "cli/hosts.h"

#include "ext/cap.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

struct question {
	char host[SN_HOST_NAME_BYTES];
	uint8_t family;
};

/* Of `count` addresses that of that index, or, with none, what failed. */
struct answer {
	int32_t failure, sys_errno;
	uint32_t index, count;
	struct sonde_addr addr;
};

bool sn_host_addr(const struct sockaddr *address, struct sonde_addr *out)
{
	*out = (struct sonde_addr){0};
	if (address->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, address, sizeof in);
		out->family = 4;
		memcpy(out->bytes, &in.sin_addr, 4);
		return true;
	}
	if (address->sa_family != AF_INET6)
		return false;
	struct sockaddr_in6 in6;
	memcpy(&in6, address, sizeof in6);
	if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) {
		out->family = 4;
		memcpy(out->bytes, in6.sin6_addr.s6_addr + 12, 4);
		return true;
	}
	out->family = 6;
	memcpy(out->bytes, &in6.sin6_addr, 16);
	out->scope_id = in6.sin6_scope_id;
	return true;
}

/* ---- in the process that asks ---- */

static bool is_wanted(const struct addrinfo *at, uint8_t family, struct sonde_addr *out)
{
	return sn_host_addr(at->ai_addr, out) && (!family || family == out->family);
}

static void tell(int fd, const struct answer *answer)
{
	(void)send(fd, answer, sizeof *answer, MSG_NOSIGNAL); /* a program that is gone is seen when it is read from */
}

static void answer(int fd, const struct question *question)
{
	/* one socket type, or each address comes once for each of them */
	const struct addrinfo hints = {.ai_family = question->family == 4   ? AF_INET
	                                            : question->family == 6 ? AF_INET6
	                                                                    : AF_UNSPEC,
	                               .ai_socktype = SOCK_DGRAM};
	struct addrinfo *list = NULL;
	struct answer told;
	memset(&told, 0, sizeof told);
	told.failure = getaddrinfo(question->host, NULL, &hints, &list);
	told.sys_errno = told.failure == EAI_SYSTEM ? errno : 0;
	for (const struct addrinfo *at = list; at && told.count < SN_HOST_ADDRS_MAX; at = at->ai_next)
		told.count += is_wanted(at, question->family, &told.addr);
	if (!told.count && !told.failure)
		told.failure = EAI_NODATA;
	if (told.failure)
		tell(fd, &told);
	for (const struct addrinfo *at = list; at && told.index < told.count; at = at->ai_next) {
		if (!is_wanted(at, question->family, &told.addr))
			continue;
		tell(fd, &told);
		told.index++;
	}
	if (list)
		freeaddrinfo(list);
}

static void serve(int fd, void *ctx)
{
	struct question question;
	(void)ctx;
	while (recv(fd, &question, sizeof question, 0) == (ssize_t)sizeof question) {
		question.host[sizeof question.host - 1] = '\0';
		answer(fd, &question);
	}
}

/* ---- in the program ---- */

int sn_hosts_start(struct sn_hosts *hosts, int (*lock)(struct sonde_error *err), struct sonde_error *err)
{
	/* where name servers, names and the parts of the system's resolver stand */
	const struct sn_helper_cfg cfg = {
	    .name = "sonde-hosts", .files = sn_helper_resolver_files, .give_up = sn_cap_drop_all, .lock = lock, .serve = serve};
	return sn_helper_start(&hosts->helper, &cfg, err);
}

/* The next message, if it is what comes next. */
static bool hear(const struct sn_hosts *hosts, const struct sn_host_found *so_far, uint8_t family, struct answer *got)
{
	ssize_t bytes;
	do
		bytes = recv(hosts->helper.fd, got, sizeof *got, MSG_TRUNC);
	while (bytes < 0 && errno == EINTR);
	if (bytes != (ssize_t)sizeof *got)
		return false;
	if (got->failure)
		return true;
	bool is_addr = (got->addr.family == 4 || got->addr.family == 6) && (!family || got->addr.family == family);
	return is_addr && got->index == so_far->count && got->index < got->count && got->count <= SN_HOST_ADDRS_MAX;
}

void sn_hosts_ask(struct sn_hosts *hosts, const char *host, uint8_t family, struct sn_host_found *out)
{
	struct question question;
	struct answer got = {.failure = EAI_FAIL};
	memset(&question, 0, sizeof question);
	out->count = 0;
	out->failure = EAI_NONAME;
	out->sys_errno = 0;
	if (strlen(host) >= sizeof question.host)
		return;
	snprintf(question.host, sizeof question.host, "%s", host);
	question.family = family;
	bool heard = hosts->helper.pid && send(hosts->helper.fd, &question, sizeof question, MSG_NOSIGNAL) == (ssize_t)sizeof question;
	do {
		heard = heard && hear(hosts, out, family, &got);
		if (heard && !got.failure)
			out->addrs[out->count++] = got.addr;
	} while (heard && !got.failure && out->count < got.count);
	out->failure = heard ? got.failure : EAI_FAIL; /* it has died, or says what nobody says who is sane */
	out->sys_errno = heard ? got.sys_errno : 0;
	if (!heard)
		sn_helper_finish(&hosts->helper);
}

void sn_hosts_finish(struct sn_hosts *hosts)
{
	if (hosts->helper.pid)
		sn_helper_finish(&hosts->helper);
}
