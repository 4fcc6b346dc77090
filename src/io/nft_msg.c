/* SPDX-License-Identifier: MIT */
/* The little of nftables' messages that says what happens to ICMP: chains with their hooks, and the plain conditions of rules. What a rule
 * looks up in a set counts as fitting. Attributes are in network byte order, headers in the machine's own. */
#include "io/nft_msg.h"

#include "base/cursor.h"

#include <errno.h>
#include <netinet/in.h> /* before the kernel's, which yield to it */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <string.h>

enum { ALIGN_BYTES = 4, CHAINS_MAX = 512, NAME_BYTES = SN_NFT_NAME_BYTES, WAY_IN = 1, WAY_OUT = 2 };

size_t sn_nft_query_write(enum sn_nft_question question, uint32_t sequence, uint8_t *bytes, size_t capacity_bytes)
{
	struct nfgenmsg about = {.nfgen_family = NFPROTO_UNSPEC, .version = NFNETLINK_V0};
	int what = question == SN_NFT_CHAINS ? NFT_MSG_GETCHAIN : NFT_MSG_GETRULE;
	struct nlmsghdr header = {.nlmsg_len = sizeof header + sizeof about,
	                          .nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | what),
	                          .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
	                          .nlmsg_seq = sequence};
	struct sn_writer w;
	sn_writer_init(&w, bytes, capacity_bytes);
	sn_write_bytes(&w, (const uint8_t *)&header, sizeof header);
	sn_write_bytes(&w, (const uint8_t *)&about, sizeof about);
	return w.bad ? 0 : w.at_bytes;
}

/* ---- messages and attributes ---- */

struct message {
	struct nlmsghdr header;
	struct nfgenmsg about;
	struct sn_reader attrs;
};

/* A view of so many bytes and the padding behind them; the padding of the last may be missing. */
static bool take(struct sn_reader *r, size_t bytes, struct sn_reader *out)
{
	const uint8_t *view = sn_read_view(r, bytes);
	if (!view)
		return false;
	sn_reader_init(out, view, bytes);
	size_t padding = (ALIGN_BYTES - bytes % ALIGN_BYTES) % ALIGN_BYTES, left = sn_reader_left(r);
	(void)sn_read_view(r, padding < left ? padding : left);
	return true;
}

static bool next_message(struct sn_reader *r, struct message *out)
{
	struct sn_reader body;
	const uint8_t *header = sn_reader_left(r) ? sn_read_view(r, sizeof out->header) : NULL;
	if (!header)
		return false;
	memcpy(&out->header, header, sizeof out->header);
	if (out->header.nlmsg_len < sizeof out->header || !take(r, out->header.nlmsg_len - sizeof out->header, &body)) {
		r->bad = true;
		return false;
	}
	out->about = (struct nfgenmsg){0};
	const uint8_t *about = sn_read_view(&body, sizeof out->about);
	if (about)
		memcpy(&out->about, about, sizeof out->about);
	out->attrs = body;
	return true;
}

int sn_nft_is_end(const uint8_t *bytes, size_t length_bytes)
{
	struct sn_reader r;
	struct message message;
	sn_reader_init(&r, bytes, length_bytes);
	while (next_message(&r, &message)) {
		if (message.header.nlmsg_type == NLMSG_DONE)
			return 1;
		if (message.header.nlmsg_type == NLMSG_ERROR) {
			int32_t failed = -EPROTO;
			if (message.header.nlmsg_len >= sizeof message.header + sizeof failed)
				memcpy(&failed, message.attrs.bytes, sizeof failed);
			return failed < 0 ? failed : -EPROTO;
		}
	}
	return r.bad ? -EPROTO : 0;
}

static bool next_attr(struct sn_reader *r, uint16_t *type, struct sn_reader *value)
{
	struct nlattr header;
	const uint8_t *bytes = sn_reader_left(r) >= sizeof header ? sn_read_view(r, sizeof header) : NULL;
	if (!bytes)
		return false;
	memcpy(&header, bytes, sizeof header);
	*type = (uint16_t)(header.nla_type & (unsigned)NLA_TYPE_MASK);
	return header.nla_len >= sizeof header && take(r, header.nla_len - sizeof header, value);
}

/* The value of the first attribute of that type; an empty one where there is none. */
static struct sn_reader attr(struct sn_reader in, uint16_t wanted)
{
	struct sn_reader value, none = {0};
	for (uint16_t type; next_attr(&in, &type, &value);)
		if (type == wanted)
			return value;
	none.bad = true;
	return none;
}

static uint32_t attr_u32(struct sn_reader in, uint16_t wanted, uint32_t absent)
{
	struct sn_reader value = attr(in, wanted);
	uint32_t number = sn_read_u32(&value);
	return value.bad ? absent : number;
}

static void attr_name(struct sn_reader in, uint16_t wanted, char name[NAME_BYTES])
{
	struct sn_reader value = attr(in, wanted);
	size_t bytes = value.bad ? 0 : sn_reader_left(&value);
	if (bytes >= NAME_BYTES)
		bytes = NAME_BYTES - 1;
	if (bytes)
		memcpy(name, value.bytes, bytes);
	name[bytes] = '\0';
}

/* ---- chains ---- */

struct chain {
	uint8_t family, ways;
	bool base, drops_rest, accepts;  /* it hangs on a hook; what passes all its rules is dropped; some rule may accept something */
	char table[NAME_BYTES], name[NAME_BYTES];
};

struct ruleset {
	struct chain chains[CHAINS_MAX];
	size_t count;
	struct sn_nft_summary *out;
};

/* Of that type, and of a family that IP packets pass. */
static bool is_of(const struct message *message, int what)
{
	uint8_t family = message->about.nfgen_family;
	bool ours = family == NFPROTO_INET || family == NFPROTO_IPV4 || family == NFPROTO_IPV6 || family == NFPROTO_NETDEV;
	return ours && message->header.nlmsg_type == (NFNL_SUBSYS_NFTABLES << 8 | what);
}

/* Which packets a hook shows; forwarded ones are not of this machine. */
static uint8_t ways_of(uint8_t family, uint32_t hook)
{
	if (family == NFPROTO_NETDEV)
		return hook == NF_NETDEV_INGRESS ? WAY_IN : WAY_OUT;
	if (hook == NF_INET_PRE_ROUTING || hook == NF_INET_LOCAL_IN || hook == NF_INET_INGRESS)
		return WAY_IN;
	return hook == NF_INET_LOCAL_OUT || hook == NF_INET_POST_ROUTING ? WAY_OUT : 0;
}

static struct sn_nft_place place_of(const struct chain *chain)
{
	struct sn_nft_place place = {.family = chain->family == NFPROTO_INET   ? "inet"
	                                       : chain->family == NFPROTO_IPV4 ? "ip"
	                                       : chain->family == NFPROTO_IPV6 ? "ip6"
	                                                                       : "netdev"};
	memcpy(place.table, chain->table, sizeof place.table);
	memcpy(place.chain, chain->name, sizeof place.chain);
	return place;
}

/* The first time it is true, of the ways that this chain sees. */
static void note(const struct chain *chain, bool *in, struct sn_nft_place *in_at, bool *out, struct sn_nft_place *out_at)
{
	if (chain->ways & WAY_IN && !*in) {
		*in = true;
		*in_at = place_of(chain);
	}
	if (chain->ways & WAY_OUT && !*out) {
		*out = true;
		*out_at = place_of(chain);
	}
}

static void note_rest(struct sn_nft_summary *out, const struct chain *chain)
{
	note(chain, &out->in.rest, &out->in.rest_at, &out->out.rest, &out->out.rest_at);
}

static void count_drop(struct sn_nft_way *way, const struct chain *chain)
{
	if (way->drop_count++ == 0)
		way->drop_at = place_of(chain);
}

static struct chain *find_chain(struct ruleset *set, uint8_t family, const char *table, const char *name)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->chains[i].family == family && strcmp(set->chains[i].table, table) == 0 && strcmp(set->chains[i].name, name) == 0)
			return &set->chains[i];
	return NULL;
}

static bool read_chains(struct ruleset *set, struct sn_reader r)
{
	struct message message;
	while (next_message(&r, &message)) {
		if (!is_of(&message, NFT_MSG_NEWCHAIN))
			continue;
		if (set->count == CHAINS_MAX)
			return false;
		struct chain *chain = &set->chains[set->count++];
		*chain = (struct chain){.family = message.about.nfgen_family};
		attr_name(message.attrs, NFTA_CHAIN_TABLE, chain->table);
		attr_name(message.attrs, NFTA_CHAIN_NAME, chain->name);
		struct sn_reader hook = attr(message.attrs, NFTA_CHAIN_HOOK);
		if (hook.bad)
			continue;
		chain->base = true;
		chain->ways = ways_of(chain->family, attr_u32(hook, NFTA_HOOK_HOOKNUM, NF_INET_NUMHOOKS));
		chain->drops_rest = attr_u32(message.attrs, NFTA_CHAIN_POLICY, NF_ACCEPT) == NF_DROP;
		if (chain->drops_rest)
			note_rest(set->out, chain);
	}
	return !r.bad;
}

/* ---- rules ---- */

enum loaded { LOADED_OTHER, LOADED_PROTOCOL, LOADED_TYPE };

/* What the expressions of a rule say so far. */
struct rule {
	enum loaded loaded;      /* what the last load put into a register */
	int protocol, icmp_type; /* that it wants, -1: any or one of a set */
	bool names_icmp, conditional, drops, accepts;
	char jump[NAME_BYTES];   /* "": none */
};

static enum loaded loaded_by(const char *name, struct sn_reader data)
{
	if (strcmp(name, "meta") == 0)
		return attr_u32(data, NFTA_META_KEY, 0) == NFT_META_L4PROTO ? LOADED_PROTOCOL : LOADED_OTHER;
	uint32_t base = attr_u32(data, NFTA_PAYLOAD_BASE, UINT32_MAX), offset = attr_u32(data, NFTA_PAYLOAD_OFFSET, UINT32_MAX);
	if (attr_u32(data, NFTA_PAYLOAD_LEN, 0) != 1)
		return LOADED_OTHER;
	/* RFC 791 section 3.1, RFC 8200 section 3; the type of ICMP is its first byte */
	if (base == NFT_PAYLOAD_NETWORK_HEADER && (offset == 9 || offset == 6))
		return LOADED_PROTOCOL;
	return base == NFT_PAYLOAD_TRANSPORT_HEADER && offset == 0 ? LOADED_TYPE : LOADED_OTHER;
}

static void compare(struct rule *rule, struct sn_reader data)
{
	struct sn_reader value = attr(attr(data, NFTA_CMP_DATA), NFTA_DATA_VALUE);
	int number = sn_read_u8(&value);
	bool equal = attr_u32(data, NFTA_CMP_OP, NFT_CMP_NEQ) == NFT_CMP_EQ;
	rule->conditional = true;
	if (value.bad || !equal)
		return;
	if (rule->loaded == LOADED_PROTOCOL) {
		rule->protocol = number;
		rule->names_icmp |= number == IPPROTO_ICMP || number == IPPROTO_ICMPV6;
	} else if (rule->loaded == LOADED_TYPE) {
		rule->icmp_type = number;
	}
}

static void decide(struct rule *rule, struct sn_reader data)
{
	struct sn_reader verdict = attr(attr(data, NFTA_IMMEDIATE_DATA), NFTA_DATA_VERDICT);
	if (verdict.bad)
		return;
	uint32_t code = attr_u32(verdict, NFTA_VERDICT_CODE, NF_ACCEPT);
	rule->drops |= code == NF_DROP;
	rule->accepts |= code == NF_ACCEPT;
	if (code == (uint32_t)NFT_JUMP || code == (uint32_t)NFT_GOTO)
		attr_name(verdict, NFTA_VERDICT_CHAIN, rule->jump);
}

/* A verdict that stands elsewhere: in a map, with a program that packets wait for, or in an extension of iptables. */
static bool may_accept(const char *name, struct sn_reader data)
{
	if (strcmp(name, "lookup") == 0)
		return attr_u32(data, NFTA_LOOKUP_DREG, NFT_REG_1) == NFT_REG_VERDICT;
	return strcmp(name, "queue") == 0 || strcmp(name, "target") == 0;
}

static bool is_condition(const char *name)
{
	static const char *const names[] = {"lookup", "limit", "ct", "match", "range", "quota", "connlimit"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static void read_expression(struct rule *rule, struct sn_reader expression)
{
	char name[NAME_BYTES];
	struct sn_reader data = attr(expression, NFTA_EXPR_DATA);
	attr_name(expression, NFTA_EXPR_NAME, name);
	if (strcmp(name, "meta") == 0 || strcmp(name, "payload") == 0)
		rule->loaded = loaded_by(name, data);
	else if (strcmp(name, "cmp") == 0)
		compare(rule, data);
	else if (strcmp(name, "immediate") == 0)
		decide(rule, data);
	else if (strcmp(name, "reject") == 0)
		rule->drops = true;
	else if (strcmp(name, "lookup") == 0)
		rule->names_icmp |= rule->loaded == LOADED_PROTOCOL;
	rule->accepts |= may_accept(name, data);
	rule->conditional |= is_condition(name);
}

/* Answers that probes get (RFC 792, RFC 4443), and queries that probes are. The other types do not concern them. */
static bool concerns(const struct rule *rule, uint8_t way)
{
	static const struct {
		uint8_t protocol, type, way;
	} types[] = {
		{IPPROTO_ICMP, 0, WAY_IN}, {IPPROTO_ICMP, 3, WAY_IN}, {IPPROTO_ICMP, 11, WAY_IN}, {IPPROTO_ICMP, 12, WAY_IN},
		{IPPROTO_ICMP, 14, WAY_IN}, {IPPROTO_ICMP, 8, WAY_OUT}, {IPPROTO_ICMP, 13, WAY_OUT}, {IPPROTO_ICMPV6, 1, WAY_IN},
		{IPPROTO_ICMPV6, 2, WAY_IN}, {IPPROTO_ICMPV6, 3, WAY_IN}, {IPPROTO_ICMPV6, 4, WAY_IN}, {IPPROTO_ICMPV6, 129, WAY_IN},
		{IPPROTO_ICMPV6, 128, WAY_OUT},
	};
	if (rule->icmp_type < 0)
		return true;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (types[i].way == way && types[i].type == rule->icmp_type && (rule->protocol < 0 || types[i].protocol == rule->protocol))
			return true;
	return false;
}

static void count_rule(struct ruleset *set, struct chain *chain, const struct rule *rule)
{
	set->out->rule_count++;
	if (rule->drops && rule->names_icmp && chain->ways & WAY_IN && concerns(rule, WAY_IN))
		count_drop(&set->out->in, chain);
	if (rule->drops && rule->names_icmp && chain->ways & WAY_OUT && concerns(rule, WAY_OUT))
		count_drop(&set->out->out, chain);
	if (rule->drops && !rule->conditional) {
		note_rest(set->out, chain);
		chain->drops_rest = true;
	}
}

/* True: a chain became known to see packets of ours, or to accept some. */
static bool judge_rule(struct ruleset *set, const struct message *message, bool count)
{
	char table[NAME_BYTES], name[NAME_BYTES];
	struct rule rule = {.protocol = -1, .icmp_type = -1};
	struct sn_reader expressions = attr(message->attrs, NFTA_RULE_EXPRESSIONS), expression;
	attr_name(message->attrs, NFTA_RULE_TABLE, table);
	attr_name(message->attrs, NFTA_RULE_CHAIN, name);
	struct chain *chain = find_chain(set, message->about.nfgen_family, table, name);
	if (!chain || !chain->ways)
		return false;
	for (uint16_t type; !expressions.bad && next_attr(&expressions, &type, &expression);)
		if (type == NFTA_LIST_ELEM)
			read_expression(&rule, expression);
	if (count)
		count_rule(set, chain, &rule);
	struct chain *next = rule.jump[0] ? find_chain(set, chain->family, table, rule.jump) : NULL;
	bool accepted = chain->accepts;
	chain->accepts |= rule.accepts || (next && next->accepts);
	bool more = chain->accepts != accepted;
	if (!next || (next->ways | chain->ways) == next->ways)
		return more;
	next->ways |= chain->ways;
	return true;
}

/* Once more as long as a jump makes one more chain ours, or one that accepts; each round adds that to a chain: there are not many. */
static bool read_rules(struct ruleset *set, struct sn_reader all)
{
	for (bool counting = false, again = true; again || !counting;) {
		struct sn_reader r = all;
		struct message message;
		counting = !again;
		again = false;
		while (next_message(&r, &message))
			if (is_of(&message, NFT_MSG_NEWRULE))
				again |= judge_rule(set, &message, counting);
		if (r.bad)
			return false;
	}
	return true;
}

bool sn_nft_read(const uint8_t *chains, size_t chains_bytes, const uint8_t *rules, size_t rules_bytes, struct sn_nft_summary *out)
{
	struct ruleset set = {.out = out};
	struct sn_reader r;
	*out = (struct sn_nft_summary){0};
	sn_reader_init(&r, chains, chains_bytes);
	if (!read_chains(&set, r))
		return false;
	sn_reader_init(&r, rules, rules_bytes);
	if (!read_rules(&set, r))
		return false;
	for (size_t i = 0; i < set.count; i++)
		if (set.chains[i].base && set.chains[i].drops_rest && !set.chains[i].accepts)
			note(&set.chains[i], &out->in.closed, &out->in.closed_at, &out->out.closed, &out->out.closed_at);
	return true;
}
