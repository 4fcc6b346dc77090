/* SPDX-License-Identifier: MIT */
/* Walks the tables for the completions: which words there are, and which option excludes or needs which. */
#include "cli/complete_words.h"

#include "cli/config.h"
#include "packet/icmp.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

void sn_complete_lines(struct sn_buf *buf, const char *const *lines)
{
	for (; *lines; lines++)
		sn_buf_printf(buf, "%s\n", *lines);
}

void sn_complete_add(struct sn_buf *buf, const struct sn_complete_set *set, struct sn_buf *script)
{
	const char *words[][2] = {{"sonde", set->program}, {"<method>", set->preset_method}, {"<made by>", set->made_by}};
	for (const char *at = sn_buf_text(script); *at;) {
		size_t i = 0;
		while (i < 3 && strncmp(at, words[i][0], strlen(words[i][0])) != 0)
			i++;
		if (i < 3) {
			sn_buf_puts(buf, words[i][1]);
			at += strlen(words[i][0]);
		} else {
			sn_buf_putc(buf, *at++);
		}
	}
	buf->bad |= script->bad;
	sn_buf_finish(script);
}

/* -I is -M icmp. */
static const char *method_of(const struct sn_opt *opt)
{
	return !opt->arg && opt->clash & SN_CLASH_METHOD ? opt->name : NULL;
}

static const char *method_name(size_t index)
{
	return sonde_method_info(index)->name;
}

static const char *method_summary(size_t index)
{
	return sonde_method_info(index)->summary;
}

struct sn_complete_set sn_complete_set(void)
{
	return (struct sn_complete_set){.program = "sonde", .made_by = "sonde completion", .preset_method = "icmp",
	                                .opt_count = sn_opt_count(), .command_count = sn_command_count(),
	                                .method_count = sonde_method_count(),
	                                .opt = sn_opt, .command = sn_command, .method_name = method_name,
	                                .method_summary = method_summary, .method = sonde_method_info, .method_of = method_of};
}

static void put_word(struct sn_buf *buf, const char *dashes, const char *word)
{
	bool first = !buf->length_bytes || strchr(" \t\n'(", buf->text[buf->length_bytes - 1]);
	sn_buf_printf(buf, "%s%s%s", first ? "" : " ", dashes, word);
}

void sn_complete_spell(struct sn_buf *buf, const struct sn_opt *opt)
{
	char letter[2] = {opt->letter};
	if (opt->letter)
		put_word(buf, "-", letter);
	if (*opt->name)
		put_word(buf, "--", opt->name);
}

bool sn_complete_excludes(const struct sn_opt *other, const struct sn_opt *opt)
{
	return other == opt ? opt->type != SN_OPT_TEXTS : (opt->clash & other->clash) != 0;
}

void sn_complete_excluded(struct sn_buf *buf, const struct sn_complete_set *set, const struct sn_opt *opt)
{
	for (size_t i = 0; i < set->opt_count; i++)
		if (sn_complete_excludes(set->opt(i), opt))
			sn_complete_spell(buf, set->opt(i));
}

bool sn_complete_needs(const struct sn_complete_set *set, const struct sn_opt *opt, const struct sn_command *command)
{
	for (size_t i = 0; opt->needs && i < set->opt_count; i++)
		if (strcmp(set->opt(i)->name, opt->needs) == 0 && set->opt(i)->commands & command->bit)
			return true;
	return false;
}

bool sn_complete_takes_hosts(const struct sn_command *command)
{
	return command->operand_words == SN_WORDS_HOST;
}

bool sn_complete_takes_profile(const struct sn_command *command)
{
	return sn_config_concerns(command->bit);
}

void sn_complete_methods(struct sn_buf *buf, const struct sn_complete_set *set, const struct sn_opt *opt)
{
	for (size_t i = 0; opt->methods && i < set->method_count; i++)
		if (sn_opt_fits(opt, set->method(i)))
			put_word(buf, "", set->method_name(i));
}

const char *sn_complete_services(const struct sonde_method_info *method)
{
	if (method->takes_protocol)
		return "protocol";
	if (!method->takes_port)
		return "none";
	return method->protocol4 == IPPROTO_TCP ? "tcp" : method->protocol4 == IPPROTO_UDP ? "udp" : "*";
}

const char *sn_complete_suffixes(enum sn_opt_words words)
{
	return words == SN_WORDS_NET        ? "net"
	       : words == SN_WORDS_CAPTURE  ? "pcap pcapng cap"
	       : words == SN_WORDS_DATABASE ? "mmdb"
	                                    : "";
}

static bool has_meaning(uint8_t version, enum sonde_meaning meaning)
{
	size_t count;
	const struct sn_icmp_row *rows = sn_icmp_table(&count);
	for (size_t i = 0; i < count; i++)
		if (rows[i].version == version && rows[i].meaning == meaning)
			return true;
	return false;
}

bool sn_complete_message(uint8_t version, size_t index, char word[SN_COMPLETE_WORD], const char **what)
{
	size_t count, at = 0;
	const struct sn_icmp_row *rows = sn_icmp_table(&count);
	for (int i = SONDE_M_NONE + 1; i < SONDE_M_COUNT; i++)
		if (has_meaning(version, (enum sonde_meaning)i) && at++ == index) {
			snprintf(word, SN_COMPLETE_WORD, "%s", sonde_meaning_name((enum sonde_meaning)i));
			*what = sonde_meaning_sentence((enum sonde_meaning)i);
			return true;
		}
	for (size_t i = 0; i < count; i++) {
		const struct sn_icmp_row *row = &rows[i];
		bool alone = row->code >= 0 || i == 0 || rows[i - 1].version != version || rows[i - 1].type != row->type;
		if (row->version != version || !alone || at++ != index)
			continue;
		int bytes = snprintf(word, SN_COMPLETE_WORD, "%u", (unsigned)row->type);
		if (row->code >= 0)
			snprintf(word + bytes, SN_COMPLETE_WORD - (size_t)bytes, "/%d", row->code);
		*what = row->name;
		return true;
	}
	return false;
}
