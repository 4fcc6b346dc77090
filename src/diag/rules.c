/* SPDX-License-Identifier: MIT */
/* THE RULES TABLE: what can be found, each in a file of its own, in order of precedence. */
#include "diag/diag.h"

#include <string.h>

static const struct sn_rule *const rules[] = {
	/* this machine */
	&sn_rule_local_firewall,
	&sn_rule_local_no_route,
	&sn_rule_local_link_down,
	&sn_rule_local_send_failed,
	&sn_rule_local_rp_filter,
	&sn_rule_local_input_filter,
	&sn_rule_local_policy_route,
	&sn_rule_local_rst_held_back,
	&sn_rule_local_neighbour_missing,
	/* how it ended */
	&sn_rule_cut_short,
	&sn_rule_tcp_reset_by_middlebox,
	&sn_rule_port_unreachable_by_middlebox,
	&sn_rule_answered_for_target,
	&sn_rule_syn_ack_missing,
	&sn_rule_reached,
	&sn_rule_unfinished,
	&sn_rule_loop,
	&sn_rule_ttl_too_small,
	&sn_rule_admin_prohibited,
	&sn_rule_net_unreachable,
	&sn_rule_host_unreachable,
	&sn_rule_unreachable,
	&sn_rule_target_silent,
	&sn_rule_stops_silent,
	/* what stopped it */
	&sn_rule_checksum_spoiled,
	&sn_rule_filter_shape,
	/* how well it does */
	&sn_rule_path_loss,
	&sn_rule_rate_limited_hop,
	&sn_rule_slow_to_answer,
	&sn_rule_latency_step,
	&sn_rule_asymmetric_return,
	&sn_rule_reply_from_target_early,
	&sn_rule_destination_nat,
	&sn_rule_many_responders,
	/* what it does to packets */
	&sn_rule_nat,
	&sn_rule_dscp_rewritten,
	&sn_rule_ecn_bleached,
	&sn_rule_ecn_rewritten,
	&sn_rule_ecn_ce_marked,
	&sn_rule_flow_label_rewritten,
	&sn_rule_mss_clamped,
	&sn_rule_tcp_options_stripped,
	&sn_rule_fragment,
	&sn_rule_ttl_rewritten,
	&sn_rule_hidden_hops,
	&sn_rule_zero_ttl_forwarding,
	/* the run itself */
	&sn_rule_crowded,
	&sn_rule_stray_replies,
	&sn_rule_answers_damaged,
	&sn_rule_local_overflow,
	/* how large its packets may be */
	&sn_rule_pmtu,
	&sn_rule_pmtu_blackhole,
	&sn_rule_mtu_message_wrong,
	/* all methods together */
	&sn_rule_nothing_passes,
	&sn_rule_ping_and_ports,
	&sn_rule_answers_missing,
};

size_t sonde_rule_count(void)
{
	return sizeof rules / sizeof *rules;
}

const struct sn_rule *sn_rule(size_t index)
{
	return index < sonde_rule_count() ? rules[index] : NULL;
}

const struct sonde_rule_info *sonde_rule(size_t index)
{
	return index < sonde_rule_count() ? &rules[index]->info : NULL;
}

int sonde_rule_find(const char *id)
{
	for (size_t i = 0; i < sonde_rule_count(); i++)
		if (strcmp(rules[i]->info.id, id) == 0)
			return (int)i;
	return -1;
}
