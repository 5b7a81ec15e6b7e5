/*
 * screen_runbook.c: the runbook that goes on, as a checklist; while none does, the library.
 */
#include <stdio.h>
#include <string.h>

#include "ui/checklist_past.h"
#include "ui/checklist_rows.h"
#include "ui/pane.h"
#include "ui/screen_runbooks.h"

/* The way back, for a walk that stands on top of another. */
static void put_parent(const struct scene *scene, struct page *page, const struct run *run)
{
	const struct docket *docket = checklist_docket(scene);

	for (size_t i = 0; run->parent[0] && i < docket->run_count; i++) {
		const struct docket_run *under = &docket->runs[i];
		struct item item = item_of_run(under->run);

		if (strcmp(under->run->event, run->parent) != 0)
			continue;
		page_row(page, (struct row){ ROW_ITEM, item, item, false });
		page_put(page, 1, page->cols, ROLE_KEY, "back to %s: %s", under->run->runbook,
			 under->list ? under->list->words : under->run->words);
	}
}

static void build_run(const struct scene *scene, struct page *page, const struct docket_run *run)
{
	struct buf path = { 0 };

	checklist_path(checklist_docket(scene), run->run, &path);
	page_title(page, buf_cstr(&path), run->list ? text_fmt("%s ", run->list->words).bytes : "");
	put_parent(scene, page, run->run);
	checklist_head(scene, page, run);
	if (run->list)
		checklist_rows(scene, page, run, false);
	checklist_past(scene, page, run->past);
	buf_done(&path);
}

static void build(const struct scene *scene, struct page *page)
{
	const struct docket_run *run = checklist_run(scene);

	if (run)
		build_run(scene, page, run);
	else
		runbooks_build(scene, page);
}

/* What its command prints, and who ran it before. */
static bool side(const struct scene *scene, struct page *page)
{
	const struct docket_run *run = checklist_run(scene);
	const struct pane *pane = pane_current(scene);

	if (!run || (!pane && !run->past))
		return false;
	checklist_past(scene, page, run->past);
	if (pane) {
		page_title(page, "OUTPUT", pane->busy ? "Ctrl-C interrupts it " : "+ shows all ");
		pane_put(page, pane, 1, 0);
		page->start = page->count - 1;	/* its end is what one looks at */
	}
	return true;
}

static struct item about(const struct scene *scene)
{
	const struct docket_run *run = checklist_run(scene);

	return run ? item_of_run(run->run) : (struct item){ 0 };
}

/* "Runbook 6/14" */
static void count(const struct scene *scene, char *out, size_t size)
{
	const struct docket_run *run = checklist_run(scene);

	if (run && run->list)
		(void)snprintf(out, size, " %zu/%zu", run->list->applicable - run->list->open,
			       run->list->applicable);
}

const struct screen screen_runbook = {
	.name = "runbook", .title = "Runbook", .brief = "Run",
	.tab = ACTION_RUNBOOK, .build = build, .about = about,
	.side = side, .count = count,
};
