/* SPDX-License-Identifier: MIT */
/* cmocka with what it wants included before it, and assertions that print both values. */
#ifndef SONDE_TESTS_TEST_H
#define SONDE_TESTS_TEST_H

/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#endif
