/* SPDX-License-Identifier: MIT */
/* Carries questions to the helper and answers back. What is asked, and what an answer is worth, is known in io/names.c. */
#include "cli/enrich.h"

#include "ext/cap.h"
#include "ext/cares.h"
#include "ext/wire_sim.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { HEARD_MAX = 64, DNS_PORT = 53 };

bool sn_server_read(const char *text, struct sonde_addr *addr, uint16_t *port)
{
	char host[SONDE_ADDR_TEXT];
	uint64_t number = DNS_PORT;
	const char *end = *text == '[' ? strchr(text, ']') : NULL;
	const char *colon = end ? end + 1 : strchr(text, ':');
	bool bare6 = !end && colon && strchr(colon + 1, ':');
	size_t host_bytes = end ? (size_t)(end - text - 1) : colon && !bare6 ? (size_t)(colon - text) : strlen(text);
	if (host_bytes >= sizeof host || (end && *colon && *colon != ':'))
		return false;
	snprintf(host, sizeof host, "%.*s", (int)host_bytes, text + (end != NULL));
	if (!bare6 && colon && *colon && (!sn_read_uint(colon + 1, &number) || number < 1 || number > UINT16_MAX))
		return false;
	*port = (uint16_t)number;
	return sonde_addr_parse(host, addr) && (!end || addr->family == 6);
}

/* ---- opening ---- */

static void facts(void *ctx, const struct sonde_addr *addr, struct sn_names_facts *facts)
{
	const struct sn_enrich *enrich = ctx;
	if (enrich->sim)
		facts->name = sn_wire_sim_name(enrich->sim, addr);
}

static const struct sn_who *who_of(void *ctx, const struct sonde_addr *addr)
{
	return sn_names_of(((struct sn_enrich *)ctx)->names, addr);
}

static int read_server(struct sn_enrich *enrich, const struct sn_opts *opts, struct sonde_error *err)
{
	if (!opts->dns_server)
		return SONDE_OK;
	if (opts->sim) {
		sonde_fail(err, SONDE_E_USAGE, 0, "option --dns-server: a simulation asks nobody, names are those of '%.60s'", opts->sim);
		return sonde_hint(err, SONDE_E_USAGE, "leave it out");
	}
	if (!sn_server_read(opts->dns_server, &enrich->lookup.server, &enrich->lookup.port)) {
		sonde_fail(err, SONDE_E_USAGE, 0, "option --dns-server: '%.60s' is no address with or without a port", opts->dns_server);
		return sonde_hint(err, SONDE_E_USAGE, "give 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353");
	}
	if (sn_cares_there)
		return SONDE_OK;
	sonde_fail(err, SONDE_E_UNSUPPORTED, 0, "option --dns-server: this sonde was built without c-ares");
	return sonde_hint(err, SONDE_E_UNSUPPORTED, "leave it out: names then come from this machine's own resolver");
}

/* Without a helper the trace has no names, and goes on. */
static void start_helper(struct sn_enrich *enrich)
{
	const struct sn_helper_cfg cfg = {
	    .name = "sonde-names", .give_up = sn_cap_drop_all, .serve = sn_cares_serve, .ctx = &enrich->lookup};
	if (sn_helper_start(&enrich->helper, &cfg, NULL) < 0)
		sn_names_lost(enrich->names, true);
}

int sn_enrich_open(struct sn_enrich *enrich, const struct sn_opts *opts, struct sonde_error *err)
{
	struct sn_names_cfg cfg = {.names = !opts->numeric && !opts->sim, .facts = facts, .ctx = enrich};
	*enrich = (struct sn_enrich){.open = true, .helper = {.fd = -1}, .watch_fd = -1};
	if (read_server(enrich, opts, err) < 0)
		return err->code;
	if (opts->numeric)
		return SONDE_OK;
	if (sn_names_new(&enrich->names, &cfg) < 0)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for names");
	enrich->source = (struct sn_who_source){.of = who_of, .ctx = enrich};
	if (cfg.names)
		start_helper(enrich);
	return SONDE_OK;
}

void sn_enrich_sim(struct sn_enrich *enrich, const struct sonde_wire *sim)
{
	enrich->sim = sim;
}

const struct sn_who_source *sn_enrich_source(const struct sn_enrich *enrich)
{
	return enrich->names ? &enrich->source : NULL;
}

void sn_enrich_finish(struct sn_enrich *enrich)
{
	if (!enrich->open)
		return;
	sn_helper_finish(&enrich->helper);
	sn_names_free(enrich->names);
	if (enrich->watch_fd >= 0)
		close(enrich->watch_fd);
	*enrich = (struct sn_enrich){0};
}

/* ---- while a trace runs ---- */

static bool add_to_watch(const struct sn_enrich *enrich, int fd)
{
	struct epoll_event event = {.events = EPOLLIN};
	return epoll_ctl(enrich->watch_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

int sn_enrich_watch(struct sn_enrich *enrich, int fd)
{
	if (!enrich->open || enrich->helper.fd < 0)
		return fd;
	enrich->watch_fd = epoll_create1(EPOLL_CLOEXEC);
	if (enrich->watch_fd >= 0 && add_to_watch(enrich, enrich->helper.fd) && (fd < 0 || add_to_watch(enrich, fd)))
		return enrich->watch_fd;
	/* nothing could wake us for a name: there are none then */
	sn_helper_finish(&enrich->helper);
	sn_names_lost(enrich->names, true);
	return fd;
}

void sn_enrich_event(struct sn_enrich *enrich, const struct sonde_event *event)
{
	if (event->type == SONDE_EV_REPLY || event->type == SONDE_EV_LATE)
		(void)sn_who_of(sn_enrich_source(enrich), &event->as.answer.from);
}

/* It died, or said what nobody says who is sane. */
static void start_again(struct sn_enrich *enrich)
{
	bool again = sn_helper_restart(&enrich->helper);
	if (again && enrich->watch_fd >= 0 && !add_to_watch(enrich, enrich->helper.fd)) {
		sn_helper_finish(&enrich->helper);
		again = false;
	}
	sn_names_lost(enrich->names, !again);
}

static bool hear(struct sn_enrich *enrich)
{
	struct sn_lookup_told told;
	size_t bytes = 0;
	bool news = false, garbage = false;
	for (unsigned i = 0; i < HEARD_MAX; i++) {
		enum sn_helper_got got = sn_helper_receive(&enrich->helper, &told, sizeof told, &bytes);
		if (got == SN_HELPER_NOTHING)
			break;
		if (got == SN_HELPER_MESSAGE)
			news |= sn_names_told(enrich->names, &told, bytes, &garbage);
		if (got == SN_HELPER_GONE || garbage) {
			start_again(enrich);
			return true;
		}
	}
	return news;
}

static void ask(struct sn_enrich *enrich, sonde_at_ns now)
{
	struct sn_lookup_ask question;
	while (sn_names_next(enrich->names, &question) && sn_helper_send(&enrich->helper, &question, sizeof question))
		sn_names_asked(enrich->names, question.id, now);
}

bool sn_enrich_turn(struct sn_enrich *enrich, sonde_at_ns now, sonde_at_ns *again)
{
	*again = SONDE_NEVER;
	if (!enrich->names || enrich->helper.fd < 0)
		return false;
	bool news = hear(enrich);
	news |= sn_names_tick(enrich->names, now);
	ask(enrich, now);
	*again = sn_names_deadline(enrich->names);
	return news;
}

void sn_enrich_wait(struct sn_enrich *enrich, struct sonde_clock *clock, sonde_at_ns until_at_ns, int fd)
{
	sonde_at_ns again;
	struct pollfd other = {.fd = fd, .events = POLLIN};
	while (enrich->names && enrich->helper.fd >= 0) {
		sonde_at_ns now = clock->ops->now(clock);
		(void)sn_enrich_turn(enrich, now, &again);
		if (!sn_names_pending(enrich->names) || now >= until_at_ns || (fd >= 0 && poll(&other, 1, 0) > 0))
			return;
		const int fds[] = {enrich->helper.fd, fd};
		clock->ops->wait(clock, again < until_at_ns ? again : until_at_ns, fds, sizeof fds / sizeof *fds);
	}
}
