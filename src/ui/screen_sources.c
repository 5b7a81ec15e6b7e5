/*
 * screen_sources.c: every source, and each question to it that has no good answer: when it had one
 * last, what went wrong, when it is tried again, and what cannot be known without it. Questions
 * that are answered are folded, or twenty sources would fill three screens; a filter looks at them
 * all, and the details of a source list them.
 */
#include <stdio.h>

#include "ui/rows.h"
#include "ui/say.h"
#include "ui/screen.h"

static size_t wrong(const struct world *world)
{
	size_t count = 0;

	for (size_t i = 0; i < world->source_count; i++)
		count += say_source_wrong(&world->sources[i]) && !world->sources[i].asking;
	return count;
}

static bool is_folded(const struct scene *scene, const struct ask_status *ask)
{
	return scene->view->filter.text[0] == '\0' && ask->error[0] == '\0' &&
	       !row_is_held(scene, ask);
}

static void build(const struct scene *scene, struct page *page)
{
	const struct world *world = scene->world;
	char right[64];

	rows_notices(scene, page);
	snprintf(right, sizeof(right), "%zu, %zu not ok ", world->source_count, wrong(world));
	page_title(page, "SOURCES", right);
	for (size_t i = 0; i < world->source_count; i++) {
		row_source(scene, page, i);
		for (size_t k = 0; k < world->sources[i].ask_count; k++)
			if (!is_folded(scene, &world->sources[i].asks[k]))
				row_ask(scene, page, i, k);
	}
	if (world->source_count == 0) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_PLAIN, "No sources are configured.");
	}
}

const struct screen screen_sources = {
	.name = "sources", .title = "Sources", .brief = "Src",
	.tab = ACTION_SOURCES, .build = build, .wrong = wrong,
};
