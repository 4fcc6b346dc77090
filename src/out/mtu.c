/* SPDX-License-Identifier: MIT */
/* The table of sonde mtu: this machine, the hops, and what is narrower behind each. */
#include "out/mtu.h"

#include "base/clean.h"
#include "out/line.h"
#include "out/who.h"

#include <string.h>

enum { HOP_COLUMNS = 3, ADDR4_COLUMNS = 15, ADDR6_COLUMNS = 24, BYTES_COLUMNS = 6, BEHIND_MOST = 40, CONTINUATION_COLUMNS = 4 };

void sn_mtu_header(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_text_about *about,
                   const struct sonde_trace_cfg *cfg)
{
	struct sn_buf text = {0};
	sn_buf_puts(&text, "sonde mtu to ");
	sn_text_host(&text, style, about->host, &cfg->dst, about->address_count);
	sn_buf_printf(&text, ", %s", about->method->name);
	if (about->method->takes_port)
		sn_buf_printf(&text, " port %u", (unsigned)(cfg->dport ? cfg->dport : about->method->default_port));
	sn_buf_printf(&text, " over IPv%u, ", (unsigned)cfg->dst.family);
	if (about->wire)
		sn_buf_printf(&text, "%s wire", about->wire);
	else
		sn_buf_puts(&text, "from a capture");
	if (cfg->mtu_bytes)
		sn_buf_printf(&text, ", up to %u bytes", (unsigned)cfg->mtu_bytes);
	sn_text_wrap(buf, style->width_columns, sn_buf_text(&text));
	buf->bad |= text.bad;
	sn_buf_finish(&text);
}

/* What is said of the link behind a hop. */
static void say_behind(struct sn_buf *text, const struct sonde_narrowing *n)
{
	static const char *const how[] = {
	    [SONDE_MTU_LOCAL] = "its own link", [SONDE_MTU_SAID] = "packet too big", [SONDE_MTU_SILENT] = "silently",
	    [SONDE_MTU_DOUBTED] = "not surely", [SONDE_MTU_REFUSED] = "refused"};
	if (text->length_bytes)
		sn_buf_puts(text, "; ");
	if (sonde_narrowing_is_exact(n))
		sn_buf_printf(text, "%u, %s", (unsigned)n->got_bytes, how[n->cause]);
	else
		sn_buf_printf(text, "%u to %u, %s", (unsigned)n->got_bytes, n->refused_bytes - 1u, how[n->cause]);
	if (n->cause == SONDE_MTU_REFUSED || n->cause == SONDE_MTU_DOUBTED)
		sn_buf_printf(text, ": %s", sonde_meaning_name(n->meaning));
	if (n->cause == SONDE_MTU_SAID && !n->said_bytes)
		sn_buf_puts(text, ", MTU not named");
	else if (n->cause == SONDE_MTU_SAID && n->said_bytes != n->got_bytes)
		sn_buf_printf(text, ", MTU %u named", (unsigned)n->said_bytes);
	if (n->before_ttl > n->after_ttl + 1)
		sn_buf_printf(text, ", before hop %u", (unsigned)n->before_ttl);
	else if (n->cause == SONDE_MTU_SILENT && !n->before_ttl)
		sn_buf_puts(text, ", somewhere");
}

/* One of several ways is narrower. */
static void say_ways(struct sn_buf *text, const struct sonde_mtu_ways *ways)
{
	sn_buf_printf(text, "refused to some: %s", sonde_meaning_name(ways->meaning));
	if (ways->said_bytes)
		sn_buf_printf(text, ", MTU %u named", (unsigned)ways->said_bytes);
}

void sn_mtu_behind(struct sn_buf *text, const struct sonde_mtu *mtu, unsigned ttl)
{
	for (size_t i = 0; !mtu->ways.several && i < mtu->narrowing_count; i++)
		if (mtu->narrowings[i].after_ttl == ttl)
			say_behind(text, &mtu->narrowings[i]);
	if (mtu->ways.several && ttl && sonde_addr_equal(&mtu->hops[ttl], &mtu->ways.by))
		say_ways(text, &mtu->ways);
}

unsigned sn_mtu_last_ttl(const struct sonde_mtu *mtu)
{
	unsigned last = mtu->aim_ttl;
	for (unsigned ttl = 1; !mtu->aim_ttl && ttl <= SONDE_TTL_LAST; ttl++)
		last = mtu->hops[ttl].family ? ttl : last;
	return last;
}

/* Where names stand: behind the longest text that stands before one, unless nothing else had room then. */
static size_t behind_columns(const struct sn_text_style *style, const struct sonde_mtu *mtu)
{
	struct sn_buf text = {0};
	size_t widest = 0;
	for (unsigned ttl = 1; ttl <= sn_mtu_last_ttl(mtu); ttl++) {
		sn_buf_clear(&text);
		if (sn_who_of(style->who, &mtu->hops[ttl])->name)
			sn_mtu_behind(&text, mtu, ttl);
		size_t columns = sn_line_columns(sn_buf_text(&text));
		widest = columns > widest ? columns : widest;
	}
	sn_buf_finish(&text);
	return widest < BEHIND_MOST ? widest : BEHIND_MOST;
}

struct widths {
	size_t addr_columns, behind_columns;
};

static void put_row(struct sn_line *line, const struct sn_text_style *style, const struct sonde_mtu *mtu, unsigned ttl,
                    struct widths widths)
{
	struct sn_buf text = {0};
	char addr[SONDE_ADDR_TEXT];
	bool target = mtu->reached && ttl == mtu->aim_ttl && ttl, silent = ttl && !mtu->hops[ttl].family;
	sn_buf_printf(&text, "%u", ttl);
	sn_line_put(line, sn_buf_text(&text), HOP_COLUMNS, false, SN_TINT_NONE);
	sn_line_put(line, !ttl ? "this machine" : silent ? "*" : sonde_addr_text(&mtu->hops[ttl], addr), widths.addr_columns, true,
	            silent ? SN_TINT_DIM : target ? SN_TINT_STRONG : SN_TINT_NONE);
	uint16_t bytes = ttl ? mtu->hop_bytes[ttl] : mtu->device_bytes;
	sn_buf_clear(&text);
	sn_buf_printf(&text, "%u", (unsigned)bytes);
	sn_line_put(line, bytes ? sn_buf_text(&text) : "", BYTES_COLUMNS, false, SN_TINT_NONE);
	sn_buf_clear(&text);
	sn_mtu_behind(&text, mtu, ttl);
	const struct sn_who *who = sn_who_of(silent || !ttl ? NULL : style->who, &mtu->hops[ttl]);
	size_t width = who->name ? widths.behind_columns : 0;
	if (text.length_bytes)
		sn_line_put(line, sn_buf_text(&text), width, true, SN_TINT_MARK);
	else if (width)
		sn_line_skip(line, width);
	if (who->name)
		sn_who_put(line, who, SONDE_ABOUT_NAME, 0, style->ascii);
	sn_line_end(line);
	line->buf->bad |= text.bad;
	sn_buf_finish(&text);
}

void sn_mtu_table(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_path *path)
{
	struct sonde_mtu mtu;
	struct sn_line line = {
	    .buf = buf, .width_columns = style->width_columns, .indent_columns = CONTINUATION_COLUMNS, .colour = style->colour};
	if (sonde_mtu_read(path, &mtu) < 0)
		return;
	const struct widths widths = {.addr_columns = sonde_path_cfg(path)->dst.family == 4 ? ADDR4_COLUMNS : ADDR6_COLUMNS,
	                              .behind_columns = behind_columns(style, &mtu)};
	unsigned last = sn_mtu_last_ttl(&mtu);
	sn_line_put(&line, "Hop", HOP_COLUMNS, false, SN_TINT_DIM);
	sn_line_put(&line, "Address", widths.addr_columns, true, SN_TINT_DIM);
	sn_line_put(&line, "Passes", BYTES_COLUMNS, false, SN_TINT_DIM);
	sn_line_put(&line, "Behind it", 0, true, SN_TINT_DIM);
	sn_line_end(&line);
	uint32_t asn = 0;
	for (unsigned ttl = 0; ttl <= last; ttl = sn_mtu_next_ttl(sonde_path_cfg(path), ttl)) {
		const struct sn_who *who = sn_who_of_any(ttl ? style->who : NULL, &mtu.hops[ttl], 1);
		if (who && who->asn != asn)
			sn_who_put_network(&line, who, style->ascii);
		asn = who ? who->asn : asn;
		put_row(&line, style, &mtu, ttl, widths);
	}
}
