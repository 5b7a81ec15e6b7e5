/*
 * test_postmortem_edit.c: the postmortem in an editor, which is a small script here: what was
 * written comes into the record, and whatever goes wrong, nothing of it is lost.
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

#include "base/attr.h"
#include "base/json.h"
#include "tests/lib/script.h"

static char id[16], paper[64];

/* What it is told to do to the file, by sed or in words of sh. */
static void editor(const char *body)
{
	struct buf text = { 0 };

	buf_fmt(&text, "#!/bin/sh\n%s\n", body);
	script_put("ed", buf_cstr(&text), 0700);
	setenv("EDITOR", script_path("ed"), 1);
	buf_done(&text);
}

static void answer_is(const char *section, const char *text)
{
	char path[96];

	RUN(0, "incident", "show", id, "--json");
	(void)snprintf(path, sizeof(path), "state.postmortem.answers.%s.text", section);
	assert_string_equal(json_text_at(script_said(), path, "(none)"), text);
}

static int setup(void **state)
{
	if (script_setup(state) != 0)
		return -1;
	RUN(0, "incident", "open", "--title", "Indexer down", "--sev", "1", "--no-ask", "--json");
	(void)snprintf(id, sizeof(id), "%s", json_text_at(script_said(), "id", ""));
	(void)snprintf(paper, sizeof(paper), "papers/2026-11-22-%s/postmortem.md", id);
	RUN(0, "incident", "resolve", id, "--summary", "Payments were late.", "--reason", "over");
	return 0;
}

#define WRITE_LUCK "sed -i 's/^> What could have made it much worse?$/Nobody slept *much*./' \"$1\""
#define WRITE_IMPACT "sed -i 's/^> Who felt what, .*/Ten users.\\n\\nFor an hour./' \"$1\""

static void what_is_written_comes_into_the_record(void **state)
{
	(void)state;
	editor(WRITE_LUCK "\n" WRITE_IMPACT);
	RUN(0, "incident", "postmortem", id, "--edit");
	script_prints_exactly("impact is on the record\nwhere-we-were-lucky is on the record\n");
	script_says_nothing();
	answer_is("where-we-were-lucky", "Nobody slept *much*.");
	answer_is("impact", "Ten users.\n\nFor an hour.");
	answer_is("summary", "(none)");
	assert_int_equal(script_mode(paper), 0600);
	editor(":");
	RUN(0, "incident", "postmortem", id, "--edit");
	script_prints_exactly("nothing new: the record stays as it is\n");
	RUN(0, "incident", "postmortem", id, "--edit", "--json");
	assert_string_equal(json_text_at(script_said(), "schema", ""), "binnacle.postmortem-edit/1");
	assert_int_equal(json_array_size(json_at(script_said(), "answered")), 0);
	script_holds(paper, "Nobody slept *much*.");
}

static void it_is_told_by_json_too(void **state)
{
	const json_t *answered;

	(void)state;
	editor(WRITE_LUCK);
	RUN(0, "incident", "postmortem", id, "--edit", "--json");
	answered = json_at(script_said(), "answered");
	assert_int_equal(json_array_size(answered), 1);
	assert_string_equal(json_string_value(json_array_get(answered, 0)), "where-we-were-lucky");
	assert_string_equal(json_text_at(script_said(), "path", ""), script_path(paper));
	assert_string_equal(json_text_at(script_said(), "id", ""), id);
}

/* Writing is not handing in: whoever waits for the postmortem has nothing yet. */
static void an_editor_is_no_export(void **state)
{
	(void)state;
	editor(WRITE_LUCK);
	RUN(0, "incident", "postmortem", id, "--edit");
	script_sh(1, "grep -rq export.written incidents");
}

static void an_answer_of_the_record_stands_in_the_file(void **state)
{
	(void)state;
	RUN(0, "incident", "postmortem", id, "answer", "impact", "--text", "Ten users.");
	editor("sed -i 's/^Ten users.$/Twelve users./' \"$1\"");
	RUN(0, "incident", "postmortem", id, "--edit");
	script_prints_exactly("impact is on the record\n");
	answer_is("impact", "Twelve users.");
}

/* Somebody answers on another console while the editor is open. */
static void what_others_answered_meanwhile_is_not_overwritten(void **state)
{
	struct buf body = { 0 };

	(void)state;
	RUN(0, "incident", "postmortem", id, "answer", "impact", "--text", "Ten users.");
	buf_fmt(&body, WRITE_LUCK "\n%s incident postmortem %s answer impact --text 'Twelve users.' "
		"--by ben >/dev/null", command_binnacle(), id);
	editor(buf_cstr(&body));
	RUN(0, "incident", "postmortem", id, "--edit");
	script_prints_exactly("where-we-were-lucky is on the record\n");
	script_complains("impact: the record has another answer, which stands");
	answer_is("impact", "Twelve users.");
	answer_is("where-we-were-lucky", "Nobody slept *much*.");
	buf_done(&body);
}

static void what_was_taken_out_stays_on_the_record(void **state)
{
	(void)state;
	RUN(0, "incident", "postmortem", id, "answer", "impact", "--text", "Ten users.");
	editor("sed -i '/^Ten users.$/d' \"$1\"");
	RUN(0, "incident", "postmortem", id, "--edit");
	script_complains("impact: it is no longer in the file, and the record keeps its answer");
	script_prints_exactly("nothing new: the record stays as it is\n");
	answer_is("impact", "Ten users.");
}

static void an_editor_that_fails_loses_nothing(void **state)
{
	(void)state;
	editor(WRITE_LUCK "; exit 3");
	RUN(1, "incident", "postmortem", id, "--edit");
	script_complains("failed (3): nothing is put on the record; what was written is in ");
	answer_is("where-we-were-lucky", "(none)");
	script_holds(paper, "Nobody slept *much*.");
	editor(":");		/* and now it comes */
	RUN(0, "incident", "postmortem", id, "--edit");
	script_prints_exactly("where-we-were-lucky is on the record\n");
	answer_is("where-we-were-lucky", "Nobody slept *much*.");
}

static void what_goes_wrong_is_one_sentence(void **state)
{
	(void)state;
	setenv("EDITOR", "no-such-editor --wait", 1);
	RUN(1, "incident", "postmortem", id, "--edit");
	script_complains("the editor 'no-such-editor --wait' was not found: set EDITOR; nothing is put "
			 "on the record\n");
	editor("kill -9 $$");
	RUN(1, "incident", "postmortem", id, "--edit");
	script_complains("failed (137)");
	editor("rm \"$1\"");
	RUN(1, "incident", "postmortem", id, "--edit");
	script_complains("nothing is put on the record: ");
	script_complains("postmortem.md");
	editor("rm \"$1\"; ln -s /etc/hostname \"$1\"");
	RUN(1, "incident", "postmortem", id, "--edit");
	script_complains("a symbolic link is not followed");
	assert_int_equal(unlink(script_path(paper)), 0);
	editor("rm \"$1\"; truncate -s 17M \"$1\"");
	RUN(1, "incident", "postmortem", id, "--edit");
	script_complains("more than");
	script_sh(1, "grep -rq postmortem.answered incidents");
}

/* Nobody writes for an hour to be told that then. */
static void what_would_be_refused_is_refused_before_the_editor(void **state)
{
	(void)state;
	editor("touch \"$HOME/edited\"");
	RUN(77, "--read-only", "incident", "postmortem", id, "--edit");
	script_complains("read-only: what is written could not be put on the record");
	RUN(2, "incident", "postmortem", id, "--edit", "--no-input");
	RUN(2, "incident", "postmortem", id, "draft", "--edit");
	script_complains("--edit takes nothing but the id of an incident");
	RUN(2, "incident", "postmortem", id, "--edit", "--owner", "ben");
	RUN(5, "incident", "postmortem", "zzzzzz", "--edit");
	RUN(0, "incident", "action", id, "add", "--type", "alert", "--none", "--reason", "r");
	RUN(0, "incident", "action", id, "add", "--type", "test", "--none", "--reason", "r");
	RUN(0, "incident", "postmortem", id, "publish");
	RUN(77, "incident", "postmortem", id, "--edit");
	script_complains("the postmortem is published: make it a draft again first, with a reason");
	assert_false(script_has("edited"));
	assert_false(script_has(paper));
}

static void visual_goes_before_editor_and_may_have_words(void **state)
{
	(void)state;
	editor("echo \"$#:$1\" >\"$HOME/said\"");
	setenv("VISUAL", "printf %s\\\\n 'a b' >\"$HOME/visual\"; :", 1);
	RUN(0, "incident", "postmortem", id, "--edit");
	script_holds("visual", "a b\n");
	assert_false(script_has("said"));
	setenv("VISUAL", "", 1);
	RUN(0, "incident", "postmortem", id, "--edit");
	script_holds("said", "1:/tmp/binnacle-script-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define OF(test) cmocka_unit_test_setup_teardown(test, setup, script_teardown)
		OF(what_is_written_comes_into_the_record),
		OF(it_is_told_by_json_too),
		OF(an_editor_is_no_export),
		OF(an_answer_of_the_record_stands_in_the_file),
		OF(what_others_answered_meanwhile_is_not_overwritten),
		OF(what_was_taken_out_stays_on_the_record),
		OF(an_editor_that_fails_loses_nothing),
		OF(what_goes_wrong_is_one_sentence),
		OF(what_would_be_refused_is_refused_before_the_editor),
		OF(visual_goes_before_editor_and_may_have_words),
#undef OF
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
