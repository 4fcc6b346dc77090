/* SPDX-License-Identifier: MIT */
/* What an answer's event says of the probe's copy in it: what was changed, what was left, and what was not to be seen. */
#include "enginelab.h"
#include "test.h"

#include "packet/fragment.h"

#include <string.h>

enum { ROUTER = 9, WHOLE = 2048 };

static const char *const methods[] = {"icmp", "udp", "udp-classic", "tcp"};
enum { METHODS = 4 };

static struct lab lab;

/* A fresh bench with one trace; its probe at TTL 3. */
static const struct lab_sent *begin(const char *method, uint8_t family)
{
	struct sonde_trace_cfg cfg = lab_cfg(method, family);
	cfg.tos = 0xb9;
	lab_finish(&lab);
	lab_init(&lab);
	return lab_sent_at(&lab, lab_add(&lab, &cfg), 3);
}

static const struct sonde_quote *quote_of(const struct made_packet *answer)
{
	lab_give(&lab, answer, lab.now + SONDE_MS);
	const struct sonde_event *event = &lab.events[lab.event_count - 1];
	assert_int_equal(event->type, SONDE_EV_REPLY);
	return &event->as.answer.quote;
}

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

static void a_true_copy_differs_in_nothing(void **unused)
{
	(void)unused;
	for (size_t m = 0; m < METHODS; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			const struct lab_sent *sent = begin(methods[m], family);
			struct lab_sent other = *sent;
			struct made_packet answer;
			other.packet.bytes[family == 4 ? 8 : 7] = 1;
			mend_header(&other.packet);
			lab_exceeded(&answer, &other, ROUTER, WHOLE);
			const struct sonde_quote *quote = quote_of(&answer);
			assert_int_equal(quote->diff, 0);
			assert_int_equal(quote->quoted_bytes, sent->packet.count);
			uint32_t always = SONDE_DIFF_TOS | SONDE_DIFF_TTL | SONDE_DIFF_SRC | SONDE_DIFF_DST | SONDE_DIFF_CHECKSUM;
			assert_int_equal(quote->visible & always, always);
			assert_int_equal(quote->sent_ttl, 3);
			assert_int_equal(quote->seen_ttl, 1);
		}
}

/* A probe that left in pieces is quoted by its first one: compared with that, a true copy differs in nothing. */
static void a_first_fragment_is_compared_with_itself(void **unused)
{
	(void)unused;
	enum { BYTES = 1000, MTU = 600 };
	for (size_t m = 0; m < METHODS; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			struct sonde_trace_cfg cfg = lab_cfg(methods[m], family);
			cfg.size_bytes = BYTES;
			cfg.mtu_bytes = MTU;
			cfg.no_df = true;
			lab_finish(&lab);
			lab_init(&lab);
			struct lab_sent piece = *lab_sent_at(&lab, lab_add(&lab, &cfg), 3);
			struct made_packet answer;
			struct sn_writer w;
			uint8_t whole[BYTES];
			assert_int_equal(piece.packet.count, BYTES);
			memcpy(whole, piece.packet.bytes, BYTES);
			sn_writer_init(&w, piece.packet.bytes, sizeof piece.packet.bytes);
			sn_fragment_write(whole, BYTES, MTU, 0, &w);
			piece.packet.count = w.at_bytes;
			piece.packet.bytes[family == 4 ? 8 : 7] = 1;
			mend_header(&piece.packet);
			lab_exceeded(&answer, &piece, ROUTER, WHOLE);
			const struct sonde_quote *quote = quote_of(&answer);
			assert_int_equal(quote->diff, 0);
			assert_true(quote->visible & SONDE_DIFF_FRAGMENT && quote->visible & SONDE_DIFF_LENGTH);
			const struct sonde_event *event = &lab.events[lab.event_count - 1];
			assert_int_equal(event->as.answer.diff, 0);
			/* The target puts the pieces together before it says what it thinks of the whole. */
			struct lab_sent together = *lab_sent_at(&lab, 0, 4);
			together.packet.bytes[family == 4 ? 8 : 7] = 1;
			mend_header(&together.packet);
			lab_exceeded(&answer, &together, ROUTER, WHOLE);
			assert_int_equal(quote_of(&answer)->diff, 0);
			assert_int_equal(lab.events[lab.event_count - 1].as.answer.diff, 0);
			assert_false(event->as.answer.weak);
			assert_int_equal(event->probe.size_bytes, BYTES);
		}
}

/* DSCP 46 became 10 on the way, and the mark of ECN was bleached, in a copy of eight bytes. */
static void a_rewritten_tos_is_told_from_the_shortest_quote(void **unused)
{
	(void)unused;
	for (size_t m = 0; m < METHODS; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			const struct lab_sent *sent = begin(methods[m], family);
			struct lab_sent other = *sent;
			struct made_packet answer;
			uint32_t was, is;
			other.packet.bytes[family == 4 ? 1 : 0] = family == 4 ? 10 << 2 : 0x62;
			other.packet.bytes[1] = family == 4 ? 10 << 2 : (uint8_t)((other.packet.bytes[1] & 0x0f) | 0x80);
			mend_header(&other.packet);
			lab_exceeded(&answer, &other, ROUTER, sent->packet.upper_at + 8);
			const struct sonde_quote *quote = quote_of(&answer);
			assert_int_equal(quote->diff, SONDE_DIFF_TOS);
			assert_int_equal(quote->quoted_bytes, sent->packet.upper_at + 8);
			assert_int_equal(quote->visible & (SONDE_DIFF_PAYLOAD | SONDE_DIFF_TCP_OPTIONS | SONDE_DIFF_WINDOW), 0);
			assert_true(sonde_quote_change(quote, SONDE_FIELD_DSCP, &was, &is));
			assert_int_equal(was, 46);
			assert_int_equal(is, 10);
			assert_true(sonde_quote_change(quote, SONDE_FIELD_ECN, &was, &is));
			assert_int_equal(was, 1);
			assert_int_equal(is, 0);
		}
}

/* Another source address and all that follows from it. */
static void a_translated_quote_shows_the_address(void **unused)
{
	(void)unused;
	for (size_t m = 0; m < METHODS; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			const struct lab_sent *sent = begin(methods[m], family);
			struct lab_sent other = *sent;
			struct made_packet answer;
			other.packet.bytes[family == 4 ? 15 : 23] = 0x77;
			made_rechecksum(&other.packet);
			mend_header(&other.packet);
			lab_exceeded(&answer, &other, ROUTER, WHOLE);
			const struct sonde_quote *quote = quote_of(&answer);
			bool covered = family == 6 || m > 0; /* by the checksum (RFC 792 has no pseudo header) */
			assert_int_equal(quote->diff, SONDE_DIFF_SRC | (covered ? SONDE_DIFF_CHECKSUM : 0));
			assert_int_equal(quote->src.bytes[family == 4 ? 3 : 15], 0x77);
			assert_int_equal(quote->dst.family, 0);
		}
}

/* Of a packet that a wire put together nothing shows but what was seen: here the upper layer's first eight bytes. */
static void rebuilt_bytes_show_nothing(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2) {
		const struct lab_sent *sent = begin("udp", family);
		struct lab_sent other = *sent;
		struct made_packet answer;
		other.packet.bytes[family == 4 ? 1 : 0] ^= 4; /* a value that nobody saw */
		lab_exceeded(&answer, &other, ROUTER, WHOLE);
		size_t upper_at = answer.upper_at + 8 + sent->packet.upper_at;
		struct sonde_rx rx = {.kind = SONDE_RX_PACKET, .at_ns = lab.now + SONDE_MS, .bytes = answer.bytes,
		                      .length_bytes = answer.count, .rebuilt = true, .seen_count = 1,
		                      .seen = {{(uint16_t)upper_at, 8}}, .token = sent->token, .token_bits = 15};
		lab_give_rx(&lab, &rx);
		const struct sonde_event *event = lab_last(&lab, SONDE_EV_REPLY);
		assert_non_null(event);
		assert_int_equal(event->as.answer.quote.diff, 0);
		assert_int_equal(event->as.answer.quote.visible,
		                 SONDE_DIFF_SPORT | SONDE_DIFF_DPORT | SONDE_DIFF_UDP_LENGTH | SONDE_DIFF_CHECKSUM);
	}
}

/* An option that was blanked has no bytes: it is missing where the whole quote was seen, and else nobody knows. */
static void a_missing_option_shows_in_a_whole_quote(void **unused)
{
	(void)unused;
	for (unsigned whole = 0; whole < 2; whole++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			const struct lab_sent *sent = begin("tcp", family);
			struct lab_sent other = *sent;
			struct made_packet answer;
			uint8_t *sack = memmem(other.packet.bytes + sent->packet.upper_at + 20, 20, "\4\2", 2);
			assert_non_null(sack);
			memset(sack, 1, 2);
			lab_exceeded(&answer, &other, ROUTER, WHOLE);
			uint16_t quote_at = (uint16_t)(answer.upper_at + 8);
			uint16_t seen_bytes = (uint16_t)(answer.count - quote_at - (whole ? 0 : 4));
			struct sonde_rx rx = {.kind = SONDE_RX_PACKET, .at_ns = lab.now + SONDE_MS, .bytes = answer.bytes,
			                      .length_bytes = answer.count, .rebuilt = true, .seen_count = 1,
			                      .seen = {{quote_at, seen_bytes}}, .token = sent->token, .token_bits = 15};
			lab_give_rx(&lab, &rx);
			const struct sonde_event *event = lab_last(&lab, SONDE_EV_REPLY);
			assert_non_null(event);
			assert_int_equal(event->as.answer.quote.diff & SONDE_DIFF_TCP_OPTIONS, whole ? SONDE_DIFF_SACK : 0);
			assert_int_equal(!!(event->as.answer.quote.visible & SONDE_DIFF_SACK), whole);
		}
}

/* Eight bytes, and zeros in the place of what was left of the datagram: the probe is found all the same, and none of it counts as
 * changed. */
static void filling_is_no_change(void **unused)
{
	(void)unused;
	for (size_t m = 0; m < METHODS; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			const struct lab_sent *sent = begin(methods[m], family);
			struct lab_sent other = *sent;
			struct made_packet answer;
			size_t kept = sent->packet.upper_at + 8;
			memset(other.packet.bytes + kept, 0, other.packet.count - kept);
			lab_exceeded(&answer, &other, ROUTER, WHOLE);
			const struct sonde_quote *quote = quote_of(&answer);
			assert_int_equal(quote->diff, 0);
			assert_in_range(quote->quoted_bytes, sent->packet.upper_at + 6, kept);
		}
}

/* What answers without a quote shows none. */
static void a_direct_answer_has_no_quote(void **unused)
{
	(void)unused;
	const struct lab_sent *sent = begin("icmp", 4);
	struct made_packet answer;
	lab_echo_reply(&answer, sent, 1);
	const struct sonde_quote *quote = quote_of(&answer);
	assert_int_equal(quote->quoted_bytes, 0);
	assert_int_equal(quote->visible | quote->diff, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_true_copy_differs_in_nothing),
		cmocka_unit_test(a_first_fragment_is_compared_with_itself),
		cmocka_unit_test(a_rewritten_tos_is_told_from_the_shortest_quote),
		cmocka_unit_test(a_translated_quote_shows_the_address),
		cmocka_unit_test(rebuilt_bytes_show_nothing),
		cmocka_unit_test(a_missing_option_shows_in_a_whole_quote),
		cmocka_unit_test(filling_is_no_change),
		cmocka_unit_test(a_direct_answer_has_no_quote),
	};
	int status = cmocka_run_group_tests(tests, NULL, NULL);
	lab_finish(&lab);
	return status;
}
