/*
 * test_app_drills.c: the fence around drills, with what is said when it holds somebody back; and
 * what `drills` takes and refuses.
 */
#include "app/drills.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[64];
static const char *const environment[] = { "HOME=/nonexistent", "USER=ana",
					   "XDG_CONFIG_DIRS=/nonexistent", NULL };
static struct options options = { .given = { [OPTION_CONFIG] = true },
				  .value = { [OPTION_CONFIG] = path } };
static const struct context context = { .options = &options, .environment = environment };
static struct settings settings;
static struct buf errors;

static bool load(const char *yaml)
{
	bool ok;
	int fd;

	(void)snprintf(path, sizeof(path), "/tmp/binnacle-drills-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, yaml, strlen(yaml)), strlen(yaml));
	(void)close(fd);
	settings_done(&settings);
	ok = settings_load(&context, &settings);
	buf_clear(&errors);
	problems_write(&settings.problems, &errors);
	(void)unlink(path);
	return ok;
}

static int unload(void **state)
{
	(void)state;
	settings_done(&settings);
	buf_done(&errors);
	return 0;
}

#define DB "  db: {kind: http, url: \"http://127.0.0.1:1\"}\n"
#define REAL "  live: {kind: http, url: \"http://127.0.0.1:2\", production: true}\n"

static void a_drill_runs_only_where_nothing_real_can_be_reached(void **state)
{
	static const struct { const char *what, *yaml, *sentence; } cases[] = {
		{ "all are listed", "sources:\n" DB "drills: {sources: [db]}\n", NULL },
		{ "one name instead of a list", "sources:\n" DB "drills: {sources: db}\n", NULL },
		{ "no source, and an empty list", "drills: {sources: []}\n", NULL },
		{ "an environment that is none", "environment: lab\nenvironments: {prod: {production: "
		  "true}, lab: {production: false}}\ndrills: {sources: []}\n", NULL },
		{ "nothing is configured", "environment: lab\n", "drills.sources is not set: no drill "
		  "runs before it lists every source that a drill may touch" },
		{ "other keys, and no list", "drills: {image: x}\n", "drills.sources is not set: no "
		  "drill runs before it lists every source that a drill may touch" },
		{ "the environment", "environment: prod\nenvironments: {prod: {production: true}}\n"
		  "drills: {sources: []}\n",
		  "the environment prod is marked as production: no drill runs there" },
		{ "a source, though it is listed", "sources:\n" DB REAL "drills: {sources: [db, live]}\n",
		  "the source live is marked as production: no drill runs while it is configured" },
		{ "a source that nobody listed", "sources:\n" DB "  more: {kind: http, url: "
		  "\"http://127.0.0.1:3\"}\ndrills: {sources: [db]}\n",
		  "the source more is not on drills.sources: no drill runs while it is configured" },
		{ "an empty list forbids all", "sources:\n" DB "drills: {sources: []}\n",
		  "the source db is not on drills.sources: no drill runs while it is configured" },
		{ "commands for versions are no estate", "components: {indexer: {version_command: "
		  "[echo, v1]}}\ndrills: {sources: []}\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = { 0 };
		bool ok;

		if (!load(cases[i].yaml))
			fail_msg("%s: %s", cases[i].what, buf_cstr(&errors));
		ok = drills_fence(&settings, &err);
		if (ok != !cases[i].sentence)
			fail_msg("%s: %d, %s", cases[i].what, ok, err.text);
		assert_string_equal(err.text, cases[i].sentence ? cases[i].sentence : "");
		assert_int_equal(err.kind, ok ? ERR_NONE : ERR_REFUSED);
	}
}

static void every_kind_of_source_can_be_marked_as_production(void **state)
{
	(void)state;
	for (const char *const *kind = backend_kinds(); *kind; kind++) {
		const struct setting *s;
		size_t size;

		for (s = backend_settings(*kind, &size); s->type != SETTING_END_MARK; s++)
			if (!strcmp(s->key, "production"))
				break;
		if (s->type != SETTING_BOOL)
			fail_msg("%s cannot", *kind);
	}
}

static void each_type_is_due_as_often_as_the_plan_says_unless_configured(void **state)
{
	static const msec usual[] = { 7 * WHEN_DAY, 30 * WHEN_DAY, 91 * WHEN_DAY, 182 * WHEN_DAY };

	(void)state;
	assert_true(load("environment: lab\n"));
	for (size_t i = 0; i < DRILL_TYPE_COUNT; i++) {
		assert_int_equal(settings.drills.types[i].every, usual[i]);
		assert_int_equal(settings.drills.types[i].scenario, SCENARIO_OTHER);
		assert_null(settings.drills.types[i].runbook);
	}
	assert_string_equal(settings.drills.reports, "backups/recovery_reports");
	if (!load("drills:\n  reports: /srv/reports\n  image: teachlink/dr-test\n"
		  "  types: {restoration: {every: 14d, runbook: restore-test, scenario: "
		  "indexer-db-restore}}\n"))
		fail_msg("%s", buf_cstr(&errors));
	assert_int_equal(settings.drills.types[DRILL_RESTORATION].every, 14 * WHEN_DAY);
	assert_int_equal(settings.drills.types[DRILL_RESTORATION].scenario, SCENARIO_RESTORE);
	assert_string_equal(settings.drills.types[DRILL_RESTORATION].runbook, "restore-test");
	assert_int_equal(settings.drills.types[DRILL_FULL].every, 91 * WHEN_DAY);
	assert_string_equal(settings.drills.reports, "/srv/reports");
	assert_string_equal(settings.drills.image, "teachlink/dr-test");
}

#define LONG "/12345678901234567890123456789012345678901234567890123456789"

static void what_is_wrong_with_drills_is_said_with_its_place(void **state)
{
	static const struct { const char *yaml, *says; } cases[] = {
		{ "sources:\n" DB "drills: {sources: [dbb]}\n",
		  "drills.sources: there is no source 'dbb'" },
		{ "notify: [{name: team, kind: clipboard}]\ndrills: {announce: [taem]}\n",
		  "drills.announce: there is no channel 'taem'" },
		{ "drills: {types: {restorations: {every: 1d}}}\n", "unknown key 'restorations'" },
		{ "drills: {types: {restoration: {every: 30}}}\n", "drills.types.restoration.every" },
		{ "drills: {types: {restoration: {every: 10m}}}\n", "drills.types.restoration.every" },
		{ "drills: {reports: " LONG LONG LONG LONG LONG "}\n", "drills.reports: more than 255" },
		{ "drills: {types: {restoration: {scenario: fire}}}\n",
		  "drills.types.restoration.scenario" },
		{ "sources:\n  db: {kind: http, url: \"http://127.0.0.1:1\", production: maybe}\n",
		  "sources.db.production" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (load(cases[i].yaml))
			fail_msg("taken: %s", cases[i].yaml);
		if (!str_has(str_of(buf_cstr(&errors)), cases[i].says))
			fail_msg("%s", buf_cstr(&errors));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_drill_runs_only_where_nothing_real_can_be_reached),
		cmocka_unit_test(every_kind_of_source_can_be_marked_as_production),
		cmocka_unit_test(each_type_is_due_as_often_as_the_plan_says_unless_configured),
		cmocka_unit_test(what_is_wrong_with_drills_is_said_with_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, unload);
}
