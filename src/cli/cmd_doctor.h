/* SPDX-License-Identifier: MIT */
/* sonde doctor: what this machine allows. */
#ifndef SN_CLI_CMD_DOCTOR_H
#define SN_CLI_CMD_DOCTOR_H

#include "cli/doctor_checks.h"
#include "cli/opts.h"
#include "out/text.h"

/* Looks at this machine; what cannot be seen is told so in the facts. */
void sn_doctor_look(struct sn_doctor_facts *facts);
/* A line or two for each check. Returns how many are to be mended. */
size_t sn_doctor_report(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_doctor_facts *facts);
int sn_cmd_doctor(const struct sn_opts *opts, struct sonde_error *err);

#endif
