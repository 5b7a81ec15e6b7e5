/*
 * The journal on a system that fails: every call of it, at every turn. What a power cut would leave
 * is kept beside the real files: of each file as much as was synced, and only names that stood in
 * the folder when that was synced. A file whose sync failed once never gains again, as in Linux.
 */
#include "store/journal.h"

#include <dirent.h>
#include <errno.h>
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
#include "base/mem.h"
#include "store/journal_files.h"
#include "tests/lib/journals.h"

enum call { CALL_OPEN, CALL_WRITE, CALL_FDATASYNC, CALL_FSYNC, CALL_RENAME };
enum { SHORT = -1, FILES = 64, NAMES = 64 };

/* The disk under test: calls go through it. */
static struct {
	enum call fails;
	int from, times;		/* the first call that fails, and how many do; 0: none */
	int error;			/* errno, or SHORT: half of it is written */
	int seen[CALL_RENAME + 1];
	bool liar;			/* syncs are said to be done, and are not */
	struct {
		ino_t ino;
		off_t durable;
		bool poisoned;
	} files[FILES];
	size_t file_count;
	ino_t names[NAMES];		/* that the folder is sure to hold */
	size_t name_count;
} disk;

static bool strikes(enum call call)
{
	int n = ++disk.seen[call];

	return call == disk.fails && n >= disk.from && n < disk.from + disk.times;
}

/* A new file may have the number of one that was removed. */
static void forget_file(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	for (size_t i = 0; i < disk.file_count; i++) {
		if (disk.files[i].ino == st.st_ino)
			disk.files[i] = disk.files[--disk.file_count];
	}
}

static int open_(int dirfd, const char *name, int flags, mode_t mode)
{
	int fd;

	if (strikes(CALL_OPEN)) {
		errno = disk.error;
		return -1;
	}
	fd = openat(dirfd, name, flags, mode);
	if (fd >= 0 && (flags & O_EXCL))
		forget_file(fd);
	return fd;
}

static ssize_t write_(int fd, const void *bytes, size_t len)
{
	if (strikes(CALL_WRITE)) {
		if (disk.error == SHORT)
			return write(fd, bytes, len / 2);
		errno = disk.error;
		return -1;
	}
	return write(fd, bytes, len);
}

static void note_file(const struct stat *st, bool good)
{
	size_t i = 0;

	while (i < disk.file_count && disk.files[i].ino != st->st_ino)
		i++;
	assert_true(i < FILES);
	if (i == disk.file_count) {
		disk.files[i].ino = st->st_ino;
		disk.files[i].durable = 0;
		disk.files[i].poisoned = false;
		disk.file_count++;
	}
	disk.files[i].poisoned |= !good;
	if (!disk.files[i].poisoned)
		disk.files[i].durable = st->st_size;
}

static void note_folder(int fd)
{
	int own = openat(fd, ".", O_RDONLY | O_DIRECTORY);
	DIR *dir = fdopendir(own);

	disk.name_count = 0;
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		assert_true(disk.name_count < NAMES);
		disk.names[disk.name_count++] = entry->d_ino;
	}
	closedir(dir);
}

static int sync_(enum call call, int fd)
{
	bool good = !strikes(call);
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	if (disk.liar)
		return 0;
	if (S_ISREG(st.st_mode) && (good || disk.error != EINTR))
		note_file(&st, good);
	else if (S_ISDIR(st.st_mode) && good)
		note_folder(fd);
	errno = disk.error;
	return good ? 0 : -1;
}

static int fdatasync_(int fd)
{
	return sync_(CALL_FDATASYNC, fd);
}

static int fsync_(int fd)
{
	return sync_(CALL_FSYNC, fd);
}

static int rename_(int olddir, const char *old, int newdir, const char *new_)
{
	if (strikes(CALL_RENAME)) {
		errno = disk.error;
		return -1;
	}
	return renameat(olddir, old, newdir, new_);
}

static const struct journal_calls calls = {
	.open = open_, .write = write_, .fdatasync = fdatasync_, .fsync = fsync_, .rename = rename_,
};

static void disk_reset(enum call fails, int from, int times, int error)
{
	memset(&disk, 0, sizeof(disk));
	disk.fails = fails;
	disk.from = from;
	disk.times = times;
	disk.error = error;
}

static off_t durable_of(ino_t ino)
{
	bool named = false;

	for (size_t i = 0; i < disk.name_count; i++)
		named = named || disk.names[i] == ino;
	for (size_t i = 0; named && i < disk.file_count; i++) {
		if (disk.files[i].ino == ino)
			return disk.files[i].durable;
	}
	return 0;
}

/* What the power cut leaves of the folder, into another. */
static void cut_power(const char *from, const char *to)
{
	int dirfd = open(from, O_RDONLY | O_DIRECTORY);
	size_t count;
	struct journal_file *files = journal_files(dirfd, &count, NULL);
	struct buf bytes = { 0 };
	char path[256];

	assert_int_equal(mkdir(to, 0700), 0);
	for (size_t i = 0; i < count; i++) {
		size_t left = (size_t)durable_of(files[i].st.st_ino);

		snprintf(path, sizeof(path), "%s/%s", from, files[i].name);
		journals_read(path, &bytes);
		snprintf(path, sizeof(path), "%s/%s", to, files[i].name);
		if (left > 0)
			journals_write(path, str_sub(bytes.data, left < bytes.len ? left : bytes.len),
				       O_EXCL);
	}
	buf_done(&bytes);
	mem_free(files);
	close(dirfd);
}

static void remove_all(const char *dir)
{
	char command[256];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	assert_int_equal(system(command), 0);
}

enum { STEPS = 6, MOST = 16 };

struct story {				/* appends, each tried until it is acknowledged */
	struct journals *place;
	char (*acked)[ULID_TEXT];
	size_t acked_count, cap, refused;
	char degraded[512];
};

static void story_done(struct story *story)
{
	mem_free(story->acked);
}

/* One to three events; a refusal is tried again, as they are then. */
static void append_until_saved(struct story *story, struct journal *journal, size_t count, msec now)
{
	struct event events[3];
	struct err err = { 0 };
	int tries = 0;

	for (size_t i = 0; i < count; i++)
		events[i] = journals_note("what is said here counts once", now);
	while (!journal_append(journal, events, count, now + tries, &err)) {
		assert_true(err.text[0] != '\0');
		assert_string_equal(journal_degraded(journal), err.text);
		assert_true(tries++ < MOST);
		story->refused++;
	}
	str_put(story->degraded, sizeof(story->degraded), journal_degraded(journal));
	for (size_t i = 0; i < count; i++) {
		story->acked = mem_grow(story->acked, &story->cap, story->acked_count + 1,
					sizeof(*story->acked));
		str_put(story->acked[story->acked_count++], ULID_TEXT, events[i].id);
	}
}

/* How many acknowledged events the folder lacks. */
static size_t lost(const struct story *story, const char *dir)
{
	struct gathered found;
	size_t missing = 0;

	gather(&found, dir);
	for (size_t i = 0; i < story->acked_count; i++)
		missing += gathered_times(&found, story->acked[i]) == 0;
	gathered_done(&found);
	return missing;
}

static size_t lost_by_power_cut(const struct story *story)
{
	char image[128];
	size_t missing;

	snprintf(image, sizeof(image), "%s/image", story->place->root);
	cut_power(story->place->dir, image);
	missing = lost(story, image);
	if (!disk.liar)
		journals_sound(image);
	remove_all(image);
	return missing;
}

/* Two starts; the second goes on where the first one stopped. */
static void tell(struct story *story)
{
	struct journal *journal = NULL;

	for (size_t step = 0; step < STEPS; step++) {
		if (step % 3 == 0) {
			journal_close(journal);
			journal = journals_open(story->place, "ana", &calls);
		}
		append_until_saved(story, journal, 1 + step % 3, journals_start + (msec)step);
		if (!disk.liar)
			assert_int_equal(lost_by_power_cut(story), 0);
	}
	journal_close(journal);
}

/* Nothing is there that nobody gave; what was refused may stand in a file for each try. */
static void check_story(const struct story *story)
{
	struct gathered found;
	size_t distinct = 0;

	journals_sound(story->place->dir);
	gather(&found, story->place->dir);
	assert_int_equal(found.bad, 0);
	for (size_t i = 0; i < story->acked_count; i++) {
		size_t times = gathered_times(&found, story->acked[i]);

		distinct += times;
		assert_true(times >= 1 && times <= 1 + story->refused);
	}
	assert_int_equal(distinct + found.joined, found.count);
	gathered_done(&found);
}

struct fault {
	enum call call;
	int error;
	bool seen;			/* an append must be refused for it */
};

static const struct fault faults[] = {
	{ CALL_OPEN, EIO, true }, { CALL_OPEN, ENOSPC, true }, { CALL_OPEN, EINTR, false },
	{ CALL_WRITE, EIO, true }, { CALL_WRITE, ENOSPC, true }, { CALL_WRITE, EINTR, false },
	{ CALL_WRITE, SHORT, false }, { CALL_FDATASYNC, EIO, true },
	{ CALL_FDATASYNC, ENOSPC, true }, { CALL_FDATASYNC, EINTR, false },
	{ CALL_FSYNC, EIO, true }, { CALL_FSYNC, ENOSPC, true }, { CALL_FSYNC, EINTR, false },
};

static void a_call_that_fails_at_any_turn_loses_nothing_and_lies_never(void **state)
{
	static const int lengths[] = { 1, 2, 5 };

	for (size_t f = 0; f < ARRAY_LEN(faults); f++) {
		for (size_t k = 0; k < ARRAY_LEN(lengths); k++) {
			for (int from = 1; from <= STEPS + 2; from++) {
				struct story story = { .place = *state };

				disk_reset(faults[f].call, from, lengths[k], faults[f].error);
				tell(&story);
				check_story(&story);
				if (!faults[f].seen)
					assert_int_equal(story.refused, 0);
				story_done(&story);
				journals_drop(state);
				journals_build(state);
			}
		}
	}
}

/* After a failed write or sync another file is written, and the first is never written again. */
static void a_failure_is_never_forgiven(void **state)
{
	static const struct fault cases[] = {
		{ CALL_WRITE, ENOSPC, true }, { CALL_WRITE, EIO, true }, { CALL_FDATASYNC, EIO, true },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct journals *place = *state;
		struct journal *journal;
		char first[ORIGIN_TEXT], path[256], id[ULID_TEXT];
		struct event event = journals_note("again", journals_start + 1);
		struct buf before = { 0 }, after = { 0 };
		struct err err = { 0 };

		disk_reset(cases[i].call, 2, 1, cases[i].error);
		journal = journals_open(place, "ana", &calls);
		journals_put(journal, "well", journals_start, NULL);
		str_put(first, sizeof(first), journal_origin(journal));
		assert_false(journal_append(journal, &event, 1, journals_start + 1, &err));
		assert_non_null(strstr(err.text, strerror(cases[i].error)));
		assert_non_null(strstr(journal_degraded(journal), first));
		str_put(id, sizeof(id), event.id);
		journals_path(place->dir, path);
		journals_read(path, &before);
		assert_true(journal_append(journal, &event, 1, journals_start + 2, &err));
		assert_string_equal(event.id, id);
		assert_string_not_equal(journal_origin(journal), first);
		assert_true(journal_degraded(journal)[0] != '\0');	/* it stays said */
		journal_close(journal);
		for (int start = 0; start < 3; start++) {
			journal = journals_open(place, "ana", &calls);
			journals_put(journal, "later", journals_start + 3, NULL);
			assert_string_not_equal(journal_origin(journal), first);
			journal_close(journal);
		}
		snprintf(path, sizeof(path), "%s/journal.%s.jsonl", place->dir, first);
		journals_read(path, &after);
		assert_int_equal(before.len, after.len);
		assert_memory_equal(before.data, after.data, before.len);
		buf_done(&before);
		buf_done(&after);
		journals_drop(state);
		journals_build(state);
	}
}

static void what_was_not_acknowledged_is_not_read_by_its_writer(void **state)
{
	struct journals *place = *state;
	struct journal *journal;
	struct event event = journals_note("not yet", journals_start);
	struct gathered found = { .count = 0 };
	struct err err = { 0 };

	disk_reset(CALL_FDATASYNC, 2, 1, EIO);
	journal = journals_open(place, "ana", &calls);
	journals_put(journal, "saved", journals_start, NULL);
	assert_false(journal_append(journal, &event, 1, journals_start, &err));
	assert_true(journal_follow(journal, gather_line, &found, &err));
	assert_int_equal(found.count, 2);
	assert_int_equal(gathered_times(&found, event.id), 0);
	assert_true(journal_append(journal, &event, 1, journals_start, &err));
	assert_true(journal_follow(journal, gather_line, &found, &err));
	assert_int_equal(gathered_times(&found, event.id), 1);
	gathered_done(&found);
	journal_close(journal);
}

/* For an hour nothing can be written: no file is left behind by each try. */
static void a_disk_that_stays_full_is_not_littered(void **state)
{
	struct journals *place = *state;
	struct journal *journal;
	struct event event = journals_note("kept", journals_start);
	struct err err = { 0 };

	disk_reset(CALL_WRITE, 2, 1000, ENOSPC);
	journal = journals_open(place, "ana", &calls);
	journals_put(journal, "saved", journals_start, NULL);
	for (int i = 0; i < 500; i++)
		assert_false(journal_append(journal, &event, 1, journals_start + i, &err));
	assert_int_equal(journals_count(place->dir), 1);
	disk.times = 0;
	assert_true(journal_append(journal, &event, 1, journals_start, &err));
	assert_int_equal(journals_count(place->dir), 2);
	assert_int_equal(journals_sound(place->dir), 4);
	journal_close(journal);
}

static void the_new_file_says_why_it_was_begun(void **state)
{
	struct journals *place = *state;
	struct journal *journal;
	struct event event = journals_note("again", journals_start);
	struct gathered found;
	struct err err = { 0 };

	disk_reset(CALL_WRITE, 2, 1, ENOSPC);
	journal = journals_open(place, "ana", &calls);
	journals_put(journal, "saved", journals_start, NULL);
	assert_false(journal_append(journal, &event, 1, journals_start, &err));
	assert_true(journal_append(journal, &event, 1, journals_start, &err));
	journal_close(journal);
	gather(&found, place->dir);
	assert_int_equal(found.joined, 2);
	assert_non_null(strstr(buf_cstr(&found.lines), "No space left on device"));
	gathered_done(&found);
}

/* The control: a table whose syncs do nothing must be caught by the power cut. */
static void without_syncs_a_power_cut_loses_what_was_acknowledged(void **state)
{
	struct story story = { .place = *state };

	disk_reset(CALL_WRITE, 0, 0, 0);
	disk.liar = true;
	tell(&story);
	assert_int_equal(lost(&story, story.place->dir), 0);
	assert_int_equal(lost_by_power_cut(&story), story.acked_count);
	story_done(&story);
}

static void one_append_is_one_write_and_one_sync(void **state)
{
	struct journals *place = *state;
	struct journal *journal;
	struct event events[3];
	struct err err = { 0 };

	disk_reset(CALL_WRITE, 0, 0, 0);
	journal = journals_open(place, "ana", &calls);
	for (int i = 1; i <= 20; i++) {
		for (size_t k = 0; k < ARRAY_LEN(events); k++)
			events[k] = journals_note("one of three", journals_start);
		assert_true(journal_append(journal, events, 3, journals_start, &err));
		assert_int_equal(disk.seen[CALL_WRITE], i);
		assert_int_equal(disk.seen[CALL_FDATASYNC], i);
		assert_int_equal(disk.seen[CALL_FSYNC], 1);	/* of the folder, for a new file */
	}
	journal_close(journal);
}

static size_t things_in(const char *dir)
{
	DIR *open_dir = opendir(dir);
	size_t count = 0;

	while (open_dir && readdir(open_dir))
		count++;
	if (open_dir)
		closedir(open_dir);
	return count - 2;
}

static void evidence_is_whole_or_not_there_whatever_call_fails(void **state)
{
	static const struct fault cases[] = {
		{ CALL_OPEN, EIO, true }, { CALL_WRITE, ENOSPC, true }, { CALL_WRITE, SHORT, false },
		{ CALL_WRITE, EINTR, false }, { CALL_FSYNC, EIO, true }, { CALL_RENAME, EIO, true },
		{ CALL_RENAME, EINTR, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		for (int from = 1; from <= 4; from++) {
			struct journals *place = *state;
			struct buf back = { 0 };
			struct err err = { 0 };
			char sha256[DIGEST_HEX], dir[128];
			struct journal *journal;
			int before;
			bool kept;

			disk_reset(cases[i].call, from, 1, cases[i].error);
			journal = journals_open(place, "ana", &calls);
			before = disk.seen[cases[i].call];
			kept = journal_evidence(journal, str_of("what was seen"), sha256, &err);
			if (!cases[i].seen || disk.seen[cases[i].call] < from || before >= from)
				assert_true(kept);
			else
				assert_false(kept);
			if (kept || journal_evidence_read(place->dir, sha256, &back, &err)) {
				assert_true(journal_evidence_read(place->dir, sha256, &back, &err));
				assert_string_equal(buf_cstr(&back), "what was seen");
			}
			disk.times = 0;
			assert_true(journal_evidence(journal, str_of("what was seen"), sha256, &err));
			snprintf(dir, sizeof(dir), "%s/evidence", place->dir);
			assert_int_equal(things_in(dir), 1);
			buf_done(&back);
			journal_close(journal);
			journals_drop(state);
			journals_build(state);
		}
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, journals_build, journals_drop)
	const struct CMUnitTest tests[] = {
		T(a_call_that_fails_at_any_turn_loses_nothing_and_lies_never),
		T(a_failure_is_never_forgiven),
		T(what_was_not_acknowledged_is_not_read_by_its_writer),
		T(a_disk_that_stays_full_is_not_littered),
		T(the_new_file_says_why_it_was_begun),
		T(without_syncs_a_power_cut_loses_what_was_acknowledged),
		T(one_append_is_one_write_and_one_sync),
		T(evidence_is_whole_or_not_there_whatever_call_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
