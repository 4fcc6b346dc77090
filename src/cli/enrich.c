/* SPDX-License-Identifier: MIT */
/* Carries questions to the helper and answers back. What is asked, and what an answer is worth, is known in io/names.c. */
#include "cli/enrich.h"

#include "cli/output.h"
#include "ext/cap.h"
#include "ext/cares.h"
#include "ext/seccomp.h"
#include "ext/wire_sim.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { HEARD_MAX = 64, DNS_PORT = 53 };
#define SYSTEM "system" /* as a name server: those of this machine */

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

static void facts(void *ctx, const struct sonde_addr *addr, struct sn_who_facts *facts)
{
	const struct sn_enrich *enrich = ctx;
	if (enrich->sim && enrich->names_wanted)
		facts->name = sn_wire_sim_name(enrich->sim, addr);
	if (enrich->asn_db)
		sn_mmdb_look_up(enrich->asn_db, addr, facts);
	if (enrich->geo_db)
		sn_mmdb_look_up(enrich->geo_db, addr, facts);
}

static const struct sn_who *who_of(void *ctx, const struct sonde_addr *addr)
{
	return sn_names_of(((struct sn_enrich *)ctx)->names, addr);
}

/* Options that need somebody who can be asked, and c-ares. */
static int check_asking(const struct sn_opts *opts, struct sonde_error *err)
{
	bool named = opts->dns_server && strcmp(opts->dns_server, SYSTEM) != 0;
	const char *option = named || (opts->dns_server && opts->sim) ? "dns-server" : opts->as_lookup ? "as-lookup" : NULL;
	if (option && opts->sim) {
		sonde_fail(err, SONDE_E_USAGE, 0, "option --%s: a simulation asks nobody, names are those of '%.60s'", option, opts->sim);
		return sonde_hint(err, SONDE_E_USAGE, "leave it out");
	}
	if (!option || sn_cares_there)
		return SONDE_OK;
	sonde_fail(err, SONDE_E_UNSUPPORTED, 0, "option --%s: this sonde was built without c-ares", option);
	return sonde_hint(err, SONDE_E_UNSUPPORTED, "leave it out: names then come from this machine's own resolver");
}

static int read_zone(struct sn_enrich *enrich, const struct sn_opts *opts, struct sonde_error *err)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
	const char *zone = opts->asn_zone;
	if (strlen(zone) < sizeof enrich->lookup.zone && !zone[strspn(zone, plain)] && zone[0] != '.' && !strstr(zone, "..")) {
		snprintf(enrich->lookup.zone, sizeof enrich->lookup.zone, "%s", zone);
		return SONDE_OK;
	}
	sonde_fail(err, SONDE_E_USAGE, 0, "option --asn-zone: '%.60s' is no DNS zone", zone);
	return sonde_hint(err, SONDE_E_USAGE, "give a name such as asn.cymru.com");
}

static int read_server(struct sn_enrich *enrich, const struct sn_opts *opts, struct sonde_error *err)
{
	if (!opts->dns_server || strcmp(opts->dns_server, SYSTEM) == 0)
		return SONDE_OK;
	if (!sn_server_read(opts->dns_server, &enrich->lookup.server, &enrich->lookup.port)) {
		sonde_fail(err, SONDE_E_USAGE, 0, "option --dns-server: '%.60s' is no address with or without a port", opts->dns_server);
		return sonde_hint(err, SONDE_E_USAGE, "give 192.0.2.53, 192.0.2.53:5353, [2001:db8::53]:5353 or system");
	}
	return SONDE_OK;
}

int sn_enrich_open(struct sn_enrich *enrich, const struct sn_opts *opts, bool offline, struct sonde_error *err)
{
	bool asks = !opts->numeric && !opts->sim && (!offline || opts->dns_server);
	struct sn_names_cfg cfg = {.names = asks, .origins = opts->as_lookup, .facts = facts, .ctx = enrich};
	*enrich = (struct sn_enrich){.open = true, .names_wanted = !opts->numeric, .helper = {.fd = -1}, .watch_fd = -1};
	if (check_asking(opts, err) < 0 || read_server(enrich, opts, err) < 0 || read_zone(enrich, opts, err) < 0)
		return err->code;
	if (opts->numeric && !opts->as_lookup && !opts->asn_db && !opts->geo_db)
		return SONDE_OK;
	if (sn_names_new(&enrich->names, &cfg) < 0)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for names");
	enrich->source = (struct sn_who_source){.of = who_of, .ctx = enrich, .networks = opts->as_lookup};
	enrich->asks = cfg.names || cfg.origins;
	return SONDE_OK;
}

void sn_enrich_start(struct sn_enrich *enrich)
{
	if (!enrich->asks)
		return;
	const struct sn_helper_cfg cfg = {.name = "sonde-names",
	                                  .files = sn_helper_resolver_files,
	                                  .give_up = sn_cap_drop_all,
	                                  .lock = sn_seccomp_resolver,
	                                  .again = true,
	                                  .serve = sn_cares_serve,
	                                  .ctx = &enrich->lookup};
	if (sn_helper_start(&enrich->helper, &cfg, NULL) < 0)
		sn_names_lost(enrich->names, true);
}

static struct sn_mmdb *open_database(const char *file)
{
	struct sn_mmdb *db;
	struct sonde_error err = {0};
	if (sn_mmdb_open(&db, file, &err) < 0)
		sn_output_error(&err);
	return db;
}

/* One of the other kind is of no use as this, and nothing else would say so. */
static struct sn_mmdb *named_database(const char *option, const char *file, enum sn_mmdb_kind kind)
{
	static const char *const wanted[] = {[SN_MMDB_SYSTEMS] = "number of an AS", [SN_MMDB_COUNTRIES] = "country"};
	static const char *const other[] = {[SN_MMDB_SYSTEMS] = "geo-db", [SN_MMDB_COUNTRIES] = "asn-db"};
	struct sn_mmdb *db = open_database(file);
	struct sonde_error err;
	if (!db || sn_mmdb_has(db, kind))
		return db;
	sonde_fail(&err, SONDE_E_FORMAT, 0, "option --%s: no record of '%.100s' has a %s", option, file, wanted[kind]);
	if (sn_mmdb_has(db, kind == SN_MMDB_SYSTEMS ? SN_MMDB_COUNTRIES : SN_MMDB_SYSTEMS))
		sonde_hint(&err, err.code, "give it as --%s", other[kind]);
	else
		sonde_hint(&err, err.code, "give a database for that");
	sn_output_error(&err);
	return db;
}

/* The first of these files that is in one of the usual folders; NULL: none. */
static struct sn_mmdb *usual_database(const char *const *files)
{
	static const char *const folders[] = {"/usr/share/GeoIP", "/var/lib/GeoIP", "/usr/local/share/GeoIP"};
	for (; *files; files++)
		for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
			char path[128];
			snprintf(path, sizeof path, "%s/%s", folders[i], *files);
			if (access(path, R_OK) == 0)
				return open_database(path);
		}
	return NULL;
}

void sn_enrich_databases(struct sn_enrich *enrich, const struct sn_opts *opts)
{
	static const char *const asn_files[] = {
	    "GeoLite2-ASN.mmdb", "GeoIP2-ISP.mmdb", "dbip-asn-lite.mmdb", "dbip-asn.mmdb", "asn.mmdb", NULL};
	static const char *const geo_files[] = {
	    "GeoLite2-Country.mmdb", "GeoIP2-Country.mmdb", "dbip-country-lite.mmdb", "GeoLite2-City.mmdb",
	    "GeoIP2-City.mmdb",      "dbip-city-lite.mmdb", "country.mmdb",           NULL};
	bool usual = !opts->numeric && !opts->sim;
	if (!enrich->names)
		return;
	if (opts->asn_db)
		enrich->asn_db = named_database("asn-db", opts->asn_db, SN_MMDB_SYSTEMS);
	else if (usual)
		enrich->asn_db = usual_database(asn_files);
	if (opts->geo_db)
		enrich->geo_db = named_database("geo-db", opts->geo_db, SN_MMDB_COUNTRIES);
	else if (usual)
		enrich->geo_db = usual_database(geo_files);
	enrich->source.networks |= enrich->asn_db != NULL;
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
	sn_mmdb_close(enrich->asn_db);
	sn_mmdb_close(enrich->geo_db);
	if (enrich->watch_fd >= 0)
		close(enrich->watch_fd);
	*enrich = (struct sn_enrich){0};
}

/* ---- while a trace runs ---- */

/* It died too often, or said what nobody says who is sane. */
static void give_up(struct sn_enrich *enrich)
{
	sn_helper_finish(&enrich->helper);
	sn_names_lost(enrich->names, true);
}

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
	give_up(enrich); /* nothing could wake us for a name: there are none then */
	return fd;
}

void sn_enrich_event(struct sn_enrich *enrich, const struct sonde_event *event)
{
	if (event->type == SONDE_EV_REPLY || event->type == SONDE_EV_LATE)
		sn_enrich_addr(enrich, &event->as.answer.from);
}

void sn_enrich_addr(struct sn_enrich *enrich, const struct sonde_addr *addr)
{
	(void)sn_who_of(sn_enrich_source(enrich), addr);
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
		if (got == SN_HELPER_AGAIN)
			sn_names_lost(enrich->names, false);
		if (got == SN_HELPER_GONE || garbage) {
			give_up(enrich);
			return true;
		}
		news |= got == SN_HELPER_AGAIN;
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

bool sn_enrich_news(struct sn_enrich *enrich, bool at_end, struct sonde_addr *addr, const struct sn_who **who)
{
	return enrich->names && sn_names_news(enrich->names, at_end, addr, who);
}

bool sn_enrich_pending(const struct sn_enrich *enrich)
{
	return enrich->names && enrich->helper.fd >= 0 && sn_names_pending(enrich->names);
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
