/* SPDX-License-Identifier: MIT */
/* What the command line names: hosts to addresses, services to ports, methods to ids. */
#ifndef SN_CLI_TARGETS_H
#define SN_CLI_TARGETS_H

#include "cli/hosts.h"
#include "cli/opts.h"

#include <sonde/probe.h>

struct sn_target {
	const char *host;       /* as typed, in argv */
	struct sonde_addr addr;
	size_t address_count;   /* addresses that the name has */
	struct sonde_carried carried;  /* what probes to it carry, where that is chosen */
};

/* {0} is an empty list. */
struct sn_targets {
	struct sn_target *items;
	size_t count, capacity;
};

void sn_targets_finish(struct sn_targets *targets);
int sn_targets_add(struct sn_targets *targets, const struct sn_target *target) SONDE_MUST_USE;
/* What is known of a host before anybody is asked: while files may be read. */
struct sn_host {
	const char *host;        /* as typed */
	const char *asked;       /* as DNS has it */
	char *ascii;             /* … where that is not as it was typed */
	bool number;             /* it is an address in numbers, */
	struct sonde_addr addr;  /* … this one */
};

/* *out is the caller's to finish, also where it fails. SONDE_E_HOST, _UNSUPPORTED, _NOMEM. */
int sn_host_read(const char *host, struct sn_host *out, struct sonde_error *err) SONDE_MUST_USE;
/* It can be an address of that family (0: any) on this machine. SONDE_E_HOST, _DEVICE. */
int sn_host_check(const struct sn_host *host, uint8_t family, struct sonde_error *err) SONDE_MUST_USE;
void sn_host_finish(struct sn_host *host);
/* Looks a host up and adds its first address in the order of RFC 6724, or all of them. family 0: any. SONDE_E_HOST, _FDS, _NOMEM. */
int sn_targets_resolve(struct sn_targets *targets, struct sn_hosts *hosts, const struct sn_host *host, uint8_t family, bool all,
                       struct sonde_error *err) SONDE_MUST_USE;
/* True: host is an address in numbers; *out is what is traced. */
bool sn_target_is_number(const char *host, struct sonde_addr *out);
/* Refuses what no trace can go to: SONDE_E_TARGET for multicast, broadcast and unspecified addresses. */
int sn_target_check(const struct sn_target *target, struct sonde_error *err) SONDE_MUST_USE;

/* A numeric address, with %interface where it is link-local. SONDE_E_SOURCE. */
int sn_source_read(const char *text, struct sonde_addr *out, struct sonde_error *err) SONDE_MUST_USE;

/* The method and port that -M, -I, -T, -U and -p ask for. */
struct sn_method_choice {
	size_t id;
	uint16_t dport;  /* 0: the method's own */
	bool asked;      /* the user named a method; else it is the default */
};
/* Probes of the size that the cfg asks for can be sent to that target. SONDE_E_RANGE. */
int sn_size_check(const struct sn_target *target, const struct sonde_trace_cfg *cfg, struct sonde_error *err) SONDE_MUST_USE;
/* The length that the requests of a method have whatever --size asks for; 0: it has that of --size, or none was asked for. */
uint16_t sn_size_own(const struct sonde_trace_cfg *cfg);
/* A method and a port in one word: "udp", "tcp:443", "tcp:https". */
int sn_method_read(const char *text, struct sn_method_choice *out, struct sonde_error *err) SONDE_MUST_USE;
enum { SN_METHODS_MAX = 32 };
/* The methods to compare: what each -M and --require names, none twice; the usual five without any -M. *required: index of --require's, -1:
 * none. */
int sn_methods_choose(const struct sn_opts *opts, struct sn_method_choice out[SN_METHODS_MAX], size_t *count, int *required,
                      struct sonde_error *err) SONDE_MUST_USE;
/* Forgets what files say for other methods than the one that was chosen; the command line's own is refused where it is used. */
void sn_method_forget_others(struct sn_opts *opts);
int sn_method_choose(const struct sn_opts *opts, struct sn_method_choice *out, struct sonde_error *err) SONDE_MUST_USE;

#endif
