/* SPDX-License-Identifier: MIT */
/* What must hold for every parsed packet, whatever the bytes were. */
#ifndef SONDE_TESTS_INVARIANTS_H
#define SONDE_TESTS_INVARIANTS_H

#include "packet/packet.h"

/* Parses, and gives NULL or the sentence that does not hold. A refused packet has nothing to hold. */
const char *packet_broken(const uint8_t *bytes, size_t count);
const char *quote_broken(const uint8_t *bytes, size_t count);
/* Walks an extension structure, whatever its version and checksum. */
const char *extension_broken(const uint8_t *bytes, size_t count);

#endif
