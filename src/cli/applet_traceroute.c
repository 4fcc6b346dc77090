/* SPDX-License-Identifier: MIT */
/* traceroute's options: each becomes options of sonde, or a line that says why not. */
#include "cli/applet_traceroute.h"

#include "cli/applet_modules.h"
#include "cli/cmd_trace.h"
#include "cli/dialect.h"
#include "cli/help.h"
#include "cli/output.h"
#include "cli/targets.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH_COLUMNS = SN_APPLET_WIDTH_COLUMNS, LEFT_COLUMNS = SN_APPLET_LEFT_COLUMNS, WORDS_MAX = 64, LONG_BASE = 256 };
enum { NAME_SERVER_PORT = 53, EXIT_LOCAL = 1, EXIT_USAGE = 2 };
#define SHORTEST_WAIT_S 0.001
enum { ONLY_COMMAND = 1 << 30 }; /* no subcommand of sonde */

/* The command line as it is read. */
struct applet {
	char *words[WORDS_MAX];      /* sonde's; the applet's memory */
	int word_count;
	const struct sn_applet_module *module;
	const char *port;            /* -p */
	const char *protocol;        /* of raw: -P, or -O protocol= */
	const char *method;          /* in place of the module's, "tcp-ack"; NULL: that */
	const char *mss;             /* of tcp: -O mss= */
	uint8_t tcp_options;         /* … enum sn_applet_tcp: what -O names */
	char *module_options;        /* -O, with commas between several: read when the module is known; the applet's memory */
	bool dont_fragment, extensions, way_back, help, version, module_help;
};

static int refused(struct sonde_error *err, const char *option, const char *why)
{
	sonde_fail(err, SONDE_E_UNSUPPORTED, 0, "option %s is not supported here", option);
	return sonde_hint(err, SONDE_E_USAGE, "%s", why);
}

/* ---- words ---- */

static int add_word(struct applet *a, const char *option, const char *value, struct sonde_error *err)
{
	char **word = &a->words[a->word_count];
	if (a->word_count + 1 >= WORDS_MAX)
		return sonde_fail(err, SONDE_E_USAGE, 0, "too many options");
	if (asprintf(word, "%s%s%s", option, value ? "=" : "", value ? value : "") < 0)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for options");
	a->word_count++;
	return SONDE_OK;
}

/* ---- options that are more than another name ---- */

static bool is_nought(const char *text)
{
	uint64_t number;
	return sn_read_uint(text, &number) && number == 0;
}

static int take_module(struct applet *a, const char *text, struct sonde_error *err)
{
	for (size_t i = 0; i < sn_applet_module_count; i++)
		if (strcmp(sn_applet_modules[i].name, text) == 0) {
			a->module = &sn_applet_modules[i];
			return sn_applet_modules[i].why ? refused(err, "-M tcpconn", sn_applet_modules[i].why) : SONDE_OK;
		}
	sonde_fail(err, SONDE_E_USAGE, 0, "option -M: '%.60s' is no method of traceroute", text);
	return sonde_hint(err, SONDE_E_USAGE, "give default, icmp, tcp, udp, udplite, dccp or raw");
}

static int take_protocol(struct applet *a, const char *text, struct sonde_error *err)
{
	a->protocol = text;
	return take_module(a, "raw", err);
}

static int take_port(struct applet *a, const char *text, struct sonde_error *err)
{
	(void)err;
	a->port = is_nought(text) ? NULL : text; /* 0: the method's own */
	return SONDE_OK;
}

/* MAX[,HERE,NEAR], with commas or slashes. HERE and NEAR shorten the wait to so many times what a neighbour took; how much is enough of
 * MAX is sonde's to find. Of no time at all it makes the shortest there is. */
static int take_wait(struct applet *a, const char *text, struct sonde_error *err)
{
	enum { PARTS_MAX = 3 };
	const char *at = text;
	double parts[PARTS_MAX] = {0};
	for (size_t i = 0;; i++) {
		char *end = NULL;
		double number = i < PARTS_MAX && strspn(at, "0123456789.") ? strtod(at, &end) : -1;
		if (!end || number < 0 || (*end && !strchr(",/", *end))) {
			sonde_fail(err, SONDE_E_USAGE, 0, "option -w: '%.60s' is no MAX or MAX,HERE,NEAR", text);
			return sonde_hint(err, SONDE_E_USAGE, "give the longest wait in seconds: -w 5");
		}
		parts[i] = number;
		if (!*end)
			break;
		at = end + 1;
	}
	char most[32];
	snprintf(most, sizeof most, "%.*s", (int)strcspn(text, ",/"), text);
	return add_word(a, "--wait", parts[0] < SHORTEST_WAIT_S ? "0.001" : most, err);
}

/* None at once is one at a time. */
static int take_window(struct applet *a, const char *text, struct sonde_error *err)
{
	return add_word(a, "--sim-queries", is_nought(text) ? "1" : text, err);
}

/* 0 is what stands there without the option. */
static int take_sport(struct applet *a, const char *text, struct sonde_error *err)
{
	return is_nought(text) ? SONDE_OK : add_word(a, "--sport", text, err);
}

static int take_mark(struct applet *a, const char *text, struct sonde_error *err)
{
	return is_nought(text) ? SONDE_OK : add_word(a, "--mark", text, err);
}

static int take_module_options(struct applet *a, const char *text, struct sonde_error *err)
{
	char *before = a->module_options;
	if (asprintf(&a->module_options, "%s%s%s", before ? before : "", before ? "," : "", text) < 0) {
		a->module_options = before;
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for options");
	}
	free(before);
	return SONDE_OK;
}

/* ---- the table ---- */

struct row {
	struct sn_opt opt;           /* as one would be of sonde: letter, name ("": none), arg, help, and what completions read */
	const char *as;              /* becomes this option of sonde, with its value */
	const char *module;          /* is short for -M with this */
	int (*take)(struct applet *a, const char *text, struct sonde_error *err); /* … in place of that: reads the value by itself */
	size_t flag;                 /* offset of a bool in struct applet; 0: none */
	const char *why;             /* cannot be */
};
#define FLAG(member) .flag = offsetof(struct applet, member)
#define OPT(...) .opt = {.commands = SN_FOR_ALL, __VA_ARGS__}

static const struct row rows[] = {
    {OPT(.letter = '4', .name = "", .clash = SN_CLASH_FAMILY, .help = "use IPv4"), .as = "--ipv4"},
    {OPT(.letter = '6', .name = "", .clash = SN_CLASH_FAMILY, .help = "use IPv6"), .as = "--ipv6"},
    {OPT(.letter = 'd', .name = "debug", .help = "does nothing: Linux shows nothing of socket debugging")},
    {OPT(.letter = 'F', .name = "dont-fragment", .help = "forbid fragments"), FLAG(dont_fragment)},
    {OPT(.letter = 'f', .name = "first", .arg = "TTL", .help = "first hop"), .as = "--first"},
    {OPT(.letter = 'g', .name = "gateway", .arg = "GATE,...", .help = "not here: source routes"),
     .why = "routers drop packets with a source route (RFC 7126, RFC 5095)"},
    {OPT(.letter = 'I', .name = "icmp", .clash = SN_CLASH_METHOD, .help = "ICMP echo requests"), .module = "icmp"},
    {OPT(.letter = 'T', .name = "tcp", .clash = SN_CLASH_METHOD, .help = "TCP SYN, port 80"), .module = "tcp"},
    {OPT(.letter = 'i', .name = "interface", .arg = "NAME", .words = SN_WORDS_INTERFACE, .help = "network interface to send through"),
     .as = "--interface"},
    {OPT(.letter = 'm', .name = "max-hops", .arg = "TTL", .help = "last hop (default: 30)"), .as = "--max-hops"},
    {OPT(.letter = 'N', .name = "sim-queries", .arg = "N", .help = "probes in flight at once (default: as many as the path bears)"),
     .as = "--sim-queries", .take = take_window},
    {OPT(.letter = 'n', .name = "", .help = "show addresses without names"), .as = "--numeric"},
    {OPT(.letter = 'p', .name = "port", .arg = "PORT", .words = SN_WORDS_SERVICE, .methods = SN_WITH_PORTS,
         .help = "destination port; of the default method the first, which counts up"),
     .take = take_port},
    {OPT(.letter = 't', .name = "tos", .arg = "N", .help = "TOS byte of IPv4, traffic class of IPv6"), .as = "--tos"},
    {OPT(.letter = 'l', .name = "flowlabel", .arg = "N", .help = "flow label of IPv6; does nothing over IPv4"), .as = "--flow-label"},
    {OPT(.letter = 'w', .name = "wait", .arg = "MAX[,HERE,NEAR]",
          .help = "wait for an answer for MAX seconds at most; HERE and NEAR do nothing, shorter waits are found without them"),
      .as = "--wait", .take = take_wait},
    {OPT(.letter = 'q', .name = "queries", .arg = "N", .help = "probes per hop (default: 3)"), .as = "--queries"},
    {OPT(.letter = 'r', .name = "", .help = "not here: bypass the routing table"),
     .why = "packets leave as the routing table says; -i chooses the interface"},
    {OPT(.letter = 's', .name = "source", .arg = "ADDRESS", .words = SN_WORDS_ADDRESS, .help = "source address"), .as = "--source"},
    {OPT(.letter = 'z', .name = "sendwait", .arg = "SECONDS", .help = "least time between two probes; above 10 in milliseconds"),
     .as = "--sendwait"},
    {OPT(.letter = 'e', .name = "extensions", .help = "show ICMP extensions, MPLS labels among them"), FLAG(extensions)},
    {OPT(.letter = 'A', .name = "as-path-lookups", .help = "show AS numbers, from name servers"), .as = "--as-lookup"},
    {OPT(.letter = 'M', .name = "module", .arg = "NAME", .words = SN_WORDS_METHOD, .clash = SN_CLASH_METHOD,
         .help = "method: default, icmp, tcp, udp, udplite, dccp or raw"),
     .take = take_module},
    {OPT(.letter = 'O', .name = "options", .arg = "OPTION,...", .words = SN_WORDS_METHOD_OPTION,
         .help = "options of the method; help lists them"),
     .take = take_module_options},
    {OPT(.name = "sport", .arg = "PORT", .methods = SN_WITH_PORTS, .help = "source port"), .as = "--sport", .take = take_sport},
    {OPT(.name = "fwmark", .arg = "N", .help = "firewall mark, for policy routing"), .as = "--mark", .take = take_mark},
    {OPT(.letter = 'U', .name = "udp", .clash = SN_CLASH_METHOD, .help = "UDP to one port, 53"), .module = "udp"},
    {OPT(.name = "UL", .clash = SN_CLASH_METHOD, .help = "UDP-Lite, port 53; with one dash, -UL"), .module = "udplite"},
    {OPT(.letter = 'D', .name = "dccp", .clash = SN_CLASH_METHOD, .help = "DCCP requests, port 33434"), .module = "dccp"},
    {OPT(.letter = 'P', .name = "protocol", .arg = "PROTOCOL", .words = SN_WORDS_PROTOCOL, .clash = SN_CLASH_METHOD,
         .help = "packets of an IP protocol (default: 253)"),
     .take = take_protocol},
    {OPT(.name = "mtu", .help = "not here: see \"sonde mtu\""),
     .why = "\"sonde mtu HOST\" measures the path MTU, and finds the narrow link"},
    {OPT(.name = "back", .help = "show hops back where they are not as many as there"), FLAG(way_back)},
    {OPT(.letter = 'V', .name = "version", .help = "show the version"), FLAG(version)},
    {OPT(.name = "help", .help = "show this help"), FLAG(help)},
    {OPT(.name = "sim", .arg = "FILE", .words = SN_WORDS_NET,
         .help = "beyond traceroute: trace the network that FILE describes"), .as = "--sim"},
    {OPT(.name = "seed", .arg = "N", .needs = "sim", .help = "beyond traceroute: fixes what is random in it"), .as = "--seed"},
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

static void put_help(struct sn_buf *buf)
{
	sn_buf_puts(buf, "Usage: traceroute [OPTION]... HOST [PACKET-LENGTH]\n\n"
	                 "This is sonde " SONDE_VERSION ", with the options and the output of traceroute 2.1.2.\n\n");
	for (size_t i = 0; i < ROW_COUNT; i++) {
		const struct sn_opt *opt = &rows[i].opt;
		char left[64];
		snprintf(left, sizeof left, "%c%c%s%s%s%s%s", opt->letter ? '-' : ' ', opt->letter ? opt->letter : ' ',
		         opt->letter && *opt->name ? ", " : "  ", *opt->name ? "--" : "", opt->name,
		         opt->arg ? *opt->name ? "=" : " " : "", opt->arg ? opt->arg : "");
		sn_help_entry(buf, WIDTH_COLUMNS, left, LEFT_COLUMNS, opt->help);
	}
	sn_buf_puts(buf, "\nThe exit status is 0 whether HOST was reached or not, 1 where something failed\n"
	                 "on this machine, 2 where the command line is wrong. \"sonde HOST\" says more.\n");
}

static int take_row(struct applet *a, const struct row *row, const char *text, struct sonde_error *err)
{
	char option[32];
	if (row->why) {
		const char letter[] = {row->opt.letter, 0};
		snprintf(option, sizeof option, "%s%s", row->opt.letter ? "-" : "--", row->opt.letter ? letter : row->opt.name);
		return refused(err, option, row->why);
	}
	if (row->flag)
		*(bool *)((char *)a + row->flag) = true;
	if (row->module)
		return take_module(a, row->module, err);
	if (row->take)
		return row->take(a, text, err);
	return row->as ? add_word(a, row->as, text, err) : SONDE_OK;
}

/* ---- reading ---- */

/* What getopt_long wants. */
struct getopt_tables {
	struct option longs[ROW_COUNT + 1];
	char letters[2 * ROW_COUNT + 2];
};

static void make_tables(struct getopt_tables *tables)
{
	size_t at = 0, count = 0;
	*tables = (struct getopt_tables){.letters = ":"};
	at++;
	for (size_t i = 0; i < ROW_COUNT; i++) {
		const struct sn_opt *opt = &rows[i].opt;
		if (*opt->name)
			tables->longs[count++] = (struct option){
			    .name = opt->name, .has_arg = opt->arg ? required_argument : no_argument, .val = LONG_BASE + (int)i};
		if (!opt->letter)
			continue;
		tables->letters[at++] = opt->letter;
		if (opt->arg)
			tables->letters[at++] = ':';
	}
}

static const struct row *row_of(int value)
{
	if (value >= LONG_BASE)
		return &rows[value - LONG_BASE];
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (value && rows[i].opt.letter == value)
			return &rows[i];
	return NULL;
}

/* word: the last that getopt_long has left, which is another one where an unknown letter has more behind it. */
static int unknown(int result, const char *word, struct sonde_error *err)
{
	const struct row *row = optopt ? row_of(optopt) : NULL;
	char letter[] = {'-', (char)optopt, 0};
	if (result == ':')
		sonde_fail(err, SONDE_E_USAGE, 0, "option '%.60s' needs a value", row && row->opt.letter == optopt ? letter : word);
	else if (row)
		sonde_fail(err, SONDE_E_USAGE, 0, "option '--%s' takes no value, but got one in '%.60s'", row->opt.name, word);
	else
		sonde_fail(err, SONDE_E_USAGE, 0, "'%.60s' is no option of traceroute", optopt ? letter : word);
	return sonde_hint(err, SONDE_E_USAGE, "see 'traceroute --help'");
}

/* One dash before two letters: traceroute's own way to call UDP-Lite. */
static void spell_out(int argc, char **argv)
{
	static char udplite[] = "--UL";
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "-UL") == 0)
			argv[i] = udplite;
}

static int read_options(struct applet *a, int argc, char **argv, struct sonde_error *err)
{
	struct getopt_tables tables;
	make_tables(&tables);
	spell_out(argc, argv);
	opterr = 0;
	optind = 0; /* glibc: start anew */
	for (;;) {
		int result = getopt_long(argc, argv, tables.letters, tables.longs, NULL);
		if (result == -1)
			return SONDE_OK;
		const struct row *row = result == '?' || result == ':' ? NULL : row_of(result);
		if (!row)
			return unknown(result, argv[optind - 1], err);
		if (take_row(a, row, optarg, err) < 0)
			return err->code;
	}
}

/* ---- options of the module ---- */

static int take_module_option(struct applet *a, char *word, struct sonde_error *err)
{
	char *value = strchr(word, '='), option[96];
	if (value)
		*value++ = 0;
	snprintf(option, sizeof option, "-O %.60s", word);
	for (size_t i = 0; i < sn_applet_module_option_count; i++) {
		const struct sn_applet_module_option *row = &sn_applet_module_options[i];
		if (strcmp(row->module, a->module->name) != 0 || strcmp(row->name, word) != 0)
			continue;
		if (row->why)
			return refused(err, option, row->why);
		if (row->takes_value != (value && *value))
			break;
		a->tcp_options |= row->tcp;
		a->method = row->method ? row->method : a->method;
		a->protocol = strcmp(row->name, "protocol") == 0 ? value : a->protocol;
		a->mss = strcmp(row->name, "mss") == 0 ? value : a->mss;
		return row->word ? add_word(a, row->word, NULL, err) : SONDE_OK;
	}
	sonde_fail(err, SONDE_E_USAGE, 0, "option %s%s%.30s is none of method %s", option, value ? "=" : "", value ? value : "",
	           a->module->name);
	return sonde_hint(err, SONDE_E_USAGE, "'traceroute -M %s -O help' lists them", a->module->name);
}

static int read_module_options(struct applet *a, struct sonde_error *err)
{
	char *rest = NULL;
	if (!a->module_options)
		return SONDE_OK;
	for (char *word = strtok_r(a->module_options, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
		if (strcmp(word, "help") == 0)
			a->module_help = true;
		else if (take_module_option(a, word, err) < 0)
			return err->code;
	}
	return SONDE_OK;
}

/* ---- as sonde's command line ---- */

static int add_method(struct applet *a, struct sonde_error *err)
{
	char text[96];
	bool raw = strcmp(a->module->name, "raw") == 0;
	const char *number = raw ? (a->protocol ? a->protocol : "253") : a->port ? a->port : a->module->port;
	if (a->port && !a->module->port)
		return refused(err, raw ? "-p beside -P" : "-p beside -I", raw ? "a bare protocol has no ports"
		                                                               : "a probe's sequence number is part of its identity");
	snprintf(text, sizeof text, "%s%s%.60s", a->method ? a->method : a->module->method, number ? ":" : "", number ? number : "");
	return add_word(a, "--method", text, err);
}

/* A SYN has an MSS and what is named; where nothing is, all of them, as the kernel's own have. An ACK has the timestamp or nothing. */
static int add_tcp_options(struct applet *a, struct sonde_error *err)
{
	uint8_t all = SN_APPLET_SACK | SN_APPLET_TIMESTAMPS | SN_APPLET_SCALING, named = a->tcp_options;
	char text[64];
	if (named & SN_APPLET_ACK && named & SN_APPLET_SYN)
		return refused(err, "-O syn,ack", "probes carry a SYN or an ACK");
	if (named & SN_APPLET_SYSCTL || !named)
		named |= all;
	if (named & SN_APPLET_ACK)
		return add_word(a, "--tcp-options", named & SN_APPLET_TIMESTAMPS ? "ts" : "none", err);
	if ((named & all) == all && !a->mss)
		return SONDE_OK; /* what is sent without a word */
	snprintf(text, sizeof text, "mss%s%.20s%s%s%s", a->mss ? "=" : "", a->mss ? a->mss : "", named & SN_APPLET_SACK ? ",sack" : "",
	         named & SN_APPLET_TIMESTAMPS ? ",ts" : "", named & SN_APPLET_SCALING ? ",ws" : "");
	return add_word(a, "--tcp-options", text, err);
}

static int add_rest(struct applet *a, int operand_count, char *const *operands, struct sonde_error *err)
{
	if (add_method(a, err) < 0)
		return err->code;
	if (strcmp(a->module->name, "tcp") == 0 && add_tcp_options(a, err) < 0)
		return err->code;
	if (operand_count == 2 && add_word(a, "--size", operands[1], err) < 0)
		return err->code;
	/* it goes on to -m through any silence, and lets packets be fragmented unless told otherwise */
	if (add_word(a, "--gap", "255", err) < 0 || add_word(a, a->dont_fragment ? "--df" : "--no-df", NULL, err) < 0)
		return err->code;
	return add_word(a, "--output", "traceroute", err) < 0 || add_word(a, "--", NULL, err) < 0 ? err->code
	                                                                                            : add_word(a, operands[0], NULL, err);
}

/* Letters, as traceroute's, but for a question to a name server: to letters it answers with an error, which says of no probe that it is the
 * one, so that its row would have no time. */
static bool is_plain(const struct applet *a, const struct sn_opts *opts, bool sized)
{
	struct sn_method_choice choice;
	struct sonde_error unused;
	bool one_port = a->module->udp && strcmp(a->module->method, "udp") == 0;
	if (!one_port || sized)
		return a->module->udp;
	return sn_method_choose(opts, &choice, &unused) == SONDE_OK && choice.dport != NAME_SERVER_PORT;
}

static int print(void (*put)(struct sn_buf *buf, const struct sn_applet_module *module), const struct sn_applet_module *module,
                 struct sonde_error *err)
{
	struct sn_buf text = {0};
	put(&text, module);
	sn_output_once(&text, err);
	sn_buf_finish(&text);
	return 0;
}

static void put_about(struct sn_buf *buf, const struct sn_applet_module *module)
{
	if (module)
		sn_buf_puts(buf, "sonde " SONDE_VERSION ", called as traceroute\n");
	else
		put_help(buf);
}

static int run(struct applet *a, int argc, char **argv, struct sonde_error *err)
{
	struct sn_opts opts;
	if (read_options(a, argc, argv, err) < 0 || read_module_options(a, err) < 0)
		return EXIT_USAGE;
	if (a->help || argc < 2)
		return print(put_about, NULL, err);
	if (a->version)
		return print(put_about, a->module, err);
	if (a->module_help)
		return print(sn_applet_module_help, a->module, err);
	int operand_count = argc - optind;
	if (operand_count < 1 || operand_count > 2) {
		if (operand_count < 1)
			sonde_fail(err, SONDE_E_USAGE, 0, "traceroute needs a HOST");
		else
			sonde_fail(err, SONDE_E_USAGE, 0, "traceroute does not know what to do with '%.60s'", argv[optind + 2]);
		return EXIT_USAGE;
	}
	if (add_rest(a, operand_count, argv + optind, err) < 0)
		return EXIT_USAGE;
	if (sn_opts_parse(&opts, SN_FOR_TRACE, "trace", a->word_count, a->words, err) < 0)
		return EXIT_USAGE;
	opts.as_traceroute = true;
	opts.plain = is_plain(a, &opts, operand_count == 2);
	opts.extensions = a->extensions;
	opts.way_back = a->way_back;
	return sn_cmd_trace(&opts, err);
}

/* ---- its words ---- */

/* The letter of the row that became it. What no row became is said as it is typed, or as what it comes of. */
static const char *typed_as(const char *option)
{
	static const char *const others[][2] = {{"size", "PACKET-LENGTH"}, {"method", "-M"}, {"tcp-options", "-O"}, {"df", "-F"},
	                                        {"no-df", "no -F"}};
	static char word[32];
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].as && strcmp(rows[i].as + strlen("--"), option) == 0) {
			const char letter[] = {rows[i].opt.letter, 0};
			snprintf(word, sizeof word, "%s%s", *letter ? "-" : "--", *letter ? letter : rows[i].opt.name);
			return word;
		}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strcmp(others[i][0], option) == 0)
			return others[i][1];
	return NULL;
}

static const struct sn_dialect words_of_traceroute = {.program = "traceroute", .typed = typed_as};

/* ---- for completions: what works ---- */

static const struct sn_opt *offered(size_t index)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (!rows[i].why && index-- == 0)
			return &rows[i].opt;
	return NULL;
}

static const struct sn_applet_module *offered_module(size_t index)
{
	for (size_t i = 0; i < sn_applet_module_count; i++)
		if (!sn_applet_modules[i].why && index-- == 0)
			return &sn_applet_modules[i];
	return NULL;
}

static const char *module_name(size_t index)
{
	return offered_module(index)->name;
}

static const char *module_help(size_t index)
{
	return offered_module(index)->help;
}

static const struct sonde_method_info *module_info(size_t index)
{
	return sonde_method_info((size_t)sonde_method_find(offered_module(index)->method));
}

static const char *module_of(const struct sn_opt *opt)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (&rows[i].opt == opt)
			return rows[i].take == take_protocol ? "raw" : rows[i].module;
	return NULL;
}

static bool offered_module_option(size_t index, size_t nth, char word[SN_COMPLETE_WORD])
{
	for (size_t i = 0; i < sn_applet_module_option_count; i++) {
		const struct sn_applet_module_option *row = &sn_applet_module_options[i];
		if (strcmp(row->module, module_name(index)) == 0 && !row->why && nth-- == 0)
			return snprintf(word, SN_COMPLETE_WORD, "%s%s", row->name, row->takes_value ? "=" : "") < SN_COMPLETE_WORD;
	}
	return nth == 0 && snprintf(word, SN_COMPLETE_WORD, "help") < SN_COMPLETE_WORD;
}

static const struct sn_command *only_command(size_t index)
{
	static const struct sn_command command = {
	    .name = "traceroute", .bit = ONLY_COMMAND, .operands = "HOST", .operands_max = 1, .operand_words = SN_WORDS_HOST};
	(void)index;
	return &command;
}

struct sn_complete_set sn_applet_complete_set(void)
{
	struct sn_complete_set set = {.program = "traceroute",
	                              .made_by = "sonde completion --traceroute",
	                              .preset_method = sn_applet_modules[0].name,
	                              .command_count = 1,
	                              .opt = offered,
	                              .command = only_command,
	                              .method_name = module_name,
	                              .method_summary = module_help,
	                              .method = module_info,
	                              .method_of = module_of,
	                              .method_option = offered_module_option};
	while (offered(set.opt_count))
		set.opt_count++;
	while (offered_module(set.method_count))
		set.method_count++;
	return set;
}

/* ---- the way in ---- */

static const char *last_part(const char *called)
{
	const char *slash = strrchr(called, '/');
	return slash ? slash + 1 : called;
}

bool sn_applet_is_traceroute(const char *called)
{
	const char *name = last_part(called);
	return strcmp(name, "traceroute") == 0 || strcmp(name, "traceroute6") == 0;
}

int sn_applet_traceroute(int argc, char **argv)
{
	struct sonde_error err = {0};
	struct applet a = {.module = &sn_applet_modules[0]};
	int status = EXIT_USAGE;
	sn_output_speak(&words_of_traceroute);
	if (add_word(&a, "traceroute", NULL, &err) == SONDE_OK &&
	    (strcmp(last_part(argv[0]), "traceroute6") != 0 || add_word(&a, "--ipv6", NULL, &err) == SONDE_OK))
		status = run(&a, argc, argv, &err);
	if (err.code) {
		sn_output_error(&err);
		bool usage = err.code == SONDE_E_USAGE || err.code == SONDE_E_RANGE || status == EXIT_USAGE;
		status = usage ? EXIT_USAGE : EXIT_LOCAL;
	}
	for (int i = 0; i < a.word_count; i++)
		free(a.words[i]);
	free(a.module_options);
	return status;
}
