/* SPDX-License-Identifier: MIT */
/* The verdict: what was found about one path, as a paragraph, and a command to try on a line of its own. */
#include "out/text.h"

#include <string.h>

/* How sure a finding is, in front of what else it could be. What is certain needs no word, and an undecided one says so itself. */
static const char *const sure[] = {
    [SONDE_CONFIDENCE_POSSIBLE] = "One reading of several",
    [SONDE_CONFIDENCE_LIKELY] = "Likely",
    [SONDE_CONFIDENCE_CERTAIN] = NULL,
};

void sn_finding_doubt(struct sn_buf *buf, const struct sonde_finding *f)
{
	if (!sure[f->confidence])
		return;
	sn_buf_puts(buf, sure[f->confidence]);
	if (f->otherwise[0])
		sn_buf_printf(buf, "; otherwise %s", f->otherwise);
	sn_buf_putc(buf, '.');
}

static void put_finding(struct sn_buf *text, const struct sonde_finding *f)
{
	sn_buf_printf(text, "%s%s", text->length_bytes ? " " : "", f->sentence);
	/* what is said of all methods rests on what is said of each, with its own word for how sure that is, or stands for these */
	struct sn_buf doubt = {0};
	if (f->path != SONDE_PATH_ALL || f->seen_by)
		sn_finding_doubt(&doubt, f);
	sn_buf_printf(text, "%s%s", doubt.length_bytes ? " " : "", sn_buf_text(&doubt));
	text->bad |= doubt.bad;
	sn_buf_finish(&doubt);
}

/* Where all is well, or nothing more is to be learnt, there is nothing to try. */
bool sn_finding_is_open(const struct sonde_finding *f)
{
	return f->next[0] && (f->rule->severity >= SONDE_SEVERITY_WARNING || f->confidence == SONDE_CONFIDENCE_UNDECIDED);
}

void sn_text_findings(struct sn_buf *text, const struct sonde_findings *findings, size_t path)
{
	/* what is known comes before what cannot be told */
	for (int open = 0; open < 2; open++)
		for (size_t i = 0; i < findings->count; i++) {
			const struct sonde_finding *f = &findings->items[i];
			if (f->path == path && (f->confidence == SONDE_CONFIDENCE_UNDECIDED) == open)
				put_finding(text, f);
		}
}

const char *sn_text_next(const struct sonde_findings *findings, const size_t *path)
{
	for (size_t i = 0; i < findings->count; i++)
		if ((!path || findings->items[i].path == *path) && sn_finding_is_open(&findings->items[i]))
			return findings->items[i].next;
	return NULL;
}

void sn_text_verdict(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_findings *findings, size_t path)
{
	struct sn_buf text = {0};
	const char *next = sn_text_next(findings, &path);
	sn_text_findings(&text, findings, path);
	if (text.length_bytes)
		sn_text_wrap(buf, style->width_columns, sn_buf_text(&text));
	if (next)
		sn_buf_printf(buf, "Try: %s\n", next);
	buf->bad |= text.bad;
	sn_buf_finish(&text);
}
