/*
 * filter.h: which rows to show. Words separated by blanks, all of which must match, case ignored:
 *   word         somewhere in the row
 *   !word        nowhere in the row
 *   field:word   in that field of it (state: source: kind: name: who: or a label of an alert)
 *   !field:word  not in that field
 * "sev:" stands for "severity:". A word with a colon whose field the row does not have never
 * matches it (and its `!` form always does).
 */
#ifndef UI_FILTER_H
#define UI_FILTER_H

#include <stdbool.h>

#include "base/str.h"

enum { FILTER_TEXT = 128 };

struct filter {
	char text[FILTER_TEXT];		/* "": everything matches */
};

/* `row` is what is seen of it, `fields` is "name:value" a line. */
bool filter_matches(const struct filter *filter, struct str row, struct str fields);

#endif
