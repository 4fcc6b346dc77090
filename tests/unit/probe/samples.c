/* SPDX-License-Identifier: MIT */
/* Prints probes for another program to read: a name and the packet in hexadecimal on each line. */
#include "probe/method.h"

#include <stdio.h>

enum { ROOM_BYTES = 4096 };

static const struct sample {
	const char *name;
	const struct sn_method *method;
	uint16_t dport;
	uint8_t tcp_options, payload;
	const char *server_name;
} samples[] = {
	{"tcp", &sn_method_tcp, 443, 0, 0, NULL},
	{"tcp-all", &sn_method_tcp, 443, 63, 0, NULL},
	{"tcp-tfo", &sn_method_tcp, 80, SONDE_TCP_TFO, 0, NULL},
	{"tcp-mptcp", &sn_method_tcp, 80, SONDE_TCP_MSS | SONDE_TCP_MPTCP, 0, NULL},
	{"tcp-none", &sn_method_tcp, 80, SONDE_TCP_NONE, 0, NULL},
	{"dns", &sn_method_udp, 53, 0, 0, NULL},
	{"ntp", &sn_method_udp, 123, 0, 0, NULL},
	{"quic", &sn_method_udp, 443, 0, 0, NULL},
	{"tls", &sn_method_tcp, 443, 0, SONDE_PAYLOAD_TLS, NULL},
	{"tls-name", &sn_method_tcp, 443, SONDE_TCP_MSS | SONDE_TCP_TFO, SONDE_PAYLOAD_TLS, "www.example.net"},
};

int main(void)
{
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			struct sonde_carried carried = {.server_name = samples[i].server_name};
			struct sn_probe probe = {
			    .flow = {.src = {.family = family}, .dst = {.family = family}, .sport = 40000, .dport = samples[i].dport,
			             .tcp_options = samples[i].tcp_options, .wscale = 9, .payload = samples[i].payload,
			             .carried = &carried},
			    .key = UINT64_C(0x0123456789abcdef), .serial = 1, .ttl = 9};
			static uint8_t bytes[ROOM_BYTES];
			struct sn_writer w;
			struct sn_ident ident;
			probe.flow.src.bytes[0] = probe.flow.dst.bytes[0] = family == 4 ? 10 : 0xfd;
			probe.flow.dst.bytes[3] = 1;
			sn_writer_init(&w, bytes, sizeof bytes);
			samples[i].method->build(&probe, &w, &ident);
			if (w.bad)
				return 1;
			printf("%s/%u ", samples[i].name, (unsigned)family);
			for (size_t k = 0; k < w.at_bytes; k++)
				printf("%02x", bytes[k]);
			putchar('\n');
		}
	return 0;
}
