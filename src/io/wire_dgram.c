/* SPDX-License-Identifier: MIT */
/* The unprivileged wire: probes leave through ordinary sockets, answers come out of their error queues and are rebuilt into whole packets.
 * Which probe an answer belongs to, and what was really seen of it, is docs/internals/unprivileged.md. */
#include "io/wire_dgram.h"

#include "io/route.h"
#include "io/sockaddr.h"

#include <sonde/event.h>

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
	EVENTS_AT_ONCE = 32,
	SEND_ATTEMPTS = 16, /* each failed one took away an error that an answer had left behind */
	RECEIVE_BUFFER_BYTES = 256 * 1024,
};

static struct sn_wire_dgram *self(struct sonde_wire *wire)
{
	return (struct sn_wire_dgram *)wire; /* its first member */
}

/* poll_fd must be readable while something is ready, and when a TCP socket is due to be given up. */
static void arm(struct sn_wire_dgram *w)
{
	sonde_at_ns want = SONDE_NEVER;
	for (size_t i = 0; i < w->socket_count; i++) {
		const struct sn_dgram_socket *s = w->sockets[i];
		if (s->protocol == SN_PROTO_TCP && sn_dgram_tcp_due_at(s) < want)
			want = sn_dgram_tcp_due_at(s);
	}
	if (w->first)
		want = 1; /* long past: at once */
	if (want == w->timer_at_ns)
		return;
	struct itimerspec when = {0};
	if (want != SONDE_NEVER)
		when.it_value = (struct timespec){.tv_sec = want / SONDE_S, .tv_nsec = want % SONDE_S};
	if (timerfd_settime(w->timer_fd, TFD_TIMER_ABSTIME, &when, NULL) == 0)
		w->timer_at_ns = want;
}

/* Of an ICMPv6 datagram that the firewall drops sendmsg() says that it was sent. But whatever gets to the device is stamped before, and
 * what waits for a neighbour is still the socket's: what is neither has gone nowhere. */
static bool vanished(struct sn_wire_dgram *w, struct sn_dgram_socket *s)
{
	if (s->protocol != SN_PROTO_ICMP6 || !s->stamps || !sn_dgram_socket_is_drained(s))
		return false;
	(void)sn_dgram_pump_errors(w, s);
	if (s->flow.probes[s->flow.count - 1].stamped)
		return false;
	s->stamp_count++; /* its number is used up */
	return true;
}

/* An error that an earlier answer left on the socket fails the next send before anything leaves: it is taken off, and the send repeated.
 * What fails without such an error failed on this machine, and so does what its firewall refuses, even with an ICMP error of its own: no
 * answer reads as EPERM. */
static int transmit(struct sn_wire_dgram *w, struct sn_dgram_socket *s, const struct sn_dgram_wish *wish,
                    const struct sn_dgram_packet *packet)
{
	int sys_errno = 0;
	if (s->protocol == SN_PROTO_TCP)
		return sn_dgram_tcp_send(w, s, wish, packet);
	for (int i = 0; i < SEND_ATTEMPTS; i++) {
		(void)sn_dgram_pump_errors(w, s);
		sys_errno = sn_dgram_socket_send(s, wish, packet);
		if (!sys_errno)
			return vanished(w, s) ? EPERM : 0;
		sn_dgram_socket_stop_stamps(s);
		if (sys_errno == EPERM)
			return sys_errno;
		if (!sn_dgram_pump_errors(w, s) && !sn_dgram_socket_error(s))
			return sys_errno;
	}
	return sys_errno;
}

/* Watched only from the first packet on: a TCP socket that has not begun to connect reports a hang-up. */
static int watch(struct sn_wire_dgram *w, struct sn_dgram_socket *s)
{
	if (s->watched)
		return 0;
	uint32_t events = s->protocol == SN_PROTO_TCP ? EPOLLIN | EPOLLOUT : EPOLLIN;
	struct epoll_event event = {.events = events, .data.ptr = s};
	if (epoll_ctl(w->epoll_fd, EPOLL_CTL_ADD, s->fd, &event) != 0)
		return errno;
	s->watched = true;
	return 0;
}

static int send_packet(struct sn_wire_dgram *w, const struct sonde_tx *tx, const struct sn_dgram_packet *packet, sonde_at_ns *sent_at_ns)
{
	struct sn_dgram_wish wish = sn_dgram_way(w, &packet->ip.src, &packet->ip.dst);
	struct sn_dgram_socket *s;
	int sys_errno = sn_dgram_pool_for(w, &wish, packet, &s);
	if (sys_errno)
		return sys_errno;
	*sent_at_ns = sn_dgram_now();
	sys_errno = ENOMEM;
	if (sn_dgram_flow_add(&s->flow, tx, s->stamp_count, *sent_at_ns)) {
		sys_errno = transmit(w, s, &wish, packet);
		if (!sys_errno)
			sys_errno = watch(w, s);
		if (sys_errno)
			sn_dgram_flow_undo(&s->flow);
		else
			s->stamp_count++;
	}
	if (!s->flow.count)
		sn_dgram_pool_close(w, s);
	return sys_errno;
}

static int dgram_send(struct sonde_wire *wire, const struct sonde_tx *tx, sonde_at_ns *sent_at_ns)
{
	struct sn_wire_dgram *w = self(wire);
	struct sn_dgram_packet packet;
	*sent_at_ns = sn_dgram_now();
	int sys_errno = sn_dgram_packet_read(tx->bytes, tx->length_bytes, &packet);
	packet.cut = tx->piece_bytes > 0;
	if (!sys_errno)
		sys_errno = send_packet(w, tx, &packet, sent_at_ns);
	arm(w);
	return sys_errno;
}

/* Every socket that has something gets its turn; what came is then ready. False: epoll failed. */
static bool look(struct sn_wire_dgram *w)
{
	sn_dgram_tcp_give_up(w);
	struct epoll_event events[EVENTS_AT_ONCE];
	int count = epoll_wait(w->epoll_fd, events, EVENTS_AT_ONCE, 0);
	/* A socket appears once in the list, and closes none but itself: no pointer in it goes stale. */
	for (int i = 0; i < count; i++)
		if (events[i].data.ptr)
			sn_dgram_pump(w, events[i].data.ptr);
	return count >= 0 || errno == EINTR;
}

static int dgram_recv(struct sonde_wire *wire, struct sonde_rx *out)
{
	struct sn_wire_dgram *w = self(wire);
	free(w->given);
	w->given = NULL;
	bool well = w->first || look(w);
	w->given = w->first;
	if (w->first) {
		*out = w->first->rx;
		w->first = w->first->next;
	}
	if (!w->first)
		w->last = NULL;
	arm(w);
	return w->given ? 1 : well ? 0 : SONDE_E_WIRE;
}

static int dgram_poll_fd(const struct sonde_wire *wire)
{
	return ((const struct sn_wire_dgram *)wire)->epoll_fd;
}

static void dgram_stats(const struct sonde_wire *wire, struct sonde_wire_stats *out)
{
	*out = (struct sonde_wire_stats){.dropped_count = ((const struct sn_wire_dgram *)wire)->dropped_count, .ear = SONDE_EAR_REFUSED};
}

static const char *dgram_notice(const struct sonde_wire *wire, uint8_t protocol)
{
	const struct sn_wire_dgram *w = (const struct sn_wire_dgram *)wire;
	return sn_dgram_notice(w, protocol);
}

/* Never needed: answers are told apart by what they quote, else by the socket they come to. */
static bool dgram_serial(const struct sonde_wire *wire, uint8_t protocol)
{
	(void)wire;
	(void)protocol;
	return false;
}

static bool dgram_flow_constant(const struct sonde_wire *wire, uint8_t protocol)
{
	const struct sn_wire_dgram *w = (const struct sn_wire_dgram *)wire;
	return protocol != IPPROTO_TCP && (!sn_dgram_is_udp(protocol) || !w->short_quotes);
}

/* Ordinary sockets leave the IP id to the kernel, a TCP socket's port, too; the others give up what they asked for where it is not free or
 * does not tell answers apart. */
static uint32_t dgram_unsure(const struct sonde_wire *wire, uint8_t protocol)
{
	const struct sn_wire_dgram *w = (const struct sn_wire_dgram *)wire;
	if (protocol == IPPROTO_TCP || (sn_dgram_is_udp(protocol) && w->short_quotes))
		return SONDE_DIFF_IP_ID | SONDE_DIFF_SPORT;
	return !sn_dgram_is_udp(protocol) && w->ids_chosen ? SONDE_DIFF_IP_ID | SONDE_DIFF_ICMP_ID : SONDE_DIFF_IP_ID;
}

static void dgram_close(struct sonde_wire *wire)
{
	if (!wire)
		return;
	struct sn_wire_dgram *w = self(wire);
	while (w->socket_count)
		sn_dgram_pool_close(w, w->sockets[w->socket_count - 1]);
	free(w->sockets);
	while (w->first) {
		struct sn_dgram_item *item = w->first;
		w->first = item->next;
		free(item);
	}
	free(w->given);
	sn_holds_finish(&w->holds);
	free(w->ways);
	sn_dgram_silences_finish(w);
	if (w->timer_fd >= 0)
		close(w->timer_fd);
	if (w->epoll_fd >= 0)
		close(w->epoll_fd);
	if (w->netlink_fd >= 0)
		close(w->netlink_fd);
	free(w);
}

static const struct sonde_wire_ops dgram_ops = {
	.name = "dgram",
	.send = dgram_send,
	.recv = dgram_recv,
	.route = sn_dgram_route,
	.poll_fd = dgram_poll_fd,
	.stats = dgram_stats,
	.notice = dgram_notice,
	.serial = dgram_serial,
	.flow_constant = dgram_flow_constant,
	.unsure = dgram_unsure,
	.close = dgram_close,
};

static int open_descriptors(struct sn_wire_dgram *w, struct sonde_error *err)
{
	w->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	w->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	w->netlink_fd = sn_netlink_open();
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
	if (w->epoll_fd < 0 || w->netlink_fd < 0 || w->timer_fd < 0 || epoll_ctl(w->epoll_fd, EPOLL_CTL_ADD, w->timer_fd, &event) != 0)
		return sonde_fail(err, sn_socket_error_code(errno), errno, "opening the unprivileged wire");
	return 0;
}

/* Device and mark are tried on a socket of no use otherwise, so that a wrong -i or a mark without the right to it is said now. */
static int try_wish(const struct sn_wire_dgram *w, const struct sn_wire_open_cfg *cfg, struct sonde_error *err)
{
	int fd = socket(cfg->ip4 || !cfg->ip6 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return sonde_fail(err, sn_socket_error_code(errno), errno, "opening a UDP socket");
	int sys_errno = sn_dgram_socket_wish(fd, &w->wish);
	close(fd);
	if (!sys_errno)
		return 0;
	if (w->wish.mark && sys_errno == EPERM)
		return sonde_fail(err, SONDE_E_PRIVILEGE, sys_errno, "setting the mark %u on unprivileged sockets", w->wish.mark);
	return sonde_fail(err, sn_socket_error_code(sys_errno), sys_errno, "using the device \"%s\"", w->wish.device);
}

int sn_wire_dgram_open(struct sonde_wire **out, const struct sn_wire_open_cfg *cfg, struct sonde_error *err)
{
	if (cfg->device && strlen(cfg->device) >= sizeof((struct sn_dgram_wish *)0)->device)
		return sonde_fail(err, SONDE_E_DEVICE, ENODEV, "the device \"%s\"", cfg->device);
	struct sn_wire_dgram *w = calloc(1, sizeof *w);
	if (!w)
		return sonde_fail(err, SONDE_E_NOMEM, ENOMEM, "opening the unprivileged wire");
	w->base.ops = &dgram_ops;
	w->timer_fd = w->epoll_fd = w->netlink_fd = -1;
	w->timer_at_ns = SONDE_NEVER;
	w->wish.mark = cfg->mark;
	w->wish.receive_buffer_bytes = cfg->receive_buffer_bytes ? cfg->receive_buffer_bytes : RECEIVE_BUFFER_BYTES;
	snprintf(w->wish.device, sizeof w->wish.device, "%s", cfg->device ? cfg->device : "");
	sn_dgram_notices_write(w);
	int code = open_descriptors(w, err);
	if (!code)
		code = try_wish(w, cfg, err);
	if (code) {
		dgram_close(&w->base);
		return code;
	}
	/* so that a clock that is set before the first answer is noticed, too */
	sn_stamp_base_read(&w->data.clocks);
	sn_stamp_base_read(&w->errors.clocks);
	*out = &w->base;
	return 0;
}

bool sn_wire_dgram_can_ping(uint8_t family)
{
	int fd = socket(sn_sockaddr_domain(family), SOCK_DGRAM | SOCK_CLOEXEC, family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
	if (fd < 0)
		return errno == EMFILE || errno == ENFILE; /* no word about rights: room is made when there is something to send */
	close(fd);
	return true;
}
