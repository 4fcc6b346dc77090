/* SPDX-License-Identifier: MIT */
/* nftables' messages, built here as the kernel builds them, cut at every byte and with every bit turned over. */
#include "test.h"

#include "io/nft_msg.h"

#include <errno.h>
#include <netinet/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

/* Messages and attributes that are not closed yet. */
struct out {
	uint8_t bytes[4096];
	size_t at;
};

static size_t begin(struct out *o, uint16_t type)
{
	struct nlattr header = {.nla_type = type};
	memcpy(o->bytes + o->at, &header, sizeof header);
	o->at += sizeof header;
	return o->at - sizeof header;
}

static void end(struct out *o, size_t start)
{
	uint16_t length = (uint16_t)(o->at - start);
	memcpy(o->bytes + start, &length, sizeof length);
	while (o->at % 4)
		o->bytes[o->at++] = 0;
}

static void put(struct out *o, uint16_t type, const void *data, size_t bytes)
{
	size_t start = begin(o, type);
	memcpy(o->bytes + o->at, data, bytes);
	o->at += bytes;
	end(o, start);
}

static void put_text(struct out *o, uint16_t type, const char *text)
{
	put(o, type, text, strlen(text) + 1);
}

static void put_u32(struct out *o, uint16_t type, uint32_t value)
{
	uint32_t be32 = htonl(value);
	put(o, type, &be32, sizeof be32);
}

static size_t message(struct out *o, uint16_t type, uint8_t family)
{
	struct nlmsghdr header = {.nlmsg_type = type};
	struct nfgenmsg about = {.nfgen_family = family};
	size_t start = o->at;
	memcpy(o->bytes + o->at, &header, sizeof header);
	memcpy(o->bytes + o->at + sizeof header, &about, sizeof about);
	o->at += sizeof header + sizeof about;
	return start;
}

static void finish(struct out *o, size_t start)
{
	uint32_t length = (uint32_t)(o->at - start);
	memcpy(o->bytes + start, &length, sizeof length);
}

/* hook -1: none, so only rules lead there. */
static void chain(struct out *o, uint8_t family, const char *name, int hook, uint32_t policy)
{
	size_t start = message(o, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWCHAIN, family);
	put_text(o, NFTA_CHAIN_TABLE, "t");
	put_text(o, NFTA_CHAIN_NAME, name);
	if (hook >= 0) {
		size_t nest = begin(o, NFTA_CHAIN_HOOK | NLA_F_NESTED);
		put_u32(o, NFTA_HOOK_HOOKNUM, (uint32_t)hook);
		end(o, nest);
		put_u32(o, NFTA_CHAIN_POLICY, policy);
	}
	finish(o, start);
}

static size_t rule(struct out *o, uint8_t family, const char *chain_name, size_t *list)
{
	size_t start = message(o, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWRULE, family);
	put_text(o, NFTA_RULE_TABLE, "t");
	put_text(o, NFTA_RULE_CHAIN, chain_name);
	*list = begin(o, NFTA_RULE_EXPRESSIONS);
	return start;
}

static void close_rule(struct out *o, size_t start, size_t list)
{
	end(o, list);
	finish(o, start);
}

static size_t expression(struct out *o, const char *name, size_t *data)
{
	size_t start = begin(o, NFTA_LIST_ELEM | NLA_F_NESTED);
	put_text(o, NFTA_EXPR_NAME, name);
	*data = begin(o, NFTA_EXPR_DATA);
	return start;
}

static void close_expression(struct out *o, size_t start, size_t data)
{
	end(o, data);
	end(o, start);
}

static void load_protocol(struct out *o)
{
	size_t data, start = expression(o, "meta", &data);
	put_u32(o, NFTA_META_KEY, NFT_META_L4PROTO);
	close_expression(o, start, data);
}

static void load(struct out *o, uint32_t base, uint32_t offset)
{
	size_t data, start = expression(o, "payload", &data);
	put_u32(o, NFTA_PAYLOAD_BASE, base);
	put_u32(o, NFTA_PAYLOAD_OFFSET, offset);
	put_u32(o, NFTA_PAYLOAD_LEN, 1);
	close_expression(o, start, data);
}

static void equals(struct out *o, uint8_t value)
{
	size_t data, start = expression(o, "cmp", &data);
	put_u32(o, NFTA_CMP_OP, NFT_CMP_EQ);
	size_t nest = begin(o, NFTA_CMP_DATA);
	put(o, NFTA_DATA_VALUE, &value, 1);
	end(o, nest);
	close_expression(o, start, data);
}

static void verdict(struct out *o, int code, const char *jump)
{
	size_t data, start = expression(o, "immediate", &data), outer = begin(o, NFTA_IMMEDIATE_DATA), inner = begin(o, NFTA_DATA_VERDICT);
	put_u32(o, NFTA_VERDICT_CODE, (uint32_t)code);
	if (jump)
		put_text(o, NFTA_VERDICT_CHAIN, jump);
	end(o, inner);
	end(o, outer);
	close_expression(o, start, data);
}

static void plain(struct out *o, const char *name)
{
	size_t data, start = expression(o, name, &data);
	close_expression(o, start, data);
}

/* protocol and type: -1 leaves the condition out. */
static void icmp_rule(struct out *o, const char *chain_name, int protocol, int type, int code)
{
	size_t list, start = rule(o, NFPROTO_INET, chain_name, &list);
	if (protocol >= 0) {
		load_protocol(o);
		equals(o, (uint8_t)protocol);
	}
	if (type >= 0) {
		load(o, NFT_PAYLOAD_TRANSPORT_HEADER, 0);
		equals(o, (uint8_t)type);
	}
	verdict(o, code, NULL);
	close_rule(o, start, list);
}

static struct sn_nft_summary read_both(const struct out *chains, const struct out *rules)
{
	struct sn_nft_summary summary;
	assert_true(sn_nft_read(chains->bytes, chains->at, rules->bytes, rules->at, &summary));
	return summary;
}

static void told(const struct out *chains, const struct out *rules, uint32_t count, uint32_t in, uint32_t out)
{
	struct sn_nft_summary summary = read_both(chains, rules);
	assert_int_equal(summary.rule_count, count);
	assert_int_equal(summary.in.drop_count, in);
	assert_int_equal(summary.out.drop_count, out);
}

static struct out usual_chains(void)
{
	struct out chains = {.at = 0};
	chain(&chains, NFPROTO_INET, "in", NF_INET_LOCAL_IN, NF_ACCEPT);
	chain(&chains, NFPROTO_INET, "out", NF_INET_LOCAL_OUT, NF_ACCEPT);
	chain(&chains, NFPROTO_INET, "fwd", NF_INET_FORWARD, NF_DROP);
	chain(&chains, NFPROTO_INET, "more", -1, NF_ACCEPT);
	chain(&chains, NFPROTO_INET, "last", -1, NF_ACCEPT);
	return chains;
}

static void only_types_that_probes_meet_count(void **state)
{
	(void)state;
	struct out chains = usual_chains(), rules = {.at = 0};
	icmp_rule(&rules, "in", IPPROTO_ICMP, 11, NF_DROP);
	told(&chains, &rules, 1, 1, 0);
	icmp_rule(&rules, "in", IPPROTO_ICMP, 8, NF_DROP);      /* may others ping us? */
	icmp_rule(&rules, "in", IPPROTO_ICMP, 11, NF_ACCEPT);
	icmp_rule(&rules, "in", IPPROTO_TCP, -1, NF_DROP);
	icmp_rule(&rules, "out", IPPROTO_ICMP, 11, NF_DROP);    /* our own answers */
	icmp_rule(&rules, "fwd", IPPROTO_ICMP, 11, NF_DROP);
	icmp_rule(&rules, "nowhere", IPPROTO_ICMP, 11, NF_DROP);
	told(&chains, &rules, 5, 1, 0);
	icmp_rule(&rules, "out", IPPROTO_ICMPV6, 128, NF_DROP);
	icmp_rule(&rules, "in", IPPROTO_ICMPV6, -1, NF_DROP);
	told(&chains, &rules, 7, 2, 1);
	assert_false(read_both(&chains, &rules).in.rest);
}

static void protocols_are_read_from_headers_and_sets(void **state)
{
	(void)state;
	struct out chains = usual_chains(), rules = {.at = 0};
	size_t list, start = rule(&rules, NFPROTO_INET, "out", &list);
	load(&rules, NFT_PAYLOAD_NETWORK_HEADER, 9);
	equals(&rules, IPPROTO_ICMP);
	plain(&rules, "counter");
	plain(&rules, "reject");
	close_rule(&rules, start, list);
	told(&chains, &rules, 1, 0, 1);
	start = rule(&rules, NFPROTO_INET, "in", &list);
	load_protocol(&rules);
	plain(&rules, "lookup");
	verdict(&rules, NF_DROP, NULL);
	close_rule(&rules, start, list);
	told(&chains, &rules, 2, 1, 1);
}

static void what_no_rule_accepts(void **state)
{
	(void)state;
	struct out chains = usual_chains(), rules = {.at = 0};
	size_t list, start = rule(&rules, NFPROTO_INET, "in", &list);
	plain(&rules, "ct");
	verdict(&rules, NF_DROP, NULL);
	close_rule(&rules, start, list);
	assert_false(read_both(&chains, &rules).in.rest);
	icmp_rule(&rules, "in", -1, -1, NF_DROP);
	told(&chains, &rules, 2, 0, 0);
	assert_true(read_both(&chains, &rules).in.rest);
	assert_false(read_both(&chains, &rules).out.rest);
	chain(&chains, NFPROTO_IPV4, "o", NF_INET_LOCAL_OUT, NF_DROP);
	assert_true(read_both(&chains, &rules).out.rest);
}

/* A chain that no packet comes out of, as far as its rules say. */
static void a_chain_without_an_accepting_rule_is_closed(void **state)
{
	(void)state;
	struct out chains = {.at = 0}, rules = {.at = 0};
	size_t list, start;
	chain(&chains, NFPROTO_INET, "open", NF_INET_LOCAL_IN, NF_ACCEPT);
	chain(&chains, NFPROTO_IPV4, "in", NF_INET_LOCAL_IN, NF_DROP);
	chain(&chains, NFPROTO_IPV4, "more", -1, NF_ACCEPT);
	chain(&chains, NFPROTO_IPV4, "last", -1, NF_ACCEPT);
	start = rule(&rules, NFPROTO_IPV4, "in", &list);
	verdict(&rules, NFT_JUMP, "more");
	close_rule(&rules, start, list);
	icmp_rule(&rules, "open", IPPROTO_ICMP, 0, NF_ACCEPT); /* another chain's: it opens none but its own */
	struct sn_nft_summary told_of = read_both(&chains, &rules);
	assert_true(told_of.in.closed && told_of.in.rest);
	assert_false(told_of.out.closed);
	assert_string_equal(told_of.in.closed_at.family, "ip");
	assert_string_equal(told_of.in.closed_at.table, "t");
	assert_string_equal(told_of.in.closed_at.chain, "in");
	start = rule(&rules, NFPROTO_IPV4, "last", &list);
	plain(&rules, "ct");
	verdict(&rules, NF_ACCEPT, NULL);
	close_rule(&rules, start, list);
	assert_true(read_both(&chains, &rules).in.closed); /* nothing leads there yet */
	start = rule(&rules, NFPROTO_IPV4, "more", &list);
	verdict(&rules, NFT_GOTO, "last");
	close_rule(&rules, start, list);
	told_of = read_both(&chains, &rules);
	assert_true(!told_of.in.closed && told_of.in.rest);
	/* a rule without a condition is as good as a policy; a map may accept, a set does not */
	chain(&chains, NFPROTO_INET, "out", NF_INET_LOCAL_OUT, NF_ACCEPT);
	icmp_rule(&rules, "out", -1, -1, NF_DROP);
	told_of = read_both(&chains, &rules);
	assert_true(told_of.out.closed);
	assert_string_equal(told_of.out.closed_at.family, "inet");
	start = rule(&rules, NFPROTO_INET, "out", &list);
	plain(&rules, "lookup");
	close_rule(&rules, start, list);
	assert_true(read_both(&chains, &rules).out.closed);
	start = rule(&rules, NFPROTO_INET, "out", &list);
	size_t data, map = expression(&rules, "lookup", &data);
	put_u32(&rules, NFTA_LOOKUP_DREG, NFT_REG_VERDICT);
	close_expression(&rules, map, data);
	close_rule(&rules, start, list);
	assert_false(read_both(&chains, &rules).out.closed);
}

static void the_first_chain_that_drops_is_named(void **state)
{
	(void)state;
	struct out chains = usual_chains(), rules = {.at = 0};
	icmp_rule(&rules, "out", IPPROTO_ICMP, 8, NF_DROP);
	icmp_rule(&rules, "in", IPPROTO_ICMP, 11, NF_DROP);
	icmp_rule(&rules, "in", -1, -1, NF_DROP);
	struct sn_nft_summary told_of = read_both(&chains, &rules);
	assert_string_equal(told_of.out.drop_at.chain, "out");
	assert_string_equal(told_of.in.drop_at.chain, "in");
	assert_string_equal(told_of.in.drop_at.family, "inet");
	assert_string_equal(told_of.in.rest_at.chain, "in");
}

static void jumps_are_followed(void **state)
{
	(void)state;
	struct out chains = usual_chains(), rules = {.at = 0};
	size_t list, start;
	icmp_rule(&rules, "last", IPPROTO_ICMP, 0, NF_DROP);
	/* the order of rules is not that of jumps, and they may go round */
	start = rule(&rules, NFPROTO_INET, "more", &list);
	verdict(&rules, NFT_GOTO, "last");
	close_rule(&rules, start, list);
	told(&chains, &rules, 0, 0, 0);
	start = rule(&rules, NFPROTO_INET, "in", &list);
	verdict(&rules, NFT_JUMP, "more");
	close_rule(&rules, start, list);
	told(&chains, &rules, 3, 1, 0);
	start = rule(&rules, NFPROTO_INET, "last", &list);
	verdict(&rules, NFT_JUMP, "more");
	close_rule(&rules, start, list);
	told(&chains, &rules, 4, 1, 0);
}

/* On the heap, exactly as long, so that the sanitizer sees one byte too far. */
static void read_exactly(const struct out *chains, const struct out *rules)
{
	struct sn_nft_summary summary;
	uint8_t *a = malloc(chains->at + 1), *b = malloc(rules->at + 1);
	assert_non_null(a);
	assert_non_null(b);
	memcpy(a, chains->bytes, chains->at);
	memcpy(b, rules->bytes, rules->at);
	(void)sn_nft_read(a, chains->at, b, rules->at, &summary);
	(void)sn_nft_is_end(b, rules->at);
	free(a);
	free(b);
}

static void nothing_odd_is_read_beyond_its_end(void **state)
{
	(void)state;
	struct out chains = usual_chains(), rules = {.at = 0}, cut;
	struct sn_nft_summary summary;
	icmp_rule(&rules, "in", IPPROTO_ICMP, 11, NF_DROP);
	for (cut = rules, cut.at = 1; cut.at < rules.at; cut.at++) {
		assert_false(sn_nft_read(chains.bytes, chains.at, cut.bytes, cut.at, &summary));
		read_exactly(&chains, &cut);
	}
	for (cut = chains, cut.at = 0; cut.at < chains.at; cut.at++)
		read_exactly(&cut, &rules);
	for (size_t bit = 0; bit < 8 * rules.at; bit++) {
		cut = rules;
		cut.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		read_exactly(&chains, &cut);
	}
	for (size_t bit = 0; bit < 8 * chains.at; bit++) {
		cut = chains;
		cut.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		read_exactly(&cut, &rules);
	}
}

static void an_answer_ends_or_fails(void **state)
{
	(void)state;
	struct out bytes = {.at = 0};
	int32_t refused = -EPERM;
	icmp_rule(&bytes, "in", IPPROTO_ICMP, 11, NF_DROP);
	assert_int_equal(sn_nft_is_end(bytes.bytes, bytes.at), 0);
	assert_int_equal(sn_nft_is_end(bytes.bytes, bytes.at - 1), -EPROTO);
	struct nlmsghdr done = {.nlmsg_len = sizeof done, .nlmsg_type = NLMSG_DONE};
	memcpy(bytes.bytes + bytes.at, &done, sizeof done);
	assert_int_equal(sn_nft_is_end(bytes.bytes, bytes.at + sizeof done), 1);
	struct nlmsghdr error = {.nlmsg_len = sizeof error + sizeof refused, .nlmsg_type = NLMSG_ERROR};
	memcpy(bytes.bytes, &error, sizeof error);
	memcpy(bytes.bytes + sizeof error, &refused, sizeof refused);
	assert_int_equal(sn_nft_is_end(bytes.bytes, sizeof error + sizeof refused), -EPERM);
	uint8_t query[64];
	assert_int_equal(sn_nft_query_write(SN_NFT_RULES, 1, query, 8), 0);
	assert_int_equal(sn_nft_query_write(SN_NFT_RULES, 1, query, sizeof query), sizeof(struct nlmsghdr) + sizeof(struct nfgenmsg));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_types_that_probes_meet_count),
		cmocka_unit_test(protocols_are_read_from_headers_and_sets),
		cmocka_unit_test(what_no_rule_accepts),
		cmocka_unit_test(a_chain_without_an_accepting_rule_is_closed),
		cmocka_unit_test(the_first_chain_that_drops_is_named),
		cmocka_unit_test(jumps_are_followed),
		cmocka_unit_test(nothing_odd_is_read_beyond_its_end),
		cmocka_unit_test(an_answer_ends_or_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
