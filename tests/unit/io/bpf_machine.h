/* SPDX-License-Identifier: MIT */
/* A machine for classic BPF programs. Fails the test at an instruction that the filters are not made of. */
#ifndef SN_TEST_BPF_MACHINE_H
#define SN_TEST_BPF_MACHINE_H

#include "io/bpf.h"

/* What the kernel knows of a packet beside its bytes. */
struct sn_bpf_beside {
	uint32_t type, protocol;
};

/* How many bytes of the packet it takes. */
uint32_t sn_bpf_run(const struct sn_bpf *program, const uint8_t *bytes, size_t count);
uint32_t sn_bpf_run_beside(const struct sn_bpf_beside *beside, const struct sn_bpf *program, const uint8_t *bytes, size_t count);

#endif
