/*
 * Runbooks of the library walked against the lab, by keys, from what fires to the resolved
 * incident: every step that senses ticks when its part of the estate works again, falls back when
 * that part is broken anew, and ticks once more; then the run is COMPLETE and says how. The times
 * for which a check must hold are cut to seconds; nothing else of the runbooks is changed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/json.h"
#include "core/checklist.h"
#include "tests/lib/bykeys.h"
#include "tests/lib/command.h"
#include "tests/lib/console.h"
#include "tests/lib/lab.h"

enum { STEPS = 12, STROKES = 6, CHOICES = 3, WORDS = 4 };

/* What breaks something, as words of lab/lab, and the steps that must fall back with it. */
struct stroke {
	const char *lab[WORDS];
	const char *lost[STEPS];
};

static const struct course {
	const char *runbook, *scenario;
	const char *sight;		/* what the Now screen says of it before anybody declares */
	struct {
		const char *step, *key, *option;	/* key NULL: as the instruments propose */
	} choices[CHOICES];
	const char *command, *prints;	/* a step whose command is run here; NULL: none is */
	const char *elsewhere[CHOICES], *host;
	const char *told, *left_out;	/* a step that is ticked, and one that is skipped, by keys */
	const char *sensed[STEPS];	/* all that tick by themselves on the way that is chosen */
	const char *unseen[STEPS];	/* of them, what nobody can know before it is mended */
	struct stroke strokes[STROKES];	/* the first one: the whole of it anew */
	void (*more)(void);		/* further ways, after the first one; NULL */
	const char *later[STEPS];	/* sensed on the ways that `more` chooses */
} *course;

static struct bykeys walk;

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

/* The runbooks with shorter times, and the lab's configuration with them; it looks more often at
 * what is slow in life. */
static int set_up(void **state)
{
	const char *dir;
	int status = lab_up(state);

	if (status != 0)
		return status;
	dir = lab_dir();
	shell("umask 077; mkdir '%s/walks'; for book in runbooks/*.md; do\n"
	      "sed 's/ for=[0-9]*[smh]/ for=2s/' \"$book\" >'%s/walks/'\"${book##*/}\"; done\n"
	      "sed 's#^runbooks: .*#runbooks: {dirs: [%s/walks]}#; /kind: jwt/,$s/every: 15s/every: 5s/\n"
	      "s/every: 30s/every: 10s/; /kind: indexer/s/every: 10s/every: 3s/' \\\n"
	      "'%s/config.yaml' >'%s/walks.yaml'", dir, dir, dir, dir, dir);
	return 0;
}

static void lab_does(const char *const *words)
{
	const char *argv[WORDS + 4] = { "lab/lab" };
	struct command done;
	size_t n = 1;

	while (n <= WORDS && words[n - 1]) {
		argv[n] = words[n - 1];
		n++;
	}
	argv[n++] = "--dir";
	argv[n] = lab_dir();
	command_run(&done, argv, 120 * WHEN_SECOND);
	if (done.status != 0)
		fail_msg("lab %s: exit %d\n%s", words[0], done.status, buf_cstr(&done.err));
	command_done(&done);
}

#define LAB(...) lab_does((const char *const[WORDS]){ __VA_ARGS__ })

/* --- every step that senses --- */

static bool is_in(const char *const *list, const char *id)
{
	for (size_t i = 0; i < STEPS && list[i]; i++)
		if (strcmp(list[i], id) == 0)
			return true;
	return false;
}

static bool falls_back(const char *id)
{
	for (size_t i = 0; i < STROKES; i++)
		if (is_in(course->strokes[i].lost, id))
			return true;
	return false;
}

/* None of the runbook is left out, and all that are sensed at once are broken by some stroke. */
static void names_every_step_that_senses(void)
{
	for (size_t i = 0; i < walk.book->step_count; i++) {
		const struct step *step = &walk.book->steps[i];
		bool named = is_in(course->sensed, step->id);

		if (checklist_senses(step) != (named || is_in(course->later, step->id)))
			fail_msg("%s of %s is not walked as it is", step->id, course->runbook);
		if (named && !falls_back(step->id) && !is_in(course->later, step->id))
			fail_msg("nothing breaks %s of %s", step->id, course->runbook);
	}
}

/* What is only unknown meanwhile does not fall back: all but what this stroke takes. */
static void keep_the_others(const struct stroke *stroke)
{
	for (size_t i = 0; i < STEPS && course->sensed[i]; i++)
		if (!is_in(stroke->lost, course->sensed[i]) &&
		    bykeys_other_than(&walk, &course->sensed[i], 1, MARK_SENSED))
			fail_msg("%s fell back with %s", course->sensed[i], course->scenario);
}

/* --- the walk --- */

static void begin(void)
{
	char book[340], matched[200];

	snprintf(walk.home, sizeof(walk.home), "%s", lab_dir());
	snprintf(walk.state, sizeof(walk.state), "%s/%s", lab_dir(), course->runbook);
	snprintf(walk.config, sizeof(walk.config), "%s/walks.yaml", lab_dir());
	snprintf(book, sizeof(book), "%s/walks/%s.md", lab_dir(), course->runbook);
	bykeys_start(&walk, book);
	names_every_step_that_senses();
	bykeys_must_show(&walk, course->sight);
	snprintf(matched, sizeof(matched), "%s  for ", course->runbook);
	bykeys_must_show(&walk, matched);
	bykeys_declare(&walk);
	bykeys_begin(&walk);
}

static void act(void)
{
	for (size_t i = 0; i < CHOICES && course->choices[i].step; i++)
		bykeys_choose(&walk, course->choices[i].step, course->choices[i].key,
			      course->choices[i].option);
	if (course->command) {
		bykeys_run(&walk, course->command, course->prints);
		bykeys_tick(&walk, course->command);
	} else {
		bykeys_run_own(&walk, "date -u +%Y", "20");
	}
	for (size_t i = 0; i < CHOICES && course->elsewhere[i]; i++)
		bykeys_run_elsewhere(&walk, course->elsewhere[i], course->host);
}

static void mend(void)
{
	LAB("set", "healthy");
	bykeys_must_become(&walk, course->sensed, STEPS, MARK_SENSED);
}

static void break_anew(void)
{
	for (size_t i = 0; i < STROKES && course->strokes[i].lab[0]; i++) {
		lab_does(course->strokes[i].lab);
		bykeys_must_become(&walk, course->strokes[i].lost, STEPS, MARK_REGRESSED);
		if (i == 0)
			keep_the_others(&course->strokes[i]);
	}
}

/* What the lab cannot play, by ben, from another console. */
static void leave_out_the_rest(void)
{
	struct dossier *dossier = casefile_read(&walk.file);
	const struct run *run = &dossier_incident(dossier)->runs[0];

	for (size_t i = 0; i < run->step_count; i++) {
		struct order order = { .kind = EVENT_STEP_SKIPPED, .by = "ben" };

		if (run->steps[i].mark != MARK_TODO)
			continue;
		EVENT_SET(order.data, run, run->event);
		EVENT_SET(order.data, step, run->steps[i].id);
		EVENT_SET(order.data, reason, "the lab cannot play it");
		casefile_order(&walk.file, &order);
	}
	dossier_close(dossier);
}

/* --- what is told of it afterwards --- */

static void check_step(const json_t *step)
{
	const char *id = json_text_at(step, "id", ""), *mark = json_text_at(step, "mark", "");
	bool senses = is_in(course->sensed, id) || is_in(course->later, id);

	if (senses ? strcmp(mark, "sensed") != 0 || strcmp(json_text_at(step, "src", ""), "sensed") :
		     strcmp(mark, "done") != 0 && strcmp(mark, "skipped") != 0)
		fail_msg("%s reads %s", id, mark);
	if (strcmp(mark, "skipped") == 0)
		assert_true(json_text_at(step, "reason", "")[0]);
}

static void check_json(void)
{
	char home[320], state[380];
	const char *const argv[] = { "env", home, state, console_program(), "incident", "show",
				     walk.file.id, "--json", "-c", walk.config, NULL };
	struct command show;
	struct err err = { 0 };
	const json_t *run;
	json_t *root;

	snprintf(home, sizeof(home), "HOME=%s", walk.home);
	snprintf(state, sizeof(state), "BINNACLE_STATE_DIR=%s", walk.state);
	command_run(&show, argv, 30 * WHEN_SECOND);
	root = json_read(str_sub(buf_cstr(&show.out), show.out.len), JSON_MAX_PINNED, &err);
	if (!root)
		fail_msg("exit %d, %s: %s", show.status, err.text, buf_cstr(&show.err));
	run = json_array_get(json_at(root, "state.runs"), 0);
	assert_string_equal(json_text_at(run, "runbook", ""), course->runbook);
	assert_true(str_starts(str_of(json_text_at(run, "words", "")), "COMPLETE"));
	assert_int_equal(json_array_size(json_at(run, "steps")), walk.book->step_count);
	for (size_t i = 0; i < walk.book->step_count; i++)
		check_step(json_array_get(json_at(run, "steps"), i));
	json_decref(root);
	command_done(&show);
}

static void walk_it(const struct course *which)
{
	course = which;
	LAB("set", course->scenario);
	begin();
	act();
	assert_null(bykeys_other_than(&walk, course->strokes[0].lost, STEPS, MARK_TODO));
	assert_null(bykeys_other_than(&walk, course->unseen, STEPS, MARK_TODO));
	mend();
	break_anew();
	mend();
	if (course->more)
		course->more();
	bykeys_tick(&walk, course->told);
	bykeys_skip(&walk, course->left_out, "nobody pays in the lab");
	leave_out_the_rest();
	bykeys_must_show(&walk, "COMPLETE");
	bykeys_end_run(&walk);
	check_json();
	bykeys_resolve(&walk, "nobody lost anything");
}

/* --- the four --- */

static void a_horizon_outage_is_walked(void **state)
{
	static const struct course outage = {
		.runbook = "horizon-outage", .scenario = "horizon-503",
		.sight = "TeachLinkIndexerHorizonUnavailable",
		.choices = { { "what", NULL, "down" }, { "whose", "1", "everybody" } },
		.command = "rate-limit", .prints = "X-Ratelimit-Remaining",
		.elsewhere = { "config-drift" }, .host = "backend-host",
		.told = "announce", .left_out = "reconcile",
		.sensed = { "stable", "breaker-closed", "indexer-moves", "end-horizon",
			    "end-breaker", "end-indexer", "end-alerts" },
		.strokes = {
			{ { "set", "horizon-ingest-stuck" },
			  { "stable", "indexer-moves", "end-horizon", "end-indexer", "end-alerts" } },
			{ { "set", "api-circuit-open" }, { "breaker-closed", "end-breaker" } },
		},
	};

	(void)state;
	walk_it(&outage);
}

static void an_indexer_that_is_down_is_walked(void **state)
{
	static const struct course down = {
		.runbook = "indexer-down", .scenario = "indexer-down",
		.sight = "TeachLinkIndexerDown",
		.choices = { { "which", NULL, "dead" }, { "deployed", "1", "no" } },
		.command = "database-login", .prints = "exporter|",
		.elsewhere = { "look", "restart" }, .host = "indexer-host",
		.told = "over", .left_out = "memory",
		.sensed = { "answers", "well", "caught-up", "end-indexer", "end-alerts", "end-db",
			    "end-window" },
		.unseen = { "caught-up" },
		.strokes = {
			{ { "set", "indexer-down" },
			  { "answers", "well", "end-indexer", "end-alerts" } },
			{ { "fault", "indexer.listening", "1" }, { NULL } },
			{ { "fault", "indexer.stalled", "1" }, { NULL } },
			{ { "fault", "indexer.rewind", "400" }, { "caught-up" } },
			{ { "fault", "rpc.listening", "0" }, { "end-window" } },
			{ { "readonly", "primary" }, { "end-db" } },
		},
	};

	(void)state;
	walk_it(&down);
}

static void an_indexer_that_is_stale_is_walked(void **state)
{
	static const struct course stale = {
		.runbook = "indexer-stale", .scenario = "indexer-stale",
		.sight = "TeachLinkIndexerStaleProcessing",
		.choices = { { "which", NULL, "stuck" } },
		.command = "gauge", .prints = "truth",
		.elsewhere = { "log", "restart" }, .host = "indexer-host",
		.told = "over", .left_out = "poison",
		.sensed = { "database", "window", "moves", "fresh", "end-indexer", "end-horizon",
			    "end-alert", "end-window" },
		.strokes = {
			{ { "set", "indexer-stale" }, { "moves", "end-indexer", "end-alert" } },
			{ { "fault", "horizon.mood", "overloaded" }, { "fresh", "end-horizon" } },
			{ { "fault", "rpc.listening", "0" }, { "window", "end-window" } },
			{ { "readonly", "primary" }, { "database" } },
		},
	};

	(void)state;
	walk_it(&stale);
}

static void shorten_canary(void)
{
	const char *dir = lab_dir();

	shell("umask 077; \"${LABSERVER:-build/rel/labserver}\" token '%s/jwt/previous' 1800 "
	      ">'%s/jwt/canary.new'; mv '%s/jwt/canary.new' '%s/jwt/canary'", dir, dir, dir, dir);
}

/* The hard cutover, where BAD is what is wanted; then the planned way, to the canary. */
static void take_the_other_ways(void)
{
	static const char *const refused[] = { "old-refused" };
	static const char *const canary[] = { "canary" };
	static const char *const lives[] = { "end-canary" };
	static const char *const lost[] = { "canary", "end-canary" };

	bykeys_reopen(&walk, "why");
	bykeys_choose(&walk, "why", "2", "leaked");
	bykeys_reopen(&walk, "path");
	bykeys_choose(&walk, "path", "2", "hard");
	bykeys_tick(&walk, "announce-hard");
	bykeys_run_elsewhere(&walk, "cut-over", course->host);
	assert_null(bykeys_other_than(&walk, refused, 1, MARK_TODO));
	LAB("fault", "jwt.old_rejected", "1");
	bykeys_must_become(&walk, refused, 1, MARK_SENSED);
	/* Of one that ran out nothing is known: what was sensed neither falls back nor ticks. */
	LAB("set", "jwt-expired");
	bykeys_reopen(&walk, "why");
	bykeys_choose(&walk, "why", "1", "planned");
	bykeys_must_show(&walk, "jwt.token_expires_s is not known");
	assert_null(bykeys_other_than(&walk, canary, 1, MARK_TODO));
	assert_null(bykeys_other_than(&walk, lives, 1, MARK_SENSED));
	LAB("set", "healthy");
	bykeys_must_become(&walk, canary, 1, MARK_SENSED);
	shorten_canary();
	bykeys_must_become(&walk, lost, 2, MARK_REGRESSED);
	mend();
	bykeys_must_become(&walk, course->later, STEPS, MARK_SENSED);
}

/* No alert is made for it: it begins with its source, which turns BAD. */
static void a_rotation_of_the_login_secret_is_walked(void **state)
{
	static const struct course rotation = {
		.runbook = "jwt-secret-rotation", .scenario = "jwt-old-rejected",
		.sight = "rejected by",
		.choices = { { "why", NULL, "broken" }, { "path", "1", "dual" } },
		.elsewhere = { "put-back" }, .host = "backend-host",
		.told = "over", .left_out = "login",
		.sensed = { "mended", "no-cut", "accepted", "backend", "end-jwt", "end-live",
			    "end-canary" },
		.strokes = {
			{ { "set", "jwt-old-rejected" },
			  { "mended", "no-cut", "accepted", "end-jwt" } },
			{ { "fault", "api.listening", "0" }, { "backend", "end-live" } },
		},
		.more = take_the_other_ways,
		.later = { "old-refused", "canary", "end-canary" },
	};

	(void)state;
	walk_it(&rotation);
}

static int drop(void **state)
{
	(void)state;
	bykeys_end(&walk);
	return 0;
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
