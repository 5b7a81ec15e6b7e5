/* test_app_recovery_artifacts.c: files against a manifest, with whatever may lie in a folder. */
#include "app/recovery_artifacts.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"

static char dir[] = "/tmp/binnacle-artifacts-XXXXXX";
static struct arena arena;
static struct artifact *found;
static size_t found_count;

static void put(const char *name, const char *text)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void folder(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

/* Everything in the folder goes; what a test makes lies at most two deep. */
static void sweep(void)
{
	static const char *const names[] = { "good", "bad", "extra", "link", "pipe", "sub/good",
					     "sub/extra", "sub", "out", "long" };
	char path[512];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		remove(path);
	}
}

static int setup(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	sweep();
	arena_done(&arena);
	return rmdir(dir);
}

static int clean(void **state)
{
	(void)state;
	sweep();
	return 0;
}

static const char *sum_of(const char *text)
{
	char *sum = arena_new(&arena, DIGEST_HEX);

	digest_sha256(sum, str_of(text));
	return sum;
}

static bool compare(const struct manifest_artifact *artifacts, size_t count, int64_t max,
		    struct err *err)
{
	struct manifest manifest = { .count = count };

	manifest.artifacts = arena_array(&arena, count + 1, sizeof(*artifacts));
	if (count > 0)
		memcpy(manifest.artifacts, artifacts, count * sizeof(*artifacts));
	return artifacts_compare(dir, &manifest, max, &arena, &found, &found_count, err);
}

static void expect(size_t i, const char *path, enum artifact_state state, const char *why)
{
	assert_true(i < found_count);
	assert_string_equal(found[i].seen.path, path);
	assert_string_equal(artifact_state_word(found[i].state), artifact_state_word(state));
	assert_int_equal(found[i].seen.match, state == ARTIFACT_MATCH);
	if (why)
		assert_non_null(strstr(found[i].why, why));
}

static void match_missing_extra_and_corrupt_are_told_apart(void **state)
{
	const struct manifest_artifact wanted[] = {
		{ "good", sum_of("as it was"), 9 }, { "bad", sum_of("as it was"), 9 },
		{ "gone", sum_of("as it was"), 9 }, { "sub/good", sum_of("below"), 5 },
		{ "sub/none/at", sum_of("all"), 3 },
	};
	struct err err = { 0 };

	(void)state;
	folder("sub");
	put("good", "as it was");
	put("bad", "as it is!");
	put("extra", "nobody knows");
	put("sub/good", "below");
	put("sub/extra", "nor this");
	assert_true(compare(wanted, ARRAY_LEN(wanted), 0, &err));
	assert_int_equal(found_count, 7);
	expect(0, "good", ARTIFACT_MATCH, NULL);
	assert_int_equal(found[0].seen.bytes, 9);
	expect(1, "bad", ARTIFACT_CORRUPT, NULL);
	assert_string_equal(found[1].seen.actual, sum_of("as it is!"));
	expect(2, "gone", ARTIFACT_MISSING, NULL);
	assert_null(found[2].seen.actual);
	expect(3, "sub/good", ARTIFACT_MATCH, NULL);
	expect(4, "sub/none/at", ARTIFACT_MISSING, NULL);
	expect(5, "extra", ARTIFACT_EXTRA, NULL);
	assert_null(found[5].seen.expected);
	expect(6, "sub/extra", ARTIFACT_EXTRA, NULL);
}

static void no_link_is_followed_and_no_pipe_waited_for(void **state)
{
	const struct manifest_artifact wanted[] = {
		{ "link", sum_of("as it was"), 9 }, { "pipe", sum_of(""), 0 },
		{ "out/good", sum_of("as it was"), 9 }, { "sub", sum_of(""), 0 },
	};
	char path[512], target[512];
	struct err err = { 0 };

	(void)state;
	folder("sub");
	put("good", "as it was");
	snprintf(path, sizeof(path), "%s/link", dir);
	assert_int_equal(symlink("good", path), 0);
	snprintf(path, sizeof(path), "%s/pipe", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	snprintf(path, sizeof(path), "%s/out", dir);
	snprintf(target, sizeof(target), "%s", dir);
	assert_int_equal(symlink(target, path), 0);
	assert_true(compare(wanted, ARRAY_LEN(wanted), 0, &err));
	expect(0, "link", ARTIFACT_UNREADABLE, "symbolic link");
	expect(1, "pipe", ARTIFACT_UNREADABLE, "no regular file");
	expect(2, "out/good", ARTIFACT_UNREADABLE, "symbolic link");
	expect(3, "sub", ARTIFACT_UNREADABLE, "is a folder");
	expect(4, "good", ARTIFACT_EXTRA, NULL);
	expect(5, "out", ARTIFACT_UNREADABLE, "symbolic link");
	assert_int_equal(found_count, 6);
}

static void more_than_the_limit_of_one_file_is_not_read(void **state)
{
	static char text[200 * 1024 + 1];
	struct manifest_artifact wanted[] = { { "long", NULL, -1 } };
	struct err err = { 0 };

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	wanted[0].sha256 = sum_of(text);
	put("long", text);
	assert_true(compare(wanted, 1, 0, &err));
	expect(0, "long", ARTIFACT_MATCH, NULL);
	assert_true(compare(wanted, 1, 100 * 1024, &err));
	expect(0, "long", ARTIFACT_UNREADABLE, "too large");
}

static void a_folder_that_is_not_there_is_an_error_with_its_name(void **state)
{
	struct manifest manifest = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_false(artifacts_compare("/nonexistent/artifacts", &manifest, 0, &arena, &found,
				       &found_count, &err));
	assert_non_null(strstr(err.text, "/nonexistent/artifacts"));
	assert_int_equal(found_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(match_missing_extra_and_corrupt_are_told_apart, clean),
		cmocka_unit_test_setup(no_link_is_followed_and_no_pipe_waited_for, clean),
		cmocka_unit_test_setup(more_than_the_limit_of_one_file_is_not_read, clean),
		cmocka_unit_test(a_folder_that_is_not_there_is_an_error_with_its_name),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
