/*
 * What comes after a night, worked by a script: the postmortem from its draft to its publication,
 * why there is no action, and the sign-off by somebody who had no hand in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/json.h"
#include "tests/lib/command.h"

enum { LIMIT = 60000, MOST = 24 };

static struct command command;
static char home[64], config[96], id[16];
static json_t *answer;

static void expect(int status, const char *const *words)
{
	const char *argv[MOST + 2] = { command_binnacle() };
	int n = 1;

	for (; words[n - 1]; n++) {
		assert_true(n <= MOST);
		argv[n] = words[n - 1];
	}
	command_done(&command);
	command_run(&command, argv, LIMIT);
	if (command.status != status)
		fail_msg("%s %s: exit %d, wanted %d: %s%s", words[0], words[1], command.status, status,
			 buf_cstr(&command.out), buf_cstr(&command.err));
}

#define RUN(status, ...) expect(status, (const char *const[]){ __VA_ARGS__, NULL })

static void complains(const char *sentence)
{
	if (!strstr(buf_cstr(&command.err), sentence))
		fail_msg("'%s' is not in: %s", sentence, buf_cstr(&command.err));
}

static void prints(const char *text)
{
	if (!strstr(buf_cstr(&command.out), text))
		fail_msg("'%s' is not in: %s", text, buf_cstr(&command.out));
}

static const json_t *said(void)
{
	struct err err = { 0 };

	json_decref(answer);
	answer = json_read(str_sub(buf_cstr(&command.out), command.out.len), JSON_MAX_PINNED, &err);
	if (!answer)
		fail_msg("%s: %s", err.text, buf_cstr(&command.out));
	return answer;
}

static void state_is(const char *path, const char *text)
{
	RUN(0, "incident", "show", id, "--json");
	assert_string_equal(json_text_at(json_at(said(), "state"), path, "(missing)"), text);
}

static void configure(const char *yaml)
{
	FILE *out = fopen(config, "w");

	assert_non_null(out);
	assert_true(fputs(yaml, out) >= 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(config, 0600), 0);
}

static int setup(void **state)
{
	(void)state;
	(void)snprintf(home, sizeof(home), "/tmp/binnacle-after-XXXXXX");
	if (!mkdtemp(home))
		return -1;
	(void)snprintf(config, sizeof(config), "%s/c.yaml", home);
	setenv("HOME", home, 1);
	setenv("XDG_CONFIG_HOME", home, 1);
	setenv("XDG_CONFIG_DIRS", "/nonexistent", 1);
	setenv("BINNACLE_STATE_DIR", home, 1);
	setenv("BINNACLE_CONFIG", config, 1);
	setenv("BINNACLE_NOW", "2026-11-22T02:00:00Z", 1);
	configure("operator: ana\nenvironment: staging\ncomponents: {indexer: {}}\n"
		  "rto: {indexer: 2h}\nrpo: {indexer: 15m}\n");
	RUN(0, "incident", "open", "--title", "Indexer down", "--sev", "1", "--component", "indexer",
	    "--no-ask", "--json");
	(void)snprintf(id, sizeof(id), "%s", json_text_at(said(), "id", ""));
	return 0;
}

static int teardown(void **state)
{
	const char *const argv[] = { "rm", "-rf", home, NULL };

	(void)state;
	json_decref(answer);
	answer = NULL;
	command_done(&command);
	command_run(&command, argv, LIMIT);
	command_done(&command);
	return 0;
}

static void resolve(void)
{
	RUN(0, "incident", "resolve", id, "--summary", "Payments were late.", "--reason", "it is over");
}

static void a_declaration_records_what_was_promised(void **state)
{
	const json_t *terms;
	int64_t seconds = 0;

	(void)state;
	configure("operator: ana\n");		/* another one now: the promise stands */
	RUN(0, "incident", "show", id, "--json");
	terms = json_at(json_at(said(), "state"), "terms");
	assert_true(json_i64_at(terms, "sev1.update_every_s", &seconds));
	assert_int_equal(seconds, 900);
	assert_string_equal(json_text_at(terms, "zone", ""), "UTC");
	terms = json_array_get(json_at(terms, "targets"), 0);
	assert_string_equal(json_text_at(terms, "component", ""), "indexer");
	assert_true(json_i64_at(terms, "rto_s", &seconds));
	assert_int_equal(seconds, 7200);
}

static void a_postmortem_goes_from_draft_to_published_and_back(void **state)
{
	(void)state;
	state_is("postmortem.status", "none");
	RUN(77, "incident", "postmortem", id, "review");
	complains("the postmortem begins with the resolution: resolve it first");
	resolve();
	state_is("postmortem.status", "draft");
	RUN(0, "incident", "postmortem", id, "answer", "impact", "--text", "Payments\nwere late.");
	RUN(0, "incident", "postmortem", id, "review", "--owner", "ben");
	RUN(0, "incident", "postmortem", id);
	prints("postmortem      in review");
	prints("owner           ben");
	prints("impact          were late.");
	prints("open: surprises - What did we believe that was not so?");
	RUN(77, "incident", "postmortem", id, "publish");
	complains("publishing needs an action of type alert, or the reason why there is none");
	RUN(0, "incident", "action", id, "add", "--type", "alert", "--text", "alert on WAL age");
	RUN(77, "incident", "postmortem", id, "publish");
	complains("of type test");
	RUN(0, "incident", "action", id, "add", "--type", "test", "--none", "--reason", "a disk broke");
	RUN(0, "incident", "postmortem", id, "publish");
	state_is("postmortem.status", "published");
	state_is("postmortem.none.test", "a disk broke");
	state_is("postmortem.answers.impact.text", "Payments\nwere late.");
	RUN(77, "incident", "postmortem", id, "answer", "luck", "--text", "none");
	complains("a section is one of summary, impact");
	RUN(77, "incident", "postmortem", id, "answer", "surprises", "--text", "none");
	complains("the postmortem is published: make it a draft again first, with a reason");
	RUN(77, "incident", "postmortem", id, "draft");
	complains("to take it back needs a reason");
	RUN(0, "incident", "postmortem", id, "draft", "--reason", "a number was wrong");
	state_is("postmortem.status", "draft");
	RUN(0, "incident", "reopen", id, "--reason", "it came back");
	state_is("postmortem.status", "none");
}

static void who_ran_it_does_not_sign_it_off(void **state)
{
	(void)state;
	RUN(0, "incident", "role", id, "commander", "ben");
	RUN(77, "incident", "signoff", id, "--by", "dora");
	complains("it is signed off when it is resolved");
	resolve();
	RUN(77, "incident", "signoff", id, "--by", "dora");
	complains("signing off is for the seat audit, which is empty");
	RUN(0, "incident", "role", id, "audit", "ana");
	RUN(77, "incident", "signoff", id, "--by", "dora");
	complains("signing off is for the seat audit, which ana has");
	RUN(77, "incident", "signoff", id);
	complains("whoever ran it does not sign it off: ana declared it");
	RUN(0, "incident", "role", id, "audit", "ben");
	RUN(77, "incident", "signoff", id, "--by", "ben");
	complains("ben had the command");
	RUN(0, "incident", "close", id);
	RUN(77, "incident", "role", id, "scribe", "dora");
	RUN(0, "incident", "role", id, "audit", "dora");
	RUN(0, "incident", "signoff", id, "--by", "dora", "--text", "as described");
	state_is("postmortem.signed_by", "dora");
	state_is("postmortem.signed_text", "as described");
	RUN(0, "incident", "signoff", id, "--by", "dora");
	complains("it is signed off by dora");
}

static void words_that_do_not_fit_are_told(void **state)
{
	static const struct {
		const char *sentence, *words[10];
	} rows[] = {
		{ "'finish' is none of draft, review, publish, answer",
		  { "incident", "postmortem", id, "finish" } },
		{ "the section is missing", { "incident", "postmortem", id, "answer" } },
		{ "--text is missing", { "incident", "postmortem", id, "answer", "impact" } },
		{ "--text belongs to answer SECTION",
		  { "incident", "postmortem", id, "draft", "--text", "x" } },
		{ "draft, review, publish or answer SECTION is missing",
		  { "incident", "postmortem", id, "--text", "x" } },
		{ "review takes no more words", { "incident", "postmortem", id, "review", "impact" } },
		{ "neither --owner nor --reason",
		  { "incident", "postmortem", id, "answer", "impact", "--text", "x", "--owner", "b" } },
		{ "--reason is missing: why is there none?",
		  { "incident", "action", id, "add", "--type", "test", "--none" } },
		{ "--none takes --type and --reason only",
		  { "incident", "action", id, "add", "--type", "test", "--none", "--text", "x" } },
		{ "--reason belongs to --none",
		  { "incident", "action", id, "add", "--type", "test", "--reason", "x" } },
		{ "--type is missing: alert, test, fix, process",
		  { "incident", "action", id, "add", "--none", "--reason", "x" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		expect(2, rows[i].words);
		complains(rows[i].sentence);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define OF(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
		OF(a_declaration_records_what_was_promised),
		OF(a_postmortem_goes_from_draft_to_published_and_back),
		OF(who_ran_it_does_not_sign_it_off),
		OF(words_that_do_not_fit_are_told),
#undef OF
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
