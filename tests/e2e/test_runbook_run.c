/*
 * A runbook walked by lines through a pipe: what is typed is done, what is asked wants its answer,
 * what came of it is in the record; and what a runbook needs and this host lacks.
 */
#include <poll.h>
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

#include "base/json.h"
#include "tests/lib/command.h"
#include "tests/lib/pen.h"
#include "tests/lib/pty.h"

enum { LIMIT = 90000 };

static const char runbook[] =
	"---\nbinnacle: 1\nid: small\ntitle: Small\nsummary: A small one.\n"
	"params:\n  WORD: {type: string, from: \"config:variables.WORD\"}\n---\n\n# Small\n\n"
	"## Resolution\n\n"
	"1. **Look.** <!-- step id=look -->\n"
	"2. **Say it.** <!-- step id=say -->\n\n"
	"   ```sh\n   printf 'said %s\\n' \"$WORD\"; exit 0\n   ```\n\n"
	"3. **Which?** <!-- step decision id=which -->\n"
	"   - **This** <!-- option value=this -->\n"
	"   - **That** <!-- option value=that goto=last -->\n"
	"4. **Break.** <!-- step id=break -->\n\n"
	"   ```sh\n   no-such-tool-anywhere\n   ```\n\n"
	"5. **Last.** <!-- step id=last -->\n";

static struct command command;
static char home[64], id[16], marker[96];

static void write_file(const char *name, const char *text)
{
	char path[160];
	FILE *out;

	(void)snprintf(path, sizeof(path), "%s/%s", home, name);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(path, 0600), 0);
}

/* `typed` goes into standard input, `words` behind the name of the program. */
static int run(const char *typed, const char *words)
{
	struct buf line = { 0 };
	const char *argv[] = { "sh", "-c", NULL, NULL };

	buf_fmt(&line, "printf '%s' | '%s' %s", typed, command_binnacle(), words);
	argv[2] = buf_cstr(&line);
	command_done(&command);
	command_run(&command, argv, LIMIT);
	buf_done(&line);
	return command.status;
}

static void says(const char *text)
{
	if (!strstr(buf_cstr(&command.out), text))
		fail_msg("'%s' is not in: %s%s", text, buf_cstr(&command.out),
			 buf_cstr(&command.err));
}

static void complains(const char *text)
{
	if (!strstr(buf_cstr(&command.err), text))
		fail_msg("'%s' is not in: %s", text, buf_cstr(&command.err));
}

static json_t *shown(void)
{
	struct err err = { 0 };
	char words[64];
	json_t *root;

	(void)snprintf(words, sizeof(words), "incident show %s --json --no-ask", id);
	if (run("", words) != 0)
		(void)snprintf(words, sizeof(words), "incident show %s --json", id);
	assert_int_equal(run("", words), 0);
	root = json_read(str_sub(buf_cstr(&command.out), command.out.len), JSON_MAX_PINNED, &err);
	assert_non_null(root);
	return root;
}

/* The state of a step of the only run, "" when there is none. */
static void step_is(const char *step, const char *state)
{
	json_t *root = shown();
	const json_t *steps = json_at(json_array_get(json_at(root, "state.runs"), 0), "steps"), *row;
	const char *found = "(no such step)";
	size_t i;

	json_array_foreach(steps, i, row) {
		if (strcmp(json_text_at(row, "id", ""), step) == 0)
			found = json_text_at(row, "mark", "(no mark)");
	}
	assert_string_equal(found, state);
	json_decref(root);
}

static size_t journal_has(const char *kind)
{
	char line[256];
	const char *argv[] = { "sh", "-c", line, NULL };

	(void)snprintf(line, sizeof(line), "cat %s/state/incidents/*/journal.*.jsonl | grep -c '%s'",
		       home, kind);
	command_done(&command);
	command_run(&command, argv, LIMIT);
	return strtoul(buf_cstr(&command.out), NULL, 10);
}

static int open_incident(void **state)
{
	(void)state;
	str_put(home, sizeof(home), "/tmp/runbook-run.XXXXXX");
	assert_non_null(mkdtemp(home));
	str_put(marker, sizeof(marker), "/tmp/binnacle-touched");
	write_file("config.yaml", "version: 1\nenvironment: test\noperator: ana\n"
		   "runbooks: {dirs: [books]}\nvariables: {WORD: \"$(touch /tmp/binnacle-touched); `id`\"}\n");
	{
		char path[96];

		(void)snprintf(path, sizeof(path), "%s/books", home);
		assert_int_equal(mkdir(path, 0700), 0);
		(void)snprintf(path, sizeof(path), "%s/config.yaml", home);
		setenv("BINNACLE_CONFIG", path, 1);
		(void)snprintf(path, sizeof(path), "%s/state", home);
		setenv("BINNACLE_STATE_DIR", path, 1);
	}
	write_file("books/small.md", runbook);
	assert_int_equal(run("", "incident open --title Test --sev 2 --json"), 0);
	{
		struct err err = { 0 };
		json_t *root = json_read(str_sub(buf_cstr(&command.out), command.out.len),
					 JSON_MAX_PINNED, &err);

		assert_non_null(root);
		str_put(id, sizeof(id), json_text_at(root, "id", ""));
		json_decref(root);
	}
	return 0;
}

static int close_incident(void **state)
{
	const char *argv[] = { "rm", "-rf", home, NULL };

	(void)state;
	command_done(&command);
	command_run(&command, argv, LIMIT);
	command_done(&command);
	return 0;
}

static void lines_tick_run_decide_and_end(void **state)
{
	(void)state;
	assert_int_equal(run("x\\nr\\nY\\nx it said so\\nc that\\nx\\nend enough\\n",
			     "runbook run small"), 10);
	says("1 [x] Look: done");
	says("$ printf 'said %s\\n' \"$WORD\"; exit 0");
	says("| said $(touch /tmp/binnacle-touched); `id`");
	says("exit 0 after");
	says("3 [x] Which?: done");
	assert_int_not_equal(access(marker, F_OK), 0);
	step_is("look", "done");
	step_is("say", "done");
	step_is("which", "done");
	step_is("last", "done");
	step_is("break", "todo");
	assert_int_equal(journal_has("\"kind\":\"step.run_started\""), 1);
	assert_int_equal(journal_has("\"kind\":\"step.run_ended\""), 1);
	assert_int_equal(journal_has("\"kind\":\"run.ended\""), 1);
}

/* The file of another console: it walked the runbook in an hour, and was 90 s at its first step. */
static void write_walk(const char *folder)
{
	static const char *const steps[] = { "look", "last" };
	struct pen pen;
	struct event event;
	char path[700], run_id[ULID_TEXT];
	FILE *out;

	pen_open(&pen, 0xB, "ben");
	event = pen_event(&pen, EVENT_RUN_STARTED);
	pen_fill(&event.data, EVENT_RUN_STARTED);
	EVENT_SET(event.data, runbook, "small");
	EVENT_SET(event.data, steps, ((struct text_list){ steps, 2 }));
	str_put(run_id, sizeof(run_id), pen_write(&pen, &event));
	pen.now += 90 * WHEN_SECOND;
	event = pen_event(&pen, EVENT_STEP_DONE);
	EVENT_SET(event.data, run, run_id);
	EVENT_SET(event.data, step, "look");
	pen_write(&pen, &event);
	(void)snprintf(path, sizeof(path), "%s/journal.%s.jsonl", folder, pen.last.origin);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(pen.lines.data, 1, pen.lines.len, out), pen.lines.len);
	assert_int_equal(fclose(out), 0);
	pen_close(&pen);
}

static void what_steps_took_before_is_on_the_record_when_a_walk_begins(void **state)
{
	struct err err = { 0 };
	json_t *root;
	char words[96];

	(void)state;
	assert_int_equal(run("", "incident open --title Before --sev 2 --json"), 0);
	root = json_read(str_sub(buf_cstr(&command.out), command.out.len), JSON_MAX_PINNED, &err);
	assert_non_null(root);
	write_walk(json_text_at(root, "folder", ""));
	(void)snprintf(words, sizeof(words), "incident resolve %s --summary late --reason over",
		       json_text_at(root, "id", ""));
	json_decref(root);
	assert_int_equal(run("", words), 0);
	assert_int_equal(journal_has("\"values\":\\[\"look=90\"]"), 0);
	(void)snprintf(words, sizeof(words), "runbook run small --incident %s", id);
	assert_int_equal(run("q\\n", words), 10);
	assert_int_equal(journal_has("\"values\":\\[\"look=90\"]"), 1);
}

static void anything_but_the_answer_runs_nothing(void **state)
{
	static const char *const answers[] = { "", "y", "yes", " Y Y", "n", "x" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		char typed[64];

		(void)snprintf(typed, sizeof(typed), ":2\\nr\\n%s\\n", answers[i]);
		assert_int_equal(run(typed, "runbook run small"), 10);
		says("no: nothing was run");
	}
	assert_int_equal(journal_has("\"kind\":\"step.run_started\""), 0);
}

static void the_end_of_the_input_leaves_the_walk_and_the_next_one_resumes(void **state)
{
	(void)state;
	assert_int_equal(run("x done in the first\\n", "runbook run small"), 10);
	assert_int_equal(run("l\\n", "runbook run small"), 10);
	says("1 [x] Look: done");
	says("because: done in the first");
	assert_int_equal(journal_has("\"kind\":\"run.started\""), 1);
}

static void a_command_of_ones_own_is_a_manual_intervention(void **state)
{
	json_t *root;
	int64_t count = -1;

	(void)state;
	assert_int_equal(run("! echo by hand; exit 7\\nY\\n", "runbook run small"), 10);
	says("| by hand");
	says("exit 7");
	root = shown();
	assert_true(json_i64_at(json_at(root, "state"), "manual_interventions", &count));
	assert_int_equal(count, 1);
	json_decref(root);
}

/* Also behind a command of the runbook, which has a pane of its own. */
static void what_ones_own_command_writes_is_said_beside_the_runbooks(void **state)
{
	(void)state;
	assert_int_equal(run(":2\\nr\\nY\\n! echo by hand\\nY\\n", "runbook run small"), 10);
	says("| said $(touch /tmp/binnacle-touched); `id`");
	says("| by hand");
}

/* --- on a terminal --- */

static struct pty pty;
static struct buf screen;
static char config[128], state_dir[128];

/* Reads for so long, or until the text is there. */
static bool reads(const char *text, msec most)
{
	nsec end = nsec_now() + most * NSEC_PER_MSEC;

	while (!text || !strstr(buf_cstr(&screen), text)) {
		struct pollfd wait = { .fd = pty.master, .events = POLLIN };
		nsec left = end - nsec_now();
		char bytes[4096];
		ssize_t got;

		if (left <= 0 || poll(&wait, 1, (int)(left / NSEC_PER_MSEC) + 1) < 0)
			return false;
		got = wait.revents ? read(pty.master, bytes, sizeof(bytes)) : 0;
		if (got < 0)
			return false;
		buf_add(&screen, bytes, (size_t)got);
	}
	return true;
}

static void sees(const char *text)
{
	if (!reads(text, LIMIT))
		fail_msg("'%s' never came: %s", text, buf_cstr(&screen));
	buf_clear(&screen);
}

static void type(const char *text)
{
	assert_int_equal(write(pty.master, text, strlen(text)), strlen(text));
}

static void walk_on_terminal(void)
{
	const char *const argv[] = { command_binnacle(), "runbook", "run", "small", NULL };
	const char *const env[] = { config, state_dir, NULL };
	const struct pty_spec spec = { .argv = argv, .env = env, .cwd = home,
				       .rows = 24, .cols = 80 };
	struct err err = { 0 };

	(void)snprintf(config, sizeof(config), "BINNACLE_CONFIG=%s/config.yaml", home);
	(void)snprintf(state_dir, sizeof(state_dir), "BINNACLE_STATE_DIR=%s/state", home);
	if (!pty_start(&pty, &spec, &err))
		fail_msg("%s", err.text);
	sees("x says it is done");
}

static void leave_terminal(void)
{
	type("q\n");
	while (!pty_reap(&pty))
		assert_true(reads(NULL, 20) || nsec_now() - pty.started < LIMIT * NSEC_PER_MSEC);
	assert_int_equal(pty_exit_code(&pty), 10);
	pty_stop(&pty);
	buf_done(&screen);
}

/* One paste holds the question's cause and its answer. */
static void a_paste_never_confirms_on_a_terminal(void **state)
{
	(void)state;
	walk_on_terminal();
	type(":2\nr\nY\nY\n");
	sees("it was not read");
	(void)reads(NULL, 400);			/* what comes earlier is no answer either */
	type("n\n");
	sees("no: nothing was run");
	leave_terminal();
	assert_int_equal(journal_has("\"kind\":\"step.run_started\""), 0);
}

/* Lines that were typed while another command ran: the question comes up behind its answer. */
static void what_was_typed_ahead_never_confirms_on_a_terminal(void **state)
{
	(void)state;
	walk_on_terminal();
	type("! echo begun; until [ -e go ]; do sleep 0.05; done\n");
	sees("type Y to run it");
	(void)reads(NULL, 400);
	type("Y\n");
	sees("| begun");
	type(":2\nr\nY\nY\n");
	(void)reads(NULL, 200);
	write_file("go", "");
	sees("it was not read");
	(void)reads(NULL, 400);
	type("n\n");
	sees("no: nothing was run");
	leave_terminal();
	assert_int_equal(journal_has("\"kind\":\"step.run_started\""), 1);
}

/* The walk goes on; only the command ends. */
static void an_interrupt_goes_to_ones_own_command(void **state)
{
	(void)state;
	walk_on_terminal();
	type("! echo begun; exec sleep 60\n");
	sees("type Y to run it");
	(void)reads(NULL, 400);			/* what comes earlier is no answer */
	type("Y\n");
	sees("| begun");
	type("\003");
	sees("signalled after");
	type("l\n");
	sees("5 [ ] Last");
	leave_terminal();
}

static void a_failed_command_fails_its_step(void **state)
{
	(void)state;
	assert_int_equal(run(":4\\nr\\nY\\n", "runbook run small"), 10);
	says("exit 127");
	says("4 [!] Break: failed");
}

static void a_dry_run_prints_everything_and_records_nothing(void **state)
{
	(void)state;
	assert_int_equal(run("", "runbook run small --dry-run"), 0);
	says("2. Say it [command]");
	says("printf 'said %s\\n' \"$WORD\"; exit 0");
	says("parameter WORD from config:variables.WORD");
	assert_int_equal(journal_has("\"kind\":\"run.started\""), 0);
}

static void instruction_mode_runs_nothing(void **state)
{
	(void)state;
	assert_int_equal(run(":2\\nr\\nY\\nx\\n", "runbook run small --instruct"), 10);
	assert_int_equal(journal_has("\"kind\":\"step.run_started\""), 0);
	step_is("say", "done");
}

static void what_cannot_be_walked_is_said_in_one_sentence(void **state)
{
	(void)state;
	assert_int_equal(run("", "runbook run smal"), 5);
	complains("did you mean 'small'");
	assert_int_equal(run("", "runbook run"), 2);
	complains("the id of a runbook is missing");
	assert_int_equal(run("", "runbook run small --incident zzzzzz"), 5);
	{
		char words[64];

		(void)snprintf(words, sizeof(words), "incident cancel %s --reason 'a test'", id);
		assert_int_equal(run("", words), 0);
	}
	assert_int_equal(run("", "runbook run small"), 5);
	complains("no incident is open");
}

static void a_check_names_what_this_host_lacks(void **state)
{
	json_t *root;
	struct err err = { 0 };
	const json_t *needs, *row;
	size_t i, missing = 0;

	(void)state;
	assert_int_equal(run("", "runbook check small"), 11);
	says("MISSING   tool no-such-tool-anywhere, step break");
	assert_int_equal(run("", "runbook check small --json"), 11);
	root = json_read(str_sub(buf_cstr(&command.out), command.out.len), JSON_MAX_PINNED, &err);
	assert_non_null(root);
	needs = json_at(root, "needs");
	json_array_foreach(needs, i, row)
		missing += strcmp(json_text_at(row, "is", ""), "missing") == 0;
	assert_int_equal(missing, 1);
	json_decref(root);
}

#define NIGHT(test) cmocka_unit_test_setup_teardown(test, open_incident, close_incident)

/* Walks begin in a folder of their own. */
static int name_the_program(void **state)
{
	char *whole = realpath(command_binnacle(), NULL);

	(void)state;
	assert_non_null(whole);
	setenv("BINNACLE", whole, 1);
	free(whole);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NIGHT(lines_tick_run_decide_and_end),
		NIGHT(what_steps_took_before_is_on_the_record_when_a_walk_begins),
		NIGHT(anything_but_the_answer_runs_nothing),
		NIGHT(the_end_of_the_input_leaves_the_walk_and_the_next_one_resumes),
		NIGHT(a_command_of_ones_own_is_a_manual_intervention),
		NIGHT(what_ones_own_command_writes_is_said_beside_the_runbooks),
		NIGHT(a_paste_never_confirms_on_a_terminal),
		NIGHT(what_was_typed_ahead_never_confirms_on_a_terminal),
		NIGHT(an_interrupt_goes_to_ones_own_command),
		NIGHT(a_failed_command_fails_its_step),
		NIGHT(a_dry_run_prints_everything_and_records_nothing),
		NIGHT(instruction_mode_runs_nothing),
		NIGHT(what_cannot_be_walked_is_said_in_one_sentence),
		NIGHT(a_check_names_what_this_host_lacks),
	};

	return cmocka_run_group_tests(tests, name_the_program, NULL);
}
