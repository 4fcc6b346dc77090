/* SPDX-License-Identifier: MIT */
/* Reading a .net file: one declaration a line, checked where it stands. */
#ifndef SN_SIM_PARSE_H
#define SN_SIM_PARSE_H

#include "sim/net.h"
#include "sim/value.h"

enum { SN_SIM_WORDS_MAX = 512, SN_SIM_LINE_MAX_BYTES = 8192 };

/* Where the reading stands. */
struct sn_sim_parser {
	struct sn_sim_net *net;
	const char *file_name;
	unsigned line;
	struct sonde_error *err;
	char text[SN_SIM_LINE_MAX_BYTES];     /* the line, cut into words */
	const char *words[SN_SIM_WORDS_MAX];  /* words[0] is the kind of declaration */
	size_t word_count;
};

/* An attribute `name` or `name=value` of a declared thing: a row of a table that ends with a name of NULL. */
struct sn_sim_attr {
	const char *name;
	uint8_t kinds;           /* nodes: enum sn_sim_kind that may have it; 0: all */
	size_t offset;           /* of the field */
	size_t pair_bytes;       /* not 0: `there,back` may be given, the second field stands so far behind the first */
	sn_sim_read *read;
	const char *expected;    /* behind "expected" in a message */
};

/* Reads a whole text into an empty net and completes it. SONDE_E_FORMAT with "FILE:LINE: what" in err, SONDE_E_NOMEM. */
int sn_sim_parse(struct sn_sim_net *net, const char *text, size_t text_bytes, const char *file_name,
                 struct sonde_error *err) SONDE_MUST_USE;

/* For the declarations: "FILE:LINE: " and the message into err. Returns SONDE_E_FORMAT. */
int sn_sim_parse_fail(struct sn_sim_parser *parser, const char *format, ...) SONDE_PRINTF(2, 3);
/* Applies one word to an object by its table. */
int sn_sim_parse_attr(struct sn_sim_parser *parser, const struct sn_sim_attr *table, uint8_t kind, void *object, const char *word);
/* Applies all words from `first` on. */
int sn_sim_parse_attrs(struct sn_sim_parser *parser, const struct sn_sim_attr *table, void *object, size_t first);
/* The node a word names. */
int sn_sim_parse_node(struct sn_sim_parser *parser, const char *word, uint32_t *node);
/* One more address of a node, on an interface or (SN_SIM_NONE) on none. */
int sn_sim_parse_address(struct sn_sim_parser *parser, const struct sonde_addr *addr, uint8_t length_bits, uint32_t node, uint32_t iface);
/* The result of an append: "too many" or out of memory. */
int sn_sim_parse_full(struct sn_sim_parser *parser, const char *what, size_t count, size_t max_count);

/* The declarations, each called with its words. */
int sn_sim_declare_node(struct sn_sim_parser *parser);
int sn_sim_declare_address(struct sn_sim_parser *parser);
int sn_sim_declare_name(struct sn_sim_parser *parser);
int sn_sim_declare_link(struct sn_sim_parser *parser);
int sn_sim_declare_route(struct sn_sim_parser *parser);
int sn_sim_declare_filter(struct sn_sim_parser *parser);
int sn_sim_declare_rewrite(struct sn_sim_parser *parser);

#endif
