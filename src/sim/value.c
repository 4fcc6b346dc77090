/* SPDX-License-Identifier: MIT */
/* Text to values, exactly: no floating point, no locale. Knows nothing of who carries the value. */
#include "sim/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_NS (INT64_C(1000000) * SONDE_S)
#define PPM 1000000

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads digits[.digits], counted in 1/scale; *text moves behind it. False: no digit there, more than max, or finer than 1/scale. */
static bool read_decimal(const char **text, uint64_t scale, uint64_t max, uint64_t *out)
{
	const char *p = *text;
	if (!is_digit(*p))
		return false;
	uint64_t value = 0;
	for (; is_digit(*p); p++) {
		value = value * 10 + (uint64_t)(*p - '0');
		if (value > max / scale)
			return false;
	}
	value *= scale;
	if (*p == '.' && is_digit(p[1])) {
		for (p++; is_digit(*p); p++) {
			if (scale < 10)
				return false;
			scale /= 10;
			value += (uint64_t)(*p - '0') * scale;
		}
	}
	*text = p;
	*out = value;
	return value <= max;
}

bool sn_sim_read_number(const char *text, uint64_t max, uint64_t *out)
{
	return text && read_decimal(&text, 1, max, out) && *text == 0;
}

bool sn_sim_read_token(const char **text, char end, char *out, size_t room)
{
	if (!*text)
		return false;
	const char *stop = strchr(*text, end);
	size_t length = stop ? (size_t)(stop - *text) : strlen(*text);
	if (length >= room)
		return false;
	memcpy(out, *text, length);
	out[length] = 0;
	*text = stop ? stop + 1 : NULL;
	return true;
}

int sn_sim_read_word(const char *text, const char *const *words)
{
	for (int i = 0; text && words[i]; i++)
		if (strcmp(text, words[i]) == 0)
			return i;
	return -1;
}

bool sn_sim_read_flag(const char *text, void *field)
{
	*(bool *)field = true;
	return !text;
}

bool sn_sim_read_switch(const char *text, void *field)
{
	static const char *const words[] = {"off", "on", NULL};
	int word = sn_sim_read_word(text, words);
	*(bool *)field = word == 1;
	return word >= 0;
}

bool sn_sim_read_ttl(const char *text, void *field)
{
	uint64_t value = 0;
	if (!sn_sim_read_number(text, UINT8_MAX, &value) || value == 0)
		return false;
	*(uint8_t *)field = (uint8_t)value;
	return true;
}

static bool read_u32(const char *text, uint32_t min, uint32_t max, void *field)
{
	uint64_t value = 0;
	if (!sn_sim_read_number(text, max, &value) || value < min)
		return false;
	*(uint32_t *)field = (uint32_t)value;
	return true;
}

bool sn_sim_read_count(const char *text, void *field)
{
	return read_u32(text, 1, SN_SIM_QUOTE_FULL - 1, field);
}

bool sn_sim_read_mtu(const char *text, void *field)
{
	return read_u32(text, 68, UINT16_MAX, field);
}

bool sn_sim_read_said_mtu(const char *text, void *field)
{
	return read_u32(text, 0, UINT16_MAX, field);
}

struct unit {
	const char *name;
	sonde_ns ns;
};

static const struct unit units[] = {{"ns", 1},      {"us", SONDE_US},    {"ms", SONDE_MS},
                                    {"s", SONDE_S}, {"m", 60 * SONDE_S}, {"h", 3600 * SONDE_S}};

/* The unit that starts at text and ends at one of `ends` or the end of text; 0: none. */
static sonde_ns read_unit(const char **text, const char *ends)
{
	size_t length = strcspn(*text, ends);
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (length == strlen(units[i].name) && memcmp(*text, units[i].name, length) == 0) {
			*text += length;
			return units[i].ns;
		}
	}
	return 0;
}

static bool read_duration(const char **text, const char *ends, sonde_ns *out)
{
	const char *unit_at = *text + strspn(*text, "0123456789.");
	const char *end = unit_at;
	sonde_ns unit_ns = read_unit(&end, ends);
	/* 0 needs no unit. */
	if (unit_ns == 0 && unit_at == *text + 1 && **text == '0' && (*end == 0 || strchr(ends, *end)))
		unit_ns = 1;
	uint64_t value = 0;
	if (unit_ns == 0 || !read_decimal(text, (uint64_t)unit_ns, LONGEST_NS, &value) || *text != unit_at)
		return false;
	*text = end;
	*out = (sonde_ns)value;
	return true;
}

bool sn_sim_read_duration(const char *text, void *field)
{
	return text && read_duration(&text, "", field) && *text == 0;
}

bool sn_sim_read_rate(const char *text, void *field)
{
	if (!text)
		return false;
	*(sonde_ns *)field = 0;
	if (strcmp(text, "none") == 0)
		return true;
	uint64_t count = 0;
	if (!read_decimal(&text, 1, 1000000000, &count) || count == 0 || *text++ != '/')
		return false;
	const char *unit = text;
	sonde_ns per_ns = read_unit(&unit, "");
	if (per_ns == 0 && (!read_duration(&text, "", &per_ns) || *text))
		return false;
	*(sonde_ns *)field = per_ns / (sonde_ns)count;
	return per_ns / (sonde_ns)count > 0;
}

bool sn_sim_read_share(const char *text, void *field)
{
	uint64_t value = 0;
	if (!text)
		return false;
	uint64_t scale = strchr(text, '%') ? PPM / 100 : PPM;
	if (!read_decimal(&text, scale, PPM, &value))
		return false;
	*(uint32_t *)field = (uint32_t)value;
	return strcmp(text, scale == PPM ? "" : "%") == 0;
}

bool sn_sim_read_loss(const char *text, void *field)
{
	struct sn_sim_direction *way = field;
	way->loss_ppm = 0;
	way->loss_mask = 0;
	if (!text || strncmp(text, "0x", 2) != 0)
		return sn_sim_read_share(text, &way->loss_ppm);
	size_t digits = strspn(text + 2, "0123456789abcdefABCDEF");
	way->loss_mask = strtoull(text + 2, NULL, 16);
	return digits >= 1 && digits <= 16 && text[2 + digits] == 0;
}

bool sn_sim_read_window(const char *text, void *field)
{
	struct sn_sim_window *window = field;
	*window = (struct sn_sim_window){0, SONDE_NEVER};
	if (!text)
		return true;
	if (!read_duration(&text, "-", &window->from_at_ns))
		return false;
	if (*text == '-') {
		text++;
		if (!read_duration(&text, "", &window->until_at_ns))
			return false;
	}
	return *text == 0 && window->from_at_ns < window->until_at_ns;
}

bool sn_sim_read_ports(const char *text, void *field)
{
	struct sn_sim_ports *ports = field;
	*ports = (struct sn_sim_ports){.count = 1};
	if (!text)
		return false;
	if (strcmp(text, "all") == 0) {
		ports->range[0].last = UINT16_MAX;
		return true;
	}
	for (size_t i = 0; i < SN_SIM_RANGES_MAX; i++) {
		uint64_t first = 0, last = 0;
		if (!read_decimal(&text, 1, UINT16_MAX, &first))
			return false;
		last = first;
		if (*text == '-' && (text++, !read_decimal(&text, 1, UINT16_MAX, &last)))
			return false;
		if (first > last)
			return false;
		ports->range[i].first = (uint16_t)first;
		ports->range[i].last = (uint16_t)last;
		ports->count = (uint8_t)(i + 1);
		if (*text == 0)
			return true;
		if (*text++ != ',')
			return false;
	}
	return false;
}

bool sn_sim_read_address(const char *text, struct sonde_addr *addr, uint8_t *length_bits)
{
	char copy[SONDE_ADDR_TEXT];
	const char *slash = text ? strchr(text, '/') : NULL;
	if (!slash || (size_t)(slash - text) >= sizeof copy)
		return false;
	snprintf(copy, sizeof copy, "%.*s", (int)(slash - text), text);
	uint64_t length = 0;
	if (!sonde_addr_parse(copy, addr) || !sn_sim_read_number(slash + 1, addr->family == 4 ? 32 : 128, &length))
		return false;
	*length_bits = (uint8_t)length;
	return true;
}

bool sn_sim_read_prefix(const char *text, void *field)
{
	struct sn_sim_prefix *prefix = field;
	if (!text)
		return false;
	*prefix = (struct sn_sim_prefix){0};
	if (strcmp(text, "0/0") == 0) {
		prefix->addr.family = 4;
		return true;
	}
	if (sonde_addr_parse(text, &prefix->addr)) {
		prefix->length_bits = prefix->addr.family == 4 ? 32 : 128;
		return true;
	}
	if (!sn_sim_read_address(text, &prefix->addr, &prefix->length_bits))
		return false;
	sn_sim_prefix_trim(prefix);
	return true;
}

bool sn_sim_read_quote(const char *text, void *field)
{
	static const char *const words[] = {"linux", "full", NULL};
	int word = sn_sim_read_word(text, words);
	if (word < 0)
		return read_u32(text, 8, UINT16_MAX, field);
	*(uint32_t *)field = word == 0 ? SN_SIM_QUOTE_LINUX : SN_SIM_QUOTE_FULL;
	return true;
}
