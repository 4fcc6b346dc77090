/* SPDX-License-Identifier: MIT */
/* A stack of what is open, and jansson's values in it. */
#include "ext/json.h"

#include <stdlib.h>

#if SONDE_WITH_JSON

#include <jansson.h>

/* DECIMAL_DIGITS: every decimal number of so many digits survives the way through a double, and is written as it was. */
enum { DEPTH_MAX = 16, INDENT = 1, DECIMAL_DIGITS = 15 };

struct sn_json {
	struct sn_doc doc;
	json_t *open[DEPTH_MAX];  /* the innermost last; all but the first belong to those before them */
	size_t depth;
	json_t *whole;            /* the document, once it is closed */
	bool bad;
};

static json_t *value_of(const struct sn_doc_value *value)
{
	switch (value->kind) {
	case SN_DOC_BOOL:
		return json_boolean(value->as.yes);
	case SN_DOC_WHOLE:
		return json_integer(value->as.whole);
	case SN_DOC_REAL:
		return json_real(value->as.real);
	case SN_DOC_TEXT:
		return json_string(value->as.text);
	case SN_DOC_OBJECT:
		return json_object();
	case SN_DOC_ARRAY:
		return json_array();
	case SN_DOC_LOST:
		return NULL;
	case SN_DOC_NULL:
	case SN_DOC_END:
		break;
	}
	return json_null();
}

/* Puts a value into what is open; it belongs to that then. */
static bool place(struct sn_json *json, const char *key, json_t *made)
{
	json_t *into = json->depth ? json->open[json->depth - 1] : NULL;
	if (!into)
		return !json->whole; /* the document itself */
	return (json_is_object(into) && key ? json_object_set_new(into, key, made) : json_array_append_new(into, made)) == 0;
}

static void close_one(struct sn_json *json)
{
	if (json->depth == 0) {
		json->bad = true;
		return;
	}
	json->depth--;
	if (json->depth == 0)
		json->whole = json->open[0];
}

static void put(struct sn_doc *doc, const char *key, const struct sn_doc_value *value)
{
	struct sn_json *json = (struct sn_json *)doc;
	bool opens = value->kind == SN_DOC_OBJECT || value->kind == SN_DOC_ARRAY;
	if (json->bad)
		return;
	if (value->kind == SN_DOC_END) {
		close_one(json);
		return;
	}
	json_t *made = value_of(value);
	bool fits = made && (opens ? json->depth < DEPTH_MAX : json->depth > 0);
	if (!fits || !place(json, key, made)) {
		if (!fits || json->depth == 0) /* else jansson has taken it, also where it failed */
			json_decref(made);
		json->bad = true;
	} else if (opens) {
		json->open[json->depth++] = made;
	}
}

int sn_json_new(struct sn_json **out, struct sonde_error *err)
{
	json_object_seed(0); /* from the kernel, now: later on no file can be opened for it */
	*out = calloc(1, sizeof **out);
	if (!*out)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for JSON");
	(*out)->doc.put = put;
	return SONDE_OK;
}

static void begin_anew(struct sn_json *json)
{
	json_decref(json->depth ? json->open[0] : json->whole);
	json->whole = NULL;
	json->depth = 0;
	json->bad = false;
}

void sn_json_free(struct sn_json *json)
{
	if (json)
		begin_anew(json);
	free(json);
}

struct sn_doc *sn_json_doc(struct sn_json *json)
{
	return &json->doc;
}

static int add(const char *bytes, size_t count, void *out)
{
	sn_buf_add(out, bytes, count);
	return 0;
}

void sn_json_write(struct sn_json *json, bool one_line, struct sn_buf *out)
{
	size_t flags = JSON_REAL_PRECISION(DECIMAL_DIGITS) | (one_line ? JSON_COMPACT : JSON_INDENT(INDENT));
	if (json->bad || !json->whole || json_dump_callback(json->whole, add, out, flags) != 0)
		out->bad = true;
	sn_buf_putc(out, '\n');
	begin_anew(json);
}

#else

struct sn_json {
	struct sn_doc doc;
};

int sn_json_new(struct sn_json **out, struct sonde_error *err)
{
	*out = NULL;
	sonde_fail(err, SONDE_E_UNSUPPORTED, 0, "this sonde was built without jansson, and writes no JSON");
	return sonde_hint(err, SONDE_E_UNSUPPORTED, "install libjansson-dev and build it again with -Djson=enabled");
}

void sn_json_free(struct sn_json *json)
{
	free(json);
}

struct sn_doc *sn_json_doc(struct sn_json *json)
{
	return &json->doc;
}

void sn_json_write(struct sn_json *json, bool one_line, struct sn_buf *out)
{
	(void)json;
	(void)one_line;
	out->bad = true;
}

#endif
