/* SPDX-License-Identifier: MIT */
/* What nodes, links, addresses and names declare. */
#include "sim/parse.h"

#include "base/addr.h"

#include <stdio.h>
#include <string.h>

#define DURATION "a duration such as 10ms, 200us or 0"
#define SHARE "a share such as 0.1 or 10%"
#define PORTS "ports such as 80,443,8000-8080 or all (at most 16 ranges)"
#define WINDOW "nothing, or a time such as 5s-10s or 5s"

static bool read_per(const char *text, void *field)
{
	static const char *const words[] = {"destination", "node", NULL};
	int word = sn_sim_read_word(text, words);
	*(bool *)field = word == 1;
	return word >= 0;
}

static bool read_answer_from(const char *text, void *field)
{
	static const char *const words[] = {[SN_SIM_FROM_LINUX] = "linux", [SN_SIM_FROM_BACK] = "back", [SN_SIM_FROM_IN] = "in",
	                                    [SN_SIM_FROM_ADDRESS] = "own", NULL};
	int word = sn_sim_read_word(text, words);
	*(enum sn_sim_answer_from *)field = word < 0 ? SN_SIM_FROM_LINUX : (enum sn_sim_answer_from)word;
	return word >= 0;
}

static bool read_quote_length(const char *text, void *field)
{
	static const char *const words[] = {[SN_SIM_LENGTH_AS_SENT] = "as-sent", [SN_SIM_LENGTH_HOST_ORDER] = "host-order",
	                                    [SN_SIM_LENGTH_MINUS_HEADER] = "minus-header", NULL};
	int word = sn_sim_read_word(text, words);
	*(enum sn_sim_quote_length *)field = word < 0 ? SN_SIM_LENGTH_AS_SENT : (enum sn_sim_quote_length)word;
	return word >= 0;
}

static bool read_quote_checksum(const char *text, void *field)
{
	static const char *const words[] = {[SN_SIM_CHECKSUM_MENDED] = "mended", [SN_SIM_CHECKSUM_STALE] = "stale",
	                                    [SN_SIM_CHECKSUM_ZERO] = "zero", NULL};
	int word = sn_sim_read_word(text, words);
	*(enum sn_sim_quote_checksum *)field = word < 0 ? SN_SIM_CHECKSUM_MENDED : (enum sn_sim_quote_checksum)word;
	return word >= 0;
}

static bool read_address(const char *text, void *field)
{
	return sonde_addr_parse(text, field);
}

#define NODE(field) offsetof(struct sn_sim_node, field)
static const struct sn_sim_attr node_attrs[] = {
	{"silent", 0, NODE(silent), 0, sn_sim_read_flag, "no value"},
	{"echo", 0, NODE(echo), 0, sn_sim_read_switch, "on or off"},
	{"timestamp", 0, NODE(timestamp), 0, sn_sim_read_switch, "on or off"},
	{"reply-ttl", 0, NODE(reply_ttl), 0, sn_sim_read_ttl, "a TTL from 1 to 255"},
	{"quote", 0, NODE(quote_bytes), 0, sn_sim_read_quote, "bytes from 8 on, full or linux"},
	{"quote-pad", 0, NODE(quote_pad_bytes), 0, sn_sim_read_count, "a count from 1 on"},
	{"quote-length", 0, NODE(quote_length), 0, read_quote_length, "as-sent, host-order or minus-header"},
	{"quote-checksum", 0, NODE(quote_checksum), 0, read_quote_checksum, "mended, stale or zero"},
	{"icmp-rate", 0, NODE(icmp_cost_ns), 0, sn_sim_read_rate, "a rate such as 1/s, 10/100ms or none"},
	{"icmp-burst", 0, NODE(icmp_burst), 0, sn_sim_read_count, "a count from 1 on"},
	{"icmp-per", 0, NODE(icmp_per_node), 0, read_per, "destination or node"},
	{"answer-from", 0, NODE(answer_from), 0, read_answer_from, "linux, back, in or own"},
	{"answer-as", 0, NODE(answer_as), 0, read_address, "an address"},
	{"garble", 0, NODE(garble_ppm), 0, sn_sim_read_share, SHARE},
	{"answer-delay", 0, NODE(answer_delay_ns), 0, sn_sim_read_duration, DURATION},
	{"interface", 0, NODE(told), 0, sn_sim_read_interface,
	 "name=NAME ,index=N ,address=ADDRESS ,active=off ,ipv4=off ,ipv6=off: any of them"},
	{"neighbour", 0, NODE(told), 0, sn_sim_read_neighbour, "ADDRESS,STATE: incomplete, reachable, stale, delay, probe or failed"},
	{"mpls", 0, NODE(extension), 0, sn_sim_read_mpls, "labels such as 24001 or 24001/5/254,16 (LABEL/TC/TTL)"},
	{"interface-info", 0, NODE(extension), 0, sn_sim_read_interface_info,
	 "in, sub-in, out or next-hop, and any of ,index=N ,address=ADDRESS ,name=NAME ,mtu=N"},
	{"interface-id", 0, NODE(extension), 0, sn_sim_read_interface_id, "name=NAME, index=N or address=ADDRESS"},
	{"pointer", 0, NODE(extension), 0, sn_sim_read_pointer, "a number"},
	{"node-id", 0, NODE(extension), 0, sn_sim_read_node_id, "address=ADDRESS, name=NAME or both with a comma"},
	{"ext-raw", 0, NODE(extension), 0, sn_sim_read_ext_raw, "hexadecimal digits, 8 for each word"},
	{"ext-fault", 0, NODE(extension), 0, sn_sim_read_ext_fault,
	 "none, checksum, no-checksum, version, length, below, overrun, zero, odd or cut"},
	{"ext-length", 0, NODE(extension), 0, sn_sim_read_ext_length, "on or off"},
	{"fragments", SN_SIM_ROUTER, NODE(fragments), 0, sn_sim_read_flag, "no value"},
	{"down", SN_SIM_ROUTER | SN_SIM_HOST, NODE(down), 0, sn_sim_read_window, WINDOW},
	{"tcp-open", SN_SIM_ROUTER | SN_SIM_HOST, NODE(tcp_open), 0, sn_sim_read_ports, PORTS},
	{"tcp-filtered", SN_SIM_ROUTER | SN_SIM_HOST, NODE(tcp_filtered), 0, sn_sim_read_ports, PORTS},
	{"udp-open", SN_SIM_ROUTER | SN_SIM_HOST, NODE(udp_open), 0, sn_sim_read_ports, PORTS},
	{"udplite-open", SN_SIM_ROUTER | SN_SIM_HOST, NODE(udplite_open), 0, sn_sim_read_ports, PORTS},
	{"udplite-filtered", SN_SIM_ROUTER | SN_SIM_HOST, NODE(udplite_filtered), 0, sn_sim_read_ports, PORTS},
	{"sctp-open", SN_SIM_ROUTER | SN_SIM_HOST, NODE(sctp_open), 0, sn_sim_read_ports, PORTS},
	{"sctp-filtered", SN_SIM_ROUTER | SN_SIM_HOST, NODE(sctp_filtered), 0, sn_sim_read_ports, PORTS},
	{"dccp-open", SN_SIM_ROUTER | SN_SIM_HOST, NODE(dccp_open), 0, sn_sim_read_ports, PORTS},
	{"dccp-filtered", SN_SIM_ROUTER | SN_SIM_HOST, NODE(dccp_filtered), 0, sn_sim_read_ports, PORTS},
	{"udp-filtered", SN_SIM_ROUTER | SN_SIM_HOST, NODE(udp_filtered), 0, sn_sim_read_ports, PORTS},
	{"rp-filter", SN_SIM_OBSERVER, NODE(rp_filter), 0, sn_sim_read_flag, "no value"},
	{"policy-routed", SN_SIM_OBSERVER, NODE(policy_routed), 0, sn_sim_read_flag, "no value"},
	{"kernel", SN_SIM_OBSERVER, NODE(kernel), 0, sn_sim_read_switch, "on or off"},
	{"rst-delay", SN_SIM_OBSERVER, NODE(rst_delay_ns), 0, sn_sim_read_duration, DURATION},
	{NULL},
};

#define LINK(field) offsetof(struct sn_sim_link, field)
#define WAY sizeof(struct sn_sim_direction)
static const struct sn_sim_attr link_attrs[] = {
	{"delay", 0, LINK(way[0].delay_ns), WAY, sn_sim_read_duration, "a duration such as 10ms or two: 10ms,12ms"},
	{"jitter", 0, LINK(way[0].jitter_ns), WAY, sn_sim_read_duration, "a duration such as 1ms or two: 1ms,0"},
	{"loss", 0, LINK(way[0]), WAY, sn_sim_read_loss, "a share such as 0.1 or 10%, or a mask such as 0x5, or two of them"},
	{"duplicate", 0, LINK(way[0].duplicate_ppm), WAY, sn_sim_read_share, SHARE},
	{"reorder", 0, LINK(way[0].reorder_ppm), WAY, sn_sim_read_share, SHARE},
	{"reorder-by", 0, LINK(way[0].reorder_by_ns), WAY, sn_sim_read_duration, DURATION},
	{"mtu", 0, LINK(way[0].mtu_bytes), WAY, sn_sim_read_mtu, "bytes from 68 to 65535, or two: 1500,1400"},
	{"mtu-says", 0, LINK(way[0].mtu_said_bytes), WAY, sn_sim_read_said_mtu, "bytes from 0 to 65535, or two: 1400,0"},
	{"mtu-silent", 0, LINK(mtu_silent), 0, sn_sim_read_flag, "no value"},
	{"down", 0, LINK(down), 0, sn_sim_read_window, WINDOW},
	{NULL},
};

static bool good_name(const char *word)
{
	return *word && strlen(word) < SN_SIM_NAME_BYTES && !strpbrk(word, "=,/#");
}

static enum sn_sim_kind kind_of(const char *word)
{
	return *word == 'o' ? SN_SIM_OBSERVER : *word == 'r' ? SN_SIM_ROUTER : SN_SIM_HOST;
}

static int add_node(struct sn_sim_parser *parser, enum sn_sim_kind kind, const char *name, uint32_t *out)
{
	struct sn_sim_net *net = parser->net;
	if (!good_name(name))
		return sn_sim_parse_fail(parser, "'%s': expected a name without = , / # of at most %d bytes", name, SN_SIM_NAME_BYTES - 1);
	if (kind == SN_SIM_OBSERVER && net->observer != SN_SIM_NONE)
		return sn_sim_parse_fail(parser, "'%s': the observer is '%s' already", name, net->nodes[net->observer].name);
	struct sn_sim_node *node = sn_sim_grow(&net->nodes, &net->node_count, sizeof *node, SN_SIM_NODES_MAX);
	if (!node)
		return sn_sim_parse_full(parser, "nodes", net->node_count, SN_SIM_NODES_MAX);
	*node = (struct sn_sim_node){
		.line = parser->line,
		.kind = kind,
		.echo = true,
		.timestamp = true,
		.kernel = true,
		.reply_ttl = 64,
		.quote_bytes = SN_SIM_QUOTE_LINUX,
		.icmp_burst = 6,
	};
	snprintf(node->name, sizeof node->name, "%s", name);
	*out = (uint32_t)(net->node_count - 1);
	if (kind == SN_SIM_OBSERVER)
		net->observer = *out;
	return 0;
}

/* Names first, then attributes for all of them. A node of the same kind may be named again to give it more. */
int sn_sim_declare_node(struct sn_sim_parser *parser)
{
	enum sn_sim_kind kind = kind_of(parser->words[0]);
	uint32_t nodes[SN_SIM_WORDS_MAX];
	static const char *const flags[] = {"silent", "down", "fragments", NULL};
	size_t node_count = 0, at = 1;
	for (; at < parser->word_count; at++) {
		const char *word = parser->words[at];
		uint32_t node = sn_sim_node_find(parser->net, word);
		bool is_attribute = strchr(word, '=') || sn_sim_read_word(word, flags) >= 0;
		if (node_count && (is_attribute || (kind == SN_SIM_OBSERVER && node_count == 1)))
			break;
		if (node != SN_SIM_NONE && parser->net->nodes[node].kind != kind)
			return sn_sim_parse_fail(parser, "'%s' is no %s: it was declared as something else", word, parser->words[0]);
		int result = node == SN_SIM_NONE ? add_node(parser, kind, word, &node) : 0;
		if (result)
			return result;
		nodes[node_count++] = node;
	}
	for (size_t i = 0; i < node_count; i++) {
		for (size_t word = at; word < parser->word_count; word++) {
			int result =
			    sn_sim_parse_attr(parser, node_attrs, (uint8_t)kind, &parser->net->nodes[nodes[i]], parser->words[word]);
			if (result)
				return result;
		}
	}
	return 0;
}

int sn_sim_parse_address(struct sn_sim_parser *parser, const struct sonde_addr *addr, uint8_t length_bits, uint32_t node, uint32_t iface)
{
	struct sn_sim_net *net = parser->net;
	char text[SONDE_ADDR_TEXT];
	if (sn_addr_kind(addr) != SN_ADDR_UNICAST)
		return sn_sim_parse_fail(parser, "%s: expected a unicast address that is not link-local", sonde_addr_text(addr, text));
	for (size_t i = 0; i < net->address_count; i++)
		if (sonde_addr_equal(&net->addresses[i].addr, addr))
			return sn_sim_parse_fail(parser, "%s is an address of '%s' already", sonde_addr_text(addr, text),
			                         net->nodes[net->addresses[i].node].name);
	struct sn_sim_address *a = sn_sim_grow(&net->addresses, &net->address_count, sizeof *a, SN_SIM_RULES_MAX);
	if (!a)
		return sn_sim_parse_full(parser, "addresses", net->address_count, SN_SIM_RULES_MAX);
	*a = (struct sn_sim_address){
	    .addr = *addr, .prefix = {*addr, length_bits}, .node = node, .iface = iface, .order = (uint32_t)net->address_count};
	sn_sim_prefix_trim(&a->prefix);
	struct sonde_addr *first = iface == SN_SIM_NONE ? net->nodes[node].own : net->ifaces[iface].addr;
	if (first[addr->family == 6].family == 0)
		first[addr->family == 6] = *addr;
	return 0;
}

int sn_sim_declare_address(struct sn_sim_parser *parser)
{
	uint32_t node = 0;
	int result = sn_sim_parse_node(parser, parser->words[1], &node);
	for (size_t i = 2; !result && i < parser->word_count; i++) {
		struct sonde_addr addr;
		if (!sonde_addr_parse(parser->words[i], &addr))
			return sn_sim_parse_fail(parser, "'%s': expected an address", parser->words[i]);
		result = sn_sim_parse_address(parser, &addr, addr.family == 4 ? 32 : 128, node, SN_SIM_NONE);
	}
	return result;
}

int sn_sim_declare_name(struct sn_sim_parser *parser)
{
	struct sn_sim_net *net = parser->net;
	struct sonde_addr addr;
	const char *text = parser->words[2];
	if (!sonde_addr_parse(parser->words[1], &addr))
		return sn_sim_parse_fail(parser, "'%s': expected an address", parser->words[1]);
	struct sn_sim_name *name = sn_sim_grow(&net->names, &net->name_count, sizeof *name, SN_SIM_RULES_MAX);
	if (!name)
		return sn_sim_parse_full(parser, "names", net->name_count, SN_SIM_RULES_MAX);
	if (parser->word_count > 3 || strlen(text) >= sizeof name->text)
		return sn_sim_parse_fail(parser, "expected one name of at most %zu bytes", sizeof name->text - 1);
	name->addr = addr;
	snprintf(name->text, sizeof name->text, "%s", text);
	return 0;
}

static bool same_net(const struct sn_sim_prefix *a, const struct sn_sim_prefix *b)
{
	return a->length_bits == b->length_bits && sn_sim_prefix_covers(a, &b->addr);
}

/* The addresses of both ends, in pairs, from word `at` on. *next is the first word behind them. */
static int link_addresses(struct sn_sim_parser *parser, size_t at, const uint32_t node[2], uint32_t iface, size_t *next)
{
	for (;; at += 2) {
		struct sn_sim_prefix end[2] = {0};
		*next = at;
		if (at == parser->word_count || !sn_sim_read_address(parser->words[at], &end[0].addr, &end[0].length_bits))
			return 0;
		if (at + 1 == parser->word_count || !sn_sim_read_address(parser->words[at + 1], &end[1].addr, &end[1].length_bits))
			return sn_sim_parse_fail(parser, "'%s': expected the other end's ADDRESS/LENGTH behind it", parser->words[at]);
		struct sn_sim_prefix trimmed = end[0];
		sn_sim_prefix_trim(&trimmed);
		if (!same_net(&trimmed, &end[1]))
			return sn_sim_parse_fail(parser, "'%s' and '%s': expected both ends in one prefix", parser->words[at],
			                         parser->words[at + 1]);
		if (parser->net->ifaces[iface].addr[trimmed.addr.family == 6].family)
			return sn_sim_parse_fail(parser, "'%s': expected one address of each family at an end", parser->words[at]);
		for (uint32_t side = 0; side < 2; side++) {
			int result = sn_sim_parse_address(parser, &end[side].addr, end[side].length_bits, node[side], iface + side);
			if (result)
				return result;
		}
	}
}

int sn_sim_declare_link(struct sn_sim_parser *parser)
{
	struct sn_sim_net *net = parser->net;
	uint32_t node[2];
	for (size_t side = 0; side < 2; side++) {
		int result = sn_sim_parse_node(parser, parser->words[1 + side], &node[side]);
		if (result)
			return result;
	}
	if (node[0] == node[1])
		return sn_sim_parse_fail(parser, "'%s': expected two different nodes", parser->words[1]);
	struct sn_sim_link *link = sn_sim_grow(&net->links, &net->link_count, sizeof *link, SN_SIM_LINKS_MAX);
	if (!link)
		return sn_sim_parse_full(parser, "links", net->link_count, SN_SIM_LINKS_MAX);
	for (size_t side = 0; side < 2; side++) {
		link->way[side].mtu_bytes = 1500;
		link->way[side].mtu_said_bytes = SN_SIM_NONE;
	}
	uint32_t first_iface = 2 * (uint32_t)(net->link_count - 1);
	for (uint32_t side = 0; side < 2; side++) {
		size_t iface_count = first_iface + side;
		struct sn_sim_iface *iface = sn_sim_grow(&net->ifaces, &iface_count, sizeof *iface, SIZE_MAX);
		if (!iface)
			return sn_sim_parse_full(parser, "links", 0, 1);
		iface->node = node[side];
	}
	size_t next = 0;
	int result = link_addresses(parser, 3, node, first_iface, &next);
	return result ? result : sn_sim_parse_attrs(parser, link_attrs, link, next);
}
