/* SPDX-License-Identifier: MIT */
/* What other tools' documents say of probes and their copies. */
#include "out/foreign.h"

uint16_t sn_foreign_probe_bytes(const struct sonde_path *path)
{
	for (unsigned ttl = 1; ttl <= SONDE_TTL_LAST; ttl++) {
		size_t count;
		const struct sonde_query *queries = sonde_path_queries(path, (uint8_t)ttl, &count);
		if (count)
			return queries[0].probe.size_bytes;
	}
	return 0;
}

bool sn_foreign_quoted(const struct sonde_query *query, enum sonde_field field, uint32_t sent, uint32_t *seen)
{
	uint32_t was_sent;
	*seen = sent;
	if (!(sonde_query_visible(query) >> field & 1))
		return false;
	return !(sonde_query_diff(query) >> field & 1) || sonde_quote_change(&query->answer.quote, field, &was_sent, seen);
}

bool sn_foreign_quoted_tos(const struct sonde_query *query, const struct sonde_trace_cfg *cfg, uint32_t *seen)
{
	uint32_t dscp, ecn;
	bool known = sn_foreign_quoted(query, SONDE_FIELD_DSCP, cfg->tos >> 2, &dscp);
	known = sn_foreign_quoted(query, SONDE_FIELD_ECN, cfg->tos & 3, &ecn) && known;
	*seen = dscp << 2 | ecn;
	return known;
}

size_t sn_foreign_pieces(const struct sonde_extension *e, size_t count)
{
	size_t pieces = 1;
	while (pieces < count && e[pieces].object == e->object)
		pieces++;
	return pieces;
}

int64_t sn_foreign_second(const struct sn_report *report, sonde_at_ns at_ns)
{
	return (report->wall_zero_ns + at_ns) / SONDE_S;
}
