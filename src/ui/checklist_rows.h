/*
 * checklist_rows.h: a walk through a runbook as rows: sections as titled rules, one line for each
 * step, and the step under the cursor unfolded below its line.
 */
#ifndef UI_CHECKLIST_ROWS_H
#define UI_CHECKLIST_ROWS_H

#include "ui/screen.h"

/* The walk that is shown: the one that was chosen, else the newest that goes on; NULL: none. */
const struct docket_run *checklist_run(const struct scene *scene);
const struct docket *checklist_docket(const struct scene *scene);
msec checklist_now(const struct scene *scene);		/* on the scale of its incident */

/* All of its steps, as a lot; with `side`, as the column beside another screen: nothing but the
 * step that is next is unfolded. */
void checklist_rows(const struct scene *scene, struct page *page, const struct docket_run *run,
		    bool side);

/* The column beside another screen: the walk that goes on, or false. */
bool checklist_side(const struct scene *scene, struct page *page);

/* What stands above its steps: what it waits for, what is not accepted, that it is complete. */
void checklist_head(const struct scene *scene, struct page *page, const struct docket_run *run);

/* The index of the step under the cursor, of the next one until keys have moved; SIZE_MAX: none. */
size_t checklist_at(const struct scene *scene, const struct docket_run *run);

/* "first-10-minutes > indexer-down", "indexer-down". */
void checklist_path(const struct docket *docket, const struct run *run, struct buf *out);

/* What stands at the right of a step: the live value of a check, who and when, how long. */
enum role checklist_say(const struct scene *scene, const struct docket_run *run, size_t step,
			struct buf *out);

/* Is its title whole on its row? */
bool checklist_shows_title(const struct scene *scene, const struct page *page,
			   const struct docket_run *run, size_t step);

/* Nothing is to be done about it any more. */
bool checklist_is_settled(enum item_state state);

/*  X(symbol, word): what Enter does on a step; the word is for the footer and its last line */
#define STEP_ACTS(X) \
	X(EXPLAIN, "explain") X(RUN, "run") X(CHOOSE, "choose") X(ENTER, "enter") \
	X(WRITE, "write it") X(CALL, "who was called") X(LINK, "open")

enum step_act {
#define X(sym, word) STEP_ACT_##sym,
	STEP_ACTS(X)
#undef X
};

enum step_act checklist_act(const struct docket_run *run, size_t step);
const char *checklist_act_word(enum step_act act);

/* The fence that Enter runs: the first that did not come out well yet; SIZE_MAX: none. */
size_t checklist_next_fence(const struct docket_run *run, size_t step);

/* The option that its probe proposes now, with what decided; SIZE_MAX: none. Never taken by
 * itself. */
size_t checklist_proposed(const struct scene *scene, const struct step *step, struct buf *because);

/* All that is known of one step, as text rows below its line (checklist_step.c). */
void checklist_step(const struct scene *scene, struct page *page, const struct docket_run *run,
		    size_t step, int x);

#endif
