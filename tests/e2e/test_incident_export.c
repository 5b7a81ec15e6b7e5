/*
 * An incident written up by a script: where the files go, what is said of them, that a second time
 * gives the same bytes, what people wrote, what a full disk and a kill leave, and who may read it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/digest.h"
#include "base/json.h"
#include "export/postmortem.h"
#include "tests/lib/command.h"

enum { LIMIT = 60000, MOST = 24, NOTES = 300 };

static struct command command;
static char home[64], config[96], id[16], folder[512], place[192];
static json_t *answer;

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
		fail_msg("%s %s: exit %d, wanted %d: %s%s", words[0], words[1] ? words[1] : "", got,
			 status, buf_cstr(&command.out), buf_cstr(&command.err));
}

#define RUN(status, ...) expect(status, (const char *const[]){ __VA_ARGS__, NULL })
#define SHELL(line) shell((const char *const[]){ "sh", "-c", (line), NULL })

static void shell(const char *const *argv)
{
	command_done(&command);
	command_run(&command, argv, LIMIT);
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

static void complains(const char *sentence)
{
	if (!strstr(buf_cstr(&command.err), sentence))
		fail_msg("'%s' is not in: %s", sentence, buf_cstr(&command.err));
}

static void configure(const char *yaml)
{
	FILE *out = fopen(config, "w");

	assert_non_null(out);
	assert_true(fputs(yaml, out) >= 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(config, 0600), 0);
}

/* --- files --------------------------------------------------------------------------------- */

static void read_whole(const char *path, struct buf *out)
{
	FILE *file = fopen(path, "r");
	char chunk[4096];
	size_t got;

	buf_clear(out);
	if (!file)
		fail_msg("%s is not there", path);
	while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_add(out, chunk, got);
	(void)fclose(file);
}

static void write_whole(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static const char *path_of(const char *name)
{
	static char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", place, name);
	return path;
}

static void digest_of(const char *name, char out[DIGEST_HEX])
{
	struct buf bytes = { 0 };

	read_whole(path_of(name), &bytes);
	digest_sha256(out, str_sub(buf_cstr(&bytes), bytes.len));
	buf_done(&bytes);
}

static bool holds(const char *name, const char *text)
{
	struct buf bytes = { 0 };
	bool found;

	read_whole(path_of(name), &bytes);
	found = strstr(buf_cstr(&bytes), text) != NULL;
	buf_done(&bytes);
	return found;
}

static size_t files_in(const char *path)
{
	DIR *dir = opendir(path);
	size_t count = 0;

	for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir))
		count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	if (dir)
		closedir(dir);
	return count;
}

/* --- the night ----------------------------------------------------------------------------- */

static int setup(void **state)
{
	char dir[192];

	(void)state;
	(void)snprintf(home, sizeof(home), "/tmp/binnacle-export-XXXXXX");
	if (!mkdtemp(home))
		return -1;
	(void)snprintf(config, sizeof(config), "%s/c.yaml", home);
	(void)snprintf(dir, sizeof(dir), "operator: ana\nenvironment: prod\n"
		       "postmortem: {dir: %s/pm, zone: Africa/Lagos}\n", home);
	setenv("HOME", home, 1);
	setenv("XDG_CONFIG_HOME", home, 1);
	setenv("XDG_CONFIG_DIRS", "/nonexistent", 1);
	setenv("BINNACLE_STATE_DIR", home, 1);
	setenv("BINNACLE_CONFIG", config, 1);
	setenv("BINNACLE_NOW", "2026-11-22T02:00:00Z", 1);
	unsetenv("SOURCE_DATE_EPOCH");
	configure(dir);
	RUN(0, "incident", "open", "--title", "Indexer down", "--sev", "1", "--component", "indexer",
	    "--impact-start", "-6m", "--json");
	str_put(id, sizeof(id), json_text_at(said(), "id", ""));
	str_put(folder, sizeof(folder), json_text_at(answer, "folder", ""));
	RUN(0, "incident", "role", id, "commander", "ben");
	RUN(0, "incident", "note", id, "restarted the indexer on host-7");
	setenv("BINNACLE_NOW", "2026-11-22T02:30:00Z", 1);
	RUN(0, "incident", "mitigate", id);
	RUN(0, "incident", "resolve", id, "--summary", "Payments were up to 20 min late.", "--reason",
	    "watched");
	(void)snprintf(place, sizeof(place), "%s/pm/2026-11-22-%s", home, id);
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

static void every_format_is_written_into_the_folder_of_the_incident(void **state)
{
	struct buf wanted = { 0 };
	struct stat st;

	(void)state;
	umask(0);
	RUN(0, "incident", "export", id);
	for (int i = 0; i < POSTMORTEM_FORMAT_COUNT; i++) {
		const char *name = postmortem_file((enum postmortem_format)i);

		buf_fmt(&wanted, "%s/%s\n", place, name);
		assert_int_equal(stat(path_of(name), &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
	}
	assert_string_equal(buf_cstr(&command.out), buf_cstr(&wanted));
	assert_int_equal(stat(place, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(files_in(place), POSTMORTEM_FORMAT_COUNT);
	assert_true(holds("timeline.json", "\"timezone\":\"Africa/Lagos\""));
	assert_true(holds("timeline.csv", "+01:00"));
	umask(077);
	buf_done(&wanted);
}

static void what_is_said_as_json_is_what_was_written_and_recorded(void **state)
{
	char sha256[DIGEST_HEX];
	const json_t *file;

	(void)state;
	RUN(0, "incident", "export", id, "--format", "csv", "--json");
	assert_string_equal(json_text_at(said(), "schema", ""), "binnacle.export/1");
	assert_string_equal(json_text_at(answer, "id", ""), id);
	assert_string_equal(json_text_at(answer, "folder", ""), place);
	assert_int_equal(json_array_size(json_at(answer, "files")), 1);
	file = json_array_get(json_at(answer, "files"), 0);
	assert_string_equal(json_text_at(file, "format", ""), "csv");
	assert_string_equal(json_text_at(file, "path", ""), path_of("timeline.csv"));
	digest_of("timeline.csv", sha256);
	assert_string_equal(json_text_at(file, "sha256", ""), sha256);
	shell((const char *const[]){ "grep", "-rl", sha256, folder, NULL });
	assert_int_equal(command.status, 0);
}

/* The first one is on the record, and that does not change the second one. */
static void a_second_export_has_the_same_bytes(void **state)
{
	char first[POSTMORTEM_FORMAT_COUNT][DIGEST_HEX], second[DIGEST_HEX];

	(void)state;
	setenv("SOURCE_DATE_EPOCH", "1795315000", 1);
	RUN(0, "incident", "export", id);
	for (int i = 0; i < POSTMORTEM_FORMAT_COUNT; i++)
		digest_of(postmortem_file((enum postmortem_format)i), first[i]);
	setenv("BINNACLE_NOW", "2026-11-24T12:00:00Z", 1);
	RUN(0, "incident", "export", id, "--by", "carol");
	for (int i = 0; i < POSTMORTEM_FORMAT_COUNT; i++) {
		const char *name = postmortem_file((enum postmortem_format)i);

		digest_of(name, second);
		if (strcmp(first[i], second) != 0)
			fail_msg("%s is another one", name);
	}
	assert_true(holds("timeline.json", "\"exported_at\":\"2026-11-22T02:36:40.000Z\""));
}

static void what_people_wrote_stays_and_what_they_edited_is_told(void **state)
{
	struct buf text = { 0 }, changed = { 0 };
	const char *at;

	(void)state;
	RUN(0, "incident", "export", id, "--format", "md");
	read_whole(path_of("postmortem.md"), &text);
	at = strstr(buf_cstr(&text), "Indexer down |");
	if (!at)
		at = strstr(strstr(buf_cstr(&text), "binnacle:begin facts"), "Indexer down");
	assert_non_null(at);
	buf_fmt(&changed, "%.*sThe indexer was down%s\nOur own words.\n",
		(int)(at - buf_cstr(&text)), buf_cstr(&text), at + strlen("Indexer down"));
	write_whole(path_of("postmortem.md"), buf_cstr(&changed));
	RUN(0, "incident", "note", id, "one more");
	RUN(0, "incident", "export", id, "--format", "md");
	complains("postmortem.md: 1 of its blocks had been edited");
	assert_true(holds("postmortem.md", "The indexer was down"));
	assert_true(holds("postmortem.md", "\nOur own words.\n"));
	assert_true(holds("postmortem.md", "one more"));
	buf_done(&text);
	buf_done(&changed);
}

static void the_public_one_has_a_folder_of_its_own_and_no_names(void **state)
{
	char where[160];

	(void)state;
	RUN(0, "incident", "export", id, "--public");
	(void)str_put(where, sizeof(where), place);
	assert_int_equal(access(where, F_OK), -1);
	(void)snprintf(place, sizeof(place), "%s-public", where);
	for (int i = 0; i < POSTMORTEM_FORMAT_COUNT; i++) {
		const char *name = postmortem_file((enum postmortem_format)i);

		if (holds(name, "host-7") || holds(name, "ben") || holds(name, "ana\""))
			fail_msg("%s tells who it was", name);
	}
	assert_true(holds("postmortem.md", "Payments were up to 20 min late."));
}

static void out_names_the_folder_itself(void **state)
{
	(void)state;
	(void)snprintf(place, sizeof(place), "%s/a/b", home);
	RUN(0, "incident", "export", id, "--out", place, "--format", "text", "--format", "md");
	assert_int_equal(files_in(place), 2);
}

static void bad_input_is_told_in_one_sentence(void **state)
{
	char file[96];

	(void)state;
	RUN(2, "incident", "export");
	complains("the id of an incident is missing");
	RUN(2, "incident", "export", id, "--format", "pdf");
	complains("--format: 'pdf' is none of md, html, json, csv, text");
	RUN(2, "incident", "export", id, "--out", "");
	complains("--out: the name of a folder is missing");
	RUN(5, "incident", "export", "zzzzzz");
	setenv("SOURCE_DATE_EPOCH", "soon", 1);
	RUN(2, "incident", "export", id);
	complains("SOURCE_DATE_EPOCH: 'soon' is no number of seconds");
	unsetenv("SOURCE_DATE_EPOCH");
	(void)snprintf(file, sizeof(file), "%s/c.yaml", home);
	RUN(1, "incident", "export", id, "--out", file);
	complains("Not a directory");
	RUN(2, "incident", "note", id, "x", "--format", "md");
	complains("flag '--format' is not for 'incident note'");
}

static size_t events(void)
{
	RUN(0, "incident", "verify", id, "--json");
	return (size_t)json_integer_value(
		json_at(json_array_get(json_at(said(), "files"), 0), "events"));
}

static void read_only_writes_where_it_is_configured_and_records_nothing(void **state)
{
	size_t before = events();

	(void)state;
	RUN(77, "incident", "export", id, "--read-only", "--out", "/tmp/elsewhere");
	complains("read-only: nothing is written outside of");
	RUN(0, "incident", "export", id, "--read-only");
	assert_int_equal(files_in(place), POSTMORTEM_FORMAT_COUNT);
	assert_int_equal(events(), before);
	RUN(0, "incident", "export", id);
	assert_true(events() > before);
}

/* --- what goes wrong ----------------------------------------------------------------------- */

static void a_full_disk_leaves_the_one_before(void **state)
{
	char line[512], before[DIGEST_HEX], after[DIGEST_HEX];

	(void)state;
	RUN(0, "incident", "export", id, "--format", "html");
	digest_of("postmortem.html", before);
	(void)snprintf(line, sizeof(line), "ulimit -f 8; exec %s incident export %s --format html",
		       command_binnacle(), id);
	SHELL(line);
	assert_int_equal(command.status, 1);
	complains("cannot write postmortem.html: File too large");
	digest_of("postmortem.html", after);
	assert_string_equal(before, after);
	assert_int_equal(files_in(place), 1);
}

static bool is_whole(void)
{
	return holds("timeline.json", "\"schema\":\"binnacle.timeline/1\"") &&
	       holds("timeline.json", "]}");
}

/* At any moment, some hundred times: the old file or the new one, and the record sound. */
static void a_kill_leaves_the_old_file_or_the_new_one(void **state)
{
	struct buf text = { 0 };
	struct err err = { 0 };

	(void)state;
	for (int i = 0; i < NOTES; i++)
		buf_fmt(&text, "and then something happened that is told at some length, %d. ", i);
	RUN(0, "incident", "note", id, buf_cstr(&text));
	RUN(0, "incident", "export", id);
	for (int delay = 1; delay <= 60; delay++) {
		pid_t pid = fork();

		if (pid == 0) {
			int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

			dup2(null, STDOUT_FILENO);
			dup2(null, STDERR_FILENO);
			execl(command_binnacle(), "binnacle", "incident", "export", id, (char *)NULL);
			_exit(127);
		}
		(void)poll(NULL, 0, delay);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		if (!is_whole())
			fail_msg("after %d ms timeline.json is half", delay);
	}
	RUN(0, "incident", "verify", id);
	RUN(0, "incident", "export", id, "--json");
	(void)said();
	read_whole(path_of("timeline.json"), &text);
	json_decref(json_read(str_sub(buf_cstr(&text), text.len), JSON_MAX_PINNED, &err));
	assert_int_equal(err.kind, ERR_NONE);
	buf_done(&text);
}

/* R21: whatever is written is opened as ours alone, through no link, and for no child. A program
 * that is traced cannot trace itself to find its leaks. */
static void everything_that_is_written_is_opened_with_care(void **state)
{
	char line[512];
	struct buf trace = { 0 };
	struct str rest, one;
	size_t seen = 0;

	(void)state;
	SHELL("command -v strace");
	if (command.status != 0) {
		print_message("SKIPPED: no strace here\n");
		return;
	}
	(void)snprintf(line, sizeof(line), "exec strace -E ASAN_OPTIONS=detect_leaks=0 -f -o %s/trace "
		       "-e trace=open,openat,creat %s incident export %s", home, command_binnacle(), id);
	SHELL(line);
	assert_int_equal(command.status, 0);
	(void)snprintf(place, sizeof(place), "%s", home);
	read_whole(path_of("trace"), &trace);
	rest = str_sub(buf_cstr(&trace), trace.len);
	while (str_cut(&rest, '\n', &one)) {
		if ((!str_has(one, "O_WRONLY") && !str_has(one, "O_RDWR")) ||
		    str_has(one, "/dev/") || str_has(one, "ENOENT"))
			continue;
		seen += str_has(one, ".new\"");
		if (!str_has(one, "O_NOFOLLOW") || !str_has(one, "O_CLOEXEC"))
			fail_msg("%.*s", (int)one.len, one.p);
	}
	assert_int_equal(seen, POSTMORTEM_FORMAT_COUNT);
	buf_done(&trace);
}

/* --- all of them --------------------------------------------------------------------------- */

static void stats_are_of_all_incidents_and_of_none(void **state)
{
	char none[96];

	(void)state;
	(void)snprintf(none, sizeof(none), "%s/none", home);
	RUN(0, "incident", "stats", "--json");
	assert_non_null(json_at(said(), "schema"));
	RUN(0, "incident", "stats");
	assert_true(command.out.len > 0);
	setenv("BINNACLE_STATE_DIR", none, 1);
	RUN(0, "incident", "stats", "--json");
	RUN(5, "incident", "stats", "--fail-empty");
	setenv("BINNACLE_STATE_DIR", home, 1);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(every_format_is_written_into_the_folder_of_the_incident),
		EACH(what_is_said_as_json_is_what_was_written_and_recorded),
		EACH(a_second_export_has_the_same_bytes),
		EACH(what_people_wrote_stays_and_what_they_edited_is_told),
		EACH(the_public_one_has_a_folder_of_its_own_and_no_names),
		EACH(out_names_the_folder_itself),
		EACH(bad_input_is_told_in_one_sentence),
		EACH(read_only_writes_where_it_is_configured_and_records_nothing),
		EACH(a_full_disk_leaves_the_one_before),
		EACH(a_kill_leaves_the_old_file_or_the_new_one),
		EACH(everything_that_is_written_is_opened_with_care),
		EACH(stats_are_of_all_incidents_and_of_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
