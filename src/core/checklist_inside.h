/*
 * checklist_inside.h: what the files of checklist share.
 */
#ifndef CORE_CHECKLIST_INSIDE_H
#define CORE_CHECKLIST_INSIDE_H

#include "base/attr.h"
#include "core/checklist.h"

/* State of the item at `index`: those before it have theirs. */
void item_make(struct checklist *list, const struct checklist_in *in, size_t index);
/* The item that it is time for: list->next. After all have their states. */
void item_next(struct checklist *list);

const struct fence *check_fence(const struct step *step, size_t slot);	/* NULL */
/* Does the check fence tick its step, rather than guard its command? */
bool fence_ticks(const struct step *step, size_t fence);
msec check_patience(const struct step *step);
msec check_needed(const struct step *step);

static inline bool is_applicable(const struct checklist_item *item)
{
	return item->state != ITEM_STATE_NOT_APPLICABLE;
}

#endif
