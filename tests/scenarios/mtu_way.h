/* SPDX-License-Identifier: MIT */
/* One way of seven hops whose path MTU is measured, and what is expected of that. */
#ifndef SONDE_TESTS_MTU_WAY_H
#define SONDE_TESTS_MTU_WAY_H

#include "measured.h"
#include "test.h"

#include "base/buf.h"

#include <stdio.h>
#include <string.h>

static struct measured m;

static int undo(void **unused)
{
	(void)unused;
	measured_finish(&m);
	return 0;
}

/* me - r1 - … - r6 - target, in both families, hop k at 10.k.0.1 and 2001:db8:k::1; links[k - 1] leads to hop k. */
enum { HOPS = 7 };
struct way {
	const char *links[HOPS];
	const char *routers;      /* attributes of all */
	const char *silent;       /* "r3": a silent one */
	const char *target, *more;
	unsigned round_trip_ms;   /* 0: 14 */
	uint64_t seed;            /* 0: 1 */
};

static void run(const struct way *way, const char *method, uint8_t family)
{
	struct sn_buf text = {0};
	unsigned delay_us = (way->round_trip_ms ? way->round_trip_ms : 2 * HOPS) * 1000 / 2 / HOPS;
	sn_buf_printf(&text, "observer me\nrouter r1 r2 r3 r4 r5 r6 %s\nhost target %s\n", way->routers ? way->routers : "",
	              way->target ? way->target : "");
	if (way->silent)
		sn_buf_printf(&text, "router %s silent\n", way->silent);
	for (unsigned k = 1; k <= HOPS; k++) {
		char near[8] = "me", far[8] = "target";
		if (k > 1)
			snprintf(near, sizeof near, "r%u", k - 1);
		if (k < HOPS)
			snprintf(far, sizeof far, "r%u", k);
		sn_buf_printf(&text, "link %s %s 10.%u.0.2/24 10.%u.0.1/24 2001:db8:%u::2/64 2001:db8:%u::1/64", near, far, k, k, k, k);
		sn_buf_printf(&text, " delay=%uus %s\n", delay_us, way->links[k - 1] ? way->links[k - 1] : "");
	}
	sn_buf_puts(&text, way->more ? way->more : "");
	assert_false(text.bad);
	measured_finish(&m);
	m = (struct measured){.net = sn_buf_text(&text), .method = method, .family = family, .seed = way->seed ? way->seed : 1};
	measured_run(&m);
	m.net = NULL;
	sn_buf_finish(&text);
}

static const struct sonde_narrowing *last(void)
{
	assert_true(m.mtu.narrowing_count > 0);
	return &m.mtu.narrowings[m.mtu.narrowing_count - 1];
}

/* A link of that MTU behind hop k decides. */
static void expect_link(enum sonde_mtu_cause cause, unsigned mtu_bytes, unsigned after_ttl)
{
	const struct sonde_narrowing *n = last();
	assert_int_equal(n->cause, cause);
	assert_int_equal(m.mtu.path_bytes, mtu_bytes);
	assert_int_equal(n->got_bytes, mtu_bytes);
	assert_int_equal(n->refused_bytes, mtu_bytes + 1);
	assert_int_equal(n->after_ttl, after_ttl);
	assert_int_equal(n->before_ttl, after_ttl + 1);
}

static const struct sonde_finding *expect(const char *id, enum sonde_confidence confidence, int exit_status)
{
	const struct sonde_finding *f;
	if (measured_found(&m, id, &f) != 1)
		fail_msg("%u findings %s", measured_found(&m, id, NULL), id);
	assert_int_equal(f->confidence, confidence);
	assert_int_equal(f->exit_status, exit_status);
	return f;
}

static void expect_words(const struct sonde_finding *f, const char *words)
{
	if (!strstr(f->sentence, words))
		fail_msg("'%s' is not in: %s", words, f->sentence);
}

static const char *const methods[] = {"icmp", "udp", "tcp"};

/* Who rations cannot be asked so often that no balancer explains it. */
static enum sonde_confidence most_sure(const char *method)
{
	return strcmp(method, "udp") == 0 ? SONDE_CONFIDENCE_LIKELY : SONDE_CONFIDENCE_CERTAIN;
}

#define EACH_WAY_OF_ASKING(method, family) \
	for (size_t i_ = 0; i_ < sizeof methods / sizeof *methods; i_++) \
		for (uint8_t family = 4; family <= 6; family += 2) \
			for (const char *method = methods[i_]; method; method = NULL)

#endif
