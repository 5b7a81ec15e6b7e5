/* What a command finds in its environment, and which values are refused; processes out of /proc. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "io/reaper_kin.h"
#include "io/task.h"
#include "io/task_kept.h"

static void what_is_passed_on_is_a_short_list(void **state)
{
	static const char *const ours[] = {
		"PATH=/bin", "HOME=/h", "TERM=xterm", "AWS_SECRET_ACCESS_KEY=canary", "PGPASSWORD=canary",
		"BINNACLE_TOKEN=canary", "LD_PRELOAD=/x.so", "BASH_ENV=/x", "BASH_FUNC_ls%%=() { x; }",
		"TZ=Asia/Tokyo", "PAGER=less", "PATHX=1", "LANG=C.UTF-8", NULL,
	};
	static const char *const values[] = { "HOST=a b", "LINES_OF=1\n2", "EMPTY=", NULL };
	static const char *const wanted[] = {
		"PATH=/bin", "HOME=/h", "TERM=xterm", "LANG=C.UTF-8", "TZ=UTC", "PAGER=cat",
		"GIT_PAGER=cat", "SYSTEMD_PAGER=cat", "NO_COLOR=1", "HOST=a b", "LINES_OF=1\n2", "EMPTY=",
	};
	const char *const *got;
	struct arena arena = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_true(task_environment(ours, values, &arena, &got, &err));
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		assert_string_equal(got[i], wanted[i]);
	assert_null(got[ARRAY_LEN(wanted)]);
	arena_done(&arena);
}

static const struct {
	const char *values[3];
	const char *why;
} refused[] = {
	{ { "PATH=/evil" }, "PATH cannot be the name of a value" },
	{ { "LD_PRELOAD=/x" }, "LD_PRELOAD cannot" }, { { "LD_X=" }, "LD_X cannot" },
	{ { "BASH_ENV=/x" }, "BASH_ENV cannot" }, { { "ENV=/x" }, "ENV cannot" },
	{ { "IFS=/" }, "IFS cannot" }, { { "PS4=$(x)" }, "PS4 cannot" },
	{ { "PYTHONPATH=/x" }, "PYTHONPATH cannot" }, { { "PERL5OPT=-Mx" }, "PERL5OPT cannot" },
	{ { "NODE_OPTIONS=x" }, "NODE_OPTIONS cannot" }, { { "PAGER=x" }, "PAGER cannot" },
	{ { "GIT_SSH_COMMAND=x" }, "GIT_SSH_COMMAND cannot" }, { { "UID=0" }, "UID cannot" },
	{ { "HOME=/x" }, "HOME cannot" }, { { "TZ=x" }, "TZ cannot" },
	{ { "BASH_FUNC_ls%%=() { x; }" }, "no name that a shell knows: \"BASH_FUNC_ls%%\"" },
	{ { "A-B=1" }, "no name" }, { { "1A=1" }, "no name" }, { { "=1" }, "no name" },
	{ { "A" }, "no name" }, { { "A =1" }, "no name" },
	{ { "A=1", "A=2" }, "A has two values" },
};

static void a_value_that_would_be_a_setting_is_refused_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		const char *const *got;
		struct arena arena = { 0 };
		struct err err = { 0 };

		if (task_environment(NULL, refused[i].values, &arena, &got, &err) ||
		    !strstr(err.text, refused[i].why))
			fail_msg("%s: %s", refused[i].values[0], err.text);
		arena_done(&arena);
	}
}

static void a_value_that_no_command_could_take_is_refused(void **state)
{
	static char value[TASK_TEXT + 10];
	const char *const values[] = { value, NULL };
	const char *const *got;
	struct arena arena = { 0 };
	struct err err = { 0 };

	(void)state;
	memset(value, 'x', sizeof(value) - 1);
	memcpy(value, "BIG=", 4);
	assert_false(task_environment(NULL, values, &arena, &got, &err));
	assert_string_equal(err.text, "the value of BIG is longer than 96 KiB");
	arena_done(&arena);
}

static void a_process_is_read_whatever_its_name_is(void **state)
{
	static const struct {
		const char *text;
		bool good;
		pid_t pid, parent;
		char state;
	} stats[] = {
		{ "12 (bash) S 7 12 12 0 -1", true, 12, 7, 'S' },
		{ "12 () R 7 12", true, 12, 7, 'R' },
		{ "12 (a) S 1 (b) T 8 12 12", true, 12, 8, 'T' },
		{ "12 (a\n) Z 1 1) Z 9 12", true, 12, 9, 'Z' },
		{ "", false, 0, 0, 0 }, { "12", false, 0, 0, 0 }, { "12 (bash)", false, 0, 0, 0 },
		{ "12 (bash) S", false, 0, 0, 0 }, { "x (bash) S 7", false, 0, 0, 0 },
		{ "12 (bash) S x", false, 0, 0, 0 }, { "99999999999 (bash) S 7", false, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(stats); i++) {
		struct kin_process got = { 0 };

		assert_int_equal(kin_parse(stats[i].text, strlen(stats[i].text), &got), stats[i].good);
		if (!stats[i].good)
			continue;
		assert_int_equal(got.pid, stats[i].pid);
		assert_int_equal(got.parent, stats[i].parent);
		assert_int_equal(got.state, stats[i].state);
	}
}

/* The letters a, b, c ... in pieces of every size: all of it while it fits, else both ends. */
static void both_ends_are_kept_of_what_is_too_long(void **state)
{
	static const struct {
		size_t bytes;
		const char *kept;
	} cases[] = {
		{ 0, "" }, { 5, "abcde" }, { 6, "abcdef" }, { 7, "abcdefg" }, { 8, "abcdefgh" },
		{ 9, "abcdef\n[1 bytes are left out here]\nhi" },
		{ 26, "abcdef\n[18 bytes are left out here]\nyz" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		for (size_t piece = 1; piece < 12; piece++) {
			static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
			struct kept kept;

			kept_init(&kept, 8);
			for (size_t at = 0; at < cases[i].bytes; at += piece) {
				size_t left = cases[i].bytes - at;

				kept_add(&kept, str_sub(letters + at, left < piece ? left : piece));
			}
			assert_int_equal(kept.bytes, cases[i].bytes);
			assert_int_equal(kept_cut_at(&kept), cases[i].bytes > 8 ? 6 : 0);
			assert_true(str_eq(kept_text(&kept), cases[i].kept));
			kept_done(&kept);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_passed_on_is_a_short_list),
		cmocka_unit_test(a_value_that_would_be_a_setting_is_refused_by_name),
		cmocka_unit_test(a_value_that_no_command_could_take_is_refused),
		cmocka_unit_test(a_process_is_read_whatever_its_name_is),
		cmocka_unit_test(both_ends_are_kept_of_what_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
