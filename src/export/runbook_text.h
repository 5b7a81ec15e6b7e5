/*
 * runbook_text.h: a runbook as plain text of 80 columns, for a terminal, a pager, a screen reader.
 */
#ifndef EXPORT_RUNBOOK_TEXT_H
#define EXPORT_RUNBOOK_TEXT_H

#include "runbook/runbook.h"

/* One step: its number, title and body. */
void runbook_step_text(const struct runbook *runbook, const struct step *step, struct buf *out);
void runbook_text(const struct runbook *runbook, msec now, struct buf *out);

#endif
