/* SPDX-License-Identifier: MIT */
/* THE TABLE of what answers mean for the way. */
#include "engine/meaning.h"

#include <errno.h>

/* What an answer means for the way, by its meaning: in the target's name, and in another. own_errno: what it is as the word of this very
 * machine about a probe to somewhere else, a send that failed (its firewall's refusal, its tunnel's MTU); 0: an answer all the same, as
 * is that the next hop does not answer. */
static const struct {
	enum sn_plan_class target, other;
	int own_errno;
} class_of[SONDE_M_COUNT] = {
	[SONDE_M_TIME_EXCEEDED] = {SN_CLASS_TRANSIT, SN_CLASS_TRANSIT},
	[SONDE_M_ECHO_REPLY] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_TIMESTAMP_REPLY] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_SYN_ACK] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_RST] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_RST_TO_ACK] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_BARE_ACK] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_INIT_ACK] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_ABORT] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_DCCP_RESPONSE] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_DCCP_OTHER_SERVICE] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_DCCP_RESET] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_UDP_REPLY] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_PORT_UNREACHABLE] = {SN_CLASS_TARGET, SN_CLASS_REFUSED, EPERM},
	[SONDE_M_NET_UNREACHABLE] = {SN_CLASS_UNREACHABLE, SN_CLASS_UNREACHABLE, EPERM},
	[SONDE_M_HOST_UNREACHABLE] = {SN_CLASS_UNREACHABLE, SN_CLASS_UNREACHABLE},
	/* Who does not serve the protocol got the packet: of the target that is an answer, as that a port is closed. */
	[SONDE_M_PROTOCOL_UNREACHABLE] = {SN_CLASS_TARGET, SN_CLASS_UNREACHABLE, EPERM},
	[SONDE_M_ADMIN_PROHIBITED] = {SN_CLASS_UNREACHABLE, SN_CLASS_UNREACHABLE, EPERM},
	[SONDE_M_PACKET_TOO_BIG] = {SN_CLASS_UNREACHABLE, SN_CLASS_UNREACHABLE, EMSGSIZE},
	[SONDE_M_SOURCE_ROUTE_FAILED] = {SN_CLASS_UNREACHABLE, SN_CLASS_UNREACHABLE},
	[SONDE_M_UNREACHABLE] = {SN_CLASS_UNREACHABLE, SN_CLASS_UNREACHABLE, EPERM},
	[SONDE_M_PRECEDENCE_VIOLATION] = {SN_CLASS_UNREACHABLE, SN_CLASS_UNREACHABLE},
	[SONDE_M_PRECEDENCE_CUTOFF] = {SN_CLASS_UNREACHABLE, SN_CLASS_UNREACHABLE},
	[SONDE_M_PARAMETER_PROBLEM] = {SN_CLASS_UNREACHABLE, SN_CLASS_UNREACHABLE},
};

/* A host whose SYN-ACK (or DCCP Response, RFC 4340 section 8.1.3) is not acknowledged repeats it after a second (RFC 6298 section 2.1):
 * when the first was lost, the second says nothing of how long the way takes, and nobody can tell the two apart. */
#define SYN_ACK_AGAIN_NS SONDE_S

enum sn_plan_class sn_answer_class(enum sonde_meaning meaning, bool in_targets_name)
{
	return in_targets_name ? class_of[meaning].target : class_of[meaning].other;
}

int sn_answer_own_errno(enum sonde_meaning meaning)
{
	return class_of[meaning].own_errno;
}

bool sn_answer_is_timed(enum sonde_meaning meaning, sonde_ns rtt_ns)
{
	return !(sonde_meaning_half_opens(meaning) && rtt_ns >= SYN_ACK_AGAIN_NS);
}

void sn_answer_read(const struct sn_packet *packet, struct sonde_event_answer *out)
{
	*out = (struct sonde_event_answer){
	    .from = packet->ip.src,
	    .is_icmp = packet->is_icmp,
	    .reply_ttl = packet->ip.ttl,
	    .offloaded = packet->checksum == SN_CHECKSUM_OFFLOADED,
	};
	if (!packet->is_icmp)
		return;
	out->icmp_type = packet->icmp.type;
	out->icmp_code = packet->icmp.code;
	out->mtu_bytes = (uint16_t)(packet->icmp.mtu_bytes < UINT16_MAX ? packet->icmp.mtu_bytes : UINT16_MAX);
}
