/* Values in the texts of fences: they stay values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "io/fences_text.h"

static const char *const values[] = {
	"NAME=it's", "TABLE=my\"t", "N=5", "EMPTY=", "HOST=db-1:9100", "EVIL=a\"} or up{x=\"",
	"SLASH=a/b c", "UP=..", "LINE=a\r\nb", "PAIR=a=b", NULL,
};

/* Shows where it stood and what for. */
static bool mark(void *arg, char quote, const char *value, struct buf *out, struct err *err)
{
	(void)arg;
	if (strcmp(value, "a=b") == 0)
		return err_set(err, ERR_INPUT, "bad");
	return buf_fmt(out, "<%c%s>", quote, value);
}

/* Every statement in brackets; or the refusal. */
static void cut(const char *sql, struct buf *out)
{
	struct sql_text text = { .rest = str_of(sql), .line = 1, .values = values, .quote = mark };
	struct sql_statement statement = { 0 };
	struct err err = { 0 };

	for (;;) {
		if (!sql_next(&text, &statement, &err)) {
			(void)buf_fmt(out, "!%s", err.text);
			break;
		}
		if (statement.text.len == 0)
			break;
		(void)buf_fmt(out, "[%u %s:%s]", statement.line, statement.word,
			      buf_cstr(&statement.text));
	}
	buf_done(&statement.text);
}

static const struct {
	const char *sql, *cut;
} statements[] = {
	{ "", "" },
	{ " ;; \n -- nothing\n ;", "" },
	{ "SELECT 1", "[1 select:SELECT 1]" },
	{ "SELECT 1;", "[1 select:SELECT 1]" },
	{ "SELECT 1;\nselect 2;", "[1 select:SELECT 1][2 select:\nselect 2]" },
	{ "(SELECT 1)", "[1 select:(SELECT 1)]" },
	{ "-- SELECT\nDELETE FROM x", "[2 delete:-- SELECT\nDELETE FROM x]" },
	{ "/* a /* b; */ ; */ UPDATE x", "[1 update:/* a /* b; */ ; */ UPDATE x]" },
	{ "SELECT ';', ''';', \";\"", "[1 select:SELECT ';', ''';', \";\"]" },
	{ "SELECT E'\\';', 1; x", "[1 select:SELECT E'\\';', 1][1 x: x]" },
	{ "SELECT E'a''\\';'; x", "[1 select:SELECT E'a''\\';'][1 x: x]" },
	{ "SELECT E'a'\n'\\';'; x", "[1 select:SELECT E'a'\n'\\';'][2 x: x]" },
	{ "SELECT 'a\\'; x", "[1 select:SELECT 'a\\'][1 x: x]" },
	{ "SELECT tree'\\'; x", "[1 select:SELECT tree'\\'][1 x: x]" },
	{ "SELECT $$;$$, $a$;$$;$a$; x", "[1 select:SELECT $$;$$, $a$;$$;$a$][1 x: x]" },
	{ "SELECT a$b$c; x", "[1 select:SELECT a$b$c][1 x: x]" },
	{ "SELECT $1; x", "[1 select:SELECT $1][1 x: x]" },
	{ "CREATE RULE r AS ON INSERT TO t DO (a; b); x",
	  "[1 create:CREATE RULE r AS ON INSERT TO t DO (a; b)][1 x: x]" },
	{ "SELECT :'NAME', :\"TABLE\"", "[1 select:SELECT <'it's>, <\"my\"t>]" },
	{ "SELECT :'EMPTY'", "[1 select:SELECT <'>]" },
	{ "SELECT ':NAME', ':''NAME'''", "[1 select:SELECT ':NAME', ':''NAME''']" },
	{ "SELECT $$:'NAME'$$ -- :'NAME'", "[1 select:SELECT $$:'NAME'$$ -- :'NAME']" },
	{ "SELECT /* :'NAME' */ 1", "[1 select:SELECT /* :'NAME' */ 1]" },
	{ "SELECT '1'::int, x::\"TABLE\"", "[1 select:SELECT '1'::int, x::\"TABLE\"]" },
	{ "SELECT a[1:2], b[lo:hi], f(x := 1)", "[1 select:SELECT a[1:2], b[lo:hi], f(x := 1)]" },
	{ "SELECT :'some text'", "[1 select:SELECT :'some text']" },
	{ "SELECT :NAME", "!line 1: write :'NAME' for a text or :\"NAME\" for a name: a bare :NAME "
	  "would be taken for SQL" },
	{ "SELECT\n:'ABSENT'", "!line 2: ABSENT has no value" },
	{ "SELECT :'PAIR'", "!line 1: the value of PAIR: bad" },
	{ "\\d x", "!line 1: a command of psql (\\) does not run here" },
	{ "SELECT 1 \\gexec", "!line 1: a command of psql (\\) does not run here" },
	{ "SELECT 1;\nSELECT 'x", "[1 select:SELECT 1]!line 2: a quote has no end" },
	{ "SELECT \"x", "!line 1: a quoted name has no end" },
	{ "SELECT $a$ $b$", "!line 1: a dollar quote has no end" },
	{ "/* /* */", "!line 1: a comment has no end" },
};

static void sql_is_cut_as_psql_cuts_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(statements); i++) {
		struct buf got = { 0 };

		cut(statements[i].sql, &got);
		if (strcmp(buf_cstr(&got), statements[i].cut) != 0)
			fail_msg("%s\n  gives  %s\n  not    %s", statements[i].sql, buf_cstr(&got),
				 statements[i].cut);
		buf_done(&got);
	}
}

static const struct {
	const char *text, *query;
} queries[] = {
	{ "up{instance=\"${HOST}\"}[${N}m]", "up{instance=\"db-1:9100\"}[5m]" },
	{ "up $x ${} ${a-b} $", "up $x ${} ${a-b} $" },
	{ "up{x=\"${EVIL}\"}", "!the value of EVIL may be made of letters, digits and _.:- only here" },
	{ "up{x=\"${EMPTY}\"}",
	  "!the value of EMPTY may be made of letters, digits and _.:- only here" },
	{ "${ABSENT}", "!ABSENT has no value" },
	{ "${HOS}", "!HOS has no value" },
};

static void a_query_takes_no_value_that_could_be_more_than_a_word(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
		struct buf got = { 0 };
		struct err err = { 0 };

		if (!promql_text(str_of(queries[i].text), values, &got, &err)) {
			buf_clear(&got);
			(void)buf_fmt(&got, "!%s", err.text);
		}
		assert_string_equal(buf_cstr(&got), queries[i].query);
		buf_done(&got);
	}
}

static const struct {
	const char *text, *request;
} requests[] = {
	{ "GET /health", "GET /health " },
	{ "/health?x=1", "GET /health?x=1 " },
	{ "  http://h:1/a/b  ", "GET /a/b " },
	{ "DELETE http://h:1/a", "DELETE /a " },
	{ "POST /x\n\n{\"a\": \"${NAME}\", \"n\": ${N}}", "POST /x {\"a\": \"it's\", \"n\": 5}" },
	{ "POST /x\n\n{\"a\": \"\\\"${TABLE}\"}", "POST /x {\"a\": \"\\\"my\\\"t\"}" },
	{ "POST /x\n\n\"${LINE}\"", "POST /x \"a\\u000d\\u000ab\"" },
	{ "POST /x\n\n{\"n\": ${PAIR}}",
	  "!the value of PAIR may be made of letters, digits and _.- only here" },
	{ "POST /x\n\n{\"a\": \"\\\\\", \"n\": ${EVIL}}",
	  "!the value of EVIL may be made of letters, digits and _.- only here" },
	{ "GET /a/${SLASH}?q=${LINE}", "GET /a/a%2Fb%20c?q=a%0D%0Ab " },
	{ "GET /a/${UP}/b", "!the path goes up with \"..\"" },
	{ "GET /a/.${UP}", "GET /a/... " },
	{ "GET /a/./b", "!the path goes up with \".\"" },
	{ "GET /a#b", "!a fragment (#) is never sent" },
	{ "GET /a b", "!the path holds a byte that a URL cannot" },
	{ "GET /${ABSENT}", "!ABSENT has no value" },
	{ "GET http://h:12/a", "!\"http://h:12/a\" is no path on http://h:1" },
	{ "GET http://h:1@evil/a", "!\"http://h:1@evil/a\" is no path on http://h:1" },
	{ "GET", "!\"GET\" is no path on http://h:1" },
	{ "", "!\"\" is no path on http://h:1" },
	{ "TRANSMOGRIFY /x", "!the first line names no method that exists" },
	{ "GET /x\nHost: evil", "!line 2: an empty line and the body must follow the first line (headers "
	  "cannot be set)" },
};

static void a_request_stays_on_its_source_and_its_values_where_they_are(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
		struct http_text text;
		struct buf got = { 0 };
		struct err err = { 0 };

		if (http_text(str_of(requests[i].text), str_of("http://h:1"), values, &text, &err))
			(void)buf_fmt(&got, "%s %s %s", text.method, buf_cstr(&text.path),
				      buf_cstr(&text.body));
		else
			(void)buf_fmt(&got, "!%s", err.text);
		assert_string_equal(buf_cstr(&got), requests[i].request);
		http_text_done(&text);
		buf_done(&got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sql_is_cut_as_psql_cuts_it),
		cmocka_unit_test(a_query_takes_no_value_that_could_be_more_than_a_word),
		cmocka_unit_test(a_request_stays_on_its_source_and_its_values_where_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
