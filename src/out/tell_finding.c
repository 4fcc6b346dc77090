/* SPDX-License-Identifier: MIT */
/* A finding as a document: what is said, how sure it is, and the numbers that it rests on. */
#include "out/tell.h"

static void tell_evidence(struct sn_doc *doc, const struct sonde_finding *finding)
{
	sn_doc_array(doc, "evidence");
	for (size_t i = 0; i < finding->evidence_count; i++) {
		const struct sonde_evidence *evidence = &finding->evidence[i];
		sn_doc_object(doc, NULL);
		sn_doc_text(doc, "key", evidence->key);
		sn_doc_real(doc, "value", evidence->value);
		sn_doc_text(doc, "unit", evidence->unit);
		sn_doc_end(doc);
	}
	sn_doc_end(doc);
}

void sn_tell_finding(struct sn_doc *doc, const char *key, const struct sonde_finding *finding)
{
	sn_doc_object(doc, key);
	sn_doc_text(doc, "id", finding->rule->id);
	sn_doc_text(doc, "summary", finding->rule->summary);
	sn_doc_text(doc, "severity", sonde_severity_name(finding->rule->severity));
	sn_doc_text(doc, "confidence", sonde_confidence_name(finding->confidence));
	sn_doc_whole(doc, "exit_status", finding->exit_status);
	sn_doc_some(doc, "first_hop", finding->first_ttl);
	sn_doc_some(doc, "last_hop", finding->last_ttl);
	sn_doc_addr(doc, "by", &finding->by);
	sn_doc_text(doc, "who", finding->who);
	sn_doc_array(doc, "traces");
	for (size_t i = 0; i < 64; i++)
		if (finding->path == SONDE_PATH_ALL && finding->seen_by >> i & 1)
			sn_doc_whole(doc, NULL, (int64_t)i);
	sn_doc_end(doc);
	tell_evidence(doc, finding);
	sn_doc_text(doc, "headline", finding->headline);
	sn_doc_text(doc, "sentence", finding->sentence);
	sn_doc_text(doc, "otherwise", finding->otherwise);
	sn_doc_text(doc, "advice", finding->advice);
	sn_doc_text(doc, "next", finding->next);
	sn_doc_text(doc, "source", finding->rule->source);
	sn_doc_end(doc);
}
