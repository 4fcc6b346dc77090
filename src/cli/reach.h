/* SPDX-License-Identifier: MIT */
/* What a command that probes needs before its first packet: the wire, the targets, and a session for them. */
#ifndef SN_CLI_REACH_H
#define SN_CLI_REACH_H

#include "base/buf.h"
#include "cli/capture.h"
#include "cli/enrich.h"
#include "cli/targets.h"
#include "cli/wires.h"

#include <sonde/session.h>

struct sn_reach_host {
	struct sn_host host;
	struct sonde_error *failed;  /* why it cannot be looked up; NULL: it can */
};

/* {.opts = …} is one that nothing was done with yet. Must stay where it is until sn_reach_finish. */
struct sn_reach {
	const struct sn_opts *opts;
	struct sonde_addr source;    /* -s; family 0: none */
	uint8_t family;              /* that the targets must have; 0: any */
	struct sn_net net;
	struct sn_capture capture;   /* --write-capture */
	struct sn_enrich enrich;     /* names, where the command shows them */
	bool shows_names;            /* … which it says before sn_reach_open */
	bool many_ports;             /* … as it does where its traces take many source ports */
	struct sn_targets targets;
	struct sn_buf repeat;        /* options that commands to try must repeat */
	bool quiet;                  /* standard output is not for text */
	const char *notice;          /* last one printed */
	bool told_fixed;             /* … and that answers to a fixed payload are weak */
	uint8_t secret[16];          /* of all sessions over its wire */
	uint64_t session_count;
	struct sonde_seal seal;      /* … factor 0: the wire looks for none */
	struct sonde_trace_cfg sent; /* what all traces send alike */
	char *carried;               /* the bytes of --payload FILE */
	size_t carried_bytes;
	struct sn_buf unattributed;  /* what was said of probes without --attribution */
	struct sn_reach_host *hosts; /* in the order in which they were added */
	size_t host_count;
	struct sn_hosts hosts_asked; /* whoever is asked for the addresses of those that have names */
};

/* Checks what the options say of hops, source, family and the bytes of probes. A negative enum sonde_err. */
int sn_reach_check(struct sn_reach *reach, struct sonde_error *err) SONDE_MUST_USE;
/* A host that is looked up later on: what is read of it, and of whom it is asked, is read now. It must stay where it is. SONDE_E_NOMEM. */
int sn_reach_add_host(struct sn_reach *reach, const char *host, struct sonde_error *err) SONDE_MUST_USE;
/* Opens files, and the wire for probes of these IP protocols to the hosts that were added; gives up what needed a privilege. */
int sn_reach_open(struct sn_reach *reach, const uint8_t *protocols, size_t protocol_count, struct sonde_error *err) SONDE_MUST_USE;
/* Adds the first address of the host that was added as that one, or all of them, to the targets. */
int sn_reach_look_up(struct sn_reach *reach, size_t index, struct sonde_error *err) SONDE_MUST_USE;
/* A session over the wire, with its secret; cfg says what is called back. */
int sn_reach_session(struct sn_reach *reach, struct sonde_session_cfg *cfg, struct sonde_session **out,
                     struct sonde_error *err) SONDE_MUST_USE;
/* What a trace to a target is asked to do by the options; its method is the caller's to choose. */
struct sonde_trace_cfg sn_reach_cfg(const struct sn_reach *reach, const struct sn_target *target);
/* The method for one target: the one asked for, or the best that this user may send. */
size_t sn_reach_method(const struct sn_reach *reach, const struct sn_method_choice *choice, const struct sn_target *target);
/* How its packets are to leave. */
struct sonde_session_wish sn_reach_wish(const struct sn_reach *reach);
/* A target, and probes of that size, may be traced; *wish is how they are to leave. */
int sn_reach_allows(const struct sn_reach *reach, const struct sn_target *target, const struct sonde_trace_cfg *cfg,
                    struct sonde_session_wish *wish, struct sonde_error *err) SONDE_MUST_USE;
/* Tells once what the wire cannot do for it, and what its payload leaves no room for. */
void sn_reach_tell(struct sn_reach *reach, const struct sonde_trace_cfg *cfg);
/* Starts a trace, after a look at its target and its size, and tells what the wire cannot do for it. */
int sn_reach_start(struct sn_reach *reach, struct sonde_session *session, const struct sn_target *target, const struct sonde_trace_cfg *cfg,
                   uint32_t *trace_id, struct sonde_route *route, struct sonde_error *err) SONDE_MUST_USE;
/* What can be told of it in the header of its table. */
struct sn_text_about;
void sn_reach_about(const struct sn_reach *reach, const struct sn_target *target, const struct sonde_trace_cfg *cfg,
                    struct sn_text_about *about);
/* A host that cannot be traced from here: its line on standard error, and with --findings the finding. The exit status that it leads to. */
int sn_reach_failed(struct sn_reach *reach, const struct sonde_addr *target, struct sonde_error *err);
/* Closes what was opened. The exit status: not 0 where a capture could not be written, which is told. */
int sn_reach_finish(struct sn_reach *reach);

#endif
