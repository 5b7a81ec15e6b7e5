/* What is wrong with a runbook beyond its reading: each rule, and what it must leave alone. */
#include "runbook/lint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

#define FRONT "---\nbinnacle: 1\nid: a\ntitle: A\nsummary: s\n"
#define REVIEWED "reviewed_by: [ana]\nlast_reviewed_on: 2026-10-01\nreview_in: 13w\n"
#define OVERVIEW "## Overview\n\ntext\n\n"
#define INDICATORS "## Indicators\n\ntext\n\n"
#define MITIGATION "## Immediate mitigation\n\n1. **Do.**\n\n"
#define CAUSE "## Root cause investigation\n\n- **Look.**\n\n"
#define RESOLUTION "## Resolution\n\n1. **Mend.**\n\n"
#define ESCALATION "## Escalation path\n\n- **Call.**\n\n"
#define AFTER "## Post-incident actions\n\n- [ ] **Write.**\n"
#define BODY OVERVIEW INDICATORS MITIGATION CAUSE RESOLUTION ESCALATION AFTER
/* A whole native runbook whose mitigation is this. */
#define WITH(front, mitigation) \
	FRONT REVIEWED front "---\n\n# A\n\n" OVERVIEW INDICATORS \
	"## Immediate mitigation\n\n" mitigation "\n\n" CAUSE RESOLUTION ESCALATION AFTER
/* Any Markdown with one step. */
#define STEP(text) "# A\n\n## Do\n\n1. **It.** " text "\n"
#define CHECK(lang, text) \
	WITH("", "1. **It.**\n\n   ```" lang " {check}\n   " text "\n   ```")
#define RUN(lang, text) \
	WITH("params:\n  URL: {type: url}\n", "1. **It.**\n\n   ```" lang "\n   " text "\n   ```")

static msec day(const char *text)
{
	msec at;

	assert_true(when_parse(str_of(text), &at));
	return at;
}

static bool exists(void *arg, const char *path)
{
	(void)arg;
	return strcmp(path, "other.md") == 0 || strcmp(path, "a b.md") == 0;
}

static bool parses(void *arg, enum fence_lang lang, struct str text, struct err *err)
{
	(void)arg;
	(void)lang;
	return !str_has(text, "BROKEN") || err_set(err, ERR_INPUT, "line 1: it is broken");
}

static struct lint usual(void)
{
	return (struct lint){.now = day("2026-11-22T00:00:00Z"), .exists = exists,
			     .parses = parses};
}

/* "R018:9 R019:7", in the order of their being found; `text` gets the sentences. */
static void look(const char *markdown, const struct lint *in, struct buf *codes, struct buf *text)
{
	struct err err = {0};
	struct runbook *runbook = runbook_read("books/a.md", str_of(markdown), &err);
	struct arena arena = {0};
	struct troubles found = {.arena = &arena};

	if (!runbook)
		fail_msg("%s", err.text);
	runbook_lint(runbook, in, &found);
	buf_clear(codes);
	for (const struct trouble *t = found.first; t; t = t->next)
		buf_fmt(codes, "%s%s:%u", t == found.first ? "" : " ", trouble_name(t->code), t->line);
	if (text)
		troubles_write(&found, text);
	runbook_free(runbook);
	arena_done(&arena);
}

struct example {
	const char *markdown, *codes;
};

static void check_all(const struct example *examples, size_t count, const struct lint *in)
{
	struct buf codes = {0}, text = {0};

	for (size_t i = 0; i < count; i++) {
		buf_clear(&text);
		look(examples[i].markdown, in, &codes, &text);
		if (strcmp(buf_cstr(&codes), examples[i].codes) != 0)
			fail_msg("%zu: '%s', wanted '%s':\n%s%s", i, buf_cstr(&codes),
				 examples[i].codes, examples[i].markdown, buf_cstr(&text));
	}
	buf_done(&codes);
	buf_done(&text);
}

#define CHECK_ALL(examples, in) check_all(examples, ARRAY_LEN(examples), in)

static void a_native_runbook_has_the_sections_of_the_template_in_their_order(void **state)
{
	static const struct example examples[] = {
		{FRONT REVIEWED "---\n# A\n\n" BODY, ""},
		{FRONT REVIEWED "---\n# A\n\n" OVERVIEW INDICATORS MITIGATION CAUSE ESCALATION AFTER,
		 "R005:0"},
		{FRONT REVIEWED "---\n# A\n\n" INDICATORS OVERVIEW MITIGATION CAUSE RESOLUTION
		 ESCALATION AFTER, "R006:16"},
		{"# A\n\n## Whatever\n\n- x\n", ""},
	};
	struct lint in = usual();

	(void)state;
	CHECK_ALL(examples, &in);
}

static void a_review_is_wanted_and_runs_out(void **state)
{
	static const struct example examples[] = {
		{FRONT "reviewed_by: []\nlast_reviewed_on: 2026-11-20\n---\n# A\n\n" BODY, "R007:6"},
		{FRONT "reviewed_by: [ana]\nlast_reviewed_on:\n---\n# A\n\n" BODY, "R007:7"},
		{FRONT "---\n# A\n\n" BODY, "R007:0"},
		{FRONT "reviewed_by: [ana]\nlast_reviewed_on: 2026-08-22\n---\n# A\n\n" BODY,
		 "R007:7"},
		{FRONT "reviewed_by: [ana]\nlast_reviewed_on: 2026-08-24\n---\n# A\n\n" BODY, ""},
		{"# A\n\n- x\n", ""},
	};
	struct lint in = usual();

	(void)state;
	CHECK_ALL(examples, &in);
}

static void the_id_is_the_name_of_the_file(void **state)
{
	static const struct example examples[] = {
		{"---\nbinnacle: 1\nid: b\ntitle: A\nsummary: s\n" REVIEWED "---\n# A\n\n" BODY,
		 "R008:3"},
		{"---\nbinnacle: 1\ntitle: A\nsummary: s\n" REVIEWED "---\n# A\n\n" BODY, ""},
	};
	struct lint in = usual();

	(void)state;
	CHECK_ALL(examples, &in);
}

static void an_alert_belongs_to_one_runbook_and_to_a_rule(void **state)
{
	static const struct pair labels[] = {{.name = "service", .value = "db"}};
	static const struct book_alert theirs[] = {{.name = "Taken"},
						   {.name = "Split", .labels = {labels, 1}}};
	static const struct card others[] = {
		{.path = "books/a.md", .alerts = theirs, .alert_count = 1},
		{.path = "books/b.md", .alerts = theirs, .alert_count = 2},
	};
	static const char *const rules[] = {"Free", "Taken", "Split"};
	static const struct example alone[] = {
		{WITH("alerts: [Free, Odd]\n", "1. **Do.**"), ""},
	};
	static const struct example beside[] = {
		{WITH("alerts: [Free]\n", "1. **Do.**"), ""},
		{WITH("alerts: [Taken]\n", "1. **Do.**"), "R009:9"},
		{WITH("alerts: [{alertname: Split, service: db}]\n", "1. **Do.**"), "R009:9"},
		{WITH("alerts: [{alertname: Split, service: api}]\n", "1. **Do.**"), ""},
		{WITH("alerts: [Split]\n", "1. **Do.**"), ""},
		{WITH("alerts: [Fre]\n", "1. **Do.**"), "R009:9"},
	};
	struct lint in = usual();

	(void)state;
	CHECK_ALL(alone, &in);
	in.others = others;
	in.other_count = ARRAY_LEN(others);
	in.rules = (struct texts){rules, ARRAY_LEN(rules)};
	CHECK_ALL(beside, &in);
}

static void a_command_is_read_by_its_shell(void **state)
{
	static const struct example examples[] = {
		{RUN("sh", "BROKEN"), "R015:27"},
		{RUN("bash", "BROKEN"), "R015:27"},
		{RUN("sh", "uptime"), ""},
		{RUN("sh {norun}", "BROKEN"), ""},
		{RUN("text", "BROKEN"), ""},
		{RUN("sql", "SELECT 'BROKEN'"), ""},
	};
	struct lint in = usual();

	(void)state;
	CHECK_ALL(examples, &in);
	in.parses = NULL;
	check_all(&(const struct example){RUN("sh", "BROKEN"), ""}, 1, &in);
}

static void a_link_leads_somewhere(void **state)
{
	static const struct example examples[] = {
		{STEP("[x](#do)"), ""},
		{STEP("[x](#a)"), ""},
		{STEP("[x](#nowhere)"), "R016:5"},
		{STEP("[x](#Do)"), "R016:5"},
		{STEP("[x](other.md)"), ""},
		{STEP("[x](other.md#part)"), ""},
		{STEP("[x](<a%20b.md>)"), ""},
		{STEP("[x](gone.md)"), "R016:5"},
		{STEP("[x](gone.md#part)"), "R016:5"},
		{STEP("[**x** y](gone.md)"), "R016:5"},
		{STEP("[x](https://example.org/gone.md)"), ""},
		{STEP("[x](mailto:ana@example.org)"), ""},
		{STEP("[x](/docs/gone.md)"), ""},
		{"# A\n\n## Do\n\n## Do\n\n[x](#do-1) [y](#do-2)\n", "R016:7"},
		{WITH("", "1. **Which?** <!-- step decision id=w -->\n"
		      "   - **One** <!-- option value=one goto=gone.md -->\n"
		      "   - **Two** <!-- option value=two goto=#nowhere -->\n"), "R016:24 R016:25"},
	};
	struct lint in = usual();

	(void)state;
	CHECK_ALL(examples, &in);
	in.exists = NULL;
	check_all(&(const struct example){STEP("[x](gone.md)"), ""}, 1, &in);
}

static void steps_name_steps_that_exist(void **state)
{
	static const struct example examples[] = {
		{WITH("", "1. **A.** <!-- step id=one -->\n2. **B.** <!-- step when=\"step.one == done\" "
		      "-->"), ""},
		{WITH("", "1. **A.** <!-- step id=one -->\n2. **B.** <!-- step when=\"step.on == done\" "
		      "-->"), "R017:24"},
		{WITH("", "1. **A.** <!-- step id=one -->\n2. **B.** <!-- step when=\"step.one == red\" "
		      "-->"), "R017:24"},
		{WITH("", "1. **A.** <!-- step check id=one probe=\"a.b\" on-fail=two -->\n"
		      "2. **B.** <!-- step check probe=\"a.b\" on-timeout=escalate on-fail=one -->"),
		 "R017:23"},
		{WITH("", "1. **A.** <!-- step check id=one probe=\"a.b\" on-timeout=two -->"),
		 "R017:23"},
		{WITH("", "1. **Which?** <!-- step decision id=w -->\n"
		      "   - **One** <!-- option value=one goto=next -->\n"
		      "   - **Two** <!-- option value=two goto=nxt -->\n"
		      "2. **Then.** <!-- step id=next when=\"step.w == two\" -->"), "R017:25"},
	};
	struct lint in = usual();

	(void)state;
	CHECK_ALL(examples, &in);
}

static void a_decision_has_two_ways_to_go(void **state)
{
	static const struct example examples[] = {
		{WITH("", "1. **Which?** <!-- step decision -->"), "R018:23"},
		{WITH("", "1. **Which?** <!-- step decision -->\n   - **One** <!-- option -->"),
		 "R018:23"},
		{WITH("", "1. **Which?** <!-- step decision -->\n   - **One** <!-- option -->\n"
		      "   - **Two** <!-- option -->"), ""},
	};
	struct lint in = usual();

	(void)state;
	CHECK_ALL(examples, &in);
}

static void a_caution_says_how_it_is_taken_back(void **state)
{
	static const struct example examples[] = {
		{STEP("\n\n   > [!CAUTION]\n   > It bites.\n"), "R019:5"},
		{STEP("\n\n   > [!CAUTION]\n   > It bites.\n\n   **Rollback:** put it back.\n"), ""},
		{STEP("\n\n   > [!CAUTION]\n   > It bites.\n\n   **Rollback:**\n\n   ```sh\n   ls\n   ```\n"),
		 ""},
		{STEP("\n\n   > [!WARNING]\n   > It may bite.\n"), ""},
	};
	struct lint in = usual();

	(void)state;
	CHECK_ALL(examples, &in);
}

static void a_placeholder_that_is_left_is_told(void **state)
{
	static const struct example examples[] = {
		{RUN("sh", "ping <host>"), "R020:27"},
		{RUN("sh", "cat <file.txt"), ""},
	};
	struct lint in = usual();

	(void)state;
	CHECK_ALL(examples, &in);
}

static void what_a_command_uses_somebody_gives_it(void **state)
{
	static const struct example examples[] = {
		{RUN("sh", "curl \"$URL\""), ""},
		{RUN("sh", "curl \"$URI\""), "R021:27"},
		{RUN("sh", "curl \"${URI}\" ${URI} $URI"), "R021:27"},
		{RUN("sh", "curl ${#URI}"), "R021:27"},
		{RUN("sh", "curl ${URI%/}"), "R021:27"},
		{RUN("sh", "curl ${URI:?is not set}"), "R021:27"},
		{RUN("sh", "curl ${URI:-none} ${URI-none} ${URI:+x}"), ""},
		{RUN("sh", "curl ${URL:-$OTHER}"), "R021:27"},
		{RUN("sh", "echo '$NOPE' \\$NOPE \"\\$NOPE\""), ""},
		{RUN("sh", "echo \"it's $NOPE\""), "R021:27"},
		{RUN("sh", "echo \"$(awk '{print $NF}' x)\""), ""},
		{RUN("sh", "echo \"$(echo $NOPE)\""), "R021:27"},
		{RUN("sh", "x=$(echo `echo $NOPE`)"), "R021:27"},
		{RUN("sh", "X=1; echo $X"), ""},
		{RUN("sh", "echo $X; X=1"), ""},
		{RUN("sh", "for i in a b; do echo $i; done"), ""},
		{RUN("sh", "while read -r a b; do echo $a$b; done"), ""},
		{RUN("sh", "export X=1 Y; echo $X $Y"), ""},
		{RUN("sh", "echo $HOME $1 $? $$ $# $@ $RANDOM"), ""},
		{RUN("sh", "echo $((n + 1))"), ""},
		{RUN("sh", "# $NOPE"), ""},
		{RUN("sh", "cat <<'END'\n   $NOPE\n   END"), ""},
		{RUN("sh", "cat <<END\n   $NOPE\n   END"), "R021:27"},
		{RUN("sh {norun}", "echo $NOPE"), ""},
		{RUN("sql", "SELECT :'URL'"), ""},
		{RUN("sql", "SELECT :'NOPE'"), "R021:27"},
		{RUN("sql", "SELECT x FROM :\"NOPE\""), "R021:27"},
		{RUN("sql", "SELECT x::'NOPE', '12:30', ':x'"), ""},
		{RUN("promql", "up{job=\"${URL}\"}"), ""},
		{RUN("promql", "up{job=\"${NOPE}\"} or x=~\"$NOPE\""), "R021:27"},
		{RUN("http", "GET ${NOPE}/health"), "R021:27"},
		{WITH("", "1. **A.**\n\n   ```sh {capture=PID}\n   pgrep x\n   ```\n\n2. **B.**\n\n"
		      "   ```sh\n   ps \"$PID\"\n   ```"), ""},
		{WITH("params:\n  URL: {type: url}\n", "1. **A.** <!-- step when=URL -->"), ""},
		{WITH("params:\n  URL: {type: url}\n", "1. **A.** <!-- step when=NOPE -->"), "R021:25"},
		{WITH("params:\n  URL: {type: url}\n", "1. **A.** <!-- step input ask=NOPE -->"),
		 "R021:25"},
		{"# A\n\n## Do\n\n```sh\necho $NOPE\n```\n", "R020:5"},
	};
	struct lint in = usual();

	(void)state;
	CHECK_ALL(examples, &in);
}

static void a_check_that_writes_is_an_error(void **state)
{
	static const struct example examples[] = {
		{CHECK("sh", "rm x"), "R022:25"}, {CHECK("sh", "/bin/rm x"), "R022:25"},
		{CHECK("sh", "echo rm x"), ""}, {CHECK("sh", "true; rm x"), "R022:25"},
		{CHECK("sh", "test -f x && rm x"), "R022:25"}, {CHECK("sh", "X=1 rm x"), "R022:25"},
		{CHECK("sh", "if true; then rm x; fi"), "R022:25"}, {CHECK("sh", "(rm x)"), "R022:25"},
		{CHECK("sh", "echo \"$(rm x)\""), "R022:25"}, {CHECK("sh", "echo `rm x`"), "R022:25"},
		{CHECK("sh", "echo '$(rm x)'"), ""}, {CHECK("sh", "# rm x"), ""},
		{CHECK("sh", "sudo rm x"), "R022:25"}, {CHECK("sh", "ssh web 'rm x'"), "R022:25"},
		{CHECK("sh", "sh -c 'rm x'"), "R022:25"}, {CHECK("sh", "find . -name x"), ""},
		{CHECK("sh", "ls | xargs rm"), "R022:25"}, {CHECK("sh", "find . -delete"), "R022:25"},
		{CHECK("sh", "sed s/a/b/ x"), ""}, {CHECK("sh", "sed -i s/a/b/ x"), "R022:25"},
		{CHECK("sh", "systemctl restart x"), "R022:25"}, {CHECK("sh", "systemctl status x"), ""},
		{CHECK("sh", "docker restart x"), "R022:25"}, {CHECK("sh", "docker ps"), ""},
		{CHECK("sh", "docker compose up -d"), "R022:25"},
		{CHECK("sh", "docker exec db rm x"), "R022:25"},
		{CHECK("sh", "docker exec db psql -c 'select 1'"), ""},
		{CHECK("sh", "kubectl delete pod x"), "R022:25"}, {CHECK("sh", "kubectl get pods"), ""},
		{CHECK("sh", "curl -sS http://x"), ""}, {CHECK("sh", "curl -X POST http://x"), "R022:25"},
		{CHECK("sh", "curl -XDELETE http://x"), "R022:25"},
		{CHECK("sh", "curl -d a=1 http://x"), "R022:25"},
		{CHECK("sh", "curl -G -d a=1 http://x"), ""},
		{CHECK("sh", "curl --json '{}' http://x"), "R022:25"},
		{CHECK("sh", "curl -o /dev/null -w '%{http_code}' http://x"), ""},
		{CHECK("sh", "redis-cli SET a 1"), "R022:25"}, {CHECK("sh", "redis-cli get a"), ""},
		{CHECK("sh", "redis-cli config set maxmemory 1"), "R022:25"},
		{CHECK("sh", "redis-cli INFO replication"), ""},
		{CHECK("sh", "psql -c 'UPDATE x SET y = 1'"), "R022:25"},
		{CHECK("sh", "psql -c 'SELECT pg_promote()'"), "R022:25"},
		{CHECK("sh", "psql <<'END'\n   DELETE FROM x;\n   END"), "R022:25"},
		{CHECK("sh", "echo x > file"), "R022:25"}, {CHECK("sh", "echo x >> file"), "R022:25"},
		{CHECK("sh", "echo x &> file"), "R022:25"}, {CHECK("sh", "ls 2>/dev/null >&2"), ""},
		{CHECK("sh", "ls >/dev/null 2>&1"), ""}, {CHECK("sh", "echo 'a > b' \"c > d\""), ""},
		{CHECK("bash", "[[ a > b ]] && (( 2 > 1 ))"), ""},
		{CHECK("sh", "awk '$1 > 5' x"), ""}, {CHECK("sh", "pg_ctl promote"), "R022:25"},
		{CHECK("sh", "git status"), ""}, {CHECK("sh", "git push"), "R022:25"},
		{CHECK("sql", "SELECT 1"), ""}, {CHECK("sql", "update x set y = 1"), "R022:25"},
		{CHECK("sql", "SELECT updated_at, 'delete' FROM x -- drop"), ""},
		{CHECK("sql", "SELECT \"delete\" /* drop */ FROM x"), ""},
		{CHECK("sql", "WITH d AS (DELETE FROM x RETURNING *) SELECT * FROM d"), "R022:25"},
		{CHECK("sql", "SELECT 1; CREATE TABLE x (y int)"), "R022:25"},
		{CHECK("sql", "SELECT pg_terminate_backend(5)"), "R022:25"},
		{CHECK("sql", "SELECT pg_promote FROM x"), ""},
		{CHECK("sql", "SELECT * INTO y FROM x"), "R022:25"},
		{CHECK("sql", "SELECT * FROM x FOR UPDATE"), "R022:25"},
		{CHECK("http", "GET /health"), ""}, {CHECK("http", "POST /pause"), "R022:25"},
		{CHECK("http", "/health"), ""}, {CHECK("promql", "delete"), ""},
		{WITH("", "1. **It.**\n\n   ```sh\n   rm x\n   ```"), ""},
	};
	struct lint in = usual();

	(void)state;
	CHECK_ALL(examples, &in);
}

static void a_secret_in_the_file_is_found_and_not_repeated(void **state)
{
	static const struct example examples[] = {
		{STEP("postgres://u:hunter22@db/x"), "R023:5"},
		{STEP("postgres://u:$PASSWORD@db/x"), ""},
		{STEP("`postgres://u:<password>@db/x`"), ""},
		{STEP("`password=$PGPASSWORD` or `password=***`"), ""},
		{STEP("`password=$X` and `password=hunter22`"), "R023:5"},
		{STEP("`SBCVMMCBEDB64TVJZFYJOJAERZC4YVVUOE6SYR2Y76CBTENGUSGWRRVO`"), "R023:5"},
		{STEP("`eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl`"), "R023:5"},
		{STEP("https://example.org:8080/x@y"), ""},
	};
	struct lint in = usual();
	struct buf codes = {0}, text = {0};

	(void)state;
	CHECK_ALL(examples, &in);
	look(examples[0].markdown, &in, &codes, &text);
	assert_null(strstr(buf_cstr(&text), "hunter22"));
	assert_non_null(strstr(buf_cstr(&text), "books/a.md:5:25: error: a secret stands in it"));
	buf_done(&codes);
	buf_done(&text);
}

static void an_escalation_names_a_contact(void **state)
{
	static const char *const contacts[] = {"database team", "on-call lead"};
	static const struct example unknown[] = {
		{WITH("escalation:\n  - {to: whoever, after: 30m}\n", "1. **Do.**"), ""},
		{WITH("", "1. **Call.** <!-- step escalate after=30m -->"), "R024:23"},
	};
	static const struct example known[] = {
		{WITH("escalation:\n  - {to: Database Team, after: 30m}\n", "1. **Do.**"), ""},
		{WITH("escalation:\n  - {to: whoever, after: 30m}\n", "1. **Do.**"), "R024:9"},
		{WITH("", "1. **Call.** <!-- step escalate to=\"on-call lead\" after=30m -->"), ""},
		{WITH("", "1. **Call.** <!-- step escalate to=nobody after=30m -->"), "R024:23"},
	};
	struct lint in = usual();

	(void)state;
	CHECK_ALL(unknown, &in);
	in.contacts = (struct texts){contacts, ARRAY_LEN(contacts)};
	CHECK_ALL(known, &in);
}

static void an_abbreviation_is_explained_once(void **state)
{
	static const char *const terms[] = {"WAL", "ledger"};
	static const struct example examples[] = {
		{WITH("", "1. **Do.** The WAL of HTTP."), ""},
		{WITH("", "1. **Do.** The LSN of it, the LSN."), "R025:23"},
		{WITH("", "1. **Do.** The LSN (log sequence number), the LSN."), ""},
		{WITH("", "1. **Do.** The log sequence number (LSN), the LSN."), ""},
		{WITH("", "1. **Do.** LSNs (places in the log) and the LSN."), ""},
		{WITH("", "1. **Do.** `LSN` MY_LSN LSN2x O A1 2FA."), ""},
		{"# A\n\nThe LSN of it.\n", ""},
	};
	struct lint in = usual();

	(void)state;
	check_all(&(const struct example){WITH("", "1. **Do.** The LSN."), ""}, 1, &in);
	in.terms = (struct texts){terms, ARRAY_LEN(terms)};
	CHECK_ALL(examples, &in);
}

static void a_glossary_tells_its_terms(void **state)
{
	static const char text[] = "# Glossary\n\n- **canary**: a token.\n- **retention window (RPC)**:"
				   " x\n\n## LSN\n\nA **place** in the log.\n\n**WAL** is the log.\n";
	struct arena arena = {0};
	struct markdown doc;
	struct texts terms;
	struct buf all = {0};

	(void)state;
	assert_true(markdown_parse(str_of(text), &arena, &doc, NULL));
	terms = lint_terms(&doc, &arena);
	for (size_t i = 0; i < terms.count; i++)
		buf_fmt(&all, "%s|", terms.items[i]);
	assert_string_equal(buf_cstr(&all), "Glossary|canary|retention window|RPC|LSN|WAL|");
	buf_done(&all);
	arena_done(&arena);
}

/* What it cannot follow it passes over: nothing that is written into a fence stops it. */
static void any_shell_text_is_looked_through(void **state)
{
	static const char *const parts[] = {"$", "${", "$(", "$((", ")", "}", "'", "\"", "`", "\\", "<<E",
					    "<<'E'", "\nE\n", ">", ">>", "&>", "[[", "]]", "((", "#",
					    "rm ", "X=", "|", ";", " ", "\n", "a", "${X:-", "\xff", "<"};
	struct lint in = usual();
	uint32_t seed = 11;

	(void)state;
	for (size_t round = 0; round < 3000; round++) {
		struct buf text = {0}, codes = {0};

		buf_text(&text, FRONT "---\n# A\n\n## Resolution\n\n1. **It.**\n\n```sh {check}\n");
		for (size_t i = 0; i < 1 + round % 20; i++) {
			seed = seed * 1664525 + 1013904223;
			buf_text(&text, parts[(seed >> 16) % ARRAY_LEN(parts)]);
		}
		buf_text(&text, "\n```\n");
		look(buf_cstr(&text), &in, &codes, NULL);
		buf_done(&text);
		buf_done(&codes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_native_runbook_has_the_sections_of_the_template_in_their_order),
		cmocka_unit_test(a_review_is_wanted_and_runs_out),
		cmocka_unit_test(the_id_is_the_name_of_the_file),
		cmocka_unit_test(an_alert_belongs_to_one_runbook_and_to_a_rule),
		cmocka_unit_test(a_command_is_read_by_its_shell),
		cmocka_unit_test(a_link_leads_somewhere),
		cmocka_unit_test(steps_name_steps_that_exist),
		cmocka_unit_test(a_decision_has_two_ways_to_go),
		cmocka_unit_test(a_caution_says_how_it_is_taken_back),
		cmocka_unit_test(a_placeholder_that_is_left_is_told),
		cmocka_unit_test(what_a_command_uses_somebody_gives_it),
		cmocka_unit_test(a_check_that_writes_is_an_error),
		cmocka_unit_test(a_secret_in_the_file_is_found_and_not_repeated),
		cmocka_unit_test(an_escalation_names_a_contact),
		cmocka_unit_test(an_abbreviation_is_explained_once),
		cmocka_unit_test(a_glossary_tells_its_terms),
		cmocka_unit_test(any_shell_text_is_looked_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
