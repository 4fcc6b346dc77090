/* SPDX-License-Identifier: MIT */
/* What is known of addresses, for whoever shows them: from the options to answers, beside the trace and never in its way. */
#ifndef SN_CLI_ENRICH_H
#define SN_CLI_ENRICH_H

#include "cli/opts.h"
#include "ext/mmdb.h"
#include "io/helper.h"
#include "io/names.h"

#include <sonde/event.h>
#include <sonde/wire.h>

/* {0} is one that was not opened: it knows nothing. Must stay where it is until sn_enrich_finish. */
struct sn_enrich {
	bool open;
	bool names_wanted;             /* no -n */
	bool asks;                     /* name servers */
	struct sn_names *names;
	struct sn_helper helper;       /* asks name servers; fd -1: nobody does */
	struct sn_lookup_cfg lookup;
	struct sn_who_source source;
	struct sn_mmdb *asn_db, *geo_db;  /* on this machine; NULL: none */
	const struct sonde_wire *sim;  /* its file has the names; NULL: this is no simulation */
	int watch_fd;                  /* watches the helper and another descriptor; valid where it is not negative */
};

/* Reads the options. offline: nobody is asked, unless the options say whom. SONDE_E_USAGE, _NOMEM, … */
int sn_enrich_open(struct sn_enrich *enrich, const struct sn_opts *opts, bool offline, struct sonde_error *err) SONDE_MUST_USE;
/* Opens the databases: those that the options name, else, where addresses are to be explained at all, those in the usual folders. One that
 * cannot be read is told, and left out. */
void sn_enrich_databases(struct sn_enrich *enrich, const struct sn_opts *opts);
/* Starts the helper, if anybody is to be asked. Without one the trace has no names, and goes on. */
void sn_enrich_start(struct sn_enrich *enrich);
/* The network whose file has the names. */
void sn_enrich_sim(struct sn_enrich *enrich, const struct sonde_wire *sim);
/* Who knows; NULL: nobody is asked. */
const struct sn_who_source *sn_enrich_source(const struct sn_enrich *enrich);
/* A descriptor that polls readable when something is to be read from the helper or from fd; fd itself where that is all there is. */
int sn_enrich_watch(struct sn_enrich *enrich, int fd);
/* Has the addresses looked up that an event tells of. */
void sn_enrich_event(struct sn_enrich *enrich, const struct sonde_event *event);
/* Has this one looked up. */
void sn_enrich_addr(struct sn_enrich *enrich, const struct sonde_addr *addr);
/* Hears and asks as much as there is, without waiting. True: something that was not known is known now, or will never be. *again: when it
 * wants to be called again at the latest. */
bool sn_enrich_turn(struct sn_enrich *enrich, sonde_at_ns now, sonde_at_ns *again);
/* As sn_names_news. */
bool sn_enrich_news(struct sn_enrich *enrich, bool at_end, struct sonde_addr *addr, const struct sn_who **who);
/* Somebody is still being asked. */
bool sn_enrich_pending(const struct sn_enrich *enrich);
/* Waits until nothing is being asked any more, at most until then, or until fd (-1: none) is readable. */
void sn_enrich_wait(struct sn_enrich *enrich, struct sonde_clock *clock, sonde_at_ns until_at_ns, int fd);
void sn_enrich_finish(struct sn_enrich *enrich);

/* "192.0.2.53", "192.0.2.53:5353", "2001:db8::53", "[2001:db8::53]:5353"; the port is 53 where none is given. False: none of them. */
bool sn_server_read(const char *text, struct sonde_addr *addr, uint16_t *port);

#endif
