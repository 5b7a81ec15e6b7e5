/*
 * Each runbook of the library, walked by somebody who does whatever is next, by every option of its
 * decisions: each walk comes to its end, and no step is proposed twice on the way.
 */
#include "core/checklist.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/buf.h"
#include "tests/lib/walks.h"

enum { OPTIONS = 6 };

static struct walk walk;

static void read_file(const char *path, struct buf *out)
{
	char bytes[4096];
	size_t len;
	FILE *file = fopen(path, "r");

	if (!file)
		fail_msg("%s cannot be read", path);
	while ((len = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_add(out, bytes, len);
	(void)fclose(file);
}

/* Its nth option at every decision; done elsewhere, by hand where a check does not hold. */
static bool do_next(const struct checklist_item *item, size_t nth)
{
	const struct step *step = item->step;

	if (step->kind == STEP_DECISION)
		return walk_decide(&walk, step->id, step->options[nth % step->option_count].value);
	if (item->sense && item->sense->now == TRUTH_NO)
		return walk_because(&walk, EVENT_STEP_OVERRIDDEN, step->id, "seen otherwise");
	return walk_do(&walk, EVENT_STEP_DONE, step->id);
}

static void walk_through(const char *path, size_t nth)
{
	size_t done = 0;

	for (; walk.list.next < walk.list.count; done++) {
		const struct checklist_item *item = &walk.list.items[walk.list.next];
		const char *id = item->step->id;

		if (done == walk.list.count)
			fail_msg("%s goes round in circles at %s", path, id);
		if (!do_next(item, nth))
			fail_msg("%s: step %s: %s", path, id, walk.orders.said);
		walk_look(&walk, WHEN_SECOND);
	}
	if (!walk.list.complete)
		fail_msg("%s, option %zu: %s", path, nth, walk.list.words);
	assert_int_equal(strncmp(walk.list.words, "COMPLETE", strlen("COMPLETE")), 0);
}

static void check_ids(const char *path)
{
	const struct run *run = walk_run_of(&walk);

	assert_int_equal(run->step_count, walk.runbook->step_count);
	for (size_t i = 0; i < run->step_count; i++) {
		if (strcmp(run->steps[i].id, walk.runbook->steps[i].id) != 0)
			fail_msg("%s: the id of step %s is cut", path, walk.runbook->steps[i].id);
	}
}

static bool is_runbook(const char *path)
{
	return !strstr(path, "README") && !strstr(path, "glossary");
}

static void every_runbook_of_the_library_can_be_walked_to_its_end(void **state)
{
	glob_t files;

	(void)state;
	assert_int_equal(glob("runbooks/*.md", 0, NULL, &files), 0);
	assert_true(files.gl_pathc > 10);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		const char *path = files.gl_pathv[i];
		struct buf text = { 0 };

		read_file(path, &text);
		for (size_t nth = 0; nth < OPTIONS && is_runbook(path); nth++) {
			walk_read(&walk, path, str_sub(buf_cstr(&text), text.len));
			check_ids(path);
			walk_through(path, nth);
			walk_close(&walk);
		}
		buf_done(&text);
	}
	globfree(&files);
}

static const char *next(void)
{
	return walk.list.next < walk.list.count ? walk.list.items[walk.list.next].step->id : "";
}

/* What a database does when it fails says where to go on, and what is passed by. */
static void a_decision_of_db_failover_leads_where_its_option_says(void **state)
{
	static const struct {
		const char *option, *next, *other;
	} cases[] = {
		{ "readonly", "read-only", "locks" }, { "locked", "locks", "read-only" },
		{ "hung", "fail-over", "locks" }, { "dead", "start-it", "read-only" },
	};
	struct buf text = { 0 };

	(void)state;
	read_file("runbooks/db-failover.md", &text);
	walk_read(&walk, "runbooks/db-failover.md", str_sub(buf_cstr(&text), text.len));
	assert_string_equal(next(), "announce");
	walk_do(&walk, EVENT_STEP_DONE, "announce");
	assert_string_equal(next(), "which");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (!walk_decide(&walk, "which", cases[i].option))
			fail_msg("%s", walk.orders.said);
		walk_look(&walk, WHEN_SECOND);
		assert_string_equal(next(), cases[i].next);
		assert_int_equal(walk_item(&walk, cases[i].other)->state, ITEM_STATE_NOT_APPLICABLE);
	}
	walk_close(&walk);
	buf_done(&text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_runbook_of_the_library_can_be_walked_to_its_end),
		cmocka_unit_test(a_decision_of_db_failover_leads_where_its_option_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
