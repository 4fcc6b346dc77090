/* SPDX-License-Identifier: MIT */
/* The one function that a fuzz target is: the fuzzer calls it with bytes it made up, the replay with those that were kept. */
#ifndef SONDE_TESTS_FUZZ_H
#define SONDE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Aborts where something does not hold; 0 otherwise. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

#endif
