/* SPDX-License-Identifier: MIT */
/* One message out of a socket: a datagram, or an entry of its error queue, as plain values. Linux only: ip(7), ipv6(7), socket(7),
 * Documentation/networking/timestamping.rst. */
#include "io/wire_dgram.h"

#include "io/sockaddr.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { CONTROL_BYTES = 512 };

sonde_at_ns sn_dgram_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SONDE_S + now.tv_nsec;
}

/* What a message carries beside its bytes, collected from its control messages. */
struct control {
	bool has_error;
	struct sock_extended_err error;
	struct sockaddr_storage offender;
};

static bool copy(void *to, size_t count, const struct cmsghdr *c)
{
	if (c->cmsg_len < CMSG_LEN(count))
		return false;
	memcpy(to, CMSG_DATA(c), count);
	return true;
}

static void take_error(const struct cmsghdr *c, struct control *control)
{
	control->has_error = copy(&control->error, sizeof control->error, c);
	size_t have = c->cmsg_len - CMSG_LEN(0);
	if (!control->has_error || have <= sizeof control->error)
		return;
	/* SO_EE_OFFENDER: a socket address behind the error, as long as its family needs. */
	size_t count = have - sizeof control->error;
	if (count > sizeof control->offender)
		count = sizeof control->offender;
	memcpy(&control->offender, CMSG_DATA(c) + sizeof control->error, count);
}

static void take_ttl(const struct cmsghdr *c, struct sn_dgram_message *out)
{
	int ttl;
	if (!copy(&ttl, sizeof ttl, c))
		return;
	out->has_ttl = true;
	out->ttl = (uint8_t)ttl;
}

static void take_control(struct msghdr *header, const struct sn_stamp_base *clocks, struct control *control, struct sn_dgram_message *out)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
		int level = c->cmsg_level, type = c->cmsg_type;
		int64_t stamp_wall_ns;
		if ((level == IPPROTO_IP && type == IP_RECVERR) || (level == IPPROTO_IPV6 && type == IPV6_RECVERR))
			take_error(c, control);
		else if ((level == IPPROTO_IP && type == IP_TTL) || (level == IPPROTO_IPV6 && type == IPV6_HOPLIMIT))
			take_ttl(c, out);
		else if (level == SOL_SOCKET && type == SO_RXQ_OVFL)
			(void)copy(&out->dropped_count, sizeof out->dropped_count, c);
		else if (sn_stamp_of_control(c, &stamp_wall_ns)) {
			out->at_ns = sn_stamp_mono(clocks, stamp_wall_ns);
			out->believed = sn_stamp_is_believed(clocks, stamp_wall_ns);
		}
	}
}

static void fill_icmp(const struct control *control, const struct sockaddr_storage *name, struct sn_dgram_message *out)
{
	const struct sock_extended_err *e = &control->error;
	out->kind = SN_DGRAM_ICMP;
	out->type = e->ee_type;
	out->code = e->ee_code;
	out->info = e->ee_info;
	out->extension_at_bytes = e->ee_rfc4884.len;
	(void)sn_sockaddr_read(&control->offender, &out->from, NULL);
	(void)sn_sockaddr_read(name, &out->quoted_dst, NULL);
}

static void fill(const struct control *control, const struct sockaddr_storage *name, struct sn_dgram_message *out)
{
	if (!control->has_error) {
		out->kind = SN_DGRAM_DATA;
		(void)sn_sockaddr_read(name, &out->from, NULL);
		return;
	}
	switch (control->error.ee_origin) {
	case SO_EE_ORIGIN_ICMP:
	case SO_EE_ORIGIN_ICMP6:
		fill_icmp(control, name, out);
		return;
	case SO_EE_ORIGIN_TIMESTAMPING:
		out->kind = SN_DGRAM_STAMP;
		out->stamp_id = control->error.ee_data;
		out->queued = control->error.ee_info == SCM_TSTAMP_SCHED;
		return;
	default:
		out->kind = SN_DGRAM_LOCAL;
		return;
	}
}

void sn_dgram_take(struct msghdr *header, const struct sn_dgram_inbox *inbox, size_t count, struct sn_dgram_message *out)
{
	struct control control = {0};
	*out = (struct sn_dgram_message){.at_ns = inbox->clocks.mono_at_ns, .bytes = inbox->bytes, .length_bytes = count};
	take_control(header, &inbox->clocks, &control, out);
	fill(&control, header->msg_name, out);
}

int sn_dgram_read(int fd, bool error_queue, struct sn_dgram_inbox *inbox, struct sn_dgram_message *out)
{
	union {
		struct cmsghdr align;
		char bytes[CONTROL_BYTES];
	} room;
	struct sockaddr_storage name = {0};
	struct iovec part = {.iov_base = inbox->bytes, .iov_len = sizeof inbox->bytes};
	struct msghdr header = {
		.msg_name = &name,
		.msg_namelen = sizeof name,
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = room.bytes,
		.msg_controllen = sizeof room.bytes,
	};
	ssize_t got = recvmsg(fd, &header, MSG_DONTWAIT | (error_queue ? MSG_ERRQUEUE : 0));
	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	sn_stamp_base_read(&inbox->clocks);
	sn_dgram_take(&header, inbox, (size_t)got, out);
	return 1;
}
