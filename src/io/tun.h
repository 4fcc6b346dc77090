/* SPDX-License-Identifier: MIT */
/* A TUN device: a network interface whose other end is a descriptor of whole IP packets. */
#ifndef SN_IO_TUN_H
#define SN_IO_TUN_H

#include <sonde/base.h>

struct sn_tun_cfg {
	const char *name;            /* of the device */
	uint32_t mtu_bytes;
	struct sonde_addr addr[2];   /* its IPv4 and IPv6 address; family 0: none */
};

/* Makes a device in the present network namespace, up, with its addresses and a default route for each of their families. *fd does not
 * block; closing it removes the device and its routes. SONDE_E_PRIVILEGE, SONDE_E_DEVICE, SONDE_E_ROUTE (there is a default route
 * already). */
int sn_tun_open(int *fd, const struct sn_tun_cfg *cfg, struct sonde_error *err) SONDE_MUST_USE;
/* The next packet that the kernel sends by the device: its length, 0: none now. Its checksums are finished: nothing is left to hardware. */
size_t sn_tun_read(int fd, uint8_t *bytes, size_t capacity_bytes);
/* Hands a packet to the kernel as if it had come in by the device. False: the kernel refused it. */
bool sn_tun_write(int fd, const uint8_t *bytes, size_t length_bytes);

#endif
