/*
 * The library at work: it is read beside the loop, a change on the disk is seen soon, and a new
 * runbook is made where the configuration says.
 */
#include "app/library.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/runbench.h"

static struct {
	size_t count;
	bool made;
	char text[400];
} told;

static const struct books *books_of(struct runbench *bench)
{
	return bookcase_books(bench->bookcase);
}

static const struct card *card_of(struct runbench *bench, const char *id)
{
	for (size_t i = 0; i < books_of(bench)->count; i++) {
		if (strcmp(books_of(bench)->cards[i].id, id) == 0)
			return &books_of(bench)->cards[i];
	}
	return NULL;
}

static bool has_many(struct runbench *bench)
{
	return card_of(bench, "many");
}

static bool has_another_title(struct runbench *bench)
{
	const struct card *card = card_of(bench, "many");

	return card && strcmp(card->title, "Another title") == 0;
}

static bool has_new(struct runbench *bench)
{
	return card_of(bench, "cache-full");
}

static bool has_none(struct runbench *bench)
{
	return books_of(bench)->count == 0;
}

static bool is_told(struct runbench *bench)
{
	(void)bench;
	return told.count > 0;
}

static void on_made(void *arg, bool made, const char *text)
{
	(void)arg;
	told.count++;
	told.made = made;
	str_put(told.text, sizeof(told.text), text);
}

static void make_one(struct runbench *bench, const char *id)
{
	told.count = 0;
	bookcase_make(bench->bookcase, id, on_made, NULL);
	runbench_wait(bench, is_told, "the word of the new runbook");
	assert_int_equal(told.count, 1);
}

/* A FIFO that nobody writes to would stop whoever opens it. */
static void nobody_waits_for_the_library(void **state)
{
	struct runbench *bench = *state;
	char fifo[160];

	snprintf(fifo, sizeof(fifo), "%s/fifo.md", bench->books);
	assert_int_equal(mkfifo(fifo, 0644), 0);
	runbench_open(bench);
	assert_int_equal(books_of(bench)->count, 0);
	bookcase_look(bench->bookcase, bench->estate.world);
	assert_int_equal(books_of(bench)->count, 0);
	runbench_wait(bench, has_many, "the library");
	assert_int_equal(books_of(bench)->count, 1);
}

static void a_file_that_changes_is_seen(void **state)
{
	struct runbench *bench = *state;
	char path[160];
	uint64_t version;

	runbench_open(bench);
	runbench_wait(bench, has_many, "the library");
	version = books_of(bench)->version;
	snprintf(path, sizeof(path), "%s/many.md", bench->books);
	runbench_put(path, "---\nbinnacle: 1\nid: many\ntitle: Another title\n---\n# Another title\n");
	runbench_wait(bench, has_another_title, "the change");
	assert_true(books_of(bench)->version > version);
	runbench_book(bench, "cache-full", "1. **A.** Look.\n");
	runbench_wait(bench, has_new, "a new file");
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof(path), "%s/cache-full.md", bench->books);
	assert_int_equal(unlink(path), 0);
	runbench_wait(bench, has_none, "the files to be gone");
}

static void a_new_runbook_is_made_and_found(void **state)
{
	struct runbench *bench = *state;
	char path[160];

	runbench_open(bench);
	runbench_wait(bench, has_many, "the library");
	make_one(bench, "cache-full");
	assert_true(told.made);
	snprintf(path, sizeof(path), "%s/cache-full.md", bench->books);
	assert_string_equal(told.text, path);
	runbench_wait(bench, has_new, "the new runbook");
	assert_string_equal(card_of(bench, "cache-full")->title, "Cache full");
	assert_true(card_of(bench, "cache-full")->native);
}

static void a_runbook_that_is_there_is_not_made_again(void **state)
{
	struct runbench *bench = *state;

	runbench_open(bench);
	runbench_wait(bench, has_many, "the library");
	make_one(bench, "many");
	assert_false(told.made);
	assert_non_null(strstr(told.text, "many.md"));
	assert_int_equal(books_of(bench)->count, 1);
	assert_string_equal(card_of(bench, "many")->title, "Book many");
}

static void without_a_folder_nothing_is_made(void **state)
{
	struct runbench *bench = *state;

	snprintf(bench->books + strlen(bench->books), 8, "/no");
	runbench_open(bench);
	make_one(bench, "cache-full");
	assert_false(told.made);
	assert_string_equal(told.text, "there is no folder of runbooks: name one, or set "
			    "runbooks.dirs in the configuration");
}

static void what_is_made_when_it_is_left_tells_nobody(void **state)
{
	struct runbench *bench = *state;

	told.count = 0;
	runbench_open(bench);
	bookcase_make(bench->bookcase, "cache-full", on_made, NULL);
	runbench_close(bench);
	assert_int_equal(told.count, 0);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, runbench_set_up, runbench_tear_down)
	const struct CMUnitTest tests[] = {
		T(nobody_waits_for_the_library),
		T(a_file_that_changes_is_seen),
		T(a_new_runbook_is_made_and_found),
		T(a_runbook_that_is_there_is_not_made_again),
		T(without_a_folder_nothing_is_made),
		T(what_is_made_when_it_is_left_tells_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
