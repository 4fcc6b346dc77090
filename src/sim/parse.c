/* SPDX-License-Identifier: MIT */
/* Lines to words to declarations. Knows the form of a .net file, not what its declarations mean. */
#include "sim/parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct declaration {
	const char *word;
	int (*declare)(struct sn_sim_parser *parser);
	size_t min_words;
	const char *form;
};

static const struct declaration declarations[] = {
	{"observer", sn_sim_declare_node, 2, "observer NAME [ATTRIBUTE...]"},
	{"router", sn_sim_declare_node, 2, "router NAME... [ATTRIBUTE...]"},
	{"host", sn_sim_declare_node, 2, "host NAME... [ATTRIBUTE...]"},
	{"link", sn_sim_declare_link, 3, "link NODE NODE [ADDRESS/LENGTH ADDRESS/LENGTH]... [ATTRIBUTE...]"},
	{"address", sn_sim_declare_address, 3, "address NODE ADDRESS..."},
	{"route", sn_sim_declare_route, 4, "route NODE PREFIX via NODE[,NODE...] | unreachable | prohibit | blackhole"},
	{"filter", sn_sim_declare_filter, 3, "filter NODE accept | drop | reject=KIND [ATTRIBUTE...]"},
	{"rewrite", sn_sim_declare_rewrite, 3, "rewrite NODE WHAT=VALUE [ATTRIBUTE...]"},
	{"name", sn_sim_declare_name, 3, "name ADDRESS NAME"},
};

int sn_sim_parse_fail(struct sn_sim_parser *parser, const char *format, ...)
{
	char what[150];
	va_list args;
	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	return sonde_fail(parser->err, SONDE_E_FORMAT, 0, "%s:%u: %s", parser->file_name, parser->line, what);
}

int sn_sim_parse_full(struct sn_sim_parser *parser, const char *what, size_t count, size_t max_count)
{
	if (count == max_count)
		return sn_sim_parse_fail(parser, "too many %s: at most %zu", what, max_count);
	return sonde_fail(parser->err, SONDE_E_NOMEM, 0, "%s:%u: reading %s", parser->file_name, parser->line, what);
}

static int read_value(const struct sn_sim_attr *attr, void *object, const char *value)
{
	char *field = (char *)object + attr->offset;
	if (!attr->pair_bytes)
		return attr->read(value, field) ? 0 : SONDE_E_FORMAT;
	const char *comma = value ? strchr(value, ',') : NULL;
	char first[64];
	if (comma && (size_t)(comma - value) >= sizeof first)
		return SONDE_E_FORMAT;
	if (comma)
		snprintf(first, sizeof first, "%.*s", (int)(comma - value), value);
	const char *there = comma ? first : value, *back = comma ? comma + 1 : value;
	return attr->read(there, field) && attr->read(back, field + attr->pair_bytes) ? 0 : SONDE_E_FORMAT;
}

int sn_sim_parse_attr(struct sn_sim_parser *parser, const struct sn_sim_attr *table, uint8_t kind, void *object, const char *word)
{
	size_t name_bytes = strcspn(word, "=");
	const char *value = word[name_bytes] ? word + name_bytes + 1 : NULL;
	for (const struct sn_sim_attr *attr = table; attr->name; attr++) {
		if (strlen(attr->name) != name_bytes || memcmp(attr->name, word, name_bytes) != 0)
			continue;
		if (attr->kinds && !(attr->kinds & kind))
			return sn_sim_parse_fail(parser, "'%s' is no attribute of %s", attr->name, parser->words[0]);
		if (read_value(attr, object, value) != 0)
			return sn_sim_parse_fail(parser, "'%s': expected %s", word, attr->expected);
		return 0;
	}
	return sn_sim_parse_fail(parser, "'%s' is no attribute of %s", word, parser->words[0]);
}

int sn_sim_parse_attrs(struct sn_sim_parser *parser, const struct sn_sim_attr *table, void *object, size_t first)
{
	int result = 0;
	for (size_t i = first; !result && i < parser->word_count; i++)
		result = sn_sim_parse_attr(parser, table, 0, object, parser->words[i]);
	return result;
}

int sn_sim_parse_node(struct sn_sim_parser *parser, const char *word, uint32_t *node)
{
	*node = sn_sim_node_find(parser->net, word);
	if (*node == SN_SIM_NONE)
		return sn_sim_parse_fail(parser, "'%s': expected the name of a node declared above", word);
	return 0;
}

/* Cuts the line at p into words; a word that starts with # ends it. Returns where the next line starts. */
static const char *cut(struct sn_sim_parser *parser, const char *p, const char *end, int *result)
{
	const char *line_end = memchr(p, '\n', (size_t)(end - p));
	size_t length = (size_t)((line_end ? line_end : end) - p);
	parser->line++;
	parser->word_count = 0;
	*result = 0;
	if (length >= sizeof parser->text || memchr(p, 0, length)) {
		*result = sn_sim_parse_fail(parser, "expected a line of text of at most %zu bytes", sizeof parser->text - 1);
		return end;
	}
	memcpy(parser->text, p, length);
	parser->text[length] = 0;
	for (char *word = parser->text + strspn(parser->text, " \t\r"); *word && *word != '#';) {
		if (parser->word_count == SN_SIM_WORDS_MAX) {
			*result = sn_sim_parse_fail(parser, "expected at most %d words", SN_SIM_WORDS_MAX);
			break;
		}
		parser->words[parser->word_count++] = word;
		word += strcspn(word, " \t\r");
		if (*word)
			*word++ = 0;
		word += strspn(word, " \t\r");
	}
	return line_end ? line_end + 1 : end;
}

static int declare(struct sn_sim_parser *parser)
{
	for (size_t i = 0; i < sizeof declarations / sizeof *declarations; i++) {
		const struct declaration *d = &declarations[i];
		if (strcmp(d->word, parser->words[0]) != 0)
			continue;
		if (parser->word_count < d->min_words)
			return sn_sim_parse_fail(parser, "expected %s", d->form);
		return d->declare(parser);
	}
	return sn_sim_parse_fail(parser, "'%s': expected observer, router, host, link, address, route, filter, rewrite or name",
	                         parser->words[0]);
}

/* A misspelt attribute reads as one more node: one that nothing leads to. */
static int check_links(struct sn_sim_parser *parser)
{
	const struct sn_sim_net *net = parser->net;
	for (size_t i = 0; i < net->node_count; i++) {
		parser->line = net->nodes[i].line;
		if (i != net->observer && net->nodes[i].iface_count == 0)
			return sn_sim_parse_fail(parser, "'%s': expected a link to it somewhere in the file", net->nodes[i].name);
	}
	return 0;
}

int sn_sim_parse(struct sn_sim_net *net, const char *text, size_t text_bytes, const char *file_name, struct sonde_error *err)
{
	struct sn_sim_parser parser = {.net = net, .file_name = file_name, .err = err};
	net->observer = SN_SIM_NONE;
	for (const char *p = text, *end = text + text_bytes; p < end;) {
		int result = 0;
		p = cut(&parser, p, end, &result);
		if (!result && parser.word_count)
			result = declare(&parser);
		if (result)
			return result;
	}
	if (net->observer == SN_SIM_NONE)
		return sn_sim_parse_fail(&parser, "expected a line 'observer NAME' somewhere in the file");
	int result = sn_sim_net_complete(net);
	if (result == SONDE_E_RANGE)
		return sn_sim_parse_fail(&parser, "the network is too large: %zu nodes with %zu prefixes", net->node_count,
		                         net->prefix_count);
	return result ? sonde_fail(err, result, 0, "%s: building the network", file_name) : check_links(&parser);
}
