/* SPDX-License-Identifier: MIT */
/* How a finding is spelled in fields. */
#include "out/findings.h"

#include <stdio.h>
#include <string.h>

static void put_ttl(struct sn_buf *buf, uint8_t ttl)
{
	if (ttl)
		sn_buf_printf(buf, "\t%u", (unsigned)ttl);
	else
		sn_buf_puts(buf, "\t-");
}

/* As a person would write it: "3", "0.5", never "3.000" nor "-0". */
static void put_number(struct sn_buf *buf, double value)
{
	enum { BYTES = 320 }; /* the longest double has 309 digits before its point */
	char text[BYTES];
	snprintf(text, sizeof text, "%.3f", value);
	char *point = strchr(text, '.'), *end = text + strlen(text);
	while (point && end > point && (end[-1] == '0' || end[-1] == '.'))
		*--end = '\0';
	sn_buf_puts(buf, strcmp(text, "-0") == 0 ? "0" : text);
}

static void put_finding(struct sn_buf *buf, const struct sonde_finding *f, const struct sonde_trace_cfg *cfg, const struct sonde_addr *dst)
{
	char by[SONDE_ADDR_TEXT], label[SONDE_LABEL_BYTES];
	sn_buf_printf(buf, "finding\t%s\t%s\t%s\t%u", f->rule->id, sonde_severity_name(f->rule->severity),
	              sonde_confidence_name(f->confidence), (unsigned)f->exit_status);
	put_ttl(buf, f->first_ttl);
	put_ttl(buf, f->last_ttl);
	sn_buf_printf(buf, "\t%s\t", sonde_addr_text(&f->by, by));
	for (size_t i = 0; i < f->evidence_count; i++) {
		sn_buf_printf(buf, "%s%s=", i ? " " : "", f->evidence[i].key);
		put_number(buf, f->evidence[i].value);
	}
	sn_buf_printf(buf, "%s\t%s\t%s", f->evidence_count ? "" : "-", f->who ? f->who : "-", cfg ? sonde_label(cfg, label) : "-");
	sn_buf_printf(buf, "\t%s\n", dst ? sonde_addr_text(dst, by) : "-");
}

void sn_findings_lines(struct sn_buf *buf, const struct sonde_findings *findings, const struct sonde_path *const *paths, size_t path_count)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct sonde_finding *f = &findings->items[i];
		/* all paths of a case go to one target */
		put_finding(buf, f, f->path < path_count ? sonde_path_cfg(paths[f->path]) : NULL,
		            path_count ? &sonde_path_cfg(paths[0])->dst : NULL);
	}
}
