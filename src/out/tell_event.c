/* SPDX-License-Identifier: MIT */
/* An event as a document of its own: a line of the stream. */
#include "out/tell.h"

static const char *const names[] = {
    [SONDE_EV_TRACE_START] = "start",        [SONDE_EV_SENT] = "sent",          [SONDE_EV_REPLY] = "reply",
    [SONDE_EV_LATE] = "late",                [SONDE_EV_DUPLICATE] = "duplicate", [SONDE_EV_EXTENSION] = "extension",
    [SONDE_EV_TIMEOUT] = "timeout",          [SONDE_EV_OVERHEARD] = "overheard", [SONDE_EV_LOCAL_ERROR] = "local-error",
    [SONDE_EV_HOP_SETTLED] = "hop-settled",  [SONDE_EV_ROWS_STAND] = "rows-stand", [SONDE_EV_TRACE_END] = "end",
};

static void tell_start(struct sn_doc *doc, const struct sonde_trace_cfg *cfg, const char *host)
{
	sn_doc_object(doc, "target");
	sn_doc_name(doc, "host", host);
	sn_doc_addr(doc, "address", &cfg->dst);
	sn_doc_whole(doc, "family", cfg->dst.family);
	sn_doc_end(doc);
	sn_doc_object(doc, "source");
	sn_doc_addr(doc, "address", &cfg->src);
	sn_doc_name(doc, "interface", cfg->device);
	sn_doc_end(doc);
	sn_tell_method(doc, cfg);
	sn_tell_asked(doc, "asked", cfg);
}

static void tell_answer(struct sn_doc *doc, const struct sonde_event *event, const struct sonde_event_answer *answer,
                        const struct sonde_trace_cfg *cfg, int64_t wall_zero_ns)
{
	const struct sonde_query query = {.state = SONDE_QUERY_ANSWERED, .probe = event->probe, .answer = *answer};
	sn_tell_answer(doc, "answer", &query, cfg, wall_zero_ns);
}

static void tell_overheard(struct sn_doc *doc, const struct sonde_event *event, const struct sonde_trace_cfg *cfg, int64_t wall_zero_ns)
{
	const struct sonde_event_overheard *heard = &event->as.overheard;
	sn_doc_bool(doc, "own_reset", heard->own_reset);
	sn_doc_name(doc, "interface", heard->way.device);
	if (heard->own_reset)
		sn_doc_null(doc, "answer");
	else
		tell_answer(doc, event, &heard->answer, cfg, wall_zero_ns);
}

static void tell_what(struct sn_doc *doc, const struct sonde_event *event, const struct sonde_trace_cfg *cfg, int64_t wall_zero_ns)
{
	switch (event->type) {
	case SONDE_EV_REPLY:
	case SONDE_EV_LATE:
	case SONDE_EV_DUPLICATE:
		tell_answer(doc, event, &event->as.answer, cfg, wall_zero_ns);
		break;
	case SONDE_EV_EXTENSION:
		sn_doc_text(doc, "of", names[event->as.extension.of]);
		sn_doc_whole(doc, "object", event->as.extension.object.object);
		sn_doc_whole(doc, "piece", event->as.extension.object.piece);
		sn_doc_bool(doc, "more", event->as.extension.object.more);
		sn_tell_extension(doc, "extension", &event->as.extension.object, 1);
		break;
	case SONDE_EV_OVERHEARD:
		tell_overheard(doc, event, cfg, wall_zero_ns);
		break;
	case SONDE_EV_LOCAL_ERROR:
		sn_tell_errno(doc, "errno", event->as.sys_errno);
		break;
	case SONDE_EV_TRACE_END:
		sn_tell_stop(doc, "stop", &event->as.end);
		break;
	case SONDE_EV_TRACE_START: /* has a function of its own */
	case SONDE_EV_SENT:
	case SONDE_EV_TIMEOUT:
	case SONDE_EV_HOP_SETTLED:
	case SONDE_EV_ROWS_STAND:
		break;
	}
}

static bool is_of_probe(enum sonde_event_type type)
{
	return type >= SONDE_EV_SENT && type <= SONDE_EV_LOCAL_ERROR;
}

/* What all events have. */
static void open_event(struct sn_doc *doc, const struct sonde_event *event, int64_t wall_zero_ns)
{
	sn_doc_object(doc, NULL);
	sn_doc_text(doc, "event", names[event->type]);
	sn_doc_whole(doc, "trace", event->trace_id);
	sn_doc_instant(doc, "at", wall_zero_ns + event->at_ns);
}

void sn_tell_event_start(struct sn_doc *doc, const struct sonde_event *event, const char *host, int64_t wall_zero_ns)
{
	open_event(doc, event, wall_zero_ns);
	tell_start(doc, &event->as.start, host);
	sn_doc_end(doc);
}

void sn_tell_event(struct sn_doc *doc, const struct sonde_event *event, const struct sonde_trace_cfg *cfg, int64_t wall_zero_ns)
{
	open_event(doc, event, wall_zero_ns);
	if (event->type == SONDE_EV_HOP_SETTLED)
		sn_doc_whole(doc, "ttl", event->probe.ttl);
	if (is_of_probe(event->type)) {
		sn_doc_object(doc, "probe");
		sn_tell_probe(doc, &event->probe, cfg, wall_zero_ns);
		sn_doc_end(doc);
	}
	tell_what(doc, event, cfg, wall_zero_ns);
	sn_doc_end(doc);
}

void sn_tell_stream_who(struct sn_doc *doc, const struct sonde_addr *addr, const struct sn_who *who)
{
	sn_doc_object(doc, NULL);
	sn_doc_text(doc, "event", "who");
	sn_doc_addr(doc, "address", addr);
	sn_tell_who(doc, who);
	sn_doc_end(doc);
}

void sn_tell_stream_finding(struct sn_doc *doc, const uint32_t *trace_id, const struct sonde_finding *finding)
{
	sn_doc_object(doc, NULL);
	sn_doc_text(doc, "event", "finding");
	if (trace_id)
		sn_doc_whole(doc, "trace", *trace_id);
	else
		sn_doc_null(doc, "trace");
	sn_tell_finding(doc, "finding", finding);
	sn_doc_end(doc);
}

void sn_tell_stream_error(struct sn_doc *doc, const struct sonde_error *error)
{
	sn_doc_object(doc, NULL);
	sn_doc_text(doc, "event", "error");
	sn_tell_error(doc, "error", error);
	sn_doc_end(doc);
}
