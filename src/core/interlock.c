/* interlock.c: see interlock.h. Which set a step names, and the expressions of the others. */
#include <string.h>

#include "core/checklist.h"
#include "core/interlock_inside.h"

static const struct {
	const char *name;
	void (*make)(const struct step *step, const struct world *world, struct interlock *out);
} sets[] = {
	{ "promote", interlock_promote },
};

const char *const *interlock_names(void)
{
	static const char *const names[] = { "promote", NULL };

	_Static_assert(ARRAY_LEN(names) == ARRAY_LEN(sets) + 1, "each set has its name here");
	return names;
}

/* What is not known is no reason to go on. */
static void make_expression(const char *text, const struct world *world, struct interlock *out)
{
	struct arena arena = { 0 };
	struct buf because = { 0 };
	struct err err = { 0 };
	unsigned column = 0;
	const struct expr *expr = expr_parse(str_of(text), &arena, &column, &err);
	struct expr_world values = checklist_world(world);

	if (!expr)
		lock_add(out, LOCK_BLOCKED, text, "the expression cannot be read: %s", err.text);
	else if (expr_eval(expr, &values, &because) == TRUTH_YES)
		lock_add(out, LOCK_GREEN, text, "%s", buf_cstr(&because));
	else
		lock_add(out, LOCK_BLOCKED, text, "%s", buf_cstr(&because));
	buf_done(&because);
	arena_done(&arena);
}

/* A step may name what is to be typed without any lock. What was so a while ago may be another one
 * by now. */
static void set_target(const struct step *step, const struct world *world, struct interlock *out)
{
	struct datum datum = { .age = WHEN_NEVER };

	if (!step->target[0] || out->target[0])
		return;
	if (world_datum(world, step->target, &datum) && datum.kind == DATUM_TEXT &&
	    !datum.old && datum.state != STATE_UNKNOWN)
		(void)str_put(out->target, sizeof(out->target), datum.text);
	if (!out->target[0])
		lock_add(out, LOCK_BLOCKED, "target", "%s is not sensed now", step->target);
}

void interlock_make(const struct step *step, const struct world *world, struct interlock *out)
{
	*out = (struct interlock){ .state = LOCK_GREEN };
	for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
		if (strcmp(step->interlock, sets[i].name) != 0)
			continue;
		sets[i].make(step, world, out);
		return;
	}
	if (step->interlock[0])
		make_expression(step->interlock, world, out);
	set_target(step, world, out);
}
