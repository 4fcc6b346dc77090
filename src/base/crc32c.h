/* SPDX-License-Identifier: MIT */
/* CRC32c, the Castagnoli polynomial as iSCSI (RFC 3720 appendix B.4) and SCTP (RFC 9260 appendix A) use it. */
#ifndef SN_BASE_CRC32C_H
#define SN_BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Running remainder; start with SN_CRC32C_START. */
#define SN_CRC32C_START UINT32_MAX
uint32_t sn_crc32c(uint32_t remainder, const uint8_t *bytes, size_t count);
/* The checksum as it is written, most significant byte first. */
uint32_t sn_crc32c_finish(uint32_t remainder);

#endif
