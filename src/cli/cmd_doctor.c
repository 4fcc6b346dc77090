/* SPDX-License-Identifier: MIT */
/* The report of sonde doctor: each check's verdict as a line that begins with a word. */
#include "cli/cmd_doctor.h"

#include "cli/output.h"
#include "cli/terminal.h"

#include <string.h>

enum { ID_COLUMNS = 14, INDENT_COLUMNS = 6 };

/* Words say it; the colours, blue and orange on most terminals, only repeat it. */
static const char *tint_of(enum sn_doctor_verdict verdict)
{
	return verdict == SN_DOCTOR_MEND ? "\033[1;33m" : verdict == SN_DOCTOR_NOTE ? "\033[36m" : "";
}

static void put_check(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_doctor_check *check,
                      enum sn_doctor_verdict verdict, const struct sn_buf *says, const struct sn_buf *mend)
{
	struct sn_buf line = {0}, wrapped = {0};
	const char *word = sn_doctor_verdict_name(verdict), *tint = style->colour ? tint_of(verdict) : "";
	sn_buf_printf(&line, "%s  %-*s%s.", word, ID_COLUMNS, check->id, sn_buf_text(says));
	sn_text_wrap(&wrapped, style->width_columns, sn_buf_text(&line));
	sn_buf_printf(buf, "%s%s%s%s", tint, word, *tint ? "\033[0m" : "", sn_buf_text(&wrapped) + strlen(word));
	if (verdict != SN_DOCTOR_FINE) {
		sn_buf_clear(&line);
		sn_buf_printf(&line, "Seen in: %s", check->reads);
		sn_text_wrap_below(buf, style->width_columns, INDENT_COLUMNS, sn_buf_text(&line));
	}
	if (mend->length_bytes)
		sn_buf_printf(buf, "%*sTry: %s\n", INDENT_COLUMNS, "", mend->text); /* a shell takes it whole */
	buf->bad |= line.bad || wrapped.bad;
	sn_buf_finish(&line);
	sn_buf_finish(&wrapped);
}

size_t sn_doctor_report(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_doctor_facts *facts)
{
	size_t mend_count = 0;
	for (size_t i = 0; i < sn_doctor_check_count(); i++) {
		struct sn_buf says = {0}, mend = {0};
		enum sn_doctor_verdict verdict = sn_doctor_check(i)->judge(facts, &says, &mend);
		put_check(buf, style, sn_doctor_check(i), verdict, &says, &mend);
		mend_count += verdict == SN_DOCTOR_MEND;
		buf->bad |= says.bad || mend.bad;
		sn_buf_finish(&says);
		sn_buf_finish(&mend);
	}
	if (mend_count)
		sn_buf_printf(buf, "%zu thing%s to mend.\n", mend_count, mend_count == 1 ? "" : "s");
	else
		sn_buf_puts(buf, "Nothing to mend.\n");
	return mend_count;
}

int sn_cmd_doctor(const struct sn_opts *opts, struct sonde_error *err)
{
	struct sn_doctor_facts facts = {.program = ""};
	struct sn_live_cfg screen = sn_terminal_cfg(opts);
	struct sn_buf text = {0};
	sn_doctor_look(&facts);
	size_t mend_count = sn_doctor_report(&text, &screen.style, &facts);
	sn_output_once(&text, err);
	sn_buf_finish(&text);
	return mend_count > 0;
}
