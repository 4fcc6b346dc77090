/* SPDX-License-Identifier: MIT */
/* The path's MTU as text: hops, what gets to each, and which links narrow the way. */
#ifndef SN_OUT_MTU_H
#define SN_OUT_MTU_H

#include "out/text.h"

#include <sonde/mtu.h>

/* "sonde mtu to NAME (ADDR), …". */
void sn_mtu_header(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_text_about *about,
                   const struct sonde_trace_cfg *cfg);
/* A row for each hop, and one for this machine above them. Of a path that has ended. */
void sn_mtu_table(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_path *path);

/* What is said of the links behind a hop, "": nothing; and the last hop that is shown. */
void sn_mtu_behind(struct sn_buf *text, const struct sonde_mtu *mtu, unsigned ttl);
unsigned sn_mtu_last_ttl(const struct sonde_mtu *mtu);
/* The row behind that of a hop; behind this machine, 0, the first hop that was asked. */
static inline unsigned sn_mtu_next_ttl(const struct sonde_trace_cfg *cfg, unsigned ttl)
{
	return ttl || !cfg->first_ttl ? ttl + 1 : cfg->first_ttl;
}

#endif
