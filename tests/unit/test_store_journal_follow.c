/* Reading what all consoles write, as it comes: whatever becomes of their files meanwhile. */
#include "store/journal.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/journals.h"

static void peers_show_when_their_files_were_touched(void **state)
{
	struct journals *place = *state;
	struct journal *ana = journals_open(place, "ana", NULL);
	struct journal *ben = journals_open(place, "ben", NULL);
	struct timespec long_ago[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
	struct gathered found = { .count = 0 };
	struct journal_peer peers[4];
	struct err err = { 0 };
	char path[256];

	journals_put(ben, "here", journals_start, NULL);
	journals_path(place->dir, path);
	assert_int_equal(utimensat(AT_FDCWD, path, long_ago, 0), 0);
	journals_put(ana, "here too", journals_start, NULL);
	assert_true(journal_follow(ana, gather_line, &found, &err));
	assert_int_equal(journal_peers(ana, peers, 0), 0);
	assert_int_equal(journal_peers(ana, peers, 1), 1);
	assert_true(peers[0].ours);		/* the newest */
	assert_int_equal(journal_peers(ana, peers, 4), 2);
	assert_true(peers[0].touched > peers[1].touched);
	for (int i = 0; i < 2; i++) {
		bool ours = strcmp(peers[i].origin, journal_origin(ana)) == 0;

		assert_int_equal(journal_peers(ana, peers, 4), 2);
		assert_int_equal(peers[i].ours, ours);
		assert_int_equal(peers[i].touched == 1000000, !ours);
	}
	journal_touch(ben);
	assert_true(journal_follow(ana, gather_line, &found, &err));
	assert_int_equal(journal_peers(ana, peers, 4), 2);
	assert_true(peers[0].touched > 1000000 && peers[1].touched > 1000000);
	gathered_done(&found);
	journal_close(ana);
	journal_close(ben);
}

static void replace(const char *path, struct str bytes)
{
	char next[300];

	snprintf(next, sizeof(next), "%s.new", path);
	journals_write(next, bytes, O_EXCL);
	assert_int_equal(rename(next, path), 0);
}

/* A folder that is synced from elsewhere gets whole files, each in the place of the last one. */
static void a_file_that_was_replaced_by_a_longer_one_is_read_on(void **state)
{
	struct journals *place = *state;
	struct journal *journal;
	struct gathered found = { .count = 0 };
	struct buf whole = { 0 };
	struct err err = { 0 };
	char path[256];
	size_t first;

	journals_leave(place, path);
	journals_leave(place, path);		/* goes on in the same file */
	journals_read(path, &whole);
	for (first = 0; whole.data[first] != '\n'; first++)
		;
	replace(path, str_sub(whole.data, first + 1));
	journal = journals_open(place, "ben", NULL);
	assert_true(journal_follow(journal, gather_line, &found, &err));
	assert_int_equal(found.count, 1);
	replace(path, str_sub(whole.data, whole.len));
	assert_true(journal_follow(journal, gather_line, &found, &err));
	assert_int_equal(found.count, 4);
	assert_string_equal(journal_remark(journal), "");
	assert_memory_equal(found.lines.data, whole.data, whole.len);
	gathered_done(&found);
	buf_done(&whole);
	journal_close(journal);
}

static void a_file_that_shrank_or_became_another_is_said_and_read_again(void **state)
{
	struct journals *place = *state;
	struct journal *journal;
	struct gathered found = { .count = 0 };
	struct buf whole = { 0 };
	struct err err = { 0 };
	char path[256];
	size_t before;

	journals_leave(place, path);
	journals_read(path, &whole);
	journal = journals_open(place, "ben", NULL);
	assert_true(journal_follow(journal, gather_line, &found, &err));
	before = found.count;

	journals_write(path, str_sub(whole.data, whole.len / 2), O_TRUNC);
	assert_true(journal_follow(journal, gather_line, &found, &err));
	assert_non_null(strstr(journal_remark(journal), "shorter than it was"));
	assert_non_null(strstr(journal_remark(journal), path));
	replace(path, str_sub(whole.data, whole.len));
	assert_true(journal_follow(journal, gather_line, &found, &err));
	assert_string_equal(journal_remark(journal), "");	/* it goes on where it was */
	assert_int_equal(found.count, 2 * before);

	whole.data[whole.len - 5] = whole.data[whole.len - 5] == '0' ? '1' : '0';
	buf_text(&whole, "{}\n");
	replace(path, str_sub(whole.data, whole.len));
	assert_true(journal_follow(journal, gather_line, &found, &err));
	assert_non_null(strstr(journal_remark(journal), "another file than it was"));
	assert_int_equal(found.count, 3 * before);
	assert_int_equal(found.bad, 1);

	assert_int_equal(unlink(path), 0);
	assert_true(journal_follow(journal, gather_line, &found, &err));
	assert_non_null(strstr(journal_remark(journal), "is gone"));
	assert_true(journal_follow(journal, gather_line, &found, &err));
	assert_string_equal(journal_remark(journal), "");
	gathered_done(&found);
	buf_done(&whole);
	journal_close(journal);
}

static void our_file_taken_away_or_written_by_another_is_ours_no_more(void **state)
{
	struct journals *place = *state;
	struct journal *journal = journals_open(place, "ana", NULL);
	char path[256], last[ULID_TEXT];
	struct gathered found;

	journals_put(journal, "one", journals_start, NULL);
	journals_path(place->dir, path);
	journals_write(path, str_of("scribble\n"), O_APPEND);
	journals_put(journal, "two", journals_start, NULL);
	assert_non_null(strstr(journal_degraded(journal), "changed by somebody else"));
	assert_int_equal(journals_count(place->dir), 2);
	assert_int_equal(unlink(path), 0);
	journals_path(place->dir, path);
	assert_int_equal(unlink(path), 0);
	journals_put(journal, "three", journals_start, last);
	gather(&found, place->dir);
	assert_int_equal(gathered_times(&found, last), 1);
	assert_int_equal(journals_sound(place->dir), 2);
	gathered_done(&found);
	journal_close(journal);
}

/* However long a line of somebody else is, it costs one line's memory and is one bad line. */
static void a_line_without_an_end_is_one_bad_line(void **state)
{
	static const size_t lengths[] = { JOURNAL_LINE - 1, JOURNAL_LINE, JOURNAL_LINE + 1,
					  3 * JOURNAL_LINE, 5 * JOURNAL_LINE + 7 };

	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		struct journals *place = *state;
		char *text = mem_new(lengths[i]), path[256];
		struct buf whole = { 0 };
		struct gathered found;

		journals_leave(place, path);
		journals_read(path, &whole);
		memset(text, 'x', lengths[i]);
		journals_write(path, str_sub(text, lengths[i]), O_TRUNC);
		journals_write(path, str_of("\n"), O_APPEND);
		journals_write(path, str_sub(whole.data, whole.len), O_APPEND);
		gather(&found, place->dir);
		assert_int_equal(found.bad, 1);
		assert_int_equal(found.count, 2);
		gathered_done(&found);
		buf_done(&whole);
		mem_free(text);
		journals_drop(state);
		journals_build(state);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, journals_build, journals_drop)
	const struct CMUnitTest tests[] = {
		T(peers_show_when_their_files_were_touched),
		T(a_file_that_was_replaced_by_a_longer_one_is_read_on),
		T(a_file_that_shrank_or_became_another_is_said_and_read_again),
		T(our_file_taken_away_or_written_by_another_is_ours_no_more),
		T(a_line_without_an_end_is_one_bad_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
