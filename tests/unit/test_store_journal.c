/* The files of one incident: whose they are, how they go on, and what a reader makes of them. */
#include "store/journal.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "store/journal_files.h"
#include "tests/lib/journals.h"

static void what_was_appended_another_console_reads_at_once(void **state)
{
	struct journals *place = *state;
	struct journal *ana = journals_open(place, "ana", NULL), *ben;
	struct gathered found = { .count = 0 };
	struct err err = { 0 };
	char first[ULID_TEXT], second[ULID_TEXT];

	assert_string_equal(journal_origin(ana), "");
	journals_put(ana, "indexer down", journals_start, first);
	ben = journals_open(place, "ben", NULL);
	assert_true(journal_follow(ben, gather_line, &found, &err));
	assert_int_equal(found.count, 2);
	assert_int_equal(found.joined, 1);
	assert_int_equal(gathered_times(&found, first), 1);
	journals_put(ana, "still down", journals_start + 1000, second);
	assert_true(journal_follow(ben, gather_line, &found, &err));
	assert_int_equal(found.count, 3);		/* what was read is not read again */
	assert_int_equal(gathered_times(&found, second), 1);
	assert_string_equal(journal_remark(ben), "");
	gathered_done(&found);
	journal_close(ana);
	journal_close(ben);
}

static msec clock_ms(clockid_t clock)
{
	struct timespec time;

	assert_int_equal(clock_gettime(clock, &time), 0);
	return (msec)time.tv_sec * WHEN_SECOND + time.tv_nsec / 1000000;
}

/* Else everybody would take the wait for a step of the wall clock. */
static void the_two_clocks_of_a_start_are_of_one_instant_although_the_disk_was_slow(void **state)
{
	struct journals *place = *state;
	struct journal *ana = journals_open(place, "ana", NULL);
	msec wall = clock_ms(CLOCK_REALTIME), offset = wall - clock_ms(CLOCK_BOOTTIME), between;
	struct gathered found = { .count = 0 };
	struct arena arena = { 0 };
	struct journal_line line;
	struct event joined;
	struct str rest, first;

	journals_put(ana, "asked for, and written seconds later", wall - 9 * WHEN_SECOND, NULL);
	gather(&found, place->dir);
	rest = str_sub(buf_cstr(&found.lines), found.lines.len);
	assert_true(str_cut(&rest, '\n', &first));
	assert_true(journal_line_parse(first, &line, NULL));
	assert_true(journal_line_event(&line, &arena, &joined, NULL));
	assert_int_equal(joined.kind, EVENT_SESSION_JOINED);
	between = joined.rec - joined.data.boot_ms - offset;
	assert_true(between > -4 * WHEN_SECOND && between < 4 * WHEN_SECOND);
	arena_done(&arena);
	gathered_done(&found);
	journal_close(ana);
}

static void reading_makes_no_file(void **state)
{
	struct journals *place = *state;
	struct journal *journal = journals_open(place, "ana", NULL);
	struct gathered found = { .count = 0 };
	struct err err = { 0 };

	assert_true(journal_follow(journal, gather_line, &found, &err));
	assert_int_equal(journals_count(place->dir), 0);
	journal_close(journal);
}

static void a_folder_that_is_not_there_is_said_to_be(void **state)
{
	const struct journals *place = *state;
	struct journal_who who = journals_who("ana", NULL);
	struct err err = { 0 };
	size_t count, damaged;

	assert_null(journal_open(place->dir, false, false, &who, &err));
	assert_int_equal(err.kind, ERR_NOT_FOUND);
	assert_non_null(strstr(err.text, place->dir));
	assert_null(journal_verify(place->dir, &count, &damaged, &err));
	assert_int_equal(err.kind, ERR_NOT_FOUND);
}

static void the_next_start_goes_on_in_the_file_that_was_left(void **state)
{
	struct journals *place = *state;
	char origin[ORIGIN_TEXT];

	for (int start = 0; start < 3; start++) {
		struct journal *journal = journals_open(place, "ana", NULL);

		journals_put(journal, "here again", journals_start + start, NULL);
		journals_put(journal, "and again", journals_start + start, NULL);
		if (start == 0)
			str_put(origin, sizeof(origin), journal_origin(journal));
		assert_string_equal(journal_origin(journal), origin);
		journal_close(journal);
	}
	assert_int_equal(journals_count(place->dir), 1);
	assert_int_equal(journals_sound(place->dir), 9);	/* each start says so */
}

static void writers_on_one_folder_never_share_a_file(void **state)
{
	enum { WRITERS = 5 };
	struct journals *place = *state;
	struct journal *writers[WRITERS];

	for (int i = 0; i < WRITERS; i++) {
		writers[i] = journals_open(place, "ana", NULL);
		journals_put(writers[i], "one", journals_start, NULL);
	}
	for (int i = 0; i < WRITERS; i++) {
		for (int k = 0; k < i; k++)
			assert_string_not_equal(journal_origin(writers[i]), journal_origin(writers[k]));
		journals_put(writers[i], "two", journals_start, NULL);
	}
	assert_int_equal(journals_count(place->dir), WRITERS);
	assert_int_equal(journals_sound(place->dir), 3 * WRITERS);
	for (int i = 0; i < WRITERS; i++)
		journal_close(writers[i]);
}

static void spoil_link(const char *path)
{
	char other[300];

	snprintf(other, sizeof(other), "%s.2", path);
	assert_int_equal(link(path, other), 0);
}

static void spoil_mode(const char *path)
{
	assert_int_equal(chmod(path, 0400), 0);
}

static void spoil_bytes(const char *path)
{
	int fd = open(path, O_WRONLY);

	assert_int_equal(pwrite(fd, "#", 1, 40), 1);
	close(fd);
}

/* The line feed of the last line: what stood before it had been acknowledged. */
static void spoil_end(const char *path)
{
	int fd = open(path, O_WRONLY);

	assert_int_equal(pwrite(fd, "*", 1, lseek(fd, 0, SEEK_END) - 1), 1);
	close(fd);
}

static void spoil_name(const char *path)
{
	char other[256];

	str_put(other, sizeof(other), path);
	memcpy(strrchr(other, '/'), "/journal.0000000000000000.jsonl", 31);
	assert_int_equal(rename(path, other), 0);
}

static void spoil_owner(const char *path)
{
	if (geteuid() == 0)
		assert_int_equal(chown(path, 65534, 65534), 0);
	else
		spoil_mode(path);
}

static void spoil_symlink(const char *path)
{
	char other[300];

	snprintf(other, sizeof(other), "%s.aside", path);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(symlink(other, path), 0);
}

static void a_file_that_is_not_ours_alone_and_whole_is_left_as_it_is(void **state)
{
	static void (*const spoils[])(const char *path) = {
		spoil_link, spoil_mode, spoil_bytes, spoil_end, spoil_name, spoil_owner, spoil_symlink,
	};

	for (size_t i = 0; i < ARRAY_LEN(spoils); i++) {
		struct journals *place = *state;
		struct buf before = { 0 }, after = { 0 };
		struct journal *journal;
		char path[256];

		journals_leave(place, path);
		spoils[i](path);
		journals_path(place->dir, path);
		journals_read(path, &before);
		journal = journals_open(place, "ana", NULL);
		journals_put(journal, "after", journals_start + 1, NULL);
		assert_int_equal(journals_count(place->dir), 2);
		assert_null(strstr(path, journal_origin(journal)));
		journals_read(path, &after);
		assert_int_equal(before.len, after.len);
		assert_memory_equal(before.data, after.data, before.len);
		journal_close(journal);
		buf_done(&before);
		buf_done(&after);
		journals_drop(state);
		journals_build(state);
	}
}

static void a_file_of_another_host_is_left_to_it(void **state)
{
	struct journals *place = *state;
	struct journal_who who = journals_who("ana", NULL);
	struct err err = { 0 };
	struct journal *journal;
	char path[256];

	journals_leave(place, path);
	who.host = "ops2";
	journal = journal_open(place->dir, false, false, &who, &err);
	journals_put(journal, "from elsewhere", journals_start + 1, NULL);
	assert_int_equal(journals_count(place->dir), 2);
	journal_close(journal);
}

static void odd_things_under_the_name_of_a_journal_are_passed_over(void **state)
{
	static const char names[][32] = {
		"journal.0000000000000001.jsonl", "journal.0000000000000002.jsonl",
		"journal.0000000000000003.jsonl", "journal.0000000000000004.jsonl",
	};
	struct journals *place = *state;
	struct journal *journal = journals_open(place, "ana", NULL);
	struct gathered found = { .count = 0 };
	struct journal_report *reports;
	struct err err = { 0 };
	size_t count, damaged, kinds = geteuid() == 0 ? 4 : 3;
	char path[200];

	for (size_t i = 0; i < kinds; i++) {
		snprintf(path, sizeof(path), "%s/%s", place->dir, names[i]);
		assert_int_equal(i == 0 ? mkfifo(path, 0600) :
				 i == 1 ? symlink("/dev/zero", path) :
				 i == 2 ? mkdir(path, 0700) :
					  mknod(path, S_IFCHR | 0600, makedev(1, 5)), 0);
	}
	journals_put(journal, "none of them", journals_start, NULL);
	assert_true(journal_follow(journal, gather_line, &found, &err));
	assert_int_equal(found.count, 2);
	assert_non_null(strstr(journal_remark(journal), "not a file"));
	assert_true(journal_follow(journal, gather_line, &found, &err));
	assert_string_equal(journal_remark(journal), "");	/* said once */
	reports = journal_verify(place->dir, &count, &damaged, &err);
	assert_int_equal(count, kinds + 1);
	assert_int_equal(damaged, kinds);
	assert_non_null(strstr(reports[0].why, "FIFO"));
	assert_non_null(strstr(reports[1].why, "symbolic link"));
	mem_free(reports);
	gathered_done(&found);
	journal_close(journal);
}

static int no_sync(int fd)
{
	(void)fd;
	return 0;
}

/* For what is about bytes: syncing them a thousand times tells nothing more. */
static const struct journal_calls unsynced = { .fdatasync = no_sync, .fsync = no_sync };

/* Three events, then cut at every byte: the whole lines count, and the next start goes on. */
static void a_file_torn_at_any_byte_reads_as_its_whole_lines_and_goes_on(void **state)
{
	struct journals *place = *state;
	struct buf whole = { 0 }, aside = { 0 };
	char path[256], torn[300], next[ULID_TEXT];
	struct journal *journal;

	journal = journals_open(place, "ana", &unsynced);
	journals_put(journal, "one", journals_start, NULL);
	journals_put(journal, "two", journals_start, NULL);
	journal_close(journal);
	journals_path(place->dir, path);
	snprintf(torn, sizeof(torn), "%s.torn", path);
	journals_read(path, &whole);
	for (size_t len = 0; len < whole.len; len++) {
		size_t lines = 0, tail = 0;
		struct gathered found;

		for (size_t i = 0; i < len; i++) {
			lines += whole.data[i] == '\n';
			tail = whole.data[i] == '\n' ? 0 : tail + 1;
		}
		journals_write(path, str_sub(whole.data, len), O_TRUNC);
		gather(&found, place->dir);
		assert_int_equal(found.count, lines);
		assert_int_equal(found.bad, 0);
		assert_memory_equal(buf_cstr(&found.lines), whole.data, found.lines.len);
		gathered_done(&found);
		assert_int_equal(journals_sound(place->dir), lines);

		journal = journals_open(place, "ana", &unsynced);
		journals_put(journal, "on", journals_start, next);
		journal_close(journal);
		assert_int_equal(journals_count(place->dir), 1);
		assert_int_equal(journals_sound(place->dir), lines + 2);
		gather(&found, place->dir);
		assert_int_equal(gathered_times(&found, next), 1);
		assert_memory_equal(buf_cstr(&found.lines), whole.data, len - tail);
		gathered_done(&found);
		assert_int_equal(access(torn, F_OK), tail > 0 ? 0 : -1);
		if (tail > 0) {
			journals_read(torn, &aside);
			assert_int_equal(aside.len, tail + 1);
			assert_memory_equal(aside.data, whole.data + len - tail, tail);
			assert_int_equal(unlink(torn), 0);
		}
	}
	buf_done(&whole);
	buf_done(&aside);
}

static void a_torn_end_that_cannot_be_kept_aside_is_not_cut_off(void **state)
{
	struct journals *place = *state;
	struct buf before = { 0 }, after = { 0 };
	struct journal *journal;
	char path[256], torn[300];

	journals_leave(place, path);
	journals_write(path, str_of("{\"v\":1,"), O_APPEND);
	journals_read(path, &before);
	snprintf(torn, sizeof(torn), "%s.torn", path);
	assert_int_equal(mkdir(torn, 0700), 0);
	journal = journals_open(place, "ana", NULL);
	journals_put(journal, "on", journals_start, NULL);
	assert_null(strstr(path, journal_origin(journal)));
	journals_read(path, &after);
	assert_int_equal(after.len, before.len);
	assert_memory_equal(after.data, before.data, before.len);
	buf_done(&before);
	buf_done(&after);
	journal_close(journal);
}

static void every_flipped_bit_is_found(void **state)
{
	struct journals *place = *state;
	struct buf whole = { 0 };
	struct err err = { 0 };
	size_t count, damaged, lines = 0;
	char path[256];
	int fd;

	journals_leave(place, path);
	journals_read(path, &whole);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	for (size_t bit = 0; bit < 8 * whole.len; bit++) {
		off_t at = (off_t)(bit / 8);
		char kept = whole.data[at], flipped = (char)(kept ^ (1 << bit % 8));
		struct journal_report *reports;

		assert_int_equal(pwrite(fd, &flipped, 1, at), 1);
		reports = journal_verify(place->dir, &count, &damaged, &err);
		if (damaged != 1 || reports[0].bad_line != lines + 1)
			fail_msg("bit %zu: %zu damaged, line %llu", bit, damaged,
				 (unsigned long long)reports[0].bad_line);
		mem_free(reports);
		assert_int_equal(pwrite(fd, &kept, 1, at), 1);
		lines += bit % 8 == 7 && kept == '\n';
	}
	close(fd);
	buf_done(&whole);
}

static void a_file_under_the_name_of_another_is_found(void **state)
{
	struct journals *place = *state;
	struct journal_report *reports;
	struct err err = { 0 };
	size_t count, damaged;
	char path[256];

	journals_leave(place, path);
	spoil_name(path);
	reports = journal_verify(place->dir, &count, &damaged, &err);
	assert_int_equal(damaged, 1);
	assert_int_equal(reports[0].bad_line, 1);
	assert_non_null(strstr(reports[0].why, "its lines are those of journal."));
	mem_free(reports);
}

static mode_t mode_of(const char *path, const char *more)
{
	char full[420];
	struct stat st;

	snprintf(full, sizeof(full), "%s%s", path, more);
	assert_int_equal(lstat(full, &st), 0);
	return st.st_mode & 07777;
}

static void what_is_made_is_ours_alone_or_our_groups_whatever_the_umask(void **state)
{
	static const struct {
		bool shared;
		mode_t mask, folder, file;
	} cases[] = {
		{ false, 0, 0700, 0600 }, { false, 077, 0700, 0600 },
		{ true, 0, 02770, 0660 }, { true, 077, 02770, 0660 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct journals *place = *state;
		struct journal_who who = journals_who("ana", NULL);
		char path[256], sha256[DIGEST_HEX], kept[128];
		struct err err = { 0 };
		struct journal *journal;
		mode_t before;

		before = umask(cases[i].mask);
		journal = journal_open(place->dir, true, cases[i].shared, &who, &err);
		assert_non_null(journal);
		journals_put(journal, "one", journals_start, NULL);
		assert_true(journal_evidence(journal, str_of("proof"), sha256, &err));
		journal_close(journal);
		journals_path(place->dir, path);
		journals_write(path, str_of("{\"v\":"), O_APPEND);
		journal = journal_open(place->dir, true, cases[i].shared, &who, &err);
		journals_put(journal, "two", journals_start, NULL);
		journal_close(journal);
		umask(before);
		assert_int_equal(mode_of(place->dir, ""), cases[i].folder);
		assert_int_equal(mode_of(path, ""), cases[i].file);
		assert_int_equal(mode_of(path, ".torn"), cases[i].file);
		assert_int_equal(mode_of(place->dir, "/evidence"), cases[i].folder);
		snprintf(kept, sizeof(kept), "/evidence/%.64s", sha256);
		assert_int_equal(mode_of(place->dir, kept), cases[i].file);
		journals_drop(state);
		journals_build(state);
	}
}

static void a_folder_that_others_may_write_is_refused(void **state)
{
	static const struct {
		mode_t mode;
		bool shared, ok;
	} cases[] = {
		{ 0700, false, true }, { 0755, false, true }, { 0770, false, false },
		{ 0777, false, false }, { 02770, true, true }, { 02777, true, false },
		{ 03777, true, false },
	};
	struct journals *place = *state;
	struct journal_who who = journals_who("ana", NULL);

	assert_int_equal(mkdir(place->dir, 0700), 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = { 0 };
		struct journal *journal;

		assert_int_equal(chmod(place->dir, cases[i].mode), 0);
		journal = journal_open(place->dir, true, cases[i].shared, &who, &err);
		assert_int_equal(journal != NULL, cases[i].ok);
		if (!journal)
			assert_int_equal(err.kind, ERR_REFUSED);
		journal_close(journal);
	}
}

static void a_private_folder_of_somebody_else_is_only_read(void **state)
{
	struct journals *place = *state;
	struct event event = journals_note("not here", journals_start);
	struct err err = { 0 };
	struct journal *journal;

	if (geteuid() != 0) {
		puts("SKIPPED: a folder of another user needs root");
		skip();
	}
	assert_int_equal(mkdir(place->dir, 0700), 0);
	assert_int_equal(chown(place->dir, 65534, 65534), 0);
	journal = journals_open(place, "ana", NULL);
	assert_false(journal_append(journal, &event, 1, journals_start, &err));
	assert_int_equal(err.kind, ERR_REFUSED);
	assert_non_null(strstr(err.text, "belongs to user 65534"));
	assert_int_equal(journals_count(place->dir), 0);
	journal_close(journal);
}

/* A line as a later version would write it, with hashes that fit. */
static void add_foreign(struct buf *out, const char *version, const char *kind,
			char head[DIGEST_HEX], unsigned seq)
{
	size_t from = out->len;

	buf_fmt(out, "{\"v\":%s,\"id\":\"01KAMX2X4G000000000000000%u\",\"seq\":%u,"
		"\"origin\":\"00000000000000aa\",\"hlc\":\"1795313640000-%04u\","
		"\"at\":\"2026-11-22T02:14:00.000Z\",\"rec\":\"2026-11-22T02:14:00.000Z\","
		"\"by\":\"eve\",\"src\":\"human\",\"kind\":\"%s\","
		"\"data\":{\"host\":\"ops1\",\"tool_version\":\"9\",\"console\":\"console\",\"zz\":[1,{}]}"
		",\"prev\":\"%s\"", version, seq, seq, seq, kind, head);
	digest_sha256(head, str_sub(out->data + from, out->len - from));
	buf_fmt(out, ",\"hash\":\"%s\"}\n", head);
}

static void newer_versions_and_unknown_kinds_are_kept_byte_for_byte(void **state)
{
	struct journals *place = *state;
	char head[DIGEST_HEX], path[200];
	struct buf foreign = { 0 }, after = { 0 };
	struct journal *journal;
	struct gathered found;

	memset(head, '0', sizeof(head) - 1);
	head[sizeof(head) - 1] = '\0';
	add_foreign(&foreign, "1", "session.joined", head, 1);
	add_foreign(&foreign, "1", "moon.phase", head, 2);
	add_foreign(&foreign, "2", "note", head, 3);
	assert_int_equal(mkdir(place->dir, 0700), 0);
	snprintf(path, sizeof(path), "%s/journal.00000000000000aa.jsonl", place->dir);
	journals_write(path, str_sub(foreign.data, foreign.len), O_EXCL);
	journal = journals_open(place, "ana", NULL);
	journals_put(journal, "on", journals_start, NULL);
	assert_string_equal(journal_origin(journal), "00000000000000aa");
	journals_read(path, &after);
	assert_true(after.len > foreign.len);
	assert_memory_equal(after.data, foreign.data, foreign.len);
	assert_int_equal(journals_sound(place->dir), 5);
	gather(&found, place->dir);
	assert_int_equal(found.lines.len, after.len);
	assert_memory_equal(found.lines.data, after.data, after.len);
	gathered_done(&found);
	journal_close(journal);
	buf_done(&foreign);
	buf_done(&after);
}

static void an_event_that_is_too_long_is_refused_and_harms_nothing(void **state)
{
	struct journals *place = *state;
	struct journal *journal = journals_open(place, "ana", NULL);
	char *text = mem_new(JOURNAL_LINE + 1);
	struct event events[2] = { journals_note("short", journals_start),
				   journals_note(text, journals_start) };
	struct err err = { 0 };

	memset(text, 'x', JOURNAL_LINE);
	assert_false(journal_append(journal, events, 2, journals_start, &err));
	assert_int_equal(err.kind, ERR_LIMIT);
	assert_string_equal(journal_degraded(journal), "");
	journals_put(journal, "one", journals_start, NULL);
	assert_false(journal_append(journal, events, 2, journals_start, &err));
	journals_put(journal, "two", journals_start, NULL);
	assert_int_equal(journals_count(place->dir), 1);
	assert_int_equal(journals_sound(place->dir), 3);
	journal_close(journal);
	mem_free(text);
}

static void events_get_what_they_lack_and_keep_what_they_have(void **state)
{
	struct journals *place = *state;
	struct journal *journal = journals_open(place, "ana", NULL);
	struct event events[2] = { journals_note("one", journals_start),
				   journals_note("two", journals_start) };
	struct err err = { 0 };

	str_put(events[1].id, sizeof(events[1].id), "01KAMX2X4G0000000000000000");
	events[1].rec = journals_start + 5;
	assert_true(journal_append(journal, events, 2, journals_start + 10, &err));
	assert_int_equal(strlen(events[0].id), ULID_TEXT - 1);
	assert_string_equal(events[1].id, "01KAMX2X4G0000000000000000");
	assert_int_equal(events[0].rec, journals_start + 10);
	assert_int_equal(events[1].rec, journals_start + 5);
	assert_int_equal(events[0].seq, 2);		/* after session.joined */
	assert_int_equal(events[1].seq, 3);
	assert_string_equal(events[0].origin, journal_origin(journal));
	assert_true(hlc_compare(events[0].hlc, events[1].hlc) < 0);
	assert_int_equal(events[0].hlc.ms, journals_start + 10);
	journal_close(journal);
}

static struct hlc put_at(struct journal *journal, msec now)
{
	struct event event = journals_note("tick", now);
	struct err err = { 0 };

	assert_true(journal_append(journal, &event, 1, now, &err));
	return event.hlc;
}

static void events_stay_in_order_when_the_clock_is_set_back(void **state)
{
	static const msec steps[] = { 0, 1, 1, 0, -WHEN_HOUR, -WHEN_DAY, WHEN_HOUR, WHEN_DAY, 0 };
	struct journals *place = *state;
	struct journal *journal = journals_open(place, "ana", NULL);
	struct hlc last = { .ms = 0 };

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		struct hlc next = put_at(journal, journals_start + steps[i]);

		assert_true(hlc_compare(last, next) < 0);
		last = next;
		if (i % 3 == 2) {	/* a restart keeps it so */
			journal_close(journal);
			journal = journals_open(place, "ana", NULL);
		}
	}
	journal_close(journal);
}

static void events_come_after_what_was_read_but_follow_no_clock_that_is_far_ahead(void **state)
{
	static const struct {
		msec ahead;
		bool followed;
	} cases[] = { { WHEN_SECOND, true }, { HLC_AHEAD, true }, { HLC_AHEAD + 1, false } };

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct journals *place = *state;
		struct journal *ana = journals_open(place, "ana", NULL);
		struct journal *ben = journals_open(place, "ben", NULL);
		struct gathered found = { .count = 0 };
		struct err err = { 0 };
		struct hlc theirs = put_at(ben, journals_start + cases[i].ahead), ours;

		assert_true(journal_follow(ana, gather_line, &found, &err));
		ours = put_at(ana, journals_start);
		assert_int_equal(hlc_compare(ours, theirs) > 0, cases[i].followed);
		gathered_done(&found);
		journal_close(ana);
		journal_close(ben);
		journals_drop(state);
		journals_build(state);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, journals_build, journals_drop)
	const struct CMUnitTest tests[] = {
		T(what_was_appended_another_console_reads_at_once),
		T(the_two_clocks_of_a_start_are_of_one_instant_although_the_disk_was_slow),
		T(reading_makes_no_file),
		T(a_folder_that_is_not_there_is_said_to_be),
		T(the_next_start_goes_on_in_the_file_that_was_left),
		T(writers_on_one_folder_never_share_a_file),
		T(a_file_that_is_not_ours_alone_and_whole_is_left_as_it_is),
		T(a_file_of_another_host_is_left_to_it),
		T(odd_things_under_the_name_of_a_journal_are_passed_over),
		T(a_file_torn_at_any_byte_reads_as_its_whole_lines_and_goes_on),
		T(a_torn_end_that_cannot_be_kept_aside_is_not_cut_off),
		T(every_flipped_bit_is_found),
		T(a_file_under_the_name_of_another_is_found),
		T(what_is_made_is_ours_alone_or_our_groups_whatever_the_umask),
		T(a_folder_that_others_may_write_is_refused),
		T(a_private_folder_of_somebody_else_is_only_read),
		T(newer_versions_and_unknown_kinds_are_kept_byte_for_byte),
		T(an_event_that_is_too_long_is_refused_and_harms_nothing),
		T(events_get_what_they_lack_and_keep_what_they_have),
		T(events_stay_in_order_when_the_clock_is_set_back),
		T(events_come_after_what_was_read_but_follow_no_clock_that_is_far_ahead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
