/* SPDX-License-Identifier: MIT */
/* What the two halves of the faulty library share. */
#ifndef TESTS_FAULTY_H
#define TESTS_FAULTY_H

#include <stdbool.h>

enum faulty_sweep { FAULTY_NOT, FAULTY_ONCE, FAULTY_SINCE };

extern enum faulty_sweep faulty_sweep;
extern long faulty_from, faulty_to;  /* these allocations fail, counted from 1; 0: none */

#endif
