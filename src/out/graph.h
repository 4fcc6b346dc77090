/* SPDX-License-Identifier: MIT */
/* The ways of one or more traces as a graph: who answered, and which of them came one behind the other. */
#ifndef SN_OUT_GRAPH_H
#define SN_OUT_GRAPH_H

#include "out/report.h"

enum sn_node_kind {
	SN_NODE_SOURCE,  /* this machine */
	SN_NODE_ROUTER,
	SN_NODE_TARGET,  /* who was traced; answered tells whether that was seen */
	SN_NODE_SILENT,  /* one or more hops that answered nothing */
};

struct sn_node {
	enum sn_node_kind kind;
	struct sonde_addr addr;          /* not of a silent one */
	uint8_t first_ttl, last_ttl;     /* where it was met; 0: nowhere, or this machine */
	size_t trace;                    /* a silent one: whose … */
	bool shared;                     /* … or of all methods of a comparison */
	bool answered;
	sonde_ns best_ns;                /* shortest round trip, -1: none was timed */
};

struct sn_edge {
	size_t from, to;                 /* nodes */
	size_t trace;                    /* whose way it is part of */
	bool stops;                      /* it leads to a target that nothing got to */
	bool seen;                       /* both ends answered, one hop apart; else something between them, or one of them, is silent */
};

struct sn_graph {
	struct sn_node *nodes;           /* by distance */
	size_t node_count;
	struct sn_edge *edges;           /* by from and to: those of several traces stand together */
	size_t edge_count;
	bool bad;                        /* out of memory */
};

/* Of the traces first … first + count - 1 of a report. by_hop: an address that was met at several hops is a node at each of them, else
 * it is one. *graph is finished by the caller. */
void sn_graph_make(struct sn_graph *graph, const struct sn_report *report, size_t first, size_t count, bool by_hop);
void sn_graph_finish(struct sn_graph *graph);

#endif
