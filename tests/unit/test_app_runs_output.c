/* What a command writes, on its way to the screen and to the evidence: no part of a secret. */
#include "app/runs_output.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/secret.h"

static const char pem[] =
	"-----BEGIN RSA PRIVATE KEY-----\n"
	"MIIEowIBAAKCAQEAkeyOne\n"
	"c2Vjb25kIGxpbmUkeyTwo\n"
	"-----END RSA PRIVATE KEY-----\n";

static bool shows(const struct pane *pane, const char *part)
{
	for (size_t i = 0; i < pane->line_count; i++) {
		if (strstr(pane->lines[i], part))
			return true;
	}
	return false;
}

/* Feed the text in two reads, cut at `at`, and look after each of them. */
static void feed_in_two(struct pane *pane, struct str text, size_t at, const char *const *never)
{
	struct catcher catcher = { .pane = pane };

	catcher_begin(&catcher);
	for (size_t part = 0; part < 2; part++) {
		catcher_take(&catcher, part == 0 ? str_sub(text.p, at) :
			     str_sub(text.p + at, text.len - at));
		for (size_t i = 0; never[i]; i++)
			assert_false(shows(pane, never[i]));
	}
	catcher_end(&catcher, catcher.bytes);
	for (size_t i = 0; never[i]; i++)
		assert_false(shows(pane, never[i]));
}

static void no_part_of_a_secret_is_shown_however_it_is_split(void **state)
{
	static const char *const never[] = {
		"keyOne", "keyTwo", "hunter2", "second-line", "first-line", NULL,
	};
	struct secret *one = secret_new(str_of("hunter2-and-more"));
	struct secret *two = secret_new(str_of("first-line\nsecond-line\nthird"));
	struct buf text = { 0 };
	struct pane pane = { .busy = true };
	size_t splits = 0;

	(void)state;
	buf_fmt(&text, "before\nthe word is hunter2-and-more, kept\n%sbetween\nfirst-line\n"
		"second-line\nthird\nafter\n", pem);
	for (size_t at = 0; at <= text.len; at++, splits++)
		feed_in_two(&pane, str_sub(text.data, text.len), at, never);
	assert_true(splits >= 100);
	assert_true(shows(&pane, "before"));
	assert_true(shows(&pane, "between"));
	assert_true(shows(&pane, "after"));
	assert_true(shows(&pane, "the word is [redacted], kept"));
	buf_done(&text);
	pane_done(&pane);
	secret_free(one);
	secret_free(two);
}

static void a_secret_in_single_bytes_is_hidden_too(void **state)
{
	struct secret *secret = secret_new(str_of("hunter2-and-more"));
	static const char text[] = "a hunter2-and-more b\n";
	struct pane pane = { .busy = true };
	struct catcher catcher = { .pane = &pane };

	(void)state;
	catcher_begin(&catcher);
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		catcher_take(&catcher, str_sub(text + i, 1));
		assert_false(shows(&pane, "hunter2"));
	}
	catcher_end(&catcher, catcher.bytes);
	assert_true(shows(&pane, "a [redacted] b"));
	pane_done(&pane);
	secret_free(secret);
}

/* A secret with a colour in its middle would be shown whole by a terminal. */
static void escape_sequences_hide_no_secret(void **state)
{
	struct secret *secret = secret_new(str_of("hunter2-and-more"));
	struct pane pane = { .busy = true };
	struct catcher catcher = { .pane = &pane };

	(void)state;
	catcher_begin(&catcher);
	catcher_take(&catcher, str_of("hunter2\033[31m-and\033]0;title\a-more\n"));
	catcher_end(&catcher, catcher.bytes);
	assert_int_equal(pane.line_count, 1);
	assert_string_equal(pane.lines[0], "[redacted]");
	pane_done(&pane);
	secret_free(secret);
}

static const struct {
	const char *raw, *plain;
} texts[] = {
	{ "one\r\ntwo\r\n", "one\ntwo\n" },
	{ "10%\r50%\r100%\r\n", "100%\n" },
	{ "\033[1;31mred\033[0m\n", "red\n" },
	{ "\033]0;a title\007text\n", "text\n" },
	{ "\033]8;;http://x\033\\link\n", "link\n" },
	{ "cut\033[", "cut" },
	{ "a\n\rb\n", "a\nb\n" },
};

static void what_drives_a_terminal_is_taken_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		for (size_t at = 0; at <= strlen(texts[i].raw); at++) {
			struct plain plain = { PLAIN_TEXT, false };
			struct buf out = { 0 };

			plain_take(&plain, str_sub(texts[i].raw, at), &out);
			plain_take(&plain, str_of(texts[i].raw + at), &out);
			assert_string_equal(buf_cstr(&out), texts[i].plain);
			buf_done(&out);
		}
	}
}

static void only_the_last_lines_of_a_flood_are_kept_and_the_rest_is_counted(void **state)
{
	struct pane pane = { .busy = true };
	struct catcher catcher = { .pane = &pane };
	char line[32];

	(void)state;
	catcher_begin(&catcher);
	for (int i = 0; i < 3000; i++) {
		snprintf(line, sizeof(line), "line %d\n", i);
		catcher_take(&catcher, str_of(line));
		assert_true(pane.line_count <= PANE_LINES);
	}
	assert_string_equal(pane.lines[pane.line_count - 1], "line 2999");
	assert_int_equal(pane.line_count + pane.dropped, 3000);
	catcher_end(&catcher, catcher.bytes);
	assert_string_equal(pane.lines[0], "line 2600");
	assert_int_equal(pane.line_count, PANE_LINES);
	pane_done(&pane);
}

/* An endless key must not come out at the other end of what is held. */
static void a_key_without_an_end_is_never_shown(void **state)
{
	struct pane pane = { .busy = true };
	struct catcher catcher = { .pane = &pane };
	struct buf chunk = { 0 };

	(void)state;
	catcher_begin(&catcher);
	catcher_take(&catcher, str_of("-----BEGIN PRIVATE KEY-----\n"));
	for (int i = 0; i < 100; i++)
		buf_text(&chunk, "bodyofthekeybodyofthekeybodyofthe\n");
	for (int i = 0; i < 60; i++) {
		catcher_take(&catcher, str_sub(chunk.data, chunk.len));
		assert_false(shows(&pane, "bodyofthekey"));
	}
	assert_true(catcher.held.len <= 128 * 1024);
	assert_true(catcher.bytes > 128 * 1024);
	buf_done(&chunk);
	catcher_end(&catcher, catcher.bytes);
	assert_false(shows(&pane, "bodyofthekey"));
	pane_done(&pane);
}

static void evidence_is_redacted_and_says_how_often(void **state)
{
	struct secret *secret = secret_new(str_of("hunter2-and-more"));
	struct buf text = { 0 }, out = { 0 };

	(void)state;
	buf_fmt(&text, "x hunter2-and-more\nhunter2-and-more\n%s", pem);
	assert_int_equal(output_redact(str_sub(text.data, text.len), 0, text.len, &out), 3);
	assert_null(strstr(buf_cstr(&out), "hunter2"));
	assert_null(strstr(buf_cstr(&out), "keyOne"));
	buf_done(&text);
	buf_done(&out);
	secret_free(secret);
}

/* The first half of a secret stands at the end of an output that was cut. */
static void a_cut_output_ends_before_what_may_be_a_secret(void **state)
{
	struct buf text = { 0 }, out = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_fmt(&text, "line %d\n", i);
	buf_text(&text, "the word is hunter2-and");
	(void)output_redact(str_sub(text.data, text.len), text.len, text.len + 1, &out);
	assert_null(strstr(buf_cstr(&out), "hunter2"));
	assert_non_null(strstr(buf_cstr(&out), "line 100\n"));
	assert_non_null(strstr(buf_cstr(&out), "cut here"));
	buf_done(&text);
	buf_done(&out);
}

/* Bytes are missing in the middle: of a key only its second half is there, of a word its first. */
static void what_stands_beside_missing_bytes_is_not_kept(void **state)
{
	struct buf text = { 0 }, out = { 0 };
	size_t cut_at;

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_fmt(&text, "line %d\n", i);
	buf_text(&text, "the word is hunter2-and");
	cut_at = text.len;
	buf_text(&text, "\n[123 bytes are left out here]\n");
	for (int i = 0; i < 40; i++)
		buf_text(&text, "bodyofthekeybodyofthekeybodyofthekeybodyofthekey\n");
	buf_text(&text, "-----END PRIVATE KEY-----\n");
	for (int i = 1000; i < 2000; i++)
		buf_fmt(&text, "line %d\n", i);
	(void)output_redact(str_sub(text.data, text.len), cut_at, text.len + 92, &out);
	assert_null(strstr(buf_cstr(&out), "hunter2"));
	assert_null(strstr(buf_cstr(&out), "bodyofthekey"));
	assert_non_null(strstr(buf_cstr(&out), "line 100\n"));
	assert_non_null(strstr(buf_cstr(&out), "cut here"));
	assert_non_null(strstr(buf_cstr(&out), "line 1999\n"));
	buf_done(&text);
	buf_done(&out);
}

/* The beginning of a word that nobody will see the end of. */
static void a_pane_ends_before_what_may_be_a_secret_too(void **state)
{
	struct secret *secret = secret_new(str_of("hunter2-and-more"));
	struct pane pane = { .busy = true };
	struct catcher catcher = { .pane = &pane };

	(void)state;
	catcher_begin(&catcher);
	catcher_take(&catcher, str_of("one\nthe word is hunter2-and"));
	catcher_end(&catcher, catcher.bytes + 1);
	assert_true(shows(&pane, "one"));
	assert_false(shows(&pane, "hunter2"));
	assert_true(shows(&pane, "there was more"));
	pane_done(&pane);
	secret_free(secret);
}

/* Where a line that is too long was let go there may have been a secret. */
static void the_rest_of_an_endless_line_is_not_shown(void **state)
{
	struct secret *secret = secret_new(str_of("hunter2-and-more"));
	struct pane pane = { .busy = true };
	struct catcher catcher = { .pane = &pane };
	struct buf line = { 0 };

	(void)state;
	for (int i = 0; i < 64 * 1024; i++)
		buf_char(&line, 'x');
	buf_text(&line, "hunter2");
	catcher_begin(&catcher);
	catcher_take(&catcher, str_sub(line.data, line.len));
	catcher_take(&catcher, str_of("-and-more"));
	catcher_take(&catcher, str_of(" end\nnext\n"));
	catcher_end(&catcher, catcher.bytes);
	assert_false(shows(&pane, "-and-more"));
	assert_true(shows(&pane, "left out here"));
	assert_true(shows(&pane, "next"));
	buf_done(&line);
	pane_done(&pane);
	secret_free(secret);
}

static void the_last_line_that_says_something_is_told(void **state)
{
	char said[BECAUSE_TEXT];

	(void)state;
	output_said(str_of("one\ntwo\n\n  \n"), said);
	assert_string_equal(said, "two");
	output_said(str_of(""), said);
	assert_string_equal(said, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_part_of_a_secret_is_shown_however_it_is_split),
		cmocka_unit_test(a_secret_in_single_bytes_is_hidden_too),
		cmocka_unit_test(escape_sequences_hide_no_secret),
		cmocka_unit_test(what_drives_a_terminal_is_taken_out),
		cmocka_unit_test(only_the_last_lines_of_a_flood_are_kept_and_the_rest_is_counted),
		cmocka_unit_test(a_key_without_an_end_is_never_shown),
		cmocka_unit_test(evidence_is_redacted_and_says_how_often),
		cmocka_unit_test(a_cut_output_ends_before_what_may_be_a_secret),
		cmocka_unit_test(what_stands_beside_missing_bytes_is_not_kept),
		cmocka_unit_test(a_pane_ends_before_what_may_be_a_secret_too),
		cmocka_unit_test(the_rest_of_an_endless_line_is_not_shown),
		cmocka_unit_test(the_last_line_that_says_something_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
