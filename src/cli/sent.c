/* SPDX-License-Identifier: MIT */
/* From options to the fields of a probe's headers. It knows their names, not where they stand. */
#include "cli/sent.h"

#include "base/dscp.h"

#include <stdio.h>

enum { DSCP_MAX = 63, ECN_BITS = 2, DF_NO = 2 };

static int exclude(const char *one, const char *other, struct sonde_error *err)
{
	sonde_fail(err, SONDE_E_USAGE, 0, "options --%s and --%s exclude each other", one, other);
	return sonde_hint(err, SONDE_E_USAGE, "give one of them");
}

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
	if (whole && opts->dscp)
		return exclude("tos", "dscp", err);
	if (whole && sn_opt_given(opts, "ecn"))
		return exclude("tos", "ecn", err);
	if (opts->dscp && read_dscp(opts->dscp, &dscp, err) < 0)
		return err->code;
	cfg->tos = whole ? opts->tos : (uint8_t)(dscp << ECN_BITS | opts->ecn);
	return SONDE_OK;
}

int sn_sent_read(const struct sn_opts *opts, struct sonde_trace_cfg *cfg, struct sonde_error *err)
{
	cfg->no_df = opts->df == DF_NO;
	cfg->flow_label = opts->flow_label;
	cfg->flow_label_given = sn_opt_given(opts, "flow-label");
	return read_tos(opts, cfg, err);
}

int sn_sent_check(const struct sn_target *target, const struct sonde_trace_cfg *cfg, struct sonde_error *err)
{
	if (!cfg->flow_label_given || target->addr.family == 6)
		return SONDE_OK;
	sonde_fail(err, SONDE_E_USAGE, 0, "option --flow-label: '%.80s' is traced over IPv4, which has no flow label", target->host);
	return sonde_hint(err, SONDE_E_USAGE, "leave it out, or trace an IPv6 address");
}
