/* SPDX-License-Identifier: MIT */
/* From options to an open wire and its targets. What is done with them is the command's. */
#include "cli/reach.h"

#include "base/hash.h"
#include "base/seal.h"
#include "cli/config.h"
#include "cli/confine.h"
#include "cli/hints.h"
#include "cli/output.h"
#include "cli/sent.h"
#include "ext/cap.h"
#include "ext/wire_sim.h"
#include "io/wires.h"
#include "out/findings.h"
#include "out/text.h"
#include "probe/method.h"

#include <sonde/finding.h>
#include <sonde/shape.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { NOTICE_BYTES = 200 };

int sn_reach_check(struct sn_reach *reach, struct sonde_error *err)
{
	const struct sn_opts *opts = reach->opts;
	if (opts->first_ttl > opts->max_ttl)
		return sonde_hint(err,
		                  sonde_fail(err, SONDE_E_RANGE, 0, "--first %u is behind --max-hops %u", (unsigned)opts->first_ttl,
		                             (unsigned)opts->max_ttl),
		                  "give -m %u or more, or a nearer -f", (unsigned)opts->first_ttl);
	reach->family = opts->family;
	if (opts->source) {
		if (sn_source_read(opts->source, &reach->source, err) < 0)
			return err->code;
		if (reach->family && reach->family != reach->source.family)
			return sonde_hint(err,
			                  sonde_fail(err, SONDE_E_USAGE, 0, "option --source: '%.60s' is no IPv%u address", opts->source,
			                             (unsigned)reach->family),
			                  "leave -%u out, or give another source", (unsigned)reach->family);
		reach->family = reach->source.family;
	}
	sn_opts_repeat(opts, &reach->repeat);
	if (reach->repeat.bad)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for what a command must repeat");
	sonde_trace_cfg_init(&reach->sent);
	return sn_sent_read(opts, &reach->sent, &reach->carried, &reach->carried_bytes, err);
}

/* The families that the hosts may have: what an address in numbers is traced as, else both. */
static void families_of(const struct sn_reach *reach, struct sn_wire_open_cfg *cfg)
{
	for (size_t i = 0; i < reach->host_count; i++) {
		const struct sn_host *host = &reach->hosts[i].host;
		uint8_t family = reach->family ? reach->family : host->number ? host->addr.family : 0;
		cfg->ip4 |= family != 6;
		cfg->ip6 |= family != 4;
	}
}

static bool asks_resolver(const struct sn_reach *reach)
{
	bool named = false;
	for (size_t i = 0; i < reach->host_count; i++)
		named |= !reach->hosts[i].host.number;
	return named && !reach->opts->sim;
}

/* How many source ports its traces take at once: those to different targets may share one, and what is asked behind them takes one more. */
static uint16_t ports_taken(const struct sn_reach *reach)
{
	const struct sn_opts *opts = reach->opts;
	uint64_t flows = opts->queries < SONDE_FLOWS_MAX ? opts->queries : SONDE_FLOWS_MAX;
	uint64_t traces = opts->targets ? opts->parallel : reach->host_count;
	uint64_t count = traces * flows + 1;
	return reach->many_ports || opts->all_addresses || count > SN_WIRE_PORTS_MAX ? SN_WIRE_PORTS_MAX : (uint16_t)count;
}

/* By their numbers: --sport, and what --shape tries. */
static void ports_wanted(const struct sn_reach *reach, struct sn_wire_open_cfg *cfg, uint16_t wanted[SN_WIRE_WANTED_MAX])
{
	cfg->ports = wanted;
	if (reach->opts->sport)
		wanted[cfg->wanted_count++] = reach->opts->sport;
	for (size_t i = 0; reach->opts->shape && sonde_shape_port(i) && cfg->wanted_count < SN_WIRE_WANTED_MAX; i++)
		wanted[cfg->wanted_count++] = sonde_shape_port(i);
}

/* Whatever is read or written by its name, but for what the sinks have opened. */
static int open_files(struct sn_reach *reach, struct sonde_error *err)
{
	int code = reach->shows_names ? sn_enrich_open(&reach->enrich, reach->opts, false, err) : SONDE_OK;
	reach->capture.detail.ttl = reach->opts->detail_ttl;
	if (code == SONDE_OK && reach->opts->write_capture)
		code = sn_capture_open(&reach->capture, reach->opts->write_capture, err);
	if (code == SONDE_OK)
		sn_enrich_databases(&reach->enrich, reach->opts);
	return code;
}

/* Processes that ask name servers: they have none of the sockets, and nothing of what opened them. */
static int start_helpers(struct sn_reach *reach, struct sonde_error *err)
{
	sn_enrich_start(&reach->enrich);
	return asks_resolver(reach) ? sn_hosts_start(&reach->hosts_asked, sn_seccomp_resolver, err) : SONDE_OK;
}

static enum sn_seccomp_list list_of(const struct sn_reach *reach)
{
	const char *wire = reach->net.wire->ops->name;
	return reach->opts->sim ? SN_SECCOMP_OFFLINE : strcmp(wire, "raw") == 0 ? SN_SECCOMP_RAW : SN_SECCOMP_DGRAM;
}

/* Of a simulation it is known, so that it can be repeated: nobody forges there, and nobody looks for a seal. */
static int draw_secret(struct sn_reach *reach, struct sonde_error *err)
{
	if (reach->opts->sim) {
		memcpy(reach->secret, &reach->opts->seed, sizeof reach->opts->seed);
		return SONDE_OK;
	}
	if (getrandom(reach->secret, sizeof reach->secret, 0) != (ssize_t)sizeof reach->secret)
		return sonde_fail(err, SONDE_E_INTERNAL, errno, "the kernel gives no random bytes");
	reach->seal = sn_seal_of(reach->secret);
	return SONDE_OK;
}

int sn_reach_open(struct sn_reach *reach, const uint8_t *protocols, size_t protocol_count, struct sonde_error *err)
{
	if (draw_secret(reach, err) < 0)
		return err->code;
	struct sn_wire_open_cfg cfg = {.protocols = protocols,
	                               .protocol_count = protocol_count,
	                               .device = reach->opts->device,
	                               .mark = reach->opts->mark,
	                               .seal = reach->seal,
	                               .privilege = sn_cap_net_raw};
	uint16_t wanted[SN_WIRE_WANTED_MAX];
	cfg.port_count = ports_taken(reach);
	ports_wanted(reach, &cfg, wanted);
	families_of(reach, &cfg);
	int code = open_files(reach, err);
	if (code == SONDE_OK && !reach->opts->sim)
		code = sn_cap_own(SN_CAP_FILES, false, err);
	if (code == SONDE_OK)
		code = sn_net_open(&reach->net, reach->opts, &cfg, err);
	if (code == SONDE_OK && reach->opts->sim)
		sn_enrich_sim(&reach->enrich, reach->net.wire);
	if (code == SONDE_OK)
		code = start_helpers(reach, err);
	return code == SONDE_OK ? sn_confine(list_of(reach), err) : code;
}

static int not_in_sim(const struct sn_reach *reach, const char *host, struct sonde_error *err)
{
	struct sonde_addr other;
	bool otherwise = reach->family && (sn_wire_sim_resolve(reach->net.wire, host, 0, 0, &other) == 0 || sonde_addr_parse(host, &other));
	if (otherwise) {
		sonde_fail(err, SONDE_E_HOST, 0, "host '%.60s' has no IPv%u address in the simulated network %.60s", host,
		           (unsigned)reach->family, reach->opts->sim);
		return sonde_hint(err, SONDE_E_HOST, "leave out -%u", (unsigned)reach->family);
	}
	sonde_fail(err, SONDE_E_HOST, 0, "cannot find host '%.60s' in the simulated network %.60s", host, reach->opts->sim);
	return sonde_hint(err, SONDE_E_HOST, "give an address, or a name that stands in that file");
}

static bool in_sim(const struct sn_reach *reach, const char *host, size_t nth, struct sonde_addr *out)
{
	if (sn_wire_sim_resolve(reach->net.wire, host, reach->family, nth, out) == SONDE_OK)
		return true;
	return nth == 0 && sonde_addr_parse(host, out) && (!reach->family || out->family == reach->family);
}

static int look_up_in_sim(struct sn_reach *reach, const struct sn_host *host, struct sonde_error *err)
{
	struct sn_target target = {.host = host->host, .address_count = 1};
	size_t most = reach->opts->all_addresses ? SIZE_MAX : 1, nth = 0;
	int code = SONDE_OK;
	for (; code == SONDE_OK && nth < most && in_sim(reach, host->asked, nth, &target.addr); nth++)
		code = sn_targets_add(&reach->targets, &target);
	if (nth == 0)
		return not_in_sim(reach, host->asked, err);
	return code == SONDE_OK ? code : sonde_fail(err, code, 0, "no room for the target '%.80s'", host->host);
}

static int look_up(struct sn_reach *reach, const struct sn_host *host, struct sonde_error *err)
{
	struct sonde_error no_ip4 = {0};
	if (reach->opts->sim)
		return look_up_in_sim(reach, host, err);
	bool ip4_first = reach->opts->as_traceroute && !reach->family;
	if (ip4_first && sn_host_check(host, 4, &no_ip4) == SONDE_OK &&
	    sn_targets_resolve(&reach->targets, &reach->hosts_asked, host, 4, false, &no_ip4) == SONDE_OK)
		return SONDE_OK;
	if (sn_host_check(host, reach->family, err) < 0)
		return err->code;
	return sn_targets_resolve(&reach->targets, &reach->hosts_asked, host, reach->family, reach->opts->all_addresses, err);
}

int sn_reach_add_host(struct sn_reach *reach, const char *host, struct sonde_error *err)
{
	struct sn_reach_host *grown = reallocarray(reach->hosts, reach->host_count + 1, sizeof *grown);
	if (!grown)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for the host '%.80s'", host);
	reach->hosts = grown;
	struct sn_reach_host *fresh = &grown[reach->host_count++];
	struct sonde_error failed;
	fresh->failed = NULL;
	if (sn_host_read(host, &fresh->host, &failed) == SONDE_OK)
		return SONDE_OK;
	fresh->failed = malloc(sizeof *fresh->failed); /* told when it is looked up */
	if (!fresh->failed)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for the host '%.80s'", host);
	*fresh->failed = failed;
	return SONDE_OK;
}

int sn_reach_look_up(struct sn_reach *reach, size_t index, struct sonde_error *err)
{
	const struct sn_host *host = &reach->hosts[index].host;
	size_t known = reach->targets.count;
	if (reach->hosts[index].failed)
		*err = *reach->hosts[index].failed;
	int code = reach->hosts[index].failed ? err->code : look_up(reach, host, err);
	/* A literal address is no server name (RFC 6066 section 3). */
	const char *server_name = host->number ? NULL : host->asked;
	for (size_t i = known; i < reach->targets.count; i++) {
		reach->targets.items[i].host = reach->opts->ascii ? host->asked : host->host;
		reach->targets.items[i].carried = (struct sonde_carried){
		    .bytes = (const uint8_t *)reach->carried, .count = (uint16_t)reach->carried_bytes, .server_name = server_name};
	}
	return code;
}

/* Many traces share their first routers: docs/internals/manners.md. */
static uint32_t rate_of(const struct sn_reach *reach)
{
	enum { FEW_HOSTS = 8, RATE_OF_MANY = 1000 };
	return reach->opts->rate ? reach->opts->rate : reach->host_count > FEW_HOSTS ? RATE_OF_MANY : 0;
}

int sn_reach_session(struct sn_reach *reach, struct sonde_session_cfg *cfg, struct sonde_session **out, struct sonde_error *err)
{
	cfg->wire = sn_capture_wire(&reach->capture, reach->net.wire, reach->net.clock);
	cfg->clock = reach->net.clock;
	if (!cfg->wire)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for a capture");
	/* Each of its own, so that no session's late answer fits another's probe; the seal is what they share. */
	memcpy(cfg->engine.secret, reach->secret, sizeof reach->secret);
	for (uint64_t half = 0; half < 2 && reach->seal.factor; half++) {
		uint64_t word = sn_siphash_u64x2(reach->secret, reach->session_count, half);
		memcpy(cfg->engine.secret + 8 * half, &word, sizeof word);
	}
	reach->session_count++;
	cfg->engine.seal = reach->seal;
	cfg->engine.per_second_max = rate_of(reach);
	int code = sonde_session_new(out, cfg);
	return code == SONDE_OK ? code : sonde_fail(err, code, 0, "no room for a trace");
}

struct sonde_trace_cfg sn_reach_cfg(const struct sn_reach *reach, const struct sn_target *target)
{
	const struct sn_opts *opts = reach->opts;
	struct sonde_trace_cfg cfg = reach->sent;
	cfg.src = reach->source;
	cfg.dst = target->addr;
	cfg.carried = &target->carried; /* targets stay where they are once all are looked up */
	cfg.sport[0] = opts->sport;
	cfg.first_ttl = opts->first_ttl;
	cfg.max_ttl = opts->max_ttl;
	cfg.queries = opts->queries;
	cfg.window = opts->window;
	cfg.gap = opts->gap;
	cfg.size_bytes = opts->size_bytes;
	cfg.no_wait = opts->no_wait;
	cfg.send_gap_ns = opts->pause_ns;
	cfg.wait_max_ns = opts->wait_ns;
	cfg.deadline_ns = opts->deadline_ns;
	return cfg;
}

size_t sn_reach_method(const struct sn_reach *reach, const struct sn_method_choice *choice, const struct sn_target *target)
{
	bool dgram = strcmp(reach->net.wire->ops->name, "dgram") == 0;
	if (choice->asked || !dgram || sn_wire_dgram_can_ping(target->addr.family))
		return choice->id;
	return (size_t)sonde_method_find("udp");
}

/* What the wire cannot do, once: also to those who chose it. */
static void tell_notice(struct sn_reach *reach, uint8_t protocol)
{
	const struct sonde_wire_ops *ops = reach->net.wire->ops;
	const char *notice = ops->notice ? ops->notice(reach->net.wire, protocol) : NULL;
	if (!notice || (reach->notice && strcmp(reach->notice, notice) == 0))
		return;
	sn_output_notice(notice);
	reach->notice = notice;
}

/* Of a payload that leaves no room for a key, once. Where there is some it is known what answers what. */
static void tell_fixed(struct sn_reach *reach, const struct sonde_trace_cfg *cfg)
{
	char notice[NOTICE_BYTES];
	enum { KEY_LEAST_BYTES = 2 };
	if (reach->told_fixed || !sn_probe_is_fixed(cfg))
		return;
	snprintf(notice, sizeof notice,
	         "weak: all probes carry the same bytes, so that little tells their answers apart, or from forged ones; --size %u leaves "
	         "room for a key",
	         (unsigned)sn_probe_bytes(cfg, 1) + KEY_LEAST_BYTES);
	sn_output_notice(notice);
	reach->told_fixed = true;
}

/* Of each kind of probe that goes without, once. */
static void tell_unattributed(struct sn_reach *reach, const struct sonde_trace_cfg *cfg)
{
	char label[SONDE_LABEL_BYTES], notice[NOTICE_BYTES];
	if (!cfg->attribution || sn_probe_takes_attribution(cfg))
		return;
	sonde_label(cfg, label);
	snprintf(notice, sizeof notice, "probes by %s have no place for the attribution and go without it", label);
	if (strstr(sn_buf_text(&reach->unattributed), notice))
		return;
	sn_buf_puts(&reach->unattributed, notice);
	sn_output_notice(notice);
}

struct sonde_session_wish sn_reach_wish(const struct sn_reach *reach)
{
	return (struct sonde_session_wish){.device = reach->opts->device, .mark = reach->opts->mark, .broadcast = reach->opts->force};
}

int sn_reach_allows(const struct sn_reach *reach, const struct sn_target *target, const struct sonde_trace_cfg *cfg,
                    struct sonde_session_wish *wish, struct sonde_error *err)
{
	*wish = sn_reach_wish(reach);
	if (!reach->opts->force && sn_target_check(target, err) < 0)
		return err->code;
	struct sonde_trace_cfg asked = *cfg;
	if (target->addr.family != 6 && (reach->opts->as_traceroute || !sn_opt_by_hand(reach->opts, "flow-label")))
		asked.flow_label_given = false; /* a file, and traceroute's option, speak of the targets that have one */
	if (sn_sent_check(target, &asked, err) < 0)
		return err->code;
	return sn_size_check(target, cfg, err);
}

void sn_reach_tell(struct sn_reach *reach, const struct sonde_trace_cfg *cfg)
{
	if (reach->opts->as_traceroute)
		return; /* programs that read its text read what stands beside it along */
	tell_notice(reach, sonde_trace_protocol(cfg));
	tell_fixed(reach, cfg);
	tell_unattributed(reach, cfg);
}

int sn_reach_start(struct sn_reach *reach, struct sonde_session *session, const struct sn_target *target, const struct sonde_trace_cfg *cfg,
                   uint32_t *trace_id, struct sonde_route *route, struct sonde_error *err)
{
	struct sonde_session_wish wish;
	if (sn_reach_allows(reach, target, cfg, &wish, err) < 0 || sonde_session_add(session, cfg, &wish, trace_id, route, err) < 0)
		return err->code;
	sn_reach_tell(reach, cfg);
	return SONDE_OK;
}

void sn_reach_about(const struct sn_reach *reach, const struct sn_target *target, const struct sonde_trace_cfg *cfg,
                    struct sn_text_about *about)
{
	const struct sonde_wire_ops *ops = reach->net.wire->ops;
	const struct sonde_method_info *method = sonde_method_info(cfg->method);
	bool constant = method->flow_constant && ops->flow_constant(reach->net.wire, sonde_trace_protocol(cfg)) &&
	                !(cfg->dst.family == 6 && sn_probe_is_fixed(cfg));
	*about = (struct sn_text_about){.host = target->host,
	                                .repeat = sn_buf_text(&reach->repeat),
	                                .address_count = reach->opts->all_addresses ? 1 : target->address_count,
	                                .wire = ops->name,
	                                .method = method,
	                                .flow_constant = constant};
}

int sn_reach_failed(struct sn_reach *reach, const struct sonde_addr *target, struct sonde_error *err)
{
	const struct sonde_wire *wire = reach->net.wire;
	struct sn_hint_about known = {.opts = reach->opts, .target = target, .wire = wire ? wire->ops->name : NULL};
	struct sonde_finding finding;
	struct sn_buf line = {0};
	if (reach->opts->findings && !reach->quiet && sonde_finding_of_error(err, &finding)) {
		struct sonde_error unwritten = {0};
		sn_findings_lines(&line, &(struct sonde_findings){.items = &finding, .count = 1}, NULL, 0);
		sn_output_once(&line, &unwritten);
		sn_buf_finish(&line);
	}
	sn_config_blame(reach->opts, err);
	sn_hint_fill(err, &known);
	return sn_output_error(err);
}

int sn_reach_finish(struct sn_reach *reach)
{
	struct sonde_error err = {0};
	int status = sn_capture_finish(&reach->capture, &err) < 0 ? sn_output_error(&err) : 0;
	sn_enrich_finish(&reach->enrich);
	sn_hosts_finish(&reach->hosts_asked);
	for (size_t i = 0; i < reach->host_count; i++) {
		sn_host_finish(&reach->hosts[i].host);
		free(reach->hosts[i].failed);
	}
	free(reach->hosts);
	free(reach->carried);
	sn_buf_finish(&reach->unattributed);
	sn_buf_finish(&reach->repeat);
	sn_targets_finish(&reach->targets);
	sn_net_finish(&reach->net);
	return status;
}
