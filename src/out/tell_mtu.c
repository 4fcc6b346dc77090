/* SPDX-License-Identifier: MIT */
/* What a search for the path MTU came to, as a document. */
#include "out/tell.h"

#include <sonde/mtu.h>

#include <stdlib.h>

static void tell_narrowing(struct sn_doc *doc, const struct sonde_narrowing *n)
{
	static const char *const causes[] = {
	    [SONDE_MTU_LOCAL] = "local-link", [SONDE_MTU_SAID] = "said",       [SONDE_MTU_SILENT] = "silent",
	    [SONDE_MTU_DOUBTED] = "doubted",  [SONDE_MTU_REFUSED] = "refused"};
	sn_doc_object(doc, NULL);
	sn_doc_text(doc, "cause", causes[n->cause]);
	sn_doc_whole(doc, "after_hop", n->after_ttl);
	sn_doc_some(doc, "before_hop", n->before_ttl);
	sn_doc_some(doc, "mtu_bytes", sonde_narrowing_is_exact(n) && n->cause != SONDE_MTU_REFUSED ? n->got_bytes : 0);
	sn_doc_some(doc, "passed_bytes", n->got_bytes);
	sn_doc_whole(doc, "refused_bytes", n->refused_bytes);
	sn_doc_whole(doc, "largest_refused_bytes", n->largest_bytes);
	sn_doc_addr(doc, "by", &n->by);
	sn_doc_text(doc, "meaning", n->meaning == SONDE_M_NONE ? NULL : sonde_meaning_name(n->meaning));
	sn_doc_some(doc, "named_mtu_bytes", n->said_bytes);
	if (n->cause == SONDE_MTU_SAID && n->said_bytes)
		sn_doc_bool(doc, "named_fits", sonde_narrowing_fits(n));
	else
		sn_doc_null(doc, "named_fits");
	sn_doc_whole(doc, "silent", n->silent_count);
	sn_doc_text(doc, "guess", sonde_narrowing_is_exact(n) ? sonde_mtu_guess(n->got_bytes) : NULL);
	sn_doc_end(doc);
}

/* Whether it was one way that was measured. */
static void tell_ways(struct sn_doc *doc, const struct sonde_mtu_ways *ways)
{
	sn_doc_object(doc, "ways");
	sn_doc_bool(doc, "several", ways->several);
	sn_doc_some(doc, "passed_bytes", ways->several ? ways->got_bytes : 0);
	sn_doc_some(doc, "passed_to_hop", ways->several ? ways->got_ttl : 0);
	sn_doc_some(doc, "refused_bytes", ways->several ? ways->refused_bytes : 0);
	sn_doc_addr(doc, "refused_by", &ways->by);
	sn_doc_some(doc, "named_mtu_bytes", ways->said_bytes);
	sn_doc_bool(doc, "uneven", ways->uneven);
	sn_doc_some(doc, "uneven_from_bytes", ways->uneven ? ways->uneven_bytes : 0);
	sn_doc_whole(doc, "large_answered", ways->large_answered);
	sn_doc_whole(doc, "large_silent", ways->large_silent);
	sn_doc_whole(doc, "small_answered", ways->small_answered);
	sn_doc_whole(doc, "small_silent", ways->small_silent);
	sn_doc_bool(doc, "proved_one", ways->proved);
	sn_doc_end(doc);
}

/* Whether what got through may have done so in pieces. */
static void tell_cut(struct sn_doc *doc, const struct sonde_mtu_cut *cut)
{
	if (!cut->before_ttl) {
		sn_doc_null(doc, "cut");
		return;
	}
	sn_doc_object(doc, "cut");
	sn_doc_whole(doc, "after_hop", cut->after_ttl);
	sn_doc_whole(doc, "before_hop", cut->before_ttl);
	sn_doc_some(doc, "pieces_from_hop", cut->pieces_ttl);
	sn_doc_some(doc, "piece_bytes", cut->piece_bytes);
	sn_doc_end(doc);
}

static void tell_hops(struct sn_doc *doc, const struct sonde_mtu *mtu)
{
	sn_doc_array(doc, "hops");
	for (size_t ttl = 1; ttl <= SONDE_TTL_LAST; ttl++) {
		if (!mtu->hop_bytes[ttl] && !mtu->hops[ttl].family)
			continue;
		sn_doc_object(doc, NULL);
		sn_doc_whole(doc, "hop", (int64_t)ttl);
		sn_doc_addr(doc, "address", &mtu->hops[ttl]);
		sn_doc_some(doc, "largest_bytes", mtu->hop_bytes[ttl]);
		sn_doc_end(doc);
	}
	sn_doc_end(doc);
}

/* The other method that was asked, as the one that is told does not show it. */
static void tell_also(struct sn_doc *doc, const struct sn_report_trace *trace)
{
	if (!trace->also_method) {
		sn_doc_null(doc, "asked_also");
		return;
	}
	sn_doc_object(doc, "asked_also");
	sn_doc_text(doc, "method", trace->also_method);
	sn_doc_text(doc, "result", trace->also_result);
	sn_doc_text(doc, "note", trace->note);
	sn_doc_end(doc);
}

void sn_tell_mtu(struct sn_doc *doc, const char *key, const struct sn_report_trace *trace)
{
	struct sonde_mtu *mtu = malloc(sizeof *mtu);
	if (!mtu || sonde_mtu_read(trace->path, mtu) < 0) {
		sn_doc_null(doc, key);
		free(mtu);
		return;
	}
	sn_doc_object(doc, key);
	sn_doc_bool(doc, "reached", mtu->reached);
	sn_doc_some(doc, "measured_to_hop", mtu->aim_ttl);
	sn_doc_some(doc, "path_bytes", mtu->path_bytes);
	sn_doc_some(doc, "device_bytes", mtu->device_bytes);
	sn_doc_bool(doc, "answers_as_large", mtu->echoes);
	sn_doc_whole(doc, "control_answered", mtu->control_answered);
	sn_doc_whole(doc, "control_silent", mtu->control_silent);
	tell_ways(doc, &mtu->ways);
	tell_cut(doc, &mtu->cut);
	sn_doc_array(doc, "narrowings");
	for (size_t i = 0; i < mtu->narrowing_count; i++)
		tell_narrowing(doc, &mtu->narrowings[i]);
	sn_doc_end(doc);
	tell_hops(doc, mtu);
	tell_also(doc, trace);
	sn_doc_end(doc);
	free(mtu);
}
