/* SPDX-License-Identifier: MIT */
/* Echo requests against UDP, as judges of one path. */
#include "cli/asked_again.h"

#include <sonde/mtu.h>

/* What larger packets come to; NULL: nobody knows, or they all get through. */
static const struct sonde_narrowing *last_of(const struct sonde_mtu *mtu)
{
	return mtu->narrowing_count ? &mtu->narrowings[mtu->narrowing_count - 1] : NULL;
}

bool sn_echo_is_doubted(const struct sonde_path *by_echo)
{
	struct sonde_mtu mtu;
	const struct sonde_event_end *end = sonde_path_end(by_echo);
	bool whole = end && end->stop != SONDE_STOP_LOCAL_ERROR && end->stop != SONDE_STOP_DEADLINE && end->stop != SONDE_STOP_INTERRUPTED;
	if (!whole || sonde_path_cfg(by_echo)->method != (size_t)sonde_method_find("icmp") || sonde_mtu_read(by_echo, &mtu) < 0)
		return false;
	const struct sonde_narrowing *last = last_of(&mtu);
	bool vanish = last && (last->cause == SONDE_MTU_SILENT || last->cause == SONDE_MTU_REFUSED || last->cause == SONDE_MTU_DOUBTED);
	/* who takes several ways is known to: few answers, as UDP gets, do not tell more of that */
	return !mtu.ways.several && !mtu.ways.uneven && (!mtu.reached || vanish);
}

static void say_doubt(const struct sonde_path *by_echo, struct sn_buf *out)
{
	struct sonde_mtu mtu;
	const struct sonde_narrowing *last = sonde_mtu_read(by_echo, &mtu) < 0 ? NULL : last_of(&mtu);
	if (!last || last->cause == SONDE_MTU_DOUBTED)
		sn_buf_puts(out, "Echo requests do not tell");
	else if (!mtu.reached)
		sn_buf_puts(out, "The target answered no echo requests");
	else if (last->cause == SONDE_MTU_REFUSED)
		sn_buf_printf(out, "Echo requests of %u bytes and more were refused", (unsigned)last->refused_bytes);
	else
		sn_buf_printf(out, "Echo requests of more than %u bytes were not answered", (unsigned)last->got_bytes);
	if (mtu.reached && last && last->cause == SONDE_MTU_SILENT && last->sure)
		sn_buf_puts(out, ": asked again by UDP, of which larger packets get through. Large pings are filtered, or take another "
		                 "way.");
	else
		sn_buf_puts(out, ": asked again by UDP.");
}

static bool tells_more(const struct sonde_path *by_udp, const struct sonde_path *by_echo)
{
	struct sonde_mtu mtu, echo;
	if (!by_udp || sonde_mtu_read(by_udp, &mtu) < 0 || sonde_mtu_read(by_echo, &echo) < 0 || !mtu.reached)
		return false;
	const struct sonde_narrowing *last = last_of(&mtu), *echo_last = last_of(&echo);
	bool open = echo_last && echo_last->cause == SONDE_MTU_SILENT && !echo_last->sure;
	return !echo.reached || mtu.path_bytes > echo.path_bytes || (open && last && last->cause != SONDE_MTU_SILENT) ||
	       (open && last && last->sure);
}

void sn_asked_again(const struct sonde_path *by_echo, const struct sonde_path *by_udp, bool interrupted, struct sn_asked_again *out)
{
	*out = (struct sn_asked_again){.by_udp = tells_more(by_udp, by_echo)};
	out->method = out->by_udp ? "icmp" : "udp";
	out->result = out->by_udp ? "told-less" : interrupted ? "interrupted" : "told-no-more";
	if (out->by_udp)
		say_doubt(by_echo, &out->note);
	else
		sn_buf_puts(&out->note, interrupted ? "Interrupted while UDP was asked as well: this is what echo requests showed."
		                                    : "Asked again by UDP, which told no more: this is what echo requests showed.");
}
