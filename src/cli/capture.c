/* SPDX-License-Identifier: MIT */
/* Ties the tee's packets to a file and the run's clock to the wall's. */
#include "cli/capture.h"

#include "packet/blank.h"
#include "packet/packet.h"

#include <stdlib.h>
#include <string.h>

int sn_capture_open(struct sn_capture *capture, const char *file, struct sonde_error *err)
{
	if (strcmp(file, "-") == 0) {
		sonde_fail(err, SONDE_E_USAGE, 0, "option --write-capture: packets on standard output would stand among its text");
		return sonde_hint(err, SONDE_E_USAGE, "give a file, or a named pipe that another program reads");
	}
	return sn_pcap_create(&capture->out, file, err);
}

/* What of a packet's ask the kernel chose by itself: enum sonde_diff. Only wires that rebuild what comes in have that. */
static uint32_t unsure_of(const struct sn_capture *capture, const struct sonde_rx *rx)
{
	struct sn_packet packet;
	if (!capture->wire || !capture->wire->ops->unsure || !sn_packet_parse(rx->bytes, rx->length_bytes, &packet))
		return 0;
	return capture->wire->ops->unsure(capture->wire, packet.has_quote ? packet.quote.ip.protocol : packet.ip.protocol);
}

/* A file that others read must not state what the engine made up for the kernel to replace. */
static void write_packet(struct sn_capture *capture, const struct sonde_rx *packet)
{
	uint32_t unsure = unsure_of(capture, packet);
	/* NOLINTNEXTLINE(clang-analyzer-optin.portability.UnixAPI): a packet that is unsure has bytes */
	uint8_t *copy = unsure ? malloc(packet->length_bytes) : NULL;
	const uint8_t *bytes = copy ? copy : packet->bytes;
	if (unsure && !copy)
		return; /* without memory it is missing in the capture, and nowhere else */
	if (copy) {
		memcpy(copy, packet->bytes, packet->length_bytes);
		(packet->rebuilt ? sn_blank_answer : sn_blank_ask)(copy, packet->length_bytes, unsure);
	}
	sn_pcap_write(capture->out, capture->wall_zero_ns + packet->at_ns, bytes, packet->length_bytes);
	free(copy);
}

static void on_packet(void *ctx, const struct sonde_rx *packet)
{
	struct sn_capture *capture = ctx;
	if (capture->out)
		write_packet(capture, packet);
	sn_detail_take(&capture->detail, packet);
}

struct sonde_wire *sn_capture_wire(struct sn_capture *capture, struct sonde_wire *wire, struct sonde_clock *clock)
{
	const struct sn_tap tap = {.ctx = capture, .packet = on_packet};
	if (!capture->out && !capture->detail.ttl)
		return wire;
	capture->wire = wire;
	capture->clock = clock;
	capture->wall_zero_ns = clock->ops->wall_ns(clock, 0);
	return sn_tee_new(&capture->tee, wire, &tap) == SONDE_OK ? sn_tee_wire(capture->tee) : NULL;
}

void sn_capture_flush(struct sn_capture *capture)
{
	if (capture->tee)
		sn_tee_flush(capture->tee);
}

void sn_capture_round(struct sn_capture *capture)
{
	if (capture->out)
		write_packet(capture, &(struct sonde_rx){.at_ns = capture->clock->ops->now(capture->clock)});
}

int sn_capture_finish(struct sn_capture *capture, struct sonde_error *err)
{
	/* A pcap has no place for the instant at which it ends, and silence is known to be silence only up to there: an empty record
	 * says it. */
	if (capture->tee) {
		sonde_at_ns now = capture->clock->ops->now(capture->clock);
		sn_tee_free(capture->tee);
		on_packet(capture, &(struct sonde_rx){.at_ns = now});
	}
	int code = sn_pcap_finish(capture->out, err);
	sn_detail_finish(&capture->detail);
	*capture = (struct sn_capture){0};
	return code;
}
