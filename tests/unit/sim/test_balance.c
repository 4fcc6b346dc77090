/* SPDX-License-Identifier: MIT */
/* Load balancers: what stays on one path, and what does not. */
#include "lab.h"

#include <stdio.h>

/* me - r0 - {a, b, c, d} - web: what comes back from TTL 2 says which one was chosen. */
static void open_diamond(struct lab *lab, const char *balance)
{
	char text[2048];
	int length = snprintf(text, sizeof text,
	                      "observer me\nrouter r0 a b c d\nhost web tcp-open=80\n"
	                      "link me r0 10.0.0.2/24 10.0.0.1/24 2001:db8::2/64 2001:db8::1/64\n");
	for (int i = 1; i <= 4; i++)
		length += snprintf(text + length, sizeof text - (size_t)length,
		                   "link r0 %c 10.%d.0.1/24 10.%d.0.2/24 2001:db8:%d::1/64 2001:db8:%d::2/64\n"
		                   "link %c web 10.2%d.0.1/24 10.2%d.0.2/24 2001:db8:2%d::1/64 2001:db8:2%d::2/64\n",
		                   'a' - 1 + i, i, i, i, i, 'a' - 1 + i, i, i, i, i);
	snprintf(text + length, sizeof text - (size_t)length,
	         "address web 203.0.113.1 2001:db8:ff::1\n"
	         "route r0 203.0.113.1 via a,b,c,d balance=%s\nroute r0 2001:db8:ff::1 via a,10.2.0.2,c,d balance=%s\n",
	         balance, balance);
	lab_open(lab, text, 5);
}

/* Which of the four answered, 0 … 3. */
static unsigned chosen(struct lab *lab)
{
	assert_true(lab_next(lab));
	unsigned network = lab->ip.version == 4 ? lab->ip.src.bytes[1] : lab->ip.src.bytes[5];
	assert_in_range(network, 1, 4);
	return network - 1;
}

static const char *const webs[] = {"203.0.113.1", "2001:db8:ff::1"};

static void a_flow_stays_on_its_path(void **state)
{
	(void)state;
	struct lab lab;
	open_diamond(&lab, "flow");
	for (size_t f = 0; f < 2; f++) {
		struct sonde_addr web = lab_addr(webs[f]);
		unsigned used = 0;
		for (uint16_t port = 33434; port < 33474; port++) {
			lab_udp(&lab, &web, 2, 50000, port, 4);
			unsigned way = chosen(&lab);
			used |= 1u << way;
			for (size_t payload_bytes = 5; payload_bytes < 9; payload_bytes++) {
				lab_udp(&lab, &web, 2, 50000, port, payload_bytes);
				assert_int_equal(chosen(&lab), way);
			}
		}
		assert_int_equal(used, 15);
		/* TCP: sequence numbers are no part of the flow. */
		lab_tcp(&lab, &web, 2, &(struct lab_segment){.sport = 1, .dport = 80, .flags = SN_TCP_SYN, .seq = 1});
		unsigned way = chosen(&lab);
		for (uint32_t seq = 2; seq < 20; seq++) {
			lab_tcp(&lab, &web, 2, &(struct lab_segment){.sport = 1, .dport = 80, .flags = SN_TCP_SYN, .seq = seq});
			assert_int_equal(chosen(&lab), way);
		}
	}
	lab_close(&lab);
}

static void icmp_flows_are_id_and_checksum(void **state)
{
	(void)state;
	struct lab lab;
	open_diamond(&lab, "flow");
	struct sonde_addr web = lab_addr(webs[0]);
	unsigned used = 0;
	/* Another sequence number is another checksum: the path changes. The same packet stays. */
	for (uint16_t seq = 0; seq < 40; seq++) {
		lab_echo(&lab, &web, 2, 1, seq);
		unsigned way = chosen(&lab);
		used |= 1u << way;
		lab_echo(&lab, &web, 2, 1, seq);
		assert_int_equal(chosen(&lab), way);
	}
	assert_int_equal(used, 15);
	lab_close(&lab);
}

static void per_destination_ignores_ports(void **state)
{
	(void)state;
	struct lab lab;
	open_diamond(&lab, "destination");
	struct sonde_addr web = lab_addr(webs[1]);
	lab_udp(&lab, &web, 2, 50000, 1, 4);
	unsigned way = chosen(&lab);
	for (uint16_t port = 2; port < 40; port++) {
		lab_udp(&lab, &web, 2, 50000, port, 4);
		assert_int_equal(chosen(&lab), way);
	}
	lab_close(&lab);
}

static void per_packet_is_even(void **state)
{
	(void)state;
	struct lab lab;
	open_diamond(&lab, "packet");
	struct sonde_addr web = lab_addr(webs[0]);
	unsigned count[4] = {0};
	for (int i = 0; i < 4000; i++) {
		lab_udp(&lab, &web, 2, 50000, 33434, 4);
		count[chosen(&lab)]++;
	}
	/* Five standard deviations of 27 around 1000. */
	for (size_t i = 0; i < 4; i++)
		assert_in_range(count[i], 863, 1137);
	lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flow_stays_on_its_path),
		cmocka_unit_test(icmp_flows_are_id_and_checksum),
		cmocka_unit_test(per_destination_ignores_ports),
		cmocka_unit_test(per_packet_is_even),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
