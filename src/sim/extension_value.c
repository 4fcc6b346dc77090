/* SPDX-License-Identifier: MIT */
/* Words of a .net file to extension objects, byte by byte as their RFCs draw them. */
#include "sim/extension.h"
#include "sim/value.h"

#include <stdlib.h>
#include <string.h>

/* RFC 4950, 5837, 8335, 8883, draft-ietf-intarea-extended-icmp-nodeid. */
enum { CLASS_MPLS = 1, CLASS_INTERFACE = 2, CLASS_INTERFACE_ID = 3, CLASS_EXTENDED = 4, CLASS_NODE = 5 };
/* C-Type bits that two of them share. */
enum { HAS_INDEX = 8, HAS_ADDRESS = 4, HAS_NAME = 2, HAS_MTU = 1 };
enum { TOKEN_BYTES = 256, HEADER_BYTES = 4, NAME_MAX_BYTES = 63 };

static bool number(const char *text, uint32_t max, uint32_t *out)
{
	uint64_t value = 0;
	if (!sn_sim_read_number(text, max, &value))
		return false;
	*out = (uint32_t)value;
	return true;
}

static void put(struct sn_sim_extension *extension, uint32_t value, size_t count)
{
	for (size_t i = count; i-- > 0;)
		sn_buf_putc(&extension->objects, (char)(value >> 8 * i));
}

static void object_begin(struct sn_sim_extension *extension, unsigned class_num, unsigned c_type)
{
	extension->last_at_bytes = extension->objects.length_bytes;
	put(extension, 0, 2);
	put(extension, class_num, 1);
	put(extension, c_type, 1);
}

/* RFC 4884 section 8: the length counts the header. */
static bool object_end(struct sn_sim_extension *extension)
{
	struct sn_buf *objects = &extension->objects;
	if (objects->bad || objects->length_bytes > SN_SIM_OBJECTS_MAX_BYTES)
		return false;
	size_t length = objects->length_bytes - extension->last_at_bytes;
	objects->text[extension->last_at_bytes] = (char)(length >> 8);
	objects->text[extension->last_at_bytes + 1] = (char)length;
	return true;
}

/* LABEL[/TC[/TTL]]. */
static bool read_entry(const char *text, uint32_t *entry)
{
	static const struct {
		uint32_t max, without;
		unsigned shift;
	} fields[] = {{0xfffff, 0, 12}, {7, 0, 9}, {255, 1, 0}};
	char word[TOKEN_BYTES];
	*entry = 0;
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		uint32_t value = fields[i].without;
		if (text && !(sn_sim_read_token(&text, '/', word, sizeof word) && number(word, fields[i].max, &value)))
			return false;
		*entry |= value << fields[i].shift;
	}
	return !text;
}

bool sn_sim_read_mpls(const char *text, void *extension)
{
	char word[TOKEN_BYTES];
	if (!text)
		return false;
	object_begin(extension, CLASS_MPLS, 1);
	while (sn_sim_read_token(&text, ',', word, sizeof word)) {
		uint32_t entry, bottom = text ? 0 : 0x100;
		if (!read_entry(word, &entry))
			return false;
		put(extension, entry | bottom, 4);
	}
	return !text && object_end(extension);
}

/* What interfaces and nodes are told by. */
struct parts {
	bool has_index, has_name, has_mtu;
	uint32_t index, mtu_bytes;
	struct sonde_addr addr;
	uint8_t name[NAME_MAX_BYTES];
	size_t name_bytes;
};

/* A name; %41 is the byte 0x41. */
static bool read_name(const char *text, struct parts *out)
{
	for (; *text; text++) {
		unsigned byte = (unsigned char)*text;
		if (*text == '%') {
			if (strspn(text + 1, "0123456789abcdefABCDEF") < 2)
				return false;
			byte = (unsigned)strtoul((char[]){text[1], text[2], 0}, NULL, 16);
			text += 2;
		}
		if (out->name_bytes == NAME_MAX_BYTES)
			return false;
		out->name[out->name_bytes++] = (uint8_t)byte;
	}
	return out->has_name = true;
}

/* index=N, address=ADDRESS, name=NAME, mtu=N. */
static bool read_part(const char *text, struct parts *out)
{
	char key[TOKEN_BYTES];
	if (!sn_sim_read_token(&text, '=', key, sizeof key) || !text)
		return false;
	if (strcmp(key, "index") == 0)
		return out->has_index = number(text, UINT32_MAX, &out->index);
	if (strcmp(key, "mtu") == 0)
		return out->has_mtu = number(text, UINT32_MAX, &out->mtu_bytes);
	if (strcmp(key, "address") == 0)
		return sonde_addr_parse(text, &out->addr);
	return strcmp(key, "name") == 0 && read_name(text, out);
}

static bool read_parts(const char *text, struct parts *out)
{
	char word[TOKEN_BYTES];
	while (sn_sim_read_token(&text, ',', word, sizeof word))
		if (!read_part(word, out))
			return false;
	return !text;
}

static void put_bytes(struct sn_sim_extension *extension, const uint8_t *bytes, size_t count)
{
	sn_buf_add(&extension->objects, (const char *)bytes, count);
}

static void put_addr(struct sn_sim_extension *extension, const struct sonde_addr *addr)
{
	put(extension, addr->family == 4 ? 1 : 2, 2);
	put(extension, 0, 2);
	put_bytes(extension, addr->bytes, addr->family == 4 ? 4 : 16);
}

/* RFC 5837 section 4.3: the length counts itself and the zeroes up to a whole word. */
static void put_name(struct sn_sim_extension *extension, const struct parts *p)
{
	size_t length = (1 + p->name_bytes + 3) / 4 * 4;
	put(extension, (uint32_t)length, 1);
	put_bytes(extension, p->name, p->name_bytes);
	sn_buf_pad(&extension->objects, 0, length - 1 - p->name_bytes);
}

/* In the order of their bits. */
static bool put_parts(struct sn_sim_extension *extension, unsigned class_num, unsigned role, const struct parts *p)
{
	object_begin(extension, class_num, role << 6 | (p->has_index ? HAS_INDEX : 0u) | (p->addr.family ? HAS_ADDRESS : 0u) |
	                                       (p->has_name ? HAS_NAME : 0u) | (p->has_mtu ? HAS_MTU : 0u));
	if (p->has_index)
		put(extension, p->index, 4);
	if (p->addr.family)
		put_addr(extension, &p->addr);
	if (p->has_name)
		put_name(extension, p);
	if (p->has_mtu)
		put(extension, p->mtu_bytes, 4);
	return object_end(extension);
}

bool sn_sim_read_interface_info(const char *text, void *extension)
{
	static const char *const roles[] = {"in", "sub-in", "out", "next-hop", NULL};
	struct parts parts = {0};
	char word[TOKEN_BYTES];
	int role = sn_sim_read_token(&text, ',', word, sizeof word) ? sn_sim_read_word(word, roles) : -1;
	return role >= 0 && read_parts(text, &parts) && put_parts(extension, CLASS_INTERFACE, (unsigned)role, &parts);
}

bool sn_sim_read_node_id(const char *text, void *extension)
{
	struct parts parts = {0};
	bool good = text && read_parts(text, &parts) && !parts.has_index && !parts.has_mtu;
	return good && put_parts(extension, CLASS_NODE, 0, &parts);
}

/* RFC 8335 section 2.1: the C-Type says which one part it is. */
bool sn_sim_read_interface_id(const char *text, void *extension)
{
	struct parts p = {0};
	if (!text || !read_part(text, &p) || p.has_mtu)
		return false;
	object_begin(extension, CLASS_INTERFACE_ID, p.has_name ? 1 : p.has_index ? 2 : 3);
	if (p.has_name) {
		put_bytes(extension, p.name, p.name_bytes);
		sn_buf_pad(&((struct sn_sim_extension *)extension)->objects, 0, (4 - p.name_bytes % 4) % 4);
	} else if (p.has_index) {
		put(extension, p.index, 4);
	} else {
		size_t addr_bytes = p.addr.family == 4 ? 4 : 16;
		put(extension, p.addr.family == 4 ? 1 : 2, 2);
		put(extension, (uint32_t)addr_bytes, 1);
		put(extension, 0, 1);
		put_bytes(extension, p.addr.bytes, addr_bytes);
	}
	return object_end(extension);
}

bool sn_sim_read_pointer(const char *text, void *extension)
{
	uint32_t value = 0;
	if (!number(text, UINT32_MAX, &value))
		return false;
	object_begin(extension, CLASS_EXTENDED, 1);
	put(extension, value, 4);
	return object_end(extension);
}

bool sn_sim_read_ext_raw(const char *text, void *field)
{
	struct sn_sim_extension *extension = field;
	size_t digits = text ? strspn(text, "0123456789abcdefABCDEF") : 0;
	if (digits == 0 || text[digits] || digits % 8 != 0)
		return false;
	extension->last_at_bytes = extension->objects.length_bytes;
	for (; *text; text += 2)
		put(extension, (uint32_t)strtoul((char[]){text[0], text[1], 0}, NULL, 16), 1);
	return !extension->objects.bad && extension->objects.length_bytes <= SN_SIM_OBJECTS_MAX_BYTES;
}

bool sn_sim_read_ext_fault(const char *text, void *extension)
{
	static const char *const words[] = {[SN_SIM_FAULT_NONE] = "none", [SN_SIM_FAULT_CHECKSUM] = "checksum",
	                                    [SN_SIM_FAULT_NO_CHECKSUM] = "no-checksum", [SN_SIM_FAULT_VERSION] = "version",
	                                    [SN_SIM_FAULT_LENGTH] = "length", [SN_SIM_FAULT_BELOW] = "below",
	                                    [SN_SIM_FAULT_OVERRUN] = "overrun", [SN_SIM_FAULT_ZERO] = "zero",
	                                    [SN_SIM_FAULT_ODD] = "odd", [SN_SIM_FAULT_CUT] = "cut", NULL};
	int word = sn_sim_read_word(text, words);
	((struct sn_sim_extension *)extension)->fault = word < 0 ? SN_SIM_FAULT_NONE : (enum sn_sim_extension_fault)word;
	return word >= 0;
}

bool sn_sim_read_ext_length(const char *text, void *extension)
{
	bool on = false;
	bool good = sn_sim_read_switch(text, &on);
	((struct sn_sim_extension *)extension)->no_length = !on;
	return good;
}
