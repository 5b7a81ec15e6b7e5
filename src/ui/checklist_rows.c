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

size_t checklist_next_fence(const struct docket_run *run, size_t step)
{
	const struct checklist_item *item = &run->list->items[step];

	for (size_t i = 0; i < item->step->fence_count; i++) {
		const struct fence *fence = &item->step->fences[i];
		bool well = false;

		if (fence->check || fence->lang == LANG_TEXT || i == item->step->rollback_fence)
			continue;
		for (size_t k = 0; k < item->mark->attempt_count; k++)
			well = well || (item->mark->attempts[k].fence == i &&
					item->mark->attempts[k].round == item->mark->round &&
					item->mark->attempts[k].well);
		if (!well)
			return i;
	}
	return SIZE_MAX;
}

size_t checklist_proposed(const struct scene *scene, const struct step *step, struct buf *because)
{
	struct expr_world live = checklist_world(scene->world);

	for (size_t i = 0; i < step->option_count; i++) {
		buf_clear(because);
		if (step->options[i].probe &&
		    expr_eval(step->options[i].probe, &live, because) == TRUTH_YES)
			return i;
	}
	return SIZE_MAX;
}

/* A link to another runbook, where the step has nothing of its own to run. */
static bool is_link(const struct docket_run *run, size_t step)
{
	return run->list->items[step].step->link[0] && checklist_next_fence(run, step) == SIZE_MAX;
}

static bool is_settled(enum item_state state)
{
	return state == ITEM_STATE_SENSED || state == ITEM_STATE_DONE || state == ITEM_STATE_SKIPPED ||
	       state == ITEM_STATE_OVERRIDDEN || state == ITEM_STATE_NOT_APPLICABLE;
}

const char *checklist_act_word(enum step_act act)
{
	static const char *const words[] = {
#define X(sym, word) [STEP_ACT_##sym] = word,
		STEP_ACTS(X)
#undef X
	};

	return words[act];
}

enum step_act checklist_act(const struct docket_run *run, size_t step)
{
	static const enum step_act acts[] = {
		[STEP_MANUAL] = STEP_ACT_EXPLAIN, [STEP_COMMAND] = STEP_ACT_EXPLAIN,
		[STEP_CHECK] = STEP_ACT_EXPLAIN, [STEP_DECISION] = STEP_ACT_CHOOSE,
		[STEP_INPUT] = STEP_ACT_ENTER, [STEP_WAIT] = STEP_ACT_EXPLAIN,
		[STEP_NOTIFY] = STEP_ACT_WRITE, [STEP_ESCALATE] = STEP_ACT_CALL,
	};
	const struct checklist_item *item = &run->list->items[step];

	if (item->step->kind == STEP_DECISION || item->step->kind == STEP_INPUT)
		return acts[item->step->kind];
	if (is_settled(item->state))
		return STEP_ACT_EXPLAIN;
	if (checklist_next_fence(run, step) != SIZE_MAX)
		return STEP_ACT_RUN;
	return is_link(run, step) ? STEP_ACT_LINK : acts[item->step->kind];
}

msec checklist_now(const struct scene *scene)
{
	const struct docket *docket = checklist_docket(scene);

	return incident_scale(docket->incident, docket->origin, scene->now);
}

/* "usually 4m, you are at 9m", from the first touch on. */
static enum role say_pace(const struct scene *scene, const struct checklist_item *item,
			  struct buf *out)
{
	msec spent = item->began_t ? checklist_now(scene) - item->began_t : 0;
	char usually[WHEN_TEXT], at[WHEN_TEXT];

	if (item->expected <= 0)
		return ROLE_PLAIN;
	when_format_duration(usually, (item->expected + WHEN_SECOND - 1) / WHEN_SECOND * WHEN_SECOND);
	when_format_duration(at, spent / WHEN_SECOND * WHEN_SECOND);
	buf_fmt(out, "%susually %s", out->len ? "; " : "", usually);
	if (item->began_t)
		buf_fmt(out, ", you are at %s", at);
	return spent > item->expected ? ROLE_WARN : ROLE_PLAIN;
}

/* "ana 02:04" */
static void say_who(const struct scene *scene, const struct run_step *mark, struct buf *out)
{
	char at[SAY_TEXT];

	say_clock(scene, mark->at, at);
	buf_fmt(out, "%s %s", mark->src == SRC_SENSED ? "auto" : mark->by, at);
}

static void say_held(const struct checklist_item *item, struct buf *out)
{
	char held[WHEN_TEXT], needed[WHEN_TEXT];

	when_format_duration(held, item->held / WHEN_SECOND * WHEN_SECOND);
	when_format_duration(needed, item->needed);
	buf_fmt(out, "held %s of %s", held, needed);
}

/* What the instruments say of it now. */
static enum role say_live(const struct checklist_item *item, struct buf *out)
{
	const struct sense *sense = item->looked;

	if (!sense)
		return ROLE_PLAIN;
	if (item->needed > 0 && sense->now == TRUTH_YES && item->held < item->needed)
		say_held(item, out);
	else
		buf_text(out, sense->because);
	return sense->now == TRUTH_UNKNOWN ? ROLE_UNKNOWN : ROLE_PLAIN;
}

static enum role say_todo(const struct scene *scene, const struct checklist_item *item,
			  struct buf *out)
{
	const struct step *step = item->step;
	enum role role = say_live(item, out);

	if (out->len == 0 && item->mark->claimed_by[0])
		buf_fmt(out, "%s is at it", item->mark->claimed_by);
	if (out->len == 0 && step->danger != DANGER_NONE)
		buf_text(out, step->danger == DANGER_CAUTION ? "CAUTION: types the target" :
			 "WARNING: asks for a word");
	if (out->len == 0 && step->role[0])
		buf_fmt(out, "for %s", step->role);
	return say_pace(scene, item, out) == ROLE_WARN ? ROLE_WARN : role;
}

static bool is_at_work(const struct docket_run *run, const struct checklist_item *item)
{
	return run->pane && run->pane->busy && !run->pane->check &&
	       strcmp(run->pane->step, item->step->id) == 0;
}

enum role checklist_say(const struct scene *scene, const struct docket_run *run, size_t step,
			struct buf *out)
{
	const struct checklist_item *item = &run->list->items[step];
	const struct run_step *mark = item->mark;
	char until[SAY_TEXT];

	switch (item->state) {
	case ITEM_STATE_TODO:
		return say_todo(scene, item, out);
	case ITEM_STATE_SENSED:
		say_who(scene, mark, out);
		return ROLE_DIM;
	case ITEM_STATE_DONE:
		say_who(scene, mark, out);
		buf_fmt(out, "%s%s", mark->option[0] ? ", " : "", mark->option);
		return ROLE_DIM;
	case ITEM_STATE_RUNNING:
		buf_text(out, is_at_work(run, item) ? run->pane->state : "runs");
		return ROLE_STRONG;
	case ITEM_STATE_FAILED:
		buf_fmt(out, "FAILED%s%s", mark->reason[0] ? ": " : "", mark->reason);
		return ROLE_BAD;
	case ITEM_STATE_SKIPPED:
		buf_fmt(out, "skipped: %s", mark->reason);
		return ROLE_DIM;
	case ITEM_STATE_OVERRIDDEN:
		buf_fmt(out, "OVERRIDDEN: %s", mark->reason);
		return ROLE_WARN;
	case ITEM_STATE_DEFERRED:
		say_clock(scene, mark->until, until);
		buf_fmt(out, "put off to %s: %s", until, mark->reason);
		return ROLE_WARN;
	case ITEM_STATE_REGRESSED:
		buf_text(out, "held, and does not: ");
		(void)say_live(item, out);
		return ROLE_WARN;
	case ITEM_STATE_UNKNOWN:
		(void)say_live(item, out);
		return ROLE_UNKNOWN;
	case ITEM_STATE_INTERRUPTED:
		buf_text(out, "interrupted, outcome unknown");
		return ROLE_BAD;
	case ITEM_STATE_NOT_APPLICABLE:
		buf_text(out, "not on this branch");
		return ROLE_DIM;
	case ITEM_STATE_COUNT:
		break;
	}
	return ROLE_PLAIN;
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
	return is_settled(state) ? ROLE_DIM : ROLE_PLAIN;
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
