/* SPDX-License-Identifier: MIT */
/* Receiving on the raw wire. One pass reads a batch of packets, those that bear the seal before others, then the error queues until they
 * are empty, and gives away what the queues told before the packets: a send stamp is queued before its probe leaves, so it is there when
 * the answer is. */
#include "io/wire_raw.h"

#include "io/sockaddr.h"

#include <errno.h>
#include <netinet/in.h>
#include <linux/in6.h> /* IPV6_FLOWINFO; after netinet/in.h, which else leaves out struct in6_pktinfo */
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { CONTROL_BYTES = 512, EVENTS_MAX = SN_RAW_SENDERS + SN_RAW_RECEIVERS_MAX };

/* What came beside a packet. */
struct beside {
	bool has_stamp, has_dst, has_hop_limit;
	int64_t stamp_wall_ns;
	struct sonde_addr dst;
	uint8_t hop_limit;
	uint32_t flow_info;  /* traffic class and flow label as in the header's first word; not told means zero */
};

static bool take_int(const struct cmsghdr *control, int level, int type, int *out)
{
	if (control->cmsg_level != level || control->cmsg_type != type || control->cmsg_len < CMSG_LEN(sizeof *out))
		return false;
	memcpy(out, CMSG_DATA(control), sizeof *out);
	return true;
}

static struct beside read_beside(struct msghdr *message)
{
	struct beside beside = {0};
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		int value = 0;
		if (sn_stamp_of_control(c, &beside.stamp_wall_ns)) {
			beside.has_stamp = true;
		} else if (take_int(c, IPPROTO_IPV6, IPV6_HOPLIMIT, &value)) {
			beside.has_hop_limit = true;
			beside.hop_limit = (uint8_t)value;
		} else if (take_int(c, IPPROTO_IPV6, IPV6_TCLASS, &value)) {
			beside.flow_info |= (uint32_t)(value & 0xff) << 20;
		} else if (take_int(c, IPPROTO_IPV6, IPV6_FLOWINFO, &value)) {
			beside.flow_info |= ntohl((uint32_t)value) & 0x0fffffff;
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO &&
			   c->cmsg_len >= CMSG_LEN(sizeof(struct in6_pktinfo))) {
			beside.has_dst = true;
			beside.dst.family = 6;
			memcpy(beside.dst.bytes, CMSG_DATA(c), sizeof(struct in6_addr)); /* ipi6_addr comes first */
		}
	}
	return beside;
}

static void add_span(struct sonde_rx *rx, size_t from_bytes, size_t length_bytes)
{
	rx->seen[rx->seen_count++] = (struct sonde_span){.from_bytes = (uint16_t)from_bytes, .length_bytes = (uint16_t)length_bytes};
}

/* Puts the IPv6 header (RFC 8200 section 3) back in front of the upper layer that the socket gave. Payload length and next header are
 * made up: extension headers were taken off. */
static void rebuild_header(struct sonde_rx *rx, uint8_t *slot, size_t upper_bytes, const struct sn_raw_receiver *receiver,
			   const struct sockaddr_storage *from, const struct beside *beside)
{
	struct sn_ip ip = {
		.version = 6,
		.tos = (uint8_t)(beside->flow_info >> 20),
		.flow_label = beside->flow_info,
		.total_bytes = (uint32_t)(SN_RAW_PREFIX_BYTES + upper_bytes),
		.protocol = receiver->protocol,
		.ttl = beside->hop_limit,
		.dst = beside->dst,
	};
	struct sn_writer w;
	(void)sn_sockaddr_read(from, &ip.src, NULL);
	sn_writer_init(&w, slot, SN_RAW_PREFIX_BYTES);
	sn_ip_write(&w, &ip);
	rx->bytes = slot;
	rx->length_bytes = SN_RAW_PREFIX_BYTES + upper_bytes;
	rx->rebuilt = true;
	add_span(rx, 0, 4);
	if (beside->has_hop_limit)
		add_span(rx, 7, 1);
	add_span(rx, 8, beside->has_dst ? 32 : 16);
	add_span(rx, SN_RAW_PREFIX_BYTES, upper_bytes);
}

static void settle_packet(struct sn_wire_raw *raw, struct sn_raw_receiver *receiver, uint8_t *slot, struct mmsghdr *got)
{
	struct sonde_rx *rx = &raw->packets[raw->packet_count++];
	struct beside beside = read_beside(&got->msg_hdr);
	*rx = (struct sonde_rx){.kind = SONDE_RX_PACKET, .bytes = slot + SN_RAW_PREFIX_BYTES, .length_bytes = got->msg_len};
	rx->at_ns = beside.has_stamp ? sn_stamp_mono(&raw->stamps, beside.stamp_wall_ns) : raw->stamps.mono_at_ns;
	if (receiver->family == 6)
		rebuild_header(rx, slot, got->msg_len, receiver, got->msg_hdr.msg_name, &beside);
}

/* Reads as many packets as there is room for. */
static void read_packets(struct sn_wire_raw *raw, struct sn_raw_receiver *receiver)
{
	struct mmsghdr got[SN_RAW_BATCH] = {0};
	struct iovec data[SN_RAW_BATCH];
	struct sockaddr_storage names[SN_RAW_BATCH];
	_Alignas(struct cmsghdr) uint8_t controls[SN_RAW_BATCH][CONTROL_BYTES];
	unsigned room = (unsigned)(SN_RAW_BATCH - raw->packet_count);
	uint8_t *first_slot = raw->slots + raw->packet_count * SN_RAW_SLOT_BYTES;
	for (unsigned i = 0; i < room; i++) {
		data[i].iov_base = first_slot + (size_t)i * SN_RAW_SLOT_BYTES + SN_RAW_PREFIX_BYTES;
		data[i].iov_len = SN_RAW_SLOT_BYTES - SN_RAW_PREFIX_BYTES;
		got[i].msg_hdr = (struct msghdr){
			.msg_name = &names[i], .msg_namelen = sizeof names[i], .msg_iov = &data[i], .msg_iovlen = 1,
			.msg_control = controls[i], .msg_controllen = sizeof controls[i],
		};
	}
	/* A pending error of the socket reads as one failure and is gone: epoll tells again if packets wait behind it. */
	int count = room ? recvmmsg(receiver->fd, got, room, MSG_DONTWAIT, NULL) : 0;
	if (count > 0)
		sn_stamp_base_read(&raw->stamps);
	for (int i = 0; i < count; i++)
		settle_packet(raw, receiver, first_slot + (size_t)i * SN_RAW_SLOT_BYTES, &got[i]);
}

/* What may be an answer first; then, as far as there is room, what bears no seal. */
static void read_lanes(struct sn_wire_raw *raw, const struct epoll_event *events, int count, bool answers)
{
	for (int i = 0; i < count; i++) {
		if (events[i].data.u32 < SN_RAW_SENDERS)
			continue;
		struct sn_raw_receiver *receiver = &raw->receivers[events[i].data.u32 - SN_RAW_SENDERS];
		if (answers == (receiver->lane != SN_LANE_REST))
			read_packets(raw, receiver);
	}
}

/* A new batch. False: there is nothing. Negative: broken. */
static int read_batch(struct sn_wire_raw *raw)
{
	struct epoll_event events[EVENTS_MAX];
	int count = epoll_wait(raw->epoll_fd, events, EVENTS_MAX, 0);
	if (count < 0)
		return errno == EINTR ? 0 : SONDE_E_WIRE;
	raw->packet_at = raw->packet_count = 0;
	read_lanes(raw, events, count, true);
	size_t answers = raw->packet_count;
	read_lanes(raw, events, count, false);
	raw->rest_count = raw->packet_count == answers ? 0 : raw->rest_count + raw->packet_count - answers;
	raw->notes_left = count > 0;
	return count > 0;
}

int sn_raw_recv(struct sonde_wire *wire, struct sonde_rx *out)
{
	struct sn_wire_raw *raw = (struct sn_wire_raw *)wire;
	for (;;) {
		if (raw->note_at == raw->note_count && raw->notes_left)
			sn_raw_read_notes(raw);
		if (raw->note_at < raw->note_count) {
			*out = raw->notes[raw->note_at++];
			return 1;
		}
		if (raw->notes_left)
			continue;
		if (raw->packet_at < raw->packet_count) {
			*out = raw->packets[raw->packet_at++];
			return 1;
		}
		/* Whoever floods us waits while we send and look at the time; answers do not, who have a lane of their own. */
		if (raw->rest_count >= SN_RAW_REST_TURN) {
			raw->rest_count = 0;
			return 0;
		}
		int more = read_batch(raw);
		if (more <= 0)
			return more;
	}
}
