/* SPDX-License-Identifier: MIT */
/* Asks the kernel for the ruleset of nftables. It answers within send(): nothing is waited for. */
#include "io/nft.h"

#include "base/buf.h"

#include <errno.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

enum { QUESTION_BYTES = 64, CHUNK_BYTES = 1 << 16 };

static int ask(int fd, enum sn_nft_question question, struct sn_buf *answer)
{
	uint8_t query[QUESTION_BYTES];
	char chunk[CHUNK_BYTES];
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	size_t bytes = sn_nft_query_write(question, (uint32_t)question + 1, query, sizeof query);
	if (sendto(fd, query, bytes, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0)
		return errno;
	for (int end = 0; end == 0;) {
		ssize_t got = recv(fd, chunk, sizeof chunk, MSG_DONTWAIT);
		if (got < 0)
			return errno;
		sn_buf_add(answer, chunk, (size_t)got);
		end = sn_nft_is_end((const uint8_t *)chunk, (size_t)got);
		if (end < 0)
			return -end;
	}
	return answer->bad ? ENOMEM : 0;
}

int sn_nft_look(struct sn_nft_summary *out)
{
	struct sn_buf chains = {0}, rules = {0};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	int failed = fd < 0 ? errno : ask(fd, SN_NFT_CHAINS, &chains);
	if (!failed)
		failed = ask(fd, SN_NFT_RULES, &rules);
	if (!failed && !sn_nft_read((const uint8_t *)chains.text, chains.length_bytes, (const uint8_t *)rules.text, rules.length_bytes,
	                            out))
		failed = EPROTO;
	sn_buf_finish(&chains);
	sn_buf_finish(&rules);
	if (fd >= 0)
		close(fd);
	return failed;
}
