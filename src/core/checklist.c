#include "core/checklist_inside.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "core/past.h"

static const struct {
	const char *word, *mark;
} states[] = {
#define X(sym, word, mark) [ITEM_STATE_##sym] = { word, mark },
	ITEM_STATES(X)
#undef X
};

const char *item_state_word(enum item_state state)
{
	return states[state].word;
}

const char *item_state_mark(enum item_state state)
{
	return states[state].mark;
}

static void count_item(struct checklist *list, const struct checklist_item *item)
{
	if (!is_applicable(item) || item->ahead)
		return;
	list->applicable++;
	list->open += item->open;
	list->deferred += item->state == ITEM_STATE_DEFERRED;
	list->overridden += item->state == ITEM_STATE_OVERRIDDEN;
	list->regressed += item->state == ITEM_STATE_REGRESSED;
	list->unseen += item->state == ITEM_STATE_UNKNOWN && item->mark->mark != MARK_TODO;
}

/* --- words ---------------------------------------------------------------------------------- */

static void put_count(struct buf *out, const char *between, size_t count, const char *what)
{
	if (count > 0)
		buf_fmt(out, "%s%zu %s", between, count, what);
}

static void put_complete(const struct checklist *list, struct buf *out)
{
	buf_text(out, "COMPLETE");
	put_count(out, " EXCEPT ", list->deferred, "DEFERRED");
	put_count(out, ", ", list->overridden, "OVERRIDDEN");
}

static void put_progress(const struct checklist *list, struct buf *out)
{
	buf_fmt(out, "%zu of %zu", list->applicable - list->open, list->applicable);
	if (list->next < list->count)
		buf_fmt(out, ", next %u", list->items[list->next].step->n);
	put_count(out, ", ", list->regressed, "REGRESSED");
	put_count(out, ", ", list->unseen, "cannot be seen");
}

static void put_words(struct checklist *list)
{
	struct buf words = { 0 };

	if (!run_goes_on(list->run))
		buf_text(&words, list->run->words);
	else if (list->complete)
		put_complete(list, &words);
	else if (list->applicable == 0)
		buf_text(&words, "no steps");
	else
		put_progress(list, &words);
	(void)str_put(list->words, sizeof(list->words), buf_cstr(&words));
	buf_done(&words);
}

void checklist_end(const struct checklist *list, const char *reason, struct buf *out)
{
	if (list->complete)
		put_complete(list, out);
	else
		buf_fmt(out, "ENDED, %zu OPEN", list->open);
	if (reason && reason[0])
		buf_fmt(out, ": %s", reason);
}

/* --- inhibited ------------------------------------------------------------------------------ */

/* The component waits for another source's recovery: that one is the root, and none of its own. */
static bool waits(const struct world *world, const char *name)
{
	int at = world_find_component(world, name);
	const struct component *component = at < 0 ? NULL : &world->components[at];

	return component && component->hit_by == world->root &&
	       !component_has_source(component, world->root);
}

/* A runbook for the root itself waits for nothing. */
static bool is_for_root(const struct world *world, const struct card *card)
{
	for (size_t i = 0; i < card->components.count; i++) {
		int at = world_find_component(world, card->components.items[i]);

		if (at >= 0 && component_has_source(&world->components[at], world->root))
			return true;
	}
	return false;
}

static void put_wait(struct checklist *list, const struct checklist_in *in)
{
	const struct world *world = in->world;
	const struct card *card = &in->runbook->card;

	list->waits_for[0] = '\0';
	if (!world || world->root < 0 || !run_goes_on(in->run) || is_for_root(world, card))
		return;
	for (size_t i = 0; i < card->components.count; i++) {
		if (!waits(world, card->components.items[i]))
			continue;
		(void)snprintf(list->waits_for, sizeof(list->waits_for),	/* may be cut */
			       "%s is the root cause, and reaches %s: mend it first",
			       world->sources[world->root].name, card->components.items[i]);
		return;
	}
}

/* --- the list ------------------------------------------------------------------------------- */

static void put_expected(struct checklist_item *item, const struct book_past *past)
{
	const struct past_step *before = past ? past_step(past, item->step->id) : NULL;

	item->expected = before ? before->usually : 0;
}

void checklist_make(struct checklist *list, const struct checklist_in *in)
{
	struct checklist_item *items = list->items;
	size_t cap = list->cap, count = in->runbook->step_count;

	items = mem_grow(items, &cap, count ? count : 1, sizeof(*items));
	*list = (struct checklist){ .run = in->run, .runbook = in->runbook, .items = items,
				    .count = count, .cap = cap };
	for (size_t i = 0; i < count; i++) {
		item_make(list, in, i);
		put_expected(&items[i], in->past);
		count_item(list, &items[i]);
	}
	list->complete = list->applicable > 0 && list->open == 0;
	item_next(list);
	put_wait(list, in);
	put_words(list);
}

void checklist_done(struct checklist *list)
{
	mem_free(list->items);
	memset(list, 0, sizeof(*list));
}
