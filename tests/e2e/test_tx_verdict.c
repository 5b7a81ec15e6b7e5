/*
 * `tx verdict`: one answer for each line of evidence, from a file or a pipe, without configuration
 * and network; each exit status.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json.h"
#include "tests/lib/command.h"

enum { LIMIT = 60000 };

#define READ(at, seq, close) "{\"src\":\"h1\",\"at\":" at ",\"seq\":" seq ",\"b_ledger\":" at \
			     ",\"b_close\":" close "}"
#define EVIDENCE(reads) "{\"tx\":{\"seq\":\"100\",\"max_time\":1700000000},\"hashes\":[\"T\"]," \
			"\"account\":[" reads "]}"

static struct command command;
static char home[64];

/* With this on standard input; the words are of a shell. */
static int judge(const char *input, const char *words)
{
	char line[4096];
	const char *argv[] = { "sh", "-c", line, NULL };

	command_done(&command);
	(void)snprintf(line, sizeof(line), "printf '%s' | HOME=%s BINNACLE_CONFIG=/nowhere '%s' tx "
		       "verdict %s", input, home, command_binnacle(), words);
	command_run(&command, argv, LIMIT);
	return command.status;
}

/* The n-th answer. */
static const json_t *answer(size_t n)
{
	static json_t *root;
	const char *line = buf_cstr(&command.out);

	for (; n > 0; n--)
		line = strchr(line, '\n') + 1;
	json_decref(root);
	root = json_read(str_sub(line, strcspn(line, "\n")), JSON_MAX_SMALL, NULL);
	assert_non_null(root);
	return root;
}

static int set_up(void **state)
{
	(void)state;
	strcpy(home, "/tmp/binnacle-verdict-XXXXXX");
	assert_non_null(mkdtemp(home));
	return 0;
}

static int tear_down(void **state)
{
	const char *const argv[] = { "rm", "-r", home, NULL };

	(void)state;
	command_done(&command);
	command_run(&command, argv, LIMIT);
	return command.status;
}

static void each_line_of_evidence_has_its_verdict(void **state)
{
	(void)state;
	assert_int_equal(judge(EVIDENCE(READ("60", "99", "1700000001")) "\\n\\n"
			       EVIDENCE(READ("60", "99", "1700000000")) "\\n"
			       EVIDENCE(READ("60", "null", "1700000000")),
			       "--evidence -"), 0);
	assert_string_equal(json_text_at(answer(0), "verdict", ""), "DEAD_EXPIRED");
	assert_true(json_is_true(json_at(answer(0), "safe_to_cancel")));
	assert_string_equal(json_text_at(answer(0), "row", ""), "8");
	assert_true(json_is_null(json_at(answer(0), "decidable_at")));
	assert_string_equal(json_text_at(answer(1), "verdict", ""), "LIVE_MAY_STILL_LAND");
	assert_true(json_is_false(json_at(answer(1), "safe_to_cancel")));
	assert_string_equal(json_text_at(answer(1), "decidable_at", ""), "2023-11-14T22:13:20Z");
	assert_string_equal(json_text_at(answer(2), "verdict", ""), "UNKNOWN_STALE_SOURCE");
}

static void what_rests_on_an_assumption_says_confirm(void **state)
{
	(void)state;
	assert_int_equal(judge("{\"tx\":{\"seq\":100},\"hashes\":[\"T\"],\"account\":["
			       READ("60", "100", "1700000000") "],\"complete\":[{\"src\":\"r1\","
			       "\"tip_before\":60,\"oldest_ok\":true}]}\\n", "--evidence -"), 0);
	assert_string_equal(json_text_at(answer(0), "verdict", ""), "DEAD_SEQ_CONSUMED");
	assert_string_equal(json_text_at(answer(0), "safe_to_cancel", ""), "confirm");
}

static void a_bad_line_is_answered_and_the_rest_goes_on(void **state)
{
	(void)state;
	assert_int_equal(judge("nonsense\\n{\"tx\":null,\"now\":5}\\n{\"tx\":null}\\n",
			       "--evidence -"), 1);
	assert_non_null(strstr(json_text_at(answer(0), "error.message", ""), "not JSON"));
	assert_string_equal(json_text_at(answer(1), "error.message", ""), "unknown member 'now'");
	assert_int_equal(json_integer_value(json_at(answer(1), "error.line")), 2);
	assert_string_equal(json_text_at(answer(2), "verdict", ""), "UNKNOWN_NO_IDENTITY");
}

static void a_line_without_end_costs_itself_only(void **state)
{
	(void)state;
	assert_int_equal(judge("%2000000d\\n{\"tx\":null}' 1 '", "--evidence -"), 1);
	assert_string_equal(json_text_at(answer(0), "error.message", ""), "longer than 768 KiB");
	assert_string_equal(json_text_at(answer(1), "verdict", ""), "UNKNOWN_NO_IDENTITY");
}

static void evidence_comes_from_a_file_too(void **state)
{
	char words[128];
	FILE *file;

	(void)state;
	(void)snprintf(words, sizeof(words), "%s/night.jsonl", home);
	file = fopen(words, "w");
	assert_non_null(file);
	assert_true(fputs("{\"tx\":null}\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
	(void)snprintf(words, sizeof(words), "--evidence %s/night.jsonl", home);
	assert_int_equal(judge("", words), 0);
	assert_string_equal(json_text_at(answer(0), "verdict", ""), "UNKNOWN_NO_IDENTITY");
	(void)snprintf(words, sizeof(words), "--evidence %s/missing", home);
	assert_int_equal(judge("", words), 5);
	(void)snprintf(words, sizeof(words), "--evidence %s", home);
	assert_int_equal(judge("", words), 1);
	assert_non_null(strstr(buf_cstr(&command.err), "cannot be read"));
	assert_int_equal(judge("", ""), 2);
	assert_non_null(strstr(buf_cstr(&command.err), "--evidence is missing"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_of_evidence_has_its_verdict),
		cmocka_unit_test(what_rests_on_an_assumption_says_confirm),
		cmocka_unit_test(a_bad_line_is_answered_and_the_rest_goes_on),
		cmocka_unit_test(a_line_without_end_costs_itself_only),
		cmocka_unit_test(evidence_comes_from_a_file_too),
	};

	return cmocka_run_group_tests_name("tx verdict", tests, set_up, tear_down);
}
