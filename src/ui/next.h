/*
 * next.h: what is owed, as rows of NEXT with the key that settles each, and the one clock that
 * header, window title and the smallest screen show.
 */
#ifndef UI_NEXT_H
#define UI_NEXT_H

#include "ui/explain_incident.h"
#include "ui/form.h"

enum { NEXT_SHOWN = 8, NEXT_TEXT_AT = 12 };	/* rows; the column of a row's text */

/* Rows on the page: to declare first, when that is proposed and nothing is open; then what is owed.
 * Returns how many there are in all. */
size_t next_build(const struct scene *scene, struct page *page);
/* The runbook for what fails, while none goes on; what a row is about: itself, or the step of the
 * walk that owes it (next_run.c). */
void next_run(const struct scene *scene, struct page *page);
struct item next_target(const struct scene *scene, const struct owed *owed);
void next_row(const struct scene *scene, struct page *page, const struct owed *owed);

/* In red, above everything else: what is not on the disk, and why. */
void next_banner(const struct scene *scene, struct page *page);

struct item next_item(const struct owed *owed);
struct item next_declare(void);
const struct owed *next_owed(const struct world *world, struct item item);	/* NULL */

/* What answers it: a form with its subject, or else a screen. */
const char *next_word(const struct owed *owed);
const struct form_kind *next_form(const struct owed *owed, const struct desk *desk);
enum action next_screen(const struct owed *owed);

/* The most pressing update; else the most pressing of what has a clock. NULL: no clock runs. */
const struct owed *next_clock(const struct desk *desk);
/* Of all that are not over the worst; NULL. */
const struct docket *next_worst(const struct desk *desk);

/* "04:12", "1h52m", "47h", "3d": how far from now on, or how long ago. */
void next_span(msec span, char out[WHEN_TEXT]);
/* "in 04:12", "due 00:42", "over 01:40", or "". */
void next_due(const struct owed *owed, msec now, char out[WHEN_TEXT]);
/* The same where there is no room for a word: "04:12", "+01:40". */
void next_due_short(const struct owed *owed, msec now, char out[WHEN_TEXT]);
extern const struct explainer explain_owed;

enum role next_role(const struct owed *owed);
/* "00:17:32" since the declaration, without the steps of the clock. */
void next_running(const struct docket *docket, msec now, char out[WHEN_TEXT]);

#endif
