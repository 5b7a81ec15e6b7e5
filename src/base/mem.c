#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *memory)
{
	if (memory)
		return memory;
	fputs("binnacle: out of memory\n", stderr);
	abort();
}

/* Nothing here has size 0, so that NULL always means failure. */
static size_t at_least_one(size_t size)
{
	return size ? size : 1;
}

static size_t product(size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes)) {
		fprintf(stderr, "binnacle: %zu items of %zu bytes are too many\n", count, size);
		abort();
	}
	return bytes;
}

void *mem_new(size_t size)
{
	return checked(calloc(1, at_least_one(size)));
}

void *mem_array(size_t count, size_t size)
{
	return mem_new(product(count, size));
}

void *mem_dup(const void *bytes, size_t len)
{
	void *copy = mem_new(len);
	if (len)
		memcpy(copy, bytes, len);
	return copy;
}

char *mem_text(const char *text)
{
	return text ? mem_dup(text, strlen(text) + 1) : NULL;
}

void mem_free(void *memory)
{
	free(memory);
}

void *mem_grow(void *items, size_t *cap, size_t need, size_t size)
{
	if (need <= *cap)
		return items;
	size_t wanted = *cap > SIZE_MAX / 2 ? need : *cap * 2;
	if (wanted < need)
		wanted = need;
	if (wanted < 8)
		wanted = 8;
	char *moved = checked(realloc(items, at_least_one(product(wanted, size))));
	memset(moved + *cap * size, 0, (wanted - *cap) * size);
	*cap = wanted;
	return moved;
}
