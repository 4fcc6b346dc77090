/* SPDX-License-Identifier: MIT */
/* Charts with a line for each hop: round trips, and sizes that get through. */
#include "out/html.h"

#include "out/times.h"

#include <sonde/mtu.h>

#include <string.h>

enum {
	WIDTH = 600,     /* more, where names leave too little of it */
	SCALE_LEAST = 300,
	NAME = 40,       /* where names begin */
	NAME_MARGIN = 20,
	RIGHT = 56,      /* for the number at the end */
	TOP = 8,
	BOTTOM = 34,
	LANE_HEIGHT = 12,
	ROW_PADDING = 12,
	TICKS = 5,
};

static const double LEAST_STEP = 0.01;

struct chart {
	struct sn_buf *buf;
	int width;
	int left;        /* where the scale begins, behind the longest name */
	int y;           /* of the next hop */
	double scale;    /* units per whole width */
};

static int at(const struct chart *chart, double value)
{
	return chart->left + (int)(value / chart->scale * (chart->width - chart->left - RIGHT) + 0.5);
}

/* The smallest of 1, 2 and 5 times a power of ten that so many ticks of it reach the most. */
static double step_for(double most)
{
	static const double ups[] = {2, 2.5, 2}; /* 1, 2, 5, 10 */
	double step = LEAST_STEP;
	for (size_t i = 0; step * TICKS < most; i++)
		step *= ups[i % 3];
	return step;
}

static void open_chart(struct chart *chart, double most, int height, const char *what, const char *title)
{
	double step = step_for(most);
	chart->scale = step;
	while (chart->scale < most)
		chart->scale += step;
	sn_buf_printf(chart->buf, "<svg class=\"%s\" role=\"img\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">", what, chart->width,
	              height, chart->width, height);
	sn_buf_printf(chart->buf, "<title>%s</title>\n", title);
	for (unsigned line = 0; line * step <= chart->scale * 1.001; line++) {
		double value = line * step;
		sn_buf_printf(chart->buf, "<path class=\"grid\" d=\"M%d %dV%d\"/>", at(chart, value), TOP, height - BOTTOM + 4);
		sn_buf_printf(chart->buf, "<text class=\"soft\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%g</text>\n", at(chart, value),
		              height - BOTTOM + 18, value);
	}
	chart->y = TOP;
}

static void put_label(struct chart *chart, unsigned ttl, const char *name, int middle)
{
	sn_buf_printf(chart->buf, "<text class=\"hop\" x=\"28\" y=\"%d\" text-anchor=\"end\">%u</text>", middle + 4, ttl);
	sn_buf_printf(chart->buf, "<text class=\"%s\" x=\"%d\" y=\"%d\">", *name ? "name" : "soft", NAME, middle + 4);
	sn_html_text(chart->buf, *name ? name : "no answer");
	sn_buf_puts(chart->buf, "</text>");
}

/* ---- round trips ---- */

static double to_ms(sonde_ns ns)
{
	return (double)ns / (double)SONDE_MS;
}

/* One method's answers at one hop. */
static void put_lane(struct chart *chart, const struct sonde_row *row, size_t method, int middle)
{
	const struct sn_times times = sn_times_of(row);
	size_t colour = method % SN_HTML_METHODS;
	if (!times.count)
		return;
	int best = at(chart, to_ms(times.best_ns)), worst = at(chart, to_ms(times.worst_ns)), mean = at(chart, to_ms(times.mean_ns));
	sn_buf_printf(chart->buf, "<path class=\"range s%zu\" d=\"M%d %dH%d\"/>", colour, best, middle, worst);
	sn_buf_printf(chart->buf, "<path class=\"mean s%zu\" d=\"M%d %dV%d\"/>", colour, mean, middle - 6, middle + 6);
	for (size_t i = 0; i < row->query_count; i++)
		if (sonde_query_is_answered(row->queries[i]) && row->queries[i]->answer.rtt_ns >= 0)
			sn_buf_printf(chart->buf, "<circle class=\"probe f%zu\" cx=\"%d\" cy=\"%d\" r=\"3\"/>", colour,
			              at(chart, to_ms(row->queries[i]->answer.rtt_ns)), middle);
}

static void put_mean(struct chart *chart, const struct sonde_row *row, int middle)
{
	const struct sn_times times = sn_times_of(row);
	if (!times.count)
		return;
	sn_buf_printf(chart->buf, "<text class=\"soft\" x=\"%d\" y=\"%d\" text-anchor=\"end\">", chart->width - 4, middle + 4);
	sn_text_ms(chart->buf, times.mean_ns);
	sn_buf_puts(chart->buf, "</text>");
}

/* The scale begins behind names of so many monospaced characters at the size of the style. */
static void make_room(struct chart *chart, size_t characters)
{
	chart->left = NAME + (int)(characters < 9 ? 9 : characters) * 74 / 10 + NAME_MARGIN;
	chart->width = chart->left + SCALE_LEAST + RIGHT;
	chart->width = chart->width < WIDTH ? WIDTH : chart->width;
}

/* "192.0.2.1 +1": who answered, and how many others. */
static void put_name(struct sn_buf *name, const struct sonde_row *row)
{
	char addr[SONDE_ADDR_TEXT];
	if (row->responder_count)
		sn_buf_puts(name, sonde_addr_text(&row->responders[0].addr, addr));
	if (row->responder_count > 1)
		sn_buf_printf(name, " +%zu", row->responder_count - 1);
}

struct span {
	unsigned first, last;  /* hops; none where the last is below the first */
	sonde_ns worst_ns;
	size_t name_bytes;     /* of the longest name */
};

/* What there is to draw: up to the last hop that answered in time. */
static struct span span_of(struct sn_buf *buf, const struct sn_report *report, size_t first, size_t count, struct sonde_row *row)
{
	struct span span = {.first = SONDE_TTL_LAST};
	struct sn_buf name = {0};
	for (size_t i = first; i < first + count; i++) {
		const struct sn_report_trace *trace = &report->traces[i];
		for (unsigned ttl = sn_report_first_ttl(trace); ttl <= sn_report_last_ttl(trace); ttl++) {
			if (sn_report_row(trace, ttl, row) < 0) {
				buf->bad = true;
				continue;
			}
			const struct sn_times times = sn_times_of(row);
			sn_buf_clear(&name);
			put_name(&name, row);
			span.name_bytes = name.length_bytes > span.name_bytes ? name.length_bytes : span.name_bytes;
			span.first = ttl < span.first ? ttl : span.first;
			span.last = times.count && ttl > span.last ? ttl : span.last;
			span.worst_ns = times.worst_ns > span.worst_ns ? times.worst_ns : span.worst_ns;
		}
	}
	buf->bad |= name.bad;
	sn_buf_finish(&name);
	return span;
}

static void put_hop(struct chart *chart, const struct sn_report *report, size_t first, size_t count, unsigned ttl, struct sonde_row *row)
{
	int height = (int)count * LANE_HEIGHT, top = chart->y + ROW_PADDING / 2;
	struct sn_buf name = {0};
	for (size_t i = 0; i < count; i++) {
		const struct sn_report_trace *trace = &report->traces[first + i];
		int middle = top + (int)i * LANE_HEIGHT + LANE_HEIGHT / 2;
		if (ttl > sn_report_last_ttl(trace))
			continue;
		if (sn_report_row(trace, ttl, row) < 0) {
			chart->buf->bad = true;
			continue;
		}
		put_lane(chart, row, i, middle);
		if (count == 1)
			put_mean(chart, row, middle);
		if (!name.length_bytes)
			put_name(&name, row);
	}
	put_label(chart, ttl, sn_buf_text(&name), top + height / 2);
	sn_buf_putc(chart->buf, '\n');
	chart->buf->bad |= name.bad;
	sn_buf_finish(&name);
	chart->y += height + ROW_PADDING;
}

void sn_html_latency(struct sn_buf *buf, const struct sn_report *report, size_t first, size_t count)
{
	struct sonde_row row = {0};
	struct span span = span_of(buf, report, first, count, &row);
	struct chart chart = {.buf = buf};
	make_room(&chart, span.name_bytes);
	if (span.last >= span.first) {
		int rows = (int)(span.last - span.first + 1);
		int height = TOP + rows * ((int)count * LANE_HEIGHT + ROW_PADDING) + BOTTOM;
		open_chart(&chart, to_ms(span.worst_ns), height, "latency", "Round trips of each hop in milliseconds");
		for (unsigned ttl = span.first; ttl <= span.last; ttl++)
			put_hop(&chart, report, first, count, ttl, &row);
		sn_buf_puts(buf, "</svg>\n");
	}
	sonde_row_finish(&row);
}

/* ---- sizes ---- */

void sn_html_sizes(struct sn_buf *buf, const struct sn_report_trace *trace)
{
	struct sonde_mtu mtu;
	struct chart chart = {.buf = buf};
	char name[SONDE_ADDR_TEXT];
	if (sonde_mtu_read(trace->path, &mtu) < 0)
		return;
	unsigned count = 0;
	size_t longest = 0;
	uint16_t most = mtu.device_bytes;
	for (unsigned ttl = 1; ttl <= SONDE_TTL_LAST; ttl++) {
		count += mtu.hop_bytes[ttl] != 0;
		size_t bytes = strlen(sonde_addr_text(&mtu.hops[ttl], name));
		longest = bytes > longest ? bytes : longest;
		most = mtu.hop_bytes[ttl] > most ? mtu.hop_bytes[ttl] : most;
	}
	if (!count)
		return;
	make_room(&chart, longest);
	open_chart(&chart, most, TOP + (int)count * (LANE_HEIGHT + ROW_PADDING) + BOTTOM, "sizes",
	           "Largest packet that got to each hop, in bytes");
	for (unsigned ttl = 1; ttl <= SONDE_TTL_LAST; ttl++) {
		int middle = chart.y + (LANE_HEIGHT + ROW_PADDING) / 2;
		if (!mtu.hop_bytes[ttl])
			continue;
		put_label(&chart, ttl, mtu.hops[ttl].family ? sonde_addr_text(&mtu.hops[ttl], name) : "", middle);
		sn_buf_printf(buf, "<rect class=\"f0\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"10\" rx=\"3\"/>", chart.left, middle - 5,
		              at(&chart, mtu.hop_bytes[ttl]) - chart.left);
		sn_buf_printf(buf, "<text class=\"soft\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%u</text>\n", chart.width - 4, middle + 4,
		              (unsigned)mtu.hop_bytes[ttl]);
		chart.y += LANE_HEIGHT + ROW_PADDING;
	}
	sn_buf_puts(buf, "</svg>\n");
}
