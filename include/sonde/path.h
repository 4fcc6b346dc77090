/* SPDX-License-Identifier: MIT */
/* The hop table of one trace, and of what was asked later about the same way, made from events alone: rows by TTL, who answered, and what
 * each probe came to. */
#ifndef SONDE_PATH_H
#define SONDE_PATH_H

#include <sonde/base.h>
#include <sonde/event.h>
#include <sonde/probe.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What became of a probe. name: stable id for machine formats. */
#define SONDE_QUERY_STATES(X) \
	X(PENDING, "pending")          /* sent, still waited for */ \
	X(ANSWERED, "answered") \
	X(LATE, "late")                /* answered after it had been given up: counts as answered */ \
	X(LOST, "lost")                /* waited for in vain */ \
	X(DROPPED, "dropped")          /* no longer waited for because its row stood, the target had answered nearer by, or the trace
	                                * was ended: nobody knows, so no loss */ \
	X(CROWDED, "crowded")          /* waited for in vain, but its router had been asked by other traces as often as routers commonly
	                                * answer: no loss */ \
	X(OVERHEARD, "overheard")      /* its answer came to an interface of this machine and not to us: lost here, so no loss of the
	                                * path */ \
	X(LOCAL_ERROR, "local-error")  /* never left this machine: no loss of the path */

enum sonde_query_state {
#define X(id, name) SONDE_QUERY_##id,
	SONDE_QUERY_STATES(X)
#undef X
};
/* An unknown value reads as PENDING. Static storage. */
SONDE_API const char *sonde_query_state_name(enum sonde_query_state state);

/* One probe and what became of it. */
struct sonde_query {
	enum sonde_query_state state;
	bool asked;                        /* by a later trace than the one the table is of */
	int sys_errno;                     /* LOCAL_ERROR */
	sonde_at_ns given_up_at_ns;        /* LOST, DROPPED */
	sonde_at_ns syn_ack_at_ns;         /* a SYN-ACK to it was seen at an interface, to which this machine's reset must have left; 0:
	                                    * none, or nobody knows: it was to be translated, or the reset may be about to leave */
	bool own_reset;                    /* … and that reset was seen leaving */
	struct sonde_way_in way;           /* OVERHEARD: how the answer came in */
	uint32_t duplicate_count;          /* further answers */
	struct sonde_event_probe probe;
	struct sonde_event_answer answer;  /* ANSWERED, LATE, OVERHEARD */
	struct sonde_extension *extensions;  /* ANSWERED, LATE: the objects that came with it, in order; the path's memory */
	size_t extension_count, extension_capacity;
};

/* Who answered at one TTL, in order of the probes answered. */
struct sonde_responder {
	struct sonde_addr addr;
	uint32_t answered_count;
	uint32_t timed_count;             /* answers that carry a time */
	sonde_ns best_ns, worst_ns, sum_ns;  /* over timed_count answers */
	uint8_t reply_ttl;                /* of the newest answer that had one; 0: unknown */
};

/* One row of the table. Filled by sonde_path_row; may be used again and again; {0} is an empty one. */
struct sonde_row {
	uint8_t ttl;
	bool settled;                        /* stands, apart from late answers */
	bool is_target;                      /* the row at the target's distance */
	const struct sonde_query **queries;  /* in order of sending; the row's memory, pointing into the path */
	size_t query_count;
	struct sonde_responder *responders;  /* the row's memory */
	size_t responder_count;
	uint32_t sent_count;                 /* probes that left */
	uint32_t answered_count;             /* in time or late */
	uint32_t lost_count;                 /* waited for in vain */
	uint32_t pending_count;              /* still waited for */
	uint32_t dropped_count;              /* fate unknown; sent = answered + lost + pending + dropped + crowded + overheard */
	uint32_t crowded_count;              /* not answered, which says nothing: other probes had its router's answers, of other
	                                      * traces, or sent past it where it refuses them */
	uint32_t overheard_count;            /* the answer came to this machine, which kept it from us: as little loss as an answer is */
	uint32_t failed_count;               /* did not leave this machine */
	size_t query_capacity, responder_capacity;
};

struct sonde_path;

/* Makes an empty table; *out is the caller's to free. SONDE_E_NOMEM. */
SONDE_API int sonde_path_new(struct sonde_path **out) SONDE_MUST_USE;
/* NULL is fine. */
SONDE_API void sonde_path_free(struct sonde_path *path);
/* Takes one event in. The caller chooses the trace: every event given is believed to belong to it, or to a later one that asks the same
 * target by the same method again. How the later ones begin and end is not how the path does. SONDE_E_NOMEM. */
SONDE_API int sonde_path_apply(struct sonde_path *path, const struct sonde_event *event) SONDE_MUST_USE;

/* What the trace was asked to do; NULL before TRACE_START. The path's memory. */
SONDE_API const struct sonde_trace_cfg *sonde_path_cfg(const struct sonde_path *path);
/* How it ended; NULL before TRACE_END. The path's memory. */
SONDE_API const struct sonde_event_end *sonde_path_end(const struct sonde_path *path);
/* When it began and ended; 0 before. */
SONDE_API sonde_at_ns sonde_path_began_at_ns(const struct sonde_path *path);
SONDE_API sonde_at_ns sonde_path_ended_at_ns(const struct sonde_path *path);
/* TTL of the target's row, 0 unknown. Before the end this is the nearest answer in the target's name; the end decides. */
SONDE_API uint8_t sonde_path_distance(const struct sonde_path *path);
/* First and last TTL to show; the last is below the first while nothing is known. Nothing past the target's distance is shown. */
SONDE_API uint8_t sonde_path_first_ttl(const struct sonde_path *path);
SONDE_API uint8_t sonde_path_last_ttl(const struct sonde_path *path);
/* Every row up to this TTL has been settled; below the first TTL when none has. */
SONDE_API uint8_t sonde_path_settled_ttl(const struct sonde_path *path);
/* Fills *row. Answers of the target to probes sent past it stand in the target's row, until it has as many queries as were
 * asked for; what was asked later stands in the row of its TTL. Valid until the next apply. SONDE_E_NOMEM. */
SONDE_API int sonde_path_row(const struct sonde_path *path, uint8_t ttl, struct sonde_row *row) SONDE_MUST_USE;
/* Every probe sent with this TTL, in order of sending: none is moved or left out, as it is in rows. Valid until the next apply. */
SONDE_API const struct sonde_query *sonde_path_queries(const struct sonde_path *path, uint8_t ttl, size_t *count);
SONDE_API void sonde_row_finish(struct sonde_row *row);

/* Which fields the quote of its answer showed, and which of those differ (enum sonde_diff); without what this machine's kernel may have
 * sent with a value of its own. 0 where it is not answered. */
SONDE_API uint32_t sonde_query_visible(const struct sonde_query *query);
SONDE_API uint32_t sonde_query_diff(const struct sonde_query *query);
/* The changes worth telling: what differs, but for what follows from another change (a checksum from a port, the length from a fragment) or
 * is the copy's own (its header checksum, a length as old stacks have it). TTL: an ICMP time exceeded although more than 1 was left. */
SONDE_API uint32_t sonde_query_changes(const struct sonde_query *query);

/* Adds what another row of the same hop says, of another path to the same target by the same method: its queries, responders and counts.
 * *sum is an empty row at first, and points into the paths of all rows that were added. SONDE_E_NOMEM. */
SONDE_API int sonde_row_add(struct sonde_row *sum, const struct sonde_row *more) SONDE_MUST_USE;

/* In time or late. */
SONDE_API bool sonde_query_is_answered(const struct sonde_query *query);
/* True: a target that answers so does not answer every probe that reaches it. */
SONDE_API bool sonde_meaning_is_rationed(enum sonde_meaning meaning);
/* True for a message that only the end of the path sends when it is the target: replies, and a port that is closed. */
SONDE_API bool sonde_meaning_is_final(enum sonde_meaning meaning);

enum sonde_cell_kind {
	SONDE_CELL_NONE,   /* nothing to show */
	SONDE_CELL_COUNT,  /* as.count */
	SONDE_CELL_NS,     /* as.ns: a duration */
	SONDE_CELL_PPM,    /* as.ppm: a share, in millionths */
	SONDE_CELL_RANGE,  /* as.range: the bounds of a share, in millionths */
	SONDE_CELL_ADDR,   /* as.addr; family 0: nobody answered */
	SONDE_CELL_TIMES,  /* each query of the row: the renderer walks row->queries */
	SONDE_CELL_ABOUT,  /* what is known of an address besides the packets: as.about; whoever renders it asks who knows */
	SONDE_CELL_CHANGES, /* what the responder's copies of the probes show changed: the renderer walks them as well */
};

enum sonde_about {
	SONDE_ABOUT_NAME,     /* its reverse name */
	SONDE_ABOUT_ASN,      /* the number of the autonomous system that announces it */
	SONDE_ABOUT_NETWORK,  /* the prefix that is announced */
	SONDE_ABOUT_COUNTRY,  /* where it is registered or used */
};

struct sonde_cell {
	enum sonde_cell_kind kind;
	union {
		uint64_t count;
		sonde_ns ns;
		uint32_t ppm;
		struct {
			uint32_t low_ppm, high_ppm;
		} range;
		struct sonde_addr addr;
		struct {
			struct sonde_addr addr;  /* family 0: nobody answered */
			enum sonde_about what;
		} about;
	} as;
};

/* A row of the column table: everything that the text table, help and machine formats need to know of a column. */
struct sonde_column {
	const char *key;     /* as given to --columns; key of machine formats */
	const char *header;
	const char *unit;    /* "ms", "%" or "" */
	const char *doc;     /* one line for help and manual */
	uint8_t width4;      /* least width in characters of text, IPv4 */
	uint8_t width6;      /* the same for IPv6 */
	bool left;           /* aligned to the left */
	bool first_line;     /* shown once per TTL, not per responder */
	bool standard;       /* shown when nothing was chosen */
	bool found;          /* … where there is something to show, without a head; as wide as that is, and always the last */
	/* responder: index in row->responders; 0 with no responder at all is the silent row. */
	struct sonde_cell (*get)(const struct sonde_row *row, size_t responder);
};

SONDE_API size_t sonde_column_count(void);
/* NULL for an index out of range. Static storage. */
SONDE_API const struct sonde_column *sonde_column(size_t index);
/* The index of a key, or -1. */
SONDE_API int sonde_column_find(const char *key);

#ifdef __cplusplus
}
#endif
#endif
