/*
 * Runbooks of the library walked against the lab: begun by keys while something fails, ticked by
 * the instruments when it is mended, taken back when it fails again. The times for which a check
 * must hold are cut to seconds; nothing else of the runbooks is changed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "store/shelf.h"
#include "tests/lib/casefile.h"
#include "tests/lib/command.h"
#include "tests/lib/console.h"
#include "tests/lib/lab.h"

enum { STEPS = 8, MINUTES = 3 };

static const struct course {
	const char *runbook, *scenario, *alert;		/* alert: "" where none is made for it */
	const char *mended[STEPS];			/* steps that tick when it works again */
	const char *lost[STEPS];			/* of them, those that fall back with it */
} courses[] = {
	{ "horizon-outage", "horizon-503", "TeachLinkIndexerHorizonUnavailable",
	  { "stable", "breaker-closed", "indexer-moves", "end-horizon", "end-breaker",
	    "end-indexer", "end-alerts" },
	  { "stable", "indexer-moves", "end-horizon", "end-indexer", "end-alerts" } },
	{ "indexer-down", "indexer-down", "TeachLinkIndexerDown",
	  { "answers", "well", "caught-up", "end-indexer", "end-alerts", "end-db", "end-window" },
	  { "answers", "well", "end-indexer", "end-alerts" } },
	{ "indexer-stale", "indexer-stale", "TeachLinkIndexerStaleProcessing",
	  { "window", "moves", "fresh", "end-indexer", "end-horizon", "end-alert", "end-window" },
	  { "moves", "end-indexer", "end-alert" } },
	{ "jwt-secret-rotation", "jwt-old-rejected", "",
	  { "accepted", "backend", "end-jwt", "end-canary", "end-live" },
	  { "accepted", "end-jwt" } },
};

static char config[300], state_dir[300];
static struct screen *screen;
static struct casefile file;

/* --- a place of its own --- */

PRINTF_LIKE(1, 2)
static void shell(const char *fmt, ...)
{
	char text[2000];
	const char *const argv[] = { "sh", "-euc", text, NULL };
	struct command command;
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	command_run(&command, argv, 30 * WHEN_SECOND);
	if (command.status != 0)
		fail_msg("%s: %s", text, buf_cstr(&command.err));
	command_done(&command);
}

/* The runbooks with shorter times, and the lab's configuration with them. */
static int set_up(void **state)
{
	const char *dir;
	int status = lab_up(state);

	if (status != 0)
		return status;
	dir = lab_dir();
	snprintf(config, sizeof(config), "%s/walks.yaml", dir);
	shell("umask 077; mkdir '%s/walks'; for book in runbooks/*.md; do\n"
	      "sed 's/ for=[0-9]*[mh]/ for=2s/' \"$book\" >'%s/walks/'\"${book##*/}\"; done\n"
	      "sed 's#^runbooks: .*#runbooks: {dirs: [%s/walks]}#' '%s/config.yaml' >'%s'",
	      dir, dir, dir, dir, config);
	return 0;
}

static void declare(const struct course *course)
{
	char root[340];
	const char *where[] = { root, NULL };
	struct err err = { 0 };
	struct shelved *list;
	size_t count = 0;

	snprintf(state_dir, sizeof(state_dir), "%s/%s", lab_dir(), course->runbook);
	shell("HOME='%s' BINNACLE_STATE_DIR='%s' '%s' incident open -c '%s' --title '%s' --sev 1",
	      lab_dir(), state_dir, console_program(), config, course->scenario);
	snprintf(root, sizeof(root), "%s/incidents", state_dir);
	list = shelf_list(where, &count, &err);
	assert_int_equal(count, 1);
	memcpy(file.folder, list[0].folder, sizeof(file.folder));
	memcpy(file.id, list[0].id, sizeof(file.id));
	mem_free(list);
}

static void start_console(void)
{
	static char home[320], place[340];
	static const char *const env[] = { home, place, "TERM=xterm-256color", NULL };
	const char *argv[] = { console_program(), "-c", config, NULL };
	struct pty_spec spec = { .argv = argv, .env = env, .rows = 40, .cols = 110 };
	struct err err = { 0 };

	snprintf(home, sizeof(home), "HOME=%s", lab_dir());
	snprintf(place, sizeof(place), "BINNACLE_STATE_DIR=%s", state_dir);
	screen = screen_start(&spec, &err);
	if (!screen)
		fail_msg("%s", err.text);
}

/* --- keys --- */

static void must_show(const char *text)
{
	if (!screen_wait_text(screen, text, 3 * CONSOLE_PATIENCE))
		console_fail(screen, text);
}

static void press(const char *key)
{
	assert_true(screen_key(screen, key));
}

static void begin(const struct course *course)
{
	char matched[160];

	must_show("5 Runbook");
	if (course->alert[0]) {
		snprintf(matched, sizeof(matched), "%s  for alert", course->runbook);
		must_show(matched);
	}
	press("5");
	must_show("ALL");
	press("/");
	assert_true(screen_type(screen, course->runbook));
	press("Enter");
	press("Enter");
	must_show("Enter begins this runbook");
	press("Enter");
	must_show("next 1");
}

/* --- what is recorded --- */

static enum step_mark mark_of(const struct run *run, const char *id)
{
	for (size_t i = 0; i < run->step_count; i++)
		if (strcmp(run->steps[i].id, id) == 0)
			return run->steps[i].mark;
	fail_msg("%s has no step %s", run->runbook, id);
	return MARK_TODO;
}

/* The first of the steps that has another mark; NULL: none. */
static const char *other_than(const char *const *steps, enum step_mark mark)
{
	struct dossier *dossier = casefile_read(&file);
	const struct incident *incident = dossier_incident(dossier);
	const char *other = NULL;

	for (size_t i = 0; i < STEPS && steps[i] && !other; i++)
		if (incident->run_count != 1 || mark_of(&incident->runs[0], steps[i]) != mark)
			other = steps[i];
	dossier_close(dossier);
	return other;
}

static void must_become(const char *const *steps, enum step_mark mark)
{
	nsec deadline = nsec_now() + MINUTES * WHEN_MINUTE * NSEC_PER_MSEC;
	const char *other = other_than(steps, mark);

	while (other && nsec_now() < deadline) {
		screen_pump(screen, 500);
		other = other_than(steps, mark);
	}
	if (other)
		console_fail(screen, other);
}

/* What has fallen back is not sensed while it is broken, whatever else is. */
static void none_is_sensed(const struct course *course)
{
	struct dossier *dossier = casefile_read(&file);
	const struct run *run = &dossier_incident(dossier)->runs[0];

	for (size_t i = 0; i < STEPS && course->lost[i]; i++)
		assert_int_equal(mark_of(run, course->lost[i]), MARK_TODO);
	dossier_close(dossier);
}

static void resolve(const struct course *course)
{
	char resolved[80];

	shell("HOME='%s' BINNACLE_STATE_DIR='%s' '%s' incident resolve '%s' -c '%s' --summary "
	      "'nobody lost anything' --reason 'what is left of the runbook is for people'",
	      lab_dir(), state_dir, console_program(), file.id, config);
	snprintf(resolved, sizeof(resolved), "%s resolved", course->scenario);
	must_show(resolved);
}

static void walk(const struct course *course)
{
	lab_set(course->scenario);
	declare(course);
	start_console();
	begin(course);
	none_is_sensed(course);
	lab_set("healthy");
	must_become(course->mended, MARK_SENSED);
	lab_set(course->scenario);
	must_become(course->lost, MARK_REGRESSED);
	lab_set("healthy");
	must_become(course->mended, MARK_SENSED);
	resolve(course);
}

/* It would ask before it quits: clocks of the incident run on. */
static int drop(void **state)
{
	(void)state;
	screen_free(screen);
	screen = NULL;
	return 0;
}

static void a_horizon_outage_is_walked(void **state)
{
	(void)state;
	walk(&courses[0]);
}

static void an_indexer_that_is_down_is_walked(void **state)
{
	(void)state;
	walk(&courses[1]);
}

static void an_indexer_that_is_stale_is_walked(void **state)
{
	(void)state;
	walk(&courses[2]);
}

static void a_rotation_of_the_login_secret_is_walked(void **state)
{
	(void)state;
	walk(&courses[3]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_horizon_outage_is_walked, drop),
		cmocka_unit_test_teardown(an_indexer_that_is_down_is_walked, drop),
		cmocka_unit_test_teardown(an_indexer_that_is_stale_is_walked, drop),
		cmocka_unit_test_teardown(a_rotation_of_the_login_secret_is_walked, drop),
	};

	/* They wait for the instruments for a minute and a half each, whatever was built. */
#ifdef __SANITIZE_ADDRESS__
	puts("SKIPPED: three of the four walks, which take the same code through other runbooks");
	cmocka_set_test_filter("a_horizon_*");
#endif
	return cmocka_run_group_tests(tests, set_up, lab_down);
}
