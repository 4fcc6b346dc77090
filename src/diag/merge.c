/* SPDX-License-Identifier: MIT */
/* What several methods show alike of what the way does to packets, told once: which of them show it, which do not, and which cannot. */
#include "diag/rewrites.h"

#include <string.h>

enum { LABELS_MOST = 8, BITS = 64 };

/* What the copies of one path say to a finding about others. */
enum stand {
	NO_WORD,        /* its packets have no such field, or it was changed in another way: that is a finding of its own */
	SHOWS,
	KEEPS,          /* they got past that place as they were sent */
	KEEPS_AWAY,     /* … led by other routers */
	BLIND,          /* none of its copies from there on has the field */
};

/* Copies of a path from some hop on, and those that show a change. */
struct copies {
	unsigned seen, changed;
};

static uint64_t bit_of(size_t path)
{
	return path < BITS ? UINT64_C(1) << path : 0;
}

static double evidence(const struct sonde_finding *f, const char *key)
{
	for (size_t i = 0; i < f->evidence_count; i++)
		if (strcmp(f->evidence[i].key, key) == 0)
			return f->evidence[i].value;
	return -1;
}

static bool is_share(const struct sonde_finding *f)
{
	return evidence(f, SN_EVIDENCE_SEEN) >= 0;
}

/* ---- which findings are one ---- */

/* Where it happened: behind the first hop, at the last one or before. */
static unsigned behind_ttl(const struct sonde_finding *f)
{
	return f->first_ttl < f->last_ttl ? f->first_ttl : 0;
}

static bool same_place(const struct sn_case *c, const struct sonde_finding *a, const struct sonde_finding *b)
{
	if (!sn_same_way(&c->views[a->path], &c->views[b->path], a->last_ttl < b->last_ttl ? a->last_ttl : b->last_ttl))
		return false;
	if (!c->rule->packets.between)
		return a->first_ttl == b->first_ttl && a->last_ttl == b->last_ttl;
	return behind_ttl(a) < b->last_ttl && behind_ttl(b) < a->last_ttl;
}

static bool is_alike(const struct sn_case *c, const struct sonde_finding *a, const struct sonde_finding *b)
{
	for (size_t i = 0; i < SN_ALIKE_MAX && c->rule->packets.alike[i]; i++) {
		double difference = evidence(a, c->rule->packets.alike[i]) - evidence(b, c->rule->packets.alike[i]);
		if (difference < -0.5 || difference > 0.5)
			return false;
	}
	return same_place(c, a, b);
}

static bool is_open(const struct sn_case *c, const struct sonde_finding *f)
{
	return f->rule == &c->rule->info && f->path != SONDE_PATH_ALL;
}

/* The one with the narrowest place; what is known to befall some packets only is never told of all. NULL: none is left. */
static const struct sonde_finding *next_open(const struct sn_case *c)
{
	const struct sonde_finding *best = NULL;
	for (const struct sonde_finding *f = c->out->items; f < c->out->items + c->out->count; f++) {
		if (!is_open(c, f))
			continue;
		bool narrower = best && f->last_ttl - behind_ttl(f) < best->last_ttl - behind_ttl(best);
		if (!best || (is_share(f) == is_share(best) ? narrower : is_share(f)))
			best = f;
	}
	return best;
}

/* ---- what the others show ---- */

static struct copies copies_of(const struct sn_case *c, const struct sn_view *view, const struct sonde_finding *f)
{
	struct copies copies = {0};
	unsigned first = c->rule->packets.between ? f->last_ttl : f->first_ttl;
	unsigned last = c->rule->packets.between ? view->last_ttl : f->last_ttl;
	for (unsigned ttl = first; ttl <= last; ttl++) {
		struct copies most = {0};
		for (size_t field = 0; field < SONDE_FIELD_COUNT; field++) {
			if (!(c->rule->packets.fields & UINT32_C(1) << field))
				continue;
			struct sn_sight sight = sn_sight_at(view, (uint8_t)ttl, (enum sonde_field)field);
			most.seen = sight.copy_count > most.seen ? sight.copy_count : most.seen;
			most.changed = sight.changed_count > most.changed ? sight.changed_count : most.changed;
		}
		copies.seen += most.seen;
		copies.changed += most.changed;
	}
	return copies;
}

static bool has_fields(const struct sn_case *c, const struct sn_view *view)
{
	enum { TCP = 6 };
	return c->rule->packets.fields & ~(uint32_t)SONDE_DIFF_TCP_OPTIONS || view->method->protocol4 == TCP;
}

static enum stand stand_of(const struct sn_case *c, size_t path, const struct sonde_finding *f, size_t seen_path)
{
	const struct sn_view *view = &c->views[path];
	if (f->seen_by & bit_of(path))
		return SHOWS;
	if (!has_fields(c, view))
		return NO_WORD;
	struct copies copies = copies_of(c, view, f);
	if (!copies.seen)
		return BLIND;
	if (is_share(f))
		return SHOWS; /* by so many of so many, or none */
	if (copies.changed)
		return NO_WORD;
	return sn_same_way(&c->views[seen_path], view, f->last_ttl) ? KEEPS : KEEPS_AWAY;
}

/* ---- the words ---- */

static void say_label(struct sonde_finding *f, const struct sn_case *c, size_t path)
{
	sn_say(f, "%s", c->views[path].label);
	if (!is_share(f))
		return;
	struct copies copies = copies_of(c, &c->views[path], f);
	sn_say(f, " (%u of %u copies)", copies.changed, copies.seen);
}

/* "icmp, udp/53 and tcp/443": those that stand so. */
static void say_labels(struct sonde_finding *f, const struct sn_case *c, const enum stand *stands, enum stand stand, size_t count)
{
	size_t said = 0, most = count > LABELS_MOST ? LABELS_MOST : count;
	for (size_t i = 0; i < c->view_count && said < most; i++) {
		if (stands[i] != stand)
			continue;
		sn_say(f, "%s", said == 0 ? "" : said + 1 == count ? " and " : ", ");
		if (stand == SHOWS)
			say_label(f, c, i);
		else
			sn_say(f, "%s", c->views[i].label);
		said++;
	}
	if (count > said)
		sn_say(f, " and %zu more", count - said);
}

static size_t count_of(const struct sn_case *c, const enum stand *stands, enum stand stand)
{
	size_t count = 0;
	for (size_t i = 0; i < c->view_count; i++)
		count += stands[i] == stand;
	return count;
}

/* "; udp/53 passes unchanged", or of what may be undone in the copies: "; the copies of udp/53 show nothing of it". */
static void say_keeping(struct sonde_finding *f, const struct sn_case *c, const enum stand *stands, enum stand stand)
{
	size_t count = count_of(c, stands, stand);
	if (!count)
		return;
	sn_say(f, c->rule->packets.undone ? "; the copies of " : "; ");
	say_labels(f, c, stands, stand, count);
	if (stand == KEEPS_AWAY)
		sn_say(f, ", led another way there,");
	sn_say(f, c->rule->packets.undone ? " show nothing of it" : count == 1 ? " passes unchanged" : " pass unchanged");
}

static void say_stands(struct sonde_finding *f, const struct sn_case *c, const enum stand *stands)
{
	size_t shows = count_of(c, stands, SHOWS), blind = count_of(c, stands, BLIND);
	sn_say(f, " Seen by ");
	if (shows == c->view_count && !is_share(f))
		sn_say(f, "all methods");
	else
		say_labels(f, c, stands, SHOWS, shows);
	say_keeping(f, c, stands, KEEPS);
	say_keeping(f, c, stands, KEEPS_AWAY);
	if (blind) {
		sn_say(f, "; not visible by ");
		say_labels(f, c, stands, BLIND, blind);
	}
	sn_say(f, ".");
	sn_evidence(f, "methods_showing", "methods", (double)shows);
	sn_evidence(f, "methods_unchanged", "methods", (double)(count_of(c, stands, KEEPS) + count_of(c, stands, KEEPS_AWAY)));
	sn_evidence(f, "methods_blind", "methods", (double)blind);
}

/* Of all paths that show it: the surest word counts, and each number of copies is summed up. */
static void take_in(struct sonde_finding *all, const struct sonde_finding *one)
{
	all->seen_by |= bit_of(one->path);
	all->exit_status = one->exit_status > all->exit_status ? one->exit_status : all->exit_status;
	if (one->confidence <= all->confidence || is_share(all))
		return;
	all->confidence = one->confidence;
	memcpy(all->otherwise, one->otherwise, sizeof all->otherwise);
}

/* Those that are one with the first are taken out of the list. */
static struct sonde_finding gather(struct sn_case *c, const struct sonde_finding *first)
{
	struct sonde_finding all = *first, *items = c->out->items;
	size_t kept = 0;
	for (size_t i = 0; i < c->out->count; i++) {
		if (is_open(c, &items[i]) && is_alike(c, &all, &items[i]))
			take_in(&all, &items[i]);
		else
			items[kept++] = items[i];
	}
	c->out->count = kept;
	return all;
}

void sn_merge(struct sn_case *c)
{
	enum stand stands[BITS] = {NO_WORD};
	const struct sonde_finding *first;
	while (c->view_count <= BITS && (first = next_open(c))) {
		struct sonde_finding all = gather(c, first), *f = sn_find(c, all.confidence);
		for (size_t i = 0; i < c->view_count; i++)
			stands[i] = stand_of(c, i, &all, all.path);
		*f = all;
		f->path = SONDE_PATH_ALL;
		say_stands(f, c, stands);
	}
}
