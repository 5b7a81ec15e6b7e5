#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/mem.h"

static bool zero(const void *memory, size_t len)
{
	const char *bytes = memory;
	for (size_t i = 0; i < len; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

static void memory_is_zeroed_and_never_null(void **state)
{
	(void)state;
	static const size_t sizes[] = { 0, 1, 17, 100000 };
	for (size_t i = 0; i < 4; i++) {
		char *memory = mem_new(sizes[i]);
		assert_non_null(memory);
		assert_true(zero(memory, sizes[i]));
		mem_free(memory);
	}
	mem_free(NULL);
}

static void copies_are_equal_and_their_own(void **state)
{
	(void)state;
	char *copy = mem_dup("a\0b", 3), *text = mem_text("hello");
	assert_memory_equal(copy, "a\0b", 3);
	assert_string_equal(text, "hello");
	assert_null(mem_text(NULL));
	mem_free(copy);
	mem_free(text);
}

static void growing_keeps_items_and_zeroes_the_new_room(void **state)
{
	(void)state;
	size_t cap = 0;
	int *items = NULL;
	for (int i = 0; i < 1000; i++) {
		items = mem_grow(items, &cap, (size_t)i + 1, sizeof(*items));
		assert_int_equal(items[i], 0);
		items[i] = i;
	}
	assert_in_range(cap, 1000, 2048);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(items[i], i);
	int *same = mem_grow(items, &cap, 10, sizeof(*items));
	assert_ptr_equal(same, items);
	mem_free(items);
}

/* How a child ends that does what must not return. */
static int signal_of(void (*fatal)(void))
{
	pid_t child = fork();
	if (child == 0) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(2);
		signal(SIGABRT, SIG_DFL);
		fatal();
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void ask_too_many(void)
{
	volatile size_t many = SIZE_MAX / 4;
	mem_free(mem_array(many, 8));
}

static void grow_too_far(void)
{
	size_t cap = 4;
	volatile size_t need = SIZE_MAX / 4;
	mem_free(mem_grow(mem_array(4, 8), &cap, need, 8));
}

static void a_size_that_overflows_aborts_instead_of_being_small(void **state)
{
	(void)state;
	assert_int_equal(signal_of(ask_too_many), SIGABRT);
	assert_int_equal(signal_of(grow_too_far), SIGABRT);
}

static void an_arena_gives_zeroed_aligned_memory_of_any_size(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	static const size_t sizes[] = { 0, 1, 7, 16, 2048, 2049, 8192, 100000, 3 };
	for (size_t round = 0; round < 200; round++) {
		size_t size = sizes[round % 9];
		char *memory = arena_new(&arena, size);
		assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
		assert_true(zero(memory, size));
		memset(memory, 0xAA, size);
	}
	arena_done(&arena);
	assert_null(arena.blocks);
	arena_done(&arena);
}

static void an_arena_keeps_texts_apart(void **state)
{
	(void)state;
	struct arena arena = { 0 };
	char *texts[500];
	for (int i = 0; i < 500; i++)
		texts[i] = arena_fmt(&arena, "text %d of %s", i, "many");
	char *cut = arena_text(&arena, "abcdef", 3);
	int *array = arena_array(&arena, 3, sizeof(*array));
	assert_true(zero(array, 3 * sizeof(*array)));
	for (int i = 0; i < 500; i++) {
		char expected[32];
		snprintf(expected, sizeof(expected), "text %d of many", i);
		assert_string_equal(texts[i], expected);
	}
	assert_string_equal(cut, "abc");
	assert_string_equal(arena_text(&arena, NULL, 0), "");
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_and_never_null),
		cmocka_unit_test(copies_are_equal_and_their_own),
		cmocka_unit_test(growing_keeps_items_and_zeroes_the_new_room),
		cmocka_unit_test(a_size_that_overflows_aborts_instead_of_being_small),
		cmocka_unit_test(an_arena_gives_zeroed_aligned_memory_of_any_size),
		cmocka_unit_test(an_arena_keeps_texts_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
