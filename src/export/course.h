/*
 * course.h: how a signal ran, as it was put beside the journal (signals.recorded, flight.imported):
 * what charts are drawn from. Pure.
 */
#ifndef EXPORT_COURSE_H
#define EXPORT_COURSE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/when.h"

struct course_point {
	msec at;
	double value;			/* NaN: nobody knows; a line has a gap there */
};

struct course {
	const char *name, *unit;
	struct course_point *points;	/* by time, each time once */
	size_t count;
};

/* What several pieces of evidence say of the same signal is one course. Texts and points live in
 * the arena. False: the bytes are none of ours, *courses is as before. */
bool course_read(struct str evidence, struct arena *arena, struct course **courses,
		 size_t *count, struct err *err);

#endif
