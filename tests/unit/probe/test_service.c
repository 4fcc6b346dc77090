/* SPDX-License-Identifier: MIT */
/* The UDP requests byte for byte, and the key found in requests and answers, whole, cut and foreign. */
#include "hex.h"
#include "packets.h"
#include "test.h"

#include "base/rng.h"
#include "probe/service.h"

#include <stdlib.h>
#include <string.h>

#define KEY UINT64_C(0x0123456789abcdef)
#define LABEL "10 30313233343536373839616263646566"

static size_t request_of(uint16_t port, uint64_t key, uint8_t *bytes, size_t capacity)
{
	struct sn_writer w;
	sn_writer_init(&w, bytes, capacity);
	sn_service(port)->request(&w, key, sn_service(port)->request_bytes);
	assert_false(w.bad);
	assert_int_equal(w.at_bytes, sn_service(port)->request_bytes);
	return w.at_bytes;
}

/* Looks for the key in a copy that ends where it ends. */
static bool find(uint16_t port, const uint8_t *payload, size_t count, bool answer, uint64_t *key, size_t *at, size_t *key_bytes)
{
	uint8_t *copy = made_exact(payload, count);
	bool found = sn_service(port)->key(copy, count, answer, key, at, key_bytes);
	free(copy);
	return found;
}

static bool finds_key(uint16_t port, const char *hex, bool answer)
{
	uint8_t bytes[128];
	uint64_t key = 0;
	size_t at, count, length = hex_bytes(hex, bytes, sizeof bytes);
	if (!find(port, bytes, length, answer, &key, &at, &count))
		return false;
	assert_true(key == KEY);
	assert_true(at + count <= length);
	return true;
}

/* Which payload a row is, and back. */
static void payloads_choose_services(void **unused)
{
	(void)unused;
	static const uint16_t ports[] = {53, 123, 443, 7};
	for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
		const struct sn_service *service = sn_service(ports[i]);
		assert_ptr_equal(sn_service_asked(SONDE_PAYLOAD_DEFAULT, ports[i]), service);
		assert_ptr_equal(sn_service_asked(sn_service_payload(service), 9999), service);
		assert_ptr_equal(sn_service_of_place(sn_service_place(service)), service);
	}
}

static void ports_choose_services(void **unused)
{
	(void)unused;
	assert_string_equal(sn_service(53)->name, "DNS");
	assert_string_equal(sn_service(123)->name, "NTP");
	assert_string_equal(sn_service(443)->name, "QUIC");
	for (unsigned port = 0; port <= 65535; port++)
		if (port != 53 && port != 123 && port != 443)
			assert_string_equal(sn_service((uint16_t)port)->name, "plain");
}

/* RFC 1035 sections 4.1.1 and 4.1.2: a standard query without recursion, one question. RFC 5905 section 7.3: LI 0, VN 4, mode 3, transmit
 * timestamp. */
static void requests_are_as_the_rfcs_draw_them(void **unused)
{
	(void)unused;
	uint8_t bytes[64];
	size_t count = request_of(53, KEY, bytes, sizeof bytes);
	assert_hex(bytes, count, "4567 0000 0001 0000 0000 0000" LABEL "07 696e76616c6964 00 0001 0001");
	count = request_of(123, KEY, bytes, sizeof bytes);
	assert_hex(bytes, count,
	           "23000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 01234567 89abcdef");
	count = request_of(33434, KEY, bytes, sizeof bytes);
	assert_hex(bytes, count, "01234567 89abcdef");
}

static void keys_are_found_in_requests_where_they_stand(void **unused)
{
	(void)unused;
	static const struct {
		uint16_t port;
		size_t at, count;
	} rows[] = {{53, 13, 16}, {123, 40, 8}, {7, 0, 8}};
	struct sn_rng rng;
	sn_rng_init(&rng, 3, 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (unsigned run = 0; run < 100; run++) {
			uint8_t bytes[64];
			uint64_t wanted = sn_rng_next(&rng), key = 0;
			size_t at, count, length = request_of(rows[i].port, wanted, bytes, sizeof bytes);
			/* A quote may end anywhere; the key is told as soon as it is whole. */
			for (size_t cut = 0; cut <= length; cut++) {
				bool found = find(rows[i].port, bytes, cut, false, &key, &at, &count);
				assert_int_equal(found, cut >= rows[i].at + rows[i].count);
				if (found) {
					assert_true(key == wanted);
					assert_int_equal(at, rows[i].at);
					assert_int_equal(count, rows[i].count);
				}
			}
		}
}

static void dns_answers(void **unused)
{
	(void)unused;
	/* NXDOMAIN; refused; truncated with the question only; a resolver that folds case; bytes behind. */
	assert_true(finds_key(53, "4567 8003 0001 0000 0000 0000" LABEL "07 696e76616c6964 00 0001 0001", true));
	assert_true(finds_key(53, "4567 8005 0001 0000 0000 0000" LABEL "07 696e76616c6964 00 0001 0001", true));
	assert_true(finds_key(53, "4567 8200 0001 0000 0000 0000" LABEL, true));
	assert_true(
	    finds_key(53, "4567 8003 0001 0000 0000 0000 10 30313233343536373839414263444566 07 494e56414c4944 00 0001 0001", true));
	assert_true(
	    finds_key(53, "4567 8003 0001 0000 0001 0000" LABEL "07 696e76616c6964 00 0001 0001 00 0006 0001 0000 0e10 0000", true));
	/* A request is no answer and the other way round (RFC 1035 section 4.1.1: QR). */
	assert_false(finds_key(53, "4567 0003 0001 0000 0000 0000" LABEL "07 696e76616c6964 00 0001 0001", true));
	assert_false(finds_key(53, "4567 8003 0001 0000 0000 0000" LABEL "07 696e76616c6964 00 0001 0001", false));
	/* Format error without the question; another label; a letter that is no hex digit; a name that is too short. */
	assert_false(finds_key(53, "4567 8001 0000 0000 0000 0000", true));
	assert_false(finds_key(53, "4567 8003 0001 0000 0000 0000 0f 303132333435363738396162636465 00 0001 0001", true));
	assert_false(finds_key(53, "4567 8003 0001 0000 0000 0000 10 30313233343536373839616263646567 07 696e76616c6964 00", true));
	assert_false(finds_key(53, "4567 8003 0001 0000 0000 0000 10 3031323334353637383961626364652f 07 696e76616c6964 00", true));
	assert_false(finds_key(53, "4567 8003 0001 0000 0000 0000 10 303132333435363738396162636460 60", true));
	assert_false(finds_key(53, "4567 8003 0001 0000 0000 0000 10 3031323334", true));
	assert_false(finds_key(53, "", true));
}

static void ntp_answers(void **unused)
{
	(void)unused;
#define NTP_ORIGIN "010000 00000000 00000000 00000000 00000000 00000000 01234567 89abcdef"
	assert_true(finds_key(123, "24" NTP_ORIGIN "0000000000000000 0000000000000000", true));
	assert_true(finds_key(123, "e4" NTP_ORIGIN, true));   /* not synchronised (leap 3), cut behind the originate timestamp */
	assert_true(finds_key(123, "1c" NTP_ORIGIN, true));   /* version 3 */
	assert_false(finds_key(123, "23" NTP_ORIGIN, true));  /* a client */
	assert_false(finds_key(123, "25" NTP_ORIGIN, true));  /* broadcast */
	assert_false(finds_key(123, "24010000 00000000 00000000 00000000 00000000 00000000 01234567 89abcd", true));
	assert_false(finds_key(123, "24", true));
	assert_false(finds_key(123, "", true));
}

static void echo_services_send_it_back(void **unused)
{
	(void)unused;
	assert_true(finds_key(7, "01234567 89abcdef", true));
	assert_true(finds_key(33434, "01234567 89abcdef 736f6e6465", true));
	assert_true(finds_key(33434, "01234567 89abcdef 736f", true));
	/* … with a URI behind the key: "\0tel:1\0" and "\0mailto:". */
	assert_true(finds_key(33434, "01234567 89abcdef 0074656c3a3100", true));
	assert_true(finds_key(33434, "01234567 89abcdef 006d61696c746f3a", true));
	assert_false(finds_key(33434, "01234567 89abcdef 0074656c", true));
	assert_false(finds_key(33434, "01234567 89abcdef 74656c3a", true));
	/* What goes on otherwise is no echo, whatever it begins with; in a quote nothing else is looked at. */
	assert_false(finds_key(33434, "01234567 89abcdef 00", true));
	assert_false(finds_key(33434, "01234567 89abcdef 736f6e6400", true));
	assert_true(finds_key(33434, "01234567 89abcdef 00", false));
	assert_false(finds_key(7, "01234567 89abcd", true));
	assert_false(finds_key(7, "", true));
}

/* Foreign bytes are answered without a key or with one, and what is told lies within them. */
static void random_bytes_stay_within_bounds(void **unused)
{
	(void)unused;
	static const uint16_t ports[] = {53, 123, 7};
	struct sn_rng rng;
	sn_rng_init(&rng, 4, 0);
	for (unsigned run = 0; run < 30000; run++) {
		uint8_t bytes[80];
		size_t length = sn_rng_below(&rng, sizeof bytes), at = 0, count = 0;
		for (size_t i = 0; i < length; i++)
			bytes[i] = (uint8_t)sn_rng_next(&rng);
		if (run % 2 && length > 12)
			bytes[12] = 16;
		uint64_t key;
		if (find(ports[run % 3], bytes, length, run % 5 < 2, &key, &at, &count))
			assert_true(count > 0 && at + count <= length);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_choose_services),
		cmocka_unit_test(payloads_choose_services),
		cmocka_unit_test(requests_are_as_the_rfcs_draw_them),
		cmocka_unit_test(keys_are_found_in_requests_where_they_stand),
		cmocka_unit_test(dns_answers),
		cmocka_unit_test(ntp_answers),
		cmocka_unit_test(echo_services_send_it_back),
		cmocka_unit_test(random_bytes_stay_within_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
