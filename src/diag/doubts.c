/* SPDX-License-Identifier: MIT */
/* What is worth asking again: one answer lost by chance must not move a filter by a hop, nor make the target seem farther away. */
#include "diag/diag.h"

#include <stdlib.h>

/* Hops behind a method's last answer that are asked again, besides the target's. */
enum { BEHIND_MOST = 3 };

/* What is known of one path. */
struct known {
	bool answered[SONDE_TTL_LAST + 1];
	uint8_t top;       /* highest TTL that was answered; 0: none */
	uint8_t distance;  /* of the target; 0: not reached */
	uint8_t transit;   /* highest TTL at which somebody else said that a probe was still on its way; 0: none */
	bool half_open;    /* its TCP port answered, but by no SYN-ACK nor RST */
};

/* One SYN-ACK may have been lost; where flow after flow has none, something holds them back. A balancer may lead a flow a shorter way;
 * where flow after flow ends nearer than other methods do, something on the way answers. */
enum { HANDSHAKES = 2, BALANCED_MOST = 5 };

static void note_answers(struct known *out, const struct sonde_row *row, bool *whole)
{
	for (size_t i = 0; i < row->query_count; i++) {
		const struct sonde_event_answer *answer = &row->queries[i]->answer;
		if (!sn_answered(row->queries[i]))
			continue;
		out->half_open |= answer->in_targets_name && answer->meaning == SONDE_M_BARE_ACK;
		*whole |= answer->meaning == SONDE_M_SYN_ACK || answer->meaning == SONDE_M_RST;
		if (answer->meaning == SONDE_M_TIME_EXCEEDED && !answer->in_targets_name && row->ttl > out->transit)
			out->transit = row->ttl;
	}
}

static int look(const struct sonde_path *path, struct known *out)
{
	struct sonde_row row = {0};
	bool whole = false;
	int code = SONDE_OK;
	*out = (struct known){.distance = sonde_path_distance(path)};
	for (unsigned ttl = 1; code == SONDE_OK && ttl <= sonde_path_cfg(path)->max_ttl; ttl++) {
		code = sonde_path_row(path, (uint8_t)ttl, &row);
		out->answered[ttl] = row.answered_count > 0;
		note_answers(out, &row, &whole);
		if (row.answered_count)
			out->top = (uint8_t)ttl;
	}
	out->half_open &= !whole && out->distance;
	sonde_row_finish(&row);
	return code;
}

static void add(struct sonde_doubt *doubt, unsigned ttl, unsigned most)
{
	if (doubt->ttl_count < most && doubt->ttl_count < SONDE_ASK_TTLS_MAX)
		doubt->ttls[doubt->ttl_count++] = (uint8_t)ttl;
}

/* Silent to this method, while another is answered from there. */
static void doubt_silence(const struct known *all, size_t count, size_t own, struct sonde_doubt *doubt)
{
	uint8_t target = 0;
	for (size_t i = 0; i < count; i++)
		if (all[i].distance > all[own].top && (!target || all[i].distance < target))
			target = all[i].distance;
	for (unsigned ttl = all[own].top + 1u; ttl <= SONDE_TTL_LAST; ttl++) {
		bool elsewhere = false;
		for (size_t i = 0; i < count; i++)
			elsewhere |= all[i].answered[ttl];
		if (elsewhere && ttl != target)
			add(doubt, ttl, BEHIND_MOST);
	}
	if (target)
		add(doubt, target, SONDE_ASK_TTLS_MAX);
}

/* The target seems nearer by another method: was it only silent there to this one? */
static void doubt_distance(const struct known *all, size_t count, size_t own, struct sonde_doubt *doubt)
{
	unsigned nearest = all[own].distance;
	for (size_t i = 0; i < count; i++)
		if (all[i].distance && all[i].distance < nearest)
			nearest = all[i].distance;
	for (unsigned ttl = nearest; ttl < all[own].distance; ttl++)
		if (!all[own].answered[ttl])
			add(doubt, ttl, BEHIND_MOST);
}

/* Another method gets farther than this one's target. */
static bool is_nearest(const struct known *all, size_t count, size_t own)
{
	for (size_t i = 0; i < count; i++)
		if (i != own && (all[i].transit >= all[own].distance || all[i].distance > all[own].distance))
			return true;
	return false;
}

static void doubt(const struct known *all, size_t count, size_t own, struct sonde_doubt *out)
{
	*out = (struct sonde_doubt){.path = own, .flow_count = 1};
	if (!all[own].distance) {
		doubt_silence(all, count, own, out);
	} else if (all[own].half_open || is_nearest(all, count, own)) {
		out->flow_count = all[own].half_open ? HANDSHAKES : BALANCED_MOST;
		out->other_flows = true;
		add(out, all[own].distance, SONDE_ASK_TTLS_MAX);
	} else {
		doubt_distance(all, count, own, out);
	}
}

static int doubts(const struct known *all, size_t count, struct sonde_doubt *out)
{
	int found = 0;
	for (size_t i = 0; i < count; i++) {
		doubt(all, count, i, &out[found]);
		found += out[found].ttl_count > 0;
	}
	return found;
}

int sonde_doubts(const struct sonde_path *const *paths, size_t path_count, struct sonde_doubt *out)
{
	struct known *all = calloc(path_count + 1, sizeof *all);
	int code = all ? SONDE_OK : SONDE_E_NOMEM;
	for (size_t i = 0; code == SONDE_OK && i < path_count; i++)
		code = look(paths[i], &all[i]);
	if (code == SONDE_OK)
		code = doubts(all, path_count, out);
	free(all);
	return code;
}
