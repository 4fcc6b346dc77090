/* SPDX-License-Identifier: MIT */
/* Hand-made captures: what is a probe, what answers which, and what cannot be told. */
#include "made_capture.h"

#include "packet/fragment.h"
#include "replay/internal.h"

#include <string.h>

enum { SYN = 2, SYN_ACK = 18, ACK = 16 };

static struct made_packet udp(uint8_t ttl, uint16_t sport, uint16_t dport, uint16_t ip_id, uint8_t host)
{
	struct made_packet p;
	made_udp(&p, &(struct made_ip){.version = 4, .ttl = ttl, .id = ip_id, .dst_host = host}, sport, dport, 32);
	return p;
}

static void count_host(void *ctx, const struct sonde_addr *addr)
{
	((unsigned *)ctx)[addr->bytes[3]]++;
}

static void a_trace_is_found(void **state)
{
	(void)state;
	struct made_capture c = capture_new();
	unsigned hosts[256] = {0};
	add_trace(&c, 7);
	paired(&c, 1);
	sn_replay_responders(c.replay, count_host, hosts);
	assert_true(hosts[FIRST_ROUTER + 1] == 1 && hosts[FIRST_ROUTER + 2] == 1 && hosts[TARGET] == 2);
	assert_string_equal(sonde_method_info(sn_replay_cfg(c.replay, 0)->method)->name, "icmp");
	assert_int_equal(sn_replay_cfg(c.replay, 0)->queries, 1);
	assert_int_equal(sn_replay_cfg(c.replay, 0)->mtu_bytes, 0); /* nothing shows what the link takes */
	assert_true(sn_replay_flow_constant(c.replay, 0));
	struct sonde_path *path = played(&c, 0);
	assert_int_equal(sonde_path_end(path)->stop, SONDE_STOP_REACHED);
	assert_int_equal(sonde_path_distance(path), 3);
	for (uint8_t ttl = 1; ttl <= 3; ttl++)
		assert_query(path, ttl, 0, SONDE_QUERY_ANSWERED, 10 * SONDE_MS);
	assert_query(path, 4, 0, SONDE_QUERY_LATE, 10 * SONDE_MS); /* nobody waits behind the target */
	sonde_path_free(path);
	sn_replay_free(c.replay);
}

/* An answer whose checksum is wrong is no answer, but its probe's trace has it told. */
static void damaged_answers_are_counted(void **state)
{
	(void)state;
	struct made_capture c = capture_new();
	add_trace(&c, 7);
	struct made_packet probe = echo(2, 7, 9), p;
	c.now += SONDE_MS;
	add(&c, &probe);
	c.now += SONDE_MS;
	const struct made_ip ip = {.version = 4, .ttl = 60, .dst_host = FIRST_ROUTER + 2};
	made_error(&p, &ip, &(struct made_error){.type = EXCEEDED, .quote_bytes = 60}, &probe);
	turn(&p);
	p.bytes[p.upper_at + 2] ^= 1;
	add(&c, &p);
	paired(&c, 1);
	struct sonde_path *path = played(&c, 0);
	assert_query(path, 2, 0, SONDE_QUERY_ANSWERED, 10 * SONDE_MS);
	size_t count;
	assert_int_not_equal(sonde_path_queries(path, 2, &count)[1].state, SONDE_QUERY_ANSWERED);
	assert_int_equal(sonde_path_end(path)->damaged.count, 1);
	assert_int_equal(sonde_path_end(path)->damaged.first_ttl, 2);
	assert_int_equal(sonde_path_end(path)->damaged.last_ttl, 2);
	sonde_path_free(path);
	sn_replay_free(c.replay);
}

static void order_of_reading_does_not_matter(void **state)
{
	(void)state;
	struct made_capture c = capture_new();
	struct made_packet probes[3];
	for (uint8_t ttl = 3; ttl >= 1; ttl--) { /* as if two files had been put behind each other */
		probes[ttl - 1] = echo(ttl, 7, ttl);
		c.now = (1000 + ttl) * SONDE_S + 5 * SONDE_MS;
		add_error(&c, &probes[ttl - 1], EXCEEDED, 0, (uint8_t)(FIRST_ROUTER + ttl), 28);
		c.now -= 5 * SONDE_MS;
		add(&c, &probes[ttl - 1]);
	}
	paired(&c, 1);
	struct sonde_path *path = played(&c, 0);
	for (uint8_t ttl = 1; ttl <= 3; ttl++)
		assert_query(path, ttl, 0, SONDE_QUERY_ANSWERED, 5 * SONDE_MS);
	sonde_path_free(path);
	sn_replay_free(c.replay);
}

/* Ping, a lookup, a connection, and somebody's closed port: nothing of it maps a path. */
static void ordinary_traffic_is_no_trace(void **state)
{
	(void)state;
	struct made_capture c = capture_new();
	struct made_packet p;
	for (uint16_t seq = 1; seq <= 5; seq++, c.now += SONDE_S) {
		p = echo(64, 3, seq);
		add(&c, &p);
		add_echo_reply(&c, 3, seq);
		p = udp(64, 40000, 53, 0, 9);
		add(&c, &p);
		p = udp(64, (uint16_t)(50000 + seq), 161, 0, 8);
		add(&c, &p);
		add_error(&c, &p, UNREACHABLE, 3, 8, 28);
		const struct made_tcp syn = {.seq = seq, .flags = SYN}, ack = {.seq = seq + 1u, .ack = 9, .flags = ACK};
		made_tcp(&p, &(struct made_ip){.version = 4, .ttl = 64}, (uint16_t)(60000 + seq), 443, &syn, 0);
		add(&c, &p);
		made_tcp(&p, &(struct made_ip){.version = 4, .ttl = 64}, (uint16_t)(60000 + seq), 443, &ack, 100);
		add(&c, &p);
	}
	paired(&c, 0);
	sn_replay_free(c.replay);
}

static void traces_are_told_apart(void **state)
{
	(void)state;
	struct made_capture c = capture_new();
	for (uint8_t ttl = 1; ttl <= 4; ttl++, c.now += SONDE_MS) {
		const struct made_packet probes[] = {
		    echo(ttl, 7, ttl),                                        /* two by ping … */
		    echo(ttl, 8, ttl),
		    udp(ttl, 40001, 33434, (uint16_t)(ttl + 1000), 2),         /* … one that keeps its flow … */
		    udp(ttl, 40002, (uint16_t)(33434 + ttl), (uint16_t)(ttl + 2000), 2), /* … one that counts its ports … */
		    udp(ttl, 40002, (uint16_t)(33434 + ttl), (uint16_t)(ttl + 3000), 3), /* … to another host */
		};
		for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
			add(&c, &probes[i]);
			add_error(&c, &probes[i], EXCEEDED, 0, (uint8_t)(FIRST_ROUTER + ttl), 28);
		}
	}
	paired(&c, 5);
	static const char *const methods[] = {"icmp", "icmp", "udp", "udp-classic", "udp-classic"};
	for (size_t i = 0; i < 5; i++) {
		assert_string_equal(sonde_method_info(sn_replay_cfg(c.replay, i)->method)->name, methods[i]);
		struct sonde_path *path = played(&c, i);
		for (uint8_t ttl = 1; ttl <= 4; ttl++)
			assert_query(path, ttl, 0, SONDE_QUERY_ANSWERED, 0);
		sonde_path_free(path);
	}
	assert_null(sn_replay_cfg(c.replay, 5));
	sn_replay_free(c.replay);
}

static void a_long_silence_ends_a_trace(void **state)
{
	(void)state;
	struct made_capture c = capture_new();
	add_trace(&c, 7);
	c.now += 120 * SONDE_S;
	add_trace(&c, 7);
	paired(&c, 2);
	for (size_t i = 0; i < 2; i++) {
		struct sonde_path *path = played(&c, i);
		assert_int_equal(sonde_path_distance(path), 3);
		assert_query(path, 1, 0, SONDE_QUERY_ANSWERED, 10 * SONDE_MS);
		sonde_path_free(path);
	}
	sn_replay_free(c.replay);
}

/* A translator rewrote source and port, and the checksum along; the IP id is left. */
static void a_rewritten_quote_is_known(void **state)
{
	(void)state;
	struct made_capture c = capture_new();
	for (uint8_t ttl = 1; ttl <= 3; ttl++, c.now += SONDE_MS) {
		struct made_packet p = udp(ttl, 40001, 33434, (uint16_t)(ttl + 1000), 2);
		add(&c, &p);
		c.now += SONDE_MS;
		struct made_packet seen = p;
		if (ttl > 1) {
			seen.bytes[15] = 77;
			seen.bytes[20] = 5;
			made_rechecksum(&seen);
		}
		add_error(&c, &seen, EXCEEDED, 0, (uint8_t)(FIRST_ROUTER + ttl), 60);
	}
	paired(&c, 1);
	struct sonde_path *path = played(&c, 0);
	for (uint8_t ttl = 1; ttl <= 3; ttl++) {
		size_t count;
		const struct sonde_query *query = sonde_path_queries(path, ttl, &count);
		assert_query(path, ttl, 0, SONDE_QUERY_ANSWERED, SONDE_MS);
		uint32_t rewritten = query->answer.quote.diff & (SONDE_DIFF_SRC | SONDE_DIFF_SPORT | SONDE_DIFF_CHECKSUM | SONDE_DIFF_DST);
		assert_int_equal(rewritten, ttl == 1 ? 0u : (uint32_t)(SONDE_DIFF_SRC | SONDE_DIFF_SPORT | SONDE_DIFF_CHECKSUM));
	}
	sonde_path_free(path);
	sn_replay_free(c.replay);
}

/* Another program's packet with the same ports is nobody's here. */
static void another_packets_quote_is_not_taken(void **state)
{
	(void)state;
	struct made_capture c = capture_new();
	struct made_packet p = {.count = 0}, other;
	for (uint8_t ttl = 1; ttl <= 3; ttl++) {
		p = echo(ttl, 7, ttl);
		add(&c, &p);
	}
	other = echo(1, 7, 300);
	add_error(&c, &other, EXCEEDED, 0, FIRST_ROUTER, 28);
	made_echo(&other, &(struct made_ip){.version = 4, .ttl = 1, .id = 9}, 8, 9, 1, 32); /* the same number, of another ping */
	add_error(&c, &other, EXCEEDED, 0, FIRST_ROUTER, 28);
	sn_replay_until(c.replay, c.now + 10 * SONDE_S);
	paired(&c, 1);
	assert_int_equal(sn_replay_orphan_count(c.replay), 2);
	struct sonde_path *path = played(&c, 0);
	for (uint8_t ttl = 1; ttl <= 3; ttl++)
		assert_query(path, ttl, 0, SONDE_QUERY_LOST, 0);
	sonde_path_free(path);
	sn_replay_free(c.replay);
}

/* Probes that nothing in a short quote tells apart: they are answered, but nobody knows which one in what time, unless whoever asks waits
 * for each answer; how soon the next probe leaves behind it does not matter. */
static void what_cannot_be_told_apart_is_not_timed(void **state)
{
	(void)state;
	for (int waits = 0; waits < 2; waits++) {
		struct made_capture c = capture_new();
		for (uint8_t ttl = 1; ttl <= 3; ttl++, c.now += SONDE_MS / 4) {
			struct made_packet p = udp(ttl, 40001, 33434, 0, 2);
			add(&c, &p);
			c.now += SONDE_MS;
			if (waits || ttl == 3)
				add_error(&c, &p, EXCEEDED, 0, FIRST_ROUTER, 28);
		}
		paired(&c, 1);
		struct sonde_path *path = played(&c, 0);
		for (uint8_t ttl = 1; ttl <= (waits ? 3 : 1); ttl++)
			assert_query(path, ttl, 0, SONDE_QUERY_ANSWERED, waits ? SONDE_MS : -1);
		sonde_path_free(path);
		sn_replay_free(c.replay);
	}
}

/* A kernel sends its SYN again after a second: one probe, and an answer behind both is that to either. */
static void a_repeated_syn_is_no_probe(void **state)
{
	(void)state;
	struct made_capture c = capture_new();
	struct made_packet p, quoted;
	for (uint8_t ttl = 1; ttl <= 3; ttl++) {
		const struct made_tcp syn = {.seq = ttl * 1000u, .flags = SYN};
		made_tcp(&p, &(struct made_ip){.version = 4, .ttl = ttl, .id = ttl}, (uint16_t)(40000 + ttl), 80, &syn, 0);
		add(&c, &p);
		quoted = p;
		if (ttl == 3)
			continue;
		add_error(&c, &quoted, EXCEEDED, 0, (uint8_t)(FIRST_ROUTER + ttl), 28);
	}
	c.now += SONDE_S;
	add(&c, &p);
	c.now += SONDE_MS;
	made_tcp(&p, &(struct made_ip){.version = 4, .ttl = 60}, 80, 40003, &(struct made_tcp){.seq = 5, .ack = 3001, .flags = SYN_ACK}, 0);
	turn(&p);
	add(&c, &p);
	paired(&c, 1);
	struct sonde_path *path = played(&c, 0);
	size_t count;
	sonde_path_queries(path, 3, &count);
	assert_int_equal(count, 1);
	assert_query(path, 3, 0, SONDE_QUERY_LATE, -1);
	assert_int_equal(sonde_path_distance(path), 3);
	sonde_path_free(path);
	sn_replay_free(c.replay);
}

/* A tool that uses its kernel's sockets has connections where the port is open: what belongs to them leaves with the probe's TTL. */
static void a_connection_is_one_probe(void **state)
{
	(void)state;
	struct made_capture c = capture_new();
	struct made_packet p;
	for (uint8_t ttl = 1; ttl <= 3; ttl++) {
		const struct made_tcp syn = {.seq = 1000, .flags = SYN};
		made_tcp(&p, &(struct made_ip){.version = 4, .ttl = ttl, .id = ttl}, (uint16_t)(40000 + ttl), 80, &syn, 0);
		add(&c, &p);
		if (ttl < 3)
			add_error(&c, &p, EXCEEDED, 0, (uint8_t)(FIRST_ROUTER + ttl), 28);
	}
	c.now += 40 * SONDE_MS;
	made_tcp(&p, &(struct made_ip){.version = 4, .ttl = 60}, 80, 40003, &(struct made_tcp){.seq = 5, .ack = 1001, .flags = SYN_ACK}, 0);
	turn(&p);
	add(&c, &p);
	for (uint8_t flags = ACK; flags <= ACK + 1; flags++) { /* and it is closed again */
		const struct made_tcp own = {.seq = 1001, .ack = 6, .flags = flags};
		made_tcp(&p, &(struct made_ip){.version = 4, .ttl = 3, .id = 9}, 40003, 80, &own, 0);
		add(&c, &p);
	}
	c.now += 40 * SONDE_MS;
	made_tcp(&p, &(struct made_ip){.version = 4, .ttl = 60}, 80, 40003, &(struct made_tcp){.seq = 6, .ack = 1002, .flags = ACK}, 0);
	turn(&p);
	add(&c, &p);
	paired(&c, 1);
	struct sonde_path *path = played(&c, 0);
	size_t count;
	sonde_path_queries(path, 3, &count);
	assert_int_equal(count, 1);
	assert_query(path, 3, 0, SONDE_QUERY_ANSWERED, 40 * SONDE_MS);
	sonde_path_free(path);
	sn_replay_free(c.replay);
}

/* Silence is silence only as long as somebody listened. */
static void the_last_moments_are_no_loss(void **state)
{
	(void)state;
	for (int listened = 0; listened < 2; listened++) {
		struct made_capture c = capture_new();
		struct made_packet p = echo(1, 7, 1);
		add(&c, &p);
		c.now += SONDE_MS;
		add_error(&c, &p, EXCEEDED, 0, FIRST_ROUTER, 28);
		for (uint8_t ttl = 2; ttl <= 5; ttl++) {
			p = echo(ttl, 7, ttl);
			add(&c, &p);
		}
		if (listened)
			sn_replay_until(c.replay, c.now + 10 * SONDE_S);
		paired(&c, 1);
		struct sonde_path *path = played(&c, 0);
		assert_int_equal(sonde_path_end(path)->stop, listened ? SONDE_STOP_GAP : SONDE_STOP_CAPTURE_END);
		assert_query(path, 3, 0, listened ? SONDE_QUERY_LOST : SONDE_QUERY_DROPPED, 0);
		sonde_path_free(path);
		sn_replay_free(c.replay);
	}
}

/* The second answer to a probe, and one that came when nobody would have waited any more. */
static void further_and_late_answers(void **state)
{
	(void)state;
	struct made_capture c = capture_new();
	struct made_packet p[3];
	for (uint8_t ttl = 1; ttl <= 3; ttl++) {
		p[ttl - 1] = echo(ttl, 7, ttl);
		add(&c, &p[ttl - 1]);
	}
	c.now += SONDE_MS;
	add_error(&c, &p[0], EXCEEDED, 0, FIRST_ROUTER, 28);
	add_error(&c, &p[0], EXCEEDED, 0, FIRST_ROUTER, 28);
	c.now += 2 * SONDE_S;
	add_error(&c, &p[1], EXCEEDED, 0, FIRST_ROUTER + 1, 28);
	paired(&c, 1);
	struct sonde_path *path = played(&c, 0);
	size_t count;
	assert_int_equal(sonde_path_queries(path, 1, &count)->duplicate_count, 1);
	assert_query(path, 2, 0, SONDE_QUERY_LATE, 2001 * SONDE_MS);
	sonde_path_free(path);
	sn_replay_free(c.replay);
}

/* A snap length cuts: what is left of an answer still answers, and what is not there is not visible. */
static void cut_packets_show_what_is_left(void **state)
{
	(void)state;
	for (size_t cut = 20; cut <= 60; cut++) {
		struct made_capture c = capture_new();
		for (uint8_t ttl = 1; ttl <= 3; ttl++) {
			struct made_packet p = echo(ttl, 7, ttl), error;
			add(&c, &p);
			const struct made_ip ip = {.version = 4, .ttl = 60, .dst_host = (uint8_t)(FIRST_ROUTER + ttl)};
			made_error(&error, &ip, &(struct made_error){.type = EXCEEDED, .quote_bytes = 60}, &p);
			turn(&error);
			error.count = cut + 20 < error.count ? cut + 20 : error.count;
			add(&c, &error);
		}
		paired(&c, 1);
		struct sonde_path *path = played(&c, 0);
		size_t count;
		const struct sonde_query *query = sonde_path_queries(path, 2, &count);
		bool shown = cut + 20 >= 20 + 8 + 28; /* both headers, and the quote up to the sequence number */
		assert_int_equal(sonde_query_is_answered(query), shown);
		if (shown) {
			assert_int_equal(query->answer.quote.quoted_bytes, cut + 20 - 28);
			assert_int_equal(query->answer.quote.diff, 0);
		}
		sonde_path_free(path);
		sn_replay_free(c.replay);
	}
}

/* The last piece says how long the packet was, whichever comes first; without it the first piece is all that is known. */
static void pieces_are_one_probe(void **state)
{
	(void)state;
	enum { WHOLE = 1000, PIECE = 600, LAST_FIRST = 1, NO_LAST = 2 };
	for (int order = 0; order <= NO_LAST; order++) {
		struct made_capture c = capture_new();
		for (uint8_t ttl = 1; ttl <= 3; ttl++, c.now += SONDE_MS) {
			struct made_packet p, pieces[2] = {{.count = 0}};
			made_udp(&p, &(struct made_ip){.version = 4, .ttl = ttl, .id = ttl}, 40001, 33434, WHOLE - 28);
			for (size_t n = 0; n < 2; n++) {
				struct sn_writer w;
				sn_writer_init(&w, pieces[n].bytes, sizeof pieces[n].bytes);
				sn_fragment_write(p.bytes, p.count, PIECE, n, &w);
				pieces[n].count = w.at_bytes;
			}
			if (order == LAST_FIRST)
				add(&c, &pieces[1]);
			add(&c, &pieces[0]);
			if (order == 0)
				add(&c, &pieces[1]);
			c.now += SONDE_MS;
			/* the target has put it together */
			add_error(&c, ttl == 3 ? &p : &pieces[0], ttl == 3 ? UNREACHABLE : EXCEEDED, ttl == 3 ? 3 : 0,
			          ttl == 3 ? TARGET : (uint8_t)(FIRST_ROUTER + ttl), 60);
		}
		paired(&c, 1);
		struct sonde_path *path = played(&c, 0);
		for (uint8_t ttl = 1; ttl <= 3; ttl++) {
			size_t count;
			const struct sonde_query *query = sonde_path_queries(path, ttl, &count);
			assert_int_equal(count, 1);
			assert_query(path, ttl, 0, SONDE_QUERY_ANSWERED, SONDE_MS);
			assert_int_equal(query->probe.size_bytes, order == NO_LAST ? (PIECE - 20) / 8 * 8 + 20 : WHOLE);
			if (order != NO_LAST || ttl < 3)
				assert_int_equal(query->answer.quote.diff, 0);
		}
		sonde_path_free(path);
		sn_replay_free(c.replay);
	}
}

/* Whoever makes a capture up can put as many into it as it holds: each bare ACK is given to a further SYN of its flow, and each probe is
 * given up when its row is. Looked through one by one these are 10^10 steps. */
static void many_bare_acks_are_read_at_once(void **state)
{
	(void)state;
	enum { FRAMES = 200000, TTLS = 250, QUERIES = 200, LOOKED_AT = 64 };
	struct made_capture c = capture_new();
	struct made_packet p;
	const struct made_tcp syn = {.seq = 1000, .flags = SYN}, ack = {.seq = 7, .ack = 1001, .flags = ACK};
	for (unsigned i = 0; i < TTLS * QUERIES; i++, c.now += 100 * SONDE_US) {
		made_tcp(&p, &(struct made_ip){.version = 4, .ttl = (uint8_t)(1 + i % TTLS)}, 40000, 80, &syn, 0);
		add(&c, &p);
	}
	made_tcp(&p, &(struct made_ip){.version = 4, .ttl = 60}, 80, 40000, &ack, 0);
	turn(&p);
	for (unsigned i = TTLS * QUERIES; i < FRAMES; i++)
		add(&c, &p);
	paired(&c, 1);
	assert_true(c.replay->work_count <= (uint64_t)FRAMES * LOOKED_AT);
	struct sonde_path *path = played(&c, 0);
	size_t count;
	const struct sonde_query *queries = sonde_path_queries(path, TTLS, &count);
	assert_int_equal(count, QUERIES);
	for (size_t i = 0; i < count; i++)
		assert_true(sonde_query_is_answered(&queries[i]));
	sonde_path_free(path);
	sn_replay_free(c.replay);
}

/* Neither do numbers that are all others: an ACK names its SYN, and only that is looked at. */
static void an_ack_names_its_syn(void **state)
{
	(void)state;
	enum { PROBES = 20000, TTLS = 200 };
	struct made_capture c = capture_new();
	struct made_packet p;
	for (unsigned i = 0; i < PROBES; i++, c.now += SONDE_MS) {
		const struct made_tcp syn = {.seq = 1000 * i, .flags = SYN};
		made_tcp(&p, &(struct made_ip){.version = 4, .ttl = (uint8_t)(1 + i % TTLS)}, 40000, 80, &syn, 0);
		add(&c, &p);
	}
	made_tcp(&p, &(struct made_ip){.version = 4, .ttl = 60}, 80, 40000, &(struct made_tcp){.seq = 7, .ack = 1001, .flags = ACK}, 0);
	turn(&p);
	for (unsigned i = 0; i < PROBES; i++)
		add(&c, &p);
	paired(&c, 1);
	assert_true(c.replay->work_count <= PROBES);
	assert_int_equal(c.replay->pairing_count, PROBES);
	sn_replay_free(c.replay);
}

/* Any bytes are a capture. */
static void what_is_no_packet_is_nothing(void **state)
{
	(void)state;
	struct made_capture c = capture_new();
	uint8_t bytes[64];
	for (size_t i = 0; i < sizeof bytes; i++) {
		memset(bytes, (int)(i * 37), sizeof bytes);
		assert_int_equal(sn_replay_packet(c.replay, (sonde_at_ns)i, bytes, i), SONDE_OK);
	}
	paired(&c, 0);
	sn_replay_free(c.replay);
	sn_replay_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_trace_is_found),
		cmocka_unit_test(damaged_answers_are_counted),
		cmocka_unit_test(order_of_reading_does_not_matter),
		cmocka_unit_test(ordinary_traffic_is_no_trace),
		cmocka_unit_test(traces_are_told_apart),
		cmocka_unit_test(a_long_silence_ends_a_trace),
		cmocka_unit_test(a_rewritten_quote_is_known),
		cmocka_unit_test(another_packets_quote_is_not_taken),
		cmocka_unit_test(what_cannot_be_told_apart_is_not_timed),
		cmocka_unit_test(a_repeated_syn_is_no_probe),
		cmocka_unit_test(a_connection_is_one_probe),
		cmocka_unit_test(the_last_moments_are_no_loss),
		cmocka_unit_test(further_and_late_answers),
		cmocka_unit_test(cut_packets_show_what_is_left),
		cmocka_unit_test(pieces_are_one_probe),
		cmocka_unit_test(many_bare_acks_are_read_at_once),
		cmocka_unit_test(an_ack_names_its_syn),
		cmocka_unit_test(what_is_no_packet_is_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
