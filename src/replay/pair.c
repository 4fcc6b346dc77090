/* SPDX-License-Identifier: MIT */
/* From each answer to what it answers: candidates by what it shows, the one that fits best. */
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

/* By what an ask can be found. */
enum key_kind { KEY_FLOW, KEY_NUMBER, KEY_IP_ID, KEY_COUNT };

struct entry {
	uint64_t key;
	uint32_t ask;
};

struct index {
	struct entry *entries;
	size_t count;
};

static uint64_t key_of(enum key_kind kind, uint8_t version, uint8_t protocol, uint32_t value)
{
	return (uint64_t)kind << 62 | (uint64_t)(version == 6) << 40 | (uint64_t)protocol << 32 | value;
}

static uint32_t ports_of(uint16_t sport, uint16_t dport)
{
	return (uint32_t)sport << 16 | dport;
}

/* The number that tells apart the probes of one flow: TCP's and ICMP's sequence, SCTP's initiate tag, UDP's checksum. */
static uint32_t number_of(uint8_t protocol, const struct sn_udp *udp, uint32_t seq, uint16_t echo_seq)
{
	if (protocol == SN_PROTO_TCP || protocol == SN_PROTO_SCTP)
		return seq;
	return protocol == SN_PROTO_UDP ? ports_of(udp->checksum, udp->length_bytes) : echo_seq;
}

static int by_key(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;
	if (left->key != right->key)
		return left->key < right->key ? -1 : 1;
	return left->ask < right->ask ? -1 : left->ask > right->ask;
}

static int index_make(const struct sn_replay *replay, struct index *index)
{
	*index = (struct index){.entries = calloc(replay->ask_count * KEY_COUNT + 1, sizeof *index->entries)};
	if (!index->entries)
		return SONDE_E_NOMEM;
	for (uint32_t i = 0; i < replay->ask_count; i++) {
		const struct sn_ask *ask = &replay->asks[i];
		struct sn_packet packet;
		if (!sn_heard_parse(replay, sn_ask_heard(replay, ask), &packet))
			continue;
		const uint32_t values[KEY_COUNT] = {
		    [KEY_FLOW] = ports_of(ask->sport, ask->dport),
		    [KEY_NUMBER] = number_of(ask->protocol, &packet.udp, ask->seq, ask->dport),
		    [KEY_IP_ID] = packet.ip.id,
		};
		for (unsigned kind = 0; kind < KEY_COUNT; kind++)
			if (kind != KEY_IP_ID || packet.ip.id)
				index->entries[index->count++] = (struct entry){key_of(kind, ask->version, ask->protocol, values[kind]), i};
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
		if (index->entries[i].key >> 62 != KEY_FLOW || ask->protocol != SN_PROTO_TCP)
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
	sonde_at_ns at_ns;
	unsigned (*fit)(const struct sn_replay *replay, const struct sn_ask *ask, const struct sn_packet *answer);
	uint32_t best;           /* that fits best, the newest of them; SN_NO_TRACE: none */
	unsigned best_bits, next_bits; /* … and of the next best */
	uint32_t oldest_open;    /* of those that fit as well as the best: the first without an answer */
	unsigned open_count;     /* … how many there are */
	unsigned tie_count;      /* … answered or not */
	uint32_t nearest_open;   /* of all that fit: the lowest TTL without an answer above all that ran out on the way */
	uint8_t exceeded_top;
	bool repeated;           /* a repetition of what it answers was on its way, too */
};

static void consider(struct search *s, uint32_t index)
{
	const struct sn_ask *ask = &s->replay->asks[index];
	unsigned bits = ask->connected ? 0 : s->fit(s->replay, ask, s->packet);
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
	} else if (bits > s->next_bits) {
		s->next_bits = bits;
	}
	s->tie_count += bits == s->best_bits;
	if (bits == s->best_bits && !ask->answered) {
		s->oldest_open = index; /* they come newest first */
		s->open_count++;
	}
}

static void look(struct search *s, enum key_kind kind, uint8_t version, uint8_t protocol, uint32_t value)
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
	uint32_t seq = protocol == SN_PROTO_SCTP ? quote->sctp.initiate_tag : quote->tcp.seq;
	uint16_t sport, dport;
	sn_read_ports(protocol, quote->upper, quote->upper_bytes, &sport, &dport);
	s->fit = sn_fit_quote;
	if (version == 4 && quote->ip.id)
		look(s, KEY_IP_ID, version, protocol, quote->ip.id);
	if (s->best == SN_NO_TRACE)
		look(s, KEY_NUMBER, version, protocol, number_of(protocol, &quote->udp, seq, dport));
	if (s->best == SN_NO_TRACE)
		look(s, KEY_FLOW, version, protocol, ports_of(sport, dport));
}

static void search_reply(struct search *s)
{
	const struct sn_packet *packet = s->packet;
	uint32_t ports = packet->is_icmp   ? ports_of(packet->icmp.id, packet->icmp.seq)
	                 : packet->is_tcp  ? ports_of(packet->tcp.dport, packet->tcp.sport)
	                 : packet->is_sctp ? ports_of(packet->sctp.dport, packet->sctp.sport)
	                                   : ports_of(packet->udp.dport, packet->udp.sport);
	s->fit = sn_fit_reply;
	look(s, KEY_FLOW, packet->ip.version, packet->ip.protocol, ports);
}

static enum sonde_meaning meaning_of(const struct sn_packet *packet)
{
	if (packet->is_icmp)
		return packet->icmp.row->meaning;
	if (packet->is_udp)
		return SONDE_M_UDP_REPLY;
	if (packet->is_sctp)
		return packet->sctp.chunk_type == SN_SCTP_INIT_ACK ? SONDE_M_INIT_ACK : SONDE_M_ABORT;
	if ((packet->tcp.flags & (SN_TCP_RST | SN_TCP_ACK | SN_TCP_SYN)) == SN_TCP_RST) /* RFC 9293 section 3.10.7.1 */
		return SONDE_M_RST_TO_ACK;
	return packet->tcp.flags & SN_TCP_RST ? SONDE_M_RST : packet->tcp.flags & SN_TCP_SYN ? SONDE_M_SYN_ACK : SONDE_M_BARE_ACK;
}

/* Which ask it is. */
static void decide(const struct search *s, struct sn_pairing *p)
{
	bool reply = s->fit == sn_fit_reply;
	bool by_content = p->meaning == SONDE_M_UDP_REPLY;
	p->ask = s->best;
	p->untimed = s->repeated || p->meaning == SONDE_M_BARE_ACK;
	if (by_content && s->next_bits && s->best_bits - s->next_bits < UDP_APART_BITS) {
		bool arrived = s->nearest_open != SN_NO_TRACE && s->replay->asks[s->nearest_open].ttl > s->exceeded_top;
		p->untimed = true;
		p->ask = arrived ? s->nearest_open : s->best;
	} else if (!reply && s->open_count) {
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
	if (packet.has_quote)
		search_quote(&s);
	else
		search_reply(&s);
	if (s.best == SN_NO_TRACE)
		return SONDE_OK;
	void *items = replay->pairings;
	int code = sn_replay_reserve(&items, replay->pairing_count, &replay->pairing_capacity, sizeof *replay->pairings);
	replay->pairings = items;
	if (code < 0)
		return code;
	struct sn_pairing *p = &replay->pairings[replay->pairing_count++];
	replay->heard[heard].paired = true;
	*p = (struct sn_pairing){.heard = heard, .meaning = meaning_of(&packet)};
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
		if (replay->heard[i].kinds & SN_HEARD_ANSWER)
			code = pair_one(replay, &index, i);
	free(index.entries);
	return code;
}
