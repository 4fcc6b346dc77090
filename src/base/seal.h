/* SPDX-License-Identifier: MIT */
/* The seal: a byte of a probe that belongs to three others, by numbers made from the run's secret, so that the kernel's filter can tell
 * in a handful of instructions what was never ours. It makes no answer a true one, and nobody's guess a better one: to all who know
 * neither factor nor term that byte is as random as it was. A byte and no more: what is bound is lost to telling our own probes of several
 * traces apart. */
#ifndef SN_BASE_SEAL_H
#define SN_BASE_SEAL_H

#include <sonde/wire.h>

/* From the run's secret. */
struct sonde_seal sn_seal_of(const uint8_t secret[static 16]);

/* What belongs to three bytes: multiply and shift (Dietzfelbinger et al., 1997). Over all seals every value is as likely as any other. */
static inline uint8_t sn_seal_byte(const struct sonde_seal *seal, uint32_t three_bytes)
{
	return (uint8_t)((three_bytes * seal->factor + seal->term) >> 24);
}

#endif
