/*
 * form_step.h: what the forms about a step share: which step a form is about, by its subject.
 */
#ifndef UI_FORM_STEP_H
#define UI_FORM_STEP_H

#include "ui/form.h"

/* "RUN/STEP": ids of both. */
void form_step_subject(const struct docket_run *run, const struct step *step,
		       char out[FORM_SUBJECT]);
/* False: the run or the step is not on the desk any more. */
bool form_step_of(const struct form *form, const struct scene *scene, struct step_place *out);
/* An order about the form's step: run and step are set. NULL: it is gone, err says so. */
struct event_data *form_step_order(const struct form *form, struct entry *entry,
				   enum event_kind kind);

#endif
