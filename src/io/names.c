/* SPDX-License-Identifier: MIT */
/* Addresses in a hash table, each with what is known of it; questions in an array that only grows, in order of asking. */
#include "io/names.h"

#include "base/addr.h"
#include "base/clean.h"
#include "io/origin.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 2 * SN_NAMES_ADDRS_MAX, TRIES_MAX = 2, NONE = -1 };

enum job_state { QUEUED, ASKED, DONE };

struct job {
	enum sn_lookup_kind kind;
	enum job_state state;
	uint8_t tries;
	int entry;              /* NAME, ORIGIN: whose */
	uint32_t asn;           /* AS */
	char *as_name;          /* AS: what came of it */
	sonde_at_ns asked_at_ns;
};

struct entry {
	struct sonde_addr addr;
	struct sn_who who;      /* its texts are below */
	char *name, *as_name;
	char network[SN_NETWORK_BYTES], country[SN_COUNTRY_BYTES];
	int name_job, origin_job, as_job;  /* NONE: not asked */
	bool told;              /* as news */
};

struct sn_names {
	struct sn_names_cfg cfg;
	struct entry **entries;   /* they stay where they are */
	size_t entry_count;
	uint16_t slots[SLOTS];    /* entry + 1; 0: free */
	struct job *jobs;
	size_t job_count, job_capacity;
	size_t first_open;        /* all before it are done */
	size_t open_count, asked_count;
	bool off;
	bool news;                /* something may have become known since they were told last */
};

int sn_names_new(struct sn_names **out, const struct sn_names_cfg *cfg)
{
	struct sn_names *names = calloc(1, sizeof *names);
	struct entry **entries = reallocarray(NULL, SN_NAMES_ADDRS_MAX, sizeof *entries);
	*out = NULL;
	if (!names || !entries) {
		free(names);
		free(entries);
		return SONDE_E_NOMEM;
	}
	names->cfg = *cfg;
	names->entries = entries;
	*out = names;
	return SONDE_OK;
}

void sn_names_free(struct sn_names *names)
{
	if (!names)
		return;
	for (size_t i = 0; i < names->entry_count; i++) {
		free(names->entries[i]->name);
		free(names->entries[i]->as_name);
		free(names->entries[i]);
	}
	for (size_t i = 0; i < names->job_count; i++)
		free(names->jobs[i].as_name);
	free(names->entries);
	free(names->jobs);
	free(names);
}

/* ---- what is known ---- */

/* The text of a buffer, the caller's to free; NULL: there was no memory. */
static char *text_of(struct sn_buf *buf)
{
	if (!buf->bad && buf->text)
		return buf->text;
	sn_buf_finish(buf);
	return NULL;
}

static void set_name(struct entry *entry, const char *bytes, size_t count)
{
	bool rooted = count > 1 && bytes[count - 1] == '.'; /* "host.example." is written without its root */
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): each place that is counted has its entry */
	if (entry->name || !count)
		return;
	struct sn_buf clean = {0};
	sn_clean_name(&clean, bytes, count - rooted);
	entry->name = text_of(&clean);
	entry->who.name_is_address = entry->name && sn_name_is_address(entry->name);
	entry->who.name = entry->name;
}

static void set_as_name(struct entry *entry, const char *text)
{
	if (entry->as_name || !*text)
		return;
	struct sn_buf clean = {0};
	sn_clean_plain(&clean, text, strlen(text), false);
	entry->as_name = text_of(&clean);
	entry->who.as_name = entry->as_name;
}

static void set_network(struct entry *entry, const struct sn_who_facts *facts)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): as above */
	entry->who.asn = facts->asn ? facts->asn : entry->who.asn;
	if (facts->network[0]) {
		memcpy(entry->network, facts->network, sizeof entry->network);
		entry->who.network = entry->network;
	}
	if (facts->country[0] && !entry->country[0]) {
		memcpy(entry->country, facts->country, sizeof entry->country);
		entry->who.country = entry->country;
	}
	set_as_name(entry, facts->as_name);
}

static bool is_open(const struct sn_names *names, int job)
{
	return job != NONE && names->jobs[job].state != DONE;
}

static void refresh(struct sn_names *names, struct entry *entry)
{
	names->news = true;
	entry->who.pending = is_open(names, entry->name_job) || is_open(names, entry->origin_job) || is_open(names, entry->as_job);
}

static void refresh_all(struct sn_names *names)
{
	for (size_t i = 0; i < names->entry_count; i++)
		refresh(names, names->entries[i]);
}

/* ---- what is to be asked ---- */

/* NONE: no memory, so it is not asked. */
static int add_job(struct sn_names *names, struct job job)
{
	if (names->off)
		return NONE;
	if (names->job_count == names->job_capacity) {
		size_t capacity = names->job_capacity ? 2 * names->job_capacity : 64;
		struct job *grown = reallocarray(names->jobs, capacity, sizeof *grown);
		if (!grown)
			return NONE;
		names->jobs = grown;
		names->job_capacity = capacity;
	}
	names->jobs[names->job_count] = job;
	names->open_count++;
	return (int)names->job_count++;
}

/* Who that system is, asked once for all its addresses. */
static void want_as_name(struct sn_names *names, struct entry *entry)
{
	if (!entry->who.asn || entry->as_name || !names->cfg.origins)
		return;
	for (size_t i = 0; i < names->job_count && entry->as_job == NONE; i++)
		if (names->jobs[i].kind == SN_LOOKUP_AS && names->jobs[i].asn == entry->who.asn)
			entry->as_job = (int)i;
	if (entry->as_job == NONE)
		entry->as_job = add_job(names, (struct job){.kind = SN_LOOKUP_AS, .entry = NONE, .asn = entry->who.asn});
	else if (names->jobs[entry->as_job].as_name)
		set_as_name(entry, names->jobs[entry->as_job].as_name);
}

static void end_job(struct sn_names *names, size_t index)
{
	struct job *job = &names->jobs[index];
	names->asked_count -= job->state == ASKED;
	names->open_count--;
	job->state = DONE;
	while (names->first_open < names->job_count && names->jobs[names->first_open].state == DONE)
		names->first_open++;
}

/* ---- addresses ---- */

static size_t slot_of(const struct sonde_addr *addr)
{
	uint32_t hash = 2166136261u; /* FNV-1a; a full table is refused, so that a poor hash costs time at most */
	for (size_t i = 0; i < sn_addr_bytes(addr); i++)
		hash = (hash ^ addr->bytes[i]) * 16777619u;
	return (hash ^ hash >> 16) % SLOTS;
}

static struct entry *add_entry(struct sn_names *names, const struct sonde_addr *addr)
{
	struct sn_who_facts facts = {0};
	struct entry *entry = names->entry_count < SN_NAMES_ADDRS_MAX ? calloc(1, sizeof *entry) : NULL;
	if (!entry)
		return NULL;
	int index = (int)names->entry_count;
	*entry = (struct entry){.addr = *addr, .name_job = NONE, .origin_job = NONE, .as_job = NONE};
	names->entries[names->entry_count++] = entry;
	if (names->cfg.facts)
		names->cfg.facts(names->cfg.ctx, addr, &facts);
	if (facts.name)
		set_name(entry, facts.name, strlen(facts.name));
	set_network(entry, &facts);
	if (names->cfg.names && !entry->name)
		entry->name_job = add_job(names, (struct job){.kind = SN_LOOKUP_NAME, .entry = index});
	if (names->cfg.origins && !entry->who.asn && sn_addr_kind(addr) == SN_ADDR_UNICAST && !sn_addr_is_private(addr))
		entry->origin_job = add_job(names, (struct job){.kind = SN_LOOKUP_ORIGIN, .entry = index});
	want_as_name(names, entry);
	refresh(names, entry);
	return entry;
}

const struct sn_who *sn_names_of(struct sn_names *names, const struct sonde_addr *addr)
{
	size_t slot = slot_of(addr);
	for (; names->slots[slot]; slot = (slot + 1) % SLOTS) {
		struct entry *entry = names->entries[names->slots[slot] - 1];
		if (sonde_addr_equal(&entry->addr, addr))
			return &entry->who;
	}
	struct entry *entry = add_entry(names, addr);
	if (!entry)
		return NULL;
	names->slots[slot] = (uint16_t)names->entry_count;
	return &entry->who;
}

static bool is_known(const struct sn_who *who)
{
	return who->name || who->asn || who->network || who->country;
}

bool sn_names_news(struct sn_names *names, bool at_end, struct sonde_addr *addr, const struct sn_who **who)
{
	for (size_t i = 0; (names->news || at_end) && i < names->entry_count; i++) {
		struct entry *entry = names->entries[i];
		if (entry->told || !is_known(&entry->who) || (entry->who.pending && !at_end))
			continue;
		entry->told = true;
		*addr = entry->addr;
		*who = &entry->who;
		return true;
	}
	names->news = false;
	return false;
}

bool sn_names_pending(const struct sn_names *names)
{
	return names->open_count > 0;
}

/* ---- to and fro ---- */

static uint32_t id_of(size_t index, uint8_t tries)
{
	return (uint32_t)(index * TRIES_MAX + tries + 1u);
}

bool sn_names_next(const struct sn_names *names, struct sn_lookup_ask *ask)
{
	if (names->asked_count >= SN_LOOKUPS_AT_ONCE)
		return false;
	for (size_t i = names->first_open; i < names->job_count; i++) {
		const struct job *job = &names->jobs[i];
		if (job->state != QUEUED)
			continue;
		memset(ask, 0, sizeof *ask); /* its padding goes along */
		ask->id = id_of(i, job->tries);
		ask->kind = job->kind;
		ask->asn = job->asn;
		if (job->entry != NONE)
			ask->addr = names->entries[job->entry]->addr;
		return true;
	}
	return false;
}

void sn_names_asked(struct sn_names *names, uint32_t id, sonde_at_ns now)
{
	size_t index = (id - 1) / TRIES_MAX;
	if (id == 0 || index >= names->job_count || names->jobs[index].state != QUEUED)
		return;
	names->jobs[index].state = ASKED;
	names->jobs[index].asked_at_ns = now;
	names->jobs[index].tries++;
	names->asked_count++;
}

static void found_as_name(struct sn_names *names, struct job *job, const char *text)
{
	int index = (int)(job - names->jobs);
	job->as_name = strdup(text);
	for (size_t i = 0; i < names->entry_count; i++)
		if (names->entries[i]->as_job == index)
			set_as_name(names->entries[i], text);
}

static void found(struct sn_names *names, struct job *job, const struct sn_lookup_told *told)
{
	struct entry *entry = job->entry == NONE ? NULL : names->entries[job->entry];
	struct sn_who_facts facts = {0};
	if (job->kind == SN_LOOKUP_NAME)
		set_name(entry, told->text, told->text_bytes);
	else if (job->kind == SN_LOOKUP_AS && sn_as_name_read(told->text, told->text_bytes, facts.as_name))
		found_as_name(names, job, facts.as_name);
	else if (job->kind == SN_LOOKUP_ORIGIN && sn_origin_read(told->text, told->text_bytes, &facts))
		set_network(entry, &facts);
}

bool sn_names_told(struct sn_names *names, const struct sn_lookup_told *told, size_t bytes, bool *garbage)
{
	*garbage = true;
	if (bytes != sizeof *told || told->id == 0 || told->text_bytes > sizeof told->text)
		return false;
	size_t index = (told->id - 1) / TRIES_MAX;
	if (index >= names->job_count || told->result < SN_LOOKUP_FOUND || told->result >= SN_LOOKUP_RESULTS)
		return false;
	struct job *job = &names->jobs[index];
	if (told->kind != (uint32_t)job->kind || id_of(index, job->tries) != told->id + 1)
		return false; /* never asked, or in an earlier try */
	*garbage = false;
	if (job->state != ASKED)
		return false; /* it was given up, or answered twice */
	if (told->result == SN_LOOKUP_FOUND)
		found(names, job, told);
	int owner = job->entry;
	bool origin = job->kind == SN_LOOKUP_ORIGIN;
	end_job(names, index);
	if (origin)
		want_as_name(names, names->entries[owner]);
	refresh_all(names);
	return true;
}

void sn_names_lost(struct sn_names *names, bool for_good)
{
	for (size_t i = names->first_open; i < names->job_count; i++) {
		struct job *job = &names->jobs[i];
		if (job->state == DONE || (job->state == QUEUED && !for_good))
			continue;
		if (for_good || job->tries >= TRIES_MAX) {
			end_job(names, i);
		} else {
			names->asked_count--;
			job->state = QUEUED;
		}
	}
	names->off |= for_good;
	refresh_all(names);
}

bool sn_names_tick(struct sn_names *names, sonde_at_ns now)
{
	bool some = false;
	for (size_t i = names->first_open; i < names->job_count; i++)
		if (names->jobs[i].state == ASKED && names->jobs[i].asked_at_ns + SN_NAMES_PATIENCE_NS <= now) {
			end_job(names, i);
			some = true;
		}
	if (some)
		refresh_all(names);
	return some;
}

sonde_at_ns sn_names_deadline(const struct sn_names *names)
{
	sonde_at_ns first = SONDE_NEVER;
	for (size_t i = names->first_open; names->asked_count && i < names->job_count; i++)
		if (names->jobs[i].state == ASKED && names->jobs[i].asked_at_ns + SN_NAMES_PATIENCE_NS < first)
			first = names->jobs[i].asked_at_ns + SN_NAMES_PATIENCE_NS;
	return first;
}
