/*
 * explain_run.c: runbooks, walks and steps: what each is, why, and what is copied of it.
 */
#include <string.h>

#include "ui/checklist_rows.h"
#include "ui/explain.h"
#include "ui/explain_incident.h"
#include "ui/say.h"
#include "ui/screen_runbooks.h"

static bool name_book(const struct scene *scene, struct item item, struct text *out)
{
	size_t index;
	const struct card *card = item_book(scene->world, item, &index);

	if (card)
		*out = text_fmt("runbook %s", card->id);
	return card != NULL;
}

static void build_book(const struct scene *scene, struct page *page, struct item item)
{
	size_t index;
	const struct card *card = item_book(scene->world, item, &index);
	char review[SAY_REVIEW];

	(void)book_say_review(scene, card, review);
	explain_put(page, "runbook", "%s", card->title);
	if (card->summary[0])
		explain_put(page, "", "%s", card->summary);
	explain_put(page, "review", "%s", review);
	explain_put(page, "file", "%s", card->path);
}

static void line_book(const struct scene *scene, struct item item, struct buf *out)
{
	size_t index;

	buf_text(out, item_book(scene->world, item, &index)->path);
}

static bool name_run(const struct scene *scene, struct item item, struct text *out)
{
	const struct docket *docket;
	const struct docket_run *run = item_run(scene->world, item, &docket);

	if (run)
		*out = text_fmt("run of %s", run->run->runbook);
	return run != NULL;
}

static void build_run(const struct scene *scene, struct page *page, struct item item)
{
	const struct docket *docket;
	const struct docket_run *run = item_run(scene->world, item, &docket);
	struct buf path = { 0 };
	char at[SAY_TEXT];

	checklist_path(docket, run->run, &path);
	say_time(scene, run->run->at, at);
	explain_put(page, "runbook", "%s", buf_cstr(&path));
	explain_put(page, "begun", "%s by %s", at, run->run->by);
	explain_put(page, "bytes", "SHA-256 %s", run->run->sha256);
	checklist_head(scene, page, run);
	buf_done(&path);
}

static void line_run(const struct scene *scene, struct item item, struct buf *out)
{
	const struct docket *docket;
	const struct docket_run *run = item_run(scene->world, item, &docket);

	buf_fmt(out, "%s @ %.12s %s", run->run->runbook, run->run->blob,
		run->list ? run->list->words : run->run->words);
}

static bool name_step(const struct scene *scene, struct item item, struct text *out)
{
	struct step_place place;

	if (!item_step(scene->world, item, &place))
		return false;
	*out = text_fmt("step %u of %s", place.item->step->n, place.run->run->runbook);
	return true;
}

static void put_attempt(const struct scene *scene, struct page *page, const struct attempt *is)
{
	struct str rest = str_of(is->command ? is->command : ""), first = { 0 };
	char at[SAY_TEXT], took[WHEN_TEXT];

	(void)str_cut(&rest, '\n', &first);
	say_time(scene, is->at, at);
	when_format_duration(took, is->took);
	explain_put(page, "ran", "%s %s on %s: %.*s%s", at, is->by, is->host, (int)first.len,
		    first.len ? first.p : "", rest.len ? " ..." : "");
	if (is->ended)
		explain_put(page, "", "%s %lld in %s%s%s", is->how, (long long)is->exit, took,
			    is->output[0] ? ", evidence " : "", is->output);
	else
		explain_put(page, "", "%s", is->interrupted ? "interrupted, outcome unknown" : "runs");
}

static void build_step(const struct scene *scene, struct page *page, struct item item)
{
	struct step_place place;

	(void)item_step(scene->world, item, &place);
	explain_put(page, "state", "%s", item_state_word(place.item->state));
	checklist_step(scene, page, place.run, (size_t)(place.item - place.run->list->items), 1);
	for (size_t i = place.item->mark->attempt_count; i > 0; i--)
		put_attempt(scene, page, &place.item->mark->attempts[i - 1]);
}

/* Without its last line end: pasted into a shell, that would run it. */
static void put_command(struct buf *out, const char *text)
{
	struct str rest = str_of(text);

	while (rest.len > 0 && rest.p[rest.len - 1] == '\n')
		rest.len--;
	buf_add(out, rest.p, rest.len);
}

/* What one copies of a step is its command. */
static void line_step(const struct scene *scene, struct item item, struct buf *out)
{
	struct step_place place;
	size_t fence;

	(void)item_step(scene->world, item, &place);
	fence = place.fence == SIZE_MAX ? checklist_next_fence(place.run,
				(size_t)(place.item - place.run->list->items)) : place.fence;
	if (fence != SIZE_MAX)
		put_command(out, place.item->step->fences[fence].text);
	else
		buf_fmt(out, "step %u %s: %s", place.item->step->n, place.item->step->title,
			item_state_word(place.item->state));
}

static bool name_past(const struct scene *scene, struct item item, struct text *out)
{
	const struct past_run *past = item_past_run(scene->world, item);

	if (past)
		*out = text_fmt("%s in #%s", past->runbook, past->incident);
	return past != NULL;
}

static void build_past(const struct scene *scene, struct page *page, struct item item)
{
	const struct past_run *past = item_past_run(scene->world, item);
	char at[SAY_TEXT];

	say_time(scene, past->at, at);
	explain_put(page, "incident", "#%s %s", past->incident, past->title);
	explain_put(page, "run", "%s, %s", at, past->words);
	explain_put(page, "folder", "%s", past->folder);
}

static void line_past(const struct scene *scene, struct item item, struct buf *out)
{
	buf_text(out, item_past_run(scene->world, item)->folder);
}

const struct explainer explain_book = { name_book, build_book, line_book };
const struct explainer explain_walk = { name_run, build_run, line_run };
const struct explainer explain_step = { name_step, build_step, line_step };
const struct explainer explain_past = { name_past, build_past, line_past };
