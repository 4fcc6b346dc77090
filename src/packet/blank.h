/* SPDX-License-Identifier: MIT */
/* Takes numbers out of a packet of which nobody knows with which value it was on the wire. */
#ifndef SN_PACKET_BLANK_H
#define SN_PACKET_BLANK_H

#include <sonde/quote.h>

/* Sets fields (enum sonde_diff: IP id, source port, echo id; others are left alone) of a whole IP packet that asks, or of its beginning, to
 * 0. Checksums follow, so that they still tell packets apart; what is no such packet is left alone. */
void sn_blank_ask(uint8_t *bytes, size_t length_bytes, uint32_t fields);
/* The same of a whole packet that answers one: the fields of the ask, as the answer repeats or quotes them. */
void sn_blank_answer(uint8_t *bytes, size_t length_bytes, uint32_t fields);

#endif
