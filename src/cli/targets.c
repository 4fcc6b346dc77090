/* SPDX-License-Identifier: MIT */
/* Names to numbers by the system's resolver and services(5). It knows nothing of traces. */
#include "cli/targets.h"

#include "base/addr.h"

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

/* False: neither IPv4 nor IPv6. An IPv4-mapped address (RFC 4291 section 2.5.5.2) is traced as what it stands for. */
static bool addr_from(const struct sockaddr *address, struct sonde_addr *out)
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

static int lookup_failed(const char *host, uint8_t family, int failure, struct sonde_error *err)
{
	const char *hint = NULL;
	int code = SONDE_E_HOST, sys_errno = failure == EAI_SYSTEM ? errno : 0;
	if (failure == EAI_MEMORY)
		code = SONDE_E_NOMEM;
	else if (sys_errno == EMFILE || sys_errno == ENFILE)
		code = SONDE_E_FDS;
	else if (failure == EAI_ADDRFAMILY || failure == EAI_NODATA || (failure == EAI_NONAME && family))
		hint = "check the spelling, or try the other of -4 and -6";
	else if (failure == EAI_AGAIN)
		hint = "the name server did not answer: check /etc/resolv.conf and the network, or give an address";
	sonde_fail(err, code, sys_errno, "cannot find host '%.80s'%s%s", host, sys_errno ? "" : ": ",
	           sys_errno ? "" : gai_strerror(failure));
	if (hint && err)
		snprintf(err->hint, sizeof err->hint, "%s", hint);
	return code;
}

static size_t count_addresses(const struct addrinfo *list)
{
	size_t count = 0;
	struct sonde_addr addr;
	for (; list; list = list->ai_next)
		count += addr_from(list->ai_addr, &addr);
	return count;
}

int sn_targets_resolve(struct sn_targets *targets, const char *host, uint8_t family, bool all, struct sonde_error *err)
{
	/* one socket type, or each address comes once for each of them */
	struct addrinfo hints = {.ai_family = family == 4 ? AF_INET : family == 6 ? AF_INET6 : AF_UNSPEC, .ai_socktype = SOCK_DGRAM};
	struct addrinfo *list = NULL;
	struct sn_target target = {.host = host};
	int failure = getaddrinfo(host, NULL, &hints, &list), code = SONDE_OK;
	if (failure)
		return lookup_failed(host, family, failure, err);
	target.address_count = count_addresses(list);
	for (const struct addrinfo *at = list; at && code == SONDE_OK; at = at->ai_next) {
		if (!addr_from(at->ai_addr, &target.addr))
			continue;
		code = sn_targets_add(targets, &target);
		if (!all)
			break;
	}
	freeaddrinfo(list);
	if (!target.address_count)
		return lookup_failed(host, family, EAI_NODATA, err);
	return code == SONDE_OK ? code : sonde_fail(err, code, 0, "no room for the target '%.80s'", host);
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
	struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST};
	struct addrinfo *list = NULL;
	bool good = getaddrinfo(text, NULL, &hints, &list) == 0 && addr_from(list->ai_addr, out);
	if (list)
		freeaddrinfo(list);
	if (good)
		return SONDE_OK;
	sonde_fail(err, SONDE_E_USAGE, 0, "option --source (-s): '%.60s' is not an address", text);
	return sonde_hint(err, SONDE_E_USAGE, "give one of this machine's addresses: see 'ip address'");
}

static const char *protocol_name(const struct sonde_method_info *method)
{
	return method->protocol4 == IPPROTO_TCP ? "tcp" : method->protocol4 == IPPROTO_UDP ? "udp" : NULL;
}

/* A number, or a name that services(5) has for the method's protocol. */
static int read_port(const char *text, const struct sonde_method_info *method, uint16_t *out, struct sonde_error *err)
{
	uint64_t number;
	if (!method->takes_port)
		return sonde_fail(err, SONDE_E_USAGE, 0, "method %s has no ports, but got '%.60s'", method->name, text);
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

static const char *method_name(const void *ctx, size_t i)
{
	(void)ctx;
	return i < sonde_method_count() ? sonde_method_info(i)->name : NULL;
}

static int unknown_method(const char *name, struct sonde_error *err)
{
	const char *near = sn_nearest(name, method_name, NULL);
	int code = sonde_fail(err, SONDE_E_USAGE, 0, "option --method (-M): '%.60s' is no method", name);
	if (err && near)
		snprintf(err->hint, sizeof err->hint, "did you mean %s?", near);
	return code;
}

int sn_method_choose(const struct sn_opts *opts, struct sn_method_choice *out, struct sonde_error *err)
{
	static const char *const shortcuts[] = {
	    [SN_SHORTCUT_NONE] = "icmp", [SN_SHORTCUT_ICMP] = "icmp", [SN_SHORTCUT_TCP] = "tcp", [SN_SHORTCUT_UDP] = "udp"};
	const char *text = opts->method ? opts->method : shortcuts[opts->shortcut];
	const char *port = strchr(text, ':');
	char name[32];
	snprintf(name, sizeof name, "%.*s", port ? (int)(port - text) : (int)strlen(text), text);
	int id = sonde_method_find(name);
	if (id < 0)
		return unknown_method(name, err);
	*out = (struct sn_method_choice){.id = (size_t)id, .asked = opts->method || opts->shortcut != SN_SHORTCUT_NONE};
	if (port && opts->port)
		return sonde_fail(err, SONDE_E_USAGE, 0, "--port '%.40s' and --method '%.40s' both name a port", opts->port, text);
	if (!port && !opts->port)
		return SONDE_OK;
	return read_port(port ? port + 1 : opts->port, sonde_method_info(out->id), &out->dport, err);
}
