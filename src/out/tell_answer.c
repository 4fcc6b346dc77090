/* SPDX-License-Identifier: MIT */
/* An answer as a document: who, when, what it says, and what its copy of the probe shows. */
#include "out/tell.h"

#include <inttypes.h>

/* The values of a field that differs; null where they were not kept, "absent" where there is no such option. */
static void tell_value(struct sn_doc *doc, const char *key, uint32_t value, bool kept)
{
	if (!kept)
		sn_doc_null(doc, key);
	else if (value == SONDE_FIELD_ABSENT)
		sn_doc_text(doc, key, "absent");
	else
		sn_doc_whole(doc, key, value);
}

static void tell_change(struct sn_doc *doc, const struct sonde_query *query, const struct sonde_trace_cfg *cfg, enum sonde_field field)
{
	const struct sonde_quote *quote = &query->answer.quote;
	uint32_t sent = 0, seen = 0;
	sn_doc_object(doc, NULL);
	sn_doc_text(doc, "field", sonde_field_info(field)->key);
	if (field == SONDE_FIELD_SRC || field == SONDE_FIELD_DST) {
		bool source = field == SONDE_FIELD_SRC;
		if (cfg)
			sn_doc_addr(doc, "sent", source ? &cfg->src : &cfg->dst);
		else
			sn_doc_null(doc, "sent");
		sn_doc_addr(doc, "seen", source ? &quote->src : &quote->dst);
	} else if (field == SONDE_FIELD_TTL) { /* more was left than a router that drops it leaves */
		sn_doc_whole(doc, "sent", quote->sent_ttl);
		sn_doc_whole(doc, "seen", quote->seen_ttl);
	} else {
		/* which byte of a payload, or beside all fields, differs first is said, not what it is */
		bool bytes = field == SONDE_FIELD_PAYLOAD || field == SONDE_FIELD_OTHER;
		bool kept = sonde_quote_change(quote, field, &sent, &seen);
		tell_value(doc, "sent", sent, kept && !bytes);
		tell_value(doc, "seen", seen, kept && !bytes);
		if (kept && bytes)
			sn_doc_whole(doc, "first_byte", seen);
	}
	sn_doc_bool(doc, "consequence", !(sonde_query_changes(query) >> field & 1));
	sn_doc_end(doc);
}

static void tell_quote(struct sn_doc *doc, const struct sonde_query *query, const struct sonde_trace_cfg *cfg)
{
	const struct sonde_quote *quote = &query->answer.quote;
	uint32_t visible = sonde_query_visible(query), changed = sonde_query_diff(query) | sonde_query_changes(query);
	if (!quote->quoted_bytes) {
		sn_doc_null(doc, "quote");
		return;
	}
	sn_doc_object(doc, "quote");
	sn_doc_whole(doc, "bytes", quote->quoted_bytes);
	if (visible & SONDE_DIFF_TTL)
		sn_doc_whole(doc, "ttl", quote->seen_ttl);
	else
		sn_doc_null(doc, "ttl");
	sn_doc_array(doc, "visible");
	for (size_t field = 0; field < SONDE_FIELD_COUNT; field++)
		if (visible >> field & 1)
			sn_doc_text(doc, NULL, sonde_field_info(field)->key);
	sn_doc_end(doc);
	sn_doc_array(doc, "changed");
	for (size_t field = 0; field < SONDE_FIELD_COUNT; field++)
		if (changed >> field & 1)
			tell_change(doc, query, cfg, (enum sonde_field)field);
	sn_doc_end(doc);
	sn_doc_end(doc);
}

static void tell_extensions(struct sn_doc *doc, const struct sonde_query *query)
{
	sn_doc_array(doc, "extensions");
	for (size_t i = 0; i < query->extension_count;)
		i += sn_tell_extension(doc, NULL, &query->extensions[i], query->extension_count - i);
	sn_doc_end(doc);
}

void sn_tell_answer(struct sn_doc *doc, const char *key, const struct sonde_query *query, const struct sonde_trace_cfg *cfg,
                    int64_t wall_zero_ns)
{
	const struct sonde_event_answer *answer = &query->answer;
	sn_doc_object(doc, key);
	sn_doc_addr(doc, "address", &answer->from);
	sn_doc_instant(doc, "at", wall_zero_ns + answer->at_ns);
	sn_doc_ms(doc, "rtt_ms", answer->rtt_ns);
	sn_doc_text(doc, "meaning", sonde_meaning_name(answer->meaning));
	if (answer->is_icmp) {
		sn_doc_object(doc, "icmp");
		sn_doc_whole(doc, "type", answer->icmp_type);
		sn_doc_whole(doc, "code", answer->icmp_code);
		sn_doc_end(doc);
	} else {
		sn_doc_null(doc, "icmp");
	}
	sn_doc_some(doc, "mtu_bytes", answer->mtu_bytes);
	sn_doc_some(doc, "reply_ttl", answer->reply_ttl);
	sn_doc_bool(doc, "in_targets_name", answer->in_targets_name);
	sn_doc_bool(doc, "from_self", answer->from_self);
	sn_doc_bool(doc, "weak", answer->weak);
	sn_doc_whole(doc, "match_bits", answer->match_bits);
	tell_quote(doc, query, cfg);
	tell_extensions(doc, query);
	sn_doc_end(doc);
}
