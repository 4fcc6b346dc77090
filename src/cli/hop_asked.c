/* SPDX-License-Identifier: MIT */
/* The book of one hop's probes. */
#include "cli/hop_asked.h"

static size_t index_of(const struct sn_hop_asked *hop, uint64_t token)
{
	size_t i = hop->first;
	while (i < hop->count && hop->tokens[i] != token)
		i++;
	return i;
}

static void forget(struct sn_hop_asked *hop, size_t index)
{
	hop->count--;
	for (size_t i = index; i < hop->count; i++) {
		hop->probes[i] = hop->probes[i + 1];
		hop->tokens[i] = hop->tokens[i + 1];
	}
}

void sn_hop_asked_begin(struct sn_hop_asked *hop, const struct sonde_row *row)
{
	*hop = (struct sn_hop_asked){.ttl = row->ttl, .by = row->responders[0].addr};
	for (size_t i = 0; i < row->query_count && hop->count < SONDE_TTL_LAST; i++) {
		const struct sonde_query *query = row->queries[i];
		bool answered = sonde_query_is_answered(query);
		if (answered || query->state == SONDE_QUERY_LOST || query->state == SONDE_QUERY_CROWDED)
			hop->probes[hop->count++] = (struct sn_bucket_probe){query->probe.sent_at_ns, answered};
	}
	hop->own_count = hop->first = hop->count;
}

bool sn_hop_asked_next(const struct sn_hop_asked *hop, struct sn_bucket_ask *out)
{
	return sn_bucket_next(&hop->run, out);
}

void sn_hop_asked_event(struct sn_hop_asked *hop, const struct sonde_event *event)
{
	if (event->type < SONDE_EV_SENT || event->type > SONDE_EV_LOCAL_ERROR)
		return;
	size_t i = index_of(hop, event->probe.token);
	if (event->type == SONDE_EV_SENT && i < sizeof hop->probes / sizeof *hop->probes) {
		hop->tokens[i] = event->probe.token;
		hop->probes[i] = (struct sn_bucket_probe){.sent_at_ns = event->probe.sent_at_ns};
		hop->count += i == hop->count;
	}
	if (i >= hop->count)
		return;
	hop->probes[i].sent_at_ns = event->probe.sent_at_ns;
	bool answer = event->type == SONDE_EV_REPLY || event->type == SONDE_EV_LATE;
	/* another router answered: nothing that this one did */
	if (event->type == SONDE_EV_LOCAL_ERROR || (answer && !sonde_addr_equal(&event->as.answer.from, &hop->by)))
		forget(hop, i);
	else
		hop->probes[i].answered |= answer;
}

void sn_hop_asked_over(struct sn_hop_asked *hop, sonde_ns gap_ns)
{
	struct sn_bucket_run *run = &hop->run;
	run->asks[run->count] = (struct sn_bucket_ask){(uint8_t)(hop->count - hop->first), gap_ns};
	for (size_t i = hop->first; i < hop->count; i++)
		run->answered[run->count] = (uint8_t)(run->answered[run->count] + hop->probes[i].answered);
	run->count++;
	hop->first = hop->count;
}

void sn_hop_asked_estimate(const struct sn_hop_asked *hop, struct sonde_limiter *out)
{
	sn_bucket_estimate(hop->probes, hop->own_count, hop->count, out);
	out->ttl = hop->ttl;
	out->by = hop->by;
}
