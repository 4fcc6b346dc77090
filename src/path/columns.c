/* SPDX-License-Identifier: MIT */
/* THE COLUMN TABLE: what can be said of a row, each thing once, for the hop table and every machine format. */
#include <sonde/path.h>

#include "base/wilson.h"

#include <string.h>

static const struct sonde_responder *responder_of(const struct sonde_row *row, size_t responder)
{
	return responder < row->responder_count ? &row->responders[responder] : NULL;
}

static struct sonde_cell count_cell(uint64_t count)
{
	return (struct sonde_cell){.kind = SONDE_CELL_COUNT, .as.count = count};
}

static struct sonde_cell get_hop(const struct sonde_row *row, size_t responder)
{
	(void)responder;
	return count_cell(row->ttl);
}

static struct sonde_cell get_address(const struct sonde_row *row, size_t responder)
{
	const struct sonde_responder *r = responder_of(row, responder);
	struct sonde_cell cell = {.kind = SONDE_CELL_ADDR};
	if (r)
		cell.as.addr = r->addr;
	return cell;
}

/* Over probes whose fate is known: one that is still waited for, never left, or came in a crowd says nothing of the path. Nor does a hop
 * that answered nothing at all: it is silent, and a share of loss would call it broken. */
static struct sonde_cell get_loss(const struct sonde_row *row, size_t responder)
{
	(void)responder;
	uint32_t known = row->answered_count + row->lost_count;
	if (!known || !row->answered_count)
		return (struct sonde_cell){.kind = SONDE_CELL_NONE};
	return (struct sonde_cell){.kind = SONDE_CELL_PPM, .as.ppm = (uint32_t)((uint64_t)row->lost_count * 1000000u / known)};
}

static struct sonde_cell get_times(const struct sonde_row *row, size_t responder)
{
	(void)row, (void)responder;
	return (struct sonde_cell){.kind = SONDE_CELL_TIMES};
}

static struct sonde_cell time_cell(const struct sonde_responder *r, sonde_ns ns)
{
	if (!r || !r->timed_count)
		return (struct sonde_cell){.kind = SONDE_CELL_NONE};
	return (struct sonde_cell){.kind = SONDE_CELL_NS, .as.ns = ns};
}

static struct sonde_cell get_best(const struct sonde_row *row, size_t responder)
{
	const struct sonde_responder *r = responder_of(row, responder);
	return time_cell(r, r ? r->best_ns : 0);
}

static struct sonde_cell get_avg(const struct sonde_row *row, size_t responder)
{
	const struct sonde_responder *r = responder_of(row, responder);
	return time_cell(r, r && r->timed_count ? r->sum_ns / r->timed_count : 0);
}

static struct sonde_cell get_worst(const struct sonde_row *row, size_t responder)
{
	const struct sonde_responder *r = responder_of(row, responder);
	return time_cell(r, r ? r->worst_ns : 0);
}

static bool is_timed_by(const struct sonde_query *query, const struct sonde_responder *r)
{
	return sonde_query_is_answered(query) && query->answer.rtt_ns >= 0 && sonde_addr_equal(&query->answer.from, &r->addr);
}

static uint64_t count_up_to(const struct sonde_row *row, const struct sonde_responder *r, sonde_ns most_ns)
{
	uint64_t count = 0;
	for (size_t i = 0; i < row->query_count; i++)
		count += is_timed_by(row->queries[i], r) && row->queries[i]->answer.rtt_ns <= most_ns;
	return count;
}

/* The least time that so many percent of all do not exceed: one of those that were measured. Halving needs no memory and no order. */
static struct sonde_cell get_p95(const struct sonde_row *row, size_t responder)
{
	enum { PERCENT = 95 };
	const struct sonde_responder *r = responder_of(row, responder);
	if (!r || !r->timed_count)
		return time_cell(r, 0);
	uint64_t wanted = ((uint64_t)r->timed_count * PERCENT + 99) / 100;
	sonde_ns low = r->best_ns, high = r->worst_ns;
	while (low < high) {
		sonde_ns middle = low + (high - low) / 2;
		if (count_up_to(row, r, middle) >= wanted)
			high = middle;
		else
			low = middle + 1;
	}
	return time_cell(r, low);
}

/* Mean difference between a time and the one before it, in order of sending. */
static struct sonde_cell get_jitter(const struct sonde_row *row, size_t responder)
{
	const struct sonde_responder *r = responder_of(row, responder);
	sonde_ns before = -1, sum = 0;
	uint32_t count = 0;
	for (size_t i = 0; r && i < row->query_count; i++) {
		if (!is_timed_by(row->queries[i], r))
			continue;
		sonde_ns rtt = row->queries[i]->answer.rtt_ns;
		if (before >= 0) {
			sum += rtt > before ? rtt - before : before - rtt;
			count++;
		}
		before = rtt;
	}
	return count ? time_cell(r, sum / count) : (struct sonde_cell){.kind = SONDE_CELL_NONE};
}

/* Where the true share of loss lies, with 95 % confidence. */
static struct sonde_cell get_interval(const struct sonde_row *row, size_t responder)
{
	const double million = 1e6;
	(void)responder;
	uint32_t known = row->answered_count + row->lost_count;
	if (!known || !row->answered_count)
		return (struct sonde_cell){.kind = SONDE_CELL_NONE};
	struct sn_interval at = sn_wilson((double)row->lost_count / known, known, SN_Z95);
	return (struct sonde_cell){.kind = SONDE_CELL_RANGE,
	                           .as.range = {(uint32_t)(at.low * million + 0.5), (uint32_t)(at.high * million + 0.5)}};
}

static struct sonde_cell get_sent(const struct sonde_row *row, size_t responder)
{
	(void)responder;
	return count_cell(row->sent_count - row->dropped_count);
}

static struct sonde_cell get_answered(const struct sonde_row *row, size_t responder)
{
	const struct sonde_responder *r = responder_of(row, responder);
	return count_cell(r ? r->answered_count : 0);
}

static struct sonde_cell get_reply_ttl(const struct sonde_row *row, size_t responder)
{
	const struct sonde_responder *r = responder_of(row, responder);
	return r && r->reply_ttl ? count_cell(r->reply_ttl) : (struct sonde_cell){.kind = SONDE_CELL_NONE};
}

static struct sonde_cell get_changed(const struct sonde_row *row, size_t responder)
{
	const struct sonde_responder *r = responder_of(row, responder);
	bool changed = false;
	for (size_t i = 0; r && i < row->query_count; i++)
		changed |= (sonde_query_changes(row->queries[i]) || row->queries[i]->answer.weak) &&
		           sonde_addr_equal(&row->queries[i]->answer.from, &r->addr);
	return (struct sonde_cell){.kind = changed ? SONDE_CELL_CHANGES : SONDE_CELL_NONE};
}

static struct sonde_cell about_cell(const struct sonde_row *row, size_t responder, enum sonde_about what)
{
	struct sonde_cell cell = {.kind = SONDE_CELL_ABOUT, .as.about = {.what = what}};
	if (responder_of(row, responder))
		cell.as.about.addr = row->responders[responder].addr;
	return cell;
}

static struct sonde_cell get_name(const struct sonde_row *row, size_t responder)
{
	return about_cell(row, responder, SONDE_ABOUT_NAME);
}

static struct sonde_cell get_asn(const struct sonde_row *row, size_t responder)
{
	return about_cell(row, responder, SONDE_ABOUT_ASN);
}

static struct sonde_cell get_network(const struct sonde_row *row, size_t responder)
{
	return about_cell(row, responder, SONDE_ABOUT_NETWORK);
}

static struct sonde_cell get_country(const struct sonde_row *row, size_t responder)
{
	return about_cell(row, responder, SONDE_ABOUT_COUNTRY);
}

static const struct sonde_column columns[] = {
    {.key = "hop",
     .header = "Hop",
     .unit = "",
     .doc = "distance in hops: the TTL the probes were sent with",
     .width4 = 3,
     .width6 = 3,
     .first_line = true,
     .standard = true,
     .get = get_hop},
    {.key = "address",
     .header = "Address",
     .unit = "",
     .doc = "who answered; * for a silent hop",
     .width4 = 15,
     .width6 = 25,
     .left = true,
     .standard = true,
     .get = get_address},
    {.key = "loss",
     .header = "Loss",
     .unit = "%",
     .doc = "probes that got no answer; empty for a silent hop. A router that is busy or silent is no fault of the path",
     .width4 = 4,
     .width6 = 4,
     .first_line = true,
     .standard = true,
     .get = get_loss},
    {.key = "times",
     .header = "Times",
     .unit = "ms",
     .doc = "round trip of each probe, with its mark; * for no answer",
     .width4 = 21,
     .width6 = 21,
     .left = true,
     .standard = true,
     .get = get_times},
    {.key = "best", .header = "Best", .unit = "ms", .doc = "shortest round trip", .width4 = 6, .width6 = 6, .get = get_best},
    {.key = "avg", .header = "Avg", .unit = "ms", .doc = "mean round trip", .width4 = 6, .width6 = 6, .get = get_avg},
    {.key = "worst", .header = "Worst", .unit = "ms", .doc = "longest round trip", .width4 = 6, .width6 = 6, .get = get_worst},
    {.key = "p95",
     .header = "P95",
     .unit = "ms",
     .doc = "round trip that 95 % of the answers do not exceed",
     .width4 = 6,
     .width6 = 6,
     .get = get_p95},
    {.key = "jitter",
     .header = "Jitter",
     .unit = "ms",
     .doc = "mean difference between one round trip and the next",
     .width4 = 6,
     .width6 = 6,
     .get = get_jitter},
    {.key = "interval",
     .header = "Interval",
     .unit = "%",
     .doc = "where the true loss lies with 95 % confidence (Wilson): wide where few were asked",
     .width4 = 8,
     .width6 = 8,
     .first_line = true,
     .get = get_interval},
    {.key = "sent",
     .header = "Sent",
     .unit = "",
     .doc = "probes sent and waited for",
     .width4 = 4,
     .width6 = 4,
     .first_line = true,
     .get = get_sent},
    {.key = "answered",
     .header = "Answered",
     .unit = "",
     .doc = "probes that this address answered",
     .width4 = 8,
     .width6 = 8,
     .get = get_answered},
    {.key = "reply-ttl",
     .header = "Reply TTL",
     .unit = "",
     .doc = "TTL or hop limit that the newest answer arrived with",
     .width4 = 9,
     .width6 = 9,
     .get = get_reply_ttl},
    {.key = "name",
     .header = "Name",
     .unit = "",
     .doc = "reverse name of the address; -n leaves it out",
     .width4 = 24,
     .width6 = 24,
     .left = true,
     .found = true,
     .get = get_name},
    {.key = "asn",
     .header = "AS",
     .unit = "",
     .doc = "autonomous system that announces the address (--asn-db, --as-lookup)",
     .width4 = 9,
     .width6 = 9,
     .left = true,
     .get = get_asn},
    {.key = "network",
     .header = "Network",
     .unit = "",
     .doc = "prefix that is announced (--asn-db, --as-lookup)",
     .width4 = 18,
     .width6 = 22,
     .left = true,
     .get = get_network},
    {.key = "country",
     .header = "Country",
     .unit = "",
     .doc = "where the address is used or registered (--geo-db, --as-lookup)",
     .width4 = 7,
     .width6 = 7,
     .left = true,
     .get = get_country},
    {.key = "changed",
     .header = "Changed",
     .unit = "",
     .doc = "fields of the probes that had other values when they got there, sent and arrived",
     .width4 = 7,
     .width6 = 7,
     .left = true,
     .found = true,
     .get = get_changed},
};

size_t sonde_column_count(void)
{
	return sizeof columns / sizeof *columns;
}

const struct sonde_column *sonde_column(size_t index)
{
	return index < sonde_column_count() ? &columns[index] : NULL;
}

int sonde_column_find(const char *key)
{
	for (size_t i = 0; i < sonde_column_count(); i++)
		if (strcmp(columns[i].key, key) == 0)
			return (int)i;
	return -1;
}
