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
 * is kept as a witness until the kernel has repeated it; what comes then counts for nothing. A SYN that waits for a next hop that does not
 * answer is not repeated while it waits: then the witness is kept on, until the kernel says host-unreachable, which is about every SYN
 * that waited. */

static bool is_towards(const struct sn_dgram_socket *s, const struct sn_dgram_silence *silence)
{
	return s->protocol == SN_PROTO_TCP && s->dport == silence->dport && sonde_addr_equal(&s->dst, &silence->dst);
}

struct sn_dgram_silence *sn_dgram_tcp_silence(struct sn_wire_dgram *w, const struct sn_dgram_socket *s)
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

/* Probes to that target do leave, whatever becomes of them. */
static void leaves(struct sn_wire_dgram *w, const struct sn_dgram_socket *s)
{
	struct sn_dgram_silence *silence = sn_dgram_tcp_silence(w, s);
	if (!silence)
		return;
	silence->state = SN_DGRAM_LEAVES;
	sn_dgram_flow_finish(&silence->given_up);
	/* A witness is of no use any more: its time is over. */
	for (size_t i = 0; i < w->socket_count; i++)
		if (is_towards(w->sockets[i], silence))
			w->sockets[i]->witness = false;
}

/* They do not, and did not before: neither those given up nor those under way. Sockets are left open, for a caller may be at them. */
static void blocked(struct sn_wire_dgram *w, const struct sn_dgram_socket *s)
{
	struct sn_dgram_silence *silence = sn_dgram_tcp_silence(w, s);
	if (!silence)
		return;
	for (size_t i = 0; i < silence->given_up.count; i++)
		sn_dgram_push_note(w, silence->given_up.probes[i].token, sn_dgram_now(), EPERM);
	for (size_t i = 0; i < w->socket_count; i++) {
		struct sn_dgram_probe *probe = &w->sockets[i]->flow.probes[0];
		if (!is_towards(w->sockets[i], silence) || probe->answered)
			continue;
		sn_dgram_push_note(w, probe->token, sn_dgram_now(), EPERM);
		probe->answered = true;
	}
	sn_dgram_flow_finish(&silence->given_up);
	silence->state = SN_DGRAM_BLOCKED;
}

/* Without memory for it, it stays a timeout. */
static void remember(struct sn_dgram_silence *silence, const struct sn_dgram_probe *probe)
{
	struct sonde_tx tx = {.token = probe->token, .bytes = probe->packet, .length_bytes = probe->length_bytes};
	(void)sn_dgram_flow_add(&silence->given_up, &tx, 0, probe->sent_at_ns);
}

void sn_dgram_silences_finish(struct sn_wire_dgram *w)
{
	for (size_t i = 0; i < w->silence_count; i++)
		sn_dgram_flow_finish(&w->silences[i].given_up);
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

bool sn_dgram_tcp_icmp(struct sn_wire_dgram *w, struct sn_dgram_socket *s, const struct sn_dgram_message *m)
{
	bool from_self = sonde_addr_equal(&m->from, &s->src);
	if (s->repeated && !from_self)
		return false;
	sn_dgram_push_icmp(w, s, m, &s->flow.probes[0], true);
	struct sn_dgram_silence *silence = s->stuck && from_self ? sn_dgram_tcp_silence(w, s) : NULL;
	for (size_t i = 0; silence && i < silence->given_up.count; i++)
		sn_dgram_push_icmp(w, s, m, &silence->given_up.probes[i], true);
	return true;
}

/* One answer ends an attempt: everything after it would be about the connection, not the path. */
void sn_dgram_tcp_pump(struct sn_wire_dgram *w, struct sn_dgram_socket *s)
{
	sonde_ns rtt_ns;
	int sys_errno;
	enum sn_dgram_tcp state = sn_dgram_socket_tcp(s, &rtt_ns, &sys_errno);
	const struct sn_dgram_probe *probe = &s->flow.probes[0];
	s->repeated = state == SN_DGRAM_TCP_REPEATED || state == SN_DGRAM_TCP_REFUSED;
	/* The error queue is looked at after the state: what changed the state is in there by now. A SYN that was stuck may be repeated in
	 * the very moment in which the kernel gives the neighbour up. */
	bool told = (!s->repeated || s->stuck) && state != SN_DGRAM_TCP_OPEN && sn_dgram_pump_errors(w, s);
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
	sonde_ns wait_ns = !s->witness ? SN_DGRAM_TCP_WAIT_NS : s->stuck ? SN_DGRAM_TCP_WITNESS_NS : SN_DGRAM_TCP_AGAIN_NS;
	return s->flow.probes[0].sent_at_ns + wait_ns;
}

/* Keeps an attempt as the witness, or for longer. False: there is no reason to. */
static bool keep(struct sn_dgram_socket *s, struct sn_dgram_silence *silence)
{
	if (!silence || s->stuck || (!s->witness && silence->state != SN_DGRAM_UNKNOWN))
		return false;
	s->stuck = s->witness;
	s->witness = true;
	silence->state = SN_DGRAM_ASKING;
	sn_dgram_socket_persist(s);
	return true;
}

static void give_up(struct sn_wire_dgram *w, struct sn_dgram_socket *s)
{
	struct sn_dgram_silence *silence = sn_dgram_tcp_silence(w, s);
	const struct sn_dgram_probe *probe = &s->flow.probes[0];
	if (keep(s, silence))
		return;
	if (s->witness)
		leaves(w, s); /* as far as one can tell */
	else if (silence && silence->state == SN_DGRAM_BLOCKED && !probe->answered)
		sn_dgram_push_note(w, probe->token, sn_dgram_now(), EPERM);
	else if (silence && silence->state == SN_DGRAM_ASKING)
		remember(silence, probe);
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
