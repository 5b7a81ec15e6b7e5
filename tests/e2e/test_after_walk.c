/*
 * The morning after, by keys, on a real terminal: from the resolution to a published postmortem,
 * and the sign-off, which is refused to whoever ran it. The window changes its size on the way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "tests/lib/casefile.h"
#include "tests/lib/command.h"
#include "tests/lib/console.h"
#include "tests/lib/journals.h"

/* A form that just came is deaf, so that what was typed ahead answers nothing. */
enum { DEAF = 400 };

static struct rig *rig;
static struct screen *screen;
static struct casefile file;

static int build(void **state)
{
	struct err err = { 0 };

	(void)state;
	rig = rig_new(RIG_HEALTHY, &err);
	if (!rig)
		fail_msg("%s", err.text);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	screen_free(screen);
	screen = NULL;
	rig_free(rig);
	return 0;
}

static void start(void)
{
	screen = console_start(&(struct console_setup){
		.rig = rig, .rows = 24, .cols = 80, .awaits = file.id,
	});
}

static void must_show(const char *text)
{
	if (!screen_wait_text(screen, text, CONSOLE_PATIENCE))
		console_fail(screen, text);
}

static void must_record(enum event_kind kind, size_t count)
{
	nsec deadline = nsec_now() + CONSOLE_PATIENCE * NSEC_PER_MSEC;

	while (casefile_count(&file, kind) < count && nsec_now() < deadline)
		screen_pump(screen, 50);
	if (casefile_count(&file, kind) < count)
		console_fail(screen, event_name(kind));
}

static void press(const char *key)
{
	assert_true(screen_key(screen, key));
}

/* A key that acts is taken once what it acts on has stood there for a while. */
static void act(const char *key)
{
	assert_true(screen_drain(screen, DEAF));
	press(key);
}

static void type(const char *text)
{
	assert_true(screen_type(screen, text));
	must_show(text);
}

static void take_seat(const char *role, const char *who)
{
	struct order order = { .kind = EVENT_ROLE_TAKEN, .at = WHEN_NEVER, .src = SRC_HUMAN, .by = "ben" };

	EVENT_SET(order.data, role, role);
	EVENT_SET(order.data, who, who);
	casefile_order(&file, &order);
}

static void resolve(void)
{
	press("i");
	must_show("its letter or Enter opens it");
	press("r");
	must_show("RESOLVE");
	type("Payments were late.");
	press("Tab");
	type("a rehearsal");
	act("Enter");
	must_show("nothing is done before Y");
	act("Y");
	must_show("triage -> resolved");
	must_record(EVENT_STATUS_SET, 1);
}

/* The menu of the postmortem, and in it this letter. */
static void choose(const char *letter, const char *awaits)
{
	press("W");
	must_show("the whole text in $EDITOR");
	press(letter);
	must_show(awaits);
}

static void answer(const char *first, const char *second, size_t count)
{
	press("Enter");
	must_show("Tab writes it down");
	type(first);
	press("Enter");
	type(second);
	act("Tab");
	must_record(EVENT_POSTMORTEM_ANSWERED, count);
	must_show("WHAT ONLY PEOPLE KNOW");
}

static void add_action(const char *type_letter, const char *text, size_t count)
{
	choose("i", "ACTION ITEM");
	press(type_letter);
	press("Enter");
	type(text);
	press("Enter");
	press("Enter");
	act("Enter");
	must_record(EVENT_ACTION_ITEM, count);
}

static void publish(void)
{
	choose("r", "gives it to review");
	act("Y");
	must_record(EVENT_POSTMORTEM_SET, 1);
	must_show("in review since");
	choose("p", "publishes it");
	act("Y");
	must_record(EVENT_POSTMORTEM_SET, 2);
	must_show("published since");
}

static void resize_through(const char *awaits)
{
	static const struct {
		int rows, cols;
	} sizes[] = { { 50, 160 }, { 10, 40 }, { 4, 15 }, { 24, 80 } };

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		screen_resize(screen, sizes[i].rows, sizes[i].cols);
		assert_true(screen_settle(screen, 60, CONSOLE_PATIENCE));
	}
	must_show(awaits);
}

/* Exports go beside the rig's own files, which go with it. */
static void write_into_the_rig(void)
{
	struct buf text = { 0 };
	struct err err = { 0 };

	journals_read(rig_config(rig), &text);
	buf_fmt(&text, "postmortem: {dir: \"%s/postmortems\"}\n", rig_dir(rig));
	assert_true(rig_write_config(rig, buf_cstr(&text), &err));
	buf_done(&text);
}

static void from_the_resolution_to_a_published_and_exported_postmortem(void **state)
{
	(void)state;
	casefile_declare(&file, rig, "Indexer down", 1);
	write_into_the_rig();
	start();
	resolve();
	must_show("postmortem of SEV1");
	press("W");
	must_show("0 of 10 answered");
	must_show("publishing needs an action of type alert");
	answer("The database hung.", "Nothing failed over.", 1);
	must_show("1 of 10 answered");
	press("j");
	press("Enter");
	must_show("Payments were late.");	/* as it was told to customers */
	act("Tab");
	must_record(EVENT_POSTMORTEM_ANSWERED, 2);
	resize_through("Impact");
	press("g");
	must_show("2 of 10 answered");
	choose("p", " publishing needs an action of type alert, or the reason why there is none");
	add_action("a", "alert on a hung primary", 1);
	add_action("t", "restore once a month", 2);
	must_show("nothing: W p publishes it");
	publish();
	choose("x", "writes the files");
	act("Y");
	must_show(": exported: ");
	press("G");
	must_show("postmortem.html");
	must_record(EVENT_EXPORT_WRITTEN, 2);
	assert_int_equal(casefile_lines(&file, "The database hung.\\nNothing failed over."), 1);
}

/* The operator of the rig's configuration becomes another. */
static void become(const char *operator)
{
	struct buf text = { 0 }, other = { 0 };
	struct err err = { 0 };
	const char *at;

	journals_read(rig_config(rig), &text);
	at = strstr(buf_cstr(&text), "operator: ");
	assert_non_null(at);
	buf_add(&other, buf_cstr(&text), (size_t)(at - buf_cstr(&text)));
	buf_fmt(&other, "operator: %s%s", operator, strchr(at, '\n'));
	assert_true(rig_write_config(rig, buf_cstr(&other), &err));
	buf_done(&text);
	buf_done(&other);
}


static void whoever_ran_it_does_not_sign_it_off_and_the_seat_of_audit_does(void **state)
{
	(void)state;
	casefile_declare(&file, rig, "Indexer down", 1);
	take_seat("commander", "tester");
	take_seat("audit", "tester");
	start();
	resolve();
	press("W");
	must_show("POSTMORTEM #");
	choose("s", "what was looked at");
	type("the record and the export");
	act("Tab");
	must_show("whoever ran it does not sign it off: tester had the command");
	assert_int_equal(casefile_count(&file, EVENT_SIGNED_OFF), 0);
	screen_free(screen);
	take_seat("audit", "dora");
	become("dora");
	start();
	must_show("the record and the export");	/* half written, it outlives the console */
	act("Tab");
	must_show("dora signs off");
	act("Y");
	must_record(EVENT_SIGNED_OFF, 1);
	press("W");
	must_show("by dora at");
}

/* --- a tabletop ------------------------------------------------------------------------------ */

/* A verb of the program, with the configuration and the state of the rig. */
static void verb(const char *const *words, struct command *command)
{
	const char *argv[32] = { "env" };
	size_t count = 1;

	for (const char *const *env = rig_env(rig); *env; env++)
		argv[count++] = *env;
	argv[count++] = command_binnacle();
	argv[count++] = "-c";
	argv[count++] = rig_config(rig);
	while (*words && count + 1 < ARRAY_LEN(argv))
		argv[count++] = *words++;
	command_run(command, argv, CONSOLE_PATIENCE);
	if (command->status != 0)
		fail_msg("%s: %s%s", words[-1], buf_cstr(&command->out), buf_cstr(&command->err));
}

static void begin_tabletop(const char *replays)
{
	const char *const words[] = { "drill", "start", "--type", "tabletop", "--scenario",
				      "partial-data-loss", "--replay", replays, "-q", NULL };
	struct command command = { 0 };
	struct buf text = { 0 };
	struct err err = { 0 };

	journals_read(rig_config(rig), &text);
	buf_text(&text, "drills: {sources: [api1, api2, api3, api4, api5, api6, api7, api8]}\n");
	assert_true(rig_write_config(rig, buf_cstr(&text), &err));
	verb(words, &command);
	assert_true(casefile_find(&file, rig));
	command_done(&command);
	buf_done(&text);
}

static void end(const struct casefile *night, const char *status)
{
	struct order order = { .kind = EVENT_STATUS_SET, .at = WHEN_NEVER, .src = SRC_HUMAN, .by = "ben" };

	EVENT_SET(order.data, new_, status);
	EVENT_SET(order.data, text, "Payments were late.");
	EVENT_SET(order.data, reason, "a rehearsal");
	casefile_order(night, &order);
}

static void must_not_show(const char *text)
{
	if (screen_find(screen, text, NULL))
		console_fail(screen, text);
}

static bool is_titled(const struct screen *shown, void *arg)
{
	(void)arg;
	return strncmp(screen_wire(shown)->title, "DRILL ", 6) == 0;
}

static void must_be_watermarked(void)
{
	struct screen_pos at;

	must_show(" DRILL ");
	assert_true(screen_find(screen, " DRILL ", &at));
	assert_int_equal(at.row, 0);
	assert_true(screen_cell(screen, at.row, at.col + 1).reverse);
	assert_true(screen_wait(screen, is_titled, NULL, CONSOLE_PATIENCE));
}

static void a_table_sees_no_future_and_its_answers_outlive_the_console(void **state)
{
	struct casefile night;

	(void)state;
	casefile_declare(&night, rig, "Indexer down", 1);
	casefile_note(&night, "failed over to the replica");
	end(&night, "resolved");
	end(&night, "closed");
	begin_tabletop(night.id);
	start();
	must_be_watermarked();
	must_show("the clock: before the first moment");
	press("n");
	must_show("declared SEV1: Indexer down");
	must_not_show("failed over to the replica");
	press("m");
	must_show("WHAT WE WOULD DO");
	type("fence the primary");
	act("Enter");
	must_show("WE       fence the primary");
	must_record(EVENT_NOTE, 1);
	assert_true(screen_drain(screen, WHEN_SECOND));	/* where it was is written down */
	screen_free(screen);
	start();
	press("n");
	must_show("WE       fence the primary");
	while (!screen_find(screen, "over, 20", NULL)) {
		press("n");
		assert_true(screen_settle(screen, 100, CONSOLE_PATIENCE));
	}
	must_show("WHAT WE WOULD HAVE DONE, AND WHAT WAS DONE");
	must_show("failed over to the replica");
	must_be_watermarked();
	resize_through("AS IT WENT");
	assert_int_equal(casefile_lines(&night, "fence the primary"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_table_sees_no_future_and_its_answers_outlive_the_console, build, drop),
		cmocka_unit_test_setup_teardown(
			from_the_resolution_to_a_published_and_exported_postmortem, build, drop),
		cmocka_unit_test_setup_teardown(
			whoever_ran_it_does_not_sign_it_off_and_the_seat_of_audit_does, build, drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
