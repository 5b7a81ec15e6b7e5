/*
 * test_export_board.c: when the next drill of each type is due, by the reports alone; and which
 * bytes are a report at all.
 */
#include "export/board.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

#define NOW "2026-11-22T12:00:00Z"
#define WEEKLY "backup-verification"

static msec at(const char *text)
{
	msec out;

	assert_true(when_parse(str_of(text), &out));
	return out;
}

static msec due_of(const char *text)
{
	return text ? at(text) : WHEN_NEVER;
}

static struct dr_glance glance(const char *type, const char *start, bool pass)
{
	struct dr_glance out = { .start = at(start), .end = at(start) + WHEN_MINUTE, .pass = pass };

	str_put(out.id, sizeof(out.id), start);
	str_put(out.type, sizeof(out.type), type);
	return out;
}

static void only_one_that_passed_moves_the_next(void **state)
{
	static const struct {
		const char *what;
		struct { const char *type, *start; bool pass; } reports[3];
		const char *due, *last;
		bool overdue, soon;
	} cases[] = {
		{ "none at all", { { NULL, NULL, false } }, NULL, "", true, false },
		{ "passed yesterday", { { WEEKLY, "2026-11-21T12:00:00Z", true } },
		  "2026-11-28T12:00:00Z", "2026-11-21T12:00:00Z", false, false },
		{ "passed six days ago", { { WEEKLY, "2026-11-16T12:00:00Z", true } },
		  "2026-11-23T12:00:00Z", "2026-11-16T12:00:00Z", false, true },
		{ "passed just seven days ago", { { WEEKLY, "2026-11-15T12:00:00Z", true } },
		  "2026-11-22T12:00:00Z", "2026-11-15T12:00:00Z", true, false },
		{ "the newest failed, the one before passed",
		  { { WEEKLY, "2026-11-21T00:00:00Z", false }, { WEEKLY, "2026-11-18T00:00:00Z", true } },
		  "2026-11-25T00:00:00Z", "2026-11-21T00:00:00Z", false, false },
		{ "only failed ones", { { WEEKLY, "2026-11-21T00:00:00Z", false } },
		  NULL, "2026-11-21T00:00:00Z", true, false },
		{ "another type passed", { { "restoration", "2026-11-21T00:00:00Z", true } },
		  NULL, "", true, false },
		{ "one from the future", { { WEEKLY, "2027-11-21T00:00:00Z", true } },
		  NULL, "", true, false },
		{ "of no type, as the scripts wrote them", { { "", "2026-11-21T00:00:00Z", true } },
		  NULL, "", true, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct dr_glance reports[3];
		struct board_in in = { .reports = reports, .now = at(NOW),
				       .every = { [DRILL_VERIFICATION] = 7 * WHEN_DAY } };
		struct drill_board board = { 0 };
		const struct drill_due *row = &board.rows[0];

		for (size_t r = 0; r < 3 && cases[i].reports[r].type; r++)
			reports[in.count++] = glance(cases[i].reports[r].type,
						     cases[i].reports[r].start,
						     cases[i].reports[r].pass);
		board_make(&in, &board);
		if (board.count == 0 || row->due_at != due_of(cases[i].due) ||
		    row->overdue != cases[i].overdue || board_soon(row, in.now) != cases[i].soon ||
		    strcmp(row->last_id, cases[i].last) != 0)
			fail_msg("%s: due %lld, overdue %d, last %s", cases[i].what,
				 (long long)row->due_at, row->overdue, row->last_id);
	}
}

static void a_type_without_a_cadence_and_a_report_is_not_on_it(void **state)
{
	struct dr_glance report = glance("tabletop", "2026-11-01T00:00:00Z", true);
	struct board_in in = { .now = at(NOW) };
	struct drill_board board = { 0 };

	(void)state;
	board_make(&in, &board);
	assert_int_equal(board.count, 0);
	in.reports = &report;
	in.count = 1;
	board_make(&in, &board);
	assert_int_equal(board.count, 1);
	assert_int_equal(board.rows[0].type, DRILL_TABLETOP);
	assert_int_equal(board.rows[0].due_at, WHEN_NEVER);
	assert_false(board.rows[0].overdue);
}

#define COMMON "\"start\":\"2026-11-21T09:00:00Z\",\"end\":\"2026-11-21T10:41:07Z\"," \
	       "\"health_status_code\":\"200\",\"indexer_status_code\":\"200\",\"pass\":true"
#define OURS "{\"schema\":\"binnacle.dr_report/1\"," COMMON

static void reports_of_ours_and_of_the_old_scripts_are_read(void **state)
{
	static const struct { const char *json, *type; bool pass, is_signed; } cases[] = {
		{ OURS ",\"drill\":{\"id\":\"a\",\"type\":\"full-dr\",\"scenario\":\"other\"},"
		  "\"review\":{\"signed_off_by\":\"eva\"}}", "full-dr", true, true },
		{ OURS ",\"drill\":{\"id\":\"a\",\"type\":\"full-dr\",\"scenario\":\"other\"},"
		  "\"review\":{\"signed_off_by\":null}}", "full-dr", true, false },
		{ "{" COMMON "}", "", true, false },
		{ "{\"start\":\"2026-11-21T09:00:00.1234567Z\",\"end\":\"2026-11-21T10:41:07Z\","
		  "\"health_status_code\":200,\"indexer_status_code\":0,\"pass\":false}",
		  "", false, false },
		{ "{\"start\":\"2026-11-21T09:00:00Z\",\"end\":\"2026-11-21T10:41:07Z\","
		  "\"health_status_code\":\"000\",\"indexer_status_code\":\"0\",\"pass\":false}",
		  "", false, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct dr_glance out;
		struct err err = { 0 };

		if (!dr_glance_read(str_of(cases[i].json), &out, &err))
			fail_msg("%s: %s", cases[i].json, err.text);
		assert_string_equal(out.type, cases[i].type);
		assert_int_equal(out.pass, cases[i].pass);
		assert_int_equal(out.signed_off, cases[i].is_signed);
		assert_int_equal(out.start / WHEN_SECOND, at("2026-11-21T09:00:00Z") / WHEN_SECOND);
	}
}

static void what_is_no_report_is_refused_with_a_sentence(void **state)
{
	static const struct { const char *json, *says; } cases[] = {
		{ "", "not JSON" },
		{ "[]", "it is no object" },
		{ "{}", "start is no time" },
		{ "{\"start\":1,\"end\":2}", "start is no time" },
		{ "{\"start\":\"2026-11-21T09:00:00Z\",\"end\":\"2026-11-21T10:41:07Z\"}",
		  "health_status_code is no status code" },
		{ "{\"start\":\"2026-11-21T09:00:00Z\",\"end\":\"2026-11-21T10:41:07Z\","
		  "\"health_status_code\":\"200\",\"indexer_status_code\":\"ok\",\"pass\":true}",
		  "indexer_status_code is no status code" },
		{ "{\"start\":\"2026-11-21T09:00:00Z\",\"end\":\"2026-11-21T10:41:07Z\","
		  "\"health_status_code\":\"200\",\"indexer_status_code\":\"200\",\"pass\":\"yes\"}",
		  "pass is neither true nor false" },
		{ "{\"schema\":\"binnacle.dr_report/2\"," COMMON "}", "its schema is another" },
		{ OURS "}", "drill.id is missing" },
		{ OURS ",\"drill\":{\"id\":\"a\",\"type\":\"fire\",\"scenario\":\"other\"}}",
		  "'fire' is no type of one" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct dr_glance out;
		struct err err = { 0 };

		if (dr_glance_read(str_of(cases[i].json), &out, &err) ||
		    !str_has(str_of(err.text), cases[i].says))
			fail_msg("%s: %s", cases[i].json, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_one_that_passed_moves_the_next),
		cmocka_unit_test(a_type_without_a_cadence_and_a_report_is_not_on_it),
		cmocka_unit_test(reports_of_ours_and_of_the_old_scripts_are_read),
		cmocka_unit_test(what_is_no_report_is_refused_with_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
