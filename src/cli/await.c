/* SPDX-License-Identifier: MIT */
/* Shows a table before its names are there. */
#include "cli/await.h"

#include "cli/output.h"

static void draw(const struct sn_await *await)
{
	struct sonde_error unwritten;
	struct sn_buf text = {0};
	size_t width = sn_live_width(await->screen);
	await->table(await->ctx, &text);
	if (!text.bad && sn_frame_lines(sn_buf_text(&text), width) <= sn_frame_room(await->screen->height_rows)) {
		sn_frame_draw(await->frame, width, "", sn_buf_text(&text), await->out);
		if (sn_sinks_text(await->sinks, await->out, &unwritten) != SN_OUTPUT_OK)
			sn_buf_clear(await->out);
	}
	sn_buf_finish(&text);
}

void sn_await_names(const struct sn_await *await)
{
	sonde_at_ns until_at_ns = await->reach->net.clock->ops->now(await->reach->net.clock) + await->reach->opts->resolve_wait_ns;
	if (!sn_enrich_pending(&await->reach->enrich))
		return;
	if (await->screen->terminal && await->sinks->text)
		draw(await);
	sn_enrich_wait(&await->reach->enrich, await->reach->net.clock, until_at_ns, await->fd);
	sn_frame_erase(await->frame, await->out);
}
