/* SPDX-License-Identifier: MIT */
/* A trace as mtr 0.95 reports it in JSON. */
#include "out/foreign.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* All answers of a hop, whoever gave them, as mtr counts them. */
struct hub {
	unsigned sent_count, answered_count, timed_count;
	sonde_ns last_ns, best_ns, worst_ns;
	double sum_ns, square_sum;
	sonde_at_ns newest_at_ns;
};

static void count_time(struct hub *hub, const struct sonde_event_answer *answer)
{
	if (answer->rtt_ns < 0)
		return;
	if (!hub->timed_count || answer->at_ns >= hub->newest_at_ns) {
		hub->newest_at_ns = answer->at_ns;
		hub->last_ns = answer->rtt_ns;
	}
	hub->best_ns = !hub->timed_count || answer->rtt_ns < hub->best_ns ? answer->rtt_ns : hub->best_ns;
	hub->worst_ns = answer->rtt_ns > hub->worst_ns ? answer->rtt_ns : hub->worst_ns;
	hub->sum_ns += (double)answer->rtt_ns;
	hub->timed_count++;
}

/* Of probes that were not waited for nobody knows what became of them: they count as little as those that are on their way do in mtr. */
static struct hub count_row(const struct sonde_row *row)
{
	struct hub hub = {.sent_count = row->answered_count + row->lost_count, .answered_count = row->answered_count};
	for (size_t i = 0; i < row->query_count; i++)
		if (sonde_query_is_answered(row->queries[i]))
			count_time(&hub, &row->queries[i]->answer);
	double mean_ns = hub.timed_count ? hub.sum_ns / hub.timed_count : 0;
	for (size_t i = 0; i < row->query_count; i++) {
		const struct sonde_query *query = row->queries[i];
		double off_ns = sonde_query_is_answered(query) && query->answer.rtt_ns >= 0 ? (double)query->answer.rtt_ns - mean_ns : 0;
		hub.square_sum += off_ns * off_ns;
	}
	return hub;
}

/* Of several routers at a hop, the one that answered most. */
static const struct sonde_addr *speaker(const struct sonde_row *row)
{
	const struct sonde_responder *most = NULL;
	for (size_t i = 0; i < row->responder_count; i++)
		if (!most || row->responders[i].answered_count > most->answered_count)
			most = &row->responders[i];
	return most ? &most->addr : NULL;
}

static double thousandths(double value)
{
	return floor(value * 1000 + 0.5) / 1000;
}

/* As mtr -z has it, with a word of its own for "nobody knows". */
static void tell_system(struct sn_doc *doc, const struct sn_who *who)
{
	char text[16] = "AS?\?\?";
	if (who->asn)
		snprintf(text, sizeof text, "AS%u", (unsigned)who->asn);
	sn_doc_text(doc, "ASN", text);
}

/* mtr has a name in the place of an address: one that reads as another address has none there. */
static void tell_host(struct sn_doc *doc, const struct sonde_addr *addr, const struct sn_who *who)
{
	if (who->name && !who->name_is_address)
		sn_doc_text(doc, "host", who->name);
	else if (addr)
		sn_doc_addr(doc, "host", addr);
	else
		sn_doc_text(doc, "host", "?\?\?");
}

static void tell_hub(struct sn_doc *doc, const struct sonde_row *row, const struct sn_who_source *source)
{
	struct hub hub = count_row(row);
	const struct sonde_addr *addr = speaker(row);
	const struct sn_who *who = sn_who_of(addr ? source : NULL, addr);
	unsigned lost = hub.sent_count - hub.answered_count, timed = hub.timed_count;
	sn_doc_object(doc, NULL);
	sn_doc_whole(doc, "count", row->ttl);
	tell_host(doc, addr, who);
	if (source && source->networks)
		tell_system(doc, who);
	sn_doc_real(doc, "Loss%", hub.sent_count ? thousandths(100.0 * lost / hub.sent_count) : 0);
	sn_doc_whole(doc, "Snt", hub.sent_count);
	sn_doc_ms(doc, "Last", hub.last_ns);
	sn_doc_ms(doc, "Avg", timed ? (sonde_ns)(hub.sum_ns / timed) : 0);
	sn_doc_ms(doc, "Best", hub.best_ns);
	sn_doc_ms(doc, "Wrst", hub.worst_ns);
	sn_doc_ms(doc, "StDev", timed > 1 ? (sonde_ns)sqrt(hub.square_sum / (timed - 1)) : 0);
	sn_doc_end(doc);
}

void sn_mtr_json(struct sn_doc *doc, const struct sn_report *report, const struct sn_report_trace *trace)
{
	const struct sonde_path *path = trace->path;
	const struct sonde_trace_cfg *cfg = sonde_path_cfg(path);
	struct sonde_row row = {0};
	char bytes[16];
	snprintf(bytes, sizeof bytes, "%u", (unsigned)sn_foreign_probe_bytes(path));
	sn_doc_object(doc, NULL);
	sn_doc_object(doc, "report");
	sn_doc_object(doc, "mtr");
	sn_doc_addr(doc, "src", &cfg->src); /* mtr: the machine's name */
	sn_doc_strange(doc, "dst", trace->about.host, strlen(trace->about.host));
	sn_doc_whole(doc, "tos", cfg->tos);
	sn_doc_whole(doc, "tests", (int64_t)cfg->queries * (trace->series ? (int64_t)trace->series->path_count : 1));
	sn_doc_text(doc, "psize", bytes); /* a text there as well */
	sn_doc_text(doc, "bitpattern", "rand(0x00-FF)"); /* mtr's word for payloads that are not the same byte all through */
	sn_doc_end(doc);
	sn_doc_array(doc, "hubs");
	for (unsigned ttl = sn_report_first_ttl(trace); ttl <= sn_report_last_ttl(trace); ttl++)
		if (sn_report_row(trace, ttl, &row) == SONDE_OK)
			tell_hub(doc, &row, report->who);
		else
			sn_doc_lost(doc, NULL);
	sn_doc_end(doc);
	sn_doc_end(doc);
	sn_doc_end(doc);
	sonde_row_finish(&row);
}
