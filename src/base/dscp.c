/* SPDX-License-Identifier: MIT */
/* THE TABLE of codepoints by name: IANA's registry "Differentiated Services Field Codepoints". */
#include "base/dscp.h"

#include <stddef.h>
#include <strings.h>

/* RFC 2474 section 4.2.2 (class selectors), RFC 2597 section 6 (assured), RFC 3246 (expedited), RFC 5865 section 4 (voice admit), RFC 8622
 * section 4 (lower effort; cs1 meant that before). "default" is cs0. */
#define CODEPOINTS(X) \
	X("default", 0) X("le", 1) \
	X("cs1", 8) X("af11", 10) X("af12", 12) X("af13", 14) \
	X("cs2", 16) X("af21", 18) X("af22", 20) X("af23", 22) \
	X("cs3", 24) X("af31", 26) X("af32", 28) X("af33", 30) \
	X("cs4", 32) X("af41", 34) X("af42", 36) X("af43", 38) \
	X("cs5", 40) X("va", 44) X("ef", 46) \
	X("cs6", 48) X("cs7", 56) X("cs0", 0)

#define NAME(name, value) name,
#define VALUE(name, value) value,
const char *const sn_dscp_names[] = {CODEPOINTS(NAME) NULL};
static const uint8_t values[] = {CODEPOINTS(VALUE)};

bool sn_dscp_find(const char *name, uint8_t *dscp)
{
	for (size_t i = 0; sn_dscp_names[i]; i++)
		if (strcasecmp(sn_dscp_names[i], name) == 0) {
			*dscp = values[i];
			return true;
		}
	return false;
}
