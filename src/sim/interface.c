/* SPDX-License-Identifier: MIT */
/* A node that answers extended echo requests (RFC 8335 section 4): which interface is meant, and what is said of it. */
#include "sim/interface.h"

#include "base/checksum.h"
#include "base/cursor.h"
#include "sim/net.h"
#include "sim/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REQUEST4 = 42, REPLY4 = 43, REQUEST6 = 160, REPLY6 = 161, MESSAGE_BYTES = 8, STRUCTURE_BYTES = 4, OBJECT_BYTES = 4 };
enum { CODE_OK, CODE_MALFORMED, CODE_NONE, CODE_NO_ENTRY, CODE_SEVERAL };
enum { BY_NAME = 1, BY_INDEX = 2, BY_ADDRESS = 3, CLASS_INTERFACE_ID = 3 };
enum { TOKEN_BYTES = 128 };

void sn_sim_told_finish(struct sn_sim_told *told)
{
	free(told->interfaces);
	free(told->neighbours);
	*told = (struct sn_sim_told){0};
}

/* ---- what the file says ---- */

static bool read_off(const char *text, bool *off)
{
	bool on = false, good = sn_sim_read_switch(text, &on);
	*off = !on;
	return good;
}

/* name=NAME, index=N, address=ADDRESS, active=on|off, ipv4=on|off, ipv6=on|off. */
static bool read_part(const char *text, struct sn_sim_told_interface *out)
{
	char key[TOKEN_BYTES];
	uint64_t index = 0;
	if (!sn_sim_read_token(&text, '=', key, sizeof key) || !text)
		return false;
	if (strcmp(key, "name") == 0)
		return *text && (size_t)snprintf(out->name, sizeof out->name, "%s", text) < sizeof out->name;
	if (strcmp(key, "index") == 0) {
		bool good = sn_sim_read_number(text, UINT32_MAX, &index);
		out->index = (uint32_t)index;
		return good;
	}
	if (strcmp(key, "address") == 0)
		return out->addr_count < SN_SIM_TOLD_ADDRESSES && sonde_addr_parse(text, &out->addr[out->addr_count++]);
	return (strcmp(key, "active") == 0 && read_off(text, &out->down)) || (strcmp(key, "ipv4") == 0 && read_off(text, &out->no_ip4)) ||
	       (strcmp(key, "ipv6") == 0 && read_off(text, &out->no_ip6));
}

bool sn_sim_read_interface(const char *text, void *field)
{
	struct sn_sim_told *told = field;
	char word[TOKEN_BYTES];
	struct sn_sim_told_interface *one = sn_sim_grow(&told->interfaces, &told->interface_count, sizeof *one, SN_SIM_TOLD_MAX);
	if (!text || !one)
		return false;
	while (sn_sim_read_token(&text, ',', word, sizeof word))
		if (!read_part(word, one))
			return false;
	return !text;
}

bool sn_sim_read_neighbour(const char *text, void *field)
{
	static const char *const states[] = {"", "incomplete", "reachable", "stale", "delay", "probe", "failed", NULL};
	struct sn_sim_told *told = field;
	char address[TOKEN_BYTES], state[TOKEN_BYTES];
	struct sn_sim_told_neighbour *one = sn_sim_grow(&told->neighbours, &told->neighbour_count, sizeof *one, SN_SIM_TOLD_MAX);
	if (!one || !sn_sim_read_token(&text, ',', address, sizeof address) || !sonde_addr_parse(address, &one->addr) ||
	    !sn_sim_read_token(&text, ',', state, sizeof state) || text)
		return false;
	int word = sn_sim_read_word(state, states);
	one->state = (uint8_t)(word > 0 ? word : 0);
	return word > 0;
}

/* ---- what is asked ---- */

struct question {
	bool local;
	uint8_t by;
	char name[SN_SIM_TOLD_NAME_BYTES];
	uint32_t index;
	struct sonde_addr addr;
};

static bool read_name(struct sn_reader *r, struct question *out)
{
	size_t left = sn_reader_left(r);
	const uint8_t *bytes = sn_read_view(r, left);
	if (!bytes || left == 0 || left >= sizeof out->name)
		return false;
	memcpy(out->name, bytes, left);
	return true;
}

/* Family, significant bytes, a reserved byte, the address. */
static bool read_addr(struct sn_reader *r, struct question *out)
{
	uint16_t family = sn_read_u16(r);
	uint8_t count = sn_read_u8(r);
	sn_read_skip(r, 1);
	if ((family != 1 || count != 4) && (family != 2 || count != 16))
		return false;
	out->addr.family = family == 1 ? 4 : 6;
	sn_read_bytes(r, out->addr.bytes, count);
	return !r->bad && sn_reader_left(r) == 0;
}

/* One structure with one object that can be read. False: malformed. */
static bool read_question(const uint8_t *request, size_t request_bytes, struct question *out)
{
	struct sn_reader r;
	sn_reader_init(&r, request, request_bytes);
	sn_read_skip(&r, MESSAGE_BYTES - 1);
	out->local = sn_read_u8(&r) & 1;
	uint8_t version = sn_read_u8(&r) >> 4;
	sn_read_skip(&r, STRUCTURE_BYTES - 1);
	uint16_t length = sn_read_u16(&r);
	uint8_t class_num = sn_read_u8(&r);
	out->by = sn_read_u8(&r);
	if (r.bad || version != 2 || class_num != CLASS_INTERFACE_ID || length != sn_reader_left(&r) + OBJECT_BYTES ||
	    sn_sum_finish(sn_sum_bytes(0, request + MESSAGE_BYTES, request_bytes - MESSAGE_BYTES)) != 0)
		return false;
	if (out->by == BY_INDEX) {
		out->index = sn_read_u32(&r);
		return !r.bad && sn_reader_left(&r) == 0;
	}
	return (out->by == BY_NAME && read_name(&r, out)) || (out->by == BY_ADDRESS && read_addr(&r, out));
}

static bool fits(const struct sn_sim_told_interface *one, const struct question *q)
{
	if (q->by == BY_NAME)
		return strcmp(one->name, q->name) == 0;
	if (q->by == BY_INDEX)
		return one->index && one->index == q->index;
	for (size_t i = 0; i < one->addr_count; i++)
		if (sonde_addr_equal(&one->addr[i], &q->addr))
			return true;
	return false;
}

/* The bits of byte 7: active, IPv4, IPv6. Nothing runs on an interface that is down. */
static uint8_t tell_interface(const struct sn_sim_told *told, const struct question *q, uint8_t *bits)
{
	const struct sn_sim_told_interface *found = NULL;
	for (size_t i = 0; i < told->interface_count; i++) {
		if (!fits(&told->interfaces[i], q))
			continue;
		if (found)
			return CODE_SEVERAL;
		found = &told->interfaces[i];
	}
	if (!found)
		return CODE_NONE;
	*bits = found->down ? 0 : (uint8_t)(4 | (found->no_ip4 ? 0 : 2) | (found->no_ip6 ? 0 : 1));
	return CODE_OK;
}

static uint8_t tell_neighbour(const struct sn_sim_told *told, const struct question *q, uint8_t *bits)
{
	if (q->by != BY_ADDRESS)
		return CODE_MALFORMED;
	for (size_t i = 0; i < told->neighbour_count; i++)
		if (sonde_addr_equal(&told->neighbours[i].addr, &q->addr)) {
			*bits = (uint8_t)(told->neighbours[i].state << 5);
			return CODE_OK;
		}
	return CODE_NO_ENTRY;
}

bool sn_sim_told_answer(const struct sn_sim_told *told, uint8_t version, const uint8_t *request, size_t request_bytes, uint8_t out[8])
{
	struct question q = {0};
	uint8_t bits = 0, code = CODE_MALFORMED;
	bool asked = request_bytes >= MESSAGE_BYTES && request[0] == (version == 4 ? REQUEST4 : REQUEST6) && request[1] == 0;
	if (!asked || (told->interface_count == 0 && told->neighbour_count == 0))
		return false;
	if (read_question(request, request_bytes, &q))
		code = q.local ? tell_interface(told, &q, &bits) : tell_neighbour(told, &q, &bits);
	memcpy(out, request, MESSAGE_BYTES);
	out[0] = version == 4 ? REPLY4 : REPLY6;
	out[1] = code;
	out[2] = out[3] = 0;
	out[7] = bits;
	return true;
}
