/* SPDX-License-Identifier: MIT */
/* Kernel stamps are wall clock; everything else here is monotonic. The conversion, and when not to believe it. */
#ifndef SN_IO_STAMP_H
#define SN_IO_STAMP_H

#include <sonde/base.h>

#include <sys/socket.h>

/* Both clocks at one moment. {0} is "not read yet". */
struct sn_stamp_base {
	sonde_at_ns mono_at_ns;
	int64_t wall_ns;
	bool stepped;  /* the wall clock was set since the reading before: stamps of that time belong to either setting */
	sonde_at_ns believed_from_at_ns; /* … so may be those that read as earlier than this, however late they are looked at */
};

/* Takes a new reading: the wall clock read between two readings of the monotonic one. */
void sn_stamp_base_set(struct sn_stamp_base *base, sonde_at_ns before_at_ns, int64_t wall_ns, sonde_at_ns after_at_ns);
/* The same from the system's clocks. */
void sn_stamp_base_read(struct sn_stamp_base *base);
/* False: the stamp, read just before the base, cannot be right or may be wrong: around a step, from the future, or older than anybody
 * waits. */
bool sn_stamp_is_believed(const struct sn_stamp_base *base, int64_t stamp_wall_ns);
/* Its monotonic instant; the base's own where it is not believed. */
sonde_at_ns sn_stamp_mono(const struct sn_stamp_base *base, int64_t stamp_wall_ns);

/* The stamp in a control message of SO_TIMESTAMPNS or SO_TIMESTAMPING (its software stamp). False: it is none. */
bool sn_stamp_of_control(const struct cmsghdr *control, int64_t *stamp_wall_ns);

#endif
