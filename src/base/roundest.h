/* SPDX-License-Identifier: MIT */
/* Numbers that people would choose. */
#ifndef SN_BASE_ROUNDEST_H
#define SN_BASE_ROUNDEST_H

/* The roundest number in the range: the multiple of the greatest 1, 2 or 5 times a power of ten that lies in it. */
double sn_roundest(double low, double high);

#endif
