/* SPDX-License-Identifier: MIT */
/* Where on the way a field of the probes changed, told from the copies that hops quote. */
#ifndef SN_DIAG_REWRITES_H
#define SN_DIAG_REWRITES_H

#include "diag/sights.h"

/* A change that hops farther on show as well, or that the last hop to show anything shows. */
struct sn_rewrite {
	enum sonde_field field;
	uint8_t after_ttl;               /* the last hop before that saw the field as it was; 0: no hop did */
	uint8_t at_ttl;                  /* the first hop that saw it changed: it may have changed it itself before it looked */
	uint8_t hop_count;               /* hops that show the new value, up to the next change */
	uint16_t copy_count;             /* copies of them that do */
	bool share;                      /* only some of the copies from there on do … */
	uint16_t of_count;               /* … of so many */
	bool was_sent;                   /* it had the value that it was sent with, before */
	uint32_t from, to;               /* values; 0 where numbers mean nothing (sonde/quote.h) */
	const struct sonde_query *query; /* one that shows it */
};

enum { SN_REWRITES_MAX = 8 };

/* Evidence of a change that not all copies from there on show: how many do, of how many. */
#define SN_EVIDENCE_CHANGED "copies_changed"
#define SN_EVIDENCE_SEEN "copies_seen"

/* How the copies of a field can be read. */
enum sn_reading {
	SN_READ_WHOLE,    /* each hop got all of them alike */
	SN_READ_SHARE,    /* some were rewritten on the way, and others not */
	SN_READ_UNCLEAR,  /* either, or hops that do not copy what they got: nothing can be said */
};
/* SHARE: the one rewriting is filled in. */
enum sn_reading sn_read_share(const struct sn_case *c, enum sonde_field field, struct sn_rewrite *out);

/* The changes of one field along the path that is judged, nearest first; more than there is room for are left out. What only one hop shows
 * and the next one does not is that hop's copy, not the packet. CHECKSUM: only what no other change explains; from and to are by how much
 * it moved, or SN_LEFT_OUT. IP_ID, STAMP, PAYLOAD: whether they are as sent, or gone. Answers that prove little are not looked at. */
size_t sn_rewrites(const struct sn_case *c, enum sonde_field field, struct sn_rewrite out[SN_REWRITES_MAX]);

/* Copies of a path that ends in silence whose checksum does not fit, and no other change explains it: all from some hop on. */
struct sn_spoiled {
	uint8_t after_ttl, at_ttl;   /* as of a rewriting; at_ttl 0: none */
	unsigned copy_count, hop_count;
	bool alike;                  /* it moved by the same in all of them, as a translator moves it: other methods show that it is none */
};
struct sn_spoiled sn_spoiled(const struct sn_case *c, const struct sn_view *view);
/* "from hop 3 on the checksum of udp/53 does not fit". False: it is not so, nothing is said. */
bool sn_say_spoiled(struct sonde_finding *f, const struct sn_case *c, const struct sn_view *view);

/* Starts a finding about a change: its hops, and how sure it is. */
struct sonde_finding *sn_find_rewrite(struct sn_case *c, const struct sn_rewrite *rewrite);
/* "the probes", "some of the probes (3 of 7 copies)". */
void sn_say_probes(struct sonde_finding *f, const struct sn_case *c, const struct sn_rewrite *rewrite);
/* How many copies show it, where not all do. */
void sn_share_evidence(struct sonde_finding *f, const struct sn_rewrite *rewrite);
/* "between hop 2 (10.0.2.1) and hop 3 (10.0.3.1)", "at hop 1 (10.0.1.1) or before". */
void sn_say_between(struct sonde_finding *f, const struct sn_view *view, const struct sn_rewrite *rewrite);
/* Each change of one value, in its own finding: "The DSCP of the probes, 46 when they were sent, is 0 from hop 3 (…) on: it was rewritten
 * between …." unless accepts says no. name: what values are called; NULL: they are numbers. */
void sn_find_values(struct sn_case *c, enum sonde_field field, bool (*accepts)(const struct sn_rewrite *rewrite),
                    const char *(*name)(uint32_t value));
/* A codepoint of ECN (RFC 3168 section 5): "Not-ECT", "ECT(0)". */
const char *sn_ecn_name(uint32_t codepoint);

#endif
