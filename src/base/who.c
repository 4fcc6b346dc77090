/* SPDX-License-Identifier: MIT */
/* Asking what is known of an address. */
#include "base/who.h"

#include <arpa/inet.h>
#include <string.h>

const struct sn_who *sn_who_of(const struct sn_who_source *source, const struct sonde_addr *addr)
{
	static const struct sn_who nobody;
	const struct sn_who *who = source && addr->family ? source->of(source->ctx, addr) : NULL;
	return who ? who : &nobody;
}

bool sn_name_is_address(const char *name)
{
	struct in_addr four;
	struct in6_addr six;
	return inet_aton(name, &four) != 0 || inet_pton(AF_INET6, name, &six) == 1;
}

void sn_country_read(const char *text, size_t bytes, char out[static SN_COUNTRY_BYTES])
{
	bool letters = bytes == SN_COUNTRY_BYTES - 1;
	for (size_t i = 0; letters && i < bytes; i++)
		letters = text[i] >= 'A' && text[i] <= 'Z';
	out[0] = '\0';
	if (letters) {
		memcpy(out, text, bytes);
		out[bytes] = '\0';
	}
}
