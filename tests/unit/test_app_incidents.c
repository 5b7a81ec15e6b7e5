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

struct bench {
	char root[64], home[96], folder[256];
	const char *environment[2];
	struct options options;
	struct context context;
	struct settings settings;
	struct estate estate;
	struct loop *loop;
	struct incidents *incidents;
	msec now;
};

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path);
}

static int set_up(void **state)
{
	struct bench *bench = mem_new(sizeof(*bench));
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
	loop_free(bench->loop);
	world_free(bench->estate.world);
	nftw(bench->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	mem_free(bench);
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

int main(void)
{
#define ON_BENCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ON_BENCH(a_silence_of_an_incident_that_was_called_off_is_still_owed),
		ON_BENCH(a_silence_that_has_ended_by_itself_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
