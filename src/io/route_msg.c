/* SPDX-License-Identifier: MIT */
/* rtnetlink(7) messages. They are in the machine's own byte order, so whole fields are copied through the cursors' byte calls. */
#include "io/route_msg.h"

#include "base/addr.h"
#include "base/cursor.h"

#include <errno.h>
#include <linux/gen_stats.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/netconf.h>
#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

enum { ATTR_HEADER_BYTES = 4, ATTR_ALIGN_BYTES = 4 };

static void put(struct sn_writer *w, const void *data, size_t count)
{
	sn_write_bytes(w, data, count);
}

static void put_attr(struct sn_writer *w, uint16_t type, const void *data, size_t count)
{
	struct nlattr header = {.nla_len = (uint16_t)(ATTR_HEADER_BYTES + count), .nla_type = type};
	put(w, &header, sizeof header);
	put(w, data, count);
	sn_write_zeros(w, (ATTR_ALIGN_BYTES - count % ATTR_ALIGN_BYTES) % ATTR_ALIGN_BYTES);
}

static void put_attr_u32(struct sn_writer *w, uint16_t type, uint32_t value)
{
	put_attr(w, type, &value, sizeof value);
}

static void put_header(struct sn_writer *w, uint16_t type, uint32_t sequence)
{
	struct nlmsghdr header = {.nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST, .nlmsg_seq = sequence};
	put(w, &header, sizeof header);
}

/* The length comes first in the message and is known last. */
static size_t finish_message(struct sn_writer *w)
{
	if (w->bad)
		return 0;
	uint32_t length_bytes = (uint32_t)w->at_bytes;
	struct sn_writer front;
	sn_writer_init(&front, w->bytes + offsetof(struct nlmsghdr, nlmsg_len), sizeof length_bytes);
	put(&front, &length_bytes, sizeof length_bytes);
	return w->at_bytes;
}

static void put_flow(struct sn_writer *w, const struct sn_route_query *query)
{
	/* The kernel takes only these protocols in a question; a rule about another one cannot be asked for. */
	bool has_ports = query->protocol == IPPROTO_TCP || query->protocol == IPPROTO_UDP;
	if (has_ports || query->protocol == IPPROTO_ICMP || query->protocol == IPPROTO_ICMPV6)
		put_attr(w, RTA_IP_PROTO, &query->protocol, sizeof query->protocol);
	uint16_t sport_be16 = htons(query->sport);
	uint16_t dport_be16 = htons(query->dport);
	if (has_ports && query->sport)
		put_attr(w, RTA_SPORT, &sport_be16, sizeof sport_be16);
	if (has_ports && query->dport)
		put_attr(w, RTA_DPORT, &dport_be16, sizeof dport_be16);
}

size_t sn_route_query_write(const struct sn_route_query *query, uint32_t sequence, uint8_t *bytes, size_t capacity_bytes)
{
	struct sn_writer w;
	sn_writer_init(&w, bytes, capacity_bytes);
	size_t addr_bytes = sn_addr_bytes(&query->dst);
	bool has_src = query->src.family == query->dst.family;
	struct rtmsg route = {
		.rtm_family = query->dst.family == 4 ? AF_INET : AF_INET6,
		.rtm_dst_len = (uint8_t)(addr_bytes * 8),
		.rtm_src_len = has_src ? (uint8_t)(addr_bytes * 8) : 0,
	};
	put_header(&w, RTM_GETROUTE, sequence);
	put(&w, &route, sizeof route);
	put_attr(&w, RTA_DST, query->dst.bytes, addr_bytes);
	if (has_src)
		put_attr(&w, RTA_SRC, query->src.bytes, addr_bytes);
	put_flow(&w, query);
	if (query->mark)
		put_attr_u32(&w, RTA_MARK, query->mark);
	put_attr_u32(&w, RTA_UID, query->uid);
	if (query->ifindex)
		put_attr_u32(&w, query->incoming ? RTA_IIF : RTA_OIF, query->ifindex);
	return finish_message(&w);
}

size_t sn_link_query_write(const char *name, uint32_t ifindex, uint32_t sequence, uint8_t *bytes, size_t capacity_bytes)
{
	struct sn_writer w;
	sn_writer_init(&w, bytes, capacity_bytes);
	struct ifinfomsg link = {.ifi_family = AF_UNSPEC, .ifi_index = (int)ifindex};
	put_header(&w, RTM_GETLINK, sequence);
	put(&w, &link, sizeof link);
	if (!ifindex)
		put_attr(&w, IFLA_IFNAME, name, strlen(name) + 1);
	return finish_message(&w);
}

size_t sn_queue_query_write(uint32_t ifindex, uint32_t sequence, uint8_t *bytes, size_t capacity_bytes)
{
	/* Without ECHO only those who listen to the group are told. */
	struct {
		struct nlmsghdr header;
		struct tcmsg queue;
	} message = {
		.header = {.nlmsg_len = sizeof message,
		           .nlmsg_type = RTM_GETQDISC,
		           .nlmsg_flags = NLM_F_REQUEST | NLM_F_ECHO,
		           .nlmsg_seq = sequence},
		.queue = {.tcm_family = AF_UNSPEC, .tcm_ifindex = (int)ifindex, .tcm_parent = TC_H_ROOT},
	};
	struct sn_writer w;
	sn_writer_init(&w, bytes, capacity_bytes);
	put(&w, &message, sizeof message);
	return w.bad ? 0 : w.at_bytes;
}

size_t sn_conf_query_write(int ifindex, uint32_t sequence, uint8_t *bytes, size_t capacity_bytes)
{
	struct sn_writer w;
	struct netconfmsg conf = {.ncm_family = AF_INET};
	sn_writer_init(&w, bytes, capacity_bytes);
	put_header(&w, RTM_GETNETCONF, sequence);
	put(&w, &conf, sizeof conf);
	sn_write_zeros(&w, NLMSG_ALIGN(sizeof conf) - sizeof conf);
	put_attr(&w, NETCONFA_IFINDEX, &ifindex, sizeof ifindex);
	return finish_message(&w);
}

struct attr {
	uint16_t type;
	const uint8_t *data;
	size_t data_bytes;
};

static bool next_attr(struct sn_reader *r, struct attr *out)
{
	struct nlattr header = {0};
	if (sn_reader_left(r) < sizeof header)
		return false;
	sn_read_bytes(r, (uint8_t *)&header, sizeof header);
	if (header.nla_len < sizeof header) {
		r->bad = true;
		return false;
	}
	out->type = (uint16_t)(header.nla_type & (uint16_t)NLA_TYPE_MASK);
	out->data_bytes = header.nla_len - sizeof header;
	out->data = sn_read_view(r, out->data_bytes);
	size_t pad_bytes = (ATTR_ALIGN_BYTES - out->data_bytes % ATTR_ALIGN_BYTES) % ATTR_ALIGN_BYTES;
	sn_read_skip(r, pad_bytes < sn_reader_left(r) ? pad_bytes : sn_reader_left(r));
	return out->data != NULL;
}

static uint32_t attr_u32(const struct attr *attr)
{
	uint32_t value = 0;
	if (attr->data_bytes >= sizeof value)
		memcpy(&value, attr->data, sizeof value);
	return value;
}

static struct sonde_addr attr_addr(const struct attr *attr)
{
	struct sonde_addr addr = {0};
	if (attr->data_bytes == 4 || attr->data_bytes == 16) {
		addr.family = attr->data_bytes == 4 ? 4 : 6;
		memcpy(addr.bytes, attr->data, attr->data_bytes);
	}
	return addr;
}

/* RTA_VIA: a next hop of any family, behind its 16-bit family. */
static struct sonde_addr attr_via(const struct attr *attr)
{
	if (attr->data_bytes < 2)
		return (struct sonde_addr){0};
	struct attr rest = {.data = attr->data + 2, .data_bytes = attr->data_bytes - 2};
	return attr_addr(&rest);
}

/* Takes the message header off. 0: the body of the expected type follows; otherwise as the public parsers return. */
static int open_message(struct sn_reader *r, uint16_t type)
{
	struct nlmsghdr header = {0};
	sn_read_bytes(r, (uint8_t *)&header, sizeof header);
	if (r->bad || header.nlmsg_len < sizeof header || header.nlmsg_len > r->length_bytes)
		return SONDE_E_FORMAT;
	r->length_bytes = header.nlmsg_len;
	if (header.nlmsg_type == type)
		return 0;
	int32_t error = 0;
	if (header.nlmsg_type != NLMSG_ERROR)
		return SONDE_E_FORMAT;
	sn_read_bytes(r, (uint8_t *)&error, sizeof error);
	return r->bad || error >= 0 ? SONDE_E_FORMAT : -error;
}

static uint32_t metrics_mtu(const struct attr *attr)
{
	struct sn_reader r;
	struct attr metric;
	uint32_t mtu_bytes = 0;
	sn_reader_init(&r, attr->data, attr->data_bytes);
	while (next_attr(&r, &metric)) {
		if (metric.type == RTAX_MTU)
			mtu_bytes = attr_u32(&metric);
	}
	return mtu_bytes;
}

int sn_route_reply_parse(const uint8_t *bytes, size_t length_bytes, struct sn_route_reply *out)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, length_bytes);
	int code = open_message(&r, RTM_NEWROUTE);
	if (code != 0)
		return code;
	struct rtmsg route = {0};
	struct rta_cacheinfo cache = {0};
	struct attr attr;
	sn_read_bytes(&r, (uint8_t *)&route, sizeof route);
	*out = (struct sn_route_reply){.type = route.rtm_type};
	while (next_attr(&r, &attr)) {
		if (attr.type == RTA_OIF)
			out->ifindex = attr_u32(&attr);
		else if (attr.type == RTA_PREFSRC)
			out->src = attr_addr(&attr);
		else if (attr.type == RTA_GATEWAY)
			out->gateway = attr_addr(&attr);
		else if (attr.type == RTA_VIA)
			out->gateway = attr_via(&attr);
		else if (attr.type == RTA_METRICS)
			out->mtu_bytes = metrics_mtu(&attr);
		else if (attr.type == RTA_CACHEINFO && attr.data_bytes >= sizeof cache)
			memcpy(&cache, attr.data, sizeof cache);
	}
	/* An MTU that expires was learned from an ICMP message: it is the path's, and it may be a lie. */
	if (cache.rta_expires)
		out->mtu_bytes = 0;
	return r.bad ? SONDE_E_FORMAT : 0;
}

static bool attr_sent_count(const struct attr *attr, uint64_t *out)
{
	size_t at_bytes = offsetof(struct rtnl_link_stats64, tx_packets);
	if (attr->data_bytes < at_bytes + sizeof *out)
		return false;
	memcpy(out, attr->data + at_bytes, sizeof *out);
	return true;
}

static bool kind_is_vrf(const struct attr *link_info)
{
	struct sn_reader r;
	struct attr attr;
	sn_reader_init(&r, link_info->data, link_info->data_bytes);
	while (next_attr(&r, &attr)) {
		if (attr.type == IFLA_INFO_KIND)
			return attr.data_bytes >= 4 && memcmp(attr.data, "vrf", 4) == 0;
	}
	return false;
}

static void link_name(const struct attr *attr, char name[SN_DEVICE_NAME_BYTES])
{
	size_t count = attr->data_bytes < SN_DEVICE_NAME_BYTES - 1 ? attr->data_bytes : SN_DEVICE_NAME_BYTES - 1;
	memcpy(name, attr->data, count);
	name[count] = '\0';
}

int sn_link_reply_parse(const uint8_t *bytes, size_t length_bytes, struct sn_link *out)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, length_bytes);
	int code = open_message(&r, RTM_NEWLINK);
	if (code != 0)
		return code;
	struct ifinfomsg link = {0};
	struct attr attr;
	sn_read_bytes(&r, (uint8_t *)&link, sizeof link);
	*out = (struct sn_link){.ifindex = (uint32_t)link.ifi_index, .up = (link.ifi_flags & IFF_UP) != 0};
	while (next_attr(&r, &attr)) {
		if (attr.type == IFLA_IFNAME)
			link_name(&attr, out->name);
		else if (attr.type == IFLA_MTU)
			out->mtu_bytes = attr_u32(&attr);
		else if (attr.type == IFLA_MASTER)
			out->master_ifindex = attr_u32(&attr);
		else if (attr.type == IFLA_STATS64)
			out->counts = attr_sent_count(&attr, &out->sent_count);
		else if (attr.type == IFLA_LINKINFO)
			out->is_vrf = kind_is_vrf(&attr);
	}
	return r.bad ? SONDE_E_FORMAT : 0;
}

static bool queue_of(const struct attr *stats, struct sn_queue *out)
{
	struct sn_reader r;
	struct attr attr;
	struct gnet_stats_queue queue;
	sn_reader_init(&r, stats->data, stats->data_bytes);
	while (next_attr(&r, &attr)) {
		if (attr.type != TCA_STATS_QUEUE || attr.data_bytes < sizeof queue)
			continue;
		memcpy(&queue, attr.data, sizeof queue);
		*out = (struct sn_queue){.waiting_count = queue.qlen, .dropped_count = queue.drops};
		return true;
	}
	return false;
}

int sn_queue_reply_parse(const uint8_t *bytes, size_t length_bytes, struct sn_queue *out)
{
	struct sn_reader r;
	struct attr attr;
	bool found = false;
	sn_reader_init(&r, bytes, length_bytes);
	int code = open_message(&r, RTM_NEWQDISC);
	if (code != 0)
		return code;
	sn_read_skip(&r, sizeof(struct tcmsg));
	while (next_attr(&r, &attr))
		if (attr.type == TCA_STATS2)
			found = queue_of(&attr, out);
	return r.bad || !found ? SONDE_E_FORMAT : 0;
}

int sn_conf_reply_parse(const uint8_t *bytes, size_t length_bytes, uint32_t *rp_filter)
{
	struct sn_reader r;
	struct attr attr;
	bool found = false;
	sn_reader_init(&r, bytes, length_bytes);
	int code = open_message(&r, RTM_NEWNETCONF);
	if (code != 0)
		return code;
	sn_read_skip(&r, NLMSG_ALIGN(sizeof(struct netconfmsg)));
	while (next_attr(&r, &attr)) {
		if (attr.type == NETCONFA_RP_FILTER && attr.data_bytes >= sizeof *rp_filter) {
			*rp_filter = attr_u32(&attr);
			found = true;
		}
	}
	return r.bad || !found ? SONDE_E_FORMAT : 0;
}
