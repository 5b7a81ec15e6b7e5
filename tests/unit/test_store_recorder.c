/* The flight recorder's files: bounded, never half believed, one writer each, and never a stop. */
#include "store/recorder.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/playback.h"
#include "store/segment.h"

/* Long ago for the file system, so that its own times never hide a file here. */
static const msec start = 1700000040000;	/* 2023-11-14T22:14:00Z */

static const char estate[] = "0123456789abcdef";

struct place {
	char root[64], dir[96];
	struct recorder *recorders[4];
	size_t count;
};

static int build(void **state)
{
	struct place *place = mem_new(sizeof(*place));

	snprintf(place->root, sizeof(place->root), "/tmp/binnacle-recorder-XXXXXX");
	assert_non_null(mkdtemp(place->root));
	snprintf(place->dir, sizeof(place->dir), "%s/state/flight", place->root);
	*state = place;
	return 0;
}

static int drop(void **state)
{
	struct place *place = *state;
	char command[128];

	for (size_t i = 0; i < place->count; i++)
		recorder_free(place->recorders[i]);
	snprintf(command, sizeof(command), "rm -rf %s", place->root);
	assert_int_equal(system(command), 0);
	mem_free(place);
	return 0;
}

static struct recorder *writer(struct place *place, bool headless, int64_t size)
{
	struct recorder_setup setup = { .dir = place->dir, .estate = estate, .environment = "prod",
					.headless = headless, .keep = WHEN_DAY, .size = size };

	return place->recorders[place->count++] = recorder_new(&setup);
}

/* One change as a line. */
static struct buf change(msec at, const char *what, const char *text)
{
	struct flight_line *line = mem_new(sizeof(*line));
	struct buf out = { 0 };

	line->kind = FLIGHT_CHANGE;
	line->at = at;
	line->change.state = STATE_DOWN;
	str_put(line->change.what, sizeof(line->change.what), what);
	str_put(line->change.text, sizeof(line->change.text), text);
	flight_encode(line, &out);
	mem_free(line);
	return out;
}

static enum recorded put(struct recorder *recorder, msec at, const char *what, const char *text,
			 struct err *err)
{
	struct buf line = change(at, what, text);
	enum recorded result = recorder_append(recorder, str_sub(line.data, line.len), at, err);

	buf_done(&line);
	return result;
}

static void put_well(struct recorder *recorder, msec at, const char *what, const char *text)
{
	struct err err = { 0 };

	if (put(recorder, at, what, text, &err) != RECORDED)
		fail_msg("not recorded: %s", err.text);
}

/* The world that a console of this moment would begin with. */
static struct world *look(const struct place *place, msec now, struct playback *found)
{
	const char *const dirs[] = { place->dir, NULL, "/nonexistent/flight" };
	struct world *world = world_new(now);
	struct recall *recall = recall_new(now);

	playback_read(dirs, ARRAY_LEN(dirs), estate, recall, now, found);
	world_recall(world, recall);
	return world;
}

static size_t count_of(const struct world *world, const char *what)
{
	const struct change *change;
	size_t count = 0;

	for (size_t i = 0; (change = world_change(world, i)); i++)
		count += strcmp(change->what, what) == 0;
	return count;
}

/* Files of the folder that are segments, and their bytes. */
static size_t segments(const struct place *place, int64_t *bytes)
{
	int fd = open(place->dir, O_RDONLY | O_DIRECTORY);
	size_t count;
	struct segment *all = segment_list(fd, &count);

	*bytes = 0;
	for (size_t i = 0; i < count; i++)
		*bytes += all[i].size;
	close(fd);
	mem_free(all);
	return count;
}

static void first_path(const struct place *place, char out[256])
{
	int fd = open(place->dir, O_RDONLY | O_DIRECTORY);
	size_t count;
	struct segment *all = segment_list(fd, &count);

	assert_true(count > 0);
	snprintf(out, 256, "%s/%s", place->dir, all[0].name);
	close(fd);
	mem_free(all);
}

static void what_was_written_is_read_again(void **state)
{
	struct place *place = *state;
	struct recorder *recorder = writer(place, false, 1 << 24);
	struct playback found;
	struct world *world;

	put_well(recorder, start, "db", "ok -> down: refused");
	put_well(recorder, start + 20000, "db", "down -> ok: well");
	world = look(place, start + 30000, &found);
	assert_int_equal(found.segments, 1);
	assert_int_equal(found.lines, 3);	/* with the one that says who wrote */
	assert_int_equal(found.bad, 0);
	assert_string_equal(found.torn, "");
	assert_int_equal(world->change_count, 2);
	assert_string_equal(world_change(world, 1)->text, "ok -> down: refused");
	world_free(world);
}

static void only_the_owner_reads_what_is_not_shared(void **state)
{
	static const struct {
		mode_t folder, file;
	} cases[] = { { 0700, 0600 }, { 0750, 0600 }, { 02770, 0660 } };

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct place *place;
		char path[256];
		struct stat st;

		drop(state);
		build(state);
		place = *state;
		snprintf(path, sizeof(path), "%s/state", place->root);
		assert_int_equal(mkdir(path, 0700), 0);
		assert_int_equal(mkdir(place->dir, 0700), 0);
		assert_int_equal(chmod(place->dir, cases[i].folder), 0);
		put_well(writer(place, false, 1 << 24), start, "db", "ok -> down: refused");
		first_path(place, path);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, cases[i].file);
	}
}

/* Killed while it wrote: any length of a file reads as its whole lines and no more. */
static void a_segment_cut_at_any_byte_reads_as_its_whole_lines(void **state)
{
	struct place *place = *state;
	struct buf bytes = { 0 };
	size_t ends[4] = { 0 }, count = 0;

	for (size_t i = 1; i < ARRAY_LEN(ends); i++) {
		struct buf line = change(start + (msec)i * WHEN_MINUTE, "db", i % 2 ?
					 "ok -> down: x" : "down -> ok: y");

		buf_add(&bytes, line.data, line.len);
		buf_done(&line);
		ends[i] = bytes.len;
	}
	for (size_t len = 0; len <= bytes.len; len++) {
		struct recall *recall = recall_new(start + 10 * WHEN_MINUTE);
		struct playback found = { 0 };
		bool whole = playback_scan(str_sub(bytes.data, len), false, 0, recall, &found);

		while (count + 1 < ARRAY_LEN(ends) && ends[count + 1] <= len)
			count++;
		assert_int_equal(found.lines, count);
		assert_int_equal(found.bad, 0);
		assert_int_equal(whole, len == ends[count]);
		recall_free(recall);
	}
	assert_int_equal(count, 3);
	buf_done(&bytes);
	(void)place;
}

static void a_torn_end_is_told_unless_it_is_still_being_written(void **state)
{
	struct place *place = *state;
	struct recorder *recorder = writer(place, false, 1 << 24);
	struct playback found;
	char path[256];
	int fd;

	put_well(recorder, start, "db", "ok -> down: refused");
	first_path(place, path);
	fd = open(path, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "{\"at\":\"2023-", 12), 12);
	close(fd);
	world_free(look(place, start + 1000, &found));
	assert_string_equal(found.torn, "");
	recorder_free(recorder);
	place->count = 0;
	world_free(look(place, start + 1000, &found));
	assert_non_null(strstr(path, found.torn));
	assert_true(found.torn[0] != '\0');
	assert_int_equal(found.lines, 2);
	assert_int_equal(found.bad, 0);
}

static void garbage_in_the_middle_costs_only_itself(void **state)
{
	struct place *place = *state;
	struct recorder *recorder = writer(place, false, 1 << 24);
	struct playback found;
	struct err err = { 0 };

	put_well(recorder, start, "db", "ok -> down: refused");
	assert_int_equal(recorder_append(recorder, str_of("\xff\xfe{{{\n"), start, &err), RECORDED);
	put_well(recorder, start + 1, "cache", "ok -> down: refused");
	world_free(look(place, start + 1000, &found));
	assert_int_equal(found.lines, 3);
	assert_int_equal(found.bad, 1);
}

static void only_the_last_hour_is_read_whole(void **state)
{
	struct place *place = *state;
	struct recorder *recorder = writer(place, false, 1 << 24);
	struct playback found;
	struct world *world;
	msec now = start;

	for (; now < start + 2 * WHEN_HOUR; now += WHEN_MINUTE)
		put_well(recorder, now, "db", now % WHEN_HOUR ? "ok -> down: x" : "down -> ok: y");
	world_free(look(place, now, &found));
	assert_true(found.lines >= 60 && found.lines <= SERIES_POINTS + 1);
	world = look(place, now + WHEN_DAY, &found);
	assert_int_equal(found.lines, 1);	/* which tells since when there is nothing */
	assert_int_equal(count_of(world, "recorder"), 1);
	world_free(world);
}

static void two_writers_make_one_past(void **state)
{
	struct place *place = *state;
	struct recorder *one = writer(place, false, 1 << 24);
	struct recorder *other = writer(place, false, 1 << 24);
	struct playback found;
	struct world *world;
	int64_t bytes;

	put_well(one, start, "db", "ok -> down: refused");
	put_well(other, start + 900, "db", "ok -> down: timed out");
	put_well(other, start + 1000, "cache", "ok -> down: refused");
	assert_int_equal(segments(place, &bytes), 2);
	world = look(place, start + 2000, &found);
	assert_int_equal(found.segments, 2);
	assert_int_equal(count_of(world, "db"), 1);
	assert_int_equal(count_of(world, "cache"), 1);
	world_free(world);
}

/* Three days of a line a minute, with little room: what is asked for is there, what is not goes. */
static void days_stay_within_their_bounds(void **state)
{
	enum { SIZE = 256 * 1024 };
	struct place *place = *state;
	struct recorder *recorder = writer(place, false, SIZE);
	struct playback found;
	int64_t bytes;
	msec now = start;

	for (; now < start + 3 * WHEN_DAY; now += WHEN_MINUTE) {
		put_well(recorder, now, "db", "ok -> down: refused");
		if (now % WHEN_HOUR == 0) {
			assert_true(segments(place, &bytes) <= 10);
			assert_true(bytes <= SIZE);
		}
	}
	world_free(look(place, now, &found));
	assert_true(found.lines >= 60);
	assert_int_equal(found.bad, 0);
}

static void what_is_beyond_its_time_is_removed(void **state)
{
	struct place *place = *state;
	struct recorder *recorder = writer(place, false, 1 << 24);
	int64_t bytes;

	for (msec now = start; now < start + 4 * WHEN_DAY; now += WHEN_HOUR)
		put_well(recorder, now, "db", "ok -> down: refused");
	/* A day in eighths, the one that is written, and one that is not wholly beyond. */
	assert_true(segments(place, &bytes) <= 10);
	recorder_free(recorder);
	place->count = 0;
	put_well(writer(place, false, 1 << 24), start + 30 * WHEN_DAY, "db", "down -> ok: well");
	assert_int_equal(segments(place, &bytes), 1);
}

static void what_another_still_writes_is_not_removed(void **state)
{
	struct place *place = *state;
	struct recorder *idle = writer(place, false, 1 << 24);
	int64_t bytes;

	put_well(idle, start, "db", "ok -> down: refused");
	put_well(writer(place, false, 1 << 24), start + 30 * WHEN_DAY, "db", "down -> ok: well");
	assert_int_equal(segments(place, &bytes), 2);
}

static void files_of_others_are_left_alone(void **state)
{
	static const char *const names[] = {
		"flight.0123456789abcdef.lock", "flight.jsonl", "notes.txt",
		"flight.0123456789abcdef.0123456789abcdef.170000004000.jsonl",
		"flight.0123456789abcdef.0123456789ABCDEF.1600000040000.jsonl",
		"flight.0123456789abcdef.0123456789abcdef.1600000040000.jsonl.bak",
	};
	struct place *place = *state;
	char path[256];

	put_well(writer(place, false, 1 << 24), start, "db", "ok -> down: refused");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", place->dir, names[i]);
		assert_int_equal(close(open(path, O_WRONLY | O_CREAT | O_EXCL, 0600)), 0);
	}
	put_well(writer(place, false, 1 << 24), start + 30 * WHEN_DAY, "db", "down -> ok: well");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", place->dir, names[i]);
		assert_int_equal(access(path, F_OK), 0);
	}
}

static void a_link_in_the_folder_is_never_followed(void **state)
{
	struct place *place = *state;
	struct playback found;
	char link[256], target[128];
	int64_t bytes;

	put_well(writer(place, false, 1 << 24), start, "db", "ok -> down: refused");
	snprintf(target, sizeof(target), "%s/target", place->root);
	snprintf(link, sizeof(link), "%s/flight.%s.%s.%013lld.jsonl", place->dir, estate, estate,
		 (long long)start + 1);
	assert_int_equal(close(open(target, O_WRONLY | O_CREAT, 0600)), 0);
	assert_int_equal(symlink(target, link), 0);
	world_free(look(place, start + 1000, &found));
	assert_int_equal(found.segments, 1);
	put_well(writer(place, false, 1 << 24), start + 30 * WHEN_DAY, "db", "down -> ok: well");
	assert_int_equal(access(target, F_OK), 0);
	segments(place, &bytes);
}

static void another_configuration_has_a_past_of_its_own(void **state)
{
	struct place *place = *state;
	struct recorder_setup setup = { .dir = place->dir, .estate = "fedcba9876543210",
					.environment = "test", .keep = WHEN_DAY, .size = 1 << 24 };
	struct playback found;
	struct world *world;

	place->recorders[place->count++] = recorder_new(&setup);
	put_well(place->recorders[0], start, "db", "ok -> down: refused");
	world = look(place, start + 1000, &found);
	assert_int_equal(found.segments, 0);
	assert_int_equal(world->change_count, 0);
	world_free(world);
}

static void a_second_headless_recorder_is_refused_by_pid(void **state)
{
	struct place *place = *state;
	struct recorder *one = writer(place, true, 1 << 24), *other = writer(place, true, 1 << 24);
	struct err err = { 0 };
	char pid[32];

	snprintf(pid, sizeof(pid), "process %d ", (int)getpid());
	assert_true(recorder_claim(one, &err));
	assert_false(recorder_claim(other, &err));
	assert_int_equal(err.kind, ERR_REFUSED);
	assert_non_null(strstr(err.text, pid));
	assert_int_equal(recorder_at_work(place->dir, estate), getpid());
	recorder_free(one);
	place->recorders[0] = other;
	place->count = 1;
	assert_int_equal(recorder_at_work(place->dir, estate), 0);
	assert_true(recorder_claim(other, &err));
}

static void a_recorder_that_was_killed_holds_nothing(void **state)
{
	struct place *place = *state;
	struct recorder *recorder = writer(place, true, 1 << 24);
	struct err err = { 0 };
	int ready[2], status;
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		struct err why = { 0 };

		if (recorder_claim(recorder, &why) && write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(recorder_at_work(place->dir, estate), pid);
	assert_false(recorder_claim(recorder, &err));
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(recorder_at_work(place->dir, estate), 0);
	assert_true(recorder_claim(recorder, &err));
	close(ready[0]);
	close(ready[1]);
}

static void a_console_stands_by_while_a_headless_one_writes(void **state)
{
	struct place *place = *state;
	struct recorder *console = writer(place, false, 1 << 24);
	struct recorder *headless = writer(place, true, 1 << 24);
	struct err err = { 0 };
	int64_t bytes;

	put_well(console, start, "db", "ok -> down: refused");
	put_well(headless, start + 1, "db", "ok -> down: refused");
	assert_int_equal(put(console, start + 2, "db", "x", &err), RECORDED_BY_OTHER);
	recorder_free(headless);
	place->count = 1;
	put_well(console, start + 3, "db", "down -> ok: well");
	assert_int_equal(segments(place, &bytes), 3);
}

static void the_headless_one_may_work_in_the_shared_folder(void **state)
{
	struct place *place = *state;
	struct recorder *headless = writer(place, true, 1 << 24);
	char own[128];
	struct recorder_setup setup = { .dir = own, .shared = place->dir, .estate = estate,
					.environment = "prod", .keep = WHEN_DAY, .size = 1 << 24 };
	struct err err = { 0 };

	snprintf(own, sizeof(own), "%s/home", place->root);
	place->recorders[place->count++] = recorder_new(&setup);
	put_well(headless, start, "db", "ok -> down: refused");
	assert_int_equal(put(place->recorders[1], start, "db", "x", &err), RECORDED_BY_OTHER);
	assert_int_equal(access(own, F_OK), -1);
}

/* The disk takes only a part of a line: nothing of it stays, and it can be tried again. */
static void a_full_disk_costs_what_was_not_written(void **state)
{
	struct place *place = *state;
	struct recorder *recorder = writer(place, false, 1 << 24);
	struct rlimit before, little;
	struct playback found;
	struct err err = { 0 };
	char path[256];
	struct stat st;

	put_well(recorder, start, "db", "ok -> down: refused");
	first_path(place, path);
	assert_int_equal(stat(path, &st), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	little = before;
	little.rlim_cur = (rlim_t)st.st_size + 20;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	assert_int_equal(put(recorder, start + 1, "cache", "ok -> down: x", &err), NOT_RECORDED);
	assert_non_null(strstr(err.text, place->dir));
	little.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	assert_int_equal(put(recorder, start + 2, "cache", "ok -> down: x", &err), NOT_RECORDED);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	put_well(recorder, start + 3, "cache", "ok -> down: x");
	world_free(look(place, start + 1000, &found));
	assert_int_equal(found.bad, 0);
	assert_string_equal(found.torn, "");
	assert_int_equal(found.lines, 4);	/* two starts, two changes */
}

static void a_folder_that_cannot_be_made_is_said(void **state)
{
	struct place *place = *state;
	struct recorder *recorder = writer(place, false, 1 << 24);
	struct err err = { 0 };
	char path[128];

	snprintf(path, sizeof(path), "%s/state", place->root);
	assert_int_equal(close(open(path, O_WRONLY | O_CREAT, 0600)), 0);
	assert_int_equal(put(recorder, start, "db", "x", &err), NOT_RECORDED);
	assert_non_null(strstr(err.text, path));
	assert_int_equal(unlink(path), 0);
	put_well(recorder, start, "db", "ok -> down: refused");
}

static void a_file_that_was_taken_away_is_made_anew(void **state)
{
	struct place *place = *state;
	struct recorder *recorder = writer(place, false, 1 << 24);
	struct playback found;
	char path[256];

	put_well(recorder, start, "db", "ok -> down: refused");
	first_path(place, path);
	assert_int_equal(unlink(path), 0);
	put_well(recorder, start + 1000, "db", "down -> ok: well");
	world_free(look(place, start + 2000, &found));
	assert_int_equal(found.lines, 2);
}

/* What a clock that was set back makes of two segments is read like anything else. */
static void a_clock_that_is_set_back_is_survived(void **state)
{
	struct place *place = *state;
	struct recorder *recorder = writer(place, false, 1 << 24);
	struct playback found;
	int64_t bytes;

	put_well(recorder, start + WHEN_HOUR, "db", "ok -> down: refused");
	put_well(recorder, start, "db", "down -> ok: well");
	assert_int_equal(segments(place, &bytes), 2);
	world_free(look(place, start + 1000, &found));
	assert_int_equal(found.bad, 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, build, drop)
	const struct CMUnitTest tests[] = {
		T(what_was_written_is_read_again),
		T(only_the_owner_reads_what_is_not_shared),
		T(a_segment_cut_at_any_byte_reads_as_its_whole_lines),
		T(a_torn_end_is_told_unless_it_is_still_being_written),
		T(garbage_in_the_middle_costs_only_itself),
		T(only_the_last_hour_is_read_whole),
		T(two_writers_make_one_past),
		T(days_stay_within_their_bounds),
		T(what_is_beyond_its_time_is_removed),
		T(what_another_still_writes_is_not_removed),
		T(files_of_others_are_left_alone),
		T(a_link_in_the_folder_is_never_followed),
		T(another_configuration_has_a_past_of_its_own),
		T(a_second_headless_recorder_is_refused_by_pid),
		T(a_recorder_that_was_killed_holds_nothing),
		T(a_console_stands_by_while_a_headless_one_writes),
		T(the_headless_one_may_work_in_the_shared_folder),
		T(a_full_disk_costs_what_was_not_written),
		T(a_folder_that_cannot_be_made_is_said),
		T(a_file_that_was_taken_away_is_made_anew),
		T(a_clock_that_is_set_back_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
