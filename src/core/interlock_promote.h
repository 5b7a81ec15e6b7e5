/*
 * interlock_promote.h: the nodes that a promotion is about, for the files that judge its locks.
 */
#ifndef CORE_INTERLOCK_PROMOTE_H
#define CORE_INTERLOCK_PROMOTE_H

#include "core/interlock_inside.h"

enum { AMOUNT_TEXT = 32 };

struct scene {
	const struct world *world;
	const struct source *source;
	const json_t *nodes, *old, *next;	/* old: the primary, or who was it last; may be NULL */
	const char *was, *name;			/* their names */
	struct interlock *out;
};

/* Members of a published node: "" and false where they are not known. */
const char *node_text(const json_t *node, const char *key);
bool node_number(const json_t *node, const char *key, double *out);
bool node_is(const json_t *node, const char *key, bool value);	/* known, and so */
/* "23s"; "?" where it is not known. */
const char *node_age(const json_t *node, const char *key, char out[WHEN_TEXT]);
const char *amount(double bytes, char out[AMOUNT_TEXT]);	/* "1.2 MB" */

/* The old primary takes no more writes: as this console, the replica and the application see it. */
void locks_fence(const struct scene *scene);

#endif
