/* SPDX-License-Identifier: MIT */
/* How rules speak: hops, addresses, lists and commands in the same words everywhere. */
#include "diag/diag.h"

#include "base/word.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Appends; what does not fit is cut, and the tests of the rules would see it. */
static void add(char *text, size_t bytes, const char *format, va_list args) __attribute__((format(printf, 3, 0)));
static void add(char *text, size_t bytes, const char *format, va_list args)
{
	size_t at = strlen(text);
	vsnprintf(text + at, bytes - at, format, args);
}

void sn_say(struct sonde_finding *f, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add(f->sentence, sizeof f->sentence, format, args);
	va_end(args);
}

void sn_otherwise(struct sonde_finding *f, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add(f->otherwise, sizeof f->otherwise, format, args);
	va_end(args);
}

void sn_headline(struct sonde_finding *f, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add(f->headline, sizeof f->headline, format, args);
	va_end(args);
}

/* What a command to try must repeat. A search for the path MTU has no packets that may be cut, and no such option. */
static void put_repeated(struct sn_buf *text, const char *repeat, const char *verb)
{
	static const char no_df[] = " --no-df";
	const char *out = strcmp(verb, "mtu") == 0 ? strstr(repeat, no_df) : NULL;
	sn_buf_add(text, repeat, out ? (size_t)(out - repeat) : strlen(repeat));
	sn_buf_puts(text, out ? out + strlen(no_df) : "");
}

void sn_next(struct sn_case *c, struct sonde_finding *f, const char *verb, const char *options)
{
	const char *repeat = c->about->repeat ? c->about->repeat : "";
	const char *methods = c->about->methods && strcmp(verb, "compare") == 0 ? c->about->methods : "";
	struct sn_buf text = {0};
	sn_buf_printf(&text, "sonde%s%s%s%s%s", *verb ? " " : "", verb, *options ? " " : "", options, methods);
	put_repeated(&text, repeat, verb);
	sn_buf_putc(&text, ' ');
	sn_next_is(c, f, &text);
}

void sn_next_is(struct sn_case *c, struct sonde_finding *f, struct sn_buf *command)
{
	sn_word_put(command, c->about->host ? c->about->host : "HOST");
	/* half a command is none */
	if (!command->bad && command->length_bytes < sizeof f->next)
		memcpy(f->next, command->text, command->length_bytes + 1);
	c->bad |= command->bad;
	sn_buf_finish(command);
}

void sn_next_compare(struct sn_case *c, struct sonde_finding *f)
{
	static const char *const usual[] = {"icmp", "udp/33434", "udp/53", "tcp/80", "tcp/443"};
	/* What every link takes (RFC 8200 section 5); of larger probes the size is the first suspect. */
	enum { ANY_LINK_BYTES = 1280 };
	char own[SN_OPTION_BYTES], options[SN_OPTION_BYTES + 32];
	if (c->view_count == 1 && c->view->cfg->size_bytes > ANY_LINK_BYTES) {
		sn_next(c, f, "mtu", sn_same_method(c->view, own));
		return;
	}
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		if (strcmp(usual[i], c->view->label) == 0) {
			sn_next(c, f, "compare", "");
			return;
		}
	snprintf(options, sizeof options, "-M icmp -M tcp:443 %s", sn_same_method(c->view, own));
	sn_next(c, f, "compare", options);
}

void sn_next_again(struct sn_case *c, struct sonde_finding *f, const char *options)
{
	char all[SN_OPTION_BYTES + 48];
	if (c->view_count > 1) {
		sn_next(c, f, "compare", options);
		return;
	}
	sn_same_method(c->view, all);
	if (*options)
		snprintf(all + strlen(all), sizeof all - strlen(all), " %s", options);
	sn_next(c, f, "", all);
}

void sn_evidence(struct sonde_finding *f, const char *key, const char *unit, double value)
{
	if (f->evidence_count < SONDE_EVIDENCE_MAX)
		f->evidence[f->evidence_count++] = (struct sonde_evidence){.key = key, .unit = unit, .value = value};
}

void sn_say_hop(struct sonde_finding *f, const struct sn_view *view, uint8_t ttl)
{
	const struct sonde_row *row = &view->rows[ttl];
	char addr[SONDE_ADDR_TEXT];
	sn_say(f, "hop %u", (unsigned)ttl);
	if (row->responder_count == 1)
		sn_say(f, " (%s)", sonde_addr_text(&row->responders[0].addr, addr));
	else if (row->responder_count > 1)
		sn_say(f, " (%s and %zu more)", sonde_addr_text(&row->responders[0].addr, addr), row->responder_count - 1);
}

void sn_headline_hop(struct sonde_finding *f, const struct sn_view *view, uint8_t ttl)
{
	const struct sonde_row *row = &view->rows[ttl];
	char addr[SONDE_ADDR_TEXT];
	if (!ttl)
		sn_headline(f, "Nothing answers");
	else if (row->responder_count)
		sn_headline(f, "hop %u (%s)", (unsigned)ttl, sonde_addr_text(&row->responders[0].addr, addr));
	else
		sn_headline(f, "hop %u", (unsigned)ttl);
}

void sn_say_who(struct sonde_finding *f, const struct sn_view *view, const struct sonde_addr *who, uint8_t last_ttl)
{
	char addr[SONDE_ADDR_TEXT];
	uint8_t ttl = sn_nearest_ttl(view, who, last_ttl);
	sn_say(f, "%s", sonde_addr_equal(who, &view->cfg->dst) ? "the target itself" : sonde_addr_text(who, addr));
	if (ttl)
		sn_say(f, " at hop %u", (unsigned)ttl);
}

size_t sn_say_labels(struct sonde_finding *f, const struct sn_case *c, bool (*is)(const struct sn_case *c, const struct sn_view *view))
{
	size_t count = 0, said = 0;
	for (size_t i = 0; i < c->view_count; i++)
		count += is(c, &c->views[i]);
	for (size_t i = 0; i < c->view_count; i++) {
		if (!is(c, &c->views[i]))
			continue;
		sn_say(f, "%s%s", said == 0 ? "" : said + 1 == count ? " and " : ", ", c->views[i].label);
		said++;
	}
	return count;
}

void sn_say_silent_hops(struct sonde_finding *f, const struct sn_view *view, const char *before)
{
	unsigned from = view->end->last_answering_ttl + 1u, to = view->end->last_ttl;
	from = from < view->cfg->first_ttl ? view->cfg->first_ttl : from;
	uint32_t least = UINT32_MAX, most = 0;
	for (unsigned ttl = from; ttl <= to; ttl++) {
		uint32_t silent = sn_silent_count(&view->rows[ttl]);
		least = silent < least ? silent : least;
		most = silent > most ? silent : most;
	}
	if (from > to || least == 0)
		return;
	const char *each = from < to ? " each" : "";
	sn_say(f, from < to ? "%shops %u to %u" : "%shop %u", before, from, to);
	if (least < most)
		sn_say(f, " left %u to %u probes%s unanswered", least, most, each);
	else
		sn_say(f, " left %u probe%s%s unanswered", most, most == 1 ? "" : "s", each);
}

void sn_say_ttl255(struct sonde_finding *f, const struct sn_view *view)
{
	if (!view->end->ttl255_asked)
		return;
	if (view->end->ttl255 == SONDE_M_NONE && view->rows[SONDE_TTL_LAST].answered_count)
		sn_say(f, "; what answers a probe at TTL 255 quotes too little of it to be believed");
	else if (view->end->ttl255 == SONDE_M_NONE)
		sn_say(f, "; the target did not answer a probe at TTL 255 either");
	else if (sonde_meaning_is_final(view->end->ttl255))
		sn_say(f, "; yet the target answers a probe at TTL 255 (%s)", sonde_meaning_name(view->end->ttl255));
	else
		sn_say(f, "; a probe at TTL 255 got %s", sonde_meaning_name(view->end->ttl255));
}

void sn_say_last_answer(struct sonde_finding *f, const struct sn_view *view)
{
	if (!view->end->last_answering_ttl) {
		sn_say(f, "Nothing had answered yet.");
		return;
	}
	sn_say(f, "The last answer came from ");
	sn_say_hop(f, view, view->end->last_answering_ttl);
	sn_say(f, ".");
}

const char *sn_same_method(const struct sn_view *view, char text[SN_OPTION_BYTES])
{
	uint16_t port = view->cfg->dport ? view->cfg->dport : view->method->default_port;
	if (view->method->takes_port || view->method->takes_protocol)
		snprintf(text, SN_OPTION_BYTES, "-M %s:%u", view->method->name, (unsigned)port);
	else
		snprintf(text, SN_OPTION_BYTES, "-M %s", view->method->name);
	return text;
}
