/* SPDX-License-Identifier: MIT */
/* What sonde doctor makes of facts: verdict, words, and what mends it. */
#include "test.h"

#include "cli/cmd_doctor.h"

#include <string.h>

/* A machine on which all is well. */
static struct sn_doctor_facts well(void)
{
	return (struct sn_doctor_facts){
		.program = "/usr/bin/sonde", .cap_permitted = true, .cap_file = true, .file_known = true,
		.ping_low = {true, 0}, .ping_high = {true, 2147483647}, .groups = {1000}, .group_count = 1, .can_ping4 = true,
		.can_ping6 = true,
		.route4 = true, .route6 = true, .icmp_ratelimit_ms = {true, 1000}, .icmp_msgs_per_sec = {true, 1000},
		.icmp6_ratelimit_ms = {true, 100}, .filter = {.nftables = SN_DOCTOR_VISIBLE, .legacy = SN_DOCTOR_NOT_THERE},
		.devices = {{"eth0", 1}}, .device_count = 1, .recverr4 = true, .recverr6 = true, .rfc4884_4 = true, .rfc4884_6 = true,
		.seccomp = true, .landlock = true,
		.asn_database = "/usr/share/GeoIP/GeoLite2-ASN.mmdb", .place_database = "/usr/share/GeoIP/GeoLite2-City.mmdb",
		.resolv_conf = true, .name_server_count = 1, .name_server = "192.0.2.53"};
}

static void judged(const struct sn_doctor_facts *facts, const char *id, enum sn_doctor_verdict verdict, const char *words, const char *try)
{
	for (size_t i = 0; i < sn_doctor_check_count(); i++) {
		struct sn_buf says = {0}, mend = {0};
		if (strcmp(sn_doctor_check(i)->id, id) != 0)
			continue;
		int got = sn_doctor_check(i)->judge(facts, &says, &mend);
		if (!strstr(sn_buf_text(&says), words))
			fail_msg("%s says: %s; wanted: %s", id, sn_buf_text(&says), words);
		assert_string_equal(sn_buf_text(&mend), try);
		assert_int_equal(got, verdict);
		sn_buf_finish(&says);
		sn_buf_finish(&mend);
		return;
	}
	fail_msg("there is no check %s", id);
}

static void a_machine_that_is_well_has_nothing_to_mend(void **state)
{
	(void)state;
	struct sn_doctor_facts facts = well();
	for (size_t i = 0; i < sn_doctor_check_count(); i++) {
		struct sn_buf says = {0}, mend = {0};
		assert_int_equal(sn_doctor_check(i)->judge(&facts, &says, &mend), SN_DOCTOR_FINE);
		assert_true(says.length_bytes > 10 && says.text[says.length_bytes - 1] != '.');
		assert_int_equal(mend.length_bytes, 0);
		sn_buf_finish(&says);
		sn_buf_finish(&mend);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(sn_doctor_check(i)->id, sn_doctor_check(j)->id);
	}
}

static void a_capability_is_named_with_what_gives_it(void **state)
{
	(void)state;
	struct sn_doctor_facts facts = well();
	facts.cap_permitted = facts.cap_file = false;
	judged(&facts, "capability", SN_DOCTOR_MEND, "the program's file has no capability", "sudo setcap cap_net_raw+p /usr/bin/sonde");
	facts.cap_file = true; /* setting it once more would not help */
	judged(&facts, "capability", SN_DOCTOR_MEND, "nosuid", "");
	facts.cap_effective = true;
	judged(&facts, "capability", SN_DOCTOR_FINE, "cap_net_raw is effective", "");
}

static void ping_sockets_go_by_the_groups(void **state)
{
	(void)state;
	struct sn_doctor_facts facts = well();
	const char *open = "sudo sysctl -w net.ipv4.ping_group_range='0 2147483647'";
	facts.can_ping4 = facts.can_ping6 = false;
	facts.ping_low.value = 1;
	facts.ping_high.value = 0;
	judged(&facts, "ping-sockets", SN_DOCTOR_NOTE, "1 0, which is nobody", "");
	facts.cap_permitted = false;
	judged(&facts, "ping-sockets", SN_DOCTOR_MEND, "1 0, which is nobody", open);
	facts.ping_high.value = 999;
	judged(&facts, "ping-sockets", SN_DOCTOR_MEND, "in none of these groups", open);
	facts.groups[1] = 999;
	facts.group_count = 2; /* the setting allows it, something else does not: no advice that would not help */
	judged(&facts, "ping-sockets", SN_DOCTOR_MEND, "in one of these groups", "");
	facts.can_ping4 = true;
	judged(&facts, "ping-sockets", SN_DOCTOR_FINE, "without privilege over IPv4", "");
}

static void families_are_off_or_lead_nowhere(void **state)
{
	(void)state;
	struct sn_doctor_facts facts = well();
	facts.route4 = facts.route6 = false;
	judged(&facts, "ipv4", SN_DOCTOR_NOTE, "no default route", "ip -4 route");
	judged(&facts, "ipv6", SN_DOCTOR_NOTE, "seems to offer no IPv6", "ip -6 route");
	facts.ipv6 = SN_DOCTOR_IPV6_OFF;
	judged(&facts, "ipv6", SN_DOCTOR_MEND, "switched off", "sudo sysctl -w net.ipv6.conf.all.disable_ipv6=0");
	facts.ipv6 = SN_DOCTOR_IPV6_ABSENT;
	facts.recverr6 = facts.rfc4884_6 = false;
	judged(&facts, "ipv6", SN_DOCTOR_MEND, "has no IPv6", "remove ipv6.disable=1 from the kernel's command line");
	judged(&facts, "error-queue", SN_DOCTOR_FINE, "RFC 4884", "");
	facts.rfc4884_4 = false;
	judged(&facts, "error-queue", SN_DOCTOR_NOTE, "Linux 5.9", "");
	facts.recverr4 = false;
	judged(&facts, "error-queue", SN_DOCTOR_MEND, "IP_RECVERR", "use another kernel, or raw sockets");
}

static void a_strict_source_check_matters_beside_another_interface(void **state)
{
	(void)state;
	struct sn_doctor_facts facts = well();
	judged(&facts, "rp-filter", SN_DOCTOR_FINE, "the only interface", "");
	facts.devices[1] = (struct sn_doctor_device){"wlan0", 2};
	facts.device_count = 2;
	judged(&facts, "rp-filter", SN_DOCTOR_MEND, "strict on eth0: of 2", "sudo sysctl -w net/ipv4/conf/eth0/rp_filter=2");
	facts.devices[0].rp_filter = 2;
	judged(&facts, "rp-filter", SN_DOCTOR_FINE, "on no interface", "");
}

static void limits_are_told_for_what_they_are(void **state)
{
	(void)state;
	struct sn_doctor_facts facts = well();
	judged(&facts, "rate-limits", SN_DOCTOR_FINE,
	       "net.ipv4.icmp_ratelimit 1000 ms, net.ipv4.icmp_msgs_per_sec 1000, net.ipv6.icmp.ratelimit 100 ms: they limit only the ICMP "
	       "messages that this machine itself sends",
	       "");
}

static void filters_are_told_as_far_as_they_are_seen(void **state)
{
	(void)state;
	const char *list = "sudo nft list ruleset";
	struct sn_doctor_facts facts = well();
	judged(&facts, "filters", SN_DOCTOR_FINE, "no rules see", "");
	facts.filter.rule_count = 3;
	judged(&facts, "filters", SN_DOCTOR_FINE, "3 rules for this machine's packets, none of which drops ICMP", list);
	struct sn_nft_place input = {"inet", "f", "input"}, output = {"ip", "a b", "\033[2J"};
	facts.filter.in = (struct sn_nft_way){.rest = true, .rest_at = input};
	judged(&facts, "filters", SN_DOCTOR_NOTE, "nftables drops on the way in what no rule accepts (chain inet f input)",
	       "sudo nft -a list chain inet f input");
	facts.filter.in.drop_count = 1;
	facts.filter.in.drop_at = input;
	facts.filter.out = (struct sn_nft_way){.drop_count = 2, .drop_at = output};
	judged(&facts, "filters", SN_DOCTOR_MEND,
	       "nftables has 1 rule that may drop ICMP on the way in (chain inet f input) and has 2 rules that may drop ICMP on the "
	       "way out (the first in chain ip 'a b' $'\\x1b[2J')",
	       "sudo nft -a list chain inet f input");
	facts.filter.out.closed = true;
	facts.filter.out.closed_at = (struct sn_nft_place){"inet", "f", "output"};
	judged(&facts, "filters", SN_DOCTOR_MEND, "and lets nothing out, as no rule accepts anything (chain inet f output)",
	       "sudo nft insert rule inet f output meta l4proto '{ icmp, icmpv6 }' accept");
	facts.filter.out = (struct sn_nft_way){.rest = false};
	facts.filter.in.closed = true;
	facts.filter.in.closed_at = input;
	judged(&facts, "filters", SN_DOCTOR_MEND, "nftables lets nothing in, as no rule accepts anything (chain inet f input)",
	       "sudo nft insert rule inet f input ct state established,related,untracked accept");
	facts.filter.in.closed_at.family = "netdev";
	judged(&facts, "filters", SN_DOCTOR_MEND, "chain netdev f input", "sudo nft -a list chain netdev f input");
	facts.filter = (struct sn_doctor_filter){.nftables = SN_DOCTOR_NOT_THERE, .legacy = SN_DOCTOR_VISIBLE};
	judged(&facts, "filters", SN_DOCTOR_NOTE, "the older iptables has a filter table", "sudo iptables-legacy -S");
	facts.filter.nftables = SN_DOCTOR_HIDDEN;
	judged(&facts, "filters", SN_DOCTOR_NOTE, "not visible", list);
}

static void what_cannot_be_given_up_is_noted(void **state)
{
	(void)state;
	struct sn_doctor_facts facts = well();
	facts.landlock = false;
	judged(&facts, "confinement", SN_DOCTOR_NOTE, "this kernel has no Landlock", "");
	facts = well();
	facts.seccomp = false;
	judged(&facts, "confinement", SN_DOCTOR_NOTE, "built without libseccomp", "install libseccomp-dev, and build it again");
}

static void names_and_databases(void **state)
{
	(void)state;
	struct sn_doctor_facts facts = well();
	facts.name_server_count = 3;
	judged(&facts, "dns", SN_DOCTOR_FINE, "192.0.2.53 and 2 more; nothing was asked of it", "");
	facts.name_server_count = 0;
	judged(&facts, "dns", SN_DOCTOR_MEND, "names no server", "add a line 'nameserver ADDRESS' to /etc/resolv.conf");
	facts.asn_database[0] = '\0';
	judged(&facts, "databases", SN_DOCTOR_NOTE, "no database of networks", "put GeoLite2-ASN.mmdb into /usr/share/GeoIP");
}

/* What is to be read is, but for commands to paste. */
static void lines_are_as_wide_as_the_terminal(void **state)
{
	enum { WIDTH_COLUMNS = 50 };
	(void)state;
	struct sn_doctor_facts facts = well();
	struct sn_text_style style = {.width_columns = WIDTH_COLUMNS};
	struct sn_buf text = {0};
	facts.ping_high = facts.ping_low;
	facts.can_ping4 = facts.can_ping6 = false;
	facts.filter.nftables = SN_DOCTOR_HIDDEN;
	assert_int_equal(sn_doctor_report(&text, &style, &facts), 0);
	assert_non_null(strstr(sn_buf_text(&text), "\n      Seen in: net.ipv4.ping_group_range, own\n        groups, opening such"));
	for (const char *at = sn_buf_text(&text), *end; (end = strchr(at, '\n')); at = end + 1)
		assert_true(end - at <= WIDTH_COLUMNS || strncmp(at, "      Try: ", 11) == 0);
	sn_buf_finish(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_that_is_well_has_nothing_to_mend),
		cmocka_unit_test(a_capability_is_named_with_what_gives_it),
		cmocka_unit_test(ping_sockets_go_by_the_groups),
		cmocka_unit_test(families_are_off_or_lead_nowhere),
		cmocka_unit_test(a_strict_source_check_matters_beside_another_interface),
		cmocka_unit_test(limits_are_told_for_what_they_are),
		cmocka_unit_test(filters_are_told_as_far_as_they_are_seen),
		cmocka_unit_test(what_cannot_be_given_up_is_noted),
		cmocka_unit_test(names_and_databases),
		cmocka_unit_test(lines_are_as_wide_as_the_terminal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
