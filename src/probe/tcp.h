/* SPDX-License-Identifier: MIT */
/* What the methods that send TCP segments share. */
#ifndef SN_PROBE_TCP_H
#define SN_PROBE_TCP_H

#include "probe/method.h"

enum { SN_TCP_DEFAULT_PORT = 443 };

/* As in struct sn_method; flow.tcp_flags 0: SYN. */
void sn_tcp_probe_build(const struct sn_probe *probe, struct sn_writer *w, struct sn_ident *ident);
void sn_tcp_probe_expect(const struct sn_probe *probe, uint32_t tag, struct sn_ident *ident);
bool sn_tcp_key_of_quote(const struct sn_quote *quote, const struct sn_seen *seen, struct sn_ident *out);
bool sn_tcp_key_of_reply(const struct sn_packet *packet, const struct sn_seen *seen, struct sn_ident *out, enum sonde_meaning *meaning);

#endif
