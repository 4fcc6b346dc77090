/* SPDX-License-Identifier: MIT */
/* THE MODULES of traceroute (-M) and their options (-O): what each is here. */
#ifndef SN_CLI_APPLET_MODULES_H
#define SN_CLI_APPLET_MODULES_H

#include "base/buf.h"

enum { SN_APPLET_WIDTH_COLUMNS = 80, SN_APPLET_LEFT_COLUMNS = 28 }; /* of help */

/* A module (-M) and the method that it is. */
struct sn_applet_module {
	const char *name, *method;
	const char *port;            /* default; NULL: it has none */
	const char *why;             /* it is none of sonde's; NULL: it is */
	const char *help;
	bool udp;
};

/* What -O names of a TCP probe. */
enum sn_applet_tcp {
	SN_APPLET_SYN = 1,
	SN_APPLET_ACK = 2,
	SN_APPLET_SACK = 4,
	SN_APPLET_TIMESTAMPS = 8,
	SN_APPLET_SCALING = 16,
	SN_APPLET_SYSCTL = 32,
};

/* An option of a module (-O). */
struct sn_applet_module_option {
	const char *module, *name;
	const char *word;            /* becomes this option of sonde; NULL: none is needed */
	uint8_t tcp;                 /* … or enum sn_applet_tcp */
	const char *method;          /* … or this method */
	const char *why;             /* … or cannot be */
	bool takes_value;
};

extern const struct sn_applet_module sn_applet_modules[];
extern const size_t sn_applet_module_count;
extern const struct sn_applet_module_option sn_applet_module_options[];
extern const size_t sn_applet_module_option_count;

/* -O help: the options of a module, and which of them work. */
void sn_applet_module_help(struct sn_buf *buf, const struct sn_applet_module *module);

#endif
