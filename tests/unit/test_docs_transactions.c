/* docs/transactions.md names every verdict and every act, with the words that the program uses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "stellar/intent.h"

static char page[65536];

static int read_page(void **state)
{
	FILE *file = fopen("docs/transactions.md", "r");
	size_t len;

	(void)state;
	assert_non_null(file);
	len = fread(page, 1, sizeof(page) - 1, file);
	assert_true(feof(file));
	page[len] = '\0';
	return fclose(file);
}

/* The row of a table that begins with this word. */
static const char *row_of(const char *word, char row[1024])
{
	char head[80];
	const char *at;

	(void)snprintf(head, sizeof(head), "\n| `%s` |", word);
	at = strstr(page, head);
	if (!at)
		return NULL;
	(void)str_copy(row, 1024, str_sub(at + 1, strcspn(at + 1, "\n")));
	return row;
}

static void every_verdict_has_its_row(void **state)
{
	char row[1024];

	(void)state;
	for (int kind = 0; kind < VERDICT_COUNT; kind++)
		if (!row_of(verdict_name((enum verdict_kind)kind), row))
			fail_msg("no row of %s", verdict_name((enum verdict_kind)kind));
}

/* What may still land, or is not known, may never be built again. */
static void only_what_is_dead_or_failed_may_be_built_again(void **state)
{
	char row[1024];

	(void)state;
	for (int kind = 0; kind < VERDICT_COUNT; kind++) {
		enum fate fate = verdict_fate((enum verdict_kind)kind);
		bool no = strstr(row_of(verdict_name((enum verdict_kind)kind), row), " | no | ");

		assert_int_equal(no, fate != FATE_DEAD && fate != FATE_FAILED);
	}
}

static void every_act_is_explained(void **state)
{
	char word[64];

	(void)state;
	for (int act = 0; act < ACT_COUNT; act++) {
		(void)snprintf(word, sizeof(word), "`%s`", act_word((enum tx_act)act));
		assert_non_null(strstr(page, word));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_verdict_has_its_row),
		cmocka_unit_test(only_what_is_dead_or_failed_may_be_built_again),
		cmocka_unit_test(every_act_is_explained),
	};

	return cmocka_run_group_tests_name("docs/transactions", tests, read_page, NULL);
}
