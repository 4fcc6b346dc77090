/* SPDX-License-Identifier: MIT */
/* What a link of an odd MTU may be: what commonly leaves that much of 1500 bytes. */
#include <sonde/mtu.h>

static const struct {
	uint16_t mtu_bytes;
	const char *name;
} known[] = {
	{9001, "jumbo frames of a cloud provider"},
	{9000, "jumbo frames"},
	{8980, "a tunnel of IP in IPv4 within jumbo frames"},
	{8976, "a GRE tunnel within jumbo frames"},
	{8950, "VXLAN over IPv4 within jumbo frames"},
	{8920, "WireGuard within jumbo frames"},
	{1496, "a VLAN tag (IEEE 802.1Q) or an MPLS label (RFC 3032) that the link has no room for"},
	{1492, "PPPoE (RFC 2516)"},
	{1480, "a tunnel of IP in IPv4, such as 6in4 (RFC 4213) or IPIP (RFC 2003)"},
	{1476, "a GRE tunnel (RFC 2784)"},
	{1472, "a GRE tunnel with a key (RFC 2890), or 6in4 behind PPPoE"},
	{1460, "a tunnel of IP in IPv6, such as DS-Lite (RFC 6333), or a cloud provider's network"},
	{1456, "a GRE tunnel over IPv6 (RFC 7676)"},
	{1452, "a tunnel of IP in IPv6 behind PPPoE"},
	{1450, "VXLAN over IPv4 (RFC 7348)"},
	{1440, "WireGuard over IPv4"},
	{1430, "VXLAN over IPv6 (RFC 7348)"},
	{1420, "WireGuard"},
	{1412, "WireGuard behind PPPoE"},
	{1280, "tunnels that take the least that IPv6 asks of a link (RFC 8200 section 5)"},
	{576, "a serial line of old (RFC 1191 section 7.1)"},
};

const char *sonde_mtu_guess(uint16_t mtu_bytes)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].mtu_bytes == mtu_bytes)
			return known[i].name;
	return NULL;
}
