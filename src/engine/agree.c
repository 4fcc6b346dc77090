/* SPDX-License-Identifier: MIT */
/* What a device on the way makes of all packets of a flow alike and leaves so in their copies: TCP sequence numbers moved by one amount,
 * or, of probes that carry nothing but their IP id (their flow label), another source port. One copy shows too little to be believed: it
 * is held. A second one, of another probe, that shows the same change proves both, and the change is known from then on. */
#include "engine/internal.h"

#include "base/checksum.h"

#include <string.h>

static struct sn_held *place_of(struct sonde_engine *engine, const struct sn_trace *trace)
{
	return &engine->held[trace->id % SN_HELD_COUNT];
}

/* Traces share few places: whose packet had to make room learns the change all the same, and has that one answer less. */
static void hold(struct sonde_engine *engine, const struct sn_near *near, const struct sonde_rx *rx, bool forged)
{
	struct sn_held *held = place_of(engine, near->trace);
	near->trace->agreed = (struct sn_agreed){.field = near->field, .value = near->value, .serial = sn_serial(near->trace, near->rec)};
	*held = (struct sn_held){.trace_id = near->trace->id, .forged = forged};
	if (rx->length_bytes > sizeof held->bytes)
		return;
	held->rx = *rx;
	memcpy(held->bytes, rx->bytes, rx->length_bytes);
	held->rx.bytes = held->bytes;
}

bool sn_engine_agrees(struct sonde_engine *engine, const struct sn_match *match, const struct sonde_rx *rx, struct sn_held **first)
{
	const struct sn_near *near = &match->near;
	struct sn_agreed *agreed = near->rec ? &near->trace->agreed : NULL;
	*first = NULL;
	if (!agreed || agreed->known || agreed->never)
		return false;
	if (agreed->field != near->field || agreed->value != near->value) {
		hold(engine, near, rx, match->forged == near->trace);
		return false;
	}
	if (agreed->serial == sn_serial(near->trace, near->rec))
		return false;
	agreed->known = true;
	struct sn_held *held = place_of(engine, near->trace);
	*first = held->trace_id == near->trace->id && held->rx.bytes ? held : NULL;
	return true;
}

uint32_t sn_engine_undo_agreed(const struct sn_trace *trace, struct sn_ident *seen)
{
	const struct sn_agreed *agreed = &trace->agreed;
	if (!agreed->known || seen->by_ack || seen->by_reset)
		return 0;
	if (agreed->field == SONDE_DIFF_SEQ && seen->have & SN_ID_SEQ) {
		seen->seq -= agreed->value;
		return SONDE_DIFF_SEQ;
	}
	if (agreed->field == SONDE_DIFF_SPORT && seen->have & SN_ID_SPORT && seen->sport == agreed->value) {
		seen->checksum = sn_checksum_update(seen->checksum, seen->sport, trace->flow.sport);
		seen->sport = trace->flow.sport;
		return SONDE_DIFF_SPORT;
	}
	return 0;
}
