/*
 * list.h: the cursor of a view.
 *
 *  (1) It holds an item. The list may be re-sorted around it; it never slides to another item.
 *  (2) When that item is gone nothing is selected; moving starts again where it was.
 *  (3) Until a key chooses an item it is the first one, whichever that is.
 *  (4) Keys move over the rows of the last frame that was drawn: those are what the operator saw.
 */
#ifndef UI_LIST_H
#define UI_LIST_H

#include "ui/page.h"

struct list {
	struct row *seen;	/* the last frame */
	size_t cap;
	int count, height;
	int at;			/* row of the selected item in it, or where it was */
	struct row row;		/* the selected one, while `selected` */
	bool selected, lost;	/* lost: it was there and is not any more */
	bool moved;		/* by keys: only then a loss is worth a word */
	int top;		/* first visible row */
	int fold;		/* rows under the selected one that belong to it */
	bool follow;		/* keep the selected row in sight */
};

void list_done(struct list *list);
/* Take over a new page of which `height` rows are visible; find the item again. */
void list_see(struct list *list, const struct page *page, int height);
void list_move(struct list *list, int rows);		/* also scrolls where there are no items */
void list_edge(struct list *list, int direction);	/* -1 first, 1 last */
void list_part(struct list *list, int direction);	/* to the next title's first item */
bool list_wrong(struct list *list, int direction);	/* round the end; false: no other one */
bool list_click(struct list *list, int y);		/* row y of what is visible */

#endif
