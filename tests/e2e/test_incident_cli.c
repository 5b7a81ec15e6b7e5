/*
 * A night worked by a script: every verb of `incident` and `alert` that needs no server, its new
 * state, its exit status, its sentence when it says no; and what `verify` makes of a record that
 * somebody has touched.
 */
#include <dirent.h>
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

enum { LIMIT = 60000, MOST = 24 };

static struct command command;
static char home[64], config[96], file[96], id[16], folder[512];
static json_t *answer;

/* --- running ---------------------------------------------------------------------------------- */

/* "incident", "note", id, "text", ... NULL. */
static int binnacle(const char *const *words)
{
	const char *argv[MOST + 2] = { command_binnacle() };
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

#define RUN(status, ...) expect(status, (const char *const[]){ __VA_ARGS__, NULL })

/* The answer of the last command, which had --json. */
static const json_t *said(void)
{
	struct err err = { 0 };

	json_decref(answer);
	answer = json_read(str_sub(buf_cstr(&command.out), command.out.len), JSON_MAX_PINNED, &err);
	if (!answer)
		fail_msg("%s: %s", err.text, buf_cstr(&command.out));
	return answer;
}

static void complains(const char *sentence)
{
	if (!strstr(buf_cstr(&command.err), sentence))
		fail_msg("'%s' is not in: %s", sentence, buf_cstr(&command.err));
}

static void state_is(const char *path, const char *text)
{
	RUN(0, "incident", "show", id, "--json");
	assert_string_equal(json_text_at(json_at(said(), "state"), path, "(missing)"), text);
}

static int64_t number(const char *path)
{
	int64_t value = -1;

	RUN(0, "incident", "show", id, "--json");
	assert_true(json_i64_at(json_at(said(), "state"), path, &value));
	return value;
}

static const json_t *first_of(const char *list)
{
	const json_t *one;

	RUN(0, "incident", "show", id, "--json");
	one = json_array_get(json_at(json_at(said(), "state"), list), 0);
	assert_non_null(one);
	return one;
}

static void at(const char *time)
{
	setenv("BINNACLE_NOW", time, 1);
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
	(void)snprintf(home, sizeof(home), "/tmp/binnacle-night-XXXXXX");
	if (!mkdtemp(home))
		return -1;
	(void)snprintf(config, sizeof(config), "%s/c.yaml", home);
	(void)snprintf(file, sizeof(file), "%s/told.txt", home);
	setenv("HOME", home, 1);
	setenv("XDG_CONFIG_HOME", home, 1);
	setenv("XDG_CONFIG_DIRS", "/nonexistent", 1);
	setenv("BINNACLE_STATE_DIR", home, 1);
	setenv("BINNACLE_CONFIG", config, 1);
	configure("operator: ana\nenvironment: prod\n");
	at("2026-11-22T02:00:00Z");
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

static void declare(void)
{
	RUN(0, "incident", "open", "--title", "Indexer down", "--sev", "1", "--component", "indexer",
	    "--impact-start", "-6m", "--json");
	str_put(id, sizeof(id), json_text_at(said(), "id", ""));
	str_put(folder, sizeof(folder), json_text_at(answer, "folder", ""));
	assert_int_equal(strlen(id), 6);
}

/* --- the night -------------------------------------------------------------------------------- */

static void a_declaration_prints_id_folder_and_state(void **state)
{
	(void)state;
	declare();
	assert_string_equal(json_text_at(answer, "schema", ""), "binnacle.incident/1");
	assert_string_equal(json_text_at(answer, "state.status", ""), "triage");
	assert_string_equal(json_text_at(answer, "state.title", ""), "Indexer down");
	assert_string_equal(json_text_at(answer, "state.environment", ""), "prod");
	assert_string_equal(json_text_at(answer, "state.milestones.impact_started.at", ""),
			    "2026-11-22T01:54:00Z");
	assert_int_equal(access(folder, R_OK), 0);
	assert_non_null(strstr(folder, "/incidents/2026-11-22-indexer-down-"));
}

static void notes_and_people(void)
{
	at("2026-11-22T02:06:00Z");
	RUN(0, "incident", "note", id, "--at", "-5m", "restarted", "the", "indexer");
	RUN(0, "incident", "show", id);
	assert_non_null(strstr(buf_cstr(&command.out),
			       "2026-11-22T02:01:00Z     human  ana        restarted the indexer"));
	RUN(0, "incident", "role", id, "commander", "ana");
	RUN(0, "incident", "role", id, "scribe", "eve");
	RUN(0, "incident", "role", id, "scribe", "-");
	RUN(0, "incident", "handover", id, "ben");
	state_is("offer.to", "ben");
	RUN(0, "incident", "handover", id, "--accept", "--by", "ben");
	state_is("roles.commander", "ben");
	assert_true(json_is_null(json_at(said(), "state.roles.scribe")));
	assert_true(json_is_null(json_at(answer, "state.offer")));
}

static void things_to_do(void)
{
	RUN(0, "incident", "ask", id, "add", "--owner", "bo", "--text", "check the WAL", "--due", "5m");
	assert_string_equal(json_text_at(first_of("asks"), "due_at", ""), "2026-11-22T02:11:00Z");
	RUN(0, "incident", "ask", id, "done", "1", "--text", "it is complete");
	assert_string_equal(json_text_at(first_of("asks"), "outcome", ""), "it is complete");
	RUN(0, "incident", "follow-up", id, "add", "--text", "payout cron is paused");
	RUN(0, "incident", "action", id, "add", "--type", "alert", "--text", "alert on WAL age",
	    "--owner", "bo", "--due", "72h");
	assert_string_equal(json_text_at(first_of("actions"), "type", ""), "alert");
}

static void updates(void)
{
	RUN(0, "incident", "update", id, "--draft");
	assert_non_null(strstr(buf_cstr(&command.out), "SEV1: Indexer down\n"));
	assert_int_equal(number("updates.sent"), 0);
	RUN(77, "incident", "update", id, "--text", "Users see: [what do users see now?]", "--no-send");
	complains("is still to be answered");
	RUN(0, "incident", "update", id, "--text", "Payments are late.", "--no-send", "--next", "15m");
	assert_int_equal(number("updates.sent"), 1);
	state_is("updates.promised_at", "2026-11-22T02:21:00Z");
	RUN(77, "incident", "update", id, "--text", "Payments are late.");
	complains("no channel for inside is configured");
}

static void a_whole_night_can_be_worked_by_a_script(void **state)
{
	(void)state;
	declare();
	notes_and_people();
	things_to_do();
	updates();
	RUN(77, "incident", "sev", id, "2");
	complains("a lower severity needs a reason");
	RUN(0, "incident", "sev", id, "2", "--reason", "payments flow again");
	assert_int_equal(number("sev"), 2);
	assert_int_equal(number("max_sev"), 1);
	RUN(0, "incident", "status", id, "identified");
	RUN(0, "incident", "ticket", id, "--url", "https://tickets.example/42");
	state_is("ticket", "https://tickets.example/42");
	at("2026-11-22T02:30:00Z");
	RUN(0, "incident", "mitigate", id, "--at", "-2m");
	state_is("milestones.mitigated.at", "2026-11-22T02:28:00Z");
	RUN(77, "incident", "resolve", id);
	complains("customer impact");
	RUN(77, "incident", "resolve", id, "--summary", "Payments were late.");
	complains("a reason is needed, because something remains");
	RUN(0, "incident", "resolve", id, "--summary", "Payments were late.", "--reason",
	    "the cron waits for the morning");
	state_is("summary", "Payments were late.");
	RUN(77, "incident", "close", id);
	complains("payout cron is paused");
	RUN(0, "incident", "follow-up", id, "done", "1", "--text", "it runs again");
	RUN(0, "incident", "close", id);
	state_is("status", "closed");
	RUN(77, "incident", "mitigate", id);
	RUN(0, "incident", "reopen", id, "--reason", "payments hang again");
	state_is("status", "reopened");
	RUN(0, "incident", "verify", id);
}

static void what_is_so_already_is_no_failure(void **state)
{
	(void)state;
	declare();
	RUN(0, "incident", "sev", id, "1");
	complains("SEV1 already");
	RUN(0, "incident", "status", id, "identified");
	RUN(0, "incident", "status", id, "identified", "--json");
	assert_string_equal(json_text_at(said(), "state.status", ""), "identified");
	complains("it is identified already");
}

static void an_incident_is_named_by_id_hash_or_folder(void **state)
{
	char hash[24];

	(void)state;
	declare();
	(void)snprintf(hash, sizeof(hash), "#%s", id);
	RUN(0, "incident", "note", hash, "one");
	RUN(0, "incident", "note", strrchr(folder, '/') + 1, "two");
	assert_int_equal(number("notes"), 2);
	RUN(5, "incident", "note", "zzzzzz", "three");
	complains("zzzzzz");
}

static void all_are_listed_and_none_is_no_failure(void **state)
{
	static const char *const keys[] = { "id", "title", "sev", "status", "declared_at",
					    "resolved_at", "folder" };
	const json_t *row;

	(void)state;
	RUN(0, "incident", "list", "--json");
	assert_int_equal(json_array_size(json_at(said(), "incidents")), 0);
	RUN(5, "incident", "list", "--fail-empty");
	declare();
	RUN(0, "incident", "list", "--fail-empty", "--json");
	assert_int_equal(json_array_size(json_at(said(), "incidents")), 1);
	row = json_array_get(json_at(answer, "incidents"), 0);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		assert_non_null(json_object_get(row, keys[i]));
	assert_string_equal(json_text_at(row, "folder", ""), folder);
	RUN(0, "incident");
	assert_non_null(strstr(buf_cstr(&command.out), "SEV1 triage"));
}

static void one_goes_on_for_another_and_one_was_none(void **state)
{
	char first[16];

	(void)state;
	declare();
	str_put(first, sizeof(first), id);
	declare();
	RUN(77, "incident", "merge", id, id);
	RUN(5, "incident", "merge", id, "zzzzzz");
	RUN(0, "incident", "merge", id, first);
	state_is("merged_into", first);
	str_put(id, sizeof(id), first);
	RUN(77, "incident", "cancel", id);
	RUN(0, "incident", "cancel", id, "--reason", "a test of the pager");
	state_is("status", "cancelled");
}

static void the_card_fits_on_a_screen(void **state)
{
	size_t lines = 0;

	(void)state;
	declare();
	RUN(0, "incident", "brief", id);
	for (const char *p = buf_cstr(&command.out); *p; p++)
		lines += *p == '\n';
	assert_in_range(lines, 5, 23);
	assert_non_null(strstr(buf_cstr(&command.out), "Indexer down"));
}

/* --- channels --------------------------------------------------------------------------------- */

static void with_channels(void)
{
	char yaml[512];

	(void)snprintf(yaml, sizeof(yaml),
		       "operator: ana\nnotify:\n"
		       "  - {name: ops, kind: file, file: %s}\n"
		       "  - {name: broken, kind: command, command: [sh, -c, 'echo no; exit 3'], "
		       "audience: support}\n"
		       "  - {name: page, kind: file, file: %s.public, audience: public}\n", file, file);
	configure(yaml);
}

static void an_update_goes_to_the_channels_for_inside(void **state)
{
	char public[112];

	(void)state;
	with_channels();
	declare();
	RUN(0, "incident", "update", id, "--text", "The indexer is late.", "--json");
	assert_int_equal(access(file, R_OK), 0);
	(void)snprintf(public, sizeof(public), "%s.public", file);
	assert_int_equal(access(public, R_OK), -1);
	first_of("updates.messages");
	RUN(0, "incident", "show", id, "--json");
	assert_true(json_is_true(json_at(json_array_get(json_at(json_array_get(
		json_at(said(), "state.updates.messages"), 0), "channels"), 0), "ok")));
}

static void nothing_internal_goes_to_the_public(void **state)
{
	(void)state;
	with_channels();
	declare();
	RUN(77, "incident", "update", id, "--channel", "ops", "--channel", "page", "--text",
	    "The indexer is late.");
	complains("must not name the component 'indexer'");
	assert_int_equal(number("updates.sent"), 0);
	RUN(0, "incident", "update", id, "--channel", "page", "--text", "Payments are late.");
}

/* The record has it all the same: what was not delivered is owed. */
static void what_is_not_delivered_fails_and_is_recorded(void **state)
{
	(void)state;
	with_channels();
	declare();
	RUN(1, "incident", "update", id, "--channel", "broken", "--text", "Late.", "--timeout", "2s");
	complains("not delivered to broken: ");
	assert_int_equal(number("updates.sent"), 1);
	RUN(0, "incident", "show", id, "--json");
	assert_true(json_is_false(json_at(json_array_get(json_at(json_array_get(
		json_at(said(), "state.updates.messages"), 0), "channels"), 0), "ok")));
}

static void read_only_sends_nothing_and_writes_notes(void **state)
{
	(void)state;
	with_channels();
	declare();
	RUN(77, "incident", "update", id, "--text", "Late.", "--read-only");
	complains("read-only");
	assert_int_equal(number("updates.sent"), 0);
	RUN(0, "incident", "note", id, "seen", "--read-only");
}

/* --- secrets, hostile bytes ------------------------------------------------------------------- */

static void no_secret_and_no_control_byte_enters_the_record(void **state)
{
	static const char seed[] = "SAV6AIRVCZKBC7R3JHFMVYJQ5GSFMVWRJZAV6WJ3TNJYL5LK3B3GYMPZ";
	const char *grep[] = { "grep", "-rlE", "SAV6AIRV|hunter2|\x1b", folder, NULL };

	(void)state;
	declare();
	RUN(0, "incident", "note", id, "key", seed, "\x1b]0;owned\x07",
	    "postgres://ana:hunter2@db/x");
	RUN(0, "incident", "show", id);
	assert_null(strchr(buf_cstr(&command.out), '\x1b'));
	assert_null(strstr(buf_cstr(&command.out), "hunter2"));
	command_done(&command);
	command_run(&command, grep, LIMIT);
	assert_int_equal(command.status, 1);
}

/* --- verify ----------------------------------------------------------------------------------- */

static void find_journal(char path[800])
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	assert_non_null(dir);
	path[0] = '\0';
	while ((entry = readdir(dir)))
		if (strncmp(entry->d_name, "journal.", 8) == 0 && str_ends(str_of(entry->d_name), ".jsonl"))
			(void)snprintf(path, 800, "%s/%s", folder, entry->d_name);
	closedir(dir);
	assert_true(*path);
}

/* Flip a bit in the given line, or append bytes when it is 0. */
static void touch_journal(int line, const char *tail)
{
	char path[800];
	FILE *journal;
	int c;

	find_journal(path);
	journal = fopen(path, "r+");
	assert_non_null(journal);
	for (int at_line = 1; at_line < line; at_line++)
		while ((c = fgetc(journal)) != '\n')
			assert_true(c != EOF);
	if (line > 0) {
		assert_int_equal(fseek(journal, 100, SEEK_CUR), 0);
		c = fgetc(journal);
		assert_int_equal(fseek(journal, -1, SEEK_CUR), 0);
		fputc(c ^ 1, journal);
	} else {
		assert_int_equal(fseek(journal, 0, SEEK_END), 0);
		fputs(tail, journal);
	}
	assert_int_equal(fclose(journal), 0);
}

static void a_flipped_bit_is_found_and_its_line_is_named(void **state)
{
	const json_t *report;

	(void)state;
	declare();
	RUN(0, "incident", "note", id, "one");
	RUN(0, "incident", "verify", id, "--json");
	assert_true(json_is_true(json_at(said(), "ok")));
	report = json_array_get(json_at(answer, "files"), 0);
	assert_true(json_is_null(json_object_get(report, "bad_line")));
	assert_int_equal(strlen(json_text_at(report, "head", "")), 64);
	touch_journal(2, NULL);
	RUN(40, "incident", "verify", id, "--json");
	assert_true(json_is_false(json_at(said(), "ok")));
	report = json_array_get(json_at(answer, "files"), 0);
	assert_int_equal(json_integer_value(json_object_get(report, "bad_line")), 2);
	assert_true(strlen(json_text_at(report, "why", "")) > 0);
	RUN(40, "incident", "verify", id);
	assert_non_null(strstr(buf_cstr(&command.out), " line 2: "));
}

static void a_torn_end_is_no_damage(void **state)
{
	(void)state;
	declare();
	touch_journal(0, "{\"v\":1,\"id\":\"01J");
	RUN(0, "incident", "verify", id, "--json");
	complains("its last line is not whole");
	assert_true(json_is_true(json_at(said(), "ok")));
	RUN(0, "incident", "note", id, "goes on");
	RUN(0, "incident", "verify", id);
	assert_string_equal(buf_cstr(&command.err), "");
	assert_int_equal(number("notes"), 1);
}

/* --- wrong usage ------------------------------------------------------------------------------ */

static void a_wrong_word_gets_one_sentence(void **state)
{
	const struct { int status; const char *says, *words[10]; } cases[] = {
		{ 2, "the id of an incident is missing", { "incident", "note" } },
		{ 2, "the text of the note is missing", { "incident", "note", id } },
		{ 2, "--at: 'yesterday' is no time", { "incident", "note", id, "x", "--at",
						       "yesterday" } },
		{ 77, "lies in the future", { "incident", "note", id, "x", "--at", "5m" } },
		{ 2, "'4' is no severity: 1, 2 or 3", { "incident", "sev", id, "4" } },
		{ 2, "the severity (1, 2 or 3) is missing", { "incident", "sev", id } },
		{ 2, "--sev: 'x' is no severity", { "incident", "open", "--title", "t", "--sev", "x" } },
		{ 2, "--title is missing", { "incident", "open", "--sev", "1" } },
		{ 2, "--sev is missing", { "incident", "open", "--title", "t" } },
		{ 2, "--type: 'fire' is none of outage", { "incident", "open", "--title", "t", "--sev",
							  "1", "--type", "fire" } },
		{ 2, "'chef' is no role: commander", { "incident", "role", id, "chef", "ben" } },
		{ 2, "is missing", { "incident", "role", id, "scribe" } },
		{ 2, "'closed' is none of investigating", { "incident", "status", id, "closed" } },
		{ 2, "is neither add nor done", { "incident", "ask", id, "finish" } },
		{ 2, "--due is missing", { "incident", "ask", id, "add", "--text", "t" } },
		{ 2, "--text is missing", { "incident", "follow-up", id, "add" } },
		{ 2, "--type is missing: alert", { "incident", "action", id, "add", "--text", "t" } },
		{ 5, "there is no follow-up 1: none was added", { "incident", "follow-up", id, "done",
								  "1" } },
		{ 2, "'one' is no number", { "incident", "deferred", id, "done", "one" } },
		{ 2, "--text is missing", { "incident", "update", id } },
		{ 2, "there is no channel 'opps'", { "incident", "update", id, "--text", "t",
						     "--channel", "opps" } },
		{ 2, "--type: 'news' is none of announce", { "incident", "update", id, "--text", "t",
							    "--type", "news", "--no-send" } },
		{ 2, "is no http or https URL", { "incident", "ticket", id, "--url", "x" } },
		{ 2, "--accept and --decline together", { "incident", "handover", id, "--accept",
							  "--decline" } },
		{ 77, "no command is offered", { "incident", "handover", id, "--accept" } },
		{ 2, "unknown verb 'mitigat': did you mean 'mitigate'?", { "incident", "mitigat" } },
		{ 2, "flag '--sev' is not for 'incident note'", { "incident", "note", id, "x", "--sev",
								 "1" } },
		{ 5, "no open incident has an alert 'Foo'", { "alert", "ack", "Foo" } },
		{ 5, "has no alert 'Foo'", { "alert", "ack", "Foo", "--incident", id } },
		{ 2, "the name of the alert is missing", { "alert", "silence" } },
		{ 2, "--for", { "alert", "silence", "Foo", "--for", "15" } },
		{ 4, "nobody has told which alerts fire", { "alert", "list" } },
	};

	(void)state;
	declare();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *line;

		expect(cases[i].status, cases[i].words);
		complains(cases[i].says);
		line = strchr(buf_cstr(&command.err), '\n');
		assert_true(line && !line[1]);
	}
}

static void a_failure_is_an_object_for_scripts(void **state)
{
	(void)state;
	RUN(5, "incident", "show", "zzzzzz", "--json");
	assert_non_null(json_at(said(), "error"));
	assert_true(strlen(json_text_at(answer, "error.message", "")) > 0);
}

static void every_verb_has_help_and_is_completed(void **state)
{
	static const char *const names[] = {
		"list", "open", "show", "brief", "note", "update", "sev", "status", "role", "handover",
		"ask", "action", "follow-up", "deferred", "ticket", "mitigate", "resolve", "close",
		"cancel", "merge", "reopen", "verify",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		RUN(0, "incident", names[i], "--help");
		assert_non_null(strstr(buf_cstr(&command.out), "Examples:\n  "));
		RUN(0, "completion", "bash");
		assert_non_null(strstr(buf_cstr(&command.out), names[i]));
	}
	RUN(0, "help", "exit-codes");
	assert_non_null(strstr(buf_cstr(&command.out), "   40  incident verify"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_declaration_prints_id_folder_and_state),
		T(a_whole_night_can_be_worked_by_a_script),
		T(what_is_so_already_is_no_failure),
		T(an_incident_is_named_by_id_hash_or_folder),
		T(all_are_listed_and_none_is_no_failure),
		T(one_goes_on_for_another_and_one_was_none),
		T(the_card_fits_on_a_screen),
		T(an_update_goes_to_the_channels_for_inside),
		T(nothing_internal_goes_to_the_public),
		T(what_is_not_delivered_fails_and_is_recorded),
		T(read_only_sends_nothing_and_writes_notes),
		T(no_secret_and_no_control_byte_enters_the_record),
		T(a_flipped_bit_is_found_and_its_line_is_named),
		T(a_torn_end_is_no_damage),
		T(a_wrong_word_gets_one_sentence),
		T(a_failure_is_an_object_for_scripts),
		T(every_verb_has_help_and_is_completed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
