/* SPDX-License-Identifier: MIT */
/* A number is a question, an errno its answer. */
#include "cli/placer.h"

#include "ext/cap.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

size_t sn_placer_add(struct sn_placer *placer, char *from, const char *to)
{
	placer->items[placer->count].from = from;
	placer->items[placer->count].to = to;
	return placer->count++;
}

static void remove_rest(struct sn_placer *placer)
{
	for (size_t i = 0; i < placer->count; i++) {
		if (placer->items[i].from)
			unlink(placer->items[i].from);
		free(placer->items[i].from);
		placer->items[i].from = NULL;
	}
}

static int put(struct sn_placer *placer, uint32_t index)
{
	if (index >= placer->count || !placer->items[index].from)
		return EINVAL;
	if (rename(placer->items[index].from, placer->items[index].to) != 0)
		return errno;
	free(placer->items[index].from);
	placer->items[index].from = NULL;
	return 0;
}

/* Until the program says that this was all, or is gone. */
static void serve(int fd, void *ctx)
{
	struct sn_placer *placer = ctx;
	uint32_t index;
	while (recv(fd, &index, sizeof index, 0) == (ssize_t)sizeof index && index < placer->count) {
		int32_t failed = put(placer, index);
		(void)send(fd, &failed, sizeof failed, MSG_NOSIGNAL);
	}
	remove_rest(placer);
}

/* The folder that a file stands in. */
static char *folder_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	return slash ? strndup(file, (size_t)(slash - file) + 1) : strdup(".");
}

int sn_placer_start(struct sn_placer *placer, int (*lock)(struct sonde_error *err), struct sonde_error *err)
{
	struct sn_landlock_rule folders[SN_PLACER_MAX + 1] = {{NULL, SN_LANDLOCK_REPLACE}};
	char *paths[SN_PLACER_MAX] = {0};
	bool room = true;
	if (!placer->count)
		return SONDE_OK;
	for (size_t i = 0; i < placer->count; i++) {
		paths[i] = folder_of(placer->items[i].to);
		room &= paths[i] != NULL;
		folders[i] = (struct sn_landlock_rule){paths[i], SN_LANDLOCK_REPLACE};
	}
	const struct sn_helper_cfg cfg = {.name = "sonde-files",
	                                  .files = folders,
	                                  .give_up = sn_cap_drop_all,
	                                  .lock = lock,
	                                  .outlives = true,
	                                  .serve = serve,
	                                  .ctx = placer};
	int code = room ? sn_helper_start(&placer->helper, &cfg, err) : sonde_fail(err, SONDE_E_NOMEM, 0, "no room for the output");
	for (size_t i = 0; i < placer->count; i++)
		free(paths[i]);
	return code;
}

/* Waits for the answer. 0 or an errno. */
static int ask(struct sn_placer *placer, uint32_t index)
{
	int32_t failed = EPIPE;
	if (!placer->helper.pid || send(placer->helper.fd, &index, sizeof index, MSG_NOSIGNAL) != (ssize_t)sizeof index)
		return EPIPE;
	ssize_t got;
	do
		got = recv(placer->helper.fd, &failed, sizeof failed, 0);
	while (got < 0 && errno == EINTR);
	return got == (ssize_t)sizeof failed ? failed : EPIPE;
}

int sn_placer_put(struct sn_placer *placer, size_t index)
{
	int failed = ask(placer, (uint32_t)index);
	if (failed)
		return failed;
	free(placer->items[index].from);
	placer->items[index].from = NULL;
	return 0;
}

void sn_placer_finish(struct sn_placer *placer)
{
	if (placer->helper.pid) {
		(void)ask(placer, UINT32_MAX); /* no such one: it ends, which is waited for */
		sn_helper_finish(&placer->helper);
		for (size_t i = 0; i < placer->count; i++)
			free(placer->items[i].from);
	} else {
		remove_rest(placer);
	}
	*placer = (struct sn_placer){.count = 0};
}
