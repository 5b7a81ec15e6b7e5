/* The language of checks: what is refused and where, what is so, and what is not known. */
#include "runbook/expr.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

static const struct known {
	const char *path;
	struct datum datum;
} facts[] = {
	{"indexer.lag_s", {.kind = DATUM_NUMBER, .number = 1842, .unit = "s", .age = 1000}},
	{"indexer.state", {.kind = DATUM_TEXT, .state = STATE_STALE, .text = "stale"}},
	{"indexer.old_s", {.kind = DATUM_NUMBER, .state = STATE_STALE, .number = 5, .unit = "s",
			   .old = true, .age = 40000}},
	{"indexer.gone", {.kind = DATUM_NONE, .state = STATE_STALE, .old = true, .age = 40000}},
	{"db.writable", {.kind = DATUM_BOOL, .truth = true}},
	{"db.fenced", {.kind = DATUM_BOOL, .truth = false}},
	{"db.timeline", {.kind = DATUM_NUMBER, .number = 2}},
	{"db.took", {.kind = DATUM_NUMBER, .number = 4000, .unit = "ms"}},
	{"db.lag_bytes", {.kind = DATUM_NUMBER, .number = 4096, .unit = "bytes"}},
	{"db.ratio", {.kind = DATUM_NUMBER, .number = 99.5, .unit = "%"}},
	{"db.nan", {.kind = DATUM_NUMBER, .number = NAN}},
	{"db.null", {.kind = DATUM_NONE}},
	{"db.role", {.kind = DATUM_TEXT, .text = "primary"}},
	{"db.amount", {.kind = DATUM_TEXT, .text = "12.50"}},
	{"db.empty", {.kind = DATUM_TEXT}},
	{"db.replicas", {.kind = DATUM_NUMBER, .number = 1}},
	{"horizon.state", {.kind = DATUM_TEXT, .text = "ok"}},
	{"dead.list", {.kind = DATUM_NUMBER, .state = STATE_DOWN, .number = 1}},
	{"dead.null", {.kind = DATUM_NONE, .state = STATE_DOWN}},
	{"dead.state", {.kind = DATUM_TEXT, .state = STATE_DOWN, .text = "down"}},
	{"who.state", {.kind = DATUM_TEXT, .state = STATE_UNKNOWN, .text = "unknown"}},
	{"who.count", {.kind = DATUM_NUMBER, .state = STATE_UNKNOWN, .number = 1}},
	{"who.null", {.kind = DATUM_NONE, .state = STATE_UNKNOWN}},
};

static bool datum_of(void *arg, const char *path, struct datum *out)
{
	(void)arg;
	for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
		if (strcmp(facts[i].path, path) == 0) {
			*out = facts[i].datum;
			return true;
		}
	}
	return false;
}

static enum truth alert_of(void *arg, const char *name)
{
	(void)arg;
	if (strcmp(name, "Blind") == 0)
		return TRUTH_UNKNOWN;
	return strcmp(name, "Fires") == 0 || strcmp(name, "High CPU") == 0 ? TRUTH_YES : TRUTH_NO;
}

static const struct expr_world world = {datum_of, alert_of, NULL};

static enum truth eval(const char *text, struct buf *because)
{
	struct arena arena = {0};
	struct buf unread = {0};
	struct err err = {0};
	unsigned column = 0;
	struct expr *expr = expr_parse(str_of(text), &arena, &column, &err);
	enum truth truth;

	if (!expr)
		fail_msg("%s: column %u: %s", text, column, err.text);
	truth = expr_eval(expr, &world, because ? because : &unread);
	buf_done(&unread);
	arena_done(&arena);
	return truth;
}

#define Y TRUTH_YES
#define N TRUTH_NO
#define U TRUTH_UNKNOWN

static const struct {
	const char *text;
	enum truth truth;
} atoms[] = {{"db.writable", Y}, {"db.fenced", N}, {"db.null", U}};

static void the_truth_tables_are_those_of_three_valued_logic(void **state)
{
	static const enum truth both[3][3] = {{Y, N, U}, {N, N, N}, {U, N, U}};
	static const enum truth either[3][3] = {{Y, Y, Y}, {Y, N, U}, {Y, U, U}};
	static const enum truth turned[3] = {N, Y, U};
	char text[128];

	(void)state;
	for (size_t a = 0; a < 3; a++) {
		(void)snprintf(text, sizeof(text), "not %s", atoms[a].text);
		assert_int_equal(eval(text, NULL), turned[a]);
		for (size_t b = 0; b < 3; b++) {
			(void)snprintf(text, sizeof(text), "%s and %s", atoms[a].text,
				       atoms[b].text);
			assert_int_equal(eval(text, NULL), both[a][b]);
			(void)snprintf(text, sizeof(text), "%s or %s", atoms[a].text,
				       atoms[b].text);
			assert_int_equal(eval(text, NULL), either[a][b]);
		}
	}
}

static void what_is_so_is_yes_and_what_is_not_known_is_neither(void **state)
{
	static const struct {
		const char *text;
		enum truth truth;
	} cases[] = {
		{"indexer.lag_s < 300", N}, {"indexer.lag_s > 300", Y},
		{"indexer.lag_s <= 1842", Y}, {"indexer.lag_s >= 1843", N},
		{"indexer.lag_s == 1842", Y}, {"indexer.lag_s != 1842", N},
		{"indexer.lag_s == 1842.0", Y}, {"indexer.lag_s > -5", Y},
		{"indexer.lag_s < 1.9e3", Y}, {"indexer.lag_s<300", N},
		/* units */
		{"indexer.lag_s < 300s", N}, {"indexer.lag_s < 31m", Y}, {"indexer.lag_s < 1h30m", Y},
		{"indexer.lag_s > 30m", Y}, {"db.took < 5s", Y}, {"db.took < 3999ms", N},
		{"db.took < 4001", Y}, {"db.lag_bytes < 5kB", Y}, {"db.lag_bytes <= 4KiB", Y},
		{"db.lag_bytes < 4KiB", N}, {"db.lag_bytes < 4097bytes", Y}, {"db.ratio >= 99%", Y},
		{"indexer.lag_s < 5%", U}, {"db.lag_bytes < 5m", U}, {"db.timeline == 2s", U},
		{"db.ratio > 1s", U},
		/* text */
		{"db.role == primary", Y}, {"db.role != primary", N}, {"db.role == \"primary\"", Y},
		{"db.role == 'primary'", Y}, {"db.role == standby", N}, {"db.role == Primary", N},
		{"db.role == 'a b'", N}, {"db.empty == ''", Y}, {"db.role == 2", N},
		{"db.amount < 13", Y}, {"db.amount == 12.5", Y}, {"db.amount > 13", N},
		{"db.role < 5", U}, {"db.timeline == two", U}, {"db.timeline == 2", Y},
		{"db.role == and_more", N},
		/* true and false */
		{"db.writable == true", Y}, {"db.writable == false", N}, {"db.fenced != true", Y},
		{"db.writable == yes", U}, {"db.writable > 1", U}, {"db.writable == 1", U},
		{"db.role", U}, {"db.timeline", U},
		/* a source that serves old facts is a fact, an old answer is none */
		{"indexer.state == ok", N}, {"indexer.state == stale", Y},
		{"indexer.old_s < 300", U}, {"indexer.old_s > 300", U}, {"indexer.gone == 1", U},
		{"dead.state == ok", N}, {"dead.state == down", Y}, {"who.state == ok", U},
		{"who.state == unknown", U}, {"who.count > 0", U}, {"db.null == 1", U},
		{"db.null != 1", U}, {"db.nan < 1", U}, {"db.nan != 1", U}, {"no.such < 1", U},
		{"horizon.healthy", Y}, {"not horizon.healthy", N}, {"horizon.healthy for 5m", Y},
		/* alerts and absence */
		{"alert(Fires)", Y}, {"alert(Quiet)", N}, {"alert(Blind)", U},
		{"alert(\"High CPU\")", Y}, {"absent(alert(Fires))", N}, {"absent(alert(Quiet))", Y},
		{"absent(alert(Blind))", U}, {"absent(alert('High CPU'))", N},
		{"absent(db.null)", Y}, {"absent(db.role)", N}, {"absent(db.replicas.two)", Y},
		{"absent(db.replicas.two.state)", Y}, {"absent(dead.null)", U},
		{"absent(dead.list.two)", U}, {"absent(who.null)", U}, {"absent(indexer.gone)", U},
		{"absent(indexer.old_s)", U}, {"absent(db.typo)", U}, {"absent(no.such)", U},
		{"absent(db.role.two)", U}, {"absent(db.nan)", U},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (eval(cases[i].text, NULL) != cases[i].truth)
			fail_msg("%s is not %d", cases[i].text, (int)cases[i].truth);
}

static void not_binds_before_and_before_or(void **state)
{
	static const struct {
		const char *text;
		enum truth truth;
	} cases[] = {
		{"db.fenced and db.fenced or db.writable", Y},
		{"db.fenced and (db.fenced or db.writable)", N},
		{"db.writable or db.fenced and db.fenced", Y},
		{"not db.fenced and db.fenced", N},
		{"not (db.fenced and db.fenced)", Y},
		{"not db.writable or db.writable", Y},
		{"not (db.writable or db.writable)", N},
		{"not db.timeline == 3", Y},
		{"(((db.writable)))", Y},
		{"(db.writable and db.writable) and db.fenced or db.null", U},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (eval(cases[i].text, NULL) != cases[i].truth)
			fail_msg("%s is not %d", cases[i].text, (int)cases[i].truth);
}

static void it_says_what_decided_with_live_values(void **state)
{
	static const struct {
		const char *text, *because;
	} cases[] = {
		{"indexer.lag_s < 300 for 2m", "indexer.lag_s is 1842 s (wants < 300)"},
		{"indexer.lag_s < 300 and db.writable", "indexer.lag_s is 1842 s (wants < 300)"},
		{"indexer.lag_s > 300 and db.writable",
		 "indexer.lag_s is 1842 s (wants > 300), db.writable is true (wants true)"},
		{"db.fenced or db.writable", "db.writable is true (wants true)"},
		{"not db.writable", "db.writable is true (wants false)"},
		{"not db.role == primary", "db.role is primary (wants not == primary)"},
		{"db.null and db.writable", "db.null is not known (wants true)"},
		{"indexer.old_s < 300", "indexer.old_s is stale: it was 5 s, 40s ago (wants < 300)"},
		{"indexer.gone < 300", "indexer.gone is stale, 40s ago (wants < 300)"},
		{"db.typo < 300", "nothing is called db.typo (wants < 300)"},
		{"db.empty == ok", "db.empty is empty (wants == ok)"},
		{"db.timeline == 5s",
		 "db.timeline is 2, which 5s cannot be compared with (wants == 5s)"},
		{"db.timeline == two", "db.timeline is a number, 2, and two is none (wants == two)"},
		{"db.role < 5", "db.role is primary, which is no number (wants < 5)"},
		{"db.writable == yes",
		 "db.writable is true: it can be == true or == false only (wants == yes)"},
		{"db.role", "db.role is primary, neither true nor false: compare it with a value "
			    "(wants true)"},
		{"alert(Fires)", "alert Fires fires"},
		{"absent(alert(Quiet))", "alert Quiet does not fire"},
		{"absent(alert(Blind))", "whether alert Blind fires is not known"},
		{"absent(db.null)", "db.null is absent"},
		{"absent(db.role)", "db.role is there: primary"},
		{"db.timeline == 1 or db.timeline == 3 or db.timeline == 4 or db.timeline == 5 or "
		 "db.fenced",
		 "db.timeline is 2 (wants == 1), db.timeline is 2 (wants == 3), "
		 "db.timeline is 2 (wants == 4), and 2 more"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf because = {0};

		(void)eval(cases[i].text, &because);
		assert_string_equal(buf_cstr(&because), cases[i].because);
		buf_done(&because);
	}
}

static void what_is_wrong_is_said_with_its_column(void **state)
{
	static const struct {
		const char *text;
		unsigned column;
		const char *says;
	} cases[] = {
		{"", 1, "a check is expected, as in indexer.lag_s < 300"},
		{"   ", 1, "a check is expected, as in indexer.lag_s < 300"},
		{"lagg", 1, "lagg is no SOURCE.FIELD, as indexer.lag_s is"},
		{"a.b and lagg", 9, "lagg is no SOURCE.FIELD, as indexer.lag_s is"},
		{"a. < 1", 1, "a. is no SOURCE.FIELD, as indexer.lag_s is"},
		{"a..b < 1", 1, "a..b is no SOURCE.FIELD, as indexer.lag_s is"},
		{"a.b = 1", 5, "= does not compare: write == instead"},
		{"a.b === 1", 7, "= does not compare: write == instead"},
		{"a.b && c.d", 5, "write \"and\" instead of &&"},
		{"a.b || c.d", 5, "write \"or\" instead of ||"},
		{"a.b & c.d", 5, "write \"and\" instead of &"},
		{"a.b | c.d", 5, "write \"or\" instead of |"},
		{"!a.b", 1, "write \"not\" instead of !"},
		{"a.b AND c.d", 5, "write \"and\" in small letters"},
		{"a.b and NOT c.d", 9, "write \"not\" in small letters"},
		{"a.b FOR 2m", 5, "write \"for\" in small letters"},
		{"a.b <", 6, "a value is missing after <"},
		{"a.b < and c.d", 7, "a value is missing after <"},
		{"a.b < (1)", 7, "a value is missing after <"},
		{"a.b < ok", 7, "text is compared by == and != only"},
		{"a.b >= 'x'", 8, "text is compared by == and != only"},
		{"a.b == c.d", 8, "a name is compared with a value: if c.d is one, it needs quotes"},
		{"a.b == 15.2-deb", 8, "15.2-deb is no number; text that begins like one needs quotes"},
		{"a.b < 5 s", 9, "a unit stands next to its number, without a blank"},
		{"a.b < 5 < 6", 9, "one comparison at a time: join two of them by and"},
		{"a.b == 'x", 8, "a quote is not closed"},
		{"a.b == \"x'", 8, "a quote is not closed"},
		{"(a.b", 5, "a bracket is not closed: a ) was expected, not the end"},
		{"(a.b c.d)", 6, "a bracket is not closed: a ) was expected, not c.d"},
		{"a.b)", 4, "a ) closes nothing"},
		{"()", 2, "a name is expected here, not )"},
		{"a.b c.d", 5, "and, or, for or the end is expected here, not c.d"},
		{"a.b and", 8, "it ends where a name is expected"},
		{"and a.b", 1, "a name is expected here, not and"},
		{"not not a.b", 5, "a name is expected here, not not"},
		{"3 < a.b", 1, "a name is expected here, not 3"},
		{"'a.b' == 1", 1, "a name is expected here, not a.b"},
		{"a.b for", 8, "for needs a time, as in for 2m"},
		{"a.b for ever", 9, "for needs a time, as in for 2m"},
		{"a.b for 0s", 9, "for needs a time that is more than none"},
		{"a.b for 2m for 3m", 12, "and, or, for or the end is expected here, not for"},
		{"a.b for 2m and c.d", 12, "and, or, for or the end is expected here, not and"},
		{"(a.b for 2m)", 6, "for stands once, at the end, outside of brackets"},
		{"alert", 6, "alert needs a name in brackets, as in alert(NAME)"},
		{"alert()", 7, "alert needs a name in brackets, as in alert(NAME)"},
		{"alert('')", 7, "alert needs a name in brackets, as in alert(NAME)"},
		{"alert(A", 8, "alert( is not closed: a ) was expected, not the end"},
		{"absent", 7, "absent needs a name in brackets, as in absent(SOURCE.FIELD)"},
		{"absent(A)", 8, "A is no SOURCE.FIELD, as indexer.lag_s is"},
		{"absent(a.b < 5)", 12, "absent( is not closed: a ) was expected, not <"},
		{"absent(alert(A)", 16, "absent( is not closed: a ) was expected, not the end"},
		{"horizon.healthy == true", 17,
		 "horizon.healthy stands by itself: it means horizon.state == ok"},
		{"a.b\x01", 4, "a character that has no meaning outside of quotes"},
		{"a.b == \xc3\xa9", 8, "a character that has no meaning outside of quotes"},
		{"a.b, c.d", 4, ", has no meaning here"},
		{"a.b == $X", 8, "$ has no meaning here"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena arena = {0};
		struct err err = {0};
		unsigned column = 0;

		if (expr_parse(str_of(cases[i].text), &arena, &column, &err))
			fail_msg("%s was read", cases[i].text);
		assert_string_equal(err.text, cases[i].says);
		if (column != cases[i].column)
			fail_msg("%s: column %u", cases[i].text, column);
		arena_done(&arena);
	}
}

static void a_time_without_a_unit_is_refused(void **state)
{
	struct arena arena = {0};
	struct err err = {0};
	unsigned column = 0;

	(void)state;
	assert_null(expr_parse(str_of("a.b for 2"), &arena, &column, &err));
	assert_int_equal(column, 9);
	assert_non_null(strstr(err.text, "unit"));
	arena_done(&arena);
}

static void the_time_is_that_of_the_whole(void **state)
{
	struct arena arena = {0};
	unsigned column = 0;

	(void)state;
	assert_int_equal(expr_for(expr_parse(str_of("(a.b and c.d) for 1h30m"), &arena, &column,
					     NULL)), 90 * WHEN_MINUTE);
	assert_int_equal(expr_for(expr_parse(str_of("a.b or (c.d)"), &arena, &column, NULL)), 0);
	arena_done(&arena);
}

struct names {
	char text[256];
};

static void add_name(void *arg, const char *name)
{
	struct names *names = arg;
	size_t len = strlen(names->text);

	(void)snprintf(names->text + len, sizeof(names->text) - len, "%s ", name);
}

static void each_name_is_told_once(void **state)
{
	static const struct {
		const char *text, *names;
	} cases[] = {
		{"a.b < 5 and a.b > 1 or absent(c.d) and not a.b == 3", "a.b c.d "},
		{"alert(A) and absent(alert(A)) and a.b", "alert(A) a.b "},
		{"alert(a.b) and a.b", "alert(a.b) a.b "},
		{"horizon.healthy", "horizon.state "},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena arena = {0};
		struct names names = {""};
		unsigned column = 0;

		expr_names(expr_parse(str_of(cases[i].text), &arena, &column, NULL), add_name,
			   &names);
		assert_string_equal(names.text, cases[i].names);
		arena_done(&arena);
	}
}

/* Puts `open` in front and `close` behind of a.b, n times. */
static bool nests(const char *open, const char *close, size_t n, struct err *err)
{
	struct arena arena = {0};
	struct buf text = {0};
	unsigned column = 0;
	bool ok;

	for (size_t i = 0; i < n; i++)
		buf_text(&text, open);
	buf_text(&text, "db.writable");
	for (size_t i = 0; i < n; i++)
		buf_text(&text, close);
	ok = expr_parse(str_sub(text.data, text.len), &arena, &column, err) != NULL;
	buf_done(&text);
	arena_done(&arena);
	return ok;
}

static void it_is_only_so_deep(void **state)
{
	struct err err = {0};

	(void)state;
	assert_true(nests("(", ")", EXPR_DEPTH - 1, &err));
	assert_false(nests("(", ")", EXPR_DEPTH, &err));
	assert_string_equal(err.text, "brackets stand more than 32 deep in each other");
	assert_false(nests("not (", ")", 700, &err));
}

static void it_is_only_so_long(void **state)
{
	struct arena arena = {0};
	struct buf text = {0}, because = {0};
	struct err err = {0};
	unsigned column = 0;
	struct expr *expr;

	(void)state;
	while (text.len + 20 < EXPR_LONGEST)
		buf_text(&text, "db.fenced or ");
	buf_text(&text, "db.writable");
	expr = expr_parse(str_sub(text.data, text.len), &arena, &column, &err);
	assert_non_null(expr);
	assert_int_equal(expr_eval(expr, &world, &because), TRUTH_YES);
	while (text.len < 65536)
		buf_text(&text, " and db.writable");
	assert_null(expr_parse(str_sub(text.data, text.len), &arena, &column, &err));
	assert_non_null(strstr(err.text, "at most 4096 bytes"));
	buf_done(&because);
	buf_done(&text);
	arena_done(&arena);
}

static void any_bytes_are_read_or_refused(void **state)
{
	static const char *const parts[] = {"a.b", "(", ")", "<", "==", "5", "5s", "'", "\"x\"", "and",
					    "or", "not", "for", "alert", "absent", " ", "=", "\xff",
					    "horizon.healthy", "%", ".", "-"};
	uint32_t seed = 7;

	(void)state;
	for (size_t round = 0; round < 20000; round++) {
		struct arena arena = {0};
		struct buf text = {0}, because = {0};
		struct err err = {0};
		unsigned column = 0;
		struct expr *expr;

		for (size_t i = 0; i < 1 + round % 12; i++) {
			seed = seed * 1664525 + 1013904223;
			buf_text(&text, parts[(seed >> 16) % ARRAY_LEN(parts)]);
		}
		expr = expr_parse(str_sub(text.data, text.len), &arena, &column, &err);
		assert_true(column >= 1 && column <= text.len + 1);
		assert_true(expr ? err.text[0] == '\0' : err.text[0] != '\0');
		if (expr)
			(void)expr_eval(expr, &world, &because);
		buf_done(&because);
		buf_done(&text);
		arena_done(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_truth_tables_are_those_of_three_valued_logic),
		cmocka_unit_test(what_is_so_is_yes_and_what_is_not_known_is_neither),
		cmocka_unit_test(not_binds_before_and_before_or),
		cmocka_unit_test(it_says_what_decided_with_live_values),
		cmocka_unit_test(what_is_wrong_is_said_with_its_column),
		cmocka_unit_test(a_time_without_a_unit_is_refused),
		cmocka_unit_test(the_time_is_that_of_the_whole),
		cmocka_unit_test(each_name_is_told_once),
		cmocka_unit_test(it_is_only_so_deep),
		cmocka_unit_test(it_is_only_so_long),
		cmocka_unit_test(any_bytes_are_read_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
