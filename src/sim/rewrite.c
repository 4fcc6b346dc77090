/* SPDX-License-Identifier: MIT */
/* The table of changes that routers make, and who gets which of them. */
#include "sim/rewrite.h"

#include "packet/transport.h"
#include "sim/edit.h"
#include "sim/filter.h"
#include "sim/nat.h"
#include "sim/options.h"
#include "sim/value.h"

#include <string.h>

/* RFC 791 section 3.1, RFC 8200 section 3. */
enum {
	FIRST_AT_BYTES = 0,
	ID4_AT_BYTES = 4,
	FLAGS4_AT_BYTES = 6,
	TTL4_AT_BYTES = 8,
	TTL6_AT_BYTES = 6,
	DF = 0x4000,
	ECN_MASK = 3,
	ECN_CE = 3,
	WINDOW_AT_BYTES = 14,
};

enum ttl_how { TTL_SET, TTL_ADD, TTL_TAKE };
enum checksum_how { CHECKSUM_ZERO, CHECKSUM_WRONG };
/* IP ids: a number, or one of these. */
#define ID_RANDOM UINT32_MAX

static struct sn_sim_edit open(struct sn_sim_packet *packet)
{
	return sn_sim_edit_open(packet->bytes, packet->length_bytes, &packet->ip);
}

static bool read_up_to(const char *text, uint64_t max, struct sn_sim_rewrite *rule)
{
	uint64_t value = 0;
	bool good = sn_sim_read_number(text, max, &value);
	rule->value = (uint32_t)value;
	return good;
}

static bool read_word_of(const char *text, const char *const *words, struct sn_sim_rewrite *rule)
{
	int word = sn_sim_read_word(text, words);
	rule->value = (uint32_t)word;
	return word >= 0;
}

/* --- the byte of DSCP and ECN, and the flow label --- */

static void set_tos(struct sn_sim_packet *packet, uint32_t tos)
{
	struct sn_sim_edit edit = open(packet);
	uint16_t word = sn_sim_edit_read(&edit, FIRST_AT_BYTES);
	/* IPv4: the second byte. IPv6: behind the four bits of the version, before four of the flow label. */
	word = packet->ip.version == 4 ? (uint16_t)((word & 0xff00) | tos) : (uint16_t)((word & 0xf00f) | tos << 4);
	sn_sim_edit_header(&edit, FIRST_AT_BYTES, word);
}

static bool read_dscp(const char *text, struct sn_sim_rewrite *rule)
{
	return read_up_to(text, 63, rule);
}

static void apply_dscp(const struct sn_sim_rewriting *r, struct sn_sim_packet *packet)
{
	set_tos(packet, r->rule->value << 2 | (packet->ip.tos & ECN_MASK));
}

static bool read_ecn(const char *text, struct sn_sim_rewrite *rule)
{
	static const char *const words[] = {"not-ect", "ect1", "ect0", "ce", NULL};
	return read_word_of(text, words, rule) || read_up_to(text, ECN_MASK, rule);
}

/* RFC 3168 section 5: only packets of an ECN-capable transport are marked. */
static void apply_ecn(const struct sn_sim_rewriting *r, struct sn_sim_packet *packet)
{
	if (r->rule->value != ECN_CE || packet->ip.tos & ECN_MASK)
		set_tos(packet, (packet->ip.tos & 0xfcu) | r->rule->value);
}

static bool read_tos(const char *text, struct sn_sim_rewrite *rule)
{
	return read_up_to(text, UINT8_MAX, rule);
}

static void apply_tos(const struct sn_sim_rewriting *r, struct sn_sim_packet *packet)
{
	set_tos(packet, r->rule->value);
}

static bool read_flow_label(const char *text, struct sn_sim_rewrite *rule)
{
	return read_up_to(text, 0xfffff, rule);
}

static void apply_flow_label(const struct sn_sim_rewriting *r, struct sn_sim_packet *packet)
{
	struct sn_sim_edit edit = open(packet);
	if (packet->ip.version != 6)
		return;
	uint16_t first = sn_sim_edit_read(&edit, FIRST_AT_BYTES);
	sn_sim_edit_header(&edit, FIRST_AT_BYTES, (uint16_t)((first & 0xfff0) | r->rule->value >> 16));
	sn_sim_edit_header(&edit, FIRST_AT_BYTES + 2, (uint16_t)r->rule->value);
}

/* --- the TTL --- */

static bool read_ttl(const char *text, struct sn_sim_rewrite *rule)
{
	uint64_t value = 0;
	enum ttl_how how = text && *text == '+' ? TTL_ADD : text && *text == '-' ? TTL_TAKE : TTL_SET;
	bool good = sn_sim_read_number(text && how != TTL_SET ? text + 1 : text, UINT8_MAX, &value);
	rule->value = (uint32_t)how << 8 | (uint32_t)value;
	return good;
}

static void apply_ttl(const struct sn_sim_rewriting *r, struct sn_sim_packet *packet)
{
	unsigned by = r->rule->value & UINT8_MAX, ttl = packet->ip.ttl;
	enum ttl_how how = (enum ttl_how)(r->rule->value >> 8);
	if (how == TTL_SET)
		ttl = by;
	else if (how == TTL_ADD)
		ttl = ttl + by > UINT8_MAX ? UINT8_MAX : ttl + by;
	else
		ttl = ttl > by ? ttl - by : 0;
	struct sn_sim_edit edit = open(packet);
	/* IPv4: the first byte of its word. IPv6: the second one. */
	if (packet->ip.version == 4)
		sn_sim_edit_header(&edit, TTL4_AT_BYTES, (uint16_t)(ttl << 8 | (sn_sim_edit_read(&edit, TTL4_AT_BYTES) & 0xff)));
	else
		sn_sim_edit_header(&edit, TTL6_AT_BYTES, (uint16_t)((sn_sim_edit_read(&edit, TTL6_AT_BYTES) & 0xff00) | ttl));
}

static bool read_last_ttl(const char *text, struct sn_sim_rewrite *rule)
{
	return read_up_to(text, UINT8_MAX, rule);
}

/* --- IPv4: id and DF --- */

static bool read_id(const char *text, struct sn_sim_rewrite *rule)
{
	rule->value = ID_RANDOM;
	return (text && strcmp(text, "random") == 0) || read_up_to(text, UINT16_MAX, rule);
}

static void apply_id(const struct sn_sim_rewriting *r, struct sn_sim_packet *packet)
{
	struct sn_sim_edit edit = open(packet);
	uint32_t id = r->rule->value;
	if (id == ID_RANDOM)
		id = (uint16_t)sn_rng_next(&r->sim->nodes[r->rule->place.node].rng);
	if (packet->ip.version == 4)
		sn_sim_edit_header(&edit, ID4_AT_BYTES, (uint16_t)id);
}

static bool read_df(const char *text, struct sn_sim_rewrite *rule)
{
	bool set = false, good = sn_sim_read_switch(text, &set);
	rule->value = set;
	return good;
}

static void apply_df(const struct sn_sim_rewriting *r, struct sn_sim_packet *packet)
{
	struct sn_sim_edit edit = open(packet);
	uint16_t word = sn_sim_edit_read(&edit, FLAGS4_AT_BYTES);
	if (packet->ip.version == 4)
		sn_sim_edit_header(&edit, FLAGS4_AT_BYTES, (uint16_t)(r->rule->value ? word | DF : word & ~DF));
}

/* --- TCP and checksums --- */

static bool read_u16(const char *text, struct sn_sim_rewrite *rule)
{
	return read_up_to(text, UINT16_MAX, rule);
}

static void apply_window(const struct sn_sim_rewriting *r, struct sn_sim_packet *packet)
{
	struct sn_sim_edit edit = open(packet);
	if (packet->ip.protocol == SN_PROTO_TCP)
		sn_sim_edit_upper(&edit, WINDOW_AT_BYTES, (uint16_t)r->rule->value);
}

static bool read_options(const char *text, struct sn_sim_rewrite *rule)
{
	return sn_sim_options_read(text, &rule->value);
}

static void apply_mss(const struct sn_sim_rewriting *r, struct sn_sim_packet *packet)
{
	struct sn_sim_edit edit = open(packet);
	if (packet->ip.protocol == SN_PROTO_TCP)
		sn_sim_options_clamp(&edit, (uint16_t)r->rule->value);
}

static void apply_strip(const struct sn_sim_rewriting *r, struct sn_sim_packet *packet)
{
	struct sn_sim_edit edit = open(packet);
	if (packet->ip.protocol == SN_PROTO_TCP)
		sn_sim_options_strip(&edit, r->rule->value);
}

static void apply_remove(const struct sn_sim_rewriting *r, struct sn_sim_packet *packet)
{
	struct sn_sim_edit edit = open(packet);
	if (packet->ip.protocol == SN_PROTO_TCP)
		sn_sim_options_remove(&edit, r->rule->value);
}

static bool read_checksum(const char *text, struct sn_sim_rewrite *rule)
{
	static const char *const words[] = {[CHECKSUM_ZERO] = "zero", [CHECKSUM_WRONG] = "wrong", NULL};
	return read_word_of(text, words, rule);
}

/* The transport's alone: a box that offloads it, or forgets it. */
static void apply_checksum(const struct sn_sim_rewriting *r, struct sn_sim_packet *packet)
{
	struct sn_sim_edit edit = open(packet);
	if (!edit.checksum_at_bytes)
		return;
	uint16_t wrong = (uint16_t)~sn_sim_edit_read(&edit, edit.checksum_at_bytes);
	sn_sim_edit_upper(&edit, edit.checksum_at_bytes - edit.upper_at_bytes, r->rule->value == CHECKSUM_ZERO ? 0 : wrong);
}

#define OPTIONS "options of mss, ws, sack, ts, tfo, mptcp, or all"

static const struct sn_sim_rewrite_kind kinds[] = {
	{"dscp", "a number up to 63", read_dscp, apply_dscp, false},
	{"ecn", "not-ect, ect0, ect1, ce or a number up to 3", read_ecn, apply_ecn, false},
	{"tos", "a number up to 255", read_tos, apply_tos, false},
	{"flow-label", "a number up to 1048575", read_flow_label, apply_flow_label, false},
	{"ttl", "a number up to 255, or +N, or -N", read_ttl, apply_ttl, false},
	{"last-ttl", "a number up to 255", read_last_ttl, NULL, false},
	{"id", "a number up to 65535, or random", read_id, apply_id, false},
	{"df", "on or off", read_df, apply_df, false},
	{"mss", "a number up to 65535", read_u16, apply_mss, false},
	{"strip", OPTIONS, read_options, apply_strip, false},
	{"remove", OPTIONS, read_options, apply_remove, false},
	{"window", "a number up to 65535", read_u16, apply_window, false},
	{"checksum", "zero or wrong", read_checksum, apply_checksum, false},
	{"snat", "masquerade, keep or an address", sn_sim_nat_read_source, sn_sim_nat_source, true},
	{"dnat", "keep or an address", sn_sim_nat_read_destination, sn_sim_nat_destination, true},
	{"seq", "random", sn_sim_nat_read_seq, sn_sim_nat_seq, true},
};

const struct sn_sim_rewrite_kind *sn_sim_rewrite_find(const char *name)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static bool is_meant(struct sn_sim *sim, const struct sn_sim_rewrite *rule, uint32_t iface_in, const struct sn_sim_packet *packet)
{
	struct sn_sim_view view = sn_sim_view_of(packet);
	return sn_sim_match_fits(sim, &rule->match, iface_in, packet, &view) &&
	       (rule->share_ppm == SN_SIM_ALL_PPM || sn_rng_below(&sim->nodes[rule->place.node].rng, SN_SIM_ALL_PPM) < rule->share_ppm);
}

void sn_sim_rewrite(struct sn_sim *sim, uint32_t node, uint32_t iface_in, uint32_t iface_out, bool before_ttl,
                    struct sn_sim_packet *packet)
{
	const struct sn_sim_node *n = &sim->net.nodes[node];
	for (uint32_t i = 0; i < n->rewrite_count; i++) {
		const struct sn_sim_rewrite *rule = &sim->net.rewrites[n->first_rewrite + i];
		if (rule->match.before_ttl != before_ttl || !rule->kind->apply || (rule->kind->is_translator && packet->is_back) ||
		    !is_meant(sim, rule, iface_in, packet))
			continue;
		rule->kind->apply(&(struct sn_sim_rewriting){.sim = sim, .rule = rule, .iface_out = iface_out}, packet);
		sn_sim_packet_reread(sim, packet);
	}
}

uint8_t sn_sim_rewrite_last_ttl(struct sn_sim *sim, uint32_t node, uint32_t iface_in, const struct sn_sim_packet *packet)
{
	const struct sn_sim_node *n = &sim->net.nodes[node];
	for (uint32_t i = 0; i < n->rewrite_count; i++) {
		const struct sn_sim_rewrite *rule = &sim->net.rewrites[n->first_rewrite + i];
		if (!rule->kind->apply && is_meant(sim, rule, iface_in, packet))
			return (uint8_t)rule->value;
	}
	return 1;
}
