/*
 * drills.h: drills of the lab for a test: one is run as a whole, with a lab of its own, and what it
 * printed and the report that it left are looked at.
 */
#ifndef LIB_DRILLS_H
#define LIB_DRILLS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "tests/lib/command.h"

struct drilled {
	struct command command;
	json_t *report;			/* NULL: it left none */
};

/* `lab/lab drill NAME [--fail WHAT]`; what: NULL for none. */
void drilled_run(struct drilled *drilled, const char *name, const char *what);
void drilled_done(struct drilled *drilled);

/* Does the report give this sentence, or one that begins so, as a failure? */
bool drilled_failed_by(const struct drilled *drilled, const char *beginning);

/* It passed: exit 0, and the report says what must be true of every drill that did. */
void drilled_assert_passed(const struct drilled *drilled, const char *type, const char *scenario);
/* It did not: exit 30, a report that says so, with this failure. */
void drilled_assert_red(const struct drilled *drilled, const char *beginning);

#endif
