/* SPDX-License-Identifier: MIT */
/* The values of a document, each in the one way in which all formats spell it. */
#include "base/doc.h"

#include "base/clean.h"
#include "base/utc.h"

#include <math.h>
#include <string.h>

enum { INSTANT_DECIMALS = 9 };

static void put(struct sn_doc *doc, const char *key, struct sn_doc_value value)
{
	doc->put(doc, key, &value);
}

void sn_doc_object(struct sn_doc *doc, const char *key)
{
	put(doc, key, (struct sn_doc_value){.kind = SN_DOC_OBJECT});
}

void sn_doc_array(struct sn_doc *doc, const char *key)
{
	put(doc, key, (struct sn_doc_value){.kind = SN_DOC_ARRAY});
}

void sn_doc_end(struct sn_doc *doc)
{
	put(doc, NULL, (struct sn_doc_value){.kind = SN_DOC_END});
}

void sn_doc_null(struct sn_doc *doc, const char *key)
{
	put(doc, key, (struct sn_doc_value){.kind = SN_DOC_NULL});
}

void sn_doc_lost(struct sn_doc *doc, const char *key)
{
	put(doc, key, (struct sn_doc_value){.kind = SN_DOC_LOST});
}

void sn_doc_bool(struct sn_doc *doc, const char *key, bool yes)
{
	put(doc, key, (struct sn_doc_value){.kind = SN_DOC_BOOL, .as.yes = yes});
}

void sn_doc_whole(struct sn_doc *doc, const char *key, int64_t whole)
{
	put(doc, key, (struct sn_doc_value){.kind = SN_DOC_WHOLE, .as.whole = whole});
}

void sn_doc_some(struct sn_doc *doc, const char *key, int64_t whole)
{
	if (whole)
		sn_doc_whole(doc, key, whole);
	else
		sn_doc_null(doc, key);
}

void sn_doc_real(struct sn_doc *doc, const char *key, double real)
{
	if (isfinite(real))
		put(doc, key, (struct sn_doc_value){.kind = SN_DOC_REAL, .as.real = real});
	else
		sn_doc_null(doc, key);
}

void sn_doc_text(struct sn_doc *doc, const char *key, const char *text)
{
	if (text && *text)
		put(doc, key, (struct sn_doc_value){.kind = SN_DOC_TEXT, .as.text = text});
	else
		sn_doc_null(doc, key);
}

/* A made text, which may be empty. */
static void put_buf(struct sn_doc *doc, const char *key, struct sn_buf *text)
{
	if (text->bad)
		sn_doc_lost(doc, key);
	else
		put(doc, key, (struct sn_doc_value){.kind = SN_DOC_TEXT, .as.text = sn_buf_text(text)});
	sn_buf_finish(text);
}

void sn_doc_strange(struct sn_doc *doc, const char *key, const char *bytes, size_t count)
{
	struct sn_buf text = {0};
	sn_clean_plain(&text, bytes, count, false);
	put_buf(doc, key, &text);
}

void sn_doc_name(struct sn_doc *doc, const char *key, const char *name)
{
	if (name && *name)
		sn_doc_strange(doc, key, name, strlen(name));
	else
		sn_doc_null(doc, key);
}

void sn_doc_hex(struct sn_doc *doc, const char *key, const uint8_t *bytes, size_t count)
{
	struct sn_buf text = {0};
	for (size_t i = 0; i < count; i++)
		sn_buf_printf(&text, "%02x", bytes[i]);
	put_buf(doc, key, &text);
}

double sn_doc_ms_of(sonde_ns ns)
{
	sonde_ns whole_us = (ns + SONDE_US / 2) / SONDE_US;
	return (double)whole_us / 1000.0;
}

void sn_doc_ms(struct sn_doc *doc, const char *key, sonde_ns ns)
{
	if (ns < 0)
		sn_doc_null(doc, key);
	else
		sn_doc_real(doc, key, sn_doc_ms_of(ns));
}

void sn_doc_instant(struct sn_doc *doc, const char *key, int64_t wall_ns)
{
	struct sn_buf text = {0};
	sn_utc_put(&text, wall_ns, INSTANT_DECIMALS);
	put_buf(doc, key, &text);
}

void sn_doc_addr(struct sn_doc *doc, const char *key, const struct sonde_addr *addr)
{
	char text[SONDE_ADDR_TEXT];
	sn_doc_text(doc, key, addr->family ? sonde_addr_text(addr, text) : NULL);
}
