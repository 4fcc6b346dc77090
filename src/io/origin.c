/* SPDX-License-Identifier: MIT */
/* Reads "a | b | c" as a stranger wrote it: what has not the form of its field is not there. */
#include "io/origin.h"

#include <stdio.h>
#include <string.h>

enum { FIELDS_MAX = 8 };

struct word {
	const char *at;
	size_t bytes;
};

static struct word trimmed(const char *at, size_t bytes)
{
	while (bytes && (*at == ' ' || *at == '"')) {
		at++;
		bytes--;
	}
	while (bytes && (at[bytes - 1] == ' ' || at[bytes - 1] == '"'))
		bytes--;
	return (struct word){at, bytes};
}

static size_t split(const char *line, size_t bytes, struct word fields[static FIELDS_MAX])
{
	size_t count = 0;
	while (count < FIELDS_MAX) {
		const char *bar = memchr(line, '|', bytes);
		size_t used = bar ? (size_t)(bar - line) : bytes;
		fields[count++] = trimmed(line, used);
		if (!bar)
			break;
		line += used + 1;
		bytes -= used + 1;
	}
	return count;
}

/* The number that a field begins with: several origins stand behind each other. 0: none. */
static uint32_t number_of(struct word word, uint32_t most)
{
	uint64_t value = 0;
	size_t i = 0;
	for (; i < word.bytes && word.at[i] >= '0' && word.at[i] <= '9'; i++) {
		value = value * 10 + (uint64_t)(word.at[i] - '0');
		if (value > most)
			return 0;
	}
	return i < word.bytes && word.at[i] != ' ' ? 0 : (uint32_t)value;
}

/* "192.0.2.0/24", as we write addresses. -1: it is no prefix, else its length. */
static int prefix_of(struct word word, char out[static SN_NETWORK_BYTES])
{
	char text[SN_NETWORK_BYTES], addr_text[SONDE_ADDR_TEXT];
	struct sonde_addr addr;
	const char *slash = memchr(word.at, '/', word.bytes);
	if (!slash || word.bytes >= sizeof text)
		return -1;
	snprintf(text, sizeof text, "%.*s", (int)(slash - word.at), word.at);
	struct word length = {slash + 1, word.bytes - (size_t)(slash - word.at) - 1};
	if (!length.bytes || !sonde_addr_parse(text, &addr))
		return -1;
	uint32_t bits = number_of(length, addr.family == 4 ? 32 : 128);
	if (bits == 0)
		return -1;
	snprintf(out, SN_NETWORK_BYTES, "%.45s/%u", sonde_addr_text(&addr, addr_text), (unsigned)bits);
	return (int)bits;
}

bool sn_origin_read(const char *text, size_t text_bytes, struct sn_who_facts *facts)
{
	int longest = -1;
	while (text_bytes) {
		const char *end = memchr(text, '\n', text_bytes);
		size_t line_bytes = end ? (size_t)(end - text) : text_bytes;
		struct word fields[FIELDS_MAX];
		char network[SN_NETWORK_BYTES] = "";
		size_t count = split(text, line_bytes, fields);
		uint32_t asn = number_of(fields[0], UINT32_MAX);
		int bits = count > 1 ? prefix_of(fields[1], network) : -1;
		if (asn && bits > longest) {
			longest = bits;
			facts->asn = asn;
			memcpy(facts->network, network, sizeof facts->network);
			sn_country_read(count > 2 ? fields[2].at : "", count > 2 ? fields[2].bytes : 0, facts->country);
		}
		text += line_bytes + (end != NULL);
		text_bytes -= line_bytes + (end != NULL);
	}
	return longest >= 0;
}

bool sn_as_name_read(const char *text, size_t text_bytes, char name[static SN_AS_NAME_BYTES])
{
	struct word fields[FIELDS_MAX];
	const char *end = memchr(text, '\n', text_bytes);
	size_t count = split(text, end ? (size_t)(end - text) : text_bytes, fields);
	enum { NAME_FIELD = 4 };
	if (count <= NAME_FIELD || !fields[NAME_FIELD].bytes)
		return false;
	size_t bytes = fields[NAME_FIELD].bytes < SN_AS_NAME_BYTES - 1 ? fields[NAME_FIELD].bytes : SN_AS_NAME_BYTES - 1;
	memcpy(name, fields[NAME_FIELD].at, bytes);
	name[bytes] = '\0';
	return strlen(name) > 0;
}
