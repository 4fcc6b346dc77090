/* SPDX-License-Identifier: MIT */
/* What packets seen at an interface are worth: evidence of what this machine kept from us, and nothing that a trace goes by. */
#include "engine/internal.h"

/* Told are answers that are missing, and SYN-ACKs, each of which wants a reset. What names the flow but no probe of it tells nothing here:
 * the socket's copy of it may have been credited to another probe. */
static bool is_worth_telling(const struct sn_match *m)
{
	bool missing = m->rec->state == SN_PROBE_PENDING || m->rec->state == SN_PROBE_EXPIRED;
	return !m->untimed && m->fit.bits >= SN_BITS_STRONG && (missing || m->meaning == SONDE_M_SYN_ACK);
}

/* What can be shown to be whole and right: of a part, or of what is broken, the kernel may be right to give us nothing. */
static bool is_whole(const struct sn_packet *packet)
{
	return !(packet->odd & (SN_ODD_TRUNCATED | SN_ODD_FRAGMENT)) && !sn_engine_is_broken(packet);
}

bool sonde_engine_overheard(struct sonde_engine *e, const struct sonde_overheard *heard, struct sonde_event *out)
{
	struct sn_packet packet;
	struct sn_match match;
	if (!sn_packet_parse(heard->rx.bytes, heard->rx.length_bytes, &packet) || !is_whole(&packet))
		return false;
	if (heard->outgoing) {
		if (!sn_engine_match_own(e, &heard->rx, &packet, &match))
			return false;
		sn_engine_event(e, match.trace, match.rec, SONDE_EV_OVERHEARD, out);
		out->as.overheard = (struct sonde_event_overheard){.own_reset = true};
		return true;
	}
	if (!sn_engine_match(e, &heard->rx, &packet, &match) || !is_worth_telling(&match))
		return false;
	sn_engine_event(e, match.trace, match.rec, SONDE_EV_OVERHEARD, out);
	out->as.overheard = (struct sonde_event_overheard){0};
	sn_engine_answer(e, &match, &heard->rx, &out->as.overheard.answer);
	return true;
}
