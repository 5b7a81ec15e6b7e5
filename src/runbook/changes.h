/*
 * changes.h: what of a runbook would run that was not there when it was accepted.
 */
#ifndef RUNBOOK_CHANGES_H
#define RUNBOOK_CHANGES_H

#include "runbook/runbook.h"

/* One command that is new, gone, or another: with its lines as a diff. was NULL: all are new. */
struct changes {
	struct buf text;		/* "-old line" "+new line" under "step 5, Switch ..." */
	size_t commands;		/* that differ */
};

bool runbook_changes(const struct runbook *was, const struct runbook *is, struct changes *out);
void changes_done(struct changes *changes);

#endif
