/* SPDX-License-Identifier: MIT */
/* The parts of the unprivileged wire and what they hand each other: kernel messages, remembered probes, sockets. */
#ifndef SN_IO_WIRE_DGRAM_H
#define SN_IO_WIRE_DGRAM_H

#include "io/hold.h"
#include "io/stamp.h"
#include "io/wires.h"
#include "packet/ip.h"

enum {
	/* Secret bits that the kernel's own attribution is worth. UDP: it matched the 4-tuple, whose source port is random. TCP: also a
	 * sequence number (ICMP, one of two values fits) or an acknowledgement (RFC 9293 section 3.10.7.3, exactly one fits). ICMP: the
	 * secret echo id where it is not the engine's, else nothing beyond the bytes we see ourselves. */
	SN_DGRAM_BITS_UDP = 15,
	SN_DGRAM_BITS_TCP_ICMP = 46,
	SN_DGRAM_BITS_TCP = 47,
	SN_DGRAM_BITS_ICMP_ID = 16,
};

/* RFC 4884 section 5.5: where an extension stands that no length field tells. */
enum { SN_DGRAM_COMPATIBLE_AT = 128 };

/* Linux sends a SYN again after 1 s (RFC 6298 section 2); a socket is given up before, so that every answer is to the first. */
#define SN_DGRAM_TCP_WAIT_NS (950 * SONDE_MS)
/* By then it has been sent again, also by a kernel whose timers are coarse. */
#define SN_DGRAM_TCP_AGAIN_NS (1150 * SONDE_MS)
/* By then this machine has given up on a next hop that does not answer (RFC 4861 section 10: three times a second; ARP likewise). */
#define SN_DGRAM_TCP_WITNESS_NS (3300 * SONDE_MS)
/* Probes are remembered this long: duplicates and late answers find theirs. */
#define SN_DGRAM_KEEP_NS (10 * SONDE_S)
/* After this long (a router's late host-unreachable comes after 3 s) a socket may be closed when descriptors run out. */
#define SN_DGRAM_RECYCLE_NS (3500 * SONDE_MS)

/* UDP-Lite is handled as UDP is, through sockets of its own. */
static inline bool sn_dgram_is_udp(uint8_t protocol)
{
	return protocol == SN_PROTO_UDP || protocol == SN_PROTO_UDPLITE;
}

/* What one packet of the engine asks of a socket. Views point into the packet. */
struct sn_dgram_packet {
	struct sn_ip ip;
	uint16_t sport, dport;      /* ICMP: sport is the echo id */
	uint32_t seq;               /* TCP */
	uint16_t covered_bytes;     /* UDP-Lite: by the checksum */
	const uint8_t *body;        /* what is handed to the socket: UDP payload, whole ICMP message; NULL for TCP */
	size_t body_bytes;
	bool cut;                   /* the kernel may send it in fragments; of IPv4 the missing DF says the same */
};

/* Reads a whole packet. 0, EINVAL (no such packet) or EPROTONOSUPPORT (ordinary sockets cannot send it). */
int sn_dgram_packet_read(const uint8_t *bytes, size_t length_bytes, struct sn_dgram_packet *out);

/* wire_dgram_read.c: one message out of a socket as plain values */

enum sn_dgram_kind {
	SN_DGRAM_DATA,   /* a datagram */
	SN_DGRAM_ICMP,   /* an ICMP error */
	SN_DGRAM_STAMP,  /* when a datagram left */
	SN_DGRAM_LOCAL,  /* an error of this machine, which send had returned already */
};

struct sn_dgram_message {
	enum sn_dgram_kind kind;
	sonde_at_ns at_ns;              /* the kernel's stamp, or the moment of reading */
	bool believed;                  /* … it is the former */
	struct sonde_addr from;         /* who sent the datagram or the ICMP error */
	struct sonde_addr quoted_dst;   /* ICMP: destination of the quoted packet */
	bool has_ttl;
	uint8_t ttl;                    /* it arrived with */
	uint8_t type, code;             /* ICMP */
	uint32_t info;                  /* ICMP: MTU or pointer; ICMPv6: the whole second word */
	uint16_t extension_at_bytes;    /* ICMP: where in `bytes` the RFC 4884 length puts the extension, 0: no length given */
	uint32_t stamp_id;              /* STAMP: which datagram of the socket, from 0 */
	bool queued;                    /* STAMP: when it was handed to the device, not when it left */
	uint32_t dropped_count;         /* lost so far to the socket's full buffer; 0: not told */
	const uint8_t *bytes;           /* ICMP: of the quoted packet, behind the UDP header or from the ICMP or TCP header on */
	size_t length_bytes;
};

/* Room for the largest message, and the clocks by which its stamp is read. */
struct sn_dgram_inbox {
	struct sn_stamp_base clocks;
	uint8_t bytes[65536];
};

/* Reads from the error queue or the receive queue. 1: *out filled (views into inbox); 0: nothing there; else a negative errno. */
int sn_dgram_read(int fd, bool error_queue, struct sn_dgram_inbox *inbox, struct sn_dgram_message *out);
struct msghdr;
/* What a message says that was read into the inbox with count bytes; its name is a sockaddr_storage. Pure. */
void sn_dgram_take(struct msghdr *header, const struct sn_dgram_inbox *inbox, size_t count, struct sn_dgram_message *out);
sonde_at_ns sn_dgram_now(void);

/* wire_dgram_flow.c: the probes a socket remembers, and whose answer it is */

struct sn_dgram_probe {
	uint64_t token;
	sonde_at_ns sent_at_ns;
	uint32_t stamp_id;
	bool answered;
	bool stamped;          /* some stamp of its departure came */
	uint8_t *packet;       /* as the engine built it */
	size_t length_bytes;
};

enum { SN_DGRAM_DOUBTS_MAX = 32 };

/* An answer that nobody could tell whose it is, with a copy of its bytes. */
struct sn_dgram_doubt {
	struct sn_dgram_message message;
	uint8_t *bytes;
};

/* In order of sending. {0} is empty. */
struct sn_dgram_flow {
	struct sn_dgram_probe *probes;
	size_t count, capacity;
	struct sn_dgram_doubt *doubts;   /* answers that quoted too little, newest last; NULL: none yet */
	size_t doubt_count;
	uint8_t *settled;                /* the bytes of the one settled last */
};

void sn_dgram_flow_finish(struct sn_dgram_flow *flow);
/* A copy of the packet is kept. NULL: out of memory. Valid until the next call that changes the flow. */
struct sn_dgram_probe *sn_dgram_flow_add(struct sn_dgram_flow *flow, const struct sonde_tx *tx, uint32_t stamp_id, sonde_at_ns sent_at_ns);
/* Takes back the last one added. */
void sn_dgram_flow_undo(struct sn_dgram_flow *flow);
/* Forgets what was sent before an instant, but never the last probe: it lends its header to answers that nobody can attribute. */
void sn_dgram_flow_forget(struct sn_dgram_flow *flow, sonde_at_ns before_at_ns);
struct sn_dgram_probe *sn_dgram_flow_by_stamp(struct sn_dgram_flow *flow, uint32_t stamp_id);
/* True: some remembered probe has no answer yet. */
bool sn_dgram_flow_busy(const struct sn_dgram_flow *flow);
/* The one probe whose packet from at_bytes on agrees with bytes, as far as both go. Where several do (few bytes, or none), the one of
 * them that has no answer yet. NULL: none, or it can't be told: *ambiguous says which. */
struct sn_dgram_probe *sn_dgram_flow_match(struct sn_dgram_flow *flow, size_t at_bytes, const uint8_t *bytes, size_t count,
                                           bool *ambiguous);

/* Keeps an answer that could not be told whose it is. The oldest makes room. */
void sn_dgram_flow_doubt(struct sn_dgram_flow *flow, const struct sn_dgram_message *message);
/* By now it is known that `known` answered a probe of that TTL: a doubtful answer of the same sender, type and code is then that of the
 * flow's own probe of that TTL, if just one is open that was sent before. It is taken into *out, whose bytes are the flow's until its next
 * call. NULL: none. */
struct sn_dgram_probe *sn_dgram_flow_settle(struct sn_dgram_flow *flow, const struct sn_dgram_message *known, uint8_t ttl,
                                            struct sn_dgram_message *out);

/* wire_dgram_build.c: answers as whole packets */

/* Room that an answer with count bytes of the kernel's needs at most: two IPv6 headers, ICMP, TCP without options. */
#define SN_DGRAM_ANSWER_BYTES(count) ((count) + 40 + 8 + 40 + 20)

/* Each writes a whole packet into out, which is an answer to `packet` (the engine's), and fills rx->bytes, length_bytes, rebuilt and seen.
 * False: it cannot be built. id_kept: the echo id left this machine as the engine wrote it. */
bool sn_dgram_build_icmp(const struct sn_dgram_message *message, const uint8_t *packet, size_t length_bytes, bool id_kept,
                         struct sn_writer *out, struct sonde_rx *rx);
bool sn_dgram_build_echo(const struct sn_dgram_message *message, const uint8_t *packet, size_t length_bytes, bool id_kept,
                         struct sn_writer *out, struct sonde_rx *rx);
bool sn_dgram_build_udp(const struct sn_dgram_message *message, const uint8_t *packet, size_t length_bytes, struct sn_writer *out,
                        struct sonde_rx *rx);
/* flags: SYN-ACK or RST-ACK. */
bool sn_dgram_build_tcp(uint8_t flags, const uint8_t *packet, size_t length_bytes, struct sn_writer *out, struct sonde_rx *rx);

/* wire_dgram_socket.c: ordinary sockets */

/* What a socket is to be apart from its packets. */
struct sn_dgram_wish {
	char device[16];  /* "": any */
	uint32_t mark;
	uint32_t receive_buffer_bytes;
	struct sonde_addr src, dst;  /* of the packets, link-local ones with their scope */
};

/* A socket and the probes that left through it. */
struct sn_dgram_socket {
	int fd;
	uint8_t protocol;
	struct sonde_addr src, dst;   /* as the engine wrote them: without scope */
	uint16_t sport, dport;        /* as the engine wrote them */
	bool own_port;                /* UDP: leaves from another port than the engine wrote */
	bool id_kept;                 /* ICMP: the echo id leaves as the engine wrote it */
	bool short_quotes;            /* UDP: answers came that quote too little to be told apart */
	bool witness;                 /* TCP: kept when its time is over, for what this machine may still say */
	bool repeated;                /* TCP: its SYN was sent again: a stranger's answer may be to either */
	bool stuck;                   /* TCP witness: its SYN should have been repeated by now, and was not */
	bool watched;                 /* by the wire's epoll */
	bool stamps;                  /* stamps of departure are numbered like stamp_count */
	uint32_t stamp_count;         /* datagrams sent: number of the next stamp */
	uint32_t dropped_count;       /* already added to the wire's */
	struct sn_dgram_flow flow;
};

/* Opens, binds and (UDP, ICMP) connects. 0 or an errno. */
int sn_dgram_socket_open(const struct sn_dgram_wish *wish, const struct sn_dgram_packet *packet, bool own_port,
                         struct sn_dgram_socket *out);
/* NULL is fine; frees what the socket remembers, not the socket itself. */
void sn_dgram_socket_finish(struct sn_dgram_socket *s);
/* Device and mark of a fresh socket. 0 or an errno. */
int sn_dgram_socket_wish(int fd, const struct sn_dgram_wish *wish);
/* One datagram, or the SYN. wish: the one the socket was opened with. 0 or an errno. */
int sn_dgram_socket_send(const struct sn_dgram_socket *s, const struct sn_dgram_wish *wish, const struct sn_dgram_packet *packet);

/* Ends the stamps of departure: a send that failed may or may not have used up a number, so that later ones could go to the wrong probe. */
void sn_dgram_socket_stop_stamps(struct sn_dgram_socket *s);
/* Nothing that was sent is on its way to the device still, and there is room for stamps. */
bool sn_dgram_socket_is_drained(const struct sn_dgram_socket *s);
/* Takes the pending error off the socket. 0: none. */
int sn_dgram_socket_error(const struct sn_dgram_socket *s);
/* TCP: the attempt has ended already, whatever ended it. */
bool sn_dgram_socket_is_closed(const struct sn_dgram_socket *s);
/* TCP: the kernel shall not give up by itself before SN_DGRAM_TCP_WITNESS_NS. */
void sn_dgram_socket_persist(const struct sn_dgram_socket *s);

enum sn_dgram_tcp {
	SN_DGRAM_TCP_WAITING,
	SN_DGRAM_TCP_OPEN,
	SN_DGRAM_TCP_RESET,
	SN_DGRAM_TCP_FAILED,
	SN_DGRAM_TCP_REPEATED,
	SN_DGRAM_TCP_REFUSED,
};

/* How far a connection is. OPEN: *rtt_ns is what the kernel measured from SYN to SYN-ACK; FAILED: *sys_errno says why; REPEATED: the kernel
 * sent a second SYN, so that nothing more can be said of the first; REFUSED: it tried to, and this machine did not let it out. RESET and
 * FAILED may stem from an ICMP error: its entry is then in the error queue, where it stood before the state changed. */
enum sn_dgram_tcp sn_dgram_socket_tcp(const struct sn_dgram_socket *s, sonde_ns *rtt_ns, int *sys_errno);

/* The wire itself. */

struct sn_dgram_item {
	struct sn_dgram_item *next;
	struct sonde_rx rx;
	uint8_t bytes[];
};

enum { SN_DGRAM_NOTICE_BYTES = 640, SN_DGRAM_NOTICE_COUNT = 6 };

/* A TCP target: whether probes to it leave this machine, as far as is known. */
struct sn_dgram_silence {
	struct sonde_addr dst;
	uint16_t dport;
	enum { SN_DGRAM_UNKNOWN, SN_DGRAM_ASKING, SN_DGRAM_LEAVES, SN_DGRAM_BLOCKED } state;
	bool way_known;                /* the two below were asked for */
	bool queues;                   /* the device has a queue */
	uint32_t ifindex;              /* of the device that SYNs leave by; 0: none is known, or the target is this machine */
	bool resets_are_real;          /* SYNs were seen to leave although they were refused at once */
	struct sn_dgram_flow given_up; /* probes given up while it is not known */
};

struct sn_wire_dgram {
	struct sonde_wire base;
	struct sn_dgram_wish wish;           /* of sockets whose route was not asked for */
	struct sn_dgram_wish *ways;          /* one for each route asked for that packets alone do not tell: scope, device or mark */
	size_t way_count, way_capacity;
	int epoll_fd, timer_fd, netlink_fd;
	sonde_at_ns timer_at_ns;             /* what timer_fd is set to */
	struct sn_dgram_socket **sockets;    /* oldest first */
	size_t socket_count, socket_capacity;
	struct sn_dgram_silence *silences;   /* TCP targets of the past */
	size_t silence_count, silence_capacity;
	struct sn_holds holds;               /* source ports; TCP ones are held but not used */
	struct sn_dgram_item *first, *last;  /* ready to be received */
	struct sn_dgram_item *given;         /* the caller's until the next call */
	uint64_t dropped_count;
	bool short_quotes;                   /* some flow had to give up its constant port */
	bool ids_chosen;                     /* some echo id left otherwise than the engine wrote it */
	char notices[SN_DGRAM_NOTICE_COUNT][SN_DGRAM_NOTICE_BYTES];  /* the last: UDP, once quotes were too short */
	struct sn_dgram_inbox data, errors;
};

/* wire_dgram_pool.c */

/* The socket for a packet. TCP: a new one. UDP and ICMP: the flow's, but where answers to it quote too little to be told apart, it carries
 * one probe at a time and what comes meanwhile gets a socket with a port of its own. 0 or an errno. */
int sn_dgram_pool_for(struct sn_wire_dgram *w, const struct sn_dgram_wish *wish, const struct sn_dgram_packet *packet,
                      struct sn_dgram_socket **out);
/* Closes the oldest socket that may go. False: none may. */
bool sn_dgram_pool_recycle(struct sn_wire_dgram *w, sonde_at_ns now);
void sn_dgram_pool_close(struct sn_wire_dgram *w, struct sn_dgram_socket *s);
/* The socket of the same flow that keeps the flow's port: s itself, another, or NULL. */
struct sn_dgram_socket *sn_dgram_pool_flow_of(const struct sn_wire_dgram *w, const struct sn_dgram_socket *s);

/* wire_dgram_pump.c */

/* Takes what a socket has and lays it ready. A TCP socket that got its answer is closed. */
void sn_dgram_pump(struct sn_wire_dgram *w, struct sn_dgram_socket *s);
/* Only its error queue. The number of ICMP errors that were in it. */
size_t sn_dgram_pump_errors(struct sn_wire_dgram *w, struct sn_dgram_socket *s);

/* An ICMP error as an answer to `probe`; not attributed: the probe only lends its header. */
void sn_dgram_push_icmp(struct sn_wire_dgram *w, const struct sn_dgram_socket *s, const struct sn_dgram_message *m,
                        struct sn_dgram_probe *probe, bool attributed);
/* Memory for one answer of at most so many bytes; NULL: out of memory. */
struct sn_dgram_item *sn_dgram_item_new(size_t capacity_bytes);
/* An answer to `probe`, before it is built. Not attributed: the probe only lends its header, and the token is 0. */
struct sonde_rx sn_dgram_answer(const struct sn_dgram_message *m, struct sn_dgram_probe *probe, bool attributed, uint8_t bits);
/* Lays it ready, or frees it where it could not be built. */
void sn_dgram_push_built(struct sn_wire_dgram *w, struct sn_dgram_item *item, bool built);
/* A stamp, or (errno given) an error. */
void sn_dgram_push_note(struct sn_wire_dgram *w, uint64_t token, sonde_at_ns at_ns, int sys_errno);

/* wire_dgram_syn.c */

/* Begins an attempt. 0, or an errno: it did not leave this machine, also where connect() would not say so (EPERM: its own firewall
 * refused it at once; ENOBUFS: the device's queue was full). */
int sn_dgram_tcp_send(struct sn_wire_dgram *w, const struct sn_dgram_socket *s, const struct sn_dgram_wish *wish,
                      const struct sn_dgram_packet *packet);

/* wire_dgram_tcp.c */

/* What is known of the socket's target, made where it is new. NULL: out of memory. */
struct sn_dgram_silence *sn_dgram_tcp_silence(struct sn_wire_dgram *w, const struct sn_dgram_socket *s);
/* Lays ready an ICMP error about an attempt. False: it may be about a repeated SYN, and was left out. */
bool sn_dgram_tcp_icmp(struct sn_wire_dgram *w, struct sn_dgram_socket *s, const struct sn_dgram_message *m);
/* Lays ready what the attempt came to, and closes it then. */
void sn_dgram_tcp_pump(struct sn_wire_dgram *w, struct sn_dgram_socket *s);
/* When it has waited long enough. */
sonde_at_ns sn_dgram_tcp_due_at(const struct sn_dgram_socket *s);
/* Sees to those that have. */
void sn_dgram_tcp_give_up(struct sn_wire_dgram *w);
void sn_dgram_silences_finish(struct sn_wire_dgram *w);

/* wire_dgram_route.c */

int sn_dgram_route(struct sonde_wire *wire, const struct sonde_route_ask *ask, struct sonde_route *out, struct sonde_error *err);
/* The wish for packets from src to dst. */
struct sn_dgram_wish sn_dgram_way(const struct sn_wire_dgram *w, const struct sonde_addr *src, const struct sonde_addr *dst);

/* wire_dgram_notice.c */

/* Fills w->notices. */
void sn_dgram_notices_write(struct sn_wire_dgram *w);
/* The line for a protocol, NULL: none. */
const char *sn_dgram_notice(const struct sn_wire_dgram *w, uint8_t protocol);

#endif
