/* SPDX-License-Identifier: MIT */
/* What a router said beside its ICMP error, as events. */
#include "engine/internal.h"

#include "packet/ext.h"

void sn_engine_extensions(struct sonde_engine *e, const struct sn_match *m, const struct sonde_rx *rx, enum sonde_event_type of)
{
	const struct sn_icmp *icmp = &m->packet->icmp;
	const struct sn_seen seen = {.packet = rx->bytes, .spans = rx->seen, .span_count = rx->seen_count, .rebuilt = rx->rebuilt};
	/* What the wire put there itself is nobody's word. */
	if (!sn_seen_covers(&seen, icmp->extension, icmp->extension_bytes))
		return;
	struct sonde_event event;
	struct sn_ext_walk walk;
	sn_engine_event(e, m->trace, m->rec, SONDE_EV_EXTENSION, &event);
	event.as.extension.of = of;
	sn_ext_begin(&walk, icmp->extension, icmp->extension_bytes);
	while (sn_ext_next(&walk, &event.as.extension.object))
		sn_ring_push(&e->ring, &event);
}
