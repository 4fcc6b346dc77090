/* SPDX-License-Identifier: MIT */
/* What translators remember, and how they undo it. */
#include "sim/nat.h"

#include "base/hash.h"
#include "packet/transport.h"
#include "sim/edit.h"

#include <stdlib.h>
#include <string.h>

enum {
	FLOWS_MAX = 1 << 18,  /* more stay untranslated */
	CHAINS = 4096,
	SEQ_AT_BYTES = 4,
	ACK_AT_BYTES = 8,
	FLAGS_AT_BYTES = 12,  /* the word that ends with the flags */
	ECHO_ID_AT_BYTES = 4,
	ICMP_BYTES = 8,
	ICMP_CHECKSUM_AT_BYTES = 2,
	PORT_FIRST = 1024,
};

/* Who speaks to whom, as it stands in a packet. An echo request has its id in place of a source port, its reply of a destination port. */
struct tuple {
	struct sonde_addr src, dst;
	uint8_t protocol;
	uint16_t sport, dport;
};

/* A direction of looking flows up. */
enum side { WAS, IS, SIDES };

struct flow {
	uint32_t rule;            /* in net.rewrites */
	struct tuple tuple[SIDES];
	uint32_t seq_offset;      /* added on the way there */
	uint32_t next[SIDES];
};

struct sn_sim_nat_table {
	struct flow *flows;
	size_t count;
	uint32_t chains[SIDES][CHAINS];
};

bool sn_sim_nat_read_source(const char *text, struct sn_sim_rewrite *rule)
{
	rule->masquerade = text && strcmp(text, "masquerade") == 0;
	return rule->masquerade || sn_sim_nat_read_destination(text, rule);
}

bool sn_sim_nat_read_destination(const char *text, struct sn_sim_rewrite *rule)
{
	return text && (strcmp(text, "keep") == 0 || sonde_addr_parse(text, &rule->addr));
}

bool sn_sim_nat_read_seq(const char *text, struct sn_sim_rewrite *rule)
{
	(void)rule;
	return text && strcmp(text, "random") == 0;
}

void sn_sim_nat_finish(struct sn_sim *sim)
{
	if (sim->nat)
		free(sim->nat->flows);
	free(sim->nat);
	sim->nat = NULL;
}

/* --- tuples --- */

static bool is_icmp(const struct sn_ip *ip)
{
	return ip->protocol == SN_PROTO_ICMP || ip->protocol == SN_PROTO_ICMP6;
}

/* Where an upper layer has its ports, as bytes behind the IP header. */
static bool has_ports(uint8_t protocol)
{
	/* RFC 9293, RFC 768, RFC 4340, RFC 3828: all in the same place. SCTP's checksum (RFC 9260) would have to be computed anew. */
	return protocol == SN_PROTO_TCP || protocol == SN_PROTO_UDP || protocol == SN_PROTO_DCCP || protocol == SN_PROTO_UDPLITE;
}

/* Questions and answers that have an id, as Linux takes them for flows: echo (RFC 792, RFC 4443 section 4.1), and IPv4's timestamps. */
static bool is_question(uint8_t version, uint8_t type)
{
	return version == 4 ? type == SN_SIM_ECHO4 || type == SN_SIM_TIMESTAMP : type == SN_SIM_ECHO6;
}

static bool is_answer(uint8_t version, uint8_t type)
{
	return version == 4 ? type == SN_SIM_ECHO_REPLY4 || type == SN_SIM_TIMESTAMP_REPLY : type == SN_SIM_ECHO_REPLY6;
}

/* What a packet, or a quote, says. False: a fragment, an ICMP message but these: it belongs to no flow. */
static bool read_tuple(const uint8_t *bytes, size_t length_bytes, const struct sn_ip *ip, struct tuple *out)
{
	struct sn_reader r;
	*out = (struct tuple){.src = ip->src, .dst = ip->dst, .protocol = ip->protocol};
	if (ip->mf || ip->fragment_offset_bytes)
		return false;
	sn_reader_init(&r, bytes + ip->header_bytes, length_bytes - ip->header_bytes);
	if (has_ports(ip->protocol)) {
		out->sport = sn_read_u16(&r);
		out->dport = sn_read_u16(&r);
	} else if (is_icmp(ip)) {
		uint8_t type = sn_read_u8(&r);
		sn_read_skip(&r, ECHO_ID_AT_BYTES - 1);
		*(is_answer(ip->version, type) ? &out->dport : &out->sport) = sn_read_u16(&r);
		return !r.bad && (is_question(ip->version, type) || is_answer(ip->version, type));
	}
	return !r.bad;
}

static struct tuple turned(const struct tuple *t)
{
	return (struct tuple){.src = t->dst, .dst = t->src, .protocol = t->protocol, .sport = t->dport, .dport = t->sport};
}

static bool same(const struct tuple *a, const struct tuple *b)
{
	return a->protocol == b->protocol && a->sport == b->sport && a->dport == b->dport && sonde_addr_equal(&a->src, &b->src) &&
	       sonde_addr_equal(&a->dst, &b->dst);
}

static uint64_t hash_of(uint64_t seed, uint32_t rule, const struct tuple *t)
{
	uint8_t key_bytes[16], bytes[64];
	struct sn_writer key, w;
	sn_writer_init(&key, key_bytes, sizeof key_bytes);
	sn_write_u64(&key, seed);
	sn_write_u64(&key, rule);
	sn_writer_init(&w, bytes, sizeof bytes);
	sn_write_bytes(&w, t->src.bytes, 16);
	sn_write_bytes(&w, t->dst.bytes, 16);
	sn_write_u8(&w, t->protocol);
	sn_write_u16(&w, t->sport);
	sn_write_u16(&w, t->dport);
	return sn_siphash(key_bytes, bytes, w.at_bytes);
}

/* --- flows --- */

static struct flow *find(struct sn_sim *sim, enum side side, uint32_t rule, const struct tuple *t)
{
	struct sn_sim_nat_table *table = sim->nat;
	if (!table)
		return NULL;
	uint32_t index = table->chains[side][hash_of(0, rule, t) % CHAINS];
	while (index != SN_SIM_NONE && (table->flows[index].rule != rule || !same(&table->flows[index].tuple[side], t)))
		index = table->flows[index].next[side];
	return index == SN_SIM_NONE ? NULL : &table->flows[index];
}

static bool make_table(struct sn_sim *sim)
{
	if (!sim->nat && (sim->nat = calloc(1, sizeof *sim->nat)))
		memset(sim->nat->chains, 0xff, sizeof sim->nat->chains);
	sim->starved |= !sim->nat;
	return sim->nat;
}

static struct flow *remember(struct sn_sim *sim, const struct flow *flow)
{
	struct sn_sim_nat_table *table = sim->nat;
	struct flow *added = sn_sim_grow(&table->flows, &table->count, sizeof *added, FLOWS_MAX);
	if (!added) {
		sim->starved |= table->count < FLOWS_MAX;
		return NULL;
	}
	*added = *flow;
	for (enum side side = WAS; side < SIDES; side++) {
		uint32_t *chain = &table->chains[side][hash_of(0, flow->rule, &flow->tuple[side]) % CHAINS];
		added->next[side] = *chain;
		*chain = (uint32_t)(table->count - 1);
	}
	return added;
}

/* The port that a new flow gets: its own where that is allowed and free, else the next free one. */
static bool choose_port(struct sn_sim *sim, const struct sn_sim_rewrite *rule, struct flow *flow, uint16_t *port)
{
	uint32_t first = rule->first_port ? rule->first_port : PORT_FIRST, last = rule->first_port ? rule->last_port : UINT16_MAX;
	uint32_t span = last - first + 1, start = (uint32_t)(hash_of(sim->seed, flow->rule, &flow->tuple[WAS]) % span);
	if ((!rule->first_port || (first <= *port && *port <= last)) && !find(sim, IS, flow->rule, &flow->tuple[IS]))
		return true;
	for (uint32_t i = 0; i < span; i++) {
		*port = (uint16_t)(first + (start + i) % span);
		if (!find(sim, IS, flow->rule, &flow->tuple[IS]))
			return true;
	}
	return false;
}

static const struct sonde_addr *new_source(const struct sn_sim_rewriting *r, const struct sn_sim_packet *packet)
{
	const struct sn_sim_net *net = &r->sim->net;
	struct sn_sim_hop hop = {.kind = SN_SIM_ROUTE_VIA, .iface = r->iface_out};
	if (!r->rule->masquerade)
		return &r->rule->addr;
	bool routed = hop.iface != SN_SIM_NONE || sn_sim_route_to(r->sim, r->rule->place.node, &packet->ip.dst, &hop);
	if (!routed || hop.kind != SN_SIM_ROUTE_VIA)
		return NULL;
	const struct sonde_addr *addr = &net->ifaces[hop.iface].addr[packet->ip.version == 6];
	return addr->family ? addr : sn_sim_node_addr(net, r->rule->place.node, packet->ip.version);
}

/* What a translator changes. */
enum what { SOURCE, DESTINATION, SEQ };

/* The flow of a packet, made where it is its first one. NULL: it has none, or the new address is of the other family. */
static struct flow *flow_of(const struct sn_sim_rewriting *r, const struct sn_sim_packet *packet, enum what what)
{
	struct sn_sim *sim = r->sim;
	struct flow flow = {.rule = (uint32_t)(r->rule - sim->net.rewrites)};
	struct tuple *is = &flow.tuple[IS];
	if (!read_tuple(packet->bytes, packet->length_bytes, &packet->ip, &flow.tuple[WAS]) || !make_table(sim))
		return NULL;
	struct flow *known = find(sim, WAS, flow.rule, &flow.tuple[WAS]);
	if (known)
		return known;
	*is = flow.tuple[WAS];
	const struct sonde_addr *addr = what == SOURCE ? new_source(r, packet) : &r->rule->addr;
	if (!addr || (addr->family && addr->family != packet->ip.version))
		return NULL;
	if (what != SEQ && addr->family)
		*(what == SOURCE ? &is->src : &is->dst) = *addr;
	if (what == SEQ)
		flow.seq_offset = (uint32_t)hash_of(sim->seed, flow.rule, is) | 1;
	else if (what == SOURCE ? has_ports(is->protocol) || is_icmp(&packet->ip) : has_ports(is->protocol) && r->rule->first_port)
		if (!choose_port(sim, r->rule, &flow, what == SOURCE ? &is->sport : &is->dport))
			return NULL;
	return remember(sim, &flow);
}

/* --- there --- */

/* Gives a packet, or a quote, the addresses and, where it has them, the ports of a tuple. */
static void write_ports(struct sn_sim_edit *edit, const struct sn_ip *ip, const struct tuple *t)
{
	if (is_icmp(ip)) {
		sn_sim_edit_upper(edit, ECHO_ID_AT_BYTES, t->sport ? t->sport : t->dport);
	} else if (has_ports(ip->protocol)) {
		sn_sim_edit_upper(edit, 0, t->sport);
		sn_sim_edit_upper(edit, 2, t->dport);
	}
}

static void write_addrs(struct sn_sim_edit *edit, const struct tuple *t)
{
	sn_sim_edit_addr(edit, true, &t->src);
	sn_sim_edit_addr(edit, false, &t->dst);
}

static uint32_t read_u32(const struct sn_sim_edit *edit, size_t at_bytes)
{
	at_bytes += edit->upper_at_bytes;
	return (uint32_t)sn_sim_edit_read(edit, at_bytes) << 16 | sn_sim_edit_read(edit, at_bytes + 2);
}

static void translate(struct sn_sim_packet *packet, const struct flow *flow)
{
	if (!flow)
		return;
	struct sn_sim_edit edit = sn_sim_edit_open(packet->bytes, packet->length_bytes, &packet->ip);
	write_addrs(&edit, &flow->tuple[IS]);
	write_ports(&edit, &packet->ip, &flow->tuple[IS]);
	if (flow->seq_offset)
		sn_sim_edit_upper_u32(&edit, SEQ_AT_BYTES, read_u32(&edit, SEQ_AT_BYTES) + flow->seq_offset);
}

void sn_sim_nat_source(const struct sn_sim_rewriting *r, struct sn_sim_packet *packet)
{
	translate(packet, flow_of(r, packet, SOURCE));
}

void sn_sim_nat_destination(const struct sn_sim_rewriting *r, struct sn_sim_packet *packet)
{
	translate(packet, flow_of(r, packet, DESTINATION));
}

void sn_sim_nat_seq(const struct sn_sim_rewriting *r, struct sn_sim_packet *packet)
{
	if (packet->ip.protocol == SN_PROTO_TCP)
		translate(packet, flow_of(r, packet, SEQ));
}

/* --- and back --- */

static void untranslate(struct sn_sim_packet *packet, const struct flow *flow)
{
	struct sn_sim_edit edit = sn_sim_edit_open(packet->bytes, packet->length_bytes, &packet->ip);
	struct tuple answer = turned(&flow->tuple[WAS]);
	write_addrs(&edit, &answer);
	write_ports(&edit, &packet->ip, &answer);
	if (flow->seq_offset && sn_sim_edit_read(&edit, edit.upper_at_bytes + FLAGS_AT_BYTES) & SN_TCP_ACK)
		sn_sim_edit_upper_u32(&edit, ACK_AT_BYTES, read_u32(&edit, ACK_AT_BYTES) - flow->seq_offset);
}

static void mend_quote(uint8_t *quote, size_t quote_bytes, const struct sn_ip *quoted, const struct flow *flow,
                       enum sn_sim_nat_quote how)
{
	struct sn_sim_edit edit = sn_sim_edit_open(quote, quote_bytes, quoted);
	if (how == SN_SIM_NAT_QUOTE_NONE)
		return;
	edit.is_stale = how != SN_SIM_NAT_QUOTE_FULL;
	write_addrs(&edit, &flow->tuple[WAS]);
	if (how == SN_SIM_NAT_QUOTE_IP_ONLY)
		return;
	write_ports(&edit, quoted, &flow->tuple[WAS]);
	if (flow->seq_offset)
		sn_sim_edit_upper_u32(&edit, SEQ_AT_BYTES, read_u32(&edit, SEQ_AT_BYTES) - flow->seq_offset);
}

/* The error goes to whoever sent the packet that it quotes, in the name of whom that was sent to where this is what was changed. */
static void untranslate_error(const struct sn_sim *sim, struct sn_sim_packet *packet, const struct sn_ip *quoted,
                              const struct flow *flow)
{
	size_t upper_at_bytes = packet->ip.header_bytes, quote_at_bytes = upper_at_bytes + ICMP_BYTES;
	const uint8_t *upper = packet->bytes + upper_at_bytes;
	bool good = sn_transport_verify(&packet->ip, upper, packet->length_bytes - upper_at_bytes) == SN_CHECKSUM_GOOD;
	struct sn_sim_edit outer = sn_sim_edit_open(packet->bytes, packet->length_bytes, &packet->ip);
	if (!sonde_addr_equal(&flow->tuple[WAS].dst, &flow->tuple[IS].dst))
		sn_sim_edit_addr(&outer, true, &flow->tuple[WAS].dst);
	sn_sim_edit_addr(&outer, false, &flow->tuple[WAS].src);
	mend_quote(packet->bytes + quote_at_bytes, packet->length_bytes - quote_at_bytes, quoted, flow,
	           sim->net.rewrites[flow->rule].quote);
	sn_sim_packet_reread(sim, packet);
	if (good)
		sn_sim_edit_upper(&outer, ICMP_CHECKSUM_AT_BYTES,
		                  sn_transport_checksum(&packet->ip, upper, packet->length_bytes - upper_at_bytes));
}

/* RFC 792, RFC 4443 section 2.1: unreachable, too big, time exceeded, parameter problem. */
static bool is_error(const struct sn_sim_packet *packet)
{
	static const uint8_t errors[] = {3, 4, 11, 12};
	const uint8_t *upper = NULL;
	size_t upper_bytes = sn_sim_upper(packet, &upper);
	if (packet->ip.mf || packet->ip.fragment_offset_bytes || upper_bytes <= ICMP_BYTES)
		return false;
	if (packet->ip.version == 6)
		return packet->ip.protocol == SN_PROTO_ICMP6 && upper[0] >= 1 && upper[0] <= 4;
	return packet->ip.protocol == SN_PROTO_ICMP && memchr(errors, upper[0], sizeof errors);
}

/* Its own error speaks of a packet that a rule behind the TTL had not touched yet, but where the tuple shows that it had. */
static bool is_untouched(const struct sn_sim *sim, const struct flow *flow, bool own)
{
	return own && !sim->net.rewrites[flow->rule].match.before_ttl && same(&flow->tuple[WAS], &flow->tuple[IS]);
}

static void undo(struct sn_sim *sim, uint32_t rule, bool own, struct sn_sim_packet *packet)
{
	struct tuple t, answered;
	struct sn_ip quoted;
	struct flow *flow = NULL;
	if (is_error(packet)) {
		const uint8_t *quote = packet->bytes + packet->ip.header_bytes + ICMP_BYTES;
		size_t quote_bytes = packet->length_bytes - packet->ip.header_bytes - ICMP_BYTES;
		if (sn_ip_parse(quote, quote_bytes, &quoted) && read_tuple(quote, quote_bytes, &quoted, &t))
			flow = find(sim, IS, rule, &t);
		if (flow && !is_untouched(sim, flow, own))
			untranslate_error(sim, packet, &quoted, flow);
	} else if (read_tuple(packet->bytes, packet->length_bytes, &packet->ip, &t)) {
		answered = turned(&t);
		flow = find(sim, IS, rule, &answered);
		if (flow)
			untranslate(packet, flow);
	}
	if (!flow)
		return;
	packet->is_back = true;
	sn_sim_packet_reread(sim, packet);
}

void sn_sim_nat_back(struct sn_sim *sim, uint32_t node, bool own, struct sn_sim_packet *packet)
{
	const struct sn_sim_node *n = &sim->net.nodes[node];
	packet->is_back = false;
	/* What was done last is undone first: rules behind the TTL, then those before it, each from the end. */
	for (int before_ttl = 0; sim->nat && before_ttl < 2; before_ttl++)
		for (uint32_t i = n->rewrite_count; i-- > 0;)
			if (sim->net.rewrites[n->first_rewrite + i].match.before_ttl == (before_ttl == 1))
				undo(sim, n->first_rewrite + i, own, packet);
}
