/* SPDX-License-Identifier: MIT */
/* How many bits a forger has to guess, counted by what the engine does and by nothing that it says: of each method, family and kind of
 * answer, which words differ from secret to secret, and which of them must be right. Every row must stand in the page that is named on the
 * command line, as it is here; --print writes them. */
#include "../support/enginelab.h"
#include "test.h"

#include "base/rng.h"
#include "base/seal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SEEDS = 200, WORDS_MAX = 14, TRIES = 3, SYN_ACK = 0x12, RST_ACK = 0x14, WHOLE = PACKET_MAX_BYTES, TARGET = 1, ROUTER = 9 };
enum { UNALTERED, STRONG, ANY, LEVELS };

struct kind {
	const char *name;
	const char *methods;      /* each between blanks; NULL: all */
	void (*answer)(struct made_packet *out, const struct lab_sent *sent, size_t quote_bytes);
	size_t quote_bytes;       /* behind the IP header; 0: it quotes nothing */
};

static void exceeded(struct made_packet *out, const struct lab_sent *sent, size_t quote_bytes)
{
	lab_exceeded(out, sent, ROUTER, quote_bytes);
}

static void unreachable(struct made_packet *out, const struct lab_sent *sent, size_t quote_bytes)
{
	lab_port_unreachable(out, sent, TARGET, quote_bytes);
}

static void echo_reply(struct made_packet *out, const struct lab_sent *sent, size_t quote_bytes)
{
	(void)quote_bytes;
	lab_echo_reply(out, sent, TARGET);
}

static void syn_ack(struct made_packet *out, const struct lab_sent *sent, size_t quote_bytes)
{
	(void)quote_bytes;
	lab_segment(out, sent, TARGET, SYN_ACK);
}

static void rst_ack(struct made_packet *out, const struct lab_sent *sent, size_t quote_bytes)
{
	(void)quote_bytes;
	lab_segment(out, sent, TARGET, RST_ACK);
}

static void target_answer(struct made_packet *out, const struct lab_sent *sent, size_t quote_bytes)
{
	(void)quote_bytes;
	lab_target_answer(out, sent);
}

static void udp_echo(struct made_packet *out, const struct lab_sent *sent, size_t quote_bytes)
{
	(void)quote_bytes;
	lab_udp_echo(out, sent, TARGET);
}

static const struct kind kinds[] = {
	{"time-exceeded, 8 bytes quoted", NULL, exceeded, 8},
	{"time-exceeded, 28 bytes quoted", NULL, exceeded, 28},
	{"time-exceeded, all quoted", NULL, exceeded, WHOLE},
	{"unreachable, 8 bytes quoted", NULL, unreachable, 8},
	{"unreachable, all quoted", NULL, unreachable, WHOLE},
	{"echo reply", " icmp ", echo_reply, 0},
	{"SYN-ACK", " tcp ", syn_ack, 0},
	{"RST", " tcp ", rst_ack, 0},
	{"RST", " tcp-ack ", target_answer, 0},
	{"payload sent back", " udp ", udp_echo, 0},
};

/* The run's own secret is all that differs; the port is as the kernel would choose it. */
static struct sonde_engine *begin(size_t seed, bool sealed, const char *method, uint8_t family, struct lab_sent *sent)
{
	struct sn_rng rng;
	struct sonde_engine_cfg cfg = {0};
	struct sonde_engine *engine = NULL;
	sn_rng_init(&rng, seed, 1);
	for (size_t i = 0; i < sizeof cfg.secret; i++)
		cfg.secret[i] = (uint8_t)sn_rng_next(&rng);
	if (sealed)
		cfg.seal = sn_seal_of(cfg.secret);
	assert_int_equal(sonde_engine_new(&engine, &cfg, SONDE_S), 0);
	struct sonde_trace_cfg trace = lab_cfg(method, family);
	trace.sport_count = 1;
	trace.sport[0] = (uint16_t)(32768 + sn_rng_below(&rng, 32768));
	uint32_t id;
	struct sonde_tx tx;
	if (sonde_engine_add(engine, &trace, &id) != 0) {
		sonde_engine_free(engine);
		return NULL;
	}
	assert_true(sonde_engine_next_tx(engine, SONDE_S, &tx));
	*sent = (struct lab_sent){.token = tx.token, .family = family};
	memcpy(sent->packet.bytes, tx.bytes, tx.length_bytes);
	sent->packet.count = tx.length_bytes;
	sent->packet.upper_at = family == 4 ? 20 : 40;
	sent->packet.protocol = family == 4 ? tx.bytes[9] : tx.bytes[6];
	sonde_engine_sent(engine, tx.token, SONDE_S, 0);
	return engine;
}

/* Words that differ from secret to secret, where they stand and which of their bits do. */
struct words {
	unsigned count;
	size_t at[WORDS_MAX];
	uint16_t mask[WORDS_MAX];
};

/* Bits of words that are free: the rank of what differs from secret to secret. */
struct sample {
	uint16_t words[WORDS_MAX];
};

static unsigned rank_of(const struct sample *samples, unsigned chosen)
{
	static uint64_t rows[SEEDS][4];
	unsigned rank = 0;
	for (size_t s = 1; s < SEEDS; s++) {
		memset(rows[s], 0, sizeof rows[s]);
		for (unsigned w = 0; w < WORDS_MAX; w++)
			if (chosen >> w & 1)
				rows[s][w / 4] |= (uint64_t)(uint16_t)(samples[s].words[w] ^ samples[0].words[w]) << w % 4 * 16;
	}
	for (unsigned bit = 0; bit < WORDS_MAX * 16; bit++) {
		size_t pivot = rank + 1;
		while (pivot < SEEDS && !(rows[pivot][bit / 64] >> bit % 64 & 1))
			pivot++;
		if (pivot == SEEDS)
			continue;
		uint64_t row[4];
		memcpy(row, rows[pivot], sizeof row);
		memcpy(rows[pivot], rows[rank + 1], sizeof row);
		memcpy(rows[rank + 1], row, sizeof row);
		rank++;
		for (size_t s = rank + 1; s < SEEDS; s++) {
			bool has = rows[s][bit / 64] >> bit % 64 & 1;
			for (unsigned i = 0; has && i < 4; i++)
				rows[s][i] ^= row[i];
		}
	}
	return rank;
}

static struct sn_rng guesses;

/* Of an ICMP error about an IPv4 packet: where the checksum of that one's header is; 0: it is none. */
static size_t quoted_checksum_at(const struct made_packet *answer)
{
	bool quotes4 = answer->protocol == 1 && (answer->bytes[answer->upper_at] == 11 || answer->bytes[answer->upper_at] == 3);
	return quotes4 ? answer->upper_at + 8 + 10 : 0;
}

/* What anybody can compute who has guessed the rest: checksums of the message, and of the quoted header. */
static void mend(struct made_packet *answer)
{
	size_t at = quoted_checksum_at(answer);
	uint32_t sum = 0;
	for (size_t i = 0; at && i < 20; i += 2)
		sum += i == 10 ? 0 : (uint32_t)(answer->bytes[at - 10 + i] << 8 | answer->bytes[at - 10 + i + 1]);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	if (at) {
		answer->bytes[at] = (uint8_t)(sum >> 8);
		answer->bytes[at + 1] = (uint8_t)sum;
	}
	made_rechecksum(answer);
}

/* What the engine makes of an answer in which these words are right and the others guessed. */
static int level_of(struct sonde_engine *engine, const struct made_packet *truth, const struct words *words, unsigned right)
{
	int best = LEVELS;
	for (int i = 0; i < TRIES; i++) {
		struct made_packet guess = *truth;
		struct sonde_event event;
		for (unsigned w = 0; w < words->count; w++) {
			uint16_t wrong = 0;
			while (!(right >> w & 1) && !wrong)
				wrong = (uint16_t)sn_rng_next(&guesses) & words->mask[w];
			guess.bytes[words->at[w]] ^= (uint8_t)(wrong >> 8);
			guess.bytes[words->at[w] + 1] ^= (uint8_t)wrong;
		}
		mend(&guess);
		const struct sonde_rx rx = {
		    .kind = SONDE_RX_PACKET, .at_ns = SONDE_S + SONDE_MS, .bytes = guess.bytes, .length_bytes = guess.count};
		while (sonde_engine_next_event(engine, &event))
			;
		sonde_engine_received(engine, &rx);
		while (sonde_engine_next_event(engine, &event)) {
			if (event.type != SONDE_EV_REPLY && event.type != SONDE_EV_DUPLICATE && event.type != SONDE_EV_LATE)
				continue;
			const struct sonde_event_answer *a = &event.as.answer;
			int level = a->weak ? ANY : a->diff | a->quote.diff ? STRONG : UNALTERED;
			best = level < best ? level : best;
		}
	}
	return best;
}

static uint16_t word_at(const struct made_packet *packet, size_t at)
{
	return (uint16_t)(packet->bytes[at] << 8 | packet->bytes[at + 1]);
}

/* Where words differ from secret to secret. The message's own checksum is anybody's to compute. */
static void find_words(const struct made_packet *answers, struct words *words, struct sample *samples)
{
	size_t quoted_at = quoted_checksum_at(&answers[0]);
	*words = (struct words){0};
	static const struct {
		uint8_t protocol, at, words;
	} own[] = {{1, 2, 1}, {58, 2, 1}, {6, 16, 1}, {17, 6, 1}, {132, 8, 2}, {33, 6, 1}};
	for (size_t i = answers[0].upper_at; i + 1 < answers[0].count; i += 2) {
		bool is_own = quoted_at && i == quoted_at;
		uint16_t mask = 0;
		for (size_t k = 0; k < sizeof own / sizeof *own; k++)
			is_own |= own[k].protocol == answers[0].protocol && i >= answers[0].upper_at + own[k].at &&
			          i < answers[0].upper_at + own[k].at + 2u * own[k].words;
		for (size_t s = 1; s < SEEDS; s++)
			mask |= word_at(&answers[s], i) ^ word_at(&answers[0], i);
		if (!mask || is_own)
			continue;
		assert_true(words->count < WORDS_MAX);
		for (size_t s = 0; s < SEEDS; s++)
			samples[s].words[words->count] = word_at(&answers[s], i);
		words->at[words->count] = i;
		words->mask[words->count++] = mask;
	}
}

/* The bits at each level: of all sets of words that suffice and of which none is to spare, how probable it is that one is guessed. */
static void count_bits(struct sonde_engine *engine, const struct made_packet *answers, double bits[LEVELS])
{
	static struct sample samples[SEEDS];
	static uint8_t levels[1u << WORDS_MAX];
	struct words words;
	double chance[LEVELS] = {0};
	memset(samples, 0, sizeof samples);
	find_words(answers, &words, samples);
	unsigned count = words.count;
	for (unsigned right = 0; right < 1u << count; right++) {
		levels[right] = (uint8_t)level_of(engine, &answers[0], &words, right);
		for (int level = levels[right]; level < LEVELS; level++) {
			bool spare = false;
			for (unsigned w = 0; w < count; w++)
				spare |= right >> w & 1 && levels[right & ~(1u << w)] <= level;
			if (!spare)
				chance[level] += pow(2, -(double)rank_of(samples, right));
		}
	}
	for (int level = 0; level < LEVELS; level++)
		bits[level] = chance[level] > 0 ? -log2(chance[level]) : -1;
}

static const char *page;

static void cell(char *out, size_t size, double bits)
{
	if (bits < 0)
		snprintf(out, size, "–");
	else if (fabs(bits - nearbyint(bits)) < 0.05)
		snprintf(out, size, "%.0f", bits);
	else
		snprintf(out, size, "%.1f", bits);
}

/* At least 47 of what comes as it was sent, or weak. Of fields that translators rewrite one may be anything where the others are 47
 * bits: what is forgiven costs a bit at most. */
static void judge_row(const char *method, uint8_t family, const struct kind *kind, const double bits[LEVELS])
{
	char row[200], cells[LEVELS][16];
	for (int level = 0; level < LEVELS; level++)
		cell(cells[level], sizeof cells[level], bits[level]);
	snprintf(row, sizeof row, "| %s | %u | %s | %s | %s | %s |\n", method, (unsigned)family, kind->name, cells[UNALTERED],
	         cells[STRONG], cells[ANY]);
	if (!page)
		printf("%s", row);
	else if (!strstr(page, row))
		fail_msg("not in the page: %s", row);
	if (bits[UNALTERED] >= 0)
		assert_true(bits[UNALTERED] >= 46.99);
	if (bits[STRONG] >= 0)
		assert_true(bits[STRONG] >= 45.99);
	if (bits[ANY] >= 0)
		assert_true(bits[ANY] >= 29.9);
	if (!kind->quote_bytes)
		assert_true(bits[ANY] >= 0);
	/* Quotes over IPv4 are never weak, but SCTP's; over IPv6 none that has all. */
	if (kind->quote_bytes && (family == 4 || kind->quote_bytes == WHOLE) && strcmp(method, "sctp") != 0)
		assert_true(bits[UNALTERED] >= 46.99);
}

/* Of each row, without a seal. */
static double counted[500][LEVELS];
static size_t row_count;

/* A byte that belongs to others by a secret is no less of a guess. */
static void compare(const double bits[LEVELS])
{
	for (int level = 0; level < LEVELS; level++)
		assert_true(bits[level] > counted[row_count][level] - 0.01);
}

static void count_kind(const char *method, uint8_t family, const struct kind *kind, bool sealed)
{
	static struct made_packet answers[SEEDS];
	struct sonde_engine *first = NULL;
	double bits[LEVELS];
	for (size_t s = 0; s < SEEDS; s++) {
		struct lab_sent sent;
		struct sonde_engine *engine = begin(s, sealed, method, family, &sent);
		if (!engine)
			return;
		size_t most = sent.packet.count, quote = sent.packet.upper_at + kind->quote_bytes;
		kind->answer(&answers[s], &sent, quote < most ? quote : most);
		if (s == 0)
			first = engine;
		else
			sonde_engine_free(engine);
	}
	count_bits(first, answers, bits);
	sonde_engine_free(first);
	/* A quote that shows all that a checksum covers shows nothing more by it. (Of SCTP's, and of copies, the rank knows.) */
	if (kind->quote_bytes > 8 && bits[UNALTERED] > 0 && strcmp(method, "sctp") != 0 && strcmp(method, "raw") != 0)
		bits[UNALTERED] -= 16;
	assert_true(row_count < sizeof counted / sizeof *counted);
	if (sealed)
		compare(bits);
	else
		judge_row(method, family, kind, bits);
	memcpy(counted[row_count++], bits, sizeof counted[0]);
}

static void count_all(bool sealed)
{
	for (size_t id = 0; id < sonde_method_count(); id++)
		for (uint8_t family = 4; family <= 6; family += 2)
			for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
				char name[40];
				snprintf(name, sizeof name, " %s ", sonde_method_info(id)->name);
				if (!kinds[k].methods || strstr(kinds[k].methods, name))
					count_kind(sonde_method_info(id)->name, family, &kinds[k], sealed);
			}
}

static void as_many_bits_as_the_page_says(void **unused)
{
	(void)unused;
	sn_rng_init(&guesses, 1, 0);
	row_count = 0;
	count_all(false);
}

/* What the kernel's filter looks at is as much of a guess as it was. */
static void a_seal_takes_none_of_them(void **unused)
{
	(void)unused;
	row_count = 0;
	count_all(true);
	assert_true(row_count > 100);
}

static char *read_page(const char *path)
{
	static char text[64 * 1024];
	FILE *file = fopen(path, "r");
	size_t count = file ? fread(text, 1, sizeof text - 1, file) : 0;
	text[count] = '\0';
	if (file)
		fclose(file);
	return text;
}

int main(int argc, char **argv)
{
	page = argc > 1 && strcmp(argv[1], "--print") != 0 ? read_page(argv[1]) : NULL;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_many_bits_as_the_page_says),
		cmocka_unit_test(a_seal_takes_none_of_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
