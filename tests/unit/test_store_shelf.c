/* The folders of all incidents: found by what people type, and shared only where it is safe. */
#include "store/shelf.h"

#include <fcntl.h>
#include <grp.h>
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

#include "base/buf.h"
#include "base/mem.h"
#include "tests/lib/journals.h"

static void put_folder(const char *root, const char *name, const char *file, msec touched)
{
	char path[256];
	struct timespec times[2] = { { .tv_sec = touched / 1000 }, { .tv_sec = touched / 1000 } };

	(void)mkdir(root, 0700);
	snprintf(path, sizeof(path), "%s/%s", root, name);
	assert_int_equal(mkdir(path, 0700), 0);
	if (!file)
		return;
	snprintf(path, sizeof(path), "%s/%s/%s", root, name, file);
	journals_write(path, str_of("x\n"), O_EXCL);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static const char journal_name[] = "journal.0123456789abcdef.jsonl";

struct shelves {
	char own[128], shared[128];
	const char *roots[2];
};

static struct shelves shelves_of(const struct journals *place)
{
	struct shelves shelves;

	snprintf(shelves.own, sizeof(shelves.own), "%s/own", place->root);
	snprintf(shelves.shared, sizeof(shelves.shared), "%s/shared", place->root);
	return shelves;
}

static void all_incidents_are_listed_the_newest_first(void **state)
{
	struct shelves s = shelves_of(*state);
	const char *const roots[2] = { s.own, s.shared };
	const msec day = journals_start;
	struct err err = { 0 };
	struct shelved *all;
	size_t count;

	put_folder(s.own, "2026-11-20-indexer-down-k3f9qa", journal_name, day);
	put_folder(s.own, "2026-11-22-empty-000000", NULL, 0);		/* nothing acknowledged */
	put_folder(s.own, "2026-11-22-no-journal-000001", "journal.txt", day);
	put_folder(s.own, "notes", journal_name, day);
	put_folder(s.shared, "2026-11-21-db-read-only-aaaaaa", journal_name, day + WHEN_HOUR);
	all = shelf_list(roots, &count, &err);
	assert_non_null(all);
	assert_int_equal(count, 2);
	assert_string_equal(all[0].id, "aaaaaa");
	assert_true(all[0].shared);
	assert_int_equal(all[0].touched, day + WHEN_HOUR);
	assert_string_equal(all[1].id, "k3f9qa");
	assert_false(all[1].shared);
	assert_true(str_ends(str_of(all[1].folder), "/own/2026-11-20-indexer-down-k3f9qa"));
	mem_free(all);
}

static void a_shelf_that_is_not_there_holds_nothing(void **state)
{
	const struct journals *place = *state;
	const char *const roots[2] = { "/nonexistent/incidents", NULL };
	const char *const file[2] = { place->dir, NULL };
	struct err err = { 0 };
	size_t count = 1;
	struct shelved *all = shelf_list(roots, &count, &err);

	assert_non_null(all);
	assert_int_equal(count, 0);
	mem_free(all);
	journals_write(place->dir, str_of("no folder"), O_EXCL);
	assert_null(shelf_list(file, &count, &err));
	assert_non_null(strstr(err.text, place->dir));
}

static void an_incident_is_found_by_its_id_or_folder(void **state)
{
	static const struct {
		const char *word, *id, *says;
	} cases[] = {
		{ "k3f9qa", "k3f9qa", "" },
		{ "#k3f9qa", "k3f9qa", "" },
		{ "K3F9QA", "k3f9qa", "" },
		{ "2026-11-20-indexer-down-k3f9qa", "k3f9qa", "" },
		{ "k3f9q", NULL, "no incident 'k3f9q'; did you mean k3f9qa?" },
		{ "k3f9", NULL, "did you mean k3f9qa?" },
		{ "2026-11-20-indexer-dwn-k3f9qa", NULL, "did you mean 2026-11-20-indexer-down-k3f9qa?" },
		{ "zzzzzz", NULL, "no incident 'zzzzzz'" },
		{ "", NULL, "no incident ''" },
		{ "../own/2026-11-20-indexer-down-k3f9qa", NULL, "no incident" },
	};
	struct shelves s = shelves_of(*state);
	const char *const roots[2] = { s.own, s.shared }, *const none[2] = { NULL, NULL };
	struct shelved found;
	struct err err = { 0 };

	put_folder(s.own, "2026-11-20-indexer-down-k3f9qa", journal_name, journals_start);
	put_folder(s.own, "2026-11-21-db-read-only-aaaaaa", journal_name, journals_start);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool ok = shelf_find(roots, cases[i].word, &found, &err);

		assert_int_equal(ok, cases[i].id != NULL);
		if (ok)
			assert_string_equal(found.id, cases[i].id);
		else
			assert_int_equal(err.kind, ERR_NOT_FOUND);
		if (!ok && !strstr(err.text, cases[i].says))
			fail_msg("%s: %s", cases[i].word, err.text);
	}
	assert_false(shelf_find(none, "k3f9qa", &found, &err));
	assert_non_null(strstr(err.text, "there are none yet"));
}

static void a_name_is_a_date_the_words_of_the_title_and_an_id(void **state)
{
	static const struct {
		const char *title, *slug;
	} cases[] = {
		{ "Indexer down", "indexer-down" },
		{ "  DB:  read-only!! ", "db-read-only" },
		{ "Zahlungen h\xc3\xa4ngen", "zahlungen-h-ngen" },
		{ "\xe2\x80\xae../../etc", "etc" },
		{ "", "incident" },
		{ "\x1b[31m", "31m" },
		{ "a very long title that goes on and on and never comes to its end",
		  "a-very-long-title-that-goes-on-and-on-and-never" },
		{ "0123456789012345678901234567890123456789012345678901234567890123456789",
		  "012345678901234567890123456789012345678901234567" },
	};
	char name[128], id[INCIDENT_ID], other[INCIDENT_ID], expected[128];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		shelf_name(name, id, cases[i].title, journals_start);
		snprintf(expected, sizeof(expected), "2026-11-22-%s-%s", cases[i].slug, id);
		assert_string_equal(name, expected);
		assert_int_equal(strlen(id), INCIDENT_ID - 1);
	}
	shelf_name(name, other, "Indexer down", journals_start);
	assert_string_not_equal(id, other);
}

static void a_name_that_was_given_is_listed_again(void **state)
{
	struct shelves s = shelves_of(*state);
	const char *const roots[2] = { s.own, NULL };
	char name[128], id[INCIDENT_ID];
	struct shelved found;
	struct err err = { 0 };

	for (int i = 0; i < 200; i++) {
		shelf_name(name, id, "db 42-000000 down", journals_start);
		put_folder(s.own, name, journal_name, journals_start);
		if (!shelf_find(roots, id, &found, &err))
			fail_msg("%s: %s", name, err.text);
	}
}

static const char *our_group(void)
{
	const struct group *group = getgrgid(getegid());

	assert_non_null(group);
	return group->gr_name;
}

static void a_shared_root_is_made_for_its_group_whatever_the_umask(void **state)
{
	static const mode_t masks[] = { 0, 022, 077 };
	const struct journals *place = *state;
	struct stat st;

	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		struct err err = { 0 };
		mode_t before = umask(masks[i]);
		bool ok = shelf_share(place->dir, our_group(), &err);

		umask(before);
		if (!ok)
			fail_msg("%s", err.text);
		assert_int_equal(stat(place->dir, &st), 0);
		assert_int_equal(st.st_mode & 07777, 02770);
		assert_int_equal(st.st_gid, getegid());
		assert_true(shelf_share(place->dir, our_group(), &err));	/* as it is now */
		assert_int_equal(rmdir(place->dir), 0);
	}
}

static void a_shared_root_that_is_not_safe_is_refused(void **state)
{
	static const struct {
		mode_t mode, above;
		const char *says;
	} cases[] = {
		{ 02770, 0755, NULL },
		{ 03770, 01777, NULL },
		{ 02775, 0755, NULL },		/* others may read: the folders within are closed */
		{ 02777, 0755, "everybody can write it" },
		{ 0770, 0755, "not everything in it would be the group's" },
		{ 02700, 0755, "not everything in it would be the group's" },
		{ 02770, 0777, "could put another folder in the place" },
		{ 02770, 0775, "could put another folder in the place" },
	};
	const struct journals *place = *state;
	char dir[160];

	assert_int_equal(mkdir(place->dir, 0755), 0);
	snprintf(dir, sizeof(dir), "%s/shelf", place->dir);
	assert_int_equal(mkdir(dir, 0700), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = { 0 };
		bool ok;

		assert_int_equal(chmod(place->dir, cases[i].above), 0);
		assert_int_equal(chmod(dir, cases[i].mode), 0);
		ok = shelf_share(dir, our_group(), &err);
		assert_int_equal(ok, cases[i].says == NULL);
		if (!ok && (!strstr(err.text, cases[i].says) || !strstr(err.text, dir)))
			fail_msg("%s", err.text);
	}
}

static void what_is_no_folder_of_the_group_is_refused(void **state)
{
	const struct journals *place = *state;
	struct err err = { 0 };
	char path[160];

	assert_int_equal(chmod(place->root, 0755), 0);
	assert_false(shelf_share(place->dir, "no-such-group-here", &err));
	assert_non_null(strstr(err.text, "there is no group no-such-group-here"));
	snprintf(path, sizeof(path), "%s/missing/shelf", place->root);
	assert_false(shelf_share(path, our_group(), &err));
	journals_write(place->dir, str_of(""), O_EXCL);
	assert_false(shelf_share(place->dir, our_group(), &err));
	assert_non_null(strstr(err.text, "is a file, not a folder"));
	snprintf(path, sizeof(path), "%s/link", place->root);
	assert_int_equal(symlink("/tmp", path), 0);
	assert_false(shelf_share(path, our_group(), &err));
	assert_non_null(strstr(err.text, "is a symbolic link, not a folder"));
	snprintf(path, sizeof(path), "%s/fifo", place->root);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_false(shelf_share(path, our_group(), &err));
	assert_non_null(strstr(err.text, "is a FIFO, not a folder"));
}

static void a_folder_of_another_group_is_refused(void **state)
{
	const struct journals *place = *state;
	struct err err = { 0 };

	if (geteuid() != 0) {
		puts("SKIPPED: a folder of another group needs root");
		skip();
	}
	assert_int_equal(mkdir(place->dir, 0700), 0);
	assert_int_equal(chown(place->dir, 0, 1), 0);
	assert_int_equal(chmod(place->dir, 02770), 0);
	assert_false(shelf_share(place->dir, our_group(), &err));
	assert_non_null(strstr(err.text, "does not belong to group"));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, journals_build, journals_drop)
	const struct CMUnitTest tests[] = {
		T(all_incidents_are_listed_the_newest_first),
		T(a_shelf_that_is_not_there_holds_nothing),
		T(an_incident_is_found_by_its_id_or_folder),
		T(a_name_is_a_date_the_words_of_the_title_and_an_id),
		T(a_name_that_was_given_is_listed_again),
		T(a_shared_root_is_made_for_its_group_whatever_the_umask),
		T(a_shared_root_that_is_not_safe_is_refused),
		T(what_is_no_folder_of_the_group_is_refused),
		T(a_folder_of_another_group_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
