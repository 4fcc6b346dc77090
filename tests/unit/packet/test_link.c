/* SPDX-License-Identifier: MIT */
/* Frames of each link layer, with tags and labels, whole and cut. */
#include "hex.h"
#include "test.h"

#include "packet/link.h"

#include <string.h>

#define IP4 "4500001c 00000000 40010000 c0000201 c0000202 0800f7ff 00000000"
#define IP6 "60000000 00083a40 20010db8000000000000000000000001 20010db8000000000000000000000002 8000000000000000"
#define MACS "020000000001 020000000002 "

static const struct {
	uint32_t link_type;
	const char *name, *front, *packet;
	enum sn_link_found found;
} frames[] = {
	{1, "Ethernet, IPv4", MACS "0800", IP4, SN_LINK_IP},
	{1, "Ethernet, IPv6", MACS "86dd", IP6, SN_LINK_IP},
	{1, "802.1Q", MACS "8100 0064 0800", IP4, SN_LINK_IP},
	{1, "QinQ", MACS "88a8 0064 8100 00c8 86dd", IP6, SN_LINK_IP},
	{1, "old QinQ", MACS "9100 0064 8100 00c8 0800", IP4, SN_LINK_IP},
	{1, "one label", MACS "8847 00010140", IP4, SN_LINK_IP},
	{1, "three labels behind a tag", MACS "8100 0064 8847 00010040 00020040 00030140", IP6, SN_LINK_IP},
	{1, "PPPoE", MACS "8864 1100 0001 001e 0021", IP4, SN_LINK_IP},
	{1, "SNAP", MACS "0024 aaaa03 000000 0800", IP4, SN_LINK_IP},
	{1, "ARP", MACS "0806", "0001080006040001", SN_LINK_OTHER},
	{1, "spanning tree", MACS "0026 424203", "0000000000000000", SN_LINK_OTHER},
	{1, "pseudowire", MACS "8847 00010140 00000000", IP4, SN_LINK_OTHER},
	{1, "PPP control", MACS "8864 1100 0001 001e c021", IP4, SN_LINK_OTHER},
	{0, "BSD loopback, little-endian", "02000000", IP4, SN_LINK_IP},
	{0, "BSD loopback, big-endian", "0000001e", IP6, SN_LINK_IP},
	{108, "OpenBSD loopback", "00000002", IP4, SN_LINK_IP},
	{12, "raw", "", IP4, SN_LINK_IP},
	{14, "raw", "", IP6, SN_LINK_IP},
	{101, "raw", "", IP6, SN_LINK_IP},
	{228, "raw IPv4", "", IP4, SN_LINK_IP},
	{229, "raw IPv6", "", IP6, SN_LINK_IP},
	{101, "neither 4 nor 6", "", "0000000000", SN_LINK_OTHER},
	{113, "cooked", "0004 0001 0006 0200000000010000 0800", IP4, SN_LINK_IP},
	{113, "cooked with a tag", "0004 0001 0006 0200000000010000 8100 0064 86dd", IP6, SN_LINK_IP},
	{276, "cooked v2", "86dd 0000 00000002 0001 04 06 0200000000010000", IP6, SN_LINK_IP},
	{276, "cooked v2, ARP", "0806 0000 00000002 0001 04 06 0200000000010000", "00010800", SN_LINK_OTHER},
	{147, "a link type of somebody's own", "", IP4, SN_LINK_UNKNOWN},
};

static size_t frame_of(size_t i, uint8_t bytes[256], size_t *front_bytes)
{
	*front_bytes = hex_bytes(frames[i].front, bytes, 256);
	return *front_bytes + hex_bytes(frames[i].packet, bytes + *front_bytes, 256 - *front_bytes);
}

static void each_link_layer_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
		uint8_t bytes[256];
		size_t front, count = frame_of(i, bytes, &front);
		struct sn_link_packet packet = {0};
		enum sn_link_found found = sn_link_ip(frames[i].link_type, bytes, count, &packet);
		if (found != frames[i].found)
			fail_msg("%s: found %d", frames[i].name, (int)found);
		if (found != SN_LINK_IP)
			continue;
		if (packet.bytes != bytes + front || packet.length_bytes != count - front)
			fail_msg("%s: the packet begins elsewhere", frames[i].name);
	}
}

/* Cut in front of the packet: no packet; within it: what is there. */
static void a_cut_frame_is_said_to_be_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
		uint8_t bytes[256];
		size_t front, count = frame_of(i, bytes, &front);
		for (size_t cut = 0; frames[i].found == SN_LINK_IP && cut < count; cut++) {
			struct sn_link_packet packet = {0};
			enum sn_link_found found = sn_link_ip(frames[i].link_type, bytes, cut, &packet);
			if (found != (cut > front ? SN_LINK_IP : SN_LINK_CUT))
				fail_msg("%s cut to %zu: found %d", frames[i].name, cut, (int)found);
			if (found == SN_LINK_IP)
				assert_int_equal(packet.length_bytes, cut - front);
		}
	}
}

/* Tags and labels without end are no frame. */
static void no_stack_is_endless(void **state)
{
	(void)state;
	uint8_t bytes[256];
	struct sn_link_packet packet;
	for (size_t at = 12; at + 4 <= sizeof bytes; at += 4)
		memcpy(bytes + at, "\x81\x00\x00\x64", 4);
	assert_int_equal(sn_link_ip(1, bytes, sizeof bytes, &packet), SN_LINK_OTHER);
	memset(bytes + 14, 0, sizeof bytes - 14);
	memcpy(bytes + 12, "\x88\x47", 2);
	assert_int_equal(sn_link_ip(1, bytes, sizeof bytes, &packet), SN_LINK_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_link_layer_is_read),
		cmocka_unit_test(a_cut_frame_is_said_to_be_cut),
		cmocka_unit_test(no_stack_is_endless),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
