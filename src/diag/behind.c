/* SPDX-License-Identifier: MIT */
/* What other methods show of the hops behind the one where a method's answers end. */
#include "diag/diag.h"

/* It got to that hop or past it. */
static bool gets_past(const struct sn_view *view, unsigned ttl)
{
	for (unsigned t = ttl; t <= view->cfg->max_ttl; t++)
		if (sn_got_there(view, t))
			return true;
	return false;
}

/* Answers of routers at that hop to other methods that went past `from_ttl` the same way; 0 where one of them was left without: a router
 * that answers only some of what passes it is rationing, or silent, and its silence to one more says nothing. */
static unsigned frank_answers(const struct sn_case *c, uint8_t from_ttl, unsigned ttl)
{
	unsigned count = 0;
	for (size_t i = 0; i < c->view_count; i++) {
		const struct sn_view *other = &c->views[i];
		bool counts = other != c->view && sn_same_way(c->view, other, from_ttl) && gets_past(other, ttl);
		if (!counts || (other->passes && ttl >= other->end->distance))
			continue;
		if (!other->rows[ttl].answered_count)
			return 0;
		count++;
	}
	return count;
}

struct sn_behind sn_look_behind(const struct sn_case *c, uint8_t ttl)
{
	struct sn_behind behind = {0};
	for (unsigned t = ttl + 1u; t <= c->view->cfg->max_ttl; t++) {
		for (size_t i = 0; i < c->view_count && !behind.ttl; i++) {
			const struct sn_view *other = &c->views[i];
			if (other != c->view && sn_same_way(c->view, other, ttl) && sn_got_there(other, t))
				behind.ttl = (uint8_t)t;
		}
		unsigned answers = c->view->rows[t].lost_count ? frank_answers(c, ttl, t) : 0;
		if (answers && !behind.frank_ttl)
			behind.frank_ttl = (uint8_t)t;
		behind.frank_answers += answers;
	}
	return behind;
}
