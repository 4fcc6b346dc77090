/* SPDX-License-Identifier: MIT */
/* Whatever the packets are, routers that rewrite and cut them stay within their bytes, and what comes back has a right IP header. */
#include "lab.h"
#include "vectors.h"

#include <stdlib.h>
#include <string.h>

/* Every kind of change, before and behind the TTL, with the ends that the made packets name. */
static const char network[] =
    "observer me\nrouter r1 r2 r3 fragments quote=full\nrouter r3 quote-length=minus-header quote-checksum=stale quote-pad=128\n"
    "host target udp-open=53 tcp-open=all quote=full\n"
    "link me r1 192.0.2.1/24 192.0.2.254/24 2001:db8::1/64 2001:db8::fe/64\n"
    "link r1 r2 10.1.0.1/24 10.1.0.2/24 2001:db8:1::1/64 2001:db8:1::2/64 mtu=1280\n"
    "link r2 r3 10.2.0.1/24 10.2.0.2/24 2001:db8:2::1/64 2001:db8:2::2/64 mtu=68\n"
    "link r3 target 198.51.100.1/24 198.51.100.2/24 2001:db8:3::1/64 2001:db8:3::2/64\n"
    "address target 2001:db8::2\nroute r1 2001:db8::2 via r2\n"
    "rewrite r1 snat=masquerade from=me before-ttl\nrewrite r1 snat=keep ports=7-9000 from=me nat-quote=ip-only\n"
    "rewrite r1 seq=random from=me before-ttl\nrewrite r1 seq=random from=me nat-quote=stale-checksum\n"
    "rewrite r2 dnat=198.51.100.1 dst=198.51.100.2 share=50%\nrewrite r2 snat=masquerade from=r1 nat-quote=none share=50%\n"
    "rewrite r1 mss=500\nrewrite r1 remove=sack,ts\nrewrite r2 strip=all share=50%\nrewrite r2 remove=all\nrewrite r2 window=1\n"
    "rewrite r1 dscp=1\nrewrite r1 ecn=ce\nrewrite r2 flow-label=1\nrewrite r2 tos=255 before-ttl\nrewrite r1 id=random\n"
    "rewrite r1 df=off\nrewrite r2 ttl=+1 share=50%\nrewrite r3 ttl=-1 share=50%\nrewrite r2 last-ttl=0\n"
    "rewrite r3 checksum=zero share=10%\n"
    "rewrite r3 checksum=wrong share=10%\n";

/* The header's checksum, so that a changed header gets farther than to the first router. */
static void mend_header(uint8_t *bytes, size_t count)
{
	size_t header_bytes = (size_t)(bytes[0] & 15) * 4;
	uint32_t sum = 0;
	if (bytes[0] >> 4 != 4 || header_bytes < 20 || header_bytes > count)
		return;
	bytes[10] = bytes[11] = 0;
	for (size_t i = 0; i < header_bytes; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	bytes[10] = (uint8_t)(~sum >> 8);
	bytes[11] = (uint8_t)~sum;
}

static void give(struct sn_sim *sim, const uint8_t *bytes, size_t count)
{
	static uint8_t out[65535];
	uint8_t *copy = made_exact(bytes, count);
	if (count > 20)
		mend_header(copy, count);
	(void)!sn_sim_inject(sim, copy, count, 0);
	free(copy);
	sonde_at_ns at_ns = 0;
	struct sn_ip ip;
	for (size_t length; (length = sn_sim_pop(sim, 10 * SONDE_S, out, sizeof out, &at_ns));) {
		assert_true(sn_ip_parse(out, length, &ip));
		assert_false(ip.odd & SN_ODD_HEADER_CHECKSUM);
		assert_int_equal(ip.total_bytes, length);
	}
}

static struct sn_sim *begin(void)
{
	struct sn_sim *sim = NULL;
	struct sonde_error err = {0};
	if (sn_sim_new(&sim, network, sizeof network - 1, "any.net", 1, &err) != 0)
		fail_msg("%s", err.what);
	return sim;
}

/* It was no walk past closed doors. */
static void finish(struct sn_sim *sim)
{
	struct sn_sim_counts counts;
	sn_sim_counts(sim, &counts);
	assert_true(counts.delivered > counts.injected / 4 && counts.forwarded > counts.injected);
	sn_sim_free(sim);
}

static void every_flipped_bit_of_every_shape(void **state)
{
	(void)state;
	struct sn_sim *sim = begin();
	for (size_t i = 0; i < vectors_count; i++) {
		struct made_packet p;
		vectors[i].make(&p);
		for (size_t bit = 0; bit < p.count * 8; bit++) {
			p.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			give(sim, p.bytes, p.count);
			p.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
	finish(sim);
}

/* Their length fields say so, too, as else the first host would not let them out. */
static void every_truncation_of_every_shape(void **state)
{
	(void)state;
	struct sn_sim *sim = begin();
	for (size_t i = 0; i < vectors_count; i++) {
		struct made_packet p;
		vectors[i].make(&p);
		for (size_t count = 1; count <= p.count; count++) {
			size_t value = p.bytes[0] >> 4 == 4 ? count : count - 40, at = p.bytes[0] >> 4 == 4 ? 2 : 4;
			p.bytes[at] = (uint8_t)(value >> 8);
			p.bytes[at + 1] = (uint8_t)value;
			give(sim, p.bytes, count);
		}
	}
	finish(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_flipped_bit_of_every_shape),
		cmocka_unit_test(every_truncation_of_every_shape),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
