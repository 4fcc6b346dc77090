/* SPDX-License-Identifier: MIT */
/* Any bytes as a capture: frames of a link layer, paired and played into tables. Whatever the packets, events of a trace keep their order,
 * and every probe is told before what became of it. The form: a byte that chooses the link layer, then records of a length (2 bytes), the
 * time since the one before in 10 microseconds (2 bytes, signed) and the frame. make_capture.py writes it from pcap files. */
#include "fuzz.h"

#include "base/cursor.h"
#include "packet/link.h"
#include "replay/replay.h"

#include <sonde/path.h>

#include <stdio.h>
#include <stdlib.h>

/* A capture of more probes takes the fuzzer longer than it learns. */
enum { FRAMES_MAX = 512, TICK_NS = 10000 };

static const uint32_t link_types[] = {0, 1, 12, 108, 113, 228, 229, 276};

struct seen {
	struct sonde_path *path;
	sonde_at_ns at_ns;
	uint32_t sent_count;
	bool started, ended;
};

static void holds(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "does not hold: %s\n", what);
	abort();
}

static int on_event(void *ctx, const struct sonde_event *event)
{
	struct seen *seen = ctx;
	holds(event->type == SONDE_EV_TRACE_START || seen->started, "a trace begins with its start");
	holds(!seen->ended, "nothing comes behind the end");
	holds(event->at_ns >= seen->at_ns, "events never go back");
	seen->started = true;
	/* what was asked again ends by itself, before the trace does */
	seen->ended = event->type == SONDE_EV_TRACE_END && !(event->trace_id & SN_REPLAY_AGAIN);
	seen->at_ns = event->at_ns;
	seen->sent_count += event->type == SONDE_EV_SENT;
	if (event->probe.serial)
		holds(event->probe.serial <= seen->sent_count, "a probe is sent before anything becomes of it");
	if (event->type == SONDE_EV_REPLY || event->type == SONDE_EV_LATE)
		holds(event->as.answer.rtt_ns >= -1, "a time is none, or not negative");
	return sonde_path_apply(seen->path, event);
}

static void play(struct sn_replay *replay, size_t trace)
{
	struct seen seen = {.at_ns = INT64_MIN};
	struct sonde_row row = {0};
	if (sonde_path_new(&seen.path) < 0)
		return;
	holds(sn_replay_play(replay, trace, on_event, &seen) == SONDE_OK, "a trace can be played");
	holds(seen.ended && sonde_path_end(seen.path) != NULL, "a trace ends");
	for (unsigned ttl = sonde_path_first_ttl(seen.path); ttl <= sonde_path_last_ttl(seen.path); ttl++) {
		holds(sonde_path_row(seen.path, (uint8_t)ttl, &row) == SONDE_OK, "a row can be made");
		holds(row.pending_count == 0, "nothing is waited for behind the end");
	}
	sonde_row_finish(&row);
	sonde_path_free(seen.path);
}

static void read_frames(struct sn_replay *replay, struct sn_reader *r)
{
	uint32_t link_type = link_types[sn_read_u8(r) % (sizeof link_types / sizeof *link_types)];
	sonde_at_ns at_ns = SONDE_S;
	for (unsigned i = 0; i < FRAMES_MAX && sn_reader_left(r) > 4; i++) {
		struct sn_link_packet packet;
		size_t length_bytes = sn_read_u16(r);
		at_ns += (int16_t)sn_read_u16(r) * (sonde_at_ns)TICK_NS;
		length_bytes = length_bytes < sn_reader_left(r) ? length_bytes : sn_reader_left(r);
		const uint8_t *frame = sn_read_view(r, length_bytes);
		sn_replay_until(replay, at_ns);
		if (sn_link_ip(link_type, frame, length_bytes, &packet) == SN_LINK_IP)
			holds(sn_replay_packet(replay, at_ns, packet.bytes, packet.length_bytes) == SONDE_OK, "a packet is taken");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct sn_replay *replay;
	struct sn_reader r;
	if (sn_replay_new(&replay) < 0)
		return 0;
	sn_reader_init(&r, bytes, count);
	read_frames(replay, &r);
	holds(sn_replay_pair(replay) == SONDE_OK, "a capture can be paired");
	for (size_t i = 0; i < sn_replay_count(replay); i++)
		play(replay, i);
	sn_replay_free(replay);
	return 0;
}
