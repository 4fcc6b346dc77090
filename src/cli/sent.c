/* SPDX-License-Identifier: MIT */
/* From options to the fields of a probe's headers. It knows their names, not where they stand. */
#include "cli/sent.h"

#include "base/dscp.h"
#include "ext/net_file.h"
#include "probe/method.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

enum { DSCP_MAX = 63, ECN_BITS = 2, DF_NO = 2, TCP_WORD_MAX = 48 };
/* RFC 7323 section 2.3: a scale above 14 is taken for 14. */
enum { WSCALE = 7, WSCALE_MAX = 14 };
/* An IP packet (RFC 791 section 3.1) without the longest headers of ours: IPv6 and TCP with all its options. */
enum { FILE_MAX_BYTES = 65535 - 40 - 60 };

static const char *name_of(const void *ctx, size_t i)
{
	const char *const *names = ctx;
	return names[i];
}

/* "ef", or its number. */
static int read_dscp(const char *text, uint8_t *dscp, struct sonde_error *err)
{
	uint64_t number;
	if (sn_dscp_find(text, dscp))
		return SONDE_OK;
	if (sn_read_uint(text, &number)) {
		*dscp = (uint8_t)number;
		if (number <= DSCP_MAX)
			return SONDE_OK;
		sonde_fail(err, SONDE_E_RANGE, 0, "option --dscp: '%.60s' is out of range", text);
		return sonde_hint(err, SONDE_E_RANGE, "give 0 to %d, or a name", DSCP_MAX);
	}
	const char *near = sn_nearest(text, name_of, sn_dscp_names);
	sonde_fail(err, SONDE_E_USAGE, 0, "option --dscp: '%.60s' is no codepoint", text);
	if (near)
		return sonde_hint(err, SONDE_E_USAGE, "did you mean %s?", near);
	return sonde_hint(err, SONDE_E_USAGE, "give 0 to %d, or a name such as ef, af41 or cs1", DSCP_MAX);
}

/* The byte that both share (RFC 2474 section 3, RFC 3168 section 5), as a whole or each for itself. */
static int read_tos(const struct sn_opts *opts, struct sonde_trace_cfg *cfg, struct sonde_error *err)
{
	uint8_t dscp = 0;
	bool whole = sn_opt_given(opts, "tos");
	if (opts->dscp && read_dscp(opts->dscp, &dscp, err) < 0)
		return err->code;
	cfg->tos = whole ? opts->tos : (uint8_t)(dscp << ECN_BITS | opts->ecn);
	return SONDE_OK;
}

/* A word of --tcp-options. most: of its number; 0: it has none. */
static const struct tcp_word {
	const char *name;
	uint8_t bit;
	uint16_t least, most;
} tcp_words[] = {
	{"mss", SONDE_TCP_MSS, 1, UINT16_MAX}, {"sack", SONDE_TCP_SACK, 0, 0}, {"ts", SONDE_TCP_STAMP, 0, 0},
	{"ws", SONDE_TCP_WSCALE, 0, WSCALE_MAX}, {"tfo", SONDE_TCP_TFO, 0, 0}, {"mptcp", SONDE_TCP_MPTCP, 0, 0},
	{"none", SONDE_TCP_NONE, 0, 0},
};
enum { TCP_WORDS = sizeof tcp_words / sizeof *tcp_words };

static const char *tcp_word_name(const void *ctx, size_t i)
{
	(void)ctx;
	return i < TCP_WORDS ? tcp_words[i].name : NULL;
}

static int bad_tcp_word(const char *word, struct sonde_error *err)
{
	const char *near = sn_nearest(word, tcp_word_name, NULL);
	sonde_fail(err, SONDE_E_USAGE, 0, "option --tcp-options: '%.40s' is no TCP option", word);
	if (near)
		return sonde_hint(err, SONDE_E_USAGE, "did you mean %s?", near);
	return sonde_hint(err, SONDE_E_USAGE, "give some of mss=N, sack, ts, ws=N, tfo and mptcp, or none");
}

static int bad_tcp_number(const struct tcp_word *row, const char *text, struct sonde_error *err)
{
	sonde_fail(err, SONDE_E_USAGE, 0, "option --tcp-options: '%.40s' is no value of %s", text, row->name);
	if (!row->most)
		return sonde_hint(err, SONDE_E_USAGE, "%s has none", row->name);
	return sonde_hint(err, SONDE_E_USAGE, "give %u to %u", (unsigned)row->least, (unsigned)row->most);
}

static int read_tcp_word(const char *word, struct sonde_trace_cfg *cfg, struct sonde_error *err)
{
	char name[TCP_WORD_MAX];
	size_t name_bytes = strcspn(word, "="), i = 0;
	const char *text = word[name_bytes] ? word + name_bytes + 1 : NULL;
	uint64_t number = 0;
	snprintf(name, sizeof name, "%.*s", (int)name_bytes, word);
	while (i < TCP_WORDS && strcmp(tcp_words[i].name, name) != 0)
		i++;
	if (i == TCP_WORDS)
		return bad_tcp_word(name, err);
	const struct tcp_word *row = &tcp_words[i];
	cfg->tcp_options |= row->bit;
	if (!text)
		return SONDE_OK;
	if (!row->most || !sn_read_uint(text, &number) || number < row->least || number > row->most)
		return bad_tcp_number(row, text, err);
	if (row->bit == SONDE_TCP_MSS)
		cfg->mss = (uint16_t)number;
	else
		cfg->wscale = (uint8_t)number;
	return SONDE_OK;
}

/* "mss=536,sack,ts". */
static int read_tcp_options(const char *text, struct sonde_trace_cfg *cfg, struct sonde_error *err)
{
	cfg->wscale = WSCALE;
	for (const char *at = text; at; at = *at ? at + 1 : NULL) {
		char word[TCP_WORD_MAX];
		size_t bytes = strcspn(at, ",");
		snprintf(word, sizeof word, "%.*s", (int)bytes, at);
		if (read_tcp_word(word, cfg, err) < 0)
			return err->code;
		at += bytes;
	}
	if (cfg->tcp_options & SONDE_TCP_NONE && cfg->tcp_options != SONDE_TCP_NONE)
		return sonde_hint(err,
		                  sonde_fail(err, SONDE_E_USAGE, 0, "option --tcp-options: none stands beside others in '%.60s'", text),
		                  "give none alone, or leave it out");
	return SONDE_OK;
}

static const struct {
	const char *name;
	enum sonde_payload payload;
} payload_words[] = {{"dns", SONDE_PAYLOAD_DNS}, {"ntp", SONDE_PAYLOAD_NTP}, {"quic", SONDE_PAYLOAD_QUIC}, {"tls", SONDE_PAYLOAD_TLS}};

static const char *payload_name(const void *ctx, size_t i)
{
	(void)ctx;
	return i < sizeof payload_words / sizeof *payload_words ? payload_words[i].name : NULL;
}

/* A name, else a file. */
static int read_payload(const char *text, struct sonde_trace_cfg *cfg, char **carried, size_t *carried_bytes, struct sonde_error *err)
{
	for (size_t i = 0; i < sizeof payload_words / sizeof *payload_words; i++)
		if (strcmp(payload_words[i].name, text) == 0) {
			cfg->payload = (uint8_t)payload_words[i].payload;
			return SONDE_OK;
		}
	cfg->payload = SONDE_PAYLOAD_BYTES;
	if (sn_file_read(text, FILE_MAX_BYTES, "no probe can be as long", carried, carried_bytes, err) < 0) {
		const char *near = err->sys_errno == ENOENT ? sn_nearest(text, payload_name, NULL) : NULL;
		return near ? sonde_hint(err, err->code, "did you mean %s?", near) : err->code;
	}
	if (*carried_bytes)
		return SONDE_OK;
	sonde_fail(err, SONDE_E_FORMAT, 0, "option --payload: '%.60s' is empty", text);
	return sonde_hint(err, SONDE_E_FORMAT, "give a file with the bytes of a message, or one of dns, ntp, quic and tls");
}

/* RFC 9511 section 2.1: a web page, an address for mail, or a telephone number; characters of RFC 3986 section 2. */
static int check_uri(const char *uri, struct sonde_error *err)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@!$&'()*+,;=%";
	static const char *const schemes[] = {"https://", "mailto:", "tel:"};
	size_t bytes = strlen(uri), scheme_bytes = 0;
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (strncmp(uri, schemes[i], strlen(schemes[i])) == 0)
			scheme_bytes = strlen(schemes[i]);
	if (!scheme_bytes || bytes == scheme_bytes)
		return sonde_hint(err,
		                  sonde_fail(err, SONDE_E_USAGE, 0, "option --attribution: '%.60s' is no https, mailto or tel URI", uri),
		                  "give one like https://example.net/.well-known/probing.txt or mailto:user@example.net");
	if (strspn(uri, allowed) < bytes)
		return sonde_hint(err,
		                  sonde_fail(err, SONDE_E_USAGE, 0, "option --attribution: '%.60s' has characters that no URI has", uri),
		                  "write them as %%XX, two hexadecimal digits for each byte");
	if (bytes <= SONDE_ATTRIBUTION_MAX)
		return SONDE_OK;
	sonde_fail(err, SONDE_E_RANGE, 0, "option --attribution: the URI has %zu characters", bytes);
	return sonde_hint(err, SONDE_E_RANGE, "give one of %d at most", SONDE_ATTRIBUTION_MAX);
}

int sn_sent_read(const struct sn_opts *opts, struct sonde_trace_cfg *cfg, char **carried, size_t *carried_bytes,
                 struct sonde_error *err)
{
	*carried = NULL;
	*carried_bytes = 0;
	cfg->no_df = opts->df == DF_NO;
	cfg->flow_label = opts->flow_label;
	cfg->flow_label_given = sn_opt_given(opts, "flow-label");
	if (opts->plain)
		cfg->payload = SONDE_PAYLOAD_PATTERN;
	if (opts->tcp_options && read_tcp_options(opts->tcp_options, cfg, err) < 0)
		return err->code;
	if (read_tos(opts, cfg, err) < 0)
		return err->code;
	if (opts->attribution && check_uri(opts->attribution, err) < 0)
		return err->code;
	cfg->attribution = opts->attribution;
	return opts->payload ? read_payload(opts->payload, cfg, carried, carried_bytes, err) : SONDE_OK;
}

/* The protocols that a payload goes by. */
static bool is_carried_by(enum sonde_payload payload, uint8_t protocol)
{
	bool tcp = payload == SONDE_PAYLOAD_TLS || payload == SONDE_PAYLOAD_BYTES, udp = payload != SONDE_PAYLOAD_TLS;
	return (tcp && protocol == IPPROTO_TCP) || (udp && protocol == IPPROTO_UDP);
}

static int check_method(const struct sonde_trace_cfg *cfg, struct sonde_error *err)
{
	const struct sonde_method_info *method = sonde_method_info(cfg->method);
	if (cfg->tcp_options && method->protocol4 != IPPROTO_TCP)
		return sonde_hint(err, sonde_fail(err, SONDE_E_USAGE, 0, "option --tcp-options: method %s sends no TCP", method->name),
		                  "leave it out, or take -T");
	enum sonde_payload payload = (enum sonde_payload)cfg->payload;
	if (payload == SONDE_PAYLOAD_DEFAULT || is_carried_by(payload, method->protocol4))
		return SONDE_OK;
	sonde_fail(err, SONDE_E_USAGE, 0, "option --payload: method %s carries nothing of the kind", method->name);
	return sonde_hint(err, SONDE_E_USAGE, "leave it out, or take %s",
	                  payload == SONDE_PAYLOAD_TLS ? "-T" : payload == SONDE_PAYLOAD_BYTES ? "-U or -T" : "-U");
}

int sn_sent_check(const struct sn_target *target, const struct sonde_trace_cfg *cfg, struct sonde_error *err)
{
	if (check_method(cfg, err) < 0)
		return err->code;
	if (!cfg->flow_label_given)
		return SONDE_OK;
	if (target->addr.family != 6) {
		sonde_fail(err, SONDE_E_USAGE, 0, "option --flow-label: '%.80s' is traced over IPv4, which has no flow label",
		           target->host);
		return sonde_hint(err, SONDE_E_USAGE, "leave it out, or trace an IPv6 address");
	}
	if (!sn_probe_is_fixed(cfg))
		return SONDE_OK;
	sonde_fail(err, SONDE_E_USAGE, 0, "option --flow-label: nothing else tells probes of this payload apart over IPv6");
	return sonde_hint(err, SONDE_E_USAGE, "leave it out, or let --size leave two bytes for a key");
}
