/* SPDX-License-Identifier: MIT */
/* One loop over our end of the pair and c-ares' sockets. ares_getsock and poll: ares_fds would end at FD_SETSIZE. */
#include "ext/cares.h"

#if SONDE_WITH_CARES
#include <ares.h>
#include <arpa/nameser.h>
#endif
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void tell(int fd, const struct sn_lookup_ask *ask, enum sn_lookup_result result, const char *text, size_t bytes)
{
	struct sn_lookup_told told;
	memset(&told, 0, sizeof told);
	told.id = ask->id;
	told.kind = ask->kind;
	told.result = bytes > sizeof told.text ? SN_LOOKUP_FAILED : result;
	if (told.result == SN_LOOKUP_FOUND) {
		told.text_bytes = (uint32_t)bytes;
		memcpy(told.text, text, bytes);
	}
	(void)send(fd, &told, sizeof told, MSG_NOSIGNAL); /* a program that is gone is seen when it is read from */
}

/* 1: a question; 0: none now; -1: the program is gone. */
static int hear(int fd, struct sn_lookup_ask *ask, int flags)
{
	ssize_t got = recv(fd, ask, sizeof *ask, flags);
	if (got == (ssize_t)sizeof *ask)
		return 1;
	return got < 0 && flags ? 0 : -1;
}

#if SONDE_WITH_CARES

enum { TIMEOUT_MS = 1500, TRIES = 3, QUESTION_BYTES = 384, SERVER_BYTES = 80 };

const bool sn_cares_there = true;

struct question {
	struct sn_lookup_ask ask;
	int fd;
	bool used;
};

struct asker {
	ares_channel channel;
	const struct sn_lookup_cfg *cfg;
	struct question questions[SN_LOOKUPS_AT_ONCE];
};

static enum sn_lookup_result failure(int status)
{
	return status == ARES_ENOTFOUND || status == ARES_ENODATA ? SN_LOOKUP_NONE : SN_LOOKUP_FAILED;
}

static void take_name(void *arg, int status, int timeouts, struct hostent *host)
{
	struct question *question = arg;
	(void)timeouts;
	question->used = false;
	if (status == ARES_EDESTRUCTION)
		return;
	bool found = status == ARES_SUCCESS && host && host->h_name && *host->h_name;
	tell(question->fd, &question->ask, found ? SN_LOOKUP_FOUND : failure(status), found ? host->h_name : "",
	     found ? strlen(host->h_name) : 0);
}

/* The records, each on a line of its own; what finds no room is left out. */
static size_t join(const struct ares_txt_ext *record, char out[SN_LOOKUP_TEXT_BYTES])
{
	size_t at = 0;
	for (; record; record = record->next) {
		size_t line = record->record_start && at > 0;
		if (at + line + record->length > SN_LOOKUP_TEXT_BYTES)
			break;
		if (line)
			out[at++] = '\n';
		memcpy(out + at, record->txt, record->length);
		at += record->length;
	}
	return at;
}

static void take_records(void *arg, int status, int timeouts, unsigned char *answer, int answer_bytes)
{
	struct question *question = arg;
	struct ares_txt_ext *records = NULL;
	char text[SN_LOOKUP_TEXT_BYTES];
	size_t bytes = 0;
	(void)timeouts;
	question->used = false;
	if (status == ARES_EDESTRUCTION)
		return;
	if (status == ARES_SUCCESS)
		status = ares_parse_txt_reply_ext(answer, answer_bytes, &records);
	if (status == ARES_SUCCESS)
		bytes = join(records, text);
	ares_free_data(records);
	tell(question->fd, &question->ask, bytes ? SN_LOOKUP_FOUND : failure(status), text, bytes);
}

/* "1.2.0.192.origin.ZONE"; of IPv6 each half byte by itself, under "origin6". */
static void origin_question(const struct sonde_addr *addr, const char *zone, char out[QUESTION_BYTES])
{
	size_t at = 0;
	for (int i = addr->family == 4 ? 3 : 15; i >= 0; i--) {
		unsigned byte = addr->bytes[i];
		at += addr->family == 4 ? (size_t)snprintf(out + at, QUESTION_BYTES - at, "%u.", byte)
		                        : (size_t)snprintf(out + at, QUESTION_BYTES - at, "%x.%x.", byte & 15, byte >> 4);
	}
	snprintf(out + at, QUESTION_BYTES - at, "origin%s.%.*s", addr->family == 4 ? "" : "6", SN_LOOKUP_ZONE_BYTES, zone);
}

static void ask_for_records(struct asker *asker, struct question *question)
{
	char name[QUESTION_BYTES];
	if (question->ask.kind == SN_LOOKUP_ORIGIN)
		origin_question(&question->ask.addr, asker->cfg->zone, name);
	else
		snprintf(name, sizeof name, "AS%u.%.*s", (unsigned)question->ask.asn, SN_LOOKUP_ZONE_BYTES, asker->cfg->zone);
	ares_query(asker->channel, name, ns_c_in, ns_t_txt, take_records, question);
}

static struct question *free_question(struct asker *asker)
{
	for (size_t i = 0; i < SN_LOOKUPS_AT_ONCE; i++)
		if (!asker->questions[i].used)
			return &asker->questions[i];
	return NULL;
}

static void ask(struct asker *asker, struct question *question)
{
	const struct sonde_addr *addr = &question->ask.addr;
	question->used = true;
	if (question->ask.kind == SN_LOOKUP_NAME)
		ares_gethostbyaddr(asker->channel, addr->bytes, addr->family == 4 ? 4 : 16, addr->family == 4 ? AF_INET : AF_INET6,
		                   take_name, question);
	else
		ask_for_records(asker, question);
}

/* False: the program is gone. */
static bool take_questions(struct asker *asker, int fd)
{
	struct question *question;
	while ((question = free_question(asker))) {
		int heard = hear(fd, &question->ask, MSG_DONTWAIT);
		if (heard <= 0)
			return heard == 0;
		question->fd = fd;
		ask(asker, question);
	}
	return true;
}

static int open_channel(struct asker *asker)
{
	struct ares_options options = {.timeout = TIMEOUT_MS, .tries = TRIES, .lookups = NULL};
	int wanted = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES;
	const struct sonde_addr *server = &asker->cfg->server;
	char dns_only[] = "b", text[SONDE_ADDR_TEXT], csv[SERVER_BYTES];
	if (server->family) {
		options.lookups = dns_only;
		wanted |= ARES_OPT_LOOKUPS;
	}
	if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS || ares_init_options(&asker->channel, &options, wanted) != ARES_SUCCESS)
		return SONDE_E_INTERNAL;
	if (!server->family)
		return SONDE_OK;
	snprintf(csv, sizeof csv, server->family == 6 ? "[%s]:%u" : "%s:%u", sonde_addr_text(server, text), (unsigned)asker->cfg->port);
	return ares_set_servers_ports_csv(asker->channel, csv) == ARES_SUCCESS ? SONDE_OK : SONDE_E_INTERNAL;
}

static size_t watch(struct asker *asker, struct pollfd polls[ARES_GETSOCK_MAXNUM])
{
	ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
	/* a bit for each that is to be read, and behind those one for each to be written; c-ares' own macros shift into the sign */
	unsigned mask = (unsigned)ares_getsock(asker->channel, sockets, ARES_GETSOCK_MAXNUM);
	size_t count = 0;
	for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
		bool reads = mask >> i & 1, writes = mask >> (i + ARES_GETSOCK_MAXNUM) & 1;
		short events = (short)((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));
		if (events)
			polls[count++] = (struct pollfd){.fd = sockets[i], .events = events};
	}
	return count;
}

static void process(struct asker *asker, const struct pollfd *polls, size_t count)
{
	bool some = false;
	for (size_t i = 0; i < count; i++) {
		short events = polls[i].revents;
		if (!events)
			continue;
		some = true;
		ares_process_fd(asker->channel, events & ~POLLOUT ? polls[i].fd : ARES_SOCKET_BAD,
		                events & POLLOUT ? polls[i].fd : ARES_SOCKET_BAD);
	}
	if (!some)
		ares_process_fd(asker->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); /* what took too long */
}

void sn_cares_serve(int fd, void *ctx)
{
	struct asker *asker = calloc(1, sizeof *asker);
	struct pollfd polls[ARES_GETSOCK_MAXNUM + 1];
	if (!asker)
		return;
	asker->cfg = ctx;
	if (open_channel(asker) < 0) {
		free(asker);
		return;
	}
	for (;;) {
		size_t count = watch(asker, polls + 1);
		struct timeval wait;
		struct timeval *most = ares_timeout(asker->channel, NULL, &wait);
		polls[0] = (struct pollfd){.fd = fd, .events = free_question(asker) ? POLLIN : 0};
		(void)poll(polls, (nfds_t)count + 1, most ? (int)(most->tv_sec * 1000 + most->tv_usec / 1000 + 1) : -1);
		process(asker, polls + 1, count);
		if (polls[0].revents & POLLHUP || (polls[0].revents && !take_questions(asker, fd)))
			return;
	}
}

#else

/* The system's resolver, one question after another. It knows names, and of no other server. */
const bool sn_cares_there = false;

static socklen_t sockaddr_of(const struct sonde_addr *addr, struct sockaddr_storage *out)
{
	memset(out, 0, sizeof *out);
	if (addr->family == 4) {
		struct sockaddr_in *in = (struct sockaddr_in *)out;
		in->sin_family = AF_INET;
		memcpy(&in->sin_addr, addr->bytes, sizeof in->sin_addr);
		return sizeof *in;
	}
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;
	in6->sin6_family = AF_INET6;
	memcpy(&in6->sin6_addr, addr->bytes, sizeof in6->sin6_addr);
	return sizeof *in6;
}

void sn_cares_serve(int fd, void *ctx)
{
	struct sn_lookup_ask ask;
	char name[NI_MAXHOST];
	(void)ctx;
	while (hear(fd, &ask, 0) > 0) {
		struct sockaddr_storage addr;
		socklen_t addr_bytes = sockaddr_of(&ask.addr, &addr);
		int status = ask.kind == SN_LOOKUP_NAME
		                 ? getnameinfo((struct sockaddr *)&addr, addr_bytes, name, sizeof name, NULL, 0, NI_NAMEREQD)
		                 : EAI_FAIL;
		if (status == 0)
			tell(fd, &ask, SN_LOOKUP_FOUND, name, strlen(name));
		else
			tell(fd, &ask, status == EAI_NONAME ? SN_LOOKUP_NONE : SN_LOOKUP_FAILED, "", 0);
	}
}

#endif
