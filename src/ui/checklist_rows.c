#include "ui/checklist_rows.h"

#include <stdio.h>
#include <string.h>

#include "ui/say.h"

enum { MARK = 1, NUMBER = 5, NARROW = 60, WIDE = 110, PATH_DEPTH = 6 };

const struct docket *checklist_docket(const struct scene *scene)
{
	return desk_current(scene->world->desk);
}

const struct docket_run *checklist_run(const struct scene *scene)
{
	const struct docket *docket = checklist_docket(scene);

	if (!docket || docket->run_count == 0)
		return NULL;
	for (size_t i = 0; scene->run && scene->run[0] && i < docket->run_count; i++)
		if (strcmp(docket->runs[i].run->event, scene->run) == 0)
			return &docket->runs[i];
	return run_goes_on(docket->runs[docket->run].run) ? &docket->runs[docket->run] : NULL;
}

void checklist_path(const struct docket *docket, const struct run *run, struct buf *out)
{
	const char *names[PATH_DEPTH] = { run->runbook };
	size_t count = 1;

	while (run->parent[0] && count < PATH_DEPTH) {
		run = incident_run(docket->incident, run->parent);
		if (!run)
			break;
		names[count++] = run->runbook;
	}
	while (count-- > 0)
		buf_fmt(out, "%s%s", names[count], count ? " > " : "");
}

static bool is_wrong(enum item_state state)
{
	return state == ITEM_STATE_FAILED || state == ITEM_STATE_REGRESSED ||
	       state == ITEM_STATE_INTERRUPTED || state == ITEM_STATE_UNKNOWN;
}

static enum role role_of_title(const struct docket_run *run, size_t step)
{
	enum item_state state = run->list->items[step].state;

	if (step == run->list->next)
		return ROLE_STRONG;
	return checklist_is_settled(state) ? ROLE_DIM : ROLE_PLAIN;
}

/* Three digits, and as many as the last step has. */
static int number_width(const struct docket_run *run)
{
	return run->list->count > 9999 ? 5 : run->list->count > 999 ? 4 : 3;
}

static int title_at(const struct docket_run *run)
{
	return NUMBER + number_width(run) + 1;
}

static enum role say_right(const struct scene *scene, const struct docket_run *run, size_t index,
			   struct text *out)
{
	struct buf right = { 0 };
	enum role role = checklist_say(scene, run, index, &right);

	*out = text_of(str_sub(right.data, right.len));
	buf_done(&right);
	return role;
}

static int right_width(const struct page *page, const struct text *right)
{
	int most = page->cols < NARROW ? 16 : page->cols < WIDE ? 38 : page->cols / 2;

	return (int)text_width(right) < most ? (int)text_width(right) : most;
}

/* "[x] 12 Title                         what is live": the right part takes what it needs, at most
 * half of the row. */
static void put_step(const struct scene *scene, struct page *page, const struct docket_run *run,
		     size_t index)
{
	const struct checklist_item *item = &run->list->items[index];
	struct text text;
	enum role role = say_right(scene, run, index, &text);
	int at = title_at(run) + (item->step->branch_of == SIZE_MAX ? 0 : 2);
	int width = right_width(page, &text);

	page_put(page, MARK, 3, item->open ? ROLE_STRONG : role, "%s", item_state_mark(item->state));
	page_put_right(page, NUMBER, number_width(run), ROLE_PLAIN, "%u", item->step->n);
	page_put(page, at, page->cols - at - width - 2, role_of_title(run, index), "%s",
		 item->step->title);
	page_put_right(page, page->cols - width - 1, width, role, "%s", text.bytes);
}

bool checklist_shows_title(const struct scene *scene, const struct page *page,
			   const struct docket_run *run, size_t step)
{
	struct text right, title = text_fmt("%s", run->list->items[step].step->title);

	(void)say_right(scene, run, step, &right);
	return title_at(run) + 2 + (int)text_width(&title) + right_width(page, &right) + 2 <= page->cols;
}

static void put_heading(struct page *page, const struct docket_run *run, size_t heading)
{
	const struct heading *is = &run->runbook->headings[heading];

	if (is->level <= 2) {
		page_put_title(page, is->text, "");
	} else {
		page_put(page, title_at(run), page->cols, ROLE_RULE, "%s", is->text);
	}
}

/* A row of the lot is a step, or the heading before one. */
static void draw(const struct scene *scene, struct page *page, size_t which)
{
	const struct docket_run *run = checklist_run(scene);
	size_t index = which / 2;

	if (!run || !run->list || index >= run->list->count)
		return;
	if (which % 2)
		put_step(scene, page, run, index);
	else
		put_heading(page, run, run->list->items[index].step->heading);
}

static bool is_wanted(const struct scene *scene, struct page *page,
		      const struct checklist_item *item)
{
	bool wanted;

	if (!scene->view->filter.text[0])
		return true;
	buf_clear(&page->fields);
	page_field(page, "name", item->step->title);
	page_field(page, "id", item->step->id);
	page_field(page, "state", item_state_word(item->state));
	wanted = filter_matches(&scene->view->filter, str_of(item->step->title),
				str_sub(page->fields.data, page->fields.len));
	buf_clear(&page->fields);
	return wanted;
}

static void fill(const struct scene *scene, struct page *page, const struct docket_run *run)
{
	size_t under = SIZE_MAX;

	for (size_t i = 0; i < run->list->count; i++) {
		const struct checklist_item *item = &run->list->items[i];

		page->lot.total++;
		if (!is_wanted(scene, page, item))
			continue;
		if (item->step->heading != under && item->step->heading < run->runbook->heading_count)
			page_lot_add(page, (struct lot_row){ .which = 2 * i, .title = true });
		under = item->step->heading;
		page_lot_add(page, (struct lot_row){ .key = item_of_step(run->run, item->step).key,
						     .which = 2 * i + 1,
						     .wrong = is_wrong(item->state) });
	}
}

static uint64_t version_of(const struct scene *scene, const struct docket_run *run)
{
	uint64_t hash = item_hash(run->run->event) ^ item_hash(scene->view->filter.text) * 3;

	hash = (hash ^ (uint64_t)(uintptr_t)run->runbook) * 1099511628211U;
	return (hash ^ scene->world->desk->version) * 1099511628211U | 1;
}

size_t checklist_at(const struct scene *scene, const struct docket_run *run)
{
	const struct list *list = &scene->view->list;
	struct step_place place;

	if (!run->list || run->list->count == 0)
		return SIZE_MAX;
	if (!list->selected || !list->moved)
		return list->lost || run->list->next >= run->list->count ? SIZE_MAX : run->list->next;
	if (!item_step(scene->world, list->row.item, &place) || place.run != run)
		return SIZE_MAX;
	return (size_t)(place.item - run->list->items);
}

static size_t row_of(const struct page *page, size_t step)
{
	for (size_t i = 0; step != SIZE_MAX && i < page->lot.count; i++)
		if (page->lot.rows[i].which == 2 * step + 1)
			return i;
	return SIZE_MAX;
}

/* Rows under the step are its own: the filter chooses steps, not what is in them. */
static void unfold(const struct scene *scene, struct page *page, const struct docket_run *run,
		   size_t step)
{
	const struct filter *filter = page->filter;
	int matched = page->matched, total = page->total, first = page->count;

	page->filter = NULL;
	checklist_step(scene, page, run, step, page->cols < NARROW ? 2 : title_at(run));
	page_end(page);
	page->filter = filter;
	page->matched = matched;
	page->total = total;
	if (scene->view->list.row.item.kind != ITEM_FENCE)
		page->fold = page->count - first;
}

void checklist_rows(const struct scene *scene, struct page *page, const struct docket_run *run,
		    bool side)
{
	size_t at = side ? run->list->next : checklist_at(scene, run), row;

	if (page_lot_begin(page, version_of(scene, run)))
		fill(scene, page, run);
	row = row_of(page, at);
	if (row == SIZE_MAX) {
		page_lot_end(page, ITEM_STEP, draw, scene);
		return;
	}
	page_lot_part(page, ITEM_STEP, draw, scene, 0, row + 1);
	if (at == run->list->next)
		page->start = page->count - 1;
	unfold(scene, page, run, at);
	page_lot_part(page, ITEM_STEP, draw, scene, row + 1, page->lot.count);
}
