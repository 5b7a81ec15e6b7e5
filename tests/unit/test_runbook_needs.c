/* What a runbook relies on outside of itself. */
#include "runbook/needs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define FENCE(info, text) "1. **It.**\n\n   ```" info "\n   " text "\n   ```\n"

/* "tool docker, table x of db" of a native runbook whose mitigation is this. */
static void check(const char *steps, const char *wanted)
{
	struct buf text = {0}, found = {0};
	struct err err = {0};
	struct arena arena = {0};
	struct needs needs;
	struct runbook *runbook;

	buf_fmt(&text, "---\nbinnacle: 1\nid: a\ntitle: A\nsummary: s\n---\n\n# A\n\n"
		"## Immediate mitigation\n\n%s", steps);
	runbook = runbook_read("a.md", str_sub(text.data, text.len), &err);
	assert_non_null(runbook);
	runbook_needs(runbook, &arena, &needs);
	for (size_t i = 0; i < needs.count; i++) {
		const struct need *need = &needs.items[i];

		buf_fmt(&found, "%s%s %s%s%s", i ? ", " : "", need_word(need->kind), need->what,
			need->source[0] ? " of " : "", need->source);
		assert_ptr_equal(need->step, &runbook->steps[0]);
		assert_in_range(need->line, 10, 14);
	}
	if (strcmp(buf_cstr(&found), wanted) != 0)
		fail_msg("%s\nneeds '%s', wanted '%s'", steps, buf_cstr(&found), wanted);
	runbook_free(runbook);
	arena_done(&arena);
	buf_done(&text);
	buf_done(&found);
}

static void what_a_runbook_relies_on_is_read_off_its_text(void **state)
{
	static const struct {
		const char *steps, *needs;
	} cases[] = {
		{FENCE("sh", "docker ps | jq . && docker ps"), "tool docker, tool jq"},
		{FENCE("sh", "if ! curl -s http://x:1/y; then exit 1; fi"), "address http://x:1/y, tool curl"},
		{FENCE("sh", "X=$(date -u +%s) Y=1 psql -c 'select 1'"), "tool date, tool psql"},
		{FENCE("sh", "echo \"$(getent hosts x)\" >/dev/null"), "tool getent"},
		{FENCE("sh", "command -v docker || exit; \"$TOOL\" x; [ -n x ]"), ""},
		{FENCE("sh", "curl \"$URL/https://\""), "tool curl"},
		{FENCE("sh {on=web-1}", "/usr/bin/uptime"), "host web-1"},
		{FENCE("sh {norun}", "docker ps"), ""},
		{FENCE("text", "docker ps"), ""},
		{FENCE("sql {source=db}", "SELECT extract(epoch FROM now()) FROM a.b JOIN c ON true"),
		 "source db, table a.b of db, table c of db"},
		{FENCE("sql {source=db}", "WITH d AS (SELECT 1 FROM e) SELECT * FROM d, generate_series(1)"),
		 "source db, table e of db"},
		{FENCE("sql {source=db}", "SELECT ' from nowhere ' FROM (SELECT 1) x FOR UPDATE"),
		 "source db"},
		{FENCE("sql {source=db write}", "UPDATE t SET x = 1"), "source db, table t of db"},
		{FENCE("promql {source=p}",
		       "sum by (job) (rate(http_total{job=\"x\"}[5m])) / on (a) up > 0.5 offset 5m"),
		 "source p, metric http_total of p, metric up of p"},
		{"1. **It.** <!-- step check probe=\"a.b < 5 and absent(alert(Down)) and a.b > 1\" -->\n",
		 "live value a.b, alert Down"},
		{"1. **It.** <!-- step decision -->\n   - **X** <!-- option probe=\"c.d\" -->\n"
		 "   - **Y** <!-- option -->\n", "live value c.d"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		check(cases[i].steps, cases[i].needs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_runbook_relies_on_is_read_off_its_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
