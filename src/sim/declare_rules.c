/* SPDX-License-Identifier: MIT */
/* What routes, filters and rewritings declare. */
#include "sim/parse.h"

#include "packet/ip.h"
#include "packet/transport.h"
#include "sim/filter.h"
#include "sim/rewrite.h"

#include <stdio.h>
#include <string.h>

#define PORTS "ports such as 80,443,8000-8080 or all (at most 16 ranges)"
#define PREFIX "a prefix such as 192.0.2.0/24 or 2001:db8::/32"
#define WINDOW "a time such as 5s-10s or 5s"

static bool read_balance(const char *text, void *field)
{
	static const char *const words[] = {[SN_SIM_BALANCE_FLOW] = "flow", [SN_SIM_BALANCE_LABEL] = "label",
	                                    [SN_SIM_BALANCE_DESTINATION] = "destination", [SN_SIM_BALANCE_PACKET] = "packet", NULL};
	int word = sn_sim_read_word(text, words);
	*(enum sn_sim_balance *)field = word < 0 ? SN_SIM_BALANCE_FLOW : (enum sn_sim_balance)word;
	return word >= 0;
}

#define ROUTE(field) offsetof(struct sn_sim_route, field)
static const struct sn_sim_attr route_attrs[] = {
	{"balance", 0, ROUTE(balance), 0, read_balance, "flow, label, destination or packet"},
	{"at", 0, ROUTE(at), 0, sn_sim_read_window, WINDOW},
	{NULL},
};

/* The interface of `node` that leads to a neighbour, given by name or, where several links do, by its address. */
static int find_via(struct sn_sim_parser *parser, uint32_t node, const char *word, uint32_t *iface)
{
	const struct sn_sim_net *net = parser->net;
	struct sonde_addr addr = {0};
	bool by_addr = sonde_addr_parse(word, &addr);
	for (size_t i = 0; i < net->address_count && by_addr; i++) {
		const struct sn_sim_address *a = &net->addresses[i];
		*iface = a->iface ^ 1u;
		if (a->iface != SN_SIM_NONE && net->ifaces[*iface].node == node && sonde_addr_equal(&a->addr, &addr))
			return 0;
	}
	for (uint32_t i = 0; i < 2 * net->link_count && !by_addr; i++) {
		*iface = i;
		if (net->ifaces[i].node == node && strcmp(net->nodes[net->ifaces[i ^ 1u].node].name, word) == 0)
			return 0;
	}
	return sn_sim_parse_fail(parser, "'%s': expected a neighbour of '%s' on a link declared above", word, net->nodes[node].name);
}

static int read_via(struct sn_sim_parser *parser, struct sn_sim_route *route, const char *list)
{
	for (const char *p = list;;) {
		char word[SN_SIM_NAME_BYTES + SONDE_ADDR_TEXT];
		size_t length = strcspn(p, ",");
		if (route->via_count == SN_SIM_VIA_MAX)
			return sn_sim_parse_fail(parser, "'%s': expected at most %d next hops", list, SN_SIM_VIA_MAX);
		snprintf(word, sizeof word, "%.*s", (int)(length < sizeof word ? length : sizeof word), p);
		int result = find_via(parser, route->node, word, &route->via[route->via_count]);
		if (result)
			return result;
		route->via_count++;
		if (p[length] == 0)
			return 0;
		p += length + 1;
	}
}

int sn_sim_declare_route(struct sn_sim_parser *parser)
{
	static const char *const kinds[] = {[SN_SIM_ROUTE_VIA] = "via", [SN_SIM_ROUTE_UNREACHABLE] = "unreachable",
	                                    [SN_SIM_ROUTE_PROHIBIT] = "prohibit", [SN_SIM_ROUTE_BLACKHOLE] = "blackhole", NULL};
	struct sn_sim_net *net = parser->net;
	struct sn_sim_route route = {.at = {0, SONDE_NEVER}, .order = (uint32_t)net->route_count};
	int result = sn_sim_parse_node(parser, parser->words[1], &route.node);
	if (result)
		return result;
	if (!sn_sim_read_prefix(parser->words[2], &route.to))
		return sn_sim_parse_fail(parser, "'%s': expected %s", parser->words[2], PREFIX);
	int kind = sn_sim_read_word(parser->words[3], kinds);
	bool via = kind == SN_SIM_ROUTE_VIA;
	if (kind < 0 || (via && parser->word_count < 5))
		return sn_sim_parse_fail(parser, "'%s': expected via NODE[,NODE...], unreachable, prohibit or blackhole", parser->words[3]);
	route.kind = (enum sn_sim_route_kind)kind;
	if (via)
		result = read_via(parser, &route, parser->words[4]);
	if (!result)
		result = sn_sim_parse_attrs(parser, route_attrs, &route, via ? 5 : 4);
	if (result)
		return result;
	struct sn_sim_route *added = sn_sim_grow(&net->routes, &net->route_count, sizeof *added, SN_SIM_RULES_MAX);
	if (!added)
		return sn_sim_parse_full(parser, "routes", net->route_count, SN_SIM_RULES_MAX);
	*added = route;
	return 0;
}

static bool read_proto(const char *text, void *field)
{
	static const char *const words[] = {"icmp", "echo", "tcp", "udp", "udplite", "sctp", "dccp", NULL};
	static const uint8_t numbers[][2] = {{SN_PROTO_ICMP, SN_PROTO_ICMP6}, {SN_PROTO_ICMP, SN_PROTO_ICMP6}, {SN_PROTO_TCP, SN_PROTO_TCP},
	                                     {SN_PROTO_UDP, SN_PROTO_UDP}, {SN_PROTO_UDPLITE, SN_PROTO_UDPLITE},
	                                     {SN_PROTO_SCTP, SN_PROTO_SCTP}, {SN_PROTO_DCCP, SN_PROTO_DCCP}};
	struct sn_sim_match *match = field;
	uint64_t number = 0;
	int word = sn_sim_read_word(text, words);
	match->has_protocol = true;
	match->echo_only = word == 1;
	if (word < 0 && !sn_sim_read_number(text, UINT8_MAX, &number))
		return false;
	match->protocol4 = word < 0 ? (uint8_t)number : numbers[word][0];
	match->protocol6 = word < 0 ? (uint8_t)number : numbers[word][1];
	return true;
}

static bool read_flags(const char *text, void *field)
{
	static const char *const words[] = {"fin", "syn", "rst", "psh", "ack", "urg", NULL};
	struct sn_sim_match *match = field;
	while (text && *text) {
		bool clear = *text == '!';
		char word[8];
		text += clear;
		size_t length = strcspn(text, ",");
		if (length >= sizeof word)
			return false;
		snprintf(word, sizeof word, "%.*s", (int)length, text);
		int bit = sn_sim_read_word(word, words);
		if (bit < 0)
			return false;
		if (clear)
			match->flags_clear |= (uint8_t)(1 << bit);
		else
			match->flags_set |= (uint8_t)(1 << bit);
		text += length + (text[length] == ',');
	}
	return match->flags_set || match->flags_clear;
}

static bool read_family(const char *text, void *field)
{
	uint64_t family = 0;
	bool good = sn_sim_read_number(text, 6, &family) && (family == 4 || family == 6);
	*(uint8_t *)field = (uint8_t)family;
	return good;
}

static bool read_dscp(const char *text, void *field)
{
	struct sn_sim_match *match = field;
	uint64_t dscp = 0;
	match->has_dscp = text && sn_sim_read_number(text, 63, &dscp);
	match->dscp = (uint8_t)dscp;
	return match->has_dscp;
}

static bool read_df(const char *text, void *field)
{
	bool set = false, good = sn_sim_read_switch(text, &set);
	*(uint8_t *)field = set ? 1 : 2;
	return good;
}

static bool read_payload(const char *text, void *field)
{
	static const char *const words[] = {"dns", "ntp", "quic", "tls", NULL};
	int word = text ? sn_sim_read_word(text, words) : -1;
	*(enum sn_sim_payload *)field = (enum sn_sim_payload)(SN_SIM_PAYLOAD_DNS + (word < 0 ? 0 : word));
	return word >= 0;
}

#define MATCH(field) offsetof(struct sn_sim_match, field)
static const struct sn_sim_attr match_attrs[] = {
	{"proto", 0, 0, 0, read_proto, "icmp, echo, tcp, udp, udplite, sctp, dccp or a number up to 255"},
	{"flags", 0, 0, 0, read_flags, "TCP flags such as syn,!ack"},
	{"family", 0, MATCH(family), 0, read_family, "4 or 6"},
	{"sport", 0, MATCH(sport), 0, sn_sim_read_ports, PORTS},
	{"dport", 0, MATCH(dport), 0, sn_sim_read_ports, PORTS},
	{"length", 0, MATCH(length), 0, sn_sim_read_ports, "bytes such as 576-1500 (at most 16 ranges)"},
	{"dscp", 0, 0, 0, read_dscp, "a number up to 63"},
	{"df", 0, MATCH(df), 0, read_df, "on or off"},
	{"payload", 0, MATCH(payload), 0, read_payload, "dns, ntp, quic or tls"},
	{"src", 0, MATCH(src), 0, sn_sim_read_prefix, PREFIX},
	{"dst", 0, MATCH(dst), 0, sn_sim_read_prefix, PREFIX},
	{"before-ttl", 0, MATCH(before_ttl), 0, sn_sim_read_flag, "no value"},
	{"at", 0, MATCH(at), 0, sn_sim_read_window, WINDOW},
	{NULL},
};

/* One word that says which packets are meant. */
static int read_match(struct sn_sim_parser *parser, struct sn_sim_match *match, const char *word)
{
	if (strncmp(word, "from=", 5) == 0)
		return sn_sim_parse_node(parser, word + 5, &match->from_node);
	return sn_sim_parse_attr(parser, match_attrs, 0, match, word);
}

/* Every packet, at any time. */
static const struct sn_sim_match everything = {.at = {0, SONDE_NEVER}, .from_node = SN_SIM_NONE};

static int read_action(struct sn_sim_parser *parser, struct sn_sim_filter *filter, const char *word)
{
	if (strcmp(word, "accept") == 0)
		filter->action = SN_SIM_ACCEPT;
	else if (strcmp(word, "drop") == 0)
		filter->action = SN_SIM_DROP;
	else if (strcmp(word, "intercept") == 0)
		filter->action = SN_SIM_INTERCEPT;
	else if (strncmp(word, "reject=", 7) == 0 && (filter->reject = sn_sim_reject_find(word + 7)))
		filter->action = SN_SIM_REJECT;
	else
		return sn_sim_parse_fail(parser, "'%s': expected accept, drop, intercept or reject=%s", word, SN_SIM_REJECT_NAMES);
	return 0;
}

int sn_sim_declare_filter(struct sn_sim_parser *parser)
{
	struct sn_sim_net *net = parser->net;
	struct sn_sim_filter filter = {.place.order = (uint32_t)net->filter_count, .match = everything};
	int result = sn_sim_parse_node(parser, parser->words[1], &filter.place.node);
	if (!result)
		result = read_action(parser, &filter, parser->words[2]);
	for (size_t i = 3; !result && i < parser->word_count; i++)
		result = read_match(parser, &filter.match, parser->words[i]);
	if (result)
		return result;
	struct sn_sim_filter *added = sn_sim_grow(&net->filters, &net->filter_count, sizeof *added, SN_SIM_RULES_MAX);
	if (!added)
		return sn_sim_parse_full(parser, "filters", net->filter_count, SN_SIM_RULES_MAX);
	*added = filter;
	return 0;
}

static bool read_new_ports(const char *text, void *field)
{
	struct sn_sim_rewrite *rule = field;
	struct sn_sim_ports ports;
	bool good = text && sn_sim_read_ports(text, &ports) && ports.count == 1 && ports.range[0].first > 0;
	rule->first_port = good ? ports.range[0].first : 0;
	rule->last_port = good ? ports.range[0].last : 0;
	return good;
}

static bool read_nat_quote(const char *text, void *field)
{
	static const char *const words[] = {[SN_SIM_NAT_QUOTE_FULL] = "full", [SN_SIM_NAT_QUOTE_IP_ONLY] = "ip-only",
	                                    [SN_SIM_NAT_QUOTE_STALE] = "stale-checksum", [SN_SIM_NAT_QUOTE_NONE] = "none", NULL};
	int word = sn_sim_read_word(text, words);
	*(enum sn_sim_nat_quote *)field = word < 0 ? SN_SIM_NAT_QUOTE_FULL : (enum sn_sim_nat_quote)word;
	return word >= 0;
}

enum { OF_TRANSLATORS = 1, OF_OTHERS = 2 };

/* What a rewriting has beside the packets that it is for. */
static const struct sn_sim_attr rewrite_attrs[] = {
	{"share", 0, offsetof(struct sn_sim_rewrite, share_ppm), 0, sn_sim_read_share, "a share such as 0.1 or 10%"},
	{"ports", OF_TRANSLATORS, 0, 0, read_new_ports, "a port or a range such as 1024-2047"},
	{"nat-quote", OF_TRANSLATORS, offsetof(struct sn_sim_rewrite, quote), 0, read_nat_quote, "full, ip-only, stale-checksum or none"},
	{NULL},
};

static bool is_named(const struct sn_sim_attr *table, const char *word)
{
	size_t length = strcspn(word, "=");
	for (; table->name; table++)
		if (strlen(table->name) == length && memcmp(table->name, word, length) == 0)
			return true;
	return false;
}

static int read_what(struct sn_sim_parser *parser, struct sn_sim_rewrite *rule, const char *word)
{
	char name[16];
	size_t length = strcspn(word, "=");
	snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name), word);
	rule->kind = sn_sim_rewrite_find(name);
	if (!rule->kind)
		return sn_sim_parse_fail(parser, "'%s': expected what to change, such as dscp=0 or snat=masquerade", word);
	if (!rule->kind->read(word[length] ? word + length + 1 : NULL, rule))
		return sn_sim_parse_fail(parser, "'%s': expected %s", word, rule->kind->expected);
	return 0;
}

int sn_sim_declare_rewrite(struct sn_sim_parser *parser)
{
	struct sn_sim_net *net = parser->net;
	struct sn_sim_rewrite rule = {.place.order = (uint32_t)net->rewrite_count, .match = everything, .share_ppm = SN_SIM_ALL_PPM};
	int result = sn_sim_parse_node(parser, parser->words[1], &rule.place.node);
	if (!result && net->nodes[rule.place.node].kind != SN_SIM_ROUTER)
		return sn_sim_parse_fail(parser, "'%s': expected a router", parser->words[1]);
	if (!result)
		result = read_what(parser, &rule, parser->words[2]);
	for (size_t i = 3; !result && i < parser->word_count; i++) {
		uint8_t kind = rule.kind->is_translator ? OF_TRANSLATORS : OF_OTHERS;
		if (is_named(rewrite_attrs, parser->words[i]))
			result = sn_sim_parse_attr(parser, rewrite_attrs, kind, &rule, parser->words[i]);
		else
			result = read_match(parser, &rule.match, parser->words[i]);
	}
	if (result)
		return result;
	struct sn_sim_rewrite *added = sn_sim_grow(&net->rewrites, &net->rewrite_count, sizeof *added, SN_SIM_RULES_MAX);
	if (!added)
		return sn_sim_parse_full(parser, "rewritings", net->rewrite_count, SN_SIM_RULES_MAX);
	*added = rule;
	return 0;
}
