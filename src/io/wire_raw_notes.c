/* SPDX-License-Identifier: MIT */
/* What the error queues of the sending sockets tell: at which instant a probe left, and what went wrong on this machine. */
#include "io/wire_raw.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* Link header, IP header with all options, and what the fingerprint compares. */
enum { LOOPED_BYTES = 256, NOTE_CONTROL_BYTES = 256, NOTES_AT_ONCE = SN_RAW_NOTES / SN_RAW_SENDERS };

struct note {
	bool has_error, has_stamp;
	struct sock_extended_err error;
	int64_t stamp_wall_ns;
};

static struct note read_note(struct msghdr *message)
{
	struct note note = {0};
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		bool is_error = (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
				(c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR);
		if (is_error && c->cmsg_len >= CMSG_LEN(sizeof note.error)) {
			memcpy(&note.error, CMSG_DATA(c), sizeof note.error);
			note.has_error = true;
		} else if (sn_stamp_of_control(c, &note.stamp_wall_ns)) {
			note.has_stamp = true;
		}
	}
	return note;
}

static void settle_note(struct sn_wire_raw *raw, struct sn_raw_sender *sender, const struct note *note, const uint8_t *looped, size_t count)
{
	struct sonde_rx rx = {.at_ns = raw->stamps.mono_at_ns, .token = sn_raw_sent_find_framed(&raw->sent, looped, count)};
	if (!note->has_error)
		return;
	if (note->error.ee_origin == SO_EE_ORIGIN_TIMESTAMPING) {
		/* A stamp of a packet that is not known any more is of no use to anybody. Where it is not believed the instant just before
		 * the send is nearer to the truth than that of reading it. */
		if (!note->has_stamp || !rx.token || !sn_stamp_is_believed(&raw->stamps, note->stamp_wall_ns))
			return;
		rx.kind = SONDE_RX_STAMP;
		rx.at_ns = sn_stamp_mono(&raw->stamps, note->stamp_wall_ns);
	} else if (note->error.ee_origin == SO_EE_ORIGIN_LOCAL) {
		if (note->error.ee_errno == EMSGSIZE && sender->told_count > 0) {
			sender->told_count--;
			return;
		}
		rx.kind = SONDE_RX_ERROR;
		rx.sys_errno = (int)note->error.ee_errno;
	} else {
		return; /* an ICMP message: it comes as a packet */
	}
	raw->notes[raw->note_count++] = rx;
}

void sn_raw_take_note(struct sn_wire_raw *raw, struct sn_raw_sender *sender, struct msghdr *message, const uint8_t *looped, size_t count)
{
	struct note note = read_note(message);
	settle_note(raw, sender, &note, looped, count);
}

/* How many there were; fewer than NOTES_AT_ONCE: the queue is empty. */
static int read_queue(struct sn_wire_raw *raw, struct sn_raw_sender *sender)
{
	struct mmsghdr got[NOTES_AT_ONCE] = {0};
	struct iovec data[NOTES_AT_ONCE];
	uint8_t looped[NOTES_AT_ONCE][LOOPED_BYTES];
	_Alignas(struct cmsghdr) uint8_t controls[NOTES_AT_ONCE][NOTE_CONTROL_BYTES];
	for (size_t i = 0; i < NOTES_AT_ONCE; i++) {
		data[i] = (struct iovec){.iov_base = looped[i], .iov_len = LOOPED_BYTES};
		got[i].msg_hdr = (struct msghdr){
			.msg_iov = &data[i], .msg_iovlen = 1, .msg_control = controls[i], .msg_controllen = sizeof controls[i]};
	}
	int count = recvmmsg(sender->fd, got, NOTES_AT_ONCE, MSG_ERRQUEUE | MSG_DONTWAIT, NULL);
	if (count > 0)
		sn_stamp_base_read(&raw->stamps);
	for (int i = 0; i < count; i++)
		sn_raw_take_note(raw, sender, &got[i].msg_hdr, looped[i], got[i].msg_len);
	return count;
}

void sn_raw_read_notes(struct sn_wire_raw *raw)
{
	raw->note_at = raw->note_count = 0;
	raw->notes_left = false;
	for (size_t i = 0; i < SN_RAW_SENDERS; i++) {
		struct sn_raw_sender *sender = &raw->senders[i];
		if (sender->fd < 0)
			continue;
		int count = read_queue(raw, sender);
		if (count == NOTES_AT_ONCE)
			raw->notes_left = true;
		else
			sender->told_count = 0; /* send() queues them itself: an empty queue holds none that is still to come */
		/* A pending error would be told by epoll for ever, and the next send would fail with it. */
		int pending = 0;
		socklen_t pending_bytes = sizeof pending;
		if (count < 0)
			(void)getsockopt(sender->fd, SOL_SOCKET, SO_ERROR, &pending, &pending_bytes);
	}
}
