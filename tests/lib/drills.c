#include "tests/lib/drills.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "base/when.h"

enum { PATH = 512 };

/* The last line says where it is. */
static json_t *read_report(const char *printed)
{
	static const char words[] = "report: ";
	const char *line = strstr(printed, words), *next;
	char path[PATH];
	json_t *root;

	while (line && (next = strstr(line + 1, words)))
		line = next;
	if (!line)
		return NULL;
	line += strlen(words);
	assert_true(str_copy(path, sizeof(path), str_sub(line, strcspn(line, "\n"))));
	root = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	if (!root)
		fail_msg("the report %s cannot be read", path);
	remove(path);
	return root;
}

void drilled_run(struct drilled *drilled, const char *name, const char *what)
{
	*drilled = (struct drilled){ .report = NULL };
	command_run(&drilled->command,
		    (const char *[]){ "lab/lab", "drill", name, what ? "--fail" : NULL, what, NULL },
		    180 * WHEN_SECOND);
	drilled->report = read_report(buf_cstr(&drilled->command.out));
}

void drilled_done(struct drilled *drilled)
{
	command_done(&drilled->command);
	json_decref(drilled->report);
	*drilled = (struct drilled){ .report = NULL };
}

bool drilled_failed_by(const struct drilled *drilled, const char *beginning)
{
	const json_t *failure;
	size_t i;

	json_array_foreach(json_at(drilled->report, "failures"), i, failure)
		if (str_starts(str_of(json_string_value(failure)), beginning))
			return true;
	return false;
}

static void assert_exit(const struct drilled *drilled, int status)
{
	if (drilled->command.status != status || !drilled->report)
		fail_msg("exit %d, wanted %d, %s report\n%s%s", drilled->command.status, status,
			 drilled->report ? "a" : "no", buf_cstr(&drilled->command.out),
			 buf_cstr(&drilled->command.err));
}

static void assert_text(const json_t *report, const char *path, const char *text)
{
	assert_string_equal(json_text_at(report, path, "(none)"), text);
}

/* Measured: there is a figure, and it is one of seconds, not of the target. */
static void assert_measured(const json_t *report, const char *what)
{
	char achieved[64], target[64];
	double figure = -1, limit = -1;

	snprintf(achieved, sizeof(achieved), "objectives.%s_achieved_seconds", what);
	snprintf(target, sizeof(target), "objectives.%s_target_seconds", what);
	assert_true(json_double_at(report, achieved, &figure));
	assert_true(json_double_at(report, target, &limit));
	assert_true(figure >= 0 && figure < limit);
}

void drilled_assert_passed(const struct drilled *drilled, const char *type, const char *scenario)
{
	const json_t *report = drilled->report, *component;
	double rate = 0;
	size_t i;

	assert_exit(drilled, 0);
	assert_true(json_is_true(json_at(report, "pass")));
	assert_text(report, "drill.type", type);
	assert_text(report, "drill.scenario", scenario);
	assert_text(report, "drill.environment", "dr-test");
	assert_text(report, "indexer_status_code", "200");
	assert_text(report, "on_chain.backup_id", "13");
	assert_true(json_is_true(json_at(report, "on_chain.indexed")));
	assert_true(json_double_at(report, "integrity.pass_rate_percent", &rate));
	assert_true(rate > 99.9);
	assert_measured(report, "rto");
	assert_measured(report, "rpo");
	assert_int_equal(json_array_size(json_at(report, "components")), 2);
	json_array_foreach(json_at(report, "components"), i, component) {
		double took = -1;

		assert_true(json_is_true(json_at(component, "success")));
		assert_true(json_double_at(component, "recovery_duration_seconds", &took));
	}
	assert_true(json_array_size(json_at(report, "reconciliation")) >= 4);
	assert_true(json_array_size(json_at(report, "smoke_tests")) >= 4);
	assert_int_equal(json_array_size(json_at(report, "failures")), 0);
}

void drilled_assert_red(const struct drilled *drilled, const char *beginning)
{
	assert_exit(drilled, 30);
	assert_true(json_is_false(json_at(drilled->report, "pass")));
	if (!drilled_failed_by(drilled, beginning))
		fail_msg("no failure begins with '%s'\n%s", beginning,
			 buf_cstr(&drilled->command.out));
}
