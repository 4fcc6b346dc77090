/* SPDX-License-Identifier: MIT */
/* Addresses as text, read back, compared and told apart by kind. */
#include "test.h"

#include "base/addr.h"

static struct sonde_addr parsed(const char *text)
{
	struct sonde_addr addr = {0};
	assert_true(sonde_addr_parse(text, &addr));
	return addr;
}

static void text_is_canonical(void **state)
{
	(void)state;
	/* RFC 5952 sections 4 and 5. */
	static const char *const rows[][2] = {
		{"192.0.2.1", "192.0.2.1"},
		{"0.0.0.0", "0.0.0.0"},
		{"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
		{"2001:0db8:0000:0001:0000:0000:0000:0001", "2001:db8:0:1::1"},
		{"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
		{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
		{"::", "::"},
		{"::1", "::1"},
		{"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[SONDE_ADDR_TEXT];
		struct sonde_addr addr = parsed(rows[i][0]);
		assert_string_equal(sonde_addr_text(&addr, text), rows[i][1]);
		struct sonde_addr again = parsed(text);
		assert_true(sonde_addr_equal(&addr, &again));
	}
}

static void none_and_scoped_have_a_text(void **state)
{
	(void)state;
	char text[SONDE_ADDR_TEXT];
	assert_string_equal(sonde_addr_text(&(struct sonde_addr){0}, text), "-");
	struct sonde_addr addr = parsed("fe80::1");
	addr.scope_id = UINT32_MAX;
	assert_string_equal(sonde_addr_text(&addr, text), "fe80::1%4294967295");
	addr = parsed("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	addr.scope_id = UINT32_MAX;
	assert_string_equal(sonde_addr_text(&addr, text), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295");
}

static void what_is_no_address_is_refused_untouched(void **state)
{
	(void)state;
	static const char *const wrong[] = {
		"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ", "example.org", ":::", "1::2::3", "fe80::1%eth0", "12345::",
	};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct sonde_addr addr = {.family = 99};
		assert_false(sonde_addr_parse(wrong[i], &addr));
		assert_int_equal(addr.family, 99);
	}
}

static void scopes_are_compared_where_both_have_one(void **state)
{
	(void)state;
	struct sonde_addr a = parsed("fe80::1"), b = a, other = parsed("fe80::2");
	a.scope_id = 2;
	assert_true(sonde_addr_equal(&a, &b));
	b.scope_id = 3;
	assert_false(sonde_addr_equal(&a, &b));
	assert_false(sonde_addr_equal(&a, &other));
	struct sonde_addr none = {0}, zero4 = parsed("0.0.0.0"), zero6 = parsed("::");
	assert_false(sonde_addr_equal(&none, &zero4));
	assert_false(sonde_addr_equal(&zero4, &zero6));
}

static void each_address_has_a_kind(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum sn_addr_kind kind;
	} rows[] = {
		{"0.0.0.0", SN_ADDR_UNSPECIFIED}, {"127.0.0.1", SN_ADDR_LOOPBACK}, {"127.255.255.255", SN_ADDR_LOOPBACK},
		{"128.0.0.1", SN_ADDR_UNICAST}, {"10.0.0.1", SN_ADDR_UNICAST}, {"169.253.255.255", SN_ADDR_UNICAST},
		{"169.254.0.1", SN_ADDR_LINK_LOCAL}, {"169.255.0.1", SN_ADDR_UNICAST}, {"223.255.255.255", SN_ADDR_UNICAST},
		{"224.0.0.1", SN_ADDR_MULTICAST}, {"239.255.255.255", SN_ADDR_MULTICAST}, {"240.0.0.1", SN_ADDR_UNICAST},
		{"255.255.255.255", SN_ADDR_BROADCAST}, {"255.255.255.254", SN_ADDR_UNICAST},
		{"::", SN_ADDR_UNSPECIFIED}, {"::1", SN_ADDR_LOOPBACK}, {"::2", SN_ADDR_UNICAST}, {"2001:db8::1", SN_ADDR_UNICAST},
		{"fc00::1", SN_ADDR_UNICAST}, {"fe80::1", SN_ADDR_LINK_LOCAL}, {"febf::1", SN_ADDR_LINK_LOCAL},
		{"fec0::1", SN_ADDR_UNICAST}, {"ff02::1", SN_ADDR_MULTICAST},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct sonde_addr addr = parsed(rows[i].text);
		assert_int_equal(sn_addr_kind(&addr), rows[i].kind);
		assert_int_equal(sn_addr_bytes(&addr), addr.family == 4 ? 4 : 16);
	}
	assert_int_equal(sn_addr_kind(&(struct sonde_addr){0}), SN_ADDR_UNSPECIFIED);
}

static void addresses_that_nobody_announces(void **state)
{
	(void)state;
	static const char *const private[] = {"10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1",
	                                      "100.127.255.255", "fc00::1", "fdff::1"};
	static const char *const public[] = {"9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.0.1", "192.169.0.1",
	                                     "100.63.255.255", "100.128.0.0", "2001:db8::1", "fe00::1", "fbff::1"};
	for (size_t i = 0; i < sizeof private / sizeof private[0]; i++) {
		struct sonde_addr addr = parsed(private[i]);
		assert_true(sn_addr_is_private(&addr));
	}
	for (size_t i = 0; i < sizeof public / sizeof public[0]; i++) {
		struct sonde_addr addr = parsed(public[i]);
		assert_false(sn_addr_is_private(&addr));
	}
	assert_false(sn_addr_is_private(&(struct sonde_addr){0}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_canonical),
		cmocka_unit_test(none_and_scoped_have_a_text),
		cmocka_unit_test(what_is_no_address_is_refused_untouched),
		cmocka_unit_test(scopes_are_compared_where_both_have_one),
		cmocka_unit_test(each_address_has_a_kind),
		cmocka_unit_test(addresses_that_nobody_announces),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
