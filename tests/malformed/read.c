/* SPDX-License-Identifier: MIT */
/* What the parsers read, as text: a packet in hex per line of standard input, its reading per line of standard output. "x" in front: the
 * line is an extension structure; "q": a quote. NAME=VALUE says what was decided, NAME:VALUE what a field held. */
#include "invariants.h"
#include "packets.h"

#include "packet/ext.h"
#include "packet/fragment.h"
#include "packet/xecho.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 2 * 65536 };

static void put_odd(uint32_t odd)
{
	static const char *const names[] = {"truncated", "length", "header-sum", "sum", "offloaded", "options", "chain", "fragment",
	                                    "version"};
	const char *comma = "";
	if (odd)
		printf(" odd=");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (odd & 1u << i) {
			printf("%s%s", comma, names[i]);
			comma = ",";
		}
}

static void put_addr(const char *name, const struct sonde_addr *addr)
{
	printf(" %s:", name);
	for (int i = 0; i < (addr->family == 4 ? 4 : 16); i++)
		printf("%02x", addr->bytes[i]);
}

static void put_ip(const struct sn_ip *ip)
{
	printf("ip%u header=%u chain=%u proto=%u", ip->version, ip->header_bytes, ip->extension_count, ip->protocol);
	if (ip->fragment_offset_bytes || ip->mf)
		printf(" offset=%u mf=%d", ip->fragment_offset_bytes, ip->mf);
	printf(" total:%u tos:%u ttl:%u id:%u df:%d label:%u", ip->total_bytes, ip->tos, ip->ttl, ip->id, ip->df, ip->flow_label);
	put_addr("src", &ip->src);
	put_addr("dst", &ip->dst);
	put_odd(ip->odd);
}

static void put_tcp(const struct sn_tcp *t)
{
	printf(" tcp=%u seen=%u", t->header_bytes, t->seen_bytes);
	if (t->has_mss)
		printf(" mss=yes mss:%u", t->mss);
	if (t->has_wscale)
		printf(" wscale=yes wscale:%u", t->wscale);
	if (t->sack_permitted)
		printf(" sack=yes");
	if (t->has_timestamps)
		printf(" stamps=yes stamps:%" PRIu32 "/%" PRIu32, t->ts_value, t->ts_echo);
	printf(" ports:%u>%u seq:%" PRIu32 " ack:%" PRIu32 " flags:%u window:%u", t->sport, t->dport, t->seq, t->ack, t->flags, t->window);
	put_odd(t->odd);
}

static void put_sctp(const struct sn_sctp *s)
{
	printf(" sctp chunk=%s", s->has_chunk ? "yes" : "no");
	if (s->has_chunk)
		printf(" type=%u", s->chunk_type);
	if (s->has_initiate_tag)
		printf(" initiate=yes initiate:%" PRIu32, s->initiate_tag);
	printf(" ports:%u>%u tag:%" PRIu32, s->sport, s->dport, s->tag);
}

static void put_dccp(const struct sn_dccp *d)
{
	printf(" dccp=%u type=%u seq=%s ack=%s", d->header_bytes, d->type, d->has_seq ? "yes" : "no", d->has_ack ? "yes" : "no");
	printf(" ports:%u>%u coverage:%u", d->sport, d->dport, d->coverage);
	if (d->has_seq)
		printf(" seq:%" PRIu64, d->seq);
	if (d->has_ack)
		printf(" ack:%" PRIu64, d->ack);
	if (d->reset_code)
		printf(" code=%u", d->reset_code);
	if (d->service)
		printf(" service:%" PRIu32, d->service);
}

static void put_name(const struct sonde_extension_name *name)
{
	printf(" name=%u name:", name->length_bytes);
	for (size_t i = 0; i < name->length_bytes; i++)
		printf("%02x", (unsigned char)name->bytes[i]);
}

static void put_labels(const struct sonde_extension_mpls *mpls)
{
	printf(" labels=%u labels:", mpls->count);
	for (size_t i = 0; i < mpls->count; i++)
		printf("/%" PRIu32 ".%u.%d.%u", mpls->labels[i].label, mpls->labels[i].tc, mpls->labels[i].bottom, mpls->labels[i].ttl);
}

static void put_told(const struct sonde_extension *e)
{
	switch (e->kind) {
	case SONDE_EXTENSION_RAW:
		printf(" bytes=%u", e->as.raw.count);
		break;
	case SONDE_EXTENSION_MPLS:
		put_labels(&e->as.mpls);
		break;
	case SONDE_EXTENSION_INTERFACE:
		printf(" role=%d%s%s%s", e->as.interface.role, e->as.interface.has_index ? " index=yes" : "",
		       e->as.interface.addr.family ? " addr=yes" : "", e->as.interface.has_mtu ? " mtu=yes" : "");
		printf(" index:%" PRIu32 " mtu:%" PRIu32, e->as.interface.index, e->as.interface.mtu_bytes);
		if (e->as.interface.addr.family)
			put_addr("addr", &e->as.interface.addr);
		if (e->as.interface.has_name)
			put_name(&e->as.interface.name);
		break;
	case SONDE_EXTENSION_INTERFACE_ID:
		printf(" by=%d index:%" PRIu32, e->as.interface_id.by, e->as.interface_id.index);
		if (e->as.interface_id.addr.family)
			put_addr("addr", &e->as.interface_id.addr);
		put_name(&e->as.interface_id.name);
		break;
	case SONDE_EXTENSION_POINTER:
		printf(" pointer:%" PRIu32, e->as.pointer_bytes);
		break;
	case SONDE_EXTENSION_NODE:
		if (e->as.node.addr.family)
			put_addr("addr=yes addr", &e->as.node.addr);
		if (e->as.node.has_name)
			put_name(&e->as.node.name);
		break;
	case SONDE_EXTENSION_COUNT:
		break;
	}
}

static void put_objects(const uint8_t *bytes, size_t count)
{
	struct sn_ext_walk walk;
	struct sonde_extension e;
	sn_ext_begin(&walk, bytes, count);
	while (sn_ext_next(&walk, &e)) {
		printf(" [%s class=%u/%u at=%u.%u%s%s%s", sonde_extension_kind_name(e.kind), e.class_num, e.c_type, e.object, e.piece,
		       e.malformed ? " bad" : "", e.more ? " more" : "", e.cut ? " cut" : "");
		put_told(&e);
		printf("]");
	}
}

static void put_quote(const struct sn_quote *q)
{
	printf(" quote=%zu ", q->length_bytes);
	put_ip(&q->ip);
	printf(" upper=%zu whole=%s", q->upper_bytes, q->whole ? "yes" : "no");
	if (q->payload)
		printf(" payload=%zu", q->payload_bytes);
	switch (q->ip.protocol) {
	case SN_PROTO_TCP:
		put_tcp(&q->tcp);
		break;
	case SN_PROTO_SCTP:
		put_sctp(&q->sctp);
		break;
	case SN_PROTO_DCCP:
		put_dccp(&q->dccp);
		break;
	case SN_PROTO_UDP:
	case SN_PROTO_UDPLITE:
		printf(" ports:%u>%u length:%u", q->udp.sport, q->udp.dport, q->udp.length_bytes);
		break;
	default:
		if (q->echo.type || q->echo.id || q->echo.seq)
			printf(" echo:%u/%u/%u", q->echo.type, q->echo.id, q->echo.seq);
		break;
	}
}

static void put_icmp(const struct sn_packet *p)
{
	const struct sn_icmp *icmp = &p->icmp;
	struct sn_xecho_reply reply;
	printf(" icmp=%u/%u %s%s", icmp->type, icmp->code, sonde_meaning_name(icmp->row->meaning), icmp->row->is_error ? " error" : "");
	printf(" id:%u seq:%u", icmp->id, icmp->seq);
	if (icmp->row->meaning == SONDE_M_PACKET_TOO_BIG)
		printf(" mtu:%" PRIu32, icmp->mtu_bytes);
	if (icmp->pointer)
		printf(" pointer:%" PRIu32, icmp->pointer);
	if (icmp->quote)
		printf(" behind=%zu", icmp->quote_bytes);
	if (icmp->told_bytes)
		printf(" told=%zu", icmp->told_bytes);
	if (icmp->payload)
		printf(" payload=%zu", icmp->payload_bytes);
	if (sn_xecho_read(p->ip.version, p->upper, p->upper_bytes, &reply))
		printf(" state=%u active=%d ip4=%d ip6=%d xecho:%u/%u", reply.state, reply.active, reply.ip4, reply.ip6, reply.id,
		       reply.seq);
	if (p->has_quote)
		put_quote(&p->quote);
	if (icmp->extension) {
		printf(" extension=%zu by=%s", icmp->extension_bytes, icmp->extension_by_length ? "length" : "rule");
		put_objects(icmp->extension, icmp->extension_bytes);
	}
}

static void put_packet(const uint8_t *bytes, size_t count)
{
	static const char *const sums[] = {"good", "bad", "none", "offloaded"};
	struct sn_packet p;
	if (!sn_packet_parse(bytes, count, &p)) {
		printf("refused");
		return;
	}
	put_ip(&p.ip);
	printf(" upper=%zu sum=%s", p.upper_bytes, sums[p.checksum]);
	if (p.payload)
		printf(" payload=%zu", p.payload_bytes);
	if (p.is_udp || p.is_udplite)
		printf(" %s ports:%u>%u length:%u", p.is_udp ? "udp" : "udplite", p.udp.sport, p.udp.dport, p.udp.length_bytes);
	if (p.is_tcp)
		put_tcp(&p.tcp);
	if (p.is_sctp)
		put_sctp(&p.sctp);
	if (p.is_dccp)
		put_dccp(&p.dccp);
	if (p.is_icmp)
		put_icmp(&p);
	printf(" all");
	put_odd(p.odd);
}

static void put_only_quote(const uint8_t *bytes, size_t count)
{
	struct sn_quote q;
	if (sn_quote_parse(bytes, count, &q))
		put_quote(&q);
	else
		printf("refused");
}

static unsigned digit(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
}

/* Each stands in memory of exactly its size. */
static const char *read_line(const char *line, size_t digits, char form)
{
	size_t count = digits / 2;
	uint8_t *bytes = calloc(1, count ? count : 1);
	for (size_t i = 0; bytes && i < count; i++)
		bytes[i] = (uint8_t)(digit(line[2 * i]) << 4 | digit(line[2 * i + 1]));
	uint8_t *exact = bytes ? made_exact(bytes, count) : NULL;
	free(bytes);
	if (!exact)
		return "no memory";
	if (form == 'x')
		put_objects(exact, count);
	else if (form == 'q')
		put_only_quote(exact, count);
	else
		put_packet(exact, count);
	putchar('\n');
	const char *broken = form == 'x' ? extension_broken(exact, count)
	                   : form == 'q' ? quote_broken(exact, count) : packet_broken(exact, count);
	free(exact);
	return broken;
}

int main(void)
{
	static char line[LINE_MAX_BYTES];
	while (fgets(line, sizeof line, stdin)) {
		char form = *line == 'x' || *line == 'q' ? *line : 'p';
		const char *hex = form == 'p' ? line : line + 1;
		const char *broken = read_line(hex, strspn(hex, "0123456789abcdef"), form);
		if (broken) {
			fprintf(stderr, "does not hold: %s\n%s", broken, line);
			return EXIT_FAILURE;
		}
	}
	return EXIT_SUCCESS;
}
