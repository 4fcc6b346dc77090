/* SPDX-License-Identifier: MIT */
/* Networks and countries of addresses from a file on this machine. Behind it: libmaxminddb. */
#ifndef SN_EXT_MMDB_H
#define SN_EXT_MMDB_H

#include "base/who.h"

struct sn_mmdb;

/* What a database is for. */
enum sn_mmdb_kind { SN_MMDB_SYSTEMS, SN_MMDB_COUNTRIES };

/* Opens a database in MaxMind's format; *out is the caller's to close. SONDE_E_FILE, _FORMAT, _NOMEM; _UNSUPPORTED: built without
 * libmaxminddb. */
int sn_mmdb_open(struct sn_mmdb **out, const char *file, struct sonde_error *err) SONDE_MUST_USE;
/* NULL is fine. */
void sn_mmdb_close(struct sn_mmdb *db);
/* False: no record says a number of a system, or a country, as far as some thousand nodes of its tree tell. */
bool sn_mmdb_has(const struct sn_mmdb *db, enum sn_mmdb_kind kind);
/* Fills in what the database says of an address, where *facts does not have it yet: number, name and network of its system, and its
 * country. Makers name these differently; what is of another type than it should be is not there. */
void sn_mmdb_look_up(const struct sn_mmdb *db, const struct sonde_addr *addr, struct sn_who_facts *facts);

#endif
