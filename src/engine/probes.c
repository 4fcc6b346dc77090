/* SPDX-License-Identifier: MIT */
/* The probes of a trace: their keys, their packets, the memory of them. */
#include "engine/internal.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

/* A key is drawn again while another probe of the trace has the same field: in a short quote that field alone tells them apart. */
enum { KEY_TRIES = 16, CAPACITY_STEP = 8 };

struct sn_probe_rec *sn_engine_probe(const struct sonde_engine *engine, uint64_t token, struct sn_trace **trace)
{
	uint32_t id = (uint32_t)(token >> 32), serial = (uint32_t)token;
	if (id >= engine->trace_count || !engine->traces[id] || serial == 0 || serial > engine->traces[id]->probe_count)
		return NULL;
	*trace = engine->traces[id];
	return &(*trace)->probes[serial - 1];
}

static struct sn_probe probe_of(const struct sn_trace *trace, const struct sn_probe_rec *rec)
{
	struct sn_probe probe = {.flow = trace->flow, .key = sn_kept(trace, rec)->key, .serial = sn_serial(trace, rec),
	                         .ttl = sn_real_ttl(rec), .size_bytes = trace->cfg.size_bytes};
	if (trace->sizes && trace->sizes[rec - trace->probes])
		probe.size_bytes = trace->sizes[rec - trace->probes];
	if (rec->flow)
		probe.flow.sport = trace->cfg.sport[rec->flow];
	return probe;
}

void sn_engine_expect(const struct sn_trace *trace, const struct sn_probe_rec *rec, struct sn_ident *ident)
{
	struct sn_probe probe = probe_of(trace, rec);
	trace->method->expect(&probe, rec->tag, ident);
}

size_t sn_engine_rebuild(struct sonde_engine *engine, const struct sn_trace *trace, const struct sn_probe_rec *rec, bool piece)
{
	struct sn_probe probe = probe_of(trace, rec);
	struct sn_writer w;
	struct sn_ident ident;
	sn_writer_init(&w, engine->packet, SN_PACKET_MAX);
	trace->method->build(&probe, &w, &ident);
	size_t length_bytes = w.bad ? 0 : w.at_bytes, piece_bytes = probe.flow.piece_bytes;
	if (!piece || !piece_bytes || length_bytes <= piece_bytes)
		return length_bytes;
	sn_writer_init(&w, engine->packet + SN_PACKET_MAX, SN_PACKET_MAX);
	sn_fragment_write(engine->packet, length_bytes, piece_bytes, 0, &w);
	memcpy(engine->packet, w.bytes, w.at_bytes);
	return w.bad ? 0 : w.at_bytes;
}

static bool tag_is_taken(const struct sn_trace *trace, uint32_t tag)
{
	/* Hardly ever: a loop that always goes to its end is one that compilers make several comparisons at once of. The record being added
	 * stands last and is not looked at. */
	bool taken = false;
	for (uint32_t i = 0; i + 1 < trace->probe_count; i++)
		taken |= trace->probes[i].tag == tag;
	return taken;
}

/* The same of what carries the key in the IP id or the flow label alone. */
static bool id_is_taken(const struct sn_trace *trace, uint64_t key)
{
	bool taken = false;
	for (uint32_t i = 0; i + 1 < trace->probe_count; i++)
		taken |= sn_key_ip_id(trace->kept[i].key) == sn_key_ip_id(key);
	return taken;
}

/* By a few at first and by a sixteenth later: what stays unused counts with ten thousand traces. */
static bool grow(struct sn_trace *trace)
{
	uint32_t capacity = trace->probe_capacity + trace->probe_capacity / 16 + CAPACITY_STEP;
	struct sn_probe_rec *probes = realloc(trace->probes, capacity * sizeof *probes);
	if (!probes)
		return false;
	trace->probes = probes;
	struct sn_probe_kept *kept = realloc(trace->kept, capacity * sizeof *kept);
	if (!kept)
		return false;
	trace->kept = kept;
	uint16_t *sizes = trace->sizes ? realloc(trace->sizes, capacity * sizeof *sizes) : NULL;
	if (trace->sizes && !sizes)
		return false;
	trace->sizes = sizes;
	trace->probe_capacity = capacity;
	return true;
}

static struct sn_probe_rec *append(struct sn_trace *trace)
{
	if (trace->probe_count == trace->probe_capacity && !grow(trace))
		return NULL;
	return &trace->probes[trace->probe_count++];
}

/* Few traces have probes of several sizes: the others do not pay for it. */
static bool note_size(struct sn_trace *trace, uint32_t index, uint16_t size_bytes)
{
	if (!trace->sizes && size_bytes)
		trace->sizes = calloc(trace->probe_capacity, sizeof *trace->sizes);
	if (trace->sizes)
		trace->sizes[index] = size_bytes;
	return trace->sizes || !size_bytes;
}

size_t sn_engine_add_probe(struct sonde_engine *engine, struct sn_trace *trace, const struct sn_plan_step *step, sonde_at_ns now,
                           struct sn_probe_rec **out)
{
	struct sn_probe_rec *rec = append(trace);
	if (!rec)
		return 0;
	if (!note_size(trace, trace->probe_count - 1, step->size_bytes)) {
		trace->probe_count--;
		return 0;
	}
	*rec = (struct sn_probe_rec){.ttl = step->ttl, .query = step->query, .flow = step->flow, .state = SN_PROBE_PENDING,
	                             .retry = step->retry, .crowded = step->crowded};
	struct sn_probe_kept *kept = sn_kept(trace, rec);
	kept->sent_at_ns = now;
	struct sn_writer w;
	struct sn_ident ident;
	for (uint64_t attempt = 0; attempt < KEY_TRIES; attempt++) {
		uint64_t key = sn_siphash_u64x2(engine->cfg.secret, sn_token(trace, sn_serial(trace, rec)), attempt);
		kept->key = sn_key_sealed(key, &engine->cfg.seal);
		struct sn_probe probe = probe_of(trace, rec);
		sn_writer_init(&w, engine->packet, SN_PACKET_MAX);
		trace->method->build(&probe, &w, &ident);
		rec->tag = sn_ident_tag(&ident, trace->method->tag_field);
		rec->fixed = ident.fixed;
		if (w.bad || !(ident.fixed ? id_is_taken(trace, kept->key) : tag_is_taken(trace, rec->tag)))
			break;
	}
	trace->probe_count -= w.bad;
	*out = rec;
	return w.bad ? 0 : w.at_bytes;
}

void sn_engine_event(const struct sonde_engine *engine, const struct sn_trace *trace, const struct sn_probe_rec *rec,
                     enum sonde_event_type type, struct sonde_event *out)
{
	*out = (struct sonde_event){.type = type, .trace_id = trace->id, .at_ns = engine->event_at_ns};
	if (!rec)
		return;
	struct sn_ident ident;
	sn_engine_expect(trace, rec, &ident);
	out->probe = (struct sonde_event_probe){
	    .token = sn_token(trace, sn_serial(trace, rec)),
	    .serial = sn_serial(trace, rec),
	    .ttl = sn_real_ttl(rec),
	    .query = rec->query,
	    .flow = rec->flow,
	    .retry = rec->retry,
	    .crowded = rec->crowded,
	    .sport = ident.sport,
	    .dport = ident.dport,
	    .icmp_id = ident.icmp_id,
	    .icmp_seq = ident.have & SN_ID_ICMP_ID ? (uint16_t)ident.seq : 0,
	    .ip_id = ident.ip_id,
	    .size_bytes = ident.packet_bytes,
	    .sent_at_ns = sn_kept(trace, rec)->sent_at_ns,
	};
}
