/* SPDX-License-Identifier: MIT */
/* The values that stand behind an attribute's `=`: durations, rates, probabilities, port lists, prefixes, words. */
#ifndef SN_SIM_VALUE_H
#define SN_SIM_VALUE_H

#include "sim/net.h"

/* Reads a value into a field whose type belongs to the reader. text is NULL for an attribute without `=`. False: not such a value,
 * the field may be half written. */
typedef bool sn_sim_read(const char *text, void *field);

/* A word that stands alone. bool. */
sn_sim_read sn_sim_read_flag;
/* on, off. bool. */
sn_sim_read sn_sim_read_switch;
/* 1 … 255. uint8_t. */
sn_sim_read sn_sim_read_ttl;
/* 1 … 4294967293. uint32_t. */
sn_sim_read sn_sim_read_count;
/* 68 … 65535. uint32_t. */
sn_sim_read sn_sim_read_mtu;
/* 0 … 65535. uint32_t. */
sn_sim_read sn_sim_read_said_mtu;
/* 10ms, 1.5s, 200us, 0. sonde_ns. */
sn_sim_read sn_sim_read_duration;
/* 1/s, 10/100ms, none: the time that one costs. sonde_ns. */
sn_sim_read sn_sim_read_rate;
/* 0.1, 10%. uint32_t, parts per million. */
sn_sim_read sn_sim_read_share;
/* A share, or a mask such as 0x5. struct sn_sim_direction. */
sn_sim_read sn_sim_read_loss;
/* 5s-10s, 5s (from then on), nothing (always). struct sn_sim_window. */
sn_sim_read sn_sim_read_window;
/* 80,443,8000-8080, all. struct sn_sim_ports. */
sn_sim_read sn_sim_read_ports;
/* 10.0.0.0/8, 2001:db8::/32, a plain address. struct sn_sim_prefix, trimmed. */
sn_sim_read sn_sim_read_prefix;
/* full, linux, or bytes behind the IP header from 8 on. uint32_t. */
sn_sim_read sn_sim_read_quote;

/* An address with /LENGTH: both, the address untouched. False: not one. */
bool sn_sim_read_address(const char *text, struct sonde_addr *addr, uint8_t *length_bits);
/* An unsigned whole number up to max. */
bool sn_sim_read_number(const char *text, uint64_t max, uint64_t *out);
/* Copies what stands before `end` into out, room bytes; *text moves behind both, to NULL where there is no more. False: *text is NULL, or
 * what stands there has no room. */
bool sn_sim_read_token(const char **text, char end, char *out, size_t room);
/* Position of text in a list of names that ends with NULL, -1. */
int sn_sim_read_word(const char *text, const char *const *words);

#endif
