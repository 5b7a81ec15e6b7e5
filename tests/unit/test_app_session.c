/* Where the operator was: kept over a kill, and never a reason not to start. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/session.h"

static char dir[64], file[96], variable[96];
static const char *environment[2];
static struct context context;

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/binnacle-session-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/session.json", dir);
	snprintf(variable, sizeof(variable), "BINNACLE_STATE_DIR=%s", dir);
	environment[0] = variable;
	context = (struct context){ .environment = environment };
	return 0;
}

static int drop_dir(void **state)
{
	(void)state;
	unlink(file);
	rmdir(dir);
	return 0;
}

static void a_place_is_found_again_with_every_line_of_its_draft(void **state)
{
	static struct place back;
	struct place place = { .incident = "7k3f9q", .screen = "timeline", .form = "note" };
	struct err err = { 0 };
	struct stat st;

	(void)state;
	strcpy(place.draft, "first line\nsecond \"quoted\" line\n\ttabbed, and \xc3\xa4");
	assert_true(session_save(&context, &place, &err));
	assert_true(session_load(&context, &back, &err));
	assert_memory_equal(&place, &back, sizeof(place));
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void without_a_file_the_place_is_empty(void **state)
{
	static struct place empty;
	struct place back;
	struct err err = { 0 };

	(void)state;
	assert_true(session_load(&context, &back, &err));
	assert_memory_equal(&back, &empty, sizeof(back));
}

static void a_damaged_file_gives_a_sentence_and_an_empty_place(void **state)
{
	static const char *const bytes[] = { "{", "[1,2]", "{\"incident\":\"7k3f9q\"", "\x00\xff" };

	(void)state;
	for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
		struct err err = { 0 };
		struct place back;
		FILE *out = fopen(file, "w");

		assert_non_null(out);
		fwrite(bytes[i], 1, i == 3 ? 2 : strlen(bytes[i]), out);
		fclose(out);
		if (i != 1) {
			assert_false(session_load(&context, &back, &err));
			assert_non_null(strstr(err.text, "session.json"));
		} else
			session_load(&context, &back, &err);
		assert_string_equal(back.incident, "");
	}
}

static void a_second_save_replaces_the_first(void **state)
{
	static struct place back;
	struct place place = { .incident = "7k3f9q" };
	struct err err = { 0 };

	(void)state;
	strcpy(place.draft, "a long draft that is gone after it was sent");
	assert_true(session_save(&context, &place, &err));
	place.draft[0] = '\0';
	assert_true(session_save(&context, &place, &err));
	assert_true(session_load(&context, &back, &err));
	assert_string_equal(back.draft, "");
	assert_string_equal(back.incident, "7k3f9q");
}

int main(void)
{
#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, make_dir, drop_dir)
	const struct CMUnitTest tests[] = {
		IN_DIR(a_place_is_found_again_with_every_line_of_its_draft),
		IN_DIR(without_a_file_the_place_is_empty),
		IN_DIR(a_damaged_file_gives_a_sentence_and_an_empty_place),
		IN_DIR(a_second_save_replaces_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
