/* SPDX-License-Identifier: MIT */
/* Connection attempts: what they come to, when they are given up, and whether they leave this machine at all. */
#include "io/wire_dgram.h"

#include "packet/transport.h"

#include <errno.h>
#include <stdlib.h>

/* ---- whether SYNs leave ----
 *
 * A SYN that this machine's own firewall drops fails nowhere: connect() waits as for any silent host. Only of a SYN that it sends again
 * does the kernel count whether that left. So where nothing at all answers a target, one attempt, the oldest, whose TTL is the smallest,
 * is kept until the kernel has repeated it; its answers count for nothing. */

static bool is_towards(const struct sn_dgram_socket *s, const struct sn_dgram_silence *silence)
{
	return s->protocol == SN_PROTO_TCP && s->dport == silence->dport && sonde_addr_equal(&s->dst, &silence->dst);
}

static struct sn_dgram_silence *silence_of(struct sn_wire_dgram *w, const struct sn_dgram_socket *s)
{
	for (size_t i = 0; i < w->silence_count; i++)
		if (is_towards(s, &w->silences[i]))
			return &w->silences[i];
	if (w->silence_count == w->silence_capacity) {
		size_t capacity = w->silence_capacity ? w->silence_capacity * 2 : 4;
		struct sn_dgram_silence *silences = realloc(w->silences, capacity * sizeof *silences);
		if (!silences)
			return NULL;
		w->silences = silences;
		w->silence_capacity = capacity;
	}
	w->silences[w->silence_count] = (struct sn_dgram_silence){.dst = s->dst, .dport = s->dport};
	return &w->silences[w->silence_count++];
}

static void forget_tokens(struct sn_dgram_silence *silence)
{
	free(silence->tokens);
	silence->tokens = NULL;
	silence->token_count = silence->token_capacity = 0;
}

/* Probes to that target do leave, whatever becomes of them. */
static void leaves(struct sn_wire_dgram *w, const struct sn_dgram_socket *s)
{
	struct sn_dgram_silence *silence = silence_of(w, s);
	if (!silence)
		return;
	silence->state = SN_DGRAM_LEAVES;
	forget_tokens(silence);
}

/* They do not, and did not before: neither those given up nor those under way. Sockets are left open, for a caller may be at them. */
static void blocked(struct sn_wire_dgram *w, const struct sn_dgram_socket *s)
{
	struct sn_dgram_silence *silence = silence_of(w, s);
	if (!silence)
		return;
	for (size_t i = 0; i < silence->token_count; i++)
		sn_dgram_push_note(w, silence->tokens[i], sn_dgram_now(), EPERM);
	for (size_t i = 0; i < w->socket_count; i++) {
		struct sn_dgram_probe *probe = &w->sockets[i]->flow.probes[0];
		if (!is_towards(w->sockets[i], silence) || w->sockets[i]->witness || probe->answered)
			continue;
		sn_dgram_push_note(w, probe->token, sn_dgram_now(), EPERM);
		probe->answered = true;
	}
	forget_tokens(silence);
	silence->state = SN_DGRAM_BLOCKED;
}

static void remember_token(struct sn_dgram_silence *silence, uint64_t token)
{
	if (silence->token_count == silence->token_capacity) {
		size_t capacity = silence->token_capacity ? silence->token_capacity * 2 : 16;
		uint64_t *tokens = realloc(silence->tokens, capacity * sizeof *tokens);
		if (!tokens)
			return; /* this one stays a timeout */
		silence->tokens = tokens;
		silence->token_capacity = capacity;
	}
	silence->tokens[silence->token_count++] = token;
}

void sn_dgram_silences_finish(struct sn_wire_dgram *w)
{
	for (size_t i = 0; i < w->silence_count; i++)
		forget_tokens(&w->silences[i]);
	free(w->silences);
}

/* ---- answers ---- */

static void push_tcp(struct sn_wire_dgram *w, struct sn_dgram_socket *s, uint8_t flags, sonde_at_ns at_ns)
{
	struct sn_dgram_item *item = sn_dgram_item_new(SN_DGRAM_ANSWER_BYTES(0));
	if (!item)
		return;
	struct sn_dgram_message m = {.at_ns = at_ns};
	struct sn_dgram_probe *probe = &s->flow.probes[0];
	item->rx = sn_dgram_answer(&m, probe, true, SN_DGRAM_BITS_TCP);
	struct sn_writer out;
	sn_writer_init(&out, item->bytes, SN_DGRAM_ANSWER_BYTES(0));
	sn_dgram_push_built(w, item, sn_dgram_build_tcp(flags, probe->packet, probe->length_bytes, &out, &item->rx));
}

/* One answer ends an attempt: everything after it would be about the connection, not the path. */
void sn_dgram_tcp_pump(struct sn_wire_dgram *w, struct sn_dgram_socket *s)
{
	sonde_ns rtt_ns;
	int sys_errno;
	enum sn_dgram_tcp state = sn_dgram_socket_tcp(s, &rtt_ns, &sys_errno);
	const struct sn_dgram_probe *probe = &s->flow.probes[0];
	bool first_syn = state != SN_DGRAM_TCP_REPEATED && state != SN_DGRAM_TCP_REFUSED;
	/* The error queue is looked at after the state: what changed the state is in there by now. */
	bool told = first_syn && state != SN_DGRAM_TCP_OPEN && sn_dgram_pump_errors(w, s);
	if (state == SN_DGRAM_TCP_WAITING && !told)
		return;
	if (state == SN_DGRAM_TCP_REFUSED)
		blocked(w, s);
	else if (told || state != SN_DGRAM_TCP_FAILED)
		leaves(w, s);
	if (!told && state == SN_DGRAM_TCP_OPEN)
		push_tcp(w, s, SN_TCP_SYN | SN_TCP_ACK, probe->sent_at_ns + rtt_ns);
	if (!told && state == SN_DGRAM_TCP_RESET)
		push_tcp(w, s, SN_TCP_RST | SN_TCP_ACK, sn_dgram_now());
	if (!told && state == SN_DGRAM_TCP_FAILED)
		sn_dgram_push_note(w, probe->token, sn_dgram_now(), sys_errno);
	sn_dgram_pool_close(w, s);
}

/* ---- giving up ---- */

sonde_at_ns sn_dgram_tcp_due_at(const struct sn_dgram_socket *s)
{
	return s->flow.probes[0].sent_at_ns + (s->witness ? SN_DGRAM_TCP_WITNESS_NS : SN_DGRAM_TCP_WAIT_NS);
}

static void give_up(struct sn_wire_dgram *w, struct sn_dgram_socket *s)
{
	struct sn_dgram_silence *silence = silence_of(w, s);
	const struct sn_dgram_probe *probe = &s->flow.probes[0];
	if (s->witness) {
		leaves(w, s); /* as far as one can tell: it was not repeated in time */
	} else if (silence && silence->state == SN_DGRAM_BLOCKED && !probe->answered) {
		sn_dgram_push_note(w, probe->token, sn_dgram_now(), EPERM);
	} else if (silence && silence->state == SN_DGRAM_ASKING) {
		remember_token(silence, probe->token);
	} else if (silence && silence->state == SN_DGRAM_UNKNOWN) {
		remember_token(silence, probe->token);
		silence->state = SN_DGRAM_ASKING;
		s->witness = true;
		return;
	}
	sn_dgram_pool_close(w, s);
}

void sn_dgram_tcp_give_up(struct sn_wire_dgram *w)
{
	sonde_at_ns now = sn_dgram_now();
	for (size_t i = 0; i < w->socket_count;) {
		struct sn_dgram_socket *s = w->sockets[i];
		size_t before = w->socket_count;
		bool due = s->protocol == SN_PROTO_TCP && sn_dgram_tcp_due_at(s) <= now;
		if (due)
			sn_dgram_tcp_pump(w, s);
		if (due && w->socket_count == before)
			give_up(w, s);
		i += w->socket_count == before;
	}
}
