/* SPDX-License-Identifier: MIT */
/* A ClientHello as browsers send it, but for its order (RFC 8446 section 4.1.2). */
#include "probe/tls.h"

#include "base/hash.h"

enum {
	RECORD_HANDSHAKE = 22, CLIENT_HELLO = 1, TLS_1_0 = 0x0301, TLS_1_2 = 0x0303, TLS_1_3 = 0x0304,
	RANDOM_BYTES = 32, SESSION_BYTES = 32, SHARE_BYTES = 32,
	EXT_SERVER_NAME = 0, EXT_GROUPS = 10, EXT_SIGNATURES = 13, EXT_ALPN = 16, EXT_VERSIONS = 43, EXT_PSK_MODES = 45, EXT_KEY_SHARE = 51,
	HOST_NAME = 0, X25519 = 29, PSK_DHE = 1,
	NAMELESS_BYTES = 209, NAME_HEAD_BYTES = 9, /* counted, not written each time that somebody asks */
};

/* RFC 8446 appendix B.4, RFC 5289, RFC 7905; groups: section 4.2.7; signatures: section 4.2.3. */
static const uint16_t suites[] = {0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8};
static const uint16_t groups[] = {X25519, 23, 24};
static const uint16_t signatures[] = {0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601};
static const uint16_t versions[] = {TLS_1_3, TLS_1_2};

static void write_list(struct sn_writer *w, const uint16_t *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sn_write_u16(w, items[i]);
}
#define WRITE_LIST(w, items) write_list(w, items, sizeof(items) / sizeof *(items))

/* Secret, as the key is, and another for each purpose. */
static void write_drawn(struct sn_writer *w, uint64_t key, uint64_t purpose, size_t bytes)
{
	uint8_t hash_key[16];
	struct sn_writer k;
	sn_writer_init(&k, hash_key, sizeof hash_key);
	sn_write_u64(&k, key);
	sn_write_u64(&k, ~key);
	for (uint64_t i = 0; i < bytes / 8; i++)
		sn_write_u64(w, sn_siphash_u64x2(hash_key, purpose, i));
}

/* A length that stands in front of what it counts; returns where. */
static size_t begin(struct sn_writer *w)
{
	sn_write_u16(w, 0);
	return w->at_bytes;
}

static void end(struct sn_writer *w, size_t from)
{
	sn_write_u16_at(w, from - 2, (uint16_t)(w->at_bytes - from));
}

static size_t name_bytes(const char *server_name)
{
	size_t bytes = server_name ? strnlen(server_name, SN_TLS_NAME_MAX + 1) : 0;
	return bytes > SN_TLS_NAME_MAX ? 0 : bytes;
}

static void write_server_name(struct sn_writer *w, const char *server_name)
{
	size_t bytes = name_bytes(server_name);
	if (bytes == 0)
		return;
	sn_write_u16(w, EXT_SERVER_NAME);
	size_t extension = begin(w), list = begin(w);
	sn_write_u8(w, HOST_NAME);
	sn_write_u16(w, (uint16_t)bytes);
	sn_write_bytes(w, (const uint8_t *)server_name, bytes);
	end(w, list);
	end(w, extension);
}

static void write_extensions(struct sn_writer *w, uint64_t key, const char *server_name)
{
	static const uint8_t alpn[] = "\x02h2\x08http/1.1"; /* RFC 7301 section 3.1 */
	size_t extension, list;
	write_server_name(w, server_name);
	sn_write_u16(w, EXT_GROUPS);
	extension = begin(w), list = begin(w);
	WRITE_LIST(w, groups);
	end(w, list);
	end(w, extension);
	sn_write_u16(w, EXT_SIGNATURES);
	extension = begin(w), list = begin(w);
	WRITE_LIST(w, signatures);
	end(w, list);
	end(w, extension);
	sn_write_u16(w, EXT_ALPN);
	extension = begin(w), list = begin(w);
	sn_write_bytes(w, alpn, sizeof alpn - 1);
	end(w, list);
	end(w, extension);
	sn_write_u16(w, EXT_VERSIONS);
	extension = begin(w);
	sn_write_u8(w, sizeof versions);
	WRITE_LIST(w, versions);
	end(w, extension);
	sn_write_u16(w, EXT_PSK_MODES);
	extension = begin(w);
	sn_write_u8(w, 1);
	sn_write_u8(w, PSK_DHE);
	end(w, extension);
	sn_write_u16(w, EXT_KEY_SHARE);
	extension = begin(w), list = begin(w);
	sn_write_u16(w, X25519);
	sn_write_u16(w, SHARE_BYTES);
	write_drawn(w, key, EXT_KEY_SHARE, SHARE_BYTES); /* any 32 bytes are a public key (RFC 7748 section 5) */
	end(w, list);
	end(w, extension);
}

/* Section 5.1: the first record says 1.0. Section 4: type and three bytes of length. */
void sn_tls_hello(struct sn_writer *w, uint64_t key, const char *server_name)
{
	sn_write_u8(w, RECORD_HANDSHAKE);
	sn_write_u16(w, TLS_1_0);
	size_t record = begin(w);
	sn_write_u8(w, CLIENT_HELLO);
	sn_write_u8(w, 0);
	size_t hello = begin(w);
	sn_write_u16(w, TLS_1_2);
	sn_write_u64(w, key);
	write_drawn(w, key, 0, RANDOM_BYTES - 8);
	sn_write_u8(w, SESSION_BYTES); /* appendix D.4: drawn, so that it looks like a session taken up again */
	write_drawn(w, key, 1, SESSION_BYTES);
	size_t list = begin(w);
	WRITE_LIST(w, suites);
	end(w, list);
	sn_write_u16(w, 0x0100); /* one way to compress: none */
	size_t extensions = begin(w);
	write_extensions(w, key, server_name);
	end(w, extensions);
	end(w, hello);
	end(w, record);
}

size_t sn_tls_bytes(const char *server_name)
{
	size_t bytes = name_bytes(server_name);
	return NAMELESS_BYTES + (bytes ? NAME_HEAD_BYTES + bytes : 0);
}
