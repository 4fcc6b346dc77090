/* SPDX-License-Identifier: MIT */
/* What a simulated node puts behind the quotes of its ICMP errors. It shares no code with those who read it: it writes bytes. */
#ifndef SN_SIM_EXTENSION_H
#define SN_SIM_EXTENSION_H

#include "base/buf.h"
#include "base/cursor.h"

#include <sonde/base.h>

enum { SN_SIM_OBJECTS_MAX_BYTES = 8192 };

/* What is wrong with it. */
enum sn_sim_extension_fault {
	SN_SIM_FAULT_NONE,
	SN_SIM_FAULT_CHECKSUM,     /* a wrong one */
	SN_SIM_FAULT_NO_CHECKSUM,  /* none: zero, which is allowed */
	SN_SIM_FAULT_VERSION,      /* 1 */
	SN_SIM_FAULT_LENGTH,       /* the length attribute points behind the message */
	SN_SIM_FAULT_BELOW,        /* the length attribute counts the quote without its padding */
	SN_SIM_FAULT_OVERRUN,      /* the last object claims a word more than there is */
	SN_SIM_FAULT_ZERO,         /* the last object claims to have no bytes */
	SN_SIM_FAULT_ODD,          /* the last object's length is no whole number of words */
	SN_SIM_FAULT_CUT,          /* the last two bytes are missing */
};

/* {0} is none. */
struct sn_sim_extension {
	struct sn_buf objects;
	size_t last_at_bytes;      /* where the last object begins */
	bool no_length;            /* no length attribute, as before RFC 4884: the structure stands at byte 128 */
	enum sn_sim_extension_fault fault;
};

/* Values of attributes: each appends an object to a struct sn_sim_extension, or sets a field of it. False: not such a value. */
bool sn_sim_read_mpls(const char *text, void *extension);
bool sn_sim_read_interface_info(const char *text, void *extension);
bool sn_sim_read_interface_id(const char *text, void *extension);
bool sn_sim_read_pointer(const char *text, void *extension);
bool sn_sim_read_node_id(const char *text, void *extension);
bool sn_sim_read_ext_raw(const char *text, void *extension);
bool sn_sim_read_ext_fault(const char *text, void *extension);
/* on, off: the length attribute. */
bool sn_sim_read_ext_length(const char *text, void *extension);

/* True: the message of that family and type carries the extension. */
bool sn_sim_extends(const struct sn_sim_extension *extension, uint8_t version, uint8_t type);
/* Bytes of the quote that are left of so many where both must fit in `limit_bytes`. */
size_t sn_sim_extended_quote(const struct sn_sim_extension *extension, size_t quote_bytes, size_t limit_bytes);
/* The 32 bits behind the ICMP checksum, with the length attribute for such a quote. */
uint32_t sn_sim_extended_rest(const struct sn_sim_extension *extension, uint8_t version, size_t quote_bytes, uint32_t rest);
/* Writes the padding of a quote that was just written, and the structure. */
void sn_sim_extension_write(const struct sn_sim_extension *extension, uint8_t version, size_t quote_bytes, struct sn_writer *w);

#endif
