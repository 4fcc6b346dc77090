/* SPDX-License-Identifier: MIT */
/* The TXT records of origin lookups, as the zones origin.asn.cymru.com and asn.cymru.com have them. */
#ifndef SN_IO_ORIGIN_H
#define SN_IO_ORIGIN_H

#include "io/names.h"

/* Records "64500 | 192.0.2.0/24 | DE | ripencc | 2010-01-01", one a line: the one with the longest prefix fills asn, network and country
 * of *facts. Of several numbers the first. False: there is none, *facts stays as it was. */
bool sn_origin_read(const char *text, size_t text_bytes, struct sn_who_facts *facts);
/* A record "64500 | DE | ripencc | 2010-01-01 | EXAMPLE-NET": its last field goes into name, cut where it is too long. False: there is
 * none. */
bool sn_as_name_read(const char *text, size_t text_bytes, char name[static SN_AS_NAME_BYTES]);

#endif
