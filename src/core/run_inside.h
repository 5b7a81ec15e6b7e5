/*
 * run_inside.h: what the files of the fold of runs share.
 */
#ifndef CORE_RUN_INSIDE_H
#define CORE_RUN_INSIDE_H

#include "core/incident_fold.h"

struct place {
	struct run *run;
	struct run_step *step;
};

/* The run and step that the event names. False: there is none; of a run that is there it is
 * counted. */
bool place_of(struct folding *f, struct place *out);
/* Something was done about it for the first time. */
void step_touch(struct folding *f, struct run_step *step);
void step_unclaim(struct run_step *step), step_unask(struct run_step *step);

#endif
