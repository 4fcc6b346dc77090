/* SPDX-License-Identifier: MIT */
/* What became of packets of each size on one way, in order of size. */
#ifndef SN_BASE_SIZES_H
#define SN_BASE_SIZES_H

#include <sonde/event.h>

/* A later one is stronger: it holds whatever else was seen of that size. */
enum sn_size_fate {
	SN_SIZE_OPEN,      /* nothing known yet */
	SN_SIZE_SILENT,    /* waited for in vain */
	SN_SIZE_DOUBTED,   /* somebody refused it, or anybody in his name: the message proves little */
	SN_SIZE_REFUSED,   /* somebody refused it in other words than that it is too big */
	SN_SIZE_TOO_BIG,   /* somebody said so */
	SN_SIZE_NOT_HERE,  /* this machine's own link does not take it */
	SN_SIZE_PASSED,
};

/* What was said of a size, and by whom. */
struct sn_size_word {
	struct sonde_addr by;  /* family 0: nobody said anything */
	uint8_t meaning;       /* enum sonde_meaning */
	uint16_t said_bytes;   /* of a packet-too-big: the MTU that was named, 0: none */
};

struct sn_size {
	uint16_t bytes;
	uint8_t fate;          /* enum sn_size_fate */
	uint8_t open_count;    /* probes still waited for */
	uint16_t silent_count; /* … in vain */
	struct sn_size_word word;  /* DOUBTED, REFUSED, TOO_BIG */
};

/* So often a size has to fare alike before no balancer that draws a way for each packet explains it: one in four thousand of two ways. */
enum { SN_SIZE_PROOFS = 12 };
enum { SN_SIZES_MAX = 192, SN_SIZE_STEPS_MAX = 16 };

/* {0}: none. */
struct sn_sizes {
	struct sn_size items[SN_SIZES_MAX]; /* ascending */
	size_t count;
};

/* The entry of a size, made where there is none; NULL: no room. Valid until the next new one. */
struct sn_size *sn_sizes_at(struct sn_sizes *sizes, uint16_t bytes);
/* Learns a fate; a weaker one than what is known changes nothing. word is kept where the fate is that something was said. */
void sn_size_learn(struct sn_size *size, enum sn_size_fate fate, const struct sn_size_word *word);
/* They fared alike: what was said of both was the same, by the same. */
bool sn_size_is_alike(const struct sn_size *a, const struct sn_size *b);

/* Two neighbours that fared differently: somewhere on the way is a link that takes the one and not the other. */
struct sn_size_step {
	const struct sn_size *refused; /* the larger one */
	const struct sn_size *got;     /* the smaller one, which got farther: it passed, or was refused elsewhere; NULL: none did */
};
/* The steps, that of the largest sizes first; their number. What is smaller than a size that passed passes, too, and silence between two
 * sizes that one host calls too big is loss (each link takes all sizes up to its MTU). */
size_t sn_sizes_steps(const struct sn_sizes *sizes, struct sn_size_step steps[SN_SIZE_STEPS_MAX]);

#endif
