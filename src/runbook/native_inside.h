/*
 * native_inside.h: what the files of the strict reader share. Private to runbook/.
 */
#ifndef RUNBOOK_NATIVE_INSIDE_H
#define RUNBOOK_NATIVE_INSIDE_H

#include "runbook/runbook_inside.h"

/* The comment that begins with this word, in the block or one of its paragraphs; NULL. One that
 * nearly begins with it is a trouble. */
const struct run_of_text *native_comment(struct reading *reading, const struct block *block,
					 const char *word);

/* What a step's comment says of it. Does it say a kind? */
bool native_step_comment(struct reading *reading, const struct run_of_text *comment,
			 struct step *step);

/* A decision's options from the items of its list, in the arena. */
void native_options(struct reading *reading, const struct block *list, size_t step);

#endif
