/*
 * test_export_dr_report.c: a verification written and read again; what a report says of what is not
 * known; when it has not passed; texts of others in every field.
 */
#include "export/dr_report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/digest.h"
#include "base/scrub.h"
#include "tests/lib/pen.h"

#define T0 ((msec)1795338000000)		/* 2026-11-22T09:00:00Z */

/* --- verifications ---------------------------------------------------------------------------- */

static struct verified_artifact artifacts[] = {
	{ .path = "a.dump", .expected = "aa", .actual = "aa", .bytes = 7, .match = true },
	{ .path = "b.dump", .expected = "bb", .actual = NULL, .bytes = -1 },
	{ .path = "c.dump", .expected = NULL, .actual = "cc", .bytes = 0 },
};
static struct verified_count counts[] = {
	{ .name = "events", .golden_known = true, .restored_known = true, .golden = 18442190,
	  .restored = 18442190, .within = true },
	{ .name = "escrows", .golden_known = true, .restored_known = true, .golden = 90211,
	  .restored = 90207, .tolerance = 2 },
	{ .name = "lost", .golden_known = true, .golden = 5 },
	{ .name = "far", .golden_known = true, .restored_known = true, .golden = INT64_MIN,
	  .restored = INT64_MAX },
};
static struct verified_smoke smokes[] = {
	{ .name = "health", .kind = "health", .target = "http://x/health", .status_code = "200",
	  .took = 41, .pass = TRI_YES, .at = T0 },
	{ .name = "write", .kind = "write", .took = WHEN_NEVER, .pass = TRI_UNKNOWN,
	  .skipped = "not armed", .at = WHEN_NEVER },
	{ .name = "read", .kind = "read", .target = "http://x/1", .status_code = "000", .took = 8000,
	  .pass = TRI_NO, .at = T0 },
};
static struct verified_component components[] = {
	{ .name = "db", .layer = "persistence", .order = 1, .started = T0, .ended = T0 + 90500,
	  .success = true, .rto = WHEN_MINUTE, .note = "slow" },
	{ .name = "api", .layer = "api", .order = 2, .started = T0 + 90500, .ended = WHEN_NEVER,
	  .rto = WHEN_NEVER },
};
static struct verified_file files[] = {
	{ .kind = "log", .path = "x.log", .sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495"
	  "991b7852b855", .bytes = 0, .captured = T0 },
};
static const char *failures[] = { "artifact b.dump is missing" };
static struct verified_backup backup = { .manifest_id = "m1", .rto_tier = "critical",
					 .created = T0 - WHEN_HOUR, .block = 54211873 };
static struct verified_chain chain = { .recovery_id = "7", .backup_id = "1182", .executed_by = "G",
				       .duration_secs = "5502", .success = true };

static struct verification whole(void)
{
	return (struct verification){
		.started = T0, .ended = T0 + WHEN_MINUTE, .health_code = "200", .indexer_code = "000",
		.artifacts = artifacts, .artifact_count = ARRAY_LEN(artifacts),
		.counts = counts, .count_count = ARRAY_LEN(counts),
		.smokes = smokes, .smoke_count = ARRAY_LEN(smokes),
		.components = components, .component_count = ARRAY_LEN(components),
		.files = files, .file_count = ARRAY_LEN(files),
		.failures = failures, .failure_count = ARRAY_LEN(failures),
		.backup = &backup, .chain = &chain, .data_until = WHEN_NEVER,
	};
}

static char *bytes_of(const struct verification *verification)
{
	json_t *root = verification_json(verification);
	char *text = json_dumps(root, JSON_COMPACT);

	json_decref(root);
	return text;
}

static void a_verification_that_was_read_is_the_one_that_was_written(void **state)
{
	const struct verification none = { .started = WHEN_NEVER, .ended = WHEN_NEVER,
					   .data_until = WHEN_NEVER };
	const struct verification all[] = { whole(), none };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct arena arena = { 0 };
		struct verification again;
		struct err err = { 0 };
		char *first = bytes_of(&all[i]), *second;

		if (!verification_read(str_of(first), &arena, &again, &err))
			fail_msg("%s", err.text);
		second = bytes_of(&again);
		assert_string_equal(second, first);
		free(first);
		free(second);
		arena_done(&arena);
	}
}

static void what_is_no_verification_is_refused_with_its_place(void **state)
{
	static const struct { const char *from, *to, *says; } edits[] = {
		{ "binnacle.verification/1", "binnacle.verification/9", "its schema is another" },
		{ "\"bytes\":7", "\"bytes\":\"7\"", "artifacts[0].bytes is no number" },
		{ "\"bytes\":7", "\"bytes\":-7", "artifacts[0].bytes is no number" },
		{ "\"path\":\"b.dump\"", "\"path\":null", "artifacts[1].path is no text" },
		{ "\"within\":true", "\"within\":1", "counts[0].within is no true or false" },
		{ "\"kind\":\"write\"", "\"kind\":[]", "smokes[1].kind is no text" },
		{ "\"manifest_id\":\"m1\"", "\"manifest_id\":1", "backup.manifest_id is no text" },
		{ "\"started\":\"2026", "\"started\":\"soon", "started is no time" },
		{ "\"artifacts\":[", "\"artefacts\":[", "artifacts is no list" },
		{ "[\"artifact b.dump is missing\"]", "[3]", "failures is no list of texts" },
	};
	const struct verification good = whole();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(edits); i++) {
		char *text = bytes_of(&good), *at = strstr(text, edits[i].from);
		struct arena arena = { 0 };
		struct verification out;
		struct err err = { 0 };
		struct buf edited = { 0 };

		assert_non_null(at);
		buf_add(&edited, text, (size_t)(at - text));
		buf_fmt(&edited, "%s%s", edits[i].to, at + strlen(edits[i].from));
		if (verification_read(str_of(buf_cstr(&edited)), &arena, &out, &err) ||
		    !str_has(str_of(err.text), edits[i].says))
			fail_msg("%s: %s", edits[i].to, err.text);
		buf_done(&edited);
		free(text);
		arena_done(&arena);
	}
}

/* --- reports ---------------------------------------------------------------------------------- */

static json_t *report_of(const struct verification *verification, enum drill_type type, bool *pass)
{
	static struct drill drill = { .scenario = SCENARIO_OTHER, .started_at = T0,
				      .announced_at = WHEN_NEVER };
	const struct dr_report_in in = { .verification = verification, .drill = &drill,
					 .tool_version = "1", .host = "h" };

	drill.type = type;
	return dr_report_json(&in, pass);
}

static void what_is_not_known_is_null_and_never_a_number(void **state)
{
	static const char *const nulls[] = {
		"integrity.pass_rate_percent", "timing.recovery_ended_at", "timing.detected_at",
		"timing.recovery_duration_seconds", "objectives.rto_achieved_seconds",
		"objectives.rpo_achieved_seconds", "objectives.rto_met", "objectives.rpo_met", "backup",
		"on_chain", "drill.announced_at", "review.signed_off_by",
	};
	const struct verification none = { .started = T0, .ended = T0, .data_until = WHEN_NEVER };
	bool pass;
	json_t *report = report_of(&none, DRILL_VERIFICATION, &pass);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(nulls); i++)
		if (!json_is_null(json_at(report, nulls[i])))
			fail_msg("%s is not null", nulls[i]);
	assert_string_equal(json_text_at(report, "health_status_code", ""), "000");
	assert_string_equal(json_text_at(report, "drill.id", ""), "verify-20261122-090000");
	assert_true(pass);
	json_decref(report);
}

static void figures_are_those_of_the_verification(void **state)
{
	static const struct { const char *path; int64_t value; } numbers[] = {
		{ "integrity.artifacts_total", 3 }, { "integrity.artifacts_matched", 1 },
		{ "backup.manifest_block", 54211873 }, { "manual_interventions.count", 0 },
		{ "objectives.rto_target_seconds", 60 },
	};
	const struct verification found = whole();
	bool pass;
	json_t *report = report_of(&found, DRILL_VERIFICATION, &pass);
	const json_t *list = json_at(report, "reconciliation"), *first, *rows;
	int64_t value;
	double rate;

	(void)state;
	assert_false(pass);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (!json_i64_at(report, numbers[i].path, &value) || value != numbers[i].value)
			fail_msg("%s", numbers[i].path);
	assert_true(json_double_at(report, "integrity.pass_rate_percent", &rate));
	assert_true(rate > 33.33 && rate < 33.34);
	assert_int_equal(json_integer_value(json_at(json_array_get(list, 1), "difference")), -4);
	assert_true(json_is_null(json_at(json_array_get(list, 2), "difference")));
	assert_true(json_is_null(json_at(json_array_get(list, 3), "difference")));	/* overflows */
	rows = json_at(report, "components");
	first = json_array_get(rows, 0);
	assert_true(json_double_at(first, "recovery_duration_seconds", &rate));
	assert_true(rate > 90.49 && rate < 90.51);
	assert_true(json_is_false(json_at(first, "rto_met")));
	assert_true(json_is_null(json_at(json_array_get(rows, 1), "rto_met")));
	json_decref(report);
}

static void it_passes_only_without_a_failure(void **state)
{
	static struct verified_component late[] = {
		{ .name = "db", .started = T0, .ended = T0 + 61 * WHEN_SECOND, .success = true,
		  .rto = WHEN_MINUTE, .order = 1 },
	};
	const struct verification good = { .started = T0, .ended = T0, .data_until = WHEN_NEVER };
	struct verification bad = good, slow = good;
	const struct { const struct verification *found; bool pass; const char *says; } cases[] = {
		{ &good, true, NULL },
		{ NULL, false, "nothing was verified: there is no verification on record" },
		{ &bad, false, "artifact b.dump is missing" },
		{ &slow, false, "component db was back 1m1s after the beginning, its target is 1m" },
	};

	(void)state;
	bad.failures = failures;
	bad.failure_count = 1;
	slow.components = late;
	slow.component_count = 1;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		bool pass;
		json_t *report = report_of(cases[i].found, DRILL_RESTORATION, &pass);
		const char *first = json_string_value(json_array_get(json_at(report, "failures"), 0));

		assert_int_equal(pass, cases[i].pass);
		assert_int_equal(json_is_true(json_at(report, "success")), pass);
		assert_string_equal(first ? first : "", cases[i].says ? cases[i].says : "");
		json_decref(report);
	}
}

static void the_words_of_others_are_made_harmless(void **state)
{
	static const char evil[] = "\033[2J<script>\xe2\x80\xae=cmd|\xff";
	struct verified_artifact artifact = { .path = evil, .expected = evil, .actual = evil };
	struct verified_smoke smoke = { .name = evil, .kind = evil, .target = evil,
					.status_code = evil, .took = 1, .pass = TRI_NO, .at = T0 };
	struct verified_component component = { .name = evil, .layer = evil, .note = evil,
						.started = T0, .ended = T0, .rto = WHEN_NEVER };
	struct verified_backup manifest = { .manifest_id = evil, .rto_tier = evil, .created = T0 };
	const char *sentences[] = { evil };
	const struct verification found = {
		.started = T0, .ended = T0, .data_until = WHEN_NEVER, .health_code = evil,
		.artifacts = &artifact, .artifact_count = 1, .smokes = &smoke, .smoke_count = 1,
		.components = &component, .component_count = 1, .backup = &manifest,
		.failures = sentences, .failure_count = 1,
	};
	static const struct drill drill = { .type = DRILL_VERIFICATION, .announced_at = WHEN_NEVER };
	const struct dr_report_in in = { .verification = &found, .drill = &drill, .tool_version = "1",
					 .host = "h" };
	struct buf plain = { 0 };
	bool pass;
	json_t *report = report_of(&found, DRILL_VERIFICATION, &pass);
	char *text = json_dumps(report, JSON_COMPACT);
	struct str rest, line;

	(void)state;
	assert_null(strchr(text, '\033'));
	assert_null(strstr(text, "\\u001"));
	assert_string_equal(json_text_at(report, "health_status_code", ""), "000");
	assert_true(json_is_null(json_at(report, "backup.rto_tier")));
	dr_report_plain(&in, &plain);
	rest = str_of(buf_cstr(&plain));
	while (str_cut(&rest, '\n', &line))
		assert_true(scrub_clean(line));
	free(text);
	json_decref(report);
	buf_done(&plain);
}

/* --- by hand ---------------------------------------------------------------------------------- */

struct told {				/* one event about the step, if it is about one */
	enum event_kind kind;
	const char *step, *text;
};

static const char *tell(struct pen *pen, struct history *history, const struct told *told,
			const char *run)
{
	static const char *const steps[] = { "stop", "promote", "start" };
	struct event event = pen_event(pen, told->kind);
	struct err err = { 0 };
	const char *id;

	pen_fill(&event.data, told->kind);
	event.data.has &= ~(F(step) | F(run) | F(of));
	if (told->kind == EVENT_RUN_STARTED)
		EVENT_SET(event.data, steps, ((struct text_list){ steps, ARRAY_LEN(steps) }));
	if (told->kind == EVENT_INCIDENT_DECLARED || told->kind == EVENT_DRILL_ANNOUNCED)
		EVENT_SET(event.data, type, told->text);
	if (told->kind == EVENT_UNDO)
		EVENT_SET(event.data, of, run);
	if (told->step) {
		EVENT_SET(event.data, run, run);
		EVENT_SET(event.data, step, told->step);
	}
	if (told->kind == EVENT_DRILL_INTERVENED || told->kind == EVENT_STEP_RUN_STARTED)
		EVENT_SET(event.data, text, told->text);
	id = pen_write(pen, &event);
	if (!history_take(history, pen_line(pen), &err))
		fail_msg("%s", err.text);
	return id;
}

/* Each of them once, and as many as the record itself counts (run.h, drill.h). */
static void what_was_done_by_hand_is_listed_as_often_as_it_is_counted(void **state)
{
	static const struct told begin[] = {
		{ EVENT_INCIDENT_DECLARED, NULL, "drill" }, { EVENT_DRILL_ANNOUNCED, NULL, "full-dr" },
	};
	static const struct told run = { EVENT_RUN_STARTED, NULL, NULL };
	static const struct told rest[] = {
		{ EVENT_STEP_RUN_STARTED, "stop", "of the runbook" },
		{ EVENT_STEP_RUN_STARTED, NULL, "systemctl restart" },	/* 1 */
		{ EVENT_STEP_FAILED, "stop", NULL },
		{ EVENT_STEP_REPEATED, "stop", NULL },			/* 2: the failure is over */
		{ EVENT_STEP_OVERRIDDEN, "promote", NULL },		/* 3 */
		{ EVENT_STEP_FAILED, "start", NULL },			/* 4 */
		{ EVENT_DRILL_INTERVENED, "start", "more memory" },	/* 5 */
		{ EVENT_DRILL_INTERVENED, NULL, "taken back" },
	};
	static const struct told undo = { EVENT_UNDO, NULL, NULL };
	struct history *history = history_new("7k3f9q");
	const struct incident *incident = history_incident(history);
	char started[ULID_TEXT], last[ULID_TEXT] = "";
	struct dr_report_in in = { .tool_version = "1", .host = "h" };
	struct pen pen;
	int64_t count = 0;
	json_t *report;
	bool pass;

	(void)state;
	pen_open(&pen, 0, "ana");
	for (size_t i = 0; i < ARRAY_LEN(begin); i++)
		(void)tell(&pen, history, &begin[i], "");
	str_put(started, sizeof(started), tell(&pen, history, &run, ""));
	for (size_t i = 0; i < ARRAY_LEN(rest); i++)
		str_put(last, sizeof(last), tell(&pen, history, &rest[i], started));
	(void)tell(&pen, history, &undo, last);
	history_fold(history);
	in.incident = incident = history_incident(history);
	in.history = history;
	in.drill = incident->drill;
	assert_non_null(in.drill);
	report = dr_report_json(&in, &pass);
	assert_true(json_i64_at(report, "manual_interventions.count", &count));
	assert_int_equal(count, 5);
	assert_int_equal(json_array_size(json_at(report, "manual_interventions.items")), count);
	assert_int_equal(count, incident_manual_interventions(incident) + in.drill->hand_count);
	json_decref(report);
	history_free(history);
	pen_close(&pen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_verification_that_was_read_is_the_one_that_was_written),
		cmocka_unit_test(what_is_no_verification_is_refused_with_its_place),
		cmocka_unit_test(what_is_not_known_is_null_and_never_a_number),
		cmocka_unit_test(figures_are_those_of_the_verification),
		cmocka_unit_test(it_passes_only_without_a_failure),
		cmocka_unit_test(the_words_of_others_are_made_harmless),
		cmocka_unit_test(what_was_done_by_hand_is_listed_as_often_as_it_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
