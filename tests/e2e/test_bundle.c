/*
 * test_bundle.c: everything of an incident in one folder, and whether it is still what it was: each
 * damage by its own word, nothing of a hostile bundle followed, and no configuration needed.
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

static char id[16];

static int setup(void **state)
{
	if (script_setup(state) != 0)
		return -1;
	RUN(0, "incident", "open", "--title", "Indexer down", "--sev", "1", "--no-ask", "--json");
	(void)snprintf(id, sizeof(id), "%s", json_text_at(script_said(), "id", ""));
	RUN(0, "incident", "note", id, "restarted", "the", "indexer");
	RUN(0, "incident", "resolve", id, "--summary", "Payments were late.", "--reason", "over");
	RUN(0, "incident", "bundle", id, "--out", script_path("b"));
	return 0;
}

static void is_sound(void)
{
	RUN(0, "verify", script_path("b"));
	script_prints("6 files as they were, ");
	script_prints(" events in 1 journal, 5 exports as the record gives them\n");
	script_says_nothing();
}

static void a_bundle_is_whole_ours_alone_and_told(void **state)
{
	struct buf wanted = { 0 };
	char own[96];

	(void)state;
	buf_fmt(&wanted, "%s\n", script_path("b"));
	script_prints_exactly(buf_cstr(&wanted));
	script_sh(0, "cd b && sha256sum --strict --quiet -c SHA256SUMS");
	script_sh(0, "test $(wc -l <b/SHA256SUMS) = 7");
	script_sh(0, "test -z \"$(find b -type f ! -perm 600)$(find b -type d ! -perm 700)\"");
	is_sound();
	RUN(0, "incident", "bundle", id);
	(void)snprintf(own, sizeof(own), "papers/2026-11-22-%s-bundle/bundle.json", id);
	assert_true(script_has(own));
	script_holds("b/bundle.json", "\"schema\":\"binnacle.bundle/1\"");
	buf_done(&wanted);
}

static void a_bundle_is_never_changed_again(void **state)
{
	(void)state;
	script_sh(0, "cp -a b before");
	RUN(77, "incident", "bundle", id, "--out", script_path("b"));
	script_complains("b is there already, and no bundle is ever changed");
	script_sh(0, "diff -r b before && test -z \"$(find . -name 'b.*')\"");
}

/* Whoever gets one has neither our configuration nor our home. */
static void it_is_checked_without_any_configuration(void **state)
{
	(void)state;
	script_put("c.yaml", "sources: [this is no configuration\n", 0600);
	script_sh(0, "rm -r incidents");
	is_sound();
}

#define RELIST \
	"sum() { sha256sum \"$1\" | cut -d' ' -f1; }; cd b; " \
	"relist() { { echo \"$(sum bundle.json)  bundle.json\"; grep -v '  bundle.json$' SHA256SUMS; } " \
	">s && mv s SHA256SUMS; }; "

static const struct {
	const char *does;		/* in the home, in sh */
	const char *prints[3];
} damages[] = {
	{ "rm b/postmortem.txt", { "missing  postmortem.txt: it is not there\n", "DAMAGED  1 of it\n" } },
	{ "echo x >>b/timeline.csv",
	  { "changed  timeline.csv: it is not what it was when the bundle was made\n",
	    "DAMAGED  1 of it\n" } },
	{ "echo x >b/more", { "extra    more: no list of the bundle has it\n", "DAMAGED  1 of it\n" } },
	{ "mkdir b/evidence && echo x >b/evidence/x", { "extra    evidence/x: ", "DAMAGED  1" } },
	{ "mkdir b/other && echo x >b/other/x", { "extra    other: ", "DAMAGED  1" } },
	{ "rm b/SHA256SUMS", { "missing  SHA256SUMS: it is not there\n", "DAMAGED  1" } },
	{ "sed -i '$d' b/SHA256SUMS",
	  { "changed  SHA256SUMS: it does not list what bundle.json lists\n", "DAMAGED  1" } },
	{ "sed -i 's/0.1.0/0.1.1/' b/bundle.json",
	  { "changed  bundle.json: its SHA-256 is not the one in SHA256SUMS\n" } },
	{ "rm b/journal.*", { "missing  journal.", "journal" } },
	{ "sed -i 's/restarted/rebooted/' b/journal.*",
	  { "changed  journal.", "broken   journal.", "line " } },
	{ "sed -i '3{h;d};4{G}' b/journal.*", { "changed  journal.", "broken   journal.", "line " } },
	{ "sed -i '$d' b/journal.*",
	  { "changed  journal.", "broken   journal.", "its head is not the one in bundle.json\n" } },
	{ "truncate -s -20 b/journal.*", { "changed  journal.", "broken   journal." } },
	{ "rm b/timeline.csv; ln -s /etc/hostname b/timeline.csv",
	  { "changed  timeline.csv: timeline.csv: a symbolic link is not followed\n", "DAMAGED  1" } },
	{ "mv b/journal.* j; ln -s \"$PWD\"/j b/$(grep -o 'journal[^\"]*jsonl' b/bundle.json | head -1)",
	  { "changed  journal.", "a symbolic link is not followed\n" } },
	{ "ln -s /etc b/evidence", { "extra    evidence: no list of the bundle has it\n", "DAMAGED  1" } },
	{ "rm b/timeline.csv; mkfifo b/timeline.csv", { "changed  timeline.csv: " } },
	{ "sed -i 's|\"timeline.csv\"|\"../c.yaml\"|' b/bundle.json",
	  { "changed  bundle.json: it names a file that no bundle can have; nothing was opened\n" } },
	{ "sed -i 's|\"timeline.csv\"|\"/etc/hostname\"|' b/bundle.json",
	  { "changed  bundle.json: it names a file that no bundle can have; nothing was opened\n" } },
	{ "sed -i 's|\"timeline.csv\"|\"a/../../c.yaml\"|' b/bundle.json",
	  { "changed  bundle.json: it names a file that no bundle can have; nothing was opened\n" } },
	{ "sed -i 's|  timeline.csv|  ../c.yaml|' b/SHA256SUMS",
	  { "changed  SHA256SUMS: it does not list what bundle.json lists\n" } },
	{ "sed -i 's|\"bytes\":|\"bytes\":-|' b/bundle.json",
	  { "changed  bundle.json: it has a file without its SHA-256 and size\n" } },
	{ "printf '{' >b/bundle.json", { "changed  bundle.json: " } },
	{ "printf '[]' >b/bundle.json", { "changed  bundle.json: it is no binnacle.bundle/1\n" } },
	{ "truncate -s 300M b/bundle.json", { "changed  bundle.json: ", "more than" } },
	{ "truncate -s 300M b/journal.*",
	  { "changed  journal.", "broken   journal.", "it is too large to be checked\n" } },
	{ "truncate -s 300M b/SHA256SUMS", { "changed  SHA256SUMS: " } },
	/* Who lists it anew hides a change from the sums, and not from the record. */
	{ RELIST "old=$(sum timeline.csv); sed -i s/restarted/rebooted/ timeline.csv; "
	  "new=$(sum timeline.csv); size=$(wc -c <timeline.csv); "
	  "sed -i \"s/$old/$new/\" SHA256SUMS; "
	  "sed -i \"s/$old\\\",\\\"bytes\\\":[0-9]*/$new\\\",\\\"bytes\\\":$size/\" bundle.json; relist; "
	  "sha256sum --quiet -c SHA256SUMS",
	  { "differs  timeline.csv: the record gives another one\n", "DAMAGED  1 of it\n" } },
	{ RELIST "sed -i 's/\"head\":\"./\"head\":\"g/' bundle.json; relist",
	  { "broken   journal.", "its head is not the one in bundle.json\n", "DAMAGED  1 of it\n" } },
};

static void each_damage_is_told_by_its_own_word(void **state)
{
	(void)state;
	script_sh(0, "cp -a b sound");
	for (size_t i = 0; i < ARRAY_LEN(damages); i++) {
		script_sh(0, damages[i].does);
		RUN(40, "verify", script_path("b"));
		for (size_t k = 0; k < ARRAY_LEN(damages[i].prints) && damages[i].prints[k]; k++)
			script_prints(damages[i].prints[k]);
		RUN(40, "verify", script_path("b"), "--json");
		assert_false(json_is_true(json_at(script_said(), "ok")));
		script_sh(0, "rm -r b; rm -f j; cp -a sound b");
	}
	is_sound();
}

static void what_is_no_bundle_is_told(void **state)
{
	(void)state;
	RUN(5, "verify", script_path("nowhere"));
	script_complains("nowhere: No such file or directory");
	RUN(5, "verify", script_path("c.yaml"));
	script_complains("c.yaml: Not a directory");
	RUN(5, "verify", script_home);
	script_complains("is no bundle: it has no bundle.json");
	RUN(2, "verify");
	script_complains("the folder of a bundle is missing");
	RUN(5, "incident", "bundle", "zzzzzz");
	RUN(77, "--read-only", "incident", "bundle", id, "--out", script_path("c"));
	script_complains("read-only: nothing is written outside of ");
	script_put("file", "x", 0600);
	RUN(1, "incident", "bundle", id, "--out", script_path("file/b"));
	script_complains("file/b: Not a directory");
}

static void json_tells_what_was_found(void **state)
{
	const json_t *finding;

	(void)state;
	RUN(0, "verify", script_path("b"), "--json");
	assert_string_equal(json_text_at(script_said(), "schema", ""), "binnacle.verify-bundle/1");
	assert_string_equal(json_text_at(script_said(), "id", ""), id);
	assert_true(json_is_true(json_at(script_said(), "ok")));
	assert_int_equal(json_array_size(json_at(script_said(), "findings")), 0);
	script_sh(0, "rm b/timeline.csv");
	RUN(40, "verify", script_path("b"), "--json");
	assert_int_equal(json_array_size(json_at(script_said(), "findings")), 1);
	finding = json_array_get(json_at(script_said(), "findings"), 0);
	assert_string_equal(json_text_at(finding, "is", ""), "missing");
	assert_string_equal(json_text_at(finding, "path", ""), "timeline.csv");
}

static void the_bundle_of_a_drill_has_its_report(void **state)
{
	struct buf drills = { 0 };
	char drill[16];

	(void)state;
	buf_fmt(&drills, "operator: ana\nenvironment: dr-test\n"
		"drills: {sources: [], reports: %s/reports}\n", script_home);
	script_configure(buf_cstr(&drills));
	RUN(0, "drill", "start", "--type", "tabletop", "--scenario", "partial-data-loss", "--replay", id,
	    "--json");
	(void)snprintf(drill, sizeof(drill), "%s", json_text_at(script_said(), "id", ""));
	script_at("2026-11-22T03:00:00Z");
	RUN(30, "drill", "finish", drill);	/* nobody answered: it did not pass, and has a report */
	RUN(0, "incident", "bundle", drill, "--out", script_path("d"));
	script_holds("d/dr_report.json", "partial-data-loss");
	script_holds("d/postmortem.md", "DRILL");
	script_sh(0, "cd d && sha256sum --quiet -c SHA256SUMS");
	RUN(0, "verify", script_path("d"));
	script_sh(0, "echo >>d/dr_report.json");
	RUN(40, "verify", script_path("d"));
	script_prints("changed  dr_report.json: ");
	buf_done(&drills);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define OF(test) cmocka_unit_test_setup_teardown(test, setup, script_teardown)
		OF(a_bundle_is_whole_ours_alone_and_told),
		OF(a_bundle_is_never_changed_again),
		OF(it_is_checked_without_any_configuration),
		OF(each_damage_is_told_by_its_own_word),
		OF(what_is_no_bundle_is_told),
		OF(json_tells_what_was_found),
		OF(the_bundle_of_a_drill_has_its_report),
#undef OF
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
