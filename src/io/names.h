/* SPDX-License-Identifier: MIT */
/* What is known of addresses and what is still to be asked: a cache, a queue and deadlines. Pure: questions out, answers in; who carries
 * them to a name server is another's. */
#ifndef SN_IO_NAMES_H
#define SN_IO_NAMES_H

#include "base/lookup.h"
#include "base/who.h"

enum { SN_NAMES_ADDRS_MAX = 4096 };
#define SN_NAMES_PATIENCE_NS (12 * SONDE_S)

struct sn_names_cfg {
	bool names;      /* names are asked for */
	bool origins;    /* so are autonomous systems, where no fact tells them */
	/* What is known without asking anybody: called once for each address, when it is first heard of; *facts is zeroed. NULL: nothing
	 * is known. */
	void (*facts)(void *ctx, const struct sonde_addr *addr, struct sn_who_facts *facts);
	void *ctx;
};

struct sn_names;

/* *out is the caller's to free. SONDE_E_NOMEM. */
int sn_names_new(struct sn_names **out, const struct sn_names_cfg *cfg) SONDE_MUST_USE;
/* NULL is fine. */
void sn_names_free(struct sn_names *names);
/* What is known of an address: the same place at every call. A new one is queued. NULL: more addresses than are remembered, or no
 * memory. */
const struct sn_who *sn_names_of(struct sn_names *names, const struct sonde_addr *addr);
/* The next address of which something is known, and all that will be, or, at the end, that is known so far: each is told once. False: no
 * other. */
bool sn_names_news(struct sn_names *names, bool at_end, struct sonde_addr *addr, const struct sn_who **who);
/* Somebody is still being asked about some address. */
bool sn_names_pending(const struct sn_names *names);

/* The next question; it stays the next until sn_names_asked. False: none, or enough are under way. */
bool sn_names_next(const struct sn_names *names, struct sn_lookup_ask *ask);
/* The question of that id left. */
void sn_names_asked(struct sn_names *names, uint32_t id, sonde_at_ns now);
/* A message of `bytes` bytes came. True: it says something new. False: it does not, or is none; *garbage tells which. What is none changes
 * nothing. */
bool sn_names_told(struct sn_names *names, const struct sn_lookup_told *told, size_t bytes, bool *garbage);
/* Whoever was asked is gone. Questions under way are asked again, each once; with `for_good` none is asked any more. */
void sn_names_lost(struct sn_names *names, bool for_good);
/* Gives up what nobody has answered in SN_NAMES_PATIENCE_NS. True: it was something. */
bool sn_names_tick(struct sn_names *names, sonde_at_ns now);
/* When sn_names_tick is wanted next; SONDE_NEVER: nothing is under way. */
sonde_at_ns sn_names_deadline(const struct sn_names *names);

#endif
