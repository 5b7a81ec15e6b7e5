/* interlock_lock.c: one lock of a set, and its word. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/interlock_inside.h"

static const char *const words[] = {
#define X(sym, word) [LOCK_##sym] = (word),
	LOCK_STATES(X)
#undef X
};

const char *lock_word(enum lock_state state)
{
	return words[state];
}

void lock_add(struct interlock *out, enum lock_state state, const char *name, const char *fmt, ...)
{
	struct lock *lock = &out->locks[out->count++];
	va_list args;

	assert(out->count <= LOCKS_MAX);
	lock->state = state;
	(void)str_put(lock->name, sizeof(lock->name), name);
	va_start(args, fmt);
	(void)vsnprintf(lock->because, sizeof(lock->because), fmt, args);
	va_end(args);
	if (state > out->state)
		out->state = state;
}
