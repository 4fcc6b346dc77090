/* SPDX-License-Identifier: MIT */
/* Asking a router about one interface (RFC 8335, PROBE): extended echo requests and what is answered. */
#ifndef SONDE_INTERFACE_H
#define SONDE_INTERFACE_H

#include <sonde/base.h>
#include <sonde/event.h>
#include <sonde/extension.h>
#include <sonde/wire.h>

#ifdef __cplusplus
extern "C" {
#endif

/* RFC 8335 section 3: the code of an answer. name: stable id for machine formats. */
#define SONDE_INTERFACE_CODES(X) \
	X(0, OK, "no-error", "no error") \
	X(1, MALFORMED, "malformed-query", "the request is malformed, or asks in a way that is not known there") \
	X(2, NONE, "no-such-interface", "there is no such interface") \
	X(3, NO_ENTRY, "no-such-table-entry", "there is no neighbour entry for it") \
	X(4, SEVERAL, "multiple-interfaces", "several interfaces fit")

/* RFC 8335 section 3: the neighbour entry, of an interface that is another node's. */
#define SONDE_INTERFACE_STATES(X) \
	X(0, RESERVED, "none") \
	X(1, INCOMPLETE, "incomplete") \
	X(2, REACHABLE, "reachable") \
	X(3, STALE, "stale") \
	X(4, DELAY, "delay") \
	X(5, PROBE, "probe") \
	X(6, FAILED, "failed")

enum sonde_interface_code {
#define X(number, id, name, sentence) SONDE_INTERFACE_##id = (number),
	SONDE_INTERFACE_CODES(X)
#undef X
};
enum sonde_interface_state {
#define X(number, id, name) SONDE_INTERFACE_STATE_##id = (number),
	SONDE_INTERFACE_STATES(X)
#undef X
};
/* The columns of the tables; "unassigned" and "a code that nobody has assigned" for any other number. Static storage. */
SONDE_API const char *sonde_interface_code_name(uint8_t code);
SONDE_API const char *sonde_interface_code_sentence(uint8_t code);
SONDE_API const char *sonde_interface_state_name(uint8_t state);

struct sonde_interface_ask {
	struct sonde_route_ask route;              /* dst, src, device, mark; the rest is filled in */
	struct sonde_extension_interface_id what;
	bool neighbour;                            /* another node's, directly connected to the one asked; by address alone */
	uint16_t id;                               /* should be hard to guess */
	uint8_t attempts;                          /* requests until one is answered, at least 1 */
	sonde_ns wait_ns;                          /* for the answer to each */
	bool (*stopped)(void *ctx);                /* asked now and then, and when stop_fd is readable: it is to end; NULL: never */
	void *stopped_ctx;
	int stop_fd;                               /* of stopped alone */
};

struct sonde_interface_answer {
	bool answered;                 /* by the node asked; all below but the last five */
	uint8_t code, state;
	bool active, ip4, ip6;         /* the interface is up; it runs IPv4, IPv6 */
	sonde_ns rtt_ns;
	uint8_t sent_count;
	bool interrupted;              /* it was stopped before an answer came */
	bool refused;                  /* an ICMP error came instead */
	enum sonde_meaning meaning;
	struct sonde_addr by;
};

/* Sends requests until one is answered. 0, also where nobody answered; a negative enum sonde_err with *err where they could not be sent. */
SONDE_API int sonde_interface_ask(struct sonde_wire *wire, struct sonde_clock *clock, const struct sonde_interface_ask *ask,
                                  struct sonde_interface_answer *out, struct sonde_error *err) SONDE_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
