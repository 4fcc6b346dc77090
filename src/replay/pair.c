/* SPDX-License-Identifier: MIT */
/* From each answer to what it answers: candidates by what it shows, the one that fits best. */
#include "base/hash.h"
#include "replay/internal.h"

#include <stdlib.h>

/* Candidates looked at for one answer, the newest first: in flight at once are fewer, and alike are hardly any. */
enum { CANDIDATES_MAX = 512, TIES_MAX = 64 };
/* No router keeps a packet for longer. */
#define LATEST_NS (600 * SONDE_S)
/* Answers and probes are stamped in two places: an answer may seem to come so much too early. */
#define SLACK_NS SONDE_MS
/* Two UDP questions are told apart by so much more that an answer repeats of one of them. */
enum { UDP_APART_BITS = 16 };

/* By what an ask can be found: its ports, what tells it apart from others of its flow, its IP id, and what a reply to it shows. */
enum key_kind { KEY_FLOW, KEY_NUMBER, KEY_IP_ID, KEY_REPLY };
enum { KIND_SHIFT = 62, KEYS_MAX = KEY_REPLY + SN_REPLY_NUMBERS_MAX };

struct entry {
	uint64_t key;
	uint32_t ask;
};

struct index {
	struct entry *entries;
	size_t count;
};

/* Made-up captures shall not choose what falls together: what does must fit. */
static uint64_t key_of(enum key_kind kind, uint8_t version, uint8_t protocol, uint64_t value)
{
	static const uint8_t no_secret[16];
	uint64_t about = (uint64_t)kind << 16 | (uint64_t)version << 8 | protocol;
	return (uint64_t)kind << KIND_SHIFT | sn_siphash_u64x2(no_secret, about, value) >> 2;
}

static uint32_t ports_of(uint16_t sport, uint16_t dport)
{
	return (uint32_t)sport << 16 | dport;
}

/* Ports and number of a reply; of an ICMP query the number is the second of its ports. */
static uint64_t reply_value(uint8_t protocol, uint16_t sport, uint16_t dport, uint32_t number)
{
	return (uint64_t)ports_of(sport, sn_is_icmp(protocol) ? 0 : dport) << 32 | number;
}

static int by_key(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;
	if (left->key != right->key)
		return left->key < right->key ? -1 : 1;
	return left->ask < right->ask ? -1 : left->ask > right->ask;
}

static void index_add(struct index *index, const struct sn_ask *ask, uint32_t number, enum key_kind kind, uint64_t value)
{
	index->entries[index->count++] = (struct entry){key_of(kind, ask->version, ask->protocol, value), number};
}

static int index_make(const struct sn_replay *replay, struct index *index)
{
	*index = (struct index){.entries = calloc(replay->ask_count * KEYS_MAX + 1, sizeof *index->entries)};
	if (!index->entries)
		return SONDE_E_NOMEM;
	for (uint32_t i = 0; i < replay->ask_count; i++) {
		const struct sn_ask *ask = &replay->asks[i];
		const struct sn_replay_protocol *row = sn_replay_protocol(ask->protocol);
		struct sn_packet packet;
		uint32_t number, shown[SN_REPLY_NUMBERS_MAX] = {0};
		if (!sn_heard_parse(replay, sn_ask_heard(replay, ask), &packet))
			continue;
		index_add(index, ask, i, KEY_FLOW, ports_of(ask->sport, ask->dport));
		if (sn_read_number(ask->protocol, packet.upper, packet.upper_bytes, &number))
			index_add(index, ask, i, KEY_NUMBER, number);
		if (packet.ip.id)
			index_add(index, ask, i, KEY_IP_ID, packet.ip.id);
		size_t count = row->numbers ? row->numbers(ask, shown) : 1;
		for (size_t n = 0; n < count; n++)
			index_add(index, ask, i, KEY_REPLY, reply_value(ask->protocol, ask->sport, ask->dport, shown[n]));
	}
	qsort(index->entries, index->count, sizeof *index->entries, by_key);
	return SONDE_OK;
}

/* The first entry that is not before (key, ask). */
static size_t lower_bound(const struct index *index, uint64_t key, uint32_t ask)
{
	const struct entry wanted = {key, ask};
	size_t from = 0, to = index->count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (by_key(&index->entries[middle], &wanted) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static bool same_addresses(const struct sn_ask *a, const struct sn_ask *b)
{
	return sonde_addr_equal(&a->src, &b->src) && sonde_addr_equal(&a->dst, &b->dst);
}

/* Probes of a kernel's own sockets: without an answer it sends its SYN again, which is no probe of its own and makes an answer's time one
 * of two; with one it goes on with the connection, at the same TTL. */
static void find_kernels_own(struct sn_replay *replay, const struct index *index)
{
	enum { LOOK_BACK = 8 };
	for (size_t i = 1; i < index->count; i++) {
		struct sn_ask *ask = &replay->asks[index->entries[i].ask];
		if (index->entries[i].key >> KIND_SHIFT != KEY_FLOW || sn_replay_protocol(ask->protocol)->flows != SN_FLOWS_TCP)
			continue;
		for (size_t j = i; j-- > 0 && i - j <= LOOK_BACK && index->entries[j].key == index->entries[i].key;) {
			const struct sn_ask *before = &replay->asks[index->entries[j].ask];
			bool began = before->tcp_flags & SN_TCP_SYN || before->connected;
			if (!same_addresses(before, ask))
				continue;
			ask->connected |= began && !(ask->tcp_flags & SN_TCP_SYN);
			ask->repeated |= !ask->connected && before->seq == ask->seq && before->ttl == ask->ttl;
		}
	}
}

/* ---- one answer ---- */

struct search {
	struct sn_replay *replay;
	const struct index *index;
	const struct sn_packet *packet;
	const struct sn_reply *reply; /* NULL: it quotes */
	sonde_at_ns at_ns;
	uint32_t best;           /* that fits best, the newest of them; SN_NO_TRACE: none */
	unsigned best_bits, next_bits; /* … and of the next best */
	uint32_t oldest_open;    /* of those that fit as well as the best: the first without an answer */
	unsigned open_count;     /* … how many there are */
	bool open_early;         /* … which all seem to have left behind the answer */
	unsigned tie_count;      /* … answered or not */
	uint32_t nearest_open;   /* of all that fit: the lowest TTL without an answer above all that ran out on the way */
	uint8_t exceeded_top;
	bool repeated;           /* a repetition of what it answers was on its way, too */
};

/* One that was sent before its answer is none that only seems to have been answered too early. */
static void note_open(struct search *s, uint32_t index)
{
	bool early = sn_ask_heard(s->replay, &s->replay->asks[index])->at_ns > s->at_ns;
	if (s->open_early && !early)
		s->open_count = 0;
	s->open_early = early;
	s->oldest_open = index; /* they come newest first */
	s->open_count++;
}

static void consider(struct search *s, uint32_t index)
{
	const struct sn_ask *ask = &s->replay->asks[index];
	s->replay->work_count++;
	unsigned bits = ask->connected ? 0
	                : s->reply     ? sn_fit_reply(s->replay, ask, s->reply)
	                               : sn_fit_quote(s->replay, ask, s->packet);
	if (bits == 0)
		return;
	if (ask->repeated) {
		s->repeated = true;
		return;
	}
	if (ask->exceeded && ask->ttl > s->exceeded_top)
		s->exceeded_top = ask->ttl;
	if (!ask->answered && (s->nearest_open == SN_NO_TRACE || ask->ttl < s->replay->asks[s->nearest_open].ttl))
		s->nearest_open = index;
	if (bits > s->best_bits) {
		s->next_bits = s->best_bits;
		s->best_bits = bits;
		s->best = index;
		s->open_count = s->tie_count = 0;
		s->open_early = false;
	} else if (bits > s->next_bits) {
		s->next_bits = bits;
	}
	s->tie_count += bits == s->best_bits;
	if (bits == s->best_bits && !ask->answered)
		note_open(s, index);
}

static void look(struct search *s, enum key_kind kind, uint8_t version, uint8_t protocol, uint64_t value)
{
	uint64_t key = key_of(kind, version, protocol, value);
	size_t from = lower_bound(s->index, key, 0), to = lower_bound(s->index, key, UINT32_MAX);
	/* binary search again: what was sent by then */
	size_t low = from, high = to;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct sn_ask *ask = &s->replay->asks[s->index->entries[middle].ask];
		if (sn_ask_heard(s->replay, ask)->at_ns <= s->at_ns + SLACK_NS)
			low = middle + 1;
		else
			high = middle;
	}
	for (size_t i = low, tried = 0; i-- > from && tried < CANDIDATES_MAX && s->tie_count < TIES_MAX; tried++) {
		uint32_t ask = s->index->entries[i].ask;
		if (sn_ask_heard(s->replay, &s->replay->asks[ask])->at_ns < s->at_ns - LATEST_NS)
			break;
		consider(s, ask);
	}
}

/* First by what only few others have. */
static void search_quote(struct search *s)
{
	const struct sn_quote *quote = &s->packet->quote;
	uint8_t version = quote->ip.version, protocol = quote->ip.protocol;
	uint32_t number;
	uint16_t sport, dport;
	sn_read_ports(protocol, quote->upper, quote->upper_bytes, &sport, &dport);
	if (version == 4 && quote->ip.id)
		look(s, KEY_IP_ID, version, protocol, quote->ip.id);
	if (s->best == SN_NO_TRACE && sn_read_number(protocol, quote->upper, quote->upper_bytes, &number))
		look(s, KEY_NUMBER, version, protocol, number);
	if (s->best == SN_NO_TRACE)
		look(s, KEY_FLOW, version, protocol, ports_of(sport, dport));
}

static void search_reply(struct search *s)
{
	const struct sn_ident *shown = &s->reply->ident;
	bool numbered = sn_replay_protocol(shown->protocol)->numbers;
	uint16_t sport = sn_is_icmp(shown->protocol) ? shown->icmp_id : shown->sport;
	look(s, KEY_REPLY, shown->version, shown->protocol,
	     reply_value(shown->protocol, sport, shown->dport, numbered ? shown->seq : 0));
}

/* Which ask it is. */
static void decide(const struct search *s, struct sn_pairing *p)
{
	bool by_content = p->meaning == SONDE_M_UDP_REPLY;
	p->ask = s->best;
	p->untimed = s->repeated || p->meaning == SONDE_M_BARE_ACK;
	if (by_content && s->next_bits && s->best_bits - s->next_bits < UDP_APART_BITS) {
		bool arrived = s->nearest_open != SN_NO_TRACE && s->replay->asks[s->nearest_open].ttl > s->exceeded_top;
		p->untimed = true;
		p->ask = arrived ? s->nearest_open : s->best;
	} else if (!s->reply && s->open_count) {
		/* packets that a quote cannot tell apart are answered in the order in which they left, as far as anybody knows */
		p->ask = s->oldest_open;
		p->untimed |= s->open_count > 1;
	}
	p->bits = (uint8_t)(s->best_bits < UINT8_MAX ? s->best_bits : UINT8_MAX);
}

static void note_answer(struct sn_ask *ask, sonde_at_ns at_ns)
{
	ask->answered_at_ns = ask->answered ? ask->answered_at_ns : at_ns;
	ask->answered = true;
}

static int pair_one(struct sn_replay *replay, const struct index *index, uint32_t heard)
{
	struct sn_packet packet;
	struct search s = {.replay = replay, .index = index, .packet = &packet, .at_ns = replay->heard[heard].at_ns, .best = SN_NO_TRACE,
	                   .oldest_open = SN_NO_TRACE, .nearest_open = SN_NO_TRACE};
	if (!sn_heard_parse(replay, &replay->heard[heard], &packet))
		return SONDE_OK;
	struct sn_reply reply;
	if (packet.has_quote) {
		search_quote(&s);
	} else if (sn_reply_read(&packet, &reply)) {
		s.reply = &reply;
		search_reply(&s);
	}
	if (s.best == SN_NO_TRACE)
		return SONDE_OK;
	if (replay->heard[heard].kinds & SN_HEARD_DAMAGED) {
		struct sn_ask *ask = &replay->asks[s.best];
		if (s.tie_count == 1 && ask->damaged_count < UINT16_MAX)
			ask->damaged_count++;
		return SONDE_OK;
	}
	void *items = replay->pairings;
	int code = sn_replay_reserve(&items, replay->pairing_count, &replay->pairing_capacity, sizeof *replay->pairings);
	replay->pairings = items;
	if (code < 0)
		return code;
	struct sn_pairing *p = &replay->pairings[replay->pairing_count++];
	replay->heard[heard].paired = true;
	*p = (struct sn_pairing){.heard = heard, .meaning = s.reply ? reply.meaning : packet.icmp.row->meaning};
	decide(&s, p);
	note_answer(&replay->asks[p->ask], s.at_ns);
	replay->asks[p->ask].exceeded |= p->meaning == SONDE_M_TIME_EXCEEDED;
	return SONDE_OK;
}

int sn_replay_find_answers(struct sn_replay *replay)
{
	struct index index;
	int code = index_make(replay, &index);
	if (code == SONDE_OK)
		find_kernels_own(replay, &index);
	for (uint32_t i = 0; code == SONDE_OK && i < replay->heard_count; i++)
		if (replay->heard[i].kinds & (SN_HEARD_ANSWER | SN_HEARD_DAMAGED))
			code = pair_one(replay, &index, i);
	free(index.entries);
	return code;
}
