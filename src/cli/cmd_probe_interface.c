/* SPDX-License-Identifier: MIT */
/* From options to a question about an interface, and its answer in words. */
#include "cli/cmd_probe_interface.h"

#include "base/clean.h"
#include "cli/hints.h"
#include "cli/output.h"
#include "cli/reach.h"
#include "cli/signals.h"
#include "cli/sinks.h"
#include "cli/terminal.h"
#include "out/text.h"

#include <sonde/interface.h>

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { EXIT_NOT_ACTIVE = 1, EXIT_INTERRUPTED = 130, PROTOCOL_ICMP = 1, PROTOCOL_ICMP6 = 58 };

#define WAIT_NS SONDE_S

/* An address, a number, or a name. */
static int read_what(const struct sn_opts *opts, struct sonde_extension_interface_id *out, struct sonde_error *err)
{
	const char *text = opts->asked_interface;
	uint64_t index = 0;
	*out = (struct sonde_extension_interface_id){.by = SONDE_BY_NAME};
	if (!text || !*text)
		return sonde_hint(err, sonde_fail(err, SONDE_E_USAGE, 0, "probe-interface needs --if"), "give --if NAME, INDEX or ADDRESS");
	if (sonde_addr_parse(text, &out->addr)) {
		out->by = SONDE_BY_ADDRESS;
	} else if (opts->neighbour) {
		sonde_fail(err, SONDE_E_USAGE, 0, "option --if: '%.60s' is no address", text);
		return sonde_hint(err, SONDE_E_USAGE, "with --neighbour give the neighbour's address");
	} else if (text[strspn(text, "0123456789")] == 0) {
		if (!sn_read_uint(text, &index) || index > UINT32_MAX)
			return sonde_fail(err, SONDE_E_RANGE, 0, "option --if: '%.60s' is no interface number", text);
		out->by = SONDE_BY_INDEX;
		out->index = (uint32_t)index;
	} else if (strlen(text) > SONDE_EXTENSION_NAME_BYTES) {
		return sonde_fail(err, SONDE_E_RANGE, 0, "option --if: a name has at most %d bytes", SONDE_EXTENSION_NAME_BYTES);
	} else {
		out->name.length_bytes = (uint8_t)strlen(text);
		memcpy(out->name.bytes, text, strlen(text));
	}
	return SONDE_OK;
}

static void put_what(struct sn_buf *buf, const struct sonde_interface_ask *ask, bool ascii)
{
	char addr[SONDE_ADDR_TEXT];
	switch (ask->what.by) {
	case SONDE_BY_NAME:
		sn_buf_puts(buf, "interface ");
		sn_clean_quoted(buf, ask->what.name.bytes, ask->what.name.length_bytes, ascii);
		break;
	case SONDE_BY_INDEX:
		sn_buf_printf(buf, "interface %u", (unsigned)ask->what.index);
		break;
	case SONDE_BY_ADDRESS:
		sn_buf_printf(buf, "%s %s", ask->neighbour ? "its neighbour" : "the interface with",
		              sonde_addr_text(&ask->what.addr, addr));
		break;
	}
}

static bool is_good(const struct sonde_interface_ask *ask, const struct sonde_interface_answer *answer)
{
	bool lost = answer->state == SONDE_INTERFACE_STATE_INCOMPLETE || answer->state == SONDE_INTERFACE_STATE_FAILED;
	if (!answer->answered || answer->code != SONDE_INTERFACE_OK)
		return false;
	return ask->neighbour ? answer->state != SONDE_INTERFACE_STATE_RESERVED && !lost : answer->active;
}

static void put_answer(struct sn_buf *buf, const struct sonde_interface_ask *ask, const struct sonde_interface_answer *answer, bool ascii)
{
	static const char *const runs[] = {"neither IPv4 nor IPv6 runs on it", "IPv6 runs on it, IPv4 does not",
	                                   "IPv4 runs on it, IPv6 does not", "IPv4 and IPv6 run on it"};
	sn_buf_puts(buf, " says of ");
	put_what(buf, ask, ascii);
	sn_buf_puts(buf, ": ");
	if (answer->code != SONDE_INTERFACE_OK)
		sn_buf_printf(buf, "%s (code %u)", sonde_interface_code_sentence(answer->code), (unsigned)answer->code);
	else if (ask->neighbour)
		sn_buf_printf(buf, "its entry is %s", sonde_interface_state_name(answer->state));
	else if (!answer->active)
		sn_buf_puts(buf, "it is not active");
	else
		sn_buf_printf(buf, "it is active; %s", runs[answer->ip4 * 2 + answer->ip6]);
	sn_buf_puts(buf, ". (");
	sn_text_ms(buf, answer->rtt_ns);
	sn_buf_puts(buf, " ms)");
}

static void put_all(struct sn_buf *buf, const struct sonde_interface_ask *ask, const struct sonde_interface_answer *answer, bool ascii)
{
	char addr[SONDE_ADDR_TEXT];
	if (answer->answered) {
		sn_buf_puts(buf, sonde_addr_text(&answer->by, addr));
		put_answer(buf, ask, answer, ascii);
		return;
	}
	if (answer->interrupted)
		sn_buf_puts(buf, "Interrupted. ");
	sn_buf_printf(buf, answer->interrupted ? "%s has not answered yet" : "%s did not answer", sonde_addr_text(&ask->route.dst, addr));
	if (answer->sent_count > 1)
		sn_buf_printf(buf, " %u requests", (unsigned)answer->sent_count);
	if (answer->refused)
		sn_buf_printf(buf, "; %s says: %s.", sonde_addr_text(&answer->by, addr), sonde_meaning_sentence(answer->meaning));
	else if (answer->interrupted)
		sn_buf_puts(buf, ".");
	else
		sn_buf_puts(buf, ". Most routers answer such requests (RFC 8335) only where that was switched on.");
}

/* The wire is the raw one: ordinary sockets cannot send these requests. */
static int open_raw(struct sn_reach *reach, struct sonde_error *err)
{
	static const uint8_t protocols[] = {PROTOCOL_ICMP, PROTOCOL_ICMP6};
	int code = sn_reach_open(reach, protocols, sizeof protocols, err);
	if (code == SONDE_E_PRIVILEGE)
		return sonde_hint(err, code, "such requests take a raw socket: run it as root");
	return code;
}

static bool is_stopped(void *ctx)
{
	return sn_signals_take(*(const int *)ctx).interrupted;
}

static int ask_router(struct sn_reach *reach, struct sonde_interface_ask *ask, struct sonde_interface_answer *answer,
                      struct sonde_error *err)
{
	const struct sn_opts *opts = reach->opts;
	if (sn_reach_add_host(reach, opts->operands[0], err) < 0 || open_raw(reach, err) < 0 || sn_reach_look_up(reach, 0, err) < 0 ||
	    sn_target_check(&reach->targets.items[0], err) < 0)
		return err->code;
	ask->route = (struct sonde_route_ask){
	    .dst = reach->targets.items[0].addr, .src = reach->source, .device = opts->device, .mark = opts->mark};
	ask->attempts = opts->queries;
	ask->wait_ns = opts->wait_ns ? opts->wait_ns : WAIT_NS;
	if (!opts->sim && getrandom(&ask->id, sizeof ask->id, 0) != (ssize_t)sizeof ask->id)
		return sonde_fail(err, SONDE_E_INTERNAL, errno, "the kernel gives no random bytes");
	int signal_fd;
	if (sn_signals_open(&signal_fd, err) < 0) /* a slow name server can be interrupted as usual */
		return err->code;
	ask->stopped = is_stopped;
	ask->stopped_ctx = &signal_fd;
	ask->stop_fd = signal_fd;
	int code = sonde_interface_ask(reach->net.wire, reach->net.clock, ask, answer, err);
	ask->stopped = NULL; /* it is told of later on */
	ask->stopped_ctx = NULL;
	close(signal_fd);
	return code;
}

static int report(struct sn_sinks *sinks, const struct sonde_interface_ask *ask, const struct sonde_interface_answer *answer,
                  struct sonde_error *err)
{
	struct sn_report report = {
	    .interface_ask = ask, .interface_answer = answer, .interface_host = sinks->opts->operands[0]};
	return sn_sinks_report(sinks, &report, err);
}

/* In words, or as -o wants it. */
static int tell(struct sn_sinks *sinks, const struct sonde_interface_ask *ask, const struct sonde_interface_answer *answer,
                struct sonde_error *err)
{
	struct sn_live_cfg screen = sn_terminal_cfg(sinks->opts);
	struct sn_buf text = {0}, out = {0};
	put_all(&text, ask, answer, screen.style.ascii);
	sn_text_wrap(&out, screen.style.width_columns, sn_buf_text(&text));
	out.bad |= text.bad;
	int code = sn_sinks_text(sinks, &out, err);
	sn_buf_finish(&text);
	sn_buf_finish(&out);
	return code < 0 ? code : report(sinks, ask, answer, err);
}

int sn_cmd_probe_interface(const struct sn_opts *given, struct sonde_error *err)
{
	struct sn_opts opts = *given;
	for (uint8_t i = 0; sn_wire_choices[i]; i++)
		if (strcmp(sn_wire_choices[i], "raw") == 0)
			opts.wire = i;
	struct sn_reach reach = {.opts = &opts};
	struct sn_sinks sinks = {0};
	struct sonde_interface_ask ask = {.neighbour = opts.neighbour};
	struct sonde_interface_answer answer = {0};
	int status = EXIT_NOT_ACTIVE;
	if (read_what(&opts, &ask.what, err) == SONDE_OK && sn_reach_check(&reach, err) == SONDE_OK &&
	    sn_sinks_open(&sinks, &opts, "probe-interface", err) == SONDE_OK && ask_router(&reach, &ask, &answer, err) == SONDE_OK) {
		tell(&sinks, &ask, &answer, err);
		status = answer.interrupted ? EXIT_INTERRUPTED : is_good(&ask, &answer) ? 0 : EXIT_NOT_ACTIVE;
	} else if (reach.net.wire || reach.targets.count) {
		const struct sonde_addr *target = reach.targets.count ? &reach.targets.items[0].addr : NULL;
		sn_hint_fill(err, &(struct sn_hint_about){.opts = &opts, .target = target, .wire = "raw"});
	}
	if (err->code && sinks.ready && !sinks.reported) {
		struct sonde_error unwritten = {0}; /* there is one to tell of already */
		sn_sinks_failed(&sinks, err);
		(void)!report(&sinks, &ask, &answer, &unwritten);
	}
	sn_sinks_finish(&sinks);
	sn_reach_finish(&reach);
	return status;
}
