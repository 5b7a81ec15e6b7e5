/*
 * test_app_exporter_file.c: a file that is written is there whole or not at all, is ours alone, and
 * is not somewhere else because of a link.
 */
#include "app/exporter_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/command.h"

static char root[64];
static int dirfd_;

static int setup(void **state)
{
	struct err err = { 0 };
	char path[96];

	(void)state;
	str_put(root, sizeof(root), "/tmp/binnacle-export-XXXXXX");
	if (!mkdtemp(root))
		return -1;
	(void)snprintf(path, sizeof(path), "%s/a/b", root);
	umask(0);
	dirfd_ = export_folder(path, &err);
	return dirfd_ >= 0 ? 0 : -1;
}

static int teardown(void **state)
{
	const char *const argv[] = { "rm", "-rf", root, NULL };
	struct command command = { 0 };

	(void)state;
	close(dirfd_);
	command_run(&command, argv, 10000);
	command_done(&command);
	return 0;
}

static void holds(const char *name, const char *text)
{
	struct buf out = { 0 };
	struct err err = { 0 };

	if (!export_read(dirfd_, name, 1024 * 1024, &out, &err))
		fail_msg("%s", err.text);
	assert_string_equal(buf_cstr(&out), text);
	buf_done(&out);
}

static size_t files(void)
{
	DIR *dir = fdopendir(openat(dirfd_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	size_t count = 0;

	assert_non_null(dir);
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
		count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	closedir(dir);
	return count;
}

static void folders_and_files_are_ours_alone_under_any_umask(void **state)
{
	char sha256[DIGEST_HEX], path[96];
	struct err err = { 0 };
	struct stat st;

	(void)state;
	assert_true(export_bytes(dirfd_, "x.md", str_of("abc"), sha256, &err));
	assert_string_equal(sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(fstatat(dirfd_, "x.md", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	(void)snprintf(path, sizeof(path), "%s/a", root);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(fstat(dirfd_, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
}

static void until_it_is_whole_the_one_before_stands_there(void **state)
{
	char sha256[DIGEST_HEX];
	struct export_file file;
	struct err err = { 0 };

	(void)state;
	assert_true(export_bytes(dirfd_, "x.md", str_of("before"), sha256, &err));
	assert_true(export_begin(&file, dirfd_, "x.md", &err));
	assert_true(export_put(&file, str_of("af")));
	holds("x.md", "before");
	assert_true(export_put(&file, str_of("ter")));
	assert_true(export_end(&file, sha256, &err));
	holds("x.md", "after");
	assert_int_equal(file.bytes, 5);
	assert_int_equal(files(), 1);
}

static void what_is_dropped_leaves_nothing(void **state)
{
	struct export_file file;
	struct err err = { 0 };

	(void)state;
	assert_true(export_begin(&file, dirfd_, "x.md", &err));
	assert_true(export_put(&file, str_of("half")));
	export_drop(&file);
	assert_int_equal(files(), 0);
}

static void a_disk_that_is_full_keeps_the_one_before(void **state)
{
	struct rlimit old, small;
	char sha256[DIGEST_HEX], *much = calloc(1, 100000);
	struct err err = { 0 };

	(void)state;
	assert_true(export_bytes(dirfd_, "x.md", str_of("before"), sha256, &err));
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = (struct rlimit){ 50000, old.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_false(export_bytes(dirfd_, "x.md", str_sub(much, 100000), sha256, &err));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_string_equal(err.text, "cannot write x.md: File too large");
	holds("x.md", "before");
	assert_int_equal(files(), 1);
	free(much);
}

/* Whoever may write into the folder could have put one there. */
static void a_link_is_replaced_and_never_followed(void **state)
{
	char sha256[DIGEST_HEX], target[96];
	struct buf out = { 0 };
	struct err err = { 0 };
	struct stat st;

	(void)state;
	(void)snprintf(target, sizeof(target), "%s/elsewhere", root);
	assert_int_equal(symlinkat(target, dirfd_, "x.md"), 0);
	assert_false(export_read(dirfd_, "x.md", 1024, &out, &err));
	assert_string_equal(err.text, "x.md: a symbolic link is not followed");
	assert_true(export_bytes(dirfd_, "x.md", str_of("here"), sha256, &err));
	assert_int_equal(access(target, F_OK), -1);
	assert_int_equal(fstatat(dirfd_, "x.md", &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_true(S_ISREG(st.st_mode));
	buf_done(&out);
}

static void what_is_no_file_or_leads_elsewhere_is_not_read(void **state)
{
	static const char *const paths[] = { "fifo", "folder", "../b/x.md", "./x.md", "link/x.md",
					     "/etc/hostname", "", "folder/../x.md" };
	char sha256[DIGEST_HEX];
	struct buf out = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_true(export_bytes(dirfd_, "x.md", str_of("abc"), sha256, &err));
	assert_int_equal(mkfifoat(dirfd_, "fifo", 0600), 0);
	assert_int_equal(mkdirat(dirfd_, "folder", 0700), 0);
	assert_int_equal(symlinkat(".", dirfd_, "link"), 0);
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		if (export_read(dirfd_, paths[i], 1024, &out, &err))
			fail_msg("%s was read", paths[i]);
	}
	assert_false(export_read(dirfd_, "x.md", 2, &out, &err));
	assert_non_null(strstr(err.text, "more than"));
	err = (struct err){ 0 };
	assert_false(export_read(dirfd_, "none.md", 1024, &out, &err));
	assert_int_equal(err.kind, ERR_NOT_FOUND);
	assert_false(export_bytes(dirfd_, "a/b", str_of(""), sha256, &err));
	buf_done(&out);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(folders_and_files_are_ours_alone_under_any_umask),
		EACH(until_it_is_whole_the_one_before_stands_there),
		EACH(what_is_dropped_leaves_nothing),
		EACH(a_disk_that_is_full_keeps_the_one_before),
		EACH(a_link_is_replaced_and_never_followed),
		EACH(what_is_no_file_or_leads_elsewhere_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
