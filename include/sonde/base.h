/* SPDX-License-Identifier: MIT */
/* Instants, durations, addresses and errors: the words every other header uses. */
#ifndef SONDE_BASE_H
#define SONDE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SONDE_API __attribute__((visibility("default")))
#define SONDE_MUST_USE __attribute__((warn_unused_result))
#define SONDE_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define SONDE_API
#define SONDE_MUST_USE
#define SONDE_PRINTF(fmt, args)
#endif

/* A monotonic instant in nanoseconds. Its zero is the clock's own; only differences mean something. */
typedef int64_t sonde_at_ns;
/* A duration in nanoseconds. */
typedef int64_t sonde_ns;

#define SONDE_NEVER INT64_MAX
#define SONDE_US ((sonde_ns)1000)
#define SONDE_MS ((sonde_ns)1000000)
#define SONDE_S ((sonde_ns)1000000000)

/* An IPv4 or IPv6 address. {0} is "no address". IPv4 uses bytes[0..3], the rest is zero, so that
 * two equal addresses are equal byte for byte apart from scope_id. */
struct sonde_addr {
	uint8_t family;     /* 0 none, 4, 6 */
	uint8_t bytes[16];  /* network order */
	uint32_t scope_id;  /* interface index of a link-local IPv6 address, else 0 */
};

/* Every failure of this library: code, exit status of the program, sentence, what to do.
 * A row here is all that a new error needs. */
#define SONDE_ERRORS(X) \
	X(NOMEM, 2, "out of memory", "close other programs or trace fewer hosts at once") \
	X(USAGE, 2, "the command line is wrong", "see sonde --help") \
	X(RANGE, 2, "a value is out of range", "see sonde --help") \
	X(HOST, 2, "unknown host", "check the spelling, or give an address") \
	X(TARGET, 2, "not an address that can be traced", "multicast, broadcast and unspecified targets need --force") \
	X(ROUTE, 2, "no route to the target on this machine", "'ip route' shows the routes there are") \
	X(DEVICE, 2, "no such network interface", "'ip -brief link' shows those there are") \
	X(DOWN, 2, "the network interface is down", "'ip -brief link' shows which are up") \
	X(FAMILY, 2, "this machine does not have that address family", "try -4 or -6") \
	X(SOURCE, 2, "the source address is not this machine's", "'ip -brief address' shows those there are") \
	X(PRIVILEGE, 3, "not permitted without privilege", "run it as root, or try --wire dgram") \
	X(FIREWALL, 2, "blocked on this machine before leaving", "'sudo nft list ruleset' shows the rules") \
	X(NOBUFS, 2, "the outgoing queue stayed full", "probe more slowly with -z") \
	X(TOOBIG, 2, "larger than the outgoing interface takes", "choose a smaller --size") \
	X(FDS, 2, "out of file descriptors", "raise 'ulimit -n' or trace fewer hosts at once") \
	X(FILE, 2, "cannot read or write a file", "check its name and its permissions") \
	X(FORMAT, 2, "a file does not have the expected form", "correct the line that is named") \
	X(WIRE, 2, "the network socket failed", "try --wire dgram or --wire raw") \
	X(UNSUPPORTED, 2, "not supported here", "see sonde --help") \
	X(INTERNAL, 2, "a mistake of this program", "please report it with this line")

enum sonde_err_row {
	SONDE_ROW_OK,
#define X(name, exit_status, sentence, hint) SONDE_ROW_##name,
	SONDE_ERRORS(X)
#undef X
	SONDE_ROW_COUNT
};

/* 0, or one of these negative codes, is what int functions of this library return. */
enum sonde_err {
	SONDE_OK = 0,
#define X(name, exit_status, sentence, hint) SONDE_E_##name = -(int)SONDE_ROW_##name,
	SONDE_ERRORS(X)
#undef X
};

/* What failed, filled by functions at the edge (opening, reading, parsing). {0} is "nothing failed". */
struct sonde_error {
	int code;          /* enum sonde_err */
	int sys_errno;     /* 0, or the system's errno */
	char what[256];    /* what was attempted and with which value, without a final dot */
	char hint[384];    /* what to do, with the values that can be typed; empty: the code's own hint */
};

/* The sentence, the hint and the exit status of a code; an unknown code reads as SONDE_E_INTERNAL. */
SONDE_API const char *sonde_err_sentence(int code);
SONDE_API const char *sonde_err_hint(int code);
SONDE_API int sonde_err_exit_status(int code);

/* Fills *err (may be NULL) and returns code, so that a caller can `return sonde_fail(err, …)`. */
SONDE_API int sonde_fail(struct sonde_error *err, int code, int sys_errno, const char *format, ...) SONDE_PRINTF(4, 5);
/* Says what to do about it, in place of the code's own hint (err may be NULL); returns code: `return sonde_hint(err, sonde_fail(…), …)`. */
SONDE_API int sonde_hint(struct sonde_error *err, int code, const char *format, ...) SONDE_PRINTF(3, 4);

/* Longest text of an address with a %scope and its final zero. */
#define SONDE_ADDR_TEXT 64

/* Writes the address as text (RFC 5952 for IPv6, "%N" after a scoped one, "-" for none) into text and returns text. */
SONDE_API const char *sonde_addr_text(const struct sonde_addr *addr, char text[SONDE_ADDR_TEXT]);
/* Reads a numeric address without scope. False: not an address, *out untouched. */
SONDE_API bool sonde_addr_parse(const char *text, struct sonde_addr *out);
/* Same family and bytes; scope_id is compared only where both have one. */
SONDE_API bool sonde_addr_equal(const struct sonde_addr *a, const struct sonde_addr *b);

#ifdef __cplusplus
}
#endif
#endif
