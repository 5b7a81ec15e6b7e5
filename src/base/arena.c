#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum { BLOCK = 8192 };

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	_Alignas(max_align_t) char bytes[];
};

static struct arena_block *block_new(size_t size)
{
	struct arena_block *block = mem_new(sizeof(*block) + size);
	block->size = size;
	return block;
}

/* A request too large to share a block gets its own, behind the current one, which stays in use. */
static void *large(struct arena *arena, size_t size)
{
	struct arena_block *block = block_new(size);
	block->used = size;
	if (arena->blocks) {
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	} else {
		arena->blocks = block;
	}
	return block->bytes;
}

void *arena_new(struct arena *arena, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	if (size > BLOCK / 4)
		return large(arena, size);
	size = (size + align - 1) / align * align;
	struct arena_block *block = arena->blocks;
	if (!block || block->size - block->used < size) {
		block = block_new(BLOCK);
		block->next = arena->blocks;
		arena->blocks = block;
	}
	void *memory = block->bytes + block->used;
	block->used += size;
	return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes))
		bytes = SIZE_MAX / 2;	/* mem_new() says what is wrong and aborts */
	return arena_new(arena, bytes);
}

char *arena_text(struct arena *arena, const char *text, size_t len)
{
	char *copy = arena_new(arena, len + 1);
	if (len)
		memcpy(copy, text, len);
	return copy;
}

char *arena_fmt(struct arena *arena, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list args;
	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	char *copy = arena_text(arena, buf_cstr(&text), text.len);
	buf_done(&text);
	return copy;
}

void arena_done(struct arena *arena)
{
	while (arena->blocks) {
		struct arena_block *next = arena->blocks->next;
		mem_free(arena->blocks);
		arena->blocks = next;
	}
}
