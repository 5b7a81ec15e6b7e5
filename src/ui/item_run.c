/* Identities of runbooks, of walks through them and of their steps. */
#include <string.h>

#include "ui/item.h"

struct item item_of_book(const struct card *card)
{
	return (struct item){ ITEM_BOOK, item_hash(card->path) };
}

struct item item_of_run(const struct run *run)
{
	return (struct item){ ITEM_RUN, item_hash(run->event) };
}

struct item item_of_step(const struct run *run, const struct step *step)
{
	return (struct item){ ITEM_STEP, item_hash(run->event) ^ item_hash(step->id) * 3 };
}

struct item item_of_fence(const struct run *run, const struct step *step, size_t fence)
{
	return (struct item){ ITEM_FENCE, (item_of_step(run, step).key + fence) * 5 };
}

struct item item_of_past_run(const struct past_run *past)
{
	return (struct item){ ITEM_PAST_RUN, item_hash(past->incident) ^ (uint64_t)past->at };
}

const struct card *item_book(const struct world *world, struct item item, size_t *index)
{
	const struct books *books = world->desk ? world->desk->books : NULL;

	if (item.kind != ITEM_BOOK || !books)
		return NULL;
	for (*index = 0; *index < books->count; ++*index)
		if (item_eq(item, item_of_book(&books->cards[*index])))
			return &books->cards[*index];
	return NULL;
}

/* The n-th run of all that are on the desk, those of the current incident first. NULL: no more. */
static const struct docket_run *run_at(const struct world *world, size_t n,
				       const struct docket **docket)
{
	const struct desk *desk = world->desk;

	for (size_t i = 0; desk && i < desk->count; i++) {
		*docket = &desk->open[(desk->current + i) % desk->count];
		if (n < (*docket)->run_count)
			return &(*docket)->runs[n];
		n -= (*docket)->run_count;
	}
	return NULL;
}

const struct docket_run *item_run(const struct world *world, struct item item,
				  const struct docket **docket)
{
	const struct docket_run *run;

	if (item.kind != ITEM_RUN)
		return NULL;
	for (size_t n = 0; (run = run_at(world, n, docket)); n++)
		if (item_eq(item, item_of_run(run->run)))
			return run;
	return NULL;
}

static const struct checklist_item *step_in(const struct docket_run *run, struct item item,
					    size_t *fence)
{
	for (size_t i = 0; run->list && i < run->list->count; i++) {
		const struct step *step = run->list->items[i].step;

		*fence = SIZE_MAX;
		if (item.kind == ITEM_STEP && item_eq(item, item_of_step(run->run, step)))
			return &run->list->items[i];
		for (*fence = 0; item.kind == ITEM_FENCE && *fence < step->fence_count; ++*fence)
			if (item_eq(item, item_of_fence(run->run, step, *fence)))
				return &run->list->items[i];
	}
	return NULL;
}

bool item_step(const struct world *world, struct item item, struct step_place *out)
{
	*out = (struct step_place){ .fence = SIZE_MAX };
	if (item.kind != ITEM_STEP && item.kind != ITEM_FENCE)
		return false;
	for (size_t n = 0; (out->run = run_at(world, n, &out->docket)); n++) {
		out->item = step_in(out->run, item, &out->fence);
		if (out->item)
			return true;
	}
	return false;
}

static const struct past_run *past_in(const struct book_past *past, struct item item)
{
	for (size_t i = 0; past && i < past->run_count; i++)
		if (item_eq(item, item_of_past_run(&past->runs[i])))
			return &past->runs[i];
	return NULL;
}

const struct past_run *item_past_run(const struct world *world, struct item item)
{
	const struct books *books = world->desk ? world->desk->books : NULL;
	const struct docket *docket;
	const struct docket_run *run;
	const struct past_run *found = NULL;

	if (item.kind != ITEM_PAST_RUN)
		return NULL;
	for (size_t n = 0; !found && (run = run_at(world, n, &docket)); n++)
		found = past_in(run->past, item);
	for (size_t i = 0; !found && books && books->past && i < books->count; i++)
		found = past_in(books->past(books->arg, books->cards[i].id), item);
	return found;
}
