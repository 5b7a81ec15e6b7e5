#include "ui/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void list_done(struct list *list)
{
	mem_free(list->seen);
	*list = (struct list){ 0 };
}

static void take(struct list *list, int at)
{
	list->at = at;
	list->row = list->seen[at];
	list->fold = 0;		/* of the page that shows it as the selected one */
	list->selected = list->follow = list->moved = true;
	list->lost = false;
}

static bool holds(const struct list *list, int at, struct item item)
{
	return list->seen[at].kind == ROW_ITEM && item_eq(list->seen[at].item, item);
}

/* Where the item is; where the cursor was, should two rows ever claim to be the same thing. */
static int find(const struct list *list, struct item item)
{
	if (list->at < list->count && holds(list, list->at, item))
		return list->at;
	for (int i = 0; i < list->count; i++)
		if (holds(list, i, item))
			return i;
	return -1;
}

/* The next item row from `at` (not included) in a direction, or -1. */
static int next_item(const struct list *list, int at, int direction)
{
	for (int i = at + direction; i >= 0 && i < list->count; i += direction)
		if (list->seen[i].kind == ROW_ITEM)
			return i;
	return -1;
}

static void clamp(struct list *list)
{
	int most = list->count > list->height ? list->count - list->height : 0;

	if (list->follow && list->selected) {
		int last = list->at + list->fold;

		if (list->top < last - list->height + 1)
			list->top = last - list->height + 1;
		if (list->top > list->at)
			list->top = list->at;
		if (next_item(list, list->at, -1) < 0 && list->at < list->height)
			list->top = 0;	/* show the title over the first item too */
	}
	if (list->top > most)
		list->top = most;
	if (list->top < 0)
		list->top = 0;
}

void list_see(struct list *list, const struct page *page, int height)
{
	int first, found;

	list->seen = mem_grow(list->seen, &list->cap, (size_t)page->count, sizeof(struct row));
	if (page->count > 0)
		memcpy(list->seen, page->rows, (size_t)page->count * sizeof(struct row));
	list->count = page->count;
	list->height = height < 1 ? 1 : height;
	found = list->selected && list->moved ? find(list, list->row.item) : -1;
	first = next_item(list, -1, 1);
	if (found >= 0) {
		list->at = found;
		list->row = list->seen[found];
	} else {
		list->lost = list->lost || (list->selected && list->moved);
		list->selected = false;
	}
	if (page->start >= 0)
		first = page->start;
	if (!list->selected && !list->lost && first >= 0) {
		take(list, first);
		list->moved = false;
	}
	list->fold = page->fold;
	clamp(list);
}

static bool in_sight(const struct list *list, int at)
{
	return at >= list->top && at < list->top + list->height;
}

static void scroll(struct list *list, int rows)
{
	int before = list->top;
	bool followed = list->follow;

	list->top += rows;
	list->follow = false;
	clamp(list);
	list->follow = followed && list->top == before;	/* at the end nothing was scrolled */
}

/* Where a move starts when nothing is selected: beside the place where the lost item was. */
static int start_of(const struct list *list, int direction)
{
	if (list->selected)
		return list->at;
	return direction > 0 ? list->at - 1 : list->at + 1;
}

/* One row at a time, so that text between items is scrolled through and not jumped over. */
static void step(struct list *list, int direction)
{
	int from = list->selected && !list->follow && !in_sight(list, list->at)
			   ? (direction > 0 ? list->top - 1 : list->top + list->height)
			   : start_of(list, direction);
	int next = next_item(list, from, direction);

	if (next >= 0 && (in_sight(list, next) || abs(next - from) <= 2)) {
		take(list, next);
		clamp(list);
	} else {
		scroll(list, direction);
	}
}

void list_move(struct list *list, int rows)
{
	int direction = rows < 0 ? -1 : 1;

	for (int i = 0; i < abs(rows) && i < list->count + list->height; i++)
		step(list, direction);
}

void list_edge(struct list *list, int direction)
{
	int edge = direction < 0 ? next_item(list, -1, 1) : next_item(list, list->count, -1);

	if (edge >= 0)
		take(list, edge);
	list->top = direction < 0 ? 0 : list->count;
	list->follow = false;
	clamp(list);
}

void list_part(struct list *list, int direction)
{
	int title = start_of(list, direction), item;

	if (direction < 0)	/* over the own title first */
		while (title > 0 && list->seen[title].kind != ROW_TITLE)
			title--;
	for (title += direction; title >= 0 && title < list->count; title += direction) {
		if (list->seen[title].kind != ROW_TITLE)
			continue;
		item = next_item(list, title, 1);
		if (item < 0)
			return;
		take(list, item);
		list->top = title < list->at - list->height + 1 ? list->top : title;
		clamp(list);
		return;
	}
}

static int next_wrong(const struct list *list, int at, int direction)
{
	do
		at = next_item(list, at, direction);
	while (at >= 0 && !list->seen[at].wrong);
	return at;
}

bool list_wrong(struct list *list, int direction)
{
	int at = next_wrong(list, start_of(list, direction), direction);

	if (at < 0)
		at = next_wrong(list, direction > 0 ? -1 : list->count, direction);
	if (at < 0 || (list->selected && at == list->at))
		return false;
	take(list, at);
	clamp(list);
	return true;
}

bool list_click(struct list *list, int y)
{
	int at = list->top + y;

	if (y < 0 || at >= list->count || list->seen[at].kind != ROW_ITEM)
		return false;
	take(list, at);
	return true;
}
