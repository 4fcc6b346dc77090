/* SPDX-License-Identifier: MIT */
/* Any text as the answers to a name, an origin and a system's name: what is kept of them acts on no terminal and keeps its form. */
#include "fuzz.h"

#include "io/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void broken(const char *what, const char *text)
{
	fprintf(stderr, "does not hold: %s: %s\n", what, text);
	abort();
}

static void check(const struct sn_who *who)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_\\";
	struct sonde_addr addr;
	char prefix[SN_NETWORK_BYTES];
	if (who->name && who->name[strspn(who->name, plain)])
		broken("a name has only characters that act on nothing", who->name);
	for (const char *c = who->as_name; c && *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			broken("a system's name has no control characters", who->as_name);
	if (who->country && (strlen(who->country) != 2 || strspn(who->country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2))
		broken("a country is two capital letters", who->country);
	if (who->network) {
		snprintf(prefix, sizeof prefix, "%.*s", (int)strcspn(who->network, "/"), who->network);
		if (!sonde_addr_parse(prefix, &addr) || !strchr(who->network, '/') || !who->asn)
			broken("a network is a prefix that somebody announces", who->network);
	}
	if (who->as_name && !who->asn)
		broken("only a system has a system's name", who->as_name);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct sn_names *names;
	const struct sonde_addr addr = {.family = 4, .bytes = {192, 0, 2, 1}};
	struct sn_lookup_ask ask;
	bool garbage;
	if (sn_names_new(&names, &(struct sn_names_cfg){.names = true, .origins = true}) < 0)
		return 0;
	const struct sn_who *who = sn_names_of(names, &addr);
	while (who && sn_names_next(names, &ask)) {
		struct sn_lookup_told told = {.id = ask.id, .kind = ask.kind, .result = SN_LOOKUP_FOUND};
		told.text_bytes = (uint32_t)(count < sizeof told.text ? count : sizeof told.text);
		memcpy(told.text, bytes, told.text_bytes);
		sn_names_asked(names, ask.id, 1);
		if (!sn_names_told(names, &told, sizeof told, &garbage) || garbage)
			broken("an answer to what was asked is news", "");
		check(who);
	}
	if (who && who->pending)
		broken("nothing is waited for when all has been answered", "");
	sn_names_free(names);
	return 0;
}
