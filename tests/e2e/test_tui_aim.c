/*
 * A key acts on what was under the cursor, whatever the world does just before it: rows turn red,
 * re-sort or vanish in the 50 ms before Enter, fifty times each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/console.h"

enum { INJECTIONS = 50, AIM = 5, MOST_BEFORE_MS = 50 };

static const char *const paths[RIG_SOURCES] = {"/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8"};

struct stage {
	struct rig *rig;
	struct screen *screen;
};

static void set_status(struct stage *stage, size_t source, int status)
{
	httpd_set(rig_httpd(stage->rig), &(struct httpd_rule){
		.path = paths[source], .status = status, .body = str_of("{}"),
	});
}

/* The row under the cursor is marked in its first column. */
static int cursor_row(const struct screen *screen)
{
	for (int row = 0; row < screen_size(screen).row; row++)
		if (strcmp(screen_cell(screen, row, 0).text, ">") == 0)
			return row;
	return -1;
}

/* The row of the source itself, not the one of NEXT that speaks of it, nor one of the timeline. */
static bool is_target(const struct screen *screen, int row)
{
	return strcmp(screen_cell(screen, row, 1).text, "a") == 0 &&
	       screen_row_has(screen, row, rig_source(AIM));
}

static bool aimed(const struct screen *screen, void *arg)
{
	int row = cursor_row(screen);

	(void)arg;
	return row >= 0 && is_target(screen, row);
}

static bool listed(const struct screen *screen, void *arg)
{
	(void)arg;
	for (int row = 0; row < screen_size(screen).row; row++)
		if (is_target(screen, row))
			return true;
	return false;
}

static void aim(struct stage *stage)
{
	enum { ROWS = 24 };

	assert_true(screen_key(stage->screen, "g"));
	if (!screen_wait(stage->screen, listed, NULL, CONSOLE_PATIENCE))
		console_fail(stage->screen, "the source has no row");
	for (int i = 0; i < ROWS; i++) {
		screen_settle(stage->screen, 60, CONSOLE_PATIENCE);
		if (aimed(stage->screen, NULL))
			return;
		assert_true(screen_key(stage->screen, "Down"));
	}
	console_fail(stage->screen, "the cursor cannot be put on the source");
}

static void ask_all(struct stage *stage)
{
	struct httpd *httpd = rig_httpd(stage->rig);
	size_t before = httpd_requests(httpd, NULL);
	nsec deadline = nsec_now() + CONSOLE_PATIENCE * NSEC_PER_MSEC;

	assert_true(screen_key(stage->screen, "r"));
	while (httpd_requests(httpd, NULL) < before + RIG_SOURCES && nsec_now() < deadline)
		screen_pump(stage->screen, 1);
}

static int set_up(void **state)
{
	static struct stage stage;
	struct buf yaml = {0};
	struct err err = {0};

	stage.rig = rig_new(RIG_HEALTHY, &err);
	if (!stage.rig)
		fail_msg("%s", err.text);
	buf_text(&yaml, "version: 1\noperator: tester\nenvironment: aim\nsources:\n");
	for (size_t i = 0; i < RIG_SOURCES; i++)
		buf_fmt(&yaml, "  %s: {kind: http, url: \"http://127.0.0.1:%u%s\", every: 60s}\n",
			rig_source(i), rig_port(stage.rig), paths[i]);
	if (!rig_write_config(stage.rig, buf_cstr(&yaml), &err))
		fail_msg("%s", err.text);
	buf_done(&yaml);
	for (size_t i = 1; i < RIG_SOURCES; i += 2)
		set_status(&stage, i, 500);
	stage.screen = console_start(&(struct console_setup){.rig = stage.rig, .rows = 24, .cols = 80});
	if (!screen_wait_text(stage.screen, "FINE 4", CONSOLE_PATIENCE))
		console_fail(stage.screen, "half of the sources are not wrong");
	srandom(1);
	*state = &stage;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *stage = *state;

	screen_free(stage->screen);
	rig_free(stage->rig);
	return 0;
}

/* Turn every other source over, so that rows come, go and change places. */
static void shuffle(struct stage *stage)
{
	static const int statuses[] = {200, 200, 500, 404, 429};

	for (size_t i = 0; i < RIG_SOURCES; i++)
		if (i != AIM)
			set_status(stage, i, statuses[(size_t)random() % 5]);
}

static void wait_a_moment(struct stage *stage)
{
	screen_drain(stage->screen, random() % (MOST_BEFORE_MS + 1));
}

static bool opened(const struct screen *screen)
{
	return screen_find(screen, "QUESTIONS", NULL);
}

static void close_details(struct stage *stage)
{
	assert_true(screen_key(stage->screen, "Esc"));
	if (!screen_wait_gone(stage->screen, "QUESTIONS", CONSOLE_PATIENCE))
		console_fail(stage->screen, "Esc did not close the details");
}

/* The title of the details is the first row of the body. */
static void check_details(struct stage *stage)
{
	char title[32];

	snprintf(title, sizeof(title), " %s -", rig_source(AIM));
	if (!screen_row_has(stage->screen, 2, title))
		console_fail(stage->screen, "Enter opened something else");
}

static void what_changes_around_it_never_moves_the_aim(void **state)
{
	struct stage *stage = *state;

	aim(stage);
	for (int i = 0; i < INJECTIONS; i++) {
		shuffle(stage);
		ask_all(stage);
		wait_a_moment(stage);
		assert_true(screen_key(stage->screen, "Enter"));
		if (!screen_wait_text(stage->screen, "QUESTIONS", CONSOLE_PATIENCE))
			console_fail(stage->screen, "Enter did not open what was selected");
		check_details(stage);
		close_details(stage);
		if (!screen_wait(stage->screen, aimed, NULL, CONSOLE_PATIENCE))
			console_fail(stage->screen, "the cursor has left its item");
	}
}

static void what_vanishes_is_not_replaced_by_its_neighbour(void **state)
{
	struct stage *stage = *state;

	for (int i = 0; i < INJECTIONS; i++) {
		set_status(stage, AIM, 500);
		ask_all(stage);
		aim(stage);
		set_status(stage, AIM, 200);
		ask_all(stage);
		wait_a_moment(stage);
		assert_true(screen_key(stage->screen, "Enter"));
		screen_settle(stage->screen, 150, CONSOLE_PATIENCE);
		if (opened(stage->screen)) {
			check_details(stage);
			close_details(stage);
		} else if (!screen_find(stage->screen, "nothing is selected", NULL) &&
			   !screen_find(stage->screen, "gone from the list", NULL)) {
			console_fail(stage->screen, "Enter on nothing did not say so");
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_changes_around_it_never_moves_the_aim, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_vanishes_is_not_replaced_by_its_neighbour, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
