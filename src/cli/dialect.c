/* SPDX-License-Identifier: MIT */
/* An error's words are sonde's: each option in them, written in full, is replaced by what is typed instead. */
#include "cli/dialect.h"

#include "base/buf.h"

#include <stdio.h>
#include <string.h>

static const char option_word[] = "option ", help_command[] = "sonde --help";

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Bytes of "--first", or of "--first (-f)", at the beginning of text; 0: no option stands there. name: what is behind its dashes. */
static size_t option_at(const char *text, char name[32])
{
	size_t bytes = begins(text, "--") ? strspn(text + 2, "abcdefghijklmnopqrstuvwxyz0123456789-") : 0;
	if (!bytes)
		return 0;
	snprintf(name, 32, "%.*s", (int)bytes, text + 2);
	bytes += 2;
	return bytes + (begins(text + bytes, " (-") && text[bytes + 3] && text[bytes + 4] == ')' ? strlen(" (-f)") : 0);
}

/* Whether a word may begin at at, of a text that begins at text. */
static bool is_begin(const char *text, const char *at)
{
	return at == text || strchr(" (", at[-1]);
}

/* What stands in quotes at the beginning of text, with them; 0: none. */
static size_t quoted_at(const char *text)
{
	const char *end = *text == '\'' ? strchr(text + 1, '\'') : NULL;
	return end ? (size_t)(end - text) + 1 : 0;
}

/* Appends bytes of text in the dialect's words; false: it names an option that is none there, which is left as it is. */
static bool put_words(const struct sn_dialect *dialect, const char *text, size_t bytes, struct sn_buf *out)
{
	bool all = true;
	for (const char *at = text; at < text + bytes;) {
		char name[32];
		bool quote = *at == '\'' && begins(at + 1, help_command);
		size_t used = quote ? 0 : quoted_at(at), option = is_begin(text, at) ? option_at(at, name) : 0;
		const char *typed = option ? dialect->typed(name) : NULL;
		if (quote || begins(at, help_command)) {
			sn_buf_printf(out, "%s%s --help", quote ? "'" : "", dialect->program);
			used = sizeof help_command - 1 + quote;
		} else if (begins(at, option_word) && option_at(at + strlen(option_word), name) && (typed = dialect->typed(name)) &&
		           *typed != '-') {
			used = strlen(option_word); /* it is called by a name, and is no option */
		} else if (option) {
			sn_buf_add(out, typed ? typed : at, typed ? strlen(typed) : option);
			all &= typed != NULL;
			used = option;
		} else {
			used = used ? used : 1;
			sn_buf_add(out, at, used);
		}
		at += used;
	}
	return all;
}

/* Bytes of what parts one piece of advice from the next; 0: none does here. */
static size_t break_at(const char *text)
{
	static const char *const breaks[] = {"; ", ": ", ", or ", ", and "};
	for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++)
		if (begins(text, breaks[i]))
			return strlen(breaks[i]);
	return 0;
}

/* Only the pieces that can be followed, each behind what parts it from the one before. */
static void put_advice(const struct sn_dialect *dialect, const char *text, struct sn_buf *out)
{
	const char *parting = text;
	size_t parting_bytes = 0;
	while (*text) {
		struct sn_buf piece = {0};
		size_t bytes = 0;
		while (text[bytes] && !break_at(text + bytes))
			bytes += quoted_at(text + bytes) ? quoted_at(text + bytes) : 1;
		if (put_words(dialect, text, bytes, &piece)) {
			if (out->length_bytes)
				sn_buf_add(out, parting, parting_bytes);
			sn_buf_puts(out, sn_buf_text(&piece));
			parting_bytes = 0;
		}
		text += bytes;
		if (!parting_bytes) {
			parting = text;
			parting_bytes = break_at(text);
		}
		text += break_at(text);
		out->bad |= piece.bad;
		sn_buf_finish(&piece);
	}
}

void sn_dialect_tell(const struct sn_dialect *dialect, const struct sonde_error *err, struct sonde_error *out)
{
	struct sn_buf what = {0}, hint = {0};
	*out = *err;
	put_words(dialect, err->what, strlen(err->what), &what);
	put_advice(dialect, err->hint[0] ? err->hint : sonde_err_hint(err->code), &hint);
	snprintf(out->what, sizeof out->what, "%s", sn_buf_text(&what));
	snprintf(out->hint, sizeof out->hint, "%s", sn_buf_text(&hint));
	sn_buf_finish(&what);
	sn_buf_finish(&hint);
}
