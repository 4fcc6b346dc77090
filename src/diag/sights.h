/* SPDX-License-Identifier: MIT */
/* How hops saw one field of the probes, by the copies that they quote. */
#ifndef SN_DIAG_SIGHTS_H
#define SN_DIAG_SIGHTS_H

#include "diag/diag.h"

enum { SN_LEFT_OUT = 0x10000 /* a checksum that is not there: UDP over IPv4 may go without (RFC 768) */ };

/* A field in the copies of one hop. */
struct sn_sight {
	uint16_t copy_count;             /* that show it; 0: none */
	uint16_t changed_count;          /* … other than it was sent */
	bool unlike;                     /* … and not all of these alike */
	bool split;                      /* some routers of this hop show it changed and others do not: it lies where ways meet */
	uint64_t value;                  /* of a changed one: tells different ones apart */
	const struct sonde_query *query; /* one that shows it, a changed one where there is any */
};

/* Answers that prove little, where the hop has others, and those of other flows than the trace's own, are not looked at. CHECKSUM: only
 * what no other change explains, and its value is by how much it moved. */
struct sn_sight sn_sight_at(const struct sn_view *view, uint8_t ttl, enum sonde_field field);

static inline bool sn_sight_is_mixed(const struct sn_sight *sight)
{
	return sight->changed_count && sight->changed_count < sight->copy_count;
}
/* All copies agree. */
static inline bool sn_sight_is_pure(const struct sn_sight *sight)
{
	return sight->copy_count && !sight->unlike && !sn_sight_is_mixed(sight);
}

#endif
