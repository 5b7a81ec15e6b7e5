/*
 * pattern.h: POSIX extended regular expressions out of a configuration, bounded so that none of
 * them can stop the program: PATTERN_LONGEST bytes, no back-references (matching them may take for
 * ever), and repetitions that multiply to PATTERN_REPEATS at most (compiling more may take all
 * memory).
 */
#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

enum { PATTERN_LONGEST = 256, PATTERN_REPEATS = 1000 };

struct pattern;

struct pattern *pattern_new(const char *text, struct err *err);	/* NULL with err */
void pattern_free(struct pattern *pattern);			/* takes NULL */
bool pattern_check(const char *text, struct err *err);		/* could it be made? */

/* Does it match anywhere in the bytes? One thread at a time. */
bool pattern_matches(const struct pattern *pattern, struct str bytes);

#endif
