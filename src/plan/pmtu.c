/* SPDX-License-Identifier: MIT */
/* The search for the path's MTU as a plan: what was sent, what came of it, when it ends. */
#include "plan/pmtu.h"

#include "base/hops.h"

#include <errno.h>

/* All is said within ten seconds; what is still under way then has had its time. */
#define SEARCH_NS (8500 * SONDE_MS)
#define SEND_GAP_NS SONDE_MS
/* Sizes of the controls: the methods' own smallest good ones; what a link takes where nobody knows; what the IP header can say. */
enum { SMALL4_BYTES = 60, SMALL6_BYTES = 80, MTU_UNKNOWN_BYTES = 1500, ICMP = 1, TCP = 6 };

static bool takes(const struct sonde_trace_cfg *cfg)
{
	return cfg->first_ttl >= 1 && cfg->first_ttl <= cfg->max_ttl;
}

static size_t state_bytes(const struct sonde_trace_cfg *cfg)
{
	(void)cfg;
	return sizeof(struct sn_pmtu);
}

static void init(void *state, const struct sonde_trace_cfg *cfg, bool once_per_flow, sonde_at_ns now)
{
	struct sn_pmtu *s = state;
	const struct sonde_method_info *method = sonde_method_info(cfg->method);
	s->cfg = cfg;
	s->started_at_ns = s->next_send_at_ns = now;
	s->small_bytes = cfg->dst.family == 4 ? SMALL4_BYTES : SMALL6_BYTES;
	s->top_bytes = cfg->mtu_bytes ? cfg->mtu_bytes : MTU_UNKNOWN_BYTES;
	/* What is neither ICMP nor TCP is answered by ICMP errors, which hosts ration (RFC 1812 section 4.3.2.8). */
	s->careful = method && method->protocol4 != ICMP && method->protocol4 != TCP;
	s->serial = once_per_flow;
	s->changed = true;
}

/* ---- what follows from the probes ---- */

static void learn_size(struct sn_pmtu *s, const struct sn_pmtu_probe *p)
{
	static const uint8_t fates[] = {
	    [SN_PMTU_OPEN] = SN_SIZE_OPEN,       [SN_PMTU_SILENT] = SN_SIZE_SILENT,   [SN_PMTU_OTHER] = SN_SIZE_SILENT,
	    [SN_PMTU_DOUBTED] = SN_SIZE_DOUBTED, [SN_PMTU_REFUSED] = SN_SIZE_REFUSED, [SN_PMTU_TRANSIT] = SN_SIZE_PASSED,
	    [SN_PMTU_TARGET] = SN_SIZE_PASSED,   [SN_PMTU_TOO_BIG] = SN_SIZE_TOO_BIG, [SN_PMTU_NOT_HERE] = SN_SIZE_NOT_HERE,
	};
	struct sn_size *size = sn_sizes_at(&s->sizes, p->size_bytes);
	if (!size)
		return;
	size->open_count = (uint8_t)(size->open_count + (p->fate == SN_PMTU_OPEN));
	size->silent_count = (uint16_t)(size->silent_count + (fates[p->fate] == SN_SIZE_SILENT));
	sn_size_learn(size, fates[p->fate], &p->word);
}

/* Who refuses sizes says so by ICMP errors, which he rations: silence to one beside those that he refused may be that. */
static bool refusals_are_rationed(const struct sn_pmtu *s)
{
	bool refused = false, silent = false;
	for (size_t i = 0; i < s->sizes.count; i++) {
		enum sn_size_fate fate = s->sizes.items[i].fate;
		refused |= fate == SN_SIZE_REFUSED;
		silent |= fate == SN_SIZE_SILENT;
		if (fate == SN_SIZE_PASSED)
			refused = silent = false; /* whatever smaller sizes came to */
	}
	return refused && silent;
}

/* Sizes that get through and are refused as well: several ways, each with its own MTU. */
static void look_for_mixed(struct sn_pmtu *s)
{
	s->passed_bytes = 0;
	s->mixed = (struct sn_size){.bytes = UINT16_MAX};
	for (size_t i = 0; i < s->sizes.count; i++)
		if (s->sizes.items[i].fate == SN_SIZE_PASSED)
			s->passed_bytes = s->sizes.items[i].bytes;
	for (unsigned i = 0; i < s->probe_count; i++) {
		const struct sn_pmtu_probe *p = &s->probes[i];
		if (p->fate == SN_PMTU_TOO_BIG && p->ttl == s->aim && p->size_bytes < s->mixed.bytes)
			s->mixed = (struct sn_size){.bytes = p->size_bytes, .word = p->word};
	}
	if (s->mixed.bytes > s->passed_bytes)
		s->mixed.bytes = 0;
}

static void look(struct sn_pmtu *s)
{
	s->sizes.count = 0;
	s->transit_top = s->distance = 0;
	for (unsigned i = 0; i < s->probe_count; i++) {
		const struct sn_pmtu_probe *p = &s->probes[i];
		if (p->fate == SN_PMTU_TRANSIT && p->ttl > s->transit_top)
			s->transit_top = p->ttl;
		if (p->fate == SN_PMTU_TARGET && p->ttl && (!s->distance || p->ttl < s->distance))
			s->distance = p->ttl;
		if (p->fate != SN_PMTU_UNSENT && (p->ttl == s->aim || p->fate == SN_PMTU_NOT_HERE))
			learn_size(s, p);
	}
	look_for_mixed(s);
	s->careful |= refusals_are_rationed(s);
	s->step_count = sn_sizes_steps(&s->sizes, s->steps);
	s->changed = false;
}

/* Refused, and not for its size as far as anybody knows. */
static bool is_told(enum sn_pmtu_fate fate)
{
	return fate == SN_PMTU_DOUBTED || fate == SN_PMTU_REFUSED;
}

struct sn_pmtu_tally sn_pmtu_tally(const struct sn_pmtu *s, uint8_t ttl, uint16_t size_bytes)
{
	struct sn_pmtu_tally t = {0};
	for (unsigned i = 0; i < s->probe_count; i++) {
		const struct sn_pmtu_probe *p = &s->probes[i];
		if (p->ttl != ttl || p->size_bytes != size_bytes || p->fate == SN_PMTU_UNSENT)
			continue;
		t.sent++;
		t.open += p->fate == SN_PMTU_OPEN;
		t.silent += p->fate == SN_PMTU_SILENT || p->fate == SN_PMTU_OTHER || is_told(p->fate);
		t.passed += p->fate == SN_PMTU_TRANSIT || p->fate == SN_PMTU_TARGET;
		t.refused += p->fate == SN_PMTU_TOO_BIG || p->fate == SN_PMTU_NOT_HERE || is_told(p->fate);
	}
	return t;
}

/* Where the target says nothing, the farthest hop that does takes its place, as far as it may be asked. */
static void take_aim(struct sn_pmtu *s)
{
	if (s->aim || !s->transit_top || !sn_pmtu_target_is_silent(s) || !sn_pmtu_rows_are_known(s))
		return;
	s->aim = sn_pmtu_farthest(s);
	s->careful = true;
	look(s);
}

static void become(struct sn_pmtu *s, struct sn_pmtu_probe *p, enum sn_pmtu_fate fate)
{
	s->open_count -= p->fate == SN_PMTU_OPEN;
	p->fate = (uint8_t)fate;
	s->open_count += p->fate == SN_PMTU_OPEN;
	s->changed = true;
}

static sonde_at_ns expiry(const struct sn_pmtu *s, const struct sn_pmtu_probe *p)
{
	return p->sent_at_ns + (s->cfg->wait_max_ns ? s->cfg->wait_max_ns : sn_pmtu_wait(s->rtt_ns));
}

/* ---- what next ---- */

static bool step_expire(struct sn_pmtu *s, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	for (unsigned i = 0; s->open_count && i < s->probe_count; i++) {
		struct sn_pmtu_probe *p = &s->probes[i];
		if (p->fate != SN_PMTU_OPEN)
			continue;
		if (s->stopped || now >= expiry(s, p)) {
			become(s, p, SN_PMTU_SILENT);
			*out = (struct sn_plan_step){.act = SN_PLAN_EXPIRE, .ttl = p->ttl, .query = p->query};
			return true;
		}
		*wake = expiry(s, p) < *wake ? expiry(s, p) : *wake;
	}
	return false;
}

static bool step_send(struct sn_pmtu *s, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	bool full = s->probe_count == SN_PMTU_PROBES_MAX || s->open_count >= sn_plan_most_in_flight(s->cfg);
	sonde_at_ns at_ns = s->held_until_ns > s->next_send_at_ns ? s->held_until_ns : s->next_send_at_ns, later = SONDE_NEVER;
	if (full || s->stopped || now >= s->started_at_ns + SEARCH_NS || !sn_pmtu_want(s, now, out, &later)) {
		*wake = later < *wake ? later : *wake;
		return false;
	}
	if (now < at_ns) {
		*wake = at_ns < *wake ? at_ns : *wake;
		return false;
	}
	out->act = SN_PLAN_SEND;
	out->query = (uint8_t)(s->query_count[out->ttl] + 1);
	return true;
}

static void next(void *state, sonde_at_ns now, struct sn_plan_step *out)
{
	struct sn_pmtu *s = state;
	sonde_at_ns wake = sn_plan_deadline(s->cfg, s->started_at_ns);
	*out = (struct sn_plan_step){0};
	if (!s->stopped && now >= wake)
		s->stopped = SONDE_STOP_DEADLINE;
	if (!s->done && step_expire(s, now, out, &wake))
		return;
	if (s->changed)
		look(s);
	take_aim(s);
	if (!s->done && step_send(s, now, out, &wake))
		return;
	/* what may only be sent when the search is over is not waited for */
	bool waits = s->open_count || (wake < sn_plan_deadline(s->cfg, s->started_at_ns) && wake < s->started_at_ns + SEARCH_NS);
	if (s->done || s->stopped || !waits)
		sn_pmtu_done(s, out);
	else
		*out = (struct sn_plan_step){.act = SN_PLAN_WAIT, .until_ns = wake};
}

/* ---- what happened ---- */

static struct sn_pmtu_probe *probe_of(struct sn_pmtu *s, uint8_t ttl, uint8_t query)
{
	struct sn_pmtu_probe *p = &s->probes[s->probe_count - 1];
	while (p->ttl != ttl || p->query != query)
		p--;
	return p;
}

static void sent(void *state, const struct sn_plan_step *step, sonde_at_ns at_ns)
{
	struct sn_pmtu *s = state;
	struct sn_pmtu_probe *p = &s->probes[s->probe_count++];
	*p = (struct sn_pmtu_probe){.sent_at_ns = at_ns, .size_bytes = step->size_bytes, .ttl = step->ttl, .query = step->query};
	s->query_count[step->ttl]++;
	become(s, p, SN_PMTU_OPEN);
	s->held_until_ns = 0;
	s->next_send_at_ns = at_ns + (s->cfg->send_gap_ns ? s->cfg->send_gap_ns : SEND_GAP_NS);
}

static void stamped(void *state, const struct sn_plan_probe *probe, sonde_at_ns at_ns)
{
	struct sn_pmtu *s = state;
	struct sn_pmtu_probe *p = probe_of(s, probe->ttl, probe->query);
	if (at_ns <= p->sent_at_ns)
		return;
	p->sent_at_ns = at_ns;
	if (p->fate == SN_PMTU_SILENT)
		become(s, p, SN_PMTU_OPEN);
}

static void hold(void *state, uint8_t ttl, sonde_at_ns until_ns, bool paid)
{
	struct sn_pmtu *s = state;
	(void)ttl;
	(void)paid;
	s->held_until_ns = until_ns;
}

/* The machine's own link takes no packet of that size: that is an answer. One that drops it, as a virtual device does whose other end takes
 * less, has swallowed it as any other link might. */
static void failed(void *state, const struct sn_plan_probe *probe, sonde_at_ns now, int sys_errno)
{
	struct sn_pmtu *s = state;
	struct sn_pmtu_probe *p = probe_of(s, probe->ttl, probe->query);
	bool dropped = sys_errno == ENOBUFS && p->size_bytes > s->small_bytes;
	become(s, p, sys_errno == EMSGSIZE ? SN_PMTU_NOT_HERE : dropped ? SN_PMTU_SILENT : SN_PMTU_UNSENT);
	if (sys_errno == EMSGSIZE || dropped)
		return;
	s->next_send_at_ns = now + sn_failures_add(&s->failures, sys_errno, now);
	if (sn_failures_enough(&s->failures) && !s->stopped)
		s->stopped = SONDE_STOP_LOCAL_ERROR;
}

/* A forged packet-too-big is the classical attack (RFC 5927): one that proves little is a hint what to try, and no more. */
static enum sn_pmtu_fate fate_of(const struct sn_plan_answer *answer)
{
	static const uint8_t fates[] = {
	    [SN_CLASS_OTHER] = SN_PMTU_OTHER,      [SN_CLASS_TRANSIT] = SN_PMTU_TRANSIT,     [SN_CLASS_TARGET] = SN_PMTU_TARGET,
	    [SN_CLASS_REFUSED] = SN_PMTU_REFUSED,  [SN_CLASS_UNREACHABLE] = SN_PMTU_REFUSED,
	};
	bool circles = answer->class == SN_CLASS_TRANSIT && !answer->ttl; /* a TTL of 255 ran out */
	enum sn_pmtu_fate fate = circles ? SN_PMTU_REFUSED : fates[answer->class];
	if (fate == SN_PMTU_REFUSED && answer->weak)
		return SN_PMTU_DOUBTED;
	return answer->meaning == SONDE_M_PACKET_TOO_BIG ? SN_PMTU_TOO_BIG : fate;
}

static void answer_came(void *state, const struct sn_plan_answer *answer, sonde_at_ns now)
{
	struct sn_pmtu *s = state;
	struct sn_pmtu_probe *p = probe_of(s, answer->ttl, answer->query);
	(void)now;
	p->code = answer->icmp_code;
	p->word = (struct sn_size_word){.by = *answer->from, .meaning = (uint8_t)answer->meaning, .said_bytes = answer->mtu_bytes};
	become(s, p, fate_of(answer));
	sn_failures_clear(&s->failures);
	if (answer->rtt_ns > s->rtt_ns)
		s->rtt_ns = answer->rtt_ns;
	if (answer->may_be_cut && p->ttl && (!s->cut_ttl || p->ttl < s->cut_ttl))
		s->cut_ttl = p->ttl;
	/* A closed port answers each probe, an open one only the first of a flow until that is taken back; ICMP errors are sent as
	 * often as they may be (RFC 1812 section 4.3.2.8). */
	bool by_error = answer->meaning == SONDE_M_PORT_UNREACHABLE || answer->meaning == SONDE_M_PROTOCOL_UNREACHABLE;
	s->serial &= answer->class != SN_CLASS_TARGET || sonde_meaning_holds_flow(answer->meaning);
	s->careful |= answer->class == SN_CLASS_TARGET && by_error;
	if (p->fate == SN_PMTU_TARGET && !p->ttl)
		s->hint = sn_hops_back(answer->reply_ttl);
}

static void stop_now(void *state, enum sonde_stop stop)
{
	struct sn_pmtu *s = state;
	if (!s->stopped)
		s->stopped = stop;
}

const struct sn_plan_ops sn_plan_pmtu = {
	.name = "pmtu",
	.summary = "probes of many sizes: which get through, and where the others stop",
	.takes = takes,
	.state_bytes = state_bytes,
	.init = init,
	.next = next,
	.sent = sent,
	.stamped = stamped,
	.hold = hold,
	.failed = failed,
	.answer = answer_came,
	.stop = stop_now,
};
