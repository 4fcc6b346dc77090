/* SPDX-License-Identifier: MIT */
/* A document of plain values, told from its front to its end: what machine formats are made of. What becomes of it is up to
 * who is told: JSON, or whatever else has objects and lists. */
#ifndef SN_BASE_DOC_H
#define SN_BASE_DOC_H

#include <sonde/base.h>

enum sn_doc_kind {
	SN_DOC_NULL,    /* not known, or there is none */
	SN_DOC_BOOL,    /* as.yes */
	SN_DOC_WHOLE,   /* as.whole */
	SN_DOC_REAL,    /* as.real, finite */
	SN_DOC_TEXT,    /* as.text, UTF-8 */
	SN_DOC_OBJECT,  /* opens: members follow, each with a key, up to END */
	SN_DOC_ARRAY,   /* opens: elements follow, without keys, up to END */
	SN_DOC_END,     /* of what was opened last */
	SN_DOC_LOST,    /* no value: there was no memory for it, and the document is not whole */
};

struct sn_doc_value {
	enum sn_doc_kind kind;
	union {
		bool yes;
		int64_t whole;
		double real;
		const char *text;  /* only read during the call */
	} as;
};

struct sn_doc {
	/* key: NULL inside an array, for the document itself, and for END; only read during the call. Failure is remembered by who is
	 * told. */
	void (*put)(struct sn_doc *doc, const char *key, const struct sn_doc_value *value);
};

void sn_doc_object(struct sn_doc *doc, const char *key);
void sn_doc_array(struct sn_doc *doc, const char *key);
void sn_doc_end(struct sn_doc *doc);
void sn_doc_null(struct sn_doc *doc, const char *key);
/* There was no memory for what should stand here. */
void sn_doc_lost(struct sn_doc *doc, const char *key);
void sn_doc_bool(struct sn_doc *doc, const char *key, bool yes);
void sn_doc_whole(struct sn_doc *doc, const char *key, int64_t whole);
/* 0 is "none": null. */
void sn_doc_some(struct sn_doc *doc, const char *key, int64_t whole);
/* What is no finite number is null. */
void sn_doc_real(struct sn_doc *doc, const char *key, double real);
/* NULL and "" are null. The text must be UTF-8. */
void sn_doc_text(struct sn_doc *doc, const char *key, const char *text);
/* Bytes of a stranger as text, made fit to be shown (base/clean.h). */
void sn_doc_strange(struct sn_doc *doc, const char *key, const char *bytes, size_t count);
/* The same of a name that ends with a zero; NULL and "" are null. */
void sn_doc_name(struct sn_doc *doc, const char *key, const char *name);
/* Bytes in hexadecimal digits. */
void sn_doc_hex(struct sn_doc *doc, const char *key, const uint8_t *bytes, size_t count);
/* A duration in milliseconds, rounded to the microsecond; and the same number for formats that spell it themselves. */
double sn_doc_ms_of(sonde_ns ns);
/* That as a member; below 0: null. */
void sn_doc_ms(struct sn_doc *doc, const char *key, sonde_ns ns);
/* An instant of the wall clock, RFC 3339 with nanoseconds. */
void sn_doc_instant(struct sn_doc *doc, const char *key, int64_t wall_ns);
/* Family 0: null. */
void sn_doc_addr(struct sn_doc *doc, const char *key, const struct sonde_addr *addr);

#endif
