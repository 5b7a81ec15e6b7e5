/*
 * test_bundle_contents.c: the bundle of an incident in which something was done: its evidence and
 * the runbook that was walked are in it byte for byte, and are held to what the record says of
 * them; what people wrote goes with it; a list that was made to harm opens nothing.
 */
#include <dirent.h>
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
#include "base/str.h"
#include "tests/lib/script.h"

static const char book[] =
	"---\nbinnacle: 1\nid: mend\ntitle: Mend it\nsummary: How it is mended.\n---\n\n# Mend it\n\n"
	"## Resolution\n\n1. **Look.** <!-- step id=look -->\n\n"
	"   ```sh\n   echo the output of a command\n   ```\n";

static char id[16], folder[256];

/* The program for lines of sh, which are run elsewhere. */
static const char *program(void)
{
	static char *path;

	if (!path)
		path = realpath(command_binnacle(), NULL);
	assert_non_null(path);
	return path;
}

/* %B is the program, %I the incident, %F the folder of its journal. */
static void sh(int status, const char *line)
{
	struct buf text = { 0 };

	for (; *line; line++) {
		const char *is = line[0] != '%' ? NULL : line[1] == 'B' ? program() :
				 line[1] == 'I' ? id : line[1] == 'F' ? folder : NULL;

		if (is) {
			buf_text(&text, is);
			line++;
		} else {
			buf_char(&text, *line);
		}
	}
	script_sh(status, buf_cstr(&text));
	buf_done(&text);
}

static int setup(void **state)
{
	if (script_setup(state) != 0)
		return -1;
	script_sh(0, "mkdir -m 700 books");
	script_put("books/mend.md", book, 0600);
	script_configure("operator: ana\nrunbooks: {dirs: [books]}\n");
	RUN(0, "incident", "open", "--title", "Indexer down", "--sev", "1", "--json");
	(void)str_put(id, sizeof(id), json_text_at(script_said(), "id", ""));
	(void)str_put(folder, sizeof(folder), json_text_at(script_said(), "folder", ""));
	sh(0, "printf 'r\\nY\\nx\\n' | %B runbook run mend --incident %I");
	script_prints("the output of a command");
	return 0;
}

static void make(void)
{
	RUN(0, "incident", "bundle", id, "--out", script_path("b"));
}

static void evidence_and_runbooks_are_in_it_byte_for_byte(void **state)
{
	(void)state;
	make();
	script_sh(0, "grep -q 'the output of a command' b/evidence/*");
	sh(0, "diff -r b/evidence %F/evidence");
	script_sh(0, "cmp b/runbooks/mend.*.md books/mend.md");
	/* That it was made stands in the journal behind what is in it. */
	sh(0, "head -c $(cat b/journal.*.jsonl | wc -c) %F/journal.*.jsonl | cmp - b/journal.*.jsonl");
	script_sh(0, "cd b && sha256sum --quiet --strict -c SHA256SUMS");
	RUN(0, "verify", script_path("b"));
	script_prints("5 exports as the record gives them");
}

static void what_people_wrote_goes_with_it(void **state)
{
	(void)state;
	RUN(0, "incident", "export", id, "--format", "md");
	script_sh(0, "cd papers/* && echo 'Our own words.' >>postmortem.md && "
		  "sed -i 's/Indexer down/Indexer was down/' postmortem.md");
	make();
	script_holds("b/postmortem.md", "\nOur own words.\n");
	script_holds("b/postmortem.md", "Indexer was down");
	RUN(0, "verify", script_path("b"));
}

/* Another version than the one that was walked proves nothing. */
static void what_the_library_does_not_have_is_told_and_left_out(void **state)
{
	(void)state;
	script_sh(0, "echo '<!-- another version -->' >>books/mend.md");
	make();
	script_complains("mend: the library does not have the version that was walked");
	script_sh(0, "test -z \"$(ls b/runbooks)\"");
	RUN(0, "verify", script_path("b"));
}

static void what_the_record_names_and_is_not_there_is_told_twice(void **state)
{
	(void)state;
	sh(0, "rm %F/evidence/*");
	make();
	script_complains("the record names it, and it is not there");
	RUN(40, "verify", script_path("b"));
	script_prints("missing  evidence/");
}

static void a_zone_of_the_host_changes_nothing(void **state)
{
	(void)state;
	make();
	script_sh(0, "rm -r incidents books && echo 'this is: [no configuration' >c.yaml");
	setenv("TZ", "America/New_York", 1);
	script_at("2031-01-01T00:00:00Z");
	RUN(0, "verify", script_path("b"));
	unsetenv("TZ");
}

static void evidence_is_held_to_its_name_and_to_the_record(void **state)
{
	static const struct { const char *does, *prints; } cases[] = {
		{ "rm b/evidence/*", "missing  evidence/" },
		{ "for one in b/evidence/*; do echo >>$one; done", "changed  evidence/" },
		{ "mv b/evidence e && ln -s \"$PWD\"/e b/evidence", "changed  evidence/" },
		{ "touch b/evidence/more", "extra    evidence/more:" },
		{ "mkfifo b/runbooks/fifo", "extra    runbooks/fifo:" },
		{ "echo >>$(ls b/runbooks/*)", "changed  runbooks/mend." },
		{ "cp b/journal.*.jsonl b/journal.0123456789abcdef.jsonl",
		  "extra    journal.0123456789abcdef.jsonl:" },
		/* Lists that were made anew fit, and the record still names it. */
		{ "cd b && rm evidence/* && sed -i '/  evidence/d' SHA256SUMS && "
		  "sed -i 's|{\"path\":\"evidence/[^}]*},||' bundle.json && "
		  "sed -i \"s/^.*  bundle.json/$(sha256sum bundle.json)/\" SHA256SUMS && "
		  "sha256sum --quiet -c SHA256SUMS", "missing  evidence/" },
	};

	(void)state;
	make();
	script_sh(0, "cp -a b sound");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		script_sh(0, cases[i].does);
		RUN(40, "verify", script_path("b"));
		script_prints(cases[i].prints);
		script_sh(0, "rm -rf b e; cp -a sound b");
	}
	RUN(0, "verify", script_path("b"));
}

static void a_list_that_leads_elsewhere_opens_nothing_there(void **state)
{
	static const char *const paths[] = {
		"../../c.yaml", "/etc/hostname", "evidence/../../c.yaml", "..", ".", "", "a//b",
		"a/b/c", "./x", "evidence/", "a b", ".hidden", "x\\u001b[31m", "bundle.json",
		"SHA256SUMS", "caf\\u00e9", "a\\nb",
		"0123456789012345678901234567890123456789012345678901234567890123456789012345678901"
		"2345678901234567890123456789012345678901234567890123456789012345678901234567890",
	};

	(void)state;
	make();
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct buf list = { 0 };

		buf_fmt(&list, "{\"schema\":\"binnacle.bundle/1\",\"id\":\"%s\",\"made_at\":"
			"\"2026-11-22T02:00:00Z\",\"tool_version\":\"0.1.0\",\"origins\":[],\"files\":"
			"[{\"path\":\"%s\",\"sha256\":\"%064d\",\"bytes\":1}]}", id, paths[i], 0);
		script_put("b/bundle.json", buf_cstr(&list), 0600);
		RUN(40, "verify", script_path("b"));
		script_prints("changed  bundle.json: it names a file that no bundle can have; nothing was "
			      "opened");
		assert_null(strchr(buf_cstr(&script_command.out), '\033'));
		buf_done(&list);
	}
}

static void what_no_list_could_be_is_told(void **state)
{
	static const char *const lists[] = {
		"not JSON", "{}", "null", "{\"files\":{}}", "[[[[[[[[[[", "{\"files\":[1,null,[]]}",
		"{\"schema\":\"binnacle.bundle/2\",\"files\":[]}",
		"{\"id\":\"../../x\",\"files\":[]}",
		"{\"id\":7,\"origins\":7,\"files\":[{\"path\":{}}]}",
		"{\"files\":[{\"path\":\"a\",\"sha256\":\"zz\",\"bytes\":-1}]}",
		"{\"id\":\"abcdef\",\"made_at\":\"soon\",\"origins\":[null],\"files\":[]}",
		"{\"id\":\"abcdef\",\"files\":[{\"path\":\"a\",\"path\":\"b\"}]}",
	};

	(void)state;
	make();
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		script_put("b/bundle.json", lists[i], 0600);
		RUN(40, "verify", script_path("b"));
		script_prints("changed  bundle.json: ");
	}
	script_sh(0, "rm b/bundle.json && mkfifo b/bundle.json");
	RUN(40, "verify", script_path("b"));
}

static void a_full_disk_leaves_no_half_of_one(void **state)
{
	(void)state;
	sh(1, "ulimit -f 8; exec %B incident bundle %I --out at/b");
	script_complains("no bundle is made");
	script_sh(0, "test -z \"$(ls -A at)\"");
	make();
	RUN(0, "verify", script_path("b"));
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, script_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(evidence_and_runbooks_are_in_it_byte_for_byte),
		EACH(what_people_wrote_goes_with_it),
		EACH(what_the_library_does_not_have_is_told_and_left_out),
		EACH(what_the_record_names_and_is_not_there_is_told_twice),
		EACH(a_zone_of_the_host_changes_nothing),
		EACH(evidence_is_held_to_its_name_and_to_the_record),
		EACH(a_list_that_leads_elsewhere_opens_nothing_there),
		EACH(what_no_list_could_be_is_told),
		EACH(a_full_disk_leaves_no_half_of_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
