/* SPDX-License-Identifier: MIT */
/* What .net files are taken, and what is said of those that are not. */
#include "base/rng.h"
#include "sim/parse.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

static int parse(struct sn_sim_net *net, const char *text, struct sonde_error *err)
{
	*net = (struct sn_sim_net){0};
	return sn_sim_parse(net, text, strlen(text), "f.net", err);
}

struct bad {
	const char *text;
	const char *message;
};

#define BASE "observer me\nrouter r1\nlink me r1 10.0.0.2/24 10.0.0.1/24\n"

/* Each text is wrong in one place: the message names the line, the word and what was expected there. */
static const struct bad bads[] = {
    {"", "f.net:0: expected a line 'observer NAME' somewhere in the file"},
    {"\n\nplanet mars", "f.net:3: 'planet': expected observer, router, host, link, address, route, filter, rewrite or name"},
    {"observer", "f.net:1: expected observer NAME [ATTRIBUTE...]"},
    {"observer a\nobserver b", "f.net:2: 'b': the observer is 'a' already"},
    {"observer me tcp-open=80", "f.net:1: 'tcp-open' is no attribute of observer"},
    {"observer me\nrouter r1 slient\nlink me r1", "f.net:2: 'slient': expected a link to it somewhere in the file"},
    {"observer me\nrouter r1 loud=yes", "f.net:2: 'loud=yes' is no attribute of router"},
    {"observer me\nrouter r1 quote=7", "f.net:2: 'quote=7': expected bytes from 8 on, full or linux"},
    {"observer me\nrouter r1 reply-ttl=256", "f.net:2: 'reply-ttl=256': expected a TTL from 1 to 255"},
    {"observer me\nrouter r1 silent=yes", "f.net:2: 'silent=yes': expected no value"},
    {"observer me\nrouter r1 icmp-rate=5", "f.net:2: 'icmp-rate=5': expected a rate such as 1/s, 10/100ms or none"},
    {"observer me\nrouter me", "f.net:2: 'me' is no router: it was declared as something else"},
    {"observer me\nrouter r1 icmp-rate=1.5/s", "f.net:2: 'icmp-rate=1.5/s': expected a rate such as 1/s, 10/100ms or none"},
    {"observer me\nhost h tcp-open=80.5", "f.net:2: 'tcp-open=80.5': expected ports such as 80,443,8000-8080 or all (at most 16 ranges)"},
    {"observer me\nrouter r1 answer-delay=0.5ns", "f.net:2: 'answer-delay=0.5ns': expected a duration such as 10ms, 200us or 0"},
    {"observer me\nrouter r1\nlink me r1 duplicate=0.0000001", "f.net:3: 'duplicate=0.0000001': expected a share such as 0.1 or 10%"},
    {"observer me\nrouter r1 quote=8.0", "f.net:2: 'quote=8.0': expected bytes from 8 on, full or linux"},
    {"observer me\nhost h tcp-open=80-", "f.net:2: 'tcp-open=80-': expected ports such as 80,443,8000-8080 or all (at most 16 ranges)"},
    {"observer me\nlink me r1", "f.net:2: 'r1': expected the name of a node declared above"},
    {"observer me\nlink me me", "f.net:2: 'me': expected two different nodes"},
    {"observer me\nrouter r1\nlink me r1 10.0.0.1/24 10.0.1.1/24",
     "f.net:3: '10.0.0.1/24' and '10.0.1.1/24': expected both ends in one prefix"},
    {"observer me\nrouter r1\nlink me r1 10.0.0.1/24", "f.net:3: '10.0.0.1/24': expected the other end's ADDRESS/LENGTH behind it"},
    {"observer me\nrouter r1\nlink me r1 10.0.0.1/33 10.0.0.2/33", "f.net:3: '10.0.0.1/33' is no attribute of link"},
    {"observer me\nrouter r1\nlink me r1 10.0.0.1/24 10.0.0.1/24", "f.net:3: 10.0.0.1 is an address of 'me' already"},
    {"observer me\nrouter r1\nlink me r1 fe80::1/64 fe80::2/64", "f.net:3: fe80::1: expected a unicast address that is not link-local"},
    {BASE "link me r1 delay=10", "f.net:4: 'delay=10': expected a duration such as 10ms or two: 10ms,12ms"},
    {BASE "link me r1 loss=2", "f.net:4: 'loss=2': expected a share such as 0.1 or 10%, or a mask such as 0x5, or two of them"},
    {BASE "link me r1 mtu=67", "f.net:4: 'mtu=67': expected bytes from 68 to 65535, or two: 1500,1400"},
    {BASE "link me r1 10.1.0.2/24 10.1.0.1/24 10.2.0.2/24 10.2.0.1/24",
     "f.net:4: '10.2.0.2/24': expected one address of each family at an end"},
    {BASE "route r1 10.9.0.0/16 via r2", "f.net:4: 'r2': expected a neighbour of 'r1' on a link declared above"},
    {BASE "route r1 10.9.0.0/16 north", "f.net:4: 'north': expected via NODE[,NODE...], unreachable, prohibit or blackhole"},
    {BASE "route r1 10.9 blackhole", "f.net:4: '10.9': expected a prefix such as 192.0.2.0/24 or 2001:db8::/32"},
    {BASE "filter r1 refuse",
     "f.net:4: 'refuse': expected accept, drop, intercept or reject={net,host,port}-unreachable | {net,host,admin}-prohibited | "
     "policy-fail | tcp-reset"},
    {BASE "router r1 mpls=1048576",
     "f.net:4: 'mpls=1048576': expected labels such as 24001 or 24001/5/254,16 (LABEL/TC/TTL)"},
    {BASE "router r1 mpls=1,",
     "f.net:4: 'mpls=1,': expected labels such as 24001 or 24001/5/254,16 (LABEL/TC/TTL)"},
    {BASE "router r1 mpls=1/8",
     "f.net:4: 'mpls=1/8': expected labels such as 24001 or 24001/5/254,16 (LABEL/TC/TTL)"},
    {BASE "router r1 mpls=1/2/3/4",
     "f.net:4: 'mpls=1/2/3/4': expected labels such as 24001 or 24001/5/254,16 (LABEL/TC/TTL)"},
    {BASE "router r1 interface-info=up",
     "f.net:4: 'interface-info=up': expected in, sub-in, out or next-hop, and any of ,index=N ,address=ADDRESS ,name=NAME ,mtu=N"},
    {BASE "router r1 interface-info=in,speed=9",
     "f.net:4: 'interface-info=in,speed=9': expected in, sub-in, out or next-hop, and any of ,index=N ,address=ADDRESS ,name=NAME ,mtu=N"},
    {BASE "router r1 interface-info=in,",
     "f.net:4: 'interface-info=in,': expected in, sub-in, out or next-hop, and any of ,index=N ,address=ADDRESS ,name=NAME ,mtu=N"},
    {BASE "router r1 interface-id=mtu=9",
     "f.net:4: 'interface-id=mtu=9': expected name=NAME, index=N or address=ADDRESS"},
    {BASE "router r1 node-id=core1",
     "f.net:4: 'node-id=core1': expected address=ADDRESS, name=NAME or both with a comma"},
    {BASE "router r1 node-id=name=%4",
     "f.net:4: 'node-id=name=%4': expected address=ADDRESS, name=NAME or both with a comma"},
    {BASE "router r1 pointer=x",
     "f.net:4: 'pointer=x': expected a number"},
    {BASE "router r1 ext-raw=0008f7",
     "f.net:4: 'ext-raw=0008f7': expected hexadecimal digits, 8 for each word"},
    {BASE "router r1 ext-fault=all",
     "f.net:4: 'ext-fault=all': expected none, checksum, no-checksum, version, length, below, overrun, zero, odd or cut"},
    {BASE "router r1 ext-length=no",
     "f.net:4: 'ext-length=no': expected on or off"},
    {BASE "router r1 interface=eth0",
     "f.net:4: 'interface=eth0': expected name=NAME ,index=N ,address=ADDRESS ,active=off ,ipv4=off ,ipv6=off: any of them"},
    {BASE "router r1 interface=name=eth0,up=on",
     "f.net:4: 'interface=name=eth0,up=on': expected name=NAME ,index=N ,address=ADDRESS ,active=off ,ipv4=off ,ipv6=off: any of them"},
    {BASE "router r1 neighbour=10.0.0.9",
     "f.net:4: 'neighbour=10.0.0.9': expected ADDRESS,STATE: incomplete, reachable, stale, delay, probe or failed"},
    {BASE "router r1 neighbour=10.0.0.9,gone",
     "f.net:4: 'neighbour=10.0.0.9,gone': expected ADDRESS,STATE: incomplete, reachable, stale, delay, probe or failed"},
    {BASE "router r1 neighbour=10.0.0.9,stale,now",
     "f.net:4: 'neighbour=10.0.0.9,stale,now': expected ADDRESS,STATE: incomplete, reachable, stale, delay, probe or failed"},
    {BASE "filter r1 drop flags=syn,fast", "f.net:4: 'flags=syn,fast': expected TCP flags such as syn,!ack"},
    {BASE "filter r1 drop length=big", "f.net:4: 'length=big': expected bytes such as 576-1500 (at most 16 ranges)"},
    {BASE "filter r1 drop dscp=64", "f.net:4: 'dscp=64': expected a number up to 63"},
    {BASE "filter r1 drop df", "f.net:4: 'df': expected on or off"},
    {BASE "filter r1 drop payload=http", "f.net:4: 'payload=http': expected dns, ntp, quic or tls"},
    {BASE "filter r1 drop family=5", "f.net:4: 'family=5': expected 4 or 6"},
    {BASE "filter r1 drop at=9s-3s", "f.net:4: 'at=9s-3s': expected a time such as 5s-10s or 5s"},
    {BASE "router r1 quote-length=little", "f.net:4: 'quote-length=little': expected as-sent, host-order or minus-header"},
    {BASE "router r1 quote-checksum=bad", "f.net:4: 'quote-checksum=bad': expected mended, stale or zero"},
    {BASE "router r1 fragments=1", "f.net:4: 'fragments=1': expected no value"},
    {BASE "rewrite r1", "f.net:4: expected rewrite NODE WHAT=VALUE [ATTRIBUTE...]"},
    {BASE "rewrite me dscp=0", "f.net:4: 'me': expected a router"},
    {BASE "rewrite r1 colour=0", "f.net:4: 'colour=0': expected what to change, such as dscp=0 or snat=masquerade"},
    {BASE "rewrite r1 dscp=64", "f.net:4: 'dscp=64': expected a number up to 63"},
    {BASE "rewrite r1 dscp", "f.net:4: 'dscp': expected a number up to 63"},
    {BASE "rewrite r1 ecn=ect", "f.net:4: 'ecn=ect': expected not-ect, ect0, ect1, ce or a number up to 3"},
    {BASE "rewrite r1 ttl=+", "f.net:4: 'ttl=+': expected a number up to 255, or +N, or -N"},
    {BASE "rewrite r1 flow-label=1048576", "f.net:4: 'flow-label=1048576': expected a number up to 1048575"},
    {BASE "rewrite r1 strip=sack,md5", "f.net:4: 'strip=sack,md5': expected options of mss, ws, sack, ts, tfo, mptcp, or all"},
    {BASE "rewrite r1 snat=out", "f.net:4: 'snat=out': expected masquerade, keep or an address"},
    {BASE "rewrite r1 dnat=masquerade", "f.net:4: 'dnat=masquerade': expected keep or an address"},
    {BASE "rewrite r1 seq=1", "f.net:4: 'seq=1': expected random"},
    {BASE "rewrite r1 snat=keep ports=0-9", "f.net:4: 'ports=0-9': expected a port or a range such as 1024-2047"},
    {BASE "rewrite r1 snat=keep nat-quote=bad", "f.net:4: 'nat-quote=bad': expected full, ip-only, stale-checksum or none"},
    {BASE "rewrite r1 dscp=0 ports=7", "f.net:4: 'ports' is no attribute of rewrite"},
    {BASE "rewrite r1 dscp=0 share=2", "f.net:4: 'share=2': expected a share such as 0.1 or 10%"},
    {BASE "rewrite r1 dscp=0 dscp=64", "f.net:4: 'dscp=64': expected a number up to 63"},
    {BASE "name gw 10.0.0.1", "f.net:4: 'gw': expected an address"},
};

static void every_mistake_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
		struct sn_sim_net net;
		struct sonde_error err = {0};
		int result = parse(&net, bads[i].text, &err);
		sn_sim_net_finish(&net);
		assert_int_equal(result, SONDE_E_FORMAT);
		assert_string_equal(err.what, bads[i].message);
	}
}

static void a_whole_network_is_read(void **state)
{
	(void)state;
	struct sn_sim_net net;
	struct sonde_error err = {0};
	const char *text =
	    "# a comment\n"
	    "observer me rst-delay=5ms # another\r\n"
	    "router a b c silent quote=full icmp-rate=10/100ms icmp-burst=3 icmp-per=node\n"
	    "router b quote=28 answer-from=in\n"
	    "host web tcp-open=80,8000-8080 down=5s-10s\n"
	    "link me a 10.0.0.2/24 10.0.0.1/24 2001:db8::2/64 2001:db8::1/64 delay=1.5ms,2ms loss=12.5%,0x5 mtu=1280 down=1m\n"
	    "link a b mtu=1500,1400 mtu-says=0 mtu-silent\n"
	    "link b c\n"
	    "link b web 192.0.2.1/25 192.0.2.2/25\n"
	    "address c 203.0.113.1\n"
	    "route a 0/0 via b at=2s-3s\n"
	    "filter b reject=tcp-reset proto=tcp dport=22 flags=syn,!ack\n"
	    "name 192.0.2.2 www.example.net";
	if (parse(&net, text, &err) != 0)
		fail_msg("%s", err.what);
	assert_int_equal(net.node_count, 5);
	assert_int_equal(net.nodes[0].rst_delay_ns, 5 * SONDE_MS);
	assert_int_equal(net.nodes[1].quote_bytes, SN_SIM_QUOTE_FULL);
	assert_int_equal(net.nodes[2].quote_bytes, 28);
	assert_true(net.nodes[2].silent && net.nodes[3].silent);
	assert_int_equal(net.nodes[3].icmp_cost_ns, 10 * SONDE_MS);
	assert_int_equal(net.links[0].way[0].delay_ns, 1500 * SONDE_US);
	assert_int_equal(net.links[0].way[1].delay_ns, 2 * SONDE_MS);
	assert_int_equal(net.links[0].way[0].loss_ppm, 125000);
	assert_int_equal(net.links[0].way[1].loss_mask, 5);
	assert_int_equal(net.links[0].down.from_at_ns, 60 * SONDE_S);
	assert_int_equal(net.links[0].down.until_at_ns, SONDE_NEVER);
	assert_int_equal(net.links[0].way[1].mtu_bytes, 1280);
	assert_int_equal(net.links[0].way[0].mtu_said_bytes, SN_SIM_NONE);
	assert_false(net.links[0].mtu_silent);
	assert_int_equal(net.links[1].way[0].mtu_bytes, 1500);
	assert_int_equal(net.links[1].way[1].mtu_bytes, 1400);
	assert_int_equal(net.links[1].way[1].mtu_said_bytes, 0);
	assert_true(net.links[1].mtu_silent);
	assert_int_equal(net.nodes[4].tcp_open.range[1].last, 8080);
	assert_int_equal(net.prefix_count, 4);
	assert_int_equal(net.routes[0].at.until_at_ns, 3 * SONDE_S);
	assert_int_equal(net.filters[0].match.flags_clear, 16);
	sn_sim_net_finish(&net);
}

static void no_input_breaks_the_reader(void **state)
{
	(void)state;
	/* A line with a zero, one too long, one of too many words. */
	struct sn_sim_net net = {0};
	struct sonde_error err = {0};
	assert_int_equal(sn_sim_parse(&net, "observer m\0e", 12, "f.net", &err), SONDE_E_FORMAT);
	sn_sim_net_finish(&net);
	static char text[3 * SN_SIM_LINE_MAX_BYTES];
	memset(text, 'x', sizeof text - 1);
	assert_int_equal(parse(&net, text, &err), SONDE_E_FORMAT);
	sn_sim_net_finish(&net);
	for (size_t i = 0; i < SN_SIM_LINE_MAX_BYTES - 2; i++)
		text[i] = i % 2 ? 'x' : ' ';
	text[SN_SIM_LINE_MAX_BYTES - 2] = 0;
	assert_int_equal(parse(&net, text, &err), SONDE_E_FORMAT);
	assert_string_equal(err.what, "f.net:1: expected at most 512 words");
	sn_sim_net_finish(&net);
}

/* Whatever a good text turns into: it is read, or refused with its line. */
static void mutated_texts_are_read_or_refused(void **state)
{
	(void)state;
	static const char good[] =
	    "observer me rst-delay=5ms\nrouter a b silent quote=full icmp-rate=10/100ms icmp-burst=3\n"
	    "host web tcp-open=80,8000-8080 down=5s-10s\nlink me a 10.0.0.2/24 10.0.0.1/24 delay=1.5ms,2ms loss=0x5\n"
	    "link a b 2001:db8::1/64 2001:db8::2/64 mtu=1280\nlink b web 192.0.2.1/25 192.0.2.2/25 jitter=1us\n"
	    "route a 0/0 via b,me balance=packet at=2s-3s\nfilter b reject=tcp-reset proto=tcp dport=22 flags=syn,!ack\n"
	    "rewrite b snat=masquerade ports=9-10 nat-quote=none from=a\nrewrite a ecn=ce share=10% proto=udp\nrewrite a strip=sack,ts\n"
	    "address b 203.0.113.1\nname 192.0.2.2 www.example.net\n";
	static const char letters[] = "0123456789abcdefx/.:,=-!%# \n\tmsu";
	struct sn_rng rng;
	sn_rng_init(&rng, 1, 0);
	size_t read_count = 0;
	for (int i = 0; i < 20000; i++) {
		char text[sizeof good];
		memcpy(text, good, sizeof good);
		for (uint64_t n = 1 + sn_rng_below(&rng, 3); n > 0; n--)
			text[sn_rng_below(&rng, sizeof good - 1)] = letters[sn_rng_below(&rng, sizeof letters - 1)];
		struct sn_sim_net net;
		struct sonde_error err = {0};
		int result = parse(&net, text, &err);
		sn_sim_net_finish(&net);
		read_count += result == 0;
		if (result) {
			assert_int_equal(result, SONDE_E_FORMAT);
			assert_memory_equal(err.what, "f.net:", 6);
		}
	}
	assert_in_range(read_count, 1, 19999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mistake_is_named),
		cmocka_unit_test(a_whole_network_is_read),
		cmocka_unit_test(no_input_breaks_the_reader),
		cmocka_unit_test(mutated_texts_are_read_or_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
