/*
 * Runbooks by script: what is in a library, what is wrong with it, its index, a new one; each exit
 * status and each sentence that says no.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/json.h"
#include "tests/lib/command.h"
#include "tests/lib/httpd.h"

enum { LIMIT = 60000, MOST = 16 };

static struct command command;
static char home[64], folder[96], config[96], path[160];
static json_t *answer;

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static const char *in_folder(const char *name)
{
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void write_book(const char *name, const char *front, const char *step)
{
	struct buf text = {0};

	buf_fmt(&text, "---\nbinnacle: 1\nid: %.*s\n%sreviewed_by: [ana]\nlast_reviewed_on: "
		"2026-11-01\n---\n\n# A\n\n## Overview\n\nx\n\n## Indicators\n\nx\n\n"
		"## Immediate mitigation\n\n%s\n\n## Root cause investigation\n\n- **Look.**\n\n"
		"## Resolution\n\n1. **Mend.**\n\n## Escalation path\n\n- **Call.**\n\n"
		"## Post-incident actions\n\n- [ ] **Write.**\n",
		(int)strcspn(name, "."), name, front, step);
	write_file(in_folder(name), buf_cstr(&text));
	buf_done(&text);
}

static int binnacle(const char *const *words)
{
	const char *argv[MOST + 2] = {command_binnacle()};
	int n = 1;

	for (; words[n - 1]; n++) {
		assert_true(n <= MOST);
		argv[n] = words[n - 1];
	}
	command_done(&command);
	command_run(&command, argv, LIMIT);
	return command.status;
}

static void expect(int status, const char *const *words)
{
	int got = binnacle(words);

	if (got != status)
		fail_msg("%s %s %s: exit %d, wanted %d: %s%s", words[0], words[1] ? words[1] : "",
			 words[1] && words[2] ? words[2] : "", got, status, buf_cstr(&command.out),
			 buf_cstr(&command.err));
}

#define RUN(status, ...) expect(status, (const char *const[]){__VA_ARGS__, NULL})

static const json_t *said(void)
{
	struct err err = {0};

	json_decref(answer);
	answer = json_read(str_sub(buf_cstr(&command.out), command.out.len), JSON_MAX_PINNED, &err);
	if (!answer)
		fail_msg("%s: %s", err.text, buf_cstr(&command.out));
	return answer;
}

static void prints(const char *sentence)
{
	if (!strstr(buf_cstr(&command.out), sentence))
		fail_msg("'%s' is not in: %s", sentence, buf_cstr(&command.out));
}

static void complains(const char *sentence)
{
	if (!strstr(buf_cstr(&command.err), sentence))
		fail_msg("'%s' is not in: %s", sentence, buf_cstr(&command.err));
}

static void print_config(const char *more)
{
	struct buf text = {0};

	buf_fmt(&text, "version: 1\nrunbooks: {dirs: [books]}\n%s", more);
	write_file(config, buf_cstr(&text));
	buf_done(&text);
}

static int build(void **state)
{
	(void)state;
	(void)snprintf(home, sizeof(home), "/tmp/binnacle-runbook-XXXXXX");
	assert_non_null(mkdtemp(home));
	(void)snprintf(folder, sizeof(folder), "%s/books", home);
	(void)snprintf(config, sizeof(config), "%s/config.yaml", home);
	assert_int_equal(mkdir(folder, 0755), 0);
	setenv("HOME", home, 1);
	setenv("BINNACLE_CONFIG", config, 1);
	setenv("BINNACLE_NOW", "2026-11-22T02:14:07Z", 1);
	print_config("");
	write_book("cache-full.md", "title: Cache is full\nsummary: It holds no more.\nseverity: SEV2\n"
		   "components: [redis]\nalerts: [CacheFull]\ntags: [cache]\n", "1. **Do.**");
	write_book("db-lost.md", "title: Database lost\nsummary: It is gone.\nseverity: SEV1\n"
		   "components: [database]\nalerts: [DbLost, DbGone]\n", "1. **Do.**");
	return 0;
}

static int drop(void **state)
{
	const char *const argv[] = {"rm", "-rf", home, NULL};

	(void)state;
	json_decref(answer);
	answer = NULL;
	command_done(&command);
	command_run(&command, argv, LIMIT);
	command_done(&command);
	return 0;
}

static void a_library_is_listed_and_cut_down(void **state)
{
	(void)state;
	RUN(0, "runbook");
	prints("cache-full                   SEV2 reviewed   Cache is full\n");
	prints("db-lost                      SEV1 reviewed   Database lost\n");
	RUN(0, "runbook", "list", "--json");
	assert_string_equal(json_text_at(said(), "schema", ""), "binnacle.runbooks/1");
	assert_string_equal(json_text_at(said(), "at", ""), "2026-11-22T02:14:07Z");
	assert_int_equal(json_array_size(json_at(said(), "runbooks")), 2);
	RUN(0, "runbook", "list", "--component", "Redis");
	assert_null(strstr(buf_cstr(&command.out), "db-lost"));
	prints("cache-full");
	RUN(0, "runbook", "list", "--sev", "1");
	assert_null(strstr(buf_cstr(&command.out), "cache-full"));
	RUN(0, "runbook", "list", "--tag", "nothing");
	assert_string_equal(buf_cstr(&command.out), "");
	RUN(5, "runbook", "list", "--tag", "nothing", "--fail-empty");
	RUN(2, "runbook", "list", "--sev", "4");
	complains("--sev: '4' is none of 1, 2, 3");
}

static void one_is_shown_to_people_and_to_scripts(void **state)
{
	(void)state;
	RUN(0, "runbook", "show", "db-lost");
	prints("Runbook     db-lost\n");
	prints("Severity    SEV1\n");
	prints(" 1. Do.\n");
	RUN(0, "runbook", "show", in_folder("db-lost.md"));
	prints("DbLost, DbGone");
	RUN(0, "runbook", "show", "db-lost", "--json");
	assert_string_equal(json_text_at(said(), "schema", ""), "binnacle.runbook/1");
	assert_string_equal(json_text_at(said(), "mode", ""), "native");
	assert_int_equal(json_array_size(json_at(said(), "sections")), 7);
	RUN(5, "runbook", "show", "db-lots");
	complains("no runbook is called 'db-lots': did you mean 'db-lost'?");
	RUN(5, "runbook", "show", "whatever", "--json");
	assert_string_equal(json_text_at(said(), "error.id", ""), "BN-R001");
	RUN(5, "runbook", "show", in_folder("gone.md"));
	RUN(2, "runbook", "show");
	complains("which runbook?");
}

static void what_is_wrong_is_told_and_only_errors_fail(void **state)
{
	(void)state;
	RUN(0, "runbook", "lint");
	complains("2 runbooks, 0 errors, 0 warnings");
	write_book("odd.md", "title: Odd\nsummary: s\nalerts: [DbLost]\n",
		   "1. **Do.**\n\n   ```sh\n   if true\n   ```");
	RUN(0, "runbook", "lint");
	prints("odd.md:25: warning: the shell cannot read a command of step 1:");
	prints("is claimed by");
	write_book("bad.md", "title: Bad\nsummary: s\n",
		   "1. **Do.** [gone](gone.md)\n\n   ```sh {check}\n   rm \"$X\"\n   ```");
	RUN(3, "runbook", "lint", folder);
	prints("there is no file gone.md [R016]");
	prints("a check of step 1 writes: rm [R022]");
	prints("X is used and nobody gives it a value [R021]");
	RUN(3, "runbook", "lint", in_folder("bad.md"), "--json");
	assert_int_equal(json_integer_value(json_at(said(), "errors")), 3);
	assert_string_equal(json_text_at(json_array_get(json_at(said(), "problems"), 0), "code", ""),
			    "R016");
	RUN(0, "runbook", "lint", "db-lost", "cache-full");
	RUN(5, "runbook", "lint", "db-lots");
	RUN(5, "runbook", "lint", in_folder("none.md"));
	write_file(in_folder("big.md"), "");
	assert_int_equal(truncate(in_folder("big.md"), 300 * 1024), 0);
	assert_int_not_equal(binnacle((const char *const[]){"runbook", "lint", path, NULL}), 0);
}

static void words_of_the_glossary_are_known(void **state)
{
	(void)state;
	write_file(in_folder("glossary.md"), "# Glossary\n\n- **WAL**: the log.\n");
	write_book("word.md", "title: W\nsummary: s\n", "1. **Do.** The WAL and the LSN.");
	RUN(0, "runbook", "lint", "word");
	prints("nobody explains LSN [R025]");
	assert_null(strstr(buf_cstr(&command.out), "WAL"));
}

static void an_index_is_written_and_checked(void **state)
{
	(void)state;
	RUN(1, "runbook", "index", "--check");
	complains("is not what the runbooks say now");
	RUN(77, "runbook", "index", "--read-only");
	RUN(0, "runbook", "index");
	RUN(0, "runbook", "index", "--check", folder);
	write_book("new-one.md", "title: New\nsummary: s\n", "1. **Do.**");
	RUN(1, "runbook", "index", "--check");
	RUN(0, "runbook", "index", "--topic", "--url", "https://git.example/runbooks");
	assert_string_equal(buf_cstr(&command.out), "On call? Runbooks: https://git.example/runbooks | "
						    "3 of them: binnacle runbook list\n");
	RUN(5, "runbook", "index", "/no/such/folder");
}

static void a_new_one_is_clean_but_for_its_review_and_never_overwrites(void **state)
{
	(void)state;
	RUN(0, "runbook", "new", "queue-stuck", "--title", "Queue is stuck");
	prints("/books/queue-stuck.md\n");
	RUN(0, "runbook", "lint", "queue-stuck", "--json");
	assert_int_equal(json_array_size(json_at(said(), "problems")), 1);
	assert_string_equal(json_text_at(json_array_get(json_at(said(), "problems"), 0), "code", ""),
			    "R007");
	RUN(0, "runbook", "show", "queue-stuck");
	prints("Queue is stuck\n==============\n");
	RUN(77, "runbook", "new", "queue-stuck");
	complains("there is one already");
	RUN(77, "runbook", "new", "other", "--read-only");
	RUN(1, "runbook", "new", "No Id");
	complains("is no id of a runbook");
	RUN(2, "runbook", "new", "other", "--title", "a: \"b\"");
	RUN(2, "runbook", "new");
}

static const char rules_yaml[] =
	"groups:\n  - name: a\n    rules:\n      - {alert: DbLost, expr: up == 0}\n"
	"      - {alert: Unheard, expr: up == 0}\n      - {record: x, expr: up}\n"
	"      - {alert: Watchdog, expr: vector(1)}\n";

static void rules_without_a_runbook_are_found(void **state)
{
	(void)state;
	write_file(in_folder("../alerts.yml"), rules_yaml);
	RUN(0, "runbook", "coverage", "--rules", path);
	prints("covered  DbLost                                   db-lost\n");
	prints("MISSING  Unheard                                  no runbook is for it\n");
	prints("NO RULE  CacheFull                                cache-full\n");
	assert_null(strstr(buf_cstr(&command.out), "Watchdog"));
	RUN(1, "runbook", "coverage", "--check", "--rules", path);
	RUN(0, "runbook", "coverage", "--json", "--rules", path);
	assert_int_equal(json_integer_value(json_at(said(), "uncovered")), 1);
	RUN(0, "runbook", "lint", "--rules", path);
	prints("no runbook is for the alert Unheard [R009]");
	prints("no rule makes the alert CacheFull [R009]");
	RUN(5, "runbook", "coverage", "--rules", "/no/such.yml");
	write_file(path, "[");
	RUN(1, "runbook", "coverage", "--rules", path);
	RUN(2, "runbook", "coverage");
	complains("no Prometheus is configured");
}

static void prometheus_tells_its_rules(void **state)
{
	static const char rules_json[] =
		"{\"status\":\"success\",\"data\":{\"groups\":[{\"name\":\"a\",\"rules\":["
		"{\"type\":\"alerting\",\"name\":\"DbLost\",\"labels\":{},\"annotations\":{}},"
		"{\"type\":\"alerting\",\"name\":\"Other\",\"annotations\":{\"runbook_url\":"
		"\"https://wiki.example/cache-full.html\"}},"
		"{\"type\":\"recording\",\"name\":\"x\"}]}]}}";
	static const struct httpd_rule rule = {.path = "/api/v1/rules",
					       .body = {rules_json, sizeof(rules_json) - 1}};
	struct err err = {0};
	struct httpd *httpd = httpd_start(&rule, 1, &err);
	struct buf more = {0};
	char url[64];

	(void)state;
	assert_non_null(httpd);
	httpd_url(httpd, "", url, sizeof(url));
	buf_fmt(&more, "sources:\n  prometheus: {kind: prometheus, url: \"%s\"}\n", url);
	print_config(buf_cstr(&more));
	RUN(0, "runbook", "coverage");
	prints("covered  DbLost                                   db-lost\n");
	prints("covered  Other                                    cache-full\n");
	httpd_stop(httpd);
	RUN(1, "runbook", "coverage", "--timeout", "2s");
	complains("prometheus does not tell its rules");
	buf_done(&more);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, build, drop)
	const struct CMUnitTest tests[] = {
		TEST(a_library_is_listed_and_cut_down),
		TEST(one_is_shown_to_people_and_to_scripts),
		TEST(what_is_wrong_is_told_and_only_errors_fail),
		TEST(words_of_the_glossary_are_known),
		TEST(an_index_is_written_and_checked),
		TEST(a_new_one_is_clean_but_for_its_review_and_never_overwrites),
		TEST(rules_without_a_runbook_are_found),
		TEST(prometheus_tells_its_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
