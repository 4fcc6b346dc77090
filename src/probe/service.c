/* SPDX-License-Identifier: MIT */
/* THE TABLE of UDP payloads, with DNS (RFC 1035), NTP (RFC 5905), and the plain one. */
#include "probe/service.h"

#include "probe/method.h"

enum { PLAIN_KEY_BYTES = 8 };

static void plain_request(struct sn_writer *w, uint64_t key, size_t bytes)
{
	(void)bytes;
	sn_write_u64(w, key);
}

/* An echo service (RFC 862) sends the very same bytes back, so that the key is looked for in answers as well. What goes on otherwise than
 * the probe did is another service's message, and its first bytes are no key. */
static bool plain_key(const uint8_t *payload, size_t payload_bytes, bool answer, uint64_t *key, size_t *at_bytes, size_t *count)
{
	const uint8_t *behind = payload + PLAIN_KEY_BYTES;
	size_t behind_bytes = payload_bytes > PLAIN_KEY_BYTES ? payload_bytes - PLAIN_KEY_BYTES : 0;
	if (answer && behind_bytes && !sn_probe_is_pattern(behind, behind_bytes) && !sn_probe_is_attribution(behind, behind_bytes))
		return false;
	struct sn_reader r;
	sn_reader_init(&r, payload, payload_bytes);
	*key = sn_read_u64(&r);
	*at_bytes = 0;
	*count = PLAIN_KEY_BYTES;
	return !r.bad;
}

/* A question for <key in hex>.invalid: a name that resolvers answer at once by themselves (RFC 6761 section 6.4), and that every answer
 * repeats. */
enum {
	DNS_HEADER_BYTES = 12,
	DNS_LABEL_BYTES = 16,
	DNS_KEY_AT = DNS_HEADER_BYTES + 1,
	DNS_REQUEST_BYTES = DNS_KEY_AT + DNS_LABEL_BYTES + 1 + 7 + 1 + 4
};

static void dns_request(struct sn_writer *w, uint64_t key, size_t bytes)
{
	(void)bytes;
	sn_write_u16(w, (uint16_t)(key >> 32));  /* ID */
	sn_write_u16(w, 0);                      /* a standard query, no recursion asked: nobody else is bothered */
	sn_write_u16(w, 1);                      /* one question */
	sn_write_zeros(w, 6);
	sn_write_u8(w, DNS_LABEL_BYTES);
	for (int shift = 60; shift >= 0; shift -= 4)
		sn_write_u8(w, (uint8_t)"0123456789abcdef"[key >> shift & 15]);
	sn_write_u8(w, 7);
	sn_write_bytes(w, (const uint8_t *)"invalid", 8);  /* with the root's empty label */
	sn_write_u16(w, 1);  /* A */
	sn_write_u16(w, 1);  /* IN */
}

static int hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;  /* a server may fold the case of a name */
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool dns_key(const uint8_t *payload, size_t payload_bytes, bool answer, uint64_t *key, size_t *at_bytes, size_t *count)
{
	struct sn_reader r;
	sn_reader_init(&r, payload, payload_bytes);
	sn_read_skip(&r, 2);
	bool is_answer = sn_read_u16(&r) & 0x8000;
	sn_read_skip(&r, 8);
	if (sn_read_u8(&r) != DNS_LABEL_BYTES || is_answer != answer)
		return false;
	uint64_t value = 0;
	for (int i = 0; i < DNS_LABEL_BYTES; i++) {
		int digit = hex_value(sn_read_u8(&r));
		if (digit < 0 || r.bad)
			return false;
		value = value << 4 | (uint64_t)digit;
	}
	*key = value;
	*at_bytes = DNS_KEY_AT;
	*count = DNS_LABEL_BYTES;
	return true;
}

/* A client request whose transmit timestamp is the key; a server repeats it as the originate timestamp (RFC 5905 section 8). */
enum { NTP_BYTES = 48, NTP_TRANSMIT_AT = 40, NTP_ORIGINATE_AT = 24, NTP_CLIENT_V4 = 0x23, NTP_MODE_MASK = 7, NTP_SERVER = 4 };

static void ntp_request(struct sn_writer *w, uint64_t key, size_t bytes)
{
	(void)bytes;
	sn_write_u8(w, NTP_CLIENT_V4);
	sn_write_zeros(w, NTP_TRANSMIT_AT - 1);
	sn_write_u64(w, key);
}

static bool ntp_key(const uint8_t *payload, size_t payload_bytes, bool answer, uint64_t *key, size_t *at_bytes, size_t *count)
{
	struct sn_reader r;
	sn_reader_init(&r, payload, payload_bytes);
	if (answer && (sn_read_u8(&r) & NTP_MODE_MASK) != NTP_SERVER)
		return false;
	size_t at = answer ? NTP_ORIGINATE_AT : NTP_TRANSMIT_AT;
	sn_reader_init(&r, payload, payload_bytes);
	sn_read_skip(&r, at);
	*key = sn_read_u64(&r);
	*at_bytes = at;
	*count = 8;
	return !r.bad;
}

static const struct sn_service services[SN_KEY_PLACES] = {
	[SN_KEY_PLAIN] = {0, "plain", PLAIN_KEY_BYTES, true, plain_request, plain_key},
	[SN_KEY_DNS] = {53, "DNS", DNS_REQUEST_BYTES, false, dns_request, dns_key},
	[SN_KEY_NTP] = {123, "NTP", NTP_BYTES, false, ntp_request, ntp_key},
	[SN_KEY_QUIC] = {443, "QUIC", SN_QUIC_BYTES, true, sn_quic_request, sn_quic_key},
};

const struct sn_service *sn_service(uint16_t port)
{
	for (size_t i = 0; i < SN_KEY_PLACES; i++)
		if (services[i].port == port)
			return &services[i];
	return &services[SN_KEY_PLAIN];
}

const struct sn_service *sn_service_of_place(enum sn_key_place place)
{
	return &services[place];
}

enum sn_key_place sn_service_place(const struct sn_service *service)
{
	return (enum sn_key_place)(service - services);
}

const struct sn_service *sn_service_asked(enum sonde_payload payload, uint16_t port)
{
	for (size_t i = 0; i < SN_KEY_PLACES; i++)
		if (payload == sn_service_payload(&services[i]))
			return &services[i];
	return sn_service(port);
}

enum sonde_payload sn_service_payload(const struct sn_service *service)
{
	static const enum sonde_payload payloads[SN_KEY_PLACES] = {
		[SN_KEY_PLAIN] = SONDE_PAYLOAD_PATTERN, [SN_KEY_DNS] = SONDE_PAYLOAD_DNS, [SN_KEY_NTP] = SONDE_PAYLOAD_NTP,
		[SN_KEY_QUIC] = SONDE_PAYLOAD_QUIC};
	return payloads[sn_service_place(service)];
}
