/* SPDX-License-Identifier: MIT */
/* What rules see, and how they speak. A rule is a file with one row; it looks at a case and adds what it finds. */
#ifndef SN_DIAG_DIAG_H
#define SN_DIAG_DIAG_H

#include "base/buf.h"

#include <sonde/mtu.h>
#include <sonde/shape.h>

/* Of every link (RFC 8200 section 5). */
enum { SN_IP6_LEAST_BYTES = 1280 };

struct sn_view;

/* How it shows that an answer in the target's name is not the target's. */
enum sn_impostor_sign {
	SN_IMPOSTOR_NONE,
	SN_IMPOSTOR_ROUTERS_BEHIND,  /* the same method got routers' answers from farther on */
	SN_IMPOSTOR_TTL_UNTOUCHED,   /* no router has lowered the answer's TTL */
	SN_IMPOSTOR_ROUTER,          /* its sender's address is that of a router, as another method shows */
	SN_IMPOSTOR_NEARER,          /* another method, the same way, got a router's answer from there or from farther on */
};
struct sn_impostor {
	enum sn_impostor_sign sign;
	enum sonde_meaning said;
	struct sonde_addr by;          /* in whose name: the target's, or that of who refused and was taken for it */
	uint8_t ttl;                   /* where the answer came */
	uint8_t reply_ttl;             /* that it arrived with */
	const struct sn_view *other;   /* NEARER: the path that shows it */
	uint8_t other_ttl;             /* … the hop at which it got a router's answer */
};
/* One path, laid out for rules. */
struct sn_view {
	const struct sonde_path *path;
	const struct sonde_trace_cfg *cfg;
	struct sonde_event_end *end;        /* how it ended, what was asked afterwards taken in */
	struct sonde_event_end own_end;     /* the same */
	struct sn_impostor impostor;        /* what speaks against an answer in the target's name */
	bool passes;                        /* reached, and nothing speaks against it */
	const struct sonde_method_info *method;
	char label[SONDE_LABEL_BYTES];      /* "udp/33434" */
	uint8_t first_ttl, last_ttl;        /* of the table's rows; last < first: none */
	struct sonde_mtu *mtu;              /* of a search for the path's MTU; NULL: it is another trace */
	bool weak;                          /* some answers show too little to be told from forged ones */
	uint32_t changed;                   /* enum sonde_diff: fields that at least one copy of a probe shows changed */
	struct sonde_row *rows;             /* [ttl] to SONDE_TTL_LAST, also past the table's last one; empty where nothing was sent */
};

/* A path that has ended, else SONDE_E_RANGE; SONDE_E_NOMEM. Finished by the caller also where it failed. Must stay where it is. */
int sn_view_init(struct sn_view *view, const struct sonde_path *path) SONDE_MUST_USE;
void sn_view_finish(struct sn_view *view);

/* Notes whether answers of a row are weak; strong_only: leaves them out, with the probes that they answer: nothing is known of those. */
void sn_weigh_row(struct sn_view *view, struct sonde_row *row, bool strong_only);
/* How it ended, where only answers that were left out say so. */
void sn_weigh_end(struct sn_view *view);
/* What was found from `from` on, and is not found without the weak answers, is not certain; says so. */
void sn_doubt_weak(struct sonde_findings *found, size_t from, const struct sonde_findings *strong);

struct sn_rule;

/* The case while it is judged. */
struct sn_case {
	const struct sonde_case *about;
	struct sn_view *views;
	size_t view_count;
	size_t index;                       /* of the path in question; SONDE_PATH_ALL: all of them */
	const struct sn_view *view;         /* the same; NULL: all of them */
	const struct sn_rule *rule;         /* the one that is asked */
	struct sonde_findings *out;
	bool ended;                         /* it is said how the path ended */
	struct sonde_finding lost;          /* what is said to it is lost: out of memory */
	bool bad;                           /* … */
};

/* Which traces a rule can judge: a search for the path's MTU loses packets on purpose. */
enum sn_rule_of { SN_OF_HOPS, SN_OF_SIZES, SN_OF_BOTH };

/* What a rule about packets speaks of, so that what several paths show alike is told once, of all of them. */
enum { SN_ALIKE_MAX = 2 };
struct sn_packets {
	uint32_t fields;                   /* enum sonde_diff; 0: it is no such rule */
	bool between;                      /* its hops are a range in which it happened; otherwise those it is about */
	bool undone;                       /* copies that do not show it prove nothing: it may have been undone in them */
	const char *alike[SN_ALIKE_MAX];   /* evidence in which two findings must agree; NULL: no more */
};

/* A row of the rules table. */
struct sn_rule {
	struct sonde_rule_info info;
	enum sn_rule_of of;
	bool ends;        /* says how the trace ended: the first of these that finds something is the only one */
	bool about_case;  /* asked once, when all paths have been judged, and only where there are several */
	bool of_machine;  /* rests on what this machine says of itself, or on counts, and on nobody's answers */
	bool of_rows;     /* rests on what the rows count and time, so that the rows of many traces, added up, can be asked as well */
	struct sn_packets packets;
	/* Asked once for each path. Adds findings by sn_find, or none. */
	void (*eval)(struct sn_case *c);
};

/* Asks every rule about the path in question; only_of_rows: those that can be asked of a sum. */
void sn_ask_rules(struct sn_case *c, bool only_of_rows);

/* Lays the paths of a case out. SONDE_E_NOMEM, SONDE_E_RANGE (a path that has not ended); to be finished in any case. */
int sn_case_init(struct sn_case *c, const struct sonde_case *about, struct sonde_findings *out) SONDE_MUST_USE;
void sn_case_finish(struct sn_case *c);

/* NULL past the end. In order of precedence: what happened on this machine, how it ended, how well the path does. */
const struct sn_rule *sn_rule(size_t index);

/* ---- speaking: sn_find starts a finding of the rule that is asked, the others add to it ---- */

/* Never NULL; when memory is out, what is said to it is lost, and the case is bad. Valid until the next sn_find. */
struct sonde_finding *sn_find(struct sn_case *c, enum sonde_confidence confidence);
void sn_say(struct sonde_finding *f, const char *format, ...) SONDE_PRINTF(2, 3);
/* A fragment: "Likely; otherwise …". */
void sn_otherwise(struct sonde_finding *f, const char *format, ...) SONDE_PRINTF(2, 3);
/* A fragment in front of a list of methods that ended so. */
void sn_headline(struct sonde_finding *f, const char *format, ...) SONDE_PRINTF(2, 3);
/* "sonde VERB OPTIONS" with what the user's own command must repeat, and the host; verb "" is a trace, options may be "". */
void sn_next(struct sn_case *c, struct sonde_finding *f, const char *verb, const char *options);
/* That command, with the host behind it, which it then ends with; the text is finished. One that does not fit is none. */
void sn_next_is(struct sn_case *c, struct sonde_finding *f, struct sn_buf *command);
/* A comparison that has this method in it. */
void sn_next_compare(struct sn_case *c, struct sonde_finding *f);
/* The same again with further options: of the one method, or of the comparison where it is part of one. */
void sn_next_again(struct sn_case *c, struct sonde_finding *f, const char *options);
void sn_evidence(struct sonde_finding *f, const char *key, const char *unit, double value);
/* "hop 5 (10.0.5.1)", "hop 5 (10.0.5.1 and 2 more)", or "hop 5" for a silent one. */
void sn_say_hop(struct sonde_finding *f, const struct sn_view *view, uint8_t ttl);
/* "hop 5 (10.0.5.1)" in the headline; TTL 0: "Nothing answers". */
void sn_headline_hop(struct sonde_finding *f, const struct sn_view *view, uint8_t ttl);
/* "10.0.7.1 at hop 7", "the target itself at hop 9", with the nearest hop at which it answers, as far as last_ttl. */
void sn_say_who(struct sonde_finding *f, const struct sn_view *view, const struct sonde_addr *who, uint8_t last_ttl);
/* "udp/53", "udp/53 and tcp/443", "icmp, udp/53 and tcp/443": the labels of the views for which is(ctx, view). Their number. */
size_t sn_say_labels(struct sonde_finding *f, const struct sn_case *c, bool (*is)(const struct sn_case *c, const struct sn_view *view));

/* "hops 6 to 15 left 2 probes each unanswered": the rows behind the last answer. Nothing where there are none, nor where one had no time
 * to answer. */
void sn_say_silent_hops(struct sonde_finding *f, const struct sn_view *view, const char *before);
/* "; the target did not answer a probe at TTL 255 either": what that probe came to, nothing where it was not sent. */
void sn_say_ttl255(struct sonde_finding *f, const struct sn_view *view);
/* "The last answer came from hop 5 (10.0.5.1)." */
void sn_say_last_answer(struct sonde_finding *f, const struct sn_view *view);
/* "-M udp:33434": the option that asks by the same method again. Writes into text and returns it. */
enum { SN_OPTION_BYTES = 48 };
const char *sn_same_method(const struct sn_view *view, char text[SN_OPTION_BYTES]);

/* "sonde mtu -M udp": the search by another method than any that was made. */
void sn_next_mtu(struct sn_case *c, struct sonde_finding *f);
/* "after hop 3 (10.0.2.1)", "after hop 2 (…), at or before hop 4 (…)": where packets vanish. */
void sn_say_mtu_place(struct sonde_finding *f, const struct sn_view *view, const struct sonde_narrowing *n);
/* "larger than 1400 bytes vanish after hop 5 (10.0.5.1)". */
void sn_say_vanish(struct sonde_finding *f, const struct sn_view *view, const struct sonde_narrowing *n);
/* Silence of sizes that each link of that family has to take is likelier a filter's than a link's (RFC 8200 section 5). */
static inline bool sn_is_below_least(const struct sn_view *view, const struct sonde_narrowing *n)
{
	return view->cfg->dst.family == 6 && n->cause == SONDE_MTU_SILENT && n->refused_bytes <= SN_IP6_LEAST_BYTES;
}
/* "1401 to 1500 bytes". */
void sn_say_sizes(struct sonde_finding *f, unsigned from_bytes, unsigned to_bytes);
/* The same of a search for the path's MTU; TTL 0: "this machine". */
void sn_say_mtu_hop(struct sonde_finding *f, const struct sn_view *view, uint8_t ttl);
/* "the link behind hop 3 (10.0.2.1)": where a narrowing is, as exactly as it is known. */
void sn_say_link(struct sonde_finding *f, const struct sn_view *view, const struct sonde_narrowing *n);

/* ---- finding: what several rules find alike ---- */

/* The trace was ended by an ICMP unreachable: who said it, where. */
void sn_find_refusal(struct sn_case *c);
/* Why probes did not leave. */
enum sn_unsent { SN_UNSENT_OTHER, SN_UNSENT_FIREWALL, SN_UNSENT_NO_ROUTE, SN_UNSENT_LINK_DOWN };
/* Probes that did not leave for that reason: how many, and whether that ended the trace. */
void sn_find_unsent(struct sn_case *c, enum sn_unsent why);

/* Answers that an interface of this machine saw and we did not, for one of the two reasons there are. */
struct sn_kept {
	unsigned count;                   /* of them */
	unsigned asked_count;             /* probes that left */
	uint8_t first_ttl, last_ttl;      /* of the probes they answer */
	const struct sonde_query *first;  /* one of them; NULL: none */
	bool ruinous;                     /* the trace would have come farther with them: how it ended says nothing of the path */
	uint8_t farthest_ttl;      /* of any, the probe at TTL 255 included */
};
/* rp_filter: refused by the check of sources; else let through by that. */
struct sn_kept sn_kept(const struct sn_view *view, bool rp_filter);
/* Starts the finding that they are worth: numbers, hops, exit status; the sentence is the rule's own. */
struct sonde_finding *sn_find_kept(struct sn_case *c, const struct sn_kept *kept, enum sonde_confidence confidence);

/* What speaks against a path's answers in the target's name. */
struct sn_impostor sn_impostor(const struct sn_case *c, const struct sn_view *view);
/* Says it, as far as the sign goes. */
void sn_find_impostor(struct sn_case *c, const char *who);

/* ---- asking ---- */

static inline bool sn_answered(const struct sonde_query *query)
{
	return sonde_query_is_answered(query);
}
/* Somebody said that it was still on its way. */
static inline bool sn_is_transit(const struct sonde_query *query)
{
	return sn_answered(query) && query->answer.meaning == SONDE_M_TIME_EXCEEDED;
}
/* Waited for in vain, for whatever reason. */
static inline uint32_t sn_silent_count(const struct sonde_row *row)
{
	return row->lost_count + row->crowded_count;
}
/* An address answered at that TTL. */
bool sn_answers_at(const struct sn_view *view, uint8_t ttl, const struct sonde_addr *addr);
/* Who answers at that hop also does so at another: in a circle, or in refusing what was sent past it. */
bool sn_answers_elsewhere(const struct sn_view *view, uint8_t ttl);
/* The lowest TTL, up to last_ttl, at which an address answered; 0: none. */
uint8_t sn_nearest_ttl(const struct sn_view *view, const struct sonde_addr *addr, uint8_t last_ttl);
/* The TTL that the newest answer of an address at a hop arrived with; 0: unknown. */
uint8_t sn_reply_ttl(const struct sn_view *view, uint8_t ttl, const struct sonde_addr *addr);
/* By their TTL the answers of one of these hops take a longer way back than those of the other. */
bool sn_back_differs(const struct sn_view *view, uint8_t a, uint8_t b);
/* The first query in the target's row that the target answered, NULL: none. */
const struct sonde_query *sn_target_answer(const struct sn_view *view);
/* Another path of the case that passes, other than the one in question; NULL: none. */
const struct sn_view *sn_other_reached(const struct sn_case *c);

/* Probes of a path sent past a hop and left unanswered. */
unsigned sn_silent_past(const struct sn_view *view, uint8_t ttl);
/* What other methods, on the same way as far as some hop, show of those behind it. */
struct sn_behind {
	uint8_t ttl;            /* nearest hop to which another method got; 0: none */
	uint8_t frank_ttl;      /* nearest hop whose router answers every method that passes it, but not this one; 0: none */
	unsigned frank_answers; /* … answers of all such hops */
};
struct sn_behind sn_look_behind(const struct sn_case *c, uint8_t ttl);
/* Maybe only ICMP errors answer this method, which hosts and routers ration: all but ICMP and TCP. */
static inline bool sn_is_answered_by_errors(const struct sn_view *view)
{
	return view->method->protocol4 != 1 && view->method->protocol4 != 6;
}
/* Its probes are answered by packets as large as themselves; a timestamp's, which IPv4 alone has, is answered by a short one. */
static inline bool sn_is_echo(const struct sn_view *view)
{
	return view->method->protocol4 == 1 && view->method->protocol6 && !view->method->takes_port;
}
/* … or, below what IPv6 asks of links, by ICMP errors, which quote as much as 1280 bytes hold (RFC 4443 section 2.4): 48 bytes more than
 * the probe. */
static inline bool sn_may_be_quotes(const struct sn_view *view, const struct sonde_narrowing *n)
{
	return sn_is_below_least(view, n) && sn_is_answered_by_errors(view);
}
/* How a path ended, as it was found before; NULL: not yet. */
const struct sonde_finding *sn_end_of(const struct sn_case *c, const struct sn_view *view);
/* Packets of that path got to that hop: somebody there said that one was still on its way, or it was the target. What a router nearer by
 * refuses comes from no farther than itself. */
bool sn_got_there(const struct sn_view *view, unsigned ttl);
/* Where a method stops, if it does: false where it passes, or ended for a reason that is not the path's. */
bool sn_block(const struct sn_case *c, const struct sn_view *view, struct sonde_block *out);
/* At the last hop, up to that one, at which both were answered it was by the same router: what led there, a balancer's other branch say,
 * does not matter to what is behind. */
bool sn_same_way(const struct sn_view *a, const struct sn_view *b, uint8_t ttl);

/* Of the rule that is asked: what it found of each path becomes what it found of all. */
void sn_merge(struct sn_case *c);

/* The rule that is asked has found the same of another path: of the way it need not be told twice. */
bool sn_is_told(const struct sn_case *c, uint8_t first_ttl, uint8_t last_ttl);

extern const struct sn_rule sn_rule_local_firewall, sn_rule_local_no_route, sn_rule_local_link_down, sn_rule_local_send_failed,
    sn_rule_local_rp_filter, sn_rule_local_input_filter, sn_rule_local_policy_route, sn_rule_local_rst_held_back,
    sn_rule_local_neighbour_missing, sn_rule_local_overflow, sn_rule_cut_short, sn_rule_unfinished, sn_rule_tcp_reset_by_middlebox,
    sn_rule_port_unreachable_by_middlebox, sn_rule_answered_for_target, sn_rule_reached, sn_rule_loop, sn_rule_ttl_too_small,
    sn_rule_admin_prohibited, sn_rule_net_unreachable, sn_rule_host_unreachable, sn_rule_unreachable, sn_rule_target_silent,
    sn_rule_stops_silent, sn_rule_reply_from_target_early, sn_rule_destination_nat, sn_rule_many_responders, sn_rule_crowded,
    sn_rule_syn_ack_missing, sn_rule_nothing_passes, sn_rule_answers_missing, sn_rule_ping_and_ports, sn_rule_path_loss,
    sn_rule_rate_limited_hop, sn_rule_slow_to_answer, sn_rule_latency_step, sn_rule_asymmetric_return, sn_rule_stray_replies,
    sn_rule_answers_damaged,
    sn_rule_filter_shape, sn_rule_nat, sn_rule_dscp_rewritten, sn_rule_ecn_bleached, sn_rule_ecn_rewritten, sn_rule_ecn_ce_marked,
    sn_rule_flow_label_rewritten, sn_rule_mss_clamped, sn_rule_tcp_options_stripped, sn_rule_fragment, sn_rule_ttl_rewritten,
    sn_rule_hidden_hops, sn_rule_zero_ttl_forwarding, sn_rule_checksum_spoiled, sn_rule_pmtu,
    sn_rule_pmtu_blackhole, sn_rule_mtu_message_wrong;

#endif
