/*
 * books.h: a runbook as text, for tests that compare what was read with what was meant.
 */
#ifndef TESTS_LIB_BOOKS_H
#define TESTS_LIB_BOOKS_H

#include "runbook/runbook.h"

/* A line for each heading, step, option and fence, then the troubles; or the sentence for which
 * there is no runbook. Only what differs from its default is said. In the arena. */
const char *book_dump(struct arena *arena, const char *path, struct str bytes);

/* What holds of every runbook, whatever the bytes: NULL, or what does not. */
const char *book_broken(const struct runbook *book);

/* A file of the repository, or of $BINNACLE_SHARED (default ../shared) where it begins with '@';
 * false after a loud word where it is not there. */
bool book_file(const char *path, struct buf *out);

#endif
