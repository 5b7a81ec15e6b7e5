/*
 * form_undo.h: taking back the newest thing that the operator entered and that can be taken back.
 */
#ifndef UI_FORM_UNDO_H
#define UI_FORM_UNDO_H

#include "ui/form.h"

/* entry->out is the order; *said is the sentence of what it takes back. False: entry->err. */
bool form_undo(struct entry *entry, struct text *said);

#endif
