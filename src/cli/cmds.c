/* SPDX-License-Identifier: MIT */
/* THE SUBCOMMAND TABLE: a subcommand is a row here and a file of its own. */
#include "cli/cmds.h"

#include "cli/applet_traceroute.h"
#include "cli/cmd_compare.h"
#include "cli/cmd_completion.h"
#include "cli/cmd_doctor.h"
#include "cli/cmd_explain.h"
#include "cli/cmd_mtu.h"
#include "cli/cmd_probe_interface.h"
#include "cli/cmd_replay.h"
#include "cli/cmd_sim.h"
#include "cli/cmd_trace.h"
#include "cli/config_files.h"
#include "cli/exits.h"
#include "cli/help.h"
#include "cli/output.h"
#include "cli/targets.h"
#include "ext/cap.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const char *const shells[] = {"bash", "zsh", "fish", NULL};
/* Of the table below, those that are not hidden: a test holds them against it. */
static const char *const names[] = {"trace",  "compare", "mtu",        "probe-interface", "explain", "replay",
                                    "doctor", "sim",     "completion", "help",            NULL};

static const struct sn_example trace_examples[] = {
    {"sonde www.example.net", "where do packets go, and where do they stop?"},
    {"sonde -T -p 443 www.example.net", "does the web port get through?"},
    {"sonde -6 -q 10 www.example.net", "ten probes per hop over IPv6"},
    {"sonde --findings www.example.net | grep ^finding", "what was found, as lines for a script", true},
    {"sonde -o prometheus=sonde.prom www.example.net", "metrics for a dashboard, beside the table", true},
    {"sonde --sim docs/examples/home.net web", "try it with no network at all"},
    {.line = NULL},
};

static const struct sn_example compare_examples[] = {
    {"sonde compare www.example.net", "ping, UDP, DNS and the web ports: what gets through?"},
    {"sonde compare -M tcp:22,25,443 -M icmp www.example.net", "these ports, and ping"},
    {"sonde compare --require tcp:443 www.example.net", "exit 0 only if the web port gets through"},
    {"sonde compare --sim docs/examples/firewall.net web", "try it with no network at all"},
    {.line = NULL},
};

static const struct sn_example replay_examples[] = {
    {"sonde replay trace.pcap", "what another tool's packets say of the path"},
    {"zcat trace.pcap.gz | sonde replay -", "from standard input"},
    {"sonde replay --lost trace.pcap", "and which probes got no answer?"},
    {.line = NULL},
};

static const struct sn_example mtu_examples[] = {
    {"sonde mtu www.example.net", "how large a packet gets through, and where is the narrow link?"},
    {"sonde mtu -6 -M udp www.example.net", "over IPv6, by UDP: whose answers are small"},
    {"sonde mtu --sim docs/examples/blackhole.net web", "a black hole, with no network at all"},
    {.line = NULL},
};

static const struct sn_example sim_examples[] = {
    {"sonde sim docs/examples/home.net", "a shell inside the simulated network"},
    {"sonde sim docs/examples/home.net -- traceroute -n 192.0.2.80", "any other program in it"},
    {.line = NULL},
};

static const struct sn_example interface_examples[] = {
    {"sonde probe-interface 192.0.2.1 --if eth0", "is that interface of the router up?"},
    {"sonde probe-interface 192.0.2.1 --if 10.0.0.9 --neighbour", "does the router know the node with that address?"},
    {"sonde probe-interface --sim docs/examples/labels.net edge --if xe-0/0/3", "try it with no network at all"},
    {.line = NULL},
};

static const struct sn_example explain_examples[] = {
    {"sonde explain stops-silent", "a finding: what it means, what else it could be"},
    {"sonde explain icmp 3/13", "an ICMP message, by type and code"},
    {"sonde explain icmp6 2", "an ICMPv6 message whose code does not matter"},
    {"sonde explain icmp admin-prohibited", "all messages that say so"},
    {.line = NULL},
};

static const struct sn_example doctor_examples[] = {
    {"sonde doctor", "may this user map paths here, and what would help?"},
    {"sonde doctor | grep '^mend'", "only what is to be mended"},
    {.line = NULL},
};

static const struct sn_example completion_examples[] = {
    {"sonde completion bash >~/.local/share/bash-completion/completions/sonde", "for this user, where none are installed"},
    {"sonde completion fish >~/.config/fish/completions/sonde.fish", "the same for fish"},
    {"sonde completion --traceroute bash", "of a link called traceroute"},
    {.line = NULL},
};

static int run_sim(const struct sn_opts *opts, struct sonde_error *err)
{
	signal(SIGPIPE, SIG_DFL); /* the command gets what programs expect */
	return sn_cmd_sim_run(opts->operands[0], opts->seed, opts->here, opts->operands + 1, err);
}

static int run_help(const struct sn_opts *opts, struct sonde_error *err)
{
	struct sn_buf text = {0};
	sn_help(&text, opts->operand_count ? sn_command_find(opts->operands[0]) : sn_command(0));
	sn_output_once(&text, err);
	sn_buf_finish(&text);
	return 0;
}

static const struct sn_command commands[] = {
    {.name = "trace", .bit = SN_FOR_TRACE, .operands = "HOST...", .operands_min = 1, .operands_max = -1, .operand_words = SN_WORDS_HOST,
     .examples = trace_examples, .run = sn_cmd_trace, .summary = "map the path to each host",
     .doc = "Maps the path that packets take to each HOST, hop by hop, and says where they stop. \"sonde trace NAME\" and "
            "\"sonde -- NAME\" take NAME as a host even where a subcommand is called so."},
    {.name = "compare", .bit = SN_FOR_COMPARE, .operands = "HOST", .operands_min = 1, .operands_max = 1, .operand_words = SN_WORDS_HOST,
     .examples = compare_examples, .run = sn_cmd_compare, .summary = "show which kinds of packet get through to a host",
     .doc = "Probes HOST by several methods at once, interleaved, so that a path that changes cannot look like a firewall: one query to "
            "each hop by each method, and a few more only where they decide something. The table has a row for each hop and a column for "
            "each method; below it stands which methods pass, where each of the others ends and why. The exit status is 0 if any of them "
            "reached the target."},
    {.name = "mtu", .bit = SN_FOR_MTU, .operands = "HOST", .operands_min = 1, .operands_max = 1, .operand_words = SN_WORDS_HOST,
     .examples = mtu_examples, .run = sn_cmd_mtu, .summary = "measure the path MTU, and find what is narrower or swallows large packets",
     .doc = "Sends probes of many sizes to HOST, which no router may cut, and says which is the largest that gets through, which link "
            "takes no larger one, who says so, and whether that is true. Where larger packets vanish and nobody says so, it finds the "
            "place. What the kernel remembers of the path is not believed. The exit status is 0 where the path MTU was measured, 1 where "
            "packets vanish, where HOST does not answer, or where it does not answer large packets."},
    {.name = "probe-interface", .bit = SN_FOR_INTERFACE, .operands = "ROUTER", .operands_min = 1, .operands_max = 1,
     .operand_words = SN_WORDS_HOST, .examples = interface_examples, .run = sn_cmd_probe_interface,
     .summary = "ask a router about one of its interfaces",
     .doc = "Sends an extended echo request (RFC 8335, PROBE), which asks ROUTER whether one of its interfaces, which need not be "
            "reachable from here, is up and what runs on it. Most routers answer only where that was switched on (Linux: sysctl "
            "net.ipv4.icmp_echo_enable_probe). It takes a raw socket. The exit status is 0 if ROUTER answers that the interface is "
            "active or, with --neighbour, that the entry is in use, else 1."},
    {.name = "explain", .bit = SN_FOR_EXPLAIN, .operands = "[WHAT]...", .operands_min = 0, .operands_max = -1,
     .operand_words = SN_WORDS_FINDING, .examples = explain_examples, .run = sn_cmd_explain,
     .summary = "say what a finding, a mark or an ICMP message means",
     .doc = "WHAT is the id of a finding, a mark of the table ('!X'), or icmp or icmp6 with a type (3), a type and a code "
            "(3/13) or a name (admin-prohibited) behind it. Of a message it says what it means, who sends it, what breaks when a "
            "firewall drops it and whether to allow it. Without WHAT it lists what there is."},
    {.name = "replay", .bit = SN_FOR_REPLAY, .operands = "FILE", .operands_min = 1, .operands_max = 1, .operand_words = SN_WORDS_CAPTURE,
     .examples = replay_examples, .run = sn_cmd_replay, .summary = "show the traces in a capture of any tool's packets",
     .doc = "Reads FILE, a pcap or pcapng capture (\"-\" is standard input), finds the probes of any path mapper in it (traceroute, mtr, "
            "scamper, tracepath, nmap, sonde itself) with their answers, and shows each trace as if it had just been run: by target, "
            "method and flow, one after another. Where all of them ask one target side by side by different methods, as sonde compare "
            "does, they stand in its table; of two searches for the path MTU, as sonde mtu makes them where echo requests do not tell, the "
            "better one is told; the limits that an investigation asked hops for are a line each. Nothing is sent and no privilege is "
            "needed. Times are those of the capture; what it does not show is not guessed: probes that were still on their way when it "
            "ends count neither as answered nor as lost."},
    {.name = "doctor", .bit = SN_FOR_DOCTOR, .operands = "", .operands_min = 0, .operands_max = 0, .examples = doctor_examples,
     .run = sn_cmd_doctor, .summary = "say what this machine allows, and how to mend the rest",
     .doc = "Looks at the capability, ping sockets, the error queue, routes of both families, source checks, ICMP limits, the "
            "packet filter, what the program can give up, name servers and databases. Nothing is sent. Each line begins with "
            "fine, note (nothing to mend, but worth to know) or mend, and names what it looked at; below it stands what to "
            "do. Run it as the user who is to map paths: root sees more, and may more. The exit status is 0 where nothing is "
            "to be mended, else 1."},
    {.name = "sim", .bit = SN_FOR_SIM, .operands = "FILE [-- COMMAND [ARG]...]", .operands_min = 1, .operands_max = -1,
     .operand_words = SN_WORDS_NET, .examples = sim_examples, .run = run_sim, .summary = "run a command inside a simulated network",
     .doc = "Runs COMMAND, or a shell, in a network namespace whose only device leads into the network that FILE describes. Options of "
            "COMMAND stand behind \"--\". No privilege is needed and the routes of this machine are not touched. The exit status is "
            "COMMAND's."},
    {.name = "completion", .bit = SN_FOR_COMPLETION, .operands = "SHELL", .operands_min = 1, .operands_max = 1, .operand_choices = shells,
     .examples = completion_examples, .run = sn_cmd_completion, .summary = "print the completions for a shell",
     .doc = "SHELL is bash, zsh or fish. The installed package has put them where each shell looks."},
    {.name = "help", .bit = SN_FOR_HELP, .operands = "[COMMAND]", .operands_min = 0, .operands_max = 1, .operand_choices = names,
     .run = run_help, .summary = "print the help of sonde, or of a subcommand",
     .doc = "The same as \"sonde COMMAND --help\"; without COMMAND as \"sonde --help\". A host that is called help is traced by "
            "\"sonde -- help\"."},
    {.name = "docgen", .bit = SN_FOR_DOCGEN, .operands = "WHAT", .operands_min = 1, .operands_max = 1, .hidden = true, .run = sn_cmd_docgen,
     .summary = "print a generated document", .doc = ""},
};

size_t sn_command_count(void)
{
	return sizeof commands / sizeof *commands;
}

const struct sn_command *sn_command(size_t index)
{
	return index < sn_command_count() ? &commands[index] : NULL;
}

const struct sn_command *sn_command_find(const char *name)
{
	for (size_t i = 0; i < sn_command_count(); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* Whoever writes "--" means what is behind it. */
static bool is_literal(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--") == 0)
			return true;
	return false;
}

/* No host begins so. */
static int check_profile(const struct sn_command *command, const struct sn_opts *opts, const char *profile, struct sonde_error *err)
{
	if (profile && !*profile)
		return sonde_hint(err, sonde_fail(err, SONDE_E_USAGE, 0, "'@' names no profile"), "give its name: sonde @office HOST");
	for (int i = 0; sn_config_concerns(command->bit) && i < opts->operand_count; i++)
		if (opts->operands[i][0] == '@')
			return sonde_hint(err,
			                  sonde_fail(err, SONDE_E_USAGE, 0, "profile '%.60s' stands %s", opts->operands[i],
			                             profile ? "beside another" : "behind a host"),
			                  profile ? "give one" : "give it first: sonde %.40s HOST", opts->operands[i]);
	return SONDE_OK;
}

/* "sonde -n mtu HOST": a subcommand's name behind options is no host, unless it is said to be one. */
static int check_order(const struct sn_command *command, const struct sn_opts *opts, const char *first, struct sonde_error *err)
{
	if (command != &commands[0] || opts->operand_count < 2 || first[0] != '-' || !sn_command_find(opts->operands[0]))
		return SONDE_OK;
	sonde_fail(err, SONDE_E_USAGE, 0, "subcommand '%.40s' stands behind options", opts->operands[0]);
	return sonde_hint(err, SONDE_E_USAGE, "give it first: sonde %.40s %.40s ...; or, for a host of that name, sonde %.40s -- %.40s",
	                  opts->operands[0], first, first, opts->operands[0]);
}

static int check_operands(const struct sn_command *command, const struct sn_opts *opts, struct sonde_error *err)
{
	if (opts->operand_count < command->operands_min && !opts->targets)
		return sonde_fail(err, SONDE_E_USAGE, 0, "%s needs a %.*s", command->name, (int)strcspn(command->operands, ". "),
		                  command->operands);
	if (command->operands_max >= 0 && opts->operand_count > command->operands_max)
		return sonde_fail(err, SONDE_E_USAGE, 0, "%s does not know what to do with '%.60s'", command->name,
		                  opts->operands[command->operands_max]);
	if (!command->operand_choices || !opts->operand_count)
		return SONDE_OK;
	for (size_t i = 0; command->operand_choices[i]; i++)
		if (strcmp(command->operand_choices[i], opts->operands[0]) == 0)
			return SONDE_OK;
	char all[128] = "";
	for (size_t i = 0, at = 0; command->operand_choices[i] && at < sizeof all; i++)
		at += (size_t)snprintf(all + at, sizeof all - at, "%s%s", i ? ", " : "", command->operand_choices[i]);
	const char *operand = command->operands + strspn(command->operands, "[");
	sonde_fail(err, SONDE_E_USAGE, 0, "'%.60s' is no %.*s of sonde %s", opts->operands[0], (int)strcspn(operand, "]"), operand,
	           command->name);
	return sonde_hint(err, SONDE_E_USAGE, "give one of %s", all);
}

/* -h, --help and --version. */
static int print_about(const struct sn_command *command, uint8_t help, struct sonde_error *err)
{
	struct sn_buf text = {0};
	if (help == SN_HELP_NONE)
		sn_buf_puts(&text, "sonde " SONDE_VERSION "\n");
	else if (help == SN_HELP_SHORT)
		sn_help_brief(&text, command);
	else
		sn_help(&text, command);
	sn_output_once(&text, err);
	sn_buf_finish(&text);
	return 0;
}

/* "@NAME" in front of the operands: a section of the configuration files. NULL: none. */
static const char *take_profile(struct sn_opts *opts)
{
	if (opts->operand_count == 0 || opts->operands[0][0] != '@')
		return NULL;
	opts->operand_count--;
	return *opts->operands++ + 1;
}

/* Reads the command line once more, on top of what the files say. */
static int configure(const struct sn_command *command, int argc, char **argv, struct sn_opts *opts, struct sn_config *config,
                     const char *profile, struct sonde_error *err)
{
	const char *named = opts->config;
	if (!opts->no_config && sn_config_load(config, named, err) < 0)
		return err->code;
	if (sn_opts_begin(opts, err) < 0 || sn_config_apply(config, profile, command->bit, opts, err) < 0 ||
	    sn_opts_add_argv(opts, command->bit, command->name, argc, argv, err) < 0)
		return err->code;
	(void)take_profile(opts);
	opts->files = config;
	if (command->bit & (SN_FOR_TRACE | SN_FOR_MTU))
		sn_method_forget_others(opts);
	return SONDE_OK;
}

static int show_config(const struct sn_command *command, const struct sn_opts *opts, const struct sn_config *config, const char *profile,
                       struct sonde_error *err)
{
	struct sn_buf text = {0};
	sn_config_show(&text, config, profile, command->bit, opts);
	sn_output_once(&text, err);
	sn_buf_finish(&text);
	return 0;
}

static int run(const struct sn_command *command, int argc, char **argv, struct sonde_error *err)
{
	struct sn_opts opts;
	struct sn_config config = {.file_count = 0};
	const char *first = argc > 1 ? argv[1] : ""; /* they are put in another order */
	int status = 0;
	if (sn_opts_parse(&opts, command->bit, command->name, argc, argv, err) < 0)
		return 0;
	if (opts.help || opts.version)
		return print_about(command, opts.help, err);
	/* files are the user's to name, and root's are all */
	if (sn_cap_own(command->bit & (SN_FOR_SIM | SN_FOR_DOCTOR) ? SN_CAP_ALL : SN_CAP_FILES, true, err) < 0)
		return 0;
	bool configured = sn_config_concerns(command->bit);
	const char *profile = configured ? take_profile(&opts) : NULL;
	if (!is_literal(argc, argv) &&
	    (check_profile(command, &opts, profile, err) < 0 || check_order(command, &opts, first, err) < 0))
		return 0;
	if (configured && configure(command, argc, argv, &opts, &config, profile, err) < 0)
		status = 0;
	else if (opts.show_config)
		status = show_config(command, &opts, &config, profile, err);
	else if (check_operands(command, &opts, err) == SONDE_OK)
		status = command->run(&opts, err);
	if (err->code)
		sn_config_blame(&opts, err);
	sn_config_finish(&config);
	return status;
}

/* "sonde @office compare HOST": the subcommand first. */
static void swap_profile(int argc, char **argv)
{
	if (argc > 2 && argv[1][0] == '@' && sn_command_find(argv[2])) {
		char *profile = argv[1];
		argv[1] = argv[2];
		argv[2] = profile;
	}
}

int sn_commands_run(int argc, char **argv)
{
	struct sonde_error err = {0};
	if (argc > 0 && sn_applet_is_traceroute(argv[0]))
		return sn_applet_traceroute(argc, argv);
	swap_profile(argc, argv);
	const struct sn_command *command = argc > 1 ? sn_command_find(argv[1]) : NULL;
	int status;
	if (command)
		status = run(command, argc - 1, argv + 1, &err);
	else
		status = run(&commands[0], argc, argv, &err);
	if (!err.hint[0] && (err.code == SONDE_E_USAGE || err.code == SONDE_E_RANGE))
		sonde_hint(&err, err.code, "see 'sonde %s%s--help'", command ? command->name : "", command ? " " : "");
	if (err.code)
		status = sn_exit_worse(status, sn_output_error(&err));
	return status;
}
