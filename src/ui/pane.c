#include "ui/pane.h"

#include <string.h>

#include "ui/checklist_rows.h"
#include "ui/prose.h"

void pane_put(struct page *page, const struct pane *pane, int x, size_t most)
{
	size_t first = most > 0 && pane->line_count > most ? pane->line_count - most : 0;
	uint64_t before = pane->dropped + first;
	int at;

	page_text(page);
	page_put(page, x, page->cols - x, ROLE_KEY, "$ %s", pane->command);
	page_text(page);
	at = page_put(page, x, page->cols - x, pane->busy ? ROLE_STRONG : pane->well ? ROLE_PLAIN :
		      ROLE_BAD, "%s", pane->state);
	if (before > 0)
		page_put(page, at + 2, page->cols - at, ROLE_DIM, "(%llu lines before these)",
			 (unsigned long long)before);
	for (size_t i = first; i < pane->line_count; i++)
		prose_literal(page, x, ROLE_PLAIN, pane->lines[i],
			      pane->lines[i][0] ? strlen(pane->lines[i]) : 0);
}

const struct pane *pane_current(const struct scene *scene)
{
	const struct docket *docket = checklist_docket(scene);
	const struct docket_run *run = checklist_run(scene);
	const struct pane *own = docket ? docket->pane : NULL;

	if (own && own->busy)
		return own;
	return run && run->pane ? run->pane : own;
}

/* All that is kept of it. */
static void put_whole(struct page *page, const char *title, const struct pane *pane)
{
	page_title(page, title, pane->busy ? "Ctrl-C interrupts it " : "");
	pane_put(page, pane, 1, 0);
}

/* Of one's own command and of the runbook's. */
static void build(const struct scene *scene, struct page *page)
{
	const struct docket *docket = checklist_docket(scene);
	const struct docket_run *run = checklist_run(scene);

	if (docket && docket->pane)
		put_whole(page, "OUTPUT OF !", docket->pane);
	if (run && run->pane)
		put_whole(page, "OUTPUT OF THE RUNBOOK", run->pane);
	if (page->count > 0)
		return;
	page_title(page, "OUTPUT", "");
	page_text(page);
	page_put(page, 1, page->cols, ROLE_PLAIN, "Nothing was run yet.");
}

const struct screen screen_pane = { .name = "output", .title = "Output", .build = build };
