/* SPDX-License-Identifier: MIT */
/* JSON: documents told to it become text. Behind it: jansson, which a build may leave out. */
#ifndef SN_EXT_JSON_H
#define SN_EXT_JSON_H

#include "base/buf.h"
#include "base/doc.h"

struct sn_json;

/* *out is the caller's to free. SONDE_E_UNSUPPORTED (built without jansson), SONDE_E_NOMEM. */
int sn_json_new(struct sn_json **out, struct sonde_error *err) SONDE_MUST_USE;
/* NULL is fine. */
void sn_json_free(struct sn_json *json);
/* Whom to tell a document to; one at a time. */
struct sn_doc *sn_json_doc(struct sn_json *json);
/* Adds the document that was told to out, with a line's end behind it, and begins anew. one_line: without any other line's end. Where it
 * was not told whole, or memory ran out, out->bad is set. */
void sn_json_write(struct sn_json *json, bool one_line, struct sn_buf *out);

#endif
