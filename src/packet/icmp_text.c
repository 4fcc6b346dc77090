/* SPDX-License-Identifier: MIT */
/* Finds the text of an ICMP message: that of the row by which the message itself is understood. */
#include "packet/icmp_text.h"

static const struct sn_icmp_text unassigned4 = {
	.means = "Nobody has assigned this number: it has no meaning that two programs could agree on.",
	.sender = "A faulty or home-made stack, a test, or a covert channel.",
	.dropped = "Nothing that is specified. A host that gets it discards it without a word.",
	.advice = "No.",
	.source = "RFC 1122 section 3.2.2; IANA, ICMP Parameters",
};
static const struct sn_icmp_text unassigned_error6 = {
	.means = "Nobody has assigned this number. It lies below 128, so it would be an error, and a host tells the "
	         "program whose packet it quotes.",
	.sender = "A newer stack than this program knows, a faulty one, or a test.",
	.dropped = "Nothing that is specified; an error that is assigned later would be lost.",
	.advice = "RFC 4890 wants you to decide; dropping it harms nothing today.",
	.source = "RFC 4443 sections 2.1 and 2.4; RFC 4890 sections 4.3.4 and 4.4.4; IANA, ICMPv6 Parameters",
};
static const struct sn_icmp_text unassigned_info6 = {
	.means = "Nobody has assigned this number. It is 128 or above, so it would be informational, and a host that "
	         "does not know it discards it.",
	.sender = "A newer stack than this program knows, a faulty one, or a test.",
	.dropped = "Nothing that is specified.",
	.advice = "RFC 4890 wants you to decide for transit; towards the firewall itself drop it.",
	.source = "RFC 4443 sections 2.1 and 2.4; RFC 4890 sections 4.3.4 and 4.4.5; IANA, ICMPv6 Parameters",
};

const struct sn_icmp_text *sn_icmp_text(uint8_t version, uint8_t type, uint8_t code)
{
	const struct sn_icmp_row *row = sn_icmp_lookup(version, type, code);
	const struct sn_icmp_text *texts = version == 6 ? sn_icmp_texts6 : sn_icmp_texts4;
	size_t count = version == 6 ? sn_icmp_texts6_count : sn_icmp_texts4_count;
	for (size_t i = 0; i < count; i++)
		if (texts[i].type == row->type && texts[i].code == row->code && row->type == type)
			return &texts[i];
	if (version != 6)
		return &unassigned4;
	return row->is_error ? &unassigned_error6 : &unassigned_info6;
}
