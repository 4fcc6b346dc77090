/* SPDX-License-Identifier: MIT */
/* What routers said, below their rows: once, told apart where answers differ, and nothing of it acts on a terminal. */
#include "events.h"

#include "out/extension.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
	struct sonde_path *path;
	struct sn_buf out;
	struct sn_text_style style;
	struct made m;
};

static void take(void *ctx, const struct sonde_event *event)
{
	assert_int_equal(sonde_path_apply(((struct fixture *)ctx)->path, event), SONDE_OK);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	assert_non_null(f);
	assert_int_equal(sonde_path_new(&f->path), SONDE_OK);
	f->m = (struct made){.take = take, .ctx = f};
	*state = f;
	made_start(&f->m, "192.0.2.9", 3);
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	sn_buf_finish(&f->out);
	sonde_path_free(f->path);
	free(f);
	return 0;
}

static struct sonde_event_probe answered(struct fixture *f, const char *from)
{
	struct sonde_event_probe probe = made_sent(&f->m, 1);
	made_answer(&f->m, SONDE_EV_REPLY, probe, from, SONDE_M_TIME_EXCEEDED, 900);
	return probe;
}

static void with(struct fixture *f, struct sonde_event_probe probe, const struct sonde_extension *object)
{
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_EXTENSION, .probe = probe,
	                                       .as.extension = {.of = SONDE_EV_REPLY, .object = *object}});
}

static struct sonde_extension stack(uint32_t label, uint8_t ttl)
{
	struct sonde_extension e = {.kind = SONDE_EXTENSION_MPLS, .class_num = 1, .c_type = 1, .object = 1, .piece = 1};
	e.as.mpls.count = 1;
	e.as.mpls.labels[0] = (struct sonde_extension_label){.label = label, .ttl = ttl, .bottom = true};
	return e;
}

static struct sonde_extension_name name_of(const char *text)
{
	struct sonde_extension_name name = {.length_bytes = (uint8_t)strlen(text)};
	memcpy(name.bytes, text, strlen(text));
	return name;
}

/* The lines below the row of TTL 1, of its nth responder. */
static const char *lines(struct fixture *f, size_t responder)
{
	struct sonde_row row = {0};
	sn_buf_clear(&f->out);
	assert_int_equal(sonde_path_row(f->path, 1, &row), SONDE_OK);
	sn_extension_lines(&f->out, &f->style, &row, responder);
	sonde_row_finish(&row);
	assert_false(f->out.bad);
	return sn_buf_text(&f->out);
}

static void each_kind_has_its_words(void **state)
{
	(void)state;
	struct sonde_extension in = {.kind = SONDE_EXTENSION_INTERFACE}, out = in, hop = in, sub = in;
	struct sonde_extension id = {.kind = SONDE_EXTENSION_INTERFACE_ID};
	struct sonde_extension pointer = {.kind = SONDE_EXTENSION_POINTER, .as.pointer_bytes = 296}, node = {.kind = SONDE_EXTENSION_NODE};
	struct sonde_extension raw = {.class_num = 247, .c_type = 9, .as.raw = {6, {1, 2, 3, 4, 0xaa, 0xbb}}}, broken = {.malformed = true};
	in.as.interface = (struct sonde_extension_interface){.has_index = true, .has_name = true, .has_mtu = true, .index = 12,
	                                                     .mtu_bytes = 9000, .addr = addr_of("10.0.0.2"), .name = name_of("xe-0/0/1")};
	out.as.interface.role = SONDE_ROLE_OUT;
	out.as.interface.addr = addr_of("2001:db8::1");
	sub.as.interface.role = SONDE_ROLE_SUB_IN;
	sub.as.interface.has_name = true;
	hop.as.interface.role = SONDE_ROLE_NEXT_HOP;
	id.as.interface_id.by = SONDE_BY_INDEX;
	id.as.interface_id.index = 3;
	node.as.node = (struct sonde_extension_node){.has_name = true, .addr = addr_of("10.255.0.1"), .name = name_of("core1")};
	struct sonde_extension mpls = stack(24001, 1);
	const struct {
		const struct sonde_extension *object;
		const char *text;
	} rows[] = {
		{&mpls, "[MPLS: label 24001 TC 0 TTL 1 bottom]"},
		{&in, "[interface in: \"xe-0/0/1\", index 12, 10.0.0.2, MTU 9000]"},
		{&out, "[interface out: 2001:db8::1]"},
		{&sub, "[interface in, below IP: \"\"]"},
		{&hop, "[next hop]"},
		{&id, "[interface asked for: index 3]"},
		{&pointer, "[pointer: byte 296]"},
		{&node, "[node: \"core1\", 10.255.0.1]"},
		{&raw, "[extension class 247 type 9: 01020304 aabb]"},
		{&broken, "[malformed extension class 0 type 0]"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sn_buf buf = {0};
		assert_int_equal(sn_extension_text(&buf, rows[i].object, 1, false), 1);
		assert_string_equal(sn_buf_text(&buf), rows[i].text);
		sn_buf_finish(&buf);
	}
}

static void pieces_are_put_together(void **state)
{
	struct fixture *f = *state;
	struct sonde_event_probe probe = answered(f, "10.0.0.1");
	struct sonde_extension first = stack(17, 1), second = stack(18, 2), raw = {.class_num = 9, .object = 2, .piece = 1, .more = true};
	first.more = true;
	first.as.mpls.labels[0].bottom = false;
	second.piece = 2;
	raw.as.raw.count = SONDE_EXTENSION_RAW_BYTES;
	struct sonde_extension rest = {.class_num = 9, .object = 2, .piece = 2, .as.raw = {4, {1}}};
	with(f, probe, &first);
	with(f, probe, &second);
	with(f, probe, &raw);
	with(f, probe, &rest);
	f->style.width_columns = 80;
	f->style.ascii = true;
	assert_string_equal(lines(f, 0), "     [MPLS: label 17 TC 0 TTL 1, label 18 TC 0 TTL 2 bottom]\n"
	                                 "     [extension class 9 type 0: 00000000 00000000 00000000 00000000 00000000\n"
	                                 "       00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000\n"
	                                 "       00000000 00000000 00000000 ... 68 bytes]\n");
}

static void what_all_said_stands_once(void **state)
{
	struct fixture *f = *state;
	struct sonde_extension one = stack(17, 1);
	for (int i = 0; i < 3; i++)
		with(f, answered(f, "10.0.0.1"), &one);
	assert_string_equal(lines(f, 0), "     [MPLS: label 17 TC 0 TTL 1 bottom]\n");
}

static void answers_that_differ_are_told_apart(void **state)
{
	struct fixture *f = *state;
	struct sonde_extension one = stack(17, 1), two = stack(18, 1);
	with(f, answered(f, "10.0.0.1"), &one);
	with(f, answered(f, "10.0.0.2"), &two);
	with(f, answered(f, "10.0.0.1"), &two);
	with(f, answered(f, "10.0.0.1"), &one);
	answered(f, "10.0.0.3");
	made_lost(&f->m, 1);
	assert_string_equal(lines(f, 0), "     [MPLS: label 17 TC 0 TTL 1 bottom] with answers 1, 3\n"
	                                 "     [MPLS: label 18 TC 0 TTL 1 bottom] with answer 2\n");
	assert_string_equal(lines(f, 1), "     [MPLS: label 18 TC 0 TTL 1 bottom]\n");
	assert_string_equal(lines(f, 2), "");
}

static void names_cannot_act(void **state)
{
	struct fixture *f = *state;
	struct sonde_extension node = {.kind = SONDE_EXTENSION_NODE};
	node.as.node.has_name = true;
	node.as.node.name = name_of("a\033[2J\"]\n  2  10.0.0.9 \xe2\x80\xae");
	with(f, answered(f, "10.0.0.1"), &node);
	assert_string_equal(lines(f, 0), "     [node: \"a\\x1b[2J\\\"]\\x0a  2  10.0.0.9 \\u{202e}\"]\n");
}

/* A router that says endlessly much does not fill the screen. */
static void much_is_counted(void **state)
{
	struct fixture *f = *state;
	struct sonde_event_probe probe = answered(f, "10.0.0.1");
	for (uint32_t i = 0; i < SONDE_EXTENSION_PIECES_MAX; i++) {
		struct sonde_extension e = stack(i, 1);
		e.cut = i + 1 == SONDE_EXTENSION_PIECES_MAX;
		with(f, probe, &e);
	}
	const char *text = lines(f, 0);
	unsigned count = 0;
	for (const char *at = text; *at; at++)
		count += *at == '\n';
	assert_int_equal(count, 17);
	assert_non_null(strstr(text, "label 15 TC 0 TTL 1 bottom]\n     [at least 240 more extensions]\n"));
	struct sonde_extension last = stack(5, 1);
	last.more = last.cut = true;
	with(f, answered(f, "10.0.0.2"), &last);
	assert_string_equal(lines(f, 1), "     [MPLS: label 5 TC 0 TTL 1 bottom, more not kept]\n     [more extensions than are kept]\n");
}

/* Side by side: what all methods got stands once, what one of them got with its name. */
static void methods_that_got_other_objects_are_named(void **state)
{
	struct fixture *f = *state, other = {.m = {.take = take}};
	struct sonde_extension top = stack(24001, 1), another = stack(16, 1);
	struct sonde_row rows[2] = {{0}, {0}};
	const struct sonde_addr from = addr_of("10.0.1.1");
	assert_int_equal(sonde_path_new(&other.path), SONDE_OK);
	other.m.ctx = &other;
	made_start(&other.m, "192.0.2.9", 3);
	struct sonde_trace_cfg cfg = *sonde_path_cfg(other.path);
	cfg.method = (size_t)sonde_method_find("tcp");
	made_event(&other.m, (struct sonde_event){.type = SONDE_EV_TRACE_START, .as.start = cfg});
	with(f, answered(f, "10.0.1.1"), &top);
	struct sonde_event_probe probe = answered(&other, "10.0.1.1");
	with(&other, probe, &top);
	another.object = 2;
	with(&other, probe, &another);
	const struct sonde_path *const paths[] = {f->path, other.path};
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(sonde_path_row(paths[i], 1, &rows[i]), SONDE_OK);
	char label[SONDE_LABEL_BYTES], wanted[200];
	snprintf(wanted, sizeof wanted, "Hop 1 (10.0.1.1): [MPLS: label 24001 TC 0 TTL 1 bottom]\n"
	                                "Hop 1 (10.0.1.1): [MPLS: label 16 TC 0 TTL 1 bottom] by %s\n",
	         sonde_label(sonde_path_cfg(other.path), label));
	sn_extension_hop(&f->out, &f->style, rows, paths, 2, &from);
	assert_string_equal(sn_buf_text(&f->out), wanted);
	/* a router that got nothing of this hop's says nothing */
	const struct sonde_addr nobody = addr_of("10.0.1.2");
	sn_buf_clear(&f->out);
	sn_extension_hop(&f->out, &f->style, rows, paths, 2, &nobody);
	assert_string_equal(sn_buf_text(&f->out), "");
	for (size_t i = 0; i < 2; i++)
		sonde_row_finish(&rows[i]);
	sonde_path_free(other.path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(methods_that_got_other_objects_are_named, setup, teardown),
		cmocka_unit_test(each_kind_has_its_words),
		cmocka_unit_test_setup_teardown(pieces_are_put_together, setup, teardown),
		cmocka_unit_test_setup_teardown(what_all_said_stands_once, setup, teardown),
		cmocka_unit_test_setup_teardown(answers_that_differ_are_told_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(names_cannot_act, setup, teardown),
		cmocka_unit_test_setup_teardown(much_is_counted, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
