/* The desk of the console: which incidents are on it, and for how long. */
#include "app/incidents.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/options.h"
#include "base/mem.h"
#include "ui/shell.h"

#define PATIENCE ((msec)20000)

struct bench {
	char root[64], home[96], books[96], folder[256];
	const char *environment[2];
	struct options options;
	struct context context;
	struct settings settings;
	struct estate estate;
	struct loop *loop;
	struct incidents *incidents;
	struct loop_timer turn;
	bool (*holds)(struct bench *bench);
	msec now, deadline, until;
};

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path);
}

/* A desk and its loop end with their program, so they stay: they watch, and wait for channels. */
static struct bench *benches[4];
static size_t bench_count;

static int set_up(void **state)
{
	struct bench *bench = benches[bench_count++] = mem_new(sizeof(*bench));
	struct err err = { 0 };

	snprintf(bench->root, sizeof(bench->root), "/tmp/binnacle-incidents-XXXXXX");
	assert_non_null(mkdtemp(bench->root));
	snprintf(bench->home, sizeof(bench->home), "BINNACLE_STATE_DIR=%s", bench->root);
	snprintf(bench->folder, sizeof(bench->folder), "%s/incidents/2026-11-22-indexer-down-7k3f9q",
		 bench->root);
	bench->environment[0] = bench->home;
	bench->context = (struct context){ .options = &bench->options,
					   .environment = bench->environment };
	bench->settings.operator = "ana";
	bench->loop = loop_new(&err);
	assert_non_null(bench->loop);
	bench->now = loop_now(bench->loop).wall;
	bench->estate = (struct estate){ .settings = &bench->settings, .loop = bench->loop,
					 .world = world_new(bench->now) };
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	incidents_leave(bench->incidents, "quit");
	world_free(bench->estate.world);
	nftw(bench->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return 0;
}

static void on_said(void *arg, const char *sentence)
{
	(void)arg, (void)sentence;
}

static void on_changed(void *arg)
{
	(void)arg;
}

/* --- what a console before us has left --- */

static struct event event_of(const struct bench *bench, enum event_kind kind)
{
	struct event event = { .kind = kind, .src = SRC_HUMAN, .at = bench->now - WHEN_MINUTE,
			       .rec = bench->now - WHEN_MINUTE };

	str_put(event.by, sizeof(event.by), "ana");
	return event;
}

/* Declared, an alert silenced until then, and called off. */
static void leave_a_silence(const struct bench *bench, msec until)
{
	static const char *const labels[] = { "alertname=IndexerDown" };
	const struct journal_who who = { .operator = "ana", .host = "idx-1", .console = "console" };
	struct event events[] = {
		event_of(bench, EVENT_INCIDENT_DECLARED), event_of(bench, EVENT_ALERT_FIRING),
		event_of(bench, EVENT_ALERT_SILENCED), event_of(bench, EVENT_STATUS_SET),
	};
	struct err err = { 0 };
	struct journal *journal = journal_open(bench->folder, true, false, &who, &err);

	assert_non_null(journal);
	EVENT_SET(events[0].data, title, "Indexer down");
	EVENT_SET(events[0].data, severity, 1);
	EVENT_SET(events[0].data, type, "outage");
	EVENT_SET(events[1].data, name, "IndexerDown");
	EVENT_SET(events[1].data, fingerprint, "aaaaaaaaaaaaaaaa");
	EVENT_SET(events[1].data, labels, ((struct text_list){ labels, 1 }));
	EVENT_SET(events[2].data, fingerprint, "aaaaaaaaaaaaaaaa");
	EVENT_SET(events[2].data, id, "0b1c");
	EVENT_SET(events[2].data, until, until);
	EVENT_SET(events[3].data, old, "triage");
	EVENT_SET(events[3].data, new_, "cancelled");
	EVENT_SET(events[3].data, reason, "a test");
	assert_true(journal_append(journal, events, ARRAY_LEN(events), bench->now, &err));
	journal_close(journal);
}

static void begin(struct bench *bench)
{
	const struct incidents_setup setup = {
		.loop = bench->loop, .context = &bench->context, .settings = &bench->settings,
		.said = on_said, .changed = on_changed, .arg = bench,
	};

	bench->incidents = incidents_new(&setup);
	incidents_begin(bench->incidents, &bench->estate, "");
}

static void a_silence_of_an_incident_that_was_called_off_is_still_owed(void **state)
{
	struct bench *bench = *state;
	const struct desk *desk;

	leave_a_silence(bench, bench->now + 10 * WHEN_MINUTE);
	begin(bench);
	desk = incidents_desk(bench->incidents);
	assert_int_equal(desk->count, 1);
	assert_int_equal(desk->owed_count, 1);
	assert_int_equal(desk->owed[0].kind, OWED_SILENCE);
	incidents_look(bench->incidents);
	assert_int_equal(incidents_desk(bench->incidents)->count, 1);
}

static void a_silence_that_has_ended_by_itself_is_not(void **state)
{
	struct bench *bench = *state;

	leave_a_silence(bench, bench->now - WHEN_SECOND);
	begin(bench);
	assert_int_equal(incidents_desk(bench->incidents)->count, 0);
}

/* --- while it runs --- */

static void turn(void *arg)
{
	struct bench *bench = arg;
	struct now now = loop_now(bench->loop);

	incidents_look(bench->incidents);
	if (bench->holds(bench) || now.steady > bench->deadline)
		loop_stop(bench->loop);
	else
		loop_timer_set(bench->loop, &bench->turn, now.steady + 20);
}

static void wait_until(struct bench *bench, bool (*holds)(struct bench *bench), const char *what)
{
	bench->holds = holds;
	bench->turn = (struct loop_timer){ .call = turn, .arg = bench };
	bench->deadline = loop_now(bench->loop).steady + PATIENCE;
	loop_timer_set(bench->loop, &bench->turn, 0);
	loop_run(bench->loop);
	if (!holds(bench))
		fail_msg("never came: %s", what);
}

static const struct docket *current(const struct bench *bench)
{
	return desk_current(incidents_desk(bench->incidents));
}

static bool is_declared(struct bench *bench)
{
	return current(bench) && current(bench)->saving == SAVING_SAVED;
}

/* The first try failed; the next one is seconds away. */
static bool is_tried(struct bench *bench)
{
	const struct incident *incident = current(bench) ? current(bench)->incident : NULL;

	return incident && incident->sent_count == 1 && incident->sent[0].channels[0].done;
}

static bool is_called_off(struct bench *bench)
{
	return current(bench) && current(bench)->incident->status == INCIDENT_CANCELLED;
}

static bool is_gone(struct bench *bench)
{
	return incidents_desk(bench->incidents)->count == 0;
}

static bool seconds_passed(struct bench *bench)
{
	return loop_now(bench->loop).steady > bench->until;
}

static void give(struct bench *bench, struct order *order)
{
	const struct docket *docket = current(bench);

	order->src = SRC_HUMAN;
	order->at = WHEN_NEVER;
	order->by = "ana";
	incidents_submit(bench->incidents, docket ? docket->incident->id : "", order);
}

static void an_incident_stays_until_its_last_update_has_an_outcome(void **state)
{
	static const char *const argv[] = { "/bin/false" }, *const names[] = { "ops" };
	struct channel_settings channel = {
		.name = "ops", .kind = CHANNEL_COMMAND, .audience = "internal",
		.command = { .items = argv, .count = 1 },
	};
	struct order declare = { .kind = EVENT_INCIDENT_DECLARED };
	struct order send = { .kind = EVENT_UPDATE_SENT }, cancel = { .kind = EVENT_STATUS_SET };
	struct bench *bench = *state;

	bench->settings.notify.data = &channel;
	bench->settings.notify.count = 1;
	begin(bench);
	EVENT_SET(declare.data, title, "Indexer down");
	EVENT_SET(declare.data, severity, 1);
	EVENT_SET(declare.data, type, "outage");
	give(bench, &declare);
	wait_until(bench, is_declared, "the incident");
	EVENT_SET(send.data, type, "announce");
	EVENT_SET(send.data, text, "We look at it.");
	EVENT_SET(send.data, audience, "internal");
	EVENT_SET(send.data, channels, ((struct text_list){ names, 1 }));
	give(bench, &send);
	wait_until(bench, is_tried, "the first try");
	EVENT_SET(cancel.data, new_, "cancelled");
	EVENT_SET(cancel.data, reason, "a false alarm");
	give(bench, &cancel);
	wait_until(bench, is_called_off, "the end");
	bench->until = loop_now(bench->loop).steady + 2 * WHEN_SECOND;
	wait_until(bench, seconds_passed, "two seconds");
	assert_int_equal(incidents_desk(bench->incidents)->count, 1);
	bench->settings.notify.count = 0;	/* the next try finds no such channel */
	wait_until(bench, is_gone, "its leave");
}

/* --- runbooks --- */

static void put_book(struct bench *bench)
{
	static const char text[] = "---\nbinnacle: 1\nid: restart\ntitle: Restart\n---\n# Restart\n\n"
				   "## Resolution\n\n1. **Drain the queue.**\n2. **Restart it.**\n";
	char path[128];
	FILE *file;

	assert_int_equal(mkdir(bench->books, 0700), 0);
	(void)snprintf(path, sizeof(path), "%s/restart.md", bench->books);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static bool is_in_the_library(struct bench *bench)
{
	return incidents_desk(bench->incidents)->books->count == 1;
}

static const struct owed *next_step(struct bench *bench)
{
	const struct desk *desk = incidents_desk(bench->incidents);

	for (size_t i = 0; i < desk->owed_count; i++)
		if (desk->owed[i].kind == OWED_STEP)
			return &desk->owed[i];
	return NULL;
}

static bool owes_a_step(struct bench *bench)
{
	return next_step(bench) != NULL;
}

static bool owes_the_second(struct bench *bench)
{
	return next_step(bench) && strcmp(next_step(bench)->subject, "restart-it") == 0;
}

static void the_next_step_of_a_runbook_is_owed_on_the_desk(void **state)
{
	struct order declare = { .kind = EVENT_INCIDENT_DECLARED }, done = { .kind = EVENT_STEP_DONE };
	static struct effect effect;
	struct bench *bench = *state;
	const char *dirs[] = { bench->books };

	(void)snprintf(bench->books, sizeof(bench->books), "%s/books", bench->root);
	put_book(bench);
	bench->settings.runbooks.dirs = (struct texts){ dirs, 1 };
	begin(bench);
	EVENT_SET(declare.data, title, "Indexer down");
	EVENT_SET(declare.data, severity, 2);
	EVENT_SET(declare.data, type, "outage");
	give(bench, &declare);
	wait_until(bench, is_declared, "the incident");
	wait_until(bench, is_in_the_library, "the runbook");
	effect = (struct effect){ .kind = EFFECT_BEGIN };
	(void)str_put(effect.text, sizeof(effect.text), "restart");
	(void)str_put(effect.incident, sizeof(effect.incident), current(bench)->incident->id);
	incidents_walk(bench->incidents, &effect);
	wait_until(bench, owes_a_step, "the first step");
	assert_string_equal(next_step(bench)->text, "step 1  Drain the queue");
	EVENT_SET(done.data, run, current(bench)->incident->runs[0].event);
	EVENT_SET(done.data, step, next_step(bench)->subject);
	give(bench, &done);
	wait_until(bench, owes_the_second, "the second step");
}

int main(void)
{
#define ON_BENCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ON_BENCH(a_silence_of_an_incident_that_was_called_off_is_still_owed),
		ON_BENCH(a_silence_that_has_ended_by_itself_is_not),
		ON_BENCH(an_incident_stays_until_its_last_update_has_an_outcome),
		ON_BENCH(the_next_step_of_a_runbook_is_owed_on_the_desk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
