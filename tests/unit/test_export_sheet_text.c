/* Texts of others in a sheet, each way out with its own escaping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/attr.h"
#include "export/sheet_text.h"
#include "tests/lib/hostile.h"

typedef void writer(struct buf *out, struct str text);

static const struct {
	writer *write;
	const char *text, *wants;
} rows[] = {
	{ sheet_html, "<b a=\"1\" b='2'>&amp;\nx", "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;amp;\nx" },
	{ sheet_html, "", "" },
	{ sheet_line, "plain words, 9.8 % - 1/2", "plain words, 9.8 % - 1/2" },
	{ sheet_line, "a|b\nc", "a\\|b<br>c" },
	{ sheet_line, "<script>", "&lt;script&gt;" },
	{ sheet_line, "# no heading", "\\# no heading" },
	{ sheet_line, "issue #4", "issue #4" },
	{ sheet_line, "-1 % + 2", "-1 % + 2" },
	{ sheet_opening, "- no item", "\\- no item" },
	{ sheet_opening, "12. no item", "12\\. no item" },
	{ sheet_opening, "2026-11-22 late", "2026-11-22 late" },
	{ sheet_opening, "", "" },
	{ sheet_line, "error_rate _is_ *up*", "error_rate \\_is\\_ \\*up\\*" },
	{ sheet_line, "[a](javascript:b) ![c](d)", "\\[a\\](javascript:b) !\\[c\\](d)" },
	{ sheet_line, "```\nrm", "\\`\\`\\`<br>rm" },
	{ sheet_line, "~~~ &lt;", "\\~\\~\\~ &amp;lt;" },
	{ sheet_line, "\\|", "\\\\\\|" },
	{ sheet_prose, "*so* it was\n- one\n- two", "*so* it was\n- one\n- two" },
	{ sheet_prose, "## Impact\n# x\n- # y", "\\## Impact\n\\# x\n- \\# y" },
	{ sheet_prose, "a\n---\nb\n===", "a\n\\-\\--\nb\n\\===" },
	{ sheet_prose, "<!-- binnacle:end facts -->", "&lt;!\\-- binnacle:end facts \\-->" },
	{ sheet_prose, "[x]: javascript:a\n`b`", "\\[x\\]: javascript:a\n\\`b\\`" },
	{ sheet_quoted, "say \"no\" \\ yes\nx", "\"say \\\"no\\\" \\\\ yes\\x0ax\"" },
};

static void every_tongue_shows_a_text_and_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = { 0 };

		rows[i].write(&out, str_of(rows[i].text));
		assert_string_equal(buf_cstr(&out), rows[i].wants);
		buf_done(&out);
	}
}

static void an_answer_comes_back_from_markdown_as_it_was(void **state)
{
	size_t count;
	const struct hostile *all = hostile_all(&count);

	(void)state;
	for (size_t i = 0; i < count + ARRAY_LEN(rows); i++) {
		struct str text = i < count ? all[i].bytes : str_of(rows[i - count].text);
		struct buf markdown = { 0 }, back = { 0 };

		if (i < count && (!all[i].utf8 || str_has(text, "\r\n")))
			continue;
		sheet_prose(&markdown, text);
		sheet_prose_read(&back, str_sub(buf_cstr(&markdown), markdown.len));
		assert_int_equal(back.len, text.len);
		assert_memory_equal(buf_cstr(&back), text.p, text.len);
		buf_done(&markdown);
		buf_done(&back);
	}
}

static const struct {
	const char *url, *wants;
} urls[] = {
	{ "https://wiki.example/a?b=c#d", "https://wiki.example/a?b=c#d" },
	{ "http://a.example/x y(z)|\"<>'`", "http://a.example/x%20y%28z%29%7C%22%3C%3E%27%60" },
	{ "https://a.example/\xC3\xA9", "https://a.example/%C3%A9" },
	{ "javascript:alert(1)", NULL },
	{ "data:text/html,x", NULL },
	{ "HTTPS://a.example", NULL },
	{ "//a.example", NULL },
	{ "https://", NULL },
	{ "https://@a.example", NULL },
	{ " https://a.example", NULL },
	{ "", NULL },
};

static void only_http_and_https_become_links(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
		struct buf out = { 0 };

		assert_int_equal(sheet_url(&out, urls[i].url), urls[i].wants != NULL);
		assert_string_equal(buf_cstr(&out), urls[i].wants ? urls[i].wants : "");
		buf_done(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_tongue_shows_a_text_and_nothing_else),
		cmocka_unit_test(an_answer_comes_back_from_markdown_as_it_was),
		cmocka_unit_test(only_http_and_https_become_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
