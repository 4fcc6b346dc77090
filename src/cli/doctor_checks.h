/* SPDX-License-Identifier: MIT */
/* What this machine allows: facts in, verdicts with what mends them out. Pure; doctor_facts.c looks. */
#ifndef SN_CLI_DOCTOR_CHECKS_H
#define SN_CLI_DOCTOR_CHECKS_H

#include "base/buf.h"
#include "io/nft_msg.h"

enum { SN_DOCTOR_NAME_BYTES = 16, SN_DOCTOR_GROUPS_MAX = 64, SN_DOCTOR_DEVICES_MAX = 32, SN_DOCTOR_PATH_BYTES = 256 };

/* A number that a file of /proc/sys may hold. */
struct sn_doctor_number {
	bool known;
	int64_t value;
};

enum sn_doctor_ipv6 { SN_DOCTOR_IPV6_ON, SN_DOCTOR_IPV6_OFF, SN_DOCTOR_IPV6_ABSENT };

/* What an ordinary kernel interface shows of a packet filter. */
enum sn_doctor_seen { SN_DOCTOR_HIDDEN, SN_DOCTOR_VISIBLE, SN_DOCTOR_NOT_THERE };

struct sn_doctor_filter {
	enum sn_doctor_seen nftables;
	uint32_t rule_count;             /* in chains that see packets of this machine */
	struct sn_nft_way in, out;
	enum sn_doctor_seen legacy;      /* the older iptables: VISIBLE where a filter table is loaded */
};

struct sn_doctor_device {
	char name[SN_DOCTOR_NAME_BYTES];
	int64_t rp_filter;               /* in force: 0 off, 1 strict, 2 loose */
};

struct sn_doctor_facts {
	char program[SN_DOCTOR_PATH_BYTES];       /* as a word for a shell */
	bool cap_effective, cap_permitted, cap_file; /* cap_net_raw: of this process; of the program's file */
	bool file_known;                          /* its file's capabilities could be read */
	struct sn_doctor_number ping_low, ping_high;
	uint32_t groups[SN_DOCTOR_GROUPS_MAX];
	size_t group_count;
	bool can_ping4, can_ping6;                /* such a socket could be opened */
	enum sn_doctor_ipv6 ipv6;
	bool route4, route6;                      /* there is a default route */
	struct sn_doctor_number icmp_ratelimit_ms, icmp_msgs_per_sec, icmp6_ratelimit_ms;
	struct sn_doctor_filter filter;
	struct sn_doctor_device devices[SN_DOCTOR_DEVICES_MAX]; /* those that are up, but for the loopback */
	size_t device_count;
	bool recverr4, recverr6;                  /* IP_RECVERR, IPV6_RECVERR */
	bool rfc4884_4, rfc4884_6;                /* the place of extensions is told as well */
	bool seccomp, landlock;      /* the program gives up system calls; the kernel takes files away from it */
	char asn_database[SN_DOCTOR_PATH_BYTES], place_database[SN_DOCTOR_PATH_BYTES]; /* "": none was found */
	bool resolv_conf;                         /* /etc/resolv.conf can be read */
	size_t name_server_count;
	char name_server[64];                     /* the first */
};

enum sn_doctor_verdict { SN_DOCTOR_FINE, SN_DOCTOR_NOTE, SN_DOCTOR_MEND };

struct sn_doctor_check {
	const char *id;
	const char *reads;  /* what is looked at */
	/* Adds a sentence to `says`, without its full stop; to `mend` a command or an advice where there is one. */
	enum sn_doctor_verdict (*judge)(const struct sn_doctor_facts *facts, struct sn_buf *says, struct sn_buf *mend);
};

size_t sn_doctor_check_count(void);
/* NULL for an index out of range. Static storage. */
const struct sn_doctor_check *sn_doctor_check(size_t index);
/* "fine", "note", "mend". */
const char *sn_doctor_verdict_name(enum sn_doctor_verdict verdict);

#endif
