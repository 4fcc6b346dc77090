/* SPDX-License-Identifier: MIT */
/* libidn2 asked for what is looked up (RFC 5891 section 5), after normalisation. */
#include "ext/idn.h"

#if SONDE_WITH_IDN
#include <idn2.h>
#endif
#include <stdlib.h>
#include <string.h>

bool sn_idn_is_wanted(const char *name)
{
	for (; *name; name++)
		if ((unsigned char)*name >= 0x80)
			return true;
	return false;
}

#if SONDE_WITH_IDN

int sn_idn_ascii(const char *name, char **out, struct sonde_error *err)
{
	uint8_t *ascii = NULL;
	int failure = idn2_lookup_u8((const uint8_t *)name, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	*out = NULL;
	if (failure == IDN2_OK) {
		*out = strdup((const char *)ascii); /* libidn2 may have an allocator of its own */
		idn2_free(ascii);
		return *out ? SONDE_OK : sonde_fail(err, SONDE_E_NOMEM, 0, "no room for the host '%.80s'", name);
	}
	sonde_fail(err, failure == IDN2_MALLOC ? SONDE_E_NOMEM : SONDE_E_HOST, 0, "host '%.80s' is no name: %.100s", name,
	           idn2_strerror(failure));
	return sonde_hint(err, failure == IDN2_MALLOC ? SONDE_E_NOMEM : SONDE_E_HOST,
	                  "check the spelling and the encoding, which is to be UTF-8, or give an address");
}

#else

int sn_idn_ascii(const char *name, char **out, struct sonde_error *err)
{
	*out = NULL;
	sonde_fail(err, SONDE_E_UNSUPPORTED, 0, "host '%.80s': this sonde was built without libidn2", name);
	return sonde_hint(err, SONDE_E_UNSUPPORTED, "give the name as DNS has it, its labels beginning with xn--");
}

#endif
