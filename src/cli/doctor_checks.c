/* SPDX-License-Identifier: MIT */
/* THE TABLE OF CHECKS of sonde doctor: one row and one function each. */
#include "cli/doctor_checks.h"

#include "base/word.h"

#include <inttypes.h>
#include <string.h>

/* ---- what may be sent ---- */

static enum sn_doctor_verdict capability(const struct sn_doctor_facts *f, struct sn_buf *says, struct sn_buf *mend)
{
	if (f->cap_effective || f->cap_permitted) {
		sn_buf_printf(says, "cap_net_raw is %s%s: raw sockets and every method", f->cap_effective ? "effective" : "permitted",
		              f->cap_file ? ", by the program's file" : "");
		return SN_DOCTOR_FINE;
	}
	if (f->cap_file)
		sn_buf_puts(says, "the program's file has cap_net_raw, but this process did not get it: its mount may be nosuid, or "
		                  "whoever started it gave up new privileges");
	else
		sn_buf_printf(says, "this user may open no raw sockets%s: unprivileged ones show less, and send fewer methods",
		              f->file_known ? ", and the program's file has no capability" : "");
	if (!f->cap_file)
		sn_buf_printf(mend, "sudo setcap cap_net_raw+p %s", f->program);
	return SN_DOCTOR_MEND;
}

static bool is_in_range(const struct sn_doctor_facts *f)
{
	for (size_t i = 0; i < f->group_count; i++)
		if (f->groups[i] >= f->ping_low.value && f->groups[i] <= f->ping_high.value)
			return true;
	return false;
}

static enum sn_doctor_verdict ping_sockets(const struct sn_doctor_facts *f, struct sn_buf *says, struct sn_buf *mend)
{
	bool known = f->ping_low.known && f->ping_high.known, raw = f->cap_effective || f->cap_permitted;
	if (known && f->ping_low.value > f->ping_high.value)
		sn_buf_printf(says, "net.ipv4.ping_group_range is %" PRId64 " %" PRId64 ", which is nobody", f->ping_low.value,
		              f->ping_high.value);
	else if (known)
		sn_buf_printf(says, "net.ipv4.ping_group_range is %" PRId64 " %" PRId64 ", and this user is %s", f->ping_low.value,
		              f->ping_high.value, is_in_range(f) ? "in one of these groups" : "in none of these groups");
	else
		sn_buf_puts(says, "net.ipv4.ping_group_range cannot be read");
	if (f->can_ping4 || f->can_ping6) {
		sn_buf_printf(says, ": ICMP echo without privilege over %s",
		              !f->can_ping6 ? "IPv4" : !f->can_ping4 ? "IPv6" : "IPv4 and IPv6");
		return SN_DOCTOR_FINE;
	}
	if (raw) {
		sn_buf_puts(says, ": no ICMP echo without privilege, which raw sockets make up for");
		return SN_DOCTOR_NOTE;
	}
	sn_buf_puts(says, ": no ICMP echo, and UDP is sent instead");
	if (!known || !is_in_range(f))
		sn_buf_puts(mend, "sudo sysctl -w net.ipv4.ping_group_range='0 2147483647'");
	return SN_DOCTOR_MEND;
}

static enum sn_doctor_verdict error_queue(const struct sn_doctor_facts *f, struct sn_buf *says, struct sn_buf *mend)
{
	bool queue6 = f->recverr6 || f->ipv6 == SN_DOCTOR_IPV6_ABSENT, place6 = f->rfc4884_6 || f->ipv6 == SN_DOCTOR_IPV6_ABSENT;
	if (!f->recverr4 || !queue6) {
		sn_buf_printf(says, "the kernel has no error queue (%s): unprivileged traces show no router",
		              f->recverr4 ? "IPV6_RECVERR" : "IP_RECVERR");
		sn_buf_puts(mend, "use another kernel, or raw sockets");
		return SN_DOCTOR_MEND;
	}
	if (!f->rfc4884_4 || !place6) {
		sn_buf_puts(says, "the kernel does not tell where extensions of ICMP errors begin (RFC 4884, Linux 5.9 and later): "
		                  "unprivileged traces find MPLS labels by their usual place only");
		return SN_DOCTOR_NOTE;
	}
	sn_buf_puts(says, "IP_RECVERR with RFC 4884: unprivileged traces see routers, with the extensions of their errors");
	return SN_DOCTOR_FINE;
}

/* ---- where it may go ---- */

static enum sn_doctor_verdict ipv4(const struct sn_doctor_facts *f, struct sn_buf *says, struct sn_buf *mend)
{
	if (f->route4) {
		sn_buf_puts(says, "there is a default route");
		return SN_DOCTOR_FINE;
	}
	sn_buf_puts(says, "there is no default route: only networks with a route of their own can be reached");
	sn_buf_puts(mend, "ip -4 route");
	return SN_DOCTOR_NOTE;
}

static enum sn_doctor_verdict ipv6(const struct sn_doctor_facts *f, struct sn_buf *says, struct sn_buf *mend)
{
	if (f->ipv6 == SN_DOCTOR_IPV6_ABSENT) {
		sn_buf_puts(says, "this kernel has no IPv6");
		sn_buf_puts(mend, "remove ipv6.disable=1 from the kernel's command line");
		return SN_DOCTOR_MEND;
	}
	if (f->ipv6 == SN_DOCTOR_IPV6_OFF) {
		sn_buf_puts(says, "IPv6 is switched off by net.ipv6.conf.all.disable_ipv6");
		sn_buf_puts(mend, "sudo sysctl -w net.ipv6.conf.all.disable_ipv6=0");
		return SN_DOCTOR_MEND;
	}
	if (!f->route6) {
		sn_buf_puts(says, "there is no default route: this network seems to offer no IPv6");
		sn_buf_puts(mend, "ip -6 route");
		return SN_DOCTOR_NOTE;
	}
	sn_buf_puts(says, "there is a default route");
	return SN_DOCTOR_FINE;
}

static enum sn_doctor_verdict sources(const struct sn_doctor_facts *f, struct sn_buf *says, struct sn_buf *mend)
{
	size_t strict_count = 0;
	const char *first = NULL;
	for (size_t i = 0; i < f->device_count; i++)
		if (f->devices[i].rp_filter == 1) {
			first = first ? first : f->devices[i].name;
			strict_count++;
		}
	if (strict_count == 0) {
		sn_buf_puts(says, "rp_filter is strict on no interface: answers may come in by another one than probes leave by");
		return SN_DOCTOR_FINE;
	}
	sn_buf_printf(says, "rp_filter is strict on %s", first);
	if (strict_count > 1)
		sn_buf_printf(says, " and %zu more", strict_count - 1);
	if (f->device_count < 2) {
		sn_buf_puts(says, ", which is the only interface: nothing can come in by another");
		return SN_DOCTOR_FINE;
	}
	sn_buf_printf(says, ": of %zu interfaces that are up; answers that come in there from where this machine would not send to are "
	                    "dropped",
	              f->device_count);
	sn_buf_printf(mend, "sudo sysctl -w net/ipv4/conf/%s/rp_filter=2", first);
	return SN_DOCTOR_MEND;
}

static void put_limit(struct sn_buf *says, const char *name, const struct sn_doctor_number *number, const char *unit)
{
	if (number->known)
		sn_buf_printf(says, "%s%s %" PRId64 "%s%s", says->length_bytes ? ", " : "", name, number->value, *unit ? " " : "", unit);
}

/* The three are as often blamed for silent hops as they cannot be. */
static enum sn_doctor_verdict rate_limits(const struct sn_doctor_facts *f, struct sn_buf *says, struct sn_buf *mend)
{
	(void)mend;
	put_limit(says, "net.ipv4.icmp_ratelimit", &f->icmp_ratelimit_ms, "ms");
	put_limit(says, "net.ipv4.icmp_msgs_per_sec", &f->icmp_msgs_per_sec, "");
	put_limit(says, "net.ipv6.icmp.ratelimit", &f->icmp6_ratelimit_ms, "ms");
	sn_buf_printf(says, "%s: they limit only the ICMP messages that this machine itself sends to others who probe it; they hold back "
	                    "neither probes nor answers of sonde, and routers on the path have limits of their own",
	              says->length_bytes ? "" : "the kernel shows no limit");
	return SN_DOCTOR_FINE;
}

/* ---- what stands in between ---- */

/* "inet filter input": as nft wants it. */
static void put_place(struct sn_buf *buf, const struct sn_nft_place *place)
{
	sn_buf_printf(buf, "%s ", place->family);
	sn_word_put(buf, place->table);
	sn_buf_putc(buf, ' ');
	sn_word_put(buf, place->chain);
}

/* What stands in the way, and the chain of the first such rule; NULL: nothing. */
static const struct sn_nft_place *put_way(struct sn_buf *says, const char *name, const struct sn_nft_way *way)
{
	const struct sn_nft_place *place = way->closed       ? &way->closed_at
	                                   : way->drop_count ? &way->drop_at
	                                   : way->rest       ? &way->rest_at
	                                                     : NULL;
	bool first = !says->length_bytes;
	if (way->closed)
		sn_buf_printf(says, "%s lets nothing %s, as no rule accepts anything", first ? "nftables" : " and", name);
	else if (way->drop_count)
		sn_buf_printf(says, "%s %" PRIu32 " rule%s that may drop ICMP on the way %s", first ? "nftables has" : " and has",
		              way->drop_count, way->drop_count == 1 ? "" : "s", name);
	else if (way->rest)
		sn_buf_printf(says, "%s on the way %s what no rule accepts", first ? "nftables drops" : " and drops", name);
	if (!place)
		return NULL;
	sn_buf_printf(says, " (%schain ", way->drop_count > 1 && !way->closed ? "the first in " : "");
	put_place(says, place);
	sn_buf_putc(says, ')');
	return place;
}

/* A closed chain is opened by a rule: for answers to what went out and for what finds neighbours, which no connection is known of; or for
 * ICMP. A rule that drops has a handle, by which it can be deleted, in the list of its chain. */
static void put_mend(struct sn_buf *mend, const struct sn_nft_place *place, bool closed, bool in)
{
	bool known = closed && strcmp(place->family, "netdev") != 0; /* whose chains know no connections */
	sn_buf_puts(mend, known ? "sudo nft insert rule " : "sudo nft -a list chain ");
	put_place(mend, place);
	if (known)
		sn_buf_puts(mend, in ? " ct state established,related,untracked accept" : " meta l4proto '{ icmp, icmpv6 }' accept");
}

/* Of what is said of a way; 0: nothing. */
static int gravity(const struct sn_nft_way *way)
{
	return way->closed ? 3 : way->drop_count ? 2 : way->rest;
}

static enum sn_doctor_verdict filters(const struct sn_doctor_facts *f, struct sn_buf *says, struct sn_buf *mend)
{
	const struct sn_doctor_filter *filter = &f->filter;
	if (filter->nftables == SN_DOCTOR_HIDDEN) {
		sn_buf_puts(says, "not visible to this user");
		sn_buf_puts(mend, "sudo nft list ruleset");
		return SN_DOCTOR_NOTE;
	}
	const struct sn_nft_way *in = &filter->in, *out = &filter->out;
	const struct sn_nft_place *place_in = put_way(says, "in", in), *place_out = put_way(says, "out", out);
	bool worse_out = gravity(out) > gravity(in);
	bool legacy = filter->legacy == SN_DOCTOR_VISIBLE, clear = !says->length_bytes;
	if (clear && filter->rule_count)
		sn_buf_printf(says, "nftables has %" PRIu32 " rule%s for this machine's packets, none of which drops ICMP as such",
		              filter->rule_count, filter->rule_count == 1 ? "" : "s");
	else if (clear && !legacy)
		sn_buf_puts(says, "no rules see this machine's packets");
	if (legacy)
		sn_buf_printf(says, "%sthe older iptables has a filter table, which is not looked into", says->length_bytes ? "; " : "");
	if (!clear)
		put_mend(mend, worse_out ? place_out : place_in, worse_out ? out->closed : in->closed, !worse_out);
	else if (filter->rule_count)
		sn_buf_puts(mend, "sudo nft list ruleset");
	else if (legacy)
		sn_buf_puts(mend, "sudo iptables-legacy -S");
	if (in->closed || out->closed || in->drop_count || out->drop_count)
		return SN_DOCTOR_MEND;
	return !clear || legacy ? SN_DOCTOR_NOTE : SN_DOCTOR_FINE;
}

/* ---- what names things ---- */

static enum sn_doctor_verdict name_servers(const struct sn_doctor_facts *f, struct sn_buf *says, struct sn_buf *mend)
{
	if (f->name_server_count) {
		sn_buf_printf(says, "/etc/resolv.conf names %s", f->name_server);
		if (f->name_server_count > 1)
			sn_buf_printf(says, " and %zu more", f->name_server_count - 1);
		sn_buf_puts(says, "; nothing was asked of it");
		return SN_DOCTOR_FINE;
	}
	sn_buf_puts(says, f->resolv_conf ? "/etc/resolv.conf names no server" : "/etc/resolv.conf cannot be read");
	sn_buf_puts(says, ": names are looked up on this machine only");
	sn_buf_puts(mend, "add a line 'nameserver ADDRESS' to /etc/resolv.conf");
	return SN_DOCTOR_MEND;
}

static enum sn_doctor_verdict confinement(const struct sn_doctor_facts *f, struct sn_buf *says, struct sn_buf *mend)
{
	sn_buf_puts(says, f->seccomp ? "system calls that are not needed end the program"
	                             : "this sonde was built without libseccomp and gives up no system calls");
	sn_buf_puts(says, f->landlock ? "; files that are not open yet are out of its reach"
	                              : "; this kernel has no Landlock (Linux 5.13, lsm=landlock)");
	if (!f->seccomp)
		sn_buf_puts(mend, "install libseccomp-dev, and build it again");
	return f->seccomp && f->landlock ? SN_DOCTOR_FINE : SN_DOCTOR_NOTE;
}

static enum sn_doctor_verdict databases(const struct sn_doctor_facts *f, struct sn_buf *says, struct sn_buf *mend)
{
	bool asn = f->asn_database[0], place = f->place_database[0];
	if (asn)
		sn_buf_printf(says, "networks from %s", f->asn_database);
	if (place)
		sn_buf_printf(says, "%splaces from %s", asn ? ", " : "", f->place_database);
	if (asn && place)
		return SN_DOCTOR_FINE;
	sn_buf_printf(says, "%sno database of %s in the usual folders", asn || place ? "; " : "",
	              asn ? "places" : place ? "networks" : "networks or places");
	sn_buf_printf(mend, "put %s into /usr/share/GeoIP", asn ? "GeoLite2-City.mmdb" : "GeoLite2-ASN.mmdb");
	return SN_DOCTOR_NOTE;
}

static const struct sn_doctor_check checks[] = {
	{"capability", "the capabilities of this process and of the program's file", capability},
	{"ping-sockets", "net.ipv4.ping_group_range, own groups, opening such a socket", ping_sockets},
	{"error-queue", "IP_RECVERR and IP_RECVERR_RFC4884 of a socket", error_queue},
	{"ipv4", "the kernel's route to an address that belongs to nobody", ipv4},
	{"ipv6", "net.ipv6.conf.all.disable_ipv6, the kernel's route to an address that belongs to nobody", ipv6},
	{"rp-filter", "net.ipv4.conf.*.rp_filter of the interfaces that are up", sources},
	{"rate-limits", "net.ipv4.icmp_ratelimit, net.ipv4.icmp_msgs_per_sec, net.ipv6.icmp.ratelimit", rate_limits},
	{"filters", "nftables by netlink, /proc/net/ip_tables_names", filters},
	{"confinement", "how this program was built, landlock_create_ruleset(2)", confinement},
	{"dns", "/etc/resolv.conf", name_servers},
	{"databases", "the usual folders of MaxMind databases", databases},
};

size_t sn_doctor_check_count(void)
{
	return sizeof checks / sizeof *checks;
}

const struct sn_doctor_check *sn_doctor_check(size_t index)
{
	return index < sn_doctor_check_count() ? &checks[index] : NULL;
}

const char *sn_doctor_verdict_name(enum sn_doctor_verdict verdict)
{
	static const char *const names[] = {[SN_DOCTOR_FINE] = "fine", [SN_DOCTOR_NOTE] = "note", [SN_DOCTOR_MEND] = "mend"};
	return names[verdict];
}
