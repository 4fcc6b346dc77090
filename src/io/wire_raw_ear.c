/* SPDX-License-Identifier: MIT */
/* The raw wire's ear: a packet socket that sees what may answer a probe at the interface, before the firewall and the check of sources. It
 * is read only when something is missing; until then its queue keeps what came, as much as there is room for. */
#include "io/wire_raw.h"

#include "io/bpf.h"
#include "io/sockaddr.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONTROL_BYTES = 128 };

/* Sends a descriptor to a socket that itself goes along: once both ends are closed, nobody can ever receive it. */
static void send_away(int fd, const int ends[2])
{
	const int travellers[] = {fd, ends[1]};
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof travellers)] = {0};
	struct iovec data = {.iov_base = (char[]){0}, .iov_len = 1};
	struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	*CMSG_FIRSTHDR(&message) =
	    (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof travellers), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
	memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), travellers, sizeof travellers);
	(void)sendmsg(ends[0], &message, MSG_DONTWAIT);
}

/* Closing a packet socket waits until no processor of the machine can still be delivering to it (synchronize_net), for 10 to 30 ms: longer
 * than many a trace takes. What travels between sockets that only hold each other is closed by the kernel's garbage collector (unix(7)),
 * since Linux 6.9 beside us; before, and where a descriptor may not travel, it is as slow as close() and no slower. */
static void close_later(struct sn_raw_ear *ear)
{
	if (ear->ends[0] >= 0) {
		send_away(ear->fd, ear->ends);
		close(ear->ends[0]);
		close(ear->ends[1]);
	}
	close(ear->fd);
}

void sn_raw_ear_close(struct sn_raw_ear *ear)
{
	if (ear->fd >= 0)
		close_later(ear);
	*ear = (struct sn_raw_ear){.fd = -1};
}

/* Without a protocol nothing comes in before the filter stands. */
static bool listen_everywhere(int fd, bool resets)
{
	struct sn_bpf nothing;
	struct sockaddr_ll everywhere = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
	int on = 1;
	sn_bpf_interface(NULL, 0, &nothing);
	if (sn_bpf_attach(fd, &nothing) != 0 || setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0)
		return false;
#ifdef PACKET_IGNORE_OUTGOING
	/* Only resets of TCP are looked for among what leaves: without TCP it costs the machine nothing. */
	if (!resets)
		(void)setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on);
#else
	(void)resets;
#endif
	return bind(fd, (struct sockaddr *)&everywhere, sizeof everywhere) == 0;
}

void sn_raw_ear_open(struct sn_raw_ear *ear, bool resets)
{
	*ear = (struct sn_raw_ear){.fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), .ends = {-1, -1}};
	if (ear->fd >= 0 && socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ear->ends) != 0)
		ear->ends[0] = ear->ends[1] = -1;
	if (ear->fd < 0 || !listen_everywhere(ear->fd, resets))
		sn_raw_ear_close(ear);
}

int sn_raw_ear_filter(struct sn_raw_ear *ear, const uint16_t *ports, size_t count)
{
	struct sn_bpf filter;
	if (ear->fd < 0)
		return 0;
	sn_bpf_interface(ports, count, &filter);
	if (sn_bpf_attach(ear->fd, &filter) == 0)
		return sn_bpf_lock(ear->fd);
	sn_raw_ear_close(ear);
	return 0;
}

enum sonde_ear sn_raw_ear_state(const struct sn_raw_ear *ear)
{
	return ear->fd < 0 ? SONDE_EAR_REFUSED : ear->missed ? SONDE_EAR_DEAF : SONDE_EAR_OPEN;
}

/* Asking sets the kernel's counters back to zero. */
static void ask_missed(struct sn_raw_ear *ear)
{
	struct tpacket_stats stats;
	socklen_t stats_bytes = sizeof stats;
	if (getsockopt(ear->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &stats_bytes) != 0 || stats.tp_drops > 0)
		ear->missed = true;
}

int sn_raw_overheard(struct sonde_wire *wire, struct sonde_overheard *out)
{
	struct sn_wire_raw *raw = (struct sn_wire_raw *)wire;
	struct sockaddr_ll from = {0};
	_Alignas(struct cmsghdr) uint8_t control[CONTROL_BYTES];
	struct iovec data = {.iov_base = raw->ear.packet, .iov_len = sizeof raw->ear.packet};
	struct msghdr message = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &data, .msg_iovlen = 1, .msg_control = control,
	                         .msg_controllen = sizeof control};
	if (raw->ear.fd < 0)
		return 0;
	ssize_t count = recvmsg(raw->ear.fd, &message, MSG_DONTWAIT);
	if (count < 0) {
		ask_missed(&raw->ear);
		return 0;
	}
	sn_stamp_base_read(&raw->stamps);
	*out = (struct sonde_overheard){.rx = {.kind = SONDE_RX_PACKET, .at_ns = raw->stamps.mono_at_ns, .bytes = raw->ear.packet,
	                                       .length_bytes = (size_t)count},
	                                .ifindex = (uint32_t)from.sll_ifindex,
	                                .outgoing = from.sll_pkttype == PACKET_OUTGOING};
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
		int64_t stamp_wall_ns;
		if (sn_stamp_of_control(c, &stamp_wall_ns))
			out->rx.at_ns = sn_stamp_mono(&raw->stamps, stamp_wall_ns);
	}
	return 1;
}

void sn_raw_way_in(struct sonde_wire *wire, const struct sonde_overheard *heard, struct sonde_way_in *out)
{
	int netlink_fd = ((struct sn_wire_raw *)wire)->netlink_fd;
	struct sn_ip ip;
	*out = (struct sonde_way_in){0};
	if (sn_raw_ip_read(heard->rx.bytes, heard->rx.length_bytes, &ip))
		sn_input_check(netlink_fd, &ip.src, &ip.dst, heard->ifindex, out);
}
