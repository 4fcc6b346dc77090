/* SPDX-License-Identifier: MIT */
/* Which packets of a capture are kept, and within which bounds. */
#include "replay/internal.h"

#include "packet/fragment.h"

#include <stdlib.h>
#include <string.h>

/* Of a last piece only its headers count. */
enum { TAIL_BYTES = 64 };

int sn_replay_new(struct sn_replay **out)
{
	*out = calloc(1, sizeof **out);
	return *out ? SONDE_OK : SONDE_E_NOMEM;
}

void sn_replay_free(struct sn_replay *replay)
{
	if (!replay)
		return;
	free(replay->heard);
	free(replay->bytes);
	free(replay->asks);
	free(replay->pairings);
	free(replay->traces);
	free(replay->by_trace);
	free(replay->rounds);
	free(replay);
}

int sn_replay_reserve(void **items, size_t count, size_t *capacity, size_t item_bytes)
{
	if (count < *capacity)
		return SONDE_OK;
	size_t wanted = *capacity ? *capacity * 2 : 64;
	void *grown = reallocarray(*items, wanted, item_bytes);
	if (!grown)
		return SONDE_E_NOMEM;
	*items = grown;
	*capacity = wanted;
	return SONDE_OK;
}

void sn_replay_until(struct sn_replay *replay, sonde_at_ns at_ns)
{
	replay->until_ns = at_ns > replay->until_ns ? at_ns : replay->until_ns;
}

/* What was broken on its way is no evidence of more than that it came. What asks left this machine, where hardware may still have filled in
 * its checksums. */
static uint8_t kinds_of(const struct sn_packet *packet)
{
	bool broken = packet->odd & SN_ODD_HEADER_CHECKSUM || packet->checksum == SN_CHECKSUM_BAD;
	struct sn_reply reply;
	bool error = packet->is_icmp && packet->icmp.row->is_error;
	bool answers = error ? packet->has_quote && packet->icmp.row->meaning != SONDE_M_NONE : sn_reply_read(packet, &reply);
	bool asks = !packet->ip.fragment_offset_bytes && sn_replay_protocol(packet->ip.protocol)->may_ask(packet);
	uint8_t kinds = (uint8_t)((asks ? SN_HEARD_ASK : 0) | (answers ? SN_HEARD_ANSWER : 0));
	if (!broken)
		return kinds;
	return (uint8_t)((kinds & SN_HEARD_ASK) | (answers ? SN_HEARD_DAMAGED : 0));
}

/* Room for the bytes of one more packet. */
static int room(struct sn_replay *replay, size_t length_bytes)
{
	if (replay->heard_count >= SN_REPLAY_PACKETS_MAX || replay->bytes_count + length_bytes > SN_REPLAY_BYTES_MAX)
		return SONDE_E_RANGE;
	while (replay->bytes_count + length_bytes > replay->bytes_capacity) {
		size_t wanted = replay->bytes_capacity ? replay->bytes_capacity * 2 : 1 << 16;
		uint8_t *grown = realloc(replay->bytes, wanted);
		if (!grown)
			return SONDE_E_NOMEM;
		replay->bytes = grown;
		replay->bytes_capacity = wanted;
	}
	void *items = replay->heard;
	int code = sn_replay_reserve(&items, replay->heard_count, &replay->heard_capacity, sizeof *replay->heard);
	replay->heard = items;
	return code;
}

/* Bytes of the packet itself: what the link added behind it is none of it. */
static size_t own_bytes(const struct sn_packet *packet, size_t length_bytes)
{
	return packet->ip.total_bytes && packet->ip.total_bytes < length_bytes ? packet->ip.total_bytes : length_bytes;
}

/* Hardware that fills checksums in fills in none of fragments. */
static bool is_own_checksum(const struct sn_packet *packet)
{
	return packet->checksum == SN_CHECKSUM_GOOD || (packet->checksum == SN_CHECKSUM_NONE && packet->ip.odd & SN_ODD_FRAGMENT);
}

static bool is_cut_error(const struct sn_packet *packet, size_t length_bytes)
{
	return packet->is_icmp && packet->icmp.row->is_error && !packet->has_quote && length_bytes < packet->ip.total_bytes;
}

int sn_replay_packet(struct sn_replay *replay, sonde_at_ns at_ns, const uint8_t *bytes, size_t length_bytes)
{
	struct sn_packet packet;
	struct sn_fragment piece;
	sn_replay_until(replay, at_ns);
	bool tail = sn_fragment_read(bytes, length_bytes, &piece) && piece.last;
	if (!sn_packet_parse(bytes, length_bytes, &packet) && !tail)
		return SONDE_OK;
	uint8_t kinds = tail ? SN_HEARD_TAIL : kinds_of(&packet);
	replay->cut_count += !tail && is_cut_error(&packet, length_bytes);
	if (!kinds)
		return SONDE_OK;
	size_t kept_bytes = own_bytes(&packet, length_bytes), most = tail               ? TAIL_BYTES
	                                                             : packet.has_quote ? SN_REPLAY_KEPT_ERROR_BYTES
	                                                                                : SN_REPLAY_KEPT_BYTES;
	kept_bytes = kept_bytes < most ? kept_bytes : most;
	int code = room(replay, kept_bytes);
	if (code < 0)
		return code;
	memcpy(replay->bytes + replay->bytes_count, bytes, kept_bytes);
	replay->heard[replay->heard_count++] = (struct sn_heard){.at_ns = at_ns,
	                                                         .offset_bytes = replay->bytes_count,
	                                                         .length_bytes = (uint16_t)kept_bytes,
	                                                         .kinds = kinds,
	                                                         .own_checksum = is_own_checksum(&packet)};
	replay->bytes_count += kept_bytes;
	return SONDE_OK;
}

bool sn_heard_parse(const struct sn_replay *replay, const struct sn_heard *heard, struct sn_packet *out)
{
	return sn_packet_parse(sn_heard_bytes(replay, heard), heard->length_bytes, out);
}

/* Its quote could be a probe of some trace. */
static bool could_be_probe(const struct sn_replay *replay, const struct sn_packet *packet)
{
	enum { TRACES_LOOKED_AT = 64 }; /* of a capture with more than anybody reads */
	for (size_t i = 0; i < replay->trace_count && i < TRACES_LOOKED_AT; i++) {
		const struct sn_ask *first = &replay->asks[replay->by_trace[replay->traces[i].ask_from]];
		if (packet->quote.ip.protocol == first->protocol && sonde_addr_equal(&packet->quote.ip.dst, &first->dst) &&
		    sonde_addr_equal(&packet->quote.ip.src, &first->src))
			return true;
	}
	return false;
}

static void count_orphans(struct sn_replay *replay)
{
	struct sn_packet packet;
	for (size_t i = 0; i < replay->heard_count; i++) {
		const struct sn_heard *heard = &replay->heard[i];
		bool open = heard->kinds & SN_HEARD_ANSWER && !heard->paired && sn_heard_parse(replay, heard, &packet) && packet.has_quote;
		replay->orphan_count += open && could_be_probe(replay, &packet);
	}
}

/* Files may be put together from several: time is what orders. Of one instant, the order of reading. */
static int by_time(const void *a, const void *b)
{
	const struct sn_heard *left = a, *right = b;
	if (left->at_ns != right->at_ns)
		return left->at_ns < right->at_ns ? -1 : 1;
	return left->offset_bytes < right->offset_bytes ? -1 : left->offset_bytes > right->offset_bytes;
}

int sn_replay_pair(struct sn_replay *replay)
{
	if (replay->heard_count)
		qsort(replay->heard, replay->heard_count, sizeof *replay->heard, by_time);
	sn_replay_sort_rounds(replay);
	int code = sn_replay_find_asks(replay);
	if (code == SONDE_OK)
		code = sn_replay_find_answers(replay);
	if (code == SONDE_OK)
		code = sn_replay_find_traces(replay);
	count_orphans(replay);
	return code;
}

size_t sn_replay_orphan_count(const struct sn_replay *replay)
{
	return replay->orphan_count;
}

size_t sn_replay_cut_count(const struct sn_replay *replay)
{
	return replay->cut_count;
}

size_t sn_replay_count(const struct sn_replay *replay)
{
	return replay->trace_count;
}

const struct sonde_trace_cfg *sn_replay_cfg(const struct sn_replay *replay, size_t trace)
{
	return trace < replay->trace_count ? &replay->traces[trace].cfg : NULL;
}

bool sn_replay_flow_constant(const struct sn_replay *replay, size_t trace)
{
	if (trace >= replay->trace_count)
		return false;
	const struct sonde_trace_cfg *cfg = &replay->traces[trace].cfg;
	/* source ports that a kernel chose: one for each probe */
	bool unknown = sonde_method_info(cfg->method)->takes_port && !cfg->sport[0];
	return replay->traces[trace].flow_constant && !unknown;
}

static bool asks_the_same(const struct sonde_trace_cfg *a, const struct sonde_trace_cfg *b)
{
	return a->method == b->method && a->dport == b->dport;
}

sonde_at_ns sn_replay_began_at_ns(const struct sn_replay *replay, const struct sn_replay_trace *trace)
{
	return sn_ask_heard(replay, &replay->asks[replay->by_trace[trace->ask_from]])->at_ns;
}

sonde_at_ns sn_replay_last_at_ns(const struct sn_replay *replay, const struct sn_replay_trace *trace)
{
	return sn_ask_heard(replay, &replay->asks[replay->by_trace[trace->ask_from + trace->ask_count - 1]])->at_ns;
}

/* All are under way at one time; of a target on the same link a trace is no longer than an instant. */
bool sn_replay_is_comparison(const struct sn_replay *replay)
{
	const sonde_ns apart_ns = SONDE_S;
	sonde_at_ns last_began = INT64_MIN, first_ended = INT64_MAX;
	if (replay->trace_count < 2 || replay->trace_count > SN_REPLAY_COMPARED_MAX)
		return false;
	for (size_t i = 0; i < replay->trace_count; i++) {
		const struct sn_replay_trace *trace = &replay->traces[i], *first = &replay->traces[0];
		sonde_at_ns began = sn_replay_began_at_ns(replay, trace), ended = sn_replay_last_at_ns(replay, trace);
		last_began = began > last_began ? began : last_began;
		first_ended = ended < first_ended ? ended : first_ended;
		if (!sonde_addr_equal(&trace->cfg.dst, &first->cfg.dst) || !sonde_addr_equal(&trace->cfg.src, &first->cfg.src) ||
		    trace->cfg.plan != SONDE_PLAN_SWEEP)
			return false;
		for (size_t k = 0; k < i; k++)
			if (asks_the_same(&trace->cfg, &replay->traces[k].cfg))
				return false;
	}
	return last_began <= first_ended + apart_ns;
}
