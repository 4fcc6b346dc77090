/* SPDX-License-Identifier: MIT */
/* Copies of a probe in which one bit is another: each such bit is told as a difference, or the copy is not believed to be of that probe.
 * None is taken for unchanged. */
#include "enginelab.h"
#include "test.h"

#include <string.h>

enum { ROUTER = 9, WHOLE = PACKET_MAX_BYTES };

static const char *const methods[] = {"icmp", "udp", "udp-classic", "udplite", "tcp", "tcp-ack", "sctp", "dccp", "icmp-timestamp", "raw"};

static struct lab lab;

/* IPv4: the header's checksum, written anew by whoever changed the header. */
static void mend_header(struct made_packet *p)
{
	uint32_t sum = 0;
	if (p->bytes[0] >> 4 != 4)
		return;
	p->bytes[10] = p->bytes[11] = 0;
	for (size_t i = 0; i < 20; i += 2)
		sum += (uint32_t)p->bytes[i] << 8 | p->bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	p->bytes[10] = (uint8_t)(~sum >> 8);
	p->bytes[11] = (uint8_t)~sum;
}

/* The TTL differs always, and the checksum of the header with it. */
static bool is_free(uint8_t family, size_t byte)
{
	return family == 4 ? byte == 8 || byte == 10 || byte == 11 : byte == 7;
}

static void every_bit(const char *method, uint8_t family, const struct lab_sent *sent)
{
	for (size_t bit = 0; bit < sent->packet.count * 8; bit++) {
		struct lab_sent other = *sent;
		struct made_packet answer;
		size_t events = lab.event_count;
		if (is_free(family, bit / 8))
			continue;
		other.packet.bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		mend_header(&other.packet);
		lab_exceeded(&answer, &other, ROUTER, WHOLE);
		lab_give(&lab, &answer, lab.now);
		for (size_t i = events; i < lab.event_count; i++)
			if (lab.events[i].probe.token == sent->token && !lab.events[i].as.answer.quote.diff)
				fail_msg("%s over IPv%u: byte %zu, bit %zu is taken for unchanged", method, family, bit / 8, bit % 8);
	}
}

static void no_bit_is_taken_for_unchanged(void **unused)
{
	(void)unused;
	for (size_t m = 0; m < sizeof methods / sizeof *methods; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			struct sonde_trace_cfg cfg = lab_cfg(methods[m], family);
			uint32_t id;
			lab_finish(&lab);
			lab_init(&lab);
			if (sonde_engine_add(lab.engine, &cfg, &id) != 0)
				continue;
			lab_finish(&lab);
			lab_init(&lab);
			every_bit(methods[m], family, lab_sent_at(&lab, lab_add(&lab, &cfg), 3));
		}
}

static int finish(void **unused)
{
	(void)unused;
	lab_finish(&lab);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_bit_is_taken_for_unchanged),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
