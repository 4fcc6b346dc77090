/* SPDX-License-Identifier: MIT */
/* Each value reaches the teller as the kind that it is: what is not known is null, and no stranger's bytes are left in a text. */
#include "test.h"

#include "base/buf.h"
#include "base/doc.h"

#include <inttypes.h>
#include <math.h>

/* A teller that writes down what it is told. */
struct written {
	struct sn_doc doc;
	struct sn_buf text;
};

static void put(struct sn_doc *doc, const char *key, const struct sn_doc_value *value)
{
	struct sn_buf *text = &((struct written *)doc)->text;
	if (text->length_bytes)
		sn_buf_putc(text, ' ');
	if (key)
		sn_buf_printf(text, "%s=", key);
	switch (value->kind) {
	case SN_DOC_NULL:
		sn_buf_puts(text, "null");
		break;
	case SN_DOC_BOOL:
		sn_buf_puts(text, value->as.yes ? "yes" : "no");
		break;
	case SN_DOC_WHOLE:
		sn_buf_printf(text, "%" PRId64, value->as.whole);
		break;
	case SN_DOC_REAL:
		sn_buf_printf(text, "%.15g", value->as.real);
		break;
	case SN_DOC_TEXT:
		sn_buf_printf(text, "'%s'", value->as.text);
		break;
	case SN_DOC_OBJECT:
	case SN_DOC_ARRAY:
		sn_buf_putc(text, value->kind == SN_DOC_OBJECT ? '{' : '[');
		break;
	case SN_DOC_END:
		sn_buf_putc(text, '.');
		break;
	case SN_DOC_LOST:
		sn_buf_puts(text, "lost");
		break;
	}
}

static void expect(struct written *w, const char *text)
{
	assert_string_equal(sn_buf_text(&w->text), text);
	sn_buf_finish(&w->text);
}

static void structure_is_told_in_order(void **state)
{
	(void)state;
	struct written w = {.doc.put = put};
	sn_doc_object(&w.doc, NULL);
	sn_doc_array(&w.doc, "list");
	sn_doc_whole(&w.doc, NULL, -3);
	sn_doc_bool(&w.doc, NULL, true);
	sn_doc_end(&w.doc);
	sn_doc_null(&w.doc, "none");
	sn_doc_end(&w.doc);
	expect(&w, "{ list=[ -3 yes . none=null .");
}

static void what_is_not_known_is_null(void **state)
{
	(void)state;
	struct written w = {.doc.put = put};
	struct sonde_addr nobody = {.family = 0};
	sn_doc_some(&w.doc, "a", 0);
	sn_doc_some(&w.doc, "b", 7);
	sn_doc_text(&w.doc, "c", NULL);
	sn_doc_text(&w.doc, "d", "");
	sn_doc_real(&w.doc, "e", NAN);
	sn_doc_real(&w.doc, "f", -INFINITY);
	sn_doc_ms(&w.doc, "g", -1);
	sn_doc_addr(&w.doc, "h", &nobody);
	expect(&w, "a=null b=7 c=null d=null e=null f=null g=null h=null");
}

static void values_have_one_spelling(void **state)
{
	(void)state;
	static const uint8_t bytes[] = {0, 0x7f, 0xff};
	struct written w = {.doc.put = put};
	struct sonde_addr addr;
	assert_true(sonde_addr_parse("2001:db8::1", &addr));
	sn_doc_ms(&w.doc, "a", 0);
	sn_doc_ms(&w.doc, "b", 12345678);
	sn_doc_ms(&w.doc, "c", 1499);
	sn_doc_ms(&w.doc, "d", 1500);
	sn_doc_instant(&w.doc, "e", 951782400123456789);
	sn_doc_addr(&w.doc, "f", &addr);
	sn_doc_hex(&w.doc, "g", bytes, sizeof bytes);
	sn_doc_hex(&w.doc, "h", bytes, 0);
	sn_doc_strange(&w.doc, "i", "a\"\033\xff", 4);
	sn_doc_strange(&w.doc, "j", "", 0);
	expect(&w, "a=0 b=12.346 c=0.001 d=0.002 e='2000-02-29T00:00:00.123456789Z' f='2001:db8::1' g='007fff' h='' "
	           "i='a\"\\x1b\\xff' j=''");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(structure_is_told_in_order),
		cmocka_unit_test(what_is_not_known_is_null),
		cmocka_unit_test(values_have_one_spelling),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
