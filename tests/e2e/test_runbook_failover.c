/*
 * The night of a primary that hangs, walked by keys through db-failover on a terminal, against the
 * lab: the real replica is promoted where the interlock says, with the loss stated; the split brain
 * shows when the old primary wakes; nothing is COMPLETE before each application is sensed on the
 * new primary, and one that refuses writes opens it again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "core/run.h"
#include "runbook/runbook.h"
#include "store/shelf.h"
#include "tests/lib/casefile.h"
#include "tests/lib/command.h"
#include "tests/lib/console.h"
#include "tests/lib/lab.h"

/* What just came is deaf, so that what was typed ahead answers nothing. */
enum { DEAF = 400, PATIENT = 3 };

static char state_dir[300], config[600], target[128];
static struct screen *screen;
static int walked;		/* tests of this night that are behind us */
static struct casefile file;
static struct runbook *book;
static struct buf book_bytes;

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

/* What was asked before is on the screen, and no longer deaf. */
static void rest(void)
{
	assert_true(screen_drain(screen, DEAF));
}

static void type_in(const char *text)
{
	assert_true(screen_type(screen, text));
}

/* Where a step is now: by the fold of what is on the disk. */
static enum step_mark mark_of(const char *id)
{
	struct dossier *dossier = casefile_read(&file);
	const struct incident *incident = dossier_incident(dossier);
	const struct run_step *step = incident->run_count ? run_step(&incident->runs[0], id) : NULL;
	enum step_mark mark = step ? step->mark : MARK_TODO;

	dossier_close(dossier);
	return mark;
}

static void must_become(const char *id, enum step_mark mark)
{
	nsec deadline = nsec_now() + PATIENT * CONSOLE_PATIENCE * NSEC_PER_MSEC;
	char what[160];

	while (mark_of(id) != mark && nsec_now() < deadline)
		screen_pump(screen, 200);
	snprintf(what, sizeof(what), "step %s is %s, not %s", id, step_mark_word(mark_of(id)),
		 step_mark_word(mark));
	if (mark_of(id) != mark)
		console_fail(screen, what);
}

static void must_record(enum event_kind kind, size_t count)
{
	nsec deadline = nsec_now() + PATIENT * CONSOLE_PATIENCE * NSEC_PER_MSEC;

	while (casefile_count(&file, kind) < count && nsec_now() < deadline)
		screen_pump(screen, 100);
	if (casefile_count(&file, kind) < count)
		console_fail(screen, event_name(kind));
}

/* --- steps, by the ids of the runbook --- */

static void read_book(void)
{
	static const char path[] = "runbooks/db-failover.md";
	FILE *in = fopen(path, "r");
	struct err err = { 0 };
	char bytes[4096];
	size_t got;

	assert_non_null(in);
	while ((got = fread(bytes, 1, sizeof(bytes), in)) > 0)
		buf_add(&book_bytes, bytes, got);
	fclose(in);
	book = runbook_read(path, str_sub(book_bytes.data, book_bytes.len), &err);
	assert_non_null(book);
}

static void go_to(const char *id)
{
	const struct step *step = runbook_step(book, id);
	char command[16];

	assert_non_null(step);
	snprintf(command, sizeof(command), "%u", step->n);
	press(":");
	type_in(command);
	press("Enter");
	assert_true(screen_drain(screen, DEAF));
}

static void choose(const char *id, const char *proposal)
{
	go_to(id);
	press("Enter");
	must_show("DECIDE");
	must_show(proposal);
	rest();
	press("Enter");
	rest();
	press("Enter");
	must_become(id, MARK_DONE);
}

static void skip_step(const char *id, const char *why)
{
	go_to(id);
	press("X");
	must_show("skip it, with a reason");
	rest();
	press("s");
	must_show("SKIP ---");
	rest();
	type_in(why);
	press("Enter");
	must_become(id, MARK_SKIPPED);
}

static void tick(const char *id)
{
	go_to(id);
	press("x");
	must_become(id, MARK_DONE);
}

/* It belongs on another host: it is shown, and what came of it there is told. */
static void run_elsewhere(const char *id, const char *host, const char *outcome)
{
	size_t before = casefile_count(&file, EVENT_STEP_RUN_ENDED);

	go_to(id);
	press("Enter");
	must_show(host);
	must_show("NOT HERE");
	rest();
	press("Enter");
	must_show("WHAT CAME OF IT THERE?");
	rest();
	press("d");
	press("Enter");
	type_in(outcome);
	press("Enter");
	must_record(EVENT_STEP_RUN_ENDED, before + 1);
	tick(id);
}

/* What ben says from another console: steps that are not what this walk is about. */
static void ben_skips(const char *const *ids, size_t count)
{
	struct dossier *dossier = casefile_read(&file);
	char run[ULID_TEXT];

	(void)str_put(run, sizeof(run), dossier_incident(dossier)->runs[0].event);
	dossier_close(dossier);
	for (size_t i = 0; i < count; i++) {
		struct order order = { .kind = EVENT_STEP_SKIPPED, .by = "ben" };

		EVENT_SET(order.data, run, run);
		EVENT_SET(order.data, step, ids[i]);
		EVENT_SET(order.data, reason, "not part of this drill");
		casefile_order(&file, &order);
	}
	for (size_t i = 0; i < count; i++)
		must_become(ids[i], MARK_SKIPPED);
}

/* --- the lab --- */

static void lab_does(const char *verb, const char *one, const char *two)
{
	const char *argv[8] = { "lab/lab", verb };
	struct command done;
	size_t n = 2;

	if (one)
		argv[n++] = one;
	if (two)
		argv[n++] = two;
	argv[n++] = "--dir";
	argv[n++] = lab_dir();
	command_run(&done, argv, 60 * WHEN_SECOND);
	if (done.status != 0)
		fail_msg("lab %s: exit %d\n%s", verb, done.status, buf_cstr(&done.err));
	command_done(&done);
}

/* What the replica must be sensed as: the lab alone knows where it really is. */
static void find_target(void)
{
	char dsn[300], number[8];
	const char *port;

	lab_variable("LAB_REPLICA_DSN", dsn, sizeof(dsn));
	port = strstr(dsn, "port=");
	assert_non_null(port);
	(void)str_copy(number, sizeof(number), str_sub(port + 5, strcspn(port + 5, " ")));
	snprintf(target, sizeof(target), "127.0.0.1:%s timeline 1", number);
}

/* The tests are one night: without its beginning there is no rest. */
static void goes_on(int after)
{
	if (walked != after)
		fail_msg("the walk ended before");
}

/* --- the night --- */

static void start(void)
{
	static char home[320], place[340];
	static const char *const env[] = { home, place, "TERM=xterm-256color", NULL };
	const char *argv[] = { console_program(), "-c", config, NULL };
	struct pty_spec spec = { .argv = argv, .env = env, .rows = 60, .cols = 130 };
	struct err err = { 0 };

	snprintf(state_dir, sizeof(state_dir), "%s/walk", lab_dir());
	snprintf(config, sizeof(config), "%s/config.yaml", lab_dir());
	snprintf(home, sizeof(home), "HOME=%s", lab_dir());
	snprintf(place, sizeof(place), "BINNACLE_STATE_DIR=%s", state_dir);
	screen = screen_start(&spec, &err);
	if (!screen)
		fail_msg("%s", err.text);
	must_show("i declares");
}

static void find_incident(void)
{
	char root[340];
	const char *const roots[2] = { root, NULL };
	struct err err = { 0 };
	struct shelved *list;
	size_t count = 0;

	snprintf(root, sizeof(root), "%s/incidents", state_dir);
	list = shelf_list(roots, &count, &err);
	assert_int_equal(count, 1);
	memcpy(file.folder, list[0].folder, sizeof(file.folder));
	memcpy(file.id, list[0].id, sizeof(file.id));
	mem_free(list);
}

static void declare(void)
{
	press("i");
	must_show("DECLARE ---");
	rest();
	for (int i = 0; i < 5; i++)	/* everything as it is proposed */
		press("Enter");
	must_show("Y declares the incident");
	rest();
	press("Y");
	must_show("ANNOUNCE");
	find_incident();
}

static void begin_book(void)
{
	press("5");
	must_show("Database failover");
	press("/");
	type_in("database failover");
	press("Enter");
	rest();
	press("Enter");
	must_show("b begins it");
	rest();
	press("b");
	must_record(EVENT_RUN_STARTED, 1);
	must_show("How does it fail?");
	press("A");
	must_show("ITS COMMANDS");
	rest();
	press("Y");
	must_record(EVENT_RUNBOOK_ACCEPTED, 1);
}

/* The box of the step, with every lock; scrolled to its end. */
static void open_promotion(void)
{
	go_to("promote");
	press("Enter");
	must_show("SELECT pg_promote(true, 30)");
	must_show("may lose");
	must_show("later commits may be lost");
	must_show("NOT fenced");
	must_show(target);
	rest();
}

static void promote(void)
{
	/* Bounded only when the silence is long enough; until then it is blocked. */
	open_promotion();
	assert_true(screen_wait_gone(screen, "BLOCKED", PATIENT * CONSOLE_PATIENCE));
	press("PgDn");
	press("PgDn");
	rest();
	/* Another server than the sensed one is refused. */
	type_in("127.0.0.1:5432 timeline 1");
	press("Enter");
	rest();
	type_in("its host is not reachable");
	press("Enter");
	must_show("nothing was done");
	assert_int_equal(casefile_count(&file, EVENT_STEP_RUN_STARTED), 0);
	press("Esc");
	rest();
	open_promotion();
	press("PgDn");
	press("PgDn");
	rest();
	type_in(target);
	press("Enter");
	rest();
	type_in("its host is not reachable; payments stand still");
	press("Enter");
	must_record(EVENT_STEP_RUN_ENDED, 1);
	assert_int_equal(casefile_lines(&file, "its host is not reachable; payments stand still"), 1);
	assert_int_equal(casefile_lines(&file, target) > 0, 1);
}

static void a_primary_that_hangs_is_replaced_where_the_interlock_says(void **state)
{
	(void)state;
	read_book();
	find_target();
	lab_set("db-hung");
	start();
	declare();
	begin_book();
	tick("announce");
	choose("which", "It hangs");
	choose("fail-over", "Yes: it stays dead or hangs");
	skip_step("fence", "nobody can log in there");
	must_become("may-promote", MARK_SENSED);
	promote();
	must_become("promoted", MARK_SENSED);
	if (mark_of("promote") != MARK_DONE)
		tick("promote");
	walked++;
}

static void applications_count_one_by_one(void **state)
{
	(void)state;
	goes_on(1);
	assert_int_equal(mark_of("clients"), MARK_TODO);
	lab_does("repoint", "indexer", "replica");
	run_elsewhere("repoint-indexer", "indexer-host", "Started");
	must_become("indexer-well", MARK_SENSED);
	go_to("clients");
	must_show("db.clients_missing is 1");
	assert_int_equal(mark_of("clients"), MARK_TODO);
	lab_does("repoint", "exporter", "replica");
	lab_does("repoint", "api", "replica");
	run_elsewhere("repoint-backend", "backend-host", "Started");
	must_become("clients", MARK_SENSED);
	must_become("backend-well", MARK_SENSED);
	walked++;
}

static void the_old_primary_wakes_and_is_caught(void **state)
{
	(void)state;
	goes_on(2);
	/* It hangs: whether it takes writes is not known, and nothing ticks. */
	assert_int_equal(mark_of("one-primary"), MARK_TODO);
	lab_does("start", "primary", NULL);
	press("7");
	must_show("two writable nodes of one cluster");
	assert_int_equal(mark_of("one-primary"), MARK_TODO);
	lab_does("kill", "primary", NULL);
	must_become("one-primary", MARK_SENSED);
	lab_does("start", "primary", NULL);
	must_become("one-primary", MARK_REGRESSED);
	lab_does("kill", "primary", NULL);
	must_become("one-primary", MARK_SENSED);
	walked++;
}

static void it_is_complete_when_everything_is_sensed_and_not_before(void **state)
{
	static const char *const aside[] = {
		"network", "last-words", "lost", "over", "esc-database", "esc-manager", "config",
		"strings", "alert", "wal", "drill", "postmortem",
	};

	(void)state;
	goes_on(3);
	lab_does("rejoin", NULL, NULL);
	run_elsewhere("rebuild", "db-host", "a base backup");
	must_become("end-replica", MARK_SENSED);
	ben_skips(aside, sizeof(aside) / sizeof(aside[0]));
	go_to("end-writable");
	must_show("COMPLETE");
	/* The indexer says 200 and "ok" all the while. */
	lab_does("readonly", "replica", NULL);
	must_become("end-writable", MARK_REGRESSED);
	must_become("end-clients", MARK_REGRESSED);
	assert_true(lab_answers("LAB_INDEXER_URL", "/health", "200 OK"));
	assert_true(screen_wait_gone(screen, "COMPLETE", PATIENT * CONSOLE_PATIENCE));
	lab_does("writable", "replica", NULL);
	must_become("end-writable", MARK_SENSED);
	must_become("end-clients", MARK_SENSED);
	must_show("COMPLETE");
}

static int end(void **state)
{
	screen_free(screen);
	runbook_free(book);
	buf_done(&book_bytes);
	return lab_down(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_primary_that_hangs_is_replaced_where_the_interlock_says),
		cmocka_unit_test(applications_count_one_by_one),
		cmocka_unit_test(the_old_primary_wakes_and_is_caught),
		cmocka_unit_test(it_is_complete_when_everything_is_sensed_and_not_before),
	};

	return cmocka_run_group_tests(tests, lab_up, end);
}
