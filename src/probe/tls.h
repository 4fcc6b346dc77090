/* SPDX-License-Identifier: MIT */
/* What a TLS client says first (RFC 8446 section 4.1.2), so that whoever looks at the data of a SYN finds some. */
#ifndef SN_PROBE_TLS_H
#define SN_PROBE_TLS_H

#include "base/cursor.h"

/* Longest name that is asked for (RFC 1035 section 2.3.4). */
enum { SN_TLS_NAME_MAX = 253 };

/* Bytes of the record that holds it. server_name: as the server is asked for (RFC 6066 section 3); NULL, "" or too long: not by name. */
size_t sn_tls_bytes(const char *server_name);
/* Writes it. All that a client draws at random is made from the key; the random itself begins with it. */
void sn_tls_hello(struct sn_writer *w, uint64_t key, const char *server_name);

#endif
