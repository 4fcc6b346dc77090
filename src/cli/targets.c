/* SPDX-License-Identifier: MIT */
/* Names to numbers by the system's resolver, services(5) and protocols(5). It knows nothing of traces. */
#include "cli/targets.h"

#include "base/addr.h"
#include "ext/idn.h"
#include "probe/method.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sn_targets_finish(struct sn_targets *targets)
{
	free(targets->items);
	*targets = (struct sn_targets){0};
}

int sn_targets_add(struct sn_targets *targets, const struct sn_target *target)
{
	if (targets->count == targets->capacity) {
		size_t wanted = targets->capacity ? targets->capacity * 2 : 4;
		struct sn_target *grown = reallocarray(targets->items, wanted, sizeof *grown);
		if (!grown)
			return SONDE_E_NOMEM;
		targets->items = grown;
		targets->capacity = wanted;
	}
	targets->items[targets->count++] = *target;
	return SONDE_OK;
}

static int lookup_failed(const char *host, uint8_t family, int failure, int sys_errno, struct sonde_error *err)
{
	int code = SONDE_E_HOST;
	if (failure == EAI_MEMORY)
		code = SONDE_E_NOMEM;
	else if (sys_errno == EMFILE || sys_errno == ENFILE)
		code = SONDE_E_FDS;
	sonde_fail(err, code, sys_errno, "cannot find host '%.80s'%s%s", host, sys_errno ? "" : ": ",
	           sys_errno ? "" : gai_strerror(failure));
	if (failure == EAI_AGAIN)
		return sonde_hint(err, code, "the name server did not answer: check /etc/resolv.conf and the network, or give an address");
	if (family && (failure == EAI_ADDRFAMILY || failure == EAI_NODATA || failure == EAI_NONAME))
		return sonde_hint(err, code, "check the spelling, or try -%c", family == 4 ? '6' : '4');
	return code;
}

bool sn_target_is_number(const char *host, struct sonde_addr *out)
{
	struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST};
	struct addrinfo *list = NULL;
	bool number = getaddrinfo(host, NULL, &hints, &list) == 0 && sn_host_addr(list->ai_addr, out);
	if (list)
		freeaddrinfo(list);
	return number;
}

/* An address in numbers needs no name server; what it stands for decides its family. */
static int check_number(const struct sn_host *host, uint8_t family, struct sonde_error *err)
{
	unsigned is = host->addr.family;
	if (!family || family == is)
		return SONDE_OK;
	unsigned asked = family;
	sonde_fail(err, SONDE_E_HOST, 0, "'%.80s' is traced over IPv%u, but IPv%u is asked for", host->asked, is, asked);
	return sonde_hint(err, SONDE_E_HOST, "give an IPv%u address, or leave out -%u or the IPv%u source", asked, asked, asked);
}

/* An IPv6 address with an interface behind it that is not there: no name server knows it either. */
static int check_scope(const char *host, struct sonde_error *err)
{
	struct sonde_addr addr;
	char text[SONDE_ADDR_TEXT];
	const char *scope = strchr(host, '%');
	snprintf(text, sizeof text, "%.*s", scope ? (int)(scope - host) : 0, host);
	if (!scope || !sonde_addr_parse(text, &addr))
		return SONDE_OK;
	return sonde_fail(err, SONDE_E_DEVICE, 0, "host '%.80s': there is no network interface '%.40s'", host, scope + 1);
}

/* The name that DNS is asked for. */
static int name_in_dns(struct sn_host *host, struct sonde_error *err)
{
	if (!sn_idn_is_wanted(host->host))
		return SONDE_OK;
	int code = sn_idn_ascii(host->host, &host->ascii, err);
	host->asked = code == SONDE_OK ? host->ascii : host->host;
	return code;
}

int sn_host_read(const char *host, struct sn_host *out, struct sonde_error *err)
{
	*out = (struct sn_host){.host = host, .asked = host};
	if (name_in_dns(out, err) < 0)
		return err->code;
	out->number = sn_target_is_number(out->asked, &out->addr);
	return SONDE_OK;
}

int sn_host_check(const struct sn_host *host, uint8_t family, struct sonde_error *err)
{
	return host->number ? check_number(host, family, err) : check_scope(host->asked, err);
}

void sn_host_finish(struct sn_host *host)
{
	free(host->ascii);
	*host = (struct sn_host){0};
}

int sn_targets_resolve(struct sn_targets *targets, struct sn_hosts *hosts, const struct sn_host *host, uint8_t family, bool all,
                       struct sonde_error *err)
{
	struct sn_target target = {.host = host->host, .addr = host->addr, .address_count = 1};
	struct sn_host_found *found = NULL;
	int code = SONDE_OK;
	if (host->number) {
		code = sn_targets_add(targets, &target);
	} else if ((found = calloc(1, sizeof *found))) {
		sn_hosts_ask(hosts, host->asked, family, found);
		target.address_count = found->count;
		if (found->failure)
			code = lookup_failed(host->asked, family, found->failure, found->sys_errno, err);
		for (size_t i = 0; code == SONDE_OK && i < (all ? found->count : 1); i++) {
			target.addr = found->addrs[i];
			code = sn_targets_add(targets, &target);
		}
	} else {
		code = SONDE_E_NOMEM;
	}
	free(found);
	return code == SONDE_E_NOMEM ? sonde_fail(err, code, 0, "no room for the target '%.80s'", host->host) : code;
}

int sn_target_check(const struct sn_target *target, struct sonde_error *err)
{
	static const char *const kinds[] = {[SN_ADDR_MULTICAST] = "a multicast address",
	                                    [SN_ADDR_BROADCAST] = "a broadcast address",
	                                    [SN_ADDR_UNSPECIFIED] = "no address of a host"};
	enum sn_addr_kind kind = sn_addr_kind(&target->addr);
	if ((size_t)kind >= sizeof kinds / sizeof *kinds || !kinds[kind])
		return SONDE_OK;
	sonde_fail(err, SONDE_E_TARGET, 0, "'%.80s' is %s", target->host, kinds[kind]);
	return sonde_hint(err, SONDE_E_TARGET, "--force traces it all the same");
}

int sn_source_read(const char *text, struct sonde_addr *out, struct sonde_error *err)
{
	if (sn_target_is_number(text, out))
		return SONDE_OK;
	sonde_fail(err, SONDE_E_USAGE, 0, "option --source (-s): '%.60s' is not an address", text);
	return sonde_hint(err, SONDE_E_USAGE, "give one of this machine's addresses: 'ip -brief address' lists them");
}

static const char *protocol_name(const struct sonde_method_info *method)
{
	return method->protocol4 == IPPROTO_TCP ? "tcp" : method->protocol4 == IPPROTO_UDP ? "udp" : NULL;
}

/* A number, or a name that services(5) has for the method's protocol. */
static int read_port(const char *text, const struct sonde_method_info *method, uint16_t *out, struct sonde_error *err)
{
	uint64_t number;
	if (!method->takes_port) {
		sonde_fail(err, SONDE_E_USAGE, 0, "method %s has no ports, but got '%.60s'", method->name, text);
		if (method->takes_protocol)
			return sonde_hint(err, SONDE_E_USAGE, "its protocol stands behind its name: -M %s:%.60s", method->name, text);
		return sonde_hint(err, SONDE_E_USAGE, "leave the port out, or take a method with ports: -U or -T");
	}
	if (sn_read_uint(text, &number)) {
		if (number < 1 || number > UINT16_MAX) {
			sonde_fail(err, SONDE_E_RANGE, 0, "port '%.60s' of method %s is out of range", text, method->name);
			return sonde_hint(err, SONDE_E_RANGE, "give 1 to 65535, or a service name");
		}
		*out = (uint16_t)number;
		return SONDE_OK;
	}
	const struct servent *service = getservbyname(text, protocol_name(method));
	if (service) {
		*out = ntohs((uint16_t)service->s_port);
		return SONDE_OK;
	}
	sonde_fail(err, SONDE_E_USAGE, 0, "port '%.60s' of method %s is no service known here", text, method->name);
	return sonde_hint(err, SONDE_E_USAGE, "give 1 to 65535, or a name from /etc/services");
}

/* A number, or a name from protocols(5). What another method speaks is asked with that one, whose packets have its headers. */
static int read_protocol(const char *text, const struct sonde_method_info *method, uint16_t *out, struct sonde_error *err)
{
	uint64_t number;
	const struct protoent *known = getprotobyname(text);
	if (known)
		number = (uint64_t)known->p_proto;
	else if (!sn_read_uint(text, &number)) {
		sonde_fail(err, SONDE_E_USAGE, 0, "protocol '%.60s' of method %s is none known here", text, method->name);
		return sonde_hint(err, SONDE_E_USAGE, "give 1 to 255, or a name from /etc/protocols");
	}
	if (number < 1 || number > UINT8_MAX) {
		sonde_fail(err, SONDE_E_RANGE, 0, "protocol '%.60s' of method %s is out of range", text, method->name);
		return sonde_hint(err, SONDE_E_RANGE, "give 1 to 255, or a name from /etc/protocols");
	}
	const struct sn_method *own = sn_method_of_protocol((uint16_t)number);
	if (own) {
		sonde_fail(err, SONDE_E_USAGE, 0, "protocol '%.60s' of method %s has a method of its own", text, method->name);
		return sonde_hint(err, SONDE_E_USAGE, "give -M %s", own->info.name);
	}
	*out = (uint16_t)number;
	return SONDE_OK;
}

/* What stands behind a method's name. */
static int read_number(const char *text, const struct sonde_method_info *method, uint16_t *out, struct sonde_error *err)
{
	return method->takes_protocol ? read_protocol(text, method, out, err) : read_port(text, method, out, err);
}

static const char *method_name(const void *ctx, size_t i)
{
	(void)ctx;
	return i < sonde_method_count() ? sonde_method_info(i)->name : NULL;
}

static int unknown_method(const char *name, struct sonde_error *err)
{
	const char *near = sn_nearest(name, method_name, NULL);
	sonde_fail(err, SONDE_E_USAGE, 0, "option --method (-M): '%.60s' is no method", name);
	if (near)
		return sonde_hint(err, SONDE_E_USAGE, "did you mean %s?", near);
	char all[256] = "";
	for (size_t i = 0, at = 0; i < sonde_method_count() && at < sizeof all; i++)
		at += (size_t)snprintf(all + at, sizeof all - at, "%s%s", i ? ", " : "", method_name(NULL, i));
	return sonde_hint(err, SONDE_E_USAGE, "give one of %s", all);
}

static int two_ports(const char *port, const char *method, struct sonde_error *err)
{
	sonde_fail(err, SONDE_E_USAGE, 0, "--port '%.40s' and --method '%.40s' both name a port", port, method);
	return sonde_hint(err, SONDE_E_USAGE, "leave one of the two ports out");
}

/* Reads NAME of "NAME:PORT"; *port is what stands behind it, NULL: nothing. */
static int read_method(const char *text, size_t *id, const char **port, struct sonde_error *err)
{
	const char *colon = strchr(text, ':');
	char name[32];
	snprintf(name, sizeof name, "%.*s", colon ? (int)(colon - text) : (int)strlen(text), text);
	int found = sonde_method_find(name);
	if (found < 0)
		return unknown_method(name, err);
	*id = (size_t)found;
	*port = colon ? colon + 1 : NULL;
	return SONDE_OK;
}

/* "tcp:443", as it was typed. */
static const char *method_text(const struct sn_opts *opts)
{
	static const char *const shortcuts[] = {
	    [SN_SHORTCUT_NONE] = "icmp", [SN_SHORTCUT_ICMP] = "icmp", [SN_SHORTCUT_TCP] = "tcp", [SN_SHORTCUT_UDP] = "udp"};
	return opts->methods.count ? opts->methods.items[opts->methods.count - 1] : shortcuts[opts->shortcut];
}

void sn_method_forget_others(struct sn_opts *opts)
{
	struct sonde_error unused;
	const char *port = NULL;
	size_t id = 0;
	if (read_method(method_text(opts), &id, &port, &unused) < 0)
		return;
	for (size_t i = 0; i < sn_opt_count(); i++) {
		bool file = sn_opt_is_given(opts, i) && opts->set_by[i].layer != SN_LAYER_COMMAND_LINE;
		bool other = !sn_opt_fits(sn_opt(i), sonde_method_info(id)) || (port && strcmp(sn_opt(i)->name, "port") == 0);
		if (file && other)
			sn_opts_clear(opts, i);
	}
}

int sn_method_choose(const struct sn_opts *opts, struct sn_method_choice *out, struct sonde_error *err)
{
	const char *text = method_text(opts), *port = NULL;
	*out = (struct sn_method_choice){.asked = opts->methods.count || opts->shortcut != SN_SHORTCUT_NONE};
	if (read_method(text, &out->id, &port, err) < 0)
		return err->code;
	const struct sonde_method_info *method = sonde_method_info(out->id);
	if (opts->sport && !method->takes_port) {
		sonde_fail(err, SONDE_E_USAGE, 0, "option --sport: '%u' cannot be used, method %s has no ports", (unsigned)opts->sport,
		           method->name);
		return sonde_hint(err, SONDE_E_USAGE, "leave it out, or take a method with ports: -U or -T");
	}
	if (port && opts->port)
		return two_ports(opts->port, text, err);
	if (!port && !opts->port)
		return SONDE_OK;
	return port ? read_number(port, method, &out->dport, err) : read_port(opts->port, method, &out->dport, err);
}

int sn_method_read(const char *text, struct sn_method_choice *out, struct sonde_error *err)
{
	const char *port = NULL;
	*out = (struct sn_method_choice){.asked = true};
	if (read_method(text, &out->id, &port, err) < 0)
		return err->code;
	const struct sonde_method_info *method = sonde_method_info(out->id);
	out->dport = method->takes_port || method->takes_protocol ? method->default_port : 0;
	return port ? read_number(port, method, &out->dport, err) : SONDE_OK;
}

/* Its index among those chosen; a new one is added. Negative: no room. */
static int add_choice(const struct sn_method_choice *choice, struct sn_method_choice *all, size_t *count)
{
	for (size_t i = 0; i < *count; i++)
		if (all[i].id == choice->id && all[i].dport == choice->dport)
			return (int)i;
	if (*count == SN_METHODS_MAX)
		return -1;
	all[(*count)++] = *choice;
	return (int)*count - 1;
}

static int add_one(const char *text, struct sn_method_choice *all, size_t *count, struct sonde_error *err)
{
	struct sn_method_choice choice;
	if (sn_method_read(text, &choice, err) < 0)
		return err->code;
	if (add_choice(&choice, all, count) >= 0)
		return SONDE_OK;
	sonde_fail(err, SONDE_E_RANGE, 0, "option --method (-M): '%.60s' is one too many", text);
	return sonde_hint(err, SONDE_E_RANGE, "give %d methods at most", (int)SN_METHODS_MAX);
}

/* "tcp:22,25": each port is a method of its own. */
static int add_choices(const char *text, struct sn_method_choice *all, size_t *count, struct sonde_error *err)
{
	const char *at = strchr(text, ':');
	int name_bytes = at ? (int)(at - text) : 0;
	if (!at)
		return add_one(text, all, count, err);
	while (*at) {
		char one[80];
		size_t bytes = strcspn(++at, ",");
		snprintf(one, sizeof one, "%.*s:%.*s", name_bytes, text, (int)bytes, at);
		if (add_one(one, all, count, err) < 0)
			return err->code;
		at += bytes;
	}
	return SONDE_OK;
}

int sn_methods_choose(const struct sn_opts *opts, struct sn_method_choice out[SN_METHODS_MAX], size_t *count, int *required,
                      struct sonde_error *err)
{
	static const char *const usual[] = {"icmp", "udp:33434", "udp:53", "tcp:80", "tcp:443"};
	*count = 0;
	*required = -1;
	for (size_t i = 0; i < opts->methods.count; i++)
		if (add_choices(opts->methods.items[i], out, count, err) < 0)
			return err->code;
	for (size_t i = 0; !opts->methods.count && i < sizeof usual / sizeof *usual; i++)
		if (add_choices(usual[i], out, count, err) < 0)
			return err->code;
	if (!opts->require)
		return SONDE_OK;
	struct sn_method_choice wanted;
	if (sn_method_read(opts->require, &wanted, err) < 0)
		return err->code;
	*required = add_choice(&wanted, out, count);
	if (*required >= 0)
		return SONDE_OK;
	return sonde_fail(err, SONDE_E_RANGE, 0, "option --require: '%.60s' is one method too many", opts->require);
}

/* Some length is too long for it. */
static bool is_fixed(const struct sonde_trace_cfg *cfg, uint16_t needed_bytes)
{
	/* A method whose packets have multiples of some length takes not that one, but a longer one. */
	uint16_t more_bytes = (uint16_t)(needed_bytes + 1);
	return sn_probe_bytes(cfg, more_bytes) < more_bytes;
}

uint16_t sn_size_own(const struct sonde_trace_cfg *cfg)
{
	uint16_t needed_bytes = sn_probe_bytes(cfg, cfg->size_bytes);
	return cfg->size_bytes && needed_bytes != cfg->size_bytes && is_fixed(cfg, needed_bytes) ? needed_bytes : 0;
}

int sn_size_check(const struct sn_target *target, const struct sonde_trace_cfg *cfg, struct sonde_error *err)
{
	const struct sonde_method_info *info = sonde_method_info(cfg->method);
	uint16_t size_bytes = cfg->size_bytes, needed_bytes = sn_probe_bytes(cfg, size_bytes);
	char name[48];
	if (size_bytes == 0 || needed_bytes == size_bytes)
		return SONDE_OK;
	bool takes_number = info->takes_port || info->takes_protocol;
	uint16_t port = cfg->dport ? cfg->dport : info->default_port;
	snprintf(name, sizeof name, takes_number ? "%s:%u" : "%s", info->name, (unsigned)port);
	sonde_fail(err, SONDE_E_RANGE, 0, "option --size: '%u' is %s for '%.80s' by method %s over IPv%u", (unsigned)size_bytes,
	           needed_bytes > size_bytes ? "too short" : "too long", target->host, name, (unsigned)cfg->dst.family);
	return sonde_hint(err, SONDE_E_RANGE,
	                  is_fixed(cfg, needed_bytes) ? "its request has %u bytes: leave --size out" : "give %u bytes or more",
	                  (unsigned)needed_bytes);
}
