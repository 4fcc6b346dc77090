/* SPDX-License-Identifier: MIT */
/* TCP options found, overwritten and taken out. */
#include "sim/options.h"

#include <stdio.h>
#include <string.h>

enum {
	OPTIONS_AT_BYTES = 20,
	OFFSET_AT_BYTES = 12,
	OPTIONS_MAX_BYTES = 40,
	END = 0,
	NOP = 1,
	MSS = 2,
	MSS_BYTES = 4,
};

/* IANA's kinds: RFC 9293, RFC 7323, RFC 2018 (permitted, blocks), RFC 7413 (and its experiment, RFC 6994), RFC 8684. */
static const struct {
	const char *name;
	uint8_t kinds[2];
} options[] = {{"mss", {MSS}}, {"ws", {3}}, {"sack", {4, 5}}, {"ts", {8}}, {"tfo", {34, 254}}, {"mptcp", {30}}};

enum { OPTION_COUNT = sizeof options / sizeof *options };

bool sn_sim_options_read(const char *text, uint32_t *set)
{
	*set = text && strcmp(text, "all") == 0 ? (1u << OPTION_COUNT) - 1 : 0;
	if (*set || !text)
		return *set;
	for (;;) {
		size_t length = strcspn(text, ","), i = 0;
		while (i < OPTION_COUNT && (strlen(options[i].name) != length || memcmp(options[i].name, text, length) != 0))
			i++;
		if (i == OPTION_COUNT)
			return false;
		*set |= 1u << i;
		if (text[length] == 0)
			return true;
		text += length + 1;
	}
}

static bool is_in(uint32_t set, uint8_t kind)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (set >> i & 1 && kind && (options[i].kinds[0] == kind || options[i].kinds[1] == kind))
			return true;
	return false;
}

/* A copy of the options, to be written back word by word. Returns their length, 0: none, or the header is not there as a whole. */
static size_t take(const struct sn_sim_edit *edit, uint8_t bytes[static OPTIONS_MAX_BYTES])
{
	size_t header_bytes = (size_t)(sn_sim_edit_read(edit, edit->upper_at_bytes + OFFSET_AT_BYTES) >> 12) * 4;
	if (header_bytes <= OPTIONS_AT_BYTES || edit->upper_at_bytes + header_bytes > edit->length_bytes)
		return 0;
	memcpy(bytes, edit->bytes + edit->upper_at_bytes + OPTIONS_AT_BYTES, header_bytes - OPTIONS_AT_BYTES);
	return header_bytes - OPTIONS_AT_BYTES;
}

static void put(struct sn_sim_edit *edit, const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i += 2)
		sn_sim_edit_upper(edit, OPTIONS_AT_BYTES + i, (uint16_t)(bytes[i] << 8 | bytes[i + 1]));
}

/* The length of the option at `at`; 0: they end there, or are broken. */
static size_t option_bytes(const uint8_t *bytes, size_t count, size_t at)
{
	if (bytes[at] == END)
		return 0;
	if (bytes[at] == NOP)
		return 1;
	size_t length = at + 1 < count ? bytes[at + 1] : 0;
	return length >= 2 && at + length <= count ? length : 0;
}

void sn_sim_options_clamp(struct sn_sim_edit *edit, uint16_t mss)
{
	uint8_t bytes[OPTIONS_MAX_BYTES];
	size_t count = take(edit, bytes);
	for (size_t at = 0, length = 0; at < count && (length = option_bytes(bytes, count, at)); at += length) {
		if (bytes[at] != MSS || length != MSS_BYTES || (bytes[at + 2] << 8 | bytes[at + 3]) <= mss)
			continue;
		bytes[at + 2] = (uint8_t)(mss >> 8);
		bytes[at + 3] = (uint8_t)mss;
	}
	put(edit, bytes, count);
}

void sn_sim_options_strip(struct sn_sim_edit *edit, uint32_t set)
{
	uint8_t bytes[OPTIONS_MAX_BYTES];
	size_t count = take(edit, bytes);
	for (size_t at = 0, length = 0; at < count && (length = option_bytes(bytes, count, at)); at += length)
		if (is_in(set, bytes[at]))
			memset(bytes + at, NOP, length);
	put(edit, bytes, count);
}

void sn_sim_options_remove(struct sn_sim_edit *edit, uint32_t set)
{
	uint8_t bytes[OPTIONS_MAX_BYTES], kept[OPTIONS_MAX_BYTES] = {END};
	size_t count = take(edit, bytes), kept_bytes = 0;
	bool removed = false;
	for (size_t at = 0, length = 0; at < count && (length = option_bytes(bytes, count, at)); at += length) {
		bool out = is_in(set, bytes[at]);
		removed = removed || out;
		/* What only aligned them goes as well. */
		if (out || bytes[at] == NOP)
			continue;
		memcpy(kept + kept_bytes, bytes + at, length);
		kept_bytes += length;
	}
	if (!removed)
		return;
	size_t left_bytes = (kept_bytes + 3) / 4 * 4;
	uint16_t word = sn_sim_edit_read(edit, edit->upper_at_bytes + OFFSET_AT_BYTES);
	put(edit, kept, count);
	sn_sim_edit_upper(edit, OFFSET_AT_BYTES, (uint16_t)((word & 0x0fff) | (OPTIONS_AT_BYTES + left_bytes) / 4 << 12));
	sn_sim_edit_cut(edit, OPTIONS_AT_BYTES + left_bytes, count - left_bytes);
}
