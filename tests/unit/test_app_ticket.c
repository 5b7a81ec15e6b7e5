/* test_app_ticket.c: the URL that a command prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/ticket.h"
#include "core/report.h"
#include "tests/lib/pump.h"

enum { LIMIT = 20000 };

struct got {
	int count;
	bool good;
	char url[TICKET_URL], why[BECAUSE_TEXT];
};

static struct loop *loop;
static const char *const environment[] = { "PATH=/usr/bin:/bin", NULL };
static const struct context context = { .environment = environment };

static int setup(void **state)
{
	struct err err = { 0 };

	(void)state;
	loop = loop_new(&err);
	return loop ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	loop_free(loop);
	return 0;
}

static void on_done(void *arg, const char *url, const char *why)
{
	struct got *got = arg;

	got->count++;
	got->good = url != NULL;
	(void)str_put(got->url, sizeof(got->url), url ? url : "");
	(void)str_put(got->why, sizeof(got->why), why);
}

static struct ticket *start(const char *script, struct got *got)
{
	const char *const words[] = { "sh", "-c", script };
	const struct settings settings = { .ticket_command = { words, ARRAY_LEN(words) } };
	const struct ticket_plan plan = { loop, &context, &settings,
					  str_of("SEV1 Payments stuck\n") };
	struct err err = { 0 };

	return ticket_start(&plan, on_done, got, &err);
}

static void the_first_line_that_is_a_url_is_the_ticket(void **state)
{
	static const struct { const char *printed, *url; } rows[] = {
		{ "https://t.example/7", "https://t.example/7" },
		{ "created\nhttps://t.example/7\nhttps://t.example/8\n", "https://t.example/7" },
		{ "  http://t.example/7?a=b#c \r\n", "http://t.example/7?a=b#c" },
		{ "see https://t.example/7", "" },
		{ "https://t.example/a b\nhttps://ok", "https://ok" },
		{ "https://t.example/\033[31m\n", "" },
		{ "https://t.example/\xc3\xa9\n", "" },
		{ "ftp://t.example/7\njavascript:alert(1)\n", "" },
		{ "https://\nhttp://\n", "" },
		{ "", "" },
	};
	char url[TICKET_URL], longest[TICKET_URL + 16];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(ticket_url(str_of(rows[i].printed), url), *rows[i].url != '\0');
		assert_string_equal(url, rows[i].url);
	}
	memset(longest, 'x', sizeof(longest));
	memcpy(longest, "https://", 8);
	assert_false(ticket_url(str_sub(longest, TICKET_URL), url));
	assert_true(ticket_url(str_sub(longest, TICKET_URL - 1), url));
}

static void what_becomes_of_it_is_told_in_a_sentence(void **state)
{
	static const struct { const char *script, *url, *why; } rows[] = {
		{ "read a b c; echo \"https://t.example/$c\"", "https://t.example/stuck", "" },
		{ "echo done", "", "ticket_command printed no URL" },
		{ "echo https://t.example/7; echo 'no quota' >&2; exit 3", "",
		  "ticket_command ended with status 3: no quota" },
		{ "exit 4", "", "ticket_command ended with status 4" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct got got = { 0 };

		assert_non_null(start(rows[i].script, &got));
		assert_int_equal(got.count, 0);
		assert_true(pump(loop, &got.count, 1, LIMIT));
		assert_int_equal(got.good, *rows[i].url != '\0');
		assert_string_equal(got.url, rows[i].url);
		assert_string_equal(got.why, rows[i].why);
	}
}

static void without_a_command_or_read_only_it_is_refused(void **state)
{
	static const char *const words[] = { "true" };
	const struct settings none = { .read_only = false };
	const struct settings closed = { .read_only = true, .ticket_command = { words, 1 } };
	struct ticket_plan plan = { .loop = loop, .context = &context, .settings = &none };
	struct got got = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_null(ticket_start(&plan, on_done, &got, &err));
	assert_string_equal(err.text, "no ticket_command is configured");
	plan.settings = &closed;
	assert_null(ticket_start(&plan, on_done, &got, &err));
	assert_string_equal(err.text, "read-only: no ticket is made");
}

static void a_cancelled_one_is_not_heard_of(void **state)
{
	struct got got = { 0 };

	(void)state;
	ticket_cancel(start("sleep 60", &got));
	assert_false(pump(loop, &got.count, 1, 30));
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_line_that_is_a_url_is_the_ticket),
		T(what_becomes_of_it_is_told_in_a_sentence),
		T(without_a_command_or_read_only_it_is_refused),
		T(a_cancelled_one_is_not_heard_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
