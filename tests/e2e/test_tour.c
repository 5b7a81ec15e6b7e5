/*
 * The tour of README.md, typed line by line into a shell on a terminal, as somebody does who tries
 * the program for the first time: these very lines, with what each of them has to show.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/json.h"
#include "tests/lib/command.h"
#include "tests/lib/console.h"
#include "tests/lib/journals.h"

/* A line may bring up a lab, with sanitizers, on a loaded machine. */
#define LINE_PATIENCE ((msec)300000)

enum { PLACE = 300, SHOWS = 4, LINE_MAX_TEXT = 400 };

static struct screen *screen;
static char place[PLACE], id[16];

/* --- the shell --- */

static void open_shell(void)
{
	static char server[PLACE];
	static const char *const argv[] = { "sh", "-i", NULL };
	const char *labserver = getenv("LABSERVER");
	const char *const env[] = { "PS1=tour[$?] ", labserver ? server : NULL, NULL };
	const struct pty_spec spec = { .argv = argv, .env = env, .rows = 50, .cols = 160 };
	struct err err = { 0 };

	(void)snprintf(server, sizeof(server), "LABSERVER=%s", labserver ? labserver : "");
	screen = screen_start(&spec, &err);
	if (!screen)
		fail_msg("%s", err.text);
	assert_true(screen_wait_text(screen, "tour[0]", CONSOLE_PATIENCE));
}

/* All that came since the line was typed, its echo included. */
static bool came(const char *text)
{
	return str_has(screen_raw(screen), text);
}

static _Noreturn void give_up(const char *line, const char *what)
{
	struct str raw = screen_raw(screen);

	fail_msg("%s\n%s: %.*s", line, what, (int)raw.len, raw.p);
	abort();	/* fail_msg does not return, but is not declared so */
}

/* Typed, with Enter; comes back with the next prompt, which tells the exit status. */
static void type_line(const char *line, int status)
{
	nsec deadline = nsec_now() + LINE_PATIENCE * NSEC_PER_MSEC;
	char prompt[24];

	screen_forget(screen);
	assert_true(screen_type(screen, line));
	assert_true(screen_key(screen, "Enter"));
	while (!came("tour[") && nsec_now() < deadline)
		screen_pump(screen, 100);
	assert_true(screen_settle(screen, 50, CONSOLE_PATIENCE));
	(void)snprintf(prompt, sizeof(prompt), "tour[%d] ", status);
	if (!came(prompt))
		give_up(line, prompt);
}

/* What the shell's variable holds. */
static void ask_variable(const char *name, char *out, size_t size)
{
	char line[64];
	struct str raw, value;

	(void)snprintf(line, sizeof(line), "echo is:\"$%s\":", name);
	type_line(line, 0);
	raw = screen_raw(screen);
	assert_true(str_cut(&raw, '\n', &value));	/* the echo of the line */
	assert_true(str_cut(&raw, ':', &value) && str_cut(&raw, ':', &value));
	assert_true(str_copy(out, size, value));
}

/* --- what a line has to show --- */

static void the_lab_has_a_place(void)
{
	ask_variable("D", place, sizeof(place));
	assert_int_equal(access(place, R_OK | X_OK), 0);
}

static void the_incident_has_an_id(void)
{
	ask_variable("ID", id, sizeof(id));
	assert_int_equal(strlen(id), 6);
}

static json_t *timeline(void)
{
	char path[PLACE + 40];
	struct buf text = { 0 };
	struct err err = { 0 };
	json_t *root;

	(void)snprintf(path, sizeof(path), "%s/export/timeline.json", place);
	journals_read(path, &text);
	root = json_read(str_sub(text.data, text.len), JSON_MAX_PINNED, &err);
	if (!root)
		fail_msg("%s: %s", path, err.text);
	buf_done(&text);
	return root;
}

/* How many events of this kind have these words. */
static size_t events_about(const json_t *root, const char *kind, const char *words)
{
	const json_t *events = json_at(root, "events"), *event;
	size_t i, count = 0;

	json_array_foreach(events, i, event)
		count += !strcmp(json_text_at(event, "kind", ""), kind) &&
			strstr(json_text_at(event, "summary", ""), words);
	return count;
}

static void the_timeline_tells_this_incident(void)
{
	static const char *const reached[] = {
		"milestones.impact_started_at.at", "milestones.detected_at.at",
		"milestones.declared_at.at", "milestones.resolved_at.at",
	};
	json_t *root = timeline();

	assert_string_equal(json_text_at(root, "incident.id", ""), id);
	assert_string_equal(json_text_at(root, "incident.severity", ""), "SEV1");
	assert_string_equal(json_text_at(root, "incident.status", ""), "resolved");
	for (size_t i = 0; i < ARRAY_LEN(reached); i++)
		assert_int_not_equal(json_text_at(root, reached[i], "")[0], '\0');
	assert_int_equal(events_about(root, "declare", ""), 1);
	assert_true(events_about(root, "step", "announce") > 0);
	assert_int_equal(json_array_size(json_at(root, "runbooks")), 1);
	json_decref(root);
}

static void all_formats_are_there(void)
{
	static const char *const files[] = {
		"postmortem.md", "postmortem.html", "timeline.json", "timeline.csv", "postmortem.txt",
	};
	char path[PLACE + 40];

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		(void)snprintf(path, sizeof(path), "%s/export/%s", place, files[i]);
		if (!came(path) || access(path, R_OK) != 0)
			fail_msg("%s is not there", path);
	}
	the_timeline_tells_this_incident();
}

/* With the runbook as it was walked, and nothing that had to be left out. */
static void the_bundle_is_whole(void)
{
	glob_t found;
	char pattern[PLACE + 40];

	if (came("binnacle: "))
		give_up("incident bundle", "it complains");
	(void)snprintf(pattern, sizeof(pattern), "%s/bundle/runbooks/indexer-down.*.md", place);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, 1);
	globfree(&found);
}

static void nothing_is_left_of_the_lab(void)
{
	assert_int_not_equal(access(place, F_OK), 0);
}

/* Every line of the tour, in its order: one that nobody put here fails the test. */
static const struct stage {
	const char *has;		/* the line has this */
	int status;
	const char *shows[SHOWS];	/* and these come */
	void (*check)(void);
} stages[] = {
	{ "PATH=", 0, { NULL }, NULL },
	{ "lab/lab set indexer-down", 0, { NULL }, the_lab_has_a_place },
	{ "export BINNACLE_CONFIG", 0, { NULL }, NULL },
	{ "binnacle status", 0, { "lab DOWN ", "cause: indexer connection refused" }, NULL },
	{ "incident open", 0, { " SEV1 triage: ", "announce SEV1" }, NULL },
	{ "incident list", 0, { NULL }, the_incident_has_an_id },
	{ "runbook run indexer-down", 10,	/* the walk stays open */
	  { "1 [x] Announce the incident: done", "2 [x] Which of the four is it?: done",
	    "3 [x] Look before you restart: done" }, NULL },
	{ "lab/lab set stuck-transactions", 0, { NULL }, NULL },
	{ "lab/lab tx", 0, { NULL }, NULL },
	{ "tx diagnose \"$HASH\" |", 0, { "LIVE_MAY_STILL_LAND", "safe to cancel  no" }, NULL },
	{ "tx diagnose \"$HASH\" >", 0, { "exit 22" }, NULL },
	{ "lab/lab set healthy", 0, { NULL }, NULL },
	{ "runbook run indexer-down", 10,
	  { "16 [*] The indexer is well: sensed", "18 [*] The database takes writes: sensed" }, NULL },
	{ "incident resolve", 0, { " SEV1 resolved: ", "postmortem of SEV1, within 48h" }, NULL },
	{ "incident export", 0, { NULL }, all_formats_are_there },
	{ "incident bundle", 0, { "/bundle" }, the_bundle_is_whole },
	{ "binnacle verify", 0, { "5 exports as the record gives them" }, NULL },
	{ "lab/lab down", 0, { NULL }, nothing_is_left_of_the_lab },
};

/* --- the lines --- */

/* The one block of shell lines of the section. */
static struct str tour_of(const struct buf *readme)
{
	static const char begins[] = "\n```sh\n", ends[] = "\n```\n";
	const char *section = strstr(buf_cstr(readme), "\n## The tour\n");
	const char *from = section ? strstr(section, begins) : NULL;
	const char *to = from ? strstr(from + 1, ends) : NULL;

	if (!to)
		fail_msg("README.md has no tour");
	from += strlen(begins);
	return str_sub(from, (size_t)(to + 1 - from));
}

/* The program that is tested, wherever it was built. */
static void put_path(char *line, size_t size)
{
	char *whole = realpath(console_program(), NULL);

	assert_string_equal(line, "PATH=$PWD/build/rel:$PATH");
	assert_non_null(whole);
	*strrchr(whole, '/') = '\0';
	(void)snprintf(line, size, "PATH=%s:$PATH", whole);
	free(whole);
}

/* The next command; one that ends in a pipe goes on in the line below. */
static bool next_command(struct str *tour, char *line, size_t size)
{
	struct buf whole = { 0 };
	struct str part = { 0 };
	bool more = tour->len > 0;

	while (more && str_cut(tour, '\n', &part)) {
		buf_add(&whole, part.p, part.len);
		more = str_ends(part, "|");
	}
	assert_true(str_copy(line, size, str_sub(buf_cstr(&whole), whole.len)));
	buf_done(&whole);
	return line[0] != '\0';
}

static void walk_stage(const struct stage *stage, char *line)
{
	if (!strstr(line, stage->has))
		give_up(line, stage->has);
	if (stage == stages)
		put_path(line, LINE_MAX_TEXT);
	type_line(line, stage->status);
	for (size_t i = 0; i < SHOWS && stage->shows[i]; i++) {
		if (!came(stage->shows[i]))
			give_up(line, stage->shows[i]);
	}
	if (stage->check)
		stage->check();
}

static void the_tour_of_the_readme_runs_from_its_first_line_to_its_last(void **state)
{
	char line[LINE_MAX_TEXT];
	struct buf readme = { 0 };
	struct str tour;
	size_t walked = 0;

	(void)state;
	journals_read("README.md", &readme);
	tour = tour_of(&readme);
	open_shell();
	for (; next_command(&tour, line, sizeof(line)); walked++) {
		if (walked == ARRAY_LEN(stages))
			fail_msg("nobody looks at what this line does: %s", line);
		walk_stage(&stages[walked], line);
	}
	assert_int_equal(walked, ARRAY_LEN(stages));
	buf_done(&readme);
}

/* A tour that was left on its way has a lab that runs. */
static int take_down(void **state)
{
	struct command down = { 0 };

	(void)state;
	screen_free(screen);
	if (!place[0] || access(place, F_OK) != 0)
		return 0;
	command_run(&down, (const char *[]){ "lab/lab", "down", "--dir", place, NULL }, LINE_PATIENCE);
	command_done(&down);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			the_tour_of_the_readme_runs_from_its_first_line_to_its_last, take_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
