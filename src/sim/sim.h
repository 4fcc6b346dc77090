/* SPDX-License-Identifier: MIT */
/* The simulated internet: packets that one host (the observer) sends go in, what comes back to it comes out, in virtual time. */
#ifndef SN_SIM_SIM_H
#define SN_SIM_SIM_H

#include <sonde/base.h>

struct sn_sim;

/* Builds the network from the text of a .net file. file_name is for messages only. The same text, seed and calls give the same bytes.
 * SONDE_E_FORMAT with "FILE:LINE: what" in err, SONDE_E_NOMEM. *out is freed by sn_sim_free. */
int sn_sim_new(struct sn_sim **out, const char *text, size_t text_bytes, const char *file_name, uint64_t seed,
               struct sonde_error *err) SONDE_MUST_USE;
void sn_sim_free(struct sn_sim *sim);

/* The observer sends an IP packet at at_ns (not before the last instant given). Bytes are copied. 0, SONDE_E_NOMEM, SONDE_E_TOOBIG
 * (larger than the observer's link: the local stack refuses it), SONDE_E_ROUTE (no route on the observer), SONDE_E_FORMAT (no IP packet),
 * SONDE_E_DOWN (its link is down), SONDE_E_FIREWALL (one of its own filters). */
int sn_sim_inject(struct sn_sim *sim, const uint8_t *bytes, size_t length_bytes, sonde_at_ns at_ns);
/* The instant of the next thing that happens anywhere in the network; SONDE_NEVER: nothing will. */
sonde_at_ns sn_sim_next_at(const struct sn_sim *sim);
/* Lets everything up to and including now happen, stopping at the first packet delivered to the observer: its length, bytes and instant.
 * 0: nothing (more) for the observer by now. */
size_t sn_sim_pop(struct sn_sim *sim, sonde_at_ns now, uint8_t *bytes, size_t capacity_bytes, sonde_at_ns *at_ns);

/* Memory was out at some time: what has come since is no longer what the network would have done. */
bool sn_sim_is_starved(const struct sn_sim *sim);

/* The observer's applications take another way than what is injected: its `policy-routed`. */
bool sn_sim_policy_routed(const struct sn_sim *sim);
/* What the observer's interfaces have seen, oldest first, each packet once: what came in for it, before its own filters, and resets of
 * its own kernel that left behind them. Kept only where it has filters, or the check of sources: else it all came to the observer.
 * *outgoing: it left; *refused: that check dropped it. 0: nothing more. */
size_t sn_sim_overhear(struct sn_sim *sim, uint8_t *bytes, size_t capacity_bytes, sonde_at_ns *at_ns, bool *outgoing,
                       bool *refused);

/* The address of a named node or of a `name` line, of the given family (0: of any); nth counts those that fit from 0.
 * False: unknown, or no more of them. */
bool sn_sim_lookup(const struct sn_sim *sim, const char *name, uint8_t family, size_t nth, struct sonde_addr *out);
/* The name that the .net file gives an address, NULL: none. */
const char *sn_sim_name_of(const struct sn_sim *sim, const struct sonde_addr *addr);
/* The observer's source address and link MTU towards dst. False: no route. */
bool sn_sim_source(const struct sn_sim *sim, const struct sonde_addr *dst, struct sonde_addr *src, uint32_t *mtu_bytes);
/* Names that a host of the network may know and their IPv4 and IPv6 addresses (family 0: none), by number: the `name` lines, then the
 * nodes. False: number is past the last. */
bool sn_sim_name_at(const struct sn_sim *sim, size_t number, const char **name, struct sonde_addr addr[2]);
/* The observer's IPv4 and IPv6 address (family 0: none) and the MTU of its first link. */
void sn_sim_observer(const struct sn_sim *sim, struct sonde_addr addr[2], uint32_t *mtu_bytes);
/* A real kernel stands behind the observer: the simulated one says nothing from now on. */
void sn_sim_without_kernel(struct sn_sim *sim);
/* The observer has an address of that family. */
bool sn_sim_has_family(const struct sn_sim *sim, uint8_t family);

/* What happened, for tests and for judging rules: truth that no probe sees. */
struct sn_sim_counts {
	uint64_t injected, delivered, forwarded;
	uint64_t lost_on_link, filtered, rate_limited, silent, no_route, ttl_expired, too_big;
};
void sn_sim_counts(const struct sn_sim *sim, struct sn_sim_counts *out);

/* What became of a packet at a node. The last three speak of answers: SAID of the one that the node has written, the others of the packet
 * that gets none. */
enum sn_sim_fate {
	SN_SIM_FORWARDED,     /* goes on to the next node */
	SN_SIM_TAKEN,         /* is where it was sent to */
	SN_SIM_LOST,          /* by the link that it was put on */
	SN_SIM_FILTERED,      /* dropped or rejected */
	SN_SIM_UNROUTED,
	SN_SIM_EXPIRED,       /* its TTL ran out */
	SN_SIM_OVERSIZED,
	SN_SIM_UNRESOLVED,    /* nobody answered for its next hop */
	SN_SIM_SAID,
	SN_SIM_KEPT_SILENT,   /* no error about it: the node never gives one */
	SN_SIM_RATE_LIMITED,  /* … has given too many */
};
struct sn_sim_sight {
	enum sn_sim_fate fate;
	const char *node;     /* the name of it; the net's memory */
	uint64_t number;      /* of the observer's packet that it is or answers: 1, 2, … in order of injection; 0: none */
	bool is_answer;       /* somebody else wrote it about that packet */
	sonde_at_ns at_ns;
};
/* Tells whoever judges what happens from now on. seen must not call the simulator; NULL: nobody watches. It changes nothing. */
void sn_sim_watch(struct sn_sim *sim, void (*seen)(void *ctx, const struct sn_sim_sight *sight), void *ctx);

#endif
