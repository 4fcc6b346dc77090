/* SPDX-License-Identifier: MIT */
/* Findings: what the events of one or more traces to a target say, each statement with its evidence. */
#ifndef SONDE_FINDING_H
#define SONDE_FINDING_H

#include <sonde/base.h>
#include <sonde/event.h>
#include <sonde/path.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How much a finding matters. */
enum sonde_severity {
	SONDE_SEVERITY_INFO,     /* says what is; nothing is wrong */
	SONDE_SEVERITY_NOTICE,   /* unusual, and no harm to the packets */
	SONDE_SEVERITY_WARNING,  /* packets suffer */
	SONDE_SEVERITY_FAILURE,  /* packets do not arrive */
};

/* How sure it is. */
enum sonde_confidence {
	SONDE_CONFIDENCE_UNDECIDED,  /* the data does not decide yet; `next` says what would */
	SONDE_CONFIDENCE_POSSIBLE,   /* one of several readings */
	SONDE_CONFIDENCE_LIKELY,     /* another reading takes a coincidence */
	SONDE_CONFIDENCE_CERTAIN,    /* observed as such */
};

/* Stable ids for machine formats: "info", … and "undecided", …; an unknown value reads as the first. Static storage. */
SONDE_API const char *sonde_severity_name(enum sonde_severity severity);
SONDE_API const char *sonde_confidence_name(enum sonde_confidence confidence);

/* A row of the rules table as the outside sees it. Static storage. */
struct sonde_rule_info {
	const char *id;          /* stable: "stops-silent" */
	const char *summary;     /* one line, no final dot, for help and completions */
	const char *word;        /* how a method ended, for one cell of a table: "silent"; NULL: no end, or its answer says it */
	enum sonde_severity severity;
	uint8_t exit_status;     /* that the program's exit status is at least */
	const char *meaning;     /* sentences: what was seen, and what follows from it */
	const char *otherwise;   /* sentences: what else it could be; never NULL, never empty */
	const char *advice;      /* sentences: what to do next */
	const char *advice_compared; /* … where several methods were compared; NULL: the same */
	const char *source;      /* "RFC 1812 section 4.3.2.8" */
};

SONDE_API size_t sonde_rule_count(void);
/* In the order in which findings are told; NULL for an index out of range. */
SONDE_API const struct sonde_rule_info *sonde_rule(size_t index);
/* The index of an id, or -1. */
SONDE_API int sonde_rule_find(const char *id);

/* One number that a finding rests on. */
struct sonde_evidence {
	const char *key;   /* "probes_unanswered"; static storage */
	const char *unit;  /* "probes", "hops", "ms", "%", "1/s", "" */
	double value;
};
enum { SONDE_EVIDENCE_MAX = 12, SONDE_LABEL_BYTES = 32 };
#define SONDE_PATH_ALL SIZE_MAX

/* A statement. Plain values: may be copied and stored. */
struct sonde_finding {
	const struct sonde_rule_info *rule;
	size_t path;                        /* index in the case: the path it speaks of; SONDE_PATH_ALL: all together */
	uint64_t seen_by;                   /* of SONDE_PATH_ALL: a bit for each path that shows it; 0: it is not of single paths */
	uint8_t exit_status;                /* the rule's, or less where it did no harm in this case; 130: ended from outside */
	enum sonde_confidence confidence;
	uint8_t first_ttl, last_ttl;        /* the hops it speaks of; 0: none in particular */
	struct sonde_addr by;               /* who said it, or whom it concerns; family 0: nobody */
	const char *who;                    /* … what that is: "router", "last-router", "target", "this-machine"; NULL: not known */
	struct sonde_evidence evidence[SONDE_EVIDENCE_MAX];
	size_t evidence_count;
	char headline[112];                 /* in front of a list of methods that ended so: "Stops after hop 5"; "": not said */
	char sentence[1280];                /* whole sentences: what, where, why */
	char otherwise[320];                /* what else it could be, with the values of this case; "": nothing else */
	const char *advice;                 /* of the rule's two the one that fits; static storage */
	char next[192];                     /* a command to paste into a shell; "": none */
};

struct sonde_trial;

/* What is to be judged: paths to one target, traced side by side; borrowed. */
struct sonde_case {
	const struct sonde_path *const *paths;  /* each after its TRACE_END */
	size_t path_count;
	const char *host;                       /* as the user named it, for commands to try */
	const char *repeat;                     /* options that such a command must repeat, " --sim home.net -6"; NULL: none */
	const char *asked;                      /* the method by which a search for the path's MTU was made as well, and is not told of: no
	                                         * command to try names it; NULL: none */
	const char *methods;                    /* … and those of a comparison, " -M icmp -M tcp:22"; NULL: none */
	uint8_t investigated;                   /* hops that left probes out, nearest first, that are asked for their limiters anyway */
	const struct sonde_trial *trials;       /* of filters' shapes (sonde/shape.h); NULL: that was not asked */
	size_t trial_count;
	uint8_t reached_ttl;                    /* of a series: the fewest hops in which a trace of it reached the target; 0: none
	                                         * did, or it is no series */
	bool follows;                           /* … and a trace of it just before asked from the same port, or with the same id */
};

/* Findings in the order of the rules table, for each path in turn, then those about all. {0} is none. */
struct sonde_findings {
	struct sonde_finding *items;
	size_t count, capacity;
};

/* Judges every path of a case. *out is finished by the caller. SONDE_E_NOMEM. */
SONDE_API int sonde_diagnose(const struct sonde_case *about, struct sonde_findings *out) SONDE_MUST_USE;
/* Judges traces of one kind to one target, made one after the other, as a whole: what their rows show when they are added up, and, of how
 * each went by itself, every statement once, with the number of traces in the evidence "traces" and in front of its sentence. All findings
 * are of path 0. *out is finished by the caller. SONDE_E_NOMEM; SONDE_E_RANGE: a path has not ended, or there is none. */
SONDE_API int sonde_diagnose_series(const struct sonde_case *about, struct sonde_findings *out) SONDE_MUST_USE;
/* A failure of this machine that kept a trace from starting, as the finding that it is; false: no finding has to do with it. */
SONDE_API bool sonde_finding_of_error(const struct sonde_error *err, struct sonde_finding *out);
SONDE_API void sonde_findings_finish(struct sonde_findings *findings);
/* Hops that a method should be asked again before anything is said of it: silent to it, not to others. */
struct sonde_doubt {
	size_t path;
	uint8_t ttls[SONDE_ASK_TTLS_MAX];
	uint8_t ttl_count;
	uint8_t flow_count;  /* each over so many flows … */
	bool other_flows;    /* … none of which is the method's own */
};
/* What should be asked again of paths whose rows stand: out has room for path_count doubts, one a path at most. Their number, or
 * SONDE_E_NOMEM. */
SONDE_API int sonde_doubts(const struct sonde_path *const *paths, size_t path_count, struct sonde_doubt *out) SONDE_MUST_USE;
/* The greatest exit status that a path's findings lead to. */
SONDE_API int sonde_findings_exit_status(const struct sonde_findings *findings, size_t path);
/* The first finding of that id about a path, NULL: none. */
SONDE_API const struct sonde_finding *sonde_findings_get(const struct sonde_findings *findings, size_t path, const char *id);
/* "icmp", "udp/33434", "tcp/443": the method of a trace and the port it went to. Writes into text and returns it. */
SONDE_API const char *sonde_label(const struct sonde_trace_cfg *cfg, char text[SONDE_LABEL_BYTES]);

#ifdef __cplusplus
}
#endif
#endif
