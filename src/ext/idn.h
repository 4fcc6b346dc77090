/* SPDX-License-Identifier: MIT */
/* Names beyond ASCII as DNS has them. Behind it: libidn2. */
#ifndef SN_EXT_IDN_H
#define SN_EXT_IDN_H

#include <sonde/base.h>

/* The name in A-labels (RFC 5890), by IDNA2008 without the transitional mapping: "straße.example" becomes "xn--strae-oqa.example". *out is
 * the caller's to free. SONDE_E_HOST: it is no name; SONDE_E_UNSUPPORTED: built without libidn2; SONDE_E_NOMEM. */
int sn_idn_ascii(const char *name, char **out, struct sonde_error *err) SONDE_MUST_USE;
/* True: it has characters beyond ASCII. */
bool sn_idn_is_wanted(const char *name);

#endif
