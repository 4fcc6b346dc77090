/* SPDX-License-Identifier: MIT */
/* From where on the probes of a silent path have a transport checksum that does not fit what it covers. */
#include "diag/rewrites.h"

/* Fewer copies may be one hop's slip. */
enum { COPIES_LEAST = 2 };

/* UDP over IPv4 may go without a checksum (RFC 768); over IPv6, and for the others, none is a wrong one (RFC 8200 section 8.1). */
static bool may_go_without(const struct sn_view *view)
{
	enum { UDP = 17 };
	return view->cfg->dst.family == 4 && view->method->protocol4 == UDP;
}

static struct sn_spoiled look(const struct sn_view *view)
{
	struct sn_spoiled spoiled = {.alike = true};
	uint64_t value = 0;
	uint8_t last = 0;
	if (view->passes || view->end->stop != SONDE_STOP_GAP || !(view->changed & SONDE_DIFF_CHECKSUM))
		return spoiled;
	for (unsigned ttl = view->first_ttl; ttl <= view->last_ttl; ttl++) {
		struct sn_sight sight = sn_sight_at(view, (uint8_t)ttl, SONDE_FIELD_CHECKSUM);
		if (!sight.copy_count)
			continue;
		bool wrong = sight.changed_count == sight.copy_count && !(sight.value == SN_LEFT_OUT && may_go_without(view));
		/* right again behind a hop that shows it wrong: that hop's copies were */
		if (!wrong) {
			spoiled = (struct sn_spoiled){.alike = true};
			last = (uint8_t)ttl;
			continue;
		}
		spoiled.after_ttl = spoiled.at_ttl ? spoiled.after_ttl : last;
		spoiled.at_ttl = spoiled.at_ttl ? spoiled.at_ttl : (uint8_t)ttl;
		spoiled.alike &= !sight.unlike && sight.value != SN_LEFT_OUT && (!spoiled.hop_count || sight.value == value);
		spoiled.copy_count += sight.copy_count;
		spoiled.hop_count++;
		value = sight.value;
	}
	if (spoiled.copy_count < COPIES_LEAST)
		return (struct sn_spoiled){0};
	return spoiled;
}

/* What moves all of them by one amount is a translator's work, unless at the same place another method's are spoiled. */
static bool is_shown(const struct sn_case *c, const struct sn_spoiled *spoiled)
{
	bool shown = !spoiled->alike;
	for (size_t i = 0; i < c->view_count && !shown; i++) {
		struct sn_spoiled other = look(&c->views[i]);
		shown = other.at_ttl == spoiled->at_ttl && !other.alike;
	}
	return shown;
}

struct sn_spoiled sn_spoiled(const struct sn_case *c, const struct sn_view *view)
{
	struct sn_spoiled spoiled = look(view);
	return spoiled.at_ttl && is_shown(c, &spoiled) ? spoiled : (struct sn_spoiled){0};
}

bool sn_say_spoiled(struct sonde_finding *f, const struct sn_case *c, const struct sn_view *view)
{
	struct sn_spoiled spoiled = sn_spoiled(c, view);
	if (!spoiled.at_ttl)
		return false;
	sn_say(f, "from hop %u on the checksum of %s does not fit", (unsigned)spoiled.at_ttl, view->label);
	return true;
}
