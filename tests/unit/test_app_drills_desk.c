/*
 * test_app_drills_desk.c: drills on the desk of the console: the board out of a folder in which
 * anything may lie, the table of a tabletop with its future hidden, and what is said when the fence
 * does not hold.
 */
#include "app/incidents.h"

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

#include "app/drills_board.h"
#include "base/mem.h"
#include "store/journal.h"
#include "tests/lib/command.h"

#define PATIENCE ((msec)20000)

struct bench {
	char root[64], home[96], config[96], reports[96];
	const char *environment[3];
	struct options options;
	struct context context;
	struct settings settings;
	struct estate estate;
	struct loop *loop;
	struct incidents *incidents;
	struct loop_timer turn;
	bool (*holds)(struct bench *bench);
	msec now, deadline;
	char said[4096];
};

/* A desk and its loop end with their program, so they stay. */
static struct bench *benches[8];
static size_t bench_count;

static void put_file(const char *folder, const char *name, const char *text)
{
	char path[256];
	FILE *out;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(path, 0600), 0);
}

static void configure(struct bench *bench, const char *drills)
{
	char yaml[512];

	(void)snprintf(yaml, sizeof(yaml), "operator: ana\ndrills: {reports: %s%s}\n", bench->reports,
		       drills);
	put_file(bench->root, "c.yaml", yaml);
	assert_true(settings_load(&bench->context, &bench->settings));
}

static int set_up(void **state)
{
	struct bench *bench = benches[bench_count++] = mem_new(sizeof(*bench));
	struct err err = { 0 };

	(void)snprintf(bench->root, sizeof(bench->root), "/tmp/binnacle-table-XXXXXX");
	assert_non_null(mkdtemp(bench->root));
	(void)snprintf(bench->home, sizeof(bench->home), "BINNACLE_STATE_DIR=%s", bench->root);
	(void)snprintf(bench->config, sizeof(bench->config), "%s/c.yaml", bench->root);
	(void)snprintf(bench->reports, sizeof(bench->reports), "%s/reports", bench->root);
	assert_int_equal(mkdir(bench->reports, 0700), 0);
	bench->environment[0] = bench->home;
	bench->environment[1] = "XDG_CONFIG_DIRS=/nonexistent";
	bench->options.given[OPTION_CONFIG] = true;
	bench->options.value[OPTION_CONFIG] = bench->config;
	bench->context = (struct context){ .options = &bench->options,
					   .environment = bench->environment };
	bench->loop = loop_new(&err);
	assert_non_null(bench->loop);
	bench->now = loop_now(bench->loop).wall;
	bench->estate = (struct estate){ .settings = &bench->settings, .loop = bench->loop,
					 .world = world_new(bench->now) };
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;
	const char *const argv[] = { "rm", "-rf", bench->root, NULL };
	struct command command;

	if (bench->incidents)
		incidents_leave(bench->incidents, "quit");
	world_free(bench->estate.world);
	command_run(&command, argv, PATIENCE);
	command_done(&command);
	return 0;
}

static void on_said(void *arg, const char *sentence)
{
	struct bench *bench = arg;
	size_t len = strlen(bench->said);

	(void)snprintf(bench->said + len, sizeof(bench->said) - len, "%s\n", sentence);
}

static void on_changed(void *arg)
{
	(void)arg;
}

static void begin(struct bench *bench, const char *first)
{
	const struct incidents_setup setup = {
		.loop = bench->loop, .context = &bench->context, .settings = &bench->settings,
		.said = on_said, .changed = on_changed, .arg = bench,
	};

	bench->incidents = incidents_new(&setup);
	incidents_begin(bench->incidents, &bench->estate, first);
}

static void turn(void *arg)
{
	struct bench *bench = arg;
	struct now now = loop_now(bench->loop);

	incidents_look(bench->incidents);
	if (bench->holds(bench) || now.steady > bench->deadline)
		loop_stop(bench->loop);
	else
		loop_timer_set(bench->loop, &bench->turn, now.steady + 20);
}

static void wait_until(struct bench *bench, bool (*holds)(struct bench *bench), const char *what)
{
	bench->holds = holds;
	bench->turn = (struct loop_timer){ .call = turn, .arg = bench };
	bench->deadline = loop_now(bench->loop).steady + PATIENCE;
	loop_timer_set(bench->loop, &bench->turn, 0);
	loop_run(bench->loop);
	if (!holds(bench))
		fail_msg("never came: %s", what);
}

/* --- the board -------------------------------------------------------------------------------- */

#define REPORT "{\"start\":\"2026-11-01T00:00:00Z\",\"end\":\"2026-11-01T00:00:01Z\"," \
	       "\"health_status_code\":\"200\",\"indexer_status_code\":\"200\",\"pass\":true"
#define OURS REPORT ",\"schema\":\"binnacle.dr_report/1\",\"drill\":{\"id\":\"r\",\"type\":" \
		    "\"full-dr\",\"scenario\":\"other\"}}"

static void whatever_lies_in_the_folder_is_read_named_or_left(void **state)
{
	struct bench *bench = *state;
	struct board_plan plan;
	struct drill_board board;
	struct err err = { 0 };
	char path[256];

	configure(bench, ", sources: []");
	put_file(bench->reports, "2026-11-01-r.json", OURS);
	put_file(bench->reports, "2026-10-01-old.json", REPORT "}");
	put_file(bench->reports, "2026-11-02-cut.json", "{\"start\":");
	put_file(bench->reports, "notes.json", "not ours");
	put_file(bench->reports, ".2026-11-03-r.json.1", "{");
	(void)snprintf(path, sizeof(path), "%s/2026-11-04-pipe.json", bench->reports);
	assert_int_equal(mkfifo(path, 0600), 0);
	(void)snprintf(path, sizeof(path), "%s/2026-11-05-link.json", bench->reports);
	assert_int_equal(symlink("2026-11-01-r.json", path), 0);
	board_plan(&bench->settings, &plan);
	assert_true(board_read(&plan, bench->now, &board, &err));
	assert_int_equal(board.reports, 2);
	assert_int_equal(board.count, DRILL_TYPE_COUNT);
	assert_string_equal(board.rows[DRILL_FULL].last_id, "r");
	assert_non_null(strstr(board.trouble, "3 reports cannot be read: 2026-11-05-link.json: "));
	assert_non_null(strstr(board.trouble, "2026-11-04-pipe.json: no regular file"));
	assert_null(strstr(board.trouble, "notes.json"));
}

static void no_folder_is_no_report_and_a_file_instead_of_it_is_an_error(void **state)
{
	struct bench *bench = *state;
	struct board_plan plan;
	struct drill_board board;
	struct err err = { 0 };

	configure(bench, "/none, sources: []");
	board_plan(&bench->settings, &plan);
	assert_true(board_read(&plan, bench->now, &board, &err));
	assert_int_equal(board.reports, 0);
	put_file(bench->reports, "none", "");
	assert_false(board_read(&plan, bench->now, &board, &err));
	assert_non_null(strstr(err.text, "cannot read"));
}

/* --- the table -------------------------------------------------------------------------------- */

static void leave(struct bench *bench, const char *name, struct event *events, size_t count)
{
	const struct journal_who who = { .operator = "ana", .host = "h", .console = "console",
					 .tool_version = "1" };
	char folder[256];
	struct journal *journal;
	struct err err = { 0 };

	(void)snprintf(folder, sizeof(folder), "%s/incidents", bench->root);
	(void)mkdir(folder, 0700);
	(void)snprintf(folder, sizeof(folder), "%s/incidents/%s", bench->root, name);
	for (size_t i = 0; i < count; i++)
		str_put(events[i].by, sizeof(events[i].by), "ana");
	journal = journal_open(folder, true, false, &who, &err);
	assert_non_null(journal);
	assert_true(journal_append(journal, events, count, bench->now, &err));
	journal_close(journal);
}

static struct event event_at(const struct bench *bench, enum event_kind kind, msec before)
{
	return (struct event){ .kind = kind, .src = SRC_HUMAN, .at = bench->now - before,
			       .rec = bench->now - before };
}

/* A night with two notes and its end, and the tabletop that goes through it. */
static void leave_both(struct bench *bench)
{
	struct event night[] = {
		event_at(bench, EVENT_INCIDENT_DECLARED, 9 * WHEN_HOUR),
		event_at(bench, EVENT_NOTE, 8 * WHEN_HOUR), event_at(bench, EVENT_NOTE, 7 * WHEN_HOUR),
		event_at(bench, EVENT_STATUS_SET, 6 * WHEN_HOUR),
	};
	struct event drill[] = {
		event_at(bench, EVENT_INCIDENT_DECLARED, WHEN_HOUR),
		event_at(bench, EVENT_DRILL_ANNOUNCED, WHEN_HOUR),
	};

	EVENT_SET(night[0].data, title, "db lost");
	EVENT_SET(night[0].data, severity, 1);
	EVENT_SET(night[0].data, type, "outage");
	EVENT_SET(night[1].data, text, "promoted the replica");
	EVENT_SET(night[2].data, text, "the replica was behind");
	EVENT_SET(night[3].data, old, "triage");
	EVENT_SET(night[3].data, new_, "cancelled");
	EVENT_SET(night[3].data, reason, "a test");
	leave(bench, "2026-11-21-db-lost-7k3f9q", night, 4);
	EVENT_SET(drill[0].data, title, "Drill");
	EVENT_SET(drill[0].data, severity, 3);
	EVENT_SET(drill[0].data, type, "drill");
	EVENT_SET(drill[1].data, type, "tabletop");
	EVENT_SET(drill[1].data, name, "other");
	EVENT_SET(drill[1].data, of, "7k3f9q");
	leave(bench, "2026-11-22-drill-9p2m4x", drill, 2);
}

static const struct desk *desk(const struct bench *bench)
{
	return incidents_desk(bench->incidents);
}

static bool is_laid(struct bench *bench)
{
	return desk(bench)->rehearsal && desk(bench)->rehearsal->history && desk(bench)->board;
}

static void a_tabletop_is_on_the_desk_and_shows_one_moment_after_the_other(void **state)
{
	static const msec clocks[] = { 9 * WHEN_HOUR, 8 * WHEN_HOUR, 7 * WHEN_HOUR, 6 * WHEN_HOUR };
	struct bench *bench = *state;
	const struct rehearsal *table;

	configure(bench, ", sources: []");
	leave_both(bench);
	begin(bench, "9p2m4x");
	wait_until(bench, is_laid, "the table and the board");
	table = desk(bench)->rehearsal;
	assert_string_equal(table->drill, "9p2m4x");
	assert_string_equal(table->replays, "7k3f9q");
	assert_int_equal(table->shown, 0);
	assert_int_equal(table->clock, WHEN_NEVER);
	for (size_t i = 0; i < ARRAY_LEN(clocks); i++) {
		incidents_rehearse(bench->incidents);
		table = desk(bench)->rehearsal;
		assert_int_equal(table->clock, bench->now - clocks[i]);
		assert_int_equal(table->over, i + 1 == ARRAY_LEN(clocks));
	}
	assert_int_equal(table->shown, history_count(table->history));
	assert_string_equal(bench->said, "");
}

static bool is_told(struct bench *bench)
{
	return bench->said[0];
}

static void the_console_says_when_the_fence_of_a_drill_does_not_hold(void **state)
{
	struct bench *bench = *state;

	configure(bench, "");
	leave_both(bench);
	begin(bench, "9p2m4x");
	wait_until(bench, is_told, "the sentence");
	assert_non_null(strstr(bench->said, "#9p2m4x: drills.sources is not set: no drill runs before it "
			       "lists every source that a drill may touch; nothing of it is executed"));
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(whatever_lies_in_the_folder_is_read_named_or_left),
		T(no_folder_is_no_report_and_a_file_instead_of_it_is_an_error),
		T(a_tabletop_is_on_the_desk_and_shows_one_moment_after_the_other),
		T(the_console_says_when_the_fence_of_a_drill_does_not_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
