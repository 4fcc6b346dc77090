/* SPDX-License-Identifier: MIT */
/* Valid requests for well-known UDP services, so that silence means something. */
#ifndef SN_PROBE_SERVICE_H
#define SN_PROBE_SERVICE_H

#include "base/cursor.h"
#include "probe/ident.h"

#include <sonde/probe.h>

/* A row per service. */
struct sn_service {
	uint16_t port;
	const char *name;
	size_t request_bytes;  /* the least */
	bool longer;           /* it may be as long as is asked for */
	/* Writes the head of a request of so many bytes in all that carries the key; letters go on behind it. */
	void (*request)(struct sn_writer *w, uint64_t key, size_t bytes);
	/* Finds the key in a request (as quoted, maybe cut off) or in an answer. *at_bytes, *count: where it stood. False: not visible,
	 * or no such message. */
	bool (*key)(const uint8_t *payload, size_t payload_bytes, bool answer, uint64_t *key, size_t *at_bytes, size_t *count);
};

/* The service of a destination port; the plain one (key first, then a pattern) for any other. Never NULL. */
const struct sn_service *sn_service(uint16_t port);
/* The one that puts its key there. */
const struct sn_service *sn_service_of_place(enum sn_key_place place);
enum sn_key_place sn_service_place(const struct sn_service *service);
/* The one that was asked for, by itself or by the port. */
const struct sn_service *sn_service_asked(enum sonde_payload payload, uint16_t port);
/* The payload that asks for a service whatever the port. */
enum sonde_payload sn_service_payload(const struct sn_service *service);

/* quic.c: the row's functions. */
enum { SN_QUIC_BYTES = 1200 };
void sn_quic_request(struct sn_writer *w, uint64_t key, size_t bytes);
bool sn_quic_key(const uint8_t *payload, size_t payload_bytes, bool answer, uint64_t *key, size_t *at_bytes, size_t *count);

#endif
