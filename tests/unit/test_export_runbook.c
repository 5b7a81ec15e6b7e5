/* Runbooks for scripts, for a terminal of 80 columns, and as the index of their folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/utf8.h"
#include "export/runbook_index.h"
#include "export/runbook_json.h"
#include "export/runbook_text.h"
#include "runbook/lint.h"

static const char book[] =
	"---\n"
	"binnacle: 1\n"
	"id: cache-full\n"
	"title: Cache is full\n"
	"summary: It holds no more.\n"
	"severity: SEV2\n"
	"components: [redis]\n"
	"alerts: [CacheFull, {alertname: Slow, service: api}]\n"
	"owner: platform\n"
	"escalation:\n"
	"  - {to: lead, after: 30m, via: pager}\n"
	"rto: 30m\n"
	"tags: [cache]\n"
	"reviewed_by: []\n"
	"params:\n"
	"  URL: {type: url, from: \"env:URL\", help: \"where\"}\n"
	"---\n"
	"\n"
	"# Cache is full\n"
	"\n"
	"## Overview\n"
	"\n"
	"A long line of text that has to be broken somewhere, because nobody reads lines that are longer"
	" than eighty columns.\n"
	"\n"
	"| a | b |\n|---|---|\n| 1 | 2 |\n"
	"\n"
	"## Immediate mitigation\n"
	"\n"
	"1. **Which?** <!-- step decision id=which -->\n"
	"   - **Ours** <!-- option value=ours goto=drop -->\n"
	"   - **Theirs** <!-- option value=theirs -->\n"
	"2. **Drop it.** <!-- step id=drop role=ops when=\"step.which == ours\" -->\n"
	"\n"
	"   > [!CAUTION]\n"
	"   > It is gone then.\n"
	"\n"
	"   ```sh {timeout=10s on=cache-1}\n"
	"   redis-cli -u \"$URL\" flushall\n"
	"   ```\n"
	"\n"
	"   **Rollback:** none; it fills again.\n"
	"3. **Is it well?** <!-- step check id=well probe=\"redis.state == ok\" for=2m -->\n"
	"\n"
	"   ```sh {check every=15s}\n"
	"   ping <host>\n"
	"   ```\n"
	"\n"
	"## Root cause investigation\n"
	"\n"
	"See [other](other.md).\n";

static struct runbook *read_book(void)
{
	struct err err = {0};
	struct runbook *runbook = runbook_read("books/cache-full.md", str_of(book), &err);

	if (!runbook)
		fail_msg("%s", err.text);
	return runbook;
}

static void at_is(const json_t *root, const char *at, const char *wanted)
{
	const json_t *value = root;
	struct str rest = str_of(at), part;
	char key[32], *text;

	while (str_cut(&rest, '.', &part)) {
		str_copy(key, sizeof(key), part);
		value = json_is_array(value) ? json_array_get(value, (size_t)(key[0] - '0')) :
			json_object_get(value, key);
	}
	text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
	if (!text || strcmp(text, wanted) != 0)
		fail_msg("%s: %s, wanted %s", at, text ? text : "(missing)", wanted);
	free(text);
}

static void scripts_get_every_key(void **state)
{
	static const struct {
		const char *at, *value;
	} cases[] = {
		{"schema", "\"binnacle.runbook/1\""}, {"id", "\"cache-full\""},
		{"title", "\"Cache is full\""}, {"summary", "\"It holds no more.\""},
		{"mode", "\"native\""}, {"path", "\"books/cache-full.md\""}, {"severity", "\"SEV2\""},
		{"components", "[\"redis\"]"},
		{"alerts", "[\"CacheFull\",{\"alertname\":\"Slow\",\"service\":\"api\"}]"},
		{"params", "[{\"name\":\"URL\",\"type\":\"url\",\"from\":\"env:URL\",\"default\":null,"
			   "\"required\":true,\"choices\":[],\"pattern\":null,\"help\":\"where\"}]"},
		{"reviewed_by", "null"}, {"review_due", "null"}, {"owner", "\"platform\""},
		{"escalation", "[{\"to\":\"lead\",\"after_s\":1800.0,\"via\":\"pager\"}]"},
		{"rto_s", "1800.0"}, {"rpo_s", "null"}, {"sections.0.name", "\"Overview\""},
		{"sections.0.steps", "[]"}, {"sections.1.name", "\"Immediate mitigation\""},
		{"sections.1.line", "29"}, {"sections.1.steps.0.id", "\"which\""},
		{"sections.1.steps.0.kind", "\"decision\""}, {"sections.1.steps.0.n", "1"},
		{"sections.1.steps.0.line", "31"}, {"sections.1.steps.0.danger", "\"none\""},
		{"sections.1.steps.0.options",
		 "[{\"value\":\"ours\",\"goto\":\"drop\",\"title\":\"Ours\"},"
		 "{\"value\":\"theirs\",\"goto\":null,\"title\":\"Theirs\"}]"},
		{"sections.1.steps.0.when", "null"}, {"sections.1.steps.0.probe", "null"},
		{"sections.1.steps.0.for_s", "null"}, {"sections.1.steps.0.target", "null"},
		{"sections.1.steps.1.when", "\"step.which == ours\""},
		{"sections.1.steps.1.role", "\"ops\""},
		{"sections.1.steps.1.danger", "\"caution\""},
		{"sections.1.steps.1.fences.0.lang", "\"sh\""},
		{"sections.1.steps.1.fences.0.runnable", "true"},
		{"sections.1.steps.1.fences.0.check", "false"},
		{"sections.1.steps.1.fences.0.attrs", "{\"timeout_s\":10.0,\"on\":\"cache-1\"}"},
		{"sections.1.steps.1.fences.0.text", "\"redis-cli -u \\\"$URL\\\" flushall\\n\""},
		{"sections.1.steps.2.probe", "\"redis.state == ok\""},
		{"sections.1.steps.2.for_s", "120.0"},
		{"sections.1.steps.2.fences.0.check", "true"},
		{"sections.1.steps.2.fences.0.runnable", "false"},
		{"sections.1.steps.2.fences.0.placeholders", "[\"<host>\"]"},
		{"sections.2.name", "\"Root cause investigation\""}, {"problems.0.code", "\"R006\""},
		{"problems.0.level", "\"warning\""}, {"problems.0.line", "29"},
		{"problems.0.fix", "null"},
	};
	struct runbook *runbook = read_book();
	struct troubles troubles = {.arena = &runbook->arena};
	json_t *root;

	(void)state;
	trouble_add(&troubles, TROUBLE_R016, (struct spot){"x", 50, 3}, "mend it", "gone");
	trouble_add(&troubles, TROUBLE_R006, (struct spot){"x", 29, 1}, "", "order");
	root = runbook_json(runbook, &troubles);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		at_is(root, cases[i].at, cases[i].value);
	at_is(root, "problems.1.fix", "\"mend it\"");
	assert_int_equal(strlen(json_string_value(json_object_get(root, "sha256"))), 64);
	assert_int_equal(strlen(json_string_value(json_object_get(root, "blob"))), 40);
	assert_null(json_object_get(json_array_get(json_object_get(root, "problems"), 0), "path"));
	json_decref(root);
	root = runbook_card_json(&runbook->card);
	assert_null(json_object_get(root, "sections"));
	assert_null(json_object_get(root, "problems"));
	json_decref(root);
	root = runbook_troubles_json(&troubles, true);
	at_is(root, "0.path", "\"x\"");
	json_decref(root);
	runbook_free(runbook);
}

static const char as_text[] =
	"Runbook     cache-full\n"
	"What for    It holds no more.\n"
	"Severity    SEV2\n"
	"Components  redis\n"
	"Alerts      CacheFull, Slow\n"
	"Owner       platform\n"
	"Review      UNREVIEWED: nobody has confirmed that it is right\n"
	"File        books/cache-full.md\n"
	"\n"
	"Cache is full\n"
	"=============\n"
	"\n"
	"Overview\n"
	"--------\n"
	"\n"
	"A long line of text that has to be broken somewhere, because nobody reads\n"
	"lines that are longer than eighty columns.\n"
	"\n"
	"a | b\n"
	"1 | 2\n"
	"\n"
	"Immediate mitigation\n"
	"--------------------\n"
	"\n"
	" 1. Which?\n"
	"    [decision]\n"
	"      - Ours\n"
	"      - Theirs\n"
	"\n"
	" 2. Drop it.\n"
	"    [command][CAUTION][ops] only if which is ours\n"
	"    | [!CAUTION] It is gone then.\n"
	"\n"
	"      sh {timeout=10s on=cache-1}:\n"
	"        redis-cli -u \"$URL\" flushall\n"
	"\n"
	"    Rollback: none; it fills again.\n"
	"\n"
	" 3. Is it well?\n"
	"    [check] watches: redis.state == ok\n"
	"      sh {check every=15s}:\n"
	"        ping <host>\n"
	"\n"
	"Root cause investigation\n"
	"------------------------\n"
	"\n"
	"See other (other.md).\n";

static void people_get_it_in_eighty_columns(void **state)
{
	struct runbook *runbook = read_book();
	struct buf out = {0};
	struct str rest, line;

	(void)state;
	runbook_text(runbook, 0, &out);
	assert_string_equal(buf_cstr(&out), as_text);
	rest = str_sub(out.data, out.len);
	while (str_cut(&rest, '\n', &line))
		assert_in_range(utf8_width(line), 0, 80);
	buf_done(&out);
	runbook_free(runbook);
}

static void any_markdown_is_shown(void **state)
{
	static const char *const texts[] = {
		"", "x", "- \n", "> > > deep\n", "1. a\n   1. b\n      1. c\n", "```\nopen", "---\n",
		"| a |\n|---|\n", "<div>\n", "- [ ] t\n- [x] u\n", "![i](x.png) [l](#l) `c` \n",
		"\x1b[2J \xe2\x80\xae\n", "```sh\n\x1b[2J\n```\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct err err = {0};
		struct runbook *runbook = runbook_read("a.md", str_of(texts[i]), &err);
		struct buf out = {0};

		assert_non_null(runbook);
		runbook_text(runbook, 0, &out);
		assert_null(strchr(buf_cstr(&out), '\x1b'));
		assert_null(strstr(buf_cstr(&out), "\xe2\x80\xae"));
		buf_done(&out);
		runbook_free(runbook);
	}
}

#define TEXTS(...) {(const char *const[]){__VA_ARGS__}, \
		    ARRAY_LEN(((const char *const[]){__VA_ARGS__}))}

static const struct book_alert an_alert[] = {{.name = "X"}};
static const struct card cards[] = {
	{.path = "b/z.md", .stem = "z", .title = "Zero [0]", .summary = "a <b> `c`.", .native = true,
	 .alerts = an_alert, .alert_count = 1, .tags = {0}},
	{.path = "b/a.md", .stem = "a", .title = "After", .summary = "", .native = true},
	{.path = "b/first.md", .stem = "first", .title = "First", .summary = "Now.", .native = true,
	 .tags = TEXTS("x", "start-here")},
	{.path = "b/dr.md", .stem = "dr", .title = "Lost", .summary = "All.", .native = true,
	 .alerts = an_alert, .alert_count = 1, .tags = TEXTS("disaster-recovery")},
	{.path = "b/p.md", .stem = "p", .title = "Less", .summary = "Load.", .native = true,
	 .tags = TEXTS("mitigation-pattern")},
	{.path = "b/plain.md", .stem = "plain", .title = "Plain", .summary = ""},
	{.path = "b/sub/x.md", .stem = "x", .title = "Below", .summary = "", .native = true},
	{.path = "c/y.md", .stem = "y", .title = "Elsewhere", .summary = "", .native = true},
	{.path = "bb/y.md", .stem = "y", .title = "Beside", .summary = "", .native = true},
};

static void the_index_groups_by_occasion_whatever_the_order(void **state)
{
	static const char wanted[] =
		"# Runbooks\n\nOne line for each, written by `binnacle runbook index`.\n"
		"\n## Start here\n\n- [First](first.md) - Now.\n"
		"\n## An alert fires\n\n- [Zero \\[0\\]](z.md) - a \\<b\\> \\`c\\`.\n"
		"\n## Something fails, and no alert says so\n\n- [After](a.md)\n"
		"\n## Mitigation patterns\n\n- [Less](p.md) - Load.\n"
		"\n## Disaster recovery\n\n- [Lost](dr.md) - All.\n"
		"\n## Without front matter\n\n- [Plain](plain.md)\n";
	struct card turned[ARRAY_LEN(cards)];
	struct index_in in = {cards, ARRAY_LEN(cards), "b/", false};
	struct buf out = {0};

	(void)state;
	runbook_index(&in, &out);
	assert_string_equal(buf_cstr(&out), wanted);
	for (size_t i = 0; i < ARRAY_LEN(cards); i++)
		turned[i] = cards[ARRAY_LEN(cards) - 1 - i];
	in = (struct index_in){turned, ARRAY_LEN(cards), "b", true};
	buf_clear(&out);
	runbook_index(&in, &out);
	assert_non_null(strstr(buf_cstr(&out), "(glossary.md)"));
	assert_string_equal(strstr(buf_cstr(&out), "\n## Start"), strstr(wanted, "\n## Start"));
	buf_done(&out);
}

static void the_line_for_a_topic_fits_a_topic(void **state)
{
	struct buf out = {0};

	(void)state;
	runbook_topic(cards, ARRAY_LEN(cards), "https://git.example/r", &out);
	assert_string_equal(buf_cstr(&out), "On call? Runbooks: https://git.example/r | begin with "
					    "\"First\" | 8 of them: binnacle runbook list\n");
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scripts_get_every_key),
		cmocka_unit_test(people_get_it_in_eighty_columns),
		cmocka_unit_test(any_markdown_is_shown),
		cmocka_unit_test(the_index_groups_by_occasion_whatever_the_order),
		cmocka_unit_test(the_line_for_a_topic_fits_a_topic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
