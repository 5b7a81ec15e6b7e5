#include "tests/lib/journals.h"

#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "store/journal_files.h"

const msec journals_start = 1795313640000;	/* 2026-11-22T02:14:00Z */

int journals_build(void **state)
{
	struct journals *journals = mem_new(sizeof(*journals));

	snprintf(journals->root, sizeof(journals->root), "/tmp/binnacle-journal-XXXXXX");
	assert_non_null(mkdtemp(journals->root));
	snprintf(journals->dir, sizeof(journals->dir), "%s/one", journals->root);
	*state = journals;
	return 0;
}

int journals_drop(void **state)
{
	struct journals *journals = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", journals->root);
	assert_int_equal(system(command), 0);
	mem_free(journals);
	return 0;
}

struct journal_who journals_who(const char *operator, const struct journal_calls *calls)
{
	return (struct journal_who){ .operator = operator, .host = "ops1", .console = "command",
				     .tool_version = "0.1.0", .calls = calls };
}

struct journal *journals_open(const struct journals *journals, const char *operator,
			      const struct journal_calls *calls)
{
	struct journal_who who = journals_who(operator, calls);
	struct err err = { 0 };
	struct journal *journal = journal_open(journals->dir, true, false, &who, &err);

	if (!journal)
		fail_msg("%s", err.text);
	return journal;
}

struct event journals_note(const char *text, msec at)
{
	struct event event = { .kind = EVENT_NOTE, .src = SRC_HUMAN, .at = at, .rec = WHEN_NEVER,
			       .by = "ana" };

	EVENT_SET(event.data, text, text);
	return event;
}

void journals_put(struct journal *journal, const char *text, msec at, char id[ULID_TEXT])
{
	struct event event = journals_note(text, at);
	struct err err = { 0 };

	if (!journal_append(journal, &event, 1, at, &err))
		fail_msg("not saved: %s", err.text);
	if (id)
		str_put(id, ULID_TEXT, event.id);
}

void journals_leave(const struct journals *journals, char path[256])
{
	struct journal *journal = journals_open(journals, "ana", NULL);

	journals_put(journal, "before", journals_start, NULL);
	journals_path(journals->dir, path);
	journal_close(journal);
}

void gather_line(void *arg, const char *origin, struct str line)
{
	struct gathered *out = arg;
	struct journal_line parsed;

	buf_add(&out->lines, line.p, line.len);
	buf_char(&out->lines, '\n');
	if (!journal_line_parse(line, &parsed, NULL)) {
		out->bad++;
		return;
	}
	assert_true(str_eq(parsed.origin, origin));
	out->ids = mem_grow(out->ids, &out->cap, out->count + 1, sizeof(*out->ids));
	str_copy(out->ids[out->count++], ULID_TEXT, parsed.id);
	out->joined += str_eq(parsed.kind, "session.joined");
	out->last = parsed.hlc;
}

void gather(struct gathered *out, const char *dir)
{
	struct journal_who who = journals_who("reader", NULL);
	struct err err = { 0 };
	struct journal *journal = journal_open(dir, false, false, &who, &err);

	*out = (struct gathered){ .lines = { .max = (size_t)1 << 30 } };
	if (!journal || !journal_follow(journal, gather_line, out, &err))
		fail_msg("%s", err.text);
	journal_close(journal);
}

size_t gathered_times(const struct gathered *gathered, const char *id)
{
	size_t times = 0;

	for (size_t i = 0; i < gathered->count; i++)
		times += strcmp(gathered->ids[i], id) == 0;
	return times;
}

static int by_id(const void *a, const void *b)
{
	return memcmp(a, b, ULID_TEXT);
}

size_t gathered_lacks(struct gathered *gathered, char (*ids)[ULID_TEXT], size_t count)
{
	size_t lacks = 0;

	if (gathered->count > 0)
		qsort(gathered->ids, gathered->count, sizeof(*gathered->ids), by_id);
	for (size_t i = 0; i < count; i++) {
		char (*at)[ULID_TEXT] = gathered->count == 0 ? NULL :
			bsearch(ids[i], gathered->ids, gathered->count, sizeof(*ids), by_id);
		size_t n = at ? (size_t)(at - gathered->ids) : 0;

		lacks += !at || (n > 0 && by_id(at, at - 1) == 0) ||
			 (n + 1 < gathered->count && by_id(at, at + 1) == 0);
	}
	return lacks;
}

void gathered_done(struct gathered *gathered)
{
	mem_free(gathered->ids);
	buf_done(&gathered->lines);
}

static struct journal_file *files_of(const char *dir, size_t *count)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct journal_file *files = journal_files(fd, count, NULL);

	assert_non_null(files);
	close(fd);
	return files;
}

size_t journals_count(const char *dir)
{
	size_t count;

	mem_free(files_of(dir, &count));
	return count;
}

void journals_path(const char *dir, char out[256])
{
	size_t count, first = 0;
	struct journal_file *files = files_of(dir, &count);

	assert_true(count > 0);
	for (size_t i = 1; i < count; i++)
		first = strcmp(files[i].name, files[first].name) < 0 ? i : first;
	snprintf(out, 256, "%s/%s", dir, files[first].name);
	mem_free(files);
}

size_t journals_sound(const char *dir)
{
	size_t count, damaged, events = 0;
	struct err err = { 0 };
	struct journal_report *reports = journal_verify(dir, &count, &damaged, &err);

	if (!reports)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < count; i++) {
		if (reports[i].bad_line)
			fail_msg("%s: line %llu: %s", reports[i].file,
				 (unsigned long long)reports[i].bad_line, reports[i].why);
		events += reports[i].events;
	}
	assert_int_equal(damaged, 0);
	mem_free(reports);
	return events;
}

void journals_read(const char *path, struct buf *out)
{
	FILE *file = fopen(path, "r");
	char chunk[8192];
	size_t got;

	assert_non_null(file);
	buf_clear(out);
	while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_add(out, chunk, got);
	fclose(file);
}

void journals_write(const char *path, struct str bytes, int flags)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.p, bytes.len), bytes.len);
	close(fd);
}
