/* SPDX-License-Identifier: MIT */
/* UDP, one flow a trace or a destination port that counts up. Identity: IP id, checksum (a function of the key), payload key. */
#include "probe/service.h"
#include "probe/udp.h"

enum { KEY_LEAST_BYTES = 2, KEY_MOST_BYTES = 8 };

static const struct sn_service *service_of(const struct sn_probe *probe, uint16_t dport)
{
	return sn_service_asked(probe->flow.payload, dport);
}

static bool is_given(const struct sn_probe *probe)
{
	return probe->flow.payload == SONDE_PAYLOAD_BYTES;
}

/* Only behind a plain key there is a place for a URI. */
static size_t attribution_bytes(const struct sn_probe *probe, const struct sn_service *service)
{
	return sn_service_place(service) == SN_KEY_PLAIN ? sn_attribution_bytes(&probe->flow, false) : 0;
}

/* A known service gets exactly its message, and bytes that were given stay alone unless more is asked for: what goes on behind them could
 * make them rubbish. */
static size_t upper_bytes_to(const struct sn_probe *probe, uint16_t dport)
{
	const struct sn_service *service = service_of(probe, dport);
	size_t request_bytes = service->request_bytes + attribution_bytes(probe, service);
	size_t least = SN_UDP_BYTES + (is_given(probe) ? probe->flow.carried->count : request_bytes);
	bool longer = is_given(probe) ? probe->size_bytes > 0 : service->longer;
	return longer ? sn_probe_upper_bytes(probe, least) : least;
}

/* Room for the key behind given bytes: two make the checksum another for each probe. */
static size_t key_bytes(const struct sn_probe *probe, uint16_t dport)
{
	size_t left = upper_bytes_to(probe, dport) - SN_UDP_BYTES - probe->flow.carried->count;
	return left < KEY_LEAST_BYTES ? 0 : left < KEY_MOST_BYTES ? left : KEY_MOST_BYTES;
}

static bool is_fixed(const struct sn_probe *probe, uint16_t dport)
{
	return is_given(probe) && key_bytes(probe, dport) == 0;
}

static uint32_t flow_label_of(const struct sn_probe *probe, uint16_t dport)
{
	return is_fixed(probe, dport) ? sn_key_flow_label(probe->key) : probe->flow.flow_label;
}

static void expect_to(const struct sn_probe *probe, uint16_t dport, uint32_t checksum, struct sn_ident *ident)
{
	enum sn_key_place place = sn_service_place(service_of(probe, dport));
	sn_probe_expect_ip(probe, SN_PROTO_UDP, upper_bytes_to(probe, dport), checksum, ident);
	ident->have |= SN_ID_SPORT | SN_ID_DPORT | SN_ID_CHECKSUM | (is_given(probe) ? 0 : sn_id_payload(place));
	ident->sport = probe->flow.sport;
	ident->dport = dport;
	ident->payload[place] = probe->key;
	ident->checksum = (uint16_t)checksum;
	ident->fixed = is_fixed(probe, dport);
	/* Their checksum is the same in all. */
	if (ident->fixed && ident->version == 4)
		ident->ip_id = sn_key_ip_id(probe->key);
	ident->flow_label = ident->version == 6 ? flow_label_of(probe, dport) : 0;
}

enum { IP_ID_BITS = 16, KEY_BITS = 64 };

static void write_payload(const struct sn_probe *probe, uint16_t dport, size_t payload_bytes, struct sn_writer *w)
{
	if (!is_given(probe)) {
		const struct sn_service *service = service_of(probe, dport);
		service->request(w, probe->key, payload_bytes);
		if (attribution_bytes(probe, service))
			sn_probe_attribute(w, &probe->flow, false);
		return;
	}
	sn_write_bytes(w, probe->flow.carried->bytes, probe->flow.carried->count);
	/* From above the bits that the IP id shows: the checksum must be a secret of its own. */
	for (size_t i = 0; i < key_bytes(probe, dport); i++)
		sn_write_u8(w, (uint8_t)(probe->key >> (IP_ID_BITS + 8 * i) % KEY_BITS));
}

static void build_to(const struct sn_probe *probe, uint16_t dport, struct sn_writer *w, struct sn_ident *ident)
{
	size_t upper_bytes = upper_bytes_to(probe, dport), upper_at;
	struct sn_ip ip;
	sn_probe_ip(probe, SN_PROTO_UDP, upper_bytes, &ip);
	ip.flow_label = flow_label_of(probe, dport);
	sn_ip_write(w, &ip);
	upper_at = w->at_bytes;
	struct sn_udp udp = {.sport = probe->flow.sport, .dport = dport, .length_bytes = (uint16_t)upper_bytes};
	sn_udp_write(w, &udp);
	write_payload(probe, dport, upper_bytes - SN_UDP_BYTES, w);
	expect_to(probe, dport, sn_probe_finish(w, &ip, upper_at, upper_bytes, upper_at + SN_UDP_CHECKSUM_AT), ident);
	sn_probe_put_id(w, ident);
}

static void build(const struct sn_probe *probe, struct sn_writer *w, struct sn_ident *ident)
{
	build_to(probe, probe->flow.dport, w, ident);
}

static void expect(const struct sn_probe *probe, uint32_t tag, struct sn_ident *ident)
{
	expect_to(probe, probe->flow.dport, tag, ident);
}

/* The port wraps before it would leave the range that filters for traceroute let through (33434 … 33533) when it starts there. */
static uint16_t counted_port(const struct sn_probe *probe)
{
	uint32_t first = probe->flow.dport, room = first <= 65535 - 100 ? 100 : 65536 - first;
	return (uint16_t)(first + (probe->serial - 1) % room);
}

static void build_classic(const struct sn_probe *probe, struct sn_writer *w, struct sn_ident *ident)
{
	build_to(probe, counted_port(probe), w, ident);
}

static void expect_classic(const struct sn_probe *probe, uint32_t tag, struct sn_ident *ident)
{
	expect_to(probe, counted_port(probe), tag, ident);
}

/* Whatever service's message it may be. */
static void see_keys(const uint8_t *payload, size_t payload_bytes, bool answer, const struct sn_seen *seen, struct sn_ident *out)
{
	for (enum sn_key_place place = 0; payload && place < SN_KEY_PLACES; place++) {
		size_t at, count;
		bool found = sn_service_of_place(place)->key(payload, payload_bytes, answer, &out->payload[place], &at, &count);
		if (found && sn_seen_covers(seen, payload + at, count))
			out->have |= sn_id_payload(place);
	}
}

void sn_udp_see_quote(const struct sn_quote *quote, const struct sn_seen *seen, struct sn_ident *out)
{
	sn_ident_of_quote(quote, seen, out);
	out->sport = quote->udp.sport;
	out->dport = quote->udp.dport;
	out->checksum = quote->udp.checksum;
	if (sn_seen_covers(seen, quote->upper, 2))
		out->have |= SN_ID_SPORT;
	if (sn_seen_covers(seen, quote->upper + 2, 2))
		out->have |= SN_ID_DPORT;
	if (sn_seen_covers(seen, quote->upper + SN_UDP_CHECKSUM_AT, 2))
		out->have |= SN_ID_CHECKSUM;
	see_keys(quote->payload, quote->payload_bytes, false, seen, out);
}

static bool key_of_quote(const struct sn_quote *quote, const struct sn_seen *seen, struct sn_ident *out)
{
	sn_udp_see_quote(quote, seen, out);
	return true;
}

void sn_udp_see_reply(const struct sn_packet *packet, const struct sn_seen *seen, struct sn_ident *out)
{
	sn_ident_of_reply(packet, seen, out);
	out->sport = packet->udp.dport;
	out->dport = packet->udp.sport;
	if (sn_seen_covers(seen, packet->upper, 2))
		out->have |= SN_ID_DPORT;
	if (sn_seen_covers(seen, packet->upper + 2, 2))
		out->have |= SN_ID_SPORT;
	see_keys(packet->payload, packet->payload_bytes, true, seen, out);
}

static bool key_of_reply(const struct sn_packet *packet, const struct sn_seen *seen, struct sn_ident *out, enum sonde_meaning *meaning)
{
	if (!packet->is_udp)
		return false;
	sn_udp_see_reply(packet, seen, out);
	*meaning = SONDE_M_UDP_REPLY;
	return true;
}

#define SILENCE "A UDP port that stays silent is open or filtered: services need not answer a stranger."

const struct sn_method sn_method_udp = {
    .info = {.name = "udp",
             .summary = "UDP, one constant flow",
             .protocol4 = SN_PROTO_UDP,
             .protocol6 = SN_PROTO_UDP,
             .takes_port = true,
             .default_port = SN_UDP_DEFAULT_PORT,
             .flow_constant = true,
             .silence = SILENCE},
    .secret = {.sport = 15, .ip_id = 16, .checksum = 16, .payload = 64},
    .tag_field = SN_ID_CHECKSUM,
    .build = build,
    .expect = expect,
    .key_of_quote = key_of_quote,
    .key_of_reply = key_of_reply,
};

const struct sn_method sn_method_udp_classic = {
    .info = {.name = "udp-classic",
             .summary = "UDP, the destination port counts up as in the first traceroute",
             .protocol4 = SN_PROTO_UDP,
             .protocol6 = SN_PROTO_UDP,
             .takes_port = true,
             .default_port = SN_UDP_DEFAULT_PORT,
             .flow_constant = false,
             .silence = SILENCE},
    .secret = {.sport = 15, .ip_id = 16, .checksum = 16, .payload = 64},
    .tag_field = SN_ID_CHECKSUM,
    .build = build_classic,
    .expect = expect_classic,
    .key_of_quote = key_of_quote,
    .key_of_reply = key_of_reply,
};
