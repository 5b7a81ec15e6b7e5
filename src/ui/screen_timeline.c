/*
 * screen_timeline.c: everything that happened in the incident at hand, the newest first; without
 * one, what this console has seen change.
 */
#include <stdio.h>

#include "ui/rows.h"
#include "ui/say.h"
#include "ui/timeline.h"

static void build_changes(const struct scene *scene, struct page *page)
{
	size_t count = 0;

	rows_notices(scene, page);
	page_title(page, "TIMELINE", "no incident is open ");
	page_text(page);
	page_wrap(page, 1, ROLE_DIM, "What this console has seen change since it started:");
	for (const struct change *change; (change = world_change(scene->world, count)); count++)
		row_change(scene, page, change, item_of_change(scene->world, count));
	if (count < scene->world->change_count) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_DIM, "%zu older changes are not held",
			 scene->world->change_count - count);
	}
	if (count == 0) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_DIM, "nothing yet");
	}
}

static void build(const struct scene *scene, struct page *page)
{
	const struct docket *docket = timeline_docket(scene);
	struct text title, shown;
	enum { GAPS = 6 };		/* blanks, and enough of the rule to see that it is one */
	char count[TIMELINE_COUNT], from[SAY_TEXT], text[128];
	int room;

	if (!docket) {
		build_changes(scene, page);
		return;
	}
	timeline_begin(scene, page, docket, count);
	rows_notices(scene, page);
	title = text_fmt("TIMELINE of #%s %s", docket->incident->id, docket->incident->title);
	shown = text_of(str_of(count));
	room = page->cols - (int)text_width(&shown) - GAPS;
	title = text_cut(&title, (size_t)(room > 0 ? room : 0));
	page_title(page, title.bytes, count);
	if (docket->incident->imported_from != WHEN_NEVER) {
		say_time(scene, docket->incident->imported_from, from);
		page_text(page);
		(void)snprintf(text, sizeof(text), "before the declaration: imported from %s on", from);
		page_wrap(page, 1, ROLE_DIM, text);
	}
	timeline_end(scene, page);
}

const struct screen screen_timeline = {
	.name = "timeline", .title = "Timeline", .brief = "Time",
	.tab = ACTION_TIMELINE, .build = build, .follows = true,
};
