/* SPDX-License-Identifier: MIT */
/* What a router said beside its ICMP error: the objects of an RFC 4884 extension structure as plain values. */
#ifndef SONDE_EXTENSION_H
#define SONDE_EXTENSION_H

#include <sonde/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What an object tells. name: stable id for machine formats. */
#define SONDE_EXTENSION_KINDS(X) \
	X(RAW, "raw")                    /* an object of a class that is not known, or one that cannot be read: its bytes */ \
	X(MPLS, "mpls")                  /* RFC 4950: the labels the packet came in with */ \
	X(INTERFACE, "interface")        /* RFC 5837: an interface of the router, or a next hop */ \
	X(INTERFACE_ID, "interface-id")  /* RFC 8335: the interface that is asked about */ \
	X(POINTER, "pointer")            /* RFC 8883: where in the packet the trouble starts */ \
	X(NODE, "node")                  /* draft-ietf-intarea-extended-icmp-nodeid: the router itself */

enum sonde_extension_kind {
#define X(id, name) SONDE_EXTENSION_##id,
	SONDE_EXTENSION_KINDS(X)
#undef X
	SONDE_EXTENSION_COUNT
};
/* An unknown value reads as RAW. Static storage. */
SONDE_API const char *sonde_extension_kind_name(enum sonde_extension_kind kind);

/* Bounds of one struct sonde_extension. What is longer comes in several, in order. */
#define SONDE_EXTENSION_LABELS 8
#define SONDE_EXTENSION_RAW_BYTES 64
#define SONDE_EXTENSION_NAME_BYTES 63
/* So many of one answer are told: 2048 labels, or 16 KiB of raw bytes. */
#define SONDE_EXTENSION_PIECES_MAX 256

/* A name as it was sent, without the zeroes behind it. It is text of a stranger: any bytes may be in it. */
struct sonde_extension_name {
	uint8_t length_bytes;
	char bytes[SONDE_EXTENSION_NAME_BYTES + 1];  /* a zero behind them */
};

/* RFC 3032 section 2.1, RFC 5462. */
struct sonde_extension_label {
	uint32_t label;
	uint8_t tc, ttl;
	bool bottom;
};

struct sonde_extension_mpls {
	uint8_t count;
	struct sonde_extension_label labels[SONDE_EXTENSION_LABELS];  /* top of the stack first */
};

/* RFC 5837 section 4.1: what the interface is to the packet. */
enum sonde_extension_role {
	SONDE_ROLE_IN,       /* it came in by it */
	SONDE_ROLE_SUB_IN,   /* the same, of a layer below IP (a member of a bundle) */
	SONDE_ROLE_OUT,      /* it would have left by it */
	SONDE_ROLE_NEXT_HOP, /* it would have gone to it */
};

struct sonde_extension_interface {
	enum sonde_extension_role role;
	bool has_index, has_name, has_mtu;
	uint32_t index;
	uint32_t mtu_bytes;
	struct sonde_addr addr;            /* family 0: not told */
	struct sonde_extension_name name;
};

/* RFC 8335 section 2.1. The numbers are its C-Types. */
enum sonde_extension_by {
	SONDE_BY_NAME = 1,
	SONDE_BY_INDEX = 2,
	SONDE_BY_ADDRESS = 3,
};

struct sonde_extension_interface_id {
	enum sonde_extension_by by;
	uint32_t index;
	struct sonde_addr addr;
	struct sonde_extension_name name;
};

struct sonde_extension_node {
	bool has_name;
	struct sonde_addr addr;            /* family 0: not told */
	struct sonde_extension_name name;
};

struct sonde_extension_raw {
	uint8_t count;
	uint8_t bytes[SONDE_EXTENSION_RAW_BYTES];
};

/* One object, or one piece of a long one. Plain values: may be copied and stored. */
struct sonde_extension {
	enum sonde_extension_kind kind;
	uint8_t class_num, c_type;         /* RFC 4884 section 8 */
	bool malformed;                    /* RAW: not what its class, or RFC 4884, says */
	bool more;                         /* the next one continues this object */
	bool cut;                          /* the last that is told of an answer which had more */
	uint16_t object;                   /* 1, 2, … within the answer; the same for all pieces of one */
	uint16_t piece;                    /* 1, 2, … within the object */
	union {
		struct sonde_extension_mpls mpls;
		struct sonde_extension_interface interface;
		struct sonde_extension_interface_id interface_id;
		uint32_t pointer_bytes;        /* POINTER: offset in the packet that was answered */
		struct sonde_extension_node node;
		struct sonde_extension_raw raw;
	} as;
};

#ifdef __cplusplus
}
#endif
#endif
