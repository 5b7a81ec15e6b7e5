/*
 * books.h: a runbook as text, for tests that compare what was read with what was meant.
 */
#ifndef TESTS_LIB_BOOKS_H
#define TESTS_LIB_BOOKS_H

#include "runbook/runbook.h"

/* A line for each heading, step, option and fence, then the troubles; or the sentence for which
 * there is no runbook. Only what differs from its default is said. In the arena. */
const char *book_dump(struct arena *arena, const char *path, struct str bytes);

#endif
