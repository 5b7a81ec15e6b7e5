/* What is different in a configuration that was saved, in the words of people who write them. */
#include "app/reload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
	char root[64], file[96];
	struct options options;
	struct context context;
};

static const char *const environment[] = {
	"HOME=/nonexistent", "XDG_CONFIG_DIRS=/nonexistent", "USER=ana", NULL };

static int build(void **state)
{
	struct place *place = test_calloc(1, sizeof(*place));

	snprintf(place->root, sizeof(place->root), "/tmp/binnacle-reload-XXXXXX");
	assert_non_null(mkdtemp(place->root));
	snprintf(place->file, sizeof(place->file), "%s/c.yaml", place->root);
	place->options.given[OPTION_CONFIG] = true;
	place->options.value[OPTION_CONFIG] = place->file;
	place->context = (struct context){ .options = &place->options,
					   .environment = environment };
	*state = place;
	return 0;
}

static int drop(void **state)
{
	struct place *place = *state;

	unlink(place->file);
	rmdir(place->root);
	test_free(place);
	return 0;
}

static bool load(struct place *place, const char *yaml, struct settings *out)
{
	FILE *file = fopen(place->file, "w");

	assert_non_null(file);
	fputs(yaml, file);
	fclose(file);
	assert_int_equal(chmod(place->file, 0600), 0);
	return settings_load(&place->context, out);
}

static void differences_are_told_in_lines(void **state)
{
	static const char one[] = "sources:\n  a: {kind: http, url: \"http://h/1\", every: 10s}\n";
	static const struct {
		const char *after, *lines;
		size_t count;
	} cases[] = {
		{ "sources:\n  a: {kind: http, url: \"http://h/1\", every: 10s}\n", "", 0 },
		{ "# said\nsources:\n  a:\n    kind: http\n    url: http://h/1\n    every: 10s\n", "",
		  0 },
		{ "sources:\n  a: {kind: http, url: \"http://h/1\", every: 5s}\n",
		  "sources.a.every 10s -> 5s\n", 1 },
		{ "environment: prod\nsources:\n  a: {kind: http, url: \"http://h/2\", every: 10s}\n",
		  "environment default -> prod\nsources.a.url http://h/1 -> http://h/2\n", 2 },
		{ "sources:\n  b: {kind: http, url: \"http://h/1\", every: 10s}\n",
		  "sources.b added\nsources.a removed\n", 2 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct settings old, fresh;
		struct buf lines = { 0 };

		assert_true(load(*state, one, &old));
		assert_true(load(*state, cases[i].after, &fresh));
		assert_int_equal(reload_differences(&old, &fresh, &lines), cases[i].count);
		assert_string_equal(buf_cstr(&lines), cases[i].lines);
		buf_done(&lines);
		settings_done(&old);
		settings_done(&fresh);
	}
}

static void many_differences_are_counted(void **state)
{
	struct settings old, fresh;
	struct buf yaml = { 0 }, lines = { 0 };

	buf_text(&yaml, "sources:\n");
	for (int i = 0; i < RELOAD_LINES + 5; i++)
		buf_fmt(&yaml, "  s%02d: {kind: http, url: \"http://h/1\"}\n", i);
	assert_true(load(*state, "version: 1\n", &old));
	assert_true(load(*state, buf_cstr(&yaml), &fresh));
	assert_int_equal(reload_differences(&old, &fresh, &lines), RELOAD_LINES + 5);
	assert_non_null(strstr(buf_cstr(&lines), "\nand 5 differences more\n"));
	buf_done(&yaml);
	buf_done(&lines);
	settings_done(&old);
	settings_done(&fresh);
}

static void the_first_problem_is_told_with_its_place(void **state)
{
	struct place *place = *state;
	struct settings settings;
	struct buf text = { 0 };
	const char *begin = "c.yaml:2: unknown key 'timee'";

	assert_false(load(place, "version: 1\ntimee: utc\nsurces: {}\n", &settings));
	reload_problem(&settings, &text);
	assert_ptr_equal(strstr(buf_cstr(&text), begin), buf_cstr(&text));
	assert_non_null(strstr(buf_cstr(&text), ", and 1 more"));
	buf_done(&text);
	settings_done(&settings);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, build, drop)
	const struct CMUnitTest tests[] = {
		T(differences_are_told_in_lines),
		T(many_differences_are_counted),
		T(the_first_problem_is_told_with_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
