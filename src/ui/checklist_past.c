#include "ui/checklist_past.h"

#include <string.h>

#include "ui/say.h"

enum { AT = 10, NAME = 9 };

static void say_mended(const struct past_run *is, struct buf *out)
{
	char span[WHEN_TEXT];

	if (is->to_mitigate == WHEN_NEVER) {
		buf_text(out, "never mitigated");
	} else {
		when_format_duration(span, is->to_mitigate / WHEN_SECOND * WHEN_SECOND);
		buf_fmt(out, "mitigated in %s", span);
	}
	if (is->mended_by[0])
		buf_fmt(out, " by %s", is->mended_by);
	if (is->open_actions > 0)
		buf_fmt(out, ", %u action%s open", is->open_actions, is->open_actions == 1 ? "" : "s");
}

static void row_past(const struct scene *scene, struct page *page, const struct past_run *is)
{
	struct item item = item_of_past_run(is);
	struct buf text = { 0 };
	char at[SAY_TEXT];
	int x;

	(void)scene;
	when_format(at, is->at);
	say_mended(is, &text);
	page_row(page, (struct row){ ROW_ITEM, item, item, false });
	page_field(page, "name", is->incident);
	page_put(page, 1, AT, ROLE_DIM, "%.10s", at);
	x = page_put(page, 1 + AT + 1, NAME, ROLE_PLAIN, "#%s", is->incident) + 1;
	if (is->type[0] && is->type[0] != 'o')	/* an outage is the rule */
		x = page_put(page, x, page->cols, ROLE_WARN, "%s ", is->type);
	page_put(page, x, page->cols - x - 1, ROLE_PLAIN, "%s", buf_cstr(&text));
	page_text(page);
	page_put(page, 1 + AT + 1, page->cols, ROLE_DIM, "%s%s%s", is->title, is->words[0] ? "; " : "",
		 is->words);
	buf_done(&text);
}

/* The incident that goes on is no earlier one. */
static bool is_this(const struct scene *scene, const struct past_run *is)
{
	const struct docket *docket = desk_current(scene->world->desk);

	return docket && strcmp(docket->incident->id, is->incident) == 0;
}

void checklist_past(const struct scene *scene, struct page *page, const struct book_past *past)
{
	size_t shown = 0;

	if (!past)
		return;
	for (size_t i = 0; i < past->run_count; i++)
		shown += !is_this(scene, &past->runs[i]);
	page_title(page, "RUN BEFORE", shown ? "" : "never ");
	for (size_t i = 0; i < past->run_count; i++)
		if (!is_this(scene, &past->runs[i]))
			row_past(scene, page, &past->runs[i]);
}
