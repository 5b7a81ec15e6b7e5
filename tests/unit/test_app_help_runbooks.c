/* The manual of the format of runbooks says every word that the reader of runbooks takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/commands.h"
#include "runbook/runbook.h"

static char manual[64 * 1024];

static void read_text(const char *path, char *out, size_t size)
{
	FILE *file = fopen(path, "r");
	size_t got;

	if (!file)
		fail_msg("%s cannot be read", path);
	got = fread(out, 1, size - 1, file);
	fclose(file);
	assert_in_range(got, 1, size - 2);
	out[got] = '\0';
}

/* Rows of the tables of keys: { "timeout", read_timeout }. */
static size_t check_rows(const char *path)
{
	static const char *const readers[] = {"card_", "read_", "ATTR_"};
	static char source[64 * 1024];
	size_t count = 0;

	read_text(path, source, sizeof(source));
	for (const char *at = source; (at = strstr(at, "{ \"")); at++) {
		char marked[70];
		size_t len = strcspn(at + 3, "\"");
		bool row = false;

		for (size_t i = 0; i < ARRAY_LEN(readers); i++)
			row = row || (strncmp(at + 3 + len, "\", ", 3) == 0 &&
				     strncmp(at + 6 + len, readers[i], strlen(readers[i])) == 0);
		if (!row)
			continue;
		count++;
		assert_in_range(len, 1, 60);
		(void)snprintf(marked, sizeof(marked), "*%.60s", at + 3);
		marked[len + 1] = '*';
		marked[len + 2] = '\0';
		if (!strstr(manual, marked))
			fail_msg("%s: the manual does not explain %s", path, marked);
	}
	return count;
}

static void the_manual_explains_every_key(void **state)
{
	(void)state;
	read_text("docs/binnacle-runbooks.5.scd", manual, sizeof(manual));
	assert_in_range(check_rows("src/runbook/card_keys.c"), 15, 60);
	assert_in_range(check_rows("src/runbook/card_params.c"), 7, 60);
	assert_in_range(check_rows("src/runbook/native_step.c"), 15, 60);
	assert_in_range(check_rows("src/runbook/runbook_fence.c"), 15, 60);
}

static void the_manual_lists_every_word_and_every_rule(void **state)
{
	struct buf out = {0};
	static const char *const words[] = {
#define X(sym, word) word,
		STEP_KINDS(X) PARAM_TYPES(X)
#undef X
#define X(code, error, meaning) "*" #code "* (", meaning,
		TROUBLES(X)
#undef X
#define X(sym, heading, steps) heading,
		BOOK_SECTIONS(X)
#undef X
	};

	(void)state;
	help_runbooks_manual(&out);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (!strstr(buf_cstr(&out), words[i]))
			fail_msg("the manual lacks: %s", words[i]);
	assert_non_null(strstr(buf_cstr(&out), "*R022* (error)"));
	assert_non_null(strstr(buf_cstr(&out), "*R025* (warning)"));
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_manual_explains_every_key),
		cmocka_unit_test(the_manual_lists_every_word_and_every_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
