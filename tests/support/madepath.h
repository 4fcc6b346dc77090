/* SPDX-License-Identifier: MIT */
/* A path made of made events, and its rows. */
#ifndef SONDE_TESTS_MADEPATH_H
#define SONDE_TESTS_MADEPATH_H

#include "events.h"

#include <sonde/path.h>

#include <stdlib.h>

struct fixture {
	struct sonde_path *path;
	struct sonde_row row;
	struct made m;
};

static inline void take(void *ctx, const struct sonde_event *event)
{
	assert_int_equal(sonde_path_apply(((struct fixture *)ctx)->path, event), SONDE_OK);
}

static inline int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	assert_non_null(f);
	assert_int_equal(sonde_path_new(&f->path), SONDE_OK);
	f->m = (struct made){.take = take, .ctx = f};
	*state = f;
	return 0;
}

static inline int teardown(void **state)
{
	struct fixture *f = *state;
	sonde_row_finish(&f->row);
	sonde_path_free(f->path);
	free(f);
	return 0;
}

static inline const struct sonde_row *row_at(struct fixture *f, uint8_t ttl)
{
	assert_int_equal(sonde_path_row(f->path, ttl, &f->row), SONDE_OK);
	return &f->row;
}

#endif
