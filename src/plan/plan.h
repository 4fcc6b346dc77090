/* SPDX-License-Identifier: MIT */
/* What a plan is: it decides which probe goes next, when to stop waiting and when all is known. It sees instants and answers, no
 * packets. */
#ifndef SN_PLAN_PLAN_H
#define SN_PLAN_PLAN_H

#include <sonde/event.h>
#include <sonde/probe.h>

enum sn_plan_act {
	SN_PLAN_SEND,     /* send the probe in the step, then tell sent() */
	SN_PLAN_EXPIRE,   /* every probe of step.ttl still waited for is timed out (0 stands for the sweep's probe at TTL 255); with
	                   * step.query that one alone */
	SN_PLAN_SETTLED,  /* the row of step.ttl stands */
	SN_PLAN_STAND,    /* all rows stand, apart from what comes late; once, before DONE */
	SN_PLAN_WAIT,     /* nothing before step.until_ns */
	SN_PLAN_DONE,     /* the trace has ended: step.end; comes for ever after */
};

struct sn_plan_step {
	enum sn_plan_act act;
	uint8_t ttl;
	uint8_t query;              /* SEND: 1, 2, … within the row; EXPIRE: 0 stands for all */
	uint8_t flow;               /* SEND: index into the trace's source ports */
	uint16_t size_bytes;        /* SEND: of the whole packet; 0: the trace's own */
	bool retry;
	bool held, paid;            /* SEND: was put off by hold(), which said paid, and its time has come */
	bool crowded;               /* SEND: filled in by who carries it out: its router may not answer so often */
	sonde_at_ns until_ns;       /* WAIT */
	struct sonde_event_end end; /* DONE: what the plan knows of it */
};

/* What an answer means for the plan. */
enum sn_plan_class {
	SN_CLASS_OTHER,        /* says nothing about the way */
	SN_CLASS_TRANSIT,      /* time exceeded: the packet was still on its way, whoever says so */
	SN_CLASS_TARGET,       /* an answer that only the target gives, in its name */
	SN_CLASS_REFUSED,      /* port unreachable in another name */
	SN_CLASS_UNREACHABLE,  /* any other unreachable */
};

/* A probe that was told as sent. */
struct sn_plan_probe {
	uint8_t ttl, query;        /* as in its SEND */
	bool expired;              /* it was timed out meanwhile */
};

struct sn_plan_answer {
	uint8_t ttl;               /* of the probe; 0 for the one at TTL 255 */
	uint8_t query;
	enum sn_plan_class class;
	bool weak;                 /* decides nothing alone */
	bool late;                 /* its probe had expired */
	sonde_ns rtt_ns;           /* -1: not timed */
	uint8_t reply_ttl;
	enum sonde_meaning meaning;
	uint8_t icmp_code;
	bool may_be_cut;           /* it quotes the probe in pieces, or without the bit that forbids them */
	uint16_t mtu_bytes;        /* that a packet-too-big names; 0: none */
	const struct sonde_addr *from;
};

/* The functions of a plan. state is state_bytes() of zeroed memory; cfg outlives it. */
struct sn_plan_ops {
	const char *name, *summary;
	/* What of the cfg this plan reads is in range. */
	bool (*takes)(const struct sonde_trace_cfg *cfg);
	size_t (*state_bytes)(const struct sonde_trace_cfg *cfg);
	void (*init)(void *state, const struct sonde_trace_cfg *cfg, bool once_per_flow, sonde_at_ns now);
	void (*next)(void *state, sonde_at_ns now, struct sn_plan_step *out);
	/* The probe of a SEND step is on its way. A step that is not carried out is simply not told. */
	void (*sent)(void *state, const struct sn_plan_step *step, sonde_at_ns at_ns);
	/* A probe really left at at_ns, perhaps later than sent() was told. */
	void (*stamped)(void *state, const struct sn_plan_probe *probe, sonde_at_ns at_ns);
	/* The next probe of that TTL may not go before until_ns; others may. paid: it need not ask again then. */
	void (*hold)(void *state, uint8_t ttl, sonde_at_ns until_ns, bool paid);
	/* A probe that was told as sent did not leave this machine. */
	void (*failed)(void *state, const struct sn_plan_probe *probe, sonde_at_ns now, int sys_errno);
	void (*answer)(void *state, const struct sn_plan_answer *answer, sonde_at_ns now);
	void (*stop)(void *state, enum sonde_stop stop);
};

/* Time between two probes of a trace: fast enough that all probes of a wave leave within a few milliseconds, slow enough that a near target
 * is known before it was asked often. Who says how many probes go at once has them go at once. */
#define SN_PLAN_SEND_GAP_NS (200 * SONDE_US)
static inline sonde_ns sn_plan_send_gap(const struct sonde_trace_cfg *cfg)
{
	return cfg->send_gap_ns ? cfg->send_gap_ns : cfg->window ? 0 : SN_PLAN_SEND_GAP_NS;
}
/* How many probes may be in flight. */
static inline unsigned sn_plan_most_in_flight(const struct sonde_trace_cfg *cfg)
{
	return cfg->serial ? 1 : cfg->window ? cfg->window : UINT16_MAX;
}
/* A trace ends after SN_PLAN_LONGEST_NS at the latest. */
#define SN_PLAN_LONGEST_NS (3600 * SONDE_S)
static inline sonde_at_ns sn_plan_deadline(const struct sonde_trace_cfg *cfg, sonde_at_ns started_at_ns)
{
	return started_at_ns + (cfg->deadline_ns && cfg->deadline_ns < SN_PLAN_LONGEST_NS ? cfg->deadline_ns : SN_PLAN_LONGEST_NS);
}

extern const struct sn_plan_ops sn_plan_sweep, sn_plan_ask, sn_plan_pmtu;

#endif
