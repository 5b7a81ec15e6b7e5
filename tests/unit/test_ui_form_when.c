/* Times as people type them. */
#include "ui/form_when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

static msec instant(const char *text)
{
	msec at = WHEN_NEVER;

	assert_true(when_parse(str_of(text), &at));
	return at;
}

static msec now(void)
{
	return instant("2026-11-22T02:14:07Z");
}

static const struct {
	const char *text, *is;		/* NULL: refused; "": not known */
} past[] = {
	{ "-5m", "2026-11-22T02:09:07Z" },
	{ "5m", "2026-11-22T02:09:07Z" },
	{ " -1h30m ", "2026-11-22T00:44:07Z" },
	{ "02:10", "2026-11-22T02:10:00Z" },
	{ "2:10", "2026-11-22T02:10:00Z" },
	{ "02:10:30", "2026-11-22T02:10:30Z" },
	{ "02:10Z", "2026-11-22T02:10:00Z" },
	{ "23:50", "2026-11-21T23:50:00Z" },		/* it was yesterday */
	{ "02:14:09", "2026-11-22T02:14:09Z" },		/* clocks are never quite the same */
	{ "2026-11-21T23:50:00Z", "2026-11-21T23:50:00Z" },
	{ "", "" },
	{ "unknown", "" },
	{ "2026-11-22T03:00:00Z", NULL },
	{ "24:00", NULL },
	{ "02:60", NULL },
	{ "02:1", NULL },
	{ "-", NULL },
	{ "5", NULL },
	{ "soon", NULL },
	{ "999999999d", NULL },
	{ "02:10:30:40", NULL },
};

static const struct {
	const char *text, *is;
} ahead[] = {
	{ "15m", "2026-11-22T02:29:07Z" },
	{ "02:30", "2026-11-22T02:30:00Z" },
	{ "02:10", "2026-11-23T02:10:00Z" },
	{ "14d", "2026-12-06T02:14:07Z" },
	{ "2026-11-22T06:00:00Z", "2026-11-22T06:00:00Z" },
	{ "2026-12-01", "2026-12-01T23:59:59Z" },
	{ "2026-11-22", "2026-11-22T23:59:59Z" },
	{ "2026-11-21", NULL },
	{ "2026-13-01", NULL },
	{ "", "" },
	{ "none", "" },
	{ "0s", NULL },
	{ "-5m", NULL },
	{ "2026-11-22T02:00:00Z", NULL },
	{ "999999999d", NULL },
	{ "later", NULL },
};

static void check(const char *text, const char *is, bool good, msec out, const struct err *err)
{
	if (good != (is != NULL))
		fail_msg("'%s': %s", text, good ? "taken" : err->text);
	if (!good)
		assert_true(err->text[0]);
	else if (out != (is[0] ? instant(is) : WHEN_NEVER))
		fail_msg("'%s': another instant", text);
}

static void what_has_happened_is_read_as_it_is_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(past); i++) {
		struct err err = { 0 };
		msec out;
		bool good = form_past(str_of(past[i].text), now(), &out, &err);

		check(past[i].text, past[i].is, good, out, &err);
	}
}

static void what_is_to_come_is_read_as_it_is_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ahead); i++) {
		struct err err = { 0 };
		msec out;
		bool good = form_ahead(str_of(ahead[i].text), now(), &out, &err);

		check(ahead[i].text, ahead[i].is, good, out, &err);
	}
}

static const struct {
	const char *line, *text, *is;
} notes[] = {
	{ "@-5m cron paused", "cron paused", "2026-11-22T02:09:07Z" },
	{ "@02:10 cron paused", "cron paused", "2026-11-22T02:10:00Z" },
	{ "cron@home paused", "cron@home paused", "" },
	{ "plain", "plain", "" },
	{ "@ana said so", NULL, NULL },
	{ "@ said so", NULL, NULL },
};

static void a_note_may_begin_with_its_time(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(notes); i++) {
		struct err err = { 0 };
		struct str text = str_of(notes[i].line);
		msec out;
		bool good = form_backdate(&text, now(), &out, &err);

		check(notes[i].line, notes[i].is, good, out, &err);
		if (good)
			assert_true(str_eq(text, notes[i].text));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_has_happened_is_read_as_it_is_said),
		cmocka_unit_test(what_is_to_come_is_read_as_it_is_said),
		cmocka_unit_test(a_note_may_begin_with_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
