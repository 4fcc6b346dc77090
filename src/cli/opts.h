/* SPDX-License-Identifier: MIT */
/* Options: the one table behind parser, help, manual and completions, and the typed values it fills. */
#ifndef SN_CLI_OPTS_H
#define SN_CLI_OPTS_H

#include "base/buf.h"

#include <sonde/base.h>

struct sn_command;
struct sn_config;

/* Which subcommands know an option. */
enum {
	SN_FOR_TRACE = 1 << 0,
	SN_FOR_SIM = 1 << 1,
	SN_FOR_COMPLETION = 1 << 2,
	SN_FOR_DOCGEN = 1 << 3,
	SN_FOR_COMPARE = 1 << 4,
	SN_FOR_EXPLAIN = 1 << 5,
	SN_FOR_MTU = 1 << 6,
	SN_FOR_INTERFACE = 1 << 7,
	SN_FOR_REPLAY = 1 << 8,
	SN_FOR_DOCTOR = 1 << 9,
	SN_FOR_HELP = 1 << 10,
};
/* Those that send probes. */
#define SN_FOR_PROBES (SN_FOR_TRACE | SN_FOR_COMPARE | SN_FOR_MTU)
#define SN_FOR_TABLES (SN_FOR_TRACE | SN_FOR_COMPARE)
#define SN_FOR_NAMES (SN_FOR_PROBES | SN_FOR_REPLAY)
/* Those that a configuration file may say something of. */
#define SN_FOR_CONFIG (SN_FOR_PROBES | SN_FOR_INTERFACE | SN_FOR_REPLAY | SN_FOR_DOCTOR)
#define SN_FOR_ALL (~0u)

enum sn_opt_type {
	SN_OPT_FLAG,     /* bool: true */
	SN_OPT_SET,      /* uint8_t: the row's `set` */
	SN_OPT_UINT,     /* uint8_t … uint64_t by the field's size: a whole number in min … max */
	SN_OPT_SECONDS,  /* sonde_ns: seconds, "1.5", or with a unit, "200ms", "2s"; min … max in ms */
	SN_OPT_PAUSE,    /* the same, but a bare number above 10 is milliseconds, as traceroute's -z reads it */
	SN_OPT_TEXT,     /* const char * into argv */
	SN_OPT_TEXTS,    /* struct sn_text_list: one more each time that it is given */
	SN_OPT_CHOICE,   /* uint8_t: index of one of the row's choices */
	SN_OPT_COLUMNS,  /* struct sn_column_list: keys of the column table, separated by commas */
	SN_OPT_HELP,     /* uint8_t: enum sn_help_kind, short by the letter, long by the name */
};

/* Heading in help and manual; the texts are sn_opt_group_titles. */
enum sn_opt_group {
	SN_GROUP_WHAT,     /* what is sent */
	SN_GROUP_HOW_FAR,  /* how far, how often, how fast */
	SN_GROUP_WHERE,    /* where it leaves this machine */
	SN_GROUP_OUTPUT,
	SN_GROUP_SIM,
	SN_GROUP_GENERAL,
	SN_GROUP_COUNT
};
extern const char *const sn_opt_group_titles[SN_GROUP_COUNT];

/* What a shell may offer as the argument; choices and columns are offered from their tables. */
enum sn_opt_words {
	SN_WORDS_NONE,
	SN_WORDS_FILE,
	SN_WORDS_CONFIG,  /* a configuration file: behind @ its profiles are offered */
	SN_WORDS_NET,     /* files that describe a network: .net */
	SN_WORDS_CAPTURE, /* .pcap, .pcapng, .cap */
	SN_WORDS_DATABASE, /* .mmdb */
	SN_WORDS_INTERFACE,
	SN_WORDS_ADDRESS,
	SN_WORDS_METHOD,
	SN_WORDS_METHOD_OPTION, /* some options of the method that is on the line, separated by commas */
	SN_WORDS_PROTOCOL,
	SN_WORDS_SERVICE,
	SN_WORDS_HOST,
	SN_WORDS_FINDING, /* and the words for ICMP messages */
	SN_WORDS_LIST,    /* some of the choices, separated by commas */
	SN_WORDS_OUTPUT,  /* one of the choices, with a file behind an equals sign if need be */
	SN_WORDS_COUNT
};

/* Options that have one of these bits in common exclude each other. */
enum sn_opt_clash {
	SN_CLASH_NONE,
	SN_CLASH_FAMILY = 1,
	SN_CLASH_METHOD = 2,
	SN_CLASH_WIRE = 4,
	SN_CLASH_DF = 8,
	SN_CLASH_SIZES = 16,  /* what is fragmented has no size to measure */
	SN_CLASH_DSCP = 32,
	SN_CLASH_ECN = 64,
	SN_CLASH_CONFIG = 128,
	SN_CLASH_MANY = 256,
	SN_CLASH_REPEAT_MTU = 512,  /* what goes on behind a trace has no place behind many */
	SN_CLASH_REPEAT_INVESTIGATE = 1024,
	SN_CLASH_REPEAT_DETAIL = 2048,
};
enum { SN_CLASH_BITS = 12 };

/* Which methods an option is for. */
enum sn_opt_methods { SN_WITH_ANY, SN_WITH_PORTS, SN_WITH_TCP, SN_WITH_UDP_TCP, SN_WITH_COUNT };

struct sn_opt {
	const char *name;      /* long name, without dashes */
	char letter;           /* 0: none */
	enum sn_opt_type type;
	enum sn_opt_group group;
	uint32_t commands;     /* SN_FOR_… */
	size_t offset, size;   /* of the field in struct sn_opts */
	uint8_t set;           /* SET */
	uint64_t min, max;     /* UINT; SECONDS, PAUSE: in ms */
	const char *unit;      /* of the value, for messages: "hops", NULL: none */
	const char *preset;    /* default, as one would type it; NULL: the field's zero */
	const char *preset_words;  /* default in words where preset is NULL; NULL: nothing to say */
	const char *arg;       /* name of the argument; NULL: takes none */
	const char *const *choices;  /* CHOICE: all there are; TEXT: what it usually is; NULL-terminated */
	enum sn_opt_words words;
	uint16_t clash;        /* enum sn_opt_clash */
	bool not_in_file;      /* a configuration file cannot set it: it names what is written or run, or how the program is asked */
	bool privileged;       /* it is done with a right that the user may not have: by a file only where the user has it */
	bool once;             /* given twice, the first would be lost where both are meant */
	bool real;             /* of this machine's network: what a file says of it is forgotten where --sim is on the command line */
	bool repeat;           /* a command to try about the same target repeats it, as it does where probes leave */
	bool often;            /* one of those that most people need: -h shows it */
	enum sn_opt_methods methods;
	const char *needs;     /* an option without which this one makes no sense; NULL: none */
	const char *help;      /* one line, no final dot */
	const char *doc;       /* more for the manual: whole sentences; NULL: the help line says it */
};

enum { SN_OPTS_MAX = 128 }; /* rows that the table may have */

enum { SN_COLUMNS_MAX = 16 };
struct sn_column_list {
	uint8_t index[SN_COLUMNS_MAX];
	uint8_t count;  /* 0: the standard ones */
};

enum { SN_TEXTS_MAX = 32 };
struct sn_text_list {
	const char *items[SN_TEXTS_MAX]; /* into argv */
	uint8_t count;
};

enum sn_help_kind { SN_HELP_NONE, SN_HELP_SHORT, SN_HELP_LONG };

enum sn_colour { SN_COLOUR_AUTO, SN_COLOUR_ALWAYS, SN_COLOUR_NEVER };

/* Who has set an option: a layer of a configuration file, or the command line. A higher layer wins over those below it. */
enum { SN_LAYER_NONE = 0, SN_LAYER_COMMAND_LINE = 255 };
struct sn_opt_source {
	uint8_t layer;
	uint16_t entry;        /* of the configuration */
};

/* What the command line said. {0} plus the presets of the table. */
struct sn_opts {
	uint8_t family;        /* 0 any, 4, 6 */
	uint8_t shortcut;      /* enum sn_shortcut */
	struct sn_text_list methods;  /* -M, each as typed */
	const char *require;
	const char *port;      /* -p: number or service name */
	uint8_t first_ttl, max_ttl, queries, window, gap;
	sonde_ns wait_ns, pause_ns, deadline_ns;
	uint32_t rate;         /* probes a second; 0: no cap */
	const char *attribution;
	bool shape, no_wait, investigate, mtu, numeric, all_addresses, apart, force, no_colour, ascii, wide, lost, findings;
	const char *source, *device;
	uint32_t mark;
	uint16_t sport, size_bytes;
	uint8_t tos, ecn, df;  /* ecn: the two bits; df: 0 unsaid, 1 with, 2 without */
	const char *dscp;      /* name or number */
	const char *tcp_options;  /* a list */
	const char *payload;   /* a name, or a file */
	uint32_t flow_label;
	uint8_t wire;          /* index in the wire table */
	struct sn_column_list columns;
	struct sn_text_list outputs;  /* -o, each as typed */
	uint8_t colour;        /* enum sn_colour */
	const char *asked_interface;  /* --if */
	bool neighbour;
	const char *dns_server, *asn_db, *geo_db, *asn_zone;
	bool as_lookup;
	sonde_ns resolve_wait_ns;
	const char *write_capture;
	uint8_t detail_ttl;    /* --detail; 0: none */
	const char *targets;   /* --targets: a file */
	uint16_t parallel;
	uint16_t repeat;
	sonde_ns interval_ns;
	const char *sim;
	uint64_t seed;
	bool realtime, here;
	uint8_t help;          /* enum sn_help_kind */
	bool version;
	bool for_traceroute;
	/* No options of the table, but what traceroute's command line may say (cli/applet_traceroute.c). */
	bool as_traceroute;    /* IPv4 first, a size that is too short grows, no notices, and its exit status */
	bool plain;            /* UDP probes carry letters whatever their port, and have the length that was asked for */
	bool extensions, way_back;  /* -e, --back */
	const char *config;
	bool no_config, show_config;
	struct sn_opt_source set_by[SN_OPTS_MAX];  /* by the place in the table */
	const struct sn_config *files;             /* whose entries those are; NULL: none was read */
	char *const *operands; /* into argv */
	int operand_count;
};

/* -I, -T and -U: short words for a method. */
enum sn_shortcut { SN_SHORTCUT_NONE, SN_SHORTCUT_ICMP, SN_SHORTCUT_TCP, SN_SHORTCUT_UDP };

size_t sn_opt_count(void);
/* NULL for an index out of range. Static storage. */
const struct sn_opt *sn_opt(size_t index);
struct sonde_method_info;
/* True: the option has a meaning with that method. */
bool sn_opt_fits(const struct sn_opt *opt, const struct sonde_method_info *method);
/* False: the subcommand has no use for that one of the option's choices, and refuses it. */
bool sn_opt_offers(const struct sn_opt *opt, uint32_t command, size_t choice);
/* Which methods those are, in words: "methods with ports". "": all. */
const char *sn_opt_methods_words(enum sn_opt_methods methods);
/* True: the option (by its long name) was on the command line, or in a configuration file. */
bool sn_opt_given(const struct sn_opts *opts, const char *name);
/* … on the command line. */
bool sn_opt_by_hand(const struct sn_opts *opts, const char *name);
/* The same by its place in the table. */
bool sn_opt_is_given(const struct sn_opts *opts, size_t index);
/* Reads a value into the option's field; text is not used where it takes none. SONDE_E_USAGE or SONDE_E_RANGE. */
int sn_opt_read(const struct sn_opt *opt, struct sn_opts *opts, const char *text, struct sonde_error *err) SONDE_MUST_USE;
/* How many values it holds: more or fewer than one where it may be given more than once. */
size_t sn_opt_value_count(const struct sn_opt *opt, const struct sn_opts *opts);
/* Adds its nth value as one would type it; "yes" where it takes none. */
void sn_opt_write(const struct sn_opt *opt, const struct sn_opts *opts, size_t nth, struct sn_buf *out);

/* Adds to out, each behind a space, the options that say where probes leave, which network they go to and what their headers show, as they
 * were given: another command about the same target has to repeat them. */
void sn_opts_repeat(const struct sn_opts *opts, struct sn_buf *out);
/* The options that were given, as members of the object that is open: each with its value as what it is. */
struct sn_doc;
void sn_opts_tell(const struct sn_opts *opts, struct sn_doc *doc);
/* The same of -M and --require, as words of a command. */
void sn_opts_repeat_methods(const struct sn_opts *opts, struct sn_buf *out);

/* The whole command again, "sonde compare -M …", without what only says where it is written to. Nothing where it reads standard input,
 * which the same command would not get again. */
void sn_opts_command(const struct sn_opts *opts, const char *command, struct sn_buf *out);

/* The presets alone. */
int sn_opts_begin(struct sn_opts *opts, struct sonde_error *err) SONDE_MUST_USE;
/* Sets an option of the table. What a lower layer has set of it, or of what excludes it, is forgotten; of the same layer the latter is
 * refused. */
int sn_opts_take(struct sn_opts *opts, size_t index, const char *text, struct sn_opt_source source, struct sonde_error *err) SONDE_MUST_USE;
/* Takes it back: as if nobody had set it. */
void sn_opts_clear(struct sn_opts *opts, size_t index);
/* As sn_opts_parse, on top of what opts holds already. */
int sn_opts_add_argv(struct sn_opts *opts, uint32_t command, const char *command_name, int argc, char **argv,
                     struct sonde_error *err) SONDE_MUST_USE;
/* Begins anew and reads argv[1…] (argv is reordered: operands last). commands: the subcommand's bit; command_name for messages.
 * SONDE_E_USAGE or SONDE_E_RANGE with a message that names the option, the value and what would be right. */
int sn_opts_parse(struct sn_opts *opts, uint32_t command, const char *command_name, int argc, char **argv,
                  struct sonde_error *err) SONDE_MUST_USE;

/* Text to a value: "1.5", "200ms", "2s" to nanoseconds; bare_ms_above: bare numbers above it are ms (0: never). False: not a time. */
bool sn_read_seconds(const char *text, unsigned bare_ms_above, sonde_ns *out);
/* "yes", "on", … 1, "no", "off", … 0; -1: neither. */
int sn_read_switch(const char *text);
/* Whole decimal or 0x number. False: not a number, or beyond 64 bits. */
bool sn_read_uint(const char *text, uint64_t *out);
/* The candidate nearest to what was typed, NULL where none is near. at(ctx, i) gives candidates, NULL ends them. */
const char *sn_nearest(const char *typed, const char *(*at)(const void *ctx, size_t i), const void *ctx);

#endif
