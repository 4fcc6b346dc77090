/* SPDX-License-Identifier: MIT */
/* Any bytes as what the kernel tells in an error queue, or beside a datagram: control messages as it frames them, with whatever is in them.
 * Both wires read them; what the unprivileged one makes of them is built into an answer. The form: a byte that chooses the probe, one for
 * the family of the name and one for its bytes; then control messages, each a byte for level and type, one for its length, its bytes; a
 * byte of 0xff ends them; the rest is the packet that the entry is about. */
#include "fuzz.h"
#include "invariants.h"
#include "packets.h"

#include "io/wire_dgram.h"
#include "io/wire_raw.h"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { CONTROL_BYTES = 256, TOKEN = 7, ANSWER_BYTES = 2048, PROBES = 6, END = 0xff };

static const struct {
	int level, type;
} kinds[] = {
	{IPPROTO_IP, IP_RECVERR},     {IPPROTO_IPV6, IPV6_RECVERR},   {SOL_SOCKET, SO_TIMESTAMPNS}, {SOL_SOCKET, SO_TIMESTAMPING},
	{IPPROTO_IP, IP_TTL},         {IPPROTO_IPV6, IPV6_HOPLIMIT},  {SOL_SOCKET, SO_RXQ_OVFL},    {IPPROTO_IP, IP_PKTINFO},
};

static void holds(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "does not hold: %s\n", what);
	abort();
}

static void make_probe(unsigned which, struct made_packet *out)
{
	struct made_ip ip = {.version = which & 1 ? 6 : 4, .ttl = 3, .id = 0x1234};
	struct made_tcp syn = {.seq = 99, .flags = 2};
	if (which / 2 == 0)
		made_udp(out, &ip, 40000, 33434, 32);
	else if (which / 2 == 1)
		made_echo(out, &ip, which & 1 ? 128 : 8, 0x4242, 7, 32);
	else
		made_tcp(out, &ip, 40000, 443, &syn, 0);
}

/* As put_cmsg() of the kernel writes them: whole frames, the last of them cut off where there is no more room. */
static size_t put_controls(struct sn_reader *r, uint8_t room[CONTROL_BYTES])
{
	size_t at = 0;
	while (at + sizeof(struct cmsghdr) <= CONTROL_BYTES && sn_reader_left(r) > 1) {
		uint8_t kind = sn_read_u8(r);
		if (kind == END)
			break;
		size_t count = sn_read_u8(r), left = CONTROL_BYTES - at - sizeof(struct cmsghdr);
		count = count < left ? count : left;
		count = count < sn_reader_left(r) ? count : sn_reader_left(r);
		struct cmsghdr c = {.cmsg_len = CMSG_LEN(count), .cmsg_level = kinds[kind % 8].level, .cmsg_type = kinds[kind % 8].type};
		memcpy(room + at, &c, sizeof c);
		sn_read_bytes(r, room + at + CMSG_LEN(0), count);
		at += CMSG_SPACE(count);
	}
	return at < CONTROL_BYTES ? at : CONTROL_BYTES;
}

static void check_raw(struct msghdr *header, const struct made_packet *probe, const uint8_t *looped, size_t count)
{
	static struct sn_wire_raw raw;
	struct sn_raw_sender sender = {.fd = -1, .told_count = 1};
	memset(&raw.sent, 0, sizeof raw.sent);
	raw.note_count = 0;
	raw.stamps = (struct sn_stamp_base){.mono_at_ns = 100 * SONDE_S, .wall_ns = 1000 * SONDE_S};
	sn_raw_sent_put(&raw.sent, probe->bytes, probe->count, TOKEN);
	sn_raw_take_note(&raw, &sender, header, looped, count);
	holds(raw.note_count <= 1, "an entry gives one note at most");
	if (!raw.note_count)
		return;
	const struct sonde_rx *note = &raw.notes[0];
	holds(note->kind == SONDE_RX_STAMP || note->kind == SONDE_RX_ERROR, "a note is a stamp or an error");
	holds(note->token == TOKEN || (note->token == 0 && note->kind == SONDE_RX_ERROR), "a stamp is of a probe that was sent");
	holds(note->at_ns <= raw.stamps.mono_at_ns && note->at_ns >= raw.stamps.mono_at_ns - 60 * SONDE_S, "a stamp is of the past");
}

static bool build(const struct sn_dgram_message *message, const struct made_packet *probe, struct sn_writer *w, struct sonde_rx *rx)
{
	if (message->kind == SN_DGRAM_ICMP)
		return sn_dgram_build_icmp(message, probe->bytes, probe->count, true, w, rx);
	if (probe->protocol == IPPROTO_UDP)
		return sn_dgram_build_udp(message, probe->bytes, probe->count, w, rx);
	return probe->protocol != IPPROTO_TCP && sn_dgram_build_echo(message, probe->bytes, probe->count, true, w, rx);
}

static void check_dgram(struct msghdr *header, const struct made_packet *probe, struct sn_dgram_inbox *inbox, size_t count)
{
	struct sn_dgram_message message;
	struct sn_writer w;
	struct sonde_rx rx = {0};
	sn_dgram_take(header, inbox, count, &message);
	holds(message.length_bytes == count && message.at_ns <= inbox->clocks.mono_at_ns, "a message is of the past");
	if (message.kind != SN_DGRAM_ICMP && message.kind != SN_DGRAM_DATA)
		return;
	uint8_t *room = malloc(ANSWER_BYTES);
	sn_writer_init(&w, room, room ? ANSWER_BYTES : 0);
	if (build(&message, probe, &w, &rx)) {
		const char *broken = packet_broken(rx.bytes, rx.length_bytes);
		holds(!broken, broken);
		holds(rx.rebuilt && rx.seen_count <= SONDE_SEEN_MAX, "what is rebuilt says so");
		for (size_t i = 0; i < rx.seen_count; i++)
			holds((size_t)rx.seen[i].from_bytes + rx.seen[i].length_bytes <= rx.length_bytes, "what was seen is within");
	}
	free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	static struct sn_dgram_inbox inbox;
	union {
		struct cmsghdr align;
		uint8_t bytes[CONTROL_BYTES];
	} room = {.bytes = {0}};
	struct sockaddr_storage name = {0};
	struct made_packet probe;
	struct sn_reader r;
	sn_reader_init(&r, bytes, count);
	make_probe(sn_read_u8(&r) % PROBES, &probe);
	name.ss_family = sn_read_u8(&r) & 1 ? AF_INET6 : AF_INET;
	memset((char *)&name + sizeof name.ss_family, sn_read_u8(&r), 26);
	size_t control_bytes = put_controls(&r, room.bytes);
	struct msghdr header = {
		.msg_name = &name, .msg_namelen = sizeof name, .msg_control = room.bytes, .msg_controllen = control_bytes};
	size_t left = sn_reader_left(&r) < 1024 ? sn_reader_left(&r) : 1024;
	uint8_t *looped = made_exact(bytes + (count - sn_reader_left(&r)), left);
	check_raw(&header, &probe, looped, left);
	inbox.clocks = (struct sn_stamp_base){.mono_at_ns = 100 * SONDE_S, .wall_ns = 1000 * SONDE_S};
	if (left)
		memcpy(inbox.bytes, looped, left);
	check_dgram(&header, &probe, &inbox, left);
	free(looped);
	return 0;
}
