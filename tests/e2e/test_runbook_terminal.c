/*
 * A command of a runbook that wants the terminal: it is lent to it, keys and size too, and comes
 * back as it was, however the command or the console ends.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "tests/lib/casefile.h"
#include "tests/lib/console.h"

/* What just came is deaf, so that what was typed ahead answers nothing. */
enum { DEAF = 400, PATIENT = 2 };

static struct rig *rig;
static struct screen *screen;
static struct casefile file;
static char pids[300];			/* a command writes its pid here */

/* --- the console --- */

static void must_show(const char *text)
{
	if (!screen_wait_text(screen, text, PATIENT * CONSOLE_PATIENCE))
		console_fail(screen, text);
}

static void press(const char *key)
{
	assert_true(screen_key(screen, key));
}

static void rest(void)
{
	assert_true(screen_drain(screen, DEAF));
}

static void must_record(enum event_kind kind)
{
	nsec deadline = nsec_now() + PATIENT * CONSOLE_PATIENCE * NSEC_PER_MSEC;

	while (casefile_count(&file, kind) == 0 && nsec_now() < deadline)
		screen_pump(screen, 50);
	if (casefile_count(&file, kind) == 0)
		console_fail(screen, event_name(kind));
}

/* --- the runbook --- */

static void write_text(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
	assert_int_equal(chmod(path, 0600), 0);
}

static void write_book(const char *command)
{
	char folder[300], path[320];
	struct buf text = { 0 };

	snprintf(folder, sizeof(folder), "%s/books", rig_dir(rig));
	snprintf(path, sizeof(path), "%s/asks.md", folder);
	snprintf(pids, sizeof(pids), "%s/pid", rig_dir(rig));
	assert_int_equal(mkdir(folder, 0755), 0);
	buf_fmt(&text, "---\nbinnacle: 1\nid: asks\ntitle: It asks\n---\n# It asks\n\n## Resolution\n\n"
		"1. **Answer it.** <!-- step id=ask -->\n\n   ```bash {interactive}\n"
		"   echo $$ >%s\n   %s\n   ```\n", pids, command);
	write_text(path, buf_cstr(&text));
	buf_done(&text);
}

static void write_config(void)
{
	struct buf yaml = { 0 };
	struct err err = { 0 };

	buf_fmt(&yaml, "version: 1\noperator: ana\nenvironment: bench\n"
		"runbooks: {dirs: [%s/books]}\nsources:\n"
		"  api1: {kind: http, url: \"http://127.0.0.1:%u/\", every: 5s, timeout: 4s}\n",
		rig_dir(rig), rig_port(rig));
	if (!rig_write_config(rig, buf_cstr(&yaml), &err))
		fail_msg("%s", err.text);
	buf_done(&yaml);
}

/* Begun, and its only command has the terminal. */
static void lend_to(const char *command)
{
	struct console_setup setup = { .rows = 40, .cols = 100, .awaits = "api1" };
	struct err err = { 0 };

	rig = rig_new(RIG_HEALTHY, &err);
	if (!rig)
		fail_msg("%s", err.text);
	write_book(command);
	write_config();
	casefile_declare(&file, rig, "Something asks", 2);
	setup.rig = rig;
	screen = console_start(&setup);
	must_show("Something asks");
	press("5");
	must_show("It asks");
	rest();
	press("Enter");
	must_show("b begins it");
	rest();
	press("b");
	must_record(EVENT_RUN_STARTED);
	must_show("Answer it");
	rest();
	press("Enter");
	must_show("Y does it");
	rest();
	press("Y");
	must_record(EVENT_STEP_RUN_STARTED);
}

/* The screen is the console's again, and its keys are; the output is kept. */
static void is_back(const char *state, const char *recorded)
{
	must_record(EVENT_STEP_RUN_ENDED);
	assert_true(casefile_lines(&file, recorded) > 0);
	must_show(state);
	must_show("Answer it");
	rest();
	press("1");
	must_show("api1");
	press("5");
	must_show("Answer it");
	assert_true(screen_type(screen, "1q"));
	must_show("Y or the same key again quits");
	rest();
	press("Y");
	console_ended(screen, 0);
	screen_free(screen);
	rig_free(rig);
}

/* --- tests --- */

static void a_command_that_asks_is_answered(void **state)
{
	(void)state;
	lend_to("printf 'your na'; printf 'me? '; read -r x; echo \"got $x\"");
	must_show("your name?");
	assert_false(screen_find(screen, "Answer it", NULL));
	assert_true(screen_type(screen, "Zoe"));
	press("Enter");
	is_back("exit 0", "got Zoe");
}

static void a_terminal_that_is_left_in_disorder_comes_back(void **state)
{
	(void)state;
	lend_to("stty raw -echo; printf '\\033[?1049h\\033[?1000h\\033[?25l\\033[31mrea'; printf 'dy';"
		" dd bs=1 count=1 2>/dev/null | od -c");
	must_show("ready");
	press("k");
	is_back("exit 0", "0000001");
}

static void a_command_that_dies_by_a_signal_gives_it_back(void **state)
{
	(void)state;
	lend_to("stty raw; printf 'rea'; echo dy; kill -SEGV $$");
	is_back("signalled", "ready");
}

static void an_interrupt_goes_to_the_command(void **state)
{
	(void)state;
	lend_to("printf 'rea'; echo dy; sleep 100");
	must_show("ready");
	press("C-c");
	is_back("signalled", "signalled");
}

static void the_command_learns_of_the_size(void **state)
{
	(void)state;
	lend_to("trap 'stty size' WINCH; stty size; printf 'rea'; echo dy;"
		" until read -r -t 100 x; do :; done");
	must_show("40 100");
	must_show("ready");
	screen_resize(screen, 30, 90);
	must_show("30 90");
	press("Enter");
	is_back("exit 0", "30 90");
}

static bool is_gone(const struct screen *seen, void *arg)
{
	char path[64];

	(void)seen;
	snprintf(path, sizeof(path), "/proc/%ld", *(const long *)arg);
	return access(path, F_OK) != 0;
}

static void a_console_that_is_ended_meanwhile_leaves_nothing(void **state)
{
	long pid = 0;
	FILE *in;

	(void)state;
	lend_to("stty raw -echo; printf '\\033[?1049hrea'; printf 'dy'; sleep 100");
	must_show("ready");
	in = fopen(pids, "r");
	assert_non_null(in);
	assert_int_equal(fscanf(in, "%ld", &pid), 1);
	fclose(in);
	assert_int_equal(kill(screen_pty(screen)->pid, SIGTERM), 0);
	console_ended(screen, 128 + SIGTERM);
	for (int i = 0; i < 1000 && !is_gone(screen, &pid); i++)
		usleep(10000);			/* it is waited for, with a limit */
	assert_true(is_gone(screen, &pid));
	assert_int_equal(casefile_count(&file, EVENT_STEP_RUN_ENDED), 1);
	assert_true(casefile_lines(&file, "\"how\":\"killed\"") > 0);
	screen_free(screen);
	rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_that_asks_is_answered),
		cmocka_unit_test(a_terminal_that_is_left_in_disorder_comes_back),
		cmocka_unit_test(a_command_that_dies_by_a_signal_gives_it_back),
		cmocka_unit_test(an_interrupt_goes_to_the_command),
		cmocka_unit_test(the_command_learns_of_the_size),
		cmocka_unit_test(a_console_that_is_ended_meanwhile_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
