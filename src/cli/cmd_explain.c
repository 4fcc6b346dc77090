/* SPDX-License-Identifier: MIT */
/* Explains findings and ICMP messages, from the rules table and the texts about messages. */
#include "cli/cmd_explain.h"

#include "cli/help.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "out/text.h"
#include "packet/icmp_text.h"

#include <sonde/finding.h>

#include <stdio.h>
#include <string.h>

enum { WIDTH_COLUMNS = 80, INDENT_COLUMNS = 2, GAP_COLUMNS = 2, LABEL_BYTES = 24 };

/* What is written to, and how. */
struct page {
	struct sn_buf *buf;
	uint16_t width_columns;
	bool begun; /* something stands on it: a blank line comes first */
};

static void start(struct page *page)
{
	if (page->begun)
		sn_buf_putc(page->buf, '\n');
	page->begun = true;
}

/* "Head: text", broken to the width; no head: the text alone. */
static void put(struct page *page, const char *head, const char *text)
{
	struct sn_buf line = {0};
	sn_buf_printf(&line, "%s%s%s", head, *head ? ": " : "", text);
	sn_text_wrap(page->buf, page->width_columns, sn_buf_text(&line));
	page->buf->bad |= line.bad;
	sn_buf_finish(&line);
}

/* ---- findings ---- */

static const char *rule_id(const void *ctx, size_t i)
{
	(void)ctx;
	return i < sonde_rule_count() ? sonde_rule(i)->id : NULL;
}

static void put_rule(struct page *page, const struct sonde_rule_info *rule)
{
	char grade[64];
	const char *severity = sonde_severity_name(rule->severity);
	start(page);
	put(page, rule->id, rule->summary);
	put(page, "Means", rule->meaning);
	put(page, "What else it could be", rule->otherwise);
	put(page, "What to do", rule->advice);
	if (rule->exit_status)
		snprintf(grade, sizeof grade,
		         rule->severity == SONDE_SEVERITY_INFO ? "%s; the exit status is 0, or %u where it cannot be told." :
		                                                 "%s; the exit status is at least %u.",
		         severity, (unsigned)rule->exit_status);
	else
		snprintf(grade, sizeof grade, "%s; it leaves the exit status as it is.", severity);
	put(page, "Severity", grade);
	put(page, "Source", rule->source);
}

/* ---- ICMP messages ---- */

static const struct family {
	const char *word;
	uint8_t version;
} families[] = {{"icmp", 4}, {"icmp4", 4}, {"icmpv4", 4}, {"icmp6", 6}, {"icmpv6", 6}};

static const struct family *family_of(const char *word)
{
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		if (strcmp(families[i].word, word) == 0)
			return &families[i];
	return NULL;
}

static const char *protocol_of(uint8_t version)
{
	return version == 6 ? "icmp6" : "icmp";
}

/* Rows of a family that fit: of one type (-1: all), of one meaning (COUNT: all). */
struct choice {
	uint8_t version;
	int type;
	enum sonde_meaning meaning;
};

static bool fits(const struct choice *choice, const struct sn_icmp_row *row)
{
	return row->version == choice->version && (choice->type < 0 || row->type == choice->type) &&
	       (choice->meaning == SONDE_M_COUNT || row->meaning == choice->meaning);
}

/* How many fit; *only is the last of them. */
static size_t count_rows(const struct choice *choice, const struct sn_icmp_row **only)
{
	size_t row_count, count = 0;
	const struct sn_icmp_row *rows = sn_icmp_table(&row_count);
	for (size_t i = 0; i < row_count; i++)
		if (fits(choice, &rows[i])) {
			*only = &rows[i];
			count++;
		}
	return count;
}

/* "3/13", "8" for a type that has one meaning whatever its code, "3/other" for the codes without a row of their own. */
static void put_label(const struct sn_icmp_row *row, char label[LABEL_BYTES])
{
	const struct sn_icmp_row *only;
	struct choice type = {.version = row->version, .type = row->type, .meaning = SONDE_M_COUNT};
	if (row->code >= 0)
		snprintf(label, LABEL_BYTES, "%u/%d", (unsigned)row->type, row->code);
	else
		snprintf(label, LABEL_BYTES, "%u%s", (unsigned)row->type, count_rows(&type, &only) > 1 ? "/other" : "");
}

/* How the table of hops marks such an answer: "!X", "!F-MTU", "!<CODE>"; "" where it has no mark. */
static void put_mark(struct sn_buf *buf, const struct sn_icmp_row *row)
{
	const char *mark = sonde_meaning_mark(row->meaning);
	if (!row->is_error || !*mark)
		return;
	sn_buf_printf(buf, " (marked %s", mark);
	if (row->meaning == SONDE_M_PACKET_TOO_BIG)
		sn_buf_puts(buf, "-MTU");
	else if (strcmp(mark, "!") == 0 && row->code >= 0)
		sn_buf_printf(buf, "<%d>", row->code);
	else if (strcmp(mark, "!") == 0)
		sn_buf_puts(buf, "<CODE>");
	sn_buf_putc(buf, ')');
}

static void put_message(struct page *page, const struct sn_icmp_row *row, const char *label, const struct sn_icmp_text *text)
{
	struct sn_buf title = {0}, head = {0};
	start(page);
	sn_buf_printf(&head, "%s %s", protocol_of(row->version), label);
	sn_buf_puts(&title, row->name);
	put_mark(&title, row);
	put(page, sn_buf_text(&head), sn_buf_text(&title));
	put(page, "Means", text->means);
	put(page, "Sent by", text->sender);
	put(page, "If a firewall drops it", text->dropped);
	put(page, "Allow it", text->advice);
	put(page, "Source", text->source);
	page->buf->bad |= title.bad || head.bad;
	sn_buf_finish(&title);
	sn_buf_finish(&head);
}

static void put_one(struct page *page, uint8_t version, uint8_t type, int code)
{
	char label[LABEL_BYTES];
	uint8_t any = code < 0 ? 0 : (uint8_t)code;
	const struct sn_icmp_row *row = sn_icmp_lookup(version, type, any);
	if (code < 0)
		snprintf(label, sizeof label, "%u", (unsigned)type);
	else
		snprintf(label, sizeof label, "%u/%d", (unsigned)type, code);
	put_message(page, row, label, sn_icmp_text(version, type, any));
}

static void put_list(struct page *page, const struct choice *choice, const char *title)
{
	size_t row_count, widest = 0;
	const struct sn_icmp_row *rows = sn_icmp_table(&row_count);
	char label[LABEL_BYTES], example[LABEL_BYTES] = "";
	for (size_t i = 0; i < row_count; i++)
		if (fits(choice, &rows[i])) {
			put_label(&rows[i], label);
			widest = strlen(label) > widest ? strlen(label) : widest;
			if (rows[i].code >= 0 && !*example)
				snprintf(example, sizeof example, "%s", label);
		}
	start(page);
	put(page, "", title);
	for (size_t i = 0; i < row_count; i++)
		if (fits(choice, &rows[i])) {
			put_label(&rows[i], label);
			sn_help_entry(page->buf, page->width_columns, label, widest + INDENT_COLUMNS + GAP_COLUMNS, rows[i].name);
		}
	sn_buf_printf(page->buf, "'sonde explain %s %s' explains one of them.\n", protocol_of(choice->version), example);
}

/* One of several that fit is a line; the only one is explained. */
static void put_choice(struct page *page, const struct choice *choice, const char *title)
{
	const struct sn_icmp_row *only = NULL;
	if (count_rows(choice, &only) > 1)
		put_list(page, choice, title);
	else if (only)
		put_one(page, only->version, only->type, only->code);
}

static const char *meaning_name(const void *ctx, size_t i)
{
	(void)ctx;
	return i < SONDE_M_COUNT ? sonde_meaning_name((enum sonde_meaning)i) : NULL;
}

/* The meaning of that name, as far as messages of the family have it; COUNT: none. */
static enum sonde_meaning meaning_of(uint8_t version, const char *name)
{
	for (int i = 0; i < SONDE_M_COUNT; i++) {
		const struct sn_icmp_row *only;
		struct choice choice = {.version = version, .type = -1, .meaning = (enum sonde_meaning)i};
		if (strcmp(sonde_meaning_name(choice.meaning), name) == 0 && count_rows(&choice, &only))
			return choice.meaning;
	}
	return SONDE_M_COUNT;
}

static bool read_byte(const char *text, uint8_t *out)
{
	uint64_t value;
	if (!sn_read_uint(text, &value) || value > UINT8_MAX)
		return false;
	*out = (uint8_t)value;
	return true;
}

/* "3/13" or "3" (*code -1). */
static bool read_message(const char *word, uint8_t *type, int *code)
{
	char first[8];
	const char *slash = strchr(word, '/');
	size_t bytes = slash ? (size_t)(slash - word) : strlen(word);
	uint8_t second;
	*code = -1;
	if (bytes == 0 || bytes >= sizeof first)
		return false;
	snprintf(first, sizeof first, "%.*s", (int)bytes, word);
	if (!read_byte(first, type) || (slash && !read_byte(slash + 1, &second)))
		return false;
	*code = slash ? second : -1;
	return true;
}

static int no_message(uint8_t version, const char *word, struct sonde_error *err)
{
	const char *protocol = protocol_of(version), *near = sn_nearest(word, meaning_name, NULL);
	sonde_fail(err, SONDE_E_USAGE, 0, "'%.60s' is no ICMPv%u message", word, (unsigned)version);
	if (near && meaning_of(version, near) != SONDE_M_COUNT)
		return sonde_hint(err, SONDE_E_USAGE, "did you mean 'sonde explain %s %s'?", protocol, near);
	return sonde_hint(err, SONDE_E_USAGE, "give a type, or a type and a code, 0 to 255 each; 'sonde explain %s' lists them", protocol);
}

static int explain_message(struct page *page, uint8_t version, const char *word, struct sonde_error *err)
{
	uint8_t type;
	int code;
	char title[96];
	struct choice choice = {.version = version, .type = -1, .meaning = SONDE_M_COUNT};
	if (read_message(word, &type, &code)) {
		const struct sn_icmp_row *only;
		choice.type = type;
		snprintf(title, sizeof title, "%s %u has these codes:", protocol_of(version), (unsigned)type);
		if (code >= 0 || count_rows(&choice, &only) == 0)
			put_one(page, version, type, code);
		else
			put_choice(page, &choice, title);
		return SONDE_OK;
	}
	choice.meaning = meaning_of(version, word);
	if (choice.meaning == SONDE_M_COUNT)
		return no_message(version, word, err);
	snprintf(title, sizeof title, "%s (%s) is said by:", word, sonde_meaning_sentence(choice.meaning));
	put_choice(page, &choice, title);
	return SONDE_OK;
}

/* ---- marks behind times ---- */

/* "!<13>": the code of an unreachable (RFC 792, RFC 4443 section 3.1). */
static bool explain_code(struct page *page, const char *word)
{
	enum { UNREACHABLE4 = 3, UNREACHABLE6 = 1 };
	char digits[8];
	uint8_t code;
	size_t bytes = strcspn(word + 2, ">");
	if (word[1] != '<' || bytes >= sizeof digits)
		return false;
	snprintf(digits, sizeof digits, "%.*s", (int)bytes, word + 2);
	if (strcmp(word + 2 + bytes, ">") != 0 || !read_byte(digits, &code))
		return false;
	put_one(page, 4, UNREACHABLE4, code);
	put_one(page, 6, UNREACHABLE6, code);
	return true;
}

/* "!X", "!F-1400": the messages that have it. False: none has. */
static bool explain_mark(struct page *page, const char *word)
{
	char title[96];
	const struct sn_icmp_row *only;
	size_t bytes = strcspn(word, "-");
	bool found = false;
	if (explain_code(page, word))
		return true;
	for (int i = 0; i < SONDE_M_COUNT; i++) {
		const char *mark = sonde_meaning_mark((enum sonde_meaning)i);
		if (strlen(mark) != bytes || strncmp(mark, word, bytes) != 0 || bytes < 2)
			continue;
		for (uint8_t version = 4; version <= 6; version = (uint8_t)(version + 2)) {
			struct choice choice = {.version = version, .type = -1, .meaning = (enum sonde_meaning)i};
			snprintf(title, sizeof title, "%s (%s) over IPv%u:", mark, sonde_meaning_sentence(choice.meaning),
			         (unsigned)version);
			if (!count_rows(&choice, &only))
				continue;
			put_choice(page, &choice, title);
			found = true;
		}
	}
	return found;
}

/* ---- operands ---- */

static const char *any_word(const void *ctx, size_t i)
{
	size_t rules = sonde_rule_count();
	return i < rules ? rule_id(ctx, i) : i - rules < sizeof families / sizeof *families ? families[i - rules].word : NULL;
}

static int nothing_known(const char *word, struct sonde_error *err)
{
	uint8_t type;
	int code;
	const char *near = sn_nearest(word, any_word, NULL);
	sonde_fail(err, SONDE_E_USAGE, 0, "'%.60s' is no finding", word);
	if (read_message(word, &type, &code))
		return sonde_hint(err, SONDE_E_USAGE,
		                  "of ICMP messages say which: 'sonde explain icmp %.10s' or 'sonde explain icmp6 %.10s'", word, word);
	if (meaning_of(4, word) != SONDE_M_COUNT)
		return sonde_hint(err, SONDE_E_USAGE, "did you mean 'sonde explain icmp %.40s' or 'sonde explain icmp6 %.40s'?", word,
		                  word);
	if (near)
		return sonde_hint(err, SONDE_E_USAGE, "did you mean %s?", near);
	return sonde_hint(err, SONDE_E_USAGE, "'sonde explain' lists them all");
}

static void put_contents(struct page *page)
{
	size_t widest = 0;
	for (size_t i = 0; i < sonde_rule_count(); i++)
		widest = strlen(sonde_rule(i)->id) > widest ? strlen(sonde_rule(i)->id) : widest;
	start(page);
	put(page, "", "Findings, each explained by 'sonde explain ID':");
	for (size_t i = 0; i < sonde_rule_count(); i++)
		sn_help_entry(page->buf, page->width_columns, sonde_rule(i)->id, widest + INDENT_COLUMNS + GAP_COLUMNS,
		              sonde_rule(i)->summary);
	start(page);
	put(page, "",
	    "ICMP messages: 'sonde explain icmp 3/13' by type and code, 'icmp 3' lists the codes of a type, 'icmp' every message, 'icmp "
	    "admin-prohibited' those that say so; 'icmp6 1/1' and so on for ICMPv6. Marks behind times: '!X'.");
}

/* What stands behind "icmp" is a message, up to another such word or a finding that is no name of messages as well. */
static bool continues(uint8_t version, const char *word)
{
	return !family_of(word) && (sonde_rule_find(word) < 0 || meaning_of(version, word) != SONDE_M_COUNT);
}

int sn_explain(struct sn_buf *buf, uint16_t width_columns, char *const *operands, int operand_count, struct sonde_error *err)
{
	struct page page = {.buf = buf, .width_columns = width_columns};
	if (operand_count == 0)
		put_contents(&page);
	for (int i = 0, code = SONDE_OK; i < operand_count; i++) {
		const struct family *family = family_of(operands[i]);
		int rule = sonde_rule_find(operands[i]), first = i + 1;
		if (!family && operands[i][0] == '!' && explain_mark(&page, operands[i]))
			continue;
		if (!family && rule < 0)
			return nothing_known(operands[i], err);
		if (!family) {
			put_rule(&page, sonde_rule((size_t)rule));
			continue;
		}
		for (; i + 1 < operand_count && continues(family->version, operands[i + 1]); i++)
			if ((code = explain_message(&page, family->version, operands[i + 1], err)) < 0)
				return code;
		if (i + 1 == first)
			put_list(&page, &(struct choice){.version = family->version, .type = -1, .meaning = SONDE_M_COUNT},
			         family->version == 6 ? "ICMPv6 messages:" : "ICMP messages:");
	}
	return SONDE_OK;
}

int sn_cmd_explain(const struct sn_opts *opts, struct sonde_error *err)
{
	struct sn_buf text = {0};
	uint16_t width_columns, height_rows;
	sn_terminal_size(&width_columns, &height_rows);
	if (sn_explain(&text, width_columns ? width_columns : WIDTH_COLUMNS, opts->operands, opts->operand_count, err) == SONDE_OK)
		sn_output_once(&text, err);
	sn_buf_finish(&text);
	return 0;
}
