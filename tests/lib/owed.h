/*
 * owed.h: looking at what an incident owes at one moment.
 */
#ifndef LIB_OWED_H
#define LIB_OWED_H

#include "core/clocks.h"

struct owed_look {
	struct clocks_in in;
	struct owed rows[OWED_MAX];
	size_t count;
};

/* The default policy, no world, operator ana, the console "aaaaaaaaaaaaaaaa". */
void owed_look(struct owed_look *look, const struct incident *incident,
	       const struct policy *policy, msec wall);
void owed_again(struct owed_look *look, msec wall);

/* The first row of the kind; NULL. */
const struct owed *owed_find(const struct owed_look *look, enum owed_kind kind);
size_t owed_count(const struct owed_look *look, enum owed_kind kind);

#endif
