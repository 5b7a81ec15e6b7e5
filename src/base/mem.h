/*
 * mem.h: the only place that allocates.
 *
 * Running out of memory aborts with a message: what matters is on disk already (architecture.md,
 * style rule 12). Memory from here is zeroed and is given back with mem_free().
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_new(size_t size);
void *mem_array(size_t count, size_t size);	/* count * size, checked for overflow */
void *mem_dup(const void *bytes, size_t len);
char *mem_text(const char *text);		/* a copy of a C string; NULL gives NULL */
void mem_free(void *memory);			/* takes NULL */

/*
 * Make room for at least `need` items of `size` bytes and return the (moved) array. *cap is the
 * capacity in items and grows by doubling; new room is zeroed.
 */
void *mem_grow(void *items, size_t *cap, size_t need, size_t size);

#endif
