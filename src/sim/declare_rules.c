/* SPDX-License-Identifier: MIT */
/* What routes and filters declare. */
#include "sim/parse.h"

#include "packet/ip.h"
#include "packet/transport.h"
#include "sim/filter.h"

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
	struct sn_sim_filter *filter = field;
	uint64_t number = 0;
	int word = sn_sim_read_word(text, words);
	filter->has_protocol = true;
	filter->echo_only = word == 1;
	if (word < 0 && !sn_sim_read_number(text, UINT8_MAX, &number))
		return false;
	filter->protocol4 = word < 0 ? (uint8_t)number : numbers[word][0];
	filter->protocol6 = word < 0 ? (uint8_t)number : numbers[word][1];
	return true;
}

static bool read_flags(const char *text, void *field)
{
	static const char *const words[] = {"fin", "syn", "rst", "psh", "ack", "urg", NULL};
	struct sn_sim_filter *filter = field;
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
			filter->flags_clear |= (uint8_t)(1 << bit);
		else
			filter->flags_set |= (uint8_t)(1 << bit);
		text += length + (text[length] == ',');
	}
	return filter->flags_set || filter->flags_clear;
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
	struct sn_sim_filter *filter = field;
	uint64_t dscp = 0;
	filter->has_dscp = text && sn_sim_read_number(text, 63, &dscp);
	filter->dscp = (uint8_t)dscp;
	return filter->has_dscp;
}

static bool read_df(const char *text, void *field)
{
	bool set = false, good = sn_sim_read_switch(text, &set);
	*(uint8_t *)field = set ? 1 : 2;
	return good;
}

static bool read_payload(const char *text, void *field)
{
	static const char *const words[] = {"dns", "ntp", NULL};
	int word = text ? sn_sim_read_word(text, words) : -1;
	*(enum sn_sim_payload *)field = word == 0 ? SN_SIM_PAYLOAD_DNS : SN_SIM_PAYLOAD_NTP;
	return word >= 0;
}

#define FILTER(field) offsetof(struct sn_sim_filter, field)
static const struct sn_sim_attr filter_attrs[] = {
	{"proto", 0, 0, 0, read_proto, "icmp, echo, tcp, udp, udplite, sctp, dccp or a number up to 255"},
	{"flags", 0, 0, 0, read_flags, "TCP flags such as syn,!ack"},
	{"family", 0, FILTER(family), 0, read_family, "4 or 6"},
	{"sport", 0, FILTER(sport), 0, sn_sim_read_ports, PORTS},
	{"dport", 0, FILTER(dport), 0, sn_sim_read_ports, PORTS},
	{"length", 0, FILTER(length), 0, sn_sim_read_ports, "bytes such as 576-1500 (at most 16 ranges)"},
	{"dscp", 0, 0, 0, read_dscp, "a number up to 63"},
	{"df", 0, FILTER(df), 0, read_df, "on or off"},
	{"payload", 0, FILTER(payload), 0, read_payload, "dns or ntp"},
	{"src", 0, FILTER(src), 0, sn_sim_read_prefix, PREFIX},
	{"dst", 0, FILTER(dst), 0, sn_sim_read_prefix, PREFIX},
	{"before-ttl", 0, FILTER(before_ttl), 0, sn_sim_read_flag, "no value"},
	{"at", 0, FILTER(at), 0, sn_sim_read_window, WINDOW},
	{NULL},
};

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
	struct sn_sim_filter filter = {.at = {0, SONDE_NEVER}, .order = (uint32_t)net->filter_count, .from_node = SN_SIM_NONE};
	int result = sn_sim_parse_node(parser, parser->words[1], &filter.node);
	if (!result)
		result = read_action(parser, &filter, parser->words[2]);
	for (size_t i = 3; !result && i < parser->word_count; i++) {
		if (strncmp(parser->words[i], "from=", 5) == 0)
			result = sn_sim_parse_node(parser, parser->words[i] + 5, &filter.from_node);
		else
			result = sn_sim_parse_attr(parser, filter_attrs, 0, &filter, parser->words[i]);
	}
	if (result)
		return result;
	struct sn_sim_filter *added = sn_sim_grow(&net->filters, &net->filter_count, sizeof *added, SN_SIM_RULES_MAX);
	if (!added)
		return sn_sim_parse_full(parser, "filters", net->filter_count, SN_SIM_RULES_MAX);
	*added = filter;
	return 0;
}
