/*
 * arena.h: memory for things that die together (a parsed configuration, a merged tree).
 * What comes from an arena is zeroed, aligned for anything, and lives until arena_done().
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/attr.h"

struct arena_block;

struct arena {
	struct arena_block *blocks;
};

void *arena_new(struct arena *arena, size_t size);
void *arena_array(struct arena *arena, size_t count, size_t size);
char *arena_text(struct arena *arena, const char *text, size_t len);	/* a terminated copy */
char *arena_fmt(struct arena *arena, const char *fmt, ...) PRINTF_LIKE(2, 3);
void arena_done(struct arena *arena);

#endif
