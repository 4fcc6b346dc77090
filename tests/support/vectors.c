/* SPDX-License-Identifier: MIT */
/* One row per shape of packet. A new shape is one row here, and every test that walks the collection sees it. */
#include "vectors.h"

enum { SYN = 2, RST_ACK = 20, SYN_ACK = 18 };

static const struct made_ip v4 = {.version = 4, .ttl = 61, .id = 0x1234, .tos = 0xb8};
static const struct made_ip v4_router = {.version = 4, .ttl = 254, .src_host = 77, .dst_host = 1};
static const struct made_ip v4_probe = {.version = 4, .ttl = 1, .id = 0xbeef, .df = true};
static const struct made_ip v4_probe_ihl6 = {.version = 4, .ttl = 1, .id = 0xbeef, .option_words = 1};
static const struct made_ip v4_probe_ihl15 = {.version = 4, .ttl = 1, .id = 0xbeef, .option_words = 10};
static const struct made_ip v4_options = {.version = 4, .ttl = 61, .option_words = 3};
static const struct made_ip v6 = {.version = 6, .ttl = 61, .tos = 0x2e, .flow_label = 0xabcde};
static const struct made_ip v6_router = {.version = 6, .ttl = 254, .src_host = 77, .dst_host = 1};
static const struct made_ip v6_probe = {.version = 6, .ttl = 1, .flow_label = 0x12345};
static const struct made_ip v6_probe_chain = {.version = 6, .ttl = 1, .chain = {0, 43, 44, 51, 60}, .chain_count = 5};
static const struct made_ip v6_chain = {.version = 6, .ttl = 61, .chain = {60, 51}, .chain_count = 2};
static const struct made_ip v6_chain8 = {.version = 6, .ttl = 61, .chain = {0, 60, 60, 60, 60, 60, 60, 60}, .chain_count = 8};
static const struct made_ip v6_chain9 = {.version = 6, .ttl = 61, .chain = {0, 60, 60, 60, 60, 60, 60, 60, 60}, .chain_count = 9};

/* MSS 1460, SACK permitted, timestamps, NOP, window scale 7: what Linux sends. */
static const struct made_tcp syn = {
	.seq = 0xdeadbeef, .flags = SYN, .options_bytes = 20,
	.options = {2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7},
};
static const struct made_tcp syn_ack = {.seq = 7, .ack = 0xdeadbef0, .flags = SYN_ACK, .options_bytes = 4, .options = {2, 4, 0x05, 0xb4}};
static const struct made_tcp rst_ack = {.ack = 0xdeadbef0, .flags = RST_ACK};

static const struct made_frame right = {.object_bytes = 8};
static const struct made_frame zero = {.object_bytes = 8, .checksum = FRAME_CHECKSUM_ZERO};
static const struct made_frame wrong = {.object_bytes = 8, .checksum = FRAME_CHECKSUM_WRONG};
static const struct made_frame absent = {.object_bytes = 8, .length = FRAME_LENGTH_ABSENT};
static const struct made_frame below = {.object_bytes = 8, .length = FRAME_LENGTH_SHORT};
static const struct made_frame beyond = {.object_bytes = 8, .length = FRAME_LENGTH_LONG};

static void plain_echo4(struct made_packet *out) { made_echo(out, &v4, 8, 0x4242, 7, 32); }
static void plain_reply4(struct made_packet *out) { made_echo(out, &v4, 0, 0x4242, 7, 32); }
static void plain_reply6(struct made_packet *out) { made_echo(out, &v6, 129, 0x4242, 7, 32); }
static void plain_echo6(struct made_packet *out) { made_echo(out, &v6, 128, 0x4242, 7, 33); }
static void plain_udp4(struct made_packet *out) { made_udp(out, &v4, 53, 40000, 21); }
static void plain_udp6(struct made_packet *out) { made_udp(out, &v6, 53, 40000, 21); }
static void plain_syn4(struct made_packet *out) { made_tcp(out, &v4, 40000, 443, &syn, 0); }
static void plain_syn_ack4(struct made_packet *out) { made_tcp(out, &v4, 443, 40000, &syn_ack, 0); }
static void plain_rst6(struct made_packet *out) { made_tcp(out, &v6, 443, 40000, &rst_ack, 0); }
static void options_udp4(struct made_packet *out) { made_udp(out, &v4_options, 53, 40000, 9); }
static void chain_udp6(struct made_packet *out) { made_udp(out, &v6_chain, 53, 40000, 9); }
static void chain8_echo6(struct made_packet *out) { made_echo(out, &v6_chain8, 129, 1, 2, 8); }
static void chain9_echo6(struct made_packet *out) { made_echo(out, &v6_chain9, 129, 1, 2, 8); }

/* UDP-Lite that covers all; an INIT and its answer; a Request and its answer; a timestamp request and its reply. */
static const uint8_t udplite_bytes[] = {0xc3, 0x50, 0x82, 0x9a, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
static const uint8_t init_bytes[] = {0xc3, 0x50, 0x0f, 0x1c, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 20,
                                     0xde, 0xad, 0xbe, 0xef, 0, 1, 0xa0, 0, 0, 10, 0xff, 0xff, 1, 2, 3, 4};
static const uint8_t abort_bytes[] = {0x0f, 0x1c, 0xc3, 0x50, 0xde, 0xad, 0xbe, 0xef, 0, 0, 0, 0, 6, 0, 0, 4};
static const uint8_t request_bytes[] = {0xc3, 0x50, 0x13, 0x8c, 5, 0, 0, 0, 1, 0, 1, 2, 3, 4, 5, 6, 's', 'o', 'n', 'd'};
static const uint8_t reset_bytes[] = {0x13, 0x8c, 0xc3, 0x50, 7, 0, 0, 0, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 3, 0, 0, 0};

static void made_known(struct made_packet *out, const struct made_ip *ip, uint8_t protocol, const uint8_t *bytes, size_t count)
{
	made_upper(out, ip, protocol, bytes, count);
	made_rechecksum(out);
}

static void plain_udplite4(struct made_packet *out) { made_known(out, &v4, 136, udplite_bytes, sizeof udplite_bytes); }
static void plain_udplite6(struct made_packet *out) { made_known(out, &v6, 136, udplite_bytes, sizeof udplite_bytes); }
static void plain_init4(struct made_packet *out) { made_known(out, &v4, 132, init_bytes, sizeof init_bytes); }
static void plain_abort6(struct made_packet *out) { made_known(out, &v6, 132, abort_bytes, sizeof abort_bytes); }
static void plain_request6(struct made_packet *out) { made_known(out, &v6, 33, request_bytes, sizeof request_bytes); }
static void plain_reset4(struct made_packet *out) { made_known(out, &v4, 33, reset_bytes, sizeof reset_bytes); }
static void plain_stamp4(struct made_packet *out) { made_echo(out, &v4, 13, 0x4242, 7, 12); }
static void plain_stamped4(struct made_packet *out) { made_echo(out, &v4, 14, 0x4242, 7, 12); }

/* An ICMP error of the family of `router` around a probe. */
static void around_udp(struct made_packet *out, const struct made_ip *router, const struct made_ip *probe, const struct made_error *error)
{
	struct made_packet quoted;
	made_udp(&quoted, probe, 50000, 33434, 32);
	made_error(out, router, error, &quoted);
}

static void around_syn(struct made_packet *out, const struct made_ip *router, const struct made_ip *probe, const struct made_error *error)
{
	struct made_packet quoted;
	made_tcp(&quoted, probe, 50000, 443, &syn, 0);
	made_error(out, router, error, &quoted);
}

static void around_echo(struct made_packet *out, const struct made_ip *router, const struct made_ip *probe, const struct made_error *error)
{
	struct made_packet quoted;
	made_echo(&quoted, probe, probe->version == 6 ? 128 : 8, 0x4242, 9, 24);
	made_error(out, router, error, &quoted);
}

#define AROUND(what, protocol) \
	static void around_##what(struct made_packet *out, const struct made_ip *router, const struct made_ip *probe, \
	                          const struct made_error *error) \
	{ \
		struct made_packet quoted; \
		made_known(&quoted, probe, protocol, what##_bytes, sizeof what##_bytes); \
		made_error(out, router, error, &quoted); \
	}
AROUND(udplite, 136)
AROUND(init, 132)
AROUND(request, 33)
#undef AROUND

/* name, family of router, its probe, what is quoted, type, code, bytes 4-7, quoted bytes, frame */
#define ERRORS(X) \
	X(exceeded4_udp_28, v4_router, v4_probe, udp, 11, 0, 0, 28, NULL) \
	X(exceeded4_udp_whole, v4_router, v4_probe, udp, 11, 0, 0, 999, NULL) \
	X(exceeded4_syn_28, v4_router, v4_probe, syn, 11, 0, 0, 28, NULL) \
	X(exceeded4_syn_45, v4_router, v4_probe, syn, 11, 0, 0, 45, NULL) \
	X(exceeded4_echo_28, v4_router, v4_probe, echo, 11, 0, 0, 28, NULL) \
	X(exceeded4_echo_whole, v4_router, v4_probe, echo, 11, 0, 0, 999, NULL) \
	X(exceeded4_ihl6, v4_router, v4_probe_ihl6, udp, 11, 0, 0, 999, NULL) \
	X(exceeded4_ihl15, v4_router, v4_probe_ihl15, syn, 11, 0, 0, 999, NULL) \
	X(exceeded4_frame, v4_router, v4_probe, udp, 11, 0, 0, 999, &right) \
	X(exceeded4_frame_zero, v4_router, v4_probe, udp, 11, 0, 0, 999, &zero) \
	X(exceeded4_frame_wrong, v4_router, v4_probe, udp, 11, 0, 0, 999, &wrong) \
	X(exceeded4_frame_absent, v4_router, v4_probe, udp, 11, 0, 0, 999, &absent) \
	X(exceeded4_frame_below, v4_router, v4_probe, udp, 11, 0, 0, 28, &below) \
	X(exceeded4_frame_beyond, v4_router, v4_probe, udp, 11, 0, 0, 999, &beyond) \
	X(reassembly4, v4_router, v4_probe, udp, 11, 1, 0, 28, NULL) \
	X(net4, v4_router, v4_probe, udp, 3, 0, 0, 28, NULL) \
	X(port4, v4_router, v4_probe, udp, 3, 3, 0, 999, NULL) \
	X(too_big4, v4_router, v4_probe, udp, 3, 4, 1400, 28, NULL) \
	X(admin4, v4_router, v4_probe, syn, 3, 13, 0, 28, NULL) \
	X(parameter4, v4_router, v4_probe, udp, 12, 0, 0x14000000, 28, NULL) \
	X(redirect4, v4_router, v4_probe, udp, 5, 1, 0xc0000209, 28, NULL) \
	X(quench4, v4_router, v4_probe, udp, 4, 0, 0, 28, NULL) \
	X(exceeded6_udp_48, v6_router, v6_probe, udp, 3, 0, 0, 48, NULL) \
	X(exceeded6_udp_whole, v6_router, v6_probe, udp, 3, 0, 0, 999, NULL) \
	X(exceeded6_syn_48, v6_router, v6_probe, syn, 3, 0, 0, 48, NULL) \
	X(exceeded6_echo_whole, v6_router, v6_probe, echo, 3, 0, 0, 999, NULL) \
	X(exceeded6_chain, v6_router, v6_probe_chain, udp, 3, 0, 0, 999, NULL) \
	X(exceeded6_chain_cut, v6_router, v6_probe_chain, udp, 3, 0, 0, 60, NULL) \
	X(exceeded6_frame, v6_router, v6_probe, udp, 3, 0, 0, 999, &right) \
	X(exceeded6_frame_absent, v6_router, v6_probe, udp, 3, 0, 0, 999, &absent) \
	X(exceeded6_frame_beyond, v6_router, v6_probe, udp, 3, 0, 0, 999, &beyond) \
	X(unreachable6_frame_below, v6_router, v6_probe, echo, 1, 3, 0, 48, &below) \
	X(admin6, v6_router, v6_probe, syn, 1, 1, 0, 999, NULL) \
	X(port6, v6_router, v6_probe, udp, 1, 4, 0, 999, NULL) \
	X(too_big6, v6_router, v6_probe, udp, 2, 0, 1280, 999, NULL) \
	X(parameter6, v6_router, v6_probe, udp, 4, 1, 40, 999, NULL) \
	X(exceeded4_udplite_28, v4_router, v4_probe, udplite, 11, 0, 0, 28, NULL) \
	X(protocol4_udplite, v4_router, v4_probe, udplite, 3, 2, 0, 999, NULL) \
	X(exceeded4_init_28, v4_router, v4_probe, init, 11, 0, 0, 28, NULL) \
	X(protocol6_init, v6_router, v6_probe, init, 4, 1, 6, 999, NULL) \
	X(exceeded4_request_28, v4_router, v4_probe, request, 11, 0, 0, 28, NULL) \
	X(protocol6_request, v6_router, v6_probe, request, 4, 1, 6, 999, NULL) \
	X(exceeded4_around_v6, v4_router, v6_probe, udp, 11, 0, 0, 999, NULL)

#define X(name, router, probe, what, type_, code_, rest_, bytes_, frame_) \
	static void name(struct made_packet *out) \
	{ \
		struct made_error error = {.type = type_, .code = code_, .rest = rest_, .quote_bytes = bytes_, .frame = frame_}; \
		around_##what(out, &router, &probe, &error); \
	}
ERRORS(X)
#undef X

const struct vector vectors[] = {
	{"echo4", plain_echo4}, {"reply4", plain_reply4}, {"echo6", plain_echo6}, {"reply6", plain_reply6},
	{"udp4", plain_udp4}, {"udp6", plain_udp6}, {"syn4", plain_syn4}, {"syn_ack4", plain_syn_ack4}, {"rst6", plain_rst6},
	{"udplite4", plain_udplite4}, {"udplite6", plain_udplite6}, {"init4", plain_init4}, {"abort6", plain_abort6},
	{"request6", plain_request6}, {"reset4", plain_reset4}, {"stamp4", plain_stamp4}, {"stamped4", plain_stamped4},
	{"options_udp4", options_udp4}, {"chain_udp6", chain_udp6}, {"chain8_echo6", chain8_echo6}, {"chain9_echo6", chain9_echo6},
#define X(name, ...) {#name, name},
	ERRORS(X)
#undef X
};
const size_t vectors_count = sizeof vectors / sizeof vectors[0];
