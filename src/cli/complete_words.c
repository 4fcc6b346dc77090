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
	put_word(buf, "--", opt->name);
}

bool sn_complete_excludes(const struct sn_opt *other, const struct sn_opt *opt)
{
	return other == opt ? opt->type != SN_OPT_TEXTS : (opt->clash & other->clash) != 0;
}

void sn_complete_excluded(struct sn_buf *buf, const struct sn_opt *opt)
{
	for (size_t i = 0; i < sn_opt_count(); i++)
		if (sn_complete_excludes(sn_opt(i), opt))
			sn_complete_spell(buf, sn_opt(i));
}

bool sn_complete_needs(const struct sn_opt *opt, const struct sn_command *command)
{
	for (size_t i = 0; opt->needs && i < sn_opt_count(); i++)
		if (strcmp(sn_opt(i)->name, opt->needs) == 0 && sn_opt(i)->commands & command->bit)
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

void sn_complete_methods(struct sn_buf *buf, const struct sn_opt *opt)
{
	for (size_t i = 0; opt->methods && i < sonde_method_count(); i++)
		if (sn_opt_fits(opt, sonde_method_info(i)))
			put_word(buf, "", sonde_method_info(i)->name);
}

const char *sn_complete_method_of(const struct sn_opt *opt)
{
	return !opt->arg && opt->clash & SN_CLASH_METHOD ? opt->name : NULL;
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
	return words == SN_WORDS_NET ? "net" : words == SN_WORDS_CAPTURE ? "pcap pcapng cap" : "";
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
