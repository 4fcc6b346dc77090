/* SPDX-License-Identifier: MIT */
/* The probes that left through one socket, and which of them an answer belongs to. Knows bytes, no sockets. */
#include "io/wire_dgram.h"

#include <stdlib.h>
#include <string.h>

void sn_dgram_flow_finish(struct sn_dgram_flow *flow)
{
	for (size_t i = 0; i < flow->count; i++)
		free(flow->probes[i].packet);
	free(flow->probes);
	for (size_t i = 0; i < flow->doubt_count; i++)
		free(flow->doubts[i].bytes);
	free(flow->doubts);
	free(flow->settled);
	*flow = (struct sn_dgram_flow){0};
}

static bool grow(struct sn_dgram_flow *flow)
{
	if (flow->count < flow->capacity)
		return true;
	size_t capacity = flow->capacity ? flow->capacity * 2 : 1;
	struct sn_dgram_probe *probes = realloc(flow->probes, capacity * sizeof *probes);
	if (!probes)
		return false;
	flow->probes = probes;
	flow->capacity = capacity;
	return true;
}

struct sn_dgram_probe *sn_dgram_flow_add(struct sn_dgram_flow *flow, const struct sonde_tx *tx, uint32_t stamp_id, sonde_at_ns sent_at_ns)
{
	uint8_t *packet = malloc(tx->length_bytes);
	if (!packet || !grow(flow)) {
		free(packet);
		return NULL;
	}
	memcpy(packet, tx->bytes, tx->length_bytes);
	struct sn_dgram_probe *probe = &flow->probes[flow->count++];
	*probe = (struct sn_dgram_probe){
		.token = tx->token,
		.sent_at_ns = sent_at_ns,
		.stamp_id = stamp_id,
		.packet = packet,
		.length_bytes = tx->length_bytes,
	};
	return probe;
}

void sn_dgram_flow_undo(struct sn_dgram_flow *flow)
{
	free(flow->probes[--flow->count].packet);
}

void sn_dgram_flow_forget(struct sn_dgram_flow *flow, sonde_at_ns before_at_ns)
{
	size_t gone = 0;
	while (gone + 1 < flow->count && flow->probes[gone].sent_at_ns < before_at_ns)
		free(flow->probes[gone++].packet);
	if (!gone)
		return;
	flow->count -= gone;
	memmove(flow->probes, flow->probes + gone, flow->count * sizeof *flow->probes);
}

struct sn_dgram_probe *sn_dgram_flow_by_stamp(struct sn_dgram_flow *flow, uint32_t stamp_id)
{
	for (size_t i = flow->count; i-- > 0;)
		if (flow->probes[i].stamp_id == stamp_id)
			return &flow->probes[i];
	return NULL;
}

bool sn_dgram_flow_busy(const struct sn_dgram_flow *flow)
{
	for (size_t i = 0; i < flow->count; i++)
		if (!flow->probes[i].answered)
			return true;
	return false;
}

/* Bytes behind the end of the probe are padding or an extension of the answer's. */
static bool agrees(const struct sn_dgram_probe *probe, size_t at_bytes, const uint8_t *bytes, size_t count)
{
	size_t left = probe->length_bytes > at_bytes ? probe->length_bytes - at_bytes : 0;
	size_t common = count < left ? count : left;
	return common == 0 || memcmp(probe->packet + at_bytes, bytes, common) == 0;
}

struct sn_dgram_probe *sn_dgram_flow_match(struct sn_dgram_flow *flow, size_t at_bytes, const uint8_t *bytes, size_t count, bool *ambiguous)
{
	struct sn_dgram_probe *any = NULL, *open = NULL;
	size_t any_count = 0, open_count = 0;
	for (size_t i = 0; i < flow->count; i++) {
		struct sn_dgram_probe *probe = &flow->probes[i];
		if (!agrees(probe, at_bytes, bytes, count))
			continue;
		any = probe;
		any_count++;
		if (!probe->answered) {
			open = probe;
			open_count++;
		}
	}
	*ambiguous = any_count > 1 && open_count != 1;
	return any_count == 1 ? any : open_count == 1 ? open : NULL;
}

static void doubt_remove(struct sn_dgram_flow *flow, size_t at)
{
	flow->doubt_count--;
	memmove(flow->doubts + at, flow->doubts + at + 1, (flow->doubt_count - at) * sizeof *flow->doubts);
}

void sn_dgram_flow_doubt(struct sn_dgram_flow *flow, const struct sn_dgram_message *message)
{
	if (!flow->doubts)
		flow->doubts = calloc(SN_DGRAM_DOUBTS_MAX, sizeof *flow->doubts);
	if (!flow->doubts)
		return;
	if (flow->doubt_count == SN_DGRAM_DOUBTS_MAX) {
		free(flow->doubts[0].bytes);
		doubt_remove(flow, 0);
	}
	struct sn_dgram_doubt *doubt = &flow->doubts[flow->doubt_count++];
	*doubt = (struct sn_dgram_doubt){.message = *message, .bytes = message->length_bytes ? malloc(message->length_bytes) : NULL};
	doubt->message.bytes = doubt->bytes;
	if (doubt->bytes)
		memcpy(doubt->bytes, message->bytes, message->length_bytes);
	else
		doubt->message.length_bytes = doubt->message.extension_at_bytes = 0;
}

/* The one open probe of that TTL that was sent before an instant; NULL: none, or several. */
static struct sn_dgram_probe *only_open(struct sn_dgram_flow *flow, uint8_t ttl, sonde_at_ns before_at_ns)
{
	struct sn_dgram_probe *only = NULL;
	for (size_t i = 0; i < flow->count; i++) {
		struct sn_dgram_probe *probe = &flow->probes[i];
		struct sn_ip ip;
		bool open = !probe->answered && probe->sent_at_ns <= before_at_ns;
		if (!open || !sn_ip_parse(probe->packet, probe->length_bytes, &ip) || ip.ttl != ttl)
			continue;
		if (only)
			return NULL;
		only = probe;
	}
	return only;
}

struct sn_dgram_probe *sn_dgram_flow_settle(struct sn_dgram_flow *flow, const struct sn_dgram_message *known, uint8_t ttl,
                                            struct sn_dgram_message *out)
{
	for (size_t i = 0; i < flow->doubt_count; i++) {
		const struct sn_dgram_message *doubt = &flow->doubts[i].message;
		if (doubt->type != known->type || doubt->code != known->code || !sonde_addr_equal(&doubt->from, &known->from))
			continue;
		struct sn_dgram_probe *probe = only_open(flow, ttl, doubt->at_ns);
		if (!probe)
			continue;
		*out = *doubt;
		free(flow->settled);
		flow->settled = flow->doubts[i].bytes;
		doubt_remove(flow, i);
		return probe;
	}
	return NULL;
}
