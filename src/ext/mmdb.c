/* SPDX-License-Identifier: MIT */
/* Where each maker of databases keeps what we want, as tables of paths. */
#include "ext/mmdb.h"

#if SONDE_WITH_MMDB
#include <maxminddb.h>
#endif
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#if SONDE_WITH_MMDB

enum { STEPS_MAX = 3, V4_IN_V6_BITS = 96 };

struct sn_mmdb {
	MMDB_s db;
};

/* Keys to follow from the record of an address; NULL ends them. */
typedef const char *const path_of[STEPS_MAX];

static path_of numbers[] = {{"autonomous_system_number"}, {"asn"}, {"as_number"}};
static path_of names[] = {{"autonomous_system_organization"}, {"as_name"}, {"as_organization"}, {"name"}};
static path_of countries[] = {{"country", "iso_code"}, {"registered_country", "iso_code"}, {"country_code"}, {"country"}};

int sn_mmdb_open(struct sn_mmdb **out, const char *file, struct sonde_error *err)
{
	struct sn_mmdb *db = calloc(1, sizeof *db);
	*out = NULL;
	if (!db)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for the database '%.100s'", file);
	int failure = MMDB_open(file, MMDB_MODE_MMAP, &db->db), sys_errno = errno;
	if (failure == MMDB_SUCCESS) {
		*out = db;
		return SONDE_OK;
	}
	free(db);
	if (failure == MMDB_FILE_OPEN_ERROR || failure == MMDB_IO_ERROR)
		return sonde_fail(err, SONDE_E_FILE, sys_errno, "cannot read the database '%.100s'", file);
	sonde_fail(err, SONDE_E_FORMAT, 0, "the database '%.100s' cannot be used: %.80s", file, MMDB_strerror(failure));
	return sonde_hint(err, SONDE_E_FORMAT, "give a file in MaxMind's format, .mmdb");
}

void sn_mmdb_close(struct sn_mmdb *db)
{
	if (!db)
		return;
	MMDB_close(&db->db);
	free(db);
}

static bool value_at(MMDB_entry_s *entry, path_of path, uint32_t type, MMDB_entry_data_s *out)
{
	const char *steps[STEPS_MAX + 1] = {path[0], path[1], path[2], NULL};
	return MMDB_aget_value(entry, out, steps) == MMDB_SUCCESS && out->has_data && out->type == type;
}

/* "AS64500" or "64500"; 0: neither. */
static uint32_t number_of(const char *text, size_t bytes)
{
	uint64_t value = 0;
	size_t at = bytes > 2 && memcmp(text, "AS", 2) == 0 ? 2 : 0;
	if (at == bytes)
		return 0;
	for (; at < bytes && value <= UINT32_MAX; at++) {
		if (text[at] < '0' || text[at] > '9')
			return 0;
		value = value * 10 + (uint64_t)(text[at] - '0');
	}
	return value <= UINT32_MAX ? (uint32_t)value : 0;
}

static uint32_t find_number(MMDB_entry_s *entry)
{
	MMDB_entry_data_s found;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		if (value_at(entry, numbers[i], MMDB_DATA_TYPE_UINT32, &found))
			return found.uint32;
		bool text = value_at(entry, numbers[i], MMDB_DATA_TYPE_UTF8_STRING, &found);
		uint32_t number = text ? number_of(found.utf8_string, found.data_size) : 0;
		if (number)
			return number;
	}
	return 0;
}

/* Cut where it is too long. */
static void find_name(MMDB_entry_s *entry, char out[static SN_AS_NAME_BYTES])
{
	MMDB_entry_data_s found;
	for (size_t i = 0; !out[0] && i < sizeof names / sizeof *names; i++)
		if (value_at(entry, names[i], MMDB_DATA_TYPE_UTF8_STRING, &found)) {
			size_t bytes = found.data_size < SN_AS_NAME_BYTES ? found.data_size : SN_AS_NAME_BYTES - 1;
			snprintf(out, SN_AS_NAME_BYTES, "%.*s", (int)bytes, found.utf8_string);
		}
}

static void find_country(MMDB_entry_s *entry, char out[static SN_COUNTRY_BYTES])
{
	MMDB_entry_data_s found;
	for (size_t i = 0; !out[0] && i < sizeof countries / sizeof *countries; i++)
		if (value_at(entry, countries[i], MMDB_DATA_TYPE_UTF8_STRING, &found))
			sn_country_read(found.utf8_string, found.data_size, out);
}

/* The network that the answer holds for, which is the one that is announced where the database says who announces it. */
static void write_network(const struct sonde_addr *addr, unsigned bits, char out[static SN_NETWORK_BYTES])
{
	struct sonde_addr network = {.family = addr->family};
	char text[SONDE_ADDR_TEXT];
	for (unsigned i = 0; i < bits; i++)
		network.bytes[i / 8] |= (uint8_t)(addr->bytes[i / 8] & 0x80 >> i % 8);
	snprintf(out, SN_NETWORK_BYTES, "%.45s/%u", sonde_addr_text(&network, text), bits);
}

void sn_mmdb_look_up(const struct sn_mmdb *db, const struct sonde_addr *addr, struct sn_who_facts *facts)
{
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};
	struct sockaddr_in four = {.sin_family = AF_INET};
	memcpy(&six.sin6_addr, addr->bytes, sizeof six.sin6_addr);
	memcpy(&four.sin_addr, addr->bytes, sizeof four.sin_addr);
	int failure = MMDB_SUCCESS;
	MMDB_lookup_result_s result =
	    MMDB_lookup_sockaddr(&db->db, addr->family == 4 ? (struct sockaddr *)&four : (struct sockaddr *)&six, &failure);
	if (failure != MMDB_SUCCESS || !result.found_entry)
		return;
	unsigned bits = result.netmask;
	if (addr->family == 4 && db->db.metadata.ip_version == 6)
		bits = bits > V4_IN_V6_BITS ? bits - V4_IN_V6_BITS : 0;
	uint32_t asn = facts->asn ? 0 : find_number(&result.entry);
	if (asn) {
		facts->asn = asn;
		write_network(addr, bits, facts->network);
		find_name(&result.entry, facts->as_name);
	}
	find_country(&result.entry, facts->country);
}

/* Whether the record, or what else a leaf has, says it. */
static bool says(MMDB_entry_s *entry, enum sn_mmdb_kind kind)
{
	char country[SN_COUNTRY_BYTES] = "";
	if (kind == SN_MMDB_SYSTEMS)
		return find_number(entry) != 0;
	find_country(entry, country);
	return country[0] != '\0';
}

/* From the left, which of two branches waits on the stack. Files of strangers may have circles: so many nodes are enough to know. */
bool sn_mmdb_has(const struct sn_mmdb *db, enum sn_mmdb_kind kind)
{
	enum { NODES_MOST = 4096, DEPTH_MOST = 130 };
	uint32_t stack[DEPTH_MOST] = {0};
	unsigned depth = 1, left = NODES_MOST;
	MMDB_search_node_s node;
	while (depth && left--) {
		if (MMDB_read_node(&db->db, stack[--depth], &node) != MMDB_SUCCESS)
			return true; /* nobody knows */
		if ((node.left_record_type == MMDB_RECORD_TYPE_DATA && says(&node.left_record_entry, kind)) ||
		    (node.right_record_type == MMDB_RECORD_TYPE_DATA && says(&node.right_record_entry, kind)))
			return true;
		if (node.right_record_type == MMDB_RECORD_TYPE_SEARCH_NODE && depth < DEPTH_MOST)
			stack[depth++] = (uint32_t)node.right_record;
		if (node.left_record_type == MMDB_RECORD_TYPE_SEARCH_NODE && depth < DEPTH_MOST)
			stack[depth++] = (uint32_t)node.left_record;
	}
	return false;
}

#else

bool sn_mmdb_has(const struct sn_mmdb *db, enum sn_mmdb_kind kind)
{
	(void)db, (void)kind;
	return false;
}

int sn_mmdb_open(struct sn_mmdb **out, const char *file, struct sonde_error *err)
{
	*out = NULL;
	sonde_fail(err, SONDE_E_UNSUPPORTED, 0, "the database '%.100s' cannot be used: this sonde was built without libmaxminddb", file);
	return sonde_hint(err, SONDE_E_UNSUPPORTED, "--as-lookup asks name servers instead");
}

void sn_mmdb_close(struct sn_mmdb *db)
{
	(void)db;
}

void sn_mmdb_look_up(const struct sn_mmdb *db, const struct sonde_addr *addr, struct sn_who_facts *facts)
{
	(void)db, (void)addr, (void)facts;
}

#endif
